/* import_source - see import_source.h. */
#include "db/records/import_source.h"
#include "common/csv.h"
#include "common/i18n.h"
#include "common/json_rows.h"
#include "common/text.h"
#include "common/utf16.h"
#include "common/xalloc.h"
#include "db/engine/older.h"
#include "db/records/import_source_int.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SHOWN     240
#define NAMES_MAX CSV_FIELDS_MAX

const char *const import_format_names[] = {"csv", "json", "sqlite", NULL};

struct import_source {
	enum import_format format;
	FILE *file;    /* owned; as it is on the disk */
	FILE *decoded; /* owned; NULL when it is as it is */
	int64_t size, seen;
	struct csv *csv;
	struct json_rows *json;
	struct older *older;
	struct str headings; /* of CSV: a NUL behind each */
	const char *names[NAMES_MAX];
	const char *values[NAMES_MAX];
	size_t count;
	struct str arena;        /* of JSON: names and values, NUL-ended */
	struct str names_before; /* those of the object before */
	bool begun;
};

bool
import_encoding_by_name(const char *name, enum import_encoding *out)
{
	static const struct {
		const char *name;
		enum import_encoding encoding;
	} known[] = {
	    {"utf_8", ENCODING_UTF8},
	    {"utf8", ENCODING_UTF8},
	    {"windows_1252", ENCODING_WINDOWS_1252},
	    {"cp1252", ENCODING_WINDOWS_1252},
	    {"latin_1", ENCODING_WINDOWS_1252},
	    {"latin1", ENCODING_WINDOWS_1252},
	    {"iso_8859_1", ENCODING_WINDOWS_1252},
	    {"iso8859_1", ENCODING_WINDOWS_1252},
	    {"utf_16", ENCODING_UTF16},
	    {"utf16", ENCODING_UTF16},
	};
	char folded[32];

	import_fold(folded, sizeof(folded), name);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, folded) == 0) {
			*out = known[i].encoding;
			return true;
		}
	return false;
}

static int
open_file(struct import_source *s, const char *path, struct err *err)
{
	char shown[SHOWN];
	struct stat sb;

	text_safe_buf(shown, sizeof(shown), path);
	s->file = fopen(path, "rbe");
	if (s->file == NULL)
		return err_set(err, errno == ENOENT ? OD_ENOTFOUND : OD_EIO,
		    "%s cannot be opened: %m", shown);
	if (fstat(fileno(s->file), &sb) != 0 || !S_ISREG(sb.st_mode))
		return err_set(err, OD_EUSAGE,
		    "%s is no file; save what is to be imported in one", shown);
	s->size = sb.st_size;
	return 0;
}

/* What the file is, by how it begins. */
static int
look(struct import_source *s, const struct import_source_options *o,
    struct err *err)
{
	FILE *in = s->decoded != NULL ? s->decoded : s->file;
	char start[512];
	size_t n = fread(start, 1, sizeof(start), in), i = 0;

	if (ferror(in))
		return err_set(err, OD_EIO, "The file cannot be read: %m");
	if (n >= 16 && memcmp(start, "SQLite format 3", 16) == 0) {
		s->format = FORMAT_SQLITE;
		return 0;
	}
	if (n >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < n && strchr(" \t\r\n", start[i]) != NULL && start[i] != '\0')
		i++;
	s->format = i < n && (start[i] == '[' || start[i] == '{') ? FORMAT_JSON
	                                                          : FORMAT_CSV;
	if (i == n)
		return err_set(err, OD_EDATA, "The file is empty");
	if (s->format == FORMAT_JSON && o->encoding == ENCODING_WINDOWS_1252)
		return err_set(err, OD_EUSAGE,
		    "JSON is UTF-8; leave --encoding out, or save it anew");
	return 0;
}

static int
rewind_file(
    struct import_source *s, enum import_encoding encoding, struct err *err)
{
	if (s->decoded != NULL)
		fclose(s->decoded);
	s->decoded = NULL;
	if (fseeko(s->file, 0, SEEK_SET) != 0)
		return err_set(err, OD_EIO, "The file cannot be read: %m");
	if (encoding == ENCODING_UTF16 &&
	    (s->decoded = utf16_open(s->file)) == NULL)
		return err_set(err, OD_ELIMIT, "There is not enough memory");
	return 0;
}

static FILE *
input(struct import_source *s)
{
	return s->decoded != NULL ? s->decoded : s->file;
}

/* The first record is the headings. */
static int
open_csv(
    struct import_source *s, enum import_encoding encoding, struct err *err)
{
	const struct csv_options options = {
	    .encoding = encoding == ENCODING_WINDOWS_1252 ? CSV_WINDOWS_1252
	                                                  : CSV_UTF8};
	struct csv_row row;
	size_t at = 0;
	int rc;

