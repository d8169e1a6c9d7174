/* agents - see agents.h. */
#include "db/records/agents.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include "db/records/tenant_settings.h"
#include <stdlib.h>
#include <string.h>

#define PROGRAMS_MAX 1000

const char *const agent_state_names[] = {"review", "accepted", NULL};
const char *const agent_view_names[] = {
    "accepted", "silent", "review", "all", "trash", NULL};

#define AGENT_COLUMNS                                                          \
	"SELECT a.id, a.version, a.created_at, a.updated_at, a.deleted_at,"    \
	" a.state, a.by_token, a.contact_us, a.reports, a.report_us,"          \
	" a.report_size, a.report_partial, a.report_digest, a.agent_key,"      \
	" a.device_id, a.program, a.program_version, a.tag"

#define TAKE(st, column, field)                                                \
	str_copy(field, sizeof(field), stmt_text(st, column))

static void
read_row(struct stmt *st, void *row)
{
	struct agent *a = row;

	a->id = stmt_int(st, 0);
	a->version = stmt_int(st, 1);
	a->created_at = stmt_int(st, 2);
	a->updated_at = stmt_int(st, 3);
	a->deleted_at = stmt_int(st, 4);
	a->state = (enum agent_state)stmt_int(st, 5);
	a->by_token = stmt_int(st, 6) != 0;
	a->contact_us = stmt_int(st, 7);
	a->reports = stmt_int(st, 8);
	a->report_us = stmt_int(st, 9);
	a->report_size = stmt_int(st, 10);
	a->report_is_partial = stmt_int(st, 11) != 0;
	TAKE(st, 12, a->report_digest);
	TAKE(st, 13, a->key);
	TAKE(st, 14, a->device_id);
	TAKE(st, 15, a->program);
	TAKE(st, 16, a->program_version);
	TAKE(st, 17, a->tag);
}

static int
load(struct desk *d, int64_t id, struct agent *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = records__first(d,
	    AGENT_COLUMNS " FROM agents a WHERE a.tenant_id = $1 AND a.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), read_row, out, err);
	if (rc == 0)
		return err_set(
		    err, OD_ENOTFOUND, "There is no such inventory agent");
	return rc == 1 ? 0 : rc;
}

int
agent_get(struct desk *d, int64_t id, struct agent *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_read(d, OP_AGENT_READ, id, err)) != 0)
		return rc;
	return load(d, id, out, err);
}

/* ---- what an agent says ---- */

/* What is kept of a word, clean. */
struct said {
	char key[AGENT_KEY_MAX + 1], device_id[AGENT_KEY_MAX + 1];
	char program[65], version[65], tag[201];
	char digest[SHA256_HEX_SIZE];
};

static int
clean(const struct agent_word *w, struct said *s, struct err *err)
{
	int rc;

	if ((rc = records__fit(_("Device id"), s->device_id,
		 sizeof(s->device_id), w->device_id, err)) != 0 ||
	    (rc = records__fit(
		 _("Agent's id"), s->key, sizeof(s->key), w->key, err)) != 0)
		return rc;
	if (s->key[0] == '\0')
		str_copy(s->key, sizeof(s->key), s->device_id);
	if (s->key[0] == '\0')
		return err_set(
		    err, OD_EDATA, "The agent does not say which one it is");
	records__line(s->program, sizeof(s->program), w->program);
	records__line(s->version, sizeof(s->version), w->program_version);
	records__line(s->tag, sizeof(s->tag), w->tag);
	s->digest[0] = '\0';
	if (w->report != NULL)
		sha256_hex(w->report, w->report_size, s->digest);
	return 0;
}

/*
 * By its own id; who names none is the one of that device which was heard of
 * last.  1: found, 0: it is new.
 */
static int
find(struct desk *d, const struct agent_word *w, const struct said *s,
    struct agent *out, struct err *err)
{
	bool has_key = w->key != NULL && w->key[0] != '\0';

	if (has_key)
		return records__first(d,
		    AGENT_COLUMNS " FROM agents a WHERE a.tenant_id = $1 AND a.agent_key = $2",
		    BINDS(b_int(d->actor.tenant_id), b_text(s->key)), read_row,
		    out, err);
	return records__first(d,
	    AGENT_COLUMNS " FROM agents a WHERE a.tenant_id = $1 AND a.device_id = $2"
			 " ORDER BY a.contact_us DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_text(s->device_id)), read_row,
	    out, err);
}

