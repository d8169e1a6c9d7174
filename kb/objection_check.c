/*
 * objection_check - the linter of cards: phrases that are few or stand there
 * twice, and variables that nothing fills.
 */
#include "kb/objection_int.h"
#include "common/xalloc.h"
#include "kb/card_fill.h"
#include "kb/guide_check_int.h"
#include <stdlib.h>
#include <string.h>

struct phrase {
	char *folded; /* owned */
	const char *text;
};

static int
by_words(const void *a, const void *b)
{
	const struct phrase *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);

	return order != 0 ? order : x->text < y->text ? -1 : x->text > y->text;
}

static void
check_twice(struct doc_reader *r, const struct guide_list *l)
{
	struct phrase *all = xcalloc((size_t)l->count + 1, sizeof(*all));

	for (int i = 0; i < l->count; i++)
		all[i] = (struct phrase){
		    guide__fold_phrase(l->items[i]), l->items[i]};
	qsort(all, (size_t)l->count, sizeof(*all), by_words);
	for (int i = 1; i < l->count; i++)
		if (all[i].folded[0] != '\0' &&
		    strcmp(all[i].folded, all[i - 1].folded) == 0)
			doc__odd(r, all[i].text, GUIDE_RULE_DUPLICATE,
			    _("The phrase \"%s\" stands there twice."),
			    all[i].text);
	for (int i = 0; i < l->count; i++)
		free(all[i].folded);
	free(all);
}

static void
check_phrases(struct doc_reader *r, const struct guide_list *l, enum lang lang)
{
	if (l->count < GUIDE_FEW_PHRASES)
		doc__odd(r, l->items[0], GUIDE_RULE_PHRASES,
		    _("Phrases in the language \"%s\": %d; without %d the card"
		      " is hardly found."),
		    lang_code(lang), l->count, GUIDE_FEW_PHRASES);
	check_twice(r, l);
}

static void
check_variables(struct doc_reader *r, const char *text)
{
	const char *name;
	size_t at = 0, begin, n;

	while (guide_next_variable(text, &at, &begin, &name, &n))
		if (!card_variable_known(name, n))
			doc__odd(r, text, GUIDE_RULE_VARIABLE,
			    _("Nothing fills {{%.*s}}: the operator sees a gap"
			      " there; product, price, contact, company and"
			      " operator are filled."),
			    (int)(n < 60 ? n : 60), name);
	if (strstr(text + at, "{{") != NULL)
		doc__odd(r, text, GUIDE_RULE_VARIABLE,
		    _("Here stands {{ without }}."));
}

void
objection__check(struct doc_reader *r, const struct objection *o)
{
	for (int l = 0; l < LANG_COUNT; l++) {
		const struct objection_words *w = &o->words[l];

		check_phrases(r, &o->phrases[l], (enum lang)l);
		for (int i = 0; i < w->n_rebuttals; i++) {
			check_variables(r, w->rebuttals[i].text);
			check_variables(r, w->rebuttals[i].question);
		}
	}
}
