/*
 * reach - which tickets and conversations a scope reaches, as SQL.
 *
 * Both kinds have a column for it, so that a list is a few ranges of an index
 * however many rows others have:
 *
 *	reach = 2 * team + (1 when no operator has it)
 *
 * The team is the one that it was given, else that of the operator who has it,
 * else 0.  op_reaches says the same of one record in memory.
 */
#ifndef DB_CORE_REACH_H
#define DB_CORE_REACH_H

#include "db/core/op.h"
#include "db/core/query.h"

enum reach_part {
	REACH_ALL,         /* no condition */
	REACH_OWN,         /* the actor has it */
	REACH_OWN_IN_TEAM, /* that, and it belongs to his team */
	REACH_TEAM,        /* a colleague has it, or the actor himself */
	REACH_QUEUE,       /* his team's, and nobody has it */
	REACH_NOBODYS,     /* nobody's and no team's */
};

/* A list shows the rows of all its parts, each once; there may be none. */
#define REACH_PARTS 4
struct reach {
	enum reach_part parts[REACH_PARTS];
	int count;
};

/* What a list shows of that: all of it, or one of these. */
enum reach_view { REACH_ANY, REACH_MINE, REACH_UNASSIGNED, REACH_MY_TEAM };

/*
 * For a read that was allowed just now (op_may); of a view in which parts are
 * only those that can have rows.
 */
void reach_of(
    struct desk *d, enum op_id read, enum reach_view view, struct reach *out);

/*
 * " AND ..." for one part, or for any of them; the table's alias is a literal.
 * The second is for rows that are found some other way: no index serves it.
 */
void reach_add(struct query *q, const struct desk *d, enum reach_part part,
    const char *alias);
void reach_add_any(struct query *q, const struct desk *d,
    const struct reach *reach, const char *alias);

/*
 * A condition on a contact: one of its conversations or tickets is reached,
 * or, where the operation reaches what nobody has, it has none at all.
 */
void reach_add_contact(struct query *q, const struct desk *d,
    const struct reach *reach, const char *alias);

/*
 * For an INSERT into a table with reach: the value, with the parameters of
 * tenant, operator and team, each as "$1".
 */
#define REACH_SQL(tenant, operator, team)                                      \
	"2 * COALESCE(CAST(" team " AS BIGINT), (SELECT o.team_id"             \
	" FROM operators o WHERE o.tenant_id = " tenant " AND o.id = CAST("    \
	operator" AS BIGINT)), 0) + CASE WHEN CAST("                           \
	operator" AS BIGINT) IS NULL THEN 1 ELSE 0 END"

/*
 * Inside an open op, behind a change of a record's field: reach follows the
 * ticket's or conversation's owner and team, or the operator's team.  Nothing
 * to do for any other field.
 */
int reach_follow(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err);

#endif
