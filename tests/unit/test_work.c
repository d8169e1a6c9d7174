/*
 * Unit tests of common/work.
 */
#include "common/work.h"
#include "common/loop.h"
#include "common/xalloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct world { /* argument of start; its counters belong to the worker */
	int starts, stops, batches, commits, ran;
	int fail_starts;          /* so many of the first fail */
	int fail_begin, fail_end; /* the batch with this number */
	size_t largest;
	char order[600];
	uv_sem_t *gate; /* run waits here, so that a batch can gather */
	uv_sem_t *told; /* after waits here, for a done */
	int afters;
};

struct job {
	struct work_job job;
	struct fixture *f;
	char name;
	int fail;   /* code that run returns */
	bool again; /* done submits one more */
};

struct fixture {
	uv_loop_t loop;
	struct work *work;
	struct world world;
	uv_sem_t gate;
	char done[600];
	size_t done_count;
	int last_rc;
	char last_text[ERR_TEXT_SIZE];
	size_t stop_after; /* work_stop in the done with this number */
	bool drop;
	bool stopped;
};

static int
start(void *arg, void **context, struct err *err)
{
	struct world *w = arg;

	w->starts++;
	if (w->starts <= w->fail_starts)
		return err_set(err, OD_EUNAVAIL, "no context %d", w->starts);
	*context = w;
	return 0;
}

static void
stop(void *context)
{
	((struct world *)context)->stops++;
}

static int
begin(void *context, size_t jobs, struct err *err)
{
	struct world *w = context;

	if (jobs > w->largest)
		w->largest = jobs;
	if (++w->batches == w->fail_begin)
		return err_set(err, OD_EUNAVAIL, "begin failed");
	return 0;
}

static int
end(void *context, struct err *err)
{
	struct world *w = context;

	if (++w->commits == w->fail_end)
		return err_set(err, OD_EIO, "commit failed");
	return 0;
}

static void
after(void *context)
{
	struct world *w = context;

	if (w->told)
		uv_sem_wait(w->told);
	w->afters++;
}

static int
run(struct work_job *job, void *context, struct err *err)
{
	struct job *j = job->data;
	struct world *w = context;

	if (w->gate)
		uv_sem_wait(w->gate);
	w->order[w->ran++] = j->name;
	return j->fail ? err_set(err, j->fail, "job %c failed", j->name) : 0;
}

static void
stopped(void *data)
{
	((struct fixture *)data)->stopped = true;
}

static void submit(struct fixture *f, char name, int fail, bool again);

static void
done(struct work_job *job, int rc, const struct err *err)
{
	struct job *j = job->data;
	struct fixture *f = j->f;
	char name = j->name;
	bool again = j->again;

	free(j); /* the job is the submitter's again */
	if (f->world.told)
		uv_sem_post(f->world.told);
	f->done[f->done_count++] = name;
	f->last_rc = rc;
	strcpy(f->last_text, err->text);
	if (again)
		submit(f, (char)(name + 1), 0, false);
	if (f->done_count == f->stop_after)
		work_stop(f->work, f->drop, stopped, f);
}

static void
submit(struct fixture *f, char name, int fail, bool again)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->f = f;
	j->name = name;
	j->fail = fail;
	j->again = again;
	j->job.run = run;
	j->job.done = done;
	j->job.data = j;
	work_submit(f->work, &j->job);
}

static const struct work_hooks single = {start, stop, NULL, NULL, 0, 0, NULL};
static const struct work_hooks batched = {start, stop, begin, end, 0, 0, NULL};
static const struct work_hooks fives = {start, stop, begin, end, 5, 0, NULL};
static const struct work_hooks patient = {
    start, stop, begin, end, 5, 1000, after};

static void
setup(struct fixture *f, const struct work_hooks *hooks)
{
	struct err err = ERR_INIT;

	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(
	    work_start(&f->loop, hooks, &f->world, &f->work, &err), 0);
}

static void
finish(struct fixture *f)
{
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_true(f->stopped);
	assert_int_equal(loop_finish(&f->loop), 0);
}

