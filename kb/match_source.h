/*
 * match_source - what guides, objections and their companions say, given to
 * the trainer.
 */
#ifndef KB_MATCH_SOURCE_H
#define KB_MATCH_SOURCE_H

#include "kb/guide.h"
#include "kb/match_train.h"
#include "kb/objection.h"

/*
 * The titles, phrases and common issues of each guide of a file in both
 * languages.  Errors of the trainer.  The order of calls is part of what is
 * trained: take files by topic.
 */
int match_source_guides(
    struct match_trainer *t, const struct guide_file *f, struct err *err);
/* Its concepts, and its phrases of nothing. */
int match_source_companions(
    struct match_trainer *t, const struct guide_file *f, struct err *err);
/* The titles and phrases of a card in both languages; the same. */
int match_source_objection(
    struct match_trainer *t, const struct objection *o, struct err *err);

#endif
