/*
 * w_tabs - one row that names the views of a screen and which one is shown.
 */
#ifndef TUI_WIDGETS_W_TABS_H
#define TUI_WIDGETS_W_TABS_H

#include "tui/widgets/widget.h"

/*
 * labels: N_(), count of them; each gets its number before it ("1 Active").
 * Where they do not all fit only the current one is shown, with its place
 * ("2/6 Mine").  right (ours, translated, may be "") stands at the end
 * where there is room.
 */
void w_tabs_draw(struct canvas *c, int y, const char *const *labels, int count,
    int current, const char *right);
/*
 * Which one is at column x of the row that is drawn with these; -1: none.
 * Where only the current one is shown it is the one that follows.
 */
int w_tabs_at(int w, const char *const *labels, int count, int current,
    const char *right, int x);

#endif
