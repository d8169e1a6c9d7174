/* invocation - see invocation.h. */
#include "tui/invocation.h"
#include "common/i18n.h"
#include "common/version.h"
#include "db/core/desk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct option_row {
	const char *name;
	const char *value; /* NULL: a flag */
	const char *help;  /* N_() */
};

enum option {
	OPTION_DB,
	OPTION_CONFIG,
	OPTION_TENANT,
	OPTION_OPERATOR,
	OPTION_LOGIN,
	OPTION_PASSWORD_FILE,
	OPTION_YES,
	OPTION_LANG,
	OPTION_READONLY,
	OPTION_JSON,
	OPTION_JSONL,
	OPTION_NO_INPUT,
	OPTION_PLAIN,
	OPTION_MOUSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT
};

/* clang-format off */
static const struct option_row options[OPTION_COUNT] = {
	[OPTION_DB] = {"--db", "URI", N_("the desk's database")},
	[OPTION_CONFIG] = {"--config", "FILE", N_("the configuration file")},
	[OPTION_TENANT] = {"--tenant", "SLUG", N_("the tenant to work in")},
	[OPTION_OPERATOR] = {"--operator", "LOGIN", N_("take this operator's part, on your own desk")},
	[OPTION_LOGIN] = {"--login", "LOGIN", N_("log in as this operator, with the password")},
	[OPTION_PASSWORD_FILE] = {"--password-file", "FILE", N_("your password is its first line, a code the second; - is standard input")},
	[OPTION_YES] = {"--yes", NULL, N_("confirm what would have to be confirmed, on your own desk")},
	[OPTION_LANG] = {"--lang", "es|en", N_("the language")},
	[OPTION_READONLY] = {"--readonly", NULL, N_("change nothing")},
	[OPTION_JSON] = {"--json", NULL, N_("print one JSON value")},
	[OPTION_JSONL] = {"--jsonl", NULL, N_("print one JSON value a line")},
	[OPTION_NO_INPUT] = {"--no-input", NULL, N_("never ask")},
	[OPTION_PLAIN] = {"--plain", NULL, N_("no boxes; for screen readers")},
	[OPTION_MOUSE] = {"--mouse", NULL, N_("start with the mouse on")},
	[OPTION_HELP] = {"--help", NULL, N_("show this text")},
	[OPTION_VERSION] = {"--version", NULL, N_("show the version")},
};
/* clang-format on */

const char *
invocation_option(int i)
{
	return i < OPTION_COUNT ? options[i].name : NULL;
}

void
invocation_print_options(struct str *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		str_format(left, sizeof(left), "%s %s", options[i].name,
		    options[i].value != NULL ? options[i].value : "");
		str_addf(out, "  %-20s %s\n", left, _(options[i].help));
	}
}

void
invocation_print_mdoc(struct str *out)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		str_addf(out, ".It Fl Fl %s", options[i].name + 2);
		if (options[i].value != NULL)
			str_addf(out, " Ar %s", options[i].value);
		str_addf(out, "\n%s\n", _(options[i].help));
	}
}

/* "engine://user:password@host" or "?password=..." */
static bool
has_password(const char *uri)
{
	const char *host = strstr(uri, "://"), *at, *colon;

	if (host == NULL)
		return false;
	host += 3;
	at = memchr(host, '@', strcspn(host, "/?"));
	colon = strchr(host, ':');
	return (at != NULL && colon != NULL && colon < at) ||
	    strstr(host, "password=") != NULL;
}

int
invocation_check_uri(const char *uri, struct err *err)
{
	if (!has_password(uri))
		return 0;
	return err_set(err, OD_EUSAGE,
	    "A password does not belong on the command line; put it into a "
	    "file and name that with password_file");
}

static int
take(struct invocation *in, enum option o, const char *value, struct err *err)
{
	enum lang lang;

	switch (o) {
	case OPTION_DB:
		in->db = value;
		return invocation_check_uri(value, err);
	case OPTION_CONFIG:
		in->config = value;
		return 0;
	case OPTION_TENANT:
		in->tenant = value;
		return 0;
	case OPTION_OPERATOR:
		in->operator= value;
		return 0;
	case OPTION_LOGIN:
		in->login = value;
		return 0;
	case OPTION_PASSWORD_FILE:
		in->password_file = value;
		return 0;
	case OPTION_YES:
		in->yes = true;
		return 0;
	case OPTION_LANG:
		in->lang = value;
		if (!lang_parse(value, &lang))
			return err_set(err, OD_EUSAGE,
			    "--lang takes es or en, not \"%s\"", value);
		return 0;
	case OPTION_READONLY:
		in->readonly = true;
		return 0;
	case OPTION_JSON:
		in->json = true;
		return 0;
	case OPTION_JSONL:
		in->jsonl = true;
		return 0;
	case OPTION_NO_INPUT:
		in->no_input = true;
		return 0;
	case OPTION_PLAIN:
		in->plain = true;
		return 0;
	case OPTION_MOUSE:
		in->mouse = true;
		return 0;
	case OPTION_HELP:
		in->help = true;
		return 0;
	case OPTION_VERSION:
		in->version = true;
		return 0;
	case OPTION_COUNT:
		break;
	}
	return 0;
}

/*
 * "--name value" or "--name=value"; *used tells how many words it took, 0 when
 * the value is missing.
 */
static int
match(const char *const *words, int left, int *used, enum option *found,
    const char **value)
{
	for (int i = 0; i < OPTION_COUNT; i++) {
		size_t n = strlen(options[i].name);

		if (strncmp(words[0], options[i].name, n) != 0)
			continue;
		*found = (enum option)i;
		*used = 1;
		*value = "";
		if (words[0][n] == '=' && options[i].value != NULL) {
			*value = words[0] + n + 1;
			return 1;
		}
		if (words[0][n] != '\0')
			continue;
		if (options[i].value != NULL)
			*used = left > 1 ? 2 : 0;
		if (*used == 2)
			*value = words[1];
		return 1;
	}
	return 0;
}

int
invocation_parse(struct invocation *in, int argc, char **argv, struct err *err)
{
	int at = 1, rc;

	memset(in, 0, sizeof(*in));
	in->argv = argv + 1;
	while (at < argc && strcmp(argv[at], "--") != 0) {
		const char *value;
		enum option o;
		int used;

		if (!match((const char *const *)argv + at, argc - at, &used, &o,
			&value) ||
		    ((o == OPTION_OPERATOR || o == OPTION_LOGIN) &&
			in->argc > 0)) {
			in->argv[in->argc++] = argv[at++];
			continue;
		}
		if (used == 0)
			return err_set(err, OD_EUSAGE, "%s needs a value: %s",
			    options[o].name, options[o].value);
		if ((rc = take(in, o, value, err)) != 0)
			return rc;
		at += used;
	}
	while (at < argc)
		in->argv[in->argc++] = argv[at++];
	in->argv[in->argc] = NULL;
	return 0;
}

void
invocation_uri(
    const struct invocation *in, const struct conf *conf, struct str *uri)
{
	const struct conf_section *desk = conf_section(conf, CONF_DESK);
	const char *configured = conf_string(desk, "database");

	db_set_password(conf_secret(desk, "password", 0));
	if (in->db != NULL)
		str_add(uri, in->db);
	else if (configured[0] != '\0')
		str_add(uri, configured);
	else
		desk_default_uri(uri);
}
