/* Unit tests of common/http_client_lib: loaded late, and only once. */
#include "common/fsutil.h"
#include "common/http_client.h"
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
	found = strstr(maps.s, "/libcurl") != NULL;
	str_free(&maps);
	return found;
}

/* A console that sends nothing must not pay for it at its start. */
static void
http__load__not_before_a_client_is_wanted(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_false(is_loaded());
	assert_int_equal(http_client_global_init(&err), 0);
	assert_true(is_loaded());
	assert_int_equal(http_client_global_init(&err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(http__load__not_before_a_client_is_wanted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
