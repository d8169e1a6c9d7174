/*
 * match_model - the model's bytes, and what is gathered to make them.
 */
#ifndef KB_MATCH_MODEL_H
#define KB_MATCH_MODEL_H

#include "kb/match_int.h"

/* Words and concepts on their way to a lexicon (match_build.c). */
struct match__build {
	struct match__pattern *patterns; /* owned */
	size_t pattern_count, pattern_room;
	char **concepts; /* owned names; number 0 is none */
	size_t concept_count, concept_room;
	char (*words)[MATCH_WORD + 1]; /* owned; as met */
	size_t word_count, word_room;
	/* what the lexicon points into */
	uint64_t *prefixes;
	struct match_phrase *phrases;
	char *list;
	uint32_t *list_at, *list_mask;
};

int match__build_concept(struct match__build *b, const char *concept,
    enum lang lang, const char *text, struct err *err);
void match__build_words(struct match__build *b, const char *text);
/* lex points into b, and lives as long. */
void match__build_lexicon(struct match__build *b, struct match_lexicon *lex);
void match__build_clear(struct match__build *b);

/* Which features are met in more than one example. */
#define MATCH_NO_FEATURE UINT32_MAX
struct match__counter {
	uint32_t *slots; /* hash by open addressing */
	uint32_t *seen;  /* the example that it was last met in, plus 1 */
	uint8_t *times;
	size_t count, room; /* room is a power of 2 */
	uint32_t example;
};
struct match__numbers {
	uint32_t *hashes; /* owned, sorted */
	size_t count;
};
void match__count(struct match__counter *c, uint32_t hash);
void match__counter_next(struct match__counter *c);
void match__counter_end(struct match__counter *c, struct match__numbers *n);
void match__counter_clear(struct match__counter *c);
uint32_t match__number(const struct match__numbers *n, uint32_t hash);

/* What the sum over a text is divided by, so that length does not matter. */
float match__scale(float squares);

void match__write(struct str *out, const struct match_lexicon *lex,
    const struct match__numbers *numbers, const float *w, size_t width,
    const float *bias, char *const *topics, size_t topic_count);

/* What the bytes begin with; the parts are told in match_model.c. */
#define MATCH_MAGIC 0x316d6f70u /* "pom1" */

struct match__head {
	uint32_t magic, size; /* size: of all bytes */
	uint32_t classes, features, weights, prefixes, phrases, words;
	uint32_t topic_bytes, word_bytes;
	float unit;
	uint32_t spare;
	uint64_t digest; /* of all but itself */
};

/* The digest that the n bytes of a model ought to have; n is at least a head.
 */
uint64_t match__digest(const char *bytes, size_t n);

/* A loaded model. */
struct match_model {
	char *bytes; /* owned */
	struct match_lexicon lex;
	size_t class_count;
	const char *topics[MATCH_CLASSES]; /* [0] is "" */
	bool hidden[MATCH_CLASSES];        /* never [0] */
	float bias[MATCH_CLASSES];
	float unit; /* what a weight of 1 is worth */
	const uint32_t *features;
	size_t feature_count;
	const uint32_t *begins; /* feature_count + 1 */
	const uint8_t *classes;
	const int8_t *weights;
	uint32_t *masks; /* owned */
};

#endif
