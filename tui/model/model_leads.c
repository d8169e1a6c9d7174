/* model_leads - see model_leads.h. */
#include "tui/model/model_leads.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/model/model_window.h"

#include <stdlib.h>
#include <string.h>

/* ---- windows of the list ---- */

struct list_args {
	struct leads list;
	leads_fn *fn;
};

void
leads_clear(struct leads *l)
{
	free(l->rows);
	memset(l, 0, sizeof(*l));
}

static int
read_page(struct desk *d, const void *of, const struct page *page, void **rows,
    size_t *count, struct err *err)
{
	struct lead *found = NULL;
	int rc = lead_list(d, of, page, &found, count, err);

	*rows = found;
	return rc;
}

static int
read_rows(struct desk *d, const struct lead_filter *f, struct leads *l,
    struct err *err)
{
	const struct w_list_want *want = &l->ask.want;
	int64_t key = l->ask.around_key;
	struct window out;
	struct lead now;
	int rc;

	if (want->what == WANT_AROUND && lead_get(d, want->id, &now, NULL) == 0)
		key = lead_page_key(f, &now);
	const struct window_ask ask = {.want = *want,
	    .below = {.after_key = key, .after_id = want->id - 1},
	    .above = {.after_key = key,
		.after_id = want->id,
		.backwards = true},
	    .last = {.backwards = true},
	    .size = sizeof(struct lead),
	    .read = read_page,
	    .of = f};

	rc = window_read(d, &ask, &out, err);
	l->rows = out.rows;
	l->count = out.count;
	l->has_before = out.has_before;
	l->has_after = out.has_after;
	return rc;
}

/* Where all rows are in the window nobody need count them. */
static int
list_run(struct desk *d, void *data, struct err *err)
{
	struct list_args *a = data;
	struct leads *l = &a->list;
	struct lead_filter f = {.view = l->ask.view, .status = -1};
	struct err wrong = ERR_INIT;
	int rc;

	rc = lead_where(d, l->ask.match, &f, &wrong);
	if (rc == OD_EDATA || rc == OD_ELIMIT) {
		/* What is being typed may be wrong still. */
		str_copy(l->wrong, sizeof(l->wrong), err_plain(&wrong));
		return 0;
	}
	if (rc != 0) {
		*err = wrong;
		return rc;
	}
	rc = read_rows(d, &f, l, err);
	l->total = (int64_t)l->count;
	if (rc == 0 && (l->has_before || l->has_after))
		rc = lead_count(d, &f, LEADS_COUNT_CAP, &l->total, err);
	return rc;
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
model_leads(struct model *m, struct screen *s, const struct leads_ask *ask,
    leads_fn *fn)
{
	static const struct model_question q = {
	    .run = list_run, .done = list_done, .free_args = list_free};
	struct list_args *a = xcalloc(1, sizeof(*a));

	a->list.ask = *ask;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- one of them ---- */

struct card_args {
	struct lead_card card;
	int64_t id;
	lead_card_fn *fn;
};

void
lead_card_clear(struct lead_card *card)
{
	call_list_free(&card->calls, card->call_count);
	memset(card, 0, sizeof(*card));
}

static int
card_run(struct desk *d, void *data, struct err *err)
{
	struct card_args *a = data;
	struct lead_card *card = &a->card;
	int rc = lead_get(d, a->id, &card->l, err);

	return rc != 0 ? rc
	               : lead_calls(d, &card->l, LEAD_CALLS, &card->calls,
			     &card->call_count, err);
}

static void
card_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct card_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->card, answer);
}

static void
card_free(void *data)
{
	struct card_args *a = data;

	lead_card_clear(&a->card);
	free(a);
}

void
model_lead_card(struct model *m, struct screen *s, uint64_t turn, int64_t id,
    lead_card_fn *fn)
{
	static const struct model_question q = {
	    .run = card_run, .done = card_done, .free_args = card_free};
	struct card_args *a = xcalloc(1, sizeof(*a));

	a->card.turn = turn;
	a->id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- changes ---- */

struct act_args {
	struct lead_action a;
	lead_action_fn *fn;
};

static int
edit(struct desk *d, const struct lead_action *a, struct err *err)
{
	struct change c[2];
	size_t n = 1;

	switch (a->deed) {
	case LEAD_DEED_PROBLEM:
		c[0] = (struct change){"problem_statement", b_text(a->text)};
		break;
	case LEAD_DEED_STATUS:
		c[0] = (struct change){"status", b_int(a->status)};
		break;
	case LEAD_DEED_NEXT:
		c[0] = (struct change){"next_us", b_ref(a->next_us)};
		break;
	case LEAD_DEED_CONTACT:
		c[0] = (struct change){"contact_id", b_ref(a->contact_id)};
		break;
	case LEAD_DEED_OWNER:
		c[0] = (struct change){"operator_id", b_ref(a->operator_id)};
		c[1] = (struct change){"team_id", b_ref(a->team_id)};
		n = 2;
		break;
	case LEAD_DEED_DELETE:
	case LEAD_DEED_RESTORE:
		BUG("deed %d changes no field", (int)a->deed);
	}
	return lead_edit(d, a->id, a->version, c, n, err);
}

static int
act_run(struct desk *d, void *data, struct err *err)
{
	const struct act_args *args = data;
	const struct lead_action *a = &args->a;

	if (a->deed == LEAD_DEED_DELETE)
		return lead_delete(d, a->id, a->version, err);
	if (a->deed == LEAD_DEED_RESTORE)
		return lead_restore(d, a->id, err);
	return edit(d, a, err);
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
