/*
 * demo - a tiny application on the console's base.
 */
#include "tests/lib/demo.h"

#include "common/i18n.h"
#include "tui/screens/dialogs.h"
#include "tui/widgets/w_editor.h"
#include "tui/widgets/w_form.h"
#include "tui/widgets/w_list.h"

#include <string.h>

struct list_data {
	struct w_list list;
	struct w_list_want want; /* waiting for demo_answer */
	int64_t ids[256];
	size_t count;
};

static const char *const names[] = {"Lucía Peña", "日本語 チケット",
    "Avería en la señal", "escape \033[31m red", "👍 conexión rápida", "plain"};

static void
list_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct list_data *d = data;
	int64_t id = d->ids[index];

	switch (column) {
	case 0:
		str_format(out->buf, sizeof out->buf, "%lld", (long long)id);
		out->trusted = true;
		break;
	case 1:
		out->text = names[id % 6];
		break;
	case 2:
		out->text = id % 3 == 0 ? "waiting" : "open";
		out->role = id % 3 == 0 ? ROLE_WARNING : ROLE_OK;
		break;
	default:
		str_format(
		    out->buf, sizeof out->buf, "%lld min", (long long)id * 7);
		out->role = ROLE_MUTED;
		break;
	}
}

static enum role
list_row(const void *data, size_t index)
{
	const struct list_data *d = data;

	return d->ids[index] % 5 == 0 ? ROLE_UNREAD : ROLE_NORMAL;
}

static const struct w_column columns[] = {
    {"No.", 6, 0, 0, ALIGN_RIGHT},
    {"Subject", 12, 1, 0, ALIGN_LEFT},
    {"State", 8, 0, 1, ALIGN_LEFT},
    {"Age", 9, 0, 2, ALIGN_RIGHT},
};

static const struct w_list_ops list_widget = {
    .columns = columns,
    .column_count = 4,
    .cell = list_cell,
    .row = list_row,
    .empty = "No rows yet; press n to make one",
};

static bool
passes(const struct app *app, const struct list_data *d, int64_t id)
{
	const char *filter = w_list_filter(&d->list);

	return id != app->gone &&
	       (filter[0] == '\0' || strstr(names[id % 6], filter) != NULL);
}

/* What a model would do: rows in order of id, around an anchor. */
static void
answer(struct screen *s)
{
	struct list_data *d = s->data;
	const struct app *app = ui_app(s->ui);
	int64_t first = 1, last = app->rows, half = (int64_t)d->want.count / 2;
	bool before = false, after = false;

	if (d->want.what == WANT_AROUND)
		first = d->want.id > half ? d->want.id - half : 1;
	if (d->want.what == WANT_LAST)
		first = last > (int64_t)d->want.count
		            ? last - (int64_t)d->want.count + 1
		            : 1;
	for (int64_t id = 1; id < first && !before; id++)
		before = passes(app, d, id);
	d->count = 0;
	for (int64_t id = first; id <= last && !after; id++) {
		if (!passes(app, d, id))
			continue;
		if (d->count == d->want.count || d->count == 256)
			after = true;
		else
			d->ids[d->count++] = id;
	}
	w_list_set(&d->list, d->ids, d->count, before, after);
	d->want.what = WANT_NOTHING;
}

static int
list_open(struct screen *s, const void *args, struct err *err)
{
	struct list_data *d = s->data;

	(void)args;
	(void)err;
	w_list_init(&d->list, &list_widget, d);
	return 0;
}

static void
list_close(struct screen *s)
{
	struct list_data *d = s->data;

	w_list_free(&d->list);
}

static void
list_layout(struct screen *s, int w, int h)
{
	struct list_data *d = s->data;

	w_list_layout(&d->list, w, h);
}

static void
list_refresh(struct screen *s)
{
	struct list_data *d = s->data;
	const struct app *app = ui_app(s->ui);

	w_list_want(&d->list, &d->want);
	if (app->late)
		return;
	answer(s);
	ui_mark(s->ui, s, REACT_REDRAW);
}

