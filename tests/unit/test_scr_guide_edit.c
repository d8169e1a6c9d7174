/*
 * The console's editor of guides: what is typed, what the linter says beside
 * it, and its way to the shelf; every state in both languages and sizes.
 *
 * Turned red by: a draft that is saved over somebody else's, a publish that
 * passes over an error, what was typed not kept after a pause; a console that
 * ends and forgets that somebody else was faster.
 */
#include "tests/lib/console_test.h"

#include "common/share.h"
#include "db/core/db.h"
#include "db/core/op.h"
#include "db/records/knowledge.h"
#include "db/records/seat.h"
#include "kb/guide_draft.h"
#include "kb/matcher.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/tmp.h"

#define FILE_NAME "tests/data/guides/console.json"

static struct tmp share;

/* Nothing comes with the program here. */
static int
no_share(void **state)
{
	(void)state;
	tmp_make(&share);
	share_use(share.dir);
	return 0;
}

static int
remove_share(void **state)
{
	(void)state;
	share_use(NULL);
	tmp_remove(&share);
	return 0;
}

/* The linter is asked anew when the language is another one. */
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
		golden_check(f->ui, "guide", name, (enum lang)l, 80, 24, 0);
		golden_check(f->ui, "guide", name, (enum lang)l, 40, 10, 0);
		ui_resize(f->ui, 80, 24);
	}
	speak(f, LANG_EN);
}

static struct knowledge
guide_of(struct console_fixture *f, const char *topic)
{
	struct knowledge k = {.id = 0};
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	if (knowledge_find(f->desk.d, topic, &k, &err) != 0)
		fail_msg("%s", err.text);
	return k;
}

static char *
body_of(struct console_fixture *f, const char *topic)
{
	struct knowledge k = guide_of(f, topic);
	struct knowledge_version v = {.id = 0};
	struct err err = ERR_INIT;
	char *body;

	if (knowledge_version(f->desk.d, k.id, 0, &v, &err) != 0)
		fail_msg("%s", err.text);
	body = strdup(v.body);
	knowledge_version_clear(&v);
	knowledge_clear(&k);
	return body;
}

static bool
has_draft(struct console_fixture *f, const char *topic, const char *words)
{
	struct knowledge k = guide_of(f, topic);
	bool has =
	    words == NULL ? k.draft[0] == '\0' : strstr(k.draft, words) != NULL;

	knowledge_clear(&k);
	return has;
}

/* Seconds without a key. */
static void
pause_typing(struct console_fixture *f, int seconds)
{
	clock_fake_advance(seconds * US_PER_SECOND);
	ui_notify(f->ui, NOTICE_TICK, 0);
	console_fixture_settle(f);
}

/* The list of guides, of a supervisor; the VPN's is the second. */
static void
start(struct console_fixture *f)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	guide_data_file(&f->desk, FILE_NAME);
	console_fixture_start(f, "supervisor", &scr_guides, 0);
}

static void
open_vpn(struct console_fixture *f)
{
	start(f);
	console_fixture_keys(f, "G e");
	assert_true(console_fixture_shows(f, "\"vpn_stops\": {"));
}

/* Behind a place in the text. */
static void
go_behind(struct console_fixture *f, const char *text)
{
	console_fixture_keys(f, "C-g C-u");
	console_fixture_type(f, text);
	console_fixture_keys(f, "Enter");
	for (size_t i = 0; i < strlen(text); i++)
		console_fixture_keys(f, "Right");
}

