/* Unit tests of syncd/store: batches, the reader beside them, and the end. */
#include "syncd/store.h"
#include "common/log.h"
#include "common/loop.h"
#include "db/core/op.h"
#include "db/core/search.h"
#include "db/engine/keeper.h"
#include "tests/lib/talk_test.h"
#include <signal.h>
#include <sys/resource.h>

struct fixture {
	struct desk_fixture *f;
	uv_loop_t loop;
	struct store *store;
	int stopped, answered, failed, broken;
	struct keeper *keeper; /* the store's */
	int64_t merges;        /* as the committer saw it last */
};

static struct fixture fx;

static void
sink(const char *line, void *data)
{
	(void)line, (void)data;
}

static void
on_broken(void *data)
{
	(void)data;
	fx.broken++;
}

static void
start(const char *uri)
{
	struct store_options o = {
	    .uri = uri, .keeper = fx.keeper, .broken = on_broken};

	assert_int_equal(store_start(&fx.loop, &o, &fx.store, NULL), 0);
}

static int
setup(void **state)
{
	fx = (struct fixture){0};
	log_set_sink(sink, NULL);
	desk_test_setup((void **)&fx.f);
	uv_loop_init(&fx.loop);
	*state = &fx;
	return 0;
}

static void
on_stopped(void *data)
{
	(void)data;
	fx.stopped++;
}

static int
teardown(void **state)
{
	(void)state;
	if (fx.store != NULL) { /* not when it was skipped */
		store_stop(fx.store, on_stopped, NULL);
		uv_run(&fx.loop, UV_RUN_DEFAULT);
		assert_int_equal(fx.stopped, 1);
	}
	assert_int_equal(loop_finish(&fx.loop), 0);
	desk_test_teardown((void **)&fx.f);
	log_set_sink(NULL, NULL);
	return 0;
}

struct note {
	struct work_job job;
	bool fails;
	int64_t seen;
};

