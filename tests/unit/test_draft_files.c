/* Drafts that a program keeps in files when it is too old to write. */
#include "common/str.h"
#include "db/records/draft_files.h"
#include "common/clock.h"
#include "common/fsutil.h"
#include "db/core/op.h"
#include "db/engine/migrate.h"
#include "tests/lib/desk_test.h"
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

static void
raise_writer(struct desk_fixture *f, int by)
{
	struct err err = ERR_INIT;

	assert_ok(db_begin(f->d->db, "raise_writer", &err));
	assert_ok(db_exec(f->d->db, "UPDATE schema SET min_writer = $1",
	    BINDS(b_int(SCHEMA_VERSION + by)), NULL, &err));
	assert_ok(db_commit(f->d->db, &err));
}

static size_t
files(struct desk_fixture *f, char *last, size_t size)
{
	DIR *dir = opendir(f->d->drafts_dir);
	struct dirent *e;
	size_t n = 0;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.') {
			n++;
			str_format(last, size, "%s/%s", f->d->drafts_dir,
			    e->d_name);
		}
	if (dir != NULL)
		closedir(dir);
	return n;
}

static void
assert_draft(struct desk_fixture *f, int64_t ticket, const char *body)
{
	struct err err = ERR_INIT;
	struct draft dr = {0};

	assert_ok(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err));
	assert_string_equal(dr.body, body);
	draft_clear(&dr);
}

static void
keep(struct desk_fixture *f, int64_t ticket, const char *body)
{
	struct err err = ERR_INIT;

	assert_ok(draft_keep(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, body, 2, 1, &err));
}

static void
take(struct desk_fixture *f, size_t expected)
{
	struct err err = ERR_INIT;
	size_t taken;

	assert_ok(draft_files_take(f->d, &taken, &err));
	assert_int_equal(taken, expected);
}

static void
draft_keep__too_old__is_a_file_and_then_a_draft(void **state)
{
	struct desk_fixture *f = *state;
	char path[600];
	struct stat st;
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	keep(f, ticket, "In the desk");
	assert_int_equal(files(f, path, sizeof(path)), 0);
	raise_writer(f, 1);
	keep(f, ticket, "In the desk, and");
	keep(f, ticket, "In the desk, and \"more\"\n\x1b");
	assert_true(f->d->outdated);
	assert_int_equal(files(f, path, sizeof(path)), 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_draft(f, ticket, "In the desk");
	raise_writer(f, 0);
	take(f, 1);
	assert_draft(f, ticket, "In the desk, and \"more\"\n\x1b");
	assert_int_equal(files(f, path, sizeof(path)), 0);
	take(f, 0);
}

static void
draft_files__seen_before__is_only_removed(void **state)
{
	struct desk_fixture *f = *state;
	struct str copy = STR_INIT;
	struct err err = ERR_INIT;
	char path[600];
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	raise_writer(f, 1);
	keep(f, ticket, "Once");
	raise_writer(f, 0);
	assert_int_equal(files(f, path, sizeof(path)), 1);
	assert_ok(fs_read(path, 4096, &copy, &err));
	take(f, 1);
	assert_ok(draft_save(
	    f->d, RECORD_TICKET, ticket, DRAFT_REPLY, "", 0, 0, &err));
	/* As if the power had gone before the file did. */
	assert_ok(fs_write_atomic(path, copy.s, copy.len, 0600, &err));
	take(f, 0);
	assert_int_equal(files(f, path, sizeof(path)), 0);
	assert_rc(draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
		      &(struct draft){0}, &err),
	    OD_ENOTFOUND);
	str_free(&copy);
}

static void
draft_files__newer_in_the_desk__stay_both(void **state)
{
	struct desk_fixture *f = *state;
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	clock_fake_wall(1000 * US_PER_DAY);
	raise_writer(f, 1);
	keep(f, ticket, "From the old one");
	raise_writer(f, 0);
	clock_fake_wall(1001 * US_PER_DAY);
	f->d->session[0] = 'x'; /* another one's */
	keep(f, ticket, "Newer");
	take(f, 1);
	assert_draft(f, ticket, "Newer\nFrom the old one");
	clock_fake_wall(0);
}

