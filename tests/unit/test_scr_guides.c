/*
 * The Guides screen: found by what a customer says, in the same turn, and
 * walked; every state in both languages and sizes.
 *
 * Turned red by: an answer that passes over a warning, a match below the
 * threshold shown as sure, a session of a ticket that is begun twice; a search
 * in the step, or in what is to be sent, whose keys answer.
 */
#include "tests/lib/console_test.h"

#include "common/fsutil.h"
#include "common/share.h"
#include "db/records/guide_sessions.h"
#include "db/records/knowledge.h"
#include "db/records/tickets.h"
#include "kb/matcher.h"
#include "kb/session.h"
#include "tests/lib/guide_data.h"
#include "tests/lib/inbox_fixture.h"
#include "tests/lib/tmp.h"
#include "tui/screens/guides_do.h"

#include <stdio.h>

#define FILE_NAME "tests/data/guides/console.json"

static struct tmp share;

/* What comes with the program, here: a matcher of these few guides. */
static int
make_share(void **state)
{
	const char *const paths[] = {FILE_NAME};
	struct kb_guides guides;
	struct str model = STR_INIT;
	struct err err = ERR_INIT;
	char path[160];

	(void)state;
	tmp_make(&share);
	if (kb_guides_read(paths, 1, &guides, &err) != 0 ||
	    matcher_train(&guides, NULL, &model, &err) != 0)
		fail_msg("%s", err.text);
	snprintf(path, sizeof(path), "%s/guides.model", share.dir);
	if (fs_write_atomic(path, model.s, model.len, 0600, &err) != 0)
		fail_msg("%s", err.text);
	str_free(&model);
	kb_guides_free(&guides);
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

static void
with_guides(struct console_fixture *f)
{
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	guide_data_file(&f->desk, FILE_NAME);
}

static void
check(struct console_fixture *f, const char *name)
{
	golden_check(f->ui, "guides", name, LANG_ES, 80, 24, 0);
	golden_check(f->ui, "guides", name, LANG_EN, 80, 24, 0);
	golden_check(f->ui, "guides", name, LANG_ES, 40, 10, 0);
	golden_check(f->ui, "guides", name, LANG_EN, 40, 10, 0);
	ui_resize(f->ui, 80, 24);
	i18n_set_process(LANG_EN);
	console_fixture_settle(f);
}

static int64_t
vpn_ticket(struct console_fixture *f)
{
	return console_seed_ticket(f, 20,
	    "Desde casa no llego a la red de la empresa", 3, 3, "Lucía Peña",
	    "operator");
}

/* ---- finding ---- */

static void
guides__as_a_place__lists_and_finds(void **state)
{
	struct console_fixture *f = *state;

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	check(f, "list");
	golden_check(f->ui, "guides", "list", LANG_EN, 80, 24, GOLDEN_MONO);
	console_fixture_keys(f, "/");
	check(f, "ask");
	console_fixture_type(f, "desde casa no llego a la red de la empresa");
	check(f, "found");
	assert_true(console_fixture_shows(f, "1 guide from"));
	console_fixture_keys(f, "Esc /");
	console_fixture_type(f, "muchas gracias");
	check(f, "nothing");
	assert_false(console_fixture_shows(f, "guide from"));
	console_fixture_keys(f, "Esc /");
	console_fixture_type(f, "atasc");
	assert_true(console_fixture_shows(f, "paper") ||
		    console_fixture_shows(f, "Paper"));
}

/* Undo brings a guide back, and the matcher learns it once more. */
static void
guides__a_deletion_undone__is_learnt_again(void **state)
{
	struct console_fixture *f = *state;
	struct desk *d = f->desk.d;
	struct knowledge k = {.id = 0};
	struct err err = ERR_INIT;
	bool behind;

	with_guides(f);
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(matcher_learn(d, NULL, &err), 0);
	assert_int_equal(knowledge_find(d, "vpn_stops", &k, &err), 0);
	assert_int_equal(knowledge_delete(d, k.id, 0, &err), 0);
	assert_int_equal(matcher_learn(d, NULL, &err), 0);
	knowledge_clear(&k);
	console_fixture_start(f, "supervisor", &scr_desk, 0);
	console_fixture_keys(f, "u");
	assert_true(console_fixture_shows(f, "Undone"));
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(matcher_is_behind(d, &behind, &err), 0);
	assert_false(behind);
	console_fixture_keys(f, "F /");
	console_fixture_type(f, "desde casa no llego a la red de la empresa");
	assert_true(console_fixture_shows(f, "1 guide from"));
}

static void
guides__of_an_empty_desk__says_what_brings_them(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "operator", &scr_guides, 0);
	check(f, "none");
}

