/* scr_ticket_checks - see ticket_checks_do.h. */
#include "tui/screens/ticket_checks_do.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_ticket_checks.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/ticket_do.h"
#include "tui/widgets/w_list.h"

#include <stdlib.h>

struct checks {
	struct screen_owner owner; /* of the ticket */
	char owner_name[201];
	bool has_owner;
	int64_t number;
	struct ticket_check *rows; /* owned */
	size_t count;
	struct w_list list; /* its ids are those of the checks */
};

/* ---- rows ---- */

static void
checks_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct checks *d = data;
	const struct ticket_check *c = &d->rows[index];

	if (c->done_us != 0)
		out->role = ROLE_MUTED;
	if (column == 0) {
		out->text = c->done_us != 0 ? "[x]" : "[ ]";
		out->trusted = true;
	} else if (column == 1) {
		str_format(out->buf, sizeof(out->buf), "%s%s",
		    c->is_required ? "! " : "", c->text);
		out->text = out->buf;
		if (c->is_required && c->done_us == 0)
			out->role = ROLE_WARNING;
	} else {
		out->text = c->done_us != 0 ? c->done_name : c->checklist;
		out->role = ROLE_MUTED;
	}
}

static const struct w_column checks_columns[] = {
    {NULL, 3, 0, 0, ALIGN_LEFT},
    {NULL, 16, 3, 0, ALIGN_LEFT},
    {NULL, 12, 1, 1, ALIGN_LEFT},
};

static const struct w_list_ops checks_list = {
    .columns = checks_columns,
    .column_count = 3,
    .cell = checks_cell,
    .empty = N_("No checks; n adds one, p puts a checklist here"),
    .no_header = true,
};

/* ---- life ---- */

static void
take_rows(struct checks *d, struct ticket_check *rows, size_t count)
{
	int64_t ids[CHECKS_MAX];

	free(d->rows);
	d->rows = rows;
	d->count = count < CHECKS_MAX ? count : CHECKS_MAX;
	for (size_t i = 0; i < d->count; i++)
		ids[i] = d->rows[i].id;
	w_list_set(&d->list, ids, d->count, false, false);
}

/* What the card knows is here at once, for keys that come fast. */
static int
checks_open(struct screen *s, const void *args, struct err *err)
{
	const struct ticket_card *card = args;
	struct checks *d = s->data;
	const struct ticket *t = &card->t;
	struct ticket_check *rows;

	(void)err;
	d->number = t->number;
	d->has_owner = ticket_do_owner(t, &d->owner);
	if (d->has_owner)
		str_copy(d->owner_name, sizeof(d->owner_name), d->owner.name);
	w_list_init(&d->list, &checks_list, d);
	rows = xcalloc(card->check_count + 1, sizeof(rows[0]));
	for (size_t i = 0; i < card->check_count; i++)
		rows[i] = card->checks[i];
	take_rows(d, rows, card->check_count);
	return 0;
}

static void
checks_close(struct screen *s)
{
	struct checks *d = s->data;

	w_list_free(&d->list);
	FREE(&d->rows);
}

static void
checks_layout(struct screen *s, int w, int h)
{
	struct checks *d = s->data;

	w_list_layout(&d->list, w, h);
}

static void
on_checks(struct screen *s, struct ticket_check **rows, size_t count,
    const struct model_answer *answer)
{
	struct checks *d = s->data;

	if (answer->rc == OD_ENOTFOUND || answer->rc == OD_EDENIED) {
		ui_mark(s->ui, s, REACT_POP);
		return;
	}
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	take_rows(d, *rows, count);
	*rows = NULL;
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
checks_refresh(struct screen *s)
{
	model_ticket_checks(model_of(s), s, s->id, on_checks);
}

static void
checks_draw(const struct screen *s, struct canvas *c)
{
	const struct checks *d = s->data;

	w_list_draw(&d->list, c, true);
}

/* ---- what is done ---- */

static const struct ticket_check *
selected(const struct checks *d)
{
	size_t index;

	return w_list_index(&d->list, &index) && index < d->count
	           ? &d->rows[index]
	           : NULL;
}

/* A movement ticks by way of the command, which knows who may. */
static unsigned
toggle(struct screen *s)
{
	struct err err = ERR_INIT;

	if (ui_run(s->ui, "checks.tick", &err) != 0)
		ui_toast_err(s->ui, &err);
	return REACT_HANDLED;
}

static unsigned
checks_input(struct screen *s, const struct input *in)
{
	struct checks *d = s->data;
	enum w_event event;

	if (in->nav == NAV_MARK || in->nav == NAV_OPEN)
		return toggle(s);
	if (in->nav == NAV_FILTER)
		return REACT_NONE;
	return w_list_input(&d->list, in, &event);
}

static unsigned
checks_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct checks *d = s->data;
	enum w_event event;
	unsigned react = w_list_mouse(&d->list, y, button, &event);

	(void)x;
	return event == W_ACCEPT ? toggle(s) : react;
}

