/* maintain - see maintain.h. */
#include "db/records/maintain.h"
#include "db/engine/server.h"
#include "db/records/purge_int.h"
#include <string.h>

static int
give_back(struct desk *d, int64_t *all, struct err *err)
{
	int64_t given;
	int rc;

	do {
		rc = purge_give_back(d, &given, err);
		*all += given;
	} while (rc == 0 && given > 0);
	return rc;
}

int
desk_maintain(struct desk *d, struct maintained *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = db_health(d->db, &out->before, err)) != 0 ||
	    (rc = give_back(d, &out->given, err)) != 0 ||
	    (rc = db_tidy(d->db, err)) != 0)
		return rc;
	if (!server_has(d->db))
		out->log_emptied = purge__empty_log(d);
	return db_health(d->db, &out->after, err);
}
