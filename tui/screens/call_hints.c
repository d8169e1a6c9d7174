/*
 * call_hints - what to answer: the cards stand there as the customer's words
 * are typed, and what a model says comes below them.
 */
#include "tui/screens/call_int.h"

#include "common/i18n.h"
#include "common/llm.h"
#include "common/xalloc.h"
#include "tui/app.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ---- */

static void
find(struct call_hints *h)
{
	const char *said = w_line_text(&h->said);

	h->count = h->book != NULL && said[0] != '\0'
	               ? hint_match(h->book, said, i18n_lang(), h->cards)
	               : 0;
}

static void
show(struct screen *s)
{
	call__fill(s);
	ui_mark(s->ui, s, REACT_LAYOUT | REACT_REDRAW);
}

static void
take_book(struct screen *s, struct hint_book **book)
{
	struct call_hints *h = &call_desk_of(s)->hints;

	hint_book_free(&h->book);
	h->book = *book;
	*book = NULL;
	find(h);
	show(s);
}

static void
on_book(struct screen *s, struct hint_book **book,
    const struct model_answer *answer)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	bool again = h->again;

	h->is_asked = h->again = false;
	if (*book != NULL)
		take_book(s, book);
	else if (answer->rc != 0 && h->open && h->book == NULL)
		ui_toast_err(s->ui, answer->err); /* it was asked for */
	if (again)
		call__hints_follow(s);
}

static double
usual_threshold(const struct screen *s)
{
	return (double)conf_int(conf_section(app_of(s->ui)->conf, CONF_DESK),
		   "hint_threshold") /
	       100;
}

void
call__hints_open(struct screen *s)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	struct llm_settings settings;

	w_line_init(&h->said);
	llm_settings_console(app_of(s->ui)->conf, &settings);
	h->talk = adviser_new(model_of(s), s, &app_of(s->ui)->loop, &settings,
	    usual_threshold(s), show);
	call__hints_follow(s);
	adviser_look(h->talk, false, NULL);
}

void
call__hints_follow(struct screen *s)
{
	struct call_hints *h = &call_desk_of(s)->hints;

	if (h->is_asked) {
		h->again = true;
		return;
	}
	h->is_asked = true;
	model_hint_book(model_of(s), s, usual_threshold(s), h->book, on_book);
}

void
call__hints_warm(struct screen *s)
{
	struct call_hints *h = &call_desk_of(s)->hints;

	if (h->talk != NULL)
		adviser_look(h->talk, true, NULL);
}

void
call__hints_close(struct call_hints *h)
{
	adviser_leave(&h->talk, false);
	hint_book_free(&h->book);
	w_line_free(&h->said);
	FREE(&h->product);
}

void
call__hints_end(struct call_hints *h)
{
	adviser_leave(&h->talk, true);
}

void
call__hints_clear(struct call_hints *h)
{
	h->open = false;
	h->count = 0;
	w_line_set(&h->said, "");
	if (h->talk != NULL)
		adviser_forget(h->talk);
}

bool
call__hints_stop(struct call_hints *h)
{
	enum adviser_state state = adviser_state(h->talk);

	if (state != ADVISER_THINKS && state != ADVISER_SPEAKS)
		return false;
	adviser_cancel(h->talk);
	return true;
}

/* ---- what is shown ---- */

static void
add(struct w_text *t, enum role role, int indent, const char *label,
    const char *text)
{
	struct str line = STR_INIT;

	str_addf(&line, "%s%s", label, text);
	w_text_outside(t, role, indent, line.s, line.len);
	if (label[0] != '\0') {
		w_text_set_label(t, strlen(label), ROLE_KEY);
		w_text_set_hang(t, canvas_cells(label, strlen(label)));
	}
	str_free(&line);
}

/* With what is known in place of the variables; the rest is a gap. */
static void
add_filled(struct w_text *t, enum role role, int indent, const char *label,
    const char *text, const struct card_values *values)
{
	struct str line = STR_INIT;

	(void)card_fill(text, values, i18n_lang(), &line);
	add(t, role, indent, label, line.s != NULL ? line.s : "");
	str_free(&line);
}

/* All that the best one says until a model is asked, whose words come below. */
static void
add_card(struct screen *s, const struct hint_card *card, bool best, bool whole)
{
	const struct objection_words *w = &card->card->words[i18n_lang()];
	const struct card_values values = call__card_values(s);
	struct w_text *t = &call_desk_of(s)->text;
	char label[16];

	add(t, best ? ROLE_STRONG : ROLE_MUTED, 0, "", w->title);
	for (int i = 0; i < w->n_rebuttals && (whole || i == 0); i++) {
		add_filled(
		    t, ROLE_OUTGOING, 2, "- ", w->rebuttals[i].text, &values);
		if (best && w->rebuttals[i].question[0] != '\0')
			add_filled(t, ROLE_INFO, 4, "? ",
			    w->rebuttals[i].question, &values);
	}
	if (!whole || w->avoid.count == 0)
		return;
	str_format(label, sizeof(label), "%s: ", _("Not"));
	add_filled(t, ROLE_WARNING, 2, label, w->avoid.items[0], &values);
}

