/* message_status - what providers say about messages that were sent. */
#include "common/i18n.h"
#include "db/records/message_int.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include <string.h>

/* What a status says. */
enum report {
	REPORT_OTHER,
	REPORT_SENT,
	REPORT_DELIVERED,
	REPORT_READ,
	REPORT_FAILED
};

struct target {
	int64_t id;
	enum message_state state;
	char channel[65], provider_id[257];
};

struct status {
	enum report report;
	int error_code;
	const char *error_text;
	int64_t at_us;
};

static enum report
report_of(const char *word)
{
	if (strcmp(word, "sent") == 0)
		return REPORT_SENT;
	if (strcmp(word, "delivered") == 0)
		return REPORT_DELIVERED;
	if (strcmp(word, "read") == 0 || strcmp(word, "played") == 0)
		return REPORT_READ;
	return strcmp(word, "failed") == 0 ? REPORT_FAILED : REPORT_OTHER;
}

/* How far a message is; failed stands between sent and delivered. */
static int
rank(enum message_state state)
{
	switch (state) {
	case MESSAGE_RECEIVED:
	case MESSAGE_DUE:
	case MESSAGE_SENDING:
	case MESSAGE_UNCERTAIN:
	case MESSAGE_HELD:
		return 0;
	case MESSAGE_SENT:
		return 1;
	case MESSAGE_FAILED:
		return 2;
	case MESSAGE_DELIVERED:
		return 3;
	case MESSAGE_READ:
		return 4;
	}
	return 0;
}

static enum message_state
state_of(enum report report)
{
	switch (report) {
	case REPORT_SENT:
		return MESSAGE_SENT;
	case REPORT_DELIVERED:
		return MESSAGE_DELIVERED;
	case REPORT_READ:
		return MESSAGE_READ;
	case REPORT_FAILED:
		return MESSAGE_FAILED;
	case REPORT_OTHER:
		break;
	}
	return MESSAGE_RECEIVED;
}

/* Times do not depend on the order in which statuses come. */
static int
keep_time(struct desk *d, const struct target *m, const struct status *s,
    struct err *err)
{
	const struct bind b[] = {
	    b_int(s->at_us), b_int(d->actor.tenant_id), b_int(m->id)};

	switch (s->report) {
	case REPORT_SENT:
		return db_later(d->db, NULL,
		    "UPDATE messages SET sent_us = CASE WHEN sent_us IS NULL"
		    " OR sent_us > $1 THEN $1 ELSE sent_us END"
		    " WHERE tenant_id = $2 AND id = $3",
		    b, 3, err);
	case REPORT_DELIVERED:
		return db_later(d->db, NULL,
		    "UPDATE messages SET delivered_us = CASE"
		    " WHEN delivered_us IS NULL OR delivered_us > $1"
		    " THEN $1 ELSE delivered_us END"
		    " WHERE tenant_id = $2 AND id = $3",
		    b, 3, err);
	case REPORT_READ:
		return db_later(d->db, NULL,
		    "UPDATE messages SET read_us = CASE WHEN read_us IS NULL"
		    " OR read_us > $1 THEN $1 ELSE read_us END"
		    " WHERE tenant_id = $2 AND id = $3",
		    b, 3, err);
	case REPORT_FAILED:
	case REPORT_OTHER:
		break;
	}
	return 0;
}

static int
set_state(struct desk *d, struct op *op, int64_t id, enum message_state state,
    int error_code, const char *error_text, struct err *err)
{
	char text[513];

	records__line(text, sizeof(text), error_text);
	return db_later(d->db, NULL,
	    "UPDATE messages SET state = $1, error_code = $2,"
	    " error_text = $3, updated_at = $4, version = version + 1"
	    " WHERE tenant_id = $5 AND id = $6",
	    BINDS(b_int(state), b_int(error_code), b_text(text),
		b_int(op->now_us), b_int(d->actor.tenant_id), b_int(id)),
	    err);
}

static int
apply(struct desk *d, struct op *op, struct target *m, const struct status *s,
    struct err *err)
{
	enum message_state state = state_of(s->report);
	int rc;

	if ((rc = keep_time(d, m, s, err)) != 0 || s->report == REPORT_OTHER)
		return rc;
	if (rank(state) <= rank(m->state))
		return 0;
	/* It is to be sent again: the failure was that of the try before. */
	if (state == MESSAGE_FAILED && m->state == MESSAGE_DUE)
		return 0;
	m->state = state;
	return set_state(d, op, m->id, state,
	    state == MESSAGE_FAILED ? s->error_code : 0,
	    state == MESSAGE_FAILED ? s->error_text : "", err);
}

