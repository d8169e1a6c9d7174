/* ticket_where_int - what a filter is made of, for the ticket files. */
#ifndef DB_RECORDS_TICKET_WHERE_INT_H
#define DB_RECORDS_TICKET_WHERE_INT_H

#include "common/terms.h"
#include "common/zone.h"
#include "db/core/query.h"
#include "db/records/ticket_where.h"

enum where_field {
	WHERE_STATE,
	WHERE_PRIORITY,
	WHERE_URGENCY,
	WHERE_IMPACT,
	WHERE_NUMBER,
	WHERE_SOURCE,
	WHERE_CATEGORY,
	WHERE_TAG,
	WHERE_OWNER,
	WHERE_TEAM,
	WHERE_CONTACT,
	WHERE_COMPANY,
	WHERE_CREATED,
	WHERE_UPDATED,
	WHERE_SOLVED,
	WHERE_DUE,
	WHERE_IS,
	WHERE_VALUE, /* of a field that the tenant declared */
	WHERE_WORDS, /* found by searching */
	WHERE_PHRASE /* stands in the text as it is */
};

enum where_flag { /* values of WHERE_IS */
	IS_UNASSIGNED,
	IS_MINE,
	IS_MY_TEAMS,
	IS_ACTIVE,
	IS_DELETED,
	IS_OVERDUE,
	IS_SNOOZED,
	IS_ANY /* finished ones, too */
};

#define WHERE_NUMS 16 /* values that one condition may have */

struct where_cond {
	enum where_field field;
	bool is_negated;
	bool is_range;  /* from <= x < to, instead of any of nums */
	bool or_nobody; /* an owner, team, contact or company is not there */
	int64_t from, to;
	int64_t nums[WHERE_NUMS];
	size_t num_count;
	/* WHERE_STATE: labels of the tenant, and states without one. */
	int64_t labels[WHERE_NUMS], plain[WHERE_NUMS];
	size_t label_count, plain_count;
	bool labels_active, labels_finished; /* of what states they are */
	char *texts[TERM_VALUES_MAX]; /* owned; folded, or a pattern */
	char *ends[TERM_VALUES_MAX];  /* owned; above all that begin so */
	size_t text_count;
	int64_t field_id; /* WHERE_VALUE */
};

enum where_life { LIFE_OF_VIEW, LIFE_ALIVE, LIFE_TRASH };

struct ticket_where {
	struct where_cond conds[TERMS_MAX];
	size_t count;
	struct str words;     /* to be searched for; "" when there are none */
	enum where_life life; /* finished or deleted ones are asked for */
	int64_t me, my_team, now_us;
	size_t binds; /* that where__add uses */
};

/* The acting operator's, else the tenant's. */
int where__zone(struct desk *d, const struct zone **zone, struct err *err);

/* What the words of a filter are read with. */
struct where_reader {
	struct desk *d;
	struct ticket_where *w;
	const struct zone *zone;
};

/* The fields of a filter over something else: a table that ends with NULL. */
struct where_name {
	const char *name; /* folded; "" is a word of no field */
	int field;
};
/* A term's; NULL for one that is not there, and for what is negated. */
const struct where_name *where__field_of(
    const struct where_name *fields, const struct term *t);
/* What a person sees of such a term: its field, or the word itself. */
const char *where__said(const struct term *t);
/* Values of one term into a condition; OD_EDATA names the value. */
int where__numbers(struct where_reader *r, const struct term *t,
    struct where_cond *c, struct err *err);
int where__times(struct where_reader *r, const struct term *t,
    struct where_cond *c, struct err *err);
int where__names(struct where_reader *r, const struct term *t,
    struct where_cond *c, struct err *err);
/* "alta", "urgent": 1 to 5 of a folded word, or of how it begins. */
bool where__level(const char *folded, int64_t *level);
/* Folded, with blanks for "_"; owned by the caller. */
char *where__folded(const char *value);
/* " ... is not understood", for the value of a field. */
int where__unknown(const struct term *t, const char *value,
    const char *understood, struct err *err);

/* " AND ..." for all conditions, of tickets t; no index serves them. */
void where__add(
    struct query *q, const struct desk *d, const struct ticket_where *w);
/*
 * The condition as a range of an index, " AND ..." of live tickets t, or false
 * when it is none.
 */
bool where__range(struct query *q, const struct desk *d,
    const struct ticket_where *w, const struct where_cond *c);
/* Of those: whether it gives ids, so that no index of t is wanted. */
bool where__is_by_id(const struct where_cond *c);
/* Of those: whether its index gives rows by their last change. */
bool where__is_in_order(const struct where_cond *c);

#endif
