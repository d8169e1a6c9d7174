/* outbox - promises, verdicts, and what people do; see outbox.h. */
#include "db/records/outbox.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/message_int.h"
#include "db/records/outbox_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

const char *const outbox_state_names[] = {
    "due", "sending", "sent", "uncertain", "held", "dead", "recalled", NULL};
static const char *const kind_words[] = {
    "", "message", "mark_read", "webhook", "mail"};

/* Waits before each try, in seconds. */
static const int64_t schedule[OUTBOX_TRIES] = {
    0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};

static uint32_t (*random_source)(uint32_t limit) = random_below;

void
outbox_set_random(uint32_t (*below)(uint32_t limit))
{
	random_source = below != NULL ? below : random_below;
}

bool
outbox__coin(void)
{
	return random_source(2) == 1;
}

int64_t
outbox_schedule_s(int attempts)
{
	int64_t base, span;

	if (attempts < 0 || attempts >= OUTBOX_TRIES)
		return -1;
	base = schedule[attempts];
	if (attempts == 0)
		return 0;
	if (attempts == 1)
		return random_source((uint32_t)base + 1);
	span = base * 2 / 5;
	return base - span / 2 + random_source((uint32_t)span + 1);
}

void
outbox_item_clear(struct outbox_item *i)
{
	FREE(&i->intent);
	FREE(&i->error_text);
	FREE(&i->response);
}

void
outbox_list_free(struct outbox_item **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		outbox_item_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_item(struct stmt *st, void *row)
{
	struct outbox_item *i = row;

	memset(i, 0, sizeof(*i));
	i->id = stmt_int(st, 0);
	i->tenant_id = stmt_int(st, 1);
	i->record_id = stmt_int(st, 2);
	i->created_at = stmt_int(st, 3);
	i->updated_at = stmt_int(st, 4);
	i->next_try_us = stmt_int(st, 5);
	i->expires_us = stmt_int(st, 6);
	i->sent_us = stmt_int(st, 7);
	str_copy(i->channel, sizeof(i->channel), stmt_text(st, 8));
	str_copy(i->callback, sizeof(i->callback), stmt_text(st, 9));
	i->kind = (enum outbox_kind)stmt_int(st, 10);
	i->state = (enum outbox_state)stmt_int(st, 11);
	i->attempts = (int)stmt_int(st, 12);
	i->error_code = (int)stmt_int(st, 13);
	i->rehearsal = stmt_int(st, 14) != 0;
	i->intent = stmt_dup(st, 15);
	i->error_text = stmt_dup(st, 16);
	i->response = stmt_dup(st, 17);
}

int
outbox__read_all(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct outbox_item **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_item, count, &rc, err);
	return rc;
}

void
outbox_json(const struct outbox_item *i, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", i->id);
	json_out_string(out, "channel", i->channel);
	json_out_string(out, "kind", kind_words[i->kind]);
	json_out_int(out, "record_id", i->record_id);
	json_out_string(out, "state", outbox_state_names[i->state]);
	json_out_int(out, "attempts", i->attempts);
	json_out_int(out, "error_code", i->error_code);
	json_out_string(out, "error_text", i->error_text);
	json_out_string(out, "response", i->response);
	json_out_time(out, "next_try_at", i->next_try_us);
	json_out_time(out, "expires_at", i->expires_us);
	json_out_time(out, "sent_at", i->sent_us);
	json_out_time(out, "created_at", i->created_at);
	json_out_time(out, "updated_at", i->updated_at);
	json_out_end(out, '}');
}

