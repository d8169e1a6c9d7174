/*
 * match_build - words, concepts and features gathered for a model.
 */
#include "kb/match_model.h"
#include "common/xalloc.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONCEPTS_MAX 4000
#define PATTERNS_MAX 60000
#define PATTERN_KEYS 6

struct match__pattern {
	char *text; /* owned */
	enum lang lang;
	uint16_t concept;
};

int
match__build_concept(struct match__build *b, const char *concept,
    enum lang lang, const char *text, struct err *err)
{
	size_t i;

	for (i = 0; i < b->concept_count; i++)
		if (strcmp(b->concepts[i], concept) == 0)
			break;
	if (i == CONCEPTS_MAX || b->pattern_count == PATTERNS_MAX)
		return err_set(err, OD_ELIMIT,
		    "There are too many concepts to learn with");
	if (i == b->concept_count) {
		if (b->concept_count == b->concept_room) {
			b->concept_room = b->concept_room * 2 + 64;
			b->concepts = xreallocarray(
			    b->concepts, b->concept_room, sizeof(*b->concepts));
		}
		b->concepts[b->concept_count++] = xstrdup(concept);
	}
	if (b->pattern_count == b->pattern_room) {
		b->pattern_room = b->pattern_room * 2 + 256;
		b->patterns = xreallocarray(
		    b->patterns, b->pattern_room, sizeof(*b->patterns));
	}
	b->patterns[b->pattern_count++] = (struct match__pattern){
	    .text = xstrdup(text),
	    .lang = lang,
	    .concept = (uint16_t)(i + 1),
	};
	return 0;
}

static void
add_word(struct match__build *b, const char *word)
{
	if (b->word_count == b->word_room) {
		b->word_room = b->word_room * 2 + 1024;
		b->words =
		    xreallocarray(b->words, b->word_room, sizeof(*b->words));
	}
	memcpy(b->words[b->word_count++], word, strlen(word) + 1);
}

static bool
is_plain(const char *word)
{
	for (; *word != '\0'; word++)
		if (*word < 'a' || *word > 'z')
			return false;
	return true;
}

void
match__build_words(struct match__build *b, const char *text)
{
	struct match_tokens t;

	match__tokens(&t, text, strlen(text));
	for (size_t i = 0; i < t.count; i++)
		if (strlen(t.t[i].word) >= 3 && is_plain(t.t[i].word))
			add_word(b, t.t[i].word);
}

static int
by_length(const void *ap, const void *bp)
{
	const char *a = ap, *b = bp;
	size_t n = strlen(a), m = strlen(b);

	return n != m ? (n < m ? -1 : 1) : strcmp(a, b);
}

static int
by_number(const void *ap, const void *bp)
{
	uint64_t a = *(const uint64_t *)ap, b = *(const uint64_t *)bp;

	return a < b ? -1 : a > b;
}

static int
by_number32(const void *ap, const void *bp)
{
	uint32_t a = *(const uint32_t *)ap, b = *(const uint32_t *)bp;

	return a < b ? -1 : a > b;
}

static void
make_words(struct match__build *b, struct match_lexicon *lex)
{
	struct str list = STR_INIT;
	size_t n = 0;

	qsort(b->words, b->word_count, sizeof(*b->words), by_length);
	b->list_at = xcalloc(b->word_count + 1, sizeof(*b->list_at));
	b->list_mask = xcalloc(b->word_count + 1, sizeof(*b->list_mask));
	for (size_t i = 0; i < b->word_count;) {
		size_t k = i + 1;

		while (
		    k < b->word_count && strcmp(b->words[i], b->words[k]) == 0)
			k++;
		if (k - i >= 2) {
			b->list_at[n] = (uint32_t)list.len;
			b->list_mask[n++] = match__mask(b->words[i]);
			str_addn(&list, b->words[i], strlen(b->words[i]) + 1);
		}
		i = k;
	}
	b->list = str_take(&list);
	lex->words = b->list;
	lex->word_at = b->list_at;
	lex->word_mask = b->list_mask;
	lex->word_count = n;
	match__lengths(lex);
}

static void
make_prefixes(struct match__build *b, struct match_lexicon *lex)
{
	struct match_tokens t;
	size_t n = 0, room = 0, kept = 0;

	for (size_t i = 0; i < b->pattern_count; i++) {
		const char *s = b->patterns[i].text;

		match__tokens(&t, s, strlen(s));
		for (size_t k = 0; k < t.count; k++) {
			if (s[t.t[k].at + t.t[k].len] != '*' ||
			    strlen(t.t[k].word) < 3)
				continue;
			if (n == room) {
				room = room * 2 + 64;
				b->prefixes = xreallocarray(
				    b->prefixes, room, sizeof(*b->prefixes));
			}
			b->prefixes[n++] =
			    match__hash('*', t.t[k].word, strlen(t.t[k].word));
		}
	}
	if (n > 0)
		qsort(b->prefixes, n, sizeof(*b->prefixes), by_number);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || b->prefixes[i] != b->prefixes[kept - 1])
			b->prefixes[kept++] = b->prefixes[i];
	lex->prefixes = b->prefixes;
	lex->prefix_count = kept;
}

