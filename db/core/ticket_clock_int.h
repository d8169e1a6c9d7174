/* ticket_clock_int - private to the files of ticket_clock. */
#ifndef DB_CORE_TICKET_CLOCK_INT_H
#define DB_CORE_TICKET_CLOCK_INT_H

#include "db/core/ticket_clock.h"

/* Everything of a ticket that its clocks depend on. */
struct clock_facts {
	int64_t ticket_id, due_us;
	int state; /* enum ticket_state */
	bool trashed;
	bool replied;  /* somebody of the desk answered */
	bool awaiting; /* the customer spoke last */
	char waiting_for[201];
	/* The promise that fits it now; 0: there is none. */
	int64_t policy_id, target_us[CLOCK_KIND_COUNT], calendar_id;
};
int ticket_clock__facts(struct desk *d, int64_t ticket_id,
    struct clock_facts *out, struct err *err);

/* Room for one more at the end, zeroed. */
struct ticket_clock *ticket_clock__add(
    struct ticket_clock **clocks, size_t *count);
struct clock_span *ticket_clock__add_span(struct ticket_clock *c);

/* New intervals and clocks (id 0), and those that changed. */
int ticket_clock__put_span(struct desk *d, struct op *op,
    const struct ticket_clock *c, const struct clock_span *s, struct err *err);
int ticket_clock__drop_span(
    struct desk *d, const struct clock_span *s, struct err *err);
int ticket_clock__put(struct desk *d, struct op *op,
    const struct ticket_clock *c, struct err *err);

/* Figures and state as the intervals now are, and all that into its row. */
int ticket_clock__settle(struct desk *d, struct op *op,
    struct calendar_set *set, struct ticket_clock *c, bool cancelled,
    struct err *err);

#endif
