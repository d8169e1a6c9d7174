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
#include <stdarg.h>
#include <stdio.h>
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

	if (board == NULL || is_inside)
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

/* n, or less of it; 0: it fails.  Pipes and the like have no such faults. */
static size_t
part(int kind, int fd, size_t n)
{
	struct stat st;
	int error, kept = errno;

	if (board == NULL || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		errno = kept;
		return n;
	}
	errno = kept;
	error = fd == STDERR_FILENO ? 0 : fault(kind);
	if (error == CALL_SHORT)
		return n > 1 ? n / 2 : n;
	return error != 0 ? 0 : n;
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
		return part(CALL_WRITE, fd, n);
	path_of(fd, path);
	len = strlen(path);
	end = strlen(board->full);
	if (len < end || strcmp(path + len - end, board->full) != 0)
		return part(CALL_WRITE, fd, n);
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
	size_t some = part(CALL_READ, fd, n);

	if (n > 0 && some == 0)
		return -1;
	return REAL(ssize_t(*)(int, void *, size_t), "read")(fd, p, some);
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
	size_t some = part(CALL_READ, fd, n);

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
