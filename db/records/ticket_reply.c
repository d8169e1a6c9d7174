/* ticket_reply - see ticket_reply.h. */
#include "db/records/ticket_reply.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/mail_write.h"
#include "common/xalloc.h"
#include "db/core/permit.h"
#include "db/records/backup.h"
#include "db/records/mails.h"
#include "db/records/message_int.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_reply_int.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const reply_way_names[] = {
    "undecided", "mail", "chat", "stays", NULL};
const char *const reply_went_names[] = {
    "none", "queued", "sending", "sent", "uncertain", "held", "failed", NULL};

/* ---- the two ways ---- */

/* The conversation in which the customer wrote last, that may be answered. */
static int
find_chat(struct desk *d, int64_t ticket_id, int64_t now_us, struct talk *best,
    struct err *err)
{
	int64_t ids[TICKET_TALKS_MOST];
	size_t count;
	int rc = ticket__talks(d, ticket_id, ids, &count, err);

	best->id = 0;
	best->last_inbound_us = 0;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		struct talk t;

		rc = talk__by_id(d, ids[i], &t, err);
		if (rc == OD_ENOTFOUND) {
			rc = 0;
			continue;
		}
		if (rc != 0 || t.state == CONVERSATION_CLOSED ||
		    t.channel_kind == CHANNEL_MAIL ||
		    t.last_inbound_us <= best->last_inbound_us ||
		    (t.channel_kind == CHANNEL_WHATSAPP &&
			now_us >= t.last_inbound_us + WHATSAPP_WINDOW_US))
			continue;
		*best = t;
	}
	return rc;
}

struct by_mail { /* the customer as far as mail goes */
	int64_t contact_id;
	int64_t heard_us; /* when he wrote last by mail; 0: never */
	char address[255], name[201];
};

static void
read_contact(struct stmt *st, void *row)
{
	struct by_mail *m = row;

	m->contact_id = stmt_int(st, 0);
	str_copy(m->name, sizeof(m->name), stmt_text(st, 1));
	str_copy(m->address, sizeof(m->address), stmt_text(st, 2));
	m->heard_us = stmt_int(st, 3);
}

/* The address that somebody gave him, else the last one he wrote from. */
static int
find_mail(
    struct desk *d, int64_t ticket_id, struct by_mail *out, struct err *err)
{
	char *point = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    "SELECT c.id, c.full_name, c.email, COALESCE((SELECT max(k.at_us)"
	    " FROM ticket_comments k WHERE k.ticket_id = t.id"
	    " AND k.tenant_id = t.tenant_id AND k.inbound = 1"
	    " AND k.deleted_at IS NULL), CASE WHEN t.source = $3"
	    " THEN t.created_at ELSE 0 END) FROM tickets t"
	    " LEFT JOIN contacts c ON c.id = t.contact_id"
	    " AND c.tenant_id = t.tenant_id AND c.deleted_at IS NULL"
	    " WHERE t.tenant_id = $1 AND t.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_int(SOURCE_MAIL)),
	    read_contact, out, err);
	if (rc < 0 || out->contact_id == 0 || mail_address_ok(out->address))
		return rc < 0 ? rc : 0;
	out->address[0] = '\0';
	rc = db_text(d->db, &point,
	    "SELECT value FROM contact_points WHERE contact_id = $2"
	    " AND tenant_id = $1 AND kind = $3 AND deleted_at IS NULL"
	    " ORDER BY updated_at DESC, id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(out->contact_id),
		b_int(POINT_MAIL)),
	    err);
	if (rc == 0 && mail_address_ok(point))
		str_copy(out->address, sizeof(out->address), point);
	free(point);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

static const char *
why_not(const struct by_mail *m, const struct mail_sender *sender)
{
	if (m->contact_id == 0)
		return N_("the ticket has no contact");
	if (m->address[0] == '\0')
		return N_("the contact has no mail address, and no conversation"
			  " that can be answered");
	if (sender->channel[0] == '\0')
		return N_("no channel sends mail");
	return "";
}

