/*
 * scr_ticket_split - part of a ticket becomes a ticket of its own: what was
 * said on it as a list, marked with Space, and a title.
 */
#include "tui/screens/ticket_merge_do.h"

#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_merge.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"
#include "tui/widgets/w_list.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 400 /* bytes of what is shown of a text */

struct said {
	int64_t id, at_us;
	bool is_message, is_note;
	char who[201], text[TEXT_MOST + 1];
};

struct split {
	struct w_list list; /* its ids are places in said, plus 1 */
	struct said *said;  /* owned; oldest first */
	size_t count;
	int64_t ticket_id, version, number;
	const struct ui *ui;
};

/* ---- what was said ---- */

static void
add(struct split *d, int64_t id, int64_t at_us, const char *who,
    const char *text)
{
	struct said *s;

	d->said = xreallocarray(d->said, d->count + 1, sizeof(d->said[0]));
	s = &d->said[d->count++];
	*s = (struct said){.id = id, .at_us = at_us};
	str_copy(s->who, sizeof(s->who), who);
	str_format(s->text, sizeof(s->text), "%.*s",
	    (int)utf8_cut(text, strlen(text), TEXT_MOST), text);
}

static int
by_time(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

static void
gather(struct split *d, const struct ticket_card *card)
{
	for (size_t i = 0; i < card->comment_count; i++) {
		const struct ticket_comment *c = &card->comments[i];

		add(d, c->id, c->at_us, c->author, c->body);
		d->said[d->count - 1].is_note = c->kind == COMMENT_NOTE;
	}
	for (size_t i = 0; i < card->items_kept; i++) {
		const struct timeline_item *m = &card->items[i];

		if (m->kind != TIMELINE_MESSAGE)
			continue;
		add(d, m->id, m->at_us, m->who, m->text);
		d->said[d->count - 1].is_message = true;
	}
	if (d->count > 1)
		qsort(d->said, d->count, sizeof(d->said[0]), by_time);
}

/* ---- the list ---- */

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct split *d = data;
	const struct said *s = &d->said[index];

	switch (column) {
	case 0:
		app_time(app_of(d->ui), out->buf, sizeof(out->buf), s->at_us);
		out->text = out->buf;
		out->trusted = true;
		break;
	case 1:
		out->text = s->who;
		break;
	case 2:
		out->text = s->is_message ? _("message")
		            : s->is_note  ? _("internal note")
		                          : _("reply");
		out->role = s->is_note ? ROLE_NOTE : ROLE_MUTED;
		out->trusted = true;
		break;
	default:
		out->text = s->text;
		break;
	}
}

static const struct w_column columns[] = {
    {N_("Time"), 6, 0, 2, ALIGN_LEFT},
    {N_("Who"), 10, 1, 1, ALIGN_LEFT},
    {N_("What"), 13, 0, 3, ALIGN_LEFT},
    {N_("Text"), 14, 4, 0, ALIGN_LEFT},
};

static const struct w_list_ops list_ops = {.columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("Nothing was said on this ticket yet")};

static int
split_open(struct screen *s, const void *args, struct err *err)
{
	const struct ticket_card *card = args;
	struct split *d = s->data;
	int64_t *ids;

	(void)err;
	d->ui = s->ui;
	d->ticket_id = card->t.id;
	d->version = card->t.version;
	d->number = card->t.number;
	gather(d, card);
	ids = xcalloc(d->count + 1, sizeof(ids[0]));
	for (size_t i = 0; i < d->count; i++)
		ids[i] = (int64_t)i + 1;
	w_list_init(&d->list, &list_ops, d);
	w_list_set(&d->list, ids, d->count, false, false);
	/* What is another matter mostly came last. */
	w_list_select(&d->list, (int64_t)d->count);
	free(ids);
	return 0;
}

static void
split_close(struct screen *s)
{
	struct split *d = s->data;

	w_list_free(&d->list);
	free(d->said);
}

static void
split_layout(struct screen *s, int w, int h)
{
	struct split *d = s->data;

	w_list_layout(&d->list, w, h > 2 ? h - 1 : h);
}

