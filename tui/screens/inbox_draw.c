/* inbox_draw - what the inbox looks like. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "tui/app.h"
#include "tui/screens/inbox_int.h"

#include <string.h>

#define EDITOR_LEAST   3
#define EDITOR_MOST    8
#define COUNTER_FROM   3500 /* characters, when their number is shown */
#define HEADER_FULL_H  16   /* pane height for all rows of the header */
#define HEADER_SHORT_H 9

static const char *const view_words[CONVERSATION_VIEW_COUNT] = {
    [VIEW_MINE] = N_("With me"),
    [VIEW_UNASSIGNED] = N_("No owner"),
    [VIEW_UNREAD] = N_("Unread"),
    [VIEW_TEAM] = N_("Team"),
    [VIEW_ALL] = N_("All open"),
    [VIEW_CLOSED] = N_("Done"),
};

/* ---- the row of views ---- */

static void
count_text(const struct inbox *d, int view, char *out, size_t size)
{
	if (!d->counts_known)
		str_copy(out, size, "");
	else if (d->counts[view] >= INBOX_COUNT_CAP)
		str_format(out, size, " %d+", INBOX_COUNT_CAP - 1);
	else
		str_format(out, size, " %d", d->counts[view]);
}

static void
view_text(const struct inbox *d, int view, bool with_word, struct str *out)
{
	char count[16];

	count_text(d, view, count, sizeof(count));
	if (with_word)
		str_addf(out, "%d %s%s", view + 1, _(view_words[view]), count);
	else
		str_addf(out, "%d·%s", view + 1, count + (count[0] == ' '));
}

static int
views_cells(const struct inbox *d)
{
	struct str all = STR_INIT;
	int cells;

	for (int v = 0; v < CONVERSATION_VIEW_COUNT; v++)
		view_text(d, v, true, &all);
	cells = canvas_cells(all.s, all.len);
	str_free(&all);
	return cells;
}

/*
 * Blanks between them belong to the one that is shown.  Draws on c, unless it
 * is NULL; returns the view at column at of w, -1: none.
 */
static int
walk_views(const struct inbox *d, struct canvas *c, int w, int at)
{
	int cells = views_cells(d), n = CONVERSATION_VIEW_COUNT, x = 0;
	bool words = cells + n + 1 <= w;
	int gap = words && cells + 2 * n + 1 <= w ? 2 : 1, found = -1;

	for (int v = 0; v < CONVERSATION_VIEW_COUNT; v++) {
		bool now = (enum conversation_view)v == d->view;
		enum role role = now ? ROLE_BADGE : ROLE_HEADER;
		struct str text = STR_INIT;

		view_text(d, v, words || now, &text);
		cells = canvas_cells(text.s, text.len);
		if (at > x && at <= x + cells)
			found = v;
		if (c != NULL && now)
			canvas_fill(c, x, 0, cells + 2, role);
		if (c != NULL)
			canvas_text(c, x + 1, 0, -1, role, text.s);
		x += cells + gap;
		str_free(&text);
	}
	return found;
}

static void
draw_views(const struct inbox *d, struct canvas *c)
{
	canvas_fill(c, 0, 0, c->w, ROLE_HEADER);
	(void)walk_views(d, c, c->w, -1);
}

int
inbox__view_at(const struct screen *s, int x)
{
	return walk_views(s->data, NULL, s->w, x);
}

/* ---- the thread's header ---- */

int
inbox__header_rows(int h)
{
	return h >= HEADER_FULL_H ? 4 : h >= HEADER_SHORT_H ? 2 : 1;
}

static void
join(struct str *out, const char *s)
{
	if (s[0] == '\0')
		return;
	if (out->len > 0)
		str_add(out, " · ");
	str_add(out, s);
}

