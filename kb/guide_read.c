/*
 * guide_read - the reader of the guide format.
 *
 * A guide with a wrong value is left out with its reasons, and the next one is
 * read; a field that nobody knows is told and passed over.
 */
#include "kb/guide_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

struct guide_block {
	struct guide_block *next;
	max_align_t data[];
};

struct reader {
	struct guide_file *file;
	struct guide_findings *found;
	const char *topic; /* of the guide that is read; NULL: none */
	bool is_bad;       /* this guide cannot be used */
	bool no_memory;
};

/* This guide cannot be used; at: a text of the file near the reason. */
static void __attribute__((format(printf, 4, 5))) fault(struct reader *r,
    const char *at, enum guide_rule rule, const char *fmt, ...)
{
	va_list ap;

	r->is_bad = true;
	va_start(ap, fmt);
	guide__vfound(r->found, rule, true, guide_file_line(r->file, at),
	    r->topic, fmt, ap);
	va_end(ap);
}

/* Zeroed, owned by the file; NULL when count is 0 or memory is gone. */
static void *
array(struct reader *r, size_t count, size_t size)
{
	struct guide_block *b;

	if (count == 0)
		return NULL;
	if (!(b = try_alloc(sizeof(*b) + count * size))) {
		r->no_memory = r->is_bad = true;
		return NULL;
	}
	memset(b, 0, sizeof(*b) + count * size);
	b->next = r->file->own->blocks;
	r->file->own->blocks = b;
	return b->data;
}

/* The member, NULL when it is absent or null; of another type: a fault. */
static const struct json *
member(struct reader *r, const struct json *v, const char *name,
    enum json_type type, const char *wanted)
{
	const struct json *m = json_get(v, name);

	if (json_type(m) == JSON_NULL)
		return NULL;
	if (json_type(m) == type)
		return m;
	fault(r, json_name(m), GUIDE_RULE_TYPE, _("\"%s\" has to be %s."), name,
	    wanted);
	return NULL;
}

/* The list, NULL when it is absent; too long is a fault. */
static const struct json *
list(struct reader *r, const struct json *v, const char *name, int max)
{
	const struct json *m =
	    member(r, v, name, JSON_ARRAY, _("a list, in [ ]"));

	if (m && json_size(m) > (size_t)max) {
		fault(r, json_name(m), GUIDE_RULE_LIMIT,
		    _("\"%s\" has %zu entries; at most %d can be read."), name,
		    json_size(m), max);
		return NULL;
	}
	return m;
}

static bool
fits(struct reader *r, const char *s, const char *name, size_t max)
{
	if (strlen(s) <= max)
		return true;
	fault(r, s, GUIDE_RULE_LIMIT,
	    _("A text of \"%s\" has %zu bytes; at most %zu can be read."), name,
	    strlen(s), max);
	return false;
}

static const char *
text(struct reader *r, const struct json *v, const char *name)
{
	const char *s = json_as_string(
	    member(r, v, name, JSON_STRING, _("a text, in quotes")));

	return s && fits(r, s, name, GUIDE_MAX_TEXT) ? s : NULL;
}

static struct guide_list
texts(struct reader *r, const struct json *v, const char *name, int max)
{
	const struct json *m = list(r, v, name, max), *e;
	struct guide_list out = {NULL, 0};
	const char *s;

	if (m)
		out.items = array(r, json_size(m), sizeof(*out.items));
	for (e = out.items ? json_first(m) : NULL; e; e = json_next(e)) {
		if (!(s = json_as_string(e)))
			fault(r, json_name(m), GUIDE_RULE_TYPE,
			    _("Entry %d of \"%s\" has to be a text, in "
			      "quotes."),
			    out.count + 1, name);
		else if (!fits(r, s, name, GUIDE_MAX_TEXT))
			s = NULL;
		if (!s)
			return (struct guide_list){NULL, 0};
		out.items[out.count++] = s;
	}
	return out;
}

