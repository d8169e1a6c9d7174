/* permit - see permit.h. */
#include "db/core/permit.h"
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/db_int.h"
#include "db/core/query.h"
#include "db/core/reach.h"
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

/*
 * Whether the actor's row was read already in this transaction, in which
 * nothing was written since: an operation asks several times.
 */
static bool
is_known(const struct desk *d)
{
	const struct db *db = d->db;

	return db->rights.stand != 0 && db->rights.stand == db__stand(db) &&
	       db->rights.kind == (int)d->actor.kind &&
	       db->rights.tenant_id == d->actor.tenant_id &&
	       db->rights.id == d->actor.id;
}

static void
know_actor(struct desk *d)
{
	d->db->rights.stand = db__stand(d->db);
	d->db->rights.kind = (int)d->actor.kind;
	d->db->rights.tenant_id = d->actor.tenant_id;
	d->db->rights.id = d->actor.id;
}

static void
take_rights(struct desk *d)
{
	d->actor.role = (enum staff_role)d->db->rights.role;
	d->actor.team_id = d->db->rights.team_id;
	d->actor.has_secret = d->db->rights.has_secret && !d->takes_part;
}

/* Role, team and enabled as they stand now. */
static int
refresh_operator(struct desk *d, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	if (is_known(d)) {
		take_rights(d);
		return 0;
	}
	rc = db_query(d->db, &st,
	    "SELECT role, team_id, enabled, CASE WHEN password_hash <> ''"
	    " OR totp_sealed <> '' THEN 1 ELSE 0 END FROM operators"
	    " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), err);
	if (rc == 0)
		rc = stmt_step(st, err);
	if (rc == 1 && stmt_int(st, 2) == 1) {
		d->db->rights.role = (int)stmt_int(st, 0);
		d->db->rights.team_id = stmt_int(st, 1);
		d->db->rights.has_secret = stmt_int(st, 3) == 1;
		know_actor(d);
		take_rights(d);
		rc = 0;
	} else if (rc >= 0) {
		rc = err_set(err, OD_EDENIED,
		    "This operator is disabled; ask an administrator");
	}
	stmt_close(&st);
	return rc;
}

/* False: there is no such row.  Else it is known now. */
static int
read_token(struct desk *d, bool *found, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT t.scopes, t.expires_us FROM tokens t"
	    " LEFT JOIN operators o ON o.tenant_id = t.tenant_id"
	    " AND o.id = t.created_by"
	    " WHERE t.tenant_id = $1 AND t.id = $2 AND t.deleted_at IS NULL"
	    " AND (o.id IS NULL OR (o.enabled = 1 AND o.deleted_at IS NULL))",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), err);
	if (rc == 0)
		rc = stmt_step(st, err);
	*found = rc == 1;
	if (*found) {
		str_copy(d->db->rights.scopes, sizeof(d->db->rights.scopes),
		    stmt_text(st, 0));
		d->db->rights.expires_us =
		    stmt_is_null(st, 1) ? INT64_MAX : stmt_int(st, 1);
		know_actor(d);
	}
	stmt_close(&st);
	return rc < 0 ? rc : 0;
}

/* def: what it is to do, which its scopes must cover; or NULL. */
static int
refresh_token(struct desk *d, const struct op_def *def, struct err *err)
{
	bool found = is_known(d);
	int rc;

	if (!found && (rc = read_token(d, &found, err)) != 0)
		return rc;
	if (found)
		str_copy(d->actor.scopes, sizeof(d->actor.scopes),
		    d->db->rights.scopes);
	if (!found || d->db->rights.expires_us <= clock_wall_us())
		return err_set(err, OD_EDENIED,
		    "The token is unknown, expired or revoked");
	if (def != NULL && !token_scopes_cover(d->actor.scopes, def->name))
		return err_set(err, OD_EDENIED,
		    "This token has no scope for it: %s", def->name);
	return 0;
}

static int
refresh(struct desk *d, const struct op_def *def, struct err *err)
{
	switch (d->actor.kind) {
	case ACTOR_OPERATOR:
		return refresh_operator(d, err);
	case ACTOR_TOKEN:
		return refresh_token(d, def, err);
	case ACTOR_SYSTEM:
	case ACTOR_BOT:
	case ACTOR_HOST:
		break;
	}
	return 0;
}

int
permit_actor(struct desk *d, struct err *err)
{
	return refresh(d, NULL, err);
}

/* What is done by hand only, however wide a token's scopes are. */
#define NOT_BY_TOKEN (OP_HOST | OP_FACT | OP_STEP_UP | OP_PERSON)

