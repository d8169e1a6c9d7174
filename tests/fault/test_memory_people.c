/*
 * Memory runs out in the use cases and reads about people, staff, tickets and
 * a seat: see memory_use.h.
 *
 * Turned red by: a statement's result not looked at in db_exec, db_rollback that
 * does not reach the engine, a connection that goes on with FTS5 after SQLite
 * was refused memory (is_shaken never set); on a server a COMMIT that counts as
 * refused because libpq had no memory for its answer, and an answer that is
 * waited for although it was lost in that way.
 */
#include "common/json.h"
#include "db/core/op.h"
#include "db/core/search.h"
#include "db/records/audit.h"
#include "db/records/audit_anchor.h"
#include "db/records/leads.h"
#include "db/records/login.h"
#include "db/records/people.h"
#include "db/records/seat.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "db/records/tickets.h"
#include "tests/lib/memory_use.h"

static struct change
text_change(const char *column, const char *value)
{
	return (struct change){.column = column, .value = b_text(value)};
}

static int
do_company_new(struct desk *d, struct str *seen, struct err *err)
{
	struct company_new in = {.name = "Otra", .notes = "nota"};
	int64_t id;

	(void)seen;
	return company_new(d, &in, &id, err);
}

static int
do_company_edit(struct desk *d, struct str *seen, struct err *err)
{
	struct change c = text_change("name", "Peña y Cía");

	(void)seen;
	return company_edit(d, s->company, 0, &c, 1, err);
}

static int
do_company_delete(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return company_delete(d, s->empty_company, 0, err);
}

static int
do_lead_list(struct desk *d, struct str *seen, struct err *err)
{
	const struct lead_filter all = {.view = LEADS_ALL, .status = -1};
	struct lead *rows, one;
	struct json_out out;
	size_t count;
	int rc;

	if ((rc = lead_list(d, &all, &first_page, &rows, &count, err)) != 0)
		return rc;
	json_out_init(&out, seen);
	json_out_array(&out, NULL);
	for (size_t i = 0; i < count; i++)
		lead_json(&rows[i], &out);
	json_out_end(&out, ']');
	if (count > 0)
		rc = lead_get(d, rows[0].id, &one, err);
	free(rows);
	return rc;
}

static int
do_company_list(struct desk *d, struct str *seen, struct err *err)
{
	struct company *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = company_list(d, "", &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].name, rows[i].notes);
	company_list_free(&rows, count);
	return 0;
}

static int
do_division_new(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;

	(void)seen;
	return division_new(d, s->company, "Norte", "", &id, err);
}

static int
do_contact_new(struct desk *d, struct str *seen, struct err *err)
{
	struct contact_new in = {
	    .full_name = "Ana", .phone_number = "34911222333"};
	int64_t id;

	(void)seen;
	return contact_new(d, &in, &id, err);
}

static int
do_contact_edit(struct desk *d, struct str *seen, struct err *err)
{
	struct change c[] = {text_change("full_name", "Lucía P."),
	    text_change("phone_number", "34600000001")};

	(void)seen;
	return contact_edit(d, s->contact, 0, c, 2, err);
}

static int
do_contact_delete(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return contact_delete(d, s->contact, 0, err);
}

static int
do_contact_search(struct desk *d, struct str *seen, struct err *err)
{
	struct contact *rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = contact_list(
		 d, "lucia", 0, &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].full_name, rows[i].notes);
	contact_list_free(&rows, count);
	return 0;
}

static int
do_team_new(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;

	(void)seen;
	return team_new(d, "Noche", &id, err);
}

static int
do_operator_new(struct desk *d, struct str *seen, struct err *err)
{
	struct operator_new in = {.login = "nueva",
	    .full_name = "Nueva",
	    .role = ROLE_OPERATOR,
	    .team_id = s->f.demo.support,
	    .unix_uid = -1};
	int64_t id;

	(void)seen;
	return operator_new(d, &in, &id, err);
}

static int
do_operator_disable(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return operator_set_enabled(d, s->f.demo.mate, 0, false, err);
}

