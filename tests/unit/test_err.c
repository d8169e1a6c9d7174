/*
 * Unit tests of common/err and common/xalloc.
 */
#include "common/err.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void
err_code__each__has_its_statuses(void **state)
{
	static const struct {
		int code, exit_status, http_status;
		const char *name;
	} cases[] = {
	    {OD_OK, 0, 200, "ok"},
	    {OD_EUSAGE, 2, 400, "usage"},
	    {OD_ENOTFOUND, 3, 404, "not found"},
	    {OD_EDENIED, 4, 403, "not allowed"},
	    {OD_ECONFLICT, 5, 409, "conflict"},
	    {OD_EUNAVAIL, 6, 503, "unavailable"},
	    {OD_ELIMIT, 6, 429, "limit reached"},
	    {OD_EDATA, 7, 422, "bad data"},
	    {OD_EIO, 1, 500, "input/output"},
	    {OD_ECANCEL, 1, 500, "cancelled"},
	    {OD_EWAITS, 8, 202, "waits for a second person"},
	    {-11, 1, 500, "input/output"},
	    {1, 1, 500, "input/output"},
	    {INT32_MIN, 1, 500, "input/output"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    err_exit_status(cases[i].code), cases[i].exit_status);
		assert_int_equal(
		    err_http_status(cases[i].code), cases[i].http_status);
		assert_string_equal(err_name(cases[i].code), cases[i].name);
	}
}

static void
err_set__returns_the_code__also_without_err(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(NULL, OD_EDATA, "x"), OD_EDATA);
	assert_int_equal(err_set(&err, OD_EDATA, "%s %d", "a", 5), OD_EDATA);
	assert_int_equal(err.code, OD_EDATA);
	assert_string_equal(err.text, "a 5");
}

static void
err_set__own_text_as_argument__is_kept(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, OD_EIO, "inner");
	err_set(&err, OD_EDATA, "outer: %s", err.text);
	assert_string_equal(err.text, "outer: inner");
}

static void
err_prefix__put_before__keeps_the_code(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, OD_ELIMIT, "too long");
	assert_int_equal(err_prefix(&err, "line %d", 7), OD_ELIMIT);
	assert_string_equal(err.text, "line 7: too long");
	err_prefix(&err, "%s", err.text);
	assert_string_equal(err.text, "line 7: too long: line 7: too long");
	assert_int_not_equal(err_prefix(NULL, "x"), 0);
}

static void
err_set__long_text__is_cut_between_characters(void **state)
{
	char many[2000];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof(many); i += 3)
		memcpy(many + i, "€", 4);
	for (int shift = 0; shift < 3; shift++) {
		struct err err = ERR_INIT;

		err_set(&err, OD_EDATA, "%.*s%s", shift, "xx", many);
		assert_true(utf8_valid(err.text, strlen(err.text)));
		assert_in_range(strlen(err.text), 508, 511);
		err_prefix(&err, "%s", "ñ");
		assert_true(utf8_valid(err.text, strlen(err.text)));
	}
}

static void
err_set__value_with_controls__is_one_safe_line(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, OD_EDATA, "no \"%s\" here", "a\x1b]0;x\a\r\nb\xff");
	assert_string_equal(err.text, "no \"a␛]0;x␇ b\xef\xbf\xbd\" here");
	err_prefix(&err, "%s",
	    "\xe2\x80\xae\xc2\x9b"
	    "2J");
	assert_string_equal(
	    err.text, "␛[2J: no \"a␛]0;x␇ b\xef\xbf\xbd\" here");
}

static void
err_set__errno__says_the_reason(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	errno = ENOSPC;
	err_set(&err, OD_EIO, "%s 100%%: %m.", "x");
	assert_string_equal(err.text, "x 100%: the disk is full.");
	errno = ENOSPC;
	i18n_set_thread(LANG_ES);
	err_set(&err, OD_EIO, "%s: %m.", "x");
	i18n_clear_thread();
	assert_string_equal(err.text, "x: el disco está lleno.");
	assert_string_equal(err_plain(&err), "x: the disk is full.");
	errno = ENOTSUP;
	err_set(&err, OD_EIO, "%m");
	assert_true(strlen(err.text) > 0);
	errno = 99999;
	err_set(&err, OD_EIO, "%m");
	assert_string_equal(err.text, "unknown error");
	assert_int_equal(err_errno_code(ENOENT), OD_ENOTFOUND);
	assert_int_equal(err_errno_code(EACCES), OD_EDENIED);
	assert_int_equal(err_errno_code(99999), OD_EIO);
}

