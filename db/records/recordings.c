/* recordings - begun, marked, kept; see recordings.h. */
#include "db/records/recordings.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/log.h"
#include "common/wav.h"
#include "db/records/files.h"
#include "db/records/recordings_int.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *const recording_state_names[] = {
    "recording", "finishing", "ready", "recovered", "failed", "missing", NULL};
const char *const recording_format_names[] = {"wav", "flac", "opus", NULL};
const char *const recording_mark_names[] = {
    "mark", "pause", "clipping", "consent", NULL};

/* ---- beginning ---- */

/* What is not said comes from the call, and from the contact. */
static int
fill_who(struct desk *d, const struct recording_new *in, struct recording *r,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc = 0;

	r->call_id = in->call_id;
	r->contact_id = in->contact_id;
	if (r->call_id != 0) {
		rc = db_query(d->db, &st,
		    "SELECT contact_id, number FROM calls"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(r->call_id)), err);
		if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
			if (r->contact_id == 0)
				r->contact_id = stmt_int(st, 0);
			str_copy(r->contact_phone, sizeof(r->contact_phone),
			    stmt_text(st, 1));
			rc = 0;
		} else if (rc == 0) {
			rc =
			    err_set(err, OD_ENOTFOUND, "There is no such call");
		}
		stmt_close(&st);
	}
	if (rc == 0 && r->contact_id != 0) {
		rc = db_query(d->db, &st,
		    "SELECT full_name FROM contacts"
		    " WHERE tenant_id = $1 AND id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(r->contact_id)),
		    err);
		if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
			str_copy(r->contact_name, sizeof(r->contact_name),
			    stmt_text(st, 0));
			rc = 0;
		} else if (rc == 0) {
			rc = err_set(
			    err, OD_ENOTFOUND, "There is no such contact");
		}
		stmt_close(&st);
	}
	if (in->contact_name != NULL)
		records__line(
		    r->contact_name, sizeof(r->contact_name), in->contact_name);
	if (in->contact_phone != NULL)
		records__line(r->contact_phone, sizeof(r->contact_phone),
		    in->contact_phone);
	return rc;
}

static int
insert(
    struct desk *d, const struct op *op, struct recording *r, struct err *err)
{
	return db_insert(d->db, &r->id,
	    "INSERT INTO recordings(tenant_id, name, call_id, operator_id,"
	    " team_id, contact_id, contact_name, contact_phone, state,"
	    " started_us, rate, channels, device, consent, created_at,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,0,$9,$10,$11,$12,"
	    "$13,$9,$9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(r->name), b_ref(r->call_id),
		b_ref(r->operator_id), b_ref(d->actor.team_id),
		b_ref(r->contact_id), b_text(r->contact_name),
		b_text(r->contact_phone), b_int(op->now_us), b_int(r->rate),
		b_int(r->channels), b_text(r->device), b_int(r->consent)),
	    err);
}

static int
add_mark(struct desk *d, const struct op *op, int64_t id,
    enum recording_mark_kind kind, int64_t at_us, int64_t until_us,
    const char *text, struct err *err)
{
	int64_t mark = 0;

	return db_insert(d->db, &mark,
	    "INSERT INTO recording_marks(tenant_id, recording_id, kind, at_us,"
	    " until_us, text, operator_id, created_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(kind),
		b_int(at_us), until_us > at_us ? b_int(until_us) : b_null(),
		b_text(text),
		d->actor.kind == ACTOR_OPERATOR ? b_ref(d->actor.id) : b_null(),
		b_int(op->now_us)),
	    err);
}

/* Whose call it is, or who leads him, and whom he may look at. */
static int
check_reach(struct desk *d, const struct recording_new *in, struct err *err)
{
	int rc = 0;

	if (in->call_id != 0)
		rc = op_may(d, OP_CALL_CONSENT, in->call_id, err);
	if (rc == 0 && in->contact_id != 0)
		rc = op_may(d, OP_CONTACT_READ, in->contact_id, err);
	return rc;
}

