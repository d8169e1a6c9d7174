/*
 * callbacks - calls that were promised: an operator's own, a team's, or the
 * whole tenant's, with the moment at which somebody is reminded.
 */
#ifndef DB_RECORDS_CALLBACKS_H
#define DB_RECORDS_CALLBACKS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/page.h"

enum callback_state { /* stored */
	CALLBACK_DUE = 0,
	CALLBACK_DONE = 1,
	CALLBACK_CANCELLED = 2,
	CALLBACK_STATE_COUNT
};
extern const char *const callback_state_names[]; /* NULL-ended */

struct callback {
	int64_t id, version, created_at, updated_at;
	int64_t contact_id, operator_id, team_id, operator_team_id;
	int64_t call_id, done_call_id; /* it was promised in; it was done in */
	int64_t due_us, reminded_us;   /* 0: not yet */
	enum callback_state state;
	char number[65], number_folded[17], note[501];
	char contact_name[201], operator_login[64], operator_name[201];
	char team_name[201], call_name[33];
};

struct callback_new {
	int64_t contact_id;
	const char *number; /* NULL: the contact's */
	int64_t due_us;
	int64_t operator_id, team_id; /* both 0: who acts */
	bool pool;        /* nobody's: the team's, else everybody's */
	const char *note; /* NULL: "" */
	int64_t call_id;
};
/* OD_EDATA: no number, or it is over. */
int callback_new(struct desk *d, const struct callback_new *in, int64_t *id,
    struct err *err);
/* due_us, note, operator_id, team_id; a new due_us reminds again. */
int callback_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err);
/* OD_ECONFLICT: it is done or cancelled already. */
int callback_done(struct desk *d, int64_t id, int64_t call_id, struct err *err);
int callback_cancel(struct desk *d, int64_t id, struct err *err);
/* Back to due. */
int callback_reopen(struct desk *d, int64_t id, struct err *err);

int callback_get(
    struct desk *d, int64_t id, struct callback *out, struct err *err);
struct callback_filter {
	int state; /* -1: any */
	int64_t operator_id, contact_id;
	bool mine;              /* who acts, and what nobody has */
	int64_t from_us, to_us; /* due in [from, to); 0: any */
};
/* The first due first; page by due_us and id; the caller frees rows. */
int callback_list(struct desk *d, const struct callback_filter *f,
    const struct page *page, struct callback **rows, size_t *count,
    struct err *err);
void callback_json(const struct callback *c, struct json_out *out);

/*
 * As the system: those that are due and nobody was reminded of, told by the
 * event callback.due and noted; at most limit.
 */
int callback_remind(struct desk *d, int limit, int *count, struct err *err);

#endif
