/* desk_copy_files - the files of a desk that is copied; see desk_copy.h. */
#include "common/fsutil.h"
#include "db/records/desk_copy_int.h"
#include "db/records/files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

struct work {
	const struct desk_copy_options *options;
	struct desk_copy *copy;
	const char *from, *to; /* directories */
	bool is_same;          /* one directory: the files are only checked */
	int64_t all;
	int64_t seen;
};

static void
path_of(struct str *out, const char *dir, const char *name)
{
	str_clear(out);
	str_addf(out, "%s/%.2s/%s", dir, name, name);
}

/*
 * Read fd to its end, into out as well when that is not -1; whether size and
 * digest are those.
 */
static int
pass(int fd, int out, const char *digest, int64_t size, bool *is_right,
    struct err *err)
{
	struct digest *d = digest_start();
	char *piece = malloc(PIECE), hex[SHA256_HEX_SIZE];
	uint8_t sum[SHA256_SIZE];
	int64_t bytes = 0;
	ssize_t n = 0;
	int rc = 0;

	BUG_ON(piece == NULL);
	while (rc == 0 && (n = read(fd, piece, PIECE)) > 0) {
		digest_add(d, piece, (size_t)n);
		bytes += n;
		if (out >= 0)
			rc = fs_put(out, piece, (size_t)n, err);
	}
	free(piece);
	digest_finish(&d, sum);
	hex_encode(hex, sum, sizeof(sum));
	*is_right = n == 0 && bytes == size && strcmp(hex, digest) == 0;
	return rc;
}

static bool
is_there(const char *path, const char *digest, int64_t size)
{
	bool is_right = false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	if (pass(fd, -1, digest, size, &is_right, NULL) != 0)
		is_right = false;
	close(fd);
	return is_right;
}

static int
damaged(struct work *w, const char *name, struct err *err)
{
	if (w->copy->damaged++ == 0)
		str_copy(w->copy->first_damaged, sizeof(w->copy->first_damaged),
		    name);
	if (w->options->keep_damaged)
		return 0;
	return err_set(err, OD_EDATA,
	    "The file %s of this desk is missing or damaged; restore it, or "
	    "copy what is there with --keep-damaged",
	    name);
}

static int
make_place(struct work *w, const char *name, struct str *part, struct err *err)
{
	struct stat st;
	mode_t mode = 0700;
	int rc;

	if (stat(w->to, &st) == 0)
		mode = st.st_mode & 0770;
	str_clear(part);
	str_addf(part, "%s/%.2s", w->to, name);
	if ((rc = fs_mkdir(w->to, mode, err)) == 0)
		rc = fs_mkdir(part->s, mode, err);
	str_addf(part, "/%s.part", name);
	fs_remove(part->s); /* of a copy that was interrupted */
	return rc;
}

static int
copy_bytes(struct work *w, int fd, const char *name, const char *digest,
    int64_t size, struct err *err)
{
	struct str part = STR_INIT, path = STR_INIT;
	bool is_right = false;
	int out = -1, rc;

	if ((rc = make_place(w, name, &part, err)) != 0)
		goto out;
	out = open(
	    part.s, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out < 0) {
		rc = err_set(err, err_errno_code(errno),
		    "A file cannot be made in %s: %m.", w->to);
		goto out;
	}
	rc = pass(fd, out, digest, size, &is_right, err);
	if (rc == 0 && !is_right)
		rc = damaged(w, name, err);
	path_of(&path, w->to, name);
	if (rc == 0)
		rc = fs_keep(out, part.s, path.s, err);
	else
		fs_remove(part.s);
out:
	if (out >= 0)
		close(out);
	str_free(&part);
	str_free(&path);
	return rc;
}

static int
copy_one(struct work *w, const char *name, const char *digest, int64_t size,
    struct err *err)
{
	struct str from = STR_INIT, to = STR_INIT;
	int fd = -1, rc = 0;

