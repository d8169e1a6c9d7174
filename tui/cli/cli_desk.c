/* cli_desk - init, desk, tenant, team, operator. */
#include "common/i18n.h"
#include "db/core/desk_files.h"
#include "db/core/op.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/engine/server.h"
#include "db/records/login.h"
#include "db/records/staff.h"
#include "db/records/tenants.h"
#include "tui/cli/cli_tables.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- init ---- */

static const struct cli_option init_options[] = {
    {"--slug", "SLUG", N_("short name of the first tenant")},
    {"--name", "NAME", N_("its name")},
    {"--rehearsal", NULL, N_("a tenant for training, never a real one")},
    {"--language", "es|en", N_("its language")},
    {"--zone", "ZONE", N_("its time zone, such as Europe/Madrid")},
    {"--login", "LOGIN", N_("the first administrator: you")},
    {NULL, NULL, NULL},
};

static int
make_tenant(struct cli *c, const char *slug, struct err *err)
{
	struct operator_new admin = {
	    .login = cli_option_or(c, "--login", "admin"),
	    .role = ROLE_ADMIN,
	    .unix_uid = (int64_t)getuid()};
	int64_t id;
	int rc;

	admin.full_name = admin.login;
	if ((rc = desk_act_as_host(c->desk, NULL, err)) != 0 ||
	    (rc = tenant_new(c->desk, slug, cli_option_or(c, "--name", slug),
		 cli_flag(c, "--rehearsal"),
		 cli_option_or(c, "--language", lang_code(i18n_lang())),
		 cli_option_or(c, "--zone", "UTC"), &id, err)) != 0 ||
	    (rc = desk_act_as_host(c->desk, slug, err)) != 0)
		return rc;
	return operator_new(c->desk, &admin, &id, err);
}

/* A tenant without an administrator could not be worked in by anybody. */
static int
make_both(struct cli *c, const char *slug, struct err *err)
{
	int rc;

	if ((rc = db_batch_begin(c->desk, err)) != 0)
		return rc;
	if ((rc = make_tenant(c, slug, err)) == 0)
		return db_batch_end(c->desk, err);
	db_batch_cancel(c->desk);
	return rc;
}

static int
run_init(struct cli *c, struct err *err)
{
	struct str uri = STR_INIT;
	struct desk_options o = {
	    .files = conf_string(conf_section(c->conf, CONF_DESK), "files")};
	struct json_out *out;
	int rc;

	invocation_uri(c->in, c->conf, &uri);
	o.uri = uri.s;
	if ((rc = desk_make(&o, &c->desk, err)) == 0 &&
	    (rc = make_both(c, cli_option_or(c, "--slug", "main"), err)) == 0) {
		out = cli_value(c);
		json_out_object(out, NULL);
		json_out_string(out, "database", uri.s);
		json_out_string(
		    out, "tenant", cli_option_or(c, "--slug", "main"));
		json_out_string(
		    out, "operator", cli_option_or(c, "--login", "admin"));
		json_out_end(out, '}');
	}
	str_free(&uri);
	return rc;
}

/* ---- desk ---- */

static int
run_desk_show(struct cli *c, struct err *err)
{
	struct json_out *out;
	int version, min_writer, rc;

	if ((rc = migrate_current(c->desk->db, &version, &min_writer, err)) !=
	    0)
		return rc;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "database", db_uri(c->desk->db));
	json_out_string(out, "engine", db_engine_version(c->desk->db));
	json_out_int(out, "schema", version);
	json_out_string(out, "files", c->desk->files_dir);
	json_out_bool(out, "kept", keeper_is_held(db_uri(c->desk->db)));
	json_out_end(out, '}');
	return 0;
}

static void
say_step(int version, const char *title, void *data)
{
	cli_say(data, _("Schema %d: %s"), version, title);
}

static void
say_waiting(void *data)
{
	cli_say(data, _("Another opdesk is upgrading this desk; waiting for "
			"it to finish"));
}

