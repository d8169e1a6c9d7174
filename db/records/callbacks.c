/* callbacks - see callbacks.h. */
#include "db/records/callbacks.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/mask.h"
#include <stdlib.h>
#include <string.h>

const char *const callback_state_names[] = {"due", "done", "cancelled", NULL};

#define CALLBACK_SELECT                                                        \
	"SELECT b.id, b.version, b.created_at, b.updated_at, b.contact_id,"    \
	" b.operator_id, b.team_id, o.team_id, b.call_id, b.done_call_id,"     \
	" b.due_us, b.reminded_us, b.state, b.number, b.number_folded, "       \
	"b.note,"                                                              \
	" k.full_name, o.login, o.full_name, te.name, c.name"                  \
	" FROM callbacks b LEFT JOIN contacts k ON k.id = b.contact_id"        \
	" AND k.tenant_id = b.tenant_id"                                       \
	" LEFT JOIN operators o ON o.id = b.operator_id"                       \
	" AND o.tenant_id = b.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = b.team_id"                             \
	" AND te.tenant_id = b.tenant_id"                                      \
	" LEFT JOIN calls c ON c.id = b.call_id"                               \
	" AND c.tenant_id = b.tenant_id"

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_row(struct stmt *st, void *row)
{
	struct callback *b = row;

	b->id = stmt_int(st, 0);
	b->version = stmt_int(st, 1);
	b->created_at = stmt_int(st, 2);
	b->updated_at = stmt_int(st, 3);
	b->contact_id = stmt_int(st, 4);
	b->operator_id = stmt_int(st, 5);
	b->team_id = stmt_int(st, 6);
	b->operator_team_id = stmt_int(st, 7);
	b->call_id = stmt_int(st, 8);
	b->done_call_id = stmt_int(st, 9);
	b->due_us = stmt_int(st, 10);
	b->reminded_us = stmt_int(st, 11);
	b->state = (enum callback_state)stmt_int(st, 12);
	TAKE(st, 13, b->number);
	TAKE(st, 14, b->number_folded);
	TAKE(st, 15, b->note);
	TAKE(st, 16, b->contact_name);
	TAKE(st, 17, b->operator_login);
	TAKE(st, 18, b->operator_name);
	TAKE(st, 19, b->team_name);
	TAKE(st, 20, b->call_name);
}

static void
mask_row(struct desk *d, struct callback *b)
{
	const struct op_owner own = {
	    b->operator_id, b->team_id, b->operator_team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(b->number, sizeof(b->number));
	mask_address(b->number_folded, sizeof(b->number_folded));
	mask_name(b->contact_name, sizeof(b->contact_name));
}

static int
load(struct desk *d, int64_t id, struct callback *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    CALLBACK_SELECT " WHERE b.tenant_id = $1 AND b.id = $2"
			    " AND b.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such promised call");
	return rc == 1 ? 0 : rc;
}

int
callback_get(struct desk *d, int64_t id, struct callback *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_CALLBACK_READ, id, err)) != 0 ||
	    (rc = load(d, id, out, err)) != 0)
		return rc;
	mask_row(d, out);
	return 0;
}

/* ---- promising ---- */

static int
find_number(struct desk *d, const struct callback_new *in, char number[65],
    char folded[CALL_NUMBER_SIZE], struct err *err)
{
	struct call_settings s;
	int rc = records__fit(_("Number"), number, 65, in->number, err);

	if (rc == 0 && number[0] == '\0' && in->contact_id != 0)
		rc = call__contact_number(d, in->contact_id, number, err);
	if (rc != 0 || (rc = call_settings_get(d, &s, err)) != 0)
		return rc;
	if (!call_number_fold(number, s.country, folded))
		return err_set(err, OD_EDATA,
		    "Which number is to be called? Give one, or a contact who"
		    " has one");
	return 0;
}

static int
whose(struct desk *d, const struct callback_new *in, int64_t *operator_id,
    int64_t *team_id, struct err *err)
{
	int rc = 0;

	*operator_id = in->operator_id;
	*team_id = in->team_id;
	if (in->pool && *team_id == 0 && d->actor.kind == ACTOR_OPERATOR)
		*team_id = d->actor.team_id;
	else if (!in->pool && *operator_id == 0 && *team_id == 0 &&
		 d->actor.kind == ACTOR_OPERATOR)
		*operator_id = d->actor.id;
	if (*operator_id != 0)
		rc = records__exists(d, RECORD_OPERATOR, *operator_id, err);
	if (rc == 0 && *team_id != 0)
		rc = records__exists(d, RECORD_TEAM, *team_id, err);
	return rc;
}

