/*
 * scr_guides - guides, found by what a customer says, and their sessions.
 *
 * As a place it has tabs: the guides, and the views of sessions.  For a ticket
 * or a conversation it is a screen above that one, with the guides only and
 * what was said there as the words to find one by.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_guide_session.h"
#include "tui/screens/guides_do.h"
#include "tui/screens/guides_int.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_ROWS 4

static const struct w_tab tabs[GUIDES_TABS] = {
    {N_("Guides"), 1, false},
    [1 + SESSIONS_OPEN] = {N_("Sessions"), 2, false},
    [1 + SESSIONS_MINE] = {N_("With me"), 3, false},
    [1 + SESSIONS_CUSTOMERS] = {N_("Alone"), 4, false},
    [1 + SESSIONS_ENDED] = {N_("Over"), 5, false},
    [1 + SESSIONS_ALL] = {N_("All of them"), 6, false},
};

static bool
has_subject(const struct guides *d)
{
	return d->subject.ticket_id != 0 || d->subject.conversation_id != 0;
}

/* ---- life ---- */

static int
guides_open(struct screen *s, const void *args, struct err *err)
{
	struct guides *d = s->data;

	(void)err;
	if (args != NULL)
		d->subject = *(const struct guide_subject *)args;
	w_text_init(&d->detail);
	guides__list_init(d);
	guides__rows_init(d);
	return 0;
}

static void
guides_close(struct screen *s)
{
	struct guides *d = s->data;

	guide_shelf_clear(&d->shelf);
	guide_sessions_clear(&d->sessions);
	free(d->found);
	w_text_free(&d->detail);
	w_list_free(&d->list);
	w_list_free(&d->rows);
}

/* Rows for the selected guide's description; none where there is no room. */
static int
detail_rows(int h)
{
	return h >= 16 ? DETAIL_ROWS : 0;
}

static void
guides_layout(struct screen *s, int w, int h)
{
	struct guides *d = s->data;
	int detail = detail_rows(h);

	w_list_layout(&d->list, w, h - 2 - detail > 1 ? h - 2 - detail : 1);
	w_list_layout(&d->rows, w, h > 2 ? h - 1 : 1);
	w_text_layout(
	    &d->detail, w > 2 ? w - 2 : 1, detail > 1 ? detail - 1 : 1);
}

/* ---- questions and answers ---- */

/* From its beginning: that is where the subject is. */
static void
set_words(struct w_list *l, const char *text)
{
	const struct input home = {.nav = NAV_HOME};
	enum w_event event;

	w_line_set(&l->filter, text);
	(void)w_line_input(&l->filter, &home, &event);
}

/* By way of the command, which knows who may. */
static unsigned
start_it(struct screen *s)
{
	struct err err = ERR_INIT;

	if (ui_run(s->ui, "guides.start", &err) != 0)
		ui_toast_err(s->ui, &err);
	return REACT_HANDLED;
}

static void
on_shelf(struct screen *s, struct guide_shelf *shelf,
    const struct model_answer *answer)
{
	struct guides *d = s->data;
	bool first = !d->known;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (first && shelf->going_on != 0) {
		int64_t id = shelf->going_on;
		struct ui *ui = s->ui;

		ui_finish(ui, s, NULL);
		(void)ui_open(ui, &scr_guide_session, id, NULL);
		ui_toast(ui, TOAST_INFO, "%s",
		    _("This session of it goes on already"));
		return;
	}
	if (shelf->is_same)
		return;
	guide_shelf_clear(&d->shelf);
	d->shelf = *shelf;
	memset(shelf, 0, sizeof(*shelf));
	d->known = true;
	if (first && d->shelf.text[0] != '\0')
		set_words(&d->list, d->shelf.text);
	guides__find(d);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
	/* Enter came before the guides; only what is surely meant begins. */
	if (d->start_due && ui_top(s->ui) == s && guides__sure(d) > 0)
		(void)start_it(s);
	d->start_due = false;
}

static void
on_sessions(struct screen *s, struct guide_sessions *list,
    const struct model_answer *answer)
{
	struct guides *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (list->turn < d->shown || (int)list->view + 1 != d->tab)
		return;
	d->shown = list->turn;
	guide_sessions_clear(&d->sessions);
	d->sessions = *list;
	memset(list, 0, sizeof(*list));
	d->sessions_known = true;
	guides__rows_set(d);
	ui_mark(s->ui, s,
	    w_list_needs_rows(&d->rows) ? REACT_REFRESH : REACT_REDRAW);
}

