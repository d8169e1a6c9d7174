/* json_rows - see json_rows.h. */
#include "common/json_rows.h"
#include "common/xalloc.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct json_rows {
	FILE *in; /* borrowed */
	struct json *object;
	struct str text;
	int64_t line;
	bool begun, is_list, ended;
	bool is_spoilt; /* go on at a line that begins with an object */
};

static const struct json_limits limits = {
    .max_bytes = JSON_ROW_MAX,
    .max_depth = JSON_MAX_DEPTH,
    .max_nodes = 20000,
    .max_string = JSON_ROW_MAX,
};

struct json_rows *
json_rows_open(FILE *in)
{
	struct json_rows *r = xcalloc(1, sizeof(*r));

	r->in = in;
	r->line = 1;
	str_init(&r->text);
	return r;
}

void
json_rows_free(struct json_rows **rows)
{
	if (*rows != NULL) {
		json_free(&(*rows)->object);
		str_free(&(*rows)->text);
	}
	FREE(rows);
}

static int
take(struct json_rows *r)
{
	int c = getc(r->in);

	if (c == '\n')
		r->line++;
	return c;
}

/* The next byte that says something; EOF at the end. */
static int
next_byte(struct json_rows *r)
{
	int c;

	do
		c = take(r);
	while (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',');
	return c;
}

static void
skip_line(struct json_rows *r)
{
	int c;

	do
		c = take(r);
	while (c != EOF && c != '\n');
}

static int
next_object(struct json_rows *r)
{
	int c = next_byte(r);

	while (r->is_spoilt && c != EOF && c != '{') {
		skip_line(r);
		c = next_byte(r);
	}
	r->is_spoilt = false;
	return c;
}

/* The mark that some programs begin with, and what a list begins with. */
static int
begin(struct json_rows *r)
{
	int c = next_byte(r);

	r->begun = true;
	if (c == 0xef) {
		int second = getc(r->in), third = getc(r->in);

		if (second != 0xbb || third != 0xbf)
			return c;
		c = next_byte(r);
	}
	if (c != '[')
		return c;
	r->is_list = true;
	return next_byte(r);
}

enum outcome { WHOLE, CUT_OFF, OPEN_TEXT, TOO_LONG };

/* From behind the first brace to the one that closes it. */
static enum outcome
read_object(struct json_rows *r)
{
	bool in_text = false, escaped = false, is_long = false;
	int depth = 1, c;

	str_clear(&r->text);
	str_addc(&r->text, '{');
	while (depth > 0) {
		if ((c = take(r)) == EOF)
			return CUT_OFF;
		if (in_text && c == '\n')
			return OPEN_TEXT;
		if (r->text.len < JSON_ROW_MAX)
			str_addc(&r->text, (char)c);
		else
			is_long = true;
		if (escaped)
			escaped = false;
		else if (in_text && c == '\\')
			escaped = true;
		else if (c == '"')
			in_text = !in_text;
		else if (!in_text && (c == '{' || c == '['))
			depth++;
		else if (!in_text && (c == '}' || c == ']'))
			depth--;
	}
	return is_long ? TOO_LONG : WHOLE;
}

static int
parse(struct json_rows *r, int64_t line, struct err *err)
{
	struct err reason = ERR_INIT;

	if (json_parse(r->text.s, r->text.len, &limits, &r->object, &reason) ==
	    0)
		return 0;
	return err_set(err, OD_EDATA, "The object at line %lld is no JSON: %s",
	    (long long)line, reason.text);
}

static int
at_end(struct json_rows *r, int c, struct err *err)
{
	if (ferror(r->in))
		return err_set(err, OD_EIO, "The file cannot be read: %m");
	r->ended = true;
	if (c == EOF && r->is_list)
		return err_set(err, OD_EDATA,
		    "The file ends before its list does: it was cut off");
	return OD_ENOTFOUND;
}

int
json_rows_next(struct json_rows *r, int64_t *line, const struct json **object,
    struct err *err)
{
	int c;

	json_free(&r->object);
	if (r->ended)
		return OD_ENOTFOUND;
	c = r->begun ? next_object(r) : begin(r);
	*line = r->line;
	if (c == EOF || (c == ']' && r->is_list))
		return at_end(r, c, err);
	if (c != '{') {
		r->is_spoilt = true;
		skip_line(r);
		return err_set(err, OD_EDATA,
		    "Line %lld does not begin with an object",
		    (long long)*line);
	}
	switch (read_object(r)) {
	case CUT_OFF:
		if (ferror(r->in))
			return at_end(r, EOF, err);
		r->ended = true;
		return err_set(err, OD_EDATA,
		    "The file ends within the object at line %lld: it was cut"
		    " off",
		    (long long)*line);
	case OPEN_TEXT:
		r->is_spoilt = true;
		return err_set(err, OD_EDATA,
		    "The object at line %lld has a text that its line does not"
		    " end",
		    (long long)*line);
	case TOO_LONG:
		return err_set(err, OD_ELIMIT,
		    "The object at line %lld has more than %d bytes",
		    (long long)*line, JSON_ROW_MAX);
	case WHOLE:
		break;
	}
	if (parse(r, *line, err) != 0)
		return OD_EDATA;
	*object = r->object;
	return 0;
}
