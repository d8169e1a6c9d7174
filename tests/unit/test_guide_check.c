/*
 * Unit tests of kb/guide_check: a failing file for each rule, found at its
 * line, and nothing else in it.
 *
 * Broken on purpose: each rule's finding left out turns its row red; with
 * spread() that does not go on from what it reached, unreachable.json has
 * findings of its last step too.
 */
#include "kb/guide_check.h"
#include "common/fsutil.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* What is found in a text, the way of "opdesk guide check". */
static void
check(const char *s, size_t n, struct guide_findings *found)
{
	struct guide_file *f = NULL;

	if (guide_file_read(s, n, found, &f, NULL) != 0)
		return;
	guide_check(f, found);
	guide_check_phrases(&f, 1, found);
	guide_file_free(&f);
}

static void
check_file(const char *path, struct guide_findings *found)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (fs_read(path, GUIDE_MAX_BYTES, &text, &err) != 0)
		fail_msg("%s", err.text);
	check(text.s, text.len, found);
	str_free(&text);
}

static void
guide_check__good_file__nothing(void **state)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;

	(void)state;
	check_file("tests/data/guides/good.json", &found);
	for (int i = 0; i < found.count; i++)
		print_message(
		    "%d: %s\n", found.items[i].line, found.items[i].text);
	assert_int_equal(found.count, 0);
}

static void
guide_check__a_failing_file_a_rule__that_rule_only(void **state)
{
	/* lines: where each of the file's findings stands, 0 at the end */
	static const struct {
		const char *rule;
		bool is_error;
		int lines[3];
	} rules[] = {
	    {"json", true, {7}},
	    {"topic", true, {2}},
	    {"unknown-field", false, {59}},
	    {"type", true, {64}},
	    {"missing", true, {2}},
	    {"limit", true, {29}},
	    {"empty", false, {53}},
	    {"number", false, {61}},
	    {"branch", true, {46}},
	    {"unreachable", true, {49}},
	    {"dead-end", true, {49, 61}},
	    {"loop", true, {49, 61}},
	    {"language", false, {117}},
	    {"translation", true, {115}},
	    {"variable", true, {53}},
	    {"width", false, {55}},
	    {"phrases", false, {79}},
	    {"duplicate", false, {84}},
	    {"url", false, {41}},
	};

	int others = 0;

	(void)state;
	assert_int_equal(sizeof(rules) / sizeof(rules[0]), GUIDE_RULE_COUNT);
	for (size_t i = 0; i < GUIDE_RULE_COUNT; i++) {
		struct guide_findings found = GUIDE_FINDINGS_INIT;
		char path[80];
		int n = 0;

		assert_string_equal(
		    rules[i].rule, guide_rule_name((enum guide_rule)i));
		str_format(path, sizeof(path), "tests/data/guides/bad/%s.json",
		    rules[i].rule);
		check_file(path, &found);
		for (; n < found.count && n < 3; n++) {
			const struct guide_finding *f = &found.items[n];

			/* What has no way out ends in a circle. */
			if ((f->rule == (enum guide_rule)i ||
				(i == GUIDE_RULE_DEAD_END && n == 1 &&
				    f->rule == GUIDE_RULE_LOOP)) &&
			    n < 2 && f->is_error == rules[i].is_error &&
			    f->line == rules[i].lines[n])
				continue;
			print_message("%s:%d: %s: %s\n", path, f->line,
			    guide_rule_name(f->rule), f->text);
			others++;
		}
		others += n == 0 || n == 3 || rules[i].lines[n] != 0;
		guide_findings_free(&found);
	}
	assert_int_equal(others, 0);
}

static void
guide_check__older_file__loads_with_warnings_only(void **state)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;

	(void)state;
	check_file("tests/data/guides/older.json", &found);
	assert_int_equal(found.errors, 0);
	for (int i = 0; i < found.count; i++)
		assert_true(found.items[i].rule == GUIDE_RULE_LANGUAGE ||
			    found.items[i].rule == GUIDE_RULE_PHRASES ||
			    found.items[i].rule == GUIDE_RULE_EMPTY);
	assert_int_equal(found.count, 2 + 4 + 2);
	guide_findings_free(&found);
}

static void
guide_check_phrases__in_two_files__told_of_the_later(void **state)
{
	static const char *const texts[] = {
	    "{\"a\":{\"problem_title\":\"A\",\"steps\":[{\"step_number\":1}],"
	    "\"phrases\":{\"es\":[\"no va\",\n\"vpn\"],\"en\":[\"vpn\"]}}}",
	    "{\"b\":{\"problem_title\":\"B\",\"steps\":[{\"step_number\":1}],"
	    "\"phrases\":{\n\"en\":[\"VPN?\"]}}}",
	    "{\"_out_of_scope\":{\"phrases\":{\"es\":[\"hola\",\n\n\"No vá\","
	    "\"...\",\"!\"]}}}",
	};
	struct guide_findings found[4] = {GUIDE_FINDINGS_INIT,
	    GUIDE_FINDINGS_INIT, GUIDE_FINDINGS_INIT, GUIDE_FINDINGS_INIT};
	struct guide_file *files[4] = {NULL};

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(guide_file_read(texts[i], strlen(texts[i]),
				     NULL, &files[i], NULL),
		    0);
	guide_check_phrases(files, 4, found);
	assert_int_equal(found[0].count, 0);
	assert_int_equal(found[1].count, 1);
	assert_int_equal(found[1].items[0].line, 2);
	assert_non_null(strstr(found[1].items[0].text, "\"a\" (line "));
	assert_int_equal(found[2].count, 1);
	assert_int_equal(found[2].items[0].line, 3);
	for (int i = 0; i < 4; i++) {
		guide_findings_free(&found[i]);
		guide_file_free(&files[i]);
	}
}

static void
guide_check__circle_with_a_way_out__is_none(void **state)
{
	static const char text[] =
	    "{\"t\":{\"problem_title\":\"T\",\"steps\":["
	    "{\"step_number\":1,\"title\":\"a\",\"question\":\"?\","
	    "\"on_yes\":2,\"on_no\":3},"
	    "{\"step_number\":2,\"title\":\"b\",\"question\":\"?\","
	    "\"on_yes\":1,\"on_no\":1},"
	    "{\"step_number\":3,\"title\":\"c\",\"question\":\"?\"}]}}";
	struct guide_findings found = GUIDE_FINDINGS_INIT;

	(void)state;
	check(text, strlen(text), &found);
	assert_int_equal(found.errors, 0);
	guide_findings_free(&found);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(guide_check__good_file__nothing),
	    cmocka_unit_test(
		guide_check__a_failing_file_a_rule__that_rule_only),
	    cmocka_unit_test(guide_check__older_file__loads_with_warnings_only),
	    cmocka_unit_test(
		guide_check_phrases__in_two_files__told_of_the_later),
	    cmocka_unit_test(guide_check__circle_with_a_way_out__is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
