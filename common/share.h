/*
 * share - where the files are that come with the program.
 */
#ifndef COMMON_SHARE_H
#define COMMON_SHARE_H

#include "common/err.h"
#include "common/str.h"

/*
 * Append the path of share/opdesk beside the running program, or beside its
 * directory (PREFIX/bin, PREFIX/share).  OD_ENOTFOUND when there is neither.
 */
int share_dir(struct str *out, struct err *err);
/* Tests: this directory instead (copied); NULL: the program's again. */
void share_use(const char *dir);

#endif
