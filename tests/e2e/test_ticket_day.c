/*
 * A ticket's day by keys: found by a filter, answered with a canned reply,
 * moved on by a macro whose difference was seen first, sent to sleep, left to
 * wait, several changed at once, one merged; each of these taken back with one
 * key.  The real console and daemon; both languages, large and small.
 *
 * What was done is looked up in the desk, what is told on the screen.  It
 * turned red with a clock that does not hear a reply, and with a list that
 * forgets Enter while its rows are on their way, and with a paste that is cut
 * in silence.
 */
#include "common/xalloc.h"
#include "tests/lib/show.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define SEND   "\023"            /* C-s */
#define PASTED (4 * 1024 * 1024) /* bytes */

/* The demo's ticket 7: urgent, new, its customer known. */
#define THIS " WHERE number = 7"

/* Late, it would say so on a small card, where there is room for one thing. */
static void
give_it_a_day(struct show *s)
{
	stage_exec(&s->stage,
	    "UPDATE ticket_clocks SET target_us = target_us + 86400000000,"
	    " due_us = due_us + 86400000000 WHERE due_us < 9000000000000000000"
	    " AND ticket_id IN (SELECT id FROM tickets" THIS ")");
}

static void
start(struct show *s)
{
	stage_open(&s->stage);
	give_it_a_day(s);
	stage_start_provider(&s->stage);
	stage_start_daemon(&s->stage);
	show_console(s);
	keys(s, "T");
	see(s, "Pantalla");
}

static void
end(struct show *s)
{
	show_leave(s, &s->pty);
	assert_int_equal(stage_stop_daemon(&s->stage), 0);
	stage_check_whole(&s->stage);
	stage_close(&s->stage);
}

/* By what it says and what it is not, as it is typed. */
static void
open_it(struct show *s)
{
	keys(s, "/pantalla -estado:cerrado\r\r");
	see(s, "abrir el programa");
}

static void
answer(struct show *s)
{
	keys(s, "r");
	see(s, "┌");
	keys(s, ";luces");
	see(s, "Luces del router");
	keys(s, "\r");
	see_no(s, "Luces del router");
	see(s, "arriba?");
	keys(s, SEND);
	see_no(s, "┌");
	must(s,
	    "SELECT count(*) FROM ticket_comments k, tickets t"
	    " WHERE k.ticket_id = t.id AND t.number = 7 AND k.kind = 0"
	    " AND k.body LIKE '%luces tiene%'",
	    1);
	must(s,
	    "SELECT count(*) FROM ticket_clocks c, tickets t"
	    " WHERE c.ticket_id = t.id AND t.number = 7 AND c.kind = 0"
	    " AND c.stopped_us IS NOT NULL",
	    1);
	see(s, "luces tiene"); /* on the card, which has its version too */
}

/* The card says so: until then a key means the ticket as it was before. */
static void
see_state(struct show *s, const char *word)
{
	see(s, tr(s->lang, word));
}

static void
run_macro(struct show *s)
{
	static const char moved[] =
	    "SELECT count(*) FROM tickets t, ticket_statuses s" THIS
	    " AND s.id = t.status_id AND s.name = 'esperando al cliente'"
	    " AND t.tags LIKE '%foto'";

	keys(s, "\033[18~"); /* F7 */
	see(s, "→ esperando al cliente");
	must(s, moved, 0);
	keys(s, "\r");
	must(s, moved, 1);
	see_state(s, "W waiting");
	keys(s, "u");
	must(s, moved, 0);
	must(s,
	    "SELECT count(*) FROM tickets" THIS
	    " AND state = 0 AND tags = 'urgente'",
	    1);
	/* What it would have said is a draft again, to go on with. */
	see(s, "┌");
	keys(s, "\033");
	see_no(s, "┌");
	see_state(s, "N new");
}

/* The card says so: below its head, or in the one row of a small one. */
static bool
is_asleep(struct pty *p, void *data)
{
	const struct show *s = data;
	char text[32];

	snprintf(text, sizeof(text), "%s: ", tr(s->lang, "Sleeps"));
	return pty_find(p, text) >= 0 || pty_find(p, "P5 z ") >= 0;
}

static bool
is_awake(struct pty *p, void *data)
{
	return !is_asleep(p, data);
}

