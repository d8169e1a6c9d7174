/*
 * ticket_list_found - tickets that a search finds, the newest first; see
 * tickets.h.
 */
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_list_int.h"
#include <stdlib.h>
#include <string.h>

/* A count that need not be exact looks through so many of what is found. */
#define LOOKED 2500
/* Found tickets are read so many at a time: on a server each asking waits. */
#define SOME 25
#define AMONG                                                                  \
	" AND t.id IN ($?, $?, $?, $?, $?, $?, $?, $?, $?, $?, $?, $?, $?,"    \
	" $?, $?, $?, $?, $?, $?, $?, $?, $?, $?, $?, $?)"

/* Those of ids that pass the filter, in their order; at most SOME. */
static int
read_some(struct desk *d, const struct wanted *w, const int64_t *ids,
    size_t wanted, struct ticket *out, size_t *count, struct err *err)
{
	struct ticket *rows = NULL;
	struct stmt *st = NULL;
	size_t found = 0;
	struct query q;
	int rc;

	*count = 0;
	query_init(&q);
	query_text(&q, TICKET_COLUMNS);
	wanted__add_filter(&q, d, w, -1);
	reach_add_any(&q, d, &w->reach, "t");
	records__in(&q, AMONG, SOME, ids, wanted);
	rc = query_run(d->db, &st, &q, err);
	rows = records__rows(
	    NULL, &st, sizeof(*rows), ticket__read, &found, &rc, err);
	query_free(&q);
	for (size_t i = 0; rc == 0 && i < wanted; i++)
		for (size_t k = 0; k < found; k++)
			if (rows[k].id == ids[i]) {
				ticket__mask(d, &rows[k]);
				out[(*count)++] = rows[k];
				memset(&rows[k], 0, sizeof(rows[k]));
			}
	ticket_list_free(&rows, found);
	return rc;
}

/* One more row at the end; a list that is full loses its first. */
static void
add_row(struct ticket **rows, size_t *count, size_t limit, struct ticket *t)
{
	if (*count == limit) {
		ticket_clear(&(*rows)[0]);
		memmove(*rows, *rows + 1, --*count * sizeof(**rows));
	} else {
		*rows = records__grow(*rows, *count, sizeof(**rows));
	}
	(*rows)[(*count)++] = *t;
}

/*
 * Newest ticket first.  Going backwards starts at the top again and keeps
 * the last rows before the page.
 */
static int
list_matching(struct desk *d, const struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err)
{
	const struct page *page = w->page;
	bool back = page != NULL && page->backwards && page->after_id != 0;
	size_t limit = (size_t)records__limit(page), wanted = SOME;
	bool at_end = false;
	struct matches m;
	int rc;

	rc = records__matches(&m, d, RECORD_TICKET, w->match,
	    back || page == NULL ? 0 : page->after_id, err);
	while (rc == 0 && !at_end && (back || *count < limit)) {
		struct ticket some[SOME];
		int64_t ids[SOME];
		size_t n, read = 0;

		if (!back && limit - *count < SOME)
			wanted = limit - *count;
		rc = records__match_some(&m, ids, wanted, &n, err);
		at_end = n < wanted;
		for (size_t i = 0; back && i < n; i++)
			if (ids[i] == page->after_id) {
				n = i;
				at_end = true;
			}
		if (rc == 0 && n > 0)
			rc = read_some(d, w, ids, n, some, &read, err);
		for (size_t i = 0; i < read; i++)
			add_row(rows, count, limit, &some[i]);
	}
	return rc;
}

/*
 * Whoever may see few of many tickets would look through what others have, so
 * his own are looked through instead: so many at most.
 */
#define FEW 1000

struct hit {
	int64_t id, place;
};

static int
newest_place(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	return x->place < y->place ? 1 : x->place > y->place ? -1 : 0;
}

/* 1 when there are no more than FEW, else 0 or OD_*; part after part. */
static int
are_few(struct desk *d, const struct wanted *w, struct err *err)
{
	struct ticket_filter all = *w->f;
	struct wanted part = *w;
	int64_t n = 0, more;
	struct query q;
	int rc = 0;

	if (w->few != NULL)
		return 1;
	if (w->reach.count < 2 || w->f->contact_id != 0)
		return 0;
	all.where = NULL;
	part.f = &all;
	part.page = NULL;
	part.by_id = part.one_by_one = false;
	part.reach.count = 1;
	for (int i = 0; i < w->reach.count && rc == 0 && n <= FEW; i++) {
		part.reach.parts[0] = w->reach.parts[i];
		query_init(&q);
		query_text(&q, "SELECT count(*) FROM (");
		wanted__add_parts(&q, d, &part, FEW + 1);
		query_text(&q, ") counted");
		rc = query_int(d->db, &more, &q, err);
		query_free(&q);
		n += rc == 0 ? more : 0;
	}
	return rc != 0 ? rc : n <= FEW;
}

