/*
 * Unit tests of old sessions: counted before, abandoned with a reason, each
 * with its row in the audit trail, and none that somebody touched.
 *
 * Turned red by: a count that does not look at the days, an end without its
 * note, paused ones left alone.
 */
#include "db/records/guide_figures.h"
#include "common/clock.h"
#include "db/records/audit.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/guide_data.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define T0 (20000 * US_PER_DAY)

static int64_t
start(struct desk_fixture *f, int64_t at_us)
{
	struct guide_session_new in = {.step = 1, .lang = "es"};
	struct err err = ERR_INIT;
	int64_t id;

	clock_fake_wall(at_us);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	guide_data_make(f, "idle", "{}", &in.knowledge_id, &in.version_id);
	assert_ok(guide_session_start(f->d, &in, &id, &err));
	return id;
}

static enum guide_session_state
state_of(struct desk_fixture *f, int64_t id)
{
	struct guide_session s;
	struct err err = ERR_INIT;
	enum guide_session_state state;

	assert_ok(guide_session_get(f->d, id, &s, &err));
	state = s.state;
	guide_session_clear(&s);
	return state;
}

static void
guide_sessions_idle__old_ones__are_counted_then_abandoned(void **state)
{
	struct desk_fixture *f = *state;
	struct guide_step_row *rows;
	struct err err = ERR_INIT;
	int64_t old, paused, young, count, oldest;
	struct audit_verdict before, after;
	size_t n;
	int done;

	old = start(f, T0);
	paused = start(f, T0 + US_PER_DAY);
	assert_ok(guide_session_pause(f->d, paused, 0, NULL, &err));
	young = start(f, T0 + 10 * US_PER_DAY);
	clock_fake_wall(T0 + 16 * US_PER_DAY);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(guide_sessions_idle_count(f->d, 14, &count, &oldest, &err));
	assert_int_equal(count, 2);
	assert_int_equal(oldest, T0);
	assert_int_equal(state_of(f, old), SESSION_ACTIVE);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(audit_verify(f->d, &before, &err));
	desk_act_as_system(f->d, f->d->actor.tenant_id);
	assert_ok(guide_sessions_idle(f->d, 14, 1, &done, &err));
	assert_int_equal(done, 1); /* no more than was asked for */
	assert_ok(guide_sessions_idle(f->d, 14, 50, &done, &err));
	assert_int_equal(done, 1);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(audit_verify(f->d, &after, &err));
	assert_int_equal(after.bad_seq, 0);
	assert_int_equal(after.rows, before.rows + 2);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_int_equal(state_of(f, old), SESSION_ABANDONED);
	assert_int_equal(state_of(f, paused), SESSION_ABANDONED);
	assert_int_equal(state_of(f, young), SESSION_ACTIVE);
	assert_ok(guide_session_steps(f->d, old, &rows, &n, &err));
	assert_int_equal(rows[n - 1].action, PATH_ABANDONED);
	assert_string_equal(rows[n - 1].notes, "idle");
	guide_steps_free(&rows, n);
	assert_ok(guide_sessions_idle_count(f->d, 14, &count, &oldest, &err));
	assert_int_equal(count, 0);
	assert_int_equal(oldest, 0);
	clock_fake_wall(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(
		guide_sessions_idle__old_ones__are_counted_then_abandoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
