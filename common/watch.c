/* watch - see watch.h. */
#include "common/watch.h"
#include "common/xalloc.h"
#include <stdbool.h>
#include <stdlib.h>

struct watch {
	uv_fs_event_t events;
	uv_timer_t poll;
	char *path; /* owned; "": only the poll */
	void (*fn)(void *data);
	void *data;
	int open_handles;
	bool watching, closing;
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
	uv_close((uv_handle_t *)&(*w)->events, on_closed);
	uv_close((uv_handle_t *)&(*w)->poll, on_closed);
	*w = NULL;
}
