/*
 * backup - a whole desk in one file, and back again.
 *
 * A backup is an archive (common/archive.h) of members, in this order: what
 * it is (JSON), the desk's file as one moment saw it, every file of the files
 * table by id, the totals.  Each member is followed by its SHA-256; the rows
 * of the files table in the copy say what belongs to it.
 *
 * Of a desk in a file only: one on a server is backed up there.  Any thread.
 */
#ifndef DB_RECORDS_BACKUP_H
#define DB_RECORDS_BACKUP_H

#include "common/archive.h"
#include "common/json.h"
#include "db/core/desk.h"
#include "db/engine/recover.h"

#define BACKUP_PATH 4096

typedef void (*backup_progress_fn)(int64_t done, int64_t all, void *data);

struct backup_figures {
	struct archive_head head;
	char path[BACKUP_PATH]; /* of the archive */
	int64_t bytes;          /* of the archive */
	int64_t database_bytes;
	int64_t files, file_bytes; /* that are in it */
	int64_t missing; /* rows whose file was not there or had another size */
	int64_t damaged; /* files that differ from the digest of their row */
	char first_bad[65]; /* name of the first missing or damaged one */
};
/* Members of an object that the caller has opened. */
void backup_json(const struct backup_figures *f, struct json_out *out);

struct backup_options {
	const char *dir; /* "" or NULL: backups/ beside the desk; made, 0700 */
	const struct archive_secret *secret;
	backup_progress_fn progress; /* or NULL */
	void *data;
};

/*
 * Make a backup while others work.  The desk acts as its host
 * (OP_BACKUP_NEW).  What is written has its name only when it is whole and
 * durable, mode 0600.  A file that is missing or damaged does not stop it;
 * see out.  OD_EUNAVAIL: another one is being made, or the desk is on a
 * server; OD_EDATA: the desk's own file is damaged.
 */
int backup_new(struct desk *d, const struct backup_options *options,
    struct backup_figures *out, struct err *err);
/* The directory of a desk's backups: set, else beside it. */
void backup_dir(const char *uri, const char *set, struct str *out);

/* What is in dir and looks like a backup, the newest first. */
struct backup_row {
	struct archive_head head;
	char name[256];
	int64_t bytes;
	char trouble[200]; /* "" or why its head cannot be read */
};
int backup_list(const char *dir, struct backup_row **rows, size_t *count,
    struct err *err); /* caller frees rows */
/*
 * Remove those of the desk in dir that are neither the newest of one of its
 * newest daily days nor of one of its weekly weeks (UTC, from Monday), or are
 * older than backups may be (see retention.h), but for the newest of all.
 * Other desks' and unreadable ones stay.  removed (caller frees) are the rows
 * that went, or would go with dry_run.
 */
int backup_prune(struct desk *d, const char *dir, int daily, int weekly,
    bool dry_run, struct backup_row **removed, size_t *count, struct err *err);

/* ---- the way back ---- */

struct restore_options {
	const char *from; /* the archive */
	/*
	 * Path of the new desk; its files go to files/ beside it.  Or the URI
	 * of an empty database on a server; see desk_copy.h.  NULL: only look
	 * whether it could be done, in a scratch directory beside from.
	 */
	const char *to;
	const char *to_files; /* of a desk on a server; "" or NULL: usual */
	const struct archive_secret *secret;
	backup_progress_fn progress; /* or NULL */
	void *data;
};

struct restore_figures {
	struct backup_figures backup;
	int schema;         /* of the desk now */
	int64_t audit_rows; /* checked */
	int64_t audit_bad;  /* 0, or the first bad row of a tenant */
	char audit_text[256];
	int64_t held; /* sendings that wait for "outbox release" */
};

/*
 * Nothing is at its place before everything was checked: the archive, every
 * page and index, the schema, each file against its row, the audit trail (a
 * broken one is told, not refused).  The desk is brought to this program's
 * schema, gets a new epoch, and what was still to be sent is held.
 * OD_ECONFLICT: there is something at the target.  OD_EDATA: damaged,
 * tampered with, cut short, foreign or the wrong secret.  OD_EUNAVAIL: made
 * by a newer opdesk.  After an error nothing is left behind, and what a
 * restore that was killed left is cleared away.
 */
int restore_run(const struct restore_options *options,
    struct restore_figures *out, struct err *err);

/*
 * What can be read of a damaged desk, into a new one at to (see
 * db/engine/recover.h); then as after a restore.  Its files stay where they
 * are.
 */
int desk_recover(const char *from, const char *to, recover_told_fn told,
    void *data, struct recover_figures *figures, struct restore_figures *out,
    struct err *err);

/* What a desk went through; zeros and "" for one that was never restored. */
struct desk_origin {
	char epoch[33];
	int64_t restored_us, backup_us;
};
int desk_origin(struct desk *d, struct desk_origin *out, struct err *err);
/*
 * Inside a transaction: a new epoch, and everything that is due or being sent
 * is held; *held counts it.  Who brings a desk back from elsewhere calls it.
 */
int desk_new_epoch(
    struct desk *d, int64_t backup_us, int64_t *held, struct err *err);

#endif
