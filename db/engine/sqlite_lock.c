/*
 * sqlite_lock - the turnstile, the busy handler and the doorbell.
 *
 * Writers wait in line in the kernel (flock on NAME.turn), which is fair,
 * while SQLite's own lock is not.  flock has no timeout, so the wait is cut
 * by a timer whose signal goes to the waiting thread only; the timer exists
 * only while somebody waits.  The lock goes away with its process.
 *
 * The same file tells which sessions are alive: each one locks the byte whose
 * place is its key.  These are fcntl's locks of an open file, which do not
 * meet flock's, and go away with the process, too.
 */
#include "db/engine/sqlite_int.h"
#include "common/clock.h"
#include "common/digest.h"
#include "common/i18n.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int wake_signal;

/* Its only work is to make flock return EINTR. */
static void
woken(int signum)
{
	(void)signum;
}

static void
install_signal(void)
{
	struct sigaction sa = {.sa_handler = woken};

	wake_signal = SIGRTMIN + 5;
	sigemptyset(&sa.sa_mask);
	sigaction(wake_signal, &sa, NULL);
}

/*
 * The first signal could come just before flock starts to sleep, so they go
 * on until the timer is deleted.
 */
static int
start_timer(timer_t *timer)
{
	struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID};
	struct itimerspec when = {
	    .it_value = {TURN_WAIT_MS / 1000, TURN_WAIT_MS % 1000 * 1000000},
	    .it_interval = {0, 20 * 1000000},
	};

	ev.sigev_signo = wake_signal;
	ev.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &ev, timer) != 0)
		return -1;
	if (timer_settime(*timer, 0, &when, NULL) != 0) {
		timer_delete(*timer);
		return -1;
	}
	return 0;
}

bool
sqlite__turn_take(struct engine_conn *conn)
{
	int64_t until = clock_mono_us() + TURN_WAIT_MS * US_PER_MS;
	sigset_t set, old;
	timer_t timer;
	int rc;

	if (conn->has_turn)
		return true;
	if (conn->turn_fd < 0)
		return false;
	if (flock(conn->turn_fd, LOCK_EX | LOCK_NB) == 0)
		return conn->has_turn = true;
	pthread_once(&once, install_signal);
	sigemptyset(&set);
	sigaddset(&set, wake_signal);
	if (start_timer(&timer) != 0)
		return false;
	pthread_sigmask(SIG_UNBLOCK, &set, &old);
	do {
		rc = flock(conn->turn_fd, LOCK_EX);
	} while (rc != 0 && errno == EINTR && clock_mono_us() < until);
	timer_delete(timer);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return conn->has_turn = rc == 0;
}

void
sqlite__turn_leave(struct engine_conn *conn)
{
	if (conn->has_turn)
		flock(conn->turn_fd, LOCK_UN);
	conn->has_turn = false;
}

/* SQLite's own handler sleeps up to 100 ms at a time; this one stays short. */
int
sqlite__busy(void *data, int tries)
{
	struct engine_conn *conn = data;
	int64_t now = clock_mono_us();
	struct timespec ts = {0, 0};

	if (tries == 0)
		conn->busy_since_us = now;
	if (now - conn->busy_since_us > BUSY_WAIT_MS * US_PER_MS)
		return 0;
	ts.tv_nsec = 300000 + (long)random_below(1200000);
	nanosleep(&ts, NULL);
	return 1;
}

void
sqlite__ring(struct engine_conn *conn)
{
	ssize_t n;

	if (conn->bell_fd < 0 ||
	    sqlite3_total_changes64(conn->db) == conn->changes_before)
		return; /* nothing to tell */
	/* A lost ring is found by the listeners' 2 s poll. */
	do {
		n = pwrite(conn->bell_fd, "!", 1, 0);
	} while (n < 0 && errno == EINTR);
}

static struct flock
live_byte(int64_t key)
{
	return (struct flock){.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = key,
	    .l_len = 1};
}

int
sqlite__live_hold(struct engine_conn *conn, int64_t key, struct err *err)
{
	struct flock lock = live_byte(key);

	if (conn->turn_fd >= 0 &&
	    fcntl(conn->turn_fd, F_OFD_SETLK, &lock) == 0)
		return 0;
	return err_set(
	    err, OD_EIO, "This session cannot be marked as being alive");
}

void
sqlite__live_release(struct engine_conn *conn, int64_t key)
{
	struct flock lock = live_byte(key);

	lock.l_type = F_UNLCK;
	if (conn->turn_fd >= 0)
		(void)fcntl(conn->turn_fd, F_OFD_SETLK, &lock);
}

bool
sqlite__live_elsewhere(struct engine_conn *conn, int64_t key)
{
	struct flock lock = live_byte(key);

	return conn->turn_fd < 0 ||
	    fcntl(conn->turn_fd, F_OFD_GETLK, &lock) != 0 ||
	    lock.l_type != F_UNLCK;
}
