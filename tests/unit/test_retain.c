/* Unit tests of syncd/work/retain: what the daemon clears, and when. */
#include "syncd/work/retain.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "db/records/approvals.h"
#include "db/records/audit.h"
#include "db/records/files.h"
#include "db/records/retention.h"
#include "db/engine/migrate.h"
#include "tests/lib/parts_fixture.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW TALK_T0
#define DUE "SELECT count(*) FROM meta WHERE name = 'retention_due'"

static struct str said;
static char file[65];

static void
sink(const char *line, void *data)
{
	str_add(data, line);
}

static int
setup(void **state)
{
	int rc = parts_setup(state);

	str_init(&said);
	log_set_sink(sink, &said);
	return rc;
}

static int
teardown(void **state)
{
	struct retain *r = ((struct parts *)*state)->d.retain;
	int rc;

	retain_stop(r);
	rc = parts_teardown(state);
	retain_free(&r);
	clock_fake_wall(0);
	log_set_sink(NULL, NULL);
	str_free(&said);
	return rc;
}

static void
stamp(struct parts *p, int64_t us)
{
	struct err err = ERR_INIT;
	char text[24];

	str_format(text, sizeof(text), "%lld", (long long)us);
	assert_ok(db_begin(p->f->d->db, "test", &err));
	assert_ok(db_exec(p->f->d->db,
	    "INSERT INTO meta(name, value) VALUES('retention_run_us', $1)",
	    BINDS(b_text(text)), NULL, &err));
	assert_ok(db_commit(p->f->d->db, &err));
}

/* A conversation that ended three years ago, with a file. */
static void
talk_of_old(struct parts *p)
{
	struct desk_fixture *f = p->f;
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;
	char digest[65];
	int64_t id, size;

	clock_fake_wall(NOW - 1100 * US_PER_DAY);
	id = talk_says(f, "wamid.old", "Hola");
	assert_ok(file_write_start(f->d->files_dir, &w, &err));
	assert_ok(file_write(w, "abc", 3, &err));
	assert_ok(file_write_finish(w, file, digest, &size, &err));
	file_write_free(&w);
	talk_system(f);
	assert_ok(file_attach_to_message(f->d,
	    talk_int(f, "SELECT max(id) FROM messages"), file, digest, size,
	    "a/b", "c", &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(conversation_claim(f->d, id, 0, &err));
	assert_ok(conversation_close(f->d, id, 0, &err));
	clock_fake_wall(NOW);
}

static bool
file_is_there(const struct parts *p)
{
	struct str path = STR_INIT;
	bool is;

	str_addf(&path, "%s/%.2s/%s", p->f->d->files_dir, file, file);
	is = access(path.s, F_OK) == 0;
	str_free(&path);
	return is;
}

static bool
is_told(struct parts *p)
{
	(void)p;
	return strstr(said.s, "from tomorrow on would go") != NULL &&
	       strstr(said.s, "conversations: 1") != NULL;
}

static void
retain__the_first_day__only_says_what_would_go(void **state)
{
	struct parts *p = *state;

	talk_of_old(p);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, is_told, "a report in the log");
	parts_wait_int(
	    p, "SELECT count(*) FROM meta WHERE name = 'retention_run_us'", 1);
	assert_int_equal(
	    talk_int(p->f, "SELECT count(*) FROM conversations"), 1);
	assert_true(file_is_there(p));
}

static bool
file_is_gone(struct parts *p)
{
	return !file_is_there(p);
}

static void
retain__a_day_later__clears_all_that_belongs_to_it(void **state)
{
	struct parts *p = *state;
	struct audit_verdict v;
	struct err err = ERR_INIT;

	talk_of_old(p);
	stamp(p, NOW - 25 * US_PER_HOUR);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait_int(p, "SELECT count(*) FROM conversations", 0);
	parts_wait(p, file_is_gone, "the file is gone");
	parts_wait_int(p, "SELECT count(*) FROM file_removals", 0);
	parts_wait_int(p, DUE, 0);
	assert_int_equal(talk_int(p->f, "SELECT count(*) FROM messages"), 0);
	assert_non_null(strstr(said.s, "gone, "));
	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	assert_ok(audit_verify(p->f->d, &v, &err));
	assert_int_equal(v.bad_seq, 0);
}

static bool
has_looked(struct parts *p)
{
	return atomic_load(&store_figures(p->d.store)->jobs) > 0;
}

/* It is woken again and again, as by the daemon: it may be busy. */
static bool
is_cleared(struct parts *p)
{
	retain_wake(p->d.retain);
	return talk_int(p->f, "SELECT count(*) FROM conversations") == 0;
}

/* Ten minutes later it looks, and has nothing to do before the day is over. */
static void
retain__the_same_day__does_nothing(void **state)
{
	SQLITE_ONLY("a server's desk goes by its clock");

	struct parts *p = *state;

	stamp(p, NOW - 23 * US_PER_HOUR);
	talk_of_old(p);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, has_looked, "a look whether it is time");
	assert_int_equal(
	    talk_int(p->f, "SELECT count(*) FROM conversations"), 1);
	assert_null(strstr(said.s, "retention"));
	clock_fake_wall(NOW + 2 * US_PER_HOUR);
	clock_fake_advance(11 * US_PER_MINUTE);
	parts_wait(p, is_cleared, "the clearing of the next day");
}

