/*
 * A backup made while the daemon takes signed webhooks: what was acknowledged
 * before it began is in it, what comes back is whole and a part of the live
 * desk; and of a desk at rest every table and file comes back as it is, with
 * what was to be sent held.
 *
 * Beside it, that this is not for nothing: a copy of the desk's file alone,
 * made at the same time, has lost acknowledged messages.
 *
 * BACKUP_ROUNDS backups are made so.  Turned red by: what is due left as it is
 * after a restore; a backup of the desk's file alone.
 *
 * SQLite only: a server's desk is backed up there.
 */
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/json.h"
#include "db/core/catalogue.h"
#include "db/core/op.h"
#include "db/records/files.h"
#include "tests/lib/load.h"
#include "tests/lib/power.h"
#include "tests/lib/stage_desk.h"
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define BEFORE 600 /* messages acknowledged before each backup begins */
#define FILES  5

static struct stage stage;
static struct load load;

static int
setup(void **state)
{
	(void)state;
	stage_open(&stage);
	stage_start_provider(&stage);
	stage_start_daemon(&stage);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	load_free(&load);
	stage_close(&stage);
	return 0;
}

static void
wait_answers(int64_t n)
{
	const struct timespec pause = {0, 2000000};
	int64_t until = clock_mono_us() + STAGE_WAIT_MS * US_PER_MS;

	while (atomic_load(&load.answered) < n && clock_mono_us() < until)
		nanosleep(&pause, NULL);
	assert_true(atomic_load(&load.answered) >= n);
}

/* Numbers of the messages that were acknowledged until now; owned. */
static int64_t *
acknowledged(size_t *count)
{
	int64_t *copy;

	pthread_mutex_lock(&load.lock);
	*count = load.acknowledged_count;
	copy = malloc(*count * sizeof(*copy));
	assert_non_null(copy);
	memcpy(copy, load.acknowledged, *count * sizeof(*copy));
	pthread_mutex_unlock(&load.lock);
	return copy;
}

/* Note each message that a text of the desk names, among the first max. */
static void
note_message(const char *text, uint8_t *times, int64_t max)
{
	static const char id[] = "wamid.load-";
	const char *at = strstr(text, id);
	int64_t number = at == NULL ? 0 : strtoll(at + strlen(id), NULL, 10);

	if (number > 0 && number <= max && times[number] < UINT8_MAX)
		times[number]++;
}

/* Whether they can be read. */
static bool
note_rows(struct desk *d, const char *sql, uint8_t *times, int64_t max)
{
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	int more;

	if (db_query(d->db, &st, sql, NO_BINDS, &err) != 0)
		fail_msg("%s", err.text);
	while ((more = stmt_step(st, &err)) == 1)
		note_message(stmt_text(st, 0), times, max);
	stmt_close(&st);
	return more == 0;
}

/* Those that are not there just once, as a message or yet to be read. */
static size_t
count_lost(const char *path, const int64_t *numbers, size_t count)
{
	struct desk_options o = {.uri = path};
	struct err err = ERR_INIT;
	struct desk *d = NULL;
	size_t lost = 0;
	int64_t max = 0;
	uint8_t *times;

	if (desk_open(&o, &d, &err) != 0)
		return count;
	for (size_t i = 0; i < count; i++)
		max = numbers[i] > max ? numbers[i] : max;
	times = calloc((size_t)max + 1, 1);
	assert_non_null(times);
	/* A copy of the file alone may be torn. */
	if (!note_rows(d,
		"SELECT provider_id FROM messages"
		" WHERE provider_id LIKE 'wamid.load-%'",
		times, max) ||
	    !note_rows(d,
		"SELECT CAST(body AS TEXT) FROM raw_events WHERE state = 0",
		times, max))
		lost = count;
	for (size_t i = 0; lost < count && i < count; i++)
		lost += times[numbers[i]] != 1;
	free(times);
	desk_close(&d);
	return lost;
}

/* Make one with the command line; its path, owned. */
static char *
back_up(void)
{
	struct str out = STR_INIT, said = STR_INIT;
	struct json *doc = NULL;
	char *path;

	if (stage_opdesk(
		&stage, &out, &said, "--json", "backup", "new", NULL) != 0)
		fail_msg("%s", said.s);
	assert_int_equal(
	    json_parse(out.s, out.len, &json_limits_api, &doc, NULL), 0);
	path = strdup(json_string(doc, "file"));
	json_free(&doc);
	str_free(&out);
	str_free(&said);
	return path;
}

