/*
 * guide_session_ask - what is asked before something is done in a session: a
 * reason, a person, a value, and whether a text is to leave as it is shown.
 */
#include "tui/screens/guide_session_int.h"

#include "common/i18n.h"
#include "common/xalloc.h"
#include "kb/guide_walk.h"
#include "tui/app.h"
#include "tui/model/model_tickets.h"
#include "tui/screens/dialogs.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- a line of text, then done ---- */

static unsigned
said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_action *wish = &walk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->text = xstrdup(r->text != NULL ? r->text : "");
	walk__send(s, wish);
	return REACT_HANDLED;
}

/* It begins with the text that the wish has. */
static void
ask_line(struct screen *s, const char *title, const char *label,
    bool may_be_empty, screen_result_fn *done)
{
	struct guide_action *wish = &walk_of(s)->wish;
	struct prompt_args args = {.title = title,
	    .label = label,
	    .text = wish->text,
	    .may_be_empty = may_be_empty};

	prompt_push(s->ui, s, &args, done, 0);
	FREE(&wish->text);
}

/* ---- values ---- */

static const struct guide_variable *
variable_of(const struct session *n, const char *name)
{
	return guide_variable(n->guide, name, strlen(name));
}

static void on_value(struct screen *s, const struct guide_action *a,
    const struct model_answer *answer);

static void
send_value(struct screen *s, const char *value)
{
	struct walk *d = walk_of(s);
	struct guide_action *wish = &d->wish;

	wish->text = xstrdup(value);
	wish->id = s->id;
	model_guide_act(model_of(s), s, wish, on_value);
	wish->text = NULL; /* taken */
}

static unsigned
value_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (r->accepted)
		send_value(s, r->text != NULL ? r->text : "");
	return REACT_HANDLED;
}

static void
ask_choice(struct screen *s, const struct guide_variable *v,
    const struct guide_variable_words *words, const char *title)
{
	struct chooser_item items[GUIDE_MAX_ITEMS];
	struct chooser_args args = {.title = title, .items = items};

	if (v->type == GUIDE_YES_NO) {
		items[args.count++] =
		    (struct chooser_item){1, _("yes"), NULL, true};
		items[args.count++] =
		    (struct chooser_item){2, _("no"), NULL, true};
	}
	for (int i = 0; v->type == GUIDE_CHOICE && i < words->choices.count;
	     i++)
		items[args.count++] = (struct chooser_item){
		    i + 1, words->choices.items[i], NULL, false};
	chooser_push(s->ui, s, &args, value_said, 0);
}

static void
ask_value(struct screen *s, const struct guide_variable *v)
{
	struct walk *d = walk_of(s);
	const struct session *n = &d->view.session;
	struct guide_variable_words words;
	struct prompt_args args = {.title = _("Ask the customer"),
	    .text = session_value(n, v),
	    .may_be_empty = !v->is_required};

	guide_variable_words(n->guide, v, n->lang, &words);
	d->wish = (struct guide_action){
	    .deed = GUIDE_DEED_FILL, .version = n->s.version};
	str_copy(d->wish.variable, sizeof(d->wish.variable), v->name);
	args.label = words.description[0] != '\0' ? words.description : v->name;
	if (v->type == GUIDE_CHOICE || v->type == GUIDE_YES_NO)
		ask_choice(s, v, &words, args.label);
	else
		prompt_push(s->ui, s, &args, value_said, 0);
}

static const char *
value_of(void *arg, const char *name)
{
	const struct session *n = arg;
	const struct guide_variable *v = variable_of(n, name);

	return v != NULL ? session_value(n, v) : NULL;
}

bool
walk__ask_missing(struct screen *s)
{
	struct walk *d = walk_of(s);
	struct session *n = &d->view.session;
	const struct guide_values values = {value_of, n};
	const struct guide_variable *v;

	if (!d->view.has_guide || n->s.state != SESSION_ACTIVE ||
	    n->s.operator_id != model_actor(model_of(s))->id ||
	    model_is_readonly(model_of(s)) ||
	    (v = guide_unfilled(n->guide, &values)) == NULL)
		return false;
	ask_value(s, v);
	return true;
}

