/*
 * ticket_times - time worked on tickets: clocks that an operator starts and
 * stops, and what is entered by hand.
 *
 * An operator has one clock that runs at most; starting another one stops it.
 * What was worked is what went by less the idle part.  All spans are
 * microseconds, all moments UTC.
 */
#ifndef DB_RECORDS_TICKET_TIMES_H
#define DB_RECORDS_TICKET_TIMES_H

#include "common/json.h"
#include "db/core/desk.h"

struct ticket_time {
	int64_t id, version, ticket_id, number, operator_id;
	int64_t from_us, to_us;     /* to_us 0: it runs */
	int64_t idle_us, worked_us; /* worked_us 0 while it runs */
	char note[201], subject[201], operator_login[64], operator_name[201];
};
void ticket_time_json(const struct ticket_time *w, struct json_out *out);
/* What was worked until now_us, of one that runs too. */
int64_t ticket_time_worked(const struct ticket_time *w, int64_t now_us);

/* Of a ticket, in their order; the caller frees rows. */
int ticket_times(struct desk *d, int64_t ticket_id, struct ticket_time **rows,
    size_t *count, struct err *err);
int time_get(
    struct desk *d, int64_t id, struct ticket_time *out, struct err *err);
/* The acting operator's clock that runs: 1 and *out, 0 none, else OD_*. */
int time_running(struct desk *d, struct ticket_time *out, struct err *err);

/*
 * OD_ECONFLICT when it runs on that ticket already.  *stopped: the number of
 * the ticket whose clock was stopped for it, 0 none; may be NULL.
 */
int time_start(struct desk *d, int64_t ticket_id, int64_t *id, int64_t *stopped,
    struct err *err);
/*
 * Stop it at to_us (0: now), which is not before it began; more_idle_us is
 * what of it was idle.  OD_ECONFLICT when it does not run any more.
 */
int time_stop(struct desk *d, int64_t id, int64_t seen_version, int64_t to_us,
    int64_t more_idle_us, struct err *err);
/* The clock that runs goes on, but so much more of it was idle. */
int time_idle(struct desk *d, int64_t id, int64_t seen_version,
    int64_t more_idle_us, struct err *err);

struct time_new {
	int64_t worked_us;
	int64_t from_us;     /* 0: it ends now */
	const char *note;    /* NULL: none */
	int64_t operator_id; /* whose; 0: who acts.  A program names somebody */
};
int time_add(struct desk *d, int64_t ticket_id, const struct time_new *in,
    int64_t *id, struct err *err);
/* worked_us, from_us, note.  One that runs has only its note changed. */
int time_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int time_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);

/* ---- sums ---- */

struct time_sum {
	int64_t ticket_id, worked_us;
};
/* One row for each of ids that has any; clocks that run are not in it. */
int ticket_time_sums(struct desk *d, const int64_t *ids, size_t count,
    struct time_sum *sums, size_t *found, struct err *err);

struct time_figure { /* of an operator, begun in a time */
	int64_t operator_id, entries, tickets, worked_us;
	char login[64], name[201];
};
/*
 * Those that the actor may see, most worked first; begun in [from_us, to_us).
 * operator_id 0: of all of them.  The caller frees rows.
 */
int time_figures(struct desk *d, int64_t from_us, int64_t to_us,
    int64_t operator_id, struct time_figure **rows, size_t *count,
    struct err *err);
void time_figure_json(const struct time_figure *f, struct json_out *out);
/* What an operator's figure counts, oldest first. */
int time_figure_rows(struct desk *d, int64_t operator_id, int64_t from_us,
    int64_t to_us, struct ticket_time **rows, size_t *count, struct err *err);

#endif
