/* cli_keys - the keys of the console, with the operator's own. */
#include "common/i18n.h"
#include "tui/app.h"
#include "tui/cli/cli_tables.h"
#include "tui/command.h"
#include "tui/keys_file.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"screen", N_("Screen"), 0},
    {"keys", N_("Keys"), 0},
    {"command", N_("Command"), 0},
    {"label", N_("What it does"), 40},
};

static const struct cli_option options[] = {
    {"--check", "FILE", N_("with this file instead of your own keys.conf")},
    {NULL, NULL, NULL},
};

static void
put(struct cli *c, const struct commands *cs, const struct keymap *km)
{
	const char *context, *keys, *name;

	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; keymap_entry(km, i, &context, &keys, &name); i++) {
		const struct command *cmd = commands_get(cs, name);
		struct json_out *out = cli_row(c);

		json_out_object(out, NULL);
		json_out_string(out, "screen", context);
		json_out_string(out, "keys", keys);
		json_out_string(out, "command", name);
		json_out_string(out, "label", _(cmd->label));
		json_out_end(out, '}');
	}
}

static int
run_keys(struct cli *c, struct err *err)
{
	struct commands *cs = commands_new();
	struct keymap *km = keymap_new();
	struct str name = STR_INIT, text = STR_INIT;
	int rc;

	commands_add(cs, base_commands, base_commands_count);
	app_add_commands(cs);
	if ((rc = keys_file_read(
		 cli_option(c, "--check"), &name, &text, err)) == 0 &&
	    (rc = commands_bind_all(cs, km, text.s != NULL ? text.s : "",
		 text.len, name.s, err)) == 0)
		put(c, cs, km);
	str_free(&name);
	str_free(&text);
	keymap_free(&km);
	commands_free(&cs);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"keys", NULL, "", 0, 0, options, CLI_NOBODY, true, run_keys,
	    N_("Show every key of the console, with those of your keys.conf.")},
};
/* clang-format on */

const struct cli_table cli_keys_table = {rows, COUNT(rows)};
