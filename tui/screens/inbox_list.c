/* inbox_list - the left pane: conversations of one view. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/inbox_int.h"

#include <stdlib.h>
#include <string.h>

enum column { COLUMN_CHANNEL, COLUMN_UNREAD, COLUMN_NAME, COLUMN_AGE };

static const struct w_column columns[] = {
    [COLUMN_CHANNEL] = {NULL, 1, 0, 0, ALIGN_LEFT},
    [COLUMN_UNREAD] = {NULL, 3, 0, 0, ALIGN_LEFT},
    [COLUMN_NAME] = {NULL, 8, 1, 0, ALIGN_LEFT},
    [COLUMN_AGE] = {NULL, 6, 0, 1, ALIGN_RIGHT},
};

static void
list_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct inbox *d = data;
	const struct conversation *c = &d->rows[index];

	out->trusted = true;
	switch ((enum column)column) {
	case COLUMN_CHANNEL:
		out->buf[0] = channel_kind_letter(c->channel_kind);
		out->role = ROLE_MUTED;
		break;
	case COLUMN_UNREAD:
		if (c->unread > 9)
			str_copy(out->buf, sizeof(out->buf), "●9+");
		else if (c->unread > 0)
			str_format(
			    out->buf, sizeof(out->buf), "●%d", c->unread);
		else if (c->state == CONVERSATION_CLOSED)
			str_copy(out->buf, sizeof(out->buf), "×");
		out->role = ROLE_UNREAD;
		break;
	case COLUMN_NAME:
		out->text =
		    c->contact_name[0] != '\0' ? c->contact_name : c->peer;
		out->trusted = false;
		break;
	case COLUMN_AGE:
		app_age(out->buf, sizeof(out->buf), c->last_message_us,
		    clock_wall_us());
		out->role = ROLE_MUTED;
		break;
	}
}

static enum role
list_row(const void *data, size_t index)
{
	const struct inbox *d = data;

	return d->rows[index].unread > 0 ? ROLE_UNREAD : ROLE_NORMAL;
}

static void
list_second(const void *data, size_t index, struct w_cell *out)
{
	const struct inbox *d = data;
	const struct conversation *c = &d->rows[index];
	struct str text = STR_INIT;

	str_add(&text, "@");
	if (c->operator_login[0] != '\0')
		str_add(&text, c->operator_login);
	else if (c->team_name[0] != '\0')
		str_add(&text, c->team_name);
	else
		str_add(&text, "-");
	str_add(&text, " ");
	inbox_preview(c, &text);
	str_copy(out->buf, sizeof(out->buf), text.s);
	str_free(&text);
	out->role = c->last_outbound_state == MESSAGE_FAILED ? ROLE_ERROR
	                                                     : ROLE_MUTED;
}

static const struct w_list_ops list_ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = list_cell,
    .row = list_row,
    .second = list_second,
    .empty = N_("No conversations here"),
    .no_header = true,
};

void
inbox__list_init(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	w_list_init(&d->list, &list_ops, d);
}

static void
take_window(struct inbox *d, struct inbox_window *w)
{
	int64_t *ids = xcalloc(w->count + 1, sizeof(*ids));

	for (size_t i = 0; i < w->count; i++)
		ids[i] = w->rows[i].id;
	free(d->rows);
	d->rows = w->rows;
	d->count = w->count;
	w->rows = NULL;
	memcpy(d->counts, w->counts, sizeof(d->counts));
	d->counts_known = d->loaded = true;
	w_list_set(&d->list, ids, d->count, w->has_before, w->has_after);
	free(ids);
}

static void
on_window(
    struct screen *s, struct inbox_window *w, const struct model_answer *answer)
{
	struct inbox *d = inbox_of(s);

	if (w->ask.turn != d->list_turn)
		return; /* an older question's */
	d->list_turn = 0;
	if (answer->rc != 0) {
		d->loaded = true; /* there is no more to come */
		d->open_due = false;
		ui_toast_err(s->ui, answer->err);
	} else if (!str_equal(w->ask.match, w_list_filter(&d->list))) {
		d->list_again = true; /* the filter was typed on meanwhile */
	} else {
		if (!d->counts_known && d->view == VIEW_MINE &&
		    w->counts[VIEW_MINE] == 0) {
			/* Nothing of mine: begin with what waits. */
			d->view = w->counts[VIEW_UNASSIGNED] > 0
			              ? VIEW_UNASSIGNED
			              : VIEW_ALL;
			d->list_again = true;
		}
		take_window(d, w);
		if (d->focus == INBOX_LIST)
			inbox__list_moved(s);
		if (d->open_due && d->current != 0)
			inbox__focus(s, INBOX_THREAD);
		d->open_due = false;
	}
	if (d->list_again)
		inbox__list_ask(s);
	ui_mark(s->ui, s, REACT_REDRAW);
}

/* One question at a time; what comes meanwhile asks once more afterwards. */
void
inbox__list_ask(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	struct inbox_ask ask = {.view = d->view};
	size_t at;

	if (d->list_turn != 0) {
		d->list_again = true;
		return;
	}
	d->list_again = false;
	ask.turn = d->list_turn = ++d->turn;
	str_copy(ask.match, sizeof(ask.match), w_list_filter(&d->list));
	w_list_want(&d->list, &ask.want);
	if (w_list_index(&d->list, &at) && at < d->count)
		ask.around_key = d->rows[at].last_message_us;
	model_inbox_window(model_of(s), s, &ask, on_window);
}

void
inbox__list_view(struct screen *s, enum conversation_view view)
{
	struct inbox *d = inbox_of(s);
	struct str filter = STR_INIT;
	int w = d->list.w, h = d->list.h;

	d->view = view;
	d->loaded = false;
	d->list_turn = 0; /* what is under way belongs to the other view */
	str_add(&filter, w_list_filter(&d->list));
	w_list_free(&d->list);
	FREE(&d->rows);
	d->count = 0;
	inbox__list_init(s);
	w_line_set(&d->list.filter, filter.s);
	str_free(&filter);
	w_list_layout(&d->list, w, h);
	inbox__list_ask(s);
	/* Nothing may be done to what the other view showed. */
	if (d->focus == INBOX_LIST)
		inbox__list_moved(s);
}

void
inbox__list_moved(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	int64_t id = w_list_selected(&d->list);

	if (id != d->current)
		inbox__thread_open(s, id);
}
