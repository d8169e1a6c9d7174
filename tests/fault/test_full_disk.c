/*
 * A disk that is full or cannot be written: the console, the command line and
 * the daemon say so in one sentence, nothing that was acknowledged is lost,
 * the desk stays whole, and all goes on when there is room again.
 *
 * Skipped where no disk can be mounted.  Turned red by: attachments that are
 * fetched to the last byte; a full disk that counts as success, or as broken
 * for good; a console that does not know that its desk can only be read.
 *
 * SQLite only: the disk that is full is the desk's file's.
 */
#include "common/clock.h"
#include "common/rehearsal.h"
#include "tests/lib/disk.h"
#include "tests/lib/show.h"
#include "tests/lib/wire.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define DISK_BYTES ((size_t)20 << 20)
#define ROUNDS     40 /* of a disk with a little more room each time */
#define MESSAGES   4000
#define CUSTOMER   "34600111222"

static struct disk disk;
static struct stage stage;

static int
setup(void **state)
{
	const char *why = NULL;

	(void)state;
	if (!disk_open(&disk, DISK_BYTES, &why)) {
		print_message("skipped: test_full_disk: %s\n", why);
		return 0;
	}
	stage_open_on(&stage, disk.dir);
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

static void
need_disk(void)
{
	if (disk.dir[0] == '\0')
		skip();
}

static int64_t
count_tickets(const char *subject)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM tickets WHERE subject = '%s'", subject);
	return stage_int(&stage, sql);
}

static int
new_ticket(const char *subject, struct str *said)
{
	str_clear(said);
	return stage_opdesk(&stage, NULL, said, "--lang", "en", "ticket", "new",
	    "--subject", subject, NULL);
}

/* One line, which says who speaks and what is wrong. */
static void
check_said(const char *said, const char *program, const char *wanted)
{
	const char *end = strchr(said, '\n');

	if (strncmp(said, program, strlen(program)) != 0 || end == NULL ||
	    end[1] != '\0' || strstr(said, wanted) == NULL)
		fail_msg("no sentence about \"%s\": %s", wanted, said);
}

/* ---- the command line ---- */

static void
cli__disk_full__says_so_and_reads_on(void **state)
{
	struct str said = STR_INIT, list = STR_INIT;
	int64_t rows;
	int status;

	(void)state;
	need_disk();
	rows = stage_int(&stage, "SELECT count(*) FROM tickets");
	disk_fill(&disk, 0);
	status = new_ticket("No cabe", &said);
	if (status != 1)
		fail_msg("exit %d: %s", status, said.s);
	check_said(said.s, "opdesk: ", "disk is full");
	assert_int_equal(
	    stage_opdesk(&stage, &list, &said, "ticket", "list", NULL), 0);
	assert_true(list.len > 0);
	disk_empty(&disk);
	assert_int_equal(new_ticket("Cabe", &said), 0);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM tickets"), rows + 1);
	stage_check_whole(&stage);
	str_free(&said);
	str_free(&list);
}

/* Wherever the writing is stopped: all of it is there, or nothing. */
static void
cli__a_little_room__saves_all_or_nothing(void **state)
{
	struct str said = STR_INIT;
	int saved = 0, refused = 0;

	(void)state;
	need_disk();
	for (size_t i = 0; i < ROUNDS; i++) {
		char subject[32];
		int status;

		snprintf(subject, sizeof(subject), "Hueco %zu", i);
		disk_fill(&disk, i * 4096);
		status = new_ticket(subject, &said);
		disk_empty(&disk);
		if (status != 0)
			check_said(said.s, "opdesk: ", "disk is full");
		if (count_tickets(subject) != (status == 0))
			fail_msg(
			    "exit %d with %zu pages: %s", status, i, said.s);
		status == 0 ? saved++ : refused++;
	}
	stage_check_whole(&stage);
	assert_true(saved > 0 && refused > 0);
	str_free(&said);
}

/* ---- the daemon ---- */

static int
health(void)
{
	return wire_call(stage.daemon_port, "GET", "/health", "", "", 0, NULL);
}

static int
says(int i)
{
	char text[32];

	snprintf(text, sizeof(text), "Lleno %d", i);
	return stage_says(&stage, CUSTOMER, "Lucía", text, NULL);
}

/* Until a message is taken again; its number in *i. */
static void
wait_for_200(int *i)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (says(++*i) != 200) {
		if (clock_mono_us() > until)
			fail_msg("it does not take messages again");
		poll(NULL, 0, 20);
	}
}

static void
check_taken(const bool *taken, int n)
{
	for (int i = 0; i < n; i++) {
		char sql[96];

		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = 'Lleno %d'", i);
		if (taken[i] && stage_int(&stage, sql) != 1)
			fail_msg("message %d was acknowledged and is lost", i);
	}
}

static void
daemon__disk_full__takes_nothing_and_goes_on_by_itself(void **state)
{
	static bool taken[MESSAGES];
	bool says_so = false;
	int i = 0, refused = 0;

	(void)state;
	need_disk();
	stage_start_daemon(&stage);
	taken[0] = says(0) == 200;
	assert_true(taken[0]);
	disk_fill(&disk, 0);
	while (refused < 20 && i < MESSAGES / 2) { /* the log has room yet */
		int status = says(++i);

		if (status != 200 && status != 503)
			fail_msg("message %d: %d", i, status);
		taken[i] = status == 200;
		refused += status == 503;
	}
	assert_int_equal(refused, 20);
	/* A log that begins anew has room for a moment. */
	for (; i < MESSAGES / 2 && !says_so; i++) {
		says_so = health() == 503;
		taken[i + 1] = says(i + 1) == 200;
	}
	assert_true(says_so);
	disk_empty(&disk);
	wait_for_200(&i);
	assert_true(i < MESSAGES);
	taken[i] = true;
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM raw_events WHERE state = 0", 0));
	check_taken(taken, i + 1);
	assert_int_equal(health(), 200);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
}

