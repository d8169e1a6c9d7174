/*
 * loop - small helpers over libuv: signals, timers and an orderly end.
 */
#include "common/loop.h"
#include "common/xalloc.h"
#include <stdlib.h>

struct loop_timer {
	uv_timer_t handle;
	void (*fn)(void *data);
	void *data;
};

struct loop_signals {
	uv_signal_t *handles; /* owned */
	size_t count;
	size_t open; /* handles that are not closed yet */
	void (*fn)(int signum, void *data);
	void *data;
};

void
loop_global_init(void)
{
	(void)uv_replace_allocator(xmalloc, xrealloc, xcalloc, free);
}

int
loop_err(struct err *err, int code, const char *what, int uv_code)
{
	return err_set(err, code, "%s: %s.", what, uv_strerror(uv_code));
}

static void
on_timer(uv_timer_t *handle)
{
	struct loop_timer *t = handle->data;

	t->fn(t->data);
}

struct loop_timer *
loop_timer_new(uv_loop_t *loop, void (*fn)(void *data), void *data)
{
	struct loop_timer *t = xcalloc(1, sizeof(*t));

	uv_timer_init(loop, &t->handle);
	t->handle.data = t;
	t->fn = fn;
	t->data = data;
	return t;
}

void
loop_timer_start(struct loop_timer *t, uint64_t first_ms, uint64_t repeat_ms)
{
	/* The loop's own time is that of its last turn's begin. */
	uv_update_time(t->handle.loop);
	uv_timer_start(&t->handle, on_timer, first_ms, repeat_ms);
}

void
loop_timer_stop(struct loop_timer *t)
{
	uv_timer_stop(&t->handle);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void
loop_timer_free(struct loop_timer **t)
{
	if (!*t)
		return;
	/* Closed already means that loop_finish did it. */
	if (uv_is_closing((uv_handle_t *)&(*t)->handle))
		free(*t);
	else
		uv_close((uv_handle_t *)&(*t)->handle, on_timer_closed);
	*t = NULL;
}

static void
on_signal(uv_signal_t *handle, int signum)
{
	struct loop_signals *s = handle->data;

	s->fn(signum, s->data);
}

static void
free_signals(struct loop_signals *s)
{
	free(s->handles);
	free(s);
}

static void
on_signal_closed(uv_handle_t *handle)
{
	struct loop_signals *s = handle->data;

	if (--s->open == 0)
		free_signals(s);
}

int
loop_signals_new(uv_loop_t *loop, const int *signums, size_t count,
    void (*fn)(int signum, void *data), void *data, struct loop_signals **out,
    struct err *err)
{
	struct loop_signals *s = xcalloc(1, sizeof(*s));
	int rc = 0;

	s->handles = xcalloc(count, sizeof(*s->handles));
	s->fn = fn;
	s->data = data;
	for (size_t i = 0; i < count && rc == 0; i++) {
		if ((rc = uv_signal_init(loop, &s->handles[i])) != 0)
			break;
		s->handles[i].data = s;
		s->count = s->open = i + 1;
		rc = uv_signal_start(&s->handles[i], on_signal, signums[i]);
	}
	*out = s;
	if (rc == 0)
		return 0;
	loop_signals_free(out);
	return err_set(
	    err, OD_EIO, "Signals cannot be watched: %s.", uv_strerror(rc));
}

void
loop_signals_free(struct loop_signals **signals)
{
	struct loop_signals *s = *signals;

	*signals = NULL;
	if (!s)
		return;
	if (s->count == 0 || uv_is_closing((uv_handle_t *)&s->handles[0])) {
		free_signals(s);
		return;
	}
	for (size_t i = 0; i < s->count; i++)
		uv_close((uv_handle_t *)&s->handles[i], on_signal_closed);
}

static void
close_handle(uv_handle_t *handle, void *data)
{
	(void)data;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

int
loop_finish(uv_loop_t *loop)
{
	uv_walk(loop, close_handle, NULL);
	uv_run(loop, UV_RUN_DEFAULT);
	return uv_loop_close(loop) == 0 ? 0 : OD_EIO;
}
