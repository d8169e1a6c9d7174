/*
 * bench_api - tickets made by POST /api/tickets through the real daemon, on
 * connections that stay open, each with a ticket of its own.
 *
 * Beside it: the same use case in this process, 64 of them a commit, as the
 * committer does it; and rows of 1 KiB by 64 with nothing of ours.  The daemon
 * has core 0, the clients core 1.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/tickets.h"
#include "tests/lib/figures.h"
#include "tests/lib/rest.h"
#include "tests/lib/rows.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SERVER_CORE     0
#define CLIENT_CORE     1
#define CONNECTIONS_MAX 64
#define BATCH           64

struct client {
	pthread_t thread;
	const struct rest *api;
	int64_t until_us; /* monotonic */
	int number;
	int64_t made, failed;
	struct samples took_us;
};

static void *
make_tickets(void *arg)
{
	struct client *c = arg;
	struct str request = STR_INIT;
	int fd = wire_dial(c->api->port);
	char body[160];

	while (fd >= 0 && clock_mono_us() < c->until_us) {
		int64_t since = clock_mono_us();

		str_format(body, sizeof(body),
		    "{\"subject\":\"La impresora %d no responde, aviso %lld\","
		    "\"urgency\":4,\"impact\":2,\"tags\":\"red\"}",
		    c->number, (long long)c->made);
		str_clear(&request);
		str_addf(&request,
		    "POST /api/tickets HTTP/1.1\r\nHost: localhost\r\n"
		    "Authorization: Bearer %s\r\n"
		    "Content-Type: application/json\r\n"
		    "Content-Length: %zu\r\n\r\n%s",
		    c->api->token, strlen(body), body);
		if (!wire_send(fd, request.s, request.len))
			break;
		if (wire_answer(fd, NULL) == 201)
			c->made++;
		else
			c->failed++;
		samples_add(&c->took_us, (double)(clock_mono_us() - since));
	}
	if (fd >= 0)
		close(fd);
	str_free(&request);
	return NULL;
}

static const char *
named(const char *what, int connections)
{
	static char name[96];

	snprintf(name, sizeof(name), "api.create.%d%s", connections, what);
	return name;
}

/* The use case alone, on the same desk, while no daemon has it. */
static double
by_hand(struct stage *s, double seconds)
{
	const struct ticket_new in = {
	    .subject = "La impresora no responde", .source = SOURCE_API};
	struct desk *d = stage_desk(s, "marta");
	int64_t since = clock_mono_us(), made = 0, id, number;
	struct err err = ERR_INIT;
	double took;

	while ((took = (double)(clock_mono_us() - since) / 1e6) < seconds) {
		int rc = db_batch_begin(d, &err);

		for (int i = 0; rc == 0 && i < BATCH; i++)
			rc = ticket_new(d, &in, &id, &number, &err);
		if (rc != 0 || db_batch_end(d, &err) != 0) {
			fprintf(stderr, "bench_api: %s\n", err.text);
			abort();
		}
		made += BATCH;
	}
	desk_close(&d);
	return (double)made / took;
}

static void
round_of(struct stage *s, const struct rest *api, int connections,
    double seconds, double alone)
{
	static struct client clients[CONNECTIONS_MAX];
	double cpu_us = figure_cpu_us(s->daemon), made = 0, failed = 0;
	int64_t since = clock_mono_us();
	struct samples took_us = {0};
	double took;

	for (int i = 0; i < connections; i++) {
		clients[i] = (struct client){.api = api,
		    .until_us = since + (int64_t)(seconds * 1e6),
		    .number = i};
		pthread_create(
		    &clients[i].thread, NULL, make_tickets, &clients[i]);
	}
	for (int i = 0; i < connections; i++) {
		pthread_join(clients[i].thread, NULL);
		made += (double)clients[i].made;
		failed += (double)clients[i].failed;
		for (size_t k = 0; k < clients[i].took_us.count; k++)
			samples_add(&took_us, clients[i].took_us.values[k]);
		samples_free(&clients[i].took_us);
	}
	took = (double)(clock_mono_us() - since) / 1e6;
	cpu_us = figure_cpu_us(s->daemon) - cpu_us;
	figure_beside(named("", connections), made / took, "use case by 64",
	    alone, 0, "tickets/s");
	figure(named(".p50", connections), samples_at(&took_us, 0.5) / 1000, 2,
	    "ms");
	figure(named(".p99", connections), samples_at(&took_us, 0.99) / 1000, 2,
	    "ms");
	figure(named(".cpu", connections), made > 0 ? cpu_us / made : 0, 0,
	    "us/ticket");
	if (failed > 0)
		figure(named(".failed", connections), failed, 0, "");
	samples_free(&took_us);
}

int
main(void)
{
	static const int connections[] = {1, 16, 64};
	double seconds = (double)figure_setting("BENCH_SECONDS", 3), alone;
	struct stage s;
	struct rest api;

	stage_open(&s);
	alone = by_hand(&s, seconds);
	figure_beside("api.create.use_case", alone, "raw rows by 64",
	    engine_is_postgres() ? rows_raw_server(s.dir, BATCH, 1)
				 : rows_raw(s.dir, BATCH, 1),
	    0, "tickets/s");
	stage_start_daemon(&s);
	rest_open(&api, &s, "ticket.new,ticket.read");
	figure_pin(s.daemon, SERVER_CORE);
	figure_pin(getpid(), CLIENT_CORE);
	for (size_t i = 0; i < sizeof(connections) / sizeof(connections[0]);
	     i++)
		round_of(&s, &api, connections[i], seconds, alone);
	rest_close(&api);
	stage_close(&s);
	return 0;
}
