/* ticket_moves - a ticket's status and who has it; see tickets.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/checklists_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_sleep_int.h"
#include <stdlib.h>
#include <string.h>

static int
check_move(const struct ticket *t, enum ticket_state state, struct err *err)
{
	if (t->deleted_at != 0)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld is in the trash; take it out first",
		    (long long)t->number);
	if (t->state == TICKET_MERGED)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged into another one; work"
		    " there",
		    (long long)t->number);
	if (state == TICKET_MERGED)
		return err_set(err, OD_ECONFLICT,
		    "A ticket becomes merged by merging it, not by its status");
	if (state == TICKET_NEW && t->state != TICKET_NEW)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld is not new any more; open it instead",
		    (long long)t->number);
	return 0;
}

/* An optional time: 0 becomes NULL. */
static struct bind
b_time(int64_t us)
{
	return us != 0 ? b_int(us) : b_null();
}

/* A person who ends a ticket has done before what is required. */
static int
check_end(struct desk *d, const struct ticket *t, enum ticket_state state,
    struct err *err)
{
	int rc;

	if (state < TICKET_SOLVED || t->state >= TICKET_SOLVED ||
	    d->actor.kind == ACTOR_SYSTEM)
		return 0;
	if ((rc = ticket__values_check(d, t, err)) != 0)
		return rc;
	return checklist__check_done(d, t, err);
}

/* What a ticket is to become; label NULL: the state's default. */
struct move {
	enum ticket_state state;
	const struct ticket_status *label;
	const char *reason; /* clean */
	int64_t until_us;
};

static int
move(struct desk *d, struct op *op, const struct ticket *t,
    int64_t seen_version, const struct move *m, struct err *err)
{
	enum ticket_state state = m->state;
	int64_t solved = state < TICKET_SOLVED ? 0
	                 : t->solved_us != 0   ? t->solved_us
	                                       : op->now_us;
	int64_t closed = state != TICKET_CLOSED ? 0
	                 : t->closed_us != 0    ? t->closed_us
	                                        : op->now_us;
	bool named = m->label != NULL && !m->label->is_default;
	struct change c[] = {{"state", b_int(state)},
	    {"status_id", b_ref(named ? m->label->id : 0)},
	    {"waiting_reason", b_text(m->reason)},
	    {"waiting_until_us",
		b_time(state == TICKET_WAITING ? m->until_us : 0)},
	    {"reminded_us", b_null()}, {"solved_us", b_time(solved)},
	    {"closed_us", b_time(closed)}, {"snoozed_until_us", b_null()},
	    {"snooze_until_reply", b_int(0)}};
	size_t n = sizeof(c) / sizeof(c[0]);
	int rc = 0;

	/* What is done sleeps no more: opened again it is to be seen. */
	if (state < TICKET_SOLVED || t->snoozed_until_us == 0)
		n -= 2;
	else
		rc = ticket__end_snooze(d, op, t->id, SNOOZE_BY_HAND, err);

	op_sentence(op, _("Set ticket %lld to %s"), (long long)t->number,
	    named ? m->label->name : _(ticket_state_names[state]));
	return rc != 0 ? rc
	               : record_update(d, op, RECORD_TICKET, t->id,
			     seen_version, c, n, NULL, err);
}

static int
set_state(struct desk *d, int64_t id, int64_t seen_version, struct move *m,
    const char *waiting_reason, struct err *err)
{
	struct ticket t = {0};
	char reason[201];
	struct op op;
	int rc;

	if ((rc = records__fit(_("Waiting for"), reason, sizeof(reason),
		 m->state == TICKET_WAITING ? waiting_reason : "", err)) != 0)
		return rc;
	m->reason = reason;
	if ((rc = op_begin(d, &op, OP_TICKET_STATE, id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, id, &t, err)) == 0 &&
	    (rc = check_move(&t, m->state, err)) == 0 &&
	    (rc = check_end(d, &t, m->state, err)) == 0)
		rc = move(d, &op, &t, seen_version, m, err);
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket_set_state(struct desk *d, int64_t id, int64_t seen_version,
    enum ticket_state state, const char *waiting_reason,
    int64_t waiting_until_us, struct err *err)
{
	struct move m = {.state = state, .until_us = waiting_until_us};

	if (state < 0 || state >= TICKET_STATE_COUNT)
		return err_set(err, OD_EDATA, "There is no such status");
	return set_state(d, id, seen_version, &m, waiting_reason, err);
}

int
ticket_set_status(struct desk *d, int64_t id, int64_t seen_version,
    int64_t status_id, const char *waiting_reason, int64_t waiting_until_us,
    struct err *err)
{
	struct ticket_status label;
	struct move m = {.label = &label, .until_us = waiting_until_us};
	int rc = ticket_status_get(d, status_id, &label, err);

	if (rc != 0)
		return rc;
	m.state = label.state;
	return set_state(d, id, seen_version, &m, waiting_reason, err);
}

/* An enabled operator's name; a disabled one takes no work. */
static int
name_of(struct desk *d, int64_t operator_id, char **name, struct err *err)
{
	int rc;

	rc = db_text(d->db, name,
	    "SELECT full_name FROM operators WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NULL AND enabled = 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(operator_id)), err);
	if (rc == OD_ENOTFOUND)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such enabled operator");
	return rc;
}

static int
team_name_of(struct desk *d, int64_t team_id, char **name, struct err *err)
{
	int rc;

	rc = db_text(d->db, name,
	    "SELECT name FROM teams WHERE tenant_id = $1 AND id = $2"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(team_id)), err);
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ENOTFOUND, "There is no such team");
	return rc;
}

int
ticket_assign(struct desk *d, int64_t id, int64_t seen_version,
    int64_t operator_id, int64_t team_id, const char *note, struct err *err)
{
	struct change c[] = {
	    {"operator_id", b_ref(operator_id)}, {"team_id", b_ref(team_id)}};
	char *who = NULL, *team = NULL;
	struct ticket t = {0};
	int64_t note_id;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_ASSIGN, id, err)) != 0)
		return rc;
	if ((rc = ticket__load(d, id, &t, err)) != 0 ||
	    (rc = check_move(&t, t.state, err)) != 0)
		goto out;
	if (operator_id != 0 && (rc = name_of(d, operator_id, &who, err)) != 0)
		goto out;
	if (team_id != 0 && (rc = team_name_of(d, team_id, &team, err)) != 0)
		goto out;
	if (who != NULL || team != NULL)
		op_sentence(&op, _("Assigned ticket %lld to %s"),
		    (long long)t.number, who != NULL ? who : team);
	else
		op_sentence(
		    &op, _("Released ticket %lld"), (long long)t.number);
	rc = record_update(
	    d, &op, RECORD_TICKET, id, seen_version, c, 2, NULL, err);
	if (rc == 0 && note != NULL && note[0] != '\0')
		rc = ticket__comment_insert(
		    d, &op, id, COMMENT_NOTE, note, &note_id, err);
	if (rc == 0)
		op_gave_away(d, OP_TICKET_READ, id);
out:
	free(who);
	free(team);
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}
