/*
 * llm_read - what a model server sends, read: lines of JSON (Ollama) or
 * server-sent events (OpenAI).  Pure functions over bytes.
 */
#ifndef COMMON_LLM_READ_H
#define COMMON_LLM_READ_H

#include "common/err.h"
#include "common/llm.h"
#include "common/str.h"

/* ---- a stream into records ---- */

struct llm_frames {
	enum llm_kind kind;
	size_t max_record; /* bytes */
	/* private */
	struct str line, event;
	bool is_begun, has_event, after_cr;
};
void llm_frames_init(
    struct llm_frames *f, enum llm_kind kind, size_t max_record);
void llm_frames_clear(struct llm_frames *f);
/* A record: not empty, no line end at its borders.  Not 0: no more. */
typedef int llm_record_fn(const char *s, size_t n, void *data);
/*
 * The next bytes, cut anywhere.  What fn returned when that is not 0;
 * OD_ELIMIT when a record is longer than max_record.  Blank lines and comments
 * are no records.
 */
int llm_frames_feed(struct llm_frames *f, const char *p, size_t n,
    llm_record_fn *fn, void *data);
/* The stream ended: what stands there without its end. */
int llm_frames_end(struct llm_frames *f, llm_record_fn *fn, void *data);

/* ---- a record ---- */

struct llm_record {
	struct str text;               /* owned; valid UTF-8, not yet safe */
	bool is_thinking;              /* it holds what the model thinks */
	bool is_finished;              /* the text is whole */
	bool is_end;                   /* nothing comes after it */
	bool is_shortened;             /* finished by the limit of tokens */
	char error[256];               /* safe; "": none */
	int64_t tokens_in, tokens_out; /* -1: not here */
};
void llm_record_clear(struct llm_record *r);
/*
 * Read one; r is cleared with llm_record_clear, also after an error.  OD_EDATA
 * when it is not JSON, or nothing that such a server says.  Bytes that are no
 * UTF-8 become U+FFFD, and so do halves of pairs of escapes.
 */
int llm_record_read(enum llm_kind kind, const char *s, size_t n,
    struct llm_record *r, struct err *err);

/*
 * The text of a body that tells an error, {"error":"..."} and its like, in one
 * safe line; "" when it tells none.
 */
void llm_error_text(const char *body, size_t n, char *out, size_t size);

/* ---- other answers ---- */

/*
 * The models of a body of /api/tags, /api/ps or /v1/models; *out is owned by
 * the caller (free), sorted by name.  OD_EDATA when it is none of these.
 */
int llm_models_read(const char *body, size_t n, struct llm_model **out,
    size_t *count, struct err *err);
/* Whether two names mean one model: Ollama adds ":latest". */
bool llm_same_model(enum llm_kind kind, const char *a, const char *b);

#endif
