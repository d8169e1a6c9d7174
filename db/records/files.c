/* files - see files.h. */
#include "db/records/files.h"
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/text.h"
#include "common/xalloc.h"
#include "db/records/records_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_DIGITS 32

enum file_state { FILE_READY = 0 }; /* stored */

struct file_writer {
	int fd;
	mode_t dir_mode;
	char name[NAME_DIGITS + 1];
	struct str dir, temporary;
	struct digest *digest;
	int64_t size;
	bool finished; /* nothing is left to remove */
};

/* In a place that a group shares, files are shared too. */
static bool
is_shared(const char *files_dir)
{
	struct str parent = STR_INIT;
	struct stat st;
	bool shared;

	if (stat(files_dir, &st) != 0) {
		str_add(&parent, files_dir);
		while (parent.len > 1 && parent.s[parent.len - 1] != '/')
			str_trunc(&parent, parent.len - 1);
		shared = stat(parent.s, &st) == 0 && (st.st_mode & 020) != 0;
	} else {
		shared = (st.st_mode & 020) != 0;
	}
	str_free(&parent);
	return shared;
}

/* DIR/ab, where ab begins the name. */
static void
add_dir(struct str *out, const char *files_dir, const char *name)
{
	str_addf(out, "%s/%.2s", files_dir, name);
}

int
file_make_dir(const char *files_dir, const char *name, struct err *err)
{
	mode_t mode = is_shared(files_dir) ? 0770 : 0700;
	struct str dir = STR_INIT;
	int rc;

	BUG_ON(!file_is_name(name));
	add_dir(&dir, files_dir, name);
	if ((rc = fs_mkdir(files_dir, mode, err)) == 0)
		rc = fs_mkdir(dir.s, mode, err);
	str_free(&dir);
	return rc;
}

void
file_share_mode(const char *files_dir, int fd)
{
	(void)fchmod(fd, is_shared(files_dir) ? 0660 : 0600);
}

/* Before the desk itself has none: files are what fills a disk. */
int
file_check_room(const char *files_dir, struct err *err)
{
	int64_t free_bytes, all_bytes;
	struct str above = STR_INIT;
	int rc = fs_space(files_dir, &free_bytes, &all_bytes, NULL);

	if (rc != 0) { /* it is made with the first file */
		str_add(&above, files_dir);
		while (above.len > 1 && above.s[above.len - 1] != '/')
			str_trunc(&above, above.len - 1);
		rc = fs_space(above.s, &free_bytes, &all_bytes, NULL);
		str_free(&above);
	}
	if (rc != 0 || fs_room(free_bytes, all_bytes) < FS_ROOM_SCARCE)
		return 0;
	return err_set(err, OD_ELIMIT,
	    "Room on the disk is scarce, and attachments wait until there is"
	    " more: make room");
}

