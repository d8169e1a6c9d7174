/*
 * Corpus of HTTP requests in raw bytes: which status each gets, and whether
 * the connection stays.
 *
 * Expected are the statuses of the answers, " x" when the server then closes,
 * and behind a '|' what has to stand in the answer.  A connection that stays
 * open has to be at the start of the next request.
 *
 * Seen red with: a length beside an encoding allowed in framing_verdict,
 * spaces allowed in a header's name, and "%2f" taken in a segment.
 */
#include "tests/lib/corpus.h"
#include "tests/lib/http_fixture.h"
#include <ctype.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

/* As WAIT_FOR, but silence is an answer like another. */
static void
listen_to(struct client *c, const char *expected, bool is_head, struct str *got)
{
	uint64_t until = uv_hrtime() / 1000000 + WAIT_MS;

	while (!http_is_enough(c, expected, is_head, got)) {
		if (uv_hrtime() / 1000000 > until) {
			str_add(got, " and silence");
			return;
		}
		turn(c);
	}
}

/* What is still open answers the next request, and with nothing before. */
static void
check_what_is_left(struct client *c, struct str *got)
{
	struct str next = STR_INIT;

	str_clear(&c->in);
	client_say(c, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
	listen_to(c, "200", false, &next);
	if (strcmp(next.s, "200") != 0)
		str_addf(got, " leaves %s behind", next.s);
	str_free(&next);
}

/* What a problem says is a sentence. */
static void
check_detail(const struct client *c, struct str *got)
{
	static const char mark[] = "\"detail\":\"";
	const char *at = strstr(c->in.s, mark);

	if (at != NULL && !isupper((unsigned char)at[sizeof(mark) - 1]))
		str_addf(got, " and %.40s", at);
}

static void
run_request(const struct corpus_case *k, char *got, size_t got_size)
{
	bool is_head = strncmp(k->input, "HEAD", 4) == 0;
	const char *bar = strchr(k->expected, '|');
	struct str expected = STR_INIT, s = STR_INIT;
	struct client c;

	str_addn(&expected, k->expected,
	    bar == NULL ? strlen(k->expected) : (size_t)(bar - k->expected));
	client_open(&c);
	client_send(&c, k->input, k->len);
	listen_to(&c, expected.s, is_head, &s);
	if (c.is_closed)
		str_add(&s, s.len > 0 ? " x" : "x");
	if (bar != NULL)
		str_add(&s, client_has(&c, bar + 1) ? bar : "|without it");
	check_detail(&c, &s);
	if (!c.is_closed && !is_head)
		check_what_is_left(&c, &s);
	client_close(&c);
	str_copy(got, got_size, s.s);
	str_free(&expected);
	str_free(&s);
}

static void
corpus__http__answers(void **state)
{
	(void)state;
	corpus_run("http/requests", 400, run_request);
	http_check_alive();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		corpus__http__answers, http_setup, http_teardown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
