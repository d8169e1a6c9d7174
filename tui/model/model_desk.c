/* model_desk - see model_desk.h. */
#include "tui/model/model_desk.h"

#include "common/clock.h"
#include "common/str.h"
#include "common/xalloc.h"
#include "db/records/approvals.h"
#include "db/records/conversations.h"
#include "db/records/knowledge.h"
#include "db/records/messages.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "db/records/whatsapp_errors.h"
#include "tui/model/model_int.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_AT 500 /* rows of a view that are looked through */
#define ID_BITS 48  /* above them a row's id holds its part */

struct day_args {
	struct desk_day day;
	uint64_t turn;
	desk_day_fn *fn;
};

static struct desk_row *
add(struct desk_day *day, enum desk_part part, int64_t id)
{
	struct desk_row *r;

	if (day->counts[part] == DESK_PART_MOST)
		return NULL;
	day->counts[part]++;
	day->rows =
	    xreallocarray(day->rows, day->count + 1, sizeof(day->rows[0]));
	r = &day->rows[day->count++];
	memset(r, 0, sizeof(*r));
	r->part = part;
	r->id = ((int64_t)(part + 1) << ID_BITS) + id;
	return r;
}

/* ---- conversations ---- */

static int64_t
since(const struct conversation *c)
{
	return c->waiting_since_us != 0 ? c->waiting_since_us
	                                : c->last_inbound_us;
}

static int
longest_wait(const void *a, const void *b)
{
	int64_t x = since(a), y = since(b);

	return x < y ? -1 : x > y ? 1 : 0;
}

static int
read_conversations(
    struct desk *d, struct desk_day *day, enum desk_part part, struct err *err)
{
	struct page page = {.limit = LOOK_AT};
	struct conversation *rows;
	size_t count;
	int rc;

	rc = conversation_list(d,
	    part == DESK_WAITING ? VIEW_MINE : VIEW_UNASSIGNED, "", &page,
	    &rows, &count, err);
	if (rc != 0)
		return rc == OD_EDENIED ? 0 : rc;
	if (count > 1)
		qsort(rows, count, sizeof(rows[0]), longest_wait);
	for (size_t i = 0; i < count; i++) {
		const struct conversation *c = &rows[i];
		struct desk_row *r;

		if (part == DESK_WAITING && c->waiting_since_us == 0 &&
		    c->unread == 0)
			continue;
		if ((r = add(day, part, c->id)) == NULL)
			break;
		r->opens = RECORD_CONVERSATION;
		r->opens_id = c->id;
		r->since_us = since(c);
		r->unread = c->unread;
		str_copy(r->title, sizeof(r->title),
		    c->contact_name[0] != '\0' ? c->contact_name : c->peer);
		str_copy(r->text, sizeof(r->text), c->preview);
	}
	free(rows);
	return 0;
}

/* ---- tickets ---- */

static int
most_urgent(const void *a, const void *b)
{
	const struct ticket *x = a, *y = b;

	if (x->priority != y->priority)
		return y->priority - x->priority;
	return x->created_at < y->created_at   ? -1
	       : x->created_at > y->created_at ? 1
	                                       : 0;
}

static bool
is_breaking(const struct ticket *t, int64_t now_us)
{
	return t->due_us != INT64_MAX && t->warn_us <= now_us &&
	       t->state != TICKET_WAITING;
}

static int
breaks_first(const void *a, const void *b)
{
	const struct ticket *x = a, *y = b;

	return x->due_us < y->due_us ? -1 : x->due_us > y->due_us ? 1 : 0;
}

static void
add_tickets(struct desk_day *day, enum desk_part part,
    const struct ticket *rows, size_t count)
{
	int64_t now_us = clock_wall_us();

	for (size_t i = 0; i < count; i++) {
		const struct ticket *t = &rows[i];
		struct desk_row *r;

		if (is_breaking(t, now_us) != (part == DESK_BREAKING))
			continue;
		if ((r = add(day, part, t->id)) == NULL)
			return;
		r->opens = RECORD_TICKET;
		r->opens_id = t->id;
		r->since_us = t->created_at;
		r->due_us = t->due_us;
		r->warn_us = t->warn_us;
		r->priority = t->priority;
		r->state = (int)t->state;
		str_format(r->title, sizeof(r->title), "#%lld %s",
		    (long long)t->number, t->contact_name);
		str_copy(r->text, sizeof(r->text), t->subject);
	}
}

static int
read_tickets(struct desk *d, struct desk_day *day, struct err *err)
{
	struct ticket_filter f = {
	    .view = TICKETS_MINE, .state = -1, .match = ""};
	struct page page = {.limit = LOOK_AT};
	struct ticket *rows;
	size_t count;
	int rc;

	if ((rc = ticket_list(d, &f, &page, &rows, &count, err)) != 0)
		return rc == OD_EDENIED ? 0 : rc;
	if (count > 1)
		qsort(rows, count, sizeof(rows[0]), breaks_first);
	add_tickets(day, DESK_BREAKING, rows, count);
	if (count > 1)
		qsort(rows, count, sizeof(rows[0]), most_urgent);
	add_tickets(day, DESK_TICKETS, rows, count);
	ticket_list_free(&rows, count);
	return 0;
}

/* ---- drafts and what is stuck ---- */

static int
name_conversation(struct desk *d, int64_t id, struct desk_row *r,
    enum channel_kind *kind, struct err *err)
{
	struct conversation c;
	int rc;

