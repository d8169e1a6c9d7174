/* ticket_categories - by what a tenant sorts its tickets; ticket_form.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define CATEGORY_SELECT                                                        \
	"SELECT id, version, created_at, updated_at, position, key, name"      \
	" FROM ticket_categories WHERE tenant_id = $1"

/* ---- reading ---- */

static void
read_row(struct stmt *st, void *row)
{
	struct ticket_category *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->created_at = stmt_int(st, 2);
	c->updated_at = stmt_int(st, 3);
	c->position = stmt_int(st, 4);
	str_copy(c->key, sizeof(c->key), stmt_text(st, 5));
	str_copy(c->name, sizeof(c->name), stmt_text(st, 6));
}

static int
read_some(struct desk *d, const char *sql, struct ticket_category **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc =
	    db_query(d->db, &st, sql, BINDS(b_int(d->actor.tenant_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

static int
read_all(struct desk *d, struct ticket_category **rows, size_t *count,
    struct err *err)
{
	return read_some(d,
	    CATEGORY_SELECT
	    " AND deleted_at IS NULL ORDER BY position, name, id",
	    rows, count, err);
}

int
ticket_category_trash(struct desk *d, struct ticket_category **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return read_some(d,
	    CATEGORY_SELECT " AND deleted_at IS NOT NULL"
			    " ORDER BY deleted_at DESC, id DESC LIMIT 200",
	    rows, count, err);
}

int
ticket_category_list(struct desk *d, struct ticket_category **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return read_all(d, rows, count, err);
}

/* The one that a word means; its place, or count. */
static size_t
place_of(const struct ticket_category *rows, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].key, word) == 0)
			return i;
	for (size_t i = 0; i < count; i++)
		if (ticket__same_name(rows[i].name, word) ||
		    ticket__same_name(rows[i].key, word))
			return i;
	return count;
}

static int
refuse_unknown(const char *word, enum od_code code, struct err *err)
{
	return err_set(err, code,
	    "There is no category \"%s\"; the list of categories shows those"
	    " that there are",
	    word);
}

int
ticket_category_find(struct desk *d, const char *word,
    struct ticket_category *out, struct err *err)
{
	struct ticket_category *rows;
	size_t count, i;
	int rc;

	if ((rc = ticket_category_list(d, &rows, &count, err)) != 0)
		return rc;
	if ((i = place_of(rows, count, word)) < count)
		*out = rows[i];
	else
		rc = refuse_unknown(word, OD_ENOTFOUND, err);
	free(rows);
	return rc;
}

int
ticket_category_names(
    struct desk *d, struct ticket *rows, size_t count, struct err *err)
{
	struct ticket_category *all = NULL;
	size_t all_count = 0, at = 0;
	int rc;

	while (at < count && rows[at].category[0] == '\0')
		at++;
	if (at == count)
		return 0;
	if ((rc = ticket_category_list(d, &all, &all_count, err)) != 0)
		return rc;
	for (; at < count; at++) {
		struct ticket *t = &rows[at];
		size_t place = place_of(all, all_count, t->category);

		str_copy(t->category_name, sizeof(t->category_name),
		    place < all_count ? all[place].name : t->category);
	}
	free(all);
	return 0;
}

int
ticket__category(
    struct desk *d, const char *word, char key[65], struct err *err)
{
	struct ticket_category *rows;
	size_t count, i;
	int rc;

	str_copy(key, 65, word);
	if (word[0] == '\0')
		return 0;
	if ((rc = read_all(d, &rows, &count, err)) != 0)
		return rc;
	if ((i = place_of(rows, count, word)) < count)
		str_copy(key, 65, rows[i].key);
	else if (count > 0)
		rc = refuse_unknown(word, OD_EDATA, err);
	free(rows);
	return rc;
}

static int
read_one(
    struct desk *d, int64_t id, struct ticket_category *out, struct err *err)
{
	int rc = records__first(d,
	    CATEGORY_SELECT " AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such category");
	return rc == 1 ? 0 : rc;
}

/* ---- changing ---- */

static int
check_free_name(
    struct desk *d, const char *name, int64_t but_id, struct err *err)
{
	struct ticket_category *rows;
	size_t count;
	int rc;

	if ((rc = read_all(d, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].id != but_id &&
		    ticket__same_name(rows[i].name, name))
			rc = err_set(err, OD_ECONFLICT,
			    "There is a category \"%s\" already", rows[i].name);
	free(rows);
	return rc;
}

/* Whether there was one with that key: 1 deleted, 0 none. */
static int
find_deleted(struct desk *d, const char *key, int64_t *id, struct err *err)
{
	int rc = ticket__with_key(d,
	    "SELECT id, deleted_at FROM ticket_categories"
	    " WHERE tenant_id = $1 AND key = $2",
	    key, id, err);

	if (rc != DECLARED_ALIVE)
		return rc;
	return err_set(err, OD_ECONFLICT,
	    "There is a category with the key \"%s\" already", key);
}

static int
bring_back(struct desk *d, struct op *op, const char *name, int64_t position,
    int64_t id, struct err *err)
{
	const struct change c[] = {
	    {"name", b_text(name)}, {"position", b_int(position)}};
	int rc = record_restore(d, op, RECORD_CATEGORY, id, err);

	return rc != 0 ? rc
	               : record_update(
			     d, op, RECORD_CATEGORY, id, 0, c, 2, NULL, err);
}

static int
make(struct desk *d, struct op *op, const char *key, const char *name,
    int64_t position, int64_t *id, struct err *err)
{
	int rc, was;

	op_sentence(op, _("Made the category %s"), name);
	if ((rc = check_free_name(d, name, 0, err)) != 0 ||
	    (was = find_deleted(d, key, id, err)) < 0)
		return rc != 0 ? rc : was;
	if (position == 0 &&
	    (rc = db_int(d->db, &position,
		 "SELECT COALESCE(max(position), 0) + 1 FROM ticket_categories"
		 " WHERE tenant_id = $1 AND deleted_at IS NULL",
		 BINDS(b_int(d->actor.tenant_id)), err)) != 0)
		return rc;
	if (was == 1) {
		op_created(op, *id);
		return bring_back(d, op, name, position, *id, err);
	}
	rc = db_insert(d->db, id,
	    "INSERT INTO ticket_categories(tenant_id, key, name, position,"
	    " created_at, updated_at) VALUES($1, $2, $3, $4, $5, $5)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(key), b_text(name),
		b_int(position), b_int(op->now_us)),
	    err);
	if (rc != 0)
		return rc;
	op_created(op, *id);
	return record_created(d, op, RECORD_CATEGORY, *id, err);
}

int
ticket_category_new(struct desk *d, const char *key, const char *name,
    int64_t position, int64_t *id, struct err *err)
{
	char clean[65], made[65];
	struct op op;
	int rc;

	if ((rc = ticket__name(name, clean, sizeof(clean), err)) != 0 ||
	    (rc = ticket__key(key, clean, made, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_CATEGORY_NEW, 0, err)) != 0)
		return rc;
	rc = make(d, &op, made, clean, position, id, err);
	return op_end(d, &op, rc, err);
}

static int
check_edit(struct desk *d, struct op *op, int64_t id, const char *name,
    struct err *err)
{
	struct ticket_category now;
	int rc = read_one(d, id, &now, err);

	if (rc == 0 && name != NULL)
		rc = check_free_name(d, name, id, err);
	if (rc == 0)
		op_sentence(op, _("Changed the category %s"), now.name);
	return rc;
}

int
ticket_category_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	const struct declared_edit edit = {
	    OP_CATEGORY_EDIT, RECORD_CATEGORY, check_edit};

	return ticket__declared_edit(
	    d, &edit, id, seen_version, changes, count, err);
}

