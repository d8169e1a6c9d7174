/* llm_read - records of a stream, errors and lists; see llm_read.h. */
#include "common/llm_read.h"
#include "common/json.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define MODELS_MAX 1000

static const struct json_limits limits = {
    .max_bytes = (size_t)4 << 20,
    .max_depth = JSON_MAX_DEPTH,
    .max_nodes = 100000,
    .max_string = (size_t)1 << 20,
};

/* ---- JSON as models' servers write it ---- */

/* The 4 digits of an escape, or -1. */
static int
hex4(const char *s, const char *end)
{
	int v = 0;

	if (end - s < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)s[i] | 0x20;

		if (c >= '0' && c <= '9')
			v = v * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			v = v * 16 + c - 'a' + 10;
		else
			return -1;
	}
	return v;
}

/* "\uXXXX" at s, or a pair of them that is one character: its bytes. */
static size_t
escape(const char *s, const char *end, bool *is_bad)
{
	int cp = hex4(s + 2, end);

	*is_bad = cp == 0 || (cp >= 0xD800 && cp <= 0xDFFF);
	if (cp < 0)
		return 2;
	if (cp >= 0xD800 && cp <= 0xDBFF && end - s >= 12 && s[6] == '\\' &&
	    s[7] == 'u') {
		int low = hex4(s + 8, end);

		if (low >= 0xDC00 && low <= 0xDFFF) {
			*is_bad = false;
			return 12;
		}
	}
	return 6;
}

/*
 * A character may be cut in half where a token ends, in bytes or in escapes;
 * the strict reader would refuse all of the record for it.
 */
static void
mend(const char *s, size_t n, struct str *out)
{
	struct str whole = STR_INIT;
	const char *p, *end;

	utf8_mend(&whole, s, n);
	end = whole.s + whole.len;
	for (p = whole.s; p < end;) {
		bool is_bad = false;
		size_t k = 1;

		if (*p == '\\' && end - p >= 2)
			k = p[1] == 'u' ? escape(p, end, &is_bad) : 2;
		if (is_bad)
			str_add(out, "\\ufffd");
		else
			str_addn(out, p, k);
		p += k;
	}
	str_free(&whole);
}

static int
read_json(const char *s, size_t n, struct json **doc, struct err *err)
{
	struct str mended = STR_INIT;
	int rc;

	*doc = NULL;
	if (n > limits.max_bytes)
		return err_set(err, OD_ELIMIT, "The answer is too large");
	mend(s, n, &mended);
	rc = json_parse(mended.s, mended.len, &limits, doc, err);
	str_free(&mended);
	return rc;
}

/* ---- errors ---- */

/* {"error":"..."}, {"error":{"message":"..."}}, {"message"}, {"detail"} */
static const char *
told_error(const struct json *doc)
{
	const struct json *e = json_get(doc, "error");
	const char *s = json_as_string(e);

	if (s == NULL)
		s = json_string(e, "message");
	if (s == NULL && e != NULL && json_type(e) == JSON_OBJECT)
		s = json_string(e, "type");
	return s;
}

static void
keep_line(char *out, size_t size, const char *s)
{
	char *safe = text_safe_dup(s, TEXT_LINE);

	str_copy(out, size, safe);
	free(safe);
}

void
llm_error_text(const char *body, size_t n, char *out, size_t size)
{
	struct json *doc = NULL;
	const char *s;

	out[0] = '\0';
	if (read_json(body, n, &doc, NULL) != 0)
		return;
	s = told_error(doc);
	if (s == NULL)
		s = json_string(doc, "message");
	if (s == NULL)
		s = json_string(doc, "detail");
	if (s != NULL)
		keep_line(out, size, s);
	json_free(&doc);
}

/* ---- records ---- */

void
llm_record_clear(struct llm_record *r)
{
	str_free(&r->text);
}

