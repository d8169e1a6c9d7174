/*
 * model_learn - the matcher learns from what was published, in slices between
 * which the worker does what else is asked.  Loop thread only.
 */
#ifndef TUI_MODEL_MODEL_LEARN_H
#define TUI_MODEL_MODEL_LEARN_H

#include "db/records/knowledge.h"
#include "tui/model/model.h"

/*
 * Learn from what is published of that kind now, if it is something else than
 * was learnt from: after what changed it.  Takes seconds; what is asked for
 * meanwhile is learnt after it.  Who may not learn does nothing, and a prompt
 * teaches nothing.
 */
void model_learn(struct model *m, enum knowledge_kind kind);
/* model_stop only: what was begun is brought to its end in one go. */
void model__learn_finish(struct model *m);

#endif
