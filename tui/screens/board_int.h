/*
 * board_int - what the files of the Board screen share.
 *
 *	scr_board.c      the screen: answers, movement, commands
 *	board_rows.c     an operator's row, and the orders
 *	board_figures.c  the figures: their table, and the lines above the rows
 *	board_behind.c   what is behind each of them
 *	board_text.c     the pages that it is shown on
 */
#ifndef TUI_SCREENS_BOARD_INT_H
#define TUI_SCREENS_BOARD_INT_H

#include "tui/model/model_board.h"
#include "tui/model/model_board_rows.h"
#include "tui/widgets/w_list.h"

enum board_order { /* as the columns */
	BOARD_BY_NAME,
	BOARD_BY_STATE, /* who is in trouble first */
	BOARD_BY_AGE,
	BOARD_BY_CALLS,
	BOARD_BY_SALES,
	BOARD_BY_RATE,
	BOARD_BY_TALK,
	BOARD_BY_LOAD,
	BOARD_ORDER_COUNT
};

/* All that the board counts, in the order in which Tab finds it. */
enum board_figure {
	FIGURE_CALLS,
	FIGURE_SALES,
	FIGURE_RATE,
	FIGURE_TALK,
	FIGURE_WHATSAPP,
	FIGURE_CHATS,
	FIGURE_OLDEST,
	FIGURE_LATE,
	FIGURE_AT_RISK,
	FIGURE_REPLY,
	FIGURE_AGENTS,
	FIGURE_BUSY,
	FIGURE_READY,
	FIGURE_PAUSED,
	FIGURE_HOURS,
	/* Of the selected operator. */
	FIGURE_OWN_STATE,
	FIGURE_OWN_LASTS,
	FIGURE_OWN_CALLS,
	FIGURE_OWN_SALES,
	FIGURE_OWN_RATE,
	FIGURE_OWN_TALK,
	FIGURE_OWN_LOAD,
	FIGURE_COUNT,
	FIGURE_NONE = FIGURE_COUNT
};

struct board_data {
	struct board board;
	bool known;
	uint64_t asked; /* turn of the newest question */
	struct w_list list;
	enum board_order order;
	bool reversed;
	enum board_figure figure; /* under the cursor */
	int64_t minute;           /* of the wall clock at the last tick */
};

/* ---- board_rows.c ---- */

void board__list_init(struct board_data *d);
/* Sort the rows and hand them to the list. */
void board__list_set(struct board_data *d);
/* The row under the cursor; NULL: none. */
const struct board_row *board__row(const struct board_data *d);
const char *board__order_word(enum board_order order);
/* Of the state: how long, and whether that is too long. */
enum role board__age_role(const struct board_limits *limits,
    const struct seat_now *seat, int64_t now_us);
/* Marked after a limit, standing out after twice that. */
enum role board__too_long(int64_t us, int64_t limit_us);
/* The operator's name; "Nobody" of calls that nobody had. */
const char *board__name(const struct board_row *r);

const char *board__channel_word(enum channel_state state);
enum role board__channel_role(enum channel_state state);
/* Of a pause, in the operator's language; from outside. */
const char *board__reason(const struct seat_now *seat);
/* The other side of the call, or the reason of the pause; or "". */
const char *board__with(const struct seat_now *seat);

/* ---- board_figures.c ---- */

#define BOARD_VALUE_SIZE 96

const char *board__figure_label(enum board_figure f);
/* What it is now; false: it is not counted here, or of nobody. */
bool board__figure_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role);
/* How it is made, with the limits that hold here; appended. */
void board__figure_formula(
    const struct board_data *d, enum board_figure f, struct str *out);
/* Whether it counts calls, and what of them. */
bool board__figure_is_call(enum board_figure f, enum call_measure *m);
/* Whether it counts seats, and this one. */
bool board__counts_seat(enum board_figure f, enum seat_state state);
/* The next one that has a value, or the one before; FIGURE_NONE between. */
enum board_figure board__figure_step(const struct board_data *d, int by);
/* That of a place of the head of a screen w cells wide, h high. */
enum board_figure board__figure_at(
    const struct board_data *d, int w, int h, int x, int y);
/* Rows of the head in h cells of height. */
int board__head_rows(int h);
void board__draw_head(const struct board_data *d, struct canvas *c);

/* ---- board_behind.c ---- */

/* Ask for the rows of a figure; they come as a page. */
unsigned board__open_figure(struct screen *s, enum board_figure f);
/* The calls of a row, or of all with NULL. */
unsigned board__open_calls(
    struct screen *s, const struct board_row *r, enum call_measure m);
unsigned board__open_list(struct screen *s, enum board_list which);

/* ---- board_text.c ---- */

/* One row about the selected operator. */
void board__draw_foot(
    const struct screen *s, const struct board_row *r, struct canvas *c);
/* The calls as a page. */
void board__calls_page(struct screen *s, const struct call_figure *of,
    enum call_measure m, const struct call *rows, size_t count);
/* The same, hour by hour. */
void board__hours_page(struct screen *s, const struct call_figure *of,
    enum call_measure m, const struct call *rows, size_t count);
/* What waits as a page. */
void board__lines_page(struct screen *s, enum board_list which,
    const struct board_line *rows, size_t count);
/* Who is in such a state. */
void board__seats_page(struct screen *s, enum board_figure f);
/* What an operator did today. */
void board__states_page(struct screen *s, const char *name,
    const struct seat_interval *rows, size_t count);
void board__channels_page(
    struct screen *s, const struct channel_status *rows, size_t count);
/* Inventory agents, who is silent longest first. */
void board__agents_page(
    struct screen *s, const struct agent *rows, size_t count);
void board__formulas_page(struct screen *s);

#endif
