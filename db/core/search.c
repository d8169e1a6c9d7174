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

#define TEXT_MAX     ((size_t)128 << 10)
#define SCOPE_SIZE   64
#define LOOK_THROUGH 400  /* rows; see search_find */
#define NEWEST       6000 /* rows; see struct engine_search */

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

/*
 * New rows have rising ids, so one number says which are not indexed yet.
 * When a savepoint takes rows back, that still holds for those that remain.
 */
static bool
waits_for_flush(const struct desk *d, int64_t id)
{
	return d->search_from != 0 && id >= d->search_from;
}

static int
put_row(struct desk *d, enum record_kind kind, int64_t record_id, int64_t at_us,
    const char *text, const struct row *old, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	static const char insert[] =
	    "INSERT INTO search_texts(tenant_id, kind, record_id, "
	    "at_us, scope, text) VALUES($1, $2, $3, $4, $5, $6) RETURNING id";
	int64_t id = old->id;
	char scope[SCOPE_SIZE];
	int rc;

	row_scope(scope, d->actor.tenant_id, kind);
	const struct bind b[] = {b_int(d->actor.tenant_id), b_int(kind),
	    b_int(record_id), b_int(at_us), b_text(scope), b_text(text)};

	if (id != 0)
		rc = db_later(d->db, NULL,
		    "UPDATE search_texts SET at_us = $1, scope = $2, text = $3 "
		    "WHERE tenant_id = $4 AND id = $5",
		    BINDS(b_int(at_us), b_text(scope), b_text(text),
			b_int(d->actor.tenant_id), b_int(id)),
		    err);
	else if (s->add == NULL) /* nothing beside it needs the id */
		return db_later(d->db, NULL, insert, b, 6, err);
	else
		rc = db_insert(d->db, &id, insert, b, 6, err);
	if (rc != 0 || waits_for_flush(d, id))
		return rc;
	if (old->id == 0 && d->in_batch && s->add_from != NULL) {
		d->search_from = id;
		return 0;
	}
	return index_run(d, s->add, id, scope, text, err);
}

static void
fold(struct str *folded, const char *text)
{
	utf8_fold(folded, text, strlen(text));
	str_trunc(folded, utf8_cut(folded->s, folded->len, TEXT_MAX));
}

int
search_add(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t at_us, const char *text, struct err *err)
{
	const struct row none = {0, NULL, NULL};
	struct str folded = STR_INIT;
	int rc = 0;

	fold(&folded, text);
	if (folded.len > 0)
		rc = put_row(d, kind, record_id, at_us, folded.s, &none, err);
	str_free(&folded);
	return rc;
}

int
search_merge(struct desk *d, bool *goes_on, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	int rc;

	*goes_on = false;
	if (s->merge == NULL)
		return 0;
	if ((rc = db__before_write(d->db, err)) != 0)
		return rc;
	return s->merge(d->db->conn, goes_on, err);
}

int
search_expunge(struct desk *d, bool first, bool *goes_on, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	int rc;

	*goes_on = false;
	if (s->expunge == NULL)
		return 0;
	if ((rc = db__before_write(d->db, err)) != 0)
		return rc;
	return s->expunge(d->db->conn, first, goes_on, err);
}

int
search_put(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t at_us, const char *text, struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	struct row old = {0, NULL, NULL};
	struct str folded = STR_INIT;
	int rc;

	fold(&folded, text);
	if ((rc = find_row(d, kind, record_id, &old, err)) != 0)
		goto out;
	if (old.id != 0 && strcmp(old.text, folded.s) == 0)
		goto out;
	if (old.id != 0 && !waits_for_flush(d, old.id) &&
	    (rc = index_run(d, s->forget, old.id, old.scope, old.text, err)) !=
		0)
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
search_flush(struct desk *d, struct err *err)
{
	int64_t from = d->search_from;

	d->search_from = 0;
	if (from == 0)
		return 0;
	return db_exec(d->db, d->db->engine->search->add_from,
	    BINDS(b_int(from)), NULL, err);
}

struct query {
	struct desk *d;
	enum record_kind kind;
	char scope[SCOPE_SIZE];
	struct str folded;
	int64_t before;
	struct search_hit *hits;
	size_t limit;
	size_t *count;
};

/*
 * The last word when it is longer than what the engine finds at once, made
 * of letters and digits only; else NULL.
 */
static const char *
long_prefix(const struct query *q, size_t quick)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *word = strrchr(q->folded.s, ' ');

	word = word != NULL ? word + 1 : q->folded.s;
	if (quick == 0 || strlen(word) <= quick ||
	    word[strspn(word, plain)] != '\0')
		return NULL;
	return word;
}

