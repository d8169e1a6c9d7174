/* Unit tests of a tenant's status labels, categories and fields. */
#include "common/text.h"
#include "db/core/op.h"
#include "db/records/ticket_form.h"
#include "tests/lib/desk_test.h"

static struct ticket
get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct ticket t;

	assert_ok(ticket_get(f->d, id, &t, &err));
	return t;
}

static int64_t
make_category(struct desk_fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_category_new(f->d, NULL, name, 0, &id, &err));
	return id;
}

static int64_t
make_field(struct desk_fixture *f, const char *name, int64_t category,
    enum ticket_field_type type, bool required)
{
	struct ticket_field_new in = {.name = name,
	    .category_id = category,
	    .type = type,
	    .choices = " red \n\nblue\n",
	    .required = required};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_field_new(f->d, &in, &id, &err));
	return id;
}

/* A ticket of the operator, who acts from then on. */
static int64_t
make_ticket(struct desk_fixture *f, const char *category)
{
	struct ticket_new in = {.subject = "Broken", .category = category};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static int
put(struct desk_fixture *f, int64_t ticket, const char *key, const char *value,
    struct err *err)
{
	const struct ticket_given v = {key, value};

	return ticket_edit_form(f->d, ticket, 0, NULL, 0, &v, 1, err);
}

/* The only value that the ticket has of the field; free() it. */
static char *
value_of(struct desk_fixture *f, int64_t ticket, const char *key, bool *misfit)
{
	struct ticket t = get(f, ticket);
	struct ticket_value *rows;
	struct err err = ERR_INIT;
	char *value = NULL;
	size_t n;

	assert_ok(ticket_values(f->d, ticket, t.category, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].field.key, key) == 0) {
			value = strdup(rows[i].value);
			if (misfit != NULL)
				*misfit = rows[i].misfit;
		}
	ticket_values_free(&rows, n);
	ticket_clear(&t);
	return value;
}

static void
assert_value(struct desk_fixture *f, int64_t ticket, const char *key,
    const char *expected)
{
	char *value = value_of(f, ticket, key, NULL);

	assert_non_null(value);
	assert_string_equal(value, expected);
	free(value);
}

/* ---- labels ---- */

static void
status__of_a_new_tenant__each_state_has_one(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_status *rows;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_status_list(f->d, &rows, &n, &err));
	assert_int_equal(n, TICKET_STATE_COUNT);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(rows[i].state, i);
		assert_true(rows[i].is_default);
	}
	free(rows);
}

static void
status__label_of_a_state__the_ticket_has_both(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_status s;
	struct err err = ERR_INIT;
	int64_t id, ticket;
	struct ticket t;

	assert_ok(
	    ticket_status_new(f->d, "En taller", TICKET_WAITING, 0, &id, &err));
	ticket = make_ticket(f, "");
	assert_ok(ticket_status_by_name(f->d, "EN TALLÉR", &s, &err));
	assert_int_equal(s.id, id);
	assert_ok(ticket_set_status(f->d, ticket, 0, id, "the part", 99, &err));
	t = get(f, ticket);
	assert_int_equal(t.state, TICKET_WAITING);
	assert_int_equal(t.status_id, id);
	assert_string_equal(t.status, "En taller");
	assert_string_equal(t.waiting_reason, "the part");
	assert_int_equal(t.waiting_until_us, 99);
	ticket_clear(&t);
	/* The state alone means its default again. */
	assert_ok(ticket_set_state(
	    f->d, ticket, 0, TICKET_WAITING, "the part", 99, &err));
	t = get(f, ticket);
	assert_int_equal(t.status_id, 0);
	assert_string_equal(t.status, "waiting");
	ticket_clear(&t);
	/* So does a default label by name. */
	assert_ok(ticket_status_by_name(f->d, "open", &s, &err));
	assert_ok(ticket_set_status(f->d, ticket, 0, s.id, "", 0, &err));
	t = get(f, ticket);
	assert_int_equal(t.state, TICKET_OPEN);
	assert_int_equal(t.status_id, 0);
	ticket_clear(&t);
}

