/*
 * verify - a desk is looked at again and again, for test programs that do so
 * in every round.
 */
#ifndef TESTS_LIB_VERIFY_H
#define TESTS_LIB_VERIFY_H

#include "db/core/db.h"

/*
 * As db_verify, but a new desk to compare with, which takes a multiple of the
 * rest, is made once for each schema: one that db_verify found right in this
 * process, or before it was forked, is known by its digest.
 */
int verify_again(struct db *db, struct err *err);

#endif
