/*
 * ticket_explain - every clock of a ticket with every interval and its reason,
 * counted again from the intervals while one looks.
 */
#ifndef DB_RECORDS_TICKET_EXPLAIN_H
#define DB_RECORDS_TICKET_EXPLAIN_H

#include "common/json.h"
#include "db/core/ticket_clock.h"

/* N_(): "it began", "the ticket waits"; by enum clock_reason. */
extern const char *const clock_reason_texts[CLOCK_REASON_COUNT];
/* N_(): "First response"; by enum clock_kind. */
extern const char *const clock_kind_labels[CLOCK_KIND_COUNT];

struct explained_span {
	int64_t work_us; /* open time in it until now; 0: it stands still */
	char calendar[65];
	char closed[201]; /* holidays in it: "Navidad (25-12), ..." */
};
struct explained_clock {
	struct clock_figures now;     /* counted again */
	bool differs;                 /* from what is stored: a fault */
	char promise[65];             /* its name; "" when it is gone */
	struct explained_span *spans; /* owned; as many as the clock's */
};
struct ticket_explained {
	int64_t now_us, due_us;         /* CALENDAR_NEVER: none on its way */
	struct ticket_clock *clocks;    /* owned */
	struct explained_clock *extras; /* owned; one for each clock */
	size_t count;
};
/* The caller ends it by ticket_explained_free, also after an error. */
int ticket_explain(struct desk *d, int64_t ticket_id,
    struct ticket_explained *out, struct err *err);
void ticket_explained_free(struct ticket_explained *e);
/* A JSON array of clocks under that name. */
void ticket_explained_json(
    const struct ticket_explained *e, const char *name, struct json_out *out);

#endif
