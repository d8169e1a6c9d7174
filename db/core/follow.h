/*
 * follow - what is kept twice follows a change of a record's field.
 */
#ifndef DB_CORE_FOLLOW_H
#define DB_CORE_FOLLOW_H

#include "db/core/desk.h"

/*
 * Inside an open op, behind a change of that column: reach (reach.h), the rows
 * of a ticket's tags (tags.h), and the files and mails of a comment that went
 * to another ticket.  Nothing to do for any other field.
 */
int follow_change(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err);

#endif
