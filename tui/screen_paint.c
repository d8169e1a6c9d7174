/*
 * screen_paint - sizes, bars, and drawing the stack.
 */
#include "tui/screen_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "tui/widgets/w_bar.h"

#include <string.h>

#define TOAST_LEAST_US (2 * US_PER_SECOND)
#define TOAST_MOST_US  (10 * US_PER_SECOND)
#define MODAL_W        60
#define MODAL_H        12
#define BANNER_LEAST_H 6 /* rows of the terminal */
#define NARROW_W       60

static bool
has_banner(const struct ui *ui)
{
	return (ui->banner != NULL || ui->question[0] != '\0') &&
	       ui->h > BANNER_LEAST_H;
}

void
ui__area(
    const struct ui *ui, const struct screen *s, int *x, int *y, int *w, int *h)
{
	int banner = has_banner(ui) ? 1 : 0;
	int body_h = ui->h > 2 ? ui->h - 2 - banner : 1;
	int frame = ui->plain ? 0 : 2;

	*x = 0;
	*y = ui->h > 2 ? 1 + banner : 0;
	*w = ui->w;
	*h = body_h;
	if (!s->ops->modal || ui->plain)
		return;
	if (s->ops->size != NULL) {
		*w -= frame;
		*h -= frame;
		s->ops->size(s, w, h);
	} else {
		*w = MODAL_W;
		*h = MODAL_H;
	}
	*w = *w + frame < ui->w ? *w + frame : ui->w;
	*h = *h + frame < body_h ? *h + frame : body_h;
	*x = (ui->w - *w) / 2;
	*y += (body_h - *h) / 2;
}

void
ui__layout(struct ui *ui, struct screen *s)
{
	int x, y, w, h;

	ui__area(ui, s, &x, &y, &w, &h);
	if (s->ops->modal) {
		w -= ui->plain ? 0 : 2;
		h -= ui->plain ? 1 : 2;
	}
	s->w = w > 1 ? w : 1;
	s->h = h > 1 ? h : 1;
	if (s->ops->layout != NULL)
		s->ops->layout(s, s->w, s->h);
}

static void
layout_all(struct ui *ui)
{
	for (size_t i = 0; i < ui->count; i++) {
		ui__layout(ui, ui->stack[i]);
		ui->stack[i]->stale = true;
	}
}

void
ui_resize(struct ui *ui, int w, int h)
{
	ui->dirty = true;
	if (w == ui->w && h == ui->h)
		return;
	ui->w = w;
	ui->h = h;
	layout_all(ui);
}

void
ui_set_banner(struct ui *ui, const char *sentence)
{
	if (ui->banner == sentence)
		return;
	ui->banner = sentence;
	ui->dirty = true;
	layout_all(ui);
}

void
ui_set_question(struct ui *ui, const char *question, const char *command)
{
	char safe[sizeof(ui->question)] = "";

	if (question != NULL)
		text_safe_buf(safe, sizeof(safe), question);
	if (str_equal(safe, ui->question))
		return;
	str_copy(ui->question, sizeof(ui->question), safe);
	ui->answer = command;
	ui->dirty = true;
	layout_all(ui);
}

/* Where the end is cut, the screen's name comes before whose desk it is. */
static void
read_status(struct ui *ui, struct str *left, struct str *right)
{
	const struct screen *front = ui_front(ui);
	struct str title = STR_INIT;

	if (ui->hooks->status != NULL && !ui_is_gated(ui))
		ui->hooks->status(ui->app, left, right);
	if (front != NULL && front->ops->subtitle != NULL)
		front->ops->subtitle(front, &title);
	else if (front != NULL && front->ops->title != NULL)
		str_add(&title, _(front->ops->title));
	if (title.len > 0 && left->len > 0 && ui->w < NARROW_W) {
		str_add(&title, "  ");
		str_add(&title, left->s);
		str_clear(left);
	} else if (title.len > 0 && left->len > 0) {
		str_add(left, "  ");
	}
	if (title.len > 0)
		str_add(left, title.s);
	str_free(&title);
}

void
ui__toast_seen(struct ui *ui)
{
	if (ui->toast[0] == '\0' ||
	    clock_mono_us() - ui->toast_at_us < TOAST_LEAST_US)
		return;
	ui->toast[0] = '\0';
	ui->dirty = true;
}

void
ui__tick(struct ui *ui)
{
	struct str left, right;

	if (ui->toast[0] != '\0' &&
	    clock_mono_us() - ui->toast_at_us >= TOAST_MOST_US) {
		ui->toast[0] = '\0';
		ui->dirty = true;
	}
	if (ui->hooks->tick != NULL)
		ui->hooks->tick(ui->app);
	str_init(&left);
	str_init(&right);
	read_status(ui, &left, &right);
	if (!str_equal(left.s, ui->status_left.s) ||
	    !str_equal(right.s, ui->status_right.s))
		ui->dirty = true;
	str_free(&left);
	str_free(&right);
}

