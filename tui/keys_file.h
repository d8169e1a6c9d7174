/* keys_file - the operator's keys.conf; see tui/term/keymap.h. */
#ifndef TUI_KEYS_FILE_H
#define TUI_KEYS_FILE_H

#include "common/err.h"
#include "common/str.h"

/*
 * The file's text and where it is.  path NULL: the operator's own, which need
 * not be there (then text is empty).  OD_EIO when it cannot be read.
 */
int keys_file_read(const char *path, struct str *name, struct str *text,
    struct err *err);

#endif
