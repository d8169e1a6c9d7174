/*
 * model_board_rows - the rows behind the figures of a board.
 *
 * Each question reads what its figure counts, by the same conditions.
 */
#ifndef TUI_MODEL_MODEL_BOARD_ROWS_H
#define TUI_MODEL_MODEL_BOARD_ROWS_H

#include "tui/model/model_board.h"

/* What waits, and what one has. */
enum board_list {
	BOARD_CHATS,   /* that wait, the oldest first */
	BOARD_TICKETS, /* late and at risk, by their time */
	BOARD_LATE,
	BOARD_AT_RISK,
	BOARD_REPLIES, /* first ones of today, the newest first */
	BOARD_LOAD,    /* an operator's open chats, then his active tickets */
};
struct board_line {
	int64_t number; /* of a ticket */
	/* Since when, until when, or how long it took; 0: no time to keep. */
	int64_t us;
	bool late;
	char name[201], text[201], owner[201]; /* from outside */
};
typedef void board_lines_fn(struct screen *s, enum board_list which,
    const struct board_line *rows, size_t count,
    const struct model_answer *answer);
/* operator_id: of BOARD_LOAD. */
void model_board_lines(struct model *m, struct screen *s, enum board_list which,
    int64_t operator_id, board_lines_fn *fn);

/* The calls behind a figure, the newest first, at most BOARD_LOOK_AT. */
typedef void board_calls_fn(struct screen *s, const struct call_figure *of,
    enum call_measure measure, const struct call *rows, size_t count,
    const struct model_answer *answer);
/* of: its calls are one list (call_figure_filter); copied. */
void model_board_calls(struct model *m, struct screen *s,
    const struct call_figure *of, enum call_measure measure,
    board_calls_fn *fn);

/* What an operator did today, the oldest first. */
typedef void board_states_fn(struct screen *s, int64_t operator_id,
    const struct seat_interval *rows, size_t count,
    const struct model_answer *answer);
void model_board_states(struct model *m, struct screen *s, int64_t operator_id,
    board_states_fn *fn);

/* The WhatsApp channels of the configuration, see model_board. */
typedef void board_channels_fn(struct screen *s,
    const struct channel_status *rows, size_t count,
    const struct model_answer *answer);
void model_board_channels(struct model *m, struct screen *s,
    const struct conf *conf, const char *slug, board_channels_fn *fn);

/* Inventory agents, who is silent longest first, at most BOARD_LOOK_AT. */
typedef void board_agents_fn(struct screen *s, const struct agent *rows,
    size_t count, const struct model_answer *answer);
void model_board_agents(struct model *m, struct screen *s, board_agents_fn *fn);

/* Whether it is one of them; on any thread. */
bool board__is_whatsapp(
    const struct conf *conf, const struct conf_section *s, const char *slug);

#endif
