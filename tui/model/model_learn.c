/* model_learn - see model_learn.h. */
#include "tui/model/model_learn.h"
#include "common/xalloc.h"
#include "kb/matcher.h"
#include "kb/matcher_study.h"
#include "tui/model/model_int.h"
#include <stdlib.h>

static const enum knowledge_kind kinds[] = {KNOWLEDGE_GUIDE, KNOWLEDGE_CARD};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct learning {
	struct model *model;
	enum knowledge_kind kind;
	/* The worker's as long as one of these questions is there. */
	struct matcher_study *study; /* owned */
	bool has_begun, is_whole, is_over;
	/* The loop's. */
	unsigned again; /* bits of kinds that were published meanwhile */
	bool is_last;   /* the console ends */
};

static void ask(struct learning *l);

static unsigned
bit(enum knowledge_kind kind)
{
	return 1u << kind;
}

/* ---- the worker ---- */

static int
slice_run(struct desk *d, void *data, struct err *err)
{
	struct learning *l = data;
	int rc;

	if (l->has_begun)
		return matcher_study_step(l->study, &l->is_whole, err);
	l->has_begun = true;
	l->is_over = op_may(d, OP_GUIDE_TRAIN, 0, NULL) != 0;
	if (l->is_over)
		return 0;
	rc = matcher_study_begin(d, l->kind, &l->study, err);
	l->is_over = l->study == NULL;
	return rc;
}

static int
keep_run(struct desk *d, void *data, struct err *err)
{
	struct learning *l = data;

	l->is_over = true;
	return matcher_study_keep(d, l->study, NULL, err);
}

static int
finish_run(struct desk *d, void *data, struct err *err)
{
	struct learning *l = data;
	int rc = 0;

	while (rc == 0 && !l->is_over)
		rc = l->is_whole ? keep_run(d, l, err) : slice_run(d, l, err);
	if (op_may(d, OP_GUIDE_TRAIN, 0, NULL) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < KINDS; i++)
		if ((l->again & bit(kinds[i])) != 0)
			rc = matcher_learn_of(d, kinds[i], NULL, err);
	return rc;
}

/* ---- the loop ---- */

/* It is freed by whoever sees its end. */
static void
stays(void *data)
{
	(void)data;
}

static void
end(struct learning *l)
{
	struct model *m = l->model;
	unsigned again = l->is_last ? 0 : l->again;

	matcher_study_free(&l->study);
	free(l);
	*model__learning(m) = NULL;
	for (size_t i = 0; i < KINDS; i++)
		if ((again & bit(kinds[i])) != 0)
			model_learn(m, kinds[i]);
}

static void
slice_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct learning *l = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (l->is_last)
		return; /* the worker has it; what was asked last ends it */
	if (answer->rc != 0 || l->is_over)
		end(l);
	else
		ask(l);
}

static void
finish_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)ui, (void)s, (void)answer;
	end(data);
}

static void
ask(struct learning *l)
{
	static const struct model_question slice = {
	    .run = slice_run, .done = slice_done, .free_args = stays};
	static const struct model_question keep = {.run = keep_run,
	    .done = slice_done,
	    .free_args = stays,
	    .writes = true};

	model_ask(l->model, NULL, l->is_whole ? &keep : &slice, l);
}

void
model_learn(struct model *m, enum knowledge_kind kind)
{
	struct learning **slot = model__learning(m);

	if (kind == KNOWLEDGE_PROMPT)
		return;
	if (*slot != NULL) {
		(*slot)->again |= bit(kind);
		return;
	}
	*slot = xcalloc(1, sizeof(**slot));
	(*slot)->model = m;
	(*slot)->kind = kind;
	ask(*slot);
}

void
model__learn_finish(struct model *m)
{
	static const struct model_question finish = {
	    .run = finish_run, .done = finish_done, .free_args = stays};
	struct learning *l = *model__learning(m);

	if (l == NULL)
		return;
	l->is_last = true;
	model_ask(m, NULL, &finish, l);
}
