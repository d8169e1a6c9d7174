/* ticket_list - lists of tickets, newest change first; see tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

const char *const ticket_view_names[] = {
    "active", "mine", "unassigned", "team", "all", "trash", NULL};

/*
 * "active" and "alive" are columns of the indexes.  Whoever asks what changed
 * since a time also wants what was finished or deleted since.
 */
static void
add_life(struct query *q, const struct ticket_filter *f)
{
	if (f->view == TICKETS_TRASH)
		query_text(q, " AND t.alive = 0");
	else if (f->updated_since_us != 0)
		query_add(q, " AND t.updated_at >= $?",
		    BINDS(b_int(f->updated_since_us)));
	else if (f->view == TICKETS_ALL || f->state >= 0)
		query_text(q, " AND t.alive = 1");
	else
		query_text(q, " AND t.active = 1");
}

static void
add_filter(struct query *q, const struct desk *d, const struct ticket_filter *f)
{
	query_add(
	    q, " WHERE t.tenant_id = $?", BINDS(b_int(d->actor.tenant_id)));
	add_life(q, f);
	if (f->view == TICKETS_MINE)
		query_add(
		    q, " AND t.operator_id = $?", BINDS(b_int(d->actor.id)));
	else if (f->view == TICKETS_UNASSIGNED)
		query_text(q, " AND t.operator_id IS NULL");
	else if (f->view == TICKETS_TEAM)
		query_add(
		    q, " AND t.team_id = $?", BINDS(b_int(d->actor.team_id)));
	if (f->state >= 0)
		query_add(q, " AND t.state = $?", BINDS(b_int(f->state)));
	if (f->contact_id != 0)
		query_add(
		    q, " AND t.contact_id = $?", BINDS(b_int(f->contact_id)));
}

static void
add_page(struct query *q, const struct page *page)
{
	bool back = page != NULL && page->backwards;

	if (page != NULL && page->after_id != 0) {
		query_text(q, " AND (t.updated_at, t.id)");
		query_text(q, back ? " > " : " < ");
		query_add(q, "($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	}
	query_text(q, back ? " ORDER BY t.updated_at, t.id"
			   : " ORDER BY t.updated_at DESC, t.id DESC");
	query_add(q, " LIMIT $?", BINDS(b_int(records__limit(page))));
}

static int
list_plain(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, TICKET_COLUMNS);
	add_filter(&q, d, f);
	add_page(&q, page);
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		*rows = records__rows(
		    *rows, st, sizeof(**rows), ticket__read, count, &rc, err);
	stmt_close(&st);
	query_free(&q);
	if (rc == 0 && page != NULL && page->backwards)
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
read_some(struct desk *d, const struct ticket_filter *f, const int64_t *ids,
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
	add_filter(&q, d, f);
	records__in(&q, AMONG, SOME, ids, wanted);
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		rows = records__rows(
		    NULL, st, sizeof(*rows), ticket__read, &found, &rc, err);
	stmt_close(&st);
	query_free(&q);
	for (size_t i = 0; rc == 0 && i < wanted; i++)
		for (size_t k = 0; k < found; k++)
			if (rows[k].id == ids[i]) {
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
list_matching(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err)
{
	bool back = page != NULL && page->backwards && page->after_id != 0;
	size_t limit = (size_t)records__limit(page), wanted = SOME;
	bool at_end = false;
	struct matches m;
	int rc;

	rc = records__matches(&m, d, RECORD_TICKET, f->match,
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
			rc = read_some(d, f, ids, n, some, &read, err);
		for (size_t i = 0; i < read; i++)
			add_row(rows, count, limit, &some[i]);
	}
	return rc;
}

int
ticket_list(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	if (f->match == NULL || f->match[0] == '\0')
		rc = list_plain(d, f, page, rows, count, err);
	else
		rc = list_matching(d, f, page, rows, count, err);
	if (rc != 0) {
		ticket_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

static int
count_plain(struct desk *d, const struct ticket_filter *f, int cap, int *count,
    struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc;

	query_init(&q);
	query_text(&q, "SELECT count(*) FROM (SELECT 1 FROM tickets t");
	add_filter(&q, d, f);
	query_add(&q, " LIMIT $?) counted", BINDS(b_int(cap)));
	rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = (int)n;
	return rc;
}

/* How many of ids pass the filter. */
static int
count_some(struct desk *d, const struct ticket_filter *f, const int64_t *ids,
    size_t wanted, int *count, struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc;

	query_init(&q);
	query_text(&q, "SELECT count(*) FROM tickets t");
	add_filter(&q, d, f);
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
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	if (f->match == NULL || f->match[0] == '\0')
		return count_plain(d, f, cap, count, err);
	rc = records__matches(&m, d, RECORD_TICKET, f->match, 0, err);
	for (size_t found = SOME; rc == 0 && found == SOME && *count < cap;) {
		int64_t ids[SOME];
		int n = 0;

		rc = records__match_some(&m, ids, SOME, &found, err);
		if (rc == 0 && found > 0)
			rc = count_some(d, f, ids, found, &n, err);
		*count = *count + n < cap ? *count + n : cap;
	}
	return rc;
}