/* day: "", or what is told after the name where there is room. */
static void
draw_who(const struct conversation *c, struct canvas *canvas, const char *day)
{
	struct str window = STR_INIT, name = STR_INIT;
	enum role role = ROLE_MUTED;
	int cells, x;

	if (c->state == CONVERSATION_CLOSED)
		str_add(&window, _("conversation closed"));
	else
		inbox_window(conversation_window_left(c, clock_wall_us()),
		    &window, &role);
	cells = canvas_cells(window.s, window.len);
	if (cells > canvas->w / 2)
		cells = canvas->w / 2;
	str_add(&name, c->contact_name[0] != '\0' ? c->contact_name : c->peer);
	x = canvas_outside(
	    canvas, 0, 0, canvas->w - cells - 1, ROLE_STRONG, name.s, name.len);
	if (day[0] != '\0' &&
	    x + 3 + canvas_cells(day, strlen(day)) < canvas->w - cells)
		canvas_textf(canvas, x, 0, -1, ROLE_MUTED, " · %s", day);
	canvas_text(canvas, canvas->w - cells, 0, cells, role, window.s);
	str_free(&window);
	str_free(&name);
}

static void
draw_where(const struct conversation *c, struct canvas *canvas, int y)
{
	struct str line = STR_INIT;

	if (c->peer[0] >= '0' && c->peer[0] <= '9')
		str_add(&line, "+");
	str_add(&line, c->peer);
	join(&line, c->company_name);
	join(&line, c->channel);
	canvas_outside(canvas, 0, y, canvas->w, ROLE_MUTED, line.s, line.len);
	str_free(&line);
}

/* "Bruno is typing", "Bruno is here too". */
static void
others_text(const struct inbox_thread *t, struct str *out)
{
	for (size_t i = 0; i < t->other_count; i++) {
		char name[64], line[128];

		text_safe_buf(name, sizeof(name), t->others[i].name);
		str_format(line, sizeof(line),
		    t->others[i].typing ? _("%s is typing") : _("%s looks too"),
		    name);
		join(out, line);
	}
}

static void
draw_owner(const struct inbox_thread *t, struct canvas *canvas, int y)
{
	const struct conversation *c = &t->c;
	struct str line = STR_INIT, others = STR_INIT;
	char ticket[48];
	int x;

	others_text(t, &others);
	if (c->operator_name[0] != '\0')
		str_addf(&line, _("owner: %s"), c->operator_name);
	else
		str_add(&line, _("no owner"));
	join(&line, c->team_name);
	if (c->ticket_number != 0) {
		str_format(ticket, sizeof(ticket), _("ticket %lld"),
		    (long long)c->ticket_number);
		join(&line, ticket);
	}
	x = canvas_outside(canvas, 0, y, canvas->w,
	    c->operator_id != 0 ? ROLE_NORMAL : ROLE_UNREAD, line.s, line.len);
	if (others.len > 0 && canvas->w - x > 4)
		canvas_text(canvas, x + 2, y, canvas->w - x - 2, ROLE_WARNING,
		    others.s);
	str_free(&line);
	str_free(&others);
}

static void
draw_header(const struct screen *s, struct canvas *c, int rows)
{
	const struct inbox *d = inbox_of(s);
	struct str day = STR_INIT;

	inbox__thread_day(s, &day);
	draw_who(&d->thread.c, c, rows < 4 && day.s != NULL ? day.s : "");
	if (rows == 2)
		draw_owner(&d->thread, c, 1);
	if (rows >= 4) {
		draw_where(&d->thread.c, c, 1);
		draw_owner(&d->thread, c, 2);
		/* Not where a day's own rule follows at once. */
		if (day.len > 0 || d->thread.count == 0)
			canvas_hline(c, 0, 3, c->w, ROLE_BORDER);
		if (day.len > 0)
			canvas_textf(c, 1, 3, -1, ROLE_MUTED, " %s ", day.s);
	}
	str_free(&day);
}

/* ---- the composer ---- */

int
inbox__composer_rows(const struct screen *s, int w, int h)
{
	const struct composer *c = &inbox_of(s)->composer;
	int room = h - inbox__header_rows(h) - 2, rows;

	if (c->mode == COMPOSE_NONE)
		return 0;
	if (c->mode == COMPOSE_FORM) {
		rows = inbox__form_rows(&c->form, w - 2);
	} else {
		rows = w_editor_rows(&c->editor, w > 2 ? w - 2 : 1);
		rows = rows < EDITOR_LEAST ? EDITOR_LEAST : rows;
		rows = rows > EDITOR_MOST ? EDITOR_MOST : rows;
	}
	rows += 2;
	if (rows > room)
		rows = room;
	return rows < 3 ? 3 : rows;
}

