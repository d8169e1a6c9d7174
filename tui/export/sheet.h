/*
 * sheet - rows of a list as a file: CSV, JSON, or a workbook (XLSX).
 *
 * A row is a record's JSON object; which of its members become columns, and of
 * which type, is said once for all rows, so that no text of a customer is ever
 * taken for a number, a date or a formula.  Rows are written as they come and
 * none is kept.  The file appears under its name when it is whole and durable;
 * until then it is a temporary one beside it.  One thread at a time.
 *
 * Texts passed the gate (common/text.h).  In CSV a text that a spreadsheet
 * could take for a formula has an apostrophe before it; what it was can be
 * told: one is taken off where blanks and apostrophes are followed by one of
 * = + - @ (also as full-width letters).  A workbook has its texts inline,
 * which nothing takes for a formula.
 */
#ifndef TUI_EXPORT_SHEET_H
#define TUI_EXPORT_SHEET_H

#include "common/err.h"
#include "common/zone.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sheet_format { SHEET_CSV, SHEET_JSON, SHEET_XLSX };
extern const char *const sheet_format_names[]; /* "csv"... NULL-ended */
/* By the end of a file's name; SHEET_CSV when it has none of these. */
enum sheet_format sheet_format_of(const char *path);

enum sheet_type {
	SHEET_TEXT,
	SHEET_WORD,  /* one of the desk's own, shown in the reader's language */
	SHEET_WHOLE, /* a whole number */
	SHEET_REAL,
	SHEET_TIME,  /* RFC 3339; shown in the zone, to the second */
	SHEET_SPAN,  /* seconds, whole ones of them; shown as h:mm:ss */
	SHEET_CENTS, /* a whole number of hundredths */
	SHEET_FLAG,  /* true, false */
	SHEET_WORDS, /* an array, or words with commas between them */
};

struct sheet_column {
	const char *name; /* member of the row's object */
	enum sheet_type type;
};

#define SHEET_COLUMNS_MAX 40

struct sheet_options {
	enum sheet_format format;
	const char *path;
	bool replace;      /* a file of that name may be there */
	const char *title; /* of the page; translated */
	const char *noun;  /* whose words are meant: "ticket" */
	const struct sheet_column *columns; /* borrowed until the end */
	size_t count;
	const struct zone *zone;
};

struct sheet;

/*
 * OD_ECONFLICT: there is a file of that name; OD_EUNAVAIL: no workbook can be
 * written here, or the disk is nearly full; else what fs_* say.
 */
int sheet_open(
    const struct sheet_options *o, struct sheet **sheet, struct err *err);
/* An error is for good: only sheet_cancel may follow. */
int sheet_row(struct sheet *s, const char *json, size_t n, struct err *err);
int64_t sheet_rows(const struct sheet *s);
/* Whole and durable, but not yet under its name. */
int sheet_finish(struct sheet *s, struct err *err);
/* Give it its name, after sheet_finish; *sheet is gone in any case. */
int sheet_keep(struct sheet **sheet, struct err *err);
/* Nothing stays; NULL is fine. */
void sheet_cancel(struct sheet **sheet);

#endif
