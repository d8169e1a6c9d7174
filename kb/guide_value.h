/* guide_value - whether a text can be the value of a variable.  Pure. */
#ifndef KB_GUIDE_VALUE_H
#define KB_GUIDE_VALUE_H

#include "kb/guide.h"

/* For choices and yes_no, whose words are elsewhere: any text. */
bool guide_value_is(enum guide_variable_type type, const char *value);
/* What it should be, in the reader's language: "a number". */
const char *guide_value_words(enum guide_variable_type type);
/* GUIDE_TYPE_COUNT when there is no such type. */
enum guide_variable_type guide_value_type(const char *name);

#endif
