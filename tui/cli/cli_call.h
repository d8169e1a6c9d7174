/* cli_call - what the files of the noun "call" share. */
#ifndef TUI_CLI_CLI_CALL_H
#define TUI_CLI_CLI_CALL_H

#include "tui/cli/cli.h"

/* "tomorrow 9" in the desk's zone; 0 for NULL. */
int cli_call_when(
    const struct cli *c, const char *text, int64_t *us, struct err *err);
/*
 * Makes the number of a call ring that was just started, where the provider
 * does that; what goes wrong is said on standard error.
 */
void cli_call_ring(struct cli *c, const char *number);

#endif
