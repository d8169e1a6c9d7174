/*
 * csv - comma-separated records, read one at a time.
 */
#include "common/csv.h"
#include "common/str.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define END         (-1)

enum state {
	FIELD_START,
	BARE,   /* in a field without quotes */
	QUOTED, /* in one with quotes */
	CLOSED, /* behind the closing quote */
	SKIPPED /* the rest of a line that cannot be read */
};

enum fault {
	FAULT_NONE,
	FAULT_QUOTE,
	FAULT_OPEN,
	FAULT_NUL,
	FAULT_LONG,
	FAULT_FIELDS
};

struct csv {
	FILE *in; /* borrowed */
	char separator;
	enum csv_encoding encoding;
	char buffer[BUFFER_SIZE];
	size_t filled, at;
	int64_t position; /* bytes of buffers before this one */
	int64_t line;     /* of the next byte */
	int error;        /* errno when the file cannot be read on */
	struct str text;  /* the record's fields, a NUL behind each */
	size_t starts[CSV_FIELDS_MAX];
	const char *fields[CSV_FIELDS_MAX];
	size_t count;
	size_t bytes; /* of the record */
};

/* True when there is a byte at csv->at. */
static bool
fill(struct csv *csv)
{
	if (csv->at < csv->filled)
		return true;
	csv->position += (int64_t)csv->filled;
	csv->at = 0;
	csv->filled = fread(csv->buffer, 1, BUFFER_SIZE, csv->in);
	if (csv->filled == 0 && ferror(csv->in))
		csv->error = errno;
	return csv->filled > 0;
}

static int
peek(struct csv *csv)
{
	return fill(csv) ? (unsigned char)csv->buffer[csv->at] : END;
}

/* The next byte; every kind of line end comes as one '\n'. */
static int
take(struct csv *csv)
{
	int c = peek(csv);

	if (c == END)
		return END;
	csv->at++;
	csv->bytes++;
	if (c == '\r') {
		c = '\n';
		if (peek(csv) == '\n')
			csv->at++;
	}
	if (c == '\n')
		csv->line++;
	return c;
}

/* Of those in the first line, outside quotes, the most frequent. */
static char
guess_separator(const struct csv *csv)
{
	static const char candidates[] = ",;\t|";
	size_t seen[sizeof(candidates) - 1] = {0}, best = 0;
	bool is_quoted = false;

	for (size_t i = csv->at; i < csv->filled; i++) {
		char c = csv->buffer[i];
		const char *candidate;

		if (c == '"')
			is_quoted = !is_quoted;
		if (is_quoted)
			continue;
		if (c == '\n' || c == '\r')
			break;
		if (c != '\0' && (candidate = strchr(candidates, c)))
			seen[candidate - candidates]++;
	}
	for (size_t i = 1; i < sizeof(candidates) - 1; i++)
		if (seen[i] > seen[best])
			best = i;
	return candidates[best];
}

static bool
begins_with(const struct csv *csv, const void *bytes, size_t n)
{
	return csv->filled >= n && memcmp(csv->buffer, bytes, n) == 0;
}

static int
cannot_read(const struct csv *csv, struct err *err)
{
	errno = csv->error;
	return err_set(err, OD_EIO, "The file cannot be read: %m");
}

static int
look_at_start(struct csv *csv, struct err *err)
{
	if (!fill(csv) && csv->error)
		return cannot_read(csv, err);
	if (begins_with(csv, "\xff\xfe", 2) || begins_with(csv, "\xfe\xff", 2))
		return err_set(err, OD_EDATA,
		    "The file is UTF-16: save it as CSV in UTF-8.");
	if (begins_with(csv, "PK\3\4", 4) ||
	    begins_with(csv, "\xd0\xcf\x11\xe0", 4))
		return err_set(err, OD_EDATA,
		    "The file is a spreadsheet's own format: save it as CSV.");
	if (begins_with(csv, "\xef\xbb\xbf", 3))
		csv->at = 3;
	return 0;
}

int
csv_open(FILE *in, const struct csv_options *options, struct csv **out,
    struct err *err)
{
	struct csv *csv = xcalloc(1, sizeof(*csv));
	int rc;

	csv->in = in;
	csv->encoding = options->encoding;
	csv->line = 1;
	str_init(&csv->text);
	if ((rc = look_at_start(csv, err)) != 0) {
		csv_free(&csv);
		return rc;
	}
	csv->separator = options->separator;
	if (csv->separator == '\0')
		csv->separator = guess_separator(csv);
	*out = csv;
	return 0;
}

void
csv_free(struct csv **csv)
{
	if (*csv)
		str_free(&(*csv)->text);
	FREE(csv);
}