static void
work_submit__many__in_order(void **state)
{
	struct fixture f = {.stop_after = 500};

	(void)state;
	setup(&f, &single);
	for (int i = 0; i < 500; i++)
		submit(&f, (char)('a' + i % 26), 0, false);
	assert_int_equal(work_pending(f.work), 500);
	finish(&f);
	assert_int_equal(f.world.ran, 500);
	assert_memory_equal(f.done, f.world.order, 500);
	for (int i = 0; i < 500; i++)
		assert_int_equal(f.done[i], 'a' + i % 26);
	assert_int_equal(f.world.starts, 1);
	assert_int_equal(f.world.stops, 1);
}

static void
work_submit__from_done__runs(void **state)
{
	struct fixture f = {.stop_after = 2};

	(void)state;
	setup(&f, &single);
	submit(&f, 'a', 0, true);
	finish(&f);
	assert_memory_equal(f.done, "ab", 2);
}

static void
run__fails__code_and_sentence(void **state)
{
	struct fixture f = {.stop_after = 1};

	(void)state;
	setup(&f, &single);
	submit(&f, 'x', OD_ECONFLICT, false);
	finish(&f);
	assert_int_equal(f.last_rc, OD_ECONFLICT);
	assert_string_equal(f.last_text, "job x failed");
}

static void
start__fails_once__tried_again(void **state)
{
	struct fixture f = {.stop_after = 2};

	(void)state;
	f.world.fail_starts = 1;
	setup(&f, &single);
	submit(&f, 'a', 0, true); /* comes back with the error of start */
	finish(&f);
	assert_int_equal(f.world.starts, 2);
	assert_int_equal(f.world.ran, 1);
	assert_int_equal(f.world.order[0], 'b');
	assert_int_equal(f.last_rc, 0);
	assert_int_equal(f.world.stops, 1);
}

static void
start__always_fails__stop_is_not_called(void **state)
{
	struct fixture f = {.stop_after = 1};

	(void)state;
	f.world.fail_starts = 100;
	setup(&f, &single);
	submit(&f, 'a', 0, false);
	finish(&f);
	assert_int_equal(f.last_rc, OD_EUNAVAIL);
	assert_string_equal(f.last_text, "no context 1");
	assert_int_equal(f.world.ran, 0);
	assert_int_equal(f.world.stops, 0);
}

/* The first job holds the worker until the others are queued. */
static void
submit_gated(struct fixture *f, int jobs)
{
	assert_int_equal(uv_sem_init(&f->gate, 0), 0);
	f->world.gate = &f->gate;
	for (int i = 0; i < jobs; i++)
		submit(f, (char)('a' + i), 0, false);
	for (int i = 0; i < jobs; i++)
		uv_sem_post(&f->gate);
}

static void
batch__limit__kept(void **state)
{
	struct fixture f = {.stop_after = 21};

	(void)state;
	setup(&f, &fives);
	submit_gated(&f, 21);
	finish(&f);
	assert_int_equal(f.done_count, 21);
	assert_memory_equal(f.done, "abcdefghijklmnopqrstu", 21);
	assert_true(f.world.largest <= 5);
	assert_int_equal(f.world.batches, f.world.commits);
	assert_true(f.world.batches >= 5);
	uv_sem_destroy(&f.gate);
}

static void
batch__gathering__all_come_in_order(void **state)
{
	struct fixture f = {.stop_after = 42};

	(void)state;
	setup(&f, &patient);
	for (int i = 0; i < 21; i++)
		submit(&f, (char)('A' + i), 0, true);
	finish(&f);
	assert_int_equal(f.done_count, 42);
	assert_memory_equal(f.done, "ABCDEFGHIJKLMNOPQRSTU", 21);
	assert_memory_equal(f.done + 21, "BCDEFGHIJKLMNOPQRSTUV", 21);
	assert_true(f.world.largest <= 5);
	assert_int_equal(f.world.afters, f.world.batches);
}

/* Each after ends only when an answer of its batch was there. */
static void
batch_after__answers_are_not_held_back(void **state)
{
	struct fixture f = {.stop_after = 2};
	uv_sem_t told;

	(void)state;
	assert_int_equal(uv_sem_init(&told, 0), 0);
	f.world.told = &told;
	setup(&f, &patient);
	submit(&f, 'a', 0, true);
	finish(&f);
	assert_int_equal(f.world.afters, 2);
	uv_sem_destroy(&told);
}

