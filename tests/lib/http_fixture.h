/*
 * http_fixture - a server with routes of every kind, and a client that speaks
 * raw bytes to it on the same loop.
 */
#ifndef TESTS_LIB_HTTP_FIXTURE_H
#define TESTS_LIB_HTTP_FIXTURE_H

#include "common/str.h"
#include "syncd/http/route.h"
#include "syncd/http/server.h"
#include <uv.h>

#define WAIT_MS  60000
#define BODY_MAX 1000
#define BIG      ((size_t)16 * 1024 * 1024)

/* What GET /bytes/N has at a place. */
static inline char
byte_at(size_t i)
{
	return (char)('a' + (i ^ i >> 7 ^ i >> 16) % 26);
}

struct http_fixture {
	uv_loop_t loop;
	struct router *router;
	struct http_server *server;
	int port;
	bool is_stopped;
	uv_timer_t later;      /* answers `held` in another turn */
	struct http_req *held; /* waiting for the test or the timer */
	struct http_stream *stream;
	unsigned left;   /* on_leave calls */
	unsigned closed; /* streams that were told */
	unsigned handled;
};

extern struct http_fixture *fx; /* the one that runs; NULL between */

void http_fixture_start(const struct http_config *config);
void http_fixture_stop(void);
/* A bool becomes true: for http_server_stop. */
void on_stopped(void *data);
/* cmocka's setup and teardown around one server with the default limits. */
int http_setup(void **state);
int http_teardown(void **state);

struct client {
	int fd;
	bool is_closed; /* the server ended it */
	struct str in;
};

void client_open(struct client *c);
void client_close(struct client *c);
/* One turn: the loop runs, and what came is taken.  c may be NULL. */
void turn(struct client *c);
void client_send(struct client *c, const char *p, size_t n);
void client_say(struct client *c, const char *s);
bool client_has(const struct client *c, const char *text);

#define WAIT_FOR(c, cond)                                                      \
	do {                                                                   \
		uint64_t until_ = uv_hrtime() / 1000000 + WAIT_MS;             \
		while (!(cond)) {                                              \
			if (uv_hrtime() / 1000000 > until_)                    \
				fail_msg("waited in vain for %s", #cond);      \
			turn(c);                                               \
		}                                                              \
	} while (0)

struct http_exchange {
	const char *name;
	const char *request;
	size_t len;           /* 0: strlen */
	const char *expected; /* statuses; " x" at the end: then closed */
	const char *contains; /* somewhere in the answer, or NULL */
};

#define H        "Host: a\r\n"
#define E        "\r\n"
#define BYTES(s) s, sizeof(s) - 1

/* Enough came to say whether it is what was expected; got has the statuses. */
bool http_is_enough(
    struct client *c, const char *expected, bool is_head, struct str *got);
/* False, after saying why, when the answer is another. */
bool http_exchange_run(const struct http_exchange *x);
void http_table_run(const struct http_exchange *table, size_t count);
/* A request on a connection of its own is answered with 200. */
void http_check_alive(void);

#endif
