/*
 * tags - a ticket's tags as rows to be found by, made from its text of them.
 */
#ifndef DB_CORE_TAGS_H
#define DB_CORE_TAGS_H

#include "db/core/desk.h"

#define TAG_SIZE 201 /* of one, and of its folded form */

/*
 * The next of "vip, avería": its text without the blanks around it into tag,
 * where the rest goes on into *at.  False when there is none.
 */
bool tags_next(const char **at, char tag[TAG_SIZE]);

/*
 * Into *out: tags with that one at the end, or without it (on false), however
 * it is accented there.  False when nothing is to be changed.
 */
bool tags_with(const char *tags, const char *tag, bool on, struct str *out);

/* Inside an open op: the rows of a ticket that was made just now. */
int tags_put(
    struct desk *d, int64_t ticket_id, const char *tags, struct err *err);

/*
 * Inside an open op, behind a change of a record's field: the rows follow the
 * ticket's tags.  Nothing to do for any other field.
 */
int tags_follow(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err);

#endif
