/* What stands on the command line, and what verbs get of it. */
#include "common/clock.h"
#include "common/xalloc.h"
#include "tests/lib/tmp.h"
#include "tui/cli/cli_int.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- global options ---- */

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static int
parse(struct invocation *in, char **argv, struct err *err)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	*err = (struct err)ERR_INIT;
	return invocation_parse(in, argc, argv, err);
}

static void
invocation__parses__options_anywhere(void **state)
{
	char *argv[] = {"opdesk", "--json", "ticket", "--tenant", "t", "list",
	    "--view", "all", "--db=x.db", NULL};
	struct invocation in;
	struct err err;

	(void)state;
	assert_int_equal(parse(&in, argv, &err), 0);
	assert_true(in.json);
	assert_string_equal(in.tenant, "t");
	assert_string_equal(in.db, "x.db");
	assert_int_equal(in.argc, 4);
	assert_string_equal(in.argv[0], "ticket");
	assert_string_equal(in.argv[1], "list");
	assert_string_equal(in.argv[2], "--view");
	assert_string_equal(in.argv[3], "all");
}

static void
invocation__leaves__what_follows_two_dashes(void **state)
{
	char *argv[] = {"opdesk", "a", "--", "--json", NULL};
	struct invocation in;
	struct err err;

	(void)state;
	assert_int_equal(parse(&in, argv, &err), 0);
	assert_false(in.json);
	assert_int_equal(in.argc, 3);
	assert_string_equal(in.argv[2], "--json");
}

static void
invocation__leaves__operator_behind_the_noun(void **state)
{
	char *argv[] = {"opdesk", "--operator", "me", "ticket", "assign", "7",
	    "--operator", "ana", NULL};
	struct invocation in;
	struct err err;

	(void)state;
	assert_int_equal(parse(&in, argv, &err), 0);
	assert_string_equal(in.operator, "me");
	assert_int_equal(in.argc, 5);
	assert_string_equal(in.argv[3], "--operator");
}

static void
invocation__refuses__a_password_and_missing_values(void **state)
{
	char *password[] = {"opdesk", "--db", "postgresql://u:p@h/d", NULL};
	char *query[] = {"opdesk", "--db", "postgresql://h/d?password=p", NULL};
	char *user[] = {"opdesk", "--db", "postgresql://u@h:5432/d", NULL};
	char *missing[] = {"opdesk", "ticket", "--db", NULL};
	char *lang[] = {"opdesk", "--lang", "fr", NULL};
	struct invocation in;
	struct err err;

	(void)state;
	assert_int_equal(parse(&in, password, &err), OD_EUSAGE);
	assert_null(strstr(err.text, "u:p"));
	assert_int_equal(parse(&in, query, &err), OD_EUSAGE);
	assert_int_equal(parse(&in, user, &err), 0);
	assert_int_equal(parse(&in, missing, &err), OD_EUSAGE);
	assert_int_equal(parse(&in, lang, &err), OD_EUSAGE);
}

/* ---- whole runs, without a desk ---- */

struct outcome {
	struct tmp tmp;
	struct conf *conf;
	char uri[TMP_SIZE];
	char text[8192]; /* standard output, then standard error */
};

static int
setup(void **state)
{
	struct outcome *o = xcalloc(1, sizeof(*o));

	tmp_make(&o->tmp);
	str_copy(o->uri, sizeof(o->uri), tmp_path(&o->tmp, "none.db"));
	o->conf = conf_default();
	*state = o;
	return 0;
}

static int
teardown(void **state)
{
	struct outcome *o = *state;

	conf_free(&o->conf);
	tmp_remove(&o->tmp);
	free(o);
	return 0;
}

static int
redirect(int fd, const char *path)
{
	int kept = dup(fd);
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	dup2(file, fd);
	close(file);
	return kept;
}

/* Exit status of "opdesk WORDS"; what it says is in o->text. */
static int
run(struct outcome *o, const char *words)
{
	char *copy = xstrdup(words), *at = copy, *argv[32] = {"opdesk", "--db"};
	const char *path = tmp_path(&o->tmp, "said");
	int argc = 3, status, out, err, fd;
	struct invocation in;
	struct err e = ERR_INIT;
	ssize_t n;

	argv[2] = o->uri;
	for (; *at != '\0'; argc++) {
		argv[argc] = at;
		at += strcspn(at, " ");
		if (*at == ' ')
			*at++ = '\0';
	}
	argv[argc] = NULL;
	unlink(path);
	fflush(stdout);
	out = redirect(STDOUT_FILENO, path);
	err = redirect(STDERR_FILENO, path);
	assert_int_equal(invocation_parse(&in, argc, argv, &e), 0);
	status = cli_run(&in, o->conf);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	fd = open(path, O_RDONLY);
	n = read(fd, o->text, sizeof(o->text) - 1);
	o->text[n > 0 ? n : 0] = '\0';
	close(fd);
	free(copy);
	return status;
}

