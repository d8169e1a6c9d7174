/*
 * op - the operation table and the bracket around every write.
 *
 *	op_begin   permission, tenant, schema check, turnstile, BEGIN IMMEDIATE
 *	...        statements
 *	op_end     events, undo journal, audit row last, COMMIT or ROLLBACK, bell
 *
 * One row an operation: name, scope for each role, what record it acts on,
 * undoable or not, step-up, second person, event.  The permission check, the
 * audit record, the command line, REST, the palette and the permission tests
 * are made from it.  Permission keys are the operation names.
 */
#ifndef DB_CORE_OP_H
#define DB_CORE_OP_H

#include "db/core/desk.h"
#include "db/core/record.h"

enum scope { SCOPE_NONE, SCOPE_OWN, SCOPE_TEAM, SCOPE_ALL };

enum op_flag {
	OP_UNDOABLE = 1,
	OP_STEP_UP = 2,
	OP_SECOND = 4,
	OP_FACT = 8, /* happened outside: no audit row, no undo */
	OP_HOST = 16, /* only the account that owns the desk (or its owner) */
	OP_READ = 32, /* a read that is asked for by op_may only */
	OP_UNOWNED = 64, /* "own" includes records that nobody owns yet */
	OP_PERSON = 128, /* never by a token; so is what needs OP_STEP_UP */
};

enum op_id {
#define OPERATION(id, ...) id,
#include "db/core/op_table.h"
#undef OPERATION
	OP_COUNT
};

struct op_def {
	const char *name;  /* "ticket.assign" */
	const char *label; /* N_(): "Assign a ticket" */
	enum record_kind kind;
	enum scope scope[STAFF_ROLE_COUNT];
	unsigned flags;
	const char *event; /* "ticket.assigned", or NULL */
};

const struct op_def *op_def(enum op_id id);
/* OP_COUNT when there is no such name. */
enum op_id op_by_name(const char *name);

struct op {
	enum op_id id;
	int64_t record_id;
	int64_t now_us;	  /* the op's time, used for every row it writes */
	int64_t undo_id;  /* 0 until the first undoable change */
	char sentence[256]; /* what undo will call it; see op_sentence */
	const char *refused; /* literal; see op_refused */
	char note[256];	  /* see op_note */
	bool open;	  /* private */
	bool has_savepoint; /* private */
	bool changed;	  /* private */
	struct digest *digest; /* private: of the changes, for audit */
};

/*
 * Open the bracket.  id is the record acted upon (0 when it is made).  On an
 * error nothing is open and op_end must not be called.
 * OD_EDENIED (audited), OD_ENOTFOUND (no such record in this tenant),
 * OD_EUNAVAIL (busy, or this program is older than the desk's min_writer).
 */
int op_begin(struct desk *d, struct op *op, enum op_id id, int64_t record_id,
    struct err *err);
/*
 * The same for an operation that writes with one statement at most, which is
 * whole or not there by itself: inside a batch it needs no savepoint.  Where
 * an error undoes more than its statement that is the whole batch, and so the
 * batch after one that was not saved has a savepoint for each.
 */
int op_begin_one(struct desk *d, struct op *op, enum op_id id,
    int64_t record_id, struct err *err);

/* What an operation with OP_SECOND is about, as the use case says it. */
struct op_matter {
	const char *args;     /* canonical JSON: the same for the same wish */
	const char *sentence; /* what will be done, for who decides */
};
/*
 * op_begin for an operation with OP_SECOND, which others refuse.  0: what is
 * wanted was approved (see approvals.h) or confirmed, and the bracket is open.
 * OD_EWAITS: it was kept as the approval d->proposed, and nothing else was
 * done; the sentence says who has to approve it.  In a desk of one's own
 * there is nobody else: OD_EDENIED with d->wants_typed until the owner typed
 * the operation's name for the very same wish.  OD_ECONFLICT: something else
 * was approved.
 */
int op_begin_second(struct desk *d, struct op *op, enum op_id id,
    int64_t record_id, const struct op_matter *m, struct err *err);
/* The owner typed it: the wish that was refused last may be begun, once. */
int op_typed(struct desk *d, const char *word, struct err *err);
/* Whether who acts may begin it, but for OP_STEP_UP and OP_SECOND. */
bool op_may_decide(struct desk *d, enum op_id id);

#define APPROVAL_DAYS 7 /* a proposal that nobody decided ends then */

/* Of what was proposed, for approvals.h: hex of all that is read and done. */
void op_matter_digest(int64_t tenant_id, enum op_id id, int64_t record_id,
    int proposer_kind, int64_t proposer_id, const struct op_matter *m,
    char hex[65]);
/* For approvals.h alone: while d->approved is one, op_begin_second opens it. */
struct op_approved {
	enum op_id id;
	int64_t record_id;
	const char *args; /* borrowed */
	bool used;
};

