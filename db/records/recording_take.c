/* recording_take - heard, taken away, deleted, found; see recordings.h. */
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "db/records/files.h"
#include "db/records/holds_int.h"
#include "db/records/recordings_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int
recording_has_sound(const struct recording *r, struct err *err)
{
	if (r->deleted_at != 0)
		return err_set(err, OD_ENOTFOUND, "There is no such recording");
	if (r->state != RECORDING_READY && r->state != RECORDING_RECOVERED)
		return err_set(err, OD_ECONFLICT,
		    "There is no sound to be had: the recording is %s",
		    recording_state_names[r->state]);
	return 0;
}

static int
open_file(struct desk *d, const struct recording *r, int *fd, struct err *err)
{
	struct str path = STR_INIT;
	int rc = recording_has_sound(r, err);

	*fd = -1;
	if (rc != 0)
		return rc;
	recording__path(d, r->name, "", &path);
	*fd = open(path.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	str_free(&path);
	return *fd >= 0 ? 0
	                : err_set(err, err_errno_code(errno),
			      "The recording's file cannot be read: %m");
}

/* The audit row stands before anybody has the sound. */
static int
take(struct desk *d, enum op_id what, int64_t id, const char *reason, int *fd,
    struct err *err)
{
	struct recording r;
	struct op op;
	int rc;

	*fd = -1;
	if ((rc = op_begin(d, &op, what, id, err)) != 0)
		return rc;
	if (reason != NULL)
		op_note(&op, "%s", reason);
	if ((rc = recording__row(d, id, &r, err)) == 0)
		rc = open_file(d, &r, fd, err);
	rc = op_end(d, &op, rc, err);
	if (rc != 0 && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	return rc;
}

int
recording_open(struct desk *d, int64_t id, int *fd, struct err *err)
{
	return take(d, OP_RECORDING_PLAY, id, NULL, fd, err);
}

static int
clean_reason(char clean[201], const char *reason, struct err *err)
{
	int rc = records__fit(_("Reason"), clean, 201, reason, err);

	if (rc == 0 && clean[0] == '\0')
		rc = err_set(err, OD_EDATA,
		    "Say why with --reason: it stays in the audit trail");
	return rc;
}

int
recording_export(
    struct desk *d, int64_t id, const char *reason, int *fd, struct err *err)
{
	char clean[201];
	int rc = clean_reason(clean, reason, err);

	*fd = -1;
	return rc != 0 ? rc : take(d, OP_RECORDING_EXPORT, id, clean, fd, err);
}

/* ---- deleting ---- */

static int
refuse_held(struct err *err)
{
	return err_set(err, OD_ECONFLICT,
	    "A legal hold keeps this recording; take it off first");
}

int
recording_may_go(const struct recording *r, struct err *err)
{
	if (r->state < RECORDING_READY)
		return err_set(
		    err, OD_ECONFLICT, "It is being recorded; end it first");
	return r->held ? refuse_held(err) : 0;
}

static int
check_holds(struct desk *d, int64_t id, struct err *err)
{
	int rc = records__any(d,
	    "SELECT 1 FROM recordings r WHERE r.tenant_id = $1 AND r.id = $2"
	    " AND (" RECORDING_HELD ")",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);

	return rc == 1 ? refuse_held(err) : rc;
}

/* What has no sound is nothing to be had back: only its place stays. */
static int
delete_row(struct desk *d, const struct op *op, const struct recording *r,
    struct err *err)
{
	if (r->state != RECORDING_READY && r->state != RECORDING_RECOVERED)
		return recording__empty(d, op->now_us, r->id, err);
	return db_exec(d->db,
	    "UPDATE recordings SET deleted_at = $3, updated_at = $3,"
	    " version = version + 1 WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(r->id), b_int(op->now_us)),
	    NULL, err);
}

int
recording_delete(
    struct desk *d, int64_t id, const char *reason, struct err *err)
{
	struct str args = STR_INIT, sentence = STR_INIT;
	struct recording r;
	struct json_out out;
	struct op_matter m;
	char clean[201];
	struct op op;
	int rc;

	if ((rc = clean_reason(clean, reason, err)) != 0 ||
	    (rc = recording_get(d, id, &r, err)) != 0 ||
	    (rc = recording_may_go(&r, err)) != 0 ||
	    (rc = check_holds(d, id, err)) != 0)
		return rc;
	json_out_init(&out, &args);
	json_out_object(&out, NULL);
	json_out_string(&out, "reason", clean);
	json_out_end(&out, '}');
	str_addf(&sentence, _("Delete the recording %.8s of %s: %s"), r.name,
	    r.contact_name[0] != '\0' ? r.contact_name : _("nobody known"),
	    clean);
	m = (struct op_matter){args.s, sentence.s};
	rc = op_begin_second(d, &op, OP_RECORDING_DELETE, id, &m, err);
	if (rc == 0) {
		if ((rc = recording__row(d, id, &r, err)) == 0 &&
		    (rc = check_holds(d, id, err)) == 0)
			rc = delete_row(d, &op, &r, err);
		rc = op_end(d, &op, rc, err);
	}
	str_free(&args);
	str_free(&sentence);
	return rc;
}

int
recording__run_delete(
    struct desk *d, int64_t record_id, const struct json *args, struct err *err)
{
	return recording_delete(d, record_id, json_string(args, "reason"), err);
}

/* ---- what became of them ---- */

static int64_t
live_key(const char *name)
{
	uint8_t sum[SHA256_SIZE];
	uint64_t key = 0;

	sha256(name, strlen(name), sum);
	for (int i = 0; i < 8; i++)
		key = key << 8 | sum[i];
	return (int64_t)(key & ((UINT64_C(1) << 62) - 1));
}

int
recording_live(struct desk *d, const char *name, struct err *err)
{
	return db_live_hold(d->db, live_key(name), err);
}

void
recording__live_end(struct desk *d, const char *name)
{
	db_live_release(d->db, live_key(name));
}

bool
recording_is_live(struct desk *d, const char *name)
{
	return db_live_elsewhere(d->db, live_key(name));
}

/*
 * What is there of it: a state, and the facts of its file.  RECORDING_RUNNING:
 * its recorder outlives the program that began it, and still writes.
 */
static enum recording_state
look(struct desk *d, const struct recording *r)
{
	enum recording_state state = RECORDING_MISSING;
	struct str part = STR_INIT, whole = STR_INIT;
	struct wav_info info;
	int fd;

	recording_part_path(d, r->name, "", &part);
	recording__path(d, r->name, "", &whole);
	fd = open(part.s, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 &&
	    errno == EWOULDBLOCK) {
		state = RECORDING_RUNNING;
		close(fd);
	} else if (fd >= 0) {
		state = wav_repair(fd, (uint32_t)r->rate, (unsigned)r->channels,
			    &info, NULL) == 0
		            ? RECORDING_RECOVERED
		            : RECORDING_FAILED;
		close(fd);
	} else if (access(whole.s, F_OK) == 0) {
		state = RECORDING_RECOVERED;
	}
	str_free(&part);
	str_free(&whole);
	return state;
}

static int
note_missing(struct desk *d, const struct recording *r, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_RECORDING_REPAIR, 0, err)) != 0)
		return rc;
	op_note(&op, "recording %lld missing", (long long)r->id);
	rc = db_exec(d->db,
	    "UPDATE recordings SET state = 5, updated_at = $3,"
	    " version = version + 1"
	    " WHERE tenant_id = $1 AND id = $2 AND state < 2",
	    BINDS(b_int(d->actor.tenant_id), b_int(r->id), b_int(op.now_us)),
	    NULL, err);
	return op_end(d, &op, rc, err);
}

