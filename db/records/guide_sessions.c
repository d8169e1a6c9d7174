/* guide_sessions - started and read; see guide_sessions.h. */
#include "db/records/guide_session_int.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/mask.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_links.h"
#include <stdlib.h>
#include <string.h>

const char *const guide_session_state_names[] = {
    "active", "paused", "resolved", "escalated", "abandoned", NULL};
const char *const guide_walker_names[] = {
    "operator", "customer", "program", NULL};
const char *const path_action_names[] = {"started", "yes", "no", "skipped",
    "back", "restarted", "note", "sent", "paused", "resumed", "handed_over",
    "warning_read", "resolved", "escalated", "abandoned", "filled", NULL};

void
guide_session_clear(struct guide_session *s)
{
	FREE(&s->problem);
	FREE(&s->matched);
	FREE(&s->variables);
}

void
guide_session_list_free(struct guide_session **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		guide_session_clear(&(*rows)[i]);
	FREE(rows);
}

/* ---- reading ---- */

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_names(struct stmt *st, struct guide_session *s)
{
	TAKE(st, 24, s->name);
	TAKE(st, 25, s->lang);
	TAKE(st, 26, s->topic);
	TAKE(st, 27, s->title);
	TAKE(st, 28, s->call_name);
	TAKE(st, 29, s->external_ticket);
	TAKE(st, 30, s->customer_name);
	TAKE(st, 31, s->customer_email);
	TAKE(st, 32, s->operator_login);
	TAKE(st, 33, s->operator_name);
	TAKE(st, 34, s->team_name);
	s->problem = stmt_dup(st, 35);
	s->matched = stmt_dup(st, 36);
	s->variables = stmt_dup(st, 37);
}

void
guide__read(struct stmt *st, void *row)
{
	struct guide_session *s = row;

	s->id = stmt_int(st, 0);
	s->version = stmt_int(st, 1);
	s->created_at = stmt_int(st, 2);
	s->updated_at = stmt_int(st, 3);
	s->deleted_at = stmt_int(st, 4);
	s->knowledge_id = stmt_int(st, 5);
	s->version_id = stmt_int(st, 6);
	s->guide_version = stmt_int(st, 7);
	s->step = stmt_int(st, 8);
	s->step_since_us = stmt_int(st, 9);
	s->active_us = stmt_int(st, 10);
	s->ended_us = stmt_int(st, 11);
	s->operator_id = stmt_int(st, 12);
	s->team_id = stmt_int(st, 13);
	s->operator_team_id = stmt_int(st, 14);
	s->ticket_id = stmt_int(st, 15);
	s->ticket_number = stmt_int(st, 16);
	s->conversation_id = stmt_int(st, 17);
	s->contact_id = stmt_int(st, 18);
	s->score = stmt_int(st, 19);
	s->threshold = stmt_int(st, 20);
	s->rating = stmt_int(st, 21);
	s->walker = (enum guide_walker)stmt_int(st, 22);
	s->state = (enum guide_session_state)stmt_int(st, 23);
	read_names(st, s);
}

void
guide__mask(struct desk *d, struct guide_session *s)
{
	const struct op_owner own = {
	    s->operator_id, s->team_id, s->operator_team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(s->customer_email, sizeof(s->customer_email));
	mask_name(s->customer_name, sizeof(s->customer_name));
}

int
guide__load(
    struct desk *d, int64_t id, struct guide_session *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    SESSION_COLUMNS " WHERE s.tenant_id = $1 AND s.id = $2"
			    " AND s.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), guide__read, out, err);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such guide session");
	return rc == 1 ? 0 : rc;
}

int
guide_session_get(
    struct desk *d, int64_t id, struct guide_session *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_SESSION_READ, id, err)) != 0 ||
	    (rc = guide__load(d, id, out, err)) != 0)
		return rc;
	guide__mask(d, out);
	return 0;
}

