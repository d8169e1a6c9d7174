/* reply_pick - see reply_pick.h. */
#include "tui/screens/reply_pick.h"

#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_reply.h"
#include "tui/widgets/w_list.h"
#include "tui/widgets/w_text.h"

#include <stdlib.h>
#include <string.h>

#define TRIGGER     ';'
#define BY_SHORTCUT 1000000 /* better than any title */
#define BY_BODY     1       /* worse than any title */

struct pick {
	enum record_kind kind;
	int64_t id;
	bool asked, known;
	bool accept_due; /* Enter was pressed before the rows had come */
	struct reply_choice choice;
	size_t *shown; /* owned: places in the rows, best first */
	int *scores;   /* owned, by place in the rows */
	size_t shown_count;
	struct w_list list; /* its ids are places in the rows, plus 1 */
	struct w_text body;
	int list_h;
};

struct pick_args {
	enum record_kind kind;
	int64_t id;
};

/* ---- what fits what was typed ---- */

static bool
has_words(const char *folded, const char *words)
{
	char word[W_LINE_MAX + 1];
	size_t n;

	for (const char *p = words; *p != '\0'; p += n) {
		p += strspn(p, " ");
		if ((n = strcspn(p, " ")) == 0)
			break;
		str_format(word, sizeof(word), "%.*s", (int)n, p);
		if (strstr(folded, word) == NULL)
			return false;
	}
	return true;
}

static int
score(const struct reply *r, const char *typed, const char *folded)
{
	int title = fuzzy_score(typed, r->title);

	if (folded[0] == '\0')
		return BY_BODY;
	if (fuzzy_score(typed, r->shortcut) > 0 &&
	    strlen(typed) == strlen(r->shortcut))
		return BY_SHORTCUT;
	if (title > 0)
		return BY_BODY + title;
	return has_words(r->folded, folded) ? BY_BODY : 0;
}

static const struct reply *
selected(const struct pick *d)
{
	size_t index;

	return w_list_index(&d->list, &index) ? &d->choice.rows[d->shown[index]]
	                                      : NULL;
}

/* What would be inserted, and before it what is missing in it. */
static void
show_body(struct pick *d)
{
	const struct reply *r = selected(d);
	struct str text = STR_INIT, names = STR_INIT, line = STR_INIT;
	size_t at;

	w_text_clear(&d->body);
	d->body.top = 0;
	if (r != NULL) {
		reply_fill_from(r->body, &d->choice.values, &text);
		if (reply_unfilled(text.s, &at, &names)) {
			str_addf(&line, _("To be filled in: %s"), names.s);
			w_text_outside(
			    &d->body, ROLE_WARNING, 0, line.s, line.len);
		}
		w_text_outside(&d->body, ROLE_NORMAL, 0, text.s, text.len);
	}
	w_text_layout(&d->body, d->body.w, d->body.h);
	str_free(&line);
	str_free(&names);
	str_free(&text);
}

/*
 * Best first; of equals those in one's own language, which stay in the order
 * of their titles.
 */
static int
rank_of(const struct pick *d, size_t i)
{
	const char *lang = d->choice.rows[i].lang;

	return d->scores[i] * 2 +
	       (lang[0] == '\0' || str_equal(lang, lang_code(i18n_lang())));
}

static void
rank(struct pick *d)
{
	const char *typed = w_list_filter(&d->list);
	int64_t *ids = xcalloc(d->choice.count + 1, sizeof(ids[0]));
	struct str folded = STR_INIT;
	size_t n = 0;

	utf8_fold(&folded, typed, strlen(typed));
	for (size_t i = 0; i < d->choice.count; i++) {
		size_t at = n;

		d->scores[i] = score(&d->choice.rows[i], typed, folded.s);
		if (d->scores[i] == 0)
			continue;
		while (at > 0 && rank_of(d, d->shown[at - 1]) < rank_of(d, i)) {
			d->shown[at] = d->shown[at - 1];
			at--;
		}
		d->shown[at] = i;
		n++;
	}
	d->shown_count = n;
	for (size_t i = 0; i < n; i++)
		ids[i] = (int64_t)d->shown[i] + 1;
	w_list_set(&d->list, ids, n, false, false);
	if (n > 0)
		w_list_select(&d->list, ids[0]);
	free(ids);
	str_free(&folded);
	show_body(d);
}

/* ---- life ---- */

static const char *
whose(const struct reply *r)
{
	if (r->operator_id != 0)
		return _("mine");
	return r->team_id != 0 ? r->team_name : _("everybody");
}

static void
pick_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct pick *d = data;
	const struct reply *r = &d->choice.rows[d->shown[index]];

	switch (column) {
	case 0:
		out->text = r->title;
		break;
	case 1:
		out->text = r->shortcut;
		out->role = ROLE_STRONG;
		break;
	default:
		out->text = whose(r);
		out->role = ROLE_MUTED;
		break;
	}
}

