/* cli_help - help, man-page lists and completions, from the tables. */
#include "common/i18n.h"
#include "common/utf8.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
each_verb(void (*fn)(const struct cli_verb *v, void *data), void *data)
{
	for (size_t k = 0; cli_tables[k] != NULL; k++)
		for (size_t i = 0; i < cli_tables[k]->count; i++)
			fn(&cli_tables[k]->rows[i], data);
}

static void
add_row(struct str *out, const char *left, const char *right)
{
	int w = utf8_width(left, strlen(left));

	str_addf(out, "  %s", left);
	if (w > 32) {
		str_addc(out, '\n');
		w = -2;
	}
	for (; w < 33; w++)
		str_addc(out, ' ');
	str_addf(out, "%s\n", right);
}

struct listing {
	struct str *out;
	const char *noun, *verb; /* NULL: all */
	int found;
};

static void
list_verb(const struct cli_verb *v, void *data)
{
	struct listing *l = data;
	char left[128];

	if (l->noun != NULL && strcmp(l->noun, v->noun) != 0)
		return;
	if (l->verb != NULL && !str_equal(l->verb, v->verb))
		return;
	l->found++;
	str_format(left, sizeof(left), "%s %s%s%s", v->noun,
	    v->verb != NULL ? v->verb : "", v->args[0] != '\0' ? " " : "",
	    v->args);
	add_row(l->out, left, _(v->help));
	if (l->noun == NULL || v->options == NULL)
		return;
	for (const struct cli_option *o = v->options; o->name != NULL; o++) {
		str_format(left, sizeof(left), "    %s%s%s", o->name,
		    o->value != NULL ? " " : "",
		    o->value != NULL ? o->value : "");
		add_row(l->out, left, _(o->help));
	}
}

void
cli_print_help(const char *noun, const char *verb, struct str *out)
{
	struct listing l = {out, noun, verb, 0};

	str_add(
	    out, _("usage: opdesk [OPTIONS]                the console\n"
		   "       opdesk [OPTIONS] NOUN VERB ...  one operation\n"));
	str_add(out, _("\nCommands:\n"));
	each_verb(list_verb, &l);
	if (l.found == 0 && verb != NULL) {
		l.verb = NULL;
		each_verb(list_verb, &l);
	}
	if (l.found == 0) {
		l.noun = NULL;
		each_verb(list_verb, &l);
	}
	str_add(out, _("\nOptions everywhere:\n"));
	invocation_print_options(out);
}

/* ---- mdoc: the list of verbs for the man page ---- */

static void
mdoc_text(struct str *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			str_add(out, "\\e");
		else if (*s == '-')
			str_add(out, "\\-");
		else
			str_addc(out, *s);
	}
}

struct mdoc {
	struct str *out;
	const char *noun; /* whose list is open; NULL: none */
};

static void
mdoc_verb(const struct cli_verb *v, void *data)
{
	struct mdoc *m = data;
	struct str *out = m->out;

	if (!str_equal(m->noun, v->noun)) {
		if (m->noun != NULL)
			str_add(out, ".El\n");
		str_addf(out, ".Ss %s\n.Bl -tag -width Ds\n", v->noun);
		m->noun = v->noun;
	}
	str_addf(out, ".It Cm %s%s%s", v->noun, v->verb != NULL ? " " : "",
	    v->verb != NULL ? v->verb : "");
	if (v->args[0] != '\0') {
		str_add(out, " Ar ");
		mdoc_text(out, v->args);
	}
	str_addc(out, '\n');
	mdoc_text(out, _(v->help));
	str_addc(out, '\n');
	if (v->options == NULL)
		return;
	str_add(out, ".Bl -tag -width Ds -compact\n");
	for (const struct cli_option *o = v->options; o->name != NULL; o++) {
		str_addf(out, ".It Fl Fl %s", o->name + 2);
		if (o->value != NULL)
			str_addf(out, " Ar %s", o->value);
		str_addc(out, '\n');
		mdoc_text(out, _(o->help));
		str_addc(out, '\n');
	}
	str_add(out, ".El\n");
}

void
cli_print_mdoc(struct str *out)
{
	struct mdoc m = {out, NULL};

	each_verb(mdoc_verb, &m);
	if (m.noun != NULL)
		str_add(out, ".El\n");
}

/* ---- completions ---- */

