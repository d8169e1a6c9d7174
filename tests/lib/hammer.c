/* hammer - see hammer.h. */
#include "tests/lib/hammer.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/rehearsal.h"
#include "common/str.h"
#include "common/xalloc.h"
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define NUMBER_DIGITS 12
#define SENDER_DIGITS 7
#define ANSWER_MAX    4096
#define PATIENCE_MS   60000

/* A request in which only the places of two numbers and the seal change. */
struct template
{
	struct str text;
	char *body, *number, *sender, *seal; /* in text */
	size_t body_len;
};

struct wire {
	int fd;
	int64_t since_us; /* 0: nothing is on its way */
	char answer[ANSWER_MAX];
	size_t answer_len;
};

struct hammer {
	const struct hammer_options *o;
	struct hammer_result *result;
	struct template t;
	struct wire *wires;
	int epoll, busy;
	int64_t end_us;
};

static void
give_up(const char *what)
{
	fprintf(stderr, "hammer: %s: %s\n", what, strerror(errno));
	abort();
}

static void
make_template(struct template *t, const struct hammer_options *o)
{
	struct str body = STR_INIT;
	char seal[REHEARSAL_SIGNATURE_SIZE];
	const struct rehearsal_message m = {.type = REHEARSAL_TEXT,
	    .number_id = o->number_id,
	    .from = "34610000000",
	    .name = "Carga de pruebas",
	    .id = "wamid.hammer-000000000000",
	    .text = "No me funciona la impresora desde esta mañana"};

	rehearsal_message(&m, &body, NULL);
	rehearsal_sign(seal, o->secret, body.s, body.len);
	str_addf(&t->text,
	    "POST /whatsapp HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\n%s\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    seal, body.len);
	t->body_len = body.len;
	str_addn(&t->text, body.s, body.len);
	t->body = t->text.s + t->text.len - body.len;
	t->seal = strstr(t->text.s, "sha256=") + 7;
	t->number = strstr(t->body, "wamid.hammer-") + 13;
	t->sender = strstr(t->body, "\"from\":\"3461") + 12;
	str_free(&body);
}

static void
digits(char *out, int n, int64_t value)
{
	while (n-- > 0) {
		out[n] = (char)('0' + value % 10);
		value /= 10;
	}
}

static void
fill_template(struct template *t, const struct hammer_options *o, int64_t n)
{
	uint8_t mac[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];

	digits(t->number, NUMBER_DIGITS, n);
	digits(t->sender, SENDER_DIGITS, n % o->customers);
	hmac_sha256(o->secret, strlen(o->secret), t->body, t->body_len, mac);
	hex_encode(hex, mac, sizeof(mac));
	memcpy(t->seal, hex, SHA256_HEX_SIZE - 1);
}

static int
dial(int port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		give_up("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static bool
is_over(const struct hammer *h)
{
	return clock_mono_us() >= h->end_us ||
	       (h->o->count > 0 &&
		   h->result->sent - h->o->first >= h->o->count);
}

/* A request is far smaller than the socket's buffer: one send takes it. */
static void
send_one(struct hammer *h, struct wire *w)
{
	fill_template(&h->t, h->o, h->result->sent++);
	w->since_us = clock_mono_us();
	w->answer_len = 0;
	if (send(w->fd, h->t.text.s, h->t.text.len, MSG_NOSIGNAL) !=
	    (ssize_t)h->t.text.len)
		give_up("send");
	h->busy++;
}

/* The status once the whole answer is there, 0: not yet, -1: cut. */
static int
receive(struct wire *w)
{
	ssize_t n = recv(w->fd, w->answer + w->answer_len,
	    sizeof(w->answer) - 1 - w->answer_len, MSG_DONTWAIT);
	const char *end, *length;
	size_t body = 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	w->answer_len += (size_t)n;
	w->answer[w->answer_len] = '\0';
	if ((end = strstr(w->answer, "\r\n\r\n")) == NULL)
		return 0;
	if ((length = strcasestr(w->answer, "\r\nContent-Length:")) != NULL)
		body = strtoul(length + 17, NULL, 10);
	if (w->answer_len < (size_t)(end - w->answer) + 4 + body)
		return 0;
	return atoi(w->answer + 9);
}

static void
on_readable(struct hammer *h, struct wire *w)
{
	int status = receive(w);

	if (status == 0)
		return;
	h->busy--;
	if (status == 200) {
		h->result->answered++;
		samples_add(&h->result->took_us,
		    (double)(clock_mono_us() - w->since_us));
	} else {
		h->result->failed++;
	}
	if (status < 0) {
		close(w->fd);
		w->fd = -1;
		return;
	}
	if (!is_over(h))
		send_one(h, w);
}

void
hammer_run(const struct hammer_options *o, struct hammer_result *out)
{
	struct hammer h = {.o = o, .result = out, .t = {.text = STR_INIT}};
	struct epoll_event events[64];
	int64_t since;

	memset(out, 0, sizeof(*out));
	out->sent = o->first;
	make_template(&h.t, o);
	h.wires = xcalloc((size_t)o->connections, sizeof(*h.wires));
	if ((h.epoll = epoll_create1(EPOLL_CLOEXEC)) < 0)
		give_up("epoll");
	for (int i = 0; i < o->connections; i++) {
		struct epoll_event e = {
		    .events = EPOLLIN, .data.ptr = &h.wires[i]};

		h.wires[i].fd = dial(o->port);
		epoll_ctl(h.epoll, EPOLL_CTL_ADD, h.wires[i].fd, &e);
	}
	since = clock_mono_us();
	h.end_us = since + (int64_t)(o->seconds * 1e6);
	for (int i = 0; i < o->connections && !is_over(&h); i++)
		send_one(&h, &h.wires[i]);
	while (h.busy > 0) {
		int n = epoll_wait(h.epoll, events, 64, PATIENCE_MS);

		if (n == 0 || (n < 0 && errno != EINTR))
			give_up("no answer");
		for (int i = 0; i < n; i++)
			on_readable(&h, events[i].data.ptr);
	}
	out->seconds = (double)(clock_mono_us() - since) / 1e6;
	for (int i = 0; i < o->connections; i++)
		if (h.wires[i].fd >= 0)
			close(h.wires[i].fd);
	close(h.epoll);
	free(h.wires);
	str_free(&h.t.text);
}
