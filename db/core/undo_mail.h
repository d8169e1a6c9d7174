/*
 * undo_mail - mail that an operation promised, taken back with it.
 *
 * Private to db/core, but for the note.  A mail that nobody took up yet is
 * recalled, and promised once more when the operation is done again; one that
 * left, or may have left, stays.
 */
#ifndef DB_CORE_UNDO_MAIL_H
#define DB_CORE_UNDO_MAIL_H

#include "db/core/op.h"

/* Inside an open op: this row of the outbox goes back with it. */
int undo_mail_note(
    struct desk *d, struct op *op, int64_t outbox_id, struct err *err);
/* Inside undo or redo.  *stays: it has gone out. */
int undo_mail_step(struct desk *d, struct op *op, bool redo, int64_t outbox_id,
    bool *stays, struct err *err);

#endif
