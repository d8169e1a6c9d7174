/*
 * Unit tests of links, splitting and the timeline of tickets, and of what is
 * made of a call.
 *
 * Turned red by: a link whose refusal leaves the ticket, or the contact.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/calls.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_split.h"
#include "db/records/ticket_timeline.h"
#include "tests/lib/desk_test.h"

static int64_t
insert_talk(struct desk_fixture *f, int64_t contact, int64_t ticket)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, ticket_id, last_message_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,'34600111222',0,$3,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact), b_ref(ticket)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static int64_t
insert_message(
    struct desk_fixture *f, int64_t talk, const char *body, int64_t at_us)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO messages(tenant_id, conversation_id, channel, inbound,"
	    " role, kind, kind_name, body, state, at_us, created_at,"
	    " updated_at) VALUES($1,$2,'soporte',1,0,1,'text',$3,0,$4,$4,$4)"
	    " RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(talk), b_text(body),
		b_int(at_us)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static void
ticket_link__to_each_kind__is_listed_from_both_sides(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_link_new in = {
	    .kind = LINK_TICKET, .relation = LINK_DUPLICATE};
	struct ticket_link *rows;
	struct err err = ERR_INIT;
	int64_t a, b, id, call;
	size_t count;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	a = desk_fixture_ticket(f, "A");
	b = in.record_id = desk_fixture_ticket(f, "B");
	assert_ok(ticket_link(f->d, a, &in, &id, &err));
	assert_rc(ticket_link(f->d, a, &in, &call, &err), OD_ECONFLICT);
	in = (struct ticket_link_new){.kind = LINK_CALL, .name = "c-17"};
	assert_ok(ticket_link(f->d, a, &in, &call, &err));
	in.name = "";
	assert_rc(ticket_link(f->d, a, &in, &call, &err), OD_EDATA);
	in = (struct ticket_link_new){.kind = LINK_TICKET, .record_id = a};
	assert_rc(ticket_link(f->d, a, &in, &call, &err), OD_ECONFLICT);
	in.record_id = 4711;
	assert_rc(ticket_link(f->d, a, &in, &call, &err), OD_ENOTFOUND);
	assert_ok(ticket_links(f->d, a, &rows, &count, &err));
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].name, "B");
	assert_false(rows[0].inward);
	assert_string_equal(rows[1].name, "c-17");
	free(rows);
	assert_ok(ticket_links(f->d, b, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_true(rows[0].inward);
	assert_string_equal(rows[0].name, "A");
	free(rows);
	/* It comes off from the other side, and back. */
	assert_ok(ticket_unlink(f->d, b, id, &err));
	assert_rc(ticket_unlink(f->d, a, id, &err), OD_ENOTFOUND);
	assert_ok(op_undo(f->d, said, &err));
	assert_ok(ticket_links(f->d, a, &rows, &count, &err));
	assert_int_equal(count, 2);
	free(rows);
}

