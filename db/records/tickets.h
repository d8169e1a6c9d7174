/*
 * tickets - the help desk's work, numbered per tenant.
 *
 * Screens, command line and API name a ticket by its number; id stays inside.
 */
#ifndef DB_RECORDS_TICKETS_H
#define DB_RECORDS_TICKETS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"
#include "db/records/ticket_reply.h"
#include "db/records/ticket_where.h"

enum ticket_state { /* stored; below TICKET_SOLVED is active */
	TICKET_NEW = 0,
	TICKET_OPEN = 1,
	TICKET_WAITING = 2,
	TICKET_SOLVED = 3,
	TICKET_CLOSED = 4,
	TICKET_MERGED = 5,
	TICKET_STATE_COUNT
};
extern const char *const ticket_state_names[]; /* "new"... NULL-ended */

enum ticket_source { /* stored */
	SOURCE_DESK = 0,
	SOURCE_WHATSAPP = 1,
	SOURCE_TELEGRAM = 2,
	SOURCE_WEB = 3,
	SOURCE_MAIL = 4,
	SOURCE_CALL = 5,
	SOURCE_API = 6,
	SOURCE_AGENT = 7,
};
extern const char *const ticket_source_names[];

#define TICKET_UNTIL_REPLY INT64_MAX

struct ticket {
	int64_t id, version, number, created_at, updated_at, deleted_at;
	int64_t contact_id, company_id, conversation_id, operator_id, team_id;
	int64_t operator_team_id; /* the one that its operator is in */
	int64_t solved_us, closed_us, waiting_until_us, merged_into;
	int64_t due_us;  /* INT64_MAX: never */
	int64_t warn_us; /* when 75 % of that are over; 0: they are */
	/* 0: it does not sleep; TICKET_UNTIL_REPLY: it has no time to wake. */
	int64_t snoozed_until_us;
	bool snooze_until_reply;
	enum ticket_state state;
	enum ticket_source source;
	int64_t status_id; /* 0: the default label of its state */
	int priority; /* 1 very low .. 5 urgent */
	int urgency, impact; /* 1..5 */
	/* Filled by who asks for them (checklists.h, ticket_times.h). */
	int checks, checks_done;
	int64_t worked_us;
	char category_name[65]; /* ticket_category_names in ticket_form.h */
	char subject[201], category[65], tags[201], external_id[129];
	char status[41]; /* the tenant's label of its state */
	char priority_reason[201]; /* "": it follows urgency and impact */
	char contact_name[201], company_name[201], operator_login[64],
	    operator_name[201], team_name[201];
	char *description;    /* owned */
	char *waiting_reason; /* owned */
};
void ticket_clear(struct ticket *t);
void ticket_list_free(struct ticket **rows, size_t count);
void ticket_json(const struct ticket *t, struct json_out *out);

/* Priority from urgency and impact, 1..5 each (the 5x5 matrix). */
int ticket_priority(int urgency, int impact);

/* A value for a field of the tenant's, as it was typed; "" is none. */
struct ticket_given {
	const char *key, *value; /* borrowed */
};

struct ticket_new {
	const char *subject, *description, *category, *tags, *external_id;
	const struct ticket_given *given; /* borrowed; see ticket_form.h */
	size_t given_count;
	int urgency, impact; /* 0: 3 */
	/* 0: what those two give; another one needs its reason. */
	int priority;
	const char *priority_reason;
	enum ticket_source source;
	int64_t contact_id, company_id, conversation_id, operator_id, team_id;
	int64_t call_id; /* is about it from then on, with a link; 0: none */
};
/* OD_EDENIED when the actor may not link that call; then there is no ticket. */
int ticket_new(struct desk *d, const struct ticket_new *in, int64_t *id,
    int64_t *number, struct err *err);
/*
 * From a conversation: subject and description from its newest messages,
 * contact, company, owner and link in the same transaction.  OD_ECONFLICT
 * when it already has a live ticket (the sentence names it).
 */
int ticket_from_conversation(struct desk *d, int64_t conversation_id,
    const char *subject /* NULL: made */, int64_t *id, int64_t *number,
    struct err *err);
/*
 * subject, description, priority, priority_reason, urgency, impact, category,
 * tags, external_id, contact_id, company_id; any other column is OD_EDATA.
 * Priority follows urgency and impact unless it is given, and another one
 * than theirs needs its reason; the company follows the contact unless it is
 * given.  A category is a free word until the tenant has declared some: then
 * it is the key or the name of one of them.
 */
