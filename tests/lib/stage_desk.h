/*
 * stage_desk - the desk of a stage, seen and touched from a test, and signed
 * posts to its daemon.
 *
 * What fails aborts the program with the sentence.  One thread.
 */
#ifndef TESTS_LIB_STAGE_DESK_H
#define TESTS_LIB_STAGE_DESK_H

#include "db/core/desk.h"
#include "db/records/messages.h"
#include "tests/lib/stage.h"

#define STAGE_WAIT_MS 60000

/*
 * A connection as the operator of that login, just confirmed; as the system
 * when it is NULL.  desk_close it.
 */
struct desk *stage_desk(struct stage *s, const char *login);
/* First column of the first row; -1 without one. */
int64_t stage_int(struct stage *s, const char *sql);
/* As stage_int; owned, "" without a row. */
char *stage_text(struct stage *s, const char *sql);
/*
 * True as soon as sql gives wanted; else false when what it gives has been the
 * same for STAGE_WAIT_MS, and that is printed.
 */
bool stage_wait_int(struct stage *s, const char *sql, int64_t wanted);
/* The same; meanwhile is called again and again until then. */
bool stage_wait_int_doing(struct stage *s, const char *sql, int64_t wanted,
    void (*meanwhile)(void *data), void *data);
/*
 * Until the daemon has taken in what waits in files; false when there was no
 * progress for STAGE_WAIT_MS.
 */
bool stage_wait_spool(struct stage *s);
/*
 * True when rc says only that others have the turn to write, and until_us has
 * not come: on a loaded machine they wait for a core, so it is tried again.
 */
bool stage_is_busy(int rc, const struct err *err, int64_t until_us);
/*
 * A message to a customer; its id.  While others have the turn it waits longer
 * than a console does: on a loaded machine they wait for a core.
 */
int64_t stage_send(struct desk *d, const struct message_new *in);
/* A statement that writes, committed; the bell rings.  It waits as above. */
void stage_exec(struct stage *s, const char *sql);
/*
 * The tenants' zone is one where it is noon, before any program runs: what a
 * test counts as today's stays so for hours, whenever it runs.
 */
void stage_noon(struct stage *s);
/* PRAGMA integrity_check says ok, and the tenant's audit chain is whole. */
void stage_check_whole(struct stage *s);
/*
 * Each of these messages "wamid.load-N" (tests/lib/load.h) is there, and none
 * of that name twice.
 */
void stage_check_load(
    struct stage *s, const int64_t *acknowledged, size_t count);

/* Post a body with the stage's signature; the status, 0: none. */
int stage_hook(struct stage *s, const void *body, size_t n);
/* A customer's text; id_out may be NULL.  The status. */
int stage_says(struct stage *s, const char *from, const char *name,
    const char *text, char *id_out);

#endif
