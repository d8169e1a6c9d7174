/*
 * service_clock - how much open time a promise has used up.
 */
#include "db/core/service_clock.h"

int64_t
service_clock_spent_us(
    const struct clock_interval *intervals, size_t count, int64_t now_us)
{
	int64_t spent = 0;

	for (size_t i = 0; i < count; i++) {
		const struct clock_interval *v = &intervals[i];

		if (v->counts)
			spent += calendar_work_us(v->calendar, v->from_us,
			    v->to_us < now_us ? v->to_us : now_us);
	}
	return spent;
}

int64_t
service_clock_due_us(
    const struct clock_interval *intervals, size_t count, int64_t target_us)
{
	for (size_t i = 0; i < count; i++) {
		const struct clock_interval *v = &intervals[i];
		int64_t due;

		if (!v->counts)
			continue;
		due = calendar_add_us(v->calendar, v->from_us, target_us);
		if (due <= v->to_us)
			return due;
		target_us -=
		    calendar_work_us(v->calendar, v->from_us, v->to_us);
	}
	return CALENDAR_NEVER;
}