/* ---- attachments ---- */

static int
sends_image(void)
{
	struct rehearsal_message m = {.type = REHEARSAL_IMAGE,
	    .number_id = STAGE_NUMBER_ID,
	    .from = CUSTOMER,
	    .name = "Lucía",
	    .text = ""};
	char id[REHEARSAL_ID_SIZE];
	struct str body = STR_INIT;
	int status;

	rehearsal_message(&m, &body, id);
	status = stage_hook(&stage, body.s, body.len);
	str_free(&body);
	return status;
}

/* Less than a tenth is left: texts come in, files wait, until there is more. */
static void
daemon__room_is_scarce__attachments_wait(void **state)
{
	int64_t files;

	(void)state;
	need_disk();
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	files = stage_int(&stage, "SELECT count(*) FROM files");
	disk_fill(&disk, DISK_BYTES / 11);
	assert_int_equal(sends_image(), 200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM jobs WHERE state = 0 AND attempts = 0"
	    " AND error_text <> ''",
	    1));
	assert_int_equal(says(MESSAGES), 200);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM files"), files);
	disk_empty(&disk);
	stage_exec(&stage, "UPDATE jobs SET next_try_us = 1 WHERE state = 0");
	assert_true(
	    stage_wait_int(&stage, "SELECT count(*) FROM files", files + 1));
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_stop_provider(&stage);
}

/* ---- the console ---- */

static void
quit(struct pty **p)
{
	int status = -1;

	pty_send(*p, "\021");
	if (!pty_wait_exit(*p, &status))
		pty_fail(*p, "its end");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	pty_stop(p);
}

static void
console__disk_full__keeps_what_was_written(void **state)
{
	struct pty *p;

	(void)state;
	need_disk();
	p = stage_console(&stage, "en", 80, 24, NULL);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "gg\r");
	pty_send(p, "N");
	pty_see(p, "INTERNAL NOTE");
	disk_fill(&disk, 0);
	pty_send(p, "Llamar por la tarde");
	pty_send(p, "\024"); /* C-t */
	pty_see(p, "disk is full");
	pty_see(p, "Llamar por la tarde");
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM conversation_notes"
			      " WHERE body = 'Llamar por la tarde'"),
	    0);
	disk_empty(&disk);
	pty_send(p, "\024");
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM conversation_notes"
	    " WHERE body = 'Llamar por la tarde'",
	    1));
	quit(&p);
	stage_check_whole(&stage);
}

/* ---- a disk that is only read ---- */

static void
check_daemon_refuses(const char *wanted)
{
	struct str said = STR_INIT;
	const char *last;
	int status = stage_try_daemon(&stage, &said);

	if (status != 1)
		fail_msg("the daemon's exit %d: %s", status, said.s);
	str_trunc(&said, said.len > 0 ? said.len - 1 : 0);
	last = strrchr(said.s, '\n');
	last = last != NULL ? last + 1 : said.s;
	if (strncmp(last, "opdesk-syncd: ", 14) != 0 ||
	    strstr(last, wanted) == NULL)
		fail_msg("the daemon says: %s", said.s);
	str_free(&said);
}

static void
everybody__disk_only_read__reads_on(void **state)
{
	static const char only[] = "mounted for reading only";
	struct str said = STR_INIT, list = STR_INIT;
	struct pty *p;
	int status;

	(void)state;
	need_disk();
	stage_start_daemon(&stage); /* and all is in the file itself */
	assert_int_equal(stage_stop_daemon(&stage), 0);
	assert_true(disk_protect(&disk, true));
	assert_int_equal(
	    stage_opdesk(&stage, &list, NULL, "ticket", "list", NULL), 0);
	assert_true(list.len > 0);
	status = new_ticket("No cabe", &said);
	if (status != 4)
		fail_msg("exit %d: %s", status, said.s);
	check_said(said.s, "opdesk: ", only);
	check_daemon_refuses("solo para lectura"); /* the tenant's language */
	p = stage_console(&stage, "en", 80, 24, NULL);
	pty_see(p, "Beatriz Olmedo");
	pty_see(p, "read-only  ");
	pty_send(p, "gg\rN");
	pty_see(p, "read-only: nothing can be changed");
	quit(&p);
	assert_true(disk_protect(&disk, false));
	assert_int_equal(new_ticket("Ahora", &said), 0);
	assert_int_equal(count_tickets("No cabe"), 0);
	str_free(&said);
	str_free(&list);
}

#define ON_DISK(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_DISK(cli__disk_full__says_so_and_reads_on),
	    ON_DISK(cli__a_little_room__saves_all_or_nothing),
	    ON_DISK(daemon__disk_full__takes_nothing_and_goes_on_by_itself),
	    ON_DISK(daemon__room_is_scarce__attachments_wait),
	    ON_DISK(console__disk_full__keeps_what_was_written),
	    ON_DISK(everybody__disk_only_read__reads_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