static void
ask_sessions(struct screen *s)
{
	struct guides *d = s->data;
	const struct guide_session *at = guides__session(d);
	struct guide_sessions ask = {
	    .turn = ++d->asked, .view = (enum guide_session_view)(d->tab - 1)};

	w_list_want(&d->rows, &ask.want);
	if (at != NULL && at->id == ask.want.id)
		ask.around_key = at->created_at;
	model_guide_sessions(model_of(s), s, &ask, on_sessions);
}

static void
guides_refresh(struct screen *s)
{
	struct guides *d = s->data;

	model_guide_shelf(model_of(s), s, &d->subject,
	    d->known ? d->shelf.stamp : "", on_shelf);
	if (d->tab > 0)
		ask_sessions(s);
}

/* ---- what is shown ---- */

/* Whether a guide is surely meant, and which rows are but guesses. */
static void
draw_verdict(const struct guides *d, struct canvas *c, int y)
{
	size_t sure = guides__sure(d);
	int limit = (int)(d->shelf.threshold / 10);

	if (!d->known)
		return;
	if (!d->is_sought && w_list_wants_text(&d->list))
		canvas_text(c, 1, y, c->w - 2, ROLE_MUTED,
		    _("Type what the customer says, in their own words"));
	else if (!d->is_sought && d->shelf.broken > 0)
		canvas_textf(c, 1, y, c->w - 2, ROLE_WARNING,
		    _("Guides that cannot be read: %d; \"opdesk guide check\""
		      " says why"),
		    d->shelf.broken);
	else if (!d->is_sought)
		return;
	else if (sure > 0)
		canvas_textf(c, 1, y, c->w - 2, ROLE_OK,
		    NGETTEXT_("%d guide from %d %% up",
			"%d guides from %d %% up", (long)sure),
		    (int)sure, limit);
	else if (d->found_count > 0)
		canvas_textf(c, 1, y, c->w - 2, ROLE_WARNING,
		    _("No guide is surely about this (%d %% is asked for)"),
		    limit);
	else
		canvas_text(c, 1, y, c->w - 2, ROLE_WARNING,
		    _("No guide is about this"));
}

static void
draw_guides(const struct screen *s, struct canvas *c)
{
	const struct guides *d = s->data;
	int detail = detail_rows(c->h), h = c->h - 2 - detail;
	struct canvas list = canvas_sub(c, 0, 1, c->w, h);
	struct canvas text =
	    canvas_sub(c, 1, c->h - detail, c->w - 2, detail - 1);

	w_list_draw(&d->list, &list, ui_top(s->ui) == s);
	if (detail > 0) {
		canvas_hline(c, 0, c->h - detail - 1, c->w, ROLE_BORDER);
		w_text_draw(&d->detail, &text, false);
		if (w_text_rows(&d->detail) > (size_t)text.h) /* more follows */
			canvas_text(&text, text.w - 2, text.h - 1, 2,
			    ROLE_MUTED, " …");
	}
	draw_verdict(d, c, c->h - 1);
}

/* How many there are, at the end of the row of tabs. */
static void
count_text(const struct guides *d, char out[24])
{
	out[0] = '\0';
	if (d->tab > 0 && d->sessions_known)
		str_format(out, 24,
		    d->sessions.has_before || d->sessions.has_after ? "%d+"
								    : "%d",
		    (int)d->sessions.count);
	else if (d->tab == 0 && d->known)
		str_format(out, 24, "%d", (int)d->found_count);
}

static void
guides_draw(const struct screen *s, struct canvas *c)
{
	const struct guides *d = s->data;
	struct canvas below = canvas_sub(c, 0, 1, c->w, c->h - 1);
	char right[24];

	count_text(d, right);
	w_tabs_draw(
	    c, 0, tabs, has_subject(d) ? 1 : GUIDES_TABS, d->tab, right);
	if (c->h < 2)
		return;
	if (d->tab == 0)
		draw_guides(s, c);
	else
		w_list_draw(&d->rows, &below, ui_top(s->ui) == s);
}

static void
guides_subtitle(const struct screen *s, struct str *out)
{
	const struct guides *d = s->data;

	if (d->subject.ticket_id != 0 && d->known)
		str_addf(out, _("A guide for ticket %lld"),
		    (long long)d->shelf.number);
	else if (has_subject(d))
		str_add(out, _("A guide for what was said"));
	else
		str_add(out, _("Guides"));
}

static unsigned
guides_state(const struct screen *s)
{
	const struct guides *d = s->data;
	bool any = d->tab == 0 ? guides__selected(d) != NULL
	                       : guides__session(d) != NULL;

	if (any)
		return NEED_SELECTION;
	return d->known ? 0 : STATE_READING;
}

