/*
 * session - a guide being walked: which step stands, its words with the values
 * of this customer, where an answer leads, what the second line gets to read.
 *
 * The glue of kb/guide_walk (pure) and db/records/guide_sessions (the record,
 * whose permissions and conflicts these functions hand on).  The desk's thread.
 */
#ifndef KB_SESSION_H
#define KB_SESSION_H

#include "common/json.h"
#include "db/records/guide_sessions.h"
#include "kb/guide.h"

#define SESSION_TRAIL_MAX 64

/* A session with all that is shown of it. */
struct session {
	struct guide_session s;
	enum lang lang;
	struct guide_file *file; /* owned; the version that it began with */
	const struct guide *guide;
	struct guide_step_row *rows; /* owned; what was done in it */
	size_t count;
	int64_t trail[SESSION_TRAIL_MAX]; /* steps up to the present one */
	size_t trail_count;
	struct json *given;              /* owned; values filled in; NULL */
	char *known[GUIDE_SOURCE_COUNT]; /* owned; what the desk knows; "" */
};
/*
 * OD_EDATA: its version of the guide cannot be read any more; the session can
 * still be ended.
 */
int session_open(
    struct desk *d, int64_t id, struct session *out, struct err *err);
int session_open_name(
    struct desk *d, const char *name, struct session *out, struct err *err);
void session_close(struct session *s);

/* The present step; NULL at an end. */
const struct guide_step *session_step(const struct session *s);
/* A variable's value, "" for none. */
const char *session_value(
    const struct session *s, const struct guide_variable *v);
/*
 * Append a text of the guide with its values; what has none yet stands there
 * as its description in brackets, for operators.
 */
void session_fill(const struct session *s, const char *text, struct str *out);
/*
 * Append the present step as the customer reads it.  OD_EDATA: a value that it
 * needs was not filled in (the sentence says which).
 */
int session_text(const struct session *s, struct str *out, struct err *err);
/* Append the title that the guide has in the session's language. */
void session_title(const struct session *s, struct str *out);
/* Append path, answers, values and times as the second line reads them. */
void session_report(const struct session *s, struct str *out);

/* As the API and --json show it. */
void session_json(const struct session *s, struct json_out *out);
/* Members only, inside an open object. */
void session_members(const struct session *s, struct json_out *out);
/* Just the present step, or null, under a name. */
void session_step_json(
    const struct session *s, const char *name, struct json_out *out);

/* ---- starting ---- */

/* Guides that a text could mean, the best first. */
#define SESSION_CANDIDATES 5
struct session_candidate {
	int64_t knowledge_id;
	char topic[65], title[201];
	int64_t score; /* thousandths */
	char why[301]; /* words that decided, separated by commas */
};
/*
 * All that the matcher thinks possible, at most SESSION_CANDIDATES, below the
 * threshold too; *threshold is the tenant's.
 */
int session_candidates(struct desk *d, const char *text,
    struct session_candidate out[SESSION_CANDIDATES], size_t *count,
    int64_t *threshold, struct err *err);

struct session_begin {
	const char *topic; /* NULL: found from the problem */
	/* With a topic that was found before: how, as it is kept. */
	int64_t score;       /* thousandths; 0: it was chosen by hand */
	const char *matched; /* JSON of what else stood there, and why; NULL */
	const char *problem; /* as it was described */
	const char *lang;    /* NULL: the contact's, else the tenant's */
	int64_t threshold;   /* below 0: the tenant's */
	enum guide_walker walker;
	int64_t ticket_id, conversation_id, contact_id;
	const char *call_name, *external_ticket, *customer_name,
	    *customer_email; /* NULL: none */
};
/*
 * OD_ENOTFOUND: no guide passes the threshold (the sentence names the nearest
 * one), or there is no published one of that topic.
 */
int session_begin(struct desk *d, const struct session_begin *in, int64_t *id,
    struct err *err);

/* ---- going on ---- */

struct session_reply {
	enum path_action action; /* yes, no, skipped, back, restarted */
	int64_t step;            /* the one it is about; 0: the present */
	int64_t seen_version;    /* 0: no guard */
	const char *notes;
	bool by_customer;
};
/* As guide_session_answer. */
int session_reply(struct desk *d, int64_t id, const struct session_reply *in,
    bool *again, struct err *err);

/* An end that somebody decides, with its report; as guide_session_finish. */
int session_finish(struct desk *d, int64_t id, enum guide_session_state state,
    int64_t seen_version, const char *notes, struct err *err);

/*
 * Values by their names; "" takes one away.  OD_EDATA: the guide has no such
 * variable, or the value is not of its type.
 */
struct session_given {
	const char *name, *value;
};
int session_give(struct desk *d, int64_t id, int64_t seen_version,
    const struct session_given *given, size_t count, struct err *err);

/*
 * Send the present step through the session's conversation, with buttons where
 * a customer walks it, else by mail to the customer's address.  OD_ECONFLICT:
 * there is neither.
 */
int session_send(struct desk *d, int64_t id, struct err *err);

/* ---- what a customer answers with ---- */

enum session_button {
	SESSION_BUTTON_YES,
	SESSION_BUTTON_NO,
	SESSION_BUTTON_PERSON,
	SESSION_BUTTONS
};
/* "guide:1f0c9a2b:3:yes": of which session and step it is an answer. */
void session_button_id(
    const struct session *s, enum session_button button, char out[48]);
const char *session_button_title(enum lang lang, enum session_button button);

#endif