/* ---- walking ---- */

static struct guide_session
session_of(struct console_fixture *f)
{
	struct guide_session_filter filter = {
	    .view = SESSIONS_ALL, .state = -1};
	struct page page = {.limit = 10};
	struct guide_session *rows = NULL, one = {0};
	struct err err = ERR_INIT;
	size_t count = 0;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(
	    guide_session_list(f->desk.d, &filter, &page, &rows, &count, &err),
	    0);
	assert_int_equal(count, 1);
	one = rows[0];
	one.problem = one.matched = one.variables = NULL;
	guide_session_list_free(&rows, count);
	return one;
}

/* Its name is drawn at random; on a kept screen it is always this one. */
static void
name_session(struct console_fixture *f)
{
	struct db *db = f->desk.d->db;
	struct err err = ERR_INIT;

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	if (db_begin(db, "test", &err) != 0 ||
	    db_exec(db,
		"UPDATE guide_sessions SET name ="
		" 'feed0123456789abcdef0123456789ab' WHERE tenant_id = $1",
		BINDS(b_int(f->desk.d->actor.tenant_id)), NULL, &err) != 0 ||
	    db_commit(db, &err) != 0)
		fail_msg("%s", err.text);
	console_fixture_changed(f);
}

static void
session__from_a_ticket__is_walked_to_its_end(void **state)
{
	struct console_fixture *f = *state;
	int64_t ticket = vpn_ticket(f);

	with_guides(f);
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	console_fixture_keys(f, "gu");
	check(f, "for-ticket");
	console_fixture_keys(f, "Enter");
	check(f, "value");
	console_fixture_keys(f, "Enter");
	check(f, "step");
	golden_check(f->ui, "guides", "step", LANG_EN, 80, 24, GOLDEN_MONO);
	console_fixture_keys(f, "y");
	check(f, "warning");
	console_fixture_keys(f, "Space");
	check(f, "warned");
	console_fixture_keys(f, "s");
	console_fixture_type(f, "no recuerda la clave");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).step, 3);
	console_fixture_keys(f, "b");
	assert_int_equal(session_of(f).step, 2);
	console_fixture_keys(f, "n");
	console_fixture_keys(f, "n");
	assert_int_equal(session_of(f).state, SESSION_ESCALATED);
	assert_int_equal(session_of(f).ticket_id, ticket);
	check(f, "escalated");
	console_fixture_keys(f, "f");
	check(f, "rating");
	console_fixture_keys(f, "Down Enter Enter");
	console_fixture_type(f, "Muy amable");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).rating, 4);
	console_fixture_keys(f, "Esc");
	assert_true(console_fixture_shows(f, "VPN"));
}

static void
session__with_a_warning__is_not_answered_before_it(void **state)
{
	struct console_fixture *f = *state;

	int64_t ticket = vpn_ticket(f);

	with_guides(f);
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	console_fixture_keys(f, "gu");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "First the warning"));
	assert_int_equal(session_of(f).step, 2);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	assert_int_equal(session_of(f).state, SESSION_RESOLVED);
}

static void
session__a_search__does_not_say_a_warning_was_read(void **state)
{
	struct console_fixture *f = *state;
	int64_t ticket = vpn_ticket(f);

	with_guides(f);
	console_fixture_start(f, "operator", &scr_ticket, ticket);
	console_fixture_keys(f, "gu");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	console_fixture_keys(f, "/");
	console_fixture_type(f, "VPN");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "First the warning"));
	assert_int_equal(session_of(f).step, 2);
}

/* Longer than a note takes, where a letter of two bytes is cut. */
static void
session__a_long_warning__is_noted_as_far_as_it_goes(void **state)
{
	struct console_fixture *f = *state;
	struct str body = STR_INIT;
	int64_t guide, version;

	str_add(&body,
	    "{\"long\": {\"language\": \"es\", \"problem_title\": \"Larga\","
	    " \"problem_description\": \"Avisos largos\", \"category\":"
	    " \"connectivity\", \"steps\": [{\"step_number\": 1, \"title\":"
	    " \"Avise\", \"instructions\": [\"Lea\"], \"warnings\": [");
	for (int i = 0; i < 2; i++) {
		str_add(&body, i > 0 ? ", \"" : "\"");
		for (int k = 0; k < 1500; k++)
			str_add(&body, "ñ");
		str_add(&body, "\"");
	}
	str_add(&body, "], \"question\": \"¿Va?\", \"on_yes\": \"resolved\","
		       " \"on_no\": \"escalate\"}]}}");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "operator");
	guide_data_make(&f->desk, "long", body.s, &guide, &version);
	str_free(&body);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Space");
	console_fixture_keys(f, "y");
	assert_int_equal(session_of(f).state, SESSION_RESOLVED);
}

