/*
 * Unit tests of common/conf*.
 */
#include "common/conf.h"
#include "common/i18n.h"
#include "common/text.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[64];

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int
load(const char *name, struct conf **conf, struct err *err)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return conf_load(path, conf, err);
}

static struct conf *
parsed(const char *text)
{
	struct err err = ERR_INIT;
	struct conf *c = NULL;

	if (conf_parse(text, strlen(text), "/etc/x/t.conf", &c, &err) != 0)
		fail_msg("%s", err.text);
	return c;
}

static void
conf_default__every_key__has_its_default(void **state)
{
	struct conf *c = conf_default();
	size_t count;
	const struct conf_key *t = conf_table(&count);

	(void)state;
	assert_string_equal(conf_path(c), "");
	for (size_t i = 0; i < count; i++) {
		const struct conf_section *s;

		assert_true(t[i].help[0] != '\0');
		if (conf_section_has_name(t[i].section))
			continue;
		s = conf_section(c, t[i].section);
		assert_non_null(s);
		assert_false(conf_is_set(s, t[i].name));
		assert_non_null(t[i].fallback);
		if (t[i].type == CONF_SECRET)
			assert_int_equal(conf_secret_count(s, t[i].name), 0);
		else
			assert_string_equal(
			    conf_string(s, t[i].name), t[i].fallback);
	}
	assert_int_equal(
	    conf_int(conf_section(c, CONF_DAEMON), "webhook_max_bytes"),
	    4194304);
	assert_null(conf_next(c, CONF_CHANNEL, NULL));
	conf_free(&c);
	assert_null(c);
	conf_free(&c);
}

static void
conf_parse__whole_file__every_type(void **state)
{
	struct conf *c =
	    parsed("\xEF\xBB\xBF; a comment\r\n"
		   "# another\n"
		   "[desk]\n"
		   "database = desk.db   ; beside this file\n"
		   "   tenant=demo\n"
		   "files =\n"
		   "[ daemon ]\r\n"
		   "listen = [::1]:0\r\n"
		   "trusted_proxies = 10.0.0.1, 10.1.0.0/16 ,,fd00::/8\n"
		   "public_url = https://desk.example.com/x;y\n"
		   "[channel soporte]\n"
		   "phone_number_id = 106540352242922\n"
		   "app_secret = one\n"
		   "app_secret = two\n"
		   "kind = whatsapp\n"
		   "[channel avisos]\n"
		   "kind = telegram\n"
		   "media_max_bytes = 0");
	const struct conf_section *s = conf_section(c, CONF_DESK);

	(void)state;
	assert_string_equal(conf_string(s, "database"), "/etc/x/desk.db");
	assert_string_equal(conf_string(s, "tenant"), "demo");
	assert_string_equal(conf_string(s, "files"), "");
	assert_false(conf_is_set(s, "files"));
	s = conf_section(c, CONF_DAEMON);
	assert_string_equal(conf_string(s, "listen"), "[::1]:0");
	assert_int_equal(conf_list_count(s, "trusted_proxies"), 3);
	assert_string_equal(
	    conf_list_item(s, "trusted_proxies", 1), "10.1.0.0/16");
	assert_string_equal(
	    conf_list_item(s, "trusted_proxies", 2), "fd00::/8");
	assert_string_equal(conf_list_item(s, "trusted_proxies", 3), "");
	/* Only a blank before it makes a semicolon a comment. */
	assert_string_equal(
	    conf_string(s, "public_url"), "https://desk.example.com/x;y");
	s = conf_next(c, CONF_CHANNEL, NULL);
	assert_string_equal(conf_section_id(s), "soporte");
	assert_int_equal(conf_secret_count(s, "app_secret"), 2);
	assert_string_equal(conf_secret(s, "app_secret", 0), "one");
	assert_string_equal(conf_secret(s, "app_secret", 1), "two");
	assert_string_equal(conf_secret(s, "app_secret", 2), "");
	assert_string_equal(conf_secret(s, "access_token", 0), "");
	assert_string_equal(
	    conf_string(s, "api_base"), "https://graph.facebook.com");
	assert_int_equal(conf_int(s, "messages_per_second"), 80);
	/* A key of another kind of channel. */
	assert_string_equal(conf_string(s, "from"), "");
	assert_int_equal(conf_secret_count(s, "bot_token"), 0);
	s = conf_next(c, CONF_CHANNEL, s);
	assert_string_equal(
	    conf_string(s, "api_base"), "https://api.telegram.org");
	assert_int_equal(conf_int(s, "messages_per_second"), 30);
	assert_int_equal(conf_int(s, "media_max_bytes"), 0);
	assert_true(conf_is_set(s, "media_max_bytes"));
	assert_null(conf_next(c, CONF_CHANNEL, s));
	assert_ptr_equal(conf_named(c, CONF_CHANNEL, "avisos"), s);
	assert_null(conf_named(c, CONF_CHANNEL, "none"));
	conf_free(&c);
}

