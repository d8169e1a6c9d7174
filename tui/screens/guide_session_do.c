/* guide_session_do - what is done in a session by one key. */
#include "tui/screens/guide_session_int.h"

#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/app.h"
#include "tui/screens/guide_words.h"
#include "tui/screens/screens.h"

#include <stdlib.h>
#include <string.h>

bool
walk__goes_on(struct screen *s)
{
	const struct walk *d = walk_of(s);

	if (!d->known || d->gone)
		return false;
	if (d->view.session.s.state < SESSION_RESOLVED)
		return true;
	ui_toast(s->ui, TOAST_WARNING, "%s",
	    _("The session has ended; u takes its end back, if that was "
	      "yours"));
	return false;
}

/* Whatever was refused: what stands now is to be seen, and what was typed is
 * not lost. */
static void
on_done(struct screen *s, const struct guide_action *a,
    const struct model_answer *answer)
{
	struct guide_action *unsaid = &walk_of(s)->unsaid;

	if (answer->rc != OD_ECONFLICT)
		return;
	ui_mark(s->ui, s, REACT_REFRESH);
	if (str_equal(a->text, "") || (a->deed != GUIDE_DEED_PAUSE &&
		a->deed != GUIDE_DEED_FINISH && a->deed != GUIDE_DEED_ASSIGN))
		return;
	FREE(&unsaid->text);
	*unsaid = *a;
	unsaid->text = xstrdup(a->text);
}

void
walk__send(struct screen *s, struct guide_action *a)
{
	a->id = s->id;
	model_guide_act(model_of(s), s, a, on_done);
	a->text = NULL; /* taken */
}

/* ---- answers ---- */

unsigned
walk__warned(struct screen *s)
{
	const struct session *n = &walk_of(s)->view.session;
	struct guide_action a = {.deed = GUIDE_DEED_WARNED};
	struct guide_step_words words;
	struct str which = STR_INIT;

	if (!walk__wants_warning_read(s) || !walk__goes_on(s))
		return REACT_HANDLED;
	guide_step_words(n->guide, session_step(n), n->lang, &words);
	for (int i = 0; i < words.warnings.count; i++) {
		if (i > 0)
			str_addc(&which, '\n');
		session_fill(n, words.warnings.items[i], &which);
	}
	str_trunc(&which, utf8_cut(which.s, which.len, SESSION_NOTES_MAX));
	a.text = str_take(&which);
	walk__send(s, &a);
	return REACT_HANDLED;
}

static unsigned
run_warned(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)ui, (void)cmd;
	return walk__warned(s);
}

static unsigned
run_answer(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct walk *d = walk_of(s);
	enum path_action answer = (enum path_action)cmd->arg;
	struct guide_action a = {.deed = GUIDE_DEED_REPLY,
	    .answer = answer,
	    .step = d->view.session.s.step};

	if (!walk__goes_on(s))
		return REACT_BEEP | REACT_REDRAW;
	if (answer == PATH_YES || answer == PATH_NO) {
		if (walk__wants_warning_read(s)) {
			ui_toast(ui, TOAST_WARNING, "%s",
			    _("First the warning: Space or Enter says that it"
			      " was read out"));
			return REACT_BEEP | REACT_REDRAW;
		}
	} else {
		a.step = 0; /* going back twice is no answer given twice */
	}
	walk__send(s, &a);
	return REACT_HANDLED;
}

/* ---- around it ---- */

static unsigned
run_pause(struct ui *ui, struct screen *s, const struct command *cmd)
{
	const struct guide_session *n = &walk_of(s)->view.session.s;
	struct guide_action a = {
	    .deed = GUIDE_DEED_RESUME, .version = n->version};

	if (!walk__goes_on(s))
		return REACT_BEEP | REACT_REDRAW;
	if (n->state != SESSION_PAUSED)
		return walk__run_ask(ui, s, cmd);
	walk__send(s, &a);
	return REACT_HANDLED;
}

static unsigned
run_path(struct ui *ui, struct screen *s, const struct command *cmd)
{
	struct walk *d = walk_of(s);

	(void)ui, (void)cmd;
	d->shows_path = !d->shows_path;
	w_text_free(&d->text);
	w_text_init(&d->text);
	walk__fill(s);
	return REACT_LAYOUT | REACT_REDRAW;
}

static unsigned
run_ticket(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	return ui_open(
	    ui, &scr_ticket, walk_of(s)->view.session.s.ticket_id, NULL);
}

static unsigned
run_conversation(struct ui *ui, struct screen *s, const struct command *cmd)
{
	(void)cmd;
	inbox_show(ui, walk_of(s)->view.session.s.conversation_id);
	return REACT_HANDLED;
}

