/*
 * recordings - the sound of calls: rows, files, marks, and what became of it.
 *
 * The row is the truth.  It is there, with the consent, before a sample is
 * written; the sound grows in files/ab/NAME.part, and when it is whole it is
 * files/ab/NAME, a file as attachments are, with a sidecar NAME.json for who
 * has the files only.  Recordings that are whole form a chain of digests per
 * tenant: one that was changed, put in between or taken away is found.
 */
#ifndef DB_RECORDS_RECORDINGS_H
#define DB_RECORDS_RECORDINGS_H

#include "common/json.h"
#include "db/core/desk.h"
#include "db/records/calls.h"
#include "db/records/page.h"

enum recording_state { /* stored */
	RECORDING_RUNNING = 0,
	RECORDING_FINISHING = 1,
	RECORDING_READY = 2,
	RECORDING_RECOVERED = 3, /* its program died; what was there is kept */
	RECORDING_FAILED = 4,    /* there was no sound at all, or too little */
	RECORDING_MISSING = 5,   /* the file is gone */
	RECORDING_STATE_COUNT
};
extern const char *const recording_state_names[]; /* NULL-ended */

enum recording_format { RECORDING_WAV, RECORDING_FLAC, RECORDING_OPUS };
extern const char *const recording_format_names[]; /* NULL-ended */

enum recording_mark_kind {
	RECORDING_MARK = 0,
	RECORDING_PAUSE = 1, /* for card data: silence from at to until */
	RECORDING_CLIPPING = 2,
	RECORDING_CONSENT = 3,
};
extern const char *const recording_mark_names[]; /* NULL-ended */

enum recording_source { RECORDING_OURS, RECORDING_PBX };

struct recording {
	int64_t id, version, call_id, operator_id, team_id, contact_id;
	int64_t operator_team_id;
	enum recording_state state;
	enum recording_format format;
	enum call_consent consent;
	enum recording_source source;
	int64_t started_us, ended_us, duration_us; /* ended_us 0: it runs */
	int64_t rate, channels, bytes;
	int64_t peak; /* 0..32768 */
	bool silent, held;
	int64_t created_at, updated_at, deleted_at, kept_until_us;
	char name[33], sha256[65], hash[65], previous_hash[65];
	char contact_name[201], contact_phone[65], device[129];
	char operator_login[64], operator_name[201], reason[201];
};

struct recording_new {
	int64_t call_id;    /* 0: of no call */
	int64_t contact_id; /* 0: the call's, else nobody */
	const char *contact_name, *contact_phone; /* NULL: the contact's */
	enum call_consent consent;
	int rate, channels;
	const char *device;
};
/*
 * The row, in state running; name is what its file is called.  As long as the
 * desk is open no other one's scan touches it.  OD_ECONFLICT unless the
 * consent is yes or announced: nothing may be recorded; or when the call is
 * being recorded elsewhere.  OD_ELIMIT: no room.
 */
int recording_begin(struct desk *d, const struct recording_new *in, int64_t *id,
    char name[33], struct err *err);
/*
 * Where the recorder writes; made with its directory.  As long as a process
 * has it open no scan touches it.
 */
int recording_open_part(
    struct desk *d, const char *name, int *fd, struct err *err);
/* What it is converted into before recording_end; "" format: the part. */
void recording_part_path(const struct desk *d, const char *name,
    const char *suffix, struct str *out);

struct recording_facts {
	int64_t duration_us; /* -1: as the file says */
	int rate, channels;  /* as it was recorded */
	int peak;            /* -1: not known */
	bool silent;
	const char *device;
	enum recording_format format; /* of the file that is kept */
	const char *reason;           /* why it failed or was recovered; "" */
};
/*
 * What was recorded is whole: the file gets its name, the row its digest and
 * place in the chain, then the sidecar is written.  A part without sound makes
 * it failed and is removed.
 */
int recording_end(struct desk *d, int64_t id, const struct recording_facts *f,
    enum recording_state state, struct err *err);