/* Tell the fields of v that are not among names, each followed by a space. */
static void
tell_unknown(struct reader *r, const struct json *v, const char *names)
{
	const struct json *m;

	for (m = json_first(v); m; m = json_next(m)) {
		const char *name = json_name(m), *hit = names;
		size_t n = strlen(name);
		bool is_known = false;

		while (!is_known && n > 0 && (hit = strstr(hit, name))) {
			is_known =
			    (hit == names || hit[-1] == ' ') && hit[n] == ' ';
			hit += n;
		}
		if (!is_known)
			guide__found(r->found, GUIDE_RULE_UNKNOWN, false,
			    guide_file_line(r->file, name), r->topic,
			    _("Nobody reads the field \"%s\" here; look for a "
			      "typing error."),
			    name);
	}
}

/* A word of a list; the first when it is absent, which a wrong one is not. */
static int
choice(struct reader *r, const struct json *v, const char *name,
    const char *(*name_of)(int), int count, int absent)
{
	const char *s = text(r, v, name);
	struct str all = STR_INIT;

	if (!s)
		return absent;
	for (int i = 0; i < count; i++)
		if (strcmp(s, name_of(i)) == 0)
			return i;
	for (int i = 0; i < count; i++)
		if (name_of(i)[0] != '\0')
			str_addf(
			    &all, "%s%s", all.len > 0 ? ", " : "", name_of(i));
	fault(r, s, GUIDE_RULE_TYPE, _("\"%s\" is \"%s\"; it can be %s."), name,
	    s, all.s);
	str_free(&all);
	return absent;
}

static void
read_resources(
    struct reader *r, const struct json *v, struct guide_step_words *out)
{
	const struct json *m = list(r, v, "resources", GUIDE_MAX_ITEMS), *e;

	if (!m ||
	    !(out->resources = array(r, json_size(m), sizeof(*out->resources))))
		return;
	for (e = json_first(m); e; e = json_next(e)) {
		struct guide_resource *res = &out->resources[out->n_resources];

		if (json_type(e) != JSON_OBJECT) {
			fault(r, json_name(m), GUIDE_RULE_TYPE,
			    _("Entry %d of \"%s\" has to be an object, in "
			      "{ }."),
			    out->n_resources + 1, "resources");
			return;
		}
		tell_unknown(r, e, "title url ");
		res->title = text(r, e, "title");
		res->url = text(r, e, "url");
		out->n_resources++;
	}
}

static void
read_step_words(
    struct reader *r, const struct json *v, struct guide_step_words *out)
{
	out->at = json_first(v) ? json_name(json_first(v)) : NULL;
	out->title = text(r, v, "title");
	out->description = text(r, v, "description");
	out->instructions = texts(r, v, "instructions", GUIDE_MAX_ITEMS);
	out->expected_result = text(r, v, "expected_result");
	out->warnings = texts(r, v, "warnings", GUIDE_MAX_ITEMS);
	read_resources(r, v, out);
	out->question = text(r, v, "question");
}

/* "next", "resolved", "escalate" or a step's number; absent: as told. */
static struct guide_branch
read_branch(struct reader *r, const struct json *v, const char *name,
    enum guide_goto absent)
{
	const struct json *m = json_get(v, name);
	struct guide_branch b = {absent, 0, NULL};
	const char *s = json_as_string(m);
	int64_t n = 0;

	if (json_type(m) == JSON_NULL)
		return b;
	b.at = json_name(m);
	if (json_as_int64(m, &n) && n >= 1 && n <= GUIDE_MAX_STEP_NUMBER) {
		b.to = GUIDE_TO_STEP;
		b.step = (int)n;
		return b;
	}
	for (int i = 0; s && i < GUIDE_TO_COUNT; i++) {
		b.to = (enum guide_goto)i;
		if (s[0] != '\0' && strcmp(s, guide_goto_name(b.to)) == 0)
			return b;
	}
	fault(r, b.at, GUIDE_RULE_TYPE,
	    _("\"%s\" has to be a step's number, \"next\", \"resolved\" or "
	      "\"escalate\"."),
	    name);
	return b;
}

