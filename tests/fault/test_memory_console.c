/*
 * Memory runs out under a console in a terminal, while it opens a screen, while
 * somebody types and while he sends.  Either a sentence says so and it goes on,
 * or it ends in order by its reserve: with a sentence, the terminal as it was
 * before, and what was typed is kept: the next console has it.
 *
 * The console is this program started once more, since the requests are counted
 * in its own process.
 *
 * MEMORY_ROUNDS and MEMORY_SEED as in memory.h.  Turned red by: a console that
 * sets nothing aside, libcrypto that starts with the first thing saved (it
 * crashes), a thread that ends the program because another one has just taken
 * the reserve.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/loop.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/talk_test.h"
#include "tests/shim/alloc.h"
#include "tui/app.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define SITES_MAX 16384
#define GIVEN     ((size_t)200 * 1024) /* the reserve is larger */
#define SETTING   "MEMORY_CONSOLE"
#define TRIES     5
#define SAID      4000
#define OBEYED    "obeyed"
#define MORE      "!" /* typed after a round's text */

/* ---- the console ---- */

/* n of the request that fails, negative: with those after it; 0: a trace. */
static int64_t fail_at;
static int64_t sites[SITES_MAX];

static void
arm(void)
{
	if (fail_at == 0)
		alloc_trace(sites, SITES_MAX);
	else if (fail_at > 0)
		alloc_fail_at(fail_at, false);
	else
		alloc_fail_until(-fail_at, GIVEN);
}

static void
disarm(void)
{
	struct str text = STR_INIT;
	int64_t requests;
	size_t n;

	if (fail_at != 0) {
		(void)alloc_stop();
		return;
	}
	n = alloc_trace_end(&requests);
	for (size_t i = 0; i < n; i++)
		str_addf(&text, "%lld\n", (long long)sites[i]);
	(void)fs_write_atomic("sites", text.s, text.len, 0600, NULL);
	str_free(&text);
}

