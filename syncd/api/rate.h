/*
 * rate - how often each token may ask.
 *
 * So many requests a second on the long run, and twice as many at once.  Pure
 * but for its memory; loop thread only.
 */
#ifndef SYNCD_API_RATE_H
#define SYNCD_API_RATE_H

#include <stdint.h>

#define RATE_TOKENS 256 /* busy at the same time; more than these are let be   \
	                 */

struct rate;
struct rate *rate_new(void);
void rate_free(struct rate **rate);
/*
 * One request of a token at this monotonic time.  0: it may; else in how many
 * seconds it may again.  per_second 0: always.
 */
int rate_take(
    struct rate *r, int64_t token_id, int64_t per_second, int64_t now_us);

#endif
