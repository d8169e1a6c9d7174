/*
 * A whole call by keys in the real console, with the real recorder on a
 * PulseAudio of the test's own: started, the customer asked, recorded,
 * silenced for card data, an objection answered, a ticket made, hung up,
 * closed as a sale; what was said is in the file and what was silenced is
 * not, the chain of recordings is whole.  Meanwhile a supervisor watches the
 * board in a console of her own and the page for phones in a real Chromium:
 * on both the day's figures move by this call.  Then a device that goes in the
 * middle of a call.
 *
 * Without PulseAudio the recorder's own tone is what is recorded, and no
 * device goes; without Chromium nobody looks at the page.  Turned red by: a
 * pause that is only shown, a call that ends without its recording, a board
 * that does not hear of the desk, a daemon that tells the page nothing.
 */
#include "common/str.h"
#include "tests/lib/phone.h"
#include "tests/lib/show.h"
#include "tests/lib/sound.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define RATE    16000
#define NOISE_S 300 /* longer than a call lasts on a busy machine */

static struct browser browser;
static struct sound sound;
static bool has_sound;

/* What a console needs to find this test's sound server. */
static void
start_console(struct show *d)
{
	static const char *const names[] = {
	    "XDG_RUNTIME_DIR", "PULSE_SERVER", "ALSA_CONFIG_PATH"};
	char text[3][256];
	const char *env[5] = {"JACK_NO_START_SERVER=1"};

	for (int i = 0; has_sound && i < 3; i++) {
		const char *value = getenv(names[i]);

		snprintf(text[i], sizeof(text[i]), "%s=%s", names[i],
		    value != NULL ? value : "");
		env[i + 1] = text[i];
	}
	d->env = env;
	show_console(d);
	d->env = NULL;
	keys(d, "gc");
}

static void
start(struct show *d)
{
	has_sound = sound_open(&sound, 1, RATE);
	stage_open(&d->stage);
	stage_noon(&d->stage);
	stage_conf(&d->stage, "",
	    has_sound
		? "[recorder]\ndevice = vmic\nchannels = 2\nkeep_as = wav\n"
		: "[recorder]\ndevice = tone\nchannels = 2\nkeep_as = wav\n");
	start_console(d);
}

/* ---- who watches ---- */

#define WATCHER "irene"

static void
open_board(struct show *d)
{
	char program[4096];
	const char *const argv[] = {program, "--config", d->stage.conf,
	    "--lang", lang_code(d->lang), "--operator", WATCHER, NULL};
	struct pty_options o = {.w = 110, .h = 30, .dir = d->stage.dir};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	d->beside = pty_start(argv, &o);
	assert_non_null(d->beside);
	if (!pty_wait_text(d->beside, "Irene Molina"))
		fail_with_screen(d, "the supervisor's console");
	pty_send(d->beside, "gb");
}

static void
start_watching(struct show *d)
{
	stage_start_daemon(&d->stage);
	open_board(d);
	if (browser_is_there())
		phone_sign_in(&d->stage, &browser, WATCHER);
}

static void
stop_watching(struct show *d)
{
	int status = -1;

	if (browser_is_there())
		browser_go(&browser, "about:blank");
	pty_send(d->beside, "\021"); /* C-q */
	if (!pty_wait_exit(d->beside, &status) || status != 0)
		fail_with_screen(d, "the end of the board");
	pty_stop(&d->beside);
	assert_int_equal(stage_stop_daemon(&d->stage), 0);
}

static void
end(struct show *d)
{
	stop_watching(d);
	show_leave(d, &d->pty);
	stage_check_whole(&d->stage);
	stage_close(&d->stage);
	sound_close(&sound);
}

static void
dial(struct show *d, const char *number)
{
	keys(d, "c");
	see(d, "┌");
	keys(d, number);
	keys(d, "\r");
	see_said(d, "TALKING", 7);
}

static void
record(struct show *d)
{
	keys(d, "r");
	see_said(d, "yes, the customer agrees", 12);
	assert_int_equal(stage_int(&d->stage, "SELECT count(*) FROM recordings"
					      " WHERE state = 0"),
	    0);
	keys(d, "\r");
	see(d, "● REC ");
	must(d,
	    "SELECT count(*) FROM calls c, recordings r"
	    " WHERE r.call_id = c.id AND c.consent = 1 AND r.state = 0",
	    1);
}

