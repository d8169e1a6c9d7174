/*
 * guide_check - the linter's part about texts, languages and variables.
 */
#include "kb/guide_check_int.h"
#include "common/utf8.h"
#include <string.h>

#define WHERE_SIZE 80

void
guide__wrong(struct guide_checker *c, const char *at, enum guide_rule rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	guide__vfound(c->found, rule, true, guide_file_line(c->file, at),
	    c->g->topic, fmt, ap);
	va_end(ap);
}

void
guide__odd(struct guide_checker *c, const char *at, enum guide_rule rule,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	guide__vfound(c->found, rule, false, guide_file_line(c->file, at),
	    c->g->topic, fmt, ap);
	va_end(ap);
}

/* "title", or "title" of step 3. */
static const char *
where(char buf[WHERE_SIZE], const char *field, int step)
{
	if (step > 0)
		str_format(
		    buf, WHERE_SIZE, _("\"%s\" of step %d"), field, step);
	else
		str_format(buf, WHERE_SIZE, "\"%s\"", field);
	return buf;
}

static void
check_width(struct guide_checker *c, const char *text, const char *place)
{
	for (const char *s = text; *s; s += strcspn(s, " \n")) {
		size_t n;

		s += strspn(s, " \n");
		n = strcspn(s, " \n");
		if (utf8_width(s, n) <= GUIDE_WIDEST_WORD)
			continue;
		guide__odd(c, text, GUIDE_RULE_WIDTH,
		    _("%s has a word of %d columns; at most %d fit into 80."),
		    place, utf8_width(s, n), GUIDE_WIDEST_WORD);
		return;
	}
}

static void
check_variables(struct guide_checker *c, const char *text, const char *place)
{
	size_t at = 0, begin = 0, n = 0;
	const char *name;

	while (guide_next_variable(text, &at, &begin, &name, &n))
		if (!guide_variable(c->g, name, n))
			guide__wrong(c, text, GUIDE_RULE_VARIABLE,
			    _("%s uses {{%.*s}}, which \"variables\" does not "
			      "declare."),
			    place, (int)(n < 60 ? n : 60), name);
	if (strstr(text + at, "{{"))
		guide__odd(c, text, GUIDE_RULE_VARIABLE,
		    _("%s has {{ without }}."), place);
}

static void
check_text(
    struct guide_checker *c, const char *field, int step, const char *text)
{
	char place[WHERE_SIZE];

	if (!text)
		return;
	where(place, field, step);
	if (!guide__has_words(text))
		guide__odd(c, text, GUIDE_RULE_EMPTY, _("%s is empty."), place);
	check_width(c, text, place);
	check_variables(c, text, place);
}

static void
check_list(struct guide_checker *c, const char *field, int step,
    const struct guide_list *l)
{
	for (int i = 0; i < l->count; i++)
		check_text(c, field, step, l->items[i]);
}

/* http or https, a host with a dot in it, nothing that a shell or eye trips
 * over. */
static bool
is_url(const char *s)
{
	size_t host;

	if (str_starts(s, "https://"))
		s += 8;
	else if (str_starts(s, "http://"))
		s += 7;
	else
		return false;
	host = strcspn(s, "/?#");
	return host > 2 && memchr(s, '.', host) != NULL && s[0] != '.' &&
	       s[host - 1] != '.' && memchr(s, '@', host) == NULL &&
	       strcspn(s, " \t\r\n\"<>\\^`{|}") == strlen(s);
}

static void
check_resources(
    struct guide_checker *c, const struct guide_step_words *w, int step)
{
	for (int i = 0; i < w->n_resources; i++) {
		const struct guide_resource *r = &w->resources[i];

		check_text(c, "resources", step, r->title);
		if (!r->url || !is_url(r->url))
			guide__odd(c, r->url ? r->url : w->at, GUIDE_RULE_URL,
			    _("Resource %d of step %d needs a \"url\" that "
			      "begins with https:// and a host's name."),
			    i + 1, step);
	}
}

static void
check_step_words(
    struct guide_checker *c, const struct guide_step_words *w, int step)
{
	check_text(c, "title", step, w->title);
	check_text(c, "description", step, w->description);
	check_text(c, "expected_result", step, w->expected_result);
	check_text(c, "question", step, w->question);
	check_list(c, "instructions", step, &w->instructions);
	check_list(c, "warnings", step, &w->warnings);
	check_resources(c, w, step);
}

static void
check_words(struct guide_checker *c, enum lang lang)
{
	const struct guide *g = c->g;
	const struct guide_words *w = &g->words[lang];

	check_text(c, "problem_title", 0, w->title);
	check_text(c, "problem_description", 0, w->description);
	check_text(c, "estimated_time", 0, w->estimated_time);
	check_text(c, "difficulty", 0, w->difficulty);
	check_list(c, "common_issues", 0, &w->common_issues);
	check_list(c, "escalation_criteria", 0, &w->escalation_criteria);
	for (int i = 0; i < g->n_variables; i++) {
		const struct guide_variable_words *v =
		    &g->variables[i].words[lang];

		check_text(c, "variables", 0, v->description);
		check_list(c, "choices", 0, &v->choices);
	}
	for (int i = 0; i < g->n_steps; i++)
		check_step_words(
		    c, &g->steps[i].words[lang], g->steps[i].number);
}

/* What the guide's own language says and the other does not. */
struct pair {
	struct guide_checker *c;
	enum lang other;
	const char *at; /* near the translation */
	int step;
};