/* The next one is asked for as soon as this one is seen to be there. */
static void
on_value(struct screen *s, const struct guide_action *a,
    const struct model_answer *answer)
{
	struct walk *d = walk_of(s);
	const struct guide_variable *v;

	if (answer->rc == 0) {
		d->was_asked = false;
		ui_mark(s->ui, s, REACT_REFRESH);
	} else if (answer->rc == OD_EDATA && d->view.has_guide &&
		   ui_top(s->ui) == s &&
		   (v = variable_of(&d->view.session, a->variable)) != NULL) {
		ask_value(s, v); /* the toast says what is wrong */
	} else if (answer->rc == OD_ECONFLICT) {
		ui_mark(s->ui, s, REACT_REFRESH);
	}
}

static unsigned
value_chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct walk *d = walk_of(s);

	(void)ui, (void)context;
	if (r->accepted && d->view.has_guide && r->id > 0 &&
	    r->id <= d->view.session.guide->n_variables)
		ask_value(s, &d->view.session.guide->variables[r->id - 1]);
	return REACT_HANDLED;
}

static void
ask_values(struct screen *s)
{
	const struct session *n = &walk_of(s)->view.session;
	struct chooser_item items[GUIDE_MAX_VARIABLES];
	struct chooser_args args = {.title = _("Values"), .items = items};
	struct guide_variable_words words;

	for (int i = 0; n->guide != NULL && i < n->guide->n_variables; i++) {
		const struct guide_variable *v = &n->guide->variables[i];

		guide_variable_words(n->guide, v, n->lang, &words);
		items[args.count++] = (struct chooser_item){i + 1,
		    words.description[0] != '\0' ? words.description : v->name,
		    session_value(n, v), false};
	}
	if (args.count == 0)
		ui_toast(s->ui, TOAST_INFO, "%s",
		    _("This guide asks nothing about the customer"));
	else
		chooser_push(s->ui, s, &args, value_chosen, 0);
}

/* ---- handing over ---- */

static void
ask_what_to_know(struct screen *s)
{
	ask_line(s, _("Hand over"), _("What they should know (may be empty)"),
	    true, said);
}

static unsigned
receiver_chosen(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_action *wish = &walk_of(s)->wish;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	wish->operator_id = r->id > 0 ? r->id : 0;
	wish->team_id = r->id < 0 ? -r->id : 0;
	ask_what_to_know(s);
	return REACT_HANDLED;
}

static void
on_staff(struct screen *s, const struct staff_list *staff)
{
	size_t n = staff->operator_count + staff->team_count + 1;
	struct chooser_args args = {.title = _("Hand the session over to")};
	struct chooser_item *items;

	/* Something else is or was asked meanwhile: it would be answered. */
	if (ui_top(s->ui) != s || walk_of(s)->wish.deed != GUIDE_DEED_ASSIGN)
		return;
	items = xcalloc(n, sizeof(items[0]));
	args.items = items;
	for (size_t i = 0; i < staff->operator_count; i++)
		items[args.count++] = (struct chooser_item){
		    staff->operators[i].id, staff->operators[i].full_name,
		    staff->operators[i].team_name, false};
	for (size_t i = 0; i < staff->team_count; i++)
		items[args.count++] = (struct chooser_item){-staff->teams[i].id,
		    staff->teams[i].name, _("the whole team"), false};
	items[args.count++] = (struct chooser_item){
	    0, _("Nobody"), _("whoever is free takes it"), true};
	chooser_push(s->ui, s, &args, receiver_chosen, 0);
	free(items);
}

/* ---- what leaves is shown before ---- */

static unsigned
agreed(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct guide_action *wish = &walk_of(s)->wish;

	(void)ui, (void)context;
	if (r->accepted)
		walk__send(s, wish);
	else
		FREE(&wish->text);
	return REACT_HANDLED;
}

