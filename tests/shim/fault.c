/*
 * fault - a library that goes before the C library (LD_PRELOAD) and breaks
 * system calls on order: while a file of that name is in the directory
 * OPDESK_FAULT_DIR, "fsync" lets fsync and fdatasync fail with EIO, and "nfs"
 * makes every file system look like one on the network.  What "eio" holds,
"NAME FROM TO", are bytes of files whose path ends in NAME that cannot be read.
What could not be
 * synced is a line in the file "unsynced" there: process and path.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

static bool
is_ordered(const char *fault)
{
	const char *dir = getenv("OPDESK_FAULT_DIR");
	char path[256];
	int kept = errno;
	bool found;

	if (dir == NULL)
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir, fault);
	found = access(path, F_OK) == 0;
	errno = kept;
	return found;
}

/* With calls that nobody replaces. */
static void
note(int fd)
{
	char entry[64], target[256], line[400], name[256];
	ssize_t n;
	int out;

	snprintf(entry, sizeof(entry), "/proc/self/fd/%d", fd);
	n = readlink(entry, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	snprintf(name, sizeof(name), "%s/unsynced", getenv("OPDESK_FAULT_DIR"));
	out = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	n = snprintf(line, sizeof(line), "%d %s\n", (int)getpid(), target);
	if (out < 0 || write(out, line, (size_t)n) != n)
		abort();
	close(out);
}

static int
sync_file(const char *name, int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

	if (is_ordered("fsync")) {
		note(fd);
		errno = EIO;
		return -1;
	}
	return real(fd);
}

int
fsync(int fd)
{
	return sync_file("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_file("fdatasync", fd);
}

int
statfs(const char *path, struct statfs *out)
{
	int (*real)(const char *, struct statfs *) =
	    (int (*)(const char *, struct statfs *))dlsym(RTLD_NEXT, "statfs");
	int rc = real(path, out);

	if (rc == 0 && is_ordered("nfs"))
		out->f_type = 0x6969;
	return rc;
}

/* Whether one of n bytes from at of that file cannot be read. */
static bool
is_unreadable(int fd, size_t n, off_t at)
{
	char entry[64], target[256], name[128], order[200];
	long long from, to;
	ssize_t len;
	FILE *f;
	int got;

	if (!is_ordered("eio"))
		return false;
	snprintf(target, sizeof(target), "%s/eio", getenv("OPDESK_FAULT_DIR"));
	if ((f = fopen(target, "re")) == NULL)
		return false;
	got = fgets(order, sizeof(order), f) != NULL &&
	      sscanf(order, "%127s %lld %lld", name, &from, &to) == 3;
	fclose(f);
	if (!got || at >= to || at + (off_t)n <= from)
		return false;
	snprintf(entry, sizeof(entry), "/proc/self/fd/%d", fd);
	len = readlink(entry, target, sizeof(target) - 1);
	target[len > 0 ? len : 0] = '\0';
	return strlen(target) >= strlen(name) &&
	       strcmp(target + strlen(target) - strlen(name), name) == 0;
}

static ssize_t
read_at(const char *call, int fd, void *p, size_t n, off_t at)
{
	ssize_t (*real)(int, void *, size_t, off_t) =
	    (ssize_t(*)(int, void *, size_t, off_t))dlsym(RTLD_NEXT, call);

	if (is_unreadable(fd, n, at)) {
		errno = EIO;
		return -1;
	}
	return real(fd, p, n, at);
}

ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	return read_at("pread", fd, p, n, at);
}

ssize_t
pread64(int fd, void *p, size_t n, off_t at)
{
	return read_at("pread64", fd, p, n, at);
}
