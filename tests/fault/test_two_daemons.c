/*
 * Two daemons on two hosts share a desk on a server: the same signed events
 * posted to both, in disorder and again and again, while people write to the
 * customers; the server goes away for a moment; one daemon is killed.  Each
 * event has one effect and each message goes once, in its order, and what the
 * dead one was doing is settled by the other.
 *
 * A host is a network namespace with a provider of its own: the only thing
 * they share is the desk.  Needs the right to make namespaces.
 *
 * Turned red by: writers that do not take turns, which sends twice; leases of
 * the dead that run to their end.
 *
 * PostgreSQL only: two hosts share no desk in a file.
 */
#include "common/clock.h"
#include "common/rehearsal.h"
#include "db/records/outbox.h"
#include "tests/lib/engine.h"
#include "tests/lib/stage_desk.h"
#include "tests/lib/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define HOSTS     2
#define CUSTOMERS 12
#define EVENTS    300
#define SENDS     240
#define SETTLE_S  60

static struct stage hosts[HOSTS];
static int home; /* the namespace of the test itself */
static char no_namespaces[128];
static struct str events[EVENTS];
static int64_t conversations[CUSTOMERS];

/* ---- namespaces ---- */

/* A namespace has its loopback down at first. */
static bool
loopback_up(void)
{
	struct ifreq r = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up;

	r.ifr_flags = IFF_UP | IFF_RUNNING;
	up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &r) == 0;
	close(fd);
	return up;
}

static int
this_namespace(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static bool
write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done =
	    fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return done;
}

/* Without root: as the root of a user namespace, where we stay. */
static bool
may_make_them(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[48];

	if (unshare(CLONE_NEWNET) == 0)
		return true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	(void)write_to("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %d 1", (int)uid);
	if (!write_to("/proc/self/uid_map", map))
		return false;
	snprintf(map, sizeof(map), "0 %d 1", (int)gid);
	return write_to("/proc/self/gid_map", map);
}

/* Before there are threads, and before anything is opened. */
static bool
make_namespaces(int netns[HOSTS])
{
	if (!may_make_them() || (home = this_namespace()) < 0)
		return false;
	for (int i = 0; i < HOSTS; i++)
		if (unshare(CLONE_NEWNET) != 0 || !loopback_up() ||
		    (netns[i] = this_namespace()) < 0)
			return false;
	return setns(home, CLONE_NEWNET) == 0;
}

/* Of this thread only. */
static void
go_to(int netns)
{
	if (setns(netns, CLONE_NEWNET) != 0) {
		perror("setns");
		abort();
	}
}

/* ---- the hosts ---- */

static void
start_host(struct stage *s)
{
	stage_start_provider(s);
	stage_start_daemon(s);
}

static int
says(const struct stage *to, const struct str *event, int copy)
{
	struct stage s = *to;
	struct str body = STR_INIT;
	int status;

	/* Some copies are the same bytes, some only the same event. */
	str_addn(&body, event->s, event->len);
	for (int i = 0; i < copy; i++)
		str_addc(&body, ' ');
	status = stage_hook(&s, body.s, body.len);
	str_free(&body);
	return status;
}

static void
make_events(void)
{
	char id[64], from[32], text[64];

	for (int i = 0; i < EVENTS; i++) {
		struct rehearsal_message m = {.type = REHEARSAL_TEXT,
		    .number_id = STAGE_NUMBER_ID,
		    .from = from,
		    .name = "Eva",
		    .id = id,
		    .text = text};

		snprintf(id, sizeof(id), "wamid.two-%d", i);
		snprintf(from, sizeof(from), "346550000%02d", i % CUSTOMERS);
		snprintf(text, sizeof(text), "A los dos %d", i);
		rehearsal_message(&m, &events[i], NULL);
	}
}

/* The first of each customer, so that there is somebody to write to. */
static void
meet_customers(void)
{
	char sql[128];

	go_to(hosts[0].netns);
	for (int i = 0; i < CUSTOMERS; i++)
		assert_int_equal(says(&hosts[0], &events[i], 0), 200);
	go_to(home);
	assert_true(stage_wait_int(&hosts[0],
	    "SELECT count(*) FROM conversations WHERE peer LIKE '346550000%'",
	    CUSTOMERS));
	for (int i = 0; i < CUSTOMERS; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT id FROM conversations WHERE peer = '346550000%02d'",
		    i);
		conversations[i] = stage_int(&hosts[0], sql);
	}
}

/* ---- posts to both, messages meanwhile ---- */

