/*
 * mails - what leaves by mail: replies of tickets, steps of guides, notices.
 *
 * The daemon tells the desk which of its channels sends a tenant's mail; a
 * promise is a row of the outbox (OUTBOX_MAIL), as everything that leaves.
 */
#ifndef DB_RECORDS_MAILS_H
#define DB_RECORDS_MAILS_H

#include "db/core/op.h"

struct mail_sender {
	char channel[65]; /* "": no mail leaves */
	char from[255];
};
/* The tenant's; any thread that has the desk. */
int mail_sender(struct desk *d, struct mail_sender *out, struct err *err);
/* A fact of the daemon (OP_CHANNEL_FACT); written only when it is another. */
int mail_sender_set(
    struct desk *d, const struct mail_sender *in, struct err *err);

struct mail_promise {
	const char *to, *to_name; /* the name may be "" or NULL */
	const char *subject, *body;
	/*
	 * 0: none.  Its number is marked in the subject, it answers the mails
	 * of the ticket, and what is answered to it comes to the ticket.
	 */
	int64_t ticket_id;
	int64_t comment_id; /* of the ticket, whose files go along; 0: none */
	bool is_automatic;  /* no person wrote it: nobody's absence answers */
	bool is_held;       /* until people release it */
};
/*
 * Inside an open op: the mail leaves when that is committed, once.  *id_out
 * (may be NULL) is the outbox row's id.  OD_EUNAVAIL: no mail leaves from this
 * tenant; OD_EDATA: the address, the subject or the body cannot be sent.
 */
int mail_promise(struct desk *d, struct op *op, const struct mail_promise *in,
    int64_t *id_out, struct err *err);

#endif
