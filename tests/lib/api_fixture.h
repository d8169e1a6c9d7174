/*
 * api_fixture - parts_fixture with the daemon's routes behind its server, and
 * a client that asks them.
 *
 * Server and client run on one loop; this machine is a trusted proxy, so that
 * a header tells who asks.
 */
#ifndef TESTS_LIB_API_FIXTURE_H
#define TESTS_LIB_API_FIXTURE_H

#include "tests/lib/parts_fixture.h"

#define API_ELSEWHERE "X-Forwarded-For: 203.0.113.9"

struct api_answer {
	int status;
	struct str body;
	char kind[64], wanted[64]; /* Content-Type, WWW-Authenticate */
	char retry_after[16];      /* "" when there is none */
};

/* cmocka's setup and teardown; *state is the struct parts. */
int api_setup(void **state);
int api_teardown(void **state);
/* The same around parts that are there. */
void api_begin(struct parts *p);
void api_end(struct parts *p);
/*
 * Ask this of a path and wait for the answer's status; r's url, done and data
 * are filled in.
 */
int api_send(struct parts *p, const char *path, struct http_request *r);
/* GET a path; bearer and header may be NULL. */
int api_get(
    struct parts *p, const char *path, const char *bearer, const char *header);
/* A signed post of the provider: a customer says that.  The status. */
int api_message(struct parts *p, const char *text);
/* The answer of the last of them; borrowed until the next. */
const struct api_answer *api_answer(void);

#define API_TEST(t) cmocka_unit_test_setup_teardown(t, api_setup, api_teardown)

#endif
