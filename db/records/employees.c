/* employees - see employees.h. */
#include "db/records/employees.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

#define EMPLOYEE_SELECT                                                        \
	"SELECT id, version, created_at, updated_at, deleted_at, code,"        \
	" full_name, email, phone_number, department, job, notes"              \
	" FROM employees WHERE tenant_id = "

void
employee_clear(struct employee *e)
{
	FREE(&e->notes);
}

void
employee_list_free(struct employee **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		employee_clear(&(*rows)[i]);
	FREE(rows);
}

void
employee_json(const struct employee *e, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", e->id);
	json_out_string(out, "code", e->code);
	json_out_string(out, "full_name", e->full_name);
	json_out_string(out, "email", e->email);
	json_out_string(out, "phone_number", e->phone_number);
	json_out_string(out, "department", e->department);
	json_out_string(out, "job", e->job);
	json_out_string(out, "notes", e->notes != NULL ? e->notes : "");
	records__json_life(
	    out, e->version, e->created_at, e->updated_at, e->deleted_at);
	json_out_end(out, '}');
}

static void
read_row(struct stmt *st, void *row)
{
	struct employee *e = row;

	memset(e, 0, sizeof(*e));
	e->id = stmt_int(st, 0);
	e->version = stmt_int(st, 1);
	e->created_at = stmt_int(st, 2);
	e->updated_at = stmt_int(st, 3);
	e->deleted_at = stmt_int(st, 4);
	str_copy(e->code, sizeof(e->code), stmt_text(st, 5));
	str_copy(e->full_name, sizeof(e->full_name), stmt_text(st, 6));
	str_copy(e->email, sizeof(e->email), stmt_text(st, 7));
	str_copy(e->phone_number, sizeof(e->phone_number), stmt_text(st, 8));
	str_copy(e->department, sizeof(e->department), stmt_text(st, 9));
	str_copy(e->job, sizeof(e->job), stmt_text(st, 10));
	e->notes = stmt_dup(st, 11);
}

int
employee_list(struct desk *d, const char *match, const struct page *page,
    struct employee **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct prefix p;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_EMPLOYEE_READ, 0, err)) != 0)
		return rc;
	records__prefix(&p, match);
	query_init(&q);
	query_add(&q, EMPLOYEE_SELECT "$? AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	records__prefix_add(&q, "name_folded", &p);
	if (page != NULL && page->after_id != 0)
		query_add(&q,
		    " AND (name_folded, id) > (SELECT name_folded, id"
		    " FROM employees WHERE tenant_id = $? AND id = $?)",
		    BINDS(b_int(d->actor.tenant_id), b_int(page->after_id)));
	query_add(&q, " ORDER BY name_folded, id LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    *rows, &st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	records__prefix_free(&p);
	if (rc != 0) {
		employee_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

static int
read_one(struct desk *d, const char *sql, struct bind key, struct employee *out,
    struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_EMPLOYEE_READ, 0, err)) != 0)
		return rc;
	rc = records__first(
	    d, sql, BINDS(b_int(d->actor.tenant_id), key), read_row, out, err);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such employee");
	return rc == 1 ? 0 : rc;
}

int
employee_get(struct desk *d, int64_t id, struct employee *out, struct err *err)
{
	return read_one(
	    d, EMPLOYEE_SELECT "$1 AND id = $2", b_int(id), out, err);
}

int
employee_by_code(
    struct desk *d, const char *code, struct employee *out, struct err *err)
{
	return read_one(d,
	    EMPLOYEE_SELECT
	    "$1 AND code = $2 AND code <> '' AND deleted_at IS NULL",
	    b_text(code), out, err);
}
