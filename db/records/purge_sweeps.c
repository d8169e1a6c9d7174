/* purge_sweeps - what is due for clearing; see purge_int.h. */
#include "db/records/holds_int.h"
#include "db/records/purge_int.h"

/*
 * Numbers in these statements: kinds of records (contact 6, conversation 8,
 * ticket 11, call 46, recording 51), ticket states from 3 on are ended ones, conversations below 2
 * are open.  A plus keeps a walk by id from an index that begins with the
 * tenant and goes on otherwise.  Each find ends with whether the row has to be
 * kept.
 */

/* Somebody could still undo what he did to it. */
#define CAN_UNDO(t, kind)                                                      \
	"EXISTS (SELECT 1 FROM changes g WHERE g.tenant_id = " t               \
	".tenant_id AND g.kind = " kind " AND g.record_id = " t ".id"          \
	" AND (SELECT u.at_us FROM undo u WHERE u.id = g.undo_id"              \
	" AND u.tenant_id + 0 = g.tenant_id) >= $6)"

#define KEEP(conditions) "CASE WHEN " conditions " THEN 1 ELSE 0 END"

/* clang-format off */

/* Also by its contact's hold, and that of a conversation about it. */
#define TICKET_HELD                                                            \
	HELD("t", "11", "t.id")                                                \
	" OR " HELD("t", "6", "t.contact_id")                                  \
	" OR " HELD("t", "8", "t.conversation_id")                             \
	" OR EXISTS (SELECT 1 FROM conversations w WHERE w.tenant_id ="        \
	" t.tenant_id AND w.ticket_id = t.id AND " HELD("w", "8", "w.id") ")"

#define TICKET_NEEDED                                                          \
	"EXISTS (SELECT 1 FROM conversations w WHERE w.tenant_id ="            \
	" t.tenant_id AND w.ticket_id = t.id AND w.is_open = 1)"               \
	" OR EXISTS (SELECT 1 FROM conversations w WHERE w.tenant_id ="        \
	" t.tenant_id AND w.id = t.conversation_id AND w.is_open = 1)"

#define TICKET_KEPT                                                            \
	KEEP(TICKET_HELD " OR " TICKET_NEEDED " OR " CAN_UNDO("t", "11"))

/* One that does not go itself, or only from the trash, ahead of this. */
#define TALK_TICKET(on)                                                        \
	"EXISTS (SELECT 1 FROM tickets t WHERE t.tenant_id = v.tenant_id"      \
	" AND " on " AND (t.deleted_at IS NOT NULL OR t.state < 3"             \
	" OR t.updated_at >= $4"                                               \
	" OR COALESCE(t.closed_us, t.solved_us, t.updated_at) >= $4"           \
	" OR " TICKET_HELD " OR " TICKET_NEEDED                                \
	" OR " CAN_UNDO("t", "11") "))"

#define TALK_KEPT                                                              \
	KEEP(HELD("v", "8", "v.id")                                            \
	" OR " HELD("v", "6", "v.contact_id")                                  \
	" OR " HELD("v", "11", "v.ticket_id")                                  \
	" OR " TALK_TICKET("t.id = v.ticket_id")                               \
	" OR " TALK_TICKET("t.conversation_id = v.id")                         \
	" OR " CAN_UNDO("v", "8"))

/* clang-format on */

static const char events[] =
    "SELECT e.id, e.id, COALESCE(e.processed_us, e.received_us),"
    " CASE WHEN e.state = 0 THEN 1 ELSE 0 END FROM raw_events e"
    " WHERE e.tenant_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3";

static const char tickets[] =
    "SELECT t.id, t.updated_at,"
    " COALESCE(t.closed_us, t.solved_us, t.updated_at), " TICKET_KEPT
    " FROM tickets t WHERE t.tenant_id = $1 AND t.active = 0"
    " AND (t.updated_at, t.id) > ($2, $3) AND t.updated_at < $4"
    " AND t.state >= 3 AND t.deleted_at IS NULL"
    " ORDER BY t.updated_at, t.id LIMIT $5";

static const char ticket_trash[] =
    "SELECT t.id, t.updated_at, t.deleted_at, " TICKET_KEPT
    " FROM tickets t WHERE t.tenant_id = $1 AND t.alive = 0"
    " AND (t.updated_at, t.id) > ($2, $3) AND t.updated_at < $4"
    " ORDER BY t.updated_at, t.id LIMIT $5";

