/* ticket_merge - taking a ticket into another one; see ticket_merge.h. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "db/core/search_text.h"
#include "db/core/tags.h"
#include "db/records/records_int.h"
#include "db/records/ticket_merge_int.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A merge while it is made. */
struct making {
	struct desk *d;
	struct op *op;
	int64_t id, seq; /* of ticket_merges; of its newest row */
	struct ticket source, target;
	struct ticket_merge plan;
};

/* What belongs to a ticket by a column that names it. */
struct part {
	enum record_kind kind;
	const char *sql; /* ids of those that move; $2 source, $3 target */
	size_t count;    /* offset in struct ticket_merge */
};

/* clang-format off */
static const struct part parts[] = {
	{RECORD_TICKET_COMMENT, "SELECT id FROM ticket_comments"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND ticket_id <> $3"
	    " AND deleted_at IS NULL ORDER BY id",
	    offsetof(struct ticket_merge, comments)},
	{RECORD_CONVERSATION, "SELECT id FROM conversations"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND ticket_id <> $3"
	    " AND deleted_at IS NULL ORDER BY id",
	    offsetof(struct ticket_merge, conversations)},
	/* Not to the target itself, nor what that one is linked to already. */
	{RECORD_TICKET_LINK, "SELECT id FROM ticket_links l"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND deleted_at IS NULL"
	    " AND NOT (kind = 5 AND record_id = $3)"
	    " AND NOT EXISTS (SELECT 1 FROM ticket_links h"
	    " WHERE h.tenant_id = $1 AND h.ticket_id = $3"
	    " AND h.kind = l.kind AND h.record_id = l.record_id"
	    " AND h.record_name = l.record_name AND h.deleted_at IS NULL)"
	    " ORDER BY id",
	    offsetof(struct ticket_merge, links)},
	{RECORD_TICKET_CHECK, "SELECT id FROM ticket_checks"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND ticket_id <> $3"
	    " AND deleted_at IS NULL ORDER BY id",
	    offsetof(struct ticket_merge, checks)},
	{RECORD_TIME, "SELECT id FROM ticket_times"
	    " WHERE tenant_id = $1 AND ticket_id = $2 AND ticket_id <> $3"
	    " AND deleted_at IS NULL ORDER BY id",
	    offsetof(struct ticket_merge, times)},
};
/* clang-format on */
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static int *
count_of(struct ticket_merge *m, const struct part *p)
{
	return (int *)((char *)m + p->count);
}

int
merge__end(struct desk *d, struct op *op, int rc, struct err *err)
{
	int end;

	if (rc != OD_EDENIED || d->wants_step_up)
		return op_end(d, op, rc, err);
	op_refused(op, "other ticket");
	end = op_end(d, op, 0, NULL);
	return end != 0 ? end : rc;
}

/* By which number a merged ticket is known now. */
static int
refuse_merged(
    struct desk *d, const struct ticket *t, bool is_source, struct err *err)
{
	int64_t number;
	int rc;

	rc = db_int(d->db, &number,
	    "SELECT number FROM tickets WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(t->merged_into)), err);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	if (rc == OD_ENOTFOUND)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was merged already; take that back first",
		    (long long)t->number);
	return err_set(err, OD_ECONFLICT,
	    is_source
		? N_("Ticket %lld was merged into %lld already; take that back"
		     " first")
		: N_("Ticket %lld was merged itself; merge into %lld instead"),
	    (long long)t->number, (long long)number);
}

static int
check_pair(struct desk *d, const struct ticket *source,
    const struct ticket *target, struct err *err)
{
	int rc;

	if (source->id == target->id)
		return err_set(err, OD_ECONFLICT,
		    "A ticket cannot be merged into itself; name another one");
	if ((rc = ticket__check_alive(source, err)) != 0 ||
	    (rc = ticket__check_alive(target, err)) != 0)
		return rc;
	if (source->state == TICKET_MERGED)
		return refuse_merged(d, source, true, err);
	if (target->state == TICKET_MERGED)
		return refuse_merged(d, target, false, err);
	return 0;
}

static bool
has_tag(const char *tags, const struct str *folded)
{
	struct str other = STR_INIT;
	char tag[TAG_SIZE];
	bool found = false;

	while (!found && tags_next(&tags, tag)) {
		str_clear(&other);
		utf8_fold(&other, tag, strlen(tag));
		found = strcmp(other.s, folded->s) == 0;
	}
	str_free(&other);
	return found;
}

