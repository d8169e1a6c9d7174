/*
 * scr_recordings - the sound of calls: found, heard with its picture, taken
 * away, deleted and had back.  As a place, or for one call above its screen.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/screens/call_int.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/recordings_int.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

#define SKIP_US INT64_C(5000000)

static const struct w_tab tabs[RECORDINGS_VIEWS] = {
    [RECORDINGS_ALL] = {N_("All of them"), 1, false},
    [RECORDINGS_MINE] = {N_("My recordings"), 2, false},
    [RECORDINGS_OF_TODAY] = {N_("Recorded today"), 3, false},
    [RECORDINGS_TRASH] = {N_("Trash"), 4, false},
};
static const struct w_tab tabs_of_call[1] = {{N_("Of this call"), 0, false}};

static int
tab_count(const struct screen *s)
{
	if (s->id != 0)
		return 1;
	return model_may(model_of(s), "recording.restore") ? RECORDINGS_VIEWS
	                                                   : RECORDINGS_TRASH;
}

/* ---- life ---- */

static int
recordings_open(struct screen *s, const void *args, struct err *err)
{
	struct recordings_data *d = s->data;

	(void)args, (void)err;
	d->sound.fd = -1;
	recordings__list_init(d);
	return 0;
}

static void
recordings_close(struct screen *s)
{
	struct recordings_data *d = s->data;

	recordings__stop(d);
	recordings_clear(&d->list);
	w_list_free(&d->rows);
	FREE(&d->times);
}

/* Below the list: what is heard, or a row about the one that is selected. */
static int
foot_rows(const struct recordings_data *d, int h)
{
	int play = recordings__play_rows(d, h);

	return play > 0 ? play : h >= 13 ? 2 : 0;
}

static void
recordings_layout(struct screen *s, int w, int h)
{
	struct recordings_data *d = s->data;
	int rest = h - 1 - foot_rows(d, h);

	w_list_layout(&d->rows, w, rest > 1 ? rest : 1);
}

/* ---- question and answer ---- */