	*kind = 0;
	r->opens = RECORD_CONVERSATION;
	r->opens_id = id;
	if ((rc = conversation_get(d, id, &c, err)) != 0)
		return model__unless_gone(rc);
	str_copy(r->title, sizeof(r->title),
	    c.contact_name[0] != '\0' ? c.contact_name : c.peer);
	*kind = c.channel_kind;
	return 0;
}

static int
name_ticket(struct desk *d, int64_t id, struct desk_row *r, struct err *err)
{
	struct ticket t = {0};
	int rc = ticket_get(d, id, &t, err);

	r->opens = RECORD_TICKET;
	r->opens_id = id;
	if (rc == 0)
		str_format(r->title, sizeof(r->title), "#%lld %s",
		    (long long)t.number, t.subject);
	ticket_clear(&t);
	return model__unless_gone(rc);
}

/* Its own words say little: they begin with braces. */
static int
name_guide(struct desk *d, int64_t id, struct desk_row *r, struct err *err)
{
	struct knowledge k = {.id = 0};
	int rc = knowledge_get(d, id, &k, err);

	r->opens = RECORD_KNOWLEDGE;
	r->opens_id = id;
	r->why = N_("the text of a guide");
	if (rc == 0)
		str_copy(r->title, sizeof(r->title),
		    k.title[0] != '\0' ? k.title : k.topic);
	knowledge_clear(&k);
	return model__unless_gone(rc);
}

static int
name_draft(struct desk *d, const struct draft *dr, struct desk_row *r,
    struct err *err)
{
	enum channel_kind kind;

	if (dr->kind == RECORD_TICKET)
		return name_ticket(d, dr->record_id, r, err);
	if (dr->kind == RECORD_CONVERSATION)
		return name_conversation(d, dr->record_id, r, &kind, err);
	if (dr->kind == RECORD_KNOWLEDGE)
		return name_guide(d, dr->record_id, r, err);
	return 0;
}

static int
read_drafts(struct desk *d, struct desk_day *day, struct err *err)
{
	struct draft *rows;
	size_t count;
	int rc;

	if ((rc = draft_list(d, &rows, &count, err)) != 0)
		return rc == OD_EDENIED ? 0 : rc;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct draft *dr = &rows[i];
		struct desk_row *r = add(day, DESK_DRAFTS, dr->id);

		if (r == NULL)
			break;
		rc = name_draft(d, dr, r, err);
		r->since_us = dr->updated_at;
		draft_preview(dr, r->text, sizeof(r->text));
	}
	draft_list_free(&rows, count);
	return rc;
}

static int
read_stuck(struct desk *d, struct desk_day *day, struct err *err)
{
	struct message *rows;
	size_t count;
	int rc;

	rc = message_stuck(d, DESK_PART_MOST, &rows, &count, err);
	if (rc != 0)
		return rc == OD_EDENIED ? 0 : rc;
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct message *m = &rows[i];
		struct desk_row *r = add(day, DESK_STUCK, m->id);
		const struct whatsapp_error *known = NULL;
		enum channel_kind kind;

		if (r == NULL)
			break;
		r->since_us = m->at_us;
		r->state = (int)m->state;
		rc = name_conversation(d, m->conversation_id, r, &kind, err);
		if (kind == CHANNEL_WHATSAPP && m->error_code != 0)
			known = whatsapp_error(m->error_code);
		r->why = known != NULL ? known->text : NULL;
		str_copy(r->text, sizeof(r->text),
		    m->error_text != NULL && m->error_text[0] != '\0'
			? m->error_text
			: m->body);
	}
	message_list_free(&rows, count);
	return rc;
}

static int
read_approvals(struct desk *d, struct desk_day *day, struct err *err)
{
	struct approval *rows;
	size_t count;
	int rc;

	if ((rc = approval_waiting(d, DESK_PART_MOST, &rows, &count, err)) != 0)
		return rc == OD_EDENIED ? 0 : rc;
	for (size_t i = 0; i < count; i++) {
		struct desk_row *r = add(day, DESK_APPROVALS, rows[i].id);

		if (r == NULL)
			break;
		r->opens = RECORD_APPROVAL;
		r->opens_id = rows[i].id;
		r->since_us = rows[i].created_at;
		str_copy(r->title, sizeof(r->title), rows[i].proposer);
		str_copy(r->text, sizeof(r->text), rows[i].sentence);
	}
	approval_list_free(&rows, count);
	return 0;
}

static int
day_run(struct desk *d, void *data, struct err *err)
{
	struct day_args *a = data;
	int rc;

	if ((rc = read_approvals(d, &a->day, err)) != 0 ||
	    (rc = read_conversations(d, &a->day, DESK_WAITING, err)) != 0 ||
	    (rc = read_conversations(d, &a->day, DESK_UNASSIGNED, err)) != 0 ||
	    (rc = read_tickets(d, &a->day, err)) != 0 ||
	    (rc = read_drafts(d, &a->day, err)) != 0)
		return rc;
	return read_stuck(d, &a->day, err);
}

static void
day_done(struct ui *ui, struct screen *s, void *data,
    const struct model_answer *answer)
{
	struct day_args *a = data;

	(void)ui;
	if (s != NULL)
		a->fn(s, a->turn, &a->day, answer);
}

static void
day_free(void *data)
{
	struct day_args *a = data;

	free(a->day.rows);
	free(a);
}

void
model_desk_day(
    struct model *m, struct screen *s, uint64_t turn, desk_day_fn *fn)
{
	static const struct model_question q = {
	    .run = day_run, .done = day_done, .free_args = day_free};
	struct day_args *a = xcalloc(1, sizeof(*a));

	a->turn = turn;
	a->fn = fn;
	model_ask(m, s, &q, a);
}
