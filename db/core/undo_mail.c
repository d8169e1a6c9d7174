/* undo_mail - see undo_mail.h. */
#include "db/core/undo_mail.h"
#include "db/core/journal.h"

/* States as in outbox.h. */
#define FIELD    "state"
#define DUE      "0"
#define RECALLED "6"

int
undo_mail_note(
    struct desk *d, struct op *op, int64_t outbox_id, struct err *err)
{
	const struct journal_entry e = {.kind = RECORD_OUTBOX,
	    .record_id = outbox_id,
	    .field = FIELD,
	    .after = DUE};

	return journal_add(d, op, &e, err);
}

int
undo_mail_step(struct desk *d, struct op *op, bool redo, int64_t outbox_id,
    bool *stays, struct err *err)
{
	const struct journal_entry e = {.kind = RECORD_OUTBOX,
	    .record_id = outbox_id,
	    .field = FIELD,
	    .before = redo ? RECALLED : DUE,
	    .after = redo ? DUE : RECALLED};
	int64_t changed = 0;
	int rc;

	rc = redo ? db_exec(d->db,
			"UPDATE outbox SET state = 0, attempts = 0,"
			" next_try_us = $1, updated_at = $1"
			" WHERE tenant_id = $2 AND id = $3 AND state = 6",
			BINDS(b_int(op->now_us), b_int(d->actor.tenant_id),
			    b_int(outbox_id)),
			&changed, err)
	          : db_exec(d->db,
			"UPDATE outbox SET state = 6, updated_at = $1"
			" WHERE tenant_id = $2 AND id = $3"
			" AND state IN (0, 4, 5)",
			BINDS(b_int(op->now_us), b_int(d->actor.tenant_id),
			    b_int(outbox_id)),
			&changed, err);
	*stays = rc == 0 && changed == 0;
	return rc != 0 || *stays ? rc : journal_add(d, op, &e, err);
}