/* Another console of the operator, say. */
static int
check_alone(struct desk *d, int64_t call_id, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	if (call_id == 0)
		return 0;
	rc = db_query(d->db, &st,
	    "SELECT name FROM recordings WHERE tenant_id = $1"
	    " AND call_id = $2 AND state < 2",
	    BINDS(b_int(d->actor.tenant_id), b_int(call_id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1)
		rc = !recording_is_live(d, stmt_text(st, 0))
		         ? 0
		         : err_set(err, OD_ECONFLICT,
			       "The call is being recorded already, by another "
			       "console; end it there first");
	stmt_close(&st);
	return rc;
}

/* What the desk itself writes comes first. */
static int
check_room(const struct desk *d, struct err *err)
{
	if (file_check_room(d->files_dir, NULL) == 0)
		return 0;
	return err_set(err, OD_ELIMIT,
	    "There is too little room on the disk to record; make room, then "
	    "record again");
}

int
recording_begin(struct desk *d, const struct recording_new *in, int64_t *id,
    char name[33], struct err *err)
{
	struct recording r = {
	    .consent = in->consent, .rate = in->rate, .channels = in->channels};
	struct op op;
	int rc;

	if (in->consent != CONSENT_YES && in->consent != CONSENT_ANNOUNCED)
		return err_set(err, OD_ECONFLICT,
		    "Nothing is recorded before the customer agreed or was "
		    "told: say --consent yes or announced");
	random_hex(r.name, 32);
	records__line(
	    r.device, sizeof(r.device), in->device != NULL ? in->device : "");
	/* Before anybody can see the row, and take it for a dead one. */
	if ((rc = check_room(d, err)) != 0 ||
	    (rc = recording_live(d, r.name, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_RECORDING_START, 0, err)) != 0)
		goto out;
	r.operator_id = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	if ((rc = check_reach(d, in, err)) == 0 &&
	    (rc = fill_who(d, in, &r, err)) == 0 &&
	    (rc = check_alone(d, r.call_id, err)) == 0)
		rc = insert(d, &op, &r, err);
	if (rc == 0) {
		op_created(&op, r.id);
		rc = add_mark(d, &op, r.id, RECORDING_CONSENT, 0, 0,
		    call_consent_names[r.consent], err);
	}
	if ((rc = op_end(d, &op, rc, err)) != 0)
		goto out;
	*id = r.id;
	memcpy(name, r.name, sizeof(r.name));
	if (file_make_dir(d->files_dir, r.name, NULL) == 0 &&
	    recording__row(d, r.id, &r, NULL) == 0)
		recording__sidecar(d, &r);
out:
	if (rc != 0)
		recording__live_end(d, r.name);
	return rc;
}

/* One that was begun is ended: it has its until.  1 when there was one. */
static int
end_pause(struct desk *d, int64_t id, int64_t at_us, int64_t until_us,
    struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE recording_marks SET until_us = $4 WHERE tenant_id = $1"
	    " AND recording_id = $2 AND kind = 1 AND at_us = $3"
	    " AND until_us IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(at_us),
		b_int(until_us)),
	    &changed, err);

	return rc != 0 ? rc : changed > 0;
}

int
recording_mark(struct desk *d, int64_t id, enum recording_mark_kind kind,
    int64_t at_us, int64_t until_us, const char *text, struct err *err)
{
	char clean[201];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Text"), clean, sizeof(clean), text, err)) !=
		0 ||
	    (rc = op_begin(d, &op, OP_RECORDING_MARK, id, err)) != 0)
		return rc;
	op_note(&op, "%s %lld-%lld us", recording_mark_names[kind],
	    (long long)at_us, (long long)until_us);
	if (kind == RECORDING_PAUSE && until_us > at_us)
		rc = end_pause(d, id, at_us, until_us, err);
	if (rc == 0)
		rc = add_mark(d, &op, id, kind, at_us, until_us, clean, err);
	return op_end(d, &op, rc == 1 ? 0 : rc, err);
}

/* ---- the end ---- */

const char *
recording__mime(enum recording_format format)
{
	switch (format) {
	case RECORDING_WAV:
		return "audio/wav";
	case RECORDING_FLAC:
		return "audio/flac";
	case RECORDING_OPUS:
		return "audio/ogg; codecs=opus";
	}
	return "";
}

