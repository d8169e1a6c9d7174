/*
 * search_text - what of a record can be searched, gathered from its tables.
 *
 * Use cases call it after they wrote; undo calls it for what it took back, so
 * that the index says the same as the records.
 */
#ifndef DB_CORE_SEARCH_TEXT_H
#define DB_CORE_SEARCH_TEXT_H

#include "db/core/desk.h"

/*
 * Inside a transaction: index the record as it stands now.  A comment stands
 * for its ticket, a contact's address for the contact; a contact's newest
 * tickets follow it, because its name is found there.  Kinds that are not
 * searched are fine.
 */
int search_refresh(
    struct desk *d, enum record_kind kind, int64_t id, struct err *err);
/* The same for a contact that was made just now: it has no tickets yet. */
int search_new_contact(struct desk *d, int64_t id, struct err *err);

#endif
