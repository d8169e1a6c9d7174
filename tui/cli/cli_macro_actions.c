/* cli_macro_actions - what a macro does, from options; see cli_macro.h. */
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/records/macros.h"
#include "tui/app.h"
#include "tui/cli/cli_macro.h"
#include "tui/command.h"
#include <stdlib.h>
#include <string.h>

struct collected {
	struct macro_part parts[2 * MACRO_ACTS_MAX];
	size_t count;
};

static const struct {
	const char *option;
	enum macro_act act;
} options[] = {
    {"--reply", MACRO_REPLY},
    {"--note", MACRO_NOTE},
    {"--status", MACRO_STATUS},
    {"--category", MACRO_CATEGORY},
    {"--field", MACRO_FIELD},
    {"--urgency", MACRO_URGENCY},
    {"--impact", MACRO_IMPACT},
    {"--priority", MACRO_PRIORITY},
    {"--tag", MACRO_TAG},
    {"--untag", MACRO_UNTAG},
    {"--take", MACRO_TAKE},
    {"--assign", MACRO_ASSIGN},
    {"--assign-team", MACRO_ASSIGN_TEAM},
    {"--release", MACRO_RELEASE},
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

static bool
is_owner(enum macro_act act)
{
	return act == MACRO_TAKE || act == MACRO_ASSIGN ||
	       act == MACRO_ASSIGN_TEAM || act == MACRO_RELEASE;
}

/* Something was given for it, or for another who gets the ticket. */
static bool
is_replaced(const struct cli *c, enum macro_act act)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (cli_flag(c, options[i].option) &&
		    (options[i].act == act ||
			(is_owner(act) && is_owner(options[i].act))))
			return true;
	return false;
}

static struct macro_part *
add(struct collected *all, enum macro_act act, const char *name,
    const char *text)
{
	struct macro_part *p;

	if (all->count == sizeof(all->parts) / sizeof(all->parts[0]))
		return NULL; /* macro_new refuses far fewer */
	p = &all->parts[all->count++];
	*p = (struct macro_part){.act = act,
	    .type = TICKET_FIELD_TYPE_COUNT,
	    .name = xstrdup(name),
	    .text = xstrdup(text)};
	return p;
}

static int
add_field(struct collected *all, const char *pair, struct err *err)
{
	const char *equals = strchr(pair, '=');
	char *key;

	if (equals == NULL || equals == pair)
		return err_set(err, OD_EUSAGE,
		    "--field %s: write KEY=VALUE; the list of fields shows"
		    " the keys",
		    pair);
	key = xstrndup(pair, (size_t)(equals - pair));
	(void)add(all, MACRO_FIELD, key, equals + 1);
	free(key);
	return 0;
}

static int
add_level(struct cli *c, struct collected *all, enum macro_act act,
    const char *option, struct err *err)
{
	const char *why =
	    act == MACRO_PRIORITY ? cli_option_or(c, "--because", "") : "";
	struct macro_part *p;
	int64_t level;
	int rc = cli_option_int(c, option, 1, 5, 3, &level, err);

	if (rc == 0 && (p = add(all, act, "", why)) != NULL)
		p->level = (int)level;
	return rc;
}

static int
add_text(struct cli *c, struct collected *all, enum macro_act act,
    const char *option, struct err *err)
{
	struct str text = STR_INIT;
	int rc = cli_option_text(c, option, &text, err);

	if (rc == 0)
		(void)add(all, act, "", text.s);
	str_free(&text);
	return rc;
}

/* An option's k-th value; "" only takes away what was there. */
static int
add_one(struct cli *c, struct collected *all, enum macro_act act,
    const char *option, const char *value, struct err *err)
{
	switch (act) {
	case MACRO_REPLY:
	case MACRO_NOTE:
		return add_text(c, all, act, option, err);
	case MACRO_STATUS:
		(void)add(all, act, value, cli_option_or(c, "--reason", ""));
		return 0;
	case MACRO_FIELD:
		return add_field(all, value, err);
	case MACRO_URGENCY:
	case MACRO_IMPACT:
	case MACRO_PRIORITY:
		return add_level(c, all, act, option, err);
	case MACRO_TAG:
	case MACRO_UNTAG:
		(void)add(all, act, "", value);
		return 0;
	case MACRO_CATEGORY:
	case MACRO_TAKE:
	case MACRO_ASSIGN:
	case MACRO_ASSIGN_TEAM:
	case MACRO_RELEASE:
	case MACRO_ACT_COUNT:
		break;
	}
	(void)add(all, act, value, "");
	return 0;
}