static void
cli__refuses__what_it_does_not_know(void **state)
{
	static const char *const wrong[] = {"nothing", "ticket",
	    "ticket nothing", "ticket show", "ticket show 1 2",
	    "ticket list --nothing", "ticket list --limit",
	    "ticket show 1 --operator", "ticket assign 1 --nobody=yes",
	    "ticket list --limit 1 --limit 2", "undo now",
	    "ticket --view all list"};
	struct outcome *o = *state;

	for (int i = 0; i < COUNT(wrong); i++) {
		if (run(o, wrong[i]) != 2)
			fail_msg(
			    "\"%s\" is no usage error: %s", wrong[i], o->text);
		assert_true(str_starts(o->text, "opdesk: "));
		/* One sentence, one line. */
		assert_ptr_equal(
		    strchr(o->text, '\n'), o->text + strlen(o->text) - 1);
	}
}

/* The words are right: only the desk is missing. */
static void
cli__takes__options_in_every_form(void **state)
{
	static const char *const right[] = {"ticket list --limit 5",
	    "ticket list --limit=5", "ticket assign 7 --operator ana",
	    "ticket list --operator ruth",
	    "message send 1 --button a=b --button=c=d --text x",
	    "message send --text -- 1", "ticket show -- 1"};
	struct outcome *o = *state;

	for (int i = 0; i < COUNT(right); i++)
		if (run(o, right[i]) != 3)
			fail_msg("\"%s\": %s", right[i], o->text);
}

static void
cli__prints__one_value(void **state)
{
	struct outcome *o = *state;
	struct json *doc = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(run(o, "--json config path"), 0);
	assert_int_equal(json_parse(o->text, strlen(o->text) - 1,
			     &json_limits_api, &doc, &err),
	    0);
	assert_int_equal(json_type(doc), JSON_OBJECT);
	assert_false(json_bool(doc, "found"));
	json_free(&doc);
	assert_int_equal(run(o, "config path"), 0);
	assert_true(str_starts(o->text, "Path: "));
}

static void
cli__shows__help_of_one_verb(void **state)
{
	struct outcome *o = *state;

	assert_int_equal(run(o, "ticket assign --help"), 0);
	assert_non_null(strstr(o->text, "--team TEAM"));
	assert_null(strstr(o->text, "conversation"));
	assert_int_equal(run(o, "ticket --help"), 0);
	assert_non_null(strstr(o->text, "ticket assign"));
	assert_non_null(strstr(o->text, "ticket restore"));
}

static void
cli__cleans__what_it_repeats(void **state)
{
	struct outcome *o = *state;

	assert_int_equal(run(o, "x\033[31m\302\2332J"), 2);
	for (const char *s = o->text; *s != '\0'; s++)
		assert_true((unsigned char)*s >= 0x20 || *s == '\n');
	assert_null(strstr(o->text, "\302\233"));
}

/* ---- what verbs get ---- */

static const struct cli_option options[] = {
    {"--n", "N", "a number"},
    {"--word", "WORD", "a word"},
    {"--time", "TIME", "a time"},
    {"--cursor", "CURSOR", "go on"},
    {"--many", "X...", "several"},
    {"--flag", NULL, "a flag"},
    {NULL, NULL, NULL},
};
static const struct cli_verb verb = {.noun = "x", .options = options};

static struct cli
given(struct cli_given *g, const char *name, const char *value)
{
	g->place = cli__place(&verb, name, strlen(name));
	g->value = value;
	return (struct cli){.verb = &verb, .given = g, .ngiven = 1};
}

static void
cli_option_int__takes__whole_numbers_in_range(void **state)
{
	static const char *const wrong[] = {
	    "", "0", "11", "1.5", "1 ", "+1", "x", "99999999999999999999"};
	struct cli_given g;
	struct err err = ERR_INIT;
	struct cli c = given(&g, "--n", "10");
	int64_t n;

	(void)state;
	assert_int_equal(cli_option_int(&c, "--n", 1, 10, 3, &n, &err), 0);
	assert_int_equal(n, 10);
	for (int i = 0; i < COUNT(wrong); i++) {
		c = given(&g, "--n", wrong[i]);
		assert_int_equal(
		    cli_option_int(&c, "--n", 1, 10, 3, &n, &err), OD_EUSAGE);
	}
	c = given(&g, "--flag", "");
	assert_int_equal(cli_option_int(&c, "--n", 1, 10, 3, &n, &err), 0);
	assert_int_equal(n, 3);
	assert_true(cli_flag(&c, "--flag"));
	assert_false(cli_flag(&c, "--word"));
}

