/*
 * calendars - when a tenant works, and what it promises to its customers.
 *
 * A calendar that changes is replaced by a new one under the same name, so
 * that what was counted by the old hours stays as it was; clocks that run
 * count by the new hours from that moment on.  Who decides on them: admins
 * and supervisors; everybody may look.
 */
#ifndef DB_RECORDS_CALENDARS_H
#define DB_RECORDS_CALENDARS_H

#include "common/json.h"
#include "db/core/desk.h"

struct calendar_row {
	int64_t id, created_at;
	char name[65], zone[64]; /* zone "": the tenant's */
	char days[7][101];       /* "09:00-14:00 15:00-18:00"; 0 Monday */
	bool is_default;
	int dates; /* with hours of their own */
};
struct calendar_day { /* a date with hours of its own */
	int64_t id;
	char date[11];   /* "2026-12-25", or "12-25" for every year */
	char hours[101]; /* "": closed */
	char name[64];
};

/* The default one first, then by name; the caller frees rows. */
int calendar_list(
    struct desk *d, struct calendar_row **rows, size_t *count, struct err *err);
/* By id or name; "" or NULL: the default one.  OD_ENOTFOUND. */
int calendar_find(struct desk *d, const char *word, struct calendar_row *out,
    struct err *err);
int calendar_days(struct desk *d, int64_t id, struct calendar_day **rows,
    size_t *count, struct err *err); /* caller frees rows */
void calendar_row_json(const struct calendar_row *c, struct json_out *out);
void calendar_day_json(const struct calendar_day *c, struct json_out *out);

struct calendar_in { /* NULL: as it is, or as nothing */
	const char *name;
	const char *zone; /* IANA; "": the tenant's */
	const char *week; /* "lun-vie 9-14 15-18"; days not named are closed */
	bool make_default;
};
int calendar_new(
    struct desk *d, const struct calendar_in *in, int64_t *id, struct err *err);
/* *new_id (may be NULL): of the one that took its place. */
int calendar_edit(struct desk *d, int64_t id, const struct calendar_in *in,
    int64_t *new_id, struct err *err);
/* OD_ECONFLICT: it is the default one, or a promise is counted by it. */
int calendar_delete(struct desk *d, int64_t id, struct err *err);
/* Hours of one date instead of those it had; hours "" closes it. */
int calendar_day_set(struct desk *d, int64_t id, const char *date,
    const char *hours, const char *name, int64_t *new_id, struct err *err);
/* OD_ENOTFOUND: the date has no hours of its own. */
int calendar_day_remove(struct desk *d, int64_t id, const char *date,
    int64_t *new_id, struct err *err);

/* ---- promises ---- */

struct promise { /* targets in microseconds of working time; 0: none */
	int64_t id, version, company_id, calendar_id;
	int64_t first_us, next_us, resolution_us;
	int priority; /* 0: any */
	char name[65], company_name[201], calendar_name[65];
};
int promise_list(
    struct desk *d, struct promise **rows, size_t *count, struct err *err);
void promise_json(const struct promise *p, struct json_out *out);
/*
 * What is promised to a company (0: all) for a priority (0: any) is this from
 * now on, for clocks that begin; those that run keep their target.  name NULL
 * or "": as it was.  OD_EDATA: a target below 0 or above ten years.
 */
int promise_set(
    struct desk *d, const struct promise *in, int64_t *id, struct err *err);
int promise_delete(struct desk *d, int64_t id, struct err *err);

/*
 * A span of working time: "90", "90m", "1h30", "8h", "0".  OD_EDATA.  And back:
 * "1 h 30 min".
 */
int promise_parse_span(const char *text, int64_t *us, struct err *err);
void promise_format_span(int64_t us, char out[32]);

#endif