static void
make_phrases(struct match__build *b, struct match_lexicon *lex)
{
	struct match_tokens t;
	struct match_lexicon keys = *lex;
	size_t n = 0, kept = 0;

	keys.word_count = 0; /* patterns are spelt as they are */
	b->phrases = xcalloc(b->pattern_count + 1, sizeof(*b->phrases));
	for (size_t i = 0; i < b->pattern_count; i++) {
		const char *s = b->patterns[i].text;
		uint64_t h = (uint64_t)b->patterns[i].lang + 1;
		size_t used = 0;

		match__tokens(&t, s, strlen(s));
		match__keys(&keys, &t);
		for (size_t k = 0; k < t.count; k++) {
			struct match_token *x = &t.t[k];
			uint64_t key = x->key;

			if (x->is_stop)
				continue;
			if (s[x->at + x->len] == '*' && strlen(x->word) >= 3)
				key =
				    match__hash('*', x->word, strlen(x->word));
			h = match__chain(h, key);
			used++;
		}
		if (used == 0 || used > PATTERN_KEYS)
			continue;
		b->phrases[n].hash = h;
		b->phrases[n++].concept[0] = b->patterns[i].concept;
	}
	qsort(b->phrases, n, sizeof(*b->phrases), by_number);
	for (size_t i = 0; i < n; i++) {
		struct match_phrase *p =
		    kept > 0 ? &b->phrases[kept - 1] : NULL;

		if (p == NULL || p->hash != b->phrases[i].hash) {
			b->phrases[kept++] = b->phrases[i];
			continue;
		}
		for (size_t k = 0; k < MATCH_CONCEPTS; k++) {
			if (p->concept[k] == b->phrases[i].concept[0])
				break;
			if (p->concept[k] == 0) {
				p->concept[k] = b->phrases[i].concept[0];
				break;
			}
		}
	}
	lex->phrases = b->phrases;
	lex->phrase_count = kept;
}

void
match__build_lexicon(struct match__build *b, struct match_lexicon *lex)
{
	memset(lex, 0, sizeof(*lex));
	for (size_t i = 0; i < b->pattern_count; i++) {
		const char *s = b->patterns[i].text;

		if (strchr(s, '*') == NULL) {
			match__build_words(b, s);
			match__build_words(b, s);
		}
	}
	make_words(b, lex);
	make_prefixes(b, lex);
	make_phrases(b, lex);
}

void
match__build_clear(struct match__build *b)
{
	for (size_t i = 0; i < b->pattern_count; i++)
		free(b->patterns[i].text);
	for (size_t i = 0; i < b->concept_count; i++)
		free(b->concepts[i]);
	free(b->patterns);
	free(b->concepts);
	free(b->words);
	free(b->prefixes);
	free(b->phrases);
	free(b->list);
	free(b->list_at);
	free(b->list_mask);
	memset(b, 0, sizeof(*b));
}

/* ---- features ---- */

static size_t
slot_of(const struct match__counter *c, uint32_t hash)
{
	size_t i = hash * 0x9e3779b9u & (c->room - 1);

	while (c->seen[i] != 0 && c->slots[i] != hash)
		i = (i + 1) & (c->room - 1);
	return i;
}

static void
grow(struct match__counter *c)
{
	struct match__counter old = *c;

	c->room = old.room == 0 ? 65536 : old.room * 2;
	c->slots = xcalloc(c->room, sizeof(*c->slots));
	c->seen = xcalloc(c->room, sizeof(*c->seen));
	c->times = xcalloc(c->room, sizeof(*c->times));
	for (size_t i = 0; i < old.room; i++) {
		size_t k;

		if (old.seen[i] == 0)
			continue;
		k = slot_of(c, old.slots[i]);
		c->slots[k] = old.slots[i];
		c->seen[k] = old.seen[i];
		c->times[k] = old.times[i];
	}
	free(old.slots);
	free(old.seen);
	free(old.times);
}

void
match__count(struct match__counter *c, uint32_t hash)
{
	size_t i;

	if (c->count * 2 >= c->room)
		grow(c);
	i = slot_of(c, hash);
	if (c->seen[i] == 0) {
		c->slots[i] = hash;
		c->count++;
	}
	if (c->seen[i] == c->example + 1)
		return;
	c->seen[i] = c->example + 1;
	if (c->times[i] < UINT8_MAX)
		c->times[i]++;
}

void
match__counter_next(struct match__counter *c)
{
	c->example++;
}

void
match__counter_end(struct match__counter *c, struct match__numbers *n)
{
	n->hashes = xcalloc(c->count + 1, sizeof(*n->hashes));
	for (size_t i = 0; i < c->room; i++)
		if (c->times[i] >= 2)
			n->hashes[n->count++] = c->slots[i];
	qsort(n->hashes, n->count, sizeof(*n->hashes), by_number32);
}

void
match__counter_clear(struct match__counter *c)
{
	free(c->slots);
	free(c->seen);
	free(c->times);
	memset(c, 0, sizeof(*c));
}

uint32_t
match__number(const struct match__numbers *n, uint32_t hash)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (n->hashes[mid] < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n->count && n->hashes[low] == hash ? (uint32_t)low
	                                                : MATCH_NO_FEATURE;
}

float
match__scale(float squares)
{
	return squares > 0 ? 1 / sqrtf(squares) : 0;
}
