/* model_hint_book - the cards, and what is sold; see model_hints.h. */
#include "tui/model/model_hints.h"

#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* ---- the cards ---- */

struct book_args {
	double usual;
	char
	    known[SHA256_HEX_SIZE]; /* state of the book that is there, or "" */
	struct hint_book *book;
	hint_book_fn *fn;
};

static int
book_run(struct desk *d, void *data, struct err *err)
{
	struct book_args *a = data;
	char state[SHA256_HEX_SIZE];

	if (a->known[0] != '\0') {
		int rc = hint_book_state(d, state, err);

		if (rc != 0 || strcmp(state, a->known) == 0)
			return rc;
	}
	return hint_book_load(d, a->usual, &a->book, err);
}

static void
book_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct book_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, &a->book, answer);
}

static void
book_free(void *data)
{
	struct book_args *a = data;

	hint_book_free(&a->book);
	free(a);
}

void
model_hint_book(struct model *m, struct screen *s, double usual,
    const struct hint_book *known, hint_book_fn *fn)
{
	static const struct model_question q = {
	    .run = book_run, .done = book_done, .free_args = book_free};
	struct book_args *a = xcalloc(1, sizeof(*a));

	a->usual = usual;
	if (known != NULL)
		str_copy(a->known, sizeof(a->known), known->state);
	a->fn = fn;
	model_ask(m, s, &q, a);
}

/* ---- what is sold ---- */

struct offer_args {
	char *product, *price; /* owned */
	hint_offer_fn *fn;
};

static int
offer_run(struct desk *d, void *data, struct err *err)
{
	const struct offer_args *a = data;

	return hint_offer_set(d, a->product, a->price, err);
}

static void
offer_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct offer_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	if (s != NULL)
		a->fn(s, answer);
}

static void
offer_free(void *data)
{
	struct offer_args *a = data;

	free(a->product);
	free(a->price);
	free(a);
}

void
model_hint_offer(struct model *m, struct screen *s, const char *product,
    const char *price, hint_offer_fn *fn)
{
	static const struct model_question q = {.run = offer_run,
	    .done = offer_done,
	    .free_args = offer_free,
	    .writes = true};
	struct offer_args *a = xcalloc(1, sizeof(*a));

	a->product = xstrdup(product);
	a->price = xstrdup(price);
	a->fn = fn;
	model_ask(m, s, &q, a);
}
