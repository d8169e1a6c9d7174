/*
 * What the service manager hears, on a datagram socket of the test's own.
 */
#include "common/notify.h"
#include "common/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static int listener = -1;
static char dir[] = "/tmp/opdesk-notify-XXXXXX";
static char path[64];

static int
bind_to(const char *name)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t n = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	memcpy(addr.sun_path, name, n);
	if (name[0] == '@')
		addr.sun_path[0] = '\0';
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&addr,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
	    0);
	return fd;
}

static int
setup(void **state)
{
	(void)state;
	memcpy(dir + strlen(dir) - 6, "XXXXXX", 6);
	assert_non_null(mkdtemp(dir));
	str_format(path, sizeof(path), "%s/notify", dir);
	listener = bind_to(path);
	setenv("NOTIFY_SOCKET", path, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	notify_end();
	close(listener);
	unlink(path);
	rmdir(dir);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

/* The next datagram, "" when there is none: sending is synchronous. */
static const char *
heard(void)
{
	static char text[1024];
	ssize_t n = recv(listener, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void
notify__sends__one_datagram_each(void **state)
{
	unsigned long long usec;

	(void)state;
	notify_init();
	assert_true(notify_is_on());
	assert_string_equal(heard(), "");
	notify_ready();
	assert_string_equal(heard(), "READY=1");
	notify_stopping();
	assert_string_equal(heard(), "STOPPING=1");
	notify_watchdog();
	assert_string_equal(heard(), "WATCHDOG=1");
	notify_extend(30000000);
	assert_string_equal(heard(), "EXTEND_TIMEOUT_USEC=30000000");
	notify_status("%d connections", 3);
	assert_string_equal(heard(), "STATUS=3 connections");
	notify_reloading();
	assert_int_equal(
	    sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%llu", &usec), 1);
	assert_true(usec > 0);
	assert_string_equal(heard(), "");
}

static void
notify__keeps__a_status_on_one_line(void **state)
{
	(void)state;
	notify_init();
	notify_status("a\nREADY=1\rb");
	assert_string_equal(heard(), "STATUS=a READY=1 b");
	notify_status("%01000d", 7);
	assert_int_equal(strlen(heard()), 511);
}

static void
notify__does__nothing_without_a_manager(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	notify_init();
	assert_false(notify_is_on());
	notify_ready();
	assert_string_equal(heard(), "");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_init();
	assert_false(notify_is_on());
	setenv("NOTIFY_SOCKET", "", 1);
	notify_init();
	assert_false(notify_is_on());
}

static void
notify__survives__a_manager_that_left(void **state)
{
	(void)state;
	notify_init();
	close(listener);
	notify_ready();
	unlink(path);
	notify_ready();
	listener = bind_to(path);
	notify_ready();
	assert_string_equal(heard(), "READY=1");
}

static void
notify__speaks__to_abstract_sockets(void **state)
{
	char name[64];

	(void)state;
	str_format(name, sizeof(name), "@opdesk-test-%d", (int)getpid());
	close(listener);
	listener = bind_to(name);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_init();
	notify_ready();
	assert_string_equal(heard(), "READY=1");
}

static uint64_t
watchdog(const char *usec, const char *pid)
{
	setenv("WATCHDOG_USEC", usec, 1);
	if (pid == NULL)
		unsetenv("WATCHDOG_PID");
	else
		setenv("WATCHDOG_PID", pid, 1);
	notify_init();
	return notify_watchdog_ms();
}

static void
notify__pings__at_half_the_interval(void **state)
{
	char pid[16];

	(void)state;
	str_format(pid, sizeof(pid), "%d", (int)getpid());
	assert_int_equal(watchdog("30000000", NULL), 15000);
	assert_int_equal(watchdog("30000000", pid), 15000);
	assert_int_equal(watchdog("30000000", "1"), 0);
	assert_int_equal(watchdog("30000000", "x"), 0);
	assert_int_equal(watchdog("1000", NULL), 1);
	assert_int_equal(watchdog("0", NULL), 0);
	assert_int_equal(watchdog("-5", NULL), 0);
	assert_int_equal(watchdog("many", NULL), 0);
	unsetenv("WATCHDOG_USEC");
	notify_init();
	assert_int_equal(notify_watchdog_ms(), 0);
}

static void
notify__hides__itself_from_children(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", "1000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	notify_init();
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_null(getenv("WATCHDOG_PID"));
	notify_ready();
	assert_string_equal(heard(), "READY=1");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(notify__sends__one_datagram_each),
	    TEST(notify__keeps__a_status_on_one_line),
	    TEST(notify__does__nothing_without_a_manager),
	    TEST(notify__survives__a_manager_that_left),
	    TEST(notify__speaks__to_abstract_sockets),
	    TEST(notify__pings__at_half_the_interval),
	    TEST(notify__hides__itself_from_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
