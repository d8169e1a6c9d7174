/*
 * Whom the HTTP server does not wait for, whom it believes, answers that come
 * later, streams and TLS.
 */
#include "tests/lib/http_fixture.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- deadlines ---- */

/* Only what the test is about is short: a busy machine is no slow client. */
static const struct http_config impatient = {.limits = {.head_ms = 400,
						 .body_ms = 400,
						 .body_rate = 1000000,
						 .idle_ms = 400,
						 .sweep_ms = 20}};
static const struct http_config quick = {
    .limits = {.write_ms = 400, .sweep_ms = 20, .keepalive_ms = 50}};

/* Send s again and again, a byte a turn, until the server ends it. */
static void
drip(struct client *c, const char *s)
{
	uint64_t until = uv_hrtime() / 1000000 + WAIT_MS;

	for (size_t i = 0; !c->is_closed; i++) {
		assert_true(uv_hrtime() / 1000000 < until);
		if (send(c->fd, &s[i % strlen(s)], 1, MSG_NOSIGNAL) < 0 &&
		    errno != EAGAIN)
			break;
		turn(c);
	}
	WAIT_FOR(c, c->is_closed);
}

static void
http__ends__slow_clients(void **state)
{
	struct client silent, head, header, body, idle;
	struct http_stats stats;

	(void)state;
	http_fixture_start(&impatient);
	client_open(&silent);
	WAIT_FOR(&silent, silent.is_closed);
	assert_int_equal(silent.in.len, 0);
	client_close(&silent);

	client_open(&head);
	drip(&head, "G");
	client_close(&head);

	client_open(&header);
	client_say(&header, "GET /static HTTP/1.1\r\nHost: a\r\n");
	drip(&header, "X: 1\r\n");
	assert_true(client_has(&header, "HTTP/1.1 408 "));
	client_close(&header);

	client_open(&body);
	client_say(&body, "POST /echo HTTP/1.1\r\nHost: a\r\n"
			  "Content-Length: 900\r\n\r\n");
	WAIT_FOR(&body, body.is_closed);
	assert_true(client_has(&body, "HTTP/1.1 408 "));
	client_close(&body);

	client_open(&idle);
	client_say(&idle, "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&idle, idle.is_closed);
	assert_true(client_has(&idle, "HTTP/1.1 200 "));
	client_close(&idle);

	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.timed_out, 5);
	assert_int_equal(stats.connections, 0);
	http_fixture_stop();
}

