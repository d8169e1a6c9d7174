/* messages - their rows, and threads for the screen; see messages.h. */
#include "db/records/messages.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/records/message_int.h"
#include "db/records/outbox.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define UNDELIVERED_AMONG 2000 /* open conversations, the newest ones */

const char *const message_kind_names[] = {[MESSAGE_TEXT] = "text",
    [MESSAGE_IMAGE] = "image",
    [MESSAGE_VIDEO] = "video",
    [MESSAGE_AUDIO] = "audio",
    [MESSAGE_DOCUMENT] = "document",
    [MESSAGE_STICKER] = "sticker",
    [MESSAGE_LOCATION] = "location",
    [MESSAGE_CONTACTS] = "contacts",
    [MESSAGE_INTERACTIVE] = "interactive",
    [MESSAGE_BUTTON] = "button",
    [MESSAGE_REACTION] = "reaction",
    [MESSAGE_ORDER] = "order",
    [MESSAGE_SYSTEM] = "system",
    [MESSAGE_UNSUPPORTED] = "unsupported",
    [MESSAGE_TEMPLATE] = "template",
    [MESSAGE_OTHER] = "other",
    NULL};
const char *const message_state_names[] = {"received", "due", "sending", "sent",
    "delivered", "read", "uncertain", "held", "failed", NULL};
static const char *const role_words[] = {
    "user", "assistant", "system", "operator", "app"};

void
message_clear(struct message *m)
{
	FREE(&m->body);
	FREE(&m->detail);
	FREE(&m->error_text);
	FREE(&m->reactions);
}

void
message_list_free(struct message **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		message_clear(&(*rows)[i]);
	FREE(rows);
}

int
message__insert(struct desk *d, struct op *op, const struct message_row *m,
    int64_t *id, struct err *err)
{
	size_t body = utf8_cut(m->body, strlen(m->body), MESSAGE_BODY_MAX);

	return db_insert(d->db, id,
	    "INSERT INTO messages(tenant_id, conversation_id, channel,"
	    " inbound, role, kind, kind_name, operator_id, body, detail,"
	    " provider_id, reply_to, state, at_us, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
	    " $14, $15, $15)"
	    " ON CONFLICT(tenant_id, channel, provider_id)"
	    " WHERE provider_id <> '' DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(m->conversation_id),
		b_text(m->channel), b_int(m->inbound), b_int(m->role),
		b_int(m->kind), b_text(m->kind_name), b_ref(m->operator_id),
		b_textn(m->body, body), b_text(m->detail),
		b_text(m->provider_id), b_text(m->reply_to), b_int(m->state),
		b_int(m->at_us), b_int(op->now_us)),
	    err);
}

#define MESSAGE_FROM                                                           \
	"SELECT m.id, m.version, m.created_at, m.updated_at,"                  \
	" m.conversation_id, m.operator_id, m.file_id, m.inbound, m.role,"     \
	" m.kind, m.state, m.error_code, m.at_us, m.sent_us, m.delivered_us,"  \
	" m.read_us, m.edited_us, m.revoked_us, m.kind_name, m.provider_id,"   \
	" m.reply_to, o.full_name, f.name, f.title, f.size, m.body, m.detail," \
	" m.error_text FROM messages m"                                        \
	" LEFT JOIN operators o ON o.id = m.operator_id"                       \
	" AND o.tenant_id = m.tenant_id"                                       \
	" LEFT JOIN files f ON f.id = m.file_id AND f.tenant_id = m.tenant_id" \
	" AND f.deleted_at IS NULL"
#define MESSAGE_SELECT MESSAGE_FROM " WHERE m.tenant_id = $1"

