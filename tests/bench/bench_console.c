/*
 * bench_console - the real console in a pseudo-terminal on a large desk: its
 * start, keys, bytes and memory, and how soon a customer's message is seen.
 */
#include "common/clock.h"
#include "tests/lib/figures.h"
#include "tests/lib/large_desk.h"
#include "tests/lib/stage_desk.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STARTS    15
#define KEYS      200
#define BYTE_KEYS 40
#define EVENTS    20
#define DOWN      "\033OB"
#define UP        "\033OA"
#define PAGE_DOWN "\033[6~"

static double
since_ms(int64_t since)
{
	return (double)(clock_mono_us() - since) / 1000;
}

static struct stage stage;

/* Not before what runs was ended: the desk is kept, and so would they be. */
_Noreturn static void
give_up(void)
{
	stage_close(&stage);
	exit(1);
}

static void
must_see(struct pty *p, const char *text)
{
	struct str screen = STR_INIT;

	if (pty_wait_text(p, text))
		return;
	pty_screen(p, &screen);
	fprintf(stderr, "bench_console: not seen: %s\n%s\n", text, screen.s);
	give_up();
}

/* The demo's newest conversation, and its thread beside it. */
static struct pty *
start(struct stage *s, double *took_ms)
{
	int64_t since = clock_mono_us();
	struct pty *p = stage_console(s, "es", 80, 24, NULL);

	if (p == NULL)
		abort();
	must_see(p, "Beatriz Olmedo");
	must_see(p, "ventana:");
	must_see(p, "Ayuda");
	*took_ms = since_ms(since);
	return p;
}

/* The limit: a program of the same libraries that only echoes. */
static struct pty *
start_echo(double *took_ms)
{
	char program[512];
	const char *const argv[] = {program, "echo", NULL};
	int64_t since = clock_mono_us();
	struct pty *p;

	snprintf(
	    program, sizeof(program), "%s", stage_program("tests/bench/empty"));
	if ((p = pty_start(argv, NULL)) == NULL)
		abort();
	must_see(p, "ready");
	*took_ms = since_ms(since);
	return p;
}

static void
bench_start(struct stage *s)
{
	struct samples took = {0}, echo = {0};

	for (int i = 0; i < STARTS; i++) {
		struct pty *p;
		double ms;

		p = start(s, &ms);
		samples_add(&took, ms);
		pty_stop(&p);
		p = start_echo(&ms);
		samples_add(&echo, ms);
		pty_stop(&p);
	}
	figure_at_most(
	    "console.start.p50", samples_at(&took, 0.5), 30, 3, "ms");
	figure_beside("console.start.p99", samples_at(&took, 0.99), "echo",
	    samples_at(&echo, 0.99), 3, "ms");
	figure_beside("console.start.over_echo.p50", samples_at(&took, 0.5),
	    "echo", samples_at(&echo, 0.5), 3, "ms");
	samples_free(&took);
	samples_free(&echo);
}

static bool
has_more(struct pty *p, void *data)
{
	return pty_bytes(p) > *(const uint64_t *)data;
}

/* Until what it changes has come; the answer's bytes. */
static uint64_t
press(struct pty *p, const char *key, double *took_ms)
{
	const struct timespec quiet = {0, 3000000};
	uint64_t before;
	int64_t since;

	pty_pump(p);
	before = pty_bytes(p);
	since = clock_mono_us();
	pty_send(p, key);
	if (!pty_wait(p, has_more, &before, PTY_WAIT_MS)) {
		fprintf(stderr, "bench_console: a key without answer\n");
		must_see(p, "\n");
	}
	*took_ms = since_ms(since);
	nanosleep(&quiet, NULL);
	pty_pump(p);
	return pty_bytes(p) - before;
}

