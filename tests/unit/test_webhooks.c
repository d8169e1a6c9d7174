/*
 * Unit tests of db/records/webhooks: what is kept, what is sealed, which
 * events are promised, once, and what a run of failures leads to.
 *
 * Turned red by: a fan-out that does not move on with what it promised, a
 * secret in the history, a switch that tells what happened while it was off,
 * an unescaped < for Slack, a body kept once it was sent.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/core/query.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/tickets.h"
#include "db/records/webhooks.h"
#include "tests/lib/desk_test.h"

#define URL "https://hooks.example.com/in/abc?x=1"
#define DUE "SELECT count(*) FROM outbox WHERE kind = 3 AND state = 0"

static int64_t
ask_int(struct desk_fixture *f, const char *sql)
{
	int64_t n = -1;

	assert_int_equal(db_int(f->d->db, &n, sql, NO_BINDS, NULL), 0);
	return n;
}

static char *
ask_text(struct desk_fixture *f, const char *sql)
{
	char *s = NULL;

	assert_int_equal(db_text(f->d->db, &s, sql, NO_BINDS, NULL), 0);
	return s;
}

static struct webhook_set
given(const char *name, const char *events)
{
	return (struct webhook_set){.name = name,
	    .url = URL,
	    .events = events,
	    .kind = WEBHOOK_STANDARD,
	    .is_private = -1};
}

static int64_t
make(struct desk_fixture *f, const struct webhook_set *in)
{
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id = 0;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(webhook_new(f->d, in, &id, secret, &err));
	return id;
}

static int
fan_out(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int promised, all = 0;
	bool more = true;

	while (more) {
		desk_act_as_system(f->d, 0);
		assert_ok(db_batch_begin(f->d, &err));
		assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
		assert_ok(db_batch_end(f->d, &err));
		all += promised;
	}
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return all;
}

static int64_t
ticket(struct desk_fixture *f, const char *subject)
{
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, subject);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return id;
}

static void
webhook_events_parse__names__are_those_of_the_table(void **state)
{
	struct str list = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(
	    webhook_events_parse(" ticket.created, message.* ", &list, &err));
	assert_string_equal(list.s, "[\"ticket.created\",\"message.*\"]");
	assert_true(webhook_events_match(list.s, "ticket.created"));
	assert_true(webhook_events_match(list.s, "message.sent"));
	assert_false(webhook_events_match(list.s, "ticket.created2"));
	assert_false(webhook_events_match(list.s, "contact.created"));
	str_clear(&list);
	assert_ok(webhook_events_parse(
	    "[\"TICKET_CREATED\",\"TICKET_STATUS_CHANGED\"]", &list, &err));
	assert_string_equal(
	    list.s, "[\"ticket.created\",\"ticket.status_changed\"]");
	str_clear(&list);
	assert_ok(webhook_events_parse("ticket.created *", &list, &err));
	assert_string_equal(list.s, "");
	assert_true(webhook_events_match(list.s, "anything.at_all"));
	assert_rc(
	    webhook_events_parse("ticket.created ticket.eaten", &list, &err),
	    OD_EDATA);
	assert_non_null(strstr(err.text, "ticket.eaten"));
	assert_string_equal(list.s, "");
	assert_rc(webhook_events_parse("[1]", &list, &err), OD_EDATA);
	assert_rc(webhook_events_parse("[\"a\"", &list, &err), OD_EDATA);
	assert_rc(
	    webhook_events_parse("tick*t.created", &list, &err), OD_EDATA);
	str_free(&list);
}

static void
webhook_new__address__is_one_that_may_be(void **state)
{
	static const char *const bad[] = {"", "ftp://a.example/", "https://",
	    "https:///x", "http://a.example/", "https://u:p@a.example/",
	    "https://a.example/ x", "https://a.example/\n", "javascript:1",
	    "https://a_b%2e/\xc3\xb1", "https://a b/"};
	struct desk_fixture *f = *state;
	struct webhook_set in = given("uno", "");
	char secret[WEBHOOK_SECRET_MAX];
	struct err err = ERR_INIT;
	int64_t id;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		in.url = bad[i];
		if (webhook_new(f->d, &in, &id, secret, &err) != OD_EDATA)
			fail_msg("taken: %s", bad[i]);
		assert_string_equal(secret, "");
	}
	in.url = "http://127.0.0.1:8080/in";
	in.is_private = 1;
	assert_ok(webhook_new(f->d, &in, &id, secret, &err));
	assert_int_equal(strncmp(secret, "whsec_", 6), 0);
	assert_rc(webhook_new(f->d, &in, &id, secret, &err), OD_ECONFLICT);
	/* What it has needs that it is in our own network. */
	in = (struct webhook_set){.kind = -1, .is_private = 0};
	assert_rc(webhook_edit(f->d, id, 0, &in, &err), OD_EDATA);
}

