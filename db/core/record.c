/* record - the guarded update; see record.h. */
#include "db/core/record.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/follow.h"
#include "db/core/journal.h"
#include "db/core/op.h"
#include "db/core/query.h"
#include "db/core/ticket_clock.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CHANGES_MAX 24

/* What stands in the database before an update. */
struct standing {
	int64_t version;
	bool deleted;
	char *values[CHANGES_MAX]; /* owned; NULL for NULL */
};

static void
standing_clear(struct standing *s)
{
	for (size_t i = 0; i < CHANGES_MAX; i++)
		FREE(&s->values[i]);
}

void
conflict_clear(struct conflict *c)
{
	for (size_t i = 0; i < c->count; i++) {
		free(c->fields[i].own_key);
		free(c->fields[i].own_name);
		free(c->fields[i].yours);
		free(c->fields[i].theirs);
		free(c->fields[i].raw);
		free(c->fields[i].by);
	}
	FREE(&c->fields);
	c->count = 0;
}

/* The text form kept in `changes`; NULL for no value. */
static char *
value_text(const struct bind *b)
{
	switch (b->kind) {
	case BIND_NULL:
		return NULL;
	case BIND_INT:
		return xasprintf("%" PRId64, b->i);
	case BIND_TEXT:
	case BIND_BLOB:
		return xstrndup(b->p, b->n);
	}
	return NULL;
}

static bool
is_text_field(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_BLOCK;
}

static int
check_text(const struct field *f, const struct bind *b, struct err *err)
{
	size_t max = f->max_bytes != 0       ? f->max_bytes
	             : f->type == FIELD_TEXT ? 200
	                                     : 65536;
	const char *label = f->label != NULL ? _(f->label) : f->column;

	if (b->kind != BIND_TEXT)
		return err_set(err, OD_EDATA, "%s must be a text", label);
	if (!utf8_valid(b->p, b->n) || memchr(b->p, '\0', b->n) != NULL)
		return err_set(
		    err, OD_EDATA, "%s is not valid UTF-8 text", label);
	if (b->n > max)
		return err_set(err, OD_EDATA,
		    "%s is too long: %zu bytes of at most %zu", label, b->n,
		    max);
	if (f->required && b->n == 0)
		return err_set(err, OD_EDATA, "%s must not be empty", label);
	if (f->values == NULL)
		return 0;
	for (size_t i = 0; f->values[i] != NULL; i++)
		if (strlen(f->values[i]) == b->n &&
		    memcmp(f->values[i], b->p, b->n) == 0)
			return 0;
	return err_set(err, OD_EDATA, "%s has no value of that name", label);
}

static int
check_value(const struct field *f, const struct bind *b, struct err *err)
{
	const char *label = f->label != NULL ? _(f->label) : f->column;
	int64_t count = 0;

	if (is_text_field(f))
		return check_text(f, b, err);
	if (b->kind == BIND_NULL)
		return f->required || f->type == FIELD_ENUM ||
		               f->type == FIELD_FLAG
		           ? err_set(
				 err, OD_EDATA, "%s must not be empty", label)
		           : 0;
	if (b->kind != BIND_INT)
		return err_set(err, OD_EDATA, "%s must be a number", label);
	if (f->type == FIELD_FLAG && b->i != 0 && b->i != 1)
		return err_set(err, OD_EDATA, "%s must be yes or no", label);
	if (f->type != FIELD_ENUM)
		return 0;
	while (f->values[count] != NULL)
		count++;
	if (b->i < 0 || b->i >= count)
		return err_set(
		    err, OD_EDATA, "%s has no value of that name", label);
	return 0;
}

/* A reference must name a live record of this tenant. */
static int
check_ref(struct desk *d, const struct field *f, const struct bind *b,
    struct err *err)
{
	const struct record_def *target = record_def(f->ref);
	struct query q;
	int64_t one;
	int rc;

