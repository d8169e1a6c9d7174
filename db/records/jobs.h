/*
 * jobs - work that the daemon does by itself, claimed with a lease.
 * Facts of the system actor (OP_JOB_FACT); named outside by random hex.
 */
#ifndef DB_RECORDS_JOBS_H
#define DB_RECORDS_JOBS_H

#include "common/json.h"
#include "db/core/desk.h"

enum job_state { /* stored; 0 and 1 are the live ones */
	JOB_QUEUED = 0,
	JOB_RUNNING = 1,
	JOB_DONE = 2,
	JOB_FAILED = 3,
	JOB_CANCELLED = 4,
	JOB_UNCERTAIN = 5,
};
extern const char *const job_state_names[];

enum job_kind { /* stored */
	/* record_id: message; args {"channel","media_id","url","mime",
	 * "sha256","filename","kind"}, texts may be "", kind a number */
	JOB_MEDIA = 1,
	JOB_TEMPLATES = 2, /* fetch a channel's templates; args {"channel"} */
	JOB_CHANNEL_TEST = 3, /* ask the provider; args {"channel"} */
};

struct job {
	int64_t id, tenant_id, record_id, created_at, updated_at;
	int64_t next_try_us;
	char name[33];
	enum job_kind kind;
	enum job_state state;
	int attempts;
	bool rehearsal;                   /* the tenant's */
	char *args, *result, *error_text; /* owned */
};
void job_clear(struct job *j);
void job_list_free(struct job **rows, size_t count);
void job_json(const struct job *j, struct json_out *out);

/* Inside an open op. name_out may be NULL. */
int job_queue(struct desk *d, struct op *op, enum job_kind kind,
    int64_t record_id, const char *args, char name_out[33], struct err *err);
/* As outbox_claim; a lease that ran out makes the job queued again. */
int job_claim(struct desk *d, const char *owner, int lease_s, int limit,
    struct job **rows, size_t *count, int64_t *next_us, struct err *err);
/* As outbox_is_claimed and outbox_unclaim. */
int job_is_claimed(struct desk *d, const struct job *claimed, bool *is_claimed,
    struct err *err);
int job_unclaim(struct desk *d, const char *owner, const int64_t *but, size_t n,
    struct err *err);
int job_done(struct desk *d, int64_t id, const char *result, struct err *err);
int job_retry(struct desk *d, int64_t id, int64_t next_try_us,
    const char *error_text, struct err *err);
/* As job_retry, and this try does not count: it could not even begin. */
int job_put_off(struct desk *d, int64_t id, int64_t next_try_us,
    const char *why, struct err *err);
int job_failed(
    struct desk *d, int64_t id, const char *error_text, struct err *err);
int job_by_name(
    struct desk *d, const char *name, struct job *out, struct err *err);
int job_list(struct desk *d, int state /* -1: all */, int64_t before_id,
    int limit, struct job **rows, size_t *count, struct err *err);

#endif