static void
webhook_new__address_and_secret__are_sealed(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "ticket.*");
	int64_t id = make(f, &in);
	struct webhook_target t;
	struct err err = ERR_INIT;
	char *text;

	text = ask_text(f, "SELECT url || secret || host FROM webhooks");
	assert_null(strstr(text, "/in/abc"));
	assert_null(strstr(text, "whsec_"));
	assert_non_null(strstr(text, "hooks.example.com"));
	free(text);
	desk_act_as_system(f->d, 0);
	assert_ok(webhook_target(f->d, f->demo.id, id, &t, &err));
	assert_string_equal(t.url, URL);
	assert_int_equal(t.keys[0].n, 32);
	assert_int_equal(t.keys[1].n, 0);
	/* It opens where it belongs, and nowhere else. */
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, "UPDATE webhooks SET secret = url",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_rc(webhook_target(f->d, f->demo.id, id, &t, &err), OD_EDATA);
	assert_rc(
	    webhook_target(f->d, f->other.id, id, &t, &err), OD_ENOTFOUND);
	webhook_target_clear(&t);
}

static void
webhook_rotate__two_secrets__for_a_day(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "");
	struct webhook_key before;
	struct webhook_target t;
	struct err err = ERR_INIT;
	char secret[WEBHOOK_SECRET_MAX];
	int64_t id = make(f, &in);
	struct webhook_key key;

	assert_ok(webhook_target(f->d, f->demo.id, id, &t, &err));
	before = t.keys[0];
	assert_ok(webhook_rotate(f->d, id, secret, &err));
	assert_ok(webhook_secret_key(secret, &key, &err));
	assert_ok(webhook_target(f->d, f->demo.id, id, &t, &err));
	assert_memory_equal(t.keys[0].bytes, key.bytes, key.n);
	assert_memory_equal(t.keys[1].bytes, before.bytes, before.n);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db, "UPDATE webhooks SET older_until_us = 1",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_ok(webhook_target(f->d, f->demo.id, id, &t, &err));
	assert_int_equal(t.keys[1].n, 0);
	/* The secrets are in no history. */
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM changes WHERE kind = 45"
		       " AND field IN ('secret', 'older_secret')"),
	    0);
	webhook_target_clear(&t);
}

static void
webhook_fan_out__events__are_promised_once(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set all = given("todo", "");
	const struct webhook_set some = given("tickets", "ticket.created");
	char event[65], *intent;
	const char *body;
	int64_t second;

	ticket(f, "antes"); /* before there was any webhook */
	make(f, &all);
	second = make(f, &some);
	assert_int_equal(fan_out(f), 0);
	ticket(f, "Sin red");
	assert_int_equal(fan_out(f), 2);
	assert_int_equal(fan_out(f), 0);
	assert_int_equal(ask_int(f, DUE), 2);
	intent =
	    ask_text(f, "SELECT intent FROM outbox ORDER BY id DESC LIMIT 1");
	webhook_intent(intent, event, &body);
	assert_string_equal(event, "ticket.created");
	assert_int_equal(strncmp(body, "{\"id\":", 6), 0);
	assert_non_null(strstr(body, "\"type\":\"ticket.created\""));
	assert_non_null(strstr(body, "\"subject\":\"Sin red\""));
	free(intent);
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM outbox WHERE kind = 3 AND channel"
		       " = 'webhook:' || CAST(record_id AS TEXT)"),
	    2);
	assert_true(second > 0);
}

