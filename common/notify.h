/*
 * notify - tell systemd how the service is (sd_notify's protocol).
 *
 * Without NOTIFY_SOCKET in the environment every call does nothing.  One
 * datagram a call; failures are not errors: the service must not depend on who
 * started it.  A systemd that is busy is waited for, a second at most, but not
 * with a status or a sign of life.  Main thread.
 */
#ifndef COMMON_NOTIFY_H
#define COMMON_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, then take them out of
 * the environment, so that no child speaks for us.  Call once, early.
 */
void notify_init(void);
/* Forget the socket. */
void notify_end(void);

bool notify_is_on(void);
void notify_ready(void);	   /* READY=1; also ends a reload */
void notify_reloading(void);	   /* RELOADING=1 with MONOTONIC_USEC */
void notify_stopping(void);	   /* STOPPING=1 */
void notify_status(const char *fmt, ...) /* STATUS=one line */
    __attribute__((format(printf, 1, 2)));
void notify_watchdog(void);	   /* WATCHDOG=1 */
/* Starting or stopping may take this much longer (migrations). */
void notify_extend(uint64_t timeout_us);

/*
 * How often to call notify_watchdog, in milliseconds: half of what systemd
 * waits; 0 when it does not watch us.
 */
uint64_t notify_watchdog_ms(void);

#endif
