/* query - see query.h. */
#include "db/core/query.h"
#include "db/core/db_int.h"
#include <string.h>

void
query_init(struct query *q)
{
	str_init(&q->sql);
	q->nbinds = 0;
}

void
query_free(struct query *q)
{
	str_free(&q->sql);
	q->nbinds = 0;
}

void
query_add(struct query *q, const char *fragment, const struct bind *binds,
    size_t nbinds)
{
	const char *mark;
	size_t used = 0;

	while ((mark = strstr(fragment, "$?")) != NULL) {
		BUG_ON(used == nbinds || q->nbinds == QUERY_BINDS_MAX);
		str_addn(&q->sql, fragment, (size_t)(mark - fragment));
		q->binds[q->nbinds++] = binds[used++];
		str_addf(&q->sql, "$%zu", q->nbinds);
		fragment = mark + 2;
	}
	BUG_ON(used != nbinds);
	str_add(&q->sql, fragment);
}

void
query_text(struct query *q, const char *fragment)
{
	query_add(q, fragment, NO_BINDS);
}

void
query_claim(struct query *q, const struct db *db, const char *name)
{
	const char *const *claim = db->engine->claim;

	if (claim[0] == NULL)
		return;
	query_text(q, claim[0]);
	query_text(q, name);
	query_text(q, claim[1]);
}

int
query_run(
    struct db *db, struct stmt **st, const struct query *q, struct err *err)
{
	return db_query(db, st, q->sql.s, q->binds, q->nbinds, err);
}

int
query_exec(
    struct db *db, const struct query *q, int64_t *changed, struct err *err)
{
	return db_exec(db, q->sql.s, q->binds, q->nbinds, changed, err);
}

int
query_int(struct db *db, int64_t *out, const struct query *q, struct err *err)
{
	return db_int(db, out, q->sql.s, q->binds, q->nbinds, err);
}
