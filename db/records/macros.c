/* macros - see macros.h. */
#include "db/records/macros.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/macro_int.h"
#include "db/records/records_int.h"
#include "db/records/whose.h"
#include <stdlib.h>
#include <string.h>

void
macro_clear(struct macro *m)
{
	FREE(&m->actions);
}

void
macro_list_free(struct macro **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		macro_clear(&(*rows)[i]);
	FREE(rows);
}

static void
read_row(struct stmt *st, void *row)
{
	struct macro *m = row;

	memset(m, 0, sizeof(*m));
	m->id = stmt_int(st, 0);
	m->version = stmt_int(st, 1);
	m->created_at = stmt_int(st, 2);
	m->updated_at = stmt_int(st, 3);
	m->deleted_at = stmt_int(st, 4);
	m->operator_id = stmt_int(st, 5);
	m->team_id = stmt_int(st, 6);
	str_copy(
	    m->operator_login, sizeof(m->operator_login), stmt_text(st, 7));
	str_copy(m->team_name, sizeof(m->team_name), stmt_text(st, 8));
	str_copy(m->name, sizeof(m->name), stmt_text(st, 9));
	str_copy(m->bound, sizeof(m->bound), stmt_text(st, 10));
	m->actions = stmt_dup(st, 11);
}

/* at_hand: whatever the role, only what the actor works with. */
static void
select_from(struct query *q, struct desk *d, bool at_hand)
{
	query_init(q);
	query_add(q,
	    "SELECT x.id, x.version, x.created_at, x.updated_at,"
	    " x.deleted_at, x.operator_id, x.team_id, o.login, t.name,"
	    " x.name, x.bound, x.actions FROM macros x"
	    " LEFT JOIN operators o ON o.id = x.operator_id"
	    " AND o.tenant_id = x.tenant_id"
	    " LEFT JOIN teams t ON t.id = x.team_id"
	    " AND t.tenant_id = x.tenant_id"
	    " WHERE x.tenant_id = $? AND x.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	whose_add_seen(q, d, OP_MACRO_READ, at_hand);
}

/* The first row of a query; OD_ENOTFOUND without a sentence. */
static int
read_first(struct desk *d, struct query *q, struct macro *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(
	    d, q->sql.s, q->binds, q->nbinds, read_row, out, err);
	query_free(q);
	return rc == 1 ? 0 : rc == 0 ? OD_ENOTFOUND : rc;
}

int
macro__load(struct desk *d, int64_t id, struct macro *out, struct err *err)
{
	struct query q;
	int rc;

	select_from(&q, d, false);
	query_add(&q, " AND x.id = $?", BINDS(b_int(id)));
	rc = read_first(d, &q, out, err);
	return rc != OD_ENOTFOUND
	           ? rc
	           : err_set(err, OD_ENOTFOUND, "There is no such macro");
}

/* ---- what can be kept ---- */

/* What it does, with ids, as it is kept; caller frees out. */
static int
settle(struct desk *d, const char *actions, struct str *out, struct err *err)
{
	struct macro_part *parts;
	size_t count;
	int rc = macro_parse(actions, &parts, &count, err);

	if (rc == 0 && (rc = macro__settle(d, parts, count, err)) == 0)
		macro_print(parts, count, out);
	macro_parts_free(&parts, count);
	return rc;
}

/* Two macros of one owner on a key: which one would it run? */
static int
check_key(struct desk *d, const char *bound, int64_t operator_id,
    int64_t team_id, int64_t but_id, struct err *err)
{
	char *name = NULL;
	int rc;

	if (bound[0] == '\0')
		return 0;
	if (strpbrk(bound, " \t") != NULL)
		return err_set(
		    err, OD_EDATA, "A macro has one key, not several");
	rc = db_text(d->db, &name,
	    "SELECT name FROM macros WHERE tenant_id = $1 AND bound = $2"
	    " AND id <> $3 AND COALESCE(operator_id, 0) = $4"
	    " AND COALESCE(team_id, 0) = $5 AND deleted_at IS NULL LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(bound), b_int(but_id),
		b_int(operator_id), b_int(team_id)),
	    err);
	if (rc == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "The key %s runs the macro \"%s\" already", bound, name);
	else if (rc == OD_ENOTFOUND)
		rc = 0;
	free(name);
	return rc;
}

/* Whether the role reaches what will belong to them. */
static int
check_place(struct desk *d, const struct macro_new *in, struct err *err)
{
	struct op_owner own = {in->operator_id, in->team_id, 0};
	int rc = 0;

	if (in->operator_id != 0 && in->team_id != 0)
		return err_set(err, OD_EDATA,
		    "A macro is an operator's or a team's, not both");
	if (in->operator_id != 0)
		rc = records__exists(d, RECORD_OPERATOR, in->operator_id, err);
	else if (in->team_id != 0)
		rc = records__exists(d, RECORD_TEAM, in->team_id, err);
	if (rc != 0 || op_reaches(op_def(OP_MACRO_NEW),
			   op_scope(d, OP_MACRO_NEW), &d->actor, &own))
		return rc;
	if (in->operator_id != 0)
		return err_set(err, OD_EDENIED,
		    "You can make macros of your own, not of others");
	return err_set(err, OD_EDENIED,
	    in->team_id != 0
		? N_("A supervisor of the team can make a macro for it; make"
		     " one of your own")
		: N_("An administrator can make a macro for everybody; make"
		     " one of your own"));
}

/* ---- changes ---- */

