/*
 * The use cases by every role, on records that are one's own, a team mate's,
 * nobody's, another team's, another tenant's: they do what
 * tests/data/permissions.txt says.  test_permissions has the bracket alone, for
 * every operation.
 */
#include "common/digest.h"
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/seat.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "db/records/tickets.h"
#include "db/records/tokens.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/permissions.h"

static int64_t
denials(struct desk_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1 AND result = 1",
	    BINDS(b_int(f->demo.id)), &err));
	return n;
}

static void
check(struct desk_fixture *f, const struct op_def *def, enum staff_role role,
    enum whose whose, int got, int64_t denied_before, const char *sentence)
{
	enum op_id id = op_by_name(def->name);
	int expected =
	    permission_expected(id, &permission(id)->role[role], whose);
	int64_t audited = denials(f) - denied_before;

	if (got != expected)
		fail_msg("%s by %s on %s: %d, not %d: %s", def->name,
		    role_names[role], whose_names[whose], got, expected,
		    sentence);
	if (audited != (expected == OD_EDENIED ? 1 : 0))
		fail_msg("%s by %s on %s: %d denials in the audit trail",
		    def->name, role_names[role], whose_names[whose],
		    (int)audited);
}

/* The real use cases; id is a record as the table says. */
struct use_case {
	enum op_id id;
	int (*run)(struct desk_fixture *f, int64_t id, struct err *err);
};

static int
tenant_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"name", b_text("Renamed")};

	return tenant_edit(f->d, id, 0, &c, 1, err);
}

static int
tenant_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	char slug[17];

	(void)id;
	random_hex(slug, 16);
	return tenant_new(f->d, slug, "x", true, "es", "UTC", &id, err);
}

static int
team_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	char name[17];

	random_hex(name, 16);
	return team_new(f->d, name, &id, err);
}

static int
team_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	char name[17];

	random_hex(name, 16);
	return team_edit(f->d, id, 0, name, err);
}

static int
team_delete_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return team_delete(f->d, id, 0, err);
}

static int
operator_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	char login[17];
	struct operator_new in = {.login = login, .unix_uid = -1};

	random_hex(login, 16);
	return operator_new(f->d, &in, &id, err);
}

static int
operator_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"email", b_text("x@example.org")};

	return operator_edit(f->d, id, 0, &c, 1, err);
}

static int
operator_disable_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return operator_set_enabled(f->d, id, 0, false, err);
}

static int
company_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct company_new in = {.name = "x"};

	return company_new(f->d, &in, &id, err);
}

static int
company_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"name", b_text("x")};

	return company_edit(f->d, id, 0, &c, 1, err);
}

static int
company_delete_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return company_delete(f->d, id, 0, err);
}

static int
division_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"name", b_text("x")};

	return division_edit(f->d, id, 0, &c, 1, err);
}

static int
division_delete_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return division_delete(f->d, id, 0, err);
}

static int
contact_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct contact_new in = {.full_name = "x"};

	return contact_new(f->d, &in, &id, err);
}

static int
contact_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"full_name", b_text("x")};

	return contact_edit(f->d, id, 0, &c, 1, err);
}

static int
contact_delete_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return contact_delete(f->d, id, 0, err);
}

static int
ticket_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct ticket_new in = {.subject = "x"};
	int64_t number;

	return ticket_new(f->d, &in, &id, &number, err);
}

static int
ticket_edit_(struct desk_fixture *f, int64_t id, struct err *err)
{
	struct change c = {"subject", b_text("y")};

	return ticket_edit(f->d, id, 0, &c, 1, err);
}

static int
ticket_state_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return ticket_set_state(f->d, id, 0, TICKET_OPEN, "", 0, err);
}

static int
ticket_assign_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return ticket_assign(f->d, id, 0, f->demo.mate, 0, "", err);
}

static int
ticket_comment_(struct desk_fixture *f, int64_t id, struct err *err)
{
	int64_t comment;

	return ticket_comment(f->d, id, COMMENT_NOTE, "x", &comment, err);
}

static int
ticket_delete_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return ticket_delete(f->d, id, 0, err);
}

static int
token_new_(struct desk_fixture *f, int64_t id, struct err *err)
{
	char token[TOKEN_SIZE];

	return token_new(f->d, "x", "*", 0, token, &id, err);
}

static int
token_revoke_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return token_revoke(f->d, id, err);
}

