/*
 * ticket_where_sql - a filter's conditions as SQL; values are bound.
 *
 * A "+" keeps a column from being looked up in a file's index: a list is read in
 * its own order, or from the one range that was chosen for it.
 */
#include "db/core/reach.h"
#include "db/core/search.h"
#include "db/records/ticket_where_int.h"

/* Columns that are compared as they are: plain and kept from an index. */
static const char *const columns[][2] = {
    [WHERE_STATE] = {"t.state", "+t.state"},
    [WHERE_PRIORITY] = {"t.priority", "+t.priority"},
    [WHERE_URGENCY] = {"t.urgency", "+t.urgency"},
    [WHERE_IMPACT] = {"t.impact", "+t.impact"},
    [WHERE_NUMBER] = {"t.number", "+t.number"},
    [WHERE_SOURCE] = {"t.source", "+t.source"},
    [WHERE_CATEGORY] = {"t.category", "+t.category"},
    [WHERE_OWNER] = {"t.operator_id", "+t.operator_id"},
    [WHERE_TEAM] = {"t.reach", "+t.reach"},
    [WHERE_CREATED] = {"t.created_at", "+t.created_at"},
    [WHERE_UPDATED] = {"t.updated_at", "+t.updated_at"},
    [WHERE_SOLVED] = {"t.solved_us", "+t.solved_us"},
    [WHERE_DUE] = {"t.due_us", "+t.due_us"},
};

/* " OR " before all but the first of them. */
static void
add_or(struct query *q, bool *first)
{
	query_text(q, *first ? "" : " OR ");
	*first = false;
}

static void
add_in(struct query *q, const char *column, const int64_t *nums, size_t n,
    bool *first)
{
	if (n == 0)
		return;
	add_or(q, first);
	query_text(q, column);
	for (size_t i = 0; i < n; i++) {
		query_text(q, i == 0 ? " IN (" : ", ");
		query_add(q, "$?", BINDS(b_int(nums[i])));
	}
	query_text(q, ")");
}

static void
add_texts(struct query *q, const char *column, const struct where_cond *c)
{
	query_text(q, column);
	for (size_t i = 0; i < c->text_count; i++) {
		query_text(q, i == 0 ? " IN (" : ", ");
		query_add(q, "$?", BINDS(b_text(c->texts[i])));
	}
	query_text(q, ")");
}

static void
add_range(struct query *q, const char *column, const struct where_cond *c)
{
	query_text(q, column);
	query_add(q, " >= $?", BINDS(b_int(c->from)));
	query_text(q, " AND ");
	query_text(q, column);
	query_add(q, " < $?", BINDS(b_int(c->to)));
}

static void
add_state(struct query *q, const struct where_cond *c, int blocked, bool *first)
{
	static const char *const label[] = {"t.status_id", "+t.status_id"};

	add_in(q, columns[WHERE_STATE][blocked], c->nums, c->num_count, first);
	if (c->label_count > 0) {
		add_or(q, first);
		query_text(q, "(t.status_id IS NOT NULL AND ");
		add_in(q, label[blocked], c->labels, c->label_count,
		    &(bool){true});
		query_text(q, ")");
	}
	if (c->plain_count > 0) {
		add_or(q, first);
		query_text(q, "(t.status_id IS NULL AND ");
		add_in(q, columns[WHERE_STATE][blocked], c->plain,
		    c->plain_count, &(bool){true});
		query_text(q, ")");
	}
}

/* A ticket's team is that of its reach, with and without an owner. */
static void
add_team(struct query *q, const struct where_cond *c, int blocked, bool *first)
{
	int64_t reach[2 * WHERE_NUMS];
	size_t n = 0;

	for (size_t i = 0; i < c->num_count; i++) {
		reach[n++] = 2 * c->nums[i];
		reach[n++] = 2 * c->nums[i] + 1;
	}
	add_in(q, columns[WHERE_TEAM][blocked], reach, n, first);
	if (c->or_nobody)
		add_in(q, columns[WHERE_TEAM][blocked], (int64_t[]){0, 1}, 2,
		    first);
}

static void
add_owner(struct query *q, const struct where_cond *c, int blocked, bool *first)
{
	if (c->num_count > 0) {
		add_or(q, first);
		query_text(q, "(t.operator_id IS NOT NULL AND ");
		add_in(q, columns[WHERE_OWNER][blocked], c->nums, c->num_count,
		    &(bool){true});
		query_text(q, ")");
	}
	if (c->or_nobody) {
		add_or(q, first);
		query_text(q, "t.operator_id IS NULL");
	}
}

static void
add_prefix(struct query *q, const struct where_cond *c, size_t i)
{
	query_add(q, " AND k.name_folded >= $?", BINDS(b_text(c->texts[i])));
	if (c->ends[i] != NULL)
		query_add(
		    q, " AND k.name_folded < $?", BINDS(b_text(c->ends[i])));
	query_text(q, ")");
}

