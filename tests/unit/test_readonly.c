/*
 * The console with --readonly: every row of its palette that changes something
 * is refused with a sentence, on every screen; the others work; the desk stays
 * as it is in every row, and no draft is kept in it or beside it.
 *
 * Turned red by: NEED_WRITABLE left out of one row of the tables; a desk that
 * is opened for writing all the same.
 */
#include "db/records/approvals.h"
#include "db/records/retention.h"
#include "db/records/seat.h"
#include "tests/lib/all_rows.h"
#include "tests/lib/golden.h"
#include "tests/lib/inbox_fixture.h"
#include "tests/lib/console_seed.h"
#include "tui/screens/screens.h"
#include <ftw.h>

/* A desk for reading only has neither. */
#define REFUSED ((unsigned)NEED_WRITABLE | (unsigned)NEED_DRAFTS)

static int
setup(void **state)
{
	struct console_fixture *f = calloc(1, sizeof(*f));

	console_fixture_make(f);
	f->readonly = true;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	console_fixture_remove(*state);
	free(*state);
	return 0;
}

/* Something to be changed on every screen; the ticket. */
static int64_t
seed(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t talk = inbox_fixture_list(f);
	int64_t id = console_seed_ticket(
	    f, 90, "Sin red en la sala", 3, 3, NULL, "operator");

	inbox_fixture_templates(f);
	console_seed_send(f, talk, "operator", "¿Sigue ahí?", OUTBOX_DEAD);
	console_seed_event(f, 15, "[]", "There is no entry in it");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "mate");
	clock_fake_wall(CONSOLE_FIXTURE_NOW);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(draft_save(f->desk.d, RECORD_CONVERSATION, talk,
			     DRAFT_REPLY, "Un momento", 3, 0, &err),
	    0);
	assert_int_equal(draft_save(f->desk.d, RECORD_TICKET, id, DRAFT_NOTE,
			     "Le llamo", 3, 0, &err),
	    0);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	assert_int_equal(
	    retention_set(f->desk.d, RETENTION_DRAFTS, 60, &err), OD_EWAITS);
	return id;
}

static bool
changes(const struct command *cmd)
{
	return (cmd->needs & NEED_DRAFT) != 0 ||
	       (cmd->operation != NULL &&
		   (op_def(op_by_name(cmd->operation))->flags & OP_READ) == 0);
}

static void
palette__every_row_that_changes__wants_a_desk_to_write(void **state)
{
	struct console_fixture *f = *state;
	const struct command *cmd;
	int seen = 0;

	console_fixture_start(f, "operator", &scr_desk, 0);
	for (size_t i = 0; (cmd = commands_at(ui_commands(f->ui), i)) != NULL;
	     i++) {
		/* Card data is silenced whatever became of the desk. */
		if (!changes(cmd) || strcmp(cmd->name, "call.silence") == 0)
			continue;
		seen++;
		if ((cmd->needs & REFUSED) == 0)
			fail_msg("%s: no NEED_WRITABLE", cmd->name);
	}
	assert_true(seen >= 20);
}

static struct str *listed; /* of the walk below */

static int
list_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st, (void)at;
	/* The engine's own, while somebody has the desk open. */
	if (kind == FTW_F && strstr(path, "-shm") == NULL &&
	    strstr(path, "-wal") == NULL)
		str_addf(listed, "%s\n", path);
	return 0;
}

/* All that stands at the desk: rows, and files beside it. */
static char *
whole(struct console_fixture *f)
{
	char *rows = all_rows(f->desk.d->db);
	struct str out = STR_INIT;

	str_add(&out, rows);
	free(rows);
	listed = &out;
	assert_int_equal(nftw(f->desk.tmp.dir, list_entry, 8, FTW_PHYS), 0);
	return str_take(&out);
}