int64_t
csv_position(const struct csv *csv)
{
	return csv->position + (int64_t)csv->at;
}

/*
 * A record.
 */

static void
add_byte(struct csv *csv, int c)
{
	/* What Windows-1252 has where Latin-1 has control characters. */
	static const uint16_t upper[32] = {0x20ac, 0xfffd, 0x201a, 0x192,
	    0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152,
	    0xfffd, 0x17d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d,
	    0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0xfffd,
	    0x17e, 0x178};
	char encoded[4];
	uint32_t cp = (uint32_t)c;

	if (csv->encoding == CSV_UTF8 || c < 0x80) {
		str_addc(&csv->text, (char)c);
		return;
	}
	if (c < 0xa0)
		cp = upper[c - 0x80];
	str_addn(&csv->text, encoded, utf8_encode(cp, encoded));
}

/* False when there are too many fields. */
static bool
begin_field(struct csv *csv)
{
	if (csv->count == CSV_FIELDS_MAX)
		return false;
	csv->starts[csv->count++] = csv->text.len;
	return true;
}

/* One byte more; the state after it. */
static enum state
step(struct csv *csv, enum state state, int c, enum fault *fault)
{
	if (c == '\0') {
		*fault = FAULT_NUL;
		return SKIPPED;
	}
	if (csv->bytes > CSV_RECORD_MAX) {
		*fault = FAULT_LONG;
		return SKIPPED;
	}
	if (c == '"' && state != BARE) {
		if (state == CLOSED)
			add_byte(csv, c); /* two of them are one */
		return state == QUOTED ? CLOSED : QUOTED;
	}
	if (state != QUOTED && c == csv->separator) {
		str_addc(&csv->text, '\0');
		if (begin_field(csv))
			return FIELD_START;
		*fault = FAULT_FIELDS;
		return SKIPPED;
	}
	if (state == CLOSED) {
		*fault = FAULT_QUOTE;
		return SKIPPED;
	}
	add_byte(csv, c);
	return state == QUOTED ? QUOTED : BARE;
}

/* Reads to the end of the record, or of the line that spoilt it. */
static enum fault
read_record(struct csv *csv)
{
	enum state state = FIELD_START;
	enum fault fault = FAULT_NONE;
	int c;

	str_clear(&csv->text);
	csv->count = 0;
	csv->bytes = 0;
	begin_field(csv);
	while ((c = take(csv)) != END && (c != '\n' || state == QUOTED))
		if (state != SKIPPED)
			state = step(csv, state, c, &fault);
	str_addc(&csv->text, '\0');
	return state == QUOTED ? FAULT_OPEN : fault;
}

static int
refuse(enum fault fault, int64_t line, struct err *err)
{
	long long n = line;

	switch (fault) {
	case FAULT_QUOTE:
		return err_set(err, OD_EDATA,
		    "Line %lld has text behind a closing quote: write a quote "
		    "within a field twice.",
		    n);
	case FAULT_OPEN:
		return err_set(err, OD_EDATA,
		    "Line %lld opens a quote that nothing closes.", n);
	case FAULT_NUL:
		return err_set(err, OD_EDATA,
		    "Line %lld holds a NUL byte, which no text does.", n);
	case FAULT_LONG:
		return err_set(err, OD_ELIMIT,
		    "Line %lld begins a record of more than %d bytes.", n,
		    CSV_RECORD_MAX);
	case FAULT_FIELDS:
		return err_set(err, OD_ELIMIT,
		    "Line %lld has more than %d fields.", n, CSV_FIELDS_MAX);
	case FAULT_NONE:
		break;
	}
	return err_set(err, OD_EDATA,
	    "Line %lld is not UTF-8: save the file as UTF-8, or say that it "
	    "is windows-1252.",
	    n);
}

int
csv_next(struct csv *csv, struct csv_row *row, struct err *err)
{
	enum fault fault;

	do {
		*row = (struct csv_row){.line = csv->line};
		if (peek(csv) == END) {
			return csv->error ? cannot_read(csv, err)
			                  : OD_ENOTFOUND;
		}
		fault = read_record(csv);
	} while (fault == FAULT_NONE && csv->text.len == 1);
	if (csv->error)
		return cannot_read(csv, err);
	if (fault != FAULT_NONE || !utf8_valid(csv->text.s, csv->text.len))
		return refuse(fault, row->line, err);
	for (size_t i = 0; i < csv->count; i++)
		csv->fields[i] = csv->text.s + csv->starts[i];
	row->fields = csv->fields;
	row->count = csv->count;
	return 0;
}
