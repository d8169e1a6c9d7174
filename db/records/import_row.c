/* import_row - a row's values by what they are; see import_int.h. */
#include "common/digest.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/import_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

/* ---- headings ---- */

static int
own_field(const struct importing *im, const char *heading)
{
	char folded[80], name[80];

	import_fold(folded, sizeof(folded), heading);
	for (size_t i = 0; i < im->out->field_count; i++) {
		import_fold(name, sizeof(name), im->out->fields[i].name);
		if (strcmp(im->out->fields[i].key, heading) == 0 ||
		    (folded[0] != '\0' && strcmp(name, folded) == 0))
			return OWN_FIELD + (int)i;
	}
	return NO_FIELD;
}

static int
field_of(const struct importing *im, const char *heading)
{
	char folded[80];
	int field;

	import_fold(folded, sizeof(folded), heading);
	for (size_t i = 0; i < im->o->map_count; i++)
		if (strcmp(im->maps[i].folded, folded) == 0)
			return im->maps[i].field;
	/* What the desk itself asks for goes before what others mean by it. */
	field = own_field(im, heading);
	return field != NO_FIELD ? field
	                         : (int)import_heading(im->o->kind, heading);
}

/* For the report: a heading and what it means, once. */
static void
list_column(struct importing *im, const char *heading, int field)
{
	struct import_result *out = im->out;
	struct import_column *c;
	char line[65];

	records__line(line, sizeof(line), heading);
	for (size_t i = 0; i < out->column_count; i++)
		if (strcmp(out->columns[i].heading, line) == 0)
			return;
	if (out->column_count == IMPORT_COLUMNS_MAX)
		return;
	c = &out->columns[out->column_count++];
	str_copy(c->heading, sizeof(c->heading), line);
	c->field = field >= OWN_FIELD ? out->fields[field - OWN_FIELD].key
	           : field == NO_FIELD
	               ? ""
	               : import_field_name((enum import_field)field);
}

static bool
has_column(const struct importing *im, size_t count, enum import_field field)
{
	for (size_t i = 0; i < count; i++)
		if (im->columns[i] == (int)field)
			return true;
	return false;
}

/* A file whose columns are all strange is another one than was meant. */
int
import__check_columns(const struct importing *im, const char *const *names,
    size_t count, struct err *err)
{
	enum import_field needed =
	    im->o->kind == IMPORT_TICKETS ? IN_SUBJECT : IN_NAME;
	struct str list = STR_INIT;
	int rc;

	if (has_column(im, count, needed) ||
	    (im->o->kind == IMPORT_TICKETS &&
		has_column(im, count, IN_DESCRIPTION)) ||
	    (im->o->kind == IMPORT_CONTACTS &&
		(has_column(im, count, IN_EMAIL) ||
		    has_column(im, count, IN_PHONE))))
		return 0;
	for (size_t i = 0; i < count && i < 12; i++) {
		char line[41];

		text_safe_buf(line, sizeof(line), names[i]);
		str_addf(&list, "%s%s", i > 0 ? ", " : "", line);
	}
	rc = err_set(err, OD_EDATA,
	    "No column is known as the %s; say which one it is with --map"
	    " HEADING=%s (headings: %s)",
	    import_field_name(needed), import_field_name(needed),
	    list.s != NULL ? list.s : "");
	str_free(&list);
	return rc;
}

void
import__map_headings(
    struct importing *im, const char *const *names, size_t count)
{
	if (count > IMPORT_COLUMNS_MAX)
		count = IMPORT_COLUMNS_MAX;
	for (size_t i = 0; i < count; i++) {
		im->columns[i] = field_of(im, names[i]);
		list_column(im, names[i], im->columns[i]);
	}
}

/* ---- values ---- */

static const char *
meant(const struct importing *im, int field, const char *value)
{
	char folded[80];

	while (*value == ' ' || *value == '\t')
		value++;
	if (strcmp(value, "NULL") == 0 || strcmp(value, "\\N") == 0)
		return "";
	if (im->o->word_count == 0)
		return value;
	import_fold(folded, sizeof(folded), value);
	for (size_t i = 0; i < im->o->word_count; i++)
		if ((int)im->words[i].field == field &&
		    strcmp(im->words[i].folded, folded) == 0)
			return im->words[i].to;
	return value;
}

