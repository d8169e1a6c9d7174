/*
 * bench_sessions - sessions of a guide by the API of the real daemon: started
 * from what a customer says, each step answered, resolved; on connections that
 * stay open.
 *
 * Beside it: the same use cases in this process, 64 sessions a commit.  The
 * daemon has core 0, the clients core 1.
 */
#include "common/clock.h"
#include "common/json.h"
#include "db/core/op.h"
#include "kb/session.h"
#include "tests/lib/figures.h"
#include "tests/lib/rest.h"
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
#define STEPS_MAX       20
#define BASE            "/api/support/troubleshooting"
#define PROBLEM         "la impresora sale sin conexión y no imprime"

struct client {
	pthread_t thread;
	const struct rest *api;
	int64_t until_us; /* monotonic */
	int64_t resolved, failed, requests;
	struct samples took_us; /* of a whole session */
	struct str request, answer;
};

/* The status; the answer's body is in c->answer. */
static int
post(struct client *c, int fd, const char *path, const char *body)
{
	str_clear(&c->request);
	str_clear(&c->answer);
	str_addf(&c->request,
	    "POST " BASE "%s HTTP/1.1\r\nHost: localhost\r\n"
	    "Authorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    path, c->api->token, strlen(body), body);
	c->requests++;
	return wire_send(fd, c->request.s, c->request.len)
	           ? wire_answer(fd, &c->answer)
	           : 0;
}

/* A member of the answer that is a text; false: there is none. */
static bool
take(const struct client *c, const char *name, char *out, size_t size)
{
	struct json *doc = NULL;
	const char *s = NULL;

	if (json_parse(
		c->answer.s, c->answer.len, &json_limits_api, &doc, NULL) == 0)
		s = json_as_string(json_get(doc, name));
	if (s != NULL)
		str_copy(out, size, s);
	json_free(&doc);
	return s != NULL;
}

static bool
walk(struct client *c, int fd)
{
	char name[40], path[64], status[24] = "";

	if (post(c, fd, "/start",
		"{\"problem_description\":\"" PROBLEM "\","
		"\"customer_email\":\"ana@example.com\"}") != 201 ||
	    !take(c, "session_id", name, sizeof(name)))
		return false;
	str_format(path, sizeof(path), "/%s/step", name);
	for (int i = 0; i < STEPS_MAX && strcmp(status, "resolved") != 0; i++)
		if (post(c, fd, path, "{\"success\":true}") != 200 ||
		    !take(c, "status", status, sizeof(status)))
			return false;
	return strcmp(status, "resolved") == 0;
}

static void *
run_client(void *arg)
{
	struct client *c = arg;
	int fd = wire_dial(c->api->port);

	while (fd >= 0 && clock_mono_us() < c->until_us) {
		int64_t since = clock_mono_us();

		if (walk(c, fd))
			c->resolved++;
		else
			c->failed++;
		samples_add(&c->took_us, (double)(clock_mono_us() - since));
	}
	if (fd >= 0)
		close(fd);
	str_free(&c->request);
	str_free(&c->answer);
	return NULL;
}

/* ---- beside it ---- */

static int
walk_here(struct desk *d, struct err *err)
{
	const struct session_begin in = {.problem = PROBLEM,
	    .customer_email = "ana@example.com",
	    .threshold = -1,
	    .walker = WALKER_PROGRAM};
	const struct session_reply yes = {.action = PATH_YES};
	struct guide_session now;
	int64_t id;
	bool again;
	int rc = session_begin(d, &in, &id, err);

	for (int i = 0; rc == 0 && i < STEPS_MAX; i++) {
		if ((rc = session_reply(d, id, &yes, &again, err)) != 0 ||
		    (rc = guide_session_get(d, id, &now, err)) != 0)
			break;
		guide_session_clear(&now);
		if (now.state == SESSION_RESOLVED)
			break;
	}
	return rc;
}

static double
by_hand(struct stage *s, double seconds)
{
	struct desk *d = stage_desk(s, "marta");
	int64_t since = clock_mono_us(), made = 0;
	struct err err = ERR_INIT;
	double took;

	while ((took = (double)(clock_mono_us() - since) / 1e6) < seconds) {
		int rc = db_batch_begin(d, &err);

		for (int i = 0; rc == 0 && i < BATCH; i++)
			rc = walk_here(d, &err);
		if (rc != 0 || db_batch_end(d, &err) != 0) {
			fprintf(stderr, "bench_sessions: %s\n", err.text);
			abort();
		}
		made += BATCH;
	}
	desk_close(&d);
	return (double)made / took;
}

/* ---- rounds ---- */

static const char *
named(const char *what, int connections)
{
	static char name[96];

	str_format(name, sizeof(name), "sessions.api.%d%s", connections, what);
	return name;
}

struct sums {
	double resolved, failed, requests;
	struct samples took_us;
};

static void
gather(struct client *c, struct sums *s)
{
	s->resolved += (double)c->resolved;
	s->failed += (double)c->failed;
	s->requests += (double)c->requests;
	for (size_t k = 0; k < c->took_us.count; k++)
		samples_add(&s->took_us, c->took_us.values[k]);
	samples_free(&c->took_us);
}

static void
round_of(struct stage *s, const struct rest *api, int connections,
    double seconds, double alone)
{
	static struct client clients[CONNECTIONS_MAX];
	double cpu_us = figure_cpu_us(s->daemon), took;
	int64_t since = clock_mono_us();
	struct sums all = {.resolved = 0};

	for (int i = 0; i < connections; i++) {
		clients[i] = (struct client){.api = api,
		    .until_us = since + (int64_t)(seconds * 1e6),
		    .request = STR_INIT,
		    .answer = STR_INIT};
		pthread_create(
		    &clients[i].thread, NULL, run_client, &clients[i]);
	}
	for (int i = 0; i < connections; i++) {
		pthread_join(clients[i].thread, NULL);
		gather(&clients[i], &all);
	}
	took = (double)(clock_mono_us() - since) / 1e6;
	cpu_us = figure_cpu_us(s->daemon) - cpu_us;
	figure_beside(named("", connections), all.resolved / took,
	    "use cases by 64", alone, 0, "sessions/s");
	figure(named(".requests", connections), all.requests / took, 0, "/s");
	figure(named(".p50", connections), samples_at(&all.took_us, 0.5) / 1000,
	    2, "ms");
	figure(named(".p99", connections),
	    samples_at(&all.took_us, 0.99) / 1000, 2, "ms");
	figure(named(".cpu", connections),
	    all.resolved > 0 ? cpu_us / all.resolved : 0, 0, "us/session");
	if (all.failed > 0)
		figure(named(".failed", connections), all.failed, 0, "");
	samples_free(&all.took_us);
}

int
main(void)
{
	static const int connections[] = {1, 16, 64};
	double seconds = (double)figure_setting("BENCH_SECONDS", 3), alone;
	struct str out = STR_INIT, err = STR_INIT;
	struct stage s;
	struct rest api;

	stage_open(&s);
	if (stage_opdesk(&s, &out, &err, "--operator", "irene", "guide",
		"import", NULL) != 0) {
		fprintf(stderr, "bench_sessions: %s\n", err.s);
		abort();
	}
	str_free(&out);
	str_free(&err);
	alone = by_hand(&s, seconds);
	figure("sessions.use_cases", alone, 0, "sessions/s");
	stage_start_daemon(&s);
	rest_open(&api, &s, "session.*");
	figure_pin(s.daemon, SERVER_CORE);
	figure_pin(getpid(), CLIENT_CORE);
	for (size_t i = 0; i < sizeof(connections) / sizeof(connections[0]);
	     i++)
		round_of(&s, &api, connections[i], seconds, alone);
	rest_close(&api);
	stage_close(&s);
	return 0;
}
