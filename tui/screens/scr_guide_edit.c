/*
 * scr_guide_edit - the text of a guide, a card or a prompt, what the linter
 * says of it, and its way to the shelf.
 *
 * What is typed is kept for its writer after a pause, and becomes the draft of
 * all who may edit when the screen is left or C-s is pressed; published it is
 * a version.  The linter reads where the desk is, after a pause, too.
 */
#include "tui/screens/screens.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/knowledge.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/guide_edit_int.h"

#include <stdlib.h>
#include <string.h>

#define CHECK_AFTER_US (US_PER_SECOND / 2) /* without a key */
#define GUTTER         5
#define PANE_ROWS      5
#define PANE_FEW       3
#define ONE_ROWS       2

/* Rows below the text: a rule and findings, or one finding. */
static int
rows_below(const struct guide_edit *d)
{
	return d->pane_rows > 0 ? 1 + d->pane_rows : d->few_rows;
}

/* ---- life ---- */

static int
edit_open(struct screen *s, const void *args, struct err *err)
{
	struct guide_edit *d = s->data;

	(void)args, (void)err;
	w_editor_init(&d->editor);
	d->editor.max_bytes = KNOWLEDGE_MAX_BODY;
	w_text_init(&d->pane);
	d->at = -1;
	return 0;
}

static void
edit_close(struct screen *s)
{
	struct guide_edit *d = s->data;

	guide_text_clear(&d->stands);
	guide_findings_free(&d->found);
	w_editor_free(&d->editor);
	w_text_free(&d->pane);
	free(d->sought);
}

static void
edit_layout(struct screen *s, int w, int h)
{
	struct guide_edit *d = s->data;
	int rows;

	d->pane_rows = h >= 16 ? PANE_ROWS : h >= 11 ? PANE_FEW : 0;
	d->few_rows = h >= 7 ? ONE_ROWS : 1;
	d->gutter = screen_is_small(s) ? 0 : GUTTER;
	rows = h - rows_below(d);
	w_editor_layout(&d->editor, w - d->gutter, rows > 1 ? rows : 1);
	w_text_layout(
	    &d->pane, w, d->pane_rows > 0 ? d->pane_rows : d->few_rows);
	guide_edit__pane(d);
}

void
guide_edit__set(struct guide_edit *d, const char *text)
{
	int line = w_editor_line(&d->editor, d->editor.at);

	w_editor_set(&d->editor, text, strlen(text));
	w_editor_go(&d->editor, w_editor_line_at(&d->editor, line));
	d->seen = d->editor.revision;
}

/* ---- the linter ---- */

static void
on_checked(struct screen *s, struct guide_findings *found, unsigned revision,
    enum lang lang)
{
	struct guide_edit *d = s->data;
	int jump = d->jump;
	bool is_old = revision != d->editor.revision;

	d->checking = false;
	guide_findings_free(&d->found);
	d->found = *found;
	memset(found, 0, sizeof(*found));
	d->checked = revision;
	d->lang = lang;
	guide_edit__pane(d);
	ui_mark(s->ui, s, REACT_REDRAW);
	/* What was asked for is a finding of what stands there now. */
	if (is_old && jump != 0) {
		guide_edit__check(s);
		return;
	}
	d->jump = 0;
	if (jump != 0 && !guide_edit__jump(d, jump))
		ui_toast(s->ui, TOAST_OK, "%s", _("Nothing is wrong with it"));
}

void
guide_edit__check(struct screen *s)
{
	struct guide_edit *d = s->data;

	if (d->checking || !d->known ||
	    (d->checked == d->editor.revision && d->lang == i18n_lang()))
		return;
	d->checking = true;
	model_guide_check(model_of(s), s, d->stands.kind,
	    w_editor_text(&d->editor, NULL), d->stands.topic,
	    d->editor.revision, on_checked);
}

