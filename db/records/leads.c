/* leads - see leads.h. */
#include "db/records/leads.h"
#include "common/i18n.h"
#include "db/records/call_int.h"
#include "db/records/leads_int.h"
#include "db/records/mask.h"
#include <ctype.h>
#include <string.h>

const char *const lead_status_names[] = {
    "qualified", "needs_expert", "closed", NULL};

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

void
lead__read(struct stmt *st, void *row)
{
	struct lead *l = row;

	l->id = stmt_int(st, 0);
	l->version = stmt_int(st, 1);
	l->created_at = stmt_int(st, 2);
	l->updated_at = stmt_int(st, 3);
	l->deleted_at = stmt_int(st, 4);
	l->status = (enum lead_status)stmt_int(st, 5);
	l->contact_id = stmt_int(st, 6);
	l->operator_id = stmt_int(st, 7);
	l->team_id = stmt_int(st, 8);
	l->operator_team_id = stmt_int(st, 9);
	l->call_id = stmt_int(st, 10);
	l->conversation_id = stmt_int(st, 11);
	l->ticket_id = stmt_int(st, 12);
	l->ticket_number = stmt_int(st, 13);
	l->next_us = stmt_int(st, 14);
	TAKE(st, 15, l->problem_statement);
	TAKE(st, 16, l->contact_name);
	TAKE(st, 17, l->operator_login);
	TAKE(st, 18, l->operator_name);
	TAKE(st, 19, l->team_name);
	TAKE(st, 20, l->call_name);
}

void
lead__mask(struct desk *d, struct lead *l)
{
	const struct op_owner own = {
	    l->operator_id, l->team_id, l->operator_team_id};

	if (!mask_sees(d, &own))
		mask_name(l->contact_name, sizeof(l->contact_name));
}

static int
load(struct desk *d, int64_t id, struct lead *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    LEAD_SELECT " WHERE l.tenant_id = $1 AND l.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), lead__read, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such lead");
	return rc == 1 ? 0 : rc;
}

int
lead_get(struct desk *d, int64_t id, struct lead *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_LEAD_READ, id, err)) != 0 ||
	    (rc = load(d, id, out, err)) != 0)
		return rc;
	lead__mask(d, out);
	return 0;
}

/* ---- what is written ---- */

static int
check_problem(const char *problem, struct err *err)
{
	const char *s = problem != NULL ? problem : "";

	while (isspace((unsigned char)*s))
		s++;
	if (*s == '\0')
		return err_set(err, OD_EDATA,
		    "What does the customer need? Say it in a few words");
	return records__body(_("Problem"), problem, LEAD_PROBLEM_MAX, err);
}

/* Whoever names a record can read it. */
static int
check_links(struct desk *d, const struct lead_new *in, struct err *err)
{
	const struct {
		enum op_id read;
		int64_t id;
	} links[] = {{OP_CONTACT_READ, in->contact_id},
	    {OP_CALL_READ, in->call_id},
	    {OP_CONVERSATION_READ, in->conversation_id},
	    {OP_TICKET_READ, in->ticket_id}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].id != 0)
			rc = op_may(d, links[i].read, links[i].id, err);
	if (rc == 0 && in->operator_id != 0)
		rc = records__exists(d, RECORD_OPERATOR, in->operator_id, err);
	if (rc == 0 && in->team_id != 0)
		rc = records__exists(d, RECORD_TEAM, in->team_id, err);
	return rc;
}

/* Of the call, else the conversation, else the ticket; 0 when none has one. */
static int
find_contact(struct desk *d, const struct lead_new *in, int64_t *contact_id,
    struct err *err)
{
	int rc;

	*contact_id = in->contact_id;
	if (*contact_id != 0)
		return 0;
	rc = db_int(d->db, contact_id,
	    "SELECT COALESCE((SELECT contact_id FROM calls"
	    " WHERE tenant_id = $1 AND id = $2), (SELECT contact_id"
	    " FROM conversations WHERE tenant_id = $1 AND id = $3),"
	    " (SELECT contact_id FROM tickets"
	    " WHERE tenant_id = $1 AND id = $4), 0)",
	    BINDS(b_int(d->actor.tenant_id), b_int(in->call_id),
		b_int(in->conversation_id), b_int(in->ticket_id)),
	    err);
	return rc;
}

/*
 * The call in which it came up is about it, if it is about none yet and whoever
 * makes the lead may link the call.
 */
static int
tell_call(struct desk *d, struct op *op, int64_t call_id, int64_t id,
    struct err *err)
{
	const struct change about = {"lead_id", b_int(id)};
	struct call call = {0};
	int rc;

	if (call_id == 0 || op_may(d, OP_CALL_LINK, call_id, NULL) != 0)
		return 0;
	rc = call__load(d, call_id, &call, err);
	if (rc == 0 && call.lead_id == 0)
		rc = record_update(
		    d, op, RECORD_CALL, call_id, 0, &about, 1, NULL, err);
	call_clear(&call);
	return rc;
}

static int
insert(struct desk *d, struct op *op, const struct lead_new *in, int64_t *id,
    struct err *err)
{
	int64_t operator_id = in->operator_id, contact_id;
	int rc;

