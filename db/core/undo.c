/*
 * undo - takes back, or does again, an operator's newest undoable operation.
 *
 * The steps are the operation's rows in `changes`.  A field goes back only
 * while it still has the value that the operation gave it; a record that was
 * made goes to the trash only while nothing newer stands on it.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/follow.h"
#include "db/core/journal.h"
#include "db/core/query.h"
#include "db/core/search_text.h"
#include "db/core/setting.h"
#include "db/core/ticket_clock.h"
#include "db/core/undo_mail.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum undo_state { UNDO_DONE = 0, UNDO_UNDONE = 1 }; /* stored */

struct step {
	enum record_kind kind;
	int64_t record_id, at_us;
	char *field, *before, *after; /* owned; NULL for no value */
};

struct group {
	int64_t id, at_us;
	int64_t last;   /* the newest of its rows in `changes` */
	char *sentence; /* owned */
	enum op_id operation;
	struct step *steps;
	size_t count;
	size_t kept; /* steps that stay: replies that went out */
	bool mail_stays; /* so does a mail about it */
};

static void
group_clear(struct group *g)
{
	for (size_t i = 0; i < g->count; i++) {
		free(g->steps[i].field);
		free(g->steps[i].before);
		free(g->steps[i].after);
	}
	free(g->steps);
	free(g->sentence);
}

static char *
dup_or_null(struct stmt *st, int column)
{
	return stmt_is_null(st, column) ? NULL : stmt_dup(st, column);
}

static int
read_group(struct desk *d, bool redo, struct group *g, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = redo ? db_query(d->db, &st,
			"SELECT id, sentence, at_us, operation FROM undo"
			" WHERE tenant_id = $1 AND operator_id = $2"
			" AND state = 1 ORDER BY id LIMIT 1",
			BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)),
			err)
	          : db_query(d->db, &st,
			"SELECT id, sentence, at_us, operation FROM undo"
			" WHERE tenant_id = $1 AND operator_id = $2"
			" AND state = 0 ORDER BY id DESC LIMIT 1",
			BINDS(b_int(d->actor.tenant_id), b_int(d->actor.id)),
			err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		g->id = stmt_int(st, 0);
		g->sentence = stmt_dup(st, 1);
		g->at_us = stmt_int(st, 2);
		g->operation = op_by_name(stmt_text(st, 3));
		rc = 0;
	} else if (rc == 0) {
		rc = err_set(err, OD_ENOTFOUND,
		    redo ? N_("There is nothing to do again")
			 : N_("There is nothing to undo"));
	}
	stmt_close(&st);
	return rc;
}

