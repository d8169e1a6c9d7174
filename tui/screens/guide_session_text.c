/*
 * guide_session_text - the present step as an operator reads it to a customer:
 * what to beware of first, what to do, what should come of it.
 */
#include "tui/screens/guide_session_int.h"

#include "common/clock.h"
#include "common/i18n.h"
#include "kb/guide_walk.h"
#include "tui/app.h"
#include "tui/screens/guide_words.h"

#include <string.h>

/* Text of the guide with the customer's values; it comes out safe. */
static void
add(struct w_text *t, const struct session *s, enum role role, int indent,
    const char *label, const char *text)
{
	struct str line = STR_INIT;

	if (text[0] == '\0')
		return;
	str_add(&line, label);
	session_fill(s, text, &line);
	w_text_outside(t, role, indent, line.s, line.len);
	if (label[0] != '\0') {
		w_text_set_label(t, strlen(label), ROLE_STRONG);
		w_text_set_hang(t, canvas_cells(label, strlen(label)));
	}
	str_free(&line);
}

/* ---- warnings ---- */

bool
walk__wants_warning_read(const struct screen *s)
{
	const struct session *n = &walk_of(s)->view.session;
	const struct guide_step *step;
	struct guide_step_words words;

	if (!walk_of(s)->view.has_guide || (step = session_step(n)) == NULL)
		return false;
	guide_step_words(n->guide, step, n->lang, &words);
	if (words.warnings.count == 0)
		return false;
	for (size_t i = 0; i < n->count; i++)
		if (n->rows[i].action == PATH_WARNING_READ &&
		    n->rows[i].step == n->s.step &&
		    n->rows[i].operator_id == model_actor(model_of(s))->id)
			return false;
	return true;
}

static void
add_warnings(struct screen *s, const struct guide_step_words *words)
{
	struct walk *d = walk_of(s);
	bool unread = walk__wants_warning_read(s);

	for (int i = 0; i < words->warnings.count; i++)
		add(&d->text, &d->view.session,
		    unread ? ROLE_WARNING : ROLE_MUTED, 0, "! ",
		    words->warnings.items[i]);
	if (unread)
		w_text_add(&d->text, ROLE_KEY, 2,
		    _("Space or Enter: it was read out and understood"));
	if (words->warnings.count > 0 && unread)
		w_text_gap(&d->text);
}

/* ---- the step ---- */

static void
add_resources(
    struct w_text *t, const struct session *s, const struct guide_resource *r)
{
	struct str line = STR_INIT;

	if (r->title != NULL)
		session_fill(s, r->title, &line);
	if (r->url != NULL)
		str_addf(&line, line.len > 0 ? ": %s" : "%s", r->url);
	w_text_outside(t, ROLE_LINK, 2, line.s != NULL ? line.s : "", line.len);
	str_free(&line);
}

static void
fill_step(struct screen *s, const struct guide_step *step)
{
	struct walk *d = walk_of(s);
	const struct session *n = &d->view.session;
	struct guide_step_words words;
	struct w_text *t = &d->text;
	char label[32];

	guide_step_words(n->guide, step, n->lang, &words);
	if (walk__wants_warning_read(s))
		add_warnings(s, &words);
	str_format(label, sizeof(label), "%d. ", step->number);
	add(t, n, ROLE_STRONG, 0, label, words.title);
	add(t, n, ROLE_MUTED, 0, "", words.description);
	if (words.instructions.count > 0)
		w_text_gap(t);
	for (int i = 0; i < words.instructions.count; i++)
		add(t, n, ROLE_NORMAL, 2, "- ", words.instructions.items[i]);
	if (words.expected_result[0] != '\0') {
		w_text_gap(t);
		str_format(label, sizeof(label), "%s: ", _("Expected"));
		add(t, n, ROLE_NORMAL, 0, label, words.expected_result);
	}
	for (int i = 0; i < words.n_resources; i++)
		add_resources(t, n, &words.resources[i]);
	if (!walk__wants_warning_read(s) && words.warnings.count > 0) {
		w_text_gap(t);
		add_warnings(s, &words);
	}
}

/* ---- the end ---- */

static void
fill_end(struct screen *s)
{
	struct walk *d = walk_of(s);
	const struct guide_session *n = &d->view.session.s;
	struct w_text *t = &d->text;
	struct str line = STR_INIT;

	switch (n->state) {
	case SESSION_RESOLVED:
		w_text_add(t, ROLE_OK, 0, _("The problem is resolved."));
		break;
	case SESSION_ESCALATED:
		w_text_add(t, ROLE_DANGER, 0,
		    _("The second line goes on with it; the path is a note on"
		      " the ticket."));
		break;
	case SESSION_ABANDONED:
		w_text_add(t, ROLE_MUTED, 0, _("The session was abandoned."));
		break;
	case SESSION_ACTIVE:
	case SESSION_PAUSED:
	case SESSION_STATE_COUNT:
		break;
	}
	if (n->ticket_number != 0) {
		str_addf(&line, _("Ticket %lld: t opens it."),
		    (long long)n->ticket_number);
		w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
	}
	str_clear(&line);
	if (n->rating != 0)
		str_addf(
		    &line, _("The customer gave it %d of 5."), (int)n->rating);
	else
		str_add(&line,
		    _("f keeps what the customer thinks of it, from 1 to 5."));
	w_text_outside(t, ROLE_NORMAL, 0, line.s, line.len);
	w_text_gap(t);
	str_free(&line);
}

