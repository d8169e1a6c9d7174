/*
 * Unit tests of tui/model/model: answers that come late, fail, or find their
 * screen gone; who is told of a change; the end with questions open.
 *
 * Turned red by: a screen kept by its address, a failed write or one not yet
 * answered that is told, a conflict left behind, a bell that always or never
 * tells, questions dropped at the end, rights for everybody.
 */
#include "common/xalloc.h"
#include "tui/model/model.h"
#include "common/clock.h"
#include "common/loop.h"
#include "db/core/bell.h"
#include "db/core/op.h"
#include "db/records/tickets.h"
#include "tests/lib/desk_test.h"
#include <fcntl.h>
#include <sys/stat.h>

#define WAIT_US (60 * US_PER_SECOND)

struct fixture {
	struct desk_fixture *desk;
	uv_loop_t loop;
	struct ui *ui;
	struct model *m;
	int changed, stopped, answered;
	int answered_at_stop;
	char order[16]; /* names of the questions, as they were answered */
};

static struct fixture *fx;

struct question {
	char name;
	int64_t ticket, version; /* 0: nothing is touched */
	int fail;
	uv_sem_t *gate; /* the worker waits for it; NULL: for nothing */
	struct screen *seen;
	uint64_t serial;
	bool done;
	int rc;
	size_t fields; /* of the conflict */
	char text[ERR_TEXT_SIZE];
	int changed_before;
};

static const struct screen_ops plain_ops = {.name = "plain", .title = "Plain"};

static void
on_changed(void *data)
{
	((struct fixture *)data)->changed++;
}

static void
start(const char *login)
{
	struct model_options o = {.loop = &fx->loop,
	    .desk = desk_fixture_open(fx->desk),
	    .uri = fx->desk->uri,
	    .changed = on_changed,
	    .data = fx};
	struct err err = ERR_INIT;

	assert_ok(desk_act_as_operator(o.desk, FIXTURE_TENANT, login, &err));
	o.ui = fx->ui;
	fx->m = model_new(&o, &err);
	assert_non_null(fx->m);
}

static void
turn_until(bool (*cond)(void))
{
	int64_t until = clock_mono_us() + WAIT_US;

	while (!cond() && clock_mono_us() < until)
		uv_run(&fx->loop, UV_RUN_ONCE);
	assert_true(cond());
}

static bool
is_quiet(void)
{
	return model_pending(fx->m) == 0;
}

static bool
is_stopped(void)
{
	return fx->stopped > 0;
}

static void
on_stopped(void *data)
{
	struct fixture *f = data;

	f->stopped++;
	f->answered_at_stop = f->answered;
}

static int
setup(void **state)
{
	static const struct ui_hooks none;

	fx = calloc(1, sizeof(*fx));
	desk_test_setup((void **)&fx->desk);
	uv_loop_init(&fx->loop);
	fx->ui = ui_new(&none, NULL);
	*state = fx;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	if (fx->m != NULL && !fx->stopped) {
		model_stop(fx->m, on_stopped, fx);
		turn_until(is_stopped);
	}
	ui_free(&fx->ui);
	uv_run(&fx->loop, UV_RUN_DEFAULT);
	assert_int_equal(loop_finish(&fx->loop), 0);
	desk_test_teardown((void **)&fx->desk);
	free(fx);
	return 0;
}

/* ---- a question ---- */

static int
question_run(struct desk *d, void *args, struct err *err)
{
	struct question *q = *(struct question **)args;
	struct change c = {"subject", b_text("Otro")};

	if (q->gate != NULL)
		uv_sem_wait(q->gate);
	if (q->fail != 0)
		return err_set(err, q->fail, "No luck with %c", q->name);
	if (q->ticket == 0)
		return 0;
	return ticket_edit(d, q->ticket, q->version, &c, 1, err);
}

static void
question_done(struct ui *ui, struct screen *s, void *args,
    const struct model_answer *answer)
{
	struct question *q = *(struct question **)args;
	size_t n = strlen(fx->order);

	assert_ptr_equal(ui, fx->ui);
	q->seen = s;
	q->serial = s != NULL ? s->serial : 0;
	q->done = true;
	q->rc = answer->rc;
	q->fields = answer->conflict->count;
	q->changed_before = fx->changed;
	str_copy(q->text, sizeof(q->text), answer->err->text);
	fx->answered++;
	if (n + 1 < sizeof(fx->order))
		fx->order[n] = q->name;
}

static void
ask(struct screen *s, struct question *q, bool writes)
{
	const struct model_question question = {
	    .run = question_run, .done = question_done, .writes = writes};
	struct question **args = xmalloc(sizeof(struct question *));

	*args = q;
	model_ask(fx->m, s, &question, args);
	assert_false(q->done); /* never inside the call */
}

static struct screen *
push(int64_t id)
{
	struct err err = ERR_INIT;

	assert_ok(ui_push(fx->ui, &plain_ops, id, NULL, &err));
	return ui_top(fx->ui);
}

/* ---- tests ---- */

static void
answer__late__finds_its_screen_in_order(void **state)
{
	struct question a = {.name = 'a'}, b = {.name = 'b'}, c = {.name = 'c'};
	struct screen *one, *two;

	(void)state;
	start("operator");
	model_delay_answers(fx->m, 30);
	one = push(1);
	two = push(2);
	ask(two, &a, false);
	ask(one, &b, false);
	ask(NULL, &c, false);
	turn_until(is_quiet);
	assert_string_equal(fx->order, "abc");
	assert_ptr_equal(a.seen, two);
	assert_ptr_equal(b.seen, one);
	assert_null(c.seen);
}

