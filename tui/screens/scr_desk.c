/*
 * scr_desk - my day: what waits for me, each opened by Enter.
 *
 * One list, part by part; a row's part is named in its first column where the
 * part begins.
 */
#include "tui/screens/screens.h"
#include "tui/screens/ticket_do.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/messages.h"
#include "tui/app.h"
#include "tui/model/model_desk.h"
#include "tui/screens/countdown.h"
#include "tui/screens/ticket_words.h"
#include "tui/widgets/w_list.h"

#include <stdlib.h>
#include <string.h>

struct desk_data {
	struct w_list list;
	uint64_t asked, shown; /* turns */
	struct desk_day day;
	size_t *seen; /* owned; places in day.rows that pass the filter */
	size_t seen_count;
	int64_t minute; /* of the wall clock at the last tick, for ages */
	bool known;
};

static const char *const parts[DESK_PART_COUNT] = {
    [DESK_APPROVALS] = N_("To approve"),
    [DESK_WAITING] = N_("Wait for me"),
    [DESK_UNASSIGNED] = N_("No owner"),
    [DESK_BREAKING] = N_("Break soon"),
    [DESK_TICKETS] = N_("My tickets"),
    [DESK_DRAFTS] = N_("Drafts"),
    [DESK_STUCK] = N_("Not sent"),
};

static const struct w_column columns[] = {
    {N_("What"), 12, 0, 1, ALIGN_LEFT},
    {N_("Who"), 14, 2, 0, ALIGN_LEFT},
    {N_("Status"), 11, 0, 3, ALIGN_LEFT},
    {N_("Text"), 10, 3, 2, ALIGN_LEFT},
    {N_("Since"), COUNTDOWN_CELLS, 0, 0, ALIGN_RIGHT},
};

static const struct desk_row *
row_at(const struct desk_data *d, size_t index)
{
	return &d->day.rows[d->seen[index]];
}

/* A draft of one that is not made yet. */
static bool
is_new_ticket(const struct desk_row *r)
{
	return r->opens == RECORD_TICKET && r->opens_id == 0;
}

static void
state_cell(const struct desk_row *r, struct w_cell *out)
{
	out->text = "";
	switch (r->part) {
	case DESK_WAITING:
	case DESK_UNASSIGNED:
		if (r->unread == 0)
			return;
		str_format(out->buf, sizeof(out->buf),
		    NGETTEXT_("%d unread", "%d unread", r->unread), r->unread);
		out->text = out->buf;
		out->role = ROLE_UNREAD;
		return;
	case DESK_BREAKING:
	case DESK_TICKETS:
		out->text = ticket_priority_word(r->priority);
		out->role = ticket_priority_role(r->priority);
		return;
	case DESK_STUCK:
		out->text = r->state == MESSAGE_FAILED      ? _("X failed")
		            : r->state == MESSAGE_UNCERTAIN ? _("? uncertain")
		                                            : _("H held");
		out->role = ROLE_ERROR;
		return;
	case DESK_APPROVALS:
		out->text = _("? waits");
		out->role = ROLE_WARNING;
		return;
	case DESK_DRAFTS:
	case DESK_PART_COUNT:
		return;
	}
}

static void
until_cell(const struct desk_row *r, struct w_cell *out)
{
	struct countdown left;

	countdown_until(r->warn_us, r->due_us, clock_wall_us(), &left);
	str_copy(out->buf, sizeof(out->buf), left.text);
	out->text = out->buf;
	out->role = countdown_role(left.level);
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct desk_data *d = data;
	const struct desk_row *r = row_at(d, index);

	out->trusted = true;
	switch (column) {
	case 0:
		out->text = index == 0 || row_at(d, index - 1)->part != r->part
		                ? _(parts[r->part])
		                : "";
		out->role = ROLE_HEADER;
		break;
	case 1:
		out->trusted = is_new_ticket(r);
		out->text = out->trusted ? _("New ticket") : r->title;
		break;
	case 2:
		state_cell(r, out);
		break;
	case 3:
		out->text = r->why != NULL ? _(r->why) : r->text;
		out->trusted = r->why != NULL;
		out->role = ROLE_MUTED;
		break;
	default:
		if (r->part == DESK_BREAKING) {
			until_cell(r, out);
			break;
		}
		app_age(
		    out->buf, sizeof(out->buf), r->since_us, clock_wall_us());
		out->text = out->buf;
		break;
	}
}

static const struct w_list_ops list_ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("Nothing waits for you. I opens the inbox, T the tickets"),
};

/* ---- life ---- */

static int
desk_open_screen(struct screen *s, const void *args, struct err *err)
{
	struct desk_data *d = s->data;

	(void)args, (void)err;
	w_list_init(&d->list, &list_ops, d);
	return 0;
}

static void
desk_close_screen(struct screen *s)
{
	struct desk_data *d = s->data;

	free(d->day.rows);
	free(d->seen);
	w_list_free(&d->list);
}

static void
desk_layout(struct screen *s, int w, int h)
{
	struct desk_data *d = s->data;

	w_list_layout(&d->list, w, h > 1 ? h - 1 : 1);
}

/* ---- question and answer ---- */

static bool
passes(const struct desk_data *d, const struct desk_row *r)
{
	const char *filter = w_list_filter(&d->list);

	return filter[0] == '\0' || fuzzy_score(filter, r->title) > 0 ||
	       fuzzy_score(filter, r->text) > 0;
}

