/*
 * when - a moment as people say it: "1h", "mañana 9", "lunes", "24/12 14:30".
 *
 * Spanish and English are both always understood.  Thread-safe.
 */
#ifndef COMMON_WHEN_H
#define COMMON_WHEN_H

#include "common/err.h"
#include "common/zone.h"
#include <stdint.h>

#define WHEN_HOUR 9 /* of a day said without a time */

/*
 * The moment that the text means, said at now_us in the zone; always after
 * now_us and at most ten years away.
 *
 *   in some time    1h, 90 min, 1h30, 2 días, en 3 semanas, half an hour, 1 mes
 *   a day           hoy, mañana, pasado mañana, lunes, next week, 24/12,
 *                   24 dic, 2026-12-24, mes que viene
 *   a time          9, 9:30, a las 14, 3 pm, mediodía, por la tarde
 *
 * A day alone means WHEN_HOUR; a time alone is today's or, when that is over,
 * tomorrow's.  A weekday is the next one, today's only with a time still to
 * come.  Days, weeks and months keep the time of day over a change of the
 * clocks; dates are written day first.
 *
 * OD_EDATA when it is not understood, says two things at once, or is over.
 */
int when_parse(const char *text, const struct zone *zone, int64_t now_us,
    int64_t *at_us, struct err *err);

#endif
