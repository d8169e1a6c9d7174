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
#include <stdint.h>
#include <sys/types.h>

struct fs_ops {
	ssize_t (*write)(int fd, const void *p, size_t n);
	int (*fsync)(int fd);
	int (*rename)(const char *from, const char *to);
	int (*unlink)(const char *path);
};
/* NULL: the system's own. */
void fs_set_ops(const struct fs_ops *ops);

/*
 * mkdir -p; each new part gets mode exactly and is durable.  OD_ECONFLICT
 * when the last part is a symbolic link or no directory.
 */
int fs_mkdir(const char *path, mode_t mode, struct err *err);
/*
 * Temporary file beside path, write, fsync, rename, fsync of the directory.
 * The file gets mode exactly.  On an error the old content is untouched and
 * nothing is left over; only when the directory's fsync fails, the new
 * content is there and may be lost with the power.
 */
int fs_write_atomic(const char *path, const void *p, size_t n, mode_t mode,
    struct err *err);
/*
 * The same for a file that arrives in pieces: append to fd; then make it
 * durable under its name, with the directory.  When fs_keep fails the
 * temporary file is gone (OD_EIO and the like, with the sentence).
 */
int fs_put(int fd, const void *p, size_t n, struct err *err);
int fs_keep(int fd, const char *temporary, const char *path, struct err *err);
/* The same of what there is once only: after an error it is where it was. */
int fs_keep_only(int fd, const char *from, const char *path, struct err *err);
void fs_remove(const char *path); /* nothing when there is none */
int fs_sync_dir(const char *path, struct err *err);
/*
 * Append a whole regular file of at most max bytes to out, which is as it was
 * after an error: OD_ENOTFOUND, OD_EDENIED, OD_ELIMIT (larger than max),
 * OD_ECONFLICT (no regular file) or OD_EIO.
 */
int fs_read(const char *path, size_t max, struct str *out, struct err *err);
/*
 * A secret: like fs_read, but the file must be ours (no symbolic link), one
 * that nobody else can read (mode & 077 == 0; else OD_EDENIED), at most
 * 64 KiB; one final line end is dropped.  The caller wipes out->s.
 */
int fs_read_secret(const char *path, struct str *out, struct err *err);
/* True for NFS, CIFS, FUSE and the like, where locks and WAL do not hold. */
bool fs_is_network(const char *path);
/* Bytes free and in all on the file system of path. */
int fs_space(const char *path, int64_t *free_bytes, int64_t *all_bytes,
    struct err *err);
/* Tests: what fs_space says of every path; all_bytes 0: the truth again. */
void fs_fake_space(int64_t free_bytes, int64_t all_bytes);

/*
 * What that means: little room below 15 % or 10 GiB, whichever is less; scarce
 * below 10 % or 5 GiB, when no more files are taken in or written; none below
 * 2 % or 1 GiB.  A disk of less than 1 GiB is used up to its end, but not by
 * files.
 */
enum fs_room { FS_ROOM_PLENTY, FS_ROOM_LOW, FS_ROOM_SCARCE, FS_ROOM_NONE };
enum fs_room fs_room(int64_t free_bytes, int64_t all_bytes);
/*
 * Append dir + "/" + name; OD_EDATA unless name is one plain component (not
 * empty, no slash, not "." or "..", at most 255 bytes).
 */
int fs_join(struct str *out, const char *dir, const char *name,
    struct err *err);
/*
 * Descriptors 0 to 2 open (else /dev/null), umask 077, and no core file of a
 * process that holds secrets and customers' texts: neither written nor given
 * to whoever collects them.  First thing in main.
 */
void fs_harden_process(void);

#endif