static unsigned
jump(struct screen *s, int by)
{
	struct guide_edit *d = s->data;

	if (d->checked != d->editor.revision) {
		d->jump = by;
		guide_edit__check(s);
		return REACT_HANDLED;
	}
	if (guide_edit__jump(d, by))
		return REACT_REDRAW;
	ui_toast(s->ui, TOAST_OK, "%s", _("Nothing is wrong with it"));
	return REACT_REDRAW;
}

/* ---- the text comes ---- */

static void
first_text(struct screen *s)
{
	struct guide_edit *d = s->data;
	const char *stands = guide_text_stands(&d->stands);
	const char *mine = d->stands.mine;

	d->known = true;
	guide_edit__set(d, stands);
	d->kept = d->typed_kept = d->editor.revision;
	if (mine != NULL && !str_equal(mine, stands)) {
		guide_edit__set(d, mine);
		d->typed_kept = d->editor.revision;
		d->overtaken = d->stands.mine_seen < d->stands.version;
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("What you had begun is here again"));
	}
}

/* Somebody else's text stands now. */
static void
other_text(struct screen *s)
{
	struct guide_edit *d = s->data;

	if (!guide_edit__is_kept(d)) {
		d->overtaken = true;
		return;
	}
	guide_edit__set(d, guide_text_stands(&d->stands));
	d->kept = d->typed_kept = d->editor.revision;
	ui_toast(s->ui, TOAST_INFO, "%s",
	    _("Somebody else changed it: this is the text now"));
}

