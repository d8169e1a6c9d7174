/* Unit tests of db/records/channels and templates. */
#include "tests/lib/talk_test.h"

static void
channel_state__stopped__until_resumed(void **state)
{
	struct desk_fixture *f = *state;
	struct channel_status c, *rows;
	struct err err = ERR_INIT;
	size_t count;

	talk_says(f, "wamid.1", "Hola");
	assert_ok(channel_status_get(f->d, TALK_CHANNEL, &c, &err));
	assert_int_equal(c.state, CHANNEL_OK);
	assert_int_equal(c.last_in_us, TALK_T0);
	assert_ok(channel_set_state(
	    f->d, TALK_CHANNEL, CHANNEL_STOPPED, "token\nexpired", 0, &err));
	assert_ok(channel_tested(f->d, TALK_CHANNEL, "bad token", &err));
	assert_ok(channel_status_list(f->d, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].state, CHANNEL_STOPPED);
	assert_string_equal(rows[0].reason, "token expired");
	assert_string_equal(rows[0].test_result, "bad token");
	assert_int_equal(rows[0].last_in_us, TALK_T0);
	free(rows);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(channel_resume(f->d, TALK_CHANNEL, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(channel_resume(f->d, TALK_CHANNEL, &err));
	assert_ok(channel_status_get(f->d, TALK_CHANNEL, &c, &err));
	assert_int_equal(c.state, CHANNEL_OK);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(channel_status_get(f->d, TALK_CHANNEL, &c, &err));
	assert_int_equal(c.tested_us, 0);
}

static void
channel_ask__twice__is_one_job(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	assert_ok(channel_ask_test(f->d, TALK_CHANNEL, &err));
	assert_ok(channel_ask_test(f->d, TALK_CHANNEL, &err));
	assert_ok(channel_ask_templates(f->d, TALK_CHANNEL, &err));
	assert_int_equal(talk_int(f, "SELECT COUNT(*) FROM jobs"), 2);
}

static void
template_replace_all__what_is_gone__is_gone(void **state)
{
	struct desk_fixture *f = *state;
	struct message_template in[] = {
	    {.name = "a", .lang = "es", .status = "APPROVED"},
	    {.name = "b", .lang = "es", .status = "REJECTED"},
	};
	struct message_template *rows, one;
	struct err err = ERR_INIT;
	size_t count;

	talk_system(f);
	assert_ok(template_replace_all(f->d, TALK_CHANNEL, in, 2, &err));
	assert_ok(
	    template_list(f->d, TALK_CHANNEL, false, &rows, &count, &err));
	assert_int_equal(count, 2);
	template_list_free(&rows, count);
	assert_ok(template_list(f->d, TALK_CHANNEL, true, &rows, &count, &err));
	assert_int_equal(count, 1);
	template_list_free(&rows, count);
	assert_ok(template_replace_all(f->d, TALK_CHANNEL, in, 1, &err));
	assert_rc(template_get(f->d, TALK_CHANNEL, "b", "es", &one, &err),
	    OD_ENOTFOUND);
}

static void
template_fill__values__by_number_or_first_appearance(void **state)
{
	const char *const values[] = {"Ana", "12", NULL};
	struct message_template t = {.body = "{{1}}: {{2}}, {{1}} {{3}} {{"};
	struct str out = STR_INIT;

	(void)state;
	template_fill(&t, values, &out);
	assert_string_equal(out.s, "Ana: 12, Ana {{3}} {{");
	str_clear(&out);
	t.body = "{{nombre}} {{numero}} {{nombre}}";
	template_fill(&t, values, &out);
	assert_string_equal(out.s, "Ana 12 Ana");
	str_clear(&out);
	template_names(&t, &out);
	assert_string_equal(out.s, "[\"nombre\",\"numero\"]");
	str_clear(&out);
	t.body = "{{2}}, {{1}}";
	template_fill(&t, values, &out);
	assert_string_equal(out.s, "12, Ana");
	str_clear(&out);
	template_names(&t, &out);
	assert_string_equal(out.s, "");
	str_free(&out);
}

static void
daemon_started__again__is_one_row(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct daemon_row *rows;
	size_t count;

	desk_act_as_system(f->d, 0);
	assert_ok(daemon_started(f->d, "d", "127.0.0.1:1", "1", &err));
	assert_ok(daemon_stopped(f->d, "d", &err));
	assert_ok(daemon_started(f->d, "d", "127.0.0.1:2", "2", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(daemon_list(f->d, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].listen, "127.0.0.1:2");
	assert_int_equal(rows[0].stopped_us, 0);
	free(rows);
}

static void
daemon_ended__no_daemon_yet__is_in_order(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	bool ended = false;

	desk_act_as_system(f->d, 0);
	assert_ok(daemon_ended(f->d, &ended, &err));
	assert_true(ended);
	assert_ok(daemon_started(f->d, "d", "127.0.0.1:1", "1", &err));
	assert_ok(daemon_ended(f->d, &ended, &err));
	assert_false(ended);
	assert_ok(daemon_stopped(f->d, "d", &err));
	assert_ok(daemon_ended(f->d, &ended, &err));
	assert_true(ended);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(channel_state__stopped__until_resumed),
	    TALK_TEST(channel_ask__twice__is_one_job),
	    TALK_TEST(template_replace_all__what_is_gone__is_gone),
	    cmocka_unit_test(
		template_fill__values__by_number_or_first_appearance),
	    TALK_TEST(daemon_started__again__is_one_row),
	    TALK_TEST(daemon_ended__no_daemon_yet__is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
