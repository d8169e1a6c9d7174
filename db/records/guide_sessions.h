/*
 * guide_sessions - a guide walked with a customer, step by step.
 *
 * A session keeps the version of the guide that it began with.  What is done
 * in it is its path, one row each; which step follows is the caller's to know
 * (kb/session.h), and is checked here against what stands: who answers a step
 * that was answered meanwhile is told so, and the same answer once more is no
 * second one.  Outside, a session is called by its name.
 */
#ifndef DB_RECORDS_GUIDE_SESSIONS_H
#define DB_RECORDS_GUIDE_SESSIONS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

enum guide_session_state { /* stored; below SESSION_RESOLVED it goes on */
	SESSION_ACTIVE = 0,
	SESSION_PAUSED = 1,
	SESSION_RESOLVED = 2,
	SESSION_ESCALATED = 3,
	SESSION_ABANDONED = 4,
	SESSION_STATE_COUNT
};
extern const char *const guide_session_state_names[]; /* NULL-ended */

enum guide_walker { /* stored: who answers */
	WALKER_OPERATOR = 0,
	WALKER_CUSTOMER = 1,
	WALKER_PROGRAM = 2,
};
extern const char *const guide_walker_names[]; /* NULL-ended */

enum path_action { /* stored: what was done */
	PATH_STARTED = 0,
	PATH_YES = 1,
	PATH_NO = 2,
	PATH_SKIPPED = 3,
	PATH_BACK = 4,
	PATH_RESTARTED = 5,
	PATH_NOTE = 6,
	PATH_SENT = 7,
	PATH_PAUSED = 8,
	PATH_RESUMED = 9,
	PATH_HANDED_OVER = 10,
	PATH_WARNING_READ = 11,
	PATH_RESOLVED = 12,
	PATH_ESCALATED = 13,
	PATH_ABANDONED = 14,
	PATH_FILLED = 15,
	PATH_ACTION_COUNT
};
extern const char *const path_action_names[]; /* NULL-ended */

#define SESSION_NOTES_MAX     4096 /* bytes */
#define SESSION_PROBLEM_MAX   8192
#define SESSION_VARIABLES_MAX 16384
#define SESSION_SCORE         1000 /* a score of 1 */

struct guide_session {
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t knowledge_id, version_id;
	int64_t guide_version; /* the number of that version */
	int64_t step, step_since_us;
	int64_t active_us; /* until step_since_us, without pauses */
	int64_t ended_us;  /* 0: it goes on */
	int64_t operator_id, team_id, operator_team_id;
	int64_t ticket_id, ticket_number, conversation_id, contact_id;
	int64_t score, threshold; /* thousandths */
	int64_t rating;           /* 0: none was given */
	enum guide_walker walker;
	enum guide_session_state state;
	char name[33], lang[9], topic[65], title[201];
	char call_name[65], external_ticket[129];
	char customer_name[201], customer_email[201];
	char operator_login[64], operator_name[201], team_name[201];
	char *problem;   /* owned; as it was described */
	char *matched;   /* owned; JSON of why this guide, "" for chosen */
	char *variables; /* owned; a JSON object, or "" */
};
void guide_session_clear(struct guide_session *s);
void guide_session_list_free(struct guide_session **rows, size_t count);
/* With the names of the API; members only, inside an open object. */
void guide_session_members(const struct guide_session *s, struct json_out *out);
void guide_session_json(const struct guide_session *s, struct json_out *out);

struct guide_session_new {
	int64_t knowledge_id, version_id;
	int64_t step; /* the first */
	const char *lang;
	enum guide_walker walker;
	int64_t operator_id; /* 0: the acting operator, else nobody */
	int64_t ticket_id, conversation_id, contact_id;
	const char *call_name, *external_ticket, *customer_name,
	    *customer_email, *problem, *matched, *variables; /* NULL: "" */
	int64_t score, threshold;
};
/*
 * Contact, ticket and conversation fill in each other where they are not
 * given.  OD_ECONFLICT: a session is walked with that conversation already
 * (the sentence names it).  OD_ENOTFOUND: there is no such guide version,
 * ticket, conversation or contact here.
 */
int guide_session_start(struct desk *d, const struct guide_session_new *in,
    int64_t *id, struct err *err);

int guide_session_get(
    struct desk *d, int64_t id, struct guide_session *out, struct err *err);
/* By its name, or its first characters when they are only one's. */
int guide_session_by_name(struct desk *d, const char *name,
    struct guide_session *out, struct err *err);
/*
 * The one that goes on in a conversation, whoever asks; OD_ENOTFOUND without a
 * sentence.
 */
int guide_session_of_conversation(struct desk *d, int64_t conversation_id,
    struct guide_session *out, struct err *err);

/* ---- what is done in it ---- */

/* What the second line reads: a note on the session's ticket. */
struct session_report {
	const char *subject; /* of the ticket that is opened when it has none */
	const char *note;
};

