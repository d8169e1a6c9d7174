/* model_learn - see model_learn.h. */
#include "tui/model/model_learn.h"
#include "common/xalloc.h"
#include "kb/hint_desk.h"
#include "kb/matcher.h"
#include "kb/matcher_study.h"
#include "tui/model/model_int.h"
#include <stdlib.h>

struct learning {
	struct model *model;
	/* The worker's as long as one of these questions is there. */
	struct matcher_study *study; /* owned */
	bool has_begun, is_whole, is_over;
	/* The loop's. */
	bool again;   /* something was published meanwhile */
	bool is_last; /* the console ends */
};

static void ask(struct learning *l);

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
	rc = matcher_study_begin(d, &l->study, err);
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
	return rc == 0 && l->again ? matcher_follow(d, err) : rc;
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
	bool again = l->again && !l->is_last;

	matcher_study_free(&l->study);
	free(l);
	*model__learning(m) = NULL;
	if (again)
		model_learn(m);
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
model_learn(struct model *m)
{
	struct learning **slot = model__learning(m);

	if (*slot != NULL) {
		(*slot)->again = true;
		return;
	}
	*slot = xcalloc(1, sizeof(**slot));
	(*slot)->model = m;
	ask(*slot);
}

/* ---- cards ---- */

static int
cards_run(struct desk *d, void *data, struct err *err)
{
	(void)data;
	return op_may(d, OP_GUIDE_TRAIN, 0, NULL) != 0
	           ? 0
	           : matcher_learn_cards(d, NULL, err);
}

static void
cards_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
}

void
model_learn_kind(struct model *m, enum knowledge_kind kind)
{
	static const struct model_question cards = {
	    .run = cards_run, .done = cards_done, .writes = true};

	switch (kind) {
	case KNOWLEDGE_GUIDE:
		model_learn(m);
		return;
	case KNOWLEDGE_CARD:
		model_ask(m, NULL, &cards, NULL);
		return;
	case KNOWLEDGE_PROMPT:
		return;
	}
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
