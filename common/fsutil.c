/*
 * fsutil - the only module that makes files durable.
 */
#include "common/fsutil.h"
#include "common/digest.h"
#include "common/text.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SECRET_MAX 65536

static const struct fs_ops system_ops = {
    .write = write,
    .fsync = fsync,
    .rename = rename,
    .unlink = unlink,
};
static _Atomic(const struct fs_ops *) current_ops = &system_ops;

void
fs_set_ops(const struct fs_ops *ops)
{
	atomic_store(&current_ops, ops ? ops : &system_ops);
}

static const struct fs_ops *
fs_ops(void)
{
	return atomic_load(&current_ops);
}

/* Append the directory that path is in; "." or "/" at least. */
static void
add_parent(struct str *out, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0)
		str_addc(out, '.');
	else
		str_addn(out, path, n);
}

int
fs_sync_dir(const char *path, struct err *err)
{
	int fd, error = 0;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fs_ops()->fsync(fd) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	if (error == 0)
		return 0;
	errno = error;
	return err_set(err, err_errno_code(error),
	    "The folder %s cannot be made durable: %m.", path);
}

static int
sync_parent(const char *path, struct err *err)
{
	struct str dir = STR_INIT;
	int rc;

	add_parent(&dir, path);
	rc = fs_sync_dir(dir.s, err);
	str_free(&dir);
	return rc;
}

/* One part of fs_mkdir: path exists afterwards, whatever it is. */
static int
make_dir(const char *path, mode_t mode, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return 0;
	if (mkdir(path, mode) != 0) {
		if (errno == EEXIST)
			return 0;
		return err_set(err, err_errno_code(errno),
		    "The folder %s cannot be made: %m.", path);
	}
	/* The umask has no say in what the caller asked for. */
	if (chmod(path, mode) != 0)
		return err_set(err, err_errno_code(errno),
		    "The mode of %s cannot be set: %m.", path);
	return sync_parent(path, err);
}

int
fs_mkdir(const char *path, mode_t mode, struct err *err)
{
	struct str part = STR_INIT;
	struct stat st;
	int rc = 0;

	str_add(&part, path);
	while (part.len > 1 && part.s[part.len - 1] == '/')
		str_trunc(&part, part.len - 1);
	for (size_t i = 1; i < part.len && rc == 0; i++) {
		if (part.s[i] != '/')
			continue;
		part.s[i] = '\0';
		rc = make_dir(part.s, mode, err);
		part.s[i] = '/';
	}
	if (rc == 0)
		rc = make_dir(part.s, mode, err);
	if (rc == 0 && lstat(part.s, &st) != 0)
		rc = err_set(err, err_errno_code(errno),
		    "The folder %s cannot be made: %m.", part.s);
	else if (rc == 0 && S_ISLNK(st.st_mode))
		rc = err_set(err, OD_ECONFLICT,
		    "%s is a symbolic link: name the folder itself.", part.s);
	else if (rc == 0 && !S_ISDIR(st.st_mode))
		rc = err_set(err, OD_ECONFLICT,
		    "%s is not a folder: move it away or name another.",
		    part.s);
	str_free(&part);
	return rc;
}

/* Returns 0 or an errno value. */
static int
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = fs_ops()->write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		if (done == 0)
			return ENOSPC; /* or this would never end */
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

/* A new file with these bytes, on disk.  Returns 0 or an errno value. */
static int
write_new(const char *path, const void *p, size_t n, mode_t mode)
{
	int fd, error;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	error = fchmod(fd, mode) != 0 ? errno : 0;
	if (error == 0)
		error = write_all(fd, p, n);
	if (error == 0 && fs_ops()->fsync(fd) != 0)
		error = errno;
	if (close(fd) != 0 && error == 0)
		error = errno;
	if (error != 0)
		fs_ops()->unlink(path);
	return error;
}

