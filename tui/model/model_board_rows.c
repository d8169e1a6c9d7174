/* model_board_rows - see model_board_rows.h. */
#include "tui/model/model_board_rows.h"

#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/clock_figures.h"
#include "db/records/conversations.h"
#include "db/records/tenant_days.h"
#include "db/records/tickets.h"

#include <stdlib.h>
#include <string.h>

/* ---- calls ---- */

struct calls_args {
	struct call_figure of;
	enum call_measure measure;
	struct call *rows;
	size_t count;
	board_calls_fn *fn;
};

static int
calls_run(struct desk *d, void *data, struct err *err)
{
	const struct page page = {.limit = BOARD_LOOK_AT};
	struct calls_args *a = data;
	struct call_filter f;

	if (!call_figure_filter(&a->of, a->measure, &f))
		return 0;
	return call_list(d, &f, &page, &a->rows, &a->count, err);
}

static void
calls_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct calls_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->of, a->measure, a->rows, a->count, answer);
}

static void
calls_free(void *data)
{
	struct calls_args *a = data;

	call_list_free(&a->rows, a->count);
	free(a);
}

void
model_board_calls(struct model *m, struct screen *s,
    const struct call_figure *of, enum call_measure measure, board_calls_fn *fn)
{
	static const struct model_question q = {
	    .run = calls_run, .done = calls_done, .free_args = calls_free};
	struct calls_args *a = xcalloc(1, sizeof(*a));

	a->of = *of;
	a->measure = measure;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what waits ---- */

struct lines_args {
	enum board_list which;
	int64_t operator_id;
	struct board_line *rows;
	size_t count;
	board_lines_fn *fn;
};

static void
make_room(struct lines_args *a, size_t more)
{
	a->rows =
	    xreallocarray(a->rows, a->count + more + 1, sizeof(a->rows[0]));
	memset(&a->rows[a->count], 0, (more + 1) * sizeof(a->rows[0]));
}

static struct board_line *
add_line(struct lines_args *a, int64_t us, bool late)
{
	struct board_line *l = &a->rows[a->count++];

	l->us = us;
	l->late = late;
	return l;
}

static int
oldest_first(const void *a, const void *b)
{
	const struct board_line *x = a, *y = b;

	return x->us < y->us ? -1 : x->us > y->us;
}

/* Of BOARD_CHATS those that wait, of BOARD_LOAD the operator's. */
static int
lines_of_chats(struct desk *d, struct lines_args *a, struct err *err)
{
	const struct page page = {.limit = BOARD_LOOK_AT};
	struct conversation *rows = NULL;
	size_t count = 0;
	int rc = conversation_list(d, VIEW_ALL, "", &page, &rows, &count, err);

	make_room(a, count);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct conversation *c = &rows[i];
		struct board_line *l;

		if (a->which == BOARD_LOAD ? c->operator_id != a->operator_id
					   : c->waiting_since_us == 0)
			continue;
		l = add_line(a, c->waiting_since_us, false);
		str_copy(l->name, sizeof(l->name),
		    c->contact_name[0] != '\0' ? c->contact_name : c->peer);
		str_copy(l->owner, sizeof(l->owner),
		    c->operator_name[0] != '\0' ? c->operator_name
						: c->team_name);
		str_copy(l->text, sizeof(l->text), c->preview);
	}
	if (a->which == BOARD_CHATS)
		qsort(a->rows, a->count, sizeof(a->rows[0]), oldest_first);
	free(rows);
	return rc;
}

/* Whether the list has it, as read_tickets counts. */
static bool
is_listed(const struct lines_args *a, const struct ticket *t, int64_t now_us)
{
	bool waits = t->due_us == INT64_MAX || t->state == TICKET_WAITING;
	bool late = !waits && t->due_us <= now_us;
	bool at_risk = !waits && !late && t->warn_us <= now_us;

	switch (a->which) {
	case BOARD_LATE:
		return late;
	case BOARD_AT_RISK:
		return at_risk;
	case BOARD_LOAD:
		return t->operator_id == a->operator_id;
	case BOARD_TICKETS:
	case BOARD_CHATS:
	case BOARD_REPLIES:
		break;
	}
	return late || at_risk;
}

static int
lines_of_tickets(struct desk *d, struct lines_args *a, struct err *err)
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

	make_room(a, count);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct ticket *t = &rows[i];
		struct board_line *l;

		if (!is_listed(a, t, now_us))
			continue;
		l = add_line(a, t->due_us == INT64_MAX ? 0 : t->due_us,
		    t->due_us <= now_us && t->state != TICKET_WAITING);
		l->number = t->number;
		str_copy(l->text, sizeof(l->text), t->subject);
		str_copy(l->name, sizeof(l->name), t->contact_name);
		str_copy(l->owner, sizeof(l->owner), t->operator_name);
	}
	ticket_list_free(&rows, count);
	return rc;
}

