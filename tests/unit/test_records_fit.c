/*
 * What is given for a field of a new or changed record is kept whole or
 * refused; it is never cut.
 */
#include "db/records/people.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "db/records/tickets.h"
#include "db/records/tokens.h"
#include "tests/lib/desk_test.h"

/* With x as the text of the field; all others fit. */
typedef int try_fn(struct desk *d, const char *x, struct err *err);

static int64_t company, contact, ticket, number;

static int
tenant_name(struct desk *d, const char *x, struct err *err)
{
	int64_t id;

	return tenant_new(d, "third", x, true, "", "", &id, err);
}

static int
team_name(struct desk *d, const char *x, struct err *err)
{
	int64_t id;

	return team_new(d, x, &id, err);
}

static int
team_other_name(struct desk *d, const char *x, struct err *err)
{
	int64_t id;
	int rc = team_new(d, "Night", &id, err);

	return rc == 0 || rc == OD_ECONFLICT ? team_edit(d, id, 0, x, err) : rc;
}

static int
operator_with(
    struct desk *d, const char *name, const char *email, struct err *err)
{
	struct operator_new in = {
	    .login = "luz", .full_name = name, .email = email, .unix_uid = -1};
	int64_t id;

	return operator_new(d, &in, &id, err);
}

static int
operator_name(struct desk *d, const char *x, struct err *err)
{
	return operator_with(d, x, "", err);
}

static int
operator_email(struct desk *d, const char *x, struct err *err)
{
	return operator_with(d, "Luz", x, err);
}

static int
company_name(struct desk *d, const char *x, struct err *err)
{
	struct company_new in = {.name = x};
	int64_t id;

	return company_new(d, &in, &id, err);
}

static int
company_fiscal(struct desk *d, const char *x, struct err *err)
{
	struct company_new in = {.name = "Sol", .fiscal_id = x};
	int64_t id;

	return company_new(d, &in, &id, err);
}

static int
company_crm(struct desk *d, const char *x, struct err *err)
{
	struct company_new in = {.name = "Sol", .crm_id = x};
	int64_t id;

	return company_new(d, &in, &id, err);
}

static int
division_name(struct desk *d, const char *x, struct err *err)
{
	int64_t id;

	return division_new(d, company, x, "", &id, err);
}

static int
division_crm(struct desk *d, const char *x, struct err *err)
{
	int64_t id;

	return division_new(d, company, "Lab", x, &id, err);
}

static int
contact_with(struct desk *d, const struct contact_new *in, struct err *err)
{
	int64_t id;

	return contact_new(d, in, &id, err);
}

static int
contact_name(struct desk *d, const char *x, struct err *err)
{
	return contact_with(d, &(struct contact_new){.full_name = x}, err);
}

static int
contact_email(struct desk *d, const char *x, struct err *err)
{
	return contact_with(
	    d, &(struct contact_new){.full_name = "M", .email = x}, err);
}

static int
contact_phone(struct desk *d, const char *x, struct err *err)
{
	return contact_with(
	    d, &(struct contact_new){.full_name = "M", .phone_number = x}, err);
}

static int
contact_crm(struct desk *d, const char *x, struct err *err)
{
	return contact_with(
	    d, &(struct contact_new){.full_name = "M", .crm_id = x}, err);
}

static int
contact_other_name(struct desk *d, const char *x, struct err *err)
{
	struct change c = {"full_name", b_text(x)};

	return contact_edit(d, contact, 0, &c, 1, err);
}

static int
ticket_with(struct desk *d, const struct ticket_new *in, struct err *err)
{
	int64_t id, n;

	return ticket_new(d, in, &id, &n, err);
}

static int
ticket_subject(struct desk *d, const char *x, struct err *err)
{
	return ticket_with(d, &(struct ticket_new){.subject = x}, err);
}

static int
ticket_category(struct desk *d, const char *x, struct err *err)
{
	return ticket_with(
	    d, &(struct ticket_new){.subject = "s", .category = x}, err);
}

