/*
 * macros - what is done to a ticket again and again, as one step: a reply, a
 * note, status, fields, tags, who gets it.
 *
 * One belongs to an operator, to a team, or to the whole tenant (neither), as
 * canned replies do.  It may do what its operator may do, and nothing else:
 * every part goes through its own use case.
 */
#ifndef DB_RECORDS_MACROS_H
#define DB_RECORDS_MACROS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/ticket_bulk.h"
#include "db/records/ticket_form.h"

#define MACROS_MAX     500 /* rows that a list has at most */
#define MACRO_ACTS_MAX 32  /* of one */

enum macro_act {
	MACRO_REPLY,       /* text, with variables (see replies.h) */
	MACRO_NOTE,        /* text, with variables */
	MACRO_STATUS,      /* id of a label, or state; text: what for */
	MACRO_CATEGORY,    /* name: its key */
	MACRO_FIELD,       /* name: its key; type; text: the value */
	MACRO_URGENCY,     /* level */
	MACRO_IMPACT,      /* level */
	MACRO_PRIORITY,    /* level; text: why */
	MACRO_TAG,         /* text */
	MACRO_UNTAG,       /* text */
	MACRO_TAKE,        /* by who runs it */
	MACRO_ASSIGN,      /* id of an operator, name: the login */
	MACRO_ASSIGN_TEAM, /* id of a team, name: its name */
	MACRO_RELEASE,
	MACRO_ACT_COUNT
};
extern const char *const macro_act_names[]; /* "reply"... NULL-ended */

struct macro_part {
	enum macro_act act;
	int level; /* 1..5 */
	enum ticket_state state;
	enum ticket_field_type type; /* when the macro was made */
	int64_t id;
	char *text, *name; /* owned; never NULL */
};
void macro_parts_free(struct macro_part **parts, size_t count);
/*
 * A JSON list of objects {"do": "reply", "text": "..."}, as macro_print writes
 * it; an id may be missing where the name tells.  Pure.  OD_EDATA says which
 * of them is wrong.
 */
int macro_parse(const char *actions, struct macro_part **parts, size_t *count,
    struct err *err);
void macro_print(const struct macro_part *parts, size_t count, struct str *out);

struct macro {
	int64_t id, version, created_at, updated_at, deleted_at;
	int64_t operator_id, team_id; /* 0, 0: the whole tenant's */
	char operator_login[64], team_name[201];
	char name[65];
	char bound[33]; /* the key that runs it, as in a keymap; "": none */
	char *actions;  /* owned; JSON */
};
void macro_clear(struct macro *m);
void macro_list_free(struct macro **rows, size_t count);
void macro_json(const struct macro *m, struct json_out *out);

struct macro_new {
	const char *name, *actions;
	const char *bound;            /* NULL: none */
	int64_t operator_id, team_id; /* at most one of them; 0, 0: for all */
};
/*
 * OD_EDENIED for those of others, as far as the role reaches.  OD_EDATA: an
 * action that could not be done on any ticket: no such label, field ...
 * OD_ECONFLICT: another one of the same owner has the key.
 */
int macro_new(
    struct desk *d, const struct macro_new *in, int64_t *id, struct err *err);
/* name, actions, bound. */
int macro_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
int macro_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int macro_get(struct desk *d, int64_t id, struct macro *out, struct err *err);
/*
 * By name.  at_hand: only what the actor works with: the own ones, the team's,
 * the tenant's.
 */
int macro_list(struct desk *d, bool at_hand, struct macro **rows, size_t *count,
    struct err *err);
/*
 * The one at hand that a key runs: the own one, else the team's, else the
 * tenant's.  OD_ENOTFOUND without a sentence when there is none.
 */
int macro_by_key(
    struct desk *d, const char *bound, struct macro *out, struct err *err);

/* ---- on a ticket ---- */

struct macro_line {
	char column[65]; /* of the ticket, or a field's key */
	char label[65];  /* translated, or the tenant's word */
	char *before, *after; /* owned */
};

/* What a macro would change on a ticket as it is now. */
struct macro_plan {
	int64_t macro_id, macro_version, ticket_id, ticket_version, number;
	char name[65];
	struct macro_line *lines; /* owned; only what differs */
	size_t count;
	char *reply, *note; /* owned, filled in; NULL: none */
	/* private */
	struct macro_part *parts; /* owned */
	size_t part_count;
	bool categorized, tagged, moved, assigned, taken;
	int urgency, impact, priority; /* 0: as it is */
	char category[65], tags[201], why[201], waiting[201];
	int64_t status_id, operator_id, team_id;
	enum ticket_state state;
};
void macro_plan_clear(struct macro_plan *p);
bool macro_plan_is_empty(const struct macro_plan *p);
void macro_plan_json(const struct macro_plan *p, struct json_out *out);
/*
 * OD_ECONFLICT, OD_EDATA: why it cannot be run on this ticket: a label,
 * category, field or owner that is no more what it was, or a variable that is
 * not known.
 */
int macro_look(struct desk *d, int64_t id, int64_t ticket_id,
    struct macro_plan *plan, struct err *err);
/*
 * All of it, or nothing, as one step of undo.  seen: what was shown before, or
 * NULL; OD_ECONFLICT when ticket or macro changed since, or when there is
 * nothing to change.  sentence (NULL is fine) gets what undo will call it.
 */
int macro_run(struct desk *d, int64_t id, int64_t ticket_id,
    const struct macro_plan *seen, char sentence[256], struct err *err);
/*
 * On each of at most TICKET_BULK_MAX tickets, all or none; those on which it
 * changes nothing are left alone.
 */
int macro_run_many(struct desk *d, int64_t id, const int64_t *ticket_ids,
    size_t count, char sentence[256], struct err *err);

#endif
