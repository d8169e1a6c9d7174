/* recordings_int - private to db/records: parts of recordings. */
#ifndef DB_RECORDS_RECORDINGS_INT_H
#define DB_RECORDS_RECORDINGS_INT_H

#include "db/records/approval_int.h"
#include "db/records/recordings.h"
#include "db/records/records_int.h"

#define RECORDING_COLUMNS                                                      \
	"r.id, r.version, r.call_id, r.operator_id, r.team_id, r.contact_id,"  \
	" r.state, r.format, r.consent, r.source, r.started_us, r.ended_us,"   \
	" r.duration_us, r.rate, r.channels, r.bytes, r.peak, r.silent,"       \
	" r.created_at, r.updated_at, r.deleted_at, r.kept_until_us, r.name,"  \
	" r.sha256, r.hash, r.previous_hash, r.contact_name,"                  \
	" r.contact_phone, r.device, r.reason, o.login, o.full_name,"          \
	" r.hold, o.team_id"
#define RECORDING_FROM                                                         \
	" FROM recordings r LEFT JOIN operators o ON o.id = r.operator_id"     \
	" AND o.tenant_id = r.tenant_id"

records_read_fn recording__read;
/* Without asking who may; also a deleted one. */
int recording__row(
    struct desk *d, int64_t id, struct recording *out, struct err *err);
/* files/ab/NAME with a suffix (".part", ".json", ""). */
void recording__path(const struct desk *d, const char *name, const char *suffix,
    struct str *out);
const char *recording__mime(enum recording_format format);
/* SHA-256 and size of a file; OD_ENOTFOUND. */
int recording__digest(
    const char *path, char hex[65], int64_t *bytes, struct err *err);
/* The sidecar as the row is now; what fails is said in the log only. */
void recording__sidecar(struct desk *d, const struct recording *r);
/* The row's own digest, of previous_hash and what does not change any more. */
void recording__hash(const struct recording *r, char hex[65]);
/* Inside an open op: r gets previous_hash and hash and is the last one. */
int recording__link(
    struct desk *d, struct op *op, struct recording *r, struct err *err);
/* recording_end by either operation: a scan puts anybody's right. */
int recording__end(struct desk *d, enum op_id what, int64_t id,
    const struct recording_facts *f, enum recording_state state,
    struct err *err);
/*
 * Inside an open op: its sound and whose it was go for ever, what the chain
 * needs stays.  The bytes go when that is committed: purge_files.
 */
int recording__empty(
    struct desk *d, int64_t now_us, int64_t id, struct err *err);
/* Its recorder is done with it; see recording_live. */
void recording__live_end(struct desk *d, const char *name);
approval_run_fn recording__run_delete;

#endif
