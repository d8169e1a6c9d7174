/* ticket_attach - see ticket_attach.h. */
#include "db/records/ticket_attach.h"

#include "common/file_type.h"
#include "common/i18n.h"
#include "common/text.h"
#include "db/records/records_int.h"
#include "db/records/ticket_files.h"
#include "db/records/ticket_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
attach_title(char dst[201], const char *called)
{
	const char *last = called;

	for (const char *p = called; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			last = p + 1;
	while (*last == '.' || *last == ' ')
		last++;
	records__line(dst, 201, last);
	if (dst[0] == '\0')
		str_copy(dst, 201, "file");
}

static int
too_large(const char *called, struct err *err)
{
	char title[201];

	attach_title(title, called);
	return err_set(err, OD_ELIMIT,
	    "%s is too large: files of one comment have at most %d MiB"
	    " together",
	    title, (int)(ATTACH_BYTES_MAX >> 20));
}

/* Finish what was written; the digest, name and size are those of it. */
static int
finish(struct file_writer **w, int rc, struct attach_file *out, struct err *err)
{
	if (rc == 0)
		rc = file_write_finish(
		    *w, out->name, out->digest, &out->size, err);
	file_write_free(w);
	if (rc != 0)
		out->name[0] = '\0';
	return rc;
}

static int
is_empty(const char *called, struct err *err)
{
	char title[201];

	attach_title(title, called);
	return err_set(err, OD_EDATA, "There is nothing in %s", title);
}

int
attach_take(const char *files_dir, const char *called, const void *bytes,
    size_t n, struct attach_file *out, struct err *err)
{
	struct file_writer *w = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	attach_title(out->title, called);
	out->mime = file_type(bytes, n);
	if (n == 0)
		return is_empty(called, err);
	if (n > ATTACH_BYTES_MAX)
		return too_large(called, err);
	if ((rc = file_write_start(files_dir, &w, err)) == 0)
		rc = file_write(w, bytes, n, err);
	return finish(&w, rc, out, err);
}

/* A pipe or a device would be waited for, or never end. */
static int
open_regular(const char *path, int *fd, struct err *err)
{
	char shown[400];
	struct stat st;

	text_safe_buf(shown, sizeof(shown), path);
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*fd < 0)
		return err_set(err, err_errno_code(errno),
		    "%s cannot be read: %m.", shown);
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return st.st_size == 0 ? is_empty(path, err)
		       : st.st_size > (off_t)ATTACH_BYTES_MAX
		           ? too_large(path, err)
		           : 0;
	return err_set(err, OD_EDATA, "%s is no file", shown);
}

static int
copy(int fd, const char *path, struct file_writer *w, struct attach_file *out,
    struct err *err)
{
	char piece[65536];
	size_t all = 0;
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0) {
			if (errno == EINTR)
				continue;
			return err_set(err, OD_EIO,
			    "The file's bytes cannot be read: %m.");
		}
		if (all == 0)
			out->mime = file_type(piece, (size_t)n);
		all += (size_t)n;
		rc = all > ATTACH_BYTES_MAX
		         ? too_large(path, err)
		         : file_write(w, piece, (size_t)n, err);
	}
	return rc == 0 && all == 0 ? is_empty(path, err) : rc;
}

int
attach_take_path(const char *files_dir, const char *path,
    struct attach_file *out, struct err *err)
{
	struct file_writer *w = NULL;
	int fd = -1, rc;

	memset(out, 0, sizeof(*out));
	attach_title(out->title, path);
	if ((rc = open_regular(path, &fd, err)) == 0 &&
	    (rc = file_write_start(files_dir, &w, err)) == 0)
		rc = copy(fd, path, w, out, err);
	if (fd >= 0)
		close(fd);
	return w != NULL ? finish(&w, rc, out, err) : rc;
}

int
attach_look(const char *path, int64_t *size, struct err *err)
{
	struct stat st;
	int fd, rc = open_regular(path, &fd, err);

	*size = rc == 0 && fstat(fd, &st) == 0 ? st.st_size : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

void
attach_drop(
    const char *files_dir, const struct attach_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (files[i].name[0] != '\0')
			file_discard(files_dir, files[i].name);
}

int
ticket__attach(struct desk *d, struct op *op, int64_t ticket_id,
    int64_t comment_id, const struct attach_file *files, size_t count,
    struct err *err)
{
	int64_t all = 0;
	int rc = 0;

	if (count > ATTACH_FILES_MAX)
		return err_set(err, OD_ELIMIT, "A comment has at most %d files",
		    ATTACH_FILES_MAX);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct attach_file *f = &files[i];
		int64_t id;

		if ((all += f->size) > ATTACH_BYTES_MAX)
			return too_large(f->title, err);
		rc = file_row_new(d, op, FILE_ATTACHMENT, f->name, f->digest,
		    f->size, f->mime, f->title, &id, err);
		if (rc == 0)
			rc = ticket__file_insert(
			    d, op, ticket_id, comment_id, id, err);
	}
	return rc;
}

void
ticket__attach_body(
    struct str *out, const struct attach_file *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_addf(out, "%s%s", i > 0 ? "\n" : "", files[i].title);
}
