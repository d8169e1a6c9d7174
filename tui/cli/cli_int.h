/* cli_int - shared inside the command line's folder. */
#ifndef TUI_CLI_CLI_INT_H
#define TUI_CLI_CLI_INT_H

#include "tui/cli/cli.h"

/* The row of a noun and verb (NULL: the noun alone); NULL when none. */
const struct cli_verb *cli__find(const char *noun, const char *verb);
/* Close the output and print it. */
int cli__print(struct cli *c, struct err *err);

#endif
