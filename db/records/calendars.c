/* calendars - see calendars.h. */
#include "db/records/calendars.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/ticket_clock.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

static const char *const day_columns[7] = {"monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday"};

#define CALENDAR_COLUMNS                                                       \
	"SELECT id, created_at, name, zone, monday, tuesday, wednesday,"       \
	" thursday, friday, saturday, sunday, is_default,"                     \
	" (SELECT count(*) FROM calendar_dates x"                              \
	" WHERE x.calendar_id = calendars.id"                                  \
	" AND x.tenant_id = calendars.tenant_id AND x.deleted_at IS NULL)"     \
	" FROM calendars WHERE tenant_id = $1 AND deleted_at IS NULL"

static void
read_row(struct stmt *st, void *row)
{
	struct calendar_row *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	c->created_at = stmt_int(st, 1);
	str_copy(c->name, sizeof(c->name), stmt_text(st, 2));
	str_copy(c->zone, sizeof(c->zone), stmt_text(st, 3));
	for (int i = 0; i < 7; i++)
		str_copy(c->days[i], sizeof(c->days[i]), stmt_text(st, i + 4));
	c->is_default = stmt_int(st, 11) != 0;
	c->dates = (int)stmt_int(st, 12);
}

int
calendar_list(
    struct desk *d, struct calendar_row **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CALENDAR_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    CALENDAR_COLUMNS " ORDER BY is_default DESC, name, id",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
calendar_find(
    struct desk *d, const char *word, struct calendar_row *out, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	int64_t id = 0;
	int rc;

	if ((rc = op_may(d, OP_CALENDAR_READ, 0, err)) != 0)
		return rc;
	if (word == NULL || word[0] == '\0')
		rc = records__first(d, CALENDAR_COLUMNS " AND is_default = 1",
		    BINDS(tenant), read_row, out, err);
	else if (str_to_int64(word, 1, INT64_MAX, &id))
		rc = records__first(d, CALENDAR_COLUMNS " AND id = $2",
		    BINDS(tenant, b_int(id)), read_row, out, err);
	else
		rc = records__first(d, CALENDAR_COLUMNS " AND name = $2",
		    BINDS(tenant, b_text(word)), read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such calendar");
	return rc == 1 ? 0 : rc;
}

static void
read_day(struct stmt *st, void *row)
{
	struct calendar_day *c = row;

	memset(c, 0, sizeof(*c));
	c->id = stmt_int(st, 0);
	str_copy(c->date, sizeof(c->date), stmt_text(st, 1));
	str_copy(c->hours, sizeof(c->hours), stmt_text(st, 2));
	str_copy(c->name, sizeof(c->name), stmt_text(st, 3));
}

int
calendar_days(struct desk *d, int64_t id, struct calendar_day **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CALENDAR_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT id, date, hours, name FROM calendar_dates"
	    " WHERE calendar_id = $1 AND tenant_id = $2"
	    " AND deleted_at IS NULL ORDER BY date, id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_day, count, &rc, err);
	return rc;
}

/* ---- changing ---- */

struct clean {
	char name[65], zone[64];
	struct str days[7];
};

static void
clean_free(struct clean *c)
{
	for (int i = 0; i < 7; i++)
		str_free(&c->days[i]);
}

/* The caller frees it in any case. */
static int
clean(struct clean *c, const struct calendar_in *in, struct err *err)
{
	struct calendar_hours week[7];
	const struct zone *zone;
	int rc;

	memset(c, 0, sizeof(*c));
	for (int i = 0; i < 7; i++)
		str_init(&c->days[i]);
	if ((rc = records__fit(
		 _("Name"), c->name, sizeof(c->name), in->name, err)) != 0 ||
	    (rc = records__fit(
		 _("Time zone"), c->zone, sizeof(c->zone), in->zone, err)) != 0)
		return rc;
	if (in->name != NULL && c->name[0] == '\0')
		return err_set(err, OD_EDATA, "The calendar needs a name");
	if (c->zone[0] != '\0' && zone_get(c->zone, &zone, NULL) != 0)
		return err_set(err, OD_EDATA,
		    "There is no time zone \"%s\"; write it like Europe/Madrid",
		    c->zone);
	if (in->week == NULL)
		return 0;
	if ((rc = calendar_parse_week(in->week, week, err)) != 0)
		return rc;
	for (int i = 0; i < 7; i++)
		calendar_format_hours(&week[i], &c->days[i]);
	return 0;
}

static int
check_free_name(
    struct desk *d, const char *name, int64_t but_id, struct err *err)
{
	int rc = records__any(d,
	    "SELECT 1 FROM calendars WHERE tenant_id = $1 AND name = $2"
	    " AND deleted_at IS NULL AND id <> $3",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(but_id)), err);

	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "There is a calendar \"%s\" already", name);
	return rc;
}

