/*
 * llm_serve - the other end of llm.h: a question read as a model server reads
 * it, and an answer written as one writes it.  Pure functions over bytes.
 *
 * Both kinds are spoken: lines of JSON (Ollama) and server-sent events
 * (OpenAI).  What is written here, llm_read.h reads.
 */
#ifndef COMMON_LLM_SERVE_H
#define COMMON_LLM_SERVE_H

#include "common/llm.h"
#include "common/str.h"

#define LLM_SERVED_MAX ((size_t)1 << 20) /* bytes of a question */

struct llm_served {                   /* a question that came */
	char model[129];              /* "": none was named */
	struct llm_message *messages; /* owned, with their texts */
	size_t count;                 /* 0: only load the model */
	size_t bytes;                 /* of all texts */
};
/*
 * *out is cleared by the caller, also after an error: OD_EDATA, with what is
 * wrong.  Numbers and mail addresses of people are taken out of what anybody
 * but the system says (common/redact.h).
 */
int llm_serve_read(
    const char *body, size_t n, struct llm_served *out, struct err *err);
void llm_served_clear(struct llm_served *s);

const char *llm_serve_type(enum llm_kind kind); /* Content-Type of a stream */
/* A piece of the answer, its end, or what broke it off: appended to out. */
void llm_serve_text(enum llm_kind kind, const char *model, const char *s,
    size_t n, struct str *out);
void llm_serve_end(enum llm_kind kind, const char *model,
    const struct llm_answer *answer, struct str *out);
void llm_serve_error(enum llm_kind kind, const char *sentence, struct str *out);

/* Whole bodies: a refusal, a model that was loaded, the models that there are
 * (loaded_only: as Ollama tells which it has in memory). */
void llm_serve_refusal(const char *sentence, struct str *out);
void llm_serve_loaded(const char *model, struct str *out);
void llm_serve_models(enum llm_kind kind, const struct llm_status *status,
    bool loaded_only, struct str *out);

#endif
