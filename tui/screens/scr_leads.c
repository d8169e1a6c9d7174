/*
 * scr_leads - what customers could buy: what is overdue first, shown, changed,
 * closed, deleted and had back.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_leads.h"
#include "tui/screens/dialogs.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

struct leads_data {
	struct leads list;
	bool known;
	uint64_t asked; /* turn of the newest question */
	enum lead_view view;
	struct w_list rows;
	char (*times)[32];       /* owned; next steps, in the zone */
	struct lead_action wish; /* while a dialog is open about it */
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

static const struct lead *
row_of(const struct leads_data *d)
{
	size_t at;

	return d->known && w_list_index(&d->rows, &at) ? &d->list.rows[at]
	                                               : NULL;
}

/* ---- rows ---- */

static const char *
status_word(enum lead_status status)
{
	switch (status) {
	case LEAD_QUALIFIED:
		return _("qualified");
	case LEAD_NEEDS_EXPERT:
		return _("needs an expert");
	case LEAD_CLOSED:
	case LEAD_STATUS_COUNT:
		break;
	}
	return _("is closed");
}

static const char *
owner_of(const struct lead *l)
{
	if (l->operator_name[0] != '\0')
		return l->operator_name;
	return l->operator_login[0] != '\0' ? l->operator_login : l->team_name;
}

static bool
is_late(const struct lead *l)
{
	return l->status != LEAD_CLOSED && l->next_us < clock_wall_us();
}

static void
cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct leads_data *d = data;
	const struct lead *l = &d->list.rows[index];

	switch (column) {
	case 0:
		out->text = d->times[index];
		out->role = is_late(l) ? ROLE_WARNING : ROLE_MUTED;
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
		out->text = status_word(l->status);
		out->trusted = true;
		break;
	default:
		out->text = owner_of(l);
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
	w_list_set(&d->rows, ids, n, false, false);
	free(ids);
}

