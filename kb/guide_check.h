/*
 * guide_check - the linter: what the reader takes and a person would stumble
 * over.  Its rules are those of enum guide_rule; opdesk-guide(5) tells each.
 * Pure; any thread.
 */
#ifndef KB_GUIDE_CHECK_H
#define KB_GUIDE_CHECK_H

#include "kb/guide.h"

#define GUIDE_FEW_PHRASES 5  /* fewer in a language are too few */
#define GUIDE_WIDEST_WORD 76 /* columns */

/* Add what is wrong with each guide of a file by itself. */
void guide_check(const struct guide_file *f, struct guide_findings *found);

/*
 * Add phrases that stand twice: in one language of one guide, or in two
 * guides, or in one and in what no guide is for, also of different files.
 * found[i] gets what is told of files[i]; NULL files are passed over.
 */
void guide_check_phrases(
    struct guide_file *const *files, int count, struct guide_findings *found);

#endif