static void
on_list(struct screen *s, struct recordings *list,
    const struct model_answer *answer)
{
	struct recordings_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (list->turn < d->asked)
		return;
	recordings_clear(&d->list);
	d->list = *list;
	memset(list, 0, sizeof(*list));
	d->known = true;
	recordings__list_set(app_of(s->ui), d);
	if (d->list.wrong[0] != '\0' && !w_list_wants_text(&d->rows))
		ui_toast(s->ui, TOAST_WARNING, "%s", d->list.wrong);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
recordings_refresh(struct screen *s)
{
	struct recordings_data *d = s->data;

	model_recordings(model_of(s), s, ++d->asked, d->view, s->id,
	    w_list_filter(&d->rows), on_list);
}

/* ---- what is shown ---- */

/* What stands at the end of the row of tabs. */
static void
add_right(const struct recordings_data *d, struct str *out)
{
	if (d->known)
		recordings__figures(d, out);
}

static void
recordings_draw(const struct screen *s, struct canvas *c)
{
	const struct recordings_data *d = s->data;
	const struct recording *r = recordings__row(d);
	int foot = foot_rows(d, c->h), play = recordings__play_rows(d, c->h);
	struct canvas list = canvas_sub(c, 0, 1, c->w, c->h - 1 - foot);
	struct canvas below = canvas_sub(c, 0, c->h - foot, c->w, foot);
	struct canvas row = canvas_sub(c, 0, c->h - 1, c->w, 1);
	struct str right = STR_INIT;

	add_right(d, &right);
	w_tabs_draw(c, 0, s->id != 0 ? tabs_of_call : tabs, tab_count(s),
	    (int)d->view, right.s);
	str_free(&right);
	w_list_draw(&d->rows, &list, ui_top(s->ui) == s);
	if (play > 0) {
		recordings__draw_play(s, &below);
	} else if (foot > 0) {
		canvas_hline(&below, 0, 0, c->w, ROLE_BORDER);
		if (r != NULL)
			recordings__draw_foot(r, &row);
	}
}

static unsigned
recordings_state(const struct screen *s)
{
	return recordings__row(s->data) != NULL ? NEED_SELECTION : 0;
}

static bool
recordings_wants_text(const struct screen *s)
{
	const struct recordings_data *d = s->data;

	return w_list_wants_text(&d->rows);
}

static const char *
recordings_hints(const struct screen *s)
{
	const struct recordings_data *d = s->data;

	return d->is_open ? "recordings.pause recordings.mark recordings.faster"
	                  : "recordings.play recordings.export "
	                    "recordings.delete recordings.show "
	                    "recordings.verify";
}

/* ---- keys ---- */

static unsigned
show_view(struct screen *s, int view)
{
	struct recordings_data *d = s->data;

	if (view < 0 || view >= tab_count(s))
		return REACT_BEEP;
	d->view = (enum recordings_view)view;
	return REACT_REFRESH | REACT_REDRAW;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	if (event == W_ACCEPT)
		return recordings__play(s);
	return event == W_CHANGED ? react | REACT_REFRESH : react;
}

static unsigned
recordings_input(struct screen *s, const struct input *in)
{
	struct recordings_data *d = s->data;
	enum w_event event = W_NONE;
	unsigned react;
	int n = tab_count(s);

	if (!w_list_wants_text(&d->rows)) {
		switch (in->nav) {
		case NAV_LEFT:
			return recordings__skip(s, -SKIP_US);
		case NAV_RIGHT:
			return recordings__skip(s, SKIP_US);
		case NAV_MARK:
			return REACT_NONE;
		case NAV_BACK:
			if (!d->is_open)
				break;
			recordings__stop(d);
			return REACT_LAYOUT | REACT_REDRAW;
		default:
			break;
		}
	}
	react = w_list_input(&d->rows, in, &event);
	if (react == REACT_NONE && n > 1 && in->nav == NAV_NEXT)
		return show_view(s, ((int)d->view + 1) % n);
	if (react == REACT_NONE && n > 1 && in->nav == NAV_PREV)
		return show_view(s, ((int)d->view + n - 1) % n);
	return after(s, react, event);
}

static unsigned
recordings_paste(struct screen *s, const char *text, size_t n)
{
	struct recordings_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_paste(&d->rows, text, n, &event);

	return after(s, react, event);
}

static unsigned
recordings_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct recordings_data *d = s->data;
	struct str right = STR_INIT;
	enum w_event event;
	unsigned react;
	int tab;

	if (y == 0) {
		add_right(d, &right);
		tab = w_tabs_at(
		    s->w, tabs, tab_count(s), (int)d->view, right.s, x);
		str_free(&right);
		return s->id != 0 || tab < 0 ? REACT_NONE : show_view(s, tab);
	}
	if (y >= s->h - foot_rows(d, s->h))
		return REACT_NONE;
	react = w_list_mouse(&d->rows, y - 1, button, &event);
	return after(s, react, event);
}

const struct screen_ops scr_recordings = {
    .name = "recordings",
    .title = N_("Recordings"),
    .data_size = sizeof(struct recordings_data),
    .open = recordings_open,
    .close = recordings_close,
    .layout = recordings_layout,
    .refresh = recordings_refresh,
    .draw = recordings_draw,
    .input = recordings_input,
    .paste = recordings_paste,
    .mouse = recordings_mouse,
    .notify = screen_notify_news,
    .state = recordings_state,
    .wants_text = recordings_wants_text,
    .hints = recordings_hints,
};

/* ---- commands ---- */

static unsigned
run_view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return show_view(s, cmd->arg);
}

static unsigned
run_show(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct recording *r = recordings__row(s->data);

	(void)ui, (void)cmd;
	if (r == NULL)
		return REACT_BEEP;
	recordings__page(s, r);
	return REACT_HANDLED;
}

/* Of the screen of calls: the one that goes on, else the row's; 0: none. */
static int64_t
call_on(const struct screen *s)
{
	const struct call *c = call_of(s);

	if (c == NULL)
		c = call__row(call_desk_of(s)).call;
	return c != NULL ? c->id : 0;
}