	path_of(&from, w->from, name);
	path_of(&to, w->to, name);
	if (!is_there(to.s, digest, size)) {
		if (!w->is_same)
			fd = open(from.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		rc = fd < 0 ? damaged(w, name, err)
		            : copy_bytes(w, fd, name, digest, size, err);
	}
	if (fd >= 0)
		close(fd);
	str_free(&from);
	str_free(&to);
	w->copy->files++;
	w->copy->bytes += size;
	return rc;
}

static bool
is_name(const char *name)
{
	return strlen(name) == 32 && strspn(name, "0123456789abcdef") == 32;
}

/* One page of the files table at a time: a copy may take long. */
static int
copy_page(
    struct work *w, struct db *db, int64_t *after, bool *more, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	*more = false;
	rc = db_query(db, &st,
	    "SELECT id, name, digest, size FROM files"
	    " WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT 100",
	    BINDS(b_int(*after)), err);
	while (rc == 0 && (rc = stmt_step(st, err)) > 0) {
		const char *name = stmt_text(st, 1);

		*more = true;
		*after = stmt_int(st, 0);
		rc = is_name(name) ? copy_one(w, name, stmt_text(st, 2),
					 stmt_int(st, 3), err)
		                   : damaged(w, "?", err);
		w->seen++;
		if (w->options->progress != NULL)
			w->options->progress(
			    DESK_COPY_FILES, w->seen, w->all, w->options->data);
	}
	stmt_close(&st);
	return rc;
}

static bool
is_one_place(const char *a, const char *b)
{
	struct stat sa, sb;

	return stat(a, &sa) == 0 && stat(b, &sb) == 0 &&
	       sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

int
desk_copy__files(struct desk *from, const char *dir,
    const struct desk_copy_options *options, struct desk_copy *copy,
    struct err *err)
{
	struct work w = {.options = options,
	    .copy = copy,
	    .from = from->files_dir,
	    .to = dir,
	    .is_same = is_one_place(from->files_dir, dir)};
	int64_t after = 0;
	bool more = true;
	int rc;

	rc = db_int(from->db, &w.all,
	    "SELECT count(*) FROM files WHERE deleted_at IS NULL", NO_BINDS,
	    err);
	while (rc == 0 && more)
		rc = copy_page(&w, from->db, &after, &more, err);
	return rc;
}

/* ---- what stands beside it ---- */

#define BESIDE_MAX ((size_t)256 << 20)

/*
 * One file; the new place may have its beginning, of a copy that was
 * interrupted.
 */
static int
copy_beside(
    const char *from, const char *to, const char *suffix, struct err *err)
{
	struct str path = STR_INIT, bytes = STR_INIT, there = STR_INIT;
	struct stat st;
	int rc;

	desk_beside(from, suffix, &path);
	if ((rc = fs_read(path.s, BESIDE_MAX, &bytes, err)) != 0 ||
	    stat(path.s, &st) != 0)
		goto out;
	desk_beside(to, suffix, &path);
	rc = fs_read(path.s, BESIDE_MAX, &there, err);
	if (rc == 0 &&
	    (there.len > bytes.len || memcmp(there.s, bytes.s, there.len) != 0))
		rc = err_set(err, OD_ECONFLICT,
		    "%s belongs to another desk, which was there before; move"
		    " it away",
		    path.s);
	if (rc == 0 || rc == OD_ENOTFOUND)
		rc = there.len == bytes.len && rc == 0
		         ? 0
		         : fs_write_atomic(path.s, bytes.s, bytes.len,
			       st.st_mode & 0640, err);
out:
	if (bytes.len > 0)
		explicit_bzero(bytes.s, bytes.len);
	if (there.len > 0)
		explicit_bzero(there.s, there.len);
	str_free(&path);
	str_free(&bytes);
	str_free(&there);
	return rc == OD_ENOTFOUND ? 0 : rc;
}

int
desk_copy__beside(struct desk *from, const char *to, struct err *err)
{
	static const char *const suffixes[] = {".audit-key", ".audit", ".seal"};
	const char *uri = db_uri(from->db);
	struct str seal = STR_INIT;
	int rc = 0;

	desk_beside(uri, ".seal", &seal);
	for (size_t i = 0; rc == 0 && i < 3; i++)
		/* One that the configuration names stays where it is. */
		if (i < 2 || strcmp(seal.s, from->seal_path) == 0)
			rc = copy_beside(uri, to, suffixes[i], err);
	str_free(&seal);
	return rc;
}
