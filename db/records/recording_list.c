/* recording_list - recordings as they are read; see recordings.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/holds_int.h"
#include "db/records/mask.h"
#include "db/records/recordings_int.h"
#include <stdlib.h>
#include <string.h>

void
recording__read(struct stmt *st, void *row)
{
	struct recording *r = row;
	int c = 0;

	r->id = stmt_int(st, c++);
	r->version = stmt_int(st, c++);
	r->call_id = stmt_int(st, c++);
	r->operator_id = stmt_int(st, c++);
	r->team_id = stmt_int(st, c++);
	r->contact_id = stmt_int(st, c++);
	r->state = (enum recording_state)stmt_int(st, c++);
	r->format = (enum recording_format)stmt_int(st, c++);
	r->consent = (enum call_consent)stmt_int(st, c++);
	r->source = (enum recording_source)stmt_int(st, c++);
	r->started_us = stmt_int(st, c++);
	r->ended_us = stmt_int(st, c++);
	r->duration_us = stmt_int(st, c++);
	r->rate = stmt_int(st, c++);
	r->channels = stmt_int(st, c++);
	r->bytes = stmt_int(st, c++);
	r->peak = stmt_int(st, c++);
	r->silent = stmt_int(st, c++) != 0;
	r->created_at = stmt_int(st, c++);
	r->updated_at = stmt_int(st, c++);
	r->deleted_at = stmt_int(st, c++);
	r->kept_until_us = stmt_int(st, c++);
	str_copy(r->name, sizeof(r->name), stmt_text(st, c++));
	str_copy(r->sha256, sizeof(r->sha256), stmt_text(st, c++));
	str_copy(r->hash, sizeof(r->hash), stmt_text(st, c++));
	str_copy(
	    r->previous_hash, sizeof(r->previous_hash), stmt_text(st, c++));
	str_copy(r->contact_name, sizeof(r->contact_name), stmt_text(st, c++));
	str_copy(
	    r->contact_phone, sizeof(r->contact_phone), stmt_text(st, c++));
	str_copy(r->device, sizeof(r->device), stmt_text(st, c++));
	str_copy(r->reason, sizeof(r->reason), stmt_text(st, c++));
	str_copy(
	    r->operator_login, sizeof(r->operator_login), stmt_text(st, c++));
	str_copy(
	    r->operator_name, sizeof(r->operator_name), stmt_text(st, c++));
	r->held = stmt_int(st, c++) != 0;
	r->operator_team_id = stmt_int(st, c++);
}

static int
no_such(struct err *err)
{
	return err_set(err, OD_ENOTFOUND, "There is no such recording");
}

int
recording__row(
    struct desk *d, int64_t id, struct recording *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    "SELECT " RECORDING_COLUMNS RECORDING_FROM
	    " WHERE r.tenant_id = $1 AND r.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), recording__read, out,
	    err);
	return rc == 0 ? no_such(err) : rc == 1 ? 0 : rc;
}

static void
mask(struct desk *d, struct recording *r)
{
	const struct op_owner own = {
	    r->operator_id, r->team_id, r->operator_team_id};

	if (mask_sees(d, &own))
		return;
	mask_address(r->contact_phone, sizeof(r->contact_phone));
	mask_name(r->contact_name, sizeof(r->contact_name));
}

int
recording_get(
    struct desk *d, int64_t id, struct recording *out, struct err *err)
{
	int rc = op_read(d, OP_RECORDING_READ, id, err);

	if (rc == 0 && (rc = recording__row(d, id, out, err)) == 0 &&
	    out->deleted_at != 0)
		rc = no_such(err);
	if (rc == 0)
		mask(d, out);
	return rc;
}

static int
find(struct desk *d, const char *sql, const char *name, int64_t *id,
    struct err *err)
{
	struct stmt *st = NULL;
	char to[40];
	size_t n = strlen(name);
	int rc, count = 0;

	if (n < 4 || n > 32 || strspn(name, "0123456789abcdef") != n)
		return no_such(err);
	str_format(to, sizeof(to), "%sg", name);
	rc = db_query(d->db, &st, sql,
	    BINDS(b_text(name), b_text(to), b_int(d->actor.tenant_id)), err);
	if (rc == 0)
		while ((rc = stmt_step(st, err)) == 1)
			if (count++ == 0)
				*id = stmt_int(st, 0);
	stmt_close(&st);
	if (rc == 0 && count == 0)
		return no_such(err);
	if (rc == 0 && count > 1)
		return err_set(err, OD_EUSAGE,
		    "Several recordings begin with %s; give more of the name",
		    name);
	return rc;
}

int
recording_find(struct desk *d, const char *name, int64_t *id, struct err *err)
{
	return find(d,
	    "SELECT id FROM recordings WHERE name >= $1 AND name < $2"
	    " AND tenant_id = $3 AND deleted_at IS NULL ORDER BY name LIMIT 2",
	    name, id, err);
}

int
recording_find_deleted(
    struct desk *d, const char *name, int64_t *id, struct err *err)
{
	return find(d,
	    "SELECT id FROM recordings WHERE name >= $1 AND name < $2"
	    " AND tenant_id = $3 AND deleted_at IS NOT NULL AND state <> 5"
	    " ORDER BY name LIMIT 2",
	    name, id, err);
}

static void
add_scope(struct query *q, struct desk *d)
{
	struct bind me = b_int(d->actor.id), team = b_int(d->actor.team_id);
	enum scope scope = op_scope(d, OP_RECORDING_READ);

	if (scope == SCOPE_ALL)
		return;
	if (scope == SCOPE_NONE) {
		query_text(q, " AND 0 = 1");
		return;
	}
	query_add(q, " AND (r.operator_id = $?", BINDS(me));
	if (scope == SCOPE_TEAM && d->actor.team_id != 0)
		query_add(
		    q, " OR COALESCE(r.team_id, o.team_id) = $?", BINDS(team));
	query_text(q, ")");
}

static void
add_id(struct query *q, const char *fragment, int64_t id)
{
	if (id != 0)
		query_add(q, fragment, BINDS(b_int(id)));
}

/* pattern lives as long as q. */
static void
add_filter(struct query *q, struct desk *d, const struct recording_filter *f,
    struct str *pattern)
{
	char *folded;

