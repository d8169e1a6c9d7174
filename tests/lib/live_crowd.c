/* live_crowd - see live_crowd.h. */
#include "tests/lib/live_crowd.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cmocka.h>

#define A_HOST  60 /* connections of one address */
#define WAIT_US (60 * US_PER_SECOND)
#define KEPT    255

struct looker {
	int fd;
	int64_t events, calls;
	bool is_told;        /* all figures, after connecting */
	char tail[KEPT + 1]; /* of what came: a line that is not whole yet */
	size_t n;
};

void
crowd_session(struct stage *s, const char *login, char session[65])
{
	struct str out = STR_INIT, why = STR_INIT;
	struct json *doc = NULL;
	char body[64];
	const char *cookie;
	int fd = wire_dial(s->daemon_port);

	if (stage_opdesk(s, &out, &why, "--operator", login, "--json",
		"operator", "phone", NULL) != 0)
		fail_msg("%s", why.s);
	assert_int_equal(
	    json_parse(out.s, out.len, &json_limits_api, &doc, NULL), 0);
	str_format(body, sizeof(body), "code=%s", json_string(doc, "code"));
	str_clear(&out);
	str_addf(&out,
	    "POST /mobile/sign-in HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
	    strlen(body), body);
	assert_true(wire_send(fd, out.s, out.len));
	str_clear(&out);
	assert_int_equal(wire_answer_whole(fd, &out, NULL), 303);
	cookie = strstr(out.s, "opdesk=");
	assert_non_null(cookie);
	memcpy(session, cookie + 7, 64);
	session[64] = '\0';
	close(fd);
	json_free(&doc);
	str_free(&out);
	str_free(&why);
}

static int
dial_from(int port, int host)
{
	struct sockaddr_in from = {.sin_family = AF_INET},
			   to = {.sin_family = AF_INET,
			       .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + (uint32_t)host);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

/* One line of the stream. */
static void
take_line(struct looker *l, const char *line)
{
	const char *calls = strstr(line, "\"calls_today\":");

	l->events += strncmp(line, "event: ", 7) == 0;
	if (strncmp(line, "event: recordings_update", 24) == 0)
		l->is_told = true;
	if (calls != NULL)
		l->calls = strtoll(calls + 14, NULL, 10);
}

static void
take_in(struct looker *l)
{
	char part[8192];
	ssize_t n = recv(l->fd, part, sizeof(part), 0);

	if (n <= 0)
		fail_msg("an event stream ended: %s", strerror(errno));
	for (ssize_t i = 0; i < n; i++) {
		if (part[i] == '\n') {
			l->tail[l->n] = '\0';
			take_line(l, l->tail);
			l->n = 0;
		} else if (l->n < KEPT) {
			l->tail[l->n++] = part[i];
		}
	}
}

static bool
all_told(const struct crowd *c)
{
	for (int i = 0; i < c->count; i++)
		if (!c->all[i].is_told)
			return false;
	return true;
}

static bool
all_have(const struct crowd *c, int64_t calls)
{
	for (int i = 0; i < c->count; i++)
		if (c->all[i].calls != calls)
			return false;
	return true;
}

/* Whatever comes within so many milliseconds. */
static void
listen_once(struct crowd *c, int ms)
{
	struct epoll_event ready[256];
	int n = epoll_wait(c->epoll, ready, 256, ms);

	for (int i = 0; i < n; i++)
		take_in(&c->all[ready[i].data.u32]);
}

void
crowd_open(struct crowd *c, int port, const char *session, int count)
{
	static int made;
	struct rlimit most = {65536, 65536};
	int64_t until = clock_mono_us() + WAIT_US;
	char request[256];

	(void)setrlimit(RLIMIT_NOFILE, &most);
	c->count = count;
	c->all = xcalloc((size_t)count, sizeof(*c->all));
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	str_format(request, sizeof(request),
	    "GET /events HTTP/1.1\r\nHost: x\r\nCookie: opdesk=%s\r\n\r\n",
	    session);
	for (int i = 0; i < count; i++) {
		struct epoll_event e = {
		    .events = EPOLLIN, .data.u32 = (uint32_t)i};

		c->all[i].fd = dial_from(port, made++ / A_HOST);
		assert_true(wire_send(c->all[i].fd, request, strlen(request)));
		epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->all[i].fd, &e);
		if (i % 64 == 63)
			listen_once(c, 0);
	}
	while (!all_told(c)) {
		if (clock_mono_us() > until)
			fail_msg("not everybody was told");
		listen_once(c, 100);
	}
}

void
crowd_told(struct crowd *c, int64_t calls)
{
	int64_t until = clock_mono_us() + WAIT_US;

	while (!all_have(c, calls)) {
		if (clock_mono_us() > until)
			fail_msg("not everybody was told %lld calls",
			    (long long)calls);
		listen_once(c, 100);
	}
}

static bool
is_even(const struct crowd *c)
{
	for (int i = 1; i < c->count; i++)
		if (c->all[i].events != c->all[0].events)
			return false;
	return true;
}

/* A change is several events: who has the first of them has not the last. */
void
crowd_even(struct crowd *c)
{
	int64_t until = clock_mono_us() + WAIT_US;

	while (!is_even(c)) {
		if (clock_mono_us() > until)
			fail_msg("not everybody was told as much");
		listen_once(c, 100);
	}
}

int64_t
crowd_fewest(const struct crowd *c)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < c->count; i++)
		if (c->all[i].events < least)
			least = c->all[i].events;
	return least;
}

void
crowd_close(struct crowd *c)
{
	for (int i = 0; i < c->count; i++)
		close(c->all[i].fd);
	close(c->epoll);
	FREE(&c->all);
}

void
crowd_add_call(struct stage *s, const char *login)
{
	long long now = (long long)clock_wall_us();
	char sql[1024];

	str_format(sql, sizeof(sql),
	    "INSERT INTO calls(tenant_id, name, direction, provider, number,"
	    " number_folded, operator_id, state, started_us, answered_us,"
	    " ended_us, wrapped_us, talk_us, created_at, updated_at)"
	    " SELECT o.tenant_id, 'crowd-' || (SELECT count(*) FROM calls), 1,"
	    " 'manual', '34600111222', '34600111222', o.id, 4, %lld, %lld,"
	    " %lld, %lld, 1000000, %lld, %lld FROM operators o"
	    " WHERE o.login = '%s'",
	    now, now, now, now, now, now, login);
	stage_exec(s, sql);
}
