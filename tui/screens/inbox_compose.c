/* inbox_compose - writing replies and notes: editor, drafts, sending. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/replies.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/reply_pick.h"

#include <stdlib.h>
#include <string.h>

void
inbox__composer_init(struct composer *c)
{
	*c = (struct composer){0};
	w_editor_init(&c->editor);
}

void
inbox__composer_free(struct composer *c)
{
	w_editor_free(&c->editor);
	free(c->behind);
	inbox__form_free(&c->form);
}

bool
inbox__composer_has_text(const struct screen *s)
{
	const struct composer *c = &inbox_of(s)->composer;
	size_t n;

	if (c->mode == COMPOSE_FORM)
		return inbox__form_is_ready(&c->form);
	if (!inbox__has_editor(c) || c->sending)
		return false;
	(void)w_editor_text(&c->editor, &n);
	return n > 0;
}

bool
inbox__window_is_open(const struct conversation *c)
{
	return conversation_window_left(c, clock_wall_us()) > 0;
}

/* ---- opening and leaving ---- */

static void
on_templates(struct screen *s, struct inbox_templates *t,
    const struct model_answer *answer)
{
	struct composer *c = &inbox_of(s)->composer;

	if (t->turn == c->turn && c->mode == COMPOSE_FORM)
		inbox__form_take(s, &c->form, t, answer);
}

static void
note_seen(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	d->composer.seen_version = d->thread.c.version;
	d->composer.seen_owner = d->thread.c.operator_id;
	d->composer.seen_message = inbox_thread_newest(&d->thread);
}

void
inbox__composer_refresh(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;

	if (c->mode == COMPOSE_FORM && inbox__form_wants_rows(&c->form))
		model_inbox_templates(
		    model_of(s), s, c->turn, c->channel, on_templates);
}

unsigned
inbox__composer_open(
    struct screen *s, const struct conversation *conv, enum compose_mode mode)
{
	struct inbox *d = inbox_of(s);
	struct composer *c = &d->composer;

	if (c->mode == mode && c->id == conv->id) {
		inbox__focus(s, INBOX_COMPOSER);
		return REACT_REDRAW | REACT_LAYOUT;
	}
	inbox__composer_leave(s);
	c->mode = mode;
	c->id = conv->id;
	str_copy(c->name, sizeof(c->name), conv->contact_name);
	str_copy(c->channel, sizeof(c->channel), conv->channel);
	c->turn = ++d->turn;
	c->sending = c->saving = c->save_failed = c->send_due = false;
	c->draft_away = false;
	FREE(&c->behind);
	w_editor_set(&c->editor, "", 0);
	c->saved = c->editor.revision;
	c->editor.mark = mode == COMPOSE_REPLY ? reply_variable_next : NULL;
	note_seen(s);
	if (mode == COMPOSE_FORM) {
		model_inbox_templates(
		    model_of(s), s, c->turn, c->channel, on_templates);
	} else {
		inbox__draft_read(s);
	}
	inbox__focus(s, INBOX_COMPOSER);
	return REACT_REDRAW | REACT_LAYOUT;
}

void
inbox__composer_leave(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	if (d->composer.mode == COMPOSE_NONE)
		return;
	inbox__draft_keep(s, true);
	inbox__form_free(&d->composer.form);
	d->composer.mode = COMPOSE_NONE;
	d->composer.turn = ++d->turn;
	d->composer.draft_due = d->composer.draft_away = false;
	if (d->focus == INBOX_COMPOSER)
		inbox__focus(s, INBOX_THREAD);
}

/* ---- what changes meanwhile ---- */

/* Did somebody else of the desk act on it since it was last seen? */
static bool
others_acted(
    const struct composer *c, const struct inbox_thread *now, int64_t me)
{
	if (c->seen_owner != now->c.operator_id && now->c.operator_id != 0 &&
	    now->c.operator_id != me)
		return true;
	for (size_t i = 0; i < now->count; i++) {
		const struct message *m = &now->rows[i];

		if (!m->is_note && !m->inbound && m->id > c->seen_message &&
		    m->operator_id != me)
			return true;
	}
	return false;
}

/* The reply was begun before the thread came: is it one that can be sent? */
static void
begun_early(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	const struct conversation *c = &d->thread.c;
	const char *why;

	note_seen(s);
	why = ui_refusal_owner(s->ui, s,
	    d->composer.mode == COMPOSE_NOTE ? "inbox.note" : "inbox.reply");
	if (why != NULL) {
		ui_toast(s->ui, TOAST_WARNING, "%s", why);
		inbox__composer_leave(s);
		return;
	}
	if (d->composer.mode == COMPOSE_NOTE)
		inbox__send_if_due(s);
	if (d->composer.mode != COMPOSE_REPLY)
		return;
	if (c->state == CONVERSATION_CLOSED) {
		inbox__composer_leave(s);
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("This conversation is closed; o opens it again"));
	} else if (!inbox__window_is_open(c)) {
		(void)inbox__composer_open(s, c, COMPOSE_FORM);
	} else {
		inbox__send_if_due(s);
	}
}