static void
answer__screen_gone__comes_without_it(void **state)
{
	struct question q = {.name = 'q'};
	struct screen *s, *again;

	(void)state;
	start("operator");
	model_delay_answers(fx->m, 30);
	s = push(1);
	ask(s, &q, false);
	ui_finish(fx->ui, s, NULL);
	again = push(1); /* the same subject, another screen */
	turn_until(is_quiet);
	assert_true(q.done);
	assert_null(q.seen);
	assert_non_null(again);
}

static void
answer__failed__brings_code_and_sentence(void **state)
{
	struct question q = {.name = 'q', .fail = OD_EIO}, r = {.name = 'r'};

	(void)state;
	start("operator");
	turn_until(is_quiet);
	fx->changed = 0;
	ask(push(1), &q, true);
	ask(NULL, &r, false);
	turn_until(is_quiet);
	assert_int_equal(q.rc, OD_EIO);
	assert_string_equal(q.text, "No luck with q");
	assert_int_equal(fx->changed, 0); /* nothing was written */
	assert_int_equal(r.rc, 0);
	assert_string_equal(r.text, "");
}

static void
answer__conflict__comes_once(void **state)
{
	struct question first = {.name = '1', .version = 1},
			stale = {.name = '2', .version = 1},
			next = {.name = '3'};

	(void)state;
	desk_fixture_act(fx->desk, FIXTURE_TENANT, "supervisor");
	first.ticket = stale.ticket = desk_fixture_ticket(fx->desk, "Uno");
	start("supervisor");
	ask(NULL, &first, true);
	turn_until(is_quiet);
	assert_int_equal(first.rc, 0);
	assert_int_equal(first.fields, 0);
	desk_fixture_act(fx->desk, FIXTURE_TENANT, "supervisor");
	{
		struct change c = {"subject", b_text("De otra persona")};
		struct err err = ERR_INIT;

		assert_ok(
		    ticket_edit(fx->desk->d, stale.ticket, 0, &c, 1, &err));
	}
	ask(NULL, &stale, true);
	ask(NULL, &next, false);
	turn_until(is_quiet);
	assert_int_equal(stale.rc, OD_ECONFLICT);
	assert_int_equal(stale.fields, 1);
	assert_int_equal(next.fields, 0);
}

static bool
is_changed(void)
{
	return fx->changed > 0;
}

static void
change__own__is_told_after_the_answer(void **state)
{
	struct question q = {.name = 'q', .version = 1};

	(void)state;
	desk_fixture_act(fx->desk, FIXTURE_TENANT, "supervisor");
	q.ticket = desk_fixture_ticket(fx->desk, "Uno");
	start("supervisor");
	turn_until(is_quiet);
	fx->changed = 0;
	ask(NULL, &q, true);
	turn_until(is_changed);
	assert_int_equal(q.rc, 0);
	assert_int_equal(q.changed_before, 0);
}

static void
change__of_another__is_told(void **state)
{
	(void)state;
	start("supervisor");
	turn_until(is_quiet);
	fx->changed = 0;
	desk_fixture_act(fx->desk, FIXTURE_TENANT, "supervisor");
	desk_fixture_ticket(fx->desk, "De otra persona");
	turn_until(is_changed);
}

static void
bell__nothing_new__tells_nobody(void **state)
{
	SQLITE_ONLY("only a file's bell rings for nothing");

	struct question q = {.name = 'q'};
	struct str path = STR_INIT;

	(void)state;
	start("supervisor");
	turn_until(is_quiet);
	fx->changed = 0;
	bell_path(fx->desk->uri, &path);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(utimensat(AT_FDCWD, path.s, NULL, 0), 0);
		uv_run(&fx->loop, UV_RUN_ONCE); /* the bell */
		ask(NULL, &q, false);
		turn_until(is_quiet);
		q.done = false;
	}
	assert_int_equal(fx->changed, 0);
	str_free(&path);
}

static void
stop__questions_open__are_answered_first(void **state)
{
	struct question q[5] = {{.name = 'a'}, {.name = 'b'}, {.name = 'c'},
	    {.name = 'd'}, {.name = 'e'}};

	uv_sem_t gate;

	(void)state;
	start("operator");
	model_delay_answers(fx->m, 50);
	assert_int_equal(uv_sem_init(&gate, 0), 0);
	q[0].gate = &gate;
	for (int i = 0; i < 5; i++)
		ask(push(i + 1), &q[i], false);
	model_stop(fx->m, on_stopped, fx);
	uv_sem_post(&gate);
	turn_until(is_stopped);
	assert_int_equal(fx->answered_at_stop, 5);
	assert_string_equal(fx->order, "abcde");
	for (int i = 0; i < 5; i++)
		assert_int_equal(q[i].rc, 0);
	uv_sem_destroy(&gate);
}

static void
rights__follow_the_role(void **state)
{
	(void)state;
	start("auditor");
	assert_false(model_may(fx->m, "ticket.new"));
	assert_false(model_is_readonly(fx->m));
	assert_string_equal(model_actor(fx->m)->login, "auditor");
	model_stop(fx->m, on_stopped, fx);
	turn_until(is_stopped);
	fx->stopped = 0;
	start("operator");
	assert_true(model_may(fx->m, "ticket.new"));
	assert_false(model_may(fx->m, "operator.new"));
}

#define MODEL_TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    MODEL_TEST(answer__late__finds_its_screen_in_order),
	    MODEL_TEST(answer__screen_gone__comes_without_it),
	    MODEL_TEST(answer__failed__brings_code_and_sentence),
	    MODEL_TEST(answer__conflict__comes_once),
	    MODEL_TEST(change__own__is_told_after_the_answer),
	    MODEL_TEST(change__of_another__is_told),
	    MODEL_TEST(bell__nothing_new__tells_nobody),
	    MODEL_TEST(stop__questions_open__are_answered_first),
	    MODEL_TEST(rights__follow_the_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
