/* cli_receive - mails from a mail server's pipe; see cli.h. */
#include "common/i18n.h"
#include "common/mail.h"
#include "db/records/ticket_mail.h"
#include "tui/cli/cli_tables.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum mail_status { /* of sysexits.h */
	MAIL_TAKEN = 0,
	MAIL_REFUSED = 65,
	MAIL_LATER = 75,
};

static bool is_refused; /* the mail itself; for the status */

bool
cli_is_for_mail(int argc, char *const *argv)
{
	static const char *const words[] = {"message", "receive", "--mail"};
	size_t found = 0;

	for (int i = 1; i < argc && found < COUNT(words); i++)
		found += strcmp(argv[i], words[found]) == 0 ? 1 : 0;
	return found == COUNT(words);
}

/* Memory is gone, or we made a mistake: neither is the mail's fault. */
static void
end_later(void)
{
	static const char text[] =
	    "opdesk: the program ended early; the mail stays in the queue\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(MAIL_LATER);
}

void
cli_mail_begin(void)
{
	bug_set_handler(end_later);
}

int
cli_mail_status(int status)
{
	if (status == 0)
		return MAIL_TAKEN;
	return is_refused ? MAIL_REFUSED : MAIL_LATER;
}

static int
read_all(struct str *out, struct err *err)
{
	const size_t piece = 65536;

	for (;;) {
		ssize_t n;

		if (!str_try_reserve(out, piece))
			return err_set(err, OD_EUNAVAIL,
			    "There is no memory for the mail now");
		n = read(STDIN_FILENO, out->s + out->len, piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(
			    err, OD_EIO, "Standard input cannot be read: %m.");
		if (n == 0)
			return 0;
		out->len += (size_t)n;
		out->s[out->len] = '\0';
		/* The rest is read away, so that the sender hears why. */
		if (out->len > MAIL_BYTES_MAX + piece)
			str_trunc(out, MAIL_BYTES_MAX + 1);
	}
}

/* Facts from outside are taken in by the desk itself. */
static int
act(struct cli *c, struct ticket_mail_in *in, struct err *err)
{
	const char *slug =
	    c->in->tenant != NULL
		? c->in->tenant
		: conf_string(conf_section(c->conf, CONF_DESK), "tenant");
	int64_t tenant_id;
	int rc;

	if (!c->desk->owned)
		return err_set(err, OD_EDENIED,
		    "Mails are taken in by the account that the desk belongs"
		    " to; let the mail server run this as that one");
	if ((rc = desk_find_tenant(c->desk, slug, &tenant_id, err)) != 0)
		return rc;
	desk_act_as_system(c->desk, tenant_id);
	return cli_find_team(c, cli_option(c, "--team"), &in->team_id, err);
}

static int
take(struct cli *c, const struct str *bytes, struct mail *m, struct err *err)
{
	struct ticket_mail_in in = {.mail = m,
	    .bytes = bytes->s,
	    .n = bytes->len,
	    .category = cli_option(c, "--category"),
	    .tags = cli_option(c, "--tags")};
	struct ticket_mail out;
	int rc = mail_read(bytes->s, bytes->len, m, err);

	is_refused = rc == OD_EDATA;
	if (rc != 0 || (rc = act(c, &in, err)) != 0 ||
	    (rc = ticket_mail(c->desk, &in, &out, err)) != 0)
		return rc;
	ticket_mail_json(&out, cli_value(c));
	return 0;
}

static const struct cli_option options[] = {
    {"--mail", NULL, N_("a mail as a mail server hands it on")},
    {"--team", "TEAM", N_("the team of a ticket that it makes")},
    {"--category", "WORD", N_("the category of a ticket that it makes")},
    {"--tags", "WORDS", N_("tags of a ticket that it makes")},
    {NULL, NULL, NULL},
};

static int
run_receive(struct cli *c, struct err *err)
{
	struct str bytes = STR_INIT;
	struct mail m = {.text = STR_INIT};
	int rc;

	if (!cli_flag(c, "--mail"))
		return err_set(err, OD_EUSAGE,
		    "What is on standard input? Only --mail can be received");
	if ((rc = read_all(&bytes, err)) == 0)
		rc = take(c, &bytes, &m, err);
	mail_free(&m);
	str_free(&bytes);
	return rc;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"message", "receive", "", 0, 0, options, CLI_HOST, false, run_receive,
	    N_("Take in a mail from standard input: as a comment on the ticket that it answers, else as a new ticket.")},
};
/* clang-format on */

const struct cli_table cli_receive_table = {rows, COUNT(rows)};
