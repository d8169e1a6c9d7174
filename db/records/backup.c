/* backup - making one; see backup.h. */
#include "db/records/backup.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/version.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "db/engine/migrate.h"
#include "db/records/backup_int.h"
#include "db/records/files.h"
#include "db/records/records_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const backup__suffixes[] = {"", "-wal", "-shm", "-journal", ".turn",
    ".bell", ".keeper", ".audit", NULL};

struct making {
	struct desk *desk; /* borrowed: the one that is worked on */
	struct desk *copy; /* owned: as one moment saw it */
	const struct backup_options *o;
	struct backup_figures *out;
	struct archive_writer *w;
	struct str dir, part, copy_path, final;
	int part_fd, lock_fd;
	int64_t done, all;
	uint8_t buffer[65536];
};

void
backup__remove_desk(const char *path)
{
	struct str name = STR_INIT;

	for (int i = 0; backup__suffixes[i] != NULL; i++) {
		str_clear(&name);
		str_addf(&name, "%s%s", path, backup__suffixes[i]);
		fs_remove(name.s);
	}
	str_free(&name);
}

void
backup_dir(const char *uri, const char *set, struct str *out)
{
	str_clear(out);
	if (set != NULL && set[0] != '\0')
		str_add(out, set);
	else
		desk_beside(uri, "", out);
	if (set != NULL && set[0] != '\0')
		return;
	while (out->len > 0 && out->s[out->len - 1] != '/')
		str_trunc(out, out->len - 1);
	str_add(out, "backups");
}

void
backup_json(const struct backup_figures *f, struct json_out *out)
{
	static const char *const ciphers[] = {NULL, "passphrase", "key"};

	json_out_string(out, "file", f->path);
	json_out_time(out, "created_at", f->head.created_us);
	json_out_int(out, "schema", f->head.schema);
	json_out_bool(out, "encrypted", f->head.cipher != ARCHIVE_PLAIN);
	json_out_string(out, "cipher", ciphers[f->head.cipher]);
	json_out_int(out, "bytes", f->bytes);
	json_out_int(out, "database_bytes", f->database_bytes);
	json_out_int(out, "files", f->files);
	json_out_int(out, "file_bytes", f->file_bytes);
	json_out_int(out, "missing_files", f->missing);
	json_out_int(out, "damaged_files", f->damaged);
}

/* ---- members ---- */

static int
put_head(struct making *m, enum backup_member kind, const char *name,
    int64_t size, struct err *err)
{
	uint8_t head[MEMBER_HEAD] = {(uint8_t)kind};

	BUG_ON(strlen(name) > MEMBER_NAME);
	for (int i = 0; i < 8; i++)
		head[1 + i] = (uint8_t)((uint64_t)size >> (8 * i));
	/* A full field has no NUL behind it. */
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
	memcpy(head + 9, name, strlen(name));
	return archive_write(m->w, head, sizeof(head), err);
}

static int
put_text(struct making *m, enum backup_member kind, const struct str *text,
    struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	int rc;

	sha256(text->s, text->len, sum);
	if ((rc = put_head(m, kind, "", (int64_t)text->len, err)) != 0 ||
	    (rc = archive_write(m->w, text->s, text->len, err)) != 0)
		return rc;
	return archive_write(m->w, sum, sizeof(sum), err);
}

static void
add_done(struct making *m, int64_t n)
{
	m->done += n;
	if (m->o->progress != NULL)
		m->o->progress(m->done, m->all, m->o->data);
}

/* size bytes of fd, then their digest, which is given back too. */
static int
put_bytes(struct making *m, int fd, int64_t size, uint8_t sum[SHA256_SIZE],
    struct err *err)
{
	struct digest *digest = digest_start();
	int rc = 0;

	while (size > 0 && rc == 0) {
		size_t want = sizeof(m->buffer);
		ssize_t n;

		if ((int64_t)want > size)
			want = (size_t)size;
		n = read(fd, m->buffer, want);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = err_set(err, OD_EIO,
			    "A file changed or could not be read while it was"
			    " backed up; try again");
			break;
		}
		digest_add(digest, m->buffer, (size_t)n);
		rc = archive_write(m->w, m->buffer, (size_t)n, err);
		size -= n;
		add_done(m, n);
	}
	digest_finish(&digest, sum);
	return rc != 0 ? rc : archive_write(m->w, sum, SHA256_SIZE, err);
}

