/*
 * model_notices - what the time brought to the operator's tickets since the
 * last look.
 */
#ifndef TUI_MODEL_MODEL_NOTICES_H
#define TUI_MODEL_MODEL_NOTICES_H

#include "db/records/clock_notices.h"
#include "tui/model/model.h"

#define NOTICES_MOST 20

struct notices {
	int64_t seen; /* the last event that was looked at; -1 to begin with */
	struct clock_notice rows[NOTICES_MOST];
	size_t count;
};

/* fn gets the answer on the loop; n is as asked when it could not be read. */
typedef void notices_fn(const struct notices *n, void *data);
void model_notices(struct model *m, int64_t seen, notices_fn *fn, void *data);

#endif
