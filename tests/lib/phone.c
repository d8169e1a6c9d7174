/* phone - see phone.h. */
#include "tests/lib/phone.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void
phone_code(struct stage *s, const char *login, char code[16])
{
	struct str out = STR_INIT, err = STR_INIT;
	struct json *doc = NULL;

	if (stage_opdesk(s, &out, &err, "--operator", login, "--json",
		"operator", "phone", NULL) != 0)
		fail_msg("%s", err.s);
	assert_int_equal(
	    json_parse(out.s, out.len, &json_limits_api, &doc, NULL), 0);
	assert_true(str_copy(code, 16, json_string(doc, "code")));
	json_free(&doc);
	str_free(&out);
	str_free(&err);
}

void
phone_open(struct stage *s, struct browser *b, const char *code)
{
	char url[128];

	browser_go(b, "about:blank");
	str_format(url, sizeof(url), "http://127.0.0.1:%d/mobile%s%s",
	    s->daemon_port, code[0] != '\0' ? "#" : "", code);
	browser_go(b, url);
}

static void
wait_for(struct browser *b, const char *expression)
{
	struct str page = STR_INIT;

	if (browser_wait(b, expression))
		return;
	browser_eval(b, "document.documentElement.outerHTML", &page);
	fail_msg("not so: %s\n%s", expression, page.s);
}

void
phone_sign_in(struct stage *s, struct browser *b, const char *login)
{
	struct str none = STR_INIT;
	char code[16], wanted[80];

	phone_code(s, login, code);
	phone_open(s, b, code);
	str_format(wanted, sizeof(wanted),
	    "document.getElementById('code')?.value === '%s'", code);
	wait_for(b, wanted);
	browser_eval(b, "document.querySelector('form button').click()", &none);
	wait_for(b,
	    "document.body?.dataset.heard?.includes('recordings_update')"
	    " === true");
	str_free(&none);
}
