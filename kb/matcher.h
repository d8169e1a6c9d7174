/*
 * matcher - the model that knows a desk's guides, and the one that knows what
 * customers object.
 */
#ifndef KB_MATCHER_H
#define KB_MATCHER_H

#include "common/digest.h"
#include "db/core/desk.h"
#include "db/records/knowledge.h"
#include "kb/guides.h"
#include "kb/match.h"
#include "kb/objections.h"

/* The model that comes with opdesk (common/share); OD_ENOTFOUND: none did. */
int matcher_shipped(struct match_model **out, struct err *err);
/*
 * The same, of the objections that come with it; what a phrase of nothing
 * counts among them, and how sure the best has to be: a card that is wrong
 * costs a glance, one that is not there the sale.  Both were chosen by leaving
 * out a fifth of the cards' own phrases in turn: heavier phrases of nothing and
 * a lower threshold reject more of what is none, and lose fewer cards.
 */
#define MATCHER_OBJECTION_NOTHING   4.0f
#define MATCHER_OBJECTION_THRESHOLD 0.35
int matcher_shipped_objections(struct match_model **out, struct err *err);

/*
 * Train a model from guides and their companions (concepts, phrases of
 * nothing), and append its bytes to out.  Of more, which may be NULL, only the
 * companions are taken: for a desk that has none of its own, those that come
 * with opdesk.  The same knowledge in the same order gives the same bytes.
 * Takes seconds.  Errors of match_train.h.
 */
int matcher_train(const struct kb_guides *guides, const struct kb_guides *more,
    struct str *out, struct err *err);
/* The same, from cards of objections. */
int matcher_train_objections(
    const struct kb_objections *o, struct str *out, struct err *err);

/*
 * Learn from what the tenant has published of guides or cards and keep the
 * model in the desk, where it replaces the one before; *changed (may be NULL):
 * false when it was learnt from the same already.  Nothing published is no
 * error, and a prompt teaches nothing.  Takes seconds, and the database only
 * before and after them.
 */
int matcher_learn_of(
    struct desk *d, enum knowledge_kind kind, bool *changed, struct err *err);
/*
 * Whether a model was learnt there, but from others than are published now, and
 * the actor may learn anew: after an undo.
 */
int matcher_is_behind_of(
    struct desk *d, enum knowledge_kind kind, bool *behind, struct err *err);
/* Learn when it is; nothing to do is no error. */
int matcher_follow_of(
    struct desk *d, enum knowledge_kind kind, struct err *err);

/* The same of guides. */
static inline int
matcher_learn(struct desk *d, bool *changed, struct err *err)
{
	return matcher_learn_of(d, KNOWLEDGE_GUIDE, changed, err);
}
static inline int
matcher_is_behind(struct desk *d, bool *behind, struct err *err)
{
	return matcher_is_behind_of(d, KNOWLEDGE_GUIDE, behind, err);
}
static inline int
matcher_follow(struct desk *d, struct err *err)
{
	return matcher_follow_of(d, KNOWLEDGE_GUIDE, err);
}

/*
 * The model of the tenant's guides; as long as nothing was learnt there, or
 * it cannot be read any more, the one that comes with opdesk.  Either names
 * only what is published there, but where no guide ever was.
 */
int matcher_of_desk(struct desk *d, struct match_model **out, struct err *err);
/*
 * What says that another model would be given now: a digest over the one that
 * was learnt and the topics that are published.
 */
int matcher_state(
    struct desk *d, char digest[SHA256_HEX_SIZE], struct err *err);

#endif
