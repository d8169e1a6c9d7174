/* follow - see follow.h. */
#include "db/core/follow.h"
#include "common/str.h"
#include "db/core/reach.h"
#include "db/core/tags.h"

/* What came with a comment is listed with its ticket too. */
static int
comment_moved(struct desk *d, int64_t id, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	int rc;

	rc = db_exec(d->db,
	    "UPDATE ticket_files SET ticket_id = (SELECT k.ticket_id"
	    " FROM ticket_comments k WHERE k.tenant_id = $1 AND k.id = $2)"
	    " WHERE tenant_id = $1 AND comment_id = $2",
	    BINDS(tenant, b_int(id)), NULL, err);
	if (rc != 0)
		return rc;
	return db_exec(d->db,
	    "UPDATE mail_ids SET ticket_id = (SELECT k.ticket_id"
	    " FROM ticket_comments k WHERE k.tenant_id = $1 AND k.id = $2)"
	    " WHERE tenant_id = $1 AND comment_id = $2",
	    BINDS(tenant, b_int(id)), NULL, err);
}

int
follow_change(struct desk *d, enum record_kind kind, int64_t id,
    const char *column, struct err *err)
{
	int rc;

	if ((rc = reach_follow(d, kind, id, column, err)) != 0 ||
	    (rc = tags_follow(d, kind, id, column, err)) != 0)
		return rc;
	return kind == RECORD_TICKET_COMMENT && str_equal(column, "ticket_id")
	           ? comment_moved(d, id, err)
	           : 0;
}
