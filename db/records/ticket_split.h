/*
 * ticket_split - part of a ticket becomes one of its own.
 */
#ifndef DB_RECORDS_TICKET_SPLIT_H
#define DB_RECORDS_TICKET_SPLIT_H

#include "db/records/tickets.h"

#define SPLIT_MOST 200 /* comments, and messages, at once */

struct ticket_split {
	const char *subject;     /* NULL or "": from the first that is chosen */
	const int64_t *comments; /* move to the new ticket */
	size_t comment_count;
	/* Of conversations of the ticket; told in the new one's description. */
	const int64_t *messages;
	size_t message_count;
};
/*
 * The new ticket has the contact, company, category, tags, owner and team of
 * the one that it comes from, is linked to it, and to the conversations whose
 * messages were chosen.  OD_EDATA: nothing was chosen, or too much;
 * OD_ENOTFOUND: one of them is not of this ticket; OD_ECONFLICT: the ticket is
 * in the trash, merged, or was changed (seen_version, 0: any).
 */
int ticket_split(struct desk *d, int64_t ticket_id, int64_t seen_version,
    const struct ticket_split *in, int64_t *id, int64_t *number,
    struct err *err);

#endif
