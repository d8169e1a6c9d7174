/*
 * Unit tests of common/llm against a model server that stands in for real
 * ones, with what they do wrong; each in both of their languages.
 */
#include "common/clock.h"
#include "common/llm.h"
#include "common/loop.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tests/lib/llm_stand.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define LONG_MS  60000 /* not waited for */
#define SHORT_MS 60
/* Waited for as well, and enough to connect on a machine that is busy. */
#define CONNECT_MS 400

struct heard {
	uv_loop_t loop;
	struct llm_stand stand;
	struct llm *llm;
	struct llm_settings s;
	char url[64];
	/* the answer */
	int dones, pieces;
	struct llm_answer a;
	struct str text, said, error;
	struct llm_call *call;
	bool cancel_in_piece, free_in_done;
	/* a look */
	struct llm_status look;
	struct llm_model models[4];
	struct str look_error;
};

static void
on_text(const char *s, size_t n, void *data)
{
	struct heard *h = data;

	assert_int_equal(h->dones, 0);
	assert_true(n > 0 && utf8_valid(s, n));
	str_addn(&h->said, s, n);
	h->pieces++;
	if (h->cancel_in_piece)
		llm_cancel(h->call);
}

static void
on_done(const struct llm_answer *a, void *data)
{
	struct heard *h = data;

	h->dones++;
	h->a = *a;
	str_clear(&h->text);
	str_clear(&h->error);
	str_add(&h->text, a->text);
	str_add(&h->error, a->error);
	if (h->free_in_done)
		llm_free(&h->llm);
}

static void
begin(struct heard *h, enum llm_kind kind)
{
	memset(h, 0, sizeof(*h));
	str_init(&h->text);
	str_init(&h->said);
	str_init(&h->error);
	str_init(&h->look_error);
	uv_loop_init(&h->loop);
	llm_stand_open(&h->stand);
	(void)snprintf(
	    h->url, sizeof(h->url), "http://127.0.0.1:%d", h->stand.port);
	h->s = (struct llm_settings){.kind = kind,
	    .url = h->url,
	    .unix_socket = "",
	    .model = "llama3",
	    .key = "",
	    .connect_ms = 3000,
	    .cold_ms = LONG_MS,
	    .warm_ms = LONG_MS,
	    .idle_ms = LONG_MS,
	    .whole_ms = LONG_MS,
	    .keep_alive_s = 60,
	    .context_tokens = 8192,
	    .max_tokens = 400,
	    .max_text = 65536,
	    .max_bytes = 1 << 20};
}

static void
connect_to(struct heard *h)
{
	struct err err = ERR_INIT;

	assert_int_equal(llm_new(&h->loop, &h->s, &h->llm, &err), 0);
}

static void
end(struct heard *h)
{
	llm_free(&h->llm);
	assert_int_equal(loop_finish(&h->loop), 0);
	llm_stand_close(&h->stand);
	str_free(&h->text);
	str_free(&h->said);
	str_free(&h->error);
	str_free(&h->look_error);
}

static void
wait_for(struct heard *h, const int *what)
{
	while (*what == 0)
		assert_true(uv_run(&h->loop, UV_RUN_ONCE) != 0 || *what != 0);
}

static void
ask_once(struct heard *h)
{
	static const struct llm_message messages[] = {
	    {LLM_SYSTEM, "You help."}, {LLM_USER, "Es caro, \"no\"?"}};
	struct llm_question q = {messages, 2, on_text, on_done, h};
	struct err err = ERR_INIT;

	h->dones = h->pieces = 0;
	str_clear(&h->said);
	if (llm_ask(h->llm, &q, &h->call, &err) != 0)
		fail_msg("%s", err.text);
	wait_for(h, &h->dones);
	assert_int_equal(h->dones, 1);
	assert_string_equal(h->text.s, h->said.s);
	assert_true((h->error.len > 0) == (h->a.outcome != LLM_WHOLE));
}

static const enum llm_kind kinds[] = {LLM_OLLAMA, LLM_OPENAI};

static void
ask(struct heard *h, enum llm_kind kind, enum llm_fault fault)
{
	begin(h, kind);
	llm_stand_set(&h->stand, fault);
	connect_to(h);
	ask_once(h);
}

