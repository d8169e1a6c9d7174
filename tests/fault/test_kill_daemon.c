/*
 * kill -9 of the daemon under signed webhook load: no event that was answered
 * with 200 is lost, none is doubled, and the file is whole.
 *
 * KILL_ROUNDS sets the rounds (500).  The deliberate break: answer before
 * the commit (store_write's done before work_submit) and this turns red; so
 * does a reading of events that takes none when its time is short.
 */
#include "common/clock.h"
#include "common/xalloc.h"
#include "tests/lib/load.h"
#include "tests/lib/stage_desk.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define CONNECTIONS   16
#define ROUNDS_A_DESK 100
#define READ_LIMIT_US (60 * US_PER_SECOND)

static int
rounds(void)
{
	const char *s = getenv("KILL_ROUNDS");

	return s != NULL ? atoi(s) : 500;
}

/* At least some answers, then a kill at a random moment soon after. */
static void
run_round(struct stage *s, int64_t *first, struct load *all, int round)
{
	struct load_options o = {.port = s->daemon_port,
	    .connections = CONNECTIONS,
	    .secret = STAGE_SECRET,
	    .number_id = STAGE_NUMBER_ID,
	    .first = *first};
	int64_t until, wanted = 20 + rand() % 200;
	struct load l;

	stage_start_daemon(s);
	load_start(&l, &o);
	until = clock_mono_us() + READ_LIMIT_US;
	while (atomic_load(&l.answered) < wanted && clock_mono_us() < until)
		poll(NULL, 0, 1);
	if (atomic_load(&l.answered) < wanted)
		fail_msg("round %d: only %lld answers", round,
		    (long long)atomic_load(&l.answered));
	stage_kill_daemon(s);
	load_stop(&l);
	*first = atomic_load(&l.next);
	all->acknowledged = xreallocarray(all->acknowledged,
	    all->acknowledged_count + l.acknowledged_count + 1,
	    sizeof(*all->acknowledged));
	memcpy(all->acknowledged + all->acknowledged_count, l.acknowledged,
	    l.acknowledged_count * sizeof(*l.acknowledged));
	all->acknowledged_count += l.acknowledged_count;
	load_free(&l);
}

/* The daemon reads what it was killed before reading; it may take its time. */
static void
check_read(struct stage *s)
{
	static const char unread[] =
	    "SELECT count(*) FROM raw_events WHERE state = 0";
	int64_t until = 0, left, before = -1;

	while ((left = stage_int(s, unread)) > 0) {
		if (left != before)
			until = clock_mono_us() + READ_LIMIT_US;
		before = left;
		if (clock_mono_us() > until)
			fail_msg("%lld events stay unread", (long long)left);
		poll(NULL, 0, 10);
	}
	assert_int_equal(
	    stage_int(s, "SELECT count(*) FROM raw_events WHERE state = 2"), 0);
}

/* On a desk of its own: the bigger one is, the longer a start after a crash. */
static size_t
run_rounds(int count)
{
	struct load all = {0};
	struct stage s;
	int64_t first = 0;
	size_t acknowledged;

	stage_open(&s);
	for (int i = 0; i < count; i++) {
		run_round(&s, &first, &all, i);
		if (i % 10 == 0)
			stage_check_whole(&s);
	}
	stage_check_whole(&s);
	stage_start_daemon(&s);
	assert_true(stage_wait_spool(&s));
	check_read(&s);
	assert_int_equal(stage_stop_daemon(&s), 0);
	stage_check_load(&s, all.acknowledged, all.acknowledged_count);
	acknowledged = all.acknowledged_count;
	free(all.acknowledged);
	stage_close(&s);
	return acknowledged;
}

static void
daemon__loses_nothing__when_killed_under_load(void **state)
{
	size_t acknowledged = 0;
	int left = rounds();

	(void)state;
	srand((unsigned)time(NULL));
	for (; left > 0; left -= ROUNDS_A_DESK)
		acknowledged +=
		    run_rounds(left < ROUNDS_A_DESK ? left : ROUNDS_A_DESK);
	print_message("%zu acknowledged events in %d rounds, none lost\n",
	    acknowledged, rounds());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(daemon__loses_nothing__when_killed_under_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
