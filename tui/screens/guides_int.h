/*
 * guides_int - what the files of the Guides screen share.
 *
 *	scr_guides.c   the screen: tabs, answers, drawing, keys
 *	guides_list.c  rows of guides, found by what a customer says
 *	guides_rows.c  rows of sessions
 *	guides_write.c guides changed and begun, and their versions
 */
#ifndef TUI_SCREENS_GUIDES_INT_H
#define TUI_SCREENS_GUIDES_INT_H

#include "tui/model/model_guides.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

/* The guides, then one tab for each view of sessions. */
#define GUIDES_TABS (1 + SESSION_VIEW_COUNT)

struct guide_found {
	size_t at;     /* in the shelf */
	int64_t score; /* thousandths; -1: found by its title */
	char why[200]; /* safe */
};

struct guides {
	struct guide_subject subject;
	int tab;
	struct guide_shelf shelf;
	bool known;
	struct w_list list;
	struct guide_found *found; /* owned; as the rows of list */
	size_t found_count;
	bool is_sought; /* by words, not all of them */
	struct w_text detail;
	struct w_list rows;
	struct guide_sessions sessions;
	bool sessions_known;
	uint64_t asked, shown; /* turns */
	int64_t minute;
	bool starting;
	bool start_due; /* Enter was pressed before the guides had come */
	int64_t begun; /* a new one: selected as soon as it is there */
};

/* Show what the words of the filter are about; all without any. */
void guides__find(struct guides *d);
void guides__list_init(struct guides *d);
/* The selected guide and how it was found; NULL: none. */
const struct guide_found *guides__selected(const struct guides *d);
/* How many are surely meant. */
size_t guides__sure(const struct guides *d);
void guides__detail(struct guides *d);

void guides__rows_init(struct guides *d);
void guides__rows_set(struct guides *d);
const struct guide_session *guides__session(const struct guides *d);

#endif
