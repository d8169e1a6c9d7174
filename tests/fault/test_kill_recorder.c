/*
 * kill -9 while a call is recorded from its screen: of the console, of the
 * recorder, of both, at any moment of it, also in a silence for card data.
 * The next console finds the file and puts it right: it is playable, holds
 * what the lamp had said but for a second, and none of what was silenced; the
 * call goes on, and the chain of recordings is whole.
 *
 * RECORDER_ROUNDS sets the rounds (6), RECORDER_SEED varies the moments.
 * Turned red by: a header that is written at the end only, and a console that
 * leaves alone what an earlier one recorded.
 */
#include "common/str.h"
#include "common/wav.h"
#include "tests/lib/recorder.h"
#include "tests/lib/show.h"
#include "tests/lib/sound.h"
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum victim { CONSOLE, RECORDER, BOTH, VICTIMS };

static struct stage stage;

static struct pty *
open_calls(void)
{
	struct pty *p = stage_console(&stage, "en", 80, 24, NULL);

	assert_non_null(p);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "gc");
	return p;
}

static void
wait_lamp(struct pty *p, int seconds)
{
	if (!recorder_lamp_wait(p, seconds))
		pty_fail(p, "the length");
}

/* The wave of the tone is nowhere zero for long; silence is. */
static void
check_file(const char *name, bool was_silenced, int least)
{
	struct desk *desk = stage_desk(&stage, NULL);
	struct str path = STR_INIT;
	struct sound_wave w;
	int64_t at =
	    stage_int(&stage, "SELECT at_us FROM recording_marks WHERE kind = 1"
			      " ORDER BY id DESC LIMIT 1");

	str_addf(&path, "%s/%.2s/%s", desk->files_dir, name, name);
	sound_read(path.s, &w);
	desk_close(&desk);
	str_free(&path);
	if (w.frames < (size_t)(least - 1) * w.rate)
		fail_msg("%zu frames of %d s", w.frames, least);
	for (size_t i = (size_t)(at * w.rate / 1000000) + 1;
	     was_silenced && i < w.frames; i++)
		assert_int_equal(w.p[i * w.channels], 0);
	sound_free(&w);
}

static int64_t
number_at(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (int64_t)p[3] << 24;
}

/* Before anybody puts it right: the head itself says what is there. */
static void
check_head(int least)
{
	struct desk *desk = stage_desk(&stage, NULL);
	char *name =
	    stage_text(&stage, "SELECT name FROM recordings WHERE state = 0");
	struct str path = STR_INIT;
	uint8_t head[WAV_HEAD_SIZE];
	int64_t bytes, a_second;
	FILE *f;

	str_addf(&path, "%s/%.2s/%s.part", desk->files_dir, name, name);
	desk_close(&desk);
	free(name);
	f = fopen(path.s, "r");
	str_free(&path);
	assert_non_null(f);
	assert_int_equal(fread(head, sizeof(head), 1, f), 1);
	fclose(f);
	a_second = number_at(head + 28);
	bytes = number_at(head + 40);
	if (bytes < (least - 1) * a_second)
		fail_msg("the head says %lld bytes after %d s",
		    (long long)bytes, least);
}

/*
 * Both at once: a console that is alone would put right what its recorder left,
 * a recorder that is alone ends in order.
 */
static void
kill_them(struct pty *p, enum victim victim, pid_t recorder)
{
	if (victim == BOTH)
		pty_signal(p, SIGSTOP);
	if (victim != CONSOLE)
		assert_int_equal(kill(recorder, SIGKILL), 0);
	if (victim != RECORDER)
		pty_signal(p, SIGKILL);
}

static void
end_call(struct pty *p)
{
	pty_send(p, "c");
	pty_see(p, "WRAP-UP");
	pty_send(p, "cn");
	pty_must(p, &stage, "SELECT count(*) FROM calls WHERE state < 4", 0);
}

static void
do_round(int round, enum victim victim, bool is_silent)
{
	struct pty *p = open_calls();
	char number[32], *name;
	pid_t recorder;
	int least, status;

	pty_see(p, "Today: ");
	snprintf(number, sizeof(number), "c+346001%05d\r", round);
	pty_send(p, number);
	pty_see(p, "TALKING");
	pty_send(p, "r");
	pty_see(p, "yes, the customer agrees");
	pty_send(p, "\r");
	wait_lamp(p, 2);
	if (is_silent) {
		pty_send(p, "C");
		pty_see(p, "silence for card data");
		pty_must(p, &stage,
		    "SELECT count(*) FROM recording_marks k, recordings r"
		    " WHERE k.recording_id = r.id AND r.state = 0"
		    " AND k.kind = 1",
		    1);
	}
	poll(NULL, 0, rand() % 1500); /* any moment will do */
	recorder = recorder_child(pty_pid(p));
	assert_true(recorder > 0);
	least = recorder_lamp(p);
	kill_them(p, victim, recorder);
	if (victim == BOTH)
		check_head(least);
	if (victim == RECORDER) {
		pty_see(p, "The call goes on");
	} else {
		pty_stop(&p);
		p = open_calls();
	}
	pty_see(p, "TALKING");
	pty_must(
	    p, &stage, "SELECT count(*) FROM recordings WHERE state < 2", 0);
	pty_must(p, &stage, "SELECT count(*) FROM recordings WHERE state = 3",
	    round + 1);
	name = stage_text(&stage, "SELECT name FROM recordings"
				  " ORDER BY id DESC LIMIT 1");
	check_file(name, is_silent, least);
	free(name);
	end_call(p);
	pty_send(p, "\021"); /* C-q */
	assert_true(pty_wait_exit(p, &status));
	pty_stop(&p);
}

static void
recorder__killed__the_file_is_found_and_right(void **state)
{
	const char *set = getenv("RECORDER_ROUNDS");
	const char *seed = getenv("RECORDER_SEED");
	int rounds = set != NULL ? atoi(set) : 2 * VICTIMS;
	struct str out = STR_INIT;

	(void)state;
	srand(seed != NULL ? (unsigned)atoi(seed) : 30);
	stage_open(&stage);
	stage_conf(&stage, "",
	    "[recorder]\ndevice = tone\nchannels = 1\nkeep_as = wav\n");
	for (int i = 0; i < rounds; i++)
		do_round(i, (enum victim)(i % VICTIMS), i / VICTIMS % 2 == 1);
	assert_int_equal(
	    stage_opdesk(&stage, &out, NULL, "--json", "--operator", "irene",
		"recording", "verify", NULL),
	    0);
	assert_string_equal(out.s, "[]\n");
	str_free(&out);
	stage_check_whole(&stage);
	stage_close(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorder__killed__the_file_is_found_and_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