static int
add_given(struct cli *c, struct collected *all, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; i < OPTIONS && rc == 0; i++) {
		const char *value;

		for (int k = 0; rc == 0 && (value = cli_option_nth(c,
						options[i].option, k)) != NULL;
		     k++)
			if (value[0] != '\0' || options[i].act == MACRO_TAKE ||
			    options[i].act == MACRO_RELEASE)
				rc = add_one(c, all, options[i].act,
				    options[i].option, value, err);
	}
	return rc;
}

/* What it did before and does still. */
static int
add_kept(struct cli *c, struct collected *all, const char *now, struct err *err)
{
	struct macro_part *parts;
	size_t count;
	int rc;

	if (strcmp(now, "[]") == 0)
		return 0;
	if ((rc = macro_parse(now, &parts, &count, err)) != 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		struct macro_part *p;

		if (is_replaced(c, parts[i].act))
			continue;
		p = add(all, parts[i].act, parts[i].name, parts[i].text);
		if (p == NULL)
			continue;
		p->level = parts[i].level;
		p->type = parts[i].type;
		p->id = parts[i].id;
	}
	macro_parts_free(&parts, count);
	return 0;
}

int
cli_macro_actions(struct cli *c, const char *now, struct str *out, bool *given,
    struct err *err)
{
	struct collected *all;
	int rc;

	*given = cli_flag(c, "--actions");
	for (size_t i = 0; i < OPTIONS; i++) {
		if (!cli_flag(c, options[i].option))
			continue;
		if (cli_flag(c, "--actions"))
			return err_set(err, OD_EUSAGE,
			    "Give --actions or %s, not both of them",
			    options[i].option);
		*given = true;
	}
	if (cli_flag(c, "--actions"))
		return cli_option_text(c, "--actions", out, err);
	all = xcalloc(1, sizeof(*all));
	if ((rc = add_kept(c, all, now, err)) == 0 &&
	    (rc = add_given(c, all, err)) == 0)
		macro_print(all->parts, all->count, out);
	for (size_t i = 0; i < all->count; i++) {
		free(all->parts[i].name);
		free(all->parts[i].text);
	}
	free(all);
	return rc;
}

/* ---- the key ---- */

/* What the console does with the key where tickets are, or NULL. */
static const struct command *
taken_by(
    const struct commands *cs, const struct keymap *km, const struct key *key)
{
	static const char *const contexts[] = {
	    "ticket", "tickets", KEYMAP_GLOBAL};

	for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++) {
		const char *name;

		if (keymap_find(km, contexts[i], key, 1, &name) == KEYMAP_FOUND)
			return commands_get(cs, name);
	}
	return NULL;
}

int
cli_macro_key(const char *key, struct err *err)
{
	struct commands *cs;
	const struct command *cmd;
	struct keymap *km;
	struct key k;
	char name[KEY_NAME_SIZE];
	int rc;

	if (key == NULL || key[0] == '\0')
		return 0;
	if ((rc = key_parse(key, &k, err)) != 0)
		return rc;
	key_format(&k, name);
	if (strcmp(name, key) != 0)
		return err_set(err, OD_EDATA, "Write this key as %s", name);
	cs = commands_new();
	km = keymap_new();
	commands_add(cs, base_commands, base_commands_count);
	app_add_commands(cs);
	rc = commands_bind(cs, km, err);
	if (rc == 0 && (cmd = taken_by(cs, km, &k)) != NULL)
		rc = err_set(err, OD_ECONFLICT,
		    "The key %s is taken by \"%s\"; choose another one", key,
		    _(cmd->label));
	keymap_free(&km);
	commands_free(&cs);
	return rc;
}