	query_add(
	    q, " WHERE r.tenant_id = $?", BINDS(b_int(d->actor.tenant_id)));
	query_text(q, f->deleted ? " AND r.deleted_at IS NOT NULL"
				   " AND r.state <> 5"
				 : " AND r.deleted_at IS NULL");
	if (f->deleted && op_scope(d, OP_RECORDING_RESTORE) == SCOPE_NONE)
		query_text(q, " AND 0 = 1");
	add_scope(q, d);
	add_id(q, " AND r.operator_id = $?", f->operator_id);
	add_id(q, " AND r.contact_id = $?", f->contact_id);
	add_id(q, " AND r.call_id = $?", f->call_id);
	add_id(q, " AND r.started_us >= $?", f->from_us);
	add_id(q, " AND r.started_us < $?", f->to_us);
	add_id(q, " AND r.bytes > $?", f->larger_than);
	if (f->state >= 0)
		query_add(q, " AND r.state = $?", BINDS(b_int(f->state)));
	if (f->silent)
		query_text(q, " AND r.silent <> 0");
	if (f->held)
		query_text(q, " AND (" RECORDING_HELD ")");
	if (f->contact == NULL || f->contact[0] == '\0')
		return;
	folded = records__folded(f->contact);
	records__pattern(folded, strlen(folded), pattern);
	free(folded);
	query_text(q, " AND ");
	records__add_folded(q, "r.contact_name");
	query_add(q, " LIKE $? ESCAPE '!'", BINDS(b_text(pattern->s)));
}

int
recording_list(struct desk *d, const struct recording_filter *f,
    const struct page *page, struct recording **rows, size_t *count,
    struct err *err)
{
	struct str pattern = STR_INIT;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_RECORDING_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q, "SELECT " RECORDING_COLUMNS RECORDING_FROM);
	add_filter(&q, d, f, &pattern);
	if (page->after_id != 0)
		query_add(&q, " AND (r.started_us, r.id) < ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(&q, " ORDER BY r.started_us DESC, r.id DESC LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows =
	    records__all(&st, sizeof(**rows), recording__read, count, &rc, err);
	query_free(&q);
	str_free(&pattern);
	for (size_t i = 0; i < *count; i++)
		mask(d, &(*rows)[i]);
	return rc;
}

