/* ticket_list_int - what a list of tickets asks for, as SQL. */
#ifndef DB_RECORDS_TICKET_LIST_INT_H
#define DB_RECORDS_TICKET_LIST_INT_H

#include "db/core/reach.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_where_int.h"

enum wanted_life { WANTED_ACTIVE, WANTED_ALIVE, WANTED_DELETED, WANTED_ANY };

/*
 * What is asked for, and by whom: each part of what he may see is a range of
 * an index.  Their rows are put together when there are several.
 */
struct wanted {
	struct ticket_filter filter; /* private: f of a search */
	const struct ticket_filter *f;
	const struct page *page;
	struct reach reach;
	const char *match; /* "" or a search */
	enum wanted_life life;
	int64_t since_us; /* only what changed since then; 0: all */
	bool by_id;      /* what a search found */
	bool one_by_one; /* a contact's: no range is wanted */
	/* The states asked for are all of active tickets, or of finished ones. */
	bool only_active, only_finished;
	/* Begin with this condition's tickets, or with its index. */
	const struct where_cond *few, *in_order;
};

/* So many are looked through and sorted; only tests change it. */
extern int wanted__few;
/* So many of the newest a count looks through that need not be exact. */
extern int wanted__looked;

/* " WHERE ..." of tickets t; range: see range_count. */
void wanted__add_filter(
    struct query *q, const struct desk *d, const struct wanted *w, int range);
/* SELECTs of ids, put together. */
void wanted__add_parts(
    struct query *q, const struct desk *d, const struct wanted *w, int limit);

/* ticket_list and ticket_count with words to search for. */
int wanted__search(struct desk *d, struct wanted *w, struct ticket **rows,
    size_t *count, struct err *err);
/* is_least: NULL, or true when there may be more; see ticket_count_soon. */
int wanted__search_count(struct desk *d, struct wanted *w, int cap, int *count,
    bool *is_least, struct err *err);

#endif
