/* cli_login - see cli_login.h. */
#include "tui/cli/cli_login.h"
#include "common/i18n.h"
#include "db/records/login.h"
#include "tui/cli/cli_ask.h"
#include <string.h>
#include <unistd.h>

static bool
can_ask(const struct cli *c)
{
	return !c->in->no_input && cli_has_terminal();
}

/* The password of whoever runs the verb, or its code with n 1. */
static int
own_secret(struct cli *c, int n, const char *prompt, char *out, size_t size,
    struct err *err)
{
	if (c->in->password_file != NULL)
		return cli_secret_line(c->in->password_file, n, out, size, err);
	if (!can_ask(c))
		return err_set(err, OD_EDENIED,
		    "Your password is needed and nobody can be asked; name the"
		    " file that has it with --password-file");
	return cli_ask(prompt, false, out, size, err);
}

static int
log_in(struct cli *c, const char *tenant, const char *login, struct err *err)
{
	char password[CLI_SECRET_SIZE], code[64] = "";
	struct login_given given = {.tenant = tenant,
	    .login = login,
	    .password = password,
	    .code = code};
	bool wants_code = false;
	int rc;

	if ((rc = own_secret(
		 c, 0, _("Password: "), password, sizeof(password), err)) != 0)
		return rc;
	rc = login_run(c->desk, &given, &wants_code, err);
	if (rc == OD_EDENIED && wants_code &&
	    (rc = own_secret(c, 1, _("Code of your generator: "), code,
		 sizeof(code), err)) == 0)
		rc = code[0] == '\0'
		         ? err_set(err, OD_EDENIED,
			       "The code of the generator is needed, too: it is"
			       " the second line of the password file")
		         : login_run(c->desk, &given, &wants_code, err);
	explicit_bzero(password, sizeof(password));
	return rc;
}

int
cli_act(struct cli *c, const char *tenant, struct err *err)
{
	const char *login = c->login != NULL ? c->login : c->in->login;

	if (login != NULL)
		return log_in(c, tenant, login, err);
	return desk_act_as_operator(c->desk, tenant,
	    c->operator!= NULL ? c->operator: c->in->operator, err);
}

/* ---- showing it again ---- */

static int
type_login(struct cli *c, char *out, size_t size, struct err *err)
{
	const char *login = c->desk->actor.login;
	char prompt[160];

	if (c->in->yes) {
		str_copy(out, size, login);
		return 0;
	}
	if (!can_ask(c))
		return err_set(err, OD_EDENIED,
		    "This has to be confirmed and nobody can be asked; say so"
		    " with --yes");
	str_format(prompt, sizeof(prompt),
	    _("This changes who may do what. Type \"%s\" to go on: "), login);
	return cli_ask(prompt, true, out, size, err);
}

int
cli_step_up(struct cli *c, struct err *err)
{
	char given[CLI_SECRET_SIZE] = "";
	enum login_proof proof;
	int rc;

	if ((rc = login_proof(c->desk, &proof, err)) != 0)
		return rc;
	switch (proof) {
	case PROOF_NONE:
		break; /* login_confirm says what to do */
	case PROOF_TYPED:
		rc = type_login(c, given, sizeof(given), err);
		break;
	case PROOF_PASSWORD:
		rc = own_secret(c, 0, _("Your password again: "), given,
		    sizeof(given), err);
		break;
	case PROOF_CODE:
		rc = own_secret(c, 0,
		    _("Your password again, or a code of your generator: "),
		    given, sizeof(given), err);
		break;
	}
	if (rc == 0)
		rc = login_confirm(c->desk, given, err);
	explicit_bzero(given, sizeof(given));
	return rc;
}

int
cli_typed(struct cli *c, struct err *err)
{
	const char *word = c->desk->wanted_word;
	char given[80] = "", prompt[ERR_TEXT_SIZE + 80];
	int rc;

	if (c->in->yes)
		return op_typed(c->desk, word, err);
	if (!can_ask(c))
		return err_set(err, OD_EDENIED,
		    "This has to be confirmed and nobody can be asked; say so"
		    " with --yes");
	str_format(prompt, sizeof(prompt), "%s\n%s: ", err->text, word);
	if ((rc = cli_ask(prompt, true, given, sizeof(given), err)) != 0)
		return rc;
	return op_typed(c->desk, given, err);
}

int
cli_may(struct cli *c, enum op_id id, int64_t record_id, struct err *err)
{
	int rc = op_may(c->desk, id, record_id, err);

	if (rc == OD_EDENIED && c->desk->wants_step_up)
		rc = cli_step_up(c, err);
	return rc;
}

int
cli_new_secret(
    struct cli *c, const char *file, char out[CLI_SECRET_SIZE], struct err *err)
{
	char again[CLI_SECRET_SIZE];
	int rc;

	if (file != NULL)
		return cli_secret_line(file, 0, out, CLI_SECRET_SIZE, err);
	if (!isatty(STDIN_FILENO))
		return cli_secret_line("-", 0, out, CLI_SECRET_SIZE, err);
	if (!can_ask(c))
		return err_set(err, OD_EDENIED,
		    "The new password is needed and nobody can be asked; name"
		    " the file that has it with --new-password-file");
	if ((rc = cli_ask(
		 _("New password: "), false, out, CLI_SECRET_SIZE, err)) == 0 &&
	    (rc = cli_ask(_("The same again: "), false, again, CLI_SECRET_SIZE,
		 err)) == 0 &&
	    strcmp(out, again) != 0)
		rc = err_set(err, OD_EDATA,
		    "The two were not the same; nothing was changed");
	explicit_bzero(again, sizeof(again));
	return rc;
}
