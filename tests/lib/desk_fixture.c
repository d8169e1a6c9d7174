/* desk_fixture - see desk_fixture.h. */
#include "tests/lib/desk_fixture.h"
#include "common/clock.h"
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/people.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "db/records/tickets.h"
#include "tests/lib/engine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int rc, const struct err *err, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "desk_fixture: %s: %d %s\n", what, rc, err->text);
	abort();
}

static void
make_operator(
    struct desk *d, const char *login, enum staff_role role, int64_t team)
{
	struct operator_new in = {.login = login,
	    .full_name = login,
	    .role = role,
	    .team_id = team,
	    .unix_uid = -1};
	struct err err = ERR_INIT;
	int64_t id;

	must(operator_new(d, &in, &id, &err), &err, login);
}

static void
make_tenant(struct desk *d, const char *slug, bool rehearsal)
{
	struct err err = ERR_INIT;
	int64_t id, support, sales;

	must(desk_act_as_host(d, NULL, &err), &err, "act as host");
	must(tenant_new(
		 d, slug, slug, rehearsal, "en", "Europe/Madrid", &id, &err),
	    &err, "tenant_new");
	must(desk_act_as_host(d, slug, &err), &err, "act as host");
	must(team_new(d, "Support", &support, &err), &err, "team_new");
	must(team_new(d, "Sales", &sales, &err), &err, "team_new");
	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		make_operator(d, role_names[r], (enum staff_role)r, support);
	make_operator(d, "mate", ROLE_OPERATOR, support);
	make_operator(d, "stranger", ROLE_OPERATOR, sales);
}

static struct desk *
open_desk(const char *uri)
{
	struct desk_options options = {.uri = uri};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	must(desk_open(&options, &d, &err), &err, "desk_open");
	return d;
}

static void
make_desk(const char *uri)
{
	struct err err = ERR_INIT;
	struct desk *d;

	must(desk_create(uri, &err), &err, "desk_create");
	d = open_desk(uri);
	make_tenant(d, FIXTURE_OTHER, false);
	make_tenant(d, FIXTURE_TENANT, true);
	desk_close(&d);
}

static int64_t
look_up(struct desk *d, const char *sql, int64_t tenant, const char *name)
{
	struct err err = ERR_INIT;
	int64_t id = 0;

	must(db_int(d->db, &id, sql, BINDS(b_int(tenant), b_text(name)), &err),
	    &err, name);
	return id;
}

static void
look_up_tenant(struct desk *d, const char *slug, struct fixture_tenant *t)
{
	static const char team[] =
	    "SELECT id FROM teams WHERE tenant_id = $1 AND name = $2";
	static const char operator[] =
	    "SELECT id FROM operators WHERE tenant_id = $1 AND login = $2";
	struct err err = ERR_INIT;

	must(desk_find_tenant(d, slug, &t->id, &err), &err, slug);
	t->support = look_up(d, team, t->id, "Support");
	t->sales = look_up(d, team, t->id, "Sales");
	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		t->operators[r] = look_up(d, operator, t->id, role_names[r]);
	t->mate = look_up(d, operator, t->id, "mate");
	t->stranger = look_up(d, operator, t->id, "stranger");
}

struct desk *
desk_fixture_open(struct desk_fixture *f)
{
	return open_desk(f->uri);
}

void
desk_fixture_make(struct desk_fixture *f)
{
	memset(f, 0, sizeof(*f));
	tmp_make(&f->tmp);
	engine_copy("fixture", tmp_path(&f->tmp, "desk.db"), make_desk, f->uri);
	f->d = desk_fixture_open(f);
	look_up_tenant(f->d, FIXTURE_OTHER, &f->other);
	look_up_tenant(f->d, FIXTURE_TENANT, &f->demo);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
}

void
desk_fixture_remove(struct desk_fixture *f)
{
	desk_close(&f->d);
	tmp_remove(&f->tmp);
}

void
desk_fixture_act(
    struct desk_fixture *f, const char *tenant_slug, const char *login)
{
	struct err err = ERR_INIT;

	if (login == NULL)
		must(desk_act_as_host(f->d, tenant_slug, &err), &err, "host");
	else
		must(desk_act_as_operator(f->d, tenant_slug, login, &err), &err,
		    login);
	op_stepped_up(f->d);
}

