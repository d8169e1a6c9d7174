/* model_tickets - see model_tickets.h. */
#include "tui/model/model_tickets.h"

#include "common/xalloc.h"
#include "db/records/checklists.h"
#include "db/records/ticket_times.h"

#include <stdlib.h>
#include <string.h>

#define FOUND_MOST 999 /* rows of a search that its end shows */

/* ---- windows of the list ---- */

struct window_args {
	struct ticket_window w;
	ticket_window_fn *fn;
};

/* Rows before or after a place; one more than wanted tells of others. */
static int
read_part(struct desk *d, const struct ticket_filter *f,
    const struct page *place, size_t want, struct ticket **rows, size_t *count,
    bool *more, struct err *err)
{
	struct page page = *place;
	int rc;

	page.limit = (int)want + 1;
	if ((rc = ticket_list(d, f, &page, rows, count, err)) != 0)
		return rc;
	*more = *count > want;
	if (!*more)
		return 0;
	if (page.backwards) {
		ticket_clear(&(*rows)[0]);
		memmove(*rows, *rows + 1, (*count - 1) * sizeof(**rows));
	} else {
		ticket_clear(&(*rows)[*count - 1]);
	}
	--*count;
	return 0;
}

static void
join(struct ticket_window *w, struct ticket *before, size_t n)
{
	w->rows = xreallocarray(w->rows, w->count + n, sizeof(w->rows[0]));
	memmove(w->rows + n, w->rows, w->count * sizeof(w->rows[0]));
	memcpy(w->rows, before, n * sizeof(w->rows[0]));
	w->count += n;
}

/* The key of the row to stand around: as it is now, else as it was seen. */
static int64_t
key_of(struct desk *d, const struct ticket_ask *ask)
{
	struct ticket t = {0};
	int64_t key = ask->around_key;

	if (ticket_get(d, ask->want.id, &t, NULL) == 0)
		key = ticket_sort_key(&t, ask->sort);
	ticket_clear(&t);
	return key;
}

/* Found rows are walked from row to row: their place is that of a search. */
static int
read_found_around(struct desk *d, const struct ticket_filter *f,
    struct ticket_window *w, struct err *err)
{
	size_t half = w->ask.want.count / 2;
	struct page above = {
	    .after_key = 1, .after_id = w->ask.want.id, .backwards = true};
	struct page at = {.after_key = 1};
	struct ticket *after = NULL;
	size_t n = 0;
	int rc;

	if ((rc = read_part(d, f, &above, half, &w->rows, &w->count,
		 &w->has_before, err)) != 0)
		return rc;
	if (w->count > 0)
		at.after_id = w->rows[w->count - 1].id;
	rc = read_part(d, f, &at, half, &after, &n, &w->has_after, err);
	if (rc != 0 || n == 0)
		return rc;
	w->rows = xreallocarray(w->rows, w->count + n, sizeof(w->rows[0]));
	memcpy(w->rows + w->count, after, n * sizeof(after[0]));
	w->count += n;
	free(after);
	return 0;
}

static int
read_around(struct desk *d, const struct ticket_filter *f,
    struct ticket_window *w, struct err *err)
{
	size_t half = w->ask.want.count / 2, n = 0;
	int64_t key = key_of(d, &w->ask);
	/* After the place just above it: the row itself comes along. */
	struct page at = {
	    .after_key = key, .after_id = ticket_sort_above(f, w->ask.want.id)};
	struct page above = {
	    .after_key = key, .after_id = w->ask.want.id, .backwards = true};
	struct ticket *before = NULL;
	int rc;

	if ((rc = read_part(d, f, &at, half, &w->rows, &w->count, &w->has_after,
		 err)) != 0 ||
	    (rc = read_part(
		 d, f, &above, half, &before, &n, &w->has_before, err)) != 0)
		return rc;
	if (n > 0)
		join(w, before, n);
	free(before);
	return 0;
}

/* From the top or the bottom.  A search has no bottom to start from. */
static int
read_end(struct desk *d, const struct ticket_filter *f, struct ticket_window *w,
    struct err *err)
{
	bool last = w->ask.want.what == WANT_LAST;
	struct page from = {.backwards = last && !ticket_filter_searches(f)};
	size_t want = w->ask.want.count;

	if (last && !from.backwards)
		want = FOUND_MOST;
	return read_part(d, f, &from, want, &w->rows, &w->count,
	    from.backwards ? &w->has_before : &w->has_after, err);
}

static int
read_rows(struct desk *d, const struct ticket_filter *f,
    struct ticket_window *w, struct err *err)
{
	if (w->ask.want.what != WANT_AROUND)
		return read_end(d, f, w, err);
	if (ticket_filter_searches(f))
		return read_found_around(d, f, w, err);
	return read_around(d, f, w, err);
}

/* Where all rows are in the window nobody need count them. */
static int
read_window(struct desk *d, const struct ticket_filter *f,
    struct ticket_window *w, struct err *err)
{
	int rc = read_rows(d, f, w, err);

	if (rc != 0 || w->has_before || w->has_after)
		return rc != 0 ? rc
		               : ticket_count_soon(d, f, TICKET_COUNT_CAP,
				     &w->total, &w->is_least, err);
	w->total = (int)w->count;
	return 0;
}

