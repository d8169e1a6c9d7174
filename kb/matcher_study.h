/*
 * matcher_study - learning from a desk's guides, or from its cards, in slices,
 * so that whoever learns can do other things between them.
 *
 * matcher_learn is all of it at once.  The desk is read by the begin and
 * written by the keep, and not looked at between them.
 */
#ifndef KB_MATCHER_STUDY_H
#define KB_MATCHER_STUDY_H

#include "common/digest.h"
#include "db/core/desk.h"
#include "db/records/knowledge.h"
#include <stdbool.h>

struct matcher_study;

/* The digest of what the desk's model was learnt from; "": none was. */
int matcher_learnt_from(struct desk *d, enum knowledge_kind kind,
    char digest[SHA256_HEX_SIZE], struct err *err);

/*
 * Read what the tenant has published of guides or cards; a prompt teaches
 * nothing.  *out is NULL, and that is no error, when nothing is, or it was
 * learnt from already.
 */
int matcher_study_begin(struct desk *d, enum knowledge_kind kind,
    struct matcher_study **out, struct err *err);
/* A slice, tens of milliseconds.  *done: it can be kept. */
int matcher_study_step(struct matcher_study *s, bool *done, struct err *err);
/*
 * Keep the model in the desk; *kept (may be NULL): false when there was no
 * guide or card among what is published, or somebody else learnt from what is
 * published by now.
 */
int matcher_study_keep(
    struct desk *d, struct matcher_study *s, bool *kept, struct err *err);
/* NULL is fine. */
void matcher_study_free(struct matcher_study **s);

#endif
