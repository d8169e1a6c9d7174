/*
 * raw_events - what providers posted, kept before anything is made of it.
 *
 * The row is committed before the provider gets its 200.  Unique by channel
 * and SHA-256 of the body, so a repeated post is one row.
 */
#ifndef DB_RECORDS_RAW_EVENTS_H
#define DB_RECORDS_RAW_EVENTS_H

#include "common/json.h"
#include "db/core/desk.h"

enum raw_event_state { /* stored */
	RAW_EVENT_NEW = 0,
	RAW_EVENT_DONE = 1,
	RAW_EVENT_FAILED = 2,
};
extern const char *const raw_event_state_names[];

struct raw_event {
	int64_t id, tenant_id, received_us, processed_us;
	char channel[65];
	char digest[65];
	enum raw_event_state state;
	int attempts;
	char *reason; /* owned */
	char *body;   /* owned; NUL-terminated, may hold NULs before */
	size_t body_len;
};
void raw_event_clear(struct raw_event *e);
void raw_event_list_free(struct raw_event **rows, size_t count);
void raw_event_json(const struct raw_event *e, bool with_body,
    struct json_out *out);

/*
 * OP_RAW_EVENT_RECEIVE.  *id (id may be NULL) is 0 when it is there already;
 * inside a batch it may be set as late as its end.
 */
int raw_event_receive(struct desk *d, int64_t tenant_id, const char *channel,
    const char *body, size_t n, int64_t *id, struct err *err);
/* The oldest new ones, after_id excluded; bodies included. */
int raw_event_pending(struct desk *d, int64_t after_id, int limit,
    struct raw_event **rows, size_t *count, struct err *err);
int raw_event_get(struct desk *d, int64_t id, struct raw_event *out,
    struct err *err);
/* Inside the committer's savepoint; a failed one keeps its body. */
int raw_event_done(struct desk *d, int64_t id, struct err *err);
int raw_event_failed(struct desk *d, int64_t id, const char *reason,
    struct err *err);
/* All new ones of the acting tenant from first_id to last_id are done. */
int raw_event_done_all(struct desk *d, int64_t first_id, int64_t last_id,
    struct err *err);
/* By people: new again, so that the daemon reads it once more. */
int raw_event_replay(struct desk *d, int64_t id, struct err *err);
int raw_event_list(struct desk *d, int state /* -1: all */, int64_t before_id,
    int limit, struct raw_event **rows, size_t *count, struct err *err);
int raw_event_count(struct desk *d, int counts[3], struct err *err);

#endif
