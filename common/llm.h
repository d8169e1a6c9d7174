/*
 * llm - asks a language model, whose words come in pieces.
 *
 * Loop thread only.  Speaks to Ollama (/api/chat) and to servers that are
 * compatible with OpenAI's (/v1/chat/completions), over TCP or a unix socket.
 * What comes out is safe text (common/text), without what a model thinks
 * aloud.  Every wait and every size has a limit; a failure is a sentence, and
 * what was said until then is kept.  Keys and texts are never logged.
 */
#ifndef COMMON_LLM_H
#define COMMON_LLM_H

#include "common/conf.h"
#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum llm_kind { LLM_NONE, LLM_OLLAMA, LLM_OPENAI };

struct llm_settings { /* strings are copied by llm_new */
	enum llm_kind kind;
	const char *url;         /* of the server, see llm_url */
	const char *unix_socket; /* "": TCP */
	bool by_daemon; /* the socket is our daemon's: what it says is ours */
	const char *model;       /* "": none chosen */
	const char *key;         /* "": none */
	int connect_ms;
	int cold_ms, warm_ms; /* to the first token, loading or loaded */
	int idle_ms;          /* between pieces; keep-alives are none */
	int whole_ms;         /* from the first token to the end */
	int keep_alive_s;     /* how long a model stays loaded unused */
	int context_tokens;   /* of prompt and answer together */
	int max_tokens;       /* of an answer */
	int max_text;         /* bytes of an answer's text */
	int max_bytes;        /* of all that comes over the wire for it */
};
/* From [llm]; the strings are the configuration's. */
void llm_settings_read(const struct conf *conf, struct llm_settings *out);
/*
 * The same for a console: by way of the daemon where [llm] daemon_socket says
 * so, whose patience with the model server is the one that counts then.
 */
void llm_settings_console(const struct conf *conf, struct llm_settings *out);

enum llm_role { LLM_SYSTEM, LLM_USER, LLM_ASSISTANT };
struct llm_message {
	enum llm_role role;
	const char *text;
};

enum llm_outcome { /* as they are kept in ai_logs */
	LLM_RUNNING,
	LLM_WHOLE,
	LLM_CANCELLED,
	LLM_FAILED,
	LLM_TIMED_OUT
};
/* "whole", "cancelled" and so on. */
const char *llm_outcome_name(enum llm_outcome outcome);

struct llm_answer {
	enum llm_outcome outcome;
	int code;                      /* 0 or OD_* */
	const char *error;             /* a sentence; "" when it is whole */
	const char *text;              /* all that was said, safe; never NULL */
	bool is_shortened;             /* whole, but up to max_tokens only */
	int64_t tokens_in, tokens_out; /* -1: the server did not say */
	int64_t asked_us, first_us, done_us; /* first_us 0: never came */
	int tries;                           /* requests that were made */
};

struct llm_question {
	const struct llm_message *messages; /* copied */
	size_t count;
	/* Each piece of the text as it comes, safe; may be NULL. */
	void (*on_text)(const char *s, size_t n, void *data);
	/* Exactly once, on the loop; the answer is borrowed meanwhile. */
	void (*done)(const struct llm_answer *answer, void *data);
	void *data;
};

struct llm;      /* a model server */
struct llm_call; /* a question under way */

/*
 * OD_EUNAVAIL: no model server is configured, or libcurl is not installed.
 * Nothing is sent before something is asked.
 */
int llm_new(uv_loop_t *loop, const struct llm_settings *settings,
    struct llm **out, struct err *err);
/*
 * Ends what is under way: each done comes with LLM_CANCELLED, here or on a
 * later turn of the loop, which has to run until its handles are closed.
 */
void llm_free(struct llm **l);

/* The model that is asked from now on; OD_EDATA when it is no name. */
int llm_use(struct llm *l, const char *model, struct err *err);
const char *llm_model(const struct llm *l);
enum llm_kind llm_kind(const struct llm *l);
/* Whether the model is known to be loaded, so that warm_ms holds. */
bool llm_is_warm(const struct llm *l);

/*
 * Ask.  On 0 done comes later, and *call (which may be NULL) is valid until
 * then.  OD_EUNAVAIL when no model is chosen, OD_EDATA when the address
 * cannot be used.
 */
int llm_ask(struct llm *l, const struct llm_question *q, struct llm_call **call,
    struct err *err);
/* done comes with LLM_CANCELLED, not inside this call. */
void llm_cancel(struct llm_call *call);

/*
 * Have the model loaded; an answer without text.  With a server that knows no
 * loading it is only reached.
 */
int llm_warm_up(struct llm *l,
    void (*done)(const struct llm_answer *answer, void *data), void *data,
    struct err *err);

struct llm_model {
	char name[129]; /* safe */
	int64_t bytes;  /* 0: not told */
	bool is_loaded;
};
struct llm_status {
	bool is_reachable, has_model, is_warm;
	bool is_vague;     /* the server does not say which models it has */
	int code;          /* OD_* when it is not reachable */
	const char *error; /* what to do when something is missing, or "" */
	const struct llm_model *models; /* by name */
	size_t count;
};
/* Whether the server is there, and what it has. */
int llm_look(struct llm *l,
    void (*done)(const struct llm_status *status, void *data), void *data,
    struct err *err);

#endif
