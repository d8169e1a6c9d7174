/* sheet_int - shared by the writers of this folder. */
#ifndef TUI_EXPORT_SHEET_INT_H
#define TUI_EXPORT_SHEET_INT_H

#include "common/str.h"
#include "tui/export/sheet.h"
#include <stdio.h>

struct sheet_cell {
	bool is_empty;
	const char *text; /* through the gate; of texts, words and flags */
	int64_t whole;    /* also seconds, and hundredths */
	double real;
	struct civil at; /* of a time, in the zone */
};

struct sheet_writer {
	int (*begin)(struct sheet *s, struct err *err); /* and the titles */
	int (*cell)(struct sheet *s, size_t column, const struct sheet_cell *c,
	    struct err *err);
	int (*row_end)(struct sheet *s, struct err *err);
	/* All of it is in the temporary file. */
	int (*end)(struct sheet *s, struct err *err);
	void (*free)(struct sheet *s); /* also in the middle */
};

struct sheet {
	struct sheet_options o;
	char *path, *temporary; /* owned */
	const struct sheet_writer *writer;
	int fd;     /* of the temporary file */
	FILE *to;   /* CSV and JSON; owned, has a descriptor of its own */
	void *book; /* the workbook's */
	int64_t rows;
	struct str scratch, raw;
	bool is_finished;
};

extern const struct sheet_writer sheet__csv, sheet__xlsx;

/* Whether a spreadsheet could take it for a formula. */
bool sheet__is_dangerous(const char *text);
/* OD_EIO with the reason of errno. */
int sheet__broken(const struct sheet *s, struct err *err);

#endif
