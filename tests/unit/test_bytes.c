/*
 * Unit tests of syncd/api/bytes: which bytes a Range asks for, and names in
 * headers.
 *
 * Turned red by: a last byte that is not cut at the end, a quote in a name.
 */
#include "syncd/api/bytes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void
bytes_range__all_forms__are_what_the_header_says(void **state)
{
	static const struct {
		const char *header;
		int64_t size;
		int status;
		int64_t from, n;
	} rows[] = {{NULL, 10, 200, 0, 10}, {"bytes=0-4", 10, 206, 0, 5},
	    {"bytes=3-", 10, 206, 3, 7}, {"bytes=-3", 10, 206, 7, 3},
	    {"bytes=-99", 10, 206, 0, 10}, {"bytes=9-9", 10, 206, 9, 1},
	    {"bytes=2-99", 10, 206, 2, 8}, {"bytes=10-", 10, 416, 0, 10},
	    {"bytes=-0", 10, 416, 0, 10}, {"bytes=0-", 0, 416, 0, 0},
	    {"bytes=0-1,3-4", 10, 200, 0, 10}, {"bytes=4-2", 10, 200, 0, 10},
	    {"bytes=", 10, 200, 0, 10}, {"bytes=-", 10, 200, 0, 10},
	    {"bytes=a-b", 10, 200, 0, 10}, {"lines=0-4", 10, 200, 0, 10},
	    {"bytes=99999999999999999999-", 10, 200, 0, 10},
	    {"bytes=0-4x", 10, 200, 0, 10}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t from, n;

		assert_int_equal(
		    bytes_range(rows[i].header, rows[i].size, &from, &n),
		    rows[i].status);
		assert_int_equal(from, rows[i].from);
		assert_int_equal(n, rows[i].n);
	}
}

static void
bytes_disposition__any_title__stays_one_value(void **state)
{
	char dst[BYTES_DISPOSITION_SIZE], big[201];

	(void)state;
	bytes_disposition("a.pdf", dst);
	assert_string_equal(
	    dst, "attachment; filename=\"a.pdf\"; filename*=UTF-8''a.pdf");
	bytes_disposition("\xc3\xb1 \"x\"\\/%.txt", dst);
	assert_string_equal(dst,
	    "attachment; filename=\"__ _x____.txt\";"
	    " filename*=UTF-8''%C3%B1%20%22x%22%5C%2F%25.txt");
	memset(big, '\xc3', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	bytes_disposition(big, dst);
	assert_int_equal(strlen(dst), 22 + 200 + 1 + 2 + 17 + 600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_range__all_forms__are_what_the_header_says),
	    cmocka_unit_test(bytes_disposition__any_title__stays_one_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