static int
insert(struct desk *d, struct op *op, const struct macro_new *in,
    const char *name, const char *bound, int64_t *id, struct err *err)
{
	struct str actions = STR_INIT;
	int rc;

	if ((rc = check_place(d, in, err)) != 0 ||
	    (rc = check_key(d, bound, in->operator_id, in->team_id, 0, err)) !=
		0)
		return rc;
	if ((rc = settle(d, in->actions, &actions, err)) == 0)
		rc = db_insert(d->db, id,
		    "INSERT INTO macros(tenant_id, operator_id, team_id, name,"
		    " actions, bound, created_at, updated_at)"
		    " VALUES($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_ref(in->operator_id),
			b_ref(in->team_id), b_text(name), b_text(actions.s),
			b_text(bound), b_int(op->now_us)),
		    err);
	str_free(&actions);
	return rc;
}

int
macro_new(
    struct desk *d, const struct macro_new *in, int64_t *id, struct err *err)
{
	char name[65], bound[33];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Name"), name, sizeof(name), in->name, err)) !=
		0 ||
	    (rc = records__fit(
		 _("Key"), bound, sizeof(bound), in->bound, err)) != 0)
		return rc;
	if (name[0] == '\0')
		return err_set(err, OD_EDATA, "A macro needs a name");
	if ((rc = op_begin(d, &op, OP_MACRO_NEW, 0, err)) != 0)
		return rc;
	if ((rc = insert(d, &op, in, name, bound, id, err)) == 0) {
		op_created(&op, *id);
		op_sentence(&op, _("Made the macro \"%s\""), name);
		rc = record_created(d, &op, RECORD_MACRO, *id, err);
	}
	return op_end(d, &op, rc, err);
}

/* The new key is free, and the new actions can be done. */
static int
complete(
    struct desk *d, struct edits *e, const struct macro *now, struct err *err)
{
	const struct bind *bound = records__edit(e, "bound");
	struct str actions = STR_INIT;
	int rc = 0;

	if (bound != NULL && bound->kind == BIND_TEXT)
		rc = check_key(
		    d, bound->p, now->operator_id, now->team_id, now->id, err);
	for (size_t i = 0; rc == 0 && i < e->count; i++) {
		if (strcmp(e->list[i].column, "actions") != 0 ||
		    e->list[i].value.kind != BIND_TEXT)
			continue;
		rc = settle(d, e->list[i].value.p, &actions, err);
		if (rc != 0)
			break;
		free(e->texts[i]);
		e->texts[i] = xstrdup(actions.s);
		e->list[i].value = b_text(e->texts[i]);
	}
	str_free(&actions);
	return rc;
}

int
macro_edit(struct desk *d, int64_t id, int64_t seen_version,
    const struct change *changes, size_t count, struct err *err)
{
	static const char *const allowed[] = {"name", "actions", "bound", NULL};
	struct macro now = {.id = 0};
	struct edits e;
	struct op op;
	int rc;

	rc = records__edits(&e, RECORD_MACRO, allowed, changes, count, err);
	if (rc != 0 || (rc = op_begin(d, &op, OP_MACRO_EDIT, id, err)) != 0)
		goto out;
	if ((rc = macro__load(d, id, &now, err)) == 0 &&
	    (rc = complete(d, &e, &now, err)) == 0)
		rc = record_update(d, &op, RECORD_MACRO, id, seen_version,
		    e.list, e.count, NULL, err);
	if (rc == 0)
		op_sentence(&op, _("Changed the macro \"%s\""), now.name);
	rc = op_end(d, &op, rc, err);
out:
	macro_clear(&now);
	records__edits_free(&e);
	return rc;
}

int
macro_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct macro now = {.id = 0};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_MACRO_DELETE, id, err)) != 0)
		return rc;
	if ((rc = macro__load(d, id, &now, err)) == 0) {
		op_sentence(&op, _("Deleted the macro \"%s\""), now.name);
		rc = record_delete(d, &op, RECORD_MACRO, id, seen_version, err);
	}
	rc = op_end(d, &op, rc, err);
	macro_clear(&now);
	return rc;
}

/* ---- reading ---- */

int
macro_get(struct desk *d, int64_t id, struct macro *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_MACRO_READ, 0, err)) != 0)
		return rc;
	return macro__load(d, id, out, err);
}

int
macro_list(struct desk *d, bool at_hand, struct macro **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_MACRO_READ, 0, err)) != 0)
		return rc;
	select_from(&q, d, at_hand);
	query_add(
	    &q, " ORDER BY x.name, x.id LIMIT $?", BINDS(b_int(MACROS_MAX)));
	rc = query_run(d->db, &st, &q, err);
	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	if (rc != 0) {
		macro_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
macro_by_key(
    struct desk *d, const char *bound, struct macro *out, struct err *err)
{
	struct query q;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_MACRO_READ, 0, err)) != 0)
		return rc;
	select_from(&q, d, true);
	query_add(&q,
	    " AND x.bound = $? ORDER BY COALESCE(x.operator_id, 0) DESC,"
	    " COALESCE(x.team_id, 0) DESC, x.id LIMIT 1",
	    BINDS(b_text(bound)));
	return read_first(d, &q, out, err);
}

void
macro_json(const struct macro *m, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", m->id);
	json_out_string(out, "name", m->name);
	json_out_string(out, "key", m->bound);
	json_out_string(out, "operator", m->operator_login);
	json_out_string(out, "team", m->team_name);
	json_out_raw(out, "actions", m->actions);
	records__json_life(
	    out, m->version, m->created_at, m->updated_at, m->deleted_at);
	json_out_end(out, '}');
}