static void
take_value(struct importing *im, struct import_in *in, int field,
    const char *heading, const char *value)
{
	if (field >= OWN_FIELD) {
		if (in->given_count < GIVEN_MAX)
			in->given[in->given_count++] = (struct ticket_given){
			    im->out->fields[field - OWN_FIELD].key, value};
		return;
	}
	if (field == IN_COMMENT || field == IN_NOTES) {
		if (in->extra_count < EXTRA_MAX) {
			in->extra[in->extra_count].heading = heading;
			in->extra[in->extra_count++].text = value;
		}
		return;
	}
	/* Of two columns the first one that says something. */
	if (in->value[field][0] == '\0') {
		in->value[field] = value;
		im->heading_of[field] = heading;
	}
}

static void
add(struct digest *sum, const char *s)
{
	digest_add(sum, s, strlen(s) + 1);
}

static void
make_digest(struct import_in *in)
{
	struct digest *sum = digest_start();
	uint8_t bytes[SHA256_SIZE];

	for (int i = 0; i < IN_FIELD_COUNT; i++)
		add(sum, in->value[i]);
	for (size_t i = 0; i < in->extra_count; i++)
		add(sum, in->extra[i].text);
	for (size_t i = 0; i < in->given_count; i++) {
		add(sum, in->given[i].key);
		add(sum, in->given[i].value);
	}
	if (in->comments != NULL) {
		struct str text = STR_INIT;

		json_print(in->comments, &text);
		add(sum, text.s);
		str_free(&text);
	}
	digest_finish(&sum, bytes);
	hex_encode(in->digest, bytes, sizeof(bytes));
}

/* By what the other system knows the row; else by all that it says. */
static void
make_key(enum import_kind kind, struct import_in *in)
{
	static const enum import_field by[][5] = {
	    [IMPORT_TICKETS] = {IN_ID, IN_NUMBER, IN_REFERENCE, NO_FIELD},
	    [IMPORT_CONTACTS] = {IN_ID, IN_CRM, IN_EMAIL, IN_PHONE, NO_FIELD},
	    [IMPORT_EMPLOYEES] = {IN_CODE, IN_EMAIL, NO_FIELD},
	};
	static const char letters[] = {'t', 'c', 'e'};
	char line[KEY_SIZE - 2] = "";

	for (int i = 0; i < 5 && by[kind][i] != NO_FIELD; i++)
		if (in->value[by[kind][i]][0] != '\0') {
			records__line(
			    line, sizeof(line), in->value[by[kind][i]]);
			break;
		}
	str_format(in->key, sizeof(in->key), "%c:%s%s", letters[kind],
	    line[0] != '\0' ? "" : "#", line[0] != '\0' ? line : in->digest);
}

int
import__take_row(struct importing *im, const struct import_row *row,
    struct import_in *in, struct err *err)
{
	in->line = row->line;
	in->given_count = in->extra_count = 0;
	in->comments = row->comments;
	for (int i = 0; i < IN_FIELD_COUNT; i++) {
		in->value[i] = "";
		im->heading_of[i] = NULL;
	}
	if (!row->same_names)
		import__map_headings(im, row->names, row->count);
	for (size_t i = 0; i < row->count && i < IMPORT_COLUMNS_MAX; i++) {
		if (im->columns[i] == NO_FIELD)
			continue;
		if (row->values[i] == NULL) {
			im->bad_field = row->names[i];
			return err_set(err, OD_EDATA,
			    "This is no text in UTF-8; write it anew there, or"
			    " leave it empty");
		}
		const char *value = meant(im, im->columns[i], row->values[i]);

		if (value[0] != '\0')
			take_value(
			    im, in, im->columns[i], row->names[i], value);
	}
	make_digest(in);
	make_key(im->o->kind, in);
	return 0;
}

/* ---- what is said about a row ---- */

void
import__tell(struct importing *im, enum import_outcome outcome,
    enum import_field field, const char *reason)
{
	const char *heading = im->bad_field;
	struct import_told told = {
	    .line = im->line, .outcome = outcome, .reason = reason};

	if (field < IN_FIELD_COUNT)
		heading = im->heading_of[field] != NULL
		              ? im->heading_of[field]
		              : import_field_name(field);
	told.field = heading != NULL ? heading : "";
	if (outcome == IMPORT_NOTE)
		im->out->notes++;
	if (im->o->tell != NULL)
		im->o->tell(&told, im->o->data);
}

void
import__note(
    struct importing *im, enum import_field field, const char *fmt, ...)
{
	char reason[ERR_TEXT_SIZE], safe[ERR_TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	str_vformat(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	text_safe_buf(safe, sizeof(safe), reason);
	import__tell(im, IMPORT_NOTE, field, safe);
}

int
import__fault(struct importing *im, enum import_field field, int rc)
{
	if (rc != 0)
		im->bad_field = im->heading_of[field] != NULL
		                    ? im->heading_of[field]
		                    : import_field_name(field);
	return rc;
}
