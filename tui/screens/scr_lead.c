/* scr_lead - one lead: what could be bought, whose it is and what is next. */
#include "tui/screens/screens.h"

#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"
#include "tui/screens/leads_int.h"
#include "tui/widgets/w_text.h"

#include <string.h>

struct lead_data {
	struct lead_action wish; /* while a dialog is open about it */
	struct lead_card card;
	bool known, gone;
	uint64_t asked; /* turn of the newest question */
	struct w_text text;
};

const struct lead *
leads__card_shown(const struct screen *s)
{
	const struct lead_data *d = s->data;

	return d->known && !d->gone ? &d->card.l : NULL;
}

/* ---- life ---- */

static int
lead_open(struct screen *s, const void *args, struct err *err)
{
	struct lead_data *d = s->data;

	(void)args, (void)err;
	w_text_init(&d->text);
	return 0;
}

static void
lead_close(struct screen *s)
{
	struct lead_data *d = s->data;

	lead_card_clear(&d->card);
	w_text_free(&d->text);
}

static void
lead_layout(struct screen *s, int w, int h)
{
	struct lead_data *d = s->data;

	w_text_layout(&d->text, w > 2 ? w - 2 : 1, h);
}

/* ---- its text ---- */

static void
add_pair(struct w_text *t, const char *label, const char *text)
{
	if (text[0] != '\0')
		w_text_pair(t, label, text, strlen(text));
}

/* Those that were about it. */
static void
fill_calls(struct screen *s)
{
	struct lead_data *d = s->data;
	struct str line = STR_INIT;

	w_text_gap(&d->text);
	w_text_add(&d->text, ROLE_HEADER, 0, _("Calls"));
	for (size_t i = 0; i < d->card.call_count; i++) {
		str_clear(&line);
		call__line(app_of(s->ui), &d->card.calls[i], &line);
		w_text_outside(&d->text, ROLE_NORMAL, 0, line.s, line.len);
	}
	str_free(&line);
}

static void
fill(struct screen *s)
{
	struct lead_data *d = s->data;
	const struct lead *l = &d->card.l;
	struct w_text *t = &d->text;
	char when[48] = "", number[32] = "";

	w_text_clear(t);
	w_text_outside(t, ROLE_STRONG, 0, l->problem_statement,
	    strlen(l->problem_statement));
	w_text_gap(t);
	if (l->deleted_at != 0)
		w_text_add(t, ROLE_WARNING, 0, _("It is in the trash"));
	add_pair(t, _("Status"), leads__status_word(l->status));
	if (l->next_us != LEAD_NEVER)
		app_time(app_of(s->ui), when, sizeof(when), l->next_us);
	add_pair(t, _("Next step"), when[0] != '\0' ? when : "-");
	if (leads__is_late(l))
		w_text_add(t, ROLE_WARNING, 0, _("Its next step is overdue"));
	add_pair(t, _("Contact"), l->contact_name);
	add_pair(t, _("Operator"), leads__owner(l));
	if (l->ticket_number != 0)
		str_format(number, sizeof(number), "%lld",
		    (long long)l->ticket_number);
	add_pair(t, _("Ticket"), number);
	if (d->card.call_count == 0)
		add_pair(t, _("Call"), l->call_name);
	else
		fill_calls(s);
}

/* ---- question and answer ---- */

static void
on_card(struct screen *s, struct lead_card *card,
    const struct model_answer *answer)
{
	struct lead_data *d = s->data;

	if (card->turn < d->asked)
		return;
	d->gone = answer->rc == OD_ENOTFOUND || answer->rc == OD_EDENIED;
	if (answer->rc != 0) {
		if (!d->gone)
			ui_toast_err(s->ui, answer->err);
		ui_mark(s->ui, s, REACT_REDRAW);
		return;
	}
	lead_card_clear(&d->card);
	d->card = *card;
	memset(card, 0, sizeof(*card));
	d->known = true;
	fill(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
lead_refresh(struct screen *s)
{
	struct lead_data *d = s->data;

	model_lead_card(model_of(s), s, ++d->asked, s->id, on_card);
}

static void
lead_draw(const struct screen *s, struct canvas *c)
{
	const struct lead_data *d = s->data;
	struct canvas body = canvas_sub(c, 1, 0, c->w - 2, c->h);

	if (d->gone)
		canvas_text(c, 1, 0, c->w - 2, ROLE_WARNING,
		    _("There is no such lead for you (any more)."));
	else if (d->known)
		w_text_draw(&d->text, &body, ui_top(s->ui) == s);
	else
		canvas_text(c, 1, 0, c->w - 2, ROLE_MUTED, _("Reading..."));
}

static void
lead_subtitle(const struct screen *s, struct str *out)
{
	str_addf(out, _("Lead %lld"), (long long)s->id);
}

static unsigned
lead_state(const struct screen *s)
{
	return leads__card_shown(s) != NULL ? NEED_SELECTION : 0;
}

static bool
lead_wants_text(const struct screen *s)
{
	const struct lead_data *d = s->data;

	return w_text_wants_text(&d->text);
}

static const char *
lead_hints(const struct screen *s)
{
	const struct lead *l = leads__card_shown(s);

	return l != NULL && l->deleted_at != 0
	           ? "lead.restore move.back"
	           : "lead.next lead.assign lead.close move.back lead.status"
	             " lead.contact lead.edit";
}

/* ---- keys ---- */

static unsigned
lead_input(struct screen *s, const struct input *in)
{
	struct lead_data *d = s->data;
	enum w_event event;

	return w_text_input(&d->text, in, &event);
}

const struct screen_ops scr_lead = {
    .name = "lead",
    .title = N_("Lead"),
    .data_size = sizeof(struct lead_data),
    .open = lead_open,
    .close = lead_close,
    .layout = lead_layout,
    .refresh = lead_refresh,
    .draw = lead_draw,
    .input = lead_input,
    .notify = screen_notify_news,
    .state = lead_state,
    .owner = leads__owned,
    .wants_text = lead_wants_text,
    .hints = lead_hints,
    .subtitle = lead_subtitle,
};