static void
add_talk(struct w_text *t, const struct adviser *talk)
{
	char head[200];

	switch (adviser_state(talk)) {
	case ADVISER_SILENT:
		return;
	case ADVISER_THINKS:
		str_format(
		    head, sizeof(head), _("%s thinks..."), adviser_model(talk));
		w_text_gap(t);
		w_text_outside(t, ROLE_MUTED, 0, head, strlen(head));
		return;
	case ADVISER_SPEAKS:
	case ADVISER_OVER:
		break;
	}
	w_text_gap(t);
	w_text_outside(t, ROLE_HEADER, 0, adviser_model(talk),
	    strlen(adviser_model(talk)));
	w_text_outside(t, ROLE_NORMAL, 0, adviser_words(talk),
	    strlen(adviser_words(talk)));
	if (adviser_trouble(talk)[0] != '\0')
		w_text_outside(t, ROLE_WARNING, 0, adviser_trouble(talk),
		    strlen(adviser_trouble(talk)));
	else if (adviser_state(talk) == ADVISER_OVER)
		w_text_add(t, ROLE_HINT, 0,
		    _("Was it any good? v says yes, V says no"));
}

void
call__fill_hints(struct screen *s)
{
	struct call_desk *d = call_desk_of(s);
	struct call_hints *h = &d->hints;
	bool alone;

	if (h->talk == NULL) /* the console ends */
		return;
	alone = adviser_state(h->talk) == ADVISER_SILENT;
	for (size_t i = 0; i < h->count && (alone || i == 0); i++)
		add_card(s, &h->cards[i], i == 0, alone && i == 0);
	if (h->count == 0 && h->open && !w_line_is_empty(&h->said))
		w_text_add(&d->text, ROLE_MUTED, 0, _("No card is about that"));
	add_talk(&d->text, h->talk);
	if (h->count > 0 || adviser_state(h->talk) != ADVISER_SILENT)
		w_text_gap(&d->text);
}

void
call__draw_said(const struct screen *s, struct canvas *c, int y)
{
	const struct call_hints *h = &call_desk_of(s)->hints;
	int x = 1;

	if (!h->open && w_line_is_empty(&h->said)) {
		x += canvas_text(c, x, y, -1, ROLE_KEY, "o");
		canvas_textf(c, x, y, c->w - x - 1, ROLE_HINT, " %s",
		    _("type what the customer objects"));
		return;
	}
	x += canvas_textf(c, x, y, -1, ROLE_INCOMING, "%s ", _("Customer:"));
	w_line_draw(
	    &h->said, c, x, y, c->w - x - 1, h->open && ui_top(s->ui) == s);
}

/* ---- keys ---- */

static unsigned
typed(struct screen *s, unsigned react, enum w_event event)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	const struct call *c = call_of(s);

	switch (event) {
	case W_CHANGED:
		find(h);
		call__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	case W_ACCEPT:
		h->open = false;
		if (!w_line_is_empty(&h->said))
			adviser_ask(h->talk, w_line_text(&h->said), i18n_lang(),
			    c != NULL ? c->id : 0);
		call__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	default:
		return react;
	}
}

unsigned
call__hints_input(struct screen *s, const struct input *in)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	enum w_event event = W_NONE;
	unsigned react;

	if (in->nav == NAV_BACK) {
		h->open = false;
		adviser_cancel(h->talk);
		call__fill(s);
		return REACT_LAYOUT | REACT_REDRAW;
	}
	react = w_line_input(&h->said, in, &event);
	return typed(s, react, event);
}

unsigned
call__hints_paste(struct screen *s, const char *text, size_t n)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	enum w_event event = W_NONE;
	unsigned react;

	if (!h->open)
		return REACT_NONE;
	react = w_line_paste(&h->said, text, n, &event);
	return typed(s, react, event);
}

unsigned
call__run_objection(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct call_hints *h = &call_desk_of(s)->hints;

	(void)ui, (void)cmd;
	h->open = true;
	adviser_forget(h->talk);
	if (h->book == NULL)
		call__hints_follow(s);
	w_line_set(&h->said, "");
	find(h);
	call__fill(s);
	return REACT_LAYOUT | REACT_REDRAW;
}

unsigned
call__run_rate(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui;
	adviser_rate(call_desk_of(s)->hints.talk, cmd->arg != 0);
	return REACT_HANDLED;
}