static void
guide__with_an_error__is_mended_and_published(void **state)
{
	struct console_fixture *f = *state;
	char *body;

	open_vpn(f);
	check(f, "text");
	golden_check(f->ui, "guide", "text", LANG_EN, 80, 24, GOLDEN_MONO);
	go_behind(f, "on_yes\": ");
	console_fixture_keys(f, "9");
	assert_true(console_fixture_shows(f, "being written"));
	pause_typing(f, 1);
	check(f, "findings");
	golden_check(f->ui, "guide", "findings", LANG_EN, 80, 24, GOLDEN_MONO);
	console_fixture_keys(f, "C-t");
	check(f, "all-findings");
	console_fixture_keys(f, "Esc C-o");
	assert_true(console_fixture_shows(f, "in the way"));
	console_fixture_keys(f, "Backspace");
	go_behind(f, "problem_title\": \"La VPN");
	console_fixture_type(f, " desde casa");
	console_fixture_keys(f, "C-n");
	assert_true(console_fixture_shows(f, " 2 warnings "));
	console_fixture_keys(f, "C-o");
	check(f, "difference");
	golden_check(
	    f->ui, "guide", "difference", LANG_EN, 80, 24, GOLDEN_MONO);
	console_fixture_keys(f, "y");
	body = body_of(f, "vpn_stops");
	assert_non_null(strstr(body, "La VPN desde casa"));
	free(body);
	assert_true(has_draft(f, "vpn_stops", NULL));
	console_fixture_keys(f, "u");
	body = body_of(f, "vpn_stops");
	assert_null(strstr(body, "La VPN desde casa"));
	free(body);
	/* What was written is a draft again. */
	assert_true(has_draft(f, "vpn_stops", "La VPN desde casa"));
	check(f, "list-draft");
	console_fixture_keys(f, "v");
	check(f, "versions");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "desde casa"));
}

static void
guide__while_it_is_typed__is_kept_after_a_pause(void **state)
{
	struct console_fixture *f = *state;
	struct draft *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;

	open_vpn(f);
	console_fixture_type(f, "  ");
	pause_typing(f, 1);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(draft_list(f->desk.d, &rows, &count, &err), 0);
	assert_int_equal(count, 0);
	draft_list_free(&rows, count);
	pause_typing(f, 1);
	assert_int_equal(draft_list(f->desk.d, &rows, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_true(str_starts(rows[0].body, "  {"));
	draft_list_free(&rows, count);
	/* The console is killed; nothing is the draft of all yet. */
	assert_true(has_draft(f, "vpn_stops", NULL));
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_desk, 0);
	assert_true(console_fixture_shows(f, "the text of a guide"));
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	console_fixture_keys(f, "G e");
	assert_true(console_fixture_shows(f, "is here again"));
	assert_true(console_fixture_shows(f, "  {"));
	console_fixture_keys(f, "C-s");
	assert_true(has_draft(f, "vpn_stops", "  {"));
	assert_int_equal(draft_list(f->desk.d, &rows, &count, &err), 0);
	assert_int_equal(count, 0);
	draft_list_free(&rows, count);
	console_fixture_keys(f, "C-x");
	check(f, "discard");
	console_fixture_keys(f, "y");
	assert_true(has_draft(f, "vpn_stops", NULL));
	console_fixture_keys(f, "u");
	assert_true(has_draft(f, "vpn_stops", "  {"));
}

/* Somebody else keeps a draft of it. */
static void
other_draft(struct console_fixture *f, const char *draft)
{
	struct knowledge k = guide_of(f, "vpn_stops");
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	if (knowledge_save_draft(
		f->desk.d, k.id, k.version, draft, NULL, &err) != 0)
		fail_msg("%s", err.text);
	knowledge_clear(&k);
}

static void
guide__two_drafts__are_said_and_shown(void **state)
{
	struct console_fixture *f = *state;

	open_vpn(f);
	console_fixture_type(f, "mine ");
	other_draft(f, "theirs\n{}\n");
	console_fixture_keys(f, "C-s");
	assert_true(has_draft(f, "vpn_stops", "theirs"));
	check(f, "clash");
	console_fixture_keys(f, "Enter");
	check(f, "clash-difference");
	console_fixture_keys(f, "Esc Down Enter");
	assert_true(has_draft(f, "vpn_stops", "mine {"));
	/* Told before anything is kept, too. */
	console_fixture_type(f, "more ");
	other_draft(f, "theirs again\n{}\n");
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "somebody else changed it"));
	console_fixture_keys(f, "Esc");
	console_fixture_keys(f, "Down Down Enter");
	assert_true(console_fixture_shows(f, "theirs again"));
	assert_true(has_draft(f, "vpn_stops", "theirs again"));
	/* Nothing typed: the text follows. */
	other_draft(f, "a third one\n{}\n");
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "a third one"));
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "Guide"));
}

