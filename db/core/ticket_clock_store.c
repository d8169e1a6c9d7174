/* ticket_clock_store - clocks and intervals as rows; see ticket_clock.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/core/ticket_clock_int.h"
#include <stdlib.h>

const char *const clock_kind_names[] = {
    N_("first_response"), N_("next_response"), N_("resolution"), NULL};
const char *const clock_state_names[] = {N_("running"), N_("paused"), N_("met"),
    N_("missed"), N_("cancelled"), NULL};
const char *const clock_reason_names[] = {N_("opened"), N_("waiting"),
    N_("resumed"), N_("stopped"), N_("reopened"), N_("trashed"), N_("restored"),
    N_("promise"), N_("calendar"), NULL};

void
ticket_clocks_free(struct ticket_clock **clocks, size_t count)
{
	for (size_t i = 0; *clocks != NULL && i < count; i++)
		free((*clocks)[i].spans);
	FREE(clocks);
}

struct ticket_clock *
ticket_clock__add(struct ticket_clock **clocks, size_t *count)
{
	*clocks = xreallocarray(*clocks, *count + 1, sizeof(**clocks));
	(*clocks)[*count] = (struct ticket_clock){0};
	return &(*clocks)[(*count)++];
}

struct clock_span *
ticket_clock__add_span(struct ticket_clock *c)
{
	c->spans =
	    xreallocarray(c->spans, c->span_count + 1, sizeof(c->spans[0]));
	c->spans[c->span_count] = (struct clock_span){0};
	return &c->spans[c->span_count++];
}

/* ---- reading ---- */

#define CLOCK_COLUMNS                                                          \
	"SELECT c.id, c.ticket_id, c.round, c.policy_id, c.target_us,"         \
	" c.started_us, c.stopped_us, c.spent_us, c.due_us, c.notice_us,"      \
	" c.noticed, c.kind, c.state, i.id, i.from_us, i.to_us,"               \
	" i.calendar_id, i.counts, i.reason, i.note"                           \
	" FROM ticket_clocks c JOIN clock_intervals i ON i.clock_id = c.id"    \
	" AND i.tenant_id = c.tenant_id"                                       \
	" WHERE c.tenant_id = $1 AND "

static void
read_clock(struct stmt *st, struct ticket_clock *c)
{
	c->id = stmt_int(st, 0);
	c->ticket_id = stmt_int(st, 1);
	c->round = stmt_int(st, 2);
	c->policy_id = stmt_int(st, 3);
	c->target_us = stmt_int(st, 4);
	c->started_us = stmt_int(st, 5);
	c->stopped_us = stmt_int(st, 6);
	c->spent_us = stmt_int(st, 7);
	c->due_us = stmt_int(st, 8);
	c->notice_us = stmt_int(st, 9);
	c->noticed = (int)stmt_int(st, 10);
	c->kind = (enum clock_kind)stmt_int(st, 11);
	c->state = (enum clock_state)stmt_int(st, 12);
}

static void
read_span(struct stmt *st, struct clock_span *s)
{
	s->id = stmt_int(st, 13);
	s->from_us = stmt_int(st, 14);
	s->to_us = stmt_is_null(st, 15) ? CALENDAR_NEVER : stmt_int(st, 15);
	s->calendar_id = stmt_int(st, 16);
	s->counts = stmt_int(st, 17) != 0;
	s->reason = (enum clock_reason)stmt_int(st, 18);
	str_copy(s->note, sizeof(s->note), stmt_text(st, 19));
}

static int
read_rows(struct stmt *st, struct ticket_clock **clocks, size_t *count,
    struct err *err)
{
	struct ticket_clock *c = NULL;
	int rc;

	while ((rc = stmt_step(st, err)) == 1) {
		if (c == NULL || c->id != stmt_int(st, 0)) {
			c = ticket_clock__add(clocks, count);
			read_clock(st, c);
		}
		read_span(st, ticket_clock__add_span(c));
	}
	return rc;
}

