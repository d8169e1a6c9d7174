/*
 * scr_leads - what customers could buy: what is overdue first, in windows
 * around the one that is selected, narrowed down by views and a filter.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/leads_int.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

struct leads_data {
	struct lead_action wish; /* while a dialog is open about it */
	struct leads list;
	bool known;
	uint64_t turn;       /* of the newest question */
	bool asking, again;  /* one is under way; ask once more after it */
	enum lead_view view;
	struct w_list rows;
	char (*times)[32]; /* owned; next steps, in the zone */
};

static const struct w_tab tabs[LEAD_VIEW_COUNT] = {
    [LEADS_OPEN] = {N_("Not closed"), 1, false},
    [LEADS_MINE] = {N_("With me"), 2, false},
    [LEADS_ALL] = {N_("All of them"), 3, false},
    [LEADS_TRASH] = {N_("Trash"), 4, false},
};

static int
tab_count(const struct screen *s)
{
	return model_may(model_of(s), "lead.restore") ? LEAD_VIEW_COUNT
	                                              : LEADS_TRASH;
}

const struct lead *
leads__list_row(const struct screen *s)
{
	const struct leads_data *d = s->data;
	size_t at;

	return d->known && w_list_index(&d->rows, &at) && at < d->list.count
	           ? &d->list.rows[at]
	           : NULL;
}

/* ---- rows ---- */

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct leads_data *d = data;
	const struct lead *l = &d->list.rows[index];

	switch (column) {
	case 0:
		out->text = d->times[index];
		out->role = leads__is_late(l) ? ROLE_WARNING : ROLE_MUTED;
		out->trusted = true;
		break;
	case 1:
		out->text = l->problem_statement;
		out->role = ROLE_STRONG;
		break;
	case 2:
		out->text = l->contact_name;
		break;
	case 3:
		out->text = leads__status_word(l->status);
		out->trusted = true;
		break;
	default:
		out->text = leads__owner(l);
		break;
	}
}

static const struct w_column columns[] = {
    {N_("Next step"), 12, 0, 0, ALIGN_LEFT},
    {N_("Problem"), 20, 3, 0, ALIGN_LEFT},
    {N_("Contact"), 12, 2, 1, ALIGN_LEFT},
    {N_("Status"), 15, 0, 2, ALIGN_LEFT},
    {N_("Operator"), 10, 1, 3, ALIGN_LEFT},
};

static const struct w_list_ops list_ops = {
    .columns = columns,
    .column_count = sizeof(columns) / sizeof(columns[0]),
    .cell = cell,
    .empty = N_("No leads here; O makes one of the call"),
};

static void
set_rows(const struct app *app, struct leads_data *d)
{
	size_t n = d->list.count;
	int64_t *ids = xcalloc(n + 1, sizeof(*ids));

	FREE(&d->times);
	d->times = xcalloc(n + 1, sizeof(*d->times));
	for (size_t i = 0; i < n; i++) {
		const struct lead *l = &d->list.rows[i];

		ids[i] = l->id;
		if (l->next_us != LEAD_NEVER)
			app_time(app, d->times[i], sizeof(d->times[i]),
			    l->next_us);
	}
	w_list_set(
	    &d->rows, ids, n, d->list.has_before, d->list.has_after);
	free(ids);
}

/* ---- life ---- */

static int
leads_open(struct screen *s, const void *args, struct err *err)
{
	struct leads_data *d = s->data;

	(void)args, (void)err;
	w_list_init(&d->rows, &list_ops, d);
	return 0;
}

static void
leads_close(struct screen *s)
{
	struct leads_data *d = s->data;

	leads_clear(&d->list);
	w_list_free(&d->rows);
	FREE(&d->times);
}

static void
leads_layout(struct screen *s, int w, int h)
{
	struct leads_data *d = s->data;

	w_list_layout(&d->rows, w, h > 2 ? h - 1 : 1);
}

/* ---- questions and answers ---- */

static bool
is_current(const struct leads_data *d, const struct leads_ask *ask)
{
	return ask->turn == d->turn && ask->view == d->view &&
	       str_equal(ask->match, w_list_filter(&d->rows));
}

static void
take(struct screen *s, struct leads *list)
{
	struct leads_data *d = s->data;

	leads_clear(&d->list);
	d->list = *list;
	memset(list, 0, sizeof(*list));
	d->known = true;
	/* In place of the rows, of which there are none. */
	d->rows.nothing = d->list.wrong[0] != '\0' ? d->list.wrong : NULL;
	set_rows(app_of(s->ui), d);
	ui_mark(s->ui, s,
	    w_list_needs_rows(&d->rows) ? REACT_REFRESH : REACT_REDRAW);
}

/* A longer filter than is asked with would never be answered. */
static void
say_too_long(struct screen *s, const struct leads_ask *ask)
{
	struct leads list = {.ask = *ask};

	str_format(list.wrong, sizeof(list.wrong),
	    _("The filter is too long; it has at most %d bytes"),
	    LEADS_MATCH_MAX - 1);
	take(s, &list);
}

static void ask_rows(struct screen *s);

static void
on_list(struct screen *s, struct leads *list, const struct model_answer *answer)
{
	struct leads_data *d = s->data;
	bool again = d->again;

	d->asking = d->again = false;
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else if (is_current(d, &list->ask))
		take(s, list);
	if (again)
		ask_rows(s);
}

static void
ask_rows(struct screen *s)
{
	struct leads_data *d = s->data;
	const struct lead *l = leads__list_row(s);
	struct leads_ask ask = {.turn = ++d->turn, .view = d->view};
	const struct lead_filter order = {.view = d->view};

	if (!str_copy(ask.match, sizeof(ask.match), w_list_filter(&d->rows))) {
		say_too_long(s, &ask);
		return;
	}
	w_list_want(&d->rows, &ask.want);
	if (l != NULL && l->id == ask.want.id)
		ask.around_key = lead_page_key(&order, l);
	d->asking = true;
	model_leads(model_of(s), s, &ask, on_list);
}

