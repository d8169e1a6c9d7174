/*
 * Corpora of what an administrator writes: opdesk.conf, and the addresses
 * that requests may go to.
 *
 * Seen red with: the line counted from 0 in common/conf_parse.c, the check
 * for a name and password taken out of common/conf_check.c and out of
 * common/http_client_call.c, and 169.254.0.0/16 taken out of
 * common/http_address.c.
 */
#include "common/conf.h"
#include "common/http_address.h"
#include "common/http_client.h"
#include "common/http_client_int.h"
#include "tests/lib/corpus.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/*
 * Expected is "ok", or "LINE WORDS": the line that the sentence names (0:
 * none), and what it says of it.
 */
static void
run_conf(const struct corpus_case *c, char *got, size_t got_size)
{
	struct conf *conf = NULL;
	struct err err = ERR_INIT;
	const char *words = strchr(c->expected, ' '), *colon;
	int rc = conf_parse(c->input, c->len, "c", &conf, &err), line = 0;

	assert_int_equal(rc == 0, conf != NULL);
	assert_int_equal(rc == 0 || rc == OD_EDATA, 1);
	assert_int_equal(rc == 0, err.text[0] == '\0');
	if (rc != 0) {
		colon = strncmp(err.text, "c:", 2) == 0 ? err.text + 2 : "0";
		line = (int)strtol(colon, NULL, 10);
	}
	if (rc == 0)
		str_copy(got, got_size, "ok");
	else if (words != NULL && strstr(err.text, words + 1) != NULL)
		str_format(got, got_size, "%d%s", line, words);
	else
		str_format(got, got_size, "%d %s", line, err.text);
	conf_free(&conf);
}

static void
corpus__conf__names_line_and_fault(void **state)
{
	(void)state;
	corpus_run("conf/files", 100, run_conf);
}

/* Whether public_url takes it, then whether a request may be made to it. */
static void
run_url(const struct corpus_case *c, char *got, size_t got_size)
{
	struct str text = STR_INIT;
	struct conf *conf = NULL;
	bool is_taken;

	str_addf(&text, "[daemon]\npublic_url = %s\n", c->input);
	is_taken = conf_parse(text.s, text.len, "c", &conf, NULL) == 0;
	str_format(got, got_size, "%s %s", is_taken ? "taken" : "refused",
	    http__check_url(c->input, NULL) == 0 ? "taken" : "refused");
	conf_free(&conf);
	str_free(&text);
}

static void
corpus__url__is_taken_or_refused(void **state)
{
	(void)state;
	corpus_run("url/urls", 100, run_url);
}

/* "loopback", "public", both, or "neither". */
static void
run_address(const struct corpus_case *c, char *got, size_t got_size)
{
	bool loopback = http__text_is_loopback(c->input);
	bool public = http__text_is_public(c->input);

	if (loopback && public)
		str_copy(got, got_size, "both");
	else
		str_copy(got, got_size,
		    loopback ? "loopback"
		    : public ? "public"
			     : "neither");
}

static void
corpus__address__is_public_or_not(void **state)
{
	(void)state;
	corpus_run("url/addresses", 100, run_address);
}

/* ---- requests: names of this machine that do not look like it ---- */

static struct {
	uv_loop_t loop;
	struct http_client *client;
	int listener;
	bool is_done;
	enum http_outcome outcome;
} net;

static void
on_done(const struct http_response *r, void *data)
{
	(void)data;
	net.is_done = true;
	net.outcome = r->outcome;
}

static int
setup_net(void **state)
{
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};

	(void)state;
	uv_loop_init(&net.loop);
	assert_int_equal(http_client_new(&net.loop, &net.client, NULL), 0);
	net.listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(
	    bind(net.listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(net.listener, 5), 0);
	return 0;
}

static int
teardown_net(void **state)
{
	(void)state;
	http_client_free(&net.client);
	uv_run(&net.loop, UV_RUN_DEFAULT);
	close(net.listener);
	return uv_loop_close(&net.loop);
}

/*
 * The host of a request that may go to public addresses only.  None that a
 * name server would be asked for.
 */
static void
run_request(const struct corpus_case *c, char *got, size_t got_size)
{
	struct http_request r = {
	    .method = "GET", .public_only = true, .done = on_done};
	struct sockaddr_in addr;
	socklen_t n = sizeof(addr);
	char url[600];
	int fd;

	getsockname(net.listener, (struct sockaddr *)&addr, &n);
	str_format(
	    url, sizeof(url), "http://%s:%d/", c->input, ntohs(addr.sin_port));
	r.url = url;
	net.is_done = false;
	if (http_client_send(net.client, &r, NULL, NULL) != 0) {
		str_copy(got, got_size, "no address");
		return;
	}
	while (!net.is_done)
		uv_run(&net.loop, UV_RUN_ONCE);
	fd = accept(net.listener, NULL, NULL);
	if (fd >= 0)
		close(fd);
	str_copy(got, got_size,
	    fd >= 0                        ? "connected"
	    : net.outcome == HTTP_NOT_SENT ? "not sent"
					   : "another outcome");
}

static void
corpus__request__never_comes_here(void **state)
{
	(void)state;
	corpus_run("url/hosts", 40, run_request);
}

static int
load_http(void **state)
{
	(void)state;
	return http_client_global_init(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(corpus__conf__names_line_and_fault),
	    cmocka_unit_test(corpus__url__is_taken_or_refused),
	    cmocka_unit_test(corpus__address__is_public_or_not),
	    cmocka_unit_test_setup_teardown(
		corpus__request__never_comes_here, setup_net, teardown_net),
	};

	return cmocka_run_group_tests(tests, load_http, NULL);
}
