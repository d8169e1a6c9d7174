/* ai_logs - see ai_logs.h. */
#include "db/records/ai_logs.h"
#include "common/i18n.h"
#include "common/utf8.h"
#include "common/xalloc.h"
#include "db/core/permit.h"
#include "db/records/records_int.h"
#include "db/records/seat.h"
#include <stdlib.h>
#include <string.h>

#define SINCE "hint.history_since" /* an own setting: microseconds */

#define AI_LOG_SELECT                                                          \
	"SELECT a.id, a.operator_id, a.call_id, a.conversation_id,"            \
	" a.contact_id, a.prompt_version_id, a.tokens_in, a.tokens_out,"       \
	" a.asked_us, a.first_us, a.done_us, a.outcome, a.rating, a.model,"    \
	" a.server, a.topic, a.reason, a.asked, a.said, o.full_name"           \
	" FROM ai_logs a LEFT JOIN operators o ON o.id = a.operator_id"        \
	" AND o.tenant_id = a.tenant_id"

static const char *const outcomes[] = {
    N_("running"), N_("whole"), N_("cancelled"), N_("failed"), N_("timed out")};

void
ai_log_clear(struct ai_log *a)
{
	FREE(&a->asked);
	FREE(&a->said);
}

void
ai_log_list_free(struct ai_log **rows, size_t count)
{
	for (size_t i = 0; *rows != NULL && i < count; i++)
		ai_log_clear(&(*rows)[i]);
	FREE(rows);
}

void
ai_log_json(const struct ai_log *a, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", a->id);
	records__json_ref(out, "operator_id", a->operator_id);
	json_out_string(out, "operator", a->who);
	records__json_ref(out, "call_id", a->call_id);
	records__json_ref(out, "conversation_id", a->conversation_id);
	records__json_ref(out, "contact_id", a->contact_id);
	json_out_string(out, "model", a->model);
	json_out_string(out, "server", a->server);
	json_out_string(out, "topic", a->topic);
	json_out_string(out, "asked", a->asked);
	json_out_string(out, "said", a->said);
	records__json_ref(out, "prompt_version_id", a->prompt_version_id);
	json_out_int(out, "tokens_in", a->tokens_in);
	json_out_int(out, "tokens_out", a->tokens_out);
	json_out_time(out, "asked_at", a->asked_us);
	json_out_time(out, "first_at", a->first_us);
	json_out_time(out, "done_at", a->done_us);
	json_out_string(out, "outcome",
	    a->outcome >= 0 && a->outcome < 5 ? outcomes[a->outcome] : "");
	json_out_string(out, "reason", a->reason);
	if (a->rating == AI_RATING_NONE)
		json_out_null(out, "rating");
	else
		json_out_string(out, "rating",
		    a->rating == AI_RATING_GOOD ? "good" : "bad");
	json_out_end(out, '}');
}

static void
read_row(struct stmt *st, void *row)
{
	struct ai_log *a = row;

	memset(a, 0, sizeof(*a));
	a->id = stmt_int(st, 0);
	a->operator_id = stmt_int(st, 1);
	a->call_id = stmt_int(st, 2);
	a->conversation_id = stmt_int(st, 3);
	a->contact_id = stmt_int(st, 4);
	a->prompt_version_id = stmt_int(st, 5);
	a->tokens_in = stmt_int(st, 6);
	a->tokens_out = stmt_int(st, 7);
	a->asked_us = stmt_int(st, 8);
	a->first_us = stmt_int(st, 9);
	a->done_us = stmt_int(st, 10);
	a->outcome = (int)stmt_int(st, 11);
	a->rating = (enum ai_rating)stmt_int(st, 12);
	str_copy(a->model, sizeof(a->model), stmt_text(st, 13));
	str_copy(a->server, sizeof(a->server), stmt_text(st, 14));
	str_copy(a->topic, sizeof(a->topic), stmt_text(st, 15));
	str_copy(a->reason, sizeof(a->reason), stmt_text(st, 16));
	a->asked = stmt_dup(st, 17);
	a->said = stmt_dup(st, 18);
	str_copy(a->who, sizeof(a->who), stmt_text(st, 19));
}

/* ---- writing ---- */

