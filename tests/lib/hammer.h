/*
 * hammer - as many signed WhatsApp webhooks as a server answers.
 *
 * One thread and epoll, so that the client costs little beside the server
 * that it measures.  Every message has an id and a signature of its own.
 * Sends only to loopback.
 */
#ifndef TESTS_LIB_HAMMER_H
#define TESTS_LIB_HAMMER_H

#include "tests/lib/figures.h"
#include <stdint.h>

struct hammer_options {
	int port, connections;
	const char *secret, *number_id;
	int64_t first;  /* number of the first message */
	int64_t count;  /* at most so many messages; 0: any */
	double seconds; /* at most so long */
	int customers;  /* different senders */
};

struct hammer_result {
	int64_t sent;     /* the next first */
	int64_t answered; /* with 200 */
	int64_t failed;   /* other status, or the connection broke */
	double seconds;
	struct samples took_us; /* one an answer; caller frees */
};

void hammer_run(const struct hammer_options *o, struct hammer_result *out);

#endif
