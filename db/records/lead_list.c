/* lead_list - leads as lists have them; see leads.h. */
#include "common/terms.h"
#include "common/xalloc.h"
#include "db/records/call_int.h"
#include "db/records/leads_int.h"
#include <stdlib.h>
#include <string.h>

const char *const lead_view_names[] = {"open", "mine", "all", "trash", NULL};

enum lead_order { BY_NEXT, BY_CHANGE, BY_DELETION };

static enum lead_order
order_of(const struct lead_filter *f)
{
	if (f->updated_since_us != 0)
		return BY_CHANGE;
	return f->view == LEADS_TRASH ? BY_DELETION : BY_NEXT;
}

int64_t
lead_page_key(const struct lead_filter *f, const struct lead *l)
{
	switch (order_of(f)) {
	case BY_CHANGE:
		return l->updated_at;
	case BY_DELETION:
		return l->deleted_at;
	case BY_NEXT:
		break;
	}
	return l->next_us;
}

static void
add_id(struct query *q, const char *fragment, int64_t id)
{
	if (id != 0)
		query_add(q, fragment, BINDS(b_int(id)));
}

static void
add_view(struct query *q, struct desk *d, const struct lead_filter *f)
{
	if (f->updated_since_us != 0) {
		query_add(q, " AND l.updated_at >= $?",
		    BINDS(b_int(f->updated_since_us)));
		return;
	}
	query_text(q, f->view == LEADS_TRASH ? " AND l.deleted_at IS NOT NULL"
	                                     : " AND l.deleted_at IS NULL");
	if (f->view == LEADS_OPEN || f->view == LEADS_MINE)
		query_text(q, " AND l.status < 2");
	if (f->view == LEADS_MINE)
		query_add(
		    q, " AND l.operator_id = $?", BINDS(b_int(d->actor.id)));
}

