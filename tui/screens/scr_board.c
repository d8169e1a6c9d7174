/*
 * scr_board - the supervisor's board: who does what and for how long, what
 * came of today, what waits.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/board_int.h"
#include "tui/screens/dialogs.h"

#include <string.h>

/* ---- life ---- */

static int
board_open(struct screen *s, const void *args, struct err *err)
{
	struct board_data *d = s->data;

	(void)args, (void)err;
	d->order = BOARD_BY_STATE;
	d->figure = FIGURE_NONE;
	board__list_init(d);
	return 0;
}

static void
board_close(struct screen *s)
{
	struct board_data *d = s->data;

	board_clear(&d->board);
	w_list_free(&d->list);
}

/* The row about the selected operator, where there is room. */
static int
foot_rows(int h)
{
	return h >= 13 ? 2 : 0;
}

static void
board_layout(struct screen *s, int w, int h)
{
	struct board_data *d = s->data;
	int rest = h - board__head_rows(h) - foot_rows(h);

	w_list_layout(&d->list, w, rest > 1 ? rest : 1);
}

/* ---- question and answer ---- */

static void
on_board(
    struct screen *s, struct board *board, const struct model_answer *answer)
{
	struct board_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (board->turn < d->board.turn)
		return;
	board_clear(&d->board);
	d->board = *board;
	memset(board, 0, sizeof(*board));
	d->known = true;
	board__list_set(d);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
board_refresh(struct screen *s)
{
	struct board_data *d = s->data;

	const struct app *app = app_of(s->ui);

	model_board(model_of(s), s, ++d->asked, app->conf, app->tenant.slug,
	    on_board);
}

/* ---- what is shown ---- */

static void
board_draw(const struct screen *s, struct canvas *c)
{
	const struct board_data *d = s->data;
	const struct board_row *r = board__row(d);
	int head = board__head_rows(c->h), foot = foot_rows(c->h);
	struct canvas list = canvas_sub(c, 0, head, c->w, c->h - head - foot);
	struct canvas below = canvas_sub(c, 0, c->h - 1, c->w, 1);

	if (!d->known)
		return;
	board__draw_head(d, c);
	w_list_draw(&d->list, &list, ui_top(s->ui) == s);
	if (foot == 0)
		return;
	canvas_hline(c, 0, c->h - foot, c->w, ROLE_BORDER);
	if (r != NULL)
		board__draw_foot(s, r, &below);
}

static unsigned
board_state(const struct screen *s)
{
	return board__row(s->data) != NULL ? NEED_SELECTION : 0;
}

static const char *
board_hints(const struct screen *s)
{
	const struct board_data *d = s->data;

	if (d->figure != FIGURE_NONE)
		return "move.open move.next move.back";
	return "move.open board.order board.reverse board.chats board.late "
	       "board.formulas";
}

/* What two keys do at a figure. */
static const char *
board_label(const struct screen *s, const struct command *cmd)
{
	const struct board_data *d = s->data;

	if (d->figure == FIGURE_NONE)
		return NULL;
	return cmd->nav == NAV_OPEN                ? _("Rows")
	       : cmd->nav == NAV_NEXT              ? _("Next figure")
	       : str_equal(cmd->name, "help.show") ? _("Formula")
	                                           : NULL;
}

/* ---- keys ---- */

static unsigned
open_row(struct screen *s)
{
	const struct board_data *d = s->data;
	const struct board_row *r = board__row(d);

	if (d->figure != FIGURE_NONE)
		return board__open_figure(s, d->figure);
	return r != NULL ? board__open_calls(s, r, MEASURE_CALLS) : REACT_BEEP;
}

static unsigned
order_by(struct screen *s, int order)
{
	struct board_data *d = s->data;

	d->order =
	    (enum board_order)((order + BOARD_ORDER_COUNT) % BOARD_ORDER_COUNT);
	if (d->known)
		board__list_set(d);
	return REACT_REDRAW;
}

/* The next figure under the cursor, or none between the last and the first. */
static unsigned
step(struct screen *s, int by)
{
	struct board_data *d = s->data;

	if (!d->known)
		return REACT_BEEP;
	d->figure = board__figure_step(d, by);
	return REACT_REDRAW;
}

static unsigned
leave_figure(struct board_data *d)
{
	if (d->figure == FIGURE_NONE)
		return REACT_NONE;
	d->figure = FIGURE_NONE;
	return REACT_REDRAW;
}

/* To another row: the cursor stays at what is counted of an operator. */
static unsigned
move_row(struct screen *s, const struct input *in)
{
	struct board_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_input(&d->list, in, &event);

	if (event == W_ACCEPT)
		return open_row(s);
	if (d->figure < FIGURE_OWN_STATE && react != REACT_NONE)
		react |= leave_figure(d);
	return react;
}

static unsigned
board_input(struct screen *s, const struct input *in)
{
	struct board_data *d = s->data;
	bool at_figure = d->figure != FIGURE_NONE;

	switch (in->nav) {
	case NAV_NEXT:
		return step(s, 1);
	case NAV_PREV:
		return step(s, -1);
	case NAV_LEFT:
		return at_figure ? step(s, -1) : order_by(s, (int)d->order - 1);
	case NAV_RIGHT:
		return at_figure ? step(s, 1) : order_by(s, (int)d->order + 1);
	case NAV_OPEN:
		return open_row(s);
	case NAV_BACK:
		return leave_figure(d);
	case NAV_MARK:
	case NAV_FILTER:
		return REACT_NONE;
	default:
		return move_row(s, in);
	}
}

/* A figure is chosen by the first click, and opened by the second. */
static unsigned
click_head(struct screen *s, int x, int y)
{
	struct board_data *d = s->data;
	enum board_figure f;

	if (!d->known)
		return REACT_NONE;
	f = board__figure_at(d, s->w, s->h, x, y);
	if (f == FIGURE_NONE)
		return REACT_NONE;
	if (f == d->figure)
		return board__open_figure(s, f);
	d->figure = f;
	return REACT_REDRAW;
}

static unsigned
board_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct board_data *d = s->data;
	int head = board__head_rows(s->h);
	enum w_event event;
	unsigned react;

