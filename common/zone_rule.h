/*
 * zone_rule - the rule that a TZif footer gives for the time after its table
 * ("CET-1CEST,M3.5.0,M10.5.0/3").  Pure; for common/zone only.
 */
#ifndef COMMON_ZONE_RULE_H
#define COMMON_ZONE_RULE_H

#include <stdbool.h>
#include <stdint.h>

enum zone_rule_form { RULE_WEEKDAY, RULE_DAY_WITHOUT_LEAP, RULE_DAY };

struct zone_rule_date { /* one of the footer's two dates */
	enum zone_rule_form form;
	int month, week, weekday; /* Mm.w.d: weekday 0 is Sunday, week 5 last */
	int day;                  /* Jn: 1..365, n: 0..365 */
	int time_s;               /* after midnight, may be negative */
};

struct zone_rule {
	bool is_set;
	bool has_dst;
	int std_s, dst_s; /* seconds east of UTC */
	struct zone_rule_date start, end;
};

/*
 * Parse a footer's text into *rule, which must be zeroed.  The empty text is
 * right and leaves is_set false.  False when it is no rule.
 */
bool zone_rule_parse(const char *s, struct zone_rule *rule);

/* Seconds east of UTC at t, seconds since 1970.  is_set must be true. */
int zone_rule_offset_s(const struct zone_rule *rule, int64_t t);

#endif
