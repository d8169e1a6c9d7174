/*
 * pace - how many at once and whether a channel may be sent to; pure, no
 * clock.  Its messages a second are counted in the desk (struct outbox_rule).
 */
#ifndef SYNCD_WORK_PACE_H
#define SYNCD_WORK_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_FAILURES_MAX 10

struct pace {
	int at_once, at_once_max;
	int active;            /* under way now */
	int failures;          /* in a row */
	bool stopped;          /* until a person lets it go on */
	int64_t not_before_us; /* monotonic; pause or probe */
};

void pace_init(struct pace *p);
/* Whether one more may go now; *wait_us says how long else (0: until woken). */
bool pace_may(const struct pace *p, int64_t now_us, int64_t *wait_us);
void pace_started(struct pace *p);
void pace_succeeded(struct pace *p);
/* Ten in a row open the breaker: one probe a minute. */
void pace_failed(struct pace *p, int64_t now_us);
void pace_pause(struct pace *p, int64_t now_us, int64_t pause_s);
/* The send ended, however. */
void pace_ended(struct pace *p);

#endif
