/* ticket_write - see ticket_write.h. */
#include "tui/screens/ticket_write.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/draft_files.h"
#include "db/records/replies.h"
#include "tui/app.h"
#include "tui/model/model_seat.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/reply_pick.h"

#include <stdlib.h>
#include <string.h>

#define SMALL_W       60
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
	free(w->behind);
	for (size_t i = 0; i < 2; i++)
		ticket_going_clear(&w->files[i]);
	ticket_going_clear(&w->sent);
	w_editor_free(&w->editor);
}

void
ticket_write_begin(
    struct ticket_write *w, int64_t ticket, enum comment_kind kind)
{
	if (!w->due)
		w_editor_set(&w->editor, "", 0);
	w->open = w->due = true;
	w->send_due = false;
	w->kind = kind;
	w->editor.mark = kind == COMMENT_REPLY ? reply_variable_next : NULL;
	w->ticket_id = ticket;
	if (!w->left)
		w->saved = w->seen = w->editor.revision;
}

void
ticket_write_wait(struct ticket_write *w)
{
	w->away = w->due;
	w->send_due = false;
}

void
ticket_write_open(struct ticket_write *w, const struct ticket_card *card,
    enum comment_kind kind)
{
	const struct ticket *t = &card->t;
	const char *text = w->kept[kind] != NULL ? w->kept[kind] : "";

	w_editor_set(&w->editor, text, strlen(text));
	w->open = true;
	w->kind = kind;
	w->editor.mark = kind == COMMENT_REPLY ? reply_variable_next : NULL;
	w->ticket_id = t->id;
	w->version = t->version;
	w->number = t->number;
	ticket_guard_see(&w->guard, card);
	w->saved = w->seen = w->editor.revision;
}

/*
 * The card is there.  What was typed is behind its draft already when the
 * editor was left meanwhile.
 */
static void
catch_up(struct screen *s, struct ticket_write *w,
    const struct ticket_card *card)
{
	char *old = w->kept[w->kind] != NULL ? w->kept[w->kind] : "";
	bool sends = w->send_due && old[0] == '\0';
	struct str typed = STR_INIT;
	size_t n, back;
	const char *text = w_editor_text(&w->editor, &n);

	if (w->send_due && !sends)
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("A draft was there: read it, then send"));
	if (w->left && old[0] != '\0')
		old[draft_before(old, w->behind)] = '\0';
	if (n > 0)
		str_addf(&typed, "%s%s", draft_joint(old), text);
	back = n - w->editor.at;
	w->due = w->away = w->left = w->send_due = false;
	if (w->open) {
		ticket_write_open(w, card, w->kind);
		if (typed.len > 0 &&
		    w_editor_insert(&w->editor, typed.s, typed.len))
			w_editor_go(&w->editor, w->editor.at - back);
		w->seen = w->editor.revision;
	} else if (typed.len > 0) {
		str_insert(&typed, 0, old, strlen(old));
		free(w->kept[w->kind]);
		w->kept[w->kind] = str_take(&typed);
	}
	str_free(&typed);
	if (sends && w->open)
		ui_mark(s->ui, s, ticket_write_send(s, w, w->kind));
}

void
ticket_write_read(
    struct screen *s, struct ticket_write *w, const struct ticket_card *card)
{
	w->route = card->route;
	if (w->kept_known)
		return;
	w->kept_known = true;
	for (size_t i = 0; i < 2; i++)
		w->kept[i] = xstrdup(card->drafts[i].body);
	ticket_attach_kept(s, card);
	if (w->due)
		catch_up(s, w, card);
}

