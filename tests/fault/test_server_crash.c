/*
 * The server crashes under two daemons: its processes are killed, one of them
 * is, or it stops without an end, and it recovers, again and again, while
 * signed posts come to both daemons and people write to customers.  Nothing
 * that was acknowledged is lost or doubled; what was said to be saved is there,
 * what was said not to be is not; and every message goes out once.
 *
 * CRASH_ROUNDS sets the rounds (20).
 *
 * PostgreSQL only: a file has no server.
 *
 * Turned red by: an answer before the commit (batch_end's answers sent first);
 * synchronous_commit = off in pg_connect's settings, as the server keeps in
 * memory what it has acknowledged then; an outcome that goes by the
 * transaction's number alone (the reuse below); one that is always "saved".
 */
#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/engine/pg_int.h"
#include "db/records/messages.h"
#include "tests/lib/engine.h"
#include "tests/lib/load.h"
#include "tests/lib/pg_cluster.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/tmp.h"
#include "tests/lib/wire.h"
#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define DAEMONS       2
#define CONNECTIONS   3
#define PAUSE_MS      20 /* what waits in files is taken in one by one */
#define CUSTOMERS     8
#define SENDS_MAX     4096
#define LIMIT_US      (120 * US_PER_SECOND)
#define ROUNDS_A_DESK 50

static struct pg_cluster cluster;
static char no_server[128];

static int
rounds(void)
{
	const char *s = getenv("CRASH_ROUNDS");

	return s != NULL ? atoi(s) : 20;
}

/* ---- people who write ---- */

enum word { SAID_SAVED, SAID_NOT_SAVED, SAID_UNKNOWN };

struct writer {
	pthread_t thread;
	struct stage *stage;
	atomic_bool stop;
	int64_t conversations[CUSTOMERS];
	enum word words[SENDS_MAX];
	atomic_int count;
};

static enum word
word_of(int rc, const struct err *err)
{
	if (rc == 0)
		return SAID_SAVED;
	if (strstr(err->text, "look whether it is there") != NULL)
		return SAID_UNKNOWN;
	if (strstr(err->text, "nothing was saved") == NULL)
		fprintf(stderr, "said: %s\n", err->text);
	return SAID_NOT_SAVED;
}

static void *
write_on(void *arg)
{
	struct writer *w = arg;
	struct desk *d = stage_desk(w->stage, "marta");
	char text[32];

	for (int i = 0; i < SENDS_MAX && !atomic_load(&w->stop); i++) {
		struct message_new in = {
		    .conversation_id = w->conversations[i % CUSTOMERS],
		    .kind = MESSAGE_TEXT,
		    .body = text};
		struct err err = ERR_INIT;
		int64_t id;

		snprintf(text, sizeof(text), "Caso <%d>", i);
		w->words[i] = word_of(message_send(d, &in, &id, &err), &err);
		atomic_store(&w->count, i + 1);
		poll(NULL, 0, w->words[i] == SAID_SAVED ? 10 : 50);
	}
	desk_close(&d);
	return NULL;
}

static void
meet_customers(struct stage *s, int64_t conversations[CUSTOMERS])
{
	char number[32], sql[128];

	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(number, sizeof(number), "3462220000%d", i);
		assert_int_equal(
		    stage_says(s, number, "Eva", "hola", NULL), 200);
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM conversations WHERE peer = '%s'",
		    number);
		assert_true(stage_wait_int(s, sql, 1));
		snprintf(sql, sizeof(sql),
		    "SELECT id FROM conversations WHERE peer = '%s'", number);
		conversations[i] = stage_int(s, sql);
	}
}

/* ---- one desk ---- */

struct scene {
	struct stage stages[DAEMONS];
	struct load loads[DAEMONS];
	struct writer writer;
};

static void
open_scene(struct scene *s)
{
	static char home[DAEMONS][160];
	static const char *env[DAEMONS][2];

	memset(s, 0, sizeof(*s));
	stage_open(&s->stages[0]);
	stage_open_beside(&s->stages[1], &s->stages[0]);
	stage_start_provider(&s->stages[0]);
	stage_share_provider(&s->stages[1], &s->stages[0]);
	for (int i = 0; i < DAEMONS; i++) {
		str_format(home[i], sizeof(home[i]), "XDG_DATA_HOME=%s",
		    s->stages[i].dir);
		env[i][0] = home[i];
		s->stages[i].env = env[i];
		stage_start_daemon(&s->stages[i]);
	}
	s->writer.stage = &s->stages[0];
	meet_customers(&s->stages[0], s->writer.conversations);
}

