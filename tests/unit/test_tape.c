/*
 * The recorder on the call's screen, with a stand-in for its program: asked
 * before it begins, silenced, marked, ended with the call; alone where the
 * tenant wants every call; and what is said when it dies, hangs or is refused.
 *
 * Turned red by: a row that begins before the consent is kept, a forced
 * recording that r ends, a recorder that goes on after it ignored a pause, a
 * console that waits for one that hangs.
 */
#include "tests/lib/console_test.h"

#include "common/fsutil.h"
#include "db/records/call_settings.h"
#include "db/records/recordings.h"
#include "tests/lib/queries.h"
#include "tests/lib/tmp.h"

#include <stdio.h>
#include <sys/stat.h>

/* Descriptor 3 is the file, 4 the console; $STAND says how it behaves. */
static const char stand[] =
    "#!/bin/sh\n"
    "say() { printf '%s\\n' \"$1\" >&4; }\n"
    "ended() { say '{\"event\":\"ended\",\"reason\":\"'$1'\","
    "\"duration_us\":192000000,\"peak\":32768,\"loudest\":9000}'; }\n"
    "[ \"$STAND\" = hangs ] && exec sleep 30\n"
    "if [ \"$STAND\" = absent ]; then\n"
    "	say '{\"event\":\"failed\",\"status\":3,"
    "\"text\":\"There is no such device\"}'; exit 3\n"
    "fi\n"
    "head -c 96044 /dev/zero >&3\n"
    "say '{\"event\":\"started\",\"device\":\"auriculares\",\"rate\":8000,"
    "\"channels\":2}'\n"
    "say '{\"event\":\"levels\",\"at_us\":192000000,"
    "\"peak\":[12000,32768],\"rms\":[1,1]}'\n"
    "if [ \"$STAND\" = gone ]; then\n"
    "	say '{\"event\":\"failed\",\"status\":6,"
    "\"text\":\"The sound device is gone; what it gave is kept\"}'\n"
    "	ended device; exit 6\n"
    "fi\n"
    "while read -r word n <&4; do case $STAND$word in\n"
    "	deafpause) ;;\n"
    "	*pause) say '{\"event\":\"paused\",\"at_us\":60000000}' ;;\n"
    "	*resume) say '{\"event\":\"resumed\",\"at_us\":70000000}' ;;\n"
    "	diesmark) kill -9 $$ ;;\n"
    "	*mark) say '{\"event\":\"mark\",\"at_us\":71000000}' ;;\n"
    "	*stop) ended stop; exit 0 ;;\n"
    "esac; done\n";

struct fixture {
	struct console_fixture f;
	struct tmp tmp;
	char program[200];
};

static struct fixture *
of(struct console_fixture *f)
{
	return (struct fixture *)f;
}

static int
setup(void **state)
{
	struct fixture *t = calloc(1, sizeof(*t));
	FILE *out;

	console_fixture_make(&t->f);
	tmp_make(&t->tmp);
	str_copy(t->program, sizeof(t->program), tmp_path(&t->tmp, "stand"));
	out = fopen(t->program, "w");
	fputs(stand, out);
	fclose(out);
	chmod(t->program, 0700);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *t = *state;

	console_fixture_remove(&t->f);
	tmp_remove(&t->tmp);
	free(t);
	return 0;
}

static void
begin(struct console_fixture *f, const char *behaviour, const char *lines)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	setenv("STAND", behaviour, 1);
	str_addf(&text, "[recorder]\nchannels = 2\n%s%s", lines,
	    strstr(lines, "keep_as") != NULL ? "" : "keep_as = wav\n");
	conf_free(&f->conf);
	assert_int_equal(
	    conf_parse(text.s, text.len, "test", &f->conf, &err), 0);
	str_free(&text);
	f->app.conf = f->conf;
	f->app.recorder.program = of(f)->program;
	console_fixture_start(f, "operator", &scr_call, 0);
	console_fixture_keys(f, "s c"); /* clock in */
	console_fixture_type(f, "+34600111222");
	console_fixture_keys(f, "Enter");
	ui_status_changed(f->ui); /* as the app does */
	console_fixture_settle(f);
}

static bool
shows_soon(struct console_fixture *f, const char *text)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (!console_fixture_shows(f, text)) {
		if (clock_mono_us() > limit)
			return false;
		uv_run(&f->app.loop, UV_RUN_ONCE);
		console_fixture_settle(f);
	}
	return true;
}

