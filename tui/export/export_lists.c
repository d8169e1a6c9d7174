/*
 * export_lists - which lists there are, their columns and how they are read.
 *
 * Tickets and sessions come in the order that they were made in, calls
 * and recordings in that of their begin, which do not change while others
 * work; leads as they are due.
 */
#include "common/i18n.h"
#include "db/records/audit.h"
#include "db/records/calls.h"
#include "db/records/conversations.h"
#include "db/records/employees.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "db/records/leads.h"
#include "db/records/people.h"
#include "db/records/recordings.h"
#include "db/records/tickets.h"
#include "tui/export/export_int.h"
#include <stdlib.h>

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define COUNT_MAX 100000000 /* how far rows are counted */

/* ---- tickets ---- */

static const struct sheet_column ticket_columns[] = {
    {"number", SHEET_WHOLE},
    {"subject", SHEET_TEXT},
    {"state", SHEET_WORD},
    {"status", SHEET_TEXT},
    {"priority", SHEET_WHOLE},
    {"urgency", SHEET_WHOLE},
    {"impact", SHEET_WHOLE},
    {"category", SHEET_TEXT},
    {"tags", SHEET_WORDS},
    {"source", SHEET_WORD},
    {"contact_name", SHEET_TEXT},
    {"company_name", SHEET_TEXT},
    {"operator_name", SHEET_TEXT},
    {"team", SHEET_TEXT},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
    {"due_at", SHEET_TIME},
    {"waiting_until", SHEET_TIME},
    {"waiting_reason", SHEET_TEXT},
    {"solved_at", SHEET_TIME},
    {"closed_at", SHEET_TIME},
    {"external_id", SHEET_TEXT},
    {"description", SHEET_TEXT},
};

static struct ticket_filter
ticket_filter(const struct export *e)
{
	return (struct ticket_filter){.view = TICKETS_ALL,
	    .state = -1,
	    .match = "",
	    .where = e->where,
	    .sort = TICKETS_BY_CREATION,
	    .with_sleeping = true};
}

static int
tickets_begin(struct desk *d, struct export *e, struct err *err)
{
	struct ticket_filter f;
	int n = 0, rc;

	if ((rc = ticket_where_parse(d, e->filter.s, &e->where, err)) != 0)
		return rc;
	f = ticket_filter(e);
	if (ticket_filter_searches(&f))
		return 0;
	if (e->to_us != INT64_MAX) { /* the newest of them come first */
		e->page.after_key = e->to_us;
		e->page.after_id = 1;
	} else if (e->from_us == 0) {
		rc = ticket_count(d, &f, COUNT_MAX, &n, err);
		e->total = n;
	}
	return rc;
}

static int
tickets_page(struct desk *d, struct export *e, struct err *err)
{
	struct ticket_filter f = ticket_filter(e);
	bool by_time = !ticket_filter_searches(&f);
	struct ticket *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = ticket_list(d, &f, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (by_time && rows[i].created_at < e->from_us) {
			e->more = false;
			break;
		}
		if (!export__covers(e, rows[i].created_at))
			continue;
		ticket_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more) {
		e->page.after_key = ticket_sort_key(&rows[count - 1], f.sort);
		e->page.after_id = rows[count - 1].id;
	}
	ticket_list_free(&rows, count);
	return rc;
}

/* ---- conversations: those that go on, then the closed ones ---- */

static const struct sheet_column conversation_columns[] = {
    {"id", SHEET_WHOLE},
    {"channel", SHEET_TEXT},
    {"channel_kind", SHEET_WORD},
    {"state", SHEET_WORD},
    {"peer", SHEET_TEXT},
    {"contact_name", SHEET_TEXT},
    {"company_name", SHEET_TEXT},
    {"operator_name", SHEET_TEXT},
    {"team_name", SHEET_TEXT},
    {"ticket", SHEET_WHOLE},
    {"unread", SHEET_WHOLE},
    {"created_at", SHEET_TIME},
    {"last_inbound_at", SHEET_TIME},
    {"last_outbound_at", SHEET_TIME},
    {"last_message_at", SHEET_TIME},
    {"waiting_since", SHEET_TIME},
    {"closed_at", SHEET_TIME},
    {"preview", SHEET_TEXT},
};

static const enum conversation_view conversation_parts[] = {
    VIEW_ALL, VIEW_CLOSED};

