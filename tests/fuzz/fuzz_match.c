/*
 * The matcher: any bytes as the model's, with a digest that is right, and any
 * text; and the text with a model that was trained.  The first byte chooses
 * the language, the second how many bytes are text.
 */
#include "kb/match.h"
#include "kb/match_model.h"
#include "kb/match_train.h"
#include "common/utf8.h"
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct match_model *
trained(struct str *bytes)
{
	static const char *const phrases[] = {"la impresora no imprime",
	    "the printer is offline", "olvidé la contraseña", "hola"};
	struct match_trainer *t = match_trainer_new();
	struct match_model *m = NULL;

	for (int i = 0; i < 8; i++)
		(void)match_trainer_phrase(t,
		    i % 4 == 3  ? NULL
		    : i % 4 < 2 ? "printer"
				: "password",
		    i % 4 == 1 ? LANG_EN : LANG_ES, phrases[i % 4], NULL);
	(void)match_trainer_concept(t, "forgot", LANG_ES, "olvid*", NULL);
	BUG_ON(match_trainer_finish(t, bytes, NULL) != 0);
	match_trainer_free(&t);
	BUG_ON(match_model_load(bytes->s, bytes->len, &m, NULL) != 0);
	return m;
}

static void
find(const struct match_model *m, const char *s, size_t n, enum lang lang)
{
	struct match_result r;

	match_find(m, s, n, lang, 0, &r);
	BUG_ON(r.count > MATCH_BEST);
	for (size_t i = 0; i < r.count; i++) {
		const struct match *x = &r.matches[i];

		BUG_ON(!(x->score >= 0 && x->score <= 1));
		BUG_ON(i > 0 && x->score > x[-1].score);
		BUG_ON(x->why_count > MATCH_WHY);
		for (size_t k = 0; k < x->why_count; k++)
			BUG_ON(!utf8_valid(x->why[k], strlen(x->why[k])));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct match_model *good;
	static struct str bytes = STR_INIT;
	struct match_model *m = NULL;
	enum lang lang;
	size_t text;

	if (size < 2)
		return 0;
	if (good == NULL)
		good = trained(&bytes);
	lang = data[0] & 1 ? LANG_EN : LANG_ES;
	text = data[1] < size - 2 ? data[1] : size - 2;
	find(good, (const char *)data + 2, size - 2, lang);
	if (data[0] & 2) {
		/* A model with some bytes changed. */
		struct str other = STR_INIT;
		struct match__head h;

		str_addn(&other, bytes.s, bytes.len);
		for (size_t i = 2 + text; i + 2 < size; i += 3)
			other.s[(size_t)(data[i] << 8 | data[i + 1]) %
				other.len] = (char)data[i + 2];
		memcpy(&h, other.s, sizeof(h));
		h.size = (uint32_t)other.len;
		h.digest = match__digest(other.s, other.len);
		memcpy(other.s, &h, sizeof(h));
		h.digest = match__digest(other.s, other.len);
		memcpy(other.s, &h, sizeof(h));
		if (match_model_load(other.s, other.len, &m, NULL) == 0)
			find(m, (const char *)data + 2, text, lang);
		str_free(&other);
	} else {
		(void)match_model_load(data, size, &m, NULL);
	}
	match_model_free(&m);
	return 0;
}
