/*
 * The plans of what console and daemon ask all day, on a filled desk: nothing
 * reads a whole table.  The statements are those that the use cases run.
 */
#include "common/clock.h"
#include "db/records/approvals.h"
#include "db/records/audit.h"
#include "db/records/audit_anchor.h"
#include "db/records/calendars.h"
#include "db/records/checklists.h"
#include "db/records/conversations.h"
#include "db/records/files.h"
#include "db/records/jobs.h"
#include "db/records/people.h"
#include "db/records/macros.h"
#include "db/records/replies.h"
#include "db/records/purge.h"
#include "db/records/raw_events.h"
#include "db/records/retention.h"
#include "db/records/seat.h"
#include "db/records/staff.h"
#include "db/records/clock_figures.h"
#include "db/records/clock_notices.h"
#include "db/records/tenants.h"
#include "db/records/ticket_explain.h"
#include "db/records/ticket_sleep.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_split.h"
#include "db/records/ticket_timeline.h"
#include "db/records/ticket_times.h"
#include "tests/lib/plans.h"
#include "tests/lib/plans_calls.h"
#include "tests/lib/plans_import.h"
#include "tests/lib/plans_tickets.h"
#include "tests/lib/plans_guides.h"
#include "tests/lib/plans_webhooks.h"
#include "tests/lib/talk_test.h"
#include "tui/cli/fill.h"
#include <stdio.h>

#define FILLED 400

/* One row of each kind, with $1 the tenant, $2 a number, $3 a name. */
#define NTH                                                                    \
	" WHERE t.tenant_id = $1 AND t.number = $2 + 1"                        \
	" AND CAST($3 AS TEXT) <> ''"
