/* model_reply - see model_reply.h. */
#include "tui/model/model_reply.h"

#include "common/xalloc.h"

#include <stdlib.h>

struct choice_args {
	enum record_kind kind;
	int64_t id;
	struct reply_choice choice;
	reply_choice_fn *fn;
};

static int
choice_run(struct desk *d, void *data, struct err *err)
{
	struct choice_args *a = data;
	int rc =
	    reply_list(d, "", true, &a->choice.rows, &a->choice.count, err);

	return rc != 0 ? rc
	               : reply_values_read(
			     d, a->kind, a->id, &a->choice.values, err);
}

static void
choice_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct choice_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, &a->choice, answer);
}

static void
choice_free(void *data)
{
	struct choice_args *a = data;

	reply_list_free(&a->choice.rows, a->choice.count);
	free(a);
}

void
model_reply_choice(struct model *m, struct screen *s, enum record_kind kind,
    int64_t id, reply_choice_fn *fn)
{
	static const struct model_question q = {
	    .run = choice_run, .done = choice_done, .free_args = choice_free};
	struct choice_args *a = xcalloc(1, sizeof(*a));

	a->kind = kind;
	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