static void
session__of_a_guide_that_cannot_be_read__is_ended(void **state)
{
	struct console_fixture *f = *state;
	struct db *db = f->desk.d->db;
	struct err err = ERR_INIT;

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Esc Esc");
	desk_fixture_act(&f->desk, FIXTURE_TENANT, "supervisor");
	assert_int_equal(db_begin(db, "test", &err), 0);
	assert_int_equal(
	    db_exec(db,
		"UPDATE knowledge_versions SET body = '{' WHERE tenant_id = $1",
		BINDS(b_int(f->desk.d->actor.tenant_id)), NULL, &err),
	    0);
	assert_int_equal(db_commit(db, &err), 0);
	console_fixture_changed(f);
	console_fixture_keys(f, "2");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "cannot be read"));
	console_fixture_keys(f, "x");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).state, SESSION_ABANDONED);
}

/* Letters that answer are words while something is searched. */
static void
session__a_search_in_what_is_sent__sends_nothing(void **state)
{
	struct console_fixture *f = *state;
	const struct guide_subject of = {
	    .conversation_id = inbox_fixture_list(f)};

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	(void)guides_find_for(f->ui, &of);
	console_fixture_settle(f);
	console_fixture_keys(f, "Esc /");
	console_fixture_type(f, "la vpn no me conecta");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "m");
	console_fixture_keys(f, "/");
	console_fixture_type(f, "yes");
	assert_false(console_fixture_shows(f, "on its way"));
	assert_true(console_fixture_shows(f, "What the customer gets"));
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "on its way"));
}

static void
session__around_its_steps__every_dialog(void **state)
{
	struct console_fixture *f = *state;
	int64_t talk = inbox_fixture_list(f);
	const struct guide_subject of = {.conversation_id = talk};

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	(void)guides_find_for(f->ui, &of);
	console_fixture_settle(f);
	check(f, "for-conversation");
	console_fixture_keys(f, "Esc /");
	console_fixture_type(f, "la vpn no me conecta");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Down Enter");
	assert_int_equal(session_of(f).conversation_id, talk);
	name_session(f);
	console_fixture_keys(f, "m");
	check(f, "send");
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "on its way"));
	console_fixture_keys(f, "N");
	console_fixture_type(f, "Usa el portátil");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "v");
	check(f, "values");
	console_fixture_keys(f, "Esc P");
	check(f, "path");
	console_fixture_keys(f, "P o");
	check(f, "hand-over");
	console_fixture_keys(f, "Esc p");
	console_fixture_type(f, "vuelve a llamar");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).state, SESSION_PAUSED);
	check(f, "paused");
	console_fixture_keys(f, "p");
	assert_int_equal(session_of(f).state, SESSION_ACTIVE);
	console_fixture_keys(f, "E");
	console_fixture_type(f, "Cuenta bloqueada");
	check(f, "escalate");
	console_fixture_keys(f, "Enter");
	check(f, "escalate-ask");
	assert_true(console_fixture_shows(f, "another one"));
	console_fixture_keys(f, "n Esc 2");
	check(f, "sessions");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "x");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).state, SESSION_ABANDONED);
	console_fixture_keys(f, "u");
	assert_int_equal(session_of(f).state, SESSION_ACTIVE);
}

/* To whom it goes is asked late: another question was asked by then. */
static void
session__handed_over_and_left__ends_nothing(void **state)
{
	struct console_fixture *f = *state;

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "la vpn no me conecta");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "o x Esc");
	assert_ptr_equal(ui_top(f->ui)->ops, &scr_guide_session);
	console_fixture_keys(f, "o x");
	assert_true(console_fixture_shows(f, "Why (may be empty)"));
	console_fixture_keys(f, "Esc o");
	assert_true(console_fixture_shows(f, "Hand the session over to"));
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "is handed over"));
	assert_int_equal(session_of(f).state, SESSION_ACTIVE);
}

