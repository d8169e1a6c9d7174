/*
 * load - signed WhatsApp webhooks on many keep-alive connections.
 *
 * One blocking thread a connection; every message has an id of its own
 * ("wamid.load-N").  Sends only to loopback.
 */
#ifndef TESTS_LIB_LOAD_H
#define TESTS_LIB_LOAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_CONNECTIONS_MAX 256

struct load_options {
	int port, connections;
	const char *secret, *number_id;
	int64_t first;	 /* number of the first message */
	int64_t count;	 /* messages in all; 0: until load_stop */
	int customers;	 /* different senders; 0: 1000 */
	bool keep_times; /* for percentiles */
	int pause_ms;	 /* of each connection between two */
};

struct load {
	struct load_options o;
	pthread_t threads[LOAD_CONNECTIONS_MAX];
	atomic_llong next;	/* number of the next message */
	atomic_llong answered;	/* with 200 */
	atomic_llong refused;	/* with anything else */
	atomic_bool stop;
	atomic_bool held;	/* nothing new is sent */
	pthread_mutex_t lock;	/* guards the two arrays */
	int64_t *acknowledged;	/* owned; numbers answered with 200 */
	size_t acknowledged_count;
	uint32_t *times_us;	/* owned; with keep_times, one an answer */
	size_t times_count;
	int64_t started_us, ended_us; /* monotonic */
};

void load_start(struct load *l, const struct load_options *o);
/* Ask the threads to end (they finish their request) and join. */
void load_stop(struct load *l);
/* Send nothing new until load_go_on; what is on its way may still come. */
void load_hold(struct load *l);
void load_go_on(struct load *l);
/* Join when all of count are sent. */
void load_wait(struct load *l);
void load_free(struct load *l);
/* Microseconds below which the given share (0..1) of answers came. */
uint32_t load_percentile(struct load *l, double share);

#endif
