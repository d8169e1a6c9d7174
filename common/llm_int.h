/*
 * llm_int - what the files of the model client share.
 */
#ifndef COMMON_LLM_INT_H
#define COMMON_LLM_INT_H

#include "common/http_client.h"
#include "common/llm.h"
#include "common/llm_read.h"
#include "common/llm_text.h"
#include "common/loop.h"

enum llm__path {
	LLM_PATH_CHAT,
	LLM_PATH_MODELS,
	LLM_PATH_LOADED /* Ollama only */
};

struct llm_look; /* under way */

struct llm {
	uv_loop_t *loop;
	struct http_client *http;
	struct llm_settings settings;          /* its strings are those: */
	char *url, *unix_socket, *model, *key; /* owned */
	int64_t warm_until_us;                 /* monotonic */
	bool new_limit_name; /* max_completion_tokens is wanted */
	bool is_closing;
	int users; /* calls and looks under way */
	struct llm_call *calls;
	struct llm_look *looks;
};

/* ---- llm_body.c: what is sent ---- */

void llm__url(
    const struct llm_settings *s, enum llm__path path, struct str *out);
/* count 0: only load the model. */
void llm__body(const struct llm_settings *s, const struct llm_message *messages,
    size_t count, bool new_limit_name, struct str *out);
/* Method, address, key and headers of a request; url is borrowed. */
void llm__request(const struct llm *l, const char *method, const char *url,
    struct http_request *r);

/* ---- llm_error.c: what went wrong, as a sentence ---- */

/* The server could not be reached, or did not answer. */
int llm__not_there(const struct llm_settings *s, const struct http_response *r,
    struct err *err);
/* It answered with another status than 200. */
int llm__refused(const struct llm_settings *s, const struct http_response *r,
    const char *body, size_t n, struct err *err);
/* Whether the same request may be made once more, and when. */
bool llm__may_retry(const struct llm_settings *s, const struct http_response *r,
    int64_t *wait_ms);

/* ---- llm.c ---- */

/* The model was just used: it stays loaded for a while. */
void llm__is_warm_now(struct llm *l);
void llm__enter(struct llm *l);
void llm__leave(struct llm *l); /* may free l */

/* ---- llm_look.c ---- */
void llm__cancel_looks(struct llm *l);

#endif