static bool
guides_wants_text(const struct screen *s)
{
	const struct guides *d = s->data;

	return w_list_wants_text(d->tab == 0 ? &d->list : &d->rows);
}

static const char *
guides_hints(const struct screen *s)
{
	const struct guides *d = s->data;

	if (d->tab > 0)
		return "move.open move.next guides.list";
	return has_subject(d) ? "guides.start guides.words move.back"
	                      : "guides.words guides.start guides.edit"
	                        " guides.new move.next guides.versions";
}

/* ---- keys ---- */

static unsigned
show_tab(struct screen *s, int tab)
{
	struct guides *d = s->data;

	if (tab == d->tab)
		return REACT_HANDLED;
	d->tab = tab;
	guide_sessions_clear(&d->sessions);
	d->sessions_known = false;
	w_list_set(&d->rows, NULL, 0, false, false);
	w_list_select(&d->rows, 0);
	return REACT_REFRESH | REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct guides *d = s->data;

	if (event == W_ACCEPT && d->tab == 0)
		return start_it(s);
	if (event == W_ACCEPT && guides__session(d) != NULL)
		return ui_open(
		    s->ui, &scr_guide_session, guides__session(d)->id, NULL);
	if (event == W_CHANGED && d->tab == 0) {
		guides__find(d);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	if (event == W_MOVED && d->tab == 0)
		guides__detail(d);
	return react;
}

static unsigned
guides_input(struct screen *s, const struct input *in)
{
	struct guides *d = s->data;
	int n = has_subject(d) ? 1 : GUIDES_TABS;
	enum w_event event;
	unsigned react;

	if (in->nav == NAV_MARK && !guides_wants_text(s))
		return REACT_NONE;
	d->start_due = in->nav == NAV_OPEN && d->tab == 0 && !d->known &&
	               !guides_wants_text(s);
	if (d->start_due)
		return REACT_HANDLED;
	if (d->tab > 0 && in->nav == NAV_FILTER)
		return REACT_NONE;
	react = w_list_input(d->tab == 0 ? &d->list : &d->rows, in, &event);
	if (react == REACT_NONE && n > 1 && in->nav == NAV_NEXT)
		return show_tab(s, (d->tab + 1) % n);
	if (react == REACT_NONE && n > 1 && in->nav == NAV_PREV)
		return show_tab(s, (d->tab + n - 1) % n);
	return after(s, react, event);
}

static unsigned
guides_paste(struct screen *s, const char *text, size_t n)
{
	struct guides *d = s->data;
	enum w_event event;
	unsigned react;

	if (d->tab > 0)
		return REACT_NONE;
	react = w_list_paste(&d->list, text, n, &event);
	return after(s, react, event);
}

static unsigned
guides_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct guides *d = s->data;
	enum w_event event;
	char right[24];
	unsigned react;
	int tab;

	if (y < 1) {
		count_text(d, right);
		tab = w_tabs_at(s->w, tabs, has_subject(d) ? 1 : GUIDES_TABS,
		    d->tab, right, x);
		return button != BUTTON_LEFT || tab < 0 ? REACT_NONE
		                                        : show_tab(s, tab);
	}
	react = w_list_mouse(
	    d->tab == 0 ? &d->list : &d->rows, y - 1, button, &event);
	return after(s, react, event);
}

