/*
 * record - every kind of record and its fields, as tables.
 *
 * From these tables come the guarded update (version check, conflict field by
 * field), the history in `changes`, undo and redo, and the names used by
 * forms, JSON and the command line.  Kinds and their numbers are stored and
 * never change their meaning.
 */
#ifndef DB_CORE_RECORD_H
#define DB_CORE_RECORD_H

#include "common/err.h"
#include "db/core/db.h"
#include <stdbool.h>
#include <stdint.h>

enum record_kind {
	RECORD_NONE = 0,
	RECORD_TENANT = 1,
	RECORD_TEAM = 2,
	RECORD_OPERATOR = 3,
	RECORD_COMPANY = 4,
	RECORD_DIVISION = 5,
	RECORD_CONTACT = 6,
	RECORD_CONTACT_POINT = 7,
	RECORD_CONVERSATION = 8,
	RECORD_MESSAGE = 9,
	RECORD_CONVERSATION_NOTE = 10,
	RECORD_TICKET = 11,
	RECORD_TICKET_COMMENT = 12,
	RECORD_OUTBOX = 13,
	RECORD_JOB = 14,
	RECORD_TOKEN = 15,
	RECORD_FILE = 16,
	RECORD_RAW_EVENT = 17,
	RECORD_CHANNEL = 18,
	RECORD_SETTING = 19,
	RECORD_DRAFT = 20,
	RECORD_APPROVAL = 21,
	RECORD_HOLD = 22,
	RECORD_STATUS = 23,
	RECORD_CATEGORY = 24,
	RECORD_FIELD = 25,
	RECORD_FIELD_VALUE = 26,
	RECORD_TICKET_LINK = 27,
	RECORD_TICKET_MERGE = 28,
	RECORD_CHECKLIST = 29,
	RECORD_TICKET_CHECK = 30,
	RECORD_CANNED_REPLY = 31,
	RECORD_MACRO = 32,
	RECORD_VIEW = 33,
	RECORD_CALENDAR = 34,
	RECORD_CALENDAR_DATE = 35,
	RECORD_POLICY = 36,
	RECORD_CLOCK = 37,
	RECORD_CLOCK_INTERVAL = 38,
	RECORD_SNOOZE = 39,
	RECORD_TIME = 40,
	RECORD_EMPLOYEE = 41,
	RECORD_KNOWLEDGE = 42,
	RECORD_GUIDE_SESSION = 43,
	RECORD_GUIDE_TEMPLATE = 44,
	RECORD_WEBHOOK = 45,
	RECORD_CALL = 46,
	RECORD_CALLBACK = 47,
	RECORD_DISPOSITION = 48,
	RECORD_PAUSE_REASON = 49,
	RECORD_DO_NOT_CALL = 50,
	RECORD_RECORDING = 51,
	RECORD_AI_LOG = 52,
	RECORD_LEAD = 53,
	RECORD_AGENT = 54,
	RECORD_KIND_COUNT
};

enum field_type {
	FIELD_INT,
	FIELD_TEXT,  /* one line */
	FIELD_BLOCK, /* several lines */
	FIELD_TIME,
	FIELD_FLAG,
	FIELD_ENUM, /* stored as a number, named by values[] */
	FIELD_REF,  /* id of another record, NULL when none */
};

struct field {
	const char *column; /* literal: column, JSON and option name */
	enum field_type type;
	const char *label;	   /* N_(): "Priority" */
	const char *const *values; /* FIELD_ENUM: names, NULL-ended */
	enum record_kind ref;	   /* FIELD_REF */
	size_t max_bytes;	   /* texts: 0 means 200 for a line, 65536 */
	bool required;		   /* a text must not be empty, a ref not 0 */
};

struct record_def {
	enum record_kind kind;
	const char *noun;  /* "ticket": command line, JSON */
	const char *label; /* N_(): "Ticket" */
	const char *table; /* NULL: has no guarded update */
	const struct field *fields;
	size_t count;
	bool has_owner; /* operator_id says whose it is */
	bool has_team;	/* team_id */
};

const struct record_def *record_def(enum record_kind kind);
/* By noun; NULL when there is none. */
const struct record_def *record_def_by_noun(const char *noun);
/* Index into def->fields; -1 when it has no such column. */
int record_field(const struct record_def *def, const char *column);

/* One field that an update sets. */
struct change {
	const char *column; /* must be a field of the record */
	struct bind value;
};

/* A stale update, field by field; texts are ready to show. */
struct conflict_field {
	const struct field *field;
	/* Owned; of a field that a tenant declared, its key and name; NULL */
	char *own_key, *own_name;
	char *yours;  /* owned; the value that was to be written */
	char *theirs; /* owned; the value that stands now */
	char *raw;    /* owned; the same as it is stored, "" for none */
	int64_t at_us;
	char *by; /* owned; who wrote theirs, "" when unknown */
};

struct conflict {
	enum record_kind kind;
	int64_t id;
	int64_t version; /* the one that stands now */
	struct conflict_field *fields; /* those that clash or changed */
	size_t count;
};
void conflict_clear(struct conflict *c);
struct desk;
/*
 * One more field of the conflict that the desk has: a value of what a tenant
 * declared, kept in the field value value_id (0: none yet).  Texts as stored.
 */
void conflict_add_own(struct desk *d, const char *key, const char *name,
    int64_t value_id, const char *yours, const char *theirs);

struct desk;
struct op;

/*
 * Inside an open op: set fields of a record of this tenant.  seen_version is
 * the version the caller read; 0 skips the check (facts).  Values are checked
 * against the table (length, required, enum range; texts must be UTF-8).
 * Unchanged values are dropped; when none is left, nothing is written and 0
 * is returned.  Every change becomes a row in `changes`, part of the op's
 * undo group when the operation is undoable.
 * OD_ENOTFOUND: no such live record here.  OD_ECONFLICT: desk->conflict says
 * which fields.  *new_version may be NULL.
 */
int record_update(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, int64_t seen_version, const struct change *changes,
    size_t count, int64_t *new_version, struct err *err);

/*
 * Note that a record was made (undo moves it to the trash), or move it to the
 * trash / take it back.
 */
int record_created(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, struct err *err);
int record_delete(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, int64_t seen_version, struct err *err);
int record_restore(struct desk *d, struct op *op, enum record_kind kind,
    int64_t id, struct err *err);

/* One row of a record's history, newest first. */
struct history_row {
	int64_t at_us;
	char *operation, *field, *before, *after, *by; /* owned */
};
int record_history(struct desk *d, enum record_kind kind, int64_t id,
    size_t limit, struct history_row **rows, size_t *count, struct err *err);
void history_free(struct history_row **rows, size_t count);

#endif