static void
show(struct desk_data *d)
{
	int64_t *ids = xcalloc(d->day.count + 1, sizeof(ids[0]));

	d->seen = xreallocarray(d->seen, d->day.count + 1, sizeof(d->seen[0]));
	d->seen_count = 0;
	for (size_t i = 0; i < d->day.count; i++) {
		if (!passes(d, &d->day.rows[i]))
			continue;
		ids[d->seen_count] = d->day.rows[i].id;
		d->seen[d->seen_count++] = i;
	}
	w_list_set(&d->list, ids, d->seen_count, false, false);
	free(ids);
}

static void
on_day(struct screen *s, uint64_t turn, struct desk_day *day,
    const struct model_answer *answer)
{
	struct desk_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (turn < d->shown)
		return;
	d->shown = turn;
	free(d->day.rows);
	d->day = *day;
	memset(day, 0, sizeof(*day));
	d->known = true;
	show(d);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
desk_refresh(struct screen *s)
{
	struct desk_data *d = s->data;

	model_desk_day(model_of(s), s, ++d->asked, on_day);
}

/* ---- what is shown ---- */

static void
desk_draw(const struct screen *s, struct canvas *c)
{
	const struct desk_data *d = s->data;
	struct canvas below = canvas_sub(c, 0, 1, c->w, c->h - 1);
	int x = 1;

	canvas_fill(c, 0, 0, c->w, ROLE_HEADER);
	for (int i = 0; i < DESK_PART_COUNT && d->known; i++) {
		int n = d->day.counts[i];

		if ((i == DESK_APPROVALS || i == DESK_BREAKING) && n == 0)
			continue; /* few ever have any */
		if (x > 1)
			x += canvas_text(c, x, 0, -1, ROLE_HEADER, "  ");
		x += canvas_textf(c, x, 0, -1, n > 0 ? ROLE_BADGE : ROLE_HEADER,
		    n == DESK_PART_MOST ? " %s %d+ " : " %s %d ", _(parts[i]),
		    n);
	}
	if (c->h > 1)
		w_list_draw(&d->list, &below, ui_top(s->ui) == s);
}

static unsigned
desk_state(const struct screen *s)
{
	const struct desk_data *d = s->data;
	size_t i;

	if (!w_list_index(&d->list, &i) || i >= d->seen_count)
		return 0;
	if (is_new_ticket(row_at(d, i)))
		return NEED_SELECTION;
	switch (row_at(d, i)->opens) {
	case RECORD_TICKET:
		return NEED_SELECTION | NEED_TICKET;
	case RECORD_CONVERSATION:
		return NEED_SELECTION | NEED_CONVERSATION;
	default:
		return NEED_SELECTION;
	}
}

static bool
desk_wants_text(const struct screen *s)
{
	const struct desk_data *d = s->data;

	return w_list_wants_text(&d->list);
}

static const char *
desk_hints(const struct screen *s)
{
	(void)s;
	return "move.open view.inbox view.tickets move.filter";
}

/* ---- keys ---- */

static unsigned
open_row(struct screen *s)
{
	struct desk_data *d = s->data;
	const struct desk_row *r;
	size_t i;

	if (!w_list_index(&d->list, &i) || i >= d->seen_count)
		return REACT_BEEP;
	r = row_at(d, i);
	if (is_new_ticket(r)) {
		ticket_do_new(s->ui, s);
		return REACT_HANDLED;
	}
	if (r->opens == RECORD_TICKET)
		return ui_open(s->ui, &scr_ticket, r->opens_id, NULL);
	if (r->opens == RECORD_APPROVAL) {
		system_show_approvals(s->ui);
		return REACT_HANDLED;
	}
	if (r->opens == RECORD_KNOWLEDGE)
		return ui_open(s->ui, &scr_guide_edit, r->opens_id, NULL);
	if (r->opens != RECORD_CONVERSATION)
		return REACT_BEEP;
	inbox_show(s->ui, r->opens_id);
	return REACT_HANDLED;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct desk_data *d = s->data;

	if (event == W_ACCEPT)
		return open_row(s);
	if (event == W_CHANGED && d->known)
		show(d);
	return react;
}

static unsigned
desk_input(struct screen *s, const struct input *in)
{
	struct desk_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_input(&d->list, in, &event);

	return after(s, react, event);
}

static unsigned
desk_paste(struct screen *s, const char *text, size_t n)
{
	struct desk_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_paste(&d->list, text, n, &event);

	return after(s, react, event);
}

static unsigned
desk_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct desk_data *d = s->data;
	enum w_event event;
	unsigned react;

	(void)x;
	if (y < 1)
		return REACT_NONE;
	react = w_list_mouse(&d->list, y - 1, button, &event);
	return after(s, react, event);
}

static unsigned
desk_notify(struct screen *s, enum notice what, int64_t id)
{
	struct desk_data *d = s->data;

	(void)id;
	return screen_notify_ages(what, &d->minute);
}

const struct screen_ops scr_desk = {
    .name = "desk",
    .title = N_("My day"),
    .data_size = sizeof(struct desk_data),
    .open = desk_open_screen,
    .close = desk_close_screen,
    .layout = desk_layout,
    .refresh = desk_refresh,
    .draw = desk_draw,
    .input = desk_input,
    .paste = desk_paste,
    .mouse = desk_mouse,
    .notify = desk_notify,
    .state = desk_state,
    .wants_text = desk_wants_text,
    .hints = desk_hints,
};

/* ---- commands ---- */

static unsigned
run_reload(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)s, (void)cmd;
	return REACT_REFRESH;
}

/* clang-format off */
const struct command desk_commands[] = {
	{"desk.reload", N_("Read again"), N_("Ask the desk for everything again."),
	    "desk:R", NULL, 0, NULL, NAV_NONE, 0, run_reload},
};
/* clang-format on */
const size_t desk_commands_count =
    sizeof(desk_commands) / sizeof(desk_commands[0]);
