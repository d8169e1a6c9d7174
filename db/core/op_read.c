/* op_read - what was looked at, and what was refused; see op.h. */
#include "db/core/db_int.h"
#include "db/core/op_int.h"
#include <string.h>

#define KEPT                                                                   \
	(sizeof(((struct desk *)0)->looked) /                                  \
	    sizeof(((struct desk *)0)->looked[0]))

/* Whether it is among the last ones; it is from now on. */
static bool
was_noted(
    struct desk *d, enum op_id id, int64_t record_id, enum audit_result result)
{
	size_t n = d->looked_count < KEPT ? d->looked_count : KEPT;

	for (size_t i = 0; i < n; i++)
		if (d->looked[i].op == (int)id &&
		    d->looked[i].result == (int)result &&
		    d->looked[i].actor_id == d->actor.id &&
		    d->looked[i].record_id == record_id)
			return true;
	n = d->looked_count++ % KEPT;
	d->looked[n].op = (int)id;
	d->looked[n].result = (int)result;
	d->looked[n].actor_id = d->actor.id;
	d->looked[n].record_id = record_id;
	d->looked[n].waits = d->readonly;
	return false;
}

int
op_read(struct desk *d, enum op_id id, int64_t record_id, struct err *err)
{
	int rc = op_may(d, id, record_id, err);
	bool refused = rc == OD_EDENIED && record_id != 0;
	bool watched = rc == 0 && d->actor.kind == ACTOR_OPERATOR &&
	               d->actor.role == ROLE_AUDITOR && !d->single_user;
	enum audit_result result = refused ? AUDIT_DENIED : AUDIT_DONE;

	/* Inside a bracket it is a part of something that is kept itself. */
	if ((refused || watched) && (!d->db->in_transaction || d->in_batch) &&
	    !was_noted(d, id, record_id, result))
		op__audit(d, op_def(id), record_id, result);
	return rc;
}

void
op_gave_away(struct desk *d, enum op_id read, int64_t record_id)
{
	(void)was_noted(d, read, record_id, AUDIT_DENIED);
}

bool
op_has_reads(const struct desk *d)
{
	size_t n = d->looked_count < KEPT ? d->looked_count : KEPT;
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any = any || d->looked[i].waits;
	return any;
}

void
op_note_reads(struct desk *d, const struct desk *readonly)
{
	size_t n =
	    readonly->looked_count < KEPT ? readonly->looked_count : KEPT;

	d->actor = readonly->actor;
	memcpy(d->session, readonly->session, sizeof(d->session));
	for (size_t i = 0; i < n; i++)
		if (readonly->looked[i].waits)
			op__audit(d, op_def((enum op_id)readonly->looked[i].op),
			    readonly->looked[i].record_id,
			    (enum audit_result)readonly->looked[i].result);
}
