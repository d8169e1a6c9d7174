/* ticket_checks - the checks that stand on a ticket; see checklists.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/checklists.h"
#include "db/records/checklists_int.h"
#include "db/records/records_int.h"
#include "db/records/ticket_int.h"
#include <stdlib.h>
#include <string.h>

#define SUMS_AT_ONCE 50 /* ids of one statement */

/* ---- reading ---- */

static void
read_row(struct stmt *st, void *row)
{
	const char *body = stmt_text(st, 6);
	struct ticket_check *c = row;

	c->id = stmt_int(st, 0);
	c->version = stmt_int(st, 1);
	c->checklist_id = stmt_int(st, 2);
	c->position = stmt_int(st, 3);
	c->done_us = stmt_int(st, 4);
	c->done_by = stmt_int(st, 5);
	(void)checklist__next(&body, c->text, &c->is_required);
	str_copy(c->done_name, sizeof(c->done_name), stmt_text(st, 7));
	str_copy(c->checklist, sizeof(c->checklist), stmt_text(st, 8));
}

/* Without asking whether the actor may. */
static int
load(struct desk *d, int64_t ticket_id, struct ticket_check **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int rc = db_query(d->db, &st,
	    "SELECT k.id, k.version, k.checklist_id, k.position, k.done_us,"
	    " k.done_by, k.body, o.full_name, l.name FROM ticket_checks k"
	    " LEFT JOIN operators o ON o.tenant_id = k.tenant_id"
	    " AND o.id = k.done_by"
	    " LEFT JOIN checklists l ON l.tenant_id = k.tenant_id"
	    " AND l.id = k.checklist_id"
	    " WHERE k.tenant_id = $1 AND k.ticket_id = $2"
	    " AND k.deleted_at IS NULL ORDER BY k.position, k.id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id)), err);

	*rows = records__all(&st, sizeof(**rows), read_row, count, &rc, err);
	return rc;
}

int
ticket_checks(struct desk *d, int64_t ticket_id, struct ticket_check **rows,
    size_t *count, struct err *err)
{
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_read(d, OP_TICKET_READ, ticket_id, err)) != 0)
		return rc;
	return load(d, ticket_id, rows, count, err);
}

void
ticket_check_json(const struct ticket_check *c, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", c->id);
	json_out_string(out, "text", c->text);
	json_out_bool(out, "required", c->is_required);
	json_out_bool(out, "done", c->done_us != 0);
	json_out_time(out, "done_at", c->done_us);
	json_out_string(out, "done_by", c->done_name);
	json_out_string(out, "checklist", c->checklist);
	json_out_end(out, '}');
}

static void
read_sum(struct stmt *st, void *row)
{
	struct check_sum *s = row;

	s->ticket_id = stmt_int(st, 0);
	s->all = (int)stmt_int(st, 1);
	s->done = (int)stmt_int(st, 2);
}

static int
sum_some(struct desk *d, const int64_t *ids, size_t count,
    struct check_sum *sums, size_t *found, struct err *err)
{
	struct stmt *st = NULL;
	struct query q;
	int rc;

	query_init(&q);
	query_add(&q,
	    "SELECT ticket_id, count(*), count(done_us) FROM ticket_checks"
	    " WHERE tenant_id = $? AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	records__in(&q,
	    " AND ticket_id IN ($?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,"
	    "$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,"
	    "$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?,$?)",
	    SUMS_AT_ONCE, ids, count);
	query_text(&q, " GROUP BY ticket_id");
	if ((rc = query_run(d->db, &st, &q, err)) == 0)
		while ((rc = stmt_step(st, err)) == 1)
			read_sum(st, &sums[(*found)++]);
	stmt_close(&st);
	query_free(&q);
	return rc;
}

int
ticket_check_sums(struct desk *d, const int64_t *ids, size_t count,
    struct check_sum *sums, size_t *found, struct err *err)
{
	int rc;