static int
find_route(struct desk *d, int64_t ticket_id, int64_t now_us,
    struct reply_route *out, struct err *err)
{
	struct mail_sender sender;
	struct by_mail m;
	struct talk chat;
	bool mail;
	int rc;

	memset(out, 0, sizeof(*out));
	out->way = REPLY_STAYS;
	out->why = "";
	if ((rc = find_chat(d, ticket_id, now_us, &chat, err)) != 0 ||
	    (rc = mail_sender(d, &sender, err)) != 0 ||
	    (rc = find_mail(d, ticket_id, &m, err)) != 0)
		return rc;
	mail = sender.channel[0] != '\0' && m.address[0] != '\0';
	out->has_mail = mail;
	str_copy(out->to, sizeof(out->to), m.address);
	str_copy(out->to_name, sizeof(out->to_name), m.name);
	if (m.address[0] != '\0')
		mail_address_hint(m.address, out->hint, sizeof(out->hint));
	if (chat.id != 0 && (!mail || chat.last_inbound_us >= m.heard_us)) {
		out->way = REPLY_BY_CHAT;
		out->conversation_id = chat.id;
		out->channel_kind = chat.channel_kind;
		str_copy(out->channel, sizeof(out->channel), chat.channel);
	} else if (mail) {
		out->way = REPLY_BY_MAIL;
		out->channel_kind = CHANNEL_MAIL;
		str_copy(out->channel, sizeof(out->channel), sender.channel);
	} else {
		out->why = why_not(&m, &sender);
	}
	return 0;
}

int
ticket_reply_route(
    struct desk *d, int64_t ticket_id, struct reply_route *out, struct err *err)
{
	int rc = op_read(d, OP_TICKET_READ, ticket_id, err);

	return rc != 0 ? rc
	               : find_route(d, ticket_id, clock_wall_us(), out, err);
}

void
ticket_reply_with_files(struct reply_route *r)
{
	if (r->way != REPLY_BY_CHAT)
		return;
	r->way = r->has_mail ? REPLY_BY_MAIL : REPLY_STAYS;
	r->why = r->has_mail ? "" : N_("files do not go by chat");
}

/* ---- in words ---- */

static const char *
chat_name(enum channel_kind kind)
{
	switch (kind) {
	case CHANNEL_WHATSAPP:
	case CHANNEL_TWILIO:
		return "WhatsApp";
	case CHANNEL_TELEGRAM:
		return "Telegram";
	case CHANNEL_MAIL:
	case CHANNEL_WEB:
		break;
	}
	return _("chat");
}

void
ticket_reply_sentence(const struct reply_route *r, char *dst, size_t size)
{
	switch (r->way) {
	case REPLY_BY_MAIL:
		str_format(dst, size, _("goes by mail to %s"), r->hint);
		return;
	case REPLY_BY_CHAT:
		str_format(
		    dst, size, _("goes by %s"), chat_name(r->channel_kind));
		return;
	case REPLY_UNDECIDED:
	case REPLY_STAYS:
		break;
	}
	if (r->why == NULL || r->why[0] == '\0')
		str_format(dst, size, "%s", _("stays in the desk"));
	else
		str_format(dst, size, _("stays in the desk: %s"), _(r->why));
}

static const char *
went_word(enum reply_went went)
{
	switch (went) {
	case REPLY_QUEUED:
		return _("on its way");
	case REPLY_SENDING:
		return _("being sent");
	case REPLY_SENT:
		return _("sent");
	case REPLY_UNCERTAIN:
		return _("nobody knows whether it was sent");
	case REPLY_HELD:
		return _("held until somebody releases it");
	case REPLY_FAILED:
		return _("was not sent");
	case REPLY_WENT_NOWHERE:
		break;
	}
	return "";
}

