/* model_inbox - see model_inbox.h. */
#include "tui/model/model_inbox.h"

#include "common/str.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/draft_files.h"
#include "db/records/guide_sessions.h"
#include "tui/model/model_seat.h"
#include "tui/model/model_window.h"

#include <stdlib.h>
#include <string.h>

/* ---- windows of the list ---- */

struct window_args {
	struct inbox_window w;
	inbox_window_fn *fn;
};

static int
read_page(struct desk *d, const void *of, const struct page *page, void **rows,
    size_t *count, struct err *err)
{
	const struct inbox_ask *ask = of;
	struct conversation *found = NULL;
	int rc = conversation_list(
	    d, ask->view, ask->match, page, &found, count, err);

	*rows = found;
	return rc;
}

static int
read_rows(struct desk *d, struct inbox_window *w, struct err *err)
{
	const struct w_list_want *want = &w->ask.want;
	int64_t key = w->ask.around_key;
	struct conversation c;
	struct window out;
	int rc;

	if (want->what == WANT_AROUND &&
	    conversation_get(d, want->id, &c, NULL) == 0)
		key = c.last_message_us;
	const struct window_ask ask = {.want = *want,
	    .below = {.after_key = key, .after_id = want->id + 1},
	    .above = {.after_key = key,
		.after_id = want->id,
		.backwards = true},
	    .last = {.after_key = -1, .after_id = 1, .backwards = true},
	    .size = sizeof(struct conversation),
	    .read = read_page,
	    .of = &w->ask};

	rc = window_read(d, &ask, &out, err);
	w->rows = out.rows;
	w->count = out.count;
	w->has_before = out.has_before;
	w->has_after = out.has_after;
	return rc;
}

static int
window_run(struct desk *d, void *data, struct err *err)
{
	struct window_args *a = data;
	struct inbox_window *w = &a->w;
	int rc = 0;

	for (int v = 0; v < CONVERSATION_VIEW_COUNT && rc == 0; v++)
		rc = conversation_count(d, (enum conversation_view)v,
		    INBOX_COUNT_CAP, &w->counts[v], err);
	return rc != 0 ? rc : read_rows(d, w, err);
}

static void
window_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct window_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->w, answer);
}

static void
window_free(void *data)
{
	struct window_args *a = data;

	free(a->w.rows);
	free(a);
}

void
model_inbox_window(struct model *m, struct screen *s,
    const struct inbox_ask *ask, inbox_window_fn *fn)
{
	static const struct model_question q = {
	    .run = window_run, .done = window_done, .free_args = window_free};
	struct window_args *a = xcalloc(1, sizeof(*a));

	a->w.ask = *ask;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- one thread ---- */

struct thread_args {
	struct inbox_thread t;
	inbox_thread_fn *fn;
};

void
inbox_thread_clear(struct inbox_thread *t)
{
	message_list_free(&t->rows, t->count);
	free(t->others);
	free(t->drafts[0]);
	free(t->drafts[1]);
	*t = (struct inbox_thread){0};
}

int64_t
inbox_thread_newest(const struct inbox_thread *t)
{
	int64_t id = 0;

	for (size_t i = 0; i < t->count; i++)
		if (!t->rows[i].is_note && t->rows[i].id > id)
			id = t->rows[i].id;
	return id;
}

static int
read_drafts(struct desk *d, struct inbox_thread *t, struct err *err)
{
	for (int slot = DRAFT_REPLY; slot <= DRAFT_NOTE; slot++) {
		struct draft dr = {0};
		int rc = draft_get(d, RECORD_CONVERSATION, t->id,
		    (enum draft_slot)slot, &dr, err);

		if (rc != 0 && rc != OD_ENOTFOUND)
			return rc;
		if (rc == 0 && dr.body[0] != '\0')
			t->drafts[slot] = xstrdup(dr.body);
		draft_clear(&dr);
	}
	return 0;
}

static int
read_walk(struct desk *d, struct inbox_thread *t, struct err *err)
{
	struct guide_session g = {.id = 0};
	int rc = guide_session_of_conversation(d, t->id, &g, err);

	if (rc == 0 && op_may(d, OP_SESSION_READ, g.id, NULL) == 0) {
		t->walk.id = g.id;
		t->walk.step = (int)g.step;
		t->walk.is_alone = g.walker == WALKER_CUSTOMER;
		t->walk.is_paused = g.state == SESSION_PAUSED;
		str_copy(t->walk.title, sizeof(t->walk.title), g.title);
		str_copy(t->walk.operator_name, sizeof(t->walk.operator_name),
		    g.operator_name);
	}
	guide_session_clear(&g);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static int
thread_run(struct desk *d, void *data, struct err *err)
{
	struct thread_args *a = data;
	struct inbox_thread *t = &a->t;
	int rc;

	if ((rc = conversation_get(d, t->id, &t->c, err)) != 0 ||
	    (rc = message_thread(
		 d, t->id, 0, 0, t->limit, &t->rows, &t->count, err)) != 0 ||
	    (rc = presence_list(d, RECORD_CONVERSATION, t->id, &t->others,
		 &t->other_count, err)) != 0 ||
	    (rc = read_walk(d, t, err)) != 0)
		return rc;
	t->has_older = t->count == (size_t)t->limit;
	return read_drafts(d, t, err);
}

static void
thread_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct thread_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->t, answer);
}