static void
cli_option_word__takes__one_of_the_list(void **state)
{
	static const char *const words[] = {"red", "green", NULL};
	struct cli_given g;
	struct err err = ERR_INIT;
	struct cli c = given(&g, "--word", "green");
	int at;

	(void)state;
	assert_int_equal(
	    cli_option_word(&c, "--word", words, -1, &at, &err), 0);
	assert_int_equal(at, 1);
	c = given(&g, "--word", "gree");
	assert_int_equal(
	    cli_option_word(&c, "--word", words, -1, &at, &err), OD_EUSAGE);
	assert_non_null(strstr(err.text, "red, green"));
	c = given(&g, "--flag", "");
	assert_int_equal(
	    cli_option_word(&c, "--word", words, -1, &at, &err), 0);
	assert_int_equal(at, -1);
}

static void
cli_option_time__takes__times_and_dates(void **state)
{
	static const char *const wrong[] = {
	    "", "yesterday", "2026-13-01", "2026-11-21T", "1763719200"};
	struct cli_given g;
	struct err err = ERR_INIT;
	struct cli c = given(&g, "--time", "2026-11-21");
	int64_t day, hour;

	(void)state;
	assert_int_equal(cli_option_time(&c, "--time", &day, &err), 0);
	c = given(&g, "--time", "2026-11-21T02:00:00+01:00");
	assert_int_equal(cli_option_time(&c, "--time", &hour, &err), 0);
	assert_int_equal(hour - day, US_PER_HOUR);
	for (int i = 0; i < COUNT(wrong); i++) {
		c = given(&g, "--time", wrong[i]);
		assert_int_equal(
		    cli_option_time(&c, "--time", &day, &err), OD_EUSAGE);
	}
}

static void
cli_option_cursor__takes__time_and_number(void **state)
{
	static const char *const wrong[] = {"", "/", "/7", "x/7", "7/x",
	    "2026-11-21T00:00:00Z/", "2026-11-21T00:00:00Z/0",
	    "2026-11-21T00:00:00.0000000000000000000000000000000Z/7", "-7"};
	struct cli_given g;
	struct err err = ERR_INIT;
	struct cli c = given(&g, "--cursor", "2026-11-21T00:00:00.000001Z/7");
	int64_t key, number;

	(void)state;
	assert_int_equal(cli_option_cursor(&c, &key, &number, &err), 0);
	assert_int_equal(key % US_PER_SECOND, 1);
	assert_int_equal(number, 7);
	c = given(&g, "--cursor", "42");
	assert_int_equal(cli_option_cursor(&c, &key, &number, &err), 0);
	assert_int_equal(key, 0);
	assert_int_equal(number, 42);
	for (int i = 0; i < COUNT(wrong); i++) {
		c = given(&g, "--cursor", wrong[i]);
		assert_int_equal(
		    cli_option_cursor(&c, &key, &number, &err), OD_EUSAGE);
	}
}

static void
cli_option_nth__gives__each_in_order(void **state)
{
	struct cli_given g[3] = {{4, "a"}, {1, "x"}, {4, "b"}};
	struct cli c = {.verb = &verb, .given = g, .ngiven = 3};

	(void)state;
	assert_string_equal(cli_option_nth(&c, "--many", 0), "a");
	assert_string_equal(cli_option_nth(&c, "--many", 1), "b");
	assert_null(cli_option_nth(&c, "--many", 2));
	assert_string_equal(cli_option(&c, "--word"), "x");
}

/* ---- the tables themselves ---- */

static void
cli_tables__hold__rows_that_can_be_called(void **state)
{

	(void)state;
	for (size_t k = 0; cli_tables[k] != NULL; k++) {
		for (size_t i = 0; i < cli_tables[k]->count; i++) {
			const struct cli_verb *v = &cli_tables[k]->rows[i];

			assert_non_null(v->run);
			assert_true(v->min_args <= v->max_args);
			/* Found again: no row hides behind another. */
			assert_ptr_equal(cli__find(v->noun, v->verb), v);
			assert_int_equal(v->help[strlen(v->help) - 1], '.');
			for (const struct cli_option *o = v->options;
			     o != NULL && o->name != NULL; o++)
				assert_int_equal(
				    cli__place(v, o->name, strlen(o->name)),
				    o - v->options);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(invocation__parses__options_anywhere),
	    cmocka_unit_test(invocation__leaves__what_follows_two_dashes),
	    cmocka_unit_test(invocation__leaves__operator_behind_the_noun),
	    cmocka_unit_test(
		invocation__refuses__a_password_and_missing_values),
	    cmocka_unit_test_setup_teardown(
		cli__refuses__what_it_does_not_know, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cli__takes__options_in_every_form, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cli__prints__one_value, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cli__shows__help_of_one_verb, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		cli__cleans__what_it_repeats, setup, teardown),
	    cmocka_unit_test(cli_option_int__takes__whole_numbers_in_range),
	    cmocka_unit_test(cli_option_word__takes__one_of_the_list),
	    cmocka_unit_test(cli_option_time__takes__times_and_dates),
	    cmocka_unit_test(cli_option_cursor__takes__time_and_number),
	    cmocka_unit_test(cli_option_nth__gives__each_in_order),
	    cmocka_unit_test(cli_tables__hold__rows_that_can_be_called),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
