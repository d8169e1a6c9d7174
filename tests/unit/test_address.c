/*
 * Unit tests of syncd/http/address: addresses, networks, who is behind a
 * proxy, and how many connections each address holds.
 *
 * Turned red by: a network that ends at a byte, a walk past a proxy that is
 * not trusted, IPv6 that is counted by its whole address.
 */
#include "syncd/http/address.h"
#include "common/str.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct address
parsed(const char *s)
{
	struct address a;

	if (!address_parse(s, strlen(s), &a))
		fail_msg("%s is no address", s);
	return a;
}

static void
address_parse__each_form__is_printed_the_short_way(void **state)
{
	static const char *const forms[][2] = {{"192.0.2.1", "192.0.2.1"},
	    {"::ffff:192.0.2.1", "192.0.2.1"}, {"::1", "::1"}, {"[::1]", "::1"},
	    {"2001:DB8:0:0::7", "2001:db8::7"},
	    {"[2001:db8::7]", "2001:db8::7"}, {"::", "::"}};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct address a = parsed(forms[i][0]);
		char text[ADDRESS_TEXT_SIZE];

		address_print(&a, text);
		assert_string_equal(text, forms[i][1]);
	}
}

static void
address_parse__anything_else__is_none(void **state)
{
	static const char *const wrong[] = {"", "[]", "[::1", "::1]", "192.0.2",
	    "192.0.2.256", "192.0.2.1 ", "0x7f.0.0.1", "localhost",
	    "1:2:3:4:5:6:7:8:9", "fe80::1%eth0",
	    "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"};
	struct address a;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (address_parse(wrong[i], strlen(wrong[i]), &a))
			fail_msg("%s is taken for an address", wrong[i]);
	assert_false(address_parse("1.2.3.4\0x", 9, &a));
}

static void
address_from__both_families__are_what_was_bound(void **state)
{
	static const char *const bound[] = {
	    "192.0.2.9:8480", "[2001:db8::9]:0", "[::1]:65535"};
	static const char *const wrong[] = {"192.0.2.9",
	    "192.0.2.9:", "192.0.2.9:65536", "192.0.2.9:x", ":8480",
	    "localhost:1", "[::1]:-1"};
	struct sockaddr_storage ss;
	char text[ADDRESS_TEXT_SIZE];
	struct address a;
	socklen_t len;

	(void)state;
	assert_true(address_listen_parse(bound[0], &ss, &len));
	assert_int_equal(len, sizeof(struct sockaddr_in));
	assert_int_equal(ntohs(((struct sockaddr_in *)&ss)->sin_port), 8480);
	address_from((struct sockaddr *)&ss, &a);
	address_print(&a, text);
	assert_string_equal(text, "192.0.2.9");
	assert_true(address_listen_parse(bound[1], &ss, &len));
	assert_int_equal(len, sizeof(struct sockaddr_in6));
	address_from((struct sockaddr *)&ss, &a);
	address_print(&a, text);
	assert_string_equal(text, "2001:db8::9");
	assert_true(address_listen_parse(bound[2], &ss, &len));
	assert_int_equal(ntohs(((struct sockaddr_in6 *)&ss)->sin6_port), 65535);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (address_listen_parse(wrong[i], &ss, &len))
			fail_msg("%s can be listened at", wrong[i]);
	/* A local socket has no address: nobody's. */
	ss.ss_family = AF_UNIX;
	address_from((struct sockaddr *)&ss, &a);
	address_print(&a, text);
	assert_string_equal(text, "::");
	assert_false(address_is_loopback(&a));
}

