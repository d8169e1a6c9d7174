/*
 * calendar_load - a tenant's calendars, read from the desk.
 *
 * A calendar that was ever worked by is never changed: a new one takes its
 * place and the old one stays, deleted, so that what was counted by its hours
 * can be counted again.  Whatever is open in the connection goes on.
 */
#ifndef DB_CORE_CALENDAR_LOAD_H
#define DB_CORE_CALENDAR_LOAD_H

#include "db/core/calendar.h"
#include "db/core/desk.h"

/*
 * The calendar with that id, deleted ones too; id 0: closed for ever.  The
 * caller ends *out by calendar_free, also after an error.
 * OD_ENOTFOUND: the tenant has no such calendar.
 */
int calendar_load(
    struct desk *d, int64_t id, struct calendar *out, struct err *err);

/* Several of them, each read once; the caller begins with zeros. */
struct calendar_set {
	struct {
		int64_t id;
		struct calendar *calendar;
	} * rows; /* owned */
	size_t count;
};
void calendar_set_free(struct calendar_set *set);
/* *out is borrowed from the set. */
int calendar_set_get(struct desk *d, struct calendar_set *set, int64_t id,
    const struct calendar **out, struct err *err);

#endif
