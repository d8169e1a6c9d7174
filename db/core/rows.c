/* rows - see rows.h. */
#include "db/core/rows.h"
#include "common/utf8.h"
#include "db/core/db_int.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS_MAX 60
#define PAGE        200  /* rows that are read at once: some are large */
#define BATCH       5000 /* rows of a commit */

struct row {
	struct bind values[COLUMNS_MAX]; /* borrowed from the statement */
	struct str mended[COLUMNS_MAX];
};

struct walk {
	struct db *db;
	const struct catalogue_table *t;
	const struct rows_options *options;
	int (*each)(void *data, const struct row *row, struct err *err);
	void *data;
	struct digest *digest;
	struct rows_figures *figures;
	struct row row;
	/* The key of the last row. */
	struct bind key[COLUMNS_MAX];
	struct str key_texts[COLUMNS_MAX];
};

static void
walk_init(struct walk *w)
{
	BUG_ON(w->t->count > COLUMNS_MAX);
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		str_init(&w->row.mended[i]);
		str_init(&w->key_texts[i]);
	}
	memset(w->figures, 0, sizeof(*w->figures));
	w->digest = digest_start();
}

static void
walk_free(struct walk *w)
{
	uint8_t sum[SHA256_SIZE];

	digest_finish(&w->digest, sum);
	hex_encode(w->figures->digest, sum, sizeof(sum));
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		str_free(&w->row.mended[i]);
		str_free(&w->key_texts[i]);
	}
}

static void
digest_value(struct digest *d, char kind, const void *p, size_t n)
{
	char head[32];
	int len = snprintf(head, sizeof(head), "%c%zu:", kind, n);

	digest_add(d, head, (size_t)len);
	digest_add(d, p, n);
}

static int
take_int(struct walk *w, struct stmt *st, int i, struct err *err)
{
	const char *s = stmt_text(st, i);
	int64_t value;

	if (!str_to_int64(s, INT64_MIN, INT64_MAX, &value))
		return err_set(err, OD_EDATA,
		    "The table %s is damaged: \"%s\" in the column %s is no "
		    "number",
		    w->t->name, s, w->t->columns[i].name);
	w->row.values[i] = b_int(value);
	digest_value(w->digest, 'I', s, strlen(s));
	return 0;
}

static void
take_bytes(struct walk *w, struct stmt *st, int i)
{
	bool is_text = w->t->columns[i].kind == COLUMN_TEXT;
	struct str *mended = &w->row.mended[i];
	size_t n;
	const char *p = stmt_blob(st, i, &n);

	if (is_text && w->options->mend && !utf8_is_text(p, n)) {
		str_clear(mended);
		utf8_mend(mended, p, n);
		p = mended->s;
		n = mended->len;
		w->figures->mended++;
	}
	w->row.values[i] = is_text ? b_textn(p, n) : b_blob(p, n);
	digest_value(w->digest, is_text ? 'T' : 'B', p, n);
}

static int
take_row(struct walk *w, struct stmt *st, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < w->t->count; i++) {
		const struct catalogue_column *c = &w->t->columns[i];

		if (stmt_is_null(st, (int)i)) {
			w->row.values[i] = b_null();
			digest_value(w->digest, 'N', "", 0);
		} else if (c->kind == COLUMN_INT) {
			rc = take_int(w, st, (int)i, err);
		} else {
			take_bytes(w, st, (int)i);
		}
	}
	digest_value(w->digest, '.', "", 0);
	w->figures->rows++;
	return rc;
}

/* The statement's memory goes with its page. */
static void
remember_key(struct walk *w)
{
	for (size_t i = 0; i < w->t->count; i++) {
		int k = w->t->columns[i].key;
		const struct bind *b = &w->row.values[i];

		if (k == 0)
			continue;
		w->key[k] = *b;
		if (b->kind == BIND_INT || b->kind == BIND_NULL)
			continue;
		str_clear(&w->key_texts[k]);
		str_addn(&w->key_texts[k], b->p, b->n);
		w->key[k].p = w->key_texts[k].s;
	}
}

/* *rows of the page that begins behind the key, or with the first row. */
static int
walk_page(
    struct walk *w, const char *sql, bool after, int64_t *rows, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = 0;
	w->key[0] = b_int(PAGE);
	rc = db_query(
	    w->db, &st, sql, w->key, after ? (size_t)w->t->keys + 1 : 1, err);
	while (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		if ((rc = take_row(w, st, err)) == 0 && w->each != NULL)
			rc = w->each(w->data, &w->row, err);
		if (rc == 0 && ++*rows == PAGE)
			remember_key(w);
	}
	stmt_close(&st);
	return rc;
}

static int
walk_all(struct walk *w, struct err *err)
{
	struct str first = STR_INIT, next = STR_INIT;
	int64_t rows = PAGE;
	int rc = 0;

	catalogue_select(w->db, w->t, false, &first);
	catalogue_select(w->db, w->t, true, &next);
	for (bool after = false; rc == 0 && rows == PAGE; after = true) {
		if (after && w->t->keys == 0) {
			rc = err_set(err, OD_EDATA,
			    "The table %s has no key to go through it by",
			    w->t->name);
			break;
		}
		rc = walk_page(w, after ? next.s : first.s, after, &rows, err);
		if (rc == 0 && w->options->progress != NULL)
			rc = w->options->progress(rows, w->options->data, err);
	}
	str_free(&first);
	str_free(&next);
	return rc;
}

