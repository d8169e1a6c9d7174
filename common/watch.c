/* watch - see watch.h. */
#include "common/watch.h"
#include "common/xalloc.h"
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct watch {
	uv_fs_event_t events;
	uv_timer_t poll;
	char *name; /* owned; the file's last component */
	void (*fn)(void *data);
	void *data;
	int open_handles;
	bool closing;
};

static void
on_event(uv_fs_event_t *h, const char *name, int events, int status)
{
	struct watch *w = h->data;

	(void)events;
	if (w->closing || status < 0 || name == NULL ||
	    strcmp(name, w->name) != 0)
		return;
	uv_timer_again(&w->poll);
	w->fn(w->data);
}

static void
on_poll(uv_timer_t *h)
{
	struct watch *w = h->data;

	if (!w->closing)
		w->fn(w->data);
}

static void
watch_directory(struct watch *w, const char *path)
{
	char *for_dir = xstrdup(path), *for_name = xstrdup(path);

	w->name = xstrdup(basename(for_name));
	if (uv_fs_event_start(&w->events, on_event, dirname(for_dir), 0) != 0)
		FREE(&w->name); /* the poll does it alone */
	free(for_dir);
	free(for_name);
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
	if (path[0] != '\0')
		watch_directory(w, path);
	uv_timer_start(&w->poll, on_poll, poll_ms, poll_ms);
	return w;
}

static void
on_closed(uv_handle_t *h)
{
	struct watch *w = h->data;

	if (--w->open_handles > 0)
		return;
	free(w->name);
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
