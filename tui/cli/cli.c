/* cli - dispatch and arguments; see cli.h. */
#include "tui/cli/cli.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/engine/keeper.h"
#include "tui/cli/cli_int.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX 65536

static bool
is_noun(const struct cli_verb *v, const char *noun)
{
	return strcmp(v->noun, noun) == 0;
}

const struct cli_verb *
cli__find(const char *noun, const char *verb)
{
	for (size_t k = 0; cli_tables[k] != NULL; k++) {
		for (size_t i = 0; i < cli_tables[k]->count; i++) {
			const struct cli_verb *v = &cli_tables[k]->rows[i];

			if (is_noun(v, noun) && str_equal(v->verb, verb))
				return v;
		}
	}
	return NULL;
}

static bool
noun_exists(const char *noun)
{
	for (size_t k = 0; cli_tables[k] != NULL; k++)
		for (size_t i = 0; i < cli_tables[k]->count; i++)
			if (is_noun(&cli_tables[k]->rows[i], noun))
				return true;
	return false;
}

/* Which row is meant, and how many words named it. */
static int
choose_verb(struct cli *c, int *used, struct err *err)
{
	const char *noun = c->in->argv[0];
	const char *verb = c->in->argc > 1 ? c->in->argv[1] : NULL;

	if (!noun_exists(noun))
		return err_set(err, OD_EUSAGE,
		    "There is no command \"%s\"; \"opdesk --help\" lists them",
		    noun);
	if ((c->verb = cli__find(noun, verb)) != NULL) {
		*used = verb != NULL ? 2 : 1;
		return 0;
	}
	if ((c->verb = cli__find(noun, NULL)) != NULL) {
		*used = 1;
		return 0;
	}
	if (verb == NULL)
		return err_set(err, OD_EUSAGE,
		    "What is to be done? \"opdesk %s --help\" lists the verbs",
		    noun);
	return err_set(err, OD_EUSAGE,
	    "\"%s\" has no verb \"%s\"; \"opdesk %s --help\" lists them", noun,
	    verb, noun);
}

static int
option_place(const struct cli_verb *v, const char *name, size_t n)
{
	for (int i = 0; v->options != NULL && v->options[i].name != NULL; i++)
		if (strlen(v->options[i].name) == n &&
		    strncmp(v->options[i].name, name, n) == 0)
			return i;
	return -1;
}

static int
option_count(const struct cli_verb *v)
{
	int n = 0;

	while (v->options != NULL && v->options[n].name != NULL)
		n++;
	return n;
}

/* One "--name", "--name value" or "--name=value"; *at moves on. */
static int
take_option(struct cli *c, int *at, struct err *err)
{
	const char *word = c->in->argv[*at];
	const char *equals = strchr(word, '=');
	size_t n = equals != NULL ? (size_t)(equals - word) : strlen(word);
	int place = option_place(c->verb, word, n);
	const struct cli_option *o;

	if (place < 0)
		return err_set(err, OD_EUSAGE,
		    "There is no option %s here; \"opdesk %s %s --help\""
		    " lists them",
		    word, c->verb->noun,
		    c->verb->verb != NULL ? c->verb->verb : "");
	o = &c->verb->options[place];
	if (o->value == NULL && equals != NULL)
		return err_set(err, OD_EUSAGE, "%s takes no value", o->name);
	if (o->value == NULL)
		c->values[place] = "";
	else if (equals != NULL)
		c->values[place] = equals + 1;
	else if (*at + 1 < c->in->argc)
		c->values[place] = c->in->argv[++*at];
	else
		return err_set(
		    err, OD_EUSAGE, "%s needs a value: %s", o->name, o->value);
	return 0;
}

static int
take_words(struct cli *c, int used, struct err *err)
{
	bool options = true;
	int rc;

	c->values =
	    xcalloc((size_t)option_count(c->verb) + 1, sizeof(*c->values));
	c->args = xcalloc((size_t)c->in->argc + 1, sizeof(*c->args));
	for (int at = used; at < c->in->argc; at++) {
		const char *word = c->in->argv[at];

		if (options && strcmp(word, "--") == 0) {
			options = false;
		} else if (options && strncmp(word, "--", 2) == 0) {
			if ((rc = take_option(c, &at, err)) != 0)
				return rc;
		} else {
			c->args[c->nargs++] = word;
		}
	}
	if (c->nargs < c->verb->min_args || c->nargs > c->verb->max_args)
		return err_set(err, OD_EUSAGE, "usage: opdesk %s %s %s",
		    c->verb->noun, c->verb->verb != NULL ? c->verb->verb : "",
		    c->verb->args);
	return 0;
}