/* What is said whatever is wrong on the way. */
static void
llm__says_all__when_nothing_is_wrong(void **state)
{
	static const enum llm_fault faults[] = {LLM_FINE, LLM_THINKS,
	    LLM_THINKS_IN_TAGS, LLM_BYTES, LLM_SHORTENED, LLM_NO_MARK,
	    LLM_LINGERS, LLM_LIMITED_ONCE, LLM_BUSY_ONCE, LLM_DROPS_ONCE,
	    LLM_COLD};
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
			ask(&h, kinds[k], faults[i]);
			if (strcmp(h.text.s, STAND_SAYS) != 0)
				fail_msg("%zu %zu: \"%s\" %s", k, i, h.text.s,
				    h.error.s);
			assert_int_equal(h.a.outcome, LLM_WHOLE);
			assert_int_equal(h.a.code, 0);
			assert_true(
			    h.a.is_shortened == (faults[i] == LLM_SHORTENED));
			assert_int_equal(h.a.tokens_in, 21);
			assert_int_equal(h.a.tokens_out, 8);
			assert_true(h.a.asked_us <= h.a.first_us &&
				    h.a.first_us <= h.a.done_us);
			assert_true(llm_is_warm(h.llm));
			assert_int_equal(
			    h.a.tries, faults[i] >= LLM_LIMITED_ONCE &&
					       faults[i] <= LLM_DROPS_ONCE
					   ? 2
					   : 1);
			end(&h);
		}
	}
}

struct expected {
	enum llm_fault fault;
	enum llm_outcome outcome;
	int code;
	int questions; /* that came in */
	const char *sentence;
	const char *text; /* all that was said until then */
};

static void
llm__tells_what_is_wrong__when_something_is(void **state)
{
	/* clang-format off */
	static const struct expected rows[] = {
		{LLM_NO_MODEL, LLM_FAILED, OD_EUNAVAIL, 1, "llama3", ""},
		{LLM_BAD_KEY, LLM_FAILED, OD_EDENIED, 1, "api_key_file", ""},
		{LLM_LIMITED, LLM_FAILED, OD_EUNAVAIL, 1, "in 7 s", ""},
		{LLM_QUOTA, LLM_FAILED, OD_EUNAVAIL, 1, "used up", ""},
		{LLM_BUSY, LLM_FAILED, OD_EUNAVAIL, 2, "Loading model", ""},
		{LLM_DROPS, LLM_FAILED, OD_EUNAVAIL, 2, "did not answer", ""},
		{LLM_HTML, LLM_FAILED, OD_EUNAVAIL, 1, "", ""},
		{LLM_BROKEN_JSON, LLM_FAILED, OD_EUNAVAIL, 1, "cannot be read", "Entiendo. "},
		{LLM_CUT, LLM_FAILED, OD_EUNAVAIL, 1, "broke off", NULL},
		{LLM_ENDS_EARLY, LLM_FAILED, OD_EUNAVAIL, 1, "broke off", "Entiendo. "},
		{LLM_ERROR, LLM_FAILED, OD_EUNAVAIL, 1, "out of memory", "Entiendo. "},
		{LLM_ENDLESS, LLM_FAILED, OD_ELIMIT, 1, "65536 bytes", NULL},
		{LLM_LONG_LINE, LLM_FAILED, OD_ELIMIT, 1, "lines without an end", ""},
		{LLM_SAYS_NOTHING, LLM_FAILED, OD_EUNAVAIL, 1, "nothing to say", ""},
	};
	/* clang-format on */
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			const struct expected *e = &rows[i];

			begin(&h, kinds[k]);
			h.s.max_bytes = 64 << 20;
			llm_stand_set(&h.stand, e->fault);
			connect_to(&h);
			ask_once(&h);
			if (h.a.outcome != e->outcome || h.a.code != e->code ||
			    strstr(h.error.s, e->sentence) == NULL)
				fail_msg("%zu %zu: %d %d %s", k, i,
				    (int)h.a.outcome, h.a.code, h.error.s);
			if (e->text != NULL)
				assert_string_equal(h.text.s, e->text);
			assert_null(strchr(h.error.s, 0x1b));
			assert_int_equal(
			    llm_stand_questions(&h.stand), e->questions);
			assert_false(llm_is_warm(h.llm));
			end(&h);
		}
	}
}

