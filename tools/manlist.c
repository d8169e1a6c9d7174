/*
 * manlist - the lists of the manual, from the programs' own tables.
 *
 * usage: manlist options|recorder|verbs|keys|conf|example|routes|events|imports LANG
 *        manlist completion SHELL
 */
#include "common/conf.h"
#include "common/i18n.h"
#include "db/core/op.h"
#include "common/xalloc.h"
#include "db/records/import_map.h"
#include "syncd/daemon.h"
#include "tui/app.h"
#include "tui/audio/rec_options.h"
#include "tui/cli/cli.h"
#include "tui/command.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- keys of the console ---- */

static void
add_key(struct str *out, const char *key, size_t n)
{
	str_add(out, " Ic ");
	if (n == 1 && ispunct((unsigned char)key[0]))
		str_add(out, "\\&");
	for (size_t i = 0; i < n; i++)
		str_addf(out, key[i] == '\\' ? "\\e" : "%c", key[i]);
}

/* The keys of one context in "tickets:n inbox:t"; how many there are. */
static int
add_keys(struct str *out, const char *keys, const char *context)
{
	size_t n = strlen(context);
	int found = 0;

	while (*keys != '\0') {
		size_t len = strcspn(keys, " ");

		if (len > n + 1 && keys[n] == ':' &&
		    strncmp(keys, context, n) == 0) {
			if (found++ > 0)
				str_add(out, " ,");
			add_key(out, keys + n + 1, len - n - 1);
		}
		keys += len;
		keys += strspn(keys, " ");
	}
	return found;
}

static void
add_context(const struct commands *cs, const char *context, const char *title,
    struct str *out)
{
	const struct command *cmd;

	str_addf(out, ".Ss \\&%s\n.Bl -tag -width 10n -compact\n", title);
	for (size_t i = 0; (cmd = commands_at(cs, i)) != NULL; i++) {
		struct str keys = STR_INIT;

		if (cmd->keys != NULL && add_keys(&keys, cmd->keys, context))
			str_addf(out, ".It%s\n%s\n", keys.s,
			    _(cmd->help != NULL ? cmd->help : cmd->label));
		str_free(&keys);
	}
	str_add(out, ".El\n");
}

static void
print_keys(struct str *out)
{
	static const char *const contexts[][2] = {{"global", N_("Everywhere")},
	    {"desk", N_("My day")}, {"inbox", N_("Inbox")},
	    {"tickets", N_("Tickets")}, {"ticket", N_("Ticket")},
	    {"system", N_("System")}};
	struct commands *cs = commands_new();

	commands_add(cs, base_commands, base_commands_count);
	app_add_commands(cs);
	for (size_t i = 0; i < sizeof(contexts) / sizeof(contexts[0]); i++)
		add_context(cs, contexts[i][0], _(contexts[i][1]), out);
	commands_free(&cs);
}

/* ---- routes of the daemon ---- */

static void
add_route(const struct route *r, void *data)
{
	struct str *out = data;

	if (r->summary == NULL)
		return;
	str_addf(
	    out, ".It Cm %s Pa %s\n%s.\n", r->method, r->path, _(r->summary));
	if (r->scope != NULL)
		str_addf(
		    out, "%s\n.Ql %s .\n", _("Scope of the token:"), r->scope);
	if (r->auth == ROUTE_LOOPBACK)
		str_addf(
		    out, "%s\n", _("Clients on this machine need no token."));
}

static void
print_routes(struct str *out)
{
	struct daemon d = {.router = router_new()};

	daemon_routes(&d);
	str_add(out, ".Bl -tag -width Ds\n");
	router_each(d.router, add_route, out);
	str_add(out, ".El\n");
	router_free(&d.router);
}

/* ---- events of tickets, by the operations that write them ---- */

static void
print_events(struct str *out)
{
	str_add(out, ".Bl -tag -width ticket.status_changed -compact\n");
	for (int i = 0; i < OP_COUNT; i++) {
		const struct op_def *def = op_def((enum op_id)i);

		if (def->kind == RECORD_TICKET && def->event != NULL &&
		    (def->flags & OP_FACT) == 0)
			str_addf(
			    out, ".It %s\n%s\n", def->event, _(def->label));
	}
	str_add(out, ".El\n");
}

/* ---- headings that an import knows ---- */

static void
print_imports(struct str *out)
{
	for (int k = 0; import_kind_names[k] != NULL; k++) {
		str_addf(out, ".Ss import %s\n.Bl -tag -width 12n -compact\n",
		    import_kind_names[k]);
		for (int i = 0; i < IN_FIELD_COUNT; i++) {
			const char *words = import_headings(
			    (enum import_kind)k, (enum import_field)i);

			if (words != NULL)
				str_addf(out, ".It Cm %s\n%s\n",
				    import_field_name((enum import_field)i),
				    words + 1);
		}
		str_add(out, ".El\n");
	}
}

int
main(int argc, char **argv)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	const char *what = argc == 3 ? argv[1] : "";
	enum lang lang;

	if (argc == 3 && lang_parse(argv[2], &lang))
		i18n_set_process(lang);
	if (strcmp(what, "options") == 0)
		invocation_print_mdoc(&out);
	else if (strcmp(what, "recorder") == 0)
		rec_options_print_mdoc(&out);
	else if (strcmp(what, "verbs") == 0)
		cli_print_mdoc(&out);
	else if (strcmp(what, "keys") == 0)
		print_keys(&out);
	else if (strcmp(what, "conf") == 0)
		conf_print_mdoc(&out);
	else if (strcmp(what, "example") == 0)
		conf_print_example(&out);
	else if (strcmp(what, "routes") == 0)
		print_routes(&out);
	else if (strcmp(what, "events") == 0)
		print_events(&out);
	else if (strcmp(what, "imports") == 0)
		print_imports(&out);
	else if (strcmp(what, "completion") != 0 ||
		 cli_print_completion(argv[2], &out, &err) != 0)
		return 2;
	fputs(out.s, stdout);
	str_free(&out);
	return 0;
}
