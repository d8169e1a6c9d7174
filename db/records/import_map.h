/*
 * import_map - what the columns of another system's file mean, and its words.
 *
 * Pure functions: headings in Spanish and English to fields, words to states
 * and priorities, dates as people and programs write them.  What they do not
 * know is said, never guessed.  Thread-safe.
 */
#ifndef DB_RECORDS_IMPORT_MAP_H
#define DB_RECORDS_IMPORT_MAP_H

#include "common/err.h"
#include "common/zone.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum import_kind { IMPORT_TICKETS, IMPORT_CONTACTS, IMPORT_EMPLOYEES };
extern const char *const import_kind_names[]; /* "tickets"... NULL-ended */

enum import_field {
	IN_ID,        /* by which the other system knows the row */
	IN_NUMBER,    /* of a ticket */
	IN_REFERENCE, /* of a ticket: its external id */
	IN_SUBJECT,
	IN_DESCRIPTION,
	IN_STATE,
	IN_PRIORITY,
	IN_URGENCY,
	IN_IMPACT,
	IN_CATEGORY,
	IN_TAGS,
	IN_SOURCE,
	IN_CREATED,
	IN_UPDATED,
	IN_SOLVED,
	IN_CLOSED,
	IN_OPERATOR,
	IN_TEAM,
	IN_COMMENT,
	IN_NAME, /* of a person: a ticket's requester, else the row's own */
	IN_LAST_NAME,
	IN_EMAIL,
	IN_PHONE,
	IN_COMPANY,
	IN_CRM,
	IN_EMPLOYEE, /* the code of the employee who asks */
	IN_LANG,
	IN_CODE,
	IN_DEPARTMENT,
	IN_JOB,
	IN_MANAGER,
	IN_NOTES,
	IN_FIELD_COUNT
};

/* The name of a field, as --map takes it: "subject". */
const char *import_field_name(enum import_field field);
/* By that name, for a kind that has it; IN_FIELD_COUNT when there is none. */
enum import_field import_field_by_name(enum import_kind kind, const char *name);
/*
 * The headings that a field of a kind is known by, for the manual: folded,
 * between spaces; NULL when the kind has no such field.
 */
const char *import_headings(enum import_kind kind, enum import_field field);
/* What a heading means by itself; IN_FIELD_COUNT for one that is not known. */
enum import_field import_heading(enum import_kind kind, const char *heading);
/*
 * A heading or word as they are compared: folded, "_" for what is neither
 * letter nor digit.  At most size - 1 bytes.
 */
void import_fold(char *out, size_t size, const char *text);

/* Words as they are stored (see tickets.h); false for one not known. */
bool import_state(const char *word, int *state);
bool import_level(const char *word, int *level); /* 1..5 */
bool import_source(const char *word, int *source);
bool import_lang(const char *word, const char **lang);

enum import_dates { DATES_DAY_FIRST, DATES_MONTH_FIRST };

/*
 * "2024-03-31 14:05:09", RFC 3339, "31/3/2024 14:05", "3/31/24 2:05 PM" with
 * DATES_MONTH_FIRST, "31.03.2024", "31/Mar/24 2:05 PM", "31 de marzo de 2024",
 * "Sun, 31 Mar 2024 14:05:00 +0200", "20240331T14:05:00Z", or seconds or
 * milliseconds since 1970 (10 or 13 digits).  Without an offset it is in the
 * zone.  OD_EDATA says why not.
 */
int import_time(const char *text, const struct zone *zone,
    enum import_dates dates, int64_t *us, struct err *err);

#endif
