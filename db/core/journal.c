/* journal - see journal.h. */
#include "db/core/journal.h"
#include "common/clock.h"
#include "common/digest.h"
#include <string.h>

static bool
is_undoable(const struct desk *d, const struct op *op)
{
	return (op_def(op->id)->flags & OP_UNDOABLE) != 0 &&
	       d->actor.kind == ACTOR_OPERATOR;
}

/* A new group ends what could have been redone. */
static int
open_group(struct desk *d, struct op *op, struct err *err)
{
	int rc;

	if (d->together.open && d->together.undo_id != 0) {
		op->undo_id = d->together.undo_id;
		return 0;
	}
	rc = db_later(d->db, NULL,
	    "DELETE FROM undo"
	    " WHERE tenant_id = $1 AND operator_id = $2 AND state = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)), err);
	if (rc != 0)
		return rc;
	rc = db_insert(d->db, &op->undo_id,
	    "INSERT INTO undo(tenant_id, operator_id, operation, sentence,"
	    " state, at_us) VALUES($1, $2, $3, '', 0, $4) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id),
		b_text(op_def(op->id)->name), b_int(op->now_us)),
	    err);
	if (rc == 0 && d->together.open)
		d->together.undo_id = op->undo_id;
	return rc;
}

static void
digest_entry(struct op *op, const struct journal_entry *e)
{
	const char *parts[] = {e->field, e->before, e->after};

	if (op->digest == NULL)
		op->digest = digest_start();
	digest_add(op->digest, &e->kind, sizeof(e->kind));
	digest_add(op->digest, &e->record_id, sizeof(e->record_id));
	for (size_t i = 0; i < 3; i++) {
		const char *s = parts[i] != NULL ? parts[i] : "\1";

		digest_add(op->digest, s, strlen(s) + 1);
	}
}

int
journal_add(struct desk *d, struct op *op, const struct journal_entry *e,
    struct err *err)
{
	int rc;

	if (op->undo_id == 0 && is_undoable(d, op) &&
	    (rc = open_group(d, op, err)) != 0)
		return rc;
	digest_entry(op, e);
	op->changed = true;
	return db_later(d->db, NULL,
	    "INSERT INTO changes(tenant_id, kind, record_id, version, field,"
	    " before_value, after_value, operation, actor_kind, actor_id,"
	    " undo_id, at_us)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)",
	    BINDS(b_int(d->actor.tenant_id), b_int(e->kind),
		b_int(e->record_id), b_int(e->version), b_text(e->field),
		b_text(e->before), b_text(e->after),
		b_text(op_def(op->id)->name), b_int(d->actor.kind),
		b_int(d->actor.id), b_ref(op->undo_id), b_int(op->now_us)),
	    err);
}

int
journal_finish(struct desk *d, struct op *op, struct err *err)
{
	if (op->undo_id == 0 || d->together.open)
		return 0;
	return db_later(d->db, NULL,
	    "UPDATE undo SET sentence = $1 WHERE id = $2 AND tenant_id = $3",
	    BINDS(b_text(op->sentence[0] != '\0' ? op->sentence
						 : _(op_def(op->id)->label)),
		b_int(op->undo_id), b_int(d->actor.tenant_id)),
	    err);
}

int
journal_name(
    struct desk *d, int64_t undo_id, const char *sentence, struct err *err)
{
	return db_later(d->db, NULL,
	    "UPDATE undo SET sentence = $1, at_us = $2"
	    " WHERE id = $3 AND tenant_id = $4",
	    BINDS(b_text(sentence), b_int(clock_wall_us()), b_int(undo_id),
		b_int(d->actor.tenant_id)),
	    err);
}
