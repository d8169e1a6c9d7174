/*
 * Unit tests of common/llm_read and common/llm_text: what model servers send,
 * cut anywhere.
 */
#include "common/llm_read.h"
#include "common/llm_text.h"
#include "common/text.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int
keep(const char *s, size_t n, void *data)
{
	struct str *all = data;

	assert_true(n > 0);
	str_addc(all, '[');
	str_addn(all, s, n);
	str_addc(all, ']');
	return 0;
}

/* The records of a stream that is cut after every so many bytes. */
static int
frames(enum llm_kind kind, const char *s, size_t step, struct str *all)
{
	struct llm_frames f;
	size_t n = strlen(s);
	int rc = 0;

	str_clear(all);
	llm_frames_init(&f, kind, 40);
	for (size_t i = 0; rc == 0 && i < n; i += step)
		rc = llm_frames_feed(
		    &f, s + i, n - i < step ? n - i : step, keep, all);
	if (rc == 0)
		rc = llm_frames_end(&f, keep, all);
	llm_frames_clear(&f);
	return rc;
}

static void
llm_frames__finds_the_records__wherever_they_are_cut(void **state)
{
	static const struct {
		enum llm_kind kind;
		const char *stream, *records;
	} rows[] = {
	    {LLM_OLLAMA, "{1}\n\n  \n{2}\r\n{3}\r{4}", "[{1}][{2}][{3}][{4}]"},
	    {LLM_OLLAMA, "", ""},
	    {LLM_OPENAI, "\xEF\xBB\xBF" "data: a\n\n", "[a]"},
	    {LLM_OPENAI, ": hello\n\ndata:a\r\n\r\n:\r\rdata:  b\rdata:c\n\n",
		"[a][ b\nc]"},
	    {LLM_OPENAI, "event: x\nid: 1\ndata: a\nretry: 3\n\ndata\n\n",
		"[a]"},
	    {LLM_OPENAI, "data:\n\ndata:  \n\n", ""},
	    {LLM_OPENAI, "data: a\n\ndata: b", "[a][b]"},
	};
	struct str all = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t step = 1; step < 20; step++) {
			assert_int_equal(
			    frames(rows[i].kind, rows[i].stream, step, &all),
			    0);
			assert_string_equal(all.s, rows[i].records);
		}
	}
	assert_int_equal(frames(LLM_OLLAMA,
			     "0123456789012345678901234567890123456789x", 7,
			     &all),
	    OD_ELIMIT);
	assert_int_equal(frames(LLM_OPENAI,
			     "data: 01234567890123456789\n"
			     "data: 0123456789012345678901\n",
			     7, &all),
	    OD_ELIMIT);
	str_free(&all);
}

static void
llm_record__takes_what_servers_say__in_their_ways(void **state)
{
	/* clang-format off */
	static const struct {
		enum llm_kind kind;
		const char *json, *text;
		bool thinks, finished, end, bad;
	} rows[] = {
		{LLM_OLLAMA, "{\"message\":{\"content\":\"a\"},\"done\":false}", "a", false, false, false, false},
		{LLM_OLLAMA, "{\"message\":{\"content\":\"\",\"thinking\":\"h\"}}", "", true, false, false, false},
		{LLM_OLLAMA, "{\"done\":true,\"done_reason\":\"load\"}", "", false, true, true, false},
		{LLM_OLLAMA, "{\"response\":\"a\"}", "", false, false, false, true},
		{LLM_OLLAMA, "[]", "", false, false, false, true},
		{LLM_OLLAMA, "{\"message\":", "", false, false, false, true},
		{LLM_OLLAMA, "{\"message\":{\"content\":\"\\ud83d\\ude00\\ud83d\\u0000\\\\ud83d\"}}",
			"\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD\\ud83d", false, false, false, false},
		{LLM_OLLAMA, "{\"message\":{\"content\":\"a\xC3\"}}", "a\xEF\xBF\xBD", false, false, false, false},
		{LLM_OPENAI, "[DONE]", "", false, false, true, false},
		{LLM_OPENAI, "{\"choices\":[]}", "", false, false, false, false},
		{LLM_OPENAI, "{\"choices\":[{\"delta\":{\"content\":null}}]}", "", false, false, false, false},
		{LLM_OPENAI, "{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", "a", false, true, false, false},
		{LLM_OPENAI, "{\"choices\":[{\"delta\":{\"reasoning\":\"h\"}}]}", "", true, false, false, false},
		{LLM_OPENAI, "{\"choices\":[{\"delta\":{\"content\":[{\"type\":\"thinking\"},{\"type\":\"text\",\"text\":\"a\"}]}}]}", "a", true, false, false, false},
		{LLM_OPENAI, "{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}", "a", false, true, false, false},
		{LLM_OPENAI, "{\"hello\":1}", "", false, false, false, true},
	};
	/* clang-format on */
	struct llm_record r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int rc = llm_record_read(rows[i].kind, rows[i].json,
		    strlen(rows[i].json), &r, NULL);

		assert_int_equal(rc, rows[i].bad ? OD_EDATA : 0);
		assert_string_equal(r.text.s, rows[i].text);
		assert_int_equal(r.is_thinking, rows[i].thinks);
		assert_int_equal(r.is_finished, rows[i].finished);
		assert_int_equal(r.is_end, rows[i].end);
		assert_string_equal(r.error, "");
		llm_record_clear(&r);
	}
}

