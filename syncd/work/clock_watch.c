/* clock_watch - see clock_watch.h. */
#include "syncd/work/clock_watch.h"
#include "common/clock.h"
#include "common/log.h"

static int64_t
ahead_us(void)
{
	return clock_wall_us() - clock_boot_us();
}

int64_t
clock_watch_peek(const struct clock_watch *w)
{
	int64_t by_us = w->has_looked ? ahead_us() - w->ahead_us : 0;

	return by_us > US_PER_MINUTE || by_us < -US_PER_MINUTE ? by_us : 0;
}

int64_t
clock_watch_look(struct clock_watch *w, const char *subject)
{
	int64_t by_us;

	if (atomic_exchange(&w->is_lost, false)) {
		w->has_looked = w->had_looked;
		w->ahead_us = w->was_ahead_us;
	}
	w->had_looked = w->has_looked;
	w->was_ahead_us = w->ahead_us;
	by_us = clock_watch_peek(w);
	if (w->has_looked && by_us == 0)
		return 0;
	w->ahead_us = w->has_looked ? w->ahead_us + by_us : ahead_us();
	w->has_looked = true;
	if (by_us != 0)
		log_warn(subject,
		    "the clock was set by %lld s; what waits moves along",
		    (long long)(by_us / US_PER_SECOND));
	return by_us;
}

void
clock_watch_lose(struct clock_watch *w)
{
	atomic_store(&w->is_lost, true);
}
