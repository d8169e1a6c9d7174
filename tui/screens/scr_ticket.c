/*
 * scr_ticket - one ticket: its fields, and all that happened to it in order.
 *
 * What is drawn is the newest answer of the model; an older one that comes
 * late is dropped.  While somebody writes here the card may change around the
 * editor, never the text in it.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/model/model_ticket_card.h"
#include "tui/screens/guides_do.h"
#include "tui/screens/ticket_checks_do.h"
#include "tui/screens/macro_do.h"
#include "tui/screens/ticket_clock_text.h"
#include "tui/screens/ticket_do.h"
#include "tui/screens/ticket_files_do.h"
#include "tui/screens/ticket_merge_do.h"
#include "tui/screens/ticket_text.h"
#include "tui/screens/ticket_write.h"

#include <string.h>

#define PRESENCE_EVERY_US (30 * US_PER_SECOND)

struct card {
	struct ticket_aim aim; /* first, see ticket_do.h */
	struct ticket_card card;
	uint64_t asked; /* turn of the newest question */
	bool known;     /* an answer came */
	bool moved;     /* the person chose what part of the text is shown */
	bool gone;      /* the desk has no such ticket (any more) */
	struct w_text text;
	bool counts; /* the seconds until a reply goes out are in it */
	struct ticket_write write;
	bool wrote;           /* write was open at the last layout */
	bool typing;          /* as the desk knows it */
	bool here;            /* the desk was told at all */
	int64_t told_mono_us; /* when */
	int64_t beat;         /* of its promises at the last tick */
};

const struct ticket *
ticket_card_of(const struct screen *card)
{
	const struct card *d = card->data;

	return d->known && !d->gone ? &d->card.t : NULL;
}

const struct ticket_card *
ticket_card_shown(const struct screen *card)
{
	const struct card *d = card->data;

	return d->known && !d->gone ? &d->card : NULL;
}

struct ticket_write *
ticket_card_write(struct screen *card)
{
	struct card *d = card->data;

	return &d->write;
}

void
ticket_card_back(struct screen *card, const char *body)
{
	struct card *d = card->data;

	ticket_write_back(&d->write, body);
	if (d->known && !d->gone && !d->write.open &&
	    ui_front(card->ui) == card)
		ticket_write_open(&d->write, &d->card, COMMENT_REPLY);
	ui_mark(card->ui, card, REACT_LAYOUT | REACT_REDRAW);
}

/* ---- presence ---- */

static void
tell_presence(struct screen *s, bool renew)
{
	struct card *d = s->data;
	bool typing = ticket_write_is_typing(&d->write);
	int64_t now = clock_mono_us();

	if (d->here && !ui_is_attended(s->ui)) {
		d->here = false;
		model_seat_at(model_of(s), RECORD_NONE, 0, false);
		return;
	}
	if (d->gone || !ui_is_attended(s->ui) || (d->here && typing == d->typing && !renew &&
			   now - d->told_mono_us < PRESENCE_EVERY_US))
		return;
	d->here = true;
	d->typing = typing;
	d->told_mono_us = now;
	model_seat_at(model_of(s), RECORD_TICKET, s->id, typing);
}

/* ---- life ---- */

static int
card_open(struct screen *s, const void *args, struct err *err)
{
	struct card *d = s->data;

	(void)args, (void)err;
	w_text_init(&d->text);
	ticket_write_init(&d->write);
	return 0;
}

static void
card_close(struct screen *s)
{
	struct card *d = s->data;

	ticket_write_keep(s, &d->write, false);
	if (d->here && model_of(s) != NULL)
		model_seat_at(model_of(s), RECORD_NONE, 0, false);
	ticket_aim_clear(&d->aim);
	ticket_card_clear(&d->card);
	ticket_write_free(&d->write);
	w_text_free(&d->text);
}

static void
card_layout(struct screen *s, int w, int h)
{
	struct card *d = s->data;
	int rows = ticket_write_rows(&d->write, h);
	int head = ticket_head_rows(&d->card, w, h - rows);
	int rest = h - rows - head;

	ticket_write_layout(&d->write, w, rows);
	/* Who answers wants to see the last word, then the own one. */
	if (d->write.open && !d->wrote)
		d->text.follow = d->moved = false;
	d->wrote = d->write.open;
	w_text_layout(&d->text, w > 2 ? w - 2 : 1, rest > 1 ? rest : 1);
	/* As in a mail reader: the last word, not the oldest one. */
	if (d->known && !d->moved)
		(void)w_text_from(&d->text, ticket_text_newest(&d->card));
}