/* The target's, then what the source has besides, as far as it fits. */
static void
join_tags(struct ticket_merge *m, const char *target, const char *source)
{
	struct str folded = STR_INIT;
	char tag[TAG_SIZE];

	str_copy(m->tags, sizeof(m->tags), target);
	while (tags_next(&source, tag)) {
		size_t used = strlen(m->tags);

		str_clear(&folded);
		utf8_fold(&folded, tag, strlen(tag));
		if (has_tag(m->tags, &folded))
			continue;
		if (used + 2 + strlen(tag) >= sizeof(m->tags)) {
			m->tags_left_out = true;
			continue;
		}
		str_format(m->tags + used, sizeof(m->tags) - used, "%s%s",
		    used > 0 ? ", " : "", tag);
	}
	str_free(&folded);
}

/* The two tickets, whether it can be, and what it comes to. */
static int
plan(struct making *m, int64_t source_id, int64_t target_id, struct err *err)
{
	struct ticket_merge *p = &m->plan;
	int rc;

	if ((rc = ticket__load(m->d, source_id, &m->source, err)) != 0 ||
	    (rc = ticket__load(m->d, target_id, &m->target, err)) != 0 ||
	    (rc = check_pair(m->d, &m->source, &m->target, err)) != 0)
		return rc;
	p->source = m->source.number;
	p->target = m->target.number;
	p->source_version = m->source.version;
	p->target_version = m->target.version;
	p->state = m->target.state;
	str_copy(p->subject, sizeof(p->subject), m->target.subject);
	p->takes_contact =
	    m->target.contact_id == 0 && m->source.contact_id != 0;
	p->contacts_differ = m->target.contact_id != 0 &&
	                     m->source.contact_id != 0 &&
	                     m->target.contact_id != m->source.contact_id;
	join_tags(p, m->target.tags, m->source.tags);
	return 0;
}

static void
making_clear(struct making *m)
{
	ticket_clear(&m->source);
	ticket_clear(&m->target);
}

