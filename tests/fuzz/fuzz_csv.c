/*
 * Records of a file of commas: any bytes, and what must hold of them.  The
 * first byte chooses encoding and separator.
 */
#include "common/csv.h"
#include "common/utf8.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_all(struct csv *csv)
{
	struct csv_row row;
	int64_t line = 0;
	int rc;

	while ((rc = csv_next(csv, &row, NULL)) != OD_ENOTFOUND) {
		BUG_ON(row.line <= line);
		line = row.line;
		BUG_ON((rc == 0) != (row.count > 0));
		BUG_ON(rc == OD_EIO);
		for (size_t i = 0; i < row.count; i++)
			BUG_ON(
			    !utf8_valid(row.fields[i], strlen(row.fields[i])));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_options options = {0};
	struct csv *csv = NULL;
	FILE *in;

	if (size < 2)
		return 0;
	options.encoding = data[0] & 1 ? CSV_WINDOWS_1252 : CSV_UTF8;
	options.separator = data[0] & 2 ? ',' : '\0';
	in = fmemopen((void *)(uintptr_t)(data + 1), size - 1, "r");
	if (in == NULL)
		return 0;
	if (csv_open(in, &options, &csv, NULL) == 0)
		read_all(csv);
	csv_free(&csv);
	fclose(in);
	return 0;
}
