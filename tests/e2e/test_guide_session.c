/*
 * A guide walked by keys: found for a ticket by what it says, a branch taken,
 * handed over in the middle to a colleague who goes on in a console of his
 * own, escalated by him; and another one resolved, with what the customer
 * thought of it.  Real consoles; both languages, large and small.
 *
 * What was done is looked up in the desk, what is told on the screen.  It
 * turned red with a hand-over that forgets the step, with an escalation without
 * its path, and with an answer that passes over a warning.
 */
#include "common/str.h"
#include "tests/lib/show.h"
#include "tests/lib/stage_guides.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define SECOND_LINE                                                            \
	"The second line goes on with it; the path is a note on the ticket."
#define GUIDES "tests/data/guides/console.json"
/* The newest session. */
#define THIS " WHERE id = (SELECT MAX(id) FROM guide_sessions)"

/* What the customer says on the phone, on the ticket that is open. */
static void
start_from_ticket(struct show *s)
{
	keys(s, "T");
	see(s, "Pantalla");
	keys(s, "/pantalla -estado:cerrado\r\r");
	see(s, "abrir el programa");
	keys(s, "gu");
	see(s, "/Pantalla azul");
	keys(s, "\033"); /* its words say nothing of the VPN */
	see_no(s, "/Pantalla azul");
	keys(s, "/desde casa no llego a la red de la empresa");
	see(s, "red de la empresa");
	must(s, "SELECT count(*) FROM guide_sessions", 0);
	keys(s, "\r\r");
	must(s,
	    "SELECT count(*) FROM guide_sessions g, tickets t"
	    " WHERE g.ticket_id = t.id AND t.number = 7 AND g.score > 900"
	    " AND g.threshold > 0 AND g.matched LIKE '%vpn_stops%'",
	    1);
	see(s,
	    "el de la empresa"); /* a value that the guide cannot go without */
	keys(s, "\r");
	must(s,
	    "SELECT count(*) FROM guide_sessions" THIS
	    " AND variables LIKE '%program%'",
	    1);
}

/* No: without internet there is no VPN; then back to the main way. */
static void
take_a_branch(struct show *s)
{
	see(s, "1. ¿Hay internet");
	keys(s, "n");
	must(s, "SELECT step FROM guide_sessions" THIS, 4);
	see(s, "4. Arreglar");
	keys(s, "y");
	must(s, "SELECT step FROM guide_sessions" THIS, 2);
	see(s, "! El cliente");
	keys(s, "y"); /* not before the warning was read out */
	see_said(s,
	    "First the warning: Space or Enter says that it was read out", 15);
	keys(s, " ");
	must(s, "SELECT count(*) FROM guide_steps WHERE action = 11", 1);
	see(s, "2. Hora");
}

static void
hand_over(struct show *s)
{
	keys(s, "o");
	see_said(s, "Hand the session over to", 16);
	keys(s, "ana bel");
	see(s, "Ana Belmonte");
	keys(s, "\r");
	see_said(s, "What they should know (may be empty)", 14);
	keys(s, "tiene prisa\r");
	must(s,
	    "SELECT count(*) FROM guide_sessions g, operators o"
	    " WHERE g.operator_id = o.id AND o.login = 'ana' AND g.step = 2",
	    1);
	see(s, "Ana Belmonte");
}

/* The colleague finds it among hers, reads the warning too, and goes on. */
static void
go_on_and_escalate(struct show *s)
{
	keys(s, "F");
	see(s, "VPN");
	keys(s, "3");
	see(s, "2/4");
	keys(s, "\r");
	see(s, "! El cliente");
	keys(s, "\r");
	must(s, "SELECT count(*) FROM guide_steps WHERE action = 11", 2);
	see(s, "2. Hora");
	keys(s, "E");
	see_said(s, "Why does it need the second line?", 12);
	keys(s, "cuenta bloqueada\r");
	see(s, "cuenta bloqueada");
	must(s, "SELECT state FROM guide_sessions" THIS, 0);
	keys(s, "y");
	must(s, "SELECT state FROM guide_sessions" THIS, 3);
	/* Path, answers and times are a note of the ticket. */
	must(s,
	    "SELECT count(*) FROM ticket_comments k, tickets t"
	    " WHERE k.ticket_id = t.id AND t.number = 7 AND k.kind = 1"
	    " AND k.body LIKE '%Hay internet sin la VPN%: no (%'"
	    " AND k.body LIKE '%Arreglar la conexi%: s_ (%'"
	    " AND k.body LIKE '% s, Diego Salas)%'"
	    " AND k.body LIKE '%tiene prisa%'"
	    " AND k.body LIKE '%cuenta bloqueada%'",
	    1);
	see_said(s, SECOND_LINE, 12);
}

/* The first operator sees it without asking, and begins another one. */
static void
resolve_another(struct show *s)
{
	see_said(s, SECOND_LINE, 12);
	keys(s, "F");
	see(s, "VPN");
	keys(s, "/hay una hoja atorada en la impresora\r");
	see(s, "atorada en la impresora");
	keys(s, "\r");
	see(s, "1. Sacar el papel");
	keys(s, "y");
	must(s, "SELECT state FROM guide_sessions" THIS, 2);
	see_said(s, "The problem is resolved.", 12);
	keys(s, "f");
	see_said(s, "How was it, from 1 to 5?", 10);
	keys(s, "\r");
	see_said(s, "Did it help?", 8);
	keys(s, "\r");
	see_said(s, "In the customer's words (may be empty)", 10);
	keys(s, "muy claro\r");
	must(s,
	    "SELECT count(*) FROM guide_feedback WHERE rating = 5"
	    " AND was_helpful = 1 AND body = 'muy claro'",
	    1);
}

static void
run(enum lang lang, int w, int h)
{
	struct show s = {.lang = lang, .w = w, .h = h};
	struct pty *mine;

	stage_open(&s.stage);
	stage_guides_bring(&s.stage, "irene", GUIDES);
	show_console_of(&s, "diego");
	start_from_ticket(&s);
	take_a_branch(&s);
	hand_over(&s);
	mine = s.pty;
	show_console_of(&s, "ana");
	go_on_and_escalate(&s);
	show_leave(&s, &s.pty);
	s.pty = mine;
	resolve_another(&s);
	show_leave(&s, &s.pty);
	stage_check_whole(&s.stage);
	stage_close(&s.stage);
}

static void
guide_session__in_spanish__at_80x24(void **state)
{
	(void)state;
	run(LANG_ES, 80, 24);
}

static void
guide_session__in_english__at_40x10(void **state)
{
	(void)state;
	run(LANG_EN, 40, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(guide_session__in_spanish__at_80x24),
	    cmocka_unit_test(guide_session__in_english__at_40x10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
