/* board_behind - what is behind each figure of the board: asked for, shown. */
#include "tui/screens/board_int.h"

#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/screens.h"

/* Nothing else was opened meanwhile. */
static bool
is_awaited(const struct screen *s)
{
	return ui_top(s->ui) == s;
}

/* ---- calls ---- */

static void
on_calls(struct screen *s, const struct call_figure *of, enum call_measure m,
    const struct call *rows, size_t count, const struct model_answer *answer)
{
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__calls_page(s, of, m, rows, count);
}

static void
on_hours(struct screen *s, const struct call_figure *of, enum call_measure m,
    const struct call *rows, size_t count, const struct model_answer *answer)
{
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__hours_page(s, of, m, rows, count);
}

unsigned
board__open_calls(
    struct screen *s, const struct board_row *r, enum call_measure m)
{
	const struct board_data *d = s->data;
	struct call_figure of = r != NULL ? r->figure : d->board.today;

	if (!d->known)
		return REACT_BEEP;
	str_copy(
	    of.name, sizeof(of.name), r != NULL ? board__name(r) : _("all"));
	model_board_calls(model_of(s), s, &of, m, on_calls);
	return REACT_HANDLED;
}

static unsigned
open_calls(struct screen *s, enum board_figure f)
{
	enum call_measure m;

	(void)board__figure_is_call(f, &m);
	return board__open_calls(
	    s, f < FIGURE_OWN_STATE ? NULL : board__row(s->data), m);
}

static unsigned
open_hours(struct screen *s, enum board_figure f)
{
	const struct board_data *d = s->data;
	struct call_figure of = d->board.today;

	(void)f;
	str_copy(of.name, sizeof(of.name), _("all"));
	model_board_calls(model_of(s), s, &of, MEASURE_CALLS, on_hours);
	return REACT_HANDLED;
}

/* ---- what waits ---- */

static void
on_lines(struct screen *s, enum board_list which, const struct board_line *rows,
    size_t count, const struct model_answer *answer)
{
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__lines_page(s, which, rows, count);
}

unsigned
board__open_list(struct screen *s, enum board_list which)
{
	const struct board_row *r = board__row(s->data);

	model_board_lines(
	    model_of(s), s, which, r != NULL ? r->id : 0, on_lines);
	return REACT_HANDLED;
}

static unsigned
open_list(struct screen *s, enum board_figure f)
{
	return board__open_list(s, f == FIGURE_LATE       ? BOARD_LATE
				   : f == FIGURE_AT_RISK  ? BOARD_AT_RISK
				   : f == FIGURE_REPLY    ? BOARD_REPLIES
				   : f == FIGURE_OWN_LOAD ? BOARD_LOAD
							  : BOARD_CHATS);
}

/* ---- operators ---- */

static unsigned
open_seats(struct screen *s, enum board_figure f)
{
	board__seats_page(s, f);
	return REACT_HANDLED;
}

static void
on_states(struct screen *s, int64_t operator_id,
    const struct seat_interval *rows, size_t count,
    const struct model_answer *answer)
{
	const struct board_data *d = s->data;
	const char *name = "";

	for (size_t i = 0; i < d->board.count; i++)
		if (d->board.rows[i].id == operator_id)
			name = board__name(&d->board.rows[i]);
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__states_page(s, name, rows, count);
}

static unsigned
open_states(struct screen *s, enum board_figure f)
{
	const struct board_row *r = board__row(s->data);

	(void)f;
	if (r == NULL)
		return REACT_BEEP;
	model_board_states(model_of(s), s, r->id, on_states);
	return REACT_HANDLED;
}

/* ---- channels ---- */

static void
on_channels(struct screen *s, const struct channel_status *rows, size_t count,
    const struct model_answer *answer)
{
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__channels_page(s, rows, count);
}

static unsigned
open_channels(struct screen *s, enum board_figure f)
{
	const struct app *app = app_of(s->ui);

	(void)f;
	model_board_channels(
	    model_of(s), s, app->conf, app->tenant.slug, on_channels);
	return REACT_HANDLED;
}

/* ---- inventory ---- */

static void
on_agents(struct screen *s, const struct agent *rows, size_t count,
    const struct model_answer *answer)
{
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_awaited(s))
		board__agents_page(s, rows, count);
}

static unsigned
open_agents(struct screen *s, enum board_figure f)
{
	(void)f;
	model_board_agents(model_of(s), s, on_agents);
	return REACT_HANDLED;
}

unsigned
board__open_figure(struct screen *s, enum board_figure f)
{
	static unsigned (*const opens[FIGURE_COUNT])(
	    struct screen *, enum board_figure) = {
	    [FIGURE_CALLS] = open_calls,
	    [FIGURE_SALES] = open_calls,
	    [FIGURE_RATE] = open_calls,
	    [FIGURE_TALK] = open_calls,
	    [FIGURE_WHATSAPP] = open_channels,
	    [FIGURE_CHATS] = open_list,
	    [FIGURE_OLDEST] = open_list,
	    [FIGURE_LATE] = open_list,
	    [FIGURE_AT_RISK] = open_list,
	    [FIGURE_REPLY] = open_list,
	    [FIGURE_AGENTS] = open_agents,
	    [FIGURE_BUSY] = open_seats,
	    [FIGURE_READY] = open_seats,
	    [FIGURE_PAUSED] = open_seats,
	    [FIGURE_HOURS] = open_hours,
	    [FIGURE_OWN_STATE] = open_states,
	    [FIGURE_OWN_LASTS] = open_states,
	    [FIGURE_OWN_CALLS] = open_calls,
	    [FIGURE_OWN_SALES] = open_calls,
	    [FIGURE_OWN_RATE] = open_calls,
	    [FIGURE_OWN_TALK] = open_calls,
	    [FIGURE_OWN_LOAD] = open_list,
	};

	return opens[f](s, f);
}
