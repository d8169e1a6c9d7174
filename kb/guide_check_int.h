/*
 * guide_check_int - what the parts of the linter share.
 */
#ifndef KB_GUIDE_CHECK_INT_H
#define KB_GUIDE_CHECK_INT_H

#include "kb/guide_check.h"
#include "kb/guide_int.h"

struct guide_checker {
	const struct guide_file *file;
	const struct guide *g;
	struct guide_findings *found;
};

/* A finding about the guide, at the line of a text of its file. */
void guide__wrong(struct guide_checker *c, const char *at, enum guide_rule rule,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void guide__odd(struct guide_checker *c, const char *at, enum guide_rule rule,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Case, accents and punctuation do not make another phrase; caller frees. */
char *guide__fold_phrase(const char *text);

/* Numbers, branches, and whether every way ends. */
void guide__check_ways(struct guide_checker *c);

#endif
