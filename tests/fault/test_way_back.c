/*
 * The way back with the real programs: a desk on a disk that gives back wrong
 * bytes, and none at all for a few pages, is recovered; one that is gone comes
 * back from its backup.  What a daemon had acknowledged into the spool while
 * the desk could not be written arrives once, also when it had been taken in
 * before the backup; the counts that doctor tells are those of the desk.
 *
 * Reading fails by order of tests/shim/fault.c, in the programs.  Turned red
 * by: a recovery that gives up at EIO; kept events that are not taken in;
 * counts of what there should be instead of what came back; events that are
 * not read again though their messages are lost.
 *
 * SQLite only: it is about the desk's file.
 */
#include "common/clock.h"
#include "common/fsutil.h"
#include "common/json.h"
#include "common/xalloc.h"
#include "db/core/op.h"
#include "tests/lib/preload.h"
#include "tests/lib/stage_desk.h"
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define PAGE     4096
#define MESSAGES 60
#define SPOOLED  3
#define PAGES    60
/* Those that hold what customers said. */
#define ROWS                                                                   \
	"SELECT (SELECT count(*) FROM messages)"                               \
	" + (SELECT count(*) FROM raw_events)"                                 \
	" + (SELECT count(*) FROM search_texts)"

static struct stage stage;
static char spool[300], kept[160];

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	preload_begin("fault", "OPDESK_FAULT_DIR", stage.dir);
	snprintf(spool, sizeof(spool), "%s.spool", stage.desk);
	snprintf(kept, sizeof(kept), "%s/kept.spool", stage.dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	preload_end();
	stage_close(&stage);
	return 0;
}

/* ---- events ---- */

static int
says(const char *what, int i)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %d", what, i);
	return stage_says(&stage, "34600111222", "Lucía", text, NULL);
}

static void
expect_once(const char *what, int count)
{
	char sql[128];

	for (int i = 0; i < count; i++) {
		snprintf(sql, sizeof(sql),
		    "SELECT count(*) FROM messages WHERE body = '%s %d'", what,
		    i);
		if (!stage_wait_int(&stage, sql, 1))
			fail_msg(
			    "%s %d: not there, or more than once", what, i);
	}
}

struct post {
	const char *what;
	int i, status;
	pthread_t thread;
};

static void *
post(void *data)
{
	struct post *p = data;

	p->status = says(p->what, p->i);
	return NULL;
}

static int
spooled(const char *dir)
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += strstr(e->d_name, ".event") != NULL;
	if (d != NULL)
		closedir(d);
	return n;
}

/* A file goes a moment after what it held is in the desk. */
static void
wait_no_spool(void)
{
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (spooled(spool) > 0 && clock_mono_us() < until)
		poll(NULL, 0, 10);
	assert_int_equal(spooled(spool), 0);
}

/* Acknowledged while somebody else holds the desk; then the daemon dies. */
static void
fill_spool(const char *what)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct post posts[SPOOLED];
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(d->db, "test", &err), 0);
	for (int i = 0; i < SPOOLED; i++) {
		posts[i] = (struct post){.what = what, .i = i};
		assert_int_equal(
		    pthread_create(&posts[i].thread, NULL, post, &posts[i]), 0);
	}
	for (int i = 0; i < SPOOLED; i++) {
		pthread_join(posts[i].thread, NULL);
		assert_int_equal(posts[i].status, 200);
	}
	stage_kill_daemon(&stage);
	db_rollback(d->db);
	desk_close(&d);
	assert_int_equal(spooled(spool), SPOOLED);
}

