/*
 * webhooks - who outside is told of events: any operation that has an event
 * (see op_table.h) can be subscribed to.
 *
 * What is sent is written into the outbox as it will be signed, in the
 * transaction that moves the webhook on behind the event: so each event is
 * there once, and is delivered at least once.  Address and secret are sealed
 * with the desk's key (common/seal.h): OD_EDENIED or OD_ENOTFOUND for whoever
 * cannot read it.
 */
#ifndef DB_RECORDS_WEBHOOKS_H
#define DB_RECORDS_WEBHOOKS_H

#include "common/json.h"
#include "common/standard_webhook.h"
#include "db/core/desk.h"
#include "db/records/outbox.h"

#define WEBHOOKS_MAX          200 /* of a tenant; a list has no more */
#define WEBHOOK_URL_MAX       2000
#define WEBHOOK_ATTEMPTS_MAX  500        /* on a page */
#define WEBHOOK_CHANNEL       "webhook:" /* and its id: its lane */
#define WEBHOOK_ROTATION_DAYS 1          /* both secrets sign */
#define WEBHOOK_FAILING_DAYS  5 /* of nothing but failures: switched off */

enum webhook_kind { WEBHOOK_STANDARD, WEBHOOK_SLACK, WEBHOOK_KESTRA };
enum webhook_state { /* stored */
	WEBHOOK_ON,
	WEBHOOK_OFF,
	WEBHOOK_GONE,    /* it said so itself: 410 */
	WEBHOOK_FAILING, /* for so long that it was switched off */
};
extern const char *const webhook_kind_names[];  /* NULL-ended */
extern const char *const webhook_state_names[]; /* NULL-ended */

struct webhook {
	int64_t id, version, created_at, updated_at, deleted_at;
	char name[65];
	enum webhook_kind kind;
	enum webhook_state state;
	char host[256];      /* of its address, which may be a secret */
	char *events;        /* owned; JSON list of names, "" for all */
	char *filter;        /* owned; as it is typed, "" for no more */
	char *body_template; /* owned; Slack's text, "" for the usual one */
	bool is_private;     /* may be in our own network, and http */
	bool has_older;      /* a second secret signs too */
	int64_t older_until_us;
	int64_t failing_since_us; /* 0: the last attempt went well */
	int64_t last_us;          /* the last attempt; 0: none */
	int last_status;
};
void webhook_clear(struct webhook *w);
void webhook_list_free(struct webhook **rows, size_t count);
void webhook_json(const struct webhook *w, struct json_out *out);

/* By name.  trash: only what is in it. */
int webhook_list(struct desk *d, bool trash, struct webhook **rows,
    size_t *count, struct err *err);
int webhook_get(
    struct desk *d, int64_t id, struct webhook *out, struct err *err);
/* One that is not in the trash. */
int webhook_by_name(
    struct desk *d, const char *name, struct webhook *out, struct err *err);

/*
 * Events: names and patterns, separated by commas or blanks ("ticket.*
 * message.received"), or a JSON list of them; "" or "*": all.  The older
 * system's names (SESSION_STARTED) are taken too.  Each has to meet an event
 * of the operation table.  Appends a JSON list, nothing for all.  Pure.
 */
int webhook_events_parse(const char *text, struct str *list, struct err *err);
/* Whether a list as kept names that event.  Pure. */
bool webhook_events_match(const char *list, const char *event);

/*
 * The filter narrows that down by what an event is about, a ticket, a
 * conversation or a guide session:
 *
 *   team:Soporte priority>=4 status:escalated,resolved guide:vpn_fails
 *   -channel:whatsapp
 *
 * team      that it is with, else its operator's; none
 * priority  1 to 5 or a word; of its ticket
 * status    its state, by the words of the API
 * channel   by its name in the configuration, or by its kind
 * guide     of a session
 *
 * Each has to be met, by one of its values; "-" turns it round.  It is asked
 * when the event is promised, of the record as it is then.  Events that are
 * about nothing of the kind are not told.
 */
#define WEBHOOK_FILTER_MAX 1000 /* bytes, as kept */

