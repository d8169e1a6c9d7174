/*
 * Hostile texts out of the command line: every verb that reads, for people and
 * as JSON, and the errors that repeat what they were given.  No control, no
 * direction mark and no U+FFFD comes out, and the text itself is there.
 *
 * Each ORACLE_STEP-th text [1] is tried.
 *
 * The first four turned red when text_safe() let direction marks pass.
 *
 * SQLite only: cli_hostile.sh does this on a server, in less time.
 */
#include "common/json.h"
#include "common/xalloc.h"
#include "db/records/seat.h"
#include "tests/lib/hostile.h"
#include "tests/lib/oracle.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct stage stage;
static size_t step; /* each step-th of the texts */

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

/* who is NULL for whoever owns the desk. */
static void
ask_as(const char *who, size_t form, const char *noun, const char *verb,
    const char *arg, const char *wanted)
{
	struct str out = STR_INIT, errors = STR_INIT;
	char *what = xasprintf("%s %s %s %s", forms[form], noun,
	    verb != NULL ? verb : "", arg != NULL ? arg : "");
	int status;

	status = stage_opdesk(&stage, &out, &errors, forms[form],
	    who != NULL ? "--operator" : "--lang", who != NULL ? who : "es",
	    noun, verb, arg, NULL);
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
ask(size_t form, const char *noun, const char *verb, const char *arg,
    const char *wanted)
{
	ask_as("irene", form, noun, verb, arg, wanted);
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
	for (size_t i = 0; i < hostile_count; i += step) {
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

/* ---- what providers, daemons and files said ---- */

/* A statement whose $1 is the text and $2 its number, as the system. */
static void
plant(const char *sql, const char *text, size_t i)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;

	if (db_begin(d->db, "plant", &err) != 0 ||
	    db_exec(d->db, sql, BINDS(b_text(text), b_int((int64_t)i)), NULL,
		&err) != 0 ||
	    db_commit(d->db, &err) != 0)
		fail_msg("%s: %s", sql, err.text);
	desk_close(&d);
}

static void
outbox__hostile_answer__comes_out_harmless(void **state)
{
	char id[24];

	(void)state;
	for (size_t i = 0; i < hostile_count; i += step) {
		char *text = hostile_marked(i);

		plant("INSERT INTO outbox(tenant_id, channel, kind, record_id,"
		      " callback, intent, state, next_try_us, error_text,"
		      " response, created_at, updated_at)"
		      " SELECT id, 'soporte', 0, $2, $1, '{}', 5, 1, $1, $1,"
		      " 1, 1 FROM tenants WHERE slug = 'demo'",
		    text, i);
		snprintf(id, sizeof(id), "%lld",
		    (long long)stage_int(&stage, "SELECT max(id) FROM outbox"));
		ask(i % FORMS, "outbox", "show", id, HOSTILE_MARKER);
		free(text);
	}
	for (size_t form = 0; form < FORMS; form++)
		ask(form, "outbox", "list", NULL, HOSTILE_MARKER);
}

static void
channels__hostile_answer__comes_out_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < hostile_count; i += step) {
		char *text = hostile_marked(i);

		plant("INSERT INTO channel_templates(tenant_id, channel, name,"
		      " lang, category, status, body, parameters, components,"
		      " fetched_us) SELECT id, 'soporte', $1, 'es', $1,"
		      " 'APPROVED', $1, $2 * 0, '[]', 1 FROM tenants"
		      " WHERE slug = 'demo'",
		    text, i);
		plant("INSERT INTO channel_states(tenant_id, channel, state,"
		      " reason, test_result, tested_us, updated_at)"
		      " SELECT id, 'soporte', $2 * 0, $1, $1, 1, 1"
		      " FROM tenants WHERE slug = 'demo'"
		      " ON CONFLICT(tenant_id, channel) DO UPDATE"
		      " SET reason = $1, test_result = $1, tested_us = 1",
		    text, i);
		ask(i % FORMS, "channel", i % 2 == 0 ? "show" : "list",
		    i % 2 == 0 ? "soporte" : NULL, HOSTILE_MARKER);
		free(text);
	}
	for (size_t form = 0; form < FORMS; form++)
		ask(form, "channel", "templates", "soporte", HOSTILE_MARKER);
}

