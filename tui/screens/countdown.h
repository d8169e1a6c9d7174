/*
 * countdown - how long until a promise breaks, in a few cells: "2 h 10",
 * "!12 min" after 75 %, "X-15 min" when it broke, "‖ waits" while it stands
 * still ("‖ X" when it had broken before).  A mark tells each apart where there
 * are no colours.
 */
#ifndef TUI_SCREENS_COUNTDOWN_H
#define TUI_SCREENS_COUNTDOWN_H

#include "db/records/tickets.h"
#include "tui/term/theme.h"

#define COUNTDOWN_SIZE  32
#define COUNTDOWN_CELLS 8 /* at most, in any language */

enum countdown_level {
	COUNTDOWN_NONE, /* nothing is promised */
	COUNTDOWN_RUNS,
	COUNTDOWN_WARNS,
	COUNTDOWN_BROKE,
	COUNTDOWN_STILL,  /* the ticket waits */
	COUNTDOWN_SLEEPS, /* it is out of the way until then */
};

struct countdown {
	enum countdown_level level;
	char text[COUNTDOWN_SIZE]; /* translated; "" when nothing is promised */
};

/*
 * Of a ticket as it was read, at now_us.  One that broke is told so even while
 * the ticket sleeps.
 */
void countdown_of(
    const struct ticket *t, int64_t now_us, struct countdown *out);
/* Of one promise: warn_us as in struct ticket, due_us INT64_MAX: it waits. */
void countdown_until(
    int64_t warn_us, int64_t due_us, int64_t now_us, struct countdown *out);
enum role countdown_role(enum countdown_level level);

/* "12 min", "2 h 10", "47 h", "5 d"; a span below 0 is as long. */
void countdown_span(int64_t us, char out[COUNTDOWN_SIZE]);

/*
 * A number that is another one as soon as any of the tickets' countdowns is:
 * the desk is not read for that.
 */
int64_t countdown_beat(const struct ticket *rows, size_t count, int64_t now_us);

#endif
