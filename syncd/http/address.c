/*
 * address - IP addresses as 16 bytes; see the header.
 */
#include "syncd/http/address.h"
#include "common/digest.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define MAPPED_BITS 96

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool
is_v4(const struct address *a)
{
	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

bool
address_parse(const char *s, size_t n, struct address *out)
{
	char text[ADDRESS_TEXT_SIZE];

	if (n >= 2 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(text) || memchr(s, '\0', n) != NULL)
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (inet_pton(AF_INET6, text, out->b) == 1)
		return true;
	memcpy(out->b, mapped, sizeof(mapped));
	return inet_pton(AF_INET, text, out->b + sizeof(mapped)) == 1;
}

void
address_from(const struct sockaddr *sa, struct address *out)
{
	memset(out, 0, sizeof(*out));
	if (sa->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, sa, sizeof(in));
		memcpy(out->b, mapped, sizeof(mapped));
		memcpy(out->b + sizeof(mapped), &in.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, sa, sizeof(in6));
		memcpy(out->b, &in6.sin6_addr, 16);
	}
}

void
address_print(const struct address *a, char dst[ADDRESS_TEXT_SIZE])
{
	const char *text;

	if (is_v4(a))
		text = inet_ntop(
		    AF_INET, a->b + sizeof(mapped), dst, ADDRESS_TEXT_SIZE);
	else
		text = inet_ntop(AF_INET6, a->b, dst, ADDRESS_TEXT_SIZE);
	if (text == NULL)
		dst[0] = '\0';
}

bool
address_is_loopback(const struct address *a)
{
	static const uint8_t one[16] = {[15] = 1};

	if (is_v4(a))
		return a->b[12] == 127;
	return memcmp(a->b, one, sizeof(one)) == 0;
}

bool
address_net_parse(const char *s, struct address_net *out)
{
	const char *slash = strchr(s, '/');
	size_t n = slash == NULL ? strlen(s) : (size_t)(slash - s);
	unsigned base;
	int64_t bits;

	if (!address_parse(s, n, &out->address))
		return false;
	base = is_v4(&out->address) ? MAPPED_BITS : 0;
	out->bits = 128;
	if (slash == NULL)
		return true;
	if (!str_to_int64(slash + 1, 0, 128 - (int64_t)base, &bits))
		return false;
	out->bits = base + (unsigned)bits;
	return true;
}

static bool
in_net(const struct address *a, const struct address_net *net)
{
	unsigned bytes = net->bits / 8, rest = net->bits % 8;
	uint8_t mask = (uint8_t)(0xff00 >> rest);

	if (memcmp(a->b, net->address.b, bytes) != 0)
		return false;
	return rest == 0 || ((a->b[bytes] ^ net->address.b[bytes]) & mask) == 0;
}

bool
address_in(
    const struct address *a, const struct address_net *nets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (in_net(a, &nets[i]))
			return true;
	return false;
}

void
address_behind(struct address *client, const char *forwarded,
    const struct address_net *trusted, size_t count)
{
	size_t end = strlen(forwarded);

	while (end > 0 && address_in(client, trusted, count)) {
		size_t start = end, n;
		struct address next;

		while (start > 0 && forwarded[start - 1] != ',')
			start--;
		n = end - start;
		end = start > 0 ? start - 1 : 0;
		while (n > 0 && strchr(" \t", forwarded[start]) != NULL)
			start++, n--;
		while (n > 0 && strchr(" \t", forwarded[start + n - 1]) != NULL)
			n--;
		if (!address_parse(forwarded + start, n, &next))
			return;
		*client = next;
	}
}

bool
address_listen_parse(
    const char *s, struct sockaddr_storage *out, socklen_t *len)
{
	const char *colon = strrchr(s, ':');
	struct address a;
	int64_t port;

	memset(out, 0, sizeof(*out));
	if (colon == NULL || !str_to_int64(colon + 1, 0, 65535, &port) ||
	    !address_parse(s, (size_t)(colon - s), &a))
		return false;
	if (is_v4(&a)) {
		struct sockaddr_in in = {
		    .sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

		memcpy(&in.sin_addr, a.b + sizeof(mapped), 4);
		memcpy(out, &in, sizeof(in));
		*len = sizeof(in);
	} else {
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
		    .sin6_port = htons((uint16_t)port)};

		memcpy(&in6.sin6_addr, a.b, 16);
		memcpy(out, &in6, sizeof(in6));
		*len = sizeof(in6);
	}
	return true;
}

#define CAP_BUCKETS 4096

struct cap {
	struct cap *next;
	struct address key;
	unsigned count;
};

struct address_caps {
	struct cap *buckets[CAP_BUCKETS];
	uint64_t seed; /* so that nobody chooses addresses that collide */
};

static struct address
cap_key(const struct address *a)
{
	struct address key = *a;

	if (!is_v4(a))
		memset(key.b + 8, 0, 8);
	return key;
}

static size_t
cap_bucket(const struct address_caps *caps, const struct address *key)
{
	uint64_t h = caps->seed;

	for (size_t i = 0; i < sizeof(key->b); i++)
		h = (h ^ key->b[i]) * 0x100000001b3u;
	return (h ^ (h >> 29)) % CAP_BUCKETS;
}

/* Where the address's cap hangs, or would. */
static struct cap **
cap_find(struct address_caps *caps, const struct address *key)
{
	struct cap **p = &caps->buckets[cap_bucket(caps, key)];

	while (*p != NULL && memcmp(&(*p)->key, key, sizeof(*key)) != 0)
		p = &(*p)->next;
	return p;
}

struct address_caps *
address_caps_new(void)
{
	struct address_caps *caps = xcalloc(1, sizeof(*caps));

	random_bytes(&caps->seed, sizeof(caps->seed));
	return caps;
}

void
address_caps_free(struct address_caps **caps)
{
	if (*caps == NULL)
		return;
	for (size_t i = 0; i < CAP_BUCKETS; i++) {
		struct cap *c = (*caps)->buckets[i];

		while (c != NULL) {
			struct cap *next = c->next;

			free(c);
			c = next;
		}
	}
	FREE(caps);
}

unsigned
address_caps_count(const struct address_caps *caps, const struct address *a)
{
	struct address key = cap_key(a);
	const struct cap *c = caps->buckets[cap_bucket(caps, &key)];

	while (c != NULL && memcmp(&c->key, &key, sizeof(key)) != 0)
		c = c->next;
	return c == NULL ? 0 : c->count;
}

void
address_caps_add(struct address_caps *caps, const struct address *a)
{
	struct address key = cap_key(a);
	struct cap **p = cap_find(caps, &key);

	if (*p == NULL) {
		*p = xcalloc(1, sizeof(**p));
		(*p)->key = key;
	}
	(*p)->count++;
}

void
address_caps_drop(struct address_caps *caps, const struct address *a)
{
	struct address key = cap_key(a);
	struct cap **p = cap_find(caps, &key);
	struct cap *c = *p;

	if (c == NULL || --c->count > 0)
		return;
	*p = c->next;
	free(c);
}
