/*
 * The terminal and its loop, driven through a pseudo-terminal.  Started with
 * the argument "demo" this program is the console that the tests look at.
 */
#include "tests/lib/demo.h"
#include "tests/lib/pty.h"

#include "common/clock.h"
#include "common/loop.h"
#include "common/utf8.h"
#include "tui/ui_loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOISE_MS  1600
#define NOISE_MAX 4000

/* Frames a second: more than the pace allows, not all that can be painted. */
#define ANSWERED_MIN 14
#define ANSWERED_MAX 45

struct demo {
	struct app app;
	uv_timer_t noise;
	bool is_drawn;        /* the first frame, which is not of it */
	uint64_t noise_since; /* 0: not yet */
	uint64_t frames[NOISE_MAX], asks[NOISE_MAX]; /* when, in ms */
	int frame_count, ask_count;
	struct ui *ui;
	struct ui_loop *ui_loop;
	uv_loop_t loop;
	enum ui_end why;
};

static void
on_end(enum ui_end why, void *data)
{
	struct demo *it = data;

	it->why = why;
	ui_loop_stop(&it->ui_loop);
}

static struct demo d;

/* ---- changes that no key caused, as fast as the loop can take them ---- */

static void
noise_draw(const struct screen *s, struct canvas *c)
{
	(void)s;
	canvas_textf(
	    c, 0, 0, -1, ROLE_NORMAL, "noise %d", d.frame_count + d.ask_count);
	d.is_drawn = true;
	if (d.noise_since != 0 && d.frame_count < NOISE_MAX)
		d.frames[d.frame_count++] = uv_now(&d.loop);
}

static void
noise_refresh(struct screen *s)
{
	(void)s;
	if (d.noise_since != 0 && d.ask_count < NOISE_MAX)
		d.asks[d.ask_count++] = uv_now(&d.loop);
}

static const struct screen_ops noise_ops = {.name = "noise",
    .title = "Noise",
    .draw = noise_draw,
    .refresh = noise_refresh};

static void
on_noise(uv_timer_t *timer)
{
	if (!d.is_drawn)
		return;
	if (d.noise_since == 0)
		d.noise_since = uv_now(&d.loop);
	ui_mark(d.ui, ui_top(d.ui), REACT_REDRAW | REACT_REFRESH);
	ui_loop_wake(d.ui_loop);
	if (uv_now(&d.loop) - d.noise_since < NOISE_MS)
		return;
	uv_close((uv_handle_t *)timer, NULL);
	d.why = UI_END_QUIT;
	ui_loop_stop(&d.ui_loop);
}

static int
most_in_a_second(const uint64_t *at, int count)
{
	int most = 0;

	for (int i = 0; i < count; i++) {
		int n = 0;

		while (i + n < count && at[i + n] < at[i] + 1000)
			n++;
		most = n > most ? n : most;
	}
	return most;
}

static void
start_noise(void)
{
	struct err err = ERR_INIT;

	if (ui_push(d.ui, &noise_ops, 0, NULL, &err) != 0)
		BUG("%s", err.text);
	uv_timer_init(&d.loop, &d.noise);
	uv_timer_start(&d.noise, on_noise, 1, 1);
}