struct poster {
	pthread_t thread;
	struct stage *host;
	uint64_t seed;
	atomic_int posted, refused;
};

static uint32_t
chance(uint64_t *x, uint32_t below)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return (uint32_t)((*x >> 11) % below);
}

/* Every event in an order of its own, and as many once more. */
static void *
post_all(void *arg)
{
	struct poster *p = arg;
	int order[EVENTS];

	go_to(p->host->netns);
	for (int i = 0; i < EVENTS; i++)
		order[i] = i;
	for (int i = EVENTS - 1; i > 0; i--) {
		int k = (int)chance(&p->seed, (uint32_t)i + 1), keep = order[i];

		order[i] = order[k];
		order[k] = keep;
	}
	for (int i = 0; i < 2 * EVENTS; i++) {
		int n =
		    i % 2 == 0 ? order[i / 2] : (int)chance(&p->seed, EVENTS);

		if (says(p->host, &events[n], (int)chance(&p->seed, 3)) != 200)
			atomic_fetch_add(&p->refused, 1);
		atomic_fetch_add(&p->posted, 1);
	}
	return NULL;
}

static void
send_texts(int from, int to)
{
	struct desk *d = stage_desk(&hosts[0], "marta");
	char text[32];

	for (int i = from; i < to; i++) {
		struct message_new in = {
		    .conversation_id = conversations[i % CUSTOMERS],
		    .kind = MESSAGE_TEXT,
		    .body = text};

		snprintf(text, sizeof(text), "Sale <%d>", i);
		(void)stage_send(d, &in);
	}
	desk_close(&d);
}

static void
wait_posted(struct poster *p, int n)
{
	int64_t until = 0;
	int posted, before = -1;

	while ((posted = atomic_load(&p->posted)) < n) {
		if (posted != before)
			until = clock_mono_us() + SETTLE_S * US_PER_SECOND;
		before = posted;
		if (clock_mono_us() > until)
			fail_msg("only %d posts", posted);
		poll(NULL, 0, 5);
	}
}

/* ---- what came of it ---- */

/*
 * While the first one waits for its provider's answer; the other is slow too,
 * or it would send everything.
 */
static void
kill_in_the_middle(void)
{
	static const char order[] = "{\"order\":\"slow\",\"count\":24}";
	int64_t until;
	char sql[160];

	for (int i = 0; i < HOSTS; i++) {
		go_to(hosts[i].netns);
		assert_int_equal(wire_call(hosts[i].provider_port, "POST",
				     "/rehearsal/orders", "", order,
				     sizeof(order) - 1, NULL),
		    204);
	}
	go_to(home);
	send_texts(2 * SENDS / 3, SENDS);
	until = clock_mono_us() + SETTLE_S * US_PER_SECOND;
	do {
		/* Taken a moment ago, so that it has seconds to wait. */
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM outbox WHERE state = 1"
		    " AND lease_owner LIKE 'uno:%%' AND updated_at > %" PRId64,
		    (int64_t)(clock_wall_us() - US_PER_SECOND));
		if (clock_mono_us() > until)
			fail_msg("the first one sends nothing");
	} while (stage_int(&hosts[0], sql) == 0);
	stage_kill_daemon(&hosts[0]);
}

/* What the providers were given: how often, and when. */
struct taken {
	int times;
	char at[40]; /* as a text that sorts */
};

/* An answer that was cut is asked for again. */
static void
ask_sent(int port, struct str *sent)
{
	int64_t until = clock_mono_us() + SETTLE_S * US_PER_SECOND;

	while (
	    wire_call(port, "GET", "/rehearsal/sent", "", "", 0, sent) != 200) {
		if (clock_mono_us() > until)
			fail_msg("the provider does not say what it got");
		str_clear(sent);
	}
}

static void
read_taken(struct taken taken[SENDS])
{
	for (int h = 0; h < HOSTS; h++) {
		struct str sent = STR_INIT;
		const char *at;

		go_to(hosts[h].netns);
		ask_sent(hosts[h].provider_port, &sent);
		for (at = sent.s; (at = strstr(at, "\"at\":\"")) != NULL;
		     at++) {
			const char *end = strstr(at + 6, "\"at\":\"");
			const char *text = strstr(at, "Sale <");
			struct taken *t;

			if (text == NULL || (end != NULL && text > end))
				continue;
			t = &taken[atoi(text + strlen("Sale <"))];
			t->times++;
			snprintf(t->at, sizeof(t->at), "%.*s",
			    (int)strcspn(at + 6, "\""), at + 6);
		}
		str_free(&sent);
	}
	go_to(home);
}

