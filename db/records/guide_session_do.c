/* guide_session_do - what is done in a session; see guide_sessions.h. */
#include "common/i18n.h"
#include "db/records/guide_session_int.h"
#include "db/records/mails.h"
#include <stdlib.h>
#include <string.h>

static bool
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

/* ---- answers ---- */

/* The last row of the path that went from one step to another. */
struct last {
	int64_t step, action;
	int64_t present, state, version; /* of the session */
	char notes[SESSION_NOTES_MAX + 1];
};

static void
read_last(struct stmt *st, void *row)
{
	struct last *l = row;

	l->step = stmt_int(st, 0);
	l->action = stmt_int(st, 1);
	str_copy(l->notes, sizeof(l->notes), stmt_text(st, 2));
	l->present = stmt_int(st, 3);
	l->state = stmt_int(st, 4);
	l->version = stmt_int(st, 5);
}

/* Whether what is answered now was answered just so before. */
static int
is_again(struct desk *d, int64_t id, const struct session_answer *in,
    bool *again, struct err *err)
{
	struct last last = {.step = 0};
	int rc;

	*again = false;
	if (in->from_step == 0 || !in->may_repeat)
		return 0;
	rc = records__first(d,
	    "SELECT p.step, p.action, p.notes, s.step, s.state,"
	    " s.version FROM guide_steps p"
	    " JOIN guide_sessions s ON s.id = p.session_id"
	    " AND s.tenant_id = p.tenant_id"
	    " WHERE p.session_id = $1 AND p.tenant_id = $2"
	    " AND p.action BETWEEN 1 AND 5 AND p.created_at <= s.step_since_us"
	    " ORDER BY p.id DESC LIMIT 1",
	    BINDS(b_int(id), b_int(d->actor.tenant_id)), read_last, &last, err);
	*again = rc == 1 && last.step == in->from_step &&
	         (last.present != last.step || last.state != SESSION_ACTIVE) &&
	         last.action == (int64_t)in->action &&
	         (is_blank(in->notes) || strcmp(last.notes, in->notes) == 0);
	return rc < 0 ? rc : 0;
}

static int
refuse_step(struct desk *d, const struct guide_session *s, int64_t from_step,
    struct err *err)
{
	char *name = NULL;
	int rc;

	rc = db_text(d->db, &name,
	    "SELECT COALESCE(o.full_name, '') FROM guide_steps p"
	    " LEFT JOIN operators o ON o.id = p.operator_id"
	    " AND o.tenant_id = p.tenant_id"
	    " WHERE p.session_id = $1 AND p.tenant_id = $2"
	    " AND p.action BETWEEN 1 AND 5 ORDER BY p.id DESC LIMIT 1",
	    BINDS(b_int(s->id), b_int(d->actor.tenant_id)), err);
	if (rc == 0 && name[0] != '\0')
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s is at step %lld, not at %lld: %s"
		    " answered meanwhile",
		    s->name, (long long)s->step, (long long)from_step, name);
	else if (rc == 0 || rc == OD_ENOTFOUND)
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s is at step %lld, not at %lld; look at"
		    " it again",
		    s->name, (long long)s->step, (long long)from_step);
	free(name);
	return rc;
}

static int
check_answer(const struct session_answer *in, struct err *err)
{
	if (in->action < PATH_YES || in->action > PATH_RESTARTED)
		return err_set(err, OD_EDATA,
		    "A step is answered with yes, no or skipped");
	if (in->action == PATH_SKIPPED && is_blank(in->notes))
		return err_set(err, OD_EDATA, "Say why the step is skipped");
	return 0;
}

static void
answer_sentence(struct guide_work *w, enum path_action action)
{
	if (action == PATH_BACK)
		op_sentence(
		    &w->op, _("Went back in the guide \"%s\""), w->s.title);
	else if (action == PATH_RESTARTED)
		op_sentence(
		    &w->op, _("Started the guide \"%s\" again"), w->s.title);
	else
		op_sentence(&w->op, _("Answered step %lld of the guide \"%s\""),
		    (long long)w->s.step, w->s.title);
}

static int
go_on(struct desk *d, struct guide_work *w, const struct session_answer *in,
    struct err *err)
{
	struct change c[8] = {{"step", b_int(in->to_step)}};
	size_t n = guide__take_over(d, &w->s, c, 1);

	return guide__update(d, w, c, n, err);
}

/* The answer's row, then that of the end, both at the same step. */
static int
answer_and_end(struct desk *d, struct guide_work *w,
    const struct session_answer *in, struct err *err)
{
	bool resolved = in->ends == SESSION_RESOLVED;
	int rc = guide__finish(d, w, in->ends, &in->report, err);

	w->s.step_since_us = w->at_us;
	if (rc == 0)
		rc = guide__path_add(d, w,
		    resolved ? PATH_RESOLVED : PATH_ESCALATED, "",
		    in->by_customer, err);
	return rc != 0
	           ? rc
	           : guide__tell(d, w,
			 resolved ? OP_SESSION_RESOLVE : OP_SESSION_ESCALATE,
			 err);
}

