/*
 * calls - a call from its first ring to the disposition that closes it.
 *
 * What can happen to a call is call_machine.h's table.  Each change closes an
 * interval of the call and one of its operator and begins the next, at the
 * operation's time or, where a clock was set back, where the last one began;
 * sums are made from the intervals when it ends.
 *
 * An operator has one call at a time.  A person who starts another one is told
 * so; when an exchange says that he has another one, the one before is over.
 * What an exchange says twice, late or in another order is no error: what
 * happened already, or cannot happen any more, changes nothing.
 */
#ifndef DB_RECORDS_CALLS_H
#define DB_RECORDS_CALLS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/call_machine.h"
#include "db/records/page.h"

enum call_direction { CALL_IN = 0, CALL_OUT = 1 }; /* stored */
extern const char *const call_direction_names[];   /* NULL-ended */

enum call_consent { /* stored: to being recorded */
	CONSENT_NOT_ASKED = 0,
	CONSENT_YES = 1,
	CONSENT_ANNOUNCED = 2,
	CONSENT_REFUSED = 3,
	CONSENT_COUNT
};
extern const char *const call_consent_names[]; /* NULL-ended */

#define CALL_NOTES_MAX 16384 /* bytes */

struct call {
	int64_t id, version, created_at, updated_at;
	enum call_direction direction;
	enum call_state state;
	int64_t contact_id, operator_id, team_id, operator_team_id;
	int64_t ticket_id, ticket_number, conversation_id, session_id;
	int64_t callback_id, disposition_id;
	int64_t lead_id; /* what it was about; 0: none, or not there any more */
	int64_t started_us, answered_us, ended_us, wrapped_us; /* 0: not yet */
	int64_t wrap_until_us; /* 0: not in wrap-up yet */
	bool wrap_extended;
	int64_t state_us; /* since when it is in its state */
	/* Sums of intervals that have ended. */
	int64_t ring_us, talk_us, hold_us, wrap_us;
	int64_t sale_cents;
	enum call_consent consent;
	int64_t consent_us;
	bool is_sale; /* its disposition is one */
	char name[33];
	char provider[33], provider_call[129], extension[33];
	char number[65], number_folded[CALL_NUMBER_SIZE];
	char currency[4], disposition[9], label_es[41], label_en[41];
	char contact_name[201], operator_login[64], operator_name[201];
	char team_name[201], session_name[33], transferred_to[201];
	char *notes;         /* owned */
	char *stop_override; /* owned: why it was called all the same, or "" */
};
void call_clear(struct call *c);
void call_list_free(struct call **rows, size_t count);
void call_json(const struct call *c, struct json_out *out);

/* ---- who is it ---- */

struct call_who { /* for the screen, before and while it rings */
	char number_folded[CALL_NUMBER_SIZE]; /* "" without a number */
	int64_t contact_id; /* 0: nobody has that number: propose a contact */
	char contact_name[201], company_name[201];
	int64_t calls, conversations, open_tickets; /* of the contact */
	int64_t last_call_us;                       /* 0: never */
	bool stopped;                               /* not to be called */
	int64_t stopped_at_us, stopped_until_us;    /* 0: for ever */
	char stopped_reason[201];
};
/* By number; contact_id not 0: of that contact, number may be NULL. */
int call_who(struct desk *d, const char *number, int64_t contact_id,
    struct call_who *out, struct err *err);
void call_who_json(const struct call_who *w, struct json_out *out);

/* ---- what happens ---- */

struct call_new {
	enum call_direction direction;
	const char *number;  /* NULL: the contact's */
	int64_t contact_id;  /* 0: who has the number */
	int64_t operator_id; /* 0: who has the extension, else who acts */
	const char *extension, *provider, *provider_call; /* NULL: "" */
	int64_t ticket_id, conversation_id, session_id, callback_id;
	const char *stop_override; /* NULL: a stopped number is refused */
	bool rings;    /* nobody has answered yet; else it is talked at once */
	bool reported; /* by an exchange: it is so whatever we think */
};
/*
 * *again (may be NULL): that provider_call was started before; *id is it, and
 * what was not known of it is filled in.
 * OD_EDENIED: the number is stopped; the sentence says why and since when.
 * OD_ECONFLICT: the operator is at another call.  OD_EDATA: no number.
 */
int call_start(struct desk *d, const struct call_new *in, int64_t *id,
    bool *again, struct err *err);

/*
 * A person's: what happened already is no error, what cannot is OD_ECONFLICT.
 * Answering a call that nobody has takes it.
 */
