/* ticket_unmerge - taking a merge back; see ticket_merge.h. */
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/search_text.h"
#include "db/core/ticket_clock.h"
#include "db/records/records_int.h"
#include "db/records/ticket_merge_int.h"
#include <stdlib.h>
#include <string.h>

/* A value that the merge gave. */
struct given {
	enum record_kind kind;
	int64_t record_id;
	char *field, *before, *after; /* owned; NULL: no value */
};

struct taking {
	struct desk *d;
	struct op *op;
	int64_t merge_id, target_id, at_us;
	struct ticket source, target;
	struct given *rows;
	size_t count;
	struct ticket_unmerge result;
};

static void
taking_clear(struct taking *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->rows[i].field);
		free(t->rows[i].before);
		free(t->rows[i].after);
	}
	free(t->rows);
	ticket_clear(&t->source);
	ticket_clear(&t->target);
}

void
ticket_unmerge_clear(struct ticket_unmerge *u)
{
	str_free(&u->told);
}

static char *
dup_or_null(struct stmt *st, int column)
{
	return stmt_is_null(st, column) ? NULL : stmt_dup(st, column);
}

static void
read_row(struct stmt *st, void *row)
{
	struct given *g = row;

	g->kind = (enum record_kind)stmt_int(st, 0);
	g->record_id = stmt_int(st, 1);
	g->field = stmt_dup(st, 2);
	g->before = dup_or_null(st, 3);
	g->after = dup_or_null(st, 4);
}

static int
read_rows(struct taking *t, struct err *err)
{
	struct bind tenant = b_int(t->d->actor.tenant_id);
	struct stmt *st = NULL;
	int rc;

	rc = db_query(t->d->db, &st,
	    "SELECT target_id, at_us FROM ticket_merges"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(tenant, b_int(t->merge_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		t->target_id = stmt_int(st, 0);
		t->at_us = stmt_int(st, 1);
		rc = 0;
	}
	stmt_close(&st);
	if (rc == 0)
		rc = db_query(t->d->db, &st,
		    "SELECT kind, record_id, field, before_value, after_value"
		    " FROM ticket_merge_rows"
		    " WHERE tenant_id = $1 AND merge_id = $2 ORDER BY seq DESC",
		    BINDS(tenant, b_int(t->merge_id)), err);
	t->rows = records__rows(
	    t->rows, &st, sizeof(*t->rows), read_row, &t->count, &rc, err);
	return rc;
}

static int
check_target(struct taking *t, struct err *err)
{
	int rc;

	if ((rc = op_may(t->d, OP_TICKET_UNMERGE, t->target_id, err)) != 0 ||
	    (rc = ticket__load(t->d, t->target_id, &t->target, err)) != 0 ||
	    (rc = ticket__check_alive(&t->target, err)) != 0)
		return rc;
	if (t->target.state == TICKET_MERGED)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld, which has it now, was merged itself since;"
		    " take that back first",
		    (long long)t->target.number);
	t->result.target = t->target.number;
	return 0;
}

static int
check_source(struct taking *t, int64_t seen_version, struct err *err)
{
	const struct ticket *s = &t->source;
	int rc;

	if ((rc = ticket__check_alive(s, err)) != 0)
		return rc;
	if (s->state != TICKET_MERGED)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld is not merged; there is nothing to take back",
		    (long long)s->number);
	if (seen_version != 0 && seen_version != s->version)
		return err_set(err, OD_ECONFLICT,
		    "Ticket %lld was changed by somebody else meanwhile; look"
		    " at it again first",
		    (long long)s->number);
	t->result.source = s->number;
	return 0;
}

/* ---- value by value ---- */

static struct bind
bind_for(const struct field *f, const char *text)
{
	int64_t n;

	if (text == NULL)
		return b_null();
	if (f->type == FIELD_TEXT || f->type == FIELD_BLOCK)
		return b_text(text);
	return str_to_int64(text, INT64_MIN, INT64_MAX, &n) ? b_int(n)
	                                                    : b_null();
}

/* 1: it lives and has the value that the merge gave it; 0: not any more. */
static int
is_as_given(struct taking *t, const struct given *g, const struct field *f,
    struct err *err)
{
	struct bind value = bind_for(f, g->after);
	struct query q;
	int64_t one;
	int rc;

	query_init(&q);
	query_text(&q, "SELECT 1 FROM ");
	query_text(&q, record_def(g->kind)->table);
	query_add(&q,
	    " WHERE tenant_id = $? AND id = $? AND deleted_at IS NULL AND ",
	    BINDS(b_int(t->d->actor.tenant_id), b_int(g->record_id)));
	query_text(&q, f->column);
	if (value.kind == BIND_NULL)
		query_text(&q, " IS NULL");
	else
		query_add(&q, " = $?", BINDS(value));
	rc = query_int(t->d->db, &one, &q, err);
	query_free(&q);
	return rc == 0 ? 1 : rc == OD_ENOTFOUND ? 0 : rc;
}

