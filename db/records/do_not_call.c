/* do_not_call - see do_not_call.h. */
#include "db/records/do_not_call.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/mask.h"
#include <stdlib.h>
#include <string.h>

#define STOP_SELECT                                                            \
	"SELECT n.id, n.version, n.created_at, n.until_us, n.source_call_id,"  \
	" n.number, n.number_folded, n.reason, o.full_name, c.name"            \
	" FROM do_not_call n LEFT JOIN operators o ON o.id = n.operator_id"    \
	" AND o.tenant_id = n.tenant_id"                                       \
	" LEFT JOIN calls c ON c.id = n.source_call_id"                        \
	" AND c.tenant_id = n.tenant_id"                                       \
	" WHERE n.tenant_id = $1 AND n.deleted_at IS NULL"

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_row(struct stmt *st, void *row)
{
	struct do_not_call *n = row;

	n->id = stmt_int(st, 0);
	n->version = stmt_int(st, 1);
	n->created_at = stmt_int(st, 2);
	n->until_us = stmt_int(st, 3);
	n->source_call_id = stmt_int(st, 4);
	TAKE(st, 5, n->number);
	TAKE(st, 6, n->number_folded);
	TAKE(st, 7, n->reason);
	TAKE(st, 8, n->operator_name);
	TAKE(st, 9, n->call_name);
}

static int
fold(struct desk *d, const char *number, char out[CALL_NUMBER_SIZE],
    struct err *err)
{
	struct call_settings s;
	int rc = call_settings_get(d, &s, err);

	if (rc == 0 && !call_number_fold(number, s.country, out))
		rc = err_set(
		    err, OD_EDATA, "\"%s\" is no telephone number", number);
	return rc;
}

static int
find(struct desk *d, const char *folded, struct do_not_call *out,
    struct err *err)
{
	memset(out, 0, sizeof(*out));
	return records__first(d, STOP_SELECT " AND n.number_folded = $2",
	    BINDS(b_int(d->actor.tenant_id), b_text(folded)), read_row, out,
	    err);
}

int
do_not_call_check(struct desk *d, const char *number, struct do_not_call *out,
    struct err *err)
{
	char folded[CALL_NUMBER_SIZE];
	int rc = fold(d, number, folded, err);

	if (rc != 0)
		return rc;
	rc = find(d, folded, out, err);
	if (rc == 1 && out->until_us != 0 && out->until_us <= clock_wall_us())
		return 0;
	return rc;
}

int
do_not_call__put(struct desk *d, struct op *op, const char *number,
    const char *reason, int64_t until_us, int64_t call_id, int64_t *id,
    struct err *err)
{
	char folded[CALL_NUMBER_SIZE];
	struct do_not_call now;
	struct change c[] = {
	    {"reason", b_text(reason)}, {"until_us", b_ref(until_us)}};
	int rc;

	if ((rc = fold(d, number, folded, err)) != 0 ||
	    (rc = find(d, folded, &now, err)) < 0)
		return rc;
	*id = now.id;
	if (rc == 1)
		return record_update(
		    d, op, RECORD_DO_NOT_CALL, now.id, 0, c, 2, NULL, err);
	rc = db_insert(d->db, id,
	    "INSERT INTO do_not_call(tenant_id, number, number_folded, reason,"
	    " source_call_id, operator_id, until_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$8) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(number), b_text(folded),
		b_text(reason), b_ref(call_id),
		b_ref(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0),
		b_ref(until_us), b_int(op->now_us)),
	    err);
	return rc != 0 ? rc
	               : record_created(d, op, RECORD_DO_NOT_CALL, *id, err);
}

int
do_not_call_add(struct desk *d, const char *number, const char *reason,
    int64_t until_us, int64_t *id, struct err *err)
{
	char clean[65], why[201];
	struct op op;
	int rc;

	if ((rc = records__fit(
		 _("Number"), clean, sizeof(clean), number, err)) != 0 ||
	    (rc = records__fit(_("Reason"), why, sizeof(why), reason, err)) !=
		0)
		return rc;
	if (until_us != 0 && until_us <= clock_wall_us())
		return err_set(err, OD_EDATA, "That moment is over already");
	if ((rc = op_begin(d, &op, OP_DO_NOT_CALL_ADD, 0, err)) != 0)
		return rc;
	rc = do_not_call__put(d, &op, clean, why, until_us, 0, id, err);
	if (rc == 0) {
		op_created(&op, *id);
		op_sentence(&op,
		    _("Put %s on the list of numbers not to be"
		      " called"),
		    clean);
	}
	return op_end(d, &op, rc, err);
}

int
do_not_call_delete(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct do_not_call now;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_DO_NOT_CALL_DELETE, id, err)) != 0)
		return rc;
	memset(&now, 0, sizeof(now));
	rc = records__first(d, STOP_SELECT " AND n.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, &now, err);
	if (rc == 0)
		rc = err_set(
		    err, OD_ENOTFOUND, "This number is not on the list");
	if (rc == 1) {
		op_sentence(&op,
		    _("Took %s off the list of numbers not to be"
		      " called"),
		    now.number);
		rc = record_delete(
		    d, &op, RECORD_DO_NOT_CALL, id, seen_version, err);
	}
	return op_end(d, &op, rc, err);
}

static void
mask_row(struct desk *d, struct do_not_call *n)
{
	const struct op_owner own = {0, 0, 0};

	if (mask_sees(d, &own))
		return;
	mask_address(n->number, sizeof(n->number));
	mask_address(n->number_folded, sizeof(n->number_folded));
}

int
do_not_call_list(struct desk *d, const char *match, const struct page *page,
    struct do_not_call **rows, size_t *count, struct err *err)
{
	char folded[CALL_NUMBER_SIZE];
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_DO_NOT_CALL_READ, 0, err)) != 0)
		return rc;
	if (match != NULL && (rc = fold(d, match, folded, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    "SELECT n.id, n.version, n.created_at, n.until_us,"
	    " n.source_call_id, n.number, n.number_folded, n.reason,"
	    " o.full_name, c.name FROM do_not_call n"
	    " LEFT JOIN operators o ON o.id = n.operator_id"
	    " AND o.tenant_id = n.tenant_id"
	    " LEFT JOIN calls c ON c.id = n.source_call_id"
	    " AND c.tenant_id = n.tenant_id"
	    " WHERE n.tenant_id = $? AND n.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	if (match != NULL)
		query_add(
		    &q, " AND n.number_folded = $?", BINDS(b_text(folded)));
	if (page->after_id != 0)
		query_add(&q, " AND (n.created_at, n.id) < ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(&q, " ORDER BY n.created_at DESC, n.id DESC LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	for (size_t i = 0; i < *count; i++)
		mask_row(d, &(*rows)[i]);
	return rc;
}

void
do_not_call_json(const struct do_not_call *n, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", n->id);
	json_out_string(out, "number", n->number);
	json_out_string(out, "reason", n->reason);
	json_out_time(out, "until", n->until_us);
	json_out_string(
	    out, "by", n->operator_name[0] != '\0' ? n->operator_name : NULL);
	json_out_string(
	    out, "call", n->call_name[0] != '\0' ? n->call_name : NULL);
	json_out_int(out, "version", n->version);
	json_out_time(out, "created_at", n->created_at);
	json_out_end(out, '}');
}
