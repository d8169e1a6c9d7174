/*
 * Unit tests of common/i18n and of the catalogues built into it.
 */
#include "common/i18n.h"
#include "common/i18n_table.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void
lang_parse__locale_names__gives_language(void **state)
{
	static const struct {
		const char *name;
		int want; /* -1: neither */
	} cases[] = {{"es", LANG_ES}, {"en", LANG_EN}, {"es_CO.UTF-8", LANG_ES},
	    {"ES-mx", LANG_ES}, {"en_GB@euro", LANG_EN}, {"es.UTF-8", LANG_ES},
	    {"C", -1}, {"", -1}, {"est", -1}, {"eng", -1}, {"e", -1},
	    {"fr_FR", -1}, {"pt-es", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum lang lang = LANG_COUNT;
		bool ok = lang_parse(cases[i].name, &lang);

		assert_int_equal(ok, cases[i].want >= 0);
		if (ok)
			assert_int_equal(lang, cases[i].want);
		else
			assert_int_equal(lang, LANG_COUNT);
	}
	assert_false(lang_parse(NULL, &(enum lang){LANG_EN}));
}

static void
lang_code__each__parses_back(void **state)
{
	(void)state;
	for (int i = 0; i < LANG_COUNT; i++) {
		enum lang lang = LANG_COUNT;

		assert_true(lang_parse(lang_code((enum lang)i), &lang));
		assert_int_equal(lang, i);
		assert_true(lang_name((enum lang)i)[0] != '\0');
	}
}

static void
catalogue__each__is_sorted_and_complete(void **state)
{
	(void)state;
	for (int l = 0; l < LANG_COUNT; l++) {
		const struct i18n_catalogue *c = &i18n_catalogues[l];

		for (size_t i = 0; i < c->count; i++) {
			const struct i18n_entry *e = &c->entries[i];

			assert_true(e->msgid[0] != '\0');
			assert_true(e->text[0][0] != '\0');
			if (i > 0)
				assert_true(strcmp(c->entries[i - 1].msgid,
						e->msgid) < 0);
			/* Found again by its own key. */
			assert_ptr_equal(
			    tr((enum lang)l, e->msgid), e->text[0]);
		}
	}
}

static void
tr__unknown_text__stays(void **state)
{
	static const char text[] = "zz no catalogue has this";

	(void)state;
	for (int l = 0; l < LANG_COUNT; l++) {
		assert_ptr_equal(tr((enum lang)l, text), text);
		/* The header of a catalogue is not a text. */
		assert_string_equal(tr((enum lang)l, ""), "");
	}
}

static void
tr__known_text__translated(void **state)
{
	(void)state;
	assert_string_equal(
	    tr(LANG_ES, "a comma is missing"), "falta una coma");
	assert_string_equal(
	    tr(LANG_EN, "a comma is missing"), "a comma is missing");
	i18n_set_thread(LANG_ES);
	assert_string_equal(_("a comma is missing"), "falta una coma");
	i18n_clear_thread();
}

static void
tr_n__unknown_text__english_plural(void **state)
{
	(void)state;
	assert_string_equal(tr_n(LANG_ES, "zz one", "zz many", 1), "zz one");
	assert_string_equal(tr_n(LANG_ES, "zz one", "zz many", 0), "zz many");
	assert_string_equal(tr_n(LANG_EN, "zz one", "zz many", 2), "zz many");
	assert_string_equal(tr_n(LANG_EN, "zz one", "zz many", -1), "zz many");
}

static void *
other_thread(void *arg)
{
	enum lang *seen = arg;

	seen[0] = i18n_lang();
	i18n_set_thread(LANG_ES);
	seen[1] = i18n_lang();
	return NULL;
}

static void
i18n_set_thread__in_one_thread__leaves_the_others(void **state)
{
	enum lang seen[2];
	pthread_t t;

	(void)state;
	assert_int_equal(i18n_lang(), LANG_EN);
	assert_int_equal(pthread_create(&t, NULL, other_thread, seen), 0);
	assert_int_equal(pthread_join(t, NULL), 0);
	assert_int_equal(seen[0], LANG_EN);
	assert_int_equal(seen[1], LANG_ES);
	assert_int_equal(i18n_lang(), LANG_EN);

	i18n_set_process(LANG_ES);
	assert_int_equal(i18n_lang(), LANG_ES);
	i18n_set_thread(LANG_EN);
	assert_int_equal(i18n_lang(), LANG_EN);
	i18n_clear_thread();
	assert_int_equal(i18n_lang(), LANG_ES);
	i18n_set_process(LANG_EN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lang_parse__locale_names__gives_language),
	    cmocka_unit_test(lang_code__each__parses_back),
	    cmocka_unit_test(catalogue__each__is_sorted_and_complete),
	    cmocka_unit_test(tr__unknown_text__stays),
	    cmocka_unit_test(tr__known_text__translated),
	    cmocka_unit_test(tr_n__unknown_text__english_plural),
	    cmocka_unit_test(i18n_set_thread__in_one_thread__leaves_the_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
