/*
 * scr_tickets - the list of tickets: views, search, and what is done to one.
 *
 * Rows are a window around the selection (w_list); every answer says which
 * question it belongs to, and one for another view or search is dropped.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/countdown.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/macro_do.h"
#include "tui/screens/tickets_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HEAD 2 /* rows above those of the list: views and filter */

static const char *const sorts[TICKET_SORT_COUNT] = {
    N_("Newest change first"),
    N_("Newest ticket first"),
    N_("Most urgent first"),
    N_("What breaks its promise soonest first"),
};

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct tickets *d = data;

	ticket_column_cell(
	    d->columns.which[column], &d->rows[index], clock_wall_us(), out);
}

static const struct w_list_ops list_ops = {
    .cell = cell,
    .empty = N_("No tickets here; n makes one, Tab goes to the next view"),
};

/* ---- life ---- */

static int
tickets_open(struct screen *s, const void *args, struct err *err)
{
	struct tickets *d = s->data;

	(void)args, (void)err;
	d->list_ops = list_ops;
	tickets__views_init(d);
	tickets__preview_init(d);
	w_list_init(&d->list, &d->list_ops, d);
	w_text_init(&d->wrong);
	return 0;
}

static void
tickets_close(struct screen *s)
{
	struct tickets *d = s->data;

	ticket_aim_clear(&d->aim);
	w_text_free(&d->wrong);
	tickets__preview_free(d);
	FREE(&d->views);
	ticket_list_free(&d->rows, d->count);
	w_list_free(&d->list);
}

static void
tickets_layout(struct screen *s, int w, int h)
{
	struct tickets *d = s->data;

	tickets__preview_layout(d, w, h > 1 ? h - 1 : 1);
	w_list_layout(&d->list, d->list_w, d->list_h);
	w_text_layout(
	    &d->wrong, d->list_w, d->list_h > HEAD ? d->list_h - 1 : 1);
	tickets__preview_follow(s);
}

const struct ticket *
tickets__selected(const struct tickets *d)
{
	size_t i;

	return w_list_index(&d->list, &i) && i < d->count ? &d->rows[i] : NULL;
}

const struct ticket *
ticket_list_of(const struct screen *list, const int64_t **marks, size_t *count)
{
	const struct tickets *d = list->data;

	*marks = d->list.marks;
	*count = d->list.mark_count;
	return tickets__selected(d);
}

void
ticket_list_unmark(struct screen *list)
{
	struct tickets *d = list->data;

	if (list->ops != &scr_tickets)
		return;
	w_list_clear_marks(&d->list);
	ui_mark(list->ui, list, REACT_REDRAW);
}

/* ---- questions and answers ---- */

static bool
is_current(const struct tickets *d, const struct ticket_window *w)
{
	struct w_list_want now;

	w_list_want(&d->list, &now);
	return w->ask.turn > d->shown && w->ask.view == d->view &&
	       w->ask.sort == d->sort && w->ask.is_reversed == d->is_reversed &&
	       str_equal(w->ask.match, w_list_filter(&d->list)) &&
	       (w->ask.turn == d->asked || now.what == w->ask.want.what);
}

static void
take_window(struct screen *s, struct ticket_window *w)
{
	struct tickets *d = s->data;
	int64_t *ids;

	w_text_clear(&d->wrong);
	if (w->wrong[0] != '\0')
		w_text_add(&d->wrong, ROLE_WARNING, 0, w->wrong);
	tickets_layout(s, s->w, s->h);
	ids = xcalloc(w->count + 1, sizeof(ids[0]));
	for (size_t i = 0; i < w->count; i++)
		ids[i] = w->rows[i].id;
	w_list_set(&d->list, ids, w->count, w->has_before, w->has_after);
	free(ids);
	ticket_list_free(&d->rows, d->count);
	d->rows = w->rows;
	d->count = w->count;
	d->total = w->total;
	d->is_least = w->is_least;
	d->known = true;
	d->shown = w->ask.turn;
	w->rows = NULL;
	w->count = 0;
	tickets__preview_follow(s);
	ui_mark(s->ui, s,
	    w_list_needs_rows(&d->list) ? REACT_REFRESH : REACT_REDRAW);
	if (d->open_due && ui_top(s->ui) == s && d->count > 0)
		(void)ui_open(
		    s->ui, &scr_ticket, w_list_selected(&d->list), NULL);
	d->open_due = false;
}

