/*
 * Merging tickets and taking it back.  MERGE_PAIRS (50) pairs of random
 * tickets are merged and taken back, MERGE_SEED (1) says which.
 */
#include "db/core/op.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/ticket_merge.h"
#include "tests/lib/desk_test.h"
#include <stdio.h>

static int64_t
insert(struct desk_fixture *f, const char *sql, int64_t ticket, int64_t other)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id, sql,
	    BINDS(b_int(f->d->actor.tenant_id), b_int(ticket), b_int(other)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static int64_t
add_check(struct desk_fixture *f, int64_t ticket)
{
	return insert(f,
	    "INSERT INTO ticket_checks(tenant_id, ticket_id, position, body,"
	    " created_at, updated_at) VALUES($1,$2,$3,'Ask',1,1) RETURNING id",
	    ticket, 1);
}

static int64_t
add_time(struct desk_fixture *f, int64_t ticket)
{
	return insert(f,
	    "INSERT INTO ticket_times(tenant_id, ticket_id, operator_id,"
	    " from_us, to_us, worked_us, created_at, updated_at)"
	    " VALUES($1,$2,$3,1,2,1,1,1) RETURNING id",
	    ticket, f->d->actor.id);
}

static int64_t
add_link(struct desk_fixture *f, int64_t ticket, int64_t other)
{
	return insert(f,
	    "INSERT INTO ticket_links(tenant_id, ticket_id, kind, record_id,"
	    " created_at, updated_at) VALUES($1,$2,5,$3,1,1) RETURNING id",
	    ticket, other);
}

static int64_t
add_talk(struct desk_fixture *f, int64_t contact, int64_t ticket)
{
	static int peers;
	struct err err = ERR_INIT;
	char peer[32];
	int64_t id;

	snprintf(peer, sizeof(peer), "34600%06d", ++peers);
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, ticket_id, last_message_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,$3,0,$4,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact), b_text(peer),
		b_ref(ticket)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static int64_t
comment(struct desk_fixture *f, int64_t ticket, const char *body)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(ticket_comment(f->d, ticket, COMMENT_NOTE, body, &id, &err));
	return id;
}

/* In which ticket a comment is. */
static int64_t
ticket_of(struct desk_fixture *f, int64_t comment_id)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_int(f->d->db, &id,
	    "SELECT ticket_id FROM ticket_comments"
	    " WHERE tenant_id = $1 AND id = $2",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(comment_id)), &err));
	return id;
}

static int64_t
tagged(struct desk_fixture *f, const char *subject, const char *tags)
{
	struct ticket_new in = {.subject = subject, .tags = tags};
	struct err err = ERR_INIT;
	int64_t id, number;

	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	return id;
}

static void
expect_same(struct desk_fixture *f, const char *before, const char *when)
{
	char *now = desk_fixture_dump(f);

	if (strcmp(now, before) != 0)
		fail_msg("%s:\n%s\nexpected:\n%s", when, now, before);
	free(now);
}

static void
ticket_merge__two_tickets__takes_all_that_belongs_to_one(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_merge look, done;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t a, b, said, contact, talk;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	contact = desk_fixture_contact(f, "Ana", "600 111 222");
	a = tagged(f, "No tone", "vip, Avería");
	b = tagged(f, "Line is dead", "averia, norte");
	said = comment(f, a, "Since Monday");
	talk = add_talk(f, contact, a);
	add_check(f, a);
	add_time(f, a);
	add_link(f, a, b); /* stays: to the target itself */
	assert_ok(ticket_merge_look(f->d, a, b, &look, &err));
	assert_int_equal(look.comments, 1);
	assert_int_equal(look.links, 0);
	assert_string_equal(look.tags, "averia, norte, vip");
	assert_ok(ticket_merge(
	    f->d, a, look.source_version, b, look.target_version, &done, &err));
	assert_memory_equal(&look, &done, sizeof(look));
	assert_int_equal(ticket_of(f, said), b);
	assert_ok(ticket_get(f->d, a, &t, &err));
	assert_int_equal(t.state, TICKET_MERGED);
	assert_int_equal(t.merged_into, b);
	ticket_clear(&t);
	assert_ok(ticket_get(f->d, b, &t, &err));
	assert_string_equal(t.tags, "averia, norte, vip");
	ticket_clear(&t);

	struct conversation v;

	assert_ok(conversation_get(f->d, talk, &v, &err));
	assert_int_equal(v.ticket_id, b);
}

