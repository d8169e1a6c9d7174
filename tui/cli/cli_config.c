/* cli_config - the noun "config": what opdesk.conf says and may say. */
#include "common/i18n.h"
#include "common/text.h"
#include "tui/cli/cli_tables.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text that is a file of ours; with --json as member "text". */
static int
put_file(struct cli *c, const struct str *text)
{
	struct json_out *out;

	if (!c->in->json && !c->in->jsonl) {
		fwrite(text->s, 1, text->len, stdout);
		return 0;
	}
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "text", text->s);
	json_out_end(out, '}');
	return 0;
}

static int
run_path(struct cli *c, struct err *err)
{
	struct str path = STR_INIT;
	struct json_out *out = cli_value(c);

	(void)err;
	if (c->in->config != NULL)
		str_add(&path, c->in->config);
	else
		conf_find(&path);
	json_out_object(out, NULL);
	json_out_string(out, "path", path.s);
	json_out_bool(out, "found", conf_path(c->conf)[0] != '\0');
	json_out_end(out, '}');
	str_free(&path);
	return 0;
}

static int
run_example(struct cli *c, struct err *err)
{
	struct str text = STR_INIT;
	int rc;

	(void)err;
	conf_print_example(&text);
	rc = put_file(c, &text);
	str_free(&text);
	return rc;
}

/* ---- show ---- */

/* A key that only some kinds of channel have. */
static bool
has_key(const struct conf_section *s, const struct conf_key *k)
{
	const char *kind = k->kinds != NULL ? conf_string(s, "kind") : "";
	const char *at = k->kinds;
	size_t n = strlen(kind);

	if (at == NULL)
		return true;
	while (n > 0 && (at = strstr(at, kind)) != NULL) {
		bool begins = at == k->kinds || at[-1] == ' ';

		if (begins && (at[n] == '\0' || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

static void
put_key(const struct conf_section *s, const struct conf_key *k,
    struct json_out *out)
{
	char name[80];

	switch (k->type) {
	case CONF_STRING:
	case CONF_ENUM:
	case CONF_PATH:
	case CONF_URL:
	case CONF_ADDRESS:
		json_out_string(out, k->name, conf_string(s, k->name));
		break;
	case CONF_INT:
		json_out_int(out, k->name, conf_int(s, k->name));
		break;
	case CONF_BOOL:
		json_out_bool(out, k->name, conf_bool(s, k->name));
		break;
	case CONF_LIST:
		json_out_array(out, k->name);
		for (size_t i = 0; i < conf_list_count(s, k->name); i++)
			json_out_string(
			    out, NULL, conf_list_item(s, k->name, i));
		json_out_end(out, ']');
		break;
	case CONF_SECRET:
		str_format(name, sizeof(name), "%s_is_set", k->name);
		json_out_bool(out, name, conf_secret_count(s, k->name) > 0);
		break;
	}
}

static void
put_section(const struct conf_section *s, enum conf_section_kind kind,
    struct json_out *out)
{
	size_t count;
	const struct conf_key *table = conf_table(&count);

	json_out_object(out, NULL);
	json_out_string(out, "section", conf_section_name(kind));
	if (conf_section_has_name(kind))
		json_out_string(out, "name", conf_section_id(s));
	for (size_t i = 0; i < count; i++)
		if (table[i].section == kind && has_key(s, &table[i]))
			put_key(s, &table[i], out);
	json_out_end(out, '}');
}

static int
run_show(struct cli *c, struct err *err)
{
	struct str text = STR_INIT, safe = STR_INIT;
	struct json_out *out;

	(void)err;
	if (!c->in->json && !c->in->jsonl) {
		conf_print_values(c->conf, &text);
		text_safe(&safe, text.s, text.len, TEXT_BLOCK);
		fwrite(safe.s, 1, safe.len, stdout);
		str_free(&text);
		str_free(&safe);
		return 0;
	}
	out = cli_value(c);
	json_out_array(out, NULL);
	for (int k = 0; k < CONF_SECTION_COUNT; k++) {
		enum conf_section_kind kind = (enum conf_section_kind)k;
		const struct conf_section *s = NULL;

		if (!conf_section_has_name(kind))
			put_section(conf_section(c->conf, kind), kind, out);
		else
			while ((s = conf_next(c->conf, kind, s)) != NULL)
				put_section(s, kind, out);
	}
	json_out_end(out, ']');
	return 0;
}

/* ---- check ---- */

static void
put_warning(const char *sentence, void *data)
{
	json_out_string(data, NULL, sentence);
}

/* One that is not the program's own is read here. */
static int
run_check(struct cli *c, struct err *err)
{
	struct conf *named = NULL;
	const struct conf *conf = c->conf;
	struct json_out *out;
	int rc;

	if (c->nargs > 0) {
		if ((rc = conf_load(c->args[0], &named, err)) != 0)
			return rc;
		conf = named;
	}
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "path", conf_path(conf));
	json_out_bool(out, "ok", true);
	json_out_array(out, "warnings");
	conf_warnings(conf, put_warning, out);
	json_out_end(out, ']');
	json_out_end(out, '}');
	conf_free(&named);
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"config", "check", "[FILE]", 0, 1, NULL, CLI_NOBODY, true, run_check,
	    N_("Read the configuration and say what is doubtful in it.")},
	{"config", "show", "", 0, 0, NULL, CLI_NOBODY, true, run_show,
	    N_("Show what is in force, without secrets.")},
	{"config", "example", "", 0, 0, NULL, CLI_NOBODY, true, run_example,
	    N_("Print every key with its default, as a file to begin with.")},
	{"config", "path", "", 0, 0, NULL, CLI_NOBODY, true, run_path,
	    N_("Show where the configuration is.")},
};
/* clang-format on */

const struct cli_table cli_config_table = {rows, COUNT(rows)};
