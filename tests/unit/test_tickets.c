/* Unit tests of db/records/tickets and its parts. */
#include "db/records/tickets.h"
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/messages.h"
#include "db/records/people.h"
#include "tests/lib/desk_test.h"

static struct ticket
get(struct desk_fixture *f, int64_t id)
{
	struct err err = ERR_INIT;
	struct ticket t;

	assert_ok(ticket_get(f->d, id, &t, &err));
	return t;
}

static void
ticket_priority__every_pair__follows_the_matrix(void **state)
{
	static const int matrix[5][5] = {{1, 1, 2, 2, 2}, {1, 2, 2, 3, 3},
	    {2, 2, 3, 4, 4}, {2, 3, 4, 4, 5}, {2, 3, 4, 5, 5}};

	(void)state;
	for (int u = 1; u <= 5; u++)
		for (int i = 1; i <= 5; i++)
			assert_int_equal(
			    ticket_priority(u, i), matrix[u - 1][i - 1]);
}

static void
ticket_new__twice_in_two_tenants__numbers_from_one(void **state)
{
	static const char *const tenants[] = {FIXTURE_TENANT, FIXTURE_OTHER};
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "Printer\n\x1b[1mon fire",
	    .description = "It\nburns",
	    .urgency = 5,
	    .impact = 4};
	struct err err = ERR_INIT;
	int64_t id, number;

	for (int i = 0; i < 2; i++) {
		desk_fixture_act(f, tenants[i], "operator");
		for (int n = 1; n <= 2; n++) {
			assert_ok(ticket_new(f->d, &in, &id, &number, &err));
			assert_int_equal(number, n);
		}
	}
	struct ticket t = get(f, id);

	assert_null(strchr(t.subject, 0x1b));
	assert_null(strchr(t.subject, '\n'));
	assert_string_equal(t.description, "It\nburns");
	assert_int_equal(t.priority, 5);
	assert_int_equal(t.state, TICKET_NEW);
	ticket_clear(&t);
	assert_ok(ticket_by_number(f->d, 2, &t, &err));
	assert_int_equal(t.id, id);
	ticket_clear(&t);
}

static void
ticket__subject_too_long__is_refused_not_cut(void **state)
{
	struct desk_fixture *f = *state;
	char text[202];
	struct ticket_new in = {.subject = text};
	struct change longer = {.column = "subject"};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_rc(ticket_new(f->d, &in, &id, &number, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "200"));
	text[200] = '\0';
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	text[200] = 'x';
	longer.value = b_text(text);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_rc(ticket_edit(f->d, id, 0, &longer, 1, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "200"));
}

static void
ticket_edit__of_another__says_that_somebody_has_it(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct change c = {"subject", b_text("y")};
	struct err err = ERR_INIT;
	int64_t id, number;

	in.operator_id = f->demo.operators[ROLE_SUPERVISOR];
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(ticket_edit(f->d, id, 0, &c, 1, &err), OD_EDENIED);
	assert_non_null(strstr(err.text, "Somebody else has it"));
}

static void
ticket_new__refused__leaves_no_gap(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new good = {.subject = "x", .external_id = "E-1"};
	struct ticket_new empty = {.subject = "\t "};
	struct ticket_new level = {.subject = "x", .urgency = 6};
	struct ticket_new foreign = {
	    .subject = "x", .team_id = f->other.support};
	struct err err = ERR_INIT;
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &good, &id, &number, &err));
	assert_rc(ticket_new(f->d, &good, &id, &number, &err), OD_ECONFLICT);
	assert_rc(ticket_new(f->d, &empty, &id, &number, &err), OD_EDATA);
	assert_rc(ticket_new(f->d, &level, &id, &number, &err), OD_EDATA);
	assert_rc(ticket_new(f->d, &foreign, &id, &number, &err), OD_ENOTFOUND);
	good.external_id = "E-2";
	assert_ok(ticket_new(f->d, &good, &id, &number, &err));
	assert_int_equal(number, 2);
}