static void
retain__proposals_that_expired__are_ended(void **state)
{
	struct parts *p = *state;
	struct err err = ERR_INIT;

	clock_fake_wall(NOW - 8 * US_PER_DAY);
	desk_fixture_act(p->f, FIXTURE_TENANT, "admin");
	assert_rc(
	    retention_set(p->f->d, RETENTION_DRAFTS, 60, &err), OD_EWAITS);
	clock_fake_wall(NOW);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait_int(p, "SELECT count(*) FROM approvals WHERE state = 3", 1);
}

/* A file beside the desk that was written days ago. */
static void
put_copy(struct parts *p, const char *end, int days)
{
	struct timespec at = {.tv_sec = NOW / US_PER_SECOND - days * 86400L};
	struct timespec both[2] = {at, at};
	struct str path = STR_INIT;
	struct err err = ERR_INIT;

	str_addf(&path, "%s%s", db_path(p->f->d->db), end);
	assert_ok(fs_write_atomic(path.s, "x", 1, 0600, &err));
	assert_int_equal(utimensat(AT_FDCWD, path.s, both, 0), 0);
	str_free(&path);
}

static bool
copy_is_there(struct parts *p, const char *end)
{
	struct str path = STR_INIT;
	bool is;

	str_addf(&path, "%s%s", db_path(p->f->d->db), end);
	is = access(path.s, F_OK) == 0;
	str_free(&path);
	return is;
}

static bool
copies_are_told(struct parts *p)
{
	(void)p;
	return strstr(said.s, "copies from before an upgrade are gone") != NULL;
}

static bool
is_at_rest(struct parts *p)
{
	(void)p;
	return strstr(said.s, "done for today") != NULL;
}

static char last[32], before[32], later[32];

static void
name_copies(void)
{
	clock_fake_wall(NOW);
	str_format(last, sizeof(last), ".before-%d", SCHEMA_VERSION);
	str_format(before, sizeof(before), ".before-%d", SCHEMA_VERSION - 1);
	str_format(later, sizeof(later), ".before-%d", SCHEMA_VERSION + 1);
}

/* Only what this desk's upgrades made, and no upgrade needs any more. */
static void
retain__copies_of_upgrades__go_when_nobody_needs_them(void **state)
{
	SQLITE_ONLY("a server's desk is copied by its own tools");

	struct parts *p = *state;

	name_copies();
	put_copy(p, last, 29);
	put_copy(p, before, 1);
	put_copy(p, later, 100);
	put_copy(p, ".before-x", 100);
	put_copy(p, "x.before-1", 100);
	stamp(p, NOW - 25 * US_PER_HOUR);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, is_at_rest, "the end of its work");
	assert_true(copy_is_there(p, last));
	assert_false(copy_is_there(p, before));
	assert_true(copy_is_there(p, later));
	assert_true(copy_is_there(p, ".before-x"));
	assert_true(copy_is_there(p, "x.before-1"));
	assert_true(copies_are_told(p));
	assert_non_null(strstr(said.s, before));
	assert_null(strstr(said.s, last));
}

