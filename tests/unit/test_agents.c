/*
 * Unit tests of db/records/agents: an agent is one row however often it
 * speaks, its reports are kept as they came and counted once each, who is
 * silent longest comes first, and a token that was shown has to be shown again.
 *
 * Turned red by: a second row for an agent that names itself no more, a whole
 * report that leaves partial ones of before, the same bytes counted twice, an
 * agent that waits among the figures, a token that is forgotten, one in the
 * trash that does not come back.
 */
#include "common/clock.h"
#include "common/str.h"
#include "db/records/agents.h"
#include "db/records/tenant_settings.h"
#include "tests/lib/desk_test.h"
#include <stdlib.h>
#include <string.h>

#define NOW DESK_TEST_NOW
#define KEY "11111111-2222-3333-4444-555555555555"
#define PC  "pc1-2026-01-02-03-04-05"

static int
try_hear(struct desk_fixture *f, const struct agent_word *w, int64_t *id)
{
	struct actor was = f->d->actor;
	struct err err = ERR_INIT;
	int rc;

	desk_act_as_system(f->d, f->demo.id);
	rc = agent_heard(f->d, w, id, &err);
	f->d->actor = was;
	return rc;
}

static int64_t
hear(struct desk_fixture *f, const struct agent_word *w)
{
	int64_t id;

	assert_int_equal(try_hear(f, w, &id), 0);
	assert_true(id > 0);
	return id;
}

static struct agent_word
report(const char *device_id, const char *bytes, bool partial)
{
	return (struct agent_word){.device_id = device_id,
	    .accepts = true,
	    .report = bytes,
	    .report_size = strlen(bytes),
	    .report_is_partial = partial};
}

static struct agent
get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct agent a;

	assert_ok(agent_get(f->d, id, &a, &err));
	return a;
}

static struct agent_stats
stats(struct desk_fixture *f)
{
	struct agent_stats s;
	struct err err = ERR_INIT;

	assert_ok(agent_stats(f->d, &s, &err));
	return s;
}

static int64_t
kept(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM agent_reports WHERE tenant_id = $1"
	    " AND agent_id = $2",
	    BINDS(b_int(f->demo.id), b_int(id)), &err));
	return n;
}

static void
agent_heard__the_same_again__is_one_agent(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word w = {.key = KEY,
	    .device_id = PC,
	    .program = "GLPI-Agent",
	    .program_version = "1.11",
	    .tag = "office",
	    .accepts = true};
	int64_t id = hear(f, &w);
	struct agent a;

	clock_fake_wall(NOW + 5);
	w.tag = w.program_version = NULL;
	assert_int_equal(hear(f, &w), id);
	clock_fake_wall(NOW + 9);
	w.key = NULL; /* as an injector posts it */
	assert_int_equal(hear(f, &w), id);
	a = get(f, id);
	assert_string_equal(a.key, KEY);
	assert_string_equal(a.tag, "office");
	assert_string_equal(a.program_version, "1.11");
	assert_int_equal(a.created_at, NOW);
	assert_int_equal(a.contact_us, NOW + 9);
	assert_int_equal(a.version, 1);
	assert_int_equal(a.report_us, 0);
	w.key = "other"; /* a clone is no other's word */
	assert_int_not_equal(hear(f, &w), id);
}

