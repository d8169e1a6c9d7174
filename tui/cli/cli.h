/*
 * cli - the same operations as a command line: opdesk NOUN VERB ...
 *
 * With --json exactly one JSON value goes to standard output (lists: one
 * array), with --jsonl one value a line; errors are one sentence on standard
 * error.  The exit status is that of common/err.h.
 */
#ifndef TUI_CLI_CLI_H
#define TUI_CLI_CLI_H

#include "common/conf.h"
#include "tui/invocation.h"

int cli_run(const struct invocation *in, const struct conf *conf);

#endif
