/* board_figures - what the board counts, and the lines that it stands in. */
#include "tui/screens/board_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"

#include <string.h>

#define HEAD_ROWS   4 /* with the seats and a line below */
#define SMALL_ROWS  2
#define HOURS_CELLS 29 /* "0 " and 24 of them and " 24" */

enum line { /* of the head; the operator's stands in place of what waits */
	LINE_CALLS,
	LINE_WAITING,
	LINE_SEATS,
	LINE_OPERATOR,
};

int
board__head_rows(int h)
{
	return h >= 13 ? HEAD_ROWS : h >= 5 ? SMALL_ROWS : 0;
}

/* ---- values: false where there is none ---- */

typedef bool value_fn(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role);

static bool
put_number(int64_t n, bool more, char out[BOARD_VALUE_SIZE])
{
	str_format(
	    out, BOARD_VALUE_SIZE, "%lld%s", (long long)n, more ? "+" : "");
	return true;
}

/* Stands out where there is any. */
static enum role
when_any(int64_t n, enum role role)
{
	return n > 0 ? role : ROLE_NORMAL;
}

static bool
put_clock(int64_t us, char out[BOARD_VALUE_SIZE])
{
	char clock[CALL_CLOCK_SIZE];

	call__clock(us, clock);
	return str_copy(out, BOARD_VALUE_SIZE, clock);
}

/* Of all, or of the selected operator; NULL without one. */
static const struct call_sum *
sum_of(const struct board_data *d, enum board_figure f)
{
	const struct board_row *r = board__row(d);

	if (f < FIGURE_OWN_STATE)
		return &d->board.today.sum;
	return r != NULL ? &r->figure.sum : NULL;
}

static bool
calls_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct call_sum *sum = sum_of(d, f);

	if (sum == NULL)
		return false;
	*role = when_any(sum->calls, ROLE_STRONG);
	return put_number(sum->calls, false, out);
}

static bool
sales_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct call_sum *sum = sum_of(d, f);

	if (sum == NULL)
		return false;
	*role = when_any(sum->sales, ROLE_OK);
	return put_number(sum->sales, false, out);
}

static bool
rate_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct call_sum *sum = sum_of(d, f);
	int percent = sum != NULL ? call_sum_rate(sum) : -1;

	*role = ROLE_STRONG;
	if (percent >= 0)
		str_format(out, BOARD_VALUE_SIZE, "%d %%", percent);
	else
		str_copy(out, BOARD_VALUE_SIZE, "-");
	return sum != NULL;
}

static bool
talk_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct call_sum *sum = sum_of(d, f);

	*role = ROLE_STRONG;
	return sum != NULL && put_clock(sum->talk_us, out);
}

/* Its state and how old that is: since the last word in or out. */
static bool
whatsapp_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;
	char age[32] = "";

	(void)f;
	if (!b->has_whatsapp)
		return false;
	if (b->whatsapp_us != 0)
		app_age(age, sizeof(age), b->whatsapp_us, clock_wall_us());
	str_format(out, BOARD_VALUE_SIZE, "%s%s%s",
	    board__channel_word(b->whatsapp), age[0] != '\0' ? ", " : "", age);
	*role = board__channel_role(b->whatsapp);
	return true;
}

static bool
chats_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;

	(void)f;
	*role = when_any(b->chats, ROLE_UNREAD);
	return b->sees_chats && put_number(b->chats, b->chats_more, out);
}

static bool
oldest_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;
	int64_t now = clock_wall_us();

	(void)f;
	if (b->oldest_us == 0)
		return false;
	app_age(out, BOARD_VALUE_SIZE, b->oldest_us, now);
	*role = board__too_long(now - b->oldest_us, b->limits.chat_us);
	if (*role == ROLE_NORMAL)
		*role = ROLE_STRONG;
	return true;
}

