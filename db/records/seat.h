/*
 * seat - what belongs to an operator at work: drafts, presence, settings.
 */
#ifndef DB_RECORDS_SEAT_H
#define DB_RECORDS_SEAT_H

#include "common/json.h"
#include "db/core/desk.h"

/*
 * The files that go with a reply or note are a draft beside its words: their
 * paths as typed, one a line.  Those of a reply that was sent stay until the
 * next one, for when it is taken back; its seen_version is the comment's id.
 */
enum draft_slot {
	DRAFT_REPLY = 0,
	DRAFT_NOTE = 1,
	DRAFT_FORM = 2,
	DRAFT_REPLY_FILES = 3,
	DRAFT_NOTE_FILES = 4,
	DRAFT_SENT_FILES = 5,
};

struct draft {
	int64_t id, record_id, updated_at, seen_version;
	enum record_kind kind;
	enum draft_slot slot;
	int64_t cursor_at; /* byte offset */
	char *body;	   /* owned */
};
/* The acting operator's; an empty body removes it. */
int draft_save(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, int64_t cursor_at,
    int64_t seen_version, struct err *err);
int draft_get(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, struct draft *out, struct err *err);
/*
 * Newest first.  Files are listed only where no words are, and never those of
 * a reply that was sent.
 */
int draft_list(struct desk *d, struct draft **rows, size_t *count,
    struct err *err);
/* Of words: their files too. */
int draft_delete(struct desk *d, int64_t id, struct err *err);
void draft_clear(struct draft *dr);
void draft_list_free(struct draft **rows, size_t count);
/*
 * Its text; of files their names; of a form the first field that has one, or
 * the first of any kind with its name ("Urgency: 4"), cut to size.
 */
#define DRAFT_PREVIEW_SIZE 256
void draft_preview(const struct draft *dr, char *out, size_t size);
void draft_json(const struct draft *dr, struct json_out *out);

#define PRESENCE_LEASE_US (3 * US_PER_MINUTE)
struct presence {
	int64_t operator_id, since_us;
	bool typing;
	char name[201];
};
/* This session looks at (or types in) one record; RECORD_NONE: nowhere. */
int presence_set(struct desk *d, enum record_kind kind, int64_t record_id,
    bool typing, struct err *err);
int presence_leave(struct desk *d, struct err *err);
/*
 * Others there now: without this operator's own sessions, leases that ran out
 * and sessions whose process is gone.
 */
int presence_list(struct desk *d, enum record_kind kind, int64_t record_id,
    struct presence **rows, size_t *count, struct err *err);

/* The operator's setting, else the tenant's; "" when neither is there. */
int setting_get(struct desk *d, const char *name, char **value,
    struct err *err);
int setting_set(struct desk *d, const char *name, const char *value,
    struct err *err); /* own */
int setting_set_tenant(struct desk *d, const char *name, const char *value,
    struct err *err);

#endif
