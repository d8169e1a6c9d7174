/*
 * The power goes, or the program is killed, while a desk is made or brought to
 * a newer schema: at the next start the same comes out as without it.
 *
 * Desks of the last UPGRADE_SCHEMAS schemas that were released (tests/data) are
 * upgraded once and recorded (tests/shim/tape.h); UPGRADE_STATES moments of it
 * are opened and upgraded again (tests/lib/power.h).  Then programs are killed at their
 * n-th change of a file: at every call but writes, and at one of KILL_STRIDE
 * writes, half of which is done.
 *
 * Turned red by: a step that commits before its version is noted (both ways,
 * of a creation too); a desk that got its id in a commit of its own, after its
 * schema.  Without the syncs of the directory in sqlite_open.c and migrate.c
 * it stays green: SQLite 3.40 syncs it with the first commit to a new log.
 *
 * SQLite only: what is recorded is what SQLite does to files.
 */
#include "common/digest.h"
#include "common/log.h"
#include "db/engine/migrate.h"
#include "tests/lib/desk_test.h"
#include "tests/lib/power.h"
#include "tests/lib/verify.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATES   150 /* of each schema, and of a creation */
#define SCHEMAS  2   /* the last ones before this, UPGRADE_SCHEMAS */
#define CONTROLS 40
#define STRIDE   32

static uint64_t seed;

struct verdict {
	int states, bad;
	char wanted[65]; /* digest of what an upgrade without trouble gives */
	int version;     /* the older schema; 0: a desk is made */
	char first[300];
};

static void
no_log(const char *line, void *data)
{
	(void)line;
	(void)data;
}

static void
note(struct verdict *v, const struct power_state *s, const char *what)
{
	v->bad++;
	if (v->first[0] == '\0')
		str_format(v->first, sizeof(v->first),
		    "state %d, cut %zu, marked %" PRId64 ": %s", v->states,
		    s->cut, s->marked, what);
}

/* ---- a desk as one digest: schema, and every row of every table ---- */