int
guide_session_by_name(struct desk *d, const char *name,
    struct guide_session *out, struct err *err)
{
	int64_t id = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__find_name(d, RECORD_GUIDE_SESSION, name,
	    N_("There is no such guide session"),
	    N_("More than one session begins with that; write more of its"
	       " name"),
	    &id, err);
	if (rc != 0)
		return rc;
	return guide_session_get(d, id, out, err);
}

int
guide_session_of_conversation(struct desk *d, int64_t conversation_id,
    struct guide_session *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    SESSION_COLUMNS " WHERE s.conversation_id = $1 AND s.tenant_id = $2"
			    " AND s.state < 2 AND s.deleted_at IS NULL"
			    " ORDER BY s.id DESC LIMIT 1",
	    BINDS(b_int(conversation_id), b_int(d->actor.tenant_id)),
	    guide__read, out, err);
	return rc == 1 ? 0 : rc == 0 ? OD_ENOTFOUND : rc;
}

/* ---- as JSON ---- */

static void
json_raw_or_null(struct json_out *out, const char *name, const char *json)
{
	if (json != NULL && json[0] != '\0')
		json_out_raw(out, name, json);
	else
		json_out_null(out, name);
}

static void
json_text_or_null(struct json_out *out, const char *name, const char *s)
{
	json_out_string(out, name, s[0] != '\0' ? s : NULL);
}

void
guide_session_members(const struct guide_session *s, struct json_out *out)
{
	json_out_string(out, "session_id", s->name);
	json_out_string(out, "status", guide_session_state_names[s->state]);
	json_out_string(out, "problem_id", s->topic);
	json_out_string(out, "problem_title", s->title);
	json_out_int(out, "guide_version", s->guide_version);
	json_out_string(out, "language", s->lang);
	json_out_string(out, "walker", guide_walker_names[s->walker]);
	json_out_int(out, "step_number", s->step);
	json_out_time(out, "started_at", s->created_at);
	json_out_time(out, "step_since", s->step_since_us);
	json_out_time(out, "ended_at", s->ended_us);
	json_out_int(out, "active_s", s->active_us / US_PER_SECOND);
	json_text_or_null(out, "operator", s->operator_login);
	json_text_or_null(out, "operator_name", s->operator_name);
	json_text_or_null(out, "team", s->team_name);
	records__json_ref(out, "ticket", s->ticket_number);
	json_text_or_null(out, "external_ticket", s->external_ticket);
	records__json_ref(out, "conversation_id", s->conversation_id);
	records__json_ref(out, "contact_id", s->contact_id);
	json_text_or_null(out, "call", s->call_name);
	json_text_or_null(out, "customer_name", s->customer_name);
	json_text_or_null(out, "customer_email", s->customer_email);
	json_out_string(
	    out, "problem_description", s->problem != NULL ? s->problem : "");
	json_out_double(out, "confidence", (double)s->score / SESSION_SCORE);
	json_out_double(out, "threshold", (double)s->threshold / SESSION_SCORE);
	json_raw_or_null(out, "matches", s->matched);
	json_raw_or_null(out, "variables", s->variables);
	records__json_ref(out, "rating", s->rating);
	json_out_int(out, "version", s->version);
}

void
guide_session_json(const struct guide_session *s, struct json_out *out)
{
	json_out_object(out, NULL);
	guide_session_members(s, out);
	json_out_end(out, '}');
}

/* ---- starting ---- */

struct start {
	struct guide_session_new in;
	char call[65], external[129], name[201], email[201], lang[9];
	const char *problem, *matched, *variables;
	int64_t operator_id, team_id;
	char title[201]; /* of the guide */
};

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static int
check_object(const char *json, size_t max, struct err *err)
{
	struct json_limits limits = json_limits_api;
	struct json *doc = NULL;
	int rc;

	if (json[0] == '\0')
		return 0;
	limits.max_bytes = max;
	if ((rc = json_parse(json, strlen(json), &limits, &doc, err)) == 0 &&
	    json_type(doc) != JSON_OBJECT)
		rc = err_set(err, OD_EDATA,
		    "Variables are an object of names and values");
	json_free(&doc);
	return rc;
}

