/* model_playbook - see model_playbook.h. */
#include "tui/model/model_playbook.h"

#include "common/utf8.h"
#include "common/xalloc.h"
#include "kb/objection.h"
#include "kb/prompt.h"

#include <stdlib.h>
#include <string.h>

struct playbook_args {
	struct playbook p;
	playbook_fn *fn;
};

void
playbook_clear(struct playbook *p)
{
	for (size_t i = 0; i < p->count; i++)
		for (int l = 0; l < LANG_COUNT; l++) {
			free(p->rows[i].words[l].description);
			free(p->rows[i].words[l].folded);
		}
	free(p->rows);
	memset(p, 0, sizeof(*p));
}

/* ---- what a text says of itself ---- */

static void
say(struct playbook_row *row, enum lang lang, const char *title,
    const char *description)
{
	struct playbook_words *w = &row->words[lang];
	struct str folded = STR_INIT;

	str_copy(w->title, sizeof(w->title), title);
	w->description = xstrdup(description);
	utf8_fold(&folded, title, strlen(title));
	str_addf(&folded, " %s", row->topic);
	w->folded = str_take(&folded);
}

static bool
read_card(struct playbook_row *row, const char *body)
{
	struct objection *o;

	if (objection_read(body, strlen(body), &o, NULL) != 0)
		return false;
	str_copy(row->category, sizeof(row->category), o->category);
	for (int l = 0; l < LANG_COUNT; l++) {
		say(row, (enum lang)l, o->words[l].title,
		    o->words[l].description);
		row->phrases += o->phrases[l].count;
	}
	objection_free(&o);
	return true;
}

static bool
read_prompt(struct playbook_row *row, const char *body)
{
	struct prompt *p;

	if (prompt_read(body, strlen(body), &p, NULL) != 0)
		return false;
	for (int l = 0; l < LANG_COUNT; l++)
		say(row, (enum lang)l, p->words[l].title,
		    p->words[l].description);
	prompt_free(&p);
	return true;
}

static void
read_words(struct playbook_row *row, const char *title, const char *body)
{
	bool is_read = body != NULL &&
	               (row->kind == KNOWLEDGE_CARD ? read_card(row, body)
						    : read_prompt(row, body));

	if (is_read)
		return;
	row->is_broken = body != NULL;
	for (int l = 0; l < LANG_COUNT; l++)
		say(row, (enum lang)l, title[0] != '\0' ? title : row->topic,
		    "");
}

/* ---- rows ---- */

static struct playbook_row *
add(struct playbook *p, const struct knowledge *k)
{
	struct playbook_row *row;

	p->rows = xreallocarray(p->rows, p->count + 1, sizeof(p->rows[0]));
	row = &p->rows[p->count++];
	memset(row, 0, sizeof(*row));
	row->id = k->id;
	row->version = k->version;
	row->kind = k->kind;
	row->published = k->published;
	row->has_draft = k->has_draft;
	row->changed_us = k->deleted_at != 0 ? k->deleted_at : k->updated_at;
	str_copy(row->topic, sizeof(row->topic), k->topic);
	str_copy(row->category, sizeof(row->category), k->category);
	return row;
}

/* Of one that was never published: its draft. */
static int
read_draft(struct desk *d, struct playbook_row *row, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, row->id, &k, err);

	if (rc == 0)
		read_words(row, "", k.draft);
	knowledge_clear(&k);
	return rc;
}

static const char *
body_of(const struct knowledge_version *rows, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].knowledge_id == id)
			return rows[i].body;
	return NULL;
}

static int
read_live(struct desk *d, struct playbook *p, enum knowledge_kind kind,
    struct err *err)
{
	struct knowledge_version *bodies = NULL;
	struct knowledge *all = NULL;
	size_t n = 0, bodies_n = 0;
	int rc;

	if ((rc = knowledge_list_of(
		 d, kind, KNOWLEDGE_GUIDES, &all, &n, err)) == 0)
		rc = knowledge_published_of(d, kind, &bodies, &bodies_n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct playbook_row *row = add(p, &all[i]);

		if (all[i].published == 0)
			rc = read_draft(d, row, err);
		else
			read_words(row, all[i].title,
			    body_of(bodies, bodies_n, row->id));
	}
	knowledge_version_list_free(&bodies, bodies_n);
	knowledge_list_free(&all, n);
	return rc;
}

static int
newest_first(const void *a, const void *b)
{
	const struct playbook_row *x = a, *y = b;

	if (x->changed_us != y->changed_us)
		return x->changed_us < y->changed_us ? 1 : -1;
	return x->id < y->id ? 1 : -1;
}

static int
read_trash(struct desk *d, struct playbook *p, struct err *err)
{
	static const enum knowledge_kind kinds[] = {
	    KNOWLEDGE_GUIDE, KNOWLEDGE_CARD, KNOWLEDGE_PROMPT};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]);
	     i++) {
		struct knowledge *all = NULL;
		size_t n = 0;

		rc = knowledge_list_of(
		    d, kinds[i], KNOWLEDGE_TRASH, &all, &n, err);
		for (size_t k = 0; rc == 0 && k < n; k++)
			read_words(add(p, &all[k]), all[k].title, NULL);
		knowledge_list_free(&all, n);
	}
	if (p->count > 1)
		qsort(p->rows, p->count, sizeof(p->rows[0]), newest_first);
	return rc;
}

static int
playbook_run(struct desk *d, void *data, struct err *err)
{
	struct playbook_args *a = data;

	switch (a->p.view) {
	case PLAYBOOK_CARDS:
		return read_live(d, &a->p, KNOWLEDGE_CARD, err);
	case PLAYBOOK_PROMPTS:
		return read_live(d, &a->p, KNOWLEDGE_PROMPT, err);
	case PLAYBOOK_TRASH:
	case PLAYBOOK_VIEWS:
		break;
	}
	return read_trash(d, &a->p, err);
}

static void
playbook_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct playbook_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->p, answer);
}

static void
playbook_free(void *data)
{
	struct playbook_args *a = data;

	playbook_clear(&a->p);
	free(a);
}

void
model_playbook(struct model *m, struct screen *s, enum playbook_view view,
    uint64_t turn, playbook_fn *fn)
{
	static const struct model_question q = {.run = playbook_run,
	    .done = playbook_done,
	    .free_args = playbook_free};
	struct playbook_args *a = xcalloc(1, sizeof(*a));

	a->p.view = view;
	a->p.turn = turn;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