int
guide_session_answer(struct desk *d, int64_t id,
    const struct session_answer *in, bool *again, struct err *err)
{
	struct guide_work w;
	int rc;

	*again = false;
	if ((rc = check_answer(in, err)) != 0 ||
	    (rc = op_may(d, OP_SESSION_ANSWER, id, err)) != 0 ||
	    (rc = is_again(d, id, in, again, err)) != 0 || *again)
		return rc;
	if ((rc = guide__begin(
		 d, &w, OP_SESSION_ANSWER, id, 0, TAKES_ACTIVE, err)) != 0)
		return rc;
	if (((in->from_step != 0 && w.s.step != in->from_step) ||
		(in->seen_version != 0 && in->seen_version != w.s.version)))
		rc = refuse_step(d, &w.s,
		    in->from_step != 0 ? in->from_step : w.s.step, err);
	if (rc == 0) {
		answer_sentence(&w, in->action);
		rc = guide__path_add(
		    d, &w, in->action, in->notes, in->by_customer, err);
	}
	if (rc == 0)
		rc = in->ends == SESSION_ACTIVE
		         ? go_on(d, &w, in, err)
		         : answer_and_end(d, &w, in, err);
	return guide__end(d, &w, rc, err);
}

/* ---- without moving ---- */

static int
add_row(struct desk *d, int64_t id, enum op_id op, enum path_action action,
    const char *notes, bool by_customer, struct err *err)
{
	struct guide_work w;
	int rc;

	if ((rc = guide__begin(d, &w, op, id, 0, TAKES_OPEN, err)) != 0)
		return rc;
	rc = guide__path_add(d, &w, action, notes, by_customer, err);
	return guide__end(d, &w, rc, err);
}

int
guide_session_note(struct desk *d, int64_t id, const char *notes,
    bool by_customer, struct err *err)
{
	if (is_blank(notes))
		return err_set(err, OD_EDATA, "The note is empty");
	return add_row(
	    d, id, OP_SESSION_NOTE, PATH_NOTE, notes, by_customer, err);
}

int
guide_session_warned(
    struct desk *d, int64_t id, const char *notes, struct err *err)
{
	return add_row(
	    d, id, OP_SESSION_NOTE, PATH_WARNING_READ, notes, false, err);
}

int
guide_session_sent(struct desk *d, int64_t id, const char *how, struct err *err)
{
	return add_row(d, id, OP_SESSION_SEND, PATH_SENT, how, false, err);
}

int
guide_session_mail(struct desk *d, int64_t id, const char *subject,
    const char *body, struct err *err)
{
	struct mail_promise mail = {
	    .subject = subject, .body = body, .is_automatic = true};
	struct guide_work w;
	int rc;

	if ((rc = guide__begin(
		 d, &w, OP_SESSION_SEND, id, 0, TAKES_OPEN, err)) != 0)
		return rc;
	mail.to = w.s.customer_email;
	mail.to_name = w.s.customer_name;
	mail.ticket_id = w.s.ticket_id;
	if (w.s.customer_email[0] == '\0')
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s has neither a conversation nor an"
		    " address to send to",
		    w.s.name);
	else if ((rc = mail_promise(d, &w.op, &mail, NULL, err)) == 0)
		rc = guide__path_add(d, &w, PATH_SENT, "mail", false, err);
	return guide__end(d, &w, rc, err);
}

/* ---- changes ---- */

/* A row of the path and changes of the session, in one. */
static int
row_and_update(struct desk *d, struct guide_work *w, enum path_action action,
    const char *notes, bool by_customer, const struct change *c, size_t n,
    struct err *err)
{
	int rc = guide__path_add(d, w, action, notes, by_customer, err);

	return rc != 0 ? rc : guide__update(d, w, c, n, err);
}

