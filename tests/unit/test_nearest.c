/*
 * The name that a misspelt word was meant to be.
 *
 * Turned red by: swapped letters that count twice, a name said that is far.
 */
#include "common/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *
found(const char *word, bool is_begun)
{
	static const char *const names[] = {"ticket", "tenant", "team",
	    "template", "list", "show", "New ticket", "conversation", "id",
	    NULL};
	struct nearest n;

	nearest_begin(&n, word, strlen(word));
	n.is_begun = is_begun;
	for (size_t i = 0; names[i] != NULL; i++)
		nearest_look(&n, names[i]);
	return nearest_found(&n);
}

static void
nearest__finds__what_was_meant(void **state)
{
	(void)state;
	assert_string_equal(found("tikcet", false), "ticket");
	assert_string_equal(found("tickets", false), "ticket");
	assert_string_equal(found("tiket", false), "ticket");
	assert_string_equal(found("lsit", false), "list");
	assert_string_equal(found("sohw", false), "show");
	assert_string_equal(found("tmeplaet", false), "template");
	assert_string_equal(found("converstaion", false), "conversation");
}

static void
nearest__says_nothing__of_what_is_far(void **state)
{
	char *text = calloc(1, 1000);

	(void)state;
	assert_null(found("", false));
	assert_null(found("di", false));
	assert_null(found("move", false));
	assert_null(found("zzzzzzzzzz", false));
	assert_null(found("invoice", false));
	memset(text, 't', 999);
	assert_null(found(text, false));
	free(text);
}

static void
nearest__begun_word__is_the_beginning_of_a_name(void **state)
{
	(void)state;
	assert_null(found("tikc", false));
	assert_string_equal(found("tikc", true), "ticket");
	assert_string_equal(found("Nwe t", true), "New ticket");
	assert_string_equal(found("convrs", true), "conversation");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nearest__finds__what_was_meant),
	    cmocka_unit_test(nearest__says_nothing__of_what_is_far),
	    cmocka_unit_test(nearest__begun_word__is_the_beginning_of_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
