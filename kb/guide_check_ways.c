/*
 * guide_check_ways - the linter's part about steps and where answers lead.
 */
#include "kb/guide_check_int.h"
#include "kb/guide_walk.h"
#include <string.h>

/* What can be reached from a step, found by passing it on until nothing new
 * comes: at most GUIDE_MAX_STEPS rounds. */
struct ways {
	bool from_first[GUIDE_MAX_STEPS];
	bool to_end[GUIDE_MAX_STEPS];
	bool to_itself[GUIDE_MAX_STEPS];
	bool resolves, escalates;
};

static int
index_of(const struct guide *g, int number)
{
	const struct guide_step *step = guide_step(g, number);

	return step ? (int)(step - g->steps) : -1;
}

/* Index of the step that an answer leads to, -1 for an end. */
static int
leads_to(const struct guide *g, int i, bool yes, enum guide_end *end)
{
	const struct guide_step *step = &g->steps[i];
	struct guide_place p =
	    guide_walk_branch(g, step, yes ? &step->on_yes : &step->on_no);

	*end = p.end;
	return p.end == GUIDE_GOES_ON ? index_of(g, p.step) : -1;
}

/* Mark all that can be reached from step i, which is not marked for that. */
static void
spread(const struct guide *g, int i, bool reached[GUIDE_MAX_STEPS])
{
	int todo[GUIDE_MAX_STEPS * 2 + 1], n = 0;
	enum guide_end end;

	todo[n++] = i;
	while (n > 0) {
		i = todo[--n];
		for (int yes = 0; yes < 2; yes++) {
			int to = leads_to(g, i, yes != 0, &end);

			if (to >= 0 && !reached[to]) {
				reached[to] = true;
				todo[n++] = to;
			}
		}
	}
}

static void
find_ways(const struct guide *g, struct ways *w)
{
	memset(w, 0, sizeof(*w));
	w->from_first[0] = true;
	spread(g, 0, w->from_first);
	for (int i = 0; i < g->n_steps; i++) {
		bool reached[GUIDE_MAX_STEPS] = {false};
		enum guide_end end;

		spread(g, i, reached);
		w->to_itself[i] = reached[i];
		reached[i] = true;
		for (int k = 0; k < g->n_steps * 2; k++) {
			if (!reached[k / 2] ||
			    leads_to(g, k / 2, k % 2 == 0, &end) >= 0)
				continue;
			w->to_end[i] = true;
			w->resolves |=
			    w->from_first[i] && end == GUIDE_RESOLVED;
			w->escalates |=
			    w->from_first[i] && end == GUIDE_ESCALATED;
		}
	}
}

static void
check_numbers(struct guide_checker *c)
{
	const struct guide *g = c->g;

	for (int i = 0; i < g->n_steps; i++) {
		int wanted = i > 0 ? g->steps[i - 1].number + 1 : 1;

		if (g->steps[i].number != wanted)
			guide__odd(c, g->steps[i].words[g->lang].at,
			    GUIDE_RULE_NUMBER,
			    _("Step %d stands where step %d is expected; "
			      "number the steps without gaps."),
			    g->steps[i].number, wanted);
	}
}

static void
check_branch(struct guide_checker *c, const struct guide_step *step,
    const struct guide_branch *b, const char *name)
{
	if (b->to == GUIDE_TO_STEP && !guide_step(c->g, b->step))
		guide__wrong(c, b->at, GUIDE_RULE_BRANCH,
		    _("\"%s\" of step %d leads to step %d, which the guide "
		      "does not have."),
		    name, step->number, b->step);
}

void
guide__check_ways(struct guide_checker *c)
{
	const struct guide *g = c->g;
	struct ways w;
	int errors;

	check_numbers(c);
	find_ways(g, &w);
	errors = c->found->errors;
	for (int i = 0; i < g->n_steps; i++) {
		const struct guide_step *step = &g->steps[i];
		const char *at = step->words[g->lang].at;

		check_branch(c, step, &step->on_yes, "on_yes");
		check_branch(c, step, &step->on_no, "on_no");
		if (!w.from_first[i])
			guide__wrong(c, at, GUIDE_RULE_UNREACHABLE,
			    _("No answer leads to step %d."), step->number);
		if (w.to_end[i])
			continue;
		if (w.to_itself[i])
			guide__wrong(c, at, GUIDE_RULE_LOOP,
			    _("Step %d stands in a circle that no answer "
			      "leaves; let one lead to \"escalate\"."),
			    step->number);
		else
			guide__wrong(c, at, GUIDE_RULE_DEAD_END,
			    _("From step %d no answer leads to \"resolved\" or "
			      "\"escalate\"."),
			    step->number);
	}
	if (c->found->errors > errors)
		return; /* each would be told a second time */
	if (!w.resolves)
		guide__odd(c, g->topic, GUIDE_RULE_DEAD_END,
		    _("No way through the guide ends in \"resolved\"."));
	if (!w.escalates)
		guide__odd(c, g->topic, GUIDE_RULE_DEAD_END,
		    _("No way through the guide ends in \"escalate\", so it "
		      "never reaches a person."));
}
