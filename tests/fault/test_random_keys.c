/*
 * Anything that can be pressed, at any moment, in a window of any size, on a
 * terminal that is read late: the console neither ends by itself nor hangs,
 * what it draws are sequences that a terminal knows, and when it ends, the
 * terminal and the desk are as they should be.
 *
 * RANDOM_KEYS: how many keys; RANDOM_SEED: which.  It turned red with a read
 * that waits for what was typed while the terminal was the shell's.
 */
#include "tests/lib/oracle.h"
#include "tests/lib/power.h"
#include "tests/lib/stage_desk.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define BURST        40  /* keys at most until the screen is looked at */
#define KEPT         400 /* bytes of the last keys, for messages */
#define STOP_WAIT_MS 1000
#define W_MAX        500
#define H_MAX        200

static struct stage stage;

struct monkey {
	struct pty *pty;
	struct termios before; /* the terminal, as the console found it */
	uint64_t random;
	int w, h, ends, stops;
	char last[KEPT];
	size_t last_n;
};

static uint32_t
below(struct monkey *m, uint32_t limit)
{
	m->random = m->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(m->random >> 33) % limit;
}

_Noreturn static void
fail_with_keys(struct monkey *m, const char *what)
{
	struct str screen = STR_INIT;

	pty_pump(m->pty);
	pty_screen(m->pty, &screen);
	fprintf(stderr, "%s at %dx%d\nlast keys:", what, m->w, m->h);
	for (size_t i = 0; i < m->last_n; i++)
		fprintf(stderr, " %02x", (unsigned char)m->last[i]);
	fprintf(stderr, "\n%s\n", screen.s);
	fail();
	abort();
}

static void
press(struct monkey *m, const char *s, size_t n)
{
	pty_send_n(m->pty, s, n);
	if (m->last_n + n > KEPT) {
		size_t gone = m->last_n + n - KEPT;

		if (gone > m->last_n)
			gone = m->last_n;
		memmove(m->last, m->last + gone, m->last_n - gone);
		m->last_n -= gone;
	}
	memcpy(m->last + m->last_n, s, n);
	m->last_n += n;
}

/* Letters most of all, since they are what does something. */
static void
press_any(struct monkey *m)
{
	static const char *const named[] = {"\r", "\r", "\033", "\033", "\t",
	    "\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~",
	    "\033[H", "\033[F", "\033[3~", "\033[Z", "\033OP", "\033[15~",
	    "\033[17~", "\033[24~", "\177", "\b", "\033[1;5C", "\033j",
	    "\033[<0;10;5M", "\033[<0;10;5m", "\033[<64;3;3M",
	    "\033[200~one\ntwo\033[201~", "ñ", "日本", "👩‍💻",
	    "e\xcc\x81", "\xff", "\xc3", "\033[", "\033]0;x\a",
	    "\033[999;999;999R", "\302\233"};
	char c;

	switch (below(m, 4)) {
	case 0: {
		const char *s =
		    named[below(m, sizeof(named) / sizeof(named[0]))];

		press(m, s, strlen(s));
		return;
	}
	case 1:
		/* Not what the terminal itself obeys until the console listens.
		 */
		do {
			c = (char)(1 + below(m, 31));
		} while (c == 26 || c == 17 || c == 28 || c == 3);
		break;
	default:
		c = (char)(' ' + below(m, 95));
		break;
	}
	press(m, &c, 1);
}

static void
start(struct monkey *m)
{
	m->w = 80;
	m->h = 24;
	m->pty =
	    stage_console(&stage, below(m, 2) ? "es" : "en", m->w, m->h, NULL);
	assert_non_null(m->pty);
	assert_true(pty_settings(m->pty, &m->before));
	/* Before it listens, the terminal itself echoes and obeys. */
	if (!pty_wait_text(m->pty, "Fibra Norte"))
		fail_with_keys(m, "nothing was drawn");
}

/*
 * What it wrote while it had the terminal; before and behind that the terminal
 * itself echoes what is pressed.
 */
static void
read_output(struct monkey *m)
{
	static const char enter[] = "\033[?1049h", leave[] = "\033[?1049l";
	const char *at = pty_output(m->pty)->s, *end;
	struct oracle o = {.is_whole = false};

	while ((at = strstr(at, enter)) != NULL) {
		end = strstr(at, leave);
		if (end == NULL)
			fail_with_keys(m, "the other screen stays");
		if (!oracle_read(&o, at, (size_t)(end - at), false))
			fail_with_keys(m, o.fault);
		at = end;
	}
}

