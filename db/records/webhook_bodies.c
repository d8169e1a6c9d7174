/*
 * webhook_bodies - what is said of an event outside.
 *
 * Thin: ids and states, and of a ticket what the API says of it.  Nobody's
 * number or address is in it, and no message's text; who wants more asks the
 * API with a token of its own.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/conversations.h"
#include "db/records/knowledge.h"
#include "db/records/leads.h"
#include "db/records/mask.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/webhook_int.h"
#include <stdlib.h>
#include <string.h>

#define SLACK_TEXT_MAX 4000 /* bytes; more is said to be cut there */

/* ---- data, by the kind of record ---- */

static int
add_ticket(struct desk *d, int64_t id, struct json_out *w, struct err *err)
{
	struct str text = STR_INIT;
	struct ticket t = {0};
	struct json_out one;
	int rc = ticket__load(d, id, &t, err);

	if (rc == 0) {
		mask_name(t.contact_name, sizeof(t.contact_name));
		json_out_init(&one, &text);
		ticket_json(&t, &one);
		json_out_raw(w, "data", text.s);
	}
	ticket_clear(&t);
	str_free(&text);
	return rc;
}

struct thin { /* a column of a query, as a member */
	const char *name;
	enum {
		THIN_INT,
		THIN_REF,
		THIN_TEXT,
		THIN_TIME,
		THIN_STATE,
		THIN_BOOL /* below 0: not known */
	} type;
	const char *const *words; /* THIN_STATE */
};

static void
add_answer(struct json_out *w, const char *name, int64_t answer)
{
	if (answer < 0)
		json_out_null(w, name);
	else
		json_out_bool(w, name, answer != 0);
}

