/* views - see views.h. */
#include "db/records/views.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/tickets.h"
#include "db/records/whose.h"
#include <stdlib.h>
#include <string.h>

static void
read_row(struct stmt *st, void *row)
{
	struct view *v = row;

	memset(v, 0, sizeof(*v));
	v->id = stmt_int(st, 0);
	v->version = stmt_int(st, 1);
	v->created_at = stmt_int(st, 2);
	v->updated_at = stmt_int(st, 3);
	v->deleted_at = stmt_int(st, 4);
	v->operator_id = stmt_int(st, 5);
	v->team_id = stmt_int(st, 6);
	str_copy(
	    v->operator_login, sizeof(v->operator_login), stmt_text(st, 7));
	str_copy(v->team_name, sizeof(v->team_name), stmt_text(st, 8));
	str_copy(v->name, sizeof(v->name), stmt_text(st, 9));
	str_copy(v->filter, sizeof(v->filter), stmt_text(st, 10));
	str_copy(v->ordering, sizeof(v->ordering), stmt_text(st, 11));
	str_copy(v->columns, sizeof(v->columns), stmt_text(st, 12));
	v->slot = (int)stmt_int(st, 13);
}

static void
select_from(struct query *q, struct desk *d, bool at_hand)
{
	query_init(q);
	query_add(q,
	    "SELECT x.id, x.version, x.created_at, x.updated_at,"
	    " x.deleted_at, x.operator_id, x.team_id, o.login, t.name,"
	    " x.name, x.filter, x.ordering, x.columns, x.slot"
	    " FROM ticket_views x"
	    " LEFT JOIN operators o ON o.id = x.operator_id"
	    " AND o.tenant_id = x.tenant_id"
	    " LEFT JOIN teams t ON t.id = x.team_id"
	    " AND t.tenant_id = x.tenant_id"
	    " WHERE x.tenant_id = $? AND x.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	whose_add_seen(q, d, OP_VIEW_READ, at_hand);
}

/* Only what the actor may see is there at all. */
static int
read_one(struct desk *d, int64_t id, struct view *out, struct err *err)
{
	struct query q;
	int rc;

	memset(out, 0, sizeof(*out));
	select_from(&q, d, false);
	query_add(&q, " AND x.id = $?", BINDS(b_int(id)));
	rc = records__first(d, q.sql.s, q.binds, q.nbinds, read_row, out, err);
	query_free(&q);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such view");
	return rc == 1 ? 0 : rc;
}

static int
read_all(struct desk *d, bool at_hand, struct view **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	select_from(&q, d, at_hand);
	query_add(&q,
	    " ORDER BY CASE WHEN x.operator_id IS NOT NULL THEN 0"
	    " WHEN x.team_id IS NOT NULL THEN 1 ELSE 2 END,"
	    " x.name, x.id LIMIT $?",
	    BINDS(b_int(VIEWS_MAX)));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	return rc;
}

/* ---- what it may hold ---- */

static bool
is_called(const struct view *v, const char *name)
{
	char *a = records__folded(v->name), *b = records__folded(name);
	bool same = str_equal(a, b);

	free(a);
	free(b);
	return same;
}

static int
check_name(const char *name, struct err *err)
{
	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "A view needs a name");
	for (int i = 0; ticket_view_names[i] != NULL; i++)
		if (str_equal(name, ticket_view_names[i]))
			return err_set(err, OD_EDATA,
			    "\"%s\" is a view that is always there; take"
			    " another name",
			    name);
	return 0;
}

/* Names of columns: whoever shows the list knows which there are. */
static int
check_columns(const char *columns, struct err *err)
{
	if (strspn(columns, "abcdefghijklmnopqrstuvwxyz_,") != strlen(columns))
		return err_set(err, OD_EDATA,
		    "Columns are words with commas between them, like"
		    " number,subject");
	return 0;
}

static int
check_slot(int64_t slot, struct err *err)
{
	if (slot < 0 || slot > VIEW_SLOTS)
		return err_set(err, OD_EDATA,
		    "A number key is 1 to %d, or 0 for none", VIEW_SLOTS);
	return 0;
}

static int
check(struct desk *d, const struct view *v, struct err *err)
{
	struct ticket_where *where = NULL;
	enum ticket_sort sort;
	bool is_reversed;
	int rc;

	if ((rc = check_name(v->name, err)) != 0 ||
	    (rc = check_columns(v->columns, err)) != 0 ||
	    (rc = check_slot(v->slot, err)) != 0)
		return rc;
	if (!ticket_sort_parse(v->ordering, &sort, &is_reversed))
		return err_set(err, OD_EDATA,
		    "\"%s\" is no order; there is changed, created, priority"
		    " and due, each with a - before it for the other way round",
		    v->ordering);
	rc = ticket_where_parse(d, v->filter, &where, err);
	ticket_where_free(&where);
	return rc;
}

/* The same owner's others: none of its name, and its key is taken off them. */
static int
make_room(struct desk *d, struct op *op, const struct view *v, struct err *err)
{
	const struct change none = {"slot", b_int(0)};
	struct view *rows = NULL;
	size_t count = 0;
	int rc = read_all(d, false, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct view *o = &rows[i];

		if (o->id == v->id || o->operator_id != v->operator_id ||
		    o->team_id != v->team_id)
			continue;
		if (is_called(o, v->name))
			rc = err_set(err, OD_ECONFLICT,
			    "There is a view \"%s\" already; change that one,"
			    " or take another name",
			    o->name);
		else if (v->slot != 0 && o->slot == v->slot)
			rc = record_update(d, op, RECORD_VIEW, o->id,
			    o->version, &none, 1, NULL, err);
	}
	free(rows);
	return rc;
}

