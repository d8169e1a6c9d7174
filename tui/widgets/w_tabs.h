/*
 * w_tabs - one row that names the views of a screen and which one is shown.
 */
#ifndef TUI_WIDGETS_W_TABS_H
#define TUI_WIDGETS_W_TABS_H

#include "tui/widgets/widget.h"

struct w_tab {
	const char *label; /* N_(); a name when it is from outside */
	int number;        /* the key before it ("1 Active"); 0: none */
	bool is_outside;   /* not translated; passes the text gate */
};

/*
 * count of them, current among them.  Where they do not all fit their names
 * are cut, then those around the current one are shown; where it is narrow
 * only that one, with its place or its number ("2/6 Mine", "8 Loud ones").
 * right (ours, translated, may be "") stands at the end where there is room.
 */
void w_tabs_draw(struct canvas *c, int y, const struct w_tab *tabs, int count,
    int current, const char *right);
/*
 * Which one is at column x of the row that is drawn with these; -1: none.
 * Where only the current one is shown it is the one that follows.
 */
int w_tabs_at(int w, const struct w_tab *tabs, int count, int current,
    const char *right, int x);

#endif
