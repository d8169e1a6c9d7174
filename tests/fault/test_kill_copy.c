/*
 * A desk copy that is killed: at no moment can both desks be written to, what
 * is unfinished says so, and the same command run again ends with the whole
 * desk in the new place, its files and the waiting events among them.
 *
 * Between files; on PostgreSQL from there to a file, and from a file to that
 * engine.  The copy is killed when it is about to change a file below the
 * test's directory, or to send to the server, for the n-th time: for each
 * KILL_STEP-th n, of writes one in COPY_WRITES (tests/shim/tape.h), and each
 * SEND_STEP-th sending.
 *
 * Turned red by: the old desk closed after the new one is finished; a mark of
 * the unfinished copy that is left out; an unfinished place that is not
 * wiped; a spool that is emptied before the new desk is finished.
 */
#include "common/fsutil.h"
#include "common/log.h"
#include "db/core/catalogue.h"
#include "db/core/op.h"
#include "db/core/rows.h"
#include "db/records/desk_copy.h"
#include "db/records/files.h"
#include "db/records/spool_files.h"
#include "tests/lib/power.h"
#include "tests/lib/talk_test.h"
#include "tests/shim/tape.h"
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WRITES 200 /* COPY_WRITES in a short run */
#define SENDS  80
#define TABLES 96
#define ROUNDS 20000

/* What a round is about. */
struct round {
	struct desk_fixture f;
	char from[ENGINE_URI_SIZE], from_files[TMP_SIZE];
	char to[ENGINE_URI_SIZE], to_files[TMP_SIZE];
	char file[65]; /* of a message */
	struct {
		char name[CATALOGUE_NAME];
		char digest[SHA256_HEX_SIZE];
	} wanted[TABLES];
	size_t tables;
};

static int64_t *shared; /* how often the copy did something */

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
	char digest[65], block[5000];
	int64_t size;

	memset(block, 'x', sizeof(block));
	assert_ok(file_write_start(d->files_dir, &w, &err));
	assert_ok(file_write(w, block, sizeof(block), &err));
	assert_ok(file_write_finish(w, name, digest, &size, &err));
	assert_ok(file_attach_to_message(d, message, name, digest, size,
	    "application/pdf", "acta.pdf", &err));
	file_write_free(&w);
}

static void
add_event(struct round *r)
{
	struct spool_target t = {r->f.demo.id, TALK_CHANNEL};
	struct str dir = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;

	spool_files_dir(r->from, &dir);
	assert_ok(fs_mkdir(dir.s, 0700, &err));
	str_add(&dir, "/00000000000000000001-a.event");
	spool_files_format(&text, &t, 1, "{}", 2);
	assert_ok(fs_write_atomic(dir.s, text.s, text.len, 0600, &err));
	str_free(&dir);
	str_free(&text);
}

/* Not those that the copy itself writes to. */
static bool
is_compared(const char *name)
{
	static const char *const apart[] = {
	    "meta", "schema", "audit", "counters", "raw_events", NULL};

	for (int i = 0; apart[i] != NULL; i++)
		if (strcmp(apart[i], name) == 0)
			return false;
	return true;
}

static void
digest_tables(struct db *db, struct round *r)
{
	const struct rows_options o = {.mend = true};
	struct rows_figures figures;
	struct err err = ERR_INIT;
	struct catalogue c = {0};

	r->tables = 0;
	assert_ok(catalogue_read(db, &c, &err));
	for (size_t i = 0; i < c.count; i++) {
		if (!is_compared(c.tables[i].name))
			continue;
		assert_true(r->tables < TABLES);
		assert_ok(rows_digest(db, &c.tables[i], &o, &figures, &err));
		str_copy(r->wanted[r->tables].name, CATALOGUE_NAME,
		    c.tables[i].name);
		memcpy(r->wanted[r->tables++].digest, figures.digest,
		    SHA256_HEX_SIZE);
	}
	catalogue_free(&c);
}

