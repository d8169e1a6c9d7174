/*
 * match_lexicon - what words belong together: prefixes, and words that are
 * written wrongly.
 */
#include "kb/match_int.h"
#include <stdlib.h>
#include <string.h>

uint64_t
match__chain(uint64_t h, uint64_t key)
{
	h = (h ^ key) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 31;
}

static bool
has_prefix(const struct match_lexicon *lex, uint64_t hash)
{
	size_t low = 0, high = lex->prefix_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (lex->prefixes[mid] < hash)
			low = mid + 1;
		else
			high = mid;
	}
	return low < lex->prefix_count && lex->prefixes[low] == hash;
}

void
match__lengths(struct match_lexicon *lex)
{
	size_t i = 0;

	for (size_t n = 0; n <= MATCH_WORD; n++) {
		while (i < lex->word_count &&
		       strlen(lex->words + lex->word_at[i]) < n)
			i++;
		lex->by_length[n] = (uint32_t)i;
	}
	lex->by_length[MATCH_WORD + 1] = (uint32_t)lex->word_count;
}

/* Where word stands in the list, or would. */
static size_t
word_place(const struct match_lexicon *lex, const char *word, size_t n)
{
	size_t low = lex->by_length[n], high = lex->by_length[n + 1];

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(lex->words + lex->word_at[mid], word) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool
match__known(const struct match_lexicon *lex, const char *word)
{
	size_t n = strlen(word), at;

	if (n > MATCH_WORD)
		return false;
	at = word_place(lex, word, n);
	return at < lex->by_length[n + 1] &&
	       strcmp(lex->words + lex->word_at[at], word) == 0;
}

/* Whether one letter too many, too few, other, or two swapped: 1, else 2. */
static int
distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t i = 0, j = 0;

	while (i < na && i < nb && a[i] == b[i])
		i++;
	while (j < na - i && j < nb - i && a[na - 1 - j] == b[nb - 1 - j])
		j++;
	if (na == nb) {
		size_t rest = na - i - j;

		if (rest <= 1)
			return 1;
		return rest == 2 && a[i] == b[i + 1] && a[i + 1] == b[i] ? 1
		                                                         : 2;
	}
	return (na > nb ? na : nb) - i - j <= 1 ? 1 : 2;
}

/* How a word sounds to somebody who writes as he speaks. */
static size_t
sound(const char *w, char out[MATCH_WORD + 1])
{
	size_t k = 0;

	for (size_t i = 0; w[i] != '\0'; i++) {
		char c = w[i], next = w[i + 1];

		if (c == 'h' && (i == 0 || w[i - 1] != 'c'))
			continue;
		if (c == 'v')
			c = 'b';
		else if (c == 'z' || (c == 'c' && (next == 'e' || next == 'i')))
			c = 's';
		else if (c == 'q' && next == 'u') {
			c = 'k';
			i++;
		} else if (c == 'c' && next != 'h')
			c = 'k';
		else if (c == 'l' && next == 'l')
			c = 'y';
		else if (c == 'g' && (next == 'e' || next == 'i'))
			c = 'j';
		if (k > 0 && (out[k - 1] == c || (c == 'y' && next == 'l' &&
						     out[k - 1] == 'y')))
			continue;
		out[k++] = c;
	}
	out[k] = '\0';
	return k;
}

/* The word of the list that was meant, NULL when none or it is not clear. */
static const char *
meant(const struct match_lexicon *lex, const char *word, size_t n)
{
	char as_heard[MATCH_WORD + 1], other[MATCH_WORD + 1];
	uint32_t mask = match__mask(word);
	const char *found = NULL;
	int best = 0;
	size_t low = n > 1 ? n - 1 : n, high = n < MATCH_WORD ? n + 1 : n;

	sound(word, as_heard);
	for (size_t i = lex->by_length[low]; i < lex->by_length[high + 1];
	     i++) {
		const char *w = lex->words + lex->word_at[i];
		size_t k = i < lex->by_length[n]       ? n - 1
		           : i < lex->by_length[n + 1] ? n
		                                       : n + 1;
		int score;

		if (__builtin_popcount(mask ^ lex->word_mask[i]) > 4)
			continue;
		score = 0;
		if (distance(word, n, w, k) == 1)
			score =
			    2 + (w[0] == word[0]) + (w[k - 1] == word[n - 1]);
		if (w[0] == word[0] || word[0] == 'h' || w[0] == 'h' ||
		    score > 0) {
			sound(w, other);
			if (strcmp(as_heard, other) == 0)
				score += 3;
		}
		if (score > best) {
			best = score;
			found = w;
		}
	}
	return best > 2 ? found : NULL;
}

static void
mend(const struct match_lexicon *lex, struct match_token *t)
{
	size_t n = strlen(t->word);
	const char *w;

	if (n < 4 || lex->word_count == 0 || match__known(lex, t->word))
		return;
	for (size_t i = 0; i < n; i++)
		if (t->word[i] < 'a' || t->word[i] > 'z')
			return;
	if ((w = meant(lex, t->word, n)) != NULL) {
		memcpy(t->fixed, w, strlen(w) + 1);
		t->is_stop = match__is_stop(w);
	}
}

/*
 * The key of a token: the longest prefix in the list that it begins with (the
 * prefix alone in a pattern is written with a '*'), else its stem.
 */
static void
set_key(const struct match_lexicon *lex, struct match_token *t)
{
	char stem[MATCH_WORD + 1];
	size_t n = strlen(t->fixed);

	for (size_t k = n; k >= 3; k--) {
		uint64_t h = match__hash('*', t->fixed, k);

		if (has_prefix(lex, h)) {
			t->key = h;
			return;
		}
	}
	n = match__stem(t->fixed, stem);
	t->key = match__hash('s', stem, n);
}

void
match__keys(const struct match_lexicon *lex, struct match_tokens *t)
{
	for (size_t i = 0; i < t->count; i++) {
		mend(lex, &t->t[i]);
		set_key(lex, &t->t[i]);
	}
}
