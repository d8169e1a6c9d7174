/*
 * daemon_int - shared by daemon.c (start, reload, beat), daemon_stop.c (the
 * orderly end) and daemon_desk.c (desk and configuration).
 */
#ifndef SYNCD_DAEMON_INT_H
#define SYNCD_DAEMON_INT_H

#include "common/watch.h"
#include "db/engine/keeper.h"
#include "syncd/daemon.h"
#include "syncd/daemon_run.h"

struct life {               /* what only the lifecycle needs */
	struct daemon d;    /* first: a daemon of ours is a life */
	const char *listen; /* borrowed; the command line's, or NULL */
	struct loop_signals *signals;
	struct watch *bell;
	struct loop_timer *watchdog, *quiet;
	struct loop_timer *grace, *stop_limit; /* of the stop */
	bool rang;                             /* during the quiet time */
	bool is_quiet;
	bool is_looking;        /* see look in daemon.c */
	bool greeted, greeting; /* the desk knows that we are here */
	bool announced;         /* and the world */
	bool said_farewell;
	int rc; /* why it ended: 0 by a signal */
	struct err err;
};

/* ---- daemon_desk.c: not on a committer, before or between its work ---- */

/* Make the desk's schema current; a copy is kept. */
int daemon__upgrade(const char *uri, struct err *err);
/* Look at the whole file when the last daemon was not stopped in order. */
int daemon__check(struct daemon *d, struct err *err);
/* OD_EUNAVAIL when another daemon has the desk; consoles are waited for. */
int daemon__become_keeper(
    const char *uri, struct keeper **keeper, struct err *err);
/* The configuration's channels, bound to the desk's tenants; one reference. */
int daemon__load_channels(const char *uri, const struct conf *conf,
    struct channels_ref **out, struct err *err);
/* Log what differs and takes effect only after a restart. */
void daemon__compare(const struct conf *old, const struct conf *new);

/* ---- daemon_stop.c ---- */

/*
 * No new work, let what is under way come to its end, close.  rc and err say
 * why (0: it was asked for).  Also for a start that failed half-way.
 */
void daemon__stop(struct life *l, int rc, const struct err *err);

#endif
