/* guide_session_list - sessions, and the path of one; see guide_sessions.h. */
#include "common/xalloc.h"
#include "db/records/guide_session_int.h"
#include <stdlib.h>
#include <string.h>

const char *const guide_session_view_names[] = {
    "open", "mine", "customers", "ended", "all", NULL};

/* ---- the path ---- */

static void
read_step(struct stmt *st, void *row)
{
	struct guide_step_row *r = row;

	r->id = stmt_int(st, 0);
	r->step = stmt_int(st, 1);
	r->action = (enum path_action)stmt_int(st, 2);
	r->operator_id = stmt_int(st, 3);
	r->by_customer = stmt_int(st, 4) != 0;
	r->begun_us = stmt_int(st, 5);
	r->created_at = stmt_int(st, 6);
	str_copy(r->operator_name, sizeof(r->operator_name), stmt_text(st, 7));
	r->notes = stmt_dup(st, 8);
}

int
guide_session_steps(struct desk *d, int64_t id, struct guide_step_row **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_SESSION_READ, id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT p.id, p.step, p.action, p.operator_id, p.by_customer,"
	    " p.begun_us, p.created_at, o.full_name, p.notes"
	    " FROM guide_steps p JOIN guide_sessions s"
	    " ON s.id = p.session_id AND s.tenant_id = p.tenant_id"
	    " LEFT JOIN operators o ON o.id = p.operator_id"
	    " AND o.tenant_id = p.tenant_id"
	    " WHERE p.session_id = $1 AND p.tenant_id = $2"
	    " AND (p.created_at <= s.step_since_us"
	    " OR p.action IN (6, 7, 11)) ORDER BY p.id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), err);
	*rows = records__rows(
	    NULL, &st, sizeof(**rows), read_step, count, &rc, err);
	if (rc != 0) {
		guide_steps_free(rows, *count);
		*count = 0;
	}
	return rc;
}

void
guide_steps_free(struct guide_step_row **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		free((*rows)[i].notes);
	FREE(rows);
}

void
guide_step_row_json(const struct guide_step_row *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "step_number", r->step);
	json_out_string(out, "action", path_action_names[r->action]);
	json_out_string(out, "notes", r->notes != NULL ? r->notes : "");
	json_out_string(out, "by",
	    r->by_customer                ? "customer"
	    : r->operator_name[0] != '\0' ? r->operator_name
					  : NULL);
	json_out_time(out, "at", r->created_at);
	json_out_int(
	    out, "took_s", (r->created_at - r->begun_us) / US_PER_SECOND);
	json_out_end(out, '}');
}

static bool
moves(enum path_action action)
{
	return action >= PATH_YES && action <= PATH_RESTARTED;
}

/* Where the session stood after the row at i. */
static int64_t
step_after(
    const struct guide_step_row *rows, size_t count, size_t i, int64_t present)
{
	for (size_t k = i + 1; k < count; k++)
		if (moves(rows[k].action))
			return rows[k].step;
	return present;
}

static size_t
push(int64_t *steps, size_t n, size_t max, int64_t step)
{
	if (n == max) {
		memmove(steps, steps + 1, (max - 1) * sizeof(*steps));
		n--;
	}
	steps[n] = step;
	return n + 1;
}

size_t
guide_session_trail(const struct guide_step_row *rows, size_t count,
    int64_t present, int64_t *steps, size_t max)
{
	size_t n = 0;

	if (max == 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		int64_t next = step_after(rows, count, i, present);

		if (rows[i].action == PATH_STARTED) {
			n = push(steps, 0, max, next);
			continue;
		}
		if (!moves(rows[i].action))
			continue;
		if (rows[i].action == PATH_RESTARTED)
			n = 0;
		else if (rows[i].action == PATH_BACK && n > 0)
			n--;
		if (n == 0 || steps[n - 1] != next)
			n = push(steps, n, max, next);
	}
	return n;
}

/* ---- lists ---- */

void
guide__add_scope(struct query *q, struct desk *d)
{
	struct bind me = b_int(d->actor.id), team = b_int(d->actor.team_id);
	enum scope scope = op_scope(d, OP_SESSION_READ);

	if (scope == SCOPE_ALL)
		return;
	if (scope == SCOPE_NONE) {
		query_text(q, " AND 0 = 1");
		return;
	}
	query_add(q, " AND (s.operator_id = $?", BINDS(me));
	query_add(q,
	    " OR (s.operator_id IS NULL"
	    " AND (s.team_id IS NULL OR s.team_id = $?))",
	    BINDS(team));
	if (scope == SCOPE_TEAM && d->actor.team_id != 0)
		query_add(
		    q, " OR COALESCE(s.team_id, o.team_id) = $?", BINDS(team));
	query_text(q, ")");
}