/*
 * A program that is too old for this desk may only read: OD_EUNAVAIL, and
 * d->outdated says so from then on.
 */
int op_check_writer(struct desk *d, struct err *err);
/* rc 0 commits, anything else rolls back; returns the final code. */
int op_end(struct desk *d, struct op *op, int rc, struct err *err);
/* What the operation did, for "undo": "Assigned ticket 12 to Ana". */
void op_sentence(struct op *op, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * What the operation found is a refusal: op_end with 0 commits, and the audit
 * row says denied, with that reason (a literal).
 */
void op_refused(struct op *op, const char *reason);
/*
 * What it was about goes into the audit row: kinds and numbers, or the reason
 * that was asked for, nobody's data; at most 255 bytes.
 */
void op_note(struct op *op, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Goes into the digest in the audit row: which ones they were. */
void op_digest(struct op *op, const void *p, size_t n);
/*
 * Inside an open op that is a fact: its event, too.  Facts have none by
 * themselves, because they come in floods.
 */
int op_tell(struct desk *d, struct op *op, struct err *err);
/* A created record's id, for the audit row and the event. */
void op_created(struct op *op, int64_t record_id);

/* Whether the actor may, without opening anything (menus, API reads). */
int op_may(struct desk *d, enum op_id id, int64_t record_id,
    struct err *err);
/*
 * The same for what is about to be shown: a record, or 0 for a list.  Kept in
 * the audit trail is that a record was refused, and all that an auditor looks
 * at; once for each of the last few, since a screen asks again and again.
 */
int op_read(struct desk *d, enum op_id id, int64_t record_id,
    struct err *err);
/* The actor has just given it away: that he looks after it is no trespass. */
void op_gave_away(struct desk *d, enum op_id read, int64_t record_id);
/*
 * What op_read had to keep of a desk that was opened for reading: whether
 * there is anything, and writing it by another connection of the same actor.
 */
bool op_has_reads(const struct desk *d);
void op_note_reads(struct desk *d, const struct desk *readonly);
/*
 * Whether the actor still is somebody: OD_EDENIED when the operator was
 * disabled or the token revoked.  Role and team in d->actor are those of now.
 */
int op_check_actor(struct desk *d, struct err *err);
/*
 * The actor has just shown who he is: operations with OP_STEP_UP are open to
 * him for STEP_UP_MINUTES.  Without that they are OD_EDENIED, not audited as
 * denials, and d->wants_step_up says that it was for this.
 */
#define STEP_UP_MINUTES 5
void op_stepped_up(struct desk *d);
/* The widest scope the actor has; for lists ("own" filters by operator). */
enum scope op_scope(struct desk *d, enum op_id id);
/*
 * Until it is called with OP_COUNT: no read reaches further than this
 * operation's own scope, so that what is taken away may be less than what is
 * looked at.
 */
void op_narrow(struct desk *d, enum op_id id);

/* Whose a record is; 0 for nobody. */
struct op_owner {
	int64_t operator_id, team_id;
	int64_t operator_team_id; /* the one that the operator is in */
};
/*
 * Whether a scope of this operation reaches a record; from memory, so that a
 * screen knows before it asks.  The bracket reads the record itself.
 */
bool op_reaches(const struct op_def *def, enum scope scope,
    const struct actor *actor, const struct op_owner *own);

/*
 * Several operations in one transaction: op_begin inside it is a savepoint,
 * answers and the bell follow db_batch_end's commit.  On an error of end
 * nothing of the batch is in the database.
 */
int db_batch_begin(struct desk *d, struct err *err);
int db_batch_end(struct desk *d, struct err *err);
/* Instead of the end: nothing of the batch is in the database. */
void db_batch_cancel(struct desk *d);
/*
 * A batch within the transaction that the caller has open and ends himself;
 * after an error of leave he takes it back.
 */
void db_batch_join(struct desk *d);
int db_batch_leave(struct desk *d, struct err *err);
/*
 * Inside a batch: the operations until the end of the group share one
 * savepoint, which is cheaper than one for each, and stand or fall together.
 * rc 0 keeps them, unless one of them failed; anything else takes all of them
 * back.  Returns rc, the code of the one that failed, or of our own trouble.
 */
int db_group_begin(struct desk *d, struct err *err);
int db_group_end(struct desk *d, int rc, struct err *err);

/*
 * Several operations that a person does at once: a batch that is undone by one
 * step and called by one sentence.  rc 0 commits, anything else takes all of
 * them back (a refusal stays in the audit trail); returns the final code.
 * Permissions, events and audit rows are each operation's own.
 */
int op_together_begin(struct desk *d, struct err *err);
int op_together_end(struct desk *d, int rc, const char *sentence,
    struct err *err);

/* Undo and redo of the acting operator's newest undoable operation. */
int op_undo(struct desk *d, char sentence[256], struct err *err);
int op_redo(struct desk *d, char sentence[256], struct err *err);

#endif