static int
ticket_tags(struct desk *d, const char *x, struct err *err)
{
	return ticket_with(
	    d, &(struct ticket_new){.subject = "s", .tags = x}, err);
}

static int
ticket_external(struct desk *d, const char *x, struct err *err)
{
	return ticket_with(
	    d, &(struct ticket_new){.subject = "s", .external_id = x}, err);
}

static int
ticket_reason(struct desk *d, const char *x, struct err *err)
{
	return ticket_set_state(d, ticket, 0, TICKET_WAITING, x, 0, err);
}

static int
token_name(struct desk *d, const char *x, struct err *err)
{
	char token[TOKEN_SIZE];
	int64_t id;

	return token_new(d, x, "*", 0, token, &id, err);
}

static const struct {
	const char *name, *login;
	size_t most; /* bytes */
	try_fn *run;
} fields[] = {
    {"tenant name", NULL, 200, tenant_name},
    {"team name", "admin", 200, team_name},
    {"team's other name", "admin", 200, team_other_name},
    {"operator name", "admin", 200, operator_name},
    {"operator email", "admin", 200, operator_email},
    {"company name", "supervisor", 200, company_name},
    {"company fiscal id", "supervisor", 64, company_fiscal},
    {"company crm id", "supervisor", 128, company_crm},
    {"division name", "supervisor", 200, division_name},
    {"division crm id", "supervisor", 128, division_crm},
    {"contact name", "supervisor", 200, contact_name},
    {"contact email", "supervisor", 200, contact_email},
    {"contact phone", "supervisor", 64, contact_phone},
    {"contact crm id", "supervisor", 128, contact_crm},
    {"contact's other name", "supervisor", 200, contact_other_name},
    {"ticket subject", "supervisor", 200, ticket_subject},
    {"ticket category", "supervisor", 64, ticket_category},
    {"ticket tags", "supervisor", 200, ticket_tags},
    {"ticket external id", "supervisor", 128, ticket_external},
    {"ticket's reason", "supervisor", 200, ticket_reason},
    {"token name", "admin", 200, token_name},
};

static void
given(struct desk_fixture *f)
{
	struct company_new co = {.name = "Luna"};
	struct ticket_new in = {.subject = "Broken"};
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(company_new(f->d, &co, &company, &err));
	contact = desk_fixture_contact(f, "Lucía", "600 111 222");
	assert_ok(ticket_new(f->d, &in, &ticket, &number, &err));
}

static void
field__too_long__is_refused_and_never_cut(void **state)
{
	struct desk_fixture *f = *state;
	char text[402];

	given(f);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct err err = ERR_INIT;
		char *before;

		desk_fixture_act(f, FIXTURE_TENANT, fields[i].login);
		before = desk_fixture_dump(f);
		memset(text, '7', fields[i].most + 1);
		text[fields[i].most + 1] = '\0';
		if (fields[i].run(f->d, text, &err) != OD_EDATA)
			fail_msg("%s: one byte too many", fields[i].name);
		/* Short as it came, too long as it is kept. */
		memset(text, '\033', fields[i].most);
		text[fields[i].most] = '\0';
		if (fields[i].run(f->d, text, &err) != OD_EDATA)
			fail_msg("%s: escapes", fields[i].name);
		if (fields[i].run != team_other_name) {
			char *after = desk_fixture_dump(f);

			assert_string_equal(before, after);
			free(after);
		}
		free(before);
	}
}

static void
field__as_long_as_it_may_be__is_kept(void **state)
{
	struct desk_fixture *f = *state;
	char text[402];

	given(f);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct err err = ERR_INIT;

		if (fields[i].run == operator_email)
			continue; /* the login is taken by now */
		desk_fixture_act(f, FIXTURE_TENANT, fields[i].login);
		str_format(text, sizeof(text), "  %0*d  ", (int)fields[i].most,
		    (int)i);
		if (fields[i].run(f->d, text, &err) != 0)
			fail_msg("%s: %s", fields[i].name, err.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(field__too_long__is_refused_and_never_cut),
	    DESK_TEST(field__as_long_as_it_may_be__is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
