/*
 * scr_playbook - the cards of objections and the prompts that the tenant has,
 * each changed in the editor that guides have; and the trash of all three.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/guide_edit_int.h"
#include "tui/screens/guide_words.h"
#include "tui/screens/playbook_int.h"
#include "tui/widgets/w_tabs.h"

#include <stdlib.h>
#include <string.h>

#define DETAIL_ROWS 5 /* with the rule above them */

static const struct w_tab tabs[PLAYBOOK_VIEWS] = {
    [PLAYBOOK_CARDS] = {N_("Cards"), 1, false},
    [PLAYBOOK_PROMPTS] = {N_("Prompts"), 2, false},
    [PLAYBOOK_TRASH] = {N_("Trash"), 3, false},
};

/* ---- rows ---- */

static const struct playbook_row *
row_at(const struct playbook_desk *d, size_t index)
{
	return &d->book.rows[d->found[index]];
}

const struct playbook_row *
playbook__selected(const struct playbook_desk *d)
{
	size_t i;

	return d->known && w_list_index(&d->list, &i) && i < d->found_count
	           ? row_at(d, i)
	           : NULL;
}

enum { CELL_TITLE, CELL_DRAFT, CELL_CATEGORY, CELL_TOPIC, CELL_AGE, CELL_KIND };

static void
one_cell(const struct playbook_row *r, int what, struct w_cell *out)
{
	switch (what) {
	case CELL_DRAFT:
		if (r->has_draft)
			out->text = r->published == 0 ? _("new") : _("draft");
		else if (r->is_broken)
			out->text = _("broken");
		out->role = ROLE_WARNING;
		out->trusted = true;
		break;
	case CELL_CATEGORY:
		out->text = guide_category_word(r->category);
		out->role = ROLE_MUTED;
		break;
	case CELL_TOPIC:
		out->text = r->topic;
		out->role = ROLE_MUTED;
		break;
	case CELL_AGE:
		app_age(
		    out->buf, sizeof(out->buf), r->changed_us, clock_wall_us());
		out->text = out->buf;
		out->trusted = true;
		break;
	case CELL_KIND:
		out->text = guide_kind_word(r->kind);
		out->trusted = true;
		break;
	default:
		out->text = r->words[i18n_lang()].title;
		break;
	}
}

static void
card_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	static const int cells[] = {
	    CELL_TITLE, CELL_DRAFT, CELL_CATEGORY, CELL_TOPIC, CELL_AGE};

	one_cell(row_at(data, index), cells[column], out);
}

static void
prompt_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	static const int cells[] = {
	    CELL_TITLE, CELL_DRAFT, CELL_TOPIC, CELL_AGE};

	one_cell(row_at(data, index), cells[column], out);
}

static void
trash_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	static const int cells[] = {
	    CELL_TITLE, CELL_KIND, CELL_TOPIC, CELL_AGE};

	one_cell(row_at(data, index), cells[column], out);
}

static const struct w_column card_columns[] = {
    {N_("What is objected"), 16, 3, 0, ALIGN_LEFT},
    {N_("Draft"), 8, 0, 1, ALIGN_LEFT},
    {N_("Category"), 10, 0, 2, ALIGN_LEFT},
    {N_("Name"), 16, 1, 4, ALIGN_LEFT},
    {N_("Changed"), 9, 0, 3, ALIGN_RIGHT},
};
static const struct w_column prompt_columns[] = {
    {N_("Prompt"), 16, 3, 0, ALIGN_LEFT},
    {N_("Draft"), 8, 0, 1, ALIGN_LEFT},
    {N_("Name"), 16, 1, 3, ALIGN_LEFT},
    {N_("Changed"), 9, 0, 2, ALIGN_RIGHT},
};
static const struct w_column trash_columns[] = {
    {N_("What was deleted"), 16, 3, 0, ALIGN_LEFT},
    {N_("Kind"), 8, 0, 2, ALIGN_LEFT},
    {N_("Name"), 16, 1, 3, ALIGN_LEFT},
    {N_("Deleted"), 7, 0, 1, ALIGN_RIGHT},
};

static const struct w_list_ops list_ops[PLAYBOOK_VIEWS] = {
    [PLAYBOOK_CARDS] = {.columns = card_columns,
	.column_count = sizeof(card_columns) / sizeof(card_columns[0]),
	.cell = card_cell,
	.empty = N_("The cards that come with opdesk are in use; i takes them"
		    " in, so that they can be changed")},
    [PLAYBOOK_PROMPTS] = {.columns = prompt_columns,
	.column_count = sizeof(prompt_columns) / sizeof(prompt_columns[0]),
	.cell = prompt_cell,
	.empty = N_("The prompt that comes with opdesk is in use; i takes it"
		    " in, so that it can be changed")},
    [PLAYBOOK_TRASH] = {.columns = trash_columns,
	.column_count = sizeof(trash_columns) / sizeof(trash_columns[0]),
	.cell = trash_cell,
	.empty = N_("Nothing is in the trash")},
};