static void
read_row(struct stmt *st, void *row)
{
	struct message *m = row;

	memset(m, 0, sizeof(*m));
	m->id = stmt_int(st, 0);
	m->version = stmt_int(st, 1);
	m->created_at = stmt_int(st, 2);
	m->updated_at = stmt_int(st, 3);
	m->conversation_id = stmt_int(st, 4);
	m->operator_id = stmt_int(st, 5);
	m->file_id = stmt_int(st, 6);
	m->inbound = stmt_int(st, 7) != 0;
	m->role = (enum message_role)stmt_int(st, 8);
	m->kind = (enum message_kind)stmt_int(st, 9);
	m->state = (enum message_state)stmt_int(st, 10);
	m->error_code = (int)stmt_int(st, 11);
	m->at_us = stmt_int(st, 12);
	m->sent_us = stmt_int(st, 13);
	m->delivered_us = stmt_int(st, 14);
	m->read_us = stmt_int(st, 15);
	m->edited_us = stmt_int(st, 16);
	m->revoked_us = stmt_int(st, 17);
	str_copy(m->kind_name, sizeof(m->kind_name), stmt_text(st, 18));
	str_copy(m->provider_id, sizeof(m->provider_id), stmt_text(st, 19));
	str_copy(m->reply_to, sizeof(m->reply_to), stmt_text(st, 20));
	str_copy(m->operator_name, sizeof(m->operator_name), stmt_text(st, 21));
	str_copy(m->file_name, sizeof(m->file_name), stmt_text(st, 22));
	str_copy(m->file_title, sizeof(m->file_title), stmt_text(st, 23));
	m->file_size = stmt_int(st, 24);
	m->body = stmt_dup(st, 25);
	m->detail = stmt_dup(st, 26);
	m->error_text = stmt_dup(st, 27);
	m->reactions = xstrdup("");
}

static void
read_note(struct stmt *st, void *row)
{
	struct message *m = row;

	memset(m, 0, sizeof(*m));
	m->is_note = true;
	m->kind = MESSAGE_TEXT;
	m->role = MESSAGE_BY_OPERATOR;
	m->id = stmt_int(st, 0);
	m->version = stmt_int(st, 1);
	m->created_at = stmt_int(st, 2);
	m->updated_at = stmt_int(st, 3);
	m->conversation_id = stmt_int(st, 4);
	m->operator_id = stmt_int(st, 5);
	m->at_us = stmt_int(st, 6);
	str_copy(m->operator_name, sizeof(m->operator_name), stmt_text(st, 7));
	m->body = stmt_dup(st, 8);
	m->detail = xstrdup("");
	m->error_text = xstrdup("");
	m->reactions = xstrdup("");
}

static int
read_rows(struct desk *d, const char *sql, const struct bind *binds,
    size_t nbinds, records_read_fn *read, struct message **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st, sql, binds, nbinds, err);
	*rows =
	    records__rows(*rows, &st, sizeof(**rows), read, count, &rc, err);
	return rc;
}

static int
oldest_first(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (int)x->is_note - (int)y->is_note;
}

/* Who reacts with what; a later one replaces, an empty one takes back. */
struct reaction {
	char target[257];
	bool inbound;
	char *emoji; /* owned */
};

static void
reaction_keep(struct reaction **list, size_t *count, struct stmt *st)
{
	struct reaction *r = NULL;

	for (size_t i = 0; i < *count && r == NULL; i++)
		if ((*list)[i].inbound == (stmt_int(st, 1) != 0) &&
		    strcmp((*list)[i].target, stmt_text(st, 0)) == 0)
			r = &(*list)[i];
	if (r == NULL) {
		*list = records__grow(*list, *count, sizeof(**list));
		r = &(*list)[(*count)++];
		str_copy(r->target, sizeof(r->target), stmt_text(st, 0));
		r->inbound = stmt_int(st, 1) != 0;
	}
	free(r->emoji);
	r->emoji = stmt_dup(st, 2);
}

static void
reaction_fold(struct message *m, const struct reaction *list, size_t count)
{
	struct str all = STR_INIT;

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].target, m->provider_id) == 0)
			str_add(&all, list[i].emoji);
	free(m->reactions);
	m->reactions = all.len > 0 ? str_take(&all) : xstrdup("");
}