int
message__sending(struct desk *d, struct op *op, int64_t message_id,
    enum message_state state, int error_code, const char *error_text,
    struct err *err)
{
	int64_t now;
	int rc;

	rc = db_int(d->db, &now,
	    "SELECT state FROM messages WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(message_id)), err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	/* The provider knows better how far it came. */
	if (rank((enum message_state)now) >= rank(MESSAGE_DELIVERED) ||
	    (now == MESSAGE_FAILED && state == MESSAGE_SENT) ||
	    (now == MESSAGE_SENT && state == MESSAGE_UNCERTAIN))
		return 0;
	return set_state(d, op, message_id, state, error_code, error_text, err);
}

#define TARGET_SELECT                                                          \
	"SELECT id, state, channel, provider_id FROM messages"                 \
	" WHERE tenant_id = $1"

/* OD_ENOTFOUND without a sentence. */
static int
read_target(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct target *m, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		m->id = stmt_int(st, 0);
		m->state = (enum message_state)stmt_int(st, 1);
		str_copy(m->channel, sizeof(m->channel), stmt_text(st, 2));
		str_copy(
		    m->provider_id, sizeof(m->provider_id), stmt_text(st, 3));
	}
	stmt_close(&st);
	return rc == 1 ? 0 : rc == 0 ? OD_ENOTFOUND : rc;
}

