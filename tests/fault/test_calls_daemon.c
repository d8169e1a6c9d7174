/*
 * A system call of the daemon fails while it starts, takes in signed posts,
 * sends and stops: at every site, with each error that it can have.  It goes
 * on, or ends with status 1; what it answered with 200 is there, once, after
 * the next start; no failed fsync is tried again.
 *
 * FAULT_ROUNDS sets the rounds (0: every site and error).
 * Turned red by: an answer of 200 for an event that the spool was to keep and
 * did not.
 *
 * SQLite only: these are the calls that its engine makes for its file.
 */
#include "common/clock.h"
#include "tests/lib/faults.h"
#include "tests/lib/syncd_round.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define POSTS   8
#define READ_MS 1500 /* events may be read later as well */

static struct stage stage;
static bool taken[POSTS];

static void
post_all(void)
{
	int64_t until = clock_mono_us() + READ_MS * US_PER_MS;

	for (int i = 0; i < POSTS; i++) {
		int answer = syncd_round_post(i);

		taken[i] = answer == 200;
		if (answer == 0)
			return; /* it is gone, or deaf */
	}
	while (stage_int(&stage,
		   "SELECT count(*) FROM raw_events WHERE state = 0") > 0 &&
	       clock_mono_us() < until)
		poll(NULL, 0, 5);
}

static void
prepare(const void *data)
{
	(void)data;
	syncd_round_prepare();
	memset(taken, 0, sizeof(taken));
}

static void
run(const void *data)
{
	(void)data;
	(void)syncd_round_run(post_all);
}

static const char *
check(const void *data, bool is_lost)
{
	const char *wrong = syncd_round_check_end();

	(void)data;
	(void)is_lost; /* the spool may have taken it */
	if (wrong != NULL)
		return wrong;
	stage_start_daemon(&stage);
	if (!stage_wait_int(
		&stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0))
		return syncd_round_complain("events stay unread");
	wrong = syncd_round_check_posts(taken, POSTS);
	if (stage_stop_daemon(&stage) != 0 && wrong == NULL)
		wrong =
		    syncd_round_complain("the next one does not stop in order");
	if (wrong == NULL)
		wrong = syncd_round_check_posts(taken, POSTS);
	stage_check_whole(&stage);
	return wrong;
}

static void
daemon__a_call_fails__loses_nothing(void **state)
{
	const struct fault_case one = {
	    .name = "daemon", .prepare = prepare, .run = run, .check = check};

	(void)state;
	faults_play(&one, 1, 24);
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	syncd_round_keep(&stage);
	faults_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	faults_end();
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(daemon__a_call_fails__loses_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
