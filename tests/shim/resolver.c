/*
 * resolver.so - put before the C library of a program: a name whose address
 * changes between one look and the next.
 *
 * rebind.example is public at first, and this machine's loopback from then on;
 * both.example is the two of them.  Nothing leaves the machine: what is not
 * loopback refuses the connection.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#define PUBLIC "93.184.216.34"

static atomic_int looks;

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);
typedef int connect_fn(int, const struct sockaddr *, socklen_t);

static getaddrinfo_fn *
real_getaddrinfo(void)
{
	getaddrinfo_fn *fn;

	*(void **)&fn = dlsym(RTLD_NEXT, "getaddrinfo");
	return fn;
}

/* For us, the only family is IPv4. */
static int
answer(const char *address, const char *port, const struct addrinfo *hints,
    struct addrinfo **res)
{
	struct addrinfo only = hints != NULL ? *hints : (struct addrinfo){0};

	only.ai_family = AF_INET;
	only.ai_flags |= AI_NUMERICHOST;
	only.ai_flags &= ~AI_ADDRCONFIG;
	return real_getaddrinfo()(address, port, &only, res);
}

int
getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
    struct addrinfo **res)
{
	struct addrinfo *more = NULL, *last;
	int rc;

	if (host != NULL && strcmp(host, "rebind.example") == 0)
		return answer(atomic_fetch_add(&looks, 1) == 0 ? PUBLIC
							       : "127.0.0.1",
		    port, hints, res);
	if (host == NULL || strcmp(host, "both.example") != 0)
		return real_getaddrinfo()(host, port, hints, res);
	if ((rc = answer(PUBLIC, port, hints, res)) != 0 ||
	    (rc = answer("127.0.0.1", port, hints, &more)) != 0)
		return rc;
	for (last = *res; last->ai_next != NULL;)
		last = last->ai_next;
	last->ai_next = more;
	return 0;
}

int
connect(int fd, const struct sockaddr *a, socklen_t n)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)a;
	connect_fn *fn;

	if (a->sa_family == AF_INET &&
	    (ntohl(in->sin_addr.s_addr) >> 24) != 127) {
		errno = ECONNREFUSED;
		return -1;
	}
	*(void **)&fn = dlsym(RTLD_NEXT, "connect");
	return fn(fd, a, n);
}
