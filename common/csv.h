/*
 * csv - comma-separated records, read one at a time (RFC 4180, and what
 * spreadsheets make of it: other separators, a byte order mark, Windows-1252).
 *
 * Nothing is guessed in silence: a record that cannot be read is an error that
 * names its line, and the next call goes on behind it.  Not thread-safe.
 */
#ifndef COMMON_CSV_H
#define COMMON_CSV_H

#include "common/err.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CSV_FIELDS_MAX 256
#define CSV_RECORD_MAX (1024 * 1024) /* bytes, quotes included */

struct csv;

enum csv_encoding {
	CSV_UTF8,
	CSV_WINDOWS_1252 /* what older spreadsheets of the West write */
};

struct csv_options {
	char separator; /* '\0': of , ; tab and | the one of the first line */
	enum csv_encoding encoding;
};

struct csv_row {
	int64_t line; /* where it begins, from 1 on */
	size_t count; /* at least 1 */
	/* count of them; UTF-8 without NUL, line ends in quotes as "\n" */
	const char *const *fields;
};

/*
 * Reads in from where it stands; in is borrowed until csv_free.  OD_EDATA for
 * what is no text at all (UTF-16, a spreadsheet's own format), OD_EIO.
 */
int csv_open(FILE *in, const struct csv_options *options, struct csv **csv,
    struct err *err);
void csv_free(struct csv **csv);

/*
 * The next record; empty lines are passed over.  *row lives until the next
 * call.  OD_ENOTFOUND at the end, without a sentence; OD_EDATA for a record
 * that cannot be read (not UTF-8, a quote that is not closed or followed by
 * text) and OD_ELIMIT for one that is too long or has too many fields: row's
 * line is set, its count is 0, and the next call gives the next record.
 * OD_EIO: the file cannot be read on.
 */
int csv_next(struct csv *csv, struct csv_row *row, struct err *err);

/* Bytes read so far, for a progress bar. */
int64_t csv_position(const struct csv *csv);

#endif
