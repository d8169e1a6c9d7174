/*
 * Unit tests of db/records/desk_copy and what it stands on: db/core/catalogue
 * and db/core/rows.  The desk goes to a file and back to the engine that the
 * tests run on, so both directions are seen.
 */
#include "common/fsutil.h"
#include "db/core/db_int.h"
#include "db/core/search.h"
#include "db/engine/keeper.h"
#include "db/engine/schema.h"
#include "db/records/audit.h"
#include "db/records/desk_copy.h"
#include "db/records/files.h"
#include "db/records/raw_events.h"
#include "db/records/tickets.h"
#include "tests/lib/talk_test.h"
#include "tui/cli/fill.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TENANTS 2
#define BYTES   "hola\0mundo"

/* A file of a message; its name. */
static void
add_file(struct desk_fixture *f, const char *provider_id, char name[65])
{
	struct inbound_message in = talk_message(provider_id, "Hola", 0);
	int64_t message = talk_receive(f, &in).message_id, size;
	struct err err = ERR_INIT;
	struct file_writer *w = NULL;
	char digest[65];

	assert_ok(file_write_start(f->d->files_dir, &w, &err));
	assert_ok(file_write(w, BYTES, sizeof(BYTES), &err));
	assert_ok(file_write_finish(w, name, digest, &size, &err));
	assert_ok(file_attach_to_message(f->d, message, name, digest, size,
	    "application/pdf", "acta.pdf", &err));
	file_write_free(&w);
}

static int64_t
count(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(db_int(db, &n, sql, NO_BINDS, &err));
	return n;
}

static int64_t gone_event; /* the highest id, deleted */

