/*
 * match_train - makes the matcher's model from phrases.
 *
 * The same phrases in the same order give the same bytes.  Takes a second or
 * two and some tens of megabytes for the shipped guides: not for a loop.
 */
#ifndef KB_MATCH_TRAIN_H
#define KB_MATCH_TRAIN_H

#include "kb/match.h"
#include "common/str.h"
#include <stdbool.h>

struct match_trainer;

struct match_trainer *match_trainer_new(void);
void match_trainer_free(struct match_trainer **t);
/*
 * What a phrase of nothing counts beside one of a topic; 2 unless it is told.
 * The more, the more often nothing is named.
 */
void match_trainer_weigh_nothing(struct match_trainer *t, float weight);

/*
 * One phrase of a topic; topic NULL: of nothing.  All is copied.  OD_ELIMIT
 * when there are too many topics (63) or phrases (200,000).
 */
int match_trainer_phrase(struct match_trainer *t, const char *topic,
    enum lang lang, const char *text, struct err *err);
/*
 * A word or an idiom that means a concept.  A '*' at a word's end stands for
 * all its endings.
 */
int match_trainer_concept(struct match_trainer *t, const char *concept,
    enum lang lang, const char *text, struct err *err);

/*
 * A slice of the training, some hundredth of it for the shipped guides; once
 * all was given.  *done: it was the last one, and the model's bytes are
 * appended to out.  OD_EDATA when there is no phrase of any topic.
 */
int match_trainer_step(
    struct match_trainer *t, struct str *out, bool *done, struct err *err);
/*
 * Train, and append the model's bytes to out.  OD_EDATA when there is no
 * phrase of any topic.
 */
int match_trainer_finish(
    struct match_trainer *t, struct str *out, struct err *err);

#endif
