/* model_int - private to tui/model. */
#ifndef TUI_MODEL_MODEL_INT_H
#define TUI_MODEL_MODEL_INT_H

#include "tui/model/model.h"

struct learning; /* model_learn.c */

/* Where a model keeps what it is learning; NULL there: nothing. */
struct learning **model__learning(struct model *m);
/*
 * What a read of something beside the thing that was asked for gave: 0 when
 * that is gone, or out of the operator's reach, for then the answer is whole
 * without it; after anything else it is not.
 */
static inline int
model__unless_gone(int rc)
{
	return rc == OD_ENOTFOUND || rc == OD_EDENIED ? 0 : rc;
}

#endif
