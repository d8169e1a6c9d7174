/*
 * Unit tests of db_later: nothing is called saved that was not, whenever the
 * server says what was wrong.
 *
 * Turned red by: an error in a pipe that is not the result of pg__await; the
 * end of a savepoint that is not waited for.
 */
#include "db/engine/pg_int.h"
#include "tests/lib/desk_test.h"
#include <string.h>

static int
team_later(
    struct desk_fixture *f, const char *name, int64_t *id, struct err *err)
{
	return db_later(f->d->db, id,
	    "INSERT INTO teams(tenant_id, name, created_at, updated_at)"
	    " VALUES($1, $2, 1, 1) RETURNING id",
	    BINDS(b_int(f->demo.id), b_text(name)), err);
}

static int64_t
teams(struct desk_fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_ok(
	    db_int(f->d->db, &n, "SELECT count(*) FROM teams WHERE name = $1",
		BINDS(b_text(name)), &err));
	return n;
}

static void
later__committed__is_there_with_its_id(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t a = -1, b = -1, none = -1, found;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "one", &a, &err));
	assert_ok(team_later(f, "two", NULL, &err));
	assert_ok(team_later(f, "three", &b, &err));
	assert_ok(db_later(f->d->db, &none,
	    "UPDATE teams SET name = 'x' WHERE tenant_id = $1 AND name = $2"
	    " RETURNING id",
	    BINDS(b_int(f->demo.id), b_text("nobody")), &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(none, 0);
	assert_true(a > 0 && b > a);
	assert_ok(db_int(f->d->db, &found,
	    "SELECT id FROM teams WHERE tenant_id = $1 AND name = 'three'",
	    BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(found, b);
	assert_int_equal(teams(f, "two"), 1);
}

/* Its error comes with it or with the first thing that is waited for. */
static void
later__fails__nothing_behind_it_is_done(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t n;
	int rc;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "twice", NULL, &err));
	if ((rc = team_later(f, "twice", NULL, &err)) == 0 &&
	    (rc = team_later(f, "behind", NULL, &err)) == 0)
		rc = db_int(f->d->db, &n,
		    "SELECT count(*) FROM teams WHERE tenant_id = $1",
		    BINDS(b_int(f->demo.id)), &err);
	assert_int_equal(rc, OD_ECONFLICT);
	db_rollback(f->d->db);
	assert_int_equal(teams(f, "twice"), 0);
	/* What was prepared behind the error is prepared again. */
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "twice", NULL, &err));
	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM teams WHERE tenant_id = $1",
	    BINDS(b_int(f->demo.id)), &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(teams(f, "twice"), 1);
}

static void
later__fails_at_the_end__the_commit_says_so(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int rc;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "kept", NULL, &err));
	rc = team_later(f, "kept", NULL, &err);
	if (rc == 0)
		rc = db_commit(f->d->db, &err);
	else
		db_rollback(f->d->db);
	assert_int_equal(rc, OD_ECONFLICT);
	assert_false(db_in_transaction(f->d->db));
	assert_int_equal(teams(f, "kept"), 0);
}

static void
later__fails_in_a_savepoint__only_that_is_undone(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int rc;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "first", NULL, &err));
	for (int i = 0; i < 3; i++) {
		assert_ok(db_savepoint(f->d->db, &err));
		assert_ok(team_later(f,
		    i == 0   ? "a"
		    : i == 1 ? "b"
			     : "c",
		    NULL, &err));
		rc = i != 1 ? 0 : team_later(f, "first", NULL, &err);
		if (rc == 0)
			rc = db_release(f->d->db, &err);
		assert_int_equal(rc, i == 1 ? OD_ECONFLICT : 0);
		if (rc != 0)
			db_undo_savepoint(f->d->db);
	}
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(teams(f, "first"), 1);
	assert_int_equal(teams(f, "a"), 1);
	assert_int_equal(teams(f, "b"), 0);
	assert_int_equal(teams(f, "c"), 1);
}

/* One that fails ahead of a savepoint takes the whole transaction. */
static void
later__fails_before_a_savepoint__nobody_is_told_saved(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int rc;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "first", NULL, &err));
	if ((rc = team_later(f, "first", NULL, &err)) == 0) {
		assert_ok(db_savepoint(f->d->db, &err));
		assert_ok(team_later(f, "inner", NULL, &err));
		rc = db_release(f->d->db, &err);
		assert_int_equal(rc, OD_ECONFLICT);
		db_undo_savepoint(f->d->db);
		assert_int_not_equal(db_commit(f->d->db, &err), 0);
	} else {
		db_rollback(f->d->db);
	}
	assert_int_equal(rc, OD_ECONFLICT);
	assert_int_equal(teams(f, "first"), 0);
	assert_int_equal(teams(f, "inner"), 0);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "first", NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
	assert_int_equal(teams(f, "first"), 1);
}

/* More than a pipe holds, and another tenant's in between. */
static void
later__very_many__all_are_saved(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ids[700], n;
	char name[24];

	assert_ok(db_begin(f->d->db, "test", &err));
	for (int i = 0; i < 700; i++) {
		str_format(name, sizeof(name), "team %d", i);
		db_set_tenant(f->d->db, i % 3 == 0 ? 0 : f->demo.id);
		assert_ok(team_later(f, name, &ids[i], &err));
	}
	db_set_tenant(f->d->db, 0);
	assert_ok(db_commit(f->d->db, &err));
	for (int i = 1; i < 700; i++)
		assert_true(ids[i] > ids[i - 1]);
	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM teams WHERE name LIKE 'team %'", NO_BINDS,
	    &err));
	assert_int_equal(n, 700);
}

/* The server goes away with what it was not asked about yet. */
static void
later__server_is_lost__nothing_was_saved(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;

	if (!engine_is_postgres())
		return; /* a file is not away */
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(team_later(f, "lost", NULL, &err));
	engine_away(f->uri);
	assert_int_equal(db_commit(f->d->db, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "nothing was saved"));
	engine_back(f->uri);
	while (db_begin(f->d->db, "test", &err) != 0)
		;
	db_rollback(f->d->db);
	assert_int_equal(teams(f, "lost"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(later__committed__is_there_with_its_id),
	    DESK_TEST(later__fails__nothing_behind_it_is_done),
	    DESK_TEST(later__fails_at_the_end__the_commit_says_so),
	    DESK_TEST(later__fails_in_a_savepoint__only_that_is_undone),
	    DESK_TEST(later__fails_before_a_savepoint__nobody_is_told_saved),
	    DESK_TEST(later__very_many__all_are_saved),
	    DESK_TEST(later__server_is_lost__nothing_was_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
