/* ticket_reply_int - private to the ticket files. */
#ifndef DB_RECORDS_TICKET_REPLY_INT_H
#define DB_RECORDS_TICKET_REPLY_INT_H

#include "db/core/op.h"
#include "db/records/ticket_reply.h"
#include "db/records/tickets.h"

/*
 * Inside an open op: all replies of a ticket whose time has come leave, each
 * once.  Those that were written before the desk was restored are held.
 */
int ticket__replies_leave(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t since_us, struct err *err);
/* How far the comments that went into a conversation came. */
int ticket__reply_chats(struct desk *d, int64_t ticket_id,
    struct ticket_comment *rows, size_t count, struct err *err);
/* What an outbox row's state says of its mail. */
enum reply_went ticket__went_by_mail(int64_t outbox_state);
/* The conversations of a ticket, at most most. */
#define TICKET_TALKS_MOST 64
int ticket__talks(struct desk *d, int64_t ticket_id,
    int64_t ids[TICKET_TALKS_MOST], size_t *count, struct err *err);

#endif