static const struct w_column pick_columns[] = {
    {NULL, 16, 2, 0, ALIGN_LEFT},
    {NULL, 10, 0, 2, ALIGN_LEFT},
    {NULL, 9, 1, 1, ALIGN_LEFT},
};

static const struct w_list_ops pick_list = {
    .columns = pick_columns,
    .column_count = 3,
    .cell = pick_cell,
    .empty = N_("There are no canned replies; \"opdesk reply new\" makes one"),
    .no_header = true,
};

static int
pick_open(struct screen *s, const void *args, struct err *err)
{
	struct pick *d = s->data;
	const struct pick_args *a = args;

	(void)err;
	d->kind = a->kind;
	d->id = a->id;
	w_list_init(&d->list, &pick_list, d);
	d->list.filter_open = true;
	w_text_init(&d->body);
	return 0;
}

static void
pick_close(struct screen *s)
{
	struct pick *d = s->data;

	reply_list_free(&d->choice.rows, d->choice.count);
	FREE(&d->shown);
	FREE(&d->scores);
	w_list_free(&d->list);
	w_text_free(&d->body);
}

static void
pick_layout(struct screen *s, int w, int h)
{
	struct pick *d = s->data;

	d->list_h = h < 4 ? h : h / 2;
	w_list_layout(&d->list, w, d->list_h);
	w_text_layout(&d->body, w > 2 ? w - 2 : 1,
	    h - d->list_h > 1 ? h - d->list_h - 1 : 1);
}

static void
pick_draw(const struct screen *s, struct canvas *c)
{
	const struct pick *d = s->data;
	struct canvas list = canvas_sub(c, 0, 0, c->w, d->list_h);
	struct canvas body =
	    canvas_sub(c, 1, d->list_h + 1, c->w - 2, c->h - d->list_h - 1);

	w_list_draw(&d->list, &list, true);
	if (d->known && d->choice.count > 0 && d->shown_count == 0) {
		canvas_fill(&list, 0, 1, list.w, ROLE_NORMAL);
		canvas_text(&list, 1, 1, -1, ROLE_MUTED,
		    _("Nothing matches; Esc leaves what you typed"));
	}
	canvas_hline(c, 0, d->list_h, c->w, ROLE_BORDER);
	if (body.h > 0)
		w_text_draw(&d->body, &body, false);
}

/* ---- the end ---- */

static unsigned
take(struct screen *s)
{
	struct pick *d = s->data;
	struct screen_result result = {.accepted = true};
	const struct reply *r = selected(d);
	struct str text = STR_INIT;

	d->accept_due = !d->known;
	if (r == NULL)
		return d->known ? REACT_BEEP : REACT_HANDLED;
	reply_fill_from(r->body, &d->choice.values, &text);
	result.id = r->id;
	result.text = text.s;
	ui_finish(s->ui, s, &result);
	str_free(&text);
	return REACT_HANDLED;
}

/* The key stays what it is in every text, with what else was typed. */
static unsigned
give_back(struct screen *s, const char *typed)
{
	struct screen_result result = {.accepted = false};
	struct str text = STR_INIT;

	str_addf(&text, "%c%s", TRIGGER, typed);
	result.text = text.s;
	ui_finish(s->ui, s, &result);
	str_free(&text);
	return REACT_HANDLED;
}

/* ";)" and "; " are no search. */
static bool
is_search(const char *typed)
{
	uint32_t cp;

	return typed[0] == '\0' ||
	       (utf8_decode(typed, strlen(typed), &cp) > 0 &&
		   utf8_cp_is_word(cp));
}

static void
on_choice(struct screen *s, struct reply_choice *choice,
    const struct model_answer *answer)
{
	struct pick *d = s->data;

	if (answer->rc != 0) {
		(void)give_back(s, w_list_filter(&d->list));
		return;
	}
	d->choice = *choice;
	choice->rows = NULL;
	d->shown = xcalloc(d->choice.count + 1, sizeof(d->shown[0]));
	d->scores = xcalloc(d->choice.count + 1, sizeof(d->scores[0]));
	d->known = true;
	rank(d);
	ui_mark(s->ui, s, REACT_REDRAW);
	if (d->accept_due)
		(void)take(s);
}

static void
pick_refresh(struct screen *s)
{
	struct pick *d = s->data;

	if (d->asked)
		return;
	d->asked = true;
	model_reply_choice(model_of(s), s, d->kind, d->id, on_choice);
}

/* ---- keys ---- */