static void
guide__overtaken_before_the_console_ends__is_asked_about(void **state)
{
	struct console_fixture *f = *state;

	open_vpn(f);
	console_fixture_type(f, "mine ");
	other_draft(f, "theirs\n{}\n");
	console_fixture_changed(f);
	assert_true(console_fixture_shows(f, "somebody else changed it"));
	console_fixture_type(f, "more ");
	pause_typing(f, 2);
	console_fixture_end(f);
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	console_fixture_keys(f, "G e");
	assert_true(console_fixture_shows(f, "mine more {"));
	assert_true(console_fixture_shows(f, "somebody else changed it"));
	console_fixture_keys(f, "C-s");
	assert_true(has_draft(f, "vpn_stops", "theirs"));
	assert_true(console_fixture_shows(f, "Mine, over theirs"));
}

static void
guide__a_new_one__is_valid_and_found(void **state)
{
	struct console_fixture *f = *state;
	struct match_model *model = NULL;
	struct match_result found;
	struct err err = ERR_INIT;

	start(f);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Fan Noise");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "letters a to z"));
	check(f, "new");
	console_fixture_keys(f, "C-u");
	console_fixture_type(f, "fan_noise");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "\"fan_noise\": {"));
	assert_false(console_fixture_shows(f, " error"));
	check(f, "begun");
	go_behind(f, "what a customer says");
	console_fixture_type(f, "\", \"the fan roars like an aeroplane");
	/* Leaving while it is kept: it closes then. */
	console_fixture_keys(f, "C-s Esc");
	assert_false(console_fixture_shows(f, "\"fan_noise\": {"));
	check(f, "list-new");
	console_fixture_keys(f, "s");
	assert_true(console_fixture_shows(f, "not published yet"));
	console_fixture_keys(f, "v");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "fan_noise"));
	assert_true(console_fixture_shows(f, "The draft"));
	assert_false(console_fixture_shows(f, "ersion 0"));
	console_fixture_keys(f, "Esc");
	console_fixture_keys(f, "e");
	console_fixture_keys(f, "C-o");
	check(f, "first-difference");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "Version 1 is published"));
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(matcher_of_desk(f->desk.d, &model, &err), 0);
	match_find(
	    model, "my fan roars like an aeroplane", 30, LANG_EN, 0.5, &found);
	assert_true(found.count > 0);
	assert_string_equal(found.matches[0].topic, "fan_noise");
	match_model_free(&model);
}

static void
guide__a_new_one__is_thrown_away_whole(void **state)
{
	struct console_fixture *f = *state;
	struct knowledge k;

	start(f);
	console_fixture_keys(f, "N");
	console_fixture_type(f, "fan_noise");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "C-x");
	assert_true(console_fixture_shows(f, "whole guide"));
	console_fixture_keys(f, "y");
	assert_false(console_fixture_shows(f, "What does not work"));
	k = guide_of(f, "fan_noise");
	assert_true(k.deleted_at != 0);
	knowledge_clear(&k);
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "What does not work"));
}

static void
guide__an_operator__is_told_who_may_not(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	console_fixture_end(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "e");
	assert_true(console_fixture_shows(f, "Your role may not do this"));
	console_fixture_keys(f, "N");
	assert_true(console_fixture_shows(f, "Your role may not do this"));
	assert_false(console_fixture_shows(f, "vpn_stops"));
}