static void
agent_heard__reports__are_kept_as_they_came(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word whole = report(PC, "x\x9c\1 whole", false);
	struct agent_word part = report(PC, "part", true);
	int64_t id = hear(f, &whole);
	struct err err = ERR_INIT;
	struct agent a;
	int64_t n;

	(void)hear(f, &whole); /* its answer was lost */
	assert_int_equal(get(f, id).reports, 1);
	(void)hear(f, &part);
	assert_int_equal(kept(f, id), 2);
	a = get(f, id);
	assert_int_equal(a.reports, 2);
	assert_int_equal(a.report_size, 4);
	assert_true(a.report_is_partial);
	(void)hear(f, &whole);
	assert_int_equal(kept(f, id), 1);
	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM agent_reports WHERE tenant_id = $1"
	    " AND agent_id = $2 AND body = $3 AND partial = 0",
	    BINDS(b_int(f->demo.id), b_int(id),
		b_blob(whole.report, whole.report_size)),
	    &err));
	assert_int_equal(n, 1);
	for (int i = 0; i < AGENT_PARTS_KEPT + 5; i++) {
		char bytes[8];

		str_format(bytes, sizeof(bytes), "p%d", i);
		part = report(PC, bytes, true);
		(void)hear(f, &part);
	}
	assert_int_equal(kept(f, id), 1 + AGENT_PARTS_KEPT);
}

static void
agent_heard__nameless_or_without_its_token__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word w = {.device_id = " ", .accepts = true};
	char huge[AGENT_KEY_MAX + 2];
	int64_t id;

	assert_int_equal(try_hear(f, &w, &id), OD_EDATA);
	memset(huge, 'x', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	w.device_id = huge;
	assert_int_equal(try_hear(f, &w, &id), OD_EDATA);
	w = (struct agent_word){.device_id = PC, .key = KEY, .by_token = true};
	id = hear(f, &w);
	assert_int_equal(get(f, id).state, AGENT_ACCEPTED);
	w.by_token = false;
	w.accepts = true;
	assert_int_equal(try_hear(f, &w, &id), OD_EDENIED);
	w.key = NULL;
	assert_int_equal(try_hear(f, &w, &id), OD_EDENIED);
}

static void
agent_heard__nobody_accepted_it__waits_and_counts_nowhere(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word w = {.device_id = PC};
	struct err err = ERR_INIT;
	int64_t id = hear(f, &w), unused;
	void *large = calloc(1, AGENT_WAITING_BYTES + 1);

	assert_int_equal(stats(f).agents, 0);
	assert_int_equal(stats(f).waiting, 1);
	assert_int_equal(stats(f).newest_us, 0);
	w.report = large;
	w.report_size = AGENT_WAITING_BYTES + 1;
	assert_int_equal(try_hear(f, &w, &unused), OD_ELIMIT);
	assert_ok(agent_accept(f->d, id, 0, &err));
	assert_int_equal(try_hear(f, &w, &unused), 0);
	free(large);
	assert_int_equal(stats(f).agents, 1);
	assert_int_equal(stats(f).reported, 1);
	for (int i = 0; i < AGENT_WAITING_MAX; i++) {
		char name[16];

		str_format(name, sizeof(name), "pc-%d", i);
		w = (struct agent_word){.device_id = name};
		(void)hear(f, &w);
	}
	w.device_id = "one more";
	assert_int_equal(try_hear(f, &w, &unused), OD_ELIMIT);
	w.by_token = true;
	(void)hear(f, &w);
}

static void
agent_delete__speaks_again__is_back_as_a_new_one(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word w = {.device_id = PC, .accepts = true};
	struct err err = ERR_INIT;
	int64_t id = hear(f, &w);

	assert_ok(agent_delete(f->d, id, 0, &err));
	assert_int_equal(stats(f).agents, 0);
	w.accepts = false;
	assert_int_equal(hear(f, &w), id);
	assert_int_equal(get(f, id).deleted_at, 0);
	assert_int_equal(get(f, id).state, AGENT_REVIEW);
}

/* The ids of a list, page by page; how many. */
static size_t
ids_of(struct desk_fixture *f, enum agent_view view, int limit, int64_t ids[8])
{
	struct page page = {.limit = limit};
	struct err err = ERR_INIT;
	struct agent *rows;
	size_t n = 0, got;

	do {
		assert_ok(agent_list(f->d, view, &page, &rows, &got, &err));
		for (size_t i = 0; i < got; i++) {
			assert_true(n < 8);
			ids[n++] = rows[i].id;
			page.after_key = agent_page_key(view, &rows[i]);
			page.after_id = rows[i].id;
		}
		free(rows);
	} while (got == (size_t)limit);
	return n;
}

