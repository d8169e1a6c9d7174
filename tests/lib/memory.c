/* memory - see memory.h. */
#include "tests/lib/memory.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tests/shim/alloc.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define SITES_MAX   16384
#define FAILURES    5 /* told of one case */
#define ROUND_LIMIT 60
#define LARGE       ((size_t)160 * 1024) /* than any buffer of ours */

/* Shared with the rounds. */
struct board {
	int64_t sites[SITES_MAX], requests;
	size_t site_count;
	bool is_gone;    /* memory_gone was called */
	bool has_failed; /* a request was refused */
	int rc;
	struct err err;
};
static struct board *board;

struct tally {
	int64_t refused, tolerated, ended, killed, wrong;
	int64_t missed; /* of the tolerated: its request never came */
};

/* Only the sanitizer's build has it. */
int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void
on_gone(void)
{
	alloc_stop();
	board->is_gone = true;
}

static bool
is_trouble(int rc)
{
	return rc == OD_EIO || rc == OD_EUNAVAIL || rc == OD_ELIMIT;
}

struct round {
	const struct memory_case *c;
	int64_t n; /* 0: none, but the sites are noted */
	bool for_good;
	bool is_large; /* all large ones instead */
	bool kills;    /* it is killed there instead */
};

static void
run_out(const struct round *r)
{
	if (r->is_large)
		alloc_fail_large(LARGE);
	else if (r->kills)
		alloc_kill_at(r->n);
	else if (r->n == 0)
		alloc_trace(board->sites, SITES_MAX);
	else
		alloc_fail_at(r->n, r->for_good);
}

/* A process's end. */
static void
round_body(const void *arg)
{
	const struct round *r = arg;
	const struct memory_case *c = r->c;
	bool is_plain = r->n == 0 && !r->is_large;
	struct err err = ERR_INIT;
	void *context;

	alarm(ROUND_LIMIT);
	bug_set_handler(on_gone);
	context =
	    c->begin != NULL ? c->begin(c->data) : (void *)(uintptr_t)c->data;
	run_out(r);
	board->rc = c->run(context, &err);
	if (is_plain)
		board->site_count = alloc_trace_end(&board->requests);
	else
		alloc_stop();
	board->has_failed = alloc_has_failed();
	board->err = err;
	if (c->after != NULL)
		c->after(context, board->rc);
	if (is_plain && board->rc != 0)
		fail_msg("%s: without a fault: %s", c->name, err.text);
	if (!is_plain && board->rc != 0 &&
	    (!is_trouble(board->rc) || err.text[0] == '\0'))
		fail_msg("%s: said %d: %s", c->name, board->rc, err.text);
	if (__lsan_do_recoverable_leak_check != NULL &&
	    __lsan_do_recoverable_leak_check() != 0)
		fail_msg("%s: it leaks", c->name);
}

