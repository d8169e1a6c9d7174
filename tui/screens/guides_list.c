/*
 * guides_list - rows of guides: all, or what a customer's words are about, the
 * surest first.
 */
#include "tui/screens/guides_int.h"

#include "common/i18n.h"
#include "common/text.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "tui/screens/guide_words.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_SHOWN 100 /* thousandths: below it nothing is even guessed */
#define BAR_CELLS   5

static const struct guide_row *
row_at(const struct guides *d, size_t index)
{
	return &d->shelf.rows[d->found[index].at];
}

static bool
is_sure(const struct guides *d, const struct guide_found *f)
{
	return f->score >= d->shelf.threshold;
}

/* ---- all guides ---- */

static const struct w_column all_columns[] = {
    {N_("Guide"), 18, 4, 0, ALIGN_LEFT},
    {N_("Category"), 14, 1, 1, ALIGN_LEFT},
    {N_("Takes"), 12, 0, 2, ALIGN_LEFT},
    {N_("Difficulty"), 10, 0, 3, ALIGN_LEFT},
};

enum { COLUMN_DRAFT = 4 };

/* The same, with which of them are being written. */
static const struct w_column draft_columns[] = {
    {N_("Guide"), 18, 4, 0, ALIGN_LEFT},
    {N_("Draft"), 8, 0, 1, ALIGN_LEFT},
    {N_("Category"), 14, 1, 2, ALIGN_LEFT},
    {N_("Takes"), 12, 0, 3, ALIGN_LEFT},
    {N_("Difficulty"), 10, 0, 4, ALIGN_LEFT},
};

static void
guide_cell(const struct guide_row *r, int column, struct w_cell *out)
{
	const struct guide_row_words *w = &r->words[i18n_lang()];

	switch (column) {
	case COLUMN_DRAFT:
		if (!r->has_draft)
			break;
		out->text = r->published == 0 ? _("new") : _("draft");
		out->role = ROLE_WARNING;
		out->trusted = true;
		break;
	case 0:
		out->text = w->title;
		break;
	case 1:
		out->text = guide_category_word(r->category);
		out->role = ROLE_MUTED;
		break;
	case 2:
		out->text = w->time;
		break;
	default:
		out->text = w->difficulty;
		break;
	}
}

static void
all_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	guide_cell(row_at(data, index), column, out);
}

static void
draft_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	static const int columns[] = {0, COLUMN_DRAFT, 1, 2, 3};

	guide_cell(row_at(data, index), columns[column], out);
}

#define NO_GUIDES                                                              \
	N_("There are no guides yet; \"opdesk guide import\" brings those "    \
	   "that"                                                              \
	   " come with opdesk")

static const struct w_list_ops all_ops = {
    .columns = all_columns,
    .column_count = sizeof(all_columns) / sizeof(all_columns[0]),
    .cell = all_cell,
    .empty = NO_GUIDES,
};

static const struct w_list_ops draft_ops = {
    .columns = draft_columns,
    .column_count = sizeof(draft_columns) / sizeof(draft_columns[0]),
    .cell = draft_cell,
    .empty = NO_GUIDES,
};

/* ---- those that were found ---- */

static const struct w_column found_columns[] = {
    {N_("Sure"), BAR_CELLS + 6, 0, 0, ALIGN_LEFT},
    {N_("Guide"), 18, 4, 0, ALIGN_LEFT},
    {N_("Takes"), 12, 0, 2, ALIGN_LEFT},
    {N_("Difficulty"), 10, 0, 3, ALIGN_LEFT},
};

static void
bar(const struct guides *d, const struct guide_found *f, struct w_cell *out)
{
	char marks[BAR_CELLS + 1];
	int full = (int)((f->score * BAR_CELLS + 500) / 1000);

	out->trusted = true;
	if (f->score < 0) {
		out->text = _("title");
		out->role = ROLE_MUTED;
		return;
	}
	for (int i = 0; i < BAR_CELLS; i++)
		marks[i] = i < full ? '=' : '-';
	marks[BAR_CELLS] = '\0';
	str_format(out->buf, sizeof(out->buf), "%s %3d%%%s", marks,
	    (int)(f->score / 10), is_sure(d, f) ? "" : "?");
	out->text = out->buf;
	out->role = is_sure(d, f) ? ROLE_OK : ROLE_MUTED;
}

static void
found_cell(const void *data, size_t index, int column, struct w_cell *out)
{
	const struct guides *d = data;
	const struct guide_row_words *w = &row_at(d, index)->words[i18n_lang()];

	switch (column) {
	case 0:
		bar(d, &d->found[index], out);
		break;
	case 1:
		out->text = w->title;
		if (is_sure(d, &d->found[index]))
			out->role = ROLE_STRONG;
		break;
	case 2:
		out->text = w->time;
		break;
	default:
		out->text = w->difficulty;
		break;
	}
}

static void
found_why(const void *data, size_t index, struct w_cell *out)
{
	const struct guides *d = data;
	const struct guide_found *f = &d->found[index];

	out->role = ROLE_MUTED;
	if (f->why[0] == '\0')
		return;
	out->trusted = true; /* the matcher's pieces are safe */
	str_format(out->buf, sizeof(out->buf), _("because: %s"), f->why);
	out->text = out->buf;
}

