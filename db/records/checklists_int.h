/* checklists_int - private to the files of checklists and tickets. */
#ifndef DB_RECORDS_CHECKLISTS_INT_H
#define DB_RECORDS_CHECKLISTS_INT_H

#include "db/core/op.h"
#include "db/records/checklists.h"
#include "db/records/tickets.h"

/*
 * The next item of *at into text, and whether it is required; false at the
 * end.  items are as they are kept.
 */
bool checklist__next(const char **at, char text[201], bool *is_required);
/* Items as they are kept; owned by the caller.  OD_EDATA. */
int checklist__clean(const char *items, char **clean, struct err *err);

/* The templates of a category, by its key, in their order. */
int checklist__of_category(struct desk *d, const char *category,
    struct checklist **rows, size_t *count, struct err *err);

/*
 * Inside an open op: the templates of that category, but for what stands on
 * the ticket already.
 */
int checklist__follow_category(struct desk *d, struct op *op,
    int64_t ticket_id, const char *category, struct err *err);
/* OD_EDATA, with their texts, when required checks are not ticked. */
int checklist__check_done(struct desk *d, const struct ticket *t,
    struct err *err);

#endif
