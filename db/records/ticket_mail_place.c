/* ticket_mail_place - who wrote a mail, and where it goes; see ticket_mail.h.
 */
#include "common/clock.h"
#include "common/thanks.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/contact_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_merge_int.h"
#include "db/records/ticket_mail_int.h"
#include "db/records/ticket_sleep_int.h"
#include <stdlib.h>
#include <string.h>

#define CONTACTS_MAX 64 /* with the words of an address that are looked at */

/* ---- who ---- */

static int
by_point(
    struct desk *d, const char *address, int64_t *contact_id, struct err *err)
{
	return db_int(d->db, contact_id,
	    "SELECT contact_id FROM contact_points WHERE tenant_id = $1"
	    " AND kind = $2 AND value = $3 AND deleted_at IS NULL",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(POINT_MAIL), b_text(address)),
	    err);
}

/* A contact whose address somebody typed has no point of it yet. */
static int
by_field(
    struct desk *d, const char *address, int64_t *contact_id, struct err *err)
{
	struct matches m;
	int64_t id;
	int rc = records__matches(&m, d, RECORD_CONTACT, address, 0, err);

	for (int i = 0; rc == 0 && i < CONTACTS_MAX; i++) {
		if ((rc = records__match(&m, &id, err)) != 1)
			return rc == 0 ? OD_ENOTFOUND : rc;
		rc = records__any(d,
		    "SELECT 1 FROM contacts WHERE tenant_id = $1 AND id = $2"
		    " AND deleted_at IS NULL AND lower(email) = $3",
		    BINDS(
			b_int(d->actor.tenant_id), b_int(id), b_text(address)),
		    err);
		if (rc == 1)
			*contact_id = id;
		if (rc != 0)
			return rc == 1 ? 0 : rc;
	}
	return rc == 0 ? OD_ENOTFOUND : rc;
}

static int
find_contact(
    struct desk *d, const struct mail *m, int64_t *contact_id, struct err *err)
{
	int rc = OD_ENOTFOUND;

	*contact_id = 0;
	if (m->from[0] == '\0' || m->kind == MAIL_BOUNCE)
		return 0;
	rc = by_point(d, m->from, contact_id, err);
	if (rc == OD_ENOTFOUND)
		rc = by_field(d, m->from, contact_id, err);
	if (rc == OD_ENOTFOUND)
		*contact_id = 0;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
mail__contact(struct desk *d, struct op *op, const struct mail *m,
    int64_t *contact_id, struct err *err)
{
	const struct contact_new in = {
	    .full_name = m->from_name[0] != '\0' ? m->from_name : m->from,
	    .email = m->from,
	};
	bool is_new;
	int rc = find_contact(d, m, contact_id, err);

	if (rc != 0 || m->from[0] == '\0' || m->kind == MAIL_BOUNCE)
		return rc;
	is_new = *contact_id == 0;
	if (is_new && (rc = contact__insert(d, op, &in, contact_id, err)) != 0)
		return rc;
	rc = contact__point_add(
	    d, op, *contact_id, POINT_MAIL, m->from, "", "", err);
	if (rc == 0 && is_new)
		rc = search_new_contact(d, *contact_id, err);
	return rc;
}

/* ---- where ---- */

int
mail__known(struct desk *d, const char *message_id, int64_t *ticket_id,
    int64_t *number, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT t.id, t.number FROM mail_ids m"
	    " JOIN tickets t ON t.id = m.ticket_id"
	    " AND t.tenant_id = m.tenant_id"
	    " WHERE m.tenant_id = $1 AND m.message_id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(message_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*ticket_id = stmt_int(st, 0);
		*number = stmt_int(st, 1);
	}
	stmt_close(&st);
	return rc == 1 ? 0 : rc == 0 ? OD_ENOTFOUND : rc;
}

/* *by_id: by a mail that it answers, which strangers do not know. */
static int
find_ticket(struct desk *d, const struct mail *m, int64_t *id, bool *by_id,
    struct err *err)
{
	int64_t number;
	int rc = OD_ENOTFOUND;

	*by_id = false;
	for (size_t i = 0; rc == OD_ENOTFOUND && i < m->ref_count; i++)
		rc = mail__known(d, m->refs[i], id, &number, err);
	if (rc != OD_ENOTFOUND) {
		*by_id = rc == 0;
		return rc;
	}
	if ((number = mail_ticket_number(m->subject)) == 0)
		return OD_ENOTFOUND;
	return db_int(d->db, id,
	    "SELECT id FROM tickets WHERE tenant_id = $1 AND number = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(number)), err);
}

/* 1: it is one of those who the ticket is with. */
static int
may_write(struct desk *d, const struct mail *m, const struct ticket *t,
    int64_t contact_id, bool by_id, struct err *err)
{
	if (by_id && (m->kind == MAIL_AUTOMATIC || m->kind == MAIL_BOUNCE))
		return 1;
	if (t->contact_id == 0)
		return by_id ? 1 : 0;
	if (contact_id == t->contact_id)
		return 1;
	if (contact_id == 0 || t->company_id == 0)
		return 0;
	return records__any(d,
	    "SELECT 1 FROM contacts c JOIN divisions v"
	    " ON v.id = c.division_id AND v.tenant_id = c.tenant_id"
	    " WHERE c.tenant_id = $1 AND c.id = $2 AND v.company_id = $3"
	    " AND v.unclassified = 0",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id),
		b_int(t->company_id)),
	    err);
}

/* What is said long after the end is about something new. */
static int
is_too_late(struct desk *d, const struct mail *m, const struct ticket *t,
    int64_t now_us, bool *out, struct err *err)
{
	int64_t window = 0,
		ended = t->solved_us != 0 ? t->solved_us : t->closed_us;
	char *said;
	int rc;

	*out = false;
	if ((t->state != TICKET_SOLVED && t->state != TICKET_CLOSED) ||
	    m->kind == MAIL_AUTOMATIC || m->kind == MAIL_BOUNCE)
		return 0;
	rc = ticket__days(d, SETTING_TICKET_REOPEN_DAYS, &window, err);
	said = xstrndup(m->text.s, mail_reply_end(m->text.s));
	*out = rc == 0 && ended + window <= now_us && !thanks_only(said);
	free(said);
	return rc;
}

int
mail__place(struct desk *d, const struct mail *m, struct mail_place *out,
    struct err *err)
{
	struct ticket t = {0};
	int64_t id = 0;
	bool by_id;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = find_contact(d, m, &out->contact_id, err)) != 0)
		return rc;
	rc = find_ticket(d, m, &out->asked_id, &by_id, err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	if ((rc = ticket_target(d, out->asked_id, &id, err)) != 0 ||
	    (rc = ticket__load(d, id, &t, err)) != 0)
		return rc;
	if (t.deleted_at == 0) {
		rc = may_write(d, m, &t, out->contact_id, by_id, err);
		out->meant_id = rc == 0 ? id : 0;
		out->ticket_id = rc == 1 ? id : 0;
		rc = rc == 1 ? 0 : rc;
	}
	if (rc == 0 && out->ticket_id != 0)
		rc =
		    is_too_late(d, m, &t, clock_wall_us(), &out->too_late, err);
	if (rc == 0 && out->too_late) {
		out->meant_id = id;
		out->ticket_id = 0;
	}
	ticket_clear(&t);
	return rc;
}
