/* cli_int - shared inside the command line's folder. */
#ifndef TUI_CLI_CLI_INT_H
#define TUI_CLI_CLI_INT_H

#include "tui/cli/cli.h"

/* The row of a noun and verb (NULL: the noun alone); NULL when none. */
const struct cli_verb *cli__find(const char *noun, const char *verb);
/* Place of an option, its name's n bytes; -1 when the verb has none such. */
int cli__place(const struct cli_verb *v, const char *name, size_t n);
/* The operator's, else the tenant's; UTC without a desk. */
const struct zone *cli__zone(const struct cli *c);
/* Close the output and print it. */
int cli__print(struct cli *c, struct err *err);
/* What people read for a name of JSON; the name itself when it has no words. */
const char *cli__label(const char *name);
/*
 * A member's word as people read it: "abierto" for "open" of "state".  Itself
 * in English, and when it is none that the desk has.
 */
const char *cli__word(const char *noun, const char *member, const char *word);
/* OD_EWAITS, after what was proposed is printed for programs. */
int cli__waits(struct cli *c, struct err *err);

#endif