/* Whether it is accepted from this word on. */
static bool
is_accepted(const struct agent_word *w, const struct agent *was)
{
	if (was->id == 0 || was->deleted_at != 0)
		return w->by_token || w->accepts;
	return w->by_token || was->state == AGENT_ACCEPTED;
}

static int
check_waiting(struct desk *d, struct err *err)
{
	int64_t n;
	int rc = db_int(d->db, &n,
	    "SELECT count(*) FROM agents WHERE tenant_id = $1 AND state = 0"
	    " AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)), err);

	if (rc == 0 && n >= AGENT_WAITING_MAX)
		rc = err_set(err, OD_ELIMIT,
		    "Too many new inventory agents wait to be looked at");
	return rc;
}

static int
insert(struct desk *d, const struct op *op, const struct agent_word *w,
    const struct said *s, int64_t *id, struct err *err)
{
	bool accepted = is_accepted(w, &(struct agent){0});
	int rc = accepted ? 0 : check_waiting(d, err);

	return rc != 0 ? rc : db_insert(d->db, id,
	    "INSERT INTO agents(tenant_id, agent_key, device_id, program,"
	    " program_version, tag, state, by_token, contact_us, created_at,"
	    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$9,$9)"
	    " RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(s->key),
		b_text(s->device_id), b_text(s->program), b_text(s->version),
		b_text(s->tag),
		b_int(accepted ? AGENT_ACCEPTED : AGENT_REVIEW),
		b_int(w->by_token), b_int(op->now_us)),
	    err);
}

/*
 * What it did not say stays.  One from the trash begins anew, and what was
 * done to it before cannot be undone any more.
 */
static int
update(struct desk *d, const struct op *op, const struct agent_word *w,
    const struct said *s, const struct agent *was, struct err *err)
{
	bool is_back = was->deleted_at != 0;
	bool accepted = is_accepted(w, was);

	return db_exec(d->db,
	    "UPDATE agents SET device_id = $3, program = CASE WHEN $4 = ''"
	    " THEN program ELSE $4 END, program_version = CASE WHEN $5 = ''"
	    " THEN program_version ELSE $5 END, tag = CASE WHEN $6 = 0"
	    " THEN tag ELSE $7 END, state = $8, by_token = $9,"
	    " contact_us = $10, deleted_at = NULL, version = version + $11"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(was->id),
		b_text(s->device_id), b_text(s->program), b_text(s->version),
		b_int(w->tag != NULL), b_text(s->tag),
		b_int(accepted ? AGENT_ACCEPTED : AGENT_REVIEW),
		b_int(w->by_token || was->by_token), b_int(op->now_us),
		b_int(is_back)),
	    NULL, err);
}

/* A whole one stands for all before it, a partial one for some of them. */
static int
make_room(struct desk *d, int64_t id, bool for_partial, struct err *err)
{
	if (!for_partial)
		return db_exec(d->db,
		    "DELETE FROM agent_reports WHERE tenant_id = $1"
		    " AND agent_id = $2",
		    BINDS(b_int(d->actor.tenant_id), b_int(id)), NULL, err);
	return db_exec(d->db,
	    "DELETE FROM agent_reports WHERE tenant_id = $1 AND agent_id = $2"
	    " AND partial = 1 AND id IN (SELECT r.id FROM agent_reports r"
	    " WHERE r.tenant_id = $1 AND r.agent_id = $2 AND r.partial = 1"
	    " ORDER BY r.id DESC LIMIT 1000 OFFSET $3)",
	    BINDS(b_int(d->actor.tenant_id), b_int(id),
		b_int(AGENT_PARTS_KEPT - 1)),
	    NULL, err);
}

static int
keep_report(struct desk *d, const struct op *op, const struct agent_word *w,
    const struct said *s, int64_t id, struct err *err)
{
	int64_t unused;
	int rc;

	if ((rc = make_room(d, id, w->report_is_partial, err)) != 0 ||
	    (rc = db_insert(d->db, &unused,
		 "INSERT INTO agent_reports(tenant_id, agent_id, partial, body,"
		 " received_us) VALUES($1,$2,$3,$4,$5) RETURNING id",
		 BINDS(b_int(d->actor.tenant_id), b_int(id),
		     b_int(w->report_is_partial),
		     b_blob(w->report, w->report_size), b_int(op->now_us)),
		 err)) != 0)
		return rc;
	return db_exec(d->db,
	    "UPDATE agents SET reports = reports + 1, report_us = $3,"
	    " report_size = $4, report_digest = $5, report_partial = $6"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(id), b_int(op->now_us),
		b_int((int64_t)w->report_size), b_text(s->digest),
		b_int(w->report_is_partial)),
	    NULL, err);
}

