/*
 * call_adviser - what cards are filled with, and the model that is asked on a
 * call: whether it is there, which one, and what it was asked before.
 */
#include "tui/screens/call_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/dialogs.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is known for the cards ---- */

struct card_values
call__card_values(const struct screen *s)
{
	const struct call_desk *d = call_desk_of(s);
	const struct call *c = call_of(s);
	const struct actor *who = model_actor(model_of(s));
	struct card_values v = {.operator_name = who->name};

	if (d->hints.book != NULL) {
		v.product = d->hints.book->product;
		v.price = d->hints.book->price;
	}
	if (c != NULL && c->contact_id != 0) {
		v.contact = c->contact_name;
		v.company = d->board.who.company_name;
	}
	return v;
}

static void
on_offer(struct screen *s, const struct model_answer *answer)
{
	if (answer->rc == 0)
		call__hints_follow(s);
}

/* "": that of the tenant. */
static unsigned
price_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_hints *h = &call_desk_of(s)->hints;

	(void)ui, (void)context;
	if (r->accepted)
		model_hint_offer(model_of(s), s,
		    h->product != NULL ? h->product : "",
		    r->text != NULL ? r->text : "", on_offer);
	FREE(&h->product);
	return REACT_REDRAW;
}

static unsigned
product_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct call_hints *h = &call_desk_of(s)->hints;
	const struct prompt_args args = {.title = _("What is sold"),
	    .label = _("What does it cost? Empty: what the desk says"),
	    .text = h->book != NULL ? h->book->price : NULL,
	    .may_be_empty = true};

	(void)context;
	if (!r->accepted)
		return REACT_REDRAW;
	free(h->product);
	h->product = xstrdup(r->text != NULL ? r->text : "");
	prompt_push(ui, s, &args, price_said, 0);
	return REACT_HANDLED;
}

static unsigned
run_offer(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct hint_book *b = call_desk_of(s)->hints.book;
	const struct prompt_args args = {.title = _("What is sold"),
	    .label = _("Product or plan. Empty: what the desk says"),
	    .text = b != NULL ? b->product : NULL,
	    .may_be_empty = true};

	(void)cmd;
	prompt_push(ui, s, &args, product_said, 0);
	return REACT_HANDLED;
}

/* ---- whether the model is there ---- */

static const char *
server_word(enum adviser_server_state state)
{
	switch (state) {
	case ADVISER_UNKNOWN:
		break;
	case ADVISER_ABSENT:
		return _("not reached");
	case ADVISER_NO_MODEL:
		return _("not there");
	case ADVISER_COLD:
		return _("not loaded yet");
	case ADVISER_WARM:
		return _("loaded");
	}
	return NULL;
}

void
call__draw_server(const struct screen *s, struct canvas *c, int x)
{
	const struct adviser *t = call_desk_of(s)->hints.talk;
	struct str line = STR_INIT;
	const char *word;
	enum role role = call__seat_role(call_desk_of(s)->board.seat.state);
	int n;

	if (t == NULL || !adviser_is_possible(t))
		return;
	if ((word = server_word(adviser_server(t)->state)) == NULL)
		return;
	str_addf(&line, "%s: %s",
	    adviser_model(t)[0] != '\0' ? adviser_model(t) : _("Model"), word);
	n = canvas_cells(line.s, line.len);
	if (c->w - n - 1 > x + 1)
		canvas_outside(c, c->w - n - 1, 0, n, role, line.s, line.len);
	str_free(&line);
}

/* ---- which one ---- */

static unsigned
on_model(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct adviser *t = call_desk_of(s)->hints.talk;

	(void)ui, (void)context;
	if (r->accepted && t != NULL && r->text != NULL)
		adviser_use(t, r->text);
	return REACT_REDRAW;
}

