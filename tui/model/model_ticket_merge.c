/* model_ticket_merge - see model_ticket_merge.h. */
#include "tui/model/model_ticket_merge.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_split.h"
#include "tui/screen.h"

#include <stdlib.h>
#include <string.h>

/* ---- to choose from ---- */

struct pick_args {
	int64_t but_id, contact_id, context;
	ticket_pick_fn *fn;
	struct ticket *rows; /* owned */
	size_t count;
};

static bool
is_there(const struct pick_args *a, int64_t id)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->rows[i].id == id)
			return true;
	return id == a->but_id;
}

static int
pick_some(
    struct desk *d, struct pick_args *a, int64_t contact_id, struct err *err)
{
	struct ticket_filter f = {.view = TICKETS_ACTIVE,
	    .state = -1,
	    .contact_id = contact_id,
	    .with_sleeping = true,
	    .match = ""};
	struct page page = {.limit = TICKET_PICK_MOST};
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc = ticket_list(d, &f, &page, &rows, &count, err);

	if (rc != 0)
		return rc;
	a->rows =
	    xreallocarray(a->rows, a->count + count + 1, sizeof(*a->rows));
	for (size_t i = 0; i < count; i++) {
		if (is_there(a, rows[i].id))
			continue;
		a->rows[a->count++] = rows[i];
		memset(&rows[i], 0, sizeof(rows[i]));
	}
	ticket_list_free(&rows, count);
	return 0;
}

static int
pick_run(struct desk *d, void *data, struct err *err)
{
	struct pick_args *a = data;
	int rc = 0;

	if (a->contact_id != 0)
		rc = pick_some(d, a, a->contact_id, err);
	return rc != 0 ? rc : pick_some(d, a, 0, err);
}

static void
pick_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct pick_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, a->rows, a->count, a->context);
}

static void
pick_free(void *data)
{
	struct pick_args *a = data;

	ticket_list_free(&a->rows, a->count);
	free(a);
}

void
model_ticket_pick(struct model *m, struct screen *s, int64_t but_id,
    int64_t contact_id, int64_t context, ticket_pick_fn *fn)
{
	static const struct model_question q = {
	    .run = pick_run, .done = pick_done, .free_args = pick_free};
	struct pick_args *a = xcalloc(1, sizeof(*a));

	a->but_id = but_id;
	a->contact_id = contact_id;
	a->context = context;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- two tickets ---- */

struct pair_args {
	int64_t id, version, other_id, other_version;
	struct ticket_merge plan;
	ticket_merge_look_fn *fn;
};

static struct pair_args *
new_pair(int64_t id, int64_t version, int64_t other_id, int64_t other_version)
{
	struct pair_args *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->version = version;
	a->other_id = other_id;
	a->other_version = other_version;
	return a;
}

static int
look_run(struct desk *d, void *data, struct err *err)
{
	struct pair_args *a = data;

	return ticket_merge_look(d, a->id, a->other_id, &a->plan, err);
}

static void
look_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct pair_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL)
		a->fn(s, &a->plan, a->other_id);
}

void
model_ticket_merge_look(struct model *m, struct screen *s, int64_t source_id,
    int64_t target_id, ticket_merge_look_fn *fn)
{
	static const struct model_question q = {
	    .run = look_run, .done = look_done};
	struct pair_args *a = new_pair(source_id, 0, target_id, 0);

	a->fn = fn;
	model_ask(m, s, &q, a);
}

static int
merge_run(struct desk *d, void *data, struct err *err)
{
	struct pair_args *a = data;

	return ticket_merge(
	    d, a->id, a->version, a->other_id, a->other_version, &a->plan, err);
}

static void
merge_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct pair_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK,
		    _("Ticket %lld is merged into %lld; u takes it back"),
		    (long long)a->plan.source, (long long)a->plan.target);
}

void
model_ticket_merge(struct model *m, struct screen *s, int64_t source_id,
    int64_t seen_source, int64_t target_id, int64_t seen_target)
{
	static const struct model_question q = {
	    .run = merge_run, .done = merge_done, .writes = true};

	model_ask(
	    m, s, &q, new_pair(source_id, seen_source, target_id, seen_target));
}

static int
link_run(struct desk *d, void *data, struct err *err)
{
	struct pair_args *a = data;
	struct ticket_link_new in = {
	    .kind = LINK_TICKET, .record_id = a->other_id};
	int64_t id;

	return ticket_link(d, a->id, &in, &id, err);
}

static void
link_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	(void)s, (void)data;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK, "%s", _("The tickets are linked"));
}

void
model_ticket_link(
    struct model *m, struct screen *s, int64_t id, int64_t other_id)
{
	static const struct model_question q = {
	    .run = link_run, .done = link_done, .writes = true};

	model_ask(m, s, &q, new_pair(id, 0, other_id, 0));
}

/* ---- back ---- */

struct unmerge_args {
	int64_t id, version;
	struct ticket_unmerge done;
	ticket_unmerge_fn *fn;
};

static int
unmerge_run(struct desk *d, void *data, struct err *err)
{
	struct unmerge_args *a = data;

	return ticket_unmerge(d, a->id, a->version, &a->done, err);
}

static void
unmerge_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct unmerge_args *a = data;

	if (answer->rc != 0) {
		ui_toast_err(ui, answer->err);
		return;
	}
	ui_toast(ui, TOAST_OK, _("Ticket %lld is one of its own again"),
	    (long long)a->done.source);
	if (s != NULL && a->done.told.len > 0)
		a->fn(s, &a->done);
}

static void
unmerge_free(void *data)
{
	struct unmerge_args *a = data;

	ticket_unmerge_clear(&a->done);
	free(a);
}

void
model_ticket_unmerge(struct model *m, struct screen *s, int64_t id,
    int64_t seen_version, ticket_unmerge_fn *fn)
{
	static const struct model_question q = {.run = unmerge_run,
	    .done = unmerge_done,
	    .free_args = unmerge_free,
	    .writes = true};
	struct unmerge_args *a = xcalloc(1, sizeof(*a));

	a->id = id;
	a->version = seen_version;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- part of it ---- */

struct split_args {
	struct ticket_split_wish wish;
	int64_t number; /* of the new one */
};

static int
split_run(struct desk *d, void *data, struct err *err)
{
	struct split_args *a = data;
	const struct ticket_split_wish *w = &a->wish;
	const struct ticket_split in = {.subject = w->subject,
	    .comments = w->comments,
	    .comment_count = w->comment_count,
	    .messages = w->messages,
	    .message_count = w->message_count};
	int64_t id;

	return ticket_split(
	    d, w->ticket_id, w->version, &in, &id, &a->number, err);
}

static void
split_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct split_args *a = data;

	(void)s;
	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else
		ui_toast(ui, TOAST_OK,
		    _("Ticket %lld is split off ticket %lld; u takes it back"),
		    (long long)a->number, (long long)a->wish.number);
}

static void
split_free(void *data)
{
	struct split_args *a = data;

	free(a->wish.comments);
	free(a->wish.messages);
	free(a);
}

void
model_ticket_split(struct model *m, const struct ticket_split_wish *wish)
{
	static const struct model_question q = {.run = split_run,
	    .done = split_done,
	    .free_args = split_free,
	    .writes = true};
	struct split_args *a = xcalloc(1, sizeof(*a));

	a->wish = *wish;
	model_ask(m, NULL, &q, a);
}