static int
set_default(
    struct desk *d, struct op *op, int64_t id, bool is_it, struct err *err)
{
	struct change c = {"is_default", b_int(is_it)};

	return record_update(d, op, RECORD_CALENDAR, id, 0, &c, 1, NULL, err);
}

/* There is one default, so the one that was it stops first. */
static int
take_default(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	int64_t was;
	int rc = db_int(d->db, &was,
	    "SELECT id FROM calendars WHERE tenant_id = $1 AND is_default = 1",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc == OD_ENOTFOUND)
		rc = 0;
	else if (rc == 0)
		rc = set_default(d, op, was, false, err);
	return rc != 0 ? rc : set_default(d, op, id, true, err);
}

static int
insert(struct desk *d, struct op *op, const struct clean *c, int64_t *id,
    struct err *err)
{
	int rc = db_insert(d->db, id,
	    "INSERT INTO calendars(tenant_id, name, zone, monday, tuesday,"
	    " wednesday, thursday, friday, saturday, sunday, created_at,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$11)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(c->name), b_text(c->zone),
		b_text(c->days[0].s), b_text(c->days[1].s),
		b_text(c->days[2].s), b_text(c->days[3].s),
		b_text(c->days[4].s), b_text(c->days[5].s),
		b_text(c->days[6].s), b_int(op->now_us)),
	    err);

	return rc != 0 ? rc : record_created(d, op, RECORD_CALENDAR, *id, err);
}

int
calendar_new(
    struct desk *d, const struct calendar_in *in, int64_t *id, struct err *err)
{
	struct clean c;
	struct op op;
	int rc;

