/*
 * ticket_columns - what the list of tickets can show of each, in an order that
 * a person chooses.
 *
 * In settings and saved views they are words: "number,state,subject".
 */
#ifndef TUI_SCREENS_TICKET_COLUMNS_H
#define TUI_SCREENS_TICKET_COLUMNS_H

#include "db/records/tickets.h"
#include "tui/screen.h"
#include "tui/widgets/w_list.h"

#define TICKET_COLUMNS_TEXT 401 /* room for the words of any choice */

enum ticket_column { /* a row of the table in ticket_columns.c each */
	TICKET_COLUMN_NUMBER,
	TICKET_COLUMN_STATE,
	TICKET_COLUMN_PRIORITY,
	TICKET_COLUMN_SUBJECT,
	TICKET_COLUMN_CONTACT,
	TICKET_COLUMN_COMPANY,
	TICKET_COLUMN_OWNER,
	TICKET_COLUMN_TEAM,
	TICKET_COLUMN_CATEGORY,
	TICKET_COLUMN_TAGS,
	TICKET_COLUMN_DUE, /* how long until a promise breaks */
	TICKET_COLUMN_CHANGED,
	TICKET_COLUMN_AGE,
	TICKET_COLUMN_CHECKS, /* "3/5" */
	TICKET_COLUMN_TIME,   /* worked */
	TICKET_COLUMN_COUNT
};

struct ticket_columns {
	enum ticket_column which[W_LIST_COLUMNS];
	struct w_column shown[W_LIST_COLUMNS]; /* for a w_list */
	int count;
};

/* Those of a list that nobody changed. */
extern const char ticket_columns_usual[];
const char *ticket_column_name(enum ticket_column c);  /* "number" */
const char *ticket_column_title(enum ticket_column c); /* translated */
/*
 * Those that text names, each once; "" gives the usual ones.  Where there is
 * no room for all the last ones are left out, but never number and subject.  OD_EDATA with
 * the word that is none, and what there is; OD_ELIMIT: too many.
 */
int ticket_columns_parse(
    const char *text, struct ticket_columns *out, struct err *err);
/* The same of what another version wrote: words that are none are left out. */
void ticket_columns_known(const char *text, struct ticket_columns *out);
void ticket_columns_text(
    const struct ticket_columns *c, char out[TICKET_COLUMNS_TEXT]);
/* A list with these asks for what is worked on its tickets. */
bool ticket_columns_want_work(const struct ticket_columns *c);
/* What a column shows of t; out is zeroed. */
void ticket_column_cell(enum ticket_column c, const struct ticket *t,
    int64_t now_us, struct w_cell *out);

/*
 * A dialog in which a person chooses them, beginning with those that are
 * shown; result.text are the words.
 */
void ticket_columns_push(struct ui *ui, struct screen *parent,
    const struct ticket_columns *now, screen_result_fn *done, int64_t context);

#endif