static int
open_desk(struct cli *c, struct err *err)
{
	const struct conf_section *s = conf_section(c->conf, CONF_DESK);
	const char *tenant =
	    c->in->tenant != NULL ? c->in->tenant : conf_string(s, "tenant");
	struct str uri = STR_INIT;
	struct desk_options o = {.files = conf_string(s, "files"),
	    .readonly = c->in->readonly || c->verb->reads_only};
	int rc;

	if (c->verb->who == CLI_NOBODY)
		return 0;
	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	rc = desk_open(&o, &c->desk, err);
	str_free(&uri);
	if (rc != 0)
		return rc;
	if (c->verb->who == CLI_HOST)
		return desk_act_as_host(c->desk,
		    tenant[0] != '\0' && c->in->tenant != NULL ? tenant : NULL,
		    err);
	return desk_act_as_operator(c->desk, tenant, c->in->operator, err);
}

/* Without a daemon the file is kept by whoever wrote last. */
static void
keep(struct cli *c)
{
	struct keeper *keeper = NULL;

	if (c->desk == NULL || c->desk->readonly ||
	    keeper_become(db_path(c->desk->db), &keeper, NULL) != 0)
		return;
	(void)keeper_tend(keeper, false, NULL);
	keeper_free(&keeper);
}

static void
clear(struct cli *c)
{
	keep(c);
	desk_close(&c->desk);
	free(c->args);
	free(c->values);
	str_free(&c->out);
}

static int
run_verb(struct cli *c, struct err *err)
{
	int used = 0, rc;

	if ((rc = choose_verb(c, &used, err)) != 0 ||
	    (rc = take_words(c, used, err)) != 0 ||
	    (rc = open_desk(c, err)) != 0)
		return rc;
	if ((rc = c->verb->run(c, err)) == 0)
		rc = cli__print(c, err);
	return rc;
}

int
cli_run(const struct invocation *in, const struct conf *conf)
{
	struct cli c = {.in = in, .conf = conf, .out = STR_INIT};
	struct err err = ERR_INIT;
	int rc;

	if (in->help) {
		struct str text = STR_INIT;

		cli_print_help(in->argc > 0 ? in->argv[0] : NULL,
		    in->argc > 1 ? in->argv[1] : NULL, &text);
		fputs(text.s, stdout);
		str_free(&text);
		return 0;
	}
	if ((rc = run_verb(&c, &err)) != 0)
		fprintf(stderr, "opdesk: %s\n", err.text);
	clear(&c);
	return err_exit_status(rc);
}

/* ---- arguments ---- */

const char *
cli_option(const struct cli *c, const char *name)
{
	int place = option_place(c->verb, name, strlen(name));

	BUG_ON(place < 0);
	return c->values[place];
}

bool
cli_flag(const struct cli *c, const char *name)
{
	return cli_option(c, name) != NULL;
}

int
cli_option_int(const struct cli *c, const char *name, int64_t min, int64_t max,
    int64_t fallback, int64_t *out, struct err *err)
{
	const char *value = cli_option(c, name);

	*out = fallback;
	if (value == NULL || str_to_int64(value, min, max, out))
		return 0;
	return err_set(err, OD_EUSAGE,
	    "%s takes a whole number from %lld to %lld", name, (long long)min,
	    (long long)max);
}

int
cli_arg_int(const struct cli *c, int index, int64_t *out, struct err *err)
{
	BUG_ON(index >= c->nargs);
	if (str_to_int64(c->args[index], 1, INT64_MAX, out))
		return 0;
	return err_set(
	    err, OD_EUSAGE, "\"%s\" is not a number", c->args[index]);
}

int
cli_option_text(
    const struct cli *c, const char *name, struct str *out, struct err *err)
{
	const char *value = cli_option(c, name);
	char piece[4096];
	size_t n;

	if (value == NULL)
		return 0;
	if (strcmp(value, "-") != 0) {
		str_add(out, value);
		return 0;
	}
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0) {
		str_addn(out, piece, n);
		if (out->len > INPUT_MAX)
			return err_set(err, OD_ELIMIT,
			    "The text on standard input is longer than 64"
			    " KiB");
	}
	if (ferror(stdin))
		return err_set(err, OD_EIO, "Standard input cannot be read");
	return 0;
}

bool
cli_confirm(const struct cli *c, const char *question)
{
	char answer[16];

	if (c->in->no_input || !isatty(STDIN_FILENO))
		return false;
	fprintf(stderr, "%s [%s] ", question, _("y/N"));
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return false;
	return answer[0] == 'y' || answer[0] == 'Y' || answer[0] == 's' ||
	       answer[0] == 'S';
}