static void
draw_modal(
    const struct screen *s, struct canvas *all, int x, int y, int w, int h)
{
	struct canvas area = canvas_sub(all, x, y, w, h), inside;
	struct str title;
	char safe[256];

	str_init(&title);
	if (s->ops->subtitle != NULL)
		s->ops->subtitle(s, &title);
	else if (s->ops->title != NULL)
		str_add(&title, _(s->ops->title));
	text_safe_buf(safe, sizeof safe, title.s);
	str_free(&title);
	canvas_clear(&area, ROLE_NORMAL);
	canvas_hide_cursor(&area);
	inside = canvas_box(&area, ROLE_BORDER_FOCUS, safe, ROLE_STRONG);
	s->ops->draw(s, &inside);
}

static void
draw_stack(struct ui *ui, struct canvas *all)
{
	size_t from = ui->count;

	/* Plain mode shows one thing at a time: what has the focus. */
	while (from > 0) {
		from--;
		if (!ui->stack[from]->ops->modal || ui->plain)
			break;
	}
	for (size_t i = from; i < ui->count; i++) {
		struct screen *s = ui->stack[i];
		struct canvas area;
		int x, y, w, h;

		ui__area(ui, s, &x, &y, &w, &h);
		if (s->ops->modal) {
			draw_modal(s, all, x, y, w, h);
			continue;
		}
		area = canvas_sub(all, x, y, w, h);
		s->ops->draw(s, &area);
	}
}

/* A dialog that a later key opened shows its own keys instead. */
static bool
shows_toast(const struct ui *ui)
{
	const struct screen *top = ui_top(ui);

	if (ui->toast[0] == '\0')
		return false;
	return top == NULL || !top->ops->modal ||
	       top->opened <= ui->toast_input;
}

static void
draw_pending(const struct ui *ui, struct canvas *all)
{
	char keys[KEY_NAME_SIZE * 2];
	int w = (int)ui->pending_count * 2 + 6;

	if (ui->pending_count == 0)
		return;
	key_format_sequence(ui->pending, ui->pending_count, keys, sizeof keys);
	canvas_field(
	    all, all->w - w, all->h - 1, w, ALIGN_RIGHT, ROLE_KEY, keys, false);
}

static void
draw_banner(const struct ui *ui, struct canvas *all)
{
	char keys[KEY_NAME_SIZE * 2];
	int x = 1;

	if (ui->banner == NULL && ui_is_gated(ui))
		return;
	canvas_fill(all, 0, 1, all->w, ROLE_WARNING);
	if (ui->banner != NULL) {
		canvas_text(all, x, 1, all->w - 2, ROLE_WARNING, _(ui->banner));
		return;
	}
	ui_keys_of(ui, ui->answer, keys, sizeof(keys));
	x += canvas_outside(all, x, 1, -1, ROLE_KEY, keys, strlen(keys)) + 1;
	canvas_text(all, x, 1, all->w - x - 1, ROLE_WARNING, ui->question);
}

/* The screens first: they are what is waited for. */
void
ui_refresh(struct ui *ui)
{
	for (size_t i = 0; i < ui->count; i++) {
		struct screen *s = ui->stack[i];

		if (!s->stale)
			continue;
		s->stale = false;
		if (s->ops->refresh != NULL)
			s->ops->refresh(s);
	}
	if (ui->status_stale && ui->hooks->refresh != NULL)
		ui->hooks->refresh(ui->app);
	ui->status_stale = false;
}

static void
fit(struct ui *ui, const struct canvas *all)
{
	bool plain = canvas_is_plain(all);

	if (plain != ui->plain) {
		ui->plain = plain;
		ui->w = 0;
	}
	ui_resize(ui, all->w, all->h);
}

void
ui_draw(struct ui *ui, struct canvas_grid *grid)
{
	struct canvas all = canvas_all(grid);

	fit(ui, &all);
	canvas_clear(&all, ROLE_NORMAL);
	canvas_hide_cursor(&all);
	str_clear(&ui->status_left);
	str_clear(&ui->status_right);
	read_status(ui, &ui->status_left, &ui->status_right);
	draw_stack(ui, &all);
	if (all.h > 2) {
		w_bar_title(&all, 0, ui->status_left.s, ui->status_right.s,
		    ui->hooks->rehearsal != NULL &&
			ui->hooks->rehearsal(ui->app));
		if (has_banner(ui))
			draw_banner(ui, &all);
		if (shows_toast(ui))
			w_bar_toast(&all, all.h - 1, ui->toast_kind, ui->toast);
		else
			w_bar_hints(ui, &all, all.h - 1);
	}
	draw_pending(ui, &all);
	ui->dirty = false;
}

void
ui_paint(struct ui *ui, struct canvas_grid *grid)
{
	struct canvas all = canvas_all(grid);

	fit(ui, &all);
	ui_refresh(ui);
	ui_draw(ui, grid);
}
