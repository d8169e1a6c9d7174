/*
 * retention - how long a tenant keeps what, and what is kept whatever its age.
 *
 * Each class has a number of days of its own, which an administrator may
 * change within limits; a legal hold on a contact, a ticket or a conversation
 * beats all of them.  Both take a second person.
 */
#ifndef DB_RECORDS_RETENTION_H
#define DB_RECORDS_RETENTION_H

#include "common/json.h"
#include "db/core/op.h"

enum retention_class {
	RETENTION_WEBHOOKS,
	RETENTION_MESSAGES,
	RETENTION_GUIDED,
	RETENTION_CALLS,
	RETENTION_RECORDINGS,
	RETENTION_HINTS,
	RETENTION_DRAFTS,
	RETENTION_DELETED,
	RETENTION_OUTBOX,
	RETENTION_LOGINS,
	RETENTION_AUDIT,
	RETENTION_BACKUPS,
	RETENTION_CLASSES
};

struct retention_class_def {
	const char *name;  /* stored, and what the command line calls it */
	const char *label; /* N_(): what it holds */
	int days, min_days, max_days;
};
const struct retention_class_def *retention_class(enum retention_class c);
/* RETENTION_CLASSES when there is no such name. */
enum retention_class retention_by_name(const char *name);

struct retention_rule {
	enum retention_class which;
	int days;
	bool is_set; /* by the tenant; else the program's own */
};
int retention_list(struct desk *d,
    struct retention_rule rows[RETENTION_CLASSES], struct err *err);
void retention_json(const struct retention_rule *r, struct json_out *out);
/*
 * Days of a class for the acting tenant; no permission is asked.
 */
int retention_days(
    struct desk *d, enum retention_class c, int *days, struct err *err);
/* OD_EDATA outside of the limits; OD_EWAITS and the like: op_begin_second. */
int retention_set(
    struct desk *d, enum retention_class c, int days, struct err *err);

struct hold {
	int64_t id, record_id, created_at, released_us;
	enum record_kind kind;
	char name[241]; /* "#12 Printer", "Ana"; "" when it is gone */
	char placed_by[201];
	char *reason; /* owned */
};
/* kind: RECORD_CONTACT, _TICKET, _CONVERSATION, _CALL or _RECORDING. */
int hold_place(struct desk *d, enum record_kind kind, int64_t record_id,
    const char *reason, struct err *err);
int hold_release(
    struct desk *d, int64_t id, const char *reason, struct err *err);
/* Those that stand, or all with those that were taken off, newest first. */
int hold_list(struct desk *d, bool all, struct hold **rows, size_t *count,
    struct err *err);
void hold_list_free(struct hold **rows, size_t count);
void hold_json(const struct hold *h, struct json_out *out);

#endif
