/* cli_session - what the files of the noun "session" share. */
#ifndef TUI_CLI_CLI_SESSION_H
#define TUI_CLI_CLI_SESSION_H

#include "kb/session.h"
#include "tui/cli/cli.h"

/* The session that argument 0 names; the caller clears it. */
int cli_session_arg(struct cli *c, struct guide_session *s, struct err *err);
/* Print one with its guide, step and path. */
int cli_session_show(struct cli *c, int64_t id, struct err *err);
/* A list as it was found, with its columns and the cursor behind it. */
void cli_session_print_list(
    struct cli *c, struct guide_session *rows, size_t count, int limit);

#endif