/* A reaction never comes before what it is on. */
static int
fold_reactions(struct desk *d, int64_t conversation_id, struct message *rows,
    size_t count, struct err *err)
{
	struct reaction *list = NULL;
	struct stmt *st = NULL;
	size_t n = 0;
	int rc;

	if (count == 0)
		return 0;
	rc = db_query(d->db, &st,
	    "SELECT reply_to, inbound, body FROM messages"
	    " WHERE tenant_id = $1 AND conversation_id = $2 AND at_us >= $3"
	    " AND kind = $4 ORDER BY at_us, id",
	    BINDS(b_int(d->actor.tenant_id), b_int(conversation_id),
		b_int(rows[0].at_us), b_int(MESSAGE_REACTION)),
	    err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			reaction_keep(&list, &n, st);
	stmt_close(&st);
	for (size_t i = 0; i < count && rc == 0 && n > 0; i++)
		if (rows[i].provider_id[0] != '\0')
			reaction_fold(&rows[i], list, n);
	for (size_t i = 0; i < n; i++)
		free(list[i].emoji);
	free(list);
	return rc;
}

/* Only the newest limit of rows that are in order. */
static void
keep_newest(struct message *rows, size_t *count, size_t limit)
{
	size_t drop = *count > limit ? *count - limit : 0;

	for (size_t i = 0; i < drop; i++)
		message_clear(&rows[i]);
	if (drop > 0)
		memmove(rows, rows + drop, limit * sizeof(*rows));
	*count -= drop;
}

int
message_thread(struct desk *d, int64_t conversation_id, int64_t before_us,
    int64_t before_id, int limit, struct message **rows, size_t *count,
    struct err *err)
{
	int64_t us = before_us != 0 ? before_us : INT64_MAX;
	int64_t id = before_us != 0 ? before_id : INT64_MAX;
	int rc;

	*rows = NULL;
	*count = 0;
	limit = limit <= 0 ? 50 : limit > 1000 ? 1000 : limit;
	const struct bind binds[] = {b_int(d->actor.tenant_id),
	    b_int(conversation_id), b_int(us), b_int(id), b_int(limit),
	    b_int(MESSAGE_REACTION)};

	if ((rc = op_read(d, OP_CONVERSATION_READ, conversation_id, err)) != 0)
		return rc;
	rc = read_rows(d,
	    MESSAGE_SELECT " AND m.conversation_id = $2"
			   " AND (m.at_us, m.id) < ($3, $4) AND m.kind <> $6"
			   " ORDER BY m.at_us DESC, m.id DESC LIMIT $5",
	    binds, 6, read_row, rows, count, err);
	if (rc == 0)
		rc = read_rows(d,
		    "SELECT n.id, n.version, n.created_at, n.updated_at,"
		    " n.conversation_id, n.operator_id, n.at_us, o.full_name,"
		    " n.body FROM conversation_notes n"
		    " LEFT JOIN operators o ON o.id = n.operator_id"
		    " AND o.tenant_id = n.tenant_id"
		    " WHERE n.tenant_id = $1 AND n.conversation_id = $2"
		    " AND (n.at_us, n.id) < ($3, $4) AND n.deleted_at IS NULL"
		    " ORDER BY n.at_us DESC, n.id DESC LIMIT $5",
		    binds, 5, read_note, rows, count, err);
	if (rc == 0) {
		if (*count > 1)
			qsort(*rows, *count, sizeof(**rows), oldest_first);
		keep_newest(*rows, count, (size_t)limit);
		rc = fold_reactions(d, conversation_id, *rows, *count, err);
	}
	if (rc != 0) {
		message_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
message_stuck(struct desk *d, int limit, struct message **rows, size_t *count,
    struct err *err)
{
	const struct bind binds[] = {b_int(d->actor.tenant_id),
	    b_int(d->actor.id), b_int(MESSAGE_UNCERTAIN), b_int(OUTBOX_MESSAGE),
	    b_int(OUTBOX_UNCERTAIN), b_int(MESSAGE_FAILED), b_int(limit)};
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CONVERSATION_READ, 0, err)) != 0)
		return rc;
	/*
	 * By the outbox, where such rows are few, and by what one's open
	 * conversations ended with: there is what the provider took first.
	 * The plus and CROSS JOIN keep SQLite from beginning with all messages
	 * of the tenant.
	 */
	rc = read_rows(d,
	    MESSAGE_FROM
	    " WHERE m.tenant_id + 0 = $1 AND m.state >= $3 AND m.id IN"
	    " (SELECT y.id FROM outbox x JOIN messages y"
	    " ON y.tenant_id = x.tenant_id AND y.id = x.record_id"
	    " WHERE x.tenant_id = $1 AND x.kind = $4"
	    " AND x.state >= $5 AND y.operator_id = $2"
	    " UNION SELECT z.id FROM conversations v"
	    " CROSS JOIN messages z WHERE v.tenant_id = $1"
	    " AND z.tenant_id = v.tenant_id"
	    " AND z.conversation_id = v.id"
	    " AND z.at_us = v.last_outbound_us"
	    " AND z.inbound = 0"
	    " AND v.is_open = 1 AND v.operator_id = $2"
	    " AND v.deleted_at IS NULL AND z.state = $6)"
	    " ORDER BY m.at_us DESC, m.id DESC LIMIT $7",
	    binds, 7, read_row, rows, count, err);
	if (rc != 0) {
		message_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
message_undelivered(struct desk *d, int *count, struct err *err)
{
	struct query q;
	int64_t n = 0;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_CONVERSATION_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q, "SELECT COUNT(*) FROM (");
	conversation__parts(&q, d, VIEW_ALL, NULL, UNDELIVERED_AMONG);
	query_add(&q,
	    ") p JOIN conversations v ON v.tenant_id = $? AND v.id = p.id"
	    " JOIN messages m ON m.tenant_id = v.tenant_id"
	    " AND m.conversation_id = v.id"
	    " AND m.at_us = v.last_outbound_us AND m.inbound = 0"
	    " WHERE m.state = $? AND NOT EXISTS (SELECT 1 FROM outbox x"
	    " WHERE x.tenant_id = v.tenant_id AND x.kind = $?"
	    " AND x.record_id = m.id AND x.state = $?)",
	    BINDS(b_int(d->actor.tenant_id), b_int(MESSAGE_FAILED),
		b_int(OUTBOX_MESSAGE), b_int(OUTBOX_DEAD)));
	rc = query_int(d->db, &n, &q, err);
	query_free(&q);
	*count = (int)n;
	return rc;
}

int
message_get(struct desk *d, int64_t id, struct message *out, struct err *err)
{
	struct message *rows = NULL;
	size_t count = 0;
	int rc;

	rc = read_rows(d, MESSAGE_SELECT " AND m.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &rows,
	    &count, err);
	if (rc == 0 && count == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such message");
	if (rc == 0)
		rc = op_read(
		    d, OP_CONVERSATION_READ, rows[0].conversation_id, err);
	if (rc == 0)
		rc = fold_reactions(
		    d, rows[0].conversation_id, rows, count, err);
	if (rc != 0) {
		message_list_free(&rows, count);
		return rc;
	}
	*out = rows[0];
	free(rows);
	return 0;
}

void
message_json(const struct message *m, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", m->id);
	json_out_int(out, "conversation_id", m->conversation_id);
	json_out_bool(out, "is_note", m->is_note);
	json_out_bool(out, "inbound", m->inbound);
	json_out_string(out, "role", role_words[m->role]);
	json_out_string(out, "kind", message_kind_names[m->kind]);
	json_out_string(out, "kind_name", m->kind_name);
	json_out_string(out, "state", message_state_names[m->state]);
	json_out_string(out, "body", m->body);
	if (m->detail[0] != '\0')
		json_out_raw(out, "detail", m->detail);
	else
		json_out_null(out, "detail");
	json_out_string(out, "provider_id", m->provider_id);
	json_out_string(out, "reply_to", m->reply_to);
	json_out_string(out, "reactions", m->reactions);
	records__json_ref(out, "operator_id", m->operator_id);
	json_out_string(out, "operator_name", m->operator_name);
	records__json_ref(out, "file_id", m->file_id);
	json_out_string(out, "file_title", m->file_title);
	json_out_int(out, "file_size", m->file_size);
	json_out_int(out, "error_code", m->error_code);
	json_out_string(out, "error_text", m->error_text);
	json_out_time(out, "at", m->at_us);
	json_out_time(out, "sent_at", m->sent_us);
	json_out_time(out, "delivered_at", m->delivered_us);
	json_out_time(out, "read_at", m->read_us);
	json_out_time(out, "edited_at", m->edited_us);
	json_out_time(out, "revoked_at", m->revoked_us);
	json_out_int(out, "version", m->version);
	json_out_time(out, "created_at", m->created_at);
	json_out_time(out, "updated_at", m->updated_at);
	json_out_end(out, '}');
}
