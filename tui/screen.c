/*
 * screen - the stack, its results, and what happens around it.
 */
#include "tui/screen_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct ui *
ui_new(const struct ui_hooks *hooks, struct app *app)
{
	struct ui *ui = xcalloc(1, sizeof *ui);

	ui->hooks = hooks;
	ui->app = app;
	ui->input_us = clock_mono_us();
	ui->commands = commands_new();
	ui->keymap = keymap_new();
	ui->w = 80;
	ui->h = 24;
	str_init(&ui->status_left);
	str_init(&ui->status_right);
	commands_add(ui->commands, base_commands, base_commands_count);
	return ui;
}

static void
destroy(struct screen *s)
{
	if (s->ops->close != NULL)
		s->ops->close(s);
	free(s->data);
	free(s);
}

void
ui_free(struct ui **uip)
{
	struct ui *ui = *uip;

	if (ui == NULL)
		return;
	ui_notify(ui, NOTICE_HIDDEN, 0);
	while (ui->count > 0)
		destroy(ui->stack[--ui->count]);
	commands_free(&ui->commands);
	keymap_free(&ui->keymap);
	str_free(&ui->status_left);
	str_free(&ui->status_right);
	FREE(uip);
}

struct app *
ui_app(const struct ui *ui)
{
	return ui->app;
}

struct commands *
ui_commands(struct ui *ui)
{
	return ui->commands;
}

struct keymap *
ui_keymap(struct ui *ui)
{
	return ui->keymap;
}

int
ui_bind_keys(struct ui *ui, const char *text, size_t n, const char *name,
    struct err *err)
{
	return commands_bind_all(
	    ui->commands, ui->keymap, text, n, name, err);
}

struct screen *
ui_top(const struct ui *ui)
{
	return ui->count > 0 ? ui->stack[ui->count - 1] : NULL;
}

struct screen *
ui_screen(const struct ui *ui, size_t depth)
{
	return depth < ui->count ? ui->stack[ui->count - 1 - depth] : NULL;
}

struct screen *
ui_find(const struct ui *ui, uint64_t serial)
{
	for (size_t i = 0; i < ui->count; i++) {
		if (ui->stack[i]->serial == serial)
			return ui->stack[i];
	}
	return NULL;
}

struct screen *
ui_front(const struct ui *ui)
{
	for (size_t i = ui->count; i-- > 0;) {
		if (!ui->stack[i]->ops->modal)
			return ui->stack[i];
	}
	return NULL;
}

/*
 * Tell the old and the new top screen, if it is another one.  What they say
 * may finish a screen, and that calls this again: at most once a screen.
 */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
top_changed(struct ui *ui, uint64_t before)
{
	struct screen *old = ui_find(ui, before), *top = ui_top(ui);
	uint64_t now = top != NULL ? top->serial : 0;

	ui->dirty = true;
	ui->pending_count = 0;
	if (now == before)
		return;
	if (old != NULL && old->ops->notify != NULL)
		ui_mark(ui, old, old->ops->notify(old, NOTICE_HIDDEN, 0));
	top = ui_find(ui, now);
	if (top != NULL && top->ops->notify != NULL)
		ui_mark(ui, top, top->ops->notify(top, NOTICE_SHOWN, 0));
	if (ui->hooks->moved != NULL)
		ui->hooks->moved(ui->app);
}

static uint64_t
top_serial(const struct ui *ui)
{
	const struct screen *top = ui_top(ui);

	return top != NULL ? top->serial : 0;
}

static size_t
place_of(const struct ui *ui, const struct screen *s)
{
	size_t i = 0;

	while (i < ui->count && ui->stack[i] != s)
		i++;
	BUG_ON(i == ui->count);
	return i;
}

static void
detach(struct ui *ui, size_t i)
{
	memmove(&ui->stack[i], &ui->stack[i + 1],
	    (ui->count - i - 1) * sizeof(struct screen *));
	ui->count--;
}

static struct screen *
find_same(const struct ui *ui, const struct screen_ops *ops, int64_t id)
{
	for (size_t i = 0; i < ui->count && !ops->modal; i++) {
		if (ui->stack[i]->ops == ops && ui->stack[i]->id == id)
			return ui->stack[i];
	}
	return NULL;
}

/* A new screen that is not on the stack yet. */
static int
make(struct ui *ui, const struct screen_ops *ops, int64_t id, const void *args,
    struct screen **out, struct err *err)
{
	struct screen *s;
	int rc;

