/* restore - a desk back from its backup; see backup.h. */
#include "common/fsutil.h"
#include "common/i18n.h"
#include "common/xalloc.h"
#include "db/engine/engine.h"
#include "db/engine/migrate.h"
#include "db/records/restore_int.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
strange(struct err *err)
{
	return err_set(err, OD_EDATA,
	    "The backup is not built as opdesk builds them; use another one");
}

/* ---- members ---- */

static int
next_member(struct restoring *m, struct err *err)
{
	uint8_t head[MEMBER_HEAD];
	uint64_t size = 0;
	int rc;

	if ((rc = archive_read(m->r, head, sizeof(head), err)) != 0)
		return rc;
	for (int i = 0; i < 8; i++)
		size |= (uint64_t)head[1 + i] << (8 * i);
	if (size > (uint64_t)1 << 50)
		return strange(err);
	m->member.kind = (enum backup_member)head[0];
	m->member.size = (int64_t)size;
	memcpy(m->member.name, head + 9, MEMBER_NAME);
	m->member.name[MEMBER_NAME] = '\0';
	return 0;
}

static int
expect(struct restoring *m, enum backup_member kind, struct err *err)
{
	int rc = next_member(m, err);

	return rc != 0 ? rc : m->member.kind == kind ? 0 : strange(err);
}

/* The member's bytes to fd, when it is one, and their digest compared. */
static int
take_bytes(struct restoring *m, int fd, struct err *err)
{
	struct digest *digest = digest_start();
	uint8_t sum[SHA256_SIZE], stored[SHA256_SIZE];
	int64_t left = m->member.size;
	int rc = 0;

	while (left > 0 && rc == 0) {
		size_t n = sizeof(m->buffer);

		if ((int64_t)n > left)
			n = (size_t)left;
		if ((rc = archive_read(m->r, m->buffer, n, err)) != 0)
			break;
		digest_add(digest, m->buffer, n);
		if (fd >= 0)
			rc = fs_put(fd, m->buffer, n, err);
		left -= (int64_t)n;
		if (m->o->progress != NULL)
			m->o->progress(
			    archive_position(m->r), m->all, m->o->data);
	}
	digest_finish(&digest, sum);
	if (rc != 0 ||
	    (rc = archive_read(m->r, stored, sizeof(stored), err)) != 0)
		return rc;
	hex_encode(m->member.digest, sum, sizeof(sum));
	return memcmp(sum, stored, sizeof(sum)) == 0 ? 0 : strange(err);
}

static int
take_text(struct restoring *m, enum backup_member kind, struct json **doc,
    struct err *err)
{
	uint8_t sum[SHA256_SIZE], stored[SHA256_SIZE];
	struct str text = STR_INIT;
	size_t n;
	int rc;

	*doc = NULL;
	if ((rc = expect(m, kind, err)) != 0)
		return rc;
	if (m->member.size > ABOUT_MAX)
		return strange(err);
	n = (size_t)m->member.size;
	str_reserve(&text, n);
	if ((rc = archive_read(m->r, text.s, n, err)) == 0 &&
	    (rc = archive_read(m->r, stored, sizeof(stored), err)) == 0) {
		sha256(text.s, n, sum);
		if (memcmp(sum, stored, sizeof(sum)) != 0 ||
		    json_parse(text.s, n, &json_limits_api, doc, NULL) != 0)
			rc = strange(err);
	}
	str_free(&text);
	return rc;
}

static int
make_file(const char *path, int *fd, struct err *err)
{
	*fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return 0;
	return err_set(
	    err, err_errno_code(errno), "%s cannot be made: %m.", path);
}

static int
sync_file(int fd, struct err *err)
{
	return fsync(fd) == 0 ? 0
	                      : err_set(err, OD_EIO,
				    "A restored file cannot be made"
				    " durable: %m.");
}

/* ---- the desk's file ---- */

static int
take_desk(struct restoring *m, struct err *err)
{
	int fd, rc;

	if ((rc = expect(m, MEMBER_DESK, err)) != 0 ||
	    (rc = make_file(m->path.s, &fd, err)) != 0)
		return rc;
	m->out->backup.database_bytes = m->member.size;
	if ((rc = take_bytes(m, fd, err)) == 0)
		rc = sync_file(fd, err);
	close(fd);
	return rc;
}

