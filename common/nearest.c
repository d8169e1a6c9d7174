/* nearest - see nearest.h. */
#include "common/nearest.h"

#include <string.h>

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters put in, left out, replaced, or swapped with their neighbour. */
static size_t
distance(const struct nearest *w, const char *name, size_t n)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2], *free_row;
	size_t best;

	for (size_t j = 0; j <= n; j++)
		last[j] = j;
	for (size_t i = 1; i <= w->len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			bool same = w->word[i - 1] == name[j - 1];

			row[j] = least(last[j - 1] + !same,
			    least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && w->word[i - 1] == name[j - 2] &&
			    w->word[i - 2] == name[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	best = last[n];
	for (size_t j = 0; w->is_begun && j < n; j++)
		best = least(best, last[j]);
	return best;
}

void
nearest_begin(struct nearest *n, const char *word, size_t len)
{
	*n = (struct nearest){.word = word, .len = len};
}

void
nearest_look_as(struct nearest *n, const char *name, const char *shown)
{
	size_t len = strlen(name), d;

	if (len > NEAREST_MAX || n->len > NEAREST_MAX)
		return;
	d = distance(n, name, len);
	if (n->name != NULL && n->distance <= d)
		return;
	n->name = shown;
	n->distance = d;
}

void
nearest_look(struct nearest *n, const char *name)
{
	nearest_look_as(n, name, name);
}

const char *
nearest_found(const struct nearest *n)
{
	size_t most = n->len < 3 ? 0 : n->len < 6 ? 1 : n->len < 10 ? 2 : 3;

	return n->name != NULL && n->distance <= most ? n->name : NULL;
}
