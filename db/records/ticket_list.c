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

/* One found ticket if it passes the filter: 1, 0 or OD_*. */
static int
read_match(struct desk *d, const struct ticket_filter *f, int64_t id,
    struct ticket *out, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, TICKET_COLUMNS);
	add_filter(&q, d, f);
	query_add(&q, " AND t.id = $?", BINDS(b_int(id)));
	if ((rc = query_run(d->db, &st, &q, err)) == 0 &&
	    (rc = stmt_step(st, err)) == 1 && out != NULL)
		ticket__read(st, out);
	stmt_close(&st);
	query_free(&q);
	return rc;
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
	size_t limit = (size_t)records__limit(page);
	struct matches m;
	int64_t id;
	int rc;

	rc = records__matches(&m, d, RECORD_TICKET, f->match,
	    back || page == NULL ? 0 : page->after_id, err);
	while (rc == 0 && (back || *count < limit) &&
	       (rc = records__match(&m, &id, err)) == 1) {
		struct ticket t;

		if (back && id == page->after_id)
			return 0;
		if ((rc = read_match(d, f, id, &t, err)) <= 0)
			continue;
		if (*count == limit) {
			ticket_clear(&(*rows)[0]);
			memmove(*rows, *rows + 1, --*count * sizeof(**rows));
		} else {
			*rows = records__grow(*rows, *count, sizeof(**rows));
		}
		(*rows)[(*count)++] = t;
		rc = 0;
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

int
ticket_count(struct desk *d, const struct ticket_filter *f, int cap, int *count,
    struct err *err)
{
	struct matches m;
	int64_t id;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	if (f->match == NULL || f->match[0] == '\0')
		return count_plain(d, f, cap, count, err);
	rc = records__matches(&m, d, RECORD_TICKET, f->match, 0, err);
	while (rc == 0 && *count < cap &&
	       (rc = records__match(&m, &id, err)) == 1) {
		rc = read_match(d, f, id, NULL, err);
		if (rc == 1) {
			++*count;
			rc = 0;
		}
	}
	return rc < 0 ? rc : 0;
}
