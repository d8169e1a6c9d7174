/*
 * Every undoable operation of the records: undo gives back the desk as it
 * was, redo the desk as it became.
 */
#include "common/clock.h"
#include "db/core/op.h"
#include "db/records/calendars.h"
#include "db/records/conversations.h"
#include "db/records/people.h"
#include "db/records/replies.h"
#include "db/records/staff.h"
#include "db/records/ticket_form.h"
#include "db/records/ticket_links.h"
#include "db/records/ticket_merge.h"
#include "db/records/ticket_split.h"
#include "db/records/ticket_sleep.h"
#include "tests/lib/desk_test.h"

/* Records to act upon, made before the first dump. */
struct given {
	int64_t team, company, division, contact, ticket, trashed;
	int64_t second, merged; /* tickets; merged into ticket */
	int64_t talk, closed; /* conversations */
	int64_t label, category, unused, field;
	int64_t comment, link;  /* of second */
	int64_t reply;
};

struct undoable {
	enum op_id id;
	const char *login;
	int (*run)(struct desk *d, const struct given *g, struct err *err);
};

static int
run_team_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return team_new(d, "Night", &id, err);
}

static int
run_team_edit(struct desk *d, const struct given *g, struct err *err)
{
	return team_edit(d, g->team, 0, "Day", err);
}

static int
run_team_delete(struct desk *d, const struct given *g, struct err *err)
{
	return team_delete(d, g->team, 0, err);
}

static int
run_company_new(struct desk *d, const struct given *g, struct err *err)
{
	struct company_new in = {.name = "Luna", .crm_id = "L"};
	int64_t id;

	(void)g;
	return company_new(d, &in, &id, err);
}

static int
run_company_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Ñu")}, {"notes", b_text("a\nb")}};

	return company_edit(d, g->company, 0, c, 2, err);
}

static int
run_company_delete(struct desk *d, const struct given *g, struct err *err)
{
	return company_delete(d, g->company, 0, err);
}

static int
run_division_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return division_new(d, g->company, "Lab", "D", &id, err);
}

static int
run_division_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c = {"name", b_text("Purchasing")};

	return division_edit(d, g->division, 0, &c, 1, err);
}

static int
run_division_delete(struct desk *d, const struct given *g, struct err *err)
{
	return division_delete(d, g->division, 0, err);
}

static int
run_contact_new(struct desk *d, const struct given *g, struct err *err)
{
	struct contact_new in = {.division_id = g->division,
	    .full_name = "Marta",
	    .phone_number = "600 777 888"};
	int64_t id;

	return contact_new(d, &in, &id, err);
}

static int
run_contact_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"full_name", b_text("Lucía Gómez")},
	    {"phone_number", b_text("600 999 000")},
	    {"division_id", b_int(g->division)}};

	return contact_edit(d, g->contact, 0, c, 3, err);
}

static int
run_contact_delete(struct desk *d, const struct given *g, struct err *err)
{
	return contact_delete(d, g->contact, 0, err);
}

static int
run_ticket_new(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_new in = {
	    .subject = "New", .contact_id = g->contact, .tags = "a"};
	int64_t id, number;

	return ticket_new(d, &in, &id, &number, err);
}

static int
run_ticket_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"subject", b_text("Other words")},
	    {"urgency", b_int(5)}, {"contact_id", b_null()}};

	return ticket_edit(d, g->ticket, 0, c, 3, err);
}

static int
run_ticket_state(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_set_state(d, g->ticket, 0, TICKET_CLOSED, "", 0, err);
}

static int
run_ticket_assign(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_assign(
	    d, g->ticket, 0, d->actor.id, g->team, "Please", err);
}

static int
run_ticket_comment(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return ticket_comment(
	    d, g->ticket, COMMENT_REPLY, "It works", &id, err);
}

static int
run_ticket_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_delete(d, g->ticket, 0, err);
}

