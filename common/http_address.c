/*
 * http_address - which addresses a request may connect to.
 */
#include "common/http_address.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct network {
	uint8_t address[16];
	int bits;
};

/* clang-format off */
static const struct network private_v4[] = {
	{{0}, 8},		/* this network */
	{{10}, 8},
	{{100, 64}, 10},	/* carriers */
	{{127}, 8},
	{{169, 254}, 16},	/* link-local, metadata services */
	{{172, 16}, 12},
	{{192, 0, 0}, 24},
	{{192, 0, 2}, 24},	/* documentation */
	{{192, 88, 99}, 24},
	{{192, 168}, 16},
	{{198, 18}, 15},	/* benchmarks */
	{{198, 51, 100}, 24},
	{{203, 0, 113}, 24},
	{{224}, 3},		/* multicast, reserved, broadcast */
};

/* Inside 2000::/3, the only part of IPv6 that is routed. */
static const struct network private_v6[] = {
	{{0x20, 0x01, 0x00}, 23},		/* Teredo, ORCHID, ... */
	{{0x20, 0x01, 0x0d, 0xb8}, 32},		/* documentation */
	{{0x3f, 0xff, 0x00}, 20},		/* documentation */
};

static const struct network global_v6 = {{0x20}, 3};
static const struct network mapped = {
	{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
static const struct network translated = {{0x00, 0x64, 0xff, 0x9b}, 96};
static const struct network six_to_four = {{0x20, 0x02}, 16};
/* clang-format on */

static bool
inside(const uint8_t *a, const struct network *n)
{
	int bytes = n->bits / 8, rest = n->bits % 8;

	if (memcmp(a, n->address, (size_t)bytes) != 0)
		return false;
	return rest == 0 || ((a[bytes] ^ n->address[bytes]) >> (8 - rest)) == 0;
}

static bool
inside_any(const uint8_t *a, const struct network *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (inside(a, &list[i]))
			return true;
	return false;
}

static bool
v4_is_public(const uint8_t *a)
{
	return !inside_any(
	    a, private_v4, sizeof(private_v4) / sizeof(private_v4[0]));
}

static bool
v6_is_public(const uint8_t *a)
{
	if (inside(a, &mapped) || inside(a, &translated))
		return v4_is_public(a + 12);
	if (inside(a, &six_to_four))
		return v4_is_public(a + 2);
	return inside(a, &global_v6) &&
	       !inside_any(
		   a, private_v6, sizeof(private_v6) / sizeof(private_v6[0]));
}

/* The bytes of an IPv4 or IPv6 address; NULL for any other family. */
static const uint8_t *
bytes_of(const struct sockaddr *a, size_t *n)
{
	if (a->sa_family == AF_INET) {
		*n = 4;
		return (const uint8_t *)&(
		    (const struct sockaddr_in *)(const void *)a)
		    ->sin_addr;
	}
	if (a->sa_family == AF_INET6) {
		const uint8_t *p = (const uint8_t *)&(
		    (const struct sockaddr_in6 *)(const void *)a)
		                       ->sin6_addr;

		*n = inside(p, &mapped) ? 4 : 16;
		return *n == 4 ? p + 12 : p;
	}
	return NULL;
}

/* A public address of this machine leads to this machine. */
static bool
is_own(const struct sockaddr *a)
{
	const uint8_t *want, *have;
	struct ifaddrs *list, *i;
	size_t want_n, have_n;
	bool own = false;

	if (!(want = bytes_of(a, &want_n)) || getifaddrs(&list) != 0)
		return false;
	for (i = list; i && !own; i = i->ifa_next) {
		if (!i->ifa_addr || !(have = bytes_of(i->ifa_addr, &have_n)))
			continue;
		own = have_n == want_n && memcmp(have, want, want_n) == 0;
	}
	freeifaddrs(list);
	return own;
}

bool
http__is_loopback(const struct sockaddr *a)
{
	size_t n;
	const uint8_t *p = bytes_of(a, &n);

	if (!p)
		return false;
	return n == 4 ? p[0] == 127 : memcmp(p, &in6addr_loopback, 16) == 0;
}

bool
http__is_public(const struct sockaddr *a)
{
	size_t n;
	const uint8_t *p = bytes_of(a, &n);

	if (!p || !(n == 4 ? v4_is_public(p) : v6_is_public(p)))
		return false;
	return !is_own(a);
}

static bool
from_text(const char *address, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		out->ss_family = AF_INET;
		return true;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		out->ss_family = AF_INET6;
		return true;
	}
	return false;
}

bool
http__text_is_loopback(const char *address)
{
	struct sockaddr_storage a;

	return from_text(address, &a) &&
	       http__is_loopback((const struct sockaddr *)&a);
}

bool
http__text_is_public(const char *address)
{
	struct sockaddr_storage a;

	return from_text(address, &a) &&
	       http__is_public((const struct sockaddr *)&a);
}
