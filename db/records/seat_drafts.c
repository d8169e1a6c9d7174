/* seat_drafts - what an operator has begun to write; see seat.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/seat_int.h"
#include <stdlib.h>
#include <string.h>

int
seat__draft_owner(const struct desk *d, int64_t *owner, struct err *err)
{
	if (d->actor.kind != ACTOR_OPERATOR && d->actor.kind != ACTOR_HOST)
		return err_set(err, OD_EDENIED, "Drafts belong to operators");
	*owner = d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
	return 0;
}

static int
check_place(
    struct desk *d, enum record_kind kind, int64_t record_id, struct err *err)
{
	if (record_id == 0 || record_def(kind)->table == NULL)
		return 0;
	return records__exists(d, kind, record_id, err);
}

int
seat__draft_put(struct desk *d, int64_t owner, const struct draft *dr,
    int64_t now_us, struct err *err)
{
	if (dr->body == NULL || dr->body[0] == '\0')
		return db_exec(d->db,
		    "DELETE FROM drafts WHERE tenant_id = $1"
		    " AND operator_id = $2 AND kind = $3 AND record_id = $4"
		    " AND slot = $5",
		    BINDS(b_int(d->actor.tenant_id), b_int(owner),
			b_int(dr->kind), b_int(dr->record_id), b_int(dr->slot)),
		    NULL, err);
	return db_exec(d->db,
	    "INSERT INTO drafts(tenant_id, operator_id, kind,"
	    " record_id, slot, body, cursor_at, seen_version,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)"
	    " ON CONFLICT(tenant_id, operator_id, kind, record_id,"
	    " slot) DO UPDATE SET body = excluded.body,"
	    " cursor_at = excluded.cursor_at,"
	    " seen_version = excluded.seen_version,"
	    " updated_at = excluded.updated_at",
	    BINDS(b_int(d->actor.tenant_id), b_int(owner), b_int(dr->kind),
		b_int(dr->record_id), b_int(dr->slot), b_text(dr->body),
		b_int(dr->cursor_at), b_int(dr->seen_version), b_int(now_us)),
	    NULL, err);
}

int
draft_save(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, const char *body, int64_t cursor_at,
    int64_t seen_version, struct err *err)
{
	struct draft dr = {.kind = kind,
	    .record_id = record_id,
	    .slot = slot,
	    .body = (char *)(uintptr_t)body, /* read only */
	    .cursor_at = cursor_at,
	    .seen_version = seen_version};
	int64_t owner = 0;
	struct op op;
	int rc;

	if ((rc = seat__draft_owner(d, &owner, err)) != 0 ||
	    (rc = records__body(_("Draft"), body, 1048576, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_DRAFT_SAVE, 0, err)) != 0)
		return rc;
	if (body != NULL && body[0] != '\0')
		rc = check_place(d, kind, record_id, err);
	if (rc == 0)
		rc = seat__draft_put(d, owner, &dr, op.now_us, err);
	return op_end(d, &op, rc, err);
}

#define DRAFT_COLUMNS                                                          \
	"SELECT id, record_id, updated_at, seen_version, kind, slot,"          \
	" cursor_at, body FROM drafts"                                         \
	" WHERE tenant_id = $1 AND operator_id = $2"

static void
read_row(struct stmt *st, void *row)
{
	struct draft *dr = row;

	memset(dr, 0, sizeof(*dr));
	dr->id = stmt_int(st, 0);
	dr->record_id = stmt_int(st, 1);
	dr->updated_at = stmt_int(st, 2);
	dr->seen_version = stmt_int(st, 3);
	dr->kind = (enum record_kind)stmt_int(st, 4);
	dr->slot = (enum draft_slot)stmt_int(st, 5);
	dr->cursor_at = stmt_int(st, 6);
	dr->body = stmt_dup(st, 7);
}

int
draft_get(struct desk *d, enum record_kind kind, int64_t record_id,
    enum draft_slot slot, struct draft *out, struct err *err)
{
	int64_t owner = 0;
	int rc;

