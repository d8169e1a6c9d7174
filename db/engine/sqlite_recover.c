/* sqlite_recover - see recover.h. */
#include "common/fsutil.h"
#include "db/core/query.h"
#include "db/engine/keeper.h"
#include "db/engine/migrate.h"
#include "db/engine/recover.h"
#include "db/engine/sqlite_int.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DESK_PAGE   4096
#define COLUMNS_MAX 64
#define GAPS_MAX    100000 /* of a table; more is not worth the time */

struct recovery {
	sqlite3 *from, *to;
	struct str damaged; /* path of the copy */
	recover_told_fn told;
	void *data;
	struct recover_figures *out;
};

/* One table on its way. */
struct passage {
	struct recovery *r;
	struct recover_table t;
	sqlite3_stmt *read, *write;
	int columns;
	sqlite3_int64 next; /* the first rowid that was not looked at yet */
};

/* ---- the copy ---- */

/*
 * Of a disk that fails in places only those are lost: a page that cannot be
 * read comes as zeros.
 */
static ssize_t
read_at(int fd, char *p, size_t size, off_t at)
{
	ssize_t n = pread(fd, p, size, at);

	if (n >= 0 || errno != EIO)
		return n;
	n = pread(fd, p, DESK_PAGE, at);
	if (n >= 0 || errno != EIO)
		return n;
	memset(p, 0, DESK_PAGE);
	return DESK_PAGE;
}

static int
copy_file(const char *from, const char *to, struct err *err)
{
	static char buffer[16 * DESK_PAGE];
	int in, out = -1, rc = 0;
	struct stat st;
	off_t at = 0;
	ssize_t n = 0;

	in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0 || fstat(in, &st) != 0) {
		rc = err_set(
		    err, err_errno_code(errno), "%s cannot be read: %m.", from);
		if (in >= 0)
			close(in);
		return rc;
	}
	out = open(
	    to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out < 0)
		rc = err_set(
		    err, err_errno_code(errno), "%s cannot be made: %m.", to);
	while (rc == 0 && at < st.st_size &&
	       (n = read_at(in, buffer, sizeof(buffer), at)) > 0) {
		rc = fs_put(out, buffer, (size_t)n, err);
		at += n;
	}
	if (rc == 0 && n < 0)
		rc = err_set(err, OD_EIO, "%s cannot be read: %m.", from);
	if (out >= 0)
		close(out);
	close(in);
	return rc;
}

static int
copy_aside(struct recovery *r, const char *from, struct err *err)
{
	struct str a = STR_INIT, b = STR_INIT;
	struct stat st;
	int rc;

	if ((rc = copy_file(from, r->damaged.s, err)) == 0) {
		str_addf(&a, "%s-wal", from);
		str_addf(&b, "%s-wal", r->damaged.s);
		if (stat(a.s, &st) == 0)
			rc = copy_file(a.s, b.s, err);
	}
	str_free(&a);
	str_free(&b);
	return rc;
}

/* The first 100 bytes say nothing that a desk's own would not. */
static void
write_head(const char *path)
{
	static const uint8_t rest[] = {0x10, 0, 2, 2, 0, 64, 32, 32};
	uint8_t head[100] = "SQLite format 3";
	struct stat st;
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	uint32_t pages;

	if (fd < 0)
		return;
	pages = fstat(fd, &st) == 0 ? (uint32_t)(st.st_size / DESK_PAGE) : 0;
	memcpy(head + 16, rest, sizeof(rest));
	head[27] = head[95] = 1;
	for (int i = 0; i < 4; i++) {
		head[28 + i] = (uint8_t)(pages >> (24 - 8 * i));
		head[68 + i] =
		    (uint8_t)((uint32_t)SQLITE_DESK_ID >> (24 - 8 * i));
	}
	head[43] = 1; /* schema cookie */
	head[47] = 4; /* schema format */
	head[59] = 1; /* UTF-8 */
	(void)!pwrite(fd, head, sizeof(head), 0);
	close(fd);
}

/*
 * By what SQLite took in of the schema, not by its pages: those of its end,
 * where a packed file has it, may be gone.
 */
static bool
has_schema(sqlite3 *db)
{
	sqlite3_stmt *st = NULL;
	bool has;

	has = sqlite3_prepare_v2(db,
		  "SELECT count(*) FROM pragma_table_info('tenants')", -1, &st,
		  NULL) == SQLITE_OK &&
	      sqlite3_step(st) == SQLITE_ROW && sqlite3_column_int(st, 0) > 0;
	sqlite3_finalize(st);
	return has;
}

