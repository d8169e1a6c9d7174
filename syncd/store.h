/*
 * store - the daemon's two database threads.
 *
 * The committer makes all writes, in natural batches: whatever is queued when
 * it is free shares one transaction, and no answer leaves before its COMMIT
 * returned.  The reader makes all reads.  Each owns a struct desk of its own;
 * jobs get it as their context.  The committer also keeps the file: it
 * checkpoints right after its commits.
 */
#ifndef SYNCD_STORE_H
#define SYNCD_STORE_H

#include "common/work.h"
#include "db/core/desk.h"
#include "db/engine/keeper.h"
#include <stdatomic.h>

struct store_options {
	const char *uri, *files; /* copied */
	const char *seal_key;    /* copied; NULL: beside the desk */
	struct keeper *keeper;   /* taken, also on an error; NULL: none */
	/*
	 * On the loop, once: the disk reported an error or the file is damaged.
	 * Nothing is committed from then on; the program has to end.  Or NULL.
	 */
	void (*broken)(void *data);
	void *data;
};

struct store_figures { /* written by the committer, read on the loop */
	atomic_llong batches, commits_failed, jobs;
};

struct store;

/* On an error the loop must still run to close what was begun. */
int store_start(uv_loop_t *loop, const struct store_options *options,
    struct store **store, struct err *err);
/* The desk of a thread, from a job's context; NULL when it could not start. */
struct desk *store_desk(void *context);
/*
 * Jobs run inside the batch's transaction; see common/work.h.  While the store
 * stops, the committer does the reads as well.
 */
void store_write(struct store *s, struct work_job *job);
void store_read(struct store *s, struct work_job *job);
/* Where attachments are kept. */
const char *store_files_dir(const struct store *s);
const struct store_figures *store_figures(const struct store *s);
size_t store_backlog(const struct store *s);
/*
 * Monotonic microseconds at which something last went from the loop through
 * the committer and back.  With a store_tend from time to time it proves that
 * both of them work.
 */
int64_t store_last_round_us(const struct store *s);
/* Why nothing is committed any more, once broken was called; OD_EIO. */
int store_refuse_broken(struct err *err);
/* The committer's last transaction was committed, and its disk is well. */
bool store_works(const struct store *s);
/* After a quiet while: checkpoint and merge what is left; from a timer. */
void store_tend(struct store *s);
/*
 * Empty the database's log after the next commits, until it could be done:
 * what was deleted is nowhere then.
 */
void store_empty(struct store *s);
/*
 * Finish what is queued, first of the reader, since its answers may still
 * write; then stopped(data) on the loop; s is freed.
 */
void store_stop(struct store *s, void (*stopped)(void *data), void *data);

#endif