static int
read_steps(struct desk *d, bool redo, struct group *g, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    redo ? "SELECT kind, record_id, field, before_value, after_value,"
		   " at_us, id FROM changes WHERE undo_id = $1 AND tenant_id = "
		   "$2"
		   " ORDER BY id"
		 : "SELECT kind, record_id, field, before_value, after_value,"
		   " at_us, id FROM changes WHERE undo_id = $1 AND tenant_id = "
		   "$2"
		   " ORDER BY id DESC",
	    BINDS(b_int(g->id), b_int(d->actor.tenant_id)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		struct step *s;

		g->steps =
		    xreallocarray(g->steps, g->count + 1, sizeof(*g->steps));
		s = &g->steps[g->count++];
		s->kind = (enum record_kind)stmt_int(st, 0);
		s->record_id = stmt_int(st, 1);
		s->field = stmt_dup(st, 2);
		/* What must stand, and what is to stand. */
		s->before = dup_or_null(st, redo ? 4 : 3);
		s->after = dup_or_null(st, redo ? 3 : 4);
		s->at_us = stmt_int(st, 5);
		if (stmt_int(st, 6) > g->last)
			g->last = stmt_int(st, 6);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static struct bind
bind_for(const struct field *f, const char *text)
{
	int64_t n;

	if (text == NULL)
		return b_null();
	if (f->type == FIELD_TEXT || f->type == FIELD_BLOCK)
		return b_text(text);
	return str_to_int64(text, INT64_MIN, INT64_MAX, &n) ? b_int(n)
	                                                    : b_null();
}

static int
refuse_newer(const struct record_def *def, struct err *err)
{
	return err_set(err, OD_ECONFLICT,
	    "This cannot be taken back any more, because it was changed since:"
	    " %s",
	    _(def->label));
}

/*
 * An address belongs to one contact.  value: the one that it is to have, NULL:
 * the one that it has.  The other contact's name is in the sentence, because
 * that one is to be changed first.
 */
static int
check_address(
    struct desk *d, int64_t point_id, const char *value, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT other.value, c.full_name FROM contact_points p"
	    " JOIN contact_points other ON other.tenant_id = p.tenant_id"
	    " AND other.kind = p.kind AND other.id <> p.id"
	    " AND other.value = COALESCE(CAST($3 AS TEXT), p.value)"
	    " AND other.deleted_at IS NULL"
	    " JOIN contacts c ON c.tenant_id = p.tenant_id"
	    " AND c.id = other.contact_id"
	    " WHERE p.tenant_id = $1 AND p.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(point_id),
		value != NULL ? b_text(value) : b_null()),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1)
		rc = err_set(err, OD_ECONFLICT,
		    "%s belongs to the contact %s now; change or delete that"
		    " one first, then undo again",
		    stmt_text(st, 0), stmt_text(st, 1));
	stmt_close(&st);
	return rc;
}

