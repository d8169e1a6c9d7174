/*
 * The ballast: a full disk becomes writable again without hands, nothing that
 * was acknowledged is lost, and the ballast comes back with the room.
 *
 * On a disk of its own, BALLAST_ROUNDS times.  Turned red by: a ballast that is
 * never given up, one that is not made again.
 *
 * SQLite only: where a server has the desk, the disk is its own.
 */
#include "common/clock.h"
#include "tests/lib/disk.h"
#include "tests/lib/power.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#define BALLAST_MIB 24
#define DISK_MIB    48
#define MESSAGES    100000

static struct disk disk;
static struct stage stage;
static int rounds;

static int
setup(void **state)
{
	const char *why = NULL;

	(void)state;
	rounds = power_number("BALLAST_ROUNDS", 1);
	/* What is taken in stays. */
	if (!disk_open(&disk, (size_t)(DISK_MIB + rounds) << 20, &why)) {
		print_message("skipped: test_ballast: %s\n", why);
		return 0;
	}
	stage_open_on(&stage, disk.dir);
	stage.ballast_mib = BALLAST_MIB;
	stage_conf(&stage, "", "");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (disk.dir[0] != '\0')
		stage_close(&stage);
	disk_close(&disk);
	return 0;
}

/* Its blocks, so that a hole is none; -1 when it is not there. */
static int64_t
ballast_bytes(void)
{
	char path[sizeof(stage.desk) + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%s.ballast", stage.desk);
	return stat(path, &st) == 0 ? (int64_t)st.st_blocks * 512 : -1;
}

static void
wait_for_ballast(int64_t bytes)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (ballast_bytes() != bytes) {
		if (clock_mono_us() > until)
			fail_msg("the ballast has %lld bytes, not %lld",
			    (long long)ballast_bytes(), (long long)bytes);
		poll(NULL, 0, 20);
	}
}

static int
says(int i)
{
	char text[32];

	snprintf(text, sizeof(text), "Lastre %d", i);
	return stage_says(&stage, "34600111222", "Lucía", text, NULL);
}

static void
check_taken(const bool *taken, int from, int to)
{
	for (int i = from; i <= to; i++) {
		char sql[96];

		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Lastre %d'",
		    i);
		if (taken[i] && !stage_wait_int(&stage, sql, 1))
			fail_msg("message %d was acknowledged and is lost", i);
	}
}

/* One more time the disk is full, and empty again; *i is the last message. */
static void
one_round(bool *taken, int *i, int *refused)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	int from = *i + 1;

	wait_for_ballast((int64_t)BALLAST_MIB << 20);
	disk_fill(&disk, 0);
	/* Still full of others' files, and yet it takes messages again. */
	do {
		if (clock_mono_us() > until || *i + 2 >= MESSAGES)
			fail_msg("%d messages, %d refused", *i, *refused);
		(*i)++;
		taken[*i] = says(*i) == 200;
		*refused += !taken[*i];
		poll(NULL, 0, 5);
	} while (ballast_bytes() >= 0 || !taken[*i]);
	/* The room that it was is not taken for plenty. */
	assert_int_equal(ballast_bytes(), -1);
	disk_empty(&disk);
	wait_for_ballast((int64_t)BALLAST_MIB << 20);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	check_taken(taken, from, *i);
}

static void
ballast__disk_full__is_given_up_and_made_again(void **state)
{
	static bool taken[MESSAGES];
	int i = 0, refused = 0;

	(void)state;
	if (disk.dir[0] == '\0')
		skip();
	stage_start_daemon(&stage);
	for (int r = 0; r < rounds; r++)
		one_round(taken, &i, &refused);
	print_message("%d rounds: %d messages, %d refused, none lost\n", rounds,
	    i, refused);
	assert_int_equal(
	    wire_call(stage.daemon_port, "GET", "/health", "", "", 0, NULL),
	    200);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ballast__disk_full__is_given_up_and_made_again),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
