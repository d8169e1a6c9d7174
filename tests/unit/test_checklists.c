/*
 * Unit tests of db/records/checklists: items as they are kept, checks put on
 * tickets by hand and by category, ticked by two, and asked for at the end.
 *
 * Turned red by: a solve that asks for nothing, an item put twice, a tick that
 * takes over who ticked first, a check found by another ticket's number.
 */
#include "common/str.h"
#include "db/core/op.h"
#include "db/records/checklists.h"
#include "db/records/ticket_form.h"
#include "tests/lib/desk_test.h"

static int64_t
make(struct desk_fixture *f, const char *name, const char *items,
    const char *category)
{
	struct checklist_new in = {
	    .name = name, .items = items, .category = category};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(checklist_new(f->d, &in, &id, &err));
	return id;
}

/* The checks of a ticket as "[x] !text;". */
static void
assert_checks(struct desk_fixture *f, int64_t ticket, const char *expected)
{
	struct ticket_check *rows;
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	size_t n;

	assert_ok(ticket_checks(f->d, ticket, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "[%s] %s%s;", rows[i].done_us != 0 ? "x" : " ",
		    rows[i].is_required ? "!" : "", rows[i].text);
	free(rows);
	assert_string_equal(got.s != NULL ? got.s : "", expected);
	str_free(&got);
}

static int64_t
check_id(struct desk_fixture *f, int64_t ticket, size_t place)
{
	struct ticket_check *rows;
	struct err err = ERR_INIT;
	int64_t id;
	size_t n;

	assert_ok(ticket_checks(f->d, ticket, &rows, &n, &err));
	assert_true(place < n);
	id = rows[place].id;
	free(rows);
	return id;
}

static void
checklist_new__items_as_pasted__are_kept_clean(void **state)
{
	static const char *const cases[][2] = {
	    {"one", "one"},
	    {" - [ ] one\r\n* two \n\n[ ] three\n", "one\ntwo\nthree"},
	    {"!one\n! two\n- [ ] ! three", "! one\n! two\n! three"},
	    {"-5 grados\n*bold*", "-5 grados\n*bold*"},
	    {"a\033[31mb", "ab"},
	};
	struct desk_fixture *f = *state;
	struct checklist l;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t id = make(f, "x", cases[i][0], NULL);

		assert_ok(checklist_get(f->d, id, &l, &err));
		if (i != 4)
			assert_string_equal(l.items, cases[i][1]);
		assert_null(strchr(l.items, '\033'));
		checklist_clear(&l);
	}
}

static void
checklist_new__bad_data__is_refused(void **state)
{
	static const struct {
		const char *name, *items, *category;
		int rc;
	} cases[] = {
	    {"", "a", NULL, OD_EDATA},
	    {"x", "", NULL, OD_EDATA},
	    {"x", "\n - \n!\n", NULL, OD_EDATA},
	    {"x", NULL, NULL, OD_EDATA},
	    {"x", "\xff", NULL, OD_EDATA},
	    {"x", "a", "nowhere", OD_EDATA},
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct str many = STR_INIT;
	struct checklist_new in = {.name = "x"};
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_category_new(f->d, NULL, "Redes", 0, &id, &err));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct checklist_new bad = {.name = cases[i].name,
		    .items = cases[i].items,
		    .category = cases[i].category};

		assert_rc(checklist_new(f->d, &bad, &id, &err), cases[i].rc);
	}
	for (int i = 0; i < CHECKS_MAX; i++)
		str_addf(&many, "item %d\n", i);
	in.items = many.s;
	assert_ok(checklist_new(f->d, &in, &id, &err));
	str_add(&many, "one more");
	in.items = many.s;
	assert_rc(checklist_new(f->d, &in, &id, &err), OD_ELIMIT);
	str_clear(&many);
	for (int i = 0; i < 199; i++)
		str_addc(&many, 'a');
	in.items = many.s;
	assert_rc(checklist_new(f->d, &in, &id, &err), OD_EDATA);
	in.items = many.s + 1;
	assert_ok(checklist_new(f->d, &in, &id, &err));
	str_free(&many);
}

