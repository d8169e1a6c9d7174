/* permit - see permit.h. */
#include "db/core/permit.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/query.h"
#include "db/core/token_scope.h"
#include <string.h>

/* Of those who lead, as the table says. */
static const char *
who_can(const struct op_def *def)
{
	bool supervisor = def->scope[ROLE_SUPERVISOR] != SCOPE_NONE;
	bool admin = def->scope[ROLE_ADMIN] != SCOPE_NONE;

	if ((def->flags & OP_HOST) != 0)
		return _("Only the account that owns the desk can.");
	if (supervisor && admin)
		return _("A supervisor or an administrator can.");
	if (supervisor)
		return _("A supervisor can.");
	return admin ? _("An administrator can.")
	             : _("Your role is not for it.");
}

static int
deny(const struct op_def *def, struct err *err)
{
	return err_set(err, OD_EDENIED, "You may not do this: %s. %s",
	    _(def->label), who_can(def));
}

/* The role may, but only with what is one's own or the team's. */
static int
deny_foreign(const struct op_def *def, struct err *err)
{
	return err_set(err, OD_EDENIED,
	    "Somebody else has it, so you may not do this: %s. %s",
	    _(def->label), who_can(def));
}

/* Role, team and enabled as they stand now. */
static int
refresh_operator(struct desk *d, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT role, team_id, enabled FROM operators"
	    " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), err);
	if (rc == 0)
		rc = stmt_step(st, err);
	if (rc == 1 && stmt_int(st, 2) == 1) {
		d->actor.role = (enum staff_role)stmt_int(st, 0);
		d->actor.team_id = stmt_int(st, 1);
		rc = 0;
	} else if (rc >= 0) {
		rc = err_set(err, OD_EDENIED,
		    "This operator is disabled; ask an administrator");
	}
	stmt_close(&st);
	return rc;
}

static int
refresh_token(struct desk *d, const struct op_def *def, struct err *err)
{
	struct stmt *st = NULL;
	bool good = false;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT scopes, expires_us FROM tokens"
	    " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), err);
	if (rc == 0)
		rc = stmt_step(st, err);
	if (rc == 1)
		good = (stmt_is_null(st, 1) ||
			   stmt_int(st, 1) > clock_wall_us()) &&
		       token_scopes_cover(stmt_text(st, 0), def->name);
	stmt_close(&st);
	if (rc < 0)
		return rc;
	return good ? 0
	            : err_set(err, OD_EDENIED,
			  "This token has no scope for it: %s", def->name);
}

enum scope
permit_scope(struct desk *d, const struct op_def *def)
{
	switch (d->actor.kind) {
	case ACTOR_SYSTEM:
		return (def->flags & OP_HOST) != 0 ? SCOPE_NONE : SCOPE_ALL;
	case ACTOR_HOST:
		return SCOPE_ALL;
	case ACTOR_TOKEN:
		return (def->flags & (OP_HOST | OP_FACT)) != 0 ? SCOPE_NONE
		                                               : SCOPE_ALL;
	case ACTOR_BOT:
		return def->scope[ROLE_BOT];
	case ACTOR_OPERATOR:
		if (d->single_user)
			return SCOPE_ALL;
		return (def->flags & OP_HOST) != 0 ? SCOPE_NONE
		                                   : def->scope[d->actor.role];
	}
	return SCOPE_NONE;
}

static int
read_ownership(struct desk *d, const struct record_def *rec, int64_t id,
    struct op_owner *out, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	if (rec->has_owner)
		query_text(
		    &q, "SELECT r.operator_id, r.team_id, o.team_id FROM ");
	else
		query_text(&q, "SELECT 0, 0, 0 FROM ");
	query_text(&q, rec->table);
	query_text(&q, " r");
	if (rec->has_owner)
		query_text(&q, " LEFT JOIN operators o ON o.id = r.operator_id"
			       " AND o.tenant_id = r.tenant_id");
	query_add(&q, " WHERE r.tenant_id = $? AND r.id = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	if ((rc = query_run(d->db, &st, &q, err)) == 0 &&
	    (rc = stmt_step(st, err)) == 1) {
		out->operator_id = stmt_int(st, 0);
		out->team_id = stmt_int(st, 1);
		out->operator_team_id = stmt_int(st, 2);
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND, "There is no such record: %s",
		    _(rec->label));
	}
	stmt_close(&st);
	query_free(&q);
	return rc;
}

bool
op_reaches(const struct op_def *def, enum scope scope,
    const struct actor *actor, const struct op_owner *own)
{
	int64_t me = actor->id, team = actor->team_id;
	bool unowned = own->operator_id == 0 &&
	               (own->team_id == 0 || own->team_id == team);

	if (scope == SCOPE_NONE || scope == SCOPE_ALL)
		return scope == SCOPE_ALL;
	if (me != 0 && own->operator_id == me)
		return true;
	if (unowned && (def->flags & OP_UNOWNED) != 0)
		return true;
	return scope == SCOPE_TEAM && team != 0 &&
	       (own->team_id == team || own->operator_team_id == team);
}

int
permit_check(struct desk *d, const struct op_def *def, int64_t record_id,
    struct err *err)
{
	const struct record_def *rec = record_def(def->kind);
	struct op_owner own = {0, 0, 0};
	enum scope scope;
	int rc = 0;

	if (d->actor.kind == ACTOR_OPERATOR)
		rc = refresh_operator(d, err);
	else if (d->actor.kind == ACTOR_TOKEN)
		rc = refresh_token(d, def, err);
	if (rc != 0)
		return rc;
	if ((scope = permit_scope(d, def)) == SCOPE_NONE)
		return deny(def, err);
	if (record_id == 0 || rec->table == NULL)
		return 0;
	if (d->actor.kind == ACTOR_SYSTEM && (def->flags & OP_FACT) != 0)
		return 0;
	if ((rc = read_ownership(d, rec, record_id, &own, err)) != 0)
		return rc;
	if (!rec->has_owner || op_reaches(def, scope, &d->actor, &own))
		return 0;
	return deny_foreign(def, err);
}
