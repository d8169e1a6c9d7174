/* model_views - see model_views.h. */
#include "tui/model/model_views.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/seat.h"

#include <stdlib.h>

/* ---- reading ---- */

struct choice_args {
	struct view_choice choice;
	view_choice_fn *fn;
};

static int
read_setting(
    struct desk *d, const char *name, char *out, size_t size, struct err *err)
{
	char *value = NULL;
	int rc = setting_get(d, name, &value, err);

	if (rc == 0)
		str_copy(out, size, value);
	free(value);
	return rc;
}

static int
choice_run(struct desk *d, void *data, struct err *err)
{
	struct choice_args *a = data;
	struct view_choice *c = &a->choice;
	char preview[8];
	int rc;

	if ((rc = view_list(d, true, &c->rows, &c->count, err)) != 0 ||
	    (rc = read_setting(d, SETTING_TICKET_COLUMNS, c->columns,
		 sizeof(c->columns), err)) != 0 ||
	    (rc = read_setting(d, SETTING_TICKET_PREVIEW, preview,
		 sizeof(preview), err)) != 0)
		return rc;
	c->preview = str_equal(preview, "1");
	return 0;
}

static void
choice_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct choice_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, &a->choice, answer);
}

static void
choice_free(void *data)
{
	struct choice_args *a = data;

	free(a->choice.rows);
	free(a);
}

void
model_views(struct model *m, struct screen *s, view_choice_fn *fn)
{
	static const struct model_question q = {
	    .run = choice_run, .done = choice_done, .free_args = choice_free};
	struct choice_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct view_action a;
	view_action_fn *fn;
};

static int
make(struct desk *d, struct view_action *a, struct err *err)
{
	const struct view_new in = {.name = a->name,
	    .filter = a->filter,
	    .ordering = a->ordering,
	    .columns = a->columns,
	    .slot = a->slot,
	    .operator_id = a->whose == VIEW_FOR_ME ? d->actor.id : 0,
	    .team_id = a->whose == VIEW_FOR_TEAM ? d->actor.team_id : 0};

	return view_new(d, &in, &a->id, err);
}

static int
edit(struct desk *d, const struct view_action *a, struct err *err)
{
	struct change changes[5];
	size_t n = 0;

	if (a->edit_name)
		changes[n++] = (struct change){"name", b_text(a->name)};
	if (a->edit_slot)
		changes[n++] = (struct change){"slot", b_int(a->slot)};
	if (a->edit_shown) {
		changes[n++] = (struct change){"filter", b_text(a->filter)};
		changes[n++] = (struct change){"ordering", b_text(a->ordering)};
		changes[n++] = (struct change){"columns", b_text(a->columns)};
	}
	return view_edit(d, a->id, a->version, changes, n, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *a = data;

	switch (a->a.act) {
	case VIEW_ACT_NEW:
		return make(d, &a->a, err);
	case VIEW_ACT_EDIT:
		return edit(d, &a->a, err);
	case VIEW_ACT_DELETE:
		return view_delete(d, a->a.id, a->a.version, err);
	}
	return 0;
}

static void
tell(struct ui *ui, const struct view_action *a)
{
	if (a->act == VIEW_ACT_DELETE)
		ui_toast(ui, TOAST_OK,
		    _("The view \"%s\" is removed; u brings it back"), a->name);
	else if (a->slot != 0)
		ui_toast(ui, TOAST_OK,
		    _("The view \"%s\" is kept; %d opens it"), a->name,
		    a->slot);
	else
		ui_toast(ui, TOAST_OK, _("The view \"%s\" is kept; V lists it"),
		    a->name);
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *a = data;

	if (answer->rc != 0) {
		ui_toast_err(ui, answer->err);
		return;
	}
	tell(ui, &a->a);
	if (s != NULL && a->fn != NULL)
		a->fn(s, &a->a);
}

void
model_view_act(struct model *m, struct screen *s,
    const struct view_action *action, view_action_fn *fn)
{
	static const struct model_question q = {
	    .run = act_run, .done = act_done, .writes = true};
	struct act_args *a = xcalloc(1, sizeof(*a));

	a->a = *action;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- how the list was left ---- */

struct setting_args {
	const char *name; /* a constant */
	char value[VIEW_COLUMNS];
};

static int
setting_run(struct desk *d, void *data, struct err *err)
{
	const struct setting_args *a = data;

	if (d->readonly || d->outdated)
		return 0;
	return setting_set(d, a->name, a->value, err);
}

void
model_setting(struct model *m, const char *name, const char *value)
{
	static const struct model_question q = {.run = setting_run};
	struct setting_args *a = xcalloc(1, sizeof(*a));

	a->name = name;
	str_copy(a->value, sizeof(a->value), value);
	model_ask(m, NULL, &q, a);
}