static void
agent_list__silent_longest__comes_first_and_each_once(void **state)
{
	struct desk_fixture *f = *state;
	static const int64_t days_ago[] = {1, 9, 0, 9, 4};
	static const int order[] = {1, 3, 4, 0, 2};
	struct err err = ERR_INIT;
	int64_t made[5], ids[8];

	for (int i = 0; i < 5; i++) {
		char name[16];
		struct agent_word w = {.device_id = name, .accepts = true};

		str_format(name, sizeof(name), "pc-%d", i);
		clock_fake_wall(NOW - days_ago[i] * US_PER_DAY - 1);
		made[i] = hear(f, &w);
	}
	clock_fake_wall(NOW);
	for (int limit = 1; limit < 6; limit++) {
		assert_int_equal(ids_of(f, AGENTS_ACCEPTED, limit, ids), 5);
		for (int i = 0; i < 5; i++)
			assert_int_equal(ids[i], made[order[i]]);
	}
	assert_int_equal(ids_of(f, AGENTS_SILENT, 2, ids), 3);
	assert_int_equal(stats(f).silent, 3);
	assert_int_equal(stats(f).heard, 1);
	assert_int_equal(stats(f).newest_us, NOW - 1);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(tenant_setting_set(f->d, SETTING_AGENT_SILENT, "8", &err));
	assert_int_equal(stats(f).silent, 2);
	assert_int_equal(ids_of(f, AGENTS_SILENT, 2, ids), 2);
	assert_ok(agent_delete(f->d, made[2], 0, &err));
	assert_int_equal(ids_of(f, AGENTS_TRASH, 2, ids), 1);
}

static void
agent_programs__of_accepted_ones__the_most_frequent_first(void **state)
{
	struct desk_fixture *f = *state;
	static const char *const versions[] = {"1.7", "1.11", "1.11"};
	struct agent_program *rows;
	struct err err = ERR_INIT;
	size_t n;

	for (int i = 0; i < 3; i++) {
		char name[16];
		struct agent_word w = {.device_id = name,
		    .program = "GLPI-Agent",
		    .program_version = versions[i],
		    .accepts = true};

		str_format(name, sizeof(name), "pc-%d", i);
		(void)hear(f, &w);
	}
	assert_ok(agent_programs(f->d, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].version, "1.11");
	assert_int_equal(rows[0].agents, 2);
	free(rows);
}

static void
agents__of_another_tenant__are_not_seen(void **state)
{
	struct desk_fixture *f = *state;
	struct agent_word w = {.device_id = PC, .accepts = true};
	struct err err = ERR_INIT;
	int64_t id = hear(f, &w), other;
	struct agent a;

	desk_act_as_system(f->d, f->other.id);
	assert_int_equal(agent_get(f->d, id, &a, &err), OD_ENOTFOUND);
	assert_int_equal(agent_accept(f->d, id, 0, &err), OD_ENOTFOUND);
	assert_ok(agent_heard(f->d, &w, &other, &err));
	assert_int_not_equal(other, id);
	assert_int_equal(stats(f).agents, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST_AT_NOW(agent_heard__the_same_again__is_one_agent),
	    DESK_TEST_AT_NOW(agent_heard__reports__are_kept_as_they_came),
	    DESK_TEST_AT_NOW(
		agent_heard__nameless_or_without_its_token__is_refused),
	    DESK_TEST_AT_NOW(
		agent_heard__nobody_accepted_it__waits_and_counts_nowhere),
	    DESK_TEST_AT_NOW(agent_delete__speaks_again__is_back_as_a_new_one),
	    DESK_TEST_AT_NOW(
		agent_list__silent_longest__comes_first_and_each_once),
	    DESK_TEST_AT_NOW(
		agent_programs__of_accepted_ones__the_most_frequent_first),
	    DESK_TEST_AT_NOW(agents__of_another_tenant__are_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