	if ((rc = clean(&c, in, err)) != 0)
		goto out;
	if (c.name[0] == '\0') {
		rc = err_set(err, OD_EDATA, "The calendar needs a name");
		goto out;
	}
	if ((rc = op_begin(d, &op, OP_CALENDAR_NEW, 0, err)) != 0)
		goto out;
	if ((rc = check_free_name(d, c.name, 0, err)) == 0 &&
	    (rc = insert(d, &op, &c, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the calendar %s"), c.name);
		if (in->make_default &&
		    (rc = take_default(d, &op, *id, err)) == 0)
			rc = ticket_clock_follow_all(d, &op, 0, err);
	}
	rc = op_end(d, &op, rc, err);
out:
	clean_free(&c);
	return rc;
}

/* Those that were deleted stay with the calendar that they had. */
static int
move_promises(
    struct desk *d, struct op *op, int64_t from, int64_t to, struct err *err)
{
	struct change c = {"calendar_id", b_int(to)};
	struct stmt *st = NULL;
	int64_t *ids = NULL;
	size_t count = 0;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id FROM service_policies WHERE tenant_id = $1"
	    " AND calendar_id = $2 AND deleted_at IS NULL ORDER BY id",
	    BINDS(b_int(d->actor.tenant_id), b_int(from)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		ids = xreallocarray(ids, count + 1, sizeof(*ids));
		ids[count++] = stmt_int(st, 0);
		rc = 0;
	}
	stmt_close(&st);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = record_update(
		    d, op, RECORD_POLICY, ids[i], 0, &c, 1, NULL, err);
	free(ids);
	return rc;
}

/*
 * A new one with everything of the old, which stays for what was counted by
 * it.
 */
static int
replace(struct desk *d, struct op *op, const struct calendar_row *old,
    int64_t *id, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct bind was = b_int(old->id), now = b_int(op->now_us);
	int rc;

	rc = db_insert(d->db, id,
	    "INSERT INTO calendars(tenant_id, name, zone, monday, tuesday,"
	    " wednesday, thursday, friday, saturday, sunday, created_at,"
	    " updated_at) SELECT tenant_id, name, zone, monday, tuesday,"
	    " wednesday, thursday, friday, saturday, sunday,"
	    " CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM calendars"
	    " WHERE tenant_id = $1 AND id = $2 RETURNING id",
	    BINDS(tenant, was, now), err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "INSERT INTO calendar_dates(tenant_id, calendar_id, date,"
		    " hours, name, created_at, updated_at) SELECT tenant_id,"
		    " CAST($3 AS BIGINT), date, hours, name, created_at,"
		    " CAST($4 AS BIGINT) FROM calendar_dates"
		    " WHERE tenant_id = $1 AND calendar_id = $2"
		    " AND deleted_at IS NULL ORDER BY id",
		    BINDS(tenant, was, b_int(*id), now), NULL, err);
	if (rc == 0)
		rc = record_created(d, op, RECORD_CALENDAR, *id, err);
	if (rc == 0)
		rc = move_promises(d, op, old->id, *id, err);
	if (rc == 0 && old->is_default)
		rc = take_default(d, op, *id, err);
	if (rc == 0)
		rc = record_delete(d, op, RECORD_CALENDAR, old->id, 0, err);
	return rc;
}

/* Another one in its place: what is to be different is done by change. */
static int
change(struct desk *d, int64_t id,
    int (*fn)(struct desk *d, struct op *op, int64_t id, const void *data,
	struct err *err),
    const void *data, int64_t *new_id, struct err *err)
{
	struct calendar_row old;
	int64_t made = 0;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CALENDAR_EDIT, id, err)) != 0)
		return rc;
	rc = records__first(d, CALENDAR_COLUMNS " AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &old, err);
	if (rc == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "This calendar was changed meanwhile; look at it again");
	else if (rc == 1)
		rc = replace(d, &op, &old, &made, err);
	if (rc == 0) {
		op_sentence(&op, _("Changed the calendar %s"), old.name);
		rc = fn(d, &op, made, data, err);
	}
	if (rc == 0)
		rc = ticket_clock_follow_all(d, &op, 0, err);
	if (rc == 0 && new_id != NULL)
		*new_id = made;
	return op_end(d, &op, rc, err);
}

struct edit {
	const struct calendar_in *in;
	const struct clean *clean;
};

static int
set_fields(struct desk *d, struct op *op, int64_t id, const void *data,
    struct err *err)
{
	const struct edit *e = data;
	struct change c[9];
	size_t n = 0;
	int rc;

	if (e->in->name != NULL) {
		if ((rc = check_free_name(d, e->clean->name, id, err)) != 0)
			return rc;
		c[n++] = (struct change){"name", b_text(e->clean->name)};
	}
	if (e->in->zone != NULL)
		c[n++] = (struct change){"zone", b_text(e->clean->zone)};
	for (int i = 0; e->in->week != NULL && i < 7; i++)
		c[n++] = (struct change){
		    day_columns[i], b_text(e->clean->days[i].s)};
	rc = n == 0 ? 0
	            : record_update(
			  d, op, RECORD_CALENDAR, id, 0, c, n, NULL, err);
	return rc == 0 && e->in->make_default ? take_default(d, op, id, err)
	                                      : rc;
}

int
calendar_edit(struct desk *d, int64_t id, const struct calendar_in *in,
    int64_t *new_id, struct err *err)
{
	struct clean c;
	const struct edit e = {in, &c};
	int rc = clean(&c, in, err);

	if (rc == 0)
		rc = change(d, id, set_fields, &e, new_id, err);
	clean_free(&c);
	return rc;
}

