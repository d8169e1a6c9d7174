/*
 * model_tickets - lists of tickets, and everything that changes one.
 *
 * Results of changes are shown as a toast by the model; the callback comes
 * after it and only while the screen that asked is there.
 */
#ifndef TUI_MODEL_MODEL_TICKETS_H
#define TUI_MODEL_MODEL_TICKETS_H

#include "db/records/staff.h"
#include "db/records/ticket_attach.h"
#include "db/records/ticket_bulk.h"
#include "db/records/ticket_form.h"
#include "tui/model/model.h"
#include "tui/model/model_ticket_guard.h"
#include "tui/widgets/w_list.h"

#define TICKET_COUNT_CAP 5000
#define TICKET_MATCH_MAX 1001 /* as much as a saved view keeps */

struct ticket_ask {
	uint64_t turn; /* the screen's own count, comes back */
	enum ticket_view view;
	char match[TICKET_MATCH_MAX]; /* "" or a filter, see ticket_where.h */
	enum ticket_sort sort;
	bool is_reversed;
	bool with_work; /* checks and time worked of each row */
	struct w_list_want want;
	int64_t around_key; /* ticket_sort_key of want.id as last seen */
};

struct ticket_window { /* the answer */
	struct ticket_ask ask;
	struct ticket *rows; /* owned; a callback may take them (set NULL) */
	size_t count;
	bool has_before, has_after;
	int total;     /* counted to TICKET_COUNT_CAP */
	bool is_least; /* there are as many at least */
	/* A filter that is not understood: why; there are no rows then. */
	char wrong[ERR_TEXT_SIZE];
};

typedef void ticket_window_fn(struct screen *s, struct ticket_window *w,
    const struct model_answer *answer);
void model_ticket_window(struct model *m, struct screen *s,
    const struct ticket_ask *ask, ticket_window_fn *fn);

/* What was said on a ticket last, oldest first; the others are not told. */
#define TICKET_PREVIEW_COMMENTS 5
struct ticket_said {
	int64_t id;                      /* the ticket, as given */
	struct ticket_comment *comments; /* owned; a callback may take them */
	size_t count;
};
typedef void ticket_said_fn(struct screen *s, struct ticket_said *said);
/* Nothing is said of one that cannot be read (any more). */
void model_ticket_said(
    struct model *m, struct screen *s, int64_t id, ticket_said_fn *fn);

struct staff_list {
	struct operator* operators; /* owned; enabled ones */
	size_t operator_count;
	struct team *teams; /* owned */
	size_t team_count;
	int64_t context; /* as given */
};
typedef void staff_fn(struct screen *s, const struct staff_list *staff);
/* Operators and teams, to choose from; errors become a toast. */
void model_staff(
    struct model *m, struct screen *s, int64_t context, staff_fn *fn);

enum ticket_act {
	TICKET_ACT_NEW,
	TICKET_ACT_EDIT,
	TICKET_ACT_FIELDS,
	TICKET_ACT_STATE,
	TICKET_ACT_ASSIGN,
	TICKET_ACT_DELETE,
	TICKET_ACT_RESTORE,
	TICKET_ACT_COMMENT,
};

/* A value as it was typed, for a field of the tenant's. */
struct ticket_typed {
	char key[65], value[TICKET_VALUE_MAX + 1];
};

struct ticket_action {
	enum ticket_act act;
	int64_t id, version; /* 0 for a new one */
	int64_t number;      /* for the toast; of a new one it is filled in */
	/* TICKET_ACT_NEW and EDIT; EDIT writes what differs from was_* */
	char subject[201], category[65], tags[201];
	int urgency, impact;
	int priority;      /* 0: what those give; else reason says why */
	char *description; /* taken */
	bool edit_subject, edit_description, edit_category, edit_tags,
	    edit_contact,
	    edit_levels; /* also of the priority and its reason */
	int64_t contact_id, conversation_id;
	struct ticket_typed *typed;   /* NEW, EDIT, FIELDS; taken */
	size_t typed_count;
	enum ticket_state state;      /* TICKET_ACT_STATE */
	int64_t status_id;            /* its label; 0: the default one */
	char status[41];              /* what the label is called */
	char reason[201]; /* of waiting, of the priority; ASSIGN: a note */
	int64_t operator_id, team_id; /* TICKET_ACT_ASSIGN; 0: nobody */
	enum comment_kind kind;       /* TICKET_ACT_COMMENT */
	bool stays; /* the same: as the screen said, nobody gets it */
	char *body;                   /* taken */
	/*
	 * Of TICKET_ACT_COMMENT: what was on the screen.  Somebody else's
	 * answer meanwhile is OD_ECONFLICT, and missed what they said.
	 */
	struct ticket_guard guard;
	char *missed; /* owned by the model */
	/* Of TICKET_ACT_COMMENT: files that go with it, as typed; taken. */
	char *paths[ATTACH_FILES_MAX];
	size_t path_count;
};
/* action->id and number are those of the new ticket after TICKET_ACT_NEW. */
typedef void ticket_action_fn(struct screen *s,
    const struct ticket_action *action, const struct model_answer *answer);
/*
 * action is copied, its texts are taken.  fn may be NULL; with one a conflict
 * (and what is wrong in a form) is not shown as a toast, the screen deals
 * with it.
 */
void model_ticket_act(struct model *m, struct screen *s,
    const struct ticket_action *action, ticket_action_fn *fn);

/* One change of many, copied; how it went is a toast. */
void model_ticket_bulk(
    struct model *m, struct screen *s, const struct ticket_bulk *bulk);

#endif
