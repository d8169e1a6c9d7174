/*
 * A damaged desk gives back what can be read: all rows but those of the
 * damaged pages, counted, and a desk that is whole.
 *
 * Seen red with: pass_gap made to give up at once.
 */
#include "db/core/op.h"
#include "db/records/backup.h"
#include "db/records/outbox.h"
#include "db/engine/keeper.h"
#include "tests/lib/desk_test.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE    4096
#define TICKETS 1000

struct seen {
	int64_t tickets, expected, gaps, tables;
};

static void
look(const struct recover_table *t, void *data)
{
	struct seen *s = data;

	s->tables++;
	if (strcmp(t->name, "tickets") != 0)
		return;
	s->tickets = t->read;
	s->expected = t->expected;
	s->gaps = t->gaps;
}

/* Tickets, and all of it in the desk's file; nobody has it open. */
static void
fill(struct desk_fixture *f)
{
	struct keeper *keeper = NULL;
	struct err err = ERR_INIT;

	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_ok(db_batch_begin(f->d, &err));
	for (int i = 0; i < TICKETS; i++)
		desk_fixture_ticket(f, "A ticket of the damaged desk");
	assert_ok(db_batch_end(f->d, &err));
	assert_ok(keeper_become(f->uri, &keeper, &err));
	assert_ok(keeper_tend(keeper, true, &err));
	keeper_free(&keeper);
	desk_close(&f->d);
}

static int64_t
size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

static void
damage(const char *path, int64_t at, size_t n)
{
	char noise[PAGE];
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	memset(noise, 0xA5, sizeof(noise));
	assert_int_equal(pwrite(fd, noise, n, at), n);
	close(fd);
}

/* Leaf pages that hold the subject: their places, at most max. */
static int
find_leaves(const char *path, int64_t *places, int max)
{
	static const char words[] = "A ticket of the damaged desk";
	char page[PAGE];
	int fd = open(path, O_RDONLY), found = 0;

	assert_true(fd >= 0);
	for (int64_t at = PAGE; found < max && at < size_of(path); at += PAGE) {
		assert_int_equal(pread(fd, page, PAGE, at), PAGE);
		if (page[0] == 13 && memmem(page, PAGE, words, strlen(words)))
			places[found++] = at;
	}
	close(fd);
	return found;
}

static void
recover(struct desk_fixture *f, struct seen *seen, struct desk **d)
{
	struct recover_figures figures;
	struct restore_figures out;
	struct desk_options o = {0};
	struct err err = ERR_INIT;
	char to[TMP_SIZE];

	snprintf(to, sizeof(to), "%s", tmp_path(&f->tmp, "recovered.db"));
	memset(seen, 0, sizeof(*seen));
	assert_ok(desk_recover(f->uri, to, look, seen, &figures, &out, &err));
	assert_true(seen->tables > 20);
	o.uri = to;
	assert_ok(desk_open(&o, d, &err));
	assert_ok(db_verify_indexes((*d)->db, &err));
}

static int64_t
count_tickets(struct desk *d)
{
	struct err err = ERR_INIT;
	int64_t n;

	assert_ok(
	    db_int(d->db, &n, "SELECT count(*) FROM tickets", NO_BINDS, &err));
	return n;
}

static void
recover__head_destroyed__every_row_comes_back(void **state)
{
	SQLITE_ONLY("it destroys pages of the file");

	struct desk_fixture *f = *state;
	struct seen seen;
	char *before, *after;

	fill(f);
	f->d = desk_fixture_open(f);
	before = desk_fixture_dump(f);
	desk_close(&f->d);
	damage(f->uri, 0, 100);
	recover(f, &seen, &f->d);
	assert_int_equal(seen.tickets, TICKETS);
	assert_int_equal(seen.gaps, 0);
	after = desk_fixture_dump(f);
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void
recover__leaves_destroyed__the_others_come_back(void **state)
{
	SQLITE_ONLY("it destroys pages of the file");

	struct desk_fixture *f = *state;
	int64_t places[400];
	struct seen seen;
	int found, lost = 0;

	fill(f);
	found = find_leaves(f->uri, places, 400);
	assert_true(found > 10);
	for (int i = 1; i < found; i += 4, lost++)
		damage(f->uri, places[i], PAGE);
	recover(f, &seen, &f->d);
	assert_true(seen.gaps >= 1);
	assert_int_equal(count_tickets(f->d), seen.tickets);
	/* No leaf holds more than this many of them. */
	assert_in_range(seen.tickets, TICKETS - lost * 60, TICKETS - 1);
	assert_true(seen.expected == TICKETS || seen.expected == -1);
	/* Ids of what is lost are not given again. */
	desk_fixture_act(f, FIXTURE_TENANT, "operator");
	assert_true(desk_fixture_ticket(f, "after") > TICKETS);
}

/*
 * A copy that did not end, or a file system that lost the end.  A desk that
 * was restored has the end of its own description there.
 */
static void
recover__end_missing__what_is_before_it_comes_back(void **state)
{
	SQLITE_ONLY("it cuts the file");

	struct desk_fixture *f = *state;
	struct err err = ERR_INIT;
	char packed[TMP_SIZE];
	struct seen seen;
	int64_t places[400];
	int found;

	fill(f);
	snprintf(packed, sizeof(packed), "%s", tmp_path(&f->tmp, "packed.db"));
	f->d = desk_fixture_open(f);
	assert_ok(db_copy(f->d->db, packed, &err));
	desk_close(&f->d);
	found = find_leaves(packed, places, 400);
	assert_true(found > 10);
	assert_int_equal(truncate(packed, places[found / 2]), 0);
	assert_int_equal(rename(packed, f->uri), 0);
	recover(f, &seen, &f->d);
	assert_true(seen.gaps >= 1);
	assert_in_range(seen.tickets, TICKETS / 4, TICKETS - 1);
	assert_int_equal(count_tickets(f->d), seen.tickets);
}

static void
recover__nothing_readable__leaves_nothing(void **state)
{
	SQLITE_ONLY("it destroys pages of the file");

	struct desk_fixture *f = *state;
	struct recover_figures figures;
	struct restore_figures out;
	struct err err = ERR_INIT;
	struct seen seen = {0};
	char to[TMP_SIZE];

	fill(f);
	for (int64_t at = 0; at < size_of(f->uri); at += PAGE)
		damage(f->uri, at, PAGE);
	snprintf(to, sizeof(to), "%s", tmp_path(&f->tmp, "recovered.db"));
	assert_rc(desk_recover(f->uri, to, look, &seen, &figures, &out, &err),
	    OD_EDATA);
	assert_int_equal(access(to, F_OK), -1);
	assert_int_equal(
	    access(tmp_path(&f->tmp, "recovered.db.new.damaged"), F_OK), -1);
	assert_int_equal(close(open(to, O_CREAT | O_WRONLY, 0600)), 0);
	assert_rc(desk_recover(f->uri, to, look, &seen, &figures, &out, &err),
	    OD_ECONFLICT);
	f->d = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    DESK_TEST(recover__head_destroyed__every_row_comes_back),
	    DESK_TEST(recover__leaves_destroyed__the_others_come_back),
	    DESK_TEST(recover__end_missing__what_is_before_it_comes_back),
	    DESK_TEST(recover__nothing_readable__leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
