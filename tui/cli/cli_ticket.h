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

/*
 * The list that --view and --filter mean: a view that is always there or a
 * saved one with its filter and order, unless sort is given (NULL: not).
 * filter gets what is left to be understood.
 */
int cli_ticket_view(struct cli *c, const char *sort, struct ticket_filter *f,
    struct str *filter, struct err *err);

#endif
