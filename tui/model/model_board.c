/* model_board - see model_board.h. */
#include "tui/model/model_board.h"
#include "tui/model/model_board_rows.h"

#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/clock_figures.h"
#include "db/records/conversations.h"
#include "db/records/tenant_settings.h"
#include "db/records/tickets.h"

#include <stdlib.h>
#include <string.h>

struct board_args {
	struct board board;
	const struct conf *conf;
	const char *slug;
	board_fn *fn;
};

void
board_clear(struct board *b)
{
	free(b->rows);
	memset(b, 0, sizeof(*b));
}

/* ---- who does what, and what came of it ---- */

static struct board_row *
row_of(struct board *b, int64_t id)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->rows[i].id == id)
			return &b->rows[i];
	return NULL;
}

static void
add_seats(struct board *b, const struct seat_now *seats, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct board_row *r = &b->rows[b->count++];

		r->id = seats[i].operator_id;
		r->has_seat = true;
		r->seat = seats[i];
		r->figure = b->today;
		r->figure.by = CALL_FIGURES_BY_OPERATOR;
		r->figure.operator_id = r->id;
		str_copy(r->figure.name, sizeof(r->figure.name), seats[i].name);
		memset(&r->figure.sum, 0, sizeof(r->figure.sum));
	}
}

/* Calls of those who have no seat stay on the board: its sum is the total. */
static void
add_figures(struct board *b, const struct call_figure *figures, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t id = figures[i].operator_id != 0
		                 ? figures[i].operator_id
		                 : BOARD_NOBODY;
		struct board_row *r = row_of(b, id);

		if (r == NULL) {
			r = &b->rows[b->count++];
			r->id = id;
		}
		r->figure = figures[i];
	}
}

static int
read_rows(struct desk *d, struct board *b, struct err *err)
{
	const struct call_figures_ask ask = {.by = CALL_FIGURES_BY_OPERATOR,
	    .from_us = b->today.from_us,
	    .to_us = b->today.to_us};
	struct call_figure *figures = NULL;
	struct seat_now *seats = NULL;
	size_t seat_count = 0, figure_count = 0;
	int rc;

	if ((rc = seat_list(d, &seats, &seat_count, err)) == 0 &&
	    (rc = call_figures(d, &ask, &figures, &figure_count, err)) == 0) {
		b->rows =
		    xcalloc(seat_count + figure_count + 1, sizeof(b->rows[0]));
		add_seats(b, seats, seat_count);
		add_figures(b, figures, figure_count);
	}
	free(seats);
	free(figures);
	return rc;
}

static int
read_hours(struct desk *d, struct board *b, struct err *err)
{
	const struct call_figures_ask ask = {.by = CALL_FIGURES_BY_HOUR,
	    .from_us = b->today.from_us,
	    .to_us = b->today.to_us};
	struct call_figure *rows = NULL;
	size_t count = 0;
	int rc = call_figures(d, &ask, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count && i < 24; i++)
		b->hours[i] = rows[i].sum.calls;
	free(rows);
	return rc;
}

/* ---- what waits ---- */

static int
read_chats(struct desk *d, struct board *b, struct err *err)
{
	const struct page page = {.limit = BOARD_LOOK_AT};
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc = conversation_list(d, VIEW_ALL, "", &page, &rows, &count, err);

	if (rc != 0)
		return rc == OD_EDENIED ? 0 : rc;
	b->sees_chats = true;
	b->chats_more = count == BOARD_LOOK_AT;
	for (size_t i = 0; i < count; i++) {
		int64_t since = rows[i].waiting_since_us;
		struct board_row *r = row_of(b, rows[i].operator_id);

		if (r != NULL)
			r->chats++;
		if (since == 0)
			continue;
		b->chats++;
		if (b->oldest_us == 0 || since < b->oldest_us)
			b->oldest_us = since;
	}
	free(rows);
	return 0;
}

static int
read_tickets(struct desk *d, struct board *b, struct err *err)
{
	const struct ticket_filter f = {.view = TICKETS_ACTIVE,
	    .state = -1,
	    .match = "",
	    .sort = TICKETS_BY_DUE};
	const struct page page = {.limit = BOARD_LOOK_AT};
	int64_t now_us = clock_wall_us();
	struct ticket *rows = NULL;
	size_t count = 0;
	int rc = ticket_list(d, &f, &page, &rows, &count, err);

	if (rc != 0)
		return rc == OD_EDENIED ? 0 : rc;
	b->sees_tickets = true;
	/* Those without a time to keep come last: they are not missed. */
	b->tickets_more =
	    count == BOARD_LOOK_AT && rows[count - 1].due_us != INT64_MAX;
	for (size_t i = 0; i < count; i++) {
		const struct ticket *t = &rows[i];
		struct board_row *r = row_of(b, t->operator_id);

		if (r != NULL)
			r->tickets++;
		if (t->due_us == INT64_MAX || t->state == TICKET_WAITING)
			continue;
		if (t->due_us <= now_us)
			b->late++;
		else if (t->warn_us <= now_us)
			b->at_risk++;
	}
	ticket_list_free(&rows, count);
	return 0;
}

