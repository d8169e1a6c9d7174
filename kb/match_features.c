/*
 * match_features - what a text says, as numbered features.
 */
#include "kb/match_int.h"
#include <string.h>

enum kind {
	KIND_WORD = 1,
	KIND_KEY,
	KIND_START,
	KIND_LETTERS,
	KIND_NEXT,
	KIND_SKIP,
	KIND_RAW,
	KIND_NEAR,
	KIND_CONCEPT,
	KIND_CONCEPTS,
	KIND_ASKED,
};

#define NEAR_UNITS    5  /* words further apart are not taken together */
#define CONCEPT_UNITS 10 /* nor concepts */
#define PHRASE_KEYS   6  /* keys of one phrase */

/* A word that counts, or the phrase that begins there. */
struct unit {
	uint64_t key;
	uint16_t first, last; /* tokens */
	uint16_t concept[MATCH_CONCEPTS];
};

struct walk {
	const struct match_lexicon *lex;
	const struct match_tokens *t;
	match_feature_fn *found;
	void *arg;
	struct unit units[MATCH_TOKENS];
	size_t count;
};

static void
emit(const struct walk *w, enum kind kind, uint64_t a, uint64_t b, float value,
    size_t first, size_t last)
{
	uint64_t h = match__chain(match__chain((uint64_t)kind, a), b);
	struct match_feature f = {.hash = (uint32_t)(h >> 17),
	    .value = value,
	    .first = (uint16_t)first,
	    .last = (uint16_t)last};

	w->found(w->arg, &f);
}

static const struct match_phrase *
find_phrase(const struct match_lexicon *lex, uint64_t hash)
{
	size_t low = 0, high = lex->phrase_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lex->phrases[mid].hash < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low < lex->phrase_count && lex->phrases[low].hash == hash
	           ? &lex->phrases[low]
	           : NULL;
}

/* The longest phrase of one language at words[at]; how many words it takes. */
static size_t
phrase_at(const struct walk *w, const uint16_t *words, size_t n, size_t at,
    enum lang lang, const struct match_phrase **found)
{
	uint64_t h = (uint64_t)lang + 1;
	size_t longest = 0;

	for (size_t k = 0; k < PHRASE_KEYS && at + k < n; k++) {
		const struct match_phrase *p;

		h = match__chain(h, w->t->t[words[at + k]].key);
		if ((p = find_phrase(w->lex, h)) != NULL) {
			*found = p;
			longest = k + 1;
		}
	}
	return longest;
}

static void
make_units(struct walk *w, enum lang lang)
{
	uint16_t words[MATCH_TOKENS];
	size_t n = 0;

	for (size_t i = 0; i < w->t->count; i++)
		if (!w->t->t[i].is_stop)
			words[n++] = (uint16_t)i;
	for (size_t i = 0; i < n;) {
		struct unit *u = &w->units[w->count++];
		const struct match_phrase *p = NULL;
		size_t k = phrase_at(w, words, n, i, lang, &p);

		if (k == 0)
			k = phrase_at(w, words, n, i,
			    lang == LANG_ES ? LANG_EN : LANG_ES, &p);
		*u = (struct unit){.first = words[i],
		    .last = words[i + (k > 0 ? k - 1 : 0)],
		    .key = w->t->t[words[i]].key};
		if (k > 0) {
			memcpy(u->concept, p->concept, sizeof(u->concept));
			u->key = match__chain(77, p->concept[0]);
		}
		i += k > 0 ? k : 1;
	}
}

/* Three and four letters of a word together, as they were written. */
static void
letters(const struct walk *w, size_t i)
{
	char s[MATCH_WORD + 3];
	size_t n = strlen(w->t->t[i].word);

	s[0] = '^';
	memcpy(s + 1, w->t->t[i].word, n);
	s[n + 1] = '$';
	for (size_t k = 3; k <= 4; k++)
		for (size_t at = 0; at + k <= n + 2; at++)
			emit(w, KIND_LETTERS, match__hash(k, s + at, k), 0,
			    0.45f, i, i);
}

static void
one_word(const struct walk *w, size_t i)
{
	const struct match_token *t = &w->t->t[i];
	size_t n = strlen(t->fixed);

	/* What a question is after its little words tell, too. */
	if (t->asks)
		emit(w, KIND_ASKED, match__hash(1, t->fixed, n), 0, 1.2f, i, i);
	if (i > 0)
		emit(w, KIND_RAW,
		    match__hash(
			1, w->t->t[i - 1].fixed, strlen(w->t->t[i - 1].fixed)),
		    match__hash(1, t->fixed, n), 0.5f, i - 1, i);
	if (t->is_stop)
		return;
	emit(w, KIND_WORD, match__hash(1, t->fixed, n), 0, 0.8f, i, i);
	emit(w, KIND_KEY, t->key, 0, 0.8f, i, i);
	if (n >= 5)
		emit(w, KIND_START, match__hash(1, t->fixed, 5), 0, 0.5f, i, i);
	letters(w, i);
}

static void
concepts(const struct walk *w, size_t i)
{
	const struct unit *u = &w->units[i];

	for (size_t a = 0; a < MATCH_CONCEPTS && u->concept[a] != 0; a++) {
		emit(w, KIND_CONCEPT, u->concept[a], 0, 1.0f, u -> first,
		    u -> last);
		for (size_t j = i > CONCEPT_UNITS ? i - CONCEPT_UNITS : 0;
		     j < i; j++)
			for (size_t b = 0;
			     b < MATCH_CONCEPTS && w->units[j].concept[b] != 0;
			     b++) {
				uint16_t x = u->concept[a],
					 y = w->units[j].concept[b];

				emit(w, KIND_CONCEPTS, x < y ? x : y,
				    x < y ? y : x, 0.6f, w->units[j].first,
				    u->last);
			}
	}
}

/* What the unit is together with those before it. */
static void
one_unit(const struct walk *w, size_t i)
{
	const struct unit *u = &w->units[i];

	concepts(w, i);
	if (i > 0)
		emit(w, KIND_NEXT, w->units[i - 1].key, u->key, 0.8f,
		    w->units[i - 1].first, u->last);
	if (i > 1)
		emit(w, KIND_SKIP, w->units[i - 2].key, u->key, 0.6f,
		    w->units[i - 2].first, u->last);
	for (size_t j = i > NEAR_UNITS ? i - NEAR_UNITS : 0; j < i; j++) {
		uint64_t x = w->units[j].key, y = u->key;

		emit(w, KIND_NEAR, x < y ? x : y, x < y ? y : x, 0.4f,
		    w->units[j].first, u->last);
	}
}

void
match__features(const struct match_lexicon *lex, const struct match_tokens *t,
    enum lang lang, match_feature_fn *found, void *arg)
{
	struct walk w = {.lex = lex, .t = t, .found = found, .arg = arg};
	size_t unit = 0;

	make_units(&w, lang);
	for (size_t i = 0; i < t->count; i++) {
		one_word(&w, i);
		while (unit < w.count && w.units[unit].last <= i)
			one_unit(&w, unit++);
	}
}
