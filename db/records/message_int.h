/*
 * message_int - private to the files about conversations and messages.
 *
 * A talk is a conversation as far as its messages need it.  Everything is
 * called inside an open op.
 */
#ifndef DB_RECORDS_MESSAGE_INT_H
#define DB_RECORDS_MESSAGE_INT_H

#include "db/core/op.h"
#include "db/core/query.h"
#include "db/records/conversations.h"
#include "db/records/messages.h"
#include "db/records/people.h"

#define MESSAGE_BODY_MAX   65536  /* bytes stored of a text */
#define MESSAGE_DETAIL_MAX 262144 /* bytes stored of a detail */

struct talk {
	int64_t id, version, contact_id, operator_id, team_id;
	int64_t last_inbound_us, last_outbound_us, last_message_us;
	int64_t waiting_since_us, closed_us, ticket_id;
	char channel[65], peer[201], peer_user_id[201];
	char contact_name[201], username[201];
	enum channel_kind channel_kind;
	enum conversation_state state;
	int unread;
};

/* $1 is the tenant, $2 the kind of contact point of user ids. */
#define TALK_SELECT                                                            \
	"SELECT v.id, v.version, v.contact_id, v.operator_id, v.team_id,"      \
	" v.last_inbound_us, v.last_outbound_us, v.last_message_us,"           \
	" v.waiting_since_us, v.closed_us, v.channel, v.peer,"                 \
	" v.peer_user_id, c.full_name, p.username, v.channel_kind, v.state,"   \
	" v.unread, v.ticket_id FROM conversations v"                          \
	" LEFT JOIN contacts c ON c.id = v.contact_id"                         \
	" AND c.tenant_id = v.tenant_id"                                       \
	" LEFT JOIN contact_points p ON p.tenant_id = v.tenant_id"             \
	" AND p.kind = $2 AND p.value = v.peer_user_id"                        \
	" AND p.deleted_at IS NULL"                                            \
	" WHERE v.tenant_id = $1"

/* The first row of a TALK_SELECT; OD_ENOTFOUND without a sentence. */
int talk__read(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct talk *out, struct err *err);
int talk__by_id(struct desk *d, int64_t id, struct talk *out, struct err *err);
/* The open one of a peer; OD_ENOTFOUND without a sentence. */
int talk__open(struct desk *d, const char *channel, enum channel_kind kind,
    const char *peer, struct talk *out, struct err *err);
/* A new active one; peer is not empty and has no open one. */
int talk__make(struct desk *d, struct op *op, struct talk *t, struct err *err);
/* A closed one is open again, with whom it was. */
int talk__reopen(
    struct desk *d, struct op *op, struct talk *t, struct err *err);

/* Which contact points a channel's identities are. */
enum contact_point_kind talk__number_kind(enum channel_kind kind);
enum contact_point_kind talk__user_kind(enum channel_kind kind);

/* What was said moves the conversation's summary along. */
struct said {
	bool inbound;
	bool
	    counts; /* inbound: unread, waits for an answer, opens the window */
	enum message_kind kind;
	const char *body;
	int64_t at_us;
};
int talk__said(struct desk *d, struct op *op, struct talk *t,
    const struct said *s, struct err *err);

/*
 * The version to hand to record_update for one that was seen: the standing
 * one unless a person changed the conversation since.
 */
int conversation__version(struct desk *d, int64_t id, int64_t seen_version,
    int64_t *version, struct err *err);

/* Another name for it everywhere; its open double, if any, joins it. */
int talk__rename(struct desk *d, struct op *op, struct talk *t,
    const char *peer, const char *peer_user_id, struct err *err);

/* Insert a message; *id 0: that provider id is there already. */
struct message_row {
	int64_t conversation_id, operator_id, at_us;
	const char *channel, *kind_name, *body, *detail, *provider_id;
	const char *reply_to;
	bool inbound;
	enum message_role role;
	enum message_kind kind;
	enum message_state state;
};
int message__insert(struct desk *d, struct op *op, const struct message_row *m,
    int64_t *id, struct err *err);

/* A reply on a ticket, said in a conversation by who wrote it. */
struct message_reply {
	int64_t conversation_id, operator_id, comment_id;
	const char *body;
	bool is_held; /* until people release it */
};
/*
 * OD_ECONFLICT: the conversation is closed, or its window; OD_EDATA: the text
 * cannot be sent.
 */
int message__reply(struct desk *d, struct op *op,
    const struct message_reply *in, int64_t *id, struct err *err);
/* Whether a text is one that a conversation takes. */
bool message_reply_fits(const char *body);
/* The detail of the message that says a comment. */
void message_comment_detail(int64_t comment_id, char *dst, size_t size);

/*
 * The sending of a message came to a state; one that the provider already
 * reported further stays.  error_text is cleaned; "" with code 0 for none.
 */
int message__sending(struct desk *d, struct op *op, int64_t message_id,
    enum message_state state, int error_code, const char *error_text,
    struct err *err);

/*
 * The ids of a view's first rows for the actor, as a SELECT; a few more than
 * limit when they come from several ranges.  page NULL: from the newest.
 */
void conversation__parts(struct query *q, struct desk *d,
    enum conversation_view view, const struct page *page, int limit);

#endif