int ticket_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/*
 * Illegal moves (to or from merged, from the trash, back to new) are
 * OD_ECONFLICT.  The reason (a line) and time count for TICKET_WAITING only;
 * solved and closed times are kept here.  It gets the state's default label;
 * see ticket_set_status for others.  OD_EDATA: a person ends it, and fields
 * that are required have no value yet.
 */
int ticket_set_state(struct desk *d, int64_t id, int64_t seen_version,
    enum ticket_state state, const char *waiting_reason,
    int64_t waiting_until_us, struct err *err);
int ticket_assign(struct desk *d, int64_t id, int64_t seen_version,
    int64_t operator_id, int64_t team_id, const char *note, struct err *err);
int ticket_delete(struct desk *d, int64_t id, int64_t seen_version,
    struct err *err);
int ticket_restore(struct desk *d, int64_t id, struct err *err);

int ticket_get(struct desk *d, int64_t id, struct ticket *out,
    struct err *err);
/* Deleted ones too; the caller looks at deleted_at. */
int ticket_by_number(struct desk *d, int64_t number, struct ticket *out,
    struct err *err);

enum ticket_view {
	TICKETS_ACTIVE,
	TICKETS_MINE,
	TICKETS_UNASSIGNED,
	TICKETS_TEAM,
	TICKETS_ALL,
	TICKETS_TRASH,
	TICKET_VIEW_COUNT
};
extern const char *const ticket_view_names[];

enum ticket_sort {
	TICKETS_BY_CHANGE,   /* the newest change first */
	TICKETS_BY_CREATION, /* the newest ticket first */
	TICKETS_BY_PRIORITY, /* urgent first, then the oldest change */
	TICKETS_BY_DUE,	     /* what breaks its promise soonest first */
	TICKET_SORT_COUNT
};
extern const char *const ticket_sort_names[]; /* "changed"... NULL-ended */
/*
 * "priority", or "-priority" for the other way round; "" is by change.  False
 * for anything else.
 */
bool ticket_sort_parse(const char *text, enum ticket_sort *sort,
    bool *reversed);

struct ticket_filter {
	enum ticket_view view;
	int state;	     /* -1: any */
	int64_t contact_id;  /* 0: any */
	int64_t updated_since_us; /* 0: any; includes deleted ones */
	const char *match;   /* "" or a search */
	/* NULL, or what else they have to be; borrowed.  Its words are
	 * searched for when match is "". */
	const struct ticket_where *where;
	enum ticket_sort sort; /* of what is not searched for */
	bool is_reversed;
	bool with_sleeping; /* else an active view leaves out those that sleep */
};
/*
 * Keyset by the order's key (ticket_sort_key) and id; with a search the newest
 * ticket first, and after_id alone says where to go on.  A filter that asks
 * for finished or deleted tickets, or for those that sleep, finds them in any
 * view.
 */
int64_t ticket_sort_key(const struct ticket *t, enum ticket_sort sort);
/* The id just before this one among rows of the same key. */
int64_t ticket_sort_above(const struct ticket_filter *f, int64_t id);
/* Whether it is a search, by match or by the words of where. */
bool ticket_filter_searches(const struct ticket_filter *f);
int ticket_list(struct desk *d, const struct ticket_filter *f,
    const struct page *page, struct ticket **rows, size_t *count,
    struct err *err);
int ticket_count(struct desk *d, const struct ticket_filter *f, int cap,
    int *count, struct err *err);
/*
 * The same in a short time, however many there are: conditions that no index
 * serves are asked of the newest only.  is_least: cap was reached, or there
 * may be more among the others.
 */
int ticket_count_soon(struct desk *d, const struct ticket_filter *f, int cap,
    int *count, bool *is_least, struct err *err);

enum comment_kind { COMMENT_REPLY = 0, COMMENT_NOTE = 1 }; /* stored */
struct ticket_comment {
	int64_t id, ticket_id, operator_id, at_us;
	int64_t held_until_us; /* see REPLY_HOLD_US; 0: it never waited */
	enum comment_kind kind;
	enum reply_way way;   /* how a reply of ours left */
	enum reply_went went; /* and how far it came */
	char author[201];
	char problem[513]; /* why it did not come further, or "" */
	char *body; /* owned */
};
int ticket_comment(struct desk *d, int64_t ticket_id, enum comment_kind kind,
    const char *body, int64_t *id, struct err *err);
int ticket_comments(struct desk *d, int64_t ticket_id,
    struct ticket_comment **rows, size_t *count, struct err *err);
void ticket_comments_free(struct ticket_comment **rows, size_t count);
void ticket_comment_json(const struct ticket_comment *c,
    struct json_out *out);

#endif
