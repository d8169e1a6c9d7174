/*
 * leads - sales opportunities: what somebody could buy, where it came up, whose
 * it is and when something is to be done about it next.
 *
 * What is overdue comes first; a lead without a next step is behind all that
 * have one.
 */
#ifndef DB_RECORDS_LEADS_H
#define DB_RECORDS_LEADS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/calls.h"
#include "db/records/page.h"

enum lead_status { /* stored */
	LEAD_QUALIFIED = 0,
	LEAD_NEEDS_EXPERT = 1,
	LEAD_CLOSED = 2,
	LEAD_STATUS_COUNT
};
extern const char *const lead_status_names[]; /* NULL-ended */

#define LEAD_PROBLEM_MAX 2000	   /* bytes */
#define LEAD_NEVER	 INT64_MAX /* next_us: no next step */

struct lead {
	int64_t id, version, created_at, updated_at;
	int64_t deleted_at; /* 0: it is not in the trash */
	enum lead_status status;
	int64_t contact_id, operator_id, team_id, operator_team_id;
	/* Where it came up; 0: nowhere of that kind. */
	int64_t call_id, conversation_id, ticket_id, ticket_number;
	int64_t next_us; /* LEAD_NEVER: nothing is to be done */
	char problem_statement[LEAD_PROBLEM_MAX + 1]; /* may have lines */
	char contact_name[201], operator_login[64], operator_name[201];
	char team_name[201], call_name[33];
};

struct lead_new {
	const char *problem_statement;
	enum lead_status status;
	/* 0: the one that the call, the conversation or the ticket has */
	int64_t contact_id;
	int64_t operator_id, team_id; /* both 0: who acts */
	int64_t call_id, conversation_id, ticket_id;
	int64_t next_us; /* 0 or LEAD_NEVER: nothing is to be done */
};
/*
 * OD_EDATA: no problem; OD_ENOTFOUND, OD_EDENIED: a record that it refers to
 * is not there, or not the actor's to read.
 */
int lead_new(
    struct desk *d, const struct lead_new *in, int64_t *id, struct err *err);
/*
 * status, problem_statement, contact_id, operator_id, team_id, call_id,
 * conversation_id, ticket_id, next_us (null: nothing is to be done).  One that
 * is closed by it is closed as lead.close.
 */
int lead_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* To the trash, and out of it again. */
int lead_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err);
int lead_restore(struct desk *d, int64_t id, struct err *err);

/* Also one that is in the trash. */
int lead_get(struct desk *d, int64_t id, struct lead *out, struct err *err);

enum lead_view {
	LEADS_OPEN, /* not closed */
	LEADS_MINE, /* those of who acts */
	LEADS_ALL,
	LEADS_TRASH,
	LEAD_VIEW_COUNT
};
extern const char *const lead_view_names[]; /* NULL-ended */

#define LEAD_NAMES_MAX	16
#define LEAD_WORDS_SIZE 512
struct lead_names { /* none of them, and not or_none: any */
	int64_t ids[LEAD_NAMES_MAX];
	size_t count;
	bool or_none; /* or it has none */
};

struct lead_filter {
	enum lead_view view;
	int status;	   /* -1: any */
	unsigned statuses; /* a bit for each that is meant; 0: any */
	int64_t operator_id, contact_id;
	struct lead_names owners, teams;
	/* The next step and when it was made, in [from, to); 0: any. */
	int64_t next_from_us, next_to_us, from_us, to_us;
	/* Folded, a line each: each stands in the problem or in the contact's
	 * name. */
	char words[LEAD_WORDS_SIZE];
	char contact[201]; /* folded; stands in the contact's name */
	int64_t call_id, conversation_id, ticket_id;
	const char *crm_id; /* of the contact; NULL: any */
	/*
	 * Not 0: whatever changed since, closed and deleted ones too, whatever
	 * the view; in the order of their changes.
	 */
	int64_t updated_since_us;
};
/* The key that a page of this filter goes on with. */
int64_t lead_page_key(const struct lead_filter *f, const struct lead *l);
/*
 * lead_where.c: what a person writes to narrow the list down, as that of
 * tickets.  There are state, owner, team, contact, next (its step), created
 * and is (overdue, mine, unassigned, any), in either language, and words.
 * What f had before stays, but that a view of open leads becomes one of all
 * where closed ones are asked for.  OD_EDATA names what is not understood.
 */
int lead_where(struct desk *d, const char *text, struct lead_filter *f,
    struct err *err);
/*
 * What is due first comes first, by next_us and id; the trash by when it was
 * deleted.  A page may be read backwards, without a row from the end; its rows
 * are in the same order.  The caller frees rows.
 */
int lead_list(struct desk *d, const struct lead_filter *f,
    const struct page *page, struct lead **rows, size_t *count,
    struct err *err);
/* How many there are, at most cap, which is 1 to 1000. */
int lead_count(struct desk *d, const struct lead_filter *f, int cap,
    int64_t *count, struct err *err);
/*
 * Which calls were about it, the newest first, at most so many: those of its
 * contact that are linked to it, and the one in which it came up.  Calls that
 * the actor may not read are left out.  Free with call_list_free.
 */
int lead_calls(struct desk *d, const struct lead *l, int most,
    struct call **rows, size_t *count, struct err *err);
void lead_json(const struct lead *l, struct json_out *out);

#endif
