/* undo_times - see undo_times.h. */
#include "tests/lib/undo_times.h"
#include "common/clock.h"
#include "db/records/ticket_times.h"

/* It stops the one that runs. */
int
undo_run_time_start(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return time_start(d, g->ticket, &id, NULL, err);
}

int
undo_run_time_stop(struct desk *d, const struct given *g, struct err *err)
{
	return time_stop(d, g->runs, 0, 0, 0, err);
}

int
undo_run_time_add(struct desk *d, const struct given *g, struct err *err)
{
	struct time_new in = {.worked_us = US_PER_HOUR, .note = "By phone"};
	int64_t id;

	return time_add(d, g->ticket, &in, &id, err);
}

int
undo_run_time_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {
	    {"worked_us", b_int(5 * US_PER_MINUTE)}, {"note", b_text("Less")}};

	return time_edit(d, g->worked, 0, c, 2, err);
}

int
undo_run_time_delete(struct desk *d, const struct given *g, struct err *err)
{
	return time_delete(d, g->worked, 0, err);
}