void
ticket_write_back(struct ticket_write *w, const char *body)
{
	bool here = w->open && w->kind == COMMENT_REPLY;
	const char *now =
	    here ? w_editor_text(&w->editor, NULL) : w->kept[COMMENT_REPLY];
	struct str text = STR_INIT;

	if (w->files[COMMENT_REPLY].count == 0) {
		w->files[COMMENT_REPLY] = w->sent;
		w->sent.count = 0;
	}
	str_add(&text, body);
	if (now != NULL && now[0] != '\0')
		str_add(&text, "\n\n");
	if (here) {
		w_editor_go(&w->editor, 0);
		(void)w_editor_insert(&w->editor, text.s, text.len);
	} else {
		str_add(&text, now != NULL ? now : "");
		free(w->kept[COMMENT_REPLY]);
		w->kept[COMMENT_REPLY] = xstrdup(text.s);
	}
	str_free(&text);
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
	/* While somebody types it can wait for a card that comes. */
	if (w->due && due_only &&
	    !(w->away && model_is_away(model_of(s))))
		return;
	draft.body = w_editor_text(&w->editor, &n);
	draft.behind = w->due ? s->serial << 32 | 1 : 0;
	draft.earlier = w->behind;
	w->left = w->due;
	w->saved = w->editor.revision;
	if (!w->due) {
		free(w->kept[w->kind]);
		w->kept[w->kind] = n > 0 ? xstrdup(draft.body) : NULL;
	}
	if (!model_is_readonly(model_of(s)))
		model_seat_draft(model_of(s), &draft);
	free(w->behind);
	w->behind = w->due ? xstrdup(draft.body) : NULL;
}

void
ticket_write_close(struct screen *s, struct ticket_write *w)
{
	ticket_write_keep(s, w, false);
	w->open = false;
	if (w->kept[w->kind] != NULL || w->left ||
	    w->files[w->kind].count > 0)
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

static void post(struct screen *s, struct ticket_write *w);

static unsigned
on_anyway(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct ticket_write *w = ticket_card_write(s);

	(void)ui, (void)context;
	if (r->accepted && w->open && !w->sending)
		post(s, w);
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
	struct str question = STR_INIT;

	w->sending = false;
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
	if (answer->rc == 0) {
		w->open = false;
		FREE(&w->kept[action->kind]);
		ticket_going_clear(&w->sent);
		if (action->kind == COMMENT_REPLY)
			w->sent = w->files[COMMENT_REPLY];
		else
			ticket_going_clear(&w->files[action->kind]);
		w->files[action->kind].count = 0;
	} else if (answer->rc == OD_ECONFLICT && action->guard.refused &&
		   ui_top(s->ui) == s) {
		/* What is read now is not asked about again. */
		w->guard = action->guard;
		str_add(&question, answer->err->text);
		if (action->missed != NULL)
			str_addf(&question, "\n%s", action->missed);
		args.question = question.s;
		confirm_push(s->ui, s, &args, on_anyway, 0);
		str_free(&question);
	} else if (answer->rc == OD_ECONFLICT) {
		ui_toast_err(s->ui, answer->err);
	}
}

static void
post(struct screen *s, struct ticket_write *w)
{
	size_t n;
	struct ticket_action a = {.act = TICKET_ACT_COMMENT,
	    .id = w->ticket_id,
	    .number = w->number,
	    .kind = w->kind,
	    .body = xstrdup(w_editor_text(&w->editor, &n)),
	    .guard = w->guard};
	const struct ticket_going *g = &w->files[w->kind];
	struct reply_route route = w->route;

	if (g->count > 0)
		ticket_reply_with_files(&route);
	a.stays = route.way == REPLY_STAYS;
	for (size_t i = 0; i < g->count; i++)
		a.paths[i] = xstrdup(g->list[i].path);
	a.path_count = g->count;
	/* Whatever becomes of it, what was typed is on the desk. */
	ticket_write_keep(s, w, false);
	w->sending = true;
	model_ticket_act(model_of(s), s, &a, on_kept);
}

/* Its words would go by chat, its files do not: what then, is asked. */
static bool
asks_about_files(struct screen *s, const struct ticket_write *w)
{
	const struct confirm_args args = {.title = _("Files do not go by chat"),
	    .question =
		_("Only a chat reaches this customer, and files do not go by"
		  " it: kept here, nobody gets the reply.  C-o and Enter take"
		  " the files off."),
	    .yes = _("Keep it here"),
	    .danger = true};

	if (w->kind != COMMENT_REPLY || w->files[w->kind].count == 0 ||
	    w->route.way != REPLY_BY_CHAT || w->route.has_mail)
		return false;
	confirm_push(s->ui, s, &args, on_anyway, 0);
	return true;
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
	if (kind == COMMENT_REPLY && reply_pick_stops(s->ui, &w->editor))
		return REACT_BEEP | REACT_REDRAW;
	if (w->away) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("The database server does not answer; wait until it is"
		      " back"));
		return REACT_BEEP | REACT_REDRAW;
	}
	if (w->due) {
		w->send_due = true;
		return REACT_REDRAW;
	}
	if (asks_about_files(s, w))
		return REACT_HANDLED;
	post(s, w);
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