struct session_answer {
	enum path_action action; /* yes, no, skipped, back or restarted */
	int64_t seen_version;    /* 0: no guard */
	int64_t from_step;       /* where it is answered; 0: no guard */
	int64_t to_step; /* where it goes on; the present one at an end */
	bool may_repeat; /* from_step was named by who answers */
	/* SESSION_ACTIVE: it goes on; SESSION_RESOLVED or SESSION_ESCALATED. */
	enum guide_session_state ends;
	const char *notes; /* a skip needs its reason */
	bool by_customer;
	struct session_report report; /* at an end */
};
/*
 * *again: with may_repeat, that step was given the same answer just before,
 * and nothing was done.  OD_ECONFLICT: it is paused or has ended, or is not at
 * from_step or not of seen_version any more (the sentence says where it is).
 */
int guide_session_answer(struct desk *d, int64_t id,
    const struct session_answer *in, bool *again, struct err *err);

int guide_session_note(struct desk *d, int64_t id, const char *notes,
    bool by_customer, struct err *err);
/* A warning of the present step was read; notes: which. */
int guide_session_warned(
    struct desk *d, int64_t id, const char *notes, struct err *err);
/* Inside a batch with what sends it; how: "conversation", "mail". */
int guide_session_sent(
    struct desk *d, int64_t id, const char *how, struct err *err);
/*
 * The same by mail to the customer's address; OD_ECONFLICT: none is known;
 * OD_EUNAVAIL: no mail leaves from this tenant.
 */
int guide_session_mail(struct desk *d, int64_t id, const char *subject,
    const char *body, struct err *err);
/* variables: the whole JSON object; what changed is for the path. */
int guide_session_fill(struct desk *d, int64_t id, int64_t seen_version,
    const char *variables, const char *what_changed, struct err *err);
/* reason may be NULL. */
int guide_session_pause(struct desk *d, int64_t id, int64_t seen_version,
    const char *reason, struct err *err);
int guide_session_resume(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
/*
 * To an operator, a team, or (both 0) back to nobody.  A person walks it from
 * then on, and it goes on where it is.
 */
struct session_handover {
	int64_t seen_version, operator_id, team_id;
	const char *note;
	bool by_customer;
};
int guide_session_assign(struct desk *d, int64_t id,
    const struct session_handover *in, struct err *err);

/*
 * Ends: resolved and abandoned with a reason that may be NULL; escalated with
 * why.  Resolved and escalated put the report on the ticket; escalated opens
 * one when there is none, and mails it to SETTING_GUIDE_ESCALATIONS if mail
 * leaves from the tenant.
 */
struct session_end {
	enum guide_session_state state;
	int64_t seen_version;
	const char *notes;
	bool by_customer;
	struct session_report report;
};
int guide_session_finish(
    struct desk *d, int64_t id, const struct session_end *in, struct err *err);

struct session_feedback {
	int64_t rating;  /* 1..5 */
	int was_helpful; /* 0, 1, -1: not said */
	const char *text;
};
/* Once: OD_ECONFLICT the second time. */
int guide_session_feedback(struct desk *d, int64_t id,
    const struct session_feedback *in, struct err *err);

/* ---- reading ---- */

struct guide_step_row {
	int64_t id, step, operator_id, begun_us, created_at;
	enum path_action action;
	bool by_customer;
	char operator_name[201];
	char *notes; /* owned */
};
/* What was done in it and not taken back, oldest first. */
int guide_session_steps(struct desk *d, int64_t id,
    struct guide_step_row **rows, size_t *count, struct err *err);
void guide_steps_free(struct guide_step_row **rows, size_t count);
void guide_step_row_json(const struct guide_step_row *r, struct json_out *out);
/*
 * The steps from the first to the present one, without those that were gone
 * back over: at most max, the last ones.  Returns how many; pure.
 */
size_t guide_session_trail(const struct guide_step_row *rows, size_t count,
    int64_t present, int64_t *steps, size_t max);

enum guide_session_view {
	SESSIONS_OPEN,      /* active and paused */
	SESSIONS_MINE,      /* those of them that the actor has */
	SESSIONS_CUSTOMERS, /* those of them that customers walk */
	SESSIONS_ENDED,
	SESSIONS_ALL,
	SESSION_VIEW_COUNT
};
extern const char *const guide_session_view_names[]; /* NULL-ended */

enum guide_rated {
	RATED_ANY,
	RATED_YES,
	RATED_NO,
	RATED_HELPFUL,
	RATED_UNHELPFUL
};

struct guide_session_filter {
	enum guide_session_view view;
	int state;            /* -1: any */
	int64_t knowledge_id; /* 0: any; so are all of these */
	int64_t version_id, ticket_id, conversation_id, contact_id, operator_id;
	int64_t from_us, to_us; /* started in [from, to) */
	int64_t at_step; /* that step is, or was when it ended, the present */
	enum guide_rated rated;
};
/* The newest first; page by created_at and id. */
int guide_session_list(struct desk *d, const struct guide_session_filter *f,
    const struct page *page, struct guide_session **rows, size_t *count,
    struct err *err);

#endif
