/*
 * Unit tests of db/records/call_figures: each figure, of each grouping, is
 * made once more from the calls' intervals by plain loops, over random calls
 * of several people, teams and days, among them one that the clocks make 25
 * hours long; and the rows behind each figure are those that it counts, for
 * everybody who may see it.
 *
 * CALLS_SEED varies the calls.
 *
 * Turned red by: talk that takes the hold with it, calls that go on among the
 * unclosed ones, rows of no disposition that are only those that ended, rows
 * of all calls that the actor may read where own ones were counted, a day in
 * UTC, deleted calls that are counted.
 */
#include "common/clock.h"
#include "common/str.h"
#include "common/zone.h"
#include "db/core/op.h"
#include "db/records/call_figures.h"
#include "tests/lib/desk_test.h"

#define S US_PER_SECOND
/* 2026-10-24 10:00 in Madrid; the night after it has an hour twice. */
#define FIRST INT64_C(1792828800000000)
#define CALLS 120

/* A call as its rows say. */
struct seen {
	int64_t id, operator_id, team_id, disposition_id, started_us, cents;
	int64_t us[CALL_STATE_COUNT]; /* of intervals that are over */
	int64_t owner_team;
	bool sale, talked, open;
};

static struct seen calls[CALLS + 1];
static size_t call_count;

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/* ---- random calls ---- */

static void
wait_some(uint32_t *seed, uint32_t most_s)
{
	clock_fake_advance((1 + (int64_t)draw(seed, most_s)) * S);
}

static void
end_it(struct desk_fixture *f, uint32_t *seed, int64_t id)
{
	static const char *const ends[] = {"SALE", "SALE", "NI", "NA", "OTHER"};
	struct call_close in = {.disposition = ends[draw(seed, 5)]};
	struct err err = ERR_INIT;

	if (strcmp(in.disposition, "SALE") == 0)
		in.sale_cents = (int64_t)draw(seed, 90000);
	assert_ok(call_end(f->d, id, &err));
	wait_some(seed, 200);
	if (draw(seed, 4) != 0)
		assert_ok(call_close(f->d, id, &in, &err));
}

static void
make_call(struct desk_fixture *f, uint32_t *seed)
{
	static const char *const who[] = {
	    "operator", "mate", "stranger", "supervisor"};
	struct call_new in = {.direction = (enum call_direction)draw(seed, 2),
	    .number = "+34600111222",
	    .rings = draw(seed, 3) != 0,
	    .reported = true}; /* the one before is replaced, not closed */
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	if (draw(seed, 8) != 0)
		desk_fixture_act(f, FIXTURE_TENANT, who[draw(seed, 4)]);
	assert_ok(call_start(f->d, &in, &id, NULL, &err));
	wait_some(seed, 60);
	if (in.rings && draw(seed, 5) == 0)
		return; /* nobody answers; it rings on */
	if (in.rings && f->d->actor.kind == ACTOR_OPERATOR)
		assert_ok(call_answer(f->d, id, &err));
	wait_some(seed, 900);
	if (f->d->actor.kind == ACTOR_OPERATOR && draw(seed, 3) == 0) {
		assert_ok(call_hold(f->d, id, &err));
		wait_some(seed, 300);
		if (draw(seed, 3) != 0)
			assert_ok(call_resume(f->d, id, &err));
		wait_some(seed, 300);
	}
	if (draw(seed, 6) != 0 && f->d->actor.kind == ACTOR_OPERATOR)
		end_it(f, seed, id);
}

static void
make_calls(struct desk_fixture *f)
{
	const char *given = getenv("CALLS_SEED");
	uint32_t seed = given != NULL ? (uint32_t)strtoul(given, NULL, 10) : 7;
	struct err err = ERR_INIT;

	for (int i = 0; i < CALLS; i++) {
		make_call(f, &seed);
		wait_some(&seed, 3600);
	}
	/* Deleted ones count nowhere; another tenant's neither. */
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "UPDATE calls SET deleted_at = $1 WHERE id IN (SELECT id FROM calls"
	    " WHERE state = 4 ORDER BY id LIMIT 3)",
	    BINDS(b_int(clock_wall_us())), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	make_call(f, &seed);
}

/* ---- the slow way ---- */

