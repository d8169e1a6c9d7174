/*
 * The console's cards and prompts: listed, changed in the editor that guides
 * have, published, deleted and brought back; every state in both languages
 * and sizes.
 *
 * Turned red by: a draft of a card that is checked as a guide; a publish of a
 * card that goes to the guides; no learning after the undo of a delete.
 */
#include "tests/lib/console_test.h"

#include "common/share.h"
#include "db/records/knowledge.h"
#include "kb/draft.h"
#include "kb/hint.h"

/* Two cards, phrases of nothing and a prompt come with opdesk here. */
static int
use_share(void **state)
{
	(void)state;
	share_use("tests/data/playbook");
	return 0;
}

static int
leave_share(void **state)
{
	(void)state;
	share_use(NULL);
	return 0;
}

static void
shows(struct console_fixture *f, const char *text)
{
	struct str out = STR_INIT;

	if (console_fixture_shows(f, text))
		return;
	canvas_dump_text(f->grid, &out);
	fail_msg("\"%s\" is not shown:\n%s", text, out.s);
}

/* Each when what the one before asked for has come. */
static void
press(struct console_fixture *f, const char *keys)
{
	char key[16];

	while (*keys != '\0') {
		size_t n = strcspn(keys, " ");

		str_format(key, sizeof(key), "%.*s", (int)n, keys);
		console_fixture_keys(f, key);
		keys += n + strspn(keys + n, " ");
	}
}

static void
speak(struct console_fixture *f, enum lang lang)
{
	i18n_set_process(lang);
	ui_notify(f->ui, NOTICE_LANG, 0);
	console_fixture_settle(f);
}

static void
check(struct console_fixture *f, const char *name)
{
	for (int l = LANG_COUNT - 1; l >= 0; l--) {
		speak(f, (enum lang)l);
		golden_check(f->ui, "playbook", name, (enum lang)l, 80, 24, 0);
		golden_check(f->ui, "playbook", name, (enum lang)l, 40, 10, 0);
		ui_resize(f->ui, 80, 24);
	}
	speak(f, LANG_EN);
}

/* Behind a place in the text. */
static void
go_behind(struct console_fixture *f, const char *text)
{
	press(f, "C-g C-u");
	console_fixture_type(f, text);
	press(f, "Enter");
	for (size_t i = 0; i < strlen(text); i++)
		press(f, "Right");
}

