/* model_ticket_form - see model_ticket_form.h. */
#include "tui/model/model_ticket_form.h"

#include "common/str.h"
#include "common/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct form_args {
	struct ticket_form_data data;
	char category[65];
	bool is_any;
	ticket_form_fn *fn;
};

void
ticket_form_data_clear(struct ticket_form_data *data)
{
	free(data->labels);
	free(data->categories);
	ticket_values_free(&data->values, data->value_count);
	memset(data, 0, sizeof(*data));
}

static int
form_run(struct desk *d, void *data, struct err *err)
{
	struct form_args *a = data;
	struct ticket_form_data *f = &a->data;
	int rc = ticket_status_list(d, &f->labels, &f->label_count, err);

	if (rc == 0)
		rc = ticket_category_list(
		    d, &f->categories, &f->category_count, err);
	if (rc != 0)
		return rc;
	return ticket_values(d, f->ticket_id, a->is_any ? NULL : a->category,
	    &f->values, &f->value_count, err);
}

static void
form_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct form_args *a = data;

	if (answer->rc != 0)
		ui_toast_err(ui, answer->err);
	else if (s != NULL && (a->is_any || ui_top(ui) == s))
		a->fn(s, &a->data);
}

static void
form_free(void *data)
{
	struct form_args *a = data;

	ticket_form_data_clear(&a->data);
	free(a);
}

void
model_ticket_form(struct model *m, struct screen *s, int64_t ticket_id,
    const char *category, ticket_form_fn *fn)
{
	static const struct model_question q = {
	    .run = form_run, .done = form_done, .free_args = form_free};
	struct form_args *a = xcalloc(1, sizeof(*a));

	a->data.ticket_id = ticket_id;
	a->is_any = category == NULL;
	if (category != NULL)
		str_copy(a->category, sizeof(a->category), category);
	a->fn = fn;
	model_ask(m, s, &q, a);
}
