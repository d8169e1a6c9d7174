/* engine - see engine.h. */
#include "tests/lib/engine.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include "db/engine/schema.h"
#include "tests/lib/put_back.h"
#include "tests/lib/tmp.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

static PGconn *
connect_to_cluster(void)
{
	const char *const names[] = {"host", "user", "dbname", NULL};
	const char *const values[] = {socket_dir(), "opdesk", "postgres", NULL};

	if (pg__load(NULL) != 0)
		abort();
	return PQconnectdbParams(names, values, 0);
}

/* Whether it gave a row. */
static bool
run_on(PGconn *conn, const char *sql)
{
	PGresult *res = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(res);
	bool is_row = PQntuples(res) > 0;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(conn));
		abort();
	}
	PQclear(res);
	return is_row;
}

/* Each on a connection of its own: a fork shares nothing then. */
static void
run(const char *sql)
{
	PGconn *conn = connect_to_cluster();

	run_on(conn, sql);
	PQfinish(conn);
}

/* Making and dropping a database makes a checkpoint, for all of them. */
#define QUIET_LOCK "2"

/* Not while somebody wants none. */
static void
run_loud(PGconn *conn, const char *sql)
{
	run_on(conn, "SELECT pg_advisory_lock_shared(" QUIET_LOCK ")");
	run_on(conn, sql);
	run_on(conn, "SELECT pg_advisory_unlock_shared(" QUIET_LOCK ")");
}

static void
drop_database(const char *name)
{
	PGconn *conn = connect_to_cluster();
	char sql[128];

	snprintf(
	    sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	run_loud(conn, sql);
	PQfinish(conn);
}

void
engine_own_cluster(const char *argv0)
{
	if (getenv("OPDESK_TEST_OWN_CLUSTER") != NULL)
		return;
	setenv("OPDESK_TEST_OWN_CLUSTER", "1", 1);
	unsetenv("OPDESK_TEST_PG");
	execl("tests/lib/pg.sh", "tests/lib/pg.sh", argv0, (char *)NULL);
	abort();
}

static PGconn *quiet;

void
engine_quiet(bool is_quiet)
{
	if (is_quiet) {
		quiet = connect_to_cluster();
		run_on(quiet, "SELECT pg_advisory_lock(" QUIET_LOCK ")");
	} else {
		PQfinish(quiet); /* and the lock with it */
		quiet = NULL;
	}
}

static void
make_database(const char *name, const char *template)
{
	PGconn *conn = connect_to_cluster();
	char sql[192];

	/* Copying the files is quicker; servers before 15 do just that. */
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s%s", name,
	    template,
	    PQserverVersion(conn) >= 150000 ? " STRATEGY file_copy" : "");
	run_loud(conn, sql);
	PQfinish(conn);
}

static const char *
database_of(const char *path, const char *template)
{
	struct database *d = databases;
	char dir[192];

	while (d != NULL && strcmp(d->path, path) != 0)
		d = d->next;
	if (d != NULL)
		return d->name;
	d = xcalloc(1, sizeof(*d));
	d->path = xstrdup(path);
	snprintf(d->name, sizeof(d->name), "t%d_%d", (int)getpid(), ++made);
	make_database(d->name, template);
	/* What stands beside the desk goes where its file would be. */
	snprintf(dir, sizeof(dir), "%s", path);
	*strrchr(dir, '/') = '\0';
	setenv("XDG_DATA_HOME", dir, 1);
	d->next = databases;
	databases = d;
	return d->name;
}

static void
uri_of(const char *database, char uri[ENGINE_URI_SIZE])
{
	if (snprintf(uri, ENGINE_URI_SIZE,
		"postgresql:///%s?host=%s&user=opdesk", database,
		socket_dir()) >= ENGINE_URI_SIZE)
		abort();
}

void
engine_uri(const char *path, char uri[ENGINE_URI_SIZE])
{
	if (engine_is_postgres())
		uri_of(database_of(path, "template0"), uri);
	else if (snprintf(uri, ENGINE_URI_SIZE, "%s", path) >= ENGINE_URI_SIZE)
		abort();
}

/* Other migrations, another name. */
static void
name_template(const char *name, char out[64])
{
	struct digest *digest = digest_start();
	uint8_t sum[SHA256_SIZE];

	for (const struct schema_file *f = schema_files; f->name; f++)
		digest_add(digest, f->sql, strlen(f->sql));
	digest_finish(&digest, sum);
	snprintf(out, 64, "%s_%02x%02x%02x%02x", name, sum[0], sum[1], sum[2],
	    sum[3]);
}

/* What it puts beside the desk goes where nobody left anything, and goes. */
static void
make_aside(void (*make)(const char *uri), const char *uri)
{
	const char *name = "XDG_DATA_HOME", *was = getenv(name);
	char *kept = was != NULL ? xstrdup(was) : NULL, dir[512];

	tmp_new("aside", dir, sizeof(dir));
	setenv(name, dir, 1);
	make(uri);
	if (kept != NULL)
		setenv(name, kept, 1);
	else
		unsetenv(name);
	remove_tree(dir);
	free(kept);
}