static void
ticket_links__to_what_one_may_not_read__have_no_name(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_link_new in = {.kind = LINK_TICKET};
	struct ticket_new hers = {.subject = "Secret"};
	struct ticket_link *rows;
	struct err err = ERR_INIT;
	int64_t a, id, number;
	size_t count;

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	a = desk_fixture_ticket(f, "A");
	hers.operator_id = f->demo.stranger;
	assert_ok(ticket_new(f->d, &hers, &in.record_id, &number, &err));
	assert_ok(ticket_link(f->d, a, &in, &id, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_links(f->d, a, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "");
	free(rows);
	assert_ok(ticket_unlink(f->d, a, id, &err));
	assert_rc(ticket_link(f->d, a, &in, &id, &err), OD_EDENIED);
}

static void
ticket_split__chosen_parts__become_a_ticket_of_their_own(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "Two troubles", .tags = "vip"};
	struct ticket_comment *said;
	struct err err = ERR_INIT;
	struct ticket t = {0};
	int64_t contact, from, to, number, comments[2], message, other;
	size_t count;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	contact = in.contact_id = desk_fixture_contact(f, "Ana", "600 111 222");
	assert_ok(ticket_new(f->d, &in, &from, &number, &err));
	other = desk_fixture_ticket(f, "Another");
	for (int i = 0; i < 2; i++)
		assert_ok(ticket_comment(f->d, from, COMMENT_NOTE,
		    i == 0 ? "Stays" : "Goes\naway", &comments[i], &err));
	message = insert_message(
	    f, insert_talk(f, contact, from), "And the printer too", 5);

	struct ticket_split split = {.comments = &comments[1],
	    .comment_count = 1,
	    .messages = &message,
	    .message_count = 1};
	struct ticket_split nothing = {0};

	assert_rc(ticket_split(f->d, from, 0, &nothing, &to, &number, &err),
	    OD_EDATA);
	assert_rc(ticket_split(f->d, other, 0, &split, &to, &number, &err),
	    OD_ENOTFOUND);
	assert_rc(ticket_split(f->d, from, 99, &split, &to, &number, &err),
	    OD_ECONFLICT);
	assert_ok(ticket_split(f->d, from, 0, &split, &to, &number, &err));
	assert_ok(ticket_get(f->d, to, &t, &err));
	assert_string_equal(t.subject, "Goes");
	assert_non_null(strstr(t.description, "And the printer too"));
	assert_string_equal(t.tags, "vip");
	assert_int_equal(t.contact_id, contact);
	ticket_clear(&t);
	assert_ok(ticket_comments(f->d, to, &said, &count, &err));
	assert_int_equal(count, 1);
	ticket_comments_free(&said, count);
	assert_ok(ticket_comments(f->d, from, &said, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(said[0].body, "Stays");
	ticket_comments_free(&said, count);
}

/* All pages of so many rows, one after the other. */
static size_t
read_pages(struct desk_fixture *f, int64_t ticket, int limit, struct str *out)
{
	struct timeline_place behind = {0};
	struct timeline_item *rows;
	struct err err = ERR_INIT;
	size_t count, all = 0;

	do {
		assert_ok(ticket_timeline(
		    f->d, ticket, &behind, limit, &rows, &count, &err));
		for (size_t i = 0; i < count; i++) {
			str_addf(out, "%s %lld\n",
			    timeline_kind_names[rows[i].kind],
			    (long long)rows[i].id);
			behind.at_us = rows[i].at_us;
			behind.kind = rows[i].kind;
			behind.id = rows[i].id;
		}
		all += count;
		timeline_free(&rows, count);
	} while (count == (size_t)limit);
	return all;
}

static void
ticket_timeline__by_pages__is_the_same_as_at_once(void **state)
{
	struct desk_fixture *f = *state;
	struct change c = {"subject", b_text("Other words")};
	struct ticket_link_new call = {.kind = LINK_CALL, .name = "c-17"};
	struct str whole = STR_INIT;
	struct err err = ERR_INIT;
	int64_t contact, a, b, talk, id;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	contact = desk_fixture_contact(f, "Ana", "600 111 222");
	a = desk_fixture_ticket(f, "A");
	b = desk_fixture_ticket(f, "B");
	talk = insert_talk(f, contact, a);
	for (int i = 0; i < 7; i++) {
		assert_ok(
		    ticket_comment(f->d, a, COMMENT_NOTE, "x", &id, &err));
		insert_message(f, talk, "y", 100 + i / 3);
	}
	assert_ok(ticket_link(f->d, a, &call, &id, &err));
	assert_ok(ticket_edit(f->d, a, 0, &c, 1, &err));
	assert_ok(ticket_merge(f->d, b, 0, a, 0, NULL, &err));
	/* Made, edited, 7 comments, 7 messages, a link and a merge. */
	assert_int_equal(read_pages(f, a, 200, &whole), 18);
	for (int limit = 1; limit < 9; limit++) {
		struct str paged = STR_INIT;

		read_pages(f, a, limit, &paged);
		assert_string_equal(paged.s, whole.s);
		str_free(&paged);
	}
	assert_non_null(strstr(whole.s, "merge"));
	str_free(&whole);
}

static void
ticket_timeline__talk_of_another_team__is_left_out(void **state)
{
	struct desk_fixture *f = *state;
	struct str seen = STR_INIT;
	struct err err = ERR_INIT;
	int64_t contact, a, talk;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	contact = desk_fixture_contact(f, "Ana", "600 111 222");
	a = desk_fixture_ticket(f, "A");
	talk = insert_talk(f, contact, a);
	insert_message(f, talk, "y", 100);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(
	    conversation_assign(f->d, talk, 0, f->demo.stranger, 0, "", &err));
	read_pages(f, a, 10, &seen);
	assert_non_null(strstr(seen.s, "message"));
	str_clear(&seen);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	read_pages(f, a, 10, &seen);
	assert_null(strstr(seen.s, "message"));
	str_free(&seen);
}

/* One thing: there with the call, or not there at all, and taken back whole. */
static void
ticket_and_contact__made_of_a_call__come_and_go_with_their_link(void **state)
{
	struct desk_fixture *f = *state;
	struct call_new out = {.direction = CALL_OUT, .number = "600111333"};
	struct ticket_new ticket = {.subject = "No signal"};
	struct contact_new contact = {.full_name = "Somebody who rings"};
	struct ticket_link *rows;
	struct err err = ERR_INIT;
	struct call made = {0};
	struct ticket read;
	struct contact who;
	int64_t id, person, number;
	char said[256];
	size_t count;

	/* Of somebody else's call nothing is made. */
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(call_start(f->d, &out, &id, NULL, &err));
	ticket.call_id = contact.call_id = id;
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(
	    ticket_new(f->d, &ticket, &person, &number, &err), OD_EDENIED);
	assert_rc(contact_new(f->d, &contact, &person, &err), OD_EDENIED);
	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	assert_ok(ticket_new(f->d, &ticket, &id, &number, &err));
	assert_int_equal(number, 1);
	assert_ok(ticket_links(f->d, id, &rows, &count, &err));
	assert_int_equal(count, 1);
	free(rows);
	assert_ok(call_get(f->d, ticket.call_id, &made, &err));
	assert_int_equal(made.ticket_id, id);
	call_clear(&made);
	assert_ok(contact_new(f->d, &contact, &person, &err));
	assert_ok(call_get(f->d, ticket.call_id, &made, &err));
	assert_int_equal(made.contact_id, person);
	call_clear(&made);
	/* Each is one step back. */
	assert_ok(op_undo(f->d, said, &err));
	assert_ok(contact_get(f->d, person, &who, &err));
	assert_int_not_equal(who.deleted_at, 0);
	contact_clear(&who);
	assert_ok(op_undo(f->d, said, &err));
	assert_ok(ticket_get(f->d, id, &read, &err));
	assert_int_not_equal(read.deleted_at, 0);
	ticket_clear(&read);
	assert_ok(call_get(f->d, ticket.call_id, &made, &err));
	assert_int_equal(made.ticket_id, 0);
	assert_int_equal(made.contact_id, 0);
	call_clear(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(ticket_link__to_each_kind__is_listed_from_both_sides),
	    DESK_TEST(ticket_links__to_what_one_may_not_read__have_no_name),
	    DESK_TEST(ticket_split__chosen_parts__become_a_ticket_of_their_own),
	    DESK_TEST(ticket_timeline__by_pages__is_the_same_as_at_once),
	    DESK_TEST(ticket_timeline__talk_of_another_team__is_left_out),
	    DESK_TEST(
		ticket_and_contact__made_of_a_call__come_and_go_with_their_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