static void
tenants_and_doctor__hostile_name__come_out_harmless(void **state)
{
	(void)state;
	for (size_t i = 0; i < hostile_count; i += step) {
		char *text = hostile_marked(i);

		plant("UPDATE tenants SET name = $1 WHERE slug = 'demo'"
		      " AND $2 >= 0",
		    text, i);
		plant("INSERT INTO daemons(tenant_id, name, listen,"
		      " program_version, started_us)"
		      " VALUES(0, $1, $1, $1, $2)",
		    text, i);
		ask_as(NULL, i % FORMS, "tenant", i % 2 == 0 ? "show" : "list",
		    i % 2 == 0 ? "demo" : NULL, HOSTILE_MARKER);
		free(text);
	}
	for (size_t form = 0; form < FORMS; form++)
		ask_as(NULL, form, "doctor", "--quick", NULL, HOSTILE_MARKER);
	plant("DELETE FROM daemons WHERE name LIKE '%Zqx%'"
	      " AND $1 <> '' AND $2 >= 0",
	    HOSTILE_MARKER, 0);
	plant("UPDATE tenants SET name = $1 WHERE slug = 'demo' AND $2 >= 0",
	    "Demo", 0);
}

/* A value that is taken is shown; one that is not is repeated. */
static void
configuration__hostile_value__comes_out_harmless(void **state)
{
	static const char *const verbs[] = {"show", "check", "path"};
	char *path = xasprintf("%s/hostile.conf", stage.dir);
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < hostile_count; i += step) {
		struct str out = STR_INIT, errors = STR_INIT;
		char *text = hostile_marked(i), *conf;
		int status;

		conf = xasprintf("[desk]\nfiles = /tmp/%s\n%s", text,
		    i % 4 == 3 ? "tenant Zqx \033[31m\n" : "");
		stage_write(&stage, "hostile.conf", conf);
		status = stage_opdesk(&stage, &out, &errors, forms[i % FORMS],
		    "--config", path, "config", verbs[i / FORMS % 3], NULL);
		judge(&out, verbs[i / FORMS % 3], NULL);
		judge(&errors, verbs[i / FORMS % 3],
		    status != 0 ? "opdesk: " : NULL);
		seen += status == 0 && strstr(out.s, HOSTILE_MARKER) != NULL;
		str_free(&out);
		str_free(&errors);
		free(conf);
		free(text);
	}
	assert_in_range(seen, 10 / step, hostile_count);
	free(path);
}

static void
draft_list__form__shows_what_was_written(void **state)
{
	struct desk *d = stage_desk(&stage, "diego");
	struct err err = ERR_INIT;
	struct str out = STR_INIT;

	(void)state;
	if (draft_save(d, RECORD_TICKET, 0, DRAFT_FORM,
		"{\"subject\":\"Zqx\\u001b[31m rojo\","
		"\"subject_was\":\"\"}",
		0, 0, &err) != 0)
		fail_msg("%s", err.text);
	desk_close(&d);
	for (size_t form = 0; form < FORMS; form++)
		ask_as("diego", form, "draft", "list", NULL, HOSTILE_MARKER);
	assert_int_equal(stage_opdesk(&stage, &out, NULL, "--operator", "diego",
			     "draft", "list", NULL),
	    0);
	assert_non_null(strstr(out.s, "rojo"));
	assert_null(strstr(out.s, "subject"));
	str_free(&out);
}

/* Nothing has such a name, and the sentence repeats it. */
static void
errors__hostile_words__come_out_harmless(void **state)
{
	static const char *const verbs[][2] = {{"ticket", "show"},
	    {"company", "show"}, {"team", "show"}, {"operator", "show"},
	    {"contact", "show"}, {"conversation", "show"}, {"channel", "show"},
	    {"tenant", "show"}, {"channel", "templates"}, {"outbox", "show"},
	    {"config", "check"}, {"ticket", NULL}};

	(void)state;
	for (size_t i = 0; i < hostile_count; i += step) {
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
	const char *every = getenv("ORACLE_STEP");
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists__hostile_text__comes_out_harmless),
	    cmocka_unit_test(records__hostile_text__comes_out_harmless),
	    cmocka_unit_test(others__hostile_text__come_out_harmless),
	    cmocka_unit_test(outbox__hostile_answer__comes_out_harmless),
	    cmocka_unit_test(channels__hostile_answer__comes_out_harmless),
	    cmocka_unit_test(
		tenants_and_doctor__hostile_name__come_out_harmless),
	    cmocka_unit_test(configuration__hostile_value__comes_out_harmless),
	    cmocka_unit_test(draft_list__form__shows_what_was_written),
	    cmocka_unit_test(errors__hostile_words__come_out_harmless),
	};

	step = every != NULL ? strtoul(every, NULL, 10) : 1;
	return cmocka_run_group_tests(tests, setup, teardown);
}
