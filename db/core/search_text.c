/* search_text - see search_text.h. */
#include "db/core/search_text.h"
#include "common/str.h"
#include "common/utf8.h"
#include "db/core/search.h"

/* Bytes of one record that are indexed. */
#define TEXT_MAX 131072
/* Tickets that follow a contact's name, contacts that follow a company's. */
#define OF_ONE_MAX 100

/*
 * Append every column of every row, the first ones (once) of the first row
 * alone; *at_us gets column 0.
 */
static int
gather(struct desk *d, struct str *out, int once, int columns, int64_t *at_us,
    const char *sql, int64_t id, struct err *err)
{
	struct stmt *st = NULL;
	int from = 1, rc;

	rc = db_query(
	    d->db, &st, sql, BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1) {
			if (at_us != NULL)
				*at_us = stmt_int(st, 0);
			for (int i = from; i <= columns; i++) {
				str_add(out, stmt_text(st, i));
				str_addc(out, '\n');
			}
			from = once + 1;
			if (out->len > TEXT_MAX)
				break;
		}
	stmt_close(&st);
	if (out->len > TEXT_MAX)
		str_trunc(out, utf8_cut(out->s, out->len, TEXT_MAX));
	return rc < 0 ? rc : 0;
}

static int
refresh_ticket(struct desk *d, int64_t id, struct err *err)
{
	struct str text = STR_INIT;
	int64_t at_us = 0;
	int rc;

	rc = gather(d, &text, 0, 6, &at_us,
	    "SELECT t.created_at, t.number, t.subject, t.category, t.tags,"
	    " c.full_name, t.description FROM tickets t"
	    " LEFT JOIN contacts c ON c.id = t.contact_id"
	    " AND c.tenant_id = t.tenant_id"
	    " WHERE t.tenant_id = $1 AND t.id = $2",
	    id, err);
	if (rc == 0)
		rc = gather(d, &text, 0, 1, NULL,
		    "SELECT at_us, body FROM ticket_comments"
		    " WHERE tenant_id = $1 AND ticket_id = $2"
		    " AND deleted_at IS NULL ORDER BY at_us DESC, id DESC",
		    id, err);
	if (rc == 0)
		rc = search_put(d, RECORD_TICKET, id, at_us, text.s, err);
	str_free(&text);
	return rc;
}

/* What sql finds of $1 tenant, $2 owner, at most $3; the last one first. */
static int
refresh_each(struct desk *d, const char *sql, int64_t owner,
    int (*refresh)(struct desk *d, int64_t id, struct err *err),
    struct err *err)
{
	int64_t ids[OF_ONE_MAX];
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	rc = db_query(d->db, &st, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(owner), b_int(OF_ONE_MAX)),
	    err);
	if (rc == 0)
		while (n < OF_ONE_MAX && (rc = stmt_step(st, err)) == 1)
			ids[n++] = stmt_int(st, 0);
	stmt_close(&st);
	for (size_t i = n; i > 0 && rc >= 0; i--)
		rc = refresh(d, ids[i - 1], err);
	return rc < 0 ? rc : 0;
}

/* By search_put, or search_add. */
static int
store_contact(struct desk *d, int64_t id,
    int (*store)(struct desk *d, enum record_kind kind, int64_t record_id,
	int64_t at_us, const char *text, struct err *err),
    struct err *err)
{
	struct str text = STR_INIT;
	int64_t at_us = 0;
	int rc;

	rc = gather(d, &text, 7, 9, &at_us,
	    "SELECT c.created_at, c.full_name, c.email, c.phone_number,"
	    " c.crm_contact_id, c.problem_statement, c.notes, co.name,"
	    " p.value, p.username FROM contacts c"
	    " JOIN divisions v ON v.id = c.division_id"
	    " AND v.tenant_id = c.tenant_id"
	    " JOIN companies co ON co.id = v.company_id"
	    " AND co.tenant_id = c.tenant_id"
	    " LEFT JOIN contact_points p ON p.contact_id = c.id"
	    " AND p.tenant_id = c.tenant_id AND p.deleted_at IS NULL"
	    " WHERE c.tenant_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
	    " ORDER BY p.id",
	    id, err);
	if (rc == 0)
		rc = store(d, RECORD_CONTACT, id, at_us, text.s, err);
	str_free(&text);
	return rc;
}

static int
put_contact(struct desk *d, int64_t id, struct err *err)
{
	return store_contact(d, id, search_put, err);
}

int
search_new_contact(struct desk *d, int64_t id, struct err *err)
{
	return store_contact(d, id, search_add, err);
}

static int
refresh_contact(struct desk *d, int64_t id, struct err *err)
{
	int rc = put_contact(d, id, err);

	return rc != 0 ? rc
	               : refresh_each(d,
			     "SELECT id FROM tickets WHERE tenant_id = $1"
			     " AND contact_id = $2"
			     " ORDER BY updated_at DESC, id DESC LIMIT $3",
			     id, refresh_ticket, err);
}

static int
refresh_company(struct desk *d, int64_t id, struct err *err)
{
	struct str text = STR_INIT;
	int64_t at_us = 0;
	int rc;

	rc = gather(d, &text, 0, 4, &at_us,
	    "SELECT created_at, name, fiscal_id, crm_company_id, notes"
	    " FROM companies"
	    " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
	    id, err);
	if (rc == 0)
		rc = search_put(d, RECORD_COMPANY, id, at_us, text.s, err);
	str_free(&text);
	if (rc != 0)
		return rc;
	/* Its people are found by its name. */
	return refresh_each(d,
	    "SELECT c.id FROM divisions v JOIN contacts c"
	    " ON c.tenant_id = v.tenant_id AND c.division_id = v.id"
	    " AND c.deleted_at IS NULL"
	    " WHERE v.tenant_id = $1 AND v.company_id = $2"
	    " ORDER BY c.id DESC LIMIT $3",
	    id, put_contact, err);
}

/* Refresh the record that another one belongs to, which has no parent. */
static int
/* NOLINTNEXTLINE(misc-no-recursion) */
refresh_parent(struct desk *d, enum record_kind kind, const char *sql,
    int64_t id, struct err *err)
{
	int64_t parent;
	int rc;

	rc = db_int(d->db, &parent, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	return search_refresh(d, kind, parent, err);
}

int
/* NOLINTNEXTLINE(misc-no-recursion): one step, to the parent */
search_refresh(
    struct desk *d, enum record_kind kind, int64_t id, struct err *err)
{
	if (kind == RECORD_TICKET)
		return refresh_ticket(d, id, err);
	if (kind == RECORD_COMPANY)
		return refresh_company(d, id, err);
	if (kind == RECORD_CONTACT)
		return refresh_contact(d, id, err);
	if (kind == RECORD_TICKET_COMMENT)
		return refresh_parent(d, RECORD_TICKET,
		    "SELECT ticket_id FROM ticket_comments"
		    " WHERE tenant_id = $1 AND id = $2",
		    id, err);
	if (kind == RECORD_CONTACT_POINT)
		return refresh_parent(d, RECORD_CONTACT,
		    "SELECT contact_id FROM contact_points"
		    " WHERE tenant_id = $1 AND id = $2",
		    id, err);
	return 0;
}
