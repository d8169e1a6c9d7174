/*
 * promises - what the time brings to tickets, tenant by tenant: notices of
 * promises at 75 % and at the breach, the end of sleep, reminders of what
 * waits and its end.
 *
 * Loop thread; the committer does the work.  Of several daemons each may do
 * it: every step looks again whether it is still to be done.
 */
#ifndef SYNCD_WORK_PROMISES_H
#define SYNCD_WORK_PROMISES_H

struct daemon;
struct promises;

struct promises *promises_new(struct daemon *d);
void promises_wake(struct promises *p); /* when it is time */
/* After the store stopped. */
void promises_free(struct promises **p);

#endif
