/*
 * bench_export - rows a second of a list of twelve columns, written as a
 * workbook, durable and under its name.
 *
 * SQLite only: no desk is opened.
 *
 * Beside it: the same rows as CSV.  EXPORT_ROWS says how many.
 */
#include "common/clock.h"
#include "common/str.h"
#include "tests/lib/figures.h"
#include "tests/lib/tmp.h"
#include "tui/export/sheet.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct sheet_column columns[] = {{"call_id", SHEET_TEXT},
    {"started_at", SHEET_TIME}, {"direction", SHEET_WORD},
    {"state", SHEET_WORD}, {"number", SHEET_TEXT}, {"contact_name", SHEET_TEXT},
    {"operator", SHEET_TEXT}, {"talk_s", SHEET_SPAN}, {"hold_s", SHEET_SPAN},
    {"disposition", SHEET_TEXT}, {"sale_cents", SHEET_CENTS},
    {"notes", SHEET_TEXT}};

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench_export: %s\n", err->text);
	abort();
}

static double
rows_a_second(struct tmp *tmp, enum sheet_format format, int64_t rows)
{
	const struct sheet_options o = {.format = format,
	    .path = tmp_path(tmp, format == SHEET_CSV ? "a.csv" : "a.xlsx"),
	    .title = "Calls",
	    .noun = "call",
	    .columns = columns,
	    .count = sizeof(columns) / sizeof(columns[0]),
	    .zone = zone_utc()};
	int64_t since = clock_mono_us();
	struct err err = ERR_INIT;
	struct sheet *s;
	char json[512];

	must(sheet_open(&o, &s, &err), &err);
	for (int64_t i = 0; i < rows; i++) {
		str_format(json, sizeof(json),
		    "{\"call_id\":\"%016llx\",\"started_at\":"
		    "\"2026-11-21T09:%02d:%02dZ\",\"direction\":\"in\","
		    "\"state\":\"ended\",\"number\":\"+34600%06d\","
		    "\"contact_name\":\"Lucía Peña %d\",\"operator\":\"ana\","
		    "\"talk_s\":%d,\"hold_s\":%d,\"disposition\":\"SALE\","
		    "\"sale_cents\":%d,\"notes\":\"Quiere el plan de fibra\"}",
		    (unsigned long long)i, (int)(i / 60 % 60), (int)(i % 60),
		    (int)(i % 1000000), (int)(i % 977), (int)(i % 900),
		    (int)(i % 40), (int)(i % 9000));
		must(sheet_row(s, json, strlen(json), &err), &err);
	}
	must(sheet_finish(s, &err), &err);
	must(sheet_keep(&s, &err), &err);
	return (double)rows * 1e6 / (double)(clock_mono_us() - since);
}

int
main(void)
{
	int64_t rows = figure_setting("EXPORT_ROWS", 100000);
	double book, csv;
	struct tmp tmp;

	tmp_make(&tmp);
	csv = rows_a_second(&tmp, SHEET_CSV, rows);
	book = rows_a_second(&tmp, SHEET_XLSX, rows);
	figure_beside("export.xlsx", book, "csv", csv, 0, "rows/s");
	tmp_remove(&tmp);
	return 0;
}