	if ((rc = csv_open(input(s), &options, &s->csv, err)) != 0 ||
	    (rc = csv_next(s->csv, &row, err)) != 0)
		return rc == OD_ENOTFOUND
		           ? err_set(err, OD_EDATA, "The file is empty")
		           : rc;
	s->count = row.count;
	for (size_t i = 0; i < row.count; i++) {
		str_add(&s->headings, row.fields[i]);
		str_addc(&s->headings, '\0');
	}
	for (size_t i = 0; i < s->count; i++) {
		s->names[i] = s->headings.s + at;
		at += strlen(s->names[i]) + 1;
	}
	return 0;
}

/* ---- a database: which of its tables is meant ---- */

static int
name_tables(
    const char *const *names, size_t count, const char *table, struct err *err)
{
	struct str list = STR_INIT;
	int rc;

	for (size_t i = 0; i < count && i < 12; i++)
		str_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	if (count > 12)
		str_add(&list, ", ...");
	rc = table != NULL && table[0] != '\0'
	         ? err_set(err, OD_EDATA,
		       "The database has no table %s; it has: %s", table,
		       list.s != NULL ? list.s : "")
	         : err_set(err, OD_EDATA,
		       "Which table is it? Name it with --table: %s",
		       list.s != NULL ? list.s : "");
	str_free(&list);
	return rc;
}

static int
choose_table(struct import_source *s, const struct import_source_options *o,
    const char **table, struct err *err)
{
	static const char *const usual[][6] = {
	    [IMPORT_TICKETS] = {"tickets", "ticket", "mesa_ayuda",
		"incidencias", "casos", NULL},
	    [IMPORT_CONTACTS] = {"contacts", "contactos", "clientes",
		"customers", "contact", NULL},
	    [IMPORT_EMPLOYEES] = {"empleados", "employees", "employee",
		"empleado", "personal", NULL},
	};
	const char *const *names;
	size_t count = older_tables(s->older, &names);
	bool is_named = o->table != NULL && o->table[0] != '\0';

	if (is_named) {
		for (size_t i = 0; i < count; i++)
			if (strcmp(names[i], o->table) == 0) {
				*table = names[i];
				return 0;
			}
		return name_tables(names, count, o->table, err);
	}
	for (size_t k = 0; usual[o->kind][k] != NULL; k++)
		for (size_t i = 0; i < count; i++) {
			char folded[80];

			import_fold(folded, sizeof(folded), names[i]);
			if (strcmp(folded, usual[o->kind][k]) == 0) {
				*table = names[i];
				return 0;
			}
		}
	return name_tables(names, count, NULL, err);
}

static int
open_older(struct import_source *s, const char *path,
    const struct import_source_options *o, struct err *err)
{
	const char *table = NULL;
	const char *const *names;
	int rc;

	/* Closing it while SQLite reads it would drop SQLite's locks. */
	fclose(s->file);
	s->file = NULL;
	if ((rc = older_open(path, &s->older, err)) != 0 ||
	    (rc = choose_table(s, o, &table, err)) != 0 ||
	    (rc = older_begin(s->older, table, &s->size, err)) != 0)
		return rc;
	s->count = older_columns(s->older, &names);
	for (size_t i = 0; i < s->count; i++)
		s->names[i] = names[i];
	return 0;
}

static int
open_text(struct import_source *s, const struct import_source_options *o,
    struct err *err)
{
	int rc;

	if (o->encoding == ENCODING_UTF8 &&
	    (rc = import__check_encoding(s->file, err)) != 0)
		return rc;
	if ((rc = rewind_file(s, o->encoding, err)) != 0)
		return rc;
	if (s->format == FORMAT_CSV)
		return open_csv(s, o->encoding, err);
	s->json = json_rows_open(input(s));
	return 0;
}

int
import_source_open(const char *path, const struct import_source_options *o,
    struct import_source **out, struct err *err)
{
	struct import_source *s = xcalloc(1, sizeof(*s));
	int rc;

	str_init(&s->headings);
	str_init(&s->arena);
	str_init(&s->names_before);
	if ((rc = open_file(s, path, err)) == 0 &&
	    (rc = rewind_file(s, o->encoding, err)) == 0 &&
	    (rc = look(s, o, err)) == 0)
		rc = s->format == FORMAT_SQLITE ? open_older(s, path, o, err)
		                                : open_text(s, o, err);
	if (rc != 0)
		import_source_close(&s);
	*out = s;
	return rc;
}

void
import_source_close(struct import_source **source)
{
	struct import_source *s = *source;

	if (s == NULL)
		return;
	csv_free(&s->csv);
	json_rows_free(&s->json);
	older_close(&s->older);
	if (s->decoded != NULL)
		fclose(s->decoded);
	if (s->file != NULL)
		fclose(s->file);
	str_free(&s->headings);
	str_free(&s->arena);
	str_free(&s->names_before);
	FREE(source);
}

