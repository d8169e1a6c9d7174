/*
 * The power goes while events are kept in files and attachments come in: what
 * was acknowledged is there, a file that has its name is whole, and no row
 * stands for bytes that are not there.
 *
 * As in test_power.c: POWER_FILE_STATES moments of one recording, and controls
 * beside them.  Turned red by each of: a kept event or an attachment that gets
 * its name without a sync of its bytes, or whose directory is not synced.
 *
 * SQLite only: what is recorded is what SQLite does to files.
 */
#include "common/digest.h"
#include "common/fsutil.h"
#include "common/log.h"
#include "db/core/op.h"
#include "db/records/files.h"
#include "syncd/daemon.h"
#include "syncd/work/spool.h"
#include "tests/lib/power.h"
#include "tests/lib/talk_test.h"
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>

#define STEPS    60 /* every second one an attachment */
#define STATES   700
#define CONTROLS 100

static uint64_t seed;

struct verdict {
	int states, bad;
	char first[300];
};

/* What step k keeps: its number and some sectors, not the same for any two. */
static void
body_of(int64_t k, struct str *out)
{
	str_clear(out);
	str_addf(out, "P %" PRId64 " ", k);
	while (out->len < (size_t)(1000 + k * 37 % 4000))
		str_addf(out, "%" PRId64 " ", (int64_t)out->len * k);
}

static bool
is_attachment(int64_t k)
{
	return k % 2 == 0;
}

static void
attach(struct desk *d, int64_t message_id, const struct str *body)
{
	struct file_writer *w = NULL;
	struct err err = ERR_INIT;
	char name[65], digest[65];
	int64_t size;

	assert_ok(file_write_start(d->files_dir, &w, &err));
	assert_ok(file_write(w, body->s, body->len / 2, &err));
	assert_ok(file_write(
	    w, body->s + body->len / 2, body->len - body->len / 2, &err));
	assert_ok(file_write_finish(w, name, digest, &size, &err));
	assert_ok(file_attach_to_message(d, message_id, name, digest, size,
	    "image/png", "router.png", &err));
	file_write_free(&w);
}

static void
write_steps(struct desk_fixture *f, int64_t message_id)
{
	struct daemon daemon = {.uri = f->uri};
	struct spool_target target = {f->demo.id, TALK_CHANNEL};
	struct spool *spool = spool_new(&daemon);
	struct str body = STR_INIT;
	struct err err = ERR_INIT;

	desk_act_as_system(f->d, f->demo.id);
	for (int64_t k = 1; k <= STEPS; k++) {
		body_of(k, &body);
		if (is_attachment(k))
			attach(f->d, message_id, &body);
		else
			assert_ok(spool_keep(
			    spool, &target, 1, body.s, body.len, &err));
		tape_mark(k);
	}
	spool_free(&spool);
	str_free(&body);
}

static void
record(struct tape *tape)
{
	struct inbound_message in = talk_message("wamid.1", "Hola", 0);
	struct desk_fixture f;
	int64_t message_id;

	desk_fixture_make(&f);
	message_id = talk_receive(&f, &in).message_id;
	desk_close(&f.d);
	tape_begin(f.tmp.dir);
	f.d = desk_fixture_open(&f);
	write_steps(&f, message_id);
	tape_end(tape);
	desk_fixture_remove(&f);
}

/* ---- what is checked ---- */

static bool
is_event(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && strcmp(dot, ".event") == 0;
}

/* A kept event: which step's it is; false when it is not whole. */
static bool
read_event(const char *path, bool there[STEPS + 1])
{
	struct str text = STR_INIT, body = STR_INIT;
	struct err err = ERR_INIT;
	const char *at;
	int64_t k = 0;
	bool ok;

	ok = fs_read(path, 65536, &text, &err) == 0 &&
	     (at = strstr(text.s, "\n\n")) != NULL;
	if (ok && strncmp(at + 2, "P ", 2) == 0)
		k = strtol(at + 4, NULL, 10);
	ok = ok && k >= 1 && k <= STEPS;
	if (ok) {
		body_of(k, &body);
		ok = strcmp(at + 2, body.s) == 0 && strlen(text.s) == text.len;
		there[k] = ok;
	}
	str_free(&text);
	str_free(&body);
	return ok;
}

