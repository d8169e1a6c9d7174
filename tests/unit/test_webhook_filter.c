/*
 * Unit tests of db/records/webhook_filter: what may be written, what is said
 * of what may not, and which events a webhook with a filter is told.
 *
 * Turned red by: a team kept by its name, an event told that has nothing of
 * the kind, a "-" that is not looked at, events changed under a filter that
 * none of them can meet.
 */
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "db/records/staff.h"
#include "db/records/tickets.h"
#include "db/records/webhooks.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/talk_test.h"

static int
make(struct desk_fixture *f, const char *events, const char *filter,
    int64_t *id, struct err *err)
{
	const struct webhook_set in = {.name = "uno",
	    .url = "https://hooks.example.com/",
	    .events = events,
	    .filter = filter,
	    .is_private = -1};
	char secret[WEBHOOK_SECRET_MAX];

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return webhook_new(f->d, &in, id, secret, err);
}

/* How many events are promised; they are not due any more then. */
static int
told(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int promised;
	bool more;

	desk_act_as_system(f->d, 0);
	assert_ok(db_batch_begin(f->d, &err));
	assert_ok(webhook_fan_out(f->d, &more, &promised, &err));
	assert_ok(db_batch_end(f->d, &err));
	assert_false(more);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	return promised;
}

static void
set_filter(struct desk_fixture *f, int64_t id, const char *filter)
{
	const struct webhook_set in = {
	    .filter = filter, .kind = -1, .is_private = -1};
	struct err err = ERR_INIT;

	(void)told(f);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(webhook_edit(f->d, id, 0, &in, &err));
}

static void
assert_filter(struct desk_fixture *f, int64_t id, const char *expected)
{
	struct err err = ERR_INIT;
	struct webhook w;

	assert_ok(webhook_get(f->d, id, &w, &err));
	assert_string_equal(w.filter, expected);
	webhook_clear(&w);
}

static void
webhook_filter__written__is_shown_as_it_is_understood(void **state)
{
	static const char *const cases[][2] = {
	    {"", ""},
	    {"  ", ""},
	    {"priority>=4", "priority:4,5"},
	    {"prioridad<alta", "priority:1,2,3"},
	    {"priority:urgente,2", "priority:5,2"},
	    {"team:SUPPORT", "team:Support"},
	    {"equipo:none -status:closed", "team:none -status:closed"},
	    {"estado:resuelto,escalada", "status:solved,escalated"},
	    {"channel:soporte,mail guide=vpn_fails",
		"channel:soporte,mail guide:vpn_fails"},
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, guide, version;

	assert_ok(make(f, "", NULL, &id, &err));
	guide_data_make(f, "vpn_fails", "{}", &guide, &version);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_filter(f, id, cases[i][0]);
		assert_filter(f, id, cases[i][1]);
		set_filter(f, id, cases[i][1]);
		assert_filter(f, id, cases[i][1]);
	}
}

static void
webhook_filter__wrong__says_what_could_be(void **state)
{
	static const char *const cases[][3] = {
	    /* events, filter, what the sentence names */
	    {"", "router", "team, priority, status, channel and guide"},
	    {"", "owner:ana", "\"owner\""},
	    {"", "team:Nobody", "Nobody"},
	    {"", "team:", "missing"},
	    {"", "team>=3", "Only priority"},
	    {"", "priority:6", "\"6\""},
	    {"", "priority>5", "1 to 5"},
	    {"", "status:eaten", "escalated"},
	    {"", "channel:\"a b\"", "a b"},
	    {"", "guide:unheard_of", "unheard_of"},
	    {"contact.*", "team:none", "None of its events"},
	    {"ticket.* conversation.*", "status:escalated", "None of its"},
	    {"ticket.*", "status:open guide:vpn_fails", "None of its"},
	};
	struct desk_fixture *f = *state;
	int64_t id, guide, version;

	guide_data_make(f, "vpn_fails", "{}", &guide, &version);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_rc(
		    make(f, cases[i][0], cases[i][1], &id, &err), OD_EDATA);
		if (strstr(err.text, cases[i][2]) == NULL)
			fail_msg("%s: %s", cases[i][1], err.text);
	}
}

static void
webhook_filter__other_events__are_looked_at_with_it(void **state)
{
	struct webhook_set in = {
	    .events = "contact.*", .kind = -1, .is_private = -1};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id;

	assert_ok(make(f, "ticket.*", "team:Sales", &id, &err));
	assert_rc(webhook_edit(f->d, id, 0, &in, &err), OD_EDATA);
	in.filter = "";
	assert_ok(webhook_edit(f->d, id, 0, &in, &err));
	assert_filter(f, id, "");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_filter(f, id, "team:Sales");
}