int64_t
desk_fixture_contact(
    struct desk_fixture *f, const char *name, const char *phone)
{
	struct contact_new in = {.full_name = name, .phone_number = phone};
	struct err err = ERR_INIT;
	int64_t id;

	must(contact_new(f->d, &in, &id, &err), &err, "contact_new");
	return id;
}

int64_t
desk_fixture_ticket(struct desk_fixture *f, const char *subject)
{
	struct ticket_new in = {.subject = subject};
	struct err err = ERR_INIT;
	int64_t id, number;

	must(ticket_new(f->d, &in, &id, &number, &err), &err, "ticket_new");
	return id;
}

static const char *const dumps[] = {
    "SELECT 'team', id, tenant_id, name FROM teams"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'operator', id, tenant_id, login, full_name, role, team_id, email,"
    " lang, zone, unix_uid, enabled FROM operators"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'company', id, tenant_id, name, name_folded, fiscal_id,"
    " crm_company_id, notes FROM companies"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'division', id, tenant_id, company_id, name, unclassified,"
    " crm_division_id FROM divisions WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'contact', id, tenant_id, division_id, full_name, name_folded,"
    " email, phone_number, lang, crm_contact_id, problem_statement, notes"
    " FROM contacts WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'point', id, tenant_id, contact_id, kind, value, username,"
    " parent_value FROM contact_points WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'conversation', id, tenant_id, contact_id, channel, peer, state,"
    " operator_id, team_id, ticket_id, unread, last_message_us,"
    " waiting_since_us, preview, closed_us FROM conversations"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'note', id, tenant_id, conversation_id, operator_id, body"
    " FROM conversation_notes WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'message', id, tenant_id, conversation_id, body, state"
    " FROM messages WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'ticket', id, tenant_id, number, subject, description, state,"
    " priority, urgency, impact, category, tags, external_id, contact_id,"
    " company_id, conversation_id, operator_id, team_id, waiting_reason,"
    " waiting_until_us, merged_into, solved_us, closed_us, status_id,"
    " snoozed_until_us, snooze_until_reply, priority_reason FROM tickets"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'tag', g.tenant_id, g.ticket_id, g.folded, g.tag"
    " FROM ticket_tags g JOIN tickets t ON t.tenant_id = g.tenant_id"
    " AND t.id = g.ticket_id AND t.deleted_at IS NULL"
    " ORDER BY g.tenant_id, g.ticket_id, g.folded",
    "SELECT 'link', id, tenant_id, ticket_id, kind, record_id, record_name,"
    " relation FROM ticket_links WHERE deleted_at IS NULL ORDER BY id",
    /* One that was taken back leaves its row. */
    "SELECT 'merge', tenant_id, source_id, target_id FROM ticket_merges"
    " WHERE deleted_at IS NULL AND undone_us IS NULL"
    " ORDER BY tenant_id, source_id",
    "SELECT 'checklist', id, tenant_id, name, items, category, position"
    " FROM checklists WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'webhook', id, name, kind, url, host, events, filter, body_template,"
    " secret, is_private, state, next_event"
    " FROM webhooks WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'guide', id, tenant_id, topic, category, title, published, draft"
    " FROM knowledge WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'session', id, tenant_id, knowledge_id, version_id, walker, state,"
    " step, operator_id, team_id, ticket_id, conversation_id, contact_id,"
    " variables FROM guide_sessions WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'template', id, tenant_id, name, title, description, category,"
    " variables, steps FROM guide_templates WHERE deleted_at IS NULL"
    " ORDER BY id",
    "SELECT 'call', id, tenant_id, disposition_id, sale_cents, currency, notes,"
    " contact_id, ticket_id, conversation_id, session_id FROM calls"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'callback', id, tenant_id, contact_id, number, operator_id,"
    " team_id, due_us, note, state, done_call_id FROM callbacks"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'lead', id, tenant_id, status, problem_statement, contact_id,"
    " operator_id, team_id, call_id, conversation_id, ticket_id, next_us"
    " FROM leads WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'agent', id, tenant_id, agent_key, state FROM agents"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'stopped', id, tenant_id, number, reason, until_us"
    " FROM do_not_call WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'disposition', id, tenant_id, key, label_es, label_en, hot_key,"
    " is_sale, is_human, is_callback, is_do_not_call, is_answered, position,"
    " active FROM dispositions WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'pause', id, tenant_id, key, label_es, label_en, hot_key, position,"
    " active FROM pause_reasons WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'check', id, tenant_id, ticket_id, checklist_id, position, body,"
    " done_us, done_by FROM ticket_checks WHERE deleted_at IS NULL"
    " ORDER BY id",
    "SELECT 'time', id, tenant_id, ticket_id, operator_id, from_us, to_us,"
    " idle_us, worked_us, note FROM ticket_times WHERE deleted_at IS NULL"
    " ORDER BY id",
    "SELECT 'calendar', id, tenant_id, name, zone, monday, tuesday, wednesday,"
    " thursday, friday, saturday, sunday, is_default FROM calendars"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'date', id, tenant_id, calendar_id, date, hours, name"
    " FROM calendar_dates WHERE deleted_at IS NULL AND calendar_id IN"
    " (SELECT id FROM calendars WHERE deleted_at IS NULL) ORDER BY id",
    "SELECT 'employee', id, tenant_id, code, full_name, name_folded, email,"
    " phone_number, department, job, notes FROM employees"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'ticket_file', id, tenant_id, ticket_id, comment_id"
    " FROM ticket_files ORDER BY id",
    "SELECT 'mail', tenant_id, message_id, ticket_id, comment_id"
    " FROM mail_ids ORDER BY tenant_id, message_id",
    "SELECT 'status', id, tenant_id, name, state, is_default, position"
    " FROM ticket_statuses WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'category', id, tenant_id, key, name, position"
    " FROM ticket_categories WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'field', id, tenant_id, category_id, key, name, type, choices,"
    " help, required, position FROM ticket_fields"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'value', id, tenant_id, ticket_id, field_id, value, folded"
    " FROM ticket_field_values WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'comment', id, tenant_id, ticket_id, kind, operator_id, author,"
    " body FROM ticket_comments WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'promise', id, tenant_id, name, company_id, priority, first_us,"
    " next_us, resolution_us, calendar_id FROM service_policies"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'snooze', id, ticket_id, until_us, until_reply, woken"
    " FROM ticket_snoozes"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'reply', id, tenant_id, operator_id, team_id, title, shortcut,"
    " lang, body, folded FROM canned_replies"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'view', id, tenant_id, operator_id, team_id, name, filter,"
    " ordering, columns, slot FROM ticket_views"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'macro', id, tenant_id, operator_id, team_id, name, actions, bound"
    " FROM macros WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'setting', tenant_id, operator_id, name, value FROM settings"
    " ORDER BY tenant_id, operator_id, name",
    "SELECT 'token', id, tenant_id, name, scopes FROM tokens"
    " WHERE deleted_at IS NULL ORDER BY id",
    "SELECT 'outbox', id, tenant_id, state, intent FROM outbox ORDER BY id",
    /* 11: a ticket in the trash can still be searched there. */
    "SELECT 'search', kind, record_id, tenant_id, text FROM search_texts"
    " WHERE NOT (kind = 11 AND EXISTS (SELECT 1 FROM tickets t"
    " WHERE t.id = record_id AND t.deleted_at IS NOT NULL))"
    " ORDER BY kind, record_id",
};