/* The desk is made on the tests' engine, and moved to a file if it is to be. */
static void
round_open(struct round *r, bool from_file)
{
	struct inbound_message in = talk_message("wamid.kill", "Hola", 0);
	struct desk_options o = {.uri = r->from, .files = r->from_files};
	struct inbound_result got;
	struct desk_copy copy;
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	memset(r, 0, sizeof(*r));
	desk_fixture_make(&r->f);
	got = talk_receive(&r->f, &in);
	add_file(r->f.d, got.message_id, r->file);
	desk_fixture_act(&r->f, FIXTURE_TENANT, "operator");
	talk_send(&r->f, got.conversation_id, "Ahora mismo");
	str_copy(r->from, sizeof(r->from), r->f.uri);
	str_copy(r->from_files, sizeof(r->from_files), r->f.d->files_dir);
	desk_close(&r->f.d);
	if (from_file) {
		const struct desk_copy_options c = {.from = r->f.uri,
		    .from_files = r->from_files,
		    .to = r->to,
		    .to_files = r->to_files};

		str_copy(
		    r->to, sizeof(r->to), tmp_path(&r->f.tmp, "a/desk.db"));
		str_copy(r->to_files, sizeof(r->to_files),
		    tmp_path(&r->f.tmp, "a/files"));
		assert_ok(desk_copy(&c, &copy, &err));
		desk_copy_free(&copy);
		str_copy(r->from, sizeof(r->from), r->to);
		str_copy(r->from_files, sizeof(r->from_files), r->to_files);
		str_copy(
		    r->to, sizeof(r->to), tmp_desk(&r->f.tmp, "b/desk.db"));
	} else {
		str_copy(
		    r->to, sizeof(r->to), tmp_path(&r->f.tmp, "b/desk.db"));
	}
	str_copy(
	    r->to_files, sizeof(r->to_files), tmp_path(&r->f.tmp, "b/files"));
	add_event(r);
	assert_ok(desk_open(&o, &d, &err));
	digest_tables(d->db, r);
	desk_close(&d);
}

static void
round_close(struct round *r)
{
	desk_fixture_remove(&r->f);
}

/* ---- what is looked for ---- */

static int
copy_it(const struct round *r, struct err *err)
{
	const struct desk_copy_options o = {.from = r->from,
	    .from_files = r->from_files,
	    .to = r->to,
	    .to_files = r->to_files};
	struct desk_copy copy;
	int rc = desk_copy(&o, &copy, err);

	desk_copy_free(&copy);
	return rc;
}

/* Somebody could work there, and send. */
static bool
is_usable(const char *uri, const char *files)
{
	const struct desk_options o = {.uri = uri, .files = files};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int64_t tenants = 0;

	if (desk_open(&o, &d, &err) == 0)
		assert_ok(db_int(d->db, &tenants,
		    "SELECT count(*) FROM tenants", NO_BINDS, &err));
	else if (strstr(err.text, "not finished") == NULL &&
		 strstr(err.text, "moved to") == NULL &&
		 strstr(err.text, "There is no desk") == NULL &&
		 strstr(err.text, "no desk here yet") == NULL &&
		 strstr(err.text, "not a desk") == NULL)
		fail_msg("%s: %s", uri, err.text);
	desk_close(&d);
	return tenants > 0;
}

static void
check_whole(struct round *r, int64_t n)
{
	const struct desk_options o = {.uri = r->to, .files = r->to_files};
	struct round *there = calloc(1, sizeof(*there));
	struct file_row row = {0};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	int64_t events = 0;
	int fd = -1;

	assert_ok(desk_open(&o, &d, &err));
	assert_non_null(there);
	digest_tables(d->db, there);
	assert_int_equal(there->tables, r->tables);
	for (size_t i = 0; i < r->tables; i++) {
		size_t k = 0;

		while (k < r->tables &&
		       strcmp(there->wanted[k].name, r->wanted[i].name) != 0)
			k++;
		if (k == r->tables ||
		    strcmp(there->wanted[k].digest, r->wanted[i].digest) != 0)
			fail_msg("killed at %" PRId64 ": %s differs", n,
			    r->wanted[i].name);
	}
	assert_ok(db_int(
	    d->db, &events, "SELECT count(*) FROM raw_events", NO_BINDS, &err));
	assert_int_equal(events, 1);
	memcpy(row.name, r->file, sizeof(row.name));
	row.size = 5000;
	assert_ok(file_open(d, &row, &fd, &err));
	close(fd);
	desk_close(&d);
	free(there);
}