static void
bench_keys(struct pty *p)
{
	static const char *const keys[] = {DOWN, DOWN, PAGE_DOWN, DOWN, UP};
	struct samples took = {0}, bytes = {0}, echoed = {0};
	double ms, sum = 0;
	struct pty *echo = start_echo(&ms);

	pty_send(p, "T");
	must_see(p, "Activos");
	must_see(p, "Prioridad");
	(void)press(p, "5", &ms); /* all */
	for (int i = 0; i < KEYS; i++) {
		(void)press(p, keys[i % 5], &ms);
		samples_add(&took, ms);
		(void)press(echo, keys[i % 5], &ms);
		samples_add(&echoed, ms);
	}
	figure_at_most("console.key.p50", samples_at(&took, 0.5), 0.5, 3, "ms");
	figure_at_most("console.key.p99", samples_at(&took, 0.99), 2, 3, "ms");
	figure_beside("console.key.over_echo.p50", samples_at(&took, 0.5),
	    "echo", samples_at(&echoed, 0.5), 3, "ms");
	figure_beside("console.key.over_echo.p99", samples_at(&took, 0.99),
	    "echo", samples_at(&echoed, 0.99), 3, "ms");
	pty_stop(&echo);
	pty_send(p, "g");
	(void)press(p, "g", &ms);
	for (int i = 0; i < BYTE_KEYS; i++) {
		uint64_t n = press(p, i % 20 < 10 ? DOWN : UP, &ms);

		samples_add(&bytes, (double)n);
		sum += (double)n;
	}
	figure_at_most(
	    "console.bytes_per_arrow_key", sum / BYTE_KEYS, 230, 0, "bytes");
	figure("console.bytes_per_arrow_key.most", samples_at(&bytes, 1), 0,
	    "bytes");
	samples_free(&took);
	samples_free(&bytes);
	samples_free(&echoed);
}

/* Of the libraries alone: name is a program that does nothing with them. */
static double
empty_kib(const char *name)
{
	char path[512];
	double kib = 0;
	pid_t pid;

	snprintf(path, sizeof(path), "%s", stage_program(name));
	if ((pid = fork()) == 0) {
		execl(path, path, (char *)NULL);
		_exit(127);
	}
	for (int64_t end = clock_mono_us() + US_PER_SECOND;
	     clock_mono_us() < end;)
		kib = figure_rss_anon(pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return kib;
}

/* From the webhook's 200 to the text in the list. */
static void
bench_event(struct stage *s, struct pty *p)
{
	struct samples took = {0};
	char text[64];

	pty_send(p, "I5gg");
	must_see(p, "Todas");
	for (int i = 0; i < EVENTS; i++) {
		const struct timespec quiet = {0, 500000000};
		int64_t since;

		nanosleep(&quiet, NULL); /* one by one, not a stream */
		pty_pump(p);

		snprintf(text, sizeof(text), "Aviso %d", 1000 + i);
		if (stage_says(s, "34670000001", "Aviso", text, NULL) != 200)
			give_up();
		since = clock_mono_us();
		must_see(p, text);
		samples_add(&took, since_ms(since));
	}
	figure("console.event_to_screen.p50", samples_at(&took, 0.5), 1, "ms");
	figure("console.event_to_screen.p99", samples_at(&took, 0.99), 1, "ms");
	samples_free(&took);
}

int
main(void)
{
	struct pty *p;
	double ms;

	large_desk_open(&stage);
	bench_start(&stage);
	p = start(&stage, &ms);
	bench_keys(p);
	figure_beside("console.rss_anon.over_empty",
	    figure_rss_anon(pty_pid(p)) / 1024, "empty",
	    empty_kib("tests/bench/empty") / 1024, 1, "MiB");
	figure_at_most("console.rss_anon", figure_rss_anon(pty_pid(p)) / 1024,
	    8, 1, "MiB");
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	bench_event(&stage, p);
	figure_beside("console.daemon.rss_anon.over_empty",
	    figure_rss_anon(stage.daemon) / 1024, "empty",
	    empty_kib("tests/bench/empty-syncd") / 1024, 1, "MiB");
	figure_at_most("console.daemon.rss_anon",
	    figure_rss_anon(stage.daemon) / 1024, 6, 1, "MiB");
	pty_stop(&p);
	stage_close(&stage);
	return 0;
}