static void
retain__copy_of_the_last_upgrade__goes_after_30_days(void **state)
{
	SQLITE_ONLY("a server's desk is copied by its own tools");

	struct parts *p = *state;

	name_copies();
	put_copy(p, last, 31);
	stamp(p, NOW - 25 * US_PER_HOUR);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, copies_are_told, "copies that are gone");
	assert_false(copy_is_there(p, last));
}

/* On the first day nothing goes. */
static void
retain__copies_on_the_first_day__stay(void **state)
{
	SQLITE_ONLY("a server's desk is copied by its own tools");

	struct parts *p = *state;

	name_copies();
	put_copy(p, before, 100);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, is_at_rest, "the end of its work");
	assert_true(copy_is_there(p, before));
}

/* 20 MiB of rows, of which one in ten stays. */
static void
fill_and_clear(struct desk *d)
{
	struct str large = STR_INIT;
	struct err err = ERR_INIT;

	for (int i = 0; i < 100000; i++)
		str_addc(&large, 'x');
	assert_ok(db_begin(d->db, "test", &err));
	for (int i = 0; i < 200; i++)
		assert_ok(db_exec(d->db,
		    "INSERT INTO meta(name, value)"
		    " VALUES('test' || CAST($1 AS TEXT), $2)",
		    BINDS(b_int(i), b_text(large.s)), NULL, &err));
	assert_ok(db_commit(d->db, &err));
	assert_ok(db_begin(d->db, "test", &err));
	assert_ok(db_exec(d->db,
	    "DELETE FROM meta WHERE name LIKE 'test%' AND name NOT LIKE '%7'",
	    NO_BINDS, NULL, &err));
	assert_ok(db_commit(d->db, &err));
	str_free(&large);
}

#define PAGES "SELECT page_count FROM pragma_page_count"
#define EMPTY "SELECT freelist_count FROM pragma_freelist_count"

static void
retain__much_was_cleared__the_file_gives_it_back(void **state)
{
	SQLITE_ONLY("a server keeps its own files");

	struct parts *p = *state;
	struct err err = ERR_INIT;
	int64_t all;

	fill_and_clear(p->f->d);
	all = talk_int(p->f, PAGES);
	assert_true(talk_int(p->f, EMPTY) > 4000);
	stamp(p, NOW - 25 * US_PER_HOUR);
	p->d.retain = retain_new(&p->d);
	retain_wake(p->d.retain);
	parts_wait(p, is_at_rest, "the end of its work");
	assert_non_null(strstr(said.s, "pages given back to the disk: "));
	assert_true(talk_int(p->f, PAGES) < all / 2);
	/* What comes next finds room. */
	assert_true(talk_int(p->f, EMPTY) >= 1000);
	assert_ok(db_verify(p->f->d->db, &err));
	assert_int_equal(
	    talk_int(p->f, "SELECT count(*) FROM meta WHERE name LIKE 'test%'"),
	    20);
}

int
main(void)
{
#define CASE(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
	    CASE(retain__the_first_day__only_says_what_would_go),
	    CASE(retain__a_day_later__clears_all_that_belongs_to_it),
	    CASE(retain__the_same_day__does_nothing),
	    CASE(retain__proposals_that_expired__are_ended),
	    CASE(retain__copies_of_upgrades__go_when_nobody_needs_them),
	    CASE(retain__copy_of_the_last_upgrade__goes_after_30_days),
	    CASE(retain__copies_on_the_first_day__stay),
	    CASE(retain__much_was_cleared__the_file_gives_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