int
file_write_start(
    const char *files_dir, struct file_writer **out, struct err *err)
{
	struct file_writer *w = xcalloc(1, sizeof(*w));
	bool shared = is_shared(files_dir);
	int rc;

	*out = NULL;
	if ((rc = file_check_room(files_dir, err)) != 0) {
		free(w);
		return rc;
	}
	w->fd = -1;
	w->dir_mode = shared ? 0770 : 0700;
	str_init(&w->dir);
	str_init(&w->temporary);
	random_hex(w->name, NAME_DIGITS);
	add_dir(&w->dir, files_dir, w->name);
	str_addf(&w->temporary, "%s/%s.part", w->dir.s, w->name);
	if ((rc = fs_mkdir(files_dir, w->dir_mode, err)) != 0 ||
	    (rc = fs_mkdir(w->dir.s, w->dir_mode, err)) != 0)
		goto fail;
	w->fd =
	    open(w->temporary.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (w->fd < 0 || fchmod(w->fd, shared ? 0660 : 0600) != 0) {
		rc = err_set(err, err_errno_code(errno),
		    "A file cannot be made in %s: %m.", w->dir.s);
		goto fail;
	}
	w->digest = digest_start();
	*out = w;
	return 0;
fail:
	file_write_free(&w);
	return rc;
}

int
file_write(struct file_writer *w, const void *p, size_t n, struct err *err)
{
	int rc;

	if ((rc = fs_put(w->fd, p, n, err)) != 0)
		return rc;
	digest_add(w->digest, p, n);
	w->size += (int64_t)n;
	return 0;
}

int
file_write_finish(struct file_writer *w, char name[65], char digest_hex[65],
    int64_t *size, struct err *err)
{
	struct str path = STR_INIT;
	uint8_t sum[SHA256_SIZE];
	int rc;

	str_addf(&path, "%s/%s", w->dir.s, w->name);
	rc = fs_keep(w->fd, w->temporary.s, path.s, err);
	w->finished = true;
	if (rc != 0)
		fs_remove(path.s);
	str_free(&path);
	if (rc != 0)
		return rc;
	digest_finish(&w->digest, sum);
	hex_encode(digest_hex, sum, sizeof(sum));
	str_copy(name, 65, w->name);
	*size = w->size;
	return 0;
}

void
file_write_free(struct file_writer **wp)
{
	struct file_writer *w = *wp;
	uint8_t unused[SHA256_SIZE];

	if (w == NULL)
		return;
	if (w->fd >= 0) {
		close(w->fd);
		if (!w->finished)
			fs_remove(w->temporary.s);
	}
	if (w->digest != NULL)
		digest_finish(&w->digest, unused);
	str_free(&w->dir);
	str_free(&w->temporary);
	free(w);
	*wp = NULL;
}

bool
file_is_name(const char *name)
{
	return strlen(name) == NAME_DIGITS &&
	       strspn(name, "0123456789abcdef") == NAME_DIGITS;
}

void
file_discard(const char *files_dir, const char *name)
{
	struct str path = STR_INIT;

	BUG_ON(!file_is_name(name));
	add_dir(&path, files_dir, name);
	str_addf(&path, "/%s", name);
	fs_remove(path.s);
	str_free(&path);
}

int
file_row_new(struct desk *d, struct op *op, enum file_kind kind,
    const char *name, const char *digest, int64_t size, const char *mime,
    const char *title, int64_t *id, struct err *err)
{
	char clean_mime[129], clean_title[201];

	BUG_ON(!file_is_name(name));
	records__line(clean_mime, sizeof(clean_mime), mime);
	records__line(clean_title, sizeof(clean_title), title);
	return db_insert(d->db, id,
	    "INSERT INTO files(tenant_id, name, kind, state, size, digest,"
	    " mime, title, created_at, updated_at)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
	    BINDS(b_int(d->actor.tenant_id), b_text(name), b_int(kind),
		b_int(FILE_READY), b_int(size), b_text(digest),
		b_text(clean_mime), b_text(clean_title), b_int(op->now_us)),
	    err);
}

int
file_attach_to_message(struct desk *d, int64_t message_id, const char *name,
    const char *digest, int64_t size, const char *mime, const char *title,
    struct err *err)
{
	int64_t id, changed;
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_FILE_NEW, 0, err)) != 0)
		return rc;
	rc = file_row_new(
	    d, &op, FILE_ATTACHMENT, name, digest, size, mime, title, &id, err);
	if (rc == 0)
		rc = db_exec(d->db,
		    "UPDATE messages SET file_id = $1, updated_at = $2,"
		    " version = version + 1 WHERE tenant_id = $3 AND id = $4",
		    BINDS(b_int(id), b_int(op.now_us),
			b_int(d->actor.tenant_id), b_int(message_id)),
		    &changed, err);
	if (rc == 0 && changed == 0)
		rc = err_set(err, OD_ENOTFOUND, "There is no such message");
	if (rc == 0)
		op_created(&op, id);
	return op_end(d, &op, rc, err);
}

