/* model_macro - see model_macro.h. */
#include "tui/model/model_macro.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- to choose from ---- */

struct list_args {
	int64_t context;
	macro_list_fn *fn;
	struct macro *rows; /* owned */
	size_t count;
};

static int
list_run(struct desk *d, void *data, struct err *err)
{
	struct list_args *a = data;

	return macro_list(d, true, &a->rows, &a->count, err);
}

static void
list_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct list_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, a->rows, a->count, a->context);
}

static void
list_free(void *data)
{
	struct list_args *a = data;

	macro_list_free(&a->rows, a->count);
	free(a);
}

void
model_macro_list(
    struct model *m, struct screen *s, int64_t context, macro_list_fn *fn)
{
	static const struct model_question q = {
	    .run = list_run, .done = list_done, .free_args = list_free};
	struct list_args *a = xcalloc(1, sizeof(*a));

	a->context = context;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what it would change ---- */

void
macro_sight_clear(struct macro_sight *sight)
{
	macro_plan_clear(&sight->plan);
	FREE(&sight->ids);
	sight->count = 0;
}

struct look_args {
	int64_t id;
	char bound[33];
	bool no_such_key;
	struct macro_sight sight;
	macro_look_fn *fn;
};

static int
look_run(struct desk *d, void *data, struct err *err)
{
	struct look_args *a = data;
	struct macro m = {.id = 0};
	int rc = 0;

	if (a->id == 0) {
		rc = macro_by_key(d, a->bound, &m, err);
		a->no_such_key = rc == OD_ENOTFOUND;
		a->id = m.id;
		macro_clear(&m);
	}
	return rc != 0
	           ? rc
	           : macro_look(d, a->id, a->sight.ids[0], &a->sight.plan, err);
}

static void
look_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct look_args *a = data;

	if (a->no_such_key)
		ui_bell(ui);
	else if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, &a->sight);
}

static void
look_free(void *data)
{
	struct look_args *a = data;

	macro_sight_clear(&a->sight);
	free(a);
}

void
model_macro_look(struct model *m, struct screen *s, int64_t id,
    const char *bound, const int64_t *ids, size_t count, macro_look_fn *fn)
{
	static const struct model_question q = {
	    .run = look_run, .done = look_done, .free_args = look_free};
	struct look_args *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->sight.ids = xmemdup(ids, count * sizeof(ids[0]));
	a->sight.count = count;
	a->fn = fn;
	str_copy(a->bound, sizeof(a->bound), bound);
	model_ask(m, s, &q, a);
}

/* ---- running it ---- */

struct run_args {
	struct macro_plan shown; /* its numbers alone */
	int64_t *ids;            /* owned */
	size_t count;
	char sentence[256];
};

static int
run_run(struct desk *d, void *data, struct err *err)
{
	struct run_args *a = data;

	if (a->count > 1)
		return macro_run_many(
		    d, a->shown.macro_id, a->ids, a->count, a->sentence, err);
	return macro_run(
	    d, a->shown.macro_id, a->ids[0], &a->shown, a->sentence, err);
}

static void
run_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct run_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK, _("%s; u takes it back"), a->sentence);
}

static void
run_free(void *data)
{
	struct run_args *a = data;

	free(a->ids);
	free(a);
}

void
model_macro_run(struct model *m, const struct macro_sight *shown)
{
	static const struct model_question q = {.run = run_run,
	    .done = run_done,
	    .free_args = run_free,
	    .writes = true};
	struct run_args *a = xcalloc(1, sizeof(*a));

	a->shown.macro_id = shown->plan.macro_id;
	a->shown.macro_version = shown->plan.macro_version;
	a->shown.ticket_version = shown->plan.ticket_version;
	a->ids = xmemdup(shown->ids, shown->count * sizeof(a->ids[0]));
	a->count = shown->count;
	model_ask(m, NULL, &q, a);
}
