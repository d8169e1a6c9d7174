/* ticket_fields - what tickets of a category are asked; see ticket_form.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define CHOICES_MAX 4096 /* bytes, as record_desk.c has it */

const char *const ticket_field_types[] = {
    N_("text"), N_("number"), N_("date"), N_("choice"), N_("yes_no"), NULL};

#define FIELD_SELECT                                                           \
	"SELECT f.id, f.version, f.created_at, f.updated_at, f.position,"      \
	" f.category_id, f.type, f.required, f.key, f.name, c.key, f.help,"    \
	" f.choices FROM ticket_fields f LEFT JOIN ticket_categories c"        \
	" ON c.tenant_id = f.tenant_id AND c.id = f.category_id"               \
	" WHERE f.tenant_id = $1"
#define FIELD_ALIVE FIELD_SELECT " AND f.deleted_at IS NULL"

static void
read_row(struct stmt *st, void *row)
{
	struct ticket_field *f = row;

	memset(f, 0, sizeof(*f));
	f->id = stmt_int(st, 0);
	f->version = stmt_int(st, 1);
	f->created_at = stmt_int(st, 2);
	f->updated_at = stmt_int(st, 3);
	f->position = stmt_int(st, 4);
	f->category_id = stmt_int(st, 5);
	f->type = (enum ticket_field_type)stmt_int(st, 6);
	f->required = stmt_int(st, 7) != 0;
	str_copy(f->key, sizeof(f->key), stmt_text(st, 8));
	str_copy(f->name, sizeof(f->name), stmt_text(st, 9));
	str_copy(f->category, sizeof(f->category), stmt_text(st, 10));
	str_copy(f->help, sizeof(f->help), stmt_text(st, 11));
	f->choices = stmt_dup(st, 12);
}

void
ticket_field_clear(struct ticket_field *f)
{
	FREE(&f->choices);
}

void
ticket_field_list_free(struct ticket_field **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		ticket_field_clear(&(*rows)[i]);
	FREE(rows);
}

