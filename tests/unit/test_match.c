/*
 * Unit tests of kb/match and kb/match_train: which topic a text is about, why,
 * and that no text and no bytes of a model do harm.
 *
 * Broken on purpose: without the concepts' phrases the other language finds
 * nothing; without meant() the wrong letters do; with the digest unchecked a
 * changed model is taken; without ask() a question is what it asks for;
 * without the likelihood of what is hidden another topic is named for it.
 */
#include "kb/match.h"
#include "kb/match_model.h"
#include "kb/match_train.h"
#include "common/utf8.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct {
	const char *topic;
	enum lang lang;
	const char *text;
} phrases[] = {
    {"printer", LANG_ES, "la impresora no imprime"},
    {"printer", LANG_ES, "mi impresora está fuera de línea"},
    {"printer", LANG_ES, "mando a imprimir y no sale nada"},
    {"printer", LANG_ES, "la cola de impresión no avanza"},
    {"printer", LANG_ES, "no sale ninguna hoja de la impresora"},
    {"printer", LANG_EN, "the printer is offline"},
    {"printer", LANG_EN, "printer shows offline and will not print"},
    {"vpn", LANG_ES, "la vpn no conecta"},
    {"vpn", LANG_ES, "no entra la vpn desde casa"},
    {"vpn", LANG_ES, "error 809 al conectar la vpn"},
    {"vpn", LANG_ES, "el túnel de la empresa se cae"},
    {"vpn", LANG_EN, "vpn will not connect"},
    {"vpn", LANG_EN, "the vpn gives error 809"},
    {"password", LANG_ES, "olvidé mi contraseña"},
    {"password", LANG_ES, "no recuerdo la contraseña del correo"},
    {"password", LANG_ES, "quiero cambiar mi contraseña"},
    {"password", LANG_ES, "mi contraseña ha caducado"},
    {"password", LANG_EN, "I forgot my password"},
    {"password", LANG_EN, "my password has expired"},
    {NULL, LANG_ES, "hola buenos días"},
    {NULL, LANG_ES, "muchas gracias por todo"},
    {NULL, LANG_ES, "quiero comprar una impresora"},
    {NULL, LANG_ES, "la lavadora no centrifuga"},
    {NULL, LANG_ES, "hoy hace mucho calor"},
    {NULL, LANG_EN, "thank you very much"},
    {NULL, LANG_EN, "good morning everybody"},
};

static void
train(struct str *out)
{
	struct match_trainer *t = match_trainer_new();
	struct err err = ERR_INIT;

	for (int turn = 0; turn < 2; turn++) /* so that each word is known */
		for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]);
		     i++)
			assert_int_equal(
			    match_trainer_phrase(t, phrases[i].topic,
				phrases[i].lang, phrases[i].text, &err),
			    0);
	assert_int_equal(
	    match_trainer_concept(t, "forgot", LANG_ES, "no recuerdo", &err),
	    0);
	assert_int_equal(
	    match_trainer_concept(t, "forgot", LANG_ES, "olvid*", &err), 0);
	assert_int_equal(match_trainer_concept(
			     t, "forgot", LANG_EN, "slipped my mind", &err),
	    0);
	if (match_trainer_finish(t, out, &err) != 0)
		fail_msg("%s", err.text);
	match_trainer_free(&t);
	assert_null(t);
}

static int
load(void **state)
{
	struct str bytes = STR_INIT;
	struct match_model *m = NULL;

	train(&bytes);
	assert_int_equal(match_model_load(bytes.s, bytes.len, &m, NULL), 0);
	str_free(&bytes);
	*state = m;
	return 0;
}

static int
unload(void **state)
{
	struct match_model *m = *state;

	match_model_free(&m);
	return 0;
}

static const char *
best(const struct match_model *m, const char *text, enum lang lang)
{
	static struct match_result r;

	match_find(m, text, strlen(text), lang, 0.3, &r);
	return r.count == 0 ? "" : r.matches[0].topic;
}

