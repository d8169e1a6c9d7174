/*
 * model_ticket_clock - what a ticket's promises say, and what makes them stand
 * still or the ticket sleep.
 */
#ifndef TUI_MODEL_MODEL_TICKET_CLOCK_H
#define TUI_MODEL_MODEL_TICKET_CLOCK_H

#include "db/records/ticket_explain.h"
#include "db/records/tickets.h"
#include "tui/model/model.h"

/* The newest promise of each kind, as of when it was read. */
struct clock_line {
	enum clock_kind kind;
	enum clock_state state;
	int64_t due_us;   /* CALENDAR_NEVER: it stands still, or has ended */
	int64_t warn_us;  /* as in struct ticket */
	int64_t left_us;  /* of its time, where it stands still or has ended */
	int64_t since_us; /* of its last interval */
};

/*
 * On the worker: those that the ticket has, at most CLOCK_KIND_COUNT.  No
 * permission is asked.
 */
int model_ticket_clock_lines(struct desk *d, int64_t ticket_id,
    struct clock_line lines[CLOCK_KIND_COUNT], size_t *count, struct err *err);

enum clock_act {
	CLOCK_ACT_SNOOZE,
	CLOCK_ACT_WAKE,
	CLOCK_ACT_WAIT,
	CLOCK_ACT_RESUME,
};

struct clock_action {
	enum clock_act act;
	int64_t id, version, number;
	int64_t until_us; /* of sleep, 0 with until_reply; of waiting, or 0 */
	bool until_reply; /* CLOCK_ACT_SNOOZE */
	char reason[201]; /* CLOCK_ACT_WAIT */
	char until_text[120]; /* for the toast: "until Monday 23/11 09:00" */
};
/* Copied; how it went is a toast. */
void model_ticket_clock_act(
    struct model *m, struct screen *s, const struct clock_action *action);

/* e and t are the model's; errors become a toast. */
typedef void ticket_explain_fn(
    struct screen *s, const struct ticket *t, const struct ticket_explained *e);
void model_ticket_explain(
    struct model *m, struct screen *s, int64_t id, ticket_explain_fn *fn);

#endif
