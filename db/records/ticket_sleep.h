/*
 * ticket_sleep - tickets that sleep or wait, what wakes them, and what is done
 * when their time or a promise's comes.
 */
#ifndef DB_RECORDS_TICKET_SLEEP_H
#define DB_RECORDS_TICKET_SLEEP_H

#include "db/core/desk.h"
#include "db/core/op.h"

#define REOPEN_WINDOW_DAYS 7 /* setting ticket.reopen_days */
#define WAIT_GRACE_DAYS    3 /* setting ticket.close_waiting_days; 0: never */

/*
 * Out of the way until then (0: no time) or until the customer speaks; clocks
 * run on.  OD_EDATA when it is neither, or the time is over.
 */
int ticket_snooze(struct desk *d, int64_t id, int64_t seen_version,
    int64_t until_us, bool until_reply, struct err *err);
/* OD_ECONFLICT: it does not sleep. */
int ticket_wake(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);

/*
 * Inside an open op: the customer said something about the ticket.  It wakes
 * when it slept until a reply; waiting ends; one solved within the window is
 * open again, unless it was just a short thanks.  Its clocks follow.
 */
int ticket_heard(struct desk *d, struct op *op, int64_t ticket_id,
    const char *body, struct err *err);
/* Somebody of the desk said something: clocks follow. */
int ticket_said(
    struct desk *d, struct op *op, int64_t ticket_id, struct err *err);

struct ticket_sweep { /* of one pass */
	int notices, reminded, closed, woken, replied;
	bool more; /* there is more to do at once */
};
/*
 * What the time has brought for the tenant, a few of each, each an operation
 * of its own: notices at 75 % and at the breach; tickets that slept wake;
 * those that waited until now are brought to mind by a note, and closed when
 * nobody said anything for the grace; replies that were held go out.
 */
int ticket_sweep(struct desk *d, struct ticket_sweep *out, struct err *err);

#endif
