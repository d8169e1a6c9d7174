/*
 * tickets_views - the views of the ticket list: those that are always there,
 * and those that were saved.
 *
 * A number key opens the saved view that has it, else the one that is always
 * there.  A saved view's filter stands in the filter line, where it can be
 * changed for now.
 */
#include "tui/screens/tickets_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL 120 /* bytes of what V says of a view */

static const char *const names[TICKET_VIEW_COUNT] = {
    N_("Active"),
    N_("Mine"),
    N_("Unassigned"),
    N_("Team"),
    N_("All"),
    N_("Trash"),
};

/* ---- the line ---- */

static void
add_tab(struct tickets *d, int number, enum ticket_view view,
    const struct view *saved)
{
	struct w_tab *t = &d->tabs[d->tab_count];

	t->number = number;
	t->label = saved != NULL ? saved->name : names[view];
	t->is_outside = saved != NULL;
	d->opens[d->tab_count++] =
	    (struct ticket_tab){view, saved != NULL ? saved->id : 0};
}

/* By number key; then what has lost its key, and an open one that has none. */
static void
set_tabs(struct tickets *d)
{
	const struct view *open = tickets__saved(d, d->saved), *v;

	d->tab_count = 0;
	for (int n = 1; n <= VIEW_SLOTS; n++) {
		if ((v = view_at_slot(d->views, d->view_count, n)) != NULL)
			add_tab(d, n, TICKETS_ACTIVE, v);
		else if (n <= TICKET_VIEW_COUNT)
			add_tab(d, n, (enum ticket_view)(n - 1), NULL);
	}
	for (int n = 1; n <= TICKET_VIEW_COUNT; n++)
		if (view_at_slot(d->views, d->view_count, n) != NULL)
			add_tab(d, 0, (enum ticket_view)(n - 1), NULL);
	if (open != NULL &&
	    view_at_slot(d->views, d->view_count, open->slot) != open)
		add_tab(d, 0, TICKETS_ACTIVE, open);
}

int
tickets__tab(const struct tickets *d)
{
	for (int i = 0; i < d->tab_count; i++)
		if (d->opens[i].saved == d->saved &&
		    (d->saved != 0 || d->opens[i].view == d->view))
			return i;
	return 0;
}

const struct view *
tickets__saved(const struct tickets *d, int64_t id)
{
	for (size_t i = 0; id != 0 && i < d->view_count; i++)
		if (d->views[i].id == id)
			return &d->views[i];
	return NULL;
}

void
tickets__set_columns(struct tickets *d, const char *columns)
{
	ticket_columns_known(
	    columns[0] != '\0' ? columns : d->own_columns, &d->columns);
	d->list_ops.columns = d->columns.shown;
	d->list_ops.column_count = d->columns.count;
}

/* ---- opening one ---- */

static void
show(struct tickets *d, const struct view *saved, const char *filter)
{
	const char *order = saved != NULL ? saved->ordering : "";

	w_line_set(&d->list.filter, filter);
	(void)ticket_sort_parse(order, &d->sort, &d->is_reversed);
	tickets__set_columns(d, saved != NULL ? saved->columns : "");
}

static unsigned
open_saved(struct tickets *d, const struct view *v)
{
	d->view = TICKETS_ACTIVE;
	d->saved = v->id;
	show(d, v, v->filter);
	set_tabs(d);
	tickets__empty(d);
	return REACT_REFRESH | REACT_REDRAW;
}

unsigned
tickets__open_view(struct screen *s, enum ticket_view view)
{
	struct tickets *d = tickets_of(s);

	if (d->view == view && d->saved == 0)
		return REACT_HANDLED;
	d->view = view;
	if (d->saved != 0) {
		d->saved = 0;
		show(d, NULL, "");
		set_tabs(d);
	}
	tickets__empty(d);
	return REACT_REFRESH | REACT_REDRAW;
}

unsigned
tickets__open_tab(struct screen *s, int tab)
{
	struct tickets *d = tickets_of(s);
	const struct view *v = tickets__saved(d, d->opens[tab].saved);

	return v != NULL ? open_saved(d, v)
	                 : tickets__open_view(s, d->opens[tab].view);
}