static void
pair_missing(const struct pair *p, const char *field)
{
	char place[WHERE_SIZE];

	guide__odd(p->c, p->at, GUIDE_RULE_LANGUAGE,
	    _("%s is not told in the language \"%s\"."),
	    where(place, field, p->step), lang_code(p->other));
}

static void
pair_text(
    const struct pair *p, const char *field, const char *own, const char *other)
{
	if (guide__has_words(own) && !guide__has_words(other))
		pair_missing(p, field);
}

static void
pair_list(const struct pair *p, const char *field, const struct guide_list *own,
    const struct guide_list *other)
{
	if (own->count > 0 && other->count == 0)
		pair_missing(p, field);
}

static void
compare_steps(struct guide_checker *c, enum lang other)
{
	const struct guide *g = c->g;

	for (int i = 0; i < g->n_steps; i++) {
		const struct guide_step_words *a = &g->steps[i].words[g->lang];
		const struct guide_step_words *b = &g->steps[i].words[other];
		const struct pair p = {c, other, b->at, g->steps[i].number};

		if (!b->at) {
			guide__wrong(c, g->words[other].at,
			    GUIDE_RULE_TRANSLATION,
			    _("The translation lacks step %d."), p.step);
			continue;
		}
		pair_text(&p, "title", a->title, b->title);
		pair_text(&p, "description", a->description, b->description);
		pair_text(&p, "expected_result", a->expected_result,
		    b->expected_result);
		pair_text(&p, "question", a->question, b->question);
		pair_list(
		    &p, "instructions", &a->instructions, &b->instructions);
		pair_list(&p, "warnings", &a->warnings, &b->warnings);
	}
}

static void
compare_variables(struct guide_checker *c, enum lang other)
{
	const struct guide *g = c->g;

	for (int i = 0; i < g->n_variables; i++) {
		const struct guide_variable *v = &g->variables[i];
		const struct guide_variable_words *a = &v->words[g->lang];
		const struct guide_variable_words *b = &v->words[other];

		if (!b->at || !guide__has_words(b->description))
			guide__odd(c, b->at ? b->at : g->words[other].at,
			    GUIDE_RULE_LANGUAGE,
			    _("The variable \"%s\" is not told in the language "
			      "\"%s\"."),
			    v->name, lang_code(other));
		else if (a->choices.count != b->choices.count)
			guide__wrong(c, b->at, GUIDE_RULE_TRANSLATION,
			    _("The variable \"%s\" has %d choices, its "
			      "translation %d; they belong together one by "
			      "one."),
			    v->name, a->choices.count, b->choices.count);
	}
}

static void
compare_languages(struct guide_checker *c)
{
	const struct guide *g = c->g;
	enum lang other = g->lang == LANG_ES ? LANG_EN : LANG_ES;
	const struct guide_words *a = &g->words[g->lang];
	const struct guide_words *b = &g->words[other];
	const struct pair p = {c, other, b->at, 0};

	if (!b->at) {
		guide__odd(c,
		    g->translations_at ? g->translations_at : g->topic,
		    GUIDE_RULE_LANGUAGE,
		    _("The guide is not told in the language \"%s\"."),
		    lang_code(other));
		return;
	}
	pair_text(&p, "problem_title", a->title, b->title);
	pair_text(&p, "problem_description", a->description, b->description);
	pair_text(&p, "estimated_time", a->estimated_time, b->estimated_time);
	pair_text(&p, "difficulty", a->difficulty, b->difficulty);
	pair_list(&p, "common_issues", &a->common_issues, &b->common_issues);
	pair_list(&p, "escalation_criteria", &a->escalation_criteria,
	    &b->escalation_criteria);
	compare_variables(c, other);
	compare_steps(c, other);
}

static void
check_what_to_do(struct guide_checker *c)
{
	const struct guide *g = c->g;

	for (int i = 0; i < g->n_steps; i++) {
		const struct guide_step_words *w = &g->steps[i].words[g->lang];

		if (!w->title)
			guide__odd(c, w->at, GUIDE_RULE_EMPTY,
			    _("Step %d has no title."), g->steps[i].number);
		if (w->instructions.count == 0 &&
		    !guide__has_words(w->description) &&
		    !guide__has_words(w->question))
			guide__odd(c, w->at, GUIDE_RULE_EMPTY,
			    _("Step %d says nothing to do."),
			    g->steps[i].number);
	}
}

static void
check_phrase_counts(struct guide_checker *c)
{
	const struct guide *g = c->g;

	for (int i = 0; i < LANG_COUNT; i++) {
		const struct guide_list *l = &g->phrases[i];

		for (int k = 0; k < l->count; k++)
			if (!guide__has_words(l->items[k]))
				guide__odd(c, l->items[k], GUIDE_RULE_EMPTY,
				    _("%s is empty."), _("A phrase"));
		if (l->count < GUIDE_FEW_PHRASES)
			guide__odd(c, g->phrases_at ? g->phrases_at : g->topic,
			    GUIDE_RULE_PHRASES,
			    _("Phrases in the language \"%s\": %d; without "
			      "%d the guide is hardly found."),
			    lang_code((enum lang)i), l->count,
			    GUIDE_FEW_PHRASES);
	}
}

void
guide_check(const struct guide_file *f, struct guide_findings *found)
{
	for (int i = 0; i < f->count; i++) {
		struct guide_checker c = {f, &f->guides[i], found};

		guide__check_ways(&c);
		check_what_to_do(&c);
		for (int lang = 0; lang < LANG_COUNT; lang++)
			check_words(&c, (enum lang)lang);
		compare_languages(&c);
		check_phrase_counts(&c);
	}
}
