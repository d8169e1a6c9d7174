/* inbox_thread - the right pane: one conversation's thread. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "db/records/whatsapp_errors.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT_FIRST   60
#define LIMIT_STEP    100
#define LIMIT_MOST    1000
#define QUOTE_CELLS   60
#define BODY_INDENT   2
#define PRESENCE_EACH US_PER_MINUTE

/* ---- from snapshot to text ---- */

/* Messages and notes are numbered apart; the text knows them by one id. */
static int64_t
text_id(const struct message *m)
{
	return m->is_note ? -m->id : m->id;
}

static const struct message *
by_provider_id(const struct inbox_thread *th, const char *id)
{
	for (size_t i = 0; i < th->count; i++)
		if (!th->rows[i].is_note &&
		    str_equal(th->rows[i].provider_id, id))
			return &th->rows[i];
	return NULL;
}

static void
add_outside(struct w_text *t, const struct message *m, enum role role,
    int indent, const char *s)
{
	w_text_outside(t, role, indent, s, strlen(s));
	w_text_set_id(t, text_id(m));
}

static void
add_day(struct w_text *t, const struct zone *zone, int64_t us, int64_t now_us)
{
	struct str day = STR_INIT;

	inbox_day(zone, us, now_us, &day);
	w_text_add(t, ROLE_MUTED, 0, day.s);
	w_text_set_frame(t, W_FRAME_RULE, ROLE_BORDER);
	str_free(&day);
}

/* "Ana Gómez 18:04 ✓✓ read": the name first, in a role of its own. */
static void
add_head(struct w_text *t, const struct inbox_thread *th,
    const struct message *m, const struct zone *zone)
{
	struct str raw = STR_INIT, line = STR_INIT;
	enum role role;
	size_t name;

	inbox_author(m, th->c.contact_name, &raw);
	text_safe(&line, raw.s, raw.len, TEXT_LINE);
	name = line.len;
	str_addc(&line, ' ');
	inbox_clock(zone, m->at_us, &line);
	if (m->edited_us != 0 && m->revoked_us == 0)
		str_addf(&line, " (%s)", _("edited"));
	str_addc(&line, ' ');
	inbox_ticks(m, &line, &role);
	w_text_add(t, role, 0, line.s);
	w_text_set_label(t, name, m->inbound ? ROLE_INCOMING : ROLE_OUTGOING);
	w_text_set_id(t, text_id(m));
	str_free(&raw);
	str_free(&line);
}

static void
add_quote(
    struct w_text *t, const struct inbox_thread *th, const struct message *m)
{
	const struct message *q;
	struct str raw = STR_INIT, line = STR_INIT;
	int cells;

	if (m->reply_to[0] == '\0')
		return;
	q = by_provider_id(th, m->reply_to);
	if (q == NULL)
		str_add(&raw, _("an older message"));
	else if (q->body[0] == '\0')
		inbox_card(q, &raw);
	else
		str_add(&raw, q->body);
	str_add(&line, "> ");
	text_safe(&line, raw.s, raw.len, TEXT_LINE);
	str_trunc(&line, utf8_fit(line.s, line.len, QUOTE_CELLS, &cells));
	add_outside(t, m, ROLE_MUTED, BODY_INDENT, line.s);
	str_free(&raw);
	str_free(&line);
}

static void
add_error(struct w_text *t, const struct inbox_thread *th,
    const struct message *m)
{
	struct str line = STR_INIT;
	bool may_help = send_error_say(
	    th->c.channel_kind, m->error_code, m->error_text, &line);

	if (m->state == MESSAGE_FAILED && may_help)
		str_addf(&line, " (%s)", _("R tries again"));
	add_outside(t, m,
	    m->state == MESSAGE_FAILED ? ROLE_ERROR : ROLE_WARNING, BODY_INDENT,
	    line.s);
	str_free(&line);
}

static void
add_body(struct w_text *t, const struct message *m)
{
	struct str card = STR_INIT;

	if (m->revoked_us != 0) {
		w_text_add(t, ROLE_MUTED, BODY_INDENT, _("(deleted message)"));
		w_text_set_id(t, text_id(m));
		return;
	}
	inbox_card(m, &card);
	if (card.len > 0)
		add_outside(t, m, ROLE_LINK, BODY_INDENT, card.s);
	str_free(&card);
	if (m->body[0] != '\0')
		add_outside(t, m, ROLE_NORMAL, BODY_INDENT, m->body);
	if (m->reactions[0] != '\0')
		add_outside(t, m, ROLE_STRONG, BODY_INDENT, m->reactions);
}

