/*
 * Unit tests of syncd/work/recording_watch: what a telephone system leaves
 * becomes the recording of its call, what is none is refused with a reason,
 * what is not whole or has no call yet waits, and no file is ever lost.
 *
 * Turned red by: a file taken while it is written, one that is refused at once
 * for want of its call, a second row for the same bytes, a move over another
 * file, a name whose dots are cut.
 */
#include "syncd/work/recording_watch.h"
#include "common/fsutil.h"
#include "common/wav.h"
#include "db/records/calls.h"
#include "db/records/recordings.h"
#include "tests/lib/parts_fixture.h"
#include "tests/lib/tmp.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tmp tmp;

static const char *
at(const char *name)
{
	return tmp_path(&tmp, name);
}

static bool
is_there(const char *name)
{
	return access(at(name), F_OK) == 0;
}

/* So many seconds old; a WAV of a second unless text is given. */
static void
leave(const char *name, const char *text, int64_t age_s)
{
	struct timespec times[2] = {{0}};
	uint8_t sound[WAV_HEAD_SIZE + 16000] = {0};
	int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL, 0600);

	assert_true(fd >= 0);
	wav_head(sound, 8000, 1, 16000);
	if (text != NULL)
		assert_int_equal(
		    write(fd, text, strlen(text)), (ssize_t)strlen(text));
	else
		assert_int_equal(
		    write(fd, sound, sizeof(sound)), sizeof(sound));
	times[0].tv_sec = times[1].tv_sec =
	    clock_wall_us() / US_PER_SECOND - age_s;
	assert_int_equal(futimens(fd, times), 0);
	close(fd);
}

static void
start_call(struct parts *p, const char *provider_call, bool agreed)
{
	struct call_new in = {.direction = CALL_IN,
	    .number = "600111222",
	    .provider = "http",
	    .provider_call = provider_call,
	    .reported = true};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(p->f, FIXTURE_TENANT, "operator");
	assert_ok(call_start(p->f->d, &in, &id, NULL, &err));
	if (agreed)
		assert_ok(
		    call_consent_set(p->f->d, id, CONSENT_ANNOUNCED, &err));
	assert_ok(call_end(p->f->d, id, &err));
	assert_ok(call_close(
	    p->f->d, id, &(struct call_close){.disposition = "NI"}, &err));
}

#define ROWS "SELECT count(*) FROM recordings WHERE source = 1"

static bool
one_is_refused(struct parts *p)
{
	(void)p;
	return is_there("refused/page.wav.txt") &&
	       is_there("refused/old-9.wav.txt");
}

static bool
is_again(struct parts *p)
{
	recording_watch_wake(p->d.watched); /* when it is at rest */
	return is_there("done/1700000000.12.wav.1");
}

static void
begin(struct parts *p)
{
	p->d.watched = recording_watch_new(&p->d);
	assert_non_null(p->d.watched);
	recording_watch_wake(p->d.watched);
}

static bool
is_done(struct parts *p)
{
	(void)p;
	return is_there("done/1700000000.12.wav") &&
	       is_there("done/out-600111222-77.WAV") && one_is_refused(p);
}

static void
recording_watch__takes_in__what_is_whole_and_has_its_call(void **state)
{
	struct parts *p = *state;
	struct str why = STR_INIT;
	struct err err = ERR_INIT;
	int writer;

	start_call(p, "1700000000.12", true);
	start_call(p, "77", true);
	start_call(p, "78", false);
	leave("1700000000.12.wav", NULL, 60);
	leave("out-600111222-77.WAV", NULL, 60);
	leave("page.wav", "<html>not found</html>", 60);
	leave("old-9.wav", NULL, 100000); /* of no call, for more than a day */
	leave("new-9.wav", NULL, 60);     /* of none yet */
	leave("78.wav", NULL, 60);        /* of one without consent yet */
	leave("77.wav", NULL, 0);         /* young */
	leave("77.wav.part", NULL, 60);
	leave("78-77.wav", NULL, 60); /* whose writer is not done */
	writer = open(at("78-77.wav"), O_WRONLY);
	begin(p);
	parts_wait(p, is_done, "taken in and refused");
	parts_wait_int(p, ROWS, 2);
	assert_ok(fs_read(at("refused/page.wav.txt"), 1000, &why, &err));
	assert_non_null(strstr(why.s, "no recording"));
	str_free(&why);
	assert_true(is_there("refused/page.wav"));
	assert_true(is_there("refused/old-9.wav"));
	assert_true(is_there("new-9.wav"));
	assert_true(is_there("78.wav"));
	assert_true(is_there("77.wav"));
	assert_true(is_there("77.wav.part"));
	assert_true(is_there("78-77.wav"));
	close(writer);
}

/* A daemon that died between the row and the move finds the file again. */
static void
recording_watch__the_same_again__is_one_recording(void **state)
{
	struct parts *p = *state;
	char from[TMP_SIZE];

	start_call(p, "1700000000.12", true);
	leave("1700000000.12.wav", NULL, 60);
	begin(p);
	parts_wait_int(p, ROWS, 1);
	leave(".again", NULL, 60);
	while (!is_there("done/1700000000.12.wav"))
		uv_run(p->d.loop, UV_RUN_ONCE);
	str_copy(from, sizeof(from), at(".again"));
	assert_int_equal(rename(from, at("1700000000.12.wav")), 0);
	clock_fake_advance(6 * US_PER_SECOND);
	parts_wait(p, is_again, "moved beside the first one");
	parts_wait_int(p, ROWS, 1);
	assert_true(is_there("done/1700000000.12.wav"));
}

static int
setup(void **state)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct parts *p;
	int rc = parts_setup(state);

	p = *state;
	tmp_make(&tmp);
	str_addf(&text, "[desk]\ntenant = %s\n[recorder]\nwatch = %s\n",
	    FIXTURE_TENANT, tmp.dir);
	conf_free(&p->d.conf);
	assert_ok(
	    conf_parse(text.s, text.len, "opdesk.conf", &p->d.conf, &err));
	str_free(&text);
	return rc;
}

static int
teardown(void **state)
{
	struct recording_watch *w = ((struct parts *)*state)->d.watched;
	int rc = parts_teardown(state);

	recording_watch_free(&w);
	tmp_remove(&tmp);
	return rc;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		recording_watch__takes_in__what_is_whole_and_has_its_call,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		recording_watch__the_same_again__is_one_recording, setup,
		teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
