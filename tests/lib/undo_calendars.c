/* undo_calendars - see undo_calendars.h. */
#include "tests/lib/undo_calendars.h"
#include "common/clock.h"
#include "db/records/calendars.h"
#include "tests/lib/desk_test.h"

int
undo_run_promise_set(struct desk *d, const struct given *g, struct err *err)
{
	const struct promise in = {
	    .name = "Gold", .first_us = 1, .company_id = g->company};
	int64_t id;

	return promise_set(d, &in, &id, err);
}

int
undo_run_promise_delete(struct desk *d, const struct given *g, struct err *err)
{
	struct promise *rows;
	size_t count;
	int rc = promise_list(d, &rows, &count, err);

	(void)g;
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no promise");
	if (rc == 0)
		rc = promise_delete(d, rows[0].id, err);
	free(rows);
	return rc;
}

int
undo_run_calendar_new(struct desk *d, const struct given *g, struct err *err)
{
	const struct calendar_in in = {.name = "Noche",
	    .zone = "Europe/Madrid",
	    .week = "mon-fri 22:00-24:00",
	    .make_default = true};
	int64_t id;

	(void)g;
	return calendar_new(d, &in, &id, err);
}

/* The one that everybody works by, with a promise and a date of its own. */
int
undo_run_calendar_edit(struct desk *d, const struct given *g, struct err *err)
{
	const struct calendar_in in = {.week = "mon-sun 24h", .zone = "UTC"};

	return calendar_edit(d, g->calendar, &in, NULL, err);
}

int
undo_run_calendar_date(struct desk *d, const struct given *g, struct err *err)
{
	return calendar_day_set(
	    d, g->calendar, "12-25", "", "Navidad", NULL, err);
}

int
undo_run_calendar_delete(struct desk *d, const struct given *g, struct err *err)
{
	return calendar_delete(d, g->spare_calendar, err);
}

void
undo_prepare_calendars(struct desk_fixture *f, struct given *g)
{
	const struct calendar_in spare = {
	    .name = "Spare", .zone = "UTC", .week = "sat 10:00-12:00"};
	struct promise promise = {
	    .name = "Usual", .first_us = US_PER_HOUR, .priority = 5};
	struct calendar_row cal;
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(calendar_find(f->d, NULL, &cal, &err));
	assert_ok(calendar_day_set(
	    f->d, cal.id, "01-01", "", "Year", &g->calendar, &err));
	assert_ok(calendar_new(f->d, &spare, &g->spare_calendar, &err));
	promise.calendar_id = g->calendar;
	assert_ok(promise_set(f->d, &promise, &id, &err));
}
