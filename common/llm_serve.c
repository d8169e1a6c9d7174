/* llm_serve - see llm_serve.h. */
#include "common/llm_serve.h"
#include "common/json.h"
#include "common/redact.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

#define MESSAGES_MAX 256

static const struct json_limits limits = {
    LLM_SERVED_MAX, 16, 20000, LLM_SERVED_MAX};

/* ---- a question ---- */

void
llm_served_clear(struct llm_served *s)
{
	for (size_t i = 0; i < s->count; i++)
		free((char *)(uintptr_t)s->messages[i].text);
	FREE(&s->messages);
	s->count = 0;
}

static bool
read_role(const char *name, enum llm_role *role)
{
	static const char *const names[] = {"system", "user", "assistant"};

	for (size_t i = 0; name != NULL && i < 3; i++)
		if (strcmp(name, names[i]) == 0) {
			*role = (enum llm_role)i;
			return true;
		}
	return false;
}

static int
read_message(const struct json *m, struct llm_served *out, struct err *err)
{
	const char *text = json_string(m, "content");
	struct str kept = STR_INIT;
	enum llm_role role;

	if (text == NULL || !read_role(json_string(m, "role"), &role))
		return err_set(err, OD_EDATA,
		    "A message needs \"role\" (system, user or assistant) and "
		    "\"content\", a text");
	if (role == LLM_SYSTEM)
		str_add(&kept, text);
	else
		redact(&kept, text, strlen(text));
	out->bytes += kept.len;
	out->messages[out->count++] =
	    (struct llm_message){role, str_take(&kept)};
	return 0;
}

static int
read_question(const struct json *doc, struct llm_served *out, struct err *err)
{
	const struct json *list = json_get(doc, "messages"), *m;
	const char *model = json_string(doc, "model");
	int rc = 0;

	if (list == NULL || json_type(list) != JSON_ARRAY ||
	    json_size(list) > MESSAGES_MAX)
		return err_set(err, OD_EDATA,
		    "A question needs \"messages\", a list of at most %d",
		    MESSAGES_MAX);
	if (model != NULL && !str_copy(out->model, sizeof(out->model), model))
		return err_set(err, OD_EDATA, "That is no name of a model");
	if (json_size(list) > 0 && !json_bool(doc, "stream"))
		return err_set(err, OD_EDATA,
		    "Answers come as a stream only; ask with \"stream\": true");
	out->messages = xcalloc(json_size(list) + 1, sizeof(*out->messages));
	for (m = json_first(list); rc == 0 && m != NULL; m = json_next(m))
		rc = read_message(m, out, err);
	return rc;
}

int
llm_serve_read(
    const char *body, size_t n, struct llm_served *out, struct err *err)
{
	struct json *doc = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = json_parse(body, n, &limits, &doc, err)) == 0)
		rc = read_question(doc, out, err);
	json_free(&doc);
	return rc;
}

/* ---- an answer ---- */

const char *
llm_serve_type(enum llm_kind kind)
{
	return kind == LLM_OPENAI ? "text/event-stream"
	                          : "application/x-ndjson";
}

static void
begin(enum llm_kind kind, struct json_out *w, struct str *out)
{
	if (kind == LLM_OPENAI)
		str_add(out, "data: ");
	json_out_init(w, out);
	json_out_object(w, NULL);
}

static void
end(enum llm_kind kind, struct json_out *w, struct str *out)
{
	json_out_end(w, '}');
	str_add(out, kind == LLM_OPENAI ? "\n\n" : "\n");
}

static void
add_chunk(struct json_out *w, const char *model)
{
	json_out_string(w, "id", "opdesk");
	json_out_string(w, "object", "chat.completion.chunk");
	json_out_int(w, "created", 0);
	json_out_string(w, "model", model);
	json_out_array(w, "choices");
}

static void
add_said(struct json_out *w, const char *s, size_t n)
{
	json_out_string(w, "role", "assistant");
	json_out_stringn(w, "content", s, n);
	json_out_end(w, '}');
}