/* The row of a query as "data"; OD_ENOTFOUND without a sentence. */
static int
add_thin(struct desk *d, const char *sql, int64_t id, const struct thin *f,
    size_t n, struct json_out *w, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(
	    d->db, &st, sql, BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		json_out_object(w, "data");
		for (int i = 0; i < (int)n; i++) {
			int64_t v =
			    f[i].type != THIN_TEXT ? stmt_int(st, i) : 0;

			switch (f[i].type) {
			case THIN_INT:
				json_out_int(w, f[i].name, v);
				break;
			case THIN_REF:
				records__json_ref(w, f[i].name, v);
				break;
			case THIN_TEXT:
				json_out_string(w, f[i].name, stmt_text(st, i));
				break;
			case THIN_TIME:
				json_out_time(w, f[i].name, v);
				break;
			case THIN_STATE:
				json_out_string(w, f[i].name, f[i].words[v]);
				break;
			case THIN_BOOL:
				add_answer(w, f[i].name, v);
				break;
			}
		}
		json_out_end(w, '}');
		rc = 0;
	} else if (rc == 0) {
		rc = OD_ENOTFOUND;
	}
	stmt_close(&st);
	return rc;
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const guide_states[] = {
    "active", "paused", "resolved", "escalated", "abandoned"};
static const char *const knowledge_kinds[] = {[KNOWLEDGE_GUIDE] = "guide",
    [KNOWLEDGE_CARD] = "card",
    [KNOWLEDGE_PROMPT] = "prompt"};

/* clang-format off */
static const struct thin talk[] = {
    {"id", THIN_INT, NULL}, {"channel", THIN_TEXT, NULL},
    {"state", THIN_STATE, conversation_state_names}, {"contact_id", THIN_REF, NULL},
    {"ticket", THIN_REF, NULL}, {"operator", THIN_TEXT, NULL},
    {"team", THIN_TEXT, NULL}, {"message_id", THIN_REF, NULL},
    {"last_message_at", THIN_TIME, NULL}, {"version", THIN_INT, NULL},
};
static const char talk_sql[] =
    "SELECT v.id, v.channel, v.state, v.contact_id, t.number, o.login,"
    " m.name, (SELECT x.id FROM messages x WHERE x.tenant_id = v.tenant_id"
    " AND x.conversation_id = v.id AND x.at_us = v.last_message_us"
    " ORDER BY x.id DESC LIMIT 1), v.last_message_us, v.version"
    " FROM conversations v"
    " LEFT JOIN tickets t ON t.id = v.ticket_id AND t.tenant_id = v.tenant_id"
    " LEFT JOIN operators o ON o.id = v.operator_id"
    " AND o.tenant_id = v.tenant_id"
    " LEFT JOIN teams m ON m.id = v.team_id AND m.tenant_id = v.tenant_id"
    " WHERE v.tenant_id = $1 AND v.id = $2";

static const struct thin contact[] = {
    {"id", THIN_INT, NULL}, {"crm_id", THIN_TEXT, NULL},
    {"division_id", THIN_REF, NULL}, {"version", THIN_INT, NULL},
    {"created_at", THIN_TIME, NULL}, {"updated_at", THIN_TIME, NULL},
    {"deleted_at", THIN_TIME, NULL},
};
static const char contact_sql[] =
    "SELECT id, crm_contact_id, division_id, version, created_at, updated_at,"
    " deleted_at FROM contacts WHERE tenant_id = $1 AND id = $2";

static const struct thin company[] = {
    {"id", THIN_INT, NULL}, {"name", THIN_TEXT, NULL},
    {"crm_id", THIN_TEXT, NULL}, {"version", THIN_INT, NULL},
    {"created_at", THIN_TIME, NULL}, {"updated_at", THIN_TIME, NULL},
    {"deleted_at", THIN_TIME, NULL},
};
static const char company_sql[] =
    "SELECT id, name, crm_company_id, version, created_at, updated_at, deleted_at"
    " FROM companies WHERE tenant_id = $1 AND id = $2";

static const struct thin session[] = {
    {"session_id", THIN_TEXT, NULL}, {"problem_id", THIN_TEXT, NULL},
    {"title", THIN_TEXT, NULL}, {"state", THIN_STATE, guide_states},
    {"step", THIN_INT, NULL}, {"ticket", THIN_REF, NULL},
    {"external_ticket", THIN_TEXT, NULL}, {"operator", THIN_TEXT, NULL},
    {"conversation_id", THIN_REF, NULL}, {"contact_id", THIN_REF, NULL},
    {"started_at", THIN_TIME, NULL}, {"ended_at", THIN_TIME, NULL},
    {"version", THIN_INT, NULL}, {"rating", THIN_REF, NULL},
    {"was_helpful", THIN_BOOL, NULL},
};
static const char session_sql[] =
    "SELECT s.name, k.topic, k.title, s.state, s.step, t.number,"
    " s.external_ticket, o.login, s.conversation_id, s.contact_id,"
    " s.created_at, s.ended_us, s.version, f.rating,"
    " COALESCE(f.was_helpful, -1) FROM guide_sessions s"
    " JOIN knowledge k ON k.id = s.knowledge_id AND k.tenant_id = s.tenant_id"
    " LEFT JOIN tickets t ON t.id = s.ticket_id AND t.tenant_id = s.tenant_id"
    " LEFT JOIN operators o ON o.id = s.operator_id"
    " AND o.tenant_id = s.tenant_id"
    " LEFT JOIN guide_feedback f ON f.session_id = s.id"
    " AND f.tenant_id = s.tenant_id"
    " WHERE s.tenant_id = $1 AND s.id = $2";

/* A guide, card or prompt; published: the number of its version, if any. */
static const struct thin guide[] = {
    {"problem_id", THIN_TEXT, NULL}, {"kind", THIN_STATE, knowledge_kinds},
    {"title", THIN_TEXT, NULL}, {"category", THIN_TEXT, NULL},
    {"published", THIN_REF, NULL}, {"has_draft", THIN_BOOL, NULL},
    {"version", THIN_INT, NULL}, {"created_at", THIN_TIME, NULL},
    {"updated_at", THIN_TIME, NULL}, {"deleted_at", THIN_TIME, NULL},
};
static const char guide_sql[] =
    "SELECT topic, kind, title, category, published,"
    " CASE WHEN draft = '' THEN 0 ELSE 1 END, version, created_at,"
    " updated_at, deleted_at FROM knowledge WHERE tenant_id = $1 AND id = $2";

static const struct thin call[] = {
    {"call_id", THIN_TEXT, NULL}, {"direction", THIN_STATE, call_direction_names},
    {"state", THIN_STATE, call_state_names}, {"operator", THIN_TEXT, NULL},
    {"team", THIN_TEXT, NULL}, {"disposition", THIN_TEXT, NULL},
    {"consent", THIN_STATE, call_consent_names}, {"contact_id", THIN_REF, NULL},
    {"ticket", THIN_REF, NULL}, {"started_at", THIN_TIME, NULL},
    {"answered_at", THIN_TIME, NULL}, {"ended_at", THIN_TIME, NULL},
    {"version", THIN_INT, NULL},
};
static const char call_sql[] =
    "SELECT c.name, c.direction, c.state, o.login, m.name, x.key, c.consent,"
    " c.contact_id, t.number, c.started_us, c.answered_us, c.ended_us,"
    " c.version FROM calls c"
    " LEFT JOIN operators o ON o.id = c.operator_id"
    " AND o.tenant_id = c.tenant_id"
    " LEFT JOIN teams m ON m.id = c.team_id AND m.tenant_id = c.tenant_id"
    " LEFT JOIN dispositions x ON x.id = c.disposition_id"
    " AND x.tenant_id = c.tenant_id"
    " LEFT JOIN tickets t ON t.id = c.ticket_id AND t.tenant_id = c.tenant_id"
    " WHERE c.tenant_id = $1 AND c.id = $2";

static const struct thin callback[] = {
    {"id", THIN_INT, NULL}, {"state", THIN_STATE, callback_state_names},
    {"due_at", THIN_TIME, NULL}, {"operator", THIN_TEXT, NULL},
    {"team", THIN_TEXT, NULL}, {"contact_id", THIN_REF, NULL},
    {"call_id", THIN_TEXT, NULL}, {"version", THIN_INT, NULL},
};
static const char callback_sql[] =
    "SELECT b.id, b.state, b.due_us, o.login, m.name, b.contact_id, c.name,"
    " b.version FROM callbacks b"
    " LEFT JOIN operators o ON o.id = b.operator_id"
    " AND o.tenant_id = b.tenant_id"
    " LEFT JOIN teams m ON m.id = b.team_id AND m.tenant_id = b.tenant_id"
    " LEFT JOIN calls c ON c.id = b.call_id AND c.tenant_id = b.tenant_id"
    " WHERE b.tenant_id = $1 AND b.id = $2";

static const struct thin lead[] = {
    {"id", THIN_INT, NULL}, {"status", THIN_STATE, lead_status_names},
    {"contact_id", THIN_REF, NULL}, {"operator", THIN_TEXT, NULL},
    {"team", THIN_TEXT, NULL}, {"call_id", THIN_TEXT, NULL},
    {"conversation_id", THIN_REF, NULL}, {"ticket", THIN_REF, NULL},
    {"version", THIN_INT, NULL}, {"created_at", THIN_TIME, NULL},
    {"updated_at", THIN_TIME, NULL}, {"deleted_at", THIN_TIME, NULL},
};
static const char lead_sql[] =
    "SELECT l.id, l.status, l.contact_id, o.login, m.name, c.name,"
    " l.conversation_id, t.number, l.version, l.created_at, l.updated_at,"
    " l.deleted_at FROM leads l"
    " LEFT JOIN operators o ON o.id = l.operator_id"
    " AND o.tenant_id = l.tenant_id"
    " LEFT JOIN teams m ON m.id = l.team_id AND m.tenant_id = l.tenant_id"
    " LEFT JOIN calls c ON c.id = l.call_id AND c.tenant_id = l.tenant_id"
    " LEFT JOIN tickets t ON t.id = l.ticket_id AND t.tenant_id = l.tenant_id"
    " WHERE l.tenant_id = $1 AND l.id = $2";

/* What he does now, for operator.state and operator.clock. */
static const struct thin seat[] = {
    {"id", THIN_INT, NULL}, {"operator", THIN_TEXT, NULL},
    {"state", THIN_STATE, seat_state_names}, {"reason", THIN_TEXT, NULL},
    {"since", THIN_TIME, NULL},
};
static const char seat_sql[] =
    "SELECT o.id, o.login, COALESCE(s.state, 0), p.key, s.begun_us"
    " FROM operators o LEFT JOIN operator_states s ON s.operator_id = o.id"
    " AND s.tenant_id = o.tenant_id AND s.ended_us IS NULL"
    " LEFT JOIN pause_reasons p ON p.id = s.reason_id"
    " AND p.tenant_id = s.tenant_id"
    " WHERE o.tenant_id = $1 AND o.id = $2";

static const struct thin hook[] = {
    {"id", THIN_INT, NULL}, {"name", THIN_TEXT, NULL},
    {"host", THIN_TEXT, NULL}, {"state", THIN_STATE, webhook_state_names},
    {"version", THIN_INT, NULL},
};
static const char hook_sql[] =
    "SELECT id, name, host, state, version FROM webhooks"
    " WHERE tenant_id = $1 AND id = $2";
/* clang-format on */

/* Of other kinds only which record it is. */
static int
add_data(struct desk *d, const struct webhook_event *e, struct json_out *w,
    struct err *err)
{
	int64_t id = e->record_id;
	int rc = OD_ENOTFOUND;

	if (e->kind == RECORD_TICKET)
		rc = add_ticket(d, id, w, err);
	else if (e->kind == RECORD_CONVERSATION)
		rc = add_thin(d, talk_sql, id, talk, COUNT(talk), w, err);
	else if (e->kind == RECORD_CONTACT)
		rc = add_thin(
		    d, contact_sql, id, contact, COUNT(contact), w, err);
	else if (e->kind == RECORD_COMPANY)
		rc = add_thin(
		    d, company_sql, id, company, COUNT(company), w, err);
	else if (e->kind == RECORD_GUIDE_SESSION)
		rc = add_thin(
		    d, session_sql, id, session, COUNT(session), w, err);
	else if (e->kind == RECORD_KNOWLEDGE)
		rc = add_thin(d, guide_sql, id, guide, COUNT(guide), w, err);
	else if (e->kind == RECORD_CALL)
		rc = add_thin(d, call_sql, id, call, COUNT(call), w, err);
	else if (e->kind == RECORD_CALLBACK)
		rc = add_thin(
		    d, callback_sql, id, callback, COUNT(callback), w, err);
	else if (e->kind == RECORD_LEAD)
		rc = add_thin(d, lead_sql, id, lead, COUNT(lead), w, err);
	else if (e->kind == RECORD_OPERATOR)
		rc = add_thin(d, seat_sql, id, seat, COUNT(seat), w, err);
	else if (e->kind == RECORD_WEBHOOK && id != 0)
		rc = add_thin(d, hook_sql, id, hook, COUNT(hook), w, err);
	if (rc != OD_ENOTFOUND)
		return rc;
	json_out_object(w, "data"); /* it was removed for good */
	if (id != 0)
		json_out_int(w, "id", id);
	json_out_end(w, '}');
	return 0;
}

static int
add_event(struct desk *d, const struct webhook_event *e, struct str *out,
    struct err *err)
{
	struct json_out w;
	int rc;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_int(&w, "id", e->id);
	json_out_string(&w, "type", e->name);
	json_out_time(&w, "timestamp", e->at_us);
	rc = add_data(d, e, &w, err);
	json_out_end(&w, '}');
	return rc;
}

/* ---- Slack ---- */

static const char usual_text[] = "*{{type}}* {{data.number}} {{data.subject}}"
				 " {{data.title}} {{data.state}}"
				 " {{data.operator}}";

/* Nobody is called and no link is made by what a customer wrote. */
static void
add_escaped(struct str *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '&')
			str_add(out, "&amp;");
		else if (*s == '<')
			str_add(out, "&lt;");
		else if (*s == '>')
			str_add(out, "&gt;");
		else
			str_addc(out, *s);
	}
}