/* The recorder says that it writes silence. */
static void
obeyed_soon(struct console_fixture *f)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (f->app.tape.state != TAPE_PAUSED) {
		if (clock_mono_us() > limit)
			fail_msg("the recorder does not answer");
		uv_run(&f->app.loop, UV_RUN_ONCE);
		console_fixture_settle(f);
	}
}

static void
changed(struct console_fixture *f)
{
	ui_status_changed(f->ui);
	console_fixture_changed(f);
}

static int64_t
count(struct console_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	if (f->ui != NULL)
		console_fixture_settle(f);
	if (db_int(f->desk.d->db, &n, sql, NO_BINDS, &err) != 0)
		fail_msg("%s", err.text);
	return n;
}

static void
looks_alike(struct console_fixture *f, const char *name)
{
	golden_check(f->ui, "tape", name, LANG_ES, 80, 24, 0);
	golden_check(f->ui, "tape", name, LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tape", name, LANG_ES, 40, 10, 0);
	golden_check(f->ui, "tape", name, LANG_EN, 40, 10, 0);
}

static void
tape__asked_first__then_silenced_marked_and_kept(void **state)
{
	struct console_fixture *f = *state;

	/* What comes before the question is looked at by then. */
	f->app.recorder.ask_ms = 2000;
	begin(f, "", "");
	console_fixture_keys(f, "r");
	golden_check(f->ui, "tape", "ask", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "tape", "ask", LANG_EN, 40, 10, 0);
	/* Not before the customer agreed. */
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"), 0);
	console_fixture_keys(f, "Enter");
	assert_true(shows_soon(f, "REC 03:12"));
	looks_alike(f, "runs");
	assert_int_equal(count(f, "SELECT consent FROM calls"), CONSENT_YES);
	clock_fake_advance(3 * US_PER_SECOND); /* it clips no more */
	console_fixture_keys(f, "C");
	assert_true(shows_soon(f, "silence for card data"));
	obeyed_soon(f);
	clock_fake_advance(34 * US_PER_SECOND);
	looks_alike(f, "silent");
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recording_marks WHERE kind = 1"
		     " AND at_us = 60000000 AND until_us IS NULL"),
	    1);
	assert_true(shows_soon(f, "Go on?"));
	clock_fake_advance(86 * US_PER_SECOND);
	looks_alike(f, "go-on");
	console_fixture_keys(f, "C");
	assert_true(shows_soon(f, "● REC"));
	console_fixture_keys(f, "M");
	assert_true(shows_soon(f, "Marked at 01:11"));
	console_fixture_keys(f, "c"); /* hang up */
	changed(f);
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	console_fixture_settle(f);
	looks_alike(f, "kept");
	assert_int_equal(count(f, "SELECT count(*) FROM recordings r, calls c"
				  " WHERE r.call_id = c.id AND r.state = 2"
				  " AND r.consent = 1 AND r.silent = 0"),
	    1);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recording_marks WHERE kind = 1"
		     " AND at_us = 60000000 AND until_us = 70000000"),
	    1);
	assert_int_equal(count(f, "SELECT count(*) FROM recording_marks"), 3);
}

static void
tape__refused__nothing_is_recorded(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "", "");
	console_fixture_keys(f, "r Down Down Enter"); /* the last one: no */
	assert_true(shows_soon(f, "Recording allowed: refused"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "does not want to be recorded"));
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"), 0);
}

static void
tape__never__says_whose_setting_it_is(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "", "mode = never\n");
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "Nothing is recorded here"));
}

static void
set_mode(struct console_fixture *f, const char *mode)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(call_settings_set(f->desk.d, "record", mode, &err), 0);
}

static void
tape__forced__begins_by_itself_and_ends_with_the_call(void **state)
{
	struct console_fixture *f = *state;

	set_mode(f, "forced");
	begin(f, "", "");
	console_fixture_keys(f, "Esc");
	assert_true(shows_soon(f, "Every call is recorded"));
	looks_alike(f, "unasked");
	console_fixture_keys(f, "y Enter");
	changed(f);
	assert_true(shows_soon(f, "● REC"));
	console_fixture_keys(f, "r");
	assert_true(console_fixture_shows(f, "to its end here"));
	assert_true(console_fixture_shows(f, "● REC"));
	/* But never against what the customer says. */
	console_fixture_keys(f, "y Down Down Enter");
	changed(f);
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"), 1);
}

/* Until the tape has waited so often. */
static void
tried_soon(struct console_fixture *f, int tries)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (f->app.tape.tries < tries) {
		if (clock_mono_us() > limit)
			fail_msg("it is not tried again");
		uv_run(&f->app.loop, UV_RUN_ONCE);
		console_fixture_settle(f);
	}
}

