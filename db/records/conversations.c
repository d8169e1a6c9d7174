/* conversations - what people do with them; see conversations.h. */
#include "db/records/conversations.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "common/text.h"
#include "db/records/message_int.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include "db/records/ticket_merge_int.h"
#include <stdlib.h>
#include <string.h>

const char *const channel_kind_names[] = {
    NULL, "whatsapp", "twilio", "telegram", "mail", "web", NULL};
const char *const conversation_state_names[] = {
    "active", "handed_off", "closed", NULL};
const char *const conversation_view_names[] = {
    "mine", "unassigned", "unread", "team", "all", "closed", NULL};

char
channel_kind_letter(enum channel_kind kind)
{
	switch (kind) {
	case CHANNEL_WHATSAPP:
		return 'W';
	case CHANNEL_TWILIO:
		return 'S';
	case CHANNEL_TELEGRAM:
		return 'T';
	case CHANNEL_MAIL:
		return 'M';
	case CHANNEL_WEB:
		return 'C';
	}
	return '?';
}

int64_t
conversation_window_left(const struct conversation *c, int64_t now_us)
{
	int64_t left;

	if (c->channel_kind != CHANNEL_WHATSAPP)
		return INT64_MAX;
	left = c->last_inbound_us + WHATSAPP_WINDOW_US - now_us;
	return c->last_inbound_us == 0 || left < 0 ? 0 : left;
}

int
conversation__version(struct desk *d, int64_t id, int64_t seen_version,
    int64_t *version, struct err *err)
{
	int rc;

	*version = seen_version;
	if (seen_version == 0)
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM changes WHERE tenant_id = $1 AND kind = $2"
	    " AND record_id = $3 AND version > $4 LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(RECORD_CONVERSATION),
		b_int(id), b_int(seen_version)),
	    err);
	if (rc == 0)
		*version = 0;
	return rc < 0 ? rc : 0;
}

static int
update(struct desk *d, struct op *op, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	int64_t version;
	int rc;

	rc = conversation__version(d, id, seen_version, &version, err);
	return rc != 0 ? rc
	               : record_update(d, op, RECORD_CONVERSATION, id, version,
			     changes, count, NULL, err);
}

static int
refuse_taken(struct desk *d, int64_t operator_id, struct err *err)
{
	char *name = NULL, safe[201];
	int rc;

	rc = db_text(d->db, &name,
	    "SELECT full_name FROM operators WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id)), err);
	if (rc == 0) {
		text_safe_buf(safe, sizeof(safe), name);
		rc = err_set(err, OD_ECONFLICT,
		    "%s has this conversation already; ask for it", safe);
	}
	free(name);
	return rc;
}

static int
refuse_closed(struct err *err)
{
	return err_set(
	    err, OD_ECONFLICT, "This conversation is closed; reopen it first");
}

static int
check_free(struct desk *d, int64_t id, struct talk *t, struct err *err)
{
	int rc;

	if ((rc = talk__by_id(d, id, t, err)) != 0)
		return rc;
	if (t->operator_id != 0 && t->operator_id != d->actor.id)
		return refuse_taken(d, t->operator_id, err);
	return t->state == CONVERSATION_CLOSED ? refuse_closed(err) : 0;
}

int
conversation_claim(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	const struct change c[] = {
	    {"operator_id", b_int(d->actor.id)},
	    {"state", b_int(CONVERSATION_HANDED_OFF)},
	};
	struct talk t;
	struct op op;
	int rc;

	if (d->actor.kind != ACTOR_OPERATOR)
		return err_set(err, OD_EDENIED,
		    "Only an operator can take a conversation");
	/* "Somebody has it" says more than "you may not". */
	if ((rc = op_read(d, OP_CONVERSATION_READ, id, err)) != 0 ||
	    (rc = check_free(d, id, &t, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_CONVERSATION_CLAIM, id, err)) != 0)
		return rc;
	if ((rc = check_free(d, id, &t, err)) == 0)
		rc = update(d, &op, id, seen_version, c, 2, err);
	op_sentence(&op, _("Took the conversation with %s"), t.contact_name);
	return op_end(d, &op, rc, err);
}

static int
check_assignee(
    struct desk *d, int64_t operator_id, char name[201], struct err *err)
{
	char *found = NULL;
	int rc;

	name[0] = '\0';
	if (operator_id == 0)
		return 0;
	rc = db_text(d->db, &found,
	    "SELECT full_name FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND enabled = 1 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id)), err);
	if (rc == OD_ENOTFOUND)
		rc = err_set(err, OD_EDATA,
		    "There is no such enabled operator; choose another one");
	if (rc == 0)
		text_safe_buf(name, 201, found);
	free(found);
	return rc;
}

static int
add_note(struct desk *d, struct op *op, int64_t id, const char *body,
    int64_t *note_id, struct err *err)
{
	int64_t made;
	int rc;

	if ((rc = records__body(_("The note"), body, MESSAGE_BODY_MAX, err)) !=
	    0)
		return rc;
	rc = db_insert(d->db, &made,
	    "INSERT INTO conversation_notes(tenant_id, conversation_id,"
	    " operator_id, kind, body, at_us, created_at, updated_at)"
	    " VALUES($1, $2, $3, 0, $4, $5, $5, $5) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(id),
		d->actor.kind == ACTOR_OPERATOR ? b_ref(d->actor.id) : b_null(),
		b_text(body), b_int(op->now_us)),
	    err);
	if (rc == 0 && note_id != NULL)
		*note_id = made;
	return rc != 0
	           ? rc
	           : record_created(d, op, RECORD_CONVERSATION_NOTE, made, err);
}

int
conversation_assign(struct desk *d, int64_t id, int64_t seen_version,
    int64_t operator_id, int64_t team_id, const char *note, struct err *err)
{
	const struct change c[] = {
	    {"operator_id", b_ref(operator_id)},
	    {"team_id", b_ref(team_id)},
	    {"state",
		b_int(operator_id != 0 || team_id != 0 ? CONVERSATION_HANDED_OFF
						       : CONVERSATION_ACTIVE)},
	};
	char name[201];
	struct talk t;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONVERSATION_ASSIGN, id, err)) != 0)
		return rc;
	if ((rc = talk__by_id(d, id, &t, err)) != 0 ||
	    (rc = check_assignee(d, operator_id, name, err)) != 0)
		goto out;
	if (t.state == CONVERSATION_CLOSED) {
		rc = refuse_closed(err);
		goto out;
	}
	rc = update(d, &op, id, seen_version, c, 3, err);
	if (rc == 0 && note != NULL && note[0] != '\0')
		rc = add_note(d, &op, id, note, NULL, err);
	if (rc == 0)
		op_gave_away(d, OP_CONVERSATION_READ, id);
	if (operator_id != 0)
		op_sentence(&op, _("Gave the conversation with %s to %s"),
		    t.contact_name, name);
	else if (team_id != 0)
		op_sentence(&op, _("Gave the conversation with %s to a team"),
		    t.contact_name);
	else
		op_sentence(&op, _("Released the conversation with %s"),
		    t.contact_name);