static void
complete_verb(const struct cli_verb *v, void *data)
{
	struct str *out = data;

	str_addf(out, "%s|%s|", v->noun, v->verb != NULL ? v->verb : "");
	for (const struct cli_option *o = v->options;
	     o != NULL && o->name != NULL; o++)
		str_addf(out, "%s ", o->name);
	str_addc(out, '\n');
}

static const char bash_text[] =
    "_opdesk() {\n"
    "	local cur=${COMP_WORDS[COMP_CWORD]} noun= verb= w line words=\n"
    "	for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
    "		case $w in -*) ;; *)\n"
    "			if [ -z \"$noun\" ]; then noun=$w\n"
    "			elif [ -z \"$verb\" ]; then verb=$w; fi ;;\n"
    "		esac\n"
    "	done\n"
    "	while IFS='|' read -r n v o; do\n"
    "		if [ -z \"$noun\" ]; then words=\"$words $n\"\n"
    "		elif [ \"$n\" = \"$noun\" ] && [ -z \"$verb\" ]; then\n"
    "			words=\"$words $v\"\n"
    "		elif [ \"$n\" = \"$noun\" ] && [ \"$v\" = \"$verb\" ]; then\n"
    "			words=\"$words $o\"; fi\n"
    "	done <<'EOF'\n";

static const char bash_end[] =
    "EOF\n"
    "	COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "}\n"
    "complete -o default -F _opdesk opdesk\n";

/* These two ask the program itself. */
static const char zsh_text[] = "#compdef opdesk\n"
			       "compadd -- ${(f)\"$(opdesk completion words --"
			       " ${words[1,CURRENT-1]} 2>/dev/null)\"}\n";

static const char fish_text[] =
    "complete -c opdesk -a \"(opdesk completion words --"
    " (commandline -opc) 2>/dev/null)\"\n";

int
cli_print_completion(const char *shell, struct str *out, struct err *err)
{
	if (strcmp(shell, "fish") == 0) {
		str_add(out, fish_text);
		return 0;
	}
	if (strcmp(shell, "zsh") == 0) {
		str_add(out, zsh_text);
		return 0;
	}
	if (strcmp(shell, "bash") != 0)
		return err_set(err, OD_EUSAGE,
		    "Completions are made for bash, zsh and fish, not for"
		    " \"%s\"",
		    shell);
	str_add(out, bash_text);
	each_verb(complete_verb, out);
	str_add(out, bash_end);
	return 0;
}

struct words {
	struct str *out;
	const char *noun, *verb, *last;
};

/* What may follow: a noun, else the noun's verbs, else the verb's options. */
static void
word_of(const struct cli_verb *v, void *data)
{
	struct words *w = data;
	const char *word = w->noun == NULL ? v->noun : v->verb;
	bool options = w->verb != NULL || v->verb == NULL;

	if (w->noun != NULL && strcmp(w->noun, v->noun) != 0)
		return;
	if (w->noun != NULL && options) {
		if (v->verb != NULL && !str_equal(w->verb, v->verb))
			return;
		for (const struct cli_option *o = v->options;
		     o != NULL && o->name != NULL; o++)
			str_addf(w->out, "%s\n", o->name);
		return;
	}
	if (str_equal(word, w->last))
		return;
	w->last = word;
	str_addf(w->out, "%s\n", word);
}

/* The words typed so far, the program's name first; options do not count. */
static void
add_words(const struct cli *c, struct str *out)
{
	struct words w = {out, NULL, NULL, NULL};
	int plain = 0;

	for (int i = 2; i < c->nargs; i++) {
		if (c->args[i][0] == '-')
			continue;
		if (plain == 0)
			w.noun = c->args[i];
		else if (plain == 1)
			w.verb = c->args[i];
		plain++;
	}
	each_verb(word_of, &w);
}

static int
run_completion(struct cli *c, struct err *err)
{
	struct str out = STR_INIT;
	int rc = 0;

	if (strcmp(c->args[0], "words") == 0)
		add_words(c, &out);
	else
		rc = cli_print_completion(c->args[0], &out, err);
	if (rc == 0)
		fputs(out.s, stdout);
	str_free(&out);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"completion", NULL, "bash|zsh|fish", 1, 64, NULL, CLI_NOBODY, true, run_completion,
	    N_("Print completions for a shell.")},
};
/* clang-format on */

const struct cli_table cli_help_table = {rows, COUNT(rows)};
