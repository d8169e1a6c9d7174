/* prompt - the strict reader of a prompt; see prompt.h. */
#include "kb/prompt.h"
#include "common/xalloc.h"
#include "kb/doc_int.h"
#include <stdlib.h>
#include <string.h>

static const struct json_limits limits = {
    .max_bytes = PROMPT_MAX_BYTES,
    .max_depth = 4,
    .max_nodes = 100,
    .max_string = PROMPT_MAX_TEXT,
};

static const char *const prompt_fields[] = {"prompt_title",
    "prompt_description", "system", "context", "language", "translations",
    NULL};
static const char *const word_fields[] = {
    "prompt_title", "prompt_description", "system", "context", NULL};

static const char *const variables[] = {
    "product", "contact", "conversation", "cards"};

/* Variables stand in the context only, and are those that there are. */
static void
check_variables(struct doc_reader *r, const struct prompt_words *w)
{
	const char *s = w->context;

	if (strstr(w->system, "{{") != NULL)
		doc__fault(r, w->system, GUIDE_RULE_VARIABLE,
		    _("The prompt's \"system\" has a variable in it; what is "
		      "known of a customer belongs into \"context\"."));
	while ((s = strstr(s, "{{")) != NULL) {
		const char *end = strstr(s, "}}");
		size_t i = 0, n = end != NULL ? (size_t)(end - s) - 2 : 0;

		while (i < 4 && (strlen(variables[i]) != n ||
				    memcmp(variables[i], s + 2, n) != 0))
			i++;
		if (i == 4) {
			doc__fault(r, w->context, GUIDE_RULE_VARIABLE,
			    _("The prompt's \"context\" has a variable that "
			      "there is not; {{product}}, {{contact}}, "
			      "{{conversation}} and {{cards}} are."));
			return;
		}
		s = end;
	}
}

static void
read_words(struct doc_reader *r, const struct json *v, struct prompt_words *w)
{
	w->title = doc__text(r, v, "prompt_title");
	w->description = doc__text(r, v, "prompt_description");
	w->system = doc__text(r, v, "system");
	w->context = doc__text(r, v, "context");
	check_variables(r, w);
}

static void
read_prompt(struct doc_reader *r, struct prompt *p)
{
	const struct json *v = json_first(p->doc), *others, *t;

	if (json_type(p->doc) != JSON_OBJECT || json_size(p->doc) != 1) {
		doc__fault(r, NULL, GUIDE_RULE_JSON,
		    _("A prompt has to be a JSON object with its id alone."));
		return;
	}
	r->id = p->id = json_name(v);
	if (!guide_topic_valid(p->id))
		doc__fault(r, p->id, GUIDE_RULE_TOPIC,
		    _("\"%s\" cannot be a prompt's id: use letters a to z, "
		      "digits and _, a letter first, at most %d."),
		    p->id, GUIDE_MAX_TOPIC);
	if (!doc__only(r, v, p->id, p->id, prompt_fields))
		return;
	p->lang = doc__language(r, v);
	others = json_get(v, "translations");
	read_words(r, v, &p->words[p->lang]);
	for (int l = 0; l < LANG_COUNT; l++) {
		const char *name = lang_code((enum lang)l), *at = p->id;

		if ((enum lang)l == p->lang)
			continue;
		t = json_get(others, name);
		if (t != NULL)
			at = json_name(t);
		else if (others != NULL)
			at = json_name(others);
		if (doc__only(r, t, name, at, word_fields))
			read_words(r, t, &p->words[l]);
	}
}

int
prompt_read_all(const char *s, size_t n, struct guide_findings *found,
    struct prompt **out, struct err *err)
{
	struct doc_reader r;
	struct json *doc = NULL;
	int rc;

	*out = NULL;
	if ((rc = doc__parse(&r, s, n, &limits, found, &doc, err)) != 0)
		return rc;
	*out = xcalloc(1, sizeof(**out));
	(*out)->doc = doc;
	read_prompt(&r, *out);
	if ((rc = doc__verdict(&r, err)) != 0)
		prompt_free(out);
	return rc;
}

int
prompt_read(const char *s, size_t n, struct prompt **out, struct err *err)
{
	struct guide_findings found = GUIDE_FINDINGS_INIT;
	int rc = prompt_read_all(s, n, &found, out, err);

	guide_findings_free(&found);
	return rc;
}

void
prompt_free(struct prompt **p)
{
	if (*p == NULL)
		return;
	json_free(&(*p)->doc);
	FREE(p);
}