	if (y < head)
		return button == BUTTON_LEFT ? click_head(s, x, y) : REACT_NONE;
	if (y >= s->h - foot_rows(s->h))
		return REACT_NONE;
	react = w_list_mouse(&d->list, y - head, button, &event);
	return event == W_ACCEPT ? open_row(s) : react;
}

/* Help begins with the figure under the cursor. */
static void
board_about(const struct screen *s, struct str *title, struct str *text)
{
	const struct board_data *d = s->data;

	if (!d->known || d->figure == FIGURE_NONE)
		return;
	str_add(title, board__figure_label(d->figure));
	board__figure_formula(d, d->figure, text);
}

static unsigned
board_notify(struct screen *s, enum notice what, int64_t id)
{
	struct board_data *d = s->data;
	int64_t minute = clock_wall_us() / US_PER_MINUTE;

	(void)id;
	switch (what) {
	case NOTICE_TICK:
		if (minute == d->minute)
			return REACT_REDRAW; /* the clocks of the states */
		d->minute = minute;
		return REACT_REFRESH; /* time alone makes tickets late */
	case NOTICE_DATA:
	case NOTICE_SHOWN:
		return REACT_REFRESH;
	case NOTICE_LANG:
		return REACT_REDRAW;
	default:
		return REACT_NONE;
	}
}

const struct screen_ops scr_board = {
    .name = "board",
    .title = N_("Board"),
    .data_size = sizeof(struct board_data),
    .open = board_open,
    .close = board_close,
    .layout = board_layout,
    .refresh = board_refresh,
    .draw = board_draw,
    .input = board_input,
    .mouse = board_mouse,
    .notify = board_notify,
    .state = board_state,
    .hints = board_hints,
    .label = board_label,
    .about = board_about,
};

/* ---- commands ---- */

static unsigned
on_order(struct ui *ui, struct screen *s, const struct screen_result *result,
    int64_t context)
{
	(void)ui, (void)context;
	return result->accepted ? order_by(s, (int)result->id - 1)
	                        : REACT_HANDLED;
}

static unsigned
run_order(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct board_data *d = s->data;
	struct chooser_item items[BOARD_ORDER_COUNT] = {{0}};
	const struct chooser_args args = {.title = _("Order"),
	    .items = items,
	    .count = BOARD_ORDER_COUNT,
	    .selected = (int64_t)d->order + 1};

	(void)cmd;
	for (int i = 0; i < BOARD_ORDER_COUNT; i++) {
		items[i].id = i + 1;
		items[i].text = board__order_word((enum board_order)i);
		items[i].trusted = true;
	}
	chooser_push(ui, s, &args, on_order, 0);
	return REACT_HANDLED;
}

/* All that are counted in the first line. */
static unsigned
run_total(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return board__open_calls(s, NULL, MEASURE_CALLS);
}

static unsigned
run_reverse(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct board_data *d = s->data;

	(void)ui, (void)cmd;
	d->reversed = !d->reversed;
	if (d->known)
		board__list_set(d);
	return REACT_REDRAW;
}

static unsigned
run_lines(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return board__open_list(s, (enum board_list)cmd->arg);
}

static unsigned
run_formulas(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct board_data *d = s->data;

	(void)ui, (void)cmd;
	if (!d->known)
		return REACT_BEEP;
	board__formulas_page(s);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command board_commands[] = {
	{"board.order", N_("Order"), N_("Choose what the operators are ordered by; the arrows step through it."),
	    "board:O", NULL, 0, NULL, NAV_NONE, 0, run_order},
	{"board.reverse", N_("Reverse"), N_("Turn the order round."),
	    "board:r", NULL, 0, NULL, NAV_NONE, 0, run_reverse},
	{"board.chats", N_("Waiting chats"), N_("The chats that wait for an answer, the oldest first."),
	    "board:w", NULL, 0, "conversation.read", NAV_NONE, BOARD_CHATS, run_lines},
	{"board.late", N_("Late tickets"), N_("The tickets that are late or at risk."),
	    "board:t", NULL, 0, "ticket.read", NAV_NONE, BOARD_TICKETS, run_lines},
	{"board.replies", N_("First replies"), N_("The first replies of today to tickets, and how long they took."),
	    "board:e", NULL, 0, "ticket.read", NAV_NONE, BOARD_REPLIES, run_lines},
	{"board.total", N_("All calls of today"), N_("The calls behind the totals."),
	    "board:a", NULL, 0, "call.read", NAV_NONE, 0, run_total},
	{"board.formulas", N_("Formulas"), N_("How each figure of the board is made."),
	    "board:f", NULL, 0, NULL, NAV_NONE, 0, run_formulas},
};
/* clang-format on */
const size_t board_commands_count =
    sizeof(board_commands) / sizeof(board_commands[0]);