static void
look(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	call_count = 0;
	assert_ok(db_query(f->d->db, &st,
	    "SELECT c.id, c.operator_id, c.team_id, c.disposition_id,"
	    " c.started_us, c.sale_cents, x.is_sale, o.team_id FROM calls c"
	    " LEFT JOIN dispositions x ON x.id = c.disposition_id"
	    " LEFT JOIN operators o ON o.id = c.operator_id"
	    " WHERE c.tenant_id = $1 AND c.deleted_at IS NULL",
	    BINDS(b_int(f->demo.id)), &err));
	while (stmt_step(st, &err) == 1) {
		struct seen *c = &calls[call_count++];

		assert_true(call_count <= CALLS);
		memset(c, 0, sizeof(*c));
		c->id = stmt_int(st, 0);
		c->operator_id = stmt_int(st, 1);
		c->team_id = stmt_int(st, 2);
		c->disposition_id = stmt_int(st, 3);
		c->started_us = stmt_int(st, 4);
		c->cents = stmt_int(st, 5);
		c->sale = stmt_int(st, 6) == 1;
		c->owner_team = stmt_int(st, 7);
	}
	stmt_close(&st);
	for (size_t i = 0; i < call_count; i++) {
		struct call_interval *rows = NULL;
		size_t n = 0;

		assert_ok(call_intervals(f->d, calls[i].id, &rows, &n, &err));
		for (size_t k = 0; k < n; k++) {
			if (rows[k].ended_us == 0)
				calls[i].open = true;
			else
				calls[i].us[rows[k].state] +=
				    rows[k].ended_us - rows[k].begun_us;
			if (rows[k].state == CALL_TALKING)
				calls[i].talked = true;
		}
		free(rows);
	}
}

/* Who sees it in a figure: it is his, his team's, or all are. */
static bool
counts_for(const struct seen *c, const struct actor *a, enum scope scope)
{
	int64_t team = c->team_id != 0 ? c->team_id : c->owner_team;

	switch (scope) {
	case SCOPE_ALL:
		return true;
	case SCOPE_TEAM:
		return c->operator_id == a->id ||
		       (a->team_id != 0 && team == a->team_id);
	case SCOPE_OWN:
		return c->operator_id == a->id;
	case SCOPE_NONE:
		break;
	}
	return false;
}

static bool
belongs(const struct seen *c, const struct call_figure *row,
    const struct zone *zone, const struct call_figures_ask *ask)
{
	char day[16];
	struct civil at;

	if (c->started_us < ask->from_us || c->started_us >= ask->to_us)
		return false;
	zone_civil(zone, c->started_us, &at);
	switch (row->by) {
	case CALL_FIGURES_BY_OPERATOR:
		return c->operator_id == row->operator_id;
	case CALL_FIGURES_BY_TEAM:
		return c->team_id == row->team_id;
	case CALL_FIGURES_BY_DISPOSITION:
		return c->disposition_id == row->disposition_id;
	case CALL_FIGURES_BY_DAY:
		str_format(day, sizeof(day), "%04d-%02d-%02d", at.year,
		    at.month, at.day);
		return strcmp(day, row->name) == 0;
	case CALL_FIGURES_BY_HOUR:
		return at.hour == row->hour;
	case CALL_FIGURES_TOTAL:
	case CALL_FIGURES_BY_COUNT:
		break;
	}
	return true;
}

static void
add(struct call_sum *sum, const struct seen *c)
{
	sum->calls++;
	sum->answered += c->talked;
	sum->sales += c->sale;
	sum->talk_us += c->us[CALL_TALKING];
	sum->hold_us += c->us[CALL_HOLD];
	sum->wrap_us += c->us[CALL_WRAP_UP];
	sum->sale_cents += c->sale ? c->cents : 0;
	sum->unclosed += !c->open && c->disposition_id == 0;
}

static int64_t
measured(const struct call_sum *s, enum call_measure m)
{
	switch (m) {
	case MEASURE_CALLS:
	case MEASURE_RATE:
		return s->calls;
	case MEASURE_SALES:
		return s->sales;
	case MEASURE_TALK:
		return s->talk_us;
	case MEASURE_HOLD:
		return s->hold_us;
	case MEASURE_WRAP:
		return s->wrap_us;
	case MEASURE_ANSWERED:
		return s->answered;
	case MEASURE_AMOUNT:
		return s->sale_cents;
	case MEASURE_UNCLOSED:
		return s->unclosed;
	case MEASURE_COUNT:
		break;
	}
	return -1;
}

/* ---- the comparison ---- */

static void
check_rows_behind(struct desk_fixture *f, const struct call_figure *row)
{
	const struct page page = {.limit = 1000};
	struct err err = ERR_INIT;

	for (int m = 0; m < MEASURE_COUNT; m++) {
		struct call_sum sum = {0};
		struct call_filter filter;
		struct call *rows = NULL;
		size_t n = 0;

		if (!call_figure_filter(row, (enum call_measure)m, &filter)) {
			assert_int_equal(row->by, CALL_FIGURES_BY_HOUR);
			continue;
		}
		assert_ok(call_list(f->d, &filter, &page, &rows, &n, &err));
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < call_count; k++)
				if (calls[k].id == rows[i].id)
					add(&sum, &calls[k]);
		assert_int_equal(sum.calls, n);
		if (measured(&sum, (enum call_measure)m) !=
		    measured(&row->sum, (enum call_measure)m))
			fail_msg("%s of %s \"%s\": %lld, its rows say %lld",
			    call_measure_names[m],
			    call_figures_by_names[row->by], row->name,
			    (long long)measured(
				&row->sum, (enum call_measure)m),
			    (long long)measured(&sum, (enum call_measure)m));
		/* No row without a part in it. */
		if (m == MEASURE_SALES || m == MEASURE_ANSWERED ||
		    m == MEASURE_UNCLOSED || m == MEASURE_CALLS)
			assert_int_equal(
			    measured(&row->sum, (enum call_measure)m), n);
		call_list_free(&rows, n);
	}
}