/* Those of the few that match, newest first. */
static int
match_few(struct desk *d, const struct wanted *w, struct hit *hits,
    size_t *count, struct err *err)
{
	struct str folded = STR_INIT;
	struct wanted all = *w;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*count = 0;
	all.page = NULL;
	all.by_id = all.one_by_one = false;
	utf8_fold(&folded, w->match, strlen(w->match));
	query_init(&q);
	query_add(&q,
	    "SELECT x.record_id, x.id, x.text FROM search_texts x"
	    " WHERE x.tenant_id = $? AND x.kind = $? AND x.record_id IN (",
	    BINDS(b_int(d->actor.tenant_id), b_int(RECORD_TICKET)));
	wanted__add_parts(&q, d, &all, FEW);
	query_text(&q, ")");
	rc = query_run(d->db, &st, &q, err);
	while (rc == 0 && *count < FEW && (rc = stmt_step(st, err)) == 1) {
		rc = 0;
		if (search_has_words(stmt_text(st, 2), folded.s))
			hits[(*count)++] =
			    (struct hit){stmt_int(st, 0), stmt_int(st, 1)};
	}
	stmt_close(&st);
	query_free(&q);
	str_free(&folded);
	if (*count > 1)
		qsort(hits, *count, sizeof(*hits), newest_place);
	return rc < 0 ? rc : 0;
}

static int
list_few(struct desk *d, const struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err)
{
	size_t limit = (size_t)records__limit(w->page), from = 0, to, n;
	struct hit *hits = xcalloc(FEW, sizeof(*hits));
	int64_t after = w->page != NULL ? w->page->after_id : 0;
	int rc = match_few(d, w, hits, &to, err);
	struct wanted by_id = *w;

	by_id.by_id = true;
	by_id.few = NULL;
	n = 0;
	while (after != 0 && n < to && hits[n].id != after)
		n++;
	if (after != 0 && n < to && w->page->backwards) {
		to = n;
		from = to > limit ? to - limit : 0;
	} else if (after != 0 && n < to) {
		from = n + 1;
	}
	if (to - from > limit)
		to = from + limit;
	while (rc == 0 && from < to) {
		struct ticket some[SOME];
		int64_t ids[SOME];
		size_t read = 0;

		for (n = 0; n < SOME && from < to; n++)
			ids[n] = hits[from++].id;
		rc = read_some(d, &by_id, ids, n, some, &read, err);
		for (size_t i = 0; i < read; i++)
			add_row(rows, count, limit, &some[i]);
	}
	free(hits);
	return rc;
}

static int
count_few(struct desk *d, const struct wanted *w, int cap, int *count,
    struct err *err)
{
	struct hit *hits = xcalloc(FEW, sizeof(*hits));
	size_t n;
	int rc = match_few(d, w, hits, &n, err);

	free(hits);
	*count = (int)n < cap ? (int)n : cap;
	return rc;
}

/* How many of ids pass the filter. */
static int
count_some(struct desk *d, const struct wanted *w, const int64_t *ids,
    size_t wanted, int *count, struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc;

	query_init(&q);
	query_text(&q, "SELECT count(*) FROM tickets t");
	wanted__add_filter(&q, d, w, -1);
	reach_add_any(&q, d, &w->reach, "t");
	records__in(&q, AMONG, SOME, ids, wanted);
	rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = (int)n;
	return rc;
}

int
wanted__search(struct desk *d, struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err)
{
	int rc = are_few(d, w, err);

	w->by_id = rc == 0;
	return rc == 0   ? list_matching(d, w, rows, count, err)
	       : rc == 1 ? list_few(d, w, rows, count, err)
	                 : rc;
}

int
wanted__search_count(struct desk *d, struct wanted *w, int cap, int *count,
    bool *is_least, struct err *err)
{
	size_t most = is_least != NULL ? LOOKED : SIZE_MAX, looked = 0;
	struct matches m;
	int rc;

	if ((rc = are_few(d, w, err)) != 0)
		return rc == 1 ? count_few(d, w, cap, count, err) : rc;
	w->by_id = true;
	rc = records__matches(&m, d, RECORD_TICKET, w->match, 0, err);
	for (size_t found = SOME; rc == 0 && found == SOME && *count < cap;) {
		int64_t ids[SOME];
		int n = 0;

		if (looked >= most) {
			*is_least = true;
			break;
		}
		rc = records__match_some(&m, ids, SOME, &found, err);
		looked += found;
		if (rc == 0 && found > 0)
			rc = count_some(d, w, ids, found, &n, err);
		*count = *count + n < cap ? *count + n : cap;
	}
	if (is_least != NULL && *count >= cap)
		*is_least = true;
	return rc;
}