static int
demo_main(void)
{
	struct term_options options = {false, false, false};
	struct err err = ERR_INIT;

	utf8_locale_init();
	d.app.rows = 1000;
	if (getenv("DEMO_NO_HANGUP") != NULL) {
		/* As on a lent terminal, whose end sends no signal. */
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, SIGHUP);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	if (term_start(&options, &d.app.term, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return err_exit_status(err.code);
	}
	uv_loop_init(&d.loop);
	d.ui = demo_ui(&d.app);
	if (ui_loop_start(
		&d.loop, d.app.term, d.ui, on_end, &d, &d.ui_loop, &err) != 0)
		BUG("%s", err.text);
	if (getenv("DEMO_BUG") != NULL)
		BUG("asked for");
	d.app.waits = getenv("DEMO_WAITS") != NULL;
	if (getenv("DEMO_NOISE") != NULL)
		start_noise();
	uv_run(&d.loop, UV_RUN_DEFAULT);
	ui_free(&d.ui);
	term_stop(&d.app.term);
	if (getenv("DEMO_NOISE") != NULL)
		printf("most %d frames %d asks;",
		    most_in_a_second(d.frames, d.frame_count),
		    most_in_a_second(d.asks, d.ask_count));
	return loop_finish(&d.loop) == 0 ? 40 + (int)d.why : 1;
}

static struct pty *
start(const char *terminal, const char *const *env)
{
	static const char *const argv[] = {"/proc/self/exe", "demo", NULL};
	struct pty_options o = {.term = terminal, .env = env};
	struct pty *p = pty_start(argv, &o);

	assert_non_null(p);
	return p;
}

static struct pty *
start_ready(void)
{
	struct pty *p = start(NULL, NULL);

	if (!pty_wait_text(p, "Lucía Peña")) {
		struct str s;

		str_init(&s);
		pty_screen(p, &s);
		fail_msg("no first frame:\n%s\n%s", s.s, pty_output(p)->s);
	}
	return p;
}

static void
expect_exit(struct pty *p, int code)
{
	int status = 0;

	assert_true(pty_wait_exit(p, &status));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
		fail_msg("status %x, want exit %d: %s", (unsigned)status, code,
		    pty_output(p)->s);
}

static void
term__first_frame__is_whole(void **state)
{
	struct pty *p = start_ready();
	struct pty_cell cell;
	int row;

	(void)state;
	assert_true(pty_is_alt_screen(p));
	assert_int_equal(pty_find(p, "opdesk demo"), 0);
	row = pty_find(p, "日本語 チケット");
	assert_true(row > 1);
	assert_true(pty_find(p, "Ctrl") < 0);
	/* The first data row is selected over its whole width. */
	assert_true(pty_cell_at(p, 2, 79, &cell));
	assert_int_equal(cell.bg, 25);
	assert_true(strstr(pty_output(p)->s, "\033[31m") == NULL);
	pty_send(p, "q");
	expect_exit(p, 40 + UI_END_QUIT);
	assert_false(pty_is_alt_screen(p));
	pty_stop(&p);
}

static void
term__keys__reach_the_screen(void **state)
{
	struct pty *p = start_ready();
	struct pty_cell cell;
	uint64_t before;

	(void)state;
	pty_send(p, "G");
	assert_true(pty_wait_text(p, " 1000 "));
	pty_send(p, "gg");
	assert_true(pty_wait_no_text(p, " 1000 "));
	before = pty_bytes(p);
	pty_send(p, "\033OB");
	do {
		pty_pump(p);
		assert_true(pty_cell_at(p, 3, 79, &cell));
	} while (cell.bg != 25 && pty_bytes(p) < before + 4096);
	assert_int_equal(cell.bg, 25);
	pty_send(p, "e\303\261and\303\272 \346\227\245");
	assert_true(pty_wait_text(p, "ñandú 日"));
	pty_send(p, "\033[D\033OD\177");
	assert_true(pty_wait_text(p, "ñand 日"));
	pty_send(p, "\033[1;5D");
	pty_send(p, "x");
	assert_true(pty_wait_text(p, "xñand"));
	pty_stop(&p);
}

static void
term__lone_esc__is_a_key_at_once(void **state)
{
	struct pty *p = start_ready();

	(void)state;
	pty_send(p, "n");
	assert_true(pty_wait_text(p, "Priority"));
	pty_send(p, "\033");
	assert_true(pty_wait_no_text(p, "Priority"));
	pty_stop(&p);
}

/* Keys and answers that TERM does not tell of: n would open a form here. */
static void
term__sequences_without_a_name__are_no_keys(void **state)
{
	static const char *const sent[] = {"\033[27;5;110n", "\033[?62;22n",
	    "\033[n", "\033[<0;5;5n", "\033]11;rgb:n/n/n\007",
	    "\033P1$rn\033\\", "\033[Mnnn", "\033[[n", "\033O5n"};
	struct pty *p = start_ready();

	(void)state;
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		pty_send(p, sent[i]);
		pty_send(p, "G");
		if (!pty_wait_text(p, " 1000 "))
			fail_msg("%s was taken for keys", sent[i] + 1);
		pty_send(p, "gg");
		assert_true(pty_wait_no_text(p, " 1000 "));
	}
	/* Esc is a key still. */
	pty_send(p, "n");
	assert_true(pty_wait_text(p, "Priority"));
	pty_send(p, "\033");
	assert_true(pty_wait_no_text(p, "Priority"));
	pty_stop(&p);
}

static void
term__resize__redraws(void **state)
{
	struct pty *p = start_ready();

	(void)state;
	pty_resize(p, 120, 40);
	assert_true(pty_wait_text(p, "   37 "));
	pty_resize(p, 40, 10);
	assert_true(pty_wait_no_text(p, "   12 "));
	assert_true(pty_wait_text(p, "No."));
	pty_resize(p, 1, 1);
	pty_resize(p, 80, 24);
	assert_true(pty_wait_text(p, "Lucía Peña"));
	pty_stop(&p);
}

