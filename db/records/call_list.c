/* call_list - lists of calls, and how one came about; see calls.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "common/zone.h"
#include "db/records/call_int.h"
#include "db/records/tenant_days.h"
#include <stdlib.h>
#include <string.h>

const char *const call_view_names[] = {
    "all", "mine", "open", "unclosed", "sales", NULL};
const struct call_filter call_filter_any = {.state = -1, .direction = -1};

/* alias is a literal. */
void
call__add_scope(
    struct query *q, struct desk *d, enum op_id read, const char *alias)
{
	struct bind me = b_int(d->actor.id), team = b_int(d->actor.team_id);
	bool unowned = (op_def(read)->flags & OP_UNOWNED) != 0;
	enum scope scope = op_scope(d, read);

	if (scope == SCOPE_ALL)
		return;
	if (scope == SCOPE_NONE) {
		query_text(q, " AND 0 = 1");
		return;
	}
	query_text(q, " AND (");
	query_text(q, alias);
	query_add(q, ".operator_id = $?", BINDS(me));
	if (unowned) {
		query_text(q, " OR (");
		query_text(q, alias);
		query_text(q, ".operator_id IS NULL AND (");
		query_text(q, alias);
		query_text(q, ".team_id IS NULL OR ");
		query_text(q, alias);
		query_add(q, ".team_id = $?))", BINDS(team));
	}
	if (scope == SCOPE_TEAM && d->actor.team_id != 0) {
		query_text(q, " OR COALESCE(");
		query_text(q, alias);
		query_add(q, ".team_id, o.team_id) = $?", BINDS(team));
	}
	query_text(q, ")");
}

static void
add_id(struct query *q, const char *fragment, int64_t id)
{
	if (id != 0)
		query_add(q, fragment, BINDS(b_int(id)));
}

static void
add_view(struct query *q, const struct desk *d, enum call_view view)
{
	switch (view) {
	case CALLS_MINE:
		query_add(
		    q, " AND c.operator_id = $?", BINDS(b_int(d->actor.id)));
		return;
	case CALLS_OPEN:
		query_text(q, " AND c.state < 4");
		return;
	case CALLS_UNCLOSED:
		query_text(q, " AND c.state = 4 AND c.disposition_id IS NULL");
		return;
	case CALLS_SALES:
		query_text(q, " AND x.is_sale = 1");
		return;
	case CALLS_ALL:
	case CALL_VIEW_COUNT:
		return;
	}
}

static int
add_number(struct query *q, struct desk *d, const char *number,
    char folded[CALL_NUMBER_SIZE], struct err *err)
{
	struct call_settings s;
	int rc = call_settings_get(d, &s, err);

	if (rc != 0)
		return rc;
	if (!call_number_fold(number, s.country, folded))
		return err_set(
		    err, OD_EDATA, "\"%s\" is no telephone number", number);
	query_add(q, " AND c.number_folded = $?", BINDS(b_text(folded)));
	return 0;
}

static void
add_filter(struct query *q, struct desk *d, const struct call_filter *f)
{
	call__add_scope(q, d, OP_CALL_READ, "c");
	add_view(q, d, f->view);
	if (f->state >= 0)
		query_add(q, " AND c.state = $?", BINDS(b_int(f->state)));
	if (f->direction >= 0)
		query_add(
		    q, " AND c.direction = $?", BINDS(b_int(f->direction)));
	add_id(q, " AND c.contact_id = $?", f->contact_id);
	add_id(q, " AND c.operator_id = $?", f->operator_id);
	add_id(q, " AND c.team_id = $?", f->team_id);
	add_id(q, " AND c.disposition_id = $?", f->disposition_id);
	add_id(q, " AND c.ticket_id = $?", f->ticket_id);
	add_id(q, " AND c.conversation_id = $?", f->conversation_id);
	add_id(q, " AND c.lead_id = $?", f->lead_id);
	add_id(q, " AND c.started_us >= $?", f->from_us);
	add_id(q, " AND c.started_us < $?", f->to_us);
	if (f->talked)
		query_text(q, " AND c.answered_us IS NOT NULL");
	if (f->no_operator)
		query_text(q, " AND c.operator_id IS NULL");
	if (f->no_team)
		query_text(q, " AND c.team_id IS NULL");
	if (f->no_disposition)
		query_text(q, " AND c.disposition_id IS NULL");
	if (f->counted)
		call__add_scope(q, d, OP_CALL_FIGURES, "c");
}

