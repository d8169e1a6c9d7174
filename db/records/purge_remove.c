/* purge_remove - what goes with a record that is cleared; see purge_int.h. */
#include "common/clock.h"
#include "db/core/search.h"
#include "db/records/purge_int.h"
#include "db/records/records_int.h"

bool
purge__is_full(const struct purge_batch *b)
{
	return b->left <= 0 || clock_mono_us() >= b->until_us;
}

/* One statement by tenant ($1) and id ($2); what it takes away counts. */
static int
take(struct desk *d, struct purge_batch *b, const char *sql, int64_t id,
    struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db, sql,
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), &changed, err);

	b->removed += changed;
	b->left -= (int)changed;
	return rc;
}

static int
take_all(struct desk *d, struct purge_batch *b, const char *const *sql,
    size_t n, int64_t id, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take(d, b, sql[i], id, err);
	return rc;
}
#define TAKE_ALL(d, b, sql, id, err)                                           \
	take_all(d, b, sql, sizeof(sql) / sizeof((sql)[0]), id, err)

/* What stands beside any record: history, search, drafts, who looks at it. */
static int
take_traces(struct desk *d, struct purge_batch *b, enum record_kind kind,
    int64_t id, struct err *err)
{
	static const char *const traces[] = {
	    "DELETE FROM changes WHERE tenant_id = $1 AND kind = $3"
	    " AND record_id = $2",
	    "DELETE FROM drafts WHERE tenant_id = $1 AND kind = $3"
	    " AND record_id = $2",
	    "DELETE FROM presence WHERE tenant_id = $1 AND kind = $3"
	    " AND record_id = $2",
	};
	int rc = search_put(d, kind, id, 0, "", err);

	for (size_t i = 0; rc == 0 && i < sizeof(traces) / sizeof(traces[0]);
	     i++) {
		int64_t changed = 0;

		rc = db_exec(d->db, traces[i],
		    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(kind)),
		    &changed, err);
		b->removed += changed;
		b->left -= (int)changed;
	}
	return rc;
}

static int
take_changes(struct desk *d, struct purge_batch *b, enum record_kind kind,
    int64_t id, struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(d->db,
	    "DELETE FROM changes WHERE tenant_id = $1 AND kind = $3"
	    " AND record_id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(kind)), &changed,
	    err);

	b->removed += changed;
	b->left -= (int)changed;
	return rc;
}

/* Each child of a record, with its own history; 1 when all are gone. */
static int
take_children(struct desk *d, struct purge_batch *b, const char *find,
    int64_t id, purge_remove_fn *remove, struct err *err)
{
	int64_t child = 0;
	int rc;

	for (;;) {
		rc = db_int(d->db, &child, find,
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
		if (rc != 0)
			return rc == OD_ENOTFOUND ? 1 : rc;
		if (purge__is_full(b))
			return 0;
		if ((rc = remove(d, b, child, err)) <= 0)
			return rc;
	}
}

static int
done(int rc)
{
	return rc != 0 ? rc : 1;
}

/* ---- tickets ---- */

/* Its bytes go when the row is gone for good: purge_files. */
static int
take_ticket_file(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM files WHERE tenant_id = $1 AND id ="
	    " (SELECT k.file_id FROM ticket_files k"
	    " WHERE k.tenant_id = $1 AND k.id = $2)",
	    "DELETE FROM ticket_files WHERE tenant_id = $1 AND id = $2",
	};
	int rc = db_exec(d->db,
	    "INSERT INTO file_removals(name, tenant_id)"
	    " SELECT f.name, f.tenant_id FROM ticket_files k JOIN files f"
	    " ON f.tenant_id = k.tenant_id AND f.id = k.file_id"
	    " WHERE k.tenant_id = $1 AND k.id = $2"
	    " ON CONFLICT(name) DO NOTHING",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), NULL, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

/* A row of a ticket, with its history. */
static int
take_row(struct desk *d, struct purge_batch *b, enum record_kind kind,
    const char *sql, int64_t id, struct err *err)
{
	int rc = take_changes(d, b, kind, id, err);

	return done(rc != 0 ? rc : take(d, b, sql, id, err));
}

static int
take_value(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_FIELD_VALUE,
	    "DELETE FROM ticket_field_values WHERE tenant_id = $1 AND id = $2",
	    id, err);
}

