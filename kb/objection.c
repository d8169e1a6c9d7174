/* objection - the strict reader of a card; see objection.h. */
#include "kb/objection_int.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

static const struct json_limits limits = {
    .max_bytes = OBJECTION_MAX_BYTES,
    .max_depth = 8,
    .max_nodes = LANG_COUNT * (OBJECTION_MAX_PHRASES + 200),
    .max_string = OBJECTION_MAX_TEXT,
};

const char *const objection_categories[] = {"price", "provider", "decision",
    "time", "trust", "service", "change", NULL};

static const char *const card_fields[] = {"language", "category",
    "objection_title", "objection_description", "rebuttals", "avoid",
    "listen_for", "phrases", "translations", NULL};
static const char *const word_fields[] = {"objection_title",
    "objection_description", "rebuttals", "avoid", "listen_for", NULL};
static const char *const rebuttal_fields[] = {
    "title", "text", "question", NULL};

static bool
is_one_of(const char *s, const char *const *words)
{
	while (*words != NULL && strcmp(*words, s) != 0)
		words++;
	return *words != NULL;
}

static void
read_rebuttals(struct doc_reader *r, const struct json *v, const char *at,
    struct objection_words *w)
{
	const struct json *a = json_get(v, "rebuttals");
	size_t n = json_size(a);

	if (json_type(a) != JSON_ARRAY || n < OBJECTION_MIN_REBUTTALS ||
	    n > OBJECTION_MAX_REBUTTALS) {
		doc__fault(r, a != NULL ? json_name(a) : at, GUIDE_RULE_LIMIT,
		    _("\"rebuttals\" have to be a list of %d to %d."),
		    OBJECTION_MIN_REBUTTALS, OBJECTION_MAX_REBUTTALS);
		return;
	}
	for (const struct json *m = json_first(a); m; m = json_next(m)) {
		struct objection_rebuttal *b = &w->rebuttals[w->n_rebuttals++];

		if (!doc__only(
			r, m, "rebuttals", json_name(a), rebuttal_fields))
			continue;
		b->title = doc__text(r, m, "title");
		b->text = doc__text(r, m, "text");
		b->question = doc__text(r, m, "question");
	}
}

static void
read_words(struct doc_reader *r, const struct json *v, const char *at,
    struct objection_words *w)
{
	w->title = doc__text(r, v, "objection_title");
	w->description = doc__text(r, v, "objection_description");
	read_rebuttals(r, v, at, w);
	doc__list(r, v, "avoid", OBJECTION_MAX_ITEMS, &w->avoid);
	doc__list(r, v, "listen_for", OBJECTION_MAX_ITEMS, &w->listen_for);
}

/* The name of a member, or of what it is missing in. */
static const char *
name_of(const struct json *m, const char *otherwise)
{
	return m != NULL ? json_name(m) : otherwise;
}

static void
read_translation(struct doc_reader *r, struct objection *o,
    const struct json *others, enum lang lang)
{
	const struct objection_words *own = &o->words[o->lang];
	struct objection_words *w = &o->words[lang];
	const char *code = lang_code(lang);
	const struct json *t = json_get(others, code);
	const char *at = name_of(t, name_of(others, o->id));
	bool is_told = doc__only(r, t, code, at, word_fields);

	if (is_told)
		read_words(r, t, at, w);
	if (is_told && w->n_rebuttals > 0 && w->n_rebuttals != own->n_rebuttals)
		doc__fault(r, name_of(json_get(t, "rebuttals"), at),
		    GUIDE_RULE_TRANSLATION,
		    _("The card has not as many rebuttals in each language."));
}

static void
read_languages(struct doc_reader *r, struct objection *o, const struct json *v)
{
	const struct json *phrases = json_get(v, "phrases");
	const struct json *others = json_get(v, "translations");
	const char *codes[LANG_COUNT + 1] = {NULL}, *other[LANG_COUNT];
	bool has_phrases;
	int n = 0;

	for (int l = 0; l < LANG_COUNT; l++) {
		codes[l] = lang_code((enum lang)l);
		if ((enum lang)l != o->lang)
			other[n++] = codes[l];
	}
	other[n] = NULL;
	has_phrases =
	    doc__only(r, phrases, "phrases", name_of(phrases, o->id), codes);
	(void)doc__only(
	    r, others, "translations", name_of(others, o->id), other);
	read_words(r, v, o->id, &o->words[o->lang]);
	for (int l = 0; l < LANG_COUNT; l++) {
		if (has_phrases)
			doc__list(r, phrases, codes[l], OBJECTION_MAX_PHRASES,
			    &o->phrases[l]);
		if ((enum lang)l != o->lang && json_type(others) == JSON_OBJECT)
			read_translation(r, o, others, (enum lang)l);
	}
}

static void
read_card(struct doc_reader *r, struct objection *o)
{
	const struct json *v = json_first(o->doc), *category;

	if (json_type(o->doc) != JSON_OBJECT || json_size(o->doc) != 1) {
		doc__fault(r, NULL, GUIDE_RULE_JSON,
		    _("A card has to be a JSON object with its id alone."));
		return;
	}
	r->id = o->id = json_name(v);
	if (!guide_topic_valid(o->id))
		doc__fault(r, o->id, GUIDE_RULE_TOPIC,
		    _("\"%s\" cannot be a card's id: use letters a to z, "
		      "digits "
		      "and _, a letter first, at most %d."),
		    o->id, GUIDE_MAX_TOPIC);
	if (!doc__only(r, v, o->id, o->id, card_fields))
		return;
	o->lang = doc__language(r, v);
	category = json_get(v, "category");
	o->category = json_as_string(category);
	if (o->category == NULL ||
	    !is_one_of(o->category, objection_categories))
		doc__fault(r, name_of(category, o->id), GUIDE_RULE_TYPE,
		    _("The card's \"category\" is none that is known; price, "
		      "provider, decision, time, trust, service and change "
		      "are."));
	read_languages(r, o, v);
}

int
objection_read_all(const char *s, size_t n, struct guide_findings *found,
    struct objection **out, struct err *err)
{
	struct doc_reader r;
	struct json *doc = NULL;
	int rc;

	*out = NULL;
	if ((rc = doc__parse(&r, s, n, &limits, found, &doc, err)) != 0)
		return rc;
	*out = xcalloc(1, sizeof(**out));
	(*out)->doc = doc;
	read_card(&r, *out);
	if ((rc = doc__verdict(&r, err)) != 0)
		objection_free(out);
	else
		objection__check(&r, *out);
	return rc;
}

int
objection_read(const char *s, size_t n, struct objection **out, struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	int rc = objection_read_all(s, n, &found, out, err);

	guide_findings_free(&found);
	return rc;
}

void
objection_free(struct objection **o)
{
	if (*o == NULL)
		return;
	for (int l = 0; l < LANG_COUNT; l++) {
		free((*o)->words[l].avoid.items);
		free((*o)->words[l].listen_for.items);
		free((*o)->phrases[l].items);
	}
	json_free(&(*o)->doc);
	FREE(o);
}