static const char conversations[] =
    "SELECT v.id, v.last_message_us,"
    " COALESCE(v.closed_us, v.deleted_at, v.updated_at), " TALK_KEPT
    " FROM conversations v WHERE v.tenant_id = $1 AND v.is_open = 0"
    " AND (v.last_message_us, v.id) > ($2, $3) AND v.last_message_us < $4"
    " ORDER BY v.last_message_us, v.id LIMIT $5";

/* Its ticket, conversation or customer is held; or it can be undone. */
#define GUIDED_KEPT                                                            \
	KEEP(HELD("s", "11", "s.ticket_id") " OR " HELD(                       \
	    "s", "8", "s.conversation_id") " OR " HELD("s", "6",               \
	    "s.contact_id") " OR " CAN_UNDO("s", "43"))

static const char guided[] =
    "SELECT s.id, s.created_at, COALESCE(s.ended_us, s.updated_at),"
    " " GUIDED_KEPT " FROM guide_sessions s WHERE s.tenant_id = $1"
    " AND (s.created_at, s.id) > ($2, $3) AND s.created_at < $4"
    " AND s.state >= 2 AND s.deleted_at IS NULL"
    " ORDER BY s.created_at, s.id LIMIT $5";

/* clang-format off */

static const char recordings[] =
    "SELECT r.id, r.started_us, COALESCE(r.ended_us, r.started_us),"
    " " KEEP(RECORDING_HELD " OR " CAN_UNDO("r", "51")) " FROM recordings r WHERE r.tenant_id = $1"
    " AND (r.started_us, r.id) > ($2, $3) AND r.started_us < $4"
    " AND r.state >= 2 AND r.deleted_at IS NULL"
    " ORDER BY r.started_us, r.id LIMIT $5";

/* State 5: its file is gone, and what is left holds the chain together. */
static const char recording_trash[] =
    "SELECT r.id, r.deleted_at, r.deleted_at, "
    KEEP(RECORDING_HELD " OR " CAN_UNDO("r", "51"))
    " FROM recordings r WHERE r.tenant_id = $1"
    " AND r.deleted_at IS NOT NULL AND (r.deleted_at, r.id) > ($2, $3)"
    " AND r.deleted_at < $4 AND r.state <> 5"
    " ORDER BY r.deleted_at, r.id LIMIT $5";

/* Its sound goes first. */
#define CALL_KEPT                                                              \
	KEEP(HELD("c", "46", "c.id") " OR " HELD("c", "6", "c.contact_id")     \
	" OR " HELD("c", "8", "c.conversation_id")                             \
	" OR " HELD("c", "11", "c.ticket_id")                                  \
	" OR (SELECT r.id FROM recordings r WHERE r.tenant_id = c.tenant_id"   \
	" AND r.call_id = c.id AND (r.deleted_at IS NULL OR r.state <> 5)"     \
	" LIMIT 1) IS NOT NULL OR " CAN_UNDO("c", "46"))

/* clang-format on */

static const char calls[] =
    "SELECT c.id, c.started_us,"
    " COALESCE(c.wrapped_us, c.ended_us, c.updated_at), " CALL_KEPT
    " FROM calls c WHERE c.tenant_id = $1"
    " AND (c.started_us, c.id) > ($2, $3) AND c.started_us < $4"
    " AND c.state = 4 AND c.deleted_at IS NULL"
    " ORDER BY c.started_us, c.id LIMIT $5";

/* Done or cancelled; what is promised still stays, however old. */
static const char callbacks[] =
    "SELECT b.id, b.updated_at, b.updated_at, " KEEP(
	HELD("b", "6", "b.contact_id") " OR " CAN_UNDO(
	    "b", "47")) " FROM callbacks b WHERE b.tenant_id = $1"
			" AND (b.updated_at, b.id) > ($2, $3)"
			" AND b.updated_at < $4 AND b.state > 0"
			" AND b.deleted_at IS NULL"
			" ORDER BY b.updated_at, b.id LIMIT $5";

#define LEAD_KEPT                                                              \
	KEEP(HELD("l", "6", "l.contact_id")                                    \
	" OR " HELD("l", "46", "l.call_id")                                    \
	" OR " HELD("l", "8", "l.conversation_id")                             \
	" OR " HELD("l", "11", "l.ticket_id") " OR " CAN_UNDO("l", "53"))