	*found = 0;
	if ((rc = op_may(d, OP_TICKET_READ, 0, err)) != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i += SUMS_AT_ONCE)
		rc = sum_some(d, ids + i,
		    count - i < SUMS_AT_ONCE ? count - i : SUMS_AT_ONCE, sums,
		    found, err);
	return rc;
}

int
checklist__check_done(struct desk *d, const struct ticket *t, struct err *err)
{
	struct ticket_check *rows;
	struct str open = STR_INIT;
	size_t count;
	int rc = load(d, t->id, &rows, &count, err);

	for (size_t i = 0; rc == 0 && i < count; i++)
		if (rows[i].is_required && rows[i].done_us == 0)
			str_addf(&open, "%s%s", open.len > 0 ? "; " : "",
			    rows[i].text);
	if (open.len > 0)
		rc = err_set(err, OD_EDATA,
		    "Ticket %lld has checks to be ticked first: %s",
		    (long long)t->number, open.s);
	str_free(&open);
	free(rows);
	return rc;
}

/* ---- changes ---- */

static bool
is_there(const struct ticket_check *rows, size_t count, int64_t checklist_id,
    const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].checklist_id == checklist_id &&
		    strcmp(rows[i].text, text) == 0)
			return true;
	return false;
}

static int
insert(struct desk *d, struct op *op, int64_t ticket_id, int64_t checklist_id,
    int64_t position, const char *text, bool required, struct err *err)
{
	char body[204];
	int64_t id;
	int rc;

	str_format(body, sizeof(body), "%s%s", required ? "! " : "", text);
	rc = db_insert(d->db, &id,
	    "INSERT INTO ticket_checks(tenant_id, ticket_id, checklist_id,"
	    " position, body, created_at, updated_at)"
	    " VALUES($1,$2,$3,$4,$5,$6,$6) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_int(ticket_id),
		b_ref(checklist_id), b_int(position), b_text(body),
		b_int(op->now_us)),
	    err);
	return rc != 0 ? rc
	               : record_created(d, op, RECORD_TICKET_CHECK, id, err);
}

/* Behind those that are there; items are as they are kept. */
static int
put_items(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t checklist_id, const char *items, int *added, struct err *err)
{
	struct ticket_check *rows;
	char text[201];
	int64_t position = 0;
	size_t count;
	bool required;
	int rc = load(d, ticket_id, &rows, &count, err);

	*added = 0;
	if (count > 0)
		position = rows[count - 1].position;
	while (rc == 0 && checklist__next(&items, text, &required)) {
		if (checklist_id != 0 &&
		    is_there(rows, count, checklist_id, text))
			continue;
		if (count + (size_t)*added == CHECKS_MAX)
			rc = err_set(err, OD_ELIMIT,
			    "A ticket has at most %d checks", CHECKS_MAX);
		else
			rc = insert(d, op, ticket_id, checklist_id, ++position,
			    text, required, err);
		*added += rc == 0;
	}
	free(rows);
	return rc;
}