int
call_list(struct desk *d, const struct call_filter *f, const struct page *page,
    struct call **rows, size_t *count, struct err *err)
{
	char folded[CALL_NUMBER_SIZE];
	struct stmt *st = NULL;
	struct query q;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_CALL_READ, 0, err)) != 0)
		return rc;
	query_init(&q);
	query_add(&q,
	    CALL_COLUMNS " WHERE c.tenant_id = $? AND c.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id)));
	add_filter(&q, d, f);
	if (f->number != NULL &&
	    (rc = add_number(&q, d, f->number, folded, err)) != 0)
		goto out;
	if (page->after_id != 0)
		query_add(&q, " AND (c.started_us, c.id) < ($?, $?)",
		    BINDS(b_int(page->after_key), b_int(page->after_id)));
	query_add(&q, " ORDER BY c.started_us DESC, c.id DESC LIMIT $?",
	    BINDS(b_int(records__limit(page))));
	rc = query_run(d->db, &st, &q, err);
	*rows = records__rows(
	    NULL, &st, sizeof(**rows), call__read, count, &rc, err);
	for (size_t i = 0; rc == 0 && i < *count; i++)
		call__mask(d, &(*rows)[i]);
	if (rc != 0) {
		call_list_free(rows, *count);
		*count = 0;
	}
out:
	query_free(&q);
	return rc;
}

/* ---- how it came about ---- */

static const char *
words_of(enum call_state state)
{
	static const char *const words[CALL_STATE_COUNT] = {N_("rang"),
	    N_("talked"), N_("on hold"), N_("wrapped up"), N_("ended")};

	return _(words[state]);
}

static void
add_span(struct str *out, int64_t us)
{
	int64_t s = us / US_PER_SECOND;

	str_addf(out, "%02lld:%02lld:%02lld", (long long)(s / 3600),
	    (long long)(s / 60 % 60), (long long)(s % 60));
}

static void
add_clock(struct str *out, const struct zone *zone, int64_t us)
{
	struct civil c;

	zone_civil(zone, us, &c);
	str_addf(out, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day,
	    c.hour, c.minute, c.second);
}

static void
explain_sums(const struct call *c, struct str *out)
{
	const struct {
		enum call_state state;
		int64_t us;
	} sums[] = {{CALL_RINGING, c->ring_us}, {CALL_TALKING, c->talk_us},
	    {CALL_HOLD, c->hold_us}, {CALL_WRAP_UP, c->wrap_us}};

	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		add_span(out, sums[i].us);
		str_addf(out, "  %s %s\n", _("sum of what was:"),
		    words_of(sums[i].state));
	}
	if (c->disposition[0] != '\0')
		str_addf(out, _("Closed as %s (%s)\n"), c->disposition,
		    i18n_lang() == LANG_ES ? c->label_es : c->label_en);
	else if (c->state == CALL_ENDED)
		str_addf(out, "%s\n",
		    _("It ended without a disposition; close it with one"));
	if (c->stop_override[0] != '\0')
		str_addf(out,
		    _("The number is not to be called; it was all the same: "
		      "%s\n"),
		    c->stop_override);
}

int
call_explain(struct desk *d, int64_t id, struct str *out, struct err *err)
{
	struct call_interval *rows = NULL;
	const struct zone *zone;
	struct call c;
	size_t count = 0;
	int rc;

	if ((rc = call_get(d, id, &c, err)) != 0)
		return rc;
	if ((rc = tenant_zone(d, &zone, err)) == 0)
		rc = call_intervals(d, id, &rows, &count, err);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		add_clock(out, zone, rows[i].begun_us);
		str_addf(out, "  %s  ", words_of(rows[i].state));
		if (rows[i].ended_us != 0)
			add_span(out, rows[i].ended_us - rows[i].begun_us);
		else
			str_add(out, _("goes on"));
		str_addc(out, '\n');
	}
	if (rc == 0)
		explain_sums(&c, out);
	free(rows);
	call_clear(&c);
	return rc;
}
