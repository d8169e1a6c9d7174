/*
 * guide_edit_do - what is done with a guide that is written: kept, published
 * after a look at what differs, thrown away; and what is said when somebody
 * else was faster.
 */
#include "tui/screens/guide_edit_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_AFTER_US (2 * US_PER_SECOND)  /* without a key */
#define KEEP_EVERY_US (10 * US_PER_SECOND) /* with keys all the time */

enum { CLASH_SEE = 1, CLASH_MINE, CLASH_THEIRS };

static const char *
text_of(const struct guide_edit *d)
{
	const char *s = w_editor_text(&d->editor, NULL);

	return s != NULL ? s : "";
}

bool
guide_edit__is_kept(const struct guide_edit *d)
{
	return d->editor.revision == d->kept;
}

void
guide_edit__keep_typed(struct screen *s, bool due_only)
{
	struct guide_edit *d = s->data;
	int64_t now = clock_mono_us();
	struct seat_draft draft = {.kind = RECORD_KNOWLEDGE,
	    .record_id = s->id,
	    .slot = DRAFT_FORM,
	    .cursor_at = (int64_t)d->editor.at,
	    /* What was not typed over is asked about when it is taken up. */
	    .seen_version = d->overtaken ? 0 : d->stands.version};

	if (!d->known || d->busy || d->over ||
	    d->editor.revision == d->typed_kept || model_of(s) == NULL)
		return;
	if (due_only && now - d->changed_us < KEEP_AFTER_US &&
	    now - d->unkept_us < KEEP_EVERY_US)
		return;
	draft.body = guide_edit__is_kept(d) ? "" : text_of(d);
	d->typed_kept = d->editor.revision;
	if (!model_is_readonly(model_of(s)))
		model_seat_draft(model_of(s), &draft);
}

static void on_done(struct screen *s, const struct guide_edit_action *action,
    const struct model_answer *answer);

/* text is taken. */
static unsigned
act(struct screen *s, enum guide_edit_deed deed, char *text, bool leave)
{
	struct guide_edit *d = s->data;
	struct guide_edit_action a = {.deed = deed,
	    .kind = d->stands.kind,
	    .id = s->id,
	    .version = d->stands.version,
	    .revision = d->editor.revision};

	str_copy(a.topic, sizeof(a.topic), d->stands.topic);
	a.text = text;
	d->leaving = leave;
	d->busy = true;
	model_guide_edit(model_of(s), s, &a, on_done);
	return REACT_REDRAW;
}

/* ---- somebody else was faster ---- */

static void ask_clash(struct screen *s);

static unsigned
on_clash_seen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)r, (void)context;
	ask_clash(s);
	return REACT_HANDLED;
}

static void
see_clash(struct screen *s)
{
	struct guide_edit *d = s->data;
	struct diff_line *lines = NULL;
	size_t n =
	    line_diff(guide_text_stands(&d->stands), text_of(d), 2, &lines);
	const struct guide_diff_args args = {
	    .title = _("From theirs to mine"), .lines = lines, .count = n};

	guide_diff_push(s, &args, on_clash_seen, 0);
	free(lines);
}

static unsigned
on_clash(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_edit *d = s->data;

	(void)context;
	if (!r->accepted || d->busy)
		return REACT_REDRAW;
	switch (r->id) {
	case CLASH_SEE:
		see_clash(s);
		break;
	case CLASH_MINE:
		d->overtaken = false;
		return guide_edit__keep(s, false);
	case CLASH_THEIRS:
		d->overtaken = false;
		guide_edit__set(d, guide_text_stands(&d->stands));
		d->kept = d->editor.revision;
		guide_edit__keep_typed(s, false);
		guide_edit__check(s);
		ui_toast(ui, TOAST_INFO, "%s", _("This is their text"));
		break;
	default:
		break;
	}
	return REACT_REDRAW;
}