	if (f->type != FIELD_REF || b->kind == BIND_NULL ||
	    target->table == NULL)
		return 0;
	query_init(&q);
	query_text(&q, "SELECT 1 FROM ");
	query_text(&q, target->table);
	query_add(&q,
	    " WHERE tenant_id = $? AND id = $? AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(b->i)));
	rc = query_int(d->db, &one, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_EDATA, "%s: there is no such record",
		    f->label != NULL ? _(f->label) : f->column);
	return rc;
}

static int
read_standing(struct desk *d, const struct record_def *def, int64_t id,
    const struct change *changes, size_t count, struct standing *out,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, "SELECT version, deleted_at");
	for (size_t i = 0; i < count; i++) {
		int f = record_field(def, changes[i].column);

		BUG_ON(f < 0);
		query_text(&q, ", ");
		query_text(&q, def->fields[f].column);
	}
	query_text(&q, " FROM ");
	query_text(&q, def->table);
	query_add(&q, " WHERE tenant_id = $? AND id = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	if ((rc = query_run(d->db, &st, &q, err)) != 0 ||
	    (rc = stmt_step(st, err)) < 0)
		goto out;
	if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such record: %s",
		    _(def->label));
		goto out;
	}
	out->version = stmt_int(st, 0);
	out->deleted = !stmt_is_null(st, 1);
	for (size_t i = 0; i < count; i++)
		out->values[i] = stmt_is_null(st, (int)i + 2)
		                     ? NULL
		                     : stmt_dup(st, (int)i + 2);
	rc = 0;
out:
	stmt_close(&st);
	query_free(&q);
	return rc;
}

/* What a record that is referred to is called, in fresh memory; NULL. */
static char *
name_of(struct desk *d, enum record_kind kind, int64_t id)
{
	const char *sql =
	    kind == RECORD_OPERATOR ? "SELECT full_name FROM operators"
				      " WHERE tenant_id = $1 AND id = $2"
	    : kind == RECORD_TEAM
		? "SELECT name FROM teams WHERE tenant_id = $1 AND id = $2"
	    : kind == RECORD_STATUS   ? "SELECT name FROM ticket_statuses"
					" WHERE tenant_id = $1 AND id = $2"
	    : kind == RECORD_CATEGORY ? "SELECT name FROM ticket_categories"
					" WHERE tenant_id = $1 AND id = $2"
	    : kind == RECORD_COMPANY  ? "SELECT name FROM companies"
					" WHERE tenant_id = $1 AND id = $2"
				      : NULL;
	char *name = NULL;

	if (sql == NULL ||
	    db_text(d->db, &name, sql,
		BINDS(b_int(d->actor.tenant_id), b_int(id)), NULL) != 0)
		return NULL;
	return name;
}

/* A stored value as people read it: names of enums, dashes for nothing. */
static char *
shown_value(struct desk *d, const struct field *f, const char *text)
{
	char *name = NULL, *shown;
	int64_t n;

	if (text == NULL)
		return xstrdup("-");
	if (f->type == FIELD_ENUM && str_to_int64(text, 0, 99, &n))
		for (int64_t i = 0; f->values[i] != NULL; i++)
			if (i == n)
				return xstrdup(_(f->values[i]));
	if (f->type == FIELD_FLAG)
		return xstrdup(strcmp(text, "1") == 0 ? _("yes") : _("no"));
	if (f->type == FIELD_REF && str_to_int64(text, 1, INT64_MAX, &n))
		name = name_of(d, f->ref, n);
	shown = text_safe_dup(name != NULL ? name : text, TEXT_LINE);
	free(name);
	return shown;
}

/* column NULL: any of the record's */
static void
who_changed(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct conflict_field *cf)
{
	struct stmt *st = NULL;

	if (db_query(d->db, &st,
		"SELECT c.at_us, o.full_name FROM changes c"
		" LEFT JOIN operators o ON o.id = c.actor_id"
		" AND c.actor_kind = 1 AND o.tenant_id = c.tenant_id"
		" WHERE c.tenant_id = $1 AND c.kind = $2 AND c.record_id = $3"
		" AND (CAST($4 AS TEXT) IS NULL OR c.field = $4) ORDER BY c.id "
	        "DESC LIMIT 1",
		BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(id),
		    column != NULL ? b_text(column) : b_null()),
		NULL) == 0 &&
	    stmt_step(st, NULL) == 1) {
		cf->at_us = stmt_int(st, 0);
		cf->by = stmt_dup(st, 1);
	} else {
		cf->by = xstrdup("");
	}
	stmt_close(&st);
}

static int
refuse_stale(struct desk *d, const struct record_def *def, int64_t id,
    const struct change *changes, size_t count, const struct standing *now,
    struct err *err)
{
	struct conflict *c = &d->conflict;

	conflict_clear(c);
	c->kind = def->kind;
	c->id = id;
	c->version = now->version;
	c->fields = xcalloc(count + 1, sizeof(*c->fields));
	for (size_t i = 0; i < count; i++) {
		const struct field *f =
		    &def->fields[record_field(def, changes[i].column)];
		struct conflict_field *cf = &c->fields[c->count];
		char *yours = value_text(&changes[i].value);

		if (f->label != NULL && !str_equal(yours, now->values[i])) {
			cf->field = f;
			cf->yours = shown_value(d, f, yours);
			cf->theirs = shown_value(d, f, now->values[i]);
			cf->raw = xstrdup(
			    now->values[i] != NULL ? now->values[i] : "");
			who_changed(d, def->kind, id, f->column, cf);
			c->count++;
		}
		free(yours);
	}
	return err_set(err, OD_ECONFLICT,
	    "%s was changed by somebody else meanwhile; look at both versions"
	    " and choose",
	    _(def->label));
}