/* What is given of one; NULL, or below 0: not (kept as it is). */
struct webhook_set {
	const char *name, *url, *events, *filter, *body_template;
	int kind, is_private;
	/*
	 * Standard: the key (see standard_webhook.h); without it a new one is
	 * made.  Kestra: the value of the header Authorization.
	 */
	const char *secret;
};
/*
 * secret: the one to be shown, this once; "" when it has none.
 * OD_EDATA: an address or a name that cannot be; OD_ECONFLICT: the name is
 * taken; OD_ELIMIT.  A token needs webhook.register for both.
 */
int webhook_new(struct desk *d, const struct webhook_set *in, int64_t *id,
    char secret[WEBHOOK_SECRET_MAX], struct err *err);
int webhook_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct webhook_set *in, struct err *err);
/* Switched on it is told of what happens from now on. */
int webhook_switch(
    struct desk *d, int64_t id, int64_t seen_version, bool on, struct err *err);
int webhook_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int webhook_restore(struct desk *d, int64_t id, struct err *err);
/* The one before signs too for WEBHOOK_ROTATION_DAYS.  Standard ones only. */
int webhook_rotate(struct desk *d, int64_t id, char secret[WEBHOOK_SECRET_MAX],
    struct err *err);

/* Promise it the event "webhook.test". */
int webhook_test(struct desk *d, int64_t id, struct err *err);
/*
 * Its dead letters are due again, as they were: that of one row of the outbox,
 * or all (0) that were given up at from_us or later.
 */
int webhook_replay(struct desk *d, int64_t id, int64_t outbox_id,
    int64_t from_us, int64_t *count, struct err *err);

struct webhook_attempt {
	int64_t id, webhook_id, outbox_id, at_us, took_us;
	char webhook[65], event[65];
	int attempt, status;            /* 0: no answer */
	char error[513], response[257]; /* safe to show */
};
void webhook_attempt_json(
    const struct webhook_attempt *a, struct json_out *out);
/* Newest first, of one or of all (0). */
int webhook_attempts(struct desk *d, int64_t webhook_id, int64_t before_id,
    int limit, struct webhook_attempt **rows, size_t *count, struct err *err);

/* ---- for the daemon, as the system; its committer ---- */

/*
 * The address that the configuration has for a kind, slack or kestra: where no
 * webhook of the acting tenant goes there, that of the kind's name is given
 * it, or is made: slack for sessions that are escalated, kestra for all of
 * sessions, both to be changed as any other.  One in the trash stays there.
 * *changed: made, or another address.
 */
int webhook_from_conf(struct desk *d, enum webhook_kind kind, const char *url,
    bool *changed, struct err *err);

/*
 * Promise each webhook the events that it was not asked about yet, of every
 * tenant, so many at once; *more: there are more.  In a batch.
 */
int webhook_fan_out(struct desk *d, bool *more, int *promised, struct err *err);

/* Where a row of the outbox goes, opened.  Wiped by webhook_target_clear. */
struct webhook_target {
	int64_t id, tenant_id;
	enum webhook_kind kind;
	enum webhook_state state;
	bool is_deleted, is_private;
	char lang[8]; /* the tenant's */
	char url[WEBHOOK_URL_MAX + 1];
	char authorization[WEBHOOK_SECRET_MAX * 4]; /* "" none */
	struct webhook_key keys[2];
};
/* OD_ENOTFOUND when it is gone for good; OD_EDATA: it does not open. */
int webhook_target(struct desk *d, int64_t tenant_id, int64_t id,
    struct webhook_target *out, struct err *err);
void webhook_target_clear(struct webhook_target *t);
/* The event's name and the bytes that are sent, within an intent. */
void webhook_intent(const char *intent, char event[65], const char **body);

enum webhook_end { WEBHOOK_TOOK_IT, WEBHOOK_FAILED, WEBHOOK_SAID_GONE };
struct webhook_went {
	int64_t outbox_id, took_us;
	const char *event, *error, *response;
	int attempt, status;
	enum webhook_end end;
};
/*
 * Keep an attempt and what it says of the webhook.  *ended: it was switched
 * off now, which is an event too (webhook.disabled).
 */
int webhook_note(struct desk *d, int64_t tenant_id, int64_t id,
    const struct webhook_went *went, bool *ended, struct err *err);

#endif
