/*
 * guide_check_phrases - the same words for two guides: nobody could tell which
 * one is meant.
 */
#include "kb/guide_check_int.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include <stdlib.h>
#include <string.h>

struct phrase {
	char *folded; /* owned; letters and digits, one space between words */
	const char *text, *topic;
	int file, lang;
};
struct phrases {
	struct phrase *items; /* owned */
	size_t count;
};

char *
guide__fold_phrase(const char *text)
{
	struct str folded = STR_INIT, out = STR_INIT;
	uint32_t cp;

	utf8_fold(&folded, text, strlen(text));
	for (size_t i = 0; i < folded.len;) {
		size_t n = utf8_decode(folded.s + i, folded.len - i, &cp);

		if (utf8_cp_is_word(cp))
			str_addn(&out, folded.s + i, n);
		else if (out.len > 0 && out.s[out.len - 1] != ' ')
			str_addc(&out, ' ');
		i += n;
	}
	if (out.len > 0 && out.s[out.len - 1] == ' ')
		str_trunc(&out, out.len - 1);
	str_free(&folded);
	return out.len > 0 ? str_take(&out) : xstrdup("");
}

static void
gather(struct phrases *all, const struct guide_list lists[LANG_COUNT],
    const char *topic, int file)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		const struct guide_list *l = &lists[lang];

		if (l->count == 0)
			continue;
		all->items = xreallocarray(all->items,
		    all->count + (size_t)l->count, sizeof(*all->items));
		for (int i = 0; i < l->count; i++)
			all->items[all->count++] =
			    (struct phrase){guide__fold_phrase(l->items[i]),
				l->items[i], topic, file, lang};
	}
}

/* Equal phrases beside each other, in the order of files and lines. */
static int
compare(const void *a, const void *b)
{
	const struct phrase *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);

	if (order == 0)
		order = x->file < y->file ? -1 : x->file > y->file;
	if (order == 0)
		order = x->text < y->text ? -1 : x->text > y->text;
	return order;
}

static void
tell_twice(struct guide_file *const *files, struct guide_findings *found,
    const struct phrase *first, const struct phrase *p)
{
	const struct guide_file *f = files[p->file];
	int line = guide_file_line(files[first->file], first->text);

	if (strcmp(first->topic, p->topic) != 0)
		guide__found(&found[p->file], GUIDE_RULE_DUPLICATE, false,
		    guide_file_line(f, p->text), p->topic,
		    _("The phrase \"%s\" stands also in \"%s\" (line %d)."),
		    p->text, first->topic, line);
	else if (first->lang == p->lang)
		guide__found(&found[p->file], GUIDE_RULE_DUPLICATE, false,
		    guide_file_line(f, p->text), p->topic,
		    _("The phrase \"%s\" stands there twice (line %d)."),
		    p->text, line);
}

void
guide_check_phrases(
    struct guide_file *const *files, int count, struct guide_findings *found)
{
	struct phrases all = {NULL, 0};

	for (int i = 0; i < count; i++) {
		const struct guide_file *f = files[i];

		for (int k = 0; f && k < f->count; k++)
			gather(
			    &all, f->guides[k].phrases, f->guides[k].topic, i);
		if (f && f->has_out_of_scope)
			gather(&all, f->out_of_scope, "_out_of_scope", i);
	}
	if (all.count > 1)
		qsort(all.items, all.count, sizeof(*all.items), compare);
	for (size_t i = 1, first = 0; i < all.count; i++) {
		const struct phrase *p = &all.items[i];

		if (strcmp(p->folded, all.items[first].folded) != 0)
			first = i;
		else if (p->folded[0] != '\0')
			tell_twice(files, found, &all.items[first], p);
	}
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].folded);
	free(all.items);
}
