/*
 * pg_proxy - stands between a desk and its server, and loses what it is told.
 *
 * A thread; the desk connects to a socket of the proxy's own, and everything
 * passes until one of the orders.
 */
#ifndef TESTS_LIB_PG_PROXY_H
#define TESTS_LIB_PG_PROXY_H

#include "tests/lib/engine.h"

struct pg_proxy;

/* For the desk at uri; through is how to reach it by the proxy. */
struct pg_proxy *pg_proxy_start(const char *uri, char through[ENGINE_URI_SIZE]);
void pg_proxy_stop(struct pg_proxy *p);

enum pg_loss {
	PG_LOSE_NOTHING,
	PG_LOSE_ANSWER,  /* the server has done it when the client is cut off */
	PG_LOSE_REQUEST, /* both are cut off, and it never hears of it */
	PG_LOSE_CLIENT,  /* nor does it hear that the client is gone */
};
/* What happens to the next thing that any client says; once. */
void pg_proxy_lose(struct pg_proxy *p, enum pg_loss loss);

#endif