static void
ticket_merge__what_cannot_be__is_refused_with_a_sentence(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t a, b, c, foreign;

	desk_fixture_act(f, FIXTURE_OTHER, "operator");
	foreign = tagged(f, "Elsewhere", "");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "A", "");
	b = tagged(f, "B", "");
	c = tagged(f, "C", "");
	while (a == foreign || b == foreign || c == foreign)
		foreign++;
	assert_rc(ticket_merge(f->d, a, 0, a, 0, NULL, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "itself"));
	assert_rc(
	    ticket_merge(f->d, a, 0, foreign, 0, NULL, &err), OD_ENOTFOUND);
	assert_rc(
	    ticket_merge(f->d, foreign, 0, a, 0, NULL, &err), OD_ENOTFOUND);
	assert_rc(ticket_merge(f->d, a, 99, b, 0, NULL, &err), OD_ECONFLICT);
	assert_rc(ticket_merge(f->d, a, 0, b, 99, NULL, &err), OD_ECONFLICT);
	assert_rc(ticket_unmerge(f->d, a, 0, NULL, &err), OD_ECONFLICT);
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	assert_rc(ticket_merge(f->d, a, 0, c, 0, NULL, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "2"));
	assert_rc(ticket_merge(f->d, c, 0, a, 0, NULL, &err), OD_ECONFLICT);
	assert_rc(ticket_merge(f->d, b, 0, a, 0, NULL, &err), OD_ECONFLICT);
	assert_ok(ticket_delete(f->d, c, 0, &err));
	assert_rc(ticket_merge(f->d, c, 0, b, 0, NULL, &err), OD_ECONFLICT);
	assert_rc(ticket_merge(f->d, b, 0, c, 0, NULL, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "trash"));
}

static void
ticket_merge__into_anothers__is_denied_and_audited(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "Hers"};
	struct err err = ERR_INIT;
	int64_t a, b, number, n, events;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	in.operator_id = f->demo.mate;
	assert_ok(ticket_new(f->d, &in, &b, &number, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "Mine", "");
	assert_rc(ticket_merge(f->d, a, 0, b, 0, NULL, &err), OD_EDENIED);
	assert_ok(db_int(f->d->db, &n,
	    "SELECT count(*) FROM audit WHERE tenant_id = $1"
	    " AND operation = 'ticket.merge' AND result = 1",
	    BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(n, 1);
	assert_ok(db_int(f->d->db, &events,
	    "SELECT count(*) FROM events WHERE tenant_id = $1"
	    " AND name = 'ticket.merged'",
	    BINDS(b_int(f->demo.id)), &err));
	assert_int_equal(events, 0);
}

static void
ticket_comment__on_a_merged_one__goes_to_the_last_and_back(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_unmerge un = {0};
	struct err err = ERR_INIT;
	int64_t a, b, c, late, own;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "A", "");
	b = tagged(f, "B", "");
	c = tagged(f, "C", "");
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	assert_ok(ticket_merge(f->d, b, 0, c, 0, NULL, &err));
	late = comment(f, a, "Still broken");
	own = comment(f, c, "For C alone");
	assert_int_equal(ticket_of(f, late), c);
	/* The one below goes first. */
	assert_rc(ticket_unmerge(f->d, a, 0, &un, &err), OD_ECONFLICT);
	assert_ok(ticket_unmerge(f->d, b, 0, &un, &err));
	assert_int_equal(un.since, 1);
	ticket_unmerge_clear(&un);
	assert_int_equal(ticket_of(f, late), b);
	assert_ok(ticket_unmerge(f->d, a, 0, &un, &err));
	assert_int_equal(un.kept, 0);
	assert_int_equal(un.since, 0);
	ticket_unmerge_clear(&un);
	assert_int_equal(ticket_of(f, late), a);
	assert_int_equal(ticket_of(f, own), c);
	/* Taking back is undone as anything else is. */
	assert_ok(op_undo(f->d, said, &err));
	assert_int_equal(ticket_of(f, late), b);
}

static void
op_undo__merge_with_a_late_reply__is_left_to_unmerge(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t a, b, late;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "A", "");
	b = tagged(f, "B", "");
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	late = comment(f, a, "Still broken");
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	assert_ok(ticket_unmerge(f->d, a, 0, NULL, &err));
	assert_int_equal(ticket_of(f, late), a);
}