static enum scope
scope_of(struct desk *d, const struct op_def *def)
{
	switch (d->actor.kind) {
	case ACTOR_SYSTEM:
		return (def->flags & OP_HOST) != 0 ? SCOPE_NONE : SCOPE_ALL;
	case ACTOR_HOST:
		return d->owned || (def->flags & OP_READ) != 0 ? SCOPE_ALL
		                                               : SCOPE_NONE;
	case ACTOR_TOKEN:
		return (def->flags & NOT_BY_TOKEN) != 0 ||
		               !token_scopes_cover(d->actor.scopes, def->name)
		           ? SCOPE_NONE
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

enum scope
permit_scope(struct desk *d, const struct op_def *def)
{
	enum scope scope = scope_of(d, def), other;

	if (d->narrowed == 0 || (def->flags & OP_READ) == 0)
		return scope;
	other = scope_of(d, op_def((enum op_id)(d->narrowed - 1)));
	return other < scope ? other : scope;
}

/*
 * Who is known by his Unix user alone has nothing to confirm with before the
 * first password, which nobody else sets for him.
 */
static int
check_step_up(struct desk *d, const struct op_def *def, int64_t record_id,
    struct err *err)
{
	bool first = def == op_def(OP_OPERATOR_PASSWORD) &&
	             record_id == d->actor.id && !d->actor.has_secret;

	if ((def->flags & OP_STEP_UP) == 0 || first ||
	    d->actor.kind != ACTOR_OPERATOR ||
	    (d->stepped_up_us != 0 && clock_mono_us() - d->stepped_up_us <
					  STEP_UP_MINUTES * US_PER_MINUTE))
		return 0;
	d->wants_step_up = true;
	return err_set(
	    err, OD_EDENIED, "Confirm first that it is you: %s", _(def->label));
}

/* As with the actor's row. */
static bool
is_remembered(const struct desk *d, const struct record_def *rec, int64_t id)
{
	return d->db->owned.stand != 0 &&
	       d->db->owned.stand == db__stand(d->db) &&
	       d->db->owned.kind == (int)rec->kind && d->db->owned.id == id &&
	       d->db->owned.tenant_id == d->actor.tenant_id;
}

static void
remember(struct desk *d, const struct record_def *rec, int64_t id,
    const struct op_owner *own)
{
	d->db->owned.stand = db__stand(d->db);
	d->db->owned.kind = (int)rec->kind;
	d->db->owned.id = id;
	d->db->owned.tenant_id = d->actor.tenant_id;
	d->db->owned.operator_id = own->operator_id;
	d->db->owned.team_id = own->team_id;
	d->db->owned.operator_team_id = own->operator_team_id;
}

static int
read_ownership(struct desk *d, const struct record_def *rec, int64_t id,
    struct op_owner *out, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	if (is_remembered(d, rec, id)) {
		out->operator_id = d->db->owned.operator_id;
		out->team_id = d->db->owned.team_id;
		out->operator_team_id = d->db->owned.operator_team_id;
		return 0;
	}
	query_init(&q);
	if (rec->has_owner)
		query_text(&q,
		    rec->has_team
			? "SELECT r.operator_id, r.team_id, o.team_id FROM "
			: "SELECT r.operator_id, 0, o.team_id FROM ");
	else if (rec->kind == RECORD_OPERATOR)
		query_text(&q, "SELECT r.id, r.team_id, 0 FROM ");
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
		remember(d, rec, id, out);
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
	int64_t theirs =
	    own->team_id != 0 ? own->team_id : own->operator_team_id;
	bool unowned = own->operator_id == 0 && (theirs == 0 || theirs == team);

	if (scope == SCOPE_NONE || scope == SCOPE_ALL)
		return scope == SCOPE_ALL;
	if (me != 0 && own->operator_id == me)
		return true;
	if (unowned && (def->flags & OP_UNOWNED) != 0)
		return true;
	return scope == SCOPE_TEAM && team != 0 && theirs == team;
}

/* By those who have its conversations and tickets. */
static int
check_contact(
    struct desk *d, const struct op_def *def, int64_t id, struct err *err)
{
	struct reach reach;
	struct query q;
	int64_t reached = 0;
	int rc;

	reach_of(d, (enum op_id)op_by_name(def->name), REACH_ANY, &reach);
	query_init(&q);
	query_text(&q, "SELECT CASE WHEN ");
	reach_add_contact(&q, d, &reach, "c");
	query_add(&q,
	    " THEN 1 ELSE 0 END FROM contacts c"
	    " WHERE c.tenant_id = $? AND c.id = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)));
	rc = query_int(d->db, &reached, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND, "There is no such record: %s",
		    _(record_def(RECORD_CONTACT)->label));
	return rc != 0 || reached == 1 ? rc : deny_foreign(def, err);
}

static int
check_record(struct desk *d, const struct op_def *def, enum scope scope,
    int64_t record_id, struct err *err)
{
	const struct record_def *rec = record_def(def->kind);
	struct op_owner own = {0, 0, 0};
	int rc;

	if (record_id == 0 || rec->table == NULL)
		return 0;
	if (d->actor.kind == ACTOR_SYSTEM && (def->flags & OP_FACT) != 0)
		return 0;
	if (rec->kind == RECORD_CONTACT)
		return check_contact(d, def, record_id, err);
	if ((rc = read_ownership(d, rec, record_id, &own, err)) != 0)
		return rc;
	if ((!rec->has_owner && rec->kind != RECORD_OPERATOR) ||
	    op_reaches(def, scope, &d->actor, &own))
		return 0;
	return deny_foreign(def, err);
}

int
permit_check(struct desk *d, const struct op_def *def, int64_t record_id,
    struct err *err)
{
	enum scope scope;
	int rc;

	d->wants_step_up = false;
	if ((rc = refresh(d, def, err)) != 0)
		return rc;
	if ((scope = permit_scope(d, def)) == SCOPE_NONE)
		return deny(def, err);
	if ((rc = check_record(d, def, scope, record_id, err)) != 0)
		return rc;
	return check_step_up(d, def, record_id, err);
}
