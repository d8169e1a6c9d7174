/* ticket_statuses - the tenant's labels of the states; see ticket_form.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define STATUS_SELECT                                                          \
	"SELECT id, version, created_at, updated_at, position, state,"         \
	" is_default, name FROM ticket_statuses WHERE tenant_id = $1"

static void
read_row(struct stmt *st, void *row)
{
	struct ticket_status *s = row;

	memset(s, 0, sizeof(*s));
	s->id = stmt_int(st, 0);
	s->version = stmt_int(st, 1);
	s->created_at = stmt_int(st, 2);
	s->updated_at = stmt_int(st, 3);
	s->position = stmt_int(st, 4);
	s->state = (enum ticket_state)stmt_int(st, 5);
	s->is_default = stmt_int(st, 6) != 0;
	str_copy(s->name, sizeof(s->name), stmt_text(st, 7));
}

static int
read_some(struct desk *d, const char *sql, struct ticket_status **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc =
	    db_query(d->db, &st, sql, BINDS(b_int(d->actor.tenant_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

static int
read_all(
    struct desk *d, struct ticket_status **rows, size_t *count, struct err *err)
{
	return read_some(d,
	    STATUS_SELECT " AND deleted_at IS NULL ORDER BY position, id", rows,
	    count, err);
}

int
ticket_status_trash(
    struct desk *d, struct ticket_status **rows, size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return read_some(d,
	    STATUS_SELECT
	    " AND deleted_at IS NOT NULL ORDER BY deleted_at DESC,"
	    " id DESC LIMIT 200",
	    rows, count, err);
}

int
ticket_status_list(
    struct desk *d, struct ticket_status **rows, size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	return read_all(d, rows, count, err);
}

static int
read_one(struct desk *d, int64_t id, struct ticket_status *out, struct err *err)
{
	int rc = records__first(d,
	    STATUS_SELECT " AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);

	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such status label");
	return rc == 1 ? 0 : rc;
}

int
ticket_status_get(
    struct desk *d, int64_t id, struct ticket_status *out, struct err *err)
{
	int rc = op_may(d, OP_TICKET_READ, 0, err);

	return rc != 0 ? rc : read_one(d, id, out, err);
}

/* The one of that name; its place, or count. */
static size_t
place_of(const struct ticket_status *rows, size_t count, const char *name)
{
	size_t i = 0;

	while (i < count && !ticket__same_name(rows[i].name, name))
		i++;
	return i;
}

int
ticket_status_by_name(struct desk *d, const char *name,
    struct ticket_status *out, struct err *err)
{
	struct ticket_status *rows;
	size_t count, i;
	int rc;

	if ((rc = ticket_status_list(d, &rows, &count, err)) != 0)
		return rc;
	i = place_of(rows, count, name);
	for (size_t k = 0; i == count && k < count; k++)
		if (rows[k].is_default &&
		    str_equal(ticket_state_names[rows[k].state], name))
			i = k;
	if (i < count)
		*out = rows[i];
	else
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no status label \"%s\"; the list of labels shows"
		    " those that there are",
		    name);
	free(rows);
	return rc;
}

/* Two labels that read the same could not be told apart. */
static int
check_free_name(
    struct desk *d, const char *name, int64_t but_id, struct err *err)
{
	struct ticket_status *rows;
	size_t count, i;
	int rc;

	if ((rc = read_all(d, &rows, &count, err)) != 0)
		return rc;
	i = place_of(rows, count, name);
	if (i < count && rows[i].id != but_id)
		rc = err_set(err, OD_ECONFLICT,
		    "There is a status label \"%s\" already", rows[i].name);
	free(rows);
	return rc;
}

static int
next_position(struct desk *d, int64_t *position, struct err *err)
{
	return db_int(d->db, position,
	    "SELECT COALESCE(max(position), 0) + 1 FROM ticket_statuses"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)), err);
}