static int
put_desk(struct making *m, struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	int fd, rc;

	fd = open(m->copy_path.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(err, err_errno_code(errno),
		    "The copy of the desk cannot be read: %m.");
	if ((rc = put_head(
		 m, MEMBER_DESK, "desk.db", m->out->database_bytes, err)) == 0)
		rc = put_bytes(m, fd, m->out->database_bytes, sum, err);
	close(fd);
	return rc;
}

static void
note_bad(struct making *m, const struct file_row *f, int64_t *count)
{
	(*count)++;
	if (m->out->first_bad[0] == '\0')
		str_copy(m->out->first_bad, sizeof(m->out->first_bad), f->name);
}

static int
put_file(
    struct making *m, const struct file_row *f, bool deleted, struct err *err)
{
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	int fd, rc;

	if (file_open(m->copy, f, &fd, NULL) != 0) {
		if (deleted)
			return 0;
		note_bad(m, f, &m->out->missing);
		return put_head(m, MEMBER_MISSING, f->name, 0, err);
	}
	if ((rc = put_head(m, MEMBER_FILE, f->name, f->size, err)) == 0)
		rc = put_bytes(m, fd, f->size, sum, err);
	close(fd);
	if (rc != 0)
		return rc;
	hex_encode(hex, sum, sizeof(sum));
	if (strcmp(hex, f->digest) != 0)
		note_bad(m, f, &m->out->damaged);
	m->out->files++;
	m->out->file_bytes += f->size;
	return 0;
}

static int
put_files(struct making *m, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	/* Nobody writes to the copy, so a statement may stay open. */
	rc = db_query(m->copy->db, &st,
	    "SELECT id, name, size, digest, deleted_at FROM files ORDER BY id",
	    NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		struct file_row f = {
		    .id = stmt_int(st, 0), .size = stmt_int(st, 2)};

		str_copy(f.name, sizeof(f.name), stmt_text(st, 1));
		str_copy(f.digest, sizeof(f.digest), stmt_text(st, 3));
		rc = put_file(m, &f, !stmt_is_null(st, 4), err);
	}
	stmt_close(&st);
	return rc;
}

static int
put_members(struct making *m, struct err *err)
{
	struct str text = STR_INIT;
	struct json_out json;
	int rc;

	json_out_init(&json, &text);
	json_out_object(&json, NULL);
	json_out_string(&json, "program", "opdesk " OPDESK_VERSION);
	json_out_string(&json, "engine", db_engine_version(m->desk->db));
	json_out_int(&json, "schema", m->out->head.schema);
	json_out_int(&json, "database_bytes", m->out->database_bytes);
	json_out_end(&json, '}');
	if ((rc = put_text(m, MEMBER_ABOUT, &text, err)) != 0 ||
	    (rc = put_desk(m, err)) != 0 || (rc = put_files(m, err)) != 0)
		goto out;
	str_clear(&text);
	json_out_init(&json, &text);
	json_out_object(&json, NULL);
	json_out_int(&json, "files", m->out->files);
	json_out_int(&json, "file_bytes", m->out->file_bytes);
	json_out_int(&json, "missing_files", m->out->missing);
	json_out_int(&json, "damaged_files", m->out->damaged);
	json_out_end(&json, '}');
	if ((rc = put_text(m, MEMBER_END, &text, err)) == 0)
		rc = archive_end(m->w, err);
out:
	str_free(&text);
	return rc;
}

/* ---- the copy, and where it all goes ---- */

/*
 * A copy takes the desk's size twice; it is better to know before.  And nobody
 * is to be kept from saving by a backup that is being made.
 */
static int
check_space(struct making *m, struct err *err)
{
	int64_t free_bytes, all_bytes;
	struct stat st;

	if (stat(db_path(m->desk->db), &st) != 0 ||
	    fs_space(db_path(m->desk->db), &free_bytes, &all_bytes, NULL) !=
		0 ||
	    (free_bytes > st.st_size + st.st_size / 16 &&
		fs_room(free_bytes - st.st_size - st.st_size / 16, all_bytes) !=
		    FS_ROOM_NONE))
		return 0;
	return err_set(err, OD_EIO,
	    "A backup first copies the desk beside itself, which takes %lld"
	    " MiB, and %lld MiB are free; make room",
	    (long long)(st.st_size >> 20), (long long)(free_bytes >> 20));
}

/* One at a time for each desk, however it ends. */
static int
take_lock(struct making *m, struct err *err)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s.backup-lock", db_path(m->desk->db));
	m->lock_fd =
	    open(path.s, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	str_free(&path);
	if (m->lock_fd < 0)
		return err_set(err, err_errno_code(errno),
		    "No file can be made beside the desk: %m.");
	if (flock(m->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return err_set(err, OD_EUNAVAIL,
		    "A backup of this desk is being made already; wait for"
		    " its end");
	return 0;
}

static int
make_copy(struct making *m, struct err *err)
{
	struct desk_options o = {.files = m->desk->files_dir, .readonly = true};
	struct stat st;
	int rc;

	str_addf(&m->copy_path, "%s.copying", db_path(m->desk->db));
	backup__remove_desk(m->copy_path.s);
	if ((rc = db_copy(m->desk->db, m->copy_path.s, err)) != 0)
		return rc;
	o.uri = m->copy_path.s;
	if ((rc = desk_open(&o, &m->copy, err)) != 0)
		return rc;
	if (db_verify_indexes(m->copy->db, err) != 0)
		return err_set(err, OD_EDATA,
		    "The desk itself is damaged, and so would be its backup;"
		    " run \"opdesk doctor\" and keep the older backups");
	if (stat(m->copy_path.s, &st) != 0)
		return err_set(
		    err, OD_EIO, "The copy of the desk cannot be read: %m.");
	m->out->database_bytes = st.st_size;
	return 0;
}

static int
read_facts(struct making *m, struct err *err)
{
	struct archive_head *head = &m->out->head;
	char *id = NULL;
	int64_t bytes = 0;
	int min_writer, rc;

	if ((rc = migrate_current(
		 m->copy->db, &head->schema, &min_writer, err)) != 0 ||
	    (rc = db_text(m->copy->db, &id,
		 "SELECT value FROM meta WHERE name = 'desk_id'", NO_BINDS,
		 err)) != 0 ||
	    (rc = db_int(m->copy->db, &bytes,
		 "SELECT COALESCE(SUM(size), 0) FROM files", NO_BINDS, err)) !=
		0)
		goto out;
	if (strlen(id) != ARCHIVE_ID) {
		rc = err_set(err, OD_EDATA, "The desk has lost its id");
		goto out;
	}
	str_copy(head->desk_id, sizeof(head->desk_id), id);
	head->created_us = clock_wall_us();
	head->cipher = m->o->secret->cipher;
	m->all = m->out->database_bytes + bytes;
out:
	free(id);
	return rc;
}

/* DIR/opdesk-20261121T095702-123456.backup, and its .part. */
static int
open_part(struct making *m, struct err *err)
{
	char at[RFC3339_SIZE];
	int64_t us = m->out->head.created_us;
	int rc;

	if ((rc = fs_mkdir(m->dir.s, 0700, err)) != 0)
		return rc;
	clock_format_rfc3339(at, us - us % US_PER_SECOND);
	str_addf(&m->final, "%s/opdesk-%.4s%.2s%.2sT%.2s%.2s%.2s-%06lld%s",
	    m->dir.s, at, at + 5, at + 8, at + 11, at + 14, at + 17,
	    (long long)(us % US_PER_SECOND), BACKUP_SUFFIX);
	str_addf(
	    &m->part, "%s/opdesk-%.8s.part", m->dir.s, m->out->head.desk_id);
	fs_remove(m->part.s);
	m->part_fd = open(m->part.s,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (m->part_fd >= 0)
		return 0;
	return err_set(err, err_errno_code(errno),
	    "No backup can be written in %s: %m.", m->dir.s);
}

/* It is there whatever becomes of this row; only who made it is not known. */
static int
note(struct desk *d, struct err *err)
{
	struct op op;
	int rc;

	if ((rc = op_begin(d, &op, OP_BACKUP_NEW, 0, err)) != 0)
		return rc;
	return op_end(d, &op, 0, err);
}

static int
make(struct making *m, struct err *err)
{
	struct stat st;
	int rc;

	if ((rc = check_space(m, err)) != 0 || (rc = take_lock(m, err)) != 0 ||
	    (rc = make_copy(m, err)) != 0 || (rc = read_facts(m, err)) != 0 ||
	    (rc = open_part(m, err)) != 0 ||
	    (rc = archive_begin(
		 m->part_fd, &m->out->head, m->o->secret, &m->w, err)) != 0 ||
	    (rc = put_members(m, err)) != 0)
		return rc;
	if (fstat(m->part_fd, &st) == 0)
		m->out->bytes = st.st_size;
	rc = fs_keep(m->part_fd, m->part.s, m->final.s, err);
	str_copy(m->out->path, sizeof(m->out->path), m->final.s);
	str_clear(&m->part);
	return rc;
}

int
backup_new(struct desk *d, const struct backup_options *o,
    struct backup_figures *out, struct err *err)
{
	struct making *m;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = op_may(d, OP_BACKUP_NEW, 0, err)) != 0)
		return rc;
	if (db_path(d->db)[0] == '\0')
		return err_set(err, OD_EUNAVAIL,
		    "A desk on a database server is backed up there, with"
		    " pg_dump and a copy of its files, or after \"opdesk desk"
		    " copy\" to a file; see opdesk-operations(7)");
	m = xcalloc(1, sizeof(*m));
	m->desk = d;
	m->o = o;
	m->out = out;
	m->part_fd = m->lock_fd = -1;
	str_init(&m->dir);
	str_init(&m->part);
	str_init(&m->copy_path);
	str_init(&m->final);
	backup_dir(db_uri(d->db), o->dir, &m->dir);
	rc = make(m, err);
	archive_writer_free(&m->w);
	desk_close(&m->copy);
	if (m->copy_path.len > 0)
		backup__remove_desk(m->copy_path.s);
	if (m->part_fd >= 0)
		close(m->part_fd);
	if (m->part.len > 0)
		fs_remove(m->part.s);
	if (m->lock_fd >= 0)
		close(m->lock_fd);
	str_free(&m->dir);
	str_free(&m->part);
	str_free(&m->copy_path);
	str_free(&m->final);
	free(m);
	return rc != 0 ? rc : note(d, err);
}