int
calendar_delete(struct desk *d, int64_t id, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CALENDAR_DELETE, id, err)) != 0)
		return rc;
	if ((rc = records__any(d,
		 "SELECT 1 FROM calendars WHERE tenant_id = $1 AND id = $2"
		 " AND is_default = 1",
		 BINDS(tenant, b_int(id)), err)) == 1)
		rc = err_set(err, OD_ECONFLICT,
		    "This is the calendar that everybody works by; make"
		    " another one the default first");
	else if (rc == 0 &&
		 (rc = records__any(d,
		      "SELECT 1 FROM service_policies WHERE tenant_id = $1"
		      " AND calendar_id = $2 AND deleted_at IS NULL",
		      BINDS(tenant, b_int(id)), err)) == 1)
		rc = err_set(err, OD_ECONFLICT,
		    "Promises are counted by this calendar; change those"
		    " first");
	if (rc == 0) {
		op_sentence(&op, _("Deleted a calendar"));
		rc = record_delete(d, &op, RECORD_CALENDAR, id, 0, err);
	}
	return op_end(d, &op, rc, err);
}

/* ---- dates ---- */

struct day {
	char date[11], name[64];
	struct str hours;
	bool remove;
};

static int
set_day(struct desk *d, struct op *op, int64_t id, const void *data,
    struct err *err)
{
	const struct day *day = data;
	int64_t changed;
	int rc;

	rc = db_exec(d->db,
	    "DELETE FROM calendar_dates WHERE calendar_id = $1"
	    " AND tenant_id = $2 AND date = $3",
	    BINDS(b_int(id), b_int(d->actor.tenant_id), b_text(day->date)),
	    &changed, err);
	if (rc != 0)
		return rc;
	if (day->remove)
		return changed > 0
		           ? 0
		           : err_set(err, OD_ENOTFOUND,
				 "%s has no hours of its own", day->date);
	return db_exec(d->db,
	    "INSERT INTO calendar_dates(tenant_id, calendar_id, date, hours,"
	    " name, created_at, updated_at) VALUES($1, $2, $3, $4, $5, $6, $6)",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_text(day->date),
		b_text(day->hours.s), b_text(day->name), b_int(op->now_us)),
	    NULL, err);
}

/* As it is stored, whatever way it was written; and that there is such one. */
static int
clean_date(const char *text, char out[11], struct err *err)
{
	struct calendar_date date = {0};
	struct calendar cal;
	int rc;

	calendar_init(&cal, zone_utc());
	if ((rc = calendar_parse_date(text, &date, err)) == 0)
		rc = calendar_add_date(&cal, &date, err);
	calendar_free(&cal);
	if (rc != 0)
		return rc;
	if (date.year != 0)
		str_format(out, 11, "%04d-%02d-%02d", date.year % 10000,
		    date.month % 100, date.day % 100);
	else
		str_format(
		    out, 11, "%02d-%02d", date.month % 100, date.day % 100);
	return 0;
}

int
calendar_day_set(struct desk *d, int64_t id, const char *date,
    const char *hours, const char *name, int64_t *new_id, struct err *err)
{
	struct calendar_hours parsed;
	struct day day = {0};
	int rc;

	str_init(&day.hours);
	if ((rc = clean_date(date, day.date, err)) == 0 &&
	    (rc = records__fit(
		 _("Name"), day.name, sizeof(day.name), name, err)) == 0 &&
	    (rc = calendar_parse_hours(hours, &parsed, err)) == 0) {
		calendar_format_hours(&parsed, &day.hours);
		rc = change(d, id, set_day, &day, new_id, err);
	}
	str_free(&day.hours);
	return rc;
}

int
calendar_day_remove(struct desk *d, int64_t id, const char *date,
    int64_t *new_id, struct err *err)
{
	struct day day = {.remove = true};
	int rc = clean_date(date, day.date, err);

	return rc != 0 ? rc : change(d, id, set_day, &day, new_id, err);
}

/* ---- as JSON ---- */

void
calendar_row_json(const struct calendar_row *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(out, "name", c->name);
	json_out_string(out, "zone", c->zone);
	json_out_bool(out, "is_default", c->is_default);
	for (int i = 0; i < 7; i++)
		json_out_string(out, day_columns[i], c->days[i]);
	json_out_int(out, "dates", c->dates);
	json_out_time(out, "created_at", c->created_at);
	json_out_end(out, '}');
}

void
calendar_day_json(const struct calendar_day *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "date", c->date);
	json_out_string(out, "hours", c->hours);
	json_out_string(out, "name", c->name);
	json_out_end(out, '}');
}
