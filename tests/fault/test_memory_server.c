/*
 * Memory runs out at every place of a desk on a server, in our code and in
 * libpq's, where a file has nothing of the kind: connecting, connecting again,
 * a COMMIT whose answer is lost, a large value, what others did.  Nobody is
 * told that it was saved when it was not, nor that it was not when it was.
 * The use cases are in test_memory_people.c and test_memory_talk.c.
 *
 * Turned red by: a large value that counts as empty when there was no memory
 * to read it.
 *
 * PostgreSQL only: a file is never away.
 */
#include "common/clock.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include "db/records/raw_events.h"
#include "db/records/tickets.h"
#include "tests/lib/memory.h"
#include "tests/lib/memory_desk.h"
#include "tests/lib/pg_proxy.h"
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define PATIENCE_US US_PER_MINUTE
#define TEAM        "Nocturno"
#define LARGE_BYTES ((size_t)300 * 1024)

/* ---- a desk is opened ---- */

static void *
open_begin(const void *data)
{
	memory_desk_put_back();
	return (void *)(uintptr_t)data;
}

static int
open_run(void *context, struct err *err)
{
	const struct desk_options options = {.uri = memory_seed.f.uri};
	struct desk *d = NULL;
	int64_t token;
	int rc;

	(void)context;
	if ((rc = desk_open(&options, &d, err)) != 0)
		return rc;
	if ((rc = desk_act_as_operator(d, FIXTURE_TENANT, "admin", err)) == 0 &&
	    (rc = db_live_hold(d->db, 4711, err)) == 0)
		rc = db_change_token(d->db, &token, err);
	desk_close(&d);
	return rc;
}

static void
open_after(void *context, int rc)
{
	struct err err = ERR_INIT;

	(void)rc;
	assert_ok(open_run(context, &err));
}

/* ---- it is changed while the server goes away ---- */

struct way {
	enum pg_loss loss; /* of its COMMIT */
	bool is_away;      /* the connection was ended before */
};

struct round {
	const struct way *c;
	struct pg_proxy *proxy;
	struct db *db;
	bool is_unsure;
};

static void *
change_begin(const void *data)
{
	struct round *r = xcalloc(1, sizeof(*r));
	char through[ENGINE_URI_SIZE];
	struct err err = ERR_INIT;

	r->c = data;
	memory_desk_put_back();
	r->proxy = pg_proxy_start(memory_seed.f.uri, through);
	assert_ok(db_open(through, DB_OPEN, &r->db, &err));
	if (r->c->is_away) {
		engine_away(memory_seed.f.uri);
		engine_back(memory_seed.f.uri);
	}
	return r;
}

static int
change_once(void *context, struct err *err)
{
	struct round *r = context;
	int rc;

	if ((rc = db_begin(r->db, "test", err)) != 0)
		return rc;
	if ((rc = db_exec(r->db,
		 "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
		 " VALUES($1, $2, 1, 1)",
		 BINDS(b_int(memory_seed.f.demo.id), b_text(TEAM)), NULL,
		 err)) != 0) {
		db_rollback(r->db);
		return rc;
	}
	pg_proxy_lose(r->proxy, r->c->loss);
	rc = db_commit(r->db, err);
	pg_proxy_lose(r->proxy, PG_LOSE_NOTHING);
	return rc;
}

/* One that was told so tries again; one that is not sure does not. */
static int
change_run(void *context, struct err *err)
{
	struct round *r = context;
	int rc = change_once(r, err);

	r->is_unsure = strstr(err->text, "look whether it is there") != NULL;
	if (rc != OD_EUNAVAIL || r->is_unsure ||
	    (r->c->loss != PG_LOSE_REQUEST && !r->c->is_away))
		return rc;
	*err = (struct err)ERR_INIT;
	rc = change_once(
	    &(struct round){
		.c = &(struct way){0}, .proxy = r->proxy, .db = r->db},
	    err);
	r->is_unsure = strstr(err->text, "look whether it is there") != NULL;
	return rc;
}

