/*
 * address - IP addresses as 16 bytes: who connects, who may forward.
 *
 * IPv4 is held as its mapped IPv6 form, so that one comparison serves both.
 * Pure except for struct address_caps, which one thread owns.
 */
#ifndef SYNCD_HTTP_ADDRESS_H
#define SYNCD_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_SIZE 48

struct address {
	uint8_t b[16];
};

struct address_net {
	struct address address;
	unsigned bits; /* leading bits that count, 0 to 128 */
};

/* "192.0.2.1", "2001:db8::1", "[::1]"; false for anything else. */
bool address_parse(const char *s, size_t n, struct address *out);
void address_from(const struct sockaddr *sa, struct address *out);
void address_print(const struct address *a, char dst[ADDRESS_TEXT_SIZE]);
bool address_is_loopback(const struct address *a);

/* An address alone, or with /bits (of its own family). */
bool address_net_parse(const char *s, struct address_net *out);
bool address_in(const struct address *a, const struct address_net *nets,
    size_t count);

/*
 * The client's address behind proxies: walk X-Forwarded-For (its lines
 * joined by commas) from the right, as long as who speaks is trusted.
 * A piece that is no address ends the walk.
 */
void address_behind(struct address *client, const char *forwarded,
    const struct address_net *trusted, size_t count);

/* "host:port" or "[host]:port" into a socket address; numeric only. */
bool address_listen_parse(const char *s, struct sockaddr_storage *out,
    socklen_t *len);

/* How many connections each address holds; IPv6 counts by /64. */
struct address_caps;
struct address_caps *address_caps_new(void);
void address_caps_free(struct address_caps **caps);
unsigned address_caps_count(const struct address_caps *caps,
    const struct address *a);
void address_caps_add(struct address_caps *caps, const struct address *a);
void address_caps_drop(struct address_caps *caps, const struct address *a);

#endif
