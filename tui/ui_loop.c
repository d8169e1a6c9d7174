/*
 * ui_loop - keys in, frames out.
 */
#include "tui/ui_loop.h"

#include "common/i18n.h"
#include "common/loop.h"
#include "common/xalloc.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

/*
 * Frames and questions that no key asked for: at most ten in any second.  The
 * first four after a quiet while come at once, so that the answer to a key,
 * or a message, is seen without delay.  While another answer is to come the
 * one at hand waits for it, but not longer than GAP_MS.  A key, and the start,
 * asked for all that comes until nothing more is on its way; what is asked all
 * the time is taken for their answer no longer than ANSWER_MS.
 */
#define PACE_MS   166
#define PACE_MAX  4
#define GAP_MS    8
#define ANSWER_MS 250
#define TICK_MS   1000

enum { SIG_WINCH, SIG_CONT, SIG_TSTP, SIG_TERM, SIG_INT, SIG_HUP, SIG_COUNT };

struct pace {
	uint64_t credit_ms; /* PACE_MS for each, saved up to seen_ms */
	uint64_t seen_ms;
};

struct ui_loop {
	uv_loop_t *loop;
	struct term *term;        /* borrowed */
	struct ui *ui;            /* borrowed */
	struct canvas_grid *grid; /* owned */
	uv_poll_t poll;
	uv_prepare_t paint;
	uv_timer_t tick, frame;
	uv_signal_t signals[SIG_COUNT];
	int open_handles; /* the struct dies with the last one */
	int fd_flags;     /* of the terminal, as found */
	bool by_key;      /* a key came since the last frame */
	bool is_answered; /* all that the last key asked for has come */
	uint64_t key_ms;  /* of the frame that showed the last key */
	bool ended, stopping;
	uint64_t painted_ms;
	struct pace frames, questions;
	void (*end)(enum ui_end why, void *data);
	void *data;
};

static void
report_end(struct ui_loop *l, enum ui_end why)
{
	if (l->ended)
		return;
	l->ended = true;
	uv_poll_stop(&l->poll);
	l->end(why, l->data);
}

static void
take_event(struct ui_loop *l, const struct term_event *ev)
{
	l->by_key = true;
	switch (ev->kind) {
	case TERM_KEY:
		ui_key(l->ui, &ev->key);
		break;
	case TERM_PASTE:
		ui_paste(l->ui, ev->text, ev->text_len, ev->text_cut);
		break;
	case TERM_MOUSE:
		ui_mouse(l->ui, ev->x, ev->y, ev->button);
		break;
	}
}

static void
on_readable(uv_poll_t *poll, int status, int events)
{
	struct ui_loop *l = poll->data;
	struct term_event ev;
	int rc = 0;

	while (!l->ended && (rc = term_read(l->term, &ev)) == 1) {
		take_event(l, &ev);
		if (ui_wants_quit(l->ui))
			report_end(l, UI_END_QUIT);
	}
	if (rc < 0 || status < 0 || (events & UV_DISCONNECT) != 0)
		report_end(l, UI_END_TERMINAL);
}

static void
resize(struct ui_loop *l)
{
	int w, h;

	term_resize(l->term, &w, &h);
	canvas_grid_resize(l->grid, w, h);
	ui_resize(l->ui, w, h);
	l->by_key = true;
}

static void
on_signal(uv_signal_t *signal, int signum)
{
	struct ui_loop *l = signal->data;

	switch (signum) {
	case SIGCONT:
		term_redraw_all(l->term);
		resize(l);
		break;
	case SIGWINCH:
		resize(l);
		break;
	case SIGTSTP:
		term_suspend(l->term);
		break;
	case SIGHUP:
		report_end(l, UI_END_TERMINAL);
		break;
	default:
		report_end(l, UI_END_SIGNAL);
		break;
	}
}

static void
on_tick(uv_timer_t *timer)
{
	struct ui_loop *l = timer->data;

	ui_notify(l->ui, NOTICE_TICK, 0);
	if (ui_wants_quit(l->ui))
		report_end(l, UI_END_QUIT);
}

/* Its only work is to wake the loop: the prepare hook paints. */
static void
on_frame(uv_timer_t *timer)
{
	(void)timer;
}

/* 0: one more is allowed; else wait so long. */
static uint64_t
pace_wait(struct pace *p, uint64_t now)
{
	p->credit_ms += now - p->seen_ms;
	if (p->credit_ms > PACE_MAX * PACE_MS)
		p->credit_ms = PACE_MAX * PACE_MS;
	p->seen_ms = now;
	return p->credit_ms < PACE_MS ? PACE_MS - p->credit_ms : 0;
}

static void
wake_in(struct ui_loop *l, uint64_t ms)
{
	if (!uv_is_active((uv_handle_t *)&l->frame) ||
	    uv_timer_get_due_in(&l->frame) > ms)
		uv_timer_start(&l->frame, on_frame, ms, 0);
}

static bool
is_asked_for(const struct ui_loop *l, uint64_t now)
{
	return l->by_key ||
	       (!l->is_answered && now - l->key_ms < ANSWER_MS);
}

