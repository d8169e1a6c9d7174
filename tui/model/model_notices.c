/* model_notices - see model_notices.h. */
#include "tui/model/model_notices.h"

#include "common/xalloc.h"

struct notices_args {
	struct notices n;
	notices_fn *fn;
	void *data;
};

static int
notices_run(struct desk *d, void *data, struct err *err)
{
	struct notices_args *a = data;

	return clock_notices(
	    d, &a->n.seen, a->n.rows, NOTICES_MOST, &a->n.count, err);
}

static void
notices_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct notices_args *a = data;

	(void)ui, (void)s;
	if (answer->rc != 0)
		a->n.count = 0;
	a->fn(&a->n, a->data);
}

void
model_notices(struct model *m, int64_t seen, notices_fn *fn, void *data)
{
	static const struct model_question q = {
	    .run = notices_run, .done = notices_done};
	struct notices_args *a = xcalloc(1, sizeof(*a));

	a->n.seen = seen;
	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}