static bool
late_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;
	int n = f == FIGURE_LATE ? b->late : b->at_risk;

	*role = when_any(n, f == FIGURE_LATE ? ROLE_DANGER : ROLE_WARNING);
	return b->sees_tickets && put_number(n, b->tickets_more, out);
}

static bool
reply_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;

	(void)f;
	*role = ROLE_STRONG;
	return b->sees_tickets && b->replies > 0 && put_clock(b->reply_us, out);
}

/* How many were heard of in a day, of all, and the age of the newest word. */
static bool
agents_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct agent_stats *a = &d->board.agents;
	char age[32] = "";

	(void)f;
	if (!d->board.sees_agents || a->agents + a->waiting == 0)
		return false;
	if (a->newest_us != 0)
		app_age(age, sizeof(age), a->newest_us, clock_wall_us());
	str_format(out, BOARD_VALUE_SIZE, "%lld/%lld%s%s", (long long)a->heard,
	    (long long)a->agents, age[0] != '\0' ? ", " : "", age);
	*role = a->silent > 0 ? ROLE_WARNING : ROLE_STRONG;
	return true;
}

bool
board__counts_seat(enum board_figure f, enum seat_state state)
{
	return f == FIGURE_BUSY     ? seat_is_on_call(state)
	       : f == FIGURE_READY  ? state == SEAT_READY
	       : f == FIGURE_PAUSED ? state == SEAT_PAUSED
	                            : false;
}

static bool
seats_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board *b = &d->board;
	int n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += b->rows[i].has_seat &&
		     board__counts_seat(f, b->rows[i].seat.state);
	*role = when_any(n, f == FIGURE_BUSY    ? ROLE_STRONG
			    : f == FIGURE_READY ? ROLE_OK
						: ROLE_WARNING);
	return put_number(n, false, out);
}

/* Drawn as bars. */
static bool
hours_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	(void)d, (void)f;
	*role = ROLE_NORMAL;
	out[0] = '\0';
	return true;
}

static bool
state_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board_row *r = board__row(d);

	(void)f;
	if (r == NULL || !r->has_seat)
		return false;
	*role = call__seat_role(r->seat.state);
	return str_copy(out, BOARD_VALUE_SIZE, call__seat_word(r->seat.state));
}

static bool
lasts_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board_row *r = board__row(d);
	int64_t now = clock_wall_us();

	(void)f;
	if (r == NULL || !r->has_seat || r->seat.since_us == 0)
		return false;
	*role = board__age_role(&d->board.limits, &r->seat, now);
	return put_clock(now - r->seat.since_us, out);
}

static bool
load_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	const struct board_row *r = board__row(d);

	(void)f;
	if (r == NULL || !r->has_seat)
		return false;
	*role = ROLE_STRONG;
	str_format(out, BOARD_VALUE_SIZE, "%d/%d", r->chats, r->tickets);
	return true;
}

/* ---- the table ---- */

