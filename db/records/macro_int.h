/* macro_int - private to the macro files. */
#ifndef DB_RECORDS_MACRO_INT_H
#define DB_RECORDS_MACRO_INT_H

#include "db/records/macros.h"

/*
 * Inside an open op: every name in its parts is one that there is, and gets
 * its id.
 */
int macro__settle(
    struct desk *d, struct macro_part *parts, size_t count, struct err *err);
/* Without asking whether the actor may; only what is seen is there at all. */
int macro__load(struct desk *d, int64_t id, struct macro *out, struct err *err);

#endif