static int
write_run(struct work_job *job, void *context, struct err *err)
{
	struct note *n = job->data;
	struct desk *desk = store_desk(context);
	struct op op;
	int rc;

	desk_act_as_system(desk, fx.f->demo.id);
	if ((rc = op_begin(desk, &op, OP_OUTBOX_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(desk->db,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES($1, 'test', 0, 0, 0)",
	    BINDS(b_int(desk->actor.tenant_id)), NULL, err);
	if (n->fails)
		rc = err_set(err, OD_EDATA, "no");
	return op_end(desk, &op, rc, err);
}

static int
read_run(struct work_job *job, void *context, struct err *err)
{
	struct note *n = job->data;

	return db_int(store_desk(context)->db, &n->seen,
	    "SELECT COUNT(*) FROM events WHERE name = 'test'", NO_BINDS, err);
}

static void
done(struct work_job *job, int rc, const struct err *err)
{
	(void)job, (void)err;
	fx.answered++;
	fx.failed += rc != 0;
}

static void
submit(struct note *n, bool writes)
{
	n->job = (struct work_job){
	    .run = writes ? write_run : read_run, .done = done, .data = n};
	if (writes)
		store_write(fx.store, &n->job);
	else
		store_read(fx.store, &n->job);
}

static void
wait_answers(int n)
{
	while (fx.answered < n)
		uv_run(&fx.loop, UV_RUN_ONCE);
}

static void
store_write__many__share_commits(void **state)
{
	enum { N = 300 };
	static struct note notes[N], look;

	(void)state;
	start(fx.f->uri);
	for (int i = 0; i < N; i++) {
		notes[i].fails = i % 3 == 0;
		submit(&notes[i], true);
	}
	wait_answers(N);
	assert_int_equal(fx.failed, N / 3);
	assert_true(atomic_load(&store_figures(fx.store)->batches) < N);
	assert_int_equal(atomic_load(&store_figures(fx.store)->jobs), N);
	/* What was answered is there for everybody. */
	submit(&look, false);
	wait_answers(N + 1);
	assert_int_equal(look.seen, N - N / 3);
	assert_true(store_works(fx.store));
}

/* A long text of words of its own. */
static int
text_run(struct work_job *job, void *context, struct err *err)
{
	struct note *n = job->data;
	struct desk *desk = store_desk(context);
	struct keeper_figures figures;
	struct str text = STR_INIT;
	struct op op;
	int rc;

	keeper_figures(fx.keeper, &figures);
	fx.merges = figures.merges;
	desk_act_as_system(desk, fx.f->demo.id);
	if ((rc = op_begin(desk, &op, OP_OUTBOX_FACT, 0, err)) != 0)
		return rc;
	for (int i = 0; i < 8000; i++)
		str_addf(&text, "p%dx%d ", (int)n->seen, i);
	rc = search_put(desk, RECORD_TICKET, n->seen, n->seen, text.s, err);
	str_free(&text);
	return op_end(desk, &op, rc, err);
}

static void
store_write__many_texts__index_is_merged(void **state)
{
	SQLITE_ONLY("a server keeps its index by itself");

	enum { MOST = 200 };
	struct note n = {.seen = 0};

	(void)state;
	assert_int_equal(keeper_become(fx.f->uri, &fx.keeper, NULL), 0);
	start(fx.f->uri);
	while (fx.merges == 0 && n.seen < MOST) {
		n.seen++;
		n.job = (struct work_job){
		    .run = text_run, .done = done, .data = &n};
		store_write(fx.store, &n.job);
		wait_answers((int)n.seen);
	}
	assert_int_equal(fx.failed, 0);
	assert_true(fx.merges > 0);
}

static int
long_run(struct work_job *job, void *context, struct err *err)
{
	struct note *n = job->data;
	struct db *db = store_desk(context)->db;
	int64_t until_us = clock_mono_us() + 10 * US_PER_MS;
	struct keeper_figures figures;
	int rc;

	/* As the batches before this one left it. */
	keeper_figures(fx.keeper, &figures);
	n->seen = figures.checkpoints;
	rc = db_script(db,
	    "CREATE TABLE IF NOT EXISTS t(body BLOB);"
	    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 1200) INSERT INTO t SELECT zeroblob(3500) FROM n",
	    err);
	while (clock_mono_us() < until_us)
		;
	return rc;
}

static void
store_write__long_batches__put_a_checkpoint_off_but_not_for_ever(void **state)
{
	SQLITE_ONLY("a server has no checkpoints of ours");

	struct note n = {.seen = 0};

	(void)state;
	assert_int_equal(keeper_become(fx.f->uri, &fx.keeper, NULL), 0);
	start(fx.f->uri);
	/* The log is long enough with the first; the fifth one has it done. */
	for (int i = 1; i <= 6; i++) {
		n.job = (struct work_job){
		    .run = long_run, .done = done, .data = &n};
		store_write(fx.store, &n.job);
		wait_answers(i);
		assert_int_equal(n.seen, i < 6 ? 0 : 1);
	}
	assert_int_equal(fx.failed, 0);
}

static void
store__no_desk__fails_each_job_and_ends(void **state)
{
	static struct note notes[4];
	char uri[TMP_SIZE + 8];

	(void)state;
	str_format(uri, sizeof(uri), "%s.none", fx.f->uri);
	start(uri);
	uri[0] = '\0'; /* the store has its own copy */
	for (int i = 0; i < 4; i++)
		submit(&notes[i], i % 2 == 0);
	wait_answers(4);
	assert_int_equal(fx.failed, 4);
}

static int
break_run(struct work_job *job, void *context, struct err *err)
{
	(void)job, (void)err;
	/* The tests' fault comes at the commit. */
	db_fail_after(store_desk(context)->db, 1, OD_EIO);
	return 0;
}

static void
store__commit_fails__nobody_is_told_it_is_saved(void **state)
{
	static struct note a, b, look;

	(void)state;
	start(fx.f->uri);
	a.job = (struct work_job){.run = break_run, .done = done, .data = &a};
	store_write(fx.store, &a.job);
	wait_answers(1);
	assert_int_equal(fx.failed, 1);
	assert_false(store_works(fx.store));
	assert_int_equal(
	    atomic_load(&store_figures(fx.store)->commits_failed), 1);
	submit(&b, true);
	wait_answers(2);
	assert_int_equal(fx.failed, 1);
	assert_true(store_works(fx.store));
	submit(&look, false);
	wait_answers(3);
	assert_int_equal(look.seen, 1);
	assert_int_equal(fx.broken, 0);
}

static int
large_run(struct work_job *job, void *context, struct err *err)
{
	struct desk *desk = store_desk(context);
	struct op op;
	int rc;

	(void)job;
	desk_act_as_system(desk, fx.f->demo.id);
	if ((rc = op_begin(desk, &op, OP_OUTBOX_FACT, 0, err)) != 0)
		return rc;
	rc = db_exec(desk->db,
	    "INSERT INTO events(tenant_id, name, kind, record_id, at_us)"
	    " VALUES(1, hex(zeroblob(1500000)), 0, 0, 0)",
	    NO_BINDS, NULL, err);
	return op_end(desk, &op, rc, err);
}

/* A write that the system cuts off is an error of the disk. */
static void
store__disk_error__is_told_once_and_for_good(void **state)
{
	SQLITE_ONLY("a server has a disk of its own");

	static struct note large, after, look;
	struct rlimit limit, small;

	(void)state;
	start(fx.f->uri);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 2 << 20;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	large.job =
	    (struct work_job){.run = large_run, .done = done, .data = &large};
	store_write(fx.store, &large.job);
	wait_answers(1);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(fx.failed, 1);
	/* The disk is well again: nothing is written all the same. */
	submit(&after, true);
	wait_answers(2);
	assert_int_equal(fx.failed, 2);
	assert_false(store_works(fx.store));
	for (int i = 0; i < 2; i++) {
		store_tend(fx.store);
		while (store_backlog(fx.store) > 0)
			uv_run(&fx.loop, UV_RUN_ONCE);
	}
	assert_int_equal(fx.broken, 1);
	assert_false(store_works(fx.store));
	submit(&look, false);
	wait_answers(3);
	assert_int_equal(fx.failed, 2);
	assert_int_equal(look.seen, 0);
}

static void
store_start__impossible_place__starts_nothing(void **state)
{
	static char long_path[2000];
	struct store_options o = {.uri = fx.f->uri, .files = long_path};
	struct store *s = fx.store;
	struct err err = ERR_INIT;

	(void)state;
	memset(long_path, 'x', sizeof(long_path) - 1);
	assert_rc(store_start(&fx.loop, &o, &s, &err), OD_EUSAGE);
	assert_null(s);
	assert_non_null(strstr(err.text, "too long"));
	o = (struct store_options){.uri = "nothing://here"};
	assert_rc(store_start(&fx.loop, &o, &s, &err), OD_EUSAGE);
	assert_null(s);
	start(fx.f->uri); /* the next one is not hindered */
	assert_non_null(strstr(store_files_dir(fx.store), "/files"));
}

static struct note late[3];

/* A read's answer writes, and a write's answer reads, while all stops. */
static void
chain_done(struct work_job *job, int rc, const struct err *err)
{
	struct note *n = job->data;
	ptrdiff_t i = n - late;

	done(job, rc, err);
	if (i + 1 < 3) {
		submit(&late[i + 1], i == 0);
		late[i + 1].job.done = chain_done;
	}
}

static void
store_stop__answers_that_go_on__are_served(void **state)
{
	(void)state;
	start(fx.f->uri);
	submit(&late[0], false);
	late[0].job.done = chain_done;
	store_stop(fx.store, on_stopped, NULL);
	uv_run(&fx.loop, UV_RUN_DEFAULT);
	assert_int_equal(fx.stopped, 1);
	assert_int_equal(fx.answered, 3);
	/* For the teardown. */
	fx.stopped = 0;
	start(fx.f->uri);
}

static void
store_tend__round__proves_the_committer(void **state)
{
	int64_t before;

	(void)state;
	start(fx.f->uri);
	before = store_last_round_us(fx.store);
	store_tend(fx.store);
	store_tend(fx.store); /* one is enough */
	while (store_backlog(fx.store) > 0)
		uv_run(&fx.loop, UV_RUN_ONCE);
	assert_true(store_last_round_us(fx.store) > before);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(store_write__many__share_commits),
	    TEST(store__no_desk__fails_each_job_and_ends),
	    TEST(store__commit_fails__nobody_is_told_it_is_saved),
	    TEST(store_start__impossible_place__starts_nothing),
	    TEST(store_stop__answers_that_go_on__are_served),
	    TEST(store_tend__round__proves_the_committer),
	    TEST(store_write__many_texts__index_is_merged),
	    TEST(
		store_write__long_batches__put_a_checkpoint_off_but_not_for_ever),
	    TEST(store__disk_error__is_told_once_and_for_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