int
ticket_clocks_read(struct desk *d, int64_t ticket_id,
    struct ticket_clock **clocks, size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*clocks = NULL;
	*count = 0;
	rc = db_query(d->db, &st,
	    CLOCK_COLUMNS
	    "c.ticket_id = $2 ORDER BY c.kind, c.round, c.id, i.from_us, i.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);
	if (rc == 0)
		rc = read_rows(st, clocks, count, err);
	stmt_close(&st);
	if (rc != 0) {
		ticket_clocks_free(clocks, *count);
		*count = 0;
	}
	return rc;
}

static int
read_promise(struct desk *d, struct clock_facts *f, int64_t company,
    int priority, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(d->db, &st,
	    "SELECT p.id, p.first_us, p.next_us, p.resolution_us,"
	    " COALESCE(p.calendar_id, c.id) FROM service_policies p"
	    " LEFT JOIN calendars c ON c.tenant_id = p.tenant_id"
	    " AND c.is_default = 1"
	    " WHERE p.tenant_id = $1 AND p.deleted_at IS NULL"
	    " AND (p.company_id IS NULL OR p.company_id = $2)"
	    " AND p.priority IN (0, $3)"
	    " ORDER BY p.company_id IS NULL, p.priority = 0, p.id LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(company), b_int(priority)),
	    err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		f->policy_id = stmt_int(st, 0);
		for (int i = 0; i < CLOCK_KIND_COUNT; i++)
			f->target_us[i] = stmt_int(st, i + 1);
		f->calendar_id = stmt_int(st, 4);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
ticket_clock__facts(
    struct desk *d, int64_t ticket_id, struct clock_facts *out, struct err *err)
{
	int64_t said, heard, talk_said, talk_heard, company = 0;
	struct stmt *st = NULL;
	int priority = 0, rc;

	*out = (struct clock_facts){.ticket_id = ticket_id};
	rc = db_query(d->db, &st,
	    "SELECT t.state, t.due_us, t.deleted_at, t.waiting_reason,"
	    " t.company_id, t.priority, t.created_at,"
	    " (SELECT max(k.at_us) FROM ticket_comments k"
	    " WHERE k.ticket_id = t.id AND k.tenant_id = t.tenant_id"
	    " AND k.deleted_at IS NULL AND k.recalled_us IS NULL"
	    " AND k.kind = 0 AND k.inbound = 0),"
	    " (SELECT max(k.at_us) FROM ticket_comments k"
	    " WHERE k.ticket_id = t.id AND k.tenant_id = t.tenant_id"
	    " AND k.deleted_at IS NULL AND k.inbound = 1),"
	    " (SELECT max(v.last_outbound_us) FROM conversations v"
	    " WHERE v.ticket_id = t.id AND v.tenant_id = t.tenant_id),"
	    " (SELECT max(v.waiting_since_us) FROM conversations v"
	    " WHERE v.ticket_id = t.id AND v.tenant_id = t.tenant_id)"
	    " FROM tickets t WHERE t.tenant_id = $1 AND t.id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->state = (int)stmt_int(st, 0);
		out->due_us = stmt_int(st, 1);
		out->trashed = !stmt_is_null(st, 2);
		str_copy(out->waiting_for, sizeof(out->waiting_for),
		    stmt_text(st, 3));
		company = stmt_int(st, 4);
		priority = (int)stmt_int(st, 5);
		said = stmt_int(st, 7);
		heard = stmt_int(st, 8);
		talk_said = stmt_int(st, 9);
		talk_heard = stmt_int(st, 10);
		out->replied = said != 0 || talk_said > stmt_int(st, 6);
		out->awaiting = (heard > talk_heard ? heard : talk_heard) >
		                (said > talk_said ? said : talk_said);
	}
	stmt_close(&st);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such ticket");
	return rc < 0 ? rc : read_promise(d, out, company, priority, err);
}

/* ---- writing ---- */

/* Where it goes on, there is no end. */
static struct bind
b_end(int64_t us)
{
	return us == CALENDAR_NEVER ? b_null() : b_int(us);
}

int
ticket_clock__put_span(struct desk *d, struct op *op,
    const struct ticket_clock *c, const struct clock_span *s, struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);

	if (s->id != 0)
		return db_later(d->db, NULL,
		    "UPDATE clock_intervals SET to_us = $1, counts = $2,"
		    " reason = $3, note = $4, calendar_id = $5,"
		    " version = version + 1, updated_at = $6"
		    " WHERE tenant_id = $7 AND id = $8",
		    BINDS(b_end(s->to_us), b_int(s->counts), b_int(s->reason),
			b_text(s->note), b_ref(s->calendar_id),
			b_int(op->now_us), tenant, b_int(s->id)),
		    err);
	return db_later(d->db, NULL,
	    "INSERT INTO clock_intervals(tenant_id, clock_id, from_us, to_us,"
	    " counts, reason, note, calendar_id, created_at, updated_at)"
	    " SELECT tenant_id, id, CAST($5 AS BIGINT), CAST($6 AS BIGINT),"
	    " CAST($7 AS INTEGER), CAST($8 AS INTEGER), CAST($9 AS TEXT),"
	    " CAST($10 AS BIGINT), CAST($11 AS BIGINT), CAST($11 AS BIGINT)"
	    " FROM ticket_clocks WHERE tenant_id = $1 AND ticket_id = $2"
	    " AND kind = $3 AND round = $4",
	    BINDS(tenant, b_int(c->ticket_id), b_int(c->kind), b_int(c->round),
		b_int(s->from_us), b_end(s->to_us), b_int(s->counts),
		b_int(s->reason), b_text(s->note), b_ref(s->calendar_id),
		b_int(op->now_us)),
	    err);
}

int
ticket_clock__drop_span(
    struct desk *d, const struct clock_span *s, struct err *err)
{
	return db_later(d->db, NULL,
	    "DELETE FROM clock_intervals WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(s->id)), err);
}

int
ticket_clock__put(struct desk *d, struct op *op, const struct ticket_clock *c,
    struct err *err)
{
	struct bind tenant = b_int(d->actor.tenant_id);

	if (c->id != 0)
		return db_later(d->db, NULL,
		    "UPDATE ticket_clocks SET policy_id = $1, target_us = $2,"
		    " state = $3, stopped_us = $4, spent_us = $5, due_us = $6,"
		    " notice_us = $7, noticed = $8, version = version + 1,"
		    " updated_at = $9 WHERE tenant_id = $10 AND id = $11",
		    BINDS(b_ref(c->policy_id), b_int(c->target_us),
			b_int(c->state), b_ref(c->stopped_us),
			b_int(c->spent_us), b_int(c->due_us),
			b_ref(c->notice_us), b_int(c->noticed),
			b_int(op->now_us), tenant, b_int(c->id)),
		    err);
	return db_later(d->db, NULL,
	    "INSERT INTO ticket_clocks(tenant_id, ticket_id, kind, round,"
	    " policy_id, target_us, state, started_us, spent_us, due_us,"
	    " notice_us, noticed, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$13)",
	    BINDS(tenant, b_int(c->ticket_id), b_int(c->kind), b_int(c->round),
		b_ref(c->policy_id), b_int(c->target_us), b_int(c->state),
		b_int(c->started_us), b_int(c->spent_us), b_int(c->due_us),
		b_ref(c->notice_us), b_int(c->noticed), b_int(op->now_us)),
	    err);
}