/* A loud square wave for as long as the call lasts. */
static pid_t
make_noise(struct show *d)
{
	struct sound_wave w = {
	    .channels = 2, .rate = RATE, .frames = RATE * NOISE_S};
	char path[192];

	if (!has_sound)
		return -1;
	w.p = calloc(w.frames * 2, sizeof(*w.p));
	for (size_t i = 0; i < w.frames; i++)
		w.p[2 * i] = w.p[2 * i + 1] = i / 20 % 2 == 0 ? 8000 : -8000;
	snprintf(path, sizeof(path), "%s/noise.wav", d->stage.dir);
	sound_write(path, &w);
	sound_free(&w);
	return sound_play(&sound, "vmic", path);
}

/* So many seconds are recorded, as the lamp says. */
static bool
is_long(struct pty *p, void *data)
{
	const int *seconds = data;
	struct str screen = STR_INIT;
	const char *at;
	int m = 0, s = 0;

	pty_screen(p, &screen);
	at = strstr(screen.s, "● REC ");
	if (at == NULL || sscanf(at + strlen("● REC "), "%d:%d", &m, &s) != 2)
		m = s = 0;
	str_free(&screen);
	return m * 60 + s >= *seconds;
}

static void
wait_length(struct show *d, int seconds)
{
	if (!pty_wait(d->pty, is_long, &seconds, PTY_WAIT_MS))
		fail_with_screen(d, "the length");
}

/* The clock behind the words; the lamp's stands before them. */
static bool
is_silent_for_a_second(struct pty *p, void *data)
{
	const struct show *d = data;
	struct str screen = STR_INIT;
	bool found = false;
	char word[16];

	snprintf(
	    word, sizeof(word), "%.7s", tr(d->lang, "silence %s, on: C"));
	pty_screen(p, &screen);
	for (const char *at = screen.s;
	     !found && (at = strstr(at, word)) != NULL; at++) {
		int m, s;

		found = sscanf(at, "%*[^0-9\n]%d:%d", &m, &s) == 2 &&
		        m * 60 + s >= 1;
	}
	str_free(&screen);
	return found;
}

static void
silence(struct show *d)
{
	keys(d, "C");
	see_said(d, "silence %s, on: C", 7);
	must(d,
	    "SELECT count(*) FROM recording_marks WHERE kind = 1"
	    " AND until_us IS NULL",
	    1);
	if (!pty_wait(d->pty, is_silent_for_a_second, d, PTY_WAIT_MS))
		fail_with_screen(d, "a second of silence");
	keys(d, "C");
	must(d,
	    "SELECT count(*) FROM recording_marks WHERE kind = 1"
	    " AND until_us > at_us",
	    1);
	wait_length(d,
	    (int)(stage_int(&d->stage,
		      "SELECT until_us FROM recording_marks WHERE kind = 1") /
		  1000000) +
		2);
}

static void
answer_objection(struct show *d)
{
	keys(d, "oes muy caro");
	see(d, d->lang == LANG_ES ? "Es muy caro" : "Price too high");
	keys(d, "\r"); /* no model is there to be asked */
	see_said(d, "Silence", 7);
	must(d, "SELECT count(*) FROM calls WHERE state = 1", 1);
}

static void
make_ticket(struct show *d)
{
	keys(d, "t");
	see(d, "┌");
	keys(d, "Pide la factura\r");
	must(d,
	    "SELECT count(*) FROM calls c, tickets t"
	    " WHERE c.ticket_id = t.id AND t.subject = 'Pide la factura'",
	    1);
}

static void
hang_up(struct show *d)
{
	keys(d, "c");
	see_said(d, "WRAP-UP", 6);
	must(d,
	    "SELECT count(*) FROM recordings r, calls c"
	    " WHERE r.call_id = c.id AND r.state = 2 AND r.silent = 0"
	    " AND r.duration_us > 1000000",
	    1);
	must(d, "SELECT count(*) FROM recordings WHERE state < 2", 0);
}

