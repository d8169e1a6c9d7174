/*
 * maintain - what a desk's database does not need goes, by hand.
 *
 * The daemon does it daily for a file (syncd/work/retain), and a server by its
 * autovacuum; this is for after a big clearing or import, and for a server
 * whose autovacuum is off.
 */
#ifndef DB_RECORDS_MAINTAIN_H
#define DB_RECORDS_MAINTAIN_H

#include "db/core/desk.h"
#include "db/engine/health.h"

struct maintained {
	struct health before, after;
	int64_t given; /* pages of the file that went back to the disk */
	/* The file's log was emptied; false: the daemon does it, or a server.
	 */
	bool log_emptied;
};
/* May last, and others go on meanwhile.  OD_EDENIED for a desk to be read. */
int desk_maintain(struct desk *d, struct maintained *out, struct err *err);

#endif