void
conflict_add_own(struct desk *d, const char *key, const char *name,
    int64_t value_id, const char *yours, const char *theirs)
{
	const struct record_def *def = record_def(RECORD_FIELD_VALUE);
	struct conflict *c = &d->conflict;
	struct conflict_field *cf;

	c->fields = xreallocarray(c->fields, c->count + 1, sizeof(*c->fields));
	cf = &c->fields[c->count++];
	*cf = (struct conflict_field){
	    .field = &def->fields[record_field(def, "value")],
	    .own_key = xstrdup(key),
	    .own_name = xstrdup(name),
	    .raw = xstrdup(theirs)};
	cf->yours = shown_value(d, cf->field, yours[0] != '\0' ? yours : NULL);
	cf->theirs =
	    shown_value(d, cf->field, theirs[0] != '\0' ? theirs : NULL);
	who_changed(d, RECORD_FIELD_VALUE, value_id, NULL, cf);
}

static int
write_changes(struct desk *d, struct op *op, const struct record_def *def,
    int64_t id, const struct change *changes, size_t count,
    const struct standing *now, struct err *err)
{
	struct query q;
	int64_t changed = 0;
	bool any = false;
	int rc = 0;

	query_init(&q);
	query_text(&q, "UPDATE ");
	query_text(&q, def->table);
	query_add(&q, " SET version = version + 1, updated_at = $?",
	    BINDS(b_int(op->now_us)));
	for (size_t i = 0; i < count && rc == 0; i++) {
		char *after = value_text(&changes[i].value);

		if (!str_equal(after, now->values[i])) {
			struct journal_entry e = {def->kind, id,
			    now->version + 1, changes[i].column, now->values[i],
			    after};
			int f = record_field(def, changes[i].column);

			any = true;
			query_text(&q, ", ");
			query_text(&q, def->fields[f].column);
			query_add(&q, " = $?", &changes[i].value, 1);
			rc = journal_add(d, op, &e, err);
		}
		free(after);
	}
	query_add(&q, " WHERE tenant_id = $? AND id = $? AND version = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(now->version)));
	if (rc == 0 && any)
		rc = query_exec(d->db, &q, &changed, err);
	if (rc == 0 && any && changed != 1)
		rc = err_set(err, OD_ECONFLICT, "%s was changed meanwhile",
		    _(def->label));
	query_free(&q);
	for (size_t i = 0; i < count && rc == 0 && any; i++)
		rc = follow_change(d, def->kind, id, changes[i].column, err);
	if (rc == 0 && any)
		rc = ticket_clock_changed(
		    d, op, def->kind, id, changes, count, err);
	return rc != 0 ? rc : any;
}

int
record_update(struct desk *d, struct op *op, enum record_kind kind, int64_t id,
    int64_t seen_version, const struct change *changes, size_t count,
    int64_t *new_version, struct err *err)
{
	const struct record_def *def = record_def(kind);
	struct standing now = {0};
	int rc;

	BUG_ON(def->table == NULL || count > CHANGES_MAX);
	for (size_t i = 0; i < count; i++) {
		int f = record_field(def, changes[i].column);

		if (f < 0)
			return err_set(err, OD_EDATA, "%s has no field \"%s\"",
			    _(def->label), changes[i].column);
		if ((rc = check_value(
			 &def->fields[f], &changes[i].value, err)) != 0 ||
		    (rc = check_ref(
			 d, &def->fields[f], &changes[i].value, err)) != 0)
			return rc;
	}
	if ((rc = read_standing(d, def, id, changes, count, &now, err)) != 0)
		goto out;
	if (now.deleted) {
		rc = err_set(err, OD_ECONFLICT,
		    "%s is in the trash; take it out first", _(def->label));
		goto out;
	}
	if (seen_version != 0 && seen_version != now.version) {
		rc = refuse_stale(d, def, id, changes, count, &now, err);
		goto out;
	}
	rc = write_changes(d, op, def, id, changes, count, &now, err);
	if (rc >= 0) {
		if (new_version != NULL)
			*new_version = now.version + rc;
		rc = 0;
	}
out:
	standing_clear(&now);
	return rc;
}
