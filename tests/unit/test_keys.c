#include "tui/term/keymap.h"

#include "common/str.h"
#include "common/utf8.h"
#include "tui/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void
keys__round_trip__keeps_names(void **state)
{
	static const char *const names[] = {"j", "G", "é", "C-k", "F2", "Enter",
	    "Esc", "S-Tab", "M-x", "Space", "C-Left", "PageDown", "F12", "C-_",
	    "C-Space", "<", "%", "日"};
	char out[KEY_NAME_SIZE];
	struct key k;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(key_parse(names[i], &k, NULL), 0);
		key_format(&k, out);
		assert_string_equal(out, names[i]);
	}
}

static void
keys__parse__refuses_what_is_no_key(void **state)
{
	static const char *const bad[] = {"", "C-", "Entr", "F0", "F13",
	    "C-C-k", "S-a", "C-é", "C-1", "\033", " ", "\xff", "M-", "jj k"};
	struct err err = ERR_INIT;
	struct key k;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(key_parse(bad[i], &k, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "no key"));
}

static void
keys__sequence__reads_and_writes(void **state)
{
	struct key seq[KEY_SEQUENCE_MAX];
	char out[64];
	size_t n;

	(void)state;
	assert_int_equal(key_parse_sequence("gg", seq, &n, NULL), 0);
	assert_int_equal(n, 2);
	key_format_sequence(seq, n, out, sizeof out);
	assert_string_equal(out, "gg");
	assert_int_equal(key_parse_sequence("<C-w>j", seq, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(seq[0].mods, KM_CTRL);
	key_format_sequence(seq, n, out, sizeof out);
	assert_string_equal(out, "<C-w><j>");
	assert_int_equal(key_parse_sequence("<F>1", seq, &n, NULL), 0);
	assert_int_equal(n, 2);
	key_format_sequence(seq, n, out, sizeof out);
	assert_string_equal(out, "<F><1>");
	assert_int_equal(key_parse_sequence("abcde", seq, &n, NULL), OD_EDATA);
	assert_int_equal(key_parse_sequence("Up", seq, &n, NULL), 0);
	assert_int_equal(n, 1);
}

static void
keymap__bind__refuses_clashes(void **state)
{
	struct keymap *km = keymap_new();
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(keymap_bind(km, "global", "q", "a.close", &err), 0);
	assert_int_equal(keymap_bind(km, "tickets", "n", "a.new", &err), 0);
	assert_int_equal(keymap_bind(km, "inbox", "n", "b.new", &err), 0);
	assert_int_equal(
	    keymap_bind(km, "tickets", "n", "a.note", &err), OD_ECONFLICT);
	assert_non_null(strstr(err.text, "a.new"));
	assert_int_equal(
	    keymap_bind(km, "tickets", "na", "a.x", &err), OD_ECONFLICT);
	assert_int_equal(
	    keymap_bind(km, "tickets", "q", "a.x", &err), OD_ECONFLICT);
	keymap_free(&km);
}

static void
keymap__bind__guards_reserved_keys(void **state)
{
	static const char *const keys[] = {"h", "j", "k", "l", "gg", "G", "/",
	    ":", "?", "u", "C-k", "g", "ja"};
	struct keymap *km = keymap_new();

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		assert_int_equal(
		    keymap_bind(km, "tickets", keys[i], "a.x", NULL), OD_EDATA);
	assert_int_equal(keymap_bind(km, "edit", "C-k", "a.x", NULL), OD_EDATA);
	assert_int_equal(keymap_bind(km, "edit", "a", "a.x", NULL), OD_EDATA);
	assert_int_equal(keymap_bind(km, "global", "j", "move.down", NULL), 0);
	keymap_free(&km);
}

static bool
known(const char *command, void *data)
{
	(void)data;
	return strchr(command, '.') != NULL;
}

static int
load(struct keymap *km, const char *text, struct err *err)
{
	return keymap_load(km, text, strlen(text), "keys", known, NULL, err);
}

static void
keymap__load__replaces_and_removes(void **state)
{
	struct keymap *km = keymap_new();
	struct err err = ERR_INIT;
	const char *command = NULL;
	struct key n = key_char('n'), m = key_char('m');

	(void)state;
	keymap_bind(km, "tickets", "n", "a.new", NULL);
	keymap_bind(km, "tickets", "m", "a.merge", NULL);
	assert_int_equal(
	    load(km, "# mine\n\ntickets n b.new\r\ntickets m -\n", &err), 0);
	assert_int_equal(
	    keymap_find(km, "tickets", &n, 1, &command), KEYMAP_FOUND);
	assert_string_equal(command, "b.new");
	assert_int_equal(
	    keymap_find(km, "tickets", &m, 1, &command), KEYMAP_NONE);
	keymap_free(&km);
}

static void
keymap__load__names_the_line_and_changes_nothing(void **state)
{
	struct keymap *km = keymap_new();
	struct err err = ERR_INIT;
	const char *command = NULL;
	struct key n = key_char('n');

	(void)state;
	keymap_bind(km, "tickets", "n", "a.new", NULL);
	assert_int_equal(
	    load(km, "tickets n -\ntickets j a.down\n", &err), OD_EDATA);
	assert_true(str_starts(err.text, "keys:2:"));
	assert_int_equal(
	    keymap_find(km, "tickets", &n, 1, &command), KEYMAP_FOUND);
	assert_int_equal(load(km, "tickets x nothing\n", &err), OD_EDATA);
	assert_int_equal(load(km, "tickets x\n", &err), OD_EDATA);
	assert_int_equal(load(km, "tickets F44 a.b", &err), OD_EDATA);
	assert_true(str_starts(err.text, "keys:1:"));
	keymap_free(&km);
}

static void
keymap__find__waits_for_sequences(void **state)
{
	struct keymap *km = keymap_new();
	const char *command = NULL;
	struct key seq[2] = {key_char('g'), key_char('g')};

	(void)state;
	keymap_bind(km, "global", "gg", "move.top", NULL);
	assert_int_equal(
	    keymap_find(km, "global", seq, 1, &command), KEYMAP_PREFIX);
	assert_int_equal(
	    keymap_find(km, "global", seq, 2, &command), KEYMAP_FOUND);
	keymap_free(&km);
}

static void
commands__base_table__binds_without_clash(void **state)
{
	struct commands *cs = commands_new();
	struct keymap *km = keymap_new();
	struct err err = ERR_INIT;

	(void)state;
	commands_add(cs, base_commands, base_commands_count);
	if (commands_bind(cs, km, &err) != 0)
		fail_msg("%s", err.text);
	assert_true(command_fits(commands_get(cs, "help.show"), "tickets"));
	commands_free(&cs);
	keymap_free(&km);
}

static void
commands__fuzzy__ranks_words_first(void **state)
{
	(void)state;
	assert_int_equal(fuzzy_score("xyz", "New ticket"), 0);
	assert_true(fuzzy_score("tick", "New ticket") >
		    fuzzy_score("icke", "New ticket"));
	assert_true(fuzzy_score("icke", "New ticket") >
		    fuzzy_score("nt", "New ticket"));
	assert_true(fuzzy_score("nt", "New ticket") > 0);
	assert_true(fuzzy_score("averia", "Avería nueva") > 0);
	assert_true(fuzzy_score("", "anything") > 0);
}

static void
commands__refusal__names_what_is_missing(void **state)
{
	(void)state;
	assert_null(command_refusal(NEED_TICKET, NEED_TICKET | NEED_CALL));
	assert_string_equal(
	    command_refusal(NEED_TICKET, NEED_CALL), "Select a ticket first");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys__round_trip__keeps_names),
	    cmocka_unit_test(keys__parse__refuses_what_is_no_key),
	    cmocka_unit_test(keys__sequence__reads_and_writes),
	    cmocka_unit_test(keymap__bind__refuses_clashes),
	    cmocka_unit_test(keymap__bind__guards_reserved_keys),
	    cmocka_unit_test(keymap__load__replaces_and_removes),
	    cmocka_unit_test(keymap__load__names_the_line_and_changes_nothing),
	    cmocka_unit_test(keymap__find__waits_for_sequences),
	    cmocka_unit_test(commands__base_table__binds_without_clash),
	    cmocka_unit_test(commands__fuzzy__ranks_words_first),
	    cmocka_unit_test(commands__refusal__names_what_is_missing),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