static void
composer_title(const struct inbox *d, struct str *out)
{
	char name[64];

	text_safe_buf(name, sizeof(name), d->composer.name);
	switch (d->composer.mode) {
	case COMPOSE_NONE:
		break;
	case COMPOSE_REPLY:
		str_addf(out, _("REPLY to %s"), name);
		break;
	case COMPOSE_NOTE:
		str_add(out, _("INTERNAL NOTE: the customer does not see it"));
		break;
	case COMPOSE_FORM:
		str_addf(out, _("TEMPLATE for %s"), name);
		break;
	}
}

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xC0) != 0x80;
	return n;
}

/* What is happening to the text: at the right of the lower edge. */
static void
composer_state(const struct composer *c, struct str *out)
{
	size_t n = 0, count;
	const char *text = w_editor_text(&c->editor, &n);

	if (c->sending)
		str_add(out, _("sending"));
	else if (c->mode == COMPOSE_FORM)
		return;
	else if (c->draft_due && !c->draft_away)
		str_add(out, _("reading the draft"));
	else if (c->mode == COMPOSE_REPLY &&
		 (count = characters(text)) > COUNTER_FROM)
		str_addf(out, "%zu/%d", count, MESSAGE_TEXT_MAX);
	else if (n > 0)
		str_add(out, c->editor.revision == c->saved
				 ? _("draft kept")
				 : _("not kept yet"));
}

static const char *
composer_keys(const struct composer *c)
{
	size_t n = 0;

	switch (c->mode) {
	case COMPOSE_REPLY:
		(void)w_editor_text(&c->editor, &n);
		return n > 0 ? _("C-s sends it") : _("C-s sends it   ; a canned reply");
	case COMPOSE_NOTE:
		return _("C-t keeps the note");
	case COMPOSE_FORM:
		return _("C-s sends the template");
	case COMPOSE_NONE:
		break;
	}
	return "";
}

/* " text " on the lower edge; right: at its end, when there is room. */
static void
edge_text(struct canvas *box, bool right, int room, enum role role,
    const char *s, int *used)
{
	struct str text = STR_INIT;
	int cells;

	str_addf(&text, " %s ", s);
	cells = canvas_cells(text.s, text.len);
	if (s[0] != '\0' && (cells <= room || !right))
		*used = canvas_text(box, right ? box->w - cells - 1 : 1,
		    box->h - 1, room, role, text.s);
	str_free(&text);
}

static void
draw_edge(const struct composer *c, struct canvas *box, enum role role)
{
	struct str state = STR_INIT;
	int used = 0, room = box->w - 2;

	composer_state(c, &state);
	edge_text(box, false, room, role, composer_keys(c), &used);
	edge_text(box, true, room - used,
	    c->save_failed ? ROLE_ERROR : ROLE_MUTED, state.s, &used);
	str_free(&state);
}

static void
draw_composer(const struct screen *s, struct canvas *box)
{
	const struct inbox *d = inbox_of(s);
	const struct composer *c = &d->composer;
	bool note = c->mode == COMPOSE_NOTE;
	enum role border = note ? ROLE_NOTE_BORDER : ROLE_REPLY_BORDER;
	bool focused = d->focus == INBOX_COMPOSER && ui_top(s->ui) == s;
	struct str title = STR_INIT;
	struct canvas inside;

	composer_title(d, &title);
	inside = canvas_box(box, border, title.s, border);
	str_free(&title);
	if (c->mode == COMPOSE_FORM)
		inbox__form_draw(&c->form, &inside);
	else
		w_editor_draw(&c->editor, &inside,
		    note ? ROLE_NOTE : ROLE_REPLY, focused && !c->sending);
	if (!canvas_is_plain(box))
		draw_edge(c, box, border);
}

/* ---- panes ---- */

static void
draw_draft_hint(const struct inbox *d, struct canvas *c)
{
	const char *reply = d->thread.drafts[DRAFT_REPLY];
	const char *note = d->thread.drafts[DRAFT_NOTE];
	struct str line = STR_INIT;

	if (reply != NULL)
		str_addf(&line, "%s %s", _("Draft (r):"), reply);
	else if (note != NULL)
		str_addf(&line, "%s %s", _("Draft of a note (N):"), note);
	if (line.len > 0)
		canvas_outside(c, 0, c->h - 1, c->w,
		    reply != NULL ? ROLE_REPLY : ROLE_NOTE, line.s, line.len);
	str_free(&line);
}

