/*
 * Moments and hours as people write them: any bytes, and what must hold.
 */
#include "common/clock.h"
#include "common/when.h"
#include "db/core/calendar.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is printed reads back as the same. */
static void
check_hours(const char *text)
{
	struct calendar_hours h = {0}, again = {0};
	struct str out = STR_INIT;

	if (calendar_parse_hours(text, &h, NULL) == 0) {
		calendar_format_hours(&h, &out);
		BUG_ON(calendar_parse_hours(out.s, &again, NULL) != 0);
		BUG_ON(memcmp(&h, &again, sizeof(h)) != 0);
	}
	str_free(&out);
}

static void
check_week(const char *text)
{
	struct calendar cal;
	int64_t from, to, now = 20000 * US_PER_DAY;

	calendar_init(&cal, zone_utc());
	if (calendar_parse_week(text, cal.week, NULL) == 0 &&
	    calendar_next(&cal, now, &from, &to)) {
		BUG_ON(from < now || to <= from);
		BUG_ON(calendar_work_us(&cal, now, to) != to - from);
		BUG_ON(calendar_add_us(&cal, now, to - from) != to);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	int64_t now = 20000 * US_PER_DAY, at_us = 0;
	struct calendar_date date = {0};

	if (text == NULL)
		return 0;
	if (when_parse(text, zone_utc(), now, &at_us, NULL) == 0)
		BUG_ON(at_us <= now);
	check_hours(text);
	check_week(text);
	(void)calendar_parse_date(text, &date, NULL);
	free(text);
	return 0;
}