void
inbox__composer_seen(struct screen *s, bool first)
{
	struct inbox *d = inbox_of(s);
	int64_t me = model_actor(model_of(s))->id;

	if (!inbox__has_editor(&d->composer) ||
	    d->composer.id != d->thread.id || d->composer.sending)
		return;
	if (first) {
		begun_early(s);
		return;
	}
	/* What is below the edge of the pane was not seen. */
	if (!w_text_at_end(&d->text) || ui_top(s->ui) != s ||
	    others_acted(&d->composer, &d->thread, me))
		return;
	note_seen(s);
}

/* ---- sending ---- */

static void send_now(struct screen *s);

static unsigned
insist(struct ui *ui, struct screen *s, const struct screen_result *result,
    int64_t context)
{
	struct inbox *d = inbox_of(s);

	(void)ui;
	if (!result->accepted || d->composer.turn != (uint64_t)context ||
	    !inbox__composer_has_text(s))
		return REACT_REDRAW;
	send_now(s);
	return REACT_REDRAW;
}

/* Show what came meanwhile; the default is not to send. */
static void
ask_again(struct screen *s, const struct inbox_act *act, const char *sentence)
{
	struct composer *c = &inbox_of(s)->composer;
	struct str q = STR_INIT;
	struct confirm_args args = {
	    .title = _("The conversation changed"), .yes = _("Send anyway")};

	str_add(&q, sentence);
	for (size_t i = 0; i < act->missed_count; i++) {
		const struct message *m = &act->missed[i];

		str_add(&q, "\n");
		inbox_author(m, act->now.contact_name, &q);
		str_add(&q, ": ");
		if (m->body[0] != '\0')
			str_add(&q, m->body);
		else
			inbox_card(m, &q);
	}
	c->seen_version = act->now.version;
	c->seen_owner = act->now.operator_id;
	for (size_t i = 0; i < act->missed_count; i++)
		if (act->missed[i].id > c->seen_message)
			c->seen_message = act->missed[i].id;
	args.question = q.s;
	confirm_push(s->ui, s, &args, insist, (int64_t)c->turn);
	str_free(&q);
}

static void
on_sent(
    struct screen *s, struct inbox_act *act, const struct model_answer *answer)
{
	struct inbox *d = inbox_of(s);
	struct composer *c = &d->composer;
	bool here = act->turn == c->turn && c->mode != COMPOSE_NONE;

	if (here)
		c->sending = false;
	if (answer->rc == 0) {
		if (here) {
			w_editor_set(&c->editor, "", 0);
			c->saved = c->editor.revision;
			inbox__composer_leave(s);
		}
		d->text.follow = true;
		if (act->verb == INBOX_NOTE)
			ui_toast(s->ui, TOAST_OK, "%s",
			    _("Note kept; the customer does not see it"));
	} else if (here && answer->rc == OD_ECONFLICT && act->may_insist) {
		ask_again(s, act, answer->err->text);
	} else if (here && answer->rc == OD_ECONFLICT &&
		   act->verb == INBOX_REPLY && act->now.id == act->id &&
		   act->now.state != CONVERSATION_CLOSED) {
		/* The window closed meanwhile: the text waits as a draft. */
		ui_toast_err(s->ui, answer->err);
		(void)inbox__composer_open(s, &act->now, COMPOSE_FORM);
	} else {
		ui_toast_err(s->ui, answer->err);
		ui_bell(s->ui);
	}
	ui_mark(s->ui, s, REACT_REFRESH | REACT_LAYOUT);
}

static struct inbox_act *
act_of(const struct composer *c)
{
	static const enum inbox_verb verbs[] = {
	    [COMPOSE_NONE] = INBOX_NOTE,
	    [COMPOSE_REPLY] = INBOX_REPLY,
	    [COMPOSE_NOTE] = INBOX_NOTE,
	    [COMPOSE_FORM] = INBOX_TEMPLATE,
	};
	struct inbox_act *act = inbox_act_new(verbs[c->mode], c->id);
	size_t n;

	act->turn = c->turn;
	act->seen_version = c->seen_version;
	act->seen_message = c->seen_message;
	if (c->mode == COMPOSE_FORM)
		inbox__form_fill_act(&c->form, act);
	else
		act->text = xstrdup(w_editor_text(&c->editor, &n));
	return act;
}

static void
send_now(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;
	struct inbox_act *act = act_of(c);

	/* In the desk before it leaves: whatever happens, it is not lost. */
	inbox__draft_keep(s, true);
	c->sending = true;
	model_inbox_act(model_of(s), s, act, on_sent);
}

