/* call_who - who is at the other end; see calls.h. */
#include "common/i18n.h"
#include "db/records/call_int.h"
#include "db/records/do_not_call.h"
#include "db/records/people.h"
#include <string.h>

/*
 * The ways in which a number may have been written down: with the country's
 * code, as it is dialled within the country, and with the 0 before that.
 */
static void
ways_of(const char *folded, const char *country, char ways[3][CALL_NUMBER_SIZE])
{
	size_t code = strlen(country);
	bool own = code > 0 && strncmp(folded, country, code) == 0 &&
	           strlen(folded) > code;

	for (int i = 0; i < 3; i++)
		str_copy(ways[i], CALL_NUMBER_SIZE, folded);
	if (own) {
		str_copy(ways[1], CALL_NUMBER_SIZE, folded + code);
		str_format(ways[2], CALL_NUMBER_SIZE, "0%s", folded + code);
	}
}

int
call__contact_of(struct desk *d, const char *folded, const char *country,
    int64_t *contact_id, struct err *err)
{
	char ways[3][CALL_NUMBER_SIZE];
	int rc;

	*contact_id = 0;
	if (folded[0] == '\0')
		return 0;
	ways_of(folded, country, ways);
	rc = db_int(d->db, contact_id,
	    "SELECT p.contact_id FROM contact_points p"
	    " JOIN contacts c ON c.id = p.contact_id"
	    " AND c.tenant_id = p.tenant_id AND c.deleted_at IS NULL"
	    " WHERE p.tenant_id = $1 AND p.kind = 1 AND p.value IN ($2,$3,$4)"
	    " AND p.deleted_at IS NULL ORDER BY p.id + 0 LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(ways[0]), b_text(ways[1]),
		b_text(ways[2])),
	    err);
	if (rc != OD_ENOTFOUND)
		return rc;
	*contact_id = 0;
	return 0;
}

int
call__contact_number(
    struct desk *d, int64_t contact_id, char number[65], struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT c.phone_number, p.value FROM contacts c"
	    " LEFT JOIN contact_points p ON p.contact_id = c.id"
	    " AND p.tenant_id = c.tenant_id AND p.kind = 1"
	    " AND p.deleted_at IS NULL"
	    " WHERE c.tenant_id = $1 AND c.id = $2 AND c.deleted_at IS NULL"
	    " ORDER BY p.id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id)), err);

	number[0] = '\0';
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		str_copy(number, 65, stmt_text(st, 0));
		/* A channel's addresses have the country's code. */
		if (number[0] == '\0' && stmt_text(st, 1)[0] != '\0')
			str_format(number, 65, "+%s", stmt_text(st, 1));
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such contact");
	}
	stmt_close(&st);
	return rc;
}

static int
count_all(struct desk *d, struct call_who *out, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct bind id = b_int(out->contact_id);
	int rc;

	rc = db_int(d->db, &out->calls,
	    "SELECT count(*) FROM calls WHERE contact_id = $1"
	    " AND tenant_id = $2 AND contact_id IS NOT NULL"
	    " AND deleted_at IS NULL",
	    BINDS(id, tenant), err);
	if (rc == 0)
		rc = db_int(d->db, &out->last_call_us,
		    "SELECT COALESCE(max(started_us), 0) FROM calls"
		    " WHERE contact_id = $1 AND tenant_id = $2"
		    " AND contact_id IS NOT NULL AND deleted_at IS NULL",
		    BINDS(id, tenant), err);
	if (rc == 0)
		rc = db_int(d->db, &out->conversations,
		    "SELECT count(*) FROM conversations WHERE tenant_id = $1"
		    " AND contact_id = $2 AND deleted_at IS NULL",
		    BINDS(tenant, id), err);
	if (rc == 0)
		rc = db_int(d->db, &out->open_tickets,
		    "SELECT count(*) FROM tickets WHERE tenant_id = $1"
		    " AND contact_id = $2 AND state < 3"
		    " AND deleted_at IS NULL",
		    BINDS(tenant, id), err);
	return rc;
}

static int
fill_contact(struct desk *d, struct call_who *out, struct err *err)
{
	struct contact c;
	int rc = contact_get(d, out->contact_id, &c, err);

	if (rc != 0)
		return rc;
	str_copy(out->contact_name, sizeof(out->contact_name), c.full_name);
	str_copy(out->company_name, sizeof(out->company_name), c.company_name);
	contact_clear(&c);
	return count_all(d, out, err);
}

static int
fill_stopped(
    struct desk *d, const char *number, struct call_who *out, struct err *err)
{
	struct do_not_call stop;
	int rc = do_not_call_check(d, number, &stop, err);

	if (rc != 1)
		return rc;
	out->stopped = true;
	out->stopped_at_us = stop.created_at;
	out->stopped_until_us = stop.until_us;
	str_copy(out->stopped_reason, sizeof(out->stopped_reason), stop.reason);
	return 0;
}

int
call_who(struct desk *d, const char *number, int64_t contact_id,
    struct call_who *out, struct err *err)
{
	struct call_settings s;
	char of_contact[65];
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_CALL_READ, 0, err)) != 0 ||
	    (rc = call_settings_get(d, &s, err)) != 0)
		return rc;
	if ((number == NULL || number[0] == '\0') && contact_id != 0) {
		rc = call__contact_number(d, contact_id, of_contact, err);
		number = of_contact;
	}
	if (rc != 0)
		return rc;
	if (number != NULL && number[0] != '\0' &&
	    !call_number_fold(number, s.country, out->number_folded))
		return err_set(
		    err, OD_EDATA, "\"%s\" is no telephone number", number);
	out->contact_id = contact_id;
	if (contact_id == 0)
		rc = call__contact_of(
		    d, out->number_folded, s.country, &out->contact_id, err);
	if (rc == 0 && out->number_folded[0] != '\0')
		rc = fill_stopped(d, number, out, err);
	if (rc == 0 && out->contact_id != 0)
		rc = fill_contact(d, out, err);
	return rc;
}

void
call_who_json(const struct call_who *w, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "number",
	    w->number_folded[0] != '\0' ? w->number_folded : NULL);
	json_out_bool(out, "known", w->contact_id != 0);
	records__json_ref(out, "contact_id", w->contact_id);
	json_out_string(
	    out, "contact_name", w->contact_id != 0 ? w->contact_name : NULL);
	json_out_string(
	    out, "company", w->contact_id != 0 ? w->company_name : NULL);
	json_out_int(out, "calls", w->calls);
	json_out_time(out, "last_call_at", w->last_call_us);
	json_out_int(out, "conversations", w->conversations);
	json_out_int(out, "open_tickets", w->open_tickets);
	json_out_bool(out, "do_not_call", w->stopped);
	json_out_string(
	    out, "do_not_call_reason", w->stopped ? w->stopped_reason : NULL);
	json_out_time(out, "do_not_call_since", w->stopped_at_us);
	json_out_time(out, "do_not_call_until", w->stopped_until_us);
	json_out_end(out, '}');
}
