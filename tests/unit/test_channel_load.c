/*
 * Unit tests of syncd/channels/channel_load: channels out of opdesk.conf.
 */
#include "syncd/channels/channel.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int
load(const char *text, struct channel_set *set, struct err *err)
{
	struct conf *conf = NULL;
	int rc;

	if (conf_parse(text, strlen(text), "/etc/opdesk/t.conf", &conf, err) !=
	    0)
		fail_msg("%s", err->text);
	rc = channel_set_load(conf, set, err);
	conf_free(&conf);
	return rc;
}

#define ONE(name, number)                                                      \
	"[channel " name "]\nkind = whatsapp\nphone_number_id = " number "\n"

static void
load__whole_section__every_field(void **state)
{
	struct channel_set set;
	struct err err = ERR_INIT;
	const struct channel *c;

	(void)state;
	assert_int_equal(
	    load(ONE("soporte",
		     "100") "tenant = demo\n"
			    "business_account_id = 900\n"
			    "app_secret = uno\napp_secret = dos\n"
			    "verify_token = tok\naccess_token = EAA\n"
			    "api_base = http://127.0.0.1:8490/\n"
			    "api_version = v24.0\n"
			    "messages_per_second = 20\n" ONE("otra", "101"),
		&set, &err),
	    0);
	assert_int_equal(set.count, 2);
	c = channel_by_id(&set, "soporte");
	assert_non_null(c);
	assert_int_equal(c->kind, CHANNEL_WHATSAPP);
	assert_string_equal(c->tenant, "demo");
	assert_string_equal(c->number_id, "100");
	assert_string_equal(c->account_id, "900");
	assert_string_equal(c->app_secrets[0], "uno");
	assert_string_equal(c->app_secrets[1], "dos");
	assert_string_equal(c->verify_tokens[0], "tok");
	assert_null(c->verify_tokens[1]);
	assert_string_equal(c->access_token, "EAA");
	assert_string_equal(c->api_base, "http://127.0.0.1:8490");
	assert_string_equal(c->api_version, "v24.0");
	assert_int_equal(c->per_second, 20);
	c = channel_by_id(&set, "otra");
	assert_null(c->app_secrets[0]);
	assert_string_equal(c->access_token, "");
	assert_string_equal(c->api_base, "https://graph.facebook.com");
	assert_null(channel_by_id(&set, "nada"));
	set.channels[1].tenant_id = 7;
	assert_ptr_equal(channel_of(&set, "otra", 7), c);
	assert_null(channel_of(&set, "otra", 8));
	assert_null(channel_of(&set, "nada", 7));
	channel_set_clear(&set);
	assert_int_equal(set.count, 0);
}

static void
load__one_number_twice__refused(void **state)
{
	struct channel_set set;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    load(ONE("a", "100") ONE("b", "101") ONE("c", "100"), &set, &err),
	    OD_EDATA);
	assert_non_null(strstr(err.text, "[channel a]"));
	assert_non_null(strstr(err.text, "[channel c]"));
	assert_int_equal(set.count, 0);
	assert_null(set.channels);
}

static void
load__too_many__refused(void **state)
{
	struct str text = STR_INIT;
	struct channel_set set;
	struct err err = ERR_INIT;

	(void)state;
	for (int i = 0; i < CHANNELS_MAX; i++)
		str_addf(&text,
		    "[channel c%d]\nkind = whatsapp\nphone_number_id = %d\n", i,
		    1000 + i);
	assert_int_equal(load(text.s, &set, &err), 0);
	assert_int_equal(set.count, CHANNELS_MAX);
	channel_set_clear(&set);
	str_add(&text, ONE("more", "99"));
	assert_int_equal(load(text.s, &set, &err), OD_ELIMIT);
	assert_int_equal(set.count, 0);
	str_free(&text);
}

static void
adapter__by_kind__whatsapp_only_so_far(void **state)
{
	const struct channel_adapter *a = channel_adapter(CHANNEL_WHATSAPP);

	(void)state;
	assert_non_null(a);
	assert_int_equal(a->kind, CHANNEL_WHATSAPP);
	assert_string_equal(a->name, "whatsapp");
	assert_null(channel_adapter(CHANNEL_MAIL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(load__whole_section__every_field),
	    cmocka_unit_test(load__one_number_twice__refused),
	    cmocka_unit_test(load__too_many__refused),
	    cmocka_unit_test(adapter__by_kind__whatsapp_only_so_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