static int
step_field(struct desk *d, struct op *op, const struct step *s, struct err *err)
{
	const struct record_def *def = record_def(s->kind);
	struct journal_entry e = {.kind = s->kind,
	    .record_id = s->record_id,
	    .field = s->field,
	    .before = s->after,
	    .after = s->before};
	int f = record_field(def, s->field);
	struct bind now, next;
	struct query q;
	int rc;

	if (f < 0)
		return refuse_newer(def, err);
	if (s->kind == RECORD_CONTACT_POINT && s->before != NULL &&
	    str_equal(s->field, "value") &&
	    (rc = check_address(d, s->record_id, s->before, err)) != 0)
		return rc;
	now = bind_for(&def->fields[f], s->after);
	next = bind_for(&def->fields[f], s->before);
	query_init(&q);
	query_text(&q, "UPDATE ");
	query_text(&q, def->table);
	query_add(&q, " SET version = version + 1, updated_at = $?, ",
	    BINDS(b_int(op->now_us)));
	query_text(&q, def->fields[f].column);
	query_add(&q, " = $? WHERE tenant_id = $? AND id = $? AND ",
	    BINDS(next, b_int(d->actor.tenant_id), b_int(s->record_id)));
	query_text(&q, def->fields[f].column);
	if (now.kind == BIND_NULL)
		query_text(&q, " IS NULL");
	else
		query_add(&q, " = $?", BINDS(now));
	query_text(&q, " RETURNING version");
	rc = query_int(d->db, &e.version, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return refuse_newer(def, err);
	if (rc == 0)
		rc = follow_change(d, s->kind, s->record_id, s->field, err);
	return rc != 0 ? rc : journal_add(d, op, &e, err);
}

static int
step_setting(
    struct desk *d, struct op *op, const struct step *s, struct err *err)
{
	int rc = setting_put_back(d, op, s->field, s->after, s->before, err);

	return rc == OD_ECONFLICT ? refuse_newer(record_def(s->kind), err) : rc;
}

/*
 * Nothing newer stands on the record: each change since then was undone, and
 * what touched the row last is a change that is known, or is g's.
 */
static void
add_untouched(struct query *q, const struct desk *d, const struct op *op,
    const struct step *s, const struct group *g)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	struct bind kind = b_int(s->kind), id = b_int(s->record_id);
	struct bind value = b_int(RECORD_FIELD_VALUE);

	query_add(q,
	    " AND NOT EXISTS (SELECT 1 FROM changes c LEFT JOIN undo u"
	    " ON u.tenant_id = c.tenant_id AND u.id = c.undo_id"
	    " WHERE c.tenant_id = $? AND c.kind = $? AND c.record_id = $?"
	    " AND c.id > $? AND c.operation NOT IN ('undo', 'redo')"
	    " AND (c.undo_id IS NULL OR u.state = 0))",
	    BINDS(tenant, kind, id, b_int(g->last)));
	query_add(q,
	    " AND (updated_at <= $? OR updated_at = $? OR updated_at IN"
	    " (SELECT e.at_us FROM changes e WHERE e.tenant_id = $?"
	    " AND e.kind = $? AND e.record_id = $?)",
	    BINDS(b_int(g->at_us), b_int(op->now_us), tenant, kind, id));
	if (s->kind != RECORD_TICKET) {
		query_text(q, ")");
		return;
	}
	/*
	 * A comment and the value of a field touch their ticket, and stay
	 * there when they are undone.
	 */
	query_add(q,
	    " OR updated_at IN (SELECT k.created_at FROM ticket_comments k"
	    " WHERE k.tenant_id = $? AND k.ticket_id = $?)"
	    " OR updated_at IN (SELECT e.at_us FROM ticket_field_values v"
	    " JOIN changes e ON e.tenant_id = v.tenant_id AND e.kind = $?"
	    " AND e.record_id = v.id"
	    " WHERE v.tenant_id = $? AND v.ticket_id = $?))"
	    " AND NOT EXISTS (SELECT 1 FROM ticket_field_values v"
	    " JOIN changes c ON c.tenant_id = v.tenant_id AND c.kind = $?"
	    " AND c.record_id = v.id AND c.id > $?"
	    " AND c.operation NOT IN ('undo', 'redo')"
	    " LEFT JOIN undo u ON u.tenant_id = c.tenant_id"
	    " AND u.id = c.undo_id"
	    " WHERE v.tenant_id = $? AND v.ticket_id = $?"
	    " AND (c.undo_id IS NULL OR u.state = 0))"
	    " AND NOT EXISTS (SELECT 1 FROM ticket_comments k"
	    " WHERE k.tenant_id = $? AND k.ticket_id = $?"
	    " AND k.deleted_at IS NULL AND k.created_at > $?)",
	    BINDS(tenant, id, value, tenant, id, value, b_int(g->last), tenant,
		id, tenant, id, b_int(g->at_us)));
	query_add(q,
	    " AND NOT EXISTS (SELECT 1 FROM ticket_checks k"
	    " WHERE k.tenant_id = $? AND k.ticket_id = $?"
	    " AND k.deleted_at IS NULL AND k.created_at > $?)"
	    " AND NOT EXISTS (SELECT 1 FROM ticket_times k"
	    " WHERE k.tenant_id = $? AND k.ticket_id = $?"
	    " AND k.deleted_at IS NULL AND k.created_at > $?)",
	    BINDS(tenant, id, b_int(g->at_us), tenant, id, b_int(g->at_us)));
}

/* Made, deleted or restored, by a step of g. */
static int
step_deleted(struct desk *d, struct op *op, const struct step *s,
    const struct group *g, struct err *err)
{
	const struct record_def *def = record_def(s->kind);
	struct journal_entry e = {.kind = s->kind,
	    .record_id = s->record_id,
	    .field = s->field,
	    .before = s->after,
	    .after = s->before};
	bool to_trash = s->before != NULL;
	struct query q;
	int rc;

	if (s->kind == RECORD_CONTACT_POINT && !to_trash &&
	    (rc = check_address(d, s->record_id, NULL, err)) != 0)
		return rc;
	query_init(&q);
	query_text(&q, "UPDATE ");
	query_text(&q, def->table);
	query_add(&q,
	    " SET version = version + 1, updated_at = $?, deleted_at = $?"
	    " WHERE tenant_id = $? AND id = $?",
	    BINDS(b_int(op->now_us), to_trash ? b_int(op->now_us) : b_null(),
		b_int(d->actor.tenant_id), b_int(s->record_id)));
	query_text(&q, to_trash ? " AND deleted_at IS NULL"
				: " AND deleted_at IS NOT NULL");
	if (to_trash)
		add_untouched(&q, d, op, s, g);
	query_text(&q, " RETURNING version");
	rc = query_int(d->db, &e.version, &q, err);
	query_free(&q);
	if (rc == OD_ENOTFOUND)
		return refuse_newer(def, err);
	return rc != 0 ? rc : journal_add(d, op, &e, err);
}

