/* guide_edit_pane - what the linter says about the text, beside it. */
#include "tui/screens/guide_edit_int.h"

#include "common/i18n.h"

#include <string.h>

static enum role
role_of(const struct guide_finding *f)
{
	return f->is_error ? ROLE_ERROR : ROLE_WARNING;
}

static int
warnings_of(const struct guide_findings *f)
{
	return f->count - f->errors;
}

/* The last one that is not below the cursor's line, else the first. */
static int
finding_at(const struct guide_edit *d)
{
	int line = w_editor_line(&d->editor, d->editor.at), at = 0;

	if (d->found.count == 0)
		return -1;
	while (at + 1 < d->found.count && d->found.items[at + 1].line <= line)
		at++;
	return at;
}

static void
add_finding(struct guide_edit *d, int i)
{
	const struct guide_finding *f = &d->found.items[i];
	bool alone = d->pane_rows == 0, here = i == d->at;
	struct str line = STR_INIT;
	size_t label;

	if (alone)
		str_addf(&line, "%d/%d ", i + 1, d->found.count);
	str_addf(&line, alone ? "%d:" : "%4d", f->line);
	label = line.len;
	str_addf(&line, alone ? " " : here ? " > " : "   ");
	str_add(&line, f->text);
	w_text_outside(&d->pane, here && !alone ? ROLE_STRONG : ROLE_NORMAL, 0,
	    line.s, line.len);
	w_text_set_label(&d->pane, label, role_of(f));
	if (!alone)
		w_text_set_hang(&d->pane, 7);
	w_text_set_id(&d->pane, i + 1);
	str_free(&line);
}

void
guide_edit__pane(struct guide_edit *d)
{
	struct w_text *t = &d->pane;

	d->at = finding_at(d);
	w_text_clear(t);
	for (int i = 0; i < d->found.count; i++)
		if (d->pane_rows > 0 || i == d->at)
			add_finding(d, i);
	if (d->found.more > 0 && d->pane_rows > 0) {
		struct str line = STR_INIT;

		str_addf(&line, _("and %d more"), d->found.more);
		w_text_add(t, ROLE_MUTED, 0, line.s);
		str_free(&line);
	}
	w_text_layout(t, t->w, t->h);
	if (d->at >= 0)
		(void)w_text_show(t, d->at + 1);
}

void
guide_edit__pane_follow(struct guide_edit *d)
{
	if (finding_at(d) != d->at)
		guide_edit__pane(d);
}

bool
guide_edit__jump(struct guide_edit *d, int by)
{
	int line = w_editor_line(&d->editor, d->editor.at), n = d->found.count;
	int i = by > 0 ? 0 : n - 1;

	if (n == 0)
		return false;
	if (by > 0)
		while (i < n && d->found.items[i].line <= line)
			i++;
	else
		while (i >= 0 && d->found.items[i].line >= line)
			i--;
	i = i >= n ? 0 : i < 0 ? n - 1 : i;
	guide_edit__go_line(d, d->found.items[i].line);
	return true;
}

void
guide_edit__go_line(struct guide_edit *d, int line)
{
	size_t at = w_editor_line_at(&d->editor, line);

	at += strspn(w_editor_text(&d->editor, NULL) + at, " ");
	w_editor_go(&d->editor, at);
	guide_edit__pane_follow(d);
}

/* ---- what is shown ---- */

static const char *
state_word(const struct guide_edit *d, enum role *role)
{
	*role = ROLE_MUTED;
	if (d->busy)
		return _("saving ...");
	if (d->overtaken) {
		*role = ROLE_WARNING;
		return _("somebody else changed it");
	}
	if (!guide_edit__is_kept(d)) {
		*role = ROLE_INFO;
		return _("being written");
	}
	if (d->stands.draft[0] != '\0')
		return _("the draft is kept");
	return _("as it is published");
}

static void
draw_counts(const struct guide_edit *d, struct canvas *c, int x)
{
	const struct guide_findings *f = &d->found;
	int warnings = warnings_of(f);

	if (d->checked == 0 && f->count == 0)
		x += canvas_text(c, x, 0, -1, ROLE_MUTED, _("reading ..."));
	else if (f->count == 0)
		x += canvas_text(c, x, 0, -1, ROLE_OK, _("nothing is wrong"));
	if (f->errors > 0)
		x += canvas_textf(c, x, 0, -1, ROLE_ERROR,
		    NGETTEXT_("%d error", "%d errors", (long)f->errors),
		    f->errors);
	if (f->errors > 0 && warnings > 0)
		x += canvas_text(c, x, 0, -1, ROLE_MUTED, ", ");
	if (warnings > 0)
		x += canvas_textf(c, x, 0, -1, ROLE_WARNING,
		    NGETTEXT_("%d warning", "%d warnings", (long)warnings),
		    warnings);
	canvas_text(c, x, 0, -1, ROLE_NORMAL, " ");
}

/* The cursor's finding alone, or that there is none. */
static void
draw_one(const struct guide_edit *d, struct canvas *c)
{
	enum role role;
	const char *word = state_word(d, &role);

	if (d->at >= 0 && !d->overtaken)
		w_text_draw(&d->pane, c, false);
	else if (d->overtaken || d->checked == 0 || d->busy)
		canvas_text(c, 0, 0, c->w, role, word);
	else
		canvas_text(c, 0, 0, c->w, ROLE_OK, _("nothing is wrong"));
}

void
guide_edit__pane_draw(const struct screen *s, struct canvas *c)
{
	const struct guide_edit *d = s->data;
	struct canvas below = canvas_sub(c, 0, 1, c->w, c->h - 1);
	enum role role;
	const char *word = state_word(d, &role);
	int n = canvas_cells(word, strlen(word));

	if (d->pane_rows == 0) {
		draw_one(d, c);
		return;
	}
	canvas_hline(c, 0, 0, c->w, ROLE_BORDER);
	canvas_text(c, 2, 0, -1, ROLE_NORMAL, " ");
	draw_counts(d, c, 3);
	canvas_text(c, c->w - n - 4, 0, -1, ROLE_NORMAL, " ");
	canvas_text(c, c->w - n - 3, 0, n, role, word);
	canvas_text(c, c->w - 3, 0, -1, ROLE_NORMAL, " ");
	w_text_draw(&d->pane, &below, false);
}
