/* whose - see whose.h. */
#include "db/records/whose.h"
#include "common/i18n.h"
#include "db/records/records_int.h"

void
whose_add_seen(struct query *q, struct desk *d, enum op_id read, bool at_hand)
{
	if (!at_hand && op_scope(d, read) == SCOPE_ALL)
		return;
	query_add(q,
	    " AND (x.operator_id = $? OR (x.operator_id IS NULL"
	    " AND (x.team_id IS NULL OR x.team_id = $?)))",
	    BINDS(b_int(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0),
		b_int(d->actor.team_id)));
}

int
whose_check(struct desk *d, enum op_id make, int64_t operator_id,
    int64_t team_id, struct err *err)
{
	struct op_owner own = {operator_id, team_id, 0};
	int rc = 0;

	if (operator_id != 0 && team_id != 0)
		return err_set(err, OD_EDATA,
		    "It can be an operator's or a team's, not both");
	if (operator_id != 0)
		rc = records__exists(d, RECORD_OPERATOR, operator_id, err);
	else if (team_id != 0)
		rc = records__exists(d, RECORD_TEAM, team_id, err);
	if (rc != 0)
		return rc;
	if (op_reaches(op_def(make), op_scope(d, make), &d->actor, &own))
		return 0;
	if (operator_id != 0)
		return err_set(err, OD_EDENIED,
		    "You can make one of your own, not for others");
	return err_set(err, OD_EDENIED,
	    team_id != 0 ? N_("A supervisor of the team can make one for it;"
			      " make one of your own")
			 : N_("An administrator can make one for everybody;"
			      " make one of your own"));
}