/* All that is known of one, as a page. */
static unsigned
show_page(struct screen *s)
{
	const struct leads_data *d = s->data;
	const struct lead *l = row_of(d);
	struct str text = STR_INIT;

	if (l == NULL)
		return REACT_BEEP;
	str_addf(&text, "%s\n\n", l->problem_statement);
	str_addf(&text, "%s: %s\n", _("Status"), status_word(l->status));
	if (l->next_us != LEAD_NEVER)
		str_addf(&text, "%s: %s\n", _("Next step"),
		    d->times[l - d->list.rows]);
	if (l->contact_name[0] != '\0')
		str_addf(&text, "%s: %s\n", _("Contact"), l->contact_name);
	if (owner_of(l)[0] != '\0')
		str_addf(&text, "%s: %s\n", _("Operator"), owner_of(l));
	if (l->call_name[0] != '\0')
		str_addf(&text, "%s: %s\n", _("Call"), l->call_name);
	if (l->ticket_number != 0)
		str_addf(&text, "%s: %lld\n", _("Ticket"),
		    (long long)l->ticket_number);
	pager_push(s->ui, _("Lead"), text.s, text.len);
	str_free(&text);
	return REACT_HANDLED;
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

static void
on_list(struct screen *s, struct leads *list, const struct model_answer *answer)
{
	struct leads_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (list->turn < d->asked)
		return;
	leads_clear(&d->list);
	d->list = *list;
	memset(list, 0, sizeof(*list));
	d->known = true;
	set_rows(app_of(s->ui), d);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
leads_refresh(struct screen *s)
{
	struct leads_data *d = s->data;

	model_leads(model_of(s), s, ++d->asked, d->view, on_list);
}

static void
leads_draw(const struct screen *s, struct canvas *c)
{
	const struct leads_data *d = s->data;
	struct canvas list = canvas_sub(c, 0, 1, c->w, c->h - 1);

	w_tabs_draw(c, 0, tabs, tab_count(s), (int)d->view, "");
	w_list_draw(&d->rows, &list, ui_top(s->ui) == s);
}

static unsigned
leads_state(const struct screen *s)
{
	return row_of(s->data) != NULL ? NEED_SELECTION : 0;
}

static bool
leads_owner(const struct screen *s, struct screen_owner *out)
{
	const struct lead *l = row_of(s->data);

	if (l == NULL)
		return false;
	*out = (struct screen_owner){.kind = RECORD_LEAD,
	    .own = {l->operator_id, l->team_id, l->operator_team_id},
	    .name = owner_of(l)};
	return true;
}

static const char *
leads_hints(const struct screen *s)
{
	const struct leads_data *d = s->data;

	return d->view == LEADS_TRASH
	           ? "leads.restore move.open"
	           : "move.open leads.edit leads.status leads.close"
	             " leads.delete";
}

/* ---- keys ---- */

static unsigned
show_view(struct screen *s, int view)
{
	struct leads_data *d = s->data;

	if (view < 0 || view >= tab_count(s))
		return REACT_BEEP;
	d->view = (enum lead_view)view;
	return REACT_REFRESH | REACT_REDRAW;
}

static unsigned
leads_input(struct screen *s, const struct input *in)
{
	struct leads_data *d = s->data;
	enum w_event event = W_NONE;
	int n = tab_count(s);
	unsigned react;

	switch (in->nav) {
	case NAV_NEXT:
		return show_view(s, ((int)d->view + 1) % n);
	case NAV_PREV:
		return show_view(s, ((int)d->view + n - 1) % n);
	case NAV_MARK:
	case NAV_FILTER:
		return REACT_NONE;
	default:
		break;
	}
	react = w_list_input(&d->rows, in, &event);
	return event == W_ACCEPT ? show_page(s) : react;
}

static unsigned
leads_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct leads_data *d = s->data;
	enum w_event event;
	unsigned react;
	int tab;

	if (y == 0) {
		tab = w_tabs_at(
		    s->w, tabs, tab_count(s), (int)d->view, "", x);
		return tab < 0 ? REACT_NONE : show_view(s, tab);
	}
	react = w_list_mouse(&d->rows, y - 1, button, &event);
	return event == W_ACCEPT ? show_page(s) : react;
}

static unsigned
leads_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)s, (void)id;
	switch (what) {
	case NOTICE_DATA:
	case NOTICE_SHOWN:
	case NOTICE_LANG:
		return REACT_REFRESH | REACT_REDRAW;
	default:
		return REACT_NONE;
	}
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
    .mouse = leads_mouse,
    .notify = leads_notify,
    .state = leads_state,
    .owner = leads_owner,
    .hints = leads_hints,
};

/* ---- commands ---- */

static unsigned problem_said(struct ui *ui, struct screen *s,
    const struct screen_result *r, int64_t context);

static void
ask_problem(struct screen *s, const char *text)
{
	const struct prompt_args args = {.title = _("Change a lead"),
	    .label = _("What the customer needs"),
	    .text = text,
	    .max_bytes = LEAD_PROBLEM_MAX};

	prompt_push(s->ui, s, &args, problem_said, 0);
}

/* Refused or not: what stands now is to be seen; what was typed, too. */
static void
on_done(struct screen *s, const struct lead_action *a,
    const struct model_answer *answer)
{
	struct leads_data *d = s->data;

	ui_mark(s->ui, s, REACT_REFRESH);
	if (answer->rc == 0 || a->deed != LEAD_DEED_PROBLEM ||
	    ui_top(s->ui) != s)
		return;
	d->wish = (struct lead_action){
	    .deed = a->deed, .id = a->id, .version = a->version};
	if (answer->rc == OD_ECONFLICT && answer->conflict->version != 0)
		d->wish.version = answer->conflict->version;
	ask_problem(s, a->text);
}

static unsigned
problem_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct leads_data *d = s->data;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	d->wish.text = xstrdup(r->text);
	model_lead_act(model_of(s), s, &d->wish, on_done);
	d->wish.text = NULL; /* taken */
	return REACT_HANDLED;
}

