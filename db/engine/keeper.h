/*
 * keeper - the one process that checkpoints and looks after the desk file.
 *
 * Whoever holds flock on NAME.keeper: the daemon for life, else one console.
 * The keeper checkpoints in FULL mode with the turnstile in its hand, on a
 * connection of its own with busy timeout 0, when the log has 1,000 pages;
 * so no writer of ours can reset the log meanwhile and it waits for no
 * reader.  It also merges the search index in small steps.  Worker thread.
 *
 * On a server there is nothing to tend, and several daemons may share a desk:
 * each is a keeper, and only keeper_lock asks for being alone.
 */
#ifndef DB_ENGINE_KEEPER_H
#define DB_ENGINE_KEEPER_H

#include "db/core/db.h"

struct keeper;

/* OD_EUNAVAIL when another process is the keeper (its pid is in the text). */
int keeper_become(const char *uri, struct keeper **keeper, struct err *err);
/*
 * Called after commits and every 2 s: checkpoints when the log passed 1,000
 * pages (or always, with force), merges one step of the index when due.  A
 * checkpoint that must wait for a writer is put off to the next call; with
 * force that is OD_EUNAVAIL.
 */
int keeper_tend(struct keeper *keeper, bool force, struct err *err);
/*
 * The same without the index, for a program that merges with the connection
 * that it writes with: one more commit, and a cache that another connection
 * made stale, cost more than the merge.  It asks whether a step is due
 * (is_quiet: nobody waits for it) and says that it was made.
 */
int keeper_checkpoint(struct keeper *keeper, bool force, struct err *err);
bool keeper_merge_is_due(const struct keeper *keeper, bool is_quiet);
void keeper_merged(struct keeper *keeper, bool goes_on);
/* As db_is_broken, for the keeper's own connections. */
bool keeper_is_broken(const struct keeper *keeper);
/* Tests: a keeper that forgets its turnstile. */
void keeper_break(struct keeper *keeper);
void keeper_free(struct keeper **keeper);
/*
 * Hold the keeper's lock of an open desk for a short work (a migration): also
 * 0 when this process is the keeper already.  OD_EUNAVAIL as above.
 */
int keeper_lock(const struct db *db, struct err *err);
/* The same for an upgrade, which keeper_upgrades tells the others. */
int keeper_lock_upgrade(const struct db *db, struct err *err);
void keeper_unlock(const struct db *db);
/*
 * Whether somebody, also this process, holds the lock for an upgrade: it will
 * be free, or the desk is served, as soon as that is done.
 */
bool keeper_upgrades(const struct db *db);
/*
 * Whether the log is long enough to be looked after; asks the file system
 * only.  For programs that keep the file in passing, without a daemon.
 */
bool keeper_is_due(const struct db *db);
/* Be the keeper for one tend, when it is due and nobody else is. */
void keeper_pass_by(const struct db *db);
/* True when some process holds the keeper's lock; "is the daemon alive". */
bool keeper_is_held(const char *uri);
/* Held, and not by this process. */
bool keeper_is_elsewhere(const char *uri);
/* The same for an open desk of a process that is no keeper itself. */
bool keeper_serves(const struct db *db);

struct keeper_figures {
	int64_t checkpoints;
	int64_t checkpoints_without_turnstile; /* must stay 0 */
	int64_t put_off;   /* turnstile or write lock not to be had */
	int64_t merges;    /* steps of the search index */
	int64_t log_pages; /* in the log now */
};
/* Reads the log as well, so from the keeper's thread only. */
void keeper_figures(struct keeper *keeper, struct keeper_figures *out);

#endif
