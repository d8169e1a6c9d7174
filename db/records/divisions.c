/* divisions - see people.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/people.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define DIVISION_COLUMNS                                                       \
	"SELECT v.id, v.version, v.created_at, v.updated_at, v.deleted_at,"    \
	" v.company_id, v.name, c.name, v.crm_division_id, v.unclassified,"    \
	" (SELECT count(*) FROM contacts p WHERE p.tenant_id = v.tenant_id"    \
	" AND p.division_id = v.id AND p.deleted_at IS NULL)"                  \
	" FROM divisions v JOIN companies c ON c.id = v.company_id"            \
	" AND c.tenant_id = v.tenant_id WHERE v.tenant_id = $1"

int
division_new(struct desk *d, int64_t company_id, const char *name,
    const char *crm_id, int64_t *id, struct err *err)
{
	char clean[201], crm[129];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Name"), clean, sizeof(clean), name, err)) !=
		0 ||
	    (rc = records__fit(_("CRM id"), crm, sizeof(crm), crm_id, err)) !=
		0)
		return rc;
	if ((rc = op_begin(d, &op, OP_DIVISION_NEW, 0, err)) != 0)
		return rc;
	if (clean[0] == '\0') {
		rc = err_set(err, OD_EDATA, "The division needs a name");
		goto out;
	}
	if ((rc = records__exists(d, RECORD_COMPANY, company_id, err)) != 0 ||
	    (rc = records__crm_id(
		 d, RECORD_DIVISION, "crm_division_id", crm, 0, err)) != 0)
		goto out;
	rc = db_insert(d->db, id,
	    "INSERT INTO divisions(tenant_id, company_id, name,"
	    " crm_division_id, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$5) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(company_id), b_text(clean),
		b_text(crm), b_int(op.now_us)),
	    err);
	if (rc != 0)
		goto out;
	op_created(&op, *id);
	op_sentence(&op, _("Made the division %s"), clean);
	rc = record_created(d, &op, RECORD_DIVISION, *id, err);
out:
	return op_end(d, &op, rc, err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct division *v = row;

	memset(v, 0, sizeof(*v));
	v->id = stmt_int(st, 0);
	v->version = stmt_int(st, 1);
	v->created_at = stmt_int(st, 2);
	v->updated_at = stmt_int(st, 3);
	v->deleted_at = stmt_int(st, 4);
	v->company_id = stmt_int(st, 5);
	str_copy(v->name, sizeof(v->name), stmt_text(st, 6));
	str_copy(v->company_name, sizeof(v->company_name), stmt_text(st, 7));
	str_copy(v->crm_id, sizeof(v->crm_id), stmt_text(st, 8));
	v->unclassified = stmt_int(st, 9) != 0;
	v->contacts = (int)stmt_int(st, 10);
}

static int
read_one(struct desk *d, int64_t id, struct division *out, struct err *err)
{
	int rc = records__first(d, DIVISION_COLUMNS " AND v.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such division");
	return rc == 1 ? 0 : rc;
}

int
division_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "name", "company_id", "crm_division_id", NULL};
	struct division v;
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_DIVISION, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	if ((rc = op_begin(d, &op, OP_DIVISION_EDIT, id, err)) != 0)
		goto out;
	rc = records__edit_crm_id(
	    d, &e, RECORD_DIVISION, "crm_division_id", id, err);
	if (rc == 0)
		rc = record_update(d, &op, RECORD_DIVISION, id, seen_version,
		    e.list, e.count, NULL, err);
	if (rc == 0 && (rc = read_one(d, id, &v, err)) == 0)
		op_sentence(&op, _("Changed the division %s"), v.name);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
division_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct division v = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_DIVISION_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, &v, err)) != 0)
		goto out;
	if (v.unclassified) {
		rc = err_set(err, OD_ECONFLICT,
		    "%s takes in whoever is unknown and cannot be deleted",
		    v.name);
		goto out;
	}
	if (v.contacts > 0) {
		rc = err_set(err, OD_ECONFLICT,
		    "%s still has contacts (%d); move them to another division"
		    " first",
		    v.name, v.contacts);
		goto out;
	}
	op_sentence(&op, _("Deleted the division %s"), v.name);
	rc = record_delete(d, &op, RECORD_DIVISION, id, seen_version, err);
out:
	return op_end(d, &op, rc, err);
}

int
division_get(struct desk *d, int64_t id, struct division *out, struct err *err)
{
	int rc;

	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	return read_one(d, id, out, err);
}

int
division_list(struct desk *d, int64_t company_id, struct division **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    DIVISION_COLUMNS " AND v.deleted_at IS NULL"
			     " AND (CAST($2 AS BIGINT) = 0"
			     " OR v.company_id = $2)"
			     " ORDER BY c.name_folded, v.name, v.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(company_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

void
division_json(const struct division *v, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", v->id);
	json_out_int(out, "company_id", v->company_id);
	json_out_string(out, "company_name", v->company_name);
	json_out_string(out, "name", v->name);
	json_out_string(out, "crm_division_id", v->crm_id);
	json_out_bool(out, "unclassified", v->unclassified);
	json_out_int(out, "contacts", v->contacts);
	records__json_life(
	    out, v->version, v->created_at, v->updated_at, v->deleted_at);
	json_out_end(out, '}');
}
