/*
 * scr_chooser - one of many, filtered while typing; and the palette.
 */
#include "tui/screens/dialogs.h"

#include "common/i18n.h"
#include "common/nearest.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/widgets/w_list.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_LEAST 400 /* of a score: one letter behind the other */
#define NAME_CELLS  18  /* of a command, so that the keys after it align */

struct item {
	int64_t id;
	char *text, *detail; /* owned; detail may be NULL */
	char *words;         /* owned, or NULL: it is found by them, too */
	bool trusted;
};

struct chooser {
	char *title;        /* owned */
	struct item *items; /* owned */
	size_t count;
	size_t *shown; /* owned: places in items, best first */
	int *scores;   /* owned, by place in items */
	size_t shown_count;
	struct w_list list; /* its ids are places in items, plus 1 */
	char nothing[160];  /* shown when there are none of them */
};

static void
chooser_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct chooser *d = data;
	const struct item *item = &d->items[d->shown[index]];

	out->text = column == 0 ? item->text : item->detail;
	if (out->text == NULL)
		out->text = "";
	out->trusted = item->trusted;
	if (column == 1)
		out->role = ROLE_MUTED;
}

static const struct w_column chooser_columns[] = {
    {NULL, 16, 2, 0, ALIGN_LEFT},
    {NULL, 12, 1, 1, ALIGN_LEFT},
};

static const struct w_list_ops chooser_list = {
    .columns = chooser_columns,
    .column_count = 2,
    .cell = chooser_cell,
    .empty = N_("There is nothing to choose from"),
    .no_header = true,
};

/* Nothing but texts: all the room is theirs. */
static const struct w_list_ops chooser_texts = {
    .columns = chooser_columns,
    .column_count = 1,
    .cell = chooser_cell,
    .empty = N_("There is nothing to choose from"),
    .no_header = true,
};

static int
score(const char *query, const struct item *item)
{
	int text = fuzzy_score(query, item->text), detail = 0;

	if (item->detail != NULL)
		detail = fuzzy_score(query, item->detail);
	/* So many words have any letters in order: they have to be typed. */
	if (item->words != NULL) {
		int words = fuzzy_score(query, item->words);

		if (words >= WORDS_LEAST && words > detail)
			detail = words;
	}
	/* A team's own row comes before those of its members. */
	return text >= detail ? 2 * text : 2 * detail - 1;
}

/* What is ours may be named when a word was misspelt. */
static void
guess(struct chooser *d)
{
	struct str query = STR_INIT, name = STR_INIT;
	const char *typed = w_list_filter(&d->list);
	struct nearest near;

	utf8_fold(&query, typed, strlen(typed));
	nearest_begin(&near, query.s, query.len);
	near.is_begun = true;
	for (size_t i = 0; i < d->count; i++) {
		const char *text = d->items[i].text;

		if (!d->items[i].trusted)
			continue;
		str_clear(&name);
		utf8_fold(&name, text, strlen(text));
		nearest_look_as(&near, name.s, text);
	}
	d->list.nothing = NULL;
	if (nearest_found(&near) != NULL) {
		str_format(d->nothing, sizeof(d->nothing),
		    _("Nothing matches; did you mean \"%s\"?"),
		    nearest_found(&near));
		d->list.nothing = d->nothing;
	}
	str_free(&query);
	str_free(&name);
}

/* Best first; equals stay in the order in which they came. */
static void
rank(struct chooser *d)
{
	const char *query = w_list_filter(&d->list);
	int64_t *ids = xcalloc(d->count + 1, sizeof ids[0]);
	size_t n = 0;

	for (size_t i = 0; i < d->count; i++) {
		size_t at = n;

		d->scores[i] = score(query, &d->items[i]);
		if (d->scores[i] == 0)
			continue;
		while (at > 0 && d->scores[d->shown[at - 1]] < d->scores[i]) {
			d->shown[at] = d->shown[at - 1];
			at--;
		}
		d->shown[at] = i;
		n++;
	}
	d->shown_count = n;
	if (n == 0)
		guess(d);
	for (size_t i = 0; i < n; i++)
		ids[i] = (int64_t)d->shown[i] + 1;
	w_list_set(&d->list, ids, n, false, false);
	free(ids);
}