#define NEVER_MS 3600000 /* r tries it */

/* The device goes, is away, and comes back; card data stay silent. */
static void
tape__forced__goes_on_when_there_is_sound_again(void **state)
{
	struct console_fixture *f = *state;

	set_mode(f, "forced");
	f->app.recorder.again_ms = NEVER_MS;
	begin(f, "gone", "");
	console_fixture_keys(f, "y Enter");
	changed(f);
	assert_true(shows_soon(f, "device is gone"));
	assert_true(shows_soon(f, "Not recorded: tried again in"));
	assert_true(shows_soon(f, "recorded again as soon"));
	assert_true(console_fixture_shows(f, "TALKING"));
	/* What does not sound leaves no rows. */
	setenv("STAND", "absent", 1);
	console_fixture_keys(f, "r");
	tried_soon(f, 2);
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"), 1);
	console_fixture_keys(f, "C");
	assert_true(shows_soon(f, "with silence"));
	console_fixture_keys(f, "C");
	assert_false(console_fixture_shows(f, "with silence"));
	console_fixture_keys(f, "C");
	setenv("STAND", "", 1);
	console_fixture_keys(f, "r");
	obeyed_soon(f);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recording_marks WHERE kind = 1"
		     " AND at_us = 0"),
	    1);
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"), 2);
	console_fixture_keys(f, "c");
	changed(f);
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	assert_false(console_fixture_shows(f, "Not recorded"));
}

/* By itself; and no more when the call is over. */
static void
tape__forced__is_tried_until_the_call_ends(void **state)
{
	struct console_fixture *f = *state;

	set_mode(f, "forced");
	f->app.recorder.again_ms = 1;
	begin(f, "absent", "");
	console_fixture_keys(f, "y Enter");
	changed(f);
	tried_soon(f, 3);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recordings WHERE state = 4"), 1);
	setenv("STAND", "", 1);
	assert_true(shows_soon(f, "● REC"));
	setenv("STAND", "gone", 1);
	f->app.recorder.again_ms = NEVER_MS;
	capture_kill(f->app.tape.capture);
	assert_true(shows_soon(f, "Not recorded: tried again in"));
	console_fixture_keys(f, "c");
	changed(f);
	assert_int_equal(f->app.tape.state, TAPE_IDLE);
	assert_false(console_fixture_shows(f, "Not recorded"));
}

static void
tape__all__begins_by_itself_once(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "", "mode = all\n");
	console_fixture_keys(f, "y Enter");
	changed(f);
	assert_true(shows_soon(f, "● REC"));
	console_fixture_keys(f, "r");
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	changed(f);
	assert_false(console_fixture_shows(f, "REC"));
	console_fixture_keys(f, "r");
	assert_true(shows_soon(f, "● REC"));
}

static void
tape__recorder_dies__the_call_goes_on(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "dies", "");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "● REC"));
	console_fixture_keys(f, "M");
	assert_true(shows_soon(f, "ended before its time"));
	assert_true(shows_soon(f, "r records it again"));
	looks_alike(f, "died");
	assert_true(console_fixture_shows(f, "00:03 of sound are"));
	assert_true(console_fixture_shows(f, "TALKING"));
	looks_alike(f, "died");
	assert_int_equal(
	    count(f, "SELECT state FROM recordings"), RECORDING_RECOVERED);
	setenv("STAND", "gone", 1);
	console_fixture_keys(f, "r");
	assert_true(shows_soon(f, "device is gone"));
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	f->app.recorder.program = "/nowhere/opdesk-recorder";
	console_fixture_keys(f, "r");
	assert_true(shows_soon(f, "opdesk-recorder cannot be"));
	assert_int_equal(count(f, "SELECT count(*) FROM recordings"
				  " WHERE state = 4"),
	    1);
	assert_true(console_fixture_shows(f, "TALKING"));
}

/* Before any answer: nothing says any more that the call goes on. */
static void
tape__hung_up__the_call_does_not_go_on(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "gone", "");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "The call goes on"));
	golden_keys(f->ui, "c");
	ui_paint(f->ui, f->grid);
	assert_false(console_fixture_shows(f, "The call goes on"));
	assert_true(console_fixture_shows(f, "device is gone"));
	console_fixture_settle(f);
	assert_false(console_fixture_shows(f, "The call goes on"));
}

static void
tape__silence_unanswered__is_no_more_recorded(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "deaf", "");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "● REC"));
	console_fixture_keys(f, "C");
	assert_true(shows_soon(f, "ended before its time"));
	assert_false(console_fixture_shows(f, "REC"));
}

