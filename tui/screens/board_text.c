/* board_text - the pages behind the board's figures. */
#include "tui/screens/board_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "tui/app.h"
#include "tui/screens/call_int.h"
#include "tui/screens/dialogs.h"

#include <string.h>

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
	if (board__with(seat)[0] != '\0')
		str_addf(&line, " %s", board__with(seat));
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

static void
add_sums(struct str *out, const struct call_figure *of)
{
	char talk[CALL_CLOCK_SIZE];

	call__clock(of->sum.talk_us, talk);
	str_addf(out, _("Calls: %lld. Sales: %lld. Talked: %s"),
	    (long long)of->sum.calls, (long long)of->sum.sales, talk);
	str_add(out, "\n\n");
}

static void
push_calls(struct screen *s, const struct call_figure *of, enum call_measure m,
    const struct call *rows, size_t count, struct str *text)
{
	char title[256];

	for (size_t i = 0; i < count; i++)
		add_call(s, &rows[i], text);
	if (count == 0)
		str_addf(text, "%s\n", _("No calls today"));
	str_format(title, sizeof(title),
	    m == MEASURE_SALES  ? _("Sales of %s today")
	    : m == MEASURE_TALK ? _("Calls of %s today that were answered")
				: _("Calls of %s today"),
	    of->name);
	pager_push(s->ui, title, text->s, text->len);
}

void
board__calls_page(struct screen *s, const struct call_figure *of,
    enum call_measure m, const struct call *rows, size_t count)
{
	struct str text = STR_INIT;

	add_sums(&text, of);
	push_calls(s, of, m, rows, count, &text);
	str_free(&text);
}

void
board__hours_page(struct screen *s, const struct call_figure *of,
    enum call_measure m, const struct call *rows, size_t count)
{
	const struct board_data *d = s->data;
	struct str text = STR_INIT;

	add_sums(&text, of);
	for (int hour = 0; hour < 24; hour++)
		if (d->board.hours[hour] > 0)
			str_addf(&text, "%02d - %02d  %4lld\n", hour, hour + 1,
			    (long long)d->board.hours[hour]);
	str_addc(&text, '\n');
	push_calls(s, of, m, rows, count, &text);
	str_free(&text);
}

/* The time of a ticket: over since, or soon; of one without, a dash. */
static void
put_age(char at[32], enum board_list which, const struct board_line *l)
{
	if (which == BOARD_REPLIES)
		call__clock(l->us, at);
	else if (l->us == 0)
		str_copy(at, 32, "-");
	else if (l->number != 0 && !l->late)
		str_copy(at, 32, which == BOARD_LOAD ? "-" : _("soon"));
	else
		app_age(at, 32, l->us, clock_wall_us());
}

static void
add_line(struct str *out, enum board_list which, const struct board_line *l)
{
	char at[32];

	put_age(at, which, l);
	str_addf(out, "%9s%s", at,
	    which == BOARD_REPLIES && l->late ? _(" (late)") : "");
	if (l->number != 0)
		str_addf(out, "  #%lld", (long long)l->number);
	if (l->name[0] != '\0')
		str_addf(out, "  %s", l->name);
	str_addf(out, "  %s", l->text);
	if (which != BOARD_REPLIES && which != BOARD_LOAD)
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
	    [BOARD_LATE] = N_("Tickets that are late"),
	    [BOARD_AT_RISK] = N_("Tickets at risk"),
	    [BOARD_REPLIES] = N_("First replies of today"),
	    [BOARD_LOAD] = N_("Open chats and tickets of the operator"),
	};
	struct str text = STR_INIT;

	for (size_t i = 0; i < count; i++)
		add_line(&text, which, &rows[i]);
	if (count == 0)
		str_addf(&text, "%s\n", _("There are none"));
	pager_push(s->ui, _(titles[which]), text.s, text.len);
	str_free(&text);
}

/* ---- operators and channels ---- */

void
board__seats_page(struct screen *s, enum board_figure f)
{
	const struct board_data *d = s->data;
	struct str text = STR_INIT;
	char lasts[CALL_CLOCK_SIZE], title[128];

	for (size_t i = 0; i < d->board.count; i++) {
		const struct board_row *r = &d->board.rows[i];

		if (!r->has_seat || !board__counts_seat(f, r->seat.state))
			continue;
		call__clock(clock_wall_us() - r->seat.since_us, lasts);
		str_addf(&text, "%9s  %s  %s", lasts,
		    call__seat_word(r->seat.state), board__name(r));
		if (board__with(&r->seat)[0] != '\0')
			str_addf(&text, "  %s", board__with(&r->seat));
		str_addc(&text, '\n');
	}
	if (text.len == 0)
		str_addf(&text, "%s\n", _("There are none"));
	str_format(
	    title, sizeof(title), _("Operators: %s"), board__figure_label(f));
	pager_push(s->ui, title, text.s, text.len);
	str_free(&text);
}