static int
run_ticket_restore(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_restore(d, g->trashed, err);
}

static int
run_ticket_merge(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_merge(d, g->second, 0, g->ticket, 0, NULL, err);
}

static int
run_ticket_unmerge(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_unmerge(d, g->merged, 0, NULL, err);
}

static int
run_ticket_split(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_split in = {.comments = &g->comment, .comment_count = 1};
	int64_t id, number;

	return ticket_split(d, g->second, 0, &in, &id, &number, err);
}

static int
run_ticket_link(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_link_new in = {
	    .kind = LINK_TICKET, .record_id = g->second};
	int64_t id;

	return ticket_link(d, g->ticket, &in, &id, err);
}

static int
run_ticket_unlink(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_unlink(d, g->second, g->link, err);
}

static int
run_talk_claim(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_claim(d, g->talk, 0, err);
}

static int
run_talk_assign(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_assign(d, g->talk, 0, d->actor.id, 0, "Yours", err);
}

static int
run_talk_close(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_close(d, g->talk, 0, err);
}

static int
run_talk_reopen(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_reopen(d, g->closed, 0, err);
}

static int
run_talk_note(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	return conversation_note(d, g->talk, "She called twice", &id, err);
}

static int
run_talk_link(struct desk *d, const struct given *g, struct err *err)
{
	return conversation_link_ticket(d, g->talk, g->ticket, err);
}

static int
run_talk_ticket(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id, number;

	return ticket_from_conversation(d, g->talk, NULL, &id, &number, err);
}

static int
run_status_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_status_new(d, "Parts", TICKET_WAITING, 0, &id, err);
}

static int
run_status_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"name", b_text("Lab")}, {"position", b_int(9)}};

	return ticket_status_edit(d, g->label, 0, c, 2, err);
}

static int
run_status_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_status_delete(d, g->label, 0, err);
}

static int
run_category_new(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_category_new(d, NULL, "Telefonía", 0, &id, err);
}

static int
run_category_back(struct desk *d, const struct given *g, struct err *err)
{
	int64_t id;

	(void)g;
	return ticket_category_new(d, "old", "Older", 7, &id, err);
}

static int
run_category_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c = {"name", b_text("Machines")};

	return ticket_category_edit(d, g->category, 0, &c, 1, err);
}

static int
run_category_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_category_delete(d, g->unused, 0, err);
}

static int
run_field_new(struct desk *d, const struct given *g, struct err *err)
{
	struct ticket_field_new in = {.name = "Colour",
	    .choices = "red\nblue",
	    .category_id = g->category,
	    .type = TICKET_FIELD_CHOICE};
	int64_t id;

	return ticket_field_new(d, &in, &id, err);
}

static int
run_field_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"type", b_int(TICKET_FIELD_NUMBER)},
	    {"category_id", b_null()}, {"required", b_int(1)}};

	return ticket_field_edit(d, g->field, 0, c, 3, err);
}

static int
run_field_delete(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_field_delete(d, g->field, 0, err);
}

static int
run_ticket_fields(struct desk *d, const struct given *g, struct err *err)
{
	const struct ticket_given v = {"serial", "A 77"};
	struct change c = {"category", b_text("Hardware")};

	return ticket_edit_form(d, g->ticket, 0, &c, 1, &v, 1, err);
}

static int
run_ticket_new_fields(struct desk *d, const struct given *g, struct err *err)
{
	const struct ticket_given v = {"serial", "A 77"};
	struct ticket_new in = {.subject = "New",
	    .category = "hardware",
	    .given = &v,
	    .given_count = 1};
	int64_t id, number;

	(void)g;
	return ticket_new(d, &in, &id, &number, err);
}

static int
run_ticket_label(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_set_status(d, g->ticket, 0, g->label, "", 0, err);
}