static void
match_find__texts_in_every_register__right_topic(void **state)
{
	static const struct {
		const char *text;
		enum lang lang;
		const char *topic;
	} cases[] = {
	    {"vpn 809", LANG_ES, "vpn"},
	    {"IMPRESORA NO IMPRIME", LANG_ES, "printer"},
	    {"no me imprme la impersora", LANG_ES, "printer"},
	    {"olvide mi contrasena", LANG_ES, "password"},
	    {"olvidé mi contraceña", LANG_ES, "password"},
	    {"my pasword slipped my mind", LANG_EN, "password"},
	    {"the vnp will not conect", LANG_EN, "vpn"},
	    {"laimpresora no imprime!!!", LANG_ES, "printer"},
	    {"hola, buenos días", LANG_ES, ""},
	    {"Gracias", LANG_ES, ""},
	    {"la lavadora hace ruido y no centrifuga", LANG_ES, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    best(*state, cases[i].text, cases[i].lang), cases[i].topic);
}

static void
match_find__long_story__finds_its_point(void **state)
{
	assert_string_equal(
	    best(*state,
		"Hola, buenos días. Mi nieta empieza el colegio el lunes y "
		"aquí hace mucho calor, no para de sudar una. Mi marido fue al "
		"mercado a por tomates. El caso es que la impresora no imprime "
		"desde ayer y no sale ninguna hoja. Muchas gracias por todo, "
		"un saludo a la familia y que tengan un buen fin de semana.",
		LANG_ES),
	    "printer");
}

static void
match_find__a_topic__says_why(void **state)
{
	static const char text[] = "Hoy la IMPRESORA\x1b[31m no imprime";
	struct match_result r;
	bool said = false;

	match_find(*state, text, strlen(text), LANG_ES, 0, &r);
	assert_true(r.count > 0);
	assert_true(r.matches[0].why_count > 0);
	for (size_t i = 0; i < r.matches[0].why_count; i++) {
		assert_null(strchr(r.matches[0].why[i], '\x1b'));
		assert_true(utf8_valid(
		    r.matches[0].why[i], strlen(r.matches[0].why[i])));
		said |= strstr(r.matches[0].why[i], "IMPRESORA") != NULL;
	}
	assert_true(said);
}

static void
match_find__threshold__rejects_below(void **state)
{
	struct match_result r;

	match_find(*state, "vpn 809", 7, LANG_ES, 0, &r);
	assert_true(r.count > 0);
	assert_true(r.matches[0].score > 0 && r.matches[0].score < 1);
	for (size_t i = 1; i < r.count; i++)
		assert_true(r.matches[i].score <= r.matches[i - 1].score);
	match_find(
	    *state, "vpn 809", 7, LANG_ES, r.matches[0].score + 0.001, &r);
	assert_int_equal(r.count, 0);
}

/* Nor is another one that is a little like it. */
static void
match_hide__what_is_about_it__is_about_nothing(void **state)
{
	static const char said[] = "error 809 al conectar la vpn";
	struct match_model *m = *state;
	struct match_result r;

	match_find(m, said, strlen(said), LANG_ES, 0.5, &r);
	assert_true(r.count > 0);
	assert_string_equal(r.matches[0].topic, "vpn");
	for (size_t i = 0; i < match_topic_count(m); i++)
		if (strcmp(match_topic(m, i), "vpn") == 0)
			match_hide(m, i);
	match_find(m, said, strlen(said), LANG_ES, 0.2, &r);
	assert_int_equal(r.count, 0);
}

/* Two who say the same words, and one of them only asks. */
static void
match_find__a_question__is_not_what_it_asks_for(void **state)
{
	struct match_trainer *t = match_trainer_new();
	struct match_model *m = NULL;
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;
	struct match_result r;

	(void)state;
	for (int i = 0; i < 8; i++) {
		assert_int_equal(match_trainer_phrase(t, "price", LANG_EN,
				     "it costs that much, the plan", &err),
		    0);
		assert_int_equal(match_trainer_phrase(t, NULL, LANG_EN,
				     "it costs that much, the plan?", &err),
		    0);
	}
	assert_int_equal(match_trainer_finish(t, &bytes, &err), 0);
	assert_int_equal(match_model_take(&bytes, &m, &err), 0);
	match_find(m, "the plan costs that much", 24, LANG_EN, 0.5, &r);
	assert_int_equal(r.count, 1);
	match_find(m, "so the plan costs that much?", 28, LANG_EN, 0.5, &r);
	assert_int_equal(r.count, 0);
	match_find(
	    m, "you said? the plan costs that much", 34, LANG_EN, 0.5, &r);
	assert_int_equal(r.count, 1);
	match_model_free(&m);
	match_trainer_free(&t);
	str_free(&bytes);
}

/* What cannot be read is no reason to fall over, or to find something. */
static void
match_find__hostile_text__no_harm(void **state)
{
	static const char *const pieces[] = {"", " ", "\xff\xfe\x80", "😀😀",
	    "\xe2\x80\x99''", "12 34", "¿?¡!...", "\xed\xa0\x80 vpn", "ﷺﷺﷺ",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	struct match_result r;
	struct str big = STR_INIT;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		match_find(
		    *state, pieces[i], strlen(pieces[i]), LANG_ES, -1, &r);
		for (size_t k = 0; k < 4000; k++)
			str_add(&big, pieces[i]);
		match_find(*state, big.s, big.len, LANG_EN, 0, &r);
		str_clear(&big);
	}
	match_find(*state, "a\0vpn\0b", 7, LANG_ES, 0, &r);
	assert_true(r.count > 0);
	for (size_t k = 0; k < 200000; k++)
		str_add(&big, "no va ");
	match_find(*state, big.s, big.len, LANG_ES, 0, &r);
	str_free(&big);
	match_find(*state, "", 0, LANG_ES, 0, &r);
	assert_int_equal(r.count, 0);
}

/* How sure a model is of what is said as often of a topic as of nothing. */
static double
sure(float weight)
{
	struct match_trainer *t = match_trainer_new();
	struct match_model *m = NULL;
	struct str bytes = STR_INIT;
	struct match_result r;

	if (weight > 0)
		match_trainer_weigh_nothing(t, weight);
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < 2; k++)
			assert_int_equal(
			    match_trainer_phrase(t, k == 0 ? "price" : NULL,
				LANG_EN, "what it costs", NULL),
			    0);
	assert_int_equal(match_trainer_finish(t, &bytes, NULL), 0);
	assert_int_equal(match_model_take(&bytes, &m, NULL), 0);
	match_find(m, "what it costs", 13, LANG_EN, 0, &r);
	assert_int_equal(r.count, 1);
	match_model_free(&m);
	match_trainer_free(&t);
	return r.matches[0].score;
}