static int
not_written(int error, const char *path, struct err *err)
{
	errno = error;
	return err_set(
	    err, err_errno_code(error), "%s cannot be written: %m.", path);
}

int
fs_write_atomic(
    const char *path, const void *p, size_t n, mode_t mode, struct err *err)
{
	struct str temporary = STR_INIT;
	char suffix[17];
	int error;

	random_hex(suffix, 16);
	str_addf(&temporary, "%s.%s.tmp", path, suffix);
	error = write_new(temporary.s, p, n, mode);
	if (error == 0 && fs_ops()->rename(temporary.s, path) != 0) {
		error = errno;
		fs_ops()->unlink(temporary.s);
	}
	str_free(&temporary);
	return error == 0 ? sync_parent(path, err)
	                  : not_written(error, path, err);
}

int
fs_put(int fd, const void *p, size_t n, struct err *err)
{
	int error = write_all(fd, p, n);

	if (error == 0)
		return 0;
	errno = error;
	return err_set(
	    err, err_errno_code(error), "The file cannot be written: %m.");
}

/* 0, or why the file does not have its name. */
static int
give_name(int fd, const char *from, const char *path)
{
	if (fs_ops()->fsync(fd) != 0 || fs_ops()->rename(from, path) != 0)
		return errno;
	return 0;
}

int
fs_keep(int fd, const char *temporary, const char *path, struct err *err)
{
	int error = give_name(fd, temporary, path);

	if (error == 0)
		return sync_parent(path, err);
	fs_ops()->unlink(temporary);
	return not_written(error, path, err);
}

int
fs_keep_only(int fd, const char *from, const char *path, struct err *err)
{
	int error = give_name(fd, from, path);

	return error == 0 ? sync_parent(path, err)
	                  : not_written(error, path, err);
}

void
fs_remove(const char *path)
{
	fs_ops()->unlink(path);
}

