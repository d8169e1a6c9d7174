/*
 * approvals - what one person proposed and another one has to decide.
 *
 * op_begin_second keeps a proposal; here it is read, approved, refused or
 * ended.  Approving does it: the same use case runs with the arguments that
 * were kept, in the transaction in which the approval is noted.  Nobody
 * approves his own; who may do the operation may approve it, confirmed.
 */
#ifndef DB_RECORDS_APPROVALS_H
#define DB_RECORDS_APPROVALS_H

#include "common/json.h"
#include "db/core/op.h"

enum approval_state { /* stored */
	APPROVAL_PROPOSED = 0,
	APPROVAL_APPROVED = 1,
	APPROVAL_REFUSED = 2,
	APPROVAL_EXPIRED = 3,
	APPROVAL_STATE_COUNT
};
extern const char *const approval_state_names[]; /* NULL-ended */

struct approval {
	int64_t id, record_id, proposer_id, decider_id;
	int64_t created_at, updated_at, expires_us, decided_us;
	/* What nobody decided in time has expired, noted or not. */
	enum approval_state state;
	enum actor_kind proposer_kind;
	enum op_id operation; /* OP_COUNT: one that this program lacks */
	char name[65];	      /* of the operation */
	char proposer[201], decider[201], digest[65];
	char *args, *sentence, *reason; /* owned */
	bool mine;                      /* who acts proposed it */
	bool may_decide; /* who acts may approve it, when it waits */
};
void approval_clear(struct approval *a);

/*
 * Newest first, those behind before_id (0: from the newest); state -1: all.
 * One's own and those that one may decide; all for who reads all.
 */
int approval_list(struct desk *d, int state, int64_t before_id, int limit,
    struct approval **rows, size_t *count, struct err *err);
/* What waits for who acts, the oldest first. */
int approval_waiting(struct desk *d, int limit, struct approval **rows,
    size_t *count, struct err *err);
void approval_list_free(struct approval **rows, size_t count);
int approval_get(
    struct desk *d, int64_t id, struct approval *out, struct err *err);
void approval_json(const struct approval *a, struct json_out *out);

/*
 * Approve it and do it, both or neither.  OD_EDENIED: one's own, or not for
 * this role; OD_ECONFLICT: decided or expired already, or what it is about is
 * not as it was; OD_EDATA: it was changed since it was proposed.
 */
int approval_approve(struct desk *d, int64_t id, struct err *err);
/* By whom could approve it, or who proposed it; a reason has to be given. */
int approval_refuse(
    struct desk *d, int64_t id, const char *reason, struct err *err);
/* End what nobody decided in time, of this tenant; *ended counts. */
int approval_expire(struct desk *d, int *ended, struct err *err);

#endif