int
file_of_message(
    struct desk *d, int64_t message_id, struct file_row *out, struct err *err)
{
	int64_t conversation_id = 0;
	struct stmt *st = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = db_query(d->db, &st,
	    "SELECT f.id, f.size, f.created_at, f.kind, f.name, f.digest,"
	    " f.mime, f.title, m.conversation_id FROM messages m"
	    " JOIN files f ON f.tenant_id = m.tenant_id AND f.id = m.file_id"
	    " AND f.deleted_at IS NULL"
	    " WHERE m.tenant_id = $1 AND m.id = $2 AND m.deleted_at IS NULL",
	    BINDS(b_int(d->actor.tenant_id), b_int(message_id)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		out->id = stmt_int(st, 0);
		out->size = stmt_int(st, 1);
		out->created_at = stmt_int(st, 2);
		out->kind = (enum file_kind)stmt_int(st, 3);
		str_copy(out->name, sizeof(out->name), stmt_text(st, 4));
		str_copy(out->digest, sizeof(out->digest), stmt_text(st, 5));
		str_copy(out->mime, sizeof(out->mime), stmt_text(st, 6));
		str_copy(out->title, sizeof(out->title), stmt_text(st, 7));
		conversation_id = stmt_int(st, 8);
	}
	stmt_close(&st);
	if (rc == 0)
		return err_set(err, OD_ENOTFOUND, "There is no such file");
	if (rc == 1)
		rc = op_read(d, OP_CONVERSATION_READ, conversation_id, err);
	if (rc != 0)
		memset(out, 0, sizeof(*out));
	return rc;
}

int
file_open(struct desk *d, const struct file_row *f, int *fd, struct err *err)
{
	struct str path = STR_INIT;
	struct stat st;
	int rc = 0;

	*fd = -1;
	if (!file_is_name(f->name))
		return err_set(err, OD_EDATA, "The file's name is damaged");
	add_dir(&path, d->files_dir, f->name);
	str_addf(&path, "/%s", f->name);
	*fd = open(path.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0 || fstat(*fd, &st) != 0)
		rc = err_set(err, err_errno_code(errno),
		    "The file's bytes cannot be read: %m.");
	else if (!S_ISREG(st.st_mode) || st.st_size != f->size)
		rc = err_set(err, OD_EDATA,
		    "The file is damaged: it has %lld bytes, not %lld",
		    (long long)st.st_size, (long long)f->size);
	if (rc != 0 && *fd >= 0) {
		close(*fd);
		*fd = -1;
	}
	str_free(&path);
	return rc;
}

int
file_save(
    struct desk *d, const struct file_row *f, const char *path, struct err *err)
{
	int from = -1, to = -1, rc;
	char piece[65536], shown[400];
	ssize_t n = 0;

	text_safe_buf(shown, sizeof(shown), path);
	if ((rc = file_open(d, f, &from, err)) != 0)
		return rc;
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		rc = err_set(err, err_errno_code(errno),
		    "%s cannot be made: %m.", shown);
	while (rc == 0 && (n = read(from, piece, sizeof(piece))) > 0)
		rc = fs_put(to, piece, (size_t)n, err);
	if (rc == 0 && n < 0)
		rc = err_set(
		    err, OD_EIO, "The file's bytes cannot be read: %m.");
	if (to >= 0 && close(to) != 0 && rc == 0)
		rc = err_set(err, OD_EIO, "%s cannot be written: %m.", shown);
	if (to >= 0 && rc != 0)
		fs_remove(path);
	close(from);
	return rc;
}

void
file_json(const struct file_row *f, struct json_out *out)
{
	json_out_object(out, NULL);
	json_out_int(out, "id", f->id);
	json_out_string(out, "kind",
	    f->kind == FILE_RECORDING ? "recording" : "attachment");
	json_out_string(out, "title", f->title);
	json_out_string(out, "mime", f->mime);
	json_out_int(out, "size", f->size);
	json_out_string(out, "sha256", f->digest);
	json_out_time(out, "created_at", f->created_at);
	json_out_end(out, '}');
}