static void
guide__late_answers__break_nothing(void **state)
{
	struct console_fixture *f = *state;

	start(f);
	model_delay_answers(f->app.model, 300);
	console_fixture_keys(f, "G e x C-o C-s C-n Esc");
	assert_true(console_fixture_shows(f, "Guide"));
	assert_true(has_draft(f, "vpn_stops", NULL));
}

/* What was typed while the linter read is what the answer is about. */
static void
guide__typed_on__is_checked_as_it_is(void **state)
{
	struct console_fixture *f = *state;

	open_vpn(f);
	go_behind(f, "on_yes\": ");
	console_fixture_keys(f, "Space C-n 9");
	assert_true(console_fixture_shows(f, "leads to step 92"));
	assert_true(console_fixture_shows(f, "1 error, 2 warnings"));
}

static void
change_desk(struct console_fixture *f, const char *sql)
{
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(f->desk.d->db, "change_desk", &err), 0);
	assert_int_equal(db_script(f->desk.d->db, sql, &err), 0);
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
}

/* The draft is kept before: nobody else was faster. */
static void
guide__not_published__goes_on_from_its_draft(void **state)
{
	SQLITE_ONLY("what fails is made with a trigger of its own");

	struct console_fixture *f = *state;

	open_vpn(f);
	go_behind(f, "problem_title\": \"La VPN");
	console_fixture_type(f, " desde casa");
	console_fixture_keys(f, "C-o");
	change_desk(f, "CREATE TRIGGER no_more BEFORE INSERT ON"
		       " knowledge_versions BEGIN"
		       " SELECT RAISE(ABORT, 'no more'); END");
	console_fixture_keys(f, "y");
	assert_true(has_draft(f, "vpn_stops", "La VPN desde casa"));
	change_desk(f, "DROP TRIGGER no_more");
	console_fixture_keys(f, "C-s");
	assert_true(console_fixture_shows(f, "nothing new to keep"));
	console_fixture_keys(f, "C-o");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "is published"));
	assert_true(has_draft(f, "vpn_stops", NULL));
}

static void
skeleton__in_both_languages__has_no_error(void **state)
{
	(void)state;
	for (int l = 0; l < LANG_COUNT; l++) {
		struct guide_findings found = GUIDE_FINDINGS_INIT;
		struct str text = STR_INIT, again = STR_INIT;

		guide_draft_begin("fan_noise", (enum lang)l, &text);
		guide_draft_check(text.s, text.len, "fan_noise", &found);
		assert_int_equal(found.errors, 0);
		for (int i = 0; i < found.count; i++)
			assert_int_equal(
			    found.items[i].rule, GUIDE_RULE_PHRASES);
		guide_findings_free(&found);
		guide_draft_check(text.s, text.len, "other_name", &found);
		assert_int_equal(found.errors, 1);
		guide_findings_free(&found);
		guide_draft_print(text.s, &again);
		assert_string_equal(text.s, again.s);
		str_free(&text);
		str_free(&again);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(guide__with_an_error__is_mended_and_published),
	    SCREEN_TEST(guide__while_it_is_typed__is_kept_after_a_pause),
	    SCREEN_TEST(guide__two_drafts__are_said_and_shown),
	    SCREEN_TEST(guide__overtaken_before_the_console_ends__is_asked_about),
	    SCREEN_TEST(guide__a_new_one__is_valid_and_found),
	    SCREEN_TEST(guide__a_new_one__is_thrown_away_whole),
	    SCREEN_TEST(guide__an_operator__is_told_who_may_not),
	    SCREEN_TEST(guide__late_answers__break_nothing),
	    SCREEN_TEST(guide__typed_on__is_checked_as_it_is),
	    SCREEN_TEST(guide__not_published__goes_on_from_its_draft),
	    cmocka_unit_test(skeleton__in_both_languages__has_no_error),
	};

	return cmocka_run_group_tests(tests, no_share, remove_share);
}