static int
setting_tenant_(struct desk_fixture *f, int64_t id, struct err *err)
{
	(void)id;
	return setting_set_tenant(f->d, "x", "y", err);
}

static int
setting_own_(struct desk_fixture *f, int64_t id, struct err *err)
{
	(void)id;
	return setting_set(f->d, "x", "y", err);
}

static int
draft_save_(struct desk_fixture *f, int64_t id, struct err *err)
{
	(void)id;
	return draft_save(f->d, RECORD_TICKET, 0, DRAFT_FORM, "x", 0, 0, err);
}

static int
talk_assign_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return conversation_assign(f->d, id, 0, f->demo.mate, 0, "", err);
}

static int
talk_close_(struct desk_fixture *f, int64_t id, struct err *err)
{
	return conversation_close(f->d, id, 0, err);
}

static int
talk_note_(struct desk_fixture *f, int64_t id, struct err *err)
{
	int64_t note;

	return conversation_note(f->d, id, "x", &note, err);
}

static const struct use_case use_cases[] = {
    {OP_TENANT_NEW, tenant_new_},
    {OP_TENANT_EDIT, tenant_edit_},
    {OP_TEAM_NEW, team_new_},
    {OP_TEAM_EDIT, team_edit_},
    {OP_TEAM_DELETE, team_delete_},
    {OP_OPERATOR_NEW, operator_new_},
    {OP_OPERATOR_EDIT, operator_edit_},
    {OP_OPERATOR_DISABLE, operator_disable_},
    {OP_COMPANY_NEW, company_new_},
    {OP_COMPANY_EDIT, company_edit_},
    {OP_COMPANY_DELETE, company_delete_},
    {OP_DIVISION_EDIT, division_edit_},
    {OP_DIVISION_DELETE, division_delete_},
    {OP_CONTACT_NEW, contact_new_},
    {OP_CONTACT_EDIT, contact_edit_},
    {OP_CONTACT_DELETE, contact_delete_},
    {OP_TICKET_NEW, ticket_new_},
    {OP_TICKET_EDIT, ticket_edit_},
    {OP_TICKET_STATE, ticket_state_},
    {OP_TICKET_ASSIGN, ticket_assign_},
    {OP_TICKET_COMMENT, ticket_comment_},
    {OP_TICKET_DELETE, ticket_delete_},
    {OP_CONVERSATION_ASSIGN, talk_assign_},
    {OP_CONVERSATION_CLOSE, talk_close_},
    {OP_CONVERSATION_NOTE, talk_note_},
    {OP_TOKEN_NEW, token_new_},
    {OP_TOKEN_REVOKE, token_revoke_},
    {OP_SETTING_TENANT, setting_tenant_},
    {OP_SETTING_OWN, setting_own_},
    {OP_DRAFT_SAVE, draft_save_},
};

/* Those that make something take no id: only the role counts. */
static bool
makes_something(enum op_id id)
{
	switch ((int)id) {
	case OP_TENANT_NEW:
	case OP_TEAM_NEW:
	case OP_OPERATOR_NEW:
	case OP_COMPANY_NEW:
	case OP_CONTACT_NEW:
	case OP_TICKET_NEW:
	case OP_TOKEN_NEW:
	case OP_SETTING_TENANT:
	case OP_SETTING_OWN:
	case OP_DRAFT_SAVE:
		return true;
	}
	return false;
}

static void
use_case__every_role_and_owner__as_declared(void **state)
{
	struct desk_fixture *f = *state;

	for (size_t i = 0; i < sizeof(use_cases) / sizeof(use_cases[0]); i++) {
		const struct use_case *u = &use_cases[i];
		const struct op_def *def = op_def(u->id);

		for (int r = 0; r < STAFF_ROLE_COUNT; r++)
			for (int w = 0; w < WHOSE_COUNT; w++) {
				struct err err = ERR_INIT;
				int64_t id, before;

				if (makes_something(u->id) && w != OWN_ONE)
					continue;
				id = permission_record(f, def->kind,
				    (enum staff_role)r, (enum whose)w);
				desk_fixture_act(
				    f, FIXTURE_TENANT, role_names[r]);
				before = denials(f);
				check(f, def, (enum staff_role)r, (enum whose)w,
				    u->run(f, id, &err), before, err.text);
			}
	}
}