static int64_t
state_of(int i)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
	    "SELECT o.state FROM outbox o, messages m"
	    " WHERE o.record_id = m.id AND o.kind = 1"
	    " AND m.body = 'Sale <%d>'",
	    i);
	return stage_int(&hosts[0], sql);
}

static void
check_sent(void)
{
	struct taken taken[SENDS] = {{0}};
	int uncertain = 0;

	read_taken(taken);
	for (int i = 0; i < SENDS; i++) {
		const struct taken *t = &taken[i];
		const struct taken *last = NULL;
		int64_t state = state_of(i);

		uncertain += state == OUTBOX_UNCERTAIN;
		if (t->times > 1 ||
		    (t->times == 0 && state != OUTBOX_UNCERTAIN))
			fail_msg("%d was sent %d times, and is %s", i, t->times,
			    outbox_state_names[state]);
		/* The one before it, to the same customer. */
		for (int k = i - CUSTOMERS; k >= 0 && last == NULL;
		     k -= CUSTOMERS)
			if (taken[k].times > 0)
				last = &taken[k];
		if (last != NULL && t->times > 0 && strcmp(last->at, t->at) > 0)
			fail_msg("%d was sent at %s, and the one before it at"
				 " %s",
			    i, t->at, last->at);
	}
	/* What the dead one had in its hands, and no more. */
	assert_in_range(uncertain, 0, 8);
}

static void
check_events(void)
{
	assert_true(stage_wait_int(
	    &hosts[0], "SELECT count(*) FROM raw_events WHERE state <> 1", 0));
	assert_true(stage_wait_int(&hosts[0],
	    "SELECT count(*) FROM messages WHERE provider_id LIKE 'wamid.two-%'",
	    EVENTS));
	assert_int_equal(
	    stage_int(&hosts[0], "SELECT count(*) FROM conversations"
				 " WHERE peer LIKE '346550000%'"),
	    CUSTOMERS);
}

static void
two_hosts__one_killed__each_thing_once(void **state)
{
	struct poster posters[HOSTS] = {
	    {.host = &hosts[0], .seed = 88172645463325252u},
	    {.host = &hosts[1], .seed = 2463534242u}};

	(void)state;
	if (no_namespaces[0] != '\0') {
		puts(no_namespaces);
		skip();
	}
	make_events();
	meet_customers();
	for (int i = 0; i < HOSTS; i++)
		assert_int_equal(pthread_create(&posters[i].thread, NULL,
				     post_all, &posters[i]),
		    0);
	send_texts(0, SENDS / 3);
	wait_posted(&posters[0], EVENTS / 2);
	engine_away(hosts[0].desk);
	poll(NULL, 0, 300);
	engine_back(hosts[0].desk);
	send_texts(SENDS / 3, 2 * SENDS / 3);
	wait_posted(&posters[0], EVENTS);
	kill_in_the_middle();
	for (int i = 0; i < HOSTS; i++)
		pthread_join(posters[i].thread, NULL);
	/* Its posts were answered all the time. */
	assert_int_equal(atomic_load(&posters[1].refused), 0);
	/* Leases of the dead take their time. */
	assert_true(stage_wait_int(
	    &hosts[0], "SELECT count(*) FROM outbox WHERE state < 2", 0));
	check_sent();
	/* What the dead one kept in files is taken in when it is back. */
	stage_start_daemon(&hosts[0]);
	check_events();
	for (int i = 0; i < EVENTS; i++)
		str_free(&events[i]);
}

static int
setup(void **state)
{
	int netns[HOSTS];

	(void)state;
	if (!make_namespaces(netns)) {
		snprintf(no_namespaces, sizeof(no_namespaces),
		    "skipped: no network namespaces can be made here: %s",
		    strerror(errno));
		return 0;
	}
	stage_open(&hosts[0]);
	stage_open_beside(&hosts[1], &hosts[0]);
	hosts[0].host = "uno";
	hosts[1].host = "dos";
	for (int i = 0; i < HOSTS; i++) {
		hosts[i].netns = netns[i];
		start_host(&hosts[i]);
	}
	return 0;
}

static int
teardown(void **state)
{
	int bad = 0;

	(void)state;
	if (no_namespaces[0] != '\0')
		return 0;
	for (int i = 0; i < HOSTS; i++)
		bad |= stage_stop_daemon(&hosts[i]);
	stage_check_whole(&hosts[0]);
	stage_close(&hosts[1]);
	stage_close(&hosts[0]);
	return bad;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_hosts__one_killed__each_thing_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