/* ---- recording_pbx.c: calls that the telephone system recorded ---- */

#define RECORDING_FILE_MAX (32u << 20)
struct recording_file { /* that has no row yet */
	char name[33], sha256[65];
	enum recording_format format;
	int64_t rate, channels, duration_us, bytes; /* duration 0: not known */
};
/*
 * What the bytes hold, by their own head: WAV, FLAC or Ogg Opus.  OD_EDATA,
 * OD_ELIMIT.  Pure; name, digest and size stay empty.
 */
int recording_file_look(
    const void *bytes, size_t n, struct recording_file *out, struct err *err);
/*
 * The same, and durable in files_dir, a desk's; any thread.  What gets no row
 * is taken away with file_discard.
 */
int recording_file_take(const char *files_dir, const void *bytes, size_t n,
    struct recording_file *out, struct err *err);
/*
 * The row, ready and linked, of the call of that name, whose consent must be
 * yes or announced: OD_ECONFLICT.  OD_ENOTFOUND: no such call.
 */
int recording_file_keep(struct desk *d, const char *call,
    const struct recording_file *f, int64_t *id, struct err *err);

/*
 * until_us 0: a moment, or a pause that lasts; the same pause with its end
 * completes the mark.
 */
/*
 * The same two of a file that lies there, which may be larger.  OD_EDATA and
 * OD_ELIMIT are the file's fault; of taking, OD_ELIMIT may be the disk's.
 */
#define RECORDING_WATCHED_MAX (256u << 20)
int recording_file_look_fd(int fd, struct recording_file *out, struct err *err);
int recording_file_take_fd(
    const char *files_dir, int fd, struct recording_file *out, struct err *err);
/* Whether that call has a recording of those bytes, also one deleted. */
int recording_file_known(struct desk *d, int64_t call_id, const char *sha256,
    bool *known, struct err *err);

int recording_mark(struct desk *d, int64_t id, enum recording_mark_kind kind,
    int64_t at_us, int64_t until_us, const char *text, struct err *err);
struct recording_mark {
	int64_t id, at_us, until_us, operator_id, created_at;
	enum recording_mark_kind kind;
	char text[201];
};
/* In the order of their time.  Caller frees. */
int recording_marks(struct desk *d, int64_t id, struct recording_mark **rows,
    size_t *count, struct err *err);
void recording_mark_json(const struct recording_mark *m, struct json_out *out);

/*
 * ---- reading; permission recording.read ----
 *
 * How the customer is reached is masked as that of calls.
 */

int recording_get(
    struct desk *d, int64_t id, struct recording *out, struct err *err);
/* By its name, or enough of its beginning.  OD_ENOTFOUND, OD_EUSAGE. */
int recording_find(
    struct desk *d, const char *name, int64_t *id, struct err *err);
/* The same, of those in the trash. */
int recording_find_deleted(
    struct desk *d, const char *name, int64_t *id, struct err *err);
struct recording_filter {
	int64_t operator_id, contact_id, call_id; /* 0: any */
	int64_t from_us, to_us;                   /* 0: any */
	int state;                                /* -1: any */
	int64_t larger_than; /* bytes; 0: of any size */
	const char *contact; /* in the contact's name; NULL: any */
	bool deleted; /* what is in the trash instead; for who may restore */
	bool silent, held; /* only such ones */
};
/*
 * recording_where.c: what a person writes to narrow the list down, as that of
 * tickets: words are looked for in the contact's name, and
 *
 *   ana operador:marta estado:lista fecha<7d is:silent
 *
 * in Spanish and English.  Sets what is said in f and leaves the rest; words
 * is where f->contact points then.  OD_EDATA names what is not understood.
 */
int recording_where(struct desk *d, const char *text, struct recording_filter *f,
    char words[201], struct err *err);
/* Newest first. */
int recording_list(struct desk *d, const struct recording_filter *f,
    const struct page *page, struct recording **rows, size_t *count,
    struct err *err);
