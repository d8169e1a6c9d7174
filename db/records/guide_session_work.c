/* guide_session_work - the bracket of what is done; see guide_session_int.h. */
#include "common/i18n.h"
#include "db/core/undo_mail.h"
#include "db/records/guide_session_int.h"
#include "db/records/mails.h"
#include "db/records/tenant_settings.h"
#include "db/records/ticket_int.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include <stdlib.h>
#include <string.h>

/*
 * A row of the path that moved the session stands as long as the session was
 * at that place since: undo takes step_since_us back behind it.  What is
 * written next takes such rows away.
 */
static int
forget_undone(struct desk *d, const struct guide_session *s, struct err *err)
{
	return db_later(d->db, NULL,
	    "DELETE FROM guide_steps WHERE session_id = $1 AND tenant_id = $2"
	    " AND created_at > $3 AND action NOT IN (6, 7, 11)",
	    BINDS(b_int(s->id), b_int(d->actor.tenant_id),
		b_int(s->step_since_us)),
	    err);
}

static int
refuse_ended(const struct guide_session *s, struct err *err)
{
	return err_set(err, OD_ECONFLICT,
	    "The session %.8s has ended (%s); start another one", s->name,
	    guide_session_state_names[s->state]);
}

static int
check_takes(
    const struct guide_session *s, enum guide_takes takes, struct err *err)
{
	if (takes == TAKES_ANY || s->state == SESSION_ACTIVE)
		return 0;
	if (s->state != SESSION_PAUSED)
		return refuse_ended(s, err);
	if (takes == TAKES_OPEN)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "The session %.8s is paused; resume it first", s->name);
}

static int
check_version(
    const struct guide_session *s, int64_t seen_version, struct err *err)
{
	if (seen_version == 0 || seen_version == s->version)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "Somebody went on with the session %.8s meanwhile: it is at step"
	    " %lld now; look at it again",
	    s->name, (long long)s->step);
}

int
guide__begin(struct desk *d, struct guide_work *w, enum op_id id,
    int64_t session_id, int64_t seen_version, enum guide_takes takes,
    struct err *err)
{
	int rc;

	memset(w, 0, sizeof(*w));
	if ((rc = op_begin(d, &w->op, id, session_id, err)) != 0)
		return rc;
	if ((rc = guide__load(d, session_id, &w->s, err)) == 0 &&
	    (rc = check_takes(&w->s, takes, err)) == 0 &&
	    (rc = check_version(&w->s, seen_version, err)) == 0)
		rc = forget_undone(d, &w->s, err);
	if (rc != 0)
		return guide__end(d, w, rc, err);
	w->at_us = w->op.now_us > w->s.step_since_us ? w->op.now_us
	                                             : w->s.step_since_us + 1;
	return 0;
}

int
guide__end(struct desk *d, struct guide_work *w, int rc, struct err *err)
{
	guide_session_clear(&w->s);
	return op_end(d, &w->op, rc, err);
}

int
guide__path_add(struct desk *d, struct guide_work *w, enum path_action action,
    const char *notes, bool by_customer, struct err *err)
{
	const char *text = notes != NULL ? notes : "";
	int rc = records__body(_("Notes"), text, SESSION_NOTES_MAX, err);

	if (rc != 0)
		return rc;
	return db_later(d->db, NULL,
	    "INSERT INTO guide_steps(tenant_id, session_id, step, action,"
	    " notes, operator_id, by_customer, begun_us, created_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9)",
	    BINDS(b_int(d->actor.tenant_id), b_int(w->s.id), b_int(w->s.step),
		b_int(action), b_text(text),
		b_ref(d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0),
		b_int(by_customer), b_int(w->s.step_since_us), b_int(w->at_us)),
	    err);
}

int
guide__update(struct desk *d, struct guide_work *w,
    const struct change *changes, size_t count, struct err *err)
{
	int64_t worked = w->at_us - w->s.step_since_us;
	struct change all[10];
	size_t n = 0;

	BUG_ON(count > 8);
	for (; n < count; n++)
		all[n] = changes[n];
	all[n++] = (struct change){"step_since_us", b_int(w->at_us)};
	if (w->s.state == SESSION_ACTIVE)
		all[n++] = (struct change){
		    "active_us", b_int(w->s.active_us + worked)};
	return record_update(
	    d, &w->op, RECORD_GUIDE_SESSION, w->s.id, 0, all, n, NULL, err);
}

size_t
guide__take_over(const struct desk *d, const struct guide_session *s,
    struct change *changes, size_t count)
{
	if (d->actor.kind != ACTOR_OPERATOR)
		return count;
	if (s->operator_id == 0)
		changes[count++] =
		    (struct change){"operator_id", b_int(d->actor.id)};
	if (s->walker != WALKER_OPERATOR)
		changes[count++] =
		    (struct change){"walker", b_int(WALKER_OPERATOR)};
	return count;
}