static const char *const rows_sql[] = {
    "INSERT INTO outbox(tenant_id, channel, kind, record_id, callback,"
    " intent, state, next_try_us, created_at, updated_at)"
    " VALUES($1, 'soporte', 1, $2, $3, '{}', 2, 1, 1, 1)",
    "INSERT INTO outbox(tenant_id, channel, kind, record_id, callback,"
    " intent, state, next_try_us, created_at, updated_at, conversation_id)"
    " VALUES($1, 'soporte', 1, $2, 'later ' || $3, '{}', 0,"
    " 9000000000000000000, 1, 1, $2)",
    "INSERT INTO approvals(tenant_id, operation, kind, record_id, args,"
    " sentence, digest, state, proposer_kind, proposer_id, expires_us,"
    " created_at, updated_at)"
    " VALUES($1, $3, 1, $2, '{}', '', '', 1, 1, 1, 1, 1, 1)",
    "INSERT INTO idempotency(tenant_id, token_id, name, request_hash,"
    " status, response, at_us) VALUES($1, $2, $3, '', 200, '', $2)",
    "INSERT INTO message_statuses(tenant_id, channel, message_id,"
    " provider_id, status, at_us, received_us)"
    " VALUES($1, 'soporte', $2 + 100000, $3, 'read', 1, 1)",
    "INSERT INTO holds(tenant_id, kind, record_id, reason, created_at,"
    " released_us) VALUES($1, 11, $2, $3, 1, 1)",
    "INSERT INTO jobs(tenant_id, name, kind, record_id, args, state,"
    " next_try_us, created_at, updated_at)"
    " VALUES($1, $3, 1, $2, '{}', 2, 1, 1, 1)",
    "INSERT INTO companies(tenant_id, name, name_folded, created_at,"
    " updated_at) VALUES($1, $3, $3, $2, 1)",
    "INSERT INTO divisions(tenant_id, company_id, name, created_at,"
    " updated_at) SELECT tenant_id, max(id), $3, $2, 1 FROM companies"
    " WHERE tenant_id = $1 GROUP BY tenant_id",
    "INSERT INTO contacts(tenant_id, division_id, full_name, name_folded,"
    " created_at, updated_at) SELECT tenant_id, max(id), $3, $3, $2, 1"
    " FROM divisions WHERE tenant_id = $1 GROUP BY tenant_id",
    "INSERT INTO files(tenant_id, name, kind, state, size, digest,"
    " created_at, updated_at) VALUES($1, $3, 1, 0, $2, '', 1, 1)",
    "INSERT INTO drafts(tenant_id, operator_id, kind, record_id, slot, body,"
    " updated_at) VALUES($1, 1, 1, $2, 0, $3, 1)",
    "INSERT INTO tokens(tenant_id, name, hash, hint, scopes, created_at,"
    " updated_at) VALUES($1, $3, $3, '', '', $2, 1)",
    "INSERT INTO conversation_notes(tenant_id, conversation_id, kind, body,"
    " at_us, created_at, updated_at) SELECT tenant_id, min(id), 1, $3, $2,"
    " 1, 1 FROM conversations WHERE tenant_id = $1 GROUP BY tenant_id",
    "INSERT INTO employees(tenant_id, code, full_name, name_folded,"
    " created_at, updated_at) VALUES($1, $3, $3, $3, $2, 1)",
    "INSERT INTO ticket_field_values(tenant_id, ticket_id, field_id, value,"
    " created_at, updated_at) SELECT t.tenant_id, t.id, f.id, $3, 1, 1"
    " FROM tickets t JOIN ticket_fields f ON f.tenant_id = t.tenant_id" NTH,
    "INSERT INTO ticket_tags(tenant_id, ticket_id, folded, tag)"
    " SELECT t.tenant_id, t.id, $3, $3 FROM tickets t" NTH,
    "INSERT INTO ticket_links(tenant_id, ticket_id, kind, record_id,"
    " created_at, updated_at) SELECT t.tenant_id, t.id, 1, $2, 1, 1"
    " FROM tickets t" NTH,
    "INSERT INTO ticket_merges(tenant_id, source_id, target_id, at_us,"
    " created_at, updated_at) SELECT t.tenant_id, t.id, t.id, 1, 1, 1"
    " FROM tickets t" NTH,
    "INSERT INTO ticket_merge_rows(tenant_id, merge_id, seq, kind, record_id,"
    " field) SELECT m.tenant_id, m.id, 1, 12, 1, $3 FROM tickets t"
    " JOIN ticket_merges m ON m.source_id = t.id"
    " AND m.tenant_id = t.tenant_id" NTH,
    "INSERT INTO ticket_checks(tenant_id, ticket_id, body, created_at,"
    " updated_at) SELECT t.tenant_id, t.id, $3, 1, 1 FROM tickets t" NTH,
    "INSERT INTO canned_replies(tenant_id, title, body, folded, created_at,"
    " updated_at) VALUES($1, $3, $3, $3, $2, 1)",
    "INSERT INTO ticket_clocks(tenant_id, ticket_id, kind, target_us, state,"
    " started_us, created_at, updated_at) SELECT t.tenant_id, t.id, 0, 1, 2,"
    " 1, 1, 1 FROM tickets t" NTH,
    "INSERT INTO clock_intervals(tenant_id, clock_id, from_us, counts,"
    " reason, note, created_at, updated_at) SELECT c.tenant_id, c.id, 1, 1,"
    " 0, $3, 1, 1 FROM tickets t JOIN ticket_clocks c ON c.ticket_id = t.id"
    " AND c.tenant_id = t.tenant_id" NTH,
    "INSERT INTO ticket_snoozes(tenant_id, ticket_id, from_us, created_at,"
    " updated_at) SELECT t.tenant_id, t.id, 1, 1, 1 FROM tickets t" NTH,
    "INSERT INTO ticket_times(tenant_id, ticket_id, operator_id, from_us,"
    " to_us, created_at, updated_at) SELECT t.tenant_id, t.id, o.id, 1, 1, 1,"
    " 1 FROM tickets t JOIN operators o ON o.tenant_id = t.tenant_id"
    " AND o.login = 'operator'" NTH,
    "INSERT INTO ticket_files(tenant_id, ticket_id, file_id, created_at)"
    " SELECT t.tenant_id, t.id, $2, 1 FROM tickets t" NTH,
    "INSERT INTO mail_ids(tenant_id, message_id, ticket_id, at_us)"
    " SELECT t.tenant_id, $3, t.id, 1 FROM tickets t" NTH,
    "INSERT INTO import_marks(tenant_id, source, key, kind, record_id,"
    " digest, at_us) VALUES($1, 'old', $3, 11, $2, '', 1)",
};