static bool
says(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void
read_ollama(const struct json *doc, struct llm_record *r)
{
	const struct json *m = json_get(doc, "message");
	const char *text = json_string(m, "content");

	if (says(text))
		str_add(&r->text, text);
	r->is_thinking = says(json_string(m, "thinking"));
	if (!json_bool(doc, "done"))
		return;
	r->is_finished = r->is_end = true;
	r->is_shortened = str_equal(json_string(doc, "done_reason"), "length");
	(void)json_int64(doc, "prompt_eval_count", &r->tokens_in);
	(void)json_int64(doc, "eval_count", &r->tokens_out);
}

/* Content in parts: those of text are taken, the others are thoughts. */
static void
read_parts(const struct json *parts, struct llm_record *r)
{
	const struct json *p = json_first(parts);

	if (json_type(parts) != JSON_ARRAY)
		return;
	for (; p != NULL; p = json_next(p)) {
		const char *text = json_string(p, "text");

		if (!str_equal(json_string(p, "type"), "text"))
			r->is_thinking = true;
		else if (text != NULL)
			str_add(&r->text, text);
	}
}

static void
read_usage(const struct json *doc, struct llm_record *r)
{
	const struct json *usage = json_get(doc, "usage");

	if (usage == NULL || json_type(usage) != JSON_OBJECT)
		usage = json_path(doc, "x_groq", "usage", NULL);
	(void)json_int64(usage, "prompt_tokens", &r->tokens_in);
	(void)json_int64(usage, "completion_tokens", &r->tokens_out);
}

static void
read_openai(const struct json *doc, struct llm_record *r)
{
	const struct json *choice = json_first(json_get(doc, "choices"));
	const struct json *delta = json_get(choice, "delta");
	const char *text, *reason = json_string(choice, "finish_reason");

	if (delta == NULL) /* one that does not stream */
		delta = json_get(choice, "message");
	text = json_string(delta, "content");
	if (says(text))
		str_add(&r->text, text);
	else
		read_parts(json_get(delta, "content"), r);
	r->is_thinking |= says(json_string(delta, "reasoning_content")) ||
	                  says(json_string(delta, "reasoning"));
	r->is_finished = says(reason);
	r->is_shortened = str_equal(reason, "length");
	read_usage(doc, r);
}

int
llm_record_read(enum llm_kind kind, const char *s, size_t n,
    struct llm_record *r, struct err *err)
{
	const char *error;
	struct json *doc = NULL;
	int rc = 0;

	memset(r, 0, sizeof(*r));
	str_init(&r->text);
	r->tokens_in = r->tokens_out = -1;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	if (kind == LLM_OPENAI && n == 6 && memcmp(s, "[DONE]", 6) == 0) {
		r->is_end = true;
		return 0;
	}
	if (read_json(s, n, &doc, err) != 0)
		return OD_EDATA;
	if ((error = told_error(doc)) != NULL)
		keep_line(
		    r->error, sizeof(r->error), error[0] != '\0' ? error : "?");
	else if (json_type(doc) != JSON_OBJECT ||
		 json_get(doc, kind == LLM_OPENAI ? "choices" : "message") ==
		     NULL)
		rc = kind == LLM_OLLAMA && json_bool(doc, "done")
		         ? 0
		         : err_set(err, OD_EDATA,
			       "There is no word of a model in it");
	if (rc == 0 && kind == LLM_OPENAI)
		read_openai(doc, r);
	else if (rc == 0)
		read_ollama(doc, r);
	json_free(&doc);
	return rc;
}

/* ---- lists of models ---- */

static int
compare_models(const void *a, const void *b)
{
	const struct llm_model *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
llm_models_read(const char *body, size_t n, struct llm_model **out,
    size_t *count, struct err *err)
{
	const struct json *list, *m;
	struct json *doc = NULL;
	int rc;

	*out = NULL;
	*count = 0;
	if ((rc = read_json(body, n, &doc, err)) != 0)
		return rc;
	list = json_get(doc, "models");
	if (list == NULL || json_type(list) != JSON_ARRAY)
		list = json_get(doc, "data");
	if (list == NULL || json_type(list) != JSON_ARRAY) {
		json_free(&doc);
		return err_set(err, OD_EDATA, "There is no list of models");
	}
	for (m = json_first(list); m != NULL && *count < MODELS_MAX;
	     m = json_next(m)) {
		const char *name = json_string(m, "name");
		struct llm_model *one;

		if (name == NULL)
			name = json_string(m, "model");
		if (name == NULL)
			name = json_string(m, "id");
		if (!says(name))
			continue;
		*out = xreallocarray(*out, *count + 1, sizeof(**out));
		one = &(*out)[(*count)++];
		memset(one, 0, sizeof(*one));
		keep_line(one->name, sizeof(one->name), name);
		if (!json_int64(m, "size", &one->bytes) || one->bytes < 0)
			one->bytes = 0;
	}
	json_free(&doc);
	if (*count > 1)
		qsort(*out, *count, sizeof(**out), compare_models);
	return 0;
}

/* The bytes of a name without its ":latest". */
static size_t
plain_length(const char *s)
{
	const char *colon = strrchr(s, ':');

	return colon != NULL && strcmp(colon, ":latest") == 0
	           ? (size_t)(colon - s)
	           : strlen(s);
}

bool
llm_same_model(enum llm_kind kind, const char *a, const char *b)
{
	size_t n = plain_length(a);

	if (kind != LLM_OLLAMA)
		return strcmp(a, b) == 0;
	return n == plain_length(b) && memcmp(a, b, n) == 0;
}