/* Read fd to its end; out is as it was when this fails. */
static int
read_fd(int fd, const char *path, size_t max, struct str *out, struct err *err)
{
	size_t before = out->len;
	ssize_t n;

	for (;;) {
		if (!str_try_reserve(out, 4096)) {
			errno = ENOMEM;
			n = -1;
			break;
		}
		n = read(fd, out->s + out->len, out->cap - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		out->len += (size_t)n;
		out->s[out->len] = '\0';
		if (out->len - before > max) {
			str_trunc(out, before);
			return err_set(err, OD_ELIMIT,
			    "%s is larger than the %zu bytes allowed.", path,
			    max);
		}
	}
	if (n == 0)
		return 0;
	str_trunc(out, before);
	return err_set(
	    err, err_errno_code(errno), "%s cannot be read: %m.", path);
}

/* Open a regular file for reading, without waiting for a pipe's writer. */
static int
open_regular(
    const char *path, int flags, int *fd, struct stat *st, struct err *err)
{
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	if (*fd < 0 || fstat(*fd, st) != 0)
		return err_set(err, err_errno_code(errno),
		    "%s cannot be opened: %m.", path);
	if (!S_ISREG(st->st_mode))
		return err_set(err, OD_ECONFLICT,
		    "%s is not a regular file: name one that is.", path);
	return 0;
}

int
fs_read(const char *path, size_t max, struct str *out, struct err *err)
{
	struct stat st = {.st_size = 0};
	int fd = -1, rc;

	rc = open_regular(path, 0, &fd, &st, err);
	if (rc == 0 && st.st_size > 0 && (size_t)st.st_size <= max)
		(void)str_try_reserve(out, (size_t)st.st_size + 4096);
	if (rc == 0)
		rc = read_fd(fd, path, max, out, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

int
fs_read_secret(const char *path, struct str *out, struct err *err)
{
	struct stat st = {.st_size = 0};
	int fd = -1, rc;

	rc = open_regular(path, O_NOFOLLOW, &fd, &st, err);
	if (rc == 0 && st.st_uid != geteuid())
		rc = err_set(err, OD_EDENIED,
		    "%s belongs to another user: a secret must be ours.", path);
	if (rc == 0 && (st.st_mode & 077) != 0)
		rc = err_set(err, OD_EDENIED,
		    "%s can be read by others: make its mode 0600.", path);
	if (rc == 0) {
		/* At once, so that growing leaves no copies in memory. */
		str_reserve(out, SECRET_MAX + 4096);
		rc = read_fd(fd, path, SECRET_MAX, out, err);
	}
	if (fd >= 0)
		close(fd);
	if (rc != 0)
		return rc;
	if (out->len > 0 && out->s[out->len - 1] == '\n')
		str_trunc(out, out->len - 1);
	if (out->len > 0 && out->s[out->len - 1] == '\r')
		str_trunc(out, out->len - 1);
	return 0;
}

bool
fs_is_network(const char *path)
{
	static const uint32_t kinds[] = {
	    0x6969,     /* NFS */
	    0x517B,     /* SMB */
	    0xFF534D42, /* CIFS */
	    0xFE534D42, /* SMB2 */
	    0x65735546, /* FUSE */
	    0x01021997, /* 9P */
	    0x5346414F, /* AFS */
	    0x73757245, /* Coda */
	    0x00C36400, /* Ceph */
	    0x0BD00BD0, /* Lustre */
	};
	struct str dir = STR_INIT;
	struct statfs fs;
	int rc = statfs(path, &fs);

	if (rc != 0 && errno == ENOENT) { /* not made yet: where it will be */
		add_parent(&dir, path);
		rc = statfs(dir.s, &fs);
		str_free(&dir);
	}
	for (size_t i = 0; rc == 0 && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((uint32_t)fs.f_type == kinds[i])
			return true;
	return false;
}

static _Atomic int64_t fake_free, fake_all;

void
fs_fake_space(int64_t free_bytes, int64_t all_bytes)
{
	fake_free = free_bytes;
	fake_all = all_bytes;
}

int
fs_space(
    const char *path, int64_t *free_bytes, int64_t *all_bytes, struct err *err)
{
	struct statvfs fs;

	if (fake_all != 0) {
		*free_bytes = fake_free;
		*all_bytes = fake_all;
		return 0;
	}
	if (statvfs(path, &fs) != 0)
		return err_set(err, err_errno_code(errno),
		    "The free space of %s is unknown: %m.", path);
	*free_bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
	*all_bytes = (int64_t)(fs.f_blocks * fs.f_frsize);
	return 0;
}

static int64_t
less(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

enum fs_room
fs_room(int64_t free_bytes, int64_t all_bytes)
{
	const int64_t gib = 1 << 30;

	if (all_bytes >= gib && free_bytes < less(all_bytes / 50, gib))
		return FS_ROOM_NONE;
	if (free_bytes < less(all_bytes / 10, 5 * gib))
		return FS_ROOM_SCARCE;
	if (free_bytes < less(all_bytes / 100 * 15, 10 * gib))
		return FS_ROOM_LOW;
	return FS_ROOM_PLENTY;
}

int
fs_join(struct str *out, const char *dir, const char *name, struct err *err)
{
	size_t n = strlen(name);
	char shown[64];

	if (n == 0 || n > NAME_MAX || strchr(name, '/') ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		text_safe_buf(shown, sizeof(shown), name);
		return err_set(err, OD_EDATA,
		    "\"%s\" cannot be the name of a file.", shown);
	}
	str_add(out, dir);
	if (dir[0] != '\0' && dir[strlen(dir) - 1] != '/')
		str_addc(out, '/');
	str_add(out, name);
	return 0;
}

void
fs_harden_process(void)
{
	const struct rlimit none = {0, 0};

	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			BUG("/dev/null cannot be opened as %d", fd);
	umask(077);
	setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* its search for leaks reads /proc/PID/mem */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}