/* A desk as it is after years: nearly all of it done. */
static void
fill(struct desk_fixture *f)
{
	const struct fill_options o = {
	    .tickets = 400, .messages = 400, .seed = 3};
	struct err err = ERR_INIT;
	char name[48];

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(fill_desk(f->d, &o, &err));
	plans_walked(f, FILLED);
	assert_ok(db_begin(f->d->db, "fill", &err));
	assert_ok(db_exec(f->d->db,
	    "INSERT INTO ticket_fields(tenant_id, key, name, type, created_at,"
	    " updated_at) VALUES($1, 'model', 'Model', 0, 1, 1)",
	    BINDS(b_int(f->demo.id)), NULL, &err));
	for (int i = 0; i < FILLED; i++) {
		snprintf(name, sizeof(name), "done-%d", i);
		for (size_t k = 0; k < sizeof(rows_sql) / sizeof(rows_sql[0]);
		     k++)
			assert_ok(db_exec(f->d->db, rows_sql[k],
			    BINDS(b_int(f->demo.id), b_int(i), b_text(name)),
			    NULL, &err));
		assert_ok(db_exec(f->d->db,
		    "INSERT INTO raw_events(tenant_id, channel, digest, body,"
		    " state, received_us) VALUES($1, 'soporte', $2, $3, 1, 1)",
		    BINDS(b_int(f->demo.id), b_text(name), b_blob("{}", 2)),
		    NULL, &err));
	}
	/* As tickets have one: some of the companies, many tickets each. */
	assert_ok(db_exec(f->d->db,
	    "UPDATE tickets SET company_id = (SELECT min(c.id) FROM companies c"
	    " WHERE c.tenant_id = tickets.tenant_id) + id % 20"
	    " WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	plans_called(f, FILLED);
	if (engine_is_postgres()) {
		assert_ok(db_begin(f->d->db, "fill", &err));
		assert_ok(db_script(f->d->db, "ANALYZE", &err));
		assert_ok(db_commit(f->d->db, &err));
	}
}

static void
list_conversations(struct desk *d)
{
	struct err err = ERR_INIT;

	for (int view = 0; view < CONVERSATION_VIEW_COUNT; view++) {
		enum conversation_view v = (enum conversation_view)view;
		int total;

		for (int p = 0; p < 4; p++) {
			struct page page = {.after_key = p > 0 ? TALK_T0 : 0,
			    .after_id = p > 0 ? 50 : 0,
			    .backwards = p == 2,
			    .limit = 50};
			struct conversation *rows = NULL;
			size_t n = 0;

			assert_ok(conversation_list(
			    d, v, p == 3 ? "ana" : "", &page, &rows, &n, &err));
			free(rows);
		}
		assert_ok(conversation_count(d, v, 1001, &total, &err));
	}
}

static void
read_thread(struct desk *d, int64_t id)
{
	struct err err = ERR_INIT;
	struct conversation c;
	struct conversation *before = NULL;
	struct presence *others = NULL;
	struct draft draft;
	size_t n = 0;

	assert_ok(conversation_get(d, id, &c, &err));
	assert_ok(conversation_of_contact(
	    d, c.contact_id != 0 ? c.contact_id : 3, &before, &n, &err));
	free(before);
	for (int p = 0; p < 2; p++) {
		struct message *rows = NULL;

		assert_ok(message_thread(d, id, p == 0 ? 0 : TALK_T0,
		    p == 0 ? 0 : 40, 50, &rows, &n, &err));
		message_list_free(&rows, n);
	}
	assert_ok(presence_set(d, RECORD_CONVERSATION, id, true, &err));
	assert_ok(presence_list(d, RECORD_CONVERSATION, id, &others, &n, &err));
	free(others);
	if (draft_get(d, RECORD_CONVERSATION, id, DRAFT_REPLY, &draft, &err) ==
	    0)
		draft_clear(&draft);
	assert_ok(conversation_seen(d, id, true, &err));
}

static void
read_form(struct desk *d, const struct ticket *t)
{
	const struct ticket_given v = {"model", "LaserJet"};
	struct ticket_category *categories;
	struct ticket_status *labels;
	struct ticket_value *values;
	struct ticket_field f;
	struct err err = ERR_INIT;
	size_t n = 0;
	int misfits;

	assert_ok(ticket_status_list(d, &labels, &n, &err));
	assert_ok(ticket_set_status(d, t->id, 0, labels[1].id, "", 0, &err));
	free(labels);
	assert_ok(ticket_category_list(d, &categories, &n, &err));
	free(categories);
	assert_ok(ticket_edit_form(d, t->id, 0, NULL, 0, &v, 1, &err));
	assert_ok(ticket_values(d, t->id, "", &values, &n, &err));
	ticket_values_free(&values, n);
	assert_ok(ticket_field_find(d, "model", &f, &err));
	assert_ok(ticket_field_misfits(d, &f, 1000, &misfits, &err));
	ticket_field_clear(&f);
}

/* Merging, splitting, linking, and all that happened. */
static void
merge_tickets(struct desk *d)
{
	struct timeline_place behind = {0};
	struct ticket_link_new in = {.kind = LINK_TICKET};
	struct timeline_item *items = NULL;
	struct ticket_link *links = NULL;
	struct ticket_merge look;
	struct ticket a, b;
	struct err err = ERR_INIT;
	int64_t id, said, number;
	size_t n = 0;

	assert_ok(ticket_by_number(d, 11, &a, &err));
	assert_ok(ticket_by_number(d, 12, &b, &err));
	assert_ok(ticket_comment(d, a.id, COMMENT_NOTE, "Visto", &said, &err));
	assert_ok(ticket_merge_look(d, a.id, b.id, &look, &err));
	assert_ok(ticket_merge(d, a.id, 0, b.id, 0, NULL, &err));
	assert_ok(ticket_comment(d, a.id, COMMENT_NOTE, "Tarde", &id, &err));
	for (int p = 0; p < 2; p++) {
		assert_ok(
		    ticket_timeline(d, b.id, &behind, 5, &items, &n, &err));
		behind = (struct timeline_place){
		    items[n - 1].at_us, items[n - 1].id, items[n - 1].kind};
		timeline_free(&items, n);
	}
	assert_ok(ticket_unmerge(d, a.id, 0, NULL, &err));

	struct ticket_split split = {.comments = &said, .comment_count = 1};

	assert_ok(
	    ticket_split(d, a.id, 0, &split, &in.record_id, &number, &err));
	assert_ok(ticket_link(d, b.id, &in, &id, &err));
	assert_ok(ticket_links(d, b.id, &links, &n, &err));
	free(links);
	assert_ok(ticket_unlink(d, b.id, id, &err));
	ticket_clear(&a);
	ticket_clear(&b);
}

static void
work(struct desk *d, int64_t ticket_id)
{
	struct time_new in = {.worked_us = US_PER_HOUR};
	struct change c = {"note", b_text("x")};
	struct err err = ERR_INIT;
	struct time_figure *figures;
	struct ticket_time *rows, now;
	struct time_sum sums[60];
	int64_t id, ids[60];
	size_t n;

	for (size_t i = 0; i < 60; i++)
		ids[i] = ticket_id + (int64_t)i;
	assert_ok(time_start(d, ticket_id, &id, NULL, &err));
	assert_int_equal(time_running(d, &now, &err), 1);
	assert_ok(time_idle(d, id, 0, 0, &err));
	assert_ok(time_stop(d, id, 0, 0, 0, &err));
	assert_ok(time_add(d, ticket_id, &in, &id, &err));
	assert_ok(time_edit(d, id, 0, &c, 1, &err));
	assert_ok(ticket_times(d, ticket_id, &rows, &n, &err));
	free(rows);
	assert_ok(ticket_time_sums(d, ids, 60, sums, &n, &err));
	assert_ok(time_figures(d, 1, clock_wall_us(), 0, &figures, &n, &err));
	free(figures);
	assert_ok(time_figure_rows(
	    d, d->actor.id, 1, clock_wall_us(), &rows, &n, &err));
	free(rows);
	assert_ok(time_delete(d, id, 0, &err));
}

static void
list_checks(struct desk *d, int64_t ticket_id)
{
	struct err err = ERR_INIT;
	struct checklist *lists;
	struct ticket_check *rows;
	struct check_sum sums[60];
	int64_t ids[60];
	size_t n;
	int added;

	assert_ok(checklist_list(d, false, &lists, &n, &err));
	checklist_list_free(&lists, n);
	assert_ok(ticket_checks(d, ticket_id, &rows, &n, &err));
	free(rows);
	assert_ok(ticket_check_add(d, ticket_id, "one\ntwo", &added, &err));
	assert_ok(ticket_checks(d, ticket_id, &rows, &n, &err));
	assert_ok(ticket_check_set(d, ticket_id, rows[0].id, true, &err));
	assert_ok(ticket_check_remove(d, ticket_id, rows[0].id, &err));
	free(rows);
	for (size_t i = 0; i < 60; i++)
		ids[i] = ticket_id + (int64_t)i;
	assert_ok(ticket_check_sums(d, ids, 60, sums, &n, &err));
}

static void
read_ticket(struct desk *d)
{
	struct ticket_comment *comments = NULL;
	struct conversation c;
	struct err err = ERR_INIT;
	struct ticket t;
	size_t n = 0;
	int64_t id;

	assert_ok(ticket_by_number(d, 9, &t, &err));
	assert_ok(ticket_comments(d, t.id, &comments, &n, &err));
	ticket_comments_free(&comments, n);
	assert_ok(ticket_comment(d, t.id, COMMENT_NOTE, "Visto", &id, &err));
	assert_ok(
	    ticket_assign(d, t.id, 0, d->actor.id, d->actor.team_id, "", &err));
	(void)conversation_by_ticket(d, t.id, &c, &err);
	list_checks(d, t.id);
	work(d, t.id);
	read_form(d, &t);
	ticket_clear(&t);
}

static void
list_replies(struct desk *d)
{
	static const char *const matches[] = {"", "done", "done 1_%"};
	struct err err = ERR_INIT;
	struct reply *rows, one;
	size_t n;

	for (int i = 0; i < 6; i++) {
		assert_ok(
		    reply_list(d, matches[i / 2], i % 2 == 1, &rows, &n, &err));
		if (n > 0) {
			assert_ok(reply_get(d, rows[0].id, &one, &err));
			reply_clear(&one);
		}
		reply_list_free(&rows, n);
	}
}

static void
list_macros(struct desk *d)
{
	struct macro_new in = {.name = "x",
	    .actions = "[{\"do\":\"assign\",\"operator\":\"operator\"}]",
	    .bound = "x",
	    .operator_id = d->actor.id};
	struct err err = ERR_INIT;
	struct macro *rows, one;
	int64_t id;
	size_t n;

	assert_ok(macro_new(d, &in, &id, &err));
	for (int i = 0; i < 2; i++) {
		assert_ok(macro_list(d, i == 1, &rows, &n, &err));
		macro_list_free(&rows, n);
	}
	assert_ok(macro_by_key(d, "x", &one, &err));
	macro_clear(&one);
	assert_ok(macro_get(d, id, &one, &err));
	macro_clear(&one);
}

static void
list_the_rest(struct desk *d)
{
	struct err err = ERR_INIT;
	struct page page = {.limit = 50};
	struct contact *contacts = NULL;
	struct company *companies = NULL;
	struct message *messages = NULL;
	struct draft *drafts = NULL;
	struct operator* operators = NULL;
	struct team *teams = NULL;
	struct channel_status *channels = NULL;
	struct daemon_row *daemons = NULL;
	size_t n = 0;
	int count;

	list_replies(d);
	list_macros(d);
	for (int i = 0; i < 3; i++) {
		page.after_id = i > 0 ? 30 : 0;
		assert_ok(contact_list(
		    d, i == 2 ? "ana" : "", 0, &page, &contacts, &n, &err));
		contact_list_free(&contacts, n);
		assert_ok(company_list(
		    d, i == 2 ? "ana" : "", &page, &companies, &n, &err));
		company_list_free(&companies, n);
	}
	assert_ok(message_stuck(d, 20, &messages, &n, &err));
	message_list_free(&messages, n);
	assert_ok(message_undelivered(d, &count, &err));
	assert_ok(draft_list(d, &drafts, &n, &err));
	draft_list_free(&drafts, n);
	assert_ok(operator_list(d, &operators, &n, &err));
	free(operators);
	assert_ok(team_list(d, &teams, &n, &err));
	free(teams);
	assert_ok(channel_status_list(d, &channels, &n, &err));
	free(channels);
	assert_ok(daemon_list(d, &daemons, &n, &err));
	free(daemons);
}

static void
read_the_trail(struct desk *d)
{
	struct err err = ERR_INIT;
	struct audit_row *trail = NULL;
	size_t n = 0;

	assert_ok(audit_list(d, 0, 50, &trail, &n, &err));
	audit_list_free(&trail, n);
}

static void
look_at_clocks(struct desk *d)
{
	struct err err = ERR_INIT;
	struct ticket_explained told;
	struct calendar_row *calendars;
	struct clock_figure figures[CLOCK_KIND_COUNT];
	struct clock_row *rows;
	struct promise *promises;
	struct clock_notice notices[5];
	struct ticket_sweep sweep;
	int64_t seen = 0;
	struct op op;
	size_t n;

	assert_ok(ticket_explain(d, 7, &told, &err));
	ticket_explained_free(&told);
	assert_ok(calendar_list(d, &calendars, &n, &err));
	free(calendars);
	assert_ok(promise_list(d, &promises, &n, &err));
	free(promises);
	assert_ok(clock_figures(d, 1, 5, figures, &err));
	assert_ok(clock_notices(d, &seen, notices, 5, &(size_t){0}, &err));
	assert_true(seen > 0);
	assert_ok(clock_figure_rows(d, CLOCK_FIRST, 1, 5, 10, &rows, &n, &err));
	free(rows);
	assert_ok(op_begin(d, &op, OP_TICKET_COMMENT, 7, &err));
	assert_ok(ticket_clock_follow(d, &op, 7, 0, &err));
	assert_ok(op_end(d, &op, 0, &err));
	desk_act_as_system(d, d->actor.tenant_id);
	assert_ok(ticket_sweep(d, &sweep, &err));
}

static void
look_after_the_system(struct desk *d)
{
	struct err err = ERR_INIT;
	struct raw_event *events = NULL;
	struct outbox_item *items = NULL;
	struct approval *approvals = NULL;
	struct retention_rule rules[RETENTION_CLASSES];
	struct hold *holds = NULL;
	struct outbox_counts counts;
	int states[3];
	size_t n = 0;

	assert_ok(raw_event_count(d, states, &err));
	assert_ok(outbox_count(d, &counts, &err));
	for (int state = OUTBOX_DUE; state <= OUTBOX_DEAD; state++) {
		assert_ok(outbox_list(d, state, 0, 50, &items, &n, &err));
		outbox_list_free(&items, n);
	}
	assert_ok(
	    raw_event_list(d, RAW_EVENT_FAILED, 0, 50, &events, &n, &err));
	raw_event_list_free(&events, n);
	assert_ok(approval_list(d, -1, 0, 50, &approvals, &n, &err));
	approval_list_free(&approvals, n);
	assert_ok(approval_waiting(d, 50, &approvals, &n, &err));
	approval_list_free(&approvals, n);
	assert_ok(retention_list(d, rules, &err));
	assert_ok(hold_list(d, true, &holds, &n, &err));
	hold_list_free(&holds, n);
	assert_ok(hold_list(d, false, &holds, &n, &err));
	hold_list_free(&holds, n);
	read_the_trail(d);
}

static void
take_in(struct desk_fixture *f, struct desk *d)
{
	struct inbound_message in = talk_message("wamid.p1", "Hola", 0);
	struct inbound_status status = {.channel = TALK_CHANNEL,
	    .provider_id = "wamid.p1",
	    .callback = "none",
	    .status = "delivered",
	    .recipient = TALK_NUMBER,
	    .error_text = "",
	    .at_us = TALK_T0};
	struct err err = ERR_INIT;
	struct raw_event *events = NULL;
	struct inbound_result r;
	bool again;
	size_t n = 0;
	int64_t id;

	desk_act_as_system(d, f->demo.id);
	assert_ok(raw_event_receive(
	    d, f->demo.id, TALK_CHANNEL, "{\"a\":1}", 7, &id, &err));
	assert_ok(raw_event_pending(d, 0, 100, &events, &n, &err));
	assert_true(n > 0);
	raw_event_list_free(&events, n);
	for (int i = 0; i < 3; i++) {
		in.provider_id = i == 1 ? "wamid.p2" : "wamid.p1";
		in.reply_to = i == 1 ? "wamid.p1" : "";
		assert_ok(message_receive(d, &in, &r, &err));
	}
	assert_ok(message_status(d, &status, &again, &err));
	status.provider_id = "wamid.unknown";
	assert_ok(message_status(d, &status, &again, &err));
	assert_ok(raw_event_done(d, id, &err));
	assert_ok(raw_event_done_all(d, id, id, &err));
}

static void
send_out(struct desk *d, int64_t conversation)
{
	const struct message_new in = {.conversation_id = conversation,
	    .kind = MESSAGE_TEXT,
	    .body = "Ya vamos"};
	struct outbox_item *items = NULL;
	struct err err = ERR_INIT;
	struct job *jobs = NULL;
	int64_t id, next;
	size_t n = 0;

	assert_ok(message_send(d, &in, &id, &err));
	desk_act_as_system(d, d->actor.tenant_id);
	assert_ok(
	    outbox_claim(d, "me", 60, 10, 2, NULL, &items, &n, &next, &err));
	assert_true(n > 0);
	assert_ok(outbox_sent(d, items[n - 1].id, "wamid.out", "", &err));
	outbox_list_free(&items, n);
	assert_ok(job_claim(d, "me", 60, 10, &jobs, &n, &next, &err));
	job_list_free(&jobs, n);
}

/* All of it on a desk of its own, then the plans. */
/* Those whose lists are put together from what they may see. */
static const char *const scoped[] = {"operator", "technician", NULL};

/* As daily, and years later, when nearly all of it goes. */
static void
clear_what_is_old(struct desk_fixture *f, struct desk *d)
{
	struct purge_row rows[PURGE_SWEEPS];
	char(*names)[65] = NULL;
	struct err err = ERR_INIT;
	struct purge p;
	bool more = true;
	size_t n = 0;
	int ended;

	desk_act_as_system(d, f->demo.id);
	assert_ok(approval_expire(d, &ended, &err));
	clock_fake_wall(clock_wall_us() + 4000 * US_PER_DAY);
	assert_ok(purge_report(d, rows, &err));
	assert_ok(purge_begin(d, &p, &err));
	while (more)
		assert_ok(purge_step(d, &p, &more, &err));
	assert_true(p.removed > FILLED);
	assert_ok(purge_files(d, 10, &names, &n, &err));
	free(names);
	clock_fake_wall(0);
}

static int
judge(struct desk_fixture *f, const char *before, int *seen, struct str *told)
{
	struct err err = ERR_INIT;
	struct desk *d;
	int64_t talk;
	int bad;

	fill(f);
	talk = talk_says(f, "wamid.first", "Hola");
	d = desk_fixture_open(f);
	plans_watch(d);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "supervisor", &err));
	plans_list_tickets(d);
	plans_filter_tickets(d);
	list_conversations(d);
	for (int i = 0; scoped[i] != NULL; i++) {
		assert_ok(
		    desk_act_as_operator(d, FIXTURE_TENANT, scoped[i], &err));
		plans_list_tickets(d);
		plans_filter_tickets(d);
		list_conversations(d);
		list_the_rest(d);
		read_the_trail(d);
	}
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "supervisor", &err));
	read_thread(d, talk);
	read_ticket(d);
	merge_tickets(d);
	list_the_rest(d);
	read_the_trail(d);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	look_after_the_system(d);
	take_in(f, d);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "supervisor", &err));
	assert_ok(conversation_claim(d, talk, 0, &err));
	send_out(d, talk);
	look_at_clocks(d);
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "supervisor", &err));
	plans_use_views(d);
	plans_reply(d, talk);
	plans_import(d);
	plans_guides(d);
	plans_calls(d);
	plans_webhooks(d);
	clear_what_is_old(f, d);
	assert_ok(db_begin(d->db, "test", &err));
	assert_ok(db_script(d->db, before, &err));
	assert_ok(db_commit(d->db, &err));
	bad = plans_judge(d, plan_excuses, seen, told);
	desk_close(&d);
	return bad;
}