/* What people read is in their language, what a log says never. */
static void
err_plain__in_any_language__is_english(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set(&err, OD_EIO, "the disk is full");
	assert_string_equal(err_plain(&err), "the disk is full");
	i18n_set_thread(LANG_ES);
	err_set(&err, OD_EIO, "the disk is full");
	err_prefix(&err, "it is a folder");
	i18n_clear_thread();
	assert_string_equal(err.text, "es una carpeta: el disco está lleno");
	assert_string_equal(
	    err_plain(&err), "it is a folder: the disk is full");
	err_set(&err, OD_EIO, "a\x1b");
	err_prefix(&err, "b\x1b");
	assert_string_equal(err_plain(&err), "b␛: a␛");
}

static void
say_restored(void)
{
	if (write(STDERR_FILENO, "restored\n", 9) != 9)
		_exit(1);
}

static void
handler_with_a_bug(void)
{
	BUG("in the handler");
}

static void
bug_in_child(void (*handler)(void), char *said, size_t size)
{
	int pipe_fds[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe(pipe_fds), 0);
	pid = fork();
	if (pid == 0) {
		struct rlimit none = {0, 0};

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		dup2(pipe_fds[1], STDERR_FILENO);
		bug_set_handler(handler);
		BUG_ON(1 + 1 == 2);
		_exit(0);
	}
	close(pipe_fds[1]);
	while ((got = read(pipe_fds[0], said + n, size - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(pipe_fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void
bug__handler_set__runs_first_then_aborts(void **state)
{
	char said[512];

	(void)state;
	bug_in_child(say_restored, said, sizeof(said));
	assert_memory_equal(said, "restored\nBUG at ", 16);
	assert_non_null(strstr(said, "test_err.c:"));
	assert_non_null(strstr(said, "1 + 1 == 2"));
	bug_in_child(NULL, said, sizeof(said));
	assert_memory_equal(said, "BUG at ", 7);
}

static void
bug__in_the_handler__does_not_run_it_again(void **state)
{
	char said[512];

	(void)state;
	bug_in_child(handler_with_a_bug, said, sizeof(said));
	assert_non_null(strstr(said, "in the handler"));
	assert_null(strstr(said, "1 + 1"));
}

static void
xalloc__zero_and_null__are_answered(void **state)
{
	char *s = xmalloc(0);

	(void)state;
	assert_non_null(s);
	s = xrealloc(s, 0);
	assert_non_null(s);
	FREE(&s);
	assert_null(s);
	assert_null(xstrdup(NULL));
	assert_null(try_alloc(0));
	s = xstrndup("abcdef", 3);
	assert_string_equal(s, "abc");
	FREE(&s);
	s = xstrndup("ab", 100);
	assert_string_equal(s, "ab");
	FREE(&s);
	s = xasprintf("%s-%d", "x", 7);
	assert_string_equal(s, "x-7");
	FREE(&s);
	s = xcalloc(4, 4);
	assert_memory_equal(s, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	FREE(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(err_code__each__has_its_statuses),
	    cmocka_unit_test(err_set__returns_the_code__also_without_err),
	    cmocka_unit_test(err_set__own_text_as_argument__is_kept),
	    cmocka_unit_test(err_prefix__put_before__keeps_the_code),
	    cmocka_unit_test(err_set__long_text__is_cut_between_characters),
	    cmocka_unit_test(err_set__value_with_controls__is_one_safe_line),
	    cmocka_unit_test(err_set__errno__says_the_reason),
	    cmocka_unit_test(err_plain__in_any_language__is_english),
	    cmocka_unit_test(bug__handler_set__runs_first_then_aborts),
	    cmocka_unit_test(bug__in_the_handler__does_not_run_it_again),
	    cmocka_unit_test(xalloc__zero_and_null__are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
