/* Unit tests of db/records/companies, divisions, contacts and their points. */
#include "db/records/people.h"
#include "db/core/op.h"
#include "db/core/search.h"
#include "tests/lib/desk_test.h"

/* A company with one division; returns the division. */
static int64_t
make_company(struct desk_fixture *f, const char *name, int64_t *company)
{
	struct company_new in = {.name = name, .fiscal_id = "B123"};
	struct err err = ERR_INIT;
	int64_t division;

	assert_ok(company_new(f->d, &in, company, &err));
	assert_ok(
	    division_new(f->d, *company, "Office", NULL, &division, &err));
	return division;
}

/* The division of those of whom no more is known. */
static int64_t
unclassified(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	struct contact c;

	assert_ok(
	    contact_get(f->d, desk_fixture_contact(f, "A", ""), &c, &err));
	contact_clear(&c);
	return c.division_id;
}

static void
company_list__by_folded_prefix__pages_both_ways(void **state)
{
	static const char *const names[] = {
	    "Ñandú Ltda", "nandina", "Zeta", "Ábaco", "Nandu B"};
	struct desk_fixture *f = *state;
	struct page page = {.limit = 2};
	struct err err = ERR_INIT;
	struct company *rows;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (size_t i = 0; i < 5; i++) {
		struct company_new in = {.name = names[i]};
		int64_t id;

		assert_ok(company_new(f->d, &in, &id, &err));
	}
	assert_ok(company_list(f->d, "ÑAND", &page, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].name, "nandina");
	assert_string_equal(rows[1].name, "Nandu B");
	page.after_id = rows[1].id;
	company_list_free(&rows, n);
	assert_ok(company_list(f->d, "ÑAND", &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].name, "Ñandú Ltda");
	page.after_id = rows[0].id;
	page.backwards = true;
	company_list_free(&rows, n);
	assert_ok(company_list(f->d, "ÑAND", &page, &rows, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(rows[0].name, "nandina");
	assert_string_equal(rows[1].name, "Nandu B");
	company_list_free(&rows, n);
}

static void
company_delete__with_contacts__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t company, division, contact;
	struct division v;
	struct company c;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	division = make_company(f, "Sol", &company);
	struct contact_new in = {.division_id = division, .full_name = "Ana"};

	assert_ok(contact_new(f->d, &in, &contact, &err));
	assert_rc(company_delete(f->d, company, 0, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "Sol"));
	assert_rc(division_delete(f->d, division, 0, &err), OD_ECONFLICT);
	assert_ok(contact_delete(f->d, contact, 0, &err));
	assert_ok(company_delete(f->d, company, 0, &err));
	assert_ok(company_get(f->d, company, &c, &err));
	assert_int_not_equal(c.deleted_at, 0);
	company_clear(&c);
	/* Its divisions went with it, and come back with it. */
	assert_ok(division_get(f->d, division, &v, &err));
	assert_int_not_equal(v.deleted_at, 0);
	char said[256];

	assert_ok(op_undo(f->d, said, &err));
	assert_string_equal(said, "Deleted the company Sol");
	assert_ok(division_get(f->d, division, &v, &err));
	assert_int_equal(v.deleted_at, 0);
}

static void
unclassified__company_and_division__cannot_go(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct division v;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	id = unclassified(f);
	assert_ok(division_get(f->d, id, &v, &err));
	assert_rc(division_delete(f->d, id, 0, &err), OD_ECONFLICT);
	assert_rc(company_delete(f->d, v.company_id, 0, &err), OD_ECONFLICT);
}

static void
contact_undo__number_taken_meanwhile__names_who_has_it(void **state)
{
	struct desk_fixture *f = *state;
	struct contact_new ana = {
	    .full_name = "Ana", .phone_number = "34600111222"};
	struct contact_new eva = {
	    .full_name = "Eva", .phone_number = "34600111222"};
	struct contact_new two = {
	    .full_name = "Two", .phone_number = "34600111333"};
	struct change c = {"phone_number", b_text("34600111444")};
	struct err err = ERR_INIT;
	int64_t first, second, moved;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_new(f->d, &ana, &first, &err));
	assert_ok(contact_delete(f->d, first, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(contact_new(f->d, &eva, &second, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	assert_string_equal(err.text,
	    "34600111222 belongs to the contact Eva now; change or delete that"
	    " one first, then undo again");
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(contact_delete(f->d, second, 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(op_undo(f->d, said, &err));
	/* The same for a number that was changed. */
	assert_ok(contact_new(f->d, &two, &moved, &err));
	assert_ok(contact_edit(f->d, moved, 0, &c, 1, &err));
	two.full_name = "Six";
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(contact_new(f->d, &two, &second, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "contact Six now"));
}

static void
crm_id__taken__is_a_conflict(void **state)
{
	static const char said[] = "another one has the CRM id crm-1 already";
	struct change to_taken[] = {{"crm_company_id", b_text("crm-1")},
	    {"crm_division_id", b_text("crm-1")},
	    {"crm_contact_id", b_text("crm-1")}};
	struct desk_fixture *f = *state;
	struct company_new a = {.name = "A", .crm_id = "crm-1"};
	struct company_new b = {.name = "B", .crm_id = "crm-1"};
	struct contact_new p = {.full_name = "P", .crm_id = "crm-1"};
	struct err err = ERR_INIT;
	struct company c;
	int64_t id, id2, div, other;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(company_new(f->d, &a, &id, &err));
	assert_rc(company_new(f->d, &b, &other, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, said));
	b.crm_id = NULL;
	assert_ok(company_new(f->d, &b, &id2, &err));
	assert_rc(
	    company_edit(f->d, id2, 0, &to_taken[0], 1, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, said));
	/* Its own is no other's; nor is that of another kind of record. */
	assert_ok(company_edit(f->d, id, 0, &to_taken[0], 1, &err));
	assert_ok(division_new(f->d, id, "D", "crm-1", &div, &err));
	assert_rc(
	    division_new(f->d, id2, "E", "crm-1", &other, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, said));
	assert_ok(division_edit(f->d, div, 0, &to_taken[1], 1, &err));
	assert_ok(contact_new(f->d, &p, &other, &err));
	assert_ok(contact_edit(f->d, other, 0, &to_taken[2], 1, &err));
	p.full_name = "Q";
	assert_rc(contact_new(f->d, &p, &other, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, said));
	assert_ok(company_by_crm_id(f->d, "crm-1", &c, &err));
	assert_int_equal(c.id, id);
	company_clear(&c);
	assert_rc(company_by_crm_id(f->d, "", &c, &err), OD_ENOTFOUND);
}

static void
contact_new__without_division__is_unclassified(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct contact_point *points;
	struct contact c;
	size_t n;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_contact(f, "Lucía Pérez", "+34 600 111-222");
	assert_ok(contact_get(f->d, id, &c, &err));
	assert_string_equal(c.division_name, "Unclassified");
	assert_string_equal(c.phone_number, "+34 600 111-222");
	contact_clear(&c);
	assert_ok(contact_points(f->d, id, &points, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(points[0].kind, POINT_PHONE);
	assert_string_equal(points[0].value, "34600111222");
	free(points);
}

static void
contact__number_of_another__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct contact_new in = {.full_name = "B", .phone_number = "600111222"};
	struct change c = {"phone_number", b_text("600-111-222")};
	struct err err = ERR_INIT;
	int64_t id, other;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)desk_fixture_contact(f, "Lucía", "600 111 222");
	assert_rc(contact_new(f->d, &in, &id, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "Lucía"));
	other = desk_fixture_contact(f, "C", "");
	assert_rc(contact_edit(f->d, other, 0, &c, 1, &err), OD_ECONFLICT);
}

static void
contact_edit__phone_and_name__point_and_search_follow(void **state)
{
	struct desk_fixture *f = *state;
	struct change c[] = {{"phone_number", b_text("600 333 444")},
	    {"full_name", b_text("Carmen Ruiz")}};
	struct contact_point *points;
	struct err err = ERR_INIT;
	struct contact *rows;
	int64_t id;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_contact(f, "Lucía Pérez", "600 111 222");
	assert_ok(contact_edit(f->d, id, 1, c, 2, &err));
	assert_ok(contact_points(f->d, id, &points, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(points[0].value, "600333444");
	free(points);
	assert_ok(contact_list(f->d, "ruiz", 0, NULL, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].id, id);
	contact_list_free(&rows, n);
	assert_ok(contact_list(f->d, "lucia", 0, NULL, &rows, &n, &err));
	assert_int_equal(n, 0);
	contact_list_free(&rows, n);
	c[0].value = b_text("");
	assert_ok(contact_edit(f->d, id, 0, c, 1, &err));
	assert_ok(contact_points(f->d, id, &points, &n, &err));
	assert_int_equal(n, 0);
	free(points);
}

static size_t
count_found(struct desk_fixture *f, const char *words)
{
	struct search_hit hits[4];
	struct err err = ERR_INIT;
	size_t count;

	assert_ok(
	    search_find(f->d, RECORD_CONTACT, words, 0, 4, hits, &count, &err));
	return count;
}

/* Also when that is taken back. */
static void
company_edit__name__its_people_are_found_by_it(void **state)
{
	struct desk_fixture *f = *state;
	struct company_new co = {.name = "Zafiro"};
	struct contact_new in = {.full_name = "Eva Gil"};
	struct change name = {"name", b_text("Topacio")};
	struct err err = ERR_INIT;
	int64_t company, contact;
	char said[256];

	assert_ok(company_new(f->d, &co, &company, &err));
	assert_ok(
	    division_new(f->d, company, "Taller", NULL, &in.division_id, &err));
	assert_ok(contact_new(f->d, &in, &contact, &err));
	assert_ok(company_edit(f->d, company, 0, &name, 1, &err));
	assert_int_equal(count_found(f, "topacio"), 1);
	assert_int_equal(count_found(f, "zafiro"), 0);
	assert_ok(op_undo(f->d, said, &err));
	assert_int_equal(count_found(f, "topacio"), 0);
	assert_int_equal(count_found(f, "zafiro"), 1);
}

static void
contact_edit__stale__shows_field_by_field(void **state)
{
	struct desk_fixture *f = *state;
	struct change mine[] = {
	    {"email", b_text("a@example.org")}, {"notes", b_text("same")}};
	struct change yours[] = {
	    {"email", b_text("b@example.org")}, {"notes", b_text("same")}};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	id = desk_fixture_contact(f, "Ana", "");
	assert_ok(contact_edit(f->d, id, 1, mine, 2, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(contact_edit(f->d, id, 1, yours, 2, &err), OD_ECONFLICT);
	assert_int_equal(f->d->conflict.count, 1);
	assert_string_equal(f->d->conflict.fields[0].field->column, "email");
	assert_string_equal(f->d->conflict.fields[0].yours, "b@example.org");
	assert_string_equal(f->d->conflict.fields[0].theirs, "a@example.org");
	assert_string_equal(f->d->conflict.fields[0].by, "mate");
	assert_int_equal(f->d->conflict.version, 2);
}

static void
contact__bad_values__are_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct contact_new empty = {.full_name = " \u200b "};
	struct contact_new lang = {.full_name = "x", .lang = "fr"};
	struct contact_new notes = {.full_name = "x", .notes = "\xff\xfe"};
	struct contact_new foreign = {.full_name = "x"};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	foreign.division_id = unclassified(f);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(contact_new(f->d, &empty, &id, &err), OD_EDATA);
	assert_rc(contact_new(f->d, &lang, &id, &err), OD_EDATA);
	assert_rc(contact_new(f->d, &notes, &id, &err), OD_EDATA);
	assert_rc(contact_new(f->d, &foreign, &id, &err), OD_ENOTFOUND);
}

/* contact_identify inside an op, as the daemon runs it. */
static int64_t
identify(struct desk_fixture *f, const char *number, const char *user_id,
    const char *name)
{
	struct identity who = {.number_kind = POINT_PHONE,
	    .user_kind = POINT_WHATSAPP_USER,
	    .number = number,
	    .user_id = user_id,
	    .name = name};
	struct err err = ERR_INIT;
	int64_t id = 0;
	struct op op;
	bool is_new;
	int rc;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(op_begin(f->d, &op, OP_MESSAGE_RECEIVE, 0, &err));
	rc = contact_identify(f->d, &op, &who, &id, &is_new, &err);
	assert_ok(op_end(f->d, &op, rc, &err));
	return id;
}

static void
assert_name(struct desk_fixture *f, int64_t id, const char *name)
{
	struct err err = ERR_INIT;
	struct contact c;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(contact_get(f->d, id, &c, &err));
	assert_string_equal(c.full_name, name);
	contact_clear(&c);
}

static void
identify__unknown__makes_one_contact(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = identify(f, "34600111222", "", "");

	assert_name(f, id, "+34600111222");
	assert_int_equal(identify(f, "34600111222", "", "Lucía"), id);
	assert_name(f, id, "Lucía");
	assert_int_equal(identify(f, "34600111222", NULL, "Lucía P."), id);
	assert_name(f, id, "Lucía P.");
	assert_int_equal(identify(f, "34600111222", NULL, NULL), id);
	assert_name(f, id, "Lucía P.");
}

static void
identify__name_by_a_person__stays(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"full_name", b_text("Sra. Pérez")};
	struct err err = ERR_INIT;
	int64_t id = identify(f, "34600111222", "", "Lucía"), made;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(contact_edit(f->d, id, 0, &c, 1, &err));
	assert_int_equal(identify(f, "34600111222", "", "Otra"), id);
	assert_name(f, id, "Sra. Pérez");
	made = desk_fixture_contact(f, "Jorge", "+34 600 999 888");
	assert_int_equal(identify(f, "34600999888", "", "J"), made);
	assert_name(f, made, "Jorge");
}

static void
identify__number_and_user_id__are_linked(void **state)
{
	struct desk_fixture *f = *state;
	int64_t by_number = identify(f, "34600111222", "", "A");
	int64_t both = identify(f, "34600111222", "US.1", "A");
	int64_t by_user = identify(f, "", "US.1", "A");
	int64_t user_only = identify(f, "", "US.2", "B");
	int64_t number_too = identify(f, "34600333444", "US.2", "B");
	int64_t later = identify(f, "34600333444", "", "B");

	assert_int_equal(both, by_number);
	assert_int_equal(by_user, by_number);
	assert_int_equal(number_too, user_only);
	assert_int_equal(later, user_only);
	/* A number that changed hands follows the user id. */
	assert_int_equal(identify(f, "34600111222", "US.2", "B"), user_only);
	assert_int_equal(identify(f, "34600111222", "", "B"), user_only);
}

/* Turned red by not indexing a new contact's points. */
static void
identify__unknown__is_found_by_all_that_is_known(void **state)
{
	static const char *const words[] = {
	    "lucia", "34600111222", "us.7", "unclassified"};
	struct desk_fixture *f = *state;
	int64_t id = identify(f, "34600111222", "US.7", "Lucía");
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (size_t i = 0; i < 4; i++) {
		struct contact *rows;
		size_t n;

		assert_ok(
		    contact_list(f->d, words[i], 0, NULL, &rows, &n, &err));
		assert_int_equal(n, 1);
		assert_int_equal(rows[0].id, id);
		contact_list_free(&rows, n);
	}
}

static void
identify__nothing__is_bad_data(void **state)
{
	struct desk_fixture *f = *state;
	struct identity who = {.number = "", .user_id = NULL};
	struct err err = ERR_INIT;
	struct op op;
	int64_t id;
	bool is_new;
	int rc;

	desk_act_as_system(f->d, f->demo.id);
	assert_ok(op_begin(f->d, &op, OP_MESSAGE_RECEIVE, 0, &err));
	rc = contact_identify(f->d, &op, &who, &id, &is_new, &err);
	assert_rc(op_end(f->d, &op, rc, &err), OD_EDATA);
}

static void
identify__deleted_contact__makes_a_new_one(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id = identify(f, "34600111222", "", "A");

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(contact_delete(f->d, id, 0, &err));
	assert_int_not_equal(identify(f, "34600111222", "", "A"), id);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(company_list__by_folded_prefix__pages_both_ways),
	    DESK_TEST(company_delete__with_contacts__is_a_conflict),
	    DESK_TEST(unclassified__company_and_division__cannot_go),
	    DESK_TEST(contact_undo__number_taken_meanwhile__names_who_has_it),
	    DESK_TEST(crm_id__taken__is_a_conflict),
	    DESK_TEST(contact_new__without_division__is_unclassified),
	    DESK_TEST(contact__number_of_another__is_a_conflict),
	    DESK_TEST(contact_edit__phone_and_name__point_and_search_follow),
	    DESK_TEST(company_edit__name__its_people_are_found_by_it),
	    DESK_TEST(contact_edit__stale__shows_field_by_field),
	    DESK_TEST(contact__bad_values__are_refused),
	    DESK_TEST(identify__unknown__makes_one_contact),
	    DESK_TEST(identify__unknown__is_found_by_all_that_is_known),
	    DESK_TEST(identify__name_by_a_person__stays),
	    DESK_TEST(identify__number_and_user_id__are_linked),
	    DESK_TEST(identify__nothing__is_bad_data),
	    DESK_TEST(identify__deleted_contact__makes_a_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
