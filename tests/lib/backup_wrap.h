/*
 * backup_wrap - a backup around the bytes of a desk's file, right in itself,
 * as an older opdesk or somebody hostile would make it.
 */
#ifndef TESTS_LIB_BACKUP_WRAP_H
#define TESTS_LIB_BACKUP_WRAP_H

#include "common/archive.h"
#include "common/str.h"

/* Into out; not encrypted, without files.  What fails aborts the program. */
void backup_wrap(
    const struct archive_head *head, const struct str *desk, struct str *out);

#endif
