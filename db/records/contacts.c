/* contacts - see people.h; their addresses are in contact_points.c. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/reach.h"
#include "db/core/search_text.h"
#include "db/records/call_int.h"
#include "db/records/contact_int.h"
#include "db/records/mask.h"
#include "db/records/people.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

static const char columns[] =
    "SELECT c.id, c.version, c.created_at, c.updated_at, c.deleted_at,"
    " c.division_id, v.company_id, c.full_name, c.email, c.phone_number,"
    " c.lang, c.crm_contact_id, v.name, co.name, c.problem_statement,"
    " c.notes, ";
static const char tables[] = " FROM contacts c"
			     " JOIN divisions v ON v.id = c.division_id"
			     " AND v.tenant_id = c.tenant_id"
			     " JOIN companies co ON co.id = v.company_id"
			     " AND co.tenant_id = c.tenant_id";

/* As the actor may see them, or whole, for a use case. */
static void
add_columns(struct query *q, struct desk *d, bool whole)
{
	struct reach reach;

	query_text(q, columns);
	if (whole) {
		query_text(q, "1");
	} else {
		reach_of(d, OP_CONTACT_READ_FULL, REACH_ANY, &reach);
		query_text(q, "CASE WHEN ");
		reach_add_contact(q, d, &reach, "c");
		query_text(q, " THEN 1 ELSE 0 END");
	}
	query_text(q, tables);
}

int
contact__insert(struct desk *d, struct op *op, const struct contact_new *in,
    int64_t *id, struct err *err)
{
	const char *lang = in->lang != NULL ? in->lang : "";
	char name[201], email[201], phone[65], crm[129], digits[33];
	char *folded;
	int rc;

	if ((rc = records__fit(
		 _("Name"), name, sizeof(name), in->full_name, err)) != 0 ||
	    (rc = records__fit(
		 _("Email"), email, sizeof(email), in->email, err)) != 0 ||
	    (rc = records__fit(_("Phone"), phone, sizeof(phone),
		 in->phone_number, err)) != 0 ||
	    (rc = records__fit(
		 _("CRM id"), crm, sizeof(crm), in->crm_id, err)) != 0)
		return rc;
	records__digits(digits, sizeof(digits), phone);
	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "The contact needs a name");
	if (lang[0] != '\0' && strcmp(lang, "es") != 0 &&
	    strcmp(lang, "en") != 0)
		return err_set(
		    err, OD_EDATA, "The language must be \"es\" or \"en\"");
	if ((in->division_id != 0 &&
		(rc = records__exists(
		     d, RECORD_DIVISION, in->division_id, err)) != 0) ||
	    (rc = records__crm_id(
		 d, RECORD_CONTACT, "crm_contact_id", crm, 0, err)) != 0 ||
	    (rc = records__body(_("Notes"), in->notes, 65536, err)) != 0)
		return rc;
	folded = records__folded(name);
	/* Every tenant has a division for unknown contacts, which stays. */
	rc = db_insert(d->db, id,
	    "INSERT INTO contacts(tenant_id, division_id, full_name,"
	    " name_folded, email, phone_number, lang, crm_contact_id, notes,"
	    " created_at, updated_at)"
	    " VALUES($1,CASE WHEN $2 <> 0 THEN $2 ELSE"
	    " (SELECT id FROM divisions WHERE tenant_id = $1"
	    " AND unclassified = 1) END,$3,$4,$5,$6,$7,$8,$9,$10,$10)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(in->division_id),
		b_text(name), b_text(folded), b_text(email), b_text(phone),
		b_text(lang), b_text(crm),
		b_text(in->notes != NULL ? in->notes : ""), b_int(op->now_us)),
	    err);
	free(folded);
	if (rc == 0)
		rc = record_created(d, op, RECORD_CONTACT, *id, err);
	if (rc == 0 && digits[0] != '\0')
		rc = contact__point_add(
		    d, op, *id, POINT_PHONE, digits, "", "", err);
	return rc;
}