int
outbox_promise(struct desk *d, struct op *op, const struct outbox_promise *in,
    char callback_out[33], struct err *err)
{
	char callback[33];
	int64_t id;
	int rc;

	random_hex(callback, 32);
	rc = db_insert(d->db, &id,
	    "INSERT INTO outbox(tenant_id, channel, kind, record_id, callback,"
	    " intent, state, next_try_us, expires_us, created_at, updated_at,"
	    " conversation_id)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10,"
	    " CASE WHEN $3 = 1 THEN (SELECT conversation_id FROM messages"
	    " WHERE tenant_id = $1 AND id = $4) END)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(in->channel),
		b_int(in->kind), b_int(in->record_id), b_text(callback),
		b_text(in->intent),
		b_int(in->is_held ? OUTBOX_HELD : OUTBOX_DUE),
		b_int(in->not_before_us != 0 ? in->not_before_us : op->now_us),
		b_ref(in->expires_us), b_int(op->now_us)),
	    err);
	if (rc == 0 && in->id_out != NULL)
		*in->id_out = id;
	if (rc == 0 && callback_out != NULL)
		memcpy(callback_out, callback, sizeof(callback));
	return rc;
}

int
outbox__message(struct desk *d, struct op *op, enum outbox_kind kind,
    int64_t record_id, enum message_state state, int error_code,
    const char *error_text, struct err *err)
{
	if (kind != OUTBOX_MESSAGE)
		return 0;
	return message__sending(
	    d, op, record_id, state, error_code, error_text, err);
}

/* ---- verdicts ---- */

struct verdict {
	enum outbox_state state;
	enum message_state message;
	int64_t next_try_us; /* 0: as it is */
	int give_back;       /* attempts */
	int error_code;
	const char *error_text, *response;
};

static int
read_row(struct desk *d, int64_t id, struct outbox_item *out, struct err *err)
{
	struct outbox_item *rows = NULL;
	size_t count = 0;
	int rc;

	rc = outbox__read_all(d,
	    OUTBOX_SELECT " WHERE o.tenant_id = $1 AND o.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), &rows, &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "There is no such row in the outbox");
	if (rc == 0)
		*out = rows[0];
	free(rows);
	return rc;
}

static int
write_verdict(struct desk *d, struct op *op, const struct outbox_item *i,
    const struct verdict *v, struct err *err)
{
	char text[513], response[257];
	int rc;

	records__line(text, sizeof(text), v->error_text);
	records__line(response, sizeof(response), v->response);
	rc = db_later(d->db, NULL,
	    "UPDATE outbox SET state = $1, next_try_us = $2,"
	    " attempts = attempts - $3, error_code = $4, error_text = $5,"
	    " response = $6, sent_us = $7, lease_owner = '',"
	    " lease_until_us = NULL, updated_at = $8"
	    " WHERE tenant_id = $9 AND id = $10",
	    BINDS(b_int(v->state),
		b_int(v->next_try_us != 0 ? v->next_try_us : i->next_try_us),
		b_int(v->give_back), b_int(v->error_code), b_text(text),
		b_text(response),
		v->state == OUTBOX_SENT ? b_int(op->now_us) : b_ref(i->sent_us),
		b_int(op->now_us), b_int(d->actor.tenant_id), b_int(i->id)),
	    err);
	return rc != 0
	           ? rc
	           : outbox__message(d, op, i->kind, i->record_id, v->message,
			 v->message == MESSAGE_FAILED ||
				 v->message == MESSAGE_UNCERTAIN
			     ? v->error_code
			     : 0,
			 v->message == MESSAGE_FAILED ||
				 v->message == MESSAGE_UNCERTAIN
			     ? text
			     : "",
			 err);
}

/* A verdict on a row that is being sent; on a settled one it changes nothing.
 */
static int
judge(struct desk *d, int64_t id, const struct verdict *v, struct err *err)
{
	struct outbox_item i = {0};
	struct verdict mine = *v;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_FACT, id, err)) != 0)
		return rc;
	rc = read_row(d, id, &i, err);
	/* It need not outlive its message. */
	if (i.expires_us != 0 && mine.next_try_us > i.expires_us)
		mine.next_try_us = i.expires_us;
	if (i.attempts == 0)
		mine.give_back = 0;
	if (rc == 0 && (i.state == OUTBOX_DUE || i.state == OUTBOX_SENDING ||
			   i.state == OUTBOX_UNCERTAIN))
		rc = write_verdict(d, &op, &i, &mine, err);
	outbox_item_clear(&i);
	return op_end(d, &op, rc, err);
}