/* The part, or what it was converted into, durable under its name. */
static int
keep_file(const struct desk *d, struct recording *r, struct err *err)
{
	struct str from = STR_INIT, to = STR_INIT;
	int fd, rc;

	recording_part_path(d, r->name,
	    r->format == RECORDING_WAV
		? ""
		: (r->format == RECORDING_FLAC ? ".flac" : ".opus"),
	    &from);
	recording__path(d, r->name, "", &to);
	/* A program that died here has renamed it already. */
	if (access(from.s, F_OK) != 0 && access(to.s, F_OK) == 0) {
		rc = recording__digest(to.s, r->sha256, &r->bytes, err);
	} else if ((rc = recording__digest(
			from.s, r->sha256, &r->bytes, err)) == 0) {
		fd = open(from.s, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
		rc = fd < 0 ? err_set(err, err_errno_code(errno),
				  "The recording's file cannot be read: %m")
		            : fs_keep_only(fd, from.s, to.s, err);
		if (fd >= 0)
			close(fd);
	}
	str_free(&from);
	str_free(&to);
	return rc;
}

static void
remove_parts(const struct desk *d, const char *name)
{
	static const char *const suffixes[] = {"", ".flac", ".opus"};

	for (size_t i = 0; i < 3; i++) {
		struct str path = STR_INIT;

		recording_part_path(d, name, suffixes[i], &path);
		fs_remove(path.s);
		str_free(&path);
	}
}

/* A WAV says of itself what it is, also one that has its name already. */
static void
read_part(const struct desk *d, struct recording *r)
{
	struct str part = STR_INIT, whole = STR_INIT;
	struct wav_info info;
	int fd;

	recording_part_path(d, r->name, "", &part);
	recording__path(d, r->name, "", &whole);
	fd = open(part.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		fd = open(whole.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	str_free(&part);
	str_free(&whole);
	if (fd < 0)
		return;
	if (wav_read(fd, &info, NULL) == 0) {
		r->duration_us = info.duration_us;
		r->rate = info.rate;
		r->channels = info.channels;
	}
	close(fd);
}

static int
update(struct desk *d, const struct op *op, const struct recording *r,
    struct err *err)
{
	return db_exec(d->db,
	    "UPDATE recordings SET state = $3, ended_us = $4,"
	    " duration_us = $5, rate = $6, channels = $7, format = $8,"
	    " bytes = $9, sha256 = $10, device = $11, peak = $12,"
	    " silent = $13, reason = $14, previous_hash = $15, hash = $16,"
	    " updated_at = $17, version = version + 1"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(r->id), b_int(r->state),
		b_int(r->ended_us), b_int(r->duration_us), b_int(r->rate),
		b_int(r->channels), b_int(r->format), b_int(r->bytes),
		b_text(r->sha256), b_text(r->device), b_int(r->peak),
		b_int(r->silent), b_text(r->reason), b_text(r->previous_hash),
		b_text(r->hash), b_int(op->now_us)),
	    NULL, err);
}

static void
take_facts(const struct desk *d, struct recording *r,
    const struct recording_facts *f, enum recording_state state, int64_t now_us)
{
	r->format = f->format;
	r->state = state;
	read_part(d, r);
	if (f->duration_us >= 0)
		r->duration_us = f->duration_us;
	if (f->rate > 0)
		r->rate = f->rate;
	if (f->channels > 0)
		r->channels = f->channels;
	if (f->peak >= 0)
		r->peak = f->peak;
	r->silent = f->silent;
	if (f->device != NULL && f->device[0] != '\0')
		records__line(r->device, sizeof(r->device), f->device);
	records__line(
	    r->reason, sizeof(r->reason), f->reason != NULL ? f->reason : "");
	r->ended_us = r->started_us + r->duration_us;
	if (r->ended_us > now_us)
		r->ended_us = now_us;
	if (r->ended_us < r->started_us)
		r->ended_us = r->started_us;
}

/* Inside an open op. */
static int
end_row(struct desk *d, struct op *op, struct recording *r, struct err *err)
{
	int64_t file_id = 0;
	int rc = 0;

	if (r->state != RECORDING_FAILED) {
		if ((rc = recording__link(d, op, r, err)) == 0)
			rc = file_row_new(d, op, FILE_RECORDING, r->name,
			    r->sha256, r->bytes, recording__mime(r->format),
			    r->contact_name, &file_id, err);
	}
	if (rc == 0)
		rc = update(d, op, r, err);
	return rc;
}

int
recording__end(struct desk *d, enum op_id what, int64_t id,
    const struct recording_facts *f, enum recording_state state,
    struct err *err)
{
	struct recording r;
	struct op op;
	int rc;

	if ((rc = recording__row(d, id, &r, err)) != 0)
		return rc;
	if (r.state > RECORDING_FINISHING)
		return err_set(
		    err, OD_ECONFLICT, "The recording has ended already");
	take_facts(d, &r, f, state, clock_wall_us());
	if (r.state != RECORDING_FAILED && (rc = keep_file(d, &r, err)) != 0)
		return rc;
	rc = op_begin(d, &op, what, what == OP_RECORDING_END ? id : 0, err);
	if (rc != 0)
		return rc;
	op_note(&op, "recording %lld %s", (long long)id,
	    recording_state_names[r.state]);
	rc = end_row(d, &op, &r, err);
	if ((rc = op_end(d, &op, rc, err)) != 0)
		return rc;
	recording__live_end(d, r.name);
	remove_parts(d, r.name);
	recording__sidecar(d, &r);
	return 0;
}

int
recording_end(struct desk *d, int64_t id, const struct recording_facts *f,
    enum recording_state state, struct err *err)
{
	/* Before its file is given another name, it is asked who may. */
	int rc = op_may(d, OP_RECORDING_END, id, err);

	return rc != 0 ? rc
	               : recording__end(d, OP_RECORDING_END, id, f, state, err);
}
