/*
 * The consoles of a shared host ask the model through the daemon: a real
 * daemon with a socket, the consoles' own client, and a model server that
 * stands in, with what such servers do wrong.
 *
 * Turned red by: a key that is not sent, a body that is passed on as it came,
 * a stream that is kept until its end, a question that goes on when its
 * console is gone, an account that nobody asked about, a budget of questions
 * that ended only.
 */
#include "common/clock.h"
#include "common/llm.h"
#include "common/loop.h"
#include "tests/lib/llm_stand.h"
#include "tests/lib/stage_desk.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

/* Monday 2027-03-08, 10:20 in Madrid. */
#define MOMENT "2027-03-08T09:20:00Z"
#define KEY    "sk-nobody-sees-this"
#define PATIENT                                                                \
	"connect_timeout = 60\nidle_timeout = 600\ntimeout = 600\n"
#define SAID   "es muy caro, llame al 600 123 456"

static struct stage stage;
static struct llm_stand stand;
static uv_loop_t loop;

/* One console's question. */
struct ask {
	struct llm *llm;
	struct llm_call *call;
	struct str said, error;
	struct llm_answer a;
	int dones;
	bool cancels; /* at its first word */
	const bool *stops; /* the loop, at its first word */
};

static int
setup(void **state)
{
	static const char *const env[] = {"OPDESK_FAKE_CLOCK=" MOMENT, NULL};

	(void)state;
	stage_open(&stage);
	stage.env = env;
	/* What the daemon says is in the language of its tenant. */
	stage_exec(&stage, "UPDATE tenants SET lang = 'en'");
	stage_write(&stage, "model.secret", KEY "\n");
	memset(&stand, 0, sizeof(stand));
	llm_stand_open(&stand);
	uv_loop_init(&loop);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	assert_int_equal(loop_finish(&loop), 0);
	stage_check_whole(&stage);
	stage_close(&stage);
	llm_stand_close(&stand);
	return 0;
}

static void
start(const char *kind, const char *more)
{
	char text[600];

	str_format(text, sizeof(text),
	    "[llm]\nkind = %s\nurl = http://127.0.0.1:%d\nmodel = llama3\n"
	    "api_key_file = model.secret\ndaemon_socket = model.sock\n"
	    "%s",
	    kind, stand.port, more);
	stage_conf(&stage, "", text);
	stage_start_daemon(&stage);
}

/* ---- a console ---- */

static void
on_text(const char *s, size_t n, void *data)
{
	struct ask *k = data;

	str_addn(&k->said, s, n);
	if (k->cancels)
		llm_cancel(k->call);
	if (k->stops != NULL)
		uv_stop(&loop);
}

static void
on_done(const struct llm_answer *a, void *data)
{
	struct ask *k = data;

	k->dones++;
	k->a = *a;
	str_add(&k->error, a->error);
}

/* The settings are those that a console reads from the same file. */
static void
ask_begin(struct ask *k)
{
	static const struct llm_message messages[] = {
	    {LLM_SYSTEM, "Eres breve."}, {LLM_USER, SAID}};
	const struct llm_question q = {messages, 2, on_text, on_done, k};
	struct err err = ERR_INIT;
	struct conf *conf = NULL;
	struct llm_settings s;

	str_init(&k->said);
	str_init(&k->error);
	assert_int_equal(conf_load(stage.conf, &conf, &err), 0);
	llm_settings_console(conf, &s);
	assert_true(s.by_daemon);
	assert_string_equal(s.key, "");
	assert_int_equal(llm_new(&loop, &s, &k->llm, &err), 0);
	conf_free(&conf);
	assert_int_equal(llm_ask(k->llm, &q, &k->call, &err), 0);
}

static void
ask_end(struct ask *k)
{
	llm_free(&k->llm);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(k->dones, 1);
	str_free(&k->said);
	str_free(&k->error);
}

static void
ask_whole(struct ask *k)
{
	ask_begin(k);
	while (k->dones == 0)
		uv_run(&loop, UV_RUN_ONCE);
}

static void
await_rows(const char *where, int64_t count)
{
	char sql[300];

	str_format(sql, sizeof(sql),
	    "SELECT count(*) FROM ai_logs WHERE kind = 1 AND asked = ''"
	    " AND said = '' AND %s",
	    where);
	assert_true(stage_wait_int(&stage, sql, count));
}

/* Neither key nor words are in what the daemon logs. */
static void
log_is_discreet(void)
{
	struct str out = STR_INIT;

	stage_read(&stage, "syncd.err", &out);
	assert_true(out.len > 0);
	assert_null(strstr(out.s, KEY));
	assert_null(strstr(out.s, "caro"));
	assert_null(strstr(out.s, "Entiendo"));
	str_free(&out);
}

/* ---- */