static const char leads[] =
    "SELECT l.id, l.updated_at, l.updated_at, " LEAD_KEPT
    " FROM leads l WHERE l.tenant_id = $1"
    " AND (l.updated_at, l.id) > ($2, $3) AND l.updated_at < $4"
    " AND l.status = 2 AND l.deleted_at IS NULL"
    " ORDER BY l.updated_at, l.id LIMIT $5";

static const char lead_trash[] =
    "SELECT l.id, l.deleted_at, l.deleted_at, " LEAD_KEPT
    " FROM leads l WHERE l.tenant_id = $1 AND l.deleted_at IS NOT NULL"
    " AND (l.deleted_at, l.id) > ($2, $3) AND l.deleted_at < $4"
    " ORDER BY l.deleted_at, l.id LIMIT $5";

static const char agent_trash[] =
    "SELECT a.id, a.deleted_at, a.deleted_at, " KEEP(
	CAN_UNDO("a", "54")) " FROM agents a WHERE a.tenant_id = $1"
			     " AND a.deleted_at IS NOT NULL"
			     " AND (a.deleted_at, a.id) > ($2, $3)"
			     " AND a.deleted_at < $4"
			     " ORDER BY a.deleted_at, a.id LIMIT $5";

/* Those that have a text still. */
static const char hints[] = "SELECT a.id, a.asked_us, a.asked_us, " KEEP(
    HELD("a", "6", "a.contact_id") " OR " HELD(
	"a", "8", "a.conversation_id") " OR " CAN_UNDO("a",
	"52")) " FROM ai_logs a WHERE a.tenant_id = $1"
	       " AND (a.asked_us, a.id) > ($2, $3) AND a.asked_us < $4"
	       " AND (a.asked <> '' OR a.said <> '')"
	       " ORDER BY a.asked_us, a.id LIMIT $5";

static const char drafts[] =
    "SELECT a.id, a.id, a.updated_at, 0 FROM drafts a"
    " WHERE a.tenant_id + 0 = $1 AND a.id > $2 ORDER BY a.id LIMIT $3";

/* What was moved to the trash, by the index that each of them has for it. */
#define TRASH(table, t, conditions)                                            \
	"SELECT " t ".id, " t ".deleted_at, " t ".deleted_at, " KEEP(          \
	    conditions) " FROM " table " " t " WHERE " t ".tenant_id = $1"     \
			" AND " t ".deleted_at IS NOT NULL"                    \
			" AND (" t ".deleted_at, " t ".id) > ($2, $3)"         \
			" AND " t ".deleted_at < $4"                           \
			" ORDER BY " t ".deleted_at, " t ".id LIMIT $5"

static const char comments[] = TRASH("ticket_comments", "k",
    HELD("k", "11", "k.ticket_id") " OR " CAN_UNDO("k", "12"));
static const char notes[] = TRASH("conversation_notes", "n",
    HELD("n", "8", "n.conversation_id") " OR " CAN_UNDO("n", "10"));
static const char links[] = TRASH("ticket_links", "l",
    HELD("l", "11", "l.ticket_id") " OR " CAN_UNDO("l", "27"));
static const char checks[] = TRASH("ticket_checks", "k",
    HELD("k", "11", "k.ticket_id") " OR " CAN_UNDO("k", "30"));
static const char times[] = TRASH("ticket_times", "w",
    HELD("w", "11", "w.ticket_id") " OR " CAN_UNDO("w", "40"));
static const char points[] = TRASH("contact_points", "p",
    HELD("p", "6", "p.contact_id") " OR " CAN_UNDO("p", "7"));
static const char contacts[] = TRASH("contacts", "c",
    HELD("c", "6",
	"c.id") " OR EXISTS (SELECT 1 FROM conversations v WHERE v.tenant_id ="
		" c.tenant_id AND v.contact_id = c.id)"
		" OR EXISTS (SELECT 1 FROM tickets t WHERE t.tenant_id = "
		"c.tenant_id"
		" AND t.contact_id = c.id) OR " CAN_UNDO("c", "6"));