/* Every key goes on, also the last one; what is left is found afterwards. */
static void
tape__recorder_hangs__nobody_waits(void **state)
{
	struct console_fixture *f = *state;
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;
	struct recording_scan found;
	struct err err = ERR_INIT;

	begin(f, "hangs", "");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "The recorder starts..."));
	console_fixture_keys(f, "C w");
	assert_true(console_fixture_shows(f, "with silence"));
	assert_true(console_fixture_shows(f, "ON HOLD"));
	console_fixture_end(f);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	/* It is killed by the console's end, and gone soon. */
	do
		assert_int_equal(
		    recording_scan(f->desk.d, recording_is_live, &found, &err),
		    0);
	while (found.writing > 0 && clock_mono_us() < limit);
	assert_int_equal(found.failed, 1);
}

/* What is measured on the clock of the sound stays as long as it is. */
static void
tape__clock_set_back__lengths_stay_true(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "", "");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "CLIPS"));
	clock_fake_advance(-3600 * US_PER_SECOND);
	changed(f);
	assert_false(console_fixture_shows(f, "CLIPS"));
	assert_true(console_fixture_shows(f, "REC 03:12"));
	console_fixture_keys(f, "C");
	obeyed_soon(f);
	clock_fake_advance(-3600 * US_PER_SECOND);
	changed(f);
	assert_true(console_fixture_shows(f, "card data, 00:00"));
	console_fixture_keys(f, "C c");
	changed(f);
	assert_true(shows_soon(f, "03:12 of sound are kept"));
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recordings WHERE state = 2"
		     " AND duration_us = 192000000 AND ended_us >= started_us"),
	    1);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recording_marks WHERE kind = 1"
		     " AND at_us = 60000000 AND until_us = 70000000"),
	    1);
}

static void
tape__console_ends__what_runs_is_kept(void **state)
{
	struct console_fixture *f = *state;

	begin(f, "", "keep_as = flac\n");
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "● REC"));
	console_fixture_end(f);
	assert_int_equal(
	    count(f, "SELECT count(*) FROM recordings WHERE state = 2"
		     " AND duration_us = 192000000"),
	    1);
}

static void
tape__recorded_by_another_console__says_so(void **state)
{
	struct console_fixture *f = *state;
	struct desk *other = desk_fixture_open(&f->desk);
	struct recording_new in = {
	    .consent = CONSENT_YES, .rate = 8000, .channels = 1};
	const struct timespec pause = {0, 2000000};
	int64_t id, until = clock_mono_us() + 60 * US_PER_SECOND;
	struct err err = ERR_INIT;
	char name[33];

	begin(f, "", "");
	assert_int_equal(
	    desk_act_as_operator(other, FIXTURE_TENANT, "operator", &err), 0);
	in.call_id = count(f, "SELECT id FROM calls");
	assert_int_equal(recording_begin(other, &in, &id, name, &err), 0);
	console_fixture_keys(f, "r Enter");
	assert_true(shows_soon(f, "recorded already, by another console"));
	/* One that died is in nobody's way, as soon as a server knows. */
	desk_close(&other);
	while (recording_is_live(f->desk.d, name) && clock_mono_us() < until)
		nanosleep(&pause, NULL);
	console_fixture_keys(f, "r");
	assert_true(shows_soon(f, "● REC"));
}

int
main(void)
{
#define TAPE_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TAPE_TEST(tape__asked_first__then_silenced_marked_and_kept),
	    TAPE_TEST(tape__refused__nothing_is_recorded),
	    TAPE_TEST(tape__never__says_whose_setting_it_is),
	    TAPE_TEST(tape__forced__begins_by_itself_and_ends_with_the_call),
	    TAPE_TEST(tape__forced__goes_on_when_there_is_sound_again),
	    TAPE_TEST(tape__forced__is_tried_until_the_call_ends),
	    TAPE_TEST(tape__all__begins_by_itself_once),
	    TAPE_TEST(tape__recorder_dies__the_call_goes_on),
	    TAPE_TEST(tape__hung_up__the_call_does_not_go_on),
	    TAPE_TEST(tape__silence_unanswered__is_no_more_recorded),
	    TAPE_TEST(tape__recorder_hangs__nobody_waits),
	    TAPE_TEST(tape__clock_set_back__lengths_stay_true),
	    TAPE_TEST(tape__console_ends__what_runs_is_kept),
	    TAPE_TEST(tape__recorded_by_another_console__says_so),
	};

	queries_share();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