static int
lines_of_replies(struct desk *d, struct lines_args *a, struct err *err)
{
	struct clock_row *rows = NULL;
	int64_t from_us, to_us;
	size_t count = 0;
	int rc;

	if ((rc = tenant_day_start(d, 0, &from_us, err)) != 0 ||
	    (rc = tenant_day_start(d, -1, &to_us, err)) != 0 ||
	    (rc = clock_figure_rows(d, CLOCK_FIRST, from_us, to_us,
		 BOARD_LOOK_AT, &rows, &count, err)) != 0)
		return rc;
	make_room(a, count);
	for (size_t i = 0; i < count; i++) {
		struct board_line *l = add_line(
		    a, rows[i].spent_us, rows[i].spent_us > rows[i].target_us);

		l->number = rows[i].number;
		str_copy(l->text, sizeof(l->text), rows[i].subject);
	}
	free(rows);
	return 0;
}

/* Of what the actor may see: chats alone, tickets alone, or both. */
static int
lines_of_load(struct desk *d, struct lines_args *a, struct err *err)
{
	int rc = lines_of_chats(d, a, err);

	if (rc != 0 && rc != OD_EDENIED)
		return rc;
	rc = lines_of_tickets(d, a, err);
	return rc == OD_EDENIED ? 0 : rc;
}

static int
lines_run(struct desk *d, void *data, struct err *err)
{
	struct lines_args *a = data;

	switch (a->which) {
	case BOARD_CHATS:
		return lines_of_chats(d, a, err);
	case BOARD_TICKETS:
	case BOARD_LATE:
	case BOARD_AT_RISK:
		return lines_of_tickets(d, a, err);
	case BOARD_REPLIES:
		return lines_of_replies(d, a, err);
	case BOARD_LOAD:
		return lines_of_load(d, a, err);
	}
	BUG("no such list: %d", (int)a->which);
}

static void
lines_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct lines_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->which, a->rows, a->count, answer);
}

static void
lines_free(void *data)
{
	struct lines_args *a = data;

	free(a->rows);
	free(a);
}

void
model_board_lines(struct model *m, struct screen *s, enum board_list which,
    int64_t operator_id, board_lines_fn *fn)
{
	static const struct model_question q = {
	    .run = lines_run, .done = lines_done, .free_args = lines_free};
	struct lines_args *a = xcalloc(1, sizeof(*a));

	a->which = which;
	a->operator_id = operator_id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what an operator did ---- */

struct states_args {
	int64_t operator_id;
	struct seat_interval *rows;
	size_t count;
	board_states_fn *fn;
};

static int
states_run(struct desk *d, void *data, struct err *err)
{
	struct states_args *a = data;
	int64_t from_us, to_us;
	int rc;

	if ((rc = tenant_day_start(d, 0, &from_us, err)) != 0 ||
	    (rc = tenant_day_start(d, -1, &to_us, err)) != 0)
		return rc;
	return seat_intervals(
	    d, a->operator_id, from_us, to_us, &a->rows, &a->count, err);
}

static void
states_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct states_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->operator_id, a->rows, a->count, answer);
}

static void
states_free(void *data)
{
	struct states_args *a = data;

	free(a->rows);
	free(a);
}

void
model_board_states(
    struct model *m, struct screen *s, int64_t operator_id, board_states_fn *fn)
{
	static const struct model_question q = {
	    .run = states_run, .done = states_done, .free_args = states_free};
	struct states_args *a = xcalloc(1, sizeof(*a));

	a->operator_id = operator_id;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- channels ---- */

struct channels_args {
	const struct conf *conf;
	const char *slug;
	struct channel_status *rows;
	size_t count;
	board_channels_fn *fn;
};

static int
channels_run(struct desk *d, void *data, struct err *err)
{
	struct channels_args *a = data;
	const struct conf_section *s = NULL;
	int rc;

	while ((s = conf_next(a->conf, CONF_CHANNEL, s)) != NULL) {
		if (!board__is_whatsapp(a->conf, s, a->slug))
			continue;
		a->rows =
		    xreallocarray(a->rows, a->count + 1, sizeof(a->rows[0]));
		rc = channel_status_get(
		    d, conf_section_id(s), &a->rows[a->count], err);
		if (rc != 0)
			return rc;
		a->count++;
	}
	return 0;
}

static void
channels_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct channels_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->rows, a->count, answer);
}

static void
channels_free(void *data)
{
	struct channels_args *a = data;

	free(a->rows);
	free(a);
}

void
model_board_channels(struct model *m, struct screen *s, const struct conf *conf,
    const char *slug, board_channels_fn *fn)
{
	static const struct model_question q = {.run = channels_run,
	    .done = channels_done,
	    .free_args = channels_free};
	struct channels_args *a = xcalloc(1, sizeof(*a));

	a->conf = conf;
	a->slug = slug;
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- inventory agents ---- */

struct agents_args {
	struct agent *rows;
	size_t count;
	board_agents_fn *fn;
};

static int
agents_run(struct desk *d, void *data, struct err *err)
{
	const struct page page = {.limit = BOARD_LOOK_AT};
	struct agents_args *a = data;

	return agent_list(d, AGENTS_ALL, &page, &a->rows, &a->count, err);
}

static void
agents_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct agents_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->rows, a->count, answer);
}

static void
agents_free(void *data)
{
	struct agents_args *a = data;

	free(a->rows);
	free(a);
}

void
model_board_agents(struct model *m, struct screen *s, board_agents_fn *fn)
{
	static const struct model_question q = {
	    .run = agents_run, .done = agents_done, .free_args = agents_free};
	struct agents_args *a = xcalloc(1, sizeof(*a));

	a->fn = fn;
	model_ask(m, s, &q, a);
}
