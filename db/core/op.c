/* op - the operation table's rows and the bracket; see op.h. */
#include "db/core/op.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/str.h"
#include "db/core/audit_chain.h"
#include "db/core/db_int.h"
#include "db/core/journal.h"
#include "db/core/op_int.h"
#include "db/core/permit.h"
#include "db/core/search.h"
#include "db/engine/migrate.h"
#include <string.h>

static const struct op_def table[OP_COUNT] = {
#define OPERATION(                                                             \
    id, name, label, record, op_, sv, te, ad, au, bo, flags, event)            \
	[id] = {name, label, record, {op_, sv, te, ad, au, bo}, flags, event},
#include "db/core/op_table.h"
#undef OPERATION
};

const struct op_def *
op_def(enum op_id id)
{
	BUG_ON(id < 0 || id >= OP_COUNT);
	return &table[id];
}

enum op_id
op_by_name(const char *name)
{
	for (int i = 0; i < OP_COUNT; i++)
		if (str_equal(table[i].name, name))
			return (enum op_id)i;
	return OP_COUNT;
}

int
op_check_writer(struct desk *d, struct err *err)
{
	int64_t min_writer;
	int rc;

	if ((rc = db_int(d->db, &min_writer, "SELECT min_writer FROM schema",
		 NO_BINDS, err)) != 0)
		return rc;
	d->outdated = min_writer > SCHEMA_VERSION;
	rc = d->outdated ? db__check_moved(d->db, err) : 0;
	d->moved = rc != 0;
	if (rc != 0)
		return rc;
	if (d->outdated)
		return err_set(err, OD_EUNAVAIL,
		    "opdesk was upgraded meanwhile; start it again to go on"
		    " writing");
	return 0;
}

/* *savepoint: that of an operation inside a batch. */
static int
open_transaction(struct desk *d, bool *savepoint, struct err *err)
{
	int rc;

	if (d->in_batch) {
		*savepoint = *savepoint && !d->in_group;
		return *savepoint ? db_savepoint(d->db, err) : 0;
	}
	*savepoint = false;
	if ((rc = db_begin_soon(d->db, "op_begin", err)) != 0)
		return rc;
	if ((rc = op_check_writer(d, err)) != 0)
		db_rollback(d->db);
	return rc;
}

static int
close_savepoint(struct desk *d, int rc, struct err *err)
{
	if (rc == 0)
		rc = db_release(d->db, err);
	if (rc != 0)
		db_undo_savepoint(d->db);
	return rc;
}

static int
close_transaction(struct desk *d, bool savepoint, int rc, struct err *err)
{
	if (savepoint)
		return close_savepoint(d, rc, err);
	if (d->in_batch) {
		if (d->group_rc == 0)
			d->group_rc = rc;
		return rc;
	}
	if (rc == 0)
		rc = db_commit(d->db, err);
	if (rc != 0)
		db_rollback(d->db);
	return rc;
}

void
op__audit(struct desk *d, const struct op_def *def, int64_t record_id,
    enum audit_result result)
{
	bool savepoint = true;

	if (d->readonly || open_transaction(d, &savepoint, NULL) != 0)
		return;
	(void)close_transaction(d, savepoint,
	    audit_append(d, def->name, (int)def->kind, record_id, result, "",
		"", clock_wall_us(), NULL),
	    NULL);
}

/* A refusal is itself a fact to keep. */
static void
audit_denial(struct desk *d, const struct op_def *def, int64_t record_id)
{
	if (d->together.open) { /* what is written now is taken back */
		d->together.denied_op = (int)(def - table) + 1;
		d->together.denied_id = record_id;
		return;
	}
	op__audit(d, def, record_id, AUDIT_DENIED);
}

/* What a program must note goes on to the last byte; people stop before. */
static int
check_room(const struct desk *d, const struct op_def *def, struct err *err)
{
	int64_t free_bytes, all_bytes;

	if (d->actor.kind == ACTOR_SYSTEM || (def->flags & OP_FACT) != 0 ||
	    d->in_batch ||
	    fs_space(db_path(d->db), &free_bytes, &all_bytes, NULL) != 0 ||
	    fs_room(free_bytes, all_bytes) != FS_ROOM_NONE)
		return 0;
	return err_set(err, OD_EIO,
	    "The disk is nearly full; nothing is saved until somebody makes"
	    " room on it");
}

