/* cli_template - the noun "template": texts that steps of guides are made of.
 */
#include "common/i18n.h"
#include "db/records/guide_templates.h"
#include "kb/guide_template.h"
#include "kb/guide_value.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_column columns[] = {
    {"template_id", N_("Template"), 24},
    {"name", N_("Title"), 40},
    {"category", N_("Category"), 16},
    {"version", N_("Version"), 0},
};

static int
run_list(struct cli *c, struct err *err)
{
	struct guide_template *rows = NULL;
	size_t count = 0;
	int rc = guide_template_list(c->desk, &rows, &count, err);

	if (rc != 0)
		return rc;
	cli_list(c, columns, COUNT(columns));
	for (size_t i = 0; i < count; i++)
		guide_template_json(&rows[i], cli_row(c));
	guide_template_list_free(&rows, count);
	return 0;
}

static int
show(struct cli *c, const char *name, struct err *err)
{
	struct guide_template t;
	int rc = guide_template_get(c->desk, name, &t, err);

	if (rc == 0)
		guide_template_json(&t, cli_value(c));
	guide_template_clear(&t);
	return rc;
}

static int
run_show(struct cli *c, struct err *err)
{
	return show(c, c->args[0], err);
}

#define TEXTS                                                                  \
	{"--title", "TEXT", N_("its title")},                                  \
	    {"--description", "TEXT", N_("what it is for")},                   \
	    {"--category", "WORD", N_("its category")},                        \
	    {"--variables", "JSON",                                            \
		N_("a list of objects of name, description, type, required"    \
		   " and choices; - is standard input")},                      \
	{                                                                      \
		"--steps", "JSON",                                             \
		    N_("a list of steps or texts with {{variables}}; - is "    \
		       "standard"                                              \
		       " input")                                               \
	}

/* clang-format off */
static const struct cli_option new_options[] = {
    TEXTS,
    {NULL, NULL, NULL},
};
static const struct cli_option edit_options[] = {
    TEXTS,
    {"--if-version", "N", N_("only when it still has this version")},
    {NULL, NULL, NULL},
};
/* clang-format on */

static int
run_new(struct cli *c, struct err *err)
{
	struct str variables = STR_INIT, steps = STR_INIT;
	struct guide_template_new in = {.name = c->args[0],
	    .title = cli_option_or(c, "--title", c->args[0]),
	    .description = cli_option(c, "--description"),
	    .category = cli_option(c, "--category")};
	int64_t id;
	int rc;

	if ((rc = cli_option_text(c, "--variables", &variables, err)) == 0 &&
	    (rc = cli_option_text(c, "--steps", &steps, err)) == 0 &&
	    (rc = template_check(variables.s, steps.s, err)) == 0) {
		in.variables = variables.s;
		in.steps = steps.s;
		rc = guide_template_new(c->desk, &in, &id, err);
	}
	str_free(&variables);
	str_free(&steps);
	return rc != 0 ? rc : show(c, c->args[0], err);
}

static void
add_change(struct cli *c, const char *option, const char *column,
    const char *text, struct change *changes, size_t *count)
{
	if (cli_flag(c, option))
		changes[(*count)++] = (struct change){column, b_text(text)};
}

static int
edit(struct cli *c, const struct guide_template *now, const char *variables,
    const char *steps, struct err *err)
{
	struct change changes[5];
	size_t count = 0;
	int64_t seen;
	int rc;

	add_change(
	    c, "--title", "title", cli_option(c, "--title"), changes, &count);
	add_change(c, "--description", "description",
	    cli_option(c, "--description"), changes, &count);
	add_change(c, "--category", "category", cli_option(c, "--category"),
	    changes, &count);
	add_change(c, "--variables", "variables", variables, changes, &count);
	add_change(c, "--steps", "steps", steps, changes, &count);
	if (count == 0)
		return cli_nothing(err);
	if ((rc = template_check(
		 cli_flag(c, "--variables") ? variables : now->variables,
		 cli_flag(c, "--steps") ? steps : now->steps, err)) != 0 ||
	    (rc = cli_option_int(c, "--if-version", 1, INT64_MAX, now->version,
		 &seen, err)) != 0)
		return rc;
	return guide_template_edit(c->desk, now->id, seen, changes, count, err);
}

static int
run_edit(struct cli *c, struct err *err)
{
	struct str variables = STR_INIT, steps = STR_INIT;
	struct guide_template now;
	int rc;

	if ((rc = guide_template_get(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = cli_option_text(c, "--variables", &variables, err)) == 0 &&
	    (rc = cli_option_text(c, "--steps", &steps, err)) == 0)
		rc = edit(c, &now, variables.s != NULL ? variables.s : "",
		    steps.s != NULL ? steps.s : "", err);
	guide_template_clear(&now);
	str_free(&variables);
	str_free(&steps);
	return rc != 0 ? rc : show(c, c->args[0], err);
}

static int
run_delete(struct cli *c, struct err *err)
{
	struct guide_template now;
	int rc;

	if ((rc = guide_template_get(c->desk, c->args[0], &now, err)) == 0 &&
	    (rc = guide_template_delete(c->desk, now.id, now.version, err)) ==
		0)
		guide_template_json(&now, cli_value(c));
	guide_template_clear(&now);
	return rc;
}

static int
run_render(struct cli *c, struct err *err)
{
	struct template_value values[GUIDE_MAX_VARIABLES];
	char names[GUIDE_MAX_VARIABLES][GUIDE_MAX_NAME + 1];
	struct guide_template t;
	struct str out = STR_INIT;
	size_t count = 0;
	int rc;

	for (int i = 1; i < c->nargs && count < GUIDE_MAX_VARIABLES; i++) {
		const char *eq = strchr(c->args[i], '=');

		if (eq == NULL || eq == c->args[i] ||
		    eq - c->args[i] > GUIDE_MAX_NAME)
			return err_set(err, OD_EUSAGE,
			    "Write a variable and its value as NAME=VALUE");
		str_format(names[count], sizeof(names[count]), "%.*s",
		    (int)(eq - c->args[i]), c->args[i]);
		values[count] = (struct template_value){names[count], eq + 1};
		count++;
	}
	if ((rc = guide_template_get(c->desk, c->args[0], &t, err)) == 0 &&
	    (rc = template_render(
		 t.variables, t.steps, values, count, &out, err)) == 0) {
		struct json_out *w = cli_value(c);

		json_out_object(w, NULL);
		json_out_string(w, "template_id", t.name);
		json_out_raw(w, "steps", out.s);
		json_out_end(w, '}');
	}
	guide_template_clear(&t);
	str_free(&out);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"template", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_list,
	    N_("List templates of guides.")},
	{"template", "show", "TEMPLATE", 1, 1, NULL, CLI_OPERATOR, true, run_show,
	    N_("Show a template with its variables and steps.")},
	{"template", "new", "TEMPLATE", 1, 1, new_options, CLI_OPERATOR, false, run_new,
	    N_("Make a template.")},
	{"template", "edit", "TEMPLATE", 1, 1, edit_options, CLI_OPERATOR, false, run_edit,
	    N_("Change a template.")},
	{"template", "delete", "TEMPLATE", 1, 1, NULL, CLI_OPERATOR, false, run_delete,
	    N_("Move a template to the trash.")},
	{"template", "render", "TEMPLATE [NAME=VALUE...]", 1, 31, NULL, CLI_OPERATOR, true, run_render,
	    N_("Show the steps of a template with values filled in.")},
};
/* clang-format on */

const struct cli_table cli_template_table = {rows, COUNT(rows)};
