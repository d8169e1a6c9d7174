/* board_text - the board's totals, and the pages behind its figures. */
#include "tui/screens/board_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"
#include "tui/screens/dialogs.h"

#include <string.h>

#define HEAD_ROWS  4 /* with the hours and a line below */
#define SMALL_ROWS 2

int
board__head_rows(int h)
{
	return h >= 13 ? HEAD_ROWS : h >= 5 ? SMALL_ROWS : 0;
}

/* ---- totals ---- */

/* A word and its figure, whole or not at all; where the next one begins. */
static int
put(struct canvas *c, int x, int y, const char *word, const char *figure,
    enum role role)
{
	if (x + canvas_cells(word, strlen(word)) + 1 +
		canvas_cells(figure, strlen(figure)) >
	    c->w)
		return x;
	x += canvas_text(c, x, y, -1, ROLE_MUTED, word);
	x += canvas_text(c, x + 1, y, -1, role, figure) + 1;
	return x + 2;
}

static int
put_number(struct canvas *c, int x, int y, const char *word, int64_t n,
    bool more, enum role role)
{
	char figure[32];

	str_format(
	    figure, sizeof(figure), "%lld%s", (long long)n, more ? "+" : "");
	return put(c, x, y, word, figure, n > 0 ? role : ROLE_NORMAL);
}

/* Its state and how old that is: since the last word in or out. */
static void
draw_whatsapp(const struct board *b, struct canvas *c, int x, int y)
{
	static const char *const words[] = {
	    [CHANNEL_OK] = N_("active"),
	    [CHANNEL_PAUSED] = N_("paused"),
	    [CHANNEL_STOPPED] = N_("stopped"),
	};
	static const enum role roles[] = {
	    [CHANNEL_OK] = ROLE_OK,
	    [CHANNEL_PAUSED] = ROLE_WARNING,
	    [CHANNEL_STOPPED] = ROLE_DANGER,
	};
	char text[64], age[32] = "";

	if (!b->has_whatsapp)
		return;
	if (b->whatsapp_us != 0)
		app_age(age, sizeof(age), b->whatsapp_us, clock_wall_us());
	str_format(text, sizeof(text), "%s%s%s", _(words[b->whatsapp]),
	    age[0] != '\0' ? ", " : "", age);
	(void)put(c, x, y, "WhatsApp", text, roles[b->whatsapp]);
}

static void
draw_calls(const struct board_data *d, struct canvas *c, int y)
{
	const struct call_sum *sum = &d->board.today.sum;
	char clock[CALL_CLOCK_SIZE], rate[16];
	int x = 1, percent = call_sum_rate(sum);

	if (percent >= 0)
		str_format(rate, sizeof(rate), "%d %%", percent);
	else
		str_copy(rate, sizeof(rate), "-");
	call__clock(sum->talk_us, clock);
	x = put_number(c, x, y, _("Calls"), sum->calls, false, ROLE_STRONG);
	x = put_number(c, x, y, _("Sales"), sum->sales, false, ROLE_OK);
	x = put(c, x, y, _("Rate"), rate, ROLE_STRONG);
	x = put(c, x, y, _("Talk"), clock, ROLE_STRONG);
	draw_whatsapp(&d->board, c, x, y);
}

static int
draw_seats(const struct board_data *d, struct canvas *c, int x, int y)
{
	int ready = 0, busy = 0, paused = 0;

	for (size_t i = 0; i < d->board.count; i++) {
		const struct board_row *r = &d->board.rows[i];

		if (!r->has_seat)
			continue;
		ready += r->seat.state == SEAT_READY;
		paused += r->seat.state == SEAT_PAUSED;
		busy += seat_is_on_call(r->seat.state);
	}
	x = put_number(c, x, y, _("At a call"), busy, false, ROLE_STRONG);
	x = put_number(c, x, y, _("ready"), ready, false, ROLE_OK);
	return put_number(c, x, y, _("paused"), paused, false, ROLE_WARNING);
}