/* Rows of every kind, among them bytes, NULLs and an id that was the last. */
static void
furnish(struct desk_fixture *f)
{
	const struct fill_options o = {
	    .tickets = 300, .messages = 300, .seed = 7};
	struct err err = ERR_INIT;
	char name[65];

	desk_fixture_act(f, FIXTURE_TENANT, "supervisor");
	desk_fixture_ticket(f, "Impresora ñandú");
	add_file(f, "wamid.file", name);
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(fill_desk(f->d, &o, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "admin");
	assert_ok(db_begin(f->d->db, "test", &err));
	assert_ok(db_exec(f->d->db,
	    "INSERT INTO raw_events(tenant_id, channel, digest, body, state,"
	    " received_us) VALUES($1, 'soporte', 'd', $2, 0, 5)",
	    BINDS(b_int(f->demo.id), b_blob(BYTES, sizeof(BYTES))), NULL,
	    &err));
	assert_ok(db_exec(f->d->db,
	    "INSERT INTO settings(tenant_id, operator_id, name, value,"
	    " updated_at) VALUES($1, 1, 'Z', '', 1), ($1, 1, 'a', 'x', 1),"
	    " ($1, 1, 'ñ', 'y', 1)",
	    BINDS(b_int(f->demo.id)), NULL, &err));
	assert_ok(db_insert(f->d->db, &gone_event,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES($1, 'gone', 1, 1, 1) RETURNING id",
	    BINDS(b_int(f->demo.id)), &err));
	assert_ok(db_exec(f->d->db, "DELETE FROM events WHERE id = $1",
	    BINDS(b_int(gone_event)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static int
copy_to(const char *from, const char *to, const char *to_files,
    struct desk_copy *copy, struct err *err)
{
	const struct desk_copy_options o = {
	    .from = from, .to = to, .to_files = to_files, .keep_source = true};

	return desk_copy(&o, copy, err);
}

static int
move_to(const char *from, const char *to, const char *to_files,
    struct desk_copy *copy, struct err *err)
{
	const struct desk_copy_options o = {
	    .from = from, .to = to, .to_files = to_files};

	return desk_copy(&o, copy, err);
}

/* All that is not in the trail, in which each copy is noted. */
static void
assert_same(const struct desk_copy *a, const struct desk_copy *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		size_t k = 0;

		while (k < b->count &&
		       strcmp(a->tables[i].name, b->tables[k].name) != 0)
			k++;
		assert_true(k < b->count);
		if (strcmp(a->tables[i].name, "counters") == 0)
			continue;
		if (strcmp(a->tables[i].name, "audit") == 0) {
			assert_int_equal(a->tables[i].figures.rows + TENANTS,
			    b->tables[k].figures.rows);
			continue;
		}
		assert_int_equal(
		    a->tables[i].figures.rows, b->tables[k].figures.rows);
		assert_string_equal(
		    a->tables[i].figures.digest, b->tables[k].figures.digest);
	}
}

static struct desk *
open_copy(const char *uri, const char *files)
{
	const struct desk_options o = {.uri = uri, .files = files};
	struct err err = ERR_INIT;
	struct desk *d = NULL;

	assert_ok(desk_open(&o, &d, &err));
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "admin", &err));
	return d;
}

/* The desk works there as it did here. */
static void
assert_works(const char *uri, const char *files)
{
	struct desk *d = open_copy(uri, files);
	struct ticket_new in = {.subject = "Nuevo"};
	struct audit_verdict verdict;
	struct err err = ERR_INIT;
	struct search_hit hits[4];
	int64_t id, number, before;
	size_t found;

	assert_ok(
	    search_find(d, RECORD_TICKET, "nand", 0, 4, hits, &found, &err));
	assert_int_equal(found, 1);
	assert_ok(audit_verify(d, &verdict, &err));
	assert_int_equal(verdict.bad_seq, 0);
	assert_true(verdict.rows > 300);
	before = count(d->db, "SELECT max(id) FROM tickets");
	assert_ok(desk_act_as_operator(d, FIXTURE_TENANT, "supervisor", &err));
	assert_ok(ticket_new(d, &in, &id, &number, &err));
	assert_int_equal(id, before + 1);
	/* The highest event was deleted; its number is not used again. */
	assert_true(count(d->db, "SELECT max(id) FROM events") > gone_event);
	assert_int_equal(count(d->db, "SELECT count(*) FROM meta WHERE name = "
				      "'" DB_META_UNFINISHED "'"),
	    0);
	desk_close(&d);
}

static void
desk_copy__there_and_back__is_the_same_desk(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_copy there = {0}, back = {0};
	char file[TMP_SIZE], again[ENGINE_URI_SIZE], dir[TMP_SIZE];
	struct err err = ERR_INIT;

	furnish(f);
	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy/desk.db"));
	str_copy(again, sizeof(again), tmp_desk(&f->tmp, "again.db"));
	str_copy(dir, sizeof(dir), tmp_path(&f->tmp, "again-files"));
	assert_ok(move_to(f->uri, file, NULL, &there, &err));
	assert_true(there.rows > 3000);
	assert_int_equal(there.files, 1);
	assert_int_equal(there.damaged, 0);
	assert_int_equal(there.audit_bad, 0);
	assert_int_equal(there.mended, 0);
	assert_ok(move_to(file, again, dir, &back, &err));
	assert_same(&there, &back);
	assert_int_equal(back.files, 1);
	assert_works(again, dir);
	desk_copy_free(&there);
	desk_copy_free(&back);
}

/* Nothing but the schema says what a desk is made of. */
static void
desk_copy__tables__are_all_that_the_schema_makes(void **state)
{
	static const char create[] = "CREATE TABLE ";
	struct desk_fixture *f = *state;
	struct desk_copy copy = {0};
	struct err err = ERR_INIT;
	char file[TMP_SIZE];
	size_t made = 0;

	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy.db"));
	assert_ok(copy_to(f->uri, file, NULL, &copy, &err));
	for (const struct schema_file *s = schema_files; s->name; s++) {
		if (strstr(s->name, f->d->db->engine->name) == NULL)
			continue;
		for (const char *at = s->sql; (at = strstr(at, create)) != NULL;
		     made++) {
			char name[CATALOGUE_NAME];
			size_t i = 0;

			at += strlen(create);
			str_format(name, sizeof(name), "%.*s",
			    (int)strspn(at, "abcdefghijklmnopqrstuvwxyz_"), at);
			while (i < copy.count &&
			       strcmp(copy.tables[i].name, name) != 0)
				i++;
			if (i == copy.count)
				fail_msg("%s was forgotten", name);
		}
	}
	assert_int_equal(copy.count, made);
	desk_copy_free(&copy);
}

/* What to do to the new place as soon as rows are compared. */
struct harm {
	const char *uri, *sql;
	bool done;
};

static void
do_harm(enum desk_copy_step step, int64_t done, int64_t all, void *data)
{
	struct harm *h = data;
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)done;
	(void)all;
	if (step != DESK_COPY_COMPARE || h->done)
		return;
	h->done = true;
	assert_ok(db_open(h->uri, DB_UNFINISHED, &db, &err));
	assert_ok(db_begin(db, "harm", &err));
	assert_ok(db_exec(db, h->sql, NO_BINDS, NULL, &err));
	assert_ok(db_commit(db, &err));
	db_close(&db);
}

static void
desk_copy__a_row_or_byte_is_lost__is_told_and_not_finished(void **state)
{
	static const struct {
		const char *sql, *table;
	} cases[] = {
	    {"DELETE FROM events WHERE id = (SELECT max(id) FROM events)",
		"events"},
	    {"UPDATE tickets SET subject = subject || ' ' WHERE id = 7",
		"tickets"},
	    {"UPDATE messages SET read_us = 0 WHERE id = 3", "messages"},
	    {"UPDATE settings SET name = 'A' WHERE name = 'a'", "settings"},
	};
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char uri[ENGINE_URI_SIZE];

	furnish(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct harm harm = {uri, cases[i].sql, false};
		struct desk_copy_options o = {.from = f->uri,
		    .to = uri,
		    .to_files = tmp_path(&f->tmp, "new-files"),
		    .progress = do_harm,
		    .data = &harm};
		struct desk_copy copy = {0};
		struct db *db = NULL;

		str_copy(uri, sizeof(uri), tmp_desk(&f->tmp, "new.db"));
		o.to_files = tmp_path(&f->tmp, "new-files");
		assert_rc(desk_copy(&o, &copy, &err), OD_EDATA);
		assert_non_null(strstr(err.text, cases[i].table));
		desk_copy_free(&copy);
		assert_rc(db_open(uri, DB_OPEN, &db, &err), OD_EUNAVAIL);
		assert_rc(db_open(uri, DB_READONLY, &db, &err), OD_EUNAVAIL);
		assert_non_null(strstr(err.text, "desk copy"));
	}
}

static void
damage(struct desk_fixture *f, const char *name, bool is_gone)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s/%.2s/%s", f->d->files_dir, name, name);
	if (is_gone)
		assert_int_equal(unlink(path.s), 0);
	else
		assert_int_equal(truncate(path.s, 3), 0);
	str_free(&path);
}