static int
read_some(struct desk *d, const char *sql, struct ticket_field **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	rc = db_query(d->db, &st, sql, BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		ticket_field_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
ticket__fields(
    struct desk *d, struct ticket_field **rows, size_t *count, struct err *err)
{
	return read_some(d,
	    FIELD_ALIVE " ORDER BY COALESCE(c.position, -1), COALESCE(c.name,"
			" ''), f.position, f.name, f.id",
	    rows, count, err);
}

int
ticket_field_trash(
    struct desk *d, struct ticket_field **rows, size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return read_some(d,
	    FIELD_SELECT " AND f.deleted_at IS NOT NULL"
			 " ORDER BY f.deleted_at DESC, f.id DESC LIMIT 200",
	    rows, count, err);
}

int
ticket_field_list(
    struct desk *d, struct ticket_field **rows, size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return ticket__fields(d, rows, count, err);
}

static int
read_one(struct desk *d, const char *sql, struct bind key,
    struct ticket_field *out, struct err *err)
{
	int rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "There is no such field; the list of fields shows those"
		    " that there are");
	return rc == 1 ? 0 : rc;
}

int
ticket_field_find(
    struct desk *d, const char *key, struct ticket_field *out, struct err *err)
{
	int rc = op_may(d, OP_TICKET_READ, 0, err);

	return rc != 0 ? rc
	               : read_one(d, FIELD_ALIVE " AND f.key = $2", b_text(key),
			     out, err);
}

/* ---- changing ---- */

/* One a line, clean, none twice; into out.  OD_EDATA when they are too long. */
static int
clean_choices(const char *choices, struct str *out, struct err *err)
{
	const char *s = choices != NULL ? choices : "";

	while (*s != '\0') {
		size_t n = strcspn(s, "\n");
		char *raw = xstrndup(s, n), line[201];
		int rc =
		    records__fit(_("A choice"), line, sizeof(line), raw, err);

		free(raw);
		if (rc != 0)
			return rc;
		s += n + (s[n] == '\n');
		if (line[0] == '\0')
			continue;
		if (out->len > 0)
			str_add(out, "\n");
		str_add(out, line);
	}
	if (out->len > CHOICES_MAX)
		return err_set(err, OD_EDATA,
		    "%s is too long: %zu bytes of at most %zu", _("Choices"),
		    out->len, (size_t)CHOICES_MAX);
	return 0;
}

static int
check_choices(enum ticket_field_type type, const char *choices, struct err *err)
{
	if (type == TICKET_FIELD_CHOICE && choices[0] == '\0')
		return err_set(err, OD_EDATA,
		    "A field of the type choice needs its choices, one a line");
	return 0;
}

/* Two that people cannot tell apart would stand in one form. */
static int
check_free_name(struct desk *d, const char *name, int64_t category_id,
    int64_t but_id, struct err *err)
{
	struct ticket_field *rows;
	size_t count;
	int rc;

	if ((rc = ticket__fields(d, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].id != but_id &&
		    (rows[i].category_id == category_id ||
			rows[i].category_id == 0 || category_id == 0) &&
		    ticket__same_name(rows[i].name, name))
			rc = err_set(err, OD_ECONFLICT,
			    "There is a field \"%s\" already", rows[i].name);
	ticket_field_list_free(&rows, count);
	return rc;
}

/* Whether there was one with that key: 1 deleted, 0 none. */
static int
find_deleted(struct desk *d, const char *key, int64_t *id, struct err *err)
{
	int rc = ticket__with_key(d,
	    "SELECT id, deleted_at FROM ticket_fields"
	    " WHERE tenant_id = $1 AND key = $2",
	    key, id, err);

	if (rc != DECLARED_ALIVE)
		return rc;
	return err_set(err, OD_ECONFLICT,
	    "There is a field with the key \"%s\" already", key);
}

struct clean {
	char key[65], name[65], help[201];
	struct str choices;
};

static int
insert(struct desk *d, struct op *op, const struct ticket_field_new *in,
    const struct clean *l, int64_t position, int64_t *id, struct err *err)
{
	int rc = db_insert(d->db, id,
	    "INSERT INTO ticket_fields(tenant_id, category_id, key, name,"
	    " type, choices, help, required, position, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_ref(in->category_id),
		b_text(l->key), b_text(l->name), b_int(in->type),
		b_text(l->choices.s), b_text(l->help), b_int(in->required),
		b_int(position), b_int(op->now_us)),
	    err);

	return rc != 0 ? rc : record_created(d, op, RECORD_FIELD, *id, err);
}

static int
bring_back(struct desk *d, struct op *op, const struct ticket_field_new *in,
    const struct clean *l, int64_t position, int64_t id, struct err *err)
{
	const struct change c[] = {{"name", b_text(l->name)},
	    {"category_id", b_ref(in->category_id)}, {"type", b_int(in->type)},
	    {"choices", b_text(l->choices.s)}, {"help", b_text(l->help)},
	    {"required", b_int(in->required)}, {"position", b_int(position)}};
	int rc = record_restore(d, op, RECORD_FIELD, id, err);

	return rc != 0 ? rc
	               : record_update(d, op, RECORD_FIELD, id, 0, c,
			     sizeof(c) / sizeof(c[0]), NULL, err);
}

static int
make(struct desk *d, struct op *op, const struct ticket_field_new *in,
    const struct clean *l, int64_t *id, struct err *err)
{
	int64_t position = in->position;
	int rc, was;

	if (in->category_id != 0 && (rc = records__exists(d, RECORD_CATEGORY,
					 in->category_id, err)) != 0)
		return rc;
	if ((rc = check_free_name(d, l->name, in->category_id, 0, err)) != 0 ||
	    (was = find_deleted(d, l->key, id, err)) < 0)
		return rc != 0 ? rc : was;
	if (position == 0 &&
	    (rc = db_int(d->db, &position,
		 "SELECT COALESCE(max(position), 0) + 1 FROM ticket_fields"
		 " WHERE tenant_id = $1 AND deleted_at IS NULL",
		 BINDS(b_int(d->actor.tenant_id)), err)) != 0)
		return rc;
	rc = was == 1 ? bring_back(d, op, in, l, position, *id, err)
	              : insert(d, op, in, l, position, id, err);
	if (rc == 0) {
		op_created(op, *id);
		op_sentence(op, _("Made the field %s"), l->name);
	}
	return rc;
}

int
ticket_field_new(struct desk *d, const struct ticket_field_new *in, int64_t *id,
    struct err *err)
{
	struct clean l = {.choices = STR_INIT};
	struct op op;
	int rc;

	if (in->type < 0 || in->type >= TICKET_FIELD_TYPE_COUNT)
		return err_set(err, OD_EDATA, "There is no such type of field");
	if ((rc = ticket__name(in->name, l.name, sizeof(l.name), err)) != 0 ||
	    (rc = ticket__key(in->key, l.name, l.key, err)) != 0 ||
	    (rc = records__fit(
		 _("Help"), l.help, sizeof(l.help), in->help, err)) != 0 ||
	    (rc = clean_choices(in->choices, &l.choices, err)) != 0 ||
	    (rc = check_choices(in->type, l.choices.s, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_FIELD_NEW, 0, err)) != 0)
		goto out;
	rc = make(d, &op, in, &l, id, err);
	rc = op_end(d, &op, rc, err);
out:
	str_free(&l.choices);
	return rc;
}

/* What stands together with what is to change makes sense. */
static int
check_edits(struct desk *d, const struct ticket_field *now,
    const struct edits *e, struct err *err)
{
	const struct bind *name = records__edit(e, "name");
	const struct bind *category = records__edit(e, "category_id");
	const struct bind *type = records__edit(e, "type");
	const struct bind *choices = records__edit(e, "choices");
	int rc;

	rc = check_free_name(d,
	    name != NULL && name->kind == BIND_TEXT ? name->p : now->name,
	    category == NULL             ? now->category_id
	    : category->kind == BIND_INT ? category->i
					 : 0,
	    now->id, err);
	if (rc != 0)
		return rc;
	return check_choices(type != NULL && type->kind == BIND_INT
				 ? (enum ticket_field_type)type->i
				 : now->type,
	    choices != NULL && choices->kind == BIND_TEXT ? choices->p
							  : now->choices,
	    err);
}

/* The choices among the changes, clean; list has room for count. */
static int
clean_changes(const struct change *changes, size_t count, struct change *list,
    struct str *choices, struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		char *raw;
		int rc;

		list[i] = changes[i];
		if (!str_equal(changes[i].column, "choices") ||
		    changes[i].value.kind != BIND_TEXT)
			continue;
		raw = xstrndup(changes[i].value.p, changes[i].value.n);
		str_clear(choices);
		rc = clean_choices(raw, choices, err);
		free(raw);
		if (rc != 0)
			return rc;
		list[i].value = b_text(choices->s);
	}
	return 0;
}

