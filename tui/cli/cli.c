/* cli - dispatch and arguments; see cli.h. */
#include "tui/cli/cli.h"
#include "common/nearest.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/core/desk_files.h"
#include "db/engine/keeper.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_login.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- what was misspelt ---- */

static void
look_at_global(struct nearest *near)
{
	const char *name;

	for (int i = 0; (name = invocation_option(i)) != NULL; i++)
		nearest_look(near, name);
}

static int
no_noun(const char *noun, struct err *err)
{
	struct nearest near;

	nearest_begin(&near, noun, strlen(noun));
	for (size_t k = 0; cli_tables[k] != NULL; k++)
		for (size_t i = 0; i < cli_tables[k]->count; i++)
			nearest_look(&near, cli_tables[k]->rows[i].noun);
	look_at_global(&near);
	if (nearest_found(&near) != NULL)
		return err_set(err, OD_EUSAGE,
		    "There is no command \"%s\"; did you mean \"%s\"?", noun,
		    nearest_found(&near));
	return err_set(err, OD_EUSAGE,
	    "There is no command \"%s\"; \"opdesk --help\" lists them", noun);
}

static int
no_verb(const char *noun, const char *verb, struct err *err)
{
	struct nearest near;

	nearest_begin(&near, verb, strlen(verb));
	for (size_t k = 0; cli_tables[k] != NULL; k++) {
		for (size_t i = 0; i < cli_tables[k]->count; i++) {
			const struct cli_verb *v = &cli_tables[k]->rows[i];

			if (is_noun(v, noun) && v->verb != NULL)
				nearest_look(&near, v->verb);
		}
	}
	if (nearest_found(&near) != NULL)
		return err_set(err, OD_EUSAGE,
		    "\"%s\" has no verb \"%s\"; did you mean \"%s\"?", noun,
		    verb, nearest_found(&near));
	return err_set(err, OD_EUSAGE,
	    "\"%s\" has no verb \"%s\"; \"opdesk %s --help\" lists them", noun,
	    verb, noun);
}

/* n bytes of word are its name. */
static int
no_option(const struct cli *c, const char *word, size_t n, struct err *err)
{
	const struct cli_option *o = c->verb->options;
	struct nearest near;

	nearest_begin(&near, word, n);
	for (; o != NULL && o->name != NULL; o++)
		nearest_look(&near, o->name);
	look_at_global(&near);
	if (nearest_found(&near) != NULL)
		return err_set(err, OD_EUSAGE,
		    "There is no option %.*s here; did you mean %s?", (int)n,
		    word, nearest_found(&near));
	return err_set(err, OD_EUSAGE,
	    "There is no option %s here; \"opdesk %s %s --help\" lists them",
	    word, c->verb->noun, c->verb->verb != NULL ? c->verb->verb : "");
}

/* Which row is meant, and how many words named it. */
static int
choose_verb(struct cli *c, int *used, struct err *err)
{
	const char *noun = c->in->argv[0];
	const char *verb = c->in->argc > 1 ? c->in->argv[1] : NULL;

	if (!noun_exists(noun))
		return no_noun(noun, err);
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
	return no_verb(noun, verb, err);
}

int
cli__place(const struct cli_verb *v, const char *name, size_t n)
{
	for (int i = 0; v->options != NULL && v->options[i].name != NULL; i++)
		if (strlen(v->options[i].name) == n &&
		    strncmp(v->options[i].name, name, n) == 0)
			return i;
	return -1;
}

static bool
may_repeat(const struct cli_option *o)
{
	size_t n = o->value != NULL ? strlen(o->value) : 0;

	return n > 3 && strcmp(o->value + n - 3, "...") == 0;
}

/* What follows "=", else the next word; NULL when there is neither. */
static const char *
take_value(struct cli *c, int *at)
{
	const char *equals = strchr(c->in->argv[*at], '=');

	if (equals != NULL)
		return equals + 1;
	return *at + 1 < c->in->argc ? c->in->argv[++*at] : NULL;
}

static int
keep_value(struct cli *c, const struct cli_option *o, const char *value,
    struct err *err)
{
	if (!may_repeat(o) && cli_flag(c, o->name))
		return err_set(err, OD_EUSAGE, "%s is there twice", o->name);
	c->given[c->ngiven++] =
	    (struct cli_given){(int)(o - c->verb->options), value};
	return 0;
}

/* A global option that stands after the verb, which has none of that name. */
static int
take_who(
    struct cli *c, int *at, const char *name, const char **who, struct err *err)
{
	if ((*who = take_value(c, at)) == NULL)
		return err_set(
		    err, OD_EUSAGE, "%s needs a value: %s", name, "LOGIN");
	return 0;
}

/* One "--name", "--name value" or "--name=value"; *at moves on. */
static int
take_option(struct cli *c, int *at, struct err *err)
{
	const char *word = c->in->argv[*at];
	size_t n = strcspn(word, "=");
	int place = cli__place(c->verb, word, n);
	const struct cli_option *o;
	const char *value;

	if (place < 0 && n == strlen("--operator") &&
	    strncmp(word, "--operator", n) == 0)
		return take_who(c, at, "--operator", &c->operator, err);
	if (place < 0 && n == strlen("--login") &&
	    strncmp(word, "--login", n) == 0)
		return take_who(c, at, "--login", &c->login, err);
	if (place < 0)
		return no_option(c, word, n, err);
	o = &c->verb->options[place];
	if (o->value == NULL)
		return word[n] == '\0' ? keep_value(c, o, "", err)
		                       : err_set(err, OD_EUSAGE,
					     "%s takes no value", o->name);
	if ((value = take_value(c, at)) == NULL)
		return err_set(
		    err, OD_EUSAGE, "%s needs a value: %s", o->name, o->value);
	return keep_value(c, o, value, err);
}

