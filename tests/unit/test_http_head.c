/*
 * What the HTTP server accepts, what it refuses and with which status, in raw
 * bytes.
 */
#include "tests/lib/http_fixture.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* clang-format off */
static const struct http_exchange framing_table[] = {
	{"plain", "GET /static HTTP/1.1\r\n" H E, 0, "200", "nosniff"},
	{"no server header wanted", "GET /static HTTP/1.1\r\n" H E, 0, "200", "Date: "},
	{"1.0", "GET /static HTTP/1.0\r\n" H E, 0, "200 x", NULL},
	{"1.0 keep-alive", "GET /static HTTP/1.0\r\n" H "Connection: keep-alive\r\n" E, 0, "200", NULL},
	{"close", "GET /static HTTP/1.1\r\n" H "Connection: close\r\n" E, 0, "200 x", "Connection: close"},
	{"0.9", "GET /static\r\n" E, 0, "400 x", NULL},
	{"2.0", "GET /static HTTP/2.0\r\n" H E, 0, "505 x", NULL},
	{"1.2", "GET /static HTTP/1.2\r\n" H E, 0, "505 x", NULL},
	{"version in words", "GET /static HTTP/one\r\n" H E, 0, "400 x", NULL},
	{"lower-case version", "GET /static http/1.1\r\n" H E, 0, "400 x", NULL},
	{"http/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, "505 x", NULL},
	{"no host", "GET /static HTTP/1.1\r\n" E, 0, "400 x", NULL},
	{"no host, 1.0", "GET /static HTTP/1.0\r\n" E, 0, "400 x", NULL},
	{"two hosts", "GET /static HTTP/1.1\r\n" H H E, 0, "400 x", NULL},
	{"two different hosts", "GET /static HTTP/1.1\r\n" H "Host: b\r\n" E, 0, "400 x", NULL},
	{"empty host", "GET /static HTTP/1.1\r\nHost:\r\n" E, 0, "400 x", NULL},
	{"host with a slash", "GET /static HTTP/1.1\r\nHost: a/b\r\n" E, 0, "400 x", NULL},
	{"host with a user", "GET /static HTTP/1.1\r\nHost: u@a\r\n" E, 0, "400 x", NULL},
	{"host with a port", "GET /static HTTP/1.1\r\nHost: [::1]:80\r\n" E, 0, "200", NULL},
	{"length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abc", 0, "200", "\r\n\r\nabc"},
	{"length 0", "POST /echo HTTP/1.1\r\n" H "Content-Length: 0\r\n" E, 0, "200", NULL},
	{"no length", "POST /echo HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"two lengths", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n" E "abcd", 0, "400 x", NULL},
	{"two equal lengths", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n" E "abc", 0, "400 x", NULL},
	{"length list", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n" E "abc", 0, "400 x", NULL},
	{"plus length", "POST /echo HTTP/1.1\r\n" H "Content-Length: +3\r\n" E "abc", 0, "400 x", NULL},
	{"minus length", "POST /echo HTTP/1.1\r\n" H "Content-Length: -3\r\n" E "abc", 0, "400 x", NULL},
	{"hex length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 0x3\r\n" E "abc", 0, "400 x", NULL},
	{"empty length", "POST /echo HTTP/1.1\r\n" H "Content-Length:\r\n" E, 0, "400 x", NULL},
	{"length with junk", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3a\r\n" E "abc", 0, "400 x", NULL},
	{"huge length", "POST /echo HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n" E, 0, "413 x", NULL},
	{"length and chunked", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"chunked and length", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"two encodings", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"gzip, chunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"identity", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n" E, 0, "400 x", NULL},
	{"xchunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n" E, 0, "400 x", NULL},
	{"chunked in quotes", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: \"chunked\"\r\n" E, 0, "400 x", NULL},
	{"chunked with a vertical tab", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: \vchunked\r\n" E, 0, "400 x", NULL},
	{"Chunked", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n" E "3\r\nabc\r\n0\r\n\r\n", 0, "200", "\r\n\r\nabc"},
	{"chunked in 1.0", "POST /echo HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n" E "0\r\n\r\n", 0, "400 x", NULL},
	{"space before the colon", "POST /echo HTTP/1.1\r\n" H "Content-Length : 3\r\n" E "abc", 0, "400 x", NULL},
	{"space in a name", "GET /static HTTP/1.1\r\n" H "X Y: 3\r\n" E, 0, "400 x", NULL},
	{"empty name", "GET /static HTTP/1.1\r\n: 3\r\n" H E, 0, "400 x", NULL},
	{"no colon", "GET /static HTTP/1.1\r\n" H "nonsense\r\n" E, 0, "400 x", NULL},
	{"name in brackets", "GET /static HTTP/1.1\r\n" H "X[1]: 3\r\n" E, 0, "400 x", NULL},
	{"control character in a value", "GET /static HTTP/1.1\r\n" H "X: a\001b\r\n" E, 0, "400 x", NULL},
	{"escape in a value", "GET /static HTTP/1.1\r\n" H "X: a\033[2Jb\r\n" E, 0, "400 x", NULL},
	{"tab in a value", "GET /static HTTP/1.1\r\n" H "X: a\tb\r\n" E, 0, "200", NULL},
	{"UTF-8 in a value", "GET /static HTTP/1.1\r\n" H "X: \xc3\xb1\r\n" E, 0, "200", NULL},
	{"NUL in the target", BYTES("GET /sta\0tic HTTP/1.1\r\n" H E), "400 x", NULL},
	{"NUL in a value", BYTES("GET /static HTTP/1.1\r\n" H "X: a\0b\r\n" E), "400 x", NULL},
	{"NUL at the end of a value", BYTES("GET /static HTTP/1.1\r\n" "X: a\0\r\n" H E), "400 x", NULL},
	{"bare LF", "GET /static HTTP/1.1\r\nX: a\n" H E, 0, "400 x", NULL},
	{"bare CR", "GET /static HTTP/1.1\r\nX: a\r" H E, 0, "400 x", NULL},
	{"bare LF after the request line", "GET /static HTTP/1.1\n" H E, 0, "400 x", NULL},
	{"folded", "GET /static HTTP/1.1\r\nX: a\r\n b\r\n" H E, 0, "400 x", NULL},
	{"folded length", "POST /echo HTTP/1.1\r\n" H "Content-Length:\r\n 3\r\n" E "abc", 0, "400 x", NULL},
	{"folded first line", "GET /static HTTP/1.1\r\n X: a\r\n" H E, 0, "400 x", NULL},
	{"spaces around a value", "GET /static HTTP/1.1\r\nX:  a  \r\n" H E, 0, "200", NULL},
	{"no space before a value", "GET /static HTTP/1.1\r\nX:a\r\n" H E, 0, "200", NULL},
	{"empty value", "GET /static HTTP/1.1\r\nX:\r\nY: \r\n" H E, 0, "200", NULL},
	{"empty value last", "GET /static HTTP/1.1\r\n" H "X:\r\n" E, 0, "200", NULL},
	{"cookies", "GET /static HTTP/1.1\r\n" H "Cookie: a=b; c=d\r\n" E, 0, "200", NULL},
	{"NUL in a name", BYTES("GET /static HTTP/1.1\r\n" H "X\0Y: 1\r\n" E), "400 x", NULL},
};

static const struct http_exchange chunk_table[] = {
#define CH "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" E
	{"two chunks", CH "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 0, "200", "\r\n\r\nabcde"},
	{"empty", CH "0\r\n\r\n", 0, "200", "Content-Length: 0"},
	{"hex size", CH "A\r\n0123456789\r\n0\r\n\r\n", 0, "200", "0123456789"},
	{"leading zeros", CH "0003\r\nabc\r\n000\r\n\r\n", 0, "200", "abc"},
	{"extension", CH "3;name=value\r\nabc\r\n0\r\n\r\n", 0, "200", "abc"},
	{"trailer", CH "3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", 0, "200", "abc"},
	{"trailer is no header", CH "3\r\nabc\r\n0\r\nContent-Length: 9\r\n\r\n", 0, "200", "abc"},
	{"size is no number", CH "xyz\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"negative size", CH "-3\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"0x size", CH "0x3\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"empty size", CH "\r\nabc\r\n0\r\n\r\n", 0, "400 x", NULL},
	{"size over 64 bits", CH "fffffffffffffffff\r\nabc", 0, "413 x", NULL},
	{"chunk longer than said", CH "3\r\nabcd\r\n0\r\n\r\n", 0, "400 x", NULL},
#undef CH
};

static const struct http_exchange route_table[] = {
	{"not there", "GET /nothing HTTP/1.1\r\n" H E, 0, "404", "application/problem+json"},
	{"root", "GET / HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"slash at the end", "GET /static/ HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"two slashes", "GET //static HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"dots", "GET /items/../static HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"not there, with a body", "POST /nothing HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abc", 0, "404 x", NULL},
	{"other method", "DELETE /static HTTP/1.1\r\n" H E, 0, "405", "Allow: GET, HEAD, POST, OPTIONS"},
	{"unknown method", "BREW /items/1 HTTP/1.1\r\n" H E, 0, "405", "Allow: GET, HEAD, DELETE, OPTIONS"},
	{"long method", "AVERYVERYLONGMETHOD /static HTTP/1.1\r\n" H E, 0, "501 x", NULL},
	{"small method", "get /static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"TRACE", "TRACE /static HTTP/1.1\r\n" H E, 0, "405", NULL},
	{"CONNECT", "CONNECT a:443 HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"OPTIONS", "OPTIONS /echo HTTP/1.1\r\n" H E, 0, "204", "Allow: POST, OPTIONS"},
	{"OPTIONS *", "OPTIONS * HTTP/1.1\r\n" H E, 0, "204", "Allow: GET, HEAD, POST"},
	{"GET *", "GET * HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"HEAD", "HEAD /static HTTP/1.1\r\n" H E, 0, "200", "Content-Length: 2\r\n"},
	{"HEAD of nothing", "HEAD /nothing HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"HEAD of a POST", "HEAD /echo HTTP/1.1\r\n" H E, 0, "405", NULL},
	{"parameter", "GET /items/7 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\n7"},
	{"fixed segment wins", "GET /items/new HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\nok"},
	{"empty parameter", "GET /items/ HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"parameter too much", "GET /items/7/8 HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"escaped parameter", "GET /items/a%20b%C3%B1 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\na b\xc3\xb1"},
	{"plus is a plus", "GET /items/a+b HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\na+b"},
	{"bad escape", "GET /items/%zz HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"cut escape", "GET /items/%4 HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped NUL", "GET /items/a%00 HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped line end", "GET /items/a%0d%0ab HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped slash", "GET /items/..%2fx HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped dots", "GET /items/%2e%2e HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"not UTF-8", "GET /items/%ff HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"overlong", "GET /items/%c0%af HTTP/1.1\r\n" H E, 0, "400", NULL},
	{"escaped twice", "GET /items/%2541 HTTP/1.1\r\n" H E, 0, "200", "\r\n\r\n%41"},
	{"escaped letters of a path", "GET /%73tatic HTTP/1.1\r\n" H E, 0, "404", NULL},
	{"query", "GET /static?a=1&b=%zz HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"fragment", "GET /static#x HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"raw byte over 127", "GET /items/\xc3\xb1 HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"absolute", "GET http://a/static HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"absolute, other host", "GET http://b/static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"other scheme", "GET ftp://a/static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"space in the target", "GET /static /x HTTP/1.1\r\n" H E, 0, "x", NULL},
	{"no slash", "GET static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"problem", "GET /error HTTP/1.1\r\n" H E, 0, "409", "\"detail\":\"the \\\"ticket\\\" changed meanwhile\""},
	{"body where none is taken", "POST /static HTTP/1.1\r\n" H "Content-Length: 1\r\n" E "a", 0, "413 x", NULL},
	{"later", "GET /later HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"later with a body", "POST /later HTTP/1.1\r\n" H "Content-Length: 5\r\n" E "hello", 0, "200", "hello"},
	{"expect", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\nExpect: 100-continue\r\n" E "abc", 0, "100 200", NULL},
	{"no token", "GET /secret HTTP/1.1\r\n" H E, 0, "401", "WWW-Authenticate: Bearer"},
	{"no token, body not read", "POST /secret HTTP/1.1\r\n" H "Content-Length: 900\r\n" E, 0, "401 x", NULL},
	{"wrong token", "GET /secret HTTP/1.1\r\n" H "Authorization: Bearer bad\r\n" E, 0, "401", NULL},
	{"basic", "GET /secret HTTP/1.1\r\n" H "Authorization: Basic Z29vZA==\r\n" E, 0, "401", NULL},
	{"token", "GET /secret HTTP/1.1\r\n" H "Authorization: bearer good\r\n" E, 0, "200", NULL},
	{"scope", "POST /secret HTTP/1.1\r\n" H "Authorization: Bearer good\r\n" E, 0, "403", "a.b"},
	{"loopback", "GET /local HTTP/1.1\r\n" H E, 0, "200", NULL},
	{"forwarded is not loopback", "GET /local HTTP/1.1\r\n" H "X-Forwarded-For: 127.0.0.1\r\n" E, 0, "401", NULL},
	{"two at once", "GET /static HTTP/1.1\r\n" H E "GET /items/2 HTTP/1.1\r\n" H E, 0, "200 200", "\r\n\r\n2"},
	{"body, then another", "POST /echo HTTP/1.1\r\n" H "Content-Length: 3\r\n" E "abcGET /nothing HTTP/1.1\r\n" H E, 0, "200 404", NULL},
	{"chunks, then another", "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n" E "1\r\na\r\n0\r\n\r\nGET /static HTTP/1.1\r\n" H E, 0, "200 200", NULL},
	{"later, then another", "GET /later HTTP/1.1\r\n" H E "GET /static HTTP/1.1\r\n" H E, 0, "200 200", NULL},
	{"nothing after a refusal", "GET /static HTTP/1.1\r\n" E "GET /static HTTP/1.1\r\n" H E, 0, "400 x", NULL},
	{"blank lines first", "\r\n\r\nGET /static HTTP/1.1\r\n" H E, 0, "200", NULL},
};
/* clang-format on */

static void
http__answers__framing(void **state)
{
	(void)state;
	http_table_run(
	    framing_table, sizeof(framing_table) / sizeof(framing_table[0]));
}

static void
http__answers__chunks(void **state)
{
	(void)state;
	http_table_run(
	    chunk_table, sizeof(chunk_table) / sizeof(chunk_table[0]));
}

static void
http__answers__routes(void **state)
{
	(void)state;
	http_table_run(
	    route_table, sizeof(route_table) / sizeof(route_table[0]));
}

/* ---- sizes ---- */

static void
add_headers(struct str *s, unsigned count, size_t value_len)
{
	for (unsigned i = 0; i < count; i++) {
		str_addf(s, "X-%u: ", i);
		for (size_t k = 0; k < value_len; k++)
			str_addc(s, 'v');
		str_add(s, "\r\n");
	}
}

static void
check_head(const char *name, const char *target, unsigned headers,
    size_t value_len, const char *expected)
{
	struct str s;
	struct http_exchange x = {.name = name, .expected = expected};

	str_init(&s);
	str_addf(&s, "GET %s HTTP/1.1\r\nHost: a\r\n", target);
	add_headers(&s, headers, value_len);
	str_add(&s, "\r\n");
	x.request = s.s;
	assert_true(http_exchange_run(&x));
	str_free(&s);
}

static void
http__refuses__large_heads(void **state)
{
	struct str target;

	(void)state;
	check_head("64 headers", "/static", 63, 1, "200");
	check_head("65 headers", "/static", 64, 1, "431 x");
	check_head("2000 headers", "/static", 2000, 1, "431 x");
	check_head("15 KiB", "/static", 15, 1000, "200");
	check_head("16 KiB in 63 headers", "/static", 63, 240, "200");
	check_head("20 KiB", "/static", 20, 1000, "431 x");
	check_head("100 KiB", "/static", 1, 100000, "431 x");

	str_init(&target);
	str_add(&target, "/static?");
	while (target.len < 4096)
		str_addc(&target, 'q');
	check_head("4096 bytes", target.s, 0, 0, "200");
	str_addc(&target, 'q');
	check_head("4097 bytes", target.s, 0, 0, "414 x");
	str_free(&target);
	http_check_alive();
}

static void
http__limits__bodies_by_route(void **state)
{
	struct client c;
	struct str s;

	(void)state;
	str_init(&s);
	/* Announced: refused before it is sent. */
	client_open(&c);
	client_say(&c, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		       "Content-Length: 1001\r\n"
		       "Expect: 100-continue\r\n\r\n");
	WAIT_FOR(&c, c.is_closed);
	assert_true(strncmp(c.in.s, "HTTP/1.1 413 ", 13) == 0);
	client_close(&c);
	/* Chunked: when it has become too much. */
	client_open(&c);
	str_add(&s, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		    "Transfer-Encoding: chunked\r\n\r\n");
	for (unsigned i = 0; i < 101; i++)
		str_add(&s, "a\r\n0123456789\r\n");
	str_add(&s, "0\r\n\r\n");
	client_send(&c, s.s, s.len);
	WAIT_FOR(&c, c.is_closed);
	assert_true(strncmp(c.in.s, "HTTP/1.1 413 ", 13) == 0);
	client_close(&c);
	/* Without an end: not read for ever. */
	client_open(&c);
	str_trunc(&s, s.len - 5);
	while (!c.is_closed)
		client_send(&c, s.s + 72, s.len - 72);
	client_close(&c);
	str_free(&s);
	assert_int_equal(fx->handled, 0);
	http_check_alive();
}

static void
http__keeps__the_body_whole(void **state)
{
	struct client c;
	struct str s, got;
	size_t n = 3 << 20;

	(void)state;
	str_init(&s);
	str_init(&got);
	client_open(&c);
	str_addf(&s,
	    "POST /large HTTP/1.1\r\nHost: a\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    n);
	for (size_t i = 0; i < n; i++)
		str_addc(&s, (char)(i * 31 + (i >> 8)));
	client_send(&c, s.s, s.len);
	WAIT_FOR(&c, http_is_enough(&c, "200", false, &got));
	assert_true(c.in.len > n);
	assert_memory_equal(c.in.s + c.in.len - n, s.s + s.len - n, n);
	client_close(&c);
	str_free(&got);
	str_free(&s);
}

static void
http__limits__all_bodies_together(void **state)
{
	struct http_config config = {.limits.bodies_bytes = 500};
	struct http_exchange x = {
	    .name = "too much at once", .expected = "503 x"};
	struct str s;

	(void)state;
	http_fixture_start(&config);
	str_init(&s);
	str_add(&s, "POST /echo HTTP/1.1\r\nHost: a\r\n"
		    "Content-Length: 600\r\n\r\n");
	for (unsigned i = 0; i < 600; i++)
		str_addc(&s, 'b');
	x.request = s.s;
	assert_true(http_exchange_run(&x));
	str_free(&s);
	http_check_alive();
	http_fixture_stop();
}

#define SHARED(f) cmocka_unit_test_setup_teardown(f, http_setup, http_teardown)
#define OWN(f)    cmocka_unit_test(f)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SHARED(http__answers__framing),
	    SHARED(http__answers__chunks),
	    SHARED(http__answers__routes),
	    SHARED(http__refuses__large_heads),
	    SHARED(http__limits__bodies_by_route),
	    SHARED(http__keeps__the_body_whole),
	    OWN(http__limits__all_bodies_together),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
