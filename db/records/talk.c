/* talk - conversations as their messages see them; see message_int.h. */
#include "common/i18n.h"
#include "common/text.h"
#include "db/records/message_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_sleep.h"
#include <string.h>

enum contact_point_kind
talk__number_kind(enum channel_kind kind)
{
	return kind == CHANNEL_MAIL ? POINT_MAIL : POINT_PHONE;
}

enum contact_point_kind
talk__user_kind(enum channel_kind kind)
{
	switch (kind) {
	case CHANNEL_WHATSAPP:
	case CHANNEL_TWILIO:
		return POINT_WHATSAPP_USER;
	case CHANNEL_TELEGRAM:
		return POINT_TELEGRAM;
	case CHANNEL_MAIL:
		return POINT_MAIL;
	case CHANNEL_WEB:
		return POINT_WEB;
	}
	return POINT_WHATSAPP_USER;
}

static void
read_talk(struct stmt *st, void *row)
{
	struct talk *t = row;

	memset(t, 0, sizeof(*t));
	t->id = stmt_int(st, 0);
	t->version = stmt_int(st, 1);
	t->contact_id = stmt_int(st, 2);
	t->operator_id = stmt_int(st, 3);
	t->team_id = stmt_int(st, 4);
	t->last_inbound_us = stmt_int(st, 5);
	t->last_outbound_us = stmt_int(st, 6);
	t->last_message_us = stmt_int(st, 7);
	t->waiting_since_us = stmt_int(st, 8);
	t->closed_us = stmt_int(st, 9);
	str_copy(t->channel, sizeof(t->channel), stmt_text(st, 10));
	str_copy(t->peer, sizeof(t->peer), stmt_text(st, 11));
	str_copy(t->peer_user_id, sizeof(t->peer_user_id), stmt_text(st, 12));
	str_copy(t->contact_name, sizeof(t->contact_name), stmt_text(st, 13));
	str_copy(t->username, sizeof(t->username), stmt_text(st, 14));
	t->channel_kind = (enum channel_kind)stmt_int(st, 15);
	t->state = (enum conversation_state)stmt_int(st, 16);
	t->unread = (int)stmt_int(st, 17);
	t->ticket_id = stmt_int(st, 18);
}

int
talk__read(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, struct talk *out, struct err *err)
{
	int rc = records__first(d, sql, binds, nbinds, read_talk, out, err);

	return rc == 1 ? 0 : rc == 0 ? OD_ENOTFOUND : rc;
}

int
talk__by_id(struct desk *d, int64_t id, struct talk *out, struct err *err)
{
	int rc = talk__read(d,
	    TALK_SELECT " AND v.id = $3 AND v.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(0), b_int(id)), out, err);

	if (rc == OD_ENOTFOUND)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such conversation");
	return rc;
}

int
talk__open(struct desk *d, const char *channel, enum channel_kind kind,
    const char *peer, struct talk *out, struct err *err)
{
	return talk__read(d,
	    TALK_SELECT " AND v.channel = $3 AND v.peer = $4 AND v.state < 2",
	    BINDS(b_int(d->actor.tenant_id), b_int(talk__user_kind(kind)),
		b_text(channel), b_text(peer)),
	    out, err);
}

int
talk__make(struct desk *d, struct op *op, struct talk *t, struct err *err)
{
	t->state = CONVERSATION_ACTIVE;
	t->version = 1;
	return db_insert(d->db, &t->id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, peer_user_id, state, last_message_us,"
	    " created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->contact_id),
		b_text(t->channel), b_int(t->channel_kind), b_text(t->peer),
		b_text(t->peer_user_id), b_int(t->state),
		b_int(t->last_message_us), b_int(op->now_us)),
	    err);
}

