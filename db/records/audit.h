/*
 * audit - reading and verifying the trail; op_end writes it.
 *
 * h = SHA-256(previous hash || canonical row), a chain per tenant.  Results:
 * 0 done, 1 denied.
 */
#ifndef DB_RECORDS_AUDIT_H
#define DB_RECORDS_AUDIT_H

#include "common/json.h"
#include "db/core/desk.h"

struct audit_row {
	int64_t id, seq, at_us, actor_id, record_id;
	enum actor_kind actor_kind;
	enum record_kind kind;
	char operation[65], actor_name[201], session[SESSION_SIZE];
	bool denied;
	char *reason; /* owned */
};
int audit_list(struct desk *d, int64_t before_seq, int limit,
    struct audit_row **rows, size_t *count, struct err *err);
void audit_list_free(struct audit_row **rows, size_t count);
void audit_json(const struct audit_row *a, struct json_out *out);

struct audit_verdict {
	int64_t rows;	 /* checked */
	int64_t bad_seq; /* 0: the chain is whole */
	char reason[200];
};
int audit_verify(struct desk *d, struct audit_verdict *out, struct err *err);

#endif
