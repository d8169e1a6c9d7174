/* board_rows - an operator's row on the board, and the orders. */
#include "tui/screens/board_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/screens/call_int.h"

#include <stdlib.h>
#include <string.h>

#define BAR_CELLS   8
#define LOAD_COLUMN 7
#define WITH_COLUMN 9

const char *
board__order_word(enum board_order order)
{
	static const char *const words[BOARD_ORDER_COUNT] = {
	    [BOARD_BY_NAME] = N_("by name"),
	    [BOARD_BY_STATE] = N_("by state"),
	    [BOARD_BY_AGE] = N_("by time in the state"),
	    [BOARD_BY_CALLS] = N_("by calls"),
	    [BOARD_BY_SALES] = N_("by sales"),
	    [BOARD_BY_RATE] = N_("by rate"),
	    [BOARD_BY_TALK] = N_("by talk"),
	    [BOARD_BY_LOAD] = N_("by load"),
	};

	return _(words[order]);
}

const char *
board__name(const struct board_row *r)
{
	if (r->id == BOARD_NOBODY)
		return _("Nobody");
	return r->has_seat ? r->seat.name : r->figure.name;
}

const char *
board__reason(const struct seat_now *seat)
{
	return i18n_lang() == LANG_ES ? seat->label_es : seat->label_en;
}

const char *
board__with(const struct seat_now *seat)
{
	if (seat->state == SEAT_PAUSED)
		return board__reason(seat);
	if (!seat_is_on_call(seat->state))
		return "";
	return seat->contact_name[0] != '\0' ? seat->contact_name : seat->number;
}

const char *
board__channel_word(enum channel_state state)
{
	static const char *const words[] = {
	    [CHANNEL_OK] = N_("active"),
	    [CHANNEL_PAUSED] = N_("paused"),
	    [CHANNEL_STOPPED] = N_("stopped"),
	};

	return _(words[state]);
}

enum role
board__channel_role(enum channel_state state)
{
	static const enum role roles[] = {
	    [CHANNEL_OK] = ROLE_OK,
	    [CHANNEL_PAUSED] = ROLE_WARNING,
	    [CHANNEL_STOPPED] = ROLE_DANGER,
	};

	return roles[state];
}

/* ---- cells ---- */

enum role
board__too_long(int64_t us, int64_t limit_us)
{
	return us >= 2 * limit_us ? ROLE_DANGER
	       : us >= limit_us   ? ROLE_WARNING
	                          : ROLE_NORMAL;
}

enum role
board__age_role(const struct board_limits *limits, const struct seat_now *seat,
    int64_t now_us)
{
	int64_t us = now_us - seat->since_us;

	switch (seat->state) {
	case SEAT_PAUSED:
		return board__too_long(us, limits->pause_us);
	case SEAT_HOLD:
		return board__too_long(us, limits->hold_us);
	case SEAT_WRAP_UP:
		return seat->wrap_until_us != 0 && now_us > seat->wrap_until_us
		           ? ROLE_DANGER
		           : ROLE_NORMAL;
	case SEAT_OFF:
		return ROLE_MUTED;
	default:
		return ROLE_NORMAL;
	}
}

static void
seat_cell(const struct board_limits *limits, const struct seat_now *seat,
    int column, struct w_cell *out)
{
	if (column == 1) {
		out->text = call__seat_word(seat->state);
		out->role = call__seat_role(seat->state);
	} else if (seat->since_us != 0) {
		int64_t now = clock_wall_us();

		call__clock(now - seat->since_us, out->buf);
		out->text = out->buf;
		out->role = board__age_role(limits, seat, now);
	}
}

static void
number_cell(int64_t n, struct w_cell *out)
{
	str_format(out->buf, sizeof(out->buf), "%lld", (long long)n);
	out->text = out->buf;
	out->role = n == 0 ? ROLE_MUTED : ROLE_NORMAL;
}

/* Calls beside those of who has the most. */
static void
bar_cell(const struct board_data *d, int64_t calls, struct w_cell *out)
{
	int64_t most = 1;
	int full;

	for (size_t i = 0; i < d->board.count; i++)
		if (d->board.rows[i].figure.sum.calls > most)
			most = d->board.rows[i].figure.sum.calls;
	full = (int)((calls * BAR_CELLS + most - 1) / most);
	for (int i = 0; i < BAR_CELLS; i++)
		out->buf[i] = i < full ? '=' : '-';
	out->buf[BAR_CELLS] = '\0';
	out->text = out->buf;
	out->role = calls == 0 ? ROLE_MUTED : ROLE_OK;
}

static void
sum_cell(const struct board_data *d, const struct call_sum *sum, int column,
    struct w_cell *out)
{
	int rate = call_sum_rate(sum);

	switch (column) {
	case 3:
		number_cell(sum->calls, out);
		break;
	case 4:
		number_cell(sum->sales, out);
		break;
	case 5:
		if (rate >= 0) {
			str_format(out->buf, sizeof(out->buf), "%d %%", rate);
			out->text = out->buf;
		}
		break;
	case 6:
		call__clock(sum->talk_us, out->buf);
		out->text = out->buf;
		out->role = sum->talk_us == 0 ? ROLE_MUTED : ROLE_NORMAL;
		break;
	default:
		bar_cell(d, sum->calls, out);
		break;
	}
}