int
talk__reopen(struct desk *d, struct op *op, struct talk *t, struct err *err)
{
	enum conversation_state state = t->operator_id != 0 || t->team_id != 0
	                                    ? CONVERSATION_HANDED_OFF
	                                    : CONVERSATION_ACTIVE;
	const struct change c[] = {
	    {"state", b_int(state)}, {"closed_us", b_null()}};
	int rc;

	rc = record_update(
	    d, op, RECORD_CONVERSATION, t->id, 0, c, 2, &t->version, err);
	if (rc == 0) {
		t->state = state;
		t->closed_us = 0;
	}
	return rc;
}

static void
count_inbound(struct talk *t, int64_t at_us)
{
	t->unread++;
	if (at_us > t->last_inbound_us)
		t->last_inbound_us = at_us;
	/* One that comes late and was answered meanwhile waits for nothing. */
	if (at_us > t->last_outbound_us &&
	    (t->waiting_since_us == 0 || at_us < t->waiting_since_us))
		t->waiting_since_us = at_us;
}

static void
count_outbound(struct talk *t, int64_t at_us)
{
	if (at_us > t->last_outbound_us)
		t->last_outbound_us = at_us;
	if (t->waiting_since_us != 0 && t->waiting_since_us <= at_us)
		t->waiting_since_us =
		    t->last_inbound_us > at_us ? t->last_inbound_us : 0;
}

static int
move_summary(struct desk *d, struct op *op, struct talk *t,
    const struct said *s, struct err *err)
{
	char preview[201];

	if (!s->inbound)
		count_outbound(t, s->at_us);
	else if (s->counts)
		count_inbound(t, s->at_us);
	if (s->at_us < t->last_message_us)
		return db_later(d->db, NULL,
		    "UPDATE conversations SET unread = $1,"
		    " last_inbound_us = $2, last_outbound_us = $3,"
		    " waiting_since_us = $4, updated_at = $5,"
		    " version = version + 1 WHERE tenant_id = $6 AND id = $7",
		    BINDS(b_int(t->unread), b_ref(t->last_inbound_us),
			b_ref(t->last_outbound_us), b_ref(t->waiting_since_us),
			b_int(op->now_us), b_int(d->actor.tenant_id),
			b_int(t->id)),
		    err);
	t->last_message_us = s->at_us;
	records__line(preview, sizeof(preview), s->body);
	return db_later(d->db, NULL,
	    "UPDATE conversations SET unread = $1, last_inbound_us = $2,"
	    " last_outbound_us = $3, waiting_since_us = $4,"
	    " last_message_us = $5, preview = $6, preview_kind = $7,"
	    " preview_inbound = $8, updated_at = $9, version = version + 1"
	    " WHERE tenant_id = $10 AND id = $11",
	    BINDS(b_int(t->unread), b_ref(t->last_inbound_us),
		b_ref(t->last_outbound_us), b_ref(t->waiting_since_us),
		b_int(s->at_us), b_text(preview), b_int(s->kind),
		b_int(s->inbound), b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(t->id)),
	    err);
}

/* The ticket that it is about hears it. */
static int
tell_ticket(struct desk *d, struct op *op, const struct talk *t,
    const struct said *s, struct err *err)
{
	if (t->ticket_id == 0)
		return 0;
	return s->inbound && s->counts
	           ? ticket_heard(d, op, t->ticket_id, s->body, err)
	           : ticket_said(d, op, t->ticket_id, err);
}

int
talk__said(struct desk *d, struct op *op, struct talk *t, const struct said *s,
    struct err *err)
{
	int rc = move_summary(d, op, t, s, err);

	return rc != 0 ? rc : tell_ticket(d, op, t, s, err);
}

static void
add_figures(struct talk *t, const struct talk *from)
{
	t->unread += from->unread;
	if (from->last_inbound_us > t->last_inbound_us)
		t->last_inbound_us = from->last_inbound_us;
	if (from->last_outbound_us > t->last_outbound_us)
		t->last_outbound_us = from->last_outbound_us;
	if (t->waiting_since_us == 0 ||
	    (from->waiting_since_us != 0 &&
		from->waiting_since_us < t->waiting_since_us))
		t->waiting_since_us = from->waiting_since_us;
}