/* clang-format off */
const struct command session_commands[] = {
	{"session.yes", N_("Yes"), N_("Answer the step's question with yes, and go where that leads."),
	    "session:y", NULL, NEED_GUIDE | NEED_WRITABLE, "session.answer", NAV_NONE, PATH_YES, run_answer},
	{"session.no", N_("No"), N_("Answer the step's question with no, and go where that leads."),
	    "session:n", NULL, NEED_GUIDE | NEED_WRITABLE, "session.answer", NAV_NONE, PATH_NO, run_answer},
	{"session.skip", N_("Skip"), N_("Skip the step, with the reason."),
	    "session:s", NULL, NEED_GUIDE | NEED_WRITABLE, "session.answer", NAV_NONE, ASK_SKIP, walk__run_ask},
	{"session.back", N_("Step before"), N_("Go back to the step before."),
	    "session:b", NULL, NEED_GUIDE | NEED_WRITABLE, "session.answer", NAV_NONE, PATH_BACK, run_answer},
	{"session.restart", N_("From the start"), N_("Begin the guide from its first step again."),
	    "session:r", NULL, NEED_GUIDE | NEED_WRITABLE, "session.answer", NAV_NONE, ASK_RESTART, walk__run_ask},
	{"session.warned", N_("Warning read"), N_("Say that the warning was read out and understood."),
	    "session:w", NULL, NEED_GUIDE | NEED_WRITABLE, "session.note", NAV_NONE, 0, run_warned},
	{"session.note", N_("Note"), N_("Write a note about the present step."),
	    "session:N", NULL, NEED_GUIDE | NEED_WRITABLE, "session.note", NAV_NONE, ASK_NOTE, walk__run_ask},
	{"session.values", N_("Values"), N_("What the guide asks about the customer, and what it was told."),
	    "session:v", NULL, NEED_GUIDE | NEED_WRITABLE, "session.fill", NAV_NONE, ASK_VALUES, walk__run_ask},
	{"session.pause", N_("Pause or go on"), N_("Stop the session's time for a while, or go on with it."),
	    "session:p", NULL, NEED_GUIDE | NEED_WRITABLE, "session.pause", NAV_NONE, ASK_PAUSE, run_pause},
	{"session.hand-over", N_("Hand over"), N_("Give the session to another person or team, who goes on where it is."),
	    "session:o", NULL, NEED_GUIDE | NEED_WRITABLE, "session.assign", NAV_NONE, ASK_HAND_OVER, walk__run_ask},
	{"session.resolve", N_("Resolve"), N_("The problem is solved: end the session."),
	    "session:R", NULL, NEED_GUIDE | NEED_WRITABLE, "session.resolve", NAV_NONE, ASK_RESOLVE, walk__run_ask},
	{"session.escalate", N_("Escalate"), N_("Give it to the second line, with the path as a note on the ticket."),
	    "session:E", NULL, NEED_GUIDE | NEED_WRITABLE, "session.escalate", NAV_NONE, ASK_ESCALATE, walk__run_ask},
	{"session.abandon", N_("Abandon"), N_("End the session without an outcome."),
	    "session:x", NULL, NEED_GUIDE | NEED_WRITABLE, "session.abandon", NAV_NONE, ASK_ABANDON, walk__run_ask},
	{"session.send", N_("Send the step"), N_("Send the present step to the customer; its text is shown before."),
	    "session:m", NULL, NEED_GUIDE | NEED_WRITABLE, "session.send", NAV_NONE, ASK_SEND, walk__run_ask},
	{"session.feedback", N_("Feedback"), N_("Keep what the customer thinks of it, from 1 to 5, at the end."),
	    "session:f", NULL, NEED_GUIDE | NEED_WRITABLE, "session.feedback", NAV_NONE, ASK_FEEDBACK, walk__run_ask},
	{"session.path", N_("The path"), N_("All that was done in the session, or the present step again."),
	    "session:P", NULL, NEED_GUIDE, "session.read", NAV_NONE, 0, run_path},
	{"session.ticket", N_("Open its ticket"), N_("Open the ticket that the session belongs to."),
	    "session:t", NULL, NEED_GUIDE | NEED_TICKET, "ticket.read", NAV_NONE, 0, run_ticket},
	{"session.conversation", N_("Conversation"), N_("Open the conversation that the session belongs to."),
	    "session:c", NULL, NEED_GUIDE | NEED_CONVERSATION, "conversation.read", NAV_NONE, 0, run_conversation},
};
/* clang-format on */
const size_t session_commands_count =
    sizeof(session_commands) / sizeof(session_commands[0]);