static int
do_operator_list(struct desk *d, struct str *seen, struct err *err)
{
	struct operator* rows = NULL;
	size_t count = 0;
	int rc;

	if ((rc = operator_list(d, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].login, rows[i].team_name);
	free(rows);
	return 0;
}

static int
do_tenant_edit(struct desk *d, struct str *seen, struct err *err)
{
	struct change c = text_change("name", "Otro nombre");

	(void)seen;
	return tenant_edit(d, s->f.demo.id, 0, &c, 1, err);
}

static int
do_password(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return operator_set_password(
	    d, s->f.demo.mate, "cuatro palabras al azar", err);
}

static int
do_login(struct desk *d, struct str *seen, struct err *err)
{
	struct login_given g = {
	    FIXTURE_TENANT, "mate", "cuatro palabras al azar", NULL, "prueba"};
	bool wants_code;
	int rc;

	(void)seen;
	rc = login_run(d, &g, &wants_code, err);
	if (rc == 0 && d->actor.id != s->f.demo.mate)
		rc = err_set(err, OD_EDATA, "somebody else came in");
	return rc;
}

static int
do_ticket_new(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket_new in = {.subject = "Sin papel",
	    .description = "La impresora pide papel",
	    .contact_id = s->contact};
	int64_t id, number;

	(void)seen;
	return ticket_new(d, &in, &id, &number, err);
}

static int
do_ticket_edit(struct desk *d, struct str *seen, struct err *err)
{
	struct change c[] = {text_change("subject", "No imprime nada"),
	    text_change("description", "Desde ayer")};

	(void)seen;
	return ticket_edit(d, s->ticket, 0, c, 2, err);
}

static int
do_ticket_wait(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return ticket_set_state(d, s->ticket, 0, TICKET_WAITING, "pieza",
	    TALK_T0 + US_PER_HOUR, err);
}

static int
do_ticket_assign(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return ticket_assign(
	    d, s->ticket, 0, s->f.demo.mate, s->f.demo.support, "Te toca", err);
}

static int
do_ticket_delete(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return ticket_delete(d, s->ticket, 0, err);
}

static int
do_ticket_restore(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return ticket_restore(d, s->trashed, err);
}

static int
do_ticket_comment(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id;

	(void)seen;
	return ticket_comment(d, s->ticket, COMMENT_NOTE, "Mirado", &id, err);
}

static int
do_ticket_from(struct desk *d, struct str *seen, struct err *err)
{
	int64_t id, number;

	(void)seen;
	return ticket_from_conversation(
	    d, s->conversation, NULL, &id, &number, err);
}

static int
do_ticket_list(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc;
	struct ticket_filter f = {.state = -1, .match = ""};

	if ((rc = ticket_list(d, &f, &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s %s\n", rows[i].subject, rows[i].description);
	ticket_list_free(&rows, count);
	return 0;
}

static int
do_ticket_search(struct desk *d, struct str *seen, struct err *err)
{
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc;
	struct ticket_filter f = {.state = -1, .match = "impr"};

	if ((rc = ticket_list(d, &f, &first_page, &rows, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++)
		str_addf(seen, "%s\n", rows[i].subject);
	ticket_list_free(&rows, count);
	return 0;
}

static int
do_ticket_get(struct desk *d, struct str *seen, struct err *err)
{
	struct json_out out;
	struct ticket t;
	int rc;

	if ((rc = ticket_get(d, s->ticket, &t, err)) != 0)
		return rc;
	json_out_init(&out, seen);
	ticket_json(&t, &out);
	ticket_clear(&t);
	return 0;
}

static int
do_draft_save(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return draft_save(
	    d, RECORD_TICKET, s->ticket, DRAFT_NOTE, "A medias", 3, 1, err);
}

static int
do_presence(struct desk *d, struct str *seen, struct err *err)
{
	(void)seen;
	return presence_set(d, RECORD_TICKET, s->ticket, true, err);
}

static int
do_setting(struct desk *d, struct str *seen, struct err *err)
{
	char *value = NULL;
	int rc;

	if ((rc = setting_set(d, "lang", "es", err)) == 0 &&
	    (rc = setting_get(d, "lang", &value, err)) == 0)
		str_add(seen, value);
	free(value);
	return rc;
}

static int
do_undo(struct desk *d, struct str *seen, struct err *err)
{
	char sentence[256];

	(void)seen;
	return op_undo(d, sentence, err);
}

static int
do_search(struct desk *d, struct str *seen, struct err *err)
{
	struct search_hit hits[10];
	size_t count;
	int rc;

	rc = search_find(
	    d, RECORD_NONE, "impresora no", 0, 10, hits, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		str_addf(seen, "%d %lld\n", (int)hits[i].kind,
		    (long long)hits[i].record_id);
	return rc;
}

static int
do_audit_verify(struct desk *d, struct str *seen, struct err *err)
{
	struct audit_verdict v;
	int rc;

	if ((rc = audit_verify(d, &v, err)) == 0)
		str_addf(seen, "%lld %lld\n", (long long)v.rows,
		    (long long)v.bad_seq);
	return rc;
}

static int
do_audit_anchor(struct desk *d, struct str *seen, struct err *err)
{
	int written;

	(void)seen;
	return audit_anchor_write(d, &written, err);
}

static const struct memory_work works[] = {
    /* clang-format off */
	{"company new", "supervisor", do_company_new, false},
	{"company edit", "supervisor", do_company_edit, false},
	{"company delete", "supervisor", do_company_delete, false},
	{"lead list", "supervisor", do_lead_list, false},
	{"company list", "supervisor", do_company_list, false},
	{"division new", "supervisor", do_division_new, false},
	{"contact new", "operator", do_contact_new, false},
	{"contact edit", "supervisor", do_contact_edit, false},
	{"contact delete", "supervisor", do_contact_delete, false},
	{"contact search", "supervisor", do_contact_search, false},
	{"team new", "admin", do_team_new, false},
	{"operator new", "admin", do_operator_new, false},
	{"operator disable", "admin", do_operator_disable, false},
	{"operator list", "admin", do_operator_list, false},
	{"tenant edit", "admin", do_tenant_edit, false},
	{"password", "admin", do_password, false},
	{"login", "admin", do_login, true},
	{"ticket new", "operator", do_ticket_new, false},
	{"ticket edit", "supervisor", do_ticket_edit, false},
	{"ticket wait", "supervisor", do_ticket_wait, false},
	{"ticket assign", "supervisor", do_ticket_assign, false},
	{"ticket delete", "supervisor", do_ticket_delete, false},
	{"ticket restore", "supervisor", do_ticket_restore, false},
	{"ticket comment", "supervisor", do_ticket_comment, false},
	{"ticket from conversation", "supervisor", do_ticket_from, false},
	{"ticket list", "supervisor", do_ticket_list, false},
	{"ticket search", "supervisor", do_ticket_search, false},
	{"ticket get", "supervisor", do_ticket_get, false},
	{"draft save", "operator", do_draft_save, false},
	{"presence", "operator", do_presence, false},
	{"setting", "operator", do_setting, true},
	{"undo", "supervisor", do_undo, false},
	{"search", "supervisor", do_search, false},
	{"audit verify", "admin", do_audit_verify, false},
	{"audit anchor", "admin", do_audit_anchor, false},
    /* clang-format on */
};

int
main(void)
{
	return memory_use_run(works, sizeof(works) / sizeof(works[0]));
}