static int
run_promise_set(struct desk *d, const struct given *g, struct err *err)
{
	const struct promise in = {
	    .name = "Gold", .first_us = 1, .company_id = g->company};
	int64_t id;

	return promise_set(d, &in, &id, err);
}

static int
run_promise_delete(struct desk *d, const struct given *g, struct err *err)
{
	struct promise *rows;
	size_t count;
	int rc = promise_list(d, &rows, &count, err);

	(void)g;
	if (rc == 0)
		rc = promise_delete(d, rows[0].id, err);
	free(rows);
	return rc;
}

static int
run_snooze(struct desk *d, const struct given *g, struct err *err)
{
	return ticket_snooze(
	    d, g->ticket, 0, clock_wall_us() + US_PER_DAY, true, err);
}

static int
run_reply_new(struct desk *d, const struct given *g, struct err *err)
{
	struct reply_new in = {
	    .title = "Bye", .body = "Until soon", .team_id = d->actor.team_id};
	int64_t id;

	(void)g;
	return reply_new(d, &in, &id, err);
}

static int
run_reply_edit(struct desk *d, const struct given *g, struct err *err)
{
	struct change c[] = {{"title", b_text("Hello")},
	    {"body", b_text("Hello\nto you")}, {"lang", b_text("en")}};

	return reply_edit(d, g->reply, 0, c, 3, err);
}

static int
run_reply_delete(struct desk *d, const struct given *g, struct err *err)
{
	return reply_delete(d, g->reply, 0, err);
}

static const struct undoable undoables[] = {
    {OP_PROMISE_SET, "supervisor", run_promise_set},
    {OP_PROMISE_DELETE, "supervisor", run_promise_delete},
    {OP_TICKET_SNOOZE, "supervisor", run_snooze},
    {OP_TEAM_NEW, "admin", run_team_new},
    {OP_TEAM_EDIT, "admin", run_team_edit},
    {OP_TEAM_DELETE, "admin", run_team_delete},
    {OP_COMPANY_NEW, "supervisor", run_company_new},
    {OP_COMPANY_EDIT, "supervisor", run_company_edit},
    {OP_COMPANY_DELETE, "supervisor", run_company_delete},
    {OP_DIVISION_NEW, "supervisor", run_division_new},
    {OP_DIVISION_EDIT, "supervisor", run_division_edit},
    {OP_DIVISION_DELETE, "supervisor", run_division_delete},
    {OP_CONTACT_NEW, "supervisor", run_contact_new},
    {OP_CONTACT_EDIT, "supervisor", run_contact_edit},
    {OP_CONTACT_DELETE, "supervisor", run_contact_delete},
    {OP_TICKET_NEW, "supervisor", run_ticket_new},
    {OP_TICKET_EDIT, "supervisor", run_ticket_edit},
    {OP_TICKET_STATE, "supervisor", run_ticket_state},
    {OP_TICKET_ASSIGN, "supervisor", run_ticket_assign},
    {OP_TICKET_COMMENT, "supervisor", run_ticket_comment},
    {OP_TICKET_DELETE, "supervisor", run_ticket_delete},
    {OP_TICKET_RESTORE, "supervisor", run_ticket_restore},
    {OP_TICKET_MERGE, "supervisor", run_ticket_merge},
    {OP_TICKET_UNMERGE, "supervisor", run_ticket_unmerge},
    {OP_TICKET_SPLIT, "supervisor", run_ticket_split},
    {OP_TICKET_LINK, "supervisor", run_ticket_link},
    {OP_TICKET_UNLINK, "supervisor", run_ticket_unlink},
    {OP_TICKET_NEW, "operator", run_talk_ticket},
    {OP_CONVERSATION_CLAIM, "operator", run_talk_claim},
    {OP_CONVERSATION_ASSIGN, "operator", run_talk_assign},
    {OP_CONVERSATION_CLOSE, "operator", run_talk_close},
    {OP_CONVERSATION_REOPEN, "operator", run_talk_reopen},
    {OP_CONVERSATION_NOTE, "operator", run_talk_note},
    {OP_CONVERSATION_LINK, "operator", run_talk_link},
    {OP_REPLY_NEW, "supervisor", run_reply_new},
    {OP_REPLY_EDIT, "admin", run_reply_edit},
    {OP_REPLY_DELETE, "admin", run_reply_delete},
    {OP_STATUS_NEW, "admin", run_status_new},
    {OP_STATUS_EDIT, "admin", run_status_edit},
    {OP_STATUS_DELETE, "admin", run_status_delete},
    {OP_CATEGORY_NEW, "admin", run_category_new},
    {OP_CATEGORY_NEW, "admin", run_category_back},
    {OP_CATEGORY_EDIT, "admin", run_category_edit},
    {OP_CATEGORY_DELETE, "admin", run_category_delete},
    {OP_FIELD_NEW, "admin", run_field_new},
    {OP_FIELD_EDIT, "admin", run_field_edit},
    {OP_FIELD_DELETE, "admin", run_field_delete},
    {OP_TICKET_EDIT, "supervisor", run_ticket_fields},
    {OP_TICKET_NEW, "supervisor", run_ticket_new_fields},
    {OP_TICKET_STATE, "supervisor", run_ticket_label},
};
#define UNDOABLES (sizeof(undoables) / sizeof(undoables[0]))

