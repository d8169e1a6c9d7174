/*
 * Unit tests of syncd/work/spool: events in files, and back into the desk.
 *
 * Turned red by: a spool that the loop writes, while the reader could; files
 * that are set aside at EIO; no look any more after one that failed.
 */
#include "common/fsutil.h"
#include "tests/lib/api_fixture.h"
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

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

static bool
has_one(struct parts *p)
{
	return files(p, ".event", NULL, 0) == 1;
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

/* A sick disk, or too many open files: it may be read the next time. */
static void
spool_wake__unreadable_just_now__keeps_the_file(void **state)
{
	struct parts *p = *state;
	struct str dir = STR_INIT, path = STR_INIT, away = STR_INIT;
	struct str whole = STR_INIT;
	char name[512];

	desk_beside(p->d.uri, ".spool", &dir);
	str_addf(&path, "%s/00000000000000000001-0.event", dir.s);
	str_addf(&whole, "%s-whole", dir.s);
	keep(p, "{\"a\":1}", 7);
	assert_int_equal(files(p, ".event", name, sizeof(name)), 1);
	assert_int_equal(link(name, whole.s), 0);
	assert_int_equal(unlink(name), 0);
	keep(p, "{}", 2);
	keep(p, "{\"b\":1}", 7);
	/* Nobody can read the bytes at its beginning. */
	assert_int_equal(symlink("/proc/self/mem", path.s), 0);
	spool_wake(p->d.spool);
	parts_wait_int(p, EVENTS, 2);
	assert_int_equal(files(p, ".bad", NULL, 0), 0);
	parts_wait(p, has_one, "the others to be gone");
	assert_int_equal(unlink(path.s), 0);
	assert_int_equal(link(whole.s, path.s), 0);
	/* Nor is it forgotten when the folder cannot be looked at. */
	str_addf(&away, "%s-away", dir.s);
	assert_int_equal(rename(dir.s, away.s), 0);
	assert_int_equal(symlink(dir.s, dir.s), 0);
	spool_wake(p->d.spool);
	assert_int_equal(spool_count(p->d.spool), 1);
	assert_int_equal(unlink(dir.s), 0);
	assert_int_equal(rename(away.s, dir.s), 0);
	spool_wake(p->d.spool);
	parts_wait(p, is_empty, "the spool to be empty");
	assert_int_equal(talk_int(p->f, EVENTS), 3);
	assert_int_equal(unlink(whole.s), 0);
	str_free(&whole);
	str_free(&away);
	str_free(&dir);
	str_free(&path);
}

/* ---- who waits for the disk ---- */

static pthread_t loop_thread;
static atomic_int syncs, syncs_on_loop;

static int
note_fsync(int fd)
{
	atomic_fetch_add(&syncs, 1);
	if (pthread_equal(pthread_self(), loop_thread))
		atomic_fetch_add(&syncs_on_loop, 1);
	return fsync(fd);
}

static const struct fs_ops noted = {
    .write = write, .fsync = note_fsync, .rename = rename, .unlink = unlink};

static int
noted_setup(void **state)
{
	api_setup(state); /* before the ops: what starts may wait */
	loop_thread = pthread_self();
	atomic_store(&syncs, 0);
	atomic_store(&syncs_on_loop, 0);
	fs_set_ops(&noted);
	return 0;
}

static int
noted_teardown(void **state)
{
	fs_set_ops(NULL);
	return api_teardown(state);
}

static void
webhook__desk_does_not_take_it__never_syncs_on_the_loop(void **state)
{
	struct parts *p = *state;

	for (int i = 1; i <= 3; i++) {
		parts_fail_after(p, 1);
		assert_int_equal(api_message(p, "A salvo"), 200);
		/* It was answered when it was durable, not before. */
		assert_int_equal(files(p, ".event", NULL, 0), i);
		assert_int_equal(spool_count(p->d.spool), i);
		assert_in_range(atomic_load(&syncs), 2 * i, 100);
	}
	assert_int_equal(atomic_load(&syncs_on_loop), 0);
	store_tend(p->d.store); /* it can be written again */
	do {
		spool_wake(p->d.spool);
		uv_run(&p->loop, UV_RUN_ONCE);
	} while (!is_empty(p));
	parts_wait_int(
	    p, "SELECT COUNT(*) FROM messages WHERE body = 'A salvo'", 3);
	assert_int_equal(atomic_load(&syncs_on_loop), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    PARTS_TEST(spool_keep__then_wake__comes_into_the_desk),
	    PARTS_TEST(spool_wake__disk_full__keeps_the_file),
	    PARTS_TEST(spool_new__files_of_before__are_found),
	    PARTS_TEST(spool_wake__damaged_file__is_set_aside),
	    PARTS_TEST(spool_wake__unreadable_just_now__keeps_the_file),
	    cmocka_unit_test_setup_teardown(
		webhook__desk_does_not_take_it__never_syncs_on_the_loop,
		noted_setup, noted_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
