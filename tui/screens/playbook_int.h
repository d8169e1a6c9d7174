/*
 * playbook_int - what the files of the screen of cards and prompts share.
 *
 *	scr_playbook.c  the screen: rows, answers, drawing, keys
 *	playbook_do.c   what is done with the selected one
 */
#ifndef TUI_SCREENS_PLAYBOOK_INT_H
#define TUI_SCREENS_PLAYBOOK_INT_H

#include "tui/model/model_playbook.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

struct playbook_desk {
	enum playbook_view view;
	struct playbook book;
	bool known; /* book is of view */
	uint64_t asked;
	struct w_list list;
	size_t *found; /* owned; places in book, as the rows of list */
	size_t found_count;
	struct w_text detail;
	int64_t begun; /* a new one: selected as soon as it is there */
	int64_t minute;
};

/* NULL: none. */
const struct playbook_row *playbook__selected(const struct playbook_desk *d);
unsigned playbook__show(struct screen *s, enum playbook_view view);

#endif
