/*
 * Unit tests of kb/objection and kb/objections: a card is whole in both
 * languages or it is refused with the field.
 *
 * Broken on purpose: without only() an unknown field is read over; without the
 * comparison of n_rebuttals a translation may lack one.
 */
#include "kb/objections.h"
#include "common/fsutil.h"
#include "common/share.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define REBUTTAL(n)                                                            \
	"{\"title\":\"t" n "\",\"text\":\"x" n "\",\"question\":\"q" n "\"}"
#define WORDS(title, rebuttals)                                                \
	"\"objection_title\":\"" title "\",\"objection_description\":\"d\","   \
	"\"rebuttals\":[" rebuttals "],\"avoid\":[\"a\"],"                     \
	"\"listen_for\":[\"l\"]"
#define TWO REBUTTAL("1") "," REBUTTAL("2")
#define CARD(head, phrases, other)                                             \
	"{\"no_oven\":{" head                                                  \
	"," WORDS("Horno", TWO) ",\"phrases\":{" phrases                       \
				"},\"translations\":{\"en\":{" other "}}}}"
#define HEAD    "\"language\":\"es\",\"category\":\"trust\""
#define PHRASES "\"es\":[\"no tengo horno\"],\"en\":[\"no oven\",\"none\"]"
#define OTHER   WORDS("Oven", TWO)

static void
objection_read__a_whole_card__both_languages(void **state)
{
	static const char card[] = CARD(HEAD, PHRASES, OTHER);
	struct objection *o = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(objection_read(card, strlen(card), &o, &err), 0);
	assert_string_equal(o->id, "no_oven");
	assert_string_equal(o->category, "trust");
	assert_int_equal(o->lang, LANG_ES);
	assert_string_equal(o->words[LANG_ES].title, "Horno");
	assert_string_equal(o->words[LANG_EN].title, "Oven");
	assert_int_equal(o->words[LANG_EN].n_rebuttals, 2);
	assert_string_equal(o->words[LANG_EN].rebuttals[1].question, "q2");
	assert_int_equal(o->phrases[LANG_EN].count, 2);
	assert_string_equal(o->phrases[LANG_ES].items[0], "no tengo horno");
	objection_free(&o);
	assert_null(o);
	objection_free(&o);
}

static void
objection_read__what_is_no_card__says_the_field(void **state)
{
	/* clang-format off */
	static const struct {
		const char *card, *says;
	} cases[] = {
	    {"[]", "its id alone"},
	    {"{}", "its id alone"},
	    {"{\"a\":{},\"b\":{}}", "its id alone"},
	    {"{\"a b\":{}}", "\"a b\""},
	    {"{\"a\":1}", "\"a\""},
	    {CARD(HEAD ",\"more\":1", PHRASES, OTHER), "\"more\""},
	    {CARD("\"language\":\"fr\",\"category\":\"trust\"", PHRASES, OTHER), "\"language\""},
	    {CARD("\"language\":\"es\",\"category\":\"x\"", PHRASES, OTHER), "\"category\""},
	    {CARD(HEAD, "\"es\":[\"x\"]", OTHER), "\"en\""},
	    {CARD(HEAD, "\"es\":[],\"en\":[\"x\"]", OTHER), "\"es\""},
	    {CARD(HEAD, "\"es\":[\" \"],\"en\":[\"x\"]", OTHER), "\"es\""},
	    {CARD(HEAD, PHRASES ",\"fr\":[\"x\"]", OTHER), "\"fr\""},
	    {CARD(HEAD, PHRASES, WORDS("", TWO)), "\"objection_title\""},
	    {CARD(HEAD, PHRASES, WORDS("O", REBUTTAL("1"))), "\"rebuttals\""},
	    {CARD(HEAD, PHRASES, WORDS("O", TWO "," TWO "," TWO)), "\"rebuttals\""},
	    {CARD(HEAD, PHRASES, WORDS("O", TWO "," TWO)), "as many"},
	    {CARD(HEAD, PHRASES, WORDS("O", "{\"title\":\"t\",\"text\":\"x\"}," REBUTTAL("1"))), "\"question\""},
	    {CARD(HEAD, PHRASES, OTHER ",\"phrases\":{}"), "\"phrases\""},
	};
	/* clang-format on */

	(void)state;
	i18n_set_process(LANG_EN);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct objection *o = NULL;
		struct err err = ERR_INIT;

		assert_int_equal(objection_read(cases[i].card,
				     strlen(cases[i].card), &o, &err),
		    OD_EDATA);
		assert_null(o);
		if (strstr(err.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].card, err.text);
	}
}

/* Every beginning of a card, and every card with one byte gone. */
static void
objection_read__a_torn_card__no_crash(void **state)
{
	static const char card[] = CARD(HEAD, PHRASES, OTHER);
	struct err err = ERR_INIT;
	char torn[sizeof(card)];

	(void)state;
	for (size_t n = 0; n + 1 < sizeof(card); n++) {
		struct objection *o = NULL;

		assert_int_not_equal(objection_read(card, n, &o, &err), 0);
		assert_null(o);
		memcpy(torn, card, n);
		memcpy(torn + n, card + n + 1, sizeof(card) - n - 1);
		if (objection_read(torn, sizeof(card) - 2, &o, &err) == 0)
			objection_free(&o);
	}
}

static void
kb_objections_read__the_house_s_own__all_are_whole(void **state)
{
	struct kb_objections cards;
	const struct objection *o;
	struct err err = ERR_INIT;

	(void)state;
	share_use("kb");
	assert_int_equal(kb_objections_shipped(&cards, &err), 0);
	share_use(NULL);
	assert_int_equal(cards.count, 24);
	assert_true(cards.companions.count > 0);
	o = kb_objections_find(&cards, "price_too_high");
	assert_non_null(o);
	assert_true(o->phrases[LANG_ES].count > 100);
	assert_null(kb_objections_find(&cards, "no_oven"));
	kb_objections_free(&cards);
	kb_objections_free(&cards);
}

static void
kb_objections_read__a_bad_file__is_named(void **state)
{
	static const char *const paths[] = {
	    "kb/objections/no_time.json", "tests/data/guides/good.json"};
	static const char *const none[] = {"/nowhere/a.json"};
	struct kb_objections cards;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(kb_objections_read(paths, 2, &cards, &err), OD_EDATA);
	assert_int_equal(cards.count, 0);
	assert_non_null(strstr(err.text, "good.json"));
	assert_int_equal(
	    kb_objections_read(none, 1, &cards, &err), OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(objection_read__a_whole_card__both_languages),
	    cmocka_unit_test(objection_read__what_is_no_card__says_the_field),
	    cmocka_unit_test(objection_read__a_torn_card__no_crash),
	    cmocka_unit_test(
		kb_objections_read__the_house_s_own__all_are_whole),
	    cmocka_unit_test(kb_objections_read__a_bad_file__is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