/* ---- what the desk has ---- */

/* How the list was left; from then on it is as it is left here. */
static void
take_settings(struct screen *s, const struct view_choice *choice)
{
	struct tickets *d = tickets_of(s);

	d->settings_known = true;
	str_copy(d->own_columns, sizeof(d->own_columns), choice->columns);
	if (d->saved == 0)
		tickets__set_columns(d, "");
	d->preview = choice->preview;
	/* What they show beside the tickets' own is not there yet. */
	ui_mark(s->ui, s,
	    ticket_columns_want_work(&d->columns) ? REACT_LAYOUT | REACT_REFRESH
						  : REACT_LAYOUT);
}

/* One that was open and is gone leaves its filter: the rows stay. */
static void
on_views(struct screen *s, struct view_choice *choice,
    const struct model_answer *answer)
{
	struct tickets *d = tickets_of(s);
	const struct view *v;

	(void)answer;
	free(d->views);
	d->views = choice->rows;
	d->view_count = choice->count;
	choice->rows = NULL;
	if (!d->settings_known)
		take_settings(s, choice);
	if (tickets__saved(d, d->saved) == NULL)
		d->saved = 0;
	set_tabs(d);
	ui_mark(s->ui, s, REACT_REDRAW);
	if ((v = tickets__saved(d, d->opening)) != NULL) {
		d->opening = 0;
		ui_mark(s->ui, s, open_saved(d, v));
	}
}

void
tickets__views_ask(struct screen *s)
{
	tickets_of(s)->views_due = false;
	model_views(model_of(s), s, on_views);
}

void
tickets__views_init(struct tickets *d)
{
	d->views_due = true;
	set_tabs(d);
	tickets__set_columns(d, "");
}

/* ---- commands ---- */

static unsigned
run_slot(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct tickets *d = tickets_of(s);

	for (int i = 0; i < d->tab_count; i++)
		if (d->tabs[i].number == cmd->arg)
			return tickets__open_tab(s, i);
	ui_toast(ui, TOAST_INFO,
	    _("No view has the number %d; K saves this list as one"), cmd->arg);
	return REACT_HANDLED;
}

static unsigned
run_view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return tickets__open_view(s, (enum ticket_view)cmd->arg);
}

/* Ids in the chooser: saved ones as they are, the others from -1 down. */
static unsigned
chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct tickets *d = tickets_of(s);
	const struct view *v;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	if (r->id < 0)
		return tickets__open_view(s, (enum ticket_view)(-r->id - 1));
	v = tickets__saved(d, r->id);
	return v != NULL ? open_saved(d, v) : REACT_BEEP;
}

/* "7  is:mine", "-  @Soporte  tag:vip", "-  everybody's  prio>3" */
static void
detail(const struct view *v, char dst[DETAIL])
{
	char key[8] = "-";

	if (v->slot != 0)
		str_format(key, sizeof(key), "%d", v->slot);
	if (v->operator_id != 0)
		str_format(dst, DETAIL, "%s  %s", key, v->filter);
	else if (v->team_id != 0)
		str_format(
		    dst, DETAIL, "%s  @%s  %s", key, v->team_name, v->filter);
	else
		str_format(dst, DETAIL, "%s  %s  %s", key, _("everybody's"),
		    v->filter);
}

static unsigned
run_choose(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct tickets *d = tickets_of(s);
	size_t n = d->view_count + TICKET_VIEW_COUNT, at = 0;
	struct chooser_item *items = xcalloc(n, sizeof(items[0]));
	char(*details)[DETAIL] = xcalloc(n, sizeof(details[0]));
	struct chooser_args args = {.title = _("Views"), .items = items};

	(void)cmd;
	for (size_t i = 0; i < d->view_count; i++, at++) {
		const struct view *v = &d->views[i];

		detail(v, details[at]);
		items[at] =
		    (struct chooser_item){v->id, v->name, details[at], false};
	}
	for (int i = 0; i < TICKET_VIEW_COUNT; i++, at++)
		items[at] = (struct chooser_item){
		    -i - 1, _(names[i]), _("always there"), true};
	args.count = at;
	args.selected = d->saved != 0 ? d->saved : -(int64_t)d->view - 1;
	chooser_push(ui, s, &args, chosen, 0);
	free(items);
	free(details);
	return REACT_HANDLED;
}