static void
back_to(struct console_fixture *f, const struct screen_ops *ops, int64_t id)
{
	struct err err = ERR_INIT;

	for (int i = 0; i < 5 && ui_top(f->ui)->ops != ops; i++)
		console_fixture_keys(f, "Esc");
	if (ui_top(f->ui)->ops != ops)
		assert_int_equal(ui_switch(f->ui, ops, id, NULL, &err), 0);
	console_fixture_settle(f);
}

static int refused, ran;

/*
 * Run a row of the palette, and type what a form or question that it opens
 * would be told.
 */
static void
run_row(struct console_fixture *f, const struct command *cmd,
    const struct screen_ops *ops, int64_t id)
{
	struct err err = ERR_INIT;

	assert_int_equal(ui_run(f->ui, cmd->name, &err), 0);
	console_fixture_settle(f);
	if ((cmd->needs & REFUSED) != 0) {
		if (!console_fixture_shows(f,
			"The desk is open read-only: nothing can be changed"))
			fail_msg("%s on %s: no refusal", cmd->name, ops->name);
		assert_ptr_equal(ui_top(f->ui)->ops, ops);
		refused++;
		return;
	}
	ran++;
	console_fixture_type(f, "x");
	console_fixture_keys(f, "C-s Enter C-t");
	back_to(f, ops, id);
}

/* Rows that end the console, or hand the terminal away. */
static bool
is_left_out(const struct command *cmd)
{
	return cmd->nav != NAV_NONE || strncmp(cmd->name, "app.", 4) == 0;
}

static void
try_screen(struct console_fixture *f, const char *login,
    const struct screen_ops *ops, int64_t id, const char *keys)
{
	const struct command *cmd;

	console_fixture_start(f, login, ops, id);
	assert_true(console_fixture_shows(f, "read-only"));
	for (size_t i = 0; (cmd = commands_at(ui_commands(f->ui), i)) != NULL;
	     i++) {
		if (!command_fits(cmd, ops->name) || is_left_out(cmd))
			continue;
		console_fixture_keys(f, keys);
		/* Of another role; see test_permissions. */
		if (cmd->operation == NULL ||
		    model_may(f->app.model, cmd->operation))
			run_row(f, cmd, ops, id);
	}
	console_fixture_end(f);
}

static void
screens__everything_tried__change_nothing(void **state)
{
	static const char *const logins[] = {"operator", "supervisor", "admin"};
	struct console_fixture *f = *state;
	int64_t ticket = seed(f);
	char *before = whole(f), *after;

	for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		try_screen(f, logins[i], &scr_desk, 0, "gg");
		try_screen(f, logins[i], &scr_inbox, 0, "gg");
		try_screen(f, logins[i], &scr_tickets, 0, "gg");
		try_screen(f, logins[i], &scr_ticket, ticket, "gg");
		for (int tab = 1; tab <= 4; tab++) {
			char keys[] = {(char)('0' + tab), ' ', 'g', 'g', '\0'};

			try_screen(f, logins[i], &scr_system, 0, keys);
		}
		after = whole(f);
		assert_string_equal(before, after);
		free(after);
	}
	free(before);
	assert_true(refused > 100 && ran > 100);
}

/* One with a draft of his own opens it, and goes on typing. */
static void
drafts__begun_before__are_kept_as_they_were(void **state)
{
	struct console_fixture *f = *state;
	int64_t ticket = seed(f);
	char *before = whole(f), *after;

	console_fixture_start(f, "operator", &scr_inbox, 0);
	for (int row = 0; row < 6; row++) {
		console_fixture_keys(f, "Enter r");
		console_fixture_type(f, "nada de esto");
		console_fixture_keys(f, "C-s Esc Esc j");
	}
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "ni de esto");
	console_fixture_keys(f, "C-s Esc Esc");
	console_fixture_end(f);
	after = whole(f);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		palette__every_row_that_changes__wants_a_desk_to_write, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		screens__everything_tried__change_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		drafts__begun_before__are_kept_as_they_were, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