int
outbox_retry(struct desk *d, int64_t id, int64_t next_try_us, int error_code,
    const char *error_text, const char *response, struct err *err)
{
	const struct verdict v = {OUTBOX_DUE, MESSAGE_DUE, next_try_us, 0,
	    error_code, error_text, response};

	return judge(d, id, &v, err);
}

int
outbox_uncertain(
    struct desk *d, int64_t id, const char *error_text, struct err *err)
{
	const struct verdict v = {
	    OUTBOX_UNCERTAIN, MESSAGE_UNCERTAIN, 0, 0, 0, error_text, ""};

	return judge(d, id, &v, err);
}

int
outbox_dead(struct desk *d, int64_t id, int error_code, const char *error_text,
    const char *response, struct err *err)
{
	const struct verdict v = {OUTBOX_DEAD, MESSAGE_FAILED, 0, 0, error_code,
	    error_text, response};

	return judge(d, id, &v, err);
}

int
outbox_give_back(
    struct desk *d, int64_t id, int64_t next_try_us, struct err *err)
{
	const struct verdict v = {
	    OUTBOX_DUE, MESSAGE_DUE, next_try_us, 1, 0, "", ""};

	return judge(d, id, &v, err);
}

/* The message's provider id; one that another message has stays there. */
static int
adopt_id(struct desk *d, struct op *op, const struct outbox_item *i,
    const char *provider_id, struct err *err)
{
	int rc;

	if (provider_id == NULL || provider_id[0] == '\0')
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM messages WHERE tenant_id = $1 AND channel = $2"
	    " AND provider_id = $3 AND provider_id <> '' AND id <> $4",
	    BINDS(b_int(d->actor.tenant_id), b_text(i->channel),
		b_text(provider_id), b_int(i->record_id)),
	    err);
	if (rc != 0)
		return rc == 1 ? 0 : rc;
	return db_exec(d->db,
	    "UPDATE messages SET provider_id = $1, sent_us = CASE"
	    " WHEN sent_us IS NULL THEN $2 ELSE sent_us END"
	    " WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_text(provider_id), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(i->record_id)),
	    NULL, err);
}

static bool
all_digits(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

/* The provider may know the customer under another number than was given. */
static int
adopt_peer(struct desk *d, struct op *op, const struct outbox_item *i,
    const char *peer_id, struct err *err)
{
	struct talk t;
	int64_t id;
	int rc;

	if (peer_id == NULL || peer_id[0] == '\0')
		return 0;
	rc = db_int(d->db, &id,
	    "SELECT conversation_id FROM messages"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(i->record_id)), err);
	if (rc == 0)
		rc = talk__by_id(d, id, &t, err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	if (t.state == CONVERSATION_CLOSED)
		return 0;
	if (!all_digits(peer_id))
		return t.peer_user_id[0] != '\0'
		           ? 0
		           : talk__rename(d, op, &t, t.peer, peer_id, err);
	if (strcmp(t.peer, peer_id) == 0 || !all_digits(t.peer))
		return 0;
	/* Both numbers are kept with the contact. */
	rc = records__any(d,
	    "SELECT 1 FROM contact_points WHERE tenant_id = $1 AND kind = $2"
	    " AND value = $3 AND deleted_at IS NULL",
	    BINDS(
		b_int(d->actor.tenant_id), b_int(POINT_PHONE), b_text(peer_id)),
	    err);
	if (rc == 0)
		rc = db_insert(d->db, &id,
		    "INSERT INTO contact_points(tenant_id, contact_id, kind,"
		    " value, created_at, updated_at)"
		    " VALUES($1, $2, $3, $4, $5, $5) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_int(t.contact_id),
			b_int(POINT_PHONE), b_text(peer_id), b_int(op->now_us)),
		    err);
	if (rc < 0)
		return rc;
	return talk__rename(d, op, &t, peer_id, t.peer_user_id, err);
}