out:
	return op_end(d, &op, rc, err);
}

int
conversation_close(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct talk t;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONVERSATION_CLOSE, id, err)) != 0)
		return rc;
	if ((rc = talk__by_id(d, id, &t, err)) != 0)
		goto out;
	if (t.state == CONVERSATION_CLOSED) {
		rc = err_set(
		    err, OD_ECONFLICT, "This conversation is closed already");
		goto out;
	}
	const struct change c[] = {
	    {"state", b_int(CONVERSATION_CLOSED)},
	    {"closed_us", b_int(op.now_us)},
	    {"waiting_since_us", b_null()},
	    {"unread", b_int(0)},
	};

	rc = update(d, &op, id, seen_version, c, 4, err);
	op_sentence(&op, _("Closed the conversation with %s"), t.contact_name);
out:
	return op_end(d, &op, rc, err);
}

int
conversation_reopen(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct talk t, other;
	int64_t version;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONVERSATION_REOPEN, id, err)) != 0)
		return rc;
	if ((rc = talk__by_id(d, id, &t, err)) != 0 ||
	    (rc = conversation__version(d, id, seen_version, &version, err)) !=
		0)
		goto out;
	if (t.state != CONVERSATION_CLOSED) {
		rc = err_set(
		    err, OD_ECONFLICT, "This conversation is open already");
		goto out;
	}
	if (version != 0 && version != t.version) {
		rc = err_set(err, OD_ECONFLICT,
		    "This conversation was changed meanwhile; look at it"
		    " again");
		goto out;
	}
	rc = talk__open(d, t.channel, t.channel_kind, t.peer, &other, err);
	if (rc == 0) {
		rc = err_set(err, OD_ECONFLICT,
		    "%s has another open conversation on this channel; go on"
		    " there",
		    t.contact_name);
		goto out;
	}
	if (rc == OD_ENOTFOUND)
		rc = talk__reopen(d, &op, &t, err);
	op_sentence(
	    &op, _("Reopened the conversation with %s"), t.contact_name);
out:
	return op_end(d, &op, rc, err);
}

/* Tell the provider once which message was read last. */
static int
promise_receipt(
    struct desk *d, struct op *op, const struct talk *t, struct err *err)
{
	struct outbox_promise promise = {.channel = t->channel,
	    .kind = OUTBOX_MARK_READ,
	    .expires_us = op->now_us + US_PER_DAY};
	struct str intent = STR_INIT;
	struct stmt *st = NULL;
	struct json_out w;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id, provider_id FROM messages WHERE tenant_id = $1"
	    " AND conversation_id = $2 AND inbound = 1 AND kind <> $3"
	    " AND provider_id <> '' ORDER BY at_us DESC, id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->id),
		b_int(MESSAGE_REACTION)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		promise.record_id = stmt_int(st, 0);
		json_out_init(&w, &intent);
		json_out_object(&w, NULL);
		json_out_string(&w, "type", "read");
		json_out_string(&w, "message_id", stmt_text(st, 1));
		json_out_end(&w, '}');
		promise.intent = intent.s;
	}
	stmt_close(&st);
	if (rc == 1)
		rc = records__any(d,
		    "SELECT 1 FROM outbox WHERE tenant_id = $1 AND kind = $2"
		    " AND record_id = $3 LIMIT 1",
		    BINDS(b_int(d->actor.tenant_id), b_int(OUTBOX_MARK_READ),
			b_int(promise.record_id)),
		    err);
	else if (rc == 0)
		rc = 1;
	if (rc == 0)
		rc = outbox_promise(d, op, &promise, NULL, err);
	str_free(&intent);
	return rc == 1 ? 0 : rc;
}