/* clang-format off */
static const struct {
	const char *text;
	const char *says;
} wrong[] = {
	{"x = 1", "t.conf:1: The first line"},
	{"[desk]\nx = 1", "t.conf:2: \"x\" is not a key"},
	{"[desk]\n\n;c\ndatabse = x", "t.conf:4: \"databse\""},
	{"[desk]\nDatabase = x", "not a key"},
	{"[desk]\njunk", "t.conf:2: The line is neither"},
	{"[desk]\n= x", "neither"},
	{"[desk", "neither"},
	{"desk]", "neither"},
	{"[desk] x = 1", "neither"},
	{"[]", "is not a section"},
	{"[nothing]", "[nothing] is not a section"},
	{"[Desk]", "is not a section"},
	{"[deskx]", "is not a section"},
	{"[channels x]", "is not a section"},
	{"[desk main]", "[desk] has no name"},
	{"[channel]", "needs a name"},
	{"[channel a b]", "needs a name"},
	{"[channel ../x]", "needs a name"},
	{"[channel caf\xC3\xA9]", "needs a name"},
	{"[channel \x1B[31m]", "needs a name"},
	{"[desk]\n[desk]", "t.conf:2: [desk] is there twice"},
	{"[channel a]\nkind=web\n[channel a]\nkind=web", "t.conf:3:"},
	{"[desk]\ntenant = a\ntenant = b", "t.conf:3: tenant is given twice"},
	{"[desk]\ntenant = a b", "tenant must be"},
	{"[desk]\ntenant = caf\xE9", "tenant must be UTF-8"},
	{"[desk]\nlang = fr", "lang must be auto, es, en"},
	{"[desk]\nlang = ES", "lang must be"},
	{"[desk]\nzone = ../etc", "zone must be a zone"},
	{"[desk]\nzone = /etc", "zone must be a zone"},
	{"[desk]\ndatabase = mysql://h/d", "database must be"},
	{"[desk]\ndatabase = postgresql://u:p@h/d", "password_file"},
	{"[desk]\ndatabase = postgres://h/d?password=p", "password_file"},
	{"[desk]\ndatabase = a\x1B" "b", "database must be UTF-8"},
	{"[daemon]\nwebhook_max_bytes = 1", "from 65536 to 67108864"},
	{"[daemon]\nwebhook_max_bytes = 1e6", "must be a number"},
	{"[daemon]\nwebhook_max_bytes = 99999999999999999999", "must be"},
	{"[daemon]\nwebhook_max_bytes = -1", "must be a number"},
	{"[daemon]\nwebhook_max_bytes = 0x20000", "must be a number"},
	{"[daemon]\nlisten = 8480", "listen must be"},
	{"[daemon]\nlisten = :8480", "listen must be"},
	{"[daemon]\nlisten = localhost:", "listen must be"},
	{"[daemon]\nlisten = localhost:65536", "listen must be"},
	{"[daemon]\nlisten = ::1:80", "listen must be"},
	{"[daemon]\nlisten = [::1:80", "listen must be"},
	{"[daemon]\npublic_url = desk.example.com", "begins with https"},
	{"[daemon]\npublic_url = ftp://x", "begins with https"},
	{"[daemon]\npublic_url = https://", "must be an address such as"},
	{"[daemon]\npublic_url = https:///x", "must be an address such as"},
	{"[daemon]\npublic_url = https://a:b@x", "without a name"},
	{"[daemon]\npublic_url = https://a b", "must be an address such as"},
	{"[daemon]\npublic_url = https://a#b", "must be an address such as"},
	{"[daemon]\ntrusted_proxies = proxy", "addresses or networks"},
	{"[daemon]\ntrusted_proxies = 10.0.0.1,10.0.0.0/33", "networks"},
	{"[daemon]\ntrusted_proxies = 10.0.0.0/", "networks"},
	{"[daemon]\ntrusted_proxies = 1.2.3.4.5", "networks"},
	{"[channel a]", "t.conf:1: [channel a] has no kind"},
	{"[channel a]\nkind = whatsapp", "has no phone_number_id"},
	{"[channel a]\nkind =\ntenant = x", "t.conf:1: [channel a] has no kind"},
	{"[channel a]\nkind = smoke", "t.conf:2: kind must be whatsapp"},
	{"[channel a]\nkind = whatsapp\nphone_number_id = +1", "digits only"},
	{"[channel a]\nkind = web\nphone_number_id = 1", "key of a web channel"},
	{"[channel a]\nphone_number_id = 1\nkind = web", "t.conf:2:"},
	{"[channel a]\nphone_number_id = 1", "t.conf:2: \"phone_number_id\""},
	{"[channel a]\nkind = web\nkind = web", "t.conf:3: kind is given"},
	{"[channel a]\nkind = twilio\nfrom=x", "has no account_sid"},
	{"[erp a]\nkind = erpnext", "[erp a] has no url"},
	{"[desk]\ndatabase_file = x", "\"database_file\" is not a key"},
	{"[desk]\n_file = x", "is not a key"},
	{"[desk]\npassword_file = gone", "t.conf:2:"},
	{"[desk]\npassword = a\npassword_file = b", "t.conf:3: password is"},
};
/* clang-format on */