static void
match_trainer__heavier_phrases_of_nothing__is_less_sure(void **state)
{
	(void)state;
	assert_true(sure(1) > sure(2) + 0.05);
	assert_true(sure(2) > sure(4) + 0.05);
	assert_true(sure(0) == sure(2)); /* the usual one */
}

static void
match_trainer__same_phrases__same_bytes(void **state)
{
	struct str a = STR_INIT, b = STR_INIT;

	(void)state;
	train(&a);
	train(&b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.s, b.s, a.len);
	str_free(&a);
	str_free(&b);
}

static void
match_trainer__no_topic_or_too_many__says_so(void **state)
{
	struct match_trainer *t = match_trainer_new();
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	int rc = 0;

	(void)state;
	assert_int_equal(
	    match_trainer_phrase(t, NULL, LANG_ES, "hola", &err), 0);
	assert_int_equal(match_trainer_finish(t, &out, &err), OD_EDATA);
	assert_int_equal(out.len, 0);
	for (int i = 0; rc == 0 && i < 100; i++) {
		char topic[24];

		snprintf(topic, sizeof(topic), "topic_%d", i);
		rc = match_trainer_phrase(t, topic, LANG_ES, "", &err);
		assert_int_equal(rc, i < 63 ? 0 : OD_ELIMIT);
	}
	/* Phrases without a word teach nothing, and do not hurt. */
	assert_int_equal(match_trainer_finish(t, &out, &err), 0);
	match_trainer_free(&t);
	str_free(&out);
}

static void
match_model_load__bytes_that_are_no_model__refused(void **state)
{
	struct str bytes = STR_INIT;
	struct match_model *m;
	struct err err = ERR_INIT;

	(void)state;
	train(&bytes);
	for (size_t n = 0; n < bytes.len; n += n < 200 ? 1 : 97)
		assert_int_equal(
		    match_model_load(bytes.s, n, &m, &err), OD_EDATA);
	for (size_t at = 0; at < bytes.len; at += at < 200 ? 1 : 97) {
		bytes.s[at] = (char)(bytes.s[at] ^ 0x41);
		assert_int_equal(
		    match_model_load(bytes.s, bytes.len, &m, &err), OD_EDATA);
		assert_null(m);
		bytes.s[at] = (char)(bytes.s[at] ^ 0x41);
	}
	assert_int_equal(match_model_load(bytes.s, bytes.len, &m, &err), 0);
	assert_int_equal(match_topic_count(m), 3);
	assert_string_equal(match_topic(m, 0), "printer");
	match_model_free(&m);
	str_free(&bytes);
}

/* What somebody made with a right digest is used safely, or refused. */
static void
match_model_load__made_up_numbers__no_harm(void **state)
{
	struct str bytes = STR_INIT;
	struct match_model *m;
	struct match_result r;
	struct match__head h;

	(void)state;
	train(&bytes);
	for (size_t at = 8; at < bytes.len; at += at < 400 ? 1 : 61) {
		char was = bytes.s[at];

		bytes.s[at] = (char)(was ^ 0x81);
		memcpy(&h, bytes.s, sizeof(h));
		h.digest = match__digest(bytes.s, bytes.len);
		memcpy(bytes.s, &h, sizeof(h));
		if (match_model_load(bytes.s, bytes.len, &m, NULL) == 0) {
			match_find(
			    m, "la impresora no imprme", 22, LANG_ES, 0, &r);
			match_model_free(&m);
		}
		bytes.s[at] = was;
	}
	str_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		match_find__texts_in_every_register__right_topic, load, unload),
	    cmocka_unit_test_setup_teardown(
		match_find__long_story__finds_its_point, load, unload),
	    cmocka_unit_test_setup_teardown(
		match_find__a_topic__says_why, load, unload),
	    cmocka_unit_test_setup_teardown(
		match_find__threshold__rejects_below, load, unload),
	    cmocka_unit_test_setup_teardown(
		match_hide__what_is_about_it__is_about_nothing, load, unload),
	    cmocka_unit_test(match_find__a_question__is_not_what_it_asks_for),
	    cmocka_unit_test_setup_teardown(
		match_find__hostile_text__no_harm, load, unload),
	    cmocka_unit_test(
		match_trainer__heavier_phrases_of_nothing__is_less_sure),
	    cmocka_unit_test(match_trainer__same_phrases__same_bytes),
	    cmocka_unit_test(match_trainer__no_topic_or_too_many__says_so),
	    cmocka_unit_test(
		match_model_load__bytes_that_are_no_model__refused),
	    cmocka_unit_test(match_model_load__made_up_numbers__no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
