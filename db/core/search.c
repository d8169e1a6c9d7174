/*
 * search - folded full text over records, newest first.
 */
#include "db/core/search.h"
#include "common/utf8.h"
#include "db/core/db_int.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX   ((size_t)128 << 10)
#define SCOPE_SIZE 64

/* One word for the tenant and one for its kind: nobody types them. */
static void
row_scope(char scope[SCOPE_SIZE], int64_t tenant_id, enum record_kind kind)
{
	snprintf(scope, SCOPE_SIZE, "t%" PRId64 " t%" PRId64 "k%d", tenant_id,
	    tenant_id, (int)kind);
}

static void
query_scope(char scope[SCOPE_SIZE], int64_t tenant_id, enum record_kind kind)
{
	if (kind == RECORD_NONE)
		snprintf(scope, SCOPE_SIZE, "t%" PRId64, tenant_id);
	else
		snprintf(
		    scope, SCOPE_SIZE, "t%" PRId64 "k%d", tenant_id, (int)kind);
}

struct row {
	int64_t id;         /* 0: there is none */
	char *scope, *text; /* owned */
};

static int
find_row(struct desk *d, enum record_kind kind, int64_t record_id,
    struct row *row, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id, scope, text FROM search_texts "
	    "WHERE tenant_id = $1 AND kind = $2 AND record_id = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(record_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		row->id = stmt_int(st, 0);
		row->scope = stmt_dup(st, 1);
		row->text = stmt_dup(st, 2);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
index_run(struct desk *d, const char *sql, int64_t id, const char *scope,
    const char *text, struct err *err)
{
	if (sql == NULL)
		return 0;
	return db_exec(d->db, sql,
	    BINDS(b_int(id), b_text(scope), b_text(text)), NULL, err);
}

static int
put_row(struct desk *d, enum record_kind kind, int64_t record_id, int64_t at_us,
    const char *text, const struct row *old, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	int64_t id = old->id;
	char scope[SCOPE_SIZE];
	int rc;

	row_scope(scope, d->actor.tenant_id, kind);
	if (id != 0)
		rc = db_exec(d->db,
		    "UPDATE search_texts SET at_us = $1, scope = $2, text = $3 "
		    "WHERE tenant_id = $4 AND id = $5",
		    BINDS(b_int(at_us), b_text(scope), b_text(text),
			b_int(d->actor.tenant_id), b_int(id)),
		    NULL, err);
	else
		rc = db_insert(d->db, &id,
		    "INSERT INTO search_texts(tenant_id, kind, record_id, "
		    "at_us, scope, text) VALUES($1, $2, $3, $4, $5, $6) "
		    "RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_int(kind),
			b_int(record_id), b_int(at_us), b_text(scope),
			b_text(text)),
		    err);
	return rc != 0 ? rc : index_run(d, s->add, id, scope, text, err);
}

int
search_put(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t at_us, const char *text, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	struct row old = {0, NULL, NULL};
	struct str folded = STR_INIT;
	int rc;

	utf8_fold(&folded, text, strlen(text));
	str_trunc(&folded, utf8_cut(folded.s, folded.len, TEXT_MAX));
	if ((rc = find_row(d, kind, record_id, &old, err)) != 0)
		goto out;
	if (old.id != 0 && strcmp(old.text, folded.s) == 0)
		goto out;
	if (old.id != 0 && (rc = index_run(d, s->forget, old.id, old.scope,
				old.text, err)) != 0)
		goto out;
	if (folded.len > 0)
		rc = put_row(d, kind, record_id, at_us, folded.s, &old, err);
	else if (old.id != 0)
		rc = db_exec(d->db,
		    "DELETE FROM search_texts WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(old.id)), NULL, err);
out:
	str_free(&folded);
	free(old.scope);
	free(old.text);
	return rc;
}

int
search_find(struct desk *d, enum record_kind kind, const char *text,
    int64_t before, size_t limit, struct search_hit *hits, size_t *count,
    struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	struct str folded = STR_INIT, pattern = STR_INIT;
	struct stmt *st = NULL;
	char scope[SCOPE_SIZE];
	int rc;

	*count = 0;
	utf8_fold(&folded, text, strlen(text));
	query_scope(scope, d->actor.tenant_id, kind);
	s->pattern(&pattern, scope, folded.s);
	rc = db_query(d->db, &st, s->find,
	    BINDS(b_textn(pattern.s, pattern.len),
		b_int(before != 0 ? before : INT64_MAX), b_int((int64_t)limit)),
	    err);
	while (rc == 0 && *count < limit && (rc = stmt_step(st, err)) > 0) {
		struct search_hit *hit = &hits[(*count)++];

		hit->kind = (enum record_kind)stmt_int(st, 0);
		hit->record_id = stmt_int(st, 1);
		hit->position = stmt_int(st, 2);
		rc = 0;
	}
	stmt_close(&st);
	str_free(&pattern);
	str_free(&folded);
	return rc;
}
