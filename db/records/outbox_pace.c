/*
 * outbox_pace - a channel's messages a second, for all daemons of a desk.
 *
 * A counter beside the outbox holds when the next one would leave if they left
 * one after the other at that rate.  It moves on with each claim, in the same
 * transaction, so it does not matter whose claim that is.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/outbox_int.h"

/* So much of a second's worth may leave at once after a rest, or one. */
#define BURST_PART 10

#define NAME_SIZE 80

static void
name_of(const char *channel, char name[NAME_SIZE])
{
	str_format(name, NAME_SIZE, "pace:%s", channel);
}

static int64_t
cost_us(int per_second)
{
	return US_PER_SECOND / per_second;
}

static int64_t
burst(int per_second)
{
	return per_second > BURST_PART ? per_second / BURST_PART : 1;
}

/* Later than that it cannot be: the clock was set back. */
static int64_t
latest_us(int64_t now_us)
{
	return now_us + US_PER_MINUTE;
}

int
outbox__room(struct desk *d, int64_t tenant_id, const char *channel,
    int per_second, int64_t now_us, int *room, int64_t *again_us,
    struct err *err)
{
	int64_t cost = cost_us(per_second), next = 0, ahead;
	char name[NAME_SIZE];
	int rc;

	name_of(channel, name);
	rc = db_int(d->db, &next,
	    "SELECT value FROM counters WHERE tenant_id = $1 AND name = $2",
	    BINDS(b_int(tenant_id), b_text(name)), err);
	if (rc != 0 && rc != OD_ENOTFOUND)
		return rc;
	if (next < now_us || next > latest_us(now_us))
		next = now_us;
	ahead = next - now_us;
	*room = (int)(burst(per_second) - (ahead + cost - 1) / cost);
	if (*room < 0)
		*room = 0;
	*again_us = next + (*room - burst(per_second) + 1) * cost;
	return 0;
}

int
outbox__spend(struct desk *d, int64_t tenant_id, const char *channel,
    int per_second, int64_t now_us, struct err *err)
{
	char name[NAME_SIZE];

	name_of(channel, name);
	return db_later(d->db, NULL,
	    "INSERT INTO counters(tenant_id, name, value)"
	    " VALUES($1, $2, $3 + $4) ON CONFLICT(tenant_id, name)"
	    " DO UPDATE SET value = $4 + CASE WHEN counters.value < $3"
	    " OR counters.value > $5 THEN $3 ELSE counters.value END",
	    BINDS(b_int(tenant_id), b_text(name), b_int(now_us),
		b_int(cost_us(per_second)), b_int(latest_us(now_us))),
	    err);
}
