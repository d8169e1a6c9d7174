/*
 * The database server goes away under a daemon and a console: posts are kept
 * in files and taken in later, every message that was queued is sent once,
 * nothing that was not saved is said to be, and all goes on by itself when
 * the server is back.
 *
 * Turned red by: what waits in files being looked for only at the start; drafts
 * that go to the desk only; a keeper whose lock ends with the server.
 *
 * PostgreSQL only: a desk in a file has no server that goes away.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "tests/lib/engine.h"
#include "tests/lib/show.h"
#include "tests/lib/wire.h"
#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define CUSTOMER  "34600111222"
#define CUSTOMERS 4
#define SENDS     (CUSTOMERS + 4 * STEP)
#define STEP      16
#define KEEPERS                                                                \
	"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"            \
	" AND database = (SELECT oid FROM pg_database"                         \
	" WHERE datname = current_database())"                                 \
	" AND classid = 1869636723 AND objid = 2 AND granted"

static struct stage stage;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	return 0;
}

static int
teardown(void **state)
{
	int status = stage_stop_daemon(&stage);

	(void)state;
	stage_check_whole(&stage);
	stage_close(&stage);
	return status;
}

/* As soon as the daemon's answer to GET path has these words. */
static void
wait_page(const char *path, const char *words)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;
	struct str text = STR_INIT;

	for (;;) {
		str_clear(&text);
		(void)wire_call(
		    stage.daemon_port, "GET", path, "", "", 0, &text);
		if (strstr(text.s, words) != NULL)
			break;
		if (clock_mono_us() > until)
			fail_msg("%s without \"%s\": %s", path, words, text.s);
		poll(NULL, 0, 10);
	}
	str_free(&text);
}

static void
posts__server_away__are_taken_in_later(void **state)
{
	char text[32];

	(void)state;
	assert_int_equal(
	    stage_says(&stage, CUSTOMER, "Ana", "antes", NULL), 200);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM messages WHERE body = 'antes'", 1));
	assert_int_equal(stage_int(&stage, KEEPERS), 1);
	engine_away(stage.desk);
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "durante %d", i);
		assert_int_equal(
		    stage_says(&stage, CUSTOMER, "Ana", text, NULL), 200);
	}
	wait_page("/metrics", "\nopdesk_spooled_events 20");
	wait_page("/health", "\"status\":\"unavailable\"");
	wait_page("/health", "\"kind\":\"server\",\"reachable\":false");
	engine_back(stage.desk);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE body LIKE 'durante %'", 20));
	wait_page("/metrics", "\nopdesk_spooled_events 0");
	wait_page("/health", "\"status\":\"ok\"");
	wait_page("/health", "\"kind\":\"server\",\"reachable\":true");
	assert_int_equal(
	    stage_says(&stage, CUSTOMER, "Ana", "luego", NULL), 200);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM messages WHERE body = 'luego'", 1));
	/* Consoles see by this that there is a daemon. */
	assert_true(stage_wait_int(&stage, KEEPERS, 1));
}

/* One conversation for each, since those keep their order. */
static void
meet_customers(int64_t conversations[CUSTOMERS])
{
	char number[32], sql[128];

	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(number, sizeof(number), "3460011122%d", i);
		assert_int_equal(
		    stage_says(&stage, number, "Eva", "hola", NULL), 200);
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM conversations WHERE peer = '%s'",
		    number);
		assert_true(stage_wait_int(&stage, sql, 1));
		snprintf(sql, sizeof(sql),
		    "SELECT id FROM conversations WHERE peer = '%s'", number);
		conversations[i] = stage_int(&stage, sql);
	}
}

static void
send_texts(const int64_t conversations[CUSTOMERS], int from, int to)
{
	struct desk *d = stage_desk(&stage, "marta");
	char text[32];

	for (int i = from; i < to; i++) {
		struct message_new in = {
		    .conversation_id = conversations[i % CUSTOMERS],
		    .kind = MESSAGE_TEXT,
		    .body = text};

		snprintf(text, sizeof(text), "Cola <%d>", i);
		(void)stage_send(d, &in);
	}
	desk_close(&d);
}

/* How often the provider took it. */
static int
taken(const char *sent, int i)
{
	char text[32];
	int n = 0;

	snprintf(text, sizeof(text), "Cola <%d>", i);
	for (const char *at = sent; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

static int
times_in_log(const char *words)
{
	struct str log = STR_INIT;
	int n = 0;

	stage_read(&stage, "syncd.err", &log);
	for (const char *at = log.s; (at = strstr(at, words)) != NULL; at++)
		n++;
	str_free(&log);
	return n;
}

static void
wait_log(const char *words)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (times_in_log(words) < 1 && clock_mono_us() < until)
		poll(NULL, 0, 20);
	assert_true(times_in_log(words) >= 1);
}

/* The provider answers while nothing can be written down: not before. */
static void
go_away_under_sends(const int64_t conversations[CUSTOMERS])
{
	assert_int_equal(kill(stage.provider, SIGSTOP), 0);
	send_texts(conversations, 0, CUSTOMERS);
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) > 0 FROM outbox WHERE state = 1", 1));
	engine_away(stage.desk);
	assert_int_equal(kill(stage.provider, SIGCONT), 0);
	wait_log("the verdict was not kept");
	engine_back(stage.desk);
}