static void
sleep_and_wait(struct show *s)
{
	keys(s, "z");
	see(s, tr(s->lang, "Until when?"));
	keys(s, "1h\r");
	must(s,
	    "SELECT count(*) FROM tickets" THIS
	    " AND snoozed_until_us IS NOT NULL",
	    1);
	see_no(s, tr(s->lang, "Until when?"));
	if (!pty_wait(s->pty, is_asleep, s, PTY_WAIT_MS))
		fail_with_screen(s, "that it sleeps");
	keys(s, "u");
	must(s,
	    "SELECT count(*) FROM tickets" THIS " AND snoozed_until_us IS NULL",
	    1);
	see_said(s, "Undone: %s", 6);
	if (!pty_wait(s->pty, is_awake, s, PTY_WAIT_MS))
		fail_with_screen(s, "that it is awake");
	keys(s, "w");
	see_said(s, "Waits for what? (may be empty)", 10);
	keys(s, "pieza\r");
	/* Some age on the screen may be 4h. */
	see_said(s, "Until when? Then it is brought to mind.", 10);
	keys(s, "4h\r");
	must(s,
	    "SELECT count(*) FROM tickets" THIS
	    " AND state = 2 AND waiting_reason = 'pieza'",
	    1);
	see_state(s, "W waiting");
	keys(s, "W");
	must(s, "SELECT count(*) FROM tickets" THIS " AND state = 1", 1);
	see_state(s, "O open");
}

/* Three marked rows: asked first, taken back together. */
static void
change_several(struct show *s)
{
	static const char tagged[] =
	    "SELECT count(*) FROM tickets WHERE tags LIKE '%hoy'";

	keys(s, "\033");
	see_said(s, "Subject", 6);
	keys(s, "\033"); /* the filter */
	see(s, "¿Se");
	keys(s, "gg   t");
	see_said(s, "A tag, or -tag to take one off", 8);
	keys(s, "hoy\r");
	see(s, "[ No ]");
	must(s, tagged, 0);
	keys(s, "\t\r");
	must(s, tagged, 3);
	see_no(s, "[ No ]");
	see(s, "hoy");
	keys(s, "u");
	must(s, tagged, 0);
}

/* Into another one that is chosen by what it says. */
static void
merge(struct show *s)
{
	static const char merged[] =
	    "SELECT count(*) FROM tickets" THIS " AND state = 5";

	keys(s, "/pantalla\r\r"); /* the second waits for the rows */
	see(s, "abrir el programa");
	keys(s, "M");
	see(s, "Julián");
	keys(s, "alta de\r");
	see(s, tr(s->lang, "Merge tickets"));
	see(s, tr(s->lang, "Merge them"));
	must(s, merged, 0);
	keys(s, "\t\r");
	must(s, merged, 1);
	see_state(s, "M merged");
	keys(s, "u");
	must(s, merged, 0);
	see_state(s, "O open");
	keys(s, "\033");
	see_said(s, "Subject", 6);
	keys(s, "\033"); /* the filter */
	see(s, "¿Se");
}

/* The view that the tenant keeps under a number. */
static void
open_view(struct show *s)
{
	keys(s, "7");
	see_no(s, "¿Se");
	see(s, "Pantalla");
	keys(s, "1");
	see(s, "¿Se");
}

/*
 * Far more than a note takes, as fast as a terminal gives it: the beginning is
 * there, whole to its last byte and soon a draft; that there was more is said,
 * what comes behind it are keys again.
 */
static void
paste_much(struct show *s)
{
	static const char kept[] =
	    "SELECT count(*) FROM drafts WHERE slot = 1"
	    " AND length(body) BETWEEN 65533 AND 65536"
	    " AND body LIKE 'Palabra 0000000%Palabra 0004094%'";
	char *text = xmalloc(PASTED + 1);

	for (size_t i = 0; i + 16 <= PASTED; i += 16)
		snprintf(text + i, 17, "Palabra %07zu\n", i / 16);
	open_it(s);
	keys(s, "N");
	see(s, "┌");
	keys(s, "\033[200~");
	pty_send_n(s->pty, text, PASTED);
	keys(s, "\033[201~");
	see_said(s,
	    "Only the first %d KiB of what you pasted are here: the rest is"
	    " missing",
	    10);
	keys(s, "\033");
	see_no(s, "┌");
	must(s, kept, 1);
	free(text);
}

static void
run(enum lang lang, int w, int h)
{
	struct show s = {.lang = lang, .w = w, .h = h};

	start(&s);
	open_it(&s);
	answer(&s);
	run_macro(&s);
	sleep_and_wait(&s);
	change_several(&s);
	merge(&s);
	open_view(&s);
	if (lang == LANG_ES)
		paste_much(&s);
	end(&s);
}

static void
ticket_day__in_spanish__at_80x24(void **state)
{
	(void)state;
	run(LANG_ES, 80, 24);
}

static void
ticket_day__in_english__at_40x10(void **state)
{
	(void)state;
	run(LANG_EN, 40, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ticket_day__in_spanish__at_80x24),
	    cmocka_unit_test(ticket_day__in_english__at_40x10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
