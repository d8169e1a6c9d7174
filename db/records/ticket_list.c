/* ticket_list - lists and counts of tickets; see tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/ticket_list_int.h"
#include <string.h>

const char *const ticket_view_names[] = {
    "active", "mine", "unassigned", "team", "all", "trash", NULL};

int wanted__few = 1000;
int wanted__looked = 20000;
/* Fewer where each is looked up, whether it has a word or a tag. */
#define LOOKED_UP 4000

/* ---- what is asked for ---- */

bool
ticket_filter_searches(const struct ticket_filter *f)
{
	return (f->match != NULL && f->match[0] != '\0') ||
	       (f->where != NULL && f->where->words.len > 0);
}

static enum wanted_life
life_of(const struct ticket_filter *f)
{
	if (f->view == TICKETS_TRASH ||
	    (f->where != NULL && f->where->life == LIFE_TRASH))
		return WANTED_DELETED;
	if (f->updated_since_us != 0)
		return WANTED_ANY;
	if (f->view == TICKETS_ALL || f->state >= 0 ||
	    (f->where != NULL && f->where->life == LIFE_ALIVE))
		return WANTED_ALIVE;
	return WANTED_ACTIVE;
}

/* Then an order need not be read where no such ticket is. */
static void
read_states(struct wanted *w)
{
	const struct ticket_where *where = w->f->where;

	if (w->f->state >= 0 && w->f->state < TICKET_SOLVED)
		w->only_active = true;
	else if (w->f->state >= 0)
		w->only_finished = true;
	for (size_t i = 0; where != NULL && i < where->count; i++) {
		const struct where_cond *c = &where->conds[i];
		bool active = c->labels_active, finished = c->labels_finished;

		if (c->field != WHERE_STATE || c->is_negated)
			continue;
		for (size_t k = 0; k < c->num_count; k++)
			if (c->nums[k] < TICKET_SOLVED)
				active = true;
			else
				finished = true;
		w->only_active |= active && !finished;
		w->only_finished |= finished && !active;
	}
}

static void
want(struct desk *d, const struct ticket_filter *f, const struct page *page,
    struct wanted *w)
{
	static const enum reach_view views[] = {
	    [TICKETS_MINE] = REACH_MINE,
	    [TICKETS_UNASSIGNED] = REACH_UNASSIGNED,
	    [TICKETS_TEAM] = REACH_MY_TEAM,
	    [TICKETS_TRASH] = REACH_ANY,
	};

	memset(w, 0, sizeof(*w));
	w->filter = *f;
	w->f = &w->filter;
	w->page = page;
	w->match = f->match != NULL && f->match[0] != '\0' ? f->match
	           : f->where != NULL                      ? f->where->words.s
	                                                   : "";
	if (w->match[0] != '\0')
		w->filter.sort = TICKETS_BY_CHANGE;
	w->life = life_of(f);
	w->one_by_one = f->contact_id != 0;
	read_states(w);
	reach_of(d, OP_TICKET_READ, views[f->view], &w->reach);
}

/* ---- as SQL ---- */

/* Orders whose index begins with "active", not with "alive". */
static bool
is_by_active(const struct wanted *w)
{
	return w->f->sort == TICKETS_BY_PRIORITY ||
	       w->f->sort == TICKETS_BY_DUE;
}

/*
 * The oldest tickets are finished ones: rather than walk past all of them,
 * those that are active are sorted.
 */
static bool
is_oldest_first(const struct wanted *w)
{
	bool back = w->page != NULL && w->page->backwards;

	return w->life == WANTED_ACTIVE && w->f->sort == TICKETS_BY_CREATION &&
	       w->f->is_reversed != back;
}

/* How many ranges of its index an order takes. */
static int
range_count(const struct wanted *w)
{
	bool is_split = w->life == WANTED_ALIVE && is_by_active(w) &&
	                !w->only_active && !w->only_finished;

	return w->life == WANTED_ANY || is_split ? 2 : 1;
}

static void
add_since(struct query *q, const struct wanted *w)
{
	if (w->since_us != 0)
		query_add(
		    q, " AND t.updated_at >= $?", BINDS(b_int(w->since_us)));
	if (w->life == WANTED_ANY)
		query_add(q,
		    w->f->sort == TICKETS_BY_CHANGE
			? " AND t.updated_at >= $?"
			: " AND +t.updated_at >= $?",
		    BINDS(b_int(w->f->updated_since_us)));
}

