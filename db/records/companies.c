/* companies - see people.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/people.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define COMPANY_COLUMNS                                                        \
	"SELECT c.id, c.version, c.created_at, c.updated_at, c.deleted_at,"    \
	" c.name, c.fiscal_id, c.crm_company_id, c.notes,"                     \
	" (SELECT count(*) FROM divisions v WHERE v.tenant_id = c.tenant_id"   \
	" AND v.company_id = c.id AND v.deleted_at IS NULL),"                  \
	" (SELECT count(*) FROM divisions w CROSS JOIN contacts p"             \
	" WHERE w.tenant_id = c.tenant_id AND w.company_id = c.id"             \
	" AND p.tenant_id = w.tenant_id AND p.division_id = w.id"              \
	" AND p.deleted_at IS NULL)"                                           \
	" FROM companies c"

static int
insert_company(struct desk *d, struct op *op, const struct company_new *in,
    int64_t *id, struct err *err)
{
	char name[201], fiscal[65], crm[129];
	char *folded;
	int rc;

	if ((rc = records__fit(_("Name"), name, sizeof(name), in->name, err)) !=
		0 ||
	    (rc = records__fit(_("Tax id"), fiscal, sizeof(fiscal),
		 in->fiscal_id, err)) != 0 ||
	    (rc = records__fit(
		 _("CRM id"), crm, sizeof(crm), in->crm_id, err)) != 0)
		return rc;
	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "The company needs a name");
	if ((rc = records__body(_("Notes"), in->notes, 65536, err)) != 0 ||
	    (rc = records__crm_id(
		 d, RECORD_COMPANY, "crm_company_id", crm, 0, err)) != 0)
		return rc;
	folded = records__folded(name);
	rc = db_insert(d->db, id,
	    "INSERT INTO companies(tenant_id, name, name_folded, fiscal_id,"
	    " crm_company_id, notes, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$7) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_text(folded),
		b_text(fiscal), b_text(crm),
		b_text(in->notes != NULL ? in->notes : ""), b_int(op->now_us)),
	    err);
	free(folded);
	if (rc != 0)
		return rc;
	op_created(op, *id);
	op_sentence(op, _("Made the company %s"), name);
	rc = record_created(d, op, RECORD_COMPANY, *id, err);
	return rc != 0 ? rc : search_refresh(d, RECORD_COMPANY, *id, err);
}

int
company_new(
    struct desk *d, const struct company_new *in, int64_t *id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_COMPANY_NEW, 0, err)) != 0)
		return rc;
	rc = insert_company(d, &op, in, id, err);
	return op_end(d, &op, rc, err);
}

int
company_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "name", "fiscal_id", "crm_company_id", "notes", NULL};
	char *name = NULL;
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_COMPANY, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	records__edit_fold(&e, "name", "name_folded");
	if ((rc = op_begin(d, &op, OP_COMPANY_EDIT, id, err)) != 0)
		goto out;
	rc = records__edit_crm_id(
	    d, &e, RECORD_COMPANY, "crm_company_id", id, err);
	if (rc == 0)
		rc = record_update(d, &op, RECORD_COMPANY, id, seen_version,
		    e.list, e.count, NULL, err);
	if (rc == 0)
		rc = search_refresh(d, RECORD_COMPANY, id, err);
	if (rc == 0)
		rc = db_text(d->db, &name,
		    "SELECT name FROM companies"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0)
		op_sentence(&op, _("Changed the company %s"), name);
	rc = op_end(d, &op, rc, err);
out:
	free(name);
	records__edits_free(&e);
	return rc;
}

static int
delete_divisions(
    struct desk *d, struct op *op, int64_t company_id, struct err *err)
{
	int64_t *ids = NULL;
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id FROM divisions WHERE tenant_id = $1"
	    " AND company_id = $2 AND deleted_at IS NULL ORDER BY id",
	    BINDS(b_int(d->actor.tenant_id), b_int(company_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			ids = records__grow(ids, n, sizeof(*ids));
			ids[n++] = stmt_int(st, 0);
		}
	stmt_close(&st);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = record_delete(d, op, RECORD_DIVISION, ids[i], 0, err);
	free(ids);
	return rc;
}

/* Only a company that nobody needs any more can go. */
static int
check_deletable(struct desk *d, const struct company *c, struct err *err)
{
	int rc;

	if (c->deleted_at != 0)
		return err_set(err, OD_ECONFLICT,
		    "The company %s is deleted already", c->name);
	if (c->contacts > 0)
		return err_set(err, OD_ECONFLICT,
		    "%s still has contacts (%d); move them to another division"
		    " first",
		    c->name, c->contacts);
	rc = records__any(d,
	    "SELECT 1 FROM divisions WHERE tenant_id = $1"
	    " AND company_id = $2 AND unclassified = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(c->id)), err);
	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "%s takes in whoever is unknown and cannot be deleted",
		    c->name);
	return rc;
}