/* How fast tickets are answered for the first time. */
static int
read_replies(struct desk *d, struct board *b, struct err *err)
{
	struct clock_figure f[CLOCK_KIND_COUNT];
	int rc = clock_figures(d, b->today.from_us, b->today.to_us, f, err);

	if (rc != 0)
		return rc == OD_EDENIED ? 0 : rc;
	b->replies = f[CLOCK_FIRST].met + f[CLOCK_FIRST].missed;
	if (b->replies > 0)
		b->reply_us = f[CLOCK_FIRST].spent_us / b->replies;
	return 0;
}

bool
board__is_whatsapp(
    const struct conf *conf, const struct conf_section *s, const char *slug)
{
	const char *of = conf_tenant(conf, s);

	return strcmp(conf_string(s, "kind"), "whatsapp") == 0 &&
	       (of[0] == '\0' || strcmp(of, slug) == 0);
}

/* Of several channels the worst state, and the latest word. */
static int
read_whatsapp(struct desk *d, struct board_args *a, struct err *err)
{
	const struct conf_section *s = NULL;
	struct board *b = &a->board;
	struct channel_status now;
	int rc;

	while ((s = conf_next(a->conf, CONF_CHANNEL, s)) != NULL) {
		if (!board__is_whatsapp(a->conf, s, a->slug))
			continue;
		rc = channel_status_get(d, conf_section_id(s), &now, err);
		if (rc != 0)
			return rc == OD_EDENIED ? 0 : rc;
		b->has_whatsapp = true;
		if (now.state > b->whatsapp)
			b->whatsapp = now.state;
		if (now.last_in_us > b->whatsapp_us)
			b->whatsapp_us = now.last_in_us;
		if (now.last_out_us > b->whatsapp_us)
			b->whatsapp_us = now.last_out_us;
	}
	return 0;
}

static int
read_agents(struct desk *d, struct board *b, struct err *err)
{
	int rc = agent_stats(d, &b->agents, err);

	b->sees_agents = rc == 0;
	return rc == OD_EDENIED ? 0 : rc;
}

static int
read_limits(struct desk *d, struct board_limits *l, struct err *err)
{
	int rc;

	if ((rc = tenant_setting(
		 d, SETTING_BOARD_PAUSE, &l->pause_us, NULL, err)) != 0 ||
	    (rc = tenant_setting(
		 d, SETTING_BOARD_HOLD, &l->hold_us, NULL, err)) != 0 ||
	    (rc = tenant_setting(
		 d, SETTING_BOARD_CHAT, &l->chat_us, NULL, err)) != 0)
		return rc;
	l->pause_us *= US_PER_MINUTE;
	l->hold_us *= US_PER_MINUTE;
	l->chat_us *= US_PER_MINUTE;
	return 0;
}

static int
board_run(struct desk *d, void *data, struct err *err)
{
	struct board_args *a = data;
	struct board *b = &a->board;
	int rc;

	if ((rc = call_metrics(d, 0, &b->today, err)) != 0 ||
	    (rc = read_rows(d, b, err)) != 0 ||
	    (rc = read_hours(d, b, err)) != 0 ||
	    (rc = read_limits(d, &b->limits, err)) != 0 ||
	    (rc = read_chats(d, b, err)) != 0 ||
	    (rc = read_replies(d, b, err)) != 0 ||
	    (rc = read_agents(d, b, err)) != 0 ||
	    (rc = read_whatsapp(d, a, err)) != 0)
		return rc;
	return read_tickets(d, b, err);
}

static void
board_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct board_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->board, answer);
}

static void
board_free(void *data)
{
	struct board_args *a = data;

	board_clear(&a->board);
	free(a);
}

void
model_board(struct model *m, struct screen *s, uint64_t turn,
    const struct conf *conf, const char *slug, board_fn *fn)
{
	static const struct model_question q = {
	    .run = board_run, .done = board_done, .free_args = board_free};
	struct board_args *a = xcalloc(1, sizeof(*a));

	a->board.turn = turn;
	a->conf = conf;
	a->slug = slug;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
