/*
 * purge_int - private to db/records: the parts of clearing.
 *
 *	purge.c         one batch after the other, and the report
 *	purge_sweeps.c  what is due, a table row for each kind of thing
 *	purge_remove.c  what goes with it
 */
#ifndef DB_RECORDS_PURGE_INT_H
#define DB_RECORDS_PURGE_INT_H

#include "db/records/purge.h"

struct purge_batch { /* one transaction's */
	struct op *op;
	int left;         /* rows that may still be removed */
	int64_t until_us; /* monotonic: no further ones then */
	int64_t removed;  /* rows of all tables */
};
/* Inside a transaction: what is left to do must not be forgotten. */
int purge__note_due(struct desk *d, struct err *err);
/* What was taken away is in the log until that is emptied; false: not now. */
bool purge__empty_log(struct desk *d);
/* Whether the batch has to end. */
bool purge__is_full(const struct purge_batch *b);

/*
 * Take a due record away with all that belongs to it.  1: it is gone; 0: the
 * batch is full and what is left comes with the next one.
 */
typedef int purge_remove_fn(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err);

enum purge_order {
	PURGE_BY_ID,   /* older ones have smaller ids, more or less */
	PURGE_BY_TIME, /* an index gives those that are old enough */
	PURGE_BULK,    /* without ids; nothing belongs to them */
};

struct purge_sweep {
	enum retention_class which;
	const char *name; /* "tickets" */
	enum purge_order order;
	/*
	 * BY_ID:   $1 tenant, $2 behind this id, $3 rows
	 * BY_TIME: $1 tenant, $2 $3 behind this time and id, $4 before this
	 *          time, $5 rows, $6 what is newer can be undone
	 * Both give id, time of the order, since when it is to be counted, and
	 * whether it has to be kept.
	 * BULK:    $1 tenant, $2 before this time; gives how many, the oldest
	 */
	const char *find;
	purge_remove_fn *remove;
	const char *remove_all; /* BULK: $1 tenant, $2 time, $3 rows */
};
extern const struct purge_sweep purge_sweeps[PURGE_SWEEPS];

purge_remove_fn purge__ticket;
purge_remove_fn purge__guide_session;
purge_remove_fn purge__recording; /* recording_keep.c */
purge_remove_fn purge__recorded;  /* that, of whose it was alone */
purge_remove_fn purge__call;
purge_remove_fn purge__callback;
purge_remove_fn purge__lead;
purge_remove_fn purge__agent;
purge_remove_fn purge__stopped;
purge_remove_fn purge__hint; /* its texts alone */
purge_remove_fn purge__conversation;
purge_remove_fn purge__contact;
purge_remove_fn purge__contact_point;
purge_remove_fn purge__division;
purge_remove_fn purge__company;
purge_remove_fn purge__employee;
purge_remove_fn purge__guide_template;
purge_remove_fn purge__knowledge;
purge_remove_fn purge__webhook;
purge_remove_fn purge__comment;
purge_remove_fn purge__note;
purge_remove_fn purge__link;
purge_remove_fn purge__check;
purge_remove_fn purge__time;
purge_remove_fn purge__event;
purge_remove_fn purge__draft;
purge_remove_fn purge__undo;
purge_remove_fn purge__outbox;
purge_remove_fn purge__job;
purge_remove_fn purge__told;
purge_remove_fn purge__status;
purge_remove_fn purge__approval;

#endif
