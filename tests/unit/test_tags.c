/*
 * Unit tests of db/core/tags: the rows are what the ticket's text says.
 *
 * Turned red by: an undo that leaves the rows as they are.
 */
#include "db/core/tags.h"
#include "db/core/op.h"
#include "db/records/tenants.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/old_desk.h"
#include <string.h>

/* "folded=tag" of each row, in their order. */
static void
assert_rows(struct db *db, int64_t ticket_id, const char *expected)
{
	struct str got = STR_INIT;
	struct err err = ERR_INIT;
	struct stmt *st = NULL;

	assert_ok(db_query(db, &st,
	    "SELECT folded, tag FROM ticket_tags WHERE ticket_id = $1"
	    " ORDER BY folded",
	    BINDS(b_int(ticket_id)), &err));
	while (stmt_step(st, &err) == 1)
		str_addf(&got, "%s=%s;", stmt_text(st, 0), stmt_text(st, 1));
	stmt_close(&st);
	assert_string_equal(got.s, expected);
	str_free(&got);
}

static void
tags_next__any_text__gives_each_once(void **state)
{
	static const struct {
		const char *text, *tags[4];
	} cases[] = {
	    {"", {NULL}},
	    {" , ,", {NULL}},
	    {"vip", {"vip", NULL}},
	    {" vip ,alta urgencia,, red ", {"vip", "alta urgencia", "red"}},
	};
	char tag[TAG_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = cases[i].text;

		for (int k = 0; cases[i].tags[k] != NULL; k++) {
			assert_true(tags_next(&at, tag));
			assert_string_equal(tag, cases[i].tags[k]);
		}
		assert_false(tags_next(&at, tag));
	}
}

static void
tags__made_edited_undone__follow_the_ticket(void **state)
{
	struct ticket_new in = {.subject = "x", .tags = "VIP, Avería,vip"};
	struct change c = {"tags", b_text("red")};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char sentence[256];
	int64_t id, n;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &n, &err));
	assert_rows(f->d->db, id, "averia=Avería;vip=VIP;");
	assert_ok(ticket_edit(f->d, id, 0, &c, 1, &err));
	assert_rows(f->d->db, id, "red=red;");
	assert_ok(op_undo(f->d, sentence, &err));
	assert_rows(f->d->db, id, "averia=Avería;vip=VIP;");
	assert_ok(op_redo(f->d, sentence, &err));
	assert_rows(f->d->db, id, "red=red;");
}

/* ---- what an upgraded desk has, beside what a new one begins with ---- */

static const char old_rows[] =
    "INSERT INTO tenants(slug, name, rehearsal, lang, zone, created_at,"
    " updated_at) VALUES('a', 'A', 1, 'es', 'UTC', 5, 6),"
    " ('b', 'B', 1, 'en', 'UTC', 5, 6);"
    "INSERT INTO tickets(tenant_id, number, subject, state, priority, urgency,"
    " impact, category, tags, source, created_at, updated_at)"
    " VALUES(1, 1, 'x', 0, 3, 3, 3, 'Red', 'VIP, AVERÍA Ñandú ,vip', 0, 7, 7),"
    " (1, 2, 'x', 0, 3, 3, 3, 'Red', '', 0, 8, 8),"
    " (2, 1, 'x', 0, 3, 3, 3, '', ' , ', 0, 8, 8);";

/* All that a tenant begins with, without ids and times. */
static char *
start_of(struct db *db, int64_t tenant_id)
{
	static const char *const parts[] = {
	    "SELECT name || state || is_default || position"
	    " FROM ticket_statuses WHERE tenant_id = $1 ORDER BY state",
	    "SELECT name || zone || monday || tuesday || wednesday || thursday"
	    " || friday || saturday || sunday || is_default FROM calendars"
	    " WHERE tenant_id = $1",
	    "SELECT name || priority || ':' || first_us || ':' || next_us"
	    " || ':' || resolution_us || COALESCE(calendar_id, company_id, 0)"
	    " FROM service_policies WHERE tenant_id = $1 ORDER BY priority",
	};
	struct str all = STR_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct stmt *st = NULL;

		assert_ok(
		    db_query(db, &st, parts[i], BINDS(b_int(tenant_id)), &err));
		while (stmt_step(st, &err) == 1)
			str_addf(&all, "%s\n", stmt_text(st, 0));
		stmt_close(&st);
	}
	return str_take(&all);
}

static void
upgrade__desk_of_schema_7__begins_as_a_new_one(void **state)
{
	const struct migrate_options o = {.without_copy = true};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *old, *fresh, *texts;
	struct db *db = NULL;
	struct tmp tmp;
	int64_t n;

	tmp_make(&tmp);
	assert_ok(db_open(tmp_desk(&tmp, "old.db"), DB_CREATE, &db, &err));
	assert_ok(old_desk_make(db, 7, &err));
	assert_ok(db_begin(db, "test", &err));
	assert_ok(db_script(db, old_rows, &err));
	assert_ok(db_commit(db, &err));
	assert_ok(migrate_run(db, &o, &err));
	assert_rows(db, 1, "averia nandu=AVERÍA Ñandú;vip=VIP;");
	assert_rows(db, 3, "");
	assert_ok(db_text(db, &texts,
	    "SELECT tenant_id || key || name FROM ticket_categories", NO_BINDS,
	    &err));
	assert_string_equal(texts, "1RedRed");
	free(texts);
	assert_ok(db_int(db, &n,
	    "SELECT count(*) FROM tickets WHERE due_us = 9223372036854775807"
	    " AND status_id IS NULL AND snooze_until_reply = 0",
	    NO_BINDS, &err));
	assert_int_equal(n, 3);
	assert_ok(
	    db_int(db, &n, "SELECT count(*) FROM mesa_ayuda", NO_BINDS, &err));
	assert_int_equal(n, 3);
	desk_fixture_act(f, NULL, NULL);
	for (int64_t i = 1; i <= 2; i++) {
		assert_ok(tenant_new(f->d, i == 1 ? "es" : "en", "", true,
		    i == 1 ? "es" : "en", "", &n, &err));
		old = start_of(db, i);
		fresh = start_of(f->d->db, n);
		assert_string_equal(old, fresh);
		assert_non_null(strstr(old, i == 1 ? "en espera" : "waiting"));
		free(old);
		free(fresh);
	}
	db_close(&db);
	tmp_remove(&tmp);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tags_next__any_text__gives_each_once),
	    DESK_TEST(tags__made_edited_undone__follow_the_ticket),
	    DESK_TEST(upgrade__desk_of_schema_7__begins_as_a_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
