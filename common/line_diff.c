/*
 * line_diff - by the longest common subsequence of what stands between the
 * same lines at both ends; see line_diff.h.
 */
#include "common/line_diff.h"
#include "common/xalloc.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct line {
	const char *text;
	size_t len;
};
struct text {
	struct line *lines; /* owned */
	size_t count;
};

static void
split(const char *s, struct text *t)
{
	t->lines = xcalloc(1, sizeof(*t->lines));
	t->count = 0;
	while (*s != '\0') {
		size_t n = strcspn(s, "\n");

		if ((t->count & (t->count - 1)) == 0)
			t->lines = xreallocarray(t->lines,
			    t->count ? t->count * 2 : 1, sizeof(*t->lines));
		t->lines[t->count++] = (struct line){s, n};
		s += n + (s[n] == '\n');
	}
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

struct differ {
	struct text a, b;
	size_t head, tail; /* lines that are the same at both ends */
	struct diff_line *out;
	size_t count;
};

static void
add(struct differ *d, char sign, const struct text *t, size_t i)
{
	if ((d->count & (d->count - 1)) == 0)
		d->out = xreallocarray(
		    d->out, d->count ? d->count * 2 : 1, sizeof(*d->out));
	d->out[d->count++] = (struct diff_line){
	    sign, (int)(i + 1), t->lines[i].text, t->lines[i].len, false};
}

/* longest[i][j]: lines in common from i of a and j of b on. */
static void
compare(struct differ *d, size_t n, size_t m)
{
	size_t width = m + 1, i, j;
	uint16_t *longest = xcalloc((n + 1) * width, sizeof(*longest));
	const struct line *a = d->a.lines + d->head;
	const struct line *b = d->b.lines + d->head;

	for (i = n; i-- > 0;)
		for (j = m; j-- > 0;) {
			uint16_t down = longest[(i + 1) * width + j];
			uint16_t right = longest[i * width + j + 1];
			uint16_t best = down > right ? down : right;

			if (same(&a[i], &b[j]))
				best = (uint16_t)(longest[(i + 1) * width + j +
							  1] +
						  1);
			longest[i * width + j] = best;
		}
	for (i = j = 0; i < n || j < m;) {
		if (i < n && j < m && same(&a[i], &b[j])) {
			add(d, ' ', &d->b, d->head + j);
			i++;
			j++;
		} else if (i < n &&
			   (j == m || longest[(i + 1) * width + j] >=
					  longest[i * width + j + 1])) {
			add(d, '-', &d->a, d->head + i++);
		} else {
			add(d, '+', &d->b, d->head + j++);
		}
	}
	free(longest);
}

/* Keep what differs and its surroundings. */
static void
cut(struct differ *d, int context)
{
	size_t kept = 0, last = 0;
	bool *keep = xcalloc(d->count + 1, sizeof(*keep));

	for (size_t i = 0; i < d->count; i++) {
		if (d->out[i].sign == ' ')
			continue;
		for (int k = -context; k <= context; k++) {
			int64_t at = (int64_t)i + k;

			if (at >= 0 && at < (int64_t)d->count)
				keep[at] = true;
		}
	}
	for (size_t i = 0; i < d->count; i++) {
		if (!keep[i])
			continue;
		d->out[kept] = d->out[i];
		d->out[kept].skips = i > last;
		kept++;
		last = i + 1;
	}
	d->count = kept;
	free(keep);
}

size_t
line_diff(const char *a, const char *b, int context, struct diff_line **lines)
{
	struct differ d = {.head = 0};
	size_t n, m;

	split(a, &d.a);
	split(b, &d.b);
	n = d.a.count;
	m = d.b.count;
	while (d.head < n && d.head < m &&
	       same(&d.a.lines[d.head], &d.b.lines[d.head]))
		d.head++;
	while (d.tail < n - d.head && d.tail < m - d.head &&
	       same(&d.a.lines[n - 1 - d.tail], &d.b.lines[m - 1 - d.tail]))
		d.tail++;
	n -= d.head + d.tail;
	m -= d.head + d.tail;
	for (size_t i = 0; i < d.head; i++)
		add(&d, ' ', &d.b, i);
	if (n <= LINE_DIFF_MAX && m <= LINE_DIFF_MAX) {
		compare(&d, n, m);
	} else {
		for (size_t i = 0; i < n; i++)
			add(&d, '-', &d.a, d.head + i);
		for (size_t i = 0; i < m; i++)
			add(&d, '+', &d.b, d.head + i);
	}
	for (size_t i = d.b.count - d.tail; i < d.b.count; i++)
		add(&d, ' ', &d.b, i);
	cut(&d, context);
	if (d.count == 0)
		FREE(&d.out);
	*lines = d.out;
	free(d.a.lines);
	free(d.b.lines);
	return d.count;
}
