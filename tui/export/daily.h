/*
 * daily - the figures of a day: calls, promises to tickets, chats, guides.
 *
 * One row for each figure, with the sentence that says how it is made.  They
 * are counted by the functions of boards and page (call_figures.h,
 * clock_figures.h, guide_figures.h), so that they are the same everywhere; a
 * section that the actor may not see is left out.  The desk's thread.
 */
#ifndef TUI_EXPORT_DAILY_H
#define TUI_EXPORT_DAILY_H

#include "common/json.h"
#include "db/core/desk.h"
#include "tui/export/sheet.h"

#define DAILY_COLUMNS 6
/* Members of a row: day, section, name (of an operator), figure, value (a whole
 * number; missing where there is none), formula. */
extern const struct sheet_column daily_columns[DAILY_COLUMNS];

/* Where a row goes; not 0 ends the report. */
typedef int daily_row_fn(
    void *data, const char *json, size_t n, struct err *err);

/* A date, as its midnight in UTC, is a day of the tenant's zone.  OD_EDATA: it
 * has not come yet. */
int daily_of(struct desk *d, int64_t date_us, int *days_ago, struct err *err);
/* Of so many days before today. */
int daily_report(struct desk *d, int days_ago, daily_row_fn *put, void *data,
    struct err *err);

#endif
