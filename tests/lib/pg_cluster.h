/*
 * pg_cluster - a server of the test's own, that may be killed.
 *
 * From its start on it is the one that tests/lib/engine.h makes databases on.
 * Its files are in memory where that is possible: what a killed process had
 * written is there, as on a disk whose machine goes on.
 */
#ifndef TESTS_LIB_PG_CLUSTER_H
#define TESTS_LIB_PG_CLUSTER_H

#include <stdbool.h>
#include <sys/types.h>

struct pg_cluster {
	char dir[64]; /* of the socket */
	char bin[96];
	pid_t postmaster; /* 0: it is down */
};

enum pg_crash {
	PG_KILL_ALL, /* kill -9 of the postmaster and all of its children */
	PG_KILL_ONE, /* of one session: the others are ended by the server */
	PG_STOP_IMMEDIATE, /* as pg_ctl stop -m immediate */
	PG_CRASHES
};

/* False, and why is filled: there is no server's program here. */
bool pg_cluster_start(struct pg_cluster *c, char why[128]);
/* After PG_KILL_ONE it comes back by itself. */
void pg_cluster_crash(struct pg_cluster *c, enum pg_crash how);
/* Start it if it is down, and wait until it answers. */
void pg_cluster_back(struct pg_cluster *c);
void pg_cluster_remove(struct pg_cluster *c);

#endif
