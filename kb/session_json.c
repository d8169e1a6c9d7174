/* session_json - a session for programs; see session.h. */
#include "kb/session_int.h"
#include <string.h>

static void
list_json(const struct session *s, const char *name, const struct guide_list *l,
    struct json_out *out)
{
	struct str text = STR_INIT;

	json_out_array(out, name);
	for (int i = 0; i < l->count; i++) {
		str_clear(&text);
		session_fill(s, l->items[i], &text);
		json_out_string(out, NULL, text.s);
	}
	json_out_end(out, ']');
	str_free(&text);
}

static void
text_json(const struct session *s, const char *name, const char *text,
    struct json_out *out)
{
	struct str filled = STR_INIT;

	session_fill(s, text, &filled);
	json_out_string(out, name, filled.s != NULL ? filled.s : "");
	str_free(&filled);
}

static void
resources_json(const struct guide_step_words *w, struct json_out *out)
{
	json_out_array(out, "resources");
	for (int i = 0; i < w->n_resources; i++) {
		json_out_object(out, NULL);
		json_out_string(out, "title", w->resources[i].title);
		json_out_string(out, "url", w->resources[i].url);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
}

void
session_step_json(
    const struct session *s, const char *name, struct json_out *out)
{
	const struct guide_step *step = session_step(s);
	struct guide_step_words w;

	if (step == NULL) {
		json_out_null(out, name);
		return;
	}
	guide_step_words(s->guide, step, s->lang, &w);
	json_out_object(out, name);
	json_out_int(out, "step_number", step->number);
	text_json(s, "title", w.title, out);
	text_json(s, "description", w.description, out);
	list_json(s, "instructions", &w.instructions, out);
	text_json(s, "expected_result", w.expected_result, out);
	list_json(s, "warnings", &w.warnings, out);
	resources_json(&w, out);
	text_json(s, "question", w.question, out);
	json_out_end(out, '}');
}

/* What has to be asked before the customer can read the step. */
static void
missing_json(const struct session *s, struct json_out *out)
{
	json_out_array(out, "missing");
	for (int i = 0; i < s->guide->n_variables; i++) {
		const struct guide_variable *v = &s->guide->variables[i];
		struct guide_variable_words words;

		if (!v->is_required || session_value(s, v)[0] != '\0')
			continue;
		guide_variable_words(s->guide, v, s->lang, &words);
		json_out_object(out, NULL);
		json_out_string(out, "name", v->name);
		json_out_string(out, "description", words.description);
		json_out_string(out, "type", guide_type_name(v->type));
		json_out_array(out, "choices");
		for (int k = 0; k < words.choices.count; k++)
			json_out_string(out, NULL, words.choices.items[k]);
		json_out_end(out, ']');
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
}

static void
message_json(const struct session *s, struct json_out *out)
{
	struct str text = STR_INIT;

	if (session_step(s) != NULL && session_text(s, &text, NULL) == 0)
		json_out_string(out, "message", text.s);
	else
		json_out_null(out, "message");
	str_free(&text);
}

void
session_members(const struct session *s, struct json_out *out)
{
	guide_session_members(&s->s, out);
	json_out_int(out, "total_steps", s->guide->n_steps);
	session_step_json(s, "current_step", out);
	message_json(s, out);
	missing_json(s, out);
	json_out_array(out, "trail");
	for (size_t i = 0; i < s->trail_count; i++)
		json_out_int(out, NULL, s->trail[i]);
	json_out_end(out, ']');
	json_out_array(out, "path");
	for (size_t i = 0; i < s->count; i++)
		guide_step_row_json(&s->rows[i], out);
	json_out_end(out, ']');
}

void
session_json(const struct session *s, struct json_out *out)
{
	json_out_object(out, NULL);
	session_members(s, out);
	json_out_end(out, '}');
}
