/*
 * ticket_clock - a ticket's promises: first response, next response,
 * resolution, each a clock kept as intervals.
 *
 * What a clock has to do follows from the ticket, its comments and its
 * conversation alone; whatever changes those calls ticket_clock_follow in the
 * same transaction (record_update, record_created, record_delete,
 * record_restore and undo do by themselves).  due_us, notice_us and spent_us
 * follow from the intervals and their calendars and can be computed again.
 * Numbers are stored.
 */
#ifndef DB_CORE_TICKET_CLOCK_H
#define DB_CORE_TICKET_CLOCK_H

#include "db/core/calendar_load.h"
#include "db/core/op.h"
#include "db/core/service_clock.h"

enum clock_kind {
	CLOCK_FIRST = 0,
	CLOCK_NEXT = 1,
	CLOCK_RESOLUTION = 2,
	CLOCK_KIND_COUNT
};
extern const char *const clock_kind_names[]; /* "first_response"... */

enum clock_state {
	CLOCK_RUNNING = 0,
	CLOCK_PAUSED = 1,
	CLOCK_MET = 2,
	CLOCK_MISSED = 3,
	CLOCK_CANCELLED = 4,
};
extern const char *const clock_state_names[]; /* "running"... */

enum clock_reason {         /* why an interval began */
	CLOCK_OPENED = 0,   /* counts: the ticket, or the customer's word */
	CLOCK_WAITING = 1,  /* stands still: the ticket waits */
	CLOCK_RESUMED = 2,  /* counts: it does not wait any more */
	CLOCK_STOPPED = 3,  /* stands still: it was stopped for a while */
	CLOCK_REOPENED = 4, /* counts: after that */
	CLOCK_TRASHED = 5,  /* stands still: in the trash */
	CLOCK_RESTORED = 6, /* counts: out of it again */
	CLOCK_PROMISE = 7,  /* another promise: priority or company changed */
	CLOCK_CALENDAR = 8, /* other hours: the calendar is another one */
	CLOCK_REASON_COUNT
};
extern const char *const clock_reason_names[]; /* "opened"... NULL-ended */

#define CLOCK_NOTICE_PERCENT 75 /* the first notice; the second at the breach  \
	                         */

struct clock_span { /* one interval */
	int64_t id;
	int64_t from_us, to_us; /* CALENDAR_NEVER: it goes on */
	int64_t calendar_id;
	bool counts;
	enum clock_reason reason;
	char note[201]; /* from outside: what the ticket waits for */
};

struct ticket_clock {
	int64_t id, ticket_id, round, policy_id, target_us;
	int64_t started_us, stopped_us; /* 0: not stopped */
	int64_t spent_us;               /* where it was stopped */
	int64_t due_us;                 /* CALENDAR_NEVER: not on its way */
	int64_t notice_us;              /* 0: none to come */
	int noticed;                    /* 1: at 75 %, 2: at the breach */
	enum clock_kind kind;
	enum clock_state state;
	struct clock_span *spans; /* owned */
	size_t span_count;
};
void ticket_clocks_free(struct ticket_clock **clocks, size_t count);

/*
 * All clocks of a ticket with their intervals, by kind and round.  No
 * permission is asked.
 */
int ticket_clocks_read(struct desk *d, int64_t ticket_id,
    struct ticket_clock **clocks, size_t *count, struct err *err);

struct clock_figures { /* what the intervals say */
	int64_t spent_us, due_us, notice_us, warn_us; /* at 75 % */
};
/*
 * Computed again from the intervals alone, at now_us.  set keeps what it has
 * read of the calendars.
 */
int ticket_clock_compute(struct desk *d, struct calendar_set *set,
    const struct ticket_clock *c, int64_t now_us, struct clock_figures *out,
    struct err *err);

/*
 * Inside an open op: start, stop, pause and resume what the ticket as it now
 * is wants.  undone_us: the time of the operation that is being undone, 0
 * else: what began then is taken back as if it had not been.
 */
int ticket_clock_follow(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t undone_us, struct err *err);
/*
 * The same when a record was made, went to the trash or came back (changes
 * NULL), or was changed: nothing when clocks do not depend on that.
 */
int ticket_clock_changed(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, const struct change *changes, size_t count, struct err *err);
/* The ticket whose clocks depend on a record; 0 for none. */
int ticket_clock_ticket(struct desk *d, enum record_kind kind, int64_t id,
    int64_t *ticket_id, struct err *err);

/* Notice was given of what is reached by now; c is as it was read. */
int ticket_clock_noticed(
    struct desk *d, struct op *op, struct ticket_clock *c, struct err *err);
/*
 * All active tickets of the tenant: calendars or promises are others now.
 * undone_us as above.
 */
int ticket_clock_follow_all(
    struct desk *d, struct op *op, int64_t undone_us, struct err *err);

#endif
