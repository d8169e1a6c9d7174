/*
 * outbox_claim - who is sent next.
 *
 * A lane is what is due on one channel of one tenant.  Lanes take turns, a
 * tenant at a time, the one that waited longest first.  A row that is being
 * sent has the end of its lease as its next try, so that one index finds
 * everything.
 *
 * The messages of a conversation leave one after the other, in the order in
 * which they were written: one that was tried already holds back the later
 * ones until it is settled, but nobody else's.  One that is to leave later
 * holds back none before its time.  Receipts keep no order.  What is tried
 * again and what is new take turns, so that neither waits for all of the
 * other.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/outbox_int.h"
#include "db/records/records_int.h"
#include <stdlib.h>
#include <string.h>

struct claim {
	struct desk *desk;
	struct op *op;
	const char *owner;
	int lease_s, limit, per_channel;
	const struct outbox_rule *rules;
	int64_t now_us, next_us;
	struct outbox_item *due; /* owned; candidates, later the claimed */
	size_t count;
};

static const struct outbox_rule *
rule_of(const struct claim *c, const char *channel)
{
	static const struct outbox_rule none;
	const struct outbox_rule *r = c->rules;

	for (; r != NULL && r->channel != NULL; r++)
		if (strcmp(r->channel, channel) == 0)
			return r;
	return &none;
}

static void
note_next(struct claim *c, int64_t us)
{
	if (us != 0 && (c->next_us == 0 || us < c->next_us))
		c->next_us = us;
}

