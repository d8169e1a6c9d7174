/*
 * notify - tell systemd how the service is.
 */
#include "common/notify.h"
#include "common/str.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define STATUS_SIZE 512
#define TRIES       5
#define TRY_US      200000

/* Main thread only. */
static struct {
	int fd; /* -1: not open, by now */
	struct sockaddr_un addr;
	socklen_t len; /* 0: nobody listens */
	uint64_t watchdog_us;
} notify = {.fd = -1};

static void
read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	int64_t us, id;

	notify.watchdog_us = 0;
	if (usec == NULL || !str_to_int64(usec, 1, INT64_MAX, &us))
		return;
	if (pid != NULL &&
	    (!str_to_int64(pid, 1, INT64_MAX, &id) || id != getpid()))
		return;
	notify.watchdog_us = (uint64_t)us;
}

static void
read_socket(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path == NULL ? 0 : strlen(path);

	if (n < 2 || n >= sizeof(notify.addr.sun_path) ||
	    (path[0] != '/' && path[0] != '@'))
		return;
	memset(&notify.addr, 0, sizeof(notify.addr));
	notify.addr.sun_family = AF_UNIX;
	memcpy(notify.addr.sun_path, path, n);
	if (path[0] == '@') /* the abstract name space */
		notify.addr.sun_path[0] = '\0';
	notify.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

static bool
is_open(void)
{
	const struct timeval limit = {0, TRY_US};

	if (notify.fd != -1)
		return true;
	notify.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify.fd != -1)
		(void)setsockopt(
		    notify.fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return notify.fd != -1;
}

void
notify_init(void)
{
	notify_end();
	read_socket();
	if (notify.len > 0)
		(void)is_open();
	read_watchdog();
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_end(void)
{
	if (notify.fd != -1)
		close(notify.fd);
	notify.fd = -1;
	notify.len = 0;
	notify.watchdog_us = 0;
}

bool
notify_is_on(void)
{
	return notify.len > 0;
}

/* Whoever does not listen does not want to know; who is busy may not wait. */
static void
say(const char *text)
{
	if (notify.len > 0 && is_open())
		(void)!sendto(notify.fd, text, strlen(text),
		    MSG_NOSIGNAL | MSG_DONTWAIT,
		    (const struct sockaddr *)&notify.addr, notify.len);
}

/* What is said once only: without it systemd would end the service. */
static void
say_surely(const char *text)
{
	if (notify.len == 0 || !is_open())
		return;
	for (int i = 0; i < TRIES; i++)
		if (sendto(notify.fd, text, strlen(text), MSG_NOSIGNAL,
			(const struct sockaddr *)&notify.addr,
			notify.len) >= 0 ||
		    (errno != EAGAIN && errno != EINTR))
			return;
}

void
notify_ready(void)
{
	say_surely("READY=1");
}

void
notify_reloading(void)
{
	char text[64];
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	str_format(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu",
	    (unsigned long long)now.tv_sec * 1000000 +
		(unsigned long long)now.tv_nsec / 1000);
	say_surely(text);
}

void
notify_stopping(void)
{
	say_surely("STOPPING=1");
}

void
notify_status(const char *fmt, ...)
{
	char text[STATUS_SIZE] = "STATUS=";
	size_t n = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	str_vformat(text + n, sizeof(text) - n, fmt, ap);
	va_end(ap);
	/* A line end would begin another assignment. */
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20)
			*p = ' ';
	say(text);
}

void
notify_watchdog(void)
{
	say("WATCHDOG=1");
}

void
notify_extend(uint64_t timeout_us)
{
	char text[64];

	str_format(text, sizeof(text), "EXTEND_TIMEOUT_USEC=%llu",
	    (unsigned long long)timeout_us);
	say_surely(text);
}

uint64_t
notify_watchdog_ms(void)
{
	uint64_t ms = notify.watchdog_us / 2000;

	return notify.watchdog_us > 0 && ms == 0 ? 1 : ms;
}
