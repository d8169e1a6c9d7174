/*
 * channel - one configured way to customers, and what an adapter must do.
 *
 * An adapter is a const table with one function per step, so that another
 * provider is another file.  Adapters are pure: they read posts, build
 * requests and judge answers; the daemon moves the bytes and the rows.  A
 * loaded channel_set is immutable and may be read on any thread.
 */
#ifndef SYNCD_CHANNELS_CHANNEL_H
#define SYNCD_CHANNELS_CHANNEL_H

#include "common/conf.h"
#include "common/err.h"
#include "common/http_client.h"
#include "common/i18n.h"
#include "common/smtp.h"
#include "common/str.h"
#include "db/records/channels.h"
#include "db/records/conversations.h"
#include "db/records/messages.h"
#include "db/records/outbox.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_SECRETS_MAX 2 /* the old and the new one, in rotation */
#define CHANNELS_MAX        64

struct channel {
	char id[65];       /* NAME of [channel NAME] */
	char tenant[65];   /* slug; "" means that of [desk] */
	int64_t tenant_id; /* 0 until the daemon looked it up */
	bool rehearsal;    /* the tenant's: talk to loopback only */
	enum lang lang; /* the tenant's: sentences that are kept are in it */
	enum channel_kind kind;
	char number_id[65];  /* WhatsApp: phone_number_id */
	char account_id[65]; /* WhatsApp: business_account_id, or "" */
	char api_base[257];  /* without a final slash */
	char api_version[17];
	int per_second;
	char *app_secrets[CHANNEL_SECRETS_MAX];   /* owned; NULL: none */
	char *verify_tokens[CHANNEL_SECRETS_MAX]; /* owned; NULL: none */
	char *access_token;                       /* owned; "" when absent */
	/* Mail, see mail.h; smtp_url "": it sends nothing. */
	char smtp_url[257], smtp_user[257], smtp_ca[1025];
	char *smtp_password; /* owned; NULL: none */
	enum smtp_tls smtp_tls;
	char from[255], from_name[201];
};

struct channel_set {
	struct channel *channels; /* owned */
	size_t count;
};
#define CHANNEL_SET_INIT                                                       \
	{                                                                      \
		NULL, 0                                                        \
	}

/*
 * Read every [channel NAME] into set (caller clears).  OD_EDATA when two of
 * them have one phone_number_id, OD_ELIMIT above CHANNELS_MAX.
 */
int channel_set_load(
    const struct conf *conf, struct channel_set *set, struct err *err);
/* Secrets are wiped. */
void channel_set_clear(struct channel_set *set);
/* NULL when there is none. */
const struct channel *channel_by_id(
    const struct channel_set *set, const char *id);
/*
 * The same for a row of a tenant: also NULL when the channel was given to
 * another tenant meanwhile, whose account would answer for it.
 */
const struct channel *channel_of(
    const struct channel_set *set, const char *id, int64_t tenant_id);

/* ---- posts of a provider ---- */

struct channel_post {
	const char *channel; /* named in the path, or NULL */
	const void *body;    /* raw bytes as received */
	size_t body_len;
	const char *signature;  /* the signature header, NULL when absent */
	size_t signature_count; /* how often that header was there */
};

enum channel_trust {       /* what a signature is worth, with its HTTP status */
	CHANNEL_TRUSTED,   /* 200 once stored */
	CHANNEL_UNSIGNED,  /* no signature: 401 */
	CHANNEL_FORGED,    /* malformed, doubled or wrong: 401 */
	CHANNEL_UNSECURED, /* no secret is configured: 401 */
	CHANNEL_UNKNOWN,   /* no such channel: 404 */
};
int channel_trust_status(enum channel_trust trust);
const char *channel_trust_name(enum channel_trust trust); /* for logs */

/* Where a trusted post belongs. */
struct channel_route {
	const struct channel *targets[CHANNELS_MAX]; /* a raw event row each */
	size_t count; /* 0: nothing is to be stored */
	bool foreign; /* it also (or only) spoke of numbers that are not ours */
};

/* ---- what came in, handed on as facts ---- */

/*
 * The desk's side: the records' functions, or a recorder in tests.  Each
 * call stands alone (a savepoint), so that a refused one loses only itself.
 */
