/*
 * message_change - what customers changed or took back, and who they became;
 * see messages.h.
 */
#include "common/utf8.h"
#include "db/records/message_int.h"
#include "db/records/records_int.h"
#include <string.h>

struct original {
	int64_t id, conversation_id, at_us, edited_us, revoked_us;
	int kind;
};

static int
find_original(struct desk *d, const char *channel, const char *provider_id,
    struct original *out, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT id, conversation_id, at_us, edited_us, revoked_us, kind"
	    " FROM messages WHERE tenant_id = $1 AND channel = $2"
	    " AND provider_id = $3 AND provider_id <> ''",
	    BINDS(b_int(d->actor.tenant_id), b_text(channel),
		b_text(provider_id)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->id = stmt_int(st, 0);
		out->conversation_id = stmt_int(st, 1);
		out->at_us = stmt_int(st, 2);
		out->edited_us = stmt_int(st, 3);
		out->revoked_us = stmt_int(st, 4);
		out->kind = (int)stmt_int(st, 5);
	}
	stmt_close(&st);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND,
		    "The message that was changed is not here");
	return rc == 1 ? 0 : rc;
}

/* The inbox shows the text as it now is. */
static int
follow_preview(struct desk *d, struct op *op, const struct original *o,
    const char *body, struct err *err)
{
	char preview[201];

	records__line(preview, sizeof(preview), body);
	return db_exec(d->db,
	    "UPDATE conversations SET preview = CASE WHEN last_message_us = $1"
	    " AND preview_kind = $2 THEN $3 ELSE preview END,"
	    " updated_at = $4, version = version + 1"
	    " WHERE tenant_id = $5 AND id = $6",
	    BINDS(b_int(o->at_us), b_int(o->kind), b_text(preview),
		b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(o->conversation_id)),
	    NULL, err);
}

static int
change_text(struct desk *d, struct op *op, const struct original *o,
    const char *body, int64_t at_us, struct err *err)
{
	size_t n = utf8_cut(body, strlen(body), MESSAGE_BODY_MAX);

	return db_exec(d->db,
	    "UPDATE messages SET body = $1, edited_us = $2, updated_at = $3,"
	    " version = version + 1 WHERE tenant_id = $4 AND id = $5",
	    BINDS(b_textn(body, n), b_int(at_us), b_int(op->now_us),
		b_int(d->actor.tenant_id), b_int(o->id)),
	    NULL, err);
}

static int
take_back(struct desk *d, struct op *op, const struct original *o,
    int64_t at_us, struct err *err)
{
	return db_exec(d->db,
	    "UPDATE messages SET revoked_us = $1, updated_at = $2,"
	    " version = version + 1 WHERE tenant_id = $3 AND id = $4",
	    BINDS(b_int(at_us), b_int(op->now_us), b_int(d->actor.tenant_id),
		b_int(o->id)),
	    NULL, err);
}

int
message_edit_inbound(struct desk *d, const char *channel,
    const char *original_id, enum inbound_edit what, const char *body,
    int64_t at_us, struct err *err)
{
	struct original o = {.id = 0};
	struct op op;
	int rc;

	if (what == INBOUND_REVOKE || body == NULL)
		body = "";
	if ((rc = op_begin(d, &op, OP_MESSAGE_RECEIVE, 0, err)) != 0)
		return rc;
	if (at_us <= 0 || at_us > op.now_us)
		at_us = op.now_us;
	if ((rc = find_original(d, channel, original_id, &o, err)) != 0)
		goto out;
	/* What was taken back stays so, and an older edit came too late. */
	if (o.revoked_us != 0 || (what == INBOUND_EDIT && o.edited_us >= at_us))
		goto out;
	rc = what == INBOUND_EDIT ? change_text(d, &op, &o, body, at_us, err)
	                          : take_back(d, &op, &o, at_us, err);
	if (rc == 0)
		rc = follow_preview(d, &op, &o, body, err);
	if (rc == 0)
		rc = search_put(d, RECORD_MESSAGE, o.id, o.at_us, body, err);
out:
	return op_end(d, &op, rc, err);
}

/* ---- a customer under another number ---- */

/* The address of old is now now, unless somebody has that one already. */
static int
move_point(struct desk *d, struct op *op, enum contact_point_kind kind,
    const char *old, const char *now, struct err *err)
{
	const struct change c = {"value", b_text(now)};
	int64_t id;
	int rc;

	if (old[0] == '\0' || now[0] == '\0' || strcmp(old, now) == 0)
		return 0;
	rc = records__any(d,
	    "SELECT 1 FROM contact_points WHERE tenant_id = $1 AND kind = $2"
	    " AND value = $3 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(now)), err);
	if (rc != 0)
		return rc == 1 ? 0 : rc;
	rc = db_int(d->db, &id,
	    "SELECT id FROM contact_points WHERE tenant_id = $1 AND kind = $2"
	    " AND value = $3 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_text(old)), err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	return record_update(
	    d, op, RECORD_CONTACT_POINT, id, 0, &c, 1, NULL, err);
}

static int
move_talks(struct desk *d, struct op *op, const char *channel, const char *old,
    const char *old_user, const char *now, const char *now_user,
    struct err *err)
{
	struct talk t;
	int rc = OD_ENOTFOUND;

	if (old[0] != '\0')
		rc = talk__open(d, channel, CHANNEL_WHATSAPP, old, &t, err);
	if (rc == OD_ENOTFOUND && old_user[0] != '\0')
		rc = talk__read(d,
		    TALK_SELECT " AND v.channel = $3 AND v.peer_user_id = $4"
				" AND v.peer_user_id <> '' AND v.state < 2"
				" ORDER BY v.last_message_us DESC LIMIT 1",
		    BINDS(b_int(d->actor.tenant_id), b_int(POINT_WHATSAPP_USER),
			b_text(channel), b_text(old_user)),
		    &t, err);
	if (rc == OD_ENOTFOUND)
		return 0;
	if (rc != 0)
		return rc;
	if (now[0] == '\0')
		now = strcmp(t.peer, old_user) == 0 && now_user[0] != '\0'
		          ? now_user
		          : t.peer;
	/* now may point into t, which is renamed. */
	char peer[201], user[201];

	str_copy(peer, sizeof(peer), now);
	str_copy(user, sizeof(user),
	    now_user[0] != '\0' ? now_user : t.peer_user_id);
	return talk__rename(d, op, &t, peer, user, err);
}

int
message_peer_changed(struct desk *d, const char *channel,
    const char *old_number, const char *new_number, const char *old_user_id,
    const char *new_user_id, struct err *err)
{
	char old[33], now[33], old_user[201], now_user[201];
	struct op op;
	int rc;

	records__digits(old, sizeof(old), old_number);
	records__digits(now, sizeof(now), new_number);
	records__line(old_user, sizeof(old_user), old_user_id);
	records__line(now_user, sizeof(now_user), new_user_id);
	if ((rc = op_begin(d, &op, OP_MESSAGE_RECEIVE, 0, err)) != 0)
		return rc;
	if ((rc = move_point(d, &op, POINT_PHONE, old, now, err)) == 0 &&
	    (rc = move_point(
		 d, &op, POINT_WHATSAPP_USER, old_user, now_user, err)) == 0)
		rc = move_talks(
		    d, &op, channel, old, old_user, now, now_user, err);
	return op_end(d, &op, rc, err);
}