/* ---- what is selected ---- */

static void
fill_detail(struct playbook_desk *d)
{
	const struct playbook_row *r = playbook__selected(d);
	struct str line = STR_INIT;
	const char *text;

	w_text_clear(&d->detail);
	if (r != NULL) {
		text = r->words[i18n_lang()].description;
		if (r->is_broken)
			text = _("It cannot be read: what is wrong stands"
				 " beside its text, e opens it");
		w_text_outside(&d->detail, ROLE_NORMAL, 0, text, strlen(text));
	}
	if (r != NULL && r->kind == KNOWLEDGE_CARD && r->phrases > 0) {
		str_addf(&line,
		    NGETTEXT_("Known by %d phrase", "Known by %d phrases",
			(long)r->phrases),
		    r->phrases);
		w_text_add(&d->detail, ROLE_MUTED, 0, line.s);
	}
	str_free(&line);
	w_text_layout(&d->detail, d->detail.w, d->detail.h);
}

/* Those whose title or name has what is typed; all without any. */
static void
find(struct playbook_desk *d)
{
	const char *words = w_list_filter(&d->list);
	int64_t *ids = xcalloc(d->book.count + 1, sizeof(ids[0]));
	struct str want = STR_INIT;

	utf8_fold(&want, words, strlen(words));
	d->found =
	    xreallocarray(d->found, d->book.count + 1, sizeof(d->found[0]));
	d->found_count = 0;
	for (size_t i = 0; i < d->book.count; i++) {
		const struct playbook_row *r = &d->book.rows[i];

		if (want.len > 0 &&
		    strstr(r->words[i18n_lang()].folded, want.s) == NULL)
			continue;
		ids[d->found_count] = r->id;
		d->found[d->found_count++] = i;
	}
	w_list_set(&d->list, ids, d->found_count, false, false);
	for (size_t i = 0; i < d->found_count; i++)
		if (d->begun != 0 && ids[i] == d->begun) {
			w_list_select(&d->list, d->begun);
			d->begun = 0;
		}
	str_free(&want);
	free(ids);
	fill_detail(d);
}

/* ---- life ---- */

static int
playbook_open(struct screen *s, const void *args, struct err *err)
{
	struct playbook_desk *d = s->data;

	(void)args, (void)err;
	w_list_init(&d->list, &list_ops[PLAYBOOK_CARDS], d);
	w_text_init(&d->detail);
	return 0;
}

static void
playbook_close(struct screen *s)
{
	struct playbook_desk *d = s->data;

	playbook_clear(&d->book);
	w_list_free(&d->list);
	w_text_free(&d->detail);
	free(d->found);
}

/* Rows for the selected one's description; none where there is no room. */
static int
detail_rows(const struct playbook_desk *d, int h)
{
	return h >= 16 && d->view != PLAYBOOK_TRASH ? DETAIL_ROWS : 0;
}

static void
playbook_layout(struct screen *s, int w, int h)
{
	struct playbook_desk *d = s->data;
	int detail = detail_rows(d, h), rest = h - 1 - detail;

	w_list_layout(&d->list, w, rest > 1 ? rest : 1);
	w_text_layout(
	    &d->detail, w > 2 ? w - 2 : 1, detail > 1 ? detail - 1 : 1);
}

