/*
 * rest_tickets - tickets by the API, for cmocka tests: what is not answered as
 * it has to be fails the test with what was answered.
 */
#ifndef TESTS_LIB_REST_TICKETS_H
#define TESTS_LIB_REST_TICKETS_H

#include "tests/lib/rest.h"

void rest_must(struct rest *r, int status, const char *method, const char *path,
    const char *headers, const char *body);
/* PREFIX/NUMBERSUFFIX; valid until the next call of one of these three. */
const char *rest_at(const char *prefix, int64_t number, const char *suffix);
const char *rest_ticket(int64_t number);   /* /api/tickets/N */
const char *rest_comments(int64_t number); /* /api/tickets/N/comments */
/* A new ticket; its number. */
int64_t rest_make(struct rest *r, const char *subject);

#endif
