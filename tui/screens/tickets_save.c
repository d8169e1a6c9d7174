/*
 * tickets_save - the present list of tickets is kept as a view, and a view is
 * changed, called otherwise, given a number key, or removed.
 */
#include "tui/screens/tickets_int.h"

#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"

#include <string.h>

#define FIRST_FREE 7 /* number keys that no view has from the beginning */

enum view_deed { /* what a person does to a view */
	KEEP_SHOWN,
	SAVE_NEW,
	RENAME,
	SET_KEY,
	REMOVE
};

/* What the views that are always there mean, as part of a filter. */
static const char *const words[TICKET_VIEW_COUNT] = {
    [TICKETS_ACTIVE] = "",
    /* TRANSLATORS: words of a filter, as they are typed. */
    [TICKETS_MINE] = N_("is:mine"),
    [TICKETS_UNASSIGNED] = N_("is:unassigned"),
    [TICKETS_TEAM] = N_("is:team"),
    [TICKETS_ALL] = N_("is:any"),
    [TICKETS_TRASH] = N_("is:deleted"),
};

/* The list as it is now. */
static void
read_shown(const struct tickets *d, struct view_action *a)
{
	const char *typed = w_list_filter(&d->list), *word = words[d->view];

	if (word[0] != '\0')
		word = _(word);
	str_format(a->filter, sizeof(a->filter), "%s%s%s", word,
	    word[0] != '\0' && typed[0] != '\0' ? " " : "", typed);
	str_format(a->ordering, sizeof(a->ordering), "%s%s",
	    d->is_reversed ? "-" : "", ticket_sort_names[d->sort]);
	ticket_columns_text(&d->columns, a->columns);
}

static int
free_key(const struct tickets *d)
{
	for (int n = FIRST_FREE; n <= VIEW_SLOTS; n++)
		if (view_at_slot(d->views, d->view_count, n) == NULL)
			return n;
	return 0;
}

/* The view that is open, as an action begins with it. */
static bool
begin(const struct tickets *d, struct view_action *a)
{
	const struct view *v = tickets__saved(d, d->saved);

	memset(a, 0, sizeof(*a));
	a->act = VIEW_ACT_EDIT;
	if (v == NULL)
		return false;
	a->id = v->id;
	a->version = v->version;
	a->slot = v->slot;
	str_copy(a->name, sizeof(a->name), v->name);
	return true;
}

static void
on_made(struct screen *s, const struct view_action *action)
{
	struct tickets *d = tickets_of(s);

	d->opening = action->id;
	tickets__views_ask(s);
}

static unsigned
save_new(struct screen *s, enum view_whose whose)
{
	struct tickets *d = tickets_of(s);
	struct view_action a = {.act = VIEW_ACT_NEW,
	    .slot = whose == VIEW_FOR_ME ? free_key(d) : 0,
	    .whose = whose,
	    .edit_name = true};

	read_shown(d, &a);
	str_copy(a.name, sizeof(a.name), d->naming);
	model_view_act(model_of(s), s, &a, on_made);
	return REACT_HANDLED;
}

static unsigned
on_whose(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	return r->accepted ? save_new(s, (enum view_whose)r->id) : REACT_NONE;
}

/* Who may make them for others is asked for whom. */
static unsigned
ask_whose(struct ui *ui, struct screen *s)
{
	const struct actor *me = model_actor(model_of(s));
	const struct op_owner of_team = {0, me->team_id, 0}, of_all = {0, 0, 0};
	struct chooser_item items[3] = {
	    {VIEW_FOR_ME, _("My own"), _("with a number key"), true}};
	struct chooser_args args = {
	    .title = _("Whose view is it?"), .items = items, .count = 1};

	if (me->team_id != 0 &&
	    model_may_with(model_of(s), "view.new", RECORD_VIEW, &of_team))
		items[args.count++] = (struct chooser_item){
		    VIEW_FOR_TEAM, _("My team's"), _("V lists it"), true};
	if (model_may_with(model_of(s), "view.new", RECORD_VIEW, &of_all))
		items[args.count++] = (struct chooser_item){
		    VIEW_FOR_ALL, _("Everybody's"), _("V lists it"), true};
	if (args.count == 1)
		return save_new(s, VIEW_FOR_ME);
	chooser_push(ui, s, &args, on_whose, 0);
	return REACT_HANDLED;
}

static unsigned
on_name(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct tickets *d = tickets_of(s);
	struct view_action a;

	(void)ui;
	if (!r->accepted)
		return REACT_NONE;
	if (!str_copy(d->naming, sizeof(d->naming), r->text)) {
		ui_toast(ui, TOAST_ERROR,
		    _("The name is too long; %d letters fit"), VIEW_NAME - 1);
		return REACT_HANDLED;
	}
	if (context == SAVE_NEW)
		return ask_whose(ui, s);
	if (!begin(d, &a))
		return REACT_BEEP;
	a.edit_name = true;
	str_copy(a.name, sizeof(a.name), d->naming);
	model_view_act(model_of(s), s, &a, NULL);
	return REACT_HANDLED;
}