static int
put_right(struct desk *d, const struct recording *r, struct recording_scan *out,
    struct err *err)
{
	struct recording_facts f = {.duration_us = -1,
	    .peak = -1,
	    .format = RECORDING_WAV,
	    .reason = "recovered"};
	enum recording_state state = look(d, r);
	int rc;

	if (state == RECORDING_RUNNING) {
		out->writing++;
		return 0;
	}
	if (state == RECORDING_MISSING) {
		out->missing++;
		return note_missing(d, r, err);
	}
	if (state == RECORDING_FAILED)
		f.reason = "no sound";
	if ((rc = recording__end(
		 d, OP_RECORDING_REPAIR, r->id, &f, state, err)) != 0)
		return rc;
	if (state == RECORDING_FAILED)
		out->failed++;
	else
		out->recovered++;
	return 0;
}

int
recording_scan_waits(struct desk *d, bool *waits, struct err *err)
{
	int rc = records__any(d,
	    "SELECT 1 FROM recordings WHERE tenant_id = $1 AND state < 2",
	    BINDS(b_int(d->actor.tenant_id)), err);

	*waits = rc == 1;
	return rc == 1 ? 0 : rc;
}

int
recording_scan(struct desk *d,
    bool (*is_live)(struct desk *d, const char *name),
    struct recording_scan *out, struct err *err)
{
	struct recording *rows = NULL;
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_query(d->db, &st,
	    "SELECT " RECORDING_COLUMNS RECORDING_FROM
	    " WHERE r.tenant_id = $1 AND r.state < 2"
	    " ORDER BY r.state, r.id LIMIT 1000",
	    BINDS(b_int(d->actor.tenant_id)), err);
	rows = records__all(&st, sizeof(*rows), recording__read, &n, &rc, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (is_live == NULL || !is_live(d, rows[i].name))
			rc = put_right(d, &rows[i], out, err);
	free(rows);
	return rc;
}