/* ---- question and answer ---- */

static void
on_card(struct screen *s, struct ticket_card *card,
    const struct model_answer *answer)
{
	struct card *d = s->data;

	if (card->turn < d->card.turn)
		return;
	if (answer->rc == OD_ENOTFOUND || answer->rc == OD_EDENIED) {
		d->gone = true;
		ui_mark(s->ui, s, REACT_REDRAW);
		return;
	}
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		if (answer->rc == OD_EUNAVAIL)
			ticket_write_wait(&d->write);
		return;
	}
	ticket_card_clear(&d->card);
	d->card = *card;
	memset(card, 0, sizeof(*card));
	d->known = true;
	d->gone = false;
	ticket_write_read(s, &d->write, &d->card);
	d->counts = ticket_text_fill(s->ui, &d->text, &d->card);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
card_refresh(struct screen *s)
{
	struct card *d = s->data;

	if (!d->here && ui_top(s->ui) == s)
		tell_presence(s, true);
	model_ticket_card(model_of(s), s, ++d->asked, s->id, on_card);
}

/* ---- what is shown ---- */

static void
card_draw(const struct screen *s, struct canvas *c)
{
	const struct card *d = s->data;
	int rows = ticket_write_rows(&d->write, c->h);
	int head = ticket_head_rows(&d->card, c->w, c->h - rows);
	struct canvas above = canvas_sub(c, 0, 0, c->w, head);
	struct canvas body =
	    canvas_sub(c, 1, head, c->w - 2, c->h - head - rows);
	struct canvas below = canvas_sub(c, 0, c->h - rows, c->w, rows);
	bool top = ui_top(s->ui) == s;

	if (d->gone) {
		canvas_text(c, 1, 0, c->w - 2, ROLE_WARNING,
		    _("There is no such ticket for you (any more)."));
	} else if (d->known) {
		ticket_head_draw(s->ui, &above, &d->card);
		w_text_draw(&d->text, &body, top && !d->write.open);
	} else {
		canvas_text(c, 1, 0, c->w - 2, ROLE_MUTED, _("Reading..."));
	}
	if (rows > 0)
		ticket_write_draw(&d->write, &below, top);
}

static void
card_subtitle(const struct screen *s, struct str *out)
{
	const struct card *d = s->data;

	if (d->known)
		str_addf(out, _("Ticket %lld"), (long long)d->card.t.number);
	else
		str_add(out, _("Ticket"));
}

static unsigned
card_state(const struct screen *s)
{
	const struct card *d = s->data;
	unsigned state = 0;

	/* Until it is read only a reply or note can be begun. */
	if (!d->gone)
		state |= NEED_TICKET | NEED_SELECTION;
	if (d->known && d->card.has_conversation)
		state |= NEED_CONVERSATION;
	if (d->write.open)
		state |= NEED_DRAFT;
	return state;
}

static bool
card_owner(const struct screen *s, struct screen_owner *out)
{
	return ticket_do_owner(ticket_card_of(s), out);
}

static bool
card_wants_text(const struct screen *s)
{
	const struct card *d = s->data;

	return d->write.open || w_text_wants_text(&d->text);
}

static const char *
card_hints(const struct screen *s)
{
	const struct card *d = s->data;

	if (d->write.open)
		return d->write.kind == COMMENT_NOTE
		           ? "ticket.keep-note ticket.attach"
		           : "edit.accept ticket.attach";
	return d->known && d->card.t.deleted_at != 0
	           ? "ticket.restore move.back"
	           : "ticket.reply ticket.note ticket.edit move.back"
	             " ticket.assign ticket.state ticket.conversation";
}

/* ---- keys ---- */

static unsigned
open_conversation(struct screen *s)
{
	struct card *d = s->data;

	if (!d->known || !d->card.has_conversation) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("No conversation belongs to this ticket"));
		return REACT_BEEP | REACT_REDRAW;
	}
	inbox_show(s->ui, d->card.conversation.id);
	return REACT_HANDLED;
}