static void
draw_waiting(const struct board_data *d, struct canvas *c, int y)
{
	const struct board *b = &d->board;
	char age[32];
	enum role role;
	int x = 1;

	if (b->sees_chats)
		x = put_number(
		    c, x, y, _("Chats"), b->chats, b->chats_more, ROLE_UNREAD);
	if (b->oldest_us != 0) {
		app_age(age, sizeof(age), b->oldest_us, clock_wall_us());
		role = board__too_long(
		    clock_wall_us() - b->oldest_us, b->limits.chat_us);
		x = put(c, x, y, _("since"), age,
		    role == ROLE_NORMAL ? ROLE_STRONG : role);
	}
	if (!b->sees_tickets)
		return;
	x = put_number(
	    c, x, y, _("Late"), b->late, b->tickets_more, ROLE_DANGER);
	x = put_number(
	    c, x, y, _("at risk"), b->at_risk, b->tickets_more, ROLE_WARNING);
	if (b->replies == 0)
		return;
	call__clock(b->reply_us, age);
	(void)put(c, x, y, _("First reply"), age, ROLE_STRONG);
}

/* Calls of each hour, beside the hour that had the most. */
static void
draw_hours(const struct board_data *d, struct canvas *c, int x, int y)
{
	static const char plain[] = ".:-=+*#@";
	int64_t most = 1;
	int word = canvas_cells(_("by hour"), strlen(_("by hour"))) + 1;

	if (x + 29 > c->w)
		return;
	if (x + word + 29 <= c->w)
		x += canvas_text(c, x, y, -1, ROLE_MUTED, _("by hour")) + 1;
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

void
board__draw_head(const struct board_data *d, struct canvas *c)
{
	int rows = board__head_rows(c->h), x;

	if (rows == 0)
		return;
	draw_calls(d, c, 0);
	draw_waiting(d, c, 1);
	if (rows < HEAD_ROWS)
		return;
	x = draw_seats(d, c, 1, 2);
	draw_hours(d, c, x, 2);
	canvas_hline(c, 0, 3, c->w, ROLE_BORDER);
	canvas_textf(c, 2, 3, c->w - 4, ROLE_MUTED, " %s%s ",
	    board__order_word(d->order), d->reversed ? _(", reversed") : "");
}

void
board__draw_foot(
    const struct screen *s, const struct board_row *r, struct canvas *c)
{
	const struct seat_now *seat = &r->seat;
	struct str line = STR_INIT;
	char at[32];

	if (!r->has_seat)
		return;
	str_addf(&line, "%s", seat->name);
	if (seat->team_name[0] != '\0')
		str_addf(&line, " (%s)", seat->team_name);
	str_addf(&line, "  %s", call__seat_word(seat->state));
	if (seat->state == SEAT_PAUSED)
		str_addf(&line, " %s", board__reason(seat));
	else if (seat_is_on_call(seat->state))
		str_addf(&line, " %s",
		    seat->contact_name[0] != '\0' ? seat->contact_name
						  : seat->number);
	if (seat->shift_us != 0) {
		app_time(app_of(s->ui), at, sizeof(at), seat->shift_us);
		str_addf(&line, _("  on shift since %s"), at);
	}
	canvas_outside(c, 1, 0, c->w - 2, ROLE_MUTED, line.s, line.len);
	str_free(&line);
}

/* ---- pages ---- */

static void
add_call(struct screen *s, const struct call *c, struct str *out)
{
	char at[32], talk[CALL_CLOCK_SIZE];

	app_time(app_of(s->ui), at, sizeof(at), c->started_us);
	call__clock(c->talk_us, talk);
	str_addf(out, "%s  %s %-8s %8s  %s", at,
	    c->direction == CALL_IN ? "<-" : "->",
	    c->disposition[0] != '\0' ? c->disposition
	    : c->state == CALL_ENDED  ? "-"
				      : "...",
	    talk, call__whose(c));
	if (c->contact_name[0] != '\0')
		str_addf(out, "  %s", c->number);
	if (c->sale_cents != 0)
		str_addf(out, "  %lld.%02d %s",
		    (long long)(c->sale_cents / 100),
		    (int)(c->sale_cents % 100), c->currency);
	str_add(out, "\n");
}

void
board__calls_page(struct screen *s, const struct call_figure *of,
    const struct call *rows, size_t count)
{
	char talk[CALL_CLOCK_SIZE], title[256];
	struct str text = STR_INIT;

	call__clock(of->sum.talk_us, talk);
	str_addf(&text, _("Calls: %lld. Sales: %lld. Talked: %s"),
	    (long long)of->sum.calls, (long long)of->sum.sales, talk);
	str_add(&text, "\n\n");
	for (size_t i = 0; i < count; i++)
		add_call(s, &rows[i], &text);
	if (count == 0)
		str_addf(&text, "%s\n", _("No calls today"));
	str_format(title, sizeof(title), _("Calls of %s today"), of->name);
	pager_push(s->ui, title, text.s, text.len);
	str_free(&text);
}

static void
add_line(struct str *out, enum board_list which, const struct board_line *l)
{
	char at[32];

	switch (which) {
	case BOARD_CHATS:
	case BOARD_TICKETS:
		app_age(at, sizeof(at), l->us, clock_wall_us());
		if (which == BOARD_TICKETS && !l->late)
			str_copy(at, sizeof(at), _("soon"));
		break;
	case BOARD_REPLIES:
		call__clock(l->us, at);
		break;
	}
	str_addf(out, "%9s%s", at,
	    which == BOARD_REPLIES && l->late ? _(" (late)") : "");
	if (l->number != 0)
		str_addf(out, "  #%lld", (long long)l->number);
	if (l->name[0] != '\0')
		str_addf(out, "  %s", l->name);
	str_addf(out, "  %s", l->text);
	if (which != BOARD_REPLIES)
		str_addf(out, "  [%s]",
		    l->owner[0] != '\0' ? l->owner : _("nobody"));
	str_addc(out, '\n');
}

void
board__lines_page(struct screen *s, enum board_list which,
    const struct board_line *rows, size_t count)
{
	static const char *const titles[] = {
	    [BOARD_CHATS] = N_("Chats that wait for an answer"),
	    [BOARD_TICKETS] = N_("Tickets that are late or at risk"),
	    [BOARD_REPLIES] = N_("First replies of today"),
	};
	struct str text = STR_INIT;

	for (size_t i = 0; i < count; i++)
		add_line(&text, which, &rows[i]);
	if (count == 0)
		str_addf(&text, "%s\n", _("There are none"));
	pager_push(s->ui, _(titles[which]), text.s, text.len);
	str_free(&text);
}

static void
add_formula(struct str *out, const char *word, const char *formula)
{
	str_addf(out, "%s\n    %s\n\n", word, formula);
}

void
board__formulas_page(struct ui *ui, const struct board_limits *limits)
{
	struct str text = STR_INIT;
	char lasts[512];

	add_formula(&text, _("Calls"), call_measure_formula(MEASURE_CALLS));
	add_formula(&text, _("Sales"), call_measure_formula(MEASURE_SALES));
	add_formula(&text, _("Rate"), call_measure_formula(MEASURE_RATE));
	add_formula(&text, _("Talk"), call_measure_formula(MEASURE_TALK));
	str_format(lasts, sizeof(lasts),
	    _("Time since the operator's state began. It is marked after %d "
	      "minutes of a pause or %d of a hold, and stands out after twice "
	      "that, or when the time to wrap a call up is over."),
	    (int)(limits->pause_us / US_PER_MINUTE),
	    (int)(limits->hold_us / US_PER_MINUTE));
	add_formula(&text, _("Lasts"), lasts);
	add_formula(&text, _("Chats"),
	    _("Open conversations whose last word is the customer's; the "
	      "oldest waits since the first one without an answer. Among the "
	      "1000 with the newest messages."));
	add_formula(&text, _("At risk and late"),
	    _("Active tickets, waiting ones left out, of whose promised time "
	      "more than 75 percent are over; late are those after it. Among "
	      "the "
	      "1000 that are due first."));
	add_formula(&text, _("First reply"),
	    _("Of tickets whose clock of the first reply was stopped today: "
	      "its time in the desk's hours, on the average."));
	add_formula(&text, _("Load"),
	    _("Open chats / active tickets that the operator has, among those "
	      "that chats and tickets are counted of."));
	add_formula(&text, "WhatsApp",
	    _("The worst state of the desk's WhatsApp channels, and how long "
	      "ago a message came in or went out. Active is one that the "
	      "provider did not limit or stop."));
	pager_push(ui, _("How the figures are made"), text.s, text.len);
	str_free(&text);
}
