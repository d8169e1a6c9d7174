/* import_source_int - private to the files of import_source. */
#ifndef DB_RECORDS_IMPORT_SOURCE_INT_H
#define DB_RECORDS_IMPORT_SOURCE_INT_H

#include "common/err.h"
#include <stdio.h>

/*
 * Read the whole file: OD_EDATA with the encoding that it seems to have when
 * that is not UTF-8.  A few bytes that are none are left to who reads lines.
 */
int import__check_encoding(FILE *in, struct err *err);

#endif