int
ticket_field_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"name", "category_id", "type",
	    "choices", "help", "required", "position", NULL};
	struct change list[RECORDS_CHANGES_MAX];
	struct str choices = STR_INIT;
	struct ticket_field now = {0};
	struct edits e = {.count = 0};
	struct op op;
	int rc;

	if (count > RECORDS_CHANGES_MAX)
		return err_set(err, OD_EDATA, "Too many fields at once");
	if ((rc = clean_changes(changes, count, list, &choices, err)) != 0 ||
	    (rc = records__edits(
		 &e, RECORD_FIELD, allowed, list, count, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_FIELD_EDIT, id, err)) != 0)
		goto out;
	rc = read_one(d, FIELD_ALIVE " AND f.id = $2", b_int(id), &now, err);
	if (rc == 0)
		rc = check_edits(d, &now, &e, err);
	if (rc == 0) {
		op_sentence(&op, _("Changed the field %s"), now.name);
		rc = record_update(d, &op, RECORD_FIELD, id, seen_version,
		    e.list, e.count, NULL, err);
	}
	rc = op_end(d, &op, rc, err);
out:
	ticket_field_clear(&now);
	records__edits_free(&e);
	str_free(&choices);
	return rc;
}

int
ticket_field_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket_field now = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_FIELD_DELETE, id, err)) != 0)
		return rc;
	rc = read_one(d, FIELD_ALIVE " AND f.id = $2", b_int(id), &now, err);
	if (rc == 0) {
		op_sentence(&op, _("Deleted the field %s"), now.name);
		rc = record_delete(d, &op, RECORD_FIELD, id, seen_version, err);
	}
	ticket_field_clear(&now);
	return op_end(d, &op, rc, err);
}