static void
list_draw(const struct screen *s, struct canvas *c)
{
	const struct list_data *d = s->data;

	w_list_draw(&d->list, c, ui_top(s->ui) == s);
}

static unsigned
list_event(struct screen *s, unsigned react, enum w_event event)
{
	if (event == W_ACCEPT)
		return ui_open(s->ui, &demo_editor_ops, 0, NULL);
	return react;
}

static unsigned
list_input(struct screen *s, const struct input *in)
{
	struct list_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_input(&d->list, in, &event);

	return list_event(s, react, event);
}

static unsigned
list_paste(struct screen *s, const char *text, size_t n)
{
	struct list_data *d = s->data;
	enum w_event event;

	return w_list_paste(&d->list, text, n, &event);
}

static unsigned
list_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct list_data *d = s->data;
	enum w_event event;
	unsigned react = w_list_mouse(&d->list, y, button, &event);

	(void)x;
	return list_event(s, react, event);
}

static unsigned
list_state(const struct screen *s)
{
	const struct list_data *d = s->data;

	return w_list_selected(&d->list) != 0 ? NEED_SELECTION : 0;
}

static bool
list_wants_text(const struct screen *s)
{
	const struct list_data *d = s->data;

	return w_list_wants_text(&d->list);
}

static const char *
list_hints(const struct screen *s)
{
	(void)s;
	return "demo.new demo.delete demo.edit move.filter screen.close";
}

const struct screen_ops demo_list_ops = {
    .name = "demo",
    .title = "Tickets of the demo",
    .data_size = sizeof(struct list_data),
    .open = list_open,
    .close = list_close,
    .layout = list_layout,
    .refresh = list_refresh,
    .draw = list_draw,
    .input = list_input,
    .paste = list_paste,
    .mouse = list_mouse,
    .state = list_state,
    .wants_text = list_wants_text,
    .hints = list_hints,
};

void
demo_answer(struct ui *ui)
{
	struct screen *s = ui_front(ui);

	if (s->ops == &demo_list_ops)
		answer(s);
	ui_notify(ui, NOTICE_ANSWER, 0);
}

static int
check_number(const char *value, struct err *err)
{
	int64_t n;

	if (str_to_int64(value, 1, 999, &n))
		return 0;
	return err_set(err, OD_EDATA, "a number from %d to %d", 1, 999);
}

static const char *const priorities[] = {"low", "normal", "urgent", NULL};

static const struct w_field fields[] = {
    {.name = "subject", .label = "Subject", .required = true},
    {.name = "priority",
	.label = "Priority",
	.kind = W_FIELD_CHOICE,
	.choices = priorities},
    {.name = "text", .label = "Text", .kind = W_FIELD_TEXT, .rows = 3},
    {.name = "minutes", .label = "Minutes", .check = check_number},
};

static int
form_open(struct screen *s, const void *args, struct err *err)
{
	(void)args;
	(void)err;
	w_form_init(s->data, fields, 4);
	return 0;
}

static void
form_close(struct screen *s)
{
	w_form_free(s->data);
}

static void
form_layout(struct screen *s, int w, int h)
{
	w_form_layout(s->data, w, h);
}

static void
form_draw(const struct screen *s, struct canvas *c)
{
	w_form_draw(s->data, c);
}

static unsigned
form_input(struct screen *s, const struct input *in)
{
	struct app *app = ui_app(s->ui);
	enum w_event event;
	unsigned react = w_form_input(s->data, in, &event);

	if (event == W_CANCEL)
		return REACT_POP;
	if (event != W_ACCEPT)
		return react;
	str_copy(
	    app->saved, sizeof app->saved, w_form_text(s->data, "subject"));
	ui_toast(s->ui, TOAST_OK, "Saved: %s", app->saved);
	return REACT_POP;
}

static unsigned
form_paste(struct screen *s, const char *text, size_t n)
{
	enum w_event event;

	return w_form_paste(s->data, text, n, &event);
}