static void
llm__gives_up__when_patience_ends(void **state)
{
	static const struct {
		enum llm_fault fault;
		bool first, idle, whole; /* which wait is short */
		const char *text, *sentence;
	} rows[] = {
	    {LLM_SILENT, true, false, false, "", "said nothing"},
	    {LLM_HEAD_ONLY, true, false, false, "", "said nothing"},
	    {LLM_KEEP_ALIVES, true, false, false, "", "said nothing"},
	    {LLM_ONE_WORD, false, true, false, "Entiendo", "in the middle"},
	    {LLM_ONE_WORD_ALIVE, false, true, false, "Entiendo",
		"in the middle"},
	    {LLM_ENDLESS, false, false, true, NULL, "still talking"},
	    {LLM_ONE_WORD_ALIVE, false, false, true, "Entiendo",
		"still talking"},
	};
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			begin(&h, kinds[k]);
			h.s.connect_ms = CONNECT_MS;
			h.s.cold_ms = rows[i].first ? SHORT_MS : LONG_MS;
			h.s.idle_ms = rows[i].idle ? SHORT_MS : LONG_MS;
			h.s.whole_ms = rows[i].whole ? SHORT_MS : LONG_MS;
			h.s.max_bytes = h.s.max_text = 1 << 30;
			llm_stand_set(&h.stand, rows[i].fault);
			connect_to(&h);
			ask_once(&h);
			if (h.a.outcome != LLM_TIMED_OUT ||
			    strstr(h.error.s, rows[i].sentence) == NULL)
				fail_msg("%zu %zu: %s", k, i, h.error.s);
			assert_int_equal(h.a.code, OD_EUNAVAIL);
			assert_int_equal(h.a.tries, 1);
			if (rows[i].text != NULL)
				assert_string_equal(h.text.s, rows[i].text);
			end(&h);
		}
	}
}

static void
llm__waits_less__when_the_model_is_loaded(void **state)
{
	struct heard h;

	(void)state;
	begin(&h, LLM_OLLAMA);
	h.s.warm_ms = SHORT_MS;
	h.s.connect_ms = CONNECT_MS;
	connect_to(&h);
	assert_false(llm_is_warm(h.llm));
	assert_int_equal(llm_warm_up(h.llm, on_done, &h, NULL), 0);
	wait_for(&h, &h.dones);
	assert_int_equal(h.a.outcome, LLM_WHOLE);
	assert_true(llm_is_warm(h.llm));
	assert_true(llm_stand_heard(&h.stand, "\"keep_alive\":60"));
	llm_stand_set(&h.stand, LLM_SILENT);
	ask_once(&h);
	assert_int_equal(h.a.outcome, LLM_TIMED_OUT);
	/* Another model is another matter. */
	assert_int_equal(llm_use(h.llm, "llama3:latest", NULL), 0);
	assert_true(llm_is_warm(h.llm));
	assert_int_equal(llm_use(h.llm, "mistral:7b", NULL), 0);
	assert_false(llm_is_warm(h.llm));
	assert_int_equal(llm_use(h.llm, "a b", NULL), OD_EDATA);
	assert_int_equal(llm_use(h.llm, "", NULL), OD_EDATA);
	assert_string_equal(llm_model(h.llm), "mistral:7b");
	end(&h);
}

static void
llm__shows_no_escape__when_the_server_sends_one(void **state)
{
	static const enum llm_fault faults[] = {
	    LLM_ESCAPES, LLM_BROKEN_UTF8, LLM_HALF_ESCAPE};
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < 3; i++) {
			ask(&h, kinds[k], faults[i]);
			assert_int_equal(h.a.outcome, LLM_WHOLE);
			assert_null(strchr(h.text.s, 0x1b));
			assert_null(strchr(h.text.s, 0x07));
			assert_non_null(strstr(h.text.s,
			    i == 0 ? "\xE2\x90\x9B" : "\xEF\xBF\xBD"));
			assert_non_null(strstr(h.text.s, "Entiendo. "));
			assert_non_null(strstr(h.text.s, "¿Qué precio"));
			end(&h);
		}
	}
}