static int
take_words(struct cli *c, int used, struct err *err)
{
	bool options = true;
	int rc;

	c->given = xcalloc((size_t)c->in->argc + 1, sizeof(*c->given));
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

int
cli_check_change(const struct cli *c, struct err *err)
{
	const char *verb = c->verb->verb;

	if (!c->in->readonly)
		return 0;
	return err_set(err, OD_EDENIED,
	    "Nothing was done: \"opdesk %s%s%s\" changes something, and"
	    " --readonly is for reading only; leave it out to do it",
	    c->verb->noun, verb != NULL ? " " : "", verb != NULL ? verb : "");
}

/* The table says it, so that no verb has to think of it. */
static int
check_readonly(const struct cli *c, struct err *err)
{
	if (c->verb->reads_only ||
	    (cli__place(c->verb, "--dry-run", strlen("--dry-run")) >= 0 &&
		cli_flag(c, "--dry-run")))
		return 0;
	return cli_check_change(c, err);
}

static int
open_desk(struct cli *c, struct err *err)
{
	const struct conf_section *s = conf_section(c->conf, CONF_DESK);
	const char *tenant =
	    c->in->tenant != NULL ? c->in->tenant : conf_string(s, "tenant");
	struct str uri = STR_INIT;
	struct desk_options o = {.files = conf_string(s, "files"),
	    .seal_key = conf_string(s, "seal_key"),
	    .readonly = c->in->readonly || c->verb->reads_only};
	int rc;

	if (c->verb->who == CLI_NOBODY)
		return 0;
	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	rc = desk_open(&o, &c->desk, err);
	str_free(&uri);
	if (rc == 0 && c->verb->reads_only && !c->in->readonly)
		rc = desk_check_moved(c->desk, err);
	if (rc == 0)
		rc = desk_files_check(
		    c->desk->files_dir, desk_files_id(c->desk), err);
	if (rc != 0)
		return rc;
	if (c->verb->who == CLI_HOST)
		return desk_act_as_host(c->desk,
		    tenant[0] != '\0' && c->in->tenant != NULL ? tenant : NULL,
		    err);
	return cli_act(c, tenant, err);
}

/* Without a daemon the file is kept by whoever wrote last. */
static void
keep(struct cli *c)
{
	if (c->desk != NULL && !c->desk->readonly)
		keeper_pass_by(c->desk->db);
}

/* What a desk that was opened for reading could not keep of it. */
static void
note_reads(struct cli *c)
{
	struct desk_options o = {0};
	struct desk *d = NULL;

	if (c->desk == NULL || c->in->readonly || !op_has_reads(c->desk))
		return;
	o.uri = db_uri(c->desk->db);
	o.files = c->desk->files_dir;
	o.seal_key = c->desk->seal_path;
	if (desk_open(&o, &d, NULL) == 0)
		op_note_reads(d, c->desk);
	desk_close(&d);
}

static void
clear(struct cli *c)
{
	note_reads(c);
	keep(c);
	desk_close(&c->desk);
	free(c->args);
	free(c->given);
	str_free(&c->out);
}

static int
run_verb(struct cli *c, struct err *err)
{
	int used = 0, rc;

	if ((rc = choose_verb(c, &used, err)) != 0 ||
	    (rc = take_words(c, used, err)) != 0 ||
	    (rc = check_readonly(c, err)) != 0 || (rc = open_desk(c, err)) != 0)
		return rc;
	if (c->desk != NULL)
		c->desk->saved = false;
	rc = c->verb->run(c, err);
	if (rc == OD_EDENIED && c->desk != NULL && c->desk->wants_step_up &&
	    (rc = cli_step_up(c, err)) == 0)
		rc = c->verb->run(c, err);
	if (rc == OD_EDENIED && c->desk != NULL && c->desk->wants_typed &&
	    (rc = cli_typed(c, err)) == 0)
		rc = c->verb->run(c, err);
	if (rc == OD_EWAITS)
		return cli__waits(c, err);
	/* Only who knows that does not do it once more. */
	if ((rc == OD_EUNAVAIL || rc == OD_EIO) && c->desk != NULL &&
	    c->desk->saved)
		err_prefix(err, "It is saved, but cannot be shown");
	if (rc == 0)
		rc = cli__print(c, err);
	else if (c->keep_rows && c->rows > 0)
		(void)cli__print(c, NULL);
	return rc;
}

int
cli_run(const struct invocation *in, const struct conf *conf)
{
	struct cli c = {.in = in, .conf = conf, .out = STR_INIT};
	struct err err = ERR_INIT;
	int rc;

	if (in->help) {
		cli_print_help(in->argc > 0 ? in->argv[0] : NULL,
		    in->argc > 1 ? in->argv[1] : NULL, &c.out);
		fputs(c.out.s, stdout);
		rc = cli_flush(&err);
	} else {
		rc = run_verb(&c, &err);
	}
	if (rc != 0) {
		char *safe = text_safe_dup(err.text, TEXT_LINE);

		fprintf(stderr, "opdesk: %s\n", safe);
		free(safe);
	}
	clear(&c);
	return err_exit_status(rc);
}