static bool
form_wants_text(const struct screen *s)
{
	return w_form_wants_text(s->data);
}

const struct screen_ops demo_form_ops = {
    .name = "demo-form",
    .title = "New ticket",
    .data_size = sizeof(struct w_form),
    .open = form_open,
    .close = form_close,
    .layout = form_layout,
    .draw = form_draw,
    .input = form_input,
    .paste = form_paste,
    .wants_text = form_wants_text,
};

static int
editor_open(struct screen *s, const void *args, struct err *err)
{
	(void)args;
	(void)err;
	w_editor_init(s->data);
	return 0;
}

static void
editor_close(struct screen *s)
{
	w_editor_free(s->data);
}

static void
editor_layout(struct screen *s, int w, int h)
{
	w_editor_layout(s->data, w - 2, h - 3);
}

static void
editor_draw(const struct screen *s, struct canvas *c)
{
	const struct w_editor *e = s->data;
	struct canvas box = canvas_sub(c, 0, 0, c->w, c->h - 1), inside;
	size_t n;

	inside =
	    canvas_box(&box, ROLE_REPLY_BORDER, "Reply", ROLE_REPLY_BORDER);
	w_editor_draw(e, &inside, ROLE_REPLY, true);
	w_editor_text(e, &n);
	canvas_textf(c, 0, c->h - 1, -1, ROLE_MUTED, "%zu bytes", n);
}

static unsigned
editor_input(struct screen *s, const struct input *in)
{
	enum w_event event;
	unsigned react = w_editor_input(s->data, in, &event);

	if (event == W_CANCEL || event == W_ACCEPT)
		return REACT_POP;
	return react;
}

static unsigned
editor_paste(struct screen *s, const char *text, size_t n)
{
	enum w_event event;

	return w_editor_paste(s->data, text, n, &event);
}

static bool
editor_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

const struct screen_ops demo_editor_ops = {
    .name = "demo-editor",
    .title = "Reply",
    .data_size = sizeof(struct w_editor),
    .open = editor_open,
    .close = editor_close,
    .layout = editor_layout,
    .draw = editor_draw,
    .input = editor_input,
    .paste = editor_paste,
    .wants_text = editor_wants_text,
};

static unsigned
run_new(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	return ui_open(ui, &demo_form_ops, 0, NULL);
}

static unsigned
run_edit(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)s;
	(void)cmd;
	return ui_open(ui, &demo_editor_ops, 0, NULL);
}

static unsigned
delete_done(struct ui *ui, struct screen *parent,
    const struct screen_result *result, int64_t context)
{
	struct app *app = ui_app(ui);

	(void)parent;
	if (!result->accepted)
		return REACT_NONE;
	app->deleted = context;
	app->gone = context;
	return REACT_REFRESH;
}

static unsigned
run_delete(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct list_data *d = s->data;
	struct confirm_args args = {
	    .title = "Delete",
	    .question = "The ticket \"Avería\033[31m\" goes away for all.",
	    .yes = "Delete",
	    .type = cmd->arg != 0 ? "delete" : NULL,
	    .danger = true,
	};

	confirm_push(ui, s, &args, delete_done, w_list_selected(&d->list));
	return REACT_HANDLED;
}

static unsigned
prompt_done(struct ui *ui, struct screen *parent,
    const struct screen_result *result, int64_t context)
{
	struct app *app = ui_app(ui);

	(void)parent;
	(void)context;
	if (result->accepted)
		str_copy(app->answer, sizeof app->answer, result->text);
	return REACT_REDRAW;
}

static unsigned
run_prompt(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct prompt_args args = {
	    .title = "Snooze", .label = "Minutes", .check = check_number};

	(void)cmd;
	prompt_push(ui, s, &args, prompt_done, 0);
	return REACT_HANDLED;
}

static unsigned
choose_done(struct ui *ui, struct screen *parent,
    const struct screen_result *result, int64_t context)
{
	struct app *app = ui_app(ui);

	(void)parent;
	(void)context;
	if (result->accepted)
		app->chosen = result->id;
	return REACT_REDRAW;
}