int call_answer(struct desk *d, int64_t id, struct err *err);
int call_hold(struct desk *d, int64_t id, struct err *err);
int call_resume(struct desk *d, int64_t id, struct err *err);
/* The talk is over; wrap-up begins. */
int call_end(struct desk *d, int64_t id, struct err *err);
/* Once: some more time to wrap it up.  OD_ECONFLICT the second time. */
int call_extend(struct desk *d, int64_t id, struct err *err);
/* Noted; the call goes on until it ends.  to: a name or number. */
int call_transfer(struct desk *d, int64_t id, const char *to, struct err *err);
int call_consent_set(
    struct desk *d, int64_t id, enum call_consent consent, struct err *err);

/* So that the sum of any number of them that there will be has room. */
#define CALL_SALE_CENTS_MAX INT64_C(1000000000000)

struct call_close {
	int64_t seen_version;    /* 0: no guard */
	const char *disposition; /* key or hot key; NULL: none, if allowed */
	int64_t sale_cents;	 /* 0 to CALL_SALE_CENTS_MAX */
	const char *currency; /* NULL: the tenant's */
	const char *notes;    /* NULL: as they are */
	int64_t callback_us;  /* for one that asks for a callback; 0: none */
	bool callback_pool;   /* any of the team may do it */
	const char *callback_note; /* NULL: "" */
};
/*
 * Ends the wrap-up with a disposition; of a call that has ended it sets it, or
 * another one.  One that says so puts the number on the list of those not to
 * be called, and makes a callback.  Undo takes disposition, sale, notes, list
 * and callback back; the call stays ended.
 * OD_ECONFLICT: it goes on.  OD_EDATA: a disposition is needed; a sale without
 * amount is allowed, an amount without a sale is not.
 */
int call_close(
    struct desk *d, int64_t id, const struct call_close *in, struct err *err);
int call_notes_set(struct desk *d, int64_t id, int64_t seen_version,
    const char *notes, struct err *err);

struct call_links { /* 0: as it is; below 0: none any more */
	int64_t contact_id, ticket_id, conversation_id, session_id, lead_id;
};
/* OD_ENOTFOUND when there is none of them here. */
int call_link(struct desk *d, int64_t id, const struct call_links *links,
    struct err *err);

/*
 * By an exchange, of the call it started.  One that we never heard of is kept
 * as ended, so that its start coming later does not go on for ever.
 */
int call_report(struct desk *d, const char *provider_call,
    enum call_event event, int64_t *id, struct err *err);

/* ---- reading ---- */

int call_get(struct desk *d, int64_t id, struct call *out, struct err *err);
/* By its name, or its first characters when they are only one's. */
int call_by_name(
    struct desk *d, const char *name, struct call *out, struct err *err);
int call_by_provider(struct desk *d, const char *provider_call,
    struct call *out, struct err *err);
/* The one that an operator is at (0: who acts); OD_ENOTFOUND. */
int call_current(
    struct desk *d, int64_t operator_id, struct call *out, struct err *err);

enum call_view {
	CALLS_ALL,
	CALLS_MINE,
	CALLS_OPEN,     /* somebody is at it, or it rings for nobody */
	CALLS_UNCLOSED, /* ended without a disposition */
	CALLS_SALES,
	CALL_VIEW_COUNT
};
extern const char *const call_view_names[]; /* NULL-ended */

struct call_filter {
	enum call_view view;
	int state, direction; /* -1: any */
	int64_t contact_id, operator_id, team_id, disposition_id, ticket_id;
	int64_t conversation_id;
	int64_t lead_id; /* no index has it: a contact_id beside it helps */
	int64_t from_us, to_us; /* started in [from, to); 0: any */
	const char *number;     /* NULL: any; folded here */
	bool talked;            /* only those that were answered */
	/* Only those that nobody had, of no team, with no disposition yet. */
	bool no_operator, no_team, no_disposition;
	bool counted; /* only those that call_figures counts for the actor */
};
/* -1 and 0 everywhere. */
extern const struct call_filter call_filter_any;
/* The newest first; page by started_us and id. */
int call_list(struct desk *d, const struct call_filter *f,
    const struct page *page, struct call **rows, size_t *count,
    struct err *err);

struct call_interval {
	enum call_state state;
	int64_t begun_us, ended_us; /* 0: it goes on */
};
/* Oldest first; the caller frees rows. */
int call_intervals(struct desk *d, int64_t id, struct call_interval **rows,
    size_t *count, struct err *err);

/*
 * How the call came to be what it is, line by line, in the language that _()
 * speaks: each interval, the sums and from which intervals they are.
 */
int call_explain(struct desk *d, int64_t id, struct str *out, struct err *err);

#endif
