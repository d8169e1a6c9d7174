/* model_window - see model_window.h. */
#include "tui/model/model_window.h"

#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Rows from a place on; one more than wanted tells of others. */
static int
read_part(struct desk *d, const struct window_ask *ask, struct page page,
    size_t want, void **rows, size_t *count, bool *more, struct err *err)
{
	int rc;

	page.limit = (int)want + 1;
	if ((rc = ask->read(d, ask->of, &page, rows, count, err)) != 0)
		return rc;
	*more = *count > want;
	if (!*more)
		return 0;
	--*count;
	if (page.backwards)
		memmove(*rows, (char *)*rows + ask->size, *count * ask->size);
	return 0;
}

static void
put_before(struct window *w, const void *before, size_t n, size_t size)
{
	char *rows;

	if (n == 0)
		return;
	rows = xreallocarray(w->rows, w->count + n, size);
	memmove(rows + n * size, rows, w->count * size);
	memcpy(rows, before, n * size);
	w->rows = rows;
	w->count += n;
}

static int
read_around(struct desk *d, const struct window_ask *ask, struct window *out,
    struct err *err)
{
	size_t half = ask->want.count / 2, n = 0;
	void *before = NULL;
	int rc;

	if ((rc = read_part(d, ask, ask->below, half, &out->rows, &out->count,
		 &out->has_after, err)) == 0)
		rc = read_part(d, ask, ask->above, half, &before, &n,
		    &out->has_before, err);
	if (rc == 0)
		put_before(out, before, n, ask->size);
	free(before);
	return rc;
}

int
window_read(struct desk *d, const struct window_ask *ask, struct window *out,
    struct err *err)
{
	bool last = ask->want.what == WANT_LAST;

	*out = (struct window){0};
	if (ask->want.what == WANT_AROUND)
		return read_around(d, ask, out, err);
	return read_part(d, ask, last ? ask->last : (struct page){0},
	    ask->want.count, &out->rows, &out->count,
	    last ? &out->has_before : &out->has_after, err);
}