static void
ticket_edit__levels__priority_follows_unless_given(void **state)
{
	struct desk_fixture *f = *state;
	struct change c[] = {{"urgency", b_int(5)}, {"impact", b_int(5)},
	    {"priority", b_int(1)}, {"priority_reason", b_text("a demo")}};
	struct change bad = {"impact", b_int(0)};
	struct err err = ERR_INIT;
	struct ticket t;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	t = get(f, id);
	assert_int_equal(t.priority, 3);
	ticket_clear(&t);
	assert_ok(ticket_edit(f->d, id, 1, &c[0], 1, &err));
	t = get(f, id);
	assert_int_equal(t.priority, 4);
	ticket_clear(&t);
	/* Another one needs its reason, and keeps it while it stands. */
	assert_rc(ticket_edit(f->d, id, 2, &c[1], 2, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "5"));
	assert_rc(ticket_edit(f->d, id, 2, &c[3], 1, &err), OD_EDATA);
	assert_ok(ticket_edit(f->d, id, 2, &c[1], 3, &err));
	t = get(f, id);
	assert_int_equal(t.priority, 1);
	assert_int_equal(t.impact, 5);
	assert_string_equal(t.priority_reason, "a demo");
	ticket_clear(&t);
	c[0].value = b_int(4);
	assert_ok(ticket_edit(f->d, id, 0, &c[0], 1, &err));
	t = get(f, id);
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "");
	ticket_clear(&t);
	assert_rc(ticket_edit(f->d, id, 0, &bad, 1, &err), OD_EDATA);
}

static void
ticket_edit__guarded_fields__are_refused(void **state)
{
	static const char *const names[] = {"state", "operator_id", "team_id",
	    "solved_us", "merged_into", "number", "tenant_id", "id"};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct change c = {names[i], b_int(2)};

		assert_rc(ticket_edit(f->d, id, 0, &c, 1, &err), OD_EDATA);
	}
}

static void
ticket_edit__contact__company_follows(void **state)
{
	struct desk_fixture *f = *state;
	struct company_new co = {.name = "Sol"};
	struct contact_new p = {.full_name = "Ana"};
	struct err err = ERR_INIT;
	int64_t company, contact, id;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(company_new(f->d, &co, &company, &err));
	assert_ok(
	    division_new(f->d, company, "HQ", NULL, &p.division_id, &err));
	assert_ok(contact_new(f->d, &p, &contact, &err));
	id = desk_fixture_ticket(f, "x");
	struct change c = {"contact_id", b_int(contact)};

	assert_ok(ticket_edit(f->d, id, 0, &c, 1, &err));
	t = get(f, id);
	assert_int_equal(t.company_id, company);
	assert_string_equal(t.company_name, "Sol");
	ticket_clear(&t);
}

static void
ticket_edit__stale__names_both_values(void **state)
{
	struct desk_fixture *f = *state;
	struct change mine = {"subject", b_text("Mine")};
	struct change yours = {"subject", b_text("Yours")};
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_edit(f->d, id, 1, &mine, 1, &err));
	assert_rc(ticket_edit(f->d, id, 1, &yours, 1, &err), OD_ECONFLICT);
	assert_int_equal(f->d->conflict.count, 1);
	assert_string_equal(f->d->conflict.fields[0].theirs, "Mine");
	struct ticket t = get(f, id);

	assert_string_equal(t.subject, "Mine");
	ticket_clear(&t);
}

static void
ticket_set_state__each_move__keeps_its_times(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct ticket t;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_set_state(
	    f->d, id, 0, TICKET_WAITING, "the part", 99, &err));
	t = get(f, id);
	assert_string_equal(t.waiting_reason, "the part");
	assert_int_equal(t.waiting_until_us, 99);
	ticket_clear(&t);
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_SOLVED, NULL, 0, &err));
	t = get(f, id);
	assert_string_equal(t.waiting_reason, "");
	assert_int_equal(t.waiting_until_us, 0);
	assert_int_not_equal(t.solved_us, 0);
	assert_int_equal(t.closed_us, 0);
	int64_t solved = t.solved_us;

	ticket_clear(&t);
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_CLOSED, NULL, 0, &err));
	t = get(f, id);
	assert_int_equal(t.solved_us, solved);
	assert_int_not_equal(t.closed_us, 0);
	ticket_clear(&t);
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_OPEN, NULL, 0, &err));
	t = get(f, id);
	assert_int_equal(t.solved_us, 0);
	assert_int_equal(t.closed_us, 0);
	ticket_clear(&t);
}

