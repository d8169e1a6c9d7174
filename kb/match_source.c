/* match_source - guides as phrases; see match_source.h. */
#include "kb/match_source.h"

static int
add_list(struct match_trainer *t, const char *topic, enum lang lang,
    const struct guide_list *list, struct err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < list->count; i++)
		rc = match_trainer_phrase(t, topic, lang, list->items[i], err);
	return rc;
}

static int
add_guide(struct match_trainer *t, const struct guide *g, enum lang lang,
    struct err *err)
{
	const struct guide_words *w = &g->words[lang];
	int rc = 0;

	if (w->title != NULL)
		rc = match_trainer_phrase(t, g->topic, lang, w->title, err);
	if (rc == 0)
		rc = add_list(t, g->topic, lang, &w->common_issues, err);
	if (rc == 0)
		rc = add_list(t, g->topic, lang, &g->phrases[lang], err);
	return rc;
}

static int
add_concept(struct match_trainer *t, const struct guide_concept *c,
    enum lang lang, struct err *err)
{
	int rc = 0;

	for (int i = 0; rc == 0 && i < c->words[lang].count; i++)
		rc = match_trainer_concept(
		    t, c->name, lang, c->words[lang].items[i], err);
	return rc;
}

int
match_source_guides(
    struct match_trainer *t, const struct guide_file *f, struct err *err)
{
	int rc = 0;

	for (int l = 0; rc == 0 && l < LANG_COUNT; l++)
		for (int i = 0; rc == 0 && i < f->count; i++)
			rc = add_guide(t, &f->guides[i], (enum lang)l, err);
	return rc;
}

int
match_source_companions(
    struct match_trainer *t, const struct guide_file *f, struct err *err)
{
	int rc = 0;

	for (int l = 0; rc == 0 && l < LANG_COUNT; l++) {
		for (int i = 0; rc == 0 && i < f->n_concepts; i++)
			rc = add_concept(t, &f->concepts[i], (enum lang)l, err);
		if (rc == 0)
			rc = add_list(
			    t, NULL, (enum lang)l, &f->out_of_scope[l], err);
	}
	return rc;
}

int
match_source_objection(
    struct match_trainer *t, const struct objection *o, struct err *err)
{
	int rc = 0;

	for (int l = 0; rc == 0 && l < LANG_COUNT; l++)
		if ((rc = match_trainer_phrase(
			 t, o->id, (enum lang)l, o->words[l].title, err)) == 0)
			rc = add_list(
			    t, o->id, (enum lang)l, &o->phrases[l], err);
	return rc;
}
