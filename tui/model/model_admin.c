/* model_admin - see model_admin.h. */
#include "tui/model/model_admin.h"

#include "common/str.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define COMPANIES_MOST 500
#define CHANGES_MOST   8

/* ---- what there is ---- */

struct view_args {
	struct admin_view v;
	uint64_t turn;
	admin_view_fn *fn;
};

void
admin_view_clear(struct admin_view *v)
{
	free(v->labels);
	free(v->categories);
	ticket_field_list_free(&v->fields, v->field_count);
	for (size_t i = 0; v->dates != NULL && i < v->calendar_count; i++)
		free(v->dates[i].rows);
	free(v->dates);
	free(v->calendars);
	free(v->promises);
	checklist_list_free(&v->checklists, v->checklist_count);
	company_list_free(&v->companies, v->company_count);
	memset(v, 0, sizeof(*v));
}

static int
read_declared(struct desk *d, struct admin_view *v, struct err *err)
{
	int rc;

	if (v->trash) {
		if ((rc = ticket_status_trash(
			 d, &v->labels, &v->label_count, err)) != 0 ||
		    (rc = ticket_category_trash(
			 d, &v->categories, &v->category_count, err)) != 0)
			return rc;
		return ticket_field_trash(d, &v->fields, &v->field_count, err);
	}
	if ((rc = ticket_status_list(d, &v->labels, &v->label_count, err)) !=
		0 ||
	    (rc = ticket_category_list(
		 d, &v->categories, &v->category_count, err)) != 0)
		return rc;
	return ticket_field_list(d, &v->fields, &v->field_count, err);
}

static int
read_calendars(struct desk *d, struct admin_view *v, struct err *err)
{
	size_t count = 0;
	int rc = calendar_list(d, &v->calendars, &count, err);

	if (rc != 0)
		return rc;
	v->dates = xcalloc(count + 1, sizeof(v->dates[0]));
	v->calendar_count = count;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = calendar_days(d, v->calendars[i].id, &v->dates[i].rows,
		    &v->dates[i].count, err);
	return rc != 0 ? rc
	               : promise_list(d, &v->promises, &v->promise_count, err);
}

static int
view_run(struct desk *d, void *data, struct err *err)
{
	struct view_args *a = data;
	struct page page = {.limit = COMPANIES_MOST};
	int rc;

	if ((rc = read_declared(d, &a->v, err)) != 0 ||
	    (rc = checklist_list(d, a->v.trash, &a->v.checklists,
		 &a->v.checklist_count, err)) != 0 ||
	    (rc = read_calendars(d, &a->v, err)) != 0 ||
	    (rc = tenant_setting_list(d, a->v.settings, err)) != 0)
		return rc;
	rc = company_list(
	    d, "", &page, &a->v.companies, &a->v.company_count, err);
	/* Who may not look has none to choose from. */
	return rc == OD_EDENIED ? 0 : rc;
}

static void
view_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct view_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->turn, &a->v, answer);
}

static void
view_free(void *data)
{
	struct view_args *a = data;

	admin_view_clear(&a->v);
	free(a);
}