static bool
open_damaged(struct recovery *r)
{
	sqlite3_close_v2(r->from);
	r->from = NULL;
	if (sqlite3_open_v2(r->damaged.s, &r->from,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE,
		NULL) != SQLITE_OK)
		return false;
	sqlite3_db_config(r->from, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(r->from, SQLITE_LIMIT_LENGTH, 64 << 20);
	sqlite3_limit(r->from, SQLITE_LIMIT_ATTACHED, 0);
	/* Makes SQLite pass over what it cannot parse in the schema. */
	sqlite3_exec(r->from,
	    "PRAGMA writable_schema=ON; PRAGMA cell_size_check=ON;", NULL, NULL,
	    NULL);
	return has_schema(r->from);
}

/* ---- rows ---- */

static int
failed(struct recovery *r, struct err *err)
{
	return err_set(err, OD_EIO, "The recovered desk cannot be written: %s",
	    sqlite3_errmsg(r->to));
}

static bool
has_column(sqlite3 *db, const char *table, const char *column)
{
	sqlite3_stmt *st = NULL;
	bool has;

	has =
	    sqlite3_prepare_v2(db,
		"SELECT 1 FROM pragma_table_info(?1) WHERE name = ?2", -1, &st,
		NULL) == SQLITE_OK &&
	    sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_bind_text(st, 2, column, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW;
	sqlite3_finalize(st);
	return has;
}

/* Columns that both have and that nobody computes: "a, b" and "?1,?2". */
static void
list_columns(struct passage *p, struct str *names, struct str *marks)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(p->r->to,
		"SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", -1,
		&st, NULL) != SQLITE_OK)
		return;
	sqlite3_bind_text(st, 1, p->t.name, -1, SQLITE_STATIC);
	while (p->columns < COLUMNS_MAX && sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);

		if (!has_column(p->r->from, p->t.name, name))
			continue;
		p->columns++;
		str_addf(names, "%s%s", p->columns > 1 ? ", " : "", name);
		str_addf(marks, "%s?%d", p->columns > 1 ? "," : "", p->columns);
	}
	sqlite3_finalize(st);
}

/*
 * Fragments, ended with NULL, as one statement.  The names among them are
 * those of our own schema, out of the new desk.
 */
static bool
prepare_joined(sqlite3 *db, const char *const *fragments, sqlite3_stmt **st)
{
	struct query q;
	bool good;

	query_init(&q);
	for (; *fragments != NULL; fragments++)
		query_text(&q, *fragments);
	good = sqlite3_prepare_v2(db, q.sql.s, -1, st, NULL) == SQLITE_OK;
	query_free(&q);
	return good;
}

static bool
prepare(struct passage *p)
{
	struct str names = STR_INIT, marks = STR_INIT;
	bool good = false;

	list_columns(p, &names, &marks);
	if (p->columns > 0) {
		const char *const read[] = {"SELECT rowid, ", names.s, " FROM ",
		    p->t.name, " NOT INDEXED WHERE rowid >= ?1 ORDER BY rowid",
		    NULL};
		const char *const write[] = {"INSERT OR IGNORE INTO ",
		    p->t.name, "(", names.s, ") VALUES(", marks.s, ")", NULL};

		good = prepare_joined(p->r->from, read, &p->read) &&
		       prepare_joined(p->r->to, write, &p->write);
	}
	str_free(&names);
	str_free(&marks);
	return good;
}

