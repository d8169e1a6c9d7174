/*
 * Unit tests of common/loop.
 */
#include "common/loop.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
	uv_loop_t loop;
	struct loop_timer *timer;
	struct loop_signals *signals;
	int fired;
	int signum;
};

static void
count(void *data)
{
	struct fixture *f = data;

	f->fired++;
}

static void
free_on_third(void *data)
{
	struct fixture *f = data;

	if (++f->fired == 3)
		loop_timer_free(&f->timer);
}

static void
loop_timer__repeats__until_freed_inside(void **state)
{
	struct fixture f = {.fired = 0};

	(void)state;
	assert_int_equal(uv_loop_init(&f.loop), 0);
	f.timer = loop_timer_new(&f.loop, free_on_third, &f);
	loop_timer_start(f.timer, 0, 1);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.fired, 3);
	assert_null(f.timer);
	loop_timer_free(&f.timer);
	assert_int_equal(loop_finish(&f.loop), 0);
}

static void
loop_timer__stopped__does_not_fire(void **state)
{
	struct fixture f = {.fired = 0};

	(void)state;
	assert_int_equal(uv_loop_init(&f.loop), 0);
	f.timer = loop_timer_new(&f.loop, count, &f);
	loop_timer_start(f.timer, 0, 0);
	loop_timer_stop(f.timer);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.fired, 0);
	loop_timer_start(f.timer, 0, 0);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.fired, 1);
	loop_timer_free(&f.timer);
	assert_int_equal(loop_finish(&f.loop), 0);
}

static void
loop_finish__timer_left_open__freed_afterwards(void **state)
{
	struct fixture f = {.fired = 0};

	(void)state;
	assert_int_equal(uv_loop_init(&f.loop), 0);
	f.timer = loop_timer_new(&f.loop, count, &f);
	loop_timer_start(f.timer, 1000000, 1000000);
	assert_int_equal(loop_finish(&f.loop), 0);
	loop_timer_free(&f.timer);
	assert_int_equal(f.fired, 0);
}

static void
on_signal(int signum, void *data)
{
	struct fixture *f = data;

	f->signum = signum;
	if (++f->fired == 2)
		loop_signals_free(&f->signals);
	else
		raise(SIGUSR1);
}

static void
loop_signals__two__number_is_told(void **state)
{
	static const int signums[] = {SIGHUP, SIGUSR1};
	struct fixture f = {.fired = 0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(uv_loop_init(&f.loop), 0);
	assert_int_equal(loop_signals_new(&f.loop, signums, 2, on_signal, &f,
			     &f.signals, &err),
	    0);
	raise(SIGHUP);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	assert_int_equal(f.fired, 2);
	assert_int_equal(f.signum, SIGUSR1);
	assert_int_equal(loop_finish(&f.loop), 0);
}

static void
loop_signals__bad_number__error(void **state)
{
	static const int signums[] = {SIGHUP, 0};
	struct fixture f = {.fired = 0};
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(uv_loop_init(&f.loop), 0);
	assert_int_equal(loop_signals_new(&f.loop, signums, 2, on_signal, &f,
			     &f.signals, &err),
	    OD_EIO);
	assert_null(f.signals);
	assert_true(err.text[0] != '\0');
	assert_int_equal(loop_finish(&f.loop), 0);
}

static void
loop_err__code__sentence(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    loop_err(&err, OD_EUNAVAIL, "pulse", UV_ECONNREFUSED), OD_EUNAVAIL);
	assert_string_equal(err.text, "pulse: connection refused.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(loop_timer__repeats__until_freed_inside),
	    cmocka_unit_test(loop_timer__stopped__does_not_fire),
	    cmocka_unit_test(loop_finish__timer_left_open__freed_afterwards),
	    cmocka_unit_test(loop_signals__two__number_is_told),
	    cmocka_unit_test(loop_signals__bad_number__error),
	    cmocka_unit_test(loop_err__code__sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