static unsigned
send_checked(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;
	static const char *const operations[] = {
	    [COMPOSE_NONE] = "message.send",
	    [COMPOSE_REPLY] = "message.send",
	    [COMPOSE_NOTE] = "conversation.note",
	    [COMPOSE_FORM] = "message.send_template",
	};

	if (c->sending)
		return REACT_BEEP;
	if (model_is_readonly(model_of(s)) ||
	    !model_may(model_of(s), operations[c->mode])) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("Your role may not do this here"));
		return REACT_BEEP;
	}
	if (c->mode == COMPOSE_FORM) {
		if (!inbox__form_check(&c->form))
			return REACT_REDRAW | REACT_BEEP;
	} else if (!inbox__composer_has_text(s)) {
		ui_toast(
		    s->ui, TOAST_INFO, "%s", _("There is nothing to send yet"));
		return REACT_BEEP;
	} else if (c->mode == COMPOSE_REPLY &&
		   reply_pick_stops(s->ui, &c->editor)) {
		return REACT_REDRAW | REACT_BEEP;
	}
	if (c->draft_away) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("The database server does not answer; wait until it is"
		      " back"));
		return REACT_BEEP | REACT_REDRAW;
	}
	c->send_due = inbox_of(s)->state == THREAD_READING || c->draft_due;
	if (!c->send_due)
		send_now(s);
	return REACT_REDRAW;
}

/* Sent before thread and draft were there: now they are. */
void
inbox__send_if_due(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	if (!d->composer.send_due || d->composer.draft_due ||
	    d->state == THREAD_READING)
		return;
	d->composer.send_due = false;
	ui_mark(s->ui, s, send_checked(s));
}

unsigned
inbox__composer_accept(struct screen *s, bool as_note)
{
	enum compose_mode mode = inbox_of(s)->composer.mode;

	if (mode == COMPOSE_NONE)
		return REACT_BEEP;
	if (as_note == (mode == COMPOSE_NOTE))
		return send_checked(s);
	ui_toast(s->ui, TOAST_WARNING, "%s",
	    as_note ? _("This is a reply: C-s sends it")
		    : _("This is an internal note: C-t keeps it"));
	return REACT_BEEP | REACT_REDRAW;
}

/* ---- keys ---- */

static unsigned
typed(struct screen *s, unsigned react, enum w_event event)
{
	struct composer *c = &inbox_of(s)->composer;

	switch (event) {
	case W_CHANGED:
		c->key_us = clock_mono_us();
		inbox__presence(s);
		return react | REACT_LAYOUT;
	case W_ACCEPT:
		return inbox__composer_accept(s, false);
	case W_CANCEL:
		inbox__composer_leave(s);
		return REACT_LAYOUT | REACT_REDRAW | REACT_REFRESH;
	case W_NONE:
	case W_MOVED:
		break;
	}
	return react != REACT_NONE ? react : REACT_HANDLED;
}

static unsigned
on_picked(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t turn)
{
	struct composer *c = &inbox_of(s)->composer;

	if (!inbox__has_editor(c) || c->sending || c->turn != (uint64_t)turn)
		return REACT_NONE;
	(void)reply_pick_take(ui, &c->editor, r);
	return typed(s, REACT_REDRAW, W_CHANGED);
}

unsigned
inbox__composer_input(struct screen *s, const struct input *in)
{
	struct composer *c = &inbox_of(s)->composer;
	enum w_event event = W_NONE;
	unsigned react;

	if (c->sending && in->nav != NAV_BACK)
		return REACT_BEEP;
	c->send_due = false;
	if (inbox__has_editor(c) &&
	    (in->nav == NAV_PAGE_UP || in->nav == NAV_PAGE_DOWN))
		return inbox__thread_input(s, in);
	if (inbox__has_editor(c) &&
	    (in->nav == NAV_NEXT || in->nav == NAV_PREV)) {
		inbox__focus(s, INBOX_THREAD);
		return REACT_HANDLED;
	}
	if (inbox__has_editor(c) && reply_pick_begins(s, &c->editor, in)) {
		reply_pick_push(s, RECORD_CONVERSATION, c->id, on_picked,
		    (int64_t)c->turn);
		return REACT_HANDLED;
	}
	if (c->mode == COMPOSE_FORM)
		react = inbox__form_input(&c->form, in, &event);
	else
		react = w_editor_input(&c->editor, in, &event);
	return typed(s, react, event);
}

unsigned
inbox__composer_paste(struct screen *s, const char *text, size_t n)
{
	struct composer *c = &inbox_of(s)->composer;
	enum w_event event = W_NONE;
	unsigned react;

	if (c->sending)
		return REACT_BEEP;
	if (c->mode == COMPOSE_FORM)
		react = inbox__form_paste(&c->form, text, n, &event);
	else
		react = w_editor_paste(&c->editor, text, n, &event);
	return typed(s, react, event);
}

void
inbox__composer_layout(struct screen *s, int w, int h)
{
	struct composer *c = &inbox_of(s)->composer;

	if (c->mode == COMPOSE_FORM)
		inbox__form_layout(&c->form, w, h);
	else
		w_editor_layout(&c->editor, w, h);
}