int
purge__link(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_TICKET_LINK,
	    "DELETE FROM ticket_links WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

int
purge__check(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_TICKET_CHECK,
	    "DELETE FROM ticket_checks WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

int
purge__time(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_TIME,
	    "DELETE FROM ticket_times WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

static int
take_snooze(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_SNOOZE,
	    "DELETE FROM ticket_snoozes WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

static int
take_interval(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_CLOCK_INTERVAL,
	    "DELETE FROM clock_intervals WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

static int
take_clock(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take_children(d, b,
	    "SELECT id FROM clock_intervals WHERE tenant_id = $1"
	    " AND clock_id = $2 ORDER BY from_us, id LIMIT 1",
	    id, take_interval, err);

	return rc <= 0 ? rc
	               : take_row(d, b, RECORD_CLOCK,
			     "DELETE FROM ticket_clocks WHERE tenant_id = $1"
			     " AND id = $2",
			     id, err);
}

/* Without its rows nobody can take it back. */
static int
take_merge(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take(d, b,
	    "DELETE FROM ticket_merge_rows WHERE tenant_id = $1"
	    " AND merge_id = $2",
	    id, err);

	return rc != 0 ? rc
	               : take_row(d, b, RECORD_TICKET_MERGE,
			     "DELETE FROM ticket_merges WHERE tenant_id = $1"
			     " AND id = $2",
			     id, err);
}

/* With its path and what was thought of it; the sums of its day stay. */
int
purge__guide_session(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    /* what webhooks have not taken, see webhook_bodies.c */
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND state IN (0, 4, 5)"
	     " AND kind = 3 AND intent LIKE '% 43 ' || CAST($2 AS TEXT)"
	     " || '\n%'"),
	    "DELETE FROM guide_steps WHERE tenant_id = $1 AND session_id = $2",
	    ("DELETE FROM guide_feedback WHERE tenant_id = $1"
	     " AND session_id = $2"),
	    ("UPDATE calls SET session_id = NULL WHERE tenant_id = $1"
	     " AND session_id = $2"),
	    "DELETE FROM guide_sessions WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_GUIDE_SESSION, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__guide_template(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_GUIDE_TEMPLATE,
	    "DELETE FROM guide_templates WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

/* With all its versions; the sums of the days on which it was walked stay. */
int
purge__knowledge(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    /* what webhooks have not taken, see webhook_bodies.c */
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND state IN (0, 4, 5)"
	     " AND kind = 3 AND intent LIKE '% 42 ' || CAST($2 AS TEXT)"
	     " || '\n%'"),
	    ("DELETE FROM knowledge_versions WHERE tenant_id = $1"
	     " AND knowledge_id = $2"),
	    "DELETE FROM knowledge WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_KNOWLEDGE, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

static int
take_attempt(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM webhook_attempts WHERE tenant_id = $1 AND id = $2", id,
	    err));
}

/* With its attempts, and what was promised to it. */
int
purge__webhook(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take_children(d, b,
	    "SELECT id FROM webhook_attempts WHERE tenant_id = $1"
	    " AND webhook_id = $2 LIMIT 1",
	    id, take_attempt, err);

	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM outbox WHERE tenant_id = $1 AND kind = 3"
		    " AND record_id = $2 LIMIT 1",
		    id, purge__outbox, err);
	if (rc <= 0)
		return rc;
	return take_row(d, b, RECORD_WEBHOOK,
	    "DELETE FROM webhooks WHERE tenant_id = $1 AND id = $2", id, err);
}

/* What a ticket has besides its comments; 1 when all is gone. */
static int
take_ticket_rows(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const struct {
		const char *find;
		purge_remove_fn *remove;
	} children[] = {
	    {"SELECT id FROM ticket_field_values WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		take_value},
	    {"SELECT id FROM ticket_links WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		purge__link},
	    {"SELECT id FROM ticket_links WHERE tenant_id = $1 AND kind = 5"
	     " AND record_id = $2 LIMIT 1",
		purge__link},
	    {"SELECT id FROM ticket_checks WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		purge__check},
	    {"SELECT id FROM ticket_times WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		purge__time},
	    {"SELECT id FROM ticket_snoozes WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		take_snooze},
	    {"SELECT id FROM ticket_clocks WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		take_clock},
	    {"SELECT id FROM ticket_merges WHERE tenant_id = $1"
	     " AND source_id = $2 LIMIT 1",
		take_merge},
	    {"SELECT id FROM ticket_merges WHERE tenant_id = $1"
	     " AND target_id = $2 LIMIT 1",
		take_merge},
	    {"SELECT id FROM ticket_files WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		take_ticket_file},
	    {"SELECT id FROM guide_sessions WHERE tenant_id = $1"
	     " AND ticket_id = $2 LIMIT 1",
		purge__guide_session},
	};
	int rc = 1;

	for (size_t i = 0; rc > 0 && i < sizeof(children) / sizeof(children[0]);
	     i++)
		rc = take_children(
		    d, b, children[i].find, id, children[i].remove, err);
	return rc;
}

int
purge__comment(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM mail_ids WHERE tenant_id = $1 AND comment_id = $2",
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND kind = 4"
	     " AND record_id = $2"),
	    "DELETE FROM ticket_comments WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_children(d, b,
	    "SELECT id FROM ticket_files WHERE tenant_id = $1"
	    " AND comment_id = $2 LIMIT 1",
	    id, take_ticket_file, err);

	if (rc <= 0)
		return rc;
	rc = take_changes(d, b, RECORD_TICKET_COMMENT, id, err);
	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__ticket(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const named[] = {
	    "UPDATE conversations SET ticket_id = NULL WHERE tenant_id = $1"
	    " AND ticket_id = $2",
	    "UPDATE tickets SET merged_into = NULL WHERE tenant_id = $1"
	    " AND merged_into = $2",
	};
	static const char *const rest[] = {
	    /* what webhooks have not taken, see webhook_bodies.c */
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND state IN (0, 4, 5)"
	     " AND kind = 3 AND intent LIKE '% 11 ' || CAST($2 AS TEXT)"
	     " || '\n%'"),
	    "DELETE FROM ticket_tags WHERE tenant_id = $1 AND ticket_id = $2",
	    "DELETE FROM mail_ids WHERE tenant_id = $1 AND ticket_id = $2",
	    ("DELETE FROM import_marks WHERE tenant_id = $1"
	     " AND kind = 11 AND record_id = $2"),
	    ("UPDATE calls SET ticket_id = NULL WHERE tenant_id = $1"
	     " AND ticket_id = $2"),
	    ("UPDATE leads SET ticket_id = NULL WHERE tenant_id = $1"
	     " AND ticket_id = $2"),
	    "DELETE FROM tickets WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_children(d, b,
	    "SELECT id FROM ticket_comments WHERE tenant_id = $1"
	    " AND ticket_id = $2 ORDER BY at_us, id LIMIT 1",
	    id, purge__comment, err);

	if (rc > 0)
		rc = take_ticket_rows(d, b, id, err);
	if (rc <= 0)
		return rc;
	if ((rc = take_traces(d, b, RECORD_TICKET, id, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < sizeof(named) / sizeof(named[0]); i++)
		rc = db_exec(d->db, named[i],
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), NULL, err);
	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

/* ---- conversations ---- */

int
purge__note(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take_changes(d, b, RECORD_CONVERSATION_NOTE, id, err);

	if (rc == 0)
		rc = take(d, b,
		    "DELETE FROM conversation_notes WHERE tenant_id = $1"
		    " AND id = $2",
		    id, err);
	return done(rc);
}

/* Its bytes go when the row is gone for good: purge_files. */
static int
take_file(
    struct desk *d, struct purge_batch *b, int64_t message_id, struct err *err)
{
	int rc = db_exec(d->db,
	    "INSERT INTO file_removals(name, tenant_id)"
	    " SELECT f.name, f.tenant_id FROM messages m JOIN files f"
	    " ON f.tenant_id = m.tenant_id AND f.id = m.file_id"
	    " WHERE m.tenant_id = $1 AND m.id = $2"
	    " ON CONFLICT(name) DO NOTHING",
	    BINDS(b_int(d->actor.tenant_id), b_int(message_id)), NULL, err);

	return rc != 0 ? rc
	               : take(d, b,
			     "DELETE FROM files WHERE tenant_id = $1 AND id ="
			     " (SELECT m.file_id FROM messages m"
			     " WHERE m.tenant_id = $1 AND m.id = $2)",
			     message_id, err);
}

static int
take_message(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM message_statuses WHERE tenant_id = $1"
	    " AND message_id = $2",
	    "DELETE FROM outbox WHERE tenant_id = $1 AND kind = 1"
	    " AND record_id = $2",
	    "DELETE FROM outbox WHERE tenant_id = $1 AND kind = 2"
	    " AND record_id = $2",
	    "DELETE FROM jobs WHERE tenant_id = $1 AND kind = 1"
	    " AND record_id = $2",
	    "DELETE FROM messages WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_file(d, b, id, err);

	if (rc == 0)
		rc = take_changes(d, b, RECORD_MESSAGE, id, err);
	if (rc == 0)
		rc = search_put(d, RECORD_MESSAGE, id, 0, "", err);
	if (rc == 0)
		rc = TAKE_ALL(d, b, rest, id, err);
	return done(rc);
}

int
purge__conversation(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    ("UPDATE calls SET conversation_id = NULL WHERE tenant_id = $1"
	     " AND conversation_id = $2"),
	    ("UPDATE leads SET conversation_id = NULL WHERE tenant_id = $1"
	     " AND conversation_id = $2"),
	    ("UPDATE ai_logs SET conversation_id = NULL, asked = '',"
	     " said = '' WHERE tenant_id = $1 AND conversation_id = $2"),
	    "DELETE FROM conversations WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_children(d, b,
	    "SELECT id FROM messages WHERE tenant_id = $1"
	    " AND conversation_id = $2 ORDER BY at_us, id LIMIT 1",
	    id, take_message, err);

	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM conversation_notes WHERE tenant_id = $1"
		    " AND conversation_id = $2 ORDER BY at_us, id LIMIT 1",
		    id, purge__note, err);
	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM guide_sessions WHERE tenant_id = $1"
		    " AND conversation_id = $2 LIMIT 1",
		    id, purge__guide_session, err);
	if (rc <= 0)
		return rc;
	if ((rc = take_traces(d, b, RECORD_CONVERSATION, id, err)) == 0)
		rc = TAKE_ALL(d, b, rest, id, err);
	return done(rc);
}

/* ---- calls ---- */

/* With its intervals; what its operator did then stays, as no call's. */
int
purge__call(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    /* what webhooks have not taken, see webhook_bodies.c */
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND state IN (0, 4, 5)"
	     " AND kind = 3 AND intent LIKE '% 46 ' || CAST($2 AS TEXT)"
	     " || '\n%'"),
	    "DELETE FROM call_intervals WHERE tenant_id = $1 AND call_id = $2",
	    ("UPDATE operator_states SET call_id = NULL WHERE tenant_id = $1"
	     " AND call_id = $2"),
	    ("UPDATE do_not_call SET source_call_id = NULL"
	     " WHERE tenant_id = $1 AND source_call_id = $2"),
	    ("UPDATE callbacks SET call_id = NULL WHERE tenant_id = $1"
	     " AND call_id = $2"),
	    ("UPDATE leads SET call_id = NULL WHERE tenant_id = $1"
	     " AND call_id = $2"),
	    ("UPDATE callbacks SET done_call_id = NULL WHERE tenant_id = $1"
	     " AND done_call_id = $2"),
	    ("UPDATE ai_logs SET call_id = NULL, asked = '', said = ''"
	     " WHERE tenant_id = $1 AND call_id = $2"),
	    /* what is left of a recording: recording__hash needs it */
	    ("UPDATE recordings SET call_id = NULL, device = 'call '"
	     " || CAST($2 AS TEXT) WHERE tenant_id = $1 AND call_id = $2"),
	    "DELETE FROM calls WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_CALL, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__callback(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    ("UPDATE calls SET callback_id = NULL WHERE tenant_id = $1"
	     " AND callback_id = $2"),
	    "DELETE FROM callbacks WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_CALLBACK, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__lead(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    /* what webhooks have not taken, see webhook_bodies.c */
	    ("DELETE FROM outbox WHERE tenant_id = $1 AND state IN (0, 4, 5)"
	     " AND kind = 3 AND intent LIKE '% 53 ' || CAST($2 AS TEXT)"
	     " || '\n%'"),
	    /* calls are about a lead of their contact; no index has lead_id */
	    ("UPDATE calls SET lead_id = NULL WHERE tenant_id = $1"
	     " AND contact_id = (SELECT l.contact_id FROM leads l"
	     " WHERE l.tenant_id = $1 AND l.id = $2) AND lead_id = $2"),
	    ("UPDATE calls SET lead_id = NULL WHERE tenant_id = $1"
	     " AND id = (SELECT l.call_id FROM leads l"
	     " WHERE l.tenant_id = $1 AND l.id = $2) AND lead_id = $2"),
	    "DELETE FROM leads WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_LEAD, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__agent(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM agent_reports WHERE tenant_id = $1 AND agent_id = $2",
	    "DELETE FROM agents WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_AGENT, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__stopped(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_DO_NOT_CALL,
	    "DELETE FROM do_not_call WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

int
purge__hint(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "UPDATE ai_logs SET asked = '', said = '' WHERE tenant_id = $1"
	    " AND id = $2",
	    id, err));
}

/* ---- people ---- */

int
purge__contact_point(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take_changes(d, b, RECORD_CONTACT_POINT, id, err);

	if (rc == 0)
		rc = take(d, b,
		    "DELETE FROM contact_points WHERE tenant_id = $1"
		    " AND id = $2",
		    id, err);
	return done(rc);
}

int
purge__contact(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    ("DELETE FROM import_marks WHERE tenant_id = $1 AND kind = 6"
	     " AND record_id = $2"),
	    /* Calls stay for the figures, as nobody's. */
	    ("UPDATE calls SET callback_id = NULL WHERE tenant_id = $1"
	     " AND callback_id IN (SELECT id FROM callbacks"
	     " WHERE tenant_id = $1 AND contact_id = $2)"),
	    "DELETE FROM callbacks WHERE tenant_id = $1 AND contact_id = $2",
	    ("UPDATE calls SET contact_id = NULL, number = '',"
	     " number_folded = '', notes = '' WHERE tenant_id = $1"
	     " AND contact_id = $2"),
	    ("UPDATE ai_logs SET contact_id = NULL, asked = '', said = ''"
	     " WHERE tenant_id = $1 AND contact_id = $2"),
	    "DELETE FROM contacts WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_children(d, b,
	    "SELECT id FROM contact_points WHERE tenant_id = $1"
	    " AND contact_id = $2 LIMIT 1",
	    id, purge__contact_point, err);

	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM guide_sessions WHERE tenant_id = $1"
		    " AND contact_id = $2 LIMIT 1",
		    id, purge__guide_session, err);
	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM recordings WHERE tenant_id = $1"
		    " AND contact_id = $2 ORDER BY started_us, id LIMIT 1",
		    id, purge__recorded, err);
	if (rc > 0)
		rc = take_children(d, b,
		    "SELECT id FROM leads WHERE tenant_id = $1"
		    " AND contact_id = $2 LIMIT 1",
		    id, purge__lead, err);
	if (rc <= 0)
		return rc;
	rc = take_traces(d, b, RECORD_CONTACT, id, err);
	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__division(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	int rc = take_traces(d, b, RECORD_DIVISION, id, err);

	if (rc == 0)
		rc = take(d, b,
		    "DELETE FROM divisions WHERE tenant_id = $1 AND id = $2",
		    id, err);
	return done(rc);
}

static int
take_policy(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return take_row(d, b, RECORD_POLICY,
	    "DELETE FROM service_policies WHERE tenant_id = $1 AND id = $2", id,
	    err);
}

int
purge__company(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM import_marks WHERE tenant_id = $1 AND kind = 4"
	    " AND record_id = $2",
	    "DELETE FROM companies WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_children(d, b,
	    "SELECT id FROM service_policies WHERE tenant_id = $1"
	    " AND company_id = $2 LIMIT 1",
	    id, take_policy, err);

	if (rc <= 0)
		return rc;
	rc = take_traces(d, b, RECORD_COMPANY, id, err);
	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

int
purge__employee(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	static const char *const rest[] = {
	    "DELETE FROM import_marks WHERE tenant_id = $1 AND kind = 41"
	    " AND record_id = $2",
	    "DELETE FROM employees WHERE tenant_id = $1 AND id = $2",
	};
	int rc = take_traces(d, b, RECORD_EMPLOYEE, id, err);

	return done(rc != 0 ? rc : TAKE_ALL(d, b, rest, id, err));
}

/* ---- rows that stand alone ---- */

int
purge__event(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM raw_events WHERE tenant_id = $1 AND id = $2", id,
	    err));
}

int
purge__draft(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM drafts WHERE tenant_id = $1 AND id = $2", id, err));
}

/* The history stays with its records. */
int
purge__undo(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM undo WHERE tenant_id = $1 AND id = $2", id, err));
}

int
purge__outbox(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM outbox WHERE tenant_id = $1 AND id = $2", id, err));
}

int
purge__job(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM jobs WHERE tenant_id = $1 AND id = $2", id, err));
}

int
purge__told(struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM events WHERE tenant_id = $1 AND id = $2", id, err));
}

int
purge__status(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM message_statuses WHERE tenant_id = $1 AND id = $2", id,
	    err));
}

int
purge__approval(
    struct desk *d, struct purge_batch *b, int64_t id, struct err *err)
{
	return done(take(d, b,
	    "DELETE FROM approvals WHERE tenant_id = $1 AND id = $2", id, err));
}