static void
ask_name(struct ui *ui, struct screen *s, enum view_deed deed)
{
	const struct view *v =
	    tickets__saved(tickets_of(s), tickets_of(s)->saved);
	struct prompt_args args = {
	    .title = deed == SAVE_NEW ? _("Save as a view") : _("Rename"),
	    .label = _("Name of the view"),
	    .text = deed == RENAME && v != NULL ? v->name : NULL};

	prompt_push(ui, s, &args, on_name, deed);
}

static unsigned
on_key(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct view_action a;

	(void)ui, (void)context;
	if (!r->accepted || !begin(tickets_of(s), &a))
		return REACT_NONE;
	a.edit_slot = true;
	a.slot = (int)r->id;
	model_view_act(model_of(s), s, &a, NULL);
	return REACT_HANDLED;
}

static void
ask_key(struct ui *ui, struct screen *s, const struct view *v)
{
	const struct tickets *d = tickets_of(s);
	struct chooser_item items[VIEW_SLOTS + 1];
	struct chooser_args args = {.title = _("Number key"),
	    .items = items,
	    .count = VIEW_SLOTS + 1,
	    .selected = v->slot};
	char digits[VIEW_SLOTS][2];

	for (int n = 1; n <= VIEW_SLOTS; n++) {
		const char *name = "";

		for (int i = 0; i < d->tab_count; i++)
			if (d->tabs[i].number == n)
				name = d->tabs[i].is_outside
				           ? d->tabs[i].label
				           : _(d->tabs[i].label);
		digits[n - 1][0] = (char)('0' + n);
		digits[n - 1][1] = '\0';
		items[n - 1] =
		    (struct chooser_item){n, digits[n - 1], name, false};
	}
	items[VIEW_SLOTS] =
	    (struct chooser_item){0, _("none"), _("V lists it"), true};
	chooser_push(ui, s, &args, on_key, 0);
}

static unsigned
on_deed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct tickets *d = tickets_of(s);
	const struct view *v = tickets__saved(d, d->saved);
	struct view_action a;

	(void)context;
	if (!r->accepted || !begin(d, &a))
		return REACT_NONE;
	switch ((enum view_deed)r->id) {
	case KEEP_SHOWN:
		a.edit_shown = true;
		read_shown(d, &a);
		model_view_act(model_of(s), s, &a, NULL);
		break;
	case SAVE_NEW:
	case RENAME:
		ask_name(ui, s, (enum view_deed)r->id);
		break;
	case SET_KEY:
		ask_key(ui, s, v);
		break;
	case REMOVE:
		a.act = VIEW_ACT_DELETE;
		model_view_act(model_of(s), s, &a, NULL);
		break;
	}
	return REACT_HANDLED;
}

/* Another one's view can be read, and saved as one's own. */
static unsigned
run_save(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct tickets *d = tickets_of(s);
	const struct view *v = tickets__saved(d, d->saved);
	const struct chooser_item items[] = {
	    {KEEP_SHOWN, _("Keep it as it is shown now"),
		_("filter, order and columns"), true},
	    {SAVE_NEW, _("Save as another view"), NULL, true},
	    {SET_KEY, _("Number key"), NULL, true},
	    {RENAME, _("Rename"), NULL, true},
	    {REMOVE, _("Remove it"), _("u brings it back"), true},
	};
	struct chooser_args args = {.items = items, .count = 5};
	struct op_owner own;
	char title[80];

	(void)cmd;
	if (v == NULL) {
		ask_name(ui, s, SAVE_NEW);
		return REACT_HANDLED;
	}
	own = (struct op_owner){v->operator_id, v->team_id, 0};
	if (!model_may_with(model_of(s), "view.edit", RECORD_VIEW, &own)) {
		args.items = &items[1];
		args.count = 1;
	}
	str_format(title, sizeof(title), _("The view \"%s\""), v->name);
	args.title = title;
	chooser_push(ui, s, &args, on_deed, 0);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command tickets_save_commands[] = {
	{"tickets.save", N_("Save as a view"), N_("Keep filter, order and columns under a name; change or remove a view."),
	    "tickets:K", NULL, NEED_WRITABLE, "view.new", NAV_NONE, 0, run_save},
};
/* clang-format on */
const size_t tickets_save_commands_count =
    sizeof(tickets_save_commands) / sizeof(tickets_save_commands[0]);