static void
check(struct desk_fixture *f, const struct call_figures_ask *ask,
    const struct zone *zone)
{
	struct call_sum all = {0}, wanted_all = {0};
	struct call_figure *rows = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;

	assert_ok(call_figures(f->d, ask, &rows, &n, &err));
	for (size_t i = 0; i < n; i++) {
		struct call_sum wanted = {0};

		for (size_t k = 0; k < call_count; k++)
			if (belongs(&calls[k], &rows[i], zone, ask) &&
			    counts_for(&calls[k], &f->d->actor,
				op_scope(f->d, OP_CALL_FIGURES)))
				add(&wanted, &calls[k]);
		if (memcmp(&wanted, &rows[i].sum, sizeof(wanted)) != 0)
			fail_msg("%s \"%s\": %lld calls, %lld talked, not"
				 " %lld, %lld",
			    call_figures_by_names[ask->by], rows[i].name,
			    (long long)rows[i].sum.calls,
			    (long long)rows[i].sum.talk_us,
			    (long long)wanted.calls, (long long)wanted.talk_us);
		check_rows_behind(f, &rows[i]);
		all.calls += rows[i].sum.calls;
		all.talk_us += rows[i].sum.talk_us;
	}
	free(rows);
	/* Together they are all of it. */
	for (size_t k = 0; k < call_count; k++)
		if (calls[k].started_us >= ask->from_us &&
		    calls[k].started_us < ask->to_us &&
		    counts_for(&calls[k], &f->d->actor,
			op_scope(f->d, OP_CALL_FIGURES)))
			add(&wanted_all, &calls[k]);
	assert_int_equal(all.calls, wanted_all.calls);
	assert_int_equal(all.talk_us, wanted_all.talk_us);
}

static void
call_figures__are_those_of_the_intervals__for_everybody(void **state)
{
	static const char *const who[] = {
	    "admin", "supervisor", "operator", "auditor", "stranger"};
	struct desk_fixture *f = *state;
	const struct zone *zone;
	struct err err = ERR_INIT;
	int64_t until_us;

	clock_fake_wall(FIRST);
	make_calls(f);
	until_us = clock_wall_us();
	assert_true(until_us - FIRST > 3 * 24 * US_PER_HOUR);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(zone_get("Europe/Madrid", &zone, &err));
	look(f);
	assert_true(call_count > CALLS / 2);
	for (size_t w = 0; w < sizeof(who) / sizeof(who[0]); w++) {
		desk_fixture_act(f, FIXTURE_TENANT, who[w]);
		for (int by = 0; by < CALL_FIGURES_BY_COUNT; by++) {
			struct call_figures_ask ask = {
			    .by = (enum call_figures_by)by,
			    .from_us = FIRST,
			    .to_us = until_us};

			check(f, &ask, zone);
			/* One day, of which an hour is there twice. */
			assert_true(by != CALL_FIGURES_BY_DAY || w > 0 ||
				    until_us > FIRST + 24 * US_PER_HOUR);
			ask.from_us = FIRST + 14 * US_PER_HOUR;
			ask.to_us = ask.from_us + 25 * US_PER_HOUR;
			check(f, &ask, zone);
			ask.from_us = FIRST + 2 * US_PER_HOUR + 17 * S;
			ask.to_us = FIRST + 9 * US_PER_HOUR + 3 * S;
			check(f, &ask, zone);
		}
	}
	clock_fake_wall(0);
}

static void
call_sum_rate__rounds__half_up(void **state)
{
	static const struct {
		int64_t calls, sales;
		int rate;
	} rows[] = {{0, 0, -1}, {3, 1, 33}, {3, 2, 67}, {200, 1, 1}, {8, 1, 13},
	    {1, 1, 100}, {1000, 4, 0}, {1000, 5, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct call_sum s = {
		    .calls = rows[i].calls, .sales = rows[i].sales};

		assert_int_equal(call_sum_rate(&s), rows[i].rate);
	}
}

/* Turned red by: what is behind the last day, counted as that day's. */
static void
call_figures__by_day__refuses_more_days_than_there_are_rows(void **state)
{
	struct call_figures_ask ask = {.by = CALL_FIGURES_BY_DAY, .from_us = 1};
	struct desk_fixture *f = *state;
	struct call_figure *rows = NULL;
	struct err err = ERR_INIT;
	size_t n;

	ask.to_us = 1 + (CALL_FIGURES_DAYS_MAX - 1) * US_PER_DAY;
	assert_ok(call_figures(f->d, &ask, &rows, &n, &err));
	assert_true(rows[n - 1].to_us == ask.to_us);
	free(rows);
	ask.to_us++;
	assert_rc(call_figures(f->d, &ask, &rows, &n, &err), OD_EDATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_sum_rate__rounds__half_up),
	    DESK_TEST(call_figures__are_those_of_the_intervals__for_everybody),
	    DESK_TEST(
		call_figures__by_day__refuses_more_days_than_there_are_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