static void
address_is_loopback__this_machine__only(void **state)
{
	static const struct {
		const char *text;
		bool is_loopback;
	} cases[] = {{"127.0.0.1", true}, {"127.9.9.9", true}, {"::1", true},
	    {"::ffff:127.0.0.1", true}, {"128.0.0.1", false}, {"::2", false},
	    {"::", false}, {"0.0.0.0", false}, {"7f00::1", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address a = parsed(cases[i].text);

		if (address_is_loopback(&a) != cases[i].is_loopback)
			fail_msg("%s", cases[i].text);
	}
}

static void
address_in__network__ends_at_its_bits(void **state)
{
	static const struct {
		const char *net, *address;
		bool is_in;
	} cases[] = {
	    {"192.0.2.7", "192.0.2.7", true},
	    {"192.0.2.7", "192.0.2.6", false},
	    {"192.0.2.0/24", "192.0.2.255", true},
	    {"192.0.2.0/24", "192.0.3.0", false},
	    {"10.0.0.0/12", "10.15.255.255", true},
	    {"10.0.0.0/12", "10.16.0.0", false},
	    {"192.0.2.128/25", "192.0.2.127", false},
	    {"0.0.0.0/0", "203.0.113.1", true},
	    {"0.0.0.0/0", "2001:db8::1", false},
	    {"2001:db8::/33", "2001:db8:7fff::1", true},
	    {"2001:db8::/33", "2001:db8:8000::1", false},
	    {"::1", "::1", true},
	    {"::1/128", "::2", false},
	    {"::/0", "2001:db8::1", true},
	};
	static const char *const wrong[] = {"192.0.2.0/33", "::1/129",
	    "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/x", "/8", "here/8"};
	struct address_net net;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address a = parsed(cases[i].address);

		assert_true(address_net_parse(cases[i].net, &net));
		if (address_in(&a, &net, 1) != cases[i].is_in)
			fail_msg("%s in %s", cases[i].address, cases[i].net);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (address_net_parse(wrong[i], &net))
			fail_msg("%s is taken for a network", wrong[i]);
}

static void
address_behind__proxies__are_believed_as_far_as_trusted(void **state)
{
	static const struct {
		const char *peer, *forwarded, *client;
	} cases[] = {
	    {"127.0.0.1", "203.0.113.9", "203.0.113.9"},
	    {"127.0.0.1", "", "127.0.0.1"},
	    {"203.0.113.9", "198.51.100.1", "203.0.113.9"},
	    {"127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"},
	    {"127.0.0.1", "198.51.100.1,\t10.0.0.2 ,10.0.0.3", "198.51.100.1"},
	    {"127.0.0.1", "198.51.100.1, no, 10.0.0.3", "10.0.0.3"},
	    {"127.0.0.1", "198.51.100.1,", "127.0.0.1"},
	    {"127.0.0.1", "[2001:db8::1]", "2001:db8::1"},
	    {"127.0.0.1", "10.0.0.2", "10.0.0.2"},
	};
	struct address_net trusted[2];

	(void)state;
	assert_true(address_net_parse("127.0.0.1", &trusted[0]));
	assert_true(address_net_parse("10.0.0.0/8", &trusted[1]));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct address a = parsed(cases[i].peer);
		char text[ADDRESS_TEXT_SIZE];

		address_behind(&a, cases[i].forwarded, trusted, 2);
		address_print(&a, text);
		assert_string_equal(text, cases[i].client);
	}
}

static void
address_caps__many__are_counted_each(void **state)
{
	enum { MANY = 20000 }; /* more than the table has places */
	struct address_caps *caps = address_caps_new();
	struct address a, b;
	char text[ADDRESS_TEXT_SIZE];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		str_format(text, sizeof(text), "10.1.%d.%d", i / 256, i % 256);
		a = parsed(text);
		for (int k = 0; k <= i % 3; k++)
			address_caps_add(caps, &a);
	}
	for (int i = 0; i < MANY; i++) {
		str_format(text, sizeof(text), "10.1.%d.%d", i / 256, i % 256);
		a = parsed(text);
		assert_int_equal(address_caps_count(caps, &a), i % 3 + 1);
		if (i % 2 == 0)
			address_caps_drop(caps, &a);
	}
	a = parsed("10.1.0.0");
	assert_int_equal(address_caps_count(caps, &a), 0);
	a = parsed("10.1.0.2");
	assert_int_equal(address_caps_count(caps, &a), 2);
	/* A network of IPv6 is one customer. */
	a = parsed("2001:db8:1:2::1");
	b = parsed("2001:db8:1:2:ffff::1");
	address_caps_add(caps, &a);
	address_caps_add(caps, &b);
	assert_int_equal(address_caps_count(caps, &a), 2);
	b = parsed("2001:db8:1:3::1");
	assert_int_equal(address_caps_count(caps, &b), 0);
	address_caps_free(&caps);
	assert_null(caps);
	address_caps_free(&caps);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		address_parse__each_form__is_printed_the_short_way),
	    cmocka_unit_test(address_parse__anything_else__is_none),
	    cmocka_unit_test(address_from__both_families__are_what_was_bound),
	    cmocka_unit_test(address_is_loopback__this_machine__only),
	    cmocka_unit_test(address_in__network__ends_at_its_bits),
	    cmocka_unit_test(
		address_behind__proxies__are_believed_as_far_as_trusted),
	    cmocka_unit_test(address_caps__many__are_counted_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
