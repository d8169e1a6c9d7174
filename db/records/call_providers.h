/*
 * call_providers - who makes the telephone ring, one row for each way.
 *
 *	manual   a person dials; always there
 *	command  a program of the user's own, on a personal desk
 *	http     an exchange, which tells of its calls by the API
 *
 * A call keeps its provider's name; an exchange may send one of its own, and
 * is http all the same.
 */
#ifndef DB_RECORDS_CALL_PROVIDERS_H
#define DB_RECORDS_CALL_PROVIDERS_H

#include "common/conf.h"
#include "common/dialler.h"

struct call_phone { /* what there is here to call with; borrowed */
	const struct conf *conf;
	const char *desk; /* the database: a file or URI */
	struct dialler *dialler;
};

struct call_provider {
	const char *name;    /* kept with a call */
	const char *summary; /* N_(): what it does */
	/* An exchange tells of its calls: call_new.reported. */
	bool reported;
	/* A call out rings until it is answered; else it is talked at once. */
	bool rings;
	/*
	 * Whether it can be used here, with a sentence why not.  NULL: always.
	 * Needs no dialler.
	 */
	int (*check)(const struct call_phone *phone, struct err *err);
	/*
	 * Makes that number ring; NULL: others do.  A failure is a sentence
	 * about a call that goes on, never a reason to end it.
	 */
	int (*ring)(const struct call_phone *phone, const char *number,
	    struct err *err);
};

extern const struct call_provider call_provider_manual;
extern const struct call_provider call_provider_command;
extern const struct call_provider call_provider_http;
extern const struct call_provider *const call_providers[]; /* NULL-ended */

/* What the configuration says; manual when it says nothing. */
const struct call_provider *call_provider_of(const struct conf *conf);

#endif
