/*
 * match - which topic a text is about, or none, and which words say so.
 *
 * A linear model over words, stems, parts of words, phrases that mean a
 * concept, and their pairs, trained from the phrases of the guides
 * (match_train.h).  Local: no network, no other process.  A loaded model is
 * immutable and may be used by several threads.
 */
#ifndef KB_MATCH_H
#define KB_MATCH_H

#include "common/err.h"
#include "common/i18n.h"
#include "common/str.h"
#include <stddef.h>
#include <stdint.h>

#define MATCH_BEST      5
#define MATCH_WHY       5
#define MATCH_WHY_BYTES 64

struct match {
	const char *topic; /* lives as long as the model */
	double score;      /* how sure it is this rather than nothing, 0 to 1 */
	/* What decided, the strongest first: pieces of the text, safe. */
	char why[MATCH_WHY][MATCH_WHY_BYTES];
	size_t why_count;
};

struct match_result {
	struct match matches[MATCH_BEST]; /* best first */
	size_t count;                     /* 0: no topic passes */
};

struct match_model;

/*
 * Check a model's bytes and make them usable; they are copied.  OD_EDATA when
 * they are no model of this program's kind (train it again), OD_ELIMIT when
 * there is no memory.  Free with match_model_free.
 */
int match_model_load(
    const void *bytes, size_t n, struct match_model **out, struct err *err);
/* The same; the bytes are taken (bytes is empty afterwards, also after an
 * error). */
int match_model_take(
    struct str *bytes, struct match_model **out, struct err *err);
void match_model_free(struct match_model **m);

/*
 * Name a topic no more: what is about it is about nothing that there is.
 * Before several threads use the model.
 */
void match_hide(struct match_model *m, size_t i);

size_t match_topic_count(const struct match_model *m);
const char *match_topic(const struct match_model *m, size_t i);

/*
 * The topics of s[0..n), which may hold anything; only its first 16 KiB and
 * 512 words are looked at.  threshold: what the best must reach, from 0 to 1;
 * negative for the usual one.  Cannot fail.
 */
#define MATCH_THRESHOLD 0.7
void match_find(const struct match_model *m, const char *s, size_t n,
    enum lang lang, double threshold, struct match_result *out);

#endif