void
board__states_page(struct screen *s, const char *name,
    const struct seat_interval *rows, size_t count)
{
	struct str text = STR_INIT;
	char at[32], lasts[CALL_CLOCK_SIZE], title[256];

	for (size_t i = 0; i < count; i++) {
		const struct seat_interval *p = &rows[i];

		app_time(app_of(s->ui), at, sizeof(at), p->begun_us);
		call__clock((p->ended_us != 0 ? p->ended_us : clock_wall_us()) -
				p->begun_us,
		    lasts);
		str_addf(
		    &text, "%s  %9s  %s", at, lasts, call__seat_word(p->state));
		if (p->reason[0] != '\0')
			str_addf(&text, "  %s", p->reason);
		if (p->ended_us == 0)
			str_addf(&text, "  %s", _("now"));
		str_addc(&text, '\n');
	}
	if (count == 0)
		str_addf(&text, "%s\n", _("Nothing was done today"));
	str_format(title, sizeof(title), _("What %s did today"), name);
	pager_push(s->ui, title, text.s, text.len);
	str_free(&text);
}

/* "in 12 min", or a dash for what never was. */
static void
add_when(struct str *out, const char *word, int64_t us)
{
	char age[32];

	if (us == 0)
		str_copy(age, sizeof(age), "-");
	else
		app_age(age, sizeof(age), us, clock_wall_us());
	str_addf(out, "    %s: %s\n", word, age);
}

void
board__channels_page(
    struct screen *s, const struct channel_status *rows, size_t count)
{
	struct str text = STR_INIT;
	char at[32];

	for (size_t i = 0; i < count; i++) {
		const struct channel_status *c = &rows[i];

		str_addf(
		    &text, "%s  %s", c->channel, board__channel_word(c->state));
		if (c->state == CHANNEL_PAUSED && c->paused_until_us != 0) {
			app_time(
			    app_of(s->ui), at, sizeof(at), c->paused_until_us);
			str_addf(&text, _(" until %s"), at);
		}
		if (c->state != CHANNEL_OK && c->reason[0] != '\0')
			str_addf(&text, ": %s", c->reason);
		str_addc(&text, '\n');
		add_when(&text, _("Last message in"), c->last_in_us);
		add_when(&text, _("Last message out"), c->last_out_us);
		add_when(&text, _("Last test"), c->tested_us);
		if (c->test_result[0] != '\0')
			str_addf(&text, "    %s\n", c->test_result);
	}
	if (count == 0)
		str_addf(&text, "%s\n", _("There are none"));
	pager_push(s->ui, _("WhatsApp channels"), text.s, text.len);
	str_free(&text);
}

static void
add_agent(struct str *out, const struct agent *a, int64_t silent_us)
{
	int64_t now = clock_wall_us();
	char age[32];

	str_addf(out, "%s", a->device_id);
	if (a->state == AGENT_REVIEW)
		str_addf(out, "  %s", _("waits to be accepted"));
	else if (now - a->contact_us > silent_us)
		str_addf(out, "  %s", _("silent"));
	app_age(age, sizeof(age), a->contact_us, now);
	str_addf(out, "\n    %s: %s\n", _("Last word"), age);
	add_when(out, _("Last report"), a->report_us);
	str_addf(out, "    %s %s", a->program, a->program_version);
	if (a->tag[0] != '\0')
		str_addf(out, "  %s", a->tag);
	str_addc(out, '\n');
}

void
board__agents_page(struct screen *s, const struct agent *rows, size_t count)
{
	const struct board_data *d = s->data;
	struct str text = STR_INIT;

	for (size_t i = 0; i < count; i++)
		add_agent(&text, &rows[i], d->board.agents.silent_us);
	if (count == 0)
		str_addf(&text, "%s\n", _("There are none"));
	pager_push(s->ui, _("Inventory agents"), text.s, text.len);
	str_free(&text);
}

/* ---- formulas ---- */

/* Those of an operator's calls are those of all calls. */
void
board__formulas_page(struct screen *s)
{
	const struct board_data *d = s->data;
	struct str text = STR_INIT;
	enum call_measure m;

	for (int f = 0; f < FIGURE_COUNT; f++) {
		enum board_figure figure = (enum board_figure)f;

		if (f > FIGURE_OWN_STATE && board__figure_is_call(figure, &m))
			continue;
		str_addf(&text, "%s\n    ", board__figure_label(figure));
		board__figure_formula(d, figure, &text);
		str_add(&text, "\n\n");
	}
	pager_push(s->ui, _("How the figures are made"), text.s, text.len);
	str_free(&text);
}
