/*
 * A guide written by keys: begun, kept when its console is killed, an error
 * seen and mended, the difference looked at, published, found by its words,
 * taken back.  Real consoles; both languages, large and small.
 *
 * What was done is looked up in the desk, what is told on the screen.  It
 * turned red with nothing kept while it is typed, with a publish that passes
 * over the error, and with one that nobody learns from.
 */
#include "common/str.h"
#include "tests/lib/show.h"
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

/* The guides, on a supervisor's console. */
static void
start(struct show *s)
{
	show_console_of(s, "marta");
	keys(s, "F");
	see(s, "VPN");
}

/* Go to a place in the text. */
static void
find(struct show *s, const char *text)
{
	keys(s, "\007\025"); /* C-g C-u */
	keys(s, text);
	see_said(s, "Words", 4);
	keys(s, "\r");
	see_no(s, tr(s->lang, "Find in the text"));
}

static void
begin(struct show *s)
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
lose_the_console(struct show *s)
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
mend_and_publish(struct show *s)
{
	keys(s, "\016"); /* C-n: to the error */
	see(s, "\"on_no\": 22");
	keys(s, "\005\177"); /* C-e, Backspace */
	see_no(s, "\"on_no\": 22");
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
find_it_and_take_it_back(struct show *s)
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
	struct show s = {.lang = lang, .w = w, .h = h};

	stage_open(&s.stage);
	stage_guides_bring(&s.stage, "irene", GUIDES);
	start(&s);
	begin(&s);
	lose_the_console(&s);
	mend_and_publish(&s);
	find_it_and_take_it_back(&s);
	show_leave(&s, &s.pty);
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
