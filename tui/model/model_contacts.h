/*
 * model_contacts - customers found by a name or a number, to choose from.
 */
#ifndef TUI_MODEL_MODEL_CONTACTS_H
#define TUI_MODEL_MODEL_CONTACTS_H

#include "db/records/people.h"
#include "tui/model/model.h"

#define CONTACTS_FOUND_MAX 50

/* rows are the model's, until fn returns. */
typedef void contacts_found_fn(struct screen *s, const struct contact *rows,
    size_t count, const struct model_answer *answer);
/* text is copied. */
void model_contacts_find(
    struct model *m, struct screen *s, const char *text, contacts_found_fn *fn);

#endif
