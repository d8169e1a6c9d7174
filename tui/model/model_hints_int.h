/*
 * model_hints_int - what the files of an adviser share.
 *
 *	model_hints.c       a question, its words, its end
 *	model_hint_visit.c  whether the server is there, and which model is
 *asked
 */
#ifndef TUI_MODEL_MODEL_HINTS_INT_H
#define TUI_MODEL_MODEL_HINTS_INT_H

#include "tui/model/model_hints.h"

struct adviser {
	struct model *m;
	struct screen *s; /* NULL: it was left behind */
	void (*changed)(struct screen *s);
	uv_loop_t *loop;
	struct llm_settings settings;
	double usual;
	char *model; /* owned; the one that was chosen, or NULL */
	struct llm *llm;
	struct llm_call *call;
	enum adviser_state state;
	struct hint hint; /* being asked */
	int64_t log_id;   /* of the last answer; 0: none */
	struct str words;
	char trouble[512];
	char *next; /* owned; to be asked when this one has ended, or NULL */
	enum lang lang;
	int64_t call_id;
	bool ends;    /* cancelled before the server was asked */
	bool forgets; /* what comes now is not shown any more */
	bool logged;  /* the end was noted before it came */
	bool no_more; /* the console ends: nothing can be noted any more */
	int out;      /* questions to the worker or the server under way */
	/* model_hint_visit.c */
	int visits; /* looks at the server under way */
	struct adviser_server server;
};

void adviser__tell(struct adviser *t);
/* Left behind, and nothing comes back any more. */
void adviser__free_if_done(struct adviser *t);
/* A client that asks the model which was chosen. */
int adviser__connect(struct adviser *t, struct err *err);

#endif