static const struct {
	const char *label; /* N_(), but for a name */
	enum line line;
	value_fn *value;
	enum call_measure measure; /* what of calls it counts */
	const char *formula; /* N_(); NULL: the measure's, or has limits */
} figures[FIGURE_COUNT] = {
    [FIGURE_CALLS] = {N_("Calls"), LINE_CALLS, calls_value, MEASURE_CALLS,
	NULL},
    [FIGURE_SALES] = {N_("Sales"), LINE_CALLS, sales_value, MEASURE_SALES,
	NULL},
    [FIGURE_RATE] = {N_("Rate"), LINE_CALLS, rate_value, MEASURE_RATE, NULL},
    [FIGURE_TALK] = {N_("Talk"), LINE_CALLS, talk_value, MEASURE_TALK, NULL},
    [FIGURE_WHATSAPP] = {"WhatsApp", LINE_CALLS, whatsapp_value, MEASURE_COUNT,
	N_("The worst state of the desk's WhatsApp channels, and how long "
	   "ago a message came in or went out. Active is one that the "
	   "provider did not limit or stop.")},
    [FIGURE_CHATS] = {N_("Chats"), LINE_WAITING, chats_value, MEASURE_COUNT,
	N_("Open conversations whose last word is the customer's; the "
	   "oldest waits since the first one without an answer. Among the "
	   "1000 with the newest messages.")},
    [FIGURE_OLDEST] = {N_("oldest"), LINE_WAITING, oldest_value, MEASURE_COUNT,
	NULL},
    [FIGURE_LATE] = {N_("Late"), LINE_WAITING, late_value, MEASURE_COUNT,
	N_("Active tickets, waiting ones left out, whose promised time is "
	   "over. Among the 1000 that are due first.")},
    [FIGURE_AT_RISK] = {N_("at risk"), LINE_WAITING, late_value, MEASURE_COUNT,
	N_("Active tickets, waiting ones left out, of whose promised time "
	   "more than 75 percent are over, but not all. Among the 1000 that "
	   "are due first.")},
    [FIGURE_REPLY] = {N_("First reply"), LINE_WAITING, reply_value,
	MEASURE_COUNT,
	N_("Of tickets whose clock of the first reply was stopped today: "
	   "its time in the desk's hours, on the average.")},
    [FIGURE_AGENTS] = {N_("Inventory"), LINE_WAITING, agents_value,
	MEASURE_COUNT, NULL},
    [FIGURE_BUSY] = {N_("At a call"), LINE_SEATS, seats_value, MEASURE_COUNT,
	N_("Operators whose telephone rings, who talk, let somebody wait or "
	   "wrap a call up.")},
    [FIGURE_READY] = {N_("ready"), LINE_SEATS, seats_value, MEASURE_COUNT,
	N_("Operators who wait for a call.")},
    [FIGURE_PAUSED] = {N_("paused"), LINE_SEATS, seats_value, MEASURE_COUNT,
	N_("Operators who make a pause, for whatever reason.")},
    [FIGURE_HOURS] = {N_("by hour"), LINE_SEATS, hours_value, MEASURE_CALLS,
	N_("Calls by the hour in which they began, in the desk's time zone, "
	   "beside the hour that had the most.")},
    [FIGURE_OWN_STATE] = {N_("State"), LINE_OPERATOR, state_value,
	MEASURE_COUNT,
	N_("What the operator does now: what a call does with him, else what "
	   "he said last; off without a shift.")},
    [FIGURE_OWN_LASTS] = {N_("Lasts"), LINE_OPERATOR, lasts_value,
	MEASURE_COUNT, NULL},
    [FIGURE_OWN_CALLS] = {N_("Calls"), LINE_OPERATOR, calls_value,
	MEASURE_CALLS, NULL},
    [FIGURE_OWN_SALES] = {N_("Sales"), LINE_OPERATOR, sales_value,
	MEASURE_SALES, NULL},
    [FIGURE_OWN_RATE] = {N_("Rate"), LINE_OPERATOR, rate_value, MEASURE_RATE,
	NULL},
    [FIGURE_OWN_TALK] = {N_("Talk"), LINE_OPERATOR, talk_value, MEASURE_TALK,
	NULL},
    [FIGURE_OWN_LOAD] = {N_("Load"), LINE_OPERATOR, load_value, MEASURE_COUNT,
	N_("Open chats / active tickets that the operator has, among those "
	   "that chats and tickets are counted of.")},
};

const char *
board__figure_label(enum board_figure f)
{
	return _(figures[f].label);
}

