/* w_tabs - see w_tabs.h. */
#include "tui/widgets/w_tabs.h"

#include "common/i18n.h"

#include <string.h>

/* With its number and the blanks around. */
static int
cells_of(const char *label)
{
	return canvas_cells(_(label), strlen(_(label))) + 4;
}

static bool
all_fit(int w, const char *const *labels, int count, const char *right)
{
	int cells = canvas_cells(right, strlen(right)) + 1;

	for (int i = 0; i < count; i++)
		cells += cells_of(labels[i]);
	return cells <= w;
}

void
w_tabs_draw(struct canvas *c, int y, const char *const *labels, int count,
    int current, const char *right)
{
	int right_cells = canvas_cells(right, strlen(right));
	int x = 1;

	canvas_fill(c, 0, y, c->w, ROLE_HEADER);
	if (!all_fit(c->w, labels, count, right)) {
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

int
w_tabs_at(int w, const char *const *labels, int count, int current,
    const char *right, int x)
{
	int from = 1;

	if (!all_fit(w, labels, count, right)) {
		from += cells_of(labels[current]) + 2;
		return x >= 1 && x < from ? (current + 1) % count : -1;
	}
	for (int i = 0; i < count; i++) {
		int until = from + cells_of(labels[i]);

		if (x >= from && x < until)
			return i;
		from = until;
	}
	return -1;
}