/* A thread: does what the test says by a signal, and leaves a file then. */
static void *
obey(void *arg)
{
	const sigset_t *orders = arg;
	int signum;

	while (sigwait(orders, &signum) == 0) {
		if (signum == SIGUSR2)
			arm();
		else
			disarm();
		close(open(OBEYED, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	}
	return NULL;
}

/* As main of opdesk, without what a test does not need. */
static int
console(int argc, char **argv)
{
	struct invocation in;
	struct conf *conf = NULL;
	static sigset_t orders;
	struct err err = ERR_INIT;
	pthread_t thread;
	int status;

	fail_at = strtoll(getenv(SETTING), NULL, 10);
	loop_global_init();
	log_init("opdesk", -1, LOG_ERROR);
	signal(SIGPIPE, SIG_IGN);
	utf8_locale_init();
	clock_init();
	i18n_set_process(LANG_ES);
	conf_secrets_optional(true);
	if (invocation_parse(&in, argc, argv, &err) != 0 ||
	    conf_load(in.config, &conf, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 2;
	}
	alloc_trace(sites, SITES_MAX); /* what it loads, it loads now */
	(void)alloc_stop();
	sigemptyset(&orders);
	sigaddset(&orders, SIGUSR1);
	sigaddset(&orders, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &orders, NULL);
	if (pthread_create(&thread, NULL, obey, &orders) != 0)
		return 2;
	status = app_run(&in, conf);
	conf_free(&conf);
	return status;
}

static struct stage stage;

static struct pty *
start(int64_t n)
{
	char self[512], setting[64];
	const char *const argv[] = {
	    self, "--config", stage.conf, "--lang", "es", NULL};
	const char *const env[] = {setting, NULL};
	/* C-s may come when it has just ended: then it is for the terminal. */
	struct pty_options o = {
	    .env = env, .dir = stage.dir, .no_flow = true};
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct pty *p;

	assert_true(len > 0);
	self[len] = '\0';
	snprintf(setting, sizeof(setting), SETTING "=%lld", (long long)n);
	p = pty_start(argv, &o);
	assert_non_null(p);
	return p;
}

/* ---- what is done with it ---- */

static bool
has_ended(struct pty *p)
{
	return pty_pid(p) == 0;
}

/* What it said at its end, an analyser's finding for one. */
static const char *
last(struct pty *p)
{
	const struct str *said = pty_output(p);

	if (!has_ended(p))
		return "";
	return said->s + (said->len > SAID ? said->len - SAID : 0);
}

_Noreturn static void
fail_with_screen(struct pty *p, const char *what)
{
	struct str screen = STR_INIT;

	pty_screen(p, &screen);
	fprintf(stderr, "not seen: %s\n%s\n%s\n", what, screen.s, last(p));
	fail();
	abort();
}

static void
see(struct pty *p, const char *text)
{
	if (!pty_wait_text(p, text))
		fail_with_screen(p, text);
}

/* It has done what the signal says, or is gone. */
static void
order(struct pty *p, int signum)
{
	char path[sizeof(stage.dir) + 16];

	snprintf(path, sizeof(path), "%s/" OBEYED, stage.dir);
	unlink(path);
	pty_signal(p, signum);
	for (int i = 0; access(path, F_OK) != 0 && !has_ended(p); i++) {
		if (i > PTY_WAIT_MS)
			fail_with_screen(p, "an order obeyed");
		poll(NULL, 0, 1);
		pty_pump(p);
		pty_signal(p, 0); /* sees its end */
	}
}

static char reply_title[96];
static char text[32]; /* of this round */

static bool
shows(struct pty *p, const char *what)
{
	return pty_find(p, what) >= 0;
}

static void
reach_day(struct pty *p)
{
	see(p, "Beatriz Olmedo");
}

/* By a way on which the worker has rested once. */
static void
reach_closed(struct pty *p)
{
	reach_day(p);
	pty_send(p, "6");
	if (!pty_wait_no_text(p, "Beatriz Olmedo") ||
	    !pty_wait_no_text(p, tr(LANG_ES, "Reading...")))
		fail_with_screen(p, "the closed ones");
}

static void
reach_thread(struct pty *p)
{
	reach_day(p);
	pty_send(p, "5");
	see(p, "Loli"); /* nobody's, so not among one's own before */
	pty_send(p, "gg\r");
	see(p, "+" TALK_NUMBER);
}

static bool
is_reply(struct pty *p, void *data)
{
	(void)data;
	return shows(p, reply_title);
}

/* Once more, should the list have been read anew in between. */
static void
open_reply(struct pty *p)
{
	for (int i = 0; i < TRIES; i++) {
		pty_send(p, "r");
		if (pty_wait(p, is_reply, NULL, PTY_WAIT_MS / TRIES))
			return;
	}
	fail_with_screen(p, reply_title);
}

/* Not kept yet, as a rule; where the machine is busy, both are seen at once. */
static bool
has_draft_state(struct pty *p, void *data)
{
	(void)data;
	return shows(p, tr(LANG_ES, "not kept yet")) ||
	       shows(p, tr(LANG_ES, "draft kept"));
}

static void
reach_reply(struct pty *p)
{
	reach_thread(p);
	open_reply(p);
	pty_send(p, text);
	see(p, text);
	if (!pty_wait(p, has_draft_state, NULL, PTY_WAIT_MS))
		fail_with_screen(p, tr(LANG_ES, "not kept yet"));
}

static bool
is_inbox(struct pty *p)
{
	return shows(p, "Ana");
}

static bool
is_kept(struct pty *p)
{
	char typed[sizeof(text) + sizeof(MORE)];

	snprintf(typed, sizeof(typed), "%s" MORE, text);
	return shows(p, typed) && shows(p, tr(LANG_ES, "draft kept"));
}

static bool
is_sent(struct pty *p)
{
	return shows(p, text) && !shows(p, reply_title);
}

struct scene {
	const char *name;
	void (*reach)(struct pty *p);
	const char *keys;
	/* Memory is back; NULL: it is tried again later, or at the end. */
	const char *again;
	bool (*is_done)(struct pty *p);
	bool has_text;
};
static const struct scene scenes[] = {
    {"open", reach_closed, "5", "5", is_inbox, false},
    {"type", reach_reply, MORE, NULL, is_kept, true},
    {"send", reach_reply, "\023", "\023", is_sent, true},
};

/* It is done, or a sentence says why not, or it ended. */
static bool
is_decided(struct pty *p, void *data)
{
	const struct scene *scene = data;

	return has_ended(p) || scene->is_done(p) || shows(p, "memoria") ||
	       shows(p, "Un error anterior") || shows(p, "no responde");
}

static bool
is_over(struct pty *p, void *data)
{
	const struct scene *scene = data;

	return has_ended(p) || scene->is_done(p);
}

static int64_t
count(const char *sql)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(db_int(d->db, &n, sql, BINDS(b_text(text)), &err));
	desk_close(&d);
	return n;
}

/* The next console has it: in the thread, or in the editor. */
static void
check_text(void)
{
	int64_t sent = count("SELECT count(*) FROM messages WHERE body = $1");
	struct pty *p = start(0);

	assert_true(sent <= 1);
	reach_thread(p);
	if (sent == 0)
		open_reply(p);
	see(p, text);
	pty_stop(&p);
}

/* In order: by its reserve (1), or because it was asked to (0). */
static int
check_end(struct pty *p)
{
	const char *sentence =
	    tr(LANG_ES, "Memory is used up, so the program ends; what it "
			"reported as saved is saved. Close other programs and "
			"start it again.");
	struct termios t;
	int status, code;

	if (!pty_wait_exit(p, &status))
		fail_with_screen(p, "its end");
	code = strstr(pty_output(p)->s, sentence) != NULL ? 1 : 0;
	if (status != W_EXITCODE(code, 0)) {
		fprintf(stderr, "status %x\n", (unsigned)status);
		fail_with_screen(p, "a good end");
	}
	assert_false(pty_is_alt_screen(p));
	assert_true(pty_settings(p, &t));
	assert_int_equal(t.c_lflag & (ICANON | ECHO), ICANON | ECHO);
	return code;
}

struct tally {
	int done, refused, ended;
};

static void
play(const struct scene *scene, int64_t n, struct tally *t)
{
	void *data = (void *)(uintptr_t)scene;
	static int round;
	struct pty *p = start(n);
	bool is_done;

	snprintf(text, sizeof(text), "Ronda %05d", ++round);
	scene->reach(p);
	order(p, SIGUSR2);
	pty_send(p, scene->keys);
	if (!pty_wait(p, is_decided, data, PTY_WAIT_MS))
		fail_with_screen(p, "done, a sentence or its end");
	is_done = scene->is_done(p);
	if (!has_ended(p))
		order(p, SIGUSR1);
	if (!is_over(p, data) && scene->again != NULL) {
		pty_send(p, scene->again);
		if (!pty_wait(p, is_over, data, PTY_WAIT_MS))
			fail_with_screen(p, "done once memory is back");
	}
	if (!has_ended(p))
		pty_signal(p, SIGTERM);
	if (check_end(p) == 1)
		t->ended++;
	else if (is_done)
		t->done++;
	else
		t->refused++;
	pty_stop(&p);
	if (scene->has_text)
		check_text();
	stage_exec(&stage, "DELETE FROM drafts");
}

/* ---- */

static int64_t
setting(const char *name, int64_t otherwise)
{
	const char *value = getenv(name);

	return value != NULL ? strtoll(value, NULL, 10) : otherwise;
}

static size_t
read_sites(int64_t list[SITES_MAX])
{
	struct str all = STR_INIT;
	size_t n = 0;

	stage_read(&stage, "sites", &all);
	for (char *at = all.s, *end; n < SITES_MAX; at = end) {
		list[n] = strtoll(at, &end, 10);
		if (end == at)
			break;
		n++;
	}
	str_free(&all);
	return n;
}

/* Every stride-th site from the seed's on. */
static void
play_scene(const struct scene *scene)
{
	static int64_t list[SITES_MAX];
	int64_t limit = setting("MEMORY_ROUNDS", 3);
	int64_t seed = setting("MEMORY_SEED", 1), stride = 1;
	struct tally t = {0};
	size_t count;

	play(scene, 0, &t);
	assert_int_equal(t.done, 1);
	count = read_sites(list);
	assert_true(count > 0);
	if (limit > 0 && (int64_t)count > limit)
		stride = ((int64_t)count + limit - 1) / limit;
	for (size_t i = (size_t)(seed % stride); i < count;
	     i += (size_t)stride) {
		bool goes_on = (seed + (int64_t)i / stride) % 2 == 1;

		print_message("%s %lld%s\n", scene->name, (long long)list[i],
		    goes_on ? " and more" : "");
		play(scene, goes_on ? -list[i] : list[i], &t);
	}
	print_message("%s: %zu sites; %d done, %d refused, %d ended;"
		      " MEMORY_SEED=%lld\n",
	    scene->name, count, t.done, t.refused, t.ended, (long long)seed);
}

/* Ana has written to somebody. */
static void
make_conversation(void)
{
	struct inbound_message in = talk_message("wamid.a", "No imprime", 0);
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;
	struct inbound_result r;

	in.at_us = clock_wall_us();
	assert_ok(message_receive(d, &in, &r, &err));
	desk_close(&d);
}

static void
console__no_memory__says_so_and_keeps_the_draft(void **state)
{
	const char *only = getenv("MEMORY_ONLY");

	(void)state;
	snprintf(reply_title, sizeof(reply_title), tr(LANG_ES, "REPLY to %s"),
	    "Ana");
	stage_open(&stage);
	make_conversation();
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (only == NULL || strcmp(only, scenes[i].name) == 0)
			play_scene(&scenes[i]);
	stage_check_whole(&stage);
	stage_close(&stage);
}

/* ---- several threads at once ---- */

#define ASKERS      4
#define ASK_ROUNDS  2000
#define ASKED_BYTES 64

static pthread_barrier_t together;

static void *
ask(void *arg)
{
	pthread_barrier_wait(&together); /* a thread's start asks too */
	for (int i = 0; i < ASK_ROUNDS; i++) {
		pthread_barrier_wait(&together);
		free(xmalloc(ASKED_BYTES));
		pthread_barrier_wait(&together);
	}
	return arg;
}

/* Whoever is not first waits for it; else this program ends. */
static void
reserve__asked_by_many_at_once__is_there_for_all(void **state)
{
	pthread_t threads[ASKERS];

	(void)state;
	pthread_barrier_init(&together, NULL, ASKERS + 1);
	for (int i = 0; i < ASKERS; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, ask, NULL), 0);
	pthread_barrier_wait(&together);
	for (int i = 0; i < ASK_ROUNDS; i++) {
		xalloc_reserve(GIVEN + 1);
		alloc_fail_until(1, GIVEN);
		pthread_barrier_wait(&together);
		pthread_barrier_wait(&together);
		(void)alloc_stop();
		assert_true(alloc_has_failed());
	}
	for (int i = 0; i < ASKERS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&together);
	assert_true(xalloc_is_short());
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reserve__asked_by_many_at_once__is_there_for_all),
	    cmocka_unit_test(console__no_memory__says_so_and_keeps_the_draft),
	};

	if (getenv(SETTING) != NULL)
		return console(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
