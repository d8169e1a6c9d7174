/* message_inbound - what customers wrote; see messages.h. */
#include "common/clock.h"
#include "db/records/jobs.h"
#include "db/records/message_int.h"
#include "db/records/records_int.h"
#include <string.h>

/* A message after this long starts a new conversation. */
#define REOPEN_US US_PER_DAY

/* A message on its way in, with NULLs and identities straightened. */
struct inbound {
	struct desk *desk;
	struct op *op;
	const struct inbound_message *in;
	char number[201], user_id[201];
	const char *peer; /* number, else user_id */
	const char *body, *detail, *provider_id, *reply_to;
	int64_t at_us;
	enum op_id opened; /* how the conversation was; OP_COUNT: it was open */
};

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static int
straighten(struct inbound *b, struct err *err)
{
	const struct inbound_message *in = b->in;

	if (talk__number_kind(in->channel_kind) == POINT_PHONE)
		records__digits(b->number, sizeof(b->number), in->number);
	else
		records__line(b->number, sizeof(b->number), in->number);
	records__line(b->user_id, sizeof(b->user_id), in->user_id);
	b->peer = b->number[0] != '\0' ? b->number : b->user_id;
	if (b->peer[0] == '\0')
		return err_set(err, OD_EDATA,
		    "The sender has neither a number nor a user id");
	b->body = or_empty(in->body);
	b->detail = or_empty(in->detail);
	if (strlen(b->detail) > MESSAGE_DETAIL_MAX)
		b->detail = "";
	b->provider_id = or_empty(in->provider_id);
	b->reply_to = or_empty(in->reply_to);
	if (strlen(b->provider_id) > 256 || strlen(b->reply_to) > 256)
		return err_set(err, OD_EDATA, "The message's id is too long");
	/* A clock that runs ahead must not keep the window open for longer. */
	b->at_us = in->at_us > 0 && in->at_us < b->op->now_us ? in->at_us
	                                                      : b->op->now_us;
	return 0;
}

/* Unread, waiting for an answer, opening the window. */
static bool
counts(const struct inbound_message *in)
{
	return !in->from_app && in->kind != MESSAGE_REACTION &&
	       in->kind != MESSAGE_SYSTEM;
}

static int
by_user(struct inbound *b, struct talk *t, struct err *err)
{
	if (b->user_id[0] == '\0')
		return OD_ENOTFOUND;
	return talk__read(b->desk,
	    TALK_SELECT " AND v.channel = $3 AND v.peer_user_id = $4"
			" AND v.peer_user_id <> '' AND v.state < 2"
			" ORDER BY v.last_message_us DESC LIMIT 1",
	    BINDS(b_int(b->desk->actor.tenant_id),
		b_int(talk__user_kind(b->in->channel_kind)),
		b_text(b->in->channel), b_text(b->user_id)),
	    t, err);
}

/*
 * The open conversation of either identity.  When a number becomes known of
 * somebody who wrote without one, both are the same conversation.
 */
static int
find_open(struct inbound *b, struct talk *t, struct err *err)
{
	const struct inbound_message *in = b->in;
	int rc = OD_ENOTFOUND;

	if (b->number[0] != '\0')
		rc = talk__open(
		    b->desk, in->channel, in->channel_kind, b->number, t, err);
	if (rc == 0 &&
	    (b->user_id[0] == '\0' || strcmp(t->peer_user_id, b->user_id) == 0))
		return 0;
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	if (rc == OD_ENOTFOUND) {
		if ((rc = by_user(b, t, err)) != 0)
			return rc;
		/* Who has a number keeps it until the provider says more. */
		if (b->number[0] == '\0')
			return 0;
		return talk__rename(
		    b->desk, b->op, t, b->number, b->user_id, err);
	}
	struct talk other;

	rc = by_user(b, &other, err);
	if (rc == OD_ENOTFOUND)
		return talk__rename(
		    b->desk, b->op, t, b->number, b->user_id, err);
	if (rc != 0)
		return rc;
	/* Two open ones turn out to be of one person. */
	rc = talk__rename(b->desk, b->op, &other, b->number, b->user_id, err);
	if (rc == 0)
		*t = other;
	return rc;
}

static int
identify(
    struct inbound *b, int64_t *contact_id, bool *is_new, struct err *err)
{
	const struct inbound_message *in = b->in;
	const struct identity who = {
	    .number_kind = talk__number_kind(in->channel_kind),
	    .user_kind = talk__user_kind(in->channel_kind),
	    .number = b->number,
	    .user_id = b->user_id,
	    .parent_user_id = in->parent_user_id,
	    .username = in->username,
	    .name = in->from_app ? NULL : in->name,
	};

	return contact_identify(b->desk, b->op, &who, contact_id, is_new, err);
}

