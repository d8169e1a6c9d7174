/* cli_macro - what the files of the noun "macro" share. */
#ifndef TUI_CLI_CLI_MACRO_H
#define TUI_CLI_CLI_MACRO_H

#include "tui/cli/cli.h"

/*
 * What the options say that a macro does, as JSON: now with what is given in
 * the place of its like.  *given: whether anything is.
 */
int cli_macro_actions(struct cli *c, const char *now, struct str *out,
    bool *given, struct err *err);
/* 0 when a macro may have this key (NULL and "": none), else OD_EDATA ... */
int cli_macro_key(const char *key, struct err *err);

#endif