static unsigned
card_input(struct screen *s, const struct input *in)
{
	struct card *d = s->data;
	enum w_event event;
	unsigned react;

	if (d->write.open && in->nav != NAV_PAGE_UP &&
	    in->nav != NAV_PAGE_DOWN) {
		react = ticket_write_input(s, &d->write, in);
		tell_presence(s, false);
		return react;
	}
	react = w_text_input(&d->text, in, &event);
	if (event == W_MOVED || w_text_is_finding(&d->text)) {
		d->moved = true;
		d->text.follow = w_text_at_end(&d->text);
	}
	if (react == REACT_NONE && in->nav == NAV_OPEN)
		return open_conversation(s);
	if (react == REACT_NONE && !w_text_wants_text(&d->text))
		return macro_do_key(s, in);
	return react;
}

static unsigned
card_paste(struct screen *s, const char *text, size_t n)
{
	struct card *d = s->data;

	return d->write.open ? ticket_write_paste(s, &d->write, text, n)
	                     : REACT_NONE;
}

/* Seconds of who else is here and of replies, minutes of promises. */
static unsigned
redraw_times(struct screen *s)
{
	struct card *d = s->data;
	int64_t beat = ticket_clock_beat(&d->card, clock_wall_us());
	bool is_new = beat != d->beat;

	d->beat = beat;
	if (d->counts) {
		d->counts = ticket_text_fill(s->ui, &d->text, &d->card);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	return is_new || d->card.other_count > 0 ? REACT_REDRAW : REACT_NONE;
}

static unsigned
card_notify(struct screen *s, enum notice what, int64_t id)
{
	struct card *d = s->data;

	(void)id;
	switch (what) {
	case NOTICE_TICK:
		ticket_write_keep(s, &d->write, true);
		if (ui_front(s->ui) == s)
			tell_presence(s, false);
		return redraw_times(s);
	case NOTICE_DATA:
		return REACT_REFRESH;
	case NOTICE_SHOWN:
		tell_presence(s, true);
		return REACT_REFRESH;
	case NOTICE_HIDDEN:
		ticket_write_keep(s, &d->write, false);
		return REACT_NONE;
	case NOTICE_LANG:
		if (d->known)
			d->counts =
			    ticket_text_fill(s->ui, &d->text, &d->card);
		return REACT_LAYOUT | REACT_REDRAW;
	case NOTICE_ANSWER:
		break;
	}
	return REACT_REDRAW;
}

const struct screen_ops scr_ticket = {
    .name = "ticket",
    .title = N_("Ticket"),
    .data_size = sizeof(struct card),
    .open = card_open,
    .close = card_close,
    .layout = card_layout,
    .refresh = card_refresh,
    .draw = card_draw,
    .input = card_input,
    .paste = card_paste,
    .notify = card_notify,
    .state = card_state,
    .note = "ticket.note",
    .owner = card_owner,
    .wants_text = card_wants_text,
    .hints = card_hints,
    .subtitle = card_subtitle,
};

/* ---- commands ---- */

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket *t = ticket_card_of(s);

	(void)cmd;
	if (t == NULL)
		return REACT_BEEP;
	ticket_do_edit(ui, s, t);
	return REACT_HANDLED;
}

