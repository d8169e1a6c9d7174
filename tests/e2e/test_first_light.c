/*
 * First light: a customer's message appears in the terminal by itself,
 * becomes a ticket with one key, and is answered; the ticks turn.  The real
 * console, daemon and provider; both languages, large and small, and with
 * every answer of the desk late.  A reply that is being written outlives its
 * terminal.
 *
 * It needs every link of the chain: ingest, bell, model, outbox, statuses that
 * find their message, and drafts kept by themselves.  It turned red without
 * the tick of a read message, its status, the ticket's link, the promise in
 * the outbox, and the saving of drafts in passing.
 */
#include "tests/lib/show.h"
#include "tests/lib/wire.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <cmocka.h>

#define CUSTOMER "34600111222"

static const char *const late[] = {"OPDESK_TEST_DELAY_MS=300", NULL};

static void
open_console(struct show *s)
{
	show_console(s);
	keys(s, "5"); /* all */
	see(s, "Loli");
}

/*
 * The head of Lucía's thread: her name and the window that began with what she
 * wrote, minutes ago at most.
 */
static bool
is_open(struct pty *p, void *data)
{
	struct show *s = data;
	struct str row = STR_INIT;
	bool found = false;

	for (int i = 0; i < s->h && !found; i++) {
		str_clear(&row);
		pty_row(p, i, &row);
		found = strstr(row.s, "Lucía") != NULL &&
		        strstr(row.s, "23 h 5") != NULL;
	}
	str_free(&row);
	return found;
}

/* The newest conversation, wherever the cursor was. */
static void
open_first(struct show *s)
{
	keys(s, "gg\r");
	if (!pty_wait(s->pty, is_open, s, PTY_WAIT_MS))
		fail_with_screen(s, "the thread");
}

static void
start(struct show *s)
{
	stage_open(&s->stage);
	stage_start_provider(&s->stage);
	stage_start_daemon(&s->stage);
	open_console(s);
}

static void
rehearse(struct show *s, const char *text)
{
	struct str errors = STR_INIT;

	if (stage_opdesk(&s->stage, NULL, &errors, "rehearse", "whatsapp",
		"--from", CUSTOMER, "--name", "Lucía", "--text", text,
		NULL) != 0)
		fail_msg("%s", errors.s);
	str_free(&errors);
}

/* Ended by its key: status 0, and the terminal is as it was. */
static void
quit(struct show *s)
{
	struct termios now;
	int status = -1;

	assert_true(pty_settings(s->pty, &now));
	assert_false((now.c_lflag & ICANON) != 0);
	keys(s, "\021"); /* C-q */
	if (!pty_wait_exit(s->pty, &status))
		fail_with_screen(s, "its end");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_with_screen(s, "the exit status 0");
	assert_true(pty_settings(s->pty, &now));
	assert_true((now.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO));
	assert_false(pty_is_alt_screen(s->pty));
	pty_stop(&s->pty);
}

static void
end(struct show *s)
{
	assert_int_equal(stage_stop_daemon(&s->stage), 0);
	stage_check_whole(&s->stage);
	stage_close(&s->stage);
}

static void
make_ticket(struct show *s)
{
	char text[96];
	int64_t number;

	keys(s, "t");
	assert_true(stage_wait_int(&s->stage,
	    "SELECT count(*) FROM tickets t, conversations c"
	    " WHERE t.conversation_id = c.id AND c.ticket_id = t.id"
	    " AND c.peer = '" CUSTOMER "'",
	    1));
	number = stage_int(&s->stage,
	    "SELECT t.number FROM tickets t, conversations c"
	    " WHERE c.ticket_id = t.id AND c.peer = '" CUSTOMER "'");
	snprintf(text, sizeof(text),
	    tr(s->lang, "Ticket %lld is made; Enter opens it"),
	    (long long)number);
	text[s->w - 2] = '\0';
	see(s, text);
}