/* "Guide (gu): step 2, the customer alone · VPN will not connect" */
static void
draw_walk(const struct screen *s, struct canvas *c)
{
	const struct inbox_walk *w = &inbox_of(s)->thread.walk;
	const char *who = w->is_paused  ? _("paused")
	                  : w->is_alone ? _("the customer alone")
	                                : w->operator_name;
	char keys[32];
	struct str line = STR_INIT;

	ui_keys_of(s->ui, "inbox.guide", keys, sizeof(keys));
	str_addf(&line, _("Guide (%s):"), keys);
	str_addc(&line, ' ');
	str_addf(&line, _("step %d"), w->step);
	if (who[0] != '\0')
		str_addf(&line, ", %s", who);
	join(&line, w->title);
	canvas_outside(c, 0, c->h - 1, c->w, ROLE_INFO, line.s, line.len);
	str_free(&line);
}

bool
inbox__has_draft_hint(const struct inbox *d)
{
	return d->composer.mode == COMPOSE_NONE && d->state == THREAD_SHOWN &&
	       (d->thread.drafts[0] != NULL || d->thread.drafts[1] != NULL);
}

bool
inbox__has_walk(const struct inbox *d)
{
	return d->composer.mode == COMPOSE_NONE && d->state == THREAD_SHOWN &&
	       d->thread.walk.id != 0;
}

static void
draw_thread(const struct screen *s, struct canvas *c)
{
	const struct inbox *d = inbox_of(s);
	int header = inbox__header_rows(c->h);
	int composer = inbox__composer_rows(s, c->w, c->h);
	struct canvas text =
	    canvas_sub(c, 0, header, c->w, c->h - header - composer);
	struct canvas box = canvas_sub(c, 0, c->h - composer, c->w, composer);

	canvas_clear(c, ROLE_NORMAL);
	switch (d->state) {
	case THREAD_NONE:
		canvas_text(c, 1, 0, c->w - 1, ROLE_MUTED,
		    !d->loaded ? _("Reading...")
			       : _("Choose a conversation on the left"));
		return;
	case THREAD_READING:
		canvas_text(c, 1, 0, c->w - 1, ROLE_MUTED, _("Reading..."));
		break;
	case THREAD_GONE:
		canvas_text(c, 1, 0, c->w - 1, ROLE_WARNING,
		    _("This conversation is gone, or not yours to read"));
		break;
	case THREAD_SHOWN:
		draw_header(s, c, header);
		if (inbox__has_draft_hint(d)) {
			draw_draft_hint(d, &text);
			text.h--;
		}
		if (inbox__has_walk(d)) {
			draw_walk(s, &text);
			text.h--;
		}
		w_text_draw(&d->text, &text,
		    d->focus == INBOX_THREAD && ui_top(s->ui) == s);
		break;
	}
	if (composer > 0)
		draw_composer(s, &box);
}

void
inbox__draw(const struct screen *s, struct canvas *c)
{
	const struct inbox *d = inbox_of(s);
	struct canvas left, right;
	int top = inbox__top_rows(s);

	canvas_clear(c, ROLE_NORMAL);
	if (top > 0)
		draw_views(d, c);
	left =
	    canvas_sub(c, 0, top, d->list_w > 0 ? d->list_w : c->w, c->h - top);
	if (inbox__shows_list(s))
		w_list_draw(&d->list, &left,
		    d->focus == INBOX_LIST && ui_top(s->ui) == s);
	if (!inbox__shows_thread(s))
		return;
	if (d->list_w > 0) {
		canvas_vline(c, d->list_w, top, c->h - top,
		    d->focus == INBOX_LIST ? ROLE_BORDER : ROLE_BORDER_FOCUS);
		right = canvas_sub(
		    c, d->list_w + 2, top, c->w - d->list_w - 2, c->h - top);
	} else {
		right = canvas_sub(c, 0, top, c->w, c->h - top);
	}
	draw_thread(s, &right);
}