/* What is typed next is for the editor, also while the card is being read. */
static unsigned
write_on(struct screen *s, enum comment_kind kind)
{
	struct card *d = s->data;

	if (d->gone || d->write.sending ||
	    (d->write.due && d->write.kind != kind))
		return REACT_BEEP;
	if (d->write.open && d->write.kind != kind)
		ticket_write_keep(s, &d->write, false);
	else if (d->write.open)
		return REACT_HANDLED;
	if (d->known)
		ticket_write_open(&d->write, &d->card, kind);
	else
		ticket_write_begin(&d->write, s->id, kind);
	return REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
run_write(struct ui *ui, struct screen *s, const struct command *cmd)
{
	enum comment_kind kind = (enum comment_kind)cmd->arg;
	struct err err = ERR_INIT;
	const struct ticket *t;

	if (s->ops == &scr_ticket)
		return write_on(s, kind);
	if ((t = ticket_under(s)) == NULL)
		return REACT_BEEP;
	if (ui_push(ui, &scr_ticket, t->id, NULL, &err) != 0) {
		ui_toast_err(ui, &err);
		return REACT_BEEP;
	}
	s = ui_top(ui);
	ui_mark(ui, s, write_on(s, kind));
	return REACT_HANDLED;
}

static unsigned
run_keep_note(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return ticket_write_send(s, ticket_card_write(s), COMMENT_NOTE);
}

static unsigned
run_attach(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	if (ticket_card_write(s)->sending || ticket_card_write(s)->due)
		return REACT_BEEP;
	ticket_attach_ask(s);
	return REACT_HANDLED;
}

static unsigned
run_conversation(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return open_conversation(s);
}

enum {
	WITH_MERGE,
	WITH_UNMERGE,
	WITH_LINK,
	WITH_CHECKS,
	WITH_SPLIT,
	WITH_FILES
};

static unsigned
run_with(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket *t = ticket_card_of(s);

	if (t == NULL)
		return REACT_BEEP;
	if (cmd->arg == WITH_MERGE)
		ticket_merge_ask(s, t);
	else if (cmd->arg == WITH_UNMERGE)
		ticket_unmerge_ask(ui, s, t);
	else if (cmd->arg == WITH_CHECKS)
		ticket_checks_open(ui, &((struct card *)s->data)->card);
	else if (cmd->arg == WITH_FILES)
		ticket_files_ask(s, &((struct card *)s->data)->card);
	else if (cmd->arg == WITH_SPLIT)
		ticket_split_ask(ui, &((struct card *)s->data)->card);
	else
		ticket_link_ask(s, t);
	return REACT_HANDLED;
}

static unsigned
run_guide(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket *t = ticket_under(s);
	const struct guide_subject subject = {.ticket_id = t != NULL ? t->id : 0};

	(void)cmd;
	return t == NULL ? REACT_BEEP : guides_find_for(ui, &subject);
}

/* clang-format off */
const struct command ticket_commands[] = {
	{"ticket.merge", N_("Merge it"), N_("Merge the ticket into another one, which is chosen from a list."),
	    "ticket:M", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.merge", NAV_NONE, WITH_MERGE, run_with},
	{"ticket.unmerge", N_("Take the merge back"), N_("Give a merged ticket back what it had."),
	    "ticket:U", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.unmerge", NAV_NONE, WITH_UNMERGE, run_with},
	{"ticket.split", N_("Split it"), N_("Make a new ticket of some of what was said on this one."),
	    "ticket:P", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.split", NAV_NONE, WITH_SPLIT, run_with},
	{"ticket.link", N_("Link it"), N_("Link the ticket to another one."),
	    "ticket:v", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.link", NAV_NONE, WITH_LINK, run_with},
	{"ticket.checks", N_("Checks"), N_("What is to be done, to be ticked; and checklists to put there."),
	    "ticket:C", NULL, NEED_TICKET, "ticket.read", NAV_NONE, WITH_CHECKS, run_with},
	{"ticket.reply", N_("Reply"), N_("Write a reply on the ticket."),
	    "tickets:r ticket:r", NULL, NEED_TICKET | NEED_DRAFTS, "ticket.comment", NAV_NONE, COMMENT_REPLY, run_write},
	{"ticket.note", N_("Internal note"), N_("Write a note that only we see."),
	    "tickets:N ticket:N", NULL, NEED_TICKET | NEED_DRAFTS, "ticket.comment", NAV_NONE, COMMENT_NOTE, run_write},
	{"ticket.keep-note", N_("Keep the note"), N_("Keep the internal note that is being written."),
	    "ticket:C-t", NULL, NEED_DRAFT | NEED_WRITABLE, "ticket.comment", NAV_NONE, 0, run_keep_note},
	{"ticket.files", N_("Files"), N_("The files that came with the ticket, to be saved."),
	    "ticket:gf", NULL, NEED_TICKET, "ticket.read", NAV_NONE, WITH_FILES, run_with},
	{"ticket.attach", N_("Add a file"), N_("Add a file to the reply or note that is being written."),
	    "ticket:C-o", NULL, NEED_DRAFT | NEED_WRITABLE, "ticket.comment", NAV_NONE, 0, run_attach},
	{"ticket.guide", N_("Find a guide"), N_("Find the guide for what the ticket says, and walk it with the customer."),
	    "tickets:gu ticket:gu", NULL, NEED_TICKET, "session.read", NAV_NONE, 0, run_guide},
	{"ticket.edit", N_("Change"), N_("Change the ticket's fields."),
	    "ticket:e", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, 0, run_edit},
	{"ticket.conversation", N_("Conversation"), N_("Open the conversation that the ticket came from."),
	    "ticket:c", NULL, NEED_TICKET | NEED_CONVERSATION, "conversation.read", NAV_NONE, 0, run_conversation},
};
/* clang-format on */
const size_t ticket_commands_count =
    sizeof(ticket_commands) / sizeof(ticket_commands[0]);
