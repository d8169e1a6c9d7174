/*
 * model_hint_visit - whether the model server is there, which model is asked,
 * and what it is reminded of; see model_hints.h.
 */
#include "tui/model/model_hints_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/seat.h"

#include <stdlib.h>

#define HISTORY_ROWS 50

/* ---- a look ---- */

struct visit {
	struct adviser *t;
	bool warms;
	adviser_look_fn *fn;
	char *model; /* owned; the operator's choice */
};

const struct adviser_server *
adviser_server(const struct adviser *t)
{
	return &t->server;
}

static void
end_visit(struct visit *v)
{
	struct adviser *t = v->t;

	free(v->model);
	free(v);
	t->visits--;
	adviser__free_if_done(t);
}

static void
note(struct adviser *t, const struct llm_status *status)
{
	str_copy(t->server.error, sizeof(t->server.error), status->error);
	if (!status->is_reachable)
		t->server.state = ADVISER_ABSENT;
	else if (!status->has_model)
		t->server.state = ADVISER_NO_MODEL;
	else
		t->server.state = status->is_warm ? ADVISER_WARM : ADVISER_COLD;
}

static void
on_look(const struct llm_status *status, void *data)
{
	struct visit *v = data;
	struct adviser *t = v->t;

	if (t->s != NULL) {
		note(t, status);
		if (v->fn != NULL)
			v->fn(t->s, status);
		adviser__tell(t);
	}
	end_visit(v);
}

static void
failed(struct visit *v, int code, const struct err *err)
{
	const struct llm_status status = {.code = code, .error = err->text};

	on_look(&status, v);
}

static void
look(struct visit *v)
{
	struct err err = ERR_INIT;
	int rc = v->t->s == NULL
	             ? err_set(&err, OD_ECANCEL, "The question was taken back")
	             : llm_look(v->t->llm, on_look, v, &err);

	if (rc != 0)
		failed(v, rc, &err);
}

/* Whatever came of it, a look says. */
static void
on_warm(const struct llm_answer *answer, void *data)
{
	(void)answer;
	look(data);
}

static int
chosen_run(struct desk *d, void *data, struct err *err)
{
	struct visit *v = *(struct visit **)data;

	return setting_get(d, SETTING_HINT_MODEL, &v->model, err);
}

static void
chosen_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct visit *v = *(struct visit **)data;
	struct adviser *t = v->t;
	struct err err = ERR_INIT;
	int rc = answer->rc;

	(void)ui, (void)s;
	if (t->s == NULL) {
		end_visit(v);
		return;
	}
	if (rc == 0 && v->model != NULL) {
		free(t->model);
		t->model = v->model;
		v->model = NULL;
	}
	if (rc == 0)
		rc = adviser__connect(t, &err);
	if (rc == 0 && v->warms && adviser_model(t)[0] != '\0')
		rc = llm_warm_up(t->llm, on_warm, v, &err);
	else if (rc == 0) {
		look(v);
		return;
	}
	if (rc != 0)
		failed(v, rc, answer->rc != 0 ? answer->err : &err);
}

void
adviser_look(struct adviser *t, bool warms, adviser_look_fn *fn)
{
	static const struct model_question q = {
	    .run = chosen_run, .done = chosen_done};
	struct visit *v, **args;

	if (!adviser_is_possible(t))
		return;
	v = xcalloc(1, sizeof(*v));
	args = xcalloc(1, sizeof(struct visit *));
	*args = v;
	v->t = t;
	v->warms = warms;
	v->fn = fn;
	t->visits++;
	model_ask(t->m, NULL, &q, args);
}

/* ---- what is chosen and kept ---- */

struct set_args {
	char *model; /* owned; NULL: forget the history */
};

static int
set_run(struct desk *d, void *data, struct err *err)
{
	const struct set_args *a = data;

	return a->model != NULL
	           ? setting_set(d, SETTING_HINT_MODEL, a->model, err)
	           : ai_log_forget(d, err);
}

static void
set_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const struct set_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (a->model != NULL)
		ui_toast(ui, TOAST_OK, _("%s is asked from now on"), a->model);
	else
		ui_toast(ui, TOAST_OK, "%s",
		    _("The model is reminded of nothing that was asked"
		      " before"));
}

static void
set_free(void *data)
{
	struct set_args *a = data;

	free(a->model);
	free(a);
}

static void
set(struct adviser *t, const char *model)
{
	static const struct model_question q = {.run = set_run,
	    .done = set_done,
	    .free_args = set_free,
	    .writes = true};
	struct set_args *a = xcalloc(1, sizeof(*a));

	a->model = model != NULL ? xstrdup(model) : NULL;
	model_ask(t->m, NULL, &q, a);
}

void
adviser_use(struct adviser *t, const char *model)
{
	set(t, model);
	/* Behind it on the worker: the look asks the new one. */
	adviser_look(t, true, NULL);
}

void
adviser_clear_history(struct adviser *t)
{
	set(t, NULL);
}

/* ---- what was asked ---- */

struct history_args {
	struct ai_log *rows; /* owned */
	size_t count;
	hint_history_fn *fn;
};

static int
history_run(struct desk *d, void *data, struct err *err)
{
	struct history_args *a = data;

	return ai_log_list(d, 0, HISTORY_ROWS, &a->rows, &a->count, err);
}

static void
history_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct history_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, a->rows, a->count, answer);
}

static void
history_clear(void *data)
{
	struct history_args *a = data;

	ai_log_list_free(&a->rows, a->count);
	free(a);
}

void
model_hint_history(struct model *m, struct screen *s, hint_history_fn *fn)
{
	static const struct model_question q = {.run = history_run,
	    .done = history_done,
	    .free_args = history_clear};
	struct history_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	model_ask(m, s, &q, a);
}