static void
bring_back(const char *from, const char *to)
{
	struct str said = STR_INIT;

	if (stage_opdesk(&stage, NULL, &said, "backup", "verify", from, NULL) !=
		0 ||
	    stage_opdesk(&stage, NULL, &said, "restore", "--from", from, "--to",
		to, NULL) != 0)
		fail_msg("%s", said.s);
	str_free(&said);
}

/* The desk's file alone, as somebody would who does not know of its log. */
static void
copy_plainly(const char *to)
{
	/* In another process, since closing it here would drop locks. */
	pid_t pid = fork();

	if (pid == 0) {
		execlp("cp", "cp", stage.desk, to, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	chmod(to, 0600);
}

/* What was acknowledged before a backup is in it; how many that were. */
static int64_t
one_round(int i)
{
	char dir[200], to[256], *path;
	size_t count, lost;
	int64_t *numbers;

	snprintf(dir, sizeof(dir), "%s/back%d", stage.dir, i);
	snprintf(to, sizeof(to), "%s/desk.db", dir);
	load_go_on(&load);
	wait_answers(atomic_load(&load.answered) + BEFORE);
	numbers = acknowledged(&count);
	path = back_up();
	/* Work went on meanwhile, and goes on; then the desk grows no more. */
	wait_answers((int64_t)count + 100);
	load_hold(&load);
	bring_back(path, to);
	lost = count_lost(to, numbers, count);
	if (lost != 0)
		fail_msg("round %d: %zu of %zu were lost", i, lost, count);
	free(numbers);
	unlink(path);
	free(path);
	power_remove(dir);
	return (int64_t)count;
}

static void
backup__under_load__has_all_that_was_acknowledged(void **state)
{
	const char *rounds = getenv("BACKUP_ROUNDS");
	int last = rounds != NULL ? atoi(rounds) : 1;
	/* The longer a backup takes, the more there is for the next one. */
	struct load_options o = {.port = stage.daemon_port,
	    .connections = 8,
	    .secret = STAGE_SECRET,
	    .number_id = STAGE_NUMBER_ID,
	    .pause_ms = last > 1 ? 10 : 0,
	    .first = 1};
	int64_t *numbers, all = 0;
	size_t count, lost = 0;
	char plain[256];

	(void)state;
	snprintf(plain, sizeof(plain), "%s/plain.db", stage.dir);
	load_start(&load, &o);
	for (int i = 0; i < last; i++)
		all += one_round(i);
	print_message("%d backups under load brought back, %" PRId64
		      " acknowledged messages looked for, 0 lost\n",
	    last, all);
	load_go_on(&load);
	for (int i = 0; i < 20 && lost == 0; i++) {
		numbers = acknowledged(&count);
		copy_plainly(plain);
		lost = count_lost(plain, numbers, count);
		free(numbers);
	}
	load_stop(&load);
	if (lost == 0)
		fail_msg("a plain copy lost nothing: is this test blind?");
	assert_int_equal(atomic_load(&load.refused), 0);
	stage_check_whole(&stage);
}

/* ---- at rest ---- */

static void
add_files(char names[FILES][65])
{
	struct desk *d = stage_desk(&stage, NULL);
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;
	char digest[65];
	int64_t size, id;
	struct op op;

	for (int i = 0; i < FILES; i++) {
		assert_int_equal(file_write_start(d->files_dir, &w, &err), 0);
		for (int k = 0; k < i * 40; k++)
			assert_int_equal(
			    file_write(w, digest, sizeof(digest), &err), 0);
		assert_int_equal(
		    file_write_finish(w, names[i], digest, &size, &err), 0);
		file_write_free(&w);
		assert_int_equal(op_begin(d, &op, OP_FILE_NEW, 0, &err), 0);
		assert_int_equal(
		    op_end(d, &op,
			file_row_new(d, &op, FILE_ATTACHMENT, names[i], digest,
			    size, "image/jpeg", "", &id, &err),
			&err),
		    0);
	}
	desk_close(&d);
}

/* Of all rows of a table, at most so many; how many they are, in *rows. */
static void
digest_table(struct desk *d, const struct catalogue_table *t, int64_t limit,
    int64_t *rows, char hex[SHA256_HEX_SIZE])
{
	struct digest *digest = digest_start();
	uint8_t sum[SHA256_SIZE];
	struct str sql = STR_INIT;
	struct err err = ERR_INIT;
	struct stmt *st = NULL;
	int rc;

	*rows = 0;
	catalogue_select(d->db, t, false, &sql);
	rc = db_query(d->db, &st, sql.s, BINDS(b_int(limit)), &err);
	while (rc == 0 && (rc = stmt_step(st, &err)) == 1) {
		rc = 0;
		(*rows)++;
		for (size_t i = 0; i < t->count; i++) {
			const char *s = stmt_is_null(st, (int)i)
			                    ? "NULL"
			                    : stmt_text(st, (int)i);

			digest_add(digest, s, strlen(s) + 1);
		}
	}
	if (rc != 0)
		fail_msg("%s: %s", t->name, err.text);
	stmt_close(&st);
	digest_finish(&digest, sum);
	hex_encode(hex, sum, sizeof(sum));
	str_free(&sql);
}

static bool
is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

/* What a restore itself writes: meta, and the trail that says so. */
static void
compare_desks(struct desk *a, struct desk *b)
{
	static const char *const changed[] = {
	    "meta", "counters", "messages", "outbox", NULL};
	char x[SHA256_HEX_SIZE], y[SHA256_HEX_SIZE];
	struct err err = ERR_INIT;
	struct catalogue c = {0};
	int64_t rows, others;

	assert_int_equal(catalogue_read(a->db, &c, &err), 0);
	assert_true(c.count > 20);
	for (size_t i = 0; i < c.count; i++) {
		const struct catalogue_table *t = &c.tables[i];

		int64_t most = INT32_MAX;

		/* The last row says "backup" in one, "restore" in the other. */
		if (strcmp(t->name, "audit") == 0) {
			digest_table(a, t, most, &rows, x);
			most = rows - 1;
		}
		digest_table(a, t, most, &rows, x);
		digest_table(b, t, most, &others, y);
		if (strcmp(t->name, "meta") != 0 && rows != others)
			fail_msg("%s: %lld rows, not %lld", t->name,
			    (long long)others, (long long)rows);
		if (!is_one_of(t->name, changed) && strcmp(x, y) != 0)
			fail_msg("%s: other rows came back", t->name);
	}
	catalogue_free(&c);
}

static void
restore__desk_at_rest__is_the_same_and_sends_nothing(void **state)
{
	char to[256], names[FILES][65], *path;
	struct desk_options o = {.uri = to};
	struct err err = ERR_INIT;
	struct desk *live, *back = NULL;
	int64_t n;

	(void)state;
	snprintf(to, sizeof(to), "%s/rest/desk.db", stage.dir);
	assert_int_equal(stage_stop_daemon(&stage), 0);
	add_files(names);
	stage_exec(&stage, "UPDATE outbox SET state = 0 WHERE id IN"
			   " (SELECT id FROM outbox ORDER BY id DESC LIMIT 3)");
	path = back_up();
	bring_back(path, to);
	live = stage_desk(&stage, NULL);
	assert_int_equal(desk_open(&o, &back, &err), 0);
	compare_desks(live, back);
	assert_int_equal(
	    db_int(back->db, &n,
		"SELECT count(*) FROM outbox WHERE state IN (0, 1)", NO_BINDS,
		&err),
	    0);
	assert_int_equal(n, 0);
	for (int i = 0; i < FILES; i++) {
		struct str a = STR_INIT, b = STR_INIT, file = STR_INIT;

		str_addf(
		    &file, "%s/%.2s/%s", live->files_dir, names[i], names[i]);
		assert_int_equal(fs_read(file.s, 1 << 20, &a, &err), 0);
		str_clear(&file);
		str_addf(
		    &file, "%s/%.2s/%s", back->files_dir, names[i], names[i]);
		assert_int_equal(fs_read(file.s, 1 << 20, &b, &err), 0);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.s, b.s, a.len);
		str_free(&a);
		str_free(&b);
		str_free(&file);
	}
	desk_close(&live);
	desk_close(&back);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(backup__under_load__has_all_that_was_acknowledged),
	    cmocka_unit_test(
		restore__desk_at_rest__is_the_same_and_sends_nothing),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