void
board__figure_formula(
    const struct board_data *d, enum board_figure f, struct str *out)
{
	const struct board_limits *l = &d->board.limits;

	if (f == FIGURE_OWN_LASTS)
		str_addf(out,
		    _("Time since the operator's state began. It is marked "
		      "after %d minutes of a pause or %d of a hold, and stands "
		      "out after twice that, or when the time to wrap a call "
		      "up is over."),
		    (int)(l->pause_us / US_PER_MINUTE),
		    (int)(l->hold_us / US_PER_MINUTE));
	else if (f == FIGURE_OLDEST)
		str_addf(out,
		    _("How long the chat waits that has waited longest: since its "
		      "first message without an answer. It is marked after %d "
		      "minutes and stands out after twice that."),
		    (int)(l->chat_us / US_PER_MINUTE));
	else if (f == FIGURE_AGENTS)
		str_addf(out,
		    _("Inventory agents with a word in the last 24 hours / "
		      "accepted ones; those that are silent, without a word "
		      "for %d days; and the age of the newest word. One that "
		      "nobody accepted yet does not count."),
		    (int)(d->board.agents.silent_us / US_PER_DAY));
	else
		str_add(out, figures[f].formula != NULL
				 ? _(figures[f].formula)
				 : call_measure_formula(figures[f].measure));
}

bool
board__figure_is_call(enum board_figure f, enum call_measure *m)
{
	*m = figures[f].measure;
	return *m != MEASURE_COUNT;
}

bool
board__figure_value(const struct board_data *d, enum board_figure f,
    char out[BOARD_VALUE_SIZE], enum role *role)
{
	return figures[f].value(d, f, out, role);
}

enum board_figure
board__figure_step(const struct board_data *d, int by)
{
	char value[BOARD_VALUE_SIZE];
	int f = (int)d->figure;
	enum role role;

	do
		f = (f + by + FIGURE_COUNT + 1) % (FIGURE_COUNT + 1);
	while (f != FIGURE_NONE &&
	       !board__figure_value(d, (enum board_figure)f, value, &role));
	return (enum board_figure)f;
}

/* ---- where they stand ---- */

struct spot {
	enum board_figure figure;
	int x, w, label_w; /* cells */
	char value[BOARD_VALUE_SIZE];
	enum role role;
};
struct row { /* of the head */
	struct spot spots[FIGURE_COUNT];
	int count;
	int name_w; /* of the operator before them */
};

/* The hours may do without their word. */
static int
hours_width(int room, int *label_w)
{
	if (*label_w + 1 + HOURS_CELLS <= room)
		return *label_w + 1 + HOURS_CELLS;
	*label_w = 0;
	return HOURS_CELLS;
}

static bool
has_spot(const struct row *row, enum board_figure f)
{
	for (int i = 0; i < row->count; i++)
		if (row->spots[i].figure == f)
			return true;
	return false;
}

/* Words and their figures, each whole or not at all. */
static void
place(const struct board_data *d, enum line line, int w, enum board_figure from,
    struct row *row)
{
	const struct board_row *r = board__row(d);
	int x = 1;

	row->count = row->name_w = 0;
	if (line == LINE_OPERATOR && r != NULL) {
		const char *name = board__name(r);

		row->name_w = canvas_cells(name, strlen(name));
		if (row->name_w > w / 3)
			row->name_w = w / 3;
		x += row->name_w + 2;
	}
	for (int i = (int)from; i < FIGURE_COUNT; i++) {
		struct spot *p = &row->spots[row->count];
		const char *label = _(figures[i].label);

		p->figure = (enum board_figure)i;
		if (figures[i].line != line ||
		    !board__figure_value(d, p->figure, p->value, &p->role))
			continue;
		p->x = x;
		p->label_w = canvas_cells(label, strlen(label));
		p->w = i == FIGURE_HOURS
		           ? hours_width(w - x, &p->label_w)
		           : p->label_w + 1 +
		                 canvas_cells(p->value, strlen(p->value));
		if (x + p->w > w)
			continue;
		x += p->w + 2;
		row->count++;
	}
}

/* The one under the cursor has room in any case: it may be the first. */
static void
place_line(const struct board_data *d, enum line line, int w, struct row *row)
{
	place(d, line, w, FIGURE_CALLS, row);
	if (d->figure != FIGURE_NONE && figures[d->figure].line == line &&
	    !has_spot(row, d->figure))
		place(d, line, w, d->figure, row);
}

