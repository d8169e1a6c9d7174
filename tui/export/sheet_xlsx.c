/*
 * sheet_xlsx - a workbook, each row written when it is whole.
 *
 * The library does not look whether its temporary files were written, so that
 * is done here, and that there is room for the rest of it before it begins.
 */
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/cli/cli_int.h"
#include "tui/export/sheet_int.h"
#include "tui/export/xlsx_lib.h"
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 1048576 /* of a sheet, with its titles */
#define TEXT_MAX 32767   /* UTF-16 units of a cell */

struct book {
	lxw_workbook *book;
	lxw_worksheet *page; /* the present one */
	lxw_format *bold, *wrapped, *date, *span, *cents;
	lxw_row_t row;
	int pages;
	char *dir;      /* owned; where temporary files go */
	int64_t before; /* bytes of the pages that are full */
};

static int
failed(const struct sheet *s, lxw_error error, struct err *err)
{
	return err_set(err, OD_EIO, "%s cannot be written: %s", s->path,
	    xlsx__lib.strerror(error));
}

/* Whether "_x000D_" begins here, which readers take for a character. */
static bool
is_escape(const char *s)
{
	return s[0] == '_' && s[1] == 'x' &&
	       strspn(s + 2, "0123456789abcdefABCDEF") >= 4 && s[6] == '_';
}

/* As the cell has to hold it: escaped, and no longer than one may be. */
static const char *
as_cell(struct sheet *s, const char *text)
{
	static const char cut[] = "\xe2\x80\xa6";
	size_t n = strlen(text), units = 0;

	if (n <= TEXT_MAX && strstr(text, "_x") == NULL)
		return text;
	str_clear(&s->raw);
	for (size_t at = 0; at < n;) {
		uint32_t cp;
		size_t len = utf8_decode(text + at, n - at, &cp);
		bool escape = is_escape(text + at);
		size_t more = escape ? 7 : cp > 0xffff ? 2 : 1;

		if (units + more > TEXT_MAX - 1) {
			str_add(&s->raw, cut);
			break;
		}
		str_addn(
		    &s->raw, escape ? "_x005F_" : text + at, escape ? 7 : len);
		units += more;
		at += len;
	}
	return s->raw.s;
}

static double
width_of(enum sheet_type type)
{
	switch (type) {
	case SHEET_TEXT:
		return 28;
	case SHEET_TIME:
		return 19;
	case SHEET_WORDS:
		return 20;
	case SHEET_WORD:
		return 14;
	case SHEET_WHOLE:
	case SHEET_REAL:
	case SHEET_SPAN:
	case SHEET_CENTS:
	case SHEET_FLAG:
		break;
	}
	return 11;
}

/* Columns, and titles that stay. */
static int
new_page(struct sheet *s, struct book *b, struct err *err)
{
	char name[64];
	lxw_error error = LXW_NO_ERROR;

	if (b->pages++ == 0)
		str_format(name, sizeof(name), "%s", s->o.title);
	else
		str_format(name, sizeof(name), "%s %d", s->o.title, b->pages);
	if ((b->page = xlsx__lib.workbook_add_worksheet(b->book, name)) == NULL)
		return err_set(
		    err, OD_EIO, "%s cannot be written: %m.", s->path);
	b->row = 0;
	for (size_t i = 0; error == LXW_NO_ERROR && i < s->o.count; i++) {
		lxw_col_t at = (lxw_col_t)i;
		const struct sheet_column *c = &s->o.columns[i];

		error = xlsx__lib.worksheet_set_column(
		    b->page, at, at, width_of(c->type), NULL);
		if (error == LXW_NO_ERROR)
			error = xlsx__lib.worksheet_write_string(
			    b->page, 0, at, cli__label(c->name), b->bold);
	}
	xlsx__lib.worksheet_freeze_panes(b->page, 1, 0);
	b->row = 1;
	return error != LXW_NO_ERROR ? failed(s, error, err) : 0;
}

static lxw_format *
number_format(struct book *b, const char *format)
{
	lxw_format *f = xlsx__lib.workbook_add_format(b->book);

	if (f != NULL)
		xlsx__lib.format_set_num_format(f, format);
	return f;
}

static int
begin(struct sheet *s, struct err *err)
{
	struct book *b;
	lxw_workbook_options o = {.constant_memory = 1, .use_zip64 = 1};
	char *path;
	int rc;

	if ((rc = xlsx__load(err)) != 0)
		return rc;
	s->book = b = xcalloc(1, sizeof(*b));
	path = xstrdup(s->temporary);
	b->dir = xstrdup(dirname(path));
	free(path);
	o.tmpdir = b->dir;
	if ((b->book = xlsx__lib.workbook_new_opt(s->temporary, &o)) == NULL)
		return err_set(
		    err, OD_EIO, "%s cannot be written: %m.", s->path);
	b->bold = xlsx__lib.workbook_add_format(b->book);
	b->wrapped = xlsx__lib.workbook_add_format(b->book);
	b->date = number_format(b, "yyyy-mm-dd hh:mm:ss");
	b->span = number_format(b, "[h]:mm:ss");
	b->cents = number_format(b, "0.00");
	if (b->bold == NULL || b->wrapped == NULL || b->date == NULL ||
	    b->span == NULL || b->cents == NULL)
		return failed(s, LXW_ERROR_MEMORY_MALLOC_FAILED, err);
	xlsx__lib.format_set_bold(b->bold);
	xlsx__lib.format_set_text_wrap(b->wrapped);
	return new_page(s, b, err);
}