static unsigned
guides_notify(struct screen *s, enum notice what, int64_t id)
{
	struct guides *d = s->data;

	(void)id;
	if (what == NOTICE_LANG && d->known) {
		guides__find(d);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	return screen_notify_ages(what, &d->minute);
}

const struct screen_ops scr_guides = {
    .name = "guides",
    .title = N_("Guides"),
    .data_size = sizeof(struct guides),
    .open = guides_open,
    .close = guides_close,
    .layout = guides_layout,
    .refresh = guides_refresh,
    .draw = guides_draw,
    .input = guides_input,
    .paste = guides_paste,
    .mouse = guides_mouse,
    .notify = guides_notify,
    .state = guides_state,
    .wants_text = guides_wants_text,
    .hints = guides_hints,
    .subtitle = guides_subtitle,
};

unsigned
guides_find_for(struct ui *ui, const struct guide_subject *subject)
{
	int64_t id = subject->ticket_id != 0 ? subject->ticket_id * 2
	                                     : subject->conversation_id * 2 + 1;

	return ui_open(ui, &scr_guides, id, subject);
}

/* ---- commands ---- */

static void
on_started(struct screen *s, const struct guide_action *action,
    const struct model_answer *answer)
{
	struct guides *d = s->data;
	struct ui *ui = s->ui;
	int64_t id = action->id;

	d->starting = false;
	if (answer->rc != 0)
		return;
	if (has_subject(d))
		ui_finish(ui, s, NULL);
	(void)ui_open(ui, &scr_guide_session, id, NULL);
}

/* What stood there, as it is kept with the session. */
static char *
matched(const struct guides *d)
{
	struct str text = STR_INIT;
	struct json_out out;

	json_out_init(&out, &text);
	json_out_array(&out, NULL);
	for (size_t i = 0; i < d->found_count; i++) {
		const struct guide_found *f = &d->found[i];

		if (f->score < 0)
			continue;
		json_out_object(&out, NULL);
		json_out_string(&out, "topic", d->shelf.rows[f->at].topic);
		json_out_double(
		    &out, "score", (double)f->score / SESSION_SCORE);
		json_out_string(&out, "why", f->why);
		json_out_end(&out, '}');
	}
	json_out_end(&out, ']');
	return str_take(&text);
}

static unsigned
run_start(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct guides *d = s->data;
	const struct guide_found *f = guides__selected(d);
	struct guide_action a = {.deed = GUIDE_DEED_START,
	    .ticket_id = d->subject.ticket_id,
	    .conversation_id = d->subject.conversation_id};

	(void)ui, (void)cmd;
	if (d->tab != 0 || f == NULL || d->starting)
		return REACT_BEEP;
	if (d->shelf.rows[f->at].published == 0) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("This guide is not published yet; e goes on with it"));
		return REACT_BEEP | REACT_REDRAW;
	}
	str_copy(a.topic, sizeof(a.topic), d->shelf.rows[f->at].topic);
	if (f->score > 0) {
		a.score = f->score;
		a.threshold = d->shelf.threshold;
		a.matched = matched(d);
	}
	if (d->is_sought)
		a.text = xstrdup(w_list_filter(&d->list));
	d->starting = true;
	model_guide_act(model_of(s), s, &a, on_started);
	return REACT_HANDLED;
}

static unsigned
run_words(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct input find = {.nav = NAV_FILTER};

	(void)ui, (void)cmd;
	return show_tab(s, 0) | guides_input(s, &find);
}

static unsigned
run_tab(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return has_subject(s->data) ? REACT_BEEP : show_tab(s, cmd->arg);
}

static unsigned
run_reload(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct guides *d = s->data;

	(void)ui, (void)cmd;
	d->shelf.stamp[0] = '\0';
	return REACT_REFRESH;
}

/* clang-format off */
const struct command guides_commands[] = {
	{"guides.start", N_("Start it"), N_("Start a session of the selected guide."),
	    "guides:s", NULL, NEED_SELECTION | NEED_WRITABLE, "session.start", NAV_NONE, 0, run_start},
	{"guides.words", N_("What they say"), N_("Find the guide by what the customer says, in any words."),
	    "guides:f", NULL, 0, NULL, NAV_NONE, 0, run_words},
	{"guides.list", N_("Guides"), N_("Show the guides."),
	    "guides:1", NULL, 0, NULL, NAV_NONE, 0, run_tab},
	{"guides.open", N_("Sessions"), N_("Show the sessions that go on."),
	    "guides:2", NULL, 0, "session.read", NAV_NONE, 1 + SESSIONS_OPEN, run_tab},
	{"guides.mine", N_("With me"), N_("Show the sessions that I have."),
	    "guides:3", NULL, 0, "session.read", NAV_NONE, 1 + SESSIONS_MINE, run_tab},
	{"guides.alone", N_("Alone"), N_("Show the sessions that customers walk by themselves."),
	    "guides:4", NULL, 0, "session.read", NAV_NONE, 1 + SESSIONS_CUSTOMERS, run_tab},
	{"guides.ended", N_("Over"), N_("Show the sessions that have ended."),
	    "guides:5", NULL, 0, "session.read", NAV_NONE, 1 + SESSIONS_ENDED, run_tab},
	{"guides.all", N_("All of them"), N_("Show all sessions."),
	    "guides:6", NULL, 0, "session.read", NAV_NONE, 1 + SESSIONS_ALL, run_tab},
	{"guides.reload", N_("Read again"), N_("Ask the desk for the guides again."),
	    "guides:r", NULL, 0, NULL, NAV_NONE, 0, run_reload},
};
/* clang-format on */
const size_t guides_commands_count =
    sizeof(guides_commands) / sizeof(guides_commands[0]);