static const char *
checks_hints(const struct screen *s)
{
	(void)s;
	return "checks.tick checks.new checks.put checks.remove move.back";
}

static void
checks_subtitle(const struct screen *s, struct str *out)
{
	const struct checks *d = s->data;
	int done = 0;

	for (size_t i = 0; i < d->count; i++)
		done += d->rows[i].done_us != 0;
	str_addf(out, _("Ticket %lld: checks %d/%d"), (long long)d->number,
	    done, (int)d->count);
}

static unsigned
checks_state(const struct screen *s)
{
	return NEED_TICKET | (selected(s->data) != NULL ? NEED_SELECTION : 0);
}

/* Whose the ticket is, as its card said. */
static bool
checks_owner(const struct screen *s, struct screen_owner *out)
{
	const struct checks *d = s->data;

	*out = d->owner;
	out->name = d->owner_name;
	return d->has_owner;
}

static const struct screen_ops scr_ticket_checks = {
    .name = "checks",
    .title = N_("Checks"),
    .data_size = sizeof(struct checks),
    .open = checks_open,
    .close = checks_close,
    .layout = checks_layout,
    .refresh = checks_refresh,
    .draw = checks_draw,
    .input = checks_input,
    .mouse = checks_mouse,
    .hints = checks_hints,
    .subtitle = checks_subtitle,
    .state = checks_state,
    .owner = checks_owner,
};

void
ticket_checks_open(struct ui *ui, const struct ticket_card *card)
{
	(void)ui_open(ui, &scr_ticket_checks, card->t.id, card);
}

/* ---- commands ---- */

static unsigned
run_tick(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket_check *c = selected(s->data);
	struct check_action a = {.act = CHECK_ACT_SET, .ticket_id = s->id};

	(void)ui, (void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	a.id = c->id;
	a.done = c->done_us == 0;
	model_check_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
run_remove(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct ticket_check *c = selected(s->data);
	struct check_action a = {.act = CHECK_ACT_REMOVE, .ticket_id = s->id};

	(void)ui, (void)cmd;
	if (c == NULL)
		return REACT_BEEP;
	a.id = c->id;
	model_check_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
typed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct check_action a = {.act = CHECK_ACT_ADD, .ticket_id = s->id};

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	str_copy(a.text, sizeof(a.text), r->text);
	model_check_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct prompt_args args = {.title = _("New check"),
	    .label = _("What is to be done (with ! before: required)"),
	    .max_bytes = sizeof(((struct check_action *)NULL)->text) - 1};

	(void)cmd;
	prompt_push(ui, s, &args, typed, 0);
	return REACT_HANDLED;
}

static unsigned
chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct check_action a = {.act = CHECK_ACT_PUT, .ticket_id = s->id};

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	a.id = r->id;
	model_check_act(model_of(s), s, &a);
	return REACT_HANDLED;
}

static void
on_checklists(struct screen *s, const struct checklist *rows, size_t count)
{
	struct chooser_args args = {
	    .title = _("Put a checklist here"), .count = count};
	struct chooser_item *items;

	if (ui_top(s->ui) != s)
		return; /* something else was opened meanwhile */
	items = xcalloc(count + 1, sizeof(items[0]));
	args.items = items;
	for (size_t i = 0; i < count; i++)
		items[i] = (struct chooser_item){
		    rows[i].id, rows[i].name, rows[i].category, false};
	if (count > 0)
		chooser_push(s->ui, s, &args, chosen, 0);
	else
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("There is no checklist yet; a supervisor makes one in"
		      " Setup (A, then 6)"));
	free(items);
}

static unsigned
run_put(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	model_checklists(model_of(s), s, on_checklists);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command checks_commands[] = {
	{"checks.tick", N_("Tick"), N_("Tick the check, or take its tick off."),
	    "checks:t", NULL, NEED_SELECTION | NEED_TICKET | NEED_WRITABLE, "ticket.check_set", NAV_NONE, 0, run_tick},
	{"checks.new", N_("New check"), N_("Add a check to the ticket."),
	    "checks:n", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.check_add", NAV_NONE, 0, run_new},
	{"checks.put", N_("Put a checklist"), N_("Put all that a checklist has on the ticket."),
	    "checks:p", NULL, NEED_TICKET | NEED_WRITABLE, "ticket.check_add", NAV_NONE, 0, run_put},
	{"checks.remove", N_("Take it off"), N_("Take the check off the ticket."),
	    "checks:x", NULL, NEED_SELECTION | NEED_TICKET | NEED_WRITABLE, "ticket.check_remove", NAV_NONE, 0, run_remove},
};
/* clang-format on */
const size_t checks_commands_count =
    sizeof(checks_commands) / sizeof(checks_commands[0]);