static void
show_before(
    struct screen *s, const char *title, const char *yes, const char *text)
{
	struct confirm_args args = {
	    .title = title, .question = text, .yes = yes, .is_page = true};

	confirm_push(s->ui, s, &args, agreed, 0);
}

static unsigned
escalate_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	struct walk *d = walk_of(s);
	struct str text = STR_INIT;

	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	d->wish.text = xstrdup(r->text);
	str_addf(&text, "%s\n\n%s", r->text,
	    d->view.report != NULL ? d->view.report : "");
	show_before(s, _("What the second line gets"), _("Escalate"), text.s);
	str_free(&text);
	return REACT_HANDLED;
}

static void
ask_send(struct screen *s)
{
	const struct session *n = &walk_of(s)->view.session;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (n->s.conversation_id == 0)
		ui_toast(s->ui, TOAST_WARNING, "%s",
		    _("The session has no conversation to send the step"
		      " through; gu in a conversation begins one that has"));
	else if (!walk_of(s)->view.has_guide)
		ui_bell(s->ui);
	else if (session_text(n, &text, &err) != 0)
		ui_toast_err(s->ui, &err);
	else
		show_before(s, _("What the customer gets"), _("Send"), text.s);
	str_free(&text);
}

/* ---- feedback ---- */

static unsigned
helped_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	(void)ui, (void)context;
	if (!r->accepted)
		return REACT_NONE;
	walk_of(s)->wish.was_helpful = (int)r->id - 2;
	ask_line(s, _("Feedback"), _("In the customer's words (may be empty)"),
	    true, said);
	return REACT_HANDLED;
}

static unsigned
rating_said(struct ui *ui, struct screen *s, const struct screen_result *r,
    int64_t context)
{
	const struct chooser_item items[] = {{3, _("yes"), NULL, true},
	    {2, _("no"), NULL, true}, {1, _("not said"), NULL, true}};
	struct chooser_args args = {
	    .title = _("Did it help?"), .items = items, .count = 3};

	(void)context;
	if (!r->accepted)
		return REACT_NONE;
	walk_of(s)->wish.rating = r->id;
	chooser_push(ui, s, &args, helped_said, 0);
	return REACT_HANDLED;
}

static void
ask_rating(struct screen *s)
{
	const struct chooser_item items[] = {{5, "5", _("very good"), true},
	    {4, "4", _("good"), true}, {3, "3", _("so so"), true},
	    {2, "2", _("bad"), true}, {1, "1", _("very bad"), true}};
	struct chooser_args args = {
	    .title = _("How was it, from 1 to 5?"), .items = items, .count = 5};

	chooser_push(s->ui, s, &args, rating_said, 0);
}

/* ---- which of them ---- */

/* Those that need a line of text, or none, and are done then. */
static const struct line_ask {
	const char *title, *label; /* N_(); title NULL: not one of them */
	bool may_be_empty;
	screen_result_fn *done;
	enum guide_deed deed;
	enum path_action answer;
	enum guide_session_state state;
} line_asks[] = {
    [ASK_SKIP] = {N_("Skip the step"), N_("Why?"), false, said,
	GUIDE_DEED_REPLY, PATH_SKIPPED, SESSION_ACTIVE},
    [ASK_NOTE] = {N_("Note"), N_("About the present step"), false, said,
	GUIDE_DEED_NOTE, PATH_NOTE, SESSION_ACTIVE},
    [ASK_PAUSE] = {N_("Pause"), N_("Why (may be empty)"), true, said,
	GUIDE_DEED_PAUSE, PATH_PAUSED, SESSION_ACTIVE},
    [ASK_RESOLVE] = {N_("Resolve"), N_("What solved it (may be empty)"), true,
	said, GUIDE_DEED_FINISH, PATH_RESOLVED, SESSION_RESOLVED},
    [ASK_ESCALATE] = {N_("Escalate"), N_("Why does it need the second line?"),
	false, escalate_said, GUIDE_DEED_FINISH, PATH_ESCALATED,
	SESSION_ESCALATED},
    [ASK_ABANDON] = {N_("Abandon"), N_("Why (may be empty)"), true, said,
	GUIDE_DEED_FINISH, PATH_ABANDONED, SESSION_ABANDONED},
    [ASK_RESTART] = {NULL, NULL, false, NULL, GUIDE_DEED_REPLY, PATH_RESTARTED,
	SESSION_ACTIVE},
};

