/* contact_points - how contacts are reached; see people.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/records/contact_int.h"
#include "db/records/mask.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define PHONE_MAX 32 /* digits that contact__insert keeps of one */

/* Where an address points to; all 0 when nobody has it. */
struct point {
	int64_t id, contact_id;
	char username[201], parent_value[201];
};

static int
find_point(struct desk *d, enum contact_point_kind kind, const char *value,
    struct point *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if (value == NULL || value[0] == '\0')
		return 0;
	rc = db_query(d->db, &st,
	    "SELECT id, contact_id, username, parent_value FROM contact_points"
	    " WHERE tenant_id = $1 AND kind = $2 AND value = $3"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(value)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->id = stmt_int(st, 0);
		out->contact_id = stmt_int(st, 1);
		str_copy(
		    out->username, sizeof(out->username), stmt_text(st, 2));
		str_copy(out->parent_value, sizeof(out->parent_value),
		    stmt_text(st, 3));
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

/* The sentence names who has it. */
static int
refuse_taken(struct desk *d, int64_t contact_id, struct err *err)
{
	char *name = NULL;
	int rc;

	rc = db_text(d->db, &name,
	    "SELECT full_name FROM contacts WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id)), err);
	if (rc == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "%s has that number already; change that contact instead",
		    name);
	free(name);
	return rc;
}

int
contact__point_add(struct desk *d, struct op *op, int64_t contact_id,
    enum contact_point_kind kind, const char *value, const char *username,
    const char *parent_value, struct err *err)
{
	struct point there;
	int64_t id;
	int rc;

	rc = db_insert(d->db, &id,
	    "INSERT INTO contact_points(tenant_id, contact_id, kind, value,"
	    " username, parent_value, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$7)"
	    " ON CONFLICT(tenant_id, kind, value) WHERE deleted_at IS NULL"
	    " DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id), b_int(kind),
		b_text(value), b_text(username), b_text(parent_value),
		b_int(op->now_us)),
	    err);
	if (rc == 0 && id != 0)
		return record_created(d, op, RECORD_CONTACT_POINT, id, err);
	if (rc != 0 || (rc = find_point(d, kind, value, &there, err)) != 0 ||
	    there.contact_id == contact_id)
		return rc;
	return refuse_taken(d, there.contact_id, err);
}

int
contact__phone_moved(struct desk *d, struct op *op, int64_t contact_id,
    const char *before, const char *after, struct err *err)
{
	char old[33], now[33];
	struct point p, there;
	int rc;

	records__digits(old, sizeof(old), before);
	records__digits(now, sizeof(now), after);
	if (strcmp(old, now) == 0)
		return 0;
	if ((rc = find_point(d, POINT_PHONE, old, &p, err)) != 0 ||
	    (rc = find_point(d, POINT_PHONE, now, &there, err)) != 0)
		return rc;
	if (there.id != 0)
		return there.contact_id == contact_id
		           ? 0
		           : refuse_taken(d, there.contact_id, err);
	if (p.contact_id != contact_id)
		return now[0] == '\0' ? 0
		                      : contact__point_add(d, op, contact_id,
					    POINT_PHONE, now, "", "", err);
	if (now[0] == '\0')
		return record_delete(d, op, RECORD_CONTACT_POINT, p.id, 0, err);
	struct change c = {"value", b_text(now)};

	return record_update(
	    d, op, RECORD_CONTACT_POINT, p.id, 0, &c, 1, NULL, err);
}

static void
read_row(struct stmt *st, void *row)
{
	struct contact_point *p = row;

	p->id = stmt_int(st, 0);
	p->contact_id = stmt_int(st, 1);
	p->kind = (enum contact_point_kind)stmt_int(st, 2);
	str_copy(p->value, sizeof(p->value), stmt_text(st, 3));
	str_copy(p->username, sizeof(p->username), stmt_text(st, 4));
	str_copy(p->parent_value, sizeof(p->parent_value), stmt_text(st, 5));
}

static int
read_points(struct desk *d, int64_t contact_id, struct contact_point **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id, contact_id, kind, value, username, parent_value"
	    " FROM contact_points WHERE tenant_id = $1 AND contact_id = $2"
	    " AND deleted_at IS NULL ORDER BY kind, id",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
contact__points_delete(
    struct desk *d, struct op *op, int64_t contact_id, struct err *err)
{
	struct contact_point *rows;
	size_t count;
	int rc;

	rc = read_points(d, contact_id, &rows, &count, err);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = record_delete(
		    d, op, RECORD_CONTACT_POINT, rows[i].id, 0, err);
	free(rows);
	return rc;
}

int
contact_points(struct desk *d, int64_t contact_id, struct contact_point **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_CONTACT_READ, contact_id, err)) != 0 ||
	    (rc = read_points(d, contact_id, rows, count, err)) != 0)
		return rc;
	rc = op_may(d, OP_CONTACT_READ_FULL, contact_id, NULL);
	for (size_t i = 0; i < *count && rc != 0; i++)
		mask_point(&(*rows)[i]);
	return 0;
}

