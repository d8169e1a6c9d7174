/* model_ticket_checks - see model_ticket_checks.h. */
#include "tui/model/model_ticket_checks.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/screen.h"

#include <stdlib.h>

/* ---- those of a ticket ---- */

struct checks_args {
	int64_t ticket_id;
	struct ticket_check *rows; /* owned */
	size_t count;
	ticket_checks_fn *fn;
};

static int
checks_run(struct desk *d, void *data, struct err *err)
{
	struct checks_args *a = data;

	return ticket_checks(d, a->ticket_id, &a->rows, &a->count, err);
}

static void
checks_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct checks_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->rows, a->count, answer);
}

static void
checks_free(void *data)
{
	struct checks_args *a = data;

	free(a->rows);
	free(a);
}

void
model_ticket_checks(
    struct model *m, struct screen *s, int64_t ticket_id, ticket_checks_fn *fn)
{
	static const struct model_question q = {
	    .run = checks_run, .done = checks_done, .free_args = checks_free};
	struct checks_args *a = xcalloc(1, sizeof(*a));

	a->ticket_id = ticket_id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- to choose from ---- */

struct lists_args {
	struct checklist *rows; /* owned */
	size_t count;
	checklists_fn *fn;
};

static int
lists_run(struct desk *d, void *data, struct err *err)
{
	struct lists_args *a = data;

	return checklist_list(d, false, &a->rows, &a->count, err);
}

static void
lists_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct lists_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, a->rows, a->count);
}

static void
lists_free(void *data)
{
	struct lists_args *a = data;

	checklist_list_free(&a->rows, a->count);
	free(a);
}

void
model_checklists(struct model *m, struct screen *s, checklists_fn *fn)
{
	static const struct model_question q = {
	    .run = lists_run, .done = lists_done, .free_args = lists_free};
	struct lists_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct check_action a;
	int added;
};

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	const struct check_action *a = &args->a;

	switch (a->act) {
	case CHECK_ACT_SET:
		return ticket_check_set(d, a->ticket_id, a->id, a->done, err);
	case CHECK_ACT_ADD:
		return ticket_check_add(
		    d, a->ticket_id, a->text, &args->added, err);
	case CHECK_ACT_PUT:
		return ticket_check_put(
		    d, a->ticket_id, a->id, &args->added, err);
	case CHECK_ACT_REMOVE:
		return ticket_check_remove(d, a->ticket_id, a->id, err);
	}
	BUG("no such action: %d", (int)a->act);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (args->a.act == CHECK_ACT_REMOVE)
		ui_toast(ui, TOAST_OK, "%s",
		    _("The check is gone; u takes it back"));
	else if (args->a.act != CHECK_ACT_SET)
		ui_toast(ui, TOAST_OK, _("Checks added: %d"), args->added);
}

void
model_check_act(
    struct model *m, struct screen *s, const struct check_action *action)
{
	static const struct model_question q = {
	    .run = act_run, .done = act_done, .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *action;
	model_ask(m, s, &q, args);
}
