/*
 * ticket_order - the orders that a list of tickets can have, each that of an
 * index, and where a page of it goes on.
 */
#include "common/str.h"
#include "db/records/ticket_int.h"

const char *const ticket_sort_names[] = {
    "changed", "created", "priority", "due", NULL};

/* Priority and last change in one key: a time has less than 53 bits. */
#define LEVEL_SHIFT 53

int64_t
ticket_sort_key(const struct ticket *t, enum ticket_sort sort)
{
	switch (sort) {
	case TICKETS_BY_CREATION:
		return t->created_at;
	case TICKETS_BY_PRIORITY:
		return ((int64_t)t->priority << LEVEL_SHIFT) | t->updated_at;
	case TICKETS_BY_DUE:
		return t->due_us;
	case TICKETS_BY_CHANGE:
	case TICKET_SORT_COUNT:
		break;
	}
	return t->updated_at;
}

bool
ticket_sort_parse(const char *text, enum ticket_sort *sort, bool *reversed)
{
	*reversed = text[0] == '-';
	for (int i = 0; i < TICKET_SORT_COUNT; i++)
		if (str_equal(text + *reversed, ticket_sort_names[i])) {
			*sort = (enum ticket_sort)i;
			return true;
		}
	*sort = TICKETS_BY_CHANGE;
	*reversed = false;
	return text[0] == '\0';
}

/* What stands first in an order that is not reversed. */
static bool
begins_low(const struct ticket_filter *f)
{
	return f->sort == TICKETS_BY_DUE;
}

static bool
is_rising(const struct ticket_filter *f, const struct page *page)
{
	bool back = page != NULL && page->backwards;

	return begins_low(f) ^ f->is_reversed ^ back;
}

int64_t
ticket_sort_above(const struct ticket_filter *f, int64_t id)
{
	bool rises = f->sort == TICKETS_BY_DUE || f->sort == TICKETS_BY_PRIORITY;

	return rises != f->is_reversed ? id - 1 : id + 1;
}

static const char *
column(const struct ticket_filter *f)
{
	return f->sort == TICKETS_BY_CREATION ? "t.created_at"
	       : f->sort == TICKETS_BY_DUE    ? "t.due_us"
	                                      : "t.updated_at";
}

/* Urgent first, and of those the one that was left alone longest. */
static void
add_place_by_priority(
    struct query *q, const struct ticket_filter *f, const struct page *page)
{
	bool rising = is_rising(f, page);
	int64_t level = page->after_key >> LEVEL_SHIFT;
	int64_t at = page->after_key & (((int64_t)1 << LEVEL_SHIFT) - 1);

	query_text(q, rising ? " AND t.priority >= " : " AND t.priority <= ");
	query_add(q, "$? AND (t.priority <> $? OR (t.updated_at, t.id)",
	    BINDS(b_int(level), b_int(level)));
	query_text(q, rising ? " < " : " > ");
	query_add(q, "($?, $?))", BINDS(b_int(at), b_int(page->after_id)));
}

void
ticket__add_place(
    struct query *q, const struct ticket_filter *f, const struct page *page)
{
	if (page == NULL || page->after_id == 0)
		return;
	if (f->sort == TICKETS_BY_PRIORITY) {
		add_place_by_priority(q, f, page);
		return;
	}
	query_text(q, " AND (");
	query_text(q, column(f));
	query_text(q, is_rising(f, page) ? ", t.id) > " : ", t.id) < ");
	query_add(q, "($?, $?)",
	    BINDS(b_int(page->after_key), b_int(page->after_id)));
}

void
ticket__add_order(struct query *q, const struct ticket_filter *f,
    const struct page *page, int limit)
{
	bool rising = is_rising(f, page);

	query_text(q, " ORDER BY ");
	if (f->sort == TICKETS_BY_PRIORITY) {
		query_text(q, rising ? "t.priority, t.updated_at DESC,"
				       " t.id DESC"
				     : "t.priority DESC, t.updated_at, t.id");
	} else {
		query_text(q, column(f));
		query_text(q, rising ? ", t.id" : " DESC, t.id DESC");
	}
	query_add(q, " LIMIT $?", BINDS(b_int(limit)));
}