static const char divisions[] = TRASH("divisions", "i",
    "EXISTS (SELECT 1 FROM contacts c WHERE c.tenant_id = i.tenant_id"
    " AND c.division_id = i.id) OR " CAN_UNDO("i", "5"));
static const char companies[] = TRASH("companies", "o",
    "EXISTS (SELECT 1 FROM divisions i WHERE i.tenant_id = o.tenant_id"
    " AND i.company_id = o.id)"
    " OR EXISTS (SELECT 1 FROM tickets t WHERE t.tenant_id = o.tenant_id"
    " AND t.company_id = o.id) OR " CAN_UNDO("o", "4"));

static const char callback_trash[] = TRASH("callbacks", "b",
    HELD("b", "6", "b.contact_id") " OR " CAN_UNDO("b", "47"));
static const char stop_trash[] = TRASH("do_not_call", "n", CAN_UNDO("n", "50"));
static const char guided_trash[] = TRASH("guide_sessions", "s",
    HELD("s", "11", "s.ticket_id") " OR " HELD(
	"s", "8", "s.conversation_id") " OR " HELD("s", "6",
	"s.contact_id") " OR " CAN_UNDO("s", "43"));
static const char employees[] = TRASH("employees", "e", CAN_UNDO("e", "41"));

/* There are few of them: by id, without an index for their trash. */
#define SMALL_TRASH(table, conditions)                                         \
	"SELECT m.id, m.deleted_at, m.deleted_at, " KEEP(                      \
	    conditions) " FROM " table " m WHERE m.tenant_id + 0 = $1"         \
			" AND m.id > 0 AND m.deleted_at IS NOT NULL"           \
			" AND (m.deleted_at, m.id) > ($2, $3)"                 \
			" AND m.deleted_at < $4"                               \
			" ORDER BY m.deleted_at, m.id LIMIT $5"

static const char guide_patterns[] =
    SMALL_TRASH("guide_templates", CAN_UNDO("m", "44"));
/* A session that walked it, or what a model was asked with it, names it. */
static const char knowledge[] = SMALL_TRASH("knowledge",
    CAN_UNDO("m", "42")
    " OR EXISTS (SELECT 1 FROM guide_sessions s"
    " WHERE s.tenant_id + 0 = m.tenant_id AND s.knowledge_id = m.id)"
    " OR EXISTS (SELECT 1 FROM knowledge_versions v JOIN ai_logs a"
    " ON a.tenant_id = v.tenant_id AND a.prompt_version_id = v.id"
    " WHERE v.tenant_id = m.tenant_id AND v.knowledge_id = m.id)");
static const char hooks[] = SMALL_TRASH("webhooks", CAN_UNDO("m", "45"));

static const char undo[] =
    "SELECT u.id, u.id, u.at_us, 0 FROM undo u"
    " WHERE u.tenant_id + 0 = $1 AND u.id > $2 ORDER BY u.id LIMIT $3";

#define SENDINGS(state)                                                        \
	"SELECT s.id, s.id, s.updated_at, " KEEP(HELD("s", "8",                \
	    "s.conversation_id")) " FROM outbox s WHERE s.tenant_id = $1 AND " \
				  "s.state = " state                           \
				  " AND s.id > $2 ORDER BY s.id LIMIT $3"

static const char sent[] = SENDINGS("2");
static const char dead[] = SENDINGS("5");
static const char recalled[] = SENDINGS("6");

static const char jobs[] =
    "SELECT j.id, j.id, j.updated_at,"
    " CASE WHEN j.state < 2 THEN 1 ELSE 0 END FROM jobs j"
    " WHERE j.tenant_id + 0 = $1 AND j.id > $2 ORDER BY j.id LIMIT $3";

static const char told[] =
    "SELECT e.id, e.id, e.at_us, 0 FROM events e"
    " WHERE e.tenant_id = $1 AND e.id > $2 ORDER BY e.id LIMIT $3";

static const char attempts[] =
    "SELECT count(*), min(created_at) FROM webhook_attempts"
    " WHERE tenant_id = $1 AND created_at < $2";
static const char attempts_go[] =
    "DELETE FROM webhook_attempts WHERE tenant_id = $1"
    " AND created_at < $2 AND id IN"
    " (SELECT a.id FROM webhook_attempts a"
    " WHERE a.tenant_id = $1 AND a.created_at < $2"
    " ORDER BY a.created_at LIMIT $3)";