void
ticket_reply_result(enum reply_way way, enum reply_went went,
    const char *problem, char *dst, size_t size)
{
	dst[0] = '\0';
	switch (way) {
	case REPLY_UNDECIDED:
		return;
	case REPLY_STAYS:
		str_format(dst, size, "%s", _("stayed in the desk"));
		return;
	case REPLY_BY_MAIL:
	case REPLY_BY_CHAT:
		break;
	}
	str_format(dst, size, "%s: %s%s%s",
	    way == REPLY_BY_MAIL ? _("by mail") : _("by chat"), went_word(went),
	    problem[0] != '\0' ? ": " : "", problem);
}

void
ticket_reply_json(const struct reply_route *r, struct json_out *out)
{
	char sentence[400];

	json_out_object(out, NULL);
	json_out_string(out, "way", reply_way_names[r->way]);
	json_out_string(out, "channel", r->channel);
	json_out_string(out, "to", r->way == REPLY_BY_MAIL ? r->hint : "");
	records__json_ref(out, "conversation_id", r->conversation_id);
	ticket_reply_sentence(r, sentence, sizeof(sentence));
	json_out_string(out, "sentence", sentence);
	json_out_end(out, '}');
}

/* ---- how far one came ---- */

enum reply_went
ticket__went_by_mail(int64_t outbox_state)
{
	switch (outbox_state) {
	case OUTBOX_DUE:
		return REPLY_QUEUED;
	case OUTBOX_SENDING:
		return REPLY_SENDING;
	case OUTBOX_UNCERTAIN:
		return REPLY_UNCERTAIN;
	case OUTBOX_HELD:
		return REPLY_HELD;
	case OUTBOX_DEAD:
		return REPLY_FAILED;
	default: /* a row that is not kept any more was sent */
		return REPLY_SENT;
	}
}

static enum reply_went
went_by_chat(int64_t message_state)
{
	switch (message_state) {
	case MESSAGE_DUE:
		return REPLY_QUEUED;
	case MESSAGE_SENDING:
		return REPLY_SENDING;
	case MESSAGE_UNCERTAIN:
		return REPLY_UNCERTAIN;
	case MESSAGE_HELD:
		return REPLY_HELD;
	case MESSAGE_FAILED:
		return REPLY_FAILED;
	default:
		return REPLY_SENT;
	}
}

/* 1: its message is in that conversation. */
static int
look_in_talk(struct desk *d, int64_t conversation_id, struct ticket_comment *c,
    struct err *err)
{
	struct stmt *st = NULL;
	char detail[64];
	int rc;

	message_comment_detail(c->id, detail, sizeof(detail));
	rc = db_query(d->db, &st,
	    "SELECT state, error_text FROM messages WHERE tenant_id = $1"
	    " AND conversation_id = $2 AND at_us >= $3 AND detail = $4"
	    " ORDER BY at_us, id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(conversation_id),
		b_int(c->held_until_us), b_text(detail)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		c->went = went_by_chat(stmt_int(st, 0));
		records__line(c->problem, sizeof(c->problem), stmt_text(st, 1));
	}
	stmt_close(&st);
	return rc;
}

int
ticket__reply_chats(struct desk *d, int64_t ticket_id,
    struct ticket_comment *rows, size_t count, struct err *err)
{
	int64_t ids[TICKET_TALKS_MOST];
	size_t talks = 0;
	bool any = false;
	int rc = 0;

	for (size_t i = 0; i < count; i++)
		any = any || rows[i].way == REPLY_BY_CHAT;
	if (any)
		rc = ticket__talks(d, ticket_id, ids, &talks, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (rows[i].way != REPLY_BY_CHAT)
			continue;
		rows[i].went = REPLY_SENT;
		for (size_t k = 0; rc == 0 && k < talks; k++)
			rc = look_in_talk(d, ids[k], &rows[i], err);
		rc = rc == 1 ? 0 : rc;
	}
	return rc;
}

/* ---- leaving ---- */

struct leaving {
	int64_t id, operator_id, at_us;
	char *body; /* owned */
};

