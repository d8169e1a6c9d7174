/*
 * health - what a desk's database says of its own work: what it keeps without
 * need, what it measured too long ago, what is read the slow way.
 *
 * Statements of opdesk are made to be quick in a file without measurements of
 * its tables, so there are none; a server's planner works with them.  The
 * desk's own thread.
 */
#ifndef DB_ENGINE_HEALTH_H
#define DB_ENGINE_HEALTH_H

#include "db/core/db.h"

#define HEALTH_NAME   64
#define HEALTH_SLOW_S 10 /* a statement that runs longer is told */

struct health_names {
	int64_t count;
	char first[HEALTH_NAME]; /* by name; "" for none */
};

struct health {
	int64_t bytes; /* of the database */
	/* Of a file; 0 on a server. */
	int64_t spare_bytes; /* in pages that hold nothing */
	int64_t log_bytes;   /* in the file of its log */
	/* Of a server; 0 for a file. */
	bool has_autovacuum;
	int64_t dead_rows;
	struct health_names dead;   /* tables of which a sixth is dead rows */
	struct health_names stale;  /* changed much since they were measured */
	struct health_names whole;  /* big, and mostly read from end to end */
	struct health_names unused; /* indexes that no statement asked yet */
	int64_t indexes;
	/* Statements of this role, or of all where it may see them. */
	int64_t slow, slowest_s;
	/*
	 * Transactions, of any role, that hold rows or tables of the desk for
	 * longer than HEALTH_SLOW_S, or how long nobody tells; the oldest.
	 */
	int64_t holders, holder_pid;
	char holder[HEALTH_NAME], holder_program[HEALTH_NAME];
};

/* Only looks.  OD_EIO, OD_EUNAVAIL and the like. */
int db_health(struct db *db, struct health *out, struct err *err);
/* Anything that somebody should see to. */
bool health_is_poor(const struct health *h);
bool health_has_spare(const struct health *h);
bool health_has_long_log(const struct health *h);
/*
 * Outside of a transaction: room of dead rows is free again and tables are
 * measured anew, however long that takes; others go on meanwhile.  Tables of
 * other roles are left alone.  Of a file: nothing, see db_give_back.
 */
int db_tidy(struct db *db, struct err *err);

#endif