/* ---- columns ---- */

static unsigned
columns_chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct tickets *d = tickets_of(s);

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	tickets__set_columns(d, r->text);
	if (d->saved == 0) {
		str_copy(d->own_columns, sizeof(d->own_columns), r->text);
		model_setting(
		    model_of(s), SETTING_TICKET_COLUMNS, d->own_columns);
	} else {
		ui_toast(ui, TOAST_INFO, "%s",
		    _("These columns are shown for now; K keeps them with the"
		      " view"));
	}
	return REACT_REDRAW;
}

static unsigned
run_columns(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	ticket_columns_push(ui, s, &tickets_of(s)->columns, columns_chosen, 0);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command tickets_view_commands[] = {
	{"tickets.view1", N_("View 1"), N_("The view with this number; Active until another one has it."),
	    "tickets:1", NULL, 0, NULL, NAV_NONE, 1, run_slot},
	{"tickets.view2", N_("View 2"), N_("The view with this number; Mine until another one has it."),
	    "tickets:2", NULL, 0, NULL, NAV_NONE, 2, run_slot},
	{"tickets.view3", N_("View 3"), N_("The view with this number; Unassigned until another one has it."),
	    "tickets:3", NULL, 0, NULL, NAV_NONE, 3, run_slot},
	{"tickets.view4", N_("View 4"), N_("The view with this number; Team until another one has it."),
	    "tickets:4", NULL, 0, NULL, NAV_NONE, 4, run_slot},
	{"tickets.view5", N_("View 5"), N_("The view with this number; All until another one has it."),
	    "tickets:5", NULL, 0, NULL, NAV_NONE, 5, run_slot},
	{"tickets.view6", N_("View 6"), N_("The view with this number; Trash until another one has it."),
	    "tickets:6", NULL, 0, NULL, NAV_NONE, 6, run_slot},
	{"tickets.view7", N_("View 7"), N_("The saved view with this number."),
	    "tickets:7", NULL, 0, NULL, NAV_NONE, 7, run_slot},
	{"tickets.view8", N_("View 8"), N_("The saved view with this number."),
	    "tickets:8", NULL, 0, NULL, NAV_NONE, 8, run_slot},
	{"tickets.view9", N_("View 9"), N_("The saved view with this number."),
	    "tickets:9", NULL, 0, NULL, NAV_NONE, 9, run_slot},
	{"tickets.views", N_("All views"), N_("Open one of the views, saved or always there."),
	    "tickets:V", NULL, 0, NULL, NAV_NONE, 0, run_choose},
	{"tickets.columns", N_("Columns"), N_("Choose what the list shows of each ticket."),
	    "tickets:C", NULL, 0, NULL, NAV_NONE, 0, run_columns},
	{"tickets.active", N_("Active tickets"), N_("All that is not solved or closed."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_ACTIVE, run_view},
	{"tickets.mine", N_("My tickets"), N_("Active tickets that are mine."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_MINE, run_view},
	{"tickets.unassigned", N_("Tickets without an owner"), N_("Active tickets that nobody has yet."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_UNASSIGNED, run_view},
	{"tickets.team", N_("Tickets of my team"), N_("Active tickets of my team."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_TEAM, run_view},
	{"tickets.all", N_("All tickets"), N_("Solved and closed ones, too."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_ALL, run_view},
	{"tickets.trash", N_("Trash"), N_("Deleted tickets, to take them out again."),
	    NULL, "tickets", 0, NULL, NAV_NONE, TICKETS_TRASH, run_view},
};
/* clang-format on */
const size_t tickets_view_commands_count =
    sizeof(tickets_view_commands) / sizeof(tickets_view_commands[0]);