static struct ticket *
row_of(struct ticket *rows, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == id)
			return &rows[i];
	BUG("no row of ticket %lld", (long long)id);
}

/* Two questions for all rows of the window. */
static int
read_work(struct desk *d, struct ticket *rows, size_t count, struct err *err)
{
	int64_t *ids = xcalloc(count + 1, sizeof(ids[0]));
	struct check_sum *checks = xcalloc(count + 1, sizeof(checks[0]));
	struct time_sum *times = xcalloc(count + 1, sizeof(times[0]));
	size_t n = 0, k = 0;
	int rc;

	for (size_t i = 0; i < count; i++)
		ids[i] = rows[i].id;
	if ((rc = ticket_check_sums(d, ids, count, checks, &n, err)) == 0)
		rc = ticket_time_sums(d, ids, count, times, &k, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ticket *t = row_of(rows, count, checks[i].ticket_id);

		t->checks = checks[i].all;
		t->checks_done = checks[i].done;
	}
	for (size_t i = 0; rc == 0 && i < k; i++)
		row_of(rows, count, times[i].ticket_id)->worked_us =
		    times[i].worked_us;
	free(ids);
	free(checks);
	free(times);
	return rc;
}

/* What is not understood yet is an answer too: more is about to be typed. */
static int
window_run(struct desk *d, void *data, struct err *err)
{
	struct window_args *a = data;
	struct ticket_window *w = &a->w;
	struct ticket_where *where;
	struct err why = ERR_INIT;
	int rc;

	rc = ticket_where_parse(d, w->ask.match, &where, &why);
	if (rc == OD_EDATA || rc == OD_ELIMIT) {
		str_copy(w->wrong, sizeof(w->wrong), why.text);
		return 0;
	}
	if (rc != 0) {
		*err = why;
		return rc;
	}
	rc = read_window(d,
	    &(struct ticket_filter){.view = w->ask.view,
		.state = -1,
		.match = "",
		.where = where,
		.sort = w->ask.sort,
		.is_reversed = w->ask.is_reversed},
	    w, err);
	ticket_where_free(&where);
	if (rc == 0)
		rc = ticket_category_names(d, w->rows, w->count, err);
	if (rc == 0 && w->ask.with_work)
		rc = read_work(d, w->rows, w->count, err);
	return rc;
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

	ticket_list_free(&a->w.rows, a->w.count);
	free(a);
}

void
model_ticket_window(struct model *m, struct screen *s,
    const struct ticket_ask *ask, ticket_window_fn *fn)
{
	static const struct model_question q = {
	    .run = window_run, .done = window_done, .free_args = window_free};
	struct window_args *a = xcalloc(1, sizeof(*a));

	a->w.ask = *ask;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what was said on one ---- */

struct said_args {
	struct ticket_said said;
	ticket_said_fn *fn;
};

static int
said_run(struct desk *d, void *data, struct err *err)
{
	struct said_args *a = data;
	struct ticket_said *s = &a->said;
	size_t before;
	int rc = ticket_comments(d, s->id, &s->comments, &s->count, err);

	if (rc != 0 || s->count <= TICKET_PREVIEW_COMMENTS)
		return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
	before = s->count - TICKET_PREVIEW_COMMENTS;
	for (size_t i = 0; i < before; i++)
		free(s->comments[i].body);
	memmove(s->comments, s->comments + before,
	    TICKET_PREVIEW_COMMENTS * sizeof(s->comments[0]));
	s->count = TICKET_PREVIEW_COMMENTS;
	return 0;
}

static void
said_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct said_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, &a->said);
}

static void
said_free(void *data)
{
	struct said_args *a = data;

	ticket_comments_free(&a->said.comments, a->said.count);
	free(a);
}

void
model_ticket_said(
    struct model *m, struct screen *s, int64_t id, ticket_said_fn *fn)
{
	static const struct model_question q = {
	    .run = said_run, .done = said_done, .free_args = said_free};
	struct said_args *a = xcalloc(1, sizeof(*a));

	a->said.id = id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- who can have a ticket ---- */

struct staff_args {
	struct staff_list list;
	staff_fn *fn;
};

static int
staff_run(struct desk *d, void *data, struct err *err)
{
	struct staff_args *a = data;
	struct staff_list *l = &a->list;
	size_t kept = 0;
	int rc;

	if ((rc = operator_list(d, &l->operators, &l->operator_count, err)) !=
		0 ||
	    (rc = team_list(d, &l->teams, &l->team_count, err)) != 0)
		return rc;
	for (size_t i = 0; i < l->operator_count; i++) {
		const struct operator* o = & l->operators[i];

		if (o->enabled && o->role != ROLE_BOT &&
		    o->role != ROLE_AUDITOR)
			l->operators[kept++] = *o;
	}
	l->operator_count = kept;
	return 0;
}

static void
staff_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct staff_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL && ui_top(ui) == s)
		a->fn(s, &a->list);
}

static void
staff_free(void *data)
{
	struct staff_args *a = data;

	free(a->list.operators);
	free(a->list.teams);
	free(a);
}

void
model_staff(struct model *m, struct screen *s, int64_t context, staff_fn *fn)
{
	static const struct model_question q = {
	    .run = staff_run, .done = staff_done, .free_args = staff_free};
	struct staff_args *a = xcalloc(1, sizeof(*a));

	a->list.context = context;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
