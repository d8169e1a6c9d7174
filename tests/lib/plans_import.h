/*
 * plans_import - rows of another system, for a desk whose plans are watched.
 */
#ifndef TESTS_LIB_PLANS_IMPORT_H
#define TESTS_LIB_PLANS_IMPORT_H

#include "db/core/desk.h"

/* Rows that are new, the same, changed and taken back; employees listed. */
void plans_import(struct desk *d);

#endif
