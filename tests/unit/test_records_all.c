/*
 * The rows of a query are read to their end; when that fails behind some of
 * them, or the query failed already, there are none.
 *
 * Turned red by: a list that keeps what it read before the error, a count
 * that stays, a query that is not closed.
 */
#include "db/records/records_int.h"
#include "tests/lib/desk_test.h"

/* A number that has no absolute value ends the query behind the first row. */
#define NUMBERS                                                                \
	"SELECT abs(x.n) FROM (SELECT CAST(7 AS BIGINT) AS n"                  \
	" UNION ALL SELECT CAST($1 AS BIGINT)) x"

static void
read_number(struct stmt *st, void *row)
{
	*(int64_t *)row = stmt_int(st, 0);
}

static int64_t *
numbers(struct desk_fixture *f, const char *sql, int64_t second, size_t *count,
    int *rc)
{
	struct stmt *st = NULL;
	struct err err = ERR_INIT;
	int64_t *rows;

	*count = 9;
	*rc = db_query(f->d->db, &st, sql, BINDS(b_int(second)), &err);
	rows = records__all(&st, sizeof(*rows), read_number, count, rc, &err);
	assert_null(st);
	return rows;
}

static void
records_all__to_the_end__has_each_row(void **state)
{
	size_t count;
	int rc;
	int64_t *rows = numbers(*state, NUMBERS, -8, &count, &rc);

	assert_int_equal(rc, 0);
	assert_int_equal(count, 2);
	assert_int_equal(rows[0] + rows[1], 15);
	free(rows);
}

static void
records_all__fails_behind_a_row__has_none(void **state)
{
	size_t count;
	int rc;
	int64_t *rows = numbers(*state, NUMBERS, INT64_MIN, &count, &rc);

	assert_true(rc < 0);
	assert_null(rows);
	assert_int_equal(count, 0);
}

static void
records_all__query_fails__has_none(void **state)
{
	size_t count;
	int rc;
	int64_t *rows = numbers(
	    *state, "SELECT n FROM no_such_table WHERE n = $1", 1, &count, &rc);

	assert_true(rc < 0);
	assert_null(rows);
	assert_int_equal(count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(records_all__to_the_end__has_each_row),
	    DESK_TEST(records_all__fails_behind_a_row__has_none),
	    DESK_TEST(records_all__query_fails__has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
