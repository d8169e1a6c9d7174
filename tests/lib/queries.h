/*
 * queries - labelled texts (.jsonl of tests/data), and how many of them a
 * matcher gets right: as the aims are told.
 */
#ifndef TESTS_LIB_QUERIES_H
#define TESTS_LIB_QUERIES_H

#include "kb/match.h"
#include <stdbool.h>

struct query {
	char *text, *topic; /* owned; topic NULL: nothing is for it */
	char style[24];
	enum lang lang;
};
struct queries {
	struct query *items; /* owned */
	size_t count;
};
/* Ends the program with a sentence when the file cannot be read. */
void queries_read(const char *path, struct queries *out);
void queries_free(struct queries *q);

struct tally {
	int in_scope, top1, top3; /* a text that is refused is wrong */
	int refused;              /* of those in scope */
	int nothing, nothing_refused;
};
void tally_add(
    struct tally *t, const struct query *q, const struct match_result *r);
double tally_top1(const struct tally *t);
double tally_top3(const struct tally *t);
/* Of "nothing": precision and recall in one. */
double tally_f1(const struct tally *t);

/*
 * The model that was built beside this test program, which finds the guides
 * there too from now on (share_use).
 */
struct match_model *queries_model(void);
/* The same, of the objections. */
struct match_model *queries_objections(void);

/* From now on what comes with opdesk is what stands in this test's build. */
void queries_share(void);

#endif
