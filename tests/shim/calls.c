/* calls - see calls.h.  Built without sanitizers. */
#undef _FORTIFY_SOURCE
#include "tests/shim/calls.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FRAMES 24
#define OWN    3 /* of them are ours */

static struct calls_board *board; /* NULL: nothing is asked for */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool is_inside __attribute__((tls_model("initial-exec")));

/* The next definition of this function, called as this type. */
#define REAL(type, name) ((type)(intptr_t)dlsym(RTLD_NEXT, name))

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("OPDESK_CALLS");
	void *frame[1];
	void *p;
	int fd;

	if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return;
	p = mmap(
	    NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		abort();
	backtrace(frame, 1); /* the first one loads a library */
	board = p;
}

static void
note(int kind, uint64_t way)
{
	int n;

	pthread_mutex_lock(&mutex);
	n = atomic_load(&board->count);
	for (int i = 0; i < n; i++)
		if (board->sites[i].way == way)
			n = CALL_SITES;
	if (n < CALL_SITES) {
		board->sites[n] = (struct call_site){way, kind};
		atomic_store(&board->count, n + 1);
	}
	pthread_mutex_unlock(&mutex);
}

/* 0: go on; else the error to give. */
static int
fault(int kind)
{
	uint64_t target, way = 14695981039346656037u + (uint64_t)kind;
	void *frames[FRAMES];
	int n, kept = errno;

	if (board == NULL || is_inside || atomic_load(&board->is_held))
		return 0;
	target = atomic_load(&board->target);
	if (target == 0 && !atomic_load(&board->is_tracing))
		return 0;
	is_inside = true;
	n = backtrace(frames, FRAMES);
	for (int i = OWN; i < n; i++)
		way = (way ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
	if (atomic_load(&board->is_tracing))
		note(kind, way);
	is_inside = false;
	errno = kept;
	if (way != target ||
	    (atomic_fetch_add(&board->hits, 1) > 0 && !board->for_good))
		return 0;
	if (board->error != CALL_SHORT)
		errno = board->error;
	return board->error;
}

static bool
fails(int kind)
{
	return fault(kind) > 0;
}

/* What kind of call a read or a write is, by what it is of; -1: none. */
static int
kind_of(int fd, bool reads)
{
	struct stat st;

	if (fd == STDERR_FILENO || fstat(fd, &st) != 0)
		return -1;
	if (S_ISREG(st.st_mode))
		return reads ? CALL_READ : CALL_WRITE;
	if (S_ISSOCK(st.st_mode))
		return reads ? CALL_RECV : CALL_SEND;
	if (S_ISCHR(st.st_mode) && isatty(fd))
		return reads ? CALL_KEYS : CALL_PAINT;
	/* Events have no type at all. */
	if (S_ISFIFO(st.st_mode) || (st.st_mode & S_IFMT) == 0)
		return reads ? CALL_TAKE : CALL_GIVE;
	return -1;
}

/* ---- sockets whose readiness is told once ---- */

#define WATCHED 1024

static struct watch {
	int epoll; /* 0: none */
	struct epoll_event event;
} watches[WATCHED];

static int
real_epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	return REAL(int (*)(int, int, int, struct epoll_event *), "epoll_ctl")(
	    epoll, operation, fd, event);
}

int
epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)
{
	int rc = real_epoll_ctl(epoll, operation, fd, event);
	struct watch w = {.epoll = 0};

	if (board == NULL || rc != 0 || fd < 0 || fd >= WATCHED)
		return rc;
	if (operation != EPOLL_CTL_DEL && (event->events & EPOLLET) != 0)
		w = (struct watch){epoll, *event};
	pthread_mutex_lock(&mutex);
	watches[fd] = w;
	pthread_mutex_unlock(&mutex);
	return rc;
}

/* Who was told to come again, or took a part, is told that there is more. */
static void
tell_again(int fd)
{
	struct watch w = {.epoll = 0};
	int kept = errno;

	if (fd >= WATCHED)
		return;
	pthread_mutex_lock(&mutex);
	w = watches[fd];
	pthread_mutex_unlock(&mutex);
	if (w.epoll != 0)
		(void)real_epoll_ctl(w.epoll, EPOLL_CTL_MOD, fd, &w.event);
	errno = kept;
}

/* ---- parts ---- */