/* Rows that are there stay; where none are, why is said in their place. */
static void
on_trouble(
    struct screen *s, const struct ticket_window *w, const struct err *err)
{
	struct tickets *d = s->data;

	ui_toast_err(s->ui, err);
	d->open_due = false;
	if (!is_current(d, w))
		return;
	d->shown = w->ask.turn;
	if (d->list.count > 0)
		return;
	w_text_clear(&d->wrong);
	w_text_add(&d->wrong, ROLE_WARNING, 0, err->text);
	tickets_layout(s, s->w, s->h);
	ui_mark(s->ui, s, REACT_REDRAW);
}

/* A longer filter than is asked with would never be answered. */
static void
say_too_long(struct screen *s, const struct ticket_ask *ask)
{
	struct ticket_window w = {.ask = *ask};

	str_format(w.wrong, sizeof(w.wrong),
	    _("The filter is too long; it has at most %d bytes"),
	    TICKET_MATCH_MAX - 1);
	take_window(s, &w);
}

static void ask_rows(struct screen *s);

static void
on_window(struct screen *s, struct ticket_window *w,
    const struct model_answer *answer)
{
	struct tickets *d = s->data;
	bool again = d->again;

	d->asking = d->again = false;
	if (answer->rc != 0)
		on_trouble(s, w, answer->err);
	else if (is_current(d, w))
		take_window(s, w);
	if (again)
		ask_rows(s);
}

static void
ask_rows(struct screen *s)
{
	struct tickets *d = s->data;
	const struct ticket *t = tickets__selected(d);
	struct ticket_ask ask = {.turn = ++d->asked,
	    .view = d->view,
	    .sort = d->sort,
	    .is_reversed = d->is_reversed,
	    .with_work = ticket_columns_want_work(&d->columns)};

	if (!str_copy(ask.match, sizeof(ask.match), w_list_filter(&d->list))) {
		say_too_long(s, &ask);
		return;
	}
	w_list_want(&d->list, &ask.want);
	if (t != NULL && t->id == ask.want.id)
		ask.around_key = ticket_sort_key(t, d->sort);
	d->asking = true;
	model_ticket_window(model_of(s), s, &ask, on_window);
}

/*
 * One question at a time: what is typed while a long one is answered asks once
 * more afterwards.
 */
static void
tickets_refresh(struct screen *s)
{
	struct tickets *d = s->data;

	if (d->views_due)
		tickets__views_ask(s);
	if (d->asking)
		d->again = true;
	else
		ask_rows(s);
}

/* ---- what is shown ---- */

/* How many are marked, and how many there are: at the end of the views' row. */
static void
count_text(const struct tickets *d, char *out, size_t size)
{
	char all[16];
	size_t marked = d->list.mark_count;

	str_format(all, sizeof(all), d->is_least ? "%d+" : "%d", d->total);
	if (!d->known)
		str_copy(out, size, "");
	else if (marked == 0)
		str_copy(out, size, all);
	else
		str_format(out, size,
		    NGETTEXT_("%d marked · %s", "%d marked · %s", (long)marked),
		    (int)marked, all);
}

static void
tickets_draw(const struct screen *s, struct canvas *c)
{
	const struct tickets *d = s->data;
	struct canvas below = canvas_sub(c, 0, 1, d->list_w, d->list_h);
	char right[48];

	count_text(d, right, sizeof(right));
	w_tabs_draw(c, 0, d->tabs, d->tab_count, tickets__tab(d), right);
	if (c->h > 1)
		w_list_draw(&d->list, &below, ui_top(s->ui) == s);
	if (w_text_rows(&d->wrong) > 0 && c->h > HEAD) {
		/* In place of the rows, of which there are none. */
		below = canvas_sub(c, 0, HEAD, d->list_w, d->list_h - 1);
		canvas_clear(&below, ROLE_NORMAL);
		w_text_draw(&d->wrong, &below, false);
	}
	tickets__preview_draw(s, c);
}

static unsigned
tickets_state(const struct screen *s)
{
	const struct tickets *d = s->data;

	if (tickets__selected(d) != NULL)
		return NEED_SELECTION | NEED_TICKET;
	return d->shown < d->asked ? STATE_READING : 0;
}