/* Ids of one part's records. */
static int
list_part(const struct making *m, const struct part *p, int64_t **ids,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*ids = NULL;
	*count = 0;
	rc = db_query(m->d->db, &st, p->sql,
	    BINDS(b_int(m->d->actor.tenant_id), b_int(m->source.id),
		b_int(m->target.id)),
	    err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		*ids = records__grow(*ids, *count, sizeof(**ids));
		(*ids)[(*count)++] = stmt_int(st, 0);
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

int
ticket_merge_look(struct desk *d, int64_t source_id, int64_t target_id,
    struct ticket_merge *out, struct err *err)
{
	struct making m = {.d = d};
	int rc;

	if ((rc = op_read(d, OP_TICKET_READ, source_id, err)) == 0 &&
	    (rc = op_read(d, OP_TICKET_READ, target_id, err)) == 0)
		rc = plan(&m, source_id, target_id, err);
	for (size_t i = 0; rc == 0 && i < PARTS; i++) {
		int64_t *ids;
		size_t count;

		rc = list_part(&m, &parts[i], &ids, &count, err);
		*count_of(&m.plan, &parts[i]) = (int)count;
		free(ids);
	}
	*out = m.plan;
	making_clear(&m);
	return rc;
}

/* ---- doing it ---- */

static int
add_row(struct desk *d, int64_t merge_id, int64_t seq, enum record_kind kind,
    int64_t id, const char *field, struct bind before, struct bind after,
    struct err *err)
{
	return db_later(d->db, NULL,
	    "INSERT INTO ticket_merge_rows(tenant_id, merge_id, seq, kind,"
	    " record_id, field, before_value, after_value)"
	    " VALUES($1,$2,$3,$4,$5,$6,$7,$8)",
	    BINDS(b_int(d->actor.tenant_id), b_int(merge_id), b_int(seq),
		b_int(kind), b_int(id), b_text(field), before, after),
	    err);
}

/* Values are kept as texts, whatever they are. */
static struct bind
as_text(const struct bind *b, char text[24])
{
	if (b->kind != BIND_INT)
		return *b;
	str_format(text, 24, "%" PRId64, b->i);
	return b_text(text);
}

/* One field gets a value, which is noted beside the one from before. */
static int
set(struct making *m, enum record_kind kind, int64_t id, const char *field,
    struct bind before, struct bind after, struct err *err)
{
	struct change c = {field, after};
	char texts[2][24];
	int rc;

	if ((rc = record_update(m->d, m->op, kind, id, 0, &c, 1, NULL, err)) !=
	    0)
		return rc;
	return add_row(m->d, m->id, ++m->seq, kind, id, field,
	    as_text(&before, texts[0]), as_text(&after, texts[1]), err);
}

static int
move_part(struct making *m, const struct part *p, struct err *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	int rc = list_part(m, p, &ids, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = set(m, p->kind, ids[i], "ticket_id", b_int(m->source.id),
		    b_int(m->target.id), err);
	*count_of(&m->plan, p) = (int)count;
	free(ids);
	return rc;
}

/* What the target lacks it gets from the source. */
static int
fill_target(struct making *m, struct err *err)
{
	const struct ticket *s = &m->source, *t = &m->target;
	/* The company of another contact would be a guess. */
	bool same = t->contact_id == 0 || t->contact_id == s->contact_id;
	const struct {
		const char *field;
		int64_t from, has;
	} refs[] = {
	    {"contact_id", s->contact_id, t->contact_id},
	    {"company_id", same ? s->company_id : 0, t->company_id},
	    {"conversation_id", s->conversation_id, t->conversation_id},
	};
	int rc = 0;

	if (strcmp(m->plan.tags, t->tags) != 0)
		rc = set(m, RECORD_TICKET, t->id, "tags", b_text(t->tags),
		    b_text(m->plan.tags), err);
	for (size_t i = 0; rc == 0 && i < 3; i++)
		if (refs[i].has == 0 && refs[i].from != 0)
			rc = set(m, RECORD_TICKET, t->id, refs[i].field,
			    b_null(), b_int(refs[i].from), err);
	return rc;
}

/* A merged ticket neither waits nor sleeps, and has no label of its own. */
static int
calm_source(struct making *m, struct err *err)
{
	static const char *const columns[] = {
	    "waiting_until_us", "snoozed_until_us", "status_id"};
	struct stmt *st = NULL;
	int64_t values[3] = {0}, until_reply = 0;
	int rc;

	rc = db_query(m->d->db, &st,
	    "SELECT waiting_until_us, snoozed_until_us, status_id,"
	    " snooze_until_reply FROM tickets"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(m->d->actor.tenant_id), b_int(m->source.id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		for (int i = 0; i < 3; i++)
			values[i] = stmt_int(st, i);
		until_reply = stmt_int(st, 3);
		rc = 0;
	}
	stmt_close(&st);
	for (size_t i = 0; rc == 0 && i < 3; i++)
		if (values[i] != 0)
			rc = set(m, RECORD_TICKET, m->source.id, columns[i],
			    b_int(values[i]), b_null(), err);
	if (rc == 0 && until_reply != 0)
		rc = set(m, RECORD_TICKET, m->source.id, "snooze_until_reply",
		    b_int(until_reply), b_int(0), err);
	if (rc == 0 && m->source.waiting_reason[0] != '\0')
		rc = set(m, RECORD_TICKET, m->source.id, "waiting_reason",
		    b_text(m->source.waiting_reason), b_text(""), err);
	return rc;
}

static int
check_seen(
    struct making *m, int64_t seen_source, int64_t seen_target, struct err *err)
{
	const struct ticket *changed =
	    seen_source != 0 && seen_source != m->source.version   ? &m->source
	    : seen_target != 0 && seen_target != m->target.version ? &m->target
								   : NULL;

	if (changed == NULL)
		return 0;
	return err_set(err, OD_ECONFLICT,
	    "Ticket %lld was changed by somebody else meanwhile; look again at"
	    " what the merge will do",
	    (long long)changed->number);
}

static int
write_merge(struct making *m, struct err *err)
{
	struct desk *d = m->d;
	bool by_operator = d->actor.kind == ACTOR_OPERATOR;
	int rc;

	rc = db_insert(d->db, &m->id,
	    "INSERT INTO ticket_merges(tenant_id, source_id, target_id,"
	    " operator_id, at_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$5,$5) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(m->source.id),
		b_int(m->target.id),
		by_operator ? b_int(d->actor.id) : b_null(),
		b_int(m->op->now_us)),
	    err);
	if (rc == 0)
		rc = record_created(d, m->op, RECORD_TICKET_MERGE, m->id, err);
	for (size_t i = 0; rc == 0 && i < PARTS; i++)
		rc = move_part(m, &parts[i], err);
	if (rc != 0 || (rc = fill_target(m, err)) != 0 ||
	    (rc = calm_source(m, err)) != 0 ||
	    (rc = set(m, RECORD_TICKET, m->source.id, "merged_into",
		 b_ref(m->source.merged_into), b_int(m->target.id), err)) !=
		0 ||
	    (rc = set(m, RECORD_TICKET, m->source.id, "state",
		 b_int(m->source.state), b_int(TICKET_MERGED), err)) != 0)
		return rc;
	rc = search_refresh(d, RECORD_TICKET, m->source.id, err);
	return rc != 0 ? rc
	               : search_refresh(d, RECORD_TICKET, m->target.id, err);
}

int
ticket_merge(struct desk *d, int64_t source_id, int64_t seen_source,
    int64_t target_id, int64_t seen_target, struct ticket_merge *out,
    struct err *err)
{
	struct making m = {.d = d};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_MERGE, source_id, err)) != 0)
		return rc;
	m.op = &op;
	if ((rc = op_may(d, OP_TICKET_MERGE, target_id, err)) == 0 &&
	    (rc = plan(&m, source_id, target_id, err)) == 0 &&
	    (rc = check_seen(&m, seen_source, seen_target, err)) == 0) {
		op_sentence(&op, _("Merged ticket %lld into %lld"),
		    (long long)m.source.number, (long long)m.target.number);
		rc = write_merge(&m, err);
	}
	if ((rc = merge__end(d, &op, rc, err)) == 0 && out != NULL)
		*out = m.plan;
	making_clear(&m);
	return rc;
}