static void
relay__a_question__has_the_key_and_is_noted(void **state)
{
	static const char *const kinds[] = {"ollama", "openai"};
	char path[200];
	struct stat st;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct ask k = {.llm = NULL};

		start(kinds[i], PATIENT);
		str_format(path, sizeof(path), "%s/model.sock", stage.dir);
		assert_int_equal(lstat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0660);
		ask_whole(&k);
		assert_string_equal(k.error.s != NULL ? k.error.s : "", "");
		assert_int_equal(k.a.outcome, LLM_WHOLE);
		assert_string_equal(k.said.s, STAND_SAYS);
		assert_int_equal(k.a.tokens_out, 8);
		assert_true(llm_stand_heard(&stand, "Bearer " KEY));
		assert_true(llm_stand_heard(&stand, "es muy caro"));
		assert_false(llm_stand_heard(&stand, "600 123 456"));
		ask_end(&k);
		await_rows("outcome = 1 AND tokens_out = 8 AND tokens_in > 0"
			   " AND first_us >= asked_us AND done_us >= first_us"
			   " AND operator_id = (SELECT min(id) FROM operators"
			   " WHERE unix_uid IS NOT NULL)",
		    i + 1);
		assert_int_equal(stage_stop_daemon(&stage), 0);
		assert_int_equal(lstat(path, &st), -1);
		log_is_discreet();
	}
}

static const struct {
	enum llm_fault fault;
	enum llm_outcome outcome; /* of both ends */
	const char *sentence;
} faults[] = {
    {LLM_BAD_KEY, LLM_FAILED, "does not accept the key"},
    {LLM_BUSY, LLM_FAILED, "busy"},
    {LLM_BUSY_ONCE, LLM_WHOLE, ""},
    {LLM_NO_MODEL, LLM_FAILED, "llama3"},
    {LLM_QUOTA, LLM_FAILED, "used up"},
    {LLM_DROPS, LLM_FAILED, "did not answer"},
    {LLM_HTML, LLM_FAILED, "broke off in the middle"},
    {LLM_BROKEN_JSON, LLM_FAILED, "cannot be read"},
    {LLM_CUT, LLM_FAILED, "broke off in the middle"},
    {LLM_ENDS_EARLY, LLM_FAILED, "broke off in the middle"},
    {LLM_ERROR, LLM_FAILED, "broke off: "},
    {LLM_LONG_LINE, LLM_FAILED, "lines without an end"},
    {LLM_ENDLESS, LLM_FAILED, "and was cut off"},
    {LLM_SAYS_NOTHING, LLM_FAILED, "nothing to say"},
    {LLM_SHORTENED, LLM_WHOLE, ""},
    {LLM_LINGERS, LLM_WHOLE, ""},
    {LLM_THINKS_IN_TAGS, LLM_WHOLE, ""},
    {LLM_BYTES, LLM_WHOLE, ""},
};

static void
relay__what_goes_wrong__is_said_as_directly(void **state)
{
	int64_t whole = 0, failed = 0;

	(void)state;
	start("openai", PATIENT);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct ask k = {.llm = NULL};

		llm_stand_set(&stand, faults[i].fault);
		ask_whole(&k);
		if (k.a.outcome != faults[i].outcome ||
		    strstr(k.error.s != NULL ? k.error.s : "",
			faults[i].sentence) == NULL)
			fail_msg("fault %zu: outcome %d, %s", i,
			    (int)k.a.outcome, k.error.s);
		assert_int_equal(k.a.is_shortened,
		    faults[i].fault == LLM_SHORTENED);
		/* No sentence of ours inside another. */
		assert_null(strstr(k.error.s != NULL ? k.error.s : "",
		    "answered 5"));
		ask_end(&k);
		whole += faults[i].outcome == LLM_WHOLE;
		failed += faults[i].outcome == LLM_FAILED;
		await_rows("outcome = 1", whole);
		await_rows("outcome = 3 AND reason <> ''", failed);
	}
	log_is_discreet();
}

