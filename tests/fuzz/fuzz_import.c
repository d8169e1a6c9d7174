/*
 * Rows of another system's file: any bytes as headings, words and dates, and
 * as a file of JSON objects.  The first byte chooses the kind.
 */
#include "common/json_rows.h"
#include "common/utf16.h"
#include "common/utf8.h"
#include "db/records/import_map.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each part between two newlines is a heading, a word and a date. */
static void
read_words(enum import_kind kind, const char *text)
{
	char *copy = strdup(text), *next = copy;

	while (next != NULL) {
		char *word = next, folded[80];
		const char *lang;
		int64_t us;
		int n;

		next = strchr(word, '\n');
		if (next != NULL)
			*next++ = '\0';
		BUG_ON(import_heading(kind, word) > IN_FIELD_COUNT);
		BUG_ON(import_field_by_name(kind, word) > IN_FIELD_COUNT);
		import_fold(folded, sizeof(folded), word);
		BUG_ON(strlen(folded) >= sizeof(folded));
		BUG_ON(import_state(word, &n) && (n < 0 || n > 4));
		BUG_ON(import_level(word, &n) && (n < 1 || n > 5));
		BUG_ON(import_source(word, &n) && (n < 0 || n > 7));
		(void)import_lang(word, &lang);
		for (int d = 0; d < 2; d++)
			if (import_time(word, zone_utc(), (enum import_dates)d,
				&us, NULL) == 0)
				BUG_ON(us < 0);
	}
	free(copy);
}

static void
read_objects(FILE *in)
{
	struct json_rows *rows = json_rows_open(in);
	const struct json *object = NULL;
	int64_t line = 0, before = 0;
	int rc;

	while (
	    (rc = json_rows_next(rows, &line, &object, NULL)) != OD_ENOTFOUND) {
		BUG_ON(rc == OD_EIO);
		BUG_ON(line < before);
		BUG_ON(rc == 0 && json_type(object) != JSON_OBJECT);
		before = line;
	}
	json_rows_free(&rows);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	FILE *in, *decoded;

	if (size < 2)
		return 0;
	text = malloc(size);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	read_words((enum import_kind)(data[0] % 3), text);
	in = fmemopen(text, size - 1, "r");
	if (in != NULL) {
		decoded = data[0] & 0x80 ? utf16_open(in) : NULL;
		read_objects(decoded != NULL ? decoded : in);
		if (decoded != NULL)
			fclose(decoded);
		fclose(in);
	}
	free(text);
	return 0;
}