static void
sends__server_away__each_goes_once(void **state)
{
	int64_t conversations[CUSTOMERS];
	struct str sent = STR_INIT;

	(void)state;
	meet_customers(conversations);
	go_away_under_sends(conversations);
	for (int i = CUSTOMERS; i < SENDS; i += STEP) {
		send_texts(conversations, i, i + STEP);
		engine_away(stage.desk);
		wait_page("/health", "\"status\":\"unavailable\"");
		engine_back(stage.desk);
		wait_page("/health", "\"status\":\"ok\"");
	}
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM outbox o, messages m"
	    " WHERE o.record_id = m.id AND o.kind = 1 AND o.state = 2"
	    " AND m.body LIKE 'Cola <%'",
	    SENDS));
	assert_int_equal(wire_call(stage.provider_port, "GET",
			     "/rehearsal/sent", "", "", 0, &sent),
	    200);
	for (int i = 0; i < SENDS; i++)
		if (taken(sent.s, i) != 1)
			fail_msg("%d was sent %d times", i, taken(sent.s, i));
	str_free(&sent);
}

/* Drafts in files that hold text. */
static int
drafts_in_files(const char *text)
{
	struct str path = STR_INIT, found = STR_INIT;
	struct dirent *e;
	int n = 0;
	DIR *dir;

	str_addf(&path, "%s/opdesk/drafts", stage.dir);
	dir = opendir(path.s);
	while (dir != NULL && (e = readdir(dir)) != NULL) {
		struct str one = STR_INIT;

		str_addf(&one, "%s/%s", path.s, e->d_name);
		str_clear(&found);
		if (strstr(e->d_name, ".draft") != NULL &&
		    fs_read(one.s, 65536, &found, NULL) == 0 &&
		    strstr(found.s, text) != NULL)
			n++;
		str_free(&one);
	}
	if (dir != NULL)
		closedir(dir);
	str_free(&path);
	str_free(&found);
	return n;
}

static void
wait_for_files(const char *text, int wanted)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (drafts_in_files(text) != wanted) {
		if (clock_mono_us() > until)
			fail_msg(
			    "%d files, not %d", drafts_in_files(text), wanted);
		poll(NULL, 0, 10);
	}
}

static struct pty *
open_reply(const char *env)
{
	const char *const more[] = {env, NULL};
	struct pty *p = stage_console(&stage, "es", 80, 24, more);

	assert_non_null(p);
	pty_see(p, "Beatriz Olmedo");
	pty_send(p, "5"); /* all */
	pty_see(p, "Loli");
	pty_send(p, "gg\r");
	pty_see(p, "23 h 5"); /* minutes ago at most */
	pty_send(p, "r");
	pty_see(p, "┌");
	return p;
}

static void
close_console(struct pty *p)
{
	int status = -1;

	pty_send(p, "\021"); /* C-q */
	if (!pty_wait_exit(p, &status))
		pty_fail(p, "its end");
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	pty_stop(&p);
}

static void
console__server_away__keeps_what_is_typed(void **state)
{
	static const char banner[] = "La base de datos no responde";
	char env[192];
	struct pty *p;

	(void)state;
	snprintf(env, sizeof(env), "XDG_DATA_HOME=%s", stage.dir);
	assert_int_equal(
	    stage_says(&stage, CUSTOMER, "Lucía", "No tengo internet", NULL),
	    200);
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages WHERE body = 'No tengo internet'",
	    1));
	p = open_reply(env);
	pty_send(p, "Ya lo");
	pty_see(p, "Ya lo");
	engine_away(stage.desk);
	pty_see(p, banner);
	pty_send(p, " estoy mirando");
	pty_see(p, "Ya lo estoy mirando");
	wait_for_files("Ya lo estoy mirando", 1);
	pty_send(p, "\023"); /* C-s: it stays where it is */
	pty_see(p, banner);
	pty_see(p, "Ya lo estoy mirando");
	assert_int_equal(drafts_in_files("Ya lo estoy mirando"), 1);
	/* Quit and come back: it is in the desk, once. */
	close_console(p);
	engine_back(stage.desk);
	p = open_reply(env);
	pty_see(p, "│Ya lo estoy mirando");
	wait_for_files("", 0);
	/* Once more, without quitting. */
	engine_away(stage.desk);
	pty_see(p, banner);
	pty_send(p, " ahora");
	wait_for_files("mirando ahora", 1);
	engine_back(stage.desk);
	pty_see_no(p, banner);
	wait_for_files("", 0);
	pty_see(p, "│Ya lo estoy mirando ahora");
	pty_send(p, "\023");
	assert_true(stage_wait_int(&stage,
	    "SELECT count(*) FROM messages"
	    " WHERE body = 'Ya lo estoy mirando ahora' AND state >= 3",
	    1));
	assert_true(stage_wait_int(
	    &stage, "SELECT count(*) FROM drafts WHERE body <> ''", 0));
	close_console(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(posts__server_away__are_taken_in_later),
	    cmocka_unit_test(sends__server_away__each_goes_once),
	    cmocka_unit_test(console__server_away__keeps_what_is_typed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
