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
#include "common/i18n.h"
#include "common/str.h"
#include "tests/lib/stage_desk.h"
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

struct day { /* consoles on one desk, and how they are looked at */
	struct stage stage;
	struct pty *pty;  /* the one that is typed in */
	struct pty *mine; /* the first */
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

/* A console of that operator, who begins with the day's work. */
static struct pty *
console(struct day *s, const char *login)
{
	char program[4096];
	const char *const argv[] = {program, "--config", s->stage.conf,
	    "--lang", lang_code(s->lang), "--operator", login, NULL};
	struct pty_options o = {.w = s->w, .h = s->h, .dir = s->stage.dir};
	struct pty *p;

	snprintf(program, sizeof(program), "%s", stage_program("opdesk"));
	p = pty_start(argv, &o);
	assert_non_null(p);
	s->pty = p;
	see(s, tr(s->lang, "REHEARSAL"));
	return p;
}

static void
leave(struct day *s, struct pty **p)
{
	int status = -1;

	s->pty = *p;
	keys(s, "\021"); /* C-q */
	if (!pty_wait_exit(*p, &status) || status != 0)
		fail_with_screen(s, "its end");
	pty_stop(p);
}

/* What the customer says on the phone, on the ticket that is open. */
static void
start_from_ticket(struct day *s)
{
	keys(s, "T");
	see(s, "Pantalla");
	keys(s, "/pantalla -estado:cerrado\r\r");
	see(s, "abrir el programa");
	keys(s, "gu");
	see(s, "/Pantalla azul");
	keys(s, "\033"); /* its words say nothing of the VPN */
	if (!pty_wait_no_text(s->pty, "/Pantalla azul"))
		fail_with_screen(s, "the words to be gone");
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
take_a_branch(struct day *s)
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
hand_over(struct day *s)
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
go_on_and_escalate(struct day *s)
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
resolve_another(struct day *s)
{
	s->pty = s->mine;
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
	struct day s = {.lang = lang, .w = w, .h = h};
	struct pty *hers;

	stage_open(&s.stage);
	stage_guides_bring(&s.stage, "irene", GUIDES);
	s.mine = console(&s, "diego");
	start_from_ticket(&s);
	take_a_branch(&s);
	hand_over(&s);
	hers = console(&s, "ana");
	go_on_and_escalate(&s);
	leave(&s, &hers);
	resolve_another(&s);
	leave(&s, &s.mine);
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