static int
take_texts(struct start *n, const struct guide_session_new *in, struct err *err)
{
	int rc;

	n->in = *in;
	n->problem = or_empty(in->problem);
	n->matched = or_empty(in->matched);
	n->variables = or_empty(in->variables);
	if ((rc = records__fit(_("Call"), n->call, sizeof(n->call),
		 in->call_name, err)) != 0 ||
	    (rc = records__fit(_("Ticket"), n->external, sizeof(n->external),
		 in->external_ticket, err)) != 0 ||
	    (rc = records__fit(_("Name"), n->name, sizeof(n->name),
		 in->customer_name, err)) != 0 ||
	    (rc = records__fit(_("Email"), n->email, sizeof(n->email),
		 in->customer_email, err)) != 0 ||
	    (rc = records__fit(_("Language"), n->lang, sizeof(n->lang),
		 in->lang, err)) != 0 ||
	    (rc = records__body(
		 _("The problem"), n->problem, SESSION_PROBLEM_MAX, err)) != 0)
		return rc;
	return check_object(n->variables, SESSION_VARIABLES_MAX, err);
}

/* The version is one of that guide's, here. */
static int
check_guide(struct desk *d, struct start *n, struct err *err)
{
	char *title = NULL;
	int rc = db_text(d->db, &title,
	    "SELECT k.title FROM knowledge_versions v JOIN knowledge k"
	    " ON k.id = v.knowledge_id AND k.tenant_id = v.tenant_id"
	    " WHERE v.id = $1 AND v.tenant_id = $2 AND k.id = $3"
	    " AND k.deleted_at IS NULL",
	    BINDS(b_int(n->in.version_id), b_int(d->actor.tenant_id),
		b_int(n->in.knowledge_id)),
	    err);

	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND,
		    "There is no such guide; \"opdesk guide list\" shows"
		    " those that there are");
	if (rc == 0)
		str_copy(n->title, sizeof(n->title), title);
	free(title);
	return rc;
}

