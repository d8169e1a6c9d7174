/* w_tabs - see w_tabs.h. */
#include "tui/widgets/w_tabs.h"

#include "common/i18n.h"

#include <string.h>

static int
cells_of(const char *const *labels, int count)
{
	int cells = 0;

	for (int i = 0; i < count; i++)
		cells += canvas_cells(_(labels[i]), strlen(_(labels[i]))) + 4;
	return cells;
}

void
w_tabs_draw(struct canvas *c, int y, const char *const *labels, int count,
    int current, const char *right)
{
	int right_cells = canvas_cells(right, strlen(right));
	int x = 1;

	canvas_fill(c, 0, y, c->w, ROLE_HEADER);
	if (cells_of(labels, count) + right_cells + 1 > c->w) {
		x += canvas_textf(c, x, y, c->w - 2, ROLE_BADGE, " %d/%d %s ",
		    current + 1, count, _(labels[current]));
	} else {
		for (int i = 0; i < count; i++)
			x += canvas_textf(c, x, y, -1,
			    i == current ? ROLE_BADGE : ROLE_HEADER, " %d %s ",
			    i + 1, _(labels[i]));
	}
	if (right_cells > 0 && x + right_cells + 1 < c->w)
		canvas_text(c, c->w - right_cells - 1, y, right_cells,
		    ROLE_HEADER, right);
}
