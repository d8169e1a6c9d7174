/* What is begun in a ticket's form outlives the console. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tests/lib/console_test.h"

static int64_t
draft_rows(struct console_fixture *f)
{
	struct err err = ERR_INIT;
	int64_t n = -1;

	assert_int_equal(db_int(f->desk.d->db, &n,
			     "SELECT count(*) FROM drafts", NO_BINDS, &err),
	    0);
	return n;
}

static void
tick(struct console_fixture *f)
{
	clock_fake_advance(2100 * US_PER_MS);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
}

/* Somebody else changes the ticket meanwhile. */
static void
change(struct console_fixture *f, int64_t id, const char *field,
    const char *value)
{
	struct change c = {field, b_text(value)};
	struct err err = ERR_INIT;
	struct ticket t = {0};

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(ticket_get(f->desk.d, id, &t, &err), 0);
	assert_int_equal(
	    ticket_edit(f->desk.d, id, t.version, &c, 1, &err), 0);
	ticket_clear(&t);
}

static void
form__killed_console__is_there_again(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	console_fixture_type(f, "Sin fibra");
	tick(f);
	assert_int_equal(draft_rows(f), 1);
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_desk, 0);
	golden_check(f->ui, "desk", "new-ticket", LANG_ES, 80, 24, 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Sin fibra"));
	assert_true(console_fixture_shows(f, "What you had begun"));
	console_fixture_keys(f, "C-s");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
	assert_int_equal(draft_rows(f), 0);
}

static void
form__changed_meanwhile__is_a_conflict_even_later(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	console_fixture_type(f, " roto");
	tick(f);
	console_fixture_end(f);
	change(f, id, "subject", "Router quemado");
	change(f, id, "category", "hardware");
	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "Router roto"));
	assert_true(console_fixture_shows(f, "hardware"));
	console_fixture_keys(f, "C-s");
	/* Theirs and ours, and only the field that both changed. */
	assert_true(console_fixture_shows(f, "Router quemado"));
	assert_true(console_fixture_shows(f, "Router roto"));
	assert_int_equal(draft_rows(f), 1);
}

static void
form__unchanged__leaves_no_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id =
	    console_seed_ticket(f, 30, "Router", 3, 3, NULL, "operator");

	console_fixture_start(f, "operator", &scr_ticket, id);
	console_fixture_keys(f, "e");
	tick(f);
	assert_int_equal(draft_rows(f), 0);
	console_fixture_type(f, "x");
	tick(f);
	assert_int_equal(draft_rows(f), 1);
	console_fixture_keys(f, "Backspace");
	tick(f);
	assert_int_equal(draft_rows(f), 0);
	console_fixture_keys(f, "Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_ticket);
}

/* The sentence is made when the text is pasted, in the language of then. */
static void
form__paste_too_long__says_that_its_end_is_missing(void **state)
{
	static const enum lang langs[] = {LANG_ES, LANG_EN, LANG_ES};
	struct console_fixture *f = *state;
	char text[301];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	console_fixture_start(f, "operator", &scr_tickets, 0);
	console_fixture_keys(f, "n");
	for (int i = 0; i < 3; i++) {
		i18n_set_process(langs[i]);
		ui_paste(f->ui, text, strlen(text), false);
		golden_check(f->ui, "tickets", "paste-cut", langs[i],
		    i == 2 ? 40 : 80, i == 2 ? 10 : 24, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(form__killed_console__is_there_again),
	    SCREEN_TEST(form__changed_meanwhile__is_a_conflict_even_later),
	    SCREEN_TEST(form__paste_too_long__says_that_its_end_is_missing),
	    SCREEN_TEST(form__unchanged__leaves_no_draft),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