static void
status__renamed_default__is_found_by_both_names(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"name", b_text("In progress")};
	struct ticket_status s;
	struct err err = ERR_INIT;
	int64_t ticket;
	struct ticket t;

	assert_ok(ticket_status_by_name(f->d, "open", &s, &err));
	assert_ok(ticket_status_edit(f->d, s.id, s.version, &c, 1, &err));
	assert_rc(ticket_status_edit(f->d, s.id, s.version, &c, 1, &err),
	    OD_ECONFLICT);
	ticket = make_ticket(f, "");
	assert_ok(ticket_set_state(f->d, ticket, 0, TICKET_OPEN, "", 0, &err));
	t = get(f, ticket);
	assert_string_equal(t.status, "In progress");
	ticket_clear(&t);
	assert_ok(ticket_status_by_name(f->d, "open", &s, &err));
	assert_string_equal(s.name, "In progress");
}

static void
status__wrong_ones__are_refused(void **state)
{
	static const struct {
		const char *name;
		enum ticket_state state;
		int rc;
	} cases[] = {
	    {"", TICKET_OPEN, OD_EDATA},
	    {" \t", TICKET_OPEN, OD_EDATA},
	    {"OPEN", TICKET_WAITING, OD_ECONFLICT},
	    {"Fused", TICKET_MERGED, OD_EDATA},
	    {"Fused", TICKET_STATE_COUNT, OD_EDATA},
	    {"12345678901234567890123456789012345678901", TICKET_OPEN,
		OD_EDATA},
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_rc(ticket_status_new(f->d, cases[i].name, cases[i].state,
			      0, &id, &err),
		    cases[i].rc);
}

static void
status_delete__default_or_in_use__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_status s;
	struct err err = ERR_INIT;
	int64_t id, ticket;

	assert_ok(ticket_status_by_name(f->d, "solved", &s, &err));
	assert_rc(ticket_status_delete(f->d, s.id, 0, &err), OD_ECONFLICT);
	assert_ok(
	    ticket_status_new(f->d, "Workshop", TICKET_OPEN, 0, &id, &err));
	ticket = make_ticket(f, "");
	assert_ok(ticket_set_status(f->d, ticket, 0, id, "", 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_rc(ticket_status_delete(f->d, id, 0, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "Workshop"));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_set_state(f->d, ticket, 0, TICKET_OPEN, "", 0, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_status_delete(f->d, id, 0, &err));
	assert_rc(ticket_status_get(f->d, id, &s, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(
	    ticket_set_status(f->d, ticket, 0, id, "", 0, &err), OD_ENOTFOUND);
}

/* ---- categories ---- */

static void
category__until_one_is_declared__is_any_word(void **state)
{
	struct change c = {"category", b_text("Nets")};
	struct change any = {"category", b_text("anything")};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ticket = make_ticket(f, "whatever");
	struct ticket t;

	make_category(f, "Redes y Nets");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(ticket_edit(f->d, ticket, 0, &any, 1, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "anything"));
	assert_rc(ticket_edit(f->d, ticket, 0, &c, 1, &err), OD_EDATA);
	c.value = b_text("REDES Y NETS");
	assert_ok(ticket_edit(f->d, ticket, 0, &c, 1, &err));
	t = get(f, ticket);
	assert_string_equal(t.category, "redes_y_nets");
	ticket_clear(&t);
	c.value = b_text("");
	assert_ok(ticket_edit(f->d, ticket, 0, &c, 1, &err));
}

static void
category__deleted_and_made_again__is_the_same(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = make_category(f, "Red"), again;
	struct ticket_category c;
	struct err err = ERR_INIT;

	assert_rc(ticket_category_new(f->d, "red", "Other", 0, &again, &err),
	    OD_ECONFLICT);
	assert_rc(ticket_category_new(f->d, "x", "RED", 0, &again, &err),
	    OD_ECONFLICT);
	assert_rc(ticket_category_new(f->d, "Bad Key", "x", 0, &again, &err),
	    OD_EDATA);
	assert_non_null(strstr(err.text, "bad_key"));
	assert_rc(
	    ticket_category_new(f->d, NULL, "網路", 0, &again, &err), OD_EDATA);
	assert_ok(ticket_category_delete(f->d, id, 0, &err));
	assert_rc(ticket_category_find(f->d, "red", &c, &err), OD_ENOTFOUND);
	assert_ok(ticket_category_new(f->d, "red", "Redes", 0, &again, &err));
	assert_int_equal(again, id);
	assert_ok(ticket_category_find(f->d, "redes", &c, &err));
	assert_string_equal(c.key, "red");
}

static void
category_delete__with_fields__is_a_conflict(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = make_category(f, "Hardware");
	struct err err = ERR_INIT;
	int64_t field = make_field(f, "Serial", id, TICKET_FIELD_TEXT, false);

	assert_rc(ticket_category_delete(f->d, id, 0, &err), OD_ECONFLICT);
	assert_ok(ticket_field_delete(f->d, field, 0, &err));
	assert_ok(ticket_category_delete(f->d, id, 0, &err));
}

/* ---- fields ---- */

static void
value__of_each_type__is_written_in_one_way(void **state)
{
	static const struct {
		enum ticket_field_type type;
		const char *typed, *value; /* NULL: refused */
	} cases[] = {
	    {TICKET_FIELD_TEXT, "  a\tb ", "a b"},
	    {TICKET_FIELD_TEXT, "", ""},
	    {TICKET_FIELD_NUMBER, "1,50", "1.5"},
	    {TICKET_FIELD_NUMBER, "-007", "-7"},
	    {TICKET_FIELD_NUMBER, "+3.000", "3"},
	    {TICKET_FIELD_NUMBER, "-0,00", "0"},
	    {TICKET_FIELD_NUMBER, "0.25", "0.25"},
	    {TICKET_FIELD_NUMBER, "5.", "5"},
	    {TICKET_FIELD_NUMBER, "100", "100"},
	    {TICKET_FIELD_NUMBER, "123456789012345678", "123456789012345678"},
	    {TICKET_FIELD_NUMBER, "1234567890123456789", NULL},
	    {TICKET_FIELD_NUMBER, "1.2.3", NULL},
	    {TICKET_FIELD_NUMBER, ".5", NULL},
	    {TICKET_FIELD_NUMBER, "-", NULL},
	    {TICKET_FIELD_NUMBER, "12 €", NULL},
	    {TICKET_FIELD_DATE, "2026-12-24", "2026-12-24"},
	    {TICKET_FIELD_DATE, "24/12/2026", "2026-12-24"},
	    {TICKET_FIELD_DATE, "29/2/2028", "2028-02-29"},
	    {TICKET_FIELD_DATE, "29/2/2026", NULL},
	    {TICKET_FIELD_DATE, "2026-13-01", NULL},
	    {TICKET_FIELD_DATE, "2026-12-24x", NULL},
	    {TICKET_FIELD_DATE, "24/12", NULL},
	    {TICKET_FIELD_CHOICE, "RED", "red"},
	    {TICKET_FIELD_CHOICE, "blue", "blue"},
	    {TICKET_FIELD_CHOICE, "red blue", NULL},
	    {TICKET_FIELD_CHOICE, "re", NULL},
	    {TICKET_FIELD_YES_NO, "Sí", "yes"},
	    {TICKET_FIELD_YES_NO, "N", "no"},
	    {TICKET_FIELD_YES_NO, "perhaps", NULL},
	};
	char value[TICKET_VALUE_MAX + 1], choices[] = "red\nblue";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ticket_field f = {
		    .name = "Thing", .type = cases[i].type, .choices = choices};
		struct err err = ERR_INIT;
		int rc = ticket_field_value(&f, cases[i].typed, value, &err);

		if (rc != (cases[i].value != NULL ? 0 : OD_EDATA))
			fail_msg("\"%s\": %d %s", cases[i].typed, rc, err.text);
		if (rc == 0)
			assert_string_equal(value, cases[i].value);
		else
			assert_non_null(strstr(err.text, "Thing"));
	}
}

static void
field_new__wrong_ones__are_refused(void **state)
{
	struct desk_fixture *f = *state;
	int64_t category = make_category(f, "Hardware"), id;
	const struct {
		struct ticket_field_new in;
		int rc;
	} cases[] = {
	    {{.name = ""}, OD_EDATA},
	    {{.name = "x", .type = TICKET_FIELD_TYPE_COUNT}, OD_EDATA},
	    {{.name = "x", .type = TICKET_FIELD_CHOICE}, OD_EDATA},
	    {{.name = "x", .category_id = 999}, OD_ENOTFOUND},
	    {{.name = "serial", .key = "other"}, OD_ECONFLICT},
	    {{.name = "Other", .key = "serial"}, OD_ECONFLICT},
	};
	struct err err = ERR_INIT;

	make_field(f, "Serial", category, TICKET_FIELD_TEXT, false);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_rc(ticket_field_new(f->d, &cases[i].in, &id, &err),
		    cases[i].rc);
}

static void
values__of_a_ticket__follow_its_category(void **state)
{
	struct desk_fixture *f = *state;
	int64_t hardware = make_category(f, "Hardware"), ticket;
	struct change c = {"category", b_text("software")};
	struct err err = ERR_INIT;
	struct ticket before, after;

	make_category(f, "Software");
	make_field(f, "Serial", hardware, TICKET_FIELD_TEXT, false);
	make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	ticket = make_ticket(f, "hardware");
	before = get(f, ticket);
	assert_ok(put(f, ticket, "serial", "A 77", &err));
	assert_ok(put(f, ticket, "floor", "03", &err));
	after = get(f, ticket);
	assert_int_equal(after.version, before.version + 2);
	assert_value(f, ticket, "serial", "A 77");
	assert_value(f, ticket, "floor", "3");
	assert_rc(put(f, ticket, "floor", "third", &err), OD_EDATA);
	assert_rc(put(f, ticket, "colour", "red", &err), OD_EDATA);
	/* What the other category does not ask for is kept all the same. */
	assert_ok(ticket_edit(f->d, ticket, 0, &c, 1, &err));
	assert_null(value_of(f, ticket, "serial", NULL));
	assert_rc(put(f, ticket, "serial", "B", &err), OD_EDATA);
	c.value = b_text("hardware");
	assert_ok(ticket_edit(f->d, ticket, 0, &c, 1, &err));
	assert_value(f, ticket, "serial", "A 77");
	ticket_clear(&before);
	ticket_clear(&after);
}

static void
values__same_again__is_no_change(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket before, after;
	struct err err = ERR_INIT;
	int64_t ticket;

	make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	ticket = make_ticket(f, "");
	assert_ok(put(f, ticket, "floor", "3", &err));
	before = get(f, ticket);
	assert_ok(put(f, ticket, "floor", "3,0", &err));
	after = get(f, ticket);
	assert_int_equal(before.version, after.version);
	ticket_clear(&before);
	ticket_clear(&after);
}

static void
values__stale_version__is_a_conflict(void **state)
{
	const struct ticket_given v = {"floor", "3"};
	struct change c = {"subject", b_text("Newer")};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ticket;

	make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	ticket = make_ticket(f, "");
	assert_ok(ticket_edit(f->d, ticket, 1, &c, 1, &err));
	assert_rc(ticket_edit_form(f->d, ticket, 1, NULL, 0, &v, 1, &err),
	    OD_ECONFLICT);
	assert_value(f, ticket, "floor", "");
}

static void
field__changed_type__values_stay_and_are_told(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = make_field(f, "Floor", 0, TICKET_FIELD_TEXT, true);
	struct change type = {"type", b_int(TICKET_FIELD_NUMBER)};
	int64_t third = make_ticket(f, ""), two = make_ticket(f, "");
	struct ticket_field field;
	struct err err = ERR_INIT;
	bool misfit = false;
	char *value;
	int n;

	assert_ok(put(f, third, "floor", "third", &err));
	assert_ok(put(f, two, "floor", "2", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_field_edit(f->d, id, 0, &type, 1, &err));
	assert_ok(ticket_field_find(f->d, "floor", &field, &err));
	assert_ok(ticket_field_misfits(f->d, &field, 100, &n, &err));
	assert_int_equal(n, 1);
	ticket_field_clear(&field);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	value = value_of(f, third, "floor", &misfit);
	assert_string_equal(value, "third");
	assert_true(misfit);
	free(value);
	/* A form that gives it back as it is changes nothing. */
	assert_ok(put(f, third, "floor", "third", &err));
	assert_rc(put(f, third, "floor", "fourth", &err), OD_EDATA);
	/* It does not count as filled in. */
	assert_rc(ticket_set_state(f->d, third, 0, TICKET_SOLVED, "", 0, &err),
	    OD_EDATA);
	assert_non_null(strstr(err.text, "Floor"));
	assert_ok(put(f, third, "floor", "3", &err));
	assert_ok(ticket_set_state(f->d, third, 0, TICKET_SOLVED, "", 0, &err));
	assert_ok(ticket_set_state(f->d, two, 0, TICKET_CLOSED, "", 0, &err));
}

static void
field__deleted_and_made_again__has_its_values(void **state)
{
	struct desk_fixture *f = *state;
	int64_t id = make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	int64_t ticket = make_ticket(f, "");
	struct err err = ERR_INIT;

	assert_ok(put(f, ticket, "floor", "3", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(ticket_field_delete(f->d, id, 0, &err));
	assert_null(value_of(f, ticket, "floor", NULL));
	assert_int_equal(
	    make_field(f, "Floor", 0, TICKET_FIELD_TEXT, false), id);
	assert_value(f, ticket, "floor", "3");
}

static void
required__ticket_is_ended__by_people_with_all_of_them(void **state)
{
	struct desk_fixture *f = *state;
	int64_t hardware = make_category(f, "Hardware"), a, b;
	struct err err = ERR_INIT;

	make_field(f, "Cause", 0, TICKET_FIELD_TEXT, true);
	make_field(f, "Serial", hardware, TICKET_FIELD_TEXT, true);
	a = make_ticket(f, "hardware");
	b = make_ticket(f, "");
	assert_ok(ticket_set_state(f->d, a, 0, TICKET_WAITING, "", 0, &err));
	assert_rc(
	    ticket_set_state(f->d, a, 0, TICKET_SOLVED, "", 0, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "Cause, Serial"));
	assert_ok(put(f, a, "cause", "age", &err));
	assert_ok(put(f, b, "cause", "age", &err));
	assert_rc(
	    ticket_set_state(f->d, a, 0, TICKET_CLOSED, "", 0, &err), OD_EDATA);
	assert_ok(ticket_set_state(f->d, b, 0, TICKET_CLOSED, "", 0, &err));
	assert_ok(put(f, b, "cause", "", &err));
	/* What goes on by itself asks nobody. */
	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	f->d->actor.kind = ACTOR_SYSTEM;
	assert_ok(ticket_set_state(f->d, a, 0, TICKET_CLOSED, "", 0, &err));
}

static void
undo__ticket_made_and_value_set_since__goes_in_order(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *before, *after, said[256];
	int64_t ticket;

	make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	before = desk_fixture_dump(f);
	ticket = make_ticket(f, "");
	assert_ok(put(f, ticket, "floor", "3", &err));
	assert_ok(put(f, ticket, "floor", "4", &err));
	after = desk_fixture_dump(f);
	for (int i = 0; i < 3; i++)
		assert_ok(op_undo(f->d, said, &err));
	free(after);
	after = desk_fixture_dump(f);
	assert_string_equal(before, after);
	free(before);
	free(after);
	for (int i = 0; i < 2; i++)
		assert_ok(op_redo(f->d, said, &err));
	assert_value(f, ticket, "floor", "3");
	/* What somebody else wrote stands in the way. */
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(put(f, ticket, "floor", "5", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	assert_value(f, ticket, "floor", "5");
}

static void
undo__ticket_with_a_value_of_another_one__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ticket;
	char said[256];

	make_field(f, "Floor", 0, TICKET_FIELD_NUMBER, false);
	ticket = make_ticket(f, "");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(put(f, ticket, "floor", "5", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(op_undo(f->d, said, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(op_undo(f->d, said, &err));
}

static void
foreign_tenant__labels_categories_fields__are_not_there(void **state)
{
	struct desk_fixture *f = *state;
	int64_t category = make_category(f, "Hardware"), label, ticket;
	int64_t field = make_field(f, "Floor", 0, TICKET_FIELD_TEXT, false);
	struct change c = {"name", b_text("Mine")};
	struct ticket_field read;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(
	    ticket_status_new(f->d, "Workshop", TICKET_OPEN, 0, &label, &err));
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_rc(
	    ticket_status_edit(f->d, label, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_rc(
	    ticket_category_edit(f->d, category, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_rc(ticket_field_edit(f->d, field, 0, &c, 1, &err), OD_ENOTFOUND);
	assert_rc(ticket_field_find(f->d, "floor", &read, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	ticket = desk_fixture_ticket(f, "theirs");
	assert_rc(ticket_set_status(f->d, ticket, 0, label, "", 0, &err),
	    OD_ENOTFOUND);
	assert_rc(put(f, ticket, "floor", "1", &err), OD_EDATA);
	struct ticket_category *rows;

	assert_ok(ticket_category_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 0);
	free(rows);
}

/* ---- in their lists, and out of the trash ---- */

static void
assert_order(struct desk_fixture *f, const char *expected)
{
	struct ticket_category *rows;
	struct str names = STR_INIT;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_category_list(f->d, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		str_addf(&names, "%s ", rows[i].name);
	assert_string_equal(names.s, expected);
	str_free(&names);
	free(rows);
}

static void
move__up_and_down__is_one_undo(void **state)
{
	struct desk_fixture *f = *state;
	int64_t a = make_category(f, "A"), c;
	struct err err = ERR_INIT;
	char said[256];

	make_category(f, "B");
	c = make_category(f, "C");
	assert_ok(ticket_category_move(f->d, c, -1, &err));
	assert_order(f, "A C B ");
	assert_ok(ticket_category_move(f->d, a, 1, &err));
	assert_order(f, "C A B ");
	/* At an end there is nowhere to go. */
	assert_ok(ticket_category_move(f->d, c, -1, &err));
	assert_order(f, "C A B ");
	assert_ok(op_undo(f->d, said, &err));
	assert_order(f, "A C B ");
	assert_rc(ticket_category_move(f->d, 4711, 1, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(ticket_category_move(f->d, c, 1, &err), OD_EDENIED);
}

static void
move__field__stays_in_its_category(void **state)
{
	struct desk_fixture *f = *state;
	int64_t category = make_category(f, "Hardware");
	int64_t all = make_field(f, "All", 0, TICKET_FIELD_TEXT, false);
	int64_t one = make_field(f, "One", category, TICKET_FIELD_TEXT, false);
	int64_t two = make_field(f, "Two", category, TICKET_FIELD_TEXT, false);
	struct ticket_field *rows;
	struct err err = ERR_INIT;
	size_t n;

	assert_ok(ticket_field_move(f->d, two, -1, &err));
	assert_ok(ticket_field_move(f->d, two, -1, &err));
	assert_ok(ticket_field_list(f->d, &rows, &n, &err));
	assert_int_equal(n, 3);
	assert_int_equal(rows[0].id, all);
	assert_int_equal(rows[1].id, two);
	assert_int_equal(rows[2].id, one);
	ticket_field_list_free(&rows, n);
}

static void
restore__label_category_field__are_back_with_what_they_had(void **state)
{
	struct desk_fixture *f = *state;
	int64_t category = make_category(f, "Hardware"), label, other;
	int64_t field =
	    make_field(f, "Floor", category, TICKET_FIELD_CHOICE, true);
	struct ticket_category *categories;
	struct ticket_status *labels;
	struct ticket_field *fields, read = {0};
	struct err err = ERR_INIT;
	char said[256];
	size_t n;

	assert_ok(
	    ticket_status_new(f->d, "Workshop", TICKET_OPEN, 0, &label, &err));
	assert_ok(ticket_status_delete(f->d, label, 0, &err));
	assert_ok(ticket_field_delete(f->d, field, 0, &err));
	assert_ok(ticket_category_delete(f->d, category, 0, &err));
	assert_ok(ticket_status_trash(f->d, &labels, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(labels[0].id, label);
	free(labels);
	assert_ok(ticket_category_trash(f->d, &categories, &n, &err));
	assert_int_equal(n, 1);
	free(categories);
	assert_ok(ticket_field_trash(f->d, &fields, &n, &err));
	assert_int_equal(n, 1);
	ticket_field_list_free(&fields, n);
	/* A field stands in a category. */
	assert_rc(ticket_field_restore(f->d, field, &err), OD_ECONFLICT);
	assert_ok(ticket_category_restore(f->d, category, &err));
	assert_ok(ticket_field_restore(f->d, field, &err));
	assert_ok(ticket_field_find(f->d, "floor", &read, &err));
	assert_string_equal(read.choices, "red\nblue");
	assert_true(read.required);
	ticket_field_clear(&read);
	/* Undone, and again. */
	assert_ok(op_undo(f->d, said, &err));
	assert_rc(ticket_field_find(f->d, "floor", &read, &err), OD_ENOTFOUND);
	assert_ok(ticket_field_restore(f->d, field, &err));
	assert_rc(ticket_field_restore(f->d, field, &err), OD_ENOTFOUND);
	/* Not under a name that another one has by now. */
	assert_ok(
	    ticket_status_new(f->d, "workshop", TICKET_OPEN, 0, &other, &err));
	assert_rc(ticket_status_restore(f->d, label, &err), OD_ECONFLICT);
	assert_ok(ticket_status_delete(f->d, other, 0, &err));
	assert_ok(ticket_status_restore(f->d, label, &err));
	desk_fixture_act(f, FIXTURE_OTHER, "admin");
	assert_ok(ticket_status_trash(f->d, &labels, &n, &err));
	assert_int_equal(n, 0);
	free(labels);
	assert_rc(ticket_status_restore(f->d, other, &err), OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(status__of_a_new_tenant__each_state_has_one),
	    DESK_TEST(status__label_of_a_state__the_ticket_has_both),
	    DESK_TEST(status__renamed_default__is_found_by_both_names),
	    DESK_TEST(status__wrong_ones__are_refused),
	    DESK_TEST(status_delete__default_or_in_use__is_a_conflict),
	    DESK_TEST(category__until_one_is_declared__is_any_word),
	    DESK_TEST(category__deleted_and_made_again__is_the_same),
	    DESK_TEST(category_delete__with_fields__is_a_conflict),
	    cmocka_unit_test(value__of_each_type__is_written_in_one_way),
	    DESK_TEST(field_new__wrong_ones__are_refused),
	    DESK_TEST(values__of_a_ticket__follow_its_category),
	    DESK_TEST(values__same_again__is_no_change),
	    DESK_TEST(values__stale_version__is_a_conflict),
	    DESK_TEST(field__changed_type__values_stay_and_are_told),
	    DESK_TEST(field__deleted_and_made_again__has_its_values),
	    DESK_TEST(required__ticket_is_ended__by_people_with_all_of_them),
	    DESK_TEST(undo__ticket_made_and_value_set_since__goes_in_order),
	    DESK_TEST(undo__ticket_with_a_value_of_another_one__is_refused),
	    DESK_TEST(move__up_and_down__is_one_undo),
	    DESK_TEST(move__field__stays_in_its_category),
	    DESK_TEST(
		restore__label_category_field__are_back_with_what_they_had),
	    DESK_TEST(foreign_tenant__labels_categories_fields__are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
