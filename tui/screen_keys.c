/*
 * screen_keys - the way of a key, a paste and the mouse to a screen.
 */
#include "tui/screen_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"

#include <string.h>

#define WHEEL_ROWS  3
#define ATTENDED_US (10 * US_PER_MINUTE)

bool
ui__is_base(const struct command *cmd)
{
	return cmd >= base_commands &&
	       cmd < base_commands + base_commands_count;
}

/* What a gate leaves: moving and typing, and ways out. */
static bool
passes_gate(const struct command *cmd)
{
	static const char *const names[] = {
	    "app.quit", "app.suspend", "screen.redraw"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(cmd->name, names[i]) == 0)
			return true;
	return cmd->nav != NAV_NONE;
}

static bool
wants_text(const struct screen *s)
{
	return s->ops->wants_text != NULL && s->ops->wants_text(s);
}

/* Reactions of a screen that may be gone by now. */
static void
apply(struct ui *ui, uint64_t serial, unsigned react)
{
	struct screen *s = ui_find(ui, serial);

	if (s != NULL)
		ui_mark(ui, s, react);
	else if ((react & REACT_QUIT) != 0)
		ui__quit(ui);
}

static void
deliver(struct ui *ui, struct screen *s, const struct key *key, enum nav nav)
{
	struct input in = {*key, nav};
	uint64_t serial = s->serial;
	unsigned react = REACT_NONE;

	if (s->ops->input != NULL)
		react = s->ops->input(s, &in);
	if (react == REACT_NONE && nav == NAV_BACK && ui->count > 1)
		react = REACT_POP;
	if (react == REACT_NONE && nav == NAV_FILTER)
		ui_toast(ui, TOAST_INFO, "%s",
		    _("There is nothing to filter or search here"));
	apply(ui, serial, react);
}

static unsigned
state_of(struct ui *ui)
{
	const struct screen *front = ui_front(ui);
	unsigned state = 0;

	if (ui->hooks->state != NULL)
		state |= ui->hooks->state(ui->app);
	if (front != NULL && front->ops->state != NULL)
		state |= front->ops->state(front);
	return state;
}

static bool
may_with(struct ui *ui, const char *name, const struct screen_owner *owner)
{
	const struct command *cmd =
	    name != NULL ? commands_get(ui->commands, name) : NULL;

	return cmd != NULL && cmd->operation != NULL &&
	       ui->hooks->may(ui->app, cmd->operation) &&
	       ui->hooks->may_with(ui->app, cmd->operation, owner);
}

/* Said before anything is written, not when it is to be saved. */
static const char *
refusal_owner(
    struct ui *ui, const struct screen *s, const struct command *cmd)
{
	const char *note = s->ops->note;
	struct screen_owner owner = {.name = ""};
	char name[64], keys[32];

	if (cmd->operation == NULL || ui->hooks->may_with == NULL ||
	    s->ops->owner == NULL || !s->ops->owner(s, &owner) ||
	    ui->hooks->may_with(ui->app, cmd->operation, &owner))
		return NULL;
	text_safe_buf(name, sizeof(name), owner.name);
	if (may_with(ui, note, &owner)) {
		ui_keys_of(ui, note, keys, sizeof(keys));
		str_format(ui->refusal, sizeof(ui->refusal),
		    _("%s has it: ask for it, or leave a note with %s"), name,
		    keys);
	} else {
		str_format(ui->refusal, sizeof(ui->refusal),
		    _("%s has it: ask that it be handed over"), name);
	}
	return ui->refusal;
}

const char *
ui_refusal_owner(struct ui *ui, const struct screen *s, const char *name)
{
	const struct command *cmd = commands_get(ui->commands, name);

	BUG_ON(cmd == NULL);
	return refusal_owner(ui, s, cmd);
}

