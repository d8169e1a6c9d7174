/*
 * query - joins SQL from literal fragments; the only place that does.
 *
 * Every fragment is a string literal or a name from a const table, never a
 * text from outside; values go in as binds.  "$?" in a fragment becomes the
 * next $n.
 */
#ifndef DB_CORE_QUERY_H
#define DB_CORE_QUERY_H

#include "common/str.h"
#include "db/core/db.h"

#define QUERY_BINDS_MAX 640

struct query {
	struct str sql;
	struct bind binds[QUERY_BINDS_MAX];
	size_t nbinds;
};

void query_init(struct query *q);
void query_free(struct query *q);
/* As many "$?" as binds, else BUG. */
void query_add(struct query *q, const char *fragment,
    const struct bind *binds, size_t nbinds);
/* A fragment without values. */
void query_text(struct query *q, const char *fragment);

/*
 * At the end of a SELECT inside a transaction: rows of this name (a literal)
 * that another session holds are left out, and the others are held.  Nothing
 * where only one can write.
 */
void query_claim(struct query *q, const struct db *db, const char *name);

int query_run(struct db *db, struct stmt **st, const struct query *q,
    struct err *err);
int query_exec(struct db *db, const struct query *q, int64_t *changed,
    struct err *err);
int query_int(struct db *db, int64_t *out, const struct query *q,
    struct err *err);

#endif
