/*
 * llm_stand - a model server that stands in for Ollama (/api/...) and for one
 * compatible with OpenAI's (/v1/...) at once, on threads of its own, with what
 * such servers do wrong.
 *
 * It says STAND_SAYS in the pieces of a real stream.
 */
#ifndef TESTS_LIB_LLM_STAND_H
#define TESTS_LIB_LLM_STAND_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define STAND_SAYS "Entiendo. ¿Qué precio le parecería justo?"

enum llm_fault {
	LLM_FINE,
	LLM_THINKS,	     /* thoughts in a member of their own first */
	LLM_THINKS_IN_TAGS,  /* thoughts in the text, in <think> */
	LLM_BYTES,	     /* the stream a byte at a time */
	LLM_SHORTENED,	     /* stopped by the limit of tokens */
	LLM_NO_MARK,	     /* no [DONE]; no line end behind the last line */
	LLM_LINGERS,	     /* all is said, and the stream stays open */
	LLM_NO_MODEL,	     /* 404 */
	LLM_BAD_KEY,	     /* 401 */
	LLM_LIMITED,	     /* 429 with Retry-After: 7 */
	LLM_QUOTA,	     /* 429 that no waiting helps */
	LLM_LIMITED_ONCE,    /* 429, then fine */
	LLM_BUSY,	     /* 503 */
	LLM_BUSY_ONCE,	     /* 503, then fine */
	LLM_DROPS,	     /* closed without an answer */
	LLM_DROPS_ONCE,	     /* the same, then fine */
	LLM_HTML,	     /* 200 with a page */
	LLM_BROKEN_JSON,     /* in the middle */
	LLM_BROKEN_UTF8,     /* half a character in the middle */
	LLM_HALF_ESCAPE,     /* half a pair of \u in the middle */
	LLM_CUT,	     /* closed in the middle of a record */
	LLM_ENDS_EARLY,	     /* a proper end of HTTP in the middle */
	LLM_ERROR,	     /* a record that tells an error in the middle */
	LLM_ENDLESS,	     /* words without an end */
	LLM_LONG_LINE,	     /* a record without an end */
	LLM_SILENT,	     /* nothing, ever */
	LLM_HEAD_ONLY,	     /* status and headers, then nothing */
	LLM_KEEP_ALIVES,     /* comments and blank lines, no word */
	LLM_ONE_WORD,	     /* a word, then nothing */
	LLM_ONE_WORD_ALIVE,  /* a word, then keep-alives */
	LLM_ESCAPES,	     /* control sequences in the text */
	LLM_SAYS_NOTHING,    /* an answer without text */
	LLM_NEW_LIMIT,	     /* 400: wants max_completion_tokens */
	LLM_NO_LIST,	     /* 404 to the list of models only */
	LLM_COLD,	     /* fine; the model is not loaded */
	LLM_FAULTS
};

struct llm_stand {
	int port; /* 0: a socket */
	/* set before llm_stand_open */
	const char *socket; /* path; NULL: TCP on loopback */
	/* private */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows */
	enum llm_fault fault;
	char *body, *head; /* of the last question; owned */
	size_t questions;
	pthread_t talks[256];
	size_t talk_count;
	int listening, stop[2];
};

void llm_stand_open(struct llm_stand *s);
void llm_stand_close(struct llm_stand *s);
void llm_stand_set(struct llm_stand *s, enum llm_fault fault);
/* Questions that came in (POST), those that were refused too. */
size_t llm_stand_questions(struct llm_stand *s);
/* Whether the last question's head or body holds a text. */
bool llm_stand_heard(struct llm_stand *s, const char *text);
/* "fine", "broken_utf8" and so on; LLM_FAULTS when it is none. */
enum llm_fault llm_stand_fault(const char *name);

#endif