static int64_t
make_talk(struct desk_fixture *f, int64_t contact, const char *peer, int state)
{
	struct err err = ERR_INIT;
	int64_t id;

	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_insert(f->d->db, &id,
	    "INSERT INTO conversations(tenant_id, contact_id, channel,"
	    " channel_kind, peer, state, closed_us, last_message_us,"
	    " created_at, updated_at)"
	    " VALUES($1,$2,'soporte',1,$3,$4,$5,1,1,1) RETURNING id",
	    BINDS(b_int(f->d->actor.tenant_id), b_int(contact), b_text(peer),
		b_int(state), b_ref(state)),
	    &err));
	assert_ok(db_commit(f->d->db, &err));
	return id;
}

static void
prepare_form(struct desk_fixture *f, struct given *g)
{
	struct ticket_field_new field = {.name = "Serial"};
	struct err err = ERR_INIT;
	int64_t old;

	assert_ok(ticket_status_new(
	    f->d, "Workshop", TICKET_OPEN, 0, &g->label, &err));
	assert_ok(
	    ticket_category_new(f->d, NULL, "Hardware", 0, &g->category, &err));
	assert_ok(
	    ticket_category_new(f->d, NULL, "Unused", 0, &g->unused, &err));
	assert_ok(ticket_category_new(f->d, "old", "Old", 0, &old, &err));
	assert_ok(ticket_category_delete(f->d, old, 0, &err));
	field.category_id = g->category;
	assert_ok(ticket_field_new(f->d, &field, &g->field, &err));
}

