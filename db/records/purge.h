/*
 * purge - clearing: what was kept long enough goes, with all that belongs to
 * it, from tables, index and files.
 *
 * A little at a time, 500 rows or 50 ms a transaction, so that nobody waits;
 * each one has a row in the audit trail.  What a legal hold covers, an open
 * conversation needs or somebody can still undo stays.  Done daily by the
 * daemon (purge_claim, purge_begin, purge_step ...), or by hand (purge_run).
 */
#ifndef DB_RECORDS_PURGE_H
#define DB_RECORDS_PURGE_H

#include "db/records/retention.h"

enum {
	PURGE_UNDO,
	PURGE_EVENTS,
	PURGE_TICKETS,
	PURGE_TICKET_TRASH,
	PURGE_CONVERSATIONS,
	PURGE_GUIDED,
	PURGE_GUIDED_TRASH,
	PURGE_RECORDINGS,
	PURGE_RECORDING_TRASH,
	PURGE_CALLS,
	PURGE_CALLBACKS,
	PURGE_CALLBACK_TRASH,
	PURGE_LEADS,
	PURGE_LEAD_TRASH,
	PURGE_AGENT_TRASH,
	PURGE_STOP_TRASH,
	PURGE_HINTS,
	PURGE_DRAFTS,
	PURGE_COMMENTS,
	PURGE_NOTES,
	PURGE_LINKS,
	PURGE_CHECKS,
	PURGE_TIMES,
	PURGE_POINTS,
	PURGE_CONTACTS,
	PURGE_DIVISIONS,
	PURGE_COMPANIES,
	PURGE_EMPLOYEES,
	PURGE_TEMPLATES,
	PURGE_KNOWLEDGE,
	PURGE_WEBHOOKS,
	PURGE_SENT,
	PURGE_DEAD,
	PURGE_RECALLED,
	PURGE_JOBS,
	PURGE_TOLD,
	PURGE_ATTEMPTS,
	PURGE_STATUSES,
	PURGE_ANSWERS,
	PURGE_TRIES,
	PURGE_SESSIONS,
	PURGE_APPROVALS,
	PURGE_AUDIT,
	PURGE_SWEEPS
};

#define PURGE_ROWS 500
#define PURGE_US   50000

struct purge_row { /* of a report */
	enum retention_class which;
	const char *name;  /* literal: "tickets" */
	int64_t due;       /* will go, or went */
	int64_t kept;      /* old enough, and kept for a reason */
	int64_t oldest_us; /* of those; 0: none */
};
/* What would go now; nothing is changed.  OP_RETENTION_READ. */
int purge_report(
    struct desk *d, struct purge_row rows[PURGE_SWEEPS], struct err *err);
void purge_json(const struct purge_row *r, struct json_out *out);

/* A clearing of the acting tenant that is under way. */
struct purge {
	struct purge_row rows[PURGE_SWEEPS];
	int64_t removed; /* rows of all tables */
	int64_t before_us[RETENTION_CLASSES];
	int sweep;       /* private: where it is */
	int64_t key, id; /* private: behind this one */
};
/* OD_EDENIED and the like; the system may. */
int purge_begin(struct desk *d, struct purge *p, struct err *err);
/* One transaction's worth; *more: call it again. */
int purge_step(struct desk *d, struct purge *p, bool *more, struct err *err);

/*
 * Files whose rows are gone: their names, at most most (caller frees), any
 * tenant; take the bytes away, on any thread; then forget the names.
 */
int purge_files(struct desk *d, size_t most, char (**names)[65], size_t *count,
    struct err *err);
/* Returns how many are gone, which come first among the names then. */
size_t purge_unlink(const char *files_dir, char (*names)[65], size_t count);
int purge_files_gone(
    struct desk *d, const char (*names)[65], size_t count, struct err *err);

/*
 * What is left to do after the steps, of all tenants: the index still has what
 * was taken out of it, and the database's log what is gone.  One step a
 * transaction: *more, call it again; then the log is to be emptied, and
 * purge_is_clean says that all is done.  *due: there is anything to do.
 */
int purge_is_due(struct desk *d, bool *due, struct err *err);
int purge_expunge(struct desk *d, bool first, bool *more, struct err *err);
int purge_is_clean(struct desk *d, struct err *err);

/*
 * Pages of the database's file that hold nothing any more go back to the disk,
 * a little in a transaction: *given pages; 0: that was all.
 */
int purge_give_back(struct desk *d, int64_t *given, struct err *err);

/*
 * All of it, for the acting tenant, by hand: the steps, the files, the index,
 * and the log of the database when no daemon has it.
 */
int purge_run(struct desk *d, struct purge *p,
    void (*progress)(const struct purge *p, void *data), void *data,
    struct err *err);

/*
 * Once a day for the whole desk, whoever asks first: *mine says so.  *first:
 * nobody ever did; that day only the report is made.
 */
int purge_claim(struct desk *d, bool *mine, bool *first, struct err *err);

#endif
