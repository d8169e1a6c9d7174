/*
 * Unit tests of common/http_address: the edges of every network.
 */
#include "common/http_address.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* clang-format off */
static const struct {
	const char *address;
	bool loopback, public;
} addresses[] = {
	{"127.0.0.1", true, false}, {"127.255.255.254", true, false},
	{"::1", true, false}, {"::ffff:127.0.0.1", true, false},
	{"0.0.0.0", false, false}, {"0.1.2.3", false, false},
	{"::", false, false}, {"::2", false, false},
	{"10.0.0.1", false, false}, {"10.255.255.255", false, false},
	{"11.0.0.1", false, true}, {"9.255.255.255", false, true},
	{"100.63.255.255", false, true}, {"100.64.0.1", false, false},
	{"100.127.255.255", false, false}, {"100.128.0.0", false, true},
	{"169.254.169.254", false, false}, {"169.253.0.1", false, true},
	{"172.15.255.255", false, true}, {"172.16.0.1", false, false},
	{"172.31.255.255", false, false}, {"172.32.0.0", false, true},
	{"192.0.0.192", false, false}, {"192.0.2.1", false, false},
	{"192.168.1.1", false, false}, {"192.169.0.1", false, true},
	{"198.17.255.255", false, true}, {"198.18.0.1", false, false},
	{"198.19.255.255", false, false}, {"198.51.100.7", false, false},
	{"203.0.113.7", false, false}, {"223.255.255.255", false, true},
	{"224.0.0.1", false, false}, {"240.0.0.1", false, false},
	{"255.255.255.255", false, false}, {"1.1.1.1", false, true},
	{"::ffff:10.0.0.1", false, false}, {"::ffff:1.1.1.1", false, true},
	{"::ffff:169.254.169.254", false, false},
	{"64:ff9b::1.1.1.1", false, true}, {"64:ff9b::10.0.0.1", false, false},
	{"64:ff9b::169.254.169.254", false, false},
	{"2002:a00:1::", false, false}, {"2002:101:101::", false, true},
	{"2002:7f00:1::", false, false}, {"2001::1", false, false},
	{"2001:db8::1", false, false}, {"2001:4860:4860::8888", false, true},
	{"2606:4700::1111", false, true}, {"fe80::1", false, false},
	{"febf::1", false, false}, {"fec0::1", false, false},
	{"fc00::1", false, false}, {"fd00:ec2::254", false, false},
	{"ff02::1", false, false}, {"100::1", false, false},
	{"4000::1", false, false}, {"::127.0.0.1", false, false},
	{"3fff::1", false, false}, {"not an address", false, false},
	{"", false, false}, {"127.1", false, false},
};
/* clang-format on */

static void
http_address__table__loopback_and_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const char *a = addresses[i].address;

		if (http__text_is_loopback(a) != addresses[i].loopback ||
		    http__text_is_public(a) != addresses[i].public)
			fail_msg("%s", a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(http_address__table__loopback_and_public),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
