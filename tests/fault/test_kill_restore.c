/*
 * A backup, a restore and a recovery that are killed: what has its name is
 * whole, nothing else is there, and the same command run again works and
 * clears up.
 *
 * Each is killed when it is about to change a file for the n-th time, for
 * each KILL_STEP-th n, of writes one in RESTORE_WRITES (tests/shim/tape.h).
 *
 * Turned red by: the desk renamed before its files; take_back_files left out;
 * a backup that is written under its own name; a recovery that renames before
 * it holds what was due.
 *
 * On PostgreSQL a restore to an empty database, which is killed when it is
 * about to send for the n-th time, one in SEND_STEP.
 */
#include "common/fsutil.h"
#include "common/log.h"
#include "db/core/op.h"
#include "db/records/backup.h"
#include "db/records/desk_copy.h"
#include "db/records/files.h"
#include "db/records/outbox.h"
#include "tests/lib/power.h"
#include "tests/lib/talk_test.h"
#include "tests/shim/tape.h"
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITES 100 /* RESTORE_WRITES in a short run */
#define SENDS  60  /* SEND_STEP */
#define BYTES  5000

struct round {
	struct desk_fixture f;
	bool is_sent; /* killed at what is sent, not at a change */
	char file[65];
	char from[TMP_SIZE]; /* a backup or a damaged desk */
	char to[ENGINE_URI_SIZE], to_files[TMP_SIZE];
};

static const struct archive_secret plain;
static int64_t *shared; /* how many changes there were */

static void
no_log(const char *line, void *data)
{
	(void)line;
	(void)data;
}

/* ---- the desk ---- */

static void
add_file(struct desk *d, int64_t message, char name[65])
{
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;
	char digest[65], block[BYTES];
	int64_t size;

	memset(block, 'x', sizeof(block));
	assert_ok(file_write_start(d->files_dir, &w, &err));
	assert_ok(file_write(w, block, sizeof(block), &err));
	assert_ok(file_write_finish(w, name, digest, &size, &err));
	assert_ok(file_attach_to_message(d, message, name, digest, size,
	    "application/pdf", "acta.pdf", &err));
	file_write_free(&w);
}

/* A message with a file, and one that is due. */
static void
round_open(struct round *r)
{
	struct inbound_message in = talk_message("wamid.kill", "Hola", 0);
	struct inbound_result got;

	memset(r, 0, sizeof(*r));
	desk_fixture_make(&r->f);
	got = talk_receive(&r->f, &in);
	add_file(r->f.d, got.message_id, r->file);
	desk_fixture_act(&r->f, FIXTURE_TENANT, "operator");
	talk_send(&r->f, got.conversation_id, "Ahora mismo");
	str_copy(r->to, sizeof(r->to), tmp_path(&r->f.tmp, "back/desk.db"));
}

static void
round_close(struct round *r)
{
	desk_fixture_remove(&r->f);
}

static int
back_up(struct round *r, char path[BACKUP_PATH], struct err *err)
{
	char dir[TMP_SIZE];
	struct backup_options o = {.dir = dir, .secret = &plain};
	struct backup_figures out;
	int rc;

	str_copy(dir, sizeof(dir), tmp_path(&r->f.tmp, "backups"));
	if ((rc = desk_act_as_host(r->f.d, NULL, err)) != 0 ||
	    (rc = backup_new(r->f.d, &o, &out, err)) != 0)
		return rc;
	str_copy(path, BACKUP_PATH, out.path);
	return 0;
}

/* ---- what is looked for ---- */

#define COUNT_IN(d, sql) count_in(d, "SELECT count(*) FROM " sql)

static int64_t
count_in(struct desk *d, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n = 0;

	assert_ok(db_int(d->db, &n, sql, NO_BINDS, &err));
	return n;
}

static void
check_desk(const struct round *r, const char *uri, int64_t n)
{
	const struct desk_options o = {.uri = uri, .files = r->to_files};
	struct file_row row = {.size = BYTES};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int fd = -1;

	if (desk_open(&o, &d, &err) != 0 || db_verify_indexes(d->db, &err) != 0)
		fail_msg("killed at %" PRId64 ": %s", n, err.text);
	assert_int_equal(COUNT_IN(d, "messages"), 2);
	assert_int_equal(COUNT_IN(d, "outbox WHERE state = 0"), 0);
	assert_int_equal(COUNT_IN(d, "outbox WHERE state = 4"), 1);
	assert_int_equal(COUNT_IN(d, "meta WHERE name = 'epoch'"), 1);
	memcpy(row.name, r->file, sizeof(row.name));
	if (file_open(d, &row, &fd, &err) != 0)
		fail_msg("killed at %" PRId64 ": %s", n, err.text);
	close(fd);
	desk_close(&d);
}

/* Names of a directory that begin so, or end so. */
static int
names(const char *dir, const char *begin, const char *end)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name), k = strlen(end);

		n += str_starts(e->d_name, begin) && len >= k &&
		     strcmp(e->d_name + len - k, end) == 0;
	}
	if (d != NULL)
		closedir(d);
	return n;
}

