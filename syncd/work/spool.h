/*
 * spool - keeps events in files while the database cannot take them.
 *
 * One event a file below DESK.spool/ (0700), written, synced and renamed
 * before the provider gets its 200; taken into the desk when that works
 * again, at the latest after the next start.  A file that is not what was
 * written is set aside as NAME.bad, never deleted.  Loop thread, but for spool_keep,
 * which waits for the disk.
 */
#ifndef SYNCD_WORK_SPOOL_H
#define SYNCD_WORK_SPOOL_H

#include "db/records/spool_files.h"
#include <stddef.h>
#include <stdint.h>

struct daemon;
struct spool;

/* Finds what an earlier daemon left. */
struct spool *spool_new(struct daemon *d);
/* Before an event is kept: OD_ELIMIT when too much waits already. */
int spool_may_keep(const struct spool *s, struct err *err);
/* Any thread.  Durable on 0, else as fs_write_atomic. */
int spool_keep(const struct spool *s, const struct spool_target *targets,
    size_t count, const void *body, size_t n, struct err *err);
void spool_kept(struct spool *s); /* one more waits */
/* Take in what waits, if the store works; from time to time. */
void spool_wake(struct spool *s);
size_t spool_count(const struct spool *s); /* files that wait */
/* Nothing more is taken in; the struct lives until the store stopped. */
void spool_stop(struct spool *s);
void spool_free(struct spool **s);

#endif