static void
conf_parse__wrong_lines__file_and_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = ERR_INIT;
		struct conf *c = (struct conf *)1;
		int rc = conf_parse(wrong[i].text, strlen(wrong[i].text),
		    "/nonexistent/t.conf", &c, &err);

		if (rc == 0 || !strstr(err.text, wrong[i].says))
			fail_msg("<%s>: %d %s", wrong[i].text, rc, err.text);
		if (rc != OD_EDATA && !strstr(wrong[i].text, "gone"))
			fail_msg("<%s>: %d", wrong[i].text, rc);
		assert_null(c);
		assert_null(strchr(err.text, '\x1B'));
	}
}

static void
conf_parse__nul_byte__refused(void **state)
{
	static const char text[] = "[desk]\ntenant = a\0b\n";
	struct conf *c;

	(void)state;
	assert_int_equal(
	    conf_parse(text, sizeof(text) - 1, "t", &c, NULL), OD_EDATA);
	assert_null(c);
}

static void
conf_parse__long_line__kept_whole(void **state)
{
	struct str s = STR_INIT;
	struct conf *c;

	(void)state;
	str_add(&s, "[daemon]\ntrusted_proxies = ");
	for (int i = 0; i < 500; i++)
		str_addf(&s, "10.0.%d.%d,", i / 250, i % 250);
	c = parsed(s.s);
	assert_int_equal(
	    conf_list_count(conf_section(c, CONF_DAEMON), "trusted_proxies"),
	    500);
	conf_free(&c);
	str_free(&s);
}

static void
conf_load__secret_in_open_file__refused(void **state)
{
	static const char text[] = "[desk]\ntenant = a\n\npassword = hush\n";
	struct err err = ERR_INIT;
	struct conf *c;

	(void)state;
	write_file("open.conf", text, 0640);
	assert_int_equal(load("open.conf", &c, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "open.conf:4: "));
	assert_null(strstr(err.text, "hush"));
	write_file("open.conf", text, 0600);
	assert_int_equal(load("open.conf", &c, &err), 0);
	assert_string_equal(
	    conf_secret(conf_section(c, CONF_DESK), "password", 0), "hush");
	conf_free(&c);
}

static void
conf_load__secret_file__beside_it(void **state)
{
	const struct conf_section *s;
	struct err err = ERR_INIT;
	struct conf *c;

	(void)state;
	write_file("app.secret", "new\r\n\nold \n", 0600);
	write_file("c.conf",
	    "[channel a]\nkind = whatsapp\nphone_number_id = 1\n"
	    "app_secret_file = app.secret\n",
	    0644);
	assert_int_equal(load("c.conf", &c, &err), 0);
	s = conf_named(c, CONF_CHANNEL, "a");
	assert_true(conf_is_set(s, "app_secret"));
	assert_int_equal(conf_secret_count(s, "app_secret"), 2);
	assert_string_equal(conf_secret(s, "app_secret", 0), "new");
	assert_string_equal(conf_secret(s, "app_secret", 1), "old");
	conf_free(&c);

	write_file("app.secret", "\n \n", 0600);
	assert_int_equal(load("c.conf", &c, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "c.conf:4: "));
}

