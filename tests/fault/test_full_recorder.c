/*
 * The disk fills up while a call is recorded: the recorder ends with a
 * sentence, what was recorded until then is kept, playable and in the desk,
 * the call goes on, and is recorded again when there is room.  The last of the
 * disk is not the recording's: the desk can still be written then.
 *
 * Skipped where no disk can be mounted.  Turned red by: a row that is given up
 * where it cannot be written; a recording that takes the last byte, and one
 * that is converted where there is no room.
 *
 * SQLite only: the disk that is full is the desk's file's.
 */
#include "common/clock.h"
#include "tests/lib/disk.h"
#include "tests/lib/recorder.h"
#include "tests/lib/sound.h"
#include "tests/lib/show.h"
#include "tui/audio/rec_out.h"
#include <glob.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define DISK_BYTES ((size_t)32 << 20)
#define LITTLE     ((size_t)2 << 20) /* less than a tenth, and than its room */
#define A_SECOND   (48000 * 2 * 2)

static struct disk disk;
static struct stage stage;

static int
setup(void **state)
{
	const char *why = NULL;

	(void)state;
	if (!disk_open(&disk, DISK_BYTES, &why)) {
		print_message("skipped: test_full_recorder: %s\n", why);
		return 0;
	}
	stage_open_on(&stage, disk.dir);
	stage_conf(&stage, "",
	    "[recorder]\ndevice = tone\nchannels = 2\nrate = 48000\n"
	    "keep_as = flac\n");
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

/* ---- a console, by its screen ---- */

static void
see_lamp(struct pty *p, int seconds)
{
	if (!recorder_lamp_wait(p, seconds))
		pty_fail(p, "the length");
}

static struct pty *
talk(void)
{
	struct pty *p = stage_console(&stage, "en", 80, 24, NULL);

	assert_non_null(p);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "gc");
	pty_see(p, "Today: ");
	pty_send(p, "c+34600100200\r");
	pty_see(p, "TALKING");
	return p;
}

static void
record(struct pty *p)
{
	pty_send(p, "r");
	pty_see(p, "yes, the customer agrees");
	pty_send(p, "\r");
	see_lamp(p, 2);
}

static void
end_call(struct pty **p)
{
	int status;

	pty_send(*p, "c");
	pty_see(*p, "WRAP-UP");
	pty_send(*p, "cn");
	pty_must(*p, &stage, "SELECT count(*) FROM calls WHERE state < 4", 0);
	pty_send(*p, "\021"); /* C-q */
	if (!pty_wait_exit(*p, &status))
		pty_fail(*p, "its end");
	pty_stop(p);
}

/* Each of those that are ready can be read, and holds so much at least. */
static void
check_sound(int count, double seconds)
{
	struct desk *d = stage_desk(&stage, NULL);

	for (int i = 0; i < count; i++) {
		struct str path = STR_INIT;
		struct sound_wave w;
		char sql[120], *name;

		snprintf(sql, sizeof(sql),
		    "SELECT name FROM recordings WHERE state IN (2, 3)"
		    " AND format = 0 ORDER BY id LIMIT 1 OFFSET %d",
		    i);
		name = stage_text(&stage, sql);
		str_addf(&path, "%s/%.2s/%s", d->files_dir, name, name);
		free(name);
		sound_read(path.s, &w);
		assert_true((double)w.frames >= seconds * w.rate);
		sound_free(&w);
		str_free(&path);
	}
	desk_close(&d);
}

static void
check_chain(void)
{
	struct str out = STR_INIT;

	assert_int_equal(
	    stage_opdesk(&stage, &out, NULL, "--json", "--operator", "irene",
		"recording", "verify", NULL),
	    0);
	assert_string_equal(out.s, "[]\n");
	str_free(&out);
	stage_check_whole(&stage);
}