static enum role
found_row(const void *data, size_t index)
{
	const struct guides *d = data;

	return d->found[index].score >= 0 && !is_sure(d, &d->found[index])
	           ? ROLE_MUTED
	           : ROLE_NORMAL;
}

static const struct w_list_ops found_ops = {
    .columns = found_columns,
    .column_count = sizeof(found_columns) / sizeof(found_columns[0]),
    .cell = found_cell,
    .row = found_row,
    .second = found_why,
    .empty = NO_GUIDES,
};

/* ---- finding ---- */

static void
add(struct guides *d, size_t at, int64_t score, const char *why)
{
	struct guide_found *f = &d->found[d->found_count++];

	f->at = at;
	f->score = score;
	str_copy(f->why, sizeof(f->why), why);
}

static bool
is_found(const struct guides *d, size_t at)
{
	for (size_t i = 0; i < d->found_count; i++)
		if (d->found[i].at == at)
			return true;
	return false;
}

static void
add_match(struct guides *d, const struct match *m)
{
	struct str why = STR_INIT;
	size_t at = 0;

	while (at < d->shelf.count &&
	       !str_equal(d->shelf.rows[at].topic, m->topic))
		at++;
	for (size_t i = 0; i < m->why_count; i++)
		str_addf(&why, i > 0 ? ", %s" : "%s", m->why[i]);
	if (at < d->shelf.count)
		add(d, at, (int64_t)(m->score * SESSION_SCORE + 0.5),
		    why.s != NULL ? why.s : "");
	str_free(&why);
}

static void
add_matches(struct guides *d, const char *words)
{
	struct match_result found;

	if (d->shelf.matcher == NULL)
		return;
	match_find(
	    d->shelf.matcher, words, strlen(words), i18n_lang(), 0, &found);
	for (size_t i = 0; i < found.count; i++)
		if (found.matches[i].score * SESSION_SCORE >= LEAST_SHOWN)
			add_match(d, &found.matches[i]);
}

/* By the reader's language, where accents do not count; order of the shelf's
 * rows is by topic. */
static int
by_title(const void *a, const void *b, void *shelf)
{
	const struct guide_shelf *sh = shelf;
	const struct guide_found *x = a, *y = b;
	const struct guide_row *p = &sh->rows[x->at], *q = &sh->rows[y->at];
	int order =
	    strcmp(p->words[i18n_lang()].folded, q->words[i18n_lang()].folded);

	return order != 0 ? order : strcmp(p->topic, q->topic);
}

/* Those whose title or topic holds what is typed. */
static void
add_titles(struct guides *d, const char *words)
{
	struct str want = STR_INIT;
	size_t from = d->found_count;

	utf8_fold(&want, words, strlen(words));
	for (size_t i = 0; want.len > 0 && i < d->shelf.count; i++) {
		const struct guide_row *r = &d->shelf.rows[i];

		if (!is_found(d, i) &&
		    (strstr(r->words[i18n_lang()].folded, want.s) != NULL ||
			strstr(r->topic, want.s) != NULL))
			add(d, i, -1, "");
	}
	qsort_r(d->found + from, d->found_count - from, sizeof(d->found[0]),
	    by_title, &d->shelf);
	str_free(&want);
}

static bool
has_draft(const struct guide_shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (shelf->rows[i].has_draft)
			return true;
	return false;
}

void
guides__find(struct guides *d)
{
	const char *words = w_list_filter(&d->list);
	int64_t *ids = xcalloc(d->shelf.count + 1, sizeof(ids[0]));

	d->found =
	    xreallocarray(d->found, d->shelf.count + 1, sizeof(d->found[0]));
	d->found_count = 0;
	d->is_sought = words[strspn(words, " ")] != '\0';
	d->list.ops = d->is_sought           ? &found_ops
	              : has_draft(&d->shelf) ? &draft_ops
	                                     : &all_ops;
	if (d->is_sought) {
		add_matches(d, words);
		add_titles(d, words);
	} else {
		for (size_t i = 0; i < d->shelf.count; i++)
			add(d, i, -1, "");
		qsort_r(d->found, d->found_count, sizeof(d->found[0]), by_title,
		    &d->shelf);
	}
	for (size_t i = 0; i < d->found_count; i++)
		ids[i] = row_at(d, i)->id;
	w_list_set(&d->list, ids, d->found_count, false, false);
	free(ids);
	if (guide_shelf_row(&d->shelf, d->begun) != NULL) {
		w_list_select(&d->list, d->begun);
		d->begun = 0;
	}
	guides__detail(d);
}

void
guides__list_init(struct guides *d)
{
	w_list_init(&d->list, &all_ops, d);
}

const struct guide_found *
guides__selected(const struct guides *d)
{
	size_t i;

	return w_list_index(&d->list, &i) && i < d->found_count ? &d->found[i]
	                                                        : NULL;
}

size_t
guides__sure(const struct guides *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->found_count; i++)
		n += is_sure(d, &d->found[i]);
	return n;
}

void
guides__detail(struct guides *d)
{
	const struct guide_found *f = guides__selected(d);
	const char *text;

	w_text_clear(&d->detail);
	if (f != NULL) {
		text = d->shelf.rows[f->at].words[i18n_lang()].description;
		w_text_outside(&d->detail, ROLE_NORMAL, 0, text, strlen(text));
	}
	w_text_layout(&d->detail, d->detail.w, d->detail.h);
}