static const struct cli_option upgrade_options[] = {
    {"--no-backup", NULL, N_("go on without a copy: there is a backup")},
    {NULL, NULL, NULL},
};

/* Also of a desk whose tables lack what a newer program of its schema makes. */
static int
is_due(struct db *db, int version, bool *due, struct err *err)
{
	char first[64];
	int64_t n = 0;
	int rc = 0;

	if (version == SCHEMA_VERSION && server_has(db))
		rc = server_unguarded(db, &n, first, err);
	*due = version < SCHEMA_VERSION || n > 0;
	return rc;
}

static int
run_desk_upgrade(struct cli *c, struct err *err)
{
	const struct migrate_options o = {
	    .without_copy = cli_flag(c, "--no-backup"),
	    .progress = say_step,
	    .waiting = say_waiting,
	    .data = c};
	struct str uri = STR_INIT;
	struct db *db = NULL;
	int version, min_writer, rc;
	bool due;

	invocation_uri(c->in, c->conf, &uri);
	if ((rc = db_open(uri.s, DB_OPEN, &db, err)) == 0 &&
	    (rc = migrate_current(db, &version, &min_writer, err)) == 0 &&
	    (rc = is_due(db, version, &due, err)) == 0 && due)
		rc = migrate_run(db, &o, err);
	if (rc == 0) {
		struct json_out *out = cli_value(c);

		json_out_object(out, NULL);
		json_out_int(out, "from", version);
		json_out_int(out, "schema", SCHEMA_VERSION);
		json_out_end(out, '}');
	}
	db_close(&db);
	str_free(&uri);
	return rc;
}

/* ---- tenants ---- */

static const struct cli_column tenant_columns[] = {
    {"slug", N_("Tenant"), 24},
    {"name", N_("Name"), 40},
    {"rehearsal", N_("Rehearsal"), 9},
    {"lang", N_("Language"), 8},
    {"zone", N_("Time zone"), 0},
};

static int
run_tenant_list(struct cli *c, struct err *err)
{
	struct tenant *rows = NULL;
	size_t count = 0;
	int rc = tenant_list(c->desk, &rows, &count, err);

	if (rc == 0)
		cli_list(c, tenant_columns, COUNT(tenant_columns));
	for (size_t i = 0; rc == 0 && i < count; i++)
		tenant_json(&rows[i], cli_row(c));
	free(rows);
	return rc;
}

static const struct cli_option tenant_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--rehearsal", NULL, N_("a tenant for training, never a real one")},
    {"--language", "es|en", N_("its language")},
    {"--zone", "ZONE", N_("its time zone, such as Europe/Madrid")},
    {"--login", "LOGIN", N_("its first administrator: you")},
    {NULL, NULL, NULL},
};

static int
run_tenant_show(struct cli *c, struct err *err)
{
	struct tenant t;
	int rc = tenant_by_slug(c->desk, c->args[0], &t, err);

	if (rc == 0)
		tenant_json(&t, cli_value(c));
	return rc;
}

static int
run_tenant_new(struct cli *c, struct err *err)
{
	int rc = make_tenant(c, c->args[0], err);

	return rc != 0 ? rc : run_tenant_show(c, err);
}

static const struct cli_option tenant_edit_options[] = {
    {"--name", "NAME", N_("its name")},
    {"--language", "es|en", N_("its language")},
    {"--zone", "ZONE", N_("its time zone, such as Europe/Madrid")},
    {NULL, NULL, NULL},
};

