/* disk - see disk.h. */
#include "tests/lib/disk.h"
#include "common/str.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define PIECE 4096

static void
give_up(const char *what)
{
	fprintf(stderr, "disk: %s: %s\n", what, strerror(errno));
	abort();
}

static bool
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool is_done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return is_done;
}

/* As root, or as the only user of a namespace. */
static bool
enter_namespace(void)
{
	char map[64];
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (unshare(CLONE_NEWNS) == 0)
		return true;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
		return false;
	str_format(map, sizeof(map), "%u %u 1", uid, uid);
	if (!write_file("/proc/self/uid_map", map) ||
	    !write_file("/proc/self/setgroups", "deny"))
		return false;
	str_format(map, sizeof(map), "%u %u 1", gid, gid);
	return write_file("/proc/self/gid_map", map);
}

bool
disk_open(struct disk *d, size_t bytes, const char **why)
{
	static bool is_alone;
	char size[64];

	str_copy(d->dir, sizeof(d->dir), "/tmp/opdesk-disk-XXXXXX");
	if (mkdtemp(d->dir) == NULL)
		give_up(d->dir);
	str_format(size, sizeof(size), "size=%zu,mode=0700", bytes);
	if ((is_alone ||
		(enter_namespace() && mount("none", "/", NULL,
					  MS_REC | MS_PRIVATE, NULL) == 0)) &&
	    mount("opdesk-test", d->dir, "tmpfs", MS_NOSUID | MS_NODEV, size) ==
		0) {
		is_alone = true;
		return true;
	}
	*why = "a disk of its own needs root or user namespaces";
	rmdir(d->dir);
	d->dir[0] = '\0';
	return false;
}

static void
filler_path(const struct disk *d, char *path, size_t size)
{
	str_format(path, size, "%s/filler", d->dir);
}

void
disk_fill(struct disk *d, size_t room)
{
	static const char zeros[PIECE];
	char path[96];
	off_t size = 0;
	ssize_t n;
	int fd;

	filler_path(d, path, sizeof(path));
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		give_up(path);
	while ((n = write(fd, zeros, sizeof(zeros))) > 0)
		size += n;
	/* What others wrote meanwhile is part of what fills it. */
	size = size > (off_t)room ? size - (off_t)room : 0;
	if (errno != ENOSPC || ftruncate(fd, size) != 0)
		give_up("filling");
	close(fd);
}

void
disk_empty(struct disk *d)
{
	char path[96];

	filler_path(d, path, sizeof(path));
	unlink(path);
}

bool
disk_protect(struct disk *d, bool is_readonly)
{
	return mount("none", d->dir, NULL,
		   MS_REMOUNT | MS_NOSUID | MS_NODEV |
		       (is_readonly ? MS_RDONLY : 0),
		   NULL) == 0;
}

void
disk_close(struct disk *d)
{
	if (d->dir[0] == '\0')
		return;
	umount2(d->dir, MNT_DETACH);
	rmdir(d->dir);
	d->dir[0] = '\0';
}
