/*
 * outbox - what the desk has promised to send.
 *
 * A row stores the intent, never a resolved request; the runner resolves it
 * when it sends.  callback is 128 random bits in hex: the idempotency key and
 * the provider's correlation field.  All calls are facts of the system actor
 * (OP_OUTBOX_FACT) unless said; daemon's committer thread.
 */
#ifndef DB_RECORDS_OUTBOX_H
#define DB_RECORDS_OUTBOX_H

#include "common/json.h"
#include "db/core/desk.h"

enum outbox_state { /* stored; 0 and 1 are the live ones */
	OUTBOX_DUE = 0,
	OUTBOX_SENDING = 1,
	OUTBOX_SENT = 2,
	OUTBOX_UNCERTAIN = 3,
	OUTBOX_HELD = 4,
	OUTBOX_DEAD = 5,
	OUTBOX_RECALLED = 6, /* by undo, before it left; see undo_mail.h */
};
extern const char *const outbox_state_names[]; /* NULL-ended */

enum outbox_kind {            /* stored */
	OUTBOX_MESSAGE = 1,   /* record_id: message */
	OUTBOX_MARK_READ = 2, /* record_id: message */
	OUTBOX_WEBHOOK = 3,   /* record_id: webhook; channel "webhook:ID" */
	OUTBOX_MAIL = 4,      /* record_id: ticket comment, or 0 */
};

struct outbox_item {
	int64_t id, tenant_id, record_id, created_at, updated_at;
	int64_t next_try_us, expires_us, sent_us;
	char channel[65], callback[33];
	enum outbox_kind kind;
	enum outbox_state state;
	int attempts; /* counted before each try */
	int error_code;
	bool rehearsal;              /* the tenant's */
	char *intent;                /* owned; JSON, see outbox_promise */
	char *error_text, *response; /* owned */
};
void outbox_item_clear(struct outbox_item *i);
void outbox_list_free(struct outbox_item **rows, size_t count);
void outbox_json(const struct outbox_item *i, struct json_out *out);

/*
 * Seconds to wait before try n (0-based) by the schedule, -1 when over: the
 * first retry anywhere within its time, later ones within 20 % of it.
 */
int64_t outbox_schedule_s(int attempts);
/* Tests: where the chance comes from (NULL: random_below). */
void outbox_set_random(uint32_t (*below)(uint32_t limit));
#define OUTBOX_TRIES 10

/*
 * Inside an open op: promise something. callback_out may be NULL.
 *
 * The intent is a JSON object; channels read it when they send:
 *	"to"         number, digits           "to_user"  user id; one is there
 *	"type"       text, image, video, audio, document, sticker, interactive,
 *	             template, read
 *	"reply_to"   provider id, optional
 *	text         "body"
 *	media        "link", "body" (caption), "filename" (document)
 *	interactive  "body", "buttons": [{"id","title"}]
 *	template     "name", "lang", "values": ["..."]; "names" of named ones
 *	read         "message_id"
 *	mail         "to" (an address), "to_name", "id", "subject", "body",
 *	             "refs": ["..."] (the oldest first), "automatic",
 *	             "ticket" (its number); as mail_promise has it
 * A webhook's is no JSON: see webhook_intent.  It is "" once that was sent.
 */
struct outbox_promise {
	const char *channel;
	enum outbox_kind kind;
	int64_t record_id;
	const char *intent;                /* JSON, as above */
	int64_t not_before_us, expires_us; /* 0: now, never */
	bool is_held;                      /* until people release it */
	int64_t *id_out; /* NULL, or where the row's id goes */
};
int outbox_promise(struct desk *d, struct op *op,
    const struct outbox_promise *in, char callback_out[33], struct err *err);

/*
 * Claim up to limit due rows of any tenant for lease_s seconds: state
 * sending, attempts + 1, committed before this returns (in a batch: with it,
 * so send only after the batch's commit).  Of a conversation never more than
 * one message is on its way, and one that was tried holds back the later
 * ones.  Rows whose lease ran out while sending become uncertain first
 * (nobody knows whether they left).  Round robin over tenants, at most
 * per_channel rows a channel, as many new ones as tried ones, and no more than
 * the channels' rules allow (NULL: anything).  Expired rows become dead here,
 * with the reason.  *next_us tells when the next row is due (0: none); rows
 * that are held back are found when what holds them is settled.
 */
struct outbox_rule {
	const char *channel; /* NULL ends the list; others may do anything */
	bool is_closed;      /* left alone */
	/*
	 * At most so many leave in a second, whoever of those who share the
	 * desk claims them, and a tenth of it at once; 0: any number.
	 */
	int per_second;
};
int outbox_claim(struct desk *d, const char *owner, int lease_s, int limit,
    int per_channel, const struct outbox_rule *rules, struct outbox_item **rows,
    size_t *count, int64_t *next_us, struct err *err);

/*
 * Verdicts, acting as the system of the row's tenant; each also sets the
 * message's state, which never falls behind what the provider reported.
 * error_text is cleaned.  On a row that is settled already (sent, dead) they
 * change nothing, but for outbox_sent, which is always true; it also takes
 * over what the provider calls the message (provider_id) and the customer
 * (peer_id), each may be "".
 */
int outbox_sent(struct desk *d, int64_t id, const char *provider_id,
    const char *peer_id, struct err *err);
int outbox_retry(struct desk *d, int64_t id, int64_t next_try_us,
    int error_code, const char *error_text, const char *response,
    struct err *err);
int outbox_uncertain(
    struct desk *d, int64_t id, const char *error_text, struct err *err);
int outbox_dead(struct desk *d, int64_t id, int error_code,
    const char *error_text, const char *response, struct err *err);
/* Not tried at all (channel stopped): due again, attempt given back. */
int outbox_give_back(
    struct desk *d, int64_t id, int64_t next_try_us, struct err *err);

/*
 * Whether a row is still of the claim that brought it: being sent, or uncertain
 * because that took longer than the lease.
 */
int outbox_is_claimed(struct desk *d, const struct outbox_item *claimed,
    bool *is_claimed, struct err *err);
/*
 * Nobody knows whether a claim of this owner was committed: give back what it
 * may have brought, all that is being sent by it but for these n ids.
 */
int outbox_unclaim(struct desk *d, const char *owner, const int64_t *but,
    size_t n, struct err *err);

/* By people: dead ones due again; an uncertain one is sent or to be resent. */
int outbox_replay(struct desk *d, int64_t id, struct err *err);
int outbox_resolve(struct desk *d, int64_t id, bool was_sent, struct err *err);
int outbox_release_held(struct desk *d, struct err *err);

int outbox_list(struct desk *d, int state /* -1: all */, int64_t before_id,
    int limit, struct outbox_item **rows, size_t *count, struct err *err);
struct outbox_counts {
	int by_state[6];       /* what is sent is not counted: always 0 */
	int64_t oldest_due_us; /* 0: none */
};
int outbox_count(struct desk *d, struct outbox_counts *out, struct err *err);
/* Of all tenants, for the desk's host. */
int outbox_count_held(struct desk *d, int64_t *held, struct err *err);

#endif