static void
add_message(struct w_text *t, const struct inbox_thread *th,
    const struct message *m, const struct zone *zone)
{
	add_head(t, th, m, zone);
	add_quote(t, th, m);
	add_body(t, m);
	if (m->state == MESSAGE_FAILED ||
	    ((m->state == MESSAGE_UNCERTAIN || m->state == MESSAGE_HELD) &&
		m->error_text[0] != '\0'))
		add_error(t, th, m);
}

static void
add_note(struct w_text *t, const struct message *m, const struct zone *zone)
{
	struct str raw = STR_INIT, line = STR_INIT;

	inbox_author(m, "", &raw);
	str_addf(&line, "%s · ", _("INTERNAL NOTE"));
	text_safe(&line, raw.s, raw.len, TEXT_LINE);
	str_addc(&line, ' ');
	inbox_clock(zone, m->at_us, &line);
	w_text_add(t, ROLE_NOTE, 0, line.s);
	w_text_set_frame(t, W_FRAME_TOP, ROLE_NOTE_BORDER);
	w_text_set_id(t, text_id(m));
	w_text_outside(t, ROLE_NOTE, 0, m->body, strlen(m->body));
	w_text_set_frame(t, W_FRAME_SIDE, ROLE_NOTE_BORDER);
	w_text_set_id(t, text_id(m));
	w_text_add(t, ROLE_NOTE, 0, "");
	w_text_set_frame(t, W_FRAME_BOTTOM, ROLE_NOTE_BORDER);
	str_free(&raw);
	str_free(&line);
}

void
inbox__thread_build(struct w_text *t, const struct inbox_thread *th,
    const struct zone *zone, int64_t now_us, bool older_hint)
{
	w_text_clear(t);
	if (older_hint)
		w_text_add(
		    t, ROLE_MUTED, 0, _("Older messages: go on upwards"));
	if (th->count == 0)
		w_text_add(t, ROLE_MUTED, 0, _("Nothing was said yet"));
	for (size_t i = 0; i < th->count; i++) {
		const struct message *m = &th->rows[i];

		if (i > 0)
			w_text_gap(t);
		if (i == 0 ||
		    !inbox_same_day(zone, th->rows[i - 1].at_us, m->at_us))
			add_day(t, zone, m->at_us, now_us);
		if (m->is_note)
			add_note(t, m, zone);
		else
			add_message(t, th, m, zone);
	}
}

void
inbox__thread_day(const struct screen *s, struct str *out)
{
	const struct inbox *d = inbox_of(s);
	int64_t id = w_text_under_rule(&d->text);

	for (size_t i = 0; id != 0 && i < d->thread.count; i++) {
		if (text_id(&d->thread.rows[i]) != id)
			continue;
		inbox_day(app_of(s->ui)->zone, d->thread.rows[i].at_us,
		    clock_wall_us(), out);
		return;
	}
}

void
inbox__thread_layout(struct screen *s, int w, int h)
{
	struct inbox *d = inbox_of(s);

	w_text_layout(&d->text, w, h);
}

/* Put the snapshot into the text and keep what is being read in place. */
void
inbox__thread_rebuild(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	int64_t top;

	if (d->state != THREAD_SHOWN)
		return;
	top = d->text.follow ? 0 : w_text_top_id(&d->text);

	inbox__thread_build(&d->text, &d->thread, app_of(s->ui)->zone,
	    clock_wall_us(), d->thread.has_older && d->limit < LIMIT_MOST);
	w_text_layout(&d->text, d->text.w, d->text.h);
	if (top != 0)
		w_text_show(&d->text, top);
}

/* ---- questions ---- */

static void
on_thread(
    struct screen *s, struct inbox_thread *t, const struct model_answer *answer)
{
	struct inbox *d = inbox_of(s);
	bool first = d->thread.id != t->id;

