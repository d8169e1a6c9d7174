/*
 * What goes through sockets, pipes and events fails or comes in pieces, at
 * each place: HTTP from the providers and to them, systemd's socket, the
 * signals between threads, and a database server's connection, also in the
 * middle of a COMMIT.  What was acknowledged is there, once; a message is
 * taken by the provider once at most, and as often as the desk says; a daemon
 * that listens has said so to systemd; the command line says "done" of what is
 * done, and "nothing" of what is not.
 *
 * FAULT_ROUNDS sets the rounds of each case (0: every site and error).
 * Turned red by: READY=1 sent once and not waited for; "nothing was saved" of
 * what was, when the look at it fails; an outcome that is not asked for.
 */
#include "tests/lib/faults.h"
#include "tests/lib/syncd_round.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#define POSTS 3
#define SENDS 2

static struct stage stage;
static bool taken[POSTS], has_image, has_listened;
static int systemd = -1; /* its socket */

/* ---- the daemon ---- */

/* All that it has told so far is forgotten; true: that it is ready, too. */
static bool
was_told_ready(void)
{
	char text[600];
	ssize_t n;
	bool ready = false;

	while ((n = recv(systemd, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
		text[n] = '\0';
		ready = ready || strstr(text, "READY=1") != NULL;
	}
	return ready;
}

static void
prepare(void)
{
	memset(taken, 0, sizeof(taken));
	has_image = has_listened = false;
	(void)was_told_ready();
}

static void
talk(void)
{
	has_listened = true;
	for (int i = 0; i < POSTS; i++)
		taken[i] = syncd_round_post(i) == 200;
	for (int i = 0; i < SENDS; i++)
		syncd_round_send(i);
	has_image = syncd_round_post_image();
	syncd_round_settle();
}

static const char *
check(void)
{
	const char *wrong;

	if (has_listened && !was_told_ready())
		return syncd_round_complain("systemd does not know it");
	syncd_round_start_next();
	wrong = syncd_round_check_posts(taken, POSTS);
	if (wrong == NULL)
		wrong = syncd_round_check_sends(has_listened ? SENDS : 0);
	if (wrong == NULL && has_image)
		wrong = syncd_round_check_image();
	return syncd_round_stop_next(wrong);
}

/* ---- the command line, and a database server ---- */

static struct str said;
static char subject[32];
static int status, verb_round;

static void
prepare_verb(const void *data)
{
	(void)data;
	snprintf(subject, sizeof(subject), "Corte %d", ++verb_round);
}

static int
new_ticket(void)
{
	str_clear(&said);
	return stage_opdesk(&stage, NULL, &said, "--lang", "en", "ticket",
	    "new", "--subject", subject, NULL);
}

static void
run_verb(const void *data)
{
	(void)data;
	status = new_ticket();
}

static const char *
complain(const char *what)
{
	static char text[1500];

	snprintf(
	    text, sizeof(text), "%s (exit %d: %.1200s)", what, status, said.s);
	return text;
}

static int64_t
count_tickets(void)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM tickets t JOIN audit a ON a.record_id = t.id"
	    " AND a.operation = 'ticket.new' WHERE subject = '%s'",
	    subject);
	return stage_int(&stage, sql);
}

static const char *
check_verb(const void *data, bool is_lost)
{
	int64_t n = count_tickets();
	const char *end = strchr(said.s, '\n');

	(void)data, (void)is_lost;
	if (status > 7)
		return complain("a crash");
	if (n > 1)
		return complain("it is there twice");
	if (status == 0)
		return n == 1 ? NULL : complain("it said that it was done");
	if (strncmp(said.s, "opdesk: ", 8) != 0 || end == NULL ||
	    end[1] != '\0' || strstr(said.s, "BUG") != NULL)
		return complain("no sentence");
	/* Who hears that there is nothing does it once more. */
	if (n == 1 && strstr(said.s, "look whether it is there") == NULL &&
	    strstr(said.s, "It is saved, but cannot be shown") == NULL)
		return complain("it is there, and is said not to be");
	if (n == 0 && (new_ticket() != 0 || count_tickets() != 1))
		return complain("it cannot be done afterwards");
	return NULL;
}

static void
sockets__a_call_fails__says_what_is_so(void **state)
{
	static const struct syncd_part daemon = {.name = "daemon",
	    .prepare = prepare,
	    .work = talk,
	    .check = check,
	    .rounds = 8,
	    .calls = FAULT_TALK};
	const struct fault_case cases[] = {syncd_round_case(&daemon),
	    {.name = "ticket new",
		.prepare = prepare_verb,
		.run = run_verb,
		.check = check_verb,
		.rounds = 10,
		.calls = FAULT_TALK},
	};

	(void)state;
	faults_play(cases, engine_is_postgres() ? 2 : 1, 10);
}

static void
listen_as_systemd(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};

	if (!str_copy(
		at.sun_path, sizeof(at.sun_path), syncd_round_path("systemd")))
		fail_msg("the path is too long");
	systemd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (systemd < 0 ||
	    bind(systemd, (struct sockaddr *)&at, sizeof(at)) != 0)
		fail_msg("systemd's socket: %s", at.sun_path);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
}

static int
setup(void **state)
{
	(void)state;
	str_init(&said);
	stage_open(&stage);
	stage_start_provider(&stage);
	syncd_round_keep(&stage);
	listen_as_systemd();
	faults_begin();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	faults_end();
	unsetenv("NOTIFY_SOCKET");
	close(systemd);
	stage_close(&stage);
	str_free(&said);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sockets__a_call_fails__says_what_is_so),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