static int
insert(struct desk *d, struct op *op, const char *name, enum ticket_state state,
    int64_t position, int64_t *id, struct err *err)
{
	int rc = check_free_name(d, name, 0, err);

	if (rc == 0 && position == 0)
		rc = next_position(d, &position, err);
	if (rc == 0)
		rc = db_insert(d->db, id,
		    "INSERT INTO ticket_statuses(tenant_id, name, state,"
		    " position, created_at, updated_at)"
		    " VALUES($1, $2, $3, $4, $5, $5) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(state),
			b_int(position), b_int(op->now_us)),
		    err);
	if (rc != 0)
		return rc;
	op_created(op, *id);
	op_sentence(op, _("Made the status label %s"), name);
	return record_created(d, op, RECORD_STATUS, *id, err);
}

int
ticket_status_new(struct desk *d, const char *name, enum ticket_state state,
    int64_t position, int64_t *id, struct err *err)
{
	char clean[41];
	struct op op;
	int rc;

	if (state < 0 || state >= TICKET_STATE_COUNT)
		return err_set(err, OD_EDATA, "There is no such status");
	if (state == TICKET_MERGED)
		return err_set(err, OD_EDATA,
		    "A ticket becomes merged by merging it, so that this state"
		    " has no other labels");
	if ((rc = ticket__name(name, clean, sizeof(clean), err)) != 0 ||
	    (rc = op_begin(d, &op, OP_STATUS_NEW, 0, err)) != 0)
		return rc;
	rc = insert(d, &op, clean, state, position, id, err);
	return op_end(d, &op, rc, err);
}

static int
check_edit(struct desk *d, struct op *op, int64_t id, const char *name,
    struct err *err)
{
	struct ticket_status now;
	int rc = read_one(d, id, &now, err);

	if (rc == 0 && name != NULL)
		rc = check_free_name(d, name, id, err);
	if (rc == 0)
		op_sentence(op, _("Changed the status label %s"), now.name);
	return rc;
}

int
ticket_status_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	const struct declared_edit edit = {
	    OP_STATUS_EDIT, RECORD_STATUS, check_edit};

	return ticket__declared_edit(
	    d, &edit, id, seen_version, changes, count, err);
}

static int
check_unused(struct desk *d, const struct ticket_status *s, struct err *err)
{
	int rc;

	if (s->is_default)
		return err_set(err, OD_ECONFLICT,
		    "\"%s\" is what tickets of this state are called; rename"
		    " it instead",
		    s->name);
	rc = records__any(d,
	    "SELECT 1 FROM tickets WHERE tenant_id = $1 AND status_id = $2"
	    " AND alive = 1 LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(s->id)), err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "There are tickets with the status label \"%s\"; give them"
		    " another one first",
		    s->name);
	return rc;
}

int
ticket_status_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct ticket_status now;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_STATUS_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &now, err)) == 0 &&
	    (rc = check_unused(d, &now, err)) == 0) {
		op_sentence(&op, _("Deleted the status label %s"), now.name);
		rc =
		    record_delete(d, &op, RECORD_STATUS, id, seen_version, err);
	}
	return op_end(d, &op, rc, err);
}

static int
check_restore(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	struct ticket_status was;
	int rc = records__first(d,
	    STATUS_SELECT " AND id = $2 AND deleted_at IS NOT NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &was, err);

	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such deleted label");
	if (rc == 1 && (rc = check_free_name(d, was.name, 0, err)) == 0)
		op_sentence(op, _("Took the status label %s back"), was.name);
	return rc;
}

int
ticket_status_restore(struct desk *d, int64_t id, struct err *err)
{
	const struct declared_restore restore = {
	    OP_STATUS_NEW, RECORD_STATUS, check_restore};

	return ticket__declared_restore(d, &restore, id, err);
}

int
ticket_status_move(struct desk *d, int64_t id, int step, struct err *err)
{
	const struct declared_move move = {OP_STATUS_EDIT, RECORD_STATUS,
	    "SELECT id, position, name FROM ticket_statuses"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL"
	    " AND CAST($2 AS BIGINT) > 0 ORDER BY position, id"};

	return ticket__declared_move(d, &move, id, step, err);
}

void
ticket_status_json(const struct ticket_status *s, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", s->id);
	json_out_string(out, "name", s->name);
	json_out_string(out, "state", ticket_state_names[s->state]);
	json_out_bool(out, "is_default", s->is_default);
	json_out_int(out, "position", s->position);
	json_out_int(out, "version", s->version);
	json_out_time(out, "created_at", s->created_at);
	json_out_time(out, "updated_at", s->updated_at);
	json_out_end(out, '}');
}
