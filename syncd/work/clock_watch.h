/*
 * clock_watch - sees that somebody set the clock.
 *
 * A runner has one and looks before each claim, on the committer, so that no
 * claim reads times of one clock by another.
 */
#ifndef SYNCD_WORK_CLOCK_WATCH_H
#define SYNCD_WORK_CLOCK_WATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct clock_watch { /* all zero: nobody looked yet */
	/* the committer's */
	bool has_looked;
	int64_t ahead_us; /* the wall clock less the other one */
	bool had_looked;  /* as both were before the last look */
	int64_t was_ahead_us;
	atomic_bool is_lost; /* what the last look gave was not kept */
};

/*
 * How far the clock was set ahead (below 0: back) since the last look, when
 * that is more than a minute, and then it is logged; else 0.
 */
int64_t clock_watch_look(struct clock_watch *w, const char *subject);
/* The same without counting as a look: what the next one will give. */
int64_t clock_watch_peek(const struct clock_watch *w);
/* Any thread: what the last look gave was not kept; the next gives it again. */
void clock_watch_lose(struct clock_watch *w);

#endif