/* What stands in a row of the head. */
static enum line
line_of(const struct board_data *d, int h, int y)
{
	enum line cursor =
	    d->figure != FIGURE_NONE ? figures[d->figure].line : LINE_CALLS;

	if (y == 1 &&
	    (cursor == LINE_OPERATOR ||
		(cursor == LINE_SEATS && board__head_rows(h) < HEAD_ROWS)))
		return cursor;
	return y == 0 ? LINE_CALLS : y == 1 ? LINE_WAITING : LINE_SEATS;
}

enum board_figure
board__figure_at(const struct board_data *d, int w, int h, int x, int y)
{
	struct row row;

	if (y > (board__head_rows(h) < HEAD_ROWS ? 1 : 2))
		return FIGURE_NONE;
	place_line(d, line_of(d, h, y), w, &row);
	for (int i = 0; i < row.count; i++)
		if (x >= row.spots[i].x && x < row.spots[i].x + row.spots[i].w)
			return row.spots[i].figure;
	return FIGURE_NONE;
}

/* ---- how they are drawn ---- */

/* Calls of each hour, beside the hour that had the most. */
static void
draw_hours(const struct board_data *d, struct canvas *c, int x, int y)
{
	static const char plain[] = ".:-=+*#@";
	int64_t most = 1;

	x += canvas_text(c, x, y, -1, ROLE_MUTED, "0 ");
	for (int i = 0; i < 24; i++)
		if (d->board.hours[i] > most)
			most = d->board.hours[i];
	for (int i = 0; i < 24; i++) {
		int64_t n = d->board.hours[i];
		int level = n == 0 ? -1 : (int)((n * 8 + most - 1) / most) - 1;

		if (level < 0)
			canvas_char(c, x + i, y, ROLE_MUTED, '_');
		else if (canvas_is_ascii(c))
			canvas_char(c, x + i, y, ROLE_OK,
			    (uint32_t)(unsigned char)plain[level]);
		else
			canvas_char(
			    c, x + i, y, ROLE_OK, 0x2581 + (uint32_t)level);
	}
	canvas_text(c, x + 24, y, -1, ROLE_MUTED, " 24");
}

static void
draw_spot(
    const struct board_data *d, struct canvas *c, int y, const struct spot *p)
{
	int x = p->x;

	if (p->label_w > 0)
		x += canvas_text(
			 c, x, y, -1, ROLE_MUTED, _(figures[p->figure].label)) +
		     1;
	if (p->figure == FIGURE_HOURS)
		draw_hours(d, c, x, y);
	else
		canvas_text(c, x, y, -1, p->role, p->value);
	if (p->figure == d->figure)
		canvas_restyle(c, p->x, y, p->w, ROLE_SELECTED);
}

static void
draw_line(const struct board_data *d, struct canvas *c, int y)
{
	enum line line = line_of(d, c->h, y);
	const struct board_row *r = board__row(d);
	struct row row;

	place_line(d, line, c->w, &row);
	if (line == LINE_OPERATOR && r != NULL)
		canvas_outside(c, 1, y, row.name_w, ROLE_NORMAL, board__name(r),
		    strlen(board__name(r)));
	for (int i = 0; i < row.count; i++)
		draw_spot(d, c, y, &row.spots[i]);
}

void
board__draw_head(const struct board_data *d, struct canvas *c)
{
	int rows = board__head_rows(c->h);

	if (rows == 0)
		return;
	draw_line(d, c, 0);
	draw_line(d, c, 1);
	if (rows < HEAD_ROWS)
		return;
	draw_line(d, c, 2);
	canvas_hline(c, 0, 3, c->w, ROLE_BORDER);
	canvas_textf(c, 2, 3, c->w - 4, ROLE_MUTED, " %s%s ",
	    board__order_word(d->order), d->reversed ? _(", reversed") : "");
}
