/* Unit tests of db/records/raw_events. */
#include "db/records/raw_events.h"
#include "tests/lib/talk_test.h"

static int64_t
receive(struct desk_fixture *f, const char *channel, const char *body)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(raw_event_receive(
	    f->d, f->demo.id, channel, body, strlen(body), &id, &err));
	return id;
}

static void
raw_event_receive__repeated_post__is_one_row(void **state)
{
	struct desk_fixture *f = *state;

	talk_system(f);
	assert_int_not_equal(receive(f, "a", "{}"), 0);
	assert_int_equal(receive(f, "a", "{}"), 0);
	assert_int_not_equal(receive(f, "b", "{}"), 0);
	assert_int_not_equal(receive(f, "a", "{ }"), 0);
}

static void
raw_event_pending__oldest_first__until_done(void **state)
{
	struct desk_fixture *f = *state;
	struct raw_event *rows, one;
	struct err err = ERR_INIT;
	int64_t a, b, id;
	int counts[3];
	size_t count;

	talk_system(f);
	a = receive(f, "a", "uno");
	b = receive(f, "a", "dos");
	assert_ok(
	    raw_event_receive(f->d, f->demo.id, "a", "x\0y", 3, &id, &err));
	assert_ok(raw_event_pending(f->d, 0, 10, &rows, &count, &err));
	assert_int_equal(count, 3);
	assert_int_equal(rows[0].id, a);
	assert_int_equal(rows[2].body_len, 3);
	assert_memory_equal(rows[2].body, "x\0y", 4);
	raw_event_list_free(&rows, count);
	assert_ok(raw_event_done(f->d, a, &err));
	assert_ok(raw_event_done(f->d, a, &err));
	assert_ok(raw_event_failed(f->d, b, "no such \x1b type", &err));
	assert_ok(raw_event_pending(f->d, 0, 10, &rows, &count, &err));
	assert_int_equal(count, 1);
	raw_event_list_free(&rows, count);
	assert_ok(raw_event_count(f->d, counts, &err));
	assert_int_equal(counts[RAW_EVENT_NEW], 1);
	assert_int_equal(counts[RAW_EVENT_DONE], 1);
	assert_int_equal(counts[RAW_EVENT_FAILED], 1);
	assert_ok(
	    raw_event_list(f->d, RAW_EVENT_FAILED, 0, 10, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_null(strchr(rows[0].reason, '\x1b'));
	raw_event_list_free(&rows, count);
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(raw_event_replay(f->d, b, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(raw_event_replay(f->d, a, &err), OD_ECONFLICT);
	assert_ok(raw_event_replay(f->d, b, &err));
	assert_ok(raw_event_get(f->d, b, &one, &err));
	assert_int_equal(one.state, RAW_EVENT_NEW);
	assert_string_equal(one.body, "dos");
	raw_event_clear(&one);
}

static void
raw_event_done_all__range__new_ones_only(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ids[5];
	int counts[3];

	talk_system(f);
	for (int i = 0; i < 5; i++) {
		const char body[] = {(char)('a' + i), '\0'};

		ids[i] = receive(f, "a", body);
	}
	assert_ok(raw_event_failed(f->d, ids[2], "no", &err));
	desk_act_as_system(f->d, f->other.id);
	assert_ok(raw_event_done_all(f->d, ids[0], ids[4], &err));
	talk_system(f);
	assert_ok(raw_event_count(f->d, counts, &err));
	assert_int_equal(counts[RAW_EVENT_DONE], 0);
	assert_ok(raw_event_done_all(f->d, ids[1], ids[3], &err));
	assert_ok(raw_event_done_all(f->d, ids[1], ids[3], &err));
	assert_ok(raw_event_count(f->d, counts, &err));
	assert_int_equal(counts[RAW_EVENT_NEW], 2);
	assert_int_equal(counts[RAW_EVENT_DONE], 2);
	assert_int_equal(counts[RAW_EVENT_FAILED], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TALK_TEST(raw_event_receive__repeated_post__is_one_row),
	    TALK_TEST(raw_event_pending__oldest_first__until_done),
	    TALK_TEST(raw_event_done_all__range__new_ones_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
