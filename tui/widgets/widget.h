/*
 * widget - what all widgets share.
 *
 * A widget is a struct inside a screen's data: NAME_init, NAME_free,
 * NAME_input (enum react bits; *event says what it meant), NAME_draw.  A
 * widget that does not know a key returns REACT_NONE.  Loop thread only.
 */
#ifndef TUI_WIDGETS_WIDGET_H
#define TUI_WIDGETS_WIDGET_H

#include "tui/screen.h"

enum w_event {
	W_NONE,
	W_MOVED,   /* another row, field or position */
	W_CHANGED, /* the text, value or filter is another one */
	W_ACCEPT,  /* Enter on a row or in a line; send or save */
	W_CANCEL,  /* Esc */
};

#endif