/* Sound on both sides of the silence, and none of it in between. */
static void
check_file(struct show *d)
{
	int64_t at = stage_int(
	    &d->stage, "SELECT at_us FROM recording_marks WHERE kind = 1");
	int64_t until = stage_int(
	    &d->stage, "SELECT until_us FROM recording_marks WHERE kind = 1");
	char *name = stage_text(
	    &d->stage, "SELECT name FROM recordings WHERE state = 2");
	struct desk *desk = stage_desk(&d->stage, NULL);
	struct str path = STR_INIT;
	size_t from, to, loud[2] = {0, 0};
	struct sound_wave w;

	str_addf(&path, "%s/%.2s/%s", desk->files_dir, name, name);
	desk_close(&desk);
	sound_read(path.s, &w);
	from = (size_t)(at * w.rate / 1000000);
	to = (size_t)(until * w.rate / 1000000);
	assert_true(from < to && to <= w.frames);
	for (size_t i = 0; i < w.frames * w.channels; i++) {
		size_t frame = i / w.channels;

		if (frame > from && frame < to)
			assert_int_equal(w.p[i], 0);
		else if (abs(w.p[i]) > 2000)
			loud[frame >= to]++;
	}
	assert_true(loud[0] > w.rate / 10);
	assert_true(loud[1] > 0);
	sound_free(&w);
	str_free(&path);
	free(name);
}

/* "Today: 4 calls, 1 sale (25 %)": of the row that begins so. */
struct today {
	char word[32];
	int calls, sales;             /* as read */
	int least_calls, least_sales; /* that there must be */
};

static bool
has_today(struct pty *p, void *data)
{
	struct today *t = data;
	struct str row = STR_INIT;
	int at = pty_find(p, t->word);
	bool ok;

	if (at < 0)
		return false;
	pty_row(p, at, &row);
	ok =
	    sscanf(row.s, " %*[^0-9]%d%*[^0-9]%d", &t->calls, &t->sales) == 2 &&
	    t->calls >= t->least_calls && t->sales >= t->least_sales;
	str_free(&row);
	return ok;
}

static struct today
read_today(struct show *d, int calls, int sales)
{
	struct today t = {.least_calls = calls, .least_sales = sales};

	/* The inbox has that word, too, without the colon. */
	snprintf(t.word, sizeof(t.word), "%s: ", tr(d->lang, "Today"));
	if (!pty_wait(d->pty, has_today, &t, PTY_WAIT_MS))
		fail_with_screen(d, "today's figures");
	return t;
}

/* Calls and sales of the team, as the first line of the board has them. */
struct seen {
	const char *calls_word, *sales_word;
	int calls, sales, wanted_calls, wanted_sales; /* below 0: any */
};

/* -1: it is not there. */
static int
number_after(const char *row, const char *word)
{
	const char *at = strstr(row, word);

	return at != NULL ? atoi(at + strlen(word)) : -1;
}

static bool
has_seen(struct pty *p, void *data)
{
	struct seen *t = data;
	struct str row = STR_INIT;
	bool ok;

	pty_row(p, 1, &row);
	t->calls = number_after(row.len > 0 ? row.s : "", t->calls_word);
	t->sales = number_after(row.len > 0 ? row.s : "", t->sales_word);
	ok = t->calls >= 0 && t->sales >= 0 &&
	     (t->wanted_calls < 0 ||
		 (t->calls == t->wanted_calls && t->sales == t->wanted_sales));
	str_free(&row);
	return ok;
}

static void
read_board(struct show *d, struct seen *t, int calls, int sales)
{
	t->calls_word = tr(d->lang, "Calls");
	t->sales_word = tr(d->lang, "Sales");
	t->wanted_calls = calls;
	t->wanted_sales = sales;
	if (!pty_wait(d->beside, has_seen, t, PTY_WAIT_MS))
		fail_with_screen(d, "the board's figures");
}

/* The row of who calls, on the board. */
static void
see_on_board(struct show *d, const char *state)
{
	char text[96];

	snprintf(text, sizeof(text), "%s", tr(d->lang, state));
	if (!pty_wait_text(d->beside, text))
		fail_with_screen(d, text);
}

static int
page_number(const char *id)
{
	struct str out = STR_INIT;
	char expression[80];
	int n;

	snprintf(expression, sizeof(expression),
	    "document.getElementById('%s').textContent", id);
	browser_eval(&browser, expression, &out);
	n = atoi(out.s != NULL ? out.s : "-1");
	str_free(&out);
	return n;
}

static void
see_on_page(struct show *d, const char *expression)
{
	struct str page = STR_INIT;

	if (browser_wait(&browser, expression))
		return;
	browser_eval(&browser, "document.body.innerText", &page);
	fprintf(stderr, "the page: %s\n", page.s);
	fail_with_screen(d, expression);
}