static void
desk_copy__damaged_files__end_it_unless_that_is_said(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_copy copy = {0};
	char good[65], cut[65], gone[65], file[TMP_SIZE];
	struct desk_copy_options o = {.from = f->uri, .to = file};
	struct err err = ERR_INIT;
	struct str path = STR_INIT;
	struct stat st;

	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy/desk.db"));
	add_file(f, "wamid.1", good);
	add_file(f, "wamid.2", cut);
	add_file(f, "wamid.3", gone);
	damage(f, cut, false);
	damage(f, gone, true);
	assert_rc(desk_copy(&o, &copy, &err), OD_EDATA);
	assert_non_null(strstr(err.text, cut));
	assert_non_null(strstr(err.text, "--keep-damaged"));
	desk_copy_free(&copy);
	o.keep_damaged = true;
	assert_ok(desk_copy(&o, &copy, &err));
	assert_int_equal(copy.files, 3);
	assert_int_equal(copy.damaged, 2);
	assert_string_equal(copy.first_damaged, cut);
	desk_copy_free(&copy);
	str_addf(&path, "%s", tmp_path(&f->tmp, "copy/files/"));
	str_addf(&path, "%.2s/%s", good, good);
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_size, sizeof(BYTES));
	assert_int_equal(st.st_mode & 0777, 0600);
	str_free(&path);
}