static void
ticket_unmerge__after_later_changes__keeps_and_tells_them(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"tags", b_text("x, y, z")};
	struct ticket_unmerge un;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t a, b, said;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "A", "x");
	b = tagged(f, "B", "y");
	said = comment(f, a, "One");
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	assert_ok(ticket_edit(f->d, b, 0, &c, 1, &err));
	comment(f, b, "Since");
	assert_ok(ticket_unmerge(f->d, a, 0, &un, &err));
	assert_int_equal(un.kept, 1);
	assert_int_equal(un.since, 1);
	assert_non_null(strstr(un.told.s, "Tags of ticket 2"));
	ticket_unmerge_clear(&un);
	assert_int_equal(ticket_of(f, said), a);
	assert_ok(ticket_get(f->d, b, &t, &err));
	assert_string_equal(t.tags, "x, y, z");
	ticket_clear(&t);
	assert_ok(ticket_get(f->d, a, &t, &err));
	assert_int_equal(t.state, TICKET_NEW);
	assert_int_equal(t.merged_into, 0);
	ticket_clear(&t);
}

static void
ticket_unmerge__target_in_the_trash__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t a, b, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = tagged(f, "A", "");
	b = tagged(f, "B", "");
	assert_ok(ticket_merge(f->d, a, 0, b, 0, NULL, &err));
	assert_ok(ticket_delete(f->d, b, 0, &err));
	assert_rc(ticket_unmerge(f->d, a, 0, NULL, &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "trash"));
	assert_rc(ticket_comment(f->d, a, COMMENT_NOTE, "x", &id, &err),
	    OD_ECONFLICT);
}

static void
ticket_merge__two_operators_at_once__the_second_is_told(void **state)
{
	struct desk_fixture *f = *state;
	struct desk *other = desk_fixture_open(f);
	struct change c = {"subject", b_text("New words")};
	struct ticket_merge look;
	struct err err = ERR_INIT;
	int64_t a, b;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(
	    desk_act_as_operator(other, FIXTURE_TENANT, "supervisor", &err));
	a = tagged(f, "A", "");
	b = tagged(f, "B", "");
	assert_ok(ticket_merge_look(f->d, a, b, &look, &err));
	assert_ok(ticket_edit(other, a, 0, &c, 1, &err));
	assert_rc(ticket_merge(f->d, a, look.source_version, b,
		      look.target_version, NULL, &err),
	    OD_ECONFLICT);
	assert_ok(ticket_merge_look(f->d, a, b, &look, &err));
	assert_ok(ticket_merge(other, b, 0, a, 0, NULL, &err));
	assert_rc(ticket_merge(f->d, a, look.source_version, b,
		      look.target_version, NULL, &err),
	    OD_ECONFLICT);
	assert_ok(ticket_unmerge(f->d, b, 0, NULL, &err));
	assert_rc(ticket_unmerge(other, b, 0, NULL, &err), OD_ECONFLICT);
	desk_close(&other);
}

/* ---- pairs ---- */

static unsigned long
number_of(const char *name, unsigned long otherwise)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? strtoul(s, NULL, 10) : otherwise;
}

static unsigned long drawn;

static unsigned
draw(unsigned n)
{
	drawn = drawn * 6364136223846793005UL + 1442695040888963407UL;
	return (unsigned)(drawn >> 33) % n;
}