/* A pause of what is paused, and whatever of what has ended, is no more. */
static bool
still_is(const struct guide_action *a, enum guide_session_state state)
{
	return state == SESSION_ACTIVE ||
	       (state == SESSION_PAUSED && a->deed != GUIDE_DEED_PAUSE);
}

void
walk__ask_again(struct screen *s)
{
	struct walk *d = walk_of(s);
	const struct line_ask *line = NULL;

	if (d->unsaid.text == NULL || ui_top(s->ui) != s)
		return;
	if (!still_is(&d->unsaid, d->view.session.s.state)) {
		FREE(&d->unsaid.text);
		return;
	}
	FREE(&d->wish.text);
	d->wish = d->unsaid;
	d->wish.version = d->view.session.s.version;
	d->unsaid.text = NULL; /* moved */
	for (size_t i = 0; i < COUNT(line_asks); i++)
		if (line_asks[i].title != NULL &&
		    line_asks[i].deed == d->wish.deed &&
		    line_asks[i].state == d->wish.state)
			line = &line_asks[i];
	if (d->wish.deed == GUIDE_DEED_ASSIGN)
		ask_what_to_know(s);
	else if (line != NULL)
		ask_line(s, _(line->title), _(line->label), line->may_be_empty,
		    line->done);
}

static void
ask_restart(struct screen *s)
{
	struct confirm_args again = {.title = _("From the start"),
	    .question = _("The guide begins from its first step again. What"
			  " was done stays in the path."),
	    .yes = _("Begin again")};

	confirm_push(s->ui, s, &again, agreed, 0);
}

static void
ask(struct screen *s, enum walk_ask what)
{
	const struct line_ask *line = &line_asks[what];
	struct guide_action *wish = &walk_of(s)->wish;

	wish->deed = line->deed;
	wish->answer = line->answer;
	wish->state = line->state;
	switch (what) {
	case ASK_SKIP:
	case ASK_NOTE:
	case ASK_PAUSE:
	case ASK_RESOLVE:
	case ASK_ESCALATE:
	case ASK_ABANDON:
		ask_line(s, _(line->title), _(line->label), line->may_be_empty,
		    line->done);
		break;
	case ASK_RESTART:
		ask_restart(s);
		break;
	case ASK_VALUES:
		ask_values(s);
		break;
	case ASK_HAND_OVER:
		wish->deed = GUIDE_DEED_ASSIGN;
		model_staff(model_of(s), s, 0, on_staff);
		break;
	case ASK_SEND:
		wish->deed = GUIDE_DEED_SEND;
		ask_send(s);
		break;
	case ASK_FEEDBACK:
		wish->deed = GUIDE_DEED_FEEDBACK;
		ask_rating(s);
		break;
	}
}

unsigned
walk__run_ask(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct walk *d = walk_of(s);
	enum walk_ask what = (enum walk_ask)cmd->arg;

	if (what == ASK_FEEDBACK &&
	    (!d->known || d->view.session.s.state < SESSION_RESOLVED)) {
		ui_toast(ui, TOAST_INFO, "%s",
		    _("Feedback comes at the end of the session"));
		return REACT_BEEP | REACT_REDRAW;
	}
	if (what != ASK_FEEDBACK && !walk__goes_on(s))
		return REACT_BEEP | REACT_REDRAW;
	/* What is done is done to what is seen now. */
	FREE(&d->wish.text);
	d->wish = (struct guide_action){.version = d->view.session.s.version};
	if (what == ASK_SKIP)
		d->wish.step = d->view.session.s.step;
	ask(s, what);
	return REACT_HANDLED;
}