static int
conversations_begin(struct desk *d, struct export *e, struct err *err)
{
	int rc = 0;

	if (e->filter.len > 0 || e->from_us != 0 || e->to_us != INT64_MAX)
		return 0;
	for (size_t i = 0; rc == 0 && i < COUNT(conversation_parts); i++) {
		int n = 0;

		rc = conversation_count(
		    d, conversation_parts[i], COUNT_MAX, &n, err);
		e->total += n;
	}
	return rc;
}

static int
conversations_page(struct desk *d, struct export *e, struct err *err)
{
	struct conversation *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = conversation_list(d, conversation_parts[e->part], e->filter.s,
	    &e->page, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].last_message_us))
			continue;
		conversation_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (rc == 0 && count == EXPORT_PAGE) {
		e->page.after_key = rows[count - 1].last_message_us;
		e->page.after_id = rows[count - 1].id;
	} else {
		e->page.after_key = e->page.after_id = 0;
		e->more = ++e->part < (int)COUNT(conversation_parts);
	}
	free(rows);
	return rc;
}

/* ---- people ---- */

static const struct sheet_column contact_columns[] = {
    {"id", SHEET_WHOLE},
    {"full_name", SHEET_TEXT},
    {"company_name", SHEET_TEXT},
    {"division_name", SHEET_TEXT},
    {"phone_number", SHEET_TEXT},
    {"email", SHEET_TEXT},
    {"lang", SHEET_TEXT},
    {"crm_contact_id", SHEET_TEXT},
    {"problem_statement", SHEET_TEXT},
    {"notes", SHEET_TEXT},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
};

/* Who takes the team's away leaves those whom only others know. */
static int
contacts_page(struct desk *d, struct export *e, struct err *err)
{
	bool only_known = op_scope(d, e->list->op) != SCOPE_ALL;
	struct contact *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = contact_list(d, e->filter.s, 0, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].created_at) ||
		    (only_known && rows[i].masked))
			continue;
		contact_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more)
		e->page.after_id = rows[count - 1].id;
	contact_list_free(&rows, count);
	return rc;
}

static const struct sheet_column company_columns[] = {
    {"id", SHEET_WHOLE},
    {"name", SHEET_TEXT},
    {"fiscal_id", SHEET_TEXT},
    {"crm_company_id", SHEET_TEXT},
    {"divisions", SHEET_WHOLE},
    {"contacts", SHEET_WHOLE},
    {"notes", SHEET_TEXT},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
};

static int
companies_page(struct desk *d, struct export *e, struct err *err)
{
	struct company *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = company_list(d, e->filter.s, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].created_at))
			continue;
		company_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more)
		e->page.after_id = rows[count - 1].id;
	company_list_free(&rows, count);
	return rc;
}

static const struct sheet_column employee_columns[] = {
    {"code", SHEET_TEXT},
    {"full_name", SHEET_TEXT},
    {"email", SHEET_TEXT},
    {"phone_number", SHEET_TEXT},
    {"department", SHEET_TEXT},
    {"job", SHEET_TEXT},
    {"notes", SHEET_TEXT},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
};

static int
employees_page(struct desk *d, struct export *e, struct err *err)
{
	struct employee *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = employee_list(d, e->filter.s, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].created_at))
			continue;
		employee_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more)
		e->page.after_id = rows[count - 1].id;
	employee_list_free(&rows, count);
	return rc;
}

/* ---- guides ---- */

static const struct sheet_column session_columns[] = {
    {"session_id", SHEET_TEXT},
    {"status", SHEET_WORD},
    {"problem_id", SHEET_TEXT},
    {"problem_title", SHEET_TEXT},
    {"guide_version", SHEET_WHOLE},
    {"language", SHEET_TEXT},
    {"walker", SHEET_WORD},
    {"step_number", SHEET_WHOLE},
    {"started_at", SHEET_TIME},
    {"ended_at", SHEET_TIME},
    {"active_s", SHEET_SPAN},
    {"operator_name", SHEET_TEXT},
    {"team", SHEET_TEXT},
    {"ticket", SHEET_WHOLE},
    {"external_ticket", SHEET_TEXT},
    {"customer_name", SHEET_TEXT},
    {"customer_email", SHEET_TEXT},
    {"problem_description", SHEET_TEXT},
    {"confidence", SHEET_REAL},
    {"rating", SHEET_WHOLE},
};

