/*
 * Somebody begins to write while the database server is away: no letter is a
 * command, what is typed is kept in a file, and stands once behind the draft
 * that the desk had, as soon as the server is back.
 *
 * Turned red by: what was kept and taken in not looked for at the draft's end;
 * keys that are refused as those that write are.
 *
 * PostgreSQL only: a desk in a file has no server that goes away.
 */
#include "tests/lib/console_test.h"

#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tests/lib/engine.h"
#include "tests/lib/inbox_fixture.h"
#include "tui/model/model_seat.h"
#include "tui/screens/screens.h"
#include <glob.h>
#include <stdio.h>

/* Commands of both screens, were they no text. */
#define HASTY "Ya vamos, sea paciente"
#define WHOLE "Buenos días:\n" HASTY "."

static void
leave_draft(struct console_fixture *f, enum record_kind kind, int64_t id)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_ok(draft_save(f->desk.d, kind, id, DRAFT_REPLY,
	    "Buenos días:", 0, 0, &err));
}

static bool
shows_soon(struct console_fixture *f, const char *text)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (!console_fixture_shows(f, text) && clock_mono_us() < limit) {
		uv_run(&f->app.loop, UV_RUN_NOWAIT);
		ui_notify(f->ui, NOTICE_TICK, 0);
		console_fixture_settle(f);
	}
	return console_fixture_shows(f, text);
}

/* As app.c does it. */
static void
await_away(struct console_fixture *f, bool is_away)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;

	while (model_is_away(f->app.model) != is_away &&
	       clock_mono_us() < limit)
		uv_run(&f->app.loop, UV_RUN_ONCE);
	if (!is_away)
		model_take_drafts(f->app.model);
}

/* While somebody types nothing more, two seconds later. */
static void
await_file(struct console_fixture *f)
{
	int64_t limit = clock_mono_us() + 60 * US_PER_SECOND;
	char pattern[600];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/*.draft", f->desk.d->drafts_dir);
	while (glob(pattern, 0, NULL, &found) != 0 && clock_mono_us() < limit) {
		ui_notify(f->ui, NOTICE_TICK, 0);
		console_fixture_settle(f);
	}
	globfree(&found);
}

/* Typed before, while and after the server is away; sent then. */
static void
write_on(struct console_fixture *f, const struct screen_ops *ops)
{
	console_fixture_start(f, "operator", ops, 0);
	engine_away(f->desk.uri);
	await_away(f, true);
	console_fixture_keys(f, "r");
	console_fixture_type(f, HASTY);
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, HASTY));
	await_file(f);
	if (ops == &scr_inbox)
		assert_true(shows_soon(f, "draft kept"));
	console_fixture_type(f, ".");
	engine_back(f->desk.uri);
	await_away(f, false);
	assert_true(shows_soon(f, "Buenos días:"));
	desk_fixture_await_server(&f->desk);
	console_fixture_keys(f, "C-s");
}

static void
assert_no_draft(struct console_fixture *f, enum record_kind kind, int64_t id)
{
	struct err err = ERR_INIT;
	struct draft dr = {0};

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_rc(draft_get(f->desk.d, kind, id, DRAFT_REPLY, &dr, &err),
	    OD_ENOTFOUND);
}

static void
ticket__server_away__is_written_behind_the_draft(void **state)
{
	struct console_fixture *f = *state;
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	size_t count;
	int64_t id;

	id = console_seed_ticket(f, 90, "Avería en la centralita", 4, 4,
	    "Lucía Peña", "operator");
	leave_draft(f, RECORD_TICKET, id);
	write_on(f, &scr_tickets);
	assert_no_draft(f, RECORD_TICKET, id);
	assert_ok(ticket_comments(f->desk.d, id, &rows, &count, &err));
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].body, WHOLE);
	ticket_comments_free(&rows, count);
}

static void
inbox__server_away__is_written_behind_the_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = inbox_fixture_list(f);

	leave_draft(f, RECORD_CONVERSATION, id);
	write_on(f, &scr_inbox);
	assert_no_draft(f, RECORD_CONVERSATION, id);
	assert_int_equal(talk_int(&f->desk,
			     "SELECT count(*) FROM messages WHERE inbound = 0"
			     " AND body = '" WHOLE "'"),
	    1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(ticket__server_away__is_written_behind_the_draft),
	    SCREEN_TEST(inbox__server_away__is_written_behind_the_draft),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