static void
http__ends__clients_that_do_not_read(void **state)
{
	struct client c;
	struct http_stats stats;

	(void)state;
	http_fixture_start(&quick);
	client_open(&c);
	client_say(&c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(NULL, (http_server_stats(fx->server, &stats),
			   stats.timed_out == 1 && stats.connections == 0));
	client_close(&c);
	http_fixture_stop();
}

/* Slower than one sweep, but it moves. */
static void
http__waits__for_clients_that_read(void **state)
{
	struct client c;
	struct str got;

	(void)state;
	http_fixture_start(&quick);
	str_init(&got);
	client_open(&c);
	client_say(&c, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
	while (c.in.len < BIG && !c.is_closed) {
		char buf[32768];
		ssize_t n = recv(c.fd, buf, sizeof(buf), 0);

		if (n > 0)
			str_addn(&c.in, buf, (size_t)n);
		else if (n == 0)
			c.is_closed = true;
		uv_run(&fx->loop, UV_RUN_NOWAIT);
	}
	WAIT_FOR(&c, http_is_enough(&c, "200", false, &got));
	assert_true(c.in.len > BIG);
	client_close(&c);
	str_free(&got);
	http_fixture_stop();
}

static void
http__answers__among_half_open_connections(void **state)
{
	enum { COUNT = 1000 };
	struct http_config config = {.limits.max_per_address = 2 * COUNT};
	struct client *c = xcalloc(COUNT, sizeof(*c));
	struct rlimit files;
	struct http_stats stats;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	http_fixture_start(&config);
	for (unsigned i = 0; i < COUNT; i++) {
		client_open(&c[i]);
		client_say(&c[i], i % 2 == 0 ? "GET /static HT" : "");
		if (i % 50 == 0)
			http_check_alive();
	}
	http_check_alive();
	http_server_stats(fx->server, &stats);
	assert_in_range(stats.connections, COUNT, COUNT + 1);
	for (unsigned i = 0; i < COUNT; i++)
		client_close(&c[i]);
	http_check_alive();
	free(c);
	http_fixture_stop();
}

static void
http__hurries__when_nearly_full(void **state)
{
	enum { COUNT = 9 };
	struct http_config config = {
	    .limits = {
		.max_connections = 10, .stress_ms = 100, .sweep_ms = 20}};
	struct client c[COUNT];
	struct http_stats stats;

	(void)state;
	http_fixture_start(&config);
	for (unsigned i = 0; i < COUNT; i++)
		client_open(&c[i]);
	WAIT_FOR(&c[0], c[0].is_closed);
	WAIT_FOR(NULL,
	    (http_server_stats(fx->server, &stats), stats.connections == 0));
	assert_int_equal(stats.timed_out, COUNT);
	for (unsigned i = 0; i < COUNT; i++)
		client_close(&c[i]);
	/* With room again nobody is hurried: the default is ten seconds. */
	http_check_alive();
	http_fixture_stop();
}

static void
http__caps__connections_of_an_address(void **state)
{
	const char *const proxies[] = {"127.0.0.0/8"};
	struct http_config config = {.limits.max_per_address = 3};
	struct client c[4];
	struct http_stats stats;

	(void)state;
	http_fixture_start(&config);
	for (unsigned i = 0; i < 4; i++) {
		client_open(&c[i]);
		client_say(&c[i], "GET /static HTTP/1.1\r\nHost: a\r\n\r\n");
		WAIT_FOR(&c[i], c[i].is_closed || client_has(&c[i], "\n\nok") ||
				    client_has(&c[i], "\r\n\r\nok"));
		assert_int_equal(c[i].is_closed, i == 3);
	}
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.capped, 1);
	client_close(&c[0]);
	WAIT_FOR(NULL,
	    (http_server_stats(fx->server, &stats), stats.connections == 2));
	http_check_alive();
	for (unsigned i = 1; i < 4; i++)
		client_close(&c[i]);
	http_fixture_stop();

	config.trusted_proxies = proxies;
	config.trusted_proxy_count = 1;
	http_fixture_start(&config);
	for (unsigned i = 0; i < 4; i++)
		client_open(&c[i]);
	http_check_alive();
	for (unsigned i = 0; i < 4; i++)
		client_close(&c[i]);
	http_fixture_stop();
}

/* ---- who asks ---- */

static void
check_peer(const char *headers, const char *expected)
{
	struct str s;
	struct http_exchange x = {.name = headers, .expected = "200"};

	str_init(&s);
	str_addf(&s, "GET /peer HTTP/1.1\r\nHost: a\r\n%s\r\n", headers);
	x.request = s.s;
	x.contains = expected;
	assert_true(http_exchange_run(&x));
	str_free(&s);
}

static void
http__believes__trusted_proxies_only(void **state)
{
	const char *const proxies[] = {"127.0.0.1", "10.1.0.0/16"};
	const char *const wrong[] = {"10.1.0.0/33"};
	struct http_config config = {0};
	struct http_server *none;
	struct err err = ERR_INIT;
	uv_loop_t loop;

	(void)state;
	http_fixture_start(&config);
	check_peer("", "127.0.0.1 local http");
	check_peer("X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1 remote http");
	check_peer("X-Forwarded-Proto: https\r\n", "127.0.0.1 remote http");
	http_fixture_stop();
	config.trusted_proxies = proxies;
	config.trusted_proxy_count = 2;
	http_fixture_start(&config);
	check_peer("", "127.0.0.1 local http");
	check_peer("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
	    "192.0.2.7 remote https");
	check_peer(
	    "X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\n", "192.0.2.7 remote");
	check_peer("X-Forwarded-For: 198.51.100.1, 192.0.2.7, 10.1.2.3\r\n",
	    "192.0.2.7 remote");
	/* A line of the client's own does not hide the proxy's. */
	check_peer("X-Forwarded-For: 198.51.100.1\r\n"
		   "X-Forwarded-For: 192.0.2.7\r\n",
	    "192.0.2.7 remote http");
	check_peer("X-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n",
	    "127.0.0.1 remote http");
	check_peer(
	    "X-Forwarded-Proto: http, https \r\n", "127.0.0.1 remote https");
	check_peer("X-Forwarded-For: 2001:db8::5\r\n", "2001:db8::5 remote");
	check_peer("X-Forwarded-For: unknown\r\n", "127.0.0.1 remote");
	check_peer("X-Forwarded-For: 127.0.0.1\r\n", "127.0.0.1 remote");
	http_fixture_stop();

	config.listen = "127.0.0.1:0";
	config.trusted_proxies = wrong;
	config.trusted_proxy_count = 1;
	uv_loop_init(&loop);
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	assert_null(none);
	assert_non_null(strstr(err.text, "10.1.0.0/33"));
	config.trusted_proxy_count = 0;
	config.listen = "localhost";
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	uv_loop_close(&loop);
}

/* ---- answers that come later ---- */

static void
http__tells__when_a_waiting_client_leaves(void **state)
{
	struct client c;
	struct http_stats stats;

	(void)state;
	http_fixture_start(&quick);
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.suspended, 1);
	assert_int_equal(fx->left, 0);
	client_close(&c);
	WAIT_FOR(NULL, fx->left == 1);
	/* It is still there, and answered into nothing. */
	assert_string_equal(http_req_path(fx->held), "/hold");
	http_reply_const(fx->held, 200, "text/plain", "ok", 2);
	WAIT_FOR(NULL,
	    (http_server_stats(fx->server, &stats), stats.connections == 0));
	assert_int_equal(stats.suspended, 0);
	assert_int_equal(fx->left, 1);
	http_check_alive();
	http_fixture_stop();
}