static int
check_restore(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	struct ticket_field was = {0};
	int rc = records__first(d,
	    FIELD_SELECT " AND f.id = $2 AND f.deleted_at IS NOT NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &was, err);

	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such deleted field");
	if (rc == 1 && was.category_id != 0 &&
	    records__exists(d, RECORD_CATEGORY, was.category_id, NULL) != 0)
		rc = err_set(err, OD_ECONFLICT,
		    "The category of the field %s is deleted; take that back"
		    " first",
		    was.name);
	else if (rc == 1)
		rc = check_free_name(d, was.name, was.category_id, 0, err);
	if (rc == 0)
		op_sentence(op, _("Took the field %s back"), was.name);
	ticket_field_clear(&was);
	return rc;
}

int
ticket_field_restore(struct desk *d, int64_t id, struct err *err)
{
	const struct declared_restore restore = {
	    OP_FIELD_NEW, RECORD_FIELD, check_restore};

	return ticket__declared_restore(d, &restore, id, err);
}

/* Only among those of its category. */
int
ticket_field_move(struct desk *d, int64_t id, int step, struct err *err)
{
	const struct declared_move move = {OP_FIELD_EDIT, RECORD_FIELD,
	    "SELECT f.id, f.position, f.name FROM ticket_fields f"
	    " JOIN ticket_fields o ON o.tenant_id = f.tenant_id AND o.id = $2"
	    " AND COALESCE(o.category_id, 0) = COALESCE(f.category_id, 0)"
	    " WHERE f.tenant_id = $1 AND f.deleted_at IS NULL"
	    " ORDER BY f.position, f.name, f.id"};

	return ticket__declared_move(d, &move, id, step, err);
}

int
ticket_field_misfits(struct desk *d, const struct ticket_field *f, int cap,
    int *count, struct err *err)
{
	char value[TICKET_VALUE_MAX + 1];
	struct stmt *st = NULL;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT v.value FROM ticket_field_values v WHERE v.tenant_id = $1"
	    " AND v.field_id = $2 AND v.folded > '' AND v.deleted_at IS NULL"
	    " LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(f->id), b_int(cap)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*count +=
		    ticket_field_value(f, stmt_text(st, 0), value, NULL) != 0;
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static void
choices_json(const struct ticket_field *f, struct json_out *out)
{
	json_out_array(out, "choices");
	for (const char *s = f->choices; *s != '\0';) {
		size_t n = strcspn(s, "\n");

		json_out_stringn(out, NULL, s, n);
		s += n + (s[n] == '\n');
	}
	json_out_end(out, ']');
}

void
ticket_field_json(const struct ticket_field *f, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", f->id);
	json_out_string(out, "key", f->key);
	json_out_string(out, "name", f->name);
	json_out_string(out, "category", f->category);
	json_out_string(out, "type", ticket_field_types[f->type]);
	choices_json(f, out);
	json_out_string(out, "help", f->help);
	json_out_bool(out, "required", f->required);
	json_out_int(out, "position", f->position);
	json_out_int(out, "version", f->version);
	json_out_time(out, "created_at", f->created_at);
	json_out_time(out, "updated_at", f->updated_at);
	json_out_end(out, '}');
}