static void
read_row(struct stmt *st, void *row)
{
	struct company *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->created_at = stmt_int(st, 2);
	c->updated_at = stmt_int(st, 3);
	c->deleted_at = stmt_int(st, 4);
	str_copy(c->name, sizeof(c->name), stmt_text(st, 5));
	str_copy(c->fiscal_id, sizeof(c->fiscal_id), stmt_text(st, 6));
	str_copy(c->crm_id, sizeof(c->crm_id), stmt_text(st, 7));
	c->notes = stmt_dup(st, 8);
	c->divisions = (int)stmt_int(st, 9);
	c->contacts = (int)stmt_int(st, 10);
}

static int
read_one(struct desk *d, const char *sql, struct bind key, struct company *out,
    struct err *err)
{
	int rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such company");
	return rc == 1 ? 0 : rc;
}

static int
read_id(struct desk *d, int64_t id, struct company *out, struct err *err)
{
	return read_one(d,
	    COMPANY_COLUMNS " WHERE c.tenant_id = $1 AND c.id = $2", b_int(id),
	    out, err);
}

int
company_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct company c = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_COMPANY_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_id(d, id, &c, err)) == 0 &&
	    (rc = check_deletable(d, &c, err)) == 0 &&
	    (rc = record_delete(
		 d, &op, RECORD_COMPANY, id, seen_version, err)) == 0 &&
	    (rc = delete_divisions(d, &op, id, err)) == 0) {
		op_sentence(&op, _("Deleted the company %s"), c.name);
		rc = search_refresh(d, RECORD_COMPANY, id, err);
	}
	company_clear(&c);
	return op_end(d, &op, rc, err);
}

int
company_get(struct desk *d, int64_t id, struct company *out, struct err *err)
{
	int rc;

	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	return read_id(d, id, out, err);
}

int
company_by_crm_id(
    struct desk *d, const char *crm_id, struct company *out, struct err *err)
{
	int rc;

	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	return read_one(d,
	    COMPANY_COLUMNS " WHERE c.tenant_id = $1"
			    " AND c.crm_company_id = $2"
			    " AND c.crm_company_id <> ''"
			    " AND c.deleted_at IS NULL",
	    b_text(crm_id), out, err);
}

int
company_list(struct desk *d, const char *match, const struct page *page,
    struct company **rows, size_t *count, struct err *err)
{
	bool back = page != NULL && page->backwards;
	struct stmt *st = NULL;
	struct prefix prefix;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	records__prefix(&prefix, match);
	query_init(&q);
	query_text(&q, COMPANY_COLUMNS);
	query_add(&q, " WHERE c.tenant_id = $? AND c.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	records__prefix_add(&q, "c.name_folded", &prefix);
	if (page != NULL && page->after_id != 0) {
		query_text(&q, " AND (c.name_folded, c.id)");
		query_text(&q, back ? " < " : " > ");
		query_add(&q,
		    "(SELECT name_folded, id FROM companies"
		    " WHERE tenant_id = $? AND id = $?)",
		    BINDS(b_int(d->actor.tenant_id), b_int(page->after_id)));
	}
	query_text(&q, back ? " ORDER BY c.name_folded DESC, c.id DESC"
			    : " ORDER BY c.name_folded, c.id");
	query_add(&q, " LIMIT $?", BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	records__prefix_free(&prefix);
	if (rc != 0) {
		company_list_free(rows, *count);
		*count = 0;
	} else if (back) {
		records__reverse(*rows, *count, sizeof(**rows));
	}
	return rc;
}

void
company_clear(struct company *c)
{
	FREE(&c->notes);
}

void
company_list_free(struct company **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		company_clear(&(*rows)[i]);
	FREE(rows);
}

void
company_json(const struct company *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(out, "name", c->name);
	json_out_string(out, "fiscal_id", c->fiscal_id);
	json_out_string(out, "crm_company_id", c->crm_id);
	json_out_string(out, "notes", c->notes != NULL ? c->notes : "");
	json_out_int(out, "divisions", c->divisions);
	json_out_int(out, "contacts", c->contacts);
	records__json_life(
	    out, c->version, c->created_at, c->updated_at, c->deleted_at);
	json_out_end(out, '}');
}
