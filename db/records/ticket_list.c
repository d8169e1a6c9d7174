/* ticket_list - lists of tickets, newest change first; see tickets.h. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/reach.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

const char *const ticket_view_names[] = {
    "active", "mine", "unassigned", "team", "all", "trash", NULL};

/*
 * What is asked for, and by whom: each part of what he may see is a range of
 * an index.  Their rows are put together when there are several.
 */
struct wanted {
	const struct ticket_filter *f;
	const struct page *page;
	struct reach reach;
	bool by_id;      /* what a search found */
	bool one_by_one; /* that, or a contact's: no range is wanted */
};

static void
want(struct desk *d, const struct ticket_filter *f, const struct page *page,
    struct wanted *w)
{
	static const enum reach_view views[] = {
	    [TICKETS_MINE] = REACH_MINE,
	    [TICKETS_UNASSIGNED] = REACH_UNASSIGNED,
	    [TICKETS_TEAM] = REACH_MY_TEAM,
	    [TICKETS_TRASH] = REACH_ANY,
	};

	w->f = f;
	w->page = page;
	w->by_id = false;
	w->one_by_one = f->contact_id != 0;
	reach_of(d, OP_TICKET_READ, views[f->view], &w->reach);
}

/*
 * "active" and "alive" are columns of the indexes.  Whoever asks what changed
 * since a time also wants what was finished or deleted since.
 */
static void
add_life(struct query *q, const struct wanted *w, int alive)
{
	const struct ticket_filter *f = w->f;

	query_text(q, w->one_by_one ? " AND +t." : " AND t.");
	if (f->view == TICKETS_TRASH)
		query_text(q, "alive = 0");
	else if (f->updated_since_us != 0 && alive >= 0)
		query_add(q, "alive = $? AND t.updated_at >= $?",
		    BINDS(b_int(alive), b_int(f->updated_since_us)));
	else if (f->updated_since_us != 0)
		query_add(
		    q, "updated_at >= $?", BINDS(b_int(f->updated_since_us)));
	else if (f->view == TICKETS_ALL || f->state >= 0)
		query_text(q, "alive = 1");
	else
		query_text(q, "active = 1");
}

/* alive: only these of what changed since a time, or -1. */
static void
add_filter(
    struct query *q, const struct desk *d, const struct wanted *w, int alive)
{
	const struct ticket_filter *f = w->f;

	query_text(q, w->by_id ? " WHERE +t." : " WHERE t.");
	query_add(q, "tenant_id = $?", BINDS(b_int(d->actor.tenant_id)));
	add_life(q, w, alive);
	if (f->view == TICKETS_UNASSIGNED && w->reach.count > 0 &&
	    w->reach.parts[0] == REACH_ALL)
		query_text(q, " AND t.operator_id IS NULL");
	if (f->state >= 0)
		query_add(q, " AND t.state = $?", BINDS(b_int(f->state)));
	if (f->contact_id != 0)
		query_add(
		    q, " AND t.contact_id = $?", BINDS(b_int(f->contact_id)));
}

static void
add_place(struct query *q, const struct page *page)
{
	bool back = page != NULL && page->backwards;

	if (page == NULL || page->after_id == 0)
		return;
	query_text(q, " AND (t.updated_at, t.id)");
	query_text(q, back ? " > " : " < ");
	query_add(q, "($?, $?)",
	    BINDS(b_int(page->after_key), b_int(page->after_id)));
}

static void
add_order(struct query *q, const struct page *page, int limit)
{
	bool back = page != NULL && page->backwards;

	query_text(q, back ? " ORDER BY t.updated_at, t.id"
			   : " ORDER BY t.updated_at DESC, t.id DESC");
	query_add(q, " LIMIT $?", BINDS(b_int(limit)));
}

/* The ids of the first rows of each part; their tenant is in add_filter. */
static void
add_parts(
    struct query *q, const struct desk *d, const struct wanted *w, int limit)
{
	bool both = w->f->updated_since_us != 0 && w->f->view != TICKETS_TRASH;
	const char *before = "";

	for (int i = 0; i < w->reach.count; i++)
		for (int alive = both ? 0 : -1; alive < (both ? 2 : 0);
		     alive++) {
			query_text(q, before);
			before = " UNION ";
			query_text(q, "SELECT id FROM (SELECT t.id"
				      " FROM tickets t");
			add_filter(q, d, w, alive);
			reach_add(q, d, w->reach.parts[i], "t");
			add_place(q, w->page);
			add_order(q, w->page, limit);
			query_text(q, ") part");
		}
}

static bool
is_single(const struct wanted *w)
{
	return w->one_by_one || w->reach.count == 1;
}

/* Where a single range is asked for, it is one statement without parts. */
static void
add_single(struct query *q, const struct desk *d, const struct wanted *w)
{
	add_filter(q, d, w, -1);
	if (w->one_by_one)
		reach_add_any(q, d, &w->reach, "t");
	else
		reach_add(q, d, w->reach.parts[0], "t");
	add_place(q, w->page);
}