/* The value of "data.subject", as text; "" when there is none. */
static void
add_value(const struct json *doc, const char *path, size_t n, struct str *out)
{
	struct str text = STR_INIT;
	char name[65];

	while (doc != NULL && n > 0) {
		size_t part = 0;

		while (part < n && path[part] != '.')
			part++;
		str_format(name, sizeof(name), "%.*s",
		    part < 64 ? (int)part : 64, path);
		doc = json_get(doc, name);
		path += part < n ? part + 1 : part;
		n -= part < n ? part + 1 : part;
	}
	if (json_type(doc) == JSON_STRING)
		str_add(&text, json_as_string(doc));
	else if (json_type(doc) == JSON_NUMBER || json_type(doc) == JSON_BOOL)
		json_print(doc, &text);
	add_escaped(out, text.s);
	str_free(&text);
}

static void
fill_in(const struct json *doc, const char *template, struct str *out)
{
	const char *s = template, *open, *close;

	while ((open = strstr(s, "{{")) != NULL &&
	       (close = strstr(open, "}}")) != NULL) {
		const char *from = open + 2, *to = close;

		str_addn(out, s, (size_t)(open - s));
		while (from < to && *from == ' ')
			from++;
		while (to > from && to[-1] == ' ')
			to--;
		add_value(doc, from, (size_t)(to - from), out);
		s = close + 2;
	}
	str_add(out, s);
}