static void
start_load(struct scene *s)
{
	for (int i = 0; i < DAEMONS; i++) {
		const struct load_options o = {.port = s->stages[i].daemon_port,
		    .connections = CONNECTIONS,
		    .secret = STAGE_SECRET,
		    .number_id = STAGE_NUMBER_ID,
		    .customers = 50,
		    .pause_ms = PAUSE_MS,
		    .first = (int64_t)i * 10000000};

		load_start(&s->loads[i], &o);
	}
	assert_int_equal(
	    pthread_create(&s->writer.thread, NULL, write_on, &s->writer), 0);
}

static void
stop_load(struct scene *s)
{
	atomic_store(&s->writer.stop, true);
	pthread_join(s->writer.thread, NULL);
	for (int i = 0; i < DAEMONS; i++)
		load_stop(&s->loads[i]);
}

/* In files or in the desk, whatever the server does. */
static void
wait_answers(struct scene *s, int64_t more)
{
	int64_t until = clock_mono_us() + LIMIT_US, wanted[DAEMONS];

	for (int i = 0; i < DAEMONS; i++)
		wanted[i] = atomic_load(&s->loads[i].answered) + more;
	for (int i = 0; i < DAEMONS; i++)
		while (atomic_load(&s->loads[i].answered) < wanted[i]) {
			if (clock_mono_us() > until)
				fail_msg("daemon %d answers no more", i);
			poll(NULL, 0, 1);
		}
}

/* The people's turn comes too, so the desk is at work again. */
static void
wait_saved(struct scene *s)
{
	int64_t until = clock_mono_us() + LIMIT_US;
	int from = atomic_load(&s->writer.count), n;

	for (;;) {
		n = atomic_load(&s->writer.count);
		for (int i = from; i < n; i++)
			if (s->writer.words[i] == SAID_SAVED)
				return;
		if (n == SENDS_MAX)
			return;
		if (clock_mono_us() > until)
			fail_msg("nothing is saved any more");
		poll(NULL, 0, 5);
	}
}

static void
crash_often(struct scene *s, int count)
{
	for (int i = 0; i < count; i++) {
		wait_saved(s);
		wait_answers(s, 5 + rand() % 40);
		pg_cluster_crash(&cluster, (enum pg_crash)(i % PG_CRASHES));
		poll(NULL, 0, rand() % 100); /* and posts meanwhile */
		pg_cluster_back(&cluster);
	}
	wait_saved(s);
}

/* ---- what came of it ---- */

static bool
settles(struct stage *s, const char *sql, int64_t wanted)
{
	int64_t until = clock_mono_us() + LIMIT_US, n = -1, before = -1;

	while ((n = stage_int(s, sql)) != wanted && clock_mono_us() < until) {
		if (n != before)
			until = clock_mono_us() + LIMIT_US;
		before = n;
		poll(NULL, 0, 20);
	}
	if (n != wanted)
		fprintf(stderr, "%s\n\tgives %" PRId64 "\n", sql, n);
	return n == wanted;
}

static size_t
check_posts(struct scene *s)
{
	size_t all = 0;

	for (int i = 0; i < DAEMONS; i++)
		assert_true(stage_wait_spool(&s->stages[i]));
	assert_true(settles(&s->stages[0],
	    "SELECT count(*) FROM raw_events WHERE state <> 1", 0));
	for (int i = 0; i < DAEMONS; i++) {
		const struct load *l = &s->loads[i];

		stage_check_load(
		    &s->stages[0], l->acknowledged, l->acknowledged_count);
		all += l->acknowledged_count;
	}
	return all;
}

static void
count_texts(const char *in, int *times)
{
	for (const char *at = in; (at = strstr(at, "Caso <")) != NULL; at++) {
		int n = atoi(at + strlen("Caso <"));

		if (n >= 0 && n < SENDS_MAX)
			times[n]++;
	}
}

static void
read_saved(struct stage *s, int *times)
{
	struct desk *d = stage_desk(s, NULL);
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	assert_int_equal(
	    db_query(d->db, &st,
		"SELECT body FROM messages WHERE body LIKE 'Caso <%'", NO_BINDS,
		&err),
	    0);
	while (stmt_step(st, &err) == 1)
		count_texts(stmt_text(st, 0), times);
	stmt_close(&st);
	desk_close(&d);
}

static void
check_sends(struct scene *s, int *unknown)
{
	int saved[SENDS_MAX] = {0}, sent[SENDS_MAX] = {0};
	struct str text = STR_INIT;

	assert_true(settles(
	    &s->stages[0], "SELECT count(*) FROM outbox WHERE state <> 2", 0));
	read_saved(&s->stages[0], saved);
	assert_int_equal(wire_call(s->stages[0].provider_port, "GET",
			     "/rehearsal/sent", "", "", 0, &text),
	    200);
	count_texts(text.s, sent);
	str_free(&text);
	for (int i = 0; i < atomic_load(&s->writer.count); i++) {
		enum word word = s->writer.words[i];

		*unknown += word == SAID_UNKNOWN;
		if (word != SAID_UNKNOWN && saved[i] != (word == SAID_SAVED))
			fail_msg("%d was said to be %s, and is there %d times",
			    i, word == SAID_SAVED ? "saved" : "not saved",
			    saved[i]);
		if (sent[i] != saved[i])
			fail_msg("%d was saved %d times and sent %d times", i,
			    saved[i], sent[i]);
	}
}