/* Columns of a SELECT literal: commas before FROM, and one. */
static int
columns_of(const char *sql)
{
	const char *end = strstr(sql, " FROM ");
	int n = 1;

	for (; sql < end; sql++)
		n += *sql == ',';
	return n;
}

char *
desk_fixture_dump(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		int columns = columns_of(dumps[i]);
		struct stmt *st = NULL;
		int rc;

		must(db_query(f->d->db, &st, dumps[i], NO_BINDS, &err), &err,
		    dumps[i]);
		while ((rc = stmt_step(st, &err)) == 1) {
			for (int c = 0; c < columns; c++) {
				str_add(&out, stmt_is_null(st, c)
						  ? "-"
						  : stmt_text(st, c));
				str_addc(&out, '|');
			}
			str_addc(&out, '\n');
		}
		stmt_close(&st);
		must(rc, &err, dumps[i]);
	}
	return str_take(&out);
}

void
desk_fixture_await_server(struct desk_fixture *f)
{
	int64_t until = clock_mono_us() + US_PER_MINUTE, one;
	struct err err = ERR_INIT;
	int rc;

	do {
		rc = db_int(f->d->db, &one, "SELECT 1", NO_BINDS, &err);
	} while (rc == OD_EUNAVAIL && clock_mono_us() < until);
	must(rc, &err, "the server");
}