/* By whoever comes first, of all programs that use the cluster. */
static void
make_template(const char *template, void (*make)(const char *uri))
{
	PGconn *conn = connect_to_cluster();
	char sql[192], part[80], uri[ENGINE_URI_SIZE];

	snprintf(sql, sizeof(sql),
	    "SELECT 1 FROM pg_database WHERE datname = '%s'", template);
	run_on(conn, "SELECT pg_advisory_lock(1)");
	if (!run_on(conn, sql)) {
		snprintf(part, sizeof(part), "%s_part", template);
		snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s", part);
		run_loud(conn, sql);
		snprintf(sql, sizeof(sql),
		    "CREATE DATABASE %s TEMPLATE template0", part);
		run_loud(conn, sql);
		uri_of(part, uri);
		make_aside(make, uri);
		snprintf(sql, sizeof(sql), "ALTER DATABASE %s RENAME TO %s",
		    part, template);
		run_on(conn, sql);
	}
	PQfinish(conn); /* and the lock with it */
}

static char templates[512]; /* where they are, when nobody said */
static pid_t templates_of;

static void
forget_templates(void)
{
	if (templates_of == getpid()) /* and no child of it */
		remove_tree(templates);
}

static const char *
templates_place(void)
{
	const char *given = getenv("OPDESK_TEST_TEMPLATES");

	if (given != NULL)
		return given;
	if (templates_of == 0) {
		tmp_new("templates", templates, sizeof(templates));
		templates_of = getpid();
		(void)atexit(forget_templates);
	}
	return templates;
}

/* So that a copy of the file is all of the desk: who closes last removes it. */
static void
empty_log(const char *path)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL,
		NULL) != SQLITE_OK ||
	    sqlite3_close(db) != SQLITE_OK) {
		fprintf(stderr, "%s: %s\n", path, sqlite3_errmsg(db));
		abort();
	}
}

/* As on a server, but that two who come first each make one: one stays. */
static const char *
file_template(const char *template, void (*make)(const char *uri))
{
	static char whole[640];
	char part[680];

	snprintf(whole, sizeof(whole), "%s/%s.db", templates_place(), template);
	if (access(whole, F_OK) == 0)
		return whole;
	snprintf(part, sizeof(part), "%s.%d", whole, (int)getpid());
	make(part);
	empty_log(part);
	if (rename(part, whole) != 0) {
		perror(whole);
		abort();
	}
	return whole;
}

void
engine_copy(const char *name, const char *path, void (*make)(const char *uri),
    char uri[ENGINE_URI_SIZE])
{
	static char made_last[64]; /* that it is there need be asked once */
	char template[64];

	if (engine_is_postgres()) {
		name_template(name, template);
		if (strcmp(template, made_last) != 0)
			make_template(template, make);
		strcpy(made_last, template);
		uri_of(database_of(path, template), uri);
	} else {
		engine_uri(path, uri);
		name_template(name, template);
		put_back(file_template(template, make), uri);
	}
}

static void name_in(const char *uri, char name[48]);

void
engine_put_back(const char *from, const char *to)
{
	char source[48], target[48];

	name_in(from, source);
	name_in(to, target);
	drop_database(target);
	make_database(target, source);
}

static PGconn *
connect_to(const char *uri)
{
	const char *const names[] = {"dbname", NULL};
	const char *const values[] = {uri, NULL};

	if (pg__load(NULL) != 0)
		abort();
	return PQconnectdbParams(names, values, 1);
}

void
engine_numbers(const char *uri, struct str *out)
{
	PGconn *conn = connect_to(uri);
	PGresult *res = PQexec(conn,
	    "SELECT string_agg(format('SELECT setval(%L, %s, %L);',"
	    " sequencename, coalesce(last_value, 1), last_value IS NOT NULL),"
	    " '') FROM pg_sequences");

	if (PQntuples(res) != 1)
		abort();
	str_add(out, PQgetvalue(res, 0, 0));
	PQclear(res);
	PQfinish(conn);
}

void
engine_number_again(const char *uri, const char *numbers)
{
	PGconn *conn = connect_to(uri);

	run_on(conn, numbers);
	PQfinish(conn);
}

void
engine_await_alone(const char *uri)
{
	PGconn *conn = connect_to(uri);
	const struct timespec pause = {0, 2000000};
	int64_t until = clock_mono_us() + US_PER_MINUTE;

	while (run_on(conn,
	    "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
	    " AND datname = current_database()")) {
		if (clock_mono_us() > until)
			abort();
		nanosleep(&pause, NULL);
	}
	PQfinish(conn);
}

void
engine_drop(const char *dir)
{
	struct database **p = &databases;

	while (*p != NULL) {
		struct database *d = *p;

		if (strncmp(d->path, dir, strlen(dir)) != 0) {
			p = &d->next;
			continue;
		}
		*p = d->next;
		drop_database(d->name);
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

void
engine_read_all(const char *uri, struct str *out)
{
	PGconn *conn = connect_to(uri);
	PGresult *res;

	run_on(conn, "SET opdesk.tenant = '*'"); /* whose rows are not hidden */
	res = PQexec(conn,
	    "SELECT table_to_xml(oid, true, true, '') FROM pg_class"
	    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
	    " ORDER BY relname");
	if (PQntuples(res) == 0)
		abort();
	for (int i = 0; i < PQntuples(res); i++)
		str_add(out, PQgetvalue(res, i, 0));
	PQclear(res);
	PQfinish(conn);
}

void
engine_say_skipped(const char *test, const char *why)
{
	/* At the beginning of a line, where the runner looks for it. */
	printf("\nskipped: %s: SQLite only: %s\n", test, why);
	fflush(stdout);
}
