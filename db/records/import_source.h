/*
 * import_source - rows of another system's file: comma-separated, JSON, or its
 * database (SQLite), told apart by what is in the file.
 *
 * One row at a time, however long the file.  The file is only read.  Not
 * thread-safe.
 */
#ifndef DB_RECORDS_IMPORT_SOURCE_H
#define DB_RECORDS_IMPORT_SOURCE_H

#include "common/json.h"
#include "db/records/import_map.h"

enum import_encoding { ENCODING_UTF8, ENCODING_WINDOWS_1252, ENCODING_UTF16 };
/* Also "latin-1", "iso-8859-1", "cp1252", "utf-16"; false for another one. */
bool import_encoding_by_name(const char *name, enum import_encoding *out);

enum import_format { FORMAT_CSV, FORMAT_JSON, FORMAT_SQLITE };
extern const char *const import_format_names[]; /* "csv"... NULL-ended */

struct import_row {
	int64_t line; /* of the file; of a database the row's number there */
	size_t count;
	const char *const *names; /* headings */
	/* "" for none; NULL for what is no text. */
	const char *const *values;
	/* The names are those of the row before. */
	bool same_names;
	/* Of JSON: a list of objects or texts; NULL. */
	const struct json *comments;
};

struct import_source_options {
	enum import_kind kind;
	enum import_encoding encoding;
	const char *table; /* of a database; NULL or "": the one that fits */
};

struct import_source;

/*
 * OD_ENOTFOUND, OD_EUSAGE (no regular file, an encoding that JSON has not),
 * OD_EDATA (another encoding, damaged, several tables that could be meant),
 * OD_EIO.
 */
int import_source_open(const char *path,
    const struct import_source_options *options, struct import_source **source,
    struct err *err);
void import_source_close(struct import_source **source);

enum import_format import_source_format(const struct import_source *s);
/* Headings; none for JSON, where each row has its own. */
size_t import_source_headings(
    const struct import_source *s, const char *const **names);
/*
 * 0 and the next row, which lives until the next call; OD_ENOTFOUND at the
 * end.  OD_EDATA and OD_ELIMIT: this row cannot be read, row->line says which,
 * and the next call gives the next one; else it cannot be read on.
 */
int import_source_next(
    struct import_source *s, struct import_row *row, struct err *err);
/* How far it is, of what. */
void import_source_progress(
    const struct import_source *s, int64_t *done, int64_t *all);

#endif
