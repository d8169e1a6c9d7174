/* contact_int - private to contacts.c and contact_points.c. */
#ifndef DB_RECORDS_CONTACT_INT_H
#define DB_RECORDS_CONTACT_INT_H

#include "db/core/op.h"
#include "db/records/people.h"

/* Inside an open op; everything below.  Does not index the contact. */
int contact__insert(struct desk *d, struct op *op, const struct contact_new *in,
    int64_t *id, struct err *err);
/* OD_ECONFLICT when somebody else has that address. */
int contact__point_add(struct desk *d, struct op *op, int64_t contact_id,
    enum contact_point_kind kind, const char *value, const char *username,
    const char *parent_value, struct err *err);
/* The phone number was edited: its point follows. */
int contact__phone_moved(struct desk *d, struct op *op, int64_t contact_id,
    const char *before, const char *after, struct err *err);
int contact__points_delete(
    struct desk *d, struct op *op, int64_t contact_id, struct err *err);

#endif
