/*
 * scr_admin - what the tenant decides about its tickets: labels of states,
 * categories, fields, calendars, promises, checklists and settings.
 *
 * Seven lists, one a tab, and what was deleted where there is a trash.
 * Everybody may look; who may not change them is told so.
 */
#include "tui/screens/screens.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/admin_int.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_ROWS 6

static const struct w_tab tabs[ADMIN_KINDS] = {
    [ADMIN_LABELS] = {N_("Labels"), 1, false},
    [ADMIN_CATEGORIES] = {N_("Categories"), 2, false},
    [ADMIN_FIELDS] = {N_("Fields"), 3, false},
    [ADMIN_CALENDARS] = {N_("Calendars"), 4, false},
    [ADMIN_PROMISES] = {N_("Promises"), 5, false},
    [ADMIN_CHECKLISTS] = {N_("Checklists"), 6, false},
    [ADMIN_SETTINGS] = {N_("Settings"), 7, false},
};

static int
admin_open(struct screen *s, const void *args, struct err *err)
{
	struct admin_data *d = s->data;

	(void)args, (void)err;
	for (int i = 0; i < ADMIN_KINDS; i++)
		w_list_init(&d->lists[i], &admin__lists[i], d);
	w_text_init(&d->detail);
	return 0;
}

static void
admin_close(struct screen *s)
{
	struct admin_data *d = s->data;

	for (int i = 0; i < ADMIN_KINDS; i++)
		w_list_free(&d->lists[i]);
	w_text_free(&d->detail);
	admin_view_clear(&d->view);
	explicit_bzero(&d->sent, sizeof(d->sent));
}

/* Rows of the selected row's own text; none where there is no room. */
static int
detail_rows(const struct admin_data *d, int h)
{
	if (d->kind != ADMIN_FIELDS && d->kind != ADMIN_CALENDARS &&
	    d->kind != ADMIN_CHECKLISTS && d->kind != ADMIN_SETTINGS)
		return 0;
	return h >= 18 ? DETAIL_ROWS : 0;
}

static void
admin_layout(struct screen *s, int w, int h)
{
	struct admin_data *d = s->data;
	int detail = detail_rows(d, h), rest = h - 1 - detail;

	for (int i = 0; i < ADMIN_KINDS; i++)
		w_list_layout(&d->lists[i], w, rest > 1 ? rest : 1);
	w_text_layout(
	    &d->detail, w > 2 ? w - 2 : 1, detail > 1 ? detail - 1 : 1);
}

bool
admin__selected(const struct admin_data *d, size_t *at)
{
	return d->known && w_list_index(&d->lists[d->kind], at) &&
	       *at < admin__rows(&d->view, d->kind);
}

static void
fill_detail(struct screen *s)
{
	struct admin_data *d = s->data;
	size_t at;

	w_text_clear(&d->detail);
	if (admin__selected(d, &at))
		admin__detail(&d->view, d->kind, at, &d->detail);
	w_text_layout(&d->detail, d->detail.w, d->detail.h);
}

static void
set_rows(struct admin_data *d, enum admin_kind kind)
{
	size_t n = admin__rows(&d->view, kind);
	int64_t *ids = xcalloc(n + 1, sizeof(ids[0]));

	for (size_t i = 0; i < n; i++)
		ids[i] = admin__row_id(&d->view, kind, i);
	w_list_set(&d->lists[kind], ids, n, false, false);
	free(ids);
}