static bool
tickets_owner(const struct screen *s, struct screen_owner *out)
{
	return ticket_do_owner(tickets__selected(s->data), out);
}

static bool
tickets_wants_text(const struct screen *s)
{
	const struct tickets *d = s->data;

	return w_list_wants_text(&d->list);
}

static const char *
tickets_hints(const struct screen *s)
{
	const struct tickets *d = s->data;

	return d->view == TICKETS_TRASH
	           ? "ticket.restore move.filter move.open screen.close"
	           : "move.open ticket.new ticket.assign ticket.state"
	             " move.filter ticket.delete ticket.mine";
}

/* ---- keys ---- */

void
tickets__empty(struct tickets *d)
{
	d->known = false;
	d->open_due = false; /* that was a row of another view */
	ticket_list_free(&d->rows, d->count);
	d->count = 0;
	w_list_clear_marks(&d->list);
	w_list_set(&d->list, NULL, 0, false, false);
	w_list_select(&d->list, 0);
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	const struct ticket *t = tickets__selected(s->data);

	if (event == W_ACCEPT && t != NULL)
		return ui_open(s->ui, &scr_ticket, t->id, NULL);
	tickets__preview_follow(s);
	return react;
}

static unsigned
tickets_input(struct screen *s, const struct input *in)
{
	struct tickets *d = s->data;
	int step = in->nav == NAV_NEXT ? 1 : d->tab_count - 1;
	enum w_event event;
	unsigned react;

	d->open_due = in->nav == NAV_OPEN && !w_list_wants_text(&d->list) &&
	              w_list_is_waiting(&d->list);
	if (d->open_due)
		return REACT_HANDLED;
	react = w_list_input(&d->list, in, &event);
	if (react == REACT_NONE && (in->nav == NAV_NEXT || in->nav == NAV_PREV))
		return tickets__open_tab(
		    s, (tickets__tab(d) + step) % d->tab_count);
	if (react == REACT_NONE && !w_list_wants_text(&d->list))
		return macro_do_key(s, in);
	return after(s, react, event);
}

static unsigned
tickets_paste(struct screen *s, const char *text, size_t n)
{
	struct tickets *d = s->data;
	enum w_event event;

	return w_list_paste(&d->list, text, n, &event);
}

static unsigned
tickets_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct tickets *d = s->data;
	enum w_event event;
	char right[48];
	unsigned react;
	int tab;

	if (y < 1) {
		count_text(d, right, sizeof(right));
		tab = w_tabs_at(
		    s->w, d->tabs, d->tab_count, tickets__tab(d), right, x);
		return button != BUTTON_LEFT || tab < 0
		           ? REACT_NONE
		           : tickets__open_tab(s, tab);
	}
	if (x >= d->list_w || y - 1 >= d->list_h)
		return REACT_NONE;
	react = w_list_mouse(&d->list, y - 1, button, &event);
	return after(s, react, event);
}

static unsigned
tickets_notify(struct screen *s, enum notice what, int64_t id)
{
	struct tickets *d = s->data;
	unsigned react = screen_notify_ages(what, &d->minute);
	int64_t beat;

	(void)id;
	if (what == NOTICE_DATA)
		d->views_due = true;
	if (what == NOTICE_DATA || what == NOTICE_LANG)
		tickets__preview_stale(d, what == NOTICE_DATA);
	if (what == NOTICE_LANG)
		tickets__preview_follow(s);
	if (what != NOTICE_TICK)
		return react;
	beat = countdown_beat(d->rows, d->count, clock_wall_us());
	if (beat != d->beat)
		react |= REACT_REDRAW;
	d->beat = beat;
	return react;
}

const struct screen_ops scr_tickets = {
    .name = "tickets",
    .title = N_("Tickets"),
    .data_size = sizeof(struct tickets),
    .open = tickets_open,
    .close = tickets_close,
    .layout = tickets_layout,
    .refresh = tickets_refresh,
    .draw = tickets_draw,
    .input = tickets_input,
    .paste = tickets_paste,
    .mouse = tickets_mouse,
    .notify = tickets_notify,
    .state = tickets_state,
    .owner = tickets_owner,
    .wants_text = tickets_wants_text,
    .hints = tickets_hints,
};

/* ---- commands ---- */

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	ticket_do_new(ui, s);
	return REACT_HANDLED;
}

