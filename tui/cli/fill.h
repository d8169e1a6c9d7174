/* fill - a large synthetic desk, for rehearsals and measurements. */
#ifndef TUI_CLI_FILL_H
#define TUI_CLI_FILL_H

#include "db/core/desk.h"

struct fill_options {
	int64_t tickets, messages;
	int64_t seed;
	void (*progress)(int64_t done, int64_t all, void *data); /* or NULL */
	void *data;
};

/*
 * Add tickets and conversations of invented customers over the last year, by
 * the ordinary use cases in large batches.  The desk acts as an operator of a
 * rehearsal tenant; it acts as the system meanwhile.
 */
int fill_desk(struct desk *d, const struct fill_options *options,
    struct err *err);

#endif