/* ---- replies: see REPLY_HOLD_US ---- */

/*
 * A step that made a reply which waits, or waited, before it goes out.  0: it
 * did not, or is taken back; else until when.
 */
static int
held_until(struct desk *d, const struct step *s, int64_t *us, struct err *err)
{
	int rc;

	*us = 0;
	if (s->kind != RECORD_TICKET_COMMENT ||
	    strcmp(s->field, JOURNAL_DELETED) != 0)
		return 0;
	rc = db_int(d->db, us,
	    "SELECT held_until_us FROM ticket_comments WHERE tenant_id = $1"
	    " AND id = $2 AND held_until_us IS NOT NULL AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(s->record_id)), err);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

/* Once more it waits as long as the first time. */
static int
hold_again(
    struct desk *d, const struct op *op, const struct step *s, struct err *err)
{
	if (s->kind != RECORD_TICKET_COMMENT)
		return 0;
	return db_exec(d->db,
	    "UPDATE ticket_comments SET held_until_us = $1"
	    " WHERE tenant_id = $2 AND id = $3 AND held_until_us IS NOT NULL",
	    BINDS(b_int(op->now_us + REPLY_HOLD_US), b_int(d->actor.tenant_id),
		b_int(s->record_id)),
	    NULL, err);
}

/* One step of g, backwards or (redo) forwards. */
static int
apply_step(struct desk *d, struct op *op, bool redo, const struct step *s,
    struct group *g, struct err *err)
{
	bool stays = false;
	int64_t until;
	int rc;

	if (s->kind == RECORD_OUTBOX) {
		rc = undo_mail_step(d, op, redo, s->record_id, &stays, err);
		g->mail_stays = g->mail_stays || (stays && !redo);
		return rc;
	}
	if ((rc = held_until(d, s, &until, err)) != 0)
		return rc;
	/* What went out stays, and was left alone when it was undone. */
	if (until != 0 && (redo || until <= op->now_us)) {
		g->kept++;
		return 0;
	}
	if (s->kind == RECORD_SETTING)
		return step_setting(d, op, s, err);
	if (strcmp(s->field, JOURNAL_DELETED) != 0)
		return step_field(d, op, s, err);
	if ((rc = step_deleted(d, op, s, g, err)) != 0)
		return rc;
	if (until != 0)
		d->recalled = s->record_id;
	return redo ? hold_again(d, op, s, err) : 0;
}

/* What the role may not do any more it does not do by undoing either. */
static int
check_role(struct desk *d, const struct group *g, struct err *err)
{
	return g->operation == OP_COUNT ? 0 : op_may(d, g->operation, 0, err);
}

/* The ticket that a step's comment was in, or is in now; 0: neither. */
static int64_t
moved_between(const struct step *s, bool before)
{
	const char *text = before ? s->before : s->after;
	int64_t id;

	return s->kind == RECORD_TICKET_COMMENT && text != NULL &&
	               str_equal(s->field, "ticket_id") &&
	               str_to_int64(text, 1, INT64_MAX, &id)
	           ? id
	           : 0;
}

/* Search and clocks of a ticket. */
static int
refresh_ticket(struct desk *d, struct op *op, int64_t id, int64_t undone_us,
    struct err *err)
{
	int rc = search_refresh(d, RECORD_TICKET, id, err);

	return rc != 0 ? rc : ticket_clock_follow(d, op, id, undone_us, err);
}

static bool
concerns(const struct group *g, enum record_kind kind)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->steps[i].kind == kind)
			return true;
	return false;
}

