/*
 * model_hints - what to answer a customer who objects: the cards that a text
 * is matched with on the loop, and an adviser: a language model.
 *
 * Nothing waits for the model: its words come piece by piece, and a screen
 * that goes leaves its question behind, which ends by itself and is logged.
 */
#ifndef TUI_MODEL_MODEL_HINTS_H
#define TUI_MODEL_MODEL_HINTS_H

#include "kb/hint.h"
#include "tui/model/model.h"

/*
 * book may be taken: copy it out and make it NULL.  It is NULL from the
 * beginning when it would be the one that is known.
 */
typedef void hint_book_fn(struct screen *s, struct hint_book **book,
    const struct model_answer *answer);
/* usual: as hint_book_load; known (may be NULL): the book that is there. */
void model_hint_book(struct model *m, struct screen *s, double usual,
    const struct hint_book *known, hint_book_fn *fn);

/* Of the operator from now on; "": the tenant's.  Both are copied. */
typedef void hint_offer_fn(struct screen *s, const struct model_answer *answer);
void model_hint_offer(struct model *m, struct screen *s, const char *product,
    const char *price, hint_offer_fn *fn);

enum adviser_state {
	ADVISER_SILENT, /* nothing was asked yet */
	ADVISER_THINKS, /* asked, not a word yet */
	ADVISER_SPEAKS,
	ADVISER_OVER, /* whole, or as far as it came: see trouble */
};
struct adviser; /* one question at a time */

/*
 * settings' strings live as long as it does (they are a configuration's);
 * changed is called on the loop whenever there is something new to show.
 */
struct adviser *adviser_new(struct model *m, struct screen *s, uv_loop_t *loop,
    const struct llm_settings *settings, double usual,
    void (*changed)(struct screen *s));
/* Whether a model server is configured at all. */
bool adviser_is_possible(const struct adviser *t);
/* What goes on is given up first.  call_id 0: none. */
void adviser_ask(
    struct adviser *t, const char *said, enum lang lang, int64_t call_id);
void adviser_cancel(struct adviser *t);
/* As before anything was asked; what goes on is given up. */
void adviser_forget(struct adviser *t);
/* The last answer; good or not.  Before it is over nothing is done. */
void adviser_rate(struct adviser *t, bool good);

enum adviser_state adviser_state(const struct adviser *t);
const char *adviser_words(const struct adviser *t);   /* safe; or "" */
const char *adviser_trouble(const struct adviser *t); /* or "" */
const char *adviser_model(const struct adviser *t);   /* who was asked */

/* ---- the server ---- */

enum adviser_server_state {
	ADVISER_UNKNOWN, /* not looked yet */
	ADVISER_ABSENT,
	ADVISER_NO_MODEL,
	ADVISER_COLD, /* the first answer loads it */
	ADVISER_WARM,
};
struct adviser_server {
	enum adviser_server_state state;
	char error[512]; /* what to do when something is missing, or "" */
};
const struct adviser_server *adviser_server(const struct adviser *t);
/* status is borrowed during the call. */
typedef void adviser_look_fn(struct screen *s, const struct llm_status *status);
/*
 * Look whether the server is there and what it has; warms: have the model
 * loaded first.  changed is called when it is known, and fn (which may be
 * NULL) with all that was seen.  Without a server nothing is done.
 */
void adviser_look(struct adviser *t, bool warms, adviser_look_fn *fn);
/* Ask that model from now on, here and wherever the operator asks. */
void adviser_use(struct adviser *t, const char *model);
/* What was asked before is not told to the model any more. */
void adviser_clear_history(struct adviser *t);

/* rows are borrowed during the call. */
typedef void hint_history_fn(struct screen *s, const struct ai_log *rows,
    size_t count, const struct model_answer *answer);
/* What the operator asked lately, newest first. */
void model_hint_history(struct model *m, struct screen *s, hint_history_fn *fn);

/*
 * The screen goes: what goes on is logged as cancelled, and freed when it has
 * ended.  console_ends: the model stops after this, so nothing is asked of it
 * any more.
 */
void adviser_leave(struct adviser **t, bool console_ends);

#endif
