/*
 * Everything by name and by key: the operation table beside the commands, and
 * palette and help over the screens.
 *
 * Turned red by: an operation without a command and without a reason, a reason
 * that is not needed any more, a key that help does not list.
 */
#include "tests/lib/console_test.h"

#include "common/i18n.h"
#include "db/core/op.h"

#include <stdio.h>

#define REASONS "tests/data/cli_only.txt"

static struct commands *
all_commands(void)
{
	struct commands *cs = commands_new();

	commands_add(cs, base_commands, base_commands_count);
	app_add_commands(cs);
	return cs;
}

static bool
is_reached(const struct commands *cs, const char *operation)
{
	const struct command *cmd;

	for (size_t i = 0; (cmd = commands_at(cs, i)) != NULL; i++)
		if (str_equal(cmd->operation, operation))
			return true;
	for (size_t i = 0; i < command_reach_count; i++)
		if (str_equal(command_reaches[i].operation, operation))
			return true;
	return false;
}

/* Operations with a reason, each with a blank around it; owned. */
static char *
read_reasons(void)
{
	struct str out = STR_INIT;
	char line[512], word[128], why[8];
	FILE *file = fopen(REASONS, "r");

	assert_non_null(file);
	str_add(&out, " ");
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (sscanf(line, "%127s %7s", word, why) != 2)
			fail_msg(REASONS ": no reason: %s", line);
		if (op_by_name(word) == OP_COUNT)
			fail_msg(REASONS ": no such operation: %s", word);
		str_addf(&out, "%s ", word);
	}
	fclose(file);
	return str_take(&out);
}

static void
operations__of_the_table__are_commands_or_have_a_reason(void **state)
{
	struct commands *cs = all_commands();
	char *reasons = read_reasons(), word[128];
	int wrong = 0;

	(void)state;
	for (int i = 0; i < OP_COUNT; i++) {
		const struct op_def *def = op_def((enum op_id)i);
		bool reached = is_reached(cs, def->name), excused;

		str_format(word, sizeof(word), " %s ", def->name);
		excused = strstr(reasons, word) != NULL;
		if ((def->flags & OP_FACT) != 0 || reached != excused)
			continue;
		print_message("%s %s\n", def->name,
		    reached ? "is a command; take its reason out of " REASONS
			    : "is no command and has no reason in " REASONS);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	for (size_t i = 0; i < command_reach_count; i++) {
		if (commands_get(cs, command_reaches[i].command) == NULL)
			fail_msg("no command %s", command_reaches[i].command);
		if (op_by_name(command_reaches[i].operation) == OP_COUNT)
			fail_msg(
			    "no operation %s", command_reaches[i].operation);
	}
	free(reasons);
	commands_free(&cs);
}

static void
palette__by_any_name__finds_the_command(void **state)
{
	static const struct {
		enum lang lang;
		const char *typed, *found;
	} cases[] = {
	    {LANG_ES, "INTERNA", "ticket.note"},
	    {LANG_ES, "conversacion", "ticket.conversation"},
	    {LANG_ES, "fusion", "ticket.merge"},
	    {LANG_ES, "time.edit", "ticket.time"},
	    {LANG_ES, "papelera", "ticket.delete"},
	    {LANG_EN, "trash", "ticket.delete"},
	    {LANG_EN, "merge", "ticket.merge"},
	    {LANG_EN, "time.edit", "ticket.time"},
	};
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(f, 5, "x", 3, 3, NULL, "supervisor");

	console_fixture_start(f, "supervisor", &scr_ticket, id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		i18n_set_process(cases[i].lang);
		console_fixture_keys(f, "C-k");
		console_fixture_type(f, cases[i].typed);
		if (!console_fixture_shows(f, cases[i].found))
			fail_msg(
			    "%s finds no %s", cases[i].typed, cases[i].found);
		console_fixture_keys(f, "Esc Esc");
	}
}

/* Every key of the screen and of everywhere is found in help by its name. */
static void
check_help(struct console_fixture *f, const struct screen_ops *ops, int64_t id)
{
	const char *context, *keys, *name;
	char shown[64];
	bool found, told;

	console_fixture_start(f, "supervisor", ops, id);
	for (size_t i = 0;
	     keymap_entry(ui_keymap(f->ui), i, &context, &keys, &name); i++) {
		if (!str_equal(context, ops->name) &&
		    !str_equal(context, KEYMAP_GLOBAL))
			continue;
		str_format(shown, sizeof(shown), "(%s)", name);
		console_fixture_keys(f, "? /");
		console_fixture_type(f, name);
		console_fixture_keys(f, "Enter");
		found = console_fixture_shows(f, shown);
		told = console_fixture_shows(f, keys);
		/* A sentence of two lines has its keys above. */
		console_fixture_keys(f, "k k");
		if (!found || (!told && !console_fixture_shows(f, keys)))
			fail_msg("help of %s does not show %s %s", ops->name,
			    keys, name);
		console_fixture_keys(f, "Esc Esc");
		while (ui_top(f->ui)->ops->modal)
			console_fixture_keys(f, "Esc");
	}
	console_fixture_end(f);
}

static void
help__of_each_screen__lists_every_key(void **state)
{
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(f, 5, "x", 3, 3, NULL, "supervisor");

	check_help(f, &scr_tickets, 0);
	check_help(f, &scr_ticket, id);
}

/* One sentence with the nearest name, when one is near. */
static void
palette__misspelt__says_what_was_meant(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_tickets, 0);
	console_fixture_keys(f, ":");
	console_fixture_type(f, "preveiw");
	golden_check(f->ui, "palette", "misspelt", LANG_EN, 80, 24, 0);
	golden_check(f->ui, "palette", "misspelt", LANG_EN, 40, 10, 0);
	console_fixture_type(f, "zzz");
	assert_true(console_fixture_shows(f, "Esc clears the filter"));
	console_fixture_keys(f, "C-u");
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "Esc :");
	console_fixture_type(f, "etiqeuta");
	golden_check(f->ui, "palette", "misspelt", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "palette", "misspelt", LANG_ES, 40, 10, 0);
}

