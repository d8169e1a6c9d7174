/*
 * Unit tests of the operations that have an event: done once, each is told,
 * and what a webhook is sent of it says which record it is about.
 *
 * Turned red by: a fact that does not tell, a conversation that a customer
 * opened unheard, a session's body without its guide, an import that changed
 * nothing told all the same.
 */
#include "db/core/op.h"
#include "db/records/approvals.h"
#include "db/records/callbacks.h"
#include "db/records/calls.h"
#include "db/records/do_not_call.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "db/records/leads.h"
#include "db/records/operator_states.h"
#include "db/records/retention.h"
#include "db/records/staff.h"
#include "db/records/ticket_sleep.h"
#include "db/records/tickets.h"
#include "db/records/webhooks.h"
#include "tests/lib/talk_test.h"
#include "tests/lib/undo_table.h"
#include "tests/lib/undo_walks.h"

/* Told in tests of their own: test_webhooks.c, daemon/test_promises.c. */
static const enum op_id elsewhere[] = {OP_WEBHOOK_FACT, OP_CLOCK_NOTICE};

static int64_t
last_event(struct desk_fixture *f)
{
	int64_t id = 0;

	assert_int_equal(
	    db_int(f->d->db, &id, "SELECT COALESCE(max(id), 0) FROM events",
		NO_BINDS, NULL),
	    0);
	return id;
}

/* Whether an operation's event was written behind that one. */
static bool
was_told(struct desk_fixture *f, enum op_id op, int64_t after)
{
	const struct op_def *def = op_def(op);
	int64_t n = 0;

	assert_int_equal(
	    db_int(f->d->db, &n,
		"SELECT count(*) FROM events WHERE tenant_id = $1 AND id > $2"
		" AND name = $3 AND kind = $4 AND record_id > 0",
		BINDS(b_int(f->demo.id), b_int(after), b_text(def->event),
		    b_int(def->kind)),
		NULL),
	    0);
	return n > 0;
}

