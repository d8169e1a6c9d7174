/*
 * cli_login - who runs a verb: name and password, and showing again that it
 * is he.  Passwords come from the terminal without echo, or from a file; never
 * from the words of the command.
 */
#ifndef TUI_CLI_CLI_LOGIN_H
#define TUI_CLI_CLI_LOGIN_H

#include "db/core/op.h"
#include "tui/cli/cli.h"

#define CLI_SECRET_SIZE 1026

/* Choose who acts: --login with a password, --operator, else the Unix user. */
int cli_act(struct cli *c, const char *tenant, struct err *err);
/*
 * The operation was refused because nobody confirmed: ask, then it can be
 * tried again.  OD_EDENIED with a sentence when nobody can be asked.
 */
int cli_step_up(struct cli *c, struct err *err);
/*
 * It takes two people, and the desk is one's own: the operation's name has to
 * be typed.  err says what would be done.
 */
int cli_typed(struct cli *c, struct err *err);
/* Ask now, before anything else is asked for. */
int cli_may(struct cli *c, enum op_id id, int64_t record_id, struct err *err);
/*
 * A new secret: line of the file ("-": standard input), else asked for twice
 * at the terminal, else a line of standard input.
 */
int cli_new_secret(struct cli *c, const char *file,
    char out[CLI_SECRET_SIZE], struct err *err);

#endif