/* All of the team, and of who called as many as his own console says. */
static void
check_page(struct show *d, int calls, int sales, const struct today *own)
{
	char wanted[256];

	snprintf(wanted, sizeof(wanted),
	    "document.getElementById('calls').textContent === '%d' &&"
	    " document.getElementById('sales').textContent === '%d'",
	    calls, sales);
	see_on_page(d, wanted);
	snprintf(wanted, sizeof(wanted),
	    "[...document.querySelectorAll('#team-rows tr')].some(r =>"
	    " r.cells[0].textContent === 'Marta Ruiz' &&"
	    " r.cells[1].textContent === '%d' &&"
	    " r.cells[2].textContent === '%d')",
	    own->calls, own->sales);
	see_on_page(d, wanted);
	see_on_page(
	    d, "document.querySelectorAll('#recordings-rows tr').length > 0");
}

static void
close_as_sale(struct show *d)
{
	keys(d, "c");
	see(d, "SALE");
	keys(d, "s");
	see(d, "┌");
	keys(d, "120\r");
	must(d, "SELECT count(*) FROM calls WHERE sale_cents = 12000", 1);
}

static void
check_chain(struct show *d)
{
	struct str out = STR_INIT;

	assert_int_equal(
	    stage_opdesk(&d->stage, &out, NULL, "--json", "--operator", "irene",
		"recording", "verify", NULL),
	    0);
	assert_string_equal(out.s, "[]\n");
	str_free(&out);
}

static void
call_day__from_the_dial_to_the_sale(struct show *d)
{
	struct today before, after;
	int page_calls = -1, page_sales = -1;
	struct seen board;
	pid_t player;

	start(d);
	before = read_today(d, 0, 0);
	start_watching(d);
	read_board(d, &board, -1, -1);
	if (browser_is_there()) {
		page_calls = page_number("calls");
		page_sales = page_number("sales");
		assert_int_equal(page_calls, board.calls);
		assert_int_equal(page_sales, board.sales);
	}
	dial(d, "+34600999888");
	see_on_board(d, "TALKING");
	player = make_noise(d);
	record(d);
	wait_length(d, 1);
	silence(d);
	answer_objection(d);
	make_ticket(d);
	hang_up(d);
	see_on_board(d, "WRAP-UP");
	check_file(d);
	close_as_sale(d);
	see(d, "SALE");
	after = read_today(d, before.calls + 1, before.sales + 1);
	assert_int_equal(after.calls, before.calls + 1);
	assert_int_equal(after.sales, before.sales + 1);
	read_board(d, &board, board.calls + 1, board.sales + 1);
	if (browser_is_there())
		check_page(d, page_calls + 1, page_sales + 1, &after);
	check_chain(d);
	if (player > 0) {
		/* It is in the middle of another call that the device goes. */
		dial(d, "+34600999777");
		keys(d, "r");
		see_said(d, "yes, the customer agrees", 12);
		keys(d, "\r");
		wait_length(d, 1);
		sound_kill_server(&sound);
		waitpid(player, NULL, 0);
		see_said(d, "The call goes on; r records it again", 14);
		see_said(d, "TALKING", 7);
		must(d,
		    "SELECT count(*) FROM recordings WHERE state = 2"
		    " AND reason <> ''",
		    1);
		keys(d, "ccn");
		must(d, "SELECT count(*) FROM calls WHERE state < 4", 0);
		check_chain(d);
	}
	end(d);
}

static void
call_day__in_spanish(void **state)
{
	struct show d = {.lang = LANG_ES, .w = 80, .h = 24};

	(void)state;
	call_day__from_the_dial_to_the_sale(&d);
}

static void
call_day__in_english_small(void **state)
{
	struct show d = {.lang = LANG_EN, .w = 60, .h = 15};

	(void)state;
	call_day__from_the_dial_to_the_sale(&d);
}

static int
open_browser(void **state)
{
	(void)state;
	if (browser_is_there())
		browser_open(&browser);
	return 0;
}

static int
close_browser(void **state)
{
	(void)state;
	if (browser_is_there())
		browser_close(&browser);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_day__in_spanish),
	    cmocka_unit_test(call_day__in_english_small),
	};

	return cmocka_run_group_tests(tests, open_browser, close_browser);
}
