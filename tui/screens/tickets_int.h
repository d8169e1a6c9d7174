/*
 * tickets_int - what the files of the ticket list's screen share.
 *
 *	scr_tickets.c        the screen's table, rows, answers, what is drawn
 *	tickets_views.c      views: the line that names them, opening one
 *	tickets_save.c       views: keeping, changing and removing one
 *	tickets_preview.c    the selected ticket, beside or below the list
 */
#ifndef TUI_SCREENS_TICKETS_INT_H
#define TUI_SCREENS_TICKETS_INT_H

#include "db/records/views.h"
#include "tui/model/model_tickets.h"
#include "tui/model/model_views.h"
#include "tui/screens/ticket_columns.h"
#include "tui/screens/ticket_do.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_tabs.h"
#include "tui/widgets/w_text.h"

/* Number keys, those always there, and one that has no place in the line. */
#define TICKET_TABS (VIEW_SLOTS + TICKET_VIEW_COUNT + 1)

struct ticket_tab { /* what a place in the line of views opens */
	enum ticket_view view;
	int64_t saved; /* a saved view's id, or 0 */
};

struct tickets {
	struct ticket_aim aim; /* first, see ticket_do.h */
	struct w_list list;
	struct w_list_ops list_ops; /* its columns are those of below */
	struct ticket_columns columns;
	enum ticket_view view;
	uint64_t asked, shown; /* turns */
	struct ticket *rows;   /* owned; the window */
	size_t count;
	int total;
	bool is_least;  /* there are as many at least */
	bool asking;    /* a question for rows is under way ... */
	bool again;     /* ... and another one is due after it */
	int64_t minute; /* of the wall clock at the last tick, for ages */
	int64_t beat;   /* of the countdowns then */
	bool known;     /* an answer for this view came */
	bool open_due;  /* Enter was pressed before the rows had come */
	enum ticket_sort sort;
	bool is_reversed;
	struct w_text wrong; /* why the filter is not understood */
	/* saved views; view is TICKETS_ACTIVE while one is open */
	struct view *views; /* owned; those at hand */
	size_t view_count;
	bool views_due;      /* they are to be asked for */
	bool settings_known; /* own_columns and preview were read */
	int64_t saved;       /* the open one's id, or 0 */
	int64_t opening;     /* made just now, to be open when it is listed */
	char naming[VIEW_NAME]; /* what the next one is called */
	char own_columns[VIEW_COLUMNS]; /* of what is no saved view */
	struct w_tab tabs[TICKET_TABS];
	struct ticket_tab opens[TICKET_TABS];
	int tab_count;
	/* the selected ticket, beside or below the list */
	bool preview;
	struct w_text pane;
	int64_t pane_id, pane_version; /* what it shows */
	bool saying;                   /* comments are asked for */
	bool said_stale;               /* they may be others by now */
	struct ticket_said said;       /* comments that were read last */
	int list_w, list_h;            /* cells that are left to the list */
};

static inline struct tickets *
tickets_of(const struct screen *s)
{
	return s->data;
}

/* scr_tickets.c */
const struct ticket *tickets__selected(const struct tickets *d);
/* Forget the rows: others are about to come. */
void tickets__empty(struct tickets *d);

/* tickets_views.c */
void tickets__views_init(struct tickets *d);
/* Ask for the saved views. */
void tickets__views_ask(struct screen *s);
void tickets__set_columns(struct tickets *d, const char *columns);
/* The place in the line of what is shown. */
int tickets__tab(const struct tickets *d);
unsigned tickets__open_tab(struct screen *s, int tab);
unsigned tickets__open_view(struct screen *s, enum ticket_view view);
/* tickets_preview.c */
void tickets__preview_init(struct tickets *d);
void tickets__preview_free(struct tickets *d);
/* How the room below the views is parted: sets list_w and list_h. */
void tickets__preview_layout(struct tickets *d, int w, int h);
/*
 * Show the selected ticket.  What is known of it is there at once; its comments
 * are asked for one ticket at a time, so that moving on costs nothing.
 */
void tickets__preview_follow(struct screen *s);
/* It is to be told anew: in another language, or said: with news. */
void tickets__preview_stale(struct tickets *d, bool said);
void tickets__preview_draw(const struct screen *s, struct canvas *c);
unsigned tickets__preview_toggle(struct screen *s);

/* NULL: it is not there any more. */
const struct view *tickets__saved(const struct tickets *d, int64_t id);

#endif