const char *
ui_refusal(struct ui *ui, const struct command *cmd)
{
	const struct screen *front = ui_front(ui);
	const char *why;

	if (ui_is_gated(ui) && !passes_gate(cmd))
		return _("The console is locked");
	if (cmd->operation != NULL && ui->hooks->may != NULL &&
	    !ui->hooks->may(ui->app, cmd->operation)) {
		str_format(ui->refusal, sizeof ui->refusal,
		    _("Your role may not do this: %s"), _(cmd->label));
		return ui->refusal;
	}
	if (cmd->needs == 0)
		return NULL;
	if ((why = command_refusal(cmd->needs, state_of(ui))) == NULL)
		return front != NULL && (cmd->needs & NEED_RECORD) != 0
		           ? refusal_owner(ui, front, cmd)
		           : NULL;
	if (ui->banner != NULL && (cmd->needs & NEED_WRITABLE) != 0 &&
	    (state_of(ui) & NEED_WRITABLE) == 0)
		why = _(ui->banner);
	str_copy(ui->refusal, sizeof ui->refusal, why);
	return ui->refusal;
}

static void
run(struct ui *ui, struct screen *s, const struct command *cmd)
{
	uint64_t serial = s->serial;
	const char *why = ui_refusal(ui, cmd);

	if (why != NULL) {
		ui_toast(ui, TOAST_WARNING, "%s", why);
		ui_bell(ui);
		return;
	}
	apply(ui, serial, cmd->run(ui, s, cmd));
}

int
ui_run(struct ui *ui, const char *name, struct err *err)
{
	const struct command *cmd = commands_get(ui->commands, name);
	struct screen *top = ui_top(ui);
	struct key none = {0, KC_NONE, 0};

	if (cmd == NULL || top == NULL)
		return err_set(
		    err, OD_ENOTFOUND, "there is no command \"%s\"", name);
	if (cmd->nav != NAV_NONE)
		deliver(ui, top, &none, cmd->nav);
	else
		run(ui, top, cmd);
	return 0;
}

/*
 * What the pending keys mean here, or NULL; *more is set then to whether they
 * may become something.
 */
static const struct command *
look_up(struct ui *ui, const struct screen *top, bool *more)
{
	const char *contexts[3];
	size_t n = 0;

	*more = false;
	if (wants_text(top))
		contexts[n++] = KEYMAP_EDIT;
	contexts[n++] = top->ops->name;
	contexts[n++] = KEYMAP_GLOBAL;
	for (size_t i = 0; i < n; i++) {
		const struct command *cmd;
		const char *name;
		enum keymap_match m = keymap_find(ui->keymap, contexts[i],
		    ui->pending, ui->pending_count, &name);

		if (m == KEYMAP_PREFIX)
			*more = true;
		if (m != KEYMAP_FOUND)
			continue;
		cmd = commands_get(ui->commands, name);
		if (top->ops->gate && cmd != NULL && !passes_gate(cmd))
			continue;
		/* Below a dialog the other commands have to wait. */
		if (cmd != NULL && (!top->ops->modal || ui__is_base(cmd) ||
				       str_equal(contexts[i], top->ops->name)))
			return cmd;
	}
	return NULL;
}

void
ui_key(struct ui *ui, const struct key *key)
{
	struct screen *top = ui_top(ui);
	const struct command *cmd;
	bool more, first = ui->pending_count == 0;

	ui->input_us = clock_mono_us();
	ui->inputs++;
	ui__toast_seen(ui);
	if (top == NULL || key->code == KC_NONE)
		return;
	if (first && wants_text(top) && key_is_text(key)) {
		deliver(ui, top, key, NAV_NONE);
		return;
	}
	ui->pending[ui->pending_count++] = *key;
	if ((cmd = look_up(ui, top, &more)) != NULL) {
		ui->pending_count = 0;
		if (cmd->nav != NAV_NONE)
			deliver(ui, top, key, cmd->nav);
		else
			run(ui, top, cmd);
		return;
	}
	if (more) {
		ui->dirty = true;
		return;
	}
	ui->pending_count = 0;
	if (first) {
		deliver(ui, top, key, NAV_NONE);
		return;
	}
	ui->dirty = true;
	if (key->code != KC_ESC)
		ui_bell(ui);
}

