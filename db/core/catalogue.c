/* catalogue - see catalogue.h. */
#include "db/core/catalogue.h"
#include "common/xalloc.h"
#include "db/core/db_int.h"
#include <stdlib.h>
#include <string.h>

static int
take_name(struct stmt *st, char name[CATALOGUE_NAME], struct err *err)
{
	const char *s = stmt_text(st, 0);

	if (s[0] != '\0' && str_copy(name, CATALOGUE_NAME, s) &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s))
		return 0;
	return err_set(err, OD_EDATA,
	    "This desk has a table or column that opdesk does not know: %s", s);
}

static int
read_columns(struct db *db, struct catalogue_table *t, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(db, &st, db->engine->catalogue->columns,
	    BINDS(b_text(t->name)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		struct catalogue_column *c;
		int64_t kind = stmt_int(st, 1);

		t->columns = xreallocarray(
		    t->columns, t->count + 1, sizeof(*t->columns));
		c = &t->columns[t->count++];
		rc = take_name(st, c->name, err);
		c->kind = (enum column_kind)kind;
		c->key = (int)stmt_int(st, 2);
		if (c->key > 0)
			t->keys++;
		if (c->key == 1 && strcmp(c->name, "id") == 0)
			t->has_ids = true;
		if (rc == 0 && (kind < COLUMN_INT || kind > COLUMN_BLOB))
			rc = err_set(err, OD_EDATA,
			    "The column %s of the table %s is of a kind that "
			    "opdesk does not know",
			    c->name, t->name);
	}
	stmt_close(&st);
	return rc;
}

static int
read_tables(struct db *db, struct catalogue *c, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(db, &st, db->engine->catalogue->tables, NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		c->tables =
		    xreallocarray(c->tables, c->count + 1, sizeof(*c->tables));
		memset(&c->tables[c->count], 0, sizeof(*c->tables));
		rc = take_name(st, c->tables[c->count++].name, err);
	}
	stmt_close(&st);
	return rc;
}

/* Whether all that the table at place refers to stand before done. */
static int
is_ready(struct db *db, const struct catalogue *c, size_t place, size_t done,
    bool *ready, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*ready = true;
	rc = db_query(db, &st, db->engine->catalogue->references,
	    BINDS(b_text(c->tables[place].name)), err);
	while (rc == 0 && *ready && (rc = stmt_step(st, err)) > 0) {
		const struct catalogue_table *t =
		    catalogue_find(c, stmt_text(st, 0));

		*ready = t != NULL && (size_t)(t - c->tables) < done;
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
put_in_order(struct db *db, struct catalogue *c, struct err *err)
{
	for (size_t done = 0; done < c->count; done++) {
		struct catalogue_table next;
		bool ready = false;
		size_t i = done;
		int rc;

		for (;; i++) {
			if (i == c->count)
				return err_set(err, OD_EDATA,
				    "The tables of this desk refer to each "
				    "other in a circle: %s",
				    c->tables[done].name);
			if ((rc = is_ready(db, c, i, done, &ready, err)) != 0)
				return rc;
			if (ready)
				break;
		}
		next = c->tables[i];
		memmove(&c->tables[done + 1], &c->tables[done],
		    (i - done) * sizeof(next));
		c->tables[done] = next;
	}
	return 0;
}

int
catalogue_read(struct db *db, struct catalogue *c, struct err *err)
{
	int rc;

	memset(c, 0, sizeof(*c));
	rc = read_tables(db, c, err);
	for (size_t i = 0; rc == 0 && i < c->count; i++)
		rc = read_columns(db, &c->tables[i], err);
	if (rc == 0)
		rc = put_in_order(db, c, err);
	if (rc != 0)
		catalogue_free(c);
	return rc;
}

void
catalogue_free(struct catalogue *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->tables[i].columns);
	free(c->tables);
	memset(c, 0, sizeof(*c));
}

const struct catalogue_table *
catalogue_find(const struct catalogue *c, const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->tables[i].name, name) == 0)
			return &c->tables[i];
	return NULL;
}

static bool
is_same(const struct catalogue_table *a, const struct catalogue_table *b)
{
	if (b == NULL || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct catalogue_column *x = &a->columns[i];
		const struct catalogue_column *y = &b->columns[i];

		if (strcmp(x->name, y->name) != 0 || x->kind != y->kind ||
		    x->key != y->key)
			return false;
	}
	return true;
}

static int
differs(const char *name, struct err *err)
{
	return err_set(err, OD_EDATA,
	    "The table %s is not the same in both places; use one version of "
	    "opdesk for both",
	    name);
}

int
catalogue_compare(
    const struct catalogue *a, const struct catalogue *b, struct err *err)
{
	for (size_t i = 0; i < a->count; i++)
		if (!is_same(
			&a->tables[i], catalogue_find(b, a->tables[i].name)))
			return differs(a->tables[i].name, err);
	for (size_t i = 0; i < b->count; i++)
		if (catalogue_find(a, b->tables[i].name) == NULL)
			return differs(b->tables[i].name, err);
	return 0;
}

static void
add_columns(const struct catalogue_table *t, struct str *sql)
{
	for (size_t i = 0; i < t->count; i++) {
		str_add(sql, i > 0 ? ", " : "");
		str_add(sql, t->columns[i].name);
	}
}

/* The columns of the key, in its order. */
static void
add_key(const struct db *db, const struct catalogue_table *t, struct str *sql)
{
	for (int k = 1; k <= t->keys; k++) {
		for (size_t i = 0; i < t->count; i++) {
			if (t->columns[i].key != k)
				continue;
			str_add(sql, k > 1 ? ", " : "");
			str_add(sql, t->columns[i].name);
			if (t->columns[i].kind == COLUMN_TEXT)
				str_add(sql, db->engine->catalogue->by_bytes);
		}
	}
}

static void
add_values(struct str *sql, int first, int count)
{
	for (int i = 0; i < count; i++)
		str_addf(sql, "%s$%d", i > 0 ? ", " : "", first + i);
}

void
catalogue_select(const struct db *db, const struct catalogue_table *t,
    bool after, struct str *sql)
{
	str_clear(sql);
	str_add(sql, "SELECT ");
	add_columns(t, sql);
	str_add(sql, " FROM ");
	str_add(sql, t->name);
	if (after) {
		str_add(sql, " WHERE (");
		add_key(db, t, sql);
		str_add(sql, ") > (");
		add_values(sql, 2, t->keys);
		str_addc(sql, ')');
	}
	if (t->keys > 0) {
		str_add(sql, " ORDER BY ");
		add_key(db, t, sql);
	}
	str_add(sql, " LIMIT $1");
}

void
catalogue_insert(const struct catalogue_table *t, struct str *sql)
{
	str_clear(sql);
	str_add(sql, "INSERT INTO ");
	str_add(sql, t->name);
	str_addc(sql, '(');
	add_columns(t, sql);
	str_add(sql, ") VALUES(");
	add_values(sql, 1, (int)t->count);
	str_addc(sql, ')');
}

void
catalogue_load(const struct catalogue_table *t, struct str *sql)
{
	str_clear(sql);
	str_add(sql, "COPY ");
	str_add(sql, t->name);
	str_addc(sql, '(');
	add_columns(t, sql);
	str_add(sql, ") FROM STDIN");
}

void
catalogue_count(const struct catalogue_table *t, struct str *sql)
{
	str_clear(sql);
	str_add(sql, "SELECT count(*) FROM ");
	str_add(sql, t->name);
}
