/*
 * Where every call is recorded, and its sound server dies in the middle of
 * one: the call goes on, the screen says that nothing is recorded, and when
 * the server is there again so is the recording, by itself; both parts are in
 * the desk, with one gap between them.  And two consoles record from one
 * device.
 *
 * Skipped without PulseAudio.  Turned red by: a recording that nobody begins
 * again; one that another call's keeps from beginning.
 */
#include "tests/lib/recorder.h"
#include "tests/lib/sound.h"
#include "tests/lib/show.h"
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define RATE 16000

static struct stage stage;
static struct sound sound;

static void
see_lamp(struct pty *p, int seconds)
{
	if (!recorder_lamp_wait(p, seconds))
		pty_fail(p, "the length");
}

/* What a console needs to find this test's sound server. */
static struct pty *
open_calls(const char *login)
{
	char program[PATH_MAX];
	const char *const argv[] = {program, "--config", stage.conf, "--lang",
	    "en", "--operator", login, NULL};
	static const char *const names[] = {
	    "XDG_RUNTIME_DIR", "PULSE_SERVER", "ALSA_CONFIG_PATH"};
	char text[3][256];
	const char *env[5] = {"JACK_NO_START_SERVER=1"};
	const struct pty_options o = {
	    .w = 80, .h = 24, .env = env, .dir = stage.dir};
	struct pty *p;

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	for (int i = 0; i < 3; i++) {
		snprintf(text[i], sizeof(text[i]), "%s=%s", names[i],
		    getenv(names[i]));
		env[i + 1] = text[i];
	}
	p = pty_start(argv, &o);
	assert_non_null(p);
	pty_see(p, "Fibra Norte");
	pty_send(p, "gc");
	pty_see(p, "Today: ");
	return p;
}

static void
begin(void)
{
	if (!sound_open(&sound, 1, RATE))
		skip();
	stage_open(&stage);
	stage_conf(&stage, "",
	    "[recorder]\nmode = forced\ndevice = vmic\nkeep_as = wav\n");
}

/* It is recorded by itself as soon as the customer agreed. */
static struct pty *
talk(const char *login, const char *keys)
{
	struct pty *p = open_calls(login);

	pty_send(p, keys);
	pty_see(p, "TALKING");
	pty_send(p, "y");
	pty_see(p, "yes, the customer agrees");
	pty_send(p, "\r");
	see_lamp(p, 1);
	return p;
}

static void
leave(struct pty **p)
{
	int status;

	pty_send(*p, "\021"); /* C-q */
	assert_true(pty_wait_exit(*p, &status));
	pty_stop(p);
}

static void
end(void)
{
	stage_check_whole(&stage);
	stage_close(&stage);
	sound_close(&sound);
}

static void
call_forced__server_dies__is_recorded_again(void **state)
{
	struct pty *p;

	(void)state;
	begin();
	p = talk("marta", "c+34600999777\r");
	sound_kill_server(&sound);
	pty_see(p, "Not recorded");
	pty_must(p, &stage,
	    "SELECT count(*) FROM recordings WHERE state = 2 AND reason <> ''",
	    1);
	pty_see(p, "TALKING");
	sound_start_server(&sound);
	see_lamp(p, 1);
	pty_send(p, "c");
	pty_must(p, &stage,
	    "SELECT count(*) FROM recordings WHERE state = 2"
	    " AND duration_us > 500000",
	    2);
	pty_must(p, &stage, "SELECT count(*) FROM recordings", 2);
	pty_send(p, "cn");
	pty_must(p, &stage, "SELECT count(*) FROM calls WHERE state < 4", 0);
	leave(&p);
	end();
}

/* A call each; the one that ends does not end the other one's sound. */
static void
call_forced__two_consoles_one_device__both_are_recorded(void **state)
{
	struct pty *a, *b;
	int seconds;

	(void)state;
	begin();
	a = talk("marta", "c+34600999777\r");
	b = talk("ana", "c+34600999888\r");
	seconds = recorder_lamp(b);
	pty_send(a, "c");
	pty_must(
	    a, &stage, "SELECT count(*) FROM recordings WHERE state = 2", 1);
	see_lamp(b, seconds + 2);
	pty_send(b, "c");
	pty_must(b, &stage,
	    "SELECT count(*) FROM recordings WHERE state = 2 AND reason = ''"
	    " AND duration_us > 500000",
	    2);
	leave(&a);
	leave(&b);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_forced__server_dies__is_recorded_again),
	    cmocka_unit_test(
		call_forced__two_consoles_one_device__both_are_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