static void
llm__ends_at_once__when_it_is_cancelled(void **state)
{
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		begin(&h, kinds[k]);
		llm_stand_set(&h.stand, LLM_ENDLESS);
		h.cancel_in_piece = true;
		connect_to(&h);
		ask_once(&h);
		assert_int_equal(h.a.outcome, LLM_CANCELLED);
		assert_int_equal(h.a.code, OD_ECANCEL);
		assert_true(h.text.len > 0);
		end(&h);
	}
	/* Between two tries. */
	begin(&h, LLM_OLLAMA);
	llm_stand_set(&h.stand, LLM_BUSY);
	connect_to(&h);
	assert_int_equal(
	    llm_ask(h.llm,
		&(struct llm_question){NULL, 0, on_text, on_done, &h}, &h.call,
		NULL),
	    0);
	while (llm_stand_questions(&h.stand) == 0)
		uv_run(&h.loop, UV_RUN_NOWAIT);
	llm_cancel(h.call);
	wait_for(&h, &h.dones);
	assert_int_equal(h.a.outcome, LLM_CANCELLED);
	end(&h);
}

static void
llm__tells_everybody__when_the_client_is_freed(void **state)
{
	struct heard h;

	(void)state;
	begin(&h, LLM_OLLAMA);
	llm_stand_set(&h.stand, LLM_SILENT);
	connect_to(&h);
	assert_int_equal(
	    llm_ask(h.llm,
		&(struct llm_question){NULL, 0, on_text, on_done, &h}, &h.call,
		NULL),
	    0);
	llm_free(&h.llm);
	wait_for(&h, &h.dones);
	assert_int_equal(h.a.outcome, LLM_CANCELLED);
	end(&h);

	begin(&h, LLM_OPENAI);
	h.free_in_done = true;
	connect_to(&h);
	ask_once(&h);
	assert_null(h.llm);
	end(&h);
}

static void
llm__asks_as_the_server_wants__when_it_asks(void **state)
{
	static const char key[] = "Authorization: Bearer s3cret";
	struct heard h;

	(void)state;
	begin(&h, LLM_OLLAMA);
	connect_to(&h);
	ask_once(&h);
	assert_true(llm_stand_heard(&h.stand, "POST /api/chat "));
	assert_true(llm_stand_heard(&h.stand, "\"model\":\"llama3\""));
	assert_true(llm_stand_heard(&h.stand,
	    "{\"role\":\"user\",\"content\":\"Es caro, \\\"no\\\"?\"}"));
	assert_true(llm_stand_heard(&h.stand, "\"num_ctx\":8192"));
	assert_true(llm_stand_heard(&h.stand, "\"stream\":true"));
	assert_false(llm_stand_heard(&h.stand, "Authorization"));
	end(&h);

	begin(&h, LLM_OPENAI);
	h.s.key = "s3cret";
	connect_to(&h);
	ask_once(&h);
	assert_true(llm_stand_heard(&h.stand, "POST /v1/chat/completions "));
	assert_true(llm_stand_heard(&h.stand, key));
	assert_true(llm_stand_heard(&h.stand, "\"max_tokens\":400"));
	end(&h);

	/* The whole prefix, and the other name of the limit. */
	begin(&h, LLM_OPENAI);
	str_format(
	    h.url, sizeof(h.url), "http://127.0.0.1:%d/v1/", h.stand.port);
	llm_stand_set(&h.stand, LLM_NEW_LIMIT);
	connect_to(&h);
	ask_once(&h);
	assert_string_equal(h.text.s, STAND_SAYS);
	assert_true(llm_stand_heard(&h.stand, "POST /v1/chat/completions "));
	assert_true(llm_stand_heard(&h.stand, "\"max_completion_tokens\":400"));
	assert_int_equal(llm_stand_questions(&h.stand), 2);
	ask_once(&h);
	assert_int_equal(llm_stand_questions(&h.stand), 3);
	end(&h);
}

static void
llm__says_what_to_do__when_nobody_answers(void **state)
{
	struct err err = ERR_INIT;
	struct heard h;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		begin(&h, kinds[k]);
		h.s.url = "http://127.0.0.1:1";
		connect_to(&h);
		ask_once(&h);
		assert_int_equal(h.a.outcome, LLM_FAILED);
		assert_int_equal(h.a.tries, 2);
		assert_non_null(strstr(h.error.s, "127.0.0.1:1"));
		assert_non_null(
		    strstr(h.error.s, k == 0 ? "ollama serve" : "[llm]"));
		end(&h);
	}
	begin(&h, LLM_NONE);
	assert_int_equal(llm_new(&h.loop, &h.s, &h.llm, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "[llm]"));
	assert_null(h.llm);
	end(&h);
	begin(&h, LLM_OLLAMA);
	h.s.model = "";
	connect_to(&h);
	assert_int_equal(
	    llm_ask(h.llm,
		&(struct llm_question){NULL, 0, on_text, on_done, &h}, NULL,
		&err),
	    OD_EUNAVAIL);
	assert_int_equal(h.dones, 0);
	end(&h);
}