static int
fill_from_conversation(struct desk *d, struct start *n, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	if (n->in.conversation_id == 0)
		return 0;
	if ((rc = op_may(
		 d, OP_CONVERSATION_READ, n->in.conversation_id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT contact_id, ticket_id FROM conversations"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(n->in.conversation_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		if (n->in.contact_id == 0)
			n->in.contact_id = stmt_int(st, 0);
		if (n->in.ticket_id == 0)
			n->in.ticket_id = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
fill_from_ticket(struct desk *d, struct start *n, struct err *err)
{
	struct ticket t = {0};
	int rc;

	if (n->in.ticket_id == 0)
		return 0;
	if ((rc = op_may(d, OP_TICKET_READ, n->in.ticket_id, err)) != 0 ||
	    (rc = ticket__load(d, n->in.ticket_id, &t, err)) != 0 ||
	    (rc = ticket__check_alive(&t, err)) != 0)
		goto out;
	if (t.state == TICKET_MERGED)
		rc = err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged into another one; work there",
		    (long long)t.number);
	if (n->in.contact_id == 0)
		n->in.contact_id = t.contact_id;
	if (n->in.conversation_id == 0)
		n->in.conversation_id = t.conversation_id;
out:
	ticket_clear(&t);
	return rc;
}

static int
fill_from_contact(struct desk *d, struct start *n, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	if (n->in.contact_id == 0)
		return 0;
	rc = db_query(d->db, &st,
	    "SELECT full_name, email FROM contacts WHERE tenant_id = $1"
	    " AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(n->in.contact_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		if (n->name[0] == '\0')
			str_copy(n->name, sizeof(n->name), stmt_text(st, 0));
		if (n->email[0] == '\0')
			str_copy(n->email, sizeof(n->email), stmt_text(st, 1));
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such contact");
	}
	stmt_close(&st);
	return rc;
}

/* One customer is not led by two guides at once. */
static int
check_free(struct desk *d, const struct start *n, struct err *err)
{
	struct guide_session other;
	int rc;

	if (n->in.conversation_id == 0)
		return 0;
	rc = guide_session_of_conversation(
	    d, n->in.conversation_id, &other, err);
	if (rc == OD_ENOTFOUND)
		return 0;
	if (rc == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s is walked in this conversation; go on"
		    " with it, or end it first",
		    other.name);
	guide_session_clear(&other);
	return rc;
}

static int
insert(struct desk *d, struct op *op, struct start *n, char name[33],
    int64_t *id, struct err *err)
{
	random_hex(name, 32);
	return db_insert(d->db, id,
	    "INSERT INTO guide_sessions(tenant_id, name, knowledge_id,"
	    " version_id, lang, walker, step, step_since_us, operator_id,"
	    " team_id, ticket_id, conversation_id, contact_id, call_name,"
	    " external_ticket, customer_name, customer_email, problem, score,"
	    " threshold, matched, variables, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,"
	    "$17,$18,$19,$20,$21,$22,$8,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name),
		b_int(n->in.knowledge_id), b_int(n->in.version_id),
		b_text(n->lang), b_int(n->in.walker), b_int(n->in.step),
		b_int(op->now_us), b_ref(n->operator_id), b_null(),
		b_ref(n->in.ticket_id), b_ref(n->in.conversation_id),
		b_ref(n->in.contact_id), b_text(n->call), b_text(n->external),
		b_text(n->name), b_text(n->email), b_text(n->problem),
		b_int(n->in.score), b_int(n->in.threshold), b_text(n->matched),
		b_text(n->variables)),
	    err);
}

/* The ticket's card shows it. */
static int
link_ticket(struct desk *d, struct op *op, const struct start *n,
    const char *name, struct err *err)
{
	const struct ticket_link_new link = {
	    .kind = LINK_GUIDE, .relation = LINK_RELATED, .name = name};
	int64_t id;

	return n->in.ticket_id == 0 ? 0
	                            : ticket__link_insert(d, op,
					  n->in.ticket_id, &link, &id, err);
}

static int
start(struct desk *d, struct op *op, struct start *n, int64_t *id,
    struct err *err)
{
	char name[33];
	int rc;

	if ((rc = check_guide(d, n, err)) != 0 ||
	    (rc = fill_from_conversation(d, n, err)) != 0 ||
	    (rc = fill_from_ticket(d, n, err)) != 0 ||
	    (rc = fill_from_contact(d, n, err)) != 0 ||
	    (rc = check_free(d, n, err)) != 0)
		return rc;
	n->operator_id = n->in.operator_id;
	if (n->operator_id == 0 && d->actor.kind == ACTOR_OPERATOR &&
	    n->in.walker == WALKER_OPERATOR)
		n->operator_id = d->actor.id;
	if ((rc = insert(d, op, n, name, id, err)) != 0)
		return rc;
	op_created(op, *id);
	op_sentence(op, _("Started the guide \"%s\""), n->title);
	if ((rc = record_created(d, op, RECORD_GUIDE_SESSION, *id, err)) != 0 ||
	    (rc = link_ticket(d, op, n, name, err)) != 0)
		return rc;
	return db_later(d->db, NULL,
	    "INSERT INTO guide_steps(tenant_id, session_id, step, action,"
	    " operator_id, by_customer, begun_us, created_at)"
	    " VALUES($1,$2,$3,0,$4,$5,$6,$6)",
	    BINDS(b_int(d->actor.tenant_id), b_int(*id), b_int(n->in.step),
		b_ref(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0),
		b_int(n->in.walker == WALKER_CUSTOMER), b_int(op->now_us)),
	    err);
}

int
guide_session_start(struct desk *d, const struct guide_session_new *in,
    int64_t *id, struct err *err)
{
	struct start n = {.operator_id = 0};
	struct op op;
	int rc;

	if ((rc = take_texts(&n, in, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_SESSION_START, 0, err)) != 0)
		return rc;
	rc = start(d, &op, &n, id, err);
	return op_end(d, &op, rc, err);
}
