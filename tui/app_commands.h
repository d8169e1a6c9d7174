/* app_commands - what can be done from everywhere in the console. */
#ifndef TUI_APP_COMMANDS_H
#define TUI_APP_COMMANDS_H

#include "tui/command.h"

extern const struct command app_commands[];
extern const size_t app_commands_count;

#endif