static void
desk_copy__over_a_desk__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_copy copy = {0};
	struct err err = ERR_INIT;
	char file[TMP_SIZE];
	int64_t teams;

	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy.db"));
	teams = count(f->d->db, "SELECT count(*) FROM teams");
	assert_rc(copy_to(f->uri, f->uri, NULL, &copy, &err), OD_ECONFLICT);
	assert_ok(copy_to(f->uri, file, NULL, &copy, &err));
	desk_copy_free(&copy);
	assert_rc(copy_to(f->uri, file, NULL, &copy, &err), OD_ECONFLICT);
	assert_int_equal(count(f->d->db, "SELECT count(*) FROM teams"), teams);
	desk_copy_free(&copy);
}

static void
desk_copy__somebody_keeps_the_desk__is_refused(void **state)
{
	struct desk_fixture *f = *state;
	struct keeper *keeper = NULL;
	struct desk_copy copy = {0};
	struct err err = ERR_INIT;
	char file[TMP_SIZE], c;
	int ready[2], status;
	struct db *db = NULL;
	pid_t pid;

	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy.db"));
	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (keeper_become(f->uri, &keeper, NULL) != 0 ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_rc(copy_to(f->uri, file, NULL, &copy, &err), OD_EUNAVAIL);
	assert_non_null(strstr(err.text, "looks after this desk"));
	assert_rc(db_open(file, DB_OPEN, &db, &err), OD_ENOTFOUND);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ready[0]);
	close(ready[1]);
}

static void
desk_copy__text_that_is_none__is_mended_for_a_server(void **state)
{
	struct desk_fixture *f = *state;
	struct desk_copy copy = {0};
	struct err err = ERR_INIT;
	char other[ENGINE_URI_SIZE], file[TMP_SIZE];
	struct desk *d;

	str_copy(file, sizeof(file), tmp_path(&f->tmp, "copy.db"));
	str_copy(other, sizeof(other), tmp_desk(&f->tmp, "other.db"));
	assert_ok(copy_to(f->uri, file, NULL, &copy, &err));
	desk_copy_free(&copy);
	d = open_copy(file, NULL);
	assert_ok(db_begin(d->db, "test", &err));
	assert_ok(db_exec(d->db,
	    "UPDATE teams SET name = $1 WHERE id = (SELECT min(id) FROM teams)",
	    BINDS(b_text("a\xff z")), NULL, &err));
	assert_ok(db_commit(d->db, &err));
	desk_close(&d);
	assert_ok(copy_to(file, other, NULL, &copy, &err));
	assert_int_equal(copy.mended, engine_is_postgres() ? 1 : 0);
	desk_copy_free(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(desk_copy__there_and_back__is_the_same_desk),
	    DESK_TEST(desk_copy__tables__are_all_that_the_schema_makes),
	    DESK_TEST(
		desk_copy__a_row_or_byte_is_lost__is_told_and_not_finished),
	    DESK_TEST(desk_copy__damaged_files__end_it_unless_that_is_said),
	    DESK_TEST(desk_copy__over_a_desk__is_refused),
	    DESK_TEST(desk_copy__somebody_keeps_the_desk__is_refused),
	    DESK_TEST(desk_copy__text_that_is_none__is_mended_for_a_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