/* Less of n: of what comes in, little, as more than there is may be wanted. */
static size_t
some_of(int kind, size_t n)
{
	if (n <= 1)
		return n;
	return kind == CALL_RECV || kind == CALL_KEYS ? 1 : n / 2;
}

/* Others are waited for, unless a time is set. */
static bool
may_be_empty(int fd)
{
	int flags = REAL(int (*)(int, int, ...), "fcntl")(fd, F_GETFL);
	struct timeval limit = {0, 0};
	socklen_t n = sizeof(limit);

	if (flags < 0 || (flags & O_NONBLOCK) != 0)
		return flags >= 0;
	return getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, &n) == 0 &&
	       (limit.tv_sec != 0 || limit.tv_usec != 0);
}

static bool
is_datagram(int fd)
{
	socklen_t n = sizeof(int);
	int type = 0;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	       type == SOCK_DGRAM;
}

/* n, or less of it; 0: it fails. */
static size_t
part(bool reads, int fd, size_t n)
{
	int error, kind, kept = errno;

	if (board == NULL || n == 0)
		return n;
	kind = kind_of(fd, reads);
	errno = kept;
	error = kind < 0 ? 0 : fault(kind);
	if (error == 0)
		return n;
	if ((error == EAGAIN && !may_be_empty(fd)) ||
	    ((error == ECONNRESET || error == EPIPE) && is_datagram(fd))) {
		errno = kept;
		return n;
	}
	if (error == CALL_SHORT || error == EAGAIN)
		tell_again(fd);
	if (error == CALL_SHORT)
		return some_of(kind, n);
	if (error == ECONNRESET || error == EPIPE)
		shutdown(fd, SHUT_RDWR); /* what is gone stays so */
	if (error == EPIPE)
		raise(SIGPIPE);
	errno = error;
	return 0;
}

static void
path_of(int fd, char target[CALL_PATH])
{
	char entry[64];
	ssize_t n;

	snprintf(entry, sizeof(entry), "/proc/self/fd/%d", fd);
	n = readlink(entry, target, CALL_PATH - 1);
	target[n > 0 ? n : 0] = '\0';
}

/* As part; besides, there may be no room for this file at all. */
static size_t
part_written(int fd, size_t n)
{
	char path[CALL_PATH];
	size_t len, end;

	if (board == NULL || !atomic_load(&board->is_full))
		return part(false, fd, n);
	path_of(fd, path);
	len = strlen(path);
	end = strlen(board->full);
	if (len < end || strcmp(path + len - end, board->full) != 0)
		return part(false, fd, n);
	errno = ENOSPC;
	return 0;
}

/* ---- files ---- */

static mode_t
mode_of(int flags, va_list ap)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(ap, mode_t) : 0;
}

typedef int open_call(const char *path, int flags, mode_t mode);

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(CALL_OPEN) ? -1
	                        : REAL(open_call *, "open")(path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return fails(CALL_OPEN)
	           ? -1
	           : REAL(open_call *, "open64")(path, flags, mode);
}

int
mkdir(const char *path, mode_t mode)
{
	return fails(CALL_MKDIR)
	           ? -1
	           : REAL(int (*)(const char *, mode_t), "mkdir")(path, mode);
}

int
unlink(const char *path)
{
	return fails(CALL_UNLINK)
	           ? -1
	           : REAL(int (*)(const char *), "unlink")(path);
}

DIR *
opendir(const char *path)
{
	return fails(CALL_OPEN)
	           ? NULL
	           : REAL(DIR * (*)(const char *), "opendir")(path);
}

struct dirent *
readdir(DIR *dir)
{
	return fails(CALL_LIST)
	           ? NULL
	           : REAL(struct dirent * (*)(DIR *), "readdir")(dir);
}

struct dirent64 *
readdir64(DIR *dir)
{
	return fails(CALL_LIST)
	           ? NULL
	           : REAL(struct dirent64 * (*)(DIR *), "readdir64")(dir);
}

int
rename(const char *from, const char *to)
{
	return fails(CALL_RENAME) ? -1
	                          : REAL(int (*)(const char *, const char *),
					"rename")(from, to);
}