enum import_format
import_source_format(const struct import_source *s)
{
	return s->format;
}

size_t
import_source_headings(const struct import_source *s, const char *const **names)
{
	*names = s->names;
	return s->format == FORMAT_JSON ? 0 : s->count;
}

void
import_source_progress(
    const struct import_source *s, int64_t *done, int64_t *all)
{
	off_t at = s->file != NULL ? ftello(s->file) : 0;

	*done = s->file == NULL ? s->seen : at > 0 ? at : 0;
	*all = s->size;
}

/* ---- rows ---- */

static int
next_csv(struct import_source *s, struct import_row *row, struct err *err)
{
	struct csv_row r;
	int rc = csv_next(s->csv, &r, err);

	row->line = r.line;
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < s->count; i++)
		s->values[i] = i < r.count ? r.fields[i] : "";
	for (size_t i = s->count; i < r.count; i++)
		if (r.fields[i][0] != '\0')
			return err_set(err, OD_EDATA,
			    "There are %zu values for %zu headings; put values"
			    " that hold the separator in quotes",
			    r.count, s->count);
	return 0;
}

/* How a value of JSON is written where there is one text for it. */
static void
add_value(struct str *out, const struct json *v)
{
	const char *text = json_as_string(v);

	if (text != NULL)
		str_add(out, text);
	else if (json_type(v) == JSON_ARRAY)
		for (const struct json *e = json_first(v); e != NULL;
		     e = json_next(e)) {
			if (e != json_first(v))
				str_add(out, ", ");
			if (json_as_string(e) != NULL)
				str_add(out, json_as_string(e));
			else if (json_type(e) != JSON_NULL)
				json_print(e, out);
		}
	else if (json_type(v) != JSON_NULL)
		json_print(v, out);
}

static bool
are_comments(const char *name, const struct json *v)
{
	static const char *const names[] = {"comments", "comentarios", "notes",
	    "notas", "replies", "mensajes", "messages", "seguimientos"};

	if (json_type(v) != JSON_ARRAY ||
	    json_type(json_first(v)) != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void
add_member(struct import_source *s, const char *within, const struct json *v)
{
	if (s->count == NAMES_MAX)
		return;
	s->count++;
	str_addf(&s->arena, "%s%s%s", within, within[0] != '\0' ? " " : "",
	    json_name(v));
	str_addc(&s->arena, '\0');
	add_value(&s->arena, v);
	str_addc(&s->arena, '\0');
}

/* Behind the last member, as adding moves them. */
static void
point_to_members(struct import_source *s, struct import_row *row)
{
	struct str names = STR_INIT;
	const char *p = s->arena.s;

	for (size_t i = 0; i < s->count; i++) {
		s->names[i] = p;
		p += strlen(p) + 1;
		s->values[i] = p;
		p += strlen(p) + 1;
		str_add(&names, s->names[i]);
		str_addc(&names, '\n');
	}
	row->same_names = s->begun && names.len == s->names_before.len &&
	                  (names.len == 0 || memcmp(names.s, s->names_before.s,
						 names.len) == 0);
	str_free(&s->names_before);
	s->names_before = names;
}

static int
next_json(struct import_source *s, struct import_row *row, struct err *err)
{
	const struct json *object;
	int rc = json_rows_next(s->json, &row->line, &object, err);

	if (rc != 0)
		return rc;
	s->count = 0;
	str_clear(&s->arena);
	for (const struct json *m = json_first(object); m != NULL;
	     m = json_next(m)) {
		if (are_comments(json_name(m), m)) {
			row->comments = m;
		} else if (json_type(m) == JSON_OBJECT) {
			for (const struct json *k = json_first(m); k != NULL;
			     k = json_next(k))
				add_member(s, json_name(m), k);
		} else {
			add_member(s, "", m);
		}
	}
	point_to_members(s, row);
	return 0;
}

static int
next_older(struct import_source *s, struct import_row *row, struct err *err)
{
	const char *const *values;
	int rc = older_next(s->older, &row->line, &values, err);

	if (rc == 0)
		return OD_ENOTFOUND;
	if (rc < 0)
		return rc == OD_EDATA ? OD_EIO : rc;
	s->seen++;
	for (size_t i = 0; i < s->count; i++)
		s->values[i] = values[i];
	return 0;
}

int
import_source_next(
    struct import_source *s, struct import_row *row, struct err *err)
{
	int rc;

	*row = (struct import_row){.same_names = s->begun};
	rc = s->format == FORMAT_CSV    ? next_csv(s, row, err)
	     : s->format == FORMAT_JSON ? next_json(s, row, err)
	                                : next_older(s, row, err);
	if (rc == 0) {
		s->begun = true;
		row->count = s->count;
		row->names = s->names;
		row->values = s->values;
	}
	return rc;
}