static void
webhook_fan_out__many_at_once__none_is_lost(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "ticket.created");

	make(f, &in);
	for (int i = 0; i < 250; i++)
		ticket(f, "Uno de muchos");
	assert_int_equal(fan_out(f), 250);
	assert_int_equal(ask_int(f, DUE), 250);
}

static void
webhook_fan_out__other_tenant__hears_nothing(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "");

	make(f, &in);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	desk_fixture_ticket(f, "ajeno");
	assert_int_equal(fan_out(f), 0);
}

static void
webhook_fan_out__people__without_their_numbers(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "contact.* company.*");
	char *text;

	make(f, &in);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	desk_fixture_contact(f, "Lucía Prado", "+34600111222");
	assert_true(fan_out(f) >= 1);
	text = ask_text(f, "SELECT intent FROM outbox WHERE intent LIKE"
			   " 'contact.created %'");
	assert_null(strstr(text, "600111222"));
	assert_null(strstr(text, "Prado"));
	assert_non_null(strstr(text, "\"division_id\":"));
	free(text);
}

static void
webhook_switch__off_and_on__tells_from_now_on(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "ticket.created");
	int64_t id = make(f, &in);
	struct err err = ERR_INIT;
	char sentence[256];

	assert_ok(webhook_switch(f->d, id, 0, false, &err));
	ticket(f, "mientras tanto");
	assert_int_equal(fan_out(f), 0);
	assert_ok(webhook_switch(f->d, id, 0, true, &err));
	assert_int_equal(fan_out(f), 0);
	ticket(f, "después");
	assert_int_equal(fan_out(f), 1);
	/* To take a deletion back is as if it had never been. */
	assert_ok(webhook_delete(f->d, id, 0, &err));
	ticket(f, "en la papelera");
	assert_int_equal(fan_out(f), 0);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_int_equal(fan_out(f), 1);
	assert_ok(webhook_delete(f->d, id, 0, &err));
	ticket(f, "otra vez");
	assert_ok(webhook_restore(f->d, id, &err));
	assert_int_equal(fan_out(f), 0);
}

static void
webhook_edit__taken_back__is_as_it_was(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "ticket.created");
	struct webhook_set to = {.name = "dos",
	    .url = "https://other.example.com/",
	    .events = "message.*",
	    .kind = -1,
	    .is_private = 1};
	int64_t id = make(f, &in);
	struct webhook_target t;
	struct webhook w;
	struct err err = ERR_INIT;
	char sentence[256];

	assert_ok(webhook_edit(f->d, id, 1, &to, &err));
	assert_ok(webhook_get(f->d, id, &w, &err));
	assert_string_equal(w.name, "dos");
	assert_string_equal(w.host, "other.example.com");
	assert_true(w.is_private);
	webhook_clear(&w);
	assert_rc(webhook_edit(f->d, id, 1, &to, &err), OD_ECONFLICT);
	assert_ok(op_undo(f->d, sentence, &err));
	assert_ok(webhook_target(f->d, f->demo.id, id, &t, &err));
	assert_string_equal(t.url, URL);
	assert_false(t.is_private);
	assert_ok(webhook_by_name(f->d, "uno", &w, &err));
	assert_string_equal(w.events, "[\"ticket.created\"]");
	webhook_clear(&w);
	webhook_target_clear(&t);
}