static int
read_events(const char *dir, bool there[STEPS + 1], struct err *err)
{
	char path[TMP_SIZE + 300];
	const struct dirent *e;
	int rc = 0;
	DIR *d;

	snprintf(path, sizeof(path), "%s/desk.db.spool", dir);
	if ((d = opendir(path)) == NULL)
		return 0; /* none was promised yet, or it is seen below */
	while (rc == 0 && (e = readdir(d)) != NULL) {
		snprintf(
		    path, sizeof(path), "%s/desk.db.spool/%s", dir, e->d_name);
		if (is_event(e->d_name) && !read_event(path, there))
			rc = err_set(err, OD_EDATA, "%s is torn", e->d_name);
	}
	closedir(d);
	return rc;
}

static int
read_attachment(const char *dir, const char *name, int64_t size,
    const char *digest, bool there[STEPS + 1], struct err *err)
{
	char path[TMP_SIZE + 100], hex[65];
	uint8_t sum[SHA256_SIZE];
	struct str text = STR_INIT;
	int rc;

	snprintf(path, sizeof(path), "%s/files/%.2s/%s", dir, name, name);
	if ((rc = fs_read(path, 65536, &text, err)) == 0) {
		sha256(text.s, text.len, sum);
		hex_encode(hex, sum, sizeof(sum));
		if ((int64_t)text.len != size || strcmp(hex, digest) != 0)
			rc = err_set(err, OD_EDATA, "%s is damaged", name);
		else
			there[strtol(text.s + 2, NULL, 10)] = true;
	}
	str_free(&text);
	return rc;
}

static int
read_attachments(const char *dir, bool there[STEPS + 1], struct err *err)
{
	char path[TMP_SIZE];
	struct stmt *st = NULL;
	struct db *db = NULL;
	int rc;

	snprintf(path, sizeof(path), "%s/desk.db", dir);
	if ((rc = db_open(path, DB_OPEN, &db, err)) == 0)
		rc = db_query(db, &st, "SELECT name, size, digest FROM files",
		    NO_BINDS, err);
	while (rc == 0 && (rc = stmt_step(st, err)) == 1)
		rc = read_attachment(dir, stmt_text(st, 0), stmt_int(st, 1),
		    stmt_text(st, 2), there, err);
	stmt_close(&st);
	db_close(&db);
	return rc;
}

static void
check(const struct power_state *s, void *data)
{
	struct verdict *v = data;
	bool there[STEPS + 1] = {false};
	struct err err = ERR_INIT;
	int rc = read_events(s->dir, there, &err);

	if (rc == 0)
		rc = read_attachments(s->dir, there, &err);
	for (int64_t k = 1; rc == 0 && k <= s->marked; k++)
		if (!there[k])
			rc = err_set(&err, OD_EDATA, "step %d is lost", (int)k);
	if (rc != 0) {
		v->bad++;
		if (v->first[0] == '\0')
			str_format(v->first, sizeof(v->first),
			    "state %d, cut %zu, marked %" PRId64 ": %s",
			    v->states, s->cut, s->marked, err.text);
	}
	v->states++;
}

static struct verdict
play(enum power_break broken, int states)
{
	struct verdict v = {.states = 0};
	struct tape tape;
	const struct power_plan plan = {&tape, broken, seed, states, false};
	char dir[64];

	record(&tape);
	power_scratch(dir);
	power_play(&plan, dir, check, &v);
	power_remove(dir);
	print_message("%d states of %zu events: %d bad; %s\n", v.states,
	    tape.count - tape.start, v.bad, v.first);
	tape_free(&tape);
	return v;
}

static void
files__power_goes__are_whole_and_there(void **state)
{
	struct verdict v =
	    play(POWER_BREAK_NONE, power_number("POWER_FILE_STATES", STATES));

	(void)state;
	if (v.bad > 0)
		fail_msg("seed %" PRIu64 ", %s", seed, v.first);
}

static void
control__nothing_synced__is_seen(void **state)
{
	(void)state;
	assert_true(play(POWER_BREAK_SYNCS, CONTROLS).bad > 0);
}

static void
control__directories_not_synced__is_seen(void **state)
{
	(void)state;
	assert_true(play(POWER_BREAK_DIR_SYNCS, CONTROLS).bad > 0);
}

static void
no_log(const char *line, void *data)
{
	(void)line;
	(void)data;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files__power_goes__are_whole_and_there),
	    cmocka_unit_test(control__nothing_synced__is_seen),
	    cmocka_unit_test(control__directories_not_synced__is_seen),
	};

	seed = (uint64_t)power_number("POWER_SEED", 0);
	while (seed == 0)
		seed = random_below(1 << 30);
	log_set_sink(no_log, NULL);
	print_message("POWER_SEED=%" PRIu64 "\n", seed);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