static void
batch_end__fails__every_job_gets_it(void **state)
{
	struct fixture f = {.stop_after = 1};

	(void)state;
	f.world.fail_end = 1;
	setup(&f, &batched);
	submit(&f, 'a', 0, false);
	finish(&f);
	assert_int_equal(f.world.ran, 1);
	assert_int_equal(f.last_rc, OD_EIO);
	assert_string_equal(f.last_text, "commit failed");
}

static void
batch_begin__fails__nothing_is_run(void **state)
{
	struct fixture f = {.stop_after = 2};

	(void)state;
	f.world.fail_begin = 1;
	setup(&f, &batched);
	submit(&f, 'a', 0, true);
	finish(&f);
	assert_int_equal(f.world.ran, 1);
	assert_int_equal(f.world.order[0], 'b');
	assert_int_equal(f.world.commits, 1);
}

static void
work_stop__queued_jobs__finished(void **state)
{
	struct fixture f = {.stop_after = 0};

	(void)state;
	setup(&f, &single);
	for (int i = 0; i < 20; i++)
		submit(&f, 'a', 0, false);
	work_stop(f.work, false, stopped, &f);
	finish(&f);
	assert_int_equal(f.done_count, 20);
	assert_int_equal(f.world.ran, 20);
	assert_int_equal(f.last_rc, 0);
}

static void
work_stop__drop__handed_back(void **state)
{
	struct fixture f = {.drop = true};

	(void)state;
	setup(&f, &single);
	assert_int_equal(uv_sem_init(&f.gate, 0), 0);
	f.world.gate = &f.gate;
	for (int i = 0; i < 20; i++)
		submit(&f, (char)('a' + i), 0, false);
	work_stop(f.work, true, stopped, &f);
	uv_sem_post(&f.gate); /* for the one that may have begun */
	finish(&f);
	assert_int_equal(f.done_count, 20);
	assert_true(f.world.ran <= 1);
	assert_int_equal(f.last_rc, OD_ECANCEL);
	assert_true(f.last_text[0] != '\0');
	uv_sem_destroy(&f.gate);
}

static void
work_submit__after_stop__handed_back_later(void **state)
{
	struct fixture f = {.stop_after = 0};

	(void)state;
	setup(&f, &single);
	work_stop(f.work, false, stopped, &f);
	submit(&f, 'a', 0, true);
	assert_int_equal(f.done_count, 0);
	finish(&f);
	assert_int_equal(f.done_count, 2); /* also what its done submitted */
	assert_int_equal(f.last_rc, OD_ECANCEL);
	assert_int_equal(f.world.ran, 0);
}

static void
work_delay_answers__order_kept__all_come(void **state)
{
	struct fixture f = {.stop_after = 30};
	int64_t before;

	(void)state;
	setup(&f, &single);
	before = work_last_sign_us(f.work);
	work_delay_answers(f.work, 20);
	for (int i = 0; i < 30; i++)
		submit(&f, (char)('A' + i), 0, false);
	while (f.done_count == 0)
		uv_run(&f.loop, UV_RUN_ONCE);
	/* Nothing before its time: all had come back by then. */
	assert_true(work_last_sign_us(f.work) >= before);
	work_delay_answers(f.work, 0);
	finish(&f);
	for (int i = 0; i < 30; i++)
		assert_int_equal(f.done[i], 'A' + i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(work_submit__many__in_order),
	    cmocka_unit_test(work_submit__from_done__runs),
	    cmocka_unit_test(run__fails__code_and_sentence),
	    cmocka_unit_test(start__fails_once__tried_again),
	    cmocka_unit_test(start__always_fails__stop_is_not_called),
	    cmocka_unit_test(batch__limit__kept),
	    cmocka_unit_test(batch__gathering__all_come_in_order),
	    cmocka_unit_test(batch_after__answers_are_not_held_back),
	    cmocka_unit_test(batch_end__fails__every_job_gets_it),
	    cmocka_unit_test(batch_begin__fails__nothing_is_run),
	    cmocka_unit_test(work_stop__queued_jobs__finished),
	    cmocka_unit_test(work_stop__drop__handed_back),
	    cmocka_unit_test(work_submit__after_stop__handed_back_later),
	    cmocka_unit_test(work_delay_answers__order_kept__all_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