static void
add_id(struct query *q, const char *fragment, int64_t id)
{
	if (id != 0)
		query_add(q, fragment, BINDS(b_int(id)));
}

static void
add_view(struct query *q, const struct desk *d, enum guide_session_view view)
{
	switch (view) {
	case SESSIONS_MINE:
		query_add(
		    q, " AND s.operator_id = $?", BINDS(b_int(d->actor.id)));
		return;
	case SESSIONS_CUSTOMERS:
		query_text(q, " AND s.walker = 1");
		return;
	case SESSIONS_ENDED:
		/* Nearly all of them: not gathered by that, and then sorted. */
		query_text(q, " AND +s.state >= 2");
		return;
	case SESSIONS_OPEN: /* see add_page */
	case SESSIONS_ALL:
	case SESSION_VIEW_COUNT:
		return;
	}
}

static void
add_rated(struct query *q, enum guide_rated rated)
{
	switch (rated) {
	case RATED_ANY:
		return;
	case RATED_YES:
		query_text(q, " AND f.rating IS NOT NULL");
		return;
	case RATED_NO:
		query_text(q, " AND f.rating IS NULL");
		return;
	case RATED_HELPFUL:
		query_text(q, " AND f.was_helpful = 1");
		return;
	case RATED_UNHELPFUL:
		query_text(q, " AND f.was_helpful = 0");
		return;
	}
}

static void
add_filter(
    struct query *q, struct desk *d, const struct guide_session_filter *f)
{
	guide__add_scope(q, d);
	add_view(q, d, f->view);
	if (f->state >= 0)
		query_add(q, " AND s.state = $?", BINDS(b_int(f->state)));
	add_id(q, " AND s.knowledge_id = $?", f->knowledge_id);
	add_id(q, " AND s.version_id = $?", f->version_id);
	add_id(q, " AND s.ticket_id = $?", f->ticket_id);
	add_id(q, " AND s.conversation_id = $?", f->conversation_id);
	add_id(q, " AND s.contact_id = $?", f->contact_id);
	add_id(q, " AND s.operator_id = $?", f->operator_id);
	add_id(q, " AND s.created_at >= $?", f->from_us);
	add_id(q, " AND s.created_at < $?", f->to_us);
	add_id(q, " AND s.step = $?", f->at_step);
	add_rated(q, f->rated);
}

/* Those that go on are few among all there were. */
static bool
is_of_open(enum guide_session_view view)
{
	return view == SESSIONS_OPEN || view == SESSIONS_MINE ||
	       view == SESSIONS_CUSTOMERS;
}

/*
 * The page, and its order.  Where few of many are meant, the index of the
 * order is kept out of it ("+"): it would be read past all that have ended.
 */
static void
add_page(struct query *q, const struct guide_session_filter *f,
    const struct page *page)
{
	bool few = is_of_open(f->view);

	if (few)
		query_text(q, " AND s.state IN (0, 1)");
	if (page->after_id != 0 && page->backwards)
		query_add(q,
		    few ? " AND (s.created_at + 0, s.id) > ($?, $?)"
			: " AND (s.created_at, s.id) > ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	else if (page->after_id != 0)
		query_add(q,
		    few ? " AND (s.created_at + 0, s.id) < ($?, $?)"
			: " AND (s.created_at, s.id) < ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	if (few)
		query_text(q, page->backwards
				  ? " ORDER BY s.created_at + 0, s.id"
				  : " ORDER BY s.created_at + 0 DESC, s.id DESC");
	else
		query_text(q, page->backwards
				  ? " ORDER BY s.created_at, s.id"
				  : " ORDER BY s.created_at DESC, s.id DESC");
	query_add(q, " LIMIT $?", BINDS(b_int(records__limit(page))));
}

int
guide_session_list(struct desk *d, const struct guide_session_filter *f,
    const struct page *page, struct guide_session **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_SESSION_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    SESSION_COLUMNS " WHERE s.tenant_id = $? AND s.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	add_filter(&q, d, f);
	add_page(&q, f, page);
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    NULL, &st, sizeof(**rows), guide__read, count, &rc, err);
	query_free(&q);
	if (page->backwards)
		records__reverse(*rows, *count, sizeof(**rows));
	for (size_t i = 0; rc == 0 && i < *count; i++)
		guide__mask(d, &(*rows)[i]);
	if (rc != 0) {
		guide_session_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}