/* Not a byte is left: the row waits for the room. */
static void
console__disk_full__the_sound_is_kept_and_the_call_goes_on(void **state)
{
	struct pty *p;

	(void)state;
	need_disk();
	p = talk();
	record(p);
	disk_fill(&disk, 0);
	pty_see(p, "the disk is full");
	pty_see(p, "What was recorded is safe");
	pty_see(p, "The call goes on");
	pty_see(p, "TALKING");
	assert_int_equal(stage_int(&stage,
			     "SELECT count(*) FROM recordings WHERE state = 0"),
	    1);
	disk_empty(&disk);
	pty_must(p, &stage,
	    "SELECT count(*) FROM recordings WHERE state = 2"
	    " AND reason <> '' AND duration_us >= 2000000",
	    1);
	pty_see(p, "of sound are kept");
	check_sound(1, 2);
	pty_send(p, "r");
	see_lamp(p, 1);
	pty_send(p, "r");
	pty_must(
	    p, &stage, "SELECT count(*) FROM recordings WHERE state = 2", 2);
	end_call(&p);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM recordings"), 2);
	check_chain();
}

/* What is left is the desk's: it is entered at once, and none begins. */
static void
console__disk_nearly_full__is_entered_at_once(void **state)
{
	struct pty *p;

	(void)state;
	need_disk();
	assert_true(LITTLE < REC_ROOM_BYTES);
	p = talk();
	record(p);
	disk_fill(&disk, LITTLE);
	pty_see(p, "the disk is full");
	pty_must(p, &stage,
	    "SELECT count(*) FROM recordings WHERE state = 2 AND format = 0"
	    " AND reason <> '' AND duration_us >= 2000000",
	    1);
	pty_see(p, "of sound are kept");
	pty_see(p, "The call goes on");
	pty_send(p, "r");
	pty_see(p, "too little room on the disk");
	pty_must(p, &stage, "SELECT count(*) FROM recordings", 1);
	check_sound(1, 2);
	disk_empty(&disk);
	end_call(&p);
	check_chain();
}

/* ---- the command line ---- */

/* From a process beside: as soon as it has recorded a second, or so. */
static pid_t
fill_soon(void)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	pid_t pid = fork();
	char pattern[128];

	if (pid != 0)
		return pid;
	snprintf(pattern, sizeof(pattern), "%s/files/*/*.part", disk.dir);
	while (clock_mono_us() < until) {
		struct stat st = {.st_size = 0};
		glob_t found;

		if (glob(pattern, 0, NULL, &found) == 0)
			(void)stat(found.gl_pathv[0], &st);
		globfree(&found);
		if (st.st_size > A_SECOND) {
			disk_fill(&disk, 0);
			_exit(0);
		}
		poll(NULL, 0, 20);
	}
	_exit(1);
}

static int
record_by_hand(struct str *said)
{
	str_clear(said);
	return stage_opdesk(&stage, NULL, said, "--lang", "en", "--operator",
	    "marta", "recording", "record", "--seconds", "60", "--consent",
	    "yes", NULL);
}

static void
cli__disk_full__says_so_and_nothing_is_lost(void **state)
{
	struct str said = STR_INIT, out = STR_INIT;
	int status;
	pid_t pid;

	(void)state;
	need_disk();
	/* By itself: what is left is the desk's. */
	disk_fill(&disk, REC_ROOM_BYTES + 6 * A_SECOND);
	assert_int_equal(record_by_hand(&said), 1);
	if (strstr(said.s, "the disk is full") == NULL)
		fail_msg("it says: %s", said.s);
	assert_int_equal(stage_int(&stage, "SELECT count(*) FROM recordings"
					   " WHERE state = 2 AND format = 0"),
	    1);
	disk_empty(&disk);
	/* By others, to the last byte. */
	pid = fill_soon();
	assert_int_equal(record_by_hand(&said), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	if (strstr(said.s, "the disk is full") == NULL ||
	    strstr(said.s, "is safe in its file") == NULL)
		fail_msg("it says: %s", said.s);
	disk_empty(&disk);
	assert_int_equal(
	    stage_opdesk(&stage, &out, NULL, "--json", "--operator", "marta",
		"recording", "repair", NULL),
	    0);
	assert_int_equal(
	    stage_int(&stage, "SELECT count(*) FROM recordings WHERE state = 3"
			      " AND duration_us > 500000"),
	    1);
	check_sound(2, 0.5);
	check_chain();
	str_free(&said);
	str_free(&out);
}

#define ON_DISK(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ON_DISK(console__disk_full__the_sound_is_kept_and_the_call_goes_on),
	    ON_DISK(console__disk_nearly_full__is_entered_at_once),
	    ON_DISK(cli__disk_full__says_so_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