static void
on_text(
    struct screen *s, struct guide_text *t, const struct model_answer *answer)
{
	struct guide_edit *d = s->data;
	bool first = !d->known;

	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		if (first || guide_edit__is_kept(d))
			ui_mark(s->ui, s, REACT_POP);
		return;
	}
	if (!first && (d->busy || d->over || t->version <= d->stands.version))
		return;
	guide_text_clear(&d->stands);
	d->stands = *t;
	memset(t, 0, sizeof(*t));
	if (first)
		first_text(s);
	else
		other_text(s);
	guide_edit__check(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
edit_refresh(struct screen *s)
{
	model_guide_text(model_of(s), s, s->id, on_text);
}

/* ---- what is shown ---- */

/* The worst of what is found in a line. */
static enum role
line_role(const struct guide_edit *d, int line)
{
	enum role role = ROLE_MUTED;

	for (int i = 0; i < d->found.count; i++)
		if (d->found.items[i].line == line && role != ROLE_ERROR)
			role = d->found.items[i].is_error ? ROLE_ERROR
			                                  : ROLE_WARNING;
	return role;
}

static void
draw_gutter(const struct guide_edit *d, struct canvas *c)
{
	const char *text = w_editor_text(&d->editor, NULL);
	size_t at;
	int line = 0;

	for (int y = 0; y < c->h && w_editor_shown(&d->editor, y, &at); y++) {
		bool begins = at == 0 || text[at - 1] == '\n';

		if (y == 0)
			line = w_editor_line(&d->editor, at);
		else if (begins)
			line++;
		if (begins)
			canvas_textf(
			    c, 0, y, c->w - 1, line_role(d, line), "%4d", line);
	}
}

static void
edit_draw(const struct screen *s, struct canvas *c)
{
	const struct guide_edit *d = s->data;
	int h = c->h - rows_below(d);
	struct canvas gutter = canvas_sub(c, 0, 0, d->gutter, h);
	struct canvas text = canvas_sub(c, d->gutter, 0, c->w - d->gutter, h);
	struct canvas pane = canvas_sub(c, 0, h, c->w, c->h - h);

	if (!d->known)
		return;
	draw_gutter(d, &gutter);
	w_editor_draw(
	    &d->editor, &text, ROLE_NORMAL, ui_top(s->ui) == s && !d->busy);
	guide_edit__pane_draw(s, &pane);
}

static void
edit_subtitle(const struct screen *s, struct str *out)
{
	const struct guide_edit *d = s->data;

	if (d->known)
		str_addf(out, "%s %s", guide_kind_word(d->stands.kind),
		    d->stands.topic);
}

static bool
edit_wants_text(const struct screen *s)
{
	(void)s;
	return true;
}

static const char *
edit_hints(const struct screen *s)
{
	(void)s;
	return "guide.publish guide.keep move.find-next guide.find"
	       " guide.discard";
}

/* ---- keys ---- */

/* Whatever changed the text: news for the linter and what is kept. */
static unsigned
after(struct screen *s, unsigned react)
{
	struct guide_edit *d = s->data;

	if (d->editor.revision != d->seen) {
		d->changed_us = clock_mono_us();
		if (d->seen == d->typed_kept)
			d->unkept_us = d->changed_us;
		d->seen = d->editor.revision;
	}
	guide_edit__pane_follow(d);
	return react;
}

/* A new line begins below the one before. */
static unsigned
new_line(struct guide_edit *d)
{
	const char *text = w_editor_text(&d->editor, NULL);
	size_t begin = w_editor_line_at(
	    &d->editor, w_editor_line(&d->editor, d->editor.at));
	struct str line = STR_INIT;
	bool fits;

	str_addc(&line, '\n');
	for (size_t i = begin; i < d->editor.at && text[i] == ' '; i++)
		str_addc(&line, ' ');
	fits = w_editor_insert(&d->editor, line.s, line.len);
	str_free(&line);
	return fits ? REACT_REDRAW : REACT_BEEP;
}

static unsigned
edit_input(struct screen *s, const struct input *in)
{
	struct guide_edit *d = s->data;
	enum w_event event = W_NONE;
	unsigned react;

	if (!d->known)
		return in->nav == NAV_BACK ? REACT_NONE : REACT_BEEP;
	if (d->busy) {
		/* While it is kept: close it then. */
		d->leaving |= in->nav == NAV_BACK;
		return in->nav == NAV_BACK ? REACT_HANDLED : REACT_BEEP;
	}
	switch (in->nav) {
	case NAV_FIND_NEXT:
		return jump(s, 1);
	case NAV_FIND_PREV:
		return jump(s, -1);
	case NAV_OPEN:
		return after(s, new_line(d));
	case NAV_NEXT:
		return after(s, w_editor_insert(&d->editor, "  ", 2)
				    ? REACT_REDRAW
				    : REACT_BEEP);
	default:
		break;
	}
	react = w_editor_input(&d->editor, in, &event);
	if (event == W_CANCEL)
		return guide_edit__keep(s, true);
	if (event == W_ACCEPT)
		return guide_edit__keep(s, false);
	return after(s, react);
}

static unsigned
edit_paste(struct screen *s, const char *text, size_t n)
{
	struct guide_edit *d = s->data;
	enum w_event event;

	if (!d->known || d->busy)
		return REACT_BEEP;
	return after(s, w_editor_paste(&d->editor, text, n, &event));
}

static unsigned
edit_notify(struct screen *s, enum notice what, int64_t id)
{
	struct guide_edit *d = s->data;

	(void)id;
	switch (what) {
	case NOTICE_TICK:
		guide_edit__keep_typed(s, true);
		if (d->known &&
		    clock_mono_us() - d->changed_us >= CHECK_AFTER_US)
			guide_edit__check(s);
		return REACT_NONE;
	case NOTICE_HIDDEN:
		guide_edit__keep_typed(s, false);
		return REACT_NONE;
	case NOTICE_DATA:
	case NOTICE_SHOWN:
		return d->busy ? REACT_NONE : REACT_REFRESH;
	case NOTICE_LANG:
		guide_edit__check(s);
		return REACT_REDRAW;
	case NOTICE_ANSWER:
		return REACT_REDRAW;
	}
	return REACT_NONE;
}

const struct screen_ops scr_guide_edit = {
    .name = "guide",
    .title = N_("Guide"),
    .data_size = sizeof(struct guide_edit),
    .open = edit_open,
    .close = edit_close,
    .layout = edit_layout,
    .refresh = edit_refresh,
    .draw = edit_draw,
    .input = edit_input,
    .paste = edit_paste,
    .notify = edit_notify,
    .wants_text = edit_wants_text,
    .hints = edit_hints,
    .subtitle = edit_subtitle,
};

/* ---- commands ---- */

static unsigned
run_keep(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return guide_edit__keep(s, false);
}

static unsigned
run_publish(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return guide_edit__publish(s);
}

static unsigned
run_discard(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return guide_edit__discard(s);
}

/* The next place from the cursor on, and from the beginning again. */
static bool
find(struct guide_edit *d, const char *word)
{
	const char *text = w_editor_text(&d->editor, NULL), *place;

	place = strcasestr(text + d->editor.at, word);
	if (place == text + d->editor.at)
		place = strcasestr(place + 1, word);
	if (place == NULL)
		place = strcasestr(text, word);
	if (place == NULL)
		return false;
	w_editor_go(&d->editor, (size_t)(place - text));
	guide_edit__pane_follow(d);
	return true;
}

static unsigned
on_find(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_edit *d = s->data;

	(void)context;
	if (!r->accepted || d->busy)
		return REACT_REDRAW;
	free(d->sought);
	d->sought = xstrdup(r->text);
	if (!find(d, d->sought))
		ui_toast(
		    ui, TOAST_WARNING, "%s", _("That stands nowhere in it"));
	return REACT_REDRAW;
}

static unsigned
run_find(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct guide_edit *d = s->data;
	const struct prompt_args args = {.title = _("Find in the text"),
	    .label = _("Words"),
	    .text = d->sought};

	(void)cmd;
	if (!d->known || d->busy)
		return REACT_BEEP;
	prompt_push(ui, s, &args, on_find, 0);
	return REACT_HANDLED;
}

/* Once for all that is found: its line, and where the cursor goes. */
static unsigned
on_finding(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_edit *d = s->data;

	(void)ui, (void)context;
	if (r->accepted && !d->busy)
		guide_edit__go_line(d, (int)(r->id >> 16));
	return REACT_REDRAW;
}

static unsigned
run_findings(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct guide_edit *d = s->data;
	struct chooser_item *items;
	struct chooser_args args = {.title = _("What the text lacks")};

	(void)cmd;
	if (!d->known || d->busy)
		return REACT_BEEP;
	if (d->found.count == 0)
		return jump(s, 1);
	items = xcalloc((size_t)d->found.count, sizeof(items[0]));
	for (int i = 0; i < d->found.count; i++) {
		items[i].id = ((int64_t)d->found.items[i].line << 16) + i + 1;
		items[i].text = d->found.items[i].text;
	}
	args.items = items;
	args.count = (size_t)d->found.count;
	chooser_push(ui, s, &args, on_finding, 0);
	free(items);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command guide_edit_commands[] = {
	{"guide.keep", N_("Keep the draft"), N_("Keep the text as the draft, for all who may edit."),
	    "guide:C-s", NULL, NEED_WRITABLE, "guide.edit", NAV_NONE, 0, run_keep},
	{"guide.publish", N_("Publish"), N_("See what differs from what is published, and publish it."),
	    "guide:C-o", NULL, NEED_WRITABLE, "guide.publish", NAV_NONE, 0, run_publish},
	{"guide.find", N_("Find in the text"), N_("Go to where words stand in the text."),
	    "guide:C-g", NULL, 0, NULL, NAV_NONE, 0, run_find},
	{"guide.findings", N_("All findings"), N_("List all that the linter says, and go to one of them."),
	    "guide:C-t", NULL, 0, NULL, NAV_NONE, 0, run_findings},
	{"guide.discard", N_("Throw the draft away"), N_("Throw the draft away, as nothing of it is published."),
	    "guide:C-x", NULL, NEED_WRITABLE, "guide.edit", NAV_NONE, 0, run_discard},
};
/* clang-format on */
const size_t guide_edit_commands_count =
    sizeof(guide_edit_commands) / sizeof(guide_edit_commands[0]);