int
contact_new(
    struct desk *d, const struct contact_new *in, int64_t *id, struct err *err)
{
	char name[201];
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONTACT_NEW, 0, err)) != 0)
		return rc;
	rc = contact__insert(d, &op, in, id, err);
	if (rc == 0 && in->call_id != 0)
		rc = call__about(d, &op, in->call_id,
		    &(struct call_links){.contact_id = *id}, err);
	if (rc == 0) {
		records__line(name, sizeof(name), in->full_name);
		op_created(&op, *id);
		op_sentence(&op, _("Made the contact %s"), name);
		rc = search_new_contact(d, *id, err);
	}
	return op_end(d, &op, rc, err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct contact *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->created_at = stmt_int(st, 2);
	c->updated_at = stmt_int(st, 3);
	c->deleted_at = stmt_int(st, 4);
	c->division_id = stmt_int(st, 5);
	c->company_id = stmt_int(st, 6);
	str_copy(c->full_name, sizeof(c->full_name), stmt_text(st, 7));
	str_copy(c->email, sizeof(c->email), stmt_text(st, 8));
	str_copy(c->phone_number, sizeof(c->phone_number), stmt_text(st, 9));
	str_copy(c->lang, sizeof(c->lang), stmt_text(st, 10));
	str_copy(c->crm_id, sizeof(c->crm_id), stmt_text(st, 11));
	str_copy(c->division_name, sizeof(c->division_name), stmt_text(st, 12));
	str_copy(c->company_name, sizeof(c->company_name), stmt_text(st, 13));
	c->problem_statement = stmt_dup(st, 14);
	c->notes = stmt_dup(st, 15);
	if (stmt_int(st, 16) == 0)
		mask_contact(c);
}

static int
read_one(struct desk *d, int64_t id, bool whole, struct contact *out,
    struct err *err)
{
	struct query q;
	int rc;

	query_init(&q);
	add_columns(&q, d, whole);
	query_add(&q, " WHERE c.tenant_id = $? AND c.id = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	rc = records__first(d, q.sql.s, q.binds, q.nbinds, read_row, out, err);
	query_free(&q);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such contact");
	return rc == 1 ? 0 : rc;
}

static int
edit_contact(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    const struct edits *e, struct err *err)
{
	const struct bind *phone = records__edit(e, "phone_number");
	struct contact before = {0};
	int rc;

	rc = records__edit_crm_id(
	    d, e, RECORD_CONTACT, "crm_contact_id", id, err);
	if (rc != 0)
		return rc;
	if ((rc = read_one(d, id, true, &before, err)) != 0)
		return rc;
	op_sentence(op, _("Changed the contact %s"), before.full_name);
	rc = record_update(d, op, RECORD_CONTACT, id, seen_version, e->list,
	    e->count, NULL, err);
	if (rc == 0 && phone != NULL && phone->kind == BIND_TEXT)
		rc = contact__phone_moved(
		    d, op, id, before.phone_number, phone->p, err);
	if (rc == 0)
		rc = search_refresh(d, RECORD_CONTACT, id, err);
	contact_clear(&before);
	return rc;
}

int
contact_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"full_name", "division_id",
	    "email", "phone_number", "lang", "crm_contact_id",
	    "problem_statement", "notes", NULL};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_CONTACT, allowed, changes, count, err);
	if (rc != 0)
		goto out;
	records__edit_fold(&e, "full_name", "name_folded");
	if ((rc = op_begin(d, &op, OP_CONTACT_EDIT, id, err)) != 0)
		goto out;
	rc = edit_contact(d, &op, id, seen_version, &e, err);
	rc = op_end(d, &op, rc, err);
out:
	records__edits_free(&e);
	return rc;
}

