/*
 * anchor - notes outside of the desk where its audit trails stand: every ten
 * minutes, and at the daemon's end.  Also a line of the log, which may be
 * kept on another machine.  Loop thread; the reader does the work.
 */
#ifndef SYNCD_WORK_ANCHOR_H
#define SYNCD_WORK_ANCHOR_H

struct daemon;
struct anchor;

struct anchor *anchor_new(struct daemon *d);
void anchor_wake(struct anchor *a); /* when it is time */
/* The last time; nothing begins after this. */
void anchor_last(struct anchor *a);
/* After the store stopped. */
void anchor_free(struct anchor **a);

#endif