static int
check_id(struct restoring *m, struct db *db, struct err *err)
{
	char *id = NULL;
	int rc;

	rc = db_text(db, &id, "SELECT value FROM meta WHERE name = 'desk_id'",
	    NO_BINDS, err);
	if (rc == 0 && strcmp(id, m->out->backup.head.desk_id) != 0)
		rc = strange(err);
	free(id);
	return rc == OD_ENOTFOUND ? strange(err) : rc;
}

static int
newer(struct err *err)
{
	return err_set(err, OD_EUNAVAIL,
	    "This backup was made by a newer opdesk; install that one here"
	    " and restore with it");
}

/* As whoever opens the desk later will find it; then to our schema. */
static int
check_desk(struct restoring *m, struct err *err)
{
	struct desk_options o = {.uri = m->path.s, .files = m->files.s};
	struct db *db = NULL;
	int version, min_writer, rc;

	if ((rc = db_open(m->path.s, DB_OPEN, &db, err)) != 0 ||
	    (rc = migrate_current(db, &version, &min_writer, err)) != 0)
		goto out;
	if (version > SCHEMA_VERSION) {
		rc = newer(err);
		goto out;
	}
	if (version != m->out->backup.head.schema) {
		rc = strange(err);
		goto out;
	}
	if ((rc = check_id(m, db, err)) == 0 &&
	    (rc = db_verify_indexes(db, err)) == 0 && version < SCHEMA_VERSION)
		rc = migrate_run(db, NULL, err);
	m->out->schema = SCHEMA_VERSION;
out:
	db_close(&db);
	return rc != 0 ? rc : desk_open(&o, &m->desk, err);
}

/* ---- files ---- */

struct row {
	int64_t id, size;
	bool deleted;
	char digest[SHA256_HEX_SIZE];
};

static int
find_row(struct restoring *m, struct row *row, struct err *err)
{
	struct stmt *st = NULL;
	int rc;

	rc = db_query(m->desk->db, &st,
	    "SELECT id, size, digest, deleted_at FROM files WHERE name = $1",
	    BINDS(b_text(m->member.name)), err);
	if (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		row->id = stmt_int(st, 0);
		row->size = stmt_int(st, 1);
		str_copy(row->digest, sizeof(row->digest), stmt_text(st, 2));
		row->deleted = !stmt_is_null(st, 3);
		rc = 0;
	} else if (rc == 0) {
		rc = strange(err);
	}
	stmt_close(&st);
	if (rc == 0 && row->id <= m->last_file)
		rc = strange(err);
	m->last_file = row->id;
	m->seen += !row->deleted;
	return rc;
}

static int
make_file_dir(struct restoring *m, struct str *path, struct err *err)
{
	int rc;

	if (strlen(m->member.name) != 32 ||
	    strspn(m->member.name, "0123456789abcdef") != 32)
		return strange(err);
	str_addf(path, "%s/%.2s", m->files.s, m->member.name);
	for (int i = 0; i < m->made_count; i++)
		if (memcmp(m->made[i], m->member.name, 2) == 0)
			return 0;
	if ((rc = fs_mkdir(path->s, 0700, err)) != 0)
		return rc;
	memcpy(m->made[m->made_count++], m->member.name, 2);
	return 0;
}

static int
take_file(struct restoring *m, struct err *err)
{
	struct str path = STR_INIT;
	struct row row = {0};
	int fd = -1, rc;

	if ((rc = find_row(m, &row, err)) != 0)
		return rc;
	if (m->member.size != row.size)
		return strange(err);
	if (m->o->to != NULL) {
		if ((rc = make_file_dir(m, &path, err)) != 0)
			goto out;
		str_addf(&path, "/%s", m->member.name);
		if ((rc = make_file(path.s, &fd, err)) != 0)
			goto out;
	}
	if ((rc = take_bytes(m, fd, err)) != 0)
		goto out;
	if (fd >= 0 && (rc = sync_file(fd, err)) != 0)
		goto out;
	if (strcmp(row.digest, m->member.digest) != 0) {
		m->out->backup.damaged++;
		str_copy(m->out->backup.first_bad,
		    sizeof(m->out->backup.first_bad), m->member.name);
	}
	m->out->backup.files++;
	m->out->backup.file_bytes += row.size;
out:
	if (fd >= 0)
		close(fd);
	str_free(&path);
	return rc;
}

