/*
 * fsutil - the only module that makes files durable.
 *
 * Paths are ours or the administrator's, never text from outside.  Every
 * durable step goes through struct fs_ops, which tests replace to record or
 * to fail.  Thread-safe.
 */
#ifndef COMMON_FSUTIL_H
#define COMMON_FSUTIL_H

#include "common/err.h"
#include "common/str.h"
#include <stdbool.h>
#include <sys/types.h>

struct fs_ops {
	ssize_t (*write)(int fd, const void *p, size_t n);
	int (*fsync)(int fd);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
};
/* NULL: the system's own. */
void fs_set_ops(const struct fs_ops *ops);

/* mkdir -p with mode for new parts; refuses a symbolic link at the end. */
int fs_mkdir(const char *path, mode_t mode, struct err *err);
/* Temporary file, write, fsync, rename, fsync of the directory. */
int fs_write_atomic(const char *path, const void *p, size_t n, mode_t mode,
    struct err *err);
int fs_sync_dir(const char *path, struct err *err);
/* Whole file of at most max bytes into out (appended). */
int fs_read(const char *path, size_t max, struct str *out, struct err *err);
/*
 * A secret: like fs_read, but the file must be a regular file of ours that
 * nobody else can read (mode & 077 == 0), at most 64 KiB; one final line end
 * is dropped.
 */
int fs_read_secret(const char *path, struct str *out, struct err *err);
/* True for NFS, CIFS, FUSE and the like, where locks and WAL do not hold. */
bool fs_is_network(const char *path);
/* Bytes free and in all on the file system of path. */
int fs_space(const char *path, int64_t *free_bytes, int64_t *all_bytes,
    struct err *err);
/* dir + "/" + name, name must be one plain component. */
int fs_join(struct str *out, const char *dir, const char *name,
    struct err *err);
/* Descriptors 0 to 2 open (else /dev/null), umask 077; first thing in main. */
void fs_harden_process(void);

#endif