/* Chats and tickets that are open. */
static void
load_cell(const struct board_row *r, struct w_cell *out)
{
	str_format(out->buf, sizeof(out->buf), "%d/%d", r->chats, r->tickets);
	out->text = out->buf;
	out->role = r->chats + r->tickets == 0 ? ROLE_MUTED : ROLE_NORMAL;
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct board_data *d = data;
	const struct board_row *r = &d->board.rows[index];

	out->text = "";
	if (column == 0) {
		out->text = board__name(r);
		out->trusted = r->id == BOARD_NOBODY;
		return;
	}
	if (column == WITH_COLUMN) {
		out->text = board__with(&r->seat); /* zeros without a seat */
		out->role = ROLE_MUTED;
		return;
	}
	out->trusted = true;
	if (column == LOAD_COLUMN)
		load_cell(r, out);
	else if (column > 2)
		sum_cell(d, &r->figure.sum, column, out);
	else if (r->has_seat)
		seat_cell(&d->board.limits, &r->seat, column, out);
}

static const struct w_column columns[] = {
    {N_("Operator"), 11, 1, 0, ALIGN_LEFT},
    {N_("State"), 10, 0, 0, ALIGN_LEFT},
    {N_("Lasts"), 8, 0, 0, ALIGN_RIGHT},
    {N_("Calls"), 8, 0, 1, ALIGN_RIGHT},
    {N_("Sales"), 6, 0, 2, ALIGN_RIGHT},
    {N_("Rate"), 5, 0, 3, ALIGN_RIGHT},
    {N_("Talk"), 8, 0, 4, ALIGN_RIGHT},
    {N_("Load"), 6, 0, 5, ALIGN_RIGHT},
    {"", BAR_CELLS, 0, 6, ALIGN_LEFT},
    {N_("With"), 14, 1, 7, ALIGN_LEFT},
};

static const struct w_list_ops ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("There is nobody to watch"),
};

void
board__list_init(struct board_data *d)
{
	w_list_init(&d->list, &ops, d);
}

const struct board_row *
board__row(const struct board_data *d)
{
	size_t at;

	if (!d->known || !w_list_index(&d->list, &at) || at >= d->board.count)
		return NULL;
	return &d->board.rows[at];
}

/* ---- orders ---- */

static int
more_first(int64_t a, int64_t b)
{
	return a > b ? -1 : a < b ? 1 : 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = strcmp(board__name(x), board__name(y));

	return by != 0 ? by : more_first(y->id, x->id);
}

/* Above all what a supervisor may have to do something about. */
static int
state_rank(const struct board_row *r)
{
	static const int ranks[SEAT_STATE_COUNT] = {
	    [SEAT_OFF] = 1,
	    [SEAT_READY] = 2,
	    [SEAT_TALKING] = 3,
	    [SEAT_RINGING] = 4,
	    [SEAT_WRAP_UP] = 5,
	    [SEAT_HOLD] = 6,
	    [SEAT_PAUSED] = 7,
	};

	return r->has_seat ? ranks[r->seat.state] : 0;
}

/* The longest first; who never did anything last. */
static int64_t
since(const struct board_row *r)
{
	return r->has_seat && r->seat.since_us != 0 ? r->seat.since_us
	                                            : INT64_MAX;
}

static int
by_age(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(since(y), since(x));

	return by != 0 ? by : by_name(a, b);
}

static int
by_state(const void *a, const void *b)
{
	int by = more_first(state_rank(a), state_rank(b));

	return by != 0 ? by : by_age(a, b);
}

static int
by_calls(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(x->figure.sum.calls, y->figure.sum.calls);

	return by != 0 ? by : by_name(a, b);
}

static int
by_sales(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(x->figure.sum.sales, y->figure.sum.sales);

	return by != 0 ? by : by_calls(a, b);
}

static int
by_rate(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(
	    call_sum_rate(&x->figure.sum), call_sum_rate(&y->figure.sum));

	return by != 0 ? by : by_sales(a, b);
}

static int
by_talk(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(x->figure.sum.talk_us, y->figure.sum.talk_us);

	return by != 0 ? by : by_name(a, b);
}

static int
by_load(const void *a, const void *b)
{
	const struct board_row *x = a, *y = b;
	int by = more_first(x->chats + x->tickets, y->chats + y->tickets);

	return by != 0 ? by : by_name(a, b);
}

void
board__list_set(struct board_data *d)
{
	static int (*const orders[BOARD_ORDER_COUNT])(
	    const void *, const void *) = {
	    [BOARD_BY_NAME] = by_name,
	    [BOARD_BY_STATE] = by_state,
	    [BOARD_BY_AGE] = by_age,
	    [BOARD_BY_CALLS] = by_calls,
	    [BOARD_BY_SALES] = by_sales,
	    [BOARD_BY_RATE] = by_rate,
	    [BOARD_BY_TALK] = by_talk,
	    [BOARD_BY_LOAD] = by_load,
	};
	struct board *b = &d->board;
	int64_t *ids = xcalloc(b->count + 1, sizeof(ids[0]));

	if (b->count > 1)
		qsort(b->rows, b->count, sizeof(b->rows[0]), orders[d->order]);
	for (size_t i = 0; d->reversed && i < b->count / 2; i++) {
		struct board_row r = b->rows[i];

		b->rows[i] = b->rows[b->count - 1 - i];
		b->rows[b->count - 1 - i] = r;
	}
	for (size_t i = 0; i < b->count; i++)
		ids[i] = b->rows[i].id;
	w_list_set(&d->list, ids, b->count, false, false);
	free(ids);
}
