/* cli_phone - a code for the page for phones. */
#include "common/i18n.h"
#include "db/records/mobile.h"
#include "tui/cli/cli_int.h"
#include "tui/cli/cli_tables.h"
#include <string.h>

/* Where a browser finds the daemon: what providers call, else it listens. */
static void
add_link(const struct cli *c, const char *code, struct str *out)
{
	const struct conf_section *s = conf_section(c->conf, CONF_DAEMON);
	const char *url = conf_string(s, "public_url");
	size_t n = strlen(url);

	if (n > 0)
		str_addn(out, url, url[n - 1] == '/' ? n - 1 : n);
	else
		str_addf(out, "%s://%s",
		    conf_string(s, "tls_certificate")[0] != '\0' ? "https"
								 : "http",
		    conf_string(s, "listen"));
	str_addf(out, "/mobile#%s", code);
}

static void
print_code(const struct cli *c, const struct json *doc, struct str *out)
{
	str_addf(out, "%s: %s\n", cli__label("code"), json_string(doc, "code"));
	str_addf(out, "%s: %s\n", cli__label("link"), json_string(doc, "link"));
	str_addf(out, "%s: ", cli__label("expires_at"));
	cli_add_time(c, doc, "expires_at", out);
	str_addc(out, '\n');
}

static int
run_phone(struct cli *c, struct err *err)
{
	char code[MOBILE_CODE_SIZE];
	struct str link = STR_INIT;
	struct json_out *out;
	int64_t expires_us;
	int rc;

	if ((rc = mobile_code_new(c->desk, code, &expires_us, err)) != 0)
		return rc;
	add_link(c, code, &link);
	out = cli_value(c);
	json_out_object(out, NULL);
	json_out_string(out, "code", code);
	json_out_string(out, "link", link.s);
	json_out_time(out, "expires_at", expires_us);
	json_out_end(out, '}');
	cli_people(c, print_code);
	str_free(&link);
	return 0;
}

/* clang-format off */
static const struct cli_verb rows[] = {
	{"operator", "phone", "", 0, 0, NULL, CLI_OPERATOR, false, run_phone,
	    N_("Give yourself a code for the page for phones: for ten minutes, and once.")},
};
/* clang-format on */

const struct cli_table cli_phone_table = {rows, sizeof(rows) / sizeof(rows[0])};