/* What takes two people is asked for by op_begin_second alone. */
static int
check_second(const struct op_def *def, bool second, struct err *err)
{
	if (second || (def->flags & OP_SECOND) == 0)
		return 0;
	return err_set(
	    err, OD_EDENIED, "This takes a second person: %s", _(def->label));
}

static int
begin(struct desk *d, struct op *op, enum op_id id, int64_t record_id,
    bool savepoint, bool second, struct err *err)
{
	const struct op_def *def = op_def(id);
	int rc;

	memset(op, 0, sizeof(*op));
	op->id = id;
	op->record_id = record_id;
	d->saved = false;
	conflict_clear(&d->conflict);
	if (d->readonly)
		return err_set(err, OD_EDENIED,
		    "This desk was opened for reading only; nothing was"
		    " changed");
	if ((rc = check_room(d, def, err)) != 0 ||
	    (rc = open_transaction(d, &savepoint, err)) != 0)
		return rc;
	if ((rc = permit_check(d, def, record_id, err)) != 0 ||
	    (rc = check_second(def, second, err)) != 0) {
		(void)close_transaction(d, savepoint, rc, NULL);
		if (rc == OD_EDENIED && !d->wants_step_up)
			audit_denial(d, def, record_id);
		return rc;
	}
	op->now_us = clock_wall_us();
	op->open = true;
	op->has_savepoint = savepoint;
	return 0;
}

int
op_begin(struct desk *d, struct op *op, enum op_id id, int64_t record_id,
    struct err *err)
{
	return begin(d, op, id, record_id, true, false, err);
}

int
op__begin_second(struct desk *d, struct op *op, enum op_id id,
    int64_t record_id, struct err *err)
{
	return begin(d, op, id, record_id, true, true, err);
}

int
op_begin_one(struct desk *d, struct op *op, enum op_id id, int64_t record_id,
    struct err *err)
{
	return begin(d, op, id, record_id,
	    d->careful && d->db->engine->error_undoes, false, err);
}

void
op_sentence(struct op *op, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vformat(op->sentence, sizeof(op->sentence), fmt, ap);
	va_end(ap);
}

void
op_refused(struct op *op, const char *reason)
{
	op->refused = reason;
}

void
op_note(struct op *op, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vformat(op->note, sizeof(op->note), fmt, ap);
	va_end(ap);
}

void
op_digest(struct op *op, const void *p, size_t n)
{
	if (op->digest == NULL)
		op->digest = digest_start();
	digest_add(op->digest, p, n);
}

void
op_created(struct op *op, int64_t record_id)
{
	op->record_id = record_id;
}

int
op_tell(struct desk *d, struct op *op, struct err *err)
{
	const struct op_def *def = op_def(op->id);

	BUG_ON(def->event == NULL);
	return db_later(d->db, NULL,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES($1, $2, $3, $4, $5)",
	    BINDS(b_int(d->actor.tenant_id), b_text(def->event),
		b_int(def->kind), b_int(op->record_id), b_int(op->now_us)),
	    err);
}

static int
write_event(
    struct desk *d, struct op *op, const struct op_def *def, struct err *err)
{
	if (def->event == NULL || (def->flags & OP_FACT) != 0 ||
	    op->refused != NULL || op->record_id == 0)
		return 0; /* of no record there is nothing to tell */
	return op_tell(d, op, err);
}

static int
write_audit(
    struct desk *d, struct op *op, const struct op_def *def, struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE] = "";

	if ((def->flags & OP_FACT) != 0)
		return 0;
	if (op->digest != NULL) {
		digest_finish(&op->digest, sum);
		hex_encode(hex, sum, sizeof(sum));
	}
	return audit_append(d, def->name, (int)def->kind, op->record_id,
	    op->refused != NULL ? AUDIT_DENIED : AUDIT_DONE,
	    op->refused != NULL ? op->refused : op->note, hex, op->now_us, err);
}

