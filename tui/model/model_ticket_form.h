/*
 * model_ticket_form - what the tenant asks of its tickets: the labels of the
 * states and the categories to choose from, and a ticket's own fields with
 * their values.
 *
 * Errors become a toast; fn comes only while the screen that asked is there,
 * and on top unless it asked for all categories.
 */
#ifndef TUI_MODEL_MODEL_TICKET_FORM_H
#define TUI_MODEL_MODEL_TICKET_FORM_H

#include "db/records/ticket_form.h"
#include "tui/model/model.h"

struct ticket_form_data {
	int64_t ticket_id;
	struct ticket_status *labels; /* owned */
	size_t label_count;
	struct ticket_value *values; /* owned; fn may take them (set NULL) */
	size_t value_count;
	struct ticket_category *categories; /* owned */
	size_t category_count;
};
void ticket_form_data_clear(struct ticket_form_data *data);
typedef void ticket_form_fn(struct screen *s, struct ticket_form_data *data);
/* The category is the ticket's; NULL: the fields of all categories. */
void model_ticket_form(struct model *m, struct screen *s, int64_t ticket_id,
    const char *category, ticket_form_fn *fn);

#endif