/* 1 and the lane after (tenant, channel); 0 when there is none. */
static int
next_lane(
    struct claim *c, int64_t *tenant_id, char channel[65], struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(c->desk->db, &st,
	    "SELECT tenant_id, channel FROM outbox WHERE state < 2"
	    " AND (tenant_id, channel) > ($1, $2)"
	    " ORDER BY tenant_id, channel LIMIT 1",
	    BINDS(b_int(*tenant_id), b_text(channel)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*tenant_id = stmt_int(st, 0);
		str_copy(channel, 65, stmt_text(st, 1));
	}
	stmt_close(&st);
	return rc;
}

/*
 * o may not go yet: its conversation has a message on its way, or an earlier
 * one that is due now or was touched already (a try, or given back).  $3 is
 * the time.
 */
#define HELD_BACK                                                              \
	" EXISTS (SELECT 1 FROM outbox e WHERE e.tenant_id = o.tenant_id"      \
	" AND e.conversation_id = o.conversation_id"                           \
	" AND e.state < 2 AND e.kind = 1 AND e.id <> o.id"                     \
	" AND (e.state = 1 OR (e.id < o.id AND (e.next_try_us <= $3"           \
	" OR e.attempts > 0 OR e.updated_at <> e.created_at))))"

#define LANE_DUE                                                               \
	OUTBOX_SELECT                                                          \
	" WHERE o.tenant_id = $1 AND o.channel = $2"                           \
	" AND o.state = 0 AND o.state < 2 AND o.next_try_us <= $3"             \
	" AND (o.kind <> 1 OR NOT" HELD_BACK ")"

#define LANE_ORDER " ORDER BY o.next_try_us, o.id LIMIT $4"

/* The due rows of a lane that are new, or that were tried already. */
static int
read_due(struct claim *c, int64_t tenant_id, const char *channel, bool fresh,
    struct err *err)
{
	const struct bind binds[] = {b_int(tenant_id), b_text(channel),
	    b_int(c->now_us), b_int(c->per_channel)};

	struct query q;
	int rc;

	query_init(&q);
	query_text(&q, fresh ? LANE_DUE " AND o.attempts = 0" LANE_ORDER
			     : LANE_DUE " AND o.attempts > 0" LANE_ORDER);
	if (c->op != NULL)
		query_claim(&q, c->desk->db, "o");
	rc = outbox__read_all(
	    c->desk, q.sql.s, binds, 4, &c->due, &c->count, err);
	query_free(&q);
	return rc;
}

/*
 * Of what was read from `first` on, of which `of_one` rows are of one kind
 * and the rest of the other: half of each, or more where there are fewer.
 */
static void
share(struct claim *c, size_t first, size_t of_one)
{
	size_t all = c->count - first, of_other = all - of_one;
	size_t room = (size_t)c->per_channel, one, other, to = first;

	other = of_other < room / 2 ? of_other : room / 2;
	one = of_one < room - other ? of_one : room - other;
	other = of_other < room - one ? of_other : room - one;
	for (size_t i = 0; i < all; i++) {
		struct outbox_item *row = &c->due[first + i];

		if (i < one || (i >= of_one && i < of_one + other))
			c->due[to++] = *row;
		else
			outbox_item_clear(row);
	}
	c->count = to;
}

/* Of what was read from `first` on, no more than the channel's pace allows. */
static int
keep_pace(struct claim *c, size_t first, struct err *err)
{
	const struct outbox_rule *rule;
	int64_t again_us;
	int rc, room;

	if (c->count == first)
		return 0;
	rule = rule_of(c, c->due[first].channel);
	if (rule->per_second == 0)
		return 0;
	if ((rc = outbox__room(c->desk, c->due[first].tenant_id, rule->channel,
		 rule->per_second, c->now_us, &room, &again_us, err)) != 0)
		return rc;
	if (c->count > first + (size_t)room)
		note_next(c, again_us);
	while (c->count > first + (size_t)room)
		outbox_item_clear(&c->due[--c->count]);
	return 0;
}

/* The due rows of a lane, and when its next one is due. */
static int
read_lane(
    struct claim *c, int64_t tenant_id, const char *channel, struct err *err)
{
	bool fresh = outbox__coin();
	size_t before = c->count, of_one;
	int64_t next = 0;
	int rc;

	if ((rc = read_due(c, tenant_id, channel, fresh, err)) != 0)
		return rc;
	of_one = c->count - before;
	if ((rc = read_due(c, tenant_id, channel, !fresh, err)) != 0)
		return rc;
	share(c, before, of_one);
	if ((rc = keep_pace(c, before, err)) != 0)
		return rc;
	rc = db_int(c->desk->db, &next,
	    "SELECT next_try_us FROM outbox WHERE tenant_id = $1"
	    " AND channel = $2 AND state = 0 AND state < 2"
	    " AND next_try_us > $3 ORDER BY next_try_us LIMIT 1",
	    BINDS(b_int(tenant_id), b_text(channel), b_int(c->now_us)), err);
	if (rc != 0)
		return rc == OD_ENOTFOUND ? 0 : rc;
	note_next(c, next);
	return 0;
}

static int
read_lanes(struct claim *c, struct err *err)
{
	char channel[65] = "";
	int64_t tenant_id = 0;
	int rc;

	while ((rc = next_lane(c, &tenant_id, channel, err)) == 1)
		if (!rule_of(c, channel)->is_closed &&
		    (rc = read_lane(c, tenant_id, channel, err)) != 0)
			return rc;
	return rc;
}

/* Who waited longest is first. */
static int
oldest_first(const void *a, const void *b)
{
	const struct outbox_item *x = a, *y = b;

	if (x->next_try_us != y->next_try_us)
		return x->next_try_us < y->next_try_us ? -1 : 1;
	return x->id < y->id ? -1 : 1;
}

/* The tenants' n-th rows before anybody's n+1st; keeps limit. */
static void
take_turns(struct claim *c)
{
	struct outbox_item *all = c->due;
	size_t n = c->count, taken = 0;
	int *turn, round;

	c->due = NULL;
	c->count = 0;
	if (n == 0) {
		free(all); /* of rows for which the pace left no room */
		return;
	}
	qsort(all, n, sizeof(*all), oldest_first);
	turn = xcalloc(n, sizeof(*turn));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (all[k].tenant_id == all[i].tenant_id)
				turn[i]++;
	for (round = 0; taken < n && c->count < (size_t)c->limit; round++)
		for (size_t i = 0; i < n; i++) {
			if (turn[i] != round)
				continue;
			taken++;
			if (c->count == (size_t)c->limit) {
				note_next(c, c->now_us);
				continue;
			}
			c->due =
			    records__grow(c->due, c->count, sizeof(*c->due));
			c->due[c->count++] = all[i];
			turn[i] = -1;
		}
	for (size_t i = 0; i < n; i++)
		if (turn[i] != -1) {
			note_next(c, c->now_us);
			outbox_item_clear(&all[i]);
		}
	free(all);
	free(turn);
}

/* A row of any tenant comes to a state; its message follows. */
static int
settle(struct claim *c, const struct outbox_item *i, enum outbox_state state,
    const char *text, struct err *err)
{
	int64_t tenant_id = c->desk->actor.tenant_id;
	enum message_state message = state == OUTBOX_DEAD ? MESSAGE_FAILED
	                             : state == OUTBOX_UNCERTAIN
	                                 ? MESSAGE_UNCERTAIN
	                                 : MESSAGE_DUE;
	int rc;

	rc = db_later(c->desk->db, NULL,
	    "UPDATE outbox SET state = $1, error_text = $2, next_try_us = $3,"
	    " lease_owner = '', lease_until_us = NULL, updated_at = $3"
	    " WHERE tenant_id = $4 AND id = $5",
	    BINDS(b_int(state), b_text(text), b_int(c->now_us),
		b_int(i->tenant_id), b_int(i->id)),
	    err);
	if (rc != 0)
		return rc;
	c->desk->actor.tenant_id = i->tenant_id;
	rc = outbox__message(
	    c->desk, c->op, i->kind, i->record_id, message, 0, text, err);
	c->desk->actor.tenant_id = tenant_id;
	return rc;
}

static int
settle_expired_leases(struct claim *c, struct err *err)
{
	struct outbox_item *rows = NULL;
	size_t count = 0;
	struct query q;
	int rc;

	query_init(&q);
	query_text(&q,
	    OUTBOX_SELECT " WHERE o.state = 1 AND o.state < 2"
			  " AND o.next_try_us <= $1"
			  " ORDER BY o.next_try_us, o.id LIMIT 1000");
	query_claim(&q, c->desk->db, "o");
	rc = outbox__read_all(
	    c->desk, q.sql.s, BINDS(b_int(c->now_us)), &rows, &count, err);
	query_free(&q);
	for (size_t i = 0; i < count && rc == 0; i++)
		/* A receipt may be sent twice, and an event has an id. */
		rc = rows[i].kind == OUTBOX_MARK_READ ||
			     rows[i].kind == OUTBOX_WEBHOOK
		         ? settle(c, &rows[i], OUTBOX_DUE, "", err)
		         : settle(c, &rows[i], OUTBOX_UNCERTAIN,
			       _("The program that was sending this stopped; it"
				 " may have been sent"),
			       err);
	outbox_list_free(&rows, count);
	return rc;
}

/* Programs of schema 1 that are still open do not say the conversation. */
static int
fill_conversations(struct claim *c, struct err *err)
{
	return db_later(c->desk->db, NULL,
	    "UPDATE outbox SET conversation_id = (SELECT m.conversation_id"
	    " FROM messages m WHERE m.tenant_id = outbox.tenant_id"
	    " AND m.id = outbox.record_id)"
	    " WHERE state < 2 AND kind = 1 AND conversation_id IS NULL",
	    NO_BINDS, err);
}

static int
claim_row(struct claim *c, struct outbox_item *i, struct err *err)
{
	int64_t tenant_id = c->desk->actor.tenant_id;
	int64_t until = c->now_us + c->lease_s * US_PER_SECOND;
	const struct outbox_rule *rule = rule_of(c, i->channel);
	int rc = 0;

	if (rule->per_second > 0)
		rc = outbox__spend(c->desk, i->tenant_id, rule->channel,
		    rule->per_second, c->now_us, err);
	if (rc != 0)
		return rc;
	rc = db_later(c->desk->db, NULL,
	    "UPDATE outbox SET state = $1, attempts = attempts + 1,"
	    " next_try_us = $2, lease_until_us = $2, lease_owner = $3,"
	    " updated_at = $4 WHERE tenant_id = $5 AND id = $6",
	    BINDS(b_int(OUTBOX_SENDING), b_int(until), b_text(c->owner),
		b_int(c->now_us), b_int(i->tenant_id), b_int(i->id)),
	    err);
	if (rc != 0)
		return rc;
	i->state = OUTBOX_SENDING;
	i->attempts++;
	i->next_try_us = until;
	i->updated_at = c->now_us;
	note_next(c, until);
	c->desk->actor.tenant_id = i->tenant_id;
	rc = outbox__message(
	    c->desk, c->op, i->kind, i->record_id, MESSAGE_SENDING, 0, "", err);
	c->desk->actor.tenant_id = tenant_id;
	return rc;
}

static int
claim_rows(struct claim *c, struct err *err)
{
	size_t kept = 0;
	int rc = 0;

	for (size_t i = 0; i < c->count && rc == 0; i++) {
		struct outbox_item *item = &c->due[i];

		if (item->expires_us == 0 || item->expires_us > c->now_us) {
			rc = claim_row(c, item, err);
			struct outbox_item keep = *item;

			c->due[i] = c->due[kept];
			c->due[kept++] = keep;
			continue;
		}
		rc = settle(c, item, OUTBOX_DEAD,
		    item->kind == OUTBOX_MESSAGE
			? _("The 24 hours after the customer's last message"
			    " were over before it could be sent")
			: _("It was too late to send this"),
		    err);
	}
	for (size_t i = kept; i < c->count; i++)
		outbox_item_clear(&c->due[i]);
	c->count = kept;
	if (kept == 0)
		FREE(&c->due);
	return rc;
}

/* 1 when something is to be done now; else when that will be. */
static int
peek(struct claim *c, struct err *err)
{
	int64_t lease = 0;
	int rc;

	rc = db_int(c->desk->db, &lease,
	    "SELECT next_try_us FROM outbox WHERE state = 1 AND state < 2"
	    " ORDER BY next_try_us LIMIT 1",
	    NO_BINDS, err);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	note_next(c, lease);
	if ((rc = read_lanes(c, err)) != 0)
		return rc;
	return c->count > 0 || (lease != 0 && lease <= c->now_us);
}

int
outbox_claim(struct desk *d, const char *owner, int lease_s, int limit,
    int per_channel, const struct outbox_rule *rules, struct outbox_item **rows,
    size_t *count, int64_t *next_us, struct err *err)
{
	struct claim c = {.desk = d,
	    .owner = owner,
	    .lease_s = lease_s,
	    .limit = limit,
	    .per_channel = per_channel,
	    .rules = rules,
	    .now_us = clock_wall_us()};
	struct op op;
	int rc;

	*rows = NULL;
	*count = 0;
	*next_us = 0;
	rc = peek(&c, err);
	outbox_list_free(&c.due, c.count);
	c.count = 0;
	*next_us = c.next_us;
	if (rc != 1)
		return rc;
	if ((rc = op_begin(d, &op, OP_OUTBOX_FACT, 0, err)) != 0)
		return rc;
	c.op = &op;
	c.now_us = op.now_us;
	c.next_us = 0;
	if ((rc = settle_expired_leases(&c, err)) == 0 &&
	    (rc = fill_conversations(&c, err)) == 0 &&
	    (rc = read_lanes(&c, err)) == 0) {
		take_turns(&c);
		rc = claim_rows(&c, err);
	}
	rc = op_end(d, &op, rc, err);
	if (rc != 0) {
		outbox_list_free(&c.due, c.count);
		return rc;
	}
	*rows = c.due;
	*count = c.count;
	*next_us = c.next_us;
	return 0;
}