/* Of that team (0: none) and priority. */
static void
ticket(struct desk_fixture *f, int64_t team_id, int level)
{
	const struct ticket_new in = {.subject = "x",
	    .urgency = level,
	    .impact = level,
	    .team_id = team_id};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
}

static void
webhook_fan_out__tickets__of_the_team_and_priority(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(
	    make(f, "ticket.created", "team:Sales priority>=4", &id, &err));
	ticket(f, f->demo.sales, 5);
	ticket(f, f->demo.sales, 2);
	ticket(f, f->demo.support, 5);
	ticket(f, 0, 5);
	assert_int_equal(told(f), 1);
	/* What the team is called is nothing to it. */
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(team_edit(f->d, f->demo.sales, 0, "Ventas y más", &err));
	ticket(f, f->demo.sales, 5);
	assert_int_equal(told(f), 1);
	assert_filter(f, id, "team:\"Ventas y más\" priority:4,5");
	set_filter(f, id, "-team:\"Ventas y más\"");
	ticket(f, f->demo.sales, 5);
	ticket(f, f->demo.support, 1);
	ticket(f, 0, 1);
	assert_int_equal(told(f), 2);
	set_filter(f, id, "team:none");
	ticket(f, f->demo.sales, 5);
	ticket(f, 0, 1);
	assert_int_equal(told(f), 1);
	set_filter(f, id, "status:solved");
	ticket(f, 0, 1);
	assert_int_equal(told(f), 0);
}

static void
webhook_fan_out__conversations__of_the_channel(void **state)
{
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(make(
	    f, "message.received contact.*", "channel:soporte", &id, &err));
	(void)talk_receive(f, &in);
	assert_int_equal(told(f), 1); /* and not that there is a contact */
	in.channel = "ventas";
	in.provider_id = "wamid.2";
	(void)talk_receive(f, &in);
	assert_int_equal(told(f), 0);
	set_filter(f, id, "channel:whatsapp -channel:soporte");
	in.provider_id = "wamid.3";
	(void)talk_receive(f, &in);
	in.provider_id = "wamid.4";
	in.channel = TALK_CHANNEL;
	(void)talk_receive(f, &in);
	assert_int_equal(told(f), 1);
}

static int64_t
session(struct desk_fixture *f, const char *topic, int64_t ticket_id)
{
	struct guide_session_new in = {
	    .lang = "es", .step = 1, .ticket_id = ticket_id};
	struct err err = ERR_INIT;
	int64_t id;

	guide_data_make(f, topic, "{}", &in.knowledge_id, &in.version_id);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	return id;
}

static void
webhook_fan_out__sessions__of_the_guide_and_state(void **state)
{
	const struct session_end end = {
	    .state = SESSION_ESCALATED, .notes = "no va", .report = {"x", "y"}};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, one;

	guide_data_make(f, "vpn_fails", "{}", &one, &id);
	assert_ok(make(f, "session.* ticket.created",
	    "guide:vpn_fails status:active,escalated", &id, &err));
	one = session(f, "vpn_fails", 0);
	(void)session(f, "other", 0);
	ticket(f, 0, 5);
	assert_int_equal(told(f), 1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(guide_session_finish(f->d, one, &end, &err));
	assert_int_equal(told(f), 1); /* not the ticket that it opened */
	/* Of a session the priority is its ticket's. */
	set_filter(f, id, "guide:vpn_fails priority:3");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)session(f, "vpn_fails", desk_fixture_ticket(f, "x"));
	(void)session(f, "vpn_fails", 0);
	assert_int_equal(told(f), 1);
}

static void
webhook_fan_out__guides__of_the_topic(void **state)
{
	struct knowledge_new in = {"vpn_fails", "", "x", "{}"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	enum knowledge_put put;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(knowledge_import(f->d, &in, false, &put, &id, &err));
	assert_ok(make(f, "guide.*", "guide:vpn_fails", &id, &err));
	in.body = "{\"a\":1}";
	assert_ok(knowledge_import(f->d, &in, false, &put, &id, &err));
	in.topic = "other";
	assert_ok(knowledge_import(f->d, &in, false, &put, &id, &err));
	in.topic = "vpn_fails"; /* a card may be called like a guide */
	assert_ok(knowledge_import_of(
	    f->d, KNOWLEDGE_CARD, &in, false, &put, &id, &err));
	assert_int_equal(told(f), 1);
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
	    CASE(webhook_filter__written__is_shown_as_it_is_understood),
	    CASE(webhook_filter__wrong__says_what_could_be),
	    CASE(webhook_filter__other_events__are_looked_at_with_it),
	    CASE(webhook_fan_out__tickets__of_the_team_and_priority),
	    CASE(webhook_fan_out__conversations__of_the_channel),
	    CASE(webhook_fan_out__sessions__of_the_guide_and_state),
	    CASE(webhook_fan_out__guides__of_the_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