static int
note_channel(
    struct desk *d, struct op *op, const char *channel, struct err *err)
{
	return db_later(d->db, NULL,
	    "INSERT INTO channel_states(tenant_id, channel, state,"
	    " last_out_us, updated_at) VALUES($1, $2, 0, $3, $3)"
	    " ON CONFLICT(tenant_id, channel) DO UPDATE"
	    " SET last_out_us = excluded.last_out_us"
	    " WHERE channel_states.last_out_us IS NULL"
	    " OR channel_states.last_out_us < excluded.last_out_us - 1000000",
	    BINDS(
		b_int(d->actor.tenant_id), b_text(channel), b_int(op->now_us)),
	    err);
}

/* A webhook that has it needs no copy of what was said here. */
static int
forget_body(struct desk *d, int64_t id, struct err *err)
{
	return db_later(d->db, NULL,
	    "UPDATE outbox SET intent = '' WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
}

int
outbox_sent(struct desk *d, int64_t id, const char *provider_id,
    const char *peer_id, struct err *err)
{
	const struct verdict v = {OUTBOX_SENT, MESSAGE_SENT, 0, 0, 0, "", ""};
	struct outbox_item i = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_FACT, id, err)) != 0)
		return rc;
	if ((rc = read_row(d, id, &i, err)) != 0)
		goto out;
	rc = i.kind == OUTBOX_WEBHOOK ? forget_body(d, id, err)
	                              : note_channel(d, &op, i.channel, err);
	if (rc != 0)
		goto out;
	/* The truth even when it was given up meanwhile. */
	if (i.state != OUTBOX_SENT &&
	    (rc = write_verdict(d, &op, &i, &v, err)) != 0)
		goto out;
	if (i.kind != OUTBOX_MESSAGE)
		goto out;
	if ((rc = adopt_id(d, &op, &i, provider_id, err)) == 0 &&
	    (rc = adopt_peer(d, &op, &i, peer_id, err)) == 0)
		rc = message_match_statuses(d, &op, i.record_id, err);
out:
	outbox_item_clear(&i);
	return op_end(d, &op, rc, err);
}

/* ---- by people ---- */

/* A newer promise of the same message has taken its place. */
static int
check_newest(struct desk *d, const struct outbox_item *i, struct err *err)
{
	int rc;

	if (i->kind == OUTBOX_WEBHOOK || i->record_id == 0)
		return 0; /* each row is one of its own */
	rc = records__any(d,
	    "SELECT 1 FROM outbox WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND id > $4",
	    BINDS(b_int(d->actor.tenant_id), b_int(i->kind),
		b_int(i->record_id), b_int(i->id)),
	    err);

	if (rc == 1)
		return err_set(err, OD_ECONFLICT,
		    "This message was sent again already; look at the newer"
		    " row");
	return rc;
}

static int
make_due(
    struct desk *d, struct op *op, const struct outbox_item *i, struct err *err)
{
	int rc;

	if (i->expires_us != 0 && i->expires_us <= op->now_us)
		return err_set(err, OD_ECONFLICT,
		    "The time for this message is over (24 hours after the"
		    " customer wrote); send a template instead");
	if ((rc = check_newest(d, i, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE outbox SET state = $1, attempts = 0, next_try_us = $2,"
	    " error_code = 0, error_text = '', response = '',"
	    " updated_at = $2 WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_int(OUTBOX_DUE), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(i->id)),
	    NULL, err);
	return rc != 0 ? rc
	               : outbox__message(d, op, i->kind, i->record_id,
			     MESSAGE_DUE, 0, "", err);
}

int
outbox_replay(struct desk *d, int64_t id, struct err *err)
{
	struct outbox_item i = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_REPLAY, id, err)) != 0)
		return rc;
	if ((rc = read_row(d, id, &i, err)) == 0) {
		if (i.state != OUTBOX_DEAD)
			rc = err_set(err, OD_ECONFLICT,
			    "Only what was given up can be sent again");
		else
			rc = make_due(d, &op, &i, err);
	}
	outbox_item_clear(&i);
	return op_end(d, &op, rc, err);
}