static unsigned
status_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t was)
{
	struct leads_data *d = s->data;

	(void)ui;
	if (!r->accepted || r->id == was)
		return REACT_NONE;
	d->wish.status = (enum lead_status)(r->id - 1);
	model_lead_act(model_of(s), s, &d->wish, on_done);
	return REACT_HANDLED;
}

static unsigned
ask_status(struct screen *s, enum lead_status now)
{
	struct chooser_item items[LEAD_STATUS_COUNT];
	const struct chooser_args args = {.title = _("Status"),
	    .items = items,
	    .count = LEAD_STATUS_COUNT,
	    .selected = now + 1};

	for (int i = 0; i < LEAD_STATUS_COUNT; i++)
		items[i] = (struct chooser_item){
		    i + 1, status_word((enum lead_status)i), NULL, true};
	chooser_push(s->ui, s, &args, status_said, now + 1);
	return REACT_HANDLED;
}

/* The lead that the command is about; NULL: not to be changed here. */
static const struct lead *
begin(struct screen *s, enum lead_deed deed)
{
	struct leads_data *d = s->data;
	const struct lead *l = row_of(d);

	if (l == NULL)
		return NULL;
	if ((deed == LEAD_DEED_RESTORE) != (d->view == LEADS_TRASH)) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    deed == LEAD_DEED_RESTORE
			? _("It is not in the trash; 4 shows what is there")
			: _("It is in the trash; o takes it out"));
		return NULL;
	}
	d->wish = (struct lead_action){
	    .deed = deed, .id = l->id, .version = l->version};
	return l;
}

static unsigned
run_do(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct leads_data *d = s->data;

	(void)ui;
	if (begin(s, (enum lead_deed)cmd->arg) == NULL)
		return REACT_BEEP;
	model_lead_act(model_of(s), s, &d->wish, on_done);
	return REACT_HANDLED;
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct lead *l = begin(s, LEAD_DEED_PROBLEM);

	(void)cmd;
	if (l == NULL)
		return REACT_BEEP;
	/* The line that is typed in would join them. */
	if (strchr(l->problem_statement, '\n') != NULL) {
		ui_toast(ui, TOAST_WARNING,
		    _("It has several lines: opdesk lead edit %lld --problem -"),
		    (long long)l->id);
		return REACT_BEEP;
	}
	ask_problem(s, l->problem_statement);
	return REACT_HANDLED;
}

static unsigned
run_status(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct lead *l = begin(s, LEAD_DEED_STATUS);

	(void)ui, (void)cmd;
	return l != NULL ? ask_status(s, l->status) : REACT_BEEP;
}

static unsigned
run_close(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct leads_data *d = s->data;
	const struct lead *l = begin(s, LEAD_DEED_STATUS);

	(void)ui, (void)cmd;
	if (l == NULL || l->status == LEAD_CLOSED)
		return REACT_BEEP;
	d->wish.status = LEAD_CLOSED;
	model_lead_act(model_of(s), s, &d->wish, on_done);
	return REACT_HANDLED;
}

static unsigned
run_view(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	return show_view(s, cmd->arg);
}

/* clang-format off */
const struct command leads_commands[] = {
	{"leads.edit", N_("Change"), N_("Say anew what the customer needs."),
	    "leads:e", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, 0, run_edit},
	{"leads.status", N_("Status"), N_("Qualified, needs an expert, or closed."),
	    "leads:s", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.edit", NAV_NONE, 0, run_status},
	{"leads.close", N_("Close it"), N_("Close the lead; u takes it back."),
	    "leads:c", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.close", NAV_NONE, 0, run_close},
	{"leads.delete", N_("To the trash"), N_("Move the lead to the trash; u takes it back."),
	    "leads:x", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.delete", NAV_NONE, LEAD_DEED_DELETE, run_do},
	{"leads.restore", N_("Out of the trash"), N_("Take the lead out of the trash."),
	    "leads:o", NULL, NEED_SELECTION | NEED_WRITABLE, "lead.restore", NAV_NONE, LEAD_DEED_RESTORE, run_do},
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
