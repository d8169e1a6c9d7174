/*
 * bench_ingest - from raw event to conversation, in the real daemon.
 *
 * Raw events wait in the file, the daemon starts, and the clock stops when
 * none is new.  Beside it the rows that came of them, inserted raw in batches
 * of the same size.
 */
#include "common/clock.h"
#include "common/rehearsal.h"
#include "db/core/op.h"
#include "db/records/raw_events.h"
#include "tests/lib/engine.h"
#include "tests/lib/figures.h"
#include "tests/lib/rows.h"
#include "tests/lib/stage.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CUSTOMERS     1000
#define PREFILL_BATCH 1000
#define RAW_BATCH     64
#define ROUNDS        2
#define WAIT_US       (60 * US_PER_SECOND) /* without any progress */

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_ingest: %s\n", err->text);
	exit(1);
}

static void
store_one(struct desk *d, int64_t tenant_id, int64_t n)
{
	char from[32], id[48], text[96];
	const struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = STAGE_NUMBER_ID,
	    .from = from,
	    .name = "Carga de pruebas",
	    .id = id,
	    .text = text};
	struct str body = STR_INIT;
	struct err err = ERR_INIT;

	snprintf(from, sizeof(from), "3462%07" PRId64, n % CUSTOMERS);
	snprintf(id, sizeof(id), "wamid.ingest-%" PRId64, n);
	snprintf(text, sizeof(text),
	    "La impresora %" PRId64 " no responde desde esta mañana", n % 977);
	rehearsal_message(&m, &body, NULL);
	must(raw_event_receive(
		 d, tenant_id, "soporte", body.s, body.len, NULL, &err),
	    &err);
	str_free(&body);
}

static void
prefill(struct desk *d, int64_t first, int64_t count)
{
	int64_t tenant_id = d->actor.tenant_id;
	struct err err = ERR_INIT;

	desk_act_as_system(d, tenant_id);
	for (int64_t n = 0; n < count;) {
		must(db_batch_begin(d, &err), &err);
		for (int k = 0; k < PREFILL_BATCH && n < count; k++, n++)
			store_one(d, tenant_id, first + n);
		must(db_batch_end(d, &err), &err);
	}
}

static int64_t
waiting(struct desk *d)
{
	int64_t n = 0;
	struct err err = ERR_INIT;

	must(db_int(d->db, &n,
		 "SELECT COUNT(*) FROM raw_events WHERE state <> 1"
		 " AND state = 0",
		 NO_BINDS, &err),
	    &err);
	return n;
}

/* Messages a second; *cpu_us is what one cost the daemon. */
static double
read_all(struct stage *s, struct desk *d, int64_t count, double *cpu_us)
{
	const struct timespec pause = {0, 2000000};
	int64_t since, left;
	double rate, cpu;

	stage_start_daemon(s);
	since = clock_mono_us();
	cpu = figure_cpu_us(s->daemon);
	left = waiting(d);
	count = left < count ? left : count; /* it began at its start */
	for (int64_t until = since + WAIT_US, before = left;
	     (left = waiting(d)) > 0; before = left) {
		if (left < before)
			until = clock_mono_us() + WAIT_US;
		if (clock_mono_us() > until) {
			fprintf(stderr,
			    "bench_ingest: %" PRId64 " events are not read\n",
			    left);
			stage_close(s);
			exit(1);
		}
		nanosleep(&pause, NULL);
	}
	rate = (double)count * 1e6 / (double)(clock_mono_us() - since);
	*cpu_us = (figure_cpu_us(s->daemon) - cpu) / (double)count;
	stage_stop_daemon(s);
	return rate;
}

static struct desk *
open_desk(const struct stage *s)
{
	const struct desk_options o = {.uri = s->desk};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	must(desk_open(&o, &d, &err), &err);
	must(desk_act_as_operator(d, "demo", NULL, &err), &err);
	return d;
}

/* The same rows by the engine alone; seconds. */
static double
copy_rows(const struct stage *s)
{
	return engine_is_postgres() ? rows_copy_server(s->desk, RAW_BATCH)
	                            : rows_copy(s->dir, s->desk, RAW_BATCH);
}

int
main(void)
{
	/* A server answers each statement, so fewer do. */
	int64_t count =
	    figure_setting("BENCH_EVENTS", engine_is_postgres() ? 2000 : 50000);
	struct disk_figures disk;
	double ours = 0, raw = 0, cpu_us, ours_us = 0, raw_us = 0;
	struct desk *d;
	struct stage s;

	stage_open(&s);
	figure_disk(s.dir, 1, &disk);
	figure("ingest.disk.fdatasync", disk.per_second, 0, "/s");
	d = open_desk(&s);
	for (int i = 0; i < ROUNDS; i++) {
		prefill(d, i * count, count);
		int64_t so_far = count * (i + 1);

		ours += read_all(&s, d, count, &cpu_us) / ROUNDS;
		ours_us += cpu_us / ROUNDS;
		cpu_us = figure_cpu_us(getpid());
		raw += (double)so_far / copy_rows(&s) / ROUNDS;
		raw_us += (figure_cpu_us(getpid()) - cpu_us) / (double)so_far /
		          ROUNDS;
	}
	figure_beside("ingest.opdesk", ours, "raw rows", raw, 0, "messages/s");
	figure_beside(
	    "ingest.opdesk.cpu", ours_us, "raw rows", raw_us, 1, "us/message");
	figure_at_least("ingest.of_raw", ours / raw, 0.5, 2, "x");
	desk_close(&d);
	stage_close(&s);
	return 0;
}
