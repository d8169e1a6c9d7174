/*
 * match_int - what the matcher's files share: words, features, the model.
 *
 * A text becomes tokens (match_words.c), tokens become features
 * (match_features.c) with the help of a lexicon: prefixes, phrases that mean
 * a concept, and the words that are known to be spelt well.  The same code
 * serves training and finding.
 */
#ifndef KB_MATCH_INT_H
#define KB_MATCH_INT_H

#include "kb/match.h"
#include "common/str.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MATCH_TOKENS   512   /* words of a text that are looked at */
#define MATCH_BYTES    16384 /* bytes of a text that are looked at */
#define MATCH_WORD     24    /* bytes of a folded word that count */
#define MATCH_FEATURES 64    /* features that may end at one word */
#define MATCH_CLASSES  64    /* topics, and nothing as class 0 */
#define MATCH_CONCEPTS 4     /* concepts that one phrase may mean */

struct match_token {
	char word[MATCH_WORD + 1];  /* folded */
	char fixed[MATCH_WORD + 1]; /* as it is spelt well, else as word */
	uint64_t key;               /* of its prefix, else of its stem */
	uint32_t at, len;           /* bytes in the text */
	uint16_t clause;            /* which one it stands in */
	bool is_stop;               /* says nothing by itself */
	bool asks;                  /* its clause ends in a question mark */
};

struct match_tokens {
	struct match_token t[MATCH_TOKENS];
	size_t count;
};

/* A feature: what it is, how much it counts, the tokens that it covers. */
struct match_feature {
	uint32_t hash;
	float value;
	uint16_t first, last;
};

/* Sorted arrays in the model's bytes, or in the trainer's memory. */
struct match_phrase {
	uint64_t hash;
	uint16_t concept[MATCH_CONCEPTS]; /* 0: none */
};

struct match_lexicon {
	const uint64_t *prefixes; /* sorted */
	size_t prefix_count;
	const struct match_phrase *phrases; /* sorted by hash */
	size_t phrase_count;
	const char *words;       /* NUL-terminated, by length, then by bytes */
	const uint32_t *word_at; /* where each begins */
	const uint32_t *word_mask; /* its letters */
	size_t word_count;
	uint32_t by_length[MATCH_WORD + 2]; /* the first word of each length */
};

/* match_words.c */
uint64_t match__hash(uint64_t seed, const void *p, size_t n);
bool match__is_stop(const char *word);
size_t match__stem(const char *word, char out[MATCH_WORD + 1]);
/* Cut a text into tokens: word, place, clause; the lexicon comes later. */
void match__tokens(struct match_tokens *out, const char *s, size_t n);
uint32_t match__mask(const char *word);

/* match_lexicon.c */
void match__keys(const struct match_lexicon *lex, struct match_tokens *t);
bool match__known(const struct match_lexicon *lex, const char *word);
/* Fill by_length from the list of words. */
void match__lengths(struct match_lexicon *lex);
/* The hash of one more key after those in h. */
uint64_t match__chain(uint64_t h, uint64_t key);

/*
 * match_features.c: calls found for each feature, those that end at the first
 * token first.
 */
typedef void match_feature_fn(void *arg, const struct match_feature *f);
void match__features(const struct match_lexicon *lex,
    const struct match_tokens *t, enum lang lang, match_feature_fn *found,
    void *arg);

#endif