static void
llm_record__tells_an_error_safely__when_it_holds_one(void **state)
{
	static const char *const rows[] = {
	    "{\"error\":\"no\\u001b[2J room\"}",
	    "{\"error\":{\"message\":\"no\\u001b[2J room\",\"code\":500}}"};
	char line[64];
	struct llm_record r;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(llm_record_read(LLM_OLLAMA, rows[i],
				     strlen(rows[i]), &r, NULL),
		    0);
		assert_string_equal(r.error, "no\xE2\x90\x9B[2J room");
		llm_record_clear(&r);
	}
	llm_error_text("{\"detail\":\"nope\"}", 17, line, sizeof(line));
	assert_string_equal(line, "nope");
	llm_error_text("<html>", 6, line, sizeof(line));
	assert_string_equal(line, "");
}

static void
feed(const char *s, size_t step, struct str *out)
{
	struct llm_text t;
	size_t n = strlen(s);

	str_clear(out);
	llm_text_init(&t);
	for (size_t i = 0; i < n;) {
		size_t k = step;

		/* Pieces are cut between characters. */
		while (i + k < n && ((unsigned char)s[i + k] & 0xC0) == 0x80)
			k++;
		if (k > n - i)
			k = n - i;
		llm_text_feed(&t, s + i, k, out);
		i += k;
	}
	llm_text_end(&t, out);
	llm_text_clear(&t);
}

static void
llm_text__leaves_thoughts_out__wherever_they_are_cut(void **state)
{
	static const char *const rows[][2] = {
	    {"<think>a < b</think>\n\nSí.", "Sí."},
	    {"  \n Sí. <b> <thin>", "Sí. <b> <thin>"},
	    {"a<think>b</think>c<think>d", "ac"},
	    {"a <", "a <"},
	    {"a</think", "a</think"},
	    {"a\x1b[2J\r\nb\tc", "a\xE2\x90\x9B[2J\nb c"},
	    /* e, then the accent that belongs to it */
	    {"caf\x65\xCC\x81", "caf\x65\xCC\x81"},
	    {"\xE2\x80\xAE" "abc", "abc"},
	};
	struct str out = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t step = 1; step < 12; step++) {
			feed(rows[i][0], step, &out);
			assert_string_equal(out.s, rows[i][1]);
		}
	}
	str_free(&out);
}

static void
llm_models__are_the_same__with_the_usual_tag(void **state)
{
	(void)state;
	assert_true(llm_same_model(LLM_OLLAMA, "llama3", "llama3:latest"));
	assert_true(llm_same_model(LLM_OLLAMA, "a:7b", "a:7b"));
	assert_false(llm_same_model(LLM_OLLAMA, "llama3", "llama3:8b"));
	assert_false(llm_same_model(LLM_OLLAMA, "llama3", "llama"));
	assert_false(llm_same_model(LLM_OPENAI, "llama3", "llama3:latest"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		llm_frames__finds_the_records__wherever_they_are_cut),
	    cmocka_unit_test(llm_record__takes_what_servers_say__in_their_ways),
	    cmocka_unit_test(
		llm_record__tells_an_error_safely__when_it_holds_one),
	    cmocka_unit_test(
		llm_text__leaves_thoughts_out__wherever_they_are_cut),
	    cmocka_unit_test(llm_models__are_the_same__with_the_usual_tag),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
