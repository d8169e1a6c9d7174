/*
 * sqlite_space - what a desk's file does not need any more.
 *
 * A file made with auto_vacuum=INCREMENTAL knows which page refers to which,
 * so that its last pages can be moved to where there is room, a few in a
 * transaction.  The log takes them as any other change, and the file becomes
 * shorter with the next checkpoint.
 */
#include "db/engine/sqlite_int.h"

#define INCREMENTAL 2 /* of PRAGMA auto_vacuum */
/*
 * A batch takes about as long as a transaction of the daemon's: 2 to 8 ms.
 * The number stands in the statement as well.
 */
#define BATCH     200
#define SPARE_MIN 1024 /* pages that stay: what is free is soon used again */
#define SPARE_OF  20   /* and one of so many */

int
sqlite__can_give_back(struct engine_conn *conn, bool *can, struct err *err)
{
	int64_t mode = 0;
	int rc = sqlite__int(conn, "PRAGMA auto_vacuum", &mode, err);

	*can = mode == INCREMENTAL;
	return rc;
}

int
sqlite__give_back(struct engine_conn *conn, int64_t *given, struct err *err)
{
	int64_t all, empty, left, spare;
	bool can;
	int rc;

	if ((rc = sqlite__can_give_back(conn, &can, err)) != 0 || !can ||
	    (rc = sqlite__int(conn, "PRAGMA page_count", &all, err)) != 0 ||
	    (rc = sqlite__int(conn, "PRAGMA freelist_count", &empty, err)) != 0)
		return rc;
	spare = all / SPARE_OF > SPARE_MIN ? all / SPARE_OF : SPARE_MIN;
	if (empty < spare + BATCH)
		return 0;
	if ((rc = sqlite__run(conn, "PRAGMA incremental_vacuum(200)", err)) !=
		0 ||
	    (rc = sqlite__int(conn, "PRAGMA page_count", &left, err)) != 0)
		return rc;
	*given = all - left;
	return 0;
}