	if ((rc = seat__draft_owner(d, &owner, err)) != 0)
		return rc;
	rc = records__first(d,
	    DRAFT_COLUMNS " AND kind = $3 AND record_id = $4 AND slot = $5",
	    BINDS(b_int(d->actor.tenant_id), b_int(owner), b_int(kind),
		b_int(record_id), b_int(slot)),
	    read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such draft");
	return rc == 1 ? 0 : rc;
}

int
draft_list(struct desk *d, struct draft **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int64_t owner = 0;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = seat__draft_owner(d, &owner, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    DRAFT_COLUMNS
	    " AND slot <> $5 AND NOT (slot IN ($3, $4) AND EXISTS("
	    "SELECT 1 FROM drafts w WHERE w.tenant_id = $1"
	    " AND w.operator_id = $2 AND w.kind = drafts.kind"
	    " AND w.record_id = drafts.record_id"
	    " AND w.slot = drafts.slot - $3))"
	    " ORDER BY updated_at DESC, id DESC",
	    BINDS(b_int(d->actor.tenant_id), b_int(owner),
		b_int(DRAFT_REPLY_FILES), b_int(DRAFT_NOTE_FILES),
		b_int(DRAFT_SENT_FILES)),
	    err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		draft_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
draft_delete(struct desk *d, int64_t id, struct err *err)
{
	int64_t owner = 0, changed = 0;
	struct op op;
	int rc;

	if ((rc = seat__draft_owner(d, &owner, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_DRAFT_SAVE, 0, err)) != 0)
		return rc;
	rc = db_exec(d->db,
	    "DELETE FROM drafts WHERE tenant_id = $1 AND operator_id = $2"
	    " AND slot IN ($4, $5) AND EXISTS(SELECT 1 FROM drafts w"
	    " WHERE w.tenant_id = $1 AND w.operator_id = $2 AND w.id = $3"
	    " AND w.kind = drafts.kind AND w.record_id = drafts.record_id"
	    " AND w.slot = drafts.slot - $4)",
	    BINDS(b_int(d->actor.tenant_id), b_int(owner), b_int(id),
		b_int(DRAFT_REPLY_FILES), b_int(DRAFT_NOTE_FILES)),
	    NULL, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "DELETE FROM drafts WHERE tenant_id = $1"
		    " AND operator_id = $2 AND id = $3",
		    BINDS(b_int(d->actor.tenant_id), b_int(owner), b_int(id)),
		    &changed, err);
	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such draft");
	return op_end(d, &op, rc, err);
}

void
draft_clear(struct draft *dr)
{
	FREE(&dr->body);
}

void
draft_list_free(struct draft **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		draft_clear(&(*rows)[i]);
	FREE(rows);
}

/* The first field with a text; without one, the first with its name. */
static void
preview_form(const struct record_def *def, const struct json *doc, char *out,
    size_t size)
{
	const struct json *field = NULL;
	struct str value = STR_INIT;
	const char *text = NULL;

	for (const struct json *v = json_first(doc); v != NULL;
	     v = json_next(v)) {
		int f =
		    json_name(v) != NULL ? record_field(def, json_name(v)) : -1;

		if (f < 0) /* what it was before */
			continue;
		text = json_as_string(v);
		if (text != NULL && text[0] != '\0') {
			str_copy(out, size, text);
			return;
		}
		if (field == NULL)
			field = v;
	}
	out[0] = '\0';
	if (field == NULL)
		return;
	json_print(field, &value);
	str_format(out, size, "%s: %s",
	    _(def->fields[record_field(def, json_name(field))].label), value.s);
	str_free(&value);
}

/* "+ carta.txt, foto.png" */
static void
preview_files(const char *body, char *out, size_t size)
{
	struct str line = STR_INIT;

	for (const char *at = body; *at != '\0';) {
		size_t n = strcspn(at, "\n");
		const char *name = memrchr(at, '/', n);
		size_t skip = name != NULL ? (size_t)(name - at) + 1 : 0;

		str_add(&line, line.len > 0 ? ", " : "+ ");
		str_addn(&line, at + skip, n - skip);
		at += n + (at[n] == '\n');
	}
	str_copy(out, size, line.s != NULL ? line.s : "");
	str_free(&line);
}

void
draft_preview(const struct draft *dr, char *out, size_t size)
{
	const char *body = dr->body != NULL ? dr->body : "";
	struct json *doc = NULL;

	if (dr->slot == DRAFT_FORM &&
	    json_parse(body, strlen(body), &json_limits_webhook, &doc, NULL) ==
		0)
		preview_form(record_def(dr->kind), doc, out, size);
	else if (dr->slot > DRAFT_FORM)
		preview_files(body, out, size);
	else
		str_copy(out, size, body);
	json_free(&doc);
}

void
draft_json(const struct draft *dr, struct json_out *out)
{
	static const char *const slots[] = {
	    "reply", "note", "form", "reply_files", "note_files", "sent_files"};
	char preview[DRAFT_PREVIEW_SIZE];

	draft_preview(dr, preview, sizeof(preview));
	json_out_object(out, NULL);
	json_out_int(out, "id", dr->id);
	json_out_string(out, "kind", record_def(dr->kind)->noun);
	records__json_ref(out, "record_id", dr->record_id);
	json_out_string(out, "slot", slots[dr->slot]);
	json_out_string(out, "body", dr->body != NULL ? dr->body : "");
	json_out_string(out, "preview", preview);
	json_out_int(out, "seen_version", dr->seen_version);
	json_out_time(out, "updated_at", dr->updated_at);
	json_out_end(out, '}');
}