static int
is_there(struct inbound *b, struct err *err)
{
	if (b->provider_id[0] == '\0')
		return 0;
	return records__any(b->desk,
	    "SELECT 1 FROM messages WHERE tenant_id = $1 AND channel = $2"
	    " AND provider_id = $3 AND provider_id <> ''",
	    BINDS(b_int(b->desk->actor.tenant_id), b_text(b->in->channel),
		b_text(b->provider_id)),
	    err);
}

static int
last_closed(
    struct inbound *b, int64_t contact_id, struct talk *t, struct err *err)
{
	return talk__read(b->desk,
	    TALK_SELECT " AND v.contact_id = $3 AND v.channel = $4"
			" AND v.state = 2 AND v.deleted_at IS NULL"
			" AND (v.peer = $5 OR v.peer_user_id = $6)"
			" ORDER BY v.last_message_us DESC, v.id DESC LIMIT 1",
	    BINDS(b_int(b->desk->actor.tenant_id),
		b_int(talk__user_kind(b->in->channel_kind)), b_int(contact_id),
		b_text(b->in->channel), b_text(b->peer),
		b_text(b->user_id[0] != '\0' ? b->user_id : "-")),
	    t, err);
}

/* No open one: the last one again, or a new one. */
static int
open_one(struct inbound *b, struct talk *t, struct err *err)
{
	struct desk *d = b->desk;
	int64_t contact_id;
	bool is_new;
	int rc;

	if ((rc = identify(b, &contact_id, &is_new, err)) != 0)
		return rc;
	rc = is_new ? OD_ENOTFOUND : last_closed(b, contact_id, t, err);
	if (rc == 0 && b->in->kind == MESSAGE_REACTION)
		return 0;
	if (rc == 0 && t->closed_us + REOPEN_US >= b->op->now_us) {
		b->opened = OP_CONVERSATION_REOPEN;
		if ((rc = talk__reopen(d, b->op, t, err)) != 0)
			return rc;
		if (b->number[0] == '\0' || strcmp(t->peer, b->number) == 0)
			return 0;
		return talk__rename(d, b->op, t, b->number,
		    b->user_id[0] != '\0' ? b->user_id : t->peer_user_id, err);
	}
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	b->opened = OP_CONVERSATION_NEW;
	memset(t, 0, sizeof(*t));
	t->contact_id = contact_id;
	t->channel_kind = b->in->channel_kind;
	t->last_message_us = b->at_us;
	str_copy(t->channel, sizeof(t->channel), b->in->channel);
	str_copy(t->peer, sizeof(t->peer), b->peer);
	str_copy(t->peer_user_id, sizeof(t->peer_user_id), b->user_id);
	return talk__make(d, b->op, t, err);
}

static int
insert(struct inbound *b, const struct talk *t, int64_t *id, struct err *err)
{
	const struct inbound_message *in = b->in;
	char kind_name[33];
	const struct message_row row = {
	    .conversation_id = t->id,
	    .at_us = b->at_us,
	    .channel = in->channel,
	    .kind_name = kind_name,
	    .body = b->body,
	    .detail = b->detail,
	    .provider_id = b->provider_id,
	    .reply_to = b->reply_to,
	    .inbound = !in->from_app,
	    .role = in->from_app ? MESSAGE_BY_APP : MESSAGE_BY_USER,
	    .kind = in->kind,
	    .state = in->from_app ? MESSAGE_SENT : MESSAGE_RECEIVED,
	};

	records__line(kind_name, sizeof(kind_name), in->kind_name);
	return message__insert(b->desk, b->op, &row, id, err);
}

static int
queue_media(struct inbound *b, int64_t message_id, struct err *err)
{
	const struct inbound_message *in = b->in;
	struct str args = STR_INIT;
	struct json_out w;
	int rc;

	if (or_empty(in->media_id)[0] == '\0' &&
	    or_empty(in->media_url)[0] == '\0')
		return 0;
	json_out_init(&w, &args);
	json_out_object(&w, NULL);
	json_out_string(&w, "channel", in->channel);
	json_out_string(&w, "media_id", or_empty(in->media_id));
	json_out_string(&w, "url", or_empty(in->media_url));
	json_out_string(&w, "mime", or_empty(in->media_mime));
	json_out_string(&w, "sha256", or_empty(in->media_sha256));
	json_out_string(&w, "filename", or_empty(in->media_filename));
	json_out_int(&w, "kind", in->kind);
	json_out_end(&w, '}');
	rc =
	    job_queue(b->desk, b->op, JOB_MEDIA, message_id, args.s, NULL, err);
	str_free(&args);
	return rc;
}

/* What the contact is called, or under which id, may have changed. */
static int
follow_identity(struct inbound *b, const struct talk *t, struct err *err)
{
	char name[201], username[201];
	int64_t contact_id;
	bool is_new;

	records__line(name, sizeof(name), b->in->name);
	records__line(username, sizeof(username), b->in->username);
	if ((b->in->from_app || name[0] == '\0' ||
		strcmp(name, t->contact_name) == 0) &&
	    (username[0] == '\0' || strcmp(username, t->username) == 0))
		return 0;
	return identify(b, &contact_id, &is_new, err);
}