	if (operator_id == 0 && in->team_id == 0 &&
	    d->actor.kind == ACTOR_OPERATOR)
		operator_id = d->actor.id;
	if ((rc = check_links(d, in, err)) != 0 ||
	    (rc = find_contact(d, in, &contact_id, err)) != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO leads(tenant_id, status, problem_statement,"
	    " contact_id, operator_id, team_id, call_id, conversation_id,"
	    " ticket_id, next_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$11) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(in->status),
		b_text(in->problem_statement), b_ref(contact_id),
		b_ref(operator_id), b_ref(in->team_id), b_ref(in->call_id),
		b_ref(in->conversation_id), b_ref(in->ticket_id),
		b_int(in->next_us != 0 ? in->next_us : LEAD_NEVER),
		b_int(op->now_us)),
	    err);
	if (rc == 0)
		rc = record_created(d, op, RECORD_LEAD, *id, err);
	return rc != 0 ? rc : tell_call(d, op, in->call_id, *id, err);
}

int
lead_new(
    struct desk *d, const struct lead_new *in, int64_t *id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = check_problem(in->problem_statement, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_LEAD_NEW, 0, err)) != 0)
		return rc;
	if ((rc = insert(d, &op, in, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made lead %lld"), (long long)*id);
	}
	return op_end(d, &op, rc, err);
}

static int64_t
edit_int(const struct edits *e, const char *column)
{
	const struct bind *b = records__edit(e, column);

	return b != NULL && b->kind == BIND_INT ? b->i : 0;
}

static int
check_edits(struct desk *d, struct edits *e, struct err *err)
{
	const struct lead_new links = {
	    .contact_id = edit_int(e, "contact_id"),
	    .operator_id = edit_int(e, "operator_id"),
	    .team_id = edit_int(e, "team_id"),
	    .call_id = edit_int(e, "call_id"),
	    .conversation_id = edit_int(e, "conversation_id"),
	    .ticket_id = edit_int(e, "ticket_id")};
	const struct bind *problem = records__edit(e, "problem_statement");
	int rc = 0;

	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->list[i].column, "next_us") == 0 &&
		    edit_int(e, "next_us") == 0)
			e->list[i].value = b_int(LEAD_NEVER);
	if (problem != NULL)
		rc = check_problem(
		    problem->kind == BIND_TEXT ? problem->p : NULL, err);
	return rc != 0 ? rc : check_links(d, &links, err);
}

/* Whether it is that which closes it. */
static int
closes(struct desk *d, int64_t id, const struct edits *e, bool *out,
    struct err *err)
{
	struct lead now;
	int rc;

	*out = false;
	if (edit_int(e, "status") != LEAD_CLOSED)
		return 0;
	rc = load(d, id, &now, err);
	*out = rc == 0 && now.status != LEAD_CLOSED;
	return rc;
}

static int
change(struct desk *d, int64_t id, int64_t seen_version, struct edits *e,
    struct err *err)
{
	struct op op;
	bool is_end;
	int rc;

	if ((rc = closes(d, id, e, &is_end, err)) != 0 ||
	    (rc = op_begin(d, &op, is_end ? OP_LEAD_CLOSE : OP_LEAD_EDIT, id,
		 err)) != 0)
		return rc;
	if (is_end)
		op_sentence(&op, _("Closed lead %lld"), (long long)id);
	else
		op_sentence(&op, _("Changed lead %lld"), (long long)id);
	if ((rc = check_edits(d, e, err)) == 0)
		rc = record_update(d, &op, RECORD_LEAD, id, seen_version,
		    e->list, e->count, NULL, err);
	return op_end(d, &op, rc, err);
}

int
lead_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"status", "problem_statement",
	    "contact_id", "operator_id", "team_id", "call_id",
	    "conversation_id", "ticket_id", "next_us", NULL};
	struct edits e;
	int rc = records__edits(&e, RECORD_LEAD, allowed, changes, count, err);

	if (rc == 0)
		rc = change(d, id, seen_version, &e, err);
	records__edits_free(&e);
	return rc;
}

int
lead_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_LEAD_DELETE, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Deleted lead %lld"), (long long)id);
	rc = record_delete(d, &op, RECORD_LEAD, id, seen_version, err);
	return op_end(d, &op, rc, err);
}

int
lead_restore(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_LEAD_RESTORE, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Took lead %lld out of the trash"), (long long)id);
	rc = record_restore(d, &op, RECORD_LEAD, id, err);
	return op_end(d, &op, rc, err);
}

/* ---- for others ---- */

static void
json_text(struct json_out *out, const char *name, const char *text)
{
	json_out_string(out, name, text[0] != '\0' ? text : NULL);
}

void
lead_json(const struct lead *l, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", l->id);
	json_out_string(out, "status", lead_status_names[l->status]);
	json_out_string(out, "problem_statement", l->problem_statement);
	records__json_ref(out, "contact_id", l->contact_id);
	json_text(out, "contact_name", l->contact_name);
	json_text(out, "operator", l->operator_login);
	json_text(out, "team", l->team_name);
	json_text(out, "call", l->call_name);
	records__json_ref(out, "conversation_id", l->conversation_id);
	records__json_ref(out, "ticket", l->ticket_number);
	json_out_time(
	    out, "next_at", l->next_us != LEAD_NEVER ? l->next_us : 0);
	records__json_life(
	    out, l->version, l->created_at, l->updated_at, l->deleted_at);
	json_out_end(out, '}');
}