/* The files of one spool, as they are, in another one. */
static void
copy_spool(const char *from, const char *to)
{
	struct str path = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;
	const struct dirent *e;
	DIR *d;

	assert_int_equal(fs_mkdir(to, 0700, &err), 0);
	d = opendir(from);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strstr(e->d_name, ".event") == NULL)
			continue;
		str_clear(&path);
		str_clear(&text);
		str_addf(&path, "%s/%s", from, e->d_name);
		assert_int_equal(fs_read(path.s, 1 << 20, &text, &err), 0);
		str_clear(&path);
		str_addf(&path, "%s/%s", to, e->d_name);
		assert_int_equal(
		    fs_write_atomic(path.s, text.s, text.len, 0600, &err), 0);
	}
	closedir(d);
	str_free(&path);
	str_free(&text);
}

/* ---- the desk ---- */

static void
run_ok(struct str *out, const char *noun, const char *verb, const char *a,
    const char *b, const char *c, const char *e)
{
	struct str said = STR_INIT;

	if (stage_opdesk(&stage, out, &said, "--json", noun, verb, a, b, c, e,
		NULL) != 0)
		fail_msg("%s: %s", noun, said.s);
	str_free(&said);
}

/* What waited is taken in, and all of the log is in the file. */
static void
settle(const char *what)
{
	stage_start_daemon(&stage);
	expect_once(what, SPOOLED);
	wait_no_spool();
	assert_int_equal(stage_stop_daemon(&stage), 0);
}

/* The message is lost, the event that brought it is not. */
static void
lose_message(const char *body)
{
	struct desk *d = stage_desk(&stage, NULL);
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(d->db, "test", &err), 0);
	assert_int_equal(db_exec(d->db, "DELETE FROM messages WHERE body = $1",
			     BINDS(b_text(body)), NULL, &err),
	    0);
	assert_int_equal(db_commit(d->db, &err), 0);
	desk_close(&d);
}

/* Pages of rows with this text: their places, at most max. */
static int
find_pages(const char *text, off_t *places, int max)
{
	struct str file = STR_INIT;
	int n = 0;

	assert_int_equal(fs_read(stage.desk, 64u << 20, &file, NULL), 0);
	for (size_t at = PAGE; at + PAGE <= file.len && n < max; at += PAGE)
		if (file.s[at] == 0x0d &&
		    memmem(file.s + at, PAGE, text, strlen(text)) != NULL)
			places[n++] = (off_t)at;
	str_free(&file);
	return n;
}

static void
damage(off_t at, const void *p, size_t n)
{
	int fd = open(stage.desk, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, p, n, at), n);
	close(fd);
}

/* All that begins with the desk's name; then the spool back. */
static void
put_away(const char *name)
{
	char dir[200], from[600], to[600];
	struct err err = ERR_INIT;
	const struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof(dir), "%s/%s", stage.dir, name);
	assert_int_equal(fs_mkdir(dir, 0700, &err), 0);
	d = opendir(stage.dir);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (!str_starts(e->d_name, "desk.db") ||
		    strcmp(e->d_name, "desk.db.spool") == 0)
			continue;
		snprintf(from, sizeof(from), "%s/%s", stage.dir, e->d_name);
		snprintf(to, sizeof(to), "%s/%s", dir, e->d_name);
		assert_int_equal(rename(from, to), 0);
	}
	closedir(d);
}

/* "messages: 58 of 60 rows; ...", as the desk has it: how many. */
static int64_t
told_rows(const struct str *out, const char *table)
{
	struct json *doc = NULL;
	struct str begin = STR_INIT;
	int64_t n = -1;

	str_addf(&begin, "%s: ", table);
	assert_int_equal(
	    json_parse(out->s, out->len, &json_limits_api, &doc, NULL), 0);
	for (const struct json *row = json_first(doc); row != NULL;
	     row = json_next(row)) {
		const char *text = json_string(row, "text");

		if (text == NULL || !str_starts(text, begin.s))
			continue;
		text += begin.len;
		n = strtoll(text + strcspn(text, "0123456789"), NULL, 10);
	}
	json_free(&doc);
	str_free(&begin);
	return n;
}