static int
chooser_open(struct screen *s, const void *args, struct err *err)
{
	struct chooser *d = s->data;
	const struct chooser_args *a = args;

	(void)err;
	d->title = xstrdup(a->title);
	d->count = a->count;
	d->items = xcalloc(a->count + 1, sizeof d->items[0]);
	d->shown = xcalloc(a->count + 1, sizeof d->shown[0]);
	d->scores = xcalloc(a->count + 1, sizeof d->scores[0]);
	w_list_init(&d->list, &chooser_list, d);
	d->list.filter_open = true;
	d->list.ops = &chooser_texts;
	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].detail != NULL)
			d->list.ops = &chooser_list;
		d->items[i].id = a->items[i].id;
		d->items[i].text = xstrdup(a->items[i].text);
		d->items[i].detail = xstrdup(a->items[i].detail);
		d->items[i].trusted = a->items[i].trusted;
		if (a->words != NULL)
			d->items[i].words = xstrdup(a->words[i]);
	}
	rank(d);
	for (size_t i = 0; i < a->count; i++) {
		if (a->selected != 0 && a->items[i].id == a->selected)
			w_list_select(&d->list, (int64_t)i + 1);
	}
	return 0;
}

static void
chooser_close(struct screen *s)
{
	struct chooser *d = s->data;

	for (size_t i = 0; i < d->count; i++) {
		free(d->items[i].text);
		free(d->items[i].detail);
		free(d->items[i].words);
	}
	FREE(&d->items);
	FREE(&d->shown);
	FREE(&d->scores);
	FREE(&d->title);
	w_list_free(&d->list);
}

static void
chooser_layout(struct screen *s, int w, int h)
{
	struct chooser *d = s->data;

	w_list_layout(&d->list, w, h);
}

static void
chooser_draw(const struct screen *s, struct canvas *c)
{
	const struct chooser *d = s->data;

	w_list_draw(&d->list, c, true);
}

static unsigned
chooser_accept(struct screen *s)
{
	struct chooser *d = s->data;
	struct screen_result result = {true, 0, NULL};
	const struct item *item;
	size_t index;

	if (!w_list_index(&d->list, &index))
		return REACT_BEEP;
	item = &d->items[d->shown[index]];
	result.id = item->id;
	result.text = item->text;
	ui_finish(s->ui, s, &result);
	return REACT_HANDLED;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct chooser *d = s->data;

	if (event == W_ACCEPT)
		return chooser_accept(s);
	if (event == W_CHANGED)
		rank(d);
	return react & ~(unsigned)REACT_REFRESH ? react : REACT_REDRAW;
}

static unsigned
chooser_input(struct screen *s, const struct input *in)
{
	struct chooser *d = s->data;
	enum w_event event;
	unsigned react;

	if (in->nav == NAV_OPEN || in->nav == NAV_ACCEPT)
		return chooser_accept(s);
	if (in->nav == NAV_BACK && w_list_filter(&d->list)[0] == '\0') {
		ui_finish(s->ui, s, NULL);
		return REACT_HANDLED;
	}
	react = w_list_input(&d->list, in, &event);
	if (react == REACT_NONE)
		return REACT_NONE;
	return after(s, react, event);
}

static unsigned
chooser_paste(struct screen *s, const char *text, size_t n)
{
	struct chooser *d = s->data;
	enum w_event event;
	unsigned react = w_list_paste(&d->list, text, n, &event);

	return after(s, react, event);
}

static unsigned
chooser_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct chooser *d = s->data;
	enum w_event event;
	unsigned react;

	(void)x;
	react = w_list_mouse(&d->list, y, button, &event);
	return react == REACT_NONE ? react : after(s, react, event);
}

static bool
chooser_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
chooser_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back";
}

static void
chooser_subtitle(const struct screen *s, struct str *out)
{
	const struct chooser *d = s->data;

	str_add(out, d->title);
}

static void
chooser_size(const struct screen *s, int *w, int *h)
{
	const struct chooser *d = s->data;
	size_t rows = d->count + 1;

	*w = 66;
	*h = rows < 4 ? 4 : rows > 15 ? 15 : (int)rows;
}