struct recording_stats {
	int64_t count, duration_us, bytes, silent, recovered, missing;
};
int recording_stats(struct desk *d, const struct recording_filter *f,
    struct recording_stats *out, struct err *err);
/* Of microseconds, to the millisecond. */
static inline double
recording_seconds(int64_t us)
{
	int64_t ms = us / US_PER_MS;

	return (double)ms / 1000;
}
void recording_json(const struct recording *r, struct json_out *out);

/* ---- taking ---- */

/*
 * What a row says already of whether it can be heard or copied, or deleted:
 * OD_ENOTFOUND or OD_ECONFLICT and why not.  Screens ask before they have
 * anything typed; the use cases look themselves.
 */
int recording_has_sound(const struct recording *r, struct err *err);
int recording_may_go(const struct recording *r, struct err *err);
/* For playing (audited): the whole file, open for reading. */
int recording_open(struct desk *d, int64_t id, int *fd, struct err *err);
/* For a copy elsewhere (audited, with the reason, which is needed). */
int recording_export(
    struct desk *d, int64_t id, const char *reason, int *fd, struct err *err);
/*
 * By an administrator with a second person (op_begin_second): into the trash,
 * from which it goes for good after its days; the row stays for the chain.
 * OD_ECONFLICT: a legal hold is on it, its call or its contact.
 */
int recording_delete(
    struct desk *d, int64_t id, const char *reason, struct err *err);
/* Out of the trash.  OD_ECONFLICT: its sound is gone, or it is not there. */
int recording_restore(struct desk *d, int64_t id, struct err *err);

/* ---- recording_keep.c: how long they are kept ---- */

struct recording_due {
	int64_t id;
	int64_t since_us; /* its end, or when it was deleted */
	int64_t bytes;
	char name[33];
	bool held; /* it would go, and a legal hold keeps it */
};
/*
 * What the next clearing would take, by the statements that it will use, the
 * oldest ones, at most limit rows; deleted: out of the trash.  Nothing is
 * changed.  OP_RETENTION_READ.  Caller frees.
 */
int recording_due_list(struct desk *d, bool deleted, int limit,
    struct recording_due **rows, size_t *count, struct err *err);
void recording_due_json(const struct recording_due *r, struct json_out *out);
/* What stands beside its sound in a desk's files; any thread. */
void recording_files_discard(const char *files_dir, const char *name);

/* ---- what became of them ---- */

struct recording_scan {
	int64_t recovered, failed, missing;
	int64_t writing; /* left alone: their recorder has not ended yet */
};
/*
 * Rows that run although nobody records: what is there is put right and kept.
 * is_live (may be NULL) says of a name that its recorder still runs.
 */
int recording_scan(struct desk *d,
    bool (*is_live)(struct desk *d, const char *name),
    struct recording_scan *out, struct err *err);
/* Whether any row of the acting tenant runs, alive or not. */
int recording_scan_waits(struct desk *d, bool *waits, struct err *err);
/*
 * A recorder's: until it has ended, as long as this desk is open, its recording
 * is not scanned.
 */
int recording_live(struct desk *d, const char *name, struct err *err);
bool recording_is_live(struct desk *d, const char *name);

enum recording_fault {
	RECORDING_FINE,
	RECORDING_CHANGED,  /* the row is not what it was */
	RECORDING_UNLINKED, /* the one before it is gone */
	RECORDING_NO_FILE,
	RECORDING_BAD_FILE,  /* its digest is another one */
	RECORDING_LAST_GONE, /* the end of the chain is gone */
};
struct recording_verdict {
	int64_t checked, wrong;
	struct recording_fault_row {
		char name[33];
		enum recording_fault fault;
	} first[20]; /* the first wrong ones */
};
/*
 * The acting tenant's chain, and each file unless only rows are to be looked
 * at.  What is wrong is no error.
 */
int recording_verify(struct desk *d, bool rows_only,
    void (*progress)(int64_t done, int64_t all, void *data), void *data,
    struct recording_verdict *out, struct err *err);
extern const char *const recording_fault_names[];

#endif
