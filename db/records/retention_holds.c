/* retention_holds - records that are kept whatever their age; see retention.h.
 */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/retention.h"
#include "db/records/retention_int.h"
#include <stdlib.h>
#include <string.h>

#define REASON_MAX 500

/* In the trash or not: what is held may be there. */
static const char *
name_sql(enum record_kind kind)
{
	switch (kind) {
	case RECORD_CONTACT:
		return "SELECT full_name FROM contacts"
		       " WHERE tenant_id = $1 AND id = $2";
	case RECORD_TICKET:
		return "SELECT '#' || CAST(number AS TEXT) || ' ' || subject"
		       " FROM tickets WHERE tenant_id = $1 AND id = $2";
	case RECORD_CONVERSATION:
		return "SELECT c.full_name || ' (' || v.channel || ')'"
		       " FROM conversations v JOIN contacts c"
		       " ON c.tenant_id = v.tenant_id AND c.id = v.contact_id"
		       " WHERE v.tenant_id = $1 AND v.id = $2";
	case RECORD_CALL:
		return "SELECT number FROM calls"
		       " WHERE tenant_id = $1 AND id = $2";
	case RECORD_RECORDING:
		return "SELECT SUBSTR(name, 1, 8) || ' ' || contact_name"
		       " FROM recordings WHERE tenant_id = $1 AND id = $2";
	default:
		return NULL;
	}
}

/* OD_ENOTFOUND when there is no such record. */
static int
name_of(struct desk *d, enum record_kind kind, int64_t id, char *out,
    size_t size, struct err *err)
{
	const char *sql = name_sql(kind);
	char *name = NULL;
	int rc;

	out[0] = '\0';
	if (sql == NULL)
		return err_set(err, OD_EDATA,
		    "A legal hold is put on a contact, a ticket, a"
		    " conversation, a call or a recording");
	rc = db_text(d->db, &name, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND, "There is no such record: %s",
		    _(record_def(kind)->label));
	if (rc == 0)
		records__line(out, size, name);
	free(name);
	return rc;
}

static int
clean_reason(char clean[REASON_MAX + 1], const char *reason, struct err *err)
{
	int rc = records__fit(_("Reason"), clean, REASON_MAX + 1, reason, err);

	if (rc == 0 && clean[0] == '\0')
		rc = err_set(err, OD_EDATA,
		    "Say why: the reason stays with the legal hold");
	return rc;
}

/* ---- placing ---- */

static int
insert(struct desk *d, struct op *op, enum record_kind kind, int64_t record_id,
    const char *reason, struct err *err)
{
	int64_t id = 0;
	int rc = db_insert(d->db, &id,
	    "INSERT INTO holds(tenant_id, kind, record_id, reason, placed_by,"
	    " created_at) VALUES($1, $2, $3, $4, $5, $6)"
	    " ON CONFLICT DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(kind), b_int(record_id),
		b_text(reason), b_ref(d->actor.id), b_int(op->now_us)),
	    err);

	if (rc == 0 && id == 0)
		rc = err_set(
		    err, OD_ECONFLICT, "There is a legal hold on it already");
	op_created(op, id);
	return rc;
}

int
hold_place(struct desk *d, enum record_kind kind, int64_t record_id,
    const char *reason, struct err *err)
{
	struct str args = STR_INIT, sentence = STR_INIT;
	char clean[REASON_MAX + 1], name[241];
	struct json_out out;
	struct op_matter m;
	struct op op;
	int rc;

	if ((rc = clean_reason(clean, reason, err)) != 0 ||
	    (rc = name_of(d, kind, record_id, name, sizeof(name), err)) != 0)
		return rc;
	json_out_init(&out, &args);
	json_out_object(&out, NULL);
	json_out_string(&out, "kind", record_def(kind)->noun);
	json_out_int(&out, "id", record_id);
	json_out_string(&out, "reason", clean);
	json_out_end(&out, '}');
	str_addf(&sentence, _("Put a legal hold on %s %s: %s"),
	    _(record_def(kind)->label), name, clean);
	m = (struct op_matter){args.s, sentence.s};
	rc = op_begin_second(d, &op, OP_RETENTION_HOLD, 0, &m, err);
	if (rc == 0) {
		rc = insert(d, &op, kind, record_id, clean, err);
		rc = op_end(d, &op, rc, err);
	}
	str_free(&args);
	str_free(&sentence);
	return rc;
}

int
retention__run_hold(
    struct desk *d, int64_t record_id, const struct json *args, struct err *err)
{
	const char *noun = json_string(args, "kind");
	const struct record_def *def =
	    noun != NULL ? record_def_by_noun(noun) : NULL;
	int64_t id = 0;