int
checklist__follow_category(struct desk *d, struct op *op, int64_t ticket_id,
    const char *category, struct err *err)
{
	struct checklist *rows = NULL;
	size_t count = 0;
	int rc, added;

	if (category[0] == '\0')
		return 0;
	rc = checklist__of_category(d, category, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = put_items(
		    d, op, ticket_id, rows[i].id, rows[i].items, &added, err);
	checklist_list_free(&rows, count);
	return rc;
}

int
ticket_check_put(struct desk *d, int64_t ticket_id, int64_t checklist_id,
    int *added, struct err *err)
{
	struct checklist l = {.id = 0};
	struct ticket t;
	struct op op;
	int rc;

	*added = 0;
	if ((rc = ticket__begin_live(
		 d, &op, OP_TICKET_CHECK_ADD, ticket_id, &t, err)) != 0)
		return rc;
	rc = checklist_get(d, checklist_id, &l, err);
	if (rc == 0 && l.deleted_at != 0)
		rc = err_set(err, OD_ECONFLICT,
		    "The checklist \"%s\" is in the trash; take it out first",
		    l.name);
	if (rc == 0)
		rc = put_items(
		    d, &op, ticket_id, checklist_id, l.items, added, err);
	if (rc == 0 && *added == 0)
		rc = err_set(err, OD_ECONFLICT,
		    "All of the checklist \"%s\" is on ticket %lld already",
		    l.name, (long long)t.number);
	op_sentence(&op, _("Put the checklist \"%s\" on ticket %lld"), l.name,
	    (long long)t.number);
	checklist_clear(&l);
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket_check_add(struct desk *d, int64_t ticket_id, const char *items,
    int *added, struct err *err)
{
	char *clean = NULL;
	struct ticket t;
	struct op op;
	int rc;

	*added = 0;
	if ((rc = checklist__clean(items, &clean, err)) != 0)
		return rc;
	rc =
	    ticket__begin_live(d, &op, OP_TICKET_CHECK_ADD, ticket_id, &t, err);
	if (rc == 0) {
		op_sentence(
		    &op, _("Added checks to ticket %lld"), (long long)t.number);
		rc = put_items(d, &op, ticket_id, 0, clean, added, err);
		ticket_clear(&t);
		rc = op_end(d, &op, rc, err);
	}
	free(clean);
	return rc;
}

/* The live check of that ticket. */
static int
load_one(struct desk *d, int64_t ticket_id, int64_t check_id,
    struct ticket_check *out, struct err *err)
{
	struct ticket_check *rows;
	size_t count;
	int rc = load(d, ticket_id, &rows, &count, err);

	if (rc != 0)
		return rc;
	rc = OD_ENOTFOUND;
	for (size_t i = 0; i < count; i++)
		if (rows[i].id == check_id) {
			*out = rows[i];
			rc = 0;
		}
	free(rows);
	return rc == 0 ? 0
	               : err_set(err, OD_ENOTFOUND,
			     "The ticket has no such check (any more)");
}

int
ticket_check_set(struct desk *d, int64_t ticket_id, int64_t check_id, bool done,
    struct err *err)
{
	struct ticket_check c;
	struct ticket t;
	struct op op;
	int rc;

	rc =
	    ticket__begin_live(d, &op, OP_TICKET_CHECK_SET, ticket_id, &t, err);
	if (rc != 0)
		return rc;
	rc = load_one(d, ticket_id, check_id, &c, err);
	if (rc == 0)
		op_sentence(&op,
		    done ? _("Ticked \"%s\" of ticket %lld")
			 : _("Unticked \"%s\" of ticket %lld"),
		    c.text, (long long)t.number);
	if (rc == 0 && done != (c.done_us != 0)) {
		bool me = done && d->actor.kind == ACTOR_OPERATOR;
		struct change set[] = {
		    {"done_us", done ? b_int(op.now_us) : b_null()},
		    {"done_by", me ? b_int(d->actor.id) : b_null()}};

		rc = record_update(d, &op, RECORD_TICKET_CHECK, check_id,
		    c.version, set, 2, NULL, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}

int
ticket_check_remove(
    struct desk *d, int64_t ticket_id, int64_t check_id, struct err *err)
{
	struct ticket_check c;
	struct ticket t;
	struct op op;
	int rc;

	rc = ticket__begin_live(
	    d, &op, OP_TICKET_CHECK_REMOVE, ticket_id, &t, err);
	if (rc != 0)
		return rc;
	if ((rc = load_one(d, ticket_id, check_id, &c, err)) == 0) {
		op_sentence(&op, _("Took \"%s\" off ticket %lld"), c.text,
		    (long long)t.number);
		rc = record_delete(
		    d, &op, RECORD_TICKET_CHECK, check_id, 0, err);
	}
	ticket_clear(&t);
	return op_end(d, &op, rc, err);
}