static void
read_leaving(struct stmt *st, void *row)
{
	struct leaving *l = row;

	l->id = stmt_int(st, 0);
	l->operator_id = stmt_int(st, 1);
	l->at_us = stmt_int(st, 2);
	l->body = stmt_dup(st, 3);
}

static int
by_mail(struct desk *d, struct op *op, int64_t ticket_id,
    const struct reply_route *r, const struct leaving *l, bool is_held,
    struct err *err)
{
	struct mail_promise mail = {.to = r->to,
	    .to_name = r->to_name,
	    .body = l->body,
	    .ticket_id = ticket_id,
	    .comment_id = l->id,
	    .is_held = is_held};
	struct str subject = STR_INIT;
	struct ticket t = {0};
	int rc = ticket__load(d, ticket_id, &t, err);

	if (rc == 0) {
		if (strncasecmp(t.subject, "re:", 3) != 0)
			str_add(&subject, "Re: ");
		str_add(&subject, t.subject);
		mail.subject = subject.s;
		rc = mail_promise(d, op, &mail, NULL, err);
	}
	str_free(&subject);
	ticket_clear(&t);
	return rc;
}

static int
by_chat(struct desk *d, struct op *op, const struct reply_route *r,
    const struct leaving *l, bool is_held, struct err *err)
{
	const struct message_reply reply = {
	    .conversation_id = r->conversation_id,
	    .operator_id = l->operator_id,
	    .comment_id = l->id,
	    .body = l->body,
	    .is_held = is_held};
	int64_t id;

	return message__reply(d, op, &reply, &id, err);
}

static int
has_files(struct desk *d, int64_t comment_id, struct err *err)
{
	return records__any(d,
	    "SELECT 1 FROM ticket_files WHERE tenant_id = $1"
	    " AND comment_id = $2 AND comment_id IS NOT NULL LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(comment_id)), err);
}

static int
leave(struct desk *d, struct op *op, int64_t ticket_id, const struct leaving *l,
    bool is_held, struct err *err)
{
	struct reply_route r;
	int rc;

	if ((rc = find_route(d, ticket_id, op->now_us, &r, err)) != 0 ||
	    (rc = has_files(d, l->id, err)) < 0)
		return rc;
	/* The other way takes what a chat does not. */
	if (rc == 1 || !message_reply_fits(l->body))
		ticket_reply_with_files(&r);
	rc = 0;
	if (r.way == REPLY_BY_MAIL)
		rc = by_mail(d, op, ticket_id, &r, l, is_held, err);
	else if (r.way == REPLY_BY_CHAT)
		rc = by_chat(d, op, &r, l, is_held, err);
	if (rc == OD_EDATA || rc == OD_ECONFLICT) {
		r.way = REPLY_STAYS;
		rc = 0;
	}
	if (rc != 0)
		return rc;
	return db_exec(d->db,
	    "UPDATE ticket_comments SET source = $1"
	    " WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_int(r.way), b_int(d->actor.tenant_id), b_int(l->id)), NULL,
	    err);
}

int
ticket__replies_leave(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t since_us, struct err *err)
{
	struct leaving *rows = NULL;
	struct stmt *st = NULL;
	struct desk_origin origin;
	size_t count = 0;
	int rc;

	if ((rc = desk_origin(d, &origin, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT id, operator_id, at_us, body FROM ticket_comments"
	    " WHERE ticket_id = $2 AND tenant_id = $1 AND source = 0"
	    " AND kind = 0 AND inbound = 0 AND deleted_at IS NULL"
	    " AND held_until_us > $3 AND held_until_us <= $4"
	    " ORDER BY at_us, id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id), b_int(since_us),
		b_int(op->now_us)),
	    err);
	rows = records__rows(
	    rows, &st, sizeof(*rows), read_leaving, &count, &rc, err);
	for (size_t i = 0; i < count; i++) {
		if (rc == 0)
			rc = leave(d, op, ticket_id, &rows[i],
			    rows[i].at_us <= origin.restored_us, err);
		free(rows[i].body);
	}
	free(rows);
	return rc;
}