	if (ui->count == UI_DEPTH)
		return err_set(err, OD_ELIMIT,
		    "too many screens are open; close some with q");
	s = xcalloc(1, sizeof *s);
	s->ops = ops;
	s->ui = ui;
	s->id = id;
	s->serial = ++ui->last_serial;
	s->data = xcalloc(1, ops->data_size > 0 ? ops->data_size : 1);
	s->stale = true;
	if (ops->open != NULL && (rc = ops->open(s, args, err)) != 0) {
		free(s->data);
		free(s);
		return rc;
	}
	*out = s;
	return 0;
}

bool
ui_is_gated(const struct ui *ui)
{
	return ui->count > 0 && ui->stack[ui->count - 1]->ops->gate;
}

/* On top, but below a gate; gates go on top of each other. */
static void
put(struct ui *ui, struct screen *s)
{
	size_t at = ui->count++;

	for (; at > 0 && ui->stack[at - 1]->ops->gate && !s->ops->gate; at--)
		ui->stack[at] = ui->stack[at - 1];
	ui->stack[at] = s;
}

int
ui_push_for(struct ui *ui, struct screen *parent, const struct screen_ops *ops,
    int64_t id, const void *args, screen_result_fn *done, int64_t context,
    struct err *err)
{
	uint64_t before = top_serial(ui);
	uint64_t parent_serial = parent != NULL ? parent->serial : 0;
	struct screen *s = find_same(ui, ops, id);
	int rc;

	if (s != NULL) {
		detach(ui, place_of(ui, s));
		s->stale = true;
	} else if ((rc = make(ui, ops, id, args, &s, err)) != 0) {
		return rc;
	}
	s->opened = ui->inputs;
	s->parent = parent_serial;
	s->done = done;
	s->done_context = context;
	put(ui, s);
	ui__layout(ui, s);
	if (ops->gate)
		ui->toast[0] = '\0';
	top_changed(ui, before);
	return 0;
}

int
ui_push(struct ui *ui, const struct screen_ops *ops, int64_t id,
    const void *args, struct err *err)
{
	return ui_push_for(ui, NULL, ops, id, args, NULL, 0, err);
}

unsigned
ui_open(
    struct ui *ui, const struct screen_ops *ops, int64_t id, const void *args)
{
	struct err err = ERR_INIT;

	if (ui_push(ui, ops, id, args, &err) != 0) {
		ui_toast_err(ui, &err);
		return REACT_BEEP;
	}
	return REACT_HANDLED;
}

void
/* NOLINTNEXTLINE(misc-no-recursion): see top_changed */
ui_finish(struct ui *ui, struct screen *s, const struct screen_result *result)
{
	static const struct screen_result given_up = {false, 0, NULL};
	uint64_t before = top_serial(ui);
	struct screen *parent;

	detach(ui, place_of(ui, s));
	top_changed(ui, before);
	parent = s->parent != 0 ? ui_find(ui, s->parent) : NULL;
	if (s->done != NULL && (s->parent == 0 || parent != NULL)) {
		unsigned react = s->done(ui, parent,
		    result != NULL ? result : &given_up, s->done_context);

		parent = s->parent != 0 ? ui_find(ui, s->parent) : ui_top(ui);
		if (parent != NULL)
			ui_mark(ui, parent, react);
	}
	destroy(s);
	if (ui->count == 0)
		ui__quit(ui);
}

int
ui_switch(struct ui *ui, const struct screen_ops *ops, int64_t id,
    const void *args, struct err *err)
{
	struct screen *s = NULL;
	uint64_t before = top_serial(ui);
	int rc;

	if (ui_is_gated(ui))
		return err_set(err, OD_EDENIED, "The console is locked");
	if (ui->count > 0 && ui->stack[0]->ops == ops &&
	    ui->stack[0]->id == id) {
		while (ui->count > 1)
			ui_finish(ui, ui_top(ui), NULL);
		return 0;
	}
	if (ui->count == UI_DEPTH)
		ui_finish(ui, ui_top(ui), NULL);
	if ((rc = make(ui, ops, id, args, &s, err)) != 0)
		return rc;
	memmove(
	    &ui->stack[1], &ui->stack[0], ui->count * sizeof(struct screen *));
	ui->stack[0] = s;
	ui->count++;
	ui__layout(ui, s);
	while (ui->count > 1)
		ui_finish(ui, ui_top(ui), NULL);
	top_changed(ui, before);
	return 0;
}

void
ui__quit(struct ui *ui)
{
	if (ui->quit)
		return;
	ui->quit = true;
	if (ui->hooks->quit != NULL)
		ui->hooks->quit(ui->app);
}

