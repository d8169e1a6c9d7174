/* scr_inbox - conversations on the left, one thread on the right. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/inbox_int.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define LIST_LEAST 30
#define LIST_MOST  44

static int
inbox_open(struct screen *s, const void *args, struct err *err)
{
	struct inbox *d = inbox_of(s);

	(void)args, (void)err;
	d->view = VIEW_MINE;
	inbox__list_init(s);
	w_text_init(&d->text);
	d->text.follow = true;
	inbox__composer_init(&d->composer);
	return 0;
}

static void
inbox_close(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	w_list_free(&d->list);
	w_text_free(&d->text);
	inbox__composer_free(&d->composer);
	inbox_thread_clear(&d->thread);
	free(d->rows);
}

bool
inbox__shows_list(const struct screen *s)
{
	return !screen_is_small(s) || inbox_of(s)->focus == INBOX_LIST;
}

bool
inbox__shows_thread(const struct screen *s)
{
	return !screen_is_small(s) || inbox_of(s)->focus != INBOX_LIST;
}

int
inbox__top_rows(const struct screen *s)
{
	return inbox__shows_list(s) ? 1 : 0;
}

const struct conversation *
inbox__subject(const struct screen *s)
{
	const struct inbox *d = inbox_of(s);

	switch (d->state) {
	case THREAD_NONE:
	case THREAD_GONE:
		break;
	case THREAD_READING:
		return &d->head;
	case THREAD_SHOWN:
		return &d->thread.c;
	}
	return NULL;
}

static void
inbox_layout(struct screen *s, int w, int h)
{
	struct inbox *d = inbox_of(s);
	int top = inbox__top_rows(s), pane_w, pane_h = h - top, composer;

	d->list_w = w * 2 / 5;
	if (d->list_w < LIST_LEAST)
		d->list_w = LIST_LEAST;
	if (d->list_w > LIST_MOST)
		d->list_w = LIST_MOST;
	if (screen_is_small(s))
		d->list_w = 0;
	w_list_layout(&d->list, d->list_w > 0 ? d->list_w : w, h - 1);
	pane_w = d->list_w > 0 ? w - d->list_w - 2 : w;
	composer = inbox__composer_rows(s, pane_w, pane_h);
	inbox__composer_layout(s, pane_w - 2, composer - 2);
	inbox__thread_layout(s, pane_w,
	    pane_h - inbox__header_rows(pane_h) - composer -
		(inbox__has_draft_hint(d) ? 1 : 0) -
		(inbox__has_walk(d) ? 1 : 0));
}

static void
inbox_refresh(struct screen *s)
{
	inbox__list_ask(s);
	inbox__thread_ask(s);
	inbox__composer_refresh(s);
}

void
inbox__focus(struct screen *s, enum inbox_focus focus)
{
	struct inbox *d = inbox_of(s);

	d->focus = focus;
	inbox__presence(s);
	if (focus == INBOX_LIST)
		inbox__list_moved(s);
	else
		inbox__thread_seen(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

void
inbox__show(struct screen *s, int64_t id)
{
	struct inbox *d = inbox_of(s);

	inbox__list_view(s, VIEW_ALL);
	w_list_select(&d->list, id);
	inbox__thread_open(s, id);
	inbox__focus(s, INBOX_THREAD);
}

void
inbox_show(struct ui *ui, int64_t conversation_id)
{
	struct err err = ERR_INIT;

	if (ui_push(ui, &scr_inbox, 0, NULL, &err) != 0)
		ui_toast_err(ui, &err);
	else
		inbox__show(ui_front(ui), conversation_id);
}

/* ---- keys ---- */

static unsigned
open_thread(struct screen *s)
{
	struct inbox *d = inbox_of(s);

	if (d->current == 0)
		return REACT_BEEP;
	inbox__focus(s, INBOX_THREAD);
	return REACT_HANDLED;
}

static unsigned
next_view(struct screen *s, int step)
{
	struct inbox *d = inbox_of(s);
	int n = CONVERSATION_VIEW_COUNT;

	inbox__list_view(
	    s, (enum conversation_view)(((int)d->view + n + step) % n));
	return REACT_REDRAW;
}

