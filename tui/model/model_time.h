/*
 * model_time - the operator's clock of time worked, and entries by hand.
 *
 * When somebody last sat there is kept beside the clock that runs, so that the
 * next console can ask about a time in which nobody did.
 */
#ifndef TUI_MODEL_MODEL_TIME_H
#define TUI_MODEL_MODEL_TIME_H

#include "db/records/ticket_times.h"
#include "tui/model/model.h"

struct clock_now {
	bool runs;
	struct ticket_time w;
	int64_t seen_us; /* somebody sat there; 0: not known */
};
/* fn gets it on the loop; not called when it could not be read. */
void model_clock(struct model *m,
    void (*fn)(const struct clock_now *now, void *data), void *data);
/* Somebody sat there with the clock id running. */
void model_clock_seen(struct model *m, int64_t id, int64_t at_us);

enum time_act {
	TIME_ACT_START,
	TIME_ACT_STOP, /* at_us (0: now) */
	TIME_ACT_IDLE, /* span_us of it, and it goes on */
	TIME_ACT_ADD,
	TIME_ACT_EDIT, /* span_us 0: delete */
};
struct time_action {
	enum time_act act;
	int64_t ticket_id, id, version;
	int64_t at_us, span_us;
};
/* action is copied; how it went is a toast.  s may be NULL. */
void model_time_act(
    struct model *m, struct screen *s, const struct time_action *action);

#endif
