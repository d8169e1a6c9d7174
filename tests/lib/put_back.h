/*
 * put_back - a desk's file as it was, for test programs that begin each round
 * anew.  What fails ends the test.
 */
#ifndef TESTS_LIB_PUT_BACK_H
#define TESTS_LIB_PUT_BACK_H

/* Copy a desk that nobody has open, with its log, over another one. */
void put_back(const char *from, const char *to);
/* A directory with all that is in it; nothing when there is none. */
void remove_tree(const char *dir);

#endif