static int64_t
teams(void)
{
	struct err err = ERR_INIT;
	struct desk *d = desk_fixture_open(&memory_seed.f);
	int64_t n = -1;

	assert_ok(
	    db_int(d->db, &n, "SELECT count(*) FROM teams WHERE name = $1",
		BINDS(b_text(TEAM)), &err));
	desk_close(&d);
	return n;
}

/* Once the server is asked again it goes; rc is how the try before went. */
static void
try_again(int (*run)(void *context, struct err *err), void *context, int rc)
{
	const struct timespec pause = {0, 10000000};
	int64_t until = clock_mono_us() + PATIENCE_US;
	struct err err = ERR_INIT;

	while (rc != 0 && clock_mono_us() < until)
		if ((rc = run(context, &err)) != 0)
			nanosleep(&pause, NULL);
	assert_ok(rc);
}

/* The same connection does it. */
static void
do_it(struct round *r)
{
	struct way plain = {0};
	struct round again = {.c = &plain, .proxy = r->proxy, .db = r->db};

	try_again(change_once, &again, OD_EUNAVAIL);
}

static void
change_after(void *context, int rc)
{
	struct round *r = context;

	if (rc == 0)
		assert_int_equal(teams(), 1);
	else if (!r->is_unsure)
		assert_int_equal(teams(), 0);
	if (rc != 0 && teams() == 0)
		do_it(r);
	assert_int_equal(teams(), 1);
	db_close(&r->db);
	pg_proxy_stop(r->proxy);
	free(r);
}

static void
change_ended(const void *data)
{
	(void)data;
	engine_await_alone(memory_seed.f.uri);
	assert_true(teams() <= 1);
}

/* ---- a large value ---- */

static char large[LARGE_BYTES];

static void *
large_begin(const void *data)
{
	struct err err = ERR_INIT;
	int64_t id;

	(void)data;
	memory_desk_put_back();
	memory_seed.f.d = desk_fixture_open(&memory_seed.f);
	talk_system(&memory_seed.f);
	memset(large, 'x', sizeof(large));
	assert_ok(raw_event_receive(memory_seed.f.d, memory_seed.f.demo.id,
	    TALK_CHANNEL, large, sizeof(large), &id, &err));
	return (void *)(uintptr_t)id;
}

static int
large_run(void *context, struct err *err)
{
	const int64_t id = (int64_t)(uintptr_t)context;
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	if ((rc = db_query(memory_seed.f.d->db, &st,
		 "SELECT body FROM raw_events WHERE tenant_id = $1 AND id = $2",
		 BINDS(b_int(memory_seed.f.demo.id), b_int(id)), err)) != 0)
		return rc;
	if ((rc = stmt_step(st, err)) == 1) {
		const void *p = stmt_blob(st, 0, &n);

		rc = n == sizeof(large) && memcmp(p, large, n) == 0
		         ? 0
		         : err_set(err, OD_EDATA, "%zu bytes", n);
	}
	stmt_close(&st);
	return rc;
}

static void
large_after(void *context, int rc)
{
	try_again(large_run, context, rc);
	desk_close(&memory_seed.f.d);
}

/* ---- */

static void
server__no_memory__says_what_was_saved(void **state)
{
	static const struct way answer = {PG_LOSE_ANSWER, false},
				request = {PG_LOSE_REQUEST, false},
				away = {PG_LOSE_NOTHING, true};
	struct memory_case cases[] = {
	    {.name = "open",
		.begin = open_begin,
		.run = open_run,
		.after = open_after},
	    {.name = "away", .data = &away},
	    {.name = "answer lost", .data = &answer},
	    {.name = "request lost", .data = &request},
	    {.name = "large",
		.begin = large_begin,
		.run = large_run,
		.after = large_after},
	};

	(void)state;
	for (size_t i = 1; i < 4; i++) {
		cases[i].begin = change_begin;
		cases[i].run = change_run;
		cases[i].after = change_after;
		cases[i].ended = change_ended;
	}
	memory_rounds(cases, sizeof(cases) / sizeof(cases[0]));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(server__no_memory__says_what_was_saved),
	};

	(void)argc;
	/* What became of a COMMIT is not known while others fill the log. */
	engine_own_cluster(argv[0]);
	return cmocka_run_group_tests(
	    tests, memory_desk_setup, memory_desk_teardown);
}
