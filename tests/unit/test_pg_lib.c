/* Unit tests of db/engine/pg_lib: loaded late, and only once. */
#include "common/fsutil.h"
#include "db/engine/pg_int.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static bool
is_loaded(void)
{
	struct str maps = STR_INIT;
	bool found;

	assert_int_equal(fs_read("/proc/self/maps", 1 << 20, &maps, NULL), 0);
	found = strstr(maps.s, "/libpq") != NULL;
	str_free(&maps);
	return found;
}

/* A desk in a file must not pay for it at its start. */
static void
pg__load__not_before_a_server_is_wanted(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_false(is_loaded());
	assert_int_equal(pg__load(&err), 0);
	assert_true(is_loaded());
	assert_int_equal(pg__load(&err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pg__load__not_before_a_server_is_wanted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
