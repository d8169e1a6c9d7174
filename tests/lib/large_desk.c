/* large_desk - see large_desk.h. */
#include "tests/lib/large_desk.h"
#include "common/clock.h"
#include "db/engine/migrate.h"
#include "tests/lib/figures.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t
large_desk_tickets(void)
{
	return figure_setting("BENCH_TICKETS", 1000000);
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
void
large_desk_open(struct stage *s)
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