static void
llm__speaks_over_a_socket__when_one_is_named(void **state)
{
	char dir[] = "/tmp/llm.XXXXXX", path[64];
	struct heard h;

	(void)state;
	begin(&h, LLM_OPENAI);
	llm_stand_close(&h.stand);
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	h.stand.socket = path;
	llm_stand_open(&h.stand);
	h.s.unix_socket = path;
	h.s.url = "";
	connect_to(&h);
	ask_once(&h);
	assert_string_equal(h.text.s, STAND_SAYS);
	end(&h);
	unlink(path);
	rmdir(dir);
}

static void
on_look(const struct llm_status *s, void *data)
{
	struct heard *h = data;

	h->dones++;
	h->look = *s;
	str_clear(&h->look_error);
	str_add(&h->look_error, s->error);
	for (size_t i = 0; i < s->count && i < 4; i++)
		h->models[i] = s->models[i];
}

static void
look(struct heard *h, enum llm_kind kind, enum llm_fault fault,
    const char *model)
{
	begin(h, kind);
	h->s.model = model;
	llm_stand_set(&h->stand, fault);
	connect_to(h);
	assert_int_equal(llm_look(h->llm, on_look, h, NULL), 0);
	wait_for(h, &h->dones);
}

static void
llm__lists_its_models__when_it_looks(void **state)
{
	struct heard h;

	(void)state;
	look(&h, LLM_OLLAMA, LLM_FINE, "llama3");
	assert_true(h.look.is_reachable && h.look.has_model && h.look.is_warm);
	assert_int_equal(h.look.count, 2);
	assert_string_equal(h.models[0].name, "llama3:latest");
	assert_true(h.models[0].is_loaded);
	assert_int_equal(h.models[0].bytes, 4661224676);
	assert_false(h.models[1].is_loaded);
	assert_string_equal(h.look_error.s, "");
	assert_true(llm_is_warm(h.llm));
	end(&h);
	look(&h, LLM_OLLAMA, LLM_COLD, "llama3");
	assert_true(h.look.has_model && !h.look.is_warm);
	assert_false(llm_is_warm(h.llm));
	end(&h);
	look(&h, LLM_OLLAMA, LLM_FINE, "dolphin-mixtral");
	assert_true(h.look.is_reachable && !h.look.has_model);
	assert_non_null(strstr(h.look_error.s, "ollama pull dolphin-mixtral"));
	end(&h);
	look(&h, LLM_OPENAI, LLM_FINE, "mistral");
	assert_true(h.look.is_reachable && h.look.has_model);
	assert_int_equal(h.look.count, 2);
	end(&h);
	look(&h, LLM_OPENAI, LLM_NO_LIST, "mistral");
	assert_true(h.look.is_reachable && h.look.is_vague);
	end(&h);
	look(&h, LLM_OPENAI, LLM_BAD_KEY, "mistral");
	assert_false(h.look.is_reachable);
	assert_int_equal(h.look.code, OD_EDENIED);
	end(&h);
	look(&h, LLM_OLLAMA, LLM_HTML, "llama3");
	assert_false(h.look.is_reachable);
	assert_int_equal(h.look.code, OD_EUNAVAIL);
	assert_non_null(strstr(h.look_error.s, "no model server"));
	end(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(llm__says_all__when_nothing_is_wrong),
	    cmocka_unit_test(llm__tells_what_is_wrong__when_something_is),
	    cmocka_unit_test(llm__gives_up__when_patience_ends),
	    cmocka_unit_test(llm__waits_less__when_the_model_is_loaded),
	    cmocka_unit_test(llm__shows_no_escape__when_the_server_sends_one),
	    cmocka_unit_test(llm__ends_at_once__when_it_is_cancelled),
	    cmocka_unit_test(llm__tells_everybody__when_the_client_is_freed),
	    cmocka_unit_test(llm__asks_as_the_server_wants__when_it_asks),
	    cmocka_unit_test(llm__says_what_to_do__when_nobody_answers),
	    cmocka_unit_test(llm__speaks_over_a_socket__when_one_is_named),
	    cmocka_unit_test(llm__lists_its_models__when_it_looks),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