/* What an index, or the table itself, knows of the number of rows. */
static int64_t
expected(struct passage *p)
{
	const char *const count[] = {"SELECT count(*) FROM ", p->t.name, NULL};
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	if (prepare_joined(p->r->from, count, &st) &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

/* 0, or OD_EIO when the new desk cannot be written at all. */
static int
keep_row(struct passage *p, struct err *err)
{
	int rc;

	for (int i = 0; i < p->columns; i++)
		sqlite3_bind_value(
		    p->write, i + 1, sqlite3_column_value(p->read, i + 1));
	rc = sqlite3_step(p->write);
	sqlite3_reset(p->write);
	if (rc == SQLITE_DONE && sqlite3_changes(p->r->to) == 1)
		p->t.read++;
	else if (rc == SQLITE_DONE || (rc & 0xff) == SQLITE_CONSTRAINT ||
		 (rc & 0xff) == SQLITE_MISMATCH || (rc & 0xff) == SQLITE_TOOBIG)
		p->t.refused++;
	else
		return failed(p->r, err);
	return 0;
}

/* Whether reading may begin at rowid: there is a row, or the end. */
static bool
can_begin(struct passage *p, sqlite3_int64 rowid)
{
	int rc;

	sqlite3_reset(p->read);
	sqlite3_bind_int64(p->read, 1, rowid);
	rc = sqlite3_step(p->read);
	return rc == SQLITE_DONE ||
	       (rc == SQLITE_ROW && sqlite3_column_int64(p->read, 0) >= rowid);
}

/*
 * Behind what cannot be read: double the step until something can be, then
 * halve what lies between.  False when nothing more can.
 */
static bool
pass_gap(struct passage *p)
{
	sqlite3_int64 bad = p->next, step = 1, good;

	if (++p->t.gaps > GAPS_MAX)
		return false;
	for (;;) {
		if (step > INT64_MAX / 2 || p->next > INT64_MAX - step)
			return false;
		good = p->next + step;
		if (can_begin(p, good))
			break;
		bad = good;
		step *= 2;
	}
	while (good - bad > 1) {
		sqlite3_int64 middle = bad + (good - bad) / 2;

		if (can_begin(p, middle))
			good = middle;
		else
			bad = middle;
	}
	p->next = good;
	return true;
}

static int
copy_rows(struct passage *p, struct err *err)
{
	int rc, ours;

	p->next = 0;
	for (;;) {
		sqlite3_reset(p->read);
		sqlite3_bind_int64(p->read, 1, p->next);
		while ((rc = sqlite3_step(p->read)) == SQLITE_ROW) {
			sqlite3_int64 id = sqlite3_column_int64(p->read, 0);

			if (id < p->next || id == INT64_MAX) {
				rc = SQLITE_CORRUPT; /* pages in a circle */
				break;
			}
			if ((ours = keep_row(p, err)) != 0)
				return ours;
			p->next = id + 1;
		}
		if (rc == SQLITE_DONE || !pass_gap(p))
			return 0;
	}
}

static int
copy_table(struct recovery *r, const char *name, struct err *err)
{
	struct passage p = {.r = r, .t = {.name = name, .expected = -1}};
	int rc = 0;

	if (prepare(&p)) {
		p.t.expected = expected(&p);
		if (sqlite3_exec(r->to, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
			rc = failed(r, err);
		if (rc == 0)
			rc = copy_rows(&p, err);
		if (rc == 0 && sqlite3_exec(r->to, "COMMIT", NULL, NULL,
				   NULL) != SQLITE_OK)
			rc = failed(r, err);
	}
	sqlite3_finalize(p.read);
	sqlite3_finalize(p.write);
	r->out->rows += p.t.read;
	r->out->gaps += p.t.gaps;
	if (p.t.expected > p.t.read)
		r->out->lost += p.t.expected - p.t.read;
	if (rc == 0 && r->told != NULL)
		r->told(&p.t, r->data);
	return rc;
}

static int
copy_tables(struct recovery *r, struct err *err)
{
	sqlite3_stmt *st = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(r->to,
		"SELECT name FROM pragma_table_list WHERE schema = 'main'"
		" AND type = 'table' AND name NOT LIKE 'sqlite%'"
		" AND name NOT IN ('schema', 'meta') ORDER BY name",
		-1, &st, NULL) != SQLITE_OK)
		return failed(r, err);
	while (rc == 0 && sqlite3_step(st) == SQLITE_ROW)
		rc = copy_table(
		    r, (const char *)sqlite3_column_text(st, 0), err);
	sqlite3_finalize(st);
	return rc;
}

static void
copy_pairs(sqlite3_stmt *in, sqlite3_stmt *out)
{
	while (sqlite3_step(in) == SQLITE_ROW) {
		sqlite3_bind_value(out, 1, sqlite3_column_value(in, 0));
		sqlite3_bind_value(out, 2, sqlite3_column_value(in, 1));
		(void)sqlite3_step(out);
		sqlite3_reset(out);
	}
}

/* Whose desk it is; what the schema says of itself is the new one's own. */
static void
copy_meta(struct recovery *r)
{
	sqlite3_stmt *in = NULL, *out = NULL;

	if (sqlite3_prepare_v2(r->from,
		"SELECT name, value FROM meta NOT INDEXED"
		" WHERE name <> 'min_reader'",
		-1, &in, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(r->to,
		"INSERT OR REPLACE INTO meta(name, value) VALUES(?1, ?2)", -1,
		&out, NULL) == SQLITE_OK)
		copy_pairs(in, out);
	sqlite3_finalize(in);
	sqlite3_finalize(out);
}

/* Ids are never given twice, not even those of rows that are lost. */
static void
copy_sequences(struct recovery *r)
{
	sqlite3_stmt *in = NULL, *out = NULL;

	if (sqlite3_prepare_v2(r->from, "SELECT name, seq FROM sqlite_sequence",
		-1, &in, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(r->to,
		"UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1",
		-1, &out, NULL) == SQLITE_OK)
		while (sqlite3_step(in) == SQLITE_ROW) {
			sqlite3_bind_value(out, 1, sqlite3_column_value(in, 0));
			sqlite3_bind_value(out, 2, sqlite3_column_value(in, 1));
			(void)sqlite3_step(out);
			sqlite3_reset(out);
		}
	sqlite3_finalize(in);
	sqlite3_finalize(out);
}

static int
finish(struct recovery *r, struct err *err)
{
	sqlite3_stmt *st = NULL;

	copy_meta(r);
	copy_sequences(r);
	if (sqlite3_exec(r->to,
		"INSERT INTO search(search) VALUES('rebuild');"
		"PRAGMA wal_checkpoint(TRUNCATE)",
		NULL, NULL, NULL) != SQLITE_OK)
		return failed(r, err);
	if (sqlite3_prepare_v2(
		r->to, "PRAGMA foreign_key_check", -1, &st, NULL) == SQLITE_OK)
		while (sqlite3_step(st) == SQLITE_ROW)
			r->out->orphans++;
	sqlite3_finalize(st);
	return 0;
}

/* ---- the new desk ---- */

static int
make_new(struct recovery *r, const char *to, struct err *err)
{
	struct db *db = NULL;
	int rc;

	if ((rc = db_open(to, DB_CREATE, &db, err)) == 0)
		rc = migrate_run(db, NULL, err);
	db_close(&db);
	if (rc != 0)
		return rc;
	if (sqlite3_open_v2(to, &r->to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_PRIVATECACHE,
		NULL) != SQLITE_OK ||
	    sqlite3_exec(r->to,
		"PRAGMA synchronous=FULL; PRAGMA foreign_keys=OFF;", NULL, NULL,
		NULL) != SQLITE_OK)
		return failed(r, err);
	sqlite3_db_config(r->to, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return 0;
}

static void
remove_all(const char *path)
{
	static const char *const suffixes[] = {
	    "", "-wal", "-shm", ".turn", ".bell", ".keeper", NULL};
	struct str name = STR_INIT;

	for (int i = 0; suffixes[i] != NULL; i++) {
		str_clear(&name);
		str_addf(&name, "%s%s", path, suffixes[i]);
		fs_remove(name.s);
	}
	str_free(&name);
}

static int
check_places(const char *from, const char *to, struct err *err)
{
	struct stat st;

	if (keeper_is_elsewhere(from))
		return err_set(err, OD_EUNAVAIL,
		    "A program looks after this desk; stop the daemon and the"
		    " consoles first");
	if (lstat(to, &st) == 0)
		return err_set(err, OD_ECONFLICT,
		    "%s is there already; name a file that is not", to);
	return 0;
}

int
recover_file(const char *from, const char *to, recover_told_fn told, void *data,
    struct recover_figures *out, struct err *err)
{
	struct recovery r = {
	    .damaged = STR_INIT, .told = told, .data = data, .out = out};
	bool copied = false, made = false;
	int rc;

	memset(out, 0, sizeof(*out));
	str_addf(&r.damaged, "%s.damaged", to);
	if ((rc = check_places(from, to, err)) != 0)
		goto out;
	remove_all(r.damaged.s);
	copied = true;
	if ((rc = copy_aside(&r, from, err)) != 0)
		goto out;
	if (!open_damaged(&r)) {
		write_head(r.damaged.s);
		if (!open_damaged(&r)) {
			rc = err_set(err, OD_EDATA,
			    "Nothing of %s can be read, not even what tables"
			    " it has; restore a backup",
			    from);
			goto out;
		}
	}
	made = true;
	if ((rc = make_new(&r, to, err)) == 0 &&
	    (rc = copy_tables(&r, err)) == 0)
		rc = finish(&r, err);
out:
	sqlite3_close_v2(r.from);
	sqlite3_close_v2(r.to);
	if (copied)
		remove_all(r.damaged.s);
	if (rc != 0 && made)
		remove_all(to);
	str_free(&r.damaged);
	return rc;
}