/* ---- what comes late ---- */

int
merge__standing(
    struct desk *d, int64_t source_id, int64_t *merge_id, struct err *err)
{
	int rc;

	rc = db_int(d->db, merge_id,
	    "SELECT id FROM ticket_merges WHERE tenant_id = $1"
	    " AND source_id = $2 AND undone_us IS NULL AND deleted_at IS NULL"
	    " ORDER BY id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(source_id)), err);
	if (rc != OD_ENOTFOUND)
		return rc;
	*merge_id = 0;
	return 0;
}

/* The ticket that one was merged into; 0 when it was not. */
static int
next_target(struct desk *d, int64_t id, int64_t *next, struct err *err)
{
	int rc;

	rc = db_int(d->db, next,
	    "SELECT COALESCE(merged_into, 0) FROM tickets"
	    " WHERE tenant_id = $1 AND id = $2 AND state = 5",
	    BINDS(b_int(d->actor.tenant_id), b_int(id)), err);
	if (rc != OD_ENOTFOUND)
		return rc;
	*next = 0;
	return 0;
}

#define HOPS_MOST 1000 /* no desk has them; a damaged one may go round */

int
ticket_target(struct desk *d, int64_t id, int64_t *target_id, struct err *err)
{
	int64_t next = id;
	int rc = 0;

	for (int i = 0; rc == 0 && next != 0 && i < HOPS_MOST; i++) {
		*target_id = next;
		rc = next_target(d, *target_id, &next, err);
	}
	return rc;
}

static int
note_hop(struct desk *d, struct op *op, int64_t from, int64_t to,
    enum record_kind kind, int64_t record_id, struct err *err)
{
	char texts[2][24];
	int64_t merge_id, seq;
	int rc;

	if ((rc = merge__standing(d, from, &merge_id, err)) != 0 ||
	    merge_id == 0)
		return rc;
	rc = db_int(d->db, &seq,
	    "SELECT COALESCE(MAX(seq), 0) + 1 FROM ticket_merge_rows"
	    " WHERE tenant_id = $1 AND merge_id = $2",
	    BINDS(b_int(d->actor.tenant_id), b_int(merge_id)), err);
	if (rc != 0)
		return rc;
	str_format(texts[0], sizeof(texts[0]), "%" PRId64, from);
	str_format(texts[1], sizeof(texts[1]), "%" PRId64, to);
	rc = add_row(d, merge_id, seq, kind, record_id, "ticket_id",
	    b_text(texts[0]), b_text(texts[1]), err);
	/* Undoing the merge as the newest operation would leave it behind. */
	return rc != 0 ? rc
	               : db_exec(d->db,
			     "UPDATE ticket_merges SET updated_at = $1"
			     " WHERE tenant_id = $2 AND id = $3",
			     BINDS(b_int(op->now_us), b_int(d->actor.tenant_id),
				 b_int(merge_id)),
			     NULL, err);
}

int
merge__went_on(struct desk *d, struct op *op, int64_t asked_id,
    enum record_kind kind, int64_t record_id, struct err *err)
{
	int64_t from = asked_id, to = 0;
	int rc = 0;

	for (int i = 0; rc == 0 && i < HOPS_MOST; i++) {
		if ((rc = next_target(d, from, &to, err)) != 0 || to == 0)
			break;
		rc = note_hop(d, op, from, to, kind, record_id, err);
		from = to;
	}
	return rc;
}

void
ticket_merge_json(const struct ticket_merge *m, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "ticket", m->source);
	json_out_int(out, "into", m->target);
	json_out_string(out, "subject", m->subject);
	json_out_string(out, "state", ticket_state_names[m->state]);
	json_out_int(out, "comments", m->comments);
	json_out_int(out, "conversations", m->conversations);
	json_out_int(out, "links", m->links);
	json_out_int(out, "checks", m->checks);
	json_out_int(out, "times", m->times);
	json_out_string(out, "tags", m->tags);
	json_out_bool(out, "tags_left_out", m->tags_left_out);
	json_out_bool(out, "takes_contact", m->takes_contact);
	json_out_bool(out, "contacts_differ", m->contacts_differ);
	json_out_end(out, '}');
}