int
callback__insert(struct desk *d, struct op *op, const struct callback_new *in,
    int64_t *id, struct err *err)
{
	char number[65], folded[CALL_NUMBER_SIZE], note[501];
	int64_t operator_id, team_id, contact_id = in->contact_id;
	struct call_settings s;
	int rc;

	if ((rc = find_number(d, in, number, folded, err)) != 0 ||
	    (rc = whose(d, in, &operator_id, &team_id, err)) != 0 ||
	    (rc = records__fit(_("Note"), note, sizeof(note), in->note, err)) !=
		0)
		return rc;
	if (in->due_us <= op->now_us)
		return err_set(err, OD_EDATA, "That moment is over already");
	if (contact_id == 0 && (rc = call_settings_get(d, &s, err)) == 0)
		rc = call__contact_of(d, folded, s.country, &contact_id, err);
	if (rc != 0)
		return rc;
	rc = db_insert(d->db, id,
	    "INSERT INTO callbacks(tenant_id, contact_id, number,"
	    " number_folded, operator_id, team_id, due_us, note, call_id,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$10) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_ref(contact_id), b_text(number),
		b_text(folded), b_ref(operator_id), b_ref(team_id),
		b_int(in->due_us), b_text(note), b_ref(in->call_id),
		b_int(op->now_us)),
	    err);
	return rc != 0 ? rc : record_created(d, op, RECORD_CALLBACK, *id, err);
}

int
callback_new(
    struct desk *d, const struct callback_new *in, int64_t *id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CALLBACK_NEW, 0, err)) != 0)
		return rc;
	if ((in->contact_id == 0 ||
		(rc = op_may(d, OP_CONTACT_READ, in->contact_id, err)) == 0) &&
	    (rc = callback__insert(d, &op, in, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Promised a call"));
	}
	return op_end(d, &op, rc, err);
}

/* ---- changing ---- */

static int
change(struct desk *d, enum op_id op_id, int64_t id, int64_t seen_version,
    const struct change *c, size_t n, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, op_id, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Changed a promised call"));
	rc = record_update(
	    d, &op, RECORD_CALLBACK, id, seen_version, c, n, NULL, err);
	return op_end(d, &op, rc, err);
}

int
callback_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {
	    "due_us", "note", "operator_id", "team_id", NULL};
	const struct bind *due;
	struct edits e;
	int rc =
	    records__edits(&e, RECORD_CALLBACK, allowed, changes, count, err);

	due = rc == 0 ? records__edit(&e, "due_us") : NULL;
	if (due != NULL && (due->kind != BIND_INT || due->i <= clock_wall_us()))
		rc = err_set(err, OD_EDATA, "That moment is over already");
	else if (due != NULL)
		records__edit_add(&e, "reminded_us", b_null());
	if (rc == 0)
		rc = change(d, OP_CALLBACK_EDIT, id, seen_version, e.list,
		    e.count, err);
	records__edits_free(&e);
	return rc;
}

static int
refuse_state(enum callback_state state, struct err *err)
{
	if (state == CALLBACK_DUE)
		return err_set(
		    err, OD_ECONFLICT, "This call is still to be made");
	if (state == CALLBACK_DONE)
		return err_set(err, OD_ECONFLICT, "This call was made already");
	return err_set(
	    err, OD_ECONFLICT, "This call was cancelled; promise another one");
}

static int
set_state(struct desk *d, int64_t id, enum callback_state state,
    int64_t call_id, struct err *err)
{
	struct change c[] = {
	    {"state", b_int(state)}, {"done_call_id", b_ref(call_id)}};
	struct callback now;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_CALLBACK_DONE, id, err)) != 0)
		return rc;
	if ((rc = load(d, id, &now, err)) == 0 &&
	    (state == CALLBACK_DUE) == (now.state == CALLBACK_DUE))
		rc = refuse_state(now.state, err);
	if (rc == 0 && call_id != 0)
		rc = records__exists(d, RECORD_CALL, call_id, err);
	if (rc == 0) {
		op_sentence(&op, _("Changed a promised call"));
		rc = record_update(
		    d, &op, RECORD_CALLBACK, id, 0, c, 2, NULL, err);
	}
	return op_end(d, &op, rc, err);
}

int
callback_done(struct desk *d, int64_t id, int64_t call_id, struct err *err)
{
	return set_state(d, id, CALLBACK_DONE, call_id, err);
}

int
callback_cancel(struct desk *d, int64_t id, struct err *err)
{
	return set_state(d, id, CALLBACK_CANCELLED, 0, err);
}

int
callback_reopen(struct desk *d, int64_t id, struct err *err)
{
	return set_state(d, id, CALLBACK_DUE, 0, err);
}

int
callback__done(
    struct desk *d, struct op *op, int64_t id, int64_t call_id, struct err *err)
{
	const struct change c[] = {
	    {"state", b_int(CALLBACK_DONE)}, {"done_call_id", b_int(call_id)}};
	struct callback now;
	int rc = load(d, id, &now, err);