static void
make_hook(struct desk_fixture *f)
{
	const struct webhook_set in = {.name = "all",
	    .url = "https://hooks.example.com/",
	    .events = "",
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(webhook_new(f->d, &in, &id, secret, &err));
}

/* All that is waited for is promised to it. */
static void
fan_out(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	bool more = true;
	int promised;

	while (more) {
		desk_act_as_system(f->d, 0);
		assert_ok(db_batch_begin(f->d, &err));
		assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
		assert_ok(db_batch_end(f->d, &err));
	}
}

/* ---- what cannot be undone ---- */

static void
told(struct desk_fixture *f, bool tried[OP_COUNT], enum op_id op, int64_t after)
{
	if (!was_told(f, op, after))
		fail_msg(
		    "%s does not tell %s", op_def(op)->name, op_def(op)->event);
	tried[op] = true;
}

static void
try_messages(
    struct desk_fixture *f, const struct given *g, bool tried[OP_COUNT])
{
	const struct message_template template = {.name = "aviso",
	    .lang = "es",
	    .status = "APPROVED",
	    .body = "Ya está."};
	struct message_new out = {.kind = MESSAGE_TEXT, .body = "Buenas"};
	struct err err = ERR_INIT;
	int64_t before = last_event(f), id;

	out.conversation_id = talk_says(f, "wamid.1", "Hola");
	told(f, tried, OP_MESSAGE_RECEIVE, before);
	told(f, tried, OP_CONVERSATION_NEW, before); /* by the customer */
	before = last_event(f);
	(void)talk_says(f, "wamid.2", "Oiga");
	assert_false(was_told(f, OP_CONVERSATION_NEW, before));
	assert_ok(template_replace_all(f->d, TALK_CHANNEL, &template, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(message_send(f->d, &out, &id, &err));
	told(f, tried, OP_MESSAGE_SEND, before);
	before = last_event(f);
	out.kind = MESSAGE_TEMPLATE;
	out.template_name = template.name;
	out.template_lang = template.lang;
	assert_ok(message_send(f->d, &out, &id, &err));
	told(f, tried, OP_MESSAGE_SEND_TEMPLATE, before);
	assert_ok(conversation_close(f->d, out.conversation_id, 0, &err));
	before = last_event(f);
	(void)talk_says(f, "wamid.3", "Otra cosa");
	assert_true(was_told(f, OP_CONVERSATION_REOPEN, before));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_open(f->d, TALK_CHANNEL, CHANNEL_WHATSAPP,
	    g->contact, "34600999888", &id, &err));
	assert_true(was_told(f, OP_CONVERSATION_NEW, before));
}

static void
try_sessions(
    struct desk_fixture *f, const struct given *g, bool tried[OP_COUNT])
{
	const struct session_feedback in = {.rating = 4, .was_helpful = 1};
	int64_t before = last_event(f);
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_sent(f->d, g->session, "mail", &err));
	told(f, tried, OP_SESSION_SEND, before);
	assert_ok(guide_session_feedback(f->d, g->session, &in, &err));
	told(f, tried, OP_SESSION_FEEDBACK, before);
}

static void
sweep(struct desk_fixture *f)
{
	struct ticket_sweep done;
	struct err err = ERR_INIT;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(ticket_sweep(f->d, &done, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
}

static void
try_time(struct desk_fixture *f, const struct given *g, bool tried[OP_COUNT])
{
	int64_t before = last_event(f), now = clock_wall_us(), id;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	sweep(f);
	assert_ok(ticket_comment(
	    f->d, g->ticket, COMMENT_REPLY, "Ya voy", &id, &err));
	assert_ok(ticket_set_state(f->d, g->second, 0, TICKET_WAITING,
	    "una pieza", now + US_PER_HOUR, &err));
	assert_ok(
	    ticket_snooze(f->d, g->ticket, 0, now + US_PER_HOUR, false, &err));
	clock_fake_advance(US_PER_HOUR + 1);
	sweep(f);
	told(f, tried, OP_TICKET_REPLIED, before);
	told(f, tried, OP_TICKET_REMIND, before);
	told(f, tried, OP_TICKET_WAKE, before);
	before = last_event(f);
	clock_fake_advance((WAIT_GRACE_DAYS + 1) * US_PER_DAY);
	sweep(f);
	told(f, tried, OP_TICKET_CLOSE_WAITING, before);
}

static void
try_calls(struct desk_fixture *f, bool tried[OP_COUNT])
{
	struct call_new in = {
	    .direction = CALL_IN, .number = TALK_NUMBER, .rings = true};
	const struct call_close as = {
	    .disposition = "NI", .notes = "un secreto"};
	struct err err = ERR_INIT;
	int64_t before, id, other;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	before = last_event(f);
	assert_ok(shift_clock(f->d, 0, CLOCK_IN, &err));
	told(f, tried, OP_SHIFT_CLOCK, before);
	assert_ok(seat_set(f->d, 0, SEAT_PAUSED, "LUNCH", &err));
	told(f, tried, OP_SEAT_SET, before);
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	told(f, tried, OP_CALL_START, before);
	assert_ok(call_answer(f->d, id, &err));
	told(f, tried, OP_CALL_ANSWER, before);
	assert_ok(call_consent_set(f->d, id, CONSENT_YES, &err));
	told(f, tried, OP_CALL_CONSENT, before);
	assert_ok(call_hold(f->d, id, &err));
	told(f, tried, OP_CALL_HOLD, before);
	assert_ok(call_resume(f->d, id, &err));
	told(f, tried, OP_CALL_RESUME, before);
	assert_ok(call_transfer(f->d, id, "Ventas", &err));
	told(f, tried, OP_CALL_TRANSFER, before);
	assert_ok(call_end(f->d, id, &err));
	told(f, tried, OP_CALL_END, before);
	assert_ok(call_close(f->d, id, &as, &err));
	assert_true(was_told(f, OP_CALL_CLOSE, before));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(
	    do_not_call_add(f->d, "600123123", "un secreto", 0, &other, &err));
	in.direction = CALL_OUT;
	in.number = "600123123";
	in.stop_override = "un secreto";
	in.rings = false;
	before = last_event(f);
	assert_ok(call_start(f->d, &in, &other, NULL, &err));
	told(f, tried, OP_CALL_OVERRIDE, before);
}

static void
try_promises(struct desk_fixture *f, bool tried[OP_COUNT])
{
	const struct callback_new in = {.number = TALK_NUMBER,
	    .due_us = clock_wall_us() + US_PER_HOUR,
	    .note = "un secreto"};
	int64_t before = last_event(f), id;
	struct err err = ERR_INIT;
	int n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(callback_new(f->d, &in, &id, &err));
	clock_fake_advance(US_PER_HOUR + 1);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(callback_remind(f->d, 10, &n, &err));
	told(f, tried, OP_CALLBACK_REMIND, before);
}

static int64_t
propose(struct desk_fixture *f, int days)
{
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(retention_set(f->d, RETENTION_DRAFTS, days, &err), OD_EWAITS);
	return f->d->proposed;
}

static void
try_approvals(struct desk_fixture *f, bool tried[OP_COUNT])
{
	const struct operator_new second = {.login = "second",
	    .full_name = "Berta",
	    .role = ROLE_ADMIN,
	    .unix_uid = -1};
	int64_t before = last_event(f), id;
	struct err err = ERR_INIT;
	int ended;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(operator_new(f->d, &second, &id, &err));
	id = propose(f, 8);
	told(f, tried, OP_APPROVAL_PROPOSE, before);
	desk_fixture_act(f, FIXTURE_TENANT, "second");
	assert_ok(approval_refuse(f->d, id, "no", &err));
	told(f, tried, OP_APPROVAL_REFUSE, before);
	id = propose(f, 9);
	desk_fixture_act(f, FIXTURE_TENANT, "second");
	assert_ok(approval_approve(f->d, id, &err));
	told(f, tried, OP_APPROVAL_APPROVE, before);
	(void)propose(f, 10);
	clock_fake_advance(30 * US_PER_DAY);
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(approval_expire(f->d, &ended, &err));
	told(f, tried, OP_APPROVAL_EXPIRE, before);
}

/* ---- and what can ---- */

static void
try_undoables(
    struct desk_fixture *f, const struct given *g, bool tried[OP_COUNT])
{
	struct err err = ERR_INIT;
	char said[256];

	for (size_t i = 0; i < undoable_count; i++) {
		const struct undoable *u = &undoables[i];
		int64_t before = last_event(f);

		if (op_def(u->id)->event == NULL)
			continue;
		clock_fake_advance(1);
		desk_fixture_act(f, FIXTURE_TENANT, u->login);
		if (u->run(f->d, g, &err) != 0)
			fail_msg("%s: %s", op_def(u->id)->name, err.text);
		told(f, tried, u->id, before);
		assert_ok(op_undo(f->d, said, &err));
	}
}

static void
assert_bodies(struct desk_fixture *f)
{
	struct stmt *st = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;
	int rc;

	assert_ok(db_query(f->d->db, &st,
	    "SELECT intent FROM outbox WHERE kind = 3", NO_BINDS, &err));
	while ((rc = stmt_step(st, &err)) == 1) {
		struct json *doc = NULL;
		const char *body;
		char event[65];

		webhook_intent(stmt_text(st, 0), event, &body);
		assert_ok(json_parse(
		    body, strlen(body), &json_limits_api, &doc, &err));
		assert_string_equal(
		    json_as_string(json_get(doc, "type")), event);
		assert_non_null(json_as_string(json_get(doc, "timestamp")));
		if (json_first(json_get(doc, "data")) == NULL)
			fail_msg("%s says nothing: %s", event, body);
		json_free(&doc);
		count++;
	}
	assert_int_equal(rc, 0);
	stmt_close(&st);
	assert_true(count > 40);
}

static void
operations__with_an_event__each_tell_it(void **state)
{
	struct desk_fixture *f = *state;
	bool tried[OP_COUNT] = {false};
	struct given g;

	undo_prepare(f, &g);
	make_hook(f);
	try_undoables(f, &g, tried);
	try_messages(f, &g, tried);
	try_sessions(f, &g, tried);
	try_calls(f, tried);
	try_promises(f, tried);
	try_approvals(f, tried);
	try_time(f, &g, tried);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		tried[elsewhere[i]] = true;
	for (int id = 0; id < OP_COUNT; id++)
		if (op_def((enum op_id)id)->event != NULL && !tried[id])
			fail_msg(
			    "%s is not tried", op_def((enum op_id)id)->name);
	fan_out(f);
	assert_bodies(f);
}

/* ---- what is said ---- */

static char *
body_of(struct desk_fixture *f, const char *event)
{
	char *intent = NULL, *out, name[65];
	const char *body;

	assert_int_equal(db_text(f->d->db, &intent,
			     "SELECT intent FROM outbox WHERE kind = 3"
			     " AND substr(intent, 1, length($1)) = $1"
			     " ORDER BY id DESC LIMIT 1",
			     BINDS(b_text(event)), NULL),
	    0);
	webhook_intent(intent, name, &body);
	assert_string_equal(name, event);
	out = strdup(body);
	free(intent);
	return out;
}

static void
assert_says(struct desk_fixture *f, const char *event, const char *words)
{
	char *body = body_of(f, event);

	if (strstr(body, words) == NULL)
		fail_msg("%s: %s", event, body);
	/* Nobody's name, number or words. */
	assert_null(strstr(body, TALK_NUMBER));
	assert_null(strstr(body, "secreto"));
	free(body);
}

static void
webhook_body__of_sessions_and_messages__is_thin(void **state)
{
	const struct session_end end = {.state = SESSION_ESCALATED,
	    .notes = "un secreto",
	    .report = {"x", "un secreto"}};
	const struct session_feedback rated = {
	    .rating = 5, .was_helpful = 1, .text = "un secreto"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct guide_session s;
	char words[128];
	struct given g;
	int64_t talk;

	undo_prepare(f, &g);
	make_hook(f);
	talk = talk_says(f, "wamid.1", "un secreto");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(undo_run_session_answer(f->d, &g, &err));
	fan_out(f);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_session_get(f->d, g.session, &s, &err));
	str_format(words, sizeof(words),
	    "\"data\":{\"session_id\":\"%s\",\"problem_id\":\"%s\"", s.name,
	    s.topic);
	guide_session_clear(&s);
	assert_says(f, "session.step", words);
	assert_says(f, "session.step", "\"state\":\"active\",\"step\":2,");
	assert_ok(guide_session_finish(f->d, g.session, &end, &err));
	assert_ok(guide_session_feedback(f->d, g.session, &rated, &err));
	fan_out(f);
	assert_says(f, "session.escalated", "\"state\":\"escalated\"");
	assert_says(f, "session.escalated", "\"ended_at\":\"20");
	assert_says(f, "session.feedback", words);
	assert_says(f, "session.escalated", "\"was_helpful\":true");
	assert_says(f, "session.feedback", "\"rating\":5,\"was_helpful\":true");
	assert_says(f, "session.step", "\"rating\":null,\"was_helpful\":null");
	str_format(words, sizeof(words),
	    "\"data\":{\"id\":%lld,\"channel\":\"" TALK_CHANNEL "\","
	    "\"state\":\"active\"",
	    (long long)talk);
	assert_says(f, "message.received", words);
	assert_says(f, "message.received", "\"message_id\":");
}

static int64_t
import(struct desk_fixture *f, enum knowledge_kind kind, const char *topic,
    const char *body)
{
	const struct knowledge_new in = {topic, "access", "Sin red", body};
	struct err err = ERR_INIT;
	enum knowledge_put put;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(knowledge_import_of(f->d, kind, &in, true, &put, &id, &err));
	return id;
}

static void
webhook_body__of_guides__says_which_and_its_version(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, before;

	make_hook(f);
	id = import(f, KNOWLEDGE_GUIDE, "no_net", "{\"secreto\":1}");
	fan_out(f);
	assert_says(f, "guide.published",
	    "\"data\":{\"problem_id\":\"no_net\",\"kind\":\"guide\","
	    "\"title\":\"Sin red\",\"category\":\"access\",\"published\":1,"
	    "\"has_draft\":false,\"version\":1,");
	before = last_event(f);
	(void)import(f, KNOWLEDGE_GUIDE, "no_net", "{\"secreto\":1}");
	assert_int_equal(last_event(f), before); /* nothing was changed */
	(void)import(f, KNOWLEDGE_GUIDE, "no_net", "{\"secreto\":2}");
	fan_out(f);
	assert_says(f, "guide.published", "\"published\":2");
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(knowledge_save_draft(f->d, id, 0, "secreto", NULL, &err));
	assert_ok(knowledge_delete(f->d, id, 0, &err));
	fan_out(f);
	assert_says(f, "guide.draft_changed", "\"has_draft\":true");
	assert_says(f, "guide.deleted", "\"deleted_at\":\"20");
	(void)import(f, KNOWLEDGE_CARD, "dear", "{}");
	fan_out(f);
	assert_says(f, "guide.published", "\"kind\":\"card\"");
}

static void
webhook_body__of_calls_and_promises__is_thin(void **state)
{
	struct desk_fixture *f = *state;
	bool tried[OP_COUNT] = {false};
	struct err err = ERR_INIT;
	struct call_filter ask = call_filter_any;
	const struct page page = {.limit = 1};
	struct call *rows = NULL;
	char words[160];
	size_t n;

	make_hook(f);
	try_calls(f, tried);
	try_promises(f, tried);
	fan_out(f);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	ask.direction = CALL_IN;
	assert_ok(call_list(f->d, &ask, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	str_format(words, sizeof(words),
	    "\"data\":{\"call_id\":\"%s\",\"direction\":\"in\","
	    "\"state\":\"ended\",\"operator\":\"operator\"",
	    rows[0].name);
	call_list_free(&rows, n);
	assert_says(f, "call.closed", words);
	assert_says(f, "call.closed", "\"disposition\":\"NI\"");
	assert_says(f, "callback.due", "\"state\":\"due\"");
	assert_says(
	    f, "operator.state", "\"operator\":\"operator\",\"state\":\"");
	assert_says(f, "do_not_call.added", "\"data\":{\"id\":");
}

static void
webhook_body__of_leads__is_thin(void **state)
{
	const struct lead_new in = {.problem_statement = "un secreto"};
	const struct change closed = {"status", b_int(LEAD_CLOSED)};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char words[128];
	int64_t id;

	make_hook(f);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(lead_new(f->d, &in, &id, &err));
	fan_out(f);
	str_format(words, sizeof(words),
	    "\"data\":{\"id\":%lld,\"status\":\"qualified\"", (long long)id);
	assert_says(f, "lead.created", words);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(lead_edit(f->d, id, 0, &closed, 1, &err));
	fan_out(f);
	assert_says(f, "lead.closed", "\"status\":\"closed\"");
}

static int
setup(void **state)
{
	clock_fake_wall(TALK_T0);
	return desk_test_setup(state);
}

static int
teardown(void **state)
{
	clock_fake_wall(0);
	return desk_test_teardown(state);
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(operations__with_an_event__each_tell_it),
	    CASE(webhook_body__of_sessions_and_messages__is_thin),
	    CASE(webhook_body__of_guides__says_which_and_its_version),
	    CASE(webhook_body__of_calls_and_promises__is_thin),
	    CASE(webhook_body__of_leads__is_thin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