/* Everything that reads by id knows no other tenant. */
static void
reads__foreign_ids__are_not_found(void **state)
{
	struct desk_fixture *f = *state;
	int64_t contact, company, division, ticket;
	struct contact_point *points;
	struct ticket_comment *comments;
	struct operator o;
	struct division v;
	struct company co;
	struct contact c;
	struct err err = ERR_INIT;
	struct ticket t;
	struct team te;
	size_t n;

	contact = permission_record(f, RECORD_CONTACT, ROLE_OPERATOR, FOREIGN);
	company = permission_record(f, RECORD_COMPANY, ROLE_OPERATOR, FOREIGN);
	division =
	    permission_record(f, RECORD_DIVISION, ROLE_OPERATOR, FOREIGN);
	ticket = permission_record(f, RECORD_TICKET, ROLE_OPERATOR, FOREIGN);
	for (int r = 0; r < STAFF_ROLE_COUNT; r++) {
		bool bot = r == ROLE_BOT;

		desk_fixture_act(f, FIXTURE_TENANT, role_names[r]);
		assert_rc(contact_get(f->d, contact, &c, &err),
		    bot ? OD_EDENIED : OD_ENOTFOUND);
		assert_rc(contact_points(f->d, contact, &points, &n, &err),
		    bot ? OD_EDENIED : OD_ENOTFOUND);
		assert_rc(company_get(f->d, company, &co, &err),
		    bot ? OD_EDENIED : OD_ENOTFOUND);
		assert_rc(division_get(f->d, division, &v, &err),
		    bot ? OD_EDENIED : OD_ENOTFOUND);
		assert_rc(ticket_get(f->d, ticket, &t, &err), OD_ENOTFOUND);
		assert_rc(ticket_by_number(f->d, 1, &t, &err), OD_ENOTFOUND);
		assert_rc(ticket_comments(f->d, ticket, &comments, &n, &err),
		    OD_ENOTFOUND);
		assert_rc(
		    operator_get(f->d, f->other.mate, &o, &err), OD_ENOTFOUND);
		assert_rc(
		    team_get(f->d, f->other.sales, &te, &err), OD_ENOTFOUND);
	}
}

/* A ticket of another team comes out of the trash only for a supervisor. */
static void
ticket_restore__every_role_and_owner__as_declared(void **state)
{
	static const enum op_id id = OP_TICKET_RESTORE;
	struct desk_fixture *f = *state;

	for (int r = 0; r < STAFF_ROLE_COUNT; r++)
		for (int w = 0; w < WHOSE_COUNT; w++) {
			struct err err = ERR_INIT;
			int64_t ticket = permission_record(f, RECORD_TICKET,
			    (enum staff_role)r, (enum whose)w);
			int64_t before;

			assert_ok(ticket_delete(f->d, ticket, 0, &err));
			desk_fixture_act(f, FIXTURE_TENANT, role_names[r]);
			before = denials(f);
			check(f, op_def(id), (enum staff_role)r, (enum whose)w,
			    ticket_restore(f->d, ticket, &err), before,
			    err.text);
		}
}

/* A foreign id inside a record is as unknown as a foreign record. */
static void
references__foreign_ids__are_refused(void **state)
{
	struct desk_fixture *f = *state;
	int64_t contact, division, ticket, mine;
	struct err err = ERR_INIT;
	int64_t id;

	contact = permission_record(f, RECORD_CONTACT, ROLE_OPERATOR, FOREIGN);
	division =
	    permission_record(f, RECORD_DIVISION, ROLE_OPERATOR, FOREIGN);
	ticket = permission_record(f, RECORD_TICKET, ROLE_OPERATOR, OWN_ONE);
	mine = permission_record(f, RECORD_CONTACT, ROLE_OPERATOR, OWN_ONE);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	struct change c = {"contact_id", b_int(contact)};
	struct change v = {"division_id", b_int(division)};

	assert_int_not_equal(ticket_edit(f->d, ticket, 0, &c, 1, &err), 0);
	assert_int_not_equal(contact_edit(f->d, mine, 0, &v, 1, &err), 0);
	assert_rc(division_new(f->d, f->other.id + 1000, "x", "", &id, &err),
	    OD_ENOTFOUND);
	assert_rc(presence_set(f->d, RECORD_CONTACT, contact, false, &err),
	    OD_ENOTFOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(use_case__every_role_and_owner__as_declared),
	    DESK_TEST(ticket_restore__every_role_and_owner__as_declared),
	    DESK_TEST(reads__foreign_ids__are_not_found),
	    DESK_TEST(references__foreign_ids__are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
