/* model_int - private to model.c and model_learn.c. */
#ifndef TUI_MODEL_MODEL_INT_H
#define TUI_MODEL_MODEL_INT_H

#include "tui/model/model.h"

struct learning; /* model_learn.c */

/* Where a model keeps what it is learning; NULL there: nothing. */
struct learning **model__learning(struct model *m);

#endif