static void
ticket_set_state__illegal_moves__are_conflicts(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_rc(ticket_set_state(f->d, id, 0, TICKET_MERGED, "", 0, &err),
	    OD_ECONFLICT);
	assert_rc(
	    ticket_set_state(f->d, id, 0, (enum ticket_state)9, "", 0, &err),
	    OD_EDATA);
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_OPEN, "", 0, &err));
	assert_rc(ticket_set_state(f->d, id, 0, TICKET_NEW, "", 0, &err),
	    OD_ECONFLICT);
	assert_ok(ticket_delete(f->d, id, 0, &err));
	assert_rc(ticket_set_state(f->d, id, 0, TICKET_OPEN, "", 0, &err),
	    OD_ECONFLICT);
	assert_ok(ticket_restore(f->d, id, &err));
	assert_rc(ticket_restore(f->d, id, &err), OD_ECONFLICT);
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_SOLVED, "", 0, &err));
}

static void
ticket_assign__to_person_and_team__with_a_note(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	struct ticket t;
	int64_t id;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_rc(ticket_assign(f->d, id, 0, f->other.mate, 0, "", &err),
	    OD_ENOTFOUND);
	assert_rc(ticket_assign(f->d, id, 0, 0, f->other.support, "", &err),
	    OD_ENOTFOUND);
	assert_ok(ticket_assign(f->d, id, 1, f->demo.mate, f->demo.support,
	    "Please call\nfirst", &err));
	t = get(f, id);
	assert_string_equal(t.operator_login, "mate");
	assert_string_equal(t.team_name, "Support");
	ticket_clear(&t);
	assert_ok(ticket_comments(f->d, id, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].kind, COMMENT_NOTE);
	assert_string_equal(rows[0].body, "Please call\nfirst");
	assert_string_equal(rows[0].author, "operator");
	ticket_comments_free(&rows, n);
}