/* Days since the last one of 1899, with the time of day. */
static double
serial(const struct civil *at)
{
	int y = at->month <= 2 ? at->year - 1 : at->year;
	int era = y / 400, of_era = y % 400;
	int month = (at->month + 9) % 12;
	int day = (153 * month + 2) / 5 + at->day - 1;
	int days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	           day - 719468 + 25569;

	return days +
	       (at->hour * 3600 + at->minute * 60 + at->second) / 86400.0;
}

static lxw_error
put_number(struct sheet *s, size_t column, double v, lxw_format *format)
{
	struct book *b = s->book;

	return xlsx__lib.worksheet_write_number(
	    b->page, b->row, (lxw_col_t)column, v, format);
}

static int
cell(
    struct sheet *s, size_t column, const struct sheet_cell *c, struct err *err)
{
	struct book *b = s->book;
	lxw_error error = LXW_NO_ERROR;

	if (c->is_empty)
		return 0;
	switch (s->o.columns[column].type) {
	case SHEET_TEXT:
	case SHEET_WORD:
	case SHEET_WORDS:
	case SHEET_FLAG:
		error = xlsx__lib.worksheet_write_string(b->page, b->row,
		    (lxw_col_t)column, as_cell(s, c->text),
		    strchr(c->text, '\n') != NULL ? b->wrapped : NULL);
		break;
	case SHEET_WHOLE:
		error = put_number(s, column, (double)c->whole, NULL);
		break;
	case SHEET_REAL:
		error = put_number(s, column, c->real, NULL);
		break;
	case SHEET_CENTS:
		error = put_number(s, column, (double)c->whole / 100, b->cents);
		break;
	case SHEET_SPAN:
		error =
		    put_number(s, column, (double)c->whole / 86400, b->span);
		break;
	case SHEET_TIME:
		error = put_number(s, column, serial(&c->at), b->date);
		break;
	}
	return error != LXW_NO_ERROR ? failed(s, error, err) : 0;
}

/* A page is full: its rows are on disk, and it has a filter. */
static int
end_page(struct sheet *s, struct book *b, struct err *err)
{
	FILE *rows = b->page->optimize_tmpfile;
	lxw_error error = xlsx__lib.worksheet_autofilter(
	    b->page, 0, 0, b->row - 1, (lxw_col_t)(s->o.count - 1));

	if (error != LXW_NO_ERROR)
		return failed(s, error, err);
	if (rows != NULL && (fflush(rows) != 0 || ferror(rows)))
		return sheet__broken(s, err);
	return 0;
}

static int
row_end(struct sheet *s, struct err *err)
{
	struct book *b = s->book;
	int rc;

	if (++b->row < ROWS_MAX)
		return 0;
	if ((rc = end_page(s, b, err)) != 0)
		return rc;
	b->before += ftello(b->page->optimize_tmpfile);
	return new_page(s, b, err);
}

/* What is written from here on: the pages once more, and all of it packed. */
static int
check_room(struct sheet *s, struct book *b, struct err *err)
{
	int64_t need = b->before, free_bytes, all_bytes;

	if (b->page->optimize_tmpfile != NULL)
		need += ftello(b->page->optimize_tmpfile);
	if (fs_space(s->temporary, &free_bytes, &all_bytes, NULL) != 0 ||
	    free_bytes > 2 * need + (1 << 20))
		return 0;
	return err_set(err, OD_EUNAVAIL,
	    "The disk of %s is nearly full; make room on it, then export"
	    " again",
	    s->path);
}

static int
end(struct sheet *s, struct err *err)
{
	struct book *b = s->book;
	lxw_error error;
	int rc;

	if ((rc = end_page(s, b, err)) != 0 ||
	    (rc = check_room(s, b, err)) != 0)
		return rc;
	error = xlsx__lib.workbook_close(b->book);
	b->book = NULL;
	return error != LXW_NO_ERROR ? failed(s, error, err) : 0;
}

static void
close_book(struct sheet *s)
{
	struct book *b = s->book;

	if (b == NULL)
		return;
	/* There is no other way to let it go; the file goes as well. */
	if (b->book != NULL)
		(void)xlsx__lib.workbook_close(b->book);
	free(b->dir);
	free(b);
	s->book = NULL;
}

const struct sheet_writer sheet__xlsx = {.begin = begin,
    .cell = cell,
    .row_end = row_end,
    .end = end,
    .free = close_book};