static void
split_draw(const struct screen *s, struct canvas *c)
{
	const struct split *d = s->data;
	struct canvas above = canvas_sub(c, 0, 0, c->w, c->h - 1);

	w_list_draw(&d->list, c->h > 2 ? &above : c, ui_top(s->ui) == s);
	if (c->h > 2)
		canvas_text(c, 0, c->h - 1, c->w, ROLE_HINT,
		    _("Space marks  Enter makes a ticket of it  Esc goes"
		      " back"));
}

/* ---- keys ---- */

static unsigned
titled(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct split *d = s->data;
	struct ticket_split_wish wish = {.ticket_id = d->ticket_id,
	    .version = d->version,
	    .number = d->number};
	size_t n;
	const int64_t *ids = w_list_targets(&d->list, &n);

	(void)context;
	if (!r->accepted || n == 0)
		return REACT_REDRAW;
	wish.comments = xcalloc(n, sizeof(wish.comments[0]));
	wish.messages = xcalloc(n, sizeof(wish.messages[0]));
	for (size_t i = 0; i < n; i++) {
		const struct said *said = &d->said[ids[i] - 1];

		if (said->is_message)
			wish.messages[wish.message_count++] = said->id;
		else
			wish.comments[wish.comment_count++] = said->id;
	}
	str_copy(wish.subject, sizeof(wish.subject), r->text);
	model_ticket_split(model_of(s), &wish);
	ui_finish(ui, s, NULL);
	return REACT_HANDLED;
}

/* The first of them gives the title that is proposed. */
static unsigned
ask_title(struct screen *s)
{
	struct split *d = s->data;
	struct prompt_args args = {.title = _("Split the ticket"),
	    .label = _("What is the new ticket about?"),
	    .max_bytes = sizeof(((struct ticket_split_wish *)NULL)->subject) -
			 1};
	const int64_t *ids;
	char line[161];
	size_t n, len;

	ids = w_list_targets(&d->list, &n);
	if (n == 0)
		return REACT_BEEP;
	len = strcspn(d->said[ids[0] - 1].text, "\r\n");
	str_format(line, sizeof(line), "%.*s",
	    (int)utf8_cut(d->said[ids[0] - 1].text, len, sizeof(line) - 1),
	    d->said[ids[0] - 1].text);
	args.text = line;
	prompt_push(s->ui, s, &args, titled, 0);
	return REACT_HANDLED;
}

static unsigned
split_input(struct screen *s, const struct input *in)
{
	struct split *d = s->data;
	enum w_event event = W_NONE;
	unsigned react;

	if (in->nav == NAV_ACCEPT)
		return ask_title(s);
	/* What is hidden by a filter could not be seen to be marked. */
	if (in->nav == NAV_FILTER)
		return REACT_BEEP;
	react = w_list_input(&d->list, in, &event);
	return event == W_ACCEPT ? ask_title(s) : react;
}

static void
split_subtitle(const struct screen *s, struct str *out)
{
	const struct split *d = s->data;

	str_addf(out, _("Split ticket %lld"), (long long)d->number);
}

static void
split_size(const struct screen *s, int *w, int *h)
{
	const struct split *d = s->data;

	*w = 76;
	*h = (int)(d->count < 14 ? d->count : 14) + 4;
}

static const char *
split_hints(const struct screen *s)
{
	(void)s;
	return "move.mark move.open move.back";
}

static const struct screen_ops split_ops = {
    .name = "ticket-split",
    .modal = true,
    .data_size = sizeof(struct split),
    .open = split_open,
    .close = split_close,
    .layout = split_layout,
    .draw = split_draw,
    .input = split_input,
    .hints = split_hints,
    .subtitle = split_subtitle,
    .size = split_size,
};

void
ticket_split_ask(struct ui *ui, const struct ticket_card *card)
{
	struct err err = ERR_INIT;

	if (ui_push(ui, &split_ops, 0, card, &err) != 0)
		ui_toast_err(ui, &err);
}
