/* pace - see pace.h. */
#include "syncd/work/pace.h"
#include "common/clock.h"

#define PROBE_US US_PER_MINUTE

void
pace_init(struct pace *p, int per_second)
{
	*p = (struct pace){.per_second = per_second,
	    .at_once = 2,
	    .at_once_max = 8,
	    .allowance_us = US_PER_SECOND};
}

static void
fill(struct pace *p, int64_t now_us)
{
	int64_t since = p->filled_us != 0 ? now_us - p->filled_us : 0;

	p->filled_us = now_us;
	p->allowance_us += since;
	if (p->allowance_us > US_PER_SECOND)
		p->allowance_us = US_PER_SECOND;
}

static int64_t
cost_us(const struct pace *p)
{
	return p->per_second > 0 ? US_PER_SECOND / p->per_second : 0;
}

void
pace_unused(struct pace *p)
{
	p->allowance_us += cost_us(p);
}

bool
pace_may(struct pace *p, int64_t now_us, int64_t *wait_us)
{
	int64_t cost = cost_us(p);

	*wait_us = 0;
	if (p->stopped || p->active >= p->at_once)
		return false; /* woken by a person, or by the end of a send */
	if (p->not_before_us > now_us) {
		*wait_us = p->not_before_us - now_us;
		return false;
	}
	fill(p, now_us);
	if (p->allowance_us < cost) {
		*wait_us = cost - p->allowance_us;
		return false;
	}
	p->allowance_us -= cost;
	return true;
}

void
pace_started(struct pace *p)
{
	p->active++;
}

void
pace_ended(struct pace *p)
{
	p->active--;
}

void
pace_succeeded(struct pace *p)
{
	p->failures = 0;
	if (p->at_once < p->at_once_max)
		p->at_once++;
}

void
pace_failed(struct pace *p, int64_t now_us)
{
	p->at_once = 2;
	if (++p->failures >= PACE_FAILURES_MAX) {
		p->at_once = 1;
		p->not_before_us = now_us + PROBE_US;
	}
}

void
pace_pause(struct pace *p, int64_t now_us, int64_t pause_s)
{
	int64_t until = now_us + pause_s * US_PER_SECOND;

	if (until > p->not_before_us)
		p->not_before_us = until;
}
