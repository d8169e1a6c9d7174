/*
 * model_window - the rows of a list that w_list_want asks for, read page by
 * page: from one end, or around the row that is selected.
 */
#ifndef TUI_MODEL_MODEL_WINDOW_H
#define TUI_MODEL_MODEL_WINDOW_H

#include "db/core/desk.h"
#include "db/records/page.h"
#include "tui/widgets/w_list.h"

/* A page of the list, in its order; *rows are the caller's to free. */
typedef int window_read_fn(struct desk *d, const void *of,
    const struct page *page, void **rows, size_t *count, struct err *err);

struct window_ask {
	struct w_list_want want;
	struct page below; /* WANT_AROUND: the row itself comes first */
	struct page above; /* WANT_AROUND: what is before it */
	struct page last;  /* WANT_LAST: backwards from the end */
	size_t size;	   /* bytes of a row, which owns nothing */
	window_read_fn *read;
	const void *of; /* for read */
};

struct window {
	void *rows; /* owned */
	size_t count;
	bool has_before, has_after;
};
/* On the database's thread.  out->rows is to be freed in every case. */
int window_read(struct desk *d, const struct window_ask *ask,
    struct window *out, struct err *err);

#endif