/* ---- changes ---- */

static int
insert(struct desk *d, struct op *op, struct view *v, struct err *err)
{
	int rc = db_insert(d->db, &v->id,
	    "INSERT INTO ticket_views(tenant_id, operator_id, team_id, name,"
	    " filter, ordering, columns, slot, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_ref(v->operator_id),
		b_ref(v->team_id), b_text(v->name), b_text(v->filter),
		b_text(v->ordering), b_text(v->columns), b_int(v->slot),
		b_int(op->now_us)),
	    err);

	return rc != 0 ? rc : record_created(d, op, RECORD_VIEW, v->id, err);
}

int
view_new(
    struct desk *d, const struct view_new *in, int64_t *id, struct err *err)
{
	struct view v = {.operator_id = in->operator_id,
	    .team_id = in->team_id,
	    .slot = in->slot};
	struct op op;
	int rc;

	if ((rc = records__fit(
		 _("Name"), v.name, sizeof(v.name), in->name, err)) != 0 ||
	    (rc = records__fit(_("Filter"), v.filter, sizeof(v.filter),
		 in->filter, err)) != 0 ||
	    (rc = records__fit(_("Order"), v.ordering, sizeof(v.ordering),
		 in->ordering, err)) != 0 ||
	    (rc = records__fit(_("Columns"), v.columns, sizeof(v.columns),
		 in->columns, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_VIEW_NEW, 0, err)) != 0)
		return rc;
	if ((rc = whose_check(d, OP_VIEW_NEW, v.operator_id, v.team_id, err)) ==
		0 &&
	    (rc = check(d, &v, err)) == 0 &&
	    (rc = make_room(d, &op, &v, err)) == 0 &&
	    (rc = insert(d, &op, &v, err)) == 0) {
		op_created(&op, v.id);
		op_sentence(&op, _("Made the view \"%s\""), v.name);
		*id = v.id;
	}
	return op_end(d, &op, rc, err);
}

static void
take_text(const struct edits *e, const char *column, char *out, size_t size)
{
	const struct bind *b = records__edit(e, column);

	if (b != NULL && b->kind == BIND_TEXT)
		str_copy(out, size, b->p);
}

/* What it will be after the edits. */
static void
apply(const struct edits *e, struct view *v)
{
	const struct bind *slot = records__edit(e, "slot");

	take_text(e, "name", v->name, sizeof(v->name));
	take_text(e, "filter", v->filter, sizeof(v->filter));
	take_text(e, "ordering", v->ordering, sizeof(v->ordering));
	take_text(e, "columns", v->columns, sizeof(v->columns));
	if (slot != NULL && slot->kind == BIND_INT)
		v->slot = (int)slot->i;
}

int
view_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "name", "filter", "ordering", "columns", "slot", NULL};
	const struct bind *slot;
	struct edits e;
	struct view v;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_VIEW, allowed, changes, count, err);
	if (rc == 0 && (slot = records__edit(&e, "slot")) != NULL)
		rc = check_slot(slot->i, err);
	if (rc != 0 || (rc = op_begin(d, &op, OP_VIEW_EDIT, id, err)) != 0)
		goto out;
	if ((rc = read_one(d, id, &v, err)) == 0) {
		op_sentence(&op, _("Changed the view \"%s\""), v.name);
		apply(&e, &v);
		if ((rc = check(d, &v, err)) == 0 &&
		    (rc = make_room(d, &op, &v, err)) == 0)
			rc = record_update(d, &op, RECORD_VIEW, id,
			    seen_version, e.list, e.count, NULL, err);
	}
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
view_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct view v;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_VIEW_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &v, err)) == 0) {
		op_sentence(&op, _("Deleted the view \"%s\""), v.name);
		rc = record_delete(d, &op, RECORD_VIEW, id, seen_version, err);
	}
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

int
view_get(struct desk *d, int64_t id, struct view *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_VIEW_READ, 0, err)) != 0)
		return rc;
	return read_one(d, id, out, err);
}

int
view_list(struct desk *d, bool at_hand, struct view **rows, size_t *count,
    struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_VIEW_READ, 0, err)) != 0)
		return rc;
	return read_all(d, at_hand, rows, count, err);
}

const struct view *
view_at_slot(const struct view *rows, size_t count, int slot)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].slot == slot)
			return &rows[i];
	return NULL;
}

int
view_find(struct desk *d, const char *word, struct view *out, struct err *err)
{
	const struct view *found = NULL;
	struct view *rows;
	size_t count;
	int64_t id;
	int rc;

	if ((rc = view_list(d, true, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; found == NULL && i < count; i++)
		if (is_called(&rows[i], word))
			found = &rows[i];
	if (found != NULL)
		*out = *found;
	else if (str_to_int64(word, 1, INT64_MAX, &id))
		rc = read_one(d, id, out, err);
	else
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no view \"%s\"; \"opdesk view list\" shows"
		    " them",
		    word);
	free(rows);
	return rc;
}

void
view_json(const struct view *v, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", v->id);
	json_out_string(out, "name", v->name);
	json_out_int(out, "number_key", v->slot);
	json_out_string(out, "filter", v->filter);
	json_out_string(out, "ordering", v->ordering);
	json_out_string(out, "columns", v->columns);
	json_out_string(out, "operator", v->operator_login);
	json_out_string(out, "team", v->team_name);
	records__json_life(
	    out, v->version, v->created_at, v->updated_at, v->deleted_at);
	json_out_end(out, '}');
}