static int64_t
random_ticket(struct desk_fixture *f, int64_t contact)
{
	static const char *const tags[] = {
	    "", "vip", "Vip, norte", "sur,averia", "x"};
	struct ticket_new in = {.subject = "Any",
	    .tags = tags[draw(5)],
	    .contact_id = draw(2) ? contact : 0,
	    .operator_id = draw(2) ? f->d->actor.id : 0};
	struct err err = ERR_INIT;
	int64_t id, number;

	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	for (unsigned n = draw(4); n > 0; n--)
		comment(f, id, "Said");
	if (draw(2))
		add_talk(f, contact, id);
	if (draw(2))
		add_check(f, id);
	if (draw(2))
		add_time(f, id);
	if (draw(3) == 0)
		assert_ok(ticket_set_state(f->d, id, 0,
		    draw(2) ? TICKET_WAITING : TICKET_SOLVED, "parts", 0,
		    &err));
	return id;
}

static void
ticket_unmerge__random_pairs__gives_the_same_desk_back(void **state)
{
	unsigned long pairs = number_of("MERGE_PAIRS", 50);
	struct desk_fixture *f = *state;
	int64_t tickets[6], contact;
	struct err err = ERR_INIT;

	drawn = number_of("MERGE_SEED", 1);
	for (unsigned long n = 0; n < pairs; n++) {
		unsigned a = draw(6), b = (a + 1 + draw(5)) % 6, c, way;
		char said[256], *before, *merged;

		if (n % 25 == 0) { /* a desk that stays small */
			desk_test_teardown(state);
			desk_test_setup(state);
			f = *state;
			desk_fixture_act(f, FIXTURE_TENANT, "operator");
			contact = desk_fixture_contact(f, "Ana", "600111222");
			for (int i = 0; i < 6; i++)
				tickets[i] = random_ticket(f, contact);
			for (int i = 0; i < 5; i++)
				add_link(f, tickets[draw(6)], tickets[draw(6)]);
		}
		before = desk_fixture_dump(f);
		assert_ok(ticket_merge(
		    f->d, tickets[a], 0, tickets[b], 0, NULL, &err));
		merged = desk_fixture_dump(f);
		way = draw(3);
		if (way == 0) {
			assert_ok(op_undo(f->d, said, &err));
		} else if (way == 1) {
			assert_ok(
			    ticket_unmerge(f->d, tickets[a], 0, NULL, &err));
			assert_ok(op_undo(f->d, said, &err));
			expect_same(f, merged, "merged again");
			assert_ok(op_redo(f->d, said, &err));
		} else { /* on top of another merge */
			c = (b + 1) % 6 != a ? (b + 1) % 6 : (b + 2) % 6;
			assert_ok(ticket_merge(
			    f->d, tickets[b], 0, tickets[c], 0, NULL, &err));
			assert_ok(
			    ticket_unmerge(f->d, tickets[b], 0, NULL, &err));
			expect_same(f, merged, "the second one taken back");
			assert_ok(
			    ticket_unmerge(f->d, tickets[a], 0, NULL, &err));
		}
		expect_same(f, before, "taken back");
		free(before);
		free(merged);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(ticket_merge__two_tickets__takes_all_that_belongs_to_one),
	    DESK_TEST(ticket_merge__what_cannot_be__is_refused_with_a_sentence),
	    DESK_TEST(ticket_merge__into_anothers__is_denied_and_audited),
	    DESK_TEST(
		ticket_comment__on_a_merged_one__goes_to_the_last_and_back),
	    DESK_TEST(op_undo__merge_with_a_late_reply__is_left_to_unmerge),
	    DESK_TEST(
		ticket_unmerge__after_later_changes__keeps_and_tells_them),
	    DESK_TEST(ticket_unmerge__target_in_the_trash__is_refused),
	    DESK_TEST(ticket_merge__two_operators_at_once__the_second_is_told),
	    DESK_TEST(ticket_unmerge__random_pairs__gives_the_same_desk_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