static void
count_warning(const char *sentence, void *data)
{
	assert_true(sentence[0] != '\0');
	(*(int *)data)++;
}

static int
warnings(const struct conf *c)
{
	int n = 0;

	conf_warnings(c, count_warning, &n);
	return n;
}

static void
conf_load__readable_secret_file__refused_unless_optional(void **state)
{
	struct err err = ERR_INIT;
	struct conf *c;

	(void)state;
	write_file("open.secret", "x\n", 0644);
	write_file("c.conf",
	    "[llm]\nkind = openai\n"
	    "api_key_file = open.secret\n",
	    0644);
	assert_true(load("c.conf", &c, &err) != 0);
	assert_non_null(strstr(err.text, "c.conf:3: "));
	conf_secrets_optional(true);
	assert_int_equal(load("c.conf", &c, &err), 0);
	conf_secrets_optional(false);
	assert_true(conf_is_set(conf_section(c, CONF_LLM), "api_key"));
	assert_string_equal(
	    conf_secret(conf_section(c, CONF_LLM), "api_key", 0), "");
	assert_int_equal(warnings(c), 1);
	conf_free(&c);
}

static void
conf_load__no_file__not_found(void **state)
{
	struct err err = ERR_INIT;
	struct conf *c;

	(void)state;
	assert_int_equal(load("gone.conf", &c, &err), OD_ENOTFOUND);
	assert_null(c);
}

static void
conf_warnings__risks__named(void **state)
{
	struct conf *c;

	(void)state;
	write_file("w.conf", "[desk]\n", 0666);
	assert_int_equal(load("w.conf", &c, NULL), 0);
	assert_int_equal(warnings(c), 1);
	conf_free(&c);
	c = parsed("[channel a]\nkind = whatsapp\nphone_number_id = 1\n"
		   "verify_token = same\naccess_token = same\n");
	assert_int_equal(warnings(c), 1);
	conf_free(&c);
}

static void
conf_use_env__only_when_asked__fills_gaps(void **state)
{
	static const char text[] =
	    "[channel a]\nkind = whatsapp\nphone_number_id = 1\n"
	    "access_token = mine\n[channel b]\nkind = web\n";
	const struct conf_section *s;
	struct err err = ERR_INIT;
	struct conf *c;

	(void)state;
	setenv("WHATSAPP_ACCESS_TOKEN", "verify", 1);
	setenv("META_WA_TOKEN", "theirs", 1);
	setenv("DATABASE_URL", "postgresql://h/d", 1);
	c = parsed(text);
	s = conf_named(c, CONF_CHANNEL, "a");
	assert_int_equal(conf_secret_count(s, "verify_token"), 0);
	conf_free(&c);

	conf_use_env(true);
	c = parsed(text);
	s = conf_named(c, CONF_CHANNEL, "a");
	assert_string_equal(conf_secret(s, "verify_token", 0), "verify");
	assert_string_equal(conf_secret(s, "access_token", 0), "mine");
	assert_int_equal(conf_secret_count(s, "access_token"), 1);
	assert_string_equal(conf_string(conf_section(c, CONF_DESK), "database"),
	    "postgresql://h/d");
	assert_int_equal(warnings(c), 2);
	conf_free(&c);

	setenv("DATABASE_URL", "postgresql://u:pw@h/d", 1);
	assert_int_equal(
	    conf_parse(text, strlen(text), "t", &c, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "DATABASE_URL"));
	assert_null(strstr(err.text, "pw"));
	c = conf_default(); /* not touched by it */
	conf_free(&c);
	conf_use_env(false);
	unsetenv("WHATSAPP_ACCESS_TOKEN");
	unsetenv("META_WA_TOKEN");
	unsetenv("DATABASE_URL");
}