/* Of messages that never came. */
static const char statuses[] =
    "SELECT s.id, s.id, s.received_us, 0 FROM message_statuses s"
    " WHERE s.tenant_id = $1 AND s.message_id IS NULL AND s.id > $2"
    " ORDER BY s.id LIMIT $3";

static const char approvals[] =
    "SELECT a.id, a.id, COALESCE(a.decided_us, a.expires_us), 0"
    " FROM approvals a WHERE a.tenant_id = $1 AND a.id > $2"
    " ORDER BY a.id LIMIT $3";

static const char answers[] = "SELECT count(*), min(at_us) FROM idempotency"
			      " WHERE tenant_id = $1 AND at_us < $2";
static const char answers_go[] =
    "DELETE FROM idempotency WHERE tenant_id = $1 AND (token_id, name) IN"
    " (SELECT a.token_id, a.name FROM idempotency a"
    " WHERE a.tenant_id = $1 AND a.at_us < $2 ORDER BY a.at_us LIMIT $3)";
static const char tries[] = "SELECT count(*), min(last_us) FROM login_tries"
			    " WHERE tenant_id = $1 AND last_us < $2";
static const char tries_go[] =
    "DELETE FROM login_tries WHERE tenant_id = $1 AND (kind, name) IN"
    " (SELECT a.kind, a.name FROM login_tries a"
    " WHERE a.tenant_id = $1 AND a.last_us < $2 LIMIT $3)";
static const char sessions[] =
    "SELECT count(*), min(lease_until_us) FROM presence"
    " WHERE tenant_id = $1 AND lease_until_us < $2";
static const char sessions_go[] =
    "DELETE FROM presence WHERE tenant_id = $1 AND session IN"
    " (SELECT a.session FROM presence a"
    " WHERE a.tenant_id = $1 AND a.lease_until_us < $2 LIMIT $3)";

