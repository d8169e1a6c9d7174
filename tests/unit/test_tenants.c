/* Unit tests of db/records/tenants. */
#include "db/records/tenants.h"
#include "db/records/people.h"
#include "tests/lib/desk_test.h"

static void
tenant_new__by_host__makes_the_unclassified_division(void **state)
{
	struct desk_fixture *f = *state;
	struct division *rows;
	struct tenant t;
	struct err err = ERR_INIT;
	int64_t id;
	size_t n;

	desk_fixture_act(f, NULL, NULL);
	assert_int_equal(tenant_new(f->d, "sol", "  Sol\x1b[31m y Mar ", true,
			     "es", "America/Bogota", &id, &err),
	    0);
	assert_int_equal(tenant_by_slug(f->d, "sol", &t, &err), 0);
	assert_int_equal(t.id, id);
	assert_true(t.rehearsal);
	assert_null(strchr(t.name, 0x1b));
	assert_string_equal(t.zone, "America/Bogota");
	desk_fixture_act(f, "sol", NULL);
	assert_int_equal(division_list(f->d, 0, &rows, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_true(rows[0].unclassified);
	free(rows);
}

static void
tenant_new__wrong_values__are_refused(void **state)
{
	static const struct {
		const char *slug, *lang, *zone;
		int rc;
	} cases[] = {
	    {"", "es", "UTC", OD_EDATA},
	    {"Sol", "es", "UTC", OD_EDATA},
	    {"a b", "es", "UTC", OD_EDATA},
	    {"01234567890123456789012345678901234567890", "es", "UTC",
		OD_EDATA},
	    {"sol", "fr", "UTC", OD_EDATA},
	    {"sol", "es", "Europe/Nowhere", OD_EDATA},
	    {"sol", "es", "../passwd", OD_EDATA},
	    {FIXTURE_TENANT, "es", "UTC", OD_ECONFLICT},
	};
	struct desk_fixture *f = *state;
	int64_t id;

	desk_fixture_act(f, NULL, NULL);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(tenant_new(f->d, cases[i].slug, "x", true,
				     cases[i].lang, cases[i].zone, &id, &err),
		    cases[i].rc);
		assert_true(err.text[0] != '\0');
	}
}

static void
tenant_edit__stale_version__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"name", b_text("Uno")};
	struct err err = ERR_INIT;
	struct tenant t;

	assert_int_equal(tenant_get(f->d, f->demo.id, &t, &err), 0);
	assert_int_equal(tenant_edit(f->d, t.id, t.version, &c, 1, &err), 0);
	c.value = b_text("Dos");
	assert_int_equal(
	    tenant_edit(f->d, t.id, t.version, &c, 1, &err), OD_ECONFLICT);
	assert_int_equal(f->d->conflict.count, 1);
	assert_string_equal(f->d->conflict.fields[0].theirs, "Uno");
	assert_int_equal(tenant_get(f->d, f->demo.id, &t, &err), 0);
	assert_string_equal(t.name, "Uno");
}

static void
tenant_edit__other_fields__are_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct change rehearsal = {"rehearsal", b_int(0)};
	struct change zone = {"zone", b_text("Mars/Base")};
	struct err err = ERR_INIT;

	assert_int_equal(
	    tenant_edit(f->d, f->demo.id, 0, &rehearsal, 1, &err), OD_EDATA);
	assert_int_equal(
	    tenant_edit(f->d, f->demo.id, 0, &zone, 1, &err), OD_EDATA);
}

static void
tenant__of_others__is_not_found(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"name", b_text("Mine")};
	struct err err = ERR_INIT;
	struct tenant t, *rows;
	size_t n;

	assert_int_equal(tenant_get(f->d, f->other.id, &t, &err), OD_ENOTFOUND);
	assert_int_equal(
	    tenant_by_slug(f->d, FIXTURE_OTHER, &t, &err), OD_ENOTFOUND);
	assert_int_equal(
	    tenant_edit(f->d, f->other.id, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_int_equal(tenant_list(f->d, &rows, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].slug, FIXTURE_TENANT);
	free(rows);
	desk_fixture_act(f, NULL, NULL);
	assert_int_equal(tenant_list(f->d, &rows, &n, &err), 0);
	assert_int_equal(n, 2);
	free(rows);
}

static void
tenant__not_named__is_the_only_one(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct tenant t;

	desk_fixture_act(f, NULL, NULL);
	assert_int_equal(tenant_by_slug(f->d, "", &t, &err), OD_ENOTFOUND);
	assert_int_equal(
	    desk_act_as_operator(f->d, "", "admin", &err), OD_EUSAGE);
	assert_int_equal(db_begin(f->d->db, "test", &err), 0);
	assert_int_equal(db_exec(f->d->db,
			     "UPDATE tenants SET deleted_at = 1"
			     " WHERE slug = 'other'",
			     NO_BINDS, NULL, &err),
	    0);
	assert_int_equal(db_commit(f->d->db, &err), 0);
	assert_int_equal(tenant_by_slug(f->d, "", &t, &err), 0);
	assert_string_equal(t.slug, FIXTURE_TENANT);
	assert_int_equal(desk_act_as_operator(f->d, "", "admin", &err), 0);
	assert_int_equal(f->d->actor.tenant_id, t.id);
	assert_int_equal(desk_act_as_operator(f->d, NULL, "admin", &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(tenant_new__by_host__makes_the_unclassified_division),
	    DESK_TEST(tenant_new__wrong_values__are_refused),
	    DESK_TEST(tenant_edit__stale_version__is_a_conflict),
	    DESK_TEST(tenant_edit__other_fields__are_refused),
	    DESK_TEST(tenant__of_others__is_not_found),
	    DESK_TEST(tenant__not_named__is_the_only_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
