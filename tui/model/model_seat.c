/* model_seat - see model_seat.h. */
#include "tui/model/model_seat.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/records/draft_files.h"

#include <stdlib.h>
#include <string.h>

struct at_args {
	enum record_kind kind;
	int64_t record_id;
	bool typing;
};

static int
at_run(struct desk *d, void *data, struct err *err)
{
	const struct at_args *a = data;

	if (d->readonly || d->outdated)
		return 0;
	return a->kind == RECORD_NONE
	           ? presence_leave(d, err)
	           : presence_set(d, a->kind, a->record_id, a->typing, err);
}

void
model_seat_at(
    struct model *m, enum record_kind kind, int64_t record_id, bool typing)
{
	static const struct model_question q = {.run = at_run};
	struct at_args *a = xcalloc(1, sizeof(*a));

	*a = (struct at_args){kind, record_id, typing};
	model_ask(m, NULL, &q, a);
}

struct lang_args {
	enum lang lang;
};

static int
lang_run(struct desk *d, void *data, struct err *err)
{
	const struct lang_args *a = data;

	return d->readonly
	           ? 0
	           : setting_set(d, SETTING_LANG, lang_code(a->lang), err);
}

void
model_seat_lang(struct model *m, enum lang lang)
{
	static const struct model_question q = {.run = lang_run};
	struct lang_args *a = xcalloc(1, sizeof(*a));

	a->lang = lang;
	model_ask(m, NULL, &q, a);
}

struct draft_args {
	struct seat_draft draft;
	char *body, *earlier; /* owned */
};

static int
draft_run(struct desk *d, void *data, struct err *err)
{
	struct draft_args *a = data;
	const struct seat_draft *draft = &a->draft;

	if (draft->behind != 0)
		return draft_keep_behind(d, draft->kind, draft->record_id,
		    draft->slot, a->body, a->earlier, draft->behind, err);
	return draft_keep(d, draft->kind, draft->record_id, draft->slot,
	    a->body, draft->cursor_at, draft->seen_version, err);
}

static void
draft_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast(ui, TOAST_ERROR, _("The draft could not be kept: %s"),
		    answer->err->text);
}

static void
draft_free(void *data)
{
	struct draft_args *a = data;

	free(a->body);
	free(a->earlier);
	free(a);
}

void
model_seat_draft(struct model *m, const struct seat_draft *draft)
{
	static const struct model_question q = {
	    .run = draft_run, .done = draft_done, .free_args = draft_free};
	struct draft_args *a = xcalloc(1, sizeof(*a));

	a->draft = *draft;
	a->body = xstrdup(draft->body);
	if (draft->earlier != NULL)
		a->earlier = xstrdup(draft->earlier);
	a->draft.body = a->draft.earlier = NULL;
	model_ask(m, NULL, &q, a);
}

struct read_args {
	struct draft draft;
	seat_draft_fn *fn;
};

static int
read_run(struct desk *d, void *data, struct err *err)
{
	struct read_args *a = data;
	struct draft found = {0};
	int rc = draft_get(
	    d, a->draft.kind, a->draft.record_id, a->draft.slot, &found, err);

	if (rc == 0)
		a->draft = found;
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static void
read_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct read_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, &a->draft);
}

static void
read_free(void *data)
{
	struct read_args *a = data;

	draft_clear(&a->draft);
	free(a);
}

void
model_seat_draft_read(struct model *m, struct screen *s, enum record_kind kind,
    int64_t record_id, enum draft_slot slot, seat_draft_fn *fn)
{
	static const struct model_question q = {
	    .run = read_run, .done = read_done, .free_args = read_free};
	struct read_args *a = xcalloc(1, sizeof(*a));

	a->draft =
	    (struct draft){.kind = kind, .record_id = record_id, .slot = slot};
	a->fn = fn;
	model_ask(m, s, &q, a);
}

static int
take_run(struct desk *d, void *data, struct err *err)
{
	size_t *taken = data;

	return op_check_writer(d, NULL) == 0 ? draft_files_take(d, taken, err)
	                                     : 0;
}

static void
take_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	const size_t *taken = data;

	(void)s;
	if (answer->rc != 0) {
		ui_toast_err(ui, answer->err);
		return;
	}
	if (*taken == 0)
		return;
	ui_toast(ui, TOAST_OK,
	    NGETTEXT_("%d draft that was kept in a file is here"
		      " again; see \"My day\"",
		"%d drafts that were kept in files are here again;"
		" see \"My day\"",
		(long)*taken),
	    (int)*taken);
	ui_notify(ui, NOTICE_DATA, 0);
}

void
model_take_drafts(struct model *m)
{
	/* No change for anybody when there are none, as nearly always. */
	static const struct model_question q = {
	    .run = take_run, .done = take_done};

	model_ask(m, NULL, &q, xcalloc(1, sizeof(size_t)));
}
