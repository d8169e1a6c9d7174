/* draft - see draft.h; guides have guide_draft. */
#include "kb/draft.h"
#include "kb/guide_draft.h"
#include "kb/guide_int.h"
#include "kb/guides_desk.h"
#include "kb/hint_desk.h"
#include "kb/objection.h"
#include "kb/prompt.h"
#include <string.h>

/* ---- the beginning ---- */

static void
put(struct json_out *w, const char *name, enum lang lang, const char *text)
{
	json_out_string(w, name, tr(lang, text));
}

static void
put_texts(
    struct json_out *w, const char *name, enum lang lang, const char *text)
{
	json_out_array(w, name);
	put(w, NULL, lang, text);
	json_out_end(w, ']');
}

static void
put_rebuttal(struct json_out *w, enum lang lang, const char *title)
{
	json_out_object(w, NULL);
	put(w, "title", lang, title);
	put(w, "text", lang, N_("What the operator says, in spoken words."));
	put(w, "question", lang, N_("What to ask next?"));
	json_out_end(w, '}');
}

static void
put_card_words(struct json_out *w, enum lang lang)
{
	put(w, "objection_title", lang, N_("What is objected"));
	put(w, "objection_description", lang,
	    N_("In one sentence: what it means, and what it is not."));
	json_out_array(w, "rebuttals");
	put_rebuttal(w, lang, N_("The first approach"));
	put_rebuttal(w, lang, N_("Another approach"));
	json_out_end(w, ']');
	put_texts(w, "avoid", lang, N_("What not to say, and why."));
	put_texts(w, "listen_for", lang,
	    N_("A sign that another objection stands behind it."));
}

static void
put_card(struct json_out *w, enum lang lang, enum lang other)
{
	json_out_string(w, "category", objection_categories[0]);
	put_card_words(w, lang);
	json_out_object(w, "phrases");
	for (int l = 0; l < LANG_COUNT; l++)
		put_texts(w, lang_code((enum lang)l), (enum lang)l,
		    N_("what a customer says"));
	json_out_end(w, '}');
	json_out_object(w, "translations");
	json_out_object(w, lang_code(other));
	put_card_words(w, other);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

static void
put_prompt_words(struct json_out *w, enum lang lang)
{
	put(w, "prompt_title", lang, N_("What the model is asked for"));
	put(w, "prompt_description", lang,
	    N_("When it is asked, and where its words are shown."));
	put(w, "system", lang,
	    N_("What the model has to do, and what it must not."));
	json_out_string(w, "context",
	    "{{product}}\n\n{{contact}}\n\n{{conversation}}\n\n{{cards}}");
}

static void
put_prompt(struct json_out *w, enum lang lang, enum lang other)
{
	put_prompt_words(w, lang);
	json_out_object(w, "translations");
	json_out_object(w, lang_code(other));
	put_prompt_words(w, other);
	json_out_end(w, '}');
	json_out_end(w, '}');
}

void
kb_draft_begin(enum knowledge_kind kind, const char *topic, enum lang lang,
    struct str *out)
{
	enum lang other = lang == LANG_ES ? LANG_EN : LANG_ES;
	struct str line = STR_INIT;
	struct json_out w;

	if (kind == KNOWLEDGE_GUIDE) {
		guide_draft_begin(topic, lang, out);
		return;
	}
	json_out_init(&w, &line);
	json_out_object(&w, NULL);
	json_out_object(&w, topic);
	json_out_string(&w, "language", lang_code(lang));
	if (kind == KNOWLEDGE_CARD)
		put_card(&w, lang, other);
	else
		put_prompt(&w, lang, other);
	json_out_end(&w, '}');
	json_out_end(&w, '}');
	kb_draft_print(kind, line.s, out);
	str_free(&line);
}

/* ---- what is wrong ---- */

static void
check_topic(enum knowledge_kind kind, const char *id, const char *topic,
    struct guide_findings *found)
{
	if (strcmp(id, topic) == 0)
		return;
	guide__found(found, GUIDE_RULE_TOPIC, true, 1, topic,
	    kind == KNOWLEDGE_CARD
		? _("The text is about \"%s\", the card about \"%s\"")
		: _("The text is about \"%s\", the prompt about \"%s\""),
	    id, topic);
}

/* Concepts and phrases of nothing: as they are imported. */
static void
check_companion(enum knowledge_kind kind, const char *text, size_t n,
    struct guide_findings *found)
{
	struct err why = ERR_INIT;
	struct kb_text t;

	if (kb_text_read(kind, text, n, &t, &why) != 0)
		guide__no_json(found, text, n, OD_EDATA, &why);
	kb_text_clear(&t);
}

void
kb_draft_check(enum knowledge_kind kind, const char *text, size_t n,
    const char *topic, struct guide_findings *found)
{
	struct objection *o = NULL;
	struct prompt *p = NULL;

	if (kind == KNOWLEDGE_CARD && topic[0] == '_') {
		check_companion(kind, text, n, found);
		return;
	}
	switch (kind) {
	case KNOWLEDGE_GUIDE:
		guide_draft_check(text, n, topic, found);
		return;
	case KNOWLEDGE_CARD:
		if (objection_read_all(text, n, found, &o, NULL) == 0)
			check_topic(kind, o->id, topic, found);
		break;
	case KNOWLEDGE_PROMPT:
		if (prompt_read_all(text, n, found, &p, NULL) == 0)
			check_topic(kind, p->id, topic, found);
		break;
	}
	guide_findings_sort(found);
	objection_free(&o);
	prompt_free(&p);
}

/* ---- as it is published ---- */

void
kb_draft_print(enum knowledge_kind kind, const char *text, struct str *out)
{
	struct kb_text t;

	if (kind == KNOWLEDGE_GUIDE) {
		guide_draft_print(text, out);
		return;
	}
	str_add(out, kb_text_read(kind, text, strlen(text), &t, NULL) == 0
			 ? t.body.s
			 : text);
	kb_text_clear(&t);
}

int
kb_draft_publish(struct desk *d, const struct knowledge *k,
    int64_t seen_version, const char *text, int64_t *number, struct err *err)
{
	struct kb_text t;
	int rc;

	if (k->kind == KNOWLEDGE_GUIDE)
		return kb_guide_publish(
		    d, k->id, seen_version, k->topic, text, number, err);
	*number = 0;
	if ((rc = kb_text_read(k->kind, text, strlen(text), &t, err)) == 0) {
		const struct knowledge_new in = {
		    t.id, t.category, t.title, t.body.s};

		rc =
		    knowledge_publish(d, k->id, seen_version, &in, number, err);
	}
	kb_text_clear(&t);
	return rc;
}