static int
sessions_page(struct desk *d, struct export *e, struct err *err)
{
	struct guide_session_filter f = {.view = SESSIONS_ALL,
	    .state = -1,
	    .from_us = e->from_us,
	    .to_us = e->to_us != INT64_MAX ? e->to_us : 0};
	struct guide_session *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = guide_session_list(d, &f, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		guide_session_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more) {
		e->page.after_key = rows[count - 1].created_at;
		e->page.after_id = rows[count - 1].id;
	}
	guide_session_list_free(&rows, count);
	return rc;
}

static const struct sheet_column guide_columns[] = {
    {"topic", SHEET_TEXT},
    {"title", SHEET_TEXT},
    {"category", SHEET_TEXT},
    {"published", SHEET_WHOLE},
    {"has_draft", SHEET_FLAG},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
};

static int
guides_page(struct desk *d, struct export *e, struct err *err)
{
	struct knowledge *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = knowledge_list(d, KNOWLEDGE_GUIDES, &rows, &count, err);

	e->more = false;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].updated_at))
			continue;
		knowledge_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	knowledge_list_free(&rows, count);
	return rc;
}

/* ---- calls and what was recorded of them ---- */

static const struct sheet_column call_columns[] = {
    {"call_id", SHEET_TEXT},
    {"direction", SHEET_WORD},
    {"state", SHEET_WORD},
    {"number", SHEET_TEXT},
    {"contact_name", SHEET_TEXT},
    {"operator", SHEET_TEXT},
    {"operator_name", SHEET_TEXT},
    {"team", SHEET_TEXT},
    {"extension", SHEET_TEXT},
    {"started_at", SHEET_TIME},
    {"answered_at", SHEET_TIME},
    {"ended_at", SHEET_TIME},
    {"closed_at", SHEET_TIME},
    {"ring_s", SHEET_SPAN},
    {"talk_s", SHEET_SPAN},
    {"hold_s", SHEET_SPAN},
    {"wrap_up_s", SHEET_SPAN},
    {"disposition", SHEET_TEXT},
    {"sale", SHEET_FLAG},
    {"sale_cents", SHEET_CENTS},
    {"currency", SHEET_TEXT},
    {"transferred_to", SHEET_TEXT},
    {"override", SHEET_TEXT},
    {"ticket", SHEET_WHOLE},
    {"session", SHEET_TEXT},
    {"consent", SHEET_WORD},
    {"consent_at", SHEET_TIME},
    {"notes", SHEET_TEXT},
};

static int
calls_page(struct desk *d, struct export *e, struct err *err)
{
	struct call_filter f = call_filter_any;
	struct call *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc;

	f.from_us = e->from_us;
	f.to_us = e->to_us != INT64_MAX ? e->to_us : 0;
	rc = call_list(d, &f, &e->page, &rows, &count, err);
	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		call_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more) {
		e->page.after_key = rows[count - 1].started_us;
		e->page.after_id = rows[count - 1].id;
	}
	call_list_free(&rows, count);
	return rc;
}

static const struct sheet_column recording_columns[] = {
    {"name", SHEET_TEXT},
    {"state", SHEET_WORD},
    {"started_at", SHEET_TIME},
    {"ended_at", SHEET_TIME},
    {"duration_seconds", SHEET_SPAN},
    {"contact_name", SHEET_TEXT},
    {"contact_phone", SHEET_TEXT},
    {"operator", SHEET_TEXT},
    {"call_id", SHEET_WHOLE},
    {"consent", SHEET_WORD},
    {"format", SHEET_TEXT},
    {"sample_rate", SHEET_WHOLE},
    {"channels", SHEET_WHOLE},
    {"size", SHEET_WHOLE},
    {"silent", SHEET_FLAG},
    {"device", SHEET_TEXT},
    {"reason", SHEET_TEXT},
    {"sha256", SHEET_TEXT},
    {"hash", SHEET_TEXT},
};

static int
recordings_page(struct desk *d, struct export *e, struct err *err)
{
	struct recording_filter f = {.state = -1,
	    .from_us = e->from_us,
	    .to_us = e->to_us != INT64_MAX ? e->to_us : 0,
	    .contact = e->filter.s};
	struct recording *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc = recording_list(d, &f, &e->page, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		recording_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more) {
		e->page.after_key = rows[count - 1].started_us;
		e->page.after_id = rows[count - 1].id;
	}
	free(rows);
	return rc;
}

/* ---- leads ---- */

