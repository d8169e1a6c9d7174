/*
 * guide_print - knowledge as canonical JSON: first as one line by common/json,
 * then laid out, so that two versions can be compared line by line.
 */
#include "common/json.h"
#include "kb/guide.h"

/* Lay out what json_out wrote: no spaces outside of its strings. */
static void
lay_out(const struct str *from, struct str *out)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < from->len; i++) {
		char c = from->s[i];

		if (in_string) {
			str_addc(out, c);
			if (c == '\\')
				str_addc(out, from->s[++i]);
			in_string = c != '"';
			continue;
		}
		if (c == '}' || c == ']')
			str_addf(out, "\n%*s", 2 * --depth, "");
		str_addc(out, c);
		in_string = c == '"';
		if (c == ':')
			str_addc(out, ' ');
		if (c == '{' || c == '[')
			depth++;
		if (c == '{' || c == '[' || c == ',')
			str_addf(out, "\n%*s", 2 * depth, "");
	}
	str_addc(out, '\n');
}

static void
print_text(struct json_out *w, const char *name, const char *s)
{
	if (s)
		json_out_string(w, name, s);
}

static void
print_list(struct json_out *w, const char *name, const struct guide_list *l)
{
	if (l->count == 0)
		return;
	json_out_array(w, name);
	for (int i = 0; i < l->count; i++)
		json_out_string(w, NULL, l->items[i]);
	json_out_end(w, ']');
}

static void
print_branch(struct json_out *w, const char *name, const struct guide_branch *b)
{
	if (b->to == GUIDE_TO_STEP)
		json_out_int(w, name, b->step);
	else
		json_out_string(w, name, guide_goto_name(b->to));
}

static void
print_variable(struct json_out *w, const struct guide_variable *v,
    const struct guide_variable_words *t, bool is_own)
{
	json_out_object(w, NULL);
	json_out_string(w, "name", v->name);
	print_text(w, "description", t->description);
	if (is_own)
		json_out_string(w, "type", guide_type_name(v->type));
	print_list(w, "choices", &t->choices);
	if (is_own)
		json_out_bool(w, "required", v->is_required);
	if (is_own && v->source != GUIDE_FROM_NOBODY)
		json_out_string(w, "source", guide_source_name(v->source));
	json_out_end(w, '}');
}

static void
print_variables(struct json_out *w, const struct guide *g, enum lang lang)
{
	bool is_open = false;

	for (int i = 0; i < g->n_variables; i++) {
		const struct guide_variable *v = &g->variables[i];

		if (lang != g->lang && !v->words[lang].at)
			continue;
		if (!is_open)
			json_out_array(w, "variables");
		is_open = true;
		print_variable(w, v, &v->words[lang], lang == g->lang);
	}
	if (is_open)
		json_out_end(w, ']');
}

static void
print_resources(struct json_out *w, const struct guide_step_words *t)
{
	if (t->n_resources == 0)
		return;
	json_out_array(w, "resources");
	for (int i = 0; i < t->n_resources; i++) {
		json_out_object(w, NULL);
		print_text(w, "title", t->resources[i].title);
		print_text(w, "url", t->resources[i].url);
		json_out_end(w, '}');
	}
	json_out_end(w, ']');
}

static void
print_step(struct json_out *w, const struct guide_step *step,
    const struct guide_step_words *t, bool is_own)
{
	json_out_object(w, NULL);
	json_out_int(w, "step_number", step->number);
	print_text(w, "title", t->title);
	print_text(w, "description", t->description);
	print_list(w, "instructions", &t->instructions);
	print_text(w, "expected_result", t->expected_result);
	print_list(w, "warnings", &t->warnings);
	print_resources(w, t);
	print_text(w, "question", t->question);
	if (is_own) {
		print_branch(w, "on_yes", &step->on_yes);
		print_branch(w, "on_no", &step->on_no);
	}
	json_out_end(w, '}');
}

static void
print_steps(struct json_out *w, const struct guide *g, enum lang lang)
{
	bool is_open = false;

	for (int i = 0; i < g->n_steps; i++) {
		const struct guide_step *step = &g->steps[i];

		if (lang != g->lang && !step->words[lang].at)
			continue;
		if (!is_open)
			json_out_array(w, "steps");
		is_open = true;
		print_step(w, step, &step->words[lang], lang == g->lang);
	}
	if (is_open)
		json_out_end(w, ']');
}

static void
print_by_language(struct json_out *w, const char *name,
    const struct guide_list lists[LANG_COUNT])
{
	json_out_object(w, name);
	print_list(w, "es", &lists[LANG_ES]);
	print_list(w, "en", &lists[LANG_EN]);
	json_out_end(w, '}');
}

static void
print_language(struct json_out *w, const struct guide *g, enum lang lang)
{
	const struct guide_words *t = &g->words[lang];

	print_text(w, "problem_title", t->title);
	print_text(w, "problem_description", t->description);
	if (lang == g->lang)
		print_text(w, "category", g->category);
	print_text(w, "estimated_time", t->estimated_time);
	print_text(w, "difficulty", t->difficulty);
	print_variables(w, g, lang);
	print_steps(w, g, lang);
	print_list(w, "common_issues", &t->common_issues);
	print_list(w, "escalation_criteria", &t->escalation_criteria);
}

void
guide_print(const struct guide *g, struct str *out)
{
	enum lang other = g->lang == LANG_ES ? LANG_EN : LANG_ES;
	struct str line = STR_INIT;
	struct json_out w;

	json_out_init(&w, &line);
	json_out_object(&w, NULL);
	json_out_object(&w, g->topic);
	json_out_string(&w, "language", lang_code(g->lang));
	print_language(&w, g, g->lang);
	if (g->phrases[LANG_ES].count + g->phrases[LANG_EN].count > 0)
		print_by_language(&w, "phrases", g->phrases);
	if (guide_speaks(g, other)) {
		json_out_object(&w, "translations");
		json_out_object(&w, lang_code(other));
		print_language(&w, g, other);
		json_out_end(&w, '}');
		json_out_end(&w, '}');
	}
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	lay_out(&line, out);
	str_free(&line);
}

void
guide_print_concepts(const struct guide_file *f, struct str *out)
{
	struct str line = STR_INIT;
	struct json_out w;

	json_out_init(&w, &line);
	json_out_object(&w, NULL);
	json_out_object(&w, "_concepts");
	for (int i = 0; i < f->n_concepts; i++)
		print_by_language(
		    &w, f->concepts[i].name, f->concepts[i].words);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	lay_out(&line, out);
	str_free(&line);
}

void
guide_print_out_of_scope(const struct guide_file *f, struct str *out)
{
	struct str line = STR_INIT;
	struct json_out w;

	json_out_init(&w, &line);
	json_out_object(&w, NULL);
	json_out_object(&w, "_out_of_scope");
	print_by_language(&w, "phrases", f->out_of_scope);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	lay_out(&line, out);
	str_free(&line);
}