static void
term__paste__arrives_whole_and_as_text(void **state)
{
	struct pty *p = start_ready();
	char text[3001];

	(void)state;
	memset(text, 'q', 3000);
	text[3000] = '\0';
	pty_send(p, "\033[200~");
	pty_send(p, "dyq");
	pty_send(p, "\033[201~");
	assert_true(pty_wait_text(p, "can be pasted"));
	pty_send(p, "e");
	assert_true(pty_wait_text(p, "0 bytes"));
	pty_send(p, "\033[200~");
	pty_send(p, text);
	pty_send(p, "\r\n\033[201~");
	assert_true(pty_wait_text(p, "3001 bytes"));
	/* Without brackets, as old terminals do: all keys, few frames. */
	pty_send(p, text);
	assert_true(pty_wait_text(p, "6001 bytes"));
	pty_stop(&p);
}

static void
term__gone__ends_the_program(void **state)
{
	static const char *const env[] = {"DEMO_NO_HANGUP=1", NULL};
	struct pty *p = start_ready();

	(void)state;
	pty_hang_up(p);
	expect_exit(p, 40 + UI_END_TERMINAL);
	pty_stop(&p);
	p = start(NULL, env);
	assert_true(pty_wait_text(p, "Lucía Peña"));
	pty_hang_up(p);
	expect_exit(p, 40 + UI_END_TERMINAL);
	pty_stop(&p);
}

static void
term__settings__are_given_back(void **state)
{
	static const int signums[] = {0, SIGTERM, SIGINT};

	(void)state;
	for (size_t i = 0; i < sizeof signums / sizeof signums[0]; i++) {
		struct pty *p = start_ready();
		struct termios raw, after;

		assert_true(pty_settings(p, &raw));
		assert_true((raw.c_lflag & (ICANON | ECHO | ISIG)) == 0);
		if (signums[i] == 0)
			pty_send(p, "q");
		else
			pty_signal(p, signums[i]);
		expect_exit(
		    p, 40 + (signums[i] == 0 ? UI_END_QUIT : UI_END_SIGNAL));
		if (pty_settings(p, &after))
			assert_true((after.c_lflag & ICANON) != 0 &&
				    (after.c_lflag & ECHO) != 0);
		assert_non_null(strstr(pty_output(p)->s, "\033[?2004l"));
		assert_false(pty_is_alt_screen(p));
		pty_stop(&p);
	}
}

static void
term__bug__leaves_a_usable_terminal(void **state)
{
	static const char *const env[] = {"DEMO_BUG=1", NULL};
	struct pty *p = start(NULL, env);
	int status = 0;

	(void)state;
	assert_true(pty_wait_exit(p, &status));
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
	assert_false(pty_is_alt_screen(p));
	assert_non_null(strstr(pty_output(p)->s, "asked for"));
	pty_stop(&p);
}

static void
term__unfit_terminals__are_refused_with_a_sentence(void **state)
{
	struct pty *p = start("dumb", NULL);

	(void)state;
	expect_exit(p, err_exit_status(OD_EUNAVAIL));
	assert_non_null(strstr(pty_output(p)->s, "cannot place a cursor"));
	pty_stop(&p);
	p = start("no-such-terminal", NULL);
	expect_exit(p, err_exit_status(OD_EUNAVAIL));
	assert_non_null(strstr(pty_output(p)->s, "not known here"));
	pty_stop(&p);
}

static void
term__no_color__uses_attributes_only(void **state)
{
	static const char *const env[] = {"NO_COLOR=1", NULL};
	struct pty *p = start(NULL, env);
	struct pty_cell cell;

	(void)state;
	assert_true(pty_wait_text(p, "Lucía Peña"));
	assert_true(pty_cell_at(p, 2, 79, &cell));
	assert_int_equal(cell.bg, -1);
	assert_true(cell.reverse);
	pty_stop(&p);
}

static void
term__other_terminals__draw_too(void **state)
{
	/* On vt220 curses draws. */
	static const char *const terms[] = {"linux", "vt100", "vt220",
	    "screen-256color", "tmux-256color", "xterm"};

	(void)state;
	for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
		struct pty *p = start(terms[i], NULL);

		assert_true(pty_wait_text(p, "Lucía Peña"));
		pty_send(p, "q");
		expect_exit(p, 40 + UI_END_QUIT);
		pty_stop(&p);
	}
}

static bool
is_stopped(struct pty *p, void *data)
{
	(void)data;
	return !pty_is_alt_screen(p) && pty_is_stopped(p);
}

static void
term__suspend__gives_the_terminal_back_and_returns(void **state)
{
	struct pty *p = start_ready();

	(void)state;
	pty_send(p, "\032");
	assert_true(pty_wait(p, is_stopped, NULL, PTY_WAIT_MS));
	pty_signal(p, SIGCONT);
	assert_true(pty_wait_text(p, "Lucía Peña"));
	pty_send(p, "G");
	assert_true(pty_wait_text(p, " 1000 "));
	pty_stop(&p);
}