/* ---- killing ---- */

enum killer { AT_CHANGE, AT_SEND };

static bool
killed(const struct round *r, enum killer how, int64_t n)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct err err = ERR_INIT;
		int rc;

		tape_kill_stride(power_number("COPY_WRITES", WRITES));
		if (how == AT_CHANGE)
			tape_kill_at(r->f.tmp.dir, n);
		else
			tape_kill_at_send(n);
		if ((rc = copy_it(r, &err)) != 0)
			fprintf(stderr, "the copy: %s\n", err.text);
		*shared = how == AT_CHANGE ? tape_changes() : tape_sends();
		_exit(rc == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_int_equal(status, 0);
	return false;
}

static void
check_killed(struct round *r, int64_t n)
{
	struct err err = ERR_INIT;
	bool old = is_usable(r->from, r->from_files);
	bool new = is_usable(r->to, r->to_files);
	int rc;

	if (old && new)
		fail_msg("killed at %" PRId64 ": both desks are open", n);
	rc = copy_it(r, &err);
	if (rc != 0 && !(rc == OD_ECONFLICT && new &&
			   !old &&strstr(err.text, "already") != NULL))
		fail_msg("killed at %" PRId64 ": again: %s", n, err.text);
	assert_false(is_usable(r->from, r->from_files));
	check_whole(r, n);
}

static void
kill_all(bool from_file, enum killer how)
{
	struct round *r = calloc(1, sizeof(*r));
	int stride = how == AT_SEND ? power_number("SEND_STEP", SENDS)
	                            : power_number("KILL_STEP", 2);
	int64_t last, kills = 0;

	assert_non_null(r);
	round_open(r, from_file);
	assert_false(killed(r, how, INT64_MAX));
	last = *shared;
	check_whole(r, 0);
	round_close(r);
	assert_true(last > 0 && last / stride < ROUNDS);
	/* Of the first and the last moments all: most happens there. */
	for (int64_t n = 1; n <= last;
	     n += n < 4 || n >= last - (how == AT_SEND ? 8 : 30) ? 1 : stride) {
		round_open(r, from_file);
		kills += killed(r, how, n);
		check_killed(r, n);
		round_close(r);
	}
	print_message("%s, %s: killed %" PRId64 " times of %" PRId64 "\n",
	    from_file ? "from a file" : "to a file",
	    how == AT_SEND ? "at what is sent" : "at what is changed", kills,
	    last);
	assert_true(kills > 0);
	free(r);
}

static void
desk_copy__to_a_file__killed_at_each_change(void **state)
{
	(void)state;
	kill_all(false, AT_CHANGE);
}

static void
desk_copy__from_a_file__killed_at_each_change(void **state)
{
	(void)state;
	kill_all(true, AT_CHANGE);
}

static void
desk_copy__to_a_file__killed_at_each_sending(void **state)
{
	(void)state;
	kill_all(false, AT_SEND);
}

static void
desk_copy__to_a_server__killed_at_each_sending(void **state)
{
	(void)state;
	kill_all(true, AT_SEND);
}

int
main(void)
{
	const struct CMUnitTest between_files[] = {
	    cmocka_unit_test(desk_copy__to_a_file__killed_at_each_change),
	};
	const struct CMUnitTest with_a_server[] = {
	    cmocka_unit_test(desk_copy__from_a_file__killed_at_each_change),
	    cmocka_unit_test(desk_copy__to_a_file__killed_at_each_sending),
	    cmocka_unit_test(desk_copy__to_a_server__killed_at_each_sending),
	};

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	BUG_ON(shared == MAP_FAILED);
	log_set_sink(no_log, NULL);
	return engine_is_postgres()
	           ? cmocka_run_group_tests(with_a_server, NULL, NULL)
	           : cmocka_run_group_tests(between_files, NULL, NULL);
}