void
/* NOLINTNEXTLINE(misc-no-recursion): see top_changed */
ui_mark(struct ui *ui, struct screen *s, unsigned react)
{
	if ((react & REACT_BEEP) != 0)
		ui_bell(ui);
	if ((react & REACT_LAYOUT) != 0)
		ui__layout(ui, s);
	if ((react & REACT_REFRESH) != 0)
		s->stale = true;
	if ((react & (REACT_REDRAW | REACT_LAYOUT)) != 0)
		ui->dirty = true;
	if ((react & REACT_QUIT) != 0)
		ui__quit(ui);
	if ((react & REACT_POP) != 0)
		ui_finish(ui, s, NULL);
}

bool
ui_wants_frame(const struct ui *ui)
{
	return ui->dirty;
}

bool
ui_is_stale(const struct ui *ui)
{
	bool stale = ui->status_stale;

	for (size_t i = 0; i < ui->count; i++)
		stale = stale || ui->stack[i]->stale;
	return stale;
}

bool
ui_is_waiting(const struct ui *ui)
{
	return ui->hooks->waiting != NULL && ui->hooks->waiting(ui->app);
}

bool
ui_is_dirty(const struct ui *ui)
{
	return ui_wants_frame(ui) || ui_is_stale(ui);
}

void
ui_status_changed(struct ui *ui)
{
	ui->status_stale = true;
}

bool
ui_wants_quit(const struct ui *ui)
{
	return ui->quit;
}

/* What a screen without a notify of its own does. */
static unsigned
notify_default(enum notice what)
{
	switch (what) {
	case NOTICE_DATA:
		return REACT_REFRESH;
	case NOTICE_ANSWER:
		return REACT_REDRAW;
	case NOTICE_LANG:
		return REACT_REFRESH | REACT_LAYOUT;
	case NOTICE_TICK:
	case NOTICE_SHOWN:
	case NOTICE_HIDDEN:
		break;
	}
	return REACT_NONE;
}

void
ui_notify(struct ui *ui, enum notice what, int64_t id)
{
	uint64_t serials[UI_DEPTH];
	size_t n = ui->count;

	for (size_t i = 0; i < n; i++)
		serials[i] = ui->stack[i]->serial;
	for (size_t i = 0; i < n; i++) {
		struct screen *s = ui_find(ui, serials[i]);

		if (s == NULL)
			continue;
		unsigned react = s->ops->notify != NULL
		                     ? s->ops->notify(s, what, id)
		                     : notify_default(what);

		if ((s = ui_find(ui, serials[i])) != NULL)
			ui_mark(ui, s, react);
	}
	if (what == NOTICE_TICK)
		ui__tick(ui);
	if (what == NOTICE_LANG)
		ui->dirty = true;
}

void
ui_toast(struct ui *ui, enum toast kind, const char *fmt, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list ap;

	if (ui_is_gated(ui))
		return;
	va_start(ap, fmt);
	str_vformat(text, sizeof text, fmt, ap);
	va_end(ap);
	text_safe_buf(ui->toast, sizeof ui->toast, text);
	ui->toast_kind = kind;
	ui->toast_at_us = clock_mono_us();
	ui->toast_input = ui->inputs;
	ui->dirty = true;
}

void
ui_toast_err(struct ui *ui, const struct err *err)
{
	ui_toast(ui, TOAST_ERROR, "%s", err->text);
}

void
ui_bell(struct ui *ui)
{
	if (ui->hooks->bell != NULL)
		ui->hooks->bell(ui->app);
}

void
ui_notice(struct ui *ui, enum term_notice notice)
{
	if (ui->hooks->notice != NULL)
		ui->hooks->notice(ui->app, notice);
}

void
ui_redraw_all(struct ui *ui)
{
	ui->dirty = true;
	if (ui->hooks->redraw_all != NULL)
		ui->hooks->redraw_all(ui->app);
}

bool
ui_mouse_toggle(struct ui *ui)
{
	ui->mouse_on = !ui->mouse_on;
	if (ui->hooks->mouse != NULL)
		ui->hooks->mouse(ui->app, ui->mouse_on);
	return ui->mouse_on;
}

void
ui_suspend(struct ui *ui)
{
	if (ui->hooks->suspend != NULL)
		ui->hooks->suspend(ui->app);
	ui->dirty = true;
}

unsigned
screen_notify_ages(enum notice what, int64_t *minute)
{
	int64_t now;

	switch (what) {
	case NOTICE_DATA:
	case NOTICE_SHOWN:
		return REACT_REFRESH;
	case NOTICE_LANG:
	case NOTICE_ANSWER:
		return REACT_REDRAW;
	case NOTICE_TICK:
		now = clock_wall_us() / US_PER_MINUTE;
		if (now == *minute)
			return REACT_NONE;
		*minute = now;
		return REACT_REDRAW;
	case NOTICE_HIDDEN:
		break;
	}
	return REACT_NONE;
}

unsigned
screen_notify_news(struct screen *s, enum notice what, int64_t id)
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