static int
note_channel(struct inbound *b, struct err *err)
{
	return db_later(b->desk->db, NULL,
	    "INSERT INTO channel_states(tenant_id, channel, state,"
	    " last_in_us, updated_at) VALUES($1, $2, 0, $3, $3)"
	    " ON CONFLICT(tenant_id, channel) DO UPDATE"
	    " SET last_in_us = excluded.last_in_us"
	    " WHERE channel_states.last_in_us IS NULL"
	    " OR channel_states.last_in_us < excluded.last_in_us - 1000000",
	    BINDS(b_int(b->desk->actor.tenant_id), b_text(b->in->channel),
		b_int(b->op->now_us)),
	    err);
}

/* Everything that follows from a message that is new. */
static int
follow_up(struct inbound *b, struct talk *t, int64_t id, struct err *err)
{
	const struct said said = {
	    .inbound = !b->in->from_app,
	    .counts = counts(b->in),
	    .kind = b->in->kind,
	    .body = b->body,
	    .at_us = b->at_us,
	};
	int rc;

	if (b->in->kind == MESSAGE_REACTION)
		return 0;
	if ((rc = talk__said(b->desk, b->op, t, &said, err)) != 0 ||
	    (rc = note_channel(b, err)) != 0)
		return rc;
	if (b->body[0] != '\0' && (rc = search_add(b->desk, RECORD_MESSAGE, id,
				       b->at_us, b->body, err)) != 0)
		return rc;
	return queue_media(b, id, err);
}

/* A reaction belongs where the message is that it is on. */
static int
find_reacted(struct inbound *b, struct talk *t, struct err *err)
{
	if (b->in->kind != MESSAGE_REACTION || b->reply_to[0] == '\0')
		return OD_ENOTFOUND;
	memset(t, 0, sizeof(*t));
	return db_int(b->desk->db, &t->id,
	    "SELECT conversation_id FROM messages WHERE tenant_id = $1"
	    " AND channel = $2 AND provider_id = $3 AND provider_id <> ''",
	    BINDS(b_int(b->desk->actor.tenant_id), b_text(b->in->channel),
		b_text(b->reply_to)),
	    err);
}

static int
receive(struct inbound *b, struct inbound_result *result, struct err *err)
{
	bool was_open = true;
	struct talk t;
	int rc;

	rc = find_reacted(b, &t, err);
	if (rc == 0)
		was_open = false; /* its identity was seen before */
	else if (rc == OD_ENOTFOUND)
		rc = find_open(b, &t, err);
	if (rc == OD_ENOTFOUND) {
		/* A repeated post must not open anything. */
		if ((rc = is_there(b, err)) != 0) {
			result->duplicate = rc == 1;
			return rc == 1 ? 0 : rc;
		}
		was_open = false;
		rc = open_one(b, &t, err);
	}
	if (rc != 0)
		return rc;
	result->conversation_id = t.id;
	if ((rc = insert(b, &t, &result->message_id, err)) != 0)
		return rc;
	result->duplicate = result->message_id == 0;
	if (result->duplicate)
		return 0;
	if (was_open && (rc = follow_identity(b, &t, err)) != 0)
		return rc;
	return follow_up(b, &t, result->message_id, err);
}

/* Messages come in floods: an event only where a webhook may ask for it. */
static int
tell(struct inbound *b, const struct inbound_result *r, enum op_id what,
    struct err *err)
{
	const struct op_def *def = op_def(what);

	return db_later(b->desk->db, NULL,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " SELECT tenant_id, CAST($2 AS TEXT), CAST($3 AS BIGINT),"
	    " CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM webhooks"
	    " WHERE tenant_id = $1 AND deleted_at IS NULL LIMIT 1",
	    BINDS(b_int(b->desk->actor.tenant_id), b_text(def->event),
		b_int(def->kind), b_int(r->conversation_id),
		b_int(b->op->now_us)),
	    err);
}

int
message_receive(struct desk *d, const struct inbound_message *in,
    struct inbound_result *result, struct err *err)
{
	struct inbound b = {.desk = d, .in = in, .opened = OP_COUNT};
	struct op op;
	int rc;

	memset(result, 0, sizeof(*result));
	if ((rc = op_begin(d, &op, OP_MESSAGE_RECEIVE, 0, err)) != 0)
		return rc;
	b.op = &op;
	if ((rc = straighten(&b, err)) == 0)
		rc = receive(&b, result, err);
	if (rc == 0 && b.opened != OP_COUNT)
		rc = tell(&b, result, b.opened, err);
	if (rc == 0 && result->message_id != 0)
		rc = tell(&b, result, OP_MESSAGE_RECEIVE, err);
	return op_end(d, &op, rc, err);
}
