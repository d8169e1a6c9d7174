/*
 * ticket_reply - how a reply on a ticket reaches the customer.
 *
 * Where the customer wrote last, by mail or in a conversation of the ticket
 * that still may be answered, there it goes; else the other way, if there is
 * one; else it stays in the desk.  That is decided when the reply goes out,
 * after REPLY_HOLD_US.
 */
#ifndef DB_RECORDS_TICKET_REPLY_H
#define DB_RECORDS_TICKET_REPLY_H

#include "common/json.h"
#include "db/records/conversations.h"

enum reply_way {         /* stored as ticket_comments.source of our replies */
	REPLY_UNDECIDED, /* not out yet, or from before this was kept */
	REPLY_BY_MAIL,
	REPLY_BY_CHAT,
	REPLY_STAYS, /* no way to the customer */
};
extern const char *const reply_way_names[]; /* "undecided"... NULL-ended */

enum reply_went {           /* how far one that is out came */
	REPLY_WENT_NOWHERE, /* undecided, or it stays */
	REPLY_QUEUED,
	REPLY_SENDING,
	REPLY_SENT,
	REPLY_UNCERTAIN,
	REPLY_HELD, /* after a restore: people release it */
	REPLY_FAILED,
};
extern const char *const reply_went_names[]; /* "none"... NULL-ended */

struct reply_route {
	enum reply_way way; /* not REPLY_UNDECIDED */
	char channel[65];
	enum channel_kind channel_kind;
	int64_t conversation_id;    /* by chat */
	char to[255], to_name[201]; /* by mail: for the desk only */
	char hint[255];             /* by mail: what may be shown */
	const char *why;            /* marked; why it stays, else "" */
	bool has_mail;              /* it could go by mail too */
};
/* For who may read the ticket. */
int ticket_reply_route(struct desk *d, int64_t ticket_id,
    struct reply_route *out, struct err *err);
/*
 * Files do not go by chat: a reply that has some takes the other way, or
 * stays.
 */
void ticket_reply_with_files(struct reply_route *r);
/* "goes by mail to a***@example.org", in the language of the thread. */
void ticket_reply_sentence(const struct reply_route *r, char *dst, size_t size);
/* "by mail: sent"; "" for what is undecided.  problem may be "". */
void ticket_reply_result(enum reply_way way, enum reply_went went,
    const char *problem, char *dst, size_t size);
void ticket_reply_json(const struct reply_route *r, struct json_out *out);

#endif