int
ticket_category_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket_category now;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CATEGORY_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &now, err)) == 0)
		rc = records__any(d,
		    "SELECT 1 FROM ticket_fields WHERE tenant_id = $1"
		    " AND category_id = $2 AND deleted_at IS NULL LIMIT 1",
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 1)
		rc = err_set(err, OD_ECONFLICT,
		    "The category \"%s\" has fields of its own; delete them"
		    " or give them to another category first",
		    now.name);
	if (rc == 0) {
		op_sentence(&op, _("Deleted the category %s"), now.name);
		rc = record_delete(
		    d, &op, RECORD_CATEGORY, id, seen_version, err);
	}
	return op_end(d, &op, rc, err);
}

static int
check_restore(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	struct ticket_category was;
	int rc = records__first(d,
	    CATEGORY_SELECT " AND id = $2 AND deleted_at IS NOT NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &was, err);

	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such deleted category");
	if (rc == 1 && (rc = check_free_name(d, was.name, 0, err)) == 0)
		op_sentence(op, _("Took the category %s back"), was.name);
	return rc;
}

int
ticket_category_restore(struct desk *d, int64_t id, struct err *err)
{
	const struct declared_restore restore = {
	    OP_CATEGORY_NEW, RECORD_CATEGORY, check_restore};

	return ticket__declared_restore(d, &restore, id, err);
}

int
ticket_category_move(struct desk *d, int64_t id, int step, struct err *err)
{
	const struct declared_move move = {OP_CATEGORY_EDIT, RECORD_CATEGORY,
	    "SELECT id, position, name FROM ticket_categories"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL"
	    " AND CAST($2 AS BIGINT) > 0 ORDER BY position, name, id"};

	return ticket__declared_move(d, &move, id, step, err);
}

void
ticket_category_json(const struct ticket_category *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(out, "key", c->key);
	json_out_string(out, "name", c->name);
	json_out_int(out, "position", c->position);
	json_out_int(out, "version", c->version);
	json_out_time(out, "created_at", c->created_at);
	json_out_time(out, "updated_at", c->updated_at);
	json_out_end(out, '}');
}