int
guide__tell(
    struct desk *d, struct guide_work *w, enum op_id id, struct err *err)
{
	struct op told = w->op;

	told.id = id;
	return op_tell(d, &told, err);
}

/* ---- the report on the ticket ---- */

/* The one that the session's ticket was merged into, or a new one. */
static int
report_ticket(struct desk *d, struct guide_work *w, bool may_open,
    const struct session_report *report, int64_t *ticket_id, struct err *err)
{
	struct ticket_new in = {
	    .subject = report->subject != NULL && report->subject[0] != '\0'
	                   ? report->subject
	                   : w->s.title,
	    .description = w->s.problem,
	    .source = w->s.walker == WALKER_PROGRAM ? SOURCE_API : SOURCE_DESK,
	    .contact_id = w->s.contact_id,
	    .conversation_id = w->s.conversation_id,
	};
	int64_t number;
	int rc;

	*ticket_id = w->s.ticket_id;
	if (*ticket_id != 0 || !may_open)
		return *ticket_id == 0
		           ? 0
		           : ticket_target(d, w->s.ticket_id, ticket_id, err);
	rc = ticket__insert(d, &w->op, &in, ticket_id, &number, err);
	if (rc == 0 && w->s.conversation_id != 0) {
		const struct change c[] = {{"ticket_id", b_int(*ticket_id)}};

		rc = record_update(d, &w->op, RECORD_CONVERSATION,
		    w->s.conversation_id, 0, c, 1, NULL, err);
	}
	if (rc == 0) {
		const struct ticket_link_new link = {.kind = LINK_GUIDE,
		    .relation = LINK_RELATED,
		    .name = w->s.name};
		int64_t id;

		rc =
		    ticket__link_insert(d, &w->op, *ticket_id, &link, &id, err);
	}
	op_created(&w->op, w->s.id);
	return rc;
}

/* A ticket in the trash takes no note; the session ends all the same. */
static int
put_report(struct desk *d, struct guide_work *w, int64_t ticket_id,
    const struct session_report *report, struct err *err)
{
	struct ticket t = {0};
	int64_t id;
	int rc;

	if (ticket_id == 0 || report->note == NULL || report->note[0] == '\0')
		return 0;
	if ((rc = ticket__load(d, ticket_id, &t, err)) == 0 &&
	    t.deleted_at == 0)
		rc = ticket__comment_insert(
		    d, &w->op, ticket_id, COMMENT_NOTE, report->note, &id, err);
	if (rc == 0 && t.deleted_at == 0)
		rc = db_exec(d->db,
		    "UPDATE tickets SET updated_at = $1"
		    " WHERE tenant_id = $2 AND id = $3",
		    BINDS(b_int(w->op.now_us), b_int(d->actor.tenant_id),
			b_int(ticket_id)),
		    NULL, err);
	ticket_clear(&t);
	return rc;
}

/* The second line reads it there, too; where no mail leaves, on the ticket. */
static int
mail_report(struct desk *d, struct guide_work *w, int64_t ticket_id,
    const struct session_report *report, struct err *err)
{
	struct mail_promise mail = {.subject = w->s.title,
	    .body = report->note,
	    .ticket_id = ticket_id,
	    .is_automatic = true};
	struct mail_sender sender;
	int64_t outbox_id = 0;
	char *to = NULL;
	int rc;

	if (report->note == NULL || report->note[0] == '\0')
		return 0;
	rc = tenant_setting_line(d, SETTING_GUIDE_ESCALATIONS, &to, err);
	if (rc == 0 && to[0] != '\0' &&
	    (rc = mail_sender(d, &sender, err)) == 0 &&
	    sender.channel[0] != '\0') {
		mail.to = to;
		if (report->subject != NULL && report->subject[0] != '\0')
			mail.subject = report->subject;
		rc = mail_promise(d, &w->op, &mail, &outbox_id, err);
		if (rc == 0)
			rc = undo_mail_note(d, &w->op, outbox_id, err);
	}
	free(to);
	return rc;
}

int
guide__finish(struct desk *d, struct guide_work *w,
    enum guide_session_state state, const struct session_report *report,
    struct err *err)
{
	struct change c[8] = {
	    {"state", b_int(state)}, {"ended_us", b_int(w->at_us)}};
	int64_t ticket_id = 0;
	size_t n = 2;
	int rc = 0;

	if (state != SESSION_ABANDONED &&
	    ((rc = report_ticket(d, w, state == SESSION_ESCALATED, report,
		  &ticket_id, err)) != 0 ||
		(rc = put_report(d, w, ticket_id, report, err)) != 0 ||
		(state == SESSION_ESCALATED &&
		    (rc = mail_report(d, w, ticket_id, report, err)) != 0)))
		return rc;
	if (ticket_id != 0 && ticket_id != w->s.ticket_id)
		c[n++] = (struct change){"ticket_id", b_int(ticket_id)};
	n = guide__take_over(d, &w->s, c, n);
	return guide__update(d, w, c, n, err);
}