static void
ticket_comment__empty_or_broken__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id, comment;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_rc(
	    ticket_comment(f->d, id, COMMENT_REPLY, " \n", &comment, &err),
	    OD_EDATA);
	assert_rc(
	    ticket_comment(f->d, id, COMMENT_REPLY, "\xc3(", &comment, &err),
	    OD_EDATA);
	assert_ok(ticket_comment(
	    f->d, id, COMMENT_REPLY, " as it is \x1b", &comment, &err));
	struct ticket_comment *rows;
	size_t n;

	assert_ok(ticket_comments(f->d, id, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_string_equal(rows[0].body, " as it is \x1b");
	ticket_comments_free(&rows, n);
}

/* Numbers of a list, as text. */
static void
assert_list(struct desk_fixture *f, const struct ticket_filter *filter,
    const char *numbers)
{
	struct err err = ERR_INIT;
	struct str got = STR_INIT;
	struct ticket *rows;
	int counted;
	size_t n;

	assert_ok(ticket_list(f->d, filter, NULL, &rows, &n, &err));
	for (size_t i = 0; i < n; i++)
		str_addf(&got, "%s%d", i > 0 ? " " : "", (int)rows[i].number);
	assert_string_equal(got.s, numbers);
	assert_ok(ticket_count(f->d, filter, 100, &counted, &err));
	assert_int_equal(counted, n);
	ticket_list_free(&rows, n);
	str_free(&got);
}

static void
ticket_list__each_view__shows_its_own(void **state)
{
	static const char *const shown[TICKET_VIEW_COUNT] = {
	    [TICKETS_ACTIVE] = "1 2 4",
	    [TICKETS_MINE] = "1",
	    [TICKETS_UNASSIGNED] = "4",
	    [TICKETS_TEAM] = "1 2",
	    [TICKETS_ALL] = "1 2 3 4",
	    [TICKETS_TRASH] = "5",
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id[6];

	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	(void)desk_fixture_ticket(f, "of another tenant");
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	clock_fake_wall(1000 * US_PER_DAY);
	for (int i = 1; i <= 5; i++) {
		id[i] = desk_fixture_ticket(f, "x");
		clock_fake_advance(US_PER_SECOND);
	}
	assert_ok(ticket_delete(f->d, id[5], 0, &err));
	clock_fake_advance(US_PER_SECOND);
	assert_ok(ticket_set_state(f->d, id[3], 0, TICKET_SOLVED, "", 0, &err));
	clock_fake_advance(US_PER_SECOND);
	assert_ok(ticket_assign(
	    f->d, id[2], 0, f->demo.mate, f->demo.support, "", &err));
	clock_fake_advance(US_PER_SECOND);
	assert_ok(ticket_assign(
	    f->d, id[1], 0, f->demo.operators[ROLE_OPERATOR], 0, "", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	struct ticket_filter filter = {.state = -1};

	for (int v = 0; v < TICKET_VIEW_COUNT; v++) {
		filter.view = (enum ticket_view)v;
		assert_list(f, &filter, shown[v]);
	}
	filter.view = TICKETS_ALL;
	filter.state = TICKET_SOLVED;
	assert_list(f, &filter, "3");
	filter.view = TICKETS_ACTIVE;
	filter.state = -1;
	filter.updated_since_us = 1000 * US_PER_DAY + 5 * US_PER_SECOND;
	assert_list(f, &filter, "1 2 3 5");
	clock_fake_wall(0);
}

static void
ticket_list__pages__meet_without_gap(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_filter filter = {.view = TICKETS_ALL, .state = -1};
	struct page page = {.limit = 3};
	struct err err = ERR_INIT;
	struct ticket *rows;
	int expected = 8;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	/* All at one time: the id alone decides. */
	clock_fake_wall(1000 * US_PER_DAY);
	for (int i = 1; i <= 8; i++)
		(void)desk_fixture_ticket(f, "x");
	clock_fake_wall(0);
	for (;;) {
		assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
		for (size_t i = 0; i < n; i++)
			assert_int_equal(rows[i].number, expected--);
		if (n == 0)
			break;
		page.after_key = rows[n - 1].updated_at;
		page.after_id = rows[n - 1].id;
		ticket_list_free(&rows, n);
	}
	assert_int_equal(expected, 0);
	page.backwards = true;
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 3);
	assert_int_equal(rows[0].number, 4);
	assert_int_equal(rows[2].number, 2);
	ticket_list_free(&rows, n);
}

static void
ticket_list__match__finds_every_text(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_filter filter = {.view = TICKETS_ALL, .state = -1};
	struct ticket_new in = {
	    .subject = "Conexión caída", .description = "desde ayer"};
	struct change renamed = {"full_name", b_text("Marta")};
	struct page page = {.limit = 1};
	struct err err = ERR_INIT;
	int64_t id, number, comment;
	struct ticket *rows;
	size_t n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	in.contact_id = desk_fixture_contact(f, "Lucía", "");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	(void)desk_fixture_ticket(f, "conexion lenta");
	assert_ok(ticket_comment(
	    f->d, id, COMMENT_NOTE, "El router parpadea", &comment, &err));
	filter.match = "CONEX";
	assert_list(f, &filter, "2 1");
	filter.match = "router parp";
	assert_list(f, &filter, "1");
	filter.match = "ayer";
	assert_list(f, &filter, "1");
	filter.match = "lucia";
	assert_list(f, &filter, "1");
	assert_ok(contact_edit(f->d, in.contact_id, 0, &renamed, 1, &err));
	assert_list(f, &filter, "");
	filter.match = "marta";
	assert_list(f, &filter, "1");
	filter.view = TICKETS_TRASH;
	assert_list(f, &filter, "");
	filter.view = TICKETS_ALL;
	filter.match = "conexion";
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	page.after_id = rows[0].id;
	ticket_list_free(&rows, n);
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].number, 1);
	page.after_id = rows[0].id;
	page.backwards = true;
	ticket_list_free(&rows, n);
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 1);
	assert_int_equal(rows[0].number, 2);
	ticket_list_free(&rows, n);
	/* The other tenant finds nothing of it. */
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_list(f, &filter, "");
}

/* More than are read at a time, forwards and back, and some filtered out. */
static void
ticket_list__match_of_many__pages_meet(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_filter filter = {
	    .view = TICKETS_ACTIVE, .state = -1, .match = "cable"};
	struct page page = {.limit = 40};
	struct err err = ERR_INIT;
	struct ticket *rows;
	int64_t ids[70];
	size_t n;
	int all;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	for (size_t i = 0; i < 70; i++)
		ids[i] = desk_fixture_ticket(f, "cable suelto");
	assert_ok(
	    ticket_set_state(f->d, ids[30], 0, TICKET_SOLVED, NULL, 0, &err));
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 40);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rows[i].id, ids[i < 39 ? 69 - i : 29]);
	page.after_id = rows[n - 1].id;
	ticket_list_free(&rows, n);
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 29);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rows[i].id, ids[28 - i]);
	page.after_id = rows[0].id;
	page.backwards = true;
	ticket_list_free(&rows, n);
	assert_ok(ticket_list(f->d, &filter, &page, &rows, &n, &err));
	assert_int_equal(n, 40);
	assert_int_equal(rows[0].id, ids[69]);
	assert_int_equal(rows[39].id, ids[29]);
	ticket_list_free(&rows, n);
	assert_ok(ticket_count(f->d, &filter, 1000, &all, &err));
	assert_int_equal(all, 69);
	assert_ok(ticket_count(f->d, &filter, 60, &all, &err));
	assert_int_equal(all, 60);
}