/* Its wait status; what it says goes to out. */
static int
in_a_process(void (*body)(const void *arg), const void *arg, struct str *out)
{
	char piece[4096];
	int pipe_fds[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		abort();
	fflush(NULL);
	if ((pid = fork()) == 0) {
		dup2(pipe_fds[1], STDERR_FILENO);
		dup2(pipe_fds[1], STDOUT_FILENO);
		/* What fails here must not go on with the tests after it. */
		setenv("CMOCKA_TEST_ABORT", "1", 1);
		signal(SIGABRT, SIG_DFL);
		body(arg);
		_exit(0);
	}
	close(pipe_fds[1]);
	while ((n = read(pipe_fds[0], piece, sizeof(piece))) > 0)
		str_addn(out, piece, (size_t)n);
	close(pipe_fds[0]);
	waitpid(pid, &status, 0);
	return status;
}

static void
ended_body(const void *arg)
{
	const struct round *r = arg;

	alarm(ROUND_LIMIT);
	r->c->ended(r->c->data);
}

/* In the language of whoever it was done for. */
static bool
is_one_sentence(const char *said)
{
	const char *end = strchr(said, '\n');
	bool found = false;

	for (int l = 0; l < LANG_COUNT; l++) {
		i18n_set_thread((enum lang)l);
		found = found || strstr(said, memory_gone_text()) != NULL;
	}
	i18n_clear_thread();
	return found && end != NULL && end[1] == '\0';
}

/* Whether it went well; else *said holds why. */
static bool
play(const struct round *r, struct tally *t, struct str *said)
{
	int status;

	board->is_gone = false;
	board->rc = 0;
	status = in_a_process(round_body, r, said);
	if (status == 0 && !board->is_gone) {
		if (board->rc != 0)
			t->refused++;
		else
			t->tolerated++;
		t->missed += r->n != 0 && !board->has_failed;
		return true;
	}
	if (r->kills && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
		t->killed++;
		str_clear(said);
		return in_a_process(ended_body, r, said) == 0;
	}
	if (!board->is_gone || r->is_large || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != 1 || !is_one_sentence(said->s)) {
		str_addf(said, "(status %x)", (unsigned)status);
		return false;
	}
	t->ended++;
	str_clear(said);
	return r->c->ended == NULL || in_a_process(ended_body, r, said) == 0;
}

static int64_t
setting(const char *name, int64_t otherwise)
{
	const char *text = getenv(name);
	int64_t n;

	return text != NULL && str_to_int64(text, 0, INT64_MAX, &n) ? n
	                                                            : otherwise;
}

static void
play_and_tell(const struct round *r, struct tally *t)
{
	struct str said = STR_INIT;

	if (!play(r, t, &said) && t->wrong++ < FAILURES)
		print_error("%s: request %lld%s refused:\n%s\n", r->c->name,
		    (long long)r->n,
		    r->kills      ? ", killed instead of"
		    : r->is_large ? " (all large ones)"
		    : r->for_good ? " and all after it"
				  : "",
		    said.s);
	str_free(&said);
}

static int64_t
rounds_of(const struct tally *t)
{
	return t->refused + t->tolerated + t->ended + t->killed + t->wrong;
}

/* At another one of its requests than those that are refused. */
static void
play_killed(const struct memory_case *c, struct tally *t, int64_t seed)
{
	struct round r = {.c = c, .kills = true};

	if (c->ended == NULL || board->site_count == 0)
		return;
	r.n = board->sites[(size_t)(seed * 7919) % board->site_count];
	play_and_tell(&r, t);
}

/* Every stride-th site from the seed's on. */
static void
play_case(
    const struct memory_case *c, struct tally *t, int64_t seed, bool kills)
{
	int64_t limit = setting("MEMORY_ROUNDS", 3), stride = 1;
	struct str said = STR_INIT;
	struct round r = {.c = c};
	int64_t before = rounds_of(t);
	size_t count;

	if (in_a_process(round_body, &r, &said) != 0) {
		print_error("%s: %s\n", c->name, said.s);
		t->wrong++;
		str_free(&said);
		return;
	}
	str_free(&said);
	count = board->site_count;
	r.is_large = true;
	play_and_tell(&r, t);
	r.is_large = false;
	if (limit > 0 && (int64_t)count > limit)
		stride = ((int64_t)count + limit - 1) / limit;
	for (size_t i = (size_t)(seed % stride); i < count;
	     i += (size_t)stride) {
		r.n = board->sites[i];
		r.for_good = (seed + (int64_t)(i / (size_t)stride)) % 2 == 1;
		play_and_tell(&r, t);
	}
	if (kills)
		play_killed(c, t, seed);
	print_message("%s: %zu sites, %lld requests, %lld rounds\n", c->name,
	    count, (long long)board->requests,
	    (long long)(rounds_of(t) - before));
}

void
memory_rounds(const struct memory_case *cases, size_t count)
{
	int64_t seed = setting("MEMORY_SEED", 1);
	size_t step = (size_t)setting("MEMORY_STEP", 1);
	const char *only = getenv("MEMORY_ONLY");
	struct tally t = {0};

	if (board == NULL)
		board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		abort();
	for (size_t i = 0; i < count; i++)
		if (only == NULL ? i % step == (size_t)seed % step
				 : strcmp(only, cases[i].name) == 0)
			play_case(&cases[i], &t, seed,
			    i % 3 == 0 || getenv("MEMORY_ROUNDS") != NULL);
	print_message("%lld refused, %lld tolerated, %lld ended, %lld killed,"
		      " %lld wrong, %lld never came; MEMORY_SEED=%lld\n",
	    (long long)t.refused, (long long)t.tolerated, (long long)t.ended,
	    (long long)t.killed, (long long)t.wrong, (long long)t.missed,
	    (long long)seed);
	if (t.wrong > 0)
		fail_msg("%lld rounds went wrong", (long long)t.wrong);
}
