/*
 * bench_import - tickets of another system a second, beside the same rows put
 * into the same table with nothing of ours around them.
 */
#include "common/clock.h"
#include "db/core/db.h"
#include "db/records/imports.h"
#include "tests/lib/desk_fixture.h"
#include "tests/lib/figures.h"
#include <stdio.h>
#include <stdlib.h>

#define BATCH 1000

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_import: %s\n", err->text);
	exit(1);
}

static void
write_file(const char *path, int64_t rows)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		exit(1);
	fputs("id,subject,description,status,priority,requester,email,"
	      "company,created_at,comment\n",
	    out);
	for (int64_t i = 1; i <= rows; i++) {
		int n = (int)i;

		fprintf(out,
		    "%d,Printer %d does not print,\"It began on floor %d,"
		    " after the rain\",%s,%d,Person %d,p%d@client.example,"
		    "Company %d,2023-%02d-%02d 10:00,%s\n",
		    n, n, n % 7, n % 10 == 0 ? "open" : "closed", n % 5 + 1,
		    n % 2000, n % 2000, n % 100, n % 12 + 1, n % 28 + 1,
		    n % 3 == 0 ? "seen" : "");
	}
	if (fclose(out) != 0)
		exit(1);
}

static double
import(struct desk *d, const char *path, int64_t rows)
{
	struct import_options o = {.kind = IMPORT_TICKETS, .path = path};
	struct import_result *r = calloc(1, sizeof(*r));
	int64_t began = clock_mono_us();
	struct err err = ERR_INIT;

	if (r == NULL)
		exit(1);
	must(import_run(d, &o, r, &err), &err);
	if (r->refused != 0 || r->rows != rows)
		exit(1);
	import_result_clear(r);
	free(r);
	return (double)rows * 1e6 / (double)(clock_mono_us() - began);
}

/* Tickets and their comments alone, in batches of the same size. */
static double
raw(struct desk *d, int64_t rows)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	int64_t began = clock_mono_us(), id;
	struct err err = ERR_INIT;

	for (int64_t i = 1; i <= rows; i++) {
		struct bind at = b_int(
		    (INT64_C(1672531200) + i % 336 * 86400) * US_PER_SECOND);

		if (i % BATCH == 1)
			must(db_begin(d->db, "bench", &err), &err);
		must(db_insert(d->db, &id,
			 "INSERT INTO tickets(tenant_id, number, subject,"
			 " description, state, priority, urgency, impact,"
			 " source, created_at, updated_at)"
			 " VALUES($1, $2, 'Printer does not print',"
			 " 'It began on floor 3, after the rain', $3, 3, 3, 3,"
			 " 0, $4, $4) RETURNING id",
			 BINDS(tenant, b_int(10000000 + i),
			     b_int(i % 10 == 0 ? 1 : 4), at),
			 &err),
		    &err);
		if (i % 3 == 0)
			must(db_exec(d->db,
				 "INSERT INTO ticket_comments(tenant_id,"
				 " ticket_id, kind, body, at_us, created_at,"
				 " updated_at) VALUES($1, $2, 1, 'seen', $3,"
				 " $3, $3)",
				 BINDS(tenant, b_int(id), at), NULL, &err),
			    &err);
		if (i % BATCH == 0 || i == rows)
			must(db_commit(d->db, &err), &err);
	}
	return (double)rows * 1e6 / (double)(clock_mono_us() - began);
}

int
main(void)
{
	int64_t rows = figure_setting("BENCH_IMPORT_ROWS", 20000);
	struct desk_fixture f;
	const char *path;
	double first, plain;

	desk_fixture_make(&f);
	desk_fixture_act(&f, FIXTURE_TENANT, "admin");
	path = tmp_path(&f.tmp, "old.csv");
	write_file(path, rows);
	first = import(f.d, path, rows);
	plain = raw(f.d, rows);
	figure_beside("import.tickets", first, "raw", plain, 0, "rows/s");
	figure("import.tickets.again", import(f.d, path, rows), 0, "rows/s");
	desk_fixture_remove(&f);
	return 0;
}
