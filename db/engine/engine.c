/*
 * engine - which engine serves a desk's URI.
 */
#include "db/engine/engine.h"
#include <string.h>

const struct engine *
engine_for(const char *uri, const char **location, struct err *err)
{
	static const char sqlite[] = "sqlite:";

	if (uri != NULL && strncmp(uri, sqlite, sizeof(sqlite) - 1) == 0)
		uri += sizeof(sqlite) - 1;
	else if (uri != NULL && (strncmp(uri, "postgresql://", 13) == 0 ||
				    strncmp(uri, "postgres://", 11) == 0)) {
		*location = uri;
		return &engine_postgres;
	} else if (uri != NULL && strstr(uri, "://") != NULL) {
		err_set(err, OD_EUSAGE,
		    "This kind of database is not known here; give the path "
		    "of the desk's file, or a postgresql:// URI");
		return NULL;
	}
	if (uri == NULL || uri[0] == '\0') {
		err_set(err, OD_EUSAGE, "The path of the desk is empty");
		return NULL;
	}
	*location = uri;
	return &engine_sqlite;
}
