/* Unit tests of syncd/work/spool: events in files, and back into the desk. */
#include "common/fsutil.h"
#include "tests/lib/parts_fixture.h"
#include <dirent.h>

#define EVENTS "SELECT COUNT(*) FROM raw_events"

static size_t
files(struct parts *p, const char *suffix, char *path, size_t size)
{
	struct str dir = STR_INIT;
	const struct dirent *e;
	size_t n = 0;
	DIR *d;

	desk_beside(p->d.uri, ".spool", &dir);
	if ((d = opendir(dir.s)) != NULL) {
		while ((e = readdir(d)) != NULL) {
			size_t len = strlen(e->d_name), k = strlen(suffix);

			if (len < k || strcmp(e->d_name + len - k, suffix) != 0)
				continue;
			n++;
			if (path != NULL)
				str_format(
				    path, size, "%s/%s", dir.s, e->d_name);
		}
		closedir(d);
	}
	str_free(&dir);
	return n;
}

static void
keep(struct parts *p, const char *body, size_t n)
{
	struct spool_target t = {p->f->demo.id, TALK_CHANNEL};
	struct err err = ERR_INIT;

	assert_ok(spool_may_keep(p->d.spool, &err));
	assert_ok(spool_keep(p->d.spool, &t, 1, body, n, &err));
	spool_kept(p->d.spool);
}

static bool
is_empty(struct parts *p)
{
	return spool_count(p->d.spool) == 0;
}

static void
spool_keep__then_wake__comes_into_the_desk(void **state)
{
	struct parts *p = *state;
	const char body[] = "{\"a\":\"\n\n\"}\0tail";

	keep(p, body, sizeof(body) - 1);
	keep(p, body, sizeof(body) - 1); /* once more: one event all the same */
	keep(p, "{}", 2);
	assert_int_equal(spool_count(p->d.spool), 3);
	assert_int_equal(files(p, ".event", NULL, 0), 3);
	spool_wake(p->d.spool);
	parts_wait(p, is_empty, "the spool to be empty");
	assert_int_equal(talk_int(p->f, EVENTS), 2);
	assert_int_equal(files(p, ".event", NULL, 0), 0);
	assert_int_equal(
	    talk_int(p->f, "SELECT MAX(LENGTH(body)) FROM raw_events"),
	    sizeof(body) - 1);
	/* And they are read: neither is an event of ours. */
	parts_wait_int(p, "SELECT COUNT(*) FROM raw_events WHERE state = 0", 0);
}

static void
spool_wake__disk_full__keeps_the_file(void **state)
{
	struct parts *p = *state;

	keep(p, "{}", 2);
	parts_fail_after(p, 1);
	spool_wake(p->d.spool);
	for (int i = 0; i < 50; i++)
		uv_run(&p->loop, UV_RUN_NOWAIT);
	store_tend(p->d.store);
	assert_int_equal(files(p, ".event", NULL, 0), 1);
	assert_int_equal(spool_count(p->d.spool), 1);
	do {
		spool_wake(p->d.spool);
		uv_run(&p->loop, UV_RUN_ONCE);
	} while (!is_empty(p));
	assert_int_equal(talk_int(p->f, EVENTS), 1);
}

static void
spool_new__files_of_before__are_found(void **state)
{
	struct parts *p = *state;

	keep(p, "{}", 2);
	spool_free(&p->d.spool);
	p->d.spool = spool_new(&p->d);
	assert_int_equal(spool_count(p->d.spool), 1);
	spool_wake(p->d.spool);
	parts_wait(p, is_empty, "the spool to be empty");
	assert_int_equal(talk_int(p->f, EVENTS), 1);
}

static void
spool_wake__damaged_file__is_set_aside(void **state)
{
	static const char *const damaged[] = {"", "nonsense",
	    "opdesk-spool 1\n\n{}", "opdesk-spool 1\n1\n\n{}",
	    "opdesk-spool 1\n1 soporte\n{}"};
	struct parts *p = *state;
	struct err err = ERR_INIT;
	char path[512];

	for (size_t i = 0; i < 5; i++) {
		keep(p, "{}", 2);
		assert_int_equal(files(p, ".event", path, sizeof(path)), 1);
		assert_ok(fs_write_atomic(
		    path, damaged[i], strlen(damaged[i]), 0600, &err));
		spool_wake(p->d.spool);
		parts_wait(p, is_empty, "the spool to be empty");
		assert_int_equal(files(p, ".bad", NULL, 0), i + 1);
	}
	assert_int_equal(talk_int(p->f, EVENTS), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PARTS_TEST(spool_keep__then_wake__comes_into_the_desk),
	    PARTS_TEST(spool_wake__disk_full__keeps_the_file),
	    PARTS_TEST(spool_new__files_of_before__are_found),
	    PARTS_TEST(spool_wake__damaged_file__is_set_aside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
