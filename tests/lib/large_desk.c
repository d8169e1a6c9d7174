/* large_desk - see large_desk.h. */
#include "tests/lib/large_desk.h"
#include "common/clock.h"
#include "db/engine/migrate.h"
#include "tests/lib/engine.h"
#include "tests/lib/figures.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t
large_desk_tickets(void)
{
	int64_t most = figure_setting("BENCH_TICKETS", 1000000);
	int64_t server = figure_setting("BENCH_SERVER_TICKETS", 100000);

	return engine_is_postgres() && most > server ? server : most;
}

static void
fill(struct stage *s)
{
	struct str errors = STR_INIT;
	int64_t since = clock_mono_us();
	char count[32];
	double seconds;

	snprintf(count, sizeof(count), "%" PRId64, large_desk_tickets());
	if (stage_opdesk(s, NULL, &errors, "rehearse", "fill", "--tickets",
		count, "--messages", count, NULL) != 0) {
		fprintf(stderr, "large_desk: %s\n", errors.s);
		exit(1);
	}
	seconds = (double)(clock_mono_us() - since) / 1e6;
	figure("fill.seconds", seconds, 1, "s");
	figure("fill.records", 2 * (double)large_desk_tickets() / seconds, 0,
	    "records/s");
	str_free(&errors);
}

/* A fill that was broken off leaves no mark and is begun anew. */
static void
open_file(struct stage *s)
{
	static const char *const parts[] = {"", "-wal", "-shm"};
	const char *root = getenv("BENCH_DIR");
	char dir[128], mark[256], path[256];

	snprintf(dir, sizeof(dir), "%s/desk-%d-%" PRId64,
	    root != NULL ? root : "/tmp/opdesk-bench", SCHEMA_VERSION,
	    large_desk_tickets());
	snprintf(mark, sizeof(mark), "%s/filled", dir);
	for (int i = 0; i < 3 && access(mark, F_OK) != 0; i++) {
		snprintf(path, sizeof(path), "%s/desk.db%s", dir, parts[i]);
		(void)unlink(path);
	}
	if (stage_open_kept(s, dir)) {
		fill(s);
		stage_write(s, "filled", "");
	}
}

/*
 * On a server: a copy of the one in the file, since a fill would take much
 * longer there.
 */
static void
open_on_server(struct stage *s)
{
	char engine[32], dir[sizeof(s->dir) + 16], uri[ENGINE_URI_SIZE];
	struct str errors = STR_INIT;
	int64_t tickets = large_desk_tickets(), since;
	struct stage file;
	char count[32];

	str_copy(engine, sizeof(engine), getenv("OPDESK_TEST_ENGINE"));
	unsetenv("OPDESK_TEST_ENGINE");
	str_format(count, sizeof(count), "%lld", (long long)tickets);
	setenv("BENCH_TICKETS", count, 1);
	open_file(&file);
	setenv("OPDESK_TEST_ENGINE", engine, 1);
	snprintf(dir, sizeof(dir), "%s/on-server.db", file.dir);
	engine_uri(dir, uri);
	since = clock_mono_us();
	if (stage_opdesk(&file, NULL, &errors, "desk", "copy", "--from",
		file.desk, "--to", uri, "--keep-source", NULL) != 0) {
		fprintf(stderr, "large_desk: %s\n", errors.s);
		exit(1);
	}
	figure("desk_copy.seconds", (double)(clock_mono_us() - since) / 1e6, 1,
	    "s");
	*s = file;
	memcpy(s->desk, uri, sizeof(uri));
	stage_conf(s, "", "");
	/* As a server does by itself a minute later. */
	if (stage_opdesk(s, NULL, &errors, "desk", "maintain", NULL) != 0) {
		fprintf(stderr, "large_desk: %s\n", errors.s);
		exit(1);
	}
	str_free(&errors);
}

void
large_desk_open(struct stage *s)
{
	if (engine_is_postgres())
		open_on_server(s);
	else
		open_file(s);
}
