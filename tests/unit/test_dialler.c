/*
 * Unit tests of common/dialler: what is dialled of a number, which words the
 * program is given, whose desk it is, and what is said when it fails.
 *
 * Turned red by: arguments that a shell reads, a number that keeps what was
 * written beside its digits, a status that is not looked at, a desk that its
 * group may read.
 */
#include "common/dialler.h"
#include "common/err.h"
#include "common/fsutil.h"
#include "common/loop.h"
#include "common/str.h"
#include "tests/lib/tmp.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_MS 60000

struct scene {
	struct tmp tmp;
	uv_loop_t loop;
	struct dialler *dialler;
	struct loop_timer *limit;
	struct err told;
	char program[TMP_SIZE], out[TMP_SIZE];
};

static void
on_failed(void *data, const struct err *err)
{
	((struct scene *)data)->told = *err;
}

static void
on_limit(void *data)
{
	(void)data;
	fail_msg("the dialler does not end");
}

static int
setup(void **state)
{
	static struct scene s;

	memset(&s, 0, sizeof(s));
	tmp_make(&s.tmp);
	uv_loop_init(&s.loop);
	s.dialler = dialler_new(&s.loop, on_failed, &s);
	s.limit = loop_timer_new(&s.loop, on_limit, &s);
	loop_timer_start(s.limit, WAIT_MS, 0);
	str_copy(s.program, sizeof(s.program), tmp_path(&s.tmp, "dial"));
	str_copy(s.out, sizeof(s.out), tmp_path(&s.tmp, "out"));
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *s = *state;

	loop_timer_free(&s->limit);
	dialler_free(&s->dialler);
	assert_int_equal(loop_finish(&s->loop), 0);
	tmp_remove(&s->tmp);
	return 0;
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
make_program(struct scene *s, const char *body)
{
	char text[1024];

	str_format(text, sizeof(text), "#!/bin/sh\n%s\n", body);
	write_file(s->program, text, 0700);
}

static int
ring(
    struct scene *s, const char *arguments, const char *number, struct err *err)
{
	const struct dialler_settings settings = {s->program, arguments};
	int rc = dialler_ring(s->dialler, &settings, number, err);

	while (rc == 0 && dialler_running(s->dialler) > 0)
		uv_run(&s->loop, UV_RUN_ONCE);
	return rc;
}

static void
dialler_number__leaves__digits_and_a_plus(void **state)
{
	static const struct {
		const char *number, *dialled; /* NULL: none */
	} rows[] = {
	    {"+34 600 11-22-33", "+34600112233"},
	    {"(0034) 600.112/233", "0034600112233"},
	    {"112", "112"},
	    {"", NULL},
	    {"+", NULL},
	    {"34+600", NULL},
	    {"--", NULL},
	    {"-1", "1"}, /* no option */
	    {"600;reboot", NULL},
	    {"$(id)", NULL},
	    {"6001122336001122336001122336001122", NULL},
	};
	char out[DIALLER_NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(dialler_number(rows[i].number, out),
		    rows[i].dialled != NULL);
		if (rows[i].dialled != NULL)
			assert_string_equal(out, rows[i].dialled);
	}
}

static void
dialler_check_arguments__wants__one_place_for_the_number(void **state)
{
	struct str many = STR_INIT;

	(void)state;
	assert_null(dialler_check_arguments("{number}"));
	assert_null(dialler_check_arguments("  --dial  tel:{number} --quiet "));
	assert_non_null(dialler_check_arguments(""));
	assert_non_null(dialler_check_arguments("--dial {num ber}"));
	assert_non_null(dialler_check_arguments("{number} {number}"));
	str_add(&many, "{number}");
	for (int i = 0; i < DIALLER_WORDS_MAX; i++)
		str_add(&many, " x");
	assert_non_null(dialler_check_arguments(many.s));
	str_free(&many);
}

/* What a shell would run is a word like any other. */
static void
dialler_ring__gives__each_word_as_it_stands(void **state)
{
	struct scene *s = *state;
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	char body[512];

	str_format(body, sizeof(body),
	    "for a in \"$0\" \"$@\"; do echo \"<$a>\"; done >'%s'", s->out);
	make_program(s, body);
	assert_int_equal(
	    ring(s, "--to tel:{number};a $(touch x) *", "+34 600 11 22", &err),
	    0);
	assert_int_equal(s->told.code, 0);
	assert_int_equal(fs_read(s->out, 4096, &got, &err), 0);
	assert_non_null(strstr(got.s,
	    "dial>\n<--to>\n<tel:+346001122;a>\n<$(touch>\n<x)>\n<*>\n"));
	str_free(&got);
}

static void
dialler_ring__says__what_failed_but_no_number(void **state)
{
	struct scene *s = *state;
	struct err err = ERR_INIT;

	assert_int_equal(ring(s, "{number}", "600112233", &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "cannot be started"));
	assert_null(strstr(err.text, "600112233"));
	make_program(s, "exit 3");
	assert_int_equal(ring(s, "{number}", "600112233", &err), 0);
	assert_int_equal(s->told.code, OD_EUNAVAIL);
	assert_non_null(strstr(s->told.text, "status 3"));
	assert_null(strstr(s->told.text, "600112233"));
	make_program(s, "kill -9 $$");
	assert_int_equal(ring(s, "{number}", "600112233", &err), 0);
	assert_non_null(strstr(s->told.text, "signal 9"));
	assert_int_equal(ring(s, "{number}", "withheld", &err), OD_EDATA);
}

/* A telephone that runs on is nobody's business when the console ends. */
static void
dialler_free__leaves__what_runs(void **state)
{
	const struct dialler_settings settings = {"/bin/sleep", "{number}"};
	struct scene *s = *state;
	struct err err = ERR_INIT;

	assert_int_equal(dialler_ring(s->dialler, &settings, "0", &err), 0);
	assert_int_equal(dialler_ring(s->dialler, &settings, "0", &err), 0);
	assert_int_equal(dialler_running(s->dialler), 2);
	dialler_free(&s->dialler);
	assert_int_equal(s->told.code, 0);
}

static void
dialler_personal__refuses__what_others_share(void **state)
{
	struct scene *s = *state;
	struct err err = ERR_INIT;
	char conf[TMP_SIZE], desk[TMP_SIZE];

	str_copy(conf, sizeof(conf), tmp_path(&s->tmp, "opdesk.conf"));
	str_copy(desk, sizeof(desk), tmp_path(&s->tmp, "desk.db"));
	write_file(conf, "", 0644);
	write_file(desk, "", 0600);
	assert_int_equal(dialler_personal(conf, desk, &err), 0);
	assert_int_equal(chmod(desk, 0660), 0);
	assert_int_equal(dialler_personal(conf, desk, &err), OD_EDENIED);
	assert_int_equal(chmod(desk, 0600), 0);
	assert_int_equal(chmod(conf, 0664), 0);
	assert_int_equal(dialler_personal(conf, desk, &err), OD_EDENIED);
	assert_int_equal(chmod(conf, 0600), 0);
	assert_int_equal(
	    dialler_personal(conf, "postgresql://desk/opdesk", &err),
	    OD_EDENIED);
	assert_int_equal(dialler_personal("", desk, &err), OD_EDENIED);
	if (geteuid() == 0) { /* who else could give a file away */
		assert_int_equal(chown(desk, 65534, 65534), 0);
		assert_int_equal(
		    dialler_personal(conf, desk, &err), OD_EDENIED);
	}
}

#define DIAL_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dialler_number__leaves__digits_and_a_plus),
	    cmocka_unit_test(
		dialler_check_arguments__wants__one_place_for_the_number),
	    DIAL_TEST(dialler_ring__gives__each_word_as_it_stands),
	    DIAL_TEST(dialler_ring__says__what_failed_but_no_number),
	    DIAL_TEST(dialler_free__leaves__what_runs),
	    DIAL_TEST(dialler_personal__refuses__what_others_share),
	};

	loop_global_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
