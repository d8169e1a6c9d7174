/* model_hints - see model_hints.h. */
#include "tui/model/model_hints_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/seat.h"

#include <stdlib.h>
#include <string.h>

/* ---- a talk ---- */

struct adviser *
adviser_new(struct model *m, struct screen *s, uv_loop_t *loop,
    const struct llm_settings *settings, double usual,
    void (*changed)(struct screen *s))
{
	struct adviser *t = xcalloc(1, sizeof(*t));

	t->m = m;
	t->s = s;
	t->loop = loop;
	t->settings = *settings;
	t->usual = usual;
	t->changed = changed;
	str_init(&t->words);
	return t;
}

void
adviser__tell(struct adviser *t)
{
	if (t->s != NULL)
		t->changed(t->s);
}

void
adviser__free_if_done(struct adviser *t)
{
	if (t->s != NULL || t->out > 0 || t->visits > 0)
		return;
	llm_free(&t->llm);
	hint_clear(&t->hint);
	str_free(&t->words);
	free(t->model);
	free(t->next);
	free(t);
}

static void begin(struct adviser *t, char *said);

static void
over(struct adviser *t)
{
	char *next = t->next;

	t->next = NULL;
	t->state = t->forgets ? ADVISER_SILENT : ADVISER_OVER;
	t->ends = t->forgets = false;
	adviser__tell(t);
	if (next != NULL && t->s != NULL)
		begin(t, next);
	else
		free(next);
}

/* ---- at the end it is logged ---- */

struct finish_args {
	struct adviser *t;
	struct hint hint; /* taken */
	struct llm_answer answer;
	char *text, *error; /* owned; the answer's */
};

static int
finish_run(struct desk *d, void *data, struct err *err)
{
	struct finish_args *a = data;

	return hint_finish(d, &a->hint, &a->answer, err);
}

static void
finish_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct finish_args *a = data;
	struct adviser *t = a->t;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	t->out--;
	over(t);
	adviser__free_if_done(t);
}

static void
finish_free(void *data)
{
	struct finish_args *a = data;

	hint_clear(&a->hint);
	free(a->text);
	free(a->error);
	free(a);
}

static void
finish(struct adviser *t, const struct llm_answer *answer)
{
	static const struct model_question q = {.run = finish_run,
	    .done = finish_done,
	    .free_args = finish_free,
	    .writes = true};
	struct finish_args *a = xcalloc(1, sizeof(*a));

	a->t = t;
	a->hint = t->hint;
	memset(&t->hint, 0, sizeof(t->hint));
	a->answer = *answer;
	a->answer.text = a->text = xstrdup(answer->text);
	a->answer.error = a->error = xstrdup(answer->error);
	t->log_id = a->hint.log_id;
	if (answer->outcome == LLM_WHOLE)
		t->server = (struct adviser_server){.state = ADVISER_WARM};
	str_copy(t->trouble, sizeof(t->trouble),
	    answer->outcome == LLM_CANCELLED ? "" : answer->error);
	t->out++;
	model_ask(t->m, NULL, &q, a);
}

static void
give_up(
    struct adviser *t, enum llm_outcome outcome, int code, const char *sentence)
{
	const struct llm_answer a = {.outcome = outcome,
	    .code = code,
	    .text = "",
	    .error = sentence,
	    .tokens_in = -1,
	    .tokens_out = -1};

	finish(t, &a);
}

/* ---- the server ---- */

static void
on_text(const char *s, size_t n, void *data)
{
	struct adviser *t = data;

	if (t->forgets)
		return;
	t->state = ADVISER_SPEAKS;
	str_addn(&t->words, s, n);
	adviser__tell(t);
}

static void
on_answer(const struct llm_answer *answer, void *data)
{
	struct adviser *t = data;

	t->call = NULL;
	t->out--;
	if (t->logged)
		adviser__free_if_done(t);
	else
		finish(t, answer);
}

int
adviser__connect(struct adviser *t, struct err *err)
{
	struct llm_settings s = t->settings;
	int rc = 0;

	s.model = adviser_model(t);
	if (t->llm == NULL)
		rc = llm_new(t->loop, &s, &t->llm, err);
	/* Without a name there is nothing to ask, but a list of them. */
	if (rc == 0 && s.model[0] != '\0')
		rc = llm_use(t->llm, s.model, err);
	return rc;
}

static void
ask_server(struct adviser *t)
{
	const struct llm_question q = {t->hint.messages.items,
	    t->hint.messages.count, on_text, on_answer, t};
	struct err err = ERR_INIT;
	int rc = adviser__connect(t, &err);

	if (rc == 0) {
		t->out++;
		rc = llm_ask(t->llm, &q, &t->call, &err);
		if (rc != 0)
			t->out--;
	}
	if (rc != 0)
		give_up(t, LLM_FAILED, rc, err.text);
}

/* ---- the question is put together ---- */

struct begin_args {
	struct adviser *t;
	char *said, *model; /* owned */
	struct llm_settings settings;
	double usual;
	enum lang lang;
	int64_t call_id;
	struct hint hint;
};