static bool
configure(struct desk_fixture *f, enum webhook_kind kind, const char *url)
{
	struct err err = ERR_INIT;
	bool changed;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(webhook_from_conf(f->d, kind, url, &changed, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return changed;
}

static void
webhook_from_conf__address__has_one_webhook(void **state)
{
	struct desk_fixture *f = *state;
	struct webhook_set in = given("avisos", "");
	struct webhook_target t;
	struct err err = ERR_INIT;
	struct webhook w;
	bool changed;

	in.kind = WEBHOOK_SLACK;
	make(f, &in);
	assert_false(configure(f, WEBHOOK_SLACK, URL)); /* it goes there */
	assert_true(configure(f, WEBHOOK_KESTRA, "http://127.0.0.1:1/a"));
	assert_false(configure(f, WEBHOOK_KESTRA, "http://127.0.0.1:1/a"));
	assert_true(configure(f, WEBHOOK_KESTRA, "http://127.0.0.1:1/b"));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM webhooks"), 2);
	assert_ok(webhook_by_name(f->d, "kestra", &w, &err));
	assert_string_equal(w.events, "[\"session.*\"]");
	assert_ok(webhook_target(f->d, f->demo.id, w.id, &t, &err));
	assert_string_equal(t.url, "http://127.0.0.1:1/b");
	webhook_target_clear(&t);
	assert_ok(webhook_delete(f->d, w.id, 0, &err));
	assert_false(configure(f, WEBHOOK_KESTRA, "http://127.0.0.1:1/c"));
	webhook_clear(&w);
	desk_act_as_system(f->d, f->demo.id);
	assert_rc(webhook_from_conf(
		      f->d, WEBHOOK_STANDARD, "ftp://x/", &changed, &err),
	    OD_EDATA);
}

static void
webhook_slack__customer_text__calls_nobody(void **state)
{
	struct desk_fixture *f = *state;
	struct webhook_set in = given("avisos", "ticket.created");
	char event[65], *intent;
	const char *body;

	in.kind = WEBHOOK_SLACK;
	in.body_template =
	    "{{ type }}: {{data.subject}} <{{data.nothing}}> {{data.priority}}";
	make(f, &in);
	ticket(f, "<!channel> a & b \"c\"");
	assert_int_equal(fan_out(f), 1);
	intent = ask_text(f, "SELECT intent FROM outbox");
	webhook_intent(intent, event, &body);
	assert_string_equal(body,
	    "{\"text\":\"ticket.created: &lt;!channel&gt; a &amp; b \\\"c\\\" "
	    "<> 3\"}");
	free(intent);
}

static struct webhook_went
went(enum webhook_end end, int status)
{
	return (struct webhook_went){.outbox_id = 1,
	    .event = "ticket.created",
	    .error = "\033[31mno",
	    .response = "",
	    .attempt = 1,
	    .status = status,
	    .end = end};
}

static bool
note(struct desk_fixture *f, int64_t id, const struct webhook_went *w)
{
	struct err err = ERR_INIT;
	bool ended;

	desk_act_as_system(f->d, 0);
	assert_ok(webhook_note(f->d, f->demo.id, id, w, &ended, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return ended;
}

static void
webhook_note__days_of_failures__switch_it_off(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "webhook.*");
	struct webhook_went no = went(WEBHOOK_FAILED, 500);
	struct webhook_went yes = went(WEBHOOK_TOOK_IT, 200);
	int64_t id = make(f, &in);
	struct webhook_attempt *rows;
	struct err err = ERR_INIT;
	struct webhook w;
	size_t count;

	assert_false(note(f, id, &no));
	assert_ok(webhook_get(f->d, id, &w, &err));
	assert_true(w.failing_since_us > 0);
	assert_int_equal(w.last_status, 500);
	webhook_clear(&w);
	assert_false(note(f, id, &yes));
	assert_int_equal(ask_int(f, "SELECT count(*) FROM webhooks"
				    " WHERE failing_since_us IS NOT NULL"),
	    0);
	assert_false(note(f, id, &no));
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE webhooks SET failing_since_us = failing_since_us"
	    " - 432000000000",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_true(note(f, id, &no));
	assert_ok(webhook_get(f->d, id, &w, &err));
	assert_int_equal(w.state, WEBHOOK_FAILING);
	webhook_clear(&w);
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM events"
		       " WHERE name = 'webhook.disabled' AND kind = 45"),
	    1);
	assert_ok(webhook_attempts(f->d, id, 0, 10, &rows, &count, &err));
	assert_int_equal(count, 4);
	assert_null(strchr(rows[0].error, '\033'));
	free(rows);
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM support_webhook_events"
		       " WHERE webhook_id = 'uno'"),
	    4);
}