/* More of them than a window holds: each is there, and both ends. */
static void
sessions__hundreds__are_all_in_the_list(void **state)
{
	struct console_fixture *f = *state;
	const int64_t day = 24 * 60 * US_PER_MINUTE;
	int64_t guide, version, id;
	struct err err = ERR_INIT;
	char name[33], who[32];

	desk_fixture_act(&f->desk, FIXTURE_TENANT, "admin");
	guide_data_make(&f->desk, "paged", "{}", &guide, &version);
	assert_int_equal(db_begin(f->desk.d->db, "fill", &err), 0);
	for (int i = 0; i < 700; i++) {
		str_format(name, sizeof(name), "%032d", i);
		str_format(who, sizeof(who), "Cliente %03d", i);
		assert_int_equal(
		    db_insert(f->desk.d->db, &id,
			"INSERT INTO guide_sessions(tenant_id, name,"
			" knowledge_id, version_id, lang, state, step,"
			" step_since_us, created_at, updated_at,"
			" customer_name) VALUES($1, $2, $3, $4, 'es', 0, 1,"
			" $5, $5, $5, $6) RETURNING id",
			BINDS(b_int(f->desk.demo.id), b_text(name),
			    b_int(guide), b_int(version),
			    b_int(CONSOLE_FIXTURE_NOW - 30 * day + i),
			    b_text(who)),
			&err),
		    0);
	}
	assert_int_equal(db_commit(f->desk.d->db, &err), 0);
	console_fixture_start(f, "supervisor", &scr_guides, 0);
	console_fixture_keys(f, "2");
	assert_true(console_fixture_shows(f, "Cliente 699"));
	console_fixture_keys(f, "G");
	assert_true(console_fixture_shows(f, "Cliente 000"));
	assert_false(console_fixture_shows(f, "Cliente 699"));
	console_fixture_keys(f, "g g");
	assert_true(console_fixture_shows(f, "Cliente 699"));
	for (int i = 0; i < 700 && !console_fixture_shows(f, "Cliente 123");
	     i++)
		console_fixture_keys(f, "PageDown");
	assert_true(console_fixture_shows(f, "Cliente 123"));
}

static void
session__somebody_else_answers__is_told_and_seen(void **state)
{
	struct console_fixture *f = *state;
	const struct session_reply no = {.action = PATH_NO, .step = 1};
	struct err err = ERR_INIT;
	bool again;

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "la vpn no me conecta");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	name_session(f);
	assert_int_equal(
	    session_reply(f->desk.d, session_of(f).id, &no, &again, &err), 0);
	console_fixture_keys(f, "y");
	assert_true(console_fixture_shows(f, "answered meanwhile"));
	assert_true(console_fixture_shows(f, "Mend the connection"));
	check(f, "conflict");
	assert_int_equal(session_of(f).step, 4);
}

/* Somebody else wrote in it: what was typed is asked again, as it was. */
static void
session__overtaken__keeps_what_was_typed(void **state)
{
	struct console_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t id;

	with_guides(f);
	console_fixture_start(f, "operator", &scr_guides, 0);
	console_fixture_keys(f, "/");
	console_fixture_type(f, "la vpn no me conecta");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	console_fixture_keys(f, "Enter");
	id = session_of(f).id;
	console_fixture_keys(f, "R");
	console_fixture_type(f, "Era el cable");
	assert_int_equal(
	    guide_session_pause(f->desk.d, id, 0, "comida", &err), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "What solved it"));
	assert_true(console_fixture_shows(f, "Era el cable"));
	assert_int_equal(
	    guide_session_resume(f->desk.d, id, 0, &err), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "Era el cable"));
	console_fixture_keys(f, "Esc o");
	console_fixture_keys(f, "Enter");
	console_fixture_type(f, "Llama a las 5");
	assert_int_equal(
	    guide_session_pause(f->desk.d, id, 0, "comida", &err), 0);
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "What they should know"));
	assert_true(console_fixture_shows(f, "Llama a las 5"));
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "is handed over"));
	console_fixture_keys(f, "x");
	console_fixture_type(f, "Colgó");
	console_fixture_keys(f, "Enter");
	assert_int_equal(session_of(f).state, SESSION_ABANDONED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    SCREEN_TEST(guides__as_a_place__lists_and_finds),
	    SCREEN_TEST(guides__a_deletion_undone__is_learnt_again),
	    SCREEN_TEST(guides__of_an_empty_desk__says_what_brings_them),
	    SCREEN_TEST(session__from_a_ticket__is_walked_to_its_end),
	    SCREEN_TEST(session__with_a_warning__is_not_answered_before_it),
	    SCREEN_TEST(session__a_search__does_not_say_a_warning_was_read),
	    SCREEN_TEST(session__a_long_warning__is_noted_as_far_as_it_goes),
	    SCREEN_TEST(session__of_a_guide_that_cannot_be_read__is_ended),
	    SCREEN_TEST(session__a_search_in_what_is_sent__sends_nothing),
	    SCREEN_TEST(session__around_its_steps__every_dialog),
	    SCREEN_TEST(session__handed_over_and_left__ends_nothing),
	    SCREEN_TEST(sessions__hundreds__are_all_in_the_list),
	    SCREEN_TEST(session__somebody_else_answers__is_told_and_seen),
	    SCREEN_TEST(session__overtaken__keeps_what_was_typed),
	};

	return cmocka_run_group_tests(tests, make_share, remove_share);
}