int
contact_by_address(struct desk *d, enum contact_point_kind kind,
    const char *value, int64_t *id, struct err *err)
{
	struct point p;
	int rc;

	*id = 0;
	if ((rc = op_may(d, OP_CONTACT_READ, 0, err)) != 0 ||
	    (rc = find_point(d, kind, value, &p, err)) != 0)
		return rc;
	*id = p.contact_id;
	return p.id != 0 ? 0
	                 : err_set(err, OD_ENOTFOUND,
			       "Nobody has that number or address");
}

/* A known point learns a new user name or parent id. */
static int
refresh_point(struct desk *d, struct op *op, const struct point *p,
    const struct identity *who, struct err *err)
{
	char username[201], parent[201];

	records__line(username, sizeof(username), who->username);
	records__line(parent, sizeof(parent), who->parent_user_id);
	if (username[0] == '\0')
		str_copy(username, sizeof(username), p->username);
	if (parent[0] == '\0')
		str_copy(parent, sizeof(parent), p->parent_value);
	if (strcmp(username, p->username) == 0 &&
	    strcmp(parent, p->parent_value) == 0)
		return 0;
	return db_later(d->db, NULL,
	    "UPDATE contact_points SET username = $1, parent_value = $2,"
	    " updated_at = $3, version = version + 1"
	    " WHERE tenant_id = $4 AND id = $5",
	    BINDS(b_text(username), b_text(parent), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(p->id)),
	    err);
}

/* Whether a person (or the API) wrote the name that stands. */
static int
name_by_person(struct desk *d, int64_t contact_id, struct err *err)
{
	return records__any(d,
	    "SELECT 1 FROM changes WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND field IN ('full_name', 'deleted_at')"
	    " AND actor_kind NOT IN ($4, $5)",
	    BINDS(b_int(d->actor.tenant_id), b_int(RECORD_CONTACT),
		b_int(contact_id), b_int(ACTOR_SYSTEM), b_int(ACTOR_BOT)),
	    err);
}

/* A nameless contact shows what is known of it. */
static void
best_name(char *name, size_t size, const struct identity *who)
{
	records__line(name, size, who->name);
	if (name[0] == '\0')
		records__line(name, size, who->username);
	if (name[0] == '\0' && who->number[0] != '\0')
		str_format(name, size, "+%s", who->number);
	if (name[0] == '\0')
		records__line(name, size, who->user_id);
}

