/* pg_proxy - see pg_proxy.h. */
#include "tests/lib/pg_proxy.h"
#include "common/xalloc.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET  "/.s.PGSQL.5432"
#define PAIRS   16
#define TURN_MS 20

struct pair {
	int client, server; /* -1: closed */
	bool is_losing;     /* its answer is waited for */
};

struct pg_proxy {
	pthread_t thread;
	char dir[64], path[128], server[160];
	int listener;
	struct pair pairs[PAIRS];
	atomic_int loss;
	atomic_bool stop;
};

static void
must(bool well, const char *what)
{
	if (well)
		return;
	perror(what);
	abort();
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
reach(const struct pg_proxy *p)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%.100s", p->server);
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		shut(&fd);
	return fd;
}

static void
take_client(struct pg_proxy *p)
{
	int client = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC);
	struct pair *pair = p->pairs;

	while (
	    pair < p->pairs + PAIRS && (pair->client >= 0 || pair->server >= 0))
		pair++;
	must(pair < p->pairs + PAIRS, "pg_proxy: too many connections");
	pair->client = client;
	pair->is_losing = false;
	if ((pair->server = reach(p)) < 0)
		shut(&pair->client);
}

static void
shut_both(struct pair *pair)
{
	shut(&pair->client);
	shut(&pair->server);
}

static bool
pass(int from, int to)
{
	char bytes[65536];
	ssize_t n = read(from, bytes, sizeof(bytes)), done = 0;

	while (n > 0 && done < n) {
		ssize_t sent =
		    send(to, bytes + done, (size_t)(n - done), MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		done += sent;
	}
	return n > 0;
}

static void
from_client(struct pg_proxy *p, struct pair *pair)
{
	enum pg_loss loss =
	    (enum pg_loss)atomic_exchange(&p->loss, PG_LOSE_NOTHING);

	switch (loss) {
	case PG_LOSE_NOTHING:
	case PG_LOSE_ANSWER:
		pair->is_losing = loss == PG_LOSE_ANSWER;
		if (!pass(pair->client, pair->server))
			shut_both(pair);
		break;
	case PG_LOSE_REQUEST:
		shut_both(pair);
		break;
	case PG_LOSE_CLIENT:
		shut(&pair->client);
		break;
	}
}

static void
from_server(struct pair *pair)
{
	if (pair->client < 0 || pair->is_losing ||
	    !pass(pair->server, pair->client))
		shut_both(pair);
}

static void *
run(void *arg)
{
	struct pg_proxy *p = arg;
	struct pollfd fds[1 + 2 * PAIRS];

	while (!atomic_load(&p->stop)) {
		fds[0] = (struct pollfd){p->listener, POLLIN, 0};
		for (int i = 0; i < PAIRS; i++) {
			struct pair *pair = &p->pairs[i];

			fds[1 + 2 * i] =
			    (struct pollfd){pair->client, POLLIN, 0};
			fds[2 + 2 * i] =
			    (struct pollfd){pair->server, POLLIN, 0};
		}
		poll(fds, 1 + 2 * PAIRS, TURN_MS);
		for (int i = 0; i < PAIRS; i++) {
			if (fds[1 + 2 * i].revents != 0)
				from_client(p, &p->pairs[i]);
			if (fds[2 + 2 * i].revents != 0 &&
			    p->pairs[i].server >= 0)
				from_server(&p->pairs[i]);
		}
		if (fds[0].revents != 0)
			take_client(p);
	}
	return NULL;
}

/* "postgresql:///NAME?host=DIR&user=..." */
static void
swap_host(const char *uri, struct pg_proxy *p, char through[ENGINE_URI_SIZE])
{
	const char *host = strstr(uri, "host=") + strlen("host=");
	size_t n = strcspn(host, "&");

	snprintf(p->server, sizeof(p->server), "%.*s" SOCKET, (int)n, host);
	must(snprintf(through, ENGINE_URI_SIZE, "%.*s%s%s", (int)(host - uri),
		 uri, p->dir, host + n) < ENGINE_URI_SIZE,
	    "a URI");
}

struct pg_proxy *
pg_proxy_start(const char *uri, char through[ENGINE_URI_SIZE])
{
	struct pg_proxy *p = xcalloc(1, sizeof(*p));
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	for (int i = 0; i < PAIRS; i++)
		p->pairs[i].client = p->pairs[i].server = -1;
	strcpy(p->dir, "/tmp/opdesk-proxy-XXXXXX");
	must(mkdtemp(p->dir) != NULL, p->dir);
	snprintf(p->path, sizeof(p->path), "%s" SOCKET, p->dir);
	swap_host(uri, p, through);
	p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(a.sun_path, sizeof(a.sun_path), "%.100s", p->path);
	must(bind(p->listener, (struct sockaddr *)&a, sizeof(a)) == 0 &&
		 listen(p->listener, PAIRS) == 0,
	    p->path);
	must(pthread_create(&p->thread, NULL, run, p) == 0, "pthread_create");
	return p;
}

void
pg_proxy_stop(struct pg_proxy *p)
{
	atomic_store(&p->stop, true);
	pthread_join(p->thread, NULL);
	for (int i = 0; i < PAIRS; i++)
		shut_both(&p->pairs[i]);
	shut(&p->listener);
	unlink(p->path);
	rmdir(p->dir);
	free(p);
}

void
pg_proxy_lose(struct pg_proxy *p, enum pg_loss loss)
{
	atomic_store(&p->loss, loss);
}
