/* model_app - see model_app.h. */
#include "tui/model/model_app.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/ticket_recall.h"
#include "kb/matcher.h"
#include "tui/model/model_learn.h"
#include "tui/model/model_system.h"
#include <stdlib.h>

struct waiting_args {
	struct waiting w;
	void (*fn)(const struct waiting *w, void *data);
	void *data;
};

static int
newest(
    struct desk *d, enum conversation_view view, int64_t *us, struct err *err)
{
	struct page page = {.limit = 1};
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc = conversation_list(d, view, "", &page, &rows, &count, err);

	if (rc == 0 && count > 0 && rows[0].last_inbound_us > *us)
		*us = rows[0].last_inbound_us;
	free(rows);
	return rc;
}

static int
waiting_run(struct desk *d, void *data, struct err *err)
{
	struct waiting_args *a = data;
	int rc;

	a->w.daemon_alive = system_daemon_alive(d);
	if ((rc = conversation_count(
		 d, VIEW_UNREAD, WAITING_CAP, &a->w.mine_unread, err)) != 0 ||
	    (rc = conversation_count(d, VIEW_UNASSIGNED, WAITING_CAP,
		 &a->w.unassigned, err)) != 0 ||
	    (rc = newest(d, VIEW_MINE, &a->w.newest_inbound_us, err)) != 0)
		return rc;
	return newest(d, VIEW_UNASSIGNED, &a->w.newest_inbound_us, err);
}

static void
waiting_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct waiting_args *a = data;

	(void)ui, (void)s;
	if (answer->rc == 0)
		a->fn(&a->w, a->data);
}

void
model_waiting(struct model *m, void (*fn)(const struct waiting *w, void *data),
    void *data)
{
	static const struct model_question q = {
	    .run = waiting_run, .done = waiting_done};
	struct waiting_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	a->data = data;
	model_ask(m, NULL, &q, a);
}

struct undo_args {
	struct model *model;
	bool redo, guides_behind, cards_behind;
	char sentence[256];
	struct ticket_recalled recalled;
	recalled_fn *fn;
};

static int
undo_run(struct desk *d, void *data, struct err *err)
{
	struct undo_args *a = data;
	int rc = a->redo ? op_redo(d, a->sentence, err)
	                 : ticket_undo(d, a->sentence, &a->recalled, err);

	/* What was undone is undone, whatever comes of this. */
	if (rc == 0) {
		(void)matcher_is_behind(d, &a->guides_behind, NULL);
		(void)matcher_is_behind_of(
		    d, KNOWLEDGE_CARD, &a->cards_behind, NULL);
	}
	return rc;
}

static void
undo_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct undo_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (a->recalled.ticket_id != 0)
		ui_toast(ui, TOAST_OK,
		    _("Undone: %s; the text is a draft again"), a->sentence);
	else
		ui_toast(ui, TOAST_OK,
		    a->redo ? _("Done again: %s") : _("Undone: %s"),
		    a->sentence);
	if (answer->rc == 0 && a->guides_behind)
		model_learn(a->model, KNOWLEDGE_GUIDE);
	if (answer->rc == 0 && a->cards_behind)
		model_learn(a->model, KNOWLEDGE_CARD);
	if (answer->rc == 0 && a->recalled.ticket_id != 0)
		a->fn(ui, a->recalled.ticket_id, a->recalled.body);
}

static void
undo_free(void *data)
{
	struct undo_args *a = data;

	ticket_recalled_clear(&a->recalled);
	free(a);
}

static void
ask_undo(struct model *m, bool redo, recalled_fn *fn)
{
	static const struct model_question q = {.run = undo_run,
	    .done = undo_done,
	    .free_args = undo_free,
	    .writes = true};
	struct undo_args *a = xcalloc(1, sizeof(*a));

	a->model = m;
	a->redo = redo;
	a->fn = fn;
	model_ask(m, NULL, &q, a);
}

void
model_undo(struct model *m, recalled_fn *fn)
{
	ask_undo(m, false, fn);
}

void
model_redo(struct model *m)
{
	ask_undo(m, true, NULL);
}
