/* session_report - a session told in words; see session.h. */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "kb/session_int.h"
#include <string.h>

#define REPORT_MAX 60000 /* bytes; a ticket's note holds 65,536 */

static const char *const state_words[SESSION_STATE_COUNT] = {N_("in progress"),
    N_("paused"), N_("resolved"), N_("escalated"), N_("abandoned")};

static const char *const action_words[PATH_ACTION_COUNT] = {
    [PATH_STARTED] = N_("started"),
    [PATH_YES] = N_("yes"),
    [PATH_NO] = N_("no"),
    [PATH_SKIPPED] = N_("skipped"),
    [PATH_BACK] = N_("back"),
    [PATH_RESTARTED] = N_("from the start"),
    [PATH_NOTE] = N_("note"),
    [PATH_SENT] = N_("sent to the customer"),
    [PATH_PAUSED] = N_("paused"),
    [PATH_RESUMED] = N_("resumed"),
    [PATH_HANDED_OVER] = N_("handed over"),
    [PATH_WARNING_READ] = N_("warning read"),
    [PATH_RESOLVED] = N_("resolved"),
    [PATH_ESCALATED] = N_("escalated"),
    [PATH_ABANDONED] = N_("abandoned"),
    [PATH_FILLED] = N_("filled in"),
};

static void
add_line(struct str *out, const char *text)
{
	text_safe(out, text, strlen(text), TEXT_LINE);
}

static void
add_span(enum lang lang, int64_t us, struct str *out)
{
	long long s = us > 0 ? us / US_PER_SECOND : 0;

	if (s < 60)
		str_addf(out, tr(lang, N_("%lld s")), s);
	else if (s < 3600)
		str_addf(out, tr(lang, N_("%lld min %lld s")), s / 60, s % 60);
	else
		str_addf(out, tr(lang, N_("%lld h %lld min")), s / 3600,
		    s / 60 % 60);
}

static void
add_row(
    const struct session *s, const struct guide_step_row *r, struct str *out)
{
	const struct guide_step *step = guide_step(s->guide, (int)r->step);
	struct guide_step_words words;

	str_addf(out, "- %lld", (long long)r->step);
	if (step != NULL) {
		guide_step_words(s->guide, step, s->lang, &words);
		if (words.title[0] != '\0') {
			str_addc(out, ' ');
			session_fill(s, words.title, out);
		}
		if ((r->action == PATH_YES || r->action == PATH_NO) &&
		    words.question[0] != '\0') {
			str_add(out, ". ");
			session_fill(s, words.question, out);
		}
	}
	str_addf(out, ": %s (", tr(s->lang, action_words[r->action]));
	add_span(s->lang, r->created_at - r->begun_us, out);
	if (r->by_customer)
		str_addf(out, ", %s", tr(s->lang, N_("customer")));
	else if (r->operator_name[0] != '\0') {
		str_add(out, ", ");
		add_line(out, r->operator_name);
	}
	str_addc(out, ')');
	if (r->notes != NULL && r->notes[0] != '\0') {
		str_add(out, " - ");
		add_line(out, r->notes);
	}
	str_addc(out, '\n');
}

static void
add_path(
    const struct session *s, const struct session_answer *last, struct str *out)
{
	bool is_long = false;

	str_addf(out, "\n%s\n", tr(s->lang, N_("Path:")));
	for (size_t i = 0; i < s->count; i++) {
		if (s->rows[i].action == PATH_STARTED)
			continue;
		is_long = is_long || out->len > REPORT_MAX;
		if (!is_long)
			add_row(s, &s->rows[i], out);
	}
	if (is_long)
		str_add(out, "...\n");
	if (last != NULL) {
		const struct guide_step_row row = {.step = last->from_step,
		    .action = last->action,
		    .by_customer = last->by_customer,
		    .begun_us = s->s.step_since_us,
		    .created_at = clock_wall_us()};

		add_row(s, &row, out);
		if (last->notes != NULL && last->notes[0] != '\0') {
			str_add(out, "  ");
			add_line(out, last->notes);
			str_addc(out, '\n');
		}
	}
}

static void
add_values(const struct session *s, struct str *out)
{
	bool any = false;

	for (int i = 0; i < s->guide->n_variables; i++) {
		const struct guide_variable *v = &s->guide->variables[i];
		const char *value = session_value(s, v);
		struct guide_variable_words words;

		if (value[0] == '\0')
			continue;
		if (!any)
			str_addf(out, "\n%s\n", tr(s->lang, N_("Values:")));
		any = true;
		guide_variable_words(s->guide, v, s->lang, &words);
		str_add(out, "- ");
		add_line(out,
		    words.description[0] != '\0' ? words.description : v->name);
		str_add(out, ": ");
		add_line(out, value);
		str_addc(out, '\n');
	}
}

static int64_t
worked_us(const struct session *s)
{
	int64_t now = clock_wall_us();

	return s->s.active_us +
	       (s->s.state == SESSION_ACTIVE && now > s->s.step_since_us
		       ? now - s->s.step_since_us
		       : 0);
}

void
session__report(const struct session *s, enum guide_session_state state,
    const struct session_answer *last, const char *notes, struct str *out)
{
	str_addf(out, "%s: ", tr(s->lang, N_("Guide")));
	session_title(s, out);
	str_addf(out, tr(s->lang, N_(" (%s, version %lld), session %.8s\n")),
	    s->s.topic, (long long)s->s.guide_version, s->s.name);
	str_addf(out, "%s: %s\n", tr(s->lang, N_("Outcome")),
	    tr(s->lang, state_words[state]));
	if (notes != NULL && notes[0] != '\0') {
		str_addf(out, "%s: ", tr(s->lang, N_("Reason")));
		text_safe(out, notes, strlen(notes), TEXT_BLOCK);
		str_addc(out, '\n');
	}
	if (s->s.problem != NULL && s->s.problem[0] != '\0') {
		str_addf(out, "%s: ", tr(s->lang, N_("Problem")));
		text_safe(out, s->s.problem, strlen(s->s.problem), TEXT_BLOCK);
		str_addc(out, '\n');
	}
	add_values(s, out);
	add_path(s, last, out);
	str_addf(out, "\n%s: ", tr(s->lang, N_("Time worked")));
	add_span(s->lang, worked_us(s), out);
	str_addc(out, '\n');
}

void
session_report(const struct session *s, struct str *out)
{
	session__report(s, s->s.state, NULL, NULL, out);
}