static void
paint(struct ui_loop *l, uint64_t now)
{
	uint64_t since = now - l->painted_ms, wait = 0;
	bool is_paced = !is_asked_for(l, now);

	if (is_paced)
		wait = pace_wait(&l->frames, now);
	if (!l->by_key && wait == 0 && since < GAP_MS && ui_is_waiting(l->ui))
		wait = GAP_MS - since;
	if (wait > 0) {
		wake_in(l, wait);
		return;
	}
	if (is_paced)
		l->frames.credit_ms -= PACE_MS;
	ui_draw(l->ui, l->grid);
	l->painted_ms = now;
	if (term_flush(l->term, l->grid) != 0)
		report_end(l, UI_END_TERMINAL);
}

static void
ask(struct ui_loop *l, uint64_t now)
{
	uint64_t wait;

	if (!is_asked_for(l, now)) {
		if ((wait = pace_wait(&l->questions, now)) > 0) {
			wake_in(l, wait);
			return;
		}
		l->questions.credit_ms -= PACE_MS;
	}
	ui_refresh(l->ui);
	if (ui_wants_frame(l->ui))
		wake_in(l, 0);
}

/*
 * The frame first: a question wakes the worker, and on a busy machine that
 * would run before the key is seen.
 */
static void
on_paint(uv_prepare_t *prepare)
{
	struct ui_loop *l = prepare->data;
	uint64_t now = uv_now(l->loop);

	if (xalloc_is_short())
		report_end(l, UI_END_MEMORY);
	if (l->ended || !ui_is_dirty(l->ui))
		return;
	if (l->by_key || ui_wants_frame(l->ui))
		paint(l, now);
	if (!l->ended && ui_is_stale(l->ui))
		ask(l, now);
	if (l->by_key)
		l->key_ms = now;
	l->is_answered =
	    !ui_is_waiting(l->ui) || (l->is_answered && !l->by_key);
	l->by_key = false;
}

static void
on_closed(uv_handle_t *handle)
{
	struct ui_loop *l = handle->data;

	if (--l->open_handles == 0 && l->stopping) {
		canvas_grid_free(&l->grid);
		free(l);
	}
}

static const int signums[SIG_COUNT] = {
    [SIG_WINCH] = SIGWINCH,
    [SIG_CONT] = SIGCONT,
    [SIG_TSTP] = SIGTSTP,
    [SIG_TERM] = SIGTERM,
    [SIG_INT] = SIGINT,
    [SIG_HUP] = SIGHUP,
};

static void
start_signals(struct ui_loop *l)
{
	for (int i = 0; i < SIG_COUNT; i++) {
		uv_signal_init(l->loop, &l->signals[i]);
		l->signals[i].data = l;
		uv_signal_start(&l->signals[i], on_signal, signums[i]);
		l->open_handles++;
	}
}

/*
 * The end is under way: what was typed is being kept.  Whoever asks for it once
 * more, as a session's manager does after the terminal, must not cut it short;
 * without our handler the system's answer would be to kill.
 */
static void
stop_signals(struct ui_loop *l)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 0; i < SIG_COUNT; i++)
		uv_close((uv_handle_t *)&l->signals[i], on_closed);
	for (int i = 0; i < SIG_COUNT; i++)
		signal(signums[i], SIG_IGN);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int
ui_loop_start(uv_loop_t *loop, struct term *term, struct ui *ui,
    void (*end)(enum ui_end why, void *data), void *data, struct ui_loop **out,
    struct err *err)
{
	struct ui_loop *l = xcalloc(1, sizeof *l);
	int rc, fd = term_fd(term), w, h;

	l->loop = loop;
	l->term = term;
	l->ui = ui;
	l->end = end;
	l->data = data;
	l->fd_flags = fcntl(fd, F_GETFL);
	if ((rc = uv_poll_init(loop, &l->poll, fd)) != 0) {
		free(l);
		return loop_err(
		    err, OD_EUNAVAIL, _("The terminal cannot be watched"), rc);
	}
	/*
	 * libuv made the descriptor non-blocking; output shares it, and a
	 * slow terminal would then lose parts of a frame.
	 */
	fcntl(fd, F_SETFL, l->fd_flags);
	l->poll.data = l;
	uv_poll_start(&l->poll, UV_READABLE | UV_DISCONNECT, on_readable);
	uv_prepare_init(loop, &l->paint);
	l->paint.data = l;
	uv_prepare_start(&l->paint, on_paint);
	uv_timer_init(loop, &l->tick);
	l->tick.data = l;
	uv_timer_start(&l->tick, on_tick, TICK_MS, TICK_MS);
	uv_timer_init(loop, &l->frame);
	l->frame.data = l;
	l->open_handles = 4;
	start_signals(l);
	term_resize(term, &w, &h);
	l->grid = canvas_grid_new(w, h, term_canvas_flags(term));
	ui_resize(ui, w, h);
	l->by_key = true;
	*out = l;
	return 0;
}

void
ui_loop_stop(struct ui_loop **lp)
{
	struct ui_loop *l = *lp;

	if (l == NULL)
		return;
	*lp = NULL;
	l->ended = true;
	l->stopping = true;
	uv_close((uv_handle_t *)&l->poll, on_closed);
	uv_close((uv_handle_t *)&l->paint, on_closed);
	uv_close((uv_handle_t *)&l->tick, on_closed);
	uv_close((uv_handle_t *)&l->frame, on_closed);
	stop_signals(l);
}

void
ui_loop_wake(struct ui_loop *l)
{
	/* The prepare hook runs in this turn; it sees to the frame rate. */
	if (ui_is_dirty(l->ui) && !uv_is_active((uv_handle_t *)&l->frame))
		wake_in(l, 0);
}