void
llm_serve_text(enum llm_kind kind, const char *model, const char *s, size_t n,
    struct str *out)
{
	struct json_out w;

	begin(kind, &w, out);
	if (kind == LLM_OPENAI) {
		add_chunk(&w, model);
		json_out_object(&w, NULL);
		json_out_int(&w, "index", 0);
		json_out_object(&w, "delta");
		add_said(&w, s, n);
		json_out_null(&w, "finish_reason");
		json_out_end(&w, '}');
		json_out_end(&w, ']');
	} else {
		json_out_string(&w, "model", model);
		json_out_object(&w, "message");
		add_said(&w, s, n);
		json_out_bool(&w, "done", false);
	}
	end(kind, &w, out);
}

static void
end_ollama(
    struct json_out *w, const char *model, const struct llm_answer *answer)
{
	json_out_string(w, "model", model);
	json_out_object(w, "message");
	add_said(w, "", 0);
	json_out_bool(w, "done", true);
	json_out_string(
	    w, "done_reason", answer->is_shortened ? "length" : "stop");
	if (answer->tokens_in >= 0)
		json_out_int(w, "prompt_eval_count", answer->tokens_in);
	if (answer->tokens_out >= 0)
		json_out_int(w, "eval_count", answer->tokens_out);
}

static void
end_openai(
    struct json_out *w, const char *model, const struct llm_answer *answer)
{
	add_chunk(w, model);
	json_out_object(w, NULL);
	json_out_int(w, "index", 0);
	json_out_object(w, "delta");
	json_out_end(w, '}');
	json_out_string(
	    w, "finish_reason", answer->is_shortened ? "length" : "stop");
	json_out_end(w, '}');
	json_out_end(w, ']');
	if (answer->tokens_in < 0 || answer->tokens_out < 0)
		return;
	json_out_object(w, "usage");
	json_out_int(w, "prompt_tokens", answer->tokens_in);
	json_out_int(w, "completion_tokens", answer->tokens_out);
	json_out_int(w, "total_tokens", answer->tokens_in + answer->tokens_out);
	json_out_end(w, '}');
}

void
llm_serve_end(enum llm_kind kind, const char *model,
    const struct llm_answer *answer, struct str *out)
{
	struct json_out w;

	begin(kind, &w, out);
	if (kind == LLM_OPENAI)
		end_openai(&w, model, answer);
	else
		end_ollama(&w, model, answer);
	end(kind, &w, out);
	if (kind == LLM_OPENAI)
		str_add(out, "data: [DONE]\n\n");
}

static void
add_refusal(struct json_out *w, const char *sentence)
{
	json_out_object(w, "error");
	json_out_string(w, "message", sentence);
	json_out_end(w, '}');
}

void
llm_serve_error(enum llm_kind kind, const char *sentence, struct str *out)
{
	struct json_out w;

	begin(kind, &w, out);
	add_refusal(&w, sentence);
	end(kind, &w, out);
}

void
llm_serve_refusal(const char *sentence, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	add_refusal(&w, sentence);
	json_out_end(&w, '}');
}

void
llm_serve_loaded(const char *model, struct str *out)
{
	const struct llm_answer nothing = {.tokens_in = -1, .tokens_out = -1};
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	end_ollama(&w, model, &nothing);
	json_out_end(&w, '}');
}

void
llm_serve_models(enum llm_kind kind, const struct llm_status *status,
    bool loaded_only, struct str *out)
{
	struct json_out w;

	json_out_init(&w, out);
	json_out_object(&w, NULL);
	json_out_array(&w, kind == LLM_OPENAI ? "data" : "models");
	for (size_t i = 0; i < status->count; i++) {
		const struct llm_model *m = &status->models[i];

		if (loaded_only && !m->is_loaded)
			continue;
		json_out_object(&w, NULL);
		json_out_string(
		    &w, kind == LLM_OPENAI ? "id" : "name", m->name);
		if (m->bytes > 0)
			json_out_int(&w, "size", m->bytes);
		json_out_end(&w, '}');
	}
	json_out_end(&w, ']');
	json_out_end(&w, '}');
}
