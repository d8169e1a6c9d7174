/*
 * guide_walk - answers to steps, steps to text.
 */
#include "kb/guide_walk.h"
#include "common/text.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

int
guide_walk_first(const struct guide *g)
{
	return g->steps[0].number;
}

struct guide_place
guide_walk_branch(const struct guide *g, const struct guide_step *step,
    const struct guide_branch *branch)
{
	const struct guide_place escalated = {GUIDE_ESCALATED, 0};
	const struct guide_step *last = &g->steps[g->n_steps - 1];

	switch (branch->to) {
	case GUIDE_TO_NEXT:
		if (step == last)
			return escalated;
		return (struct guide_place){GUIDE_GOES_ON, step[1].number};
	case GUIDE_TO_STEP:
		if (!guide_step(g, branch->step))
			return escalated;
		return (struct guide_place){GUIDE_GOES_ON, branch->step};
	case GUIDE_TO_RESOLVED:
		return (struct guide_place){GUIDE_RESOLVED, 0};
	case GUIDE_TO_ESCALATE:
	case GUIDE_TO_COUNT:
		break;
	}
	return escalated;
}

struct guide_place
guide_walk_next(const struct guide *g, int number, enum guide_answer answer)
{
	const struct guide_step *step = guide_step(g, number);
	struct guide_place place = {GUIDE_ESCALATED, 0};

	if (!step)
		return place;
	if (answer == GUIDE_YES)
		return guide_walk_branch(g, step, &step->on_yes);
	place = guide_walk_branch(g, step, &step->on_no);
	if (answer == GUIDE_SKIP && place.end == GUIDE_RESOLVED)
		place = guide_walk_branch(g, step, &step->on_yes);
	if (answer == GUIDE_SKIP && place.end == GUIDE_RESOLVED)
		place.end = GUIDE_ESCALATED;
	return place;
}

static const char *
value_of(const struct guide_values *values, const char *name)
{
	const char *s = values ? values->get(values->arg, name) : NULL;

	return s ? s : "";
}

const struct guide_variable *
guide_unfilled(const struct guide *g, const struct guide_values *values)
{
	for (int i = 0; i < g->n_variables; i++)
		if (g->variables[i].is_required &&
		    value_of(values, g->variables[i].name)[0] == '\0')
			return &g->variables[i];
	return NULL;
}

/* What stands for a variable in a text. */
static int
add_value(const struct guide *g, enum lang lang, const char *name, size_t n,
    const struct guide_values *values, struct str *out, struct err *err)
{
	const struct guide_variable *v = guide_variable(g, name, n);
	struct guide_variable_words words;
	const char *value;

	if (!v)
		return err_set(err, OD_EDATA,
		    "The guide uses {{%.*s}}, which is none of its variables; "
		    "correct the guide.",
		    (int)(n < 60 ? n : 60), name);
	value = value_of(values, v->name);
	guide_variable_words(g, v, lang, &words);
	if (value[0] != '\0') {
		text_safe(out, value, strlen(value), TEXT_LINE);
		return 0;
	}
	if (words.description[0] == '\0')
		words.description = v->name;
	if (v->is_required)
		return err_set(err, OD_EDATA,
		    "\"%s\" ({{%s}}) is needed here and not filled in; ask for "
		    "it first.",
		    words.description, v->name);
	str_addc(out, '[');
	text_safe(out, words.description, strlen(words.description), TEXT_LINE);
	str_addc(out, ']');
	return 0;
}

int
guide_fill(const struct guide *g, enum lang lang, const char *text,
    const struct guide_values *values, struct str *out, struct err *err)
{
	size_t at = 0, done = 0, begin = 0, n = 0, was = out->len;
	const char *name;
	int rc;

	while (guide_next_variable(text, &at, &begin, &name, &n)) {
		text_safe(out, text + done, begin - done, TEXT_BLOCK);
		if ((rc = add_value(g, lang, name, n, values, out, err)) != 0) {
			str_trunc(out, was);
			return rc;
		}
		done = at;
	}
	text_safe(out, text + done, strlen(text + done), TEXT_BLOCK);
	return 0;
}

struct teller {
	const struct guide *g;
	enum lang lang;
	const struct guide_values *values;
	struct str *out;
	struct err *err;
	int rc; /* of the first that went wrong; the rest does nothing */
};

static void
tell(struct teller *t, const char *text)
{
	if (t->rc == 0)
		t->rc =
		    guide_fill(t->g, t->lang, text, t->values, t->out, t->err);
}

/* A paragraph with an empty line before it. */
static void
paragraph(struct teller *t, const char *label, const char *text)
{
	if (text[0] == '\0')
		return;
	str_add(t->out, "\n");
	if (label[0] != '\0')
		str_addf(t->out, "%s ", label);
	tell(t, text);
	str_add(t->out, "\n");
}

static void
items(struct teller *t, const char *label, const struct guide_list *l,
    bool is_numbered)
{
	if (l->count == 0)
		return;
	str_add(t->out, "\n");
	if (label[0] != '\0')
		str_addf(t->out, "%s\n", label);
	for (int i = 0; i < l->count; i++) {
		if (is_numbered)
			str_addf(t->out, "%d. ", i + 1);
		else
			str_add(t->out, "- ");
		tell(t, l->items[i]);
		str_add(t->out, "\n");
	}
}

static void
resources(struct teller *t, const struct guide_step_words *w)
{
	if (w->n_resources == 0)
		return;
	str_addf(t->out, "\n%s\n", tr(t->lang, N_("More information:")));
	for (int i = 0; i < w->n_resources; i++) {
		const struct guide_resource *r = &w->resources[i];

		str_add(t->out, "- ");
		tell(t, r->title ? r->title : "");
		if (r->url) {
			str_add(t->out, r->title ? ": " : "");
			text_safe(t->out, r->url, strlen(r->url), TEXT_LINE);
		}
		str_add(t->out, "\n");
	}
}

int
guide_step_text(const struct guide *g, int number, enum lang lang,
    const struct guide_values *values, struct str *out, struct err *err)
{
	const struct guide_step *step = guide_step(g, number);
	struct teller t = {g, lang, values, out, err, 0};
	struct guide_step_words w;
	size_t was = out->len;

	if (!step)
		return err_set(err, OD_ENOTFOUND,
		    "The guide \"%s\" has no step %d.", g->topic, number);
	guide_step_words(g, step, lang, &w);
	str_addf(out, tr(lang, N_("Step %d")), number);
	if (w.title[0] != '\0') {
		str_add(out, ": ");
		tell(&t, w.title);
	}
	str_add(out, "\n");
	paragraph(&t, "", w.description);
	items(&t, tr(lang, N_("Before you begin:")), &w.warnings, false);
	items(&t, "", &w.instructions, true);
	paragraph(
	    &t, tr(lang, N_("Expected result:")), w.expected_result);
	resources(&t, &w);
	paragraph(&t, "", w.question);
	if (t.rc != 0)
		str_trunc(out, was);
	return t.rc;
}