static void
ticket_check_put__again__adds_what_is_missing(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"items", b_text("Laptop\nBadge\nDesk")};
	struct err err = ERR_INIT;
	int64_t list = make(f, "Joining", "Laptop\n! Badge", NULL), t;
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	t = desk_fixture_ticket(f, "New colleague");
	assert_ok(ticket_check_put(f->d, t, list, &added, &err));
	assert_int_equal(added, 2);
	assert_checks(f, t, "[ ] Laptop;[ ] !Badge;");
	assert_rc(ticket_check_put(f->d, t, list, &added, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(checklist_edit(f->d, list, 1, &c, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_check_put(f->d, t, list, &added, &err));
	assert_int_equal(added, 1);
	assert_checks(f, t, "[ ] Laptop;[ ] !Badge;[ ] Desk;");
	assert_ok(ticket_check_add(f->d, t, "Desk\n! Key", &added, &err));
	assert_checks(
	    f, t, "[ ] Laptop;[ ] !Badge;[ ] Desk;[ ] Desk;[ ] !Key;");
}

static void
ticket_check_set__twice__keeps_who_was_first(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_check *rows;
	struct err err = ERR_INIT;
	int64_t t, other, id;
	size_t n;
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	t = desk_fixture_ticket(f, "A");
	other = desk_fixture_ticket(f, "B");
	assert_ok(ticket_check_add(f->d, t, "one\ntwo", &added, &err));
	id = check_id(f, t, 0);
	assert_ok(ticket_check_set(f->d, t, id, true, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_check_set(f->d, t, id, true, &err));
	assert_ok(ticket_checks(f->d, t, &rows, &n, &err));
	assert_true(rows[0].done_by == f->demo.operators[ROLE_OPERATOR]);
	free(rows);
	assert_ok(ticket_check_set(f->d, t, id, false, &err));
	assert_checks(f, t, "[ ] one;[ ] two;");
	assert_rc(ticket_check_set(f->d, other, id, true, &err), OD_ENOTFOUND);
	assert_rc(ticket_check_remove(f->d, other, id, &err), OD_ENOTFOUND);
	assert_ok(ticket_check_remove(f->d, t, id, &err));
	assert_rc(ticket_check_remove(f->d, t, id, &err), OD_ENOTFOUND);
	assert_checks(f, t, "[ ] two;");
}

static void
ticket_set_state__a_required_check_is_open__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t t;
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	t = desk_fixture_ticket(f, "A");
	assert_ok(ticket_check_add(
	    f->d, t, "! Backup\nCoffee\n! Keys", &added, &err));
	assert_rc(
	    ticket_set_state(f->d, t, 0, TICKET_SOLVED, "", 0, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "Backup; Keys"));
	assert_rc(
	    ticket_set_state(f->d, t, 0, TICKET_CLOSED, "", 0, &err), OD_EDATA);
	assert_ok(ticket_check_set(f->d, t, check_id(f, t, 0), true, &err));
	assert_ok(ticket_check_set(f->d, t, check_id(f, t, 2), true, &err));
	assert_ok(ticket_set_state(f->d, t, 0, TICKET_SOLVED, "", 0, &err));
}

static void
ticket_new__a_category_with_a_checklist__has_it(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"category", b_text("Altas")};
	struct ticket_new in = {.subject = "x", .category = "Altas"};
	struct err err = ERR_INIT;
	int64_t id, t, number;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_category_new(f->d, NULL, "Altas", 0, &id, &err));
	(void)make(f, "Joining", "Laptop\n! Badge", "altas");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &t, &number, &err));
	assert_checks(f, t, "[ ] Laptop;[ ] !Badge;");
	t = desk_fixture_ticket(f, "y");
	assert_checks(f, t, "");
	assert_ok(ticket_edit(f->d, t, 0, &c, 1, &err));
	assert_checks(f, t, "[ ] Laptop;[ ] !Badge;");
	assert_ok(op_undo(f->d, said, &err));
	assert_checks(f, t, "");
}

static void
ticket_check_sums__many_tickets__are_counted(void **state)
{
	struct desk_fixture *f = *state;
	struct check_sum sums[120];
	struct err err = ERR_INIT;
	int64_t ids[120];
	size_t found;
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (size_t i = 0; i < 120; i++) {
		ids[i] = desk_fixture_ticket(f, "x");
		if (i % 40 != 0)
			continue;
		assert_ok(
		    ticket_check_add(f->d, ids[i], "a\nb\nc", &added, &err));
		assert_ok(ticket_check_set(
		    f->d, ids[i], check_id(f, ids[i], 1), true, &err));
		assert_ok(ticket_check_remove(
		    f->d, ids[i], check_id(f, ids[i], 0), &err));
	}
	assert_ok(ticket_check_sums(f->d, ids, 120, sums, &found, &err));
	assert_int_equal(found, 3);
	for (size_t i = 0; i < found; i++) {
		assert_int_equal(sums[i].all, 2);
		assert_int_equal(sums[i].done, 1);
	}
}

static void
undo__of_a_ticket_that_a_mate_put_checks_on__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct err err = ERR_INIT;
	int64_t t, number;
	char said[256];
	int added;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &t, &number, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_check_add(f->d, t, "a", &added, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(op_undo(f->d, said, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(op_undo(f->d, said, &err));
}

static void
checklist_find__by_name__however_it_is_written(void **state)
{
	struct desk_fixture *f = *state;
	struct checklist l;
	struct err err = ERR_INIT;
	int64_t id = make(f, "Baja de línea", "a", NULL);

	assert_ok(checklist_find(f->d, "BAJA DE LINEA", &l, &err));
	assert_true(l.id == id);
	checklist_clear(&l);
	assert_rc(checklist_find(f->d, "Baja", &l, &err), OD_ENOTFOUND);
	assert_ok(checklist_delete(f->d, id, 1, &err));
	assert_rc(
	    checklist_find(f->d, "Baja de línea", &l, &err), OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(checklist_new__items_as_pasted__are_kept_clean),
	    DESK_TEST(checklist_new__bad_data__is_refused),
	    DESK_TEST(ticket_check_put__again__adds_what_is_missing),
	    DESK_TEST(ticket_check_set__twice__keeps_who_was_first),
	    DESK_TEST(ticket_set_state__a_required_check_is_open__is_refused),
	    DESK_TEST(ticket_new__a_category_with_a_checklist__has_it),
	    DESK_TEST(ticket_check_sums__many_tickets__are_counted),
	    DESK_TEST(undo__of_a_ticket_that_a_mate_put_checks_on__is_refused),
	    DESK_TEST(checklist_find__by_name__however_it_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
