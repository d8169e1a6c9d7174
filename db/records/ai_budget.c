/* ai_budget - see ai_budget.h. */
#include "db/records/ai_budget.h"
#include "common/i18n.h"
#include "common/zone.h"
#include "db/records/call_figures.h"
#include "db/records/call_int.h"
#include "db/records/records_int.h"
#include "db/records/tenant_days.h"

#define HOUR_US (3600 * US_PER_SECOND)

struct used {
	int64_t questions, tokens;
};

static void
read_used(struct stmt *st, void *row)
{
	struct used *u = row;

	u->questions = stmt_int(st, 0);
	u->tokens = stmt_int(st, 1);
}

#define USED                                                                   \
	"SELECT count(*), CAST(COALESCE(SUM(tokens_in + tokens_out), 0)"       \
	" AS BIGINT) FROM ai_logs WHERE tenant_id = $1 AND asked_us >= $2"     \
	" AND kind = 1"

static int
used_by_me(
    struct desk *d, int64_t since_us, struct used *out, struct err *err)
{
	int rc = records__first(d, USED " AND operator_id = $3",
	    BINDS(b_int(d->actor.tenant_id), b_int(since_us),
		b_int(d->actor.id)),
	    read_used, out, err);

	return rc < 0 ? rc : 0;
}

static int
used_by_all(
    struct desk *d, int64_t since_us, struct used *out, struct err *err)
{
	int rc = records__first(d, USED,
	    BINDS(b_int(d->actor.tenant_id), b_int(since_us)), read_used, out,
	    err);

	return rc < 0 ? rc : 0;
}

static bool
is_over(const struct used *u, int64_t questions, int64_t tokens)
{
	return (questions > 0 && u->questions >= questions) ||
	       (tokens > 0 && u->tokens >= tokens);
}

static void
until(struct desk *d, int64_t us, char out[6])
{
	const struct zone *zone;
	struct civil c;

	(void)tenant_zone(d, &zone, NULL);
	zone_civil(zone, us, &c);
	str_format(out, 6, "%02d:%02d", c.hour % 24, c.minute % 60);
}

static int
check_hour(struct desk *d, const struct ai_budget *b, struct err *err)
{
	int64_t now = clock_wall_us(), since = now - now % HOUR_US;
	struct used u = {0, 0};
	char when[6];
	int rc;

	if (b->operator_questions == 0 && b->operator_tokens == 0)
		return 0;
	if ((rc = used_by_me(d, since, &u, err)) != 0 ||
	    !is_over(&u, b->operator_questions, b->operator_tokens))
		return rc;
	until(d, since + HOUR_US, when);
	return err_set(err, OD_ELIMIT,
	    "What you may ask the model in an hour is used up until %s; the "
	    "cards are still there",
	    when);
}

static int
check_day(struct desk *d, const struct ai_budget *b, struct err *err)
{
	struct used u = {0, 0};
	int64_t since, next;
	char when[6];
	int rc;

	if (b->tenant_questions == 0 && b->tenant_tokens == 0)
		return 0;
	if ((rc = tenant_day_start(d, 0, &since, err)) != 0 ||
	    (rc = tenant_day_start(d, -1, &next, err)) != 0 ||
	    (rc = used_by_all(d, since, &u, err)) != 0 ||
	    !is_over(&u, b->tenant_questions, b->tenant_tokens))
		return rc;
	until(d, next, when);
	return err_set(err, OD_ELIMIT,
	    "What all of you may ask the model in a day is used up until %s; "
	    "the cards are still there",
	    when);
}

int
ai_relay_begin(struct desk *d, const struct ai_budget *budget,
    const char *model, const char *server, int64_t *id, struct err *err)
{
	const struct ai_log_new in = {
	    .kind = AI_LOG_RELAYED, .model = model, .server = server};
	int rc;

	*id = 0;
	if ((rc = check_hour(d, budget, err)) != 0 ||
	    (rc = check_day(d, budget, err)) != 0)
		return rc;
	return ai_log_begin(d, &in, id, err);
}
