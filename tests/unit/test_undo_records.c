/*
 * Every undoable operation of the records: undo gives back the desk as it
 * was, redo the desk as it became.
 */
#include "common/clock.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "db/records/ticket_split.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/undo_table.h"

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

	for (size_t i = 0; i < undoable_count; i++) {
		const struct undoable *u = &undoables[i];
		const char *name = op_def(u->id)->name;
		struct err err = ERR_INIT;
		char *before, *after, said[256], again[256];
		struct given g;

		desk_test_teardown(state);
		desk_test_setup(state);
		f = *state;
		undo_prepare(f, &g);
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

/* What u will say, in the language of whoever did it. */
static void
undo__sentences__are_in_both_languages(void **state)
{
	static const enum lang langs[] = {LANG_EN, LANG_ES};

	for (size_t i = 0; i < undoable_count; i++) {
		const struct undoable *u = &undoables[i];
		struct err err = ERR_INIT;
		struct desk_fixture *f;
		char said[2][256];
		struct given g;

		desk_test_teardown(state);
		desk_test_setup(state);
		f = *state;
		undo_prepare(f, &g);
		desk_fixture_act(f, FIXTURE_TENANT, u->login);
		for (size_t k = 0; k < 2; k++) {
			i18n_set_process(langs[k]);
			if (u->run(f->d, &g, &err) != 0)
				fail_msg("%s: %s", op_def(u->id)->name,
				    err.text);
			i18n_set_process(LANG_EN);
			assert_ok(op_undo(f->d, said[k], &err));
		}
		if (strcmp(said[0], said[1]) == 0)
			fail_msg("%s says in both languages: %s",
			    op_def(u->id)->name, said[0]);
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
		for (size_t i = 0; i < undoable_count; i++)
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

	undo_prepare(f, &g);
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

	undo_prepare(f, &g);
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
	    DESK_TEST(undo__sentences__are_in_both_languages),
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
