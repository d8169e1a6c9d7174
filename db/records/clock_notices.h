/*
 * clock_notices - what the time brought and an operator is to hear at once:
 * promises to tickets that are about to break or broke, tickets that woke, or
 * that waited until now, and calls that were promised for now.
 *
 * An operator hears of what he has, and of what nobody has and that is in no
 * team or in his.
 */
#ifndef DB_RECORDS_CLOCK_NOTICES_H
#define DB_RECORDS_CLOCK_NOTICES_H

#include "db/core/ticket_clock.h"

enum clock_notice_kind {
	CLOCK_DUE,
	CLOCK_WOKE,
	CLOCK_REMINDED,
	CLOCK_CALLBACK, /* ticket_id is the promised call's, number 0 */
};

struct clock_notice {
	enum clock_notice_kind what;
	int64_t ticket_id, number;
	int64_t due_us;       /* CLOCK_DUE and CLOCK_CALLBACK */
	enum clock_kind kind; /* the same */
	char subject[201];    /* from outside; of a call whom it is to */
};

/*
 * Those since the event *seen, which becomes the newest one; below 0: there
 * are none, and *seen is where to begin.  At most max, the oldest first; what
 * was answered meanwhile is left out.  None for who may not work on them.
 */
int clock_notices(struct desk *d, int64_t *seen, struct clock_notice *rows,
    size_t max, size_t *count, struct err *err);

#endif
