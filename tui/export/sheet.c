/* sheet - see sheet.h. */
#include "tui/export/sheet.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "tui/cli/cli_int.h"
#include "tui/export/sheet_int.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPAN_MAX 1e12 /* seconds */

#define ROWS_A_LOOK 4096 /* how often the disk's room is looked at */

const char *const sheet_format_names[] = {"csv", "json", "xlsx", NULL};

static const struct json_limits row_limits = {
    .max_bytes = (size_t)64 << 20,
    .max_depth = 32,
    .max_nodes = 1000000,
    .max_string = (size_t)16 << 20,
};

enum sheet_format
sheet_format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	for (int i = 0; dot != NULL && sheet_format_names[i] != NULL; i++)
		if (strcasecmp(dot + 1, sheet_format_names[i]) == 0)
			return (enum sheet_format)i;
	return SHEET_CSV;
}

/* ---- texts ---- */

bool
sheet__is_dangerous(const char *text)
{
	/* = + - @ and their full-width letters, which some take for them. */
	static const char *const starts[] = {"=", "+", "-", "@", "\xef\xbc\x9d",
	    "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	text += strspn(text, " '\n");
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (strncmp(text, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

static void
add_words(const struct json *v, struct str *out)
{
	for (const struct json *m = json_first(v); m != NULL;
	     m = json_next(m)) {
		const char *s = json_as_string(m);

		if (m != json_first(v))
			str_add(out, ", ");
		if (s != NULL)
			str_add(out, s);
		else
			json_print(m, out);
	}
}

static void
take_text(struct sheet *s, const struct sheet_column *column,
    const struct json *v, struct sheet_cell *c)
{
	const char *word = json_as_string(v);

	str_trunc(&s->raw, 0);
	str_trunc(&s->scratch, 0);
	if (column->type == SHEET_FLAG)
		str_add(&s->raw, json_as_bool(v) ? _("yes") : _("no"));
	else if (column->type == SHEET_WORD && word != NULL)
		str_add(&s->raw, cli__word(s->o.noun, column->name, word));
	else if (word != NULL)
		str_add(&s->raw, word);
	else if (json_type(v) == JSON_ARRAY)
		add_words(v, &s->raw);
	else
		json_print(v, &s->raw);
	text_safe(&s->scratch, s->raw.s, s->raw.len, TEXT_BLOCK);
	c->text = s->scratch.s;
	c->is_empty = s->scratch.len == 0;
}

/* ---- cells ---- */

static bool
take_number(const struct json *v, enum sheet_type type, struct sheet_cell *c)
{
	struct str text = STR_INIT;
	bool is_good = json_type(v) == JSON_NUMBER;

	if (!is_good)
		return false;
	if (type != SHEET_REAL && json_as_int64(v, &c->whole))
		return true;
	if (type != SHEET_REAL && type != SHEET_SPAN)
		return false;
	json_print(v, &text);
	c->real = strtod(text.s, NULL);
	str_free(&text);
	if (type == SHEET_SPAN && fabs(c->real) > SPAN_MAX)
		return false;
	c->whole = (int64_t)c->real; /* the part of a second is left out */
	return true;
}

/* What does not fit its column is left empty, never guessed at. */
static void
take_cell(struct sheet *s, const struct sheet_column *column,
    const struct json *v, struct sheet_cell *c)
{
	const char *text;
	int64_t us;

	memset(c, 0, sizeof(*c));
	c->text = "";
	c->is_empty = true;
	if (v == NULL || json_type(v) == JSON_NULL)
		return;
	switch (column->type) {
	case SHEET_TEXT:
	case SHEET_WORD:
	case SHEET_WORDS:
	case SHEET_FLAG:
		take_text(s, column, v, c);
		return;
	case SHEET_WHOLE:
	case SHEET_SPAN:
	case SHEET_CENTS:
	case SHEET_REAL:
		c->is_empty = !take_number(v, column->type, c);
		return;
	case SHEET_TIME:
		text = json_as_string(v);
		if (text == NULL || clock_parse_rfc3339(text, &us) != 0)
			return;
		zone_civil(s->o.zone, us, &c->at);
		c->is_empty = false;
		return;
	}
}

/* ---- JSON: the records as they are, one array ---- */

static int
json_begin(struct sheet *s, struct err *err)
{
	(void)err;
	fputs("[", s->to);
	return 0;
}

static int
put_json(struct sheet *s, const char *json, size_t n, struct err *err)
{
	str_trunc(&s->raw, 0);
	str_add(&s->raw, s->rows > 0 ? ",\n" : "\n");
	json_tame(&s->raw, json, n);
	if (fwrite(s->raw.s, 1, s->raw.len, s->to) != s->raw.len)
		return sheet__broken(s, err);
	return 0;
}

static int
json_end(struct sheet *s, struct err *err)
{
	fputs("\n]\n", s->to);
	return fflush(s->to) != 0 || ferror(s->to) ? sheet__broken(s, err) : 0;
}

static void
json_close(struct sheet *s)
{
	(void)s;
}

static const struct sheet_writer sheet__json = {
    .begin = json_begin, .end = json_end, .free = json_close};

/* ---- the file ---- */

int
sheet__broken(const struct sheet *s, struct err *err)
{
	return err_set(
	    err, err_errno_code(errno), "%s cannot be written: %m.", s->path);
}

static int
check_room(const struct sheet *s, struct err *err)
{
	int64_t free_bytes, all_bytes;

	if (fs_space(s->temporary, &free_bytes, &all_bytes, NULL) != 0 ||
	    fs_room(free_bytes, all_bytes) < FS_ROOM_SCARCE)
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "The disk of %s is nearly full; make room on it, then export"
	    " again",
	    s->path);
}

static int
check_name(const struct sheet_options *o, struct err *err)
{
	struct stat st;

	if (o->path[0] == '\0')
		return err_set(err, OD_EUSAGE, "The file has no name");
	if (stat(o->path, &st) != 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return err_set(err, OD_ECONFLICT,
		    "%s is no file; name another one", o->path);
	return o->replace ? 0
	                  : err_set(err, OD_ECONFLICT,
				"There is a file %s already; take another name,"
				" or replace it",
				o->path);
}

static int
make_temporary(struct sheet *s, struct err *err)
{
	struct str name = STR_INIT;
	int own;

	str_addf(&name, "%s.XXXXXX", s->path);
	s->temporary = str_take(&name);
	if ((s->fd = mkostemp(s->temporary, O_CLOEXEC)) < 0) {
		FREE(&s->temporary);
		return sheet__broken(s, err);
	}
	if (s->o.format == SHEET_XLSX)
		return 0;
	if ((own = fcntl(s->fd, F_DUPFD_CLOEXEC, 3)) < 0)
		return sheet__broken(s, err);
	if ((s->to = fdopen(own, "w")) == NULL) {
		close(own);
		return sheet__broken(s, err);
	}
	return 0;
}

int
sheet_open(const struct sheet_options *o, struct sheet **sheet, struct err *err)
{
	static const struct sheet_writer *const writers[] = {
	    [SHEET_CSV] = &sheet__csv,
	    [SHEET_JSON] = &sheet__json,
	    [SHEET_XLSX] = &sheet__xlsx};
	struct sheet *s;
	int rc;

	*sheet = NULL;
	BUG_ON(o->count > SHEET_COLUMNS_MAX);
	if ((rc = check_name(o, err)) != 0)
		return rc;
	s = xcalloc(1, sizeof(*s));
	s->o = *o;
	s->path = xstrdup(o->path);
	s->o.path = s->path;
	s->fd = -1;
	str_init(&s->scratch);
	str_init(&s->raw);
	if ((rc = make_temporary(s, err)) == 0 &&
	    (rc = check_room(s, err)) == 0) {
		s->writer = writers[o->format];
		rc = s->writer->begin(s, err);
	}
	if (rc != 0)
		sheet_cancel(&s);
	*sheet = s;
	return rc;
}

static int
put_cells(struct sheet *s, const struct json *doc, struct err *err)
{
	struct sheet_cell c;
	int rc;

	for (size_t i = 0; i < s->o.count; i++) {
		const struct sheet_column *column = &s->o.columns[i];

		take_cell(s, column, json_get(doc, column->name), &c);
		if ((rc = s->writer->cell(s, i, &c, err)) != 0)
			return rc;
	}
	return s->writer->row_end(s, err);
}

int
sheet_row(struct sheet *s, const char *json, size_t n, struct err *err)
{
	struct json *doc = NULL;
	int rc;

	if (s->rows % ROWS_A_LOOK == 0 && (rc = check_room(s, err)) != 0)
		return rc;
	if (s->o.format == SHEET_JSON)
		rc = put_json(s, json, n, err);
	else if ((rc = json_parse(json, n, &row_limits, &doc, err)) == 0)
		rc = put_cells(s, doc, err);
	json_free(&doc);
	if (rc == 0)
		s->rows++;
	return rc;
}

int64_t
sheet_rows(const struct sheet *s)
{
	return s->rows;
}

int
sheet_finish(struct sheet *s, struct err *err)
{
	int rc = s->writer->end(s, err);

	if (rc == 0 && fsync(s->fd) != 0)
		rc = sheet__broken(s, err);
	s->is_finished = rc == 0;
	return rc;
}

static void
clear(struct sheet **sheet)
{
	struct sheet *s = *sheet;

	if (s->writer != NULL)
		s->writer->free(s);
	if (s->to != NULL)
		fclose(s->to);
	if (s->fd >= 0)
		close(s->fd);
	free(s->temporary);
	free(s->path);
	str_free(&s->scratch);
	str_free(&s->raw);
	free(s);
	*sheet = NULL;
}

int
sheet_keep(struct sheet **sheet, struct err *err)
{
	struct sheet *s = *sheet;
	int rc;

	BUG_ON(!s->is_finished);
	rc = fs_keep(s->fd, s->temporary, s->path, err);
	clear(sheet);
	return rc;
}

void
sheet_cancel(struct sheet **sheet)
{
	struct sheet *s = *sheet;

	if (s == NULL)
		return;
	if (s->writer != NULL) { /* a workbook is written even now */
		s->writer->free(s);
		s->writer = NULL;
	}
	if (s->temporary != NULL)
		fs_remove(s->temporary);
	clear(sheet);
}
