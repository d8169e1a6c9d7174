/*
 * replies - canned replies: texts that are written again and again.
 *
 * One belongs to an operator, to a team, or to the whole tenant (neither).  An
 * operator's own are seen by that operator alone, but for who may read
 * everybody's (an administrator, to put in order what somebody left behind).
 */
#ifndef DB_RECORDS_REPLIES_H
#define DB_RECORDS_REPLIES_H

#include "common/json.h"
#include "db/core/desk.h"

#define REPLIES_MAX 1000 /* rows that a list has at most */

struct reply {
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t operator_id, team_id; /* 0, 0: the whole tenant's */
	char operator_login[64], team_name[201];
	char title[121], shortcut[33];
	char lang[3]; /* "": any */
	char *body;   /* owned */
	char *folded; /* owned; title, shortcut and body, to be found by */
};
void reply_clear(struct reply *r);
void reply_list_free(struct reply **rows, size_t count);
void reply_json(const struct reply *r, struct json_out *out);

struct reply_new {
	const char *title, *body;
	const char *shortcut, *lang;  /* NULL: none */
	int64_t operator_id, team_id; /* at most one of them; 0, 0: for all */
};
/* OD_EDENIED for those of others, as far as the role reaches. */
int reply_new(
    struct desk *d, const struct reply_new *in, int64_t *id, struct err *err);
/* title, shortcut, lang, body. */
int reply_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int reply_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int reply_get(struct desk *d, int64_t id, struct reply *out, struct err *err);
/*
 * By title, at most REPLIES_MAX: those in which every word of match is, in
 * title, shortcut or body, however they are accented ("" : all).  at_hand:
 * only what the actor writes with: the own ones, the team's, the tenant's.
 */
int reply_list(struct desk *d, const char *match, bool at_hand,
    struct reply **rows, size_t *count, struct err *err);

/* What stands for {{contact.name}} and so on; NULL or "": not known. */
enum reply_variable {
	REPLY_CONTACT_NAME,
	REPLY_COMPANY_NAME,
	REPLY_TICKET_NUMBER,
	REPLY_TICKET_SUBJECT,
	REPLY_OPERATOR_NAME,
	REPLY_VARIABLE_COUNT
};
extern const char *const reply_variables[]; /* "contact.name"...; NULL-ended */
struct reply_values {
	char of[REPLY_VARIABLE_COUNT][201]; /* "": not known */
};
/*
 * As far as the actor may read it: of a ticket (RECORD_TICKET) or of a
 * conversation and its ticket (RECORD_CONVERSATION).  A contact that is known
 * by a number alone has no name.
 */
int reply_values_read(struct desk *d, enum record_kind kind, int64_t id,
    struct reply_values *out, struct err *err);
/*
 * Append body with every variable that has a value; what has none, or is no
 * variable, stays as it is written.  Values are not looked into again.
 */
void reply_fill(const char *body,
    const char *const values[REPLY_VARIABLE_COUNT], struct str *out);
void reply_fill_from(
    const char *body, const struct reply_values *values, struct str *out);
/* The first {{...}} of text, NULL when there is none; *end is behind it. */
const char *reply_variable_next(const char *text, const char **end);
/*
 * The names that stand in text as {{name}}, each once, as "{{a}}, {{b}}";
 * false when there is none.  *at: where the first is.
 */
bool reply_unfilled(const char *text, size_t *at, struct str *names);

#endif
