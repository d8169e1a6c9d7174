/* objection_int - what the reader and the linter of cards share. */
#ifndef KB_OBJECTION_INT_H
#define KB_OBJECTION_INT_H

#include "kb/doc_int.h"
#include "kb/objection.h"

/* What can be read, and a person would stumble over: as warnings. */
void objection__check(struct doc_reader *r, const struct objection *o);

#endif