/*
 * No promise is counted by a calendar that is gone, and no two calendars have
 * one name.
 */
static int
check_calendars(struct desk *d, const struct group *g, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);
	int64_t one;
	int rc;

	if (!concerns(g, RECORD_CALENDAR) && !concerns(g, RECORD_POLICY))
		return 0;
	rc = db_int(d->db, &one,
	    "SELECT 1 FROM service_policies p"
	    " JOIN calendars c ON c.tenant_id = p.tenant_id"
	    " AND c.id = p.calendar_id AND c.deleted_at IS NOT NULL"
	    " WHERE p.tenant_id = $1 AND p.deleted_at IS NULL LIMIT 1",
	    BINDS(tenant), err);
	if (rc == OD_ENOTFOUND)
		rc = db_int(d->db, &one,
		    "SELECT 1 FROM changes x"
		    " JOIN calendars c ON c.tenant_id = x.tenant_id"
		    " AND c.id = x.record_id AND c.deleted_at IS NULL"
		    " JOIN calendars o ON o.tenant_id = c.tenant_id"
		    " AND o.name = c.name AND o.id <> c.id"
		    " AND o.deleted_at IS NULL"
		    " WHERE x.undo_id = $1 AND x.tenant_id = $2"
		    " AND x.kind = $3 LIMIT 1",
		    BINDS(b_int(g->id), tenant, b_int(RECORD_CALENDAR)), err);
	if (rc == OD_ENOTFOUND)
		return 0;
	return rc != 0 ? rc : refuse_newer(record_def(RECORD_CALENDAR), err);
}

/*
 * What is found by searching goes back with the records, and clocks too, as if
 * what is undone had not been; each ticket's once.  Where many comments moved
 * their two tickets are looked at once.
 */
static int
refresh(struct desk *d, struct op *op, const struct group *g, struct err *err)
{
	int64_t last = 0, id, done[2] = {0, 0};
	int rc = 0;

	for (size_t i = 0; i < g->count && rc == 0; i++) {
		const struct step *s = &g->steps[i];
		int64_t from = moved_between(s, true);
		int64_t to = moved_between(s, false);

		if (from != 0 && to != 0) {
			if (from == done[0] && to == done[1])
				continue;
			done[0] = from;
			done[1] = to;
			rc = refresh_ticket(d, op, from, g->at_us, err);
			if (rc == 0)
				rc = refresh_ticket(d, op, to, g->at_us, err);
			continue;
		}
		if ((rc = search_refresh(d, s->kind, s->record_id, err)) != 0)
			break;
		rc = ticket_clock_ticket(d, s->kind, s->record_id, &id, err);
		if (rc == 0 && id != 0 && id != last)
			rc = ticket_clock_follow(d, op, id, g->at_us, err);
		last = id;
	}
	if (rc == 0 && concerns(g, RECORD_CALENDAR))
		rc = ticket_clock_follow_all(d, op, g->at_us, err);
	return rc;
}

/*
 * What a merge refuses is no better done by undo or redo: a ticket that goes
 * into one that was merged or deleted meanwhile, perhaps into itself by a way
 * round, and comments where nobody looks any more.
 */