/* Rows that are found some other way: no column of an index. */
static void
add_life_after(struct query *q, const struct wanted *w)
{
	static const char *const lives[] = {
	    [WANTED_ACTIVE] = " AND +t.active = 1",
	    [WANTED_ALIVE] = " AND +t.alive = 1",
	    [WANTED_DELETED] = " AND +t.alive = 0",
	    [WANTED_ANY] = "",
	};

	query_text(q, lives[w->life]);
	if (w->since_us != 0)
		query_add(
		    q, " AND t.updated_at >= $?", BINDS(b_int(w->since_us)));
	if (w->life == WANTED_ANY)
		query_add(q, " AND +t.updated_at >= $?",
		    BINDS(b_int(w->f->updated_since_us)));
}

/* One of the ranges: "active" and "alive" are columns of the indexes. */
static void
add_life(struct query *q, const struct wanted *w, int range)
{
	if (is_by_active(w)) {
		bool active = w->life == WANTED_ACTIVE ||
		              (w->life != WANTED_DELETED && range == 0 &&
				  !w->only_finished);

		query_text(
		    q, active ? " AND t.active = 1" : " AND t.active = 0");
		if (w->life == WANTED_ALIVE && !active)
			query_text(q, " AND +t.alive = 1");
		else if (w->life == WANTED_DELETED)
			query_text(q, " AND +t.alive = 0");
	} else if (w->life == WANTED_ACTIVE &&
		   (w->f->sort == TICKETS_BY_CHANGE || is_oldest_first(w))) {
		query_text(q, " AND t.active = 1");
	} else {
		bool alive = w->life == WANTED_ANY ? range == 1
		                                   : w->life != WANTED_DELETED;

		query_text(q, alive ? " AND t.alive = 1" : " AND t.alive = 0");
		if (w->life == WANTED_ACTIVE)
			query_text(q, " AND +t.active = 1");
	}
	add_since(q, w);
}