static void
add_people(struct query *q, const struct where_cond *c, bool *first)
{
	bool is_contact = c->field == WHERE_CONTACT;

	for (size_t i = 0; i < c->text_count; i++) {
		add_or(q, first);
		query_text(q, is_contact ? "EXISTS (SELECT 1 FROM contacts k"
					   " WHERE k.id = t.contact_id"
					   " AND k.tenant_id = t.tenant_id"
					 : "EXISTS (SELECT 1 FROM companies k"
					   " WHERE k.id = t.company_id"
					   " AND k.tenant_id = t.tenant_id");
		add_prefix(q, c, i);
	}
	if (c->or_nobody) {
		add_or(q, first);
		query_text(q, is_contact ? "t.contact_id IS NULL"
					 : "t.company_id IS NULL");
	}
}

static void
add_flag(struct query *q, const struct desk *d, const struct ticket_where *w,
    int64_t flag)
{
	(void)d;
	switch ((enum where_flag)flag) {
	case IS_UNASSIGNED:
		query_text(q, "t.operator_id IS NULL");
		break;
	case IS_MINE:
		query_add(q,
		    "(t.operator_id IS NOT NULL AND +t.operator_id = $?)",
		    BINDS(b_int(w->me)));
		break;
	case IS_MY_TEAMS:
		query_add(q, "+t.reach IN ($?, $?)",
		    BINDS(b_int(w->my_team != 0 ? 2 * w->my_team : -1),
			b_int(w->my_team != 0 ? 2 * w->my_team + 1 : -1)));
		break;
	case IS_ACTIVE:
		query_text(q, "+t.active = 1");
		break;
	case IS_DELETED:
		query_text(q, "+t.alive = 0");
		break;
	case IS_OVERDUE:
		query_add(q, "(+t.active = 1 AND +t.due_us < $?)",
		    BINDS(b_int(w->now_us)));
		break;
	case IS_SNOOZED:
		query_text(q, "t.snoozed_until_us + 0 IS NOT NULL");
		break;
	case IS_ANY:
		query_text(q, "1 = 1");
		break;
	}
}

static void
add_text_found(
    struct query *q, const struct desk *d, const struct where_cond *c)
{
	if (c->field == WHERE_WORDS) {
		query_add(q, search_has(d),
		    BINDS(b_int(RECORD_TICKET), b_text(c->texts[0])));
		return;
	}
	query_add(q,
	    "EXISTS (SELECT 1 FROM search_texts x WHERE x.kind = $?"
	    " AND x.record_id = t.id AND x.tenant_id = t.tenant_id"
	    " AND replace(x.text, $?, '') <> x.text)",
	    BINDS(b_int(RECORD_TICKET), b_text(c->texts[0])));
}

static void
add_kept(struct query *q, const struct where_cond *c)
{
	if (c->field == WHERE_TAG) {
		query_text(q, "EXISTS (SELECT 1 FROM ticket_tags g"
			      " WHERE g.tenant_id = t.tenant_id"
			      " AND g.ticket_id = t.id AND ");
		add_texts(q, "g.folded", c);
	} else {
		query_add(q,
		    "EXISTS (SELECT 1 FROM ticket_field_values v"
		    " WHERE v.ticket_id = t.id AND v.field_id = $?"
		    " AND v.tenant_id = t.tenant_id"
		    " AND v.deleted_at IS NULL AND ",
		    BINDS(b_int(c->field_id)));
		add_texts(q, "v.folded", c);
	}
	query_text(q, ")");
}

static void
add_condition(struct query *q, const struct desk *d,
    const struct ticket_where *w, const struct where_cond *c)
{
	bool first = true;

	query_text(q, "(");
	if (c->field == WHERE_SOLVED)
		query_text(q, "t.solved_us IS NOT NULL AND ");
	if (c->is_range) {
		add_range(q, columns[c->field][1], c);
	} else if (c->field == WHERE_STATE) {
		add_state(q, c, 1, &first);
	} else if (c->field == WHERE_TEAM) {
		add_team(q, c, 1, &first);
	} else if (c->field == WHERE_OWNER) {
		add_owner(q, c, 1, &first);
	} else if (c->field == WHERE_CONTACT || c->field == WHERE_COMPANY) {
		add_people(q, c, &first);
	} else if (c->field == WHERE_IS) {
		for (size_t i = 0; i < c->num_count; i++) {
			add_or(q, &first);
			add_flag(q, d, w, c->nums[i]);
		}
	} else if (c->field == WHERE_CATEGORY) {
		if (c->text_count > 0) {
			add_or(q, &first);
			add_texts(q, columns[WHERE_CATEGORY][1], c);
		}
		if (c->or_nobody) {
			add_or(q, &first);
			query_text(q, "+t.category = ''");
		}
	} else if (c->field == WHERE_WORDS || c->field == WHERE_PHRASE) {
		add_text_found(q, d, c);
	} else if (c->field == WHERE_TAG || c->field == WHERE_VALUE) {
		add_kept(q, c);
	} else {
		add_in(q, columns[c->field][1], c->nums, c->num_count, &first);
	}
	query_text(q, ")");
}

