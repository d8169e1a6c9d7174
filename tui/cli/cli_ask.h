/* cli_ask - questions at the terminal, answered without echo or with it. */
#ifndef TUI_CLI_CLI_ASK_H
#define TUI_CLI_CLI_ASK_H

#include "common/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Whether there is anybody to ask. */
bool cli_has_terminal(void);
/*
 * One line from the process's terminal, whatever standard input is.
 * OD_EUNAVAIL without a terminal, OD_ECANCEL by ^C, ^D or Esc, OD_ELIMIT
 * when it is longer than there is room for.
 */
int cli_ask(const char *prompt, bool echo, char *out, size_t size,
    struct err *err);
/*
 * The n-th line (from 0) of a file that nobody else can read; "-" is standard
 * input, of which each line can be read once, in order.
 */
int cli_secret_line(const char *file, int n, char *out, size_t size,
    struct err *err);

#endif
