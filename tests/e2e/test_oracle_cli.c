/*
 * Hostile texts out of the command line: every verb that reads, for people and
 * as JSON, and the errors that repeat what they were given.  No control, no
 * direction mark and no U+FFFD comes out, and the text itself is there.
 *
 * All four turned red when text_safe() let direction marks pass.
 */
#include "common/json.h"
#include "common/xalloc.h"
#include "tests/lib/hostile.h"
#include "tests/lib/oracle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;

static const char *const forms[] = {"--no-input", "--json", "--jsonl"};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static void
judge(const struct str *out, const char *what, const char *wanted)
{
	struct oracle o = {.is_whole = true};

	if (!oracle_read(&o, out->s, out->len, true))
		fail_msg("%s: %s", what, o.fault);
	if (wanted != NULL && strstr(out->s, wanted) == NULL)
		fail_msg("%s: \"%s\" is not there: %s", what, wanted, out->s);
}

/* Each line one JSON value, or all of it one. */
static void
judge_json(const struct str *out, const char *what, bool by_lines)
{
	static const struct json_limits wide = {
	    8u << 20, 32, 1000000, 1u << 20};
	const char *at = out->s;

	while (*at != '\0') {
		const char *end = by_lines ? strchr(at, '\n') : NULL;
		size_t n = end != NULL ? (size_t)(end - at) : strlen(at);
		struct json *doc = NULL;

		if (json_parse(at, n, &wide, &doc, NULL) != 0)
			fail_msg("%s: no JSON: %s", what, at);
		json_free(&doc);
		at += n + (end != NULL ? 1 : 0);
	}
}

static void
ask(size_t form, const char *noun, const char *verb, const char *arg,
    const char *wanted)
{
	struct str out = STR_INIT, errors = STR_INIT;
	char *what = xasprintf(
	    "%s %s %s %s", forms[form], noun, verb, arg != NULL ? arg : "");
	int status;

	status = stage_opdesk(&stage, &out, &errors, forms[form], "--operator",
	    "irene", noun, verb, arg, NULL);
	if (status != 0)
		fail_msg("%s: exit %d: %s", what, status, errors.s);
	judge(&out, what, wanted);
	judge(&errors, what, NULL);
	if (form > 0)
		judge_json(&out, what, form == 2);
	free(what);
	str_free(&out);
	str_free(&errors);
}

static void
lists__hostile_text__comes_out_harmless(void **state)
{
	static const char *const lists[][2] = {{"ticket", "list"},
	    {"conversation", "list"}, {"contact", "list"}, {"company", "list"},
	    {"division", "list"}, {"team", "list"}, {"operator", "list"},
	    {"token", "list"}};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (size_t form = 0; form < FORMS; form++)
			ask(form, lists[i][0], lists[i][1], NULL,
			    HOSTILE_MARKER);
	for (size_t form = 0; form < FORMS; form++) { /* these have no texts */
		ask(form, "audit", "list", NULL, NULL);
		ask(form, "channel", "events", NULL, NULL);
	}
}

/* What a list's verb shows one of, and where the text is found. */
static const struct {
	const char *noun, *verb, *id, *table, *column;
} shown[] = {
    {"ticket", "show", "number", "tickets", "subject"},
    {"conversation", "show", "conversation_id", "messages", "body"},
    {"message", "list", "conversation_id", "messages", "body"},
    {"message", "show", "id", "messages", "body"},
    {"contact", "show", "id", "contacts", "full_name"},
    {"company", "show", "id", "companies", "name"},
    {"division", "show", "id", "divisions", "name"},
};
#define SHOWN (sizeof(shown) / sizeof(shown[0]))

static void
show(size_t form, size_t k, size_t i)
{
	char sql[160], id[24];

	snprintf(sql, sizeof(sql),
	    "SELECT max(%s) FROM %s WHERE %s LIKE '%%Zqx %zu'", shown[k].id,
	    shown[k].table, shown[k].column, i);
	snprintf(id, sizeof(id), "%lld", (long long)stage_int(&stage, sql));
	ask(form, shown[k].noun, shown[k].verb, id, HOSTILE_MARKER);
}

/* Every text through tickets and through one more verb. */
static void
records__hostile_text__comes_out_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < hostile_count; i++) {
		show(i % FORMS, 0, i);
		show(i / 2 % FORMS, 1 + i % (SHOWN - 1), i);
	}
}

/* A draft, a team, an operator and an event are shown by what names them. */
static void
others__hostile_text__come_out_harmless(void **state)
{
	char *team = stage_text(
	    &stage, "SELECT name FROM teams WHERE name LIKE '%Zqx 17'");
	char *event = stage_text(
	    &stage, "SELECT max(id) FROM raw_events WHERE state = 2");

	(void)state;
	for (size_t form = 0; form < FORMS; form++) {
		struct str out = STR_INIT;

		ask(form, "team", "show", team, HOSTILE_MARKER);
		ask(form, "operator", "show", "hostile2", HOSTILE_MARKER);
		ask(form, "channel", "event", event, HOSTILE_MARKER);
		assert_int_equal(
		    stage_opdesk(&stage, &out, NULL, forms[form], "--operator",
			"marta", "draft", "list", NULL),
		    0);
		judge(&out, "draft list", HOSTILE_MARKER);
		str_free(&out);
	}
	free(team);
	free(event);
}

/* Nothing has such a name, and the sentence repeats it. */
static void
errors__hostile_words__come_out_harmless(void **state)
{
	static const char *const verbs[][2] = {{"ticket", "show"},
	    {"company", "show"}, {"team", "show"}, {"operator", "show"},
	    {"contact", "show"}, {"conversation", "show"}, {"channel", "show"},
	    {"ticket", NULL}};

	(void)state;
	for (size_t i = 0; i < hostile_count; i++) {
		const char *const *v =
		    verbs[i % (sizeof(verbs) / sizeof(verbs[0]))];
		char *text = xasprintf("none %s here", hostile_texts[i]);
		struct str said = STR_INIT;
		int status;

		status = stage_opdesk(&stage, NULL, &said, v[0],
		    v[1] != NULL ? v[1] : text, v[1] != NULL ? text : NULL,
		    NULL);
		if (status == 0)
			fail_msg("%s is found", text);
		judge(&said, v[0], "opdesk: ");
		free(text);
		str_free(&said);
	}
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_daemon(&stage);
	hostile_fill(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists__hostile_text__comes_out_harmless),
	    cmocka_unit_test(records__hostile_text__comes_out_harmless),
	    cmocka_unit_test(others__hostile_text__come_out_harmless),
	    cmocka_unit_test(errors__hostile_words__come_out_harmless),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