static int
add_rows(struct db *db, const char *table, struct digest *sum, struct err *err)
{
	char sql[200];
	struct stmt *st = NULL;
	int columns = 0, rc;
	int64_t n = 0;

	snprintf(
	    sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info($1)");
	rc = db_int(db, &n, sql, BINDS(b_text(table)), err);
	columns = (int)n;
	snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", table);
	if (rc == 0)
		rc = db_query(db, &st, sql, NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		for (int c = 0; c < columns; c++) {
			size_t size;
			const void *p = stmt_blob(st, c, &size);

			digest_add(sum, &size, sizeof(size));
			digest_add(sum, p, size);
		}
		rc = 0;
	}
	stmt_close(&st);
	return rc;
}

static int
digest_desk(struct db *db, char hex[65], struct err *err)
{
	struct digest *sum = digest_start();
	uint8_t bytes[SHA256_SIZE];
	char names[128][64];
	struct stmt *st = NULL;
	int count = 0;
	int rc = db_query(db, &st,
	    "SELECT name FROM sqlite_schema WHERE type = 'table'"
	    " AND name NOT LIKE 'sqlite%' ORDER BY name",
	    NO_BINDS, err);

	while (rc == 0 && (rc = stmt_step(st, err)) == 1) {
		assert_true(count < 128);
		str_copy(names[count++], 64, stmt_text(st, 0));
		rc = 0;
	}
	stmt_close(&st);
	for (int i = 0; rc == 0 && i < count; i++) {
		digest_add(sum, names[i], strlen(names[i]));
		rc = add_rows(db, names[i], sum, err);
	}
	digest_finish(&sum, bytes);
	hex_encode(hex, bytes, sizeof(bytes));
	return rc;
}

/* What the next start makes of it. */
static int
upgrade(const char *path, char hex[65], struct err *err)
{
	struct db *db = NULL;
	int rc;

	if ((rc = db_open(path, DB_OPEN, &db, err)) == 0 &&
	    (rc = migrate_run(db, NULL, err)) == 0 &&
	    (rc = verify_again(db, err)) == 0 && hex != NULL)
		rc = digest_desk(db, hex, err);
	db_close(&db);
	return rc;
}

/* ---- the older desks ---- */

static bool
is_there(int version, char path[64])
{
	snprintf(path, 64, "tests/data/desk-schema-%d.db.gz", version);
	return access(path, R_OK) == 0;
}

static void
unpack(const char *from, const char *to)
{
	int status, fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	pid_t pid = fork();

	assert_true(fd >= 0);
	if (pid == 0) {
		dup2(fd, 1);
		execlp("gzip", "gzip", "-dc", from, (char *)NULL);
		_exit(127);
	}
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* ---- power ---- */

/* A copy that has its name is whole. */
static bool
is_copy_whole(const struct power_state *s, int version, struct err *err)
{
	char path[TMP_SIZE];
	struct db *db = NULL;
	int now, min_writer, rc;

	snprintf(
	    path, sizeof(path), "%s/desk.db.before-%d", s->dir, SCHEMA_VERSION);
	if (version == SCHEMA_VERSION || (s->marked == 0 && access(path, F_OK)))
		return true;
	if ((rc = db_open(path, DB_OPEN, &db, err)) == 0 &&
	    (rc = verify_again(db, err)) == 0)
		rc = migrate_current(db, &now, &min_writer, err);
	db_close(&db);
	if (rc == 0 && now != version)
		rc = err_set(err, OD_EDATA, "the copy has schema %d", now);
	return rc == 0;
}

static void
check_upgraded(const struct power_state *s, void *data)
{
	struct verdict *v = data;
	struct err err = ERR_INIT;
	char path[TMP_SIZE], hex[65] = "";

	snprintf(path, sizeof(path), "%s/desk.db", s->dir);
	if (!is_copy_whole(s, v->version, &err) ||
	    upgrade(path, hex, &err) != 0)
		note(v, s, err.text);
	else if (strcmp(hex, v->wanted) != 0)
		note(v, s, "the rows are not the same");
	v->states++;
}

static void
play(const struct power_plan *plan,
    void (*check)(const struct power_state *s, void *data), struct verdict *v)
{
	char dir[64];

	power_scratch(dir);
	power_play(plan, dir, check, v);
	power_remove(dir);
	print_message("schema %d: %d states of %zu events: %d bad; %s\n",
	    v->version, v->states, plan->tape->count - plan->tape->start,
	    v->bad, v->first);
}

static void
record_upgrade(const char *fixture, struct tape *tape, char hex[65])
{
	struct err err = ERR_INIT;
	struct tmp tmp;
	char path[TMP_SIZE];

	tmp_make(&tmp);
	str_copy(path, sizeof(path), tmp_path(&tmp, "desk.db"));
	unpack(fixture, path);
	tape_begin(tmp.dir);
	assert_ok(upgrade(path, NULL, &err));
	tape_mark(1);
	tape_end(tape);
	assert_ok(upgrade(path, hex, &err));
	tmp_remove(&tmp);
}

static int
first_schema(void)
{
	int first = SCHEMA_VERSION - power_number("UPGRADE_SCHEMAS", SCHEMAS);

	return first > 1 ? first : 1;
}

static void
upgrade__power_goes__ends_as_without(void **state)
{
	int states = power_number("UPGRADE_STATES", STATES);
	char fixture[64];

	(void)state;
	for (int i = first_schema(); i <= SCHEMA_VERSION; i++) {
		struct verdict v = {.version = i};
		struct tape tape;
		const struct power_plan plan = {
		    &tape, POWER_BREAK_NONE, seed, states, false};

		if (!is_there(i, fixture))
			continue;
		record_upgrade(fixture, &tape, v.wanted);
		play(&plan, check_upgraded, &v);
		tape_free(&tape);
		if (v.bad > 0)
			fail_msg("seed %" PRIu64 ", %s", seed, v.first);
	}
}

static void
control__upgrade_without_syncs__is_seen(void **state)
{
	struct verdict v = {.version = 1};
	struct tape tape;
	const struct power_plan plan = {
	    &tape, POWER_BREAK_SYNCS, seed, CONTROLS, false};
	char fixture[64];

	(void)state;
	assert_true(is_there(1, fixture));
	record_upgrade(fixture, &tape, v.wanted);
	play(&plan, check_upgraded, &v);
	tape_free(&tape);
	assert_true(v.bad > 0);
}

/* ---- a desk is made ---- */

static int
has_identity(const char *path, struct err *err)
{
	struct db *db = NULL;
	char *id = NULL;
	int rc;

	if ((rc = db_open(path, DB_OPEN, &db, err)) == 0 &&
	    db_text(db, &id, "SELECT value FROM meta WHERE name = 'desk_id'",
		NO_BINDS, err) != 0)
		rc = err_set(err, OD_EDATA, "the desk has no id");
	free(id);
	db_close(&db);
	return rc;
}

/* Either there is a desk, of which an upgrade makes a whole one, or none. */
static int
make_again(const char *path, bool is_promised, struct err *err)
{
	int rc = is_promised ? OD_ECONFLICT : desk_create(path, err);

	if (rc == OD_ECONFLICT)
		rc = upgrade(path, NULL, err);
	return rc == 0 ? has_identity(path, err) : rc;
}

static void
check_made(const struct power_state *s, void *data)
{
	struct verdict *v = data;
	struct err err = ERR_INIT;
	char path[TMP_SIZE];

	snprintf(path, sizeof(path), "%s/opdesk/desk.db", s->dir);
	if (make_again(path, s->marked > 0, &err) != 0)
		note(v, s, err.text);
	v->states++;
}

static void
record_creation(struct tape *tape)
{
	struct err err = ERR_INIT;
	struct tmp tmp;

	tmp_make(&tmp);
	tape_begin(tmp.dir);
	assert_ok(desk_create(tmp_path(&tmp, "opdesk/desk.db"), &err));
	tape_mark(1);
	tape_end(tape);
	tmp_remove(&tmp);
}

static void
create__power_goes__is_there_or_can_be_made(void **state)
{
	struct verdict v = {.version = 0};
	struct tape tape;
	const struct power_plan plan = {&tape, POWER_BREAK_NONE, seed,
	    power_number("UPGRADE_STATES", STATES), false};

	(void)state;
	record_creation(&tape);
	play(&plan, check_made, &v);
	tape_free(&tape);
	if (v.bad > 0)
		fail_msg("seed %" PRIu64 ", %s", seed, v.first);
}

static void
control__directory_not_synced__loses_the_desk(void **state)
{
	struct verdict whole = {.version = 0}, broken = {.version = 0};
	struct tape tape;
	struct power_plan plan = {
	    &tape, POWER_BREAK_NONE, seed, CONTROLS, true};

	(void)state;
	record_creation(&tape);
	play(&plan, check_made, &whole);
	plan.broken = POWER_BREAK_DIR_SYNCS;
	play(&plan, check_made, &broken);
	tape_free(&tape);
	assert_int_equal(whole.bad, 0);
	assert_true(broken.bad > 0);
}

/* ---- killed ---- */

/* Run work in a process that is killed at its n-th change; false: it was not.
 */
static bool
killed_at(
    const char *dir, int64_t n, int (*work)(const char *path), const char *path)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		tape_kill_at(dir, n);
		_exit(work(path) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return true;
	assert_int_equal(status, 0);
	return false;
}

static int
work_upgrade(const char *path)
{
	struct err err = ERR_INIT;

	return upgrade(path, NULL, &err);
}

static int
work_create(const char *path)
{
	struct err err = ERR_INIT;

	return desk_create(path, &err);
}

/* The changes of a tape at which to kill, by number; their count. */
static size_t
choose(const struct tape *tape, int64_t **out)
{
	int stride = power_number("KILL_STRIDE", STRIDE);
	int64_t n = 0, writes = 0;
	size_t count = 0;

	*out = calloc(tape->count + 1, sizeof(**out));
	for (size_t i = tape->start; i < tape->count; i++) {
		const struct tape_event *e = &tape->events[i];

		if (e->kind == TAPE_MARK)
			continue;
		n++;
		if (e->kind != TAPE_WRITE || writes++ % stride == 0)
			(*out)[count++] = n;
	}
	return count;
}

static void
kill_upgrade(int version, const char *fixture)
{
	char wanted[65], hex[65] = "", path[TMP_SIZE], dir[64];
	struct err err = ERR_INIT;
	size_t count, kills = 0;
	struct tape tape;
	int64_t *at;

	record_upgrade(fixture, &tape, wanted);
	count = choose(&tape, &at);
	for (size_t i = 0; i < count; i++) {
		power_scratch(dir);
		snprintf(path, sizeof(path), "%s/desk.db", dir);
		unpack(fixture, path);
		kills += killed_at(dir, at[i], work_upgrade, path);
		assert_ok(upgrade(path, hex, &err));
		if (strcmp(hex, wanted) != 0)
			fail_msg("killed at change %" PRId64
				 ": the rows are not the same",
			    at[i]);
		power_remove(dir);
	}
	print_message("schema %d: killed %zu times\n", version, kills);
	assert_true(kills + 8 > count);
	tape_free(&tape);
	free(at);
}

static void
upgrade__killed_at_each_step__ends_as_without(void **state)
{
	char fixture[64];

	(void)state;
	for (int i = first_schema(); i <= SCHEMA_VERSION; i++)
		if (is_there(i, fixture))
			kill_upgrade(i, fixture);
}

static void
create__killed_at_each_step__is_there_or_can_be_made(void **state)
{
	char path[TMP_SIZE], dir[64];
	struct err err = ERR_INIT;
	struct tape tape;
	size_t count, kills = 0;
	int64_t *at;

	(void)state;
	record_creation(&tape);
	count = choose(&tape, &at);
	for (size_t i = 0; i < count; i++) {
		power_scratch(dir);
		snprintf(path, sizeof(path), "%s/opdesk/desk.db", dir);
		kills += killed_at(dir, at[i], work_create, path);
		if (make_again(path, false, &err) != 0)
			fail_msg("killed at change %" PRId64 ": %s", at[i],
			    err.text);
		power_remove(dir);
	}
	print_message("creation: killed %zu times\n", kills);
	assert_true(kills + 8 > count);
	tape_free(&tape);
	free(at);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(upgrade__power_goes__ends_as_without),
	    cmocka_unit_test(control__upgrade_without_syncs__is_seen),
	    cmocka_unit_test(create__power_goes__is_there_or_can_be_made),
	    cmocka_unit_test(control__directory_not_synced__loses_the_desk),
	    cmocka_unit_test(upgrade__killed_at_each_step__ends_as_without),
	    cmocka_unit_test(
		create__killed_at_each_step__is_there_or_can_be_made),
	};

	seed = (uint64_t)power_number("POWER_SEED", 0);
	while (seed == 0)
		seed = random_below(1 << 30);
	log_set_sink(no_log, NULL);
	print_message("POWER_SEED=%" PRIu64 "\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
