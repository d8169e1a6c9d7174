/*
 * rest - the API of a stage's daemon, as another program uses it.
 *
 * Blocking; a struct rest belongs to one thread.
 */
#ifndef TESTS_LIB_REST_H
#define TESTS_LIB_REST_H

#include "common/json.h"
#include "tests/lib/stage.h"

struct rest {
	int port;
	char token[80];
	/* of the last answer */
	int status; /* 0: none came */
	struct str head, body;
	struct json *doc; /* NULL: no JSON */
	char etag[64];    /* "" none */
};

/* With a token of these scopes, from the administrator. */
void rest_open(struct rest *r, struct stage *s, const char *scopes);
/* Another user of the same token. */
void rest_share(struct rest *r, const struct rest *with);
void rest_close(struct rest *r);

/*
 * One request on a connection of its own; headers are whole lines with
 * "\r\n", or "".  body NULL: none; else it is JSON unless headers have a
 * Content-Type.  Returns the status.
 */
int rest_call(struct rest *r, const char *method, const char *path,
    const char *headers, const char *body);
/* A number of the last answer's object; -1 when it is not there. */
int64_t rest_int(const struct rest *r, const char *name);
const char *rest_text(const struct rest *r, const char *name);

#endif