static void
on_models(struct screen *s, const struct llm_status *status)
{
	struct chooser_args args = {.title = _("Which model is asked")};
	struct chooser_item *items;
	char(*size)[48];

	if (ui_top(s->ui) != s)
		return;
	if (status->count == 0) {
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    status->error[0] != '\0'
			? status->error
			: _("The server does not say what it has"));
		return;
	}
	items = xcalloc(status->count, sizeof(items[0]));
	size = xcalloc(status->count, sizeof(size[0]));
	for (size_t i = 0; i < status->count; i++) {
		const struct llm_model *m = &status->models[i];

		if (m->bytes > 0)
			str_format(size[i], sizeof(size[i]), "%.1f GB%s%s",
			    (double)m->bytes / 1e9, m->is_loaded ? "  " : "",
			    m->is_loaded ? _("loaded") : "");
		items[i] = (struct chooser_item){
		    (int64_t)i + 1, m->name, size[i], false};
		if (str_equal(
			m->name, adviser_model(call_desk_of(s)->hints.talk)))
			args.selected = (int64_t)i + 1;
	}
	args.items = items;
	args.count = status->count;
	chooser_push(s->ui, s, &args, on_model, 0);
	free(items);
	free(size);
}

static bool
has_server(struct screen *s)
{
	struct adviser *t = call_desk_of(s)->hints.talk;

	if (t != NULL && adviser_is_possible(t))
		return true;
	ui_toast(s->ui, TOAST_INFO, "%s",
	    _("No model server is configured: these are the cards "
	      "alone"));
	return false;
}

static unsigned
run_models(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	if (has_server(s))
		adviser_look(call_desk_of(s)->hints.talk, false, on_models);
	return REACT_REDRAW;
}

/* ---- what was asked ---- */

static void
add_answer(struct str *out, const struct app *app, const struct ai_log *a)
{
	char when[48];

	app_time(app, when, sizeof(when), a->asked_us);
	str_addf(out, "%s  %s\n", when, a->model);
	str_addf(out, "%s %s\n", _("Customer:"), a->asked);
	if (a->said != NULL && a->said[0] != '\0')
		str_addf(out, "%s\n", a->said);
	if (a->reason[0] != '\0')
		str_addf(out, "(%s)\n", a->reason);
	if (a->rating != AI_RATING_NONE)
		str_addf(out, "%s\n",
		    a->rating == AI_RATING_GOOD ? _("It was of use")
						: _("It was of no use"));
	str_addc(out, '\n');
}

static void
on_history(struct screen *s, const struct ai_log *rows, size_t count,
    const struct model_answer *answer)
{
	struct str text = STR_INIT;

	if (answer->rc != 0 || ui_top(s->ui) != s)
		return;
	for (size_t i = 0; i < count; i++)
		add_answer(&text, app_of(s->ui), &rows[i]);
	if (count == 0)
		str_add(&text, _("Nothing was asked yet"));
	pager_push(s->ui, _("What the model was asked"), text.s, text.len);
	str_free(&text);
}

static unsigned
run_history(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	model_hint_history(model_of(s), s, on_history);
	return REACT_HANDLED;
}

static unsigned
run_clear(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	if (has_server(s))
		adviser_clear_history(call_desk_of(s)->hints.talk);
	return REACT_REDRAW;
}

/* clang-format off */
const struct command call_hint_commands[] = {
	{"call.offer", N_("Product and price"), N_("Say what is sold and what it costs: the cards and the model say it so."),
	    "call:P", NULL, NEED_WRITABLE, "setting.own", NAV_NONE, 0, run_offer},
	{"call.models", N_("Which model"), N_("See which models the server has, and ask another one from now on."),
	    "call:gm", NULL, NEED_WRITABLE, "hint.ask", NAV_NONE, 0, run_models},
	{"call.history", N_("What was asked"), N_("Look at what the model was asked lately and what it said."),
	    "call:gh", NULL, 0, "hint.read", NAV_NONE, 0, run_history},
	{"call.forget", N_("Begin anew with the model"), N_("Remind the model of nothing that was asked before."),
	    NULL, "call", NEED_WRITABLE, "hint.ask", NAV_NONE, 0, run_clear},
};
/* clang-format on */
const size_t call_hint_commands_count =
    sizeof(call_hint_commands) / sizeof(call_hint_commands[0]);