void
ui_paste(struct ui *ui, const char *text, size_t n, bool cut)
{
	struct screen *top = ui_top(ui);
	unsigned react = REACT_NONE;
	uint64_t serial;

	ui->input_us = clock_mono_us();
	ui->inputs++;
	ui->pending_count = 0;
	if (top == NULL || n == 0)
		return;
	serial = top->serial;
	if (top->ops->paste != NULL)
		react = top->ops->paste(top, text, n);
	if (react == REACT_NONE)
		ui_toast(ui, TOAST_INFO,
		    _("Text can be pasted into a field; open one first"));
	else
		apply(ui, serial, react & ~(unsigned)REACT_CUT);
	if ((react & REACT_CUT) != 0)
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("What you pasted is too long for this field: its end is"
		      " missing"));
	else if (react != REACT_NONE && cut)
		ui_toast(ui, TOAST_WARNING,
		    _("Only the first %d KiB of what you pasted are here: the"
		      " rest is missing"),
		    (int)(n / 1024));
}

void
ui_mouse(struct ui *ui, int x, int y, enum term_button button)
{
	struct screen *top = ui_top(ui);
	struct key none = {0, KC_NONE, 0};
	int left, upper, w, h, frame;
	uint64_t serial;

	ui->input_us = clock_mono_us();
	ui->inputs++;
	if (top == NULL)
		return;
	serial = top->serial;
	if (button == BUTTON_WHEEL_UP || button == BUTTON_WHEEL_DOWN) {
		for (int i = 0; i < WHEEL_ROWS; i++) {
			if ((top = ui_find(ui, serial)) == NULL)
				return;
			deliver(ui, top, &none,
			    button == BUTTON_WHEEL_UP ? NAV_UP : NAV_DOWN);
		}
		return;
	}
	ui__area(ui, top, &left, &upper, &w, &h);
	frame = top->ops->modal && !ui->plain ? 1 : 0;
	x -= left + frame;
	y -= upper + frame;
	if (top->ops->mouse == NULL || x < 0 || y < 0 || x >= top->w ||
	    y >= top->h)
		return;
	apply(ui, serial, top->ops->mouse(top, x, y, button));
}

bool
ui_types(const struct ui *ui, const char *keys)
{
	const struct screen *top = ui_top(ui);
	struct key sequence[KEY_SEQUENCE_MAX];
	size_t n;

	return top != NULL && wants_text(top) &&
	       key_parse_sequence(keys, sequence, &n, NULL) == 0 &&
	       key_is_text(&sequence[0]);
}

/* The first keys in a context; perhaps the first that type nothing. */
static bool
keys_in(const struct ui *ui, const char *context, const char *command,
    bool no_text, char *out, size_t out_size)
{
	for (size_t i = 0;
	     keymap_keys_of(ui->keymap, context, command, i, out, out_size);
	     i++) {
		if (!no_text || !ui_types(ui, out))
			return true;
	}
	return false;
}

void
ui_keys_of(const struct ui *ui, const char *command, char *out, size_t out_size)
{
	const struct screen *front = ui_front(ui);
	const char *contexts[] = {
	    front != NULL ? front->ops->name : KEYMAP_GLOBAL, KEYMAP_GLOBAL,
	    KEYMAP_EDIT};
	size_t n = sizeof contexts / sizeof contexts[0];

	for (size_t i = 0; i < n; i++) {
		if (keys_in(ui, contexts[i], command, true, out, out_size))
			return;
	}
	for (size_t i = 0; i < n; i++) {
		if (keys_in(ui, contexts[i], command, false, out, out_size))
			return;
	}
	str_copy(out, out_size, "");
}

int64_t
ui_idle_us(const struct ui *ui)
{
	return clock_mono_us() - ui->input_us;
}

bool
ui_is_attended(const struct ui *ui)
{
	return clock_mono_us() - ui->input_us < ATTENDED_US;
}
