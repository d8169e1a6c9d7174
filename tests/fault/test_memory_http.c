/*
 * Memory runs out at every place of the HTTP server: while it starts, and
 * while it reads requests, answers them and holds streams, in our code, in
 * libmicrohttpd's and in libuv's.  Each time the client hears the right
 * answer, or a part of it and the end of the connection, or 5xx; all is given
 * back, and the next request is answered.
 *
 * Turned red by: a want of memory for an answer that counts as a bug, an
 * answer whose header is left out, a request that is not forgotten when
 * libmicrohttpd could not refuse it, a body without a look for room.
 *
 * SQLite only: no desk is opened.
 */
#include "common/loop.h"
#include "common/xalloc.h"
#include "tests/lib/http_fixture.h"
#include "tests/lib/memory.h"
#include "tests/lib/visitor.h"
#include "tests/shim/alloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define LAST  H "Connection: close\r\n"
#define OUGHT ((size_t)256 * 1024)

/* ---- starting ---- */

static uv_loop_t start_loop;
static struct http_server *started;

static void
refuse_all(struct http_req *req, void *data)
{
	(void)data;
	http_reply_problem(req, 404, "not-found", NULL);
}

static int
start_run(void *context, struct err *err)
{
	static const char *const proxies[] = {"10.0.0.0/8", "127.0.0.1"};
	const struct http_config c = {.listen = "127.0.0.1:0",
	    .trusted_proxies = proxies,
	    .trusted_proxy_count = 2,
	    .app = {.head = refuse_all, .handle = refuse_all}};

	(void)context;
	return http_server_start(&start_loop, &c, &started, err);
}

static void *
start_begin(const void *data)
{
	loop_global_init();
	assert_int_equal(uv_loop_init(&start_loop), 0);
	return (void *)(uintptr_t)data;
}

static void
start_after(void *context, int rc)
{
	struct err err = ERR_INIT;
	bool is_stopped = false;

	if (rc != 0) {
		assert_null(started);
		assert_int_equal(start_run(context, &err), 0);
	}
	http_server_stop(started, on_stopped, &is_stopped);
	uv_run(&start_loop, UV_RUN_DEFAULT);
	assert_true(is_stopped);
	assert_int_equal(uv_loop_close(&start_loop), 0);
}

/* ---- requests ---- */

struct visit {
	const char *name, *bytes;
	size_t body; /* x, as many */
};

/* clang-format off */
static const struct visit visits[] = {
	{"constant", "GET /static HTTP/1.1\r\n" LAST E, 0},
	{"echo", "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 5\r\n\r\n"
	    "abcde", 0},
	{"chunked", "POST /echo HTTP/1.1\r\n" LAST
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 0},
	{"later", "POST /later HTTP/1.1\r\n" LAST "Content-Length: 2\r\n\r\nab", 0},
	{"parameter", "GET /items/a%20b?x=1&y=%41 HTTP/1.1\r\n" LAST E, 0},
	{"proxy", "GET /peer HTTP/1.1\r\n" LAST "X-Forwarded-For: 203.0.113.9\r\n"
	    "X-Forwarded-Proto: https\r\n\r\n", 0},
	{"token", "GET /secret HTTP/1.1\r\n" LAST
	    "Authorization: Bearer good\r\n\r\n", 0},
	{"no token", "GET /secret HTTP/1.1\r\n" LAST E, 0},
	{"wrong scope", "POST /secret HTTP/1.1\r\n" LAST "Content-Length: 1\r\n"
	    "Authorization: Bearer good\r\n\r\na", 0},
	{"not found", "GET /nowhere HTTP/1.1\r\n" LAST E, 0},
	{"method", "PATCH /items/1 HTTP/1.1\r\n" LAST E, 0},
	{"malformed", "GET /static HTTP/1.1\r\nHost : a\r\n\r\n", 0},
	{"too large", "POST /echo HTTP/1.1\r\n" LAST "Content-Length: 1001\r\n"
	    "\r\n", 0},
	{"much", "POST /sink HTTP/1.1\r\n" LAST "Content-Length: 200000\r\n\r\n",
	    200000},
	{"problem", "GET /error HTTP/1.1\r\n" LAST E, 0},
	{"many bytes", "GET /bytes/100000 HTTP/1.1\r\n" LAST E, 0},
	{"three", "GET /static HTTP/1.1\r\n" H E
	    "POST /echo HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nab"
	    "GET /static HTTP/1.1\r\n" LAST E, 0},
	{"events", "GET /events HTTP/1.1\r\n" LAST E, 0},
};
/* clang-format on */

#define VISITS (sizeof(visits) / sizeof(visits[0]))

/* What each one's first visitor heard; shared. */
static char (*oughts)[OUGHT];
static uv_timer_t tick;

static void
on_tick(uv_timer_t *timer)
{
	(void)timer;
}

static void *
visit_begin(const void *data)
{
	static const char *const proxies[] = {"127.0.0.1"};
	const struct http_config c = {
	    .trusted_proxies = proxies, .trusted_proxy_count = 1};
	const struct visit *v = data;
	struct str bytes = STR_INIT;

	str_add(&bytes, v->bytes);
	for (size_t i = 0; i < v->body; i++)
		str_addc(&bytes, 'x');
	visitor_start(bytes.s, bytes.len);
	str_free(&bytes);
	loop_global_init();
	http_fixture_start(&c);
	visitor_go(fx->port);
	uv_timer_init(&fx->loop, &tick);
	uv_timer_start(&tick, on_tick, 1, 1);
	return (void *)(uintptr_t)v;
}

/* Two events, one of them of several lines, then the end. */
static void
feed(void)
{
	struct http_stream *stream = fx->stream;

	fx->stream = NULL;
	if (http_stream_send(stream, "metrics_update", "7", "a\nb", 3) &&
	    http_stream_send(stream, NULL, NULL, "c", 1))
		http_stream_close(stream);
}

static int
visit_run(void *context, struct err *err)
{
	const struct visit *v = context;
	char *ought = oughts[v - visits];

	while (!visitor_is_done()) {
		uv_run(&fx->loop, UV_RUN_ONCE);
		if (fx->stream != NULL)
			feed();
	}
	if (ought[0] == '\0' && !alloc_has_failed()) {
		strcpy(ought, visitor_heard());
		if (strncmp(ought, "HTTP/1.1 ", 9) != 0)
			fail_msg("%s: no answer", v->name);
	}
	return visitor_judge(ought, err);
}

static void
visit_after(void *context, int rc)
{
	(void)context, (void)rc;
	http_check_alive();
	uv_close((uv_handle_t *)&tick, NULL);
	http_fixture_stop();
}

/* ---- */

static void
server__no_memory__does_not_start_or_ends(void **state)
{
	const struct memory_case cases[] = {
	    {.name = "start",
		.begin = start_begin,
		.run = start_run,
		.after = start_after},
	};

	(void)state;
	memory_rounds(cases, 1);
}

static void
request__no_memory__is_answered_or_cut(void **state)
{
	struct memory_case cases[VISITS];

	(void)state;
	for (size_t i = 0; i < VISITS; i++)
		cases[i] = (struct memory_case){.name = visits[i].name,
		    .begin = visit_begin,
		    .run = visit_run,
		    .after = visit_after,
		    .data = &visits[i]};
	memory_rounds(cases, VISITS);
}

static int
setup(void **state)
{
	(void)state;
	visitor_init();
	oughts = mmap(NULL, VISITS * OUGHT, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return oughts == MAP_FAILED ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(server__no_memory__does_not_start_or_ends),
	    cmocka_unit_test(request__no_memory__is_answered_or_cut),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