static unsigned
after(struct screen *s, unsigned react, enum w_event event)
{
	struct pick *d = s->data;

	if (event == W_ACCEPT)
		return take(s);
	if (event == W_CHANGED && !is_search(w_list_filter(&d->list)))
		return give_back(s, w_list_filter(&d->list));
	if (event == W_CHANGED && d->known)
		rank(d);
	else if (event == W_MOVED)
		show_body(d);
	return react & ~(unsigned)REACT_REFRESH ? react : REACT_REDRAW;
}

static unsigned
pick_input(struct screen *s, const struct input *in)
{
	struct pick *d = s->data;
	enum w_event event;
	unsigned react;

	switch (in->nav) {
	case NAV_OPEN:
	case NAV_ACCEPT:
		return take(s);
	case NAV_BACK:
		return give_back(s, d->known && d->shown_count == 0
					? w_list_filter(&d->list)
					: "");
	case NAV_PAGE_UP:
	case NAV_PAGE_DOWN:
		return w_text_input(&d->body, in, &event);
	default:
		break;
	}
	d->accept_due = false;
	react = w_list_input(&d->list, in, &event);
	if (react == REACT_NONE)
		return REACT_NONE;
	return after(s, react, event);
}

static unsigned
pick_paste(struct screen *s, const char *text, size_t n)
{
	struct pick *d = s->data;
	enum w_event event;
	unsigned react = w_list_paste(&d->list, text, n, &event);

	return after(s, react, event);
}

static unsigned
pick_mouse(struct screen *s, int x, int y, enum term_button button)
{
	struct pick *d = s->data;
	enum w_event event;
	unsigned react;

	(void)x;
	if (y >= d->list_h)
		return REACT_NONE;
	react = w_list_mouse(&d->list, y, button, &event);
	return react == REACT_NONE ? react : after(s, react, event);
}

static unsigned
pick_notify(struct screen *s, enum notice what, int64_t id)
{
	struct pick *d = s->data;

	(void)id;
	if (what != NOTICE_LANG || !d->known)
		return REACT_NONE;
	show_body(d);
	return REACT_REDRAW;
}

static bool
pick_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
pick_hints(const struct screen *s)
{
	(void)s;
	return "move.open move.back move.page-down";
}

static void
pick_size(const struct screen *s, int *w, int *h)
{
	(void)s;
	*w = 72;
	*h = 16;
}

static const struct screen_ops pick_ops = {
    .name = "replies",
    .title = N_("Canned replies"),
    .modal = true,
    .data_size = sizeof(struct pick),
    .open = pick_open,
    .close = pick_close,
    .layout = pick_layout,
    .refresh = pick_refresh,
    .draw = pick_draw,
    .input = pick_input,
    .paste = pick_paste,
    .mouse = pick_mouse,
    .notify = pick_notify,
    .wants_text = pick_wants_text,
    .hints = pick_hints,
    .size = pick_size,
};

/* ---- the editor's side ---- */

bool
reply_pick_begins(
    const struct screen *s, const struct w_editor *e, const struct input *in)
{
	size_t n;
	const char *text = w_editor_text(e, &n);

	return in->nav == NAV_NONE && in->key.cp == TRIGGER &&
	       key_is_text(&in->key) &&
	       (e->at == 0 || strchr(" \n\t", text[e->at - 1]) != NULL) &&
	       model_of(s) != NULL && model_may(model_of(s), "reply.read");
}

void
reply_pick_push(struct screen *s, enum record_kind kind, int64_t id,
    screen_result_fn *done, int64_t context)
{
	struct pick_args args = {kind, id};
	struct err err = ERR_INIT;

	if (ui_push_for(s->ui, s, &pick_ops, 0, &args, done, context, &err) !=
	    0)
		ui_toast_err(s->ui, &err);
}

bool
reply_pick_take(
    struct ui *ui, struct w_editor *e, const struct screen_result *r)
{
	size_t from = e->at, n, at;
	struct str names = STR_INIT;
	const char *text;

	if (r->text == NULL)
		return true;
	if (!w_editor_insert(e, r->text, strlen(r->text))) {
		ui_toast(ui, TOAST_WARNING, "%s",
		    _("There is no room for this text; make the message"
		      " shorter"));
		ui_bell(ui);
		return false;
	}
	text = w_editor_text(e, &n);
	if (r->accepted && reply_unfilled(text + from, &at, &names))
		w_editor_go(e, from + at);
	str_free(&names);
	return true;
}

bool
reply_pick_stops(struct ui *ui, struct w_editor *e)
{
	struct str names = STR_INIT;
	bool stops;
	size_t at;

	stops = reply_unfilled(w_editor_text(e, NULL), &at, &names);
	if (stops) {
		w_editor_go(e, at);
		ui_toast(ui, TOAST_WARNING,
		    _("%s was not filled in; write what belongs there"),
		    names.s);
	}
	str_free(&names);
	return stops;
}