static int
check_merges(struct desk *d, const struct group *g, struct err *err)
{
	int64_t one;
	int rc;

	rc = db_int(d->db, &one,
	    "SELECT 1 FROM changes x"
	    " JOIN tickets s ON s.tenant_id = x.tenant_id AND s.id = "
	    "x.record_id"
	    " JOIN tickets t ON t.tenant_id = s.tenant_id"
	    " AND t.id = s.merged_into"
	    " AND (t.state = 5 OR t.deleted_at IS NOT NULL OR EXISTS (SELECT 1"
	    " FROM ticket_comments k WHERE k.tenant_id = s.tenant_id"
	    " AND k.ticket_id = s.id AND k.deleted_at IS NULL))"
	    " WHERE x.undo_id = $1 AND x.tenant_id = $2 AND x.kind = $3"
	    " AND x.field = 'merged_into' LIMIT 1",
	    BINDS(
		b_int(g->id), b_int(d->actor.tenant_id), b_int(RECORD_TICKET)),
	    err);
	if (rc == OD_ENOTFOUND)
		rc = db_int(d->db, &one,
		    "SELECT 1 FROM changes x"
		    " JOIN ticket_comments k ON k.tenant_id = x.tenant_id"
		    " AND k.id = x.record_id AND k.deleted_at IS NULL"
		    " JOIN tickets t ON t.tenant_id = k.tenant_id"
		    " AND t.id = k.ticket_id AND t.state = 5"
		    " WHERE x.undo_id = $1 AND x.tenant_id = $2"
		    " AND x.kind = $3 LIMIT 1",
		    BINDS(b_int(g->id), b_int(d->actor.tenant_id),
			b_int(RECORD_TICKET_COMMENT)),
		    err);
	if (rc == OD_ENOTFOUND)
		return 0;
	return rc != 0 ? rc : refuse_newer(record_def(RECORD_TICKET), err);
}

static int
apply(
    struct desk *d, struct op *op, bool redo, struct group *g, struct err *err)
{
	int rc;

	if ((rc = read_group(d, redo, g, err)) != 0 ||
	    (rc = check_role(d, g, err)) != 0 ||
	    (rc = read_steps(d, redo, g, err)) != 0)
		return rc;
	for (size_t i = 0; i < g->count && rc == 0; i++)
		rc = apply_step(d, op, redo, &g->steps[i], g, err);
	if (rc == 0 && g->count > 0 && g->kept == g->count)
		rc = err_set(err, OD_ECONFLICT,
		    "The reply has gone out; it cannot be taken back any"
		    " more");
	if (rc == 0)
		rc = check_merges(d, g, err);
	if (rc == 0)
		rc = check_calendars(d, g, err);
	if (rc == 0)
		rc = refresh(d, op, g, err);
	if (rc != 0)
		return rc;
	return db_exec(d->db,
	    "UPDATE undo SET state = $1, at_us = $2"
	    " WHERE id = $3 AND tenant_id = $4",
	    BINDS(b_int(redo ? UNDO_DONE : UNDO_UNDONE), b_int(op->now_us),
		b_int(g->id), b_int(d->actor.tenant_id)),
	    NULL, err);
}

static int
undo_or_redo(struct desk *d, bool redo, char sentence[256], struct err *err)
{
	struct group g = {0};
	struct op op;
	int rc, end;

	if ((rc = op_begin(d, &op, redo ? OP_REDO : OP_UNDO, 0, err)) != 0)
		return rc;
	d->recalled = 0;
	rc = apply(d, &op, redo, &g, err);
	if (rc == 0 && g.kept > 0)
		str_format(sentence, 256,
		    _("%s; the reply stays, because it has gone out"),
		    g.sentence);
	else if (rc == 0 && g.mail_stays)
		str_format(sentence, 256,
		    _("%s; the mail about it has gone out already"),
		    g.sentence);
	else if (rc == 0)
		str_copy(sentence, 256, g.sentence);
	if (rc != 0)
		d->recalled = 0;
	group_clear(&g);
	if (rc != OD_EDENIED || d->wants_step_up)
		return op_end(d, &op, rc, err);
	op_refused(&op, "role");
	end = op_end(d, &op, 0, NULL);
	return end != 0 ? end : rc;
}

int
op_undo(struct desk *d, char sentence[256], struct err *err)
{
	return undo_or_redo(d, false, sentence, err);
}

int
op_redo(struct desk *d, char sentence[256], struct err *err)
{
	return undo_or_redo(d, true, sentence, err);
}