static void
conf_find__xdg__first_that_exists(void **state)
{
	struct str path = STR_INIT;
	char want[128];

	(void)state;
	setenv("XDG_CONFIG_HOME", dir, 1);
	snprintf(want, sizeof(want), "%s/opdesk/opdesk.conf", dir);
	if (access("/etc/opdesk/opdesk.conf", F_OK) != 0) {
		conf_find(&path);
		assert_string_equal(path.s, want);
	}
	snprintf(want, sizeof(want), "%s/opdesk", dir);
	assert_int_equal(mkdir(want, 0700), 0);
	write_file("opdesk/opdesk.conf", "", 0600);
	conf_find(&path);
	snprintf(want, sizeof(want), "%s/opdesk/opdesk.conf", dir);
	assert_string_equal(path.s, want);
	unsetenv("XDG_CONFIG_HOME");
	unlink(want);
	snprintf(want, sizeof(want), "%s/opdesk", dir);
	rmdir(want);
	str_free(&path);
}

static void
conf_print_example__uncommented__loads(void **state)
{
	struct str s = STR_INIT;
	struct conf *c;
	char *p;

	(void)state;
	conf_print_example(&s);
	c = parsed(s.s);
	conf_free(&c);
	/* Each key = default is true as well, where there is a default. */
	for (p = s.s; *p; p++)
		if (*p == ';' && (p == s.s || p[-1] == '\n') && p[1] != ' ' &&
		    p[1] != '[')
			*p = ' ';
	p = strstr(s.s, ";[channel");
	assert_non_null(p);
	c = parsed("[desk]\n");
	conf_free(&c);
	memset(p, ';', 1);
	*p = '\0'; /* the sections without names */
	c = parsed(s.s);
	assert_string_equal(conf_string(conf_section(c, CONF_DAEMON), "listen"),
	    "127.0.0.1:8480");
	assert_true(conf_is_set(conf_section(c, CONF_DAEMON), "listen"));
	conf_free(&c);
	str_free(&s);
}

static void
conf_print_values__secrets__never(void **state)
{
	struct conf *c =
	    parsed("[desk]\npassword = hush\ntenant = demo\n"
		   "[channel a]\nkind = whatsapp\nphone_number_id = 1\n"
		   "app_secret = quiet\n");
	struct str s = STR_INIT;
	struct conf *again;

	(void)state;
	conf_print_values(c, &s);
	assert_null(strstr(s.s, "hush"));
	assert_null(strstr(s.s, "quiet"));
	assert_non_null(strstr(s.s, "; app_secret is set\n"));
	assert_non_null(strstr(s.s, "tenant = demo\n"));
	assert_non_null(strstr(s.s, "[channel a]\nkind = whatsapp\n"));
	again = parsed(s.s);
	conf_free(&again);
	conf_free(&c);
	str_free(&s);
}

static void
conf_print_mdoc__every_key__listed(void **state)
{
	struct str s = STR_INIT;
	size_t count;
	const struct conf_key *t = conf_table(&count);

	(void)state;
	conf_print_mdoc(&s);
	for (size_t i = 0; i < count; i++) {
		char want[100];

		snprintf(want, sizeof(want), ".It Cm %s%s No = ", t[i].name,
		    t[i].type == CONF_SECRET ? "_file" : "");
		assert_non_null(strstr(s.s, want));
	}
	assert_null(strstr(s.s, "\n\n"));
	str_free(&s);
}

static int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/opdesk-conf.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = {
	    "open.conf", "app.secret", "c.conf", "open.secret", "w.conf"};
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(conf_default__every_key__has_its_default),
	    cmocka_unit_test(conf_parse__whole_file__every_type),
	    cmocka_unit_test(conf_parse__wrong_lines__file_and_line),
	    cmocka_unit_test(conf_parse__nul_byte__refused),
	    cmocka_unit_test(conf_parse__long_line__kept_whole),
	    cmocka_unit_test(conf_load__secret_in_open_file__refused),
	    cmocka_unit_test(conf_load__secret_file__beside_it),
	    cmocka_unit_test(
		conf_load__readable_secret_file__refused_unless_optional),
	    cmocka_unit_test(conf_load__no_file__not_found),
	    cmocka_unit_test(conf_warnings__risks__named),
	    cmocka_unit_test(conf_use_env__only_when_asked__fills_gaps),
	    cmocka_unit_test(conf_find__xdg__first_that_exists),
	    cmocka_unit_test(conf_print_example__uncommented__loads),
	    cmocka_unit_test(conf_print_values__secrets__never),
	    cmocka_unit_test(conf_print_mdoc__every_key__listed),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