/* A text as it is kept; the caller frees. */
static char *
kept(const char *s)
{
	struct str out = STR_INIT;
	size_t n = s != NULL ? strlen(s) : 0;

	utf8_mend(&out, s, n > AI_LOG_MAX ? utf8_cut(s, n, AI_LOG_MAX) : n);
	return str_take(&out);
}

static int64_t
me(const struct desk *d)
{
	return d->actor.kind == ACTOR_OPERATOR ? d->actor.id : 0;
}

static int
check_named(struct desk *d, const struct ai_log_new *in, struct err *err)
{
	int rc = 0;

	if (in->call_id != 0)
		rc = records__exists(d, RECORD_CALL, in->call_id, err);
	if (rc == 0 && in->conversation_id != 0)
		rc = records__exists(
		    d, RECORD_CONVERSATION, in->conversation_id, err);
	if (rc == 0 && in->contact_id != 0)
		rc = records__exists(d, RECORD_CONTACT, in->contact_id, err);
	return rc;
}

static void
read_call(struct stmt *st, void *row)
{
	struct ai_log_new *in = row;

	if (in->contact_id == 0)
		in->contact_id = stmt_int(st, 0);
	if (in->conversation_id == 0)
		in->conversation_id = stmt_int(st, 1);
}

int
ai_log_of_call(
    struct desk *d, int64_t call_id, struct ai_log_new *in, struct err *err)
{
	int rc = records__first(d,
	    "SELECT contact_id, conversation_id FROM calls"
	    " WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(call_id)), read_call, in,
	    err);

	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such call");
	return rc == 1 ? 0 : rc;
}

int
ai_log_begin(
    struct desk *d, const struct ai_log_new *in, int64_t *id, struct err *err)
{
	char model[129], server[17], topic[65];
	char *asked;
	struct op op;
	int rc;

	*id = 0;
	if ((rc = op_begin(d, &op, OP_HINT_ASK, 0, err)) != 0)
		return rc;
	records__line(model, sizeof(model), in->model);
	records__line(server, sizeof(server), in->server);
	records__line(topic, sizeof(topic), in->topic);
	asked = kept(in->asked);
	if ((rc = check_named(d, in, err)) == 0)
		rc = db_insert(d->db, id,
		    "INSERT INTO ai_logs(tenant_id, kind, operator_id,"
		    " call_id, conversation_id, contact_id, model, server,"
		    " topic, asked, prompt_version_id, asked_us, created_at,"
		    " updated_at) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,"
		    "$12,$12,$12) RETURNING id",
		    BINDS(b_int(d->actor.tenant_id), b_int(in->kind),
			b_ref(me(d)), b_ref(in->call_id),
			b_ref(in->conversation_id), b_ref(in->contact_id),
			b_text(model), b_text(server), b_text(topic),
			b_text(asked), b_ref(in->prompt_version_id),
			b_int(op.now_us)),
		    err);
	free(asked);
	return op_end(d, &op, rc, err);
}

int
ai_log_finish(
    struct desk *d, int64_t id, const struct ai_log_end *in, struct err *err)
{
	char *said = kept(in->said);
	int64_t changed = 0;
	char reason[501];
	struct op op;
	int rc;

	records__line(reason, sizeof(reason), in->reason);
	if ((rc = op_begin(d, &op, OP_HINT_ASK, 0, err)) == 0) {
		rc = db_exec(d->db,
		    "UPDATE ai_logs SET said = $1, reason = $2, outcome = $3,"
		    " tokens_in = $4, tokens_out = $5, first_us = $6,"
		    " done_us = $7, updated_at = $8, version = version + 1"
		    " WHERE tenant_id = $9 AND id = $10 AND outcome = 0"
		    " AND COALESCE(operator_id, 0) = $11",
		    BINDS(b_text(said), b_text(reason), b_int(in->outcome),
			b_int(in->tokens_in > 0 ? in->tokens_in : 0),
			b_int(in->tokens_out > 0 ? in->tokens_out : 0),
			b_ref(in->first_us), b_ref(in->done_us),
			b_int(op.now_us), b_int(d->actor.tenant_id), b_int(id),
			b_int(me(d))),
		    &changed, err);
		if (rc == 0 && changed != 1)
			rc = err_set(err, OD_ECONFLICT,
			    "That question ended before, or is another's");
		rc = op_end(d, &op, rc, err);
	}
	free(said);
	return rc;
}