static int
take_missing(struct restoring *m, struct err *err)
{
	struct row row = {0};
	int rc = find_row(m, &row, err);

	m->out->backup.missing++;
	str_copy(m->out->backup.first_bad, sizeof(m->out->backup.first_bad),
	    m->member.name);
	return rc != 0 ? rc : m->member.size == 0 ? 0 : strange(err);
}

/* Files one after the other until the totals, which were read ahead. */
static int
take_files(struct restoring *m, struct err *err)
{
	int64_t rows = 0;
	int rc;

	while (
	    (rc = next_member(m, err)) == 0 && m->member.kind != MEMBER_END) {
		if (m->member.kind == MEMBER_FILE)
			rc = take_file(m, err);
		else if (m->member.kind == MEMBER_MISSING)
			rc = take_missing(m, err);
		else
			rc = strange(err);
		if (rc != 0)
			return rc;
	}
	if (rc != 0 ||
	    (rc = db_int(m->desk->db, &rows,
		 "SELECT count(*) FROM files WHERE deleted_at IS NULL",
		 NO_BINDS, err)) != 0)
		return rc;
	if (rows != m->seen || m->member.size > ABOUT_MAX)
		return strange(err);
	if ((rc = take_bytes(m, -1, err)) != 0)
		return rc;
	return archive_finish(m->r, err);
}

static int
run(struct restoring *m, struct err *err)
{
	struct archive_head *head = &m->out->backup.head;
	struct json *about = NULL;
	struct stat st;
	int rc;

	if (m->o->to != NULL && (rc = restore__find_target(m, err)) != 0)
		return rc;
	m->fd = open(m->o->from, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (m->fd < 0 || fstat(m->fd, &st) != 0)
		return err_set(err, err_errno_code(errno),
		    "%s cannot be opened: %m.", m->o->from);
	if (!S_ISREG(st.st_mode))
		return err_set(err, OD_EDATA,
		    "%s is not a regular file: name one that is.", m->o->from);
	m->all = m->out->backup.bytes = st.st_size;
	str_copy(m->out->backup.path, sizeof(m->out->backup.path), m->o->from);
	if ((rc = archive_open(m->fd, m->o->secret, head, &m->r, err)) != 0)
		return rc;
	if (head->schema > SCHEMA_VERSION)
		return newer(err);
	rc = take_text(m, MEMBER_ABOUT, &about, err);
	json_free(&about);
	if (rc != 0 || (rc = restore__make_scratch(m, err)) != 0)
		return rc;
	if (m->o->to != NULL && (rc = fs_mkdir(m->files.s, 0700, err)) != 0)
		return rc;
	if ((rc = take_desk(m, err)) != 0 || (rc = check_desk(m, err)) != 0 ||
	    (rc = take_files(m, err)) != 0 ||
	    (rc = restore__check_audit(m->desk, m->out, err)) != 0 ||
	    (rc = restore__tell_desk(
		 m->desk, m->out->backup.head.created_us, m->out, err)) != 0 ||
	    m->o->to == NULL)
		return rc;
	return m->target.len > 0 ? restore__give_names(m, err)
	                         : restore__to_server(m, err);
}

int
restore_run(const struct restore_options *o, struct restore_figures *out,
    struct err *err)
{
	struct restoring *m = xcalloc(1, sizeof(*m));
	int rc;

	memset(out, 0, sizeof(*out));
	m->o = o;
	m->out = out;
	m->fd = m->lock_fd = -1;
	str_init(&m->target);
	str_init(&m->target_files);
	str_init(&m->scratch);
	str_init(&m->path);
	str_init(&m->files);
	str_init(&m->whole);
	rc = run(m, err);
	archive_reader_free(&m->r);
	restore__remove_scratch(m);
	if (m->fd >= 0)
		close(m->fd);
	if (m->lock_fd >= 0)
		close(m->lock_fd);
	str_free(&m->target);
	str_free(&m->target_files);
	str_free(&m->scratch);
	str_free(&m->path);
	str_free(&m->files);
	str_free(&m->whole);
	free(m);
	return rc;
}