static void
prepare(struct desk_fixture *f, struct given *g)
{
	struct company_new co = {.name = "Sol", .notes = "old"};
	struct ticket_new in = {.subject = "Broken", .description = "very"};
	struct ticket_link_new call = {.kind = LINK_CALL, .name = "c-1"};
	const struct reply_new reply = {.title = "Hi",
	    .body = "Hi to you",
	    .operator_id = f->demo.mate};
	struct err err = ERR_INIT;
	int64_t number, comment;

	desk_fixture_act(f, FIXTURE_TENANT, NULL);
	assert_ok(team_new(f->d, "Empty", &g->team, &err));
	prepare_form(f, g);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(company_new(f->d, &co, &g->company, &err));
	assert_ok(
	    division_new(f->d, g->company, "Office", NULL, &g->division, &err));
	g->contact = in.contact_id =
	    desk_fixture_contact(f, "Lucía", "600 111 222");
	assert_ok(ticket_new(f->d, &in, &g->ticket, &number, &err));
	in.tags = "loud";
	assert_ok(ticket_new(f->d, &in, &g->second, &number, &err));
	assert_ok(ticket_comment(
	    f->d, g->second, COMMENT_NOTE, "Again", &g->comment, &err));
	assert_ok(ticket_link(f->d, g->second, &call, &g->link, &err));
	assert_ok(ticket_new(f->d, &in, &g->merged, &number, &err));
	assert_ok(ticket_comment(
	    f->d, g->merged, COMMENT_NOTE, "As before", &comment, &err));
	assert_ok(ticket_merge(f->d, g->merged, 0, g->ticket, 0, NULL, &err));
	assert_ok(ticket_new(f->d, &in, &g->trashed, &number, &err));
	assert_ok(ticket_delete(f->d, g->trashed, 0, &err));
	assert_ok(reply_new(f->d, &reply, &g->reply, &err));
	g->talk = make_talk(f, g->contact, "34600111222", 0);
	g->closed = make_talk(f, g->contact, "34600333444", 2);
}

static void
expect_desk(struct desk_fixture *f, const char *expected, const char *op,
    const char *when)
{
	char *now = desk_fixture_dump(f);

	if (strcmp(now, expected) != 0) {
		print_message(
		    "%s, %s:\n%s\nexpected:\n%s\n", op, when, now, expected);
		fail();
	}
	free(now);
}

static void
undo_and_redo__every_operation__give_the_desk_back(void **state)
{
	struct desk_fixture *f = *state;

	for (size_t i = 0; i < UNDOABLES; i++) {
		const struct undoable *u = &undoables[i];
		const char *name = op_def(u->id)->name;
		struct err err = ERR_INIT;
		char *before, *after, said[256], again[256];
		struct given g;

		desk_test_teardown(state);
		desk_test_setup(state);
		f = *state;
		prepare(f, &g);
		desk_fixture_act(f, FIXTURE_TENANT, u->login);
		before = desk_fixture_dump(f);
		if (u->run(f->d, &g, &err) != 0)
			fail_msg("%s: %s", name, err.text);
		after = desk_fixture_dump(f);
		assert_string_not_equal(before, after);
		for (int round = 0; round < 2; round++) {
			assert_ok(op_undo(f->d, said, &err));
			expect_desk(f, before, name, "undone");
			assert_ok(op_redo(f->d, again, &err));
			expect_desk(f, after, name, "done again");
			assert_string_equal(said, again);
		}
		assert_true(said[0] != '\0');
		assert_string_not_equal(said, op_def(u->id)->label);
		free(before);
		free(after);
	}
}

static void
undoables__of_the_table__are_all_tried(void **state)
{
	(void)state;
	for (int id = 0; id < OP_COUNT; id++) {
		const struct op_def *def = op_def((enum op_id)id);
		bool tried = false;

		if ((def->flags & OP_UNDOABLE) == 0)
			continue;
		for (size_t i = 0; i < UNDOABLES; i++)
			tried |= undoables[i].id == (enum op_id)id;
		if (!tried)
			fail_msg("%s is not tried", def->name);
	}
}

static void
undo__something_newer_stands_on_it__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct change mine = {"subject", b_text("Mine")};
	struct change newer = {"subject", b_text("Newer")};
	struct err err = ERR_INIT;
	char *before, said[256];
	struct given g;

	prepare(f, &g);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_edit(f->d, g.ticket, 0, &mine, 1, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(ticket_edit(f->d, g.ticket, 0, &newer, 1, &err));
	before = desk_fixture_dump(f);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	expect_desk(f, before, "ticket.edit", "after the refusal");
	free(before);
}

static void
undo__of_a_ticket_with_a_comment__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct ticket_new in = {.subject = "x"};
	struct err err = ERR_INIT;
	int64_t id, number, comment;
	char said[256];

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	clock_fake_wall(1000 * US_PER_DAY);
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	clock_fake_advance(1);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	assert_ok(ticket_comment(
	    f->d, id, COMMENT_REPLY, "I know it", &comment, &err));
	clock_fake_advance(1);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	clock_fake_wall(0);
}

