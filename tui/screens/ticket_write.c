/* ticket_write - see ticket_write.h. */
#include "tui/screens/ticket_write.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>
#include <string.h>

#define KEEP_AFTER_US (2 * US_PER_SECOND)
#define TYPING_US     (10 * US_PER_SECOND)

void
ticket_write_init(struct ticket_write *w)
{
	w_editor_init(&w->editor);
}

void
ticket_write_free(struct ticket_write *w)
{
	free(w->kept[0]);
	free(w->kept[1]);
	w_editor_free(&w->editor);
}

void
ticket_write_drafts(struct ticket_write *w, const struct draft drafts[2])
{
	if (w->kept_known)
		return;
	w->kept_known = true;
	for (size_t i = 0; i < 2; i++)
		w->kept[i] = xstrdup(drafts[i].body);
}

void
ticket_write_open(struct ticket_write *w, const struct ticket *t,
    enum comment_kind kind, int64_t seen_comment)
{
	const char *text = w->kept[kind] != NULL ? w->kept[kind] : "";

	w_editor_set(&w->editor, text, strlen(text));
	w->open = true;
	w->kind = kind;
	w->ticket_id = t->id;
	w->version = t->version;
	w->number = t->number;
	w->seen_comment = seen_comment;
	w->saved = w->seen = w->editor.revision;
}

void
ticket_write_keep(struct screen *s, struct ticket_write *w, bool due_only)
{
	struct seat_draft draft = {.kind = RECORD_TICKET,
	    .record_id = w->ticket_id,
	    .slot = w->kind == COMMENT_NOTE ? DRAFT_NOTE : DRAFT_REPLY,
	    .cursor_at = (int64_t)w->editor.at,
	    .seen_version = w->version};
	size_t n;

	if (!w->open || w->sending || w->editor.revision == w->saved ||
	    model_of(s) == NULL)
		return;
	if (due_only && clock_mono_us() - w->changed_us < KEEP_AFTER_US)
		return;
	draft.body = w_editor_text(&w->editor, &n);
	w->saved = w->editor.revision;
	free(w->kept[w->kind]);
	w->kept[w->kind] = n > 0 ? xstrdup(draft.body) : NULL;
	if (!model_is_readonly(model_of(s)))
		model_seat_draft(model_of(s), &draft);
}

void
ticket_write_close(struct screen *s, struct ticket_write *w)
{
	ticket_write_keep(s, w, false);
	w->open = false;
	if (w->kept[w->kind] != NULL)
		ui_toast(s->ui, TOAST_INFO, "%s",
		    w->kind == COMMENT_NOTE
			? _("The draft is kept; N goes on with the note")
			: _("The draft is kept; r goes on with the reply"));
}

bool
ticket_write_is_typing(const struct ticket_write *w)
{
	return w->open && w->changed_us != 0 &&
	       clock_mono_us() - w->changed_us < TYPING_US;
}

/* ---- send ---- */

static void post(struct screen *s, struct ticket_write *w, int64_t seen);

static unsigned
on_anyway(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_write *w = ticket_card_write(s);

	(void)ui, (void)context;
	if (r->accepted && w->open && !w->sending)
		post(s, w, -1);
	return REACT_REDRAW;
}

static void
on_kept(struct screen *s, const struct ticket_action *action,
    const struct model_answer *answer)
{
	struct ticket_write *w = ticket_card_write(s);
	struct confirm_args args = {.title = _("Somebody was faster"),
	    .yes = _("Send anyway"),
	    .danger = true};

	w->sending = false;
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
	if (answer->rc == 0) {
		w->open = false;
		FREE(&w->kept[action->kind]);
	} else if (answer->rc == OD_ECONFLICT && action->seen_comment >= 0 &&
		   ui_top(s->ui) == s) {
		args.question = answer->err->text;
		confirm_push(s->ui, s, &args, on_anyway, 0);
	} else if (answer->rc == OD_ECONFLICT) {
		ui_toast_err(s->ui, answer->err);
	}
}

static void
post(struct screen *s, struct ticket_write *w, int64_t seen)
{
	size_t n;
	struct ticket_action a = {.act = TICKET_ACT_COMMENT,
	    .id = w->ticket_id,
	    .number = w->number,
	    .kind = w->kind,
	    .body = xstrdup(w_editor_text(&w->editor, &n)),
	    .seen_comment = seen};

	/* Whatever becomes of it, what was typed is on the desk. */
	ticket_write_keep(s, w, false);
	w->sending = true;
	model_ticket_act(model_of(s), s, &a, on_kept);
}

unsigned
ticket_write_send(
    struct screen *s, struct ticket_write *w, enum comment_kind kind)
{
	if (!w->open || w->sending)
		return REACT_BEEP;
	if (kind != w->kind) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    w->kind == COMMENT_NOTE
			? _("This is an internal note: C-t keeps it")
			: _("This is a reply: C-s sends it"));
		return REACT_BEEP | REACT_REDRAW;
	}
	post(s, w, w->seen_comment);
	return REACT_REDRAW;
}

/* ---- keys ---- */

static unsigned
note_change(struct ticket_write *w, unsigned react)
{
	if (w->editor.revision != w->seen) {
		w->seen = w->editor.revision;
		w->changed_us = clock_mono_us();
	}
	return react;
}

unsigned
ticket_write_input(
    struct screen *s, struct ticket_write *w, const struct input *in)
{
	enum w_event event = W_NONE;
	unsigned react;

	if (w->sending)
		return REACT_BEEP;
	react = w_editor_input(&w->editor, in, &event);
	if (event == W_CANCEL) {
		ticket_write_close(s, w);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	if (event == W_ACCEPT)
		return ticket_write_send(s, w, COMMENT_REPLY);
	return note_change(w, react);
}

unsigned
ticket_write_paste(
    struct screen *s, struct ticket_write *w, const char *text, size_t n)
{
	enum w_event event;

	(void)s;
	if (w->sending)
		return REACT_BEEP;
	return note_change(w, w_editor_paste(&w->editor, text, n, &event));
}

/* ---- what is shown ---- */

int
ticket_write_rows(const struct ticket_write *w, int h)
{
	if (!w->open)
		return 0;
	return h < 12 ? (h + 1) / 2 : h / 3 + 2;
}

void
ticket_write_layout(struct ticket_write *w, int width, int rows)
{
	if (rows > 0)
		w_editor_layout(&w->editor, width > 2 ? width - 2 : 1,
		    rows > 2 ? rows - 2 : 1);
}

void
ticket_write_draw(const struct ticket_write *w, struct canvas *c, bool focused)
{
	bool note = w->kind == COMMENT_NOTE;
	const char *title = w->sending ? _("saving ...")
	                    : note
	                        ? _("Internal note, only for us: C-t keeps it")
	                        : _("Reply: C-s sends it");
	struct canvas inside =
	    canvas_box(c, note ? ROLE_NOTE_BORDER : ROLE_REPLY_BORDER, title,
		note ? ROLE_NOTE : ROLE_REPLY);

	w_editor_draw(&w->editor, &inside, note ? ROLE_NOTE : ROLE_REPLY,
	    focused && !w->sending);
}