struct channel_sink {
	int (*message)(
	    void *data, const struct inbound_message *in, struct err *err);
	int (*status)(
	    void *data, const struct inbound_status *in, struct err *err);
	/* OD_ENOTFOUND: there is no such message here. */
	int (*edit)(void *data, const char *channel, const char *original_id,
	    enum inbound_edit what, const char *body, int64_t at_us,
	    struct err *err);
	int (*peer_changed)(void *data, const char *channel,
	    const char *old_number, const char *new_number,
	    const char *old_user_id, const char *new_user_id, struct err *err);
	/* CHANNEL_OK: only something that people should read. */
	int (*alert)(void *data, const char *channel, enum channel_state state,
	    const char *text, struct err *err);
	int (*templates_changed)(
	    void *data, const char *channel, struct err *err);
};
/* data is a struct desk *, acting as the system of the channel's tenant,
 * usually inside a batch. */
extern const struct channel_sink channel_sink_desk;

struct channel_ingested {
	int messages, statuses, others; /* facts handed to the sink */
	int skipped; /* of other numbers, or without any identity */
	int refused; /* parts with a problem; the first one is in err */
};

/* ---- sending ---- */

/* A request to be; method and bearer are borrowed, the rest is owned. */
struct channel_request {
	const char *method;
	struct str url;
	struct str body;    /* JSON, or empty */
	const char *bearer; /* the channel's token, NULL: none */
	bool loopback_only;
	size_t max_body; /* of the answer; 0: 256 KiB */
};
#define CHANNEL_REQUEST_INIT                                                   \
	{                                                                      \
		"GET", STR_INIT, STR_INIT, NULL, false, 0                      \
	}
void channel_request_clear(struct channel_request *r);
/* Fill an http_request (done, data and times stay the caller's); it borrows
 * from r until http_client_send returned. */
void channel_request_http(
    const struct channel_request *r, struct http_request *out);

/* What came back, as far as a verdict needs it. */
struct channel_answer {
	enum http_outcome outcome;
	int status;
	const char *body; /* NUL-terminated */
	size_t body_len;
	int64_t retry_after_s;      /* -1: none */
	const char *app_usage;      /* X-App-Usage, or NULL */
	const char *business_usage; /* X-Business-Use-Case-Usage, or NULL */
	const char *error;          /* the client's sentence, or "" */
};
/* Borrows from r: only during done. */
void channel_answer_from(
    const struct http_response *r, struct channel_answer *out);

enum verdict_kind {
	VERDICT_SENT,      /* outbox_sent */
	VERDICT_RETRY,     /* outbox_retry, after wait_s */
	VERDICT_GIVE_BACK, /* outbox_give_back: the channel is at fault */
	VERDICT_UNCERTAIN, /* outbox_uncertain: it may have been sent */
	VERDICT_DEAD,      /* outbox_dead */
};

struct channel_verdict {
	enum verdict_kind kind;
	int64_t wait_s;        /* RETRY: -1 means by the outbox's schedule */
	int error_code;        /* the provider's, 0 when it gave none */
	char provider_id[257]; /* SENT: the message's id, may be "" */
	char peer_id[201];     /* SENT: the customer's id as it answered */
	char text[513];        /* a sentence for people; "" when SENT */
	char response[257];    /* beginning of the answer, safe to show */
	enum channel_state channel; /* what becomes of the channel */
	int64_t pause_s;            /* CHANNEL_PAUSED: for how long */
	int usage_percent;          /* highest of the usage headers, -1: none */
};

struct channel_adapter {
	enum channel_kind kind;
	const char *name;
	/*
	 * Is this post genuine?  *secret tells which secret signed, for route.
	 * On the loop's thread; reads the body once.
	 */
	enum channel_trust (*verify)(const struct channel_set *set,
	    const struct channel_post *post, const char **secret);
	void (*route)(const struct channel_set *set,
	    const struct channel_post *post, const char *secret,
	    struct channel_route *route);
	/*
	 * Hand everything in a stored body that is for this channel to the
	 * sink.  All parts are tried; the first problem is returned as its
	 * sentence (the raw event then failed), *done counts.
	 */
	int (*ingest)(const struct channel *channel, const char *body,
	    size_t body_len, const struct channel_sink *sink, void *sink_data,
	    struct channel_ingested *done, struct err *err);
	/* OD_EDATA when the intent cannot be sent (it is dead then). */
	int (*build)(const struct channel *channel,
	    const struct outbox_item *item, struct channel_request *request,
	    struct err *err);
	void (*judge)(const struct outbox_item *item,
	    const struct channel_answer *answer,
	    struct channel_verdict *verdict);
};
/* NULL: the daemon has none for that kind; mail is no HTTP, see mail.h. */
const struct channel_adapter *channel_adapter(enum channel_kind kind);

#endif
