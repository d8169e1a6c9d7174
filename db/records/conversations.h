/*
 * conversations - a contact's thread on one channel, and the desk's inbox.
 */
#ifndef DB_RECORDS_CONVERSATIONS_H
#define DB_RECORDS_CONVERSATIONS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

enum channel_kind { /* stored */
	CHANNEL_WHATSAPP = 1,
	CHANNEL_TWILIO = 2,
	CHANNEL_TELEGRAM = 3,
	CHANNEL_MAIL = 4,
	CHANNEL_WEB = 5,
};
extern const char *const channel_kind_names[]; /* by number; NULL at 0 */
char channel_kind_letter(enum channel_kind kind); /* 'W', 'T', ... */

enum conversation_state { /* stored */
	CONVERSATION_ACTIVE = 0,
	CONVERSATION_HANDED_OFF = 1,
	CONVERSATION_CLOSED = 2,
};
extern const char *const conversation_state_names[]; /* NULL-ended */

struct conversation {
	int64_t id, version, created_at, updated_at;
	int64_t contact_id, operator_id, team_id, ticket_id, ticket_number;
	int64_t operator_team_id; /* the one that its operator is in */
	char channel[65], peer[201], peer_user_id[201];
	char contact_name[201], company_name[201];
	char operator_login[64], operator_name[201], team_name[201];
	enum channel_kind channel_kind;
	enum conversation_state state;
	int unread;
	int64_t last_inbound_us, last_outbound_us, last_message_us;
	int64_t waiting_since_us; /* first unanswered inbound; 0: answered */
	int64_t closed_us;
	char preview[201];
	int preview_kind; /* enum message_kind */
	bool preview_inbound;
	/* How far the last message from here got; enum message_state, 0: none */
	int last_outbound_state;
};

/* Free text is allowed for 24 h after the customer's last message. */
#define WHATSAPP_WINDOW_US (24 * US_PER_HOUR)
/* Microseconds left; 0 when closed; INT64_MAX where the channel has none. */
int64_t conversation_window_left(const struct conversation *c,
    int64_t now_us);

enum conversation_view {
	VIEW_MINE,
	VIEW_UNASSIGNED,
	VIEW_UNREAD,
	VIEW_TEAM,
	VIEW_ALL,
	VIEW_CLOSED,
	CONVERSATION_VIEW_COUNT
};
extern const char *const conversation_view_names[]; /* "mine"... */

/* Newest message first; match "" or a folded search in names and texts. */
int conversation_list(struct desk *d, enum conversation_view view,
    const char *match, const struct page *page, struct conversation **rows,
    size_t *count, struct err *err);
/* A contact's newest ones, at most 20, closed ones too; the newest first. */
int conversation_of_contact(struct desk *d, int64_t contact_id,
    struct conversation **rows, size_t *count, struct err *err);
/* How many rows a view has, counting no further than cap. */
int conversation_count(struct desk *d, enum conversation_view view, int cap,
    int *count, struct err *err);
int conversation_get(struct desk *d, int64_t id, struct conversation *out,
    struct err *err);
/* The one that is not closed; OD_ENOTFOUND without a sentence. */
int conversation_with(struct desk *d, const char *channel,
    enum channel_kind kind, const char *peer, struct conversation *out,
    struct err *err);
int conversation_by_ticket(struct desk *d, int64_t ticket_id,
    struct conversation *out, struct err *err);
void conversation_json(const struct conversation *c, struct json_out *out);

/*
 * One open conversation for each peer of a channel.  What comes in or goes
 * out bumps the version too, but only what people changed makes seen_version
 * stale (0: no check).
 *
 * A conversation that somebody has (a person or a team) is handed_off, else
 * it is active.
 */
/* Take it (operator_id becomes the actor); OD_ECONFLICT when taken. */
int conversation_claim(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
/*
 * To a person and/or a team (0: none); note "" or an internal note that is
 * written with it.  Both 0 releases it.
 */
int conversation_assign(struct desk *d, int64_t id, int64_t seen_version,
    int64_t operator_id, int64_t team_id, const char *note, struct err *err);
int conversation_close(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
/* OD_ECONFLICT when the peer has another open conversation meanwhile. */
int conversation_reopen(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
/*
 * The operator has it before him: unread becomes 0; with send_receipt the
 * provider is told too (an outbox row, mark as read).
 */
int conversation_seen(struct desk *d, int64_t id, bool send_receipt,
    struct err *err);
int conversation_note(struct desk *d, int64_t id, const char *body,
    int64_t *note_id, struct err *err);
int conversation_link_ticket(struct desk *d, int64_t id, int64_t ticket_id,
    struct err *err);
/* One for this peer: the open one, or a new one. Used to write first. */
int conversation_open(struct desk *d, const char *channel,
    enum channel_kind kind, int64_t contact_id, const char *peer, int64_t *id,
    struct err *err);

#endif
