/* guide_session_int - private to the files of guided sessions. */
#ifndef DB_RECORDS_GUIDE_SESSION_INT_H
#define DB_RECORDS_GUIDE_SESSION_INT_H

#include "db/core/query.h"
#include "db/records/guide_sessions.h"
#include "db/records/records_int.h"

/* Every column that guide__read takes, from guide_sessions s and its joins. */
#define SESSION_COLUMNS                                                        \
	"SELECT s.id, s.version, s.created_at, s.updated_at, s.deleted_at,"    \
	" s.knowledge_id, s.version_id, v.number, s.step, s.step_since_us,"    \
	" s.active_us, s.ended_us, s.operator_id, s.team_id, o.team_id,"       \
	" s.ticket_id, t.number, s.conversation_id, s.contact_id, s.score,"    \
	" s.threshold, f.rating, s.walker, s.state, s.name, s.lang, k.topic,"  \
	" k.title, s.call_name, s.external_ticket, s.customer_name,"           \
	" s.customer_email, o.login, o.full_name, te.name, s.problem,"         \
	" s.matched, s.variables FROM guide_sessions s"                        \
	" JOIN knowledge k ON k.id = s.knowledge_id"                           \
	" AND k.tenant_id = s.tenant_id"                                       \
	" JOIN knowledge_versions v ON v.id = s.version_id"                    \
	" AND v.tenant_id = s.tenant_id"                                       \
	" LEFT JOIN guide_feedback f ON f.session_id = s.id"                   \
	" AND f.tenant_id = s.tenant_id"                                       \
	" LEFT JOIN operators o ON o.id = s.operator_id"                       \
	" AND o.tenant_id = s.tenant_id"                                       \
	" LEFT JOIN teams te ON te.id = s.team_id"                             \
	" AND te.tenant_id = s.tenant_id"                                      \
	" LEFT JOIN tickets t ON t.id = s.ticket_id"                           \
	" AND t.tenant_id = s.tenant_id"

/* Into a struct guide_session. */
void guide__read(struct stmt *st, void *row);
/* How the customer is reached, as far as the actor may see it. */
void guide__mask(struct desk *d, struct guide_session *s);
/* Without asking whether the actor may, and unmasked; no deleted ones. */
int guide__load(
    struct desk *d, int64_t id, struct guide_session *out, struct err *err);

/*
 * An open bracket on a session: loaded, not of another version than seen (0:
 * any), and in a state that the operation takes; rows of the path that were
 * undone are gone.  On an error nothing is open.  at_us is the time of what is
 * done: behind all that was done before, also on a host whose clock lags.
 */
struct guide_work {
	struct op op;
	struct guide_session s;
	int64_t at_us;
};
enum guide_takes { TAKES_ACTIVE, TAKES_OPEN, TAKES_ANY };
int guide__begin(struct desk *d, struct guide_work *w, enum op_id id,
    int64_t session_id, int64_t seen_version, enum guide_takes takes,
    struct err *err);
int guide__end(struct desk *d, struct guide_work *w, int rc, struct err *err);
/* Inside it: a row of the path, at the present step. */
int guide__path_add(struct desk *d, struct guide_work *w,
    enum path_action action, const char *notes, bool by_customer,
    struct err *err);
/*
 * Inside it: changes of the session, and with them the time until now, which
 * counts as worked unless it is paused.
 */
int guide__update(struct desk *d, struct guide_work *w,
    const struct change *changes, size_t count, struct err *err);
/* Inside it: the session is at an end, its report on its ticket. */
int guide__finish(struct desk *d, struct guide_work *w,
    enum guide_session_state state, const struct session_report *report,
    struct err *err);
/*
 * Inside it: the event of another operation than the one that is open; what
 * an answer brings about is told, too.
 */
int guide__tell(
    struct desk *d, struct guide_work *w, enum op_id id, struct err *err);
/* The person who acts has it from now on, when nobody or a customer had. */
size_t guide__take_over(const struct desk *d, const struct guide_session *s,
    struct change *changes, size_t count);
/*
 * " AND ..." of sessions s with their operators o: those that the actor's
 * scope reaches, as op_reaches says of one.
 */
void guide__add_scope(struct query *q, struct desk *d);

#endif