/* It was asked to end: no fault, and the terminal is as it was. */
static void
ended(struct monkey *m, int status)
{
	struct termios after;

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "status %x\n", (unsigned)status);
		fail_with_keys(m, "it ended by a fault");
	}
	if (pty_settings(m->pty, &after) &&
	    (after.c_lflag != m->before.c_lflag ||
		after.c_iflag != m->before.c_iflag ||
		after.c_oflag != m->before.c_oflag))
		fail_with_keys(m, "the terminal's settings stay");
	read_output(m);
	pty_stop(&m->pty);
	m->ends++;
}

static bool
has_painted(struct pty *p, void *data)
{
	return pty_has_ended(p) || pty_is_stopped(p) ||
	       pty_bytes(p) > *(const uint64_t *)data;
}

static void
size_it(struct monkey *m, int w, int h)
{
	m->w = w;
	m->h = h;
	pty_resize(m->pty, w, h);
}

/* Keys have ended it: look at what it left, and go on with another one. */
static void
start_anew(struct monkey *m)
{
	int status = -1;

	if (!pty_wait_exit(m->pty, &status))
		fail_with_keys(m, "it does not end");
	ended(m, status);
	start(m);
}

static bool
has_stopped(struct pty *p, void *data)
{
	(void)data;
	return pty_has_ended(p) || pty_is_stopped(p);
}

static bool
is_drawn_or_stopped(struct pty *p, void *data)
{
	(void)data;
	return pty_is_alt_screen(p) || pty_is_stopped(p);
}

/* Until it draws: on a busy machine it was asked twice to stop. */
static void
go_on(struct monkey *m)
{
	do {
		pty_pump(m->pty); /* what it said before it stopped */
		if (pty_is_alt_screen(m->pty))
			fail_with_keys(m, "stopped on the other screen");
		pty_signal(m->pty, SIGCONT);
		m->stops++;
		if (!pty_wait(m->pty, is_drawn_or_stopped, NULL, PTY_WAIT_MS))
			fail_with_keys(m, "it does not come back");
	} while (pty_is_stopped(m->pty));
}

/* As the shell's C-z and fg do. */
static void
stop_and_go_on(struct monkey *m)
{
	/* The kernel drops a stop that meets the end of another one. */
	for (int tries = 0;; tries++) {
		pty_signal(m->pty, SIGTSTP);
		if (pty_wait(m->pty, has_stopped, NULL, STOP_WAIT_MS))
			break;
		if (tries == PTY_WAIT_MS / STOP_WAIT_MS)
			fail_with_keys(m, "it does not stop");
	}
	if (pty_has_ended(m->pty))
		start_anew(m);
	else
		go_on(m);
}

/* Another size, which what is alive paints. */
static void
see_alive(struct monkey *m)
{
	uint64_t bytes;
	int w, h;

	do {
		w = 20 + (int)below(m, 120);
		h = 6 + (int)below(m, 50);
	} while (w == m->w && h == m->h);
	pty_pump(m->pty);
	bytes = pty_bytes(m->pty);
	size_it(m, w, h);
	if (!pty_wait(m->pty, has_painted, &bytes, PTY_WAIT_MS))
		fail_with_keys(m, "it does not paint any more");
	if (pty_has_ended(m->pty))
		start_anew(m);
	else if (pty_is_stopped(m->pty)) /* by the palette */
		go_on(m);
}

/* Sizes that nobody works in; the smallest may change nothing. */
static void
press_in_any_size(struct monkey *m)
{
	static const int widths[] = {1, 2, 3, 10, 39, 59, W_MAX};
	static const int heights[] = {1, 2, 3, 5, 9, 15, H_MAX};

	size_it(m, widths[below(m, 7)], heights[below(m, 7)]);
	for (int i = 0; i < 5; i++)
		press_any(m);
	pty_pump(m->pty);
}

static void
console__any_keys__goes_on(void **state)
{
	struct monkey m = {0};
	int keys = power_number("RANDOM_KEYS", 10000), status = -1;

	(void)state;
	m.random = (uint64_t)power_number("RANDOM_SEED", 1);
	start(&m);
	for (int done = 0; done < keys;) {
		int n = 1 + (int)below(&m, BURST);

		for (int i = 0; i < n; i++)
			press_any(&m);
		done += n;
		if (below(&m, 40) == 0)
			stop_and_go_on(&m);
		else if (below(&m, 3) == 0)
			press_in_any_size(&m);
		see_alive(&m);
	}
	pty_signal(m.pty, SIGTERM);
	if (!pty_wait_exit(m.pty, &status))
		fail_with_keys(&m, "SIGTERM does not end it");
	ended(&m, status);
	printf("random keys: %d, ended by keys %d times, stopped %d times\n",
	    keys, m.ends - 1, m.stops);
	stage_check_whole(&stage);
}

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	stage_close(&stage);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(console__any_keys__goes_on),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
