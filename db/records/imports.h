/*
 * imports - tickets, contacts and employees from another system's file.
 *
 * Each row leaves a mark of which record it became: the same file once more
 * changes nothing, one that was cut off is completed, and a row that says
 * something else by now changes its record unless somebody changed that here.
 * Nothing is sent to anybody, and no event is told.  A batch of rows is one
 * transaction with its row in the audit trail; whatever ends an import, what
 * is there is whole.
 */
#ifndef DB_RECORDS_IMPORTS_H
#define DB_RECORDS_IMPORTS_H

#include "db/core/desk.h"
#include "db/records/import_source.h"

enum import_outcome {
	IMPORT_REFUSED, /* the row was left out */
	IMPORT_KEPT,    /* the record stays as it was changed here */
	IMPORT_NOTE,    /* it was taken, but not all of it */
};
extern const char *const import_outcome_names[]; /* "refused"... */

struct import_told { /* of a row; borrowed for the call */
	int64_t line;
	const char *field; /* its heading; "" when it is about the whole row */
	enum import_outcome outcome;
	const char *reason; /* a sentence: why, and what to do */
};

struct import_options {
	const char *path;
	/* Whose marks they are; NULL or "": the file's name without its end. */
	const char *source;
	const char *table;        /* of a database; NULL or "" */
	const char *const *maps;  /* "HEADING=FIELD" */
	const char *const *words; /* "FIELD:WORD=WORD" */
	size_t map_count, word_count;
	enum import_kind kind;
	enum import_encoding encoding;
	enum import_dates dates;
	bool dry_run;   /* look at everything, change nothing */
	bool overwrite; /* also what was changed here */
	/* Any may be NULL; called between rows. */
	void (*progress)(int64_t done, int64_t all, void *data);
	bool (*stop)(void *data);
	void (*tell)(const struct import_told *told, void *data);
	void *data;
};

#define IMPORT_COLUMNS_MAX 256
struct import_column {
	char heading[65];
	const char *field; /* literal, a field's key of this desk, or "" */
};

struct import_result {
	char source[65];
	enum import_format format;
	int64_t rows, made, updated, unchanged, kept, refused, notes;
	bool stopped;
	struct import_column columns[IMPORT_COLUMNS_MAX];
	size_t column_count;
	struct ticket_field *fields; /* owned: whose keys columns name */
	size_t field_count;
};

/*
 * OD_EDENIED; OD_EUSAGE for what a map or word says; OD_EDATA when the file
 * is none that can be read, or no column says what a row is (in the
 * sentence); OD_EIO and OD_EUNAVAIL in the middle: what came before is there.
 * Rows that are refused are no error of it.
 */
int import_run(struct desk *d, const struct import_options *options,
    struct import_result *result, struct err *err);
void import_result_clear(struct import_result *result);

struct import_source_row {
	char source[65];
	int64_t rows, last_us;
};
/* Where records came from, by name; free() them. */
int import_sources(struct desk *d, struct import_source_row **rows,
    size_t *count, struct err *err);

struct import_undone {
	int64_t trashed; /* moved to the trash */
	int64_t kept;    /* changed here since, or in the trash already */
};
/*
 * Everything that came from a source goes to the trash, but for what was
 * changed here since; what the rows changed of older records stays.  The same
 * file again takes it out of the trash.  OD_ENOTFOUND: no such source.
 */
int import_undo(struct desk *d, const char *source,
    struct import_undone *result, struct err *err);

#endif
