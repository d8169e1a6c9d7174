/*
 * A guide written by keys: begun, kept when its console is killed, an error
 * seen and mended, the difference looked at, published, found by its words,
 * taken back.  Real consoles; both languages, large and small.
 *
 * What was done is looked up in the desk, what is told on the screen.  It
 * turned red with nothing kept while it is typed, with a publish that passes
 * over the error, and with one that nobody learns from.
 */
#include "common/i18n.h"
#include "common/str.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/stage_guides.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define GUIDES "tests/data/guides/console.json"
#define FAN    " FROM knowledge WHERE topic = 'fan_noise'"

struct day {
	struct stage stage;
	struct pty *pty;
	enum lang lang;
	int w, h;
};

_Noreturn static void
fail_with_screen(struct day *s, const char *what)
{
	struct str screen = STR_INIT;

	pty_pump(s->pty);
	pty_screen(s->pty, &screen);
	fprintf(stderr, "not seen: %s\n%s\n", what, screen.s);
	fail();
	abort();
}

static void
see(struct day *s, const char *text)
{
	if (!pty_wait_text(s->pty, text))
		fail_with_screen(s, text);
}

/* The first words of a sentence of the console, as far as they surely fit. */
static void
see_said(struct day *s, const char *sentence, size_t bytes)
{
	char text[96];

	snprintf(text, sizeof(text), "%.*s", (int)bytes, tr(s->lang, sentence));
	see(s, text);
}

static void
keys(struct day *s, const char *text)
{
	pty_send(s->pty, text);
}

static void
must(struct day *s, const char *sql, int64_t wanted)
{
	if (!stage_wait_int(&s->stage, sql, wanted))
		fail_with_screen(s, sql);
}

/* The guides, on a supervisor's console. */
static void
start(struct day *s)
{
	char program[4096];
	const char *const argv[] = {program, "--config", s->stage.conf,
	    "--lang", lang_code(s->lang), "--operator", "marta", NULL};
	struct pty_options o = {.w = s->w, .h = s->h, .dir = s->stage.dir};

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	s->pty = pty_start(argv, &o);
	assert_non_null(s->pty);
	see(s, tr(s->lang, "REHEARSAL"));
	keys(s, "F");
	see(s, "VPN");
}

/* Go to a place in the text. */
static void
find(struct day *s, const char *text)
{
	keys(s, "\007\025"); /* C-g C-u */
	keys(s, text);
	see_said(s, "Words", 4);
	keys(s, "\r");
	if (!pty_wait_no_text(s->pty, tr(s->lang, "Find in the text")))
		fail_with_screen(s, "the question to be gone");
}

static void
begin(struct day *s)
{
	keys(s, "N");
	see_said(s, "New guide", 9);
	keys(s, "fan_noise\r");
	see(s, "\"fan_noise\"");
	must(s, "SELECT count(*)" FAN " AND published = 0 AND draft <> ''", 1);
	find(s, "\"on_no\": 2");
	keys(s, "\0052"); /* C-e */
	see(s, "\"on_no\": 22");
	see(s, "22, ");
}

/* What was typed is kept after a pause, whatever becomes of the console. */
static void
lose_the_console(struct day *s)
{
	int status;

	must(s, "SELECT count(*) FROM drafts WHERE body LIKE '%: 22%'", 1);
	pty_signal(s->pty, SIGKILL);
	assert_true(pty_wait_exit(s->pty, &status));
	pty_stop(&s->pty);
	must(s, "SELECT count(*)" FAN " AND draft LIKE '%: 22%'", 0);
	start(s);
	/* By title in the reader's language: between the others, or last. */
	keys(s, s->lang == LANG_ES ? "ggj" : "G");
	keys(s, "e");
	see_said(s, "What you had begun is here again", 12);
	keys(s, "\017"); /* C-o */
	see(s, "C-n");
	must(s, "SELECT published" FAN, 0);
}

static void
mend_and_publish(struct day *s)
{
	keys(s, "\016"); /* C-n: to the error */
	see(s, "\"on_no\": 22");
	keys(s, "\005\177"); /* C-e, Backspace */
	if (!pty_wait_no_text(s->pty, "\"on_no\": 22"))
		fail_with_screen(s, "the error to be gone");
	find(s, tr(s->lang, "what a customer says"));
	keys(s, "the fan roars like an aeroplane\", \"");
	see(s, "aeroplane");
	keys(s, "\017");
	see_said(s, "What would be published", 23);
	must(s, "SELECT published" FAN, 0);
	keys(s, "y");
	must(s, "SELECT published" FAN, 1);
	must(s, "SELECT count(*) FROM drafts", 0);
	see(s, "VPN");
}

/* It is learnt: the words lead to it. */
static void
find_it_and_take_it_back(struct day *s)
{
	must(s, "SELECT count(*) FROM knowledge_models", 1);
	keys(s, "/the fan roars like an aeroplane");
	see(s, "%");
	see_said(s, "What does not work", 14);
	keys(s, "\r");
	see_said(s, "Help", 4);
	keys(s, "u");
	must(s, "SELECT published" FAN, 0);
	must(s, "SELECT count(*)" FAN " AND draft LIKE '%aeroplane%'", 1);
}

static void
run(enum lang lang, int w, int h)
{
	struct day s = {.lang = lang, .w = w, .h = h};
	int status = -1;

	stage_open(&s.stage);
	stage_guides_bring(&s.stage, "irene", GUIDES);
	start(&s);
	begin(&s);
	lose_the_console(&s);
	mend_and_publish(&s);
	find_it_and_take_it_back(&s);
	keys(&s, "\021"); /* C-q */
	if (!pty_wait_exit(s.pty, &status) || status != 0)
		fail_with_screen(&s, "its end");
	pty_stop(&s.pty);
	stage_check_whole(&s.stage);
	stage_close(&s.stage);
}

static void
guide_edit__in_spanish__at_80x24(void **state)
{
	(void)state;
	run(LANG_ES, 80, 24);
}

static void
guide_edit__in_english__at_40x10(void **state)
{
	(void)state;
	run(LANG_EN, 40, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(guide_edit__in_spanish__at_80x24),
	    cmocka_unit_test(guide_edit__in_english__at_40x10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
