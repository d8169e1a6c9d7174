/*
 * sheet_csv - RFC 4180, UTF-8 with its mark, which spreadsheets need to see
 * that it is.
 */
#include "common/i18n.h"
#include "tui/cli/cli_int.h"
#include "tui/export/sheet_int.h"
#include <inttypes.h>
#include <string.h>

static void
put_text(struct sheet *s, const char *text)
{
	bool guard = sheet__is_dangerous(text);
	bool quote = guard || text[strcspn(text, ",;\t\"'\n")] != '\0' ||
	             text[0] == ' ' ||
	             (text[0] != '\0' && text[strlen(text) - 1] == ' ');

	if (!quote) {
		fputs(text, s->to);
		return;
	}
	putc('"', s->to);
	if (guard)
		putc('\'', s->to);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', s->to);
		putc(*text, s->to);
	}
	putc('"', s->to);
}

static int
row_end(struct sheet *s, struct err *err)
{
	fputs("\r\n", s->to);
	return ferror(s->to) ? sheet__broken(s, err) : 0;
}

static int
begin(struct sheet *s, struct err *err)
{
	fputs("\xef\xbb\xbf", s->to);
	for (size_t i = 0; i < s->o.count; i++) {
		if (i > 0)
			putc(',', s->to);
		put_text(s, cli__label(s->o.columns[i].name));
	}
	return row_end(s, err);
}

static void
put_cents(struct sheet *s, int64_t cents)
{
	uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;

	fprintf(s->to, "%s%" PRIu64 ".%02" PRIu64, cents < 0 ? "-" : "",
	    size / 100, size % 100);
}

static void
put_span(struct sheet *s, int64_t seconds)
{
	uint64_t size = seconds < 0 ? 0 - (uint64_t)seconds : (uint64_t)seconds;

	fprintf(s->to, "%s%" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
	    seconds < 0 ? "-" : "", size / 3600, size / 60 % 60, size % 60);
}

static int
cell(
    struct sheet *s, size_t column, const struct sheet_cell *c, struct err *err)
{
	(void)err;
	if (column > 0)
		putc(',', s->to);
	if (c->is_empty)
		return 0;
	switch (s->o.columns[column].type) {
	case SHEET_TEXT:
	case SHEET_WORD:
	case SHEET_WORDS:
	case SHEET_FLAG:
		put_text(s, c->text);
		break;
	case SHEET_WHOLE:
		fprintf(s->to, "%" PRId64, c->whole);
		break;
	case SHEET_REAL:
		fprintf(s->to, "%.10g", c->real);
		break;
	case SHEET_CENTS:
		put_cents(s, c->whole);
		break;
	case SHEET_SPAN:
		put_span(s, c->whole);
		break;
	case SHEET_TIME:
		fprintf(s->to, "%04d-%02d-%02d %02d:%02d:%02d", c->at.year,
		    c->at.month, c->at.day, c->at.hour, c->at.minute,
		    c->at.second);
		break;
	}
	return 0;
}

static int
end(struct sheet *s, struct err *err)
{
	return fflush(s->to) != 0 || ferror(s->to) ? sheet__broken(s, err) : 0;
}

static void
close_sheet(struct sheet *s)
{
	(void)s;
}

const struct sheet_writer sheet__csv = {.begin = begin,
    .cell = cell,
    .row_end = row_end,
    .end = end,
    .free = close_sheet};
