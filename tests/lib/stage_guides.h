/* stage_guides - guides on the desk of a stage. */
#ifndef TESTS_LIB_STAGE_GUIDES_H
#define TESTS_LIB_STAGE_GUIDES_H

#include "tests/lib/stage.h"

/*
 * Publish the guides of a file as that operator, and let the desk learn from
 * them.  What fails aborts the program with the sentence.
 */
void stage_guides_bring(struct stage *s, const char *login, const char *path);

#endif