/*
 * One question at a time: what is typed while a long one is answered asks once
 * more afterwards.
 */
static void
leads_refresh(struct screen *s)
{
	struct leads_data *d = s->data;

	if (d->asking)
		d->again = true;
	else
		ask_rows(s);
}

/* ---- what is shown ---- */

/* How many there are, at the end of the views' row. */
static void
count_text(const struct leads_data *d, char out[16])
{
	bool more = d->list.total == LEADS_COUNT_CAP;

	out[0] = '\0';
	if (d->known && d->list.wrong[0] == '\0')
		str_format(out, 16, "%d%s", (int)d->list.total,
		    more && (d->list.has_before || d->list.has_after) ? "+"
								      : "");
}

static void
leads_draw(const struct screen *s, struct canvas *c)
{
	const struct leads_data *d = s->data;
	struct canvas list = canvas_sub(c, 0, 1, c->w, c->h - 1);
	char right[16];

	count_text(d, right);
	w_tabs_draw(c, 0, tabs, tab_count(s), (int)d->view, right);
	w_list_draw(&d->rows, &list, ui_top(s->ui) == s);
}

static unsigned
leads_state(const struct screen *s)
{
	return leads__list_row(s) != NULL ? NEED_SELECTION : 0;
}

static bool
leads_wants_text(const struct screen *s)
{
	const struct leads_data *d = s->data;

	return w_list_wants_text(&d->rows);
}

static const char *
leads_hints(const struct screen *s)
{
	const struct leads_data *d = s->data;

	return d->view == LEADS_TRASH
	           ? "lead.restore move.open move.filter"
	           : "move.open lead.next lead.assign lead.close move.filter"
	             " lead.status lead.contact";
}

/* ---- keys ---- */

static unsigned
show_view(struct screen *s, int view)
{
	struct leads_data *d = s->data;

	if (view < 0 || view >= tab_count(s))
		return REACT_BEEP;
	if (view == (int)d->view)
		return REACT_REFRESH | REACT_REDRAW;
	/* Nothing may be done to what the other view showed. */
	d->view = (enum lead_view)view;
	d->known = false;
	w_list_set(&d->rows, NULL, 0, false, false);
	w_list_select(&d->rows, 0);
	return REACT_REFRESH | REACT_REDRAW;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	const struct lead *l = leads__list_row(s);

	if (event == W_ACCEPT && l != NULL)
		return ui_open(s->ui, &scr_lead, l->id, NULL);
	return react;
}

static unsigned
leads_input(struct screen *s, const struct input *in)
{
	struct leads_data *d = s->data;
	enum w_event event = W_NONE;
	int n = tab_count(s);
	unsigned react;

	if (in->nav == NAV_MARK && !w_list_wants_text(&d->rows))
		return REACT_NONE;
	react = w_list_input(&d->rows, in, &event);
	if (react == REACT_NONE && in->nav == NAV_NEXT)
		return show_view(s, ((int)d->view + 1) % n);
	if (react == REACT_NONE && in->nav == NAV_PREV)
		return show_view(s, ((int)d->view + n - 1) % n);
	return after(s, react, event);
}

static unsigned
leads_paste(struct screen *s, const char *text, size_t n)
{
	struct leads_data *d = s->data;
	enum w_event event = W_NONE;
	unsigned react = w_list_paste(&d->rows, text, n, &event);

	return after(s, react, event);
}

static unsigned
leads_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct leads_data *d = s->data;
	enum w_event event;
	char right[16];
	unsigned react;
	int tab;

	if (y == 0) {
		count_text(d, right);
		tab = w_tabs_at(
		    s->w, tabs, tab_count(s), (int)d->view, right, x);
		return tab < 0 ? REACT_NONE : show_view(s, tab);
	}
	react = w_list_mouse(&d->rows, y - 1, button, &event);
	return after(s, react, event);
}

const struct screen_ops scr_leads = {
    .name = "leads",
    .title = N_("Leads"),
    .data_size = sizeof(struct leads_data),
    .open = leads_open,
    .close = leads_close,
    .layout = leads_layout,
    .refresh = leads_refresh,
    .draw = leads_draw,
    .input = leads_input,
    .paste = leads_paste,
    .mouse = leads_mouse,
    .notify = screen_notify_news,
    .state = leads_state,
    .owner = leads__owned,
    .wants_text = leads_wants_text,
    .hints = leads_hints,
};

/* ---- commands ---- */

static unsigned
run_view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return show_view(s, cmd->arg);
}

/* clang-format off */
const struct command leads_commands[] = {
	{"leads.open", N_("Not closed"), N_("Leads that are not closed, what is overdue first."),
	    "leads:1", NULL, 0, NULL, NAV_NONE, LEADS_OPEN, run_view},
	{"leads.mine", N_("With me"), N_("My own leads that are not closed."),
	    "leads:2", NULL, 0, NULL, NAV_NONE, LEADS_MINE, run_view},
	{"leads.all", N_("All of them"), N_("All leads, closed ones too."),
	    "leads:3", NULL, 0, NULL, NAV_NONE, LEADS_ALL, run_view},
	{"leads.trash", N_("Trash"), N_("Deleted leads, from where they can be had back."),
	    "leads:4", NULL, 0, NULL, NAV_NONE, LEADS_TRASH, run_view},
};
/* clang-format on */
const size_t leads_commands_count =
    sizeof(leads_commands) / sizeof(leads_commands[0]);
