/* watch - see watch.h. */
#include "common/watch.h"
#include "common/xalloc.h"
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct watch {
	uv_fs_event_t events;
	uv_timer_t poll;
	struct ear *ear; /* NULL without a socket */
	char *path;      /* owned; "": only the poll */
	void (*fn)(void *data);
	void *data;
	int open_handles;
	bool watching, closing;
};

/* A handle of its own, as it outlives its replacement until it is closed. */
struct ear {
	uv_poll_t poll;
	struct watch *watch; /* NULL: no longer */
	int fd;
};

static void on_event(
    uv_fs_event_t *h, const char *name, int events, int status);

static void
begin(struct watch *w)
{
	w->watching = w->path[0] != '\0' &&
	              uv_fs_event_start(&w->events, on_event, w->path, 0) == 0;
}

static void
on_event(uv_fs_event_t *h, const char *name, int events, int status)
{
	struct watch *w = h->data;

	(void)name;
	if (w->closing || status < 0)
		return;
	if ((events & UV_RENAME) != 0) { /* the path is another file now */
		uv_fs_event_stop(&w->events);
		begin(w);
	}
	uv_timer_again(&w->poll);
	w->fn(w->data);
}

static void
on_poll(uv_timer_t *h)
{
	struct watch *w = h->data;

	if (w->closing)
		return;
	if (!w->watching)
		begin(w);
	w->fn(w->data);
}

struct watch *
watch_file(uv_loop_t *loop, const char *path, uint64_t poll_ms,
    void (*fn)(void *data), void *data)
{
	struct watch *w = xcalloc(1, sizeof(*w));

	w->fn = fn;
	w->data = data;
	w->open_handles = 2;
	uv_fs_event_init(loop, &w->events);
	uv_timer_init(loop, &w->poll);
	w->events.data = w->poll.data = w;
	w->path = xstrdup(path);
	begin(w);
	uv_timer_start(&w->poll, on_poll, poll_ms, poll_ms);
	return w;
}

static void
on_readable(uv_poll_t *h, int status, int events)
{
	struct ear *e = h->data;

	(void)events;
	uv_poll_stop(h);
	if (e->watch == NULL || status < 0)
		return;
	uv_timer_again(&e->watch->poll);
	e->watch->fn(e->watch->data);
}

static void
on_ear_closed(uv_handle_t *h)
{
	struct ear *e = h->data;

	close(e->fd);
	free(e);
}

static void
drop_ear(struct watch *w)
{
	if (w->ear == NULL)
		return;
	w->ear->watch = NULL;
	uv_close((uv_handle_t *)&w->ear->poll, on_ear_closed);
	w->ear = NULL;
}

static void
new_ear(struct watch *w, int fd)
{
	struct ear *e = xcalloc(1, sizeof(*e));

	drop_ear(w);
	e->fd = fd;
	e->watch = w;
	e->poll.data = e;
	if (uv_poll_init(w->poll.loop, &e->poll, fd) != 0) {
		close(fd); /* the poll is left */
		free(e);
		return;
	}
	w->ear = e;
}

void
watch_socket(struct watch *w, int fd)
{
	if (w == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (fd >= 0)
		new_ear(w, fd);
	if (w->ear != NULL)
		uv_poll_start(&w->ear->poll, UV_READABLE, on_readable);
}

static void
on_closed(uv_handle_t *h)
{
	struct watch *w = h->data;

	if (--w->open_handles > 0)
		return;
	free(w->path);
	free(w);
}

void
watch_free(struct watch **w)
{
	if (*w == NULL)
		return;
	(*w)->closing = true;
	drop_ear(*w);
	uv_close((uv_handle_t *)&(*w)->events, on_closed);
	uv_close((uv_handle_t *)&(*w)->poll, on_closed);
	*w = NULL;
}
