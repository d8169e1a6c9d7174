/* reach - see reach.h. */
#include "db/core/reach.h"
#include "common/str.h"
#include "db/core/permit.h"
#include <string.h>

static void
add(struct reach *r, enum reach_part part)
{
	BUG_ON(r->count == REACH_PARTS);
	r->parts[r->count++] = part;
}

/* What nobody has, in the team's queue or in no queue at all. */
static void
add_unassigned(
    struct reach *r, const struct desk *d, enum scope scope, bool unowned)
{
	if (d->actor.team_id != 0 && (unowned || scope == SCOPE_TEAM))
		add(r, REACH_QUEUE);
	if (unowned)
		add(r, REACH_NOBODYS);
}

static void
my_team(struct reach *r, const struct desk *d, enum scope scope, bool unowned)
{
	if (d->actor.team_id == 0)
		return;
	add(r, scope == SCOPE_OWN ? REACH_OWN_IN_TEAM : REACH_TEAM);
	if (unowned || scope != SCOPE_OWN)
		add(r, REACH_QUEUE);
}

void
reach_of(
    struct desk *d, enum op_id read, enum reach_view view, struct reach *out)
{
	const struct op_def *def = op_def(read);
	enum scope scope = permit_scope(d, def);
	bool unowned = (def->flags & OP_UNOWNED) != 0;

	memset(out, 0, sizeof(*out));
	if (scope == SCOPE_NONE)
		return;
	if (view == REACH_MINE) {
		add(out, REACH_OWN);
	} else if (view == REACH_MY_TEAM) {
		my_team(out, d, scope, unowned);
	} else if (scope == SCOPE_ALL) {
		add(out, REACH_ALL);
	} else if (view == REACH_UNASSIGNED) {
		add_unassigned(out, d, scope, unowned);
	} else {
		if (scope == SCOPE_TEAM && d->actor.team_id != 0)
			add(out, REACH_TEAM);
		add_unassigned(out, d, scope, unowned);
		add(out, REACH_OWN);
	}
}

static void
condition(struct query *q, const struct desk *d, enum reach_part part,
    const char *alias)
{
	int64_t team = 2 * d->actor.team_id;

	if (part == REACH_ALL) {
		query_text(q, "1 = 1");
		return;
	}
	query_text(q, alias);
	if (part == REACH_OWN || part == REACH_OWN_IN_TEAM)
		query_add(q, ".operator_id = $?", BINDS(b_int(d->actor.id)));
	if (part == REACH_OWN)
		return;
	if (part == REACH_OWN_IN_TEAM) {
		query_text(q, " AND ");
		query_text(q, alias);
	}
	query_add(q, ".reach = $?",
	    BINDS(b_int(part == REACH_NOBODYS ? 1
			: part == REACH_QUEUE ? team + 1
					      : team)));
}

void
reach_add(struct query *q, const struct desk *d, enum reach_part part,
    const char *alias)
{
	if (part == REACH_ALL)
		return;
	query_text(q, " AND ");
	condition(q, d, part, alias);
}

void
reach_add_any(struct query *q, const struct desk *d, const struct reach *reach,
    const char *alias)
{
	query_text(q, reach->count > 0 ? " AND (" : " AND (1 = 0");
	for (int i = 0; i < reach->count; i++) {
		query_text(q, i > 0 ? " OR " : "");
		condition(q, d, reach->parts[i], alias);
	}
	query_text(q, ")");
}

/* " EXISTS (...)" with the table's rows of that contact. */
static void
add_exists(struct query *q, const struct desk *d, const struct reach *reach,
    const char *from, const char *alias)
{
	query_text(q, from);
	query_text(q, alias);
	query_text(q, ".tenant_id AND r.contact_id = ");
	query_text(q, alias);
	query_text(q, ".id AND r.deleted_at IS NULL");
	if (reach != NULL)
		reach_add_any(q, d, reach, "r");
	query_text(q, ")");
}

static bool
has_part(const struct reach *reach, enum reach_part part)
{
	for (int i = 0; i < reach->count; i++)
		if (reach->parts[i] == part)
			return true;
	return false;
}

void
reach_add_contact(struct query *q, const struct desk *d,
    const struct reach *reach, const char *alias)
{
	static const char talks[] =
	    "EXISTS (SELECT 1 FROM conversations r WHERE r.tenant_id = ";
	static const char tickets[] =
	    "EXISTS (SELECT 1 FROM tickets r WHERE r.tenant_id = ";

	if (reach->count == 0 || has_part(reach, REACH_ALL)) {
		query_text(q, reach->count == 0 ? "1 = 0" : "1 = 1");
		return;
	}
	query_text(q, "(");
	add_exists(q, d, reach, talks, alias);
	query_text(q, " OR ");
	add_exists(q, d, reach, tickets, alias);
	if (has_part(reach, REACH_NOBODYS)) {
		query_text(q, " OR NOT (");
		add_exists(q, d, NULL, talks, alias);
		query_text(q, " OR ");
		add_exists(q, d, NULL, tickets, alias);
		query_text(q, ")");
	}
	query_text(q, ")");
}

/* Those rows of a table that are meant by column = id. */
static int
follow(struct desk *d, const char *table, const char *where, int64_t id,
    struct err *err)
{
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, "UPDATE ");
	query_text(&q, table);
	query_add(&q,
	    " SET reach = 2 * COALESCE(team_id, (SELECT o.team_id"
	    " FROM operators o WHERE o.tenant_id = $? AND o.id = operator_id),"
	    " 0) + CASE WHEN operator_id IS NULL THEN 1 ELSE 0 END"
	    " WHERE tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.tenant_id)));
	query_add(&q, where, BINDS(b_int(id)));
	rc = query_exec(d->db, &q, NULL, err);
	query_free(&q);
	return rc;
}

int
reach_follow(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err)
{
	bool has_reach = kind == RECORD_TICKET || kind == RECORD_CONVERSATION;
	bool is_team = str_equal(column, "team_id");
	int rc;

	if (kind == RECORD_OPERATOR && is_team) {
		rc = follow(d, "tickets",
		    " AND alive IN (0, 1) AND operator_id = $?"
		    " AND team_id IS NULL",
		    id, err);
		return rc != 0 ? rc
		               : follow(d, "conversations",
				     " AND is_open IN (0, 1)"
				     " AND operator_id = $?"
				     " AND team_id IS NULL",
				     id, err);
	}
	if (!has_reach || (!is_team && !str_equal(column, "operator_id")))
		return 0;
	return follow(d, record_def(kind)->table, " AND id = $?", id, err);
}