static void
ask_clash(struct screen *s)
{
	const struct guide_edit *d = s->data;
	const struct chooser_item items[] = {
	    {CLASH_SEE, _("See what differs"), NULL, true},
	    {CLASH_MINE, _("Mine, over theirs"), NULL, true},
	    {CLASH_THEIRS, _("Theirs; what I typed is thrown away"), NULL,
		true},
	};
	struct str title = STR_INIT;
	struct chooser_args args = {
	    .items = items, .count = sizeof(items) / sizeof(items[0])};

	if (d->by[0] != '\0')
		str_addf(&title, _("%s changed it meanwhile"), d->by);
	else
		str_add(&title, _("Somebody else changed it meanwhile"));
	args.title = title.s;
	chooser_push(s->ui, s, &args, on_clash, 0);
	str_free(&title);
}

static void
on_theirs(
    struct screen *s, struct guide_text *t, const struct model_answer *answer)
{
	struct guide_edit *d = s->data;

	d->busy = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc != 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	guide_text_clear(&d->stands);
	d->stands = *t;
	memset(t, 0, sizeof(*t));
	d->overtaken = true;
	if (ui_top(s->ui) == s)
		ask_clash(s);
}

/* A version was refused, or something else is in the way. */
static void
refused(struct screen *s, const struct model_answer *answer)
{
	struct guide_edit *d = s->data;
	const struct conflict *c = answer->conflict;

	if (answer->rc != OD_ECONFLICT)
		return;
	if (c == NULL || c->version == 0) {
		ui_toast_err(s->ui, answer->err);
		return;
	}
	d->by[0] = '\0';
	if (c->count > 0)
		str_copy(d->by, sizeof(d->by), c->fields[0].by);
	d->busy = true;
	model_guide_text(model_of(s), s, s->id, on_theirs);
}

/* ---- done ---- */

/* The draft is what was sent. */
static void
take_kept(struct guide_edit *d, const struct guide_edit_action *action)
{
	d->stands.version = action->version;
	free(d->stands.draft);
	d->stands.draft = xstrdup(action->text);
	d->kept = d->typed_kept = action->revision;
}

static void
on_kept(struct screen *s, const struct guide_edit_action *action)
{
	struct guide_edit *d = s->data;

	take_kept(d, action);
	ui_toast(s->ui, TOAST_OK, "%s", _("The draft is kept"));
	if (d->leaving)
		ui_finish(s->ui, s, NULL);
}

static void
on_done(struct screen *s, const struct guide_edit_action *action,
    const struct model_answer *answer)
{
	struct guide_edit *d = s->data;
	struct ui *ui = s->ui;

	d->busy = false;
	ui_mark(ui, s, REACT_REDRAW);
	if (answer->rc != 0) {
		d->leaving = false;
		/* Publishing begins with the draft: that may be kept. */
		if (action->deed == GUIDE_EDIT_PUBLISH &&
		    action->version != d->stands.version)
			take_kept(d, action);
		refused(s, answer);
		return;
	}
	switch (action->deed) {
	case GUIDE_EDIT_KEEP:
		on_kept(s, action);
		return;
	case GUIDE_EDIT_PUBLISH:
		ui_toast(ui, TOAST_OK,
		    _("Version %lld is published; u takes it back"),
		    (long long)action->number);
		break;
	case GUIDE_EDIT_DISCARD:
		ui_toast(ui, TOAST_INFO, "%s",
		    d->stands.draft[0] != '\0'
			? _("The draft is thrown away; u brings it back")
			: _("What was typed is thrown away"));
		break;
	case GUIDE_EDIT_BEGIN:
	case GUIDE_EDIT_DELETE:
	case GUIDE_EDIT_RESTORE:
	case GUIDE_EDIT_IMPORT:
		return;
	}
	d->over = true;
	ui_finish(ui, s, NULL);
}