static const struct screen_ops chooser_ops = {
    .name = "chooser",
    .modal = true,
    .data_size = sizeof(struct chooser),
    .open = chooser_open,
    .close = chooser_close,
    .layout = chooser_layout,
    .draw = chooser_draw,
    .input = chooser_input,
    .paste = chooser_paste,
    .mouse = chooser_mouse,
    .wants_text = chooser_wants_text,
    .hints = chooser_hints,
    .subtitle = chooser_subtitle,
    .size = chooser_size,
};

void
chooser_push(struct ui *ui, struct screen *parent,
    const struct chooser_args *args, screen_result_fn *done, int64_t context)
{
	struct err err = ERR_INIT;

	if (ui_push_for(
		ui, parent, &chooser_ops, 0, args, done, context, &err) != 0)
		ui_toast_err(ui, &err);
}

static unsigned
palette_done(struct ui *ui, struct screen *parent,
    const struct screen_result *result, int64_t context)
{
	const struct command *cmd;
	struct err err = ERR_INIT;

	(void)parent;
	(void)context;
	if (!result->accepted)
		return REACT_NONE;
	cmd = commands_at(ui_commands(ui), (size_t)result->id - 1);
	if (cmd != NULL && ui_run(ui, cmd->name, &err) != 0)
		ui_toast_err(ui, &err);
	return REACT_REDRAW;
}

/* Movement has keys of its own and is no use in a list of commands. */
static bool
in_palette(const struct command *cmd, const struct screen *front)
{
	return cmd->nav == NAV_NONE && !str_equal(cmd->name, "palette.open") &&
	       (front == NULL || command_fits(cmd, front->ops->name));
}

static void
add_operation(struct str *out, const char *operation)
{
	enum op_id id = op_by_name(operation);

	str_addf(out, "%s ", operation);
	if (id != OP_COUNT)
		str_addf(out, "%s ", _(op_def(id)->label));
}

/* The names of all that it does; owned by the caller. */
static char *
words_of(const struct command *cmd)
{
	struct str out = STR_INIT;

	if (cmd->operation != NULL)
		add_operation(&out, cmd->operation);
	for (size_t i = 0; i < command_reach_count; i++)
		if (str_equal(command_reaches[i].command, cmd->name))
			add_operation(&out, command_reaches[i].operation);
	return out.len > 0 ? str_take(&out) : xstrdup("");
}

void
palette_push(struct ui *ui)
{
	const struct screen *top = ui_top(ui);
	struct commands *cs = ui_commands(ui);
	struct chooser_item *items;
	char **details; /* owned here; items borrow them */
	char **words;   /* owned here */
	struct chooser_args args = {.title = _("Commands")};
	const struct command *cmd;
	bool align = top != NULL && !screen_is_small(top);
	size_t total = 0;

	if (top != NULL && top->ops->modal) {
		ui_bell(ui);
		return;
	}
	while (commands_at(cs, total) != NULL)
		total++;
	items = xcalloc(total + 1, sizeof items[0]);
	details = xcalloc(total + 1, sizeof details[0]);
	words = xcalloc(total + 1, sizeof words[0]);
	for (size_t i = 0; (cmd = commands_at(cs, i)) != NULL; i++) {
		char keys[KEY_NAME_SIZE * 2];
		struct chooser_item *item = &items[args.count];

		if (!in_palette(cmd, top))
			continue;
		ui_keys_of(ui, cmd->name, keys, sizeof keys);
		item->id = (int64_t)i + 1;
		item->text = _(cmd->label);
		details[args.count] = xasprintf(
		    "%-*s  %s", align ? NAME_CELLS : 0, cmd->name, keys);
		item->detail = details[args.count];
		words[args.count] = words_of(cmd);
		item->trusted = true;
		args.count++;
	}
	args.items = items;
	args.words = (const char *const *)words;
	chooser_push(ui, NULL, &args, palette_done, 0);
	for (size_t i = 0; i < args.count; i++) {
		free(details[i]);
		free(words[i]);
	}
	free(words);
	free(details);
	free(items);
}