static void
on_view(struct screen *s, uint64_t turn, struct admin_view *view,
    const struct model_answer *answer)
{
	struct admin_data *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (turn < d->shown || view->trash != d->trash)
		return;
	d->shown = turn;
	admin_view_clear(&d->view);
	d->view = *view;
	memset(view, 0, sizeof(*view));
	d->known = true;
	for (int i = 0; i < ADMIN_KINDS; i++)
		set_rows(d, (enum admin_kind)i);
	fill_detail(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
admin_refresh(struct screen *s)
{
	struct admin_data *d = s->data;

	model_admin_view(model_of(s), s, ++d->asked, d->trash, on_view);
}

unsigned
admin__show(struct screen *s, enum admin_kind kind, bool trash)
{
	struct admin_data *d = s->data;
	bool other = trash != d->trash;

	d->kind = kind;
	d->trash = trash;
	if (!other)
		fill_detail(s);
	return REACT_LAYOUT | (other ? REACT_REFRESH : REACT_REDRAW);
}

/* What stands at the end of the row of tabs. */
static const char *
right_of(const struct admin_data *d)
{
	return d->trash ? _("Trash") : "";
}

static void
admin_draw(const struct screen *s, struct canvas *c)
{
	const struct admin_data *d = s->data;
	int detail = detail_rows(d, c->h);
	struct canvas list = canvas_sub(c, 0, 1, c->w, c->h - 1 - detail);
	struct canvas below =
	    canvas_sub(c, 1, c->h - detail + 1, c->w - 2, detail - 1);

	w_tabs_draw(c, 0, tabs, ADMIN_KINDS, (int)d->kind, right_of(d));
	w_list_draw(&d->lists[d->kind], &list, ui_top(s->ui) == s);
	if (detail == 0)
		return;
	canvas_hline(c, 0, c->h - detail, c->w, ROLE_BORDER);
	w_text_draw(&d->detail, &below, false);
}

static unsigned
admin_state(const struct screen *s)
{
	size_t at;

	return admin__selected(s->data, &at) ? NEED_SELECTION : 0;
}

static const char *
admin_hints(const struct screen *s)
{
	const struct admin_data *d = s->data;

	if (d->trash)
		return "admin.restore admin.trash move.next";
	return d->kind == ADMIN_CALENDARS
	           ? "admin.new admin.edit admin.date admin.date-off"
	             " admin.delete move.next"
	       : d->kind == ADMIN_SETTINGS
	           ? "admin.edit undo.last move.next"
	       : d->kind == ADMIN_PROMISES
	           ? "admin.new admin.edit admin.delete move.next"
	           : "admin.new admin.edit admin.delete admin.up admin.down"
	             " admin.trash move.next";
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct err err = ERR_INIT;

	if (event == W_ACCEPT && ui_run(s->ui, "admin.edit", &err) != 0)
		ui_toast_err(s->ui, &err);
	if (event == W_ACCEPT)
		return REACT_HANDLED;
	if (event == W_MOVED)
		fill_detail(s);
	return react;
}

static unsigned
admin_input(struct screen *s, const struct input *in)
{
	struct admin_data *d = s->data;
	int step =
	    in->nav == NAV_PREV || in->nav == NAV_LEFT ? ADMIN_KINDS - 1 : 1;
	enum w_event event = W_NONE;
	unsigned react;

	switch (in->nav) {
	case NAV_NEXT:
	case NAV_PREV:
	case NAV_LEFT:
	case NAV_RIGHT:
		return admin__show(s,
		    (enum admin_kind)(((int)d->kind + step) % ADMIN_KINDS),
		    d->trash);
	case NAV_FILTER: /* these lists are short */
		return REACT_BEEP;
	default:
		break;
	}
	react = w_list_input(&d->lists[d->kind], in, &event);
	return after(s, react, event);
}

static unsigned
admin_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct admin_data *d = s->data;
	enum w_event event = W_NONE;
	unsigned react;
	int tab;

	if (y < 1) {
		tab = button != BUTTON_LEFT ? -1
		                            : w_tabs_at(s->w, tabs, ADMIN_KINDS,
						  (int)d->kind, right_of(d), x);
		return tab < 0 ? REACT_NONE
		               : admin__show(s, (enum admin_kind)tab, d->trash);
	}
	react = w_list_mouse(&d->lists[d->kind], y - 1, button, &event);
	return after(s, react, event);
}

static unsigned
admin_notify(struct screen *s, enum notice what, int64_t id)
{
	(void)id;
	if (what == NOTICE_DATA || what == NOTICE_SHOWN)
		return REACT_REFRESH;
	if (what == NOTICE_LANG)
		fill_detail(s);
	return what == NOTICE_LANG ? REACT_REDRAW : REACT_NONE;
}

const struct screen_ops scr_admin = {
    .name = "admin",
    .title = N_("Setup"),
    .data_size = sizeof(struct admin_data),
    .open = admin_open,
    .close = admin_close,
    .layout = admin_layout,
    .refresh = admin_refresh,
    .draw = admin_draw,
    .input = admin_input,
    .mouse = admin_mouse,
    .notify = admin_notify,
    .state = admin_state,
    .hints = admin_hints,
};