static void
help__in_spanish__is_searched_without_accents(void **state)
{
	struct console_fixture *f = *state;

	console_fixture_start(f, "supervisor", &scr_tickets, 0);
	i18n_set_process(LANG_ES);
	console_fixture_keys(f, "? /");
	console_fixture_type(f, "raton");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "(mouse.toggle)"));
}

/* What keys.conf says is what palette, help and hints show. */
static void
keys_conf__changes__are_shown(void **state)
{
	static const char text[] = "[ticket]\nticket.reply = R F11\n";
	struct console_fixture *f = *state;
	int64_t id = console_seed_ticket(f, 5, "x", 3, 3, NULL, "operator");

	f->keys = text;
	console_fixture_start(f, "operator", &scr_ticket, id);
	golden_check(f->ui, "keys", "hints", LANG_ES, 80, 24, 0);
	golden_check(f->ui, "keys", "hints", LANG_EN, 40, 10, 0);
	i18n_set_process(LANG_EN);
	console_fixture_keys(f, "C-k");
	console_fixture_type(f, "ticket.reply");
	assert_true(console_fixture_shows(f, "ticket.reply  R"));
	golden_check(f->ui, "keys", "palette", LANG_EN, 80, 24, 0);
	console_fixture_keys(f, "Esc Esc ? /");
	console_fixture_type(f, "ticket.reply");
	console_fixture_keys(f, "Enter");
	assert_true(console_fixture_shows(f, "R F11"));
	console_fixture_keys(f, "Esc Esc Esc r");
	assert_false(ui_top(f->ui)->ops->wants_text(ui_top(f->ui)));
	console_fixture_keys(f, "F11");
	assert_true(ui_top(f->ui)->ops->wants_text(ui_top(f->ui)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		operations__of_the_table__are_commands_or_have_a_reason),
	    SCREEN_TEST(palette__by_any_name__finds_the_command),
	    SCREEN_TEST(palette__misspelt__says_what_was_meant),
	    SCREEN_TEST(help__of_each_screen__lists_every_key),
	    SCREEN_TEST(help__in_spanish__is_searched_without_accents),
	    SCREEN_TEST(keys_conf__changes__are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