/* The number of a step's object, 0 after telling what is wrong. */
static int
step_number(struct reader *r, const struct json *v, const struct json *steps)
{
	int64_t n = 0;

	if (json_type(v) == JSON_OBJECT && json_int64(v, "step_number", &n) &&
	    n >= 1 && n <= GUIDE_MAX_STEP_NUMBER)
		return (int)n;
	fault(r, json_first(v) ? json_name(json_first(v)) : json_name(steps),
	    GUIDE_RULE_TYPE,
	    _("A step has to be an object with a \"step_number\" from 1 to "
	      "%d."),
	    GUIDE_MAX_STEP_NUMBER);
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	const struct guide_step *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static void
read_steps(struct reader *r, const struct json *v, struct guide *g)
{
	const struct json *m = list(r, v, "steps", GUIDE_MAX_STEPS), *e;

	if (!m && r->is_bad)
		return;
	if (json_size(m) == 0) {
		fault(r, m ? json_name(m) : g->topic, GUIDE_RULE_MISSING,
		    _("A guide needs at least one step in \"steps\"."));
		return;
	}
	if (!(g->steps = array(r, json_size(m), sizeof(*g->steps))))
		return;
	for (e = json_first(m); e; e = json_next(e)) {
		struct guide_step *step = &g->steps[g->n_steps];

		if ((step->number = step_number(r, e, m)) == 0)
			return;
		g->n_steps++;
		tell_unknown(r, e,
		    "step_number title description instructions "
		    "expected_result warnings resources question on_yes "
		    "on_no ");
		read_step_words(r, e, &step->words[g->lang]);
		step->on_yes = read_branch(r, e, "on_yes", GUIDE_TO_RESOLVED);
		step->on_no = read_branch(r, e, "on_no", GUIDE_TO_NEXT);
	}
	qsort(g->steps, (size_t)g->n_steps, sizeof(*g->steps), by_number);
	for (int i = 1; i < g->n_steps; i++)
		if (g->steps[i].number == g->steps[i - 1].number)
			fault(r, g->steps[i].words[g->lang].at,
			    GUIDE_RULE_NUMBER,
			    _("Two steps have the number %d."),
			    g->steps[i].number);
}

static const char *
type_name(int i)
{
	return guide_type_name((enum guide_variable_type)i);
}

static const char *
source_name(int i)
{
	return guide_source_name((enum guide_source)i);
}

static bool
variable_name_valid(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= GUIDE_MAX_NAME && s[0] >= 'a' && s[0] <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

/* The name of a variable's object, NULL after telling what is wrong. */
static const char *
variable_name(struct reader *r, const struct json *v, const struct json *vars)
{
	const char *name =
	    json_type(v) == JSON_OBJECT ? json_string(v, "name") : NULL;

	if (name && variable_name_valid(name))
		return name;
	fault(r, name ? name : json_name(vars), GUIDE_RULE_TYPE,
	    _("A variable has to be an object with a \"name\" of letters a to "
	      "z, digits and _, a letter first, at most %d of them."),
	    GUIDE_MAX_NAME);
	return NULL;
}

static void
read_variable_words(
    struct reader *r, const struct json *v, struct guide_variable_words *out)
{
	out->at = json_name(json_first(v));
	out->description = text(r, v, "description");
	out->choices = texts(r, v, "choices", GUIDE_MAX_ITEMS);
}

static void
read_variables(struct reader *r, const struct json *v, struct guide *g)
{
	const struct json *m = list(r, v, "variables", GUIDE_MAX_VARIABLES), *e;

	if (!m ||
	    !(g->variables = array(r, json_size(m), sizeof(*g->variables))))
		return;
	for (e = json_first(m); e; e = json_next(e)) {
		struct guide_variable *var = &g->variables[g->n_variables];

		if (!(var->name = variable_name(r, e, m)))
			return;
		if (guide_variable(g, var->name, strlen(var->name)))
			fault(r, var->name, GUIDE_RULE_VARIABLE,
			    _("Two variables have the name \"%s\"."),
			    var->name);
		g->n_variables++;
		tell_unknown(
		    r, e, "name description type choices required source ");
		var->type = (enum guide_variable_type)choice(
		    r, e, "type", type_name, GUIDE_TYPE_COUNT, GUIDE_TEXT);
		var->source = (enum guide_source)choice(r, e, "source",
		    source_name, GUIDE_SOURCE_COUNT, GUIDE_FROM_NOBODY);
		member(r, e, "required", JSON_BOOL, _("true or false"));
		var->is_required = json_bool(e, "required");
		read_variable_words(r, e, &var->words[g->lang]);
		if (var->type == GUIDE_CHOICE &&
		    var->words[g->lang].choices.count == 0)
			fault(r, var->name, GUIDE_RULE_MISSING,
			    _("The variable \"%s\" needs its \"choices\"."),
			    var->name);
	}
}

static void
read_words(struct reader *r, const struct json *v, struct guide_words *out)
{
	out->title = text(r, v, "problem_title");
	out->description = text(r, v, "problem_description");
	out->estimated_time = text(r, v, "estimated_time");
	out->difficulty = text(r, v, "difficulty");
	out->common_issues = texts(r, v, "common_issues", GUIDE_MAX_ITEMS);
	out->escalation_criteria =
	    texts(r, v, "escalation_criteria", GUIDE_MAX_ITEMS);
	if (out->title || out->description || out->estimated_time ||
	    out->difficulty || out->common_issues.count > 0 ||
	    out->escalation_criteria.count > 0)
		out->at = json_name(json_first(v));
}

static void
translate_steps(
    struct reader *r, const struct json *v, struct guide *g, enum lang lang)
{
	const struct json *m = list(r, v, "steps", GUIDE_MAX_STEPS), *e;

	for (e = json_first(m); e; e = json_next(e)) {
		int number = step_number(r, e, m);
		const struct guide_step *there;
		struct guide_step *step;

		if (number == 0)
			return;
		tell_unknown(r, e,
		    "step_number title description instructions "
		    "expected_result warnings resources question ");
		if (!(there = guide_step(g, number))) {
			guide__found(r->found, GUIDE_RULE_TRANSLATION, true,
			    guide_file_line(r->file, json_name(json_first(e))),
			    r->topic,
			    _("The translation has a step %d that the guide "
			      "does not have."),
			    number);
			continue;
		}
		step = &g->steps[there - g->steps];
		g->words[lang].at = json_name(m);
		if (step->words[lang].at)
			fault(r, json_name(json_first(e)), GUIDE_RULE_NUMBER,
			    _("Two steps have the number %d."), number);
		else
			read_step_words(r, e, &step->words[lang]);
	}
}

static void
translate_variables(
    struct reader *r, const struct json *v, struct guide *g, enum lang lang)
{
	const struct json *m = list(r, v, "variables", GUIDE_MAX_VARIABLES), *e;

	for (e = json_first(m); e; e = json_next(e)) {
		const char *name = variable_name(r, e, m);
		const struct guide_variable *var;

		if (!name)
			return;
		tell_unknown(r, e, "name description choices ");
		if ((var = guide_variable(g, name, strlen(name)))) {
			read_variable_words(r, e,
			    &g->variables[var - g->variables].words[lang]);
			g->words[lang].at = json_name(m);
		} else {
			guide__found(r->found, GUIDE_RULE_TRANSLATION, true,
			    guide_file_line(r->file, name), r->topic,
			    _("The translation has a variable \"%s\" that the "
			      "guide does not have."),
			    name);
		}
	}
}

static void
read_translations(struct reader *r, const struct json *v, struct guide *g)
{
	const struct json *m =
	    member(r, v, "translations", JSON_OBJECT, _("an object, in { }"));
	const struct json *t;

	g->translations_at = m ? json_name(m) : NULL;
	tell_unknown(r, m, g->lang == LANG_ES ? "en " : "es ");
	for (int i = 0; i < LANG_COUNT; i++) {
		enum lang lang = (enum lang)i;

		if (lang == g->lang ||
		    !(t = member(r, m, lang_code(lang), JSON_OBJECT,
			  _("an object, in { }"))))
			continue;
		tell_unknown(r, t,
		    "problem_title problem_description estimated_time "
		    "difficulty variables steps common_issues "
		    "escalation_criteria ");
		read_words(r, t, &g->words[lang]);
		translate_variables(r, t, g, lang);
		translate_steps(r, t, g, lang);
	}
}

/* {"es": [...], "en": [...]}, as phrases and concepts have it. */
static void
read_by_language(
    struct reader *r, const struct json *m, struct guide_list out[LANG_COUNT])
{
	tell_unknown(r, m, "es en ");
	for (int i = 0; m && i < LANG_COUNT; i++)
		out[i] =
		    texts(r, m, lang_code((enum lang)i), GUIDE_MAX_PHRASES);
}

static bool
read_guide(struct reader *r, const struct json *v, struct guide *g)
{
	const struct json *phrases;
	const char *code;

	memset(g, 0, sizeof(*g));
	g->topic = r->topic;
	g->lang = LANG_ES;
	tell_unknown(r, v,
	    "language problem_title problem_description category "
	    "estimated_time difficulty variables steps common_issues "
	    "escalation_criteria phrases translations ");
	if ((code = text(r, v, "language")) && strcmp(code, "es") != 0) {
		if (strcmp(code, "en") != 0)
			fault(r, code, GUIDE_RULE_TYPE,
			    _("\"%s\" is \"%s\"; it can be %s."), "language",
			    code, "es, en");
		g->lang = LANG_EN;
	}
	read_words(r, v, &g->words[g->lang]);
	g->category = text(r, v, "category");
	if (!guide__has_words(g->words[g->lang].title))
		fault(r, r->topic, GUIDE_RULE_MISSING,
		    _("A guide needs a \"problem_title\"."));
	read_variables(r, v, g);
	read_steps(r, v, g);
	if (r->is_bad)
		return false;
	phrases = member(r, v, "phrases", JSON_OBJECT, _("an object, in { }"));
	g->phrases_at = phrases ? json_name(phrases) : NULL;
	read_by_language(r, phrases, g->phrases);
	read_translations(r, v, g);
	return !r->is_bad;
}

static void
read_concepts(struct reader *r, const struct json *v)
{
	struct guide_file *f = r->file;
	const struct json *m;

	f->has_concepts = true;
	if (!(f->concepts = array(r, json_size(v), sizeof(*f->concepts))))
		return;
	for (m = json_first(v); m && !r->no_memory; m = json_next(m)) {
		struct guide_concept *c = &f->concepts[f->n_concepts];

		r->is_bad = false;
		c->name = json_name(m);
		if (json_type(m) != JSON_OBJECT)
			fault(r, c->name, GUIDE_RULE_TYPE,
			    _("\"%s\" has to be %s."), c->name,
			    _("an object, in { }"));
		else if (fits(r, c->name, c->name, GUIDE_MAX_TOPIC))
			read_by_language(r, m, c->words);
		if (!r->is_bad)
			f->n_concepts++;
	}
}

/* What has a name with _ first: no guide, but knowledge about words. */
static void
read_special(struct reader *r, const struct json *v)
{
	const char *name = json_name(v);
	const struct json *phrases;

	if (strcmp(name, "_concepts") == 0) {
		read_concepts(r, v);
	} else if (strcmp(name, "_out_of_scope") == 0) {
		tell_unknown(r, v, "phrases ");
		phrases = member(
		    r, v, "phrases", JSON_OBJECT, _("an object, in { }"));
		r->file->has_out_of_scope = true;
		read_by_language(r, phrases, r->file->out_of_scope);
	} else {
		guide__found(r->found, GUIDE_RULE_UNKNOWN, false,
		    guide_file_line(r->file, name), name,
		    _("Nobody reads \"%s\"; a name with _ first can be "
		      "_concepts or _out_of_scope."),
		    name);
	}
}

static void
read_topics(struct reader *r)
{
	struct guide_file *f = r->file;
	const struct json *v;

	for (v = json_first(f->own->doc); v && !r->no_memory;
	     v = json_next(v)) {
		const char *name = json_name(v);

		r->topic = name;
		r->is_bad = false;
		if (name[0] != '_' && !guide_topic_valid(name))
			fault(r, name, GUIDE_RULE_TOPIC,
			    _("\"%s\" cannot name a guide: use letters a to z, "
			      "digits and _, a letter first, at most %d."),
			    name, GUIDE_MAX_TOPIC);
		else if (json_type(v) != JSON_OBJECT)
			fault(r, name, GUIDE_RULE_TYPE,
			    _("\"%s\" has to be %s."), name,
			    _("an object, in { }"));
		else if (name[0] == '_')
			read_special(r, v);
		else if (read_guide(r, v, &f->guides[f->count]))
			f->count++;
	}
}

static int
find_lines(struct guide_file_own *own, const char *s, size_t n)
{
	size_t lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += s[i] == '\n';
	if (!(own->line_starts = try_alloc(lines * sizeof(uint32_t))))
		return -1;
	own->line_starts[own->lines++] = 0;
	for (size_t i = 0; i < n; i++)
		if (s[i] == '\n')
			own->line_starts[own->lines++] = (uint32_t)(i + 1);
	return 0;
}

int
guide__no_json(struct guide_findings *found, const char *s, size_t n, int rc,
    const struct err *err)
{
	const char *byte =
	    strstr(err->plain[0] ? err->plain : err->text, "at byte ");
	int line = 1;
	size_t at = byte ? (size_t)strtoul(byte + 8, NULL, 10) : 0;

	for (size_t i = 0; i < at && i < n; i++)
		line += s[i] == '\n';
	guide__found(found,
	    rc == OD_ELIMIT ? GUIDE_RULE_LIMIT : GUIDE_RULE_JSON, true, line,
	    NULL, "%s", err->text);
	return rc;
}

int
guide_file_read(const char *s, size_t n, struct guide_findings *found,
    struct guide_file **out, struct err *err)
{
	struct err own_err = ERR_INIT;
	struct reader r = {NULL, found, NULL, false, false};
	struct json *doc = NULL;
	size_t count;
	int rc;

	*out = NULL;
	err = err ? err : &own_err;
	if ((rc = json_parse(s, n, &guide__json_limits, &doc, err)) != 0)
		return guide__no_json(found, s, n, rc, err);
	count = json_size(doc);
	if (json_type(doc) != JSON_OBJECT)
		rc = err_set(err, OD_EDATA,
		    "A file of guides has to be a JSON object, in { }.");
	else if (count > GUIDE_MAX_GUIDES)
		rc = err_set(err, OD_ELIMIT,
		    "The file has %zu guides; at most %d can be read.", count,
		    GUIDE_MAX_GUIDES);
	if (rc != 0) {
		json_free(&doc);
		return guide__no_json(found, s, n, rc, err);
	}
	r.file = xcalloc(1, sizeof(*r.file));
	r.file->own = xcalloc(1, sizeof(*r.file->own));
	r.file->own->doc = doc;
	r.no_memory = find_lines(r.file->own, s, n) != 0;
	if (!r.no_memory)
		r.file->guides = array(&r, count, sizeof(*r.file->guides));
	if (!r.no_memory)
		read_topics(&r);
	if (r.no_memory) {
		guide_file_free(&r.file);
		return err_set(err, OD_EUNAVAIL,
		    "The guides do not fit into memory; try again later.");
	}
	*out = r.file;
	return 0;
}

void
guide_file_free(struct guide_file **f)
{
	struct guide_block *b, *next;

	if (!*f)
		return;
	for (b = (*f)->own->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	json_free(&(*f)->own->doc);
	free((*f)->own->line_starts);
	FREE(&(*f)->own);
	FREE(f);
}

int
guide_read_one(
    const char *s, size_t n, struct guide_file **out, struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	int rc = guide_file_read(s, n, &found, out, err);

	if (rc == 0 && (*out)->count != 1) {
		const struct guide_finding *first = found.items;

		while (first && !first->is_error &&
		       first < found.items + found.count - 1)
			first++;
		rc = first ? err_set(err, OD_EDATA, "Line %d of the guide: %s",
				 first->line, first->text)
		           : err_set(err, OD_EDATA,
				 "The text holds %d guides, not one.",
				 (*out)->count);
		guide_file_free(out);
	}
	guide_findings_free(&found);
	return rc;
}