int
recording_stats(struct desk *d, const struct recording_filter *f,
    struct recording_stats *out, struct err *err)
{
	struct str pattern = STR_INIT;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_RECORDING_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q,
	    "SELECT COUNT(*), CAST(COALESCE(SUM(r.duration_us), 0) AS BIGINT),"
	    " CAST(COALESCE(SUM(r.bytes), 0) AS BIGINT),"
	    " CAST(COALESCE(SUM(r.silent), 0) AS BIGINT),"
	    " COUNT(CASE WHEN r.state = 3 THEN 1 END),"
	    " COUNT(CASE WHEN r.state = 5 THEN 1 END)" RECORDING_FROM);
	add_filter(&q, d, f, &pattern);
	if ((rc = query_run(d->db, &st, &q, err)) == 0 &&
	    (rc = stmt_step(st, err)) == 1) {
		out->count = stmt_int(st, 0);
		out->duration_us = stmt_int(st, 1);
		out->bytes = stmt_int(st, 2);
		out->silent = stmt_int(st, 3);
		out->recovered = stmt_int(st, 4);
		out->missing = stmt_int(st, 5);
		rc = 0;
	}
	stmt_close(&st);
	query_free(&q);
	str_free(&pattern);
	return rc;
}

void
recording_json(const struct recording *r, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "name", r->name);
	json_out_int(out, "id", r->id);
	json_out_string(out, "state", recording_state_names[r->state]);
	json_out_time(out, "started_at", r->started_us);
	json_out_time(out, "ended_at", r->ended_us);
	json_out_double(
	    out, "duration_seconds", recording_seconds(r->duration_us));
	json_out_string(out, "contact_name", r->contact_name);
	json_out_string(out, "contact_phone", r->contact_phone);
	json_out_string(out, "operator",
	    r->operator_login[0] != '\0' ? r->operator_login : NULL);
	records__json_ref(out, "call_id", r->call_id);
	records__json_ref(out, "contact_id", r->contact_id);
	json_out_string(out, "format", recording_format_names[r->format]);
	json_out_int(out, "sample_rate", r->rate);
	json_out_int(out, "channels", r->channels);
	json_out_int(out, "size", r->bytes);
	json_out_string(out, "device", r->device);
	json_out_string(out, "consent", call_consent_names[r->consent]);
	json_out_int(out, "peak", r->peak);
	json_out_bool(out, "silent", r->silent);
	json_out_string(out, "sha256", r->sha256);
	json_out_string(out, "hash", r->hash);
	json_out_string(out, "reason", r->reason[0] != '\0' ? r->reason : NULL);
	json_out_time(out, "deleted_at", r->deleted_at);
	json_out_end(out, '}');
}

/* ---- marks ---- */

static void
read_mark(struct stmt *st, void *row)
{
	struct recording_mark *m = row;

	m->id = stmt_int(st, 0);
	m->kind = (enum recording_mark_kind)stmt_int(st, 1);
	m->at_us = stmt_int(st, 2);
	m->until_us = stmt_int(st, 3);
	str_copy(m->text, sizeof(m->text), stmt_text(st, 4));
	m->operator_id = stmt_int(st, 5);
	m->created_at = stmt_int(st, 6);
}

int
recording_marks(struct desk *d, int64_t id, struct recording_mark **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_RECORDING_READ, id, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT id, kind, at_us, until_us, text, operator_id, created_at"
	    " FROM recording_marks WHERE recording_id = $1 AND tenant_id = $2"
	    " ORDER BY at_us, id",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), err);
	*rows = records__all(&st, sizeof(**rows), read_mark, count, &rc, err);
	return rc;
}

void
recording_mark_json(const struct recording_mark *m, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_string(out, "mark", recording_mark_names[m->kind]);
	json_out_double(out, "at_seconds", recording_seconds(m->at_us));
	if (m->until_us != 0)
		json_out_double(
		    out, "until_seconds", recording_seconds(m->until_us));
	json_out_string(out, "text", m->text);
	json_out_end(out, '}');
}