static void
print_and_fail(const struct str *told)
{
	fprintf(stderr, "%s", told->s);
	fail();
}

static void
plans__of_what_runs_all_day__read_no_whole_table(void **state)
{
	struct str told = STR_INIT;
	int seen;

	if (judge(*state, "", &seen, &told) != 0)
		print_and_fail(&told);
	assert_true(seen > 150);
	str_free(&told);
}

static void
plans__without_an_index__are_found(void **state)
{
	static const char *const expected[] = {"FROM messages", "FROM jobs",
	    "FROM raw_events", "FROM search_texts"};
	struct str told = STR_INIT;
	int seen;

	assert_true(judge(*state,
			"DROP INDEX messages_thread; DROP INDEX jobs_due;"
			"DROP INDEX raw_events_pending;"
			"DROP INDEX search_texts_record",
			&seen, &told) > 0);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		if (strstr(told.s, expected[i]) == NULL)
			fail_msg("nothing %s", expected[i]);
	str_free(&told);
}

/* Where a list's page may begin, this one row a tenant may not. */
static void
plans__of_the_trails_checkpoint__find_a_tenants_last_row(void **state)
{
	static const struct plan_excuse excuses[] = {
	    {"counters", "a tenant has a few"},
	    {"counters_pkey", "a tenant has a few"},
	    {"sqlite_autoindex_counters_1", "a tenant has a few"},
	    {NULL, NULL},
	};
	struct desk *d = desk_fixture_open(*state);
	struct str told = STR_INIT;
	struct err err = ERR_INIT;
	int written, seen;

	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	plans_watch(d);
	assert_ok(audit_anchor_write(d, &written, &err));
	assert_true(written > 0);
	if (plans_judge(d, excuses, &seen, &told) != 0)
		print_and_fail(&told);
	assert_true(seen > 0);
	desk_close(&d);
	str_free(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(plans__of_what_runs_all_day__read_no_whole_table),
	    DESK_TEST(plans__of_the_trails_checkpoint__find_a_tenants_last_row),
	    DESK_TEST(plans__without_an_index__are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