static unsigned
on_picked(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t kind)
{
	struct ticket_write *w = ticket_card_write(s);

	if (!w->open || w->sending || w->kind != (enum comment_kind)kind)
		return REACT_NONE;
	(void)reply_pick_take(ui, &w->editor, r);
	return note_change(w, REACT_REDRAW);
}

unsigned
ticket_write_input(
    struct screen *s, struct ticket_write *w, const struct input *in)
{
	enum w_event event = W_NONE;
	unsigned react;

	if (w->sending)
		return REACT_BEEP;
	w->send_due = false;
	if (reply_pick_begins(s, &w->editor, in)) {
		reply_pick_push(
		    s, RECORD_TICKET, w->ticket_id, on_picked, w->kind);
		return REACT_HANDLED;
	}
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
	int frame = 2 + (rows > 3 && w->files[w->kind].count > 0);

	if (rows > 0)
		w_editor_layout(&w->editor, width > 2 ? width - 2 : 1,
		    rows > frame ? rows - frame : 1);
}

void
ticket_write_draw(const struct ticket_write *w, struct canvas *c, bool focused)
{
	bool note = w->kind == COMMENT_NOTE;
	const struct ticket_going *g = &w->files[w->kind];
	struct reply_route route = w->route;
	char way[400], reply[500];
	size_t n = 0;
	const char *title = w->sending || w->send_due ? _("saving ...")
	                    : note
	                        ? _("Internal note, only for us: C-t keeps it")
	                        : reply;

	/* Before it is sent, one sees where it goes. */
	if (g->count > 0)
		ticket_reply_with_files(&route);
	ticket_reply_sentence(&route, way, sizeof(way));
	if (w->due)
		str_copy(reply, sizeof(reply), _("Reply: reading the ticket"));
	else
		str_format(reply, sizeof(reply),
	    c->w < SMALL_W             ? "C-s: %s"
	    : route.way == REPLY_STAYS ? _("Reply: C-s keeps it; %s")
				       : _("Reply: C-s sends it; %s"),
	    way);

	struct canvas inside =
	    canvas_box(c, note ? ROLE_NOTE_BORDER : ROLE_REPLY_BORDER, title,
		note ? ROLE_NOTE : ROLE_REPLY);

	(void)w_editor_text(&w->editor, &n);
	if (n == 0 && c->h > 2 && !canvas_is_plain(c) && !w->sending)
		canvas_text(c, 2, c->h - 1, c->w - 4, ROLE_MUTED,
		    _(" ; a canned reply "));
	if (g->count > 0 && c->h > 3) {
		struct str line = STR_INIT;

		str_add(&line, "+ ");
		ticket_going_text(g, &line);
		canvas_outside(
		    &inside, 0, 0, inside.w, ROLE_LINK, line.s, line.len);
		str_free(&line);
		inside = canvas_sub(&inside, 0, 1, inside.w, inside.h - 1);
	}
	w_editor_draw(&w->editor, &inside, note ? ROLE_NOTE : ROLE_REPLY,
	    focused && !w->sending);
}