enum where { EVERYWHERE, AMONG_NEWEST };

static int
ask(const struct query *q, enum where where, const struct str *pattern,
    size_t rows, struct stmt **st, struct err *err)
{
	const struct engine_search *s = q->d->db->engine->search;
	const struct bind b[] = {b_textn(pattern->s, pattern->len),
	    b_int(q->before), b_int((int64_t)rows),
	    b_int(q->d->actor.tenant_id), b_int(NEWEST), b_int(q->kind)};
	size_t of_kind = q->kind != RECORD_NONE;

	if (where == EVERYWHERE)
		return db_query(q->d->db, st, s->find[of_kind], b, 4, err);
	return db_query(
	    q->d->db, st, s->find_recent[of_kind], b, 5 + of_kind, err);
}

/*
 * Hits of at most rows rows that have a word with prefix (NULL: all);
 * *is_whole says that there are no more to be had there.
 */
static int
run_query(struct query *q, enum where where, size_t prefix_max, size_t rows,
    const char *prefix, bool *is_whole, struct err *err)
{
	const struct engine_search *s = q->d->db->engine->search;
	struct str pattern = STR_INIT;
	struct stmt *st = NULL;
	size_t seen = 0;
	int rc;

	*q->count = 0;
	s->pattern(&pattern, q->scope, q->folded.s, prefix_max);
	rc = ask(q, where, &pattern, rows, &st, err);
	while (
	    rc == 0 && *q->count < q->limit && (rc = stmt_step(st, err)) > 0) {
		struct search_hit *hit = &q->hits[*q->count];

		rc = 0;
		seen++;
		if (prefix != NULL && !search_has_word(
					     stmt_text(st, 3), prefix, strlen(prefix), false))
			continue;
		hit->kind = (enum record_kind)stmt_int(st, 0);
		hit->record_id = stmt_int(st, 1);
		hit->position = stmt_int(st, 2);
		++*q->count;
	}
	stmt_close(&st);
	str_free(&pattern);
	*is_whole = seen < rows;
	return rc;
}

/*
 * A long prefix that many rows have would be slow, because the engine first
 * collects all of them.  So the newest rows with its first letters are looked
 * through; only when that neither fills the page nor comes to the end is the
 * engine asked for the whole prefix, which then is rare.
 */
int
search_find(struct desk *d, enum record_kind kind, const char *text,
    int64_t before, size_t limit, struct search_hit *hits, size_t *count,
    struct err *err)
{
	const struct engine_search *s = d->db->engine->search;
	struct query q = {.d = d,
	    .kind = kind,
	    .folded = STR_INIT,
	    .hits = hits,
	    .limit = limit,
	    .count = count};
	const char *prefix;
	bool is_whole = false, unused;
	int rc = 0;

	*count = 0;
	if (limit == 0)
		return 0;
	q.before = before != 0 ? before : INT64_MAX;
	utf8_fold(&q.folded, text, strlen(text));
	/* A word is no less begun for the space typed after it. */
	while (q.folded.len > 0 && q.folded.s[q.folded.len - 1] == ' ')
		str_trunc(&q.folded, q.folded.len - 1);
	query_scope(q.scope, d->actor.tenant_id, kind);
	prefix = long_prefix(&q, s->quick_prefix);
	if (prefix != NULL)
		rc = run_query(&q, EVERYWHERE, s->quick_prefix,
		    limit + LOOK_THROUGH, prefix, &is_whole, err);
	else if (s->find_recent[0] != NULL)
		rc = run_query(&q, AMONG_NEWEST, 0, limit, NULL, &unused, err);
	if (rc == 0 && *count < limit && !is_whole)
		rc = run_query(&q, EVERYWHERE, 0, limit, NULL, &is_whole, err);
	str_free(&q.folded);
	return rc;
}

int
search_place(struct desk *d, enum record_kind kind, int64_t record_id,
    int64_t *place, struct err *err)
{
	int rc = db_int(d->db, place, d->db->engine->search->place,
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(record_id)),
	    err);

	return rc == OD_ENOTFOUND ? 0 : rc;
}

const char *
search_has(const struct desk *d)
{
	return d->db->engine->search->has;
}

char *
search_pattern(const struct desk *d, enum record_kind kind, const char *text)
{
	struct str folded = STR_INIT, out = STR_INIT;
	char scope[SCOPE_SIZE];

	fold(&folded, text);
	if (d->db->engine->search->has_folded)
		return str_take(&folded);
	query_scope(scope, d->actor.tenant_id, kind);
	d->db->engine->search->pattern(&out, scope, folded.s, 0);
	str_free(&folded);
	return str_take(&out);
}
