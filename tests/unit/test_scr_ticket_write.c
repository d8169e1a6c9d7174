/*
 * Opening a ticket: at its last word; and writing on it from its list: what is
 * typed goes into the editor, also while the card is still being read.
 */
#include "tests/lib/console_test.h"

#include "db/records/seat.h"
#include "db/records/tickets.h"
#include "tui/screens/ticket_do.h"

/* What is typed below is a card's command when the editor is not there. */
#define HASTY "Ya vamos, sea paciente"

static int64_t
make(struct console_fixture *f)
{
	return console_seed_ticket(
	    f, 90, "Avería en la centralita", 4, 4, "Lucía Peña", "operator");
}

static void
leave_draft(struct console_fixture *f, int64_t id, const char *text)
{
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(draft_save(f->desk.d, RECORD_TICKET, id, DRAFT_REPLY,
			     text, 0, 0, &err),
	    0);
}

static void
assert_draft(
    struct console_fixture *f, int64_t id, enum draft_slot slot, const char *is)
{
	struct draft dr = {0};
	struct err err = ERR_INIT;
	int rc;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	rc = draft_get(f->desk.d, RECORD_TICKET, id, slot, &dr, &err);
	assert_string_equal(rc == 0 ? dr.body : "", is);
	draft_clear(&dr);
}

/* The only comment of a ticket: its kind and words; NULL: there is none. */
static void
assert_comment(struct console_fixture *f, int64_t id, enum comment_kind kind,
    const char *text)
{
	struct ticket_comment *rows;
	struct err err = ERR_INIT;
	size_t count;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    ticket_comments(f->desk.d, id, &rows, &count, &err), 0);
	assert_int_equal(count, text != NULL);
	if (text != NULL) {
		assert_int_equal(rows[0].kind, kind);
		assert_string_equal(rows[0].body, text);
	}
	ticket_comments_free(&rows, count);
}

static bool
is_read(const struct console_fixture *f)
{
	const struct screen *top = ui_top(f->ui);

	assert_ptr_equal(top->ops, &scr_ticket);
	return ticket_card_of(top) != NULL;
}

/* No answer comes before the console is left to settle. */
static void
begin(struct console_fixture *f, const char *keys, const char *text)
{
	golden_keys(f->ui, keys);
	ui_paint(f->ui, f->grid);
	golden_type(f->ui, text);
	ui_paint(f->ui, f->grid);
	assert_false(is_read(f));
}

static void
write__from_the_list__types_before_the_card_is_read(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_tickets, 0);
	begin(f, "r", HASTY);
	assert_true(console_fixture_shows(f, HASTY));
	golden_check(f->ui, "ticket-write", "early", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket-write", "early", LANG_EN, 40, 10, 0);
	console_fixture_settle(f);
	assert_true(is_read(f));
	golden_check(f->ui, "ticket-write", "read", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket-write", "read", LANG_EN, 40, 10, 0);
	console_fixture_type(f, "!");
	console_fixture_keys(f, "C-s");
	assert_comment(f, id, COMMENT_REPLY, HASTY "!");
}

static void
write__note_from_the_list__stays_a_note(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_tickets, 0);
	begin(f, "N", HASTY);
	golden_keys(f->ui, "C-t");
	assert_false(is_read(f));
	console_fixture_settle(f);
	assert_comment(f, id, COMMENT_NOTE, HASTY);
	/* The card is below the list: the key goes there again. */
	console_fixture_keys(f, "T");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	console_fixture_keys(f, "r");
	console_fixture_type(f, "y más");
	console_fixture_keys(f, "Esc");
	assert_draft(f, id, DRAFT_REPLY, "y más");
}

/* Nobody has read what would be sent: it waits for a second look. */
static void
write__draft_of_the_desk__comes_before_what_was_typed(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	leave_draft(f, id, "Buenos días:");
	console_fixture_start(f, "operator", &scr_tickets, 0);
	begin(f, "r", HASTY);
	golden_keys(f->ui, "C-s");
	console_fixture_settle(f);
	assert_comment(f, id, COMMENT_REPLY, NULL);
	assert_true(console_fixture_shows(f, "A draft was there"));
	console_fixture_keys(f, "C-s");
	assert_comment(f, id, COMMENT_REPLY, "Buenos días:\n" HASTY);
}