static void
reply(struct show *s, const char *text)
{
	char title[96], ticks[64];

	keys(s, "r");
	snprintf(title, sizeof(title), tr(s->lang, "REPLY to %s"), "Lucía");
	see(s, title);
	keys(s, text);
	see(s, text);
	/* Kept by itself; then it may go. */
	assert_true(stage_wait_int(&s->stage,
	    "SELECT count(*) FROM drafts WHERE body = 'Ya lo miro'", 1));
	keys(s, "\023"); /* C-s */
	see_no(s, title);
	snprintf(ticks, sizeof(ticks), "✓✓ %s", tr(s->lang, "read"));
	see(s, ticks);
	assert_int_equal(
	    stage_int(&s->stage,
		"SELECT state FROM messages WHERE body = 'Ya lo miro'"),
	    5);
}

static void
check_sent_once(struct show *s, const char *text)
{
	struct str sent = STR_INIT;
	const char *at;

	assert_int_equal(wire_call(s->stage.provider_port, "GET",
			     "/rehearsal/sent", "", "", 0, &sent),
	    200);
	assert_non_null(at = strstr(sent.s, text));
	assert_null(strstr(at + 1, text));
	str_free(&sent);
}

static void
run(enum lang lang, int w, int h, const char *const *env)
{
	struct show s = {.lang = lang, .w = w, .h = h, .env = env};

	start(&s);
	rehearse(&s, "No tengo internet");
	see(&s, "Lucía"); /* without a key */
	open_first(&s);
	see(&s, "No tengo internet");
	make_ticket(&s);
	reply(&s, "Ya lo miro");
	check_sent_once(&s, "Ya lo miro");
	rehearse(&s, "Gracias, ya va");
	see(&s, "Gracias, ya va");
	quit(&s);
	end(&s);
}

static void
first_light__in_spanish__at_80x24(void **state)
{
	(void)state;
	run(LANG_ES, 80, 24, NULL);
}

static void
first_light__in_english__at_80x24(void **state)
{
	(void)state;
	run(LANG_EN, 80, 24, NULL);
}

static void
first_light__in_spanish__at_40x10(void **state)
{
	(void)state;
	run(LANG_ES, 40, 10, NULL);
}

static void
first_light__in_english__at_40x10(void **state)
{
	(void)state;
	run(LANG_EN, 40, 10, NULL);
}

static void
first_light__with_late_answers__is_the_same(void **state)
{
	(void)state;
	run(LANG_ES, 80, 24, late);
	run(LANG_EN, 40, 10, late);
}

static void
draft__terminal_gone__is_there_again(void **state)
{
	struct show s = {.lang = LANG_ES, .w = 80, .h = 24};
	int status = -1;

	(void)state;
	start(&s);
	rehearse(&s, "No tengo internet");
	see(&s, "Lucía");
	open_first(&s);
	pty_send(s.pty, "r");
	see(&s, "┌");
	pty_send(s.pty, "A medio escribir");
	see(&s, "A medio escribir");
	pty_hang_up(s.pty);
	assert_true(pty_wait_exit(s.pty, &status));
	pty_stop(&s.pty);
	assert_int_equal(
	    stage_int(&s.stage,
		"SELECT count(*) FROM drafts WHERE body = 'A medio escribir'"),
	    1);
	open_console(&s);
	open_first(&s);
	pty_send(s.pty, "r");
	see(&s, "│A medio escribir"); /* in the editor, not the hint of it */
	/* It goes on where it was left. */
	pty_send(s.pty, " y completo");
	see(&s, "A medio escribir y completo");
	pty_send(s.pty, "\023");
	assert_true(stage_wait_int(&s.stage,
	    "SELECT count(*) FROM messages"
	    " WHERE body = 'A medio escribir y completo' AND state >= 3",
	    1));
	assert_true(stage_wait_int(
	    &s.stage, "SELECT count(*) FROM drafts WHERE body <> ''", 0));
	quit(&s);
	end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_light__in_spanish__at_80x24),
	    cmocka_unit_test(first_light__in_english__at_80x24),
	    cmocka_unit_test(first_light__in_spanish__at_40x10),
	    cmocka_unit_test(first_light__in_english__at_40x10),
	    cmocka_unit_test(first_light__with_late_answers__is_the_same),
	    cmocka_unit_test(draft__terminal_gone__is_there_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