int
rows_digest(struct db *db, const struct catalogue_table *t,
    const struct rows_options *options, struct rows_figures *figures,
    struct err *err)
{
	struct walk w = {
	    .db = db, .t = t, .options = options, .figures = figures};
	int rc;

	walk_init(&w);
	rc = walk_all(&w, err);
	walk_free(&w);
	return rc;
}

struct copy {
	struct db *to;
	const struct catalogue_table *t;
	struct str sql;
	bool commits;      /* else the caller does */
	const char *flush; /* statement that adds rows to the index; NULL */
	int64_t first_id;  /* of this batch */
	int64_t last_id;
	int64_t waiting; /* rows of this batch */
};

static int
begin_batch(struct copy *c, struct err *err)
{
	const struct engine_catalogue *e = c->to->engine->catalogue;
	int rc = 0;

	c->waiting = 0;
	if (c->commits)
		rc = db_begin(c->to, "rows_copy", err);
	if (rc == 0 && e->load_begin != NULL)
		rc = e->load_begin(c->to->conn, c->sql.s, err);
	return rc;
}

/* All but the commit. */
static int
end_rows(struct copy *c, bool keep, struct err *err)
{
	const struct engine_catalogue *e = c->to->engine->catalogue;
	int rc = 0;

	if (e->load_end != NULL)
		rc = e->load_end(c->to->conn, keep, err);
	if (rc == 0 && keep && c->flush != NULL && c->waiting > 0)
		rc = db_exec(
		    c->to, c->flush, BINDS(b_int(c->first_id)), NULL, err);
	return rc;
}

static int
next_batch(struct copy *c, struct err *err)
{
	int rc = end_rows(c, true, err);

	if (rc == 0 && c->commits)
		rc = db_commit(c->to, err);
	return rc != 0 ? rc : begin_batch(c, err);
}

static int
add_row(void *data, const struct row *row, struct err *err)
{
	struct copy *c = data;
	const struct engine_catalogue *e = c->to->engine->catalogue;
	int rc;

	if (c->waiting == BATCH && (rc = next_batch(c, err)) != 0)
		return rc;
	for (size_t i = 0; c->t->has_ids && i < c->t->count; i++)
		if (c->t->columns[i].key == 1)
			c->last_id = row->values[i].i;
	if (c->waiting++ == 0)
		c->first_id = c->last_id;
	if (e->load_row != NULL)
		return e->load_row(c->to->conn, row->values, c->t->count, err);
	return db_exec(c->to, c->sql.s, row->values, c->t->count, NULL, err);
}

/* The next id is not one that was in use and whose row is gone. */
static int
follow_ids(struct db *from, struct db *to, const struct catalogue_table *t,
    int64_t highest, struct err *err)
{
	const char *const *sql = to->engine->catalogue->set_last_id;
	int64_t last;
	int rc;

	rc = db_int(from, &last, from->engine->catalogue->last_id,
	    BINDS(b_text(t->name)), err);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	if (last < highest)
		last = highest;
	if (last == 0)
		return 0;
	rc = 0;
	for (int i = 0; rc == 0 && i < 2 && sql[i] != NULL; i++)
		rc = db_exec(
		    to, sql[i], BINDS(b_text(t->name), b_int(last)), NULL, err);
	return rc;
}

static int
copy_all(struct db *from, struct db *to, const struct catalogue_table *t,
    const struct rows_options *options, bool commits,
    struct rows_figures *figures, struct err *err)
{
	struct copy c = {.to = to, .t = t, .sql = STR_INIT, .commits = commits};
	struct walk w = {.db = from,
	    .t = t,
	    .options = options,
	    .each = add_row,
	    .data = &c,
	    .figures = figures};
	int rc = 0;

	if (strcmp(t->name, "search_texts") == 0)
		c.flush = to->engine->search->add_from;
	if (to->engine->catalogue->load_begin != NULL)
		catalogue_load(t, &c.sql);
	else
		catalogue_insert(t, &c.sql);
	walk_init(&w);
	if ((rc = begin_batch(&c, err)) == 0)
		rc = walk_all(&w, err);
	if (rc != 0)
		(void)end_rows(&c, false, NULL);
	else
		rc = end_rows(&c, true, err);
	if (rc == 0 && t->has_ids)
		rc = follow_ids(from, to, t, c.last_id, err);
	if (rc == 0 && commits)
		rc = db_commit(to, err);
	if (rc != 0 && commits)
		db_rollback(to);
	walk_free(&w);
	str_free(&c.sql);
	return rc;
}

int
rows_copy(struct db *from, struct db *to, const struct catalogue_table *t,
    const struct rows_options *options, struct rows_figures *figures,
    struct err *err)
{
	return copy_all(from, to, t, options, true, figures, err);
}

int
rows_copy_within(struct db *from, struct db *to,
    const struct catalogue_table *t, struct rows_figures *figures,
    struct err *err)
{
	const struct rows_options options = {
	    .mend = from->engine->mends_texts || to->engine->mends_texts};

	return copy_all(from, to, t, &options, false, figures, err);
}
