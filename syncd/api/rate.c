/* rate - see rate.h. */
#include "syncd/api/rate.h"
#include "common/clock.h"
#include "common/xalloc.h"
#include <stdlib.h>

#define AHEAD_US (2 * US_PER_SECOND)

struct rate {
	struct {
		int64_t token_id;
		int64_t paid_us; /* what was asked is paid for until then */
	} list[RATE_TOKENS];
};

struct rate *
rate_new(void)
{
	return xcalloc(1, sizeof(struct rate));
}

void
rate_free(struct rate **rate)
{
	FREE(rate);
}

/* Its place; else the one that was idle for longest. */
static int
find(const struct rate *r, int64_t token_id)
{
	int at = 0;

	for (int i = 0; i < RATE_TOKENS; i++) {
		if (r->list[i].token_id == token_id)
			return i;
		if (r->list[i].paid_us < r->list[at].paid_us)
			at = i;
	}
	return at;
}

int
rate_take(struct rate *r, int64_t token_id, int64_t per_second, int64_t now_us)
{
	int at = find(r, token_id);
	int64_t paid = r->list[at].paid_us;

	if (per_second <= 0)
		return 0;
	if (r->list[at].token_id != token_id || paid < now_us)
		paid = now_us;
	if (paid + US_PER_SECOND / per_second > now_us + AHEAD_US)
		return (int)((paid - now_us - AHEAD_US) / US_PER_SECOND) + 1;
	r->list[at].token_id = token_id;
	r->list[at].paid_us = paid + US_PER_SECOND / per_second;
	return 0;
}