static void
tell_kept(struct taking *t, const struct given *g)
{
	const struct record_def *def = record_def(g->kind);
	int f = record_field(def, g->field);
	const char *label = f >= 0 && def->fields[f].label != NULL
	                        ? _(def->fields[f].label)
	                        : g->field;

	t->result.kept++;
	if (g->kind == RECORD_TICKET)
		str_addf(&t->result.told,
		    _("%s of ticket %lld was changed since and stays so\n"),
		    label,
		    (long long)(g->record_id == t->source.id
				    ? t->source.number
				    : t->target.number));
	else
		str_addf(&t->result.told,
		    _("%s %lld was changed since and stays where it is\n"),
		    _(def->label), (long long)g->record_id);
}

static int
give_back(struct taking *t, const struct given *g, struct err *err)
{
	const struct record_def *def = record_def(g->kind);
	int f = record_field(def, g->field);
	struct change c;
	int rc;

	BUG_ON(f < 0 || def->table == NULL);
	if ((rc = is_as_given(t, g, &def->fields[f], err)) < 0)
		return rc;
	c = (struct change){
	    def->fields[f].column, bind_for(&def->fields[f], g->before)};
	if (rc == 1)
		rc = record_update(
		    t->d, t->op, g->kind, g->record_id, 0, &c, 1, NULL, err);
	else
		rc = OD_EDATA;
	/* What it named before is gone, or it was changed: it stays. */
	if (rc == OD_EDATA) {
		tell_kept(t, g);
		return 0;
	}
	t->result.back += rc == 0;
	return rc;
}

/* What was written for the target alone since then is its own. */
static int
count_since(struct taking *t, struct err *err)
{
	int64_t n = 0;
	int rc;

	rc = db_int(t->d->db, &n,
	    "SELECT count(*) FROM ticket_comments k WHERE k.tenant_id = $1"
	    " AND k.ticket_id = $2 AND k.deleted_at IS NULL"
	    " AND k.created_at > $3",
	    BINDS(b_int(t->d->actor.tenant_id), b_int(t->target_id),
		b_int(t->at_us)),
	    err);
	t->result.since = (int)n;
	if (rc == 0 && n > 0)
		str_addf(&t->result.told,
		    _("Comments written on ticket %lld since, which stay"
		      " there: %d\n"),
		    (long long)t->target.number, t->result.since);
	return rc;
}

/* The target does not exist any more, and with it went what was its own. */
static int
reopen(struct taking *t, struct err *err)
{
	struct change c[] = {
	    {"state", b_int(TICKET_OPEN)}, {"merged_into", b_null()}};

	str_add(&t->result.told,
	    _("What it was merged into does not exist any more\n"));
	return record_update(
	    t->d, t->op, RECORD_TICKET, t->source.id, 0, c, 2, NULL, err);
}

static int
take_back(struct taking *t, struct err *err)
{
	bool by_operator = t->d->actor.kind == ACTOR_OPERATOR;
	struct change done[] = {{"undone_us", b_int(t->op->now_us)},
	    {"undone_by", by_operator ? b_int(t->d->actor.id) : b_null()}};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < t->count; i++)
		rc = give_back(t, &t->rows[i], err);
	if (rc == 0)
		rc = count_since(t, err);
	if (rc == 0)
		rc = record_update(t->d, t->op, RECORD_TICKET_MERGE,
		    t->merge_id, 0, done, 2, NULL, err);
	if (rc == 0)
		rc = ticket_clock_follow(t->d, t->op, t->target_id, 0, err);
	if (rc == 0)
		rc = search_refresh(t->d, RECORD_TICKET, t->target_id, err);
	return rc;
}

int
ticket_unmerge(struct desk *d, int64_t source_id, int64_t seen_version,
    struct ticket_unmerge *out, struct err *err)
{
	struct taking t = {.d = d, .result = {.told = STR_INIT}};
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_TICKET_UNMERGE, source_id, err)) != 0)
		return rc;
	t.op = &op;
	if ((rc = ticket__load(d, source_id, &t.source, err)) != 0 ||
	    (rc = check_source(&t, seen_version, err)) != 0 ||
	    (rc = merge__standing(d, source_id, &t.merge_id, err)) != 0)
		goto out;
	op_sentence(&op, _("Took the merge of ticket %lld back"),
	    (long long)t.source.number);
	if (t.merge_id == 0)
		rc = reopen(&t, err);
	else if ((rc = read_rows(&t, err)) == 0 &&
		 (rc = check_target(&t, err)) == 0)
		rc = take_back(&t, err);
	if (rc == 0)
		rc = search_refresh(d, RECORD_TICKET, source_id, err);
out:
	rc = merge__end(d, &op, rc, err);
	if (rc == 0 && out != NULL)
		*out = t.result;
	else
		ticket_unmerge_clear(&t.result);
	taking_clear(&t);
	return rc;
}

void
ticket_unmerge_json(const struct ticket_unmerge *u, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "ticket", u->source);
	records__json_ref(out, "from", u->target);
	json_out_int(out, "back", u->back);
	json_out_int(out, "left", u->kept);
	json_out_int(out, "since", u->since);
	json_out_string(out, "told", u->told.s);
	json_out_end(out, '}');
}