static void
draft_files__same_session_goes_on__only_the_newest_stays(void **state)
{
	struct desk_fixture *f = *state;
	char path[600];
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	raise_writer(f, 1);
	keep(f, ticket, "Before");
	assert_int_equal(files(f, path, sizeof(path)), 1);
	raise_writer(f, 0);
	keep(f, ticket, "After");
	assert_int_equal(files(f, path, sizeof(path)), 0);
	take(f, 0);
	assert_draft(f, ticket, "After");
}

static void
draft_files__of_somebody_else_or_broken__stay(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char path[600], mine[600];
	size_t taken;
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	raise_writer(f, 1);
	keep(f, ticket, "Mine");
	raise_writer(f, 0);
	assert_int_equal(files(f, mine, sizeof(mine)), 1);
	desk_fixture_act(f, FIXTURE_TENANT, "mate");
	take(f, 0);
	assert_int_equal(files(f, path, sizeof(path)), 1);
	snprintf(path, sizeof(path), "%s/x.draft", f->d->drafts_dir);
	assert_ok(fs_write_atomic(path, "{\"id\":", 6, 0600, &err));
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_rc(draft_files_take(f->d, &taken, &err), OD_EDATA);
	assert_non_null(strstr(err.text, "x.draft"));
	assert_int_equal(taken, 1);
	assert_draft(f, ticket, "Mine");
	assert_int_equal(files(f, path, sizeof(path)), 1);
}

/* One editor's next call replaces what its last one put there. */
static void
draft_keep_behind__again__replaces_its_own(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	int64_t ticket;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	assert_ok(draft_keep_behind(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "Hola", NULL, 1, &err));
	assert_ok(draft_keep_behind(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "ya", NULL, 2, &err));
	assert_ok(draft_keep_behind(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "ya vamos", "ya", 2, &err));
	assert_draft(f, ticket, "Hola\nya vamos");
	assert_ok(draft_keep_behind(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "y más", "otra cosa", 2, &err));
	assert_draft(f, ticket, "Hola\nya vamos\ny más");
}

/* Nobody could look what the desk has: none of it is replaced. */
static void
draft_keep_behind__server_away__follows_what_the_desk_has(void **state)
{
	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	struct draft dr = {0};
	char path[600];
	int64_t ticket;

	if (!engine_is_postgres())
		return; /* a file is not away */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	ticket = desk_fixture_ticket(f, "x");
	keep(f, ticket, "Buenos días:");
	engine_away(f->uri);
	for (uint64_t place = 1; place <= 2; place++)
		for (int i = 0; i < 2; i++)
			assert_ok(draft_keep_behind(f->d, RECORD_TICKET,
			    ticket, DRAFT_REPLY,
			    i == 0      ? "ya"
			    : place == 1 ? "ya vamos"
			                 : "y luego",
			    i == 0 ? NULL : "ya", place, &err));
	assert_int_equal(files(f, path, sizeof(path)), 2);
	engine_back(f->uri);
	desk_fixture_await_server(f);
	take(f, 2);
	assert_ok(draft_keep_behind(f->d, RECORD_TICKET, ticket, DRAFT_REPLY,
	    "adiós", NULL, 3, &err));
	assert_ok(
	    draft_get(f->d, RECORD_TICKET, ticket, DRAFT_REPLY, &dr, &err));
	assert_ptr_equal(strstr(dr.body, "Buenos días:\n"), dr.body);
	assert_non_null(strstr(dr.body, "\nya vamos\n"));
	assert_non_null(strstr(dr.body, "\ny luego\n"));
	assert_non_null(strstr(dr.body, "\nadiós"));
	draft_clear(&dr);
	assert_int_equal(files(f, path, sizeof(path)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(draft_keep__too_old__is_a_file_and_then_a_draft),
	    DESK_TEST(draft_files__seen_before__is_only_removed),
	    DESK_TEST(draft_files__newer_in_the_desk__stay_both),
	    DESK_TEST(
		draft_files__same_session_goes_on__only_the_newest_stays),
	    DESK_TEST(draft_files__of_somebody_else_or_broken__stay),
	    DESK_TEST(draft_keep_behind__again__replaces_its_own),
	    DESK_TEST(
		draft_keep_behind__server_away__follows_what_the_desk_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