/* What was appended and is not durable is given up: the rest may be synced. */
static int
cut(const char *name, int fd, off_t size)
{
	struct stat st = {.st_ino = 0};
	int rc;

	if (fails(CALL_TRUNCATE))
		return -1;
	if (board != NULL && fstat(fd, &st) != 0)
		st.st_ino = 0;
	rc = REAL(int (*)(int, off_t), name)(fd, size);
	if (rc == 0 && st.st_ino != 0 && size < st.st_size &&
	    st.st_ino == atomic_load(&board->unsynced))
		atomic_store(&board->unsynced, 0);
	return rc;
}

int
ftruncate(int fd, off_t size)
{
	return cut("ftruncate", fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return cut("ftruncate64", fd, size);
}

/*
 * SQLite syncs a copy once more while it gives it up, which has no name of its
 * own yet and is thrown away; and a file without a log while it takes back
 * what it reports as failed.
 */
static bool
is_given_up(const char *path)
{
	size_t n = strlen(path);
	char journal[CALL_PATH + 16];

	if (n >= 5 && strcmp(path + n - 5, ".part") == 0)
		return true;
	snprintf(journal, sizeof(journal), "%s-journal", path);
	return access(journal, F_OK) == 0;
}

/* The same file: its inode may be another's by now, and its name, too. */
static void
look_again(int fd, const struct stat *st)
{
	char path[CALL_PATH];

	if (st->st_ino != atomic_load(&board->unsynced))
		return;
	path_of(fd, path);
	if (strcmp(path, board->path) == 0 && !is_given_up(path))
		atomic_fetch_add(&board->synced_again, 1);
}

static int
sync_file(int fd, const char *name)
{
	struct stat st = {.st_ino = 0};
	int error;

	if (board == NULL)
		return REAL(int (*)(int), name)(fd);
	error = fault(CALL_SYNC);
	/* A directory has other names in it the next time. */
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		st.st_ino = 0;
	if (st.st_ino != 0)
		look_again(fd, &st);
	if (error == 0)
		return 0; /* no power is lost here */
	atomic_fetch_add(&board->failed_syncs, 1);
	if (st.st_ino != 0) {
		path_of(fd, board->path);
		atomic_store(&board->unsynced, st.st_ino);
	}
	errno = error > 0 ? error : EIO;
	return -1;
}

int
fsync(int fd)
{
	return sync_file(fd, "fsync");
}

int
fdatasync(int fd)
{
	return sync_file(fd, "fdatasync");
}

ssize_t
read(int fd, void *p, size_t n)
{
	size_t some = part(true, fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, void *, size_t), "read")(fd, p, some);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	size_t some = part(true, fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, void *, size_t, off_t), "pread")(
	    fd, p, some, at);
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
	size_t some = part(true, fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, void *, size_t, off64_t), "pread64")(
	    fd, p, some, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	size_t some = part_written(fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, const void *, size_t), "write")(
	    fd, p, some);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	size_t some = part_written(fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, const void *, size_t, off_t), "pwrite")(
	    fd, p, some, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	size_t some = part_written(fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64")(
	    fd, p, some, at);
}

void *
mmap64(void *at, size_t n, int rights, int flags, int fd, off64_t from)
{
	/* Memory is another test's; this is about files. */
	if (fd >= 0 && fails(CALL_MAP))
		return MAP_FAILED;
	return REAL(void *(*)(void *, size_t, int, int, int, off64_t),
	    "mmap64")(at, n, rights, flags, fd, from);
}

int
flock(int fd, int operation)
{
	return fails(CALL_LOCK)
	           ? -1
	           : REAL(int (*)(int, int), "flock")(fd, operation);
}

static int
control(const char *name, int fd, int command, void *arg)
{
	bool locks =
	    command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK;

	if (locks && ((struct flock *)arg)->l_type != F_UNLCK &&
	    fails(CALL_LOCK))
		return -1;
	return REAL(int (*)(int, int, ...), name)(fd, command, arg);
}

int
fcntl(int fd, int command, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	return control("fcntl", fd, command, arg);
}

int
fcntl64(int fd, int command, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, command);
	arg = va_arg(ap, void *);
	va_end(ap);
	return control("fcntl64", fd, command, arg);
}

/* ---- sockets and waits ---- */

int
socket(int family, int type, int protocol)
{
	return fails(CALL_SOCKET) ? -1
	                          : REAL(int (*)(int, int, int), "socket")(
					family, type, protocol);
}