static void
webhook_note__gone__switches_off_at_once(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "");
	struct webhook_went gone = went(WEBHOOK_SAID_GONE, 410);
	int64_t id = make(f, &in);
	struct err err = ERR_INIT;

	assert_true(note(f, id, &gone));
	assert_false(note(f, id, &gone)); /* once */
	assert_int_equal(
	    ask_int(f, "SELECT state FROM webhooks"), WEBHOOK_GONE);
	assert_rc(webhook_test(f->d, id, &err), OD_ECONFLICT);
}

static void
webhook_replay__dead_letters__are_due_as_they_were(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "ticket.created");
	int64_t id = make(f, &in), count = 0, row;
	struct err err = ERR_INIT;
	char *before, *after;

	ticket(f, "uno");
	ticket(f, "dos");
	ticket(f, "tres");
	fan_out(f);
	before = ask_text(f, "SELECT callback || intent FROM outbox"
			     " ORDER BY id LIMIT 1");
	row = ask_int(f, "SELECT min(id) FROM outbox");
	desk_act_as_system(f->d, f->demo.id);
	for (int i = 0; i < 3; i++)
		assert_ok(outbox_dead(f->d, row + i, 500, "no", "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(webhook_replay(f->d, id, row, 0, &count, &err));
	assert_int_equal(count, 1);
	assert_rc(webhook_replay(f->d, id, row, 0, &count, &err), OD_ENOTFOUND);
	assert_ok(webhook_replay(
	    f->d, id, 0, clock_wall_us() + US_PER_MINUTE, &count, &err));
	assert_int_equal(count, 0);
	assert_ok(webhook_replay(f->d, id, 0, 0, &count, &err));
	assert_int_equal(count, 2);
	after = ask_text(f, "SELECT callback || intent FROM outbox"
			    " ORDER BY id LIMIT 1");
	assert_string_equal(before, after);
	free(before);
	free(after);
	/* What was taken leaves no copy. */
	desk_act_as_system(f->d, f->demo.id);
	assert_ok(outbox_sent(f->d, row, "", "", &err));
	assert_int_equal(
	    ask_int(f, "SELECT count(*) FROM outbox WHERE intent = ''"), 1);
	assert_int_equal(ask_int(f, "SELECT count(*) FROM channel_states"), 0);
}

static void
webhook_json__printed__has_no_secret(void **state)
{
	struct desk_fixture *f = *state;
	const struct webhook_set in = given("uno", "");
	int64_t id = make(f, &in);
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct json_out w;
	struct webhook one;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(webhook_get(f->d, id, &one, &err));
	json_out_init(&w, &out);
	webhook_json(&one, &w);
	assert_null(strstr(out.s, "abc"));
	assert_null(strstr(out.s, "whsec"));
	assert_non_null(strstr(out.s, "\"events\":[\"*\"]"));
	webhook_clear(&one);
	str_free(&out);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(webhook_get(f->d, id, &one, &err), OD_EDENIED);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		webhook_events_parse__names__are_those_of_the_table),
	    DESK_TEST(webhook_new__address__is_one_that_may_be),
	    DESK_TEST(webhook_new__address_and_secret__are_sealed),
	    DESK_TEST(webhook_rotate__two_secrets__for_a_day),
	    DESK_TEST(webhook_fan_out__events__are_promised_once),
	    DESK_TEST(webhook_fan_out__many_at_once__none_is_lost),
	    DESK_TEST(webhook_fan_out__other_tenant__hears_nothing),
	    DESK_TEST(webhook_fan_out__people__without_their_numbers),
	    DESK_TEST(webhook_switch__off_and_on__tells_from_now_on),
	    DESK_TEST(webhook_edit__taken_back__is_as_it_was),
	    DESK_TEST(webhook_from_conf__address__has_one_webhook),
	    DESK_TEST(webhook_slack__customer_text__calls_nobody),
	    DESK_TEST(webhook_note__days_of_failures__switch_it_off),
	    DESK_TEST(webhook_note__gone__switches_off_at_once),
	    DESK_TEST(webhook_replay__dead_letters__are_due_as_they_were),
	    DESK_TEST(webhook_json__printed__has_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