static unsigned
run_of_call(struct ui *ui, struct screen *s, const struct command *cmd)
{
	int64_t id = call_on(s);

	(void)cmd;
	if (id == 0) {
		ui_toast(ui, TOAST_WARNING, "%s", _("Select a call first"));
		return REACT_BEEP;
	}
	return ui_open(ui, &scr_recordings, id, NULL);
}

/* clang-format off */
const struct command recordings_commands[] = {
	{"recordings.play", N_("Play"), N_("Listen to the recording, or pause the one that plays."),
	    NULL, "recordings", NEED_SELECTION | NEED_WRITABLE, "recording.play", NAV_NONE, RECORDINGS_PLAY, recordings__run_play},
	{"recordings.pause", N_("Pause or go on"), N_("Pause what plays, or go on with it."),
	    "recordings:p", NULL, 0, NULL, NAV_NONE, RECORDINGS_PLAY_PAUSE, recordings__run_play},
	{"recordings.mark", N_("Next mark"), N_("Jump to the next mark of what plays; the arrows jump 5 seconds."),
	    "recordings:]", NULL, 0, NULL, NAV_NONE, RECORDINGS_PLAY_MARK, recordings__run_play},
	{"recordings.mark-before", N_("Mark before"), N_("Jump to the mark before, or to the beginning."),
	    "recordings:[", NULL, 0, NULL, NAV_NONE, RECORDINGS_PLAY_MARK_BEFORE, recordings__run_play},
	{"recordings.faster", N_("Faster"), N_("Play faster, up to twice as fast."),
	    "recordings:+", NULL, 0, NULL, NAV_NONE, RECORDINGS_PLAY_FASTER, recordings__run_play},
	{"recordings.slower", N_("Slower"), N_("Play slower, down to three quarters."),
	    "recordings:-", NULL, 0, NULL, NAV_NONE, RECORDINGS_PLAY_SLOWER, recordings__run_play},
	{"recordings.show", N_("Details"), N_("All that is known of the recording, its digests and marks."),
	    "recordings:i", NULL, NEED_SELECTION, "recording.read", NAV_NONE, 0, run_show},
	{"recordings.export", N_("Take a copy"), N_("Copy the recording into a file; why is kept."),
	    "recordings:e", NULL, NEED_SELECTION | NEED_WRITABLE, "recording.export", NAV_NONE, RECORDING_DO_EXPORT, recordings__run_do},
	{"recordings.delete", N_("Delete recording"), N_("Put the recording into the trash; a second administrator approves it."),
	    "recordings:x", NULL, NEED_SELECTION | NEED_WRITABLE, "recording.delete", NAV_NONE, RECORDING_DO_DELETE, recordings__run_do},
	{"recordings.restore", N_("Out of the trash"), N_("Take the recording out of the trash."),
	    "recordings:R", NULL, NEED_SELECTION | NEED_WRITABLE, "recording.restore", NAV_NONE, RECORDING_DO_RESTORE, recordings__run_do},
	{"recordings.verify", N_("Verify"), N_("See whether the recordings are as they were kept."),
	    "recordings:v", NULL, 0, "recording.read", NAV_NONE, 0, recordings__run_verify},
	{"recordings.all", N_("All recordings"), N_("Recordings of everybody whose calls you may hear."),
	    "recordings:1", NULL, 0, NULL, NAV_NONE, RECORDINGS_ALL, run_view},
	{"recordings.mine", N_("My recordings"), N_("Recordings of my own calls."),
	    "recordings:2", NULL, 0, NULL, NAV_NONE, RECORDINGS_MINE, run_view},
	{"recordings.today", N_("Recordings of today"), N_("What was recorded today."),
	    "recordings:3", NULL, 0, NULL, NAV_NONE, RECORDINGS_OF_TODAY, run_view},
	{"recordings.trash", N_("Deleted recordings"), N_("What is in the trash, from where it can be had back."),
	    "recordings:4", NULL, 0, NULL, NAV_NONE, RECORDINGS_TRASH, run_view},
	{"call.recordings", N_("Recordings of the call"), N_("Listen to what was recorded of the call."),
	    "call:R", NULL, 0, "recording.read", NAV_NONE, 0, run_of_call},
};
/* clang-format on */
const size_t recordings_commands_count =
    sizeof(recordings_commands) / sizeof(recordings_commands[0]);
