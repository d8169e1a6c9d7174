/*
 * plans - how the database goes about the statements that a desk runs.
 *
 * A watched desk notes every statement with its values, whoever asks for it;
 * plans_judge then asks the engine for the plan of each one.
 */
#ifndef TESTS_LIB_PLANS_H
#define TESTS_LIB_PLANS_H

#include "db/core/desk.h"
#include <stddef.h>

struct plan_excuse {
	const char *name; /* table or index that may be read whole, or NULL */
	const char *why;  /* it stays small */
};
extern const struct plan_excuse plan_excuses[]; /* plan_excuses.c; NULL ends */

/* Note what d runs from now on, until plans_judge.  One desk at a time. */
void plans_watch(struct desk *d);
/*
 * How many of the statements read a whole table or a whole index that is not
 * excused (the list ends with a NULL name), each appended to told with its
 * plan.  *seen: statements in all.
 *
 * A server reads a small table whole whatever indexes there are; so that it
 * plans as for large ones, pages in a row are said to be dear.
 */
int plans_judge(struct desk *d, const struct plan_excuse *excuses, int *seen,
    struct str *told);

#endif
