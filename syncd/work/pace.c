/* pace - see pace.h. */
#include "syncd/work/pace.h"
#include "common/clock.h"

#define PROBE_US US_PER_MINUTE

void
pace_init(struct pace *p)
{
	*p = (struct pace){.at_once = 2, .at_once_max = 8};
}

bool
pace_may(const struct pace *p, int64_t now_us, int64_t *wait_us)
{
	*wait_us = 0;
	if (p->stopped || p->active >= p->at_once)
		return false; /* woken by a person, or by the end of a send */
	if (p->not_before_us > now_us) {
		*wait_us = p->not_before_us - now_us;
		return false;
	}
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