static const struct sheet_column lead_columns[] = {
    {"id", SHEET_WHOLE},
    {"status", SHEET_WORD},
    {"problem_statement", SHEET_TEXT},
    {"contact_name", SHEET_TEXT},
    {"operator", SHEET_TEXT},
    {"team", SHEET_TEXT},
    {"next_at", SHEET_TIME},
    {"call", SHEET_TEXT},
    {"conversation_id", SHEET_WHOLE},
    {"ticket", SHEET_WHOLE},
    {"created_at", SHEET_TIME},
    {"updated_at", SHEET_TIME},
};

static int
lead_filter(struct desk *d, const struct export *e, struct lead_filter *f,
    struct err *err)
{
	*f = (struct lead_filter){.view = LEADS_ALL,
	    .status = -1,
	    .from_us = e->from_us,
	    .to_us = e->to_us != INT64_MAX ? e->to_us : 0};
	return e->filter.len > 0 ? lead_where(d, e->filter.s, f, err) : 0;
}

static int
leads_begin(struct desk *d, struct export *e, struct err *err)
{
	struct lead_filter f;

	return lead_filter(d, e, &f, err);
}

static int
leads_page(struct desk *d, struct export *e, struct err *err)
{
	struct lead *rows = NULL;
	struct lead_filter f;
	struct json_out out;
	size_t count = 0;
	int rc;

	if ((rc = lead_filter(d, e, &f, err)) == 0)
		rc = lead_list(d, &f, &e->page, &rows, &count, err);
	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		lead_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more) {
		e->page.after_key = lead_page_key(&f, &rows[count - 1]);
		e->page.after_id = rows[count - 1].id;
	}
	free(rows);
	return rc;
}

/* ---- the trail ---- */

static const struct sheet_column audit_columns[] = {
    {"seq", SHEET_WHOLE},
    {"at", SHEET_TIME},
    {"actor_kind", SHEET_WORD},
    {"actor", SHEET_TEXT},
    {"session", SHEET_TEXT},
    {"operation", SHEET_TEXT},
    {"kind", SHEET_WORD},
    {"record_id", SHEET_WHOLE},
    {"result", SHEET_WORD},
    {"reason", SHEET_TEXT},
};

static int
audit_page(struct desk *d, struct export *e, struct err *err)
{
	struct audit_row *rows = NULL;
	struct json_out out;
	size_t count = 0;
	int rc =
	    audit_list(d, e->page.after_key, EXPORT_PAGE, &rows, &count, err);

	e->more = rc == 0 && count == EXPORT_PAGE;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (!export__covers(e, rows[i].at_us))
			continue;
		audit_json(&rows[i], export__json(e, &out));
		rc = export__row(e, err);
	}
	if (e->more)
		e->page.after_key = rows[count - 1].seq;
	audit_list_free(&rows, count);
	return rc;
}

/* clang-format off */
const struct export_list export__lists[] = {
	{"tickets", "ticket", N_("Tickets"), OP_EXPORT_TICKETS, ticket_columns, COUNT(ticket_columns), tickets_begin, tickets_page},
	{"conversations", "conversation", N_("Conversations"), OP_EXPORT_CONVERSATIONS, conversation_columns, COUNT(conversation_columns), conversations_begin, conversations_page},
	{"contacts", "contact", N_("Contacts"), OP_EXPORT_CONTACTS, contact_columns, COUNT(contact_columns), NULL, contacts_page},
	{"companies", "company", N_("Companies"), OP_EXPORT_COMPANIES, company_columns, COUNT(company_columns), NULL, companies_page},
	{"employees", "employee", N_("Employees"), OP_EXPORT_EMPLOYEES, employee_columns, COUNT(employee_columns), NULL, employees_page},
	{"sessions", "session", N_("Guide sessions"), OP_EXPORT_SESSIONS, session_columns, COUNT(session_columns), NULL, sessions_page},
	{"guides", "guide", N_("Guides"), OP_EXPORT_GUIDES, guide_columns, COUNT(guide_columns), NULL, guides_page},
	{"calls", "call", N_("Calls"), OP_EXPORT_CALLS, call_columns, COUNT(call_columns), NULL, calls_page},
	{"recordings", "recording", N_("Recordings"), OP_EXPORT_RECORDINGS, recording_columns, COUNT(recording_columns), NULL, recordings_page},
	{"leads", "lead", N_("Leads"), OP_EXPORT_LEADS, lead_columns, COUNT(lead_columns), leads_begin, leads_page},
	{"audit", "audit", N_("Audit trail"), OP_EXPORT_AUDIT, audit_columns, COUNT(audit_columns), NULL, audit_page},
	{.name = NULL},
};
/* clang-format on */
