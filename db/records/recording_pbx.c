/*
 * recording_pbx - a call that the telephone system recorded; see recordings.h.
 *
 * What a file holds is taken from its own head, and nothing from its name.
 */
#include "common/i18n.h"
#include "common/wav.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/files.h"
#include "db/records/recordings_int.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLAC_HEAD    26 /* up to the count of samples */
#define OPUS_RATE    48000
#define OGG_HEAD     27 /* of a page, before its table of segments */
#define RATE_MAX     768000
#define SECONDS_MAX  (24 * 3600)
#define CHANNELS_MAX 16
#define PART_SIZE    131072 /* more than a page of Ogg */

static uint64_t
big(const uint8_t *p, int n)
{
	uint64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint64_t
little(const uint8_t *p, int n)
{
	uint64_t v = 0;

	for (int i = n - 1; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static int64_t
duration_of(uint64_t frames, int64_t rate)
{
	uint64_t whole = frames / (uint64_t)rate;
	uint64_t rest = frames % (uint64_t)rate;

	if (whole > SECONDS_MAX)
		return -1;
	return (int64_t)(whole * US_PER_SECOND +
			 rest * US_PER_SECOND / (uint64_t)rate);
}

/* STREAMINFO is the first block, always. */
static bool
read_flac(const uint8_t *p, size_t n, struct recording_file *out)
{
	uint64_t bits;

	if (n < FLAC_HEAD || memcmp(p, "fLaC", 4) != 0 || (p[4] & 0x7f) != 0)
		return false;
	bits = big(p + 18, 8);
	out->format = RECORDING_FLAC;
	out->rate = (int64_t)(bits >> 44);
	out->channels = (int64_t)(bits >> 41 & 7) + 1;
	if (out->rate == 0)
		return false;
	out->duration_us =
	    duration_of(bits & ((UINT64_C(1) << 36) - 1), out->rate);
	return true;
}

/* Where the last page says that the sound ends, in frames; 0: nowhere. */
static uint64_t
last_granule(const uint8_t *p, size_t n)
{
	for (size_t at = n - OGG_HEAD; at > 0; at--)
		if (p[at] == 'O' && memcmp(p + at, "OggS", 4) == 0)
			return little(p + at + 6, 8);
	return 0;
}

static bool
read_opus(const uint8_t *p, size_t n, const uint8_t *tail, size_t tail_n,
    struct recording_file *out)
{
	uint64_t skip, end;
	const uint8_t *head = p + OGG_HEAD + 1;

	if (n < 2 * OGG_HEAD + 20 || memcmp(p, "OggS", 4) != 0 || p[26] != 1 ||
	    memcmp(head, "OpusHead", 8) != 0)
		return false;
	out->format = RECORDING_OPUS;
	out->channels = head[9];
	out->rate = OPUS_RATE;
	skip = little(head + 10, 2);
	end = tail_n > OGG_HEAD ? last_granule(tail, tail_n) : 0;
	out->duration_us = end > skip ? duration_of(end - skip, OPUS_RATE) : 0;
	return true;
}

static bool
read_wav(const uint8_t *p, size_t n, uint64_t size, struct recording_file *out)
{
	struct wav_info info;

	if (wav_parse(p, n, size, &info, NULL) != 0)
		return false;
	out->format = RECORDING_WAV;
	out->rate = info.rate;
	out->channels = info.channels;
	out->duration_us = info.duration_us;
	return true;
}

/* Of a file of size its first n bytes, and its last ones. */
static int
look(const uint8_t *p, size_t n, const uint8_t *tail, size_t tail_n,
    uint64_t size, struct recording_file *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	if (!read_wav(p, n, size, out) && !read_flac(p, n, out) &&
	    !read_opus(p, n, tail, tail_n, out))
		return err_set(err, OD_EDATA,
		    "This is no recording that can be kept: send a WAV, FLAC "
		    "or Ogg Opus file");
	/* FLAC that was written into a pipe does not know how long it is. */
	if (out->channels < 1 || out->channels > CHANNELS_MAX ||
	    out->rate > RATE_MAX || out->duration_us < 0 ||
	    (out->duration_us == 0 && out->format != RECORDING_FLAC))
		return err_set(err, OD_EDATA, "There is no sound in the file");
	return 0;
}

static int
too_large(uint32_t most, struct err *err)
{
	return err_set(err, OD_ELIMIT,
	    "The recording is too large: it may have %d MiB",
	    (int)(most >> 20));
}

int
recording_file_look(
    const void *bytes, size_t n, struct recording_file *out, struct err *err)
{
	if (n > RECORDING_FILE_MAX) {
		memset(out, 0, sizeof(*out));
		return too_large(RECORDING_FILE_MAX, err);
	}
	return look(bytes, n, bytes, n, n, out, err);
}

/* parts: room for the file's beginning and its end. */
static int
look_at_ends(
    int fd, uint8_t *parts, struct recording_file *out, struct err *err)
{
	uint8_t *head = parts, *tail = parts + PART_SIZE;
	ssize_t n, tail_n;
	struct stat st;
	off_t from;

	memset(out, 0, sizeof(*out));
	if (fstat(fd, &st) != 0)
		return err_set(err, OD_EIO, "The recording cannot be read: %m");
	if (st.st_size > RECORDING_WATCHED_MAX)
		return too_large(RECORDING_WATCHED_MAX, err);
	from = st.st_size > PART_SIZE ? st.st_size - PART_SIZE : 0;
	n = pread(fd, head, PART_SIZE, 0);
	tail_n = pread(fd, tail, PART_SIZE, from);
	if (n < 0 || tail_n < 0)
		return err_set(err, OD_EIO, "The recording cannot be read: %m");
	out->bytes = st.st_size;
	return look(head, (size_t)n, tail, (size_t)tail_n, (uint64_t)st.st_size,
	    out, err);
}

int
recording_file_look_fd(int fd, struct recording_file *out, struct err *err)
{
	uint8_t *parts = xmalloc(2 * PART_SIZE);
	int rc = look_at_ends(fd, parts, out, err);

	free(parts);
	return rc;
}

int
recording_file_take_fd(
    const char *files_dir, int fd, struct recording_file *out, struct err *err)
{
	struct file_writer *w = NULL;
	uint8_t *block;
	char name[65];
	off_t at = 0;
	ssize_t n = 1;
	int rc = recording_file_look_fd(fd, out, err);

	if (rc != 0 || (rc = file_write_start(files_dir, &w, err)) != 0)
		return rc;
	block = xmalloc(PART_SIZE);
	while (rc == 0 && (n = pread(fd, block, PART_SIZE, at)) > 0) {
		rc = file_write(w, block, (size_t)n, err);
		at += n;
	}
	free(block);
	if (rc == 0 && n < 0)
		rc = err_set(err, OD_EIO, "The recording cannot be read: %m");
	if (rc == 0)
		rc = file_write_finish(w, name, out->sha256, &out->bytes, err);
	file_write_free(&w);
	if (rc == 0)
		str_copy(out->name, sizeof(out->name), name);
	return rc;
}

int
recording_file_take(const char *files_dir, const void *bytes, size_t n,
    struct recording_file *out, struct err *err)
{
	struct file_writer *w = NULL;
	char name[65];
	int64_t size;
	int rc = recording_file_look(bytes, n, out, err);

	if (rc != 0 || (rc = file_write_start(files_dir, &w, err)) != 0)
		return rc;
	if ((rc = file_write(w, bytes, n, err)) == 0)
		rc = file_write_finish(w, name, out->sha256, &size, err);
	file_write_free(&w);
	if (rc == 0) {
		str_copy(out->name, sizeof(out->name), name);
		out->bytes = size;
	}
	return rc;
}

static int
insert(
    struct desk *d, const struct op *op, struct recording *r, struct err *err)
{
	return db_insert(d->db, &r->id,
	    "INSERT INTO recordings(tenant_id, name, call_id, operator_id,"
	    " team_id, contact_id, contact_name, contact_phone, state, source,"
	    " started_us, ended_us, duration_us, rate, channels, format, bytes,"
	    " sha256, device, consent, previous_hash, hash, created_at,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,2,1,$9,$10,$11,$12,"
	    "$13,$14,$15,$16,$17,$18,$19,$20,$21,$21) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(r->name), b_ref(r->call_id),
		b_ref(r->operator_id), b_ref(r->team_id), b_ref(r->contact_id),
		b_text(r->contact_name), b_text(r->contact_phone),
		b_int(r->started_us), b_int(r->ended_us), b_int(r->duration_us),
		b_int(r->rate), b_int(r->channels), b_int(r->format),
		b_int(r->bytes), b_text(r->sha256), b_text(r->device),
		b_int(r->consent), b_text(r->previous_hash), b_text(r->hash),
		b_int(op->now_us)),
	    err);
}

static void
from_call(struct recording *r, const struct call *c)
{
	r->call_id = c->id;
	r->operator_id = c->operator_id;
	r->team_id = c->team_id;
	r->contact_id = c->contact_id;
	r->started_us = c->answered_us != 0 ? c->answered_us : c->started_us;
	r->consent = c->consent;
	str_copy(r->contact_name, sizeof(r->contact_name), c->contact_name);
	str_copy(r->contact_phone, sizeof(r->contact_phone), c->number);
	str_copy(r->device, sizeof(r->device), c->provider);
}

/* Inside an open op. */
static int
add(struct desk *d, struct op *op, struct recording *r, struct err *err)
{
	int64_t file_id = 0;
	int rc;

	if ((rc = recording__link(d, op, r, err)) != 0 ||
	    (rc = file_row_new(d, op, FILE_RECORDING, r->name, r->sha256,
		 r->bytes, recording__mime(r->format), r->contact_name,
		 &file_id, err)) != 0 ||
	    (rc = insert(d, op, r, err)) != 0)
		return rc;
	op_created(op, r->id);
	return 0;
}

int
recording_file_keep(struct desk *d, const char *call,
    const struct recording_file *f, int64_t *id, struct err *err)
{
	struct recording r = {.state = RECORDING_READY,
	    .source = RECORDING_PBX,
	    .format = f->format,
	    .rate = f->rate,
	    .channels = f->channels,
	    .duration_us = f->duration_us,
	    .bytes = f->bytes};
	struct call c;
	struct op op;
	int rc;

	if ((rc = call_by_name(d, call, &c, err)) != 0)
		return rc;
	r.call_id = c.id;
	call_clear(&c);
	/* What is kept is masked for nobody; who reads it later may be. */
	if ((rc = call__load(d, r.call_id, &c, err)) != 0)
		return rc;
	from_call(&r, &c);
	call_clear(&c);
	if (r.consent != CONSENT_YES && r.consent != CONSENT_ANNOUNCED)
		return err_set(err, OD_ECONFLICT,
		    "The call has no consent to a recording; note it with "
		    "\"opdesk call consent\" first");
	str_copy(r.name, sizeof(r.name), f->name);
	str_copy(r.sha256, sizeof(r.sha256), f->sha256);
	r.ended_us = r.started_us + r.duration_us;
	if ((rc = op_begin(d, &op, OP_RECORDING_TAKE, 0, err)) != 0)
		return rc;
	op_note(&op, "recording %s of call %lld", r.name, (long long)r.call_id);
	rc = add(d, &op, &r, err);
	if ((rc = op_end(d, &op, rc, err)) != 0)
		return rc;
	*id = r.id;
	recording__sidecar(d, &r);
	return 0;
}

int
recording_file_known(struct desk *d, int64_t call_id, const char *sha256,
    bool *known, struct err *err)
{
	int rc = records__any(d,
	    "SELECT 1 FROM recordings WHERE call_id = $1 AND tenant_id = $2"
	    " AND sha256 = $3 AND call_id IS NOT NULL",
	    BINDS(b_int(call_id), b_int(d->actor.tenant_id), b_text(sha256)),
	    err);

	*known = rc == 1;
	return rc == 1 ? 0 : rc;
}