int
op_end(struct desk *d, struct op *op, int rc, struct err *err)
{
	const struct op_def *def = op_def(op->id);
	uint8_t unused[SHA256_SIZE];

	BUG_ON(!op->open);
	op->open = false;
	if (rc == 0)
		rc = write_event(d, op, def, err);
	if (rc == 0)
		rc = journal_finish(d, op, err);
	if (rc == 0)
		rc = write_audit(d, op, def, err);
	if (op->digest != NULL)
		digest_finish(&op->digest, unused);
	rc = close_transaction(d, op->has_savepoint, rc, err);
	d->saved = rc == 0 && !d->in_batch;
	return rc;
}

int
op_may(struct desk *d, enum op_id id, int64_t record_id, struct err *err)
{
	const struct op_def *def = op_def(id);

	if (d->readonly && (def->flags & OP_READ) == 0)
		return err_set(err, OD_EDENIED,
		    "This desk was opened for reading only; nothing was"
		    " changed");
	return permit_check(d, def, record_id, err);
}

int
op_check_actor(struct desk *d, struct err *err)
{
	return permit_actor(d, err);
}

void
op_stepped_up(struct desk *d)
{
	d->stepped_up_us = clock_mono_us();
}

void
op_narrow(struct desk *d, enum op_id id)
{
	d->narrowed = id == OP_COUNT ? 0 : (int)id + 1;
}

enum scope
op_scope(struct desk *d, enum op_id id)
{
	return permit_scope(d, op_def(id));
}

int
db_batch_begin(struct desk *d, struct err *err)
{
	bool savepoint = false;
	int rc;

	BUG_ON(d->in_batch);
	if (d->readonly)
		return err_set(err, OD_EDENIED,
		    "This desk was opened for reading only; nothing was"
		    " changed");
	desk_see_all(d); /* it may be about any tenant */
	if ((rc = open_transaction(d, &savepoint, err)) == 0)
		d->in_batch = true;
	desk_see_own(d);
	d->search_from = 0;
	return rc;
}

int
db_batch_end(struct desk *d, struct err *err)
{
	int rc;

	BUG_ON(!d->in_batch || d->in_group);
	d->in_batch = false;
	rc = close_transaction(d, false, search_flush(d, err), err);
	d->saved = rc == 0;
	d->careful = rc != 0;
	return rc;
}

void
db_batch_cancel(struct desk *d)
{
	BUG_ON(!d->in_batch || d->in_group);
	d->in_batch = false;
	/* What it returns is the code that it got. */
	(void)close_transaction(d, false, OD_ECANCEL, NULL);
}

void
db_batch_join(struct desk *d)
{
	BUG_ON(d->in_batch || !db_in_transaction(d->db));
	d->in_batch = true;
	d->search_from = 0;
}

int
db_batch_leave(struct desk *d, struct err *err)
{
	BUG_ON(!d->in_batch || d->in_group);
	d->in_batch = false;
	return search_flush(d, err);
}

int
db_group_begin(struct desk *d, struct err *err)
{
	int rc;

	BUG_ON(!d->in_batch || d->in_group);
	if ((rc = db_savepoint(d->db, err)) != 0)
		return rc;
	d->in_group = true;
	d->group_rc = 0;
	return 0;
}

int
db_group_end(struct desk *d, int rc, struct err *err)
{
	BUG_ON(!d->in_group);
	d->in_group = false;
	return close_savepoint(d, rc != 0 ? rc : d->group_rc, err);
}

int
op_together_begin(struct desk *d, struct err *err)
{
	int rc;

	BUG_ON(d->together.open);
	if ((rc = check_room(d, op_def(OP_UNDO), err)) != 0 ||
	    (rc = db_batch_begin(d, err)) != 0)
		return rc;
	memset(&d->together, 0, sizeof(d->together));
	d->together.open = true;
	return 0;
}

int
op_together_end(struct desk *d, int rc, const char *sentence, struct err *err)
{
	BUG_ON(!d->together.open);
	d->together.open = false;
	if (rc == 0 && d->together.undo_id != 0)
		rc = journal_name(d, d->together.undo_id, sentence, err);
	if (rc == 0)
		return db_batch_end(d, err);
	db_batch_cancel(d);
	if (d->together.denied_op != 0)
		op__audit(d, &table[d->together.denied_op - 1],
		    d->together.denied_id, AUDIT_DENIED);
	return rc;
}
