/* textrows - see textrows.h. */
#include "tui/widgets/textrows.h"

#include "common/xalloc.h"
#include "tui/widgets/textpos.h"

#include <stdlib.h>
#include <string.h>

static void
add(struct text_rows *r, size_t at)
{
	if (r->count == r->cap) {
		r->cap = r->cap > 0 ? r->cap * 2 : 16;
		r->at = xreallocarray(r->at, r->cap, sizeof(r->at[0]));
	}
	r->at[r->count++] = at;
}

/* Rows from the beginning of a line, those that begin before end; at end of
 * the text the one that its last LF opens, too. */
static void
add_rows(struct text_rows *r, const char *s, size_t n, size_t at, size_t end)
{
	size_t next;

	add(r, at);
	while (at < n) {
		(void)wrap_row(s + at, n - at, r->w, &next);
		at += next;
		if (at >= end && at < n)
			return;
		if (at < n || s[at - 1] == '\n')
			add(r, at);
	}
}

void
text_rows_free(struct text_rows *r)
{
	free(r->at);
	memset(r, 0, sizeof(*r));
}

void
text_rows_set(struct text_rows *r, const char *s, size_t n, int w)
{
	r->count = 0;
	r->w = w;
	add_rows(r, s, n, 0, n);
}

size_t
text_rows_find(const struct text_rows *r, size_t at)
{
	size_t from = 0, to = r->count;

	while (to - from > 1) {
		size_t mid = from + (to - from) / 2;

		if (r->at[mid] <= at)
			from = mid;
		else
			to = mid;
	}
	return from;
}

void
text_rows_change(struct text_rows *r, const char *s, size_t n, size_t at,
    size_t removed, size_t added)
{
	struct text_rows fresh = {.w = r->w};
	size_t begin = at, end = at + added, first, after, rest;
	const char *lf;

	while (begin > 0 && s[begin - 1] != '\n')
		begin--;
	lf = end < n ? memchr(s + end, '\n', n - end) : NULL;
	first = text_rows_find(r, begin);
	after = r->count;
	end = n;
	if (lf != NULL) {
		/* What follows that line is as before, but elsewhere. */
		end = (size_t)(lf - s) + 1;
		after = text_rows_find(r, end - added + removed);
	}
	add_rows(&fresh, s, n, begin, end);
	if (lf != NULL && end == n)
		fresh.count--; /* that of the last LF: r has it already */
	rest = r->count - after;
	for (size_t i = after; i < r->count; i++)
		r->at[i] = r->at[i] - removed + added;
	while (r->cap < first + fresh.count + rest) {
		r->cap *= 2;
		r->at = xreallocarray(r->at, r->cap, sizeof(r->at[0]));
	}
	memmove(r->at + first + fresh.count, r->at + after,
	    rest * sizeof(r->at[0]));
	memcpy(r->at + first, fresh.at, fresh.count * sizeof(r->at[0]));
	r->count = first + fresh.count + rest;
	text_rows_free(&fresh);
}
