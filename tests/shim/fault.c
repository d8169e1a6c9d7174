/*
 * fault - a library that goes before the C library (LD_PRELOAD) and breaks
 * system calls on order: while a file of that name is in the directory
 * OPDESK_FAULT_DIR, "fsync" lets fsync and fdatasync fail with EIO, and "nfs"
 * makes every file system look like one on the network.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

static int
sync_file(const char *name, int fd)
{
	int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

	if (is_ordered("fsync")) {
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
