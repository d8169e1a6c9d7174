/*
 * notify - tell systemd how the service is.
 */
#include "common/notify.h"
#include "common/str.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define STATUS_SIZE 512

/* Main thread only; fd -1 means that nobody listens. */
static struct {
	int fd;
	struct sockaddr_un addr;
	socklen_t len;
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
	notify.fd =
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void
notify_init(void)
{
	notify_end();
	read_socket();
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
	notify.watchdog_us = 0;
}

bool
notify_is_on(void)
{
	return notify.fd != -1;
}

static void
say(const char *text)
{
	if (notify.fd == -1)
		return;
	/* Whoever does not listen does not want to know. */
	(void)!sendto(notify.fd, text, strlen(text), MSG_NOSIGNAL,
	    (const struct sockaddr *)&notify.addr, notify.len);
}

void
notify_ready(void)
{
	say("READY=1");
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
	say(text);
}

void
notify_stopping(void)
{
	say("STOPPING=1");
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
	say(text);
}

uint64_t
notify_watchdog_ms(void)
{
	uint64_t ms = notify.watchdog_us / 2000;

	return notify.watchdog_us > 0 && ms == 0 ? 1 : ms;
}