static size_t
run_rounds(int count, int *unknown)
{
	struct scene *s = xcalloc(1, sizeof(*s));
	size_t acknowledged;

	open_scene(s);
	start_load(s);
	crash_often(s, count);
	stop_load(s);
	acknowledged = check_posts(s);
	check_sends(s, unknown);
	for (int i = 0; i < DAEMONS; i++) {
		assert_int_equal(stage_stop_daemon(&s->stages[i]), 0);
		load_free(&s->loads[i]);
	}
	stage_check_whole(&s->stages[0]);
	stage_close(&s->stages[1]);
	stage_close(&s->stages[0]);
	free(s);
	return acknowledged;
}

static void
server__crashes_under_load__nothing_lost_or_twice(void **state)
{
	size_t acknowledged = 0;
	int left = rounds(), unknown = 0;

	(void)state;
	if (no_server[0] != '\0') {
		puts(no_server);
		skip();
	}
	srand((unsigned)time(NULL));
	for (; left > 0; left -= ROUNDS_A_DESK)
		acknowledged += run_rounds(
		    left < ROUNDS_A_DESK ? left : ROUNDS_A_DESK, &unknown);
	print_message("%zu acknowledged events in %d crashes, none lost; of %d"
		      " messages nobody knew\n",
	    acknowledged, rounds(), unknown);
}

/* ---- numbers that a crash gives out again ---- */

/* A transaction up to its COMMIT, or with it. */
static void
write_one(struct engine_conn *conn, bool is_committed)
{
	struct err err = ERR_INIT;

	if (engine_postgres.begin(conn, true, &err) != 0 ||
	    pg__run(conn, "INSERT INTO x VALUES(1)", &err) != 0 ||
	    (is_committed && pg__run(conn, "COMMIT", &err) != 0))
		fail_msg("%s", err.text);
	conn->began = !is_committed;
}

static struct engine_conn *
open_session(const char *uri)
{
	struct engine_conn *conn = NULL;
	struct err err = ERR_INIT;

	if (pg__session(uri, &conn, &err) != 0)
		fail_msg("%s", err.text);
	return conn;
}

/* True when the other one got the number of the one that was swallowed. */
static bool
swallow_one(const char *uri)
{
	struct engine_conn *lost = open_session(uri), *other;
	bool is_reused;

	write_one(lost, false);
	pg_cluster_crash(&cluster, PG_KILL_ALL);
	pg_cluster_back(&cluster);
	other = open_session(uri);
	write_one(other, true);
	is_reused = other->mark.xid == lost->mark.xid;
	assert_int_equal(pg__outcome(other), PG_COMMITTED);
	assert_int_equal(pg__outcome(lost), PG_ABORTED);
	pg__close(lost);
	pg__close(other);
	return is_reused;
}

static void
outcome__after_a_crash__is_not_anothers(void **state)
{
	struct engine_conn *conn;
	struct err err = ERR_INIT;
	const char *uri;
	struct tmp tmp;
	int tries = 0;

	(void)state;
	if (no_server[0] != '\0') {
		puts(no_server);
		skip();
	}
	tmp_make(&tmp);
	uri = tmp_desk(&tmp, "desk.db");
	conn = open_session(uri);
	assert_int_equal(pg__run(conn, "CREATE TABLE x(n INTEGER)", &err), 0);
	/* What was committed is, whatever was before or after the crash. */
	write_one(conn, true);
	pg_cluster_crash(&cluster, PG_KILL_ALL);
	pg_cluster_back(&cluster);
	assert_int_equal(pg__outcome(conn), PG_COMMITTED);
	pg__close(conn);
	while (!swallow_one(uri))
		if (++tries == 20)
			fail_msg("the server gives no number out again");
	tmp_remove(&tmp);
}

static int
setup(void **state)
{
	(void)state;
	(void)pg_cluster_start(&cluster, no_server);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (no_server[0] == '\0')
		pg_cluster_remove(&cluster);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(outcome__after_a_crash__is_not_anothers),
	    cmocka_unit_test(server__crashes_under_load__nothing_lost_or_twice),
	};

	if (!engine_is_postgres())
		return 0; /* a file has no server */
	return cmocka_run_group_tests(tests, setup, teardown);
}
