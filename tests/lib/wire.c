/* wire - see wire.h. */
#include "tests/lib/wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX 8192

int
wire_dial(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct timeval limit = {WIRE_WAIT_S, 0};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool
wire_send(int fd, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t k = send(fd, at, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		at += k;
		n -= (size_t)k;
	}
	return true;
}

static ssize_t
receive(int fd, char *p, size_t n)
{
	ssize_t k;

	do
		k = recv(fd, p, n, 0);
	while (k < 0 && errno == EINTR);
	return k;
}

int
wire_answer_whole(int fd, struct str *head_out, struct str *body)
{
	char head[HEAD_MAX];
	const char *end = NULL, *length;
	size_t n = 0, left = 0, got;

	while (end == NULL && n < sizeof(head) - 1) {
		ssize_t k = receive(fd, head + n, sizeof(head) - 1 - n);

		if (k <= 0)
			return 0;
		n += (size_t)k;
		head[n] = '\0';
		end = strstr(head, "\r\n\r\n");
	}
	if (end == NULL)
		return 0;
	if (head_out != NULL)
		str_addn(head_out, head, (size_t)(end + 2 - head));
	if ((length = strcasestr(head, "\r\nContent-Length:")) != NULL &&
	    length < end)
		left = strtoul(length + 17, NULL, 10);
	got = n - (size_t)(end + 4 - head);
	if (body != NULL)
		str_addn(body, end + 4, got < left ? got : left);
	while (got < left) {
		char piece[HEAD_MAX];
		size_t want = left - got;
		ssize_t k = receive(
		    fd, piece, want < sizeof(piece) ? want : sizeof(piece));

		if (k <= 0)
			return 0;
		if (body != NULL)
			str_addn(body, piece, (size_t)k);
		got += (size_t)k;
	}
	return atoi(head + 9);
}

int
wire_answer(int fd, struct str *body)
{
	return wire_answer_whole(fd, NULL, body);
}

int
wire_call(int port, const char *method, const char *path, const char *headers,
    const void *body, size_t n, struct str *answer)
{
	struct str head = STR_INIT;
	int fd = wire_dial(port), status = 0;

	if (fd < 0)
		return 0;
	str_addf(&head,
	    "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
	    "%zu\r\n%s\r\n",
	    method, path, n, headers);
	if (wire_send(fd, head.s, head.len))
		(void)wire_send(fd, body, n); /* it may answer before the end */
	status = wire_answer(fd, answer);
	str_free(&head);
	close(fd);
	return status;
}
