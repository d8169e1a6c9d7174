/*
 * w_bar - the title bar, the row of key hints, and one-line notices.
 */
#ifndef TUI_WIDGETS_W_BAR_H
#define TUI_WIDGETS_W_BAR_H

#include "tui/widgets/widget.h"

/* Left and right text in one row; the right one is cut last. */
void w_bar_title(struct canvas *c, int y, const char *left, const char *right,
    bool rehearsal);
/*
 * As many of the top screen's hints as fit, best first, then help and palette
 * where their keys work; commands that are refused now are left out.
 */
void w_bar_hints(struct ui *ui, struct canvas *c, int y);
/* A notice of one to three rows that ends in row y; text is safe. */
void w_bar_toast(struct canvas *c, int y, enum toast kind, const char *text);

#endif