static void
check_counts(const struct str *out)
{
	static const char *const tables[] = {
	    "messages", "conversations", "contacts", "tickets", "raw_events"};
	char sql[64];

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		snprintf(
		    sql, sizeof(sql), "SELECT count(*) FROM %s", tables[i]);
		assert_int_equal(
		    told_rows(out, tables[i]), stage_int(&stage, sql));
	}
}

/* ---- the tests ---- */

static void
recover__wrong_bytes_and_none__gives_the_rest_and_the_spool(void **state)
{
	char recovered[160], order[200];
	struct str out = STR_INIT, said = STR_INIT;
	off_t places[PAGES];
	int64_t before;
	int found;

	(void)state;
	stage_start_daemon(&stage);
	for (int i = 0; i < MESSAGES; i++)
		assert_int_equal(says("Antes", i), 200);
	expect_once("Antes", MESSAGES);
	fill_spool("Mientras");
	copy_spool(spool, kept);
	settle("Mientras");
	before = stage_int(&stage, ROWS);
	/* Pages of rows and the head are rubbish, others cannot be read. */
	found = find_pages("Antes ", places, PAGES);
	assert_true(found > 4);
	for (int i = 0; i < found; i += 3)
		damage(places[i], "\xA5\xA5\xA5\xA5\xA5\xA5\xA5\xA5", 8);
	damage(0, "No SQLite at all", 16);
	snprintf(order, sizeof(order), "desk.db %lld %lld\n",
	    (long long)places[1], (long long)places[1] + PAGE);
	stage_write(&stage, "eio", order);
	assert_int_equal(stage_try_daemon(&stage, &said), 1);
	assert_int_equal(stage_opdesk(&stage, NULL, NULL, "doctor", NULL), 7);
	snprintf(recovered, sizeof(recovered), "%s/recovered.db", stage.dir);
	run_ok(&out, "doctor", "--recover", recovered, NULL, NULL, NULL);
	put_away("old");
	assert_int_equal(rename(recovered, stage.desk), 0);
	snprintf(order, sizeof(order), "%s/eio", stage.dir);
	assert_int_equal(unlink(order), 0);
	check_counts(&out);
	assert_in_range(stage_int(&stage, ROWS), before / 3, before - 1);
	/* Whether it was lost or not: what was acknowledged is there, once. */
	lose_message("Mientras 0");
	copy_spool(kept, spool);
	stage_start_daemon(&stage);
	expect_once("Mientras", SPOOLED);
	assert_int_equal(says("Después", 0), 200);
	expect_once("Después", 1);
	wait_no_spool();
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
	str_free(&out);
	str_free(&said);
}

static void
restore__spool_from_before_and_after__arrives_once(void **state)
{
	char files[400], *path;
	struct str out = STR_INIT;
	struct json *doc = NULL;

	(void)state;
	stage_start_daemon(&stage);
	fill_spool("Primero");
	copy_spool(spool, kept);
	settle("Primero");
	run_ok(&out, "backup", "new", NULL, NULL, NULL, NULL);
	assert_int_equal(
	    json_parse(out.s, out.len, &json_limits_api, &doc, NULL), 0);
	path = strdup(json_string(doc, "file"));
	json_free(&doc);
	/* After the backup, and lost with the desk but for the spool. */
	stage_start_daemon(&stage);
	fill_spool("Segundo");
	copy_spool(kept, spool);
	put_away("gone");
	snprintf(files, sizeof(files), "%s/files", stage.dir);
	(void)rename(files, kept);
	run_ok(NULL, "restore", "--from", path, "--to", stage.desk, NULL);
	stage_start_daemon(&stage);
	expect_once("Primero", SPOOLED);
	expect_once("Segundo", SPOOLED);
	wait_no_spool();
	assert_int_equal(stage_stop_daemon(&stage), 0);
	stage_check_whole(&stage);
	free(path);
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		recover__wrong_bytes_and_none__gives_the_rest_and_the_spool),
	    cmocka_unit_test(
		restore__spool_from_before_and_after__arrives_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