/* A conversation with messages, put there as facts. */
static int64_t
make_conversation(struct desk_fixture *f, int64_t contact)
{
	static const struct {
		int inbound, kind;
		const char *body;
	} said[] = {
	    {1, MESSAGE_TEXT, "Hola"},
	    {0, MESSAGE_TEXT, "Buenos días, dígame"},
	    {1, MESSAGE_TEXT,
		"No tengo internet desde ayer por la tarde y el aparato tiene"
		" la luz roja encendida siempre\nya lo apagué"},
	    {1, MESSAGE_IMAGE, "foto.jpg"},
	};
	struct err err = ERR_INIT;
	int64_t id, message;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, operator_id, team_id,"
	    " last_message_us, created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,'34600111222',0,$3,$4,9,1,1)"
	    " RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact),
		b_int(f->demo.mate), b_int(f->demo.support)),
	    &err));
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		assert_ok(db_insert(f->d->db, &message,
		    "INSERT INTO messages(tenant_id, conversation_id, channel,"
		    " inbound, role, kind, kind_name, operator_id, body,"
		    " state, at_us, created_at, updated_at)"
		    " VALUES($1,$2,'soporte',$3,0,$4,'x',$5,$6,0,$7,1,1)"
		    " RETURNING id",
		    BINDS(b_int(f->d->actor.tenant_id), b_int(id),
			b_int(said[i].inbound), b_int(said[i].kind),
			said[i].inbound ? b_null() : b_int(f->demo.mate),
			b_text(said[i].body), b_int((int64_t)i + 1)),
		    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static void
ticket_from_conversation__texts__become_subject_and_story(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t conversation, id, number, linked;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	conversation =
	    make_conversation(f, desk_fixture_contact(f, "Lucía", ""));
	assert_ok(ticket_from_conversation(
	    f->d, conversation, NULL, &id, &number, &err));
	t = get(f, id);
	assert_string_equal(t.subject,
	    "No tengo internet desde ayer por la tarde y el aparato tiene la"
	    " luz roja");
	assert_ptr_equal(
	    strstr(t.description, "Lucía: Hola\nmate: Buenos"), t.description);
	assert_non_null(strstr(t.description, "ya lo apagué"));
	assert_non_null(strstr(t.description, "foto.jpg"));
	assert_int_equal(t.source, SOURCE_WHATSAPP);
	assert_string_equal(t.operator_login, "mate");
	assert_string_equal(t.contact_name, "Lucía");
	ticket_clear(&t);
	assert_ok(db_int(f->d->db, &linked,
	    "SELECT ticket_id FROM conversations WHERE id = $1",
	    BINDS(b_int(conversation)), &err));
	assert_int_equal(linked, id);
	assert_rc(ticket_from_conversation(
		      f->d, conversation, NULL, &id, &number, &err),
	    OD_ECONFLICT);
	assert_non_null(strstr(err.text, "1"));
}

static void
ticket_from_conversation__finished_ticket__makes_another(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t conversation, id, number;
	struct ticket t;

	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	conversation =
	    make_conversation(f, desk_fixture_contact(f, "Lucía", ""));
	assert_ok(ticket_from_conversation(
	    f->d, conversation, NULL, &id, &number, &err));
	assert_ok(ticket_set_state(f->d, id, 0, TICKET_SOLVED, "", 0, &err));
	assert_ok(ticket_from_conversation(
	    f->d, conversation, "My words", &id, &number, &err));
	assert_int_equal(number, 2);
	t = get(f, id);
	assert_string_equal(t.subject, "My words");
	ticket_clear(&t);
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	assert_rc(ticket_from_conversation(
		      f->d, conversation, NULL, &id, &number, &err),
	    OD_ENOTFOUND);
}

static void
ticket_from_conversation__of_another__needs_its_reading(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t conversation, id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	conversation =
	    make_conversation(f, desk_fixture_contact(f, "Lucía", ""));
	/* A technician reads only his own ones. */
	desk_fixture_act(f, FIXTURE_TENANT, "technician");
	assert_rc(ticket_from_conversation(
		      f->d, conversation, NULL, &id, &number, &err),
	    OD_EDENIED);
}

static void
ticket_json__shape__number_is_the_id(void **state)
{
	struct desk_fixture *f = *state;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct json_out out;
	struct json *doc;
	int64_t id, n;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	(void)desk_fixture_ticket(f, "x");
	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	id = desk_fixture_ticket(f, "x");
	assert_ok(ticket_delete(f->d, id, 0, &err));
	struct ticket t = get(f, id);

	json_out_init(&out, &text);
	ticket_json(&t, &out);
	assert_ok(json_parse(text.s, text.len, &json_limits_api, &doc, &err));
	assert_true(json_int64(doc, "id", &n));
	assert_int_equal(n, 1);
	assert_string_equal(json_string(doc, "state"), "new");
	assert_true(json_bool(doc, "is_deleted"));
	assert_non_null(json_string(doc, "deleted_at"));
	assert_int_equal(json_type(json_get(doc, "contact_id")), JSON_NULL);
	assert_int_equal(json_type(json_get(doc, "snoozed_until")), JSON_NULL);
	assert_false(json_bool(doc, "snoozed_until_reply"));
	json_free(&doc);
	str_free(&text);
	ticket_clear(&t);
}

static void
ticket_new__priority_of_its_own__needs_its_reason(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {
	    .subject = "Sin red", .urgency = 3, .impact = 3, .priority = 5};
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t id, number;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_int_equal(ticket_new(f->d, &in, &id, &number, &err), OD_EDATA);
	in.priority = 6;
	in.priority_reason = "vip";
	assert_int_equal(ticket_new(f->d, &in, &id, &number, &err), OD_EDATA);
	in.priority = 5;
	assert_int_equal(ticket_new(f->d, &in, &id, &number, &err), 0);
	assert_int_equal(ticket_get(f->d, id, &t, &err), 0);
	assert_int_equal(t.priority, 5);
	assert_string_equal(t.priority_reason, "vip");
	ticket_clear(&t);
	/* What they give anyway has no reason. */
	in.priority = 3;
	assert_int_equal(ticket_new(f->d, &in, &id, &number, &err), 0);
	assert_int_equal(ticket_get(f->d, id, &t, &err), 0);
	assert_string_equal(t.priority_reason, "");
	ticket_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ticket_priority__every_pair__follows_the_matrix),
	    DESK_TEST(ticket_new__twice_in_two_tenants__numbers_from_one),
	    DESK_TEST(ticket_new__refused__leaves_no_gap),
	    DESK_TEST(ticket__subject_too_long__is_refused_not_cut),
	    DESK_TEST(ticket_edit__of_another__says_that_somebody_has_it),
	    DESK_TEST(ticket_edit__levels__priority_follows_unless_given),
	    DESK_TEST(ticket_edit__guarded_fields__are_refused),
	    DESK_TEST(ticket_edit__contact__company_follows),
	    DESK_TEST(ticket_edit__stale__names_both_values),
	    DESK_TEST(ticket_new__priority_of_its_own__needs_its_reason),
	    DESK_TEST(ticket_set_state__each_move__keeps_its_times),
	    DESK_TEST(ticket_set_state__illegal_moves__are_conflicts),
	    DESK_TEST(ticket_assign__to_person_and_team__with_a_note),
	    DESK_TEST(ticket_comment__empty_or_broken__is_refused),
	    DESK_TEST(ticket_list__each_view__shows_its_own),
	    DESK_TEST(ticket_list__pages__meet_without_gap),
	    DESK_TEST(ticket_list__match__finds_every_text),
	    DESK_TEST(ticket_list__match_of_many__pages_meet),
	    DESK_TEST(
		ticket_from_conversation__texts__become_subject_and_story),
	    DESK_TEST(ticket_from_conversation__finished_ticket__makes_another),
	    DESK_TEST(ticket_from_conversation__of_another__needs_its_reading),
	    DESK_TEST(ticket_json__shape__number_is_the_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
