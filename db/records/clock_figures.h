/*
 * clock_figures - how many promises were kept, and the rows behind it.
 *
 * Of the clocks that were stopped in a time: met / (met + missed).  Cancelled
 * ones count for nothing.  Figures and rows come from the same rows.
 */
#ifndef DB_RECORDS_CLOCK_FIGURES_H
#define DB_RECORDS_CLOCK_FIGURES_H

#include "common/json.h"
#include "db/core/ticket_clock.h"

struct clock_figure {
	enum clock_kind kind;
	int64_t met, missed;
	int64_t spent_us; /* of all of them, to be divided by their number */
};
extern const char clock_figure_formula[]; /* N_() */
/* One for each kind; stopped in [from_us, to_us). */
int clock_figures(struct desk *d, int64_t from_us, int64_t to_us,
    struct clock_figure out[CLOCK_KIND_COUNT], struct err *err);
void clock_figure_json(const struct clock_figure *f, struct json_out *out);

struct clock_row { /* a clock that a figure counts */
	int64_t number, round, target_us, spent_us, started_us, stopped_us;
	enum clock_kind kind;
	enum clock_state state;
	char subject[201];
};
/* The newest first, at most limit; the caller frees rows. */
int clock_figure_rows(struct desk *d, enum clock_kind kind, int64_t from_us,
    int64_t to_us, int limit, struct clock_row **rows, size_t *count,
    struct err *err);
void clock_row_json(const struct clock_row *r, struct json_out *out);

#endif
