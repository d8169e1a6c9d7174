/* cli_ticket - what the files of the noun "ticket" share. */
#ifndef TUI_CLI_CLI_TICKET_H
#define TUI_CLI_CLI_TICKET_H

#include "db/records/tickets.h"
#include "tui/cli/cli.h"

extern const struct cli_column cli_ticket_columns[];
extern const size_t cli_ticket_column_count;

/* The ticket whose number an argument is; the caller clears it. */
int cli_ticket_arg(struct cli *c, int index, struct ticket *t,
    struct err *err);

#endif