static void
pause_typing(struct console_fixture *f)
{
	clock_fake_advance(US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
}

/* The best card for a text, by what the desk has learnt; "": none. */
static const char *
best(struct console_fixture *f, const char *said)
{
	static char id[65];
	struct hint_card cards[HINT_CARDS];
	struct hint_book *b = NULL;
	struct err err = ERR_INIT;

	id[0] = '\0';
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	if (hint_book_load(f->desk.d, -1, &b, &err) != 0)
		fail_msg("%s", err.text);
	if (hint_match(b, said, LANG_EN, cards) > 0)
		str_copy(id, sizeof(id), cards[0].card->id);
	hint_book_free(&b);
	return id;
}

static void
card__taken_in_and_changed__is_learnt(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	check(f, "none");
	press(f, "i");
	shows(f, "taken in");
	check(f, "cards");
	golden_check(f->ui, "playbook", "cards", LANG_EN, 80, 24, GOLDEN_MONO);
	press(f, "/");
	console_fixture_type(f, "price_too");
	press(f, "Enter");
	assert_false(console_fixture_shows(f, "No time"));
	press(f, "e");
	shows(f, "\"price_too_high\": {");
	check(f, "card");
	/* What the linter says, and that an error is in the way. */
	go_behind(f, "\"category\": \"pri");
	press(f, "x");
	go_behind(f, "{{pri");
	press(f, "x");
	pause_typing(f);
	check(f, "findings");
	press(f, "C-o");
	shows(f, "in the way");
	press(f, "C-n Home");
	go_behind(f, "\"category\": \"pri");
	press(f, "Delete");
	go_behind(f, "{{pri");
	press(f, "Delete");
	go_behind(f, "too dear");
	console_fixture_type(f, "\", \"my purse has moths in it");
	press(f, "C-o");
	check(f, "difference");
	press(f, "y");
	shows(f, "Version 2 is published");
	assert_string_equal(best(f, "moths in my purse"), "price_too_high");
	press(f, "v");
	check(f, "versions");
	press(f, "Esc u");
	shows(f, "Undone");
	shows(f, "draft");
	press(f, "v Enter");
	shows(f, "moths");
}

static void
card__deleted_and_undone__is_learnt_again(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	press(f, "i");
	assert_string_equal(best(f, "that is far too dear"), "price_too_high");
	press(f, "G x");
	check(f, "delete");
	press(f, "y");
	assert_string_equal(best(f, "that is far too dear"), "");
	press(f, "3");
	check(f, "trash");
	press(f, "u");
	shows(f, "Nothing is in the trash");
	assert_string_equal(best(f, "that is far too dear"), "price_too_high");
	/* By the trash, too. */
	press(f, "1 G x y 3 R");
	shows(f, "is back");
	assert_string_equal(best(f, "that is far too dear"), "price_too_high");
}

static void
card__a_new_one__is_valid_and_found(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	press(f, "i N");
	check(f, "new");
	console_fixture_type(f, "no_oven");
	press(f, "Enter");
	shows(f, "\"no_oven\": {");
	assert_false(console_fixture_shows(f, " error"));
	go_behind(f, "what a customer says");
	console_fixture_type(f, "\", \"we have no oven to put it in");
	press(f, "C-o y");
	shows(f, "Version 1 is published");
	assert_string_equal(best(f, "no oven to put that in"), "no_oven");
}

static void
prompt__changed__is_the_one_that_is_used(void **state)
{
	struct console_fixture *f = *state;
	struct prompt *p = NULL;
	struct err err = ERR_INIT;
	int64_t version;

	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	press(f, "2");
	check(f, "no-prompt");
	press(f, "i");
	check(f, "prompts");
	press(f, "e");
	shows(f, "\"hint\": {");
	go_behind(f, "\"system\": \"");
	console_fixture_type(f, "{{cards}}");
	pause_typing(f);
	shows(f, "1 error");
	check(f, "prompt-findings");
	for (int i = 0; i < 9; i++)
		press(f, "Backspace");
	console_fixture_type(f, "Sing. ");
	press(f, "C-o y");
	shows(f, "is published");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	assert_int_equal(
	    kb_prompt_of_desk(f->desk.d, "hint", &p, &version, &err), 0);
	assert_true(str_starts(p->words[LANG_ES].system, "Sing. "));
	prompt_free(&p);
}

static void
playbook__an_operator__reads_and_is_told_who_may_not(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	press(f, "i");
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_playbook, 0);
	shows(f, "No time");
	for (size_t i = 0; i < 4; i++) {
		static const char *const keys[] = {"e", "N", "x", "i"};

		press(f, keys[i]);
		assert_true(
		    console_fixture_shows(f, "Your role may not do this"));
	}
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_playbook, 0);
	model_delay_answers(f->app.model, 300);
	console_fixture_keys(f, "2 1 G x y e N Esc 3 v");
	shows(f, "Trash");
}

static void
skeleton__of_each_kind_in_both_languages__has_no_error(void **state)
{
	static const enum knowledge_kind kinds[] = {
	    KNOWLEDGE_GUIDE, KNOWLEDGE_CARD, KNOWLEDGE_PROMPT};

	(void)state;
	for (size_t k = 0; k < 3 * LANG_COUNT; k++) {
		enum knowledge_kind kind = kinds[k / LANG_COUNT];
		struct guide_findings found = GUIDE_FINDINGS_INIT;
		struct str text = STR_INIT, again = STR_INIT;

		kb_draft_begin(
		    kind, "fan_noise", (enum lang)(k % LANG_COUNT), &text);
		kb_draft_check(kind, text.s, text.len, "fan_noise", &found);
		assert_int_equal(found.errors, 0);
		guide_findings_free(&found);
		kb_draft_check(kind, text.s, text.len, "other_name", &found);
		assert_int_equal(found.errors, 1);
		guide_findings_free(&found);
		kb_draft_print(kind, text.s, &again);
		assert_string_equal(text.s, again.s);
		str_free(&text);
		str_free(&again);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(card__taken_in_and_changed__is_learnt),
	    SCREEN_TEST(card__deleted_and_undone__is_learnt_again),
	    SCREEN_TEST(card__a_new_one__is_valid_and_found),
	    SCREEN_TEST(prompt__changed__is_the_one_that_is_used),
	    SCREEN_TEST(playbook__an_operator__reads_and_is_told_who_may_not),
	    cmocka_unit_test(
		skeleton__of_each_kind_in_both_languages__has_no_error),
	};

	return cmocka_run_group_tests(tests, use_share, leave_share);
}