	(void)record_id;
	if (def == NULL || !json_int64(args, "id", &id))
		return err_set(
		    err, OD_EDATA, "What was proposed cannot be read");
	return hold_place(d, def->kind, id, json_string(args, "reason"), err);
}

/* ---- taking off ---- */

static int
read_hold(struct desk *d, int64_t id, enum record_kind *kind,
    int64_t *record_id, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT kind, record_id FROM holds WHERE tenant_id = $1"
	    " AND id = $2 AND released_us IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);

	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*kind = (enum record_kind)stmt_int(st, 0);
		*record_id = stmt_int(st, 1);
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND,
		    "There is no such legal hold, or it was taken off");
	}
	stmt_close(&st);
	return rc;
}

static int
mark_released(struct desk *d, const struct op *op, int64_t id, struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "UPDATE holds SET released_us = $1 WHERE tenant_id = $2"
	    " AND id = $3 AND released_us IS NULL",
	    BINDS(b_int(op->now_us), b_int(d->actor.tenant_id), b_int(id)),
	    &changed, err);

	if (rc == 0 && changed != 1)
		rc = err_set(err, OD_ECONFLICT,
		    "There is no such legal hold, or it was taken off");
	return rc;
}

int
hold_release(struct desk *d, int64_t id, const char *reason, struct err *err)
{
	struct str args = STR_INIT, sentence = STR_INIT;
	char clean[REASON_MAX + 1], name[241];
	enum record_kind kind = RECORD_NONE;
	int64_t record_id = 0;
	struct json_out out;
	struct op_matter m;
	struct op op;
	int rc;

	if ((rc = clean_reason(clean, reason, err)) != 0 ||
	    (rc = read_hold(d, id, &kind, &record_id, err)) != 0)
		return rc;
	(void)name_of(d, kind, record_id, name, sizeof(name), NULL);
	json_out_init(&out, &args);
	json_out_object(&out, NULL);
	json_out_string(&out, "reason", clean);
	json_out_end(&out, '}');
	str_addf(&sentence, _("Take the legal hold off %s %s: %s"),
	    _(record_def(kind)->label), name, clean);
	m = (struct op_matter){args.s, sentence.s};
	rc = op_begin_second(d, &op, OP_RETENTION_RELEASE, id, &m, err);
	if (rc == 0) {
		rc = mark_released(d, &op, id, err);
		rc = op_end(d, &op, rc, err);
	}
	str_free(&args);
	str_free(&sentence);
	return rc;
}

int
retention__run_release(
    struct desk *d, int64_t record_id, const struct json *args, struct err *err)
{
	return hold_release(d, record_id, json_string(args, "reason"), err);
}

/* ---- reading ---- */

static void
read_row(struct stmt *st, void *row)
{
	struct hold *h = row;

	h->id = stmt_int(st, 0);
	h->kind = (enum record_kind)stmt_int(st, 1);
	h->record_id = stmt_int(st, 2);
	h->reason = stmt_dup(st, 3);
	h->created_at = stmt_int(st, 4);
	h->released_us = stmt_int(st, 5);
	str_copy(h->placed_by, sizeof(h->placed_by), stmt_text(st, 6));
}

#define HOLDS                                                                  \
	"SELECT id, kind, record_id, reason, created_at, released_us,"         \
	" (SELECT o.full_name FROM operators o WHERE o.tenant_id ="            \
	" holds.tenant_id AND o.id = holds.placed_by) FROM holds"

int
hold_list(struct desk *d, bool all, struct hold **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_RETENTION_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    all ? HOLDS " WHERE tenant_id = $1 ORDER BY id DESC"
		: HOLDS " WHERE tenant_id = $1 AND released_us IS NULL"
			" ORDER BY kind, record_id",
	    BINDS(b_int(d->actor.tenant_id)), err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	for (size_t i = 0; rc == 0 && i < *count; i++) {
		struct hold *h = &(*rows)[i];

		rc = name_of(
		    d, h->kind, h->record_id, h->name, sizeof(h->name), err);
		rc = rc == OD_ENOTFOUND ? 0 : rc;
	}
	if (rc != 0)
		hold_list_free(rows, *count);
	return rc;
}

void
hold_list_free(struct hold **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		free((*rows)[i].reason);
	FREE(rows);
}

void
hold_json(const struct hold *h, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", h->id);
	json_out_string(out, "kind", record_def(h->kind)->noun);
	json_out_int(out, "record_id", h->record_id);
	json_out_string(out, "name", h->name);
	json_out_string(out, "reason", h->reason);
	json_out_string(out, "placed_by", h->placed_by);
	json_out_time(out, "created_at", h->created_at);
	json_out_time(out, "released_at", h->released_us);
	json_out_end(out, '}');
}