/* Makes a ticket, changes it and comments on it, each a moment later. */
static int64_t
make_change_comment(struct desk_fixture *f)
{
	struct ticket_new in = {.subject = "x"};
	struct change mine = {"subject", b_text("y")};
	struct err err = ERR_INIT;
	int64_t id, number, comment;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(ticket_new(f->d, &in, &id, &number, &err));
	clock_fake_advance(1);
	assert_ok(ticket_edit(f->d, id, 0, &mine, 1, &err));
	clock_fake_advance(1);
	assert_ok(ticket_comment(
	    f->d, id, COMMENT_REPLY, "I know it", &comment, &err));
	clock_fake_advance(1);
	return id;
}

static void
undo__of_all_that_was_done__reaches_the_beginning(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char *before, *after, said[256];

	clock_fake_wall(1000 * US_PER_DAY);
	before = desk_fixture_dump(f);
	(void)make_change_comment(f);
	after = desk_fixture_dump(f);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3; i++) {
			assert_ok(op_undo(f->d, said, &err));
			clock_fake_advance(1);
		}
		expect_desk(f, before, "all", "undone");
		for (int i = 0; i < 3; i++) {
			assert_ok(op_redo(f->d, said, &err));
			clock_fake_advance(1);
		}
		expect_desk(f, after, "all", "done again");
	}
	free(before);
	free(after);
	clock_fake_wall(0);
}

/* What others did between them is not covered by one's own undo. */
static void
undo__of_the_beginning__is_refused_when_others_came_between(void **state)
{
	struct desk_fixture *f = *state;
	struct change mine = {"subject", b_text("z")};
	struct change theirs = {"category", b_text("nets")};
	struct err err = ERR_INIT;
	int64_t id, comment;
	char said[256];

	for (int with_comment = 0; with_comment < 2; with_comment++) {
		clock_fake_wall((1000 + with_comment) * US_PER_DAY);
		id = make_change_comment(f);
		desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
		if (with_comment != 0)
			assert_ok(ticket_comment(f->d, id, COMMENT_NOTE,
			    "Mine too", &comment, &err));
		else
			assert_ok(ticket_edit(f->d, id, 0, &theirs, 1, &err));
		clock_fake_advance(1);
		desk_fixture_act(f, FIXTURE_TENANT, "operator");
		assert_ok(ticket_edit(f->d, id, 0, &mine, 1, &err));
		for (int i = 0; i < 3; i++) {
			clock_fake_advance(1);
			assert_ok(op_undo(f->d, said, &err));
		}
		clock_fake_advance(1);
		assert_rc(op_undo(f->d, said, &err), OD_ECONFLICT);
	}
	clock_fake_wall(0);
}

static void
undo__of_another_operator__has_nothing(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct given g;
	char said[256];

	prepare(f, &g);
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(op_undo(f->d, said, &err), OD_ENOTFOUND);
	assert_rc(op_redo(f->d, said, &err), OD_ENOTFOUND);
	desk_fixture_act(f, FIXTURE_TENANT, "auditor");
	assert_rc(op_undo(f->d, said, &err), OD_EDENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(undo_and_redo__every_operation__give_the_desk_back),
	    cmocka_unit_test(undoables__of_the_table__are_all_tried),
	    DESK_TEST(undo__something_newer_stands_on_it__is_refused),
	    DESK_TEST(undo__of_a_ticket_with_a_comment__is_refused),
	    DESK_TEST(undo__of_all_that_was_done__reaches_the_beginning),
	    DESK_TEST(
		undo__of_the_beginning__is_refused_when_others_came_between),
	    DESK_TEST(undo__of_another_operator__has_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
