/* inbox_draft - drafts of what is being written: kept, and read again. */
#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/screens/inbox_int.h"

#include <string.h>

#define DRAFT_PAUSE_US (2 * US_PER_SECOND)
#define RETRY_SAVE_US  (10 * US_PER_SECOND)

static enum draft_slot
slot_of(const struct composer *c)
{
	return c->mode == COMPOSE_NOTE ? DRAFT_NOTE : DRAFT_REPLY;
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

void
inbox__draft_keep(struct screen *s, bool now)
{
	struct composer *c = &inbox_of(s)->composer;
	int64_t pause = c->save_failed ? RETRY_SAVE_US : DRAFT_PAUSE_US;
	size_t n;

	if (!inbox__has_editor(c) || c->sending || (c->draft_due && !now) ||
	    c->editor.revision == c->saved || model_of(s) == NULL ||
	    model_is_readonly(model_of(s)))
		return;
	if (!now && (c->saving || clock_mono_us() - c->key_us < pause))
		return;
	c->saving = true;
	c->saving_revision = c->editor.revision;
	c->key_us = clock_mono_us();
	model_inbox_draft_save(model_of(s), s, c->turn, c->id, slot_of(c),
	    w_editor_text(&c->editor, &n), (int64_t)c->editor.at, c->draft_due,
	    on_saved);
}

/* What was typed before the draft came stays behind it. */
static void
join_draft(struct composer *c, const struct inbox_draft *draft)
{
	struct str typed = STR_INIT;
	size_t n;
	const char *now = w_editor_text(&c->editor, &n);

	if (draft->body[0] == '\0')
		return;
	str_addn(&typed, now, n);
	w_editor_set(&c->editor, draft->body, strlen(draft->body));
	if (typed.len > 0) {
		str_insert(&typed, 0, draft_joint(draft->body),
		    strlen(draft_joint(draft->body)));
		w_editor_insert(&c->editor, typed.s, typed.len);
	} else {
		if (draft->cursor_at >= 0 &&
		    (size_t)draft->cursor_at <= strlen(draft->body))
			c->editor.at = (size_t)draft->cursor_at;
		c->saved = c->editor.revision;
	}
	str_free(&typed);
}

static void
on_draft(struct screen *s, const struct inbox_draft *draft,
    const struct model_answer *answer)
{
	struct composer *c = &inbox_of(s)->composer;

	if (draft->turn != c->turn || !c->draft_due)
		return;
	c->draft_due = false;
	if (answer->rc != 0)
		ui_toast_err(s->ui, answer->err);
	else
		join_draft(c, draft);
	if (c->send_due && draft->body[0] != '\0')
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("A draft was there: read it, then send"));
	if (answer->rc != 0 || draft->body[0] != '\0')
		c->send_due = false;
	inbox__send_if_due(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

void
inbox__draft_read(struct screen *s)
{
	struct composer *c = &inbox_of(s)->composer;

	c->draft_due = true;
	model_inbox_draft_load(
	    model_of(s), s, c->turn, c->id, slot_of(c), on_draft);
}
