/* model_contacts - see model_contacts.h. */
#include "tui/model/model_contacts.h"

#include "common/str.h"
#include "common/xalloc.h"

#include <stdlib.h>

struct find_args {
	char text[201];
	struct contact *rows; /* owned */
	size_t count;
	contacts_found_fn *fn;
};

static int
find_run(struct desk *d, void *data, struct err *err)
{
	const struct page page = {.limit = CONTACTS_FOUND_MAX};
	struct find_args *a = data;

	return contact_list(d, a->text, 0, &page, &a->rows, &a->count, err);
}

static void
find_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct find_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->rows, a->count, answer);
}

static void
find_free(void *data)
{
	struct find_args *a = data;

	contact_list_free(&a->rows, a->count);
	free(a);
}

void
model_contacts_find(
    struct model *m, struct screen *s, const char *text, contacts_found_fn *fn)
{
	static const struct model_question q = {
	    .run = find_run, .done = find_done, .free_args = find_free};
	struct find_args *a = xcalloc(1, sizeof(*a));

	str_copy(a->text, sizeof(a->text), text);
	a->fn = fn;
	model_ask(m, s, &q, a);
}