static unsigned
run_choose(struct ui *ui, struct screen *s, const struct command *cmd)
{
	static const struct chooser_item items[] = {
	    {11, "Ana Gómez", "support", false},
	    {12, "Bruno Díaz", "sales", false},
	    {13, "Carla\033[2J Núñez", "support", false},
	};
	struct chooser_args args = {
	    .title = "Assign to", .items = items, .count = 3, .selected = 12};

	(void)cmd;
	chooser_push(ui, s, &args, choose_done, 0);
	return REACT_HANDLED;
}

static const struct command commands[] = {
    {.name = "demo.new",
	.label = "New ticket",
	.help = "Write a new ticket",
	.keys = "demo:n",
	.needs = NEED_WRITABLE,
	.run = run_new},
    {.name = "demo.edit",
	.label = "Reply",
	.help = "Write a reply",
	.keys = "demo:e",
	.run = run_edit},
    {.name = "demo.delete",
	.label = "Delete",
	.help = "Delete the selected row",
	.keys = "demo:d",
	.needs = NEED_SELECTION,
	.run = run_delete},
    {.name = "demo.purge",
	.label = "Purge",
	.help = "Delete after typing a word",
	.keys = "demo:D",
	.needs = NEED_SELECTION,
	.arg = 1,
	.run = run_delete},
    {.name = "demo.snooze",
	.label = "Snooze",
	.help = "Come back later",
	.keys = "demo:z",
	.run = run_prompt},
    {.name = "demo.assign",
	.label = "Assign",
	.help = "Give it to a person",
	.keys = "demo:a",
	.run = run_choose},
    {.name = "demo.audit",
	.label = "Audit",
	.help = "Only auditors may",
	.keys = "demo:x",
	.operation = "audit.list",
	.run = run_new},
};

static bool
hook_may(struct app *app, const char *operation)
{
	(void)app;
	return !str_equal(operation, "audit.list");
}

static unsigned
hook_state(struct app *app)
{
	return app->read_only ? 0 : NEED_WRITABLE;
}

static void
hook_status(struct app *app, struct str *left, struct str *right)
{
	(void)app;
	str_add(left, "opdesk demo");
	str_add(right, "Ana  10:42");
}

static bool
hook_rehearsal(struct app *app)
{
	(void)app;
	return true;
}

static void
hook_quit(struct app *app)
{
	app->quits++;
}

static void
hook_bell(struct app *app)
{
	app->bells++;
	if (app->term != NULL)
		term_bell(app->term);
}

static void
hook_mouse(struct app *app, bool on)
{
	if (app->term != NULL)
		term_mouse(app->term, on);
}

static void
hook_suspend(struct app *app)
{
	if (app->term != NULL)
		term_suspend(app->term);
}

static void
hook_redraw_all(struct app *app)
{
	if (app->term != NULL)
		term_redraw_all(app->term);
}

static void
hook_moved(struct app *app)
{
	app->moved++;
}

static bool
hook_waiting(struct app *app)
{
	return app->waits;
}

static const struct ui_hooks hooks = {
    .may = hook_may,
    .state = hook_state,
    .status = hook_status,
    .waiting = hook_waiting,
    .rehearsal = hook_rehearsal,
    .quit = hook_quit,
    .bell = hook_bell,
    .mouse = hook_mouse,
    .suspend = hook_suspend,
    .redraw_all = hook_redraw_all,
    .moved = hook_moved,
};

struct ui *
demo_ui(struct app *app)
{
	struct ui *ui = ui_new(&hooks, app);
	struct err err = ERR_INIT;

	commands_add(
	    ui_commands(ui), commands, sizeof commands / sizeof commands[0]);
	if (ui_bind_keys(ui, NULL, 0, NULL, &err) != 0)
		BUG("%s", err.text);
	if (ui_push(ui, &demo_list_ops, 0, NULL, &err) != 0)
		BUG("%s", err.text);
	return ui;
}