static void
given_up(enum llm_fault fault, const char *sentence, const char *said)
{
	struct ask k = {.llm = NULL};

	llm_stand_set(&stand, fault);
	ask_whole(&k);
	if (strstr(k.error.s, sentence) == NULL)
		fail_msg("%s", k.error.s);
	assert_string_equal(k.said.s != NULL ? k.said.s : "", said);
	ask_end(&k);
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

static void
relay__a_silent_model__is_given_up_in_stages(void **state)
{
	(void)state;
	start("ollama", "connect_timeout = 60\nidle_timeout = 1\n");
	given_up(LLM_ONE_WORD_ALIVE, "stopped in the middle", "Entiendo");
	await_rows("outcome = 4", 1);
	/* The way there counts towards the first word. */
	start("ollama",
	    "connect_timeout = 2\nfirst_timeout = 1\nwarm_timeout = 1\n");
	given_up(LLM_KEEP_ALIVES, "said nothing for 1 s", "");
	await_rows("outcome = 4", 2);
}

static void
relay__a_console_that_goes_away__takes_its_question_back(void **state)
{
	struct ask k = {.cancels = true};

	(void)state;
	start("openai", PATIENT);
	llm_stand_set(&stand, LLM_ONE_WORD);
	ask_whole(&k);
	assert_int_equal(k.a.outcome, LLM_CANCELLED);
	ask_end(&k);
	await_rows("outcome = 2 AND tokens_out > 0", 1);
	/* Before a word, too. */
	llm_stand_set(&stand, LLM_SILENT);
	memset(&k, 0, sizeof(k));
	ask_begin(&k);
	while (llm_stand_questions(&stand) < 2)
		uv_run(&loop, UV_RUN_NOWAIT);
	ask_end(&k);
	assert_int_equal(k.a.outcome, LLM_CANCELLED);
	await_rows("outcome = 2", 2);
}

static void
relay__two_at_once__do_not_wait_for_each_other(void **state)
{
	static const bool stops = true;
	struct ask slow = {.stops = &stops}, quick = {.llm = NULL};

	(void)state;
	start("ollama", PATIENT);
	llm_stand_set(&stand, LLM_ONE_WORD);
	ask_begin(&slow);
	while (slow.said.len == 0)
		uv_run(&loop, UV_RUN_ONCE);
	assert_string_equal(slow.said.s, "Entiendo"); /* and it goes on */
	llm_stand_set(&stand, LLM_FINE);
	ask_whole(&quick);
	assert_string_equal(quick.said.s, STAND_SAYS);
	assert_int_equal(slow.dones, 0);
	/* The daemon's own end takes back what is under way, and notes it. */
	assert_int_equal(stage_stop_daemon(&stage), 0);
	while (slow.dones == 0)
		uv_run(&loop, UV_RUN_ONCE);
	assert_int_equal(slow.a.outcome, LLM_FAILED);
	ask_end(&slow);
	ask_end(&quick);
	await_rows("outcome = 1", 1);
	await_rows("outcome = 2", 1);
}

static void
relay__an_account_of_nobody__is_refused(void **state)
{
	struct ask k = {.llm = NULL};

	(void)state;
	stage_exec(&stage, "UPDATE operators SET unix_uid = NULL");
	start("openai", PATIENT);
	ask_whole(&k);
	assert_int_equal(k.a.code, OD_EDENIED);
	assert_non_null(strstr(k.error.s, "is no operator of this desk"));
	assert_int_equal(llm_stand_questions(&stand), 0);
	ask_end(&k);
	await_rows("1 = 1", 0);
}

static void
refused_until(const char *when)
{
	struct ask k = {.llm = NULL};

	ask_whole(&k);
	assert_int_equal(k.a.code, OD_ELIMIT);
	if (strstr(k.error.s, when) == NULL)
		fail_msg("%s", k.error.s);
	ask_end(&k);
}

static void
relay__a_budget_that_is_used_up__says_until_when(void **state)
{
	(void)state;
	start("ollama", PATIENT "operator_questions = 2\n");
	for (int i = 0; i < 2; i++) {
		struct ask k = {.llm = NULL};

		ask_whole(&k);
		assert_int_equal(k.a.outcome, LLM_WHOLE);
		ask_end(&k);
	}
	refused_until("until 11:00");
	assert_int_equal(llm_stand_questions(&stand), 2);
	await_rows("outcome = 1", 2);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	start("ollama", PATIENT "tenant_tokens = 10\n");
	refused_until("until 00:00");
	assert_int_equal(stage_stop_daemon(&stage), 0);
	start("ollama",
	    PATIENT "tenant_questions = 3\noperator_tokens = 100000\n");
	{
		struct ask k = {.llm = NULL};

		ask_whole(&k);
		assert_int_equal(k.a.outcome, LLM_WHOLE);
		ask_end(&k);
	}
	refused_until("until 00:00");
}

/* What the doctor says, who comes after the daemon. */
static void
doctor_says(const char *sentence)
{
	struct str out = STR_INIT;

	(void)stage_opdesk(&stage, &out, NULL, "--lang", "en", "doctor", NULL);
	if (strstr(out.s, sentence) == NULL)
		fail_msg("%s", strstr(out.s, "\nmodel"));
	str_free(&out);
}

static void
relay__who_is_away__is_named_with_what_to_do(void **state)
{
	struct ask k = {.llm = NULL};

	(void)state;
	start("ollama", PATIENT);
	doctor_says("The model \"llama3\" is");
	llm_stand_close(&stand);
	ask_whole(&k);
	assert_int_equal(k.a.code, OD_EUNAVAIL);
	assert_non_null(strstr(k.error.s, "ollama serve"));
	ask_end(&k);
	doctor_says("ollama serve");
	assert_int_equal(stage_stop_daemon(&stage), 0);
	memset(&k, 0, sizeof(k));
	ask_whole(&k);
	assert_non_null(strstr(k.error.s, "systemctl start opdesk-syncd"));
	ask_end(&k);
	doctor_says("systemctl start opdesk-syncd");
	memset(&stand, 0, sizeof(stand));
	llm_stand_open(&stand);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(relay__a_question__has_the_key_and_is_noted),
	    TEST(relay__what_goes_wrong__is_said_as_directly),
	    TEST(relay__a_silent_model__is_given_up_in_stages),
	    TEST(relay__a_console_that_goes_away__takes_its_question_back),
	    TEST(relay__two_at_once__do_not_wait_for_each_other),
	    TEST(relay__an_account_of_nobody__is_refused),
	    TEST(relay__a_budget_that_is_used_up__says_until_when),
	    TEST(relay__who_is_away__is_named_with_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
