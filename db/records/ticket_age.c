/* ticket_age - tickets in the order in which they were made; see tickets.h. */
#include "db/core/reach.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"

int
ticket_list_by_age(struct desk *d, const struct page *page,
    struct ticket **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct reach reach;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	reach_of(d, OP_TICKET_READ, REACH_ANY, &reach);
	if (reach.count == 0)
		return 0;
	query_init(&q);
	query_add(&q, TICKET_COLUMNS " WHERE t.tenant_id = $? AND t.alive = 1",
	    BINDS(b_int(d->actor.tenant_id)));
	reach_add_any(&q, d, &reach, "t");
	if (page->after_id != 0)
		query_add(&q, " AND (t.created_at, t.id) < ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(&q, " ORDER BY t.created_at DESC, t.id DESC LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		*rows = records__rows(
		    *rows, st, sizeof(**rows), ticket__read, count, &rc, err);
	stmt_close(&st);
	query_free(&q);
	if (rc != 0) {
		ticket_list_free(rows, *count);
		*count = 0;
	}
	for (size_t i = 0; i < *count; i++)
		ticket__mask(d, &(*rows)[i]);
	return rc;
}