static int
list_plain(struct desk *d, const struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err)
{
	int limit = records__limit(w->page);
	struct stmt *st = NULL;
	struct query q;
	int rc;

	if (w->reach.count == 0)
		return 0;
	query_init(&q);
	query_text(&q, TICKET_COLUMNS);
	if (is_single(w)) {
		add_single(&q, d, w);
	} else {
		/* The plus: by id, not through all of the tenant. */
		query_add(&q, " WHERE +t.tenant_id = $? AND t.id IN (",
		    BINDS(b_int(d->actor.tenant_id)));
		add_parts(&q, d, w, limit);
		query_text(&q, ")");
	}
	add_order(&q, w->page, limit);
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		*rows = records__rows(
		    *rows, st, sizeof(**rows), ticket__read, count, &rc, err);
	stmt_close(&st);
	query_free(&q);
	for (size_t i = 0; i < *count; i++)
		ticket__mask(d, &(*rows)[i]);
	if (rc == 0 && w->page != NULL && w->page->backwards)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

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
	add_filter(&q, d, w, -1);
	reach_add_any(&q, d, &w->reach, "t");
	records__in(&q, AMONG, SOME, ids, wanted);
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		rows = records__rows(
		    NULL, st, sizeof(*rows), ticket__read, &found, &rc, err);
	stmt_close(&st);
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

	rc = records__matches(&m, d, RECORD_TICKET, w->f->match,
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
	struct wanted part = *w;
	int64_t n = 0, more;
	struct query q;
	int rc = 0;

	if (w->reach.count < 2 || w->f->contact_id != 0)
		return 0;
	part.page = NULL;
	part.by_id = part.one_by_one = false;
	part.reach.count = 1;
	for (int i = 0; i < w->reach.count && rc == 0 && n <= FEW; i++) {
		part.reach.parts[0] = w->reach.parts[i];
		query_init(&q);
		query_text(&q, "SELECT count(*) FROM (");
		add_parts(&q, d, &part, FEW + 1);
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
	utf8_fold(&folded, w->f->match, strlen(w->f->match));
	query_init(&q);
	query_add(&q,
	    "SELECT x.record_id, x.id, x.text FROM search_texts x"
	    " WHERE x.tenant_id = $? AND x.kind = $? AND x.record_id IN (",
	    BINDS(b_int(d->actor.tenant_id), b_int(RECORD_TICKET)));
	add_parts(&q, d, &all, FEW);
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
		rc = read_some(d, w, ids, n, some, &read, err);
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

int
ticket_list(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err)
{
	struct wanted w;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	want(d, f, page, &w);
	if (f->match == NULL || f->match[0] == '\0') {
		rc = list_plain(d, &w, rows, count, err);
	} else {
		w.by_id = w.one_by_one = true;
		if ((rc = are_few(d, &w, err)) == 0)
			rc = list_matching(d, &w, rows, count, err);
		else if (rc == 1)
			rc = list_few(d, &w, rows, count, err);
	}
	if (rc != 0) {
		ticket_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

static int
count_plain(struct desk *d, const struct wanted *w, int cap, int *count,
    struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc = 0;

	query_init(&q);
	if (is_single(w)) {
		query_text(&q, "SELECT count(*) FROM (SELECT 1 FROM tickets t");
		add_single(&q, d, w);
		query_add(&q, " LIMIT $?) counted", BINDS(b_int(cap)));
	} else {
		query_text(&q, "SELECT count(*) FROM (");
		add_parts(&q, d, w, cap);
		query_text(&q, ") counted");
	}
	if (w->reach.count > 0)
		rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = n < cap ? (int)n : cap;
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
	add_filter(&q, d, w, -1);
	reach_add_any(&q, d, &w->reach, "t");
	records__in(&q, AMONG, SOME, ids, wanted);
	rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = (int)n;
	return rc;
}

int
ticket_count(struct desk *d, const struct ticket_filter *f, int cap, int *count,
    struct err *err)
{
	struct matches m;
	struct wanted w;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	want(d, f, NULL, &w);
	if (f->match == NULL || f->match[0] == '\0')
		return count_plain(d, &w, cap, count, err);
	w.by_id = w.one_by_one = true;
	if ((rc = are_few(d, &w, err)) != 0)
		return rc == 1 ? count_few(d, &w, cap, count, err) : rc;
	rc = records__matches(&m, d, RECORD_TICKET, f->match, 0, err);
	for (size_t found = SOME; rc == 0 && found == SOME && *count < cap;) {
		int64_t ids[SOME];
		int n = 0;

		rc = records__match_some(&m, ids, SOME, &found, err);
		if (rc == 0 && found > 0)
			rc = count_some(d, &w, ids, found, &n, err);
		*count = *count + n < cap ? *count + n : cap;
	}
	return rc;
}
