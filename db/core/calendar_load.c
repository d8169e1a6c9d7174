/* calendar_load - see calendar_load.h. */
#include "db/core/calendar_load.h"
#include "common/xalloc.h"
#include <stdlib.h>

#define CALENDAR_SELECT                                                        \
	"SELECT c.id, CASE WHEN c.zone = '' THEN t.zone ELSE c.zone END,"      \
	" c.monday, c.tuesday, c.wednesday, c.thursday, c.friday, c.saturday," \
	" c.sunday FROM calendars c JOIN tenants t ON t.id = c.tenant_id"      \
	" WHERE c.tenant_id = $1 AND c.id = $2"

/* A zone that this machine does not have any more is UTC. */
static int
read_week(struct stmt *st, struct calendar *out, struct err *err)
{
	const struct zone *zone;
	int rc = 0;

	if (zone_get(stmt_text(st, 1), &zone, NULL) != 0)
		zone = zone_utc();
	calendar_init(out, zone);
	for (int i = 0; rc == 0 && i < 7; i++)
		rc = calendar_parse_hours(
		    stmt_text(st, i + 2), &out->week[i], err);
	return rc;
}

static int
read_dates(struct desk *d, int64_t id, struct calendar *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT date, hours, name FROM calendar_dates"
	    " WHERE calendar_id = $1 AND tenant_id = $2"
	    " AND deleted_at IS NULL ORDER BY date, id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		struct calendar_date date = {0};

		str_copy(date.name, sizeof(date.name), stmt_text(st, 2));
		if ((rc = calendar_parse_date(stmt_text(st, 0), &date, err)) ==
			0 &&
		    (rc = calendar_parse_hours(
			 stmt_text(st, 1), &date.hours, err)) == 0)
			rc = calendar_add_date(out, &date, err);
	}
	stmt_close(&st);
	return rc;
}

int
calendar_load(struct desk *d, int64_t id, struct calendar *out, struct err *err)
{
	struct stmt *st = NULL;
	bool found = false;
	int rc;

	calendar_init(out, zone_utc());
	if (id == 0)
		return 0;
	rc = db_query(d->db, &st, CALENDAR_SELECT,
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		found = true;
		rc = read_week(st, out, err);
	}
	stmt_close(&st);
	if (rc != 0)
		return rc;
	return found ? read_dates(d, id, out, err)
	             : err_set(err, OD_ENOTFOUND, "There is no such calendar");
}

void
calendar_set_free(struct calendar_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		calendar_free(set->rows[i].calendar);
		free(set->rows[i].calendar);
	}
	FREE(&set->rows);
	set->count = 0;
}

int
calendar_set_get(struct desk *d, struct calendar_set *set, int64_t id,
    const struct calendar **out, struct err *err)
{
	struct calendar *cal;
	int rc;

	for (size_t i = 0; i < set->count; i++)
		if (set->rows[i].id == id) {
			*out = set->rows[i].calendar;
			return 0;
		}
	cal = xcalloc(1, sizeof(*cal));
	if ((rc = calendar_load(d, id, cal, err)) != 0) {
		calendar_free(cal);
		free(cal);
		return rc;
	}
	set->rows =
	    xreallocarray(set->rows, set->count + 1, sizeof(set->rows[0]));
	set->rows[set->count].id = id;
	set->rows[set->count++].calendar = cal;
	*out = cal;
	return 0;
}