/* ---- the path ---- */

static void
add_row(struct screen *s, const struct guide_step_row *r)
{
	struct walk *d = walk_of(s);
	const struct session *n = &d->view.session;
	const struct guide_step *step =
	    n->guide != NULL ? guide_step(n->guide, (int)r->step) : NULL;
	struct guide_step_words words;
	struct str line = STR_INIT;
	char when[48];

	app_time(app_of(s->ui), when, sizeof(when), r->created_at);
	str_addf(&line, "%s  %lld  %s", when, (long long)r->step,
	    guide_action_word(r->action));
	if (step != NULL && r->action != PATH_NOTE) {
		guide_step_words(n->guide, step, n->lang, &words);
		str_add(&line, ": ");
		session_fill(n, words.title, &line);
	}
	if (r->by_customer || r->operator_name[0] != '\0')
		str_addf(&line, " (%s)",
		    r->by_customer ? _("customer") : r->operator_name);
	w_text_outside(&d->text, ROLE_NORMAL, 0, line.s, line.len);
	w_text_set_hang(&d->text, 7);
	if (r->notes != NULL && r->notes[0] != '\0')
		w_text_outside(
		    &d->text, ROLE_NOTE, 7, r->notes, strlen(r->notes));
	str_free(&line);
}

static void
fill_path(struct screen *s)
{
	struct walk *d = walk_of(s);
	const struct session *n = &d->view.session;

	if (n->s.problem != NULL && n->s.problem[0] != '\0')
		w_text_pair(&d->text, _("Described as"), n->s.problem,
		    strlen(n->s.problem));
	for (size_t i = 0; i < n->count; i++)
		add_row(s, &n->rows[i]);
}

/* ---- lines around it ---- */

/* The answer that led away from the step for good; PATH_NOTE: none. */
static enum path_action
answer_at(const struct session *s, int64_t step)
{
	enum path_action answer = PATH_NOTE;

	for (size_t i = 0; i < s->count; i++)
		if (s->rows[i].step == step && s->rows[i].action >= PATH_YES &&
		    s->rows[i].action <= PATH_SKIPPED)
			answer = s->rows[i].action;
	return answer;
}

static void
add_trail(const struct session *s, struct str *out)
{
	bool ended = s->s.state >= SESSION_RESOLVED;

	for (size_t i = 0; i < s->trail_count; i++) {
		bool last = i + 1 == s->trail_count;
		enum path_action answer =
		    last && !ended ? PATH_NOTE : answer_at(s, s->trail[i]);

		str_addf(
		    out, i > 0 ? " > %lld" : "%lld", (long long)s->trail[i]);
		if (answer != PATH_NOTE)
			str_addf(out, " %s", guide_action_word(answer));
	}
	if (ended)
		str_addf(out, " > %s",
		    guide_action_word(
			s->s.state == SESSION_RESOLVED    ? PATH_RESOLVED
			: s->s.state == SESSION_ESCALATED ? PATH_ESCALATED
							  : PATH_ABANDONED));
}

static void
add_question(
    const struct session *s, const struct guide_step *step, struct w_text *t)
{
	struct guide_step_words words;

	guide_step_words(s->guide, step, s->lang, &words);
	add(t, s, ROLE_STRONG, 0, "", words.question);
}

/* Where an answer leads: "step 4", "resolved". */
static void
add_leads(const struct session *s, const struct guide_step *step,
    const struct guide_branch *branch, struct str *out)
{
	struct guide_place place = guide_walk_branch(s->guide, step, branch);

	if (place.end == GUIDE_RESOLVED)
		str_add(out, _("resolved"));
	else if (place.end == GUIDE_ESCALATED)
		str_add(out, _("escalated"));
	else
		str_addf(out, _("step %d"), place.step);
}

/* Path, question and answers around the text. */
static void
fill_lines(struct walk *d, const struct guide_step *step)
{
	const struct session *n = &d->view.session;

	w_text_clear(&d->question);
	str_clear(&d->trail);
	str_clear(&d->yes);
	str_clear(&d->no);
	if (d->view.has_guide)
		add_trail(n, &d->trail);
	if (step == NULL)
		return;
	add_question(n, step, &d->question);
	add_leads(n, step, &step->on_yes, &d->yes);
	add_leads(n, step, &step->on_no, &d->no);
}

void
walk__fill(struct screen *s)
{
	struct walk *d = walk_of(s);
	const struct guide_step *step;

	w_text_clear(&d->text);
	if (!d->known)
		return;
	if (d->view.trouble != NULL)
		w_text_outside(&d->text, ROLE_ERROR, 0, d->view.trouble,
		    strlen(d->view.trouble));
	if (d->view.session.s.state == SESSION_PAUSED)
		w_text_add(&d->text, ROLE_WARNING, 0,
		    _("The session is paused; p goes on with it."));
	if (d->view.session.s.state >= SESSION_RESOLVED)
		fill_end(s);
	step = d->view.has_guide ? session_step(&d->view.session) : NULL;
	fill_lines(d, step);
	if (step == NULL || d->shows_path)
		fill_path(s);
	else
		fill_step(s, step);
}