void
model_admin_view(struct model *m, struct screen *s, uint64_t turn, bool trash,
    admin_view_fn *fn)
{
	static const struct model_question q = {
	    .run = view_run, .done = view_done, .free_args = view_free};
	struct view_args *a = xcalloc(1, sizeof(*a));

	a->turn = turn;
	a->v.trash = trash;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changing it ---- */

const char *
admin_operation(enum admin_kind kind, enum admin_verb verb)
{
	static const char *const names[ADMIN_KINDS][3] = {
	    [ADMIN_LABELS] = {"status.new", "status.edit", "status.delete"},
	    [ADMIN_CATEGORIES] = {"category.new", "category.edit",
		"category.delete"},
	    [ADMIN_FIELDS] = {"field.new", "field.edit", "field.delete"},
	    [ADMIN_CALENDARS] = {"calendar.new", "calendar.edit",
		"calendar.delete"},
	    [ADMIN_PROMISES] = {"promise.set", "promise.set", "promise.delete"},
	    [ADMIN_CHECKLISTS] = {
		"checklist.new", "checklist.edit", "checklist.delete"},
	    [ADMIN_SETTINGS] = {
		"setting.tenant", "setting.tenant", "setting.tenant"}};

	return names[kind][verb == ADMIN_NEW || verb == ADMIN_RESTORE ? 0
			   : verb == ADMIN_DELETE                     ? 2
								      : 1];
}

struct act_args {
	struct admin_act a;
	struct admin_answer answer;
	admin_answer_fn *fn;
};

static size_t
changes_of(const struct admin_act *a, struct change *list)
{
	size_t n = 0;

	if (a->set & ADMIN_SET_NAME)
		list[n++] = (struct change){"name", b_text(a->name)};
	if (a->set & ADMIN_SET_CATEGORY)
		list[n++] =
		    (struct change){"category_id", b_ref(a->category_id)};
	if (a->set & ADMIN_SET_TYPE)
		list[n++] = (struct change){"type", b_int(a->type)};
	if (a->set & ADMIN_SET_CHOICES)
		list[n++] = (struct change){"choices", b_text(a->choices)};
	if (a->set & ADMIN_SET_REQUIRED)
		list[n++] = (struct change){"required", b_int(a->required)};
	if (a->set & ADMIN_SET_HELP)
		list[n++] = (struct change){"help", b_text(a->help)};
	if (a->set & ADMIN_SET_ITEMS)
		list[n++] = (struct change){"items", b_text(a->items)};
	if (a->set & ADMIN_SET_FOR)
		list[n++] = (struct change){"category", b_text(a->category)};
	return n;
}

static int
run_label(struct desk *d, const struct admin_act *a, struct err *err)
{
	struct change list[CHANGES_MOST];
	int64_t id;

	switch (a->verb) {
	case ADMIN_NEW:
		return ticket_status_new(d, a->name, a->state, 0, &id, err);
	case ADMIN_DELETE:
		return ticket_status_delete(d, a->id, a->version, err);
	case ADMIN_RESTORE:
		return ticket_status_restore(d, a->id, err);
	case ADMIN_MOVE:
		return ticket_status_move(d, a->id, a->step, err);
	case ADMIN_EDIT:
	case ADMIN_DATE:
	case ADMIN_DATE_OFF:
	case ADMIN_VERBS:
		break;
	}
	return ticket_status_edit(
	    d, a->id, a->version, list, changes_of(a, list), err);
}

static int
run_category(struct desk *d, const struct admin_act *a, struct err *err)
{
	struct change list[CHANGES_MOST];
	int64_t id;

	switch (a->verb) {
	case ADMIN_NEW:
		return ticket_category_new(d, NULL, a->name, 0, &id, err);
	case ADMIN_DELETE:
		return ticket_category_delete(d, a->id, a->version, err);
	case ADMIN_RESTORE:
		return ticket_category_restore(d, a->id, err);
	case ADMIN_MOVE:
		return ticket_category_move(d, a->id, a->step, err);
	case ADMIN_EDIT:
	case ADMIN_DATE:
	case ADMIN_DATE_OFF:
	case ADMIN_VERBS:
		break;
	}
	return ticket_category_edit(
	    d, a->id, a->version, list, changes_of(a, list), err);
}

static int
run_field(struct desk *d, const struct admin_act *a, struct err *err)
{
	const struct ticket_field_new in = {.name = a->name,
	    .help = a->help,
	    .choices = a->choices,
	    .category_id = a->category_id,
	    .type = a->type,
	    .required = a->required};
	struct change list[CHANGES_MOST];
	int64_t id;

	switch (a->verb) {
	case ADMIN_NEW:
		return ticket_field_new(d, &in, &id, err);
	case ADMIN_DELETE:
		return ticket_field_delete(d, a->id, a->version, err);
	case ADMIN_RESTORE:
		return ticket_field_restore(d, a->id, err);
	case ADMIN_MOVE:
		return ticket_field_move(d, a->id, a->step, err);
	case ADMIN_EDIT:
	case ADMIN_DATE:
	case ADMIN_DATE_OFF:
	case ADMIN_VERBS:
		break;
	}
	return ticket_field_edit(
	    d, a->id, a->version, list, changes_of(a, list), err);
}

static int
run_calendar(struct desk *d, const struct admin_act *a, struct err *err)
{
	const struct calendar_in in = {.name = a->name,
	    .zone = a->zone,
	    .week = a->week,
	    .make_default = a->make_default};
	int64_t id;

	switch (a->verb) {
	case ADMIN_NEW:
		return calendar_new(d, &in, &id, err);
	case ADMIN_DELETE:
		return calendar_delete(d, a->id, err);
	case ADMIN_DATE:
		return calendar_day_set(
		    d, a->id, a->date, a->hours, a->name, NULL, err);
	case ADMIN_DATE_OFF:
		return calendar_day_remove(d, a->id, a->date, NULL, err);
	case ADMIN_EDIT:
	case ADMIN_RESTORE:
	case ADMIN_MOVE:
	case ADMIN_VERBS:
		break;
	}
	return calendar_edit(d, a->id, &in, NULL, err);
}

static int
run_promise(struct desk *d, const struct admin_act *a, struct err *err)
{
	struct promise p = {.company_id = a->company_id,
	    .calendar_id = a->calendar_id,
	    .priority = a->priority};
	int64_t *const spans[] = {&p.first_us, &p.next_us, &p.resolution_us};
	int64_t id;
	int rc = 0;

	if (a->verb == ADMIN_DELETE)
		return promise_delete(d, a->id, err);
	/* One that is there keeps its name. */
	if (a->verb == ADMIN_NEW)
		str_copy(p.name, sizeof(p.name), a->name);
	for (int i = 0; rc == 0 && i < 3; i++)
		if (a->spans[i][0] != '\0')
			rc = promise_parse_span(a->spans[i], spans[i], err);
	return rc != 0 ? rc : promise_set(d, &p, &id, err);
}

/* Its id is one more than which it is; none is deleted, but set to nothing. */
static int
run_setting(struct desk *d, const struct admin_act *a, struct err *err)
{
	return tenant_setting_set(d, (enum tenant_setting)(a->id - 1),
	    a->verb == ADMIN_EDIT ? a->help : "", err);
}

static int
run_checklist(struct desk *d, const struct admin_act *a, struct err *err)
{
	const struct checklist_new in = {
	    .name = a->name, .items = a->items, .category = a->category};
	struct change list[CHANGES_MOST];
	int64_t id;

	switch (a->verb) {
	case ADMIN_NEW:
		return checklist_new(d, &in, &id, err);
	case ADMIN_DELETE:
		return checklist_delete(d, a->id, a->version, err);
	case ADMIN_RESTORE:
		return checklist_restore(d, a->id, err);
	case ADMIN_MOVE:
		return checklist_move(d, a->id, a->step, err);
	case ADMIN_EDIT:
	case ADMIN_DATE:
	case ADMIN_DATE_OFF:
	case ADMIN_VERBS:
		break;
	}
	return checklist_edit(
	    d, a->id, a->version, list, changes_of(a, list), err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	static int (*const runs[ADMIN_KINDS])(struct desk * d,
	    const struct admin_act *a,
	    struct err *err) = {[ADMIN_LABELS] = run_label,
	    [ADMIN_CATEGORIES] = run_category,
	    [ADMIN_FIELDS] = run_field,
	    [ADMIN_CALENDARS] = run_calendar,
	    [ADMIN_PROMISES] = run_promise,
	    [ADMIN_CHECKLISTS] = run_checklist,
	    [ADMIN_SETTINGS] = run_setting};
	struct act_args *args = data;
	int rc;

	if (args->a.given[0] != '\0' &&
	    (rc = login_confirm(d, args->a.given, err)) != 0)
		return rc;
	rc = runs[args->a.kind](d, &args->a, err);
	if (rc == OD_EDENIED && d->wants_step_up) {
		args->answer.wants_proof = true;
		(void)login_proof(d, &args->answer.proof, NULL);
		str_copy(args->answer.login, sizeof(args->answer.login),
		    d->actor.login);
	}
	return rc;
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;

	args->answer.act = &args->a;
	if (s != NULL)
		args->fn(ui, s, &args->answer, answer);
}

static void
act_free(void *data)
{
	explicit_bzero(data, sizeof(struct act_args));
	free(data);
}

void
model_admin_act(struct model *m, struct screen *s, const struct admin_act *act,
    admin_answer_fn *fn)
{
	static const struct model_question q = {.run = act_run,
	    .done = act_done,
	    .free_args = act_free,
	    .writes = true};
	struct act_args *args = xcalloc(1, sizeof(*args));

	args->a = *act;
	args->fn = fn;
	model_ask(m, s, &q, args);
}