static int
by_id(struct desk *d, int64_t id, struct target *m, struct err *err)
{
	return read_target(d, TARGET_SELECT " AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), m, err);
}

static int
by_provider(struct desk *d, const struct inbound_status *in, struct target *m,
    struct err *err)
{
	return read_target(d,
	    TARGET_SELECT " AND channel = $2 AND provider_id = $3"
			  " AND provider_id <> '' AND inbound = 0",
	    BINDS(b_int(d->actor.tenant_id), b_text(in->channel),
		b_text(in->provider_id)),
	    m, err);
}

/* The provider has it: its row is settled, and its id is known. */
static int
settle(struct desk *d, struct op *op, struct target *m, int64_t outbox_id,
    const char *provider_id, struct err *err)
{
	int64_t changed;
	int rc;

	rc = db_exec(d->db,
	    "UPDATE outbox SET state = $1, sent_us = $2, updated_at = $2,"
	    " error_code = 0, error_text = '', lease_owner = '',"
	    " lease_until_us = NULL WHERE tenant_id = $3 AND id = $4"
	    " AND state IN ($5, $6)",
	    BINDS(b_int(OUTBOX_SENT), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(outbox_id),
		b_int(OUTBOX_SENDING), b_int(OUTBOX_UNCERTAIN)),
	    &changed, err);
	if (rc == 0 && changed > 0 && rank(m->state) == 0) {
		m->state = MESSAGE_SENT;
		rc = set_state(d, op, m->id, MESSAGE_SENT, 0, "", err);
	}
	if (rc != 0 || changed == 0 || provider_id[0] == '\0')
		return rc;
	str_copy(m->provider_id, sizeof(m->provider_id), provider_id);
	return db_later(d->db, NULL,
	    "UPDATE messages SET provider_id = $1"
	    " WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_text(provider_id), b_int(d->actor.tenant_id), b_int(m->id)),
	    err);
}

static int
by_callback(struct desk *d, struct op *op, const struct inbound_status *in,
    struct target *m, struct err *err)
{
	int64_t outbox_id = 0, message_id = 0;
	struct stmt *st = NULL;
	int rc;

	if (in->callback[0] == '\0')
		return OD_ENOTFOUND;
	rc = db_query(d->db, &st,
	    "SELECT id, record_id FROM outbox WHERE callback = $1"
	    " AND tenant_id = $2 AND channel = $3 AND kind = $4",
	    BINDS(b_text(in->callback), b_int(d->actor.tenant_id),
		b_text(in->channel), b_int(OUTBOX_MESSAGE)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		outbox_id = stmt_int(st, 0);
		message_id = stmt_int(st, 1);
	}
	stmt_close(&st);
	if (rc != 1)
		return rc == 0 ? OD_ENOTFOUND : rc;
	if ((rc = by_id(d, message_id, m, err)) != 0)
		return rc;
	return settle(d, op, m, outbox_id, in->provider_id, err);
}

static int
match(struct desk *d, struct op *op, const struct inbound_status *in,
    int64_t status_id, int64_t at_us, struct err *err)
{
	const struct status s = {
	    report_of(in->status), in->error_code, in->error_text, at_us};
	struct target m = {.id = 0};
	int rc;

	rc = by_provider(d, in, &m, err);
	if (rc == OD_ENOTFOUND)
		rc = by_callback(d, op, in, &m, err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	rc = db_later(d->db, NULL,
	    "UPDATE message_statuses SET message_id = $1"
	    " WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_int(m.id), b_int(d->actor.tenant_id), b_int(status_id)),
	    err);
	if (rc != 0)
		return rc;
	/* Of an earlier try only that it arrived after all still counts. */
	if (m.provider_id[0] != '\0' &&
	    strcmp(m.provider_id, in->provider_id) != 0 &&
	    rank(state_of(s.report)) < rank(MESSAGE_DELIVERED))
		return 0;
	return apply(d, op, &m, &s, err);
}

int
message_status(struct desk *d, const struct inbound_status *given,
    bool *duplicate, struct err *err)
{
	struct inbound_status in = *given;
	char status[33], recipient[201], text[513];
	int64_t id, at_us;
	struct op op;
	int rc;

	*duplicate = false;
	in.callback = in.callback != NULL ? in.callback : "";
	records__line(status, sizeof(status), in.status);
	records__line(recipient, sizeof(recipient), in.recipient);
	records__line(text, sizeof(text), in.error_text);
	in.status = status;
	in.error_text = text;
	if (in.provider_id == NULL || in.provider_id[0] == '\0' ||
	    strlen(in.provider_id) > 256 || strlen(in.callback) > 512)
		return err_set(
		    err, OD_EDATA, "A delivery status names no message");
	if ((rc = op_begin(d, &op, OP_MESSAGE_STATUS, 0, err)) != 0)
		return rc;
	at_us = in.at_us > 0 ? in.at_us : op.now_us;
	rc = db_insert(d->db, &id,
	    "INSERT INTO message_statuses(tenant_id, channel, provider_id,"
	    " callback, status, recipient, error_code, error_text, at_us,"
	    " received_us) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	    " ON CONFLICT(tenant_id, channel, provider_id, status, recipient)"
	    " DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(in.channel),
		b_text(in.provider_id), b_text(in.callback), b_text(status),
		b_text(recipient), b_int(in.error_code), b_text(text),
		b_int(at_us), b_int(op.now_us)),
	    err);
	*duplicate = rc == 0 && id == 0;
	if (rc == 0 && id != 0)
		rc = match(d, &op, &in, id, at_us, err);
	return op_end(d, &op, rc, err);
}

/* A status that waited for its message. */
struct waiting {
	int64_t id;
	struct status status;
	char text[513];
};

static int
read_waiting(struct desk *d, const struct target *m, int64_t after_id,
    struct waiting *w, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id, status, error_code, error_text, at_us"
	    " FROM message_statuses WHERE tenant_id = $1 AND channel = $2"
	    " AND provider_id = $3 AND message_id IS NULL AND id > $4"
	    " ORDER BY id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(m->channel),
		b_text(m->provider_id), b_int(after_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		w->id = stmt_int(st, 0);
		w->status.report = report_of(stmt_text(st, 1));
		w->status.error_code = (int)stmt_int(st, 2);
		str_copy(w->text, sizeof(w->text), stmt_text(st, 3));
		w->status.error_text = w->text;
		w->status.at_us = stmt_int(st, 4);
	}
	stmt_close(&st);
	return rc;
}

int
message_match_statuses(
    struct desk *d, struct op *op, int64_t message_id, struct err *err)
{
	struct waiting w = {.id = 0};
	struct target m = {.id = 0};
	int rc;

	rc = by_id(d, message_id, &m, err);
	if (rc != 0 || m.provider_id[0] == '\0')
		return rc == OD_ENOTFOUND ? 0 : rc;
	while ((rc = read_waiting(d, &m, w.id, &w, err)) == 1) {
		rc = db_later(d->db, NULL,
		    "UPDATE message_statuses SET message_id = $1"
		    " WHERE tenant_id = $2 AND id = $3",
		    BINDS(b_int(m.id), b_int(d->actor.tenant_id), b_int(w.id)),
		    err);
		if (rc == 0)
			rc = apply(d, op, &m, &w.status, err);
		if (rc != 0)
			return rc;
	}
	return rc;
}
