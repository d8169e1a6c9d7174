/*
 * Many phones look at once: each is told what changes, none misses anything,
 * nobody sees another's figures, and those who read nothing cost nobody else
 * anything.  LIVE_CLIENTS says how many.
 *
 * Turned red by: a change that is told to the first stream of a session only,
 * figures of whoever was looked at first.
 */
#include "tests/lib/live_crowd.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_noon(&stage);
	/* Those of the demo desk were long ago. */
	stage_exec(&stage, "UPDATE calls SET started_us = 1");
	stage_start_daemon(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

static void
live__many__each_is_told_its_own_and_misses_nothing(void **state)
{
	const char *env = getenv("LIVE_CLIENTS");
	int n = env != NULL ? atoi(env) : 500;
	char boss[65], own[65];
	struct crowd all, ana, idle;

	(void)state;
	crowd_session(&stage, "irene", boss);
	crowd_session(&stage, "ana", own);
	crowd_open(&all, stage.daemon_port, boss, n - 40);
	crowd_open(&ana, stage.daemon_port, own, 20);
	crowd_open(&idle, stage.daemon_port, boss, 20);
	assert_int_equal(crowd_fewest(&all), 4);
	for (int i = 1; i <= 5; i++) {
		crowd_add_call(&stage, "marta");
		crowd_told(&all, i);
	}
	crowd_add_call(&stage, "ana");
	crowd_told(&ana, 1);
	crowd_told(&all, 6);
	/* What was said is the same to all of them. */
	crowd_even(&all);
	/* Five calls of another one were nothing to say to her. */
	assert_true(crowd_fewest(&ana) <= 7);
	crowd_close(&idle);
	crowd_add_call(&stage, "ana");
	crowd_told(&ana, 2);
	crowd_told(&all, 7);
	crowd_close(&ana);
	crowd_close(&all);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		live__many__each_is_told_its_own_and_misses_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