	if (t->turn != d->thread_turn)
		return; /* of a conversation that was left */
	d->thread_turn = 0;
	if (answer->rc == 0) {
		inbox_thread_clear(&d->thread);
		d->thread = *t;
		*t = (struct inbox_thread){0};
		d->state = THREAD_SHOWN;
		inbox__thread_rebuild(s);
		inbox__composer_seen(s, first);
		inbox__thread_seen(s);
	} else if (answer->rc == OD_ENOTFOUND || answer->rc == OD_EDENIED) {
		d->state = THREAD_GONE;
	} else {
		ui_toast_err(s->ui, answer->err);
	}
	if (d->thread_again)
		inbox__thread_ask(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

void
inbox__thread_ask(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	if (d->current == 0)
		return;
	if (d->thread_turn != 0) {
		d->thread_again = true;
		return;
	}
	d->thread_again = false;
	d->thread_turn = ++d->turn;
	model_inbox_thread(
	    model_of(s), s, d->thread_turn, d->current, d->limit, on_thread);
}

/* Keys need not wait for the thread: the list's row tells enough. */
static void
note_head(struct inbox *d, int64_t id)
{
	d->head = (struct conversation){.id = id};
	for (size_t i = 0; i < d->count; i++)
		if (d->rows[i].id == id)
			d->head = d->rows[i];
}

void
inbox__thread_open(struct screen *s, int64_t id)
{
	struct inbox *d = inbox_of(s);

	if (id == d->current && d->state != THREAD_GONE)
		return;
	inbox__composer_leave(s);
	inbox_thread_clear(&d->thread);
	w_text_clear(&d->text);
	d->text.follow = true;
	w_text_layout(&d->text, d->text.w, d->text.h);
	d->current = id;
	note_head(d, id);
	d->state = id != 0 ? THREAD_READING : THREAD_NONE;
	d->limit = LIMIT_FIRST;
	d->thread_turn = 0;
	d->thread_again = false;
	inbox__thread_ask(s);
	inbox__presence(s);
	ui_mark(s->ui, s, REACT_LAYOUT);
}

/* ---- what others see ---- */

static bool
is_before_the_eyes(const struct screen *s)
{
	const struct inbox *d = inbox_of(s);

	return d->focus != INBOX_LIST && ui_front(s->ui) == s &&
	       ui_is_attended(s->ui) && !app_of(s->ui)->ending;
}

void
inbox__presence(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	int64_t id = is_before_the_eyes(s) ? d->current : 0;
	bool typing = id != 0 && d->focus == INBOX_COMPOSER &&
	              inbox__composer_has_text(s);
	int64_t now = clock_mono_us();

	if (model_of(s) == NULL ||
	    (id == d->present && typing == d->typing &&
		(id == 0 || now - d->present_us < PRESENCE_EACH)))
		return;
	d->present = id;
	d->typing = typing;
	d->present_us = now;
	model_seat_at(model_of(s), id != 0 ? RECORD_CONVERSATION : RECORD_NONE,
	    id, typing);
}

static void
on_seen(
    struct screen *s, struct inbox_act *act, const struct model_answer *answer)
{
	/* Not ours to mark: it stays unread for whom it waits. */
	(void)s, (void)act, (void)answer;
}

void
inbox__thread_seen(struct screen *s)
{
	struct inbox *d = inbox_of(s);
	const struct conversation *c = &d->thread.c;
	struct inbox_act *act;

	if (d->state != THREAD_SHOWN || !is_before_the_eyes(s) ||
	    c->unread == 0 || !w_text_at_end(&d->text) ||
	    model_is_readonly(model_of(s)) ||
	    !model_may(model_of(s), "conversation.seen") ||
	    (d->seen_id == c->id && d->seen_inbound_us == c->last_inbound_us))
		return;
	d->seen_id = c->id;
	d->seen_inbound_us = c->last_inbound_us;
	act = inbox_act_new(INBOX_SEEN, c->id);
	act->receipt = true;
	model_inbox_act(model_of(s), s, act, on_seen);
}

/* ---- keys ---- */

unsigned
inbox__thread_input(struct screen *s, const struct input *in)
{
	struct inbox *d = inbox_of(s);
	enum w_event event;
	unsigned react;

	if (in->nav == NAV_OPEN && !w_text_wants_text(&d->text)) {
		return d->state == THREAD_SHOWN ? inbox__open_ticket(s)
		                                : REACT_BEEP;
	}
	react = w_text_input(&d->text, in, &event);
	if (event != W_MOVED)
		return react;
	d->text.follow = w_text_at_end(&d->text);
	if (d->text.follow)
		inbox__thread_seen(s);
	if (d->text.top == 0 && d->thread.has_older && d->limit < LIMIT_MOST) {
		d->limit += LIMIT_STEP;
		inbox__thread_ask(s);
	}
	return react;
}
