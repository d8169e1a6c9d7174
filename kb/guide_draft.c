/* guide_draft - see guide_draft.h. */
#include "kb/guide_draft.h"
#include "kb/guide_check.h"
#include "kb/guide_int.h"
#include <string.h>

/* ---- the beginning ---- */

static void
put(struct json_out *w, const char *name, enum lang lang, const char *text)
{
	json_out_string(w, name, tr(lang, text));
}

static void
put_list(struct json_out *w, const char *name, enum lang lang,
    const char *first, const char *second)
{
	json_out_array(w, name);
	put(w, NULL, lang, first);
	if (second != NULL)
		put(w, NULL, lang, second);
	json_out_end(w, ']');
}

static void
put_first_step(struct json_out *w, enum lang lang, bool is_own)
{
	json_out_object(w, NULL);
	json_out_int(w, "step_number", 1);
	put(w, "title", lang, N_("What to look at first"));
	put(w, "description", lang, N_("Why it is worth looking at."));
	put_list(w, "instructions", lang, N_("Ask {{name}} to do this."),
	    N_("Then this."));
	put(w, "expected_result", lang, N_("What is seen when it worked."));
	put(w, "question", lang, N_("Does it work now?"));
	if (is_own) {
		json_out_string(w, "on_yes", "resolved");
		json_out_int(w, "on_no", 2);
	}
	json_out_end(w, '}');
}

static void
put_second_step(struct json_out *w, enum lang lang, bool is_own)
{
	json_out_object(w, NULL);
	json_out_int(w, "step_number", 2);
	put(w, "title", lang, N_("What else may help"));
	put_list(w, "instructions", lang, N_("Ask for this."), NULL);
	put(w, "expected_result", lang, N_("What is seen when it worked."));
	put_list(w, "warnings", lang,
	    N_("What must not be done, if there is anything."), NULL);
	put(w, "question", lang, N_("Does it work now?"));
	if (is_own) {
		json_out_string(w, "on_yes", "resolved");
		json_out_string(w, "on_no", "escalate");
	}
	json_out_end(w, '}');
}

static void
put_variable(struct json_out *w, enum lang lang, bool is_own)
{
	json_out_array(w, "variables");
	json_out_object(w, NULL);
	json_out_string(w, "name", "name");
	put(w, "description", lang, N_("The customer's name"));
	if (is_own) {
		json_out_string(w, "type", "text");
		json_out_bool(w, "required", false);
		json_out_string(
		    w, "source", guide_source_name(GUIDE_FROM_CONTACT_NAME));
	}
	json_out_end(w, '}');
	json_out_end(w, ']');
}

static void
put_words(struct json_out *w, enum lang lang, bool is_own)
{
	put(w, "problem_title", lang, N_("What does not work"));
	put(w, "problem_description", lang,
	    N_("In one sentence: what the customer sees."));
	if (is_own)
		json_out_string(w, "category", "other");
	put(w, "estimated_time", lang, N_("10 minutes"));
	put(w, "difficulty", lang, N_("easy"));
	put_variable(w, lang, is_own);
	json_out_array(w, "steps");
	put_first_step(w, lang, is_own);
	put_second_step(w, lang, is_own);
	json_out_end(w, ']');
	put_list(w, "escalation_criteria", lang,
	    N_("When the second line takes over."), NULL);
}

void
guide_draft_begin(const char *topic, enum lang lang, struct str *out)
{
	enum lang other = lang == LANG_ES ? LANG_EN : LANG_ES;
	struct str line = STR_INIT;
	struct json_out w;

	json_out_init(&w, &line);
	json_out_object(&w, NULL);
	json_out_object(&w, topic);
	json_out_string(&w, "language", lang_code(lang));
	put_words(&w, lang, true);
	json_out_object(&w, "phrases");
	for (int l = 0; l < LANG_COUNT; l++)
		put_list(&w, lang_code((enum lang)l), (enum lang)l,
		    N_("what a customer says"), NULL);
	json_out_end(&w, '}');
	json_out_object(&w, "translations");
	json_out_object(&w, lang_code(other));
	put_words(&w, other, false);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	guide_draft_print(line.s, out);
	str_free(&line);
}

/* ---- what is wrong ---- */

static void
check_topic(
    const struct guide_file *f, const char *topic, struct guide_findings *found)
{
	for (int i = 0; i < f->count; i++) {
		const struct guide *g = &f->guides[i];

		if (strcmp(g->topic, topic) != 0)
			guide__found(found, GUIDE_RULE_TOPIC, true,
			    guide_file_line(f, g->topic), g->topic,
			    _("The text is about \"%s\", the guide about "
			      "\"%s\"."),
			    g->topic, topic);
	}
	if (f->has_concepts || f->has_out_of_scope)
		guide__found(found, GUIDE_RULE_TOPIC, true, 1, topic,
		    _("Concepts and phrases of no guide are imported; here "
		      "stands one guide."));
}

void
guide_draft_check(
    const char *text, size_t n, const char *topic, struct guide_findings *found)
{
	struct guide_file *f = NULL;

	if (guide_file_read(text, n, found, &f, NULL) == 0) {
		if (f->count == 0 && found->errors == 0)
			guide__found(found, GUIDE_RULE_TOPIC, true, 1, topic,
			    _("There is no guide in it; one begins with "
			      "{\"%s\": {"),
			    topic);
		check_topic(f, topic, found);
		guide_check(f, found);
		guide_check_phrases(&f, 1, found);
	}
	guide_findings_sort(found);
	guide_file_free(&f);
}

void
guide_draft_print(const char *text, struct str *out)
{
	struct guide_file *f = NULL;

	if (guide_read_one(text, strlen(text), &f, NULL) != 0) {
		str_add(out, text);
		return;
	}
	guide_print(&f->guides[0], out);
	guide_file_free(&f);
}
