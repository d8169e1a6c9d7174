/* engine - see engine.h. */
#include "tests/lib/engine.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct database {
	char *path; /* owned; of the desk that it stands for */
	char name[48];
	struct database *next;
};

static struct database *databases;
static int made;

bool
engine_is_postgres(void)
{
	const char *name = getenv("OPDESK_TEST_ENGINE");

	return name != NULL && strcmp(name, "postgres") == 0;
}

static const char *
socket_dir(void)
{
	const char *dir = getenv("OPDESK_TEST_PG");

	if (dir == NULL) {
		fprintf(stderr, "run it by tests/lib/pg.sh\n");
		abort();
	}
	return dir;
}

/* Each on a connection of its own: a fork shares nothing then. */
static void
run(const char *sql)
{
	const char *const names[] = {"host", "user", "dbname", NULL};
	const char *const values[] = {socket_dir(), "opdesk", "postgres", NULL};
	PGconn *conn;
	PGresult *res;

	if (pg__load(NULL) != 0)
		abort();
	conn = PQconnectdbParams(names, values, 0);
	res = PQexec(conn, sql);
	if (PQresultStatus(res) != PGRES_COMMAND_OK &&
	    PQresultStatus(res) != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(conn));
		abort();
	}
	PQclear(res);
	PQfinish(conn);
}

static const char *
database_of(const char *path)
{
	struct database *d = databases;
	char sql[128];

	while (d != NULL && strcmp(d->path, path) != 0)
		d = d->next;
	if (d != NULL)
		return d->name;
	d = xcalloc(1, sizeof(*d));
	d->path = xstrdup(path);
	snprintf(d->name, sizeof(d->name), "t%d_%d", (int)getpid(), ++made);
	snprintf(
	    sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE template0", d->name);
	run(sql);
	/* What stands beside the desk goes where its file would be. */
	snprintf(sql, sizeof(sql), "%s", path);
	*strrchr(sql, '/') = '\0';
	setenv("XDG_DATA_HOME", sql, 1);
	d->next = databases;
	databases = d;
	return d->name;
}

void
engine_uri(const char *path, char uri[ENGINE_URI_SIZE])
{
	int n;

	if (engine_is_postgres())
		n = snprintf(uri, ENGINE_URI_SIZE,
		    "postgresql:///%s?host=%s&user=opdesk", database_of(path),
		    socket_dir());
	else
		n = snprintf(uri, ENGINE_URI_SIZE, "%s", path);
	if (n >= ENGINE_URI_SIZE)
		abort();
}

void
engine_drop(const char *dir)
{
	struct database **p = &databases;
	char sql[128];

	while (*p != NULL) {
		struct database *d = *p;

		if (strncmp(d->path, dir, strlen(dir)) != 0) {
			p = &d->next;
			continue;
		}
		*p = d->next;
		snprintf(
		    sql, sizeof(sql), "DROP DATABASE %s WITH (FORCE)", d->name);
		run(sql);
		free(d->path);
		free(d);
	}
}

/* "postgresql:///NAME?host=..." */
static void
name_in(const char *uri, char name[48])
{
	const char *at = uri + strlen("postgresql:///");

	snprintf(name, 48, "%.*s", (int)strcspn(at, "?"), at);
}

void
engine_away(const char *uri)
{
	char name[48], sql[160];

	name_in(uri, name);
	snprintf(sql, sizeof(sql), "ALTER DATABASE %s ALLOW_CONNECTIONS false",
	    name);
	run(sql);
	snprintf(sql, sizeof(sql),
	    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE datname = '%s'",
	    name);
	run(sql);
}

void
engine_back(const char *uri)
{
	char name[48], sql[160];

	name_in(uri, name);
	snprintf(
	    sql, sizeof(sql), "ALTER DATABASE %s ALLOW_CONNECTIONS true", name);
	run(sql);
}