/* The acting operator's own tenant. */
static int
run_tenant_edit(struct cli *c, struct err *err)
{
	static const char *const texts[][2] = {
	    {"--name", "name"}, {"--language", "lang"}, {"--zone", "zone"}};
	struct change changes[COUNT(texts)];
	size_t count = 0;
	struct tenant t;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[count++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if (count == 0)
		return cli_nothing(err);
	if ((rc = tenant_get(c->desk, c->desk->actor.tenant_id, &t, err)) !=
		0 ||
	    (rc = tenant_edit(c->desk, t.id, t.version, changes, count, err)) !=
		0 ||
	    (rc = tenant_get(c->desk, t.id, &t, err)) != 0)
		return rc;
	tenant_json(&t, cli_value(c));
	return 0;
}

/* ---- teams ---- */

static const struct cli_column team_columns[] = {
    {"name", N_("Team"), 40},
    {"members", N_("Members"), 8},
};

static int
run_team_list(struct cli *c, struct err *err)
{
	struct team *rows = NULL;
	size_t count = 0;
	int rc = team_list(c->desk, &rows, &count, err);

	if (rc == 0)
		cli_list(c, team_columns, COUNT(team_columns));
	for (size_t i = 0; rc == 0 && i < count; i++)
		team_json(&rows[i], cli_row(c));
	free(rows);
	return rc;
}

static int
show_team(struct cli *c, const char *name, struct err *err)
{
	struct team t;
	int rc = team_by_name(c->desk, name, &t, err);

	if (rc == 0)
		team_json(&t, cli_value(c));
	return rc;
}

static int
run_team_show(struct cli *c, struct err *err)
{
	return show_team(c, c->args[0], err);
}

static int
run_team_new(struct cli *c, struct err *err)
{
	int64_t id;
	int rc = team_new(c->desk, c->args[0], &id, err);

	return rc != 0 ? rc : show_team(c, c->args[0], err);
}

static int
run_team_edit(struct cli *c, struct err *err)
{
	struct team t;
	int rc;

	if ((rc = team_by_name(c->desk, c->args[0], &t, err)) != 0 ||
	    (rc = team_edit(c->desk, t.id, t.version, c->args[1], err)) != 0)
		return rc;
	return show_team(c, c->args[1], err);
}

static int
run_team_delete(struct cli *c, struct err *err)
{
	struct team t;
	int rc;

	if ((rc = team_by_name(c->desk, c->args[0], &t, err)) == 0 &&
	    (rc = team_delete(c->desk, t.id, t.version, err)) == 0)
		team_json(&t, cli_value(c));
	return rc;
}

/* ---- operators ---- */

static const struct cli_column operator_columns[] = {
    {"login", N_("Login"), 20},
    {"full_name", N_("Name"), 30},
    {"role", N_("Role"), 0},
    {"team_name", N_("Team"), 20},
    {"enabled", N_("Enabled"), 8},
};

static int
run_operator_list(struct cli *c, struct err *err)
{
	struct operator* rows = NULL;
	size_t count = 0;
	int rc = operator_list(c->desk, &rows, &count, err);

	if (rc == 0)
		cli_list(c, operator_columns, COUNT(operator_columns));
	for (size_t i = 0; rc == 0 && i < count; i++)
		operator_json(&rows[i], cli_row(c));
	free(rows);
	return rc;
}

static int
run_operator_show(struct cli *c, struct err *err)
{
	struct operator o;
	int rc = operator_by_login(c->desk, c->args[0], &o, err);

	if (rc == 0)
		operator_json(&o, cli_value(c));
	return rc;
}

static const struct cli_option operator_options[] = {
    {"--name", "NAME", N_("full name")},
    {"--role", "ROLE",
	N_("operator, supervisor, technician, admin, auditor or bot")},
    {"--team", "TEAM", N_("name of a team")},
    {"--email", "ADDRESS", N_("mail address")},
    {"--language", "es|en", N_("language of the console")},
    {"--zone", "ZONE", N_("time zone, when it is not the tenant's")},
    {"--uid", "NUMBER", N_("Unix account that is this operator")},
    {NULL, NULL, NULL},
};

static const struct cli_option operator_edit_options[] = {
    {"--name", "NAME", N_("full name")},
    {"--role", "ROLE",
	N_("operator, supervisor, technician, admin, auditor or bot")},
    {"--team", "TEAM", N_("name of a team")},
    {"--email", "ADDRESS", N_("mail address")},
    {"--language", "es|en", N_("language of the console")},
    {"--zone", "ZONE", N_("time zone, when it is not the tenant's")},
    {"--extension", "NUMBER",
	N_("of the telephone, by which an exchange names the operator")},
    {"--uid", "NUMBER", N_("Unix account that is this operator")},
    {"--require-login", "yes|no",
	N_("ask for name and password although the account is known")},
    {NULL, NULL, NULL},
};

static int
parse_role(const char *name, enum staff_role *role, struct err *err)
{
	for (int i = 0; role_names[i] != NULL; i++) {
		if (strcmp(role_names[i], name) == 0) {
			*role = (enum staff_role)i;
			return 0;
		}
	}
	return err_set(err, OD_EUSAGE,
	    "\"%s\" is no role; there are operator, supervisor, technician,"
	    " admin, auditor and bot",
	    name);
}

static int
find_team(struct cli *c, int64_t *id, struct err *err)
{
	const char *name = cli_option(c, "--team");
	struct team t;
	int rc;

	*id = 0;
	if (name == NULL || name[0] == '\0')
		return 0;
	if ((rc = team_by_name(c->desk, name, &t, err)) == 0)
		*id = t.id;
	return rc;
}

static int
run_operator_new(struct cli *c, struct err *err)
{
	struct operator_new in = {.login = c->args[0],
	    .full_name = cli_option_or(c, "--name", c->args[0]),
	    .email = cli_option_or(c, "--email", ""),
	    .lang = cli_option_or(c, "--language", ""),
	    .zone = cli_option_or(c, "--zone", "")};
	int64_t id;
	int rc;

	if ((rc = parse_role(
		 cli_option_or(c, "--role", "operator"), &in.role, err)) != 0 ||
	    (rc = find_team(c, &in.team_id, err)) != 0 ||
	    (rc = cli_option_int(
		 c, "--uid", 0, INT32_MAX, -1, &in.unix_uid, err)) != 0 ||
	    (rc = operator_new(c->desk, &in, &id, err)) != 0)
		return rc;
	return run_operator_show(c, err);
}

static int
collect_changes(
    struct cli *c, struct change *changes, size_t *count, struct err *err)
{
	static const char *const texts[][2] = {{"--name", "full_name"},
	    {"--email", "email"}, {"--language", "lang"}, {"--zone", "zone"},
	    {"--extension", "extension"}};
	enum staff_role role = ROLE_OPERATOR;
	int64_t n;
	int rc;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (cli_flag(c, texts[i][0]))
			changes[(*count)++] = (struct change){
			    texts[i][1], b_text(cli_option(c, texts[i][0]))};
	if (cli_flag(c, "--role")) {
		if ((rc = parse_role(cli_option(c, "--role"), &role, err)) != 0)
			return rc;
		changes[(*count)++] = (struct change){"role", b_int(role)};
	}
	if (cli_flag(c, "--team")) {
		if ((rc = find_team(c, &n, err)) != 0)
			return rc;
		changes[(*count)++] = (struct change){"team_id", b_ref(n)};
	}
	if (cli_flag(c, "--uid")) {
		if ((rc = cli_option_int(
			 c, "--uid", 0, INT32_MAX, 0, &n, err)) != 0)
			return rc;
		changes[(*count)++] = (struct change){"unix_uid", b_int(n)};
	}
	return 0;
}

static const char *const yes_no[] = {"no", "yes", NULL};

static int
run_operator_edit(struct cli *c, struct err *err)
{
	bool require = cli_flag(c, "--require-login");
	struct change changes[9];
	struct operator o;
	size_t count = 0;
	int rc, answer;

	if ((rc = cli_option_word(
		 c, "--require-login", yes_no, 0, &answer, err)) != 0 ||
	    (rc = collect_changes(c, changes, &count, err)) != 0 ||
	    (rc = operator_by_login(c->desk, c->args[0], &o, err)) != 0)
		return rc;
	if (count == 0 && !require)
		return cli_nothing(err);
	if (count > 0 && (rc = operator_edit(c->desk, o.id, o.version, changes,
			      count, err)) != 0)
		return rc;
	if (require && (rc = operator_set_login_required(
			    c->desk, o.id, answer == 1, err)) != 0)
		return rc;
	return run_operator_show(c, err);
}

static int
set_enabled(struct cli *c, bool enabled, struct err *err)
{
	struct operator o;
	int rc;

	if ((rc = operator_by_login(c->desk, c->args[0], &o, err)) != 0 ||
	    (rc = operator_set_enabled(
		 c->desk, o.id, o.version, enabled, err)) != 0)
		return rc;
	return run_operator_show(c, err);
}

static int
run_operator_enable(struct cli *c, struct err *err)
{
	return set_enabled(c, true, err);
}

static int
run_operator_disable(struct cli *c, struct err *err)
{
	return set_enabled(c, false, err);
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"init", NULL, "", 0, 0, init_options, CLI_NOBODY, false, run_init,
	    N_("Make a desk with its first tenant and administrator.")},
	{"desk", "show", "", 0, 0, NULL, CLI_HOST, true, run_desk_show,
	    N_("Show where the desk is and what it is made with.")},
	{"desk", "upgrade", "", 0, 0, upgrade_options, CLI_NOBODY, false, run_desk_upgrade,
	    N_("Bring the desk to this program's schema, after a copy.")},
	{"tenant", "list", "", 0, 0, NULL, CLI_HOST, true, run_tenant_list,
	    N_("List the tenants of the desk.")},
	{"tenant", "show", "SLUG", 1, 1, NULL, CLI_HOST, true, run_tenant_show,
	    N_("Show one tenant.")},
	{"tenant", "new", "SLUG", 1, 1, tenant_options, CLI_HOST, false, run_tenant_new,
	    N_("Make a tenant with its first administrator.")},
	{"tenant", "edit", "", 0, 0, tenant_edit_options, CLI_OPERATOR, false, run_tenant_edit,
	    N_("Change the tenant that you work in.")},
	{"team", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_team_list,
	    N_("List the teams.")},
	{"team", "show", "NAME", 1, 1, NULL, CLI_OPERATOR, true, run_team_show,
	    N_("Show one team.")},
	{"team", "new", "NAME", 1, 1, NULL, CLI_OPERATOR, false, run_team_new,
	    N_("Make a team.")},
	{"team", "edit", "NAME NEW-NAME", 2, 2, NULL, CLI_OPERATOR, false, run_team_edit,
	    N_("Give a team another name.")},
	{"team", "delete", "NAME", 1, 1, NULL, CLI_OPERATOR, false, run_team_delete,
	    N_("Delete a team without members.")},
	{"operator", "list", "", 0, 0, NULL, CLI_OPERATOR, true, run_operator_list,
	    N_("List the operators.")},
	{"operator", "show", "LOGIN", 1, 1, NULL, CLI_OPERATOR, true, run_operator_show,
	    N_("Show one operator.")},
	{"operator", "new", "LOGIN", 1, 1, operator_options, CLI_OPERATOR, false, run_operator_new,
	    N_("Make an operator.")},
	{"operator", "edit", "LOGIN", 1, 1, operator_edit_options, CLI_OPERATOR, false, run_operator_edit,
	    N_("Change an operator.")},
	{"operator", "enable", "LOGIN", 1, 1, NULL, CLI_OPERATOR, false, run_operator_enable,
	    N_("Let an operator work again.")},
	{"operator", "disable", "LOGIN", 1, 1, NULL, CLI_OPERATOR, false, run_operator_disable,
	    N_("Keep an operator out, at once.")},
};
/* clang-format on */

const struct cli_table cli_desk_table = {rows, COUNT(rows)};