static unsigned
list_input(struct screen *s, const struct input *in)
{
	struct inbox *d = inbox_of(s);
	enum w_event event = W_NONE;
	unsigned react;

	d->open_due = false;
	if (!w_list_wants_text(&d->list)) {
		if (in->nav == NAV_OPEN && w_list_selected(&d->list) == 0 &&
		    !d->loaded) {
			d->open_due = true;
			return REACT_HANDLED;
		}
		if (in->nav == NAV_NEXT || in->nav == NAV_PREV)
			return next_view(s, in->nav == NAV_NEXT ? 1 : -1);
		if (in->nav == NAV_RIGHT)
			return open_thread(s);
		if (in->nav == NAV_MARK)
			return REACT_BEEP; /* one at a time here */
	}
	react = w_list_input(&d->list, in, &event);
	if (event == W_ACCEPT)
		return open_thread(s);
	if (event == W_CHANGED)
		d->loaded = false;
	if (event == W_MOVED || event == W_CHANGED)
		inbox__list_moved(s);
	return react;
}

static unsigned
thread_input(struct screen *s, const struct input *in)
{
	struct inbox *d = inbox_of(s);
	unsigned react;

	if (!w_text_wants_text(&d->text)) {
		if (in->nav == NAV_NEXT && d->composer.mode != COMPOSE_NONE) {
			inbox__focus(s, INBOX_COMPOSER);
			return REACT_HANDLED;
		}
		if (in->nav == NAV_LEFT || in->nav == NAV_NEXT ||
		    in->nav == NAV_PREV) {
			inbox__focus(s, INBOX_LIST);
			return REACT_HANDLED;
		}
	}
	react = inbox__thread_input(s, in);
	if (react == REACT_NONE && in->nav == NAV_BACK) {
		inbox__focus(s, INBOX_LIST);
		return REACT_HANDLED;
	}
	inbox__presence(s);
	return react;
}

static unsigned
inbox_input(struct screen *s, const struct input *in)
{
	switch (inbox_of(s)->focus) {
	case INBOX_LIST:
		return list_input(s, in);
	case INBOX_THREAD:
		return thread_input(s, in);
	case INBOX_COMPOSER:
		return inbox__composer_input(s, in);
	}
	return REACT_NONE;
}

static unsigned
inbox_paste(struct screen *s, const char *text, size_t n)
{
	struct inbox *d = inbox_of(s);
	enum w_event event;

	switch (d->focus) {
	case INBOX_LIST:
		return w_list_paste(&d->list, text, n, &event);
	case INBOX_THREAD:
		break;
	case INBOX_COMPOSER:
		return inbox__composer_paste(s, text, n);
	}
	return REACT_NONE;
}

static unsigned
inbox_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct inbox *d = inbox_of(s);
	int top = inbox__top_rows(s);
	enum w_event event = W_NONE;
	unsigned react;
	int view;

	if (d->focus == INBOX_COMPOSER)
		return REACT_NONE;
	if (y < top) {
		view = inbox__view_at(s, x);
		if (button != BUTTON_LEFT || view < 0)
			return REACT_NONE;
		if (d->focus != INBOX_LIST)
			inbox__focus(s, INBOX_LIST);
		inbox__list_view(s, (enum conversation_view)view);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	if (!inbox__shows_list(s) || (d->list_w > 0 && x >= d->list_w)) {
		if (button == BUTTON_LEFT && d->focus == INBOX_LIST)
			return open_thread(s);
		return REACT_NONE;
	}
	if (d->focus != INBOX_LIST)
		inbox__focus(s, INBOX_LIST);
	react = w_list_mouse(&d->list, y - top, button, &event);
	if (event == W_ACCEPT)
		return open_thread(s);
	if (event == W_MOVED)
		inbox__list_moved(s);
	return react;
}

/* ---- notices ---- */