int
connect(int fd, const struct sockaddr *to, socklen_t n)
{
	return fails(CALL_CONNECT)
	           ? -1
	           : REAL(int (*)(int, const struct sockaddr *, socklen_t),
			 "connect")(fd, to, n);
}

int
accept4(int fd, struct sockaddr *from, socklen_t *n, int flags)
{
	return fails(CALL_ACCEPT)
	           ? -1
	           : REAL(int (*)(int, struct sockaddr *, socklen_t *, int),
			 "accept4")(fd, from, n, flags);
}

ssize_t
recv(int fd, void *p, size_t n, int flags)
{
	size_t some = part(true, fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, void *, size_t, int), "recv")(
	    fd, p, some, flags);
}

/* Nobody is raised a signal that asked for none. */
static ssize_t
part_sent(int fd, size_t n, int flags)
{
	sigset_t pipe, old;
	size_t some;

	if ((flags & MSG_NOSIGNAL) == 0)
		return (ssize_t)part(false, fd, n);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, &old);
	some = part(false, fd, n);
	if (some == 0 && n > 0 && errno == EPIPE) {
		const struct timespec none = {0, 0};

		(void)sigtimedwait(&pipe, NULL, &none);
		errno = EPIPE;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return (ssize_t)some;
}

ssize_t
send(int fd, const void *p, size_t n, int flags)
{
	size_t some = (size_t)part_sent(fd, n, flags);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, const void *, size_t, int), "send")(
	    fd, p, some, flags);
}

ssize_t
sendto(int fd, const void *p, size_t n, int flags, const struct sockaddr *to,
    socklen_t len)
{
	size_t some = (size_t)part_sent(fd, n, flags);

	if (n > 0 && some == 0)
		return -1;
	/* A datagram goes as a whole. */
	return REAL(ssize_t(*)(int, const void *, size_t, int,
			const struct sockaddr *, socklen_t),
	    "sendto")(fd, p, to != NULL ? n : some, flags, to, len);
}

/* The first of the pieces, or a part of it; as part. */
static size_t
part_pieces(bool reads, int fd, const struct iovec *v, size_t n, int flags,
    struct iovec *first)
{
	size_t all = 0, some;

	for (size_t i = 0; i < n; i++)
		all += v[i].iov_len;
	some = reads ? part(true, fd, all)
	             : (size_t)part_sent(fd, all, flags);
	if (some == all || some == 0)
		return some == all ? SIZE_MAX : 0;
	*first = v[0];
	if (some < first->iov_len)
		first->iov_len = some;
	return some;
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	struct msghdr part = *m;
	struct iovec first;
	size_t some = part_pieces(
	    false, fd, m->msg_iov, m->msg_iovlen, flags, &first);

	if (some == 0)
		return -1;
	if (some != SIZE_MAX) {
		part.msg_iov = &first;
		part.msg_iovlen = 1;
	}
	return REAL(ssize_t(*)(int, const struct msghdr *, int), "sendmsg")(
	    fd, &part, flags);
}

ssize_t
writev(int fd, const struct iovec *v, int n)
{
	struct iovec first;
	size_t some = part_pieces(false, fd, v, (size_t)n, 0, &first);

	if (some == 0)
		return -1;
	return REAL(ssize_t(*)(int, const struct iovec *, int), "writev")(
	    fd, some == SIZE_MAX ? v : &first, some == SIZE_MAX ? n : 1);
}

int
epoll_wait(int fd, struct epoll_event *events, int max, int ms)
{
	return fails(CALL_WAIT)
	           ? -1
	           : REAL(int (*)(int, struct epoll_event *, int, int),
			 "epoll_wait")(fd, events, max, ms);
}

int
epoll_pwait(
    int fd, struct epoll_event *events, int max, int ms, const sigset_t *mask)
{
	return fails(CALL_WAIT) ? -1
	                        : REAL(int (*)(int, struct epoll_event *, int,
					   int, const sigset_t *),
				      "epoll_pwait")(fd, events, max, ms, mask);
}

int
poll(struct pollfd *fds, nfds_t n, int ms)
{
	return fails(CALL_WAIT) ? -1
	                        : REAL(int (*)(struct pollfd *, nfds_t, int),
				      "poll")(fds, n, ms);
}

pid_t
fork(void)
{
	return fails(CALL_FORK) ? -1 : REAL(pid_t(*)(void), "fork")();
}