/* In this order: what another one stands on goes after it. */
/* clang-format off */
const struct purge_sweep purge_sweeps[PURGE_SWEEPS] = {
	[PURGE_UNDO] = {RETENTION_DELETED, "undo", PURGE_BY_ID, undo, purge__undo, NULL},
	[PURGE_EVENTS] = {RETENTION_WEBHOOKS, "webhooks", PURGE_BY_ID, events, purge__event, NULL},
	[PURGE_TICKETS] = {RETENTION_MESSAGES, "tickets", PURGE_BY_TIME, tickets, purge__ticket, NULL},
	[PURGE_TICKET_TRASH] = {RETENTION_DELETED, "deleted tickets", PURGE_BY_TIME, ticket_trash, purge__ticket, NULL},
	[PURGE_CONVERSATIONS] = {RETENTION_MESSAGES, "conversations", PURGE_BY_TIME, conversations, purge__conversation, NULL},
	[PURGE_GUIDED] = {RETENTION_GUIDED, "guide sessions", PURGE_BY_TIME, guided, purge__guide_session, NULL},
	[PURGE_GUIDED_TRASH] = {RETENTION_DELETED, "deleted guide sessions", PURGE_BY_TIME, guided_trash, purge__guide_session, NULL},
	[PURGE_RECORDINGS] = {RETENTION_RECORDINGS, "recordings", PURGE_BY_TIME, recordings, purge__recording, NULL},
	[PURGE_RECORDING_TRASH] = {RETENTION_DELETED, "deleted recordings", PURGE_BY_TIME, recording_trash, purge__recording, NULL},
	[PURGE_CALLS] = {RETENTION_CALLS, "calls", PURGE_BY_TIME, calls, purge__call, NULL},
	[PURGE_CALLBACKS] = {RETENTION_CALLS, "promised calls", PURGE_BY_TIME, callbacks, purge__callback, NULL},
	[PURGE_CALLBACK_TRASH] = {RETENTION_DELETED, "deleted promised calls", PURGE_BY_TIME, callback_trash, purge__callback, NULL},
	[PURGE_LEADS] = {RETENTION_CALLS, "leads", PURGE_BY_TIME, leads, purge__lead, NULL},
	[PURGE_LEAD_TRASH] = {RETENTION_DELETED, "deleted leads", PURGE_BY_TIME, lead_trash, purge__lead, NULL},
	[PURGE_AGENT_TRASH] = {RETENTION_DELETED, "deleted inventory agents", PURGE_BY_TIME, agent_trash, purge__agent, NULL},
	[PURGE_STOP_TRASH] = {RETENTION_DELETED, "deleted stopped numbers", PURGE_BY_TIME, stop_trash, purge__stopped, NULL},
	[PURGE_HINTS] = {RETENTION_HINTS, "hints", PURGE_BY_TIME, hints, purge__hint, NULL},
	[PURGE_DRAFTS] = {RETENTION_DRAFTS, "drafts", PURGE_BY_ID, drafts, purge__draft, NULL},
	[PURGE_COMMENTS] = {RETENTION_DELETED, "deleted comments", PURGE_BY_TIME, comments, purge__comment, NULL},
	[PURGE_NOTES] = {RETENTION_DELETED, "deleted notes", PURGE_BY_TIME, notes, purge__note, NULL},
	[PURGE_LINKS] = {RETENTION_DELETED, "deleted links", PURGE_BY_TIME, links, purge__link, NULL},
	[PURGE_CHECKS] = {RETENTION_DELETED, "deleted checks", PURGE_BY_TIME, checks, purge__check, NULL},
	[PURGE_TIMES] = {RETENTION_DELETED, "deleted times worked", PURGE_BY_TIME, times, purge__time, NULL},
	[PURGE_POINTS] = {RETENTION_DELETED, "deleted addresses", PURGE_BY_TIME, points, purge__contact_point, NULL},
	[PURGE_CONTACTS] = {RETENTION_DELETED, "deleted contacts", PURGE_BY_TIME, contacts, purge__contact, NULL},
	[PURGE_DIVISIONS] = {RETENTION_DELETED, "deleted divisions", PURGE_BY_TIME, divisions, purge__division, NULL},
	[PURGE_COMPANIES] = {RETENTION_DELETED, "deleted companies", PURGE_BY_TIME, companies, purge__company, NULL},
	[PURGE_EMPLOYEES] = {RETENTION_DELETED, "deleted employees", PURGE_BY_TIME, employees, purge__employee, NULL},
	[PURGE_TEMPLATES] = {RETENTION_DELETED, "deleted templates", PURGE_BY_TIME, guide_patterns, purge__guide_template, NULL},
	[PURGE_KNOWLEDGE] = {RETENTION_DELETED, "deleted guides, cards and prompts", PURGE_BY_TIME, knowledge, purge__knowledge, NULL},
	[PURGE_WEBHOOKS] = {RETENTION_DELETED, "deleted webhooks", PURGE_BY_TIME, hooks, purge__webhook, NULL},
	[PURGE_SENT] = {RETENTION_OUTBOX, "sent", PURGE_BY_ID, sent, purge__outbox, NULL},
	[PURGE_DEAD] = {RETENTION_OUTBOX, "dead letters", PURGE_BY_ID, dead, purge__outbox, NULL},
	[PURGE_RECALLED] = {RETENTION_OUTBOX, "taken back", PURGE_BY_ID, recalled, purge__outbox, NULL},
	[PURGE_JOBS] = {RETENTION_OUTBOX, "jobs", PURGE_BY_ID, jobs, purge__job, NULL},
	[PURGE_TOLD] = {RETENTION_OUTBOX, "events", PURGE_BY_ID, told, purge__told, NULL},
	[PURGE_ATTEMPTS] = {RETENTION_OUTBOX, "attempts", PURGE_BULK, attempts, NULL, attempts_go},
	[PURGE_STATUSES] = {RETENTION_OUTBOX, "statuses", PURGE_BY_ID, statuses, purge__status, NULL},
	[PURGE_ANSWERS] = {RETENTION_OUTBOX, "answers", PURGE_BULK, answers, NULL, answers_go},
	[PURGE_TRIES] = {RETENTION_LOGINS, "logins", PURGE_BULK, tries, NULL, tries_go},
	[PURGE_SESSIONS] = {RETENTION_LOGINS, "sessions", PURGE_BULK, sessions, NULL, sessions_go},
	[PURGE_APPROVALS] = {RETENTION_AUDIT, "approvals", PURGE_BY_ID, approvals, purge__approval, NULL},
	[PURGE_AUDIT] = {RETENTION_AUDIT, "audit", PURGE_BULK, NULL, NULL, NULL},
};
/* clang-format on */
