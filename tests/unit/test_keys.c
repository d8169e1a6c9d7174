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

/* The movement keys, and a few of a screen "tickets". */
static const struct command few[] = {
    {.name = "a.new", .label = "New", .keys = "tickets:n"},
    {.name = "a.merge", .label = "Merge", .keys = "tickets:m tickets:M"},
    {.name = "b.reply", .label = "Reply", .keys = "ticket:r"},
    {.name = "c.stop", .label = "Stop"},
};

static int
load(struct keymap **km, const char *text, struct err *err)
{
	struct commands *cs = commands_new();
	int rc;

	keymap_free(km);
	*km = keymap_new();
	commands_add(cs, base_commands, base_commands_count);
	commands_add(cs, few, sizeof(few) / sizeof(few[0]));
	rc = commands_bind_all(cs, *km, text, strlen(text), "keys", err);
	commands_free(&cs);
	return rc;
}

static const char *
at(const struct keymap *km, const char *context, const char *keys)
{
	struct key seq[KEY_SEQUENCE_MAX];
	const char *command = "";
	size_t n;

	assert_int_equal(key_parse_sequence(keys, seq, &n, NULL), 0);
	return keymap_find(km, context, seq, n, &command) == KEYMAP_FOUND
	           ? command
	           : "";
}

static void
keymap__load__gives_commands_other_keys(void **state)
{
	struct keymap *km = NULL;
	struct err err = ERR_INIT;

	(void)state;
	if (load(&km,
		"# mine\n; too\n\n[tickets]\r\na.new = m F6\n a.merge = n\n"
		"c.stop=;\n[global]\nmouse.toggle = none\n"
		"move.down = C-j\n[edit]\nmove.home = C-o",
		&err) != 0)
		fail_msg("%s", err.text);
	assert_string_equal(at(km, "tickets", "m"), "a.new");
	assert_string_equal(at(km, "tickets", "F6"), "a.new");
	assert_string_equal(at(km, "tickets", "n"), "a.merge");
	assert_string_equal(at(km, "tickets", "M"), "");
	assert_string_equal(at(km, "tickets", ";"), "c.stop");
	assert_string_equal(at(km, "global", "%"), "");
	assert_string_equal(at(km, "edit", "C-a"), "");
	assert_string_equal(at(km, "edit", "C-o"), "move.home");
	/* Reserved keys stay, others of the command go. */
	assert_string_equal(at(km, "global", "j"), "move.down");
	assert_string_equal(at(km, "global", "C-j"), "move.down");
	assert_string_equal(at(km, "global", "Down"), "");
	keymap_free(&km);
}

static void
keymap__load__names_the_line_and_the_nearest(void **state)
{
	static const struct {
		const char *text, *begins, *has;
	} cases[] = {
	    {"[tickets]\na.new = j", "keys:2:", "reserved"},
	    {"[tickets]\na.new = m", "keys:2:", "a.merge"},
	    {"[tickets]\na.merge = x\na.new = x\n", "keys:3:", "line 2"},
	    {"[tickets]\na.new = q", "keys:2:", "screen.close"},
	    {"[tickets]\n\na.nwe = x", "keys:3:", "\"a.new\"?"},
	    {"[ticket]\nb.replay = x", "keys:2:", "\"b.reply\"?"},
	    {"[tikets]\na.new = x", "keys:1:", "\"tickets\"?"},
	    {"[tickets]\na.new = F44", "keys:2:", "F44"},
	    {"[tickets]\na.new =", "keys:2:", "none"},
	    {"[tickets]\na.new", "keys:2:", "COMMAND = KEYS"},
	    {"a.new = x", "keys:1:", "[tickets]"},
	    {"[tickets", "keys:1:", "[SCREEN]"},
	    {"[tickets]\na.new = x\na.new = y", "keys:3:", "line 2"},
	    {"[tickets]\nb.reply = x", "keys:2:", "not for [tickets]"},
	    {"[global]\nb.reply = x", "keys:2:", "not for [global]"},
	    {"[edit]\nmove.home = a", "keys:2:", "character to type"},
	    {"[tickets]\na.new = a b c d e o p r s\n", "keys:2:", "8"},
	    {"[tickets]\na.\033[31m = x", "keys:2:", "no command"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;
		struct keymap *km = NULL;

		if (load(&km, cases[i].text, &err) == 0)
			fail_msg("taken: %s", cases[i].text);
		if (!str_starts(err.text, cases[i].begins) ||
		    strstr(err.text, cases[i].has) == NULL)
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_null(strchr(err.text, '\033'));
		/* All or nothing. */
		assert_string_equal(at(km, "tickets", "n"), "a.new");
		keymap_free(&km);
	}
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
	    cmocka_unit_test(keymap__load__gives_commands_other_keys),
	    cmocka_unit_test(keymap__load__names_the_line_and_the_nearest),
	    cmocka_unit_test(keymap__find__waits_for_sequences),
	    cmocka_unit_test(commands__base_table__binds_without_clash),
	    cmocka_unit_test(commands__fuzzy__ranks_words_first),
	    cmocka_unit_test(commands__refusal__names_what_is_missing),
	};

	utf8_locale_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