int
guide_session_fill(struct desk *d, int64_t id, int64_t seen_version,
    const char *variables, const char *what_changed, struct err *err)
{
	struct change c[] = {{"variables", b_text(variables)}};
	struct guide_work w;
	int rc;

	if (strlen(variables) > SESSION_VARIABLES_MAX)
		return err_set(err, OD_EDATA,
		    "The values are too long: at most %d bytes in all",
		    SESSION_VARIABLES_MAX);
	if ((rc = guide__begin(d, &w, OP_SESSION_FILL, id, seen_version,
		 TAKES_OPEN, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Filled in values of the guide \"%s\""), w.s.title);
	rc = row_and_update(d, &w, PATH_FILLED, what_changed, false, c, 1, err);
	return guide__end(d, &w, rc, err);
}

int
guide_session_pause(struct desk *d, int64_t id, int64_t seen_version,
    const char *reason, struct err *err)
{
	const struct change c[] = {{"state", b_int(SESSION_PAUSED)}};
	struct guide_work w;
	int rc;

	if ((rc = guide__begin(d, &w, OP_SESSION_PAUSE, id, seen_version,
		 TAKES_OPEN, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Paused the guide \"%s\""), w.s.title);
	if (w.s.state == SESSION_PAUSED)
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s is paused already", w.s.name);
	else
		rc = row_and_update(
		    d, &w, PATH_PAUSED, reason, false, c, 1, err);
	return guide__end(d, &w, rc, err);
}

int
guide_session_resume(
    struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct change c[8] = {{"state", b_int(SESSION_ACTIVE)}};
	struct guide_work w;
	int rc;

	if ((rc = guide__begin(d, &w, OP_SESSION_PAUSE, id, seen_version,
		 TAKES_OPEN, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Went on with the guide \"%s\""), w.s.title);
	if (w.s.state != SESSION_PAUSED)
		rc = err_set(err, OD_ECONFLICT,
		    "The session %.8s is not paused", w.s.name);
	else
		rc = row_and_update(d, &w, PATH_RESUMED, "", false, c,
		    guide__take_over(d, &w.s, c, 1), err);
	return guide__end(d, &w, rc, err);
}

static int
check_who(struct desk *d, const struct session_handover *in, struct err *err)
{
	int rc = 0;

	if (in->operator_id != 0)
		rc = records__exists(d, RECORD_OPERATOR, in->operator_id, err);
	if (rc == 0 && in->team_id != 0)
		rc = records__exists(d, RECORD_TEAM, in->team_id, err);
	return rc;
}

int
guide_session_assign(struct desk *d, int64_t id,
    const struct session_handover *in, struct err *err)
{
	const struct change c[] = {
	    {"operator_id", b_ref(in->operator_id)},
	    {"team_id", b_ref(in->team_id)},
	    {"walker", b_int(WALKER_OPERATOR)},
	};
	struct guide_work w;
	int rc;

	if ((rc = guide__begin(d, &w, OP_SESSION_ASSIGN, id, in->seen_version,
		 TAKES_OPEN, err)) != 0)
		return rc;
	op_sentence(&w.op, _("Handed over the guide \"%s\""), w.s.title);
	if ((rc = check_who(d, in, err)) == 0)
		rc = row_and_update(d, &w, PATH_HANDED_OVER, in->note,
		    in->by_customer, c, 3, err);
	if (rc == 0)
		op_gave_away(d, OP_SESSION_READ, id);
	return guide__end(d, &w, rc, err);
}

/* ---- ends ---- */

static enum op_id
op_of_end(enum guide_session_state state)
{
	return state == SESSION_RESOLVED    ? OP_SESSION_RESOLVE
	       : state == SESSION_ESCALATED ? OP_SESSION_ESCALATE
	                                    : OP_SESSION_ABANDON;
}

static void
end_sentence(struct guide_work *w, enum guide_session_state state)
{
	if (state == SESSION_RESOLVED)
		op_sentence(&w->op, _("Resolved with the guide \"%s\""), w->s.title);
	else if (state == SESSION_ESCALATED)
		op_sentence(&w->op, _("Escalated the guide \"%s\""), w->s.title);
	else
		op_sentence(&w->op, _("Gave up the guide \"%s\""), w->s.title);
}

int
guide_session_finish(
    struct desk *d, int64_t id, const struct session_end *in, struct err *err)
{
	struct guide_work w;
	int rc;

	BUG_ON(in->state < SESSION_RESOLVED || in->state > SESSION_ABANDONED);
	if ((rc = guide__begin(d, &w, op_of_end(in->state), id,
		 in->seen_version, TAKES_OPEN, err)) != 0)
		return rc;
	rc = guide__path_add(d, &w,
	    in->state == SESSION_RESOLVED    ? PATH_RESOLVED
	    : in->state == SESSION_ESCALATED ? PATH_ESCALATED
					     : PATH_ABANDONED,
	    in->notes, in->by_customer, err);
	if (rc == 0)
		rc = guide__finish(d, &w, in->state, &in->report, err);
	end_sentence(&w, in->state);
	return guide__end(d, &w, rc, err);
}

int
guide_session_feedback(struct desk *d, int64_t id,
    const struct session_feedback *in, struct err *err)
{
	const char *text = in->text != NULL ? in->text : "";
	struct guide_work w;
	int64_t row = 0;
	int rc;

	if (in->rating < 1 || in->rating > 5)
		return err_set(
		    err, OD_EDATA, "A rating is a number from 1 to 5");
	if ((rc = records__body(_("Feedback"), text, SESSION_NOTES_MAX, err)) !=
		0 ||
	    (rc = guide__begin(
		 d, &w, OP_SESSION_FEEDBACK, id, 0, TAKES_ANY, err)) != 0)
		return rc;
	rc = db_insert(d->db, &row,
	    "INSERT INTO guide_feedback(tenant_id, session_id, rating,"
	    " was_helpful, body, created_at) VALUES($1,$2,$3,$4,$5,$6)"
	    " ON CONFLICT(session_id) DO NOTHING RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(in->rating),
		in->was_helpful < 0 ? b_null() : b_int(in->was_helpful),
		b_text(text), b_int(w.op.now_us)),
	    err);
	if (rc == 0 && row == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "Feedback on the session %.8s was given already", w.s.name);
	return guide__end(d, &w, rc, err);
}
