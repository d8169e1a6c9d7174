/* inbox_draft - drafts of what is being written: kept, and read again. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/draft_files.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/inbox_int.h"

#include <stdlib.h>
#include <string.h>

#define DRAFT_PAUSE_US (2 * US_PER_SECOND)
#define RETRY_SAVE_US  (10 * US_PER_SECOND)

static enum draft_slot
slot_of(const struct composer *c)
{
	return c->mode == COMPOSE_NOTE ? DRAFT_NOTE : DRAFT_REPLY;
}

/* Of this composer among all editors of the program. */
static uint64_t
place_of(const struct screen *s)
{
	return s->serial << 32 | inbox_of(s)->composer.turn;
}

static void
on_saved(struct screen *s, const struct inbox_draft *draft,
    const struct model_answer *answer)
{
	struct composer *c = &inbox_of(s)->composer;

	if (answer->rc != 0)
		ui_toast(s->ui, TOAST_ERROR,
		    _("The draft could not be kept: %s"), answer->err->text);
	if (draft->turn != c->turn)
		return; /* of a composer that was left */
	c->saving = false;
	c->save_failed = answer->rc != 0;
	if (answer->rc == 0)
		c->saved = c->saving_revision;
	ui_mark(s->ui, s, REACT_REDRAW);
}

/* A draft that cannot be asked for is not waited for. */
static bool
is_away(const struct screen *s)
{
	return inbox_of(s)->composer.draft_away && model_is_away(model_of(s));
}

void
inbox__draft_keep(struct screen *s, bool now)
{
	struct composer *c = &inbox_of(s)->composer;
	int64_t pause = c->save_failed ? RETRY_SAVE_US : DRAFT_PAUSE_US;
	const char *text;
	size_t n;

	if (!inbox__has_editor(c) || c->sending ||
	    c->editor.revision == c->saved || model_of(s) == NULL ||
	    model_is_readonly(model_of(s)))
		return;
	if (c->draft_due && !now && !is_away(s))
		return;
	if (!now && (c->saving || clock_mono_us() - c->key_us < pause))
		return;
	c->saving = true;
	c->saving_revision = c->editor.revision;
	c->key_us = clock_mono_us();
	text = w_editor_text(&c->editor, &n);
	model_inbox_draft_save(model_of(s), s, c->turn, c->id, slot_of(c),
	    text, (int64_t)c->editor.at, c->draft_due ? place_of(s) : 0,
	    c->behind, on_saved);
	free(c->behind);
	c->behind = c->draft_due ? xstrdup(text) : NULL;
}

/*
 * What was typed before the draft came stays behind it; what was kept of that
 * while the desk could not be asked stands there already.
 */
static void
join_draft(struct composer *c, const struct inbox_draft *draft)
{
	struct str typed = STR_INIT, before = STR_INIT;
	size_t n;
	const char *now = w_editor_text(&c->editor, &n), *joint;

	if (draft->body[0] == '\0')
		return;
	str_addn(&typed, now, n);
	str_addn(&before, draft->body,
	    draft_before(draft->body,
		c->draft_away && c->behind != NULL ? c->behind : ""));
	w_editor_set(&c->editor, before.s, before.len);
	if (typed.len > 0) {
		joint = draft_joint(before.s);
		str_insert(&typed, 0, joint, strlen(joint));
		w_editor_insert(&c->editor, typed.s, typed.len);
	} else {
		if (draft->cursor_at >= 0 &&
		    (size_t)draft->cursor_at <= before.len)
			c->editor.at = (size_t)draft->cursor_at;
		if (before.len == strlen(draft->body))
			c->saved = c->editor.revision;
	}
	str_free(&before);
	str_free(&typed);
}

static void
on_draft(struct screen *s, const struct inbox_draft *draft,
    const struct model_answer *answer)
{
	struct composer *c = &inbox_of(s)->composer;

	if (draft->turn != c->turn || !c->draft_due)
		return;
	if (answer->rc == OD_EUNAVAIL) { /* asked again: inbox__draft_tick */
		c->draft_away = true;
		c->send_due = false;
		return;
	}
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else
		join_draft(c, draft);
	c->draft_due = c->draft_away = false;
	FREE(&c->behind);
	if (c->send_due && draft->body[0] != '\0')
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("A draft was there: read it, then send"));
	if (answer->rc != 0 || draft->body[0] != '\0')
		c->send_due = false;
	inbox__send_if_due(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

void
inbox__draft_tick(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;

	inbox__draft_keep(s, false);
	if (inbox__has_editor(c) && c->draft_away && model_of(s) != NULL &&
	    !model_is_away(model_of(s)))
		inbox__draft_read(s);
}

void
inbox__draft_read(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;

	c->draft_due = true;
	model_inbox_draft_load(
	    model_of(s), s, c->turn, c->id, slot_of(c), on_draft);
}