static int
last_of_mine(struct desk *d, int64_t *id, struct err *err)
{
	int rc = db_int(d->db, id,
	    "SELECT id FROM ai_logs WHERE tenant_id = $1 AND operator_id = $2"
	    " AND kind = 0 ORDER BY asked_us DESC, id DESC LIMIT 1",
	    BINDS(b_int(d->actor.tenant_id), b_int(me(d))), err);

	return rc == OD_ENOTFOUND
	           ? err_set(err, rc, "You asked the model nothing yet")
	           : rc;
}

int
ai_log_rate(struct desk *d, int64_t id, enum ai_rating rating, struct err *err)
{
	struct change change = {"rating", b_int(rating)};
	struct op op;
	int rc;

	if (rating < AI_RATING_NONE || rating > AI_RATING_GOOD)
		return err_set(
		    err, OD_EDATA, "A hint is rated good, bad, or not at all");
	if (id == 0 && (rc = last_of_mine(d, &id, err)) != 0)
		return rc;
	if ((rc = op_begin(d, &op, OP_HINT_RATE, id, err)) != 0)
		return rc;
	rc = record_update(d, &op, RECORD_AI_LOG, id, 0, &change, 1, NULL, err);
	return op_end(d, &op, rc, err);
}

/* ---- reading ---- */

static int
rows_of(struct stmt *st, struct ai_log **rows, size_t *count, struct err *err)
{
	int rc = 0;

	*rows =
	    records__rows(NULL, &st, sizeof(**rows), read_row, count, &rc, err);
	if (rc != 0) {
		ai_log_list_free(rows, *count);
		*count = 0;
	}
	return rc;
}

int
ai_log_history(struct desk *d, int64_t call_id, struct ai_log **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	int64_t since = 0;
	char *text = NULL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_HINT_READ, 0, err)) != 0 ||
	    (rc = setting_get(d, SINCE, &text, err)) != 0)
		return rc;
	(void)str_to_int64(text, 0, INT64_MAX, &since);
	free(text);
	/* Whole pairs only. */
	rc = db_query(d->db, &st,
	    AI_LOG_SELECT " WHERE a.tenant_id = $1 AND a.operator_id = $2"
			  " AND a.asked_us > $3 AND a.outcome = 1"
			  " AND COALESCE(a.call_id, 0) = $4 AND a.said <> ''"
			  " ORDER BY a.asked_us DESC, a.id DESC LIMIT $5",
	    BINDS(b_int(d->actor.tenant_id), b_int(me(d)), b_int(since),
		b_int(call_id), b_int(AI_LOG_HISTORY / 2)),
	    err);
	if (rc == 0 && (rc = rows_of(st, rows, count, err)) == 0)
		records__reverse(*rows, *count, sizeof(**rows));
	return rc;
}

int
ai_log_forget(struct desk *d, struct err *err)
{
	char text[32];

	str_format(text, sizeof(text), "%lld", (long long)clock_wall_us());
	return setting_set(d, SINCE, text, err);
}

int
ai_log_list(struct desk *d, int64_t before_id, int limit, struct ai_log **rows,
    size_t *count, struct err *err)
{
	struct stmt *st = NULL;
	bool all = permit_scope(d, op_def(OP_HINT_READ)) == SCOPE_ALL;
	int rc;

	*rows = NULL;
	*count = 0;
	if ((rc = op_may(d, OP_HINT_READ, 0, err)) != 0)
		return rc;
	if (before_id <= 0)
		before_id = INT64_MAX;
	rc = all ? db_query(d->db, &st,
		       AI_LOG_SELECT " WHERE a.tenant_id = $1 AND a.id < $2"
				     " AND a.kind = 0 ORDER BY a.id DESC LIMIT $3",
		       BINDS(b_int(d->actor.tenant_id), b_int(before_id),
			   b_int(limit)),
		       err)
	         : db_query(d->db, &st,
		       AI_LOG_SELECT " WHERE a.tenant_id = $1"
				     " AND a.operator_id = $4 AND a.id < $2"
				     " AND a.kind = 0"
				     " ORDER BY a.asked_us DESC, a.id DESC"
				     " LIMIT $3",
		       BINDS(b_int(d->actor.tenant_id), b_int(before_id),
			   b_int(limit), b_int(me(d))),
		       err);
	return rc != 0 ? rc : rows_of(st, rows, count, err);
}
