/*
 * guide_walk - which step of a guide follows which answer, and the text of a
 * step as a customer reads it.  Pure; any thread.
 */
#ifndef KB_GUIDE_WALK_H
#define KB_GUIDE_WALK_H

#include "kb/guide.h"

enum guide_answer {
	GUIDE_YES,
	GUIDE_NO,
	GUIDE_SKIP, /* not tried, or not known */
	GUIDE_ANSWER_COUNT
};

enum guide_end { GUIDE_GOES_ON, GUIDE_RESOLVED, GUIDE_ESCALATED };
struct guide_place {
	enum guide_end end;
	int step; /* its number; 0 at an end */
};

/* The number that a session begins with: the lowest. */
int guide_walk_first(const struct guide *g);

/*
 * Where an answer at a step leads.  Skipping leads where "no" does, as the step
 * did not help; where that is "resolved", where "yes" does; and nothing is
 * resolved by skipping: where both are, it escalates.  A step that the guide
 * does not have (number, or what the branch names) escalates.
 */
struct guide_place guide_walk_next(
    const struct guide *g, int number, enum guide_answer answer);

/*
 * The same for one branch of a step, as the answers' words say it: what a
 * screen writes beside yes and no.
 */
struct guide_place guide_walk_branch(const struct guide *g,
    const struct guide_step *step, const struct guide_branch *branch);

/*
 * What variables hold: the value, borrowed until the next call, or NULL or ""
 * when there is none.  name is one that the guide declares.
 */
struct guide_values {
	const char *(*get)(void *arg, const char *name);
	void *arg;
};

/*
 * Append text with its {{variables}} replaced, as safe text; values are one
 * line each.  One that is not required and has no value leaves its description
 * in brackets.  OD_EDATA, and out as it was, when a required one has no value
 * or the guide does not declare it; the sentence says which.  values may be
 * NULL: none has any.
 */
int guide_fill(const struct guide *g, enum lang lang, const char *text,
    const struct guide_values *values, struct str *out, struct err *err);

/*
 * Append a step as plain text in lang: number and title, description, warnings
 * first, instructions, expected result, resources, question; lines end in LF.
 * OD_ENOTFOUND when the guide has no such step, else as guide_fill.
 */
int guide_step_text(const struct guide *g, int number, enum lang lang,
    const struct guide_values *values, struct str *out, struct err *err);

/*
 * The first variable, by the guide's order, that is required and has no value;
 * NULL: none, the guide can begin.
 */
const struct guide_variable *guide_unfilled(
    const struct guide *g, const struct guide_values *values);

#endif
