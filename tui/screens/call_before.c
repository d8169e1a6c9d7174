/*
 * call_before - what was before: the contact's earlier calls, open leads,
 * tickets and chats, beside the call and as a page.
 */
#include "tui/screens/call_int.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/leads_int.h"
#include "tui/screens/ticket_words.h"

#include <string.h>

#define SHOWN_ROWS 3 /* of tickets and of chats beside a call */

/* ---- a line of each kind ---- */

void
call__line(const struct app *app, const struct call *c, struct str *out)
{
	char when[48], talk[CALL_CLOCK_SIZE];

	app_time(app, when, sizeof(when), c->started_us);
	call__clock(c->talk_us, talk);
	str_addf(out, "%s  %s %s  %s  %s", when,
	    c->direction == CALL_IN ? "<-" : "->", talk,
	    call__disposition_word(c), c->operator_name);
	if (c->notes != NULL && c->notes[0] != '\0')
		str_addf(out, "  %s", c->notes);
}

static void
add_ticket(const struct screen *s, const struct ticket *t, struct str *out)
{
	char when[48];

	app_time(app_of(s->ui), when, sizeof(when), t->updated_at);
	str_addf(out, "%s  #%lld  %s  %s", when, (long long)t->number,
	    ticket_state_word(t->state), t->subject);
}

static void
add_chat(const struct screen *s, const struct conversation *c, struct str *out)
{
	char when[48];

	app_time(app_of(s->ui), when, sizeof(when), c->last_message_us);
	str_addf(out, "%s  %s  %s %s", when, c->channel,
	    c->preview_inbound ? "<-" : "->", c->preview);
}

/* ---- beside the call ---- */

static void
head(struct w_text *t, const char *title)
{
	w_text_gap(t);
	w_text_add(t, ROLE_HEADER, 0, title);
}

/* H: there are more than are shown. */
static void
add_more(struct w_text *t, size_t count, size_t shown)
{
	char line[96];

	if (count <= shown)
		return;
	str_format(line, sizeof(line), _("and %d more: H shows all"),
	    (int)(count - shown));
	w_text_add(t, ROLE_HINT, 2, line);
}

static size_t
shown_of(size_t count)
{
	return count < SHOWN_ROWS ? count : SHOWN_ROWS;
}

static void
fill_tickets(struct screen *s, const struct call_before *b, struct w_text *t)
{
	struct str line = STR_INIT;

	if (b->ticket_count > 0)
		head(t, _("Tickets"));
	for (size_t i = 0; i < shown_of(b->ticket_count); i++) {
		str_clear(&line);
		add_ticket(s, &b->tickets[i], &line);
		w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
	}
	add_more(t, b->ticket_count, SHOWN_ROWS);
	str_free(&line);
}

static void
fill_leads(struct screen *s, const struct call_before *b, struct w_text *t)
{
	struct str line = STR_INIT;

	if (b->lead_count > 0)
		head(t, _("Open leads"));
	for (size_t i = 0; i < shown_of(b->lead_count); i++) {
		str_clear(&line);
		leads__line(app_of(s->ui), &b->leads[i], &line);
		w_text_outside(t,
		    leads__is_late(&b->leads[i]) ? ROLE_WARNING : ROLE_NORMAL,
		    0, line.s, line.len);
	}
	add_more(t, b->lead_count, SHOWN_ROWS);
	str_free(&line);
}

static void
fill_chats(struct screen *s, const struct call_before *b, struct w_text *t)
{
	struct str line = STR_INIT;

	if (b->chat_count > 0)
		head(t, _("Chats"));
	for (size_t i = 0; i < shown_of(b->chat_count); i++) {
		str_clear(&line);
		add_chat(s, &b->chats[i], &line);
		w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
	}
	add_more(t, b->chat_count, SHOWN_ROWS);
	str_free(&line);
}

void
call__fill_before(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	const struct call_before *b = &d->board.before;
	struct str line = STR_INIT;
	bool any = false;

	fill_leads(s, b, &d->text);
	fill_tickets(s, b, &d->text);
	fill_chats(s, b, &d->text);
	for (size_t i = 0; i < b->call_count; i++) {
		if (b->calls[i].id == d->board.call.id)
			continue;
		if (!any)
			head(&d->text, _("Earlier calls"));
		any = true;
		str_clear(&line);
		call__line(app_of(s->ui), &b->calls[i], &line);
		w_text_outside(&d->text, ROLE_NORMAL, 0, line.s, line.len);
	}
	str_free(&line);
}

/* ---- as a page ---- */

static void
title(struct str *out, const char *word, size_t count)
{
	if (out->len > 0)
		str_addc(out, '\n');
	str_addf(out, "%s (%d%s)\n", word, (int)count,
	    count == CALL_BEFORE_ROWS ? "+" : "");
}

static void
on_before(struct screen *s, const char *whose, const struct call_before *b,
    const struct model_answer *answer)
{
	struct str text = STR_INIT;
	char name[256];

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	title(&text, _("Calls"), b->call_count);
	for (size_t i = 0; i < b->call_count; i++) {
		str_add(&text, "  ");
		call__line(app_of(s->ui), &b->calls[i], &text);
		str_addc(&text, '\n');
	}
	title(&text, _("Open leads"), b->lead_count);
	for (size_t i = 0; i < b->lead_count; i++) {
		str_add(&text, "  ");
		leads__line(app_of(s->ui), &b->leads[i], &text);
		str_addc(&text, '\n');
	}
	title(&text, _("Tickets"), b->ticket_count);
	for (size_t i = 0; i < b->ticket_count; i++) {
		str_add(&text, "  ");
		add_ticket(s, &b->tickets[i], &text);
		str_addc(&text, '\n');
	}
	title(&text, _("Chats"), b->chat_count);
	for (size_t i = 0; i < b->chat_count; i++) {
		str_add(&text, "  ");
		add_chat(s, &b->chats[i], &text);
		str_addc(&text, '\n');
	}
	str_format(name, sizeof(name), _("Before, with %s"), whose);
	pager_push(s->ui, name, text.s, text.len);
	str_free(&text);
}

unsigned
call__run_before(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct call_row row = call__row(call_desk_of(s));
	const struct call *c = call_of(s) != NULL ? call_of(s) : row.call;

	(void)ui, (void)cmd;
	if (c != NULL)
		model_call_before(model_of(s), s, c->contact_id, c->number,
		    call__whose(c), on_before);
	else if (row.due != NULL)
		model_call_before(model_of(s), s, row.due->contact_id,
		    row.due->number,
		    row.due->contact_name[0] != '\0' ? row.due->contact_name
						     : row.due->number,
		    on_before);
	else
		return REACT_BEEP;
	return REACT_HANDLED;
}