static void
write__left_before_the_card_is_read__is_kept_behind_the_draft(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	leave_draft(f, id, "Buenos días:");
	console_fixture_start(f, "operator", &scr_tickets, 0);
	begin(f, "r", HASTY);
	golden_keys(f->ui, "Esc");
	console_fixture_settle(f);
	assert_draft(f, id, DRAFT_REPLY, "Buenos días:\n" HASTY);
	console_fixture_keys(f, "r");
	console_fixture_type(f, ".");
	console_fixture_keys(f, "Esc Esc");
	assert_draft(f, id, DRAFT_REPLY, "Buenos días:\n" HASTY ".");
	/* The card is gone with its answer under way. */
	begin(f, "r", " Hasta luego");
	golden_keys(f->ui, "Esc Esc");
	console_fixture_settle(f);
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_tickets);
	assert_draft(
	    f, id, DRAFT_REPLY, "Buenos días:\n" HASTY ".\n Hasta luego");
}

/* Enter and r at once: no letter of the text is a command. */
static void
write__card_just_opened__takes_the_text(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = make(f);

	console_fixture_start(f, "operator", &scr_tickets, 0);
	begin(f, "Enter r", HASTY);
	golden_keys(f->ui, "C-s");
	console_fixture_settle(f);
	assert_comment(f, id, COMMENT_REPLY, HASTY);
}

static void
say(struct console_fixture *f, int64_t id, const char *text)
{
	struct err err = ERR_INIT;
	int64_t made;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "mate");
	assert_int_equal(
	    ticket_comment(f->desk.d, id, COMMENT_NOTE, text, &made, &err), 0);
}

/*
 * The last word is what one opens a ticket for; what is longer than the screen
 * is read from its beginning.  gg and G go to both ends.
 */
static void
card__opens__at_the_last_word(void **state)
{
	struct console_fixture *f = *state;
	struct str text = STR_INIT;
	int64_t id = make(f);

	for (int i = 1; i <= 20; i++) {
		str_clear(&text);
		str_addf(&text, "vez número %d", i);
		say(f, id, text.s);
	}
	console_fixture_start(f, "operator", &scr_ticket, id);
	golden_check(f->ui, "ticket", "last-word", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "ticket", "last-word", LANG_EN, 40, 10, 0);
	assert_true(console_fixture_shows(f, "vez número 20"));
	console_fixture_keys(f, "gg");
	assert_true(console_fixture_shows(f, "No description"));
	assert_false(console_fixture_shows(f, "vez número 20"));
	console_fixture_keys(f, "G");
	assert_true(console_fixture_shows(f, "vez número 20"));
	say(f, id, "y otra vez");
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "y otra vez"));
	console_fixture_end(f);
	str_clear(&text);
	for (int i = 1; i <= 40; i++)
		str_addf(&text, "línea %d\n", i);
	say(f, id, text.s);
	str_free(&text);
	console_fixture_start(f, "operator", &scr_ticket, id);
	assert_true(console_fixture_shows(f, "[internal note]"));
	assert_true(console_fixture_shows(f, "línea 1\n"));
	assert_false(console_fixture_shows(f, "línea 40"));
}

/* Nothing was said: the description is what there is to read. */
static void
card__nobody_spoke__opens_at_the_description(void **state)
{
	struct console_fixture *f = *state;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	int64_t id = make(f);

	for (int i = 1; i <= 40; i++)
		str_addf(&text, "línea %d\n", i);
	struct change c = {"description", b_text(text.s)};

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(ticket_edit(f->desk.d, id, 0, &c, 1, &err), 0);
	str_free(&text);
	console_fixture_start(f, "operator", &scr_ticket, id);
	assert_true(console_fixture_shows(f, "línea 1\n"));
	assert_false(console_fixture_shows(f, "línea 40"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    SCREEN_TEST(write__from_the_list__types_before_the_card_is_read),
	    SCREEN_TEST(write__note_from_the_list__stays_a_note),
	    SCREEN_TEST(write__draft_of_the_desk__comes_before_what_was_typed),
	    SCREEN_TEST(
		write__left_before_the_card_is_read__is_kept_behind_the_draft),
	    SCREEN_TEST(write__card_just_opened__takes_the_text),
	    SCREEN_TEST(card__opens__at_the_last_word),
	    SCREEN_TEST(card__nobody_spoke__opens_at_the_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