static unsigned
inbox_notify(struct screen *s, enum notice what, int64_t id)
{
	struct inbox *d = inbox_of(s);
	int64_t minute;

	(void)id;
	switch (what) {
	case NOTICE_TICK:
		inbox__draft_tick(s);
		inbox__presence(s);
		/* Ages and the window's countdown show minutes. */
		minute = clock_wall_us() / US_PER_MINUTE;
		if (minute == d->drawn_minute)
			return REACT_NONE;
		d->drawn_minute = minute;
		return REACT_REDRAW;
	case NOTICE_DATA:
		return REACT_REFRESH;
	case NOTICE_ANSWER:
		return REACT_REDRAW;
	case NOTICE_LANG:
		inbox__thread_rebuild(s);
		return REACT_REFRESH | REACT_LAYOUT;
	case NOTICE_SHOWN:
		inbox__presence(s);
		inbox__thread_seen(s);
		return REACT_REFRESH;
	case NOTICE_HIDDEN:
		inbox__draft_keep(s, true);
		inbox__presence(s);
		break;
	}
	return REACT_NONE;
}

static unsigned
inbox_state(const struct screen *s)
{
	const struct conversation *c = inbox__subject(s);
	unsigned state = 0;

	if (c != NULL)
		state |= NEED_CONVERSATION | NEED_SELECTION | NEED_CONTACT;
	else if (!inbox_of(s)->loaded)
		state |= STATE_READING;
	if (c != NULL && c->ticket_id != 0)
		state |= NEED_TICKET;
	if (inbox__composer_has_text(s))
		state |= NEED_DRAFT;
	return state;
}

static bool
inbox_owner(const struct screen *s, struct screen_owner *out)
{
	const struct conversation *c = inbox__subject(s);

	if (c == NULL)
		return false;
	*out = (struct screen_owner){RECORD_CONVERSATION,
	    {c->operator_id, c->team_id, c->operator_team_id},
	    c->operator_id != 0 ? c->operator_name : c->team_name};
	return true;
}

static bool
inbox_wants_text(const struct screen *s)
{
	const struct inbox *d = inbox_of(s);

	switch (d->focus) {
	case INBOX_LIST:
		return w_list_wants_text(&d->list);
	case INBOX_THREAD:
		return w_text_wants_text(&d->text);
	case INBOX_COMPOSER:
		break;
	}
	return true;
}

static const char *
inbox_hints(const struct screen *s)
{
	const struct inbox *d = inbox_of(s);
	const struct conversation *c = inbox__subject(s);

	if (d->focus == INBOX_COMPOSER)
		return d->composer.mode == COMPOSE_NOTE ? "inbox.save-note"
		                                        : "inbox.send";
	if (c != NULL && c->state == CONVERSATION_CLOSED)
		return "inbox.reopen move.open inbox.note inbox.new"
		       " move.filter";
	if (d->focus == INBOX_LIST)
		return c != NULL && c->operator_id == 0
		           ? "move.open inbox.claim inbox.reply inbox.assign"
		             " inbox.new move.filter"
		           : "move.open inbox.reply inbox.assign inbox.close"
		             " inbox.new move.filter";
	if (c != NULL && c->operator_id == 0)
		return "inbox.claim inbox.reply inbox.note inbox.ticket"
		       " move.back inbox.assign inbox.close";
	return c != NULL && c->ticket_id != 0
	           ? "inbox.reply inbox.note inbox.open-ticket move.back"
	             " inbox.next inbox.assign inbox.close inbox.retry"
	           : "inbox.reply inbox.note inbox.ticket move.back"
	             " inbox.next inbox.assign inbox.close inbox.retry";
}

const struct screen_ops scr_inbox = {
    .name = "inbox",
    .title = N_("Inbox"),
    .data_size = sizeof(struct inbox),
    .open = inbox_open,
    .close = inbox_close,
    .layout = inbox_layout,
    .refresh = inbox_refresh,
    .draw = inbox__draw,
    .input = inbox_input,
    .paste = inbox_paste,
    .mouse = inbox_mouse,
    .notify = inbox_notify,
    .state = inbox_state,
    .note = "inbox.note",
    .owner = inbox_owner,
    .wants_text = inbox_wants_text,
    .hints = inbox_hints,
};