/* ---- killing ---- */

typedef int (*work_fn)(struct round *r, struct err *err);

static bool
killed(struct round *r, work_fn work, int64_t n)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err = ERR_INIT;
		int rc;

		tape_kill_stride(power_number("RESTORE_WRITES", WRITES));
		if (r->is_sent)
			tape_kill_at_send(n);
		else
			tape_kill_at(r->f.tmp.dir, n);
		if ((rc = work(r, &err)) != 0)
			fprintf(stderr, "without being killed: %s\n", err.text);
		*shared = r->is_sent ? tape_sends() : tape_changes();
		_exit(rc == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_int_equal(status, 0);
	return false;
}

struct procedure {
	const char *name;
	int step; /* only every so many-th change or sending */
	void (*prepare)(struct round *r);
	work_fn work;
	/* After it was killed at n, or ended. */
	void (*check)(struct round *r, int64_t n);
};

static void
kill_all(const struct procedure *p)
{
	struct round *r = calloc(1, sizeof(*r));
	int step = p->step;
	int64_t last = step, kills = 0;

	assert_non_null(r);
	for (int64_t n = 0; n <= last; n += step) {
		round_open(r);
		p->prepare(r);
		kills += killed(r, p->work, n == 0 ? INT64_MAX : n);
		if (n == 0)
			last = *shared;
		p->check(r, n);
		round_close(r);
	}
	print_message("%s: killed %" PRId64 " times of %" PRId64 "\n", p->name,
	    kills, last);
	/* A run may make a change or two less than the one that was counted. */
	assert_true(kills > 0 && kills >= last / step - 2);
	free(r);
}

/* ---- a restore ---- */

static void
prepare_restore(struct round *r)
{
	char path[BACKUP_PATH];
	struct err err = ERR_INIT;

	assert_ok(back_up(r, path, &err));
	str_copy(r->from, sizeof(r->from), path);
	desk_close(&r->f.d);
}

static int
work_restore(struct round *r, struct err *err)
{
	const struct restore_options o = {
	    .from = r->from, .to = r->to, .secret = &plain};
	struct restore_figures out;

	return restore_run(&o, &out, err);
}

static void
check_restore(struct round *r, int64_t n)
{
	bool is_there = access(r->to, F_OK) == 0;
	struct err err = ERR_INIT;
	int rc;

	if (is_there)
		check_desk(r, r->to, n);
	rc = work_restore(r, &err);
	if (rc != (is_there ? OD_ECONFLICT : 0))
		fail_msg("killed at %" PRId64 ": again: %s", n, err.text);
	check_desk(r, r->to, n);
	assert_int_equal(
	    names(tmp_path(&r->f.tmp, "back"), ".opdesk-restore-", ""), 0);
}

static void
restore__killed_at_each_change__is_all_or_nothing(void **state)
{
	const struct procedure p = {"restore", power_number("KILL_STEP", 2),
	    prepare_restore, work_restore, check_restore};

	(void)state;
	kill_all(&p);
}

/* ---- a recovery ---- */

static void
prepare_recovery(struct round *r)
{
	char noise[100] = "";
	int fd;

	str_copy(r->from, sizeof(r->from), r->f.uri);
	str_copy(r->to, sizeof(r->to), tmp_path(&r->f.tmp, "recovered.db"));
	desk_close(&r->f.d);
	fd = open(r->from, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, noise, sizeof(noise), 0), sizeof(noise));
	close(fd);
}

static void
ignore_table(const struct recover_table *t, void *data)
{
	(void)t;
	(void)data;
}

static int
work_recovery(struct round *r, struct err *err)
{
	struct recover_figures figures;
	struct restore_figures out;

	return desk_recover(
	    r->from, r->to, ignore_table, NULL, &figures, &out, err);
}

static void
check_recovery(struct round *r, int64_t n)
{
	bool is_there = access(r->to, F_OK) == 0;
	struct err err = ERR_INIT;
	int rc;

	if (is_there)
		check_desk(r, r->to, n);
	rc = work_recovery(r, &err);
	if (rc != (is_there ? OD_ECONFLICT : 0))
		fail_msg("killed at %" PRId64 ": again: %s", n, err.text);
	check_desk(r, r->to, n);
	if (!is_there)
		assert_int_equal(
		    names(r->f.tmp.dir, "recovered.db.new", ""), 0);
}

static void
recover__killed_at_each_change__is_all_or_nothing(void **state)
{
	const struct procedure p = {"recover", power_number("KILL_STEP", 3),
	    prepare_recovery, work_recovery, check_recovery};

	(void)state;
	kill_all(&p);
}

/* ---- a backup ---- */

static void
prepare_backup(struct round *r)
{
	desk_close(&r->f.d);
}

static int
work_backup(struct round *r, struct err *err)
{
	const struct desk_options o = {.uri = r->f.uri};
	char path[BACKUP_PATH];
	int rc;

	if ((rc = desk_open(&o, &r->f.d, err)) == 0)
		rc = back_up(r, path, err);
	desk_close(&r->f.d);
	return rc;
}

