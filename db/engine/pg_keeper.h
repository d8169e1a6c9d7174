/*
 * pg_keeper - the keeper's lock of a desk on a server, for keeper.c.
 *
 * A session of its own has it, so it ends with the process.
 */
#ifndef DB_ENGINE_PG_KEEPER_H
#define DB_ENGINE_PG_KEEPER_H

#include "common/err.h"
#include <stdbool.h>

struct engine_conn;

enum pg_keeper_how {
	PG_KEEPER_ALONE,
	PG_KEEPER_SHARED,  /* one of several daemons */
	PG_KEEPER_UPGRADE, /* alone, and others may wait for it */
};

/* OD_EUNAVAIL when another one has it, in a way that excludes ours. */
int pg__keeper_hold(const char *uri, enum pg_keeper_how how,
    struct engine_conn **session, struct err *err);
/*
 * A shared lock ended with its server: take it again when that is back.  Asks
 * the server each time.
 */
int pg__keeper_again(struct engine_conn *session, struct err *err);
/* As pg__keeper_is_held, by a connection that is there. */
bool pg__keeper_is_seen(struct engine_conn *conn);
bool pg__keeper_upgrades(struct engine_conn *conn);
void pg__keeper_leave(struct engine_conn *session); /* NULL is fine */
bool pg__keeper_is_held(const char *uri);

#endif