static void
thread_free(void *data)
{
	struct thread_args *a = data;

	inbox_thread_clear(&a->t);
	free(a);
}

void
model_inbox_thread(struct model *m, struct screen *s, uint64_t turn, int64_t id,
    int limit, inbox_thread_fn *fn)
{
	static const struct model_question q = {
	    .run = thread_run, .done = thread_done, .free_args = thread_free};
	struct thread_args *a = xcalloc(1, sizeof(*a));

	a->t.turn = turn;
	a->t.id = id;
	a->t.limit = limit;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- drafts ---- */

struct draft_args {
	struct inbox_draft d;
	inbox_draft_fn *fn;
};

static int
draft_save_run(struct desk *d, void *data, struct err *err)
{
	struct draft_args *a = data;

	if (a->d.behind != 0)
		return draft_keep_behind(d, RECORD_CONVERSATION, a->d.id,
		    a->d.slot, a->d.body, a->d.earlier, a->d.behind, err);
	return draft_keep(d, RECORD_CONVERSATION, a->d.id, a->d.slot, a->d.body,
	    a->d.cursor_at, 0, err);
}

static int
draft_load_run(struct desk *d, void *data, struct err *err)
{
	struct draft_args *a = data;
	struct draft dr = {0};
	int rc =
	    draft_get(d, RECORD_CONVERSATION, a->d.id, a->d.slot, &dr, err);

	a->d.body = xstrdup(rc == 0 ? dr.body : "");
	a->d.cursor_at = rc == 0 ? dr.cursor_at : 0;
	draft_clear(&dr);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static void
draft_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const struct draft_args *a = data;

	(void)ui;
	if (s != NULL && a->fn != NULL)
		a->fn(s, &a->d, answer);
}

static void
draft_free(void *data)
{
	struct draft_args *a = data;

	free(a->d.body);
	free(a->d.earlier);
	free(a);
}

static struct draft_args *
draft_args(uint64_t turn, int64_t id, enum draft_slot slot, inbox_draft_fn *fn)
{
	struct draft_args *a = xcalloc(1, sizeof(*a));

	a->d.turn = turn;
	a->d.id = id;
	a->d.slot = slot;
	a->fn = fn;
	return a;
}

void
model_inbox_draft_save(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, enum draft_slot slot, const char *body, int64_t cursor_at,
    uint64_t behind, const char *earlier, inbox_draft_fn *fn)
{
	static const struct model_question q = {
	    .run = draft_save_run, .done = draft_done, .free_args = draft_free};
	struct draft_args *a = draft_args(turn, id, slot, fn);

	a->d.body = xstrdup(body);
	a->d.cursor_at = cursor_at;
	a->d.behind = behind;
	a->d.earlier = earlier != NULL ? xstrdup(earlier) : NULL;
	model_ask(m, s, &q, a);
}

void
model_inbox_draft_load(struct model *m, struct screen *s, uint64_t turn,
    int64_t id, enum draft_slot slot, inbox_draft_fn *fn)
{
	static const struct model_question q = {
	    .run = draft_load_run, .done = draft_done, .free_args = draft_free};

	model_ask(m, s, &q, draft_args(turn, id, slot, fn));
}

/* ---- templates ---- */

struct templates_args {
	struct inbox_templates t;
	inbox_templates_fn *fn;
};

static int
templates_run(struct desk *d, void *data, struct err *err)
{
	struct templates_args *a = data;

	return template_list(
	    d, a->t.channel, true, &a->t.rows, &a->t.count, err);
}

static void
templates_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct templates_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->t, answer);
}

static void
templates_free(void *data)
{
	struct templates_args *a = data;

	template_list_free(&a->t.rows, a->t.count);
	free(a);
}

void
model_inbox_templates(struct model *m, struct screen *s, uint64_t turn,
    const char *channel, inbox_templates_fn *fn)
{
	static const struct model_question q = {.run = templates_run,
	    .done = templates_done,
	    .free_args = templates_free};
	struct templates_args *a = xcalloc(1, sizeof(*a));

	a->t.turn = turn;
	str_copy(a->t.channel, sizeof(a->t.channel), channel);
	a->fn = fn;
	model_ask(m, s, &q, a);
}

static int
fetch_run(struct desk *d, void *data, struct err *err)
{
	const struct templates_args *a = data;

	return channel_ask_templates(d, a->t.channel, err);
}

static void
fetch_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
}

void
model_inbox_fetch(struct model *m, const char *channel)
{
	static const struct model_question q = {
	    .run = fetch_run, .done = fetch_done, .free_args = templates_free};
	struct templates_args *a = xcalloc(1, sizeof(*a));

	str_copy(a->t.channel, sizeof(a->t.channel), channel);
	model_ask(m, NULL, &q, a);
}

void
model_inbox_fill(const struct message_template *t, const char *const *values,
    struct str *out)
{
	template_fill(t, values, out);
}
