/*
 * board_int - what the files of the Board screen share.
 *
 *	scr_board.c    the screen: answers, movement, commands
 *	board_rows.c   an operator's row, and the orders
 *	board_text.c   totals above them, pages behind them
 */
#ifndef TUI_SCREENS_BOARD_INT_H
#define TUI_SCREENS_BOARD_INT_H

#include "tui/model/model_board.h"
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

struct board_data {
	struct board board;
	bool known;
	uint64_t asked; /* turn of the newest question */
	struct w_list list;
	enum board_order order;
	bool reversed;
	int64_t minute; /* of the wall clock at the last tick */
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

/* Of a pause, in the operator's language; from outside. */
const char *board__reason(const struct seat_now *seat);

/* ---- board_text.c ---- */

/* Rows of the totals in h cells of height. */
int board__head_rows(int h);
void board__draw_head(const struct board_data *d, struct canvas *c);
/* One row about the selected operator. */
void board__draw_foot(
    const struct screen *s, const struct board_row *r, struct canvas *c);
/* The calls as a page. */
void board__calls_page(struct screen *s, const struct call_figure *of,
    const struct call *rows, size_t count);
/* What waits as a page. */
void board__lines_page(struct screen *s, enum board_list which,
    const struct board_line *rows, size_t count);
void board__formulas_page(struct ui *ui, const struct board_limits *limits);

#endif