int
outbox_resolve(struct desk *d, int64_t id, bool was_sent, struct err *err)
{
	const struct verdict v = {OUTBOX_SENT, MESSAGE_SENT, 0, 0, 0, "", ""};
	struct outbox_item i = {0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_RESOLVE, id, err)) != 0)
		return rc;
	if ((rc = read_row(d, id, &i, err)) == 0) {
		if (i.state != OUTBOX_UNCERTAIN)
			rc = err_set(err, OD_ECONFLICT,
			    "This sending is not uncertain any more");
		else if (was_sent)
			rc = write_verdict(d, &op, &i, &v, err);
		else
			rc = make_due(d, &op, &i, err);
	}
	outbox_item_clear(&i);
	return op_end(d, &op, rc, err);
}

int
outbox_release_held(struct desk *d, struct err *err)
{
	const struct bind b[] = {b_int(MESSAGE_DUE), b_int(MESSAGE_HELD),
	    b_int(d->actor.tenant_id), b_int(OUTBOX_HELD),
	    b_int(OUTBOX_MESSAGE)};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_OUTBOX_REPLAY, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE messages SET state = $1, version = version + 1"
	    " WHERE tenant_id = $3 AND state = $2 AND id IN"
	    " (SELECT record_id FROM outbox WHERE tenant_id = $3"
	    " AND state = $4 AND kind = $5)",
	    b, 5, NULL, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE outbox SET state = $1, next_try_us = $2,"
		    " updated_at = $2 WHERE tenant_id = $3 AND state = $4",
		    BINDS(b_int(OUTBOX_DUE), b_int(op.now_us),
			b_int(d->actor.tenant_id), b_int(OUTBOX_HELD)),
		    NULL, err);
	return op_end(d, &op, rc, err);
}

int
outbox_list(struct desk *d, int state, int64_t before_id, int limit,
    struct outbox_item **rows, size_t *count, struct err *err)
{
	const struct page page = {.limit = limit};
	const struct bind b[] = {b_int(d->actor.tenant_id),
	    b_int(before_id != 0 ? before_id : INT64_MAX),
	    b_int(records__limit(&page)), b_int(state)};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	rc = state < 0
	         ? outbox__read_all(d,
		       OUTBOX_SELECT " WHERE o.tenant_id = $1 AND o.id < $2"
				     " ORDER BY o.id DESC LIMIT $3",
		       b, 3, rows, count, err)
	         : outbox__read_all(d,
		       OUTBOX_SELECT
		       " WHERE o.tenant_id = $1 AND o.state = $4"
		       " AND o.id < $2 ORDER BY o.id DESC LIMIT $3",
		       b, 4, rows, count, err);
	if (rc != 0) {
		outbox_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
outbox_count(struct desk *d, struct outbox_counts *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_OUTBOX_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT state, COUNT(*) FROM outbox WHERE tenant_id = $1"
	    " AND state IN (0, 1, 3, 4, 5) GROUP BY state",
	    BINDS(b_int(d->actor.tenant_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			if (stmt_int(st, 0) >= 0 && stmt_int(st, 0) < 6)
				out->by_state[stmt_int(st, 0)] =
				    (int)stmt_int(st, 1);
	stmt_close(&st);
	if (rc != 0)
		return rc;
	rc = db_int(d->db, &out->oldest_due_us,
	    "SELECT next_try_us FROM outbox WHERE tenant_id = $1"
	    " AND state = $2 AND state < 2 ORDER BY next_try_us LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(OUTBOX_DUE)), err);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
outbox_count_held(struct desk *d, int64_t *held, struct err *err)
{
	return db_int(d->db, held,
	    "SELECT count(*) FROM outbox WHERE state = $1",
	    BINDS(b_int(OUTBOX_HELD)), err);
}