int
conversation_seen(
    struct desk *d, int64_t id, bool send_receipt, struct err *err)
{
	struct talk t;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONVERSATION_SEEN, id, err)) != 0)
		return rc;
	if ((rc = talk__by_id(d, id, &t, err)) != 0 || t.unread == 0)
		return op_end(d, &op, rc, err);
	rc = db_exec(d->db,
	    "UPDATE conversations SET unread = 0, updated_at = $1,"
	    " version = version + 1 WHERE tenant_id = $2 AND id = $3",
	    BINDS(b_int(op.now_us), b_int(d->actor.tenant_id), b_int(id)), NULL,
	    err);
	if (rc == 0 && send_receipt && t.channel_kind == CHANNEL_WHATSAPP)
		rc = promise_receipt(d, &op, &t, err);
	return op_end(d, &op, rc, err);
}

int
conversation_note(struct desk *d, int64_t id, const char *body,
    int64_t *note_id, struct err *err)
{
	struct talk t;
	struct op op;
	int rc;

	if (body == NULL || body[strspn(body, " \t\r\n")] == '\0')
		return err_set(err, OD_EDATA, "The note is empty");
	if ((rc = op_begin(d, &op, OP_CONVERSATION_NOTE, id, err)) != 0)
		return rc;
	if ((rc = talk__by_id(d, id, &t, err)) == 0)
		rc = add_note(d, &op, id, body, note_id, err);
	op_sentence(&op, _("Wrote a note about %s"), t.contact_name);
	return op_end(d, &op, rc, err);
}

int
conversation_link_ticket(
    struct desk *d, int64_t id, int64_t ticket_id, struct err *err)
{
	struct change c = {"ticket_id", b_null()};
	int64_t target = 0;
	struct talk t;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CONVERSATION_LINK, id, err)) != 0)
		return rc;
	/* One that was merged is worked on in the other one. */
	if ((rc = talk__by_id(d, id, &t, err)) == 0 && ticket_id != 0)
		rc = ticket_target(d, ticket_id, &target, err);
	c.value = b_ref(target);
	if (rc == 0)
		rc = record_update(
		    d, &op, RECORD_CONVERSATION, id, 0, &c, 1, NULL, err);
	if (rc == 0 && target != ticket_id)
		rc = merge__went_on(
		    d, &op, ticket_id, RECORD_CONVERSATION, id, err);
	op_sentence(&op, _("Linked the conversation with %s to a ticket"),
	    t.contact_name);
	return op_end(d, &op, rc, err);
}

static void
peer_of(enum channel_kind kind, const char *text, char *out, size_t size)
{
	if (talk__number_kind(kind) == POINT_PHONE && kind != CHANNEL_WEB &&
	    kind != CHANNEL_TELEGRAM)
		records__digits(out, size, text);
	else
		records__line(out, size, text);
}

int
conversation_with(struct desk *d, const char *channel, enum channel_kind kind,
    const char *peer, struct conversation *out, struct err *err)
{
	struct talk t;
	int rc;

	peer_of(kind, peer, t.peer, sizeof(t.peer));
	rc = talk__open(d, channel, kind, t.peer, &t, err);
	return rc != 0 ? rc : conversation_get(d, t.id, out, err);
}

int
conversation_open(struct desk *d, const char *channel, enum channel_kind kind,
    int64_t contact_id, const char *peer, int64_t *id, struct err *err)
{
	struct talk t, made = {.contact_id = contact_id, .channel_kind = kind};
	struct op op;
	int rc;

	peer_of(kind, peer, made.peer, sizeof(made.peer));
	if (made.peer[0] == '\0')
		return err_set(err, OD_EDATA,
		    "A conversation needs the number or address of the"
		    " customer");
	if (!str_copy(made.channel, sizeof(made.channel), channel) ||
	    channel[0] == '\0')
		return err_set(err, OD_EDATA, "There is no such channel");
	/* Who may not see how he is reached does not reach him either. */
	if ((rc = op_may(d, OP_CONTACT_READ_FULL, contact_id, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_CONVERSATION_NEW, 0, err)) != 0)
		return rc;
	rc = talk__open(d, channel, kind, made.peer, &t, err);
	if (rc == OD_ENOTFOUND) {
		made.last_message_us = op.now_us;
		rc = records__exists(d, RECORD_CONTACT, contact_id, err);
		if (rc == 0)
			rc = talk__make(d, &op, &made, err);
		t.id = made.id;
	}
	if (rc == 0) {
		*id = t.id;
		op_created(&op, t.id);
	}
	return op_end(d, &op, rc, err);
}
