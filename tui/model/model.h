/*
 * model - the console's view of the desk: questions and actions for the
 * worker thread, answers for screens.
 *
 * Screens never call db/ functions.  They ask one of the functions in
 * tui/model/, which run on the worker against its own struct desk and come
 * back as a snapshot to the screen that asked, if that is still there.
 * Loop thread only, but for the run functions.
 */
#ifndef TUI_MODEL_MODEL_H
#define TUI_MODEL_MODEL_H

#include "common/err.h"
#include "db/core/op.h"
#include "tui/screen.h"
#include <stdbool.h>
#include <uv.h>

struct model;

struct model_options {
	uv_loop_t *loop;
	struct ui *ui;
	struct desk *desk; /* taken: it moves to the worker */
	const char *uri;   /* borrowed for the model's life */
	/* The desk changed (own or foreign commits); on the loop. */
	void (*changed)(void *data);
	/* The operator was disabled, within seconds; once.  Or NULL. */
	void (*ended)(void *data);
	void *data;
};

/* NULL with a sentence; the desk is closed then, too. */
struct model *model_new(const struct model_options *options, struct err *err);
/* Finish what was asked, keep the file, then stopped(data); m is freed. */
void model_stop(struct model *m, void (*stopped)(void *data), void *data);

/* Who acts, as of the last look at the desk. */
const struct actor *model_actor(const struct model *m);
bool model_is_readonly(const struct model *m);
/*
 * opdesk was upgraded and this program is too old to write: only drafts are
 * kept, in files.
 */
bool model_is_outdated(const struct model *m);
/* That is so because the desk was moved to another place. */
bool model_is_moved(const struct model *m);
/*
 * The database's server does not answer: nothing can be saved, drafts are kept
 * in files until it does.
 */
bool model_is_away(const struct model *m);
/* Whether the actor's role may do it at all. */
bool model_may(const struct model *m, const char *operation);
/* Whether it may with a record of that kind that is theirs. */
bool model_may_with(const struct model *m, const char *operation,
    enum record_kind kind, const struct op_owner *own);

/* ---- for the files of tui/model/ ---- */

/* Who acts, read where the desk is and taken over on the loop. */
struct model_part {
	struct actor actor;
	enum scope scope[OP_COUNT];
};
void model_read_part(struct desk *d, struct model_part *part);
void model_take_part(struct model *m, const struct model_part *part);

struct model_answer {
	int rc;
	const struct err *err;		/* its sentence when rc is not 0 */
	const struct conflict *conflict; /* with OD_ECONFLICT, else empty */
};

struct model_question {
	/* On the worker; fills args. */
	int (*run)(struct desk *d, void *args, struct err *err);
	/*
	 * On the loop.  s is NULL when the screen is gone meanwhile, or none
	 * asked.  args live until it returns.  May be NULL.
	 */
	void (*done)(struct ui *ui, struct screen *s, void *args,
	    const struct model_answer *answer);
	void (*free_args)(void *args); /* NULL: free() */
	bool writes; /* a change: everybody is told afterwards */
};
/* args is taken; s may be NULL. */
void model_ask(struct model *m, struct screen *s,
    const struct model_question *q, void *args);

/* Whether the matcher is being taught; see model_learn.h. */
bool model_is_learning(const struct model *m);
/* Tests: questions that are not answered yet. */
size_t model_pending(const struct model *m);
/* Tests: hold every answer back. */
void model_delay_answers(struct model *m, int ms);

#endif