/* The tickets of the condition that few have. */
static void
add_few(struct query *q, const struct desk *d, const struct wanted *w)
{
	query_add(q,
	    where__is_by_id(w->few) ? " AND t.id IN (SELECT t.id FROM tickets t"
				      " WHERE t.tenant_id + 0 = $?"
				    : " AND t.id IN (SELECT t.id FROM tickets t"
				      " WHERE t.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	where__range(q, d, w->f->where, w->few);
	query_text(q, ")");
}

static bool
asks_for_sleeping(const struct ticket_where *where)
{
	for (size_t i = 0; where != NULL && i < where->count; i++) {
		const struct where_cond *c = &where->conds[i];

		for (size_t k = 0; c->field == WHERE_IS && k < c->num_count;
		     k++)
			if (c->nums[k] == IS_SNOOZED)
				return true;
	}
	return false;
}

/*
 * What sleeps is in nobody's way.  A count reads an index alone, which does
 * not say who sleeps: those few are looked up.
 */
static void
add_awake(struct query *q, const struct desk *d, const struct wanted *w)
{
	if (w->life != WANTED_ACTIVE || w->f->with_sleeping ||
	    asks_for_sleeping(w->f->where))
		return;
	if (w->page != NULL || w->by_id)
		query_text(q, " AND t.snoozed_until_us IS NULL");
	else
		query_add(q,
		    " AND t.id NOT IN (SELECT z.id FROM tickets z"
		    " WHERE z.tenant_id = $?"
		    " AND z.snoozed_until_us > 0)",
		    BINDS(b_int(d->actor.tenant_id)));
}

void
wanted__add_filter(
    struct query *q, const struct desk *d, const struct wanted *w, int range)
{
	const struct ticket_filter *f = w->f;

	query_add(q,
	    w->by_id || w->few != NULL ? " WHERE t.tenant_id + 0 = $?"
				       : " WHERE t.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	if (w->few != NULL)
		add_few(q, d, w);
	if (w->in_order != NULL)
		where__range(q, d, f->where, w->in_order);
	if (w->by_id || w->one_by_one || w->few || w->in_order)
		add_life_after(q, w);
	else
		add_life(q, w, range);
	if (f->view == TICKETS_UNASSIGNED && w->reach.count > 0 &&
	    w->reach.parts[0] == REACH_ALL)
		query_text(q, " AND t.operator_id IS NULL");
	if (f->state >= 0)
		query_add(q,
		    f->sort == TICKETS_BY_CHANGE ? " AND t.state = $?"
						 : " AND +t.state = $?",
		    BINDS(b_int(f->state)));
	if (f->contact_id != 0)
		query_add(
		    q, " AND t.contact_id = $?", BINDS(b_int(f->contact_id)));
	add_awake(q, d, w);
	where__add(q, d, f->where);
}

/* An order of its own is read as it is, whoever has the tickets. */
static bool
is_loose(const struct wanted *w)
{
	return w->f->sort != TICKETS_BY_CHANGE || w->one_by_one ||
	       w->few != NULL || w->in_order != NULL;
}

static void
add_reach(
    struct query *q, const struct desk *d, const struct wanted *w, int part)
{
	if (is_loose(w))
		reach_add_any(q, d, &w->reach, "t");
	else
		reach_add(q, d, w->reach.parts[part], "t");
}

/* The ids of the first rows of each part; their tenant is in the filter. */
void
wanted__add_parts(
    struct query *q, const struct desk *d, const struct wanted *w, int limit)
{
	int parts = is_loose(w) ? 1 : w->reach.count;
	bool is_one = w->one_by_one || w->few != NULL || w->in_order != NULL;
	int ranges = is_one ? 1 : range_count(w);
	const char *before = "";

	for (int i = 0; i < parts; i++)
		for (int range = 0; range < ranges; range++) {
			query_text(q, before);
			before = " UNION ";
			query_text(q, "SELECT id FROM (SELECT t.id"
				      " FROM tickets t");
			wanted__add_filter(q, d, w, range);
			add_reach(q, d, w, i);
			ticket__add_place(q, w->f, w->page);
			ticket__add_order(q, w->f, w->page, limit);
			query_text(q, ") part");
		}
}

static bool
is_single(const struct wanted *w)
{
	return w->one_by_one || w->few != NULL || w->in_order != NULL ||
	       ((is_loose(w) || w->reach.count == 1) && range_count(w) == 1);
}

/* Where a single range is asked for, it is one statement without parts. */
static void
add_single(struct query *q, const struct desk *d, const struct wanted *w)
{
	wanted__add_filter(q, d, w, 0);
	add_reach(q, d, w, 0);
	ticket__add_place(q, w->f, w->page);
}

/* ---- which way is short ---- */

/* 1 when no more than wanted__few tickets are in a condition's range. */
static int
has_few(struct desk *d, const struct ticket_where *where,
    const struct where_cond *c, struct err *err)
{
	int64_t n = wanted__few + 1;
	struct query q;
	int rc = 0;

	query_init(&q);
	query_add(&q,
	    where__is_by_id(c) ? "SELECT count(*) FROM (SELECT 1 FROM tickets t"
				 " WHERE t.tenant_id + 0 = $?"
			       : "SELECT count(*) FROM (SELECT 1 FROM tickets t"
				 " WHERE t.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	if (where__range(&q, d, where, c)) {
		query_add(
		    &q, " LIMIT $?) counted", BINDS(b_int(wanted__few + 1)));
		rc = query_int(d->db, &n, &q, err);
	}
	query_free(&q);
	return rc != 0 ? rc : n <= wanted__few;
}

/*
 * A condition that few tickets meet is where to begin, whatever the order:
 * they are sorted.  Else the order is followed until the page is full, in the
 * index of a condition if it has that order.
 */
static int
choose_way(struct desk *d, struct wanted *w, struct err *err)
{
	const struct ticket_where *where = w->f->where;
	bool in_order = w->f->sort == TICKETS_BY_CHANGE &&
	                w->life == WANTED_ALIVE && w->reach.count > 0 &&
	                w->reach.parts[0] == REACH_ALL;
	int rc = 0;

	if (where == NULL || w->life == WANTED_DELETED ||
	    w->life == WANTED_ANY || w->f->contact_id != 0)
		return 0;
	for (size_t i = 0; i < where->count && rc == 0; i++) {
		const struct where_cond *c = &where->conds[i];

		if ((rc = has_few(d, where, c, err)) == 1)
			w->few = c;
		else if (in_order && w->in_order == NULL &&
			 where__is_in_order(c))
			w->in_order = c;
	}
	if (w->few != NULL || w->match[0] != '\0')
		w->in_order = NULL;
	return rc < 0 ? rc : 0;
}

static int
list_plain(struct desk *d, const struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err)
{
	int limit = records__limit(w->page);
	struct stmt *st = NULL;
	struct query q;
	int rc;

	if (w->reach.count == 0)
		return 0;
	query_init(&q);
	query_text(&q, TICKET_COLUMNS);
	if (is_single(w)) {
		add_single(&q, d, w);
	} else {
		/* The plus: by id, not through all of the tenant. */
		query_add(&q, " WHERE t.tenant_id + 0 = $? AND t.id IN (",
		    BINDS(b_int(d->actor.tenant_id)));
		wanted__add_parts(&q, d, w, limit);
		query_text(&q, ")");
	}
	ticket__add_order(&q, w->f, w->page, limit);
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), ticket__read, count, &rc, err);
	query_free(&q);
	for (size_t i = 0; i < *count; i++)
		ticket__mask(d, &(*rows)[i]);
	if (rc == 0 && w->page != NULL && w->page->backwards)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

int
ticket_list(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err)
{
	struct wanted w;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	want(d, f, page, &w);
	if ((rc = choose_way(d, &w, err)) == 0)
		rc = w.match[0] == '\0'
		         ? list_plain(d, &w, rows, count, err)
		         : wanted__search(d, &w, rows, count, err);
	if (rc != 0) {
		ticket_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

static int
count_plain(struct desk *d, const struct wanted *w, int cap, int *count,
    struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc = 0;

	query_init(&q);
	if (is_single(w)) {
		query_text(&q, "SELECT count(*) FROM (SELECT 1 FROM tickets t");
		add_single(&q, d, w);
		/* The newest: a server that sees no order reads them all. */
		if (w->since_us != 0)
			ticket__add_order(&q, w->f, NULL, cap);
		else
			query_add(&q, " LIMIT $?", BINDS(b_int(cap)));
		query_text(&q, ") counted");
	} else {
		query_text(&q, "SELECT count(*) FROM (");
		wanted__add_parts(&q, d, w, cap);
		query_text(&q, ") counted");
	}
	if (w->reach.count > 0)
		rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = n < cap ? (int)n : cap;
	return rc;
}

static int
looked_through(const struct ticket_where *where)
{
	if (wanted__looked < LOOKED_UP)
		return wanted__looked;
	for (size_t i = 0; i < where->count; i++)
		if (where->conds[i].field == WHERE_WORDS ||
		    where->conds[i].field == WHERE_PHRASE ||
		    where__is_by_id(&where->conds[i]))
			return LOOKED_UP;
	return wanted__looked;
}

/*
 * When the last of the newest that are looked through changed, in whatever the
 * list walks through; 0 when there are no more than those.
 */
static int
find_since(struct desk *d, struct wanted *w, struct err *err)
{
	struct query q;
	int rc;

	query_init(&q);
	query_add(&q,
	    "SELECT t.updated_at FROM tickets t WHERE t.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	if (w->in_order != NULL)
		where__range(&q, d, w->f->where, w->in_order);
	else
		query_text(&q, w->life == WANTED_ACTIVE ? " AND t.active = 1"
							: " AND t.alive = 1");
	query_add(&q,
	    " ORDER BY t.updated_at DESC, t.id DESC LIMIT 1 OFFSET $?",
	    BINDS(b_int(looked_through(w->f->where))));
	rc = query_int(d->db, &w->since_us, &q, err);
	query_free(&q);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* is_least NULL: as long as it takes. */
static int
count_it(struct desk *d, const struct ticket_filter *f, int cap, int *count,
    bool *is_least, struct err *err)
{
	struct wanted w;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	want(d, f, NULL, &w);
	w.filter.sort = TICKETS_BY_CHANGE; /* it has no order */
	if ((rc = choose_way(d, &w, err)) != 0)
		return rc;
	if (w.match[0] != '\0')
		return wanted__search_count(d, &w, cap, count, is_least, err);
	if (is_least != NULL && f->where != NULL && f->where->count > 0 &&
	    w.few == NULL && !w.one_by_one &&
	    (w.life == WANTED_ACTIVE || w.life == WANTED_ALIVE))
		rc = find_since(d, &w, err);
	if (rc == 0)
		rc = count_plain(d, &w, cap, count, err);
	if (is_least != NULL)
		*is_least = *count >= cap || w.since_us != 0;
	return rc;
}

int
ticket_count(struct desk *d, const struct ticket_filter *f, int cap, int *count,
    struct err *err)
{
	return count_it(d, f, cap, count, NULL, err);
}

int
ticket_count_soon(struct desk *d, const struct ticket_filter *f, int cap,
    int *count, bool *is_least, struct err *err)
{
	*is_least = false;
	return count_it(d, f, cap, count, is_least, err);
}
