/*
 * pace - how fast and whether a channel may be sent to; pure, no clock.
 */
#ifndef SYNCD_WORK_PACE_H
#define SYNCD_WORK_PACE_H

#include <stdbool.h>
#include <stdint.h>

#define PACE_FAILURES_MAX 10

struct pace {
	int per_second;	       /* 0: no limit */
	int at_once, at_once_max;
	int active;	       /* under way now */
	int failures;	       /* in a row */
	bool stopped;	       /* until a person lets it go on */
	int64_t not_before_us; /* monotonic; pause or probe */
	int64_t allowance_us;  /* token bucket, in microseconds of a second */
	int64_t filled_us;     /* monotonic; when the bucket was last filled */
};

void pace_init(struct pace *p, int per_second);
/* One more was allowed but there was nothing to send. */
void pace_unused(struct pace *p);
/* Whether one more may go now; *wait_us says how long else (0: until woken). */
bool pace_may(struct pace *p, int64_t now_us, int64_t *wait_us);
void pace_started(struct pace *p);
void pace_succeeded(struct pace *p);
/* Ten in a row open the breaker: one probe a minute. */
void pace_failed(struct pace *p, int64_t now_us);
void pace_pause(struct pace *p, int64_t now_us, int64_t pause_s);
/* The send ended, however. */
void pace_ended(struct pace *p);

#endif