unsigned
guide_edit__keep(struct screen *s, bool leave)
{
	struct guide_edit *d = s->data;
	const char *text = text_of(d);

	if (!d->known || d->busy)
		return REACT_BEEP;
	guide_edit__keep_typed(s, false);
	if (guide_edit__is_kept(d)) {
		if (!leave)
			ui_toast(s->ui, TOAST_INFO, "%s",
			    _("There is nothing new to keep"));
		return leave ? REACT_POP : REACT_REDRAW;
	}
	if (d->overtaken) {
		ask_clash(s);
		return REACT_HANDLED;
	}
	/* As it is published: there is no draft then. */
	return act(s, GUIDE_EDIT_KEEP,
	    xstrdup(str_equal(text, d->stands.body) ? "" : text), leave);
}

/* ---- publish ---- */

static unsigned
on_publish(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct guide_edit *d = s->data;

	(void)ui, (void)context;
	if (!r->accepted || d->busy)
		return REACT_REDRAW;
	return act(s, GUIDE_EDIT_PUBLISH, xstrdup(text_of(d)), true);
}

static void
on_compared(struct screen *s, struct guide_compare *c,
    const struct model_answer *answer)
{
	struct guide_edit *d = s->data;
	struct guide_diff_args args = {
	    .title = d->stands.published != 0
	                 ? _("What is published, and what would be")
	                 : _("What would be published"),
	    .yes = _("publishes it"),
	    .lines = c->lines,
	    .count = c->count};

	d->busy = false;
	ui_mark(s->ui, s, REACT_REDRAW);
	if (answer->rc != 0 || ui_top(s->ui) != s)
		return;
	if (d->leaving) {
		ui_mark(s->ui, s, guide_edit__keep(s, true));
	} else if (c->errors > 0) {
		ui_toast(s->ui, TOAST_WARNING,
		    NGETTEXT_("%d error is in the way; C-n goes there",
			"%d errors are in the way; C-n goes from one to the"
			" next",
			(long)c->errors),
		    c->errors);
		guide_edit__check(s);
	} else if (c->count == 0) {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("Nothing differs from what is published"));
	} else {
		guide_diff_push(s, &args, on_publish, 0);
	}
}

unsigned
guide_edit__publish(struct screen *s)
{
	struct guide_edit *d = s->data;
	struct guide_compare c = {.id = s->id, .from = d->stands.published};

	if (!d->known || d->busy)
		return REACT_BEEP;
	guide_edit__keep_typed(s, false);
	if (d->overtaken) {
		ask_clash(s);
		return REACT_HANDLED;
	}
	c.text = xstrdup(text_of(d));
	d->leaving = false;
	d->busy = true;
	model_guide_compare(model_of(s), s, &c, on_compared);
	return REACT_REDRAW;
}

/* ---- throw away ---- */

static unsigned
on_discard(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct guide_edit *d = s->data;

	(void)ui, (void)context;
	if (!r->accepted || d->busy)
		return REACT_REDRAW;
	return act(s, GUIDE_EDIT_DISCARD, NULL, true);
}

unsigned
guide_edit__discard(struct screen *s)
{
	const struct guide_edit *d = s->data;
	struct confirm_args args = {.title = _("Throw the draft away"),
	    .yes = _("Throw it away"),
	    .danger = true};
	struct str question = STR_INIT;

	if (!d->known || d->busy)
		return REACT_BEEP;
	if (guide_edit__is_kept(d) && d->stands.draft[0] == '\0') {
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("There is no draft to throw away"));
		return REACT_HANDLED;
	}
	if (d->stands.published != 0)
		str_addf(&question,
		    _("Throw the draft away?  Version %lld stays as it is."),
		    (long long)d->stands.published);
	else
		str_add(&question,
		    d->stands.kind == KNOWLEDGE_GUIDE
			? _("Throw the whole guide away?  Nothing of it was"
			    " published yet.")
			: _("Throw all of it away?  Nothing of it was"
			    " published yet."));
	args.question = question.s;
	confirm_push(s->ui, s, &args, on_discard, 0);
	str_free(&question);
	return REACT_HANDLED;
}