/* Everything that was said in from is said in t; from is closed and empty. */
static int
join(struct desk *d, struct op *op, struct talk *t, const struct talk *from,
    struct err *err)
{
	const struct bind move[] = {b_int(t->id), b_int(d->actor.tenant_id),
	    b_int(from->id), b_int(op->now_us)};
	const struct change closed[] = {
	    {"state", b_int(CONVERSATION_CLOSED)},
	    {"closed_us", b_int(op->now_us)},
	    {"waiting_since_us", b_null()},
	    {"unread", b_int(0)},
	};
	int rc;

	rc = db_exec(d->db,
	    "UPDATE outbox SET conversation_id = $1"
	    " WHERE tenant_id = $2 AND kind = 1 AND record_id IN"
	    " (SELECT id FROM messages WHERE tenant_id = $2"
	    " AND conversation_id = $3)",
	    move, 3, NULL, err);
	if (rc != 0)
		return rc;
	rc = db_exec(d->db,
	    "UPDATE messages SET conversation_id = $1, updated_at = $4,"
	    " version = version + 1"
	    " WHERE tenant_id = $2 AND conversation_id = $3",
	    move, 4, NULL, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE conversation_notes SET conversation_id = $1,"
		    " updated_at = $4, version = version + 1"
		    " WHERE tenant_id = $2 AND conversation_id = $3",
		    move, 4, NULL, err);
	if (rc == 0)
		rc = record_update(d, op, RECORD_CONVERSATION, from->id, 0,
		    closed, 4, NULL, err);
	if (rc != 0)
		return rc;
	add_figures(t, from);
	if (from->last_message_us <= t->last_message_us)
		return db_exec(d->db,
		    "UPDATE conversations SET unread = $1,"
		    " last_inbound_us = $2, last_outbound_us = $3,"
		    " waiting_since_us = $4 WHERE tenant_id = $5 AND id = $6",
		    BINDS(b_int(t->unread), b_ref(t->last_inbound_us),
			b_ref(t->last_outbound_us), b_ref(t->waiting_since_us),
			b_int(d->actor.tenant_id), b_int(t->id)),
		    NULL, err);
	t->last_message_us = from->last_message_us;
	return db_exec(d->db,
	    "UPDATE conversations SET unread = $1, last_inbound_us = $2,"
	    " last_outbound_us = $3, waiting_since_us = $4,"
	    " last_message_us = f.last_message_us, preview = f.preview,"
	    " preview_kind = f.preview_kind,"
	    " preview_inbound = f.preview_inbound FROM"
	    " (SELECT last_message_us, preview, preview_kind, preview_inbound"
	    " FROM conversations WHERE tenant_id = $5 AND id = $7) AS f"
	    " WHERE conversations.tenant_id = $5 AND conversations.id = $6",
	    BINDS(b_int(t->unread), b_ref(t->last_inbound_us),
		b_ref(t->last_outbound_us), b_ref(t->waiting_since_us),
		b_int(d->actor.tenant_id), b_int(t->id), b_int(from->id)),
	    NULL, err);
}

int
talk__rename(struct desk *d, struct op *op, struct talk *t, const char *peer,
    const char *peer_user_id, struct err *err)
{
	struct talk other = {.id = 0};
	int rc;

	if (strcmp(peer, t->peer) != 0 && t->state != CONVERSATION_CLOSED) {
		rc = talk__open(
		    d, t->channel, t->channel_kind, peer, &other, err);
		if (rc == 0)
			rc = join(d, op, t, &other, err);
		if (rc != 0 && rc != OD_ENOTFOUND)
			return rc;
	}
	str_copy(t->peer, sizeof(t->peer), peer);
	str_copy(t->peer_user_id, sizeof(t->peer_user_id), peer_user_id);
	return db_later(d->db, NULL,
	    "UPDATE conversations SET peer = $1, peer_user_id = $2,"
	    " updated_at = $3, version = version + 1"
	    " WHERE tenant_id = $4 AND id = $5",
	    BINDS(b_text(t->peer), b_text(t->peer_user_id), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(t->id)),
	    err);
}
