/*
 * messages - what was said, in and out, with its delivery states.
 */
#ifndef DB_RECORDS_MESSAGES_H
#define DB_RECORDS_MESSAGES_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/conversations.h"
#include "db/records/page.h"

enum message_kind { /* stored */
	MESSAGE_TEXT = 1,
	MESSAGE_IMAGE = 2,
	MESSAGE_VIDEO = 3,
	MESSAGE_AUDIO = 4,
	MESSAGE_DOCUMENT = 5,
	MESSAGE_STICKER = 6,
	MESSAGE_LOCATION = 7,
	MESSAGE_CONTACTS = 8,
	MESSAGE_INTERACTIVE = 9, /* in: an answer; out: buttons */
	MESSAGE_BUTTON = 10,
	MESSAGE_REACTION = 11,
	MESSAGE_ORDER = 12,
	MESSAGE_SYSTEM = 13,
	MESSAGE_UNSUPPORTED = 14,
	MESSAGE_TEMPLATE = 15,
	MESSAGE_OTHER = 16, /* a type not known yet; detail has the raw JSON */
	MESSAGE_KIND_COUNT
};
extern const char *const message_kind_names[]; /* by number */

enum message_role { /* stored */
	MESSAGE_BY_USER = 0,
	MESSAGE_BY_ASSISTANT = 1, /* the bot */
	MESSAGE_BY_SYSTEM = 2,
	MESSAGE_BY_OPERATOR = 3,
	MESSAGE_BY_APP = 4, /* typed in the provider's own app (an echo) */
};

enum message_state { /* stored; inbound ones are MESSAGE_RECEIVED */
	MESSAGE_RECEIVED = 0,
	MESSAGE_DUE = 1,
	MESSAGE_SENDING = 2,
	MESSAGE_SENT = 3,
	MESSAGE_DELIVERED = 4,
	MESSAGE_READ = 5,
	MESSAGE_UNCERTAIN = 6,
	MESSAGE_HELD = 7,
	MESSAGE_FAILED = 8,
};
extern const char *const message_state_names[]; /* by number */

struct message {
	int64_t id, version, created_at, updated_at, conversation_id;
	int64_t operator_id, file_id;
	bool inbound;
	bool is_note; /* a row of conversation_notes: id is the note's */
	enum message_role role;
	enum message_kind kind;
	enum message_state state;
	int error_code;
	int64_t at_us, sent_us, delivered_us, read_us, edited_us, revoked_us;
	char kind_name[33];  /* the provider's word for the type */
	char provider_id[257], reply_to[257];
	char operator_name[201];
	char file_name[65];   /* of files; "" until downloaded */
	char file_title[201]; /* cleaned name the sender gave */
	int64_t file_size;
	char *body;	  /* owned; text, caption, or a one-line description */
	char *detail;	  /* owned; JSON of the type's own members, "" none */
	char *error_text; /* owned */
	char *reactions;  /* owned; emojis on it, "" none */
};
void message_clear(struct message *m);
void message_list_free(struct message **rows, size_t count);
void message_json(const struct message *m, struct json_out *out);

/*
 * A thread's messages and notes, oldest first, ending before (before_us,
 * before_id) or at the newest when before_us is 0.  Reactions are folded into
 * the message that they are on.
 */
int message_thread(struct desk *d, int64_t conversation_id, int64_t before_us,
    int64_t before_id, int limit, struct message **rows, size_t *count,
    struct err *err);
/*
 * What did not get out and waits for the acting operator, newest first: his
 * uncertain, held and failed messages, and those that the provider took and
 * then reported as failed, where nothing went out after them.
 */
int message_stuck(struct desk *d, int limit, struct message **rows,
    size_t *count, struct err *err);
/*
 * How many open conversations, of the newest 2,000, ended with a message that
 * the provider took and then reported as failed.
 */
int message_undelivered(struct desk *d, int *count, struct err *err);
int message_get(struct desk *d, int64_t id, struct message *out,
    struct err *err);

#define MESSAGE_TEXT_MAX 4096 /* characters, the provider's limit */

