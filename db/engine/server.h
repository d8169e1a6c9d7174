/*
 * server - what a desk's database server is and how it is set up, by its own
 * word, for who looks after it.
 *
 * Of desks on a server only: server_has.  The desk's own thread.
 */
#ifndef DB_ENGINE_SERVER_H
#define DB_ENGINE_SERVER_H

#include "db/core/db.h"

struct server_facts {
	int64_t bytes; /* of the desk's database */
	/* Of all databases; the second: those that anybody may have. */
	int64_t connections, connections_max;
	int64_t ahead_us; /* its clock before this machine's */
	int64_t standbys; /* servers that follow it */
	bool is_standby;  /* it follows another one */
	bool has_checksums;
	bool commits_wait; /* synchronous_commit of this connection */
	int64_t invalid;   /* indexes that are not used */
	char first_invalid[64];
	int64_t unguarded; /* tables of tenants without their row policy */
	char first_unguarded[64];
};

/* Whether the desk is on a server at all. */
bool server_has(const struct db *db);
int server_facts(struct db *db, struct server_facts *out, struct err *err);
/* Only the tables without a row policy: an upgrade gives them one. */
int server_unguarded(
    struct db *db, int64_t *count, char first[64], struct err *err);

/*
 * Whoever may log in and read the desk: this connection's role first, then
 * those that policies do not bind or that may lift them, without superusers.
 */
struct server_role {
	char name[64];
	bool is_mine, is_superuser, bypasses;
	bool owns;      /* the tables */
	bool may_owner; /* is not the owner, and can become it */
};
/* At most max; *count is how many were filled in. */
int server_roles(struct db *db, struct server_role *rows, size_t max,
    size_t *count, struct err *err);
/* Whether others than their owner may write to the tables. */
int server_is_divided(struct db *db, bool *divided, struct err *err);

#endif
