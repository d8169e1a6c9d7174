/*
 * macro_do - macros on the ticket of a list or card: the menu, their own keys,
 * and the difference before it is done.
 */
#ifndef TUI_SCREENS_MACRO_DO_H
#define TUI_SCREENS_MACRO_DO_H

#include "tui/screen.h"

/*
 * A key of the ticket list or card that no table knows: it may be a macro's.
 * REACT_NONE when it cannot be.
 */
unsigned macro_do_key(struct screen *s, const struct input *in);

extern const struct command macro_commands[];
extern const size_t macro_commands_count;

#endif
