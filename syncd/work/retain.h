/*
 * retain - clears daily what was kept long enough, tenant by tenant.
 *
 * First a report goes to the log; on a desk's first day, and after a long
 * while without one, nothing else happens.  Then a little at a time, with a
 * pause between; the files and the index follow, and the database's log is
 * emptied; copies from before an upgrade that nobody needs go, and the file
 * gives back what it does not need.  Of several daemons on a desk one does it.  Also ends approvals
 * that nobody decided in time.  Loop thread; committer and reader do the work.
 */
#ifndef SYNCD_WORK_RETAIN_H
#define SYNCD_WORK_RETAIN_H

struct daemon;
struct retain;

struct retain *retain_new(struct daemon *d);
void retain_wake(struct retain *r); /* when it is time */
/* Nothing begins after this; what is under way comes to its end. */
void retain_stop(struct retain *r);
/* After the store stopped. */
void retain_free(struct retain **r);

#endif
