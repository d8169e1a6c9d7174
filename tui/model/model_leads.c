/* model_leads - see model_leads.h. */
#include "tui/model/model_leads.h"

#include "common/i18n.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- the list ---- */

struct list_args {
	struct leads list;
	enum lead_view view;
	leads_fn *fn;
};

void
leads_clear(struct leads *l)
{
	free(l->rows);
	memset(l, 0, sizeof(*l));
}

static int
list_run(struct desk *d, void *data, struct err *err)
{
	const struct page page = {.limit = LEADS_LOOK_AT};
	struct list_args *a = data;
	const struct lead_filter f = {.view = a->view, .status = -1};

	return lead_list(d, &f, &page, &a->list.rows, &a->list.count, err);
}

static void
list_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct list_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->list, answer);
}

static void
list_free(void *data)
{
	struct list_args *a = data;

	leads_clear(&a->list);
	free(a);
}

void
model_leads(struct model *m, struct screen *s, uint64_t turn,
    enum lead_view view, leads_fn *fn)
{
	static const struct model_question q = {
	    .run = list_run, .done = list_done, .free_args = list_free};
	struct list_args *a = xcalloc(1, sizeof(*a));

	a->list.turn = turn;
	a->view = view;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct lead_action a;
	lead_action_fn *fn;
};

static int
act_run(struct desk *d, void *data, struct err *err)
{
	const struct act_args *args = data;
	const struct lead_action *a = &args->a;
	const struct change problem = {"problem_statement", b_text(a->text)};
	const struct change status = {"status", b_int(a->status)};

	switch (a->deed) {
	case LEAD_DEED_PROBLEM:
		return lead_edit(d, a->id, a->version, &problem, 1, err);
	case LEAD_DEED_STATUS:
		return lead_edit(d, a->id, a->version, &status, 1, err);
	case LEAD_DEED_DELETE:
		return lead_delete(d, a->id, a->version, err);
	case LEAD_DEED_RESTORE:
		return lead_restore(d, a->id, err);
	}
	BUG("no such deed: %d", (int)a->deed);
}

static void
tell(struct ui *ui, const struct lead_action *a)
{
	long long id = a->id;

	if (a->deed == LEAD_DEED_RESTORE)
		ui_toast(ui, TOAST_OK, _("Lead %lld is out of the trash"), id);
	else if (a->deed == LEAD_DEED_DELETE)
		ui_toast(ui, TOAST_OK,
		    _("Lead %lld is in the trash; u takes it back"), id);
	else if (a->deed == LEAD_DEED_STATUS && a->status == LEAD_CLOSED)
		ui_toast(ui, TOAST_OK,
		    _("Lead %lld is closed; u takes it back"), id);
	else
		ui_toast(ui, TOAST_OK,
		    _("Lead %lld is changed; u takes it back"), id);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const struct act_args *args = data;

	if (answer->rc == 0)
		tell(ui, &args->a);
	else
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		args->fn(s, &args->a, answer);
}

static void
act_free(void *data)
{
	struct act_args *args = data;

	free(args->a.text);
	free(args);
}

void
model_lead_act(struct model *m, struct screen *s,
    const struct lead_action *action, lead_action_fn *fn)
{
	static const struct model_question q = {.run = act_run,
	    .done = act_done,
	    .free_args = act_free,
	    .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *action;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
