/*
 * phone - the page for phones of a stage, opened in a browser and signed in to
 * with a code of the console.
 *
 * What fails ends the test with what was seen.  One thread.
 */
#ifndef TESTS_LIB_PHONE_H
#define TESTS_LIB_PHONE_H

#include "tests/lib/browser.h"
#include "tests/lib/stage.h"

/* A new code for the page, as the command line says it. */
void phone_code(struct stage *s, const char *login, char code[16]);
/* The page anew; code: in its link, or "". */
void phone_open(struct stage *s, struct browser *b, const char *code);
/* Signed in, and all that it is told at first has come. */
void phone_sign_in(struct stage *s, struct browser *b, const char *login);

#endif