static int
check(const struct agent_word *w, const struct agent *was, struct err *err)
{
	if (was->by_token && !w->by_token)
		return err_set(err, OD_EDENIED,
		    "This agent has shown a token before; it has to again");
	if (w->report_size > AGENT_WAITING_BYTES && !is_accepted(w, was))
		return err_set(err, OD_ELIMIT,
		    "The report is too large for an agent that nobody has"
		    " accepted yet");
	return 0;
}

static int
note(struct desk *d, const struct op *op, const struct agent_word *w,
    const struct said *s, int64_t *id, struct err *err)
{
	struct agent was = {0};
	int rc;

	if ((rc = find(d, w, s, &was, err)) < 0)
		return rc;
	if ((rc = check(w, &was, err)) != 0)
		return rc;
	*id = was.id;
	rc = was.id == 0 ? insert(d, op, w, s, id, err)
			 : update(d, op, w, s, &was, err);
	if (rc != 0 || w->report == NULL ||
	    strcmp(s->digest, was.report_digest) == 0)
		return rc;
	return keep_report(d, op, w, s, *id, err);
}

int
agent_heard(struct desk *d, const struct agent_word *w, int64_t *id,
    struct err *err)
{
	struct said s;
	struct op op;
	int rc;

	*id = 0;
	if ((rc = clean(w, &s, err)) != 0 ||
	    (rc = op_begin(d, &op, OP_AGENT_FACT, 0, err)) != 0)
		return rc;
	return op_end(d, &op, note(d, &op, w, &s, id, err), err);
}

/* ---- what people do ---- */

int
agent_accept(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	const struct change accepted = {"state", b_int(AGENT_ACCEPTED)};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_AGENT_ACCEPT, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Accepted inventory agent %lld"), (long long)id);
	rc = record_update(
	    d, &op, RECORD_AGENT, id, seen_version, &accepted, 1, NULL, err);
	return op_end(d, &op, rc, err);
}

int
agent_delete(struct desk *d, int64_t id, int64_t seen_version, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_AGENT_DELETE, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Deleted inventory agent %lld"), (long long)id);
	rc = record_delete(d, &op, RECORD_AGENT, id, seen_version, err);
	return op_end(d, &op, rc, err);
}

int
agent_restore(struct desk *d, int64_t id, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_AGENT_RESTORE, id, err)) != 0)
		return rc;
	op_sentence(&op, _("Took inventory agent %lld out of the trash"),
	    (long long)id);
	rc = record_restore(d, &op, RECORD_AGENT, id, err);
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

int64_t
agent_page_key(enum agent_view view, const struct agent *a)
{
	return view == AGENTS_TRASH ? a->deleted_at : a->contact_us;
}

/* Without a word for so long one is silent. */
static int
silent_after(struct desk *d, int64_t *us, struct err *err)
{
	int rc = tenant_setting(d, SETTING_AGENT_SILENT, us, NULL, err);

	*us *= US_PER_DAY;
	return rc;
}

static int
add_view(
    struct query *q, struct desk *d, enum agent_view view, struct err *err)
{
	int64_t silent_us = 0;
	int rc = 0;

	query_text(q, view == AGENTS_TRASH ? " AND a.deleted_at IS NOT NULL"
					   : " AND a.deleted_at IS NULL");
	if (view == AGENTS_REVIEW)
		query_text(q, " AND a.state = 0");
	if (view == AGENTS_ACCEPTED || view == AGENTS_SILENT)
		query_text(q, " AND a.state = 1");
	if (view == AGENTS_SILENT &&
	    (rc = silent_after(d, &silent_us, err)) == 0)
		query_add(q, " AND a.contact_us < $?",
		    BINDS(b_int(clock_wall_us() - silent_us)));
	return rc;
}

static void
add_page(struct query *q, enum agent_view view, const struct page *page)
{
	bool trash = view == AGENTS_TRASH;

	if (page->after_id != 0)
		query_add(q,
		    trash ? " AND (a.deleted_at, a.id) > ($?, $?)"
			  : " AND (a.contact_us, a.id) > ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(q,
	    trash ? " ORDER BY a.deleted_at, a.id LIMIT $?"
		  : " ORDER BY a.contact_us, a.id LIMIT $?",
	    BINDS(b_int(records__limit(page))));
}

