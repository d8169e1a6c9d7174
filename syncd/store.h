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
	const char *uri, *files; /* borrowed for the store's life */
	struct keeper *keeper;	 /* taken; NULL: somebody else keeps */
};

struct store_figures { /* written by the committer, read on the loop */
	atomic_llong batches, commits_failed, jobs;
};

struct store;

int store_start(uv_loop_t *loop, const struct store_options *options,
    struct store **store, struct err *err);
/* The desk of a thread, from a job's context; NULL when it could not start. */
struct desk *store_desk(void *context);
/* Jobs run inside the batch's transaction; see common/work.h. */
void store_write(struct store *s, struct work_job *job);
void store_read(struct store *s, struct work_job *job);
/* Where attachments are kept. */
const char *store_files_dir(const struct store *s);
const struct store_figures *store_figures(const struct store *s);
size_t store_backlog(const struct store *s);
/* Monotonic microseconds of the committer's last sign of life. */
int64_t store_last_sign_us(struct store *s);
/* After a quiet while: checkpoint and merge what is left; from a timer. */
void store_tend(struct store *s);
/* Finish what is queued, then stopped(data) on the loop; s is freed. */
void store_stop(struct store *s, void (*stopped)(void *data), void *data);

#endif
