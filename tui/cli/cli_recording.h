/* cli_recording - the verb record, which is beside cli_recording.c. */
#ifndef TUI_CLI_CLI_RECORDING_H
#define TUI_CLI_CLI_RECORDING_H

#include "tui/cli/cli.h"

extern const struct cli_option cli_recording_record_options[];
int cli_recording_record(struct cli *c, struct err *err);

#endif