	if (rc != 0 || now.state != CALLBACK_DUE)
		return rc;
	return record_update(d, op, RECORD_CALLBACK, id, 0, c, 2, NULL, err);
}

/* ---- reading ---- */

static void
add_filter(struct query *q, struct desk *d, const struct callback_filter *f)
{
	call__add_scope(q, d, OP_CALLBACK_READ, "b");
	if (f->state >= 0)
		query_add(q, " AND b.state = $?", BINDS(b_int(f->state)));
	if (f->operator_id != 0)
		query_add(
		    q, " AND b.operator_id = $?", BINDS(b_int(f->operator_id)));
	if (f->contact_id != 0)
		query_add(
		    q, " AND b.contact_id = $?", BINDS(b_int(f->contact_id)));
	if (f->mine)
		query_add(q,
		    " AND (b.operator_id = $? OR (b.operator_id IS NULL"
		    " AND (b.team_id IS NULL OR b.team_id = $?)))",
		    BINDS(b_int(d->actor.id), b_int(d->actor.team_id)));
	if (f->from_us != 0)
		query_add(q, " AND b.due_us >= $?", BINDS(b_int(f->from_us)));
	if (f->to_us != 0)
		query_add(q, " AND b.due_us < $?", BINDS(b_int(f->to_us)));
}

int
callback_list(struct desk *d, const struct callback_filter *f,
    const struct page *page, struct callback **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CALLBACK_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    CALLBACK_SELECT " WHERE b.tenant_id = $? AND b.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	add_filter(&q, d, f);
	if (page->after_id != 0)
		query_add(&q, " AND (b.due_us, b.id) > ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(&q, " ORDER BY b.due_us, b.id LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	for (size_t i = 0; i < *count; i++)
		mask_row(d, &(*rows)[i]);
	return rc;
}

void
callback_json(const struct callback *b, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", b->id);
	json_out_string(out, "state", callback_state_names[b->state]);
	json_out_time(out, "due_at", b->due_us);
	json_out_string(out, "number", b->number);
	records__json_ref(out, "contact_id", b->contact_id);
	json_out_string(out, "contact_name",
	    b->contact_name[0] != '\0' ? b->contact_name : NULL);
	json_out_string(out, "operator",
	    b->operator_login[0] != '\0' ? b->operator_login : NULL);
	json_out_string(
	    out, "team", b->team_name[0] != '\0' ? b->team_name : NULL);
	json_out_string(out, "note", b->note);
	json_out_string(
	    out, "call", b->call_name[0] != '\0' ? b->call_name : NULL);
	json_out_time(out, "reminded_at", b->reminded_us);
	json_out_int(out, "version", b->version);
	json_out_time(out, "created_at", b->created_at);
	json_out_time(out, "updated_at", b->updated_at);
	json_out_end(out, '}');
}

/* ---- reminding ---- */

static int
due_ids(struct desk *d, int limit, int64_t *ids, int *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT id FROM callbacks WHERE tenant_id = $1 AND state = 0"
	    " AND reminded_us IS NULL AND due_us <= $2 AND deleted_at IS NULL"
	    " ORDER BY due_us, id LIMIT $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(clock_wall_us()),
		b_int(limit)),
	    err);

	*count = 0;
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		ids[(*count)++] = stmt_int(st, 0);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
tell(struct desk *d, struct op *op, int64_t id, struct err *err)
{
	const struct change c = {"reminded_us", b_int(op->now_us)};
	int rc = record_update(
	    d, op, RECORD_CALLBACK, id, 0, &c, 1, NULL, err);

	return rc == 0 ? op_tell(d, op, err) : rc;
}

int
callback__remind_one(struct desk *d, int64_t id, bool *told, struct err *err)
{
	struct op op;
	int rc = op_begin(d, &op, OP_CALLBACK_REMIND, id, err);

	*told = false;
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	/* Until now another daemon may have told it, or somebody called. */
	rc = records__any(d,
	    "SELECT 1 FROM callbacks WHERE tenant_id = $1 AND id = $2"
	    " AND state = 0 AND reminded_us IS NULL AND due_us <= $3"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(op.now_us)),
	    err);
	if (rc == 0)
		call__nothing(&op);
	else if (rc == 1 && (rc = tell(d, &op, id, err)) == 0)
		*told = true;
	rc = op_end(d, &op, rc, err);
	*told &= rc == 0;
	return rc;
}

int
callback_remind(struct desk *d, int limit, int *count, struct err *err)
{
	int64_t ids[64];
	bool told;
	int rc, n;

	*count = 0;
	if ((rc = due_ids(d, limit < 64 ? limit : 64, ids, &n, err)) != 0)
		return rc;
	for (int i = 0; rc == 0 && i < n; i++) {
		rc = callback__remind_one(d, ids[i], &told, err);
		*count += told;
	}
	return rc;
}
