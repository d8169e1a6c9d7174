/*
 * scr_guide_session - a guide walked with a customer: one step a screen, with
 * the path so far above it, the question and where its answers lead below.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/guide_session_int.h"
#include "tui/screens/guide_words.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

static int
walk_open(struct screen *s, const void *args, struct err *err)
{
	struct walk *d = walk_of(s);

	(void)args, (void)err;
	w_text_init(&d->text);
	w_text_init(&d->question);
	str_init(&d->trail);
	str_init(&d->yes);
	str_init(&d->no);
	return 0;
}

static void
walk_close(struct screen *s)
{
	struct walk *d = walk_of(s);

	guide_view_clear(&d->view);
	w_text_free(&d->text);
	w_text_free(&d->question);
	str_free(&d->trail);
	str_free(&d->yes);
	str_free(&d->no);
	FREE(&d->wish.text);
	FREE(&d->unsaid.text);
}

/* Rows of the question: two where there is room. */
static int
foot_rows(int h)
{
	return h >= 16 ? 4 : h >= 5 ? 2 : 1;
}

static int
head_rows(int h)
{
	return h >= 12 ? 3 : h >= 4 ? 1 : 0;
}

static void
walk_layout(struct screen *s, int w, int h)
{
	struct walk *d = walk_of(s);
	int foot = foot_rows(h), rest = h - head_rows(h) - foot;

	w_text_layout(&d->text, w > 2 ? w - 2 : 1, rest > 1 ? rest : 1);
	w_text_layout(&d->question, w > 2 ? w - 2 : 1, foot > 3 ? 2 : 1);
}

/* ---- question and answer ---- */

/* Somebody else walked on: the new step begins at its top. */
static void
follow(struct walk *d)
{
	const struct guide_session *n = &d->view.session.s;
	int64_t at = n->step * SESSION_STATE_COUNT + (int64_t)n->state;

	if (at == d->was_at)
		return;
	d->was_at = at;
	w_text_free(&d->text);
	w_text_init(&d->text);
}