static void
term__mouse__works_only_while_it_is_on(void **state)
{
	struct pty *p = start_ready();
	struct pty_cell cell;

	(void)state;
	assert_null(strstr(pty_output(p)->s, "1000h"));
	pty_send(p, "%");
	assert_true(pty_wait_text(p, "belongs to opdesk"));
	assert_non_null(strstr(pty_output(p)->s, "1000h"));
	/* A wheel step moves three rows, a second press opens. */
	pty_send(p, "\033[<65;10;5M");
	pty_send(p, "d");
	assert_true(pty_wait_text(p, "[ Delete ]"));
	pty_send(p, "\033");
	assert_true(pty_wait_no_text(p, "[ Delete ]"));
	pty_send(p, "\033[<0;10;9M\033[<0;10;9m");
	do {
		pty_pump(p);
		assert_true(pty_cell_at(p, 8, 79, &cell));
	} while (cell.bg != 25);
	pty_send(p, "\033[<0;10;9M\033[<0;10;9m");
	assert_true(pty_wait_text(p, "0 bytes"));
	pty_send(p, "\033");
	assert_true(pty_wait_no_text(p, "0 bytes"));
	pty_send(p, "%");
	assert_true(pty_wait_text(p, "selects text again"));
	assert_non_null(strstr(pty_output(p)->s, "1000l"));
	pty_stop(&p);
}

static void
term__arrow_key__costs_few_bytes(void **state)
{
	struct pty *p = start_ready();
	struct pty_cell cell = {.bg = 0};
	uint64_t before;

	(void)state;
	pty_send(p, "j");
	do {
		pty_pump(p);
		pty_cell_at(p, 3, 79, &cell);
	} while (cell.bg != 25);
	before = pty_bytes(p);
	pty_send(p, "j");
	do {
		pty_pump(p);
		pty_cell_at(p, 4, 79, &cell);
	} while (cell.bg != 25);
	print_message("bytes_per_arrow: %llu\n",
	    (unsigned long long)(pty_bytes(p) - before));
	assert_true(pty_bytes(p) - before <= 230);
	pty_stop(&p);
}

static void
run_noise(const char *const *env, int *frames, int *asks)
{
	struct pty *p = start(NULL, env);
	const char *said;

	expect_exit(p, 40 + UI_END_QUIT);
	said = strstr(pty_output(p)->s, "most ");
	assert_non_null(said);
	assert_int_equal(
	    sscanf(said, "most %d frames %d asks", frames, asks), 2);
	pty_stop(&p);
}

static void
term__changes_without_a_key__at_most_ten_frames_a_second(void **state)
{
	static const char *const env[] = {"DEMO_NOISE=1", NULL};
	int frames = 0, asks = 0;

	(void)state;
	run_noise(env, &frames, &asks);
	assert_in_range(frames, 1, 10);
	assert_in_range(asks, 1, 10);
}

/*
 * What is waited for was asked for by the start, or a key: at the pace of
 * foreign changes a first screen of many answers came in pieces.  A machine
 * that is busy elsewhere paints less at times, but not every time.
 */
static void
term__answers_on_their_way__are_painted_as_they_come(void **state)
{
	static const char *const env[] = {"DEMO_NOISE=1", "DEMO_WAITS=1", NULL};
	int frames = 0, asks = 0;

	(void)state;
	for (int i = 0; i < 20 && frames < ANSWERED_MIN; i++) {
		run_noise(env, &frames, &asks);
		assert_in_range(frames, 1, ANSWERED_MAX);
	}
	assert_in_range(frames, ANSWERED_MIN, ANSWERED_MAX);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(term__first_frame__is_whole),
	    cmocka_unit_test(term__keys__reach_the_screen),
	    cmocka_unit_test(term__lone_esc__is_a_key_at_once),
	    cmocka_unit_test(term__sequences_without_a_name__are_no_keys),
	    cmocka_unit_test(term__resize__redraws),
	    cmocka_unit_test(term__paste__arrives_whole_and_as_text),
	    cmocka_unit_test(term__gone__ends_the_program),
	    cmocka_unit_test(term__settings__are_given_back),
	    cmocka_unit_test(term__bug__leaves_a_usable_terminal),
	    cmocka_unit_test(
		term__unfit_terminals__are_refused_with_a_sentence),
	    cmocka_unit_test(term__no_color__uses_attributes_only),
	    cmocka_unit_test(term__other_terminals__draw_too),
	    cmocka_unit_test(
		term__suspend__gives_the_terminal_back_and_returns),
	    cmocka_unit_test(term__mouse__works_only_while_it_is_on),
	    cmocka_unit_test(term__arrow_key__costs_few_bytes),
	    cmocka_unit_test(
		term__changes_without_a_key__at_most_ten_frames_a_second),
	    cmocka_unit_test(
		term__answers_on_their_way__are_painted_as_they_come),
	};

	if (argc == 2 && strcmp(argv[1], "demo") == 0)
		return demo_main();
	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