static void
check_each(struct round *r, int64_t n)
{
	char dir[TMP_SIZE];
	struct restore_figures out;
	struct backup_row *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;

	str_copy(dir, sizeof(dir), tmp_path(&r->f.tmp, "backups"));
	assert_ok(backup_list(dir, &rows, &count, &err));
	for (size_t i = 0; i < count; i++) {
		char path[2 * TMP_SIZE];
		const struct restore_options o = {
		    .from = path, .secret = &plain};

		snprintf(path, sizeof(path), "%s/%s", dir, rows[i].name);
		if (restore_run(&o, &out, &err) != 0)
			fail_msg("killed at %" PRId64 ": %s", n, err.text);
		assert_int_equal(out.backup.files, 1);
	}
	free(rows);
}

static void
check_backup(struct round *r, int64_t n)
{
	char dir[TMP_SIZE];
	struct err err = ERR_INIT;
	int before;

	str_copy(dir, sizeof(dir), tmp_path(&r->f.tmp, "backups"));
	before = names(dir, "opdesk-", ".backup");
	assert_ok(work_backup(r, &err));
	assert_int_equal(names(dir, "opdesk-", ".backup"), before + 1);
	assert_int_equal(names(dir, "", ".part"), 0);
	assert_int_equal(names(r->f.tmp.dir, "desk.db.copying", ""), 0);
	check_each(r, n);
}

static void
backup__killed_at_each_change__is_whole_or_has_no_name(void **state)
{
	const struct procedure p = {"backup", power_number("KILL_STEP", 2),
	    prepare_backup, work_backup, check_backup};

	(void)state;
	kill_all(&p);
}

/* ---- a restore to a server ---- */

/* The desk is in a file for a moment, to be backed up. */
static void
prepare_server(struct round *r)
{
	char files[TMP_SIZE], path[BACKUP_PATH], uri[TMP_SIZE];
	struct desk_copy_options c = {.from = r->f.uri, .to = uri};
	const struct desk_options o = {.uri = uri};
	struct desk_copy copy;
	struct err err = ERR_INIT;

	r->is_sent = true;
	str_copy(uri, sizeof(uri), tmp_path(&r->f.tmp, "file/desk.db"));
	str_copy(files, sizeof(files), r->f.d->files_dir);
	c.from_files = files;
	desk_close(&r->f.d);
	assert_ok(desk_copy(&c, &copy, &err));
	desk_copy_free(&copy);
	assert_ok(desk_open(&o, &r->f.d, &err));
	assert_ok(back_up(r, path, &err));
	desk_close(&r->f.d);
	str_copy(r->from, sizeof(r->from), path);
	str_copy(r->to, sizeof(r->to), tmp_desk(&r->f.tmp, "there/desk.db"));
	str_copy(r->to_files, sizeof(r->to_files),
	    tmp_path(&r->f.tmp, "there/files"));
}

static int
work_server(struct round *r, struct err *err)
{
	const struct restore_options o = {.from = r->from,
	    .to = r->to,
	    .to_files = r->to_files,
	    .secret = &plain};
	struct restore_figures out;

	return restore_run(&o, &out, err);
}

static void
check_server(struct round *r, int64_t n)
{
	const struct desk_options o = {.uri = r->to, .files = r->to_files};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	bool is_there;
	int rc;

	/* An empty one is none: it has not even a tenant. */
	is_there = desk_open(&o, &d, &err) == 0 && COUNT_IN(d, "tenants") > 0;
	desk_close(&d);
	if (is_there)
		check_desk(r, r->to, n);
	rc = work_server(r, &err);
	if (rc != (is_there ? OD_ECONFLICT : 0))
		fail_msg("killed at %" PRId64 ": again: %s", n, err.text);
	check_desk(r, r->to, n);
	if (!is_there)
		assert_int_equal(names(tmp_path(&r->f.tmp, "backups"),
				     ".opdesk-restore-", ""),
		    0);
}

static void
restore__to_a_server__killed_at_each_sending(void **state)
{
	const struct procedure p = {"restore to a server",
	    power_number("SEND_STEP", SENDS), prepare_server, work_server,
	    check_server};

	(void)state;
	kill_all(&p);
}

int
main(void)
{
	const struct CMUnitTest with_files[] = {
	    cmocka_unit_test(restore__killed_at_each_change__is_all_or_nothing),
	    cmocka_unit_test(recover__killed_at_each_change__is_all_or_nothing),
	    cmocka_unit_test(
		backup__killed_at_each_change__is_whole_or_has_no_name),
	};
	const struct CMUnitTest with_a_server[] = {
	    cmocka_unit_test(restore__to_a_server__killed_at_each_sending),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	BUG_ON(shared == MAP_FAILED);
	log_set_sink(no_log, NULL);
	return engine_is_postgres()
	           ? cmocka_run_group_tests(with_a_server, NULL, NULL)
	           : cmocka_run_group_tests(with_files, NULL, NULL);
}
