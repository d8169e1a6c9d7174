/*
 * tickets_preview - the selected ticket, read without opening it: below the
 * list, or beside it where the terminal is wide.
 */
#include "tui/screens/tickets_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/screens/ticket_words.h"

#include <string.h>

#define WIDE    110 /* from here on beside the list */
#define LEAST_W 60
#define LEAST_H 18 /* of both, below each other */
#define PART    3  /* of the rows, or 2 of 5 of the cells */
#define LEAST   6

void
tickets__preview_init(struct tickets *d)
{
	w_text_init(&d->pane);
}

void
tickets__preview_free(struct tickets *d)
{
	w_text_free(&d->pane);
	ticket_comments_free(&d->said.comments, d->said.count);
}

void
tickets__preview_layout(struct tickets *d, int w, int h)
{
	int pane_w = 0, pane_h = 0;

	d->list_w = w;
	d->list_h = h;
	if (d->preview && w >= WIDE && h >= LEAST) {
		pane_w = w * 2 / 5;
		pane_h = h;
		d->list_w = w - pane_w - 1;
	} else if (d->preview && w >= LEAST_W && h >= LEAST_H) {
		pane_w = w;
		pane_h = h / PART > LEAST ? h / PART : LEAST;
		d->list_h = h - pane_h - 1;
	}
	w_text_layout(
	    &d->pane, pane_w > 2 ? pane_w - 2 : 1, pane_h > 0 ? pane_h : 1);
}

static bool
is_shown(const struct screen *s)
{
	const struct tickets *d = tickets_of(s);

	return d->list_w < s->w || d->list_h < s->h - 1;
}

/* ---- its text ---- */

static void
add_outside(struct w_text *t, enum role role, struct str *line)
{
	w_text_outside(t, role, 0, line->s, line->len);
	str_free(line);
}

static void
add_part(struct str *line, const char *text)
{
	if (text[0] == '\0')
		return;
	if (line->len > 0)
		str_add(line, " - ");
	str_add(line, text);
}

static void
add_head(struct w_text *t, const struct ticket *k)
{
	struct str title = STR_INIT, who = STR_INIT;

	str_addf(&title, "#%lld  %s", (long long)k->number, k->subject);
	add_outside(t, ROLE_STRONG, &title);
	add_part(&who, ticket_state_word(k->state));
	add_part(&who, ticket_priority_word(k->priority));
	add_part(&who, k->contact_name);
	add_part(&who, k->company_name);
	add_part(&who, k->operator_id != 0 ? k->operator_name
		       : k->team_id != 0   ? k->team_name
					   : _("nobody"));
	add_part(&who, k->category_name);
	add_part(&who, k->tags);
	add_outside(t, ROLE_MUTED, &who);
}

static void
add_comment(struct w_text *t, const struct ticket_comment *c)
{
	bool note = c->kind == COMMENT_NOTE;
	struct str line = STR_INIT;
	char age[32];

	app_age(age, sizeof(age), c->at_us, clock_wall_us());
	str_addf(&line, "%s  %s  %s", age, c->author,
	    note ? _("[internal note]") : _("[reply]"));
	add_outside(t, ROLE_STRONG, &line);
	w_text_outside(
	    t, note ? ROLE_NOTE : ROLE_REPLY, 2, c->body, strlen(c->body));
}

/* The newest first, for there are few rows; what it began with at the end. */
static void
build(struct tickets *d, const struct ticket *k)
{
	struct w_text *t = &d->pane;

	w_text_clear(t);
	d->pane_id = k->id;
	d->pane_version = k->version;
	add_head(t, k);
	if (d->said.id == k->id)
		for (size_t i = d->said.count; i > 0; i--)
			add_comment(t, &d->said.comments[i - 1]);
	if (k->description != NULL && k->description[0] != '\0')
		w_text_outside(
		    t, ROLE_NORMAL, 0, k->description, strlen(k->description));
}

/* ---- following the selection ---- */

static void on_said(struct screen *s, struct ticket_said *said);

static void
ask_said(struct screen *s, int64_t id)
{
	struct tickets *d = tickets_of(s);

	if (d->saying || (d->said.id == id && !d->said_stale))
		return;
	d->saying = true;
	d->said_stale = false;
	model_ticket_said(model_of(s), s, id, on_said);
}

static void
on_said(struct screen *s, struct ticket_said *said)
{
	struct tickets *d = tickets_of(s);

	d->saying = false;
	ticket_comments_free(&d->said.comments, d->said.count);
	d->said = *said;
	said->comments = NULL;
	said->count = 0;
	d->pane_id = 0;
	tickets__preview_follow(s);
	ui_mark(s->ui, s, REACT_REDRAW);
}

void
tickets__preview_follow(struct screen *s)
{
	struct tickets *d = tickets_of(s);
	const struct ticket *k = tickets__selected(d);

	if (!d->preview || !is_shown(s))
		return;
	if (k == NULL) {
		w_text_clear(&d->pane);
		d->pane_id = 0;
	} else if (k->id != d->pane_id || k->version != d->pane_version) {
		build(d, k);
	}
	tickets__preview_layout(d, s->w, s->h - 1);
	if (k != NULL)
		ask_said(s, k->id);
}

void
tickets__preview_stale(struct tickets *d, bool said)
{
	d->pane_id = 0;
	d->said_stale |= said;
}

unsigned
tickets__preview_toggle(struct screen *s)
{
	struct tickets *d = tickets_of(s);

	d->preview = !d->preview;
	model_setting(
	    model_of(s), SETTING_TICKET_PREVIEW, d->preview ? "1" : "");
	tickets__preview_layout(d, s->w, s->h - 1);
	if (d->preview && !is_shown(s))
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("The preview is shown where there is more room"));
	tickets__preview_follow(s);
	return REACT_LAYOUT | REACT_REDRAW;
}

void
tickets__preview_draw(const struct screen *s, struct canvas *c)
{
	const struct tickets *d = tickets_of(s);
	struct canvas pane;

	if (!is_shown(s))
		return;
	if (d->list_w < s->w) {
		canvas_vline(c, d->list_w, 1, c->h - 1, ROLE_BORDER);
		pane = canvas_sub(
		    c, d->list_w + 2, 1, c->w - d->list_w - 3, c->h - 1);
	} else {
		canvas_hline(c, 0, 1 + d->list_h, c->w, ROLE_BORDER);
		pane = canvas_sub(
		    c, 1, 2 + d->list_h, c->w - 2, c->h - 2 - d->list_h);
	}
	canvas_clear(&pane, ROLE_NORMAL);
	w_text_draw(&d->pane, &pane, false);
}