static unsigned
sort_done(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct tickets *d = s->data;
	enum ticket_sort sort = (enum ticket_sort)r->id;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	/* The one that is chosen again is turned around. */
	d->is_reversed = sort == d->sort && !d->is_reversed;
	d->sort = sort;
	return REACT_REFRESH | REACT_REDRAW;
}

static unsigned
run_sort(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct tickets *d = s->data;
	struct chooser_item items[TICKET_SORT_COUNT];
	struct chooser_args args = {.title = _("Order"),
	    .items = items,
	    .count = TICKET_SORT_COUNT,
	    .selected = (int64_t)d->sort};

	(void)cmd;
	for (int i = 0; i < TICKET_SORT_COUNT; i++)
		items[i] = (struct chooser_item){i, _(sorts[i]),
		    i != (int)d->sort ? NULL
		    : d->is_reversed  ? _("now, turned around")
				      : _("now; Enter reverses it"),
		    true};
	chooser_push(ui, s, &args, sort_done, 0);
	return REACT_HANDLED;
}

const struct ticket *
ticket_under(const struct screen *s)
{
	return s->ops == &scr_tickets ? tickets__selected(s->data)
	                              : ticket_card_of(s);
}

static unsigned
run_preview(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return tickets__preview_toggle(s);
}

/* Those that are marked, else the one under the cursor or on the card. */
static unsigned
run_do(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct tickets *d = s->data;

	if (s->ops == &scr_tickets && d->list.mark_count > 0) {
		ticket_do_many(ui, s, (enum ticket_deed)cmd->arg, d->list.marks,
		    d->list.mark_count);
		return REACT_HANDLED | REACT_REDRAW;
	}
	const struct ticket *t = ticket_under(s);

	if (t == NULL)
		return REACT_BEEP;
	ticket_do(ui, s, (enum ticket_deed)cmd->arg, t);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command tickets_commands[] = {
	{"ticket.new", N_("New ticket"), N_("Write down a new ticket."),
	    "tickets:n", NULL, NEED_WRITABLE, "ticket.new", NAV_NONE, 0, run_new},
	{"ticket.assign", N_("Assign"), N_("Give the ticket to a person or a team, with a note."),
	    "tickets:a ticket:a", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.assign", NAV_NONE, DEED_ASSIGN, run_do},
	{"ticket.mine", N_("Take it"), N_("Make the ticket mine."),
	    "tickets:m ticket:m", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.assign", NAV_NONE, DEED_TAKE, run_do},
	{"ticket.state", N_("Status"), N_("Open the ticket, wait, solve or close it."),
	    "tickets:s ticket:s", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.state", NAV_NONE, DEED_STATE, run_do},
	{"ticket.fields", N_("Fields"), N_("Fill in the fields that tickets of its category have."),
	    "tickets:f ticket:f", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, DEED_FIELDS, run_do},
	{"ticket.contact", N_("Customer"), N_("Say who has the trouble: whom replies go to."),
	    "tickets:i ticket:i", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, DEED_CONTACT, run_do},
	{"ticket.delete", N_("To the trash"), N_("Move the ticket to the trash; it can be taken out again."),
	    "tickets:x ticket:x", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.delete", NAV_NONE, DEED_DELETE, run_do},
	{"ticket.restore", N_("Out of the trash"), N_("Take the ticket out of the trash."),
	    "tickets:o ticket:o", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.restore", NAV_NONE, DEED_RESTORE, run_do},
	{"ticket.tag", N_("Tag"), N_("Put a tag on the ticket, or take one off."),
	    "tickets:t", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, DEED_TAG, run_do},
	{"ticket.priority", N_("Priority"), N_("Give the ticket another priority, with the reason."),
	    "tickets:p", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.edit", NAV_NONE, DEED_PRIORITY, run_do},
	{"tickets.preview", N_("Preview"), N_("Read the selected ticket below the list, or beside it."),
	    "tickets:P", NULL, 0, NULL, NAV_NONE, 0, run_preview},
	{"tickets.sort", N_("Order of the list"), N_("By change, age, priority or what is promised."),
	    "tickets:O", NULL, 0, NULL, NAV_NONE, 0, run_sort},
};
/* clang-format on */
const size_t tickets_commands_count =
    sizeof(tickets_commands) / sizeof(tickets_commands[0]);