static void
http__lets__a_request_outlive_the_server(void **state)
{
	struct client c;
	struct http_req *req;
	size_t n;

	(void)state;
	http_fixture_start(&quick);
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	req = fx->held;
	http_fixture_stop();
	assert_null(http_req_header(req, "Host"));
	assert_string_equal(http_req_method(req), "GET");
	http_req_body(req, &n);
	assert_int_equal(n, 0);
	http_reply_const(req, 200, "text/plain", "ok", 2);
	client_close(&c);
}

/* ---- streams ---- */

static void
open_stream(struct client *c)
{
	client_open(c);
	client_say(c, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(c, fx->stream != NULL && client_has(c, "retry: 3000\n\n"));
}

static void
http__streams__events(void **state)
{
	struct client c;

	(void)state;
	open_stream(&c);
	assert_true(client_has(&c, "Content-Type: text/event-stream\r\n"));
	assert_true(client_has(&c, "Cache-Control: no-store\r\n"));
	assert_true(
	    http_stream_send(fx->stream, "metrics_update", "7", "{}", 2));
	WAIT_FOR(
	    &c, client_has(&c, "id: 7\nevent: metrics_update\ndata: {}\n\n"));
	assert_true(http_stream_send(fx->stream, NULL, NULL, "a\r\nb\nc\r", 7));
	WAIT_FOR(&c, client_has(&c, "data: a\ndata: b\ndata: c\ndata: \n\n"));
	assert_true(http_stream_send(fx->stream, NULL, "8", "", 0));
	WAIT_FOR(&c, client_has(&c, "id: 8\ndata: \n\n"));
	assert_int_equal(http_stream_backlog(fx->stream), 0);
	http_stream_send(fx->stream, NULL, NULL, "last", 4);
	http_stream_close(fx->stream);
	/* The last chunk, and the connection is ready for the next request. */
	WAIT_FOR(&c, client_has(&c, "data: last\n\n\r\n0\r\n\r\n"));
	assert_int_equal(fx->closed, 0);
	client_close(&c);
	http_check_alive();
}

static void
http__streams__comments_into_silence(void **state)
{
	struct client c;

	(void)state;
	http_fixture_start(&quick);
	open_stream(&c);
	WAIT_FOR(&c, client_has(&c, ":\n\n"));
	client_close(&c);
	WAIT_FOR(NULL, fx->closed == 1);
	assert_null(fx->stream);
	http_fixture_stop();
}

static void
http__drops__slow_streams(void **state)
{
	struct client c;
	struct http_stats stats;
	char *data = xcalloc(1, 60000);
	unsigned sent = 0;

	(void)state;
	memset(data, 'd', 60000);
	open_stream(&c);
	while (http_stream_send(fx->stream, "x", NULL, data, 60000)) {
		turn(NULL); /* the client takes nothing */
		assert_true(++sent < 10000);
	}
	assert_true(sent >= 4);
	assert_int_equal(fx->closed, 0);
	assert_false(http_stream_send(fx->stream, "x", NULL, "y", 1));
	WAIT_FOR(NULL, fx->closed == 1);
	http_server_stats(fx->server, &stats);
	assert_int_equal(stats.streams_dropped, 1);
	assert_int_equal(stats.streams, 0);
	client_close(&c);
	free(data);
	http_check_alive();
}

static void
http__ends__stuck_streams(void **state)
{
	struct client c;
	char *data = xcalloc(1, 60000);
	unsigned sent = 0;

	(void)state;
	http_fixture_start(&quick);
	memset(data, 'd', 60000);
	open_stream(&c);
	/* Below the backlog, but nothing is taken any more. */
	while (http_stream_backlog(fx->stream) < 100000) {
		http_stream_send(fx->stream, "x", NULL, data, 60000);
		turn(NULL);
		assert_true(++sent < 10000);
	}
	WAIT_FOR(NULL, fx->closed == 1);
	client_close(&c);
	free(data);
	http_fixture_stop();
}

static void
http__tells__streams_when_it_stops(void **state)
{
	struct client c, held;
	bool is_stopped = false;

	(void)state;
	http_fixture_start(&(struct http_config){0});
	open_stream(&c);
	client_open(&held);
	client_say(&held, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&held, fx->held != NULL);
	http_server_stop(fx->server, on_stopped, &is_stopped);
	assert_int_equal(fx->closed, 1);
	uv_close((uv_handle_t *)&fx->later, NULL);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_true(is_stopped);
	http_reply_const(fx->held, 200, NULL, "", 0);
	assert_int_equal(uv_loop_close(&fx->loop), 0);
	router_free(&fx->router);
	client_close(&c);
	client_close(&held);
	FREE(&fx);
}

static void
http__quiesces__but_finishes(void **state)
{
	struct client c;
	struct sockaddr_in addr = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd;

	(void)state;
	client_open(&c);
	client_say(&c, "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n");
	WAIT_FOR(&c, fx->held != NULL);
	http_server_quiesce(fx->server);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	addr.sin_port = htons((uint16_t)fx->port);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)), -1);
	close(fd);
	http_reply_header(fx->held, "X-Note", "late");
	http_reply(fx->held, 200, "text/plain", "done", 4);
	WAIT_FOR(&c, client_has(&c, "\r\n\r\ndone"));
	assert_true(client_has(&c, "X-Note: late\r\n"));
	client_close(&c);
}

