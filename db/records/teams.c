/* teams - see staff.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/staff.h"
#include <stdlib.h>
#include <string.h>

#define TEAM_COLUMNS                                                           \
	"SELECT t.id, t.version, t.created_at, t.updated_at, t.name,"          \
	" (SELECT count(*) FROM operators o WHERE o.tenant_id = t.tenant_id"   \
	" AND o.team_id = t.id AND o.deleted_at IS NULL)"                      \
	" FROM teams t WHERE t.tenant_id = $1 AND t.deleted_at IS NULL"

/* Names are unique among the living, as the index wants it. */
static int
check_free_name(
    struct desk *d, const char *name, int64_t but_id, struct err *err)
{
	int rc;

	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "The team needs a name");
	rc = records__any(d,
	    "SELECT 1 FROM teams WHERE tenant_id = $1 AND name = $2"
	    " AND deleted_at IS NULL AND id <> $3",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(but_id)), err);
	if (rc == 1)
		return err_set(
		    err, OD_ECONFLICT, "There is a team \"%s\" already", name);
	return rc;
}

int
team_new(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	char clean[201];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Name"), clean, sizeof(clean), name, err)) !=
	    0)
		return rc;
	if ((rc = op_begin(d, &op, OP_TEAM_NEW, 0, err)) != 0)
		return rc;
	if ((rc = check_free_name(d, clean, 0, err)) != 0)
		goto out;
	rc = db_insert(d->db, id,
	    "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
	    " VALUES($1, $2, $3, $3) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(clean), b_int(op.now_us)),
	    err);
	if (rc != 0)
		goto out;
	op_created(&op, *id);
	op_sentence(&op, _("Made the team %s"), clean);
	rc = record_created(d, &op, RECORD_TEAM, *id, err);
out:
	return op_end(d, &op, rc, err);
}

int
team_edit(struct desk *d, int64_t id, int64_t seen_version, const char *name,
    struct err *err)
{
	char clean[201];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Name"), clean, sizeof(clean), name, err)) !=
	    0)
		return rc;
	if ((rc = op_begin(d, &op, OP_TEAM_EDIT, id, err)) != 0)
		return rc;
	if ((rc = check_free_name(d, clean, id, err)) == 0) {
		struct change c = {"name", b_text(clean)};

		op_sentence(&op, _("Renamed a team to %s"), clean);
		rc = record_update(
		    d, &op, RECORD_TEAM, id, seen_version, &c, 1, NULL, err);
	}
	return op_end(d, &op, rc, err);
}

int
team_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	char *name = NULL;
	int64_t members;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TEAM_DELETE, id, err)) != 0)
		return rc;
	rc = db_int(d->db, &members,
	    "SELECT count(*) FROM operators WHERE tenant_id = $1"
	    " AND team_id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc != 0)
		goto out;
	rc = db_text(d->db, &name,
	    "SELECT name FROM teams WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc != 0)
		goto out;
	if (members > 0) {
		rc = err_set(err, OD_ECONFLICT,
		    "The team \"%s\" still has operators (%d); move them to"
		    " another team first",
		    name, (int)members);
		goto out;
	}
	op_sentence(&op, _("Deleted the team %s"), name);
	rc = record_delete(d, &op, RECORD_TEAM, id, seen_version, err);
out:
	free(name);
	return op_end(d, &op, rc, err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct team *t = row;

	memset(t, 0, sizeof(*t));
	t->id = stmt_int(st, 0);
	t->version = stmt_int(st, 1);
	t->created_at = stmt_int(st, 2);
	t->updated_at = stmt_int(st, 3);
	str_copy(t->name, sizeof(t->name), stmt_text(st, 4));
	t->members = (int)stmt_int(st, 5);
}

int
team_list(struct desk *d, struct team **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st, TEAM_COLUMNS " ORDER BY t.name, t.id",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

static int
read_one(struct desk *d, const char *sql, struct bind key, struct team *out,
    struct err *err)
{
	int rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such team");
	return rc == 1 ? 0 : rc;
}

int
team_get(struct desk *d, int64_t id, struct team *out, struct err *err)
{
	return read_one(d, TEAM_COLUMNS " AND t.id = $2", b_int(id), out, err);
}

int
team_by_name(
    struct desk *d, const char *name, struct team *out, struct err *err)
{
	return read_one(
	    d, TEAM_COLUMNS " AND t.name = $2", b_text(name), out, err);
}

void
team_json(const struct team *t, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", t->id);
	json_out_string(out, "name", t->name);
	json_out_int(out, "members", t->members);
	json_out_int(out, "version", t->version);
	json_out_time(out, "created_at", t->created_at);
	json_out_time(out, "updated_at", t->updated_at);
	json_out_end(out, '}');
}
