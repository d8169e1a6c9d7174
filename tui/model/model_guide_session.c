/* model_guide_session - see model_guide_session.h. */
#include "tui/model/model_guide_session.h"

#include "common/i18n.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct view_args {
	struct guide_view view;
	int64_t id;
	guide_view_fn *fn;
};

void
guide_view_clear(struct guide_view *view)
{
	session_close(&view->session);
	free(view->trouble);
	free(view->report);
	memset(view, 0, sizeof(*view));
}

static int
view_run(struct desk *d, void *data, struct err *err)
{
	struct view_args *a = data;
	struct guide_view *v = &a->view;
	struct str report = STR_INIT;
	int rc = session_open(d, a->id, &v->session, err);

	if (rc == 0) {
		v->has_guide = true;
		session_report(&v->session, &report);
		v->report = str_take(&report);
		return 0;
	}
	if (rc != OD_EDATA)
		return rc;
	/* What is wrong is shown; the session can still be ended. */
	v->trouble = xstrdup(err->text);
	return guide_session_get(d, a->id, &v->session.s, err);
}

static void
view_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct view_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->view, answer);
}

static void
view_free(void *data)
{
	struct view_args *a = data;

	guide_view_clear(&a->view);
	free(a);
}

void
model_guide_view(struct model *m, struct screen *s, uint64_t turn, int64_t id,
    guide_view_fn *fn)
{
	static const struct model_question q = {
	    .run = view_run, .done = view_done, .free_args = view_free};
	struct view_args *a = xcalloc(1, sizeof(*a));

	a->view.turn = turn;
	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct guide_action a;
	guide_action_fn *fn;
};

static int
start(struct desk *d, struct guide_action *a, struct err *err)
{
	const struct session_begin in = {.topic = a->topic,
	    .problem = a->text,
	    .score = a->score,
	    .matched = a->matched,
	    .threshold = a->threshold,
	    .walker = WALKER_OPERATOR,
	    .ticket_id = a->ticket_id,
	    .conversation_id = a->conversation_id};

	return session_begin(d, &in, &a->id, err);
}

static int
reply(struct desk *d, struct guide_action *a, struct err *err)
{
	const struct session_reply in = {
	    .action = a->answer, .step = a->step, .notes = a->text};

	return session_reply(d, a->id, &in, &a->again, err);
}

static int
fill(struct desk *d, const struct guide_action *a, struct err *err)
{
	const struct session_given given = {
	    a->variable, a->text != NULL ? a->text : ""};

	return session_give(d, a->id, a->version, &given, 1, err);
}

static int
assign(struct desk *d, const struct guide_action *a, struct err *err)
{
	const struct session_handover in = {.seen_version = a->version,
	    .operator_id = a->operator_id,
	    .team_id = a->team_id,
	    .note = a->text};

	return guide_session_assign(d, a->id, &in, err);
}

static int
feedback(struct desk *d, const struct guide_action *a, struct err *err)
{
	const struct session_feedback in = {.rating = a->rating,
	    .was_helpful = a->was_helpful,
	    .text = a->text};

	return guide_session_feedback(d, a->id, &in, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	struct act_args *args = data;
	struct guide_action *a = &args->a;

	switch (a->deed) {
	case GUIDE_DEED_START:
		return start(d, a, err);
	case GUIDE_DEED_REPLY:
		return reply(d, a, err);
	case GUIDE_DEED_NOTE:
		return guide_session_note(d, a->id, a->text, false, err);
	case GUIDE_DEED_WARNED:
		return guide_session_warned(d, a->id, a->text, err);
	case GUIDE_DEED_FILL:
		return fill(d, a, err);
	case GUIDE_DEED_PAUSE:
		return guide_session_pause(d, a->id, a->version, a->text, err);
	case GUIDE_DEED_RESUME:
		return guide_session_resume(d, a->id, a->version, err);
	case GUIDE_DEED_ASSIGN:
		return assign(d, a, err);
	case GUIDE_DEED_FINISH:
		return session_finish(
		    d, a->id, a->state, a->version, a->text, err);
	case GUIDE_DEED_SEND:
		return session_send(d, a->id, err);
	case GUIDE_DEED_FEEDBACK:
		return feedback(d, a, err);
	}
	BUG("no such deed: %d", (int)a->deed);
}

/* What is not seen on the screen that follows. */
static void
tell(struct ui *ui, const struct guide_action *a)
{
	switch (a->deed) {
	case GUIDE_DEED_REPLY:
		if (a->again)
			ui_toast(ui, TOAST_INFO, "%s",
			    _("That step was given this answer already; this"
			      " is where the session is now"));
		return;
	case GUIDE_DEED_NOTE:
		ui_toast(ui, TOAST_OK, "%s", _("The note is kept"));
		return;
	case GUIDE_DEED_ASSIGN:
		ui_toast(ui, TOAST_OK, "%s",
		    _("The session is handed over; u takes it back"));
		return;
	case GUIDE_DEED_SEND:
		ui_toast(ui, TOAST_OK, "%s", _("The step is on its way"));
		return;
	case GUIDE_DEED_FEEDBACK:
		ui_toast(ui, TOAST_OK, "%s", _("The feedback is kept"));
		return;
	case GUIDE_DEED_START:
	case GUIDE_DEED_WARNED:
	case GUIDE_DEED_FILL:
	case GUIDE_DEED_PAUSE:
	case GUIDE_DEED_RESUME:
	case GUIDE_DEED_FINISH:
		return;
	}
}

static void
act_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct act_args *args = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		tell(ui, &args->a);
	if (s != NULL && args->fn != NULL)
		args->fn(s, &args->a, answer);
}

static void
act_free(void *data)
{
	struct act_args *args = data;

	free(args->a.text);
	free(args->a.matched);
	free(args);
}

void
model_guide_act(struct model *m, struct screen *s,
    const struct guide_action *action, guide_action_fn *fn)
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