int
agent_list(struct desk *d, enum agent_view view, const struct page *page,
    struct agent **rows, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_AGENT_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q, AGENT_COLUMNS " FROM agents a WHERE a.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	if ((rc = add_view(&q, d, view, err)) == 0) {
		add_page(&q, view, page);
		rc = query_run(d->db, &st, &q, err);
	}
	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	query_free(&q);
	return rc;
}

static void
json_text(struct json_out *out, const char *name, const char *text)
{
	json_out_string(out, name, text[0] != '\0' ? text : NULL);
}

void
agent_json(const struct agent *a, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", a->id);
	json_out_string(out, "device_id", a->device_id);
	json_out_string(out, "agent_id", a->key);
	json_out_string(out, "state", agent_state_names[a->state]);
	json_out_bool(out, "has_token", a->by_token);
	json_text(out, "program", a->program);
	json_text(out, "program_version", a->program_version);
	json_text(out, "tag", a->tag);
	json_out_time(out, "contact_at", a->contact_us);
	json_out_int(out, "reports", a->reports);
	json_out_time(out, "report_at", a->report_us);
	json_out_int(out, "report_bytes", a->report_size);
	json_out_bool(out, "report_is_partial", a->report_is_partial);
	json_text(out, "report_sha256", a->report_digest);
	records__json_life(
	    out, a->version, a->created_at, a->updated_at, a->deleted_at);
	json_out_end(out, '}');
}

/* ---- figures ---- */

static void
read_stats(struct stmt *st, void *row)
{
	struct agent_stats *s = row;

	s->agents = stmt_int(st, 0);
	s->heard = stmt_int(st, 1);
	s->silent = stmt_int(st, 2);
	s->reported = stmt_int(st, 3);
	s->waiting = stmt_int(st, 4);
	s->newest_us = stmt_int(st, 5);
}

#define SUM(condition)                                                         \
	"COALESCE(SUM(CASE WHEN " condition " THEN 1 ELSE 0 END), 0)"

int
agent_stats(struct desk *d, struct agent_stats *out, struct err *err)
{
	int64_t silent_us;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_AGENT_READ, 0, err)) != 0 ||
	    (rc = silent_after(d, &silent_us, err)) != 0)
		return rc;
	out->at_us = clock_wall_us();
	out->silent_us = silent_us;
	rc = records__first(d,
	    "SELECT " SUM("a.state = 1") ", "
	    SUM("a.state = 1 AND a.contact_us >= $2") ", "
	    SUM("a.state = 1 AND a.contact_us < $3") ", "
	    SUM("a.state = 1 AND a.reports > 0") ", "
	    SUM("a.state = 0") ", "
	    "COALESCE(MAX(CASE WHEN a.state = 1 THEN a.contact_us END), 0)"
	    " FROM agents a WHERE a.tenant_id = $1 AND a.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(out->at_us - US_PER_DAY),
		b_int(out->at_us - silent_us)),
	    read_stats, out, err);
	return rc == 1 ? 0 : rc;
}

static void
read_program(struct stmt *st, void *row)
{
	struct agent_program *p = row;

	TAKE(st, 0, p->program);
	TAKE(st, 1, p->version);
	p->agents = stmt_int(st, 2);
}

int
agent_programs(struct desk *d, struct agent_program **rows, size_t *count,
    struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_AGENT_READ, 0, err)) != 0)
		return rc;
	rc = db_query(d->db, &st,
	    "SELECT a.program, a.program_version, count(*) AS n FROM agents a"
	    " WHERE a.tenant_id = $1 AND a.deleted_at IS NULL AND a.state = 1"
	    " GROUP BY a.program, a.program_version"
	    " ORDER BY n DESC, a.program, a.program_version LIMIT $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(PROGRAMS_MAX)), err);
	*rows =
	    records__all(&st, sizeof(**rows), read_program, count, &rc, err);
	return rc;
}

void
agent_stats_json(const struct agent_stats *s,
    const struct agent_program *programs, size_t count, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "agents", s->agents);
	json_out_int(out, "heard_last_day", s->heard);
	json_out_int(out, "silent", s->silent);
	json_out_int(out, "silent_days", s->silent_us / US_PER_DAY);
	json_out_int(out, "reported", s->reported);
	json_out_int(out, "waiting", s->waiting);
	json_out_time(out, "newest_at", s->newest_us);
	json_out_array(out, "programs");
	for (size_t i = 0; i < count; i++) {
		json_out_object(out, NULL);
		json_text(out, "program", programs[i].program);
		json_text(out, "version", programs[i].version);
		json_out_int(out, "agents", programs[i].agents);
		json_out_end(out, '}');
	}
	json_out_end(out, ']');
	json_out_end(out, '}');
}