static void
on_view(struct screen *s, struct guide_view *view,
    const struct model_answer *answer)
{
	struct walk *d = walk_of(s);

	if (view->turn < d->view.turn)
		return;
	if (answer->rc == OD_ENOTFOUND || answer->rc == OD_EDENIED) {
		d->gone = true;
		ui_mark(s->ui, s, REACT_REDRAW);
		return;
	}
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	guide_view_clear(&d->view);
	d->view = *view;
	memset(view, 0, sizeof(*view));
	d->known = true;
	d->gone = false;
	follow(d);
	walk__fill(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
	if (!d->was_asked && ui_top(s->ui) == s) {
		d->was_asked = true;
		(void)walk__ask_missing(s);
	}
	walk__ask_again(s);
}

static void
walk_refresh(struct screen *s)
{
	struct walk *d = walk_of(s);

	model_guide_view(model_of(s), s, ++d->asked, s->id, on_view);
}

/* ---- what is shown ---- */

static const char *
owner_of(const struct guide_session *n)
{
	return n->operator_id != 0            ? n->operator_name
	       : n->team_id != 0              ? n->team_name
	       : n->walker == WALKER_CUSTOMER ? _("the customer")
	                                      : _("nobody");
}

static void
draw_head(const struct screen *s, struct canvas *c)
{
	const struct walk *d = walk_of(s);
	const struct guide_session *n = &d->view.session.s;
	char line[400], ticket[32] = "", age[24];

	app_age(age, sizeof(age), n->created_at, clock_wall_us());
	if (n->ticket_number != 0)
		str_format(ticket, sizeof(ticket), " · #%lld",
		    (long long)n->ticket_number);
	str_format(line, sizeof(line), "%s · %s · %s%s%s%s",
	    guide_state_word(n->state), owner_of(n), age, ticket,
	    n->customer_name[0] != '\0' ? " · " : "", n->customer_name);
	canvas_fill(c, 0, 0, c->w, ROLE_HEADER);
	canvas_outside(c, 1, 0, c->w - 2, ROLE_HEADER, line, strlen(line));
	if (c->h < 3)
		return;
	canvas_text(c, 1, 1, c->w - 2, guide_state_role(n->state), d->trail.s);
	canvas_hline(c, 0, 2, c->w, ROLE_BORDER);
}

/* "y yes: step 4   n no: escalated   s skip". */
static void
draw_answers(const struct walk *d, struct canvas *c, int y)
{
	int x = 1;

	x += canvas_text(c, x, y, -1, ROLE_KEY, "y");
	x += canvas_textf(
	    c, x, y, -1, ROLE_OK, " %s: %s   ", _("yes"), d->yes.s);
	x += canvas_text(c, x, y, -1, ROLE_KEY, "n");
	x += canvas_textf(
	    c, x, y, -1, ROLE_WARNING, " %s: %s   ", _("no"), d->no.s);
	x += canvas_text(c, x, y, -1, ROLE_KEY, "s");
	canvas_textf(c, x, y, -1, ROLE_HINT, " %s", _("skip"));
}

static void
draw_foot(const struct screen *s, struct canvas *c)
{
	const struct walk *d = walk_of(s);
	int line = c->h > 2 ? 1 : 0;
	struct canvas at = canvas_sub(c, 1, line, c->w - 2, c->h - 1 - line);

	if (!d->view.has_guide || session_step(&d->view.session) == NULL)
		return;
	if (line > 0)
		canvas_hline(c, 0, 0, c->w, ROLE_BORDER);
	w_text_draw(&d->question, &at, false);
	draw_answers(d, c, c->h - 1);
}

static void
walk_draw(const struct screen *s, struct canvas *c)
{
	const struct walk *d = walk_of(s);
	int head = head_rows(c->h), foot = foot_rows(c->h);
	struct canvas above = canvas_sub(c, 0, 0, c->w, head);
	struct canvas body =
	    canvas_sub(c, 1, head, c->w - 2, c->h - head - foot);
	struct canvas below = canvas_sub(c, 0, c->h - foot, c->w, foot);

	if (d->gone) {
		canvas_text(c, 1, 0, c->w - 2, ROLE_WARNING,
		    _("There is no such session for you (any more)."));
		return;
	}
	if (!d->known)
		return;
	if (head > 0)
		draw_head(s, &above);
	w_text_draw(&d->text, &body, ui_top(s->ui) == s);
	draw_foot(s, &below);
}

static void
walk_subtitle(const struct screen *s, struct str *out)
{
	const struct walk *d = walk_of(s);

	if (d->known && d->view.has_guide)
		session_title(&d->view.session, out);
	else if (d->known)
		str_add(out, d->view.session.s.title);
	else
		str_add(out, _("Guide"));
}

static unsigned
walk_state(const struct screen *s)
{
	const struct walk *d = walk_of(s);
	unsigned state = 0;

	if (!d->known || d->gone)
		return 0;
	state |= NEED_SELECTION | NEED_GUIDE;
	if (d->view.session.s.ticket_id != 0)
		state |= NEED_TICKET;
	if (d->view.session.s.conversation_id != 0)
		state |= NEED_CONVERSATION;
	return state;
}

static const char *
walk_hints(const struct screen *s)
{
	const struct walk *d = walk_of(s);

	if (d->known && d->view.session.s.state >= SESSION_RESOLVED)
		return "session.feedback session.ticket move.back";
	if (d->known && d->view.session.s.state == SESSION_PAUSED)
		return "session.pause session.hand-over session.path move.back";
	if (walk__wants_warning_read(s))
		return "session.warned session.back session.escalate move.back";
	return "session.yes session.no session.back session.note"
	       " session.escalate session.send session.hand-over";
}

/* ---- keys ---- */

static unsigned
walk_input(struct screen *s, const struct input *in)
{
	struct walk *d = walk_of(s);
	enum w_event event;
	unsigned react;

	if (!w_text_wants_text(&d->text) &&
	    (in->nav == NAV_MARK || in->nav == NAV_OPEN))
		return walk__wants_warning_read(s) ? walk__warned(s)
		                                   : REACT_HANDLED;
	react = w_text_input(&d->text, in, &event);
	if (react == REACT_NONE && in->nav == NAV_BACK && d->shows_path) {
		d->shows_path = false;
		walk__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	return react;
}

static bool
walk_wants_text(const struct screen *s)
{
	return w_text_wants_text(&walk_of(s)->text);
}

static unsigned
walk_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)id;
	if (what == NOTICE_LANG) {
		walk__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	return screen_notify_ages(what, &walk_of(s)->minute);
}

const struct screen_ops scr_guide_session = {
    .name = "session",
    .title = N_("Guide"),
    .data_size = sizeof(struct walk),
    .open = walk_open,
    .close = walk_close,
    .layout = walk_layout,
    .refresh = walk_refresh,
    .draw = walk_draw,
    .input = walk_input,
    .notify = walk_notify,
    .state = walk_state,
    .wants_text = walk_wants_text,
    .hints = walk_hints,
    .subtitle = walk_subtitle,
};