static int
begin_run(struct desk *d, void *data, struct err *err)
{
	struct begin_args *a = data;
	struct hint_want want = {
	    .said = a->said, .lang = a->lang, .call_id = a->call_id};
	struct hint_book *book = NULL;
	int rc;

	if ((rc = hint_book_load(d, a->usual, &book, err)) != 0 ||
	    (rc = setting_get(d, SETTING_HINT_MODEL, &a->model, err)) != 0)
		goto out;
	want.model = a->model[0] != '\0' ? a->model : a->settings.model;
	want.server = a->settings.kind == LLM_OPENAI ? "openai" : "ollama";
	want.max_bytes = hint_room(&a->settings);
	rc = hint_begin(d, book, &want, &a->hint, err);
out:
	hint_book_free(&book);
	return rc;
}

static void
begin_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct begin_args *a = data;
	struct adviser *t = a->t;

	(void)ui, (void)s;
	t->out--;
	if (answer->rc != 0) {
		str_copy(t->trouble, sizeof(t->trouble), answer->err->text);
		over(t);
		adviser__free_if_done(t);
		return;
	}
	t->hint = a->hint;
	memset(&a->hint, 0, sizeof(a->hint));
	free(t->model);
	t->model = a->model;
	a->model = NULL;
	if (t->no_more)
		adviser__free_if_done(
		    t); /* its row stays open, as after a kill */
	else if (t->ends || t->s == NULL)
		give_up(t, LLM_CANCELLED, OD_ECANCEL, "");
	else
		ask_server(t);
}

static void
begin_free(void *data)
{
	struct begin_args *a = data;

	hint_clear(&a->hint);
	free(a->said);
	free(a->model);
	free(a);
}

/* said is taken. */
static void
begin(struct adviser *t, char *said)
{
	static const struct model_question q = {.run = begin_run,
	    .done = begin_done,
	    .free_args = begin_free,
	    .writes = true};
	struct begin_args *a = xcalloc(1, sizeof(*a));

	a->t = t;
	a->said = said;
	a->settings = t->settings;
	a->usual = t->usual;
	a->lang = t->lang;
	a->call_id = t->call_id;
	t->state = ADVISER_THINKS;
	t->log_id = 0;
	t->trouble[0] = '\0';
	str_clear(&t->words);
	t->out++;
	model_ask(t->m, NULL, &q, a);
	adviser__tell(t);
}

bool
adviser_is_possible(const struct adviser *t)
{
	return t->settings.kind != LLM_NONE;
}

void
adviser_ask(
    struct adviser *t, const char *said, enum lang lang, int64_t call_id)
{
	if (!adviser_is_possible(t))
		return;
	t->lang = lang;
	t->call_id = call_id;
	if (t->out == 0) {
		begin(t, xstrdup(said));
		return;
	}
	free(t->next);
	t->next = xstrdup(said);
	t->ends = true;
	if (t->call != NULL)
		llm_cancel(t->call);
}

void
adviser_cancel(struct adviser *t)
{
	FREE(&t->next);
	if (t->out == 0)
		return;
	t->ends = true;
	if (t->call != NULL)
		llm_cancel(t->call);
}

void
adviser_forget(struct adviser *t)
{
	adviser_cancel(t);
	t->forgets = t->out > 0;
	t->state = ADVISER_SILENT;
	t->log_id = 0;
}

/* ---- whether it was any good ---- */

struct rate_args {
	int64_t id;
	enum ai_rating rating;
};

static int
rate_run(struct desk *d, void *data, struct err *err)
{
	const struct rate_args *a = data;

	return ai_log_rate(d, a->id, a->rating, err);
}

static void
rate_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK, "%s", _("Thank you: it is kept"));
}

void
adviser_rate(struct adviser *t, bool good)
{
	static const struct model_question q = {
	    .run = rate_run, .done = rate_done, .writes = true};
	struct rate_args *a;

	if (t->state != ADVISER_OVER || t->log_id == 0)
		return;
	a = xcalloc(1, sizeof(*a));
	a->id = t->log_id;
	a->rating = good ? AI_RATING_GOOD : AI_RATING_BAD;
	model_ask(t->m, t->s, &q, a);
}

/* ---- what is seen of it ---- */

enum adviser_state
adviser_state(const struct adviser *t)
{
	return t->state;
}

const char *
adviser_words(const struct adviser *t)
{
	return t->words.s != NULL ? t->words.s : "";
}

const char *
adviser_trouble(const struct adviser *t)
{
	return t->trouble;
}

const char *
adviser_model(const struct adviser *t)
{
	return t->model != NULL && t->model[0] != '\0' ? t->model
	                                               : t->settings.model;
}

void
adviser_leave(struct adviser **adviser, bool console_ends)
{
	struct adviser *t = *adviser;

	*adviser = NULL;
	if (t == NULL)
		return;
	t->s = NULL;
	t->no_more = console_ends;
	t->visits++; /* it stays until we are done with it */
	if (t->call != NULL) {
		const struct llm_answer cut = {.outcome = LLM_CANCELLED,
		    .code = OD_ECANCEL,
		    .text = adviser_words(t),
		    .error = "",
		    .tokens_in = -1,
		    .tokens_out = -1,
		    .done_us = clock_wall_us()};

		t->logged = true;
		finish(t, &cut);
	}
	adviser_cancel(t);
	llm_free(&t->llm); /* ends looks and loading, too */
	t->visits--;
	adviser__free_if_done(t);
}