static void
on_book(struct screen *s, struct playbook *p, const struct model_answer *answer)
{
	struct playbook_desk *d = s->data;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	if (p->view != d->view || p->turn < d->book.turn)
		return;
	playbook_clear(&d->book);
	d->book = *p;
	memset(p, 0, sizeof(*p));
	d->known = true;
	find(d);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
playbook_refresh(struct screen *s)
{
	struct playbook_desk *d = s->data;

	model_playbook(model_of(s), s, d->view, ++d->asked, on_book);
}

/* ---- what is shown ---- */

/* How many there are, at the end of the row of tabs. */
static void
count_text(const struct playbook_desk *d, char out[24])
{
	out[0] = '\0';
	if (d->known)
		str_format(out, 24, "%d", (int)d->found_count);
}

static void
playbook_draw(const struct screen *s, struct canvas *c)
{
	const struct playbook_desk *d = s->data;
	int detail = detail_rows(d, c->h), h = c->h - 1 - detail;
	struct canvas list = canvas_sub(c, 0, 1, c->w, h);
	struct canvas text =
	    canvas_sub(c, 1, c->h - detail + 1, c->w - 2, detail - 1);
	char right[24];

	count_text(d, right);
	w_tabs_draw(c, 0, tabs, PLAYBOOK_VIEWS, (int)d->view, right);
	if (c->h < 2)
		return;
	if (d->known)
		w_list_draw(&d->list, &list, ui_top(s->ui) == s);
	if (detail > 0) {
		canvas_hline(c, 0, c->h - detail, c->w, ROLE_BORDER);
		w_text_draw(&d->detail, &text, false);
	}
}

static unsigned
playbook_state(const struct screen *s)
{
	const struct playbook_desk *d = s->data;

	if (playbook__selected(d) != NULL)
		return NEED_SELECTION;
	return d->known ? 0 : STATE_READING;
}

static bool
playbook_wants_text(const struct screen *s)
{
	const struct playbook_desk *d = s->data;

	return w_list_wants_text(&d->list);
}

static const char *
playbook_hints(const struct screen *s)
{
	const struct playbook_desk *d = s->data;

	if (d->view == PLAYBOOK_TRASH)
		return "playbook.restore move.next move.filter";
	if (d->known && d->book.count == 0)
		return "playbook.import playbook.new move.next";
	return "playbook.edit playbook.new playbook.versions playbook.delete"
	       " move.next move.filter";
}

/* ---- keys ---- */

unsigned
playbook__show(struct screen *s, enum playbook_view view)
{
	struct playbook_desk *d = s->data;

	if (view == d->view)
		return REACT_HANDLED;
	d->view = view;
	d->known = false;
	playbook_clear(&d->book);
	d->found_count = 0;
	d->list.ops = &list_ops[view];
	w_list_set(&d->list, NULL, 0, false, false);
	w_list_select(&d->list, 0);
	fill_detail(d);
	return REACT_REFRESH | REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct playbook_desk *d = s->data;
	struct err err = ERR_INIT;

	if (event == W_ACCEPT) {
		/* By way of the command, which knows who may. */
		if (ui_run(s->ui,
			d->view == PLAYBOOK_TRASH ? "playbook.restore"
						  : "playbook.edit",
			&err) != 0)
			ui_toast_err(s->ui, &err);
		return REACT_HANDLED;
	}
	if (event == W_CHANGED) {
		find(d);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	if (event == W_MOVED)
		fill_detail(d);
	return react;
}

static unsigned
playbook_input(struct screen *s, const struct input *in)
{
	struct playbook_desk *d = s->data;
	enum w_event event = W_NONE;
	unsigned react;

	if (in->nav == NAV_MARK && !w_list_wants_text(&d->list))
		return REACT_NONE;
	react = w_list_input(&d->list, in, &event);
	if (react == REACT_NONE && in->nav == NAV_NEXT)
		return playbook__show(s, (d->view + 1) % PLAYBOOK_VIEWS);
	if (react == REACT_NONE && in->nav == NAV_PREV)
		return playbook__show(
		    s, (d->view + PLAYBOOK_VIEWS - 1) % PLAYBOOK_VIEWS);
	return after(s, react, event);
}

static unsigned
playbook_paste(struct screen *s, const char *text, size_t n)
{
	struct playbook_desk *d = s->data;
	enum w_event event = W_NONE;
	unsigned react = w_list_paste(&d->list, text, n, &event);

	return after(s, react, event);
}

static unsigned
playbook_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct playbook_desk *d = s->data;
	enum w_event event = W_NONE;
	char right[24];
	unsigned react;
	int tab;

	if (y < 1) {
		count_text(d, right);
		tab = w_tabs_at(
		    s->w, tabs, PLAYBOOK_VIEWS, (int)d->view, right, x);
		return button != BUTTON_LEFT || tab < 0
		           ? REACT_NONE
		           : playbook__show(s, (enum playbook_view)tab);
	}
	react = w_list_mouse(&d->list, y - 1, button, &event);
	return after(s, react, event);
}

static unsigned
playbook_notify(struct screen *s, enum notice what, int64_t id)
{
	struct playbook_desk *d = s->data;

	(void)id;
	if (what == NOTICE_LANG && d->known) {
		find(d);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	return screen_notify_ages(what, &d->minute);
}

const struct screen_ops scr_playbook = {
    .name = "playbook",
    .title = N_("Cards and prompts"),
    .data_size = sizeof(struct playbook_desk),
    .open = playbook_open,
    .close = playbook_close,
    .layout = playbook_layout,
    .refresh = playbook_refresh,
    .draw = playbook_draw,
    .input = playbook_input,
    .paste = playbook_paste,
    .mouse = playbook_mouse,
    .notify = playbook_notify,
    .state = playbook_state,
    .wants_text = playbook_wants_text,
    .hints = playbook_hints,
};