/* An event as a message to a channel. */
static int
as_slack(
    const char *event, const char *template, struct str *out, struct err *err)
{
	char cut[SLACK_TEXT_MAX + 1];
	struct str text = STR_INIT;
	struct json *doc = NULL;
	struct json_out w;
	int rc = json_parse(event, strlen(event), &json_limits_api, &doc, err);

	if (rc == 0) {
		fill_in(
		    doc, template[0] != '\0' ? template : usual_text, &text);
		str_copy(cut, sizeof(cut), text.s);
		json_out_init(&w, out);
		json_out_object(&w, NULL);
		json_out_string(&w, "text", cut);
		json_out_end(&w, '}');
	}
	json_free(&doc);
	str_free(&text);
	return rc;
}

int
webhook__body(struct desk *d, const struct webhook_event *e,
    enum webhook_kind kind, const char *body_template, struct str *out,
    struct err *err)
{
	struct str event = STR_INIT;
	int rc = add_event(d, e, &event, err);

	if (rc == 0 && kind == WEBHOOK_SLACK)
		rc = as_slack(event.s, body_template, out, err);
	else if (rc == 0)
		str_add(out, event.s);
	str_free(&event);
	return rc;
}

/*
 * Ahead of what is sent: the event, and which record it is about, so that
 * nothing of a record outlives it here (purge_remove.c).
 */
int
webhook__promise(struct desk *d, struct op *op, int64_t webhook_id,
    const struct webhook_event *e, const char *body, struct err *err)
{
	struct outbox_promise p = {
	    .kind = OUTBOX_WEBHOOK, .record_id = webhook_id};
	struct str intent = STR_INIT;
	char channel[32];
	int rc;

	str_format(channel, sizeof(channel), WEBHOOK_CHANNEL "%lld",
	    (long long)webhook_id);
	str_addf(&intent, "%s %d %lld\n%s", e->name, (int)e->kind,
	    (long long)e->record_id, body);
	p.channel = channel;
	p.intent = intent.s;
	rc = outbox_promise(d, op, &p, NULL, err);
	str_free(&intent);
	return rc;
}

void
webhook_intent(const char *intent, char event[65], const char **body)
{
	size_t n = strcspn(intent, " \n"), line = strcspn(intent, "\n");

	str_format(event, 65, "%.*s", n < 64 ? (int)n : 64, intent);
	*body = intent + line + (intent[line] == '\n' ? 1 : 0);
}
