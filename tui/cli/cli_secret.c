/* cli_secret - operator password, operator totp. */
#include "common/i18n.h"
#include "db/records/login.h"
#include "db/records/staff.h"
#include "tui/cli/cli_login.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct cli_option password_options[] = {
    {"--new-password-file", "FILE",
	N_("the new password is its first line; - is standard input")},
    {"--clear", NULL, N_("take it away, and the code generator with it")},
    {NULL, NULL, NULL},
};

static int
put_operator(struct cli *c, int64_t id, struct err *err)
{
	struct operator o;
	int rc = operator_get(c->desk, id, &o, err);

	if (rc == 0)
		operator_json(&o, cli_value(c));
	return rc;
}

static int
run_password(struct cli *c, struct err *err)
{
	char secret[CLI_SECRET_SIZE] = "";
	struct operator o;
	int rc;

	if ((rc = operator_by_login(c->desk, c->args[0], &o, err)) != 0 ||
	    (rc = cli_may(c, OP_OPERATOR_PASSWORD, o.id, err)) != 0)
		return rc;
	if (!cli_flag(c, "--clear")) {
		rc = cli_new_secret(
		    c, cli_option(c, "--new-password-file"), secret, err);
		if (rc == 0 && secret[0] == '\0')
			rc = err_set(err, OD_EDATA,
			    "The new password is empty; --clear takes one"
			    " away");
	}
	if (rc == 0)
		rc = operator_set_password(c->desk, o.id, secret, err);
	explicit_bzero(secret, sizeof(secret));
	return rc != 0 ? rc : put_operator(c, o.id, err);
}

static const struct cli_option totp_options[] = {
    {"--new", NULL, N_("make a new secret; it is printed once")},
    {"--clear", NULL, N_("take it away: no code is asked for then")},
    {NULL, NULL, NULL},
};

static int
run_totp(struct cli *c, struct err *err)
{
	struct str url = STR_INIT, secret = STR_INIT;
	bool new = cli_flag(c, "--new");
	struct json_out *out;
	struct operator o;
	int rc;

	if (new == cli_flag(c, "--clear"))
		return err_set(err, OD_EUSAGE,
		    "Say --new for a new code generator, or --clear to take it"
		    " away");
	if ((rc = operator_by_login(c->desk, c->args[0], &o, err)) != 0 ||
	    (rc = operator_set_totp(c->desk, o.id, new ? &url : NULL,
		 new ? &secret : NULL, err)) != 0)
		goto out;
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "login", o.login);
	if (new) {
		json_out_string(out, "url", url.s);
		json_out_string(out, "secret", secret.s);
	}
	json_out_end(out, '}');
	if (new)
		cli_say(c, _("Keep it in the generator now; it is not shown"
			     " again."));
out:
	if (secret.len > 0)
		explicit_bzero(secret.s, secret.len);
	if (url.len > 0)
		explicit_bzero(url.s, url.len);
	str_free(&url);
	str_free(&secret);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"operator", "password", "LOGIN", 1, 1, password_options, CLI_OPERATOR, false, run_password,
	    N_("Set an operator's password.")},
	{"operator", "totp", "LOGIN", 1, 1, totp_options, CLI_OPERATOR, false, run_totp,
	    N_("Ask an operator for a code after the password.")},
};
/* clang-format on */

const struct cli_table cli_secret_table = {rows, COUNT(rows)};
