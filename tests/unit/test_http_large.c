/*
 * Answers of megabytes to clients that read slowly, in pieces, or have ended
 * their own side, while others keep the server busy: every byte comes, and the
 * next request on the connection is answered.
 *
 * Turned red by: a sweep that takes a slow client for one that does not read
 * (sendq_has_moved always false).
 */
#include "common/clock.h"
#include "tests/lib/http_fixture.h"
#include "tests/lib/wire.h"
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define READERS 8
#define ROUNDS  4
#define BUSY    4
#define MIB     ((size_t)1024 * 1024)

/*
 * Everybody is looked at often, and the slowest one takes longer than anybody
 * may who takes nothing.
 */
static const struct http_config watchful = {.limits = {.sweep_ms = 5,
						.write_ms = 3000,
						.max_connections = 64,
						.max_per_address = 64}};
#define SLOWEST_MS 20 /* between two pieces of 16 KiB */

struct reader {
	pthread_t thread;
	int n;
	char trouble[160]; /* "": none */
};

static atomic_int at_work; /* readers */

/* The head of an answer, whole; its body's first bytes stay in the socket. */
static size_t
read_head(int fd, char *head, size_t size)
{
	size_t n = 0;

	while (n < size - 1 && recv(fd, head + n, 1, 0) == 1) {
		head[++n] = '\0';
		if (n >= 4 && memcmp(head + n - 4, "\r\n\r\n", 4) == 0)
			return n;
	}
	return 0;
}

static bool
is_right(const char *p, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != byte_at(at + i))
			return false;
	return true;
}

static bool
read_body(struct reader *r, int fd, size_t size)
{
	static const size_t pieces[] = {16384, 65536, 1000, 4096};
	size_t piece = pieces[r->n % 4], got = 0;
	char buf[65536];

	while (got < size) {
		size_t want = size - got < piece ? size - got : piece;
		ssize_t k = recv(fd, buf, want, 0);

		if (k <= 0 || !is_right(buf, (size_t)k, got)) {
			snprintf(r->trouble, sizeof(r->trouble),
			    "reader %d: %zu of %zu bytes, then %s: %m", r->n,
			    got, size, k > 0 ? "others" : "nothing");
			return false;
		}
		got += (size_t)k;
		if (r->n == 0)
			poll(NULL, 0, SLOWEST_MS);
		else if (r->n % 4 == 0)
			poll(NULL, 0, 1);
	}
	return true;
}

static bool
ask(struct reader *r, int fd, size_t size, bool is_last)
{
	char text[128], head[1024];

	snprintf(text, sizeof(text),
	    "GET /bytes/%zu HTTP/1.1\r\nHost: a\r\n%s\r\n", size,
	    is_last ? "Connection: close\r\n" : "");
	if (!wire_send(fd, text, strlen(text)) ||
	    (is_last && r->n % 2 == 1 && shutdown(fd, SHUT_WR) != 0)) {
		snprintf(r->trouble, sizeof(r->trouble), "reader %d: %m", r->n);
		return false;
	}
	if (read_head(fd, head, sizeof(head)) == 0 ||
	    strncmp(head, "HTTP/1.1 200 ", 13) != 0) {
		snprintf(r->trouble, sizeof(r->trouble), "reader %d: %.20s",
		    r->n, head);
		return false;
	}
	return read_body(r, fd, size);
}

static void *
read_answers(void *arg)
{
	struct reader *r = arg;
	int small = 65536, fd;

	fd = wire_dial(fx->port);
	/* Its window stays small. */
	if (r->n % 3 == 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	for (int i = r->n == 0 ? ROUNDS - 1 : 0; i < ROUNDS; i++) {
		size_t size =
		    (1 + (size_t)(7 - r->n + 3 * (ROUNDS - 1 - i)) % 8) * MIB +
		    7;

		if (!ask(r, fd, size, i == ROUNDS - 1))
			break;
	}
	close(fd);
	atomic_fetch_sub(&at_work, 1);
	return NULL;
}

/* Small ones, as many as are answered. */
static void *
keep_busy(void *arg)
{
	(void)arg;
	while (atomic_load(&at_work) > 0)
		(void)wire_call(fx->port, "GET", "/static", "", "", 0, NULL);
	return NULL;
}

static void
http__large_answers__come_whole(void **state)
{
	struct reader readers[READERS] = {{0}};
	pthread_t busy[BUSY];

	(void)state;
	http_fixture_start(&watchful);
	atomic_store(&at_work, READERS);
	for (int i = 0; i < READERS; i++) {
		readers[i].n = i;
		assert_int_equal(pthread_create(&readers[i].thread, NULL,
				     read_answers, &readers[i]),
		    0);
	}
	for (int i = 0; i < BUSY; i++)
		assert_int_equal(
		    pthread_create(&busy[i], NULL, keep_busy, NULL), 0);
	while (atomic_load(&at_work) > 0)
		turn(NULL);
	/* What the busy ones still wait for. */
	for (int i = 0; i < BUSY; i++)
		while (pthread_tryjoin_np(busy[i], NULL) != 0)
			turn(NULL);
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i].thread, NULL);
		if (readers[i].trouble[0] != '\0')
			fail_msg("%s", readers[i].trouble);
	}
	http_fixture_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(http__large_answers__come_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