/* ---- TLS ---- */

static int
shell(const char *const argv[])
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 2);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (fx == NULL)
			poll(NULL, 0, 5);
		else
			turn(NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
http__speaks__tls(void **state)
{
	char dir[] = "/tmp/opdesk-http-XXXXXX", cert[64], key[64], url[64];
	char out[64];
	struct http_config config = {.tls_certificate = cert, .tls_key = key};
	struct http_server *none;
	struct err err = ERR_INIT;
	uv_loop_t loop;

	(void)state;
	assert_non_null(mkdtemp(dir));
	str_format(cert, sizeof(cert), "%s/cert.pem", dir);
	str_format(key, sizeof(key), "%s/key.pem", dir);
	str_format(out, sizeof(out), "%s/out", dir);
	assert_int_equal(
	    shell((const char *const[]){"openssl", "req", "-x509", "-newkey",
		"ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
		"-keyout", key, "-out", cert, "-days", "2", "-subj",
		"/CN=localhost", NULL}),
	    0);
	chmod(key, 0600);
	http_fixture_start(&config);
	str_format(url, sizeof(url), "https://127.0.0.1:%d/peer", fx->port);
	assert_int_equal(shell((const char *const[]){"curl", "-sk", "--fail",
			     "--max-time", "20", "-o", out, url, NULL}),
	    0);
	http_fixture_stop();
	{
		char text[64] = "";
		FILE *f = fopen(out, "r");

		assert_non_null(f);
		assert_non_null(fgets(text, sizeof(text), f));
		fclose(f);
		assert_string_equal(text, "127.0.0.1 local https");
	}
	/* A key that is none, and one without the other. */
	uv_loop_init(&loop);
	config.listen = "127.0.0.1:0";
	config.tls_key = cert;
	chmod(cert, 0600);
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	config.tls_key = NULL;
	assert_int_equal(
	    http_server_start(&loop, &config, &none, &err), OD_EDATA);
	uv_loop_close(&loop);
	unlink(cert);
	unlink(key);
	unlink(out);
	rmdir(dir);
}

static void
http__reports__a_taken_address(void **state)
{
	char listen[32];
	struct http_config config = {.listen = listen};
	struct http_server *none;
	struct err err = ERR_INIT;

	(void)state;
	str_format(listen, sizeof(listen), "127.0.0.1:%d", fx->port);
	assert_int_equal(
	    http_server_start(&fx->loop, &config, &none, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, listen));
}

#define SHARED(f) cmocka_unit_test_setup_teardown(f, http_setup, http_teardown)
#define OWN(f)    cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    OWN(http__ends__slow_clients),
	    OWN(http__ends__clients_that_do_not_read),
	    OWN(http__waits__for_clients_that_read),
	    OWN(http__answers__among_half_open_connections),
	    OWN(http__hurries__when_nearly_full),
	    OWN(http__caps__connections_of_an_address),
	    OWN(http__believes__trusted_proxies_only),
	    OWN(http__tells__when_a_waiting_client_leaves),
	    OWN(http__lets__a_request_outlive_the_server),
	    SHARED(http__streams__events),
	    OWN(http__streams__comments_into_silence),
	    SHARED(http__drops__slow_streams),
	    OWN(http__ends__stuck_streams),
	    OWN(http__tells__streams_when_it_stops),
	    SHARED(http__quiesces__but_finishes),
	    OWN(http__speaks__tls),
	    SHARED(http__reports__a_taken_address),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