void
where__add(struct query *q, const struct desk *d, const struct ticket_where *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->count; i++) {
		query_text(q, w->conds[i].is_negated ? " AND NOT " : " AND ");
		add_condition(q, d, w, &w->conds[i]);
	}
}

bool
where__is_by_id(const struct where_cond *c)
{
	return c->field == WHERE_TAG || c->field == WHERE_VALUE;
}

bool
where__is_in_order(const struct where_cond *c)
{
	if (c->is_range || c->is_negated || c->or_nobody || c->label_count > 0)
		return false;
	return (c->field == WHERE_STATE &&
		   c->num_count + c->plain_count == 1) ||
	       (c->field == WHERE_CATEGORY && c->text_count == 1) ||
	       (c->field == WHERE_OWNER && c->num_count == 1);
}

/* A people's name: their ids, then the tickets of each. */
static void
add_people_range(
    struct query *q, const struct desk *d, const struct where_cond *c)
{
	bool is_contact = c->field == WHERE_CONTACT;

	query_text(q, is_contact ? " AND t.contact_id IN ("
				 : " AND t.company_id IS NOT NULL"
				   " AND t.company_id IN (");
	for (size_t i = 0; i < c->text_count; i++) {
		query_text(q, i > 0 ? " UNION " : "");
		query_add(q,
		    is_contact ? "SELECT k.id FROM contacts k"
				 " WHERE k.tenant_id = $?"
			       : "SELECT k.id FROM companies k"
				 " WHERE k.tenant_id = $?",
		    BINDS(b_int(d->actor.tenant_id)));
		query_add(
		    q, " AND k.name_folded >= $?", BINDS(b_text(c->texts[i])));
		if (c->ends[i] != NULL)
			query_add(q, " AND k.name_folded < $?",
			    BINDS(b_text(c->ends[i])));
	}
	query_text(q, ")");
}

static void
add_kept_range(
    struct query *q, const struct desk *d, const struct where_cond *c)
{
	if (c->field == WHERE_TAG) {
		query_add(q,
		    " AND t.id IN (SELECT g.ticket_id FROM ticket_tags g"
		    " WHERE g.tenant_id = $? AND ",
		    BINDS(b_int(d->actor.tenant_id)));
		add_texts(q, "g.folded", c);
	} else {
		query_add(q,
		    " AND t.id IN (SELECT v.ticket_id FROM ticket_field_values "
		    "v"
		    " WHERE v.tenant_id = $? AND v.field_id = $? AND ",
		    BINDS(b_int(d->actor.tenant_id), b_int(c->field_id)));
		add_texts(q, "v.folded", c);
	}
	query_text(q, ")");
}

/* Tickets of a state, whatever their label; or those of labels alone. */
static bool
add_state_range(struct query *q, const struct where_cond *c)
{
	int64_t states[2 * WHERE_NUMS];
	size_t n = 0;

	if (c->label_count > 0) {
		if (c->num_count + c->plain_count > 0)
			return false;
		query_text(
		    q, " AND t.alive = 1 AND t.status_id IS NOT NULL AND ");
		add_in(q, "t.status_id", c->labels, c->label_count,
		    &(bool){true});
		return true;
	}
	for (size_t i = 0; i < c->num_count; i++)
		states[n++] = c->nums[i];
	for (size_t i = 0; i < c->plain_count; i++)
		states[n++] = c->plain[i];
	query_text(q, " AND t.alive = 1 AND ");
	add_in(q, columns[WHERE_STATE][0], states, n, &(bool){true});
	return true;
}

bool
where__range(struct query *q, const struct desk *d,
    const struct ticket_where *w, const struct where_cond *c)
{
	(void)w;
	if (c->is_negated || c->or_nobody)
		return false;
	switch (c->field) {
	case WHERE_STATE:
		return add_state_range(q, c);
	case WHERE_OWNER:
	case WHERE_CATEGORY:
	case WHERE_CREATED:
	case WHERE_UPDATED:
		query_text(q, " AND t.alive = 1 AND ");
		break;
	case WHERE_DUE:
		query_text(q, " AND t.active IN (0, 1) AND ");
		break;
	case WHERE_NUMBER:
		query_text(q, " AND ");
		break;
	case WHERE_IS:
		if (c->num_count != 1 || c->nums[0] != IS_SNOOZED)
			return false;
		query_text(q, " AND t.alive = 1"
			      " AND t.snoozed_until_us > 0");
		return true;
	case WHERE_CONTACT:
	case WHERE_COMPANY:
		add_people_range(q, d, c);
		return true;
	case WHERE_TAG:
	case WHERE_VALUE:
		add_kept_range(q, d, c);
		return true;
	default:
		return false;
	}
	if (c->field == WHERE_CATEGORY) {
		query_text(q, "t.category <> '' AND ");
		add_texts(q, columns[WHERE_CATEGORY][0], c);
	} else if (c->is_range) {
		add_range(q, columns[c->field][0], c);
	} else {
		add_in(q, columns[c->field][0], c->nums, c->num_count,
		    &(bool){true});
	}
	return true;
}