static int
follow_name(struct desk *d, struct op *op, int64_t contact_id,
    const struct identity *who, bool *changed, struct err *err)
{
	char name[201];
	char *now = NULL, *folded;
	int rc;

	records__line(name, sizeof(name), who->name);
	if (name[0] == '\0')
		return 0;
	rc = db_text(d->db, &now,
	    "SELECT full_name FROM contacts WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(contact_id)), err);
	if (rc != 0 || strcmp(now, name) == 0)
		goto out;
	if ((rc = name_by_person(d, contact_id, err)) != 0) {
		rc = rc == 1 ? 0 : rc;
		goto out;
	}
	folded = records__folded(name);
	struct change c[] = {
	    {"full_name", b_text(name)}, {"name_folded", b_text(folded)}};

	rc = record_update(
	    d, op, RECORD_CONTACT, contact_id, 0, c, 2, NULL, err);
	free(folded);
	*changed = true;
out:
	free(now);
	return rc;
}

/* The point of its phone number is made with it; number says so then. */
static int
make_contact(struct desk *d, struct op *op, const struct identity *who,
    struct point *number, int64_t *contact_id, struct err *err)
{
	char name[201], phone[40] = "";
	struct contact_new in = {.full_name = name, .phone_number = phone};
	bool is_phone = who->number_kind == POINT_PHONE &&
	                who->number[0] != '\0' &&
	                strlen(who->number) <= PHONE_MAX;
	int rc;

	best_name(name, sizeof(name), who);
	if (is_phone)
		str_format(phone, sizeof(phone), "+%s", who->number);
	rc = contact__insert(d, op, &in, contact_id, err);
	if (rc == 0 && is_phone)
		number->contact_id = *contact_id;
	return rc;
}

/* The provider says that this number belongs to this user id. */
static int
move_point(struct desk *d, struct op *op, const struct point *p,
    int64_t contact_id, struct err *err)
{
	struct change c = {"contact_id", b_int(contact_id)};

	return record_update(
	    d, op, RECORD_CONTACT_POINT, p->id, 0, &c, 1, NULL, err);
}

static int
link_points(struct desk *d, struct op *op, const struct identity *who,
    const struct point *user, const struct point *number, int64_t contact_id,
    bool *changed, struct err *err)
{
	char username[201], parent[201];
	int rc = 0;

	records__line(username, sizeof(username), who->username);
	records__line(parent, sizeof(parent), who->parent_user_id);
	if (user->id != 0) {
		rc = refresh_point(d, op, user, who, err);
	} else if (who->user_id[0] != '\0') {
		rc = contact__point_add(d, op, contact_id, who->user_kind,
		    who->user_id, username, parent, err);
		*changed = true;
	}
	if (rc != 0 || who->number[0] == '\0')
		return rc;
	if (number->contact_id == 0) {
		*changed = true;
		return contact__point_add(d, op, contact_id, who->number_kind,
		    who->number, "", "", err);
	}
	if (number->contact_id == contact_id)
		return 0;
	*changed = true;
	return move_point(d, op, number, contact_id, err);
}

int
contact_identify(struct desk *d, struct op *op, const struct identity *given,
    int64_t *contact_id, bool *is_new, struct err *err)
{
	struct identity who = *given;
	struct point user, number;
	bool changed = false;
	int rc;

	*is_new = false;
	who.number = who.number != NULL ? who.number : "";
	who.user_id = who.user_id != NULL ? who.user_id : "";
	if (who.number[0] == '\0' && who.user_id[0] == '\0')
		return err_set(err, OD_EDATA,
		    "The sender has neither a number nor a user id");
	if ((rc = find_point(d, who.user_kind, who.user_id, &user, err)) != 0 ||
	    (rc = find_point(d, who.number_kind, who.number, &number, err)) !=
		0)
		return rc;
	*contact_id = user.id != 0 ? user.contact_id : number.contact_id;
	*is_new = *contact_id == 0;
	rc = *is_new ? make_contact(d, op, &who, &number, contact_id, err)
	             : follow_name(d, op, *contact_id, &who, &changed, err);
	if (rc == 0)
		rc = link_points(
		    d, op, &who, &user, &number, *contact_id, &changed, err);
	if (rc == 0 && *is_new)
		return search_new_contact(d, *contact_id, err);
	if (rc == 0 && changed)
		rc = search_refresh(d, RECORD_CONTACT, *contact_id, err);
	return rc;
}