struct message_new {
	int64_t conversation_id;
	int64_t seen_version; /* of the conversation; 0: no guard */
	int64_t seen_message; /* newest message id on the screen; 0: no guard */
	enum message_kind kind; /* text, image..document, interactive, template */
	const char *body;	/* text, caption, buttons' body */
	const char *reply_to;	/* provider id or NULL */
	const char *link;	/* media: an https address */
	const char *filename;	/* document */
	const char *buttons[3][2]; /* id, title; NULL-ended */
	const char *template_name, *template_lang;
	const char *const *template_values; /* NULL-ended */
	int64_t send_at_us; /* 0: now */
};
/*
 * A promise: message and outbox row in one commit.
 * OD_ECONFLICT: the conversation is closed, its window is closed (free text),
 * or it changed since seen_*: a newer message, another owner (the sentence
 * says which).  OD_EDATA: empty, too long, an unfilled {{placeholder}}, wrong
 * buttons or values.
 */
int message_send(struct desk *d, const struct message_new *in, int64_t *id,
    struct err *err);
/* A failed one again, as a new outbox row; window and state rules apply. */
int message_retry(struct desk *d, int64_t id, struct err *err);

/* ---- inbound facts, channel-neutral; filled by syncd/channels ---- */

struct inbound_message {
	const char *channel;
	enum channel_kind channel_kind;
	const char *provider_id;
	/* who */
	const char *number, *user_id, *parent_user_id, *username, *name;
	/* what */
	enum message_kind kind;
	const char *kind_name;
	const char *body;     /* text, caption or description; not cleaned */
	const char *detail;   /* JSON or "" */
	const char *reply_to; /* provider id or "" */
	int64_t at_us;	      /* provider's time; 0: now */
	/* media: a download job is queued when id or url is there */
	const char *media_id, *media_url, *media_mime, *media_sha256,
	    *media_filename;
	bool from_app; /* an echo: outgoing, typed in the provider's app */
	bool from_us;  /* with from_app: number is the customer's */
};
struct inbound_result {
	int64_t conversation_id, message_id;
	bool duplicate;
};
/*
 * OP_MESSAGE_RECEIVE, by the system actor, usually inside a batch.
 *
 * A repeated provider id changes nothing (duplicate).  It goes to the open
 * conversation of the number, else of the user id; when both come together
 * the two are one conversation.  Without an open one, the last one is open
 * again when it was closed at most 24 h ago, else there is a new one.  What
 * arrives late moves neither preview nor window back.  Reactions raise
 * nothing, open nothing when their conversation is known, and go where the
 * message is that they are on.  A time ahead of our clock counts as now.
 * OD_EDATA: nobody sent it (neither number nor user id).
 */
int message_receive(struct desk *d, const struct inbound_message *in,
    struct inbound_result *result, struct err *err);

enum inbound_edit { INBOUND_EDIT, INBOUND_REVOKE };
/*
 * Changes a message if it is found (OD_ENOTFOUND when not).  An edit that is
 * older than the last one, or of a message that was taken back, does nothing.
 * What was taken back keeps its body for the record; screens do not show it,
 * and it is no longer found.
 */
int message_edit_inbound(struct desk *d, const char *channel,
    const char *original_id, enum inbound_edit what, const char *body,
    int64_t at_us, struct err *err);
/*
 * A customer changed number or user id: the open conversation and the
 * contact's address move along.  "" or NULL for what did not change.
 */
int message_peer_changed(struct desk *d, const char *channel,
    const char *old_number, const char *new_number, const char *old_user_id,
    const char *new_user_id, struct err *err);

struct inbound_status {
	const char *channel;
	const char *provider_id;
	const char *callback; /* our correlation text or "" */
	const char *status;   /* the provider's word */
	const char *recipient;
	int error_code;
	const char *error_text;
	int64_t at_us;
};
/*
 * Keep the row (once), match it to a message by provider id, else by
 * callback; raise the message's state by rank (sent, delivered, read), never
 * lower it; failed only while not delivered.  Unmatched rows stay and are
 * matched again by message_match_statuses when the send is answered.
 */
int message_status(struct desk *d, const struct inbound_status *in,
    bool *duplicate, struct err *err);
/* Inside an open op, after a provider id became known. */
int message_match_statuses(struct desk *d, struct op *op, int64_t message_id,
    struct err *err);

#endif