int
contact_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct contact c = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONTACT_DELETE, id, err)) != 0)
		return rc;
	if ((rc = read_one(d, id, true, &c, err)) == 0 &&
	    (rc = record_delete(
		 d, &op, RECORD_CONTACT, id, seen_version, err)) == 0 &&
	    (rc = contact__points_delete(d, &op, id, err)) == 0) {
		op_sentence(&op, _("Deleted the contact %s"), c.full_name);
		rc = search_refresh(d, RECORD_CONTACT, id, err);
	}
	contact_clear(&c);
	return op_end(d, &op, rc, err);
}

int
contact_get(struct desk *d, int64_t id, struct contact *out, struct err *err)
{
	int rc;

	if ((rc = op_read(d, OP_CONTACT_READ, id, err)) != 0)
		return rc;
	return read_one(d, id, false, out, err);
}

/* All contacts, or a division's, by name. */
static int
list_by_name(struct desk *d, int64_t division_id, const struct page *page,
    struct contact **rows, size_t *count, struct err *err)
{
	bool back = page != NULL && page->backwards;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	add_columns(&q, d, false);
	query_add(&q, " WHERE c.tenant_id = $? AND c.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	if (division_id != 0)
		query_add(
		    &q, " AND c.division_id = $?", BINDS(b_int(division_id)));
	if (page != NULL && page->after_id != 0) {
		query_text(&q, " AND (c.name_folded, c.id)");
		query_text(&q, back ? " < " : " > ");
		query_add(&q,
		    "(SELECT name_folded, id FROM contacts"
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
	if (rc == 0 && back)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

/* Those that a search finds, best place first. */
static int
list_matching(struct desk *d, const char *match, int64_t division_id,
    const struct page *page, struct contact **rows, size_t *count,
    struct err *err)
{
	size_t limit = (size_t)records__limit(page);
	struct matches m;
	int64_t id;
	int rc;

	rc = records__matches(&m, d, RECORD_CONTACT, match,
	    page != NULL ? page->after_id : 0, err);
	while (rc == 0 && *count < limit &&
	       (rc = records__match(&m, &id, err)) == 1) {
		struct contact c = {0};

		rc = read_one(d, id, false, &c, err);
		if (rc == OD_ENOTFOUND) {
			rc = 0;
			continue;
		}
		if (rc == 0 && c.deleted_at == 0 &&
		    (division_id == 0 || c.division_id == division_id)) {
			*rows = records__grow(*rows, *count, sizeof(**rows));
			(*rows)[(*count)++] = c;
		} else {
			contact_clear(&c);
		}
	}
	return rc;
}

int
contact_list(struct desk *d, const char *match, int64_t division_id,
    const struct page *page, struct contact **rows, size_t *count,
    struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0)
		return rc;
	if (match == NULL || match[0] == '\0')
		rc = list_by_name(d, division_id, page, rows, count, err);
	else
		rc = list_matching(
		    d, match, division_id, page, rows, count, err);
	if (rc != 0) {
		contact_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
contact_clear(struct contact *c)
{
	FREE(&c->problem_statement);
	FREE(&c->notes);
}

void
contact_list_free(struct contact **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		contact_clear(&(*rows)[i]);
	FREE(rows);
}

void
contact_json(const struct contact *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_int(out, "division_id", c->division_id);
	json_out_string(out, "division_name", c->division_name);
	json_out_int(out, "company_id", c->company_id);
	json_out_string(out, "company_name", c->company_name);
	json_out_string(out, "full_name", c->full_name);
	json_out_string(out, "email", c->email);
	json_out_string(out, "phone_number", c->phone_number);
	json_out_bool(out, "masked", c->masked);
	json_out_string(out, "lang", c->lang);
	json_out_string(out, "crm_contact_id", c->crm_id);
	json_out_string(out, "problem_statement",
	    c->problem_statement != NULL ? c->problem_statement : "");
	json_out_string(out, "notes", c->notes != NULL ? c->notes : "");
	records__json_life(
	    out, c->version, c->created_at, c->updated_at, c->deleted_at);
	json_out_end(out, '}');
}