static void
add_page(struct query *q, enum lead_order order, const struct page *page)
{
	static const char *const after[][2] = {
	    [BY_NEXT] = {" AND (l.next_us, l.id) > ($?, $?)",
		" AND (l.next_us, l.id) < ($?, $?)"},
	    [BY_CHANGE] = {" AND (l.updated_at, l.id) > ($?, $?)",
		" AND (l.updated_at, l.id) < ($?, $?)"},
	    [BY_DELETION] = {" AND (l.deleted_at, l.id) > ($?, $?)",
		" AND (l.deleted_at, l.id) < ($?, $?)"},
	};
	static const char *const orders[][2] = {
	    [BY_NEXT] = {" ORDER BY l.next_us, l.id LIMIT $?",
		" ORDER BY l.next_us DESC, l.id DESC LIMIT $?"},
	    [BY_CHANGE] = {" ORDER BY l.updated_at, l.id LIMIT $?",
		" ORDER BY l.updated_at DESC, l.id DESC LIMIT $?"},
	    [BY_DELETION] = {" ORDER BY l.deleted_at, l.id LIMIT $?",
		" ORDER BY l.deleted_at DESC, l.id DESC LIMIT $?"},
	};

	if (page->after_id != 0)
		query_add(q, after[order][page->backwards],
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(q, orders[order][page->backwards],
	    BINDS(b_int(records__limit(page))));
}

/* ---- what is wanted of them ---- */

/* fragments: of one that it is, and of one that is nobody's. */
static void
add_names(struct query *q, const struct lead_names *names, const char *is,
    const char *is_none)
{
	if (names->count == 0 && !names->or_none)
		return;
	query_text(q, " AND (0 = 1");
	for (size_t i = 0; i < names->count; i++)
		query_add(q, is, BINDS(b_int(names->ids[i])));
	if (names->or_none)
		query_text(q, is_none);
	query_text(q, ")");
}

/* What a query borrows while it runs. */
struct patterns {
	struct str contact, words[TERMS_MAX];
};

static void
patterns_init(struct patterns *p)
{
	str_init(&p->contact);
	for (size_t i = 0; i < TERMS_MAX; i++)
		str_init(&p->words[i]);
}

static void
patterns_free(struct patterns *p)
{
	str_free(&p->contact);
	for (size_t i = 0; i < TERMS_MAX; i++)
		str_free(&p->words[i]);
}

static void
add_words(struct query *q, const struct lead_filter *f, struct patterns *p)
{
	const char *word = f->words;

	if (f->contact[0] != '\0') {
		records__pattern(f->contact, strlen(f->contact), &p->contact);
		/* COALESCE: the leads' own order leads, not all contacts. */
		query_add(q,
		    " AND COALESCE(k.name_folded, '') LIKE $? ESCAPE '!'",
		    BINDS(b_text(p->contact.s)));
	}
	for (size_t i = 0; *word != '\0' && i < TERMS_MAX; i++) {
		struct bind like;
		size_t n = strcspn(word, "\n");

		records__pattern(word, n, &p->words[i]);
		like = b_text(p->words[i].s);
		query_text(q, " AND (");
		records__add_folded(q, "l.problem_statement");
		query_add(q, " LIKE $? ESCAPE '!' OR k.name_folded LIKE $?"
			     " ESCAPE '!')",
		    BINDS(like, like));
		word += n + (word[n] == '\n');
	}
}

static void
add_times(struct query *q, const struct lead_filter *f)
{
	add_id(q, " AND l.next_us >= $?", f->next_from_us);
	add_id(q, " AND l.next_us < $?", f->next_to_us);
	add_id(q, " AND l.created_at >= $?", f->from_us);
	add_id(q, " AND l.created_at < $?", f->to_us);
}

static void
add_statuses(struct query *q, const struct lead_filter *f)
{
	if (f->status >= 0)
		query_add(q, " AND l.status = $?", BINDS(b_int(f->status)));
	if (f->statuses == 0)
		return;
	query_text(q, " AND (0 = 1");
	for (int i = 0; i < LEAD_STATUS_COUNT; i++)
		if (f->statuses & (1u << i))
			query_add(q, " OR l.status = $?", BINDS(b_int(i)));
	query_text(q, ")");
}

static void
add_filter(struct query *q, struct desk *d, const struct lead_filter *f,
    struct patterns *p)
{
	add_view(q, d, f);
	call__add_scope(q, d, OP_LEAD_READ, "l");
	add_statuses(q, f);
	add_id(q, " AND l.operator_id = $?", f->operator_id);
	add_id(q, " AND l.contact_id = $?", f->contact_id);
	if (f->crm_id != NULL)
		query_add(q,
		    " AND l.contact_id IN (SELECT x.id FROM contacts x"
		    " WHERE x.tenant_id = $? AND x.crm_contact_id = $?"
		    " AND x.crm_contact_id <> '' AND x.deleted_at IS NULL)",
		    BINDS(b_int(d->actor.tenant_id), b_text(f->crm_id)));
	add_id(q, " AND l.call_id = $?", f->call_id);
	add_id(q, " AND l.conversation_id = $?", f->conversation_id);
	add_id(q, " AND l.ticket_id = $?", f->ticket_id);
	add_names(q, &f->owners, " OR l.operator_id = $?",
	    " OR l.operator_id IS NULL");
	add_names(q, &f->teams, " OR l.team_id = $?", " OR l.team_id IS NULL");
	add_times(q, f);
	add_words(q, f, p);
}

int
lead_list(struct desk *d, const struct lead_filter *f, const struct page *page,
    struct lead **rows, size_t *count, struct err *err)
{
	struct patterns p;
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_LEAD_READ, 0, err)) != 0)
		return rc;
	patterns_init(&p);
	query_init(&q);
	query_add(&q, LEAD_SELECT " WHERE l.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	add_filter(&q, d, f, &p);
	add_page(&q, order_of(f), page);
	rc = query_run(d->db, &st, &q, err);
	*rows = records__all(&st, sizeof(**rows), lead__read, count, &rc, err);
	query_free(&q);
	patterns_free(&p);
	for (size_t i = 0; i < *count; i++)
		lead__mask(d, &(*rows)[i]);
	if (page->backwards)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

int
lead_count(struct desk *d, const struct lead_filter *f, int cap, int64_t *count,
    struct err *err)
{
	struct patterns p;
	struct query q;
	int rc;

	*count = 0;
	if ((rc = op_may(d, OP_LEAD_READ, 0, err)) != 0)
		return rc;
	patterns_init(&p);
	query_init(&q);
	query_add(&q,
	    "SELECT COUNT(*) FROM (SELECT l.id" LEAD_FROM
	    " WHERE l.tenant_id = $?",
	    BINDS(b_int(d->actor.tenant_id)));
	add_filter(&q, d, f, &p);
	/* As a page would be read: by the index of the order. */
	add_page(&q, order_of(f), &(struct page){.limit = cap});
	query_text(&q, ") x");
	rc = query_int(d->db, count, &q, err);
	query_free(&q);
	patterns_free(&p);
	return rc;
}

/* ---- calls ---- */

/* In its place by when it began, if there is room. */
static void
put_call(struct call **rows, size_t *count, int most, struct call *c)
{
	bool is_there = *count == (size_t)most;
	size_t at = 0;

	for (size_t i = 0; i < *count; i++) {
		is_there = is_there || (*rows)[i].id == c->id;
		at += (*rows)[i].started_us > c->started_us;
	}
	if (is_there) {
		call_clear(c);
		return;
	}
	*rows = records__grow(*rows, *count, sizeof(**rows));
	memmove(*rows + at + 1, *rows + at, (*count - at) * sizeof(**rows));
	(*rows)[at] = *c;
	++*count;
}

int
lead_calls(struct desk *d, const struct lead *l, int most, struct call **rows,
    size_t *count, struct err *err)
{
	struct call_filter f = call_filter_any;
	const struct page page = {.limit = most};
	struct err unused = ERR_INIT;
	struct call first;
	int rc = 0;

	*rows = NULL;
	*count = 0;
	f.contact_id = l->contact_id;
	f.lead_id = l->id;
	if (op_may(d, OP_CALL_READ, 0, &unused) != 0)
		return 0;
	if (l->contact_id != 0)
		rc = call_list(d, &f, &page, rows, count, err);
	if (rc != 0 || l->call_id == 0)
		return rc;
	if (call_get(d, l->call_id, &first, &unused) == 0)
		put_call(rows, count, most, &first);
	return 0;
}
