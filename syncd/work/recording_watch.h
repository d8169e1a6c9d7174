/*
 * recording_watch - a directory where a telephone system leaves recordings.
 *
 * A file is named as the telephone system names the call, or ends so behind a
 * "-" or "_" ("out-600111222-1700000000.12.wav").  When nobody writes into it
 * any more it becomes the recording of its call and goes to done/ below that
 * directory.  What is no sound goes to refused/ with the reason beside it, and
 * so does what has no call that may be recorded after a day.  No file is ever
 * removed.  The reader looks and copies; the committer makes the row.
 */
#ifndef SYNCD_WORK_RECORDING_WATCH_H
#define SYNCD_WORK_RECORDING_WATCH_H

struct daemon;
struct recording_watch;

/* NULL when no directory is set. */
struct recording_watch *recording_watch_new(struct daemon *d);
void recording_watch_wake(struct recording_watch *w); /* when it is time */
/* After the store stopped. */
void recording_watch_free(struct recording_watch **w);

#endif
