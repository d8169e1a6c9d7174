/*
 * caps - whether paint speaks this terminal's language, asked of terminfo.
 */
#ifndef TUI_TERM_CAPS_H
#define TUI_TERM_CAPS_H

#include "tui/term/paint.h"

/*
 * After curses was started.  false: it is one that only curses can draw on;
 * *o is then not filled.
 */
bool caps_for_paint(enum theme_depth depth, struct paint_options *o);

#endif
